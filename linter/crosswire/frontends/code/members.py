"""Members and items of values: `value.name` and `value[key]`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import library, times
from crosswire.frontends.code.abstract import (
    NOTHING,
    TEXTS,
    Abstract,
    Choices,
    ClassValue,
    Closure,
    EnvObject,
    EventValue,
    Foreign,
    Namespace,
    Native,
    Partial,
    Primitive,
    Record,
    SdkThing,
    SequenceValue,
    Super,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.environment import place_of_name, read_env
from crosswire.frontends.code.library import PROMISE_METHODS, UNKNOWN_METHODS
from crosswire.frontends.code.loading import export_of, settle
from crosswire.frontends.code.sdk import note_unnamed
from crosswire.frontends.code.state import Arguments
from crosswire.frontends.code.times import Moment
from crosswire.values import Concat, Const, Unknown, Value, leaves

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def member(evaluator: Evaluator, value: Abstract, name: str, span: Span) -> Abstract:
    """`value.name`."""
    if isinstance(value, Record):
        return record_member(evaluator, value, name, span)
    if isinstance(value, EnvObject):
        if value.python:
            return Native("environ." + name, value)
        return read_env(evaluator, name, span, value)
    if isinstance(value, Namespace):
        found = export_of(evaluator, value.module, name)
        if found is None and name in PROMISE_METHODS:
            return Native("unknown." + name, value)
        return Unknown(f"the export {name}") if found is None else found
    if isinstance(value, SdkThing):
        if name in ("then", "catch", "finally"):
            return Native("unknown." + name, value)
        return value.member(evaluator, name, span)
    if isinstance(value, Choices):
        return join([evaluator.member(option, name, span) for option in value.options if option is not NOTHING])
    if isinstance(value, EventValue):
        return event_member(evaluator, value, name, span)
    if isinstance(value, ClassValue):
        return class_member(evaluator, value, name, span)
    if isinstance(value, Foreign):
        if name == "config" and value.settings is not None:
            return value.settings
        inner = f"{value.name}.{name}" if value.name else name
        return Foreign(value.package, inner, value.captured if value.made else None, value.made)
    if isinstance(value, Native):
        return library.native_member(value, name)
    if isinstance(value, Super):
        return super_member(value, name, span)
    if isinstance(value, Closure):
        if name in value.members:
            return settle(evaluator, value.members[name])
        if name == "prototype":
            return value.members.setdefault(name, Record(span))
        return Native("function." + name, value)
    if isinstance(value, Partial):
        return Native("function." + name, value)
    if isinstance(value, SequenceValue):
        return Native("list." + name, value) if name != "length" else Unknown("a length")
    if isinstance(value, Unknown):
        if isinstance(value, Moment):
            return times.member(value, name)
        return Native("unknown." + name, value) if name in UNKNOWN_METHODS else value
    if isinstance(value, TEXTS):
        return library.text_member(value, name)
    return Unknown("a member of nothing") if isinstance(value, Primitive) else Unknown("a value made at run time")


def record_member(evaluator: Evaluator, value: Record, name: str, span: Span) -> Abstract:
    found = value.fields.get(name)
    if found is not None:
        found = settle(evaluator, found)
        if isinstance(found, Closure) and found.node.getter:
            return evaluator.call(found, Arguments([]), span, this=value)
        return found
    if value.cls is not None:
        method = method_of(value, name)
        if method is not None:
            return evaluator.call(method, Arguments([]), span) if method.node.getter else method
        static = static_of(value.cls, name)
        if static is not None:
            return static
        fallback = method_of(value, "__getattr__") if not name.startswith("__") else None
        if fallback is not None:
            return evaluator.call(fallback, Arguments([Const(name, span)]), span)
        if value.open or unread_base(value.cls) is not None:
            return Unknown(f"the member {name} of a class that is not read")
        return NOTHING
    found = inherited(evaluator, value, name) if "prototype" in value.state else None
    if found is not None:
        return found
    if name in PROMISE_METHODS:
        return Native("unknown." + name, value)
    native = library.record_method(value, name)
    if native is not None:
        return native
    return Unknown("a field") if value.open or value.symbolic else NOTHING


def methods_like(instance: Record, name: Value) -> list[Abstract]:
    """The methods of an instance that a name made at run time may mean, as in `getattr(evaluator, f"on_{kind}")`."""
    found: dict[str, Abstract] = {}
    classes: list[Abstract] = [instance.cls] if instance.cls is not None else []
    while classes:
        cls = classes.pop(0)
        if isinstance(cls, ClassValue):
            for known in cls.node.methods:
                private = known.startswith("_") and isinstance(name, Unknown)
                if known not in found and not private and known != "constructor" and _may_be(name, known):
                    method = method_of(instance, known)
                    if method is not None and not method.node.getter:
                        found[known] = method
            classes.extend(cls.bases)
    return list(found.values())


def method_of(instance: Record, name: str) -> Closure | None:
    """A method of an instance, bound to it."""
    return bound_method(instance.cls, name, instance) if instance.cls is not None else None


def bound_method(cls: ClassValue, name: str, this: Abstract, depth: int = 0) -> Closure | None:
    node = cls.node.methods.get(name)
    if node is not None:
        bound = _class_of(this, cls) if node.receiver in ("class", "static") else this
        return Closure(node, cls.scope, cls.module, bound, cls)
    if depth < 12:
        for base in cls.bases:
            if isinstance(base, ClassValue):
                found = bound_method(base, name, this, depth + 1)
                if found is not None:
                    return found
    return None


def _class_of(this: Abstract, cls: ClassValue) -> ClassValue:
    """The class that a method of a class is called on: the one that inherits it, not the one that writes it."""
    if isinstance(this, ClassValue):
        return this
    return this.cls if isinstance(this, Record) and this.cls is not None else cls


def static_of(cls: ClassValue, name: str, depth: int = 0) -> Abstract | None:
    if name in cls.statics:
        return cls.statics[name]
    if depth < 12:
        for base in cls.bases:
            if isinstance(base, ClassValue):
                found = static_of(base, name, depth + 1)
                if found is not None:
                    return found
    return None


def unread_base(cls: ClassValue, depth: int = 0) -> Abstract | None:
    for base in cls.bases:
        if not isinstance(base, ClassValue):
            return base
        if depth < 12:
            found = unread_base(base, depth + 1)
            if found is not None:
                return found
    return None


def class_member(evaluator: Evaluator, cls: ClassValue, name: str, span: Span) -> Abstract:
    static = static_of(cls, name)
    if static is not None:
        return static
    method = bound_method(cls, name, cls)
    if method is not None:
        if method.node.getter and method.node.receiver in ("static", "class"):
            return evaluator.call(method, Arguments([]), span)
        if method.node.receiver == "self":
            return Closure(method.node, method.scope, method.module, None, method.owner)
        return method
    return Unknown(f"the member {name} of a class")


def super_member(value: Super, name: str, span: Span) -> Abstract:
    for base in value.owner.bases:
        if isinstance(base, ClassValue):
            method = bound_method(base, name, value.this)
            if method is not None:
                return method
            static = static_of(base, name)
            if static is not None:
                return static
    if name == "__new__":
        return Native("object.__new__")
    return Unknown(f"the member {name} of a base class")


def inherited(evaluator: Evaluator, value: Record, name: str) -> Abstract | None:
    """A member of the prototypes of an object made by `new f()` or `Object.create`."""
    for _ in range(12):
        prototype = value.state.get("prototype")
        if not isinstance(prototype, Record):
            return None
        if name in prototype.fields:
            return settle(evaluator, prototype.fields[name])
        value = prototype
    return None


def event_member(evaluator: Evaluator, value: EventValue, name: str, span: Span) -> Abstract:
    if name in UNKNOWN_METHODS:
        return Native("unknown." + name, value)
    if name == "get":
        return Native("event.get", value)
    path = (*value.path, name)
    evaluator.run.events.append((path, span))
    return EventValue(path)


def item_of(evaluator: Evaluator, value: Abstract, key: Abstract, strict: bool, span: Span) -> Abstract:
    """`value[key]`."""
    if isinstance(value, Choices):
        return join(
            [item_of(evaluator, option, key, strict, span) for option in value.options if option is not NOTHING]
        )
    if isinstance(value, EnvObject):
        names = [option for option in options_of(key) if isinstance(option, Const)]
        if not names or len(names) != len(options_of(key)):
            evaluator.run.blinds.append(("environment", "a variable whose name is made at run time", span))
            return Unknown("a variable whose name is made at run time", span)
        return join([read_env(evaluator, name.text, place_of_name(name, span), value, strict) for name in names])
    if isinstance(key, Const):
        if isinstance(value, Record):
            found = value.fields.get(key.text)
            if found is not None:
                return settle(evaluator, found)
            if value.cls is not None:
                return record_member(evaluator, value, key.text, span)
            return Unknown("a field") if value.open or value.symbolic or strict else NOTHING
        if isinstance(value, EventValue):
            return event_member(evaluator, value, key.text, span)
        if isinstance(value, (ClassValue, Namespace, SdkThing)):
            return evaluator.member(value, key.text, span)
    if isinstance(value, Record):
        text = as_text(key)
        if not any(isinstance(leaf, Unknown) for leaf in leaves(text)):
            for known, found in value.symbolic:
                if known == text:
                    return found
        found_all: list[Abstract] = [*value.fields.values(), *(found for _, found in value.symbolic)]
        if value.cls is not None:
            found_all.extend(methods_like(value, text))
        return join([*found_all, Unknown("a field")] if value.open or not found_all else found_all)
    if isinstance(value, SequenceValue):
        if isinstance(key, Primitive) and isinstance(key.value, int) and not value.open:
            return value.items[key.value] if -len(value.items) <= key.value < len(value.items) else NOTHING
        return join([*value.items, Unknown("an item of a list")])
    if isinstance(value, EventValue):
        return EventValue((*value.path, "*"))
    if isinstance(value, SdkThing):
        note_unnamed(evaluator, value, span)
    if isinstance(value, (Foreign, SdkThing)):
        return Unknown("a result of a call")
    return value if isinstance(value, Unknown) else Unknown("a part of a value")


def _may_be(name: Value, known: str) -> bool:
    """Whether a text may be a name: what is exact at its ends must fit."""
    parts = name.parts if isinstance(name, Concat) else (name,)
    first, last = parts[0], parts[-1]
    return (not isinstance(first, Const) or known.startswith(first.text)) and (
        not isinstance(last, Const) or known.endswith(last.text)
    )
