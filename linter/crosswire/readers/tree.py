"""The one tree that YAML, JSON (and later HCL) are read into. Every node knows its place.

Plain classes with slots, not dataclasses: a template of 10,000 lines makes 60,000 of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias

from crosswire.source import Source, Span


class Scalar:
    """A text. `plain` tells that it was written without quotes, so that `true`, `12` and `null` may mean more than
    text.

    `tag` is a YAML tag such as `!Ref` as it was written, else the empty text.
    """

    __slots__ = ("end", "plain", "source", "start", "tag", "text")

    def __init__(self, text: str, source: Source, start: int, end: int, plain: bool = False, tag: str = "") -> None:
        self.text = text
        self.source = source
        self.start = start
        self.end = end
        self.plain = plain
        self.tag = tag

    def __repr__(self) -> str:
        return f"Scalar({self.text!r})" if not self.tag else f"Scalar({self.tag} {self.text!r})"

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)

    @property
    def is_null(self) -> bool:
        return self.plain and not self.tag and self.text in ("", "~", "null", "Null", "NULL")

    def as_bool(self) -> bool | None:
        """The truth value by YAML 1.1, which CloudFormation follows; quoted `true` and `false` count too.
        None where it is no truth value."""
        folded = self.text.lower()
        if folded in ("true", "yes", "on") and (self.plain or folded == "true"):
            return True
        if folded in ("false", "no", "off") and (self.plain or folded == "false"):
            return False
        return None


class Items:
    """A sequence."""

    __slots__ = ("end", "items", "source", "start", "tag")

    def __init__(self, items: list[Node], source: Source, start: int, end: int, tag: str = "") -> None:
        self.items = items
        self.source = source
        self.start = start
        self.end = end
        self.tag = tag

    def __repr__(self) -> str:
        return f"Items({self.items!r})"

    def __iter__(self) -> Iterator[Node]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)


class Entries:
    """A mapping: its pairs in the order written, duplicates included. `get` gives the last one of a name, as YAML
    loaders do; `duplicates` lists the keys that occur again."""

    __slots__ = ("_index", "end", "pairs", "source", "start", "tag")

    def __init__(self, pairs: list[tuple[Scalar, Node]], source: Source, start: int, end: int, tag: str = "") -> None:
        self.pairs = pairs
        self.source = source
        self.start = start
        self.end = end
        self.tag = tag
        self._index: dict[str, tuple[Scalar, Node]] | None = None

    def __repr__(self) -> str:
        return f"Entries({[(key.text, value) for key, value in self.pairs]!r})"

    def _by_name(self) -> dict[str, tuple[Scalar, Node]]:
        if self._index is None:
            self._index = {pair[0].text: pair for pair in self.pairs}
        return self._index

    def __contains__(self, name: str) -> bool:
        return name in self._by_name()

    def __len__(self) -> int:
        return len(self.pairs)

    def get(self, name: str) -> Node | None:
        """The value under a name, or None."""
        pair = self._by_name().get(name)
        return None if pair is None else pair[1]

    def key(self, name: str) -> Scalar | None:
        """The key node of a name, for its place."""
        pair = self._by_name().get(name)
        return None if pair is None else pair[0]

    def items(self) -> Iterator[tuple[Scalar, Node]]:
        """The pairs that count: for a name that occurs twice, the last."""
        return iter(self._by_name().values())

    @property
    def duplicates(self) -> list[Scalar]:
        seen: set[str] = set()
        again: list[Scalar] = []
        for key, _ in self.pairs:
            if key.text in seen:
                again.append(key)
            seen.add(key.text)
        return again

    @property
    def span(self) -> Span:
        return Span(self.source, self.start, self.end)


Node: TypeAlias = Scalar | Items | Entries


def child(node: Node | None, *names: str) -> Node | None:
    """Follow names through mappings; None as soon as one is missing or is no mapping."""
    for name in names:
        if not isinstance(node, Entries):
            return None
        node = node.get(name)
    return node


def text_of(node: Node | None) -> str | None:
    """The text of an untagged scalar, else None."""
    return node.text if isinstance(node, Scalar) and not node.tag else None
