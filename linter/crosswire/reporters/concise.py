"""Concise: one line for each finding, for problem matchers and grep."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.reporters.look import told
from crosswire.reporters.visible import visible, visible_path

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look


def render(report: Report, look: Look) -> str:
    """`path:line:column: severity[family/name] message`, in reading order."""
    return "".join(f"{_line(finding, look)}\n" for finding in told(report, look))


def _line(finding: Finding, look: Look) -> str:
    at = finding.span.start_position
    place = f"{visible_path(look.folder + finding.span.path)}:{at.line}:{at.column}"
    return f"{place}: {finding.severity.value}[{finding.rule}] {visible(finding.message)}{_elsewhere(finding)}"


def _elsewhere(finding: Finding) -> str:
    """The functions concerned beside the one that the message names."""
    others = [name for name in finding.functions if f"`{name}`" not in finding.message]
    if not others or len(others) == len(finding.functions) == 1:
        return ""
    more = f" and {len(others) - 3} more" if len(others) > 4 else ""
    return f" (also {visible(', '.join(others[:3] if more else others))}{more})"
