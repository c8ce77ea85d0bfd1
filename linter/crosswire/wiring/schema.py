"""Tables against what code and libraries ask of them: keys, indexes, and the attribute by which items expire."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.patterns import same
from crosswire.record import record
from crosswire.values import Const, Truth
from crosswire.wiring.function import TimeUnit
from crosswire.wiring.resource import Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.wiring.function import Call, Function, ItemShape, LibraryTable, Use, WrittenTime
    from crosswire.wiring.project import Wiring


@record
class WrongShape:
    """A request that gives a key which is not the table's, or an item without its key. `lacking` are attributes of the
    table's key that are not given, `foreign` those given that are not part of it."""

    function: Function
    call: Call
    shape: ItemShape
    table: Table
    lacking: tuple[str, ...]
    foreign: tuple[str, ...]


@record
class Kept:
    """A table that a library keeps its items in, as declared. Not `sure` where the variable that is to name it is not
    set: then it is the one table that the function may use."""

    function: Function
    library: LibraryTable
    table: Table
    sure: bool


@record
class WrongTime:
    """A request that writes the time at which an item expires, surely not as a number of seconds."""

    function: Function
    call: Call
    time: WrittenTime
    table: Table


@record
class UnknownIndex:
    """A call that asks an index which the table does not have."""

    function: Function
    call: Call
    use: Use
    table: Table
    index: str


def wrong_shapes(wiring: Wiring) -> Iterator[WrongShape]:
    """Every request that surely does not fit the key of the table that it is about."""
    for function in wiring.functions:
        for call in function.code.calls:
            for shape in call.items:
                table = wiring.table(function, shape.table)
                if table is None or not table.complete or not table.keys:
                    continue
                keys = tuple(key.attribute for key in table.keys)
                lacking = tuple(key for key in keys if key not in shape.attributes)
                foreign = () if shape.whole else tuple(name for name in shape.attributes if name not in keys)
                if lacking or foreign:
                    yield WrongShape(function, call, shape, table, lacking, foreign)


def unknown_indexes(wiring: Wiring) -> Iterator[UnknownIndex]:
    """Every call of an index, by an exact name, that the table surely does not have. A place that asks one of several
    tables for it is left alone, where one of them may have it."""
    for function in wiring.functions:
        asked: dict[object, list[UnknownIndex | None]] = {}
        for call in function.code.calls:
            for use in call.uses:
                if use.kind == "index" and not use.optional:
                    asked.setdefault(call.span.order, []).append(_unknown_index(wiring, function, call, use))
        for found in asked.values():
            known = [one for one in found if one is not None]
            if len(known) == len(found):
                yield from known


def _unknown_index(wiring: Wiring, function: Function, call: Call, use: Use) -> UnknownIndex | None:
    if use.index is None or wiring.unset_reads(function, use.index):
        return None
    name = wiring.expand(wiring.resolve(function, use.index))
    table = wiring.table(function, use.name)
    if not isinstance(name, Const) or table is None or not table.complete:
        return None
    absent = all(same(index.name, name, wiring.expand) is Truth.NO for index in table.indexes)
    return UnknownIndex(function, call, use, table, name.text) if absent else None


def wrong_times(wiring: Wiring) -> Iterator[WrongTime]:
    """Every time that is written to the attribute by which its table expires items, in a unit that DynamoDB does not
    read there. A time that may be in seconds on some way of the code is left alone."""
    for function in wiring.functions:
        for call in function.code.calls:
            for time in call.times:
                table = wiring.table(function, time.table) if TimeUnit.SECONDS not in time.units else None
                if table is not None and table.ttl is not None and wiring.expand(table.ttl) == Const(time.attribute):
                    yield WrongTime(function, call, time, table)


def kept_tables(wiring: Wiring) -> Iterator[Kept]:
    """Every declared table that a library keeps its items in."""
    for function in wiring.functions:
        for library in function.code.tables:
            if wiring.happens(function, library.when) is not Truth.YES:
                continue
            table = wiring.table(function, library.name)
            meant = _meant(wiring, function, library) if table is None else None
            if table is not None or meant is not None:
                yield Kept(function, library, table or meant, table is not None)  # type: ignore[arg-type]


def _meant(wiring: Wiring, function: Function, library: LibraryTable) -> Table | None:
    """The only table that can be meant where a variable that is to name it is not set."""
    if not any(read.default is None for read in wiring.unset_reads(function, library.name)):
        return None
    tables = wiring.resources_of(function.id.unit, "dynamodb", "table")
    usable = [table for table in tables if wiring.covers(function.role, "dynamodb", wiring.arn(table)) is Truth.YES]
    only = usable[0] if len(usable) == 1 else None
    return only if isinstance(only, Table) else None
