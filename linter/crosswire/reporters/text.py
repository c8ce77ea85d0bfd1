"""Text: every finding with the source of each place involved, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label, Severity
from crosswire.redaction import Secrets
from crosswire.reporters.visible import Line, visible

if TYPE_CHECKING:
    from crosswire.lint import Report, Summary

_WIDEST = 160
_BEFORE = 40

_RESET, _BOLD, _BLUE = "\x1b[0m", "\x1b[1m", "\x1b[34m"
_TINTS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.NOTE: "\x1b[36m"}


def render(report: Report, notes: bool, color: bool) -> str:
    """The findings, each with excerpts, then what was cross-checked and what was found."""
    secrets = Secrets(report.secrets)
    shown = [finding for finding in report.findings if notes or finding.severity is not Severity.NOTE]
    blocks = ["\n".join(_block(finding, secrets, color)) + "\n" for finding in shown]
    return "\n".join([*blocks, _summary(report.summary, notes)])


def _block(finding: Finding, secrets: Secrets, color: bool) -> Iterator[str]:
    """The lines of one finding: heading, excerpts by file with that of the primary place first, advice."""
    tint = _TINTS[finding.severity]
    heading = _painted(f"{finding.severity.value}[{finding.rule}]", tint + _BOLD, color)
    yield f"{heading}{_painted(': ' + visible(finding.message), _BOLD, color)}"
    primary = Label(finding.span, finding.label)
    by_path: dict[str, list[Label]] = {}
    for label in (primary, *finding.related):
        by_path.setdefault(label.span.path, []).append(label)
    gutter = max(len(str(label.span.start_position.line)) for labels in by_path.values() for label in labels)
    bar = _painted(" " * gutter + " |", _BLUE, color)
    for number, labels in enumerate(by_path.values()):
        at = labels[0].span.start_position
        arrow = _painted(" " * gutter + ("-->" if number == 0 else ":::"), _BLUE, color)
        yield f"{arrow} {visible(labels[0].span.path)}:{at.line}:{at.column}"
        yield bar
        yield from _excerpt(labels, primary, tint, gutter, secrets, color)
        if number < len(by_path) - 1 or finding.functions or finding.advice:
            yield bar
    edge = _painted(" " * gutter + " =", _BLUE, color)
    if finding.functions:
        yield f"{edge} {_counted_word(len(finding.functions), 'function')}: {visible(', '.join(finding.functions))}"
    if finding.advice:
        yield f"{edge} help: {visible(finding.advice)}"


def _excerpt(
    labels: Sequence[Label], primary: Label, tint: str, gutter: int, secrets: Secrets, color: bool
) -> Iterator[str]:
    """The lines of one file that the labels are on, each followed by its underlines."""
    last = 0
    for label in sorted(labels, key=lambda label: (label.span.order, label is not primary)):
        span = label.span
        number = span.start_position.line
        line = Line(span.source, number, secrets)
        start, end = line.columns(span)
        left = max(start - _BEFORE, 0) if len(line.text) > _WIDEST else 0
        if number != last:
            if last and number > last + 1:
                yield _painted("...", _BLUE, color)
            shown = _cut(line.text, left)
            yield f"{_painted(f'{number:>{gutter}} |', _BLUE, color)} {shown}".rstrip()
        last = number
        dots = 3 if left else 0
        mark = "^" if label is primary else "-"
        width = min(end - left, _WIDEST) - (start - left)
        underline = _painted(mark * max(width, 1), tint if label is primary else _BLUE, color)
        bar = _painted(" " * gutter + " |", _BLUE, color)
        yield f"{bar} {' ' * (start - left + dots)}{underline} {visible(label.message)}".rstrip()


def _cut(text: str, left: int) -> str:
    """The part of a long line that is shown."""
    before = "..." if left else ""
    after = "..." if len(text) > left + _WIDEST else ""
    return f"{before}{text[left : left + _WIDEST]}{after}"


def _summary(summary: Summary, notes: bool) -> str:
    functions = _counted(summary.functions, "function")
    reads = _counted(summary.env_reads, "environment read")
    calls = _counted(summary.sdk_calls, "SDK call")
    templates = _counted(summary.templates, "template")
    unresolved = f"{_counted(summary.unresolved, 'value')} stayed unresolved"
    unresolved += " (listed with --verbose)" if summary.unresolved else ""
    found = f"found {_counted(summary.errors, 'error')} and {_counted(summary.warnings, 'warning')}"
    if summary.notes:
        found += f", {_counted(summary.notes, 'note')}" + ("" if notes else " (shown with --notes)")
    return f"checked {functions}, {reads} and {calls} against {templates}; {unresolved}\n{found}\n"


def _counted(count: int, noun: str) -> str:
    return f"{count} {_counted_word(count, noun)}"


def _counted_word(count: int, noun: str) -> str:
    return noun if count == 1 else noun + "s"


def _painted(text: str, paint: str, color: bool) -> str:
    return f"{paint}{text}{_RESET}" if color else text
