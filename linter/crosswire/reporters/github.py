"""GitHub: workflow commands, which a runner turns into annotations beside the lines of a pull request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.columns import region
from crosswire.reporters.look import gravest_first, told
from crosswire.reporters.summary import checked, concerned, found
from crosswire.reporters.visible import visible, visible_path

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look

_COMMANDS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "notice"}

_LONGEST = 4096
"""The runner cuts messages there."""


def render(report: Report, look: Look) -> str:
    """One command for each finding, the gravest first, since ten of each level are shown for a step."""
    commands = [_command(finding, look) for finding in gravest_first(told(report, look))]
    return "".join(f"{line}\n" for line in (*commands, checked(report.summary), found(report.summary, look.notes)))


def _command(finding: Finding, look: Look) -> str:
    at = region(finding.span)
    properties = {"title": f"crosswire {finding.rule}", "file": look.folder + finding.span.path, "line": at.line}
    if at.line == at.end_line:  # a runner drops columns from the others
        properties |= {"endLine": at.end_line, "col": at.column, "endColumn": at.end_column}
    else:
        properties |= {"endLine": at.end_line}
    said = ",".join(f"{name}={_property(str(value))}" for name, value in properties.items())
    message = "\n".join(_lines(finding, look))
    if len(message.encode("utf-16-le")) // 2 > _LONGEST:
        message = message.encode("utf-16-le")[: 2 * _LONGEST - 2].decode("utf-16-le", "ignore") + "…"
    return f"::{_COMMANDS[finding.severity]} {said}::{_data(message)}"


def _lines(finding: Finding, look: Look) -> Iterator[str]:
    yield visible(finding.message)
    for label in finding.related:
        at = label.span.start_position
        yield f"{visible_path(look.folder + label.span.path)}:{at.line}:{at.column}: {visible(label.message)}"
    if finding.functions:
        yield visible(concerned(finding))
    if finding.advice:
        yield f"help: {visible(finding.advice)}"


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """A property, which must name the file exactly where it can: only what no runner carries is spelt out."""
    return visible(_data(text)).replace(":", "%3A").replace(",", "%2C")
