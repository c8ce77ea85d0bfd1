"""What the languages' own functions and methods do to lists, and the items of anything that can be walked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    Abstract,
    Choices,
    EventValue,
    Native,
    Primitive,
    Record,
    SdkThing,
    SequenceValue,
    join,
    keys_of,
)
from crosswire.frontends.code.branching import write
from crosswire.frontends.code.state import LONGEST_UNROLLED, Arguments
from crosswire.frontends.code.texts import is_index, joined, plus
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def items_of(value: Abstract) -> tuple[list[Abstract], bool]:
    """The items of something iterable, and whether these are all."""
    if isinstance(value, SequenceValue):
        return list(value.items), not value.open
    if isinstance(value, EventValue):
        return [EventValue((*value.path, "*"))], False
    if isinstance(value, Record) and value.cls is None:
        return list(keys_of(value)), not value.open
    if isinstance(value, Choices):
        found = [items_of(option) for option in value.options]
        return [item for items, _ in found for item in items], all(complete for _, complete in found)
    if isinstance(value, SdkThing):
        return [Unknown("a result of a call")], False
    return [], False


def each(evaluator: Evaluator, function: Abstract, iterable: Abstract, span: Span) -> Abstract:
    """Run a function once per known item, or once with an unknown one; the results as a list."""
    items, complete = items_of(iterable)
    if complete and len(items) <= LONGEST_UNROLLED:
        results = [evaluator.call(function, Arguments([item], None, True), span) for item in items]
        return SequenceValue(tuple(results))
    item = join(items[:LONGEST_UNROLLED]) if items else Unknown("an item of a list")
    return SequenceValue((evaluator.call(function, Arguments([item], None, True), span),), True)


def collection_call(evaluator: Evaluator, native: Native, method: str, arguments: Arguments, span: Span) -> Abstract:
    target = native.receiver if native.receiver is not None else NOTHING
    first = arguments.get(0)
    if method in ("promise", "bind"):
        return target
    if method in ("then", "finally"):
        if first is None:
            return target
        given = [] if method == "finally" else [target]
        result = evaluator.call(first, Arguments(given), span)
        if len(arguments.positional) > 1:
            evaluator.call(arguments.positional[1], Arguments([], None, True), span)
        return target if method == "finally" or result is NEVER else result
    if method == "catch":
        result = evaluator.call(first, Arguments([Unknown("an error")]), span) if first is not None else NOTHING
        return target if result is NEVER else join([target, result])
    if method in ("map", "flatMap", "forEach", "some", "every", "find", "filter", "findIndex", "sort"):
        results = each(evaluator, first, target, span) if first is not None else NOTHING
        if method in ("map", "flatMap"):
            return results
        if method == "find":
            items, _ = items_of(target)
            return join([*items, Unknown("an item of a list")])
        if method in ("filter", "sort"):
            items, _ = items_of(target)
            return SequenceValue(tuple(items), True) if items else target
        return Unknown("a result of a call")
    if method == "reduce" and first is not None:
        start = arguments.get(1) or Unknown("an item of a list")
        items, complete = items_of(target)
        result = start
        for item in items[:16] if complete else [join(items) if items else Unknown("an item of a list")]:
            result = evaluator.call(first, Arguments([result, item], None, True), span)
        return result if complete else join([result, start])
    if isinstance(target, SequenceValue):
        return _list_call(evaluator, target, method, arguments, span)
    evaluator.escape(arguments, span)
    return Unknown("a result of a call", span)


def _list_call(evaluator: Evaluator, target: SequenceValue, method: str, arguments: Arguments, span: Span) -> Abstract:
    first = arguments.get(0)
    if method in ("push", "append", "add", "unshift"):
        write(evaluator, target.state, "items", (*target.items, *arguments.positional))
        return NOTHING
    if method == "extend" and first is not None:
        items, complete = items_of(first)
        write(evaluator, target.state, "items", (*target.items, *items))
        if not complete:
            write(evaluator, target.state, "open", True)
        return NOTHING
    if method == "concat":
        result: Abstract = target
        for value in arguments.positional:
            more = value if isinstance(value, SequenceValue) else SequenceValue((value,))
            result = plus(result, more, span)
        return result
    if method == "join":
        return joined(evaluator, first if first is not None else Const(","), target, span)
    if method == "slice" and not target.open and all(is_index(value) for value in arguments.positional):
        bounds = [value.value for value in arguments.positional if isinstance(value, Primitive)]
        start = int(bounds[0] or 0) if bounds else 0
        end = int(bounds[1] or 0) if len(bounds) > 1 else len(target.items)
        return SequenceValue(target.items[start:end])
    if method in ("slice", "copy", "reverse", "values"):
        return SequenceValue(target.items, target.open or method == "slice")
    if method in ("shift", "pop", "at") and not target.open and target.items:
        index = first if first is not None else Primitive(0 if method == "shift" else -1)
        if is_index(index) and isinstance(index, Primitive) and isinstance(index.value, int):
            inside = -len(target.items) <= index.value < len(target.items)
            taken = target.items[index.value] if inside else NOTHING
            if method != "at" and inside:
                left = [item for item in target.items if item is not taken]
                write(evaluator, target.state, "items", tuple(left))
            return taken
    if method in ("shift", "pop", "at"):
        return join([*target.items, Unknown("an item of a list")])
    evaluator.escape(arguments, span)
    return Unknown("a result of a call", span)


def map_function(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`map(f, xs)` and `filter(f, xs)` of Python."""
    function, iterable = arguments.get(0), arguments.get(1)
    if function is None or iterable is None:
        return Unknown("a list")
    results = each(evaluator, function, iterable, span)
    if native.name == "filter":
        items, complete = items_of(iterable)
        return SequenceValue(tuple(items), True) if complete else Unknown("a list")
    return results


def reduced(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`functools.reduce(f, xs, start)`."""
    function, values = arguments.get(0), arguments.get(1)
    if function is None or values is None:
        return Unknown("a result of a call")
    rest = Arguments([function, *arguments.positional[2:]])
    return collection_call(evaluator, Native("list.reduce", values), "reduce", rest, span)


def enumerated(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    items, complete = items_of(arguments.get(0) or NOTHING)
    return SequenceValue(
        tuple(SequenceValue((Primitive(index), item)) for index, item in enumerate(items)), not complete
    )


def zipped(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    found = [items_of(value) for value in arguments.positional]
    if not found or not all(complete for _, complete in found):
        return Unknown("a list of pairs")
    return SequenceValue(tuple(SequenceValue(tuple(row)) for row in zip(*(items for items, _ in found), strict=False)))


def chained(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    result: Abstract = SequenceValue(())
    for value in arguments.positional:
        items, complete = items_of(value)
        result = plus(result, SequenceValue(tuple(items), not complete), span)
    return result


def gather(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return SequenceValue(tuple(arguments.positional), arguments.open)
