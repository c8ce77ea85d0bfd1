"""What the languages' own functions and methods do to dicts, objects and maps."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    Choices,
    ClassValue,
    EnvObject,
    Namespace,
    Native,
    Record,
    SequenceValue,
    as_text,
    join,
    keys_of,
    options_of,
)
from crosswire.frontends.code.branching import spread_into, write
from crosswire.frontends.code.environment import note_whole
from crosswire.frontends.code.lists import each, items_of
from crosswire.frontends.code.loading import settle
from crosswire.frontends.code.members import item_of
from crosswire.frontends.code.state import Arguments
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def dict_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    key = arguments.get(0, "key")
    default = arguments.get(1, "default")
    assert isinstance(record, Record)
    if isinstance(key, Const):
        found = record.fields.get(key.text)
        if found is not None:
            return settle(evaluator, found)
        if record.open or record.symbolic:
            return join([Unknown("a field"), default]) if default is not None else Unknown("a field")
        return NOTHING if default is None else default
    if key is None:
        return Unknown("a field")
    found = item_of(evaluator, record, key, False, span)
    return found if default is None else join([found, default])


def event_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`event.get(key, default)`: still a part of the event, or the default."""
    key, default = arguments.get(0), arguments.get(1)
    assert native.receiver is not None
    found = item_of(evaluator, native.receiver, key if key is not None else Unknown("a key"), False, span)
    return found if default is None or default is NOTHING else join([found, default])


def dict_update(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    assert isinstance(record, Record)
    for value in arguments.positional:
        spread_into(evaluator, record, value)
    for name, value in arguments.named.items():
        write(evaluator, record.fields, name, value)
    return NOTHING


def dict_setdefault(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    key, value = arguments.get(0), arguments.get(1) or NOTHING
    assert isinstance(record, Record)
    if isinstance(key, Const):
        if key.text not in record.fields:
            write(evaluator, record.fields, key.text, value)
        return record.fields[key.text]
    return value


def values_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        found = [settle(evaluator, field) for field in record.fields.values()]
        return SequenceValue((*found, *(field for _, field in record.symbolic)), record.open)
    if isinstance(record, ClassValue):
        return SequenceValue(tuple(record.statics.values()))
    if isinstance(record, Namespace):
        return SequenceValue((), True)
    if isinstance(record, EnvObject):
        note_whole(evaluator, record, span)
    return Unknown("the values of an object")


def key_list(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        return SequenceValue(tuple(keys_of(record)), record.open)
    return Unknown("the keys of an object")


def entries_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        pairs = [(Const(name, record.span), settle(evaluator, field)) for name, field in record.fields.items()]
        return SequenceValue(tuple(SequenceValue(pair) for pair in [*pairs, *record.symbolic]), record.open)
    if isinstance(record, EnvObject):
        note_whole(evaluator, record, span)
    return Unknown("the entries of an object")


def copy_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`dict(x, a=1)`, `x.copy()`, `list(x)`, `structuredClone(x)`."""
    source = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(source, EnvObject):
        return source
    if native.name == "dict" and isinstance(source, SequenceValue):
        return from_entries(evaluator, native, arguments, span)
    if native.name in ("dict", "dict.copy", "structuredClone", "copy.copy", "copy.deepcopy") and (
        source is None or isinstance(source, (Record, Choices))
    ):
        record = Record(span)
        if source is not None:
            spread_into(evaluator, record, source)
        record.fields.update(arguments.named)
        if arguments.open:
            record.state["open"] = True
        return record
    if source is None:
        return SequenceValue(())
    items, complete = items_of(source)
    return SequenceValue(tuple(items), not complete)


def object_assign(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`Object.assign(target, ...sources)`."""
    if not arguments.positional:
        return Unknown("an object")
    target = arguments.positional[0]
    if isinstance(target, EnvObject):
        for source in arguments.positional[1:]:
            if isinstance(source, Record) and not source.open:
                evaluator.run.sets.update(source.fields)
            else:
                evaluator.run.sets.add("*")
        return target
    for option in options_of(target):
        if isinstance(option, Record):
            for source in arguments.positional[1:]:
                spread_into(evaluator, option, source)
            if arguments.open:
                write(evaluator, option.state, "open", True)
    return target


def from_entries(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = Record(span)
    items, complete = items_of(arguments.get(0) or NOTHING)
    for item in items:
        if isinstance(item, SequenceValue) and len(item.items) == 2 and isinstance(item.items[0], Const):
            record.fields[item.items[0].text] = item.items[1]
        else:
            complete = False
    record.state["open"] = not complete
    return record


def new_map(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`new Map(pairs)`."""
    record = from_entries(evaluator, native, arguments, span)
    assert isinstance(record, Record)
    record.state["map"] = True
    return record


def map_set(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    key, value = arguments.get(0), arguments.get(1)
    record = native.receiver
    assert isinstance(record, Record)
    if isinstance(key, Const):
        write(evaluator, record.fields, key.text, value or NOTHING)
    elif key is not None:
        write(evaluator, record.state, "symbolic", (*record.symbolic, (as_text(key), value or NOTHING)))
    return record


def map_each(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    function = arguments.get(0)
    if function is not None:
        each(evaluator, function, values_of(evaluator, native, arguments, span), span)
    return NOTHING


def namespace(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`types.SimpleNamespace(a=1)`."""
    record = Record(span)
    record.fields.update(arguments.named)
    record.state["open"] = arguments.open or bool(arguments.positional)
    return record


def field_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`dataclasses.field(default_factory=...)`: what the field is worth where nothing else is given."""
    factory = arguments.named.get("default_factory")
    if factory is not None:
        return evaluator.call(factory, Arguments([]), span)
    return arguments.named.get("default") or (arguments.positional[0] if arguments.positional else Unknown("a field"))


def new_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    cls = arguments.get(0)
    return Record(span, cls) if isinstance(cls, ClassValue) else Unknown("an instance")


def create(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`Object.create(prototype)`."""
    record = Record(span)
    prototype = arguments.get(0)
    if isinstance(prototype, Record):
        record.state["prototype"] = prototype
    return record
