"""The names that the languages' own libraries define: modules, globals, and the members of what is known."""

from __future__ import annotations

from crosswire.frontends.code.abstract import NOTHING, Abstract, EnvObject, Native, Record
from crosswire.values import Unknown

#: Methods of things that are not known which take a function and run it, or hand the thing itself on.
UNKNOWN_METHODS = frozenset(
    "map forEach filter find some every flatMap reduce sort findIndex then catch finally promise bind".split()
)

#: Methods of promises: an awaited value and its promise are not told apart.
PROMISE_METHODS = frozenset(("then", "catch", "finally", "promise"))

#: The methods by which an app's settings come in; `get` and its like are those of every dict.
SETTINGS_METHODS = frozenset(
    "update from_mapping from_object from_pyfile from_file from_json from_envvar from_prefixed_env".split()
)

_JAVASCRIPT_GLOBALS = frozenset(
    (
        "process console JSON Object Promise Array Math String Number Boolean parseInt parseFloat Date Error URL Buffer"
        " Map Set WeakMap Symbol RegExp globalThis global setTimeout setInterval setImmediate structuredClone"
        " encodeURIComponent isFinite isNaN Reflect"
    ).split()
)
_PYTHON_GLOBALS = frozenset(
    (
        "str int float bool dict list tuple set frozenset len print range enumerate zip map filter sorted getattr"
        " hasattr setattr isinstance type super open next iter any all min max sum repr format reversed exit quit vars"
        " id hash abs round object Exception ValueError KeyError RuntimeError"
    ).split()
)
_PYTHON_MODULES = {
    "os": "os",
    "os.path": "os.path",
    "sys": "sys",
    "functools": "functools",
    "asyncio": "asyncio",
    "contextlib": "contextlib",
    "copy": "copy",
    "types": "types",
    "itertools": "itertools",
    "dataclasses": "dataclasses",
}
_JAVASCRIPT_MODULES = {
    "process": "process",
    "node:process": "process",
    "path": "path",
    "node:path": "path",
    "util": "util",
    "node:util": "util",
}


def module(specifier: str, language: str) -> Abstract | None:
    """A module of the language's library that matters here."""
    table = _PYTHON_MODULES if language == "python" else _JAVASCRIPT_MODULES
    name = table.get(specifier)
    return None if name is None else Native(name)


def global_name(name: str, language: str) -> Abstract | None:
    """A name that the language itself defines."""
    if language == "javascript":
        if name in ("undefined", "NaN"):
            return NOTHING
        return Native(name) if name in _JAVASCRIPT_GLOBALS else None
    if name == "__name__":
        return Unknown(name)
    return Native(name) if name in _PYTHON_GLOBALS else None


def native_member(native: Native, name: str) -> Abstract:
    """A member of a library object: `process.env`, `os.environ`, `Object.assign`."""
    if (native.name, name) == ("process", "env"):
        return EnvObject()
    if (native.name, name) == ("os", "environ"):
        return EnvObject(python=True)
    if (native.name, name) == ("os", "path"):
        return Native("os.path")
    if native.name == "Map" and name == "prototype":
        return Unknown("a prototype")
    if native.name in ("globalThis", "global") and name in _JAVASCRIPT_GLOBALS:
        return Native(name)
    if native.name == "process" and name == "default":
        return native
    return Native(f"{native.name}.{name}", native.receiver)


def text_member(value: Abstract, name: str) -> Abstract:
    """A member of a text; an enum member's `value` is the text itself."""
    if name == "value":
        return value
    if name == "length":
        return Unknown("a length")
    return Native(("unknown." if name in PROMISE_METHODS else "text.") + name, value)


def record_method(record: Record, name: str) -> Abstract | None:
    if record.state.get("map"):
        return Native("map." + name, record)
    if record.state.get("settings") and name in SETTINGS_METHODS:
        return Native("settings." + name, record)
    return _dict_method(record, name)


def _dict_method(record: Record, name: str) -> Abstract | None:
    """A method that every dict has. (A plain object of JavaScript that lacks such a field gives something unknown.)"""
    if name in ("get", "pop", "setdefault", "items", "keys", "values", "update", "copy"):
        return Native("dict." + name, record)
    return None
