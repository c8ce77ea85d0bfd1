"""Text: every finding with the source of each place involved, for people at a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label, Severity
from crosswire.redaction import Secrets
from crosswire.reporters.look import told
from crosswire.reporters.summary import checked, concerned, found
from crosswire.reporters.visible import Line, visible

if TYPE_CHECKING:
    from crosswire.lint import Report
    from crosswire.reporters.look import Look

_WIDEST = 160
_NARROWEST = 40
_DOTS = "..."

_RESET, _BOLD, _BLUE = "\x1b[0m", "\x1b[1m", "\x1b[34m"
_TINTS = {Severity.ERROR: "\x1b[31m", Severity.WARNING: "\x1b[33m", Severity.NOTE: "\x1b[36m"}


def render(report: Report, look: Look) -> str:
    """The findings, each with excerpts, then what was cross-checked and what was found."""
    secrets = Secrets(report.secrets)
    blocks = ["\n".join(_block(finding, secrets, look)) + "\n" for finding in told(report, look)]
    return "\n".join([*blocks, f"{checked(report.summary)}\n{found(report.summary, look.notes)}\n"])


def _block(finding: Finding, secrets: Secrets, look: Look) -> Iterator[str]:
    """The lines of one finding: heading, excerpts by file with that of the primary place first, advice."""
    tint = _TINTS[finding.severity]
    heading = _painted(f"{finding.severity.value}[{_rule(finding.rule, look)}]", tint + _BOLD, look)
    yield f"{heading}{_painted(': ' + visible(finding.message), _BOLD, look)}"
    primary = Label(finding.span, finding.label)
    by_path: dict[str, list[Label]] = {}
    for label in (primary, *finding.related):
        by_path.setdefault(label.span.path, []).append(label)
    gutter = max(len(str(label.span.start_position.line)) for labels in by_path.values() for label in labels)
    bar = _painted(" " * gutter + " |", _BLUE, look)
    for number, labels in enumerate(by_path.values()):
        at = labels[0].span.start_position
        arrow = _painted(" " * gutter + ("-->" if number == 0 else ":::"), _BLUE, look)
        yield f"{arrow} {visible(look.folder + labels[0].span.path)}:{at.line}:{at.column}"
        yield bar
        yield from _excerpt(labels, primary, tint, gutter, secrets, look)
        if number < len(by_path) - 1 or finding.functions or finding.advice:
            yield bar
    edge = _painted(" " * gutter + " =", _BLUE, look)
    if finding.functions:
        yield f"{edge} {visible(concerned(finding))}"
    if finding.advice:
        yield f"{edge} help: {visible(finding.advice)}"


def _excerpt(
    labels: Sequence[Label], primary: Label, tint: str, gutter: int, secrets: Secrets, look: Look
) -> Iterator[str]:
    """The lines of one file that the labels are on, each followed by its underlines."""
    room = max(look.width - gutter - 3, _NARROWEST) if look.width else _WIDEST
    bar = _painted(" " * gutter + " |", _BLUE, look)
    last, left = 0, 0
    for label in sorted(labels, key=lambda label: (label.span.order, label is not primary)):
        number = label.span.start_position.line
        line = Line(label.span.source, number, secrets)
        start, end = line.columns(label.span)
        if number != last:
            if last and number > last + 1:
                yield _painted(_DOTS, _BLUE, look)
            left = _left(line, start, end, room)
            yield f"{_painted(f'{number:>{gutter}} |', _BLUE, look)} {_part(line, left, room)}".rstrip()
        elif end > left + room - len(_DOTS) and _left(line, start, end, room) > left:  # too far right to be seen
            left = _left(line, start, end, room)
            yield f"{bar} {_part(line, left, room)}".rstrip()
        last = number
        start, end = start - left, max(min(end - left, room), start - left + 1)
        mark, paint = ("^", tint) if label is primary else ("-", _BLUE)
        underline = f"{bar} {' ' * start}{_painted(mark * (end - start), paint, look)}"
        message = visible(label.message)
        if not look.width or end + 1 + len(message) <= room:
            yield f"{underline} {message}".rstrip()
        else:  # below its underline, as far to the left as it needs
            yield underline
            yield f"{bar} {' ' * max(min(start, room - len(message)), 0)}{message}"


def _left(line: Line, start: int, end: int, room: int) -> int:
    """The column from which a line is shown so that a place in it is seen: the first if that is so there."""
    if line.width <= room or end <= room - len(_DOTS):
        return 0
    return max(start - room // 4, 0)


def _part(line: Line, left: int, room: int) -> str:
    """What there is room for of a line, from a column on."""
    before = _DOTS if left else ""
    after = _DOTS if line.width > left + room else ""
    return before + line.part(left + len(before), room - len(before) - len(after)) + after


def _rule(rule: str, look: Look) -> str:
    """The rule's id, which opens its page where the terminal can."""
    if not look.links:
        return rule
    from crosswire.reporters.rule_pages import page_link

    page = page_link(rule)
    return f"\x1b]8;;{page}\x1b\\{rule}\x1b]8;;\x1b\\" if page else rule


def _painted(text: str, paint: str, look: Look) -> str:
    return f"{paint}{text}{_RESET}" if look.color else text
