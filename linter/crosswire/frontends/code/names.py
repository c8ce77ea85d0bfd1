"""Names and patterns: looked up, introduced in a scope, assigned, taken apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import library, syntax
from crosswire.frontends.code.abstract import (
    NOTHING,
    TEXTS,
    Abstract,
    ClassValue,
    Closure,
    EnvObject,
    EventValue,
    Foreign,
    Namespace,
    Never,
    Primitive,
    Record,
    Scope,
    SequenceValue,
    Super,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.branching import write
from crosswire.frontends.code.environment import fall_back, mark
from crosswire.frontends.code.escaping import functions_in
from crosswire.frontends.code.lists import items_of
from crosswire.frontends.code.loading import export_of, settle
from crosswire.frontends.code.members import item_of
from crosswire.frontends.code.state import Frame, ModuleState
from crosswire.values import Const, EnvRef, Unknown, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span
    from crosswire.values import Value


def look_up(evaluator: Evaluator, name: str, scope: Scope, module: ModuleState, frame: Frame | None = None) -> Abstract:
    here: Scope | None = scope
    while here is not None:
        value = here.vars.get(name)
        if value is not None:
            return settle(evaluator, value)
        here = here.parent
    if name == "this" and frame is not None:
        return frame.this if frame.this is not None else Unknown("this")
    if name == "super" and frame is not None and frame.owner is not None and frame.this is not None:
        return Super(frame.owner, frame.this)
    if name in ("__file__", "__dirname"):
        folder = "/" + module.path.rpartition("/")[0]
        return Const("/" + module.path if name == "__file__" else folder)
    known = library.global_name(name, module.language)
    if known is not None:
        return known
    for star in module.stars:
        if isinstance(star, ModuleState):
            value = export_of(evaluator, star, name)
            if value is not None:
                return value
    return module.substitutions.get(name) or Unknown(f"the name {name}")


def bind(evaluator: Evaluator, name: str, value: Abstract, scope: Scope, kind: str) -> None:
    """Introduce a name in a block or function scope."""
    if kind == "function":
        while not scope.function and scope.parent is not None:
            scope = scope.parent
        if scope.outer is not None and name in scope.outer:
            holder: Scope | None = scope.parent
            last = scope
            while holder is not None:
                last = holder
                if name in holder.vars:
                    break
                holder = holder.parent
            write(evaluator, last.vars, name, value)
            return
    write(evaluator, scope.vars, name, value)


def bind_pattern(evaluator: Evaluator, pattern: syntax.Syntax, value: Abstract, scope: Scope, frame: Frame) -> None:
    assign(evaluator, pattern, value, scope, frame, "block")


def assign(
    evaluator: Evaluator, pattern: syntax.Syntax, value: Abstract, scope: Scope, frame: Frame, kind: str | None
) -> None:
    """Give a value to a target. `kind` is None for an assignment to something that is there already."""
    if isinstance(pattern, syntax.Name):
        name = pattern.name
        if kind is not None:
            bind(evaluator, name, value, scope, kind)
            return
        holder: Scope | None = scope
        while holder is not None:
            if name in holder.vars:
                _note_replaced(evaluator, holder.vars[name], value)
                write(evaluator, holder.vars, name, value)
                return
            holder = holder.parent
        write(evaluator, frame.module.scope.vars, name, value)
    elif isinstance(pattern, syntax.Member):
        store(evaluator, evaluator.ev(pattern.object, scope, frame), pattern.name, value, frame.module.span(pattern))
    elif isinstance(pattern, syntax.Subscript):
        target = evaluator.ev(pattern.object, scope, frame)
        key = evaluator.ev(pattern.key, scope, frame)
        if isinstance(key, Const):
            store(evaluator, target, key.text, value, frame.module.span(pattern))
        else:
            for option in options_of(target):
                if isinstance(option, Record):
                    write(evaluator, option.state, "symbolic", (*option.symbolic, (as_text(key), value)))
                elif isinstance(option, EnvObject):
                    evaluator.run.sets.add("*")
    elif isinstance(pattern, syntax.RecordPattern):
        assign_record(evaluator, pattern, value, scope, frame, kind)
    elif isinstance(pattern, syntax.SequencePattern):
        assign_sequence(evaluator, pattern, value, scope, frame, kind)
    else:
        evaluator.ev(pattern, scope, frame)


def _note_replaced(evaluator: Evaluator, before: Abstract, value: Abstract) -> None:
    """Note that the code puts something else in the place of a variable of the environment: it does without it."""
    for option in options_of(before):
        if isinstance(option, EnvRef) and not any(isinstance(leaf, EnvRef) for leaf in _texts_in(value)):
            mark(evaluator, option, "replaced")


def _texts_in(value: Abstract) -> Iterator[Value]:
    for option in options_of(value):
        if isinstance(option, TEXTS):
            yield from leaves(option)


def store(evaluator: Evaluator, target: Abstract, name: str, value: Abstract, span: Span) -> None:
    """`target.name = value`."""
    for option in options_of(target):
        if isinstance(option, Record):
            write(evaluator, option.fields, name, value)
        elif isinstance(option, ClassValue):
            write(evaluator, option.statics, name, value)
        elif isinstance(option, Closure):
            write(evaluator, option.members, name, value)
        elif isinstance(option, EnvObject):
            evaluator.run.sets.add(name)
        elif isinstance(option, Namespace) and option.module.language == "python":
            write(evaluator, option.module.scope.vars, name, value)
        elif isinstance(option, Foreign):
            if name == "config" and option.settings is not None:
                write(evaluator, option.settings.state, "unread", True)
            found: list[Abstract] = []
            functions_in(evaluator, value, found, 0)
            if not evaluator.reached:
                option.captured.extend(found)


def assign_record(
    evaluator: Evaluator, pattern: syntax.RecordPattern, value: Abstract, scope: Scope, frame: Frame, kind: str | None
) -> None:
    taken: set[str] = set()
    for key_node, target, default in pattern.entries:
        key = evaluator.ev(key_node, scope, frame)
        span = frame.module.span(target)
        part = item_of(evaluator, value, key, False, span) if not isinstance(value, (Primitive, Never)) else NOTHING
        if isinstance(key, Const):
            taken.add(key.text)
            if not isinstance(value, (Record, EnvObject, EventValue, SequenceValue)) and value is not NOTHING:
                part = evaluator.member(value, key.text, span) if not isinstance(value, Primitive) else NOTHING
        if default is not None:
            part = fall_back(evaluator, part, evaluator.ev(default, scope, frame), False)
        assign(evaluator, target, part, scope, frame, kind)
    if pattern.rest is not None:
        rest: Abstract = Unknown("the other fields")
        if isinstance(value, Record):
            record = Record(value.span)
            record.fields = {name: field for name, field in value.fields.items() if name not in taken}
            record.state = dict(value.state)
            rest = record
        elif isinstance(value, (EnvObject, EventValue)):
            rest = value
        assign(evaluator, pattern.rest, rest, scope, frame, kind)


def assign_sequence(
    evaluator: Evaluator, pattern: syntax.SequencePattern, value: Abstract, scope: Scope, frame: Frame, kind: str | None
) -> None:
    items, complete = items_of(value)
    for index, (target, default) in enumerate(pattern.items):
        if target is None:
            continue
        part = join([position_of(option, index) for option in options_of(value)])
        if default is not None:
            part = fall_back(evaluator, part, evaluator.ev(default, scope, frame), False)
        assign(evaluator, target, part, scope, frame, kind)
    if pattern.rest is not None:
        assign(
            evaluator, pattern.rest, SequenceValue(tuple(items[len(pattern.items) :]), not complete), scope, frame, kind
        )


def position_of(value: Abstract, index: int) -> Abstract:
    """The item of a value at a position, as destructuring takes it."""
    items, complete = items_of(value)
    if isinstance(value, SequenceValue) and index < len(items):
        return items[index]
    if isinstance(value, EventValue):
        return items[0]
    return NOTHING if complete and isinstance(value, SequenceValue) else Unknown("an item of a list")
