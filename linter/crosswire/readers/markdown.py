"""Read Markdown: the blocks of code in it, with the language that each says it is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.readers.script import Excerpt
from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Source

_fence = re.compile(r"^[ \t]*(?:>[ \t]?|[-*+][ \t]+|\d+[.)][ \t]+)*(`{3,}|~{3,})[ \t]*([^\s`]*)[^`\n]*$", re.MULTILINE)
_prompt = re.compile(r"[ \t]*(?:[\w.@~/-]*[$%] |> |PS [^>\n]*> ?)")


@record
class CodeBlock:
    """A fenced block. `language` is what stands behind the fence, in small letters."""

    language: str
    start: int
    end: int


def code_blocks(text: str) -> Iterator[CodeBlock]:
    """The fenced blocks of a text. One that is not closed goes up to the end."""
    at = 0
    while True:
        opened = _fence.search(text, at)
        if opened is None:
            return
        mark = opened.group(1)
        start = min(opened.end() + 1, len(text))
        closing = re.compile(rf"^[ \t>]*{re.escape(mark[0])}{{{len(mark)},}}[ \t\r]*$", re.MULTILINE).search(
            text, start
        )
        end = len(text) if closing is None else closing.start()
        yield CodeBlock(opened.group(2).strip("{}.").lower(), start, end)
        if closing is None:
            return
        at = closing.end()


def session(source: Source, start: int, end: int) -> Excerpt | None:
    """The commands of a block in which prompts stand before them, without prompts and output; None where there are no
    prompts."""
    text = source.text
    parts: list[str] = []
    steps: list[tuple[int, int]] = []
    length, at, goes_on, seen = 0, start, False, False
    while at < end:
        found = text.find("\n", at, end)
        stop = end if found < 0 else found + 1
        line = text[at:stop]
        match = _prompt.match(line)
        first = match.end() if match is not None and not (goes_on and not line.lstrip().startswith(">")) else 0
        if first or goes_on:
            seen = seen or bool(first)
            steps.append((length, at + first))
            parts.append(line[first:])
            length += len(line) - first
            goes_on = line.rstrip().endswith(("\\", "`"))
        at = stop
    return Excerpt(source, "".join(parts), steps) if seen else None
