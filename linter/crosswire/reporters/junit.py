"""JUnit: findings as failed tests, for what shows test results and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.look import told
from crosswire.reporters.summary import concerned
from crosswire.reporters.visible import visible, visible_path

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look

_MARKUP = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\ufffe": "\\ufffe", "\uffff": "\\uffff"}


def render(report: Report, look: Look) -> str:
    """A suite for each file and a case for each finding; one case that passed where there is none. A note passes."""
    by_path: dict[str, list[Finding]] = {}
    for finding in told(report, look):
        by_path.setdefault(finding.span.path, []).append(finding)
    count = sum(map(len, by_path.values())) or 1
    head = f'<testsuites name="crosswire" tests="{count}" failures="{_failures(told(report, look))}" errors="0">\n'
    suites = [_suite(path, findings, look) for path, findings in by_path.items()] or [_CLEAN]
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{head}{"".join(suites)}</testsuites>\n'


_CLEAN = (
    '  <testsuite name="crosswire" tests="1" failures="0" errors="0" skipped="0">\n'
    '    <testcase name="no findings" classname="crosswire"/>\n'
    "  </testsuite>\n"
)


def _suite(path: str, findings: Sequence[Finding], look: Look) -> str:
    name = _escaped(look.folder + path)
    cases = "".join(f"    {line}\n" for finding in findings for line in _case(finding, name))
    counts = f'tests="{len(findings)}" failures="{_failures(findings)}" errors="0" skipped="0"'
    return f'  <testsuite name="{name}" {counts}>\n{cases}  </testsuite>\n'


def _failures(findings: Sequence[Finding]) -> int:
    return sum(finding.severity is not Severity.NOTE for finding in findings)


def _case(finding: Finding, path: str) -> Iterator[str]:
    line = finding.span.start_position.line
    name = f"{finding.rule}:{line}: {finding.message}"
    yield f'<testcase name="{_escaped(name)}" classname="{path}" file="{path}" line="{line}">'
    text = "\n".join(_escaped(row) for row in _rows(finding))
    if finding.severity is Severity.NOTE:
        yield f"  <system-out>{text}</system-out>"
    else:
        yield f'  <failure type="{finding.severity.value}" message="{_escaped(finding.message)}">{text}</failure>'
    yield "</testcase>"


def _rows(finding: Finding) -> Iterator[str]:
    for span, message in [(finding.span, finding.label), *((label.span, label.message) for label in finding.related)]:
        at = span.start_position
        yield f"{visible_path(span.path)}:{at.line}:{at.column}" + (f": {message}" if message else "")
    if finding.functions:
        yield concerned(finding)
    if finding.advice:
        yield f"help: {finding.advice}"


def _escaped(text: str) -> str:
    """Text that is neither markup nor, in a log, a command."""
    return re.sub('[&<>"\ufffe\uffff]', lambda match: _MARKUP[match[0]], visible(text))
