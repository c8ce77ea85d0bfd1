"""The items in requests of DynamoDB: which attributes a key or an item has, where the code shows them all, and the
times that are written to attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.items import ITEMS, UPDATES
from crosswire.frontends.code.abstract import Abstract, Primitive, Record, SequenceValue, as_text, options_of
from crosswire.frontends.code.times import Moment, in_seconds, unit_of, unit_of_digits
from crosswire.values import Concat, Const
from crosswire.wiring.function import ItemShape, TimeUnit, WrittenTime

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


def times_of(operation: str, request: Abstract, fixed: dict[str, Abstract]) -> Iterator[WrittenTime]:
    """The points in time that a request writes, of whose units all are known. The items need not be known whole."""
    outer = fixed.get("TableName")
    for place in ITEMS.get(operation, ()):
        for table, part in _parts(outer, request, place.path) if place.whole else ():
            if isinstance(part, Record):
                named = part.fields.get("TableName", table) if place.member else table
                yield from _times_in(named, part.fields.get(place.member) if place.member else part)
    if operation in UPDATES:
        for table, part in _parts(outer, request, UPDATES[operation]):
            if isinstance(part, Record):
                yield from _updates(part.fields.get("TableName", table), part)


def _times_in(table: Abstract | None, item: Abstract | None) -> Iterator[WrittenTime]:
    if table is None or not isinstance(item, Record):
        return
    handed = bool(item.state.get("handed"))  # what it was given to may have made numbers of dates
    for name, value in item.fields.items():
        time = _written(table, name, value)
        if time is not None and not (handed and TimeUnit.OBJECT in time.units):
            yield time


def _updates(table: Abstract | None, request: Record) -> Iterator[WrittenTime]:
    """What an update sets to a value that it is given: `SET #ttl = :ttl`, `SET expires = if_not_exists(a, :b)`."""
    names, values = request.fields.get("ExpressionAttributeNames"), request.fields.get("ExpressionAttributeValues")
    if table is None or not isinstance(values, Record):
        return
    for expression in options_of(request.fields.get("UpdateExpression", Const(""))):
        parts = expression.parts if isinstance(expression, Concat) else (expression,)
        text = "".join(part.text if isinstance(part, Const) else "\0" for part in parts)
        for name, value in _SET.findall(text):
            meant = names.fields.get(name) if name[0] == "#" and isinstance(names, Record) else Const(name)
            given = values.fields.get(value)
            time = _written(table, meant.text, given) if isinstance(meant, Const) and given is not None else None
            if time is not None:
                yield time


#: Only `SET` has the sign; what is set is a whole attribute, to a whole value.
_SET = re.compile(
    r"(?<![\w.\]\0#])([#\w]+)\s*=\s*(?:if_not_exists\s*\([^(),\0]*,\s*)?(:\w+)(?![\w\0])(?!\s*[-+])", re.IGNORECASE
)


def _written(table: Abstract, attribute: str, value: Abstract) -> WrittenTime | None:
    """A time where every way of the code writes one, or nothing, or a number that stands for never."""
    units: list[TimeUnit] = []
    first: Moment | Const | None = None
    for option in options_of(value):
        if isinstance(option, Primitive):
            continue
        moment, unit = _time(option)
        if moment is None or unit is None or moment.span is None:
            return None
        units.append(unit)
        first = first or moment
    if first is None or first.span is None:
        return None
    moment = first if isinstance(first, Moment) else Moment("a text", first.span, form="text")
    return WrittenTime(
        as_text(table), attribute, tuple(dict.fromkeys(units)), first.span, moment.clock, in_seconds(moment)
    )


def _time(value: Abstract) -> tuple[Moment | Const | None, TimeUnit | None]:
    """A moment as it stands in an item, or in the form that names its type: `{ N: "1" }`."""
    if isinstance(value, Record) and len(value.fields) == 1 and not value.open and not value.symbolic:
        ((kind, inner),) = value.fields.items()
        if kind == "S" and isinstance(inner, (Moment, Const)):
            return inner, TimeUnit.TEXT
        return (inner, unit_of_digits(inner)) if kind == "N" and isinstance(inner, Moment) else (None, None)
    if isinstance(value, Moment):
        return value, unit_of(value)
    if isinstance(value, Const) and _DATE_OR_DIGITS.fullmatch(value.text):
        return value, TimeUnit.TEXT
    return None, None


_DATE_OR_DIGITS = re.compile(r"\d{9,}|\d{4}-\d\d-\d\d([T ].*)?")
