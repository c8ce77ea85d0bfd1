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
_TYPOGRAPHIC = ("\u201c", "\u201d", "\u201e", "\u201f", "\u2018", "\u2019", "\u00ab", "\u00bb")
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
                    raise _Mistake(text.rindex(",", 0, at), f"a comma too many stands before `{closing}`: remove it")
                if closing == "}":
                    at = _key(text, at, source, keys)
                break
            if character != closing:
                raise _no_comma(text, at, parent, node, closing)
            at += 1
            parent.end = at
            node = open_nodes.pop()
        else:
            at = _skip(text, at)
            if at < len(text):
                raise _Mistake(at, _after_the_end(text, at))
            return node


def _skip(text: str, at: int) -> int:
    match = _blank(text, at)
    return match.end() if match is not None else at


def _key(text: str, at: int, source: Source, keys: list[Scalar]) -> int:
    """Read a key and its colon; the offset of the value."""
    if text[at : at + 1] != '"':
        raise _Mistake(at, _leftover(text, at) or _no_key(text, at))
    name, end = _string(text, at)
    keys.append(Scalar(name, source, at, end))
    at = _skip(text, end)
    if text[at : at + 1] != ":":
        raise _Mistake(at, _leftover(text, at) or "a `:` is missing after the key: add it")
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


def _no_key(text: str, at: int) -> str:
    if at >= len(text):
        return "the file ends before a closing `}`: add it"
    if text[at] == "'":
        return "JSON allows double quotes only: replace the single ones"
    if text[at] == ",":
        return "a comma too many stands here: remove it"
    if text[at].isalpha():
        return "the key stands without quotes: write it in double quotes"
    return 'a key in double quotes was expected here: write `"key": value`'


def _no_value(text: str, at: int) -> str:
    if at >= len(text):
        return "the file ends before its JSON value does: complete it" if text.strip() else "the file is empty"
    leftover = _leftover(text, at)
    if leftover:
        return leftover
    if text[at] == "'":
        return "JSON allows double quotes only: replace the single ones"
    if text[at] in ",]}":
        return f"a value is missing before `{text[at]}`: add it"
    return "a JSON value was expected here: quote the text"


def _no_comma(text: str, at: int, parent: Items | Entries, last: Node, closing: str) -> _Mistake:
    if at >= len(text):
        line = parent.span.start_position.line
        return _Mistake(at, f"the file ends before a closing `{closing}`, for line {line}: add it")
    leftover = _leftover(text, at)
    if leftover:
        return _Mistake(at, leftover)
    if text[at] in "]}":
        line = parent.span.start_position.line
        opened = text[parent.start]
        return _Mistake(at, f"`{text[at]}` closes what `{opened}` opened in line {line}: write `{closing}`")
    if text[at] == ":" and isinstance(parent, Items):
        return _Mistake(at, "a list holds no keys: put `{` and `}` around them")
    if text[at] in '"{[':
        return _Mistake(last.end - 1, "a `,` is missing behind this value: add it")
    return _Mistake(at, f"a `,` or `{closing}` is missing before this place: add it")


def _after_the_end(text: str, at: int) -> str:
    leftover = _leftover(text, at)
    if leftover:
        return leftover
    if text[at] in "{[":
        return "a second JSON value begins here: a file holds one"
    if text[at] in "]}":
        return f"a `{text[at]}` too many stands here: remove it"
    if text[at] == ",":
        return "a comma too many stands here: remove it"
    return "something stands after the end of the JSON value: remove it"


def _leftover(text: str, at: int) -> str:
    """What is wrong with what comes from elsewhere: comments, typography, the marks of a document."""
    if text.startswith(("//", "/*", "#"), at):
        return "JSON allows no comments: remove it"
    if text.startswith(("```", "~~~"), at):
        return "the fence of a Markdown document was left here: remove it"
    if text.startswith(("...", "\u2026"), at):
        return "`...` was left here: put in what is meant, or remove it"
    if text[at : at + 1] in _TYPOGRAPHIC:
        return 'a typographic quote stands here: write `"`'
    return ""
