"""Concise: one line for each finding, for problem matchers and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.visible import visible

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report


def render(report: Report, notes: bool, color: bool) -> str:
    """`path:line:column: severity[family/name] message`, in reading order. `color` changes nothing."""
    lines = []
    for finding in report.findings:
        if finding.severity is Severity.NOTE and not notes:
            continue
        at = finding.span.start_position
        place = f"{visible(finding.span.path)}:{at.line}:{at.column}"
        message = visible(finding.message) + _elsewhere(finding)
        lines.append(f"{place}: {finding.severity.value}[{finding.rule}] {message}\n")
    return "".join(lines)


def _elsewhere(finding: Finding) -> str:
    """The functions concerned beside the one that the message names."""
    others = [name for name in finding.functions if f"`{name}`" not in finding.message]
    if not others or len(others) == len(finding.functions) == 1:
        return ""
    more = f" and {len(others) - 3} more" if len(others) > 4 else ""
    return f" (also {visible(', '.join(others[:3] if more else others))}{more})"
