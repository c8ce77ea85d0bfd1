"""Parts expressions of TypeScript, JavaScript and Python at commas and operators outside of brackets and quotes."""

from __future__ import annotations

import re

_OPEN, _CLOSE = "([{", ")]}"
_CALL = re.compile(r"((?:new\s+)?[A-Za-z_][\w.]*)\s*(?:<[\w., ]*>)?\(")
_LITERAL = re.compile(r"[rRbBuUfF]?(?:'([^'\\\n]*)'|\"([^\"\\\n]*)\"|`([^`\\]*)`)", re.DOTALL)
_LONGEST = 20_000


def literal(text: str) -> str | None:
    """What stands in the quotes that a text consists of; None for any other text."""
    match = _LITERAL.fullmatch(text)
    return None if match is None else next((one for one in match.groups() if one is not None), "")


def call(text: str) -> tuple[str, str] | None:
    """The name and what stands in the brackets of a call that a text consists of."""
    match = _CALL.match(text)
    if match is None:
        return None
    end = closing(text, match.end() - 1)
    return (match.group(1), text[match.end() : end]) if end is not None and not text[end + 1 :].strip() else None


def closing(text: str, at: int) -> int | None:
    """Where the bracket at a place is closed."""
    depth = 0
    for place, character in _bare(text, at):
        depth += (character in _OPEN) - (character in _CLOSE)
        if depth == 0:
            return place
    return None


def arguments(text: str) -> list[str]:
    """The parts of a text between commas, without blanks and comments around them."""
    return [part.strip() for part in split(text, ",")]


def split(text: str, separator: str) -> list[str]:
    """The parts of a text between separators that stand in no brackets and no quotes."""
    parts: list[str] = []
    depth, start = 0, 0
    kept: list[str] = []
    for place, character in _bare(text, 0):
        if character == "#comment":
            kept.append(text[start:place])
            start = text.find("\n", place) if text[place : place + 2] != "/*" else text.find("*/", place) + 2
            start = len(text) if start < 2 else start
            continue
        depth += (character in _OPEN) - (character in _CLOSE)
        if character == separator and depth == 0:
            parts.append("".join(kept) + text[start:place])
            kept = []
            start = place + 1
    parts.append("".join(kept) + text[start:])
    return parts


def _bare(text: str, at: int) -> list[tuple[int, str]]:
    """The characters of a text that stand in no quotes, with their places; a comment is one character, `#comment`."""
    found: list[tuple[int, str]] = []
    last = min(len(text), at + _LONGEST)
    while at < last:
        character = text[at]
        if character in "'\"`":
            quote = text[at : at + 3] if text[at : at + 3] in ("'''", '"""') else character
            at += len(quote)
            while at < last and not text.startswith(quote, at):
                at += 2 if text[at] == "\\" else 1
            at += len(quote)
            continue
        if character == "#" or text.startswith(("//", "/*"), at):
            found.append((at, "#comment"))
            end = text.find("*/", at) + 1 if text.startswith("/*", at) else text.find("\n", at)
            at = last if end < 1 else end + 1
            continue
        found.append((at, character))
        at += 1
    return found
