"""Classes of the project: their instances are made, initialised, and injected where a container would give them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    TEXTS,
    Abstract,
    ClassValue,
    Closure,
    EnvObject,
    Foreign,
    Never,
    Primitive,
    Record,
    Scope,
    options_of,
)
from crosswire.frontends.code.branching import write
from crosswire.frontends.code.environment import fall_back, mark_all, read_env
from crosswire.frontends.code.members import bound_method, unread_base
from crosswire.frontends.code.names import look_up
from crosswire.frontends.code.state import Arguments, Frame
from crosswire.source import Span
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator


def construct(evaluator: Evaluator, cls: ClassValue, arguments: Arguments, span: Span) -> Abstract:
    """An instance of a class of the project."""
    instance = Record(span, cls)
    if cls.module.language == "python":
        maker = bound_method(cls, "__new__", cls)
        if maker is not None:
            given = Arguments([cls, *arguments.positional], arguments.named, arguments.open)
            made = evaluator.follow(Closure(maker.node, maker.scope, maker.module, cls, maker.owner), given, span, None)
            known = [option for option in options_of(made) if isinstance(option, Record) and option.cls is not None]
            if not known:
                return made
            instance = known[-1]
    if initialise(evaluator, cls, instance, arguments, span) == "never":
        return NEVER
    return instance


def construct_function(evaluator: Evaluator, function: Closure, arguments: Arguments, span: Span) -> Abstract:
    """`new f()` of a plain function: an object with the members of its prototype."""
    instance = Record(span)
    instance.state["prototype"] = function.members.setdefault("prototype", Record(span))
    result = evaluator.follow(function, arguments, span, instance)
    if isinstance(result, Never):
        return NEVER
    return result if isinstance(result, Record) else instance


def initialise(evaluator: Evaluator, cls: ClassValue, instance: Record, arguments: Arguments, span: Span) -> str:
    """Run field initialisers and the constructor of a class on an instance."""
    frame = Frame(cls.module, instance, cls)
    constructor = cls.node.methods.get("constructor" if cls.module.language == "javascript" else "__init__")
    if constructor is None:
        if not inherit(evaluator, cls, instance, arguments, span) and cls.module.language == "python":
            bind_fields(evaluator, cls, instance, arguments)
        set_fields(evaluator, cls, instance, frame)
        return ""
    set_fields(evaluator, cls, instance, frame)
    result = evaluator.follow(Closure(constructor, cls.scope, cls.module, instance, cls), arguments, span, instance)
    return "never" if isinstance(result, Never) else ""


def set_fields(evaluator: Evaluator, cls: ClassValue, instance: Record, frame: Frame) -> None:
    if cls.module.language == "python":
        return  # annotated names of a class body: the generated constructor's parameters
    scope = Scope(cls.scope, True)
    scope.vars["this"] = instance
    for name, node in cls.node.fields:
        write(evaluator, instance.fields, name, NOTHING if node is None else evaluator.ev(node, scope, frame))


def inherit(evaluator: Evaluator, cls: ClassValue, instance: Record, arguments: Arguments, span: Span) -> bool:
    for base in cls.bases:
        if isinstance(base, ClassValue):
            initialise(evaluator, base, instance, arguments, span)
            return True
    return False


def bind_fields(evaluator: Evaluator, cls: ClassValue, instance: Record, arguments: Arguments) -> None:
    """The generated constructor of a data class or model: arguments become fields."""
    for name, value in arguments.named.items():
        write(evaluator, instance.fields, name, value)
    for (name, _), value in zip(cls.node.fields, arguments.positional, strict=False):
        write(evaluator, instance.fields, name, value)
    settings_fields(evaluator, cls, instance)


def instance_of(evaluator: Evaluator, cls: ClassValue, span: Span) -> Abstract:
    """The instance of a class that a dependency injection container holds."""
    if id(cls) not in evaluator.injected:
        evaluator.injected[id(cls)] = Unknown("an instance that needs itself")
        evaluator.injected[id(cls)] = construct(evaluator, cls, Arguments([], open=True), span)
    return evaluator.injected[id(cls)]


def inject(evaluator: Evaluator, annotation: str | None, scope: Scope, frame: Frame) -> Abstract | None:
    """An instance for a parameter whose type is a class of the project and whose value is not known: what a
    dependency injection container would give."""
    if annotation is None:
        return None
    cls = look_up(evaluator, annotation, scope, frame.module)
    if not isinstance(cls, ClassValue) or not (cls.node.methods or cls.node.fields):
        return None
    return instance_of(evaluator, cls, frame.module.span(cls.node))


def settings_fields(evaluator: Evaluator, cls: ClassValue, instance: Record) -> None:
    """pydantic-settings: every field of a `BaseSettings` class is a variable of its name (with `env_prefix`), upper
    case.

    Source: pydantic-settings documentation, "Environment variable names": case-insensitive, prefix + field name.
    """
    base = unread_base(cls)
    if not isinstance(base, Foreign) or not base.name.endswith("BaseSettings"):
        return
    prefix = ""
    config = cls.statics.get("model_config")
    if isinstance(config, Record):
        given = config.fields.get("env_prefix")
        prefix = given.text if isinstance(given, Const) else ""
    for name, node in cls.node.fields:
        if name == "model_config" or name.startswith("_"):
            continue
        value = read_env(evaluator, (prefix + name).upper(), _field_span(cls, name), EnvObject())
        if node is None:
            mark_all(evaluator, value, "strict")
        elif isinstance(cls.statics.get(name), (*TEXTS, Primitive)) and not isinstance(cls.statics[name], Unknown):
            value = fall_back(evaluator, value, cls.statics[name], False)
        else:
            mark_all(evaluator, value, "tested")
        write(evaluator, instance.fields, name, value)


def _field_span(cls: ClassValue, name: str) -> Span:
    """The place of an annotated name in a class body."""
    whole = cls.module.span(cls.node)
    found = re.compile(rf"\b{re.escape(name)}\s*:").search(whole.source.text, whole.start, whole.end)
    return whole if found is None else Span(whole.source, found.start(), found.start() + len(name))
