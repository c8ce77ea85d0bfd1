"""Read Dockerfiles: what an image is given, what it starts, and what is copied into it."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from crosswire.readers.dotenv import EXPANDED
from crosswire.readers.tree import Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Source

_INSTRUCTION = re.compile(r"^[ \t]*([A-Za-z]+)[ \t]+([^\n]*)", re.MULTILINE)
_PAIR = re.compile(r"""([A-Za-z_][\w.-]*)=("(?:\\.|[^"\\])*"|'[^']*'|(?:\\.|[^\s\\])*)""")


class Dockerfile:
    """The variables of `ENV` with their places, the words of the last `CMD` and `ENTRYPOINT`, and the paths that are
    copied from the context. What cannot be read is left out."""

    def __init__(self, source: Source) -> None:
        self.env: list[tuple[Scalar, Scalar]] = []
        self.command: list[str] = []
        self.entrypoint: list[str] = []
        self.sources: list[str] = []
        text = source.text.replace("\\\r\n", "   ").replace("\\\n", "  ")  # places stay
        for match in _INSTRUCTION.finditer(text):
            word, rest = match[1].upper(), match[2]
            if word == "CMD":
                self.command = _words(rest)
            elif word == "ENTRYPOINT":
                self.entrypoint = _words(rest)
            elif word == "ENV":
                self.env += _variables(source, rest, match.start(2))
            elif word in ("COPY", "ADD") and "--from" not in rest:
                words = [one for one in _words(rest) if not one.startswith("--")]
                self.sources.extend(words[:-1])


def _words(text: str) -> list[str]:
    text = text.strip()
    if text.startswith("["):
        try:
            words = json.loads(text)
        except (ValueError, RecursionError):
            return []
        return [str(word) for word in words]
    return [word.strip("\"'") for word in text.split()]


def _variables(source: Source, text: str, at: int) -> Iterator[tuple[Scalar, Scalar]]:
    """`ENV A=b C="d e"`, and `ENV A b c` of old."""
    first = text.split(None, 1)
    if first and "=" not in first[0]:
        value = first[1].strip() if len(first) > 1 else ""
        start = at + text.find(first[0])
        begin = at + text.find(value, start - at + len(first[0])) if value else start
        yield _scalar(source, first[0], start, first[0]), _scalar(source, value, begin, value)
        return
    for match in _PAIR.finditer(text):
        raw = match[2]
        value = raw[1:-1] if raw[:1] in ("'", '"') else raw.replace("\\ ", " ")
        yield _scalar(source, match[1], at + match.start(1), match[1]), _scalar(source, value, at + match.start(2), raw)


def _scalar(source: Source, text: str, start: int, raw: str) -> Scalar:
    return Scalar(text, source, start, start + len(raw), True, EXPANDED if "$" in text else "")
