"""The last lines for people: what was cross-checked and what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Summary


def checked(summary: Summary) -> str:
    """What was looked at."""
    functions = counted(summary.functions, "function")
    reads = counted(summary.env_reads, "environment read")
    calls = counted(summary.sdk_calls, "SDK call")
    declaring = counted(summary.templates, "infrastructure file")
    unresolved = f"{counted(summary.unresolved, 'value')} stayed unresolved"
    unresolved += " (listed with --verbose)" if summary.unresolved else ""
    return f"checked {functions}, {reads} and {calls} against {declaring}; {unresolved}"


def found(summary: Summary, notes: bool) -> str:
    """What was found, and how much of it is not told. `notes`: notes are told."""
    text = f"found {counted(summary.errors, 'error')} and {counted(summary.warnings, 'warning')}"
    if summary.notes:
        text += f", {counted(summary.notes, 'note')}" + ("" if notes else " (shown with --notes)")
    left_out = [
        f"{count} {where}"
        for count, where in ((summary.suppressed, "suppressed"), (summary.baseline, "in the baseline"))
        if count
    ]
    return text + (f"; not told: {', '.join(left_out)}" if left_out else "")


def concerned(finding: Finding) -> str:
    """The functions of a finding, as a line of it."""
    return f"{'function' if len(finding.functions) == 1 else 'functions'}: {', '.join(finding.functions)}"


def counted(count: int, noun: str) -> str:
    """A number of things."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
