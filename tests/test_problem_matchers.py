"""The matchers for GitHub and VS Code read every line of the concise format. The engines themselves read them in
tests/consumers, with those of Vim and Emacs."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from crosswire.cli import main
from crosswire.finding import Finding, Severity
from crosswire.lint import Report, Summary
from crosswire.reporters import render
from crosswire.reporters.look import Look
from crosswire.source import Source, Span

PARTS = ("file", "line", "column", "severity", "code", "message")
PATHS = ("template.yaml", "a b/c:d:4: x.yaml", "src/😀[1].py", "::error::x", "C:/x.tf", "note[a/b] x.py")
MESSAGES = ("`Orders` lacks it", "a:1:2: error[x/y] b", "[x] %f %m \\d (:", "😀")


@pytest.fixture
def github(root: Path) -> list[dict[str, Any]]:
    document = json.loads((root / "problem-matcher.json").read_text("utf-8"))
    assert document.keys() == {"problemMatcher"}
    matchers: list[dict[str, Any]] = document["problemMatcher"]
    return matchers


@pytest.fixture
def task(root: Path) -> dict[str, Any]:
    document = json.loads((root / "integrations/vscode/tasks.json").read_text("utf-8"))
    (task,) = document["tasks"]
    found: dict[str, Any] = task
    return found


@pytest.fixture
def report(finding: Callable[..., Finding]) -> Report:
    """Findings of every severity, at paths and with messages that mean something to a matcher."""
    found = []
    for path in PATHS:
        for message in MESSAGES:
            for severity in Severity:
                source = Source(path, f"\n  {message}\n")
                found.append(finding(Span(source, 3, 4), "iam/missing-action", message, severity=severity))
    return Report(tuple(found), Summary(1, 1, 1, 1, 1, 0, 0, 0, 0), units=1)


def read(pattern: Mapping[str, Any], line: str) -> dict[str, str] | None:
    found = re.search(pattern["regexp"], line)
    return {part: found[pattern[part]] for part in PARTS if part in pattern} if found else None


def test_one_matcher_of_github_reads_each_line_in_full(github: list[dict[str, Any]], report: Report) -> None:
    lines = render(report, "concise", Look(notes=True)).splitlines()
    assert len(lines) == len(report.findings)
    for line, finding in zip(lines, report.findings, strict=True):
        problems = [(matcher, read(matcher["pattern"][0], line)) for matcher in github]
        ((matcher, problem),) = [(matcher, problem) for matcher, problem in problems if problem]
        assert f"{problem['file']}:2:3: {finding.severity.value}[{problem['code']}] {problem['message']}" == line
        assert (problem["code"], problem["message"]) == (finding.rule, finding.message)
        # A runner drops the line for any other severity.
        level = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}[finding.severity]
        assert problem.get("severity", matcher.get("severity")) == level


def test_the_matcher_of_vs_code_reads_each_line_in_full(task: dict[str, Any], report: Report) -> None:
    lines = render(report, "concise", Look(notes=True)).splitlines()
    for line, finding in zip(lines, report.findings, strict=True):
        problem = read(task["problemMatcher"]["pattern"], line)
        assert problem and (problem["code"], problem["message"]) == (finding.rule, finding.message)
        assert problem["severity"] in ("error", "warning", "note")  # the severities that VS Code knows


@pytest.mark.parametrize(
    "line",
    [
        "khaya: 12 functions checked",
        "::error file=a.py,line=1::x",
        "a.py:1:2: fatal[x/y] z",
        "a.py:1: error[x/y] z",
        "src/app.py:3:1: E501 line too long",
    ],
)
def test_other_lines_are_no_problems(github: list[dict[str, Any]], task: dict[str, Any], line: str) -> None:
    patterns = [*(matcher["pattern"][0] for matcher in github), task["problemMatcher"]["pattern"]]
    assert [read(pattern, line) for pattern in patterns] == [None] * 3


def test_the_task_is_a_command_that_crosswire_understands(
    task: dict[str, Any], root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root / "fixtures/khaya-broken")
    assert task["command"] == "crosswire"
    assert main(task["args"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines and all(read(task["problemMatcher"]["pattern"], line) for line in lines)
