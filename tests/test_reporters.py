"""What people and machines are shown."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
from tests.runner_commands import commands

from crosswire.errors import UnknownName
from crosswire.finding import Finding, Label, Severity, Suppressed
from crosswire.lint import Report, Summary
from crosswire.record import replace
from crosswire.registry import load
from crosswire.reporters import FORMATS, render, terminal
from crosswire.reporters.line_hash import line_hashes
from crosswire.reporters.look import Look
from crosswire.reporters.outputs import outputs, write
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
        "checked 1 function, 12 environment reads and 18 SDK calls against 2 infrastructure files;"
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
    assert "note[env/not-set]" in render(note, format, Look(notes=True))


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
    colored = render(report(disagreement), "text", Look(color=True))
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


EVIL = (
    "a\n::error::b", "\r::set-env name=A::b", "%0A::error::c", "##[error]d", "x ##[add-path]e", "##vso[task.complete]f",
    "##TeamCity[message]g", "]]>", "<script>&\"'", "\x1b[31mred", "\x9b31m", "\x07\x08\x00",
    "\u202egnp\u2066", "\u061c", "\ufeff",
    "\u2028::error::h", "\ud800", "\udcff",
    "section_start:1:x\r\x1b[0K", "![i](http://x.io/i.png)", "|a|b|", "`", "\\", "💥",
)  # fmt: skip
COMMANDING = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
    r"|##(\[|vso\[|teamcity\[)",
    re.IGNORECASE,
)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("evil", EVIL)
def test_no_name_commands_a_terminal_or_a_ci_system(finding: Make, format: str, evil: str) -> None:
    source = Source(f"{evil}.py", f"{evil}BAD\n{evil}\n")
    leading = Source(f" ::error::{evil}", "x\n")
    first = finding(
        Span(source, 0, len(source.text)), message=evil, label=evil, functions=(evil,), advice=evil, owner=evil,
        subject=evil, unit=evil, related=(Label(Span(source, 0, 1), evil), Label(Span(leading, 0, 1), evil)),
    )  # fmt: skip
    told = report(first, finding(Span(leading, 0, 1), severity=Severity.WARNING), finding(Span(source, 0, 1)))
    shown = render(told, format, Look(folder=""))
    assert COMMANDING.search(shown) is None
    shown.encode()
    names = [command.name for command in commands(shown)]
    assert names == (["error", "error", "warning"] if format == "github" else [])


def test_annotations_say_exactly_where_and_what(finding: Make, span: Find) -> None:
    source = Source("src/50%,a:b=c/😀.py", "x = '😀' + BAD\n")
    told = finding(span(source, "BAD"), message="100%25 of `a,b` :: c\nd", advice="do it")
    (command,) = commands(render(report(told), "github"))
    assert command.name == "error"
    region = {"line": "1", "endLine": "1", "col": "11", "endColumn": "14"}
    assert command.properties == {"title": "crosswire env/not-set", "file": source.path, **region}
    assert command.data == "100%25 of `a,b` :: c\\nd\nhelp: do it"


def test_annotations_begin_with_the_gravest_and_have_no_columns_over_several_lines(finding: Make, span: Find) -> None:
    warnings = [finding(span(CODE, "import os\n\nTABLE"), severity=Severity.WARNING, subject=str(n)) for n in range(11)]
    note = finding(span(CODE, "os"), severity=Severity.NOTE)
    error = finding(span(CODE, "TABLE"))
    told = list(commands(render(report(note, *warnings, error), "github", Look(notes=True))))
    assert [command.name for command in told] == ["error", *["warning"] * 11, "notice"]
    assert set(told[1].properties) == {"title", "file", "line", "endLine"}


def test_a_message_is_cut_where_the_runner_would_cut_it(finding: Make, span: Find) -> None:
    (command,) = commands(render(report(finding(span(CODE, "os"), message="💥" * 5000)), "github"))
    assert len(command.data.encode("utf-16-le")) // 2 <= 4096
    assert command.data.endswith("💥…")


def test_columns_are_right_after_an_emoji_in_each_unit(finding: Make, span: Find) -> None:
    source = Source("a.py", "x = '😀é' + BAD\n")
    bad = finding(span(source, "BAD"), related=(Label(span(source, "'😀é'"), "here"),))
    told = report(bad)

    diagnostic = json.loads(render(told, "rdjson"))["diagnostics"][0]
    assert diagnostic["location"]["range"] == {"start": {"line": 1, "column": 16}, "end": {"line": 1, "column": 19}}
    assert diagnostic["related_locations"][0]["location"]["range"]["end"]["column"] == 13

    run = json.loads(render(told, "sarif"))["runs"][0]
    region = run["results"][0]["locations"][0]["physicalLocation"]["region"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert (region["startColumn"], region["endColumn"]) == (12, 15)

    entry = json.loads(render(told, "json"))["findings"][0]
    assert (entry["column"], entry["end_column"]) == (12, 15)
    assert render(told, "concise").startswith("a.py:1:12: ")
    lines = render(told, "text").split("\n")
    assert lines[3:6] == ["1 | x = '😀é' + BAD", "  |     ----- here", "  |             ^^^"]


GITLAB = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "additionalProperties": False,
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 1},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "additionalProperties": False,
                "properties": {
                    "path": {"type": "string", "pattern": "^[^/.]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}, "end": {"type": "integer"}},
                    },
                },
            },
        },
    },
}
"""What GitLab's documentation of its Code Quality report asks for."""


def test_gitlab_has_what_its_documentation_asks_for(disagreement: Finding) -> None:
    moved = replace(disagreement, span=Span(Source("src/app.py", "\n" + CODE.text), 20, 30))
    entries = json.loads(render(report(disagreement, disagreement), "gitlab", Look(folder="service/")))
    jsonschema.validate(entries, GITLAB)
    assert [entry["location"]["path"] for entry in entries] == ["service/src/app.py"] * 2
    assert len({entry["fingerprint"] for entry in entries}) == 2
    after = json.loads(render(report(moved), "gitlab", Look(folder="service/")))
    assert after[0]["fingerprint"] == entries[0]["fingerprint"]


def test_sarif_links_every_place_and_follows_the_code_to_what_it_disagrees_with(disagreement: Finding) -> None:
    told = replace(disagreement, message="the [table](0) is wrong")
    (result,) = json.loads(render(report(told), "sarif", Look(folder="a b/")))["runs"][0]["results"]
    assert result["message"]["text"].split("\n") == [
        "the \\[table\\](0) is wrong",
        "set TABLE in the function's Environment",
        "[sets no TABLE](1)",
        "[this function](2)",
    ]
    assert [place["id"] for place in result["relatedLocations"]] == [1, 2]
    (flow,) = result["codeFlows"][0]["threadFlows"]
    steps = [step["location"]["physicalLocation"]["artifactLocation"]["uri"] for step in flow["locations"]]
    assert steps == ["a%20b/src/app.py", "a%20b/template.yaml", "a%20b/template.yaml"]
    assert result["partialFingerprints"]["crosswire/v1"] == f"{disagreement.fingerprint}:1"


def test_sarif_tells_how_grave_and_precise_a_rule_is(finding: Make, span: Find) -> None:
    told = [finding(span(CODE, "os"), rule) for rule in ("secrets/plaintext-in-env", "iam/unused-grant", "cfn-lint/E1")]
    rules = json.loads(render(report(*told), "sarif"))["runs"][0]["tool"]["driver"]["rules"]
    properties = {rule["id"]: rule["properties"] for rule in rules}
    assert properties["secrets/plaintext-in-env"] == {
        "precision": "high", "problem.severity": "error", "tags": ["security", "secrets"], "security-severity": "8.8",
    }  # fmt: skip
    assert properties["iam/unused-grant"]["problem.severity"] == "recommendation"
    assert properties["cfn-lint/E1"] == {"tags": ["cfn-lint"]}


def test_sarif_tells_what_was_suppressed_and_why(disagreement: Finding) -> None:
    hidden = (Suppressed(disagreement, "inSource", "a\nreason"), Suppressed(disagreement, "external"))
    results = json.loads(render(replace(report(), suppressed=hidden), "sarif"))["runs"][0]["results"]
    assert [result["suppressions"] for result in results] == [
        [{"kind": "inSource", "justification": "a\\nreason"}],
        [{"kind": "external"}],
    ]


def test_what_is_not_told_is_counted(disagreement: Finding) -> None:
    told = report(disagreement)
    told = replace(told, summary=replace(told.summary, suppressed=2, baseline=40))
    assert render(told, "text").endswith("found 1 error and 0 warnings; not told: 2 suppressed, 40 in the baseline\n")
    assert json.loads(render(told, "json"))["summary"]["baseline"] == 40


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", "c129715d7a2bc9a3:1"),
        (" a\nb\n  \t\tc\n d", "271789c17abda88f:1 54703d4cd895b18:1 180aee12dab6264:1 a23a3dc5e078b07b:1"),
        (
            " hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n",
            (
                "e9496ae3ebfced30:1 fb7c023a8b9ccb3f:1 ce8ba1a563dcdaca:1 e20e36e16fcb0cc8:1 b3edc88f2938467e:1 "
                "c8e28b0b4002a3a0:1 c129715d7a2bc9a3:1"
            ),
        ),
        (
            "Lorem ipsum dolor sit amet.\n" * 10,
            (
                "a7f2ff13bc495cf2:1 a7f2ff13bc495cf2:2 a7f2ff13bc495cf2:3 a7f2ff13bc495cf2:4 a7f2ff13bc495cf2:5 "
                "a7f2ff13bc495cf2:6 a7f2ff1481e87703:1 a9cf91f7bbf1862b:1 55ec222b86bcae53:1 cc97dc7b1d7d8f7b:1 "
                "c129715d7a2bc9a3:1"
            ),
        ),
    ],
)
def test_line_hashes_are_as_in_the_tests_of_github(text: str, expected: str) -> None:
    assert " ".join(line_hashes(text, range(1, 20)).values()) == expected


def test_the_page_is_cut_to_the_room_that_it_has(finding: Make, span: Find) -> None:
    told = report(*(finding(span(CODE, "os"), message="é" * 100, subject=str(n)) for n in range(100)))
    whole = render(told, "markdown")
    assert whole.count("| ❌ |") == 100
    cut = render(told, "markdown", Look(room=5000))
    assert 4500 < len(cut.encode()) <= 5000
    shown = cut.count("| ❌ |")
    assert cut.endswith(f"\n{100 - shown} findings left out here, for want of room.\n")


def test_the_page_links_places_to_the_files_of_the_commit(disagreement: Finding) -> None:
    page = render(report(disagreement), "markdown", Look(folder="a b/", pages="https://git.example/o/r/blob/c0ffee/"))
    assert "[a b/src/app.py:3](https://git.example/o/r/blob/c0ffee/a%20b/src/app.py#L3)" in page


def test_excerpts_and_labels_keep_within_the_width(disagreement: Finding) -> None:
    source = Source("src/app.py", 'TABLE = os.environ.get("TABLE", "Orders-dev")' + "  # and so on" * 20 + "\n")
    wide = replace(
        disagreement,
        span=Span(source, 8, 45),
        related=(Label(Span(source, 150, 155), "far to the right, with a label that is long"),),
    )
    lines = render(report(wide), "text", Look(width=60)).split("\n\n")[0].split("\n")
    assert all(len(line) <= 60 for line in lines if "|" in line)
    assert "  |         falls back to Orders-dev" in lines
    assert lines[6].startswith("  | ...") and "and s" in lines[6]


def test_a_rule_opens_its_page_where_the_terminal_can(disagreement: Finding, monkeypatch: pytest.MonkeyPatch) -> None:
    load([disagreement.rule])
    linked = render(report(disagreement), "text", Look(links=True))
    assert re.match(
        r"error\[\x1b\]8;;file:///\S+/env/risky_fallback\.py\x1b\\env/risky-fallback\x1b\]8;;\x1b\\\]: ", linked
    )
    monkeypatch.setattr("crosswire.reporters.rule_pages.WEB", "https://docs.example/rules/")
    assert "\x1b]8;;https://docs.example/rules/env/risky-fallback.md\x1b\\" in render(
        report(disagreement), "text", Look(links=True)
    )
    rule = json.loads(render(report(disagreement), "sarif"))["runs"][0]["tool"]["driver"]["rules"][0]
    assert rule["helpUri"] == "https://docs.example/rules/env/risky-fallback.md"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "on_terminal", "in_pipe"),
    [
        ({}, True, False),
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": "0"}, False, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True, True),
    ],
)
def test_people_decide_about_colours(environment: dict[str, str], on_terminal: bool, in_pipe: bool) -> None:
    assert terminal.wants_color(Terminal(), environment) is on_terminal
    assert terminal.wants_color(io.StringIO(), environment) is in_pipe


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, False),
        ({"TERM_PROGRAM": "vscode"}, True),
        ({"TERM_PROGRAM": "Apple_Terminal"}, False),
        ({"VTE_VERSION": "7200"}, True),
        ({"VTE_VERSION": "4400"}, False),
        ({"TERM": "xterm-kitty"}, True),
        ({"TERM_PROGRAM": "vscode", "CI": "true"}, False),
        ({"TERM_PROGRAM": "vscode", "FORCE_HYPERLINK": "0"}, False),
        ({"FORCE_HYPERLINK": "1"}, True),
    ],
)
def test_links_are_for_terminals_that_show_them(environment: dict[str, str], expected: bool) -> None:
    assert terminal.shows_links(Terminal(), environment) is expected


def test_the_width_is_what_columns_says() -> None:
    assert terminal.width(io.StringIO(), {"COLUMNS": "72"}) == 72
    assert terminal.width(io.StringIO(), {"COLUMNS": "wide"}) == 0


def test_a_report_goes_to_several_places_at_once(
    disagreement: Finding, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = [f"sarif={tmp_path / 'new/out.sarif'}", f"json={tmp_path / 'out.json'}", "text"]
    write(report(disagreement), outputs(asked), Look(color=True), {})
    assert json.loads((tmp_path / "new/out.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert json.loads((tmp_path / "out.json").read_text("utf-8"))["findings"]
    assert capsys.readouterr().out == render(report(disagreement), "text", Look(color=True))


def test_the_summary_of_a_github_step_is_added_to(disagreement: Finding, tmp_path: Path) -> None:
    summary = tmp_path / "summary"
    summary.write_text("before\n")
    write(report(disagreement), outputs(["github", "text"]), Look(), {"GITHUB_STEP_SUMMARY": str(summary)})
    page = summary.read_text("utf-8")
    assert page.startswith("before\n## crosswire\n") and "| ❌ | src/app.py:3 |" in page
    summary.write_text("x" * (1024 * 1024 - 10))
    write(report(disagreement), outputs(["github"]), Look(), {"GITHUB_STEP_SUMMARY": str(summary)})
    assert summary.stat().st_size == 1024 * 1024 - 10


@pytest.mark.parametrize(("format", "expected"), [("github", "apps/one/"), ("concise", ""), ("rdjson", "one/")])
def test_paths_are_those_that_each_consumer_looks_up(
    disagreement: Finding, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, format: str, expected: str
) -> None:
    (tmp_path / ".git").mkdir()
    root = tmp_path / "apps/one"
    root.mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "apps")
    file = tmp_path / "out"
    write(report(disagreement), outputs([f"{format}={file}"]), Look(root=root), {})
    assert f"{expected}src/app.py" in file.read_text("utf-8")
    assert f"/{expected}src/app.py" not in file.read_text("utf-8")
    assert expected or "one/" not in file.read_text("utf-8")


@pytest.mark.parametrize("format", FORMATS)
def test_a_format_imports_no_other(format: str) -> None:
    script = (
        "import sys; from crosswire.lint import Report, Summary; from crosswire.reporters import render;"
        f"render(Report((), Summary(*[0] * 9), 1), {format!r}); print(*sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    imported = {name.removeprefix("crosswire.reporters.") for name in result.stdout.split()}
    assert imported.intersection(FORMATS) - {"json"} == {format} - {"json"}
