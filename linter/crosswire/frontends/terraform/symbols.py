"""Symbols in a text that is to be parsed: each is a mark while it is read, and stands in the text again afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Const, concat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.source import Span
    from crosswire.values import Value

_OPENS, _CLOSES = "\ue000", "\ue001"  # private characters, which no text holds


def mark(number: int) -> str:
    """What stands for a symbol, by its number among those of the text."""
    return f"{_OPENS}{number}{_CLOSES}"


def has_marks(text: str) -> bool:
    """Whether a text holds a symbol."""
    return _OPENS in text


def with_symbols(text: str, symbols: Sequence[Value], span: Span) -> Value:
    """A text with its symbols where their marks are."""
    before, *rest = text.split(_OPENS)
    parts: list[Value] = [Const(before, span)]
    for piece in rest:
        number, _, after = piece.partition(_CLOSES)
        parts += [symbols[int(number)], Const(after, span)]
    return concat(parts, span)
