"""Text with places: every value that crosswire speaks of knows where it was written.

Offsets count code points of the text, from zero. Lines and columns are worked out only when a place is shown,
because eager positions cost four times as much per node.
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property
from typing import TypeVar

from crosswire.record import field, record

T = TypeVar("T")


@record
class Position:
    """A line and a column as people count them: both from one, columns in code points."""

    line: int
    column: int


class Source:
    """One file's text. `path` is relative to the root of the check, with `/`; it names the file in every output."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.text = text

    def __repr__(self) -> str:
        return f"Source({self.path!r})"

    @cached_property
    def line_starts(self) -> list[int]:
        """The offset at which each line begins. A line ends with LF, CRLF or a lone CR."""
        text = self.text
        if "\r" not in text:
            starts = [0]
            at = text.find("\n")
            while at >= 0:
                starts.append(at + 1)
                at = text.find("\n", at + 1)
            return starts
        return _line_starts_with_cr(text)

    @cached_property
    def is_ascii(self) -> bool:
        """Whether byte offsets and code point offsets are the same."""
        return self.text.isascii()

    @cached_property
    def _byte_starts(self) -> list[int]:
        total, starts = 0, [0]
        for character in self.text:
            total += len(character.encode("utf-8", "surrogatepass"))
            starts.append(total)
        return starts

    def offset_of_byte(self, byte: int) -> int:
        """The code point offset of a UTF-8 byte offset, as tree-sitter counts."""
        if self.is_ascii:
            return byte
        return bisect_right(self._byte_starts, byte) - 1

    def position(self, offset: int) -> Position:
        """The line and column of an offset."""
        index = bisect_right(self.line_starts, offset) - 1
        return Position(index + 1, offset - self.line_starts[index] + 1)

    def line(self, number: int) -> str:
        """The text of a line, counted from one, without its line break."""
        start = self.line_starts[number - 1]
        end = self.line_starts[number] if number < len(self.line_starts) else len(self.text)
        return self.text[start:end].rstrip("\r\n")


def _line_starts_with_cr(text: str) -> list[int]:
    starts, at, length = [0], 0, len(text)
    while at < length:
        character = text[at]
        at += 1
        if character == "\r":
            if at < length and text[at] == "\n":
                at += 1
            starts.append(at)
        elif character == "\n":
            starts.append(at)
    return starts


@record
class Span:
    """A stretch of a source: `start` inclusive, `end` exclusive, as offsets."""

    source: Source
    start: int
    end: int

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def text(self) -> str:
        return self.source.text[self.start : self.end]

    @property
    def start_position(self) -> Position:
        return self.source.position(self.start)

    @property
    def end_position(self) -> Position:
        return self.source.position(self.end)

    @property
    def order(self) -> tuple[str, int, int]:
        """A key that sorts spans by path, then place."""
        return (self.source.path, self.start, self.end)


@record
class Broken:
    """A place that could not be read, and why: one sentence that says what to do.

    `referenced` tells that a unit needs the file, which makes its unreadability an error, not a count.
    """

    span: Span
    why: str
    referenced: bool = field(default=True)


def unfinished_merge(source: Source) -> Broken | None:
    """The first mark of a merge that was left in a text: what follows is two versions at once, which no parser can
    tell."""
    for mark in ("<<<<<<<", ">>>>>>>"):
        at = 0
        while (at := source.text.find(mark, at)) >= 0:
            line_begins = at == 0 or source.text[at - 1] in "\r\n"
            if line_begins and source.text[at + len(mark) : at + len(mark) + 1] in ("", " ", "\r", "\n"):
                why = "holds the mark of a merge conflict: resolve the merge"
                return Broken(Span(source, at, at + len(mark)), why)
            at += len(mark)
    return None
