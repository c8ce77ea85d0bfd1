"""What the languages' own libraries do to values: enough of it to follow names through everyday code.

Anything that is not listed here is unknown, never wrong: its result is `Unknown`, its function arguments are run. The
families of functions have modules of their own: `environment.py`, `texts.py`, `lists.py`, `dicts.py`, `functions.py`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import times
from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    Abstract,
    EnvObject,
    Foreign,
    Native,
    Record,
    SdkThing,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.app_settings import settings_call
from crosswire.frontends.code.dicts import (
    copy_of,
    create,
    dict_get,
    dict_setdefault,
    dict_update,
    entries_of,
    event_get,
    field_of,
    from_entries,
    key_list,
    map_each,
    map_set,
    namespace,
    new_map,
    new_of,
    object_assign,
    values_of,
)
from crosswire.frontends.code.environment import assign_env, env_get, env_set, mark_all, number_of
from crosswire.frontends.code.escaping import unread
from crosswire.frontends.code.functions import decorator, function_call, partial, promise_call, to_thread
from crosswire.frontends.code.lists import (
    chained,
    collection_call,
    enumerated,
    gather,
    items_of,
    map_function,
    reduced,
    zipped,
)
from crosswire.frontends.code.members import methods_like
from crosswire.frontends.code.names import store
from crosswire.frontends.code.sdk import note_unnamed
from crosswire.frontends.code.texts import path_of, text_call, text_of
from crosswire.frontends.code.times import Moment
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span


def call(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """A call of a library function."""
    known = _CALLS.get(native.name)
    if known is not None:
        return known(evaluator, native, arguments, span)
    family, _, method = native.name.partition(".")
    if family == "time" and isinstance(native.receiver, Moment):
        return times.method_call(native.receiver, method, arguments, span)
    if family == "text":
        return text_call(evaluator, native, method, arguments, span)
    if family in ("list", "unknown"):
        return collection_call(evaluator, native, method, arguments, span)
    if family == "function":
        return function_call(
            evaluator, NOTHING if native.receiver is None else native.receiver, method, arguments, span
        )
    if family == "Promise":
        return promise_call(evaluator, method, arguments, span)
    if family == "settings":
        return settings_call(evaluator, native, method, arguments, span)
    if family == "console":
        return NOTHING
    for value in arguments.all():
        mark_all(evaluator, value, "passed")
    return unread(evaluator, arguments, span)


def _first(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return arguments.get(0) or NOTHING


def _number(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        mark_all(evaluator, value, "passed")
    first = arguments.get(0)
    return times.as_number(first) if isinstance(first, Moment) else Unknown("a number")


def _clock(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        mark_all(evaluator, value, "passed")
    return times.native_clock(native, span)


def _javascript_number(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return number_of(evaluator, arguments.get(0) or NOTHING)


def _asked(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        mark_all(evaluator, value, "tested")
    return Unknown("a truth value")


def _truth(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        mark_all(evaluator, value, "compared")
    return Unknown("a truth value")


def _never(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return NEVER


def _getattr(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    target, name, default = arguments.get(0), arguments.get(1), arguments.get(2)
    if target is not None and isinstance(name, Const):
        found = evaluator.member(target, name.text, span)
        return found if default is None or found is not NOTHING else default
    if isinstance(target, SdkThing):
        note_unnamed(evaluator, target, span)
    if isinstance(target, Record) and target.cls is not None and name is not None:
        found_all = methods_like(target, as_text(name))
        return join([*found_all, Unknown("an attribute")]) if found_all else Unknown("an attribute")
    return Unknown("an attribute")


def _setattr(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    target, name, value = arguments.get(0), arguments.get(1), arguments.get(2)
    if target is not None and value is not None and isinstance(name, Const):
        store(evaluator, target, name.text, value, span)
    return NOTHING


def _search_path(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`sys.path.append(folder)`, `sys.path.insert(0, folder)`: modules are looked for there too."""
    for value in arguments.positional:
        for option in options_of(value):
            if isinstance(option, Const) and option.text.startswith("/"):
                known = evaluator.added_roots.setdefault(span.path, [])
                if option.text[1:] not in known:
                    known.append(option.text[1:])
    return NOTHING


def _event_loop(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return Foreign("asyncio", "loop", made=True)


_CALLS: dict[str, Callable[[Evaluator, Native, Arguments, Span], Abstract]] = {
    "environ.get": env_get,
    "os.getenv": env_get,
    "os.environ.get": env_get,
    "environ.setdefault": env_set,
    "environ.update": lambda evaluator, native, arguments, span: assign_env(evaluator, arguments),
    "environ.items": entries_of,
    "environ.values": values_of,
    "environ.copy": lambda evaluator, native, arguments, span: native.receiver or EnvObject(),
    "event.get": event_get,
    "dict.get": dict_get,
    "dict.pop": dict_get,
    "dict.update": dict_update,
    "dict.setdefault": dict_setdefault,
    "dict.values": values_of,
    "dict.keys": key_list,
    "dict.items": entries_of,
    "dict.copy": copy_of,
    "dict": copy_of,
    "list": copy_of,
    "tuple": copy_of,
    "set": copy_of,
    "sorted": copy_of,
    "reversed": copy_of,
    "frozenset": copy_of,
    "structuredClone": copy_of,
    "Array.from": copy_of,
    "Object.values": values_of,
    "Object.keys": key_list,
    "Object.entries": entries_of,
    "Object.assign": object_assign,
    "Object.fromEntries": from_entries,
    "Object.freeze": _first,
    "Object.seal": _first,
    "String": text_of,
    "str": text_of,
    "Number": _javascript_number,
    "parseInt": _javascript_number,
    "parseFloat": _javascript_number,
    "Number.parseInt": _javascript_number,
    "Number.parseFloat": _javascript_number,
    "isFinite": _asked,
    "isNaN": _asked,
    "Number.isFinite": _asked,
    "Number.isInteger": _asked,
    "Number.isNaN": _asked,
    "Number.isSafeInteger": _asked,
    "int": _number,
    "float": _number,
    "round": _number,
    "Math.floor": _number,
    "Math.ceil": _number,
    "Math.round": _number,
    "Math.trunc": _number,
    "Date": _clock,
    "Date.now": _clock,
    "Date.parse": _clock,
    "Date.UTC": _clock,
    "Boolean": _truth,
    "bool": _truth,
    "all": _asked,
    "any": _asked,
    "process.exit": _never,
    "sys.exit": _never,
    "exit": _never,
    "quit": _never,
    "getattr": _getattr,
    "setattr": _setattr,
    "map": map_function,
    "filter": map_function,
    "enumerate": enumerated,
    "zip": zipped,
    "functools.partial": partial,
    "functools.reduce": reduced,
    "itertools.chain": chained,
    "types.SimpleNamespace": namespace,
    "types.MappingProxyType": _first,
    "dataclasses.field": field_of,
    "copy.copy": copy_of,
    "copy.deepcopy": copy_of,
    "object.__new__": new_of,
    "Object.create": create,
    "Map": new_map,
    "WeakMap": new_map,
    "map.get": dict_get,
    "map.set": map_set,
    "map.values": values_of,
    "map.keys": key_list,
    "map.entries": entries_of,
    "map.forEach": map_each,
    "Set": copy_of,
    "util.promisify": _first,
    "os.path.join": path_of,
    "os.path.dirname": path_of,
    "os.path.abspath": path_of,
    "os.path.realpath": path_of,
    "os.path.normpath": path_of,
    "os.path.basename": path_of,
    "path.join": path_of,
    "path.resolve": path_of,
    "path.basename": path_of,
    "path.dirname": path_of,
    "sys.path.append": _search_path,
    "sys.path.insert": _search_path,
    "sys.path.extend": _search_path,
    "asyncio.get_event_loop": _event_loop,
    "asyncio.get_running_loop": _event_loop,
    "asyncio.new_event_loop": _event_loop,
    "asyncio.create_task": _first,
    "asyncio.ensure_future": _first,
    "asyncio.wait_for": _first,
    "functools.lru_cache": decorator,
    "functools.cache": decorator,
    "functools.wraps": lambda evaluator, native, arguments, span: Native("identity"),
    "identity": _first,
    "asyncio.run": _first,
    "asyncio.gather": gather,
    "asyncio.to_thread": to_thread,
    "next": lambda evaluator, native, arguments, span: join(
        [*items_of(arguments.get(0) or NOTHING)[0], Unknown("an item of a list")]
    ),
    "print": lambda evaluator, native, arguments, span: NOTHING,
}
