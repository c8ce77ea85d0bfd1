"""What people and machines are shown."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest

from crosswire.errors import UnknownName
from crosswire.finding import Finding, Label, Severity
from crosswire.lint import Report, Summary
from crosswire.record import replace
from crosswire.reporters import render
from crosswire.source import Source, Span

CODE = Source("src/app.py", 'import os\n\nTABLE = os.environ.get("TABLE", "Orders-dev")\n')
TEMPLATE = Source("template.yaml", "Resources:\n  Orders:\n    Environment:\n\tTable: x\n")

Make = Callable[..., Finding]
Find = Callable[[Source, str], Span]


def report(*findings: Finding) -> Report:
    severities = [finding.severity for finding in findings]
    counts = [severities.count(severity) for severity in (Severity.ERROR, Severity.WARNING, Severity.NOTE)]
    secrets = tuple(span for finding in findings for span in finding.secrets)
    return Report(findings, Summary(3, 1, 12, 18, 2, 3, *counts), units=1, secrets=secrets)


@pytest.fixture
def disagreement(finding: Make, span: Find) -> Finding:
    return finding(
        span(CODE, 'os.environ.get("TABLE", "Orders-dev")'),
        "env/risky-fallback",
        "TABLE is not set for Orders, so the code uses Orders-dev",
        label="falls back to Orders-dev",
        related=(
            Label(span(TEMPLATE, "Environment"), "sets no TABLE"),
            Label(span(TEMPLATE, "Orders"), "this function"),
        ),
        functions=("Orders",),
        advice="set TABLE in the function's Environment",
    )


def test_text_shows_every_place_with_its_label(disagreement: Finding) -> None:
    assert render(report(disagreement), "text") == (
        "error[env/risky-fallback]: TABLE is not set for Orders, so the code uses Orders-dev\n"
        " --> src/app.py:3:9\n"
        "  |\n"
        '3 | TABLE = os.environ.get("TABLE", "Orders-dev")\n'
        "  |         ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ falls back to Orders-dev\n"
        "  |\n"
        " ::: template.yaml:3:5\n"
        "  |\n"
        "2 |   Orders:\n"
        "  |   ------ this function\n"
        "3 |     Environment:\n"
        "  |     ----------- sets no TABLE\n"
        "  |\n"
        "  = function: Orders\n"
        "  = help: set TABLE in the function's Environment\n"
        "\n"
        "checked 1 function, 12 environment reads and 18 SDK calls against 2 templates;"
        " 3 values stayed unresolved (listed with --verbose)\n"
        "found 1 error and 0 warnings\n"
    )


def test_concise_is_one_line_for_each_finding(disagreement: Finding) -> None:
    assert render(report(disagreement), "concise") == (
        "src/app.py:3:9: error[env/risky-fallback] TABLE is not set for Orders, so the code uses Orders-dev\n"
    )


def test_json_follows_the_published_schema(disagreement: Finding, finding: Make, span: Find, root: Path) -> None:
    note = finding(span(CODE, "os"), "env/never-read", severity=Severity.NOTE)
    document = json.loads(render(report(note, disagreement), "json"))
    schema = json.loads((root / "linter/crosswire/schemas/report.schema.json").read_text("utf-8"))
    jsonschema.validate(document, schema, cls=jsonschema.Draft202012Validator)
    assert document["summary"] == {
        "files": 3, "functions": 1, "env_reads": 12, "sdk_calls": 18, "templates": 2, "unresolved": 3,
        "errors": 1, "warnings": 0, "notes": 1, "suppressed": 0, "baseline": 0,
    }  # fmt: skip
    told = document["findings"][1]
    assert (told["path"], told["line"], told["column"], told["end_line"], told["end_column"]) == (
        "src/app.py",
        3,
        9,
        3,
        46,
    )
    assert [place["message"] for place in told["related"]] == ["sets no TABLE", "this function"]


def test_a_fingerprint_outlives_edits_and_tells_equal_findings_apart(finding: Make, span: Find) -> None:
    moved = Source(CODE.path, "# a new line\n" + CODE.text)
    one, other = finding(span(CODE, "TABLE")), finding(span(moved, "TABLE"))
    prints = [
        [entry["fingerprint"] for entry in json.loads(render(report(*found), "json"))["findings"]]
        for found in ([one], [other], [one, other])
    ]
    assert prints[0] == prints[1]
    assert len(set(prints[2])) == 2


@pytest.mark.parametrize("format", ["text", "concise"])
def test_notes_are_told_only_on_request(finding: Make, span: Find, format: str) -> None:
    note = report(finding(span(CODE, "os"), message="never read", severity=Severity.NOTE))
    assert "never read" not in render(note, format)
    assert "note[env/not-set]" in render(note, format, notes=True)


def test_a_secret_is_masked_in_every_excerpt_at_a_width_that_tells_nothing(finding: Make, span: Find) -> None:
    source = Source("t.yaml", "Env: {KEY: sk_live_abcdef, OTHER: 1}\nAgain: sk_live_abcdef\n")
    secret = span(source, "sk_live_abcdef")
    text = render(
        report(
            finding(secret, "secrets/plaintext-in-env", secrets=(secret,), label="a key"),
            finding(span(source, "OTHER"), label="after the key"),
            finding(span(source, "Again"), label="the key again"),
        ),
        "text",
    )
    assert "sk_live" not in text
    assert text.count("1 | Env: {KEY: ********, OTHER: 1}") == 2
    assert "  |            ^^^^^^^^ a key" in text
    assert "  |                      ^^^^^ after the key" in text
    assert "2 | Again: ********" in text


def test_a_secret_over_several_lines_is_masked_on_each(finding: Make, span: Find) -> None:
    source = Source("t.yaml", "Key: |\n  first-half\n  second-half\nOther: x\n")
    secret = span(source, "first-half\n  second-half")
    text = render(report(finding(secret, secrets=(secret,)), finding(span(source, "second-half"))), "text")
    assert "half" not in text
    assert "2 |   ********" in text and "3 | ********" in text


def test_a_secret_of_a_finding_that_is_not_shown_is_masked_too(finding: Make, span: Find) -> None:
    secret = span(CODE, "Orders-dev")
    hidden = finding(secret, severity=Severity.NOTE, secrets=(secret,))
    assert "Orders-dev" not in render(report(hidden, finding(span(CODE, "os.environ"))), "text")


@pytest.mark.parametrize("format", ["text", "concise", "json"])
def test_names_cannot_command_the_terminal(finding: Make, span: Find, format: str) -> None:
    source = Source("a\x1b[2J.py", "evil = '\x1b]0;title\x07\u202e'\n")
    shown = render(
        report(finding(span(source, "evil"), message="\x1b[31mred\nnew line", label="\x9b1m", functions=("f\x1b[0m",))),
        format,
    )
    assert not any(character in shown for character in "\x1b\x07\x9b\u202e")
    assert "x1b[31mred" in shown or "u001b[31mred" in shown


def test_underlines_stand_under_tabs_and_wide_characters(finding: Make, span: Find) -> None:
    source = Source("a.py", "\tname = '表' + bad\n")
    lines = render(report(finding(span(source, "bad"), label="here")), "text").split("\n")
    assert lines[3:5] == ["1 |     name = '表' + bad", "  |                   ^^^ here"]


def test_a_long_line_is_cut_around_the_place(finding: Make, span: Find) -> None:
    source = Source("bundle.js", "x" * 5000 + "BAD" + "y" * 5000)
    lines = render(report(finding(span(source, "BAD"), label="here")), "text").split("\n")
    assert len(lines[3]) < 200
    assert lines[3].index("BAD") == lines[4].index("^^^")


def test_color_only_adds_color(disagreement: Finding) -> None:
    colored = render(report(disagreement), "text", color=True)
    assert "\x1b[" in colored
    assert re.sub(r"\x1b\[\d+m", "", colored) == render(report(disagreement), "text")


def test_an_unknown_format_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match="did you mean `json`"):
        render(report(), "jsn")


def test_concise_names_the_other_functions_concerned(disagreement: Finding) -> None:
    shared = replace(disagreement, functions=("Orders", "Refunds", "Audit"))
    line = render(report(shared), "concise")
    others = [name for name in shared.functions if f"`{name}`" not in shared.message]
    assert line.rstrip().endswith(f"(also {', '.join(others)})")
