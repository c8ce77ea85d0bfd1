"""Columns in the unit in which a consumer counts: all from one, an end exclusive."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Source, Span

Unit = Callable[[str], int]
"""How long a text is for the consumer."""


def code_points(text: str) -> int:
    return len(text)


def utf8_bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))


@record
class Region:
    """Where a span begins and ends."""

    line: int
    column: int
    end_line: int
    end_column: int


def region(span: Span, unit: Unit = code_points) -> Region:
    """The lines of a span, and its columns in the unit."""
    line, column = _counted(span.source, span.start, unit)
    end_line, end_column = _counted(span.source, span.end, unit)
    return Region(line, column, end_line, end_column)


def _counted(source: Source, offset: int, unit: Unit) -> tuple[int, int]:
    at = source.position(offset)
    if unit is code_points:
        return at.line, at.column
    start = source.line_starts[at.line - 1]
    return at.line, unit(source.text[start:offset]) + 1
