"""Tables against what code and libraries ask of them: keys, indexes, and the attribute by which items expire."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.patterns import same
from crosswire.record import record
from crosswire.values import Const, Truth, concat
from crosswire.wiring.function import TimeUnit
from crosswire.wiring.resource import Table

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from crosswire.source import Source
    from crosswire.values import ResourceId
    from crosswire.wiring.function import Call, Function, ItemShape, LibraryTable, Use, WrittenTime
    from crosswire.wiring.project import Wiring

_END = re.compile(r"expir|ttl|time_?to_?live", re.IGNORECASE)
"""What the name of an attribute holds that says when an item ends."""


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


def index_cause(table: Table, name: str) -> Hashable:
    """The cause of all that goes wrong because code names an index that a table does not have."""
    return ("index", table.id, name)


def misnamed_index(wiring: Wiring, function: Function, call: Call, use: Use, action: str) -> Hashable:
    """The cause of a denial that the name of an index is, because the table does not have it and the function may use
    one that the table has; None where it is not."""
    unknown = _unknown_index(wiring, function, call, use)
    if unknown is None:
        return None
    has = (concat([wiring.arn(unknown.table), Const("/index/"), index.name]) for index in unknown.table.indexes)
    is_allowed = any(wiring.may(function, action, arn) is not Truth.NO for arn in has)
    return index_cause(unknown.table, unknown.index) if is_allowed else None


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


def misplaced_times(wiring: Wiring) -> Iterator[WrongTime]:
    """Every item that is written with an end, as a number of seconds, in another attribute than the one by which its
    table expires items. The item is known whole, and no file that asks the table for anything knows the other name."""
    texts: dict[ResourceId, set[Source]] = {}
    found: list[WrongTime] = []
    for function in wiring.functions:
        for call in function.code.calls:
            tables = [wiring.table(function, use.name) for use in call.uses]
            for table in tables:
                if table is not None:
                    texts.setdefault(table.id, set()).add(call.span.source)
            for time in call.times:
                table = wiring.table(function, time.table)
                if table is not None and _is_end(table, time) and _writes_whole(wiring, function, call, time, table):
                    found.append(WrongTime(function, call, time, table))
    for wrong in found:
        ttl = wrong.table.ttl
        declared = None if ttl is None else wiring.expand(ttl)
        if isinstance(declared, Const) and declared.text != wrong.time.attribute:
            name = re.compile(rf"(?<!\w){re.escape(declared.text)}(?!\w)")
            if not any(name.search(source.text) for source in texts.get(wrong.table.id, ())):
                yield wrong


def _writes_whole(wiring: Wiring, function: Function, call: Call, time: WrittenTime, table: Table) -> bool:
    """Whether a call writes an item with a time to a table, of which all attributes are known."""
    shapes = (shape for shape in call.items if shape.whole and time.attribute in shape.attributes)
    return any(wiring.table(function, shape.table) is table for shape in shapes)


def _is_end(table: Table, time: WrittenTime) -> bool:
    """Whether a time is one at which an item ends: by the name of the attribute, which nothing is looked up by."""
    keys = {key.attribute for listed in (table.keys, *(index.keys for index in table.indexes)) for key in listed}
    is_named_so = _END.search(time.attribute) is not None and time.attribute not in keys
    return is_named_so and time.units == (TimeUnit.SECONDS,)


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
