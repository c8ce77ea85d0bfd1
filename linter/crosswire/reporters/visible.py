"""Lines of checked files, made safe to print: no terminal escape and no secret gets through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.redaction import MASK

if TYPE_CHECKING:
    from crosswire.redaction import Secrets
    from crosswire.source import Source, Span

_TAB = "    "

# Control characters, marks that change the direction of text, line separators, and halves of broken characters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def visible(text: str) -> str:
    """One line of text in which everything that a terminal would obey is spelt out (`\\x1b`)."""
    return _UNPRINTABLE.sub(lambda match: _spelt(match[0]), text)


def _spelt(character: str) -> str:
    code = ord(character)
    return {"\n": "\\n", "\r": "\\r", "\t": "\\t"}.get(character) or (
        f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}"
    )


class Line:
    """A line of a source as it is printed: `text`, in which `columns` says where a span went."""

    def __init__(self, source: Source, number: int, secrets: Secrets) -> None:
        raw = source.line(number)
        self._start = source.line_starts[number - 1]
        self._cells = list(raw) if raw.isprintable() else list(map(_cell, raw))
        for a, b in secrets.within(source, self._start, self._start + len(raw)):
            a, b = a - self._start, b - self._start
            self._cells[a:b] = [MASK, *[""] * (b - a - 1)]
        self._length = len(raw)
        self.text = "".join(self._cells)

    def columns(self, span: Span) -> tuple[int, int]:
        """The printed columns that the span takes on this line, from zero, at least one wide. A span that goes on to
        the next line ends with this one."""
        start = min(max(span.start - self._start, 0), self._length)
        end = min(max(span.end - self._start, start), self._length)
        while 0 < start < self._length and not self._cells[start]:  # inside a mask: its beginning stands for all of it
            start -= 1
        left = _width("".join(self._cells[:start]))
        return left, left + max(_width("".join(self._cells[start:end])), 1)


def _cell(character: str) -> str:
    if character == "\t":
        return _TAB
    return visible(character)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)
