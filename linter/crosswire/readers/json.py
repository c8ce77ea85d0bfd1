"""Read JSON into the positioned tree. What AWS would refuse (comments, trailing commas) is Broken, with its place.

The standard library decodes texts (`scanstring`), the rest is a scanner that keeps offsets and a stack of its own.
Numbers and words become plain scalars, so that `true` and `"true"` stay different.
"""

from __future__ import annotations

import re
from json import decoder
from typing import TYPE_CHECKING

from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from crosswire.source import Source

_MAX_DEPTH = 120
_blank = re.compile(r"[ \t\r\n]*").match
_word = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?(?![\w.+-])|(?:true|false|null)(?!\w)").match


def read_json(source: Source) -> Node | Broken:
    """The tree of a JSON text; `Broken` names the place of the first mistake and what to do about it."""
    try:
        return _read(source)
    except _Mistake as mistake:
        return Broken(Span(source, mistake.at, min(mistake.at + 1, len(source.text))), mistake.why)


class _Mistake(Exception):
    def __init__(self, at: int, why: str) -> None:
        super().__init__(why)
        self.at = at
        self.why = why


def _read(source: Source) -> Node:
    text = source.text
    at = _skip(text, 1 if text.startswith("\ufeff") else 0)
    open_nodes: list[Items | Entries] = []
    keys: list[Scalar] = []
    while True:
        character = text[at : at + 1]
        node: Node
        if character == '"':
            value, end = _string(text, at)
            node = Scalar(value, source, at, end)
            at = end
        elif character == "{" or character == "[":
            if len(open_nodes) >= _MAX_DEPTH:
                raise _Mistake(at, f"the text is nested more than {_MAX_DEPTH} levels deep: make it flatter")
            mapping = character == "{"
            node = Entries([], source, at, at + 1) if mapping else Items([], source, at, at + 1)
            at = _skip(text, at + 1)
            if text[at : at + 1] != ("}" if mapping else "]"):
                open_nodes.append(node)
                if mapping:
                    at = _key(text, at, source, keys)
                continue
            at += 1
            node.end = at
        else:
            match = _word(text, at)
            if match is None:
                raise _Mistake(at, _no_value(text, at))
            node = Scalar(match.group(), source, at, match.end(), plain=True)
            at = match.end()
        while open_nodes:
            at = _skip(text, at)
            parent = open_nodes[-1]
            if isinstance(parent, Entries):
                parent.pairs.append((keys.pop(), node))
                closing = "}"
            else:
                parent.items.append(node)
                closing = "]"
            character = text[at : at + 1]
            if character == ",":
                at = _skip(text, at + 1)
                if text[at : at + 1] == closing:
                    raise _Mistake(text.rindex(",", 0, at), "a comma stands before the closing bracket: remove it")
                if closing == "}":
                    at = _key(text, at, source, keys)
                break
            if character != closing:
                raise _Mistake(at, _no_comma(text, at, closing))
            at += 1
            parent.end = at
            node = open_nodes.pop()
        else:
            at = _skip(text, at)
            if at < len(text):
                raise _Mistake(at, "something stands after the end of the JSON value: remove it")
            return node


def _skip(text: str, at: int) -> int:
    match = _blank(text, at)
    return match.end() if match is not None else at


def _key(text: str, at: int, source: Source, keys: list[Scalar]) -> int:
    """Read a key and its colon; the offset of the value."""
    if text[at : at + 1] != '"':
        raise _Mistake(at, _comment(text, at) or 'a key in double quotes was expected here: write `"key": value`')
    name, end = _string(text, at)
    keys.append(Scalar(name, source, at, end))
    at = _skip(text, end)
    if text[at : at + 1] != ":":
        raise _Mistake(at, _comment(text, at) or "a `:` is missing after the key: add it")
    return _skip(text, at + 1)


def _string(text: str, at: int) -> tuple[str, int]:
    try:
        value, end = decoder.scanstring(text, at + 1, True)  # type: ignore[attr-defined]
    except decoder.JSONDecodeError as error:
        if "control character" in error.msg:
            why = "a line break or tab stands inside quotes: close the quote, or write it as `\\n` or `\\t`"
        elif "Unterminated" in error.msg:
            why = "the quote that starts here is never closed: close it"
        else:
            why = "this escape is no JSON: write `\\\\` for a backslash"
        raise _Mistake(min(error.pos, len(text)), why) from None
    return value, end


def _no_value(text: str, at: int) -> str:
    if at >= len(text):
        return "the file ends before its JSON value does: complete it" if text.strip() else "the file is empty"
    comment = _comment(text, at)
    if comment:
        return comment
    if text[at] == "'":
        return "JSON allows double quotes only: replace the single ones"
    if text[at] in ",]}":
        return f"a value is missing before `{text[at]}`: add it"
    return "a JSON value was expected here: quote the text"


def _no_comma(text: str, at: int, closing: str) -> str:
    if at >= len(text):
        return f"the file ends before a closing `{closing}`: add it"
    comment = _comment(text, at)
    if comment:
        return comment
    return f"a `,` or `{closing}` is missing before this place: add it"


def _comment(text: str, at: int) -> str:
    if text.startswith(("//", "/*", "#"), at):
        return "JSON allows no comments: remove it"
    return ""
