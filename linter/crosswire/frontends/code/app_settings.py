"""The settings of a web app: `app.config`, a dict that libraries read, and the ways in which it is filled.

Source: Flask documentation, API, class flask.Config.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import table_libraries
from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    ClassValue,
    Closure,
    Foreign,
    Namespace,
    Native,
    Primitive,
    Record,
    SdkThing,
    join,
    options_of,
)
from crosswire.frontends.code.branching import write
from crosswire.frontends.code.environment import mark_all
from crosswire.frontends.code.loading import load, settle
from crosswire.frontends.code.members import method_of, record_member, unread_base
from crosswire.frontends.code.modules import Found
from crosswire.frontends.code.state import Arguments, ModuleState
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def settings_of(target: Foreign, span: Span) -> Record | None:
    """The settings of what a call makes, where that is an app; what else it holds by default is not known."""
    if not table_libraries.holds_settings(target.package, target.name):
        return None
    settings = Record(span)
    settings.state.update(settings=True, open=True)
    return settings


def lose(evaluator: Evaluator, settings: Record) -> None:
    """Note that there may be settings which are not seen."""
    if settings.state.get("settings"):
        write(evaluator, settings.state, "unread", True)


def setting(evaluator: Evaluator, settings: Record, name: str) -> Abstract:
    """What a setting is: NOTHING where it is surely not there."""
    found = settings.fields.get(name)
    if found is not None:
        return settle(evaluator, found)
    return Unknown("a setting") if settings.state.get("unread") or settings.symbolic else NOTHING


def settings_call(evaluator: Evaluator, native: Native, method: str, arguments: Arguments, span: Span) -> Abstract:
    """`app.config.update(...)`, `from_mapping(...)`, `from_object(...)`; what another way fills in is not seen."""
    settings = native.receiver
    assert isinstance(settings, Record)
    for value in arguments.all():
        mark_all(evaluator, value, "passed")
        _blind(evaluator, value, span)
    if arguments.open:
        lose(evaluator, settings)
    if method in ("update", "from_mapping"):
        for value in arguments.positional:
            _take(evaluator, settings, [_dict_of(evaluator, option) for option in options_of(value)], method)
        named: dict[str, Abstract] = dict(arguments.named)
        _take(evaluator, settings, [named], method)
    elif method == "from_object":
        given = arguments.get(0, "obj")
        options = options_of(given) if given is not None else ()
        _take(evaluator, settings, [_attributes(evaluator, option, span) for option in options], method)
    else:
        lose(evaluator, settings)
    return NOTHING


def _take(evaluator: Evaluator, settings: Record, sources: list[dict[str, Abstract] | None], method: str) -> None:
    """Take over the settings of one of several sources; None is one that is not known."""
    if any(source is None for source in sources):
        lose(evaluator, settings)
    known = [source for source in sources if source is not None]
    for name in dict.fromkeys(name for source in known for name in source):
        if method == "update" or name.isupper():
            before = settings.fields.get(name, NOTHING)
            value = join([source.get(name, before) for source in known])
            write(evaluator, settings.fields, name, value if len(known) == len(sources) else join([value, before]))


def _dict_of(evaluator: Evaluator, value: Abstract) -> dict[str, Abstract] | None:
    if isinstance(value, Primitive) and value.value is None:
        return {}
    if not isinstance(value, Record) or value.cls is not None or value.open or value.symbolic:
        return None
    return dict(value.fields)


def _attributes(evaluator: Evaluator, value: Abstract, span: Span) -> dict[str, Abstract] | None:
    """The attributes of a class, an instance or a module, given itself or by its import path."""
    if isinstance(value, Const):
        found = _imported(evaluator, value.text, span)
        return None if found is None else _attributes(evaluator, found, span)
    if isinstance(value, Namespace):
        return {name: settle(evaluator, known) for name, known in value.module.scope.vars.items()}
    if isinstance(value, ClassValue):
        return None if _is_unread(value) else _class_attributes(value)
    if isinstance(value, Record) and value.cls is not None:
        if _is_unread(value.cls):
            return None
        found_all = _class_attributes(value.cls)
        for name in [*value.cls.node.methods]:
            method = method_of(value, name)
            if name.isupper() and isinstance(method, Closure) and method.node.getter:
                found_all[name] = record_member(evaluator, value, name, span)
        return {**found_all, **value.fields}
    return None


def _class_attributes(cls: ClassValue, depth: int = 0) -> dict[str, Abstract]:
    found: dict[str, Abstract] = {}
    for base in reversed(cls.bases if depth < 12 else ()):
        if isinstance(base, ClassValue):
            found.update(_class_attributes(base, depth + 1))
    return {**found, **cls.statics}


def _is_unread(cls: ClassValue) -> bool:
    base = unread_base(cls)
    return base is not None and not (isinstance(base, Native) and base.name == "object")


def _imported(evaluator: Evaluator, path: str, span: Span) -> Abstract | None:
    """What an import path means: a module, or something in one."""
    here = next(
        (state for state in evaluator.modules.values() if isinstance(state, ModuleState) and state.path == span.path),
        None,
    )
    if here is None:
        return None
    for specifier, name in ((path, ""), path.rpartition(".")[::2]):
        found = evaluator.resolver.resolve(here.path, specifier, here.roots) if specifier else None
        if isinstance(found, Found):
            state = load(evaluator, found.path, here.roots)
            if isinstance(state, ModuleState):
                if not any(child is state.run for child, _ in evaluator.run.children):
                    evaluator.run.children.append((state.run, span))
                return Namespace(state) if not name else evaluator.member(Namespace(state), name, span)
    return None


def _blind(evaluator: Evaluator, value: Abstract, span: Span) -> None:
    """A client among the settings may be used by whatever reads them, save where a library is known to."""
    for option in options_of(value):
        fields = option.fields.items() if isinstance(option, Record) and option.cls is None else ()
        for name, field in fields:
            service = getattr(field, "service", None)
            if isinstance(field, SdkThing) and isinstance(service, str) and not name.startswith("SESSION_"):
                evaluator.run.blinds.append((f"sdk:{service}", "a client among an app's settings", span))
