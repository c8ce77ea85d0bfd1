"""Concise: one line for each finding, for problem matchers and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.visible import visible

if TYPE_CHECKING:
    from crosswire.lint import Report


def render(report: Report, notes: bool, color: bool) -> str:
    """`path:line:column: severity[family/name] message`, in reading order. `color` changes nothing."""
    lines = []
    for finding in report.findings:
        if finding.severity is Severity.NOTE and not notes:
            continue
        at = finding.span.start_position
        place = f"{visible(finding.span.path)}:{at.line}:{at.column}"
        lines.append(f"{place}: {finding.severity.value}[{finding.rule}] {visible(finding.message)}\n")
    return "".join(lines)
