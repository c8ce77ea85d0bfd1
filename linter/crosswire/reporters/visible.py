"""Text from checked files, made safe to print: no terminal escape and no secret gets through."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.source import Source, Span

MASK = "********"
"""Stands for a secret, whatever its length."""

_SHORTEST_REPEATED = 8
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


class Secrets:
    """The places that no output of a run may show, gathered from all of its findings, shown or not."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        spans = {span.order: span for finding in findings for span in finding.secrets if span.end > span.start}
        self._by_path: dict[str, list[tuple[int, int]]] = {}
        for path, start, end in sorted(spans):
            self._by_path.setdefault(path, []).append((start, end))
        self._texts = sorted({span.text for span in spans.values() if len(span.text) >= _SHORTEST_REPEATED})

    def within(self, source: Source, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a stretch of text to mask, as offsets, in order and apart: secrets and repetitions of them."""
        parts = [(max(a, start), min(b, end)) for a, b in self._by_path.get(source.path, ()) if a < end and b > start]
        for text in self._texts:
            at = source.text.find(text, start, end)
            while at >= 0:
                parts.append((at, at + len(text)))
                at = source.text.find(text, at + len(text), end)
        apart: list[tuple[int, int]] = []
        for a, b in sorted(parts):
            if apart and a <= apart[-1][1]:
                apart[-1] = (apart[-1][0], max(b, apart[-1][1]))
            else:
                apart.append((a, b))
        return apart


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
