"""Texts of commands that have a form of their own: JSON, and the CLI's shorthand, as nodes at their places.

A value is parts that follow each other: texts, and nodes for what is not written there (`!Ref $STAGE`).
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TypeAlias

from crosswire.frontends.cloudformation.making import UNKNOWN, Making
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Broken, Source, Span

Val: TypeAlias = tuple[Node, ...]

_FIRST_MARK, _MOST_MARKS = 0xE100, 4000
_mark = re.compile(f"[{chr(_FIRST_MARK)}-{chr(_FIRST_MARK + _MOST_MARKS)}]")


def is_literal(part: Node) -> bool:
    """Whether a part is text as it is written."""
    return isinstance(part, Scalar) and not part.tag


def place_of(node: Node) -> Scalar:
    """A node as a place to put others."""
    return node if isinstance(node, Scalar) else Scalar("", node.source, node.start, node.end)


def literal(value: Val) -> str | None:
    """The text of a value that is known, None for any other."""
    texts = [part.text for part in value if isinstance(part, Scalar) and not part.tag]
    return "".join(texts) if len(texts) == len(value) else None


def shown(value: Val) -> str:
    """A value as it identifies what it names: symbols by their names."""
    return "".join(map(_shown, value))


def _shown(part: Node) -> str:
    if isinstance(part, Scalar):
        return part.text if not part.tag else "${" + part.text.lstrip("$") + "}"
    return f"?{part.source.path}:{part.start}"


def whole(value: Val) -> Node | None:
    """The node that a value is: a text, or parts that are joined. None for no value."""
    if not value:
        return None
    if len(value) == 1:
        return value[0]
    if all(map(is_literal, value)):
        first, last = value[0], value[-1]
        together = first.source is last.source and first.start <= last.end
        return Scalar(literal(value) or "", first.source, first.start, last.end if together else first.end)
    return Making(value[0]).list(["", _joined(value)], "!Join")


def _joined(value: Val) -> Items:
    first = value[0]
    return Items(list(value), first.source, first.start, max(first.start, value[-1].end))


class Flat:
    """A value as one text, in which every part that is no text is a single mark."""

    __slots__ = ("_ends", "_parts", "_starts", "text")

    def __init__(self, value: Val, escaped_quotes: bool = False) -> None:
        self._parts: list[Node] = []
        self._starts: list[int] = []
        pieces: list[str] = []
        length = 0
        for part in value:
            for node, text in _pieces(part, len(self._parts), escaped_quotes):
                self._starts.append(length)
                self._parts.append(node)
                pieces.append(text)
                length += len(text)
        self.text = "".join(pieces)

    def part_at(self, offset: int) -> Node:
        """The part that an offset is in."""
        return self._parts[max(bisect_right(self._starts, offset) - 1, 0)]

    def place(self, offset: int) -> tuple[Source, int]:
        """Where an offset is written."""
        index = max(bisect_right(self._starts, min(offset, max(len(self.text) - 1, 0))) - 1, 0)
        part = self._parts[index]
        inside = offset - self._starts[index]
        if is_literal(part) and isinstance(part, Scalar) and len(part.text) == part.end - part.start:
            return part.source, part.start + inside
        return part.source, part.start

    def slice(self, start: int, end: int) -> Val:
        """The parts of a stretch."""
        found: list[Node] = []
        at = start
        while at < end:
            index = max(bisect_right(self._starts, at) - 1, 0)
            part = self._parts[index]
            until = self._starts[index + 1] if index + 1 < len(self._starts) else len(self.text)
            stop = min(until, end)
            if not is_literal(part) or not isinstance(part, Scalar):
                found.append(part)
            elif len(part.text) == part.end - part.start:
                begin = part.start + at - self._starts[index]
                found.append(Scalar(self.text[at:stop], part.source, begin, begin + stop - at))
            else:
                found.append(Scalar(self.text[at:stop], part.source, part.start, part.end))
            at = stop
        if not found:
            source, place = self.place(start) if self._parts else (Source("", ""), 0)
            return (Scalar("", source, place, place),)
        return tuple(found)

    def node(self, start: int, end: int) -> Node:
        """The node of a stretch."""
        node = whole(self.slice(start, end))
        assert node is not None, "a slice is never empty"
        return node


def _pieces(part: Node, index: int, escaped_quotes: bool) -> list[tuple[Node, str]]:
    if not is_literal(part) or not isinstance(part, Scalar):
        return [(part, chr(_FIRST_MARK + min(index, _MOST_MARKS)))]
    text = _mark.sub("?", part.text)
    if not escaped_quotes or '\\"' not in text or len(text) != part.end - part.start:
        return [(part, text)] if text else []
    found: list[tuple[Node, str]] = []
    at = 0
    while at < len(text):  # quotes that Windows takes away
        next_one = text.find('\\"', at)
        stop = len(text) if next_one < 0 else next_one
        if stop > at:
            found.append((Scalar(text[at:stop], part.source, part.start + at, part.start + stop), text[at:stop]))
        if next_one >= 0:
            place = part.start + next_one
            found.append((Scalar('"', part.source, place, place + 2), '"'))
            stop += 2
        at = stop
    return found


def structure(value: Val, broken: list[Broken], windows: bool = False) -> Node:
    """A value that is a mapping or a list, in JSON or in shorthand. What is no JSON is added to `broken`."""
    if len(value) == 1 and not isinstance(value[0], Scalar) and not value[0].tag:
        return value[0]
    flat = Flat(value, windows)
    text = flat.text.strip()
    making = Making(value[0])
    if not text:
        return making.unknown("an empty value")
    if text[0] in "{[":
        return _json(flat, making, broken)
    if len(text) == 1 and _mark.match(text):
        return making.unknown("a value that only the script knows")
    try:
        return _Shorthand(flat, making).read()
    except _NoShorthandError:
        return making.unknown("a value that cannot be read")


# JSON


def _json(flat: Flat, making: Making, broken: list[Broken]) -> Node:
    text, origins, has_hole = _with_quoted_marks(flat)
    tree = read_json(Source("", text))
    if isinstance(tree, Broken):
        if has_hole:
            return making.unknown("JSON that the script puts together")
        at = origins[min(tree.span.start, len(origins) - 1)]
        source, start = flat.place(at)
        if tree.why.startswith("the file "):
            why = "the JSON of a command ends before its value does: close its brackets"
        else:
            why = f"the JSON of a command is broken: {tree.why}"
        broken.append(Broken(Span(source, start, min(start + 1, len(source.text))), why))
        return making.unknown("JSON that cannot be read")
    return _placed(tree, flat, origins)


def _with_quoted_marks(flat: Flat) -> tuple[str, list[int], bool]:
    """The text with quotes around every mark that stands outside of quotes, where each character comes from, and
    whether any mark hides more than a text may."""
    characters: list[str] = []
    origins: list[int] = []
    in_quotes = escaped = has_hole = False
    for offset, character in enumerate(flat.text):
        if _mark.match(character):
            has_hole = has_hole or not isinstance(flat.part_at(offset), Scalar) or not in_quotes
            written = character if in_quotes else f'"{character}"'
        else:
            written = character
            if character == '"' and not escaped:
                in_quotes = not in_quotes
            escaped = character == "\\" and not escaped
        characters.append(written)
        origins += [offset] * len(written)
    return "".join(characters), origins or [0], has_hole


def _placed(node: Node, flat: Flat, origins: list[int]) -> Node:
    """A tree of the flat text with its places in files."""

    def place(start: int, end: int) -> tuple[Source, int, int]:
        source, first = flat.place(origins[min(start, len(origins) - 1)])
        other, last = flat.place(origins[min(max(end - 1, start), len(origins) - 1)])
        return source, first, max(last + 1, first) if other is source else first

    if isinstance(node, Scalar):
        source, first, last = place(node.start, node.end)
        if not _mark.search(node.text):
            return Scalar(node.text, source, first, last, node.plain)
        parts: list[Node] = []
        for piece in re.split(f"({_mark.pattern})", node.text):
            if _mark.fullmatch(piece):
                parts.append(flat.part_at(flat.text.find(piece)))  # each part has a mark of its own
            elif piece:
                parts.append(Scalar(piece, source, first, last))
        found = whole(tuple(parts))
        assert found is not None, "there is a mark"
        return found
    if isinstance(node, Items):
        source, first, last = place(node.start, node.end)
        return Items([_placed(item, flat, origins) for item in node.items], source, first, last)
    source, first, last = place(node.start, node.end)
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in node.pairs:
        name = _placed(key, flat, origins)
        if not isinstance(name, Scalar) or name.tag:
            name = Scalar(f"Fn::{UNKNOWN}", source, first, last)
        pairs.append((name, _placed(value, flat, origins)))
    return Entries(pairs, source, first, last)


# Shorthand. Source: AWS CLI user guide, "Using shorthand syntax with the AWS CLI".


class _NoShorthandError(Exception):
    pass


class _Shorthand:
    def __init__(self, flat: Flat, making: Making) -> None:
        self._flat = flat
        self._text = flat.text
        self._at = 0
        self._making = making
        self._depth = 0

    def read(self) -> Node:
        if "=" not in self._text:
            return self._list_of_texts()
        node = self._pairs("")
        if self._at < len(self._text):
            raise _NoShorthandError
        return node

    def _list_of_texts(self) -> Node:
        items: list[Node] = []
        start = 0
        for piece in self._text.split(","):
            if piece.strip():
                items.append(self._flat.node(start, start + len(piece)))
            start += len(piece) + 1
        return self._making.list(items)

    def _pairs(self, closing: str) -> Node:
        pairs: list[tuple[Scalar, Node]] = []
        start = self._at
        complete = True
        while True:
            self._blanks()
            if self._at >= len(self._text) or self._text[self._at] == closing:
                break
            name = self._key()
            if name is None:
                complete = False
            else:
                pairs.append((name, self._value(closing)))
            self._blanks()
            if self._text[self._at : self._at + 1] != ",":
                break
            self._at += 1
        if not complete:
            pairs.append((self._making.text(f"Fn::{UNKNOWN}"), self._making.text("what the script puts in")))
        source, first = self._flat.place(start)
        other, last = self._flat.place(max(self._at - 1, start))
        return Entries(pairs, source, first, max(last + 1, first) if other is source else first)

    def _blanks(self) -> None:
        while self._text[self._at : self._at + 1].isspace():
            self._at += 1

    def _key(self) -> Scalar | None:
        start = self._at
        while self._at < len(self._text) and self._text[self._at] not in "=,{}[]":
            self._at += 1
        written = self._text[start : self._at]
        if self._text[self._at : self._at + 1] != "=":
            if written and _mark.search(written) and self._text[self._at : self._at + 1] in ("", ",", "}"):
                return None
            raise _NoShorthandError
        self._at += 1
        stripped = written.strip()
        quotes = len(stripped) > 1 and stripped[0] == stripped[-1] and stripped[0] in "\"'"
        first = start + written.find(stripped) + quotes
        node = self._flat.node(first, first + len(stripped) - 2 * quotes)
        return node if isinstance(node, Scalar) and not node.tag else None

    def _value(self, closing: str) -> Node:
        self._depth += 1
        if self._depth > 30:
            raise _NoShorthandError
        self._blanks()
        character = self._text[self._at : self._at + 1]
        if character == "{":
            self._at += 1
            node = self._pairs("}")
            self._close("}")
        elif character == "[":
            self._at += 1
            node = self._items()
        else:
            node = self._texts(closing)
        self._depth -= 1
        return node

    def _close(self, bracket: str) -> None:
        self._blanks()
        if self._text[self._at : self._at + 1] != bracket:
            raise _NoShorthandError
        self._at += 1

    def _items(self) -> Node:
        items: list[Node] = []
        while True:
            self._blanks()
            character = self._text[self._at : self._at + 1]
            if character in ("]", ""):
                break
            before = self._at
            items.append(self._value("]") if character in "{[" else self._one_text("]"))
            self._blanks()
            if self._text[self._at : self._at + 1] == ",":
                self._at += 1
            elif self._at == before:
                raise _NoShorthandError
        self._close("]")
        return self._making.list(items)

    def _texts(self, closing: str) -> Node:
        """A text, or several with commas between them: what has no `=` behind it belongs to what is before it."""
        items = [self._one_text(closing)]
        while self._text[self._at : self._at + 1] == ",":
            following = re.compile(r"[^,=\[\]{}]*").match(self._text, self._at + 1)
            stop = following.end() if following is not None else self._at + 1
            if self._text[stop : stop + 1] == "=" or stop == self._at + 1 or self._text[stop : stop + 1] in "{[":
                break
            self._at += 1
            items.append(self._one_text(closing))
        return items[0] if len(items) == 1 else self._making.list(items)

    def _one_text(self, closing: str) -> Node:
        self._blanks()
        start = self._at
        quote = self._text[start : start + 1]
        if quote and quote in "\"'":
            end = start + 1
            while end < len(self._text) and self._text[end] != quote:
                end += 2 if self._text[end] == "\\" else 1
            if end < len(self._text):
                self._at = end + 1
                return self._flat.node(start + 1, end)
        depth = 0
        while self._at < len(self._text):
            character = self._text[self._at]
            if character == "," or (character == closing and not depth):
                break
            if character in "{[":
                depth += 1
            elif character in "}]" and depth:
                depth -= 1
            self._at += 1
        return self._flat.node(start, self._at)
