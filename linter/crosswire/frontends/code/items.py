"""The items in requests of DynamoDB: which attributes a key or an item has, where the code shows them all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.items import ITEMS
from crosswire.frontends.code.abstract import Abstract, Primitive, Record, SequenceValue, as_text, options_of
from crosswire.values import Const
from crosswire.wiring.function import ItemShape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.aws.items import ItemPlace
    from crosswire.source import Span


def shapes_of(operation: str, request: Abstract, fixed: dict[str, Abstract], span: Span) -> Iterator[ItemShape]:
    """The keys and items of a request whose attributes are all known; `fixed` holds what a resource object gives."""
    for place in ITEMS.get(operation, ()):
        for table, part in _parts(fixed.get("TableName"), request, place.path):
            yield from _shape(table, part, place, span)


def _parts(
    table: Abstract | None, value: Abstract, path: tuple[str, ...]
) -> Iterator[tuple[Abstract | None, Abstract]]:
    if not path:
        yield table, value
        return
    step, *rest = path
    if step == "[]":
        for item in value.items if isinstance(value, SequenceValue) else ():
            yield from _parts(table, item, tuple(rest))
    elif isinstance(value, Record):
        if step == "{}":
            for name, field in value.fields.items():
                yield from _parts(Const(name), field, tuple(rest))
            for key, field in value.symbolic:
                yield from _parts(key, field, tuple(rest))
        elif step in value.fields:
            yield from _parts(table, value.fields[step], tuple(rest))


def _shape(table: Abstract | None, part: Abstract, place: ItemPlace, span: Span) -> Iterator[ItemShape]:
    if not isinstance(part, Record):
        return
    named = part.fields.get("TableName", table) if place.member else table
    held = part.fields.get(place.member) if place.member else part
    if named is None or not isinstance(held, Record) or held.open or held.symbolic or held.cls is not None:
        return
    if held.state.get("handed"):  # what it was given to may have added more
        return
    if any(_may_be_absent(field) for field in held.fields.values()):
        return
    yield ItemShape(as_text(named), tuple(held.fields), place.whole, held.span or span)


def _may_be_absent(value: Abstract) -> bool:
    """Whether an attribute may turn out not to be there: one way of the code leaves it out."""
    return any(isinstance(option, Primitive) and option.value is None for option in options_of(value))
