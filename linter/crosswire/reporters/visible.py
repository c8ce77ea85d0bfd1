"""What checked files say, made safe to print: no terminal escape, no command to a CI system and no secret gets
through."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.redaction import MASK

if TYPE_CHECKING:
    from crosswire.redaction import Secrets
    from crosswire.source import Source, Span

_TAB = "    "

# Control characters, marks that change the direction of text, line separators, halves of broken characters, and the
# second half of what GitHub, Azure and TeamCity take for a command wherever it stands in a line of a log.
_UNPRINTABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufff9-\ufffb\ud800-\udfff]"
    r"|(?<=#)#(?=\[|vso\[|teamcity\[)",
    re.IGNORECASE,
)


def visible(text: str) -> str:
    """One line of text in which everything that a terminal or CI system would obey is spelt out (`\\x1b`)."""
    return _UNPRINTABLE.sub(lambda match: _spelt(match[0]), text)


def visible_path(path: str) -> str:
    """A path to begin a line with. `::` there begins a command to GitHub, so `./` goes before it."""
    return visible(f"./{path}" if path.lstrip().startswith("::") else path)


def url_path(path: str) -> str:
    """A path in a URL, percent-encoded. Bytes of a name that are no text come out as they are on the disk."""
    from urllib.parse import quote

    try:
        return quote(path.encode("utf-8", "surrogateescape"))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def uncommanding(json: str) -> str:
    """JSON that means the same and commands no CI system whose log it is printed to."""
    return re.sub(r"##(?=\[|vso\[|teamcity\[)", r"#\\u0023", json, flags=re.IGNORECASE)


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
        self._cells = list(raw)
        if not raw.isprintable() or "##" in raw:
            for match in _UNPRINTABLE.finditer(raw):
                self._cells[match.start()] = _TAB if match[0] == "\t" else _spelt(match[0])
        for a, b in secrets.within(source, self._start, self._start + len(raw)):
            a, b = a - self._start, b - self._start
            self._cells[a:b] = [MASK, *[""] * (b - a - 1)]
        self._length = len(raw)
        self.text = "".join(self._cells)

    @property
    def width(self) -> int:
        return _width(self.text)

    def columns(self, span: Span) -> tuple[int, int]:
        """The printed columns that the span takes on this line, from zero, at least one wide. A span that goes on to
        the next line ends with this one."""
        start = min(max(span.start - self._start, 0), self._length)
        end = min(max(span.end - self._start, start), self._length)
        while 0 < start < self._length and not self._cells[start]:  # inside a mask: its beginning stands for all of it
            start -= 1
        left = _width("".join(self._cells[:start]))
        return left, left + max(_width("".join(self._cells[start:end])), 1)

    def part(self, left: int, width: int) -> str:
        """The text between two printed columns. What is cut through leaves blanks, so that the columns hold."""
        if self.text.isascii():
            return self.text[left : left + width]
        shown, column = [], 0
        for letter in self.text:
            wide = _width(letter)
            if column >= left and column + wide <= left + width:
                shown.append(letter)
            elif column < left < column + wide:
                shown.append(" " * (column + wide - left))
            column += wide
        return "".join(shown)


def _width(text: str) -> int:
    if text.isascii():
        return len(text)
    from unicodedata import combining, east_asian_width

    return sum(0 if combining(letter) else 2 if east_asian_width(letter) in "WF" else 1 for letter in text)
