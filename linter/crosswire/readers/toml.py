"""Read TOML into positioned trees: `tomllib` reads it, and what it does not tell is found here, where keys and values
stand.

Places are looked for in texts that `tomllib` has read: that follows the notation without judging it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from crosswire.readers.tree import Entries, Items, Scalar
from crosswire.record import record
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.readers.tree import Node
    from crosswire.source import Source

TomlPath: TypeAlias = tuple[str | int, ...]
"""The names and numbers that lead to a value: `("tool", "crosswire", "external", 0, "name")`."""

_TOKEN = re.compile(
    r'(?P<blank>[ \t\r]+|#[^\n]*)|(?P<text>"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\')'
    r"|(?P<mark>[][{}=,.\n])|(?P<bare>[^][{}=,.\s\"'#]+)",
    re.DOTALL,
)


@record
class TomlPlace:
    """A key with its value. An item of an array is its own key."""

    key: Span
    value: Span


def read_toml(source: Source) -> Entries | Broken:
    """The tree of a TOML text, every node at its place."""
    import tomllib

    try:
        document = tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:  # a number may be too long for Python, too
        return Broken(Span(source, 0, 0), str(error), referenced=False)
    places = toml_places(source)
    everywhere = Span(source, 0, len(source.text))

    def entries(value: dict[str, object], path: TomlPath, span: Span) -> Entries:
        pairs: list[tuple[Scalar, Node]] = []
        for name, inner in value.items():
            place = places.get((*path, name)) or TomlPlace(span, span)
            pairs.append((Scalar(name, source, place.key.start, place.key.end), node(inner, (*path, name), place)))
        return Entries(pairs, source, span.start, span.end)

    def node(value: object, path: TomlPath, place: TomlPlace) -> Node:
        span = place.value
        if isinstance(value, dict):
            return entries(value, path, span)
        if isinstance(value, list):
            inner = [((*path, index), one) for index, one in enumerate(value)]
            return Items([node(one, at, places.get(at) or place) for at, one in inner], source, span.start, span.end)
        text = str(value).lower() if isinstance(value, bool) else str(value)
        return Scalar(text, source, span.start, span.end, not isinstance(value, str))

    return entries(document, (), everywhere)


def toml_places(source: Source) -> dict[TomlPath, TomlPlace]:
    """The place of every key, table and item by its path."""
    reader = _Reader(source)
    reader.document()
    return reader.places


class _Reader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.places: dict[TomlPath, TomlPlace] = {}
        found = (match for match in _TOKEN.finditer(source.text) if match.lastgroup != "blank")
        self._tokens = [(match[0], match.start(), match.end()) for match in found]
        self._at = 0
        self._counts: dict[TomlPath, int] = {}  # of the tables of each array of tables

    def document(self) -> None:
        table: TomlPath = ()
        while self._at < len(self._tokens):
            if self._peek() == "\n":
                self._at += 1
            elif self._peek() == "[":
                table = self._header()
            else:
                self._pair(table)

    def _header(self) -> TomlPath:
        start = self._tokens[self._at][1]
        double = self.source.text.startswith("[[", start)
        self._at += 2 if double else 1
        names, span = self._key()
        self._at += 2 if double else 1
        path = self._within(names[:-1])
        if double:
            path = (*path, names[-1])
            self._remember(path, span, span)
            number = self._counts.get(path, 0)
            self._counts[path] = number + 1
            path = (*path, number)
        else:
            path = (*path, names[-1])
        self._remember(path, span, span)
        return path

    def _within(self, names: Sequence[str]) -> TomlPath:
        """A table's path, in which the name of an array of tables means its last one."""
        path: TomlPath = ()
        for name in names:
            path = (*path, name)
            if path in self._counts:
                path = (*path, self._counts[path] - 1)
        return path

    def _pair(self, table: TomlPath) -> None:
        names, span = self._key()
        self._at += 1  # the equals sign
        self._value((*table, *names), span)

    def _key(self) -> tuple[list[str], Span]:
        """A key with dots, as its names and where it stands."""
        start = end = self._tokens[self._at][1]
        names: list[str] = []
        while self._at < len(self._tokens) and self._peek() not in ("=", "]", "\n"):
            text, _, end = self._tokens[self._at]
            self._at += 1
            if text != ".":
                names.append(_plain(text))
        return names, Span(self.source, start, end)

    def _value(self, path: TomlPath, key: Span | None) -> None:
        """A value, remembered under its path with what is in it."""
        text, start, end = self._tokens[self._at]
        if text in ("[", "{"):
            self._at += 1
            number = 0
            while self._peek() not in ("]", "}"):
                if self._peek() in ("\n", ","):
                    self._at += 1
                elif text == "[":
                    self._value((*path, number), None)
                    number += 1
                else:
                    self._pair(path)
            end = self._tokens[self._at][2]
            self._at += 1
        else:
            while self._at < len(self._tokens) and self._peek() not in ("\n", ",", "]", "}"):
                end = self._tokens[self._at][2]  # a number with a dot, or a date with a blank, is several
                self._at += 1
        value = Span(self.source, start, end)
        self._remember(path, key or value, value)

    def _remember(self, path: TomlPath, key: Span, value: Span) -> None:
        self.places.setdefault(path, TomlPlace(key, value))

    def _peek(self) -> str:
        return self._tokens[self._at][0]


def _plain(key: str) -> str:
    """A key without its quotes."""
    if key[0] == "'":
        return key[1:-1]
    if key[0] == '"':
        return _unescaped(key[1:-1])
    return key


def _unescaped(text: str) -> str:
    if "\\" not in text:
        return text
    import tomllib

    read: str = tomllib.loads(f'k = "{text}"')["k"]
    return read
