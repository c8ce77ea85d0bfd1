"""What the languages' own libraries do to values: enough of it to follow names through everyday code.

Anything that is not listed here is unknown, never wrong: its result is `Unknown`, its function arguments are run.
"""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NEVER,
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
    as_text,
    join,
    options_of,
)
from crosswire.values import Const, Unknown, Value, concat

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from crosswire.frontends.code.evaluate import Arguments, Evaluator
    from crosswire.source import Span

#: Methods of things that are not known which take a function and run it, or hand the thing itself on.
UNKNOWN_METHODS = frozenset(
    "map forEach filter find some every flatMap reduce sort findIndex then catch finally promise bind".split()
)

#: Methods of promises: an awaited value and its promise are not told apart.
PROMISE_METHODS = frozenset(("then", "catch", "finally", "promise"))

_JAVASCRIPT_GLOBALS = frozenset(
    (
        "process console JSON Object Promise Array Math String Number Boolean parseInt parseFloat Date Error URL Buffer"
        " Map Set WeakMap Symbol RegExp globalThis global setTimeout setInterval setImmediate structuredClone"
        " encodeURIComponent isNaN Reflect"
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

#: Methods of texts that keep what the text names.
_SAME_TEXT = frozenset(
    "trim toString valueOf strip trimEnd trimStart normalize lstrip rstrip encode decode value".split()
)


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
    return _dict_method(record, name)


def _dict_method(record: Record, name: str) -> Abstract | None:
    """A method that every dict has. (A plain object of JavaScript that lacks such a field gives something unknown.)"""
    if name in ("get", "pop", "setdefault", "items", "keys", "values", "update", "copy"):
        return Native("dict." + name, record)
    return None


def keys_of(value: Abstract) -> list[Abstract]:
    """The keys of an object, as texts."""
    if isinstance(value, Record):
        return [*(Const(name, value.span) for name in value.fields), *(key for key, _ in value.symbolic)]
    return []


def read_json(evaluator: Evaluator, path: str) -> Abstract:
    """The value of a JSON file of the project."""
    from crosswire.readers.json import read_json as read
    from crosswire.readers.tree import Entries, Items, Node, Scalar
    from crosswire.source import Broken

    source = evaluator.files.read(path)
    node = source if isinstance(source, Broken) else read(source)
    if isinstance(node, Broken):
        return Unknown("a file that could not be read")

    def lift(node: Node, depth: int) -> Abstract:
        if depth > 12:
            return Unknown("data that is nested too deep")
        if isinstance(node, Scalar):
            if not node.plain:
                return Const(node.text, node.span)
            if node.text in ("true", "false"):
                return Primitive(node.text == "true")
            return NOTHING if node.text == "null" else Unknown("a number")
        if isinstance(node, Items):
            return SequenceValue(tuple(lift(item, depth + 1) for item in node.items))
        record = Record(node.span)
        for key, value in node.items():
            record.fields[key.text] = lift(value, depth + 1)
        return record

    assert isinstance(node, (Scalar, Items, Entries))
    return lift(node, 0)


def plus(left: Abstract, right: Abstract, span: Span) -> Abstract:
    """`left + right` of texts or lists."""
    if isinstance(left, SequenceValue) and isinstance(right, SequenceValue):
        return SequenceValue((*left.items, *right.items), left.open or right.open)
    if isinstance(left, Primitive) and isinstance(right, Primitive) and _is_index(left) and _is_index(right):
        return Primitive((left.value or 0) + (right.value or 0))
    if isinstance(left, TEXTS) or isinstance(right, TEXTS):
        return concat([as_text(left), as_text(right)], span)
    return Unknown("a sum")


def wrapped(name: str, arguments: Arguments, result: Abstract) -> Abstract:
    """What a tracing or metering wrapper returns: the SDK or client that it was given."""
    if name.startswith(("capture", "instrument", "wrap", "xray")) and arguments.positional:
        first = arguments.positional[0]
        if isinstance(first, SdkThing):
            return first
    return result


def hands_over_event(target: Foreign, arguments: Arguments) -> bool:
    """Whether a call passes the handler's whole event on, so that routes and wrapped handlers run."""
    last = target.name.rsplit(".", 1)[-1]
    if last in ("info", "debug", "warn", "warning", "error", "log", "exception", "critical", "trace"):
        return False
    return any(isinstance(value, EventValue) and not value.path for value in arguments.all())


def environment_schema(target: Foreign, arguments: Arguments) -> Abstract | None:
    """`cleanEnv(process.env, {...})`, `schema.parse(process.env)`: the environment, looked after by a schema."""
    if any(isinstance(value, EnvObject) for value in arguments.all()):
        return EnvObject(checked=True)
    return None


def settings_fields(evaluator: Evaluator, cls: ClassValue, instance: Record) -> None:
    """pydantic-settings: every field of a `BaseSettings` class is a variable of its name (with `env_prefix`), upper
    case.

    Source: pydantic-settings documentation, "Environment variable names": case-insensitive, prefix + field name.
    """
    base = evaluator.unread_base(cls)
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
        value = evaluator.read_env((prefix + name).upper(), _field_span(cls, name), EnvObject())
        if node is None:
            evaluator.mark_all(value, "strict")
        elif isinstance(cls.statics.get(name), (*TEXTS, Primitive)) and not isinstance(cls.statics[name], Unknown):
            value = evaluator.default(value, cls.statics[name], False)
        else:
            evaluator.mark_all(value, "tested")
        evaluator.write(instance.fields, name, value)


def _field_span(cls: ClassValue, name: str) -> Span:
    """The place of an annotated name in a class body."""
    from crosswire.source import Span

    whole = cls.module.span(cls.node)
    found = re.compile(rf"\b{re.escape(name)}\s*:").search(whole.source.text, whole.start, whole.end)
    return whole if found is None else Span(whole.source, found.start(), found.start() + len(name))


def call(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """A call of a library function."""
    known = _CALLS.get(native.name)
    if known is not None:
        return known(evaluator, native, arguments, span)
    family, _, method = native.name.partition(".")
    if family == "text":
        return _text_call(evaluator, native, method, arguments, span)
    if family in ("list", "unknown", "Promise", "function"):
        return _collection_call(evaluator, native, family, method, arguments, span)
    if family == "console":
        return NOTHING
    for value in arguments.all():
        evaluator.mark_all(value, "passed")
    return evaluator.unread(arguments, span)


def _env_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`os.environ.get(name, default)`, `os.getenv(name, default)`."""
    from crosswire.frontends.code.evaluate import place_of_name

    name = arguments.get(0, "key")
    names = options_of(name) if name is not None else ()
    if not names or not all(isinstance(option, Const) for option in names):
        evaluator.run.blinds.append(("environment", "a variable whose name is made at run time", span))
        return Unknown("a variable whose name is made at run time", span)
    env = native.receiver if isinstance(native.receiver, EnvObject) else EnvObject()
    default = arguments.get(1, "default")
    results: list[Abstract] = []
    for option in names:
        assert isinstance(option, Const)
        value = evaluator.read_env(option.text, place_of_name(option, span), env)
        if default is not None and default is not NOTHING:
            value = evaluator.default(value, default, False)
        results.append(value)
    return join(results)


def _env_set(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    name = arguments.get(0, "key")
    evaluator.run.sets.add(name.text if isinstance(name, Const) else "*")
    return arguments.get(1) or Unknown("a value of the environment")


def _dict_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    key = arguments.get(0, "key")
    default = arguments.get(1, "default")
    assert isinstance(record, Record)
    if isinstance(key, Const):
        found = record.fields.get(key.text)
        if found is not None:
            return evaluator.settle(found)
        if record.open or record.symbolic:
            return join([Unknown("a field"), default]) if default is not None else Unknown("a field")
        return NOTHING if default is None else default
    if key is None:
        return Unknown("a field")
    found = evaluator.item(record, key, False, span)
    return found if default is None else join([found, default])


def _event_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`event.get(key, default)`: still a part of the event, or the default."""
    key, default = arguments.get(0), arguments.get(1)
    assert native.receiver is not None
    found = evaluator.item(native.receiver, key if key is not None else Unknown("a key"), False, span)
    return found if default is None or default is NOTHING else join([found, default])


def _dict_update(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    assert isinstance(record, Record)
    for value in arguments.positional:
        evaluator.spread_into(record, value)
    for name, value in arguments.named.items():
        evaluator.write(record.fields, name, value)
    return NOTHING


def _dict_setdefault(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver
    key, value = arguments.get(0), arguments.get(1) or NOTHING
    assert isinstance(record, Record)
    if isinstance(key, Const):
        if key.text not in record.fields:
            evaluator.write(record.fields, key.text, value)
        return record.fields[key.text]
    return value


def _values(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        found = [evaluator.settle(field) for field in record.fields.values()]
        return SequenceValue((*found, *(field for _, field in record.symbolic)), record.open)
    if isinstance(record, ClassValue):
        return SequenceValue(tuple(record.statics.values()))
    if isinstance(record, Namespace):
        return SequenceValue((), True)
    return Unknown("the values of an object")


def _keys(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        return SequenceValue(tuple(keys_of(record)), record.open)
    return Unknown("the keys of an object")


def _entries(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(record, Record):
        pairs = [(Const(name, record.span), evaluator.settle(field)) for name, field in record.fields.items()]
        return SequenceValue(tuple(SequenceValue(pair) for pair in [*pairs, *record.symbolic]), record.open)
    return Unknown("the entries of an object")


def _copy(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`dict(x, a=1)`, `x.copy()`, `list(x)`, `structuredClone(x)`."""
    source = native.receiver if native.receiver is not None else arguments.get(0)
    if isinstance(source, EnvObject):
        return source
    if native.name == "dict" and isinstance(source, SequenceValue):
        return _from_entries(evaluator, native, arguments, span)
    if native.name in ("dict", "dict.copy", "structuredClone", "copy.copy", "copy.deepcopy") and (
        source is None or isinstance(source, (Record, Choices))
    ):
        record = Record(span)
        if source is not None:
            evaluator.spread_into(record, source)
        record.fields.update(arguments.named)
        if arguments.open:
            record.state["open"] = True
        return record
    if source is None:
        return SequenceValue(())
    items, complete = evaluator.items_of(source)
    return SequenceValue(tuple(items), not complete)


def _assign(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
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
                evaluator.spread_into(option, source)
            if arguments.open:
                evaluator.write(option.state, "open", True)
    return target


def _first(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return arguments.get(0) or NOTHING


def _text_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    value = arguments.get(0)
    if value is None:
        return Const("", span)
    evaluator.mark_all(value, "joined")
    return value if isinstance(value, TEXTS) else as_text(value)


def _number(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        evaluator.mark_all(value, "passed")
    return Unknown("a number")


def _truth(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    for value in arguments.all():
        evaluator.mark_all(value, "compared")
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
        found_all = evaluator.methods_like(target, as_text(name))
        return join([*found_all, Unknown("an attribute")]) if found_all else Unknown("an attribute")
    return Unknown("an attribute")


def note_unnamed(evaluator: Evaluator, client: SdkThing, span: Span) -> None:
    """A member of a client whose name is made at run time: any of its operations may be called."""
    service = getattr(client, "service", None)
    if isinstance(service, str):
        evaluator.run.blinds.append((f"sdk:{service}", "a call whose name is made at run time", span))


def _setattr(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    target, name, value = arguments.get(0), arguments.get(1), arguments.get(2)
    if target is not None and value is not None and isinstance(name, Const):
        evaluator.store(target, name.text, value, span)
    return NOTHING


def _map_function(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`map(f, xs)` and `filter(f, xs)` of Python."""
    function, iterable = arguments.get(0), arguments.get(1)
    if function is None or iterable is None:
        return Unknown("a list")
    results = _each(evaluator, function, iterable, span)
    if native.name == "filter":
        items, complete = evaluator.items_of(iterable)
        return SequenceValue(tuple(items), True) if complete else Unknown("a list")
    return results


def _partial(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    if not arguments.positional:
        return Unknown("a function")
    return Partial(arguments.positional[0], tuple(arguments.positional[1:]), dict(arguments.named))


def _decorator(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`functools.lru_cache` and its like, with or without parentheses: the function as it is."""
    return arguments.get(0) or Native("identity")


def _gather(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    return SequenceValue(tuple(arguments.positional), arguments.open)


def _ternary_thread(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`asyncio.to_thread(f, *args)`: runs the function with the rest."""
    from crosswire.frontends.code.evaluate import Arguments as Args

    if not arguments.positional:
        return Unknown("a result of a call")
    rest = Args(arguments.positional[1:], arguments.named, arguments.open)
    return evaluator.call(arguments.positional[0], rest, span)


def _enumerate(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    items, complete = evaluator.items_of(arguments.get(0) or NOTHING)
    return SequenceValue(
        tuple(SequenceValue((Primitive(index), item)) for index, item in enumerate(items)), not complete
    )


def _zip(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    found = [evaluator.items_of(value) for value in arguments.positional]
    if not found or not all(complete for _, complete in found):
        return Unknown("a list of pairs")
    return SequenceValue(tuple(SequenceValue(tuple(row)) for row in zip(*(items for items, _ in found), strict=False)))


def _from_entries(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    record = Record(span)
    items, complete = evaluator.items_of(arguments.get(0) or NOTHING)
    for item in items:
        if isinstance(item, SequenceValue) and len(item.items) == 2 and isinstance(item.items[0], Const):
            record.fields[item.items[0].text] = item.items[1]
        else:
            complete = False
    record.state["open"] = not complete
    return record


def _each(evaluator: Evaluator, function: Abstract, iterable: Abstract, span: Span) -> Abstract:
    """Run a function once per known item, or once with an unknown one; the results as a list."""
    from crosswire.frontends.code.evaluate import LONGEST_UNROLLED
    from crosswire.frontends.code.evaluate import Arguments as Args

    items, complete = evaluator.items_of(iterable)
    if complete and len(items) <= LONGEST_UNROLLED:
        results = [evaluator.call(function, Args([item], None, True), span) for item in items]
        return SequenceValue(tuple(results))
    item = join(items[:LONGEST_UNROLLED]) if items else Unknown("an item of a list")
    return SequenceValue((evaluator.call(function, Args([item], None, True), span),), True)


def _text_call(evaluator: Evaluator, native: Native, method: str, arguments: Arguments, span: Span) -> Abstract:
    text = native.receiver
    assert text is not None
    if method in _SAME_TEXT:
        return text
    if method == "concat":
        return concat([as_text(text), *(as_text(value) for value in arguments.positional)], span)
    if method == "join":
        return _joined(evaluator, as_text(text), arguments.get(0), span)
    if isinstance(text, Const):
        first = arguments.get(0)
        if method in ("toLowerCase", "lower"):
            return Const(text.text.lower(), span)
        if method in ("toUpperCase", "upper"):
            return Const(text.text.upper(), span)
        if method in ("replace", "replaceAll") and isinstance(first, Const):
            second = arguments.get(1)
            if isinstance(second, Const):
                if (
                    method == "replaceAll" or text.text.count(first.text) < 2
                ):  # the languages' replace differ beyond one
                    return Const(text.text.replace(first.text, second.text), span)
        exact = _exact_text_call(text.text, method, arguments, span)
        if exact is not None:
            return exact
        if method == "format":
            return _format(evaluator, text.text, arguments, span)
    else:
        evaluator.mark_all(text, "joined")
    evaluator.escape(arguments, span)
    return Unknown("a text made at run time")


def _exact_text_call(text: str, method: str, arguments: Arguments, span: Span) -> Abstract | None:
    """Methods that cut an exact text, given exact arguments."""
    if arguments.named or arguments.open:
        return None
    given: list[str | int] = []
    for value in arguments.positional:
        if isinstance(value, Const):
            given.append(value.text)
        elif isinstance(value, Primitive) and _is_index(value) and isinstance(value.value, int):
            given.append(value.value)
        else:
            return None
    match method, given:
        case "split", [str(mark)] if mark:
            return _texts(text.split(mark), span)
        case "split", [str(mark), int(most)] if mark and most >= 0 and span.path.endswith(".py"):
            return _texts(text.split(mark, most), span)
        case "rsplit", [str(mark)] if mark:
            return _texts(text.rsplit(mark), span)
        case "rsplit", [str(mark), int(most)] if mark:
            return _texts(text.rsplit(mark, most), span)
        case "partition", [str(mark)] if mark:
            return _texts(text.partition(mark), span)
        case "rpartition", [str(mark)] if mark:
            return _texts(text.rpartition(mark), span)
        case "removeprefix", [str(mark)]:
            return Const(text.removeprefix(mark), span)
        case "removesuffix", [str(mark)]:
            return Const(text.removesuffix(mark), span)
        case (("lastIndexOf" | "rfind"), [str(mark)]):
            return Primitive(text.rfind(mark))
        case (("indexOf" | "find"), [str(mark)]):
            return Primitive(text.find(mark))
        case (("substring" | "slice"), [int(start)]) if start >= 0 or method == "slice":
            return Const(text[start:], span)
        case (("substring" | "slice"), [int(start), int(end)]) if method == "slice" or 0 <= start <= end:
            return Const(text[start:end], span)
    return None


def _texts(parts: Iterable[str], span: Span) -> Abstract:
    return SequenceValue(tuple(Const(part, span) for part in parts))


def _format(evaluator: Evaluator, text: str, arguments: Arguments, span: Span) -> Abstract:
    """`template.format(...)` of an exact template."""
    from string import Formatter

    parts: list[Value] = []
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        return Unknown("a text made at run time")
    for index, (before, field, _, _) in enumerate(pieces):
        parts.append(Const(before, span))
        if field is None:
            continue
        at = int(field) if field.isdecimal() else index
        value = arguments.named.get(field) if field and not field.isdecimal() else arguments.get(at)
        if value is not None:
            evaluator.mark_all(value, "joined")
        parts.append(Unknown("a part of a text") if value is None else as_text(value))
    return concat(parts, span)


def _joined(evaluator: Evaluator, separator: Abstract, values: Abstract | None, span: Span) -> Abstract:
    if isinstance(values, SequenceValue) and not values.open:
        parts: list[Abstract] = []
        for index, item in enumerate(values.items):
            if index:
                parts.append(separator)
            parts.append(item)
        for part in parts:
            evaluator.mark_all(part, "joined")
        return concat([as_text(part) for part in parts], span)
    return Unknown("a text made at run time")


def _collection_call(
    evaluator: Evaluator, native: Native, family: str, method: str, arguments: Arguments, span: Span
) -> Abstract:
    from crosswire.frontends.code.evaluate import Arguments as Args

    target = native.receiver if native.receiver is not None else NOTHING
    first = arguments.get(0)
    if family == "function":
        return _function_call(evaluator, target, method, arguments, span)
    if family == "Promise":
        if method in ("all", "allSettled", "race", "any", "resolve"):
            return first or NOTHING
        evaluator.escape(arguments, span)
        return Unknown("a promise")
    if method in ("promise", "bind"):
        return target
    if method in ("then", "finally"):
        if first is None:
            return target
        given = [] if method == "finally" else [target]
        result = evaluator.call(first, Args(given), span)
        if len(arguments.positional) > 1:
            evaluator.call(arguments.positional[1], Args([], None, True), span)
        return target if method == "finally" or result is NEVER else result
    if method == "catch":
        result = evaluator.call(first, Args([Unknown("an error")]), span) if first is not None else NOTHING
        return target if result is NEVER else join([target, result])
    if method in ("map", "flatMap", "forEach", "some", "every", "find", "filter", "findIndex", "sort"):
        results = _each(evaluator, first, target, span) if first is not None else NOTHING
        if method in ("map", "flatMap"):
            return results
        if method == "find":
            items, _ = evaluator.items_of(target)
            return join([*items, Unknown("an item of a list")])
        if method in ("filter", "sort"):
            items, _ = evaluator.items_of(target)
            return SequenceValue(tuple(items), True) if items else target
        return Unknown("a result of a call")
    if method == "reduce" and first is not None:
        start = arguments.get(1) or Unknown("an item of a list")
        items, complete = evaluator.items_of(target)
        result = start
        for item in items[:16] if complete else [join(items) if items else Unknown("an item of a list")]:
            result = evaluator.call(first, Args([result, item], None, True), span)
        return result if complete else join([result, start])
    if isinstance(target, SequenceValue):
        return _list_call(evaluator, target, method, arguments, span)
    evaluator.escape(arguments, span)
    return Unknown("a result of a call", span)


def _list_call(evaluator: Evaluator, target: SequenceValue, method: str, arguments: Arguments, span: Span) -> Abstract:
    first = arguments.get(0)
    if method in ("push", "append", "add", "unshift"):
        evaluator.write(target.state, "items", (*target.items, *arguments.positional))
        return NOTHING
    if method == "extend" and first is not None:
        items, complete = evaluator.items_of(first)
        evaluator.write(target.state, "items", (*target.items, *items))
        if not complete:
            evaluator.write(target.state, "open", True)
        return NOTHING
    if method == "concat":
        result: Abstract = target
        for value in arguments.positional:
            more = value if isinstance(value, SequenceValue) else SequenceValue((value,))
            result = plus(result, more, span)
        return result
    if method == "join":
        return _joined(evaluator, first if first is not None else Const(","), target, span)
    if method == "slice" and not target.open and all(_is_index(value) for value in arguments.positional):
        bounds = [value.value for value in arguments.positional if isinstance(value, Primitive)]
        start = int(bounds[0] or 0) if bounds else 0
        end = int(bounds[1] or 0) if len(bounds) > 1 else len(target.items)
        return SequenceValue(target.items[start:end])
    if method in ("slice", "copy", "reverse", "values"):
        return SequenceValue(target.items, target.open or method == "slice")
    if method in ("shift", "pop", "at") and not target.open and target.items:
        index = first if first is not None else Primitive(0 if method == "shift" else -1)
        if _is_index(index) and isinstance(index, Primitive) and isinstance(index.value, int):
            inside = -len(target.items) <= index.value < len(target.items)
            taken = target.items[index.value] if inside else NOTHING
            if method != "at" and inside:
                left = [item for item in target.items if item is not taken]
                evaluator.write(target.state, "items", tuple(left))
            return taken
    if method in ("shift", "pop", "at"):
        return join([*target.items, Unknown("an item of a list")])
    evaluator.escape(arguments, span)
    return Unknown("a result of a call", span)


def _is_index(value: Abstract) -> bool:
    return isinstance(value, Primitive) and isinstance(value.value, int) and not isinstance(value.value, bool)


def _function_call(evaluator: Evaluator, target: Abstract, method: str, arguments: Arguments, span: Span) -> Abstract:
    from crosswire.frontends.code.evaluate import Arguments as Args

    this = arguments.get(0)
    if isinstance(target, (SdkThing, Partial)):
        if method == "bind":
            return Partial(target, tuple(arguments.positional[1:]), {}) if len(arguments.positional) > 1 else target
        rest = list(arguments.positional[1:]) if method == "call" else []
        if method == "apply" and len(arguments.positional) > 1:
            rest = evaluator.items_of(arguments.positional[1])[0]
        return evaluator.call(target, Args(rest, None, arguments.open), span)
    if not isinstance(target, Closure):
        return Unknown("a result of a call")
    if method == "bind":
        bound = this if isinstance(this, (Record, ClassValue)) else target.this
        given = (*target.given, *arguments.positional[1:])
        return Closure(target.node, target.scope, target.module, bound, target.owner, given)
    if method == "call":
        return evaluator.follow(target, Args(arguments.positional[1:], None, arguments.open), span, this)
    if method == "apply":
        items, complete = evaluator.items_of(arguments.get(1) or SequenceValue(()))
        return evaluator.follow(target, Args(items, None, not complete), span, this)
    return Unknown("a member of a function")


def _map(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`new Map(pairs)`."""
    record = _from_entries(evaluator, native, arguments, span)
    assert isinstance(record, Record)
    record.state["map"] = True
    return record


def _map_set(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    key, value = arguments.get(0), arguments.get(1)
    record = native.receiver
    assert isinstance(record, Record)
    if isinstance(key, Const):
        evaluator.write(record.fields, key.text, value or NOTHING)
    elif key is not None:
        evaluator.write(record.state, "symbolic", (*record.symbolic, (as_text(key), value or NOTHING)))
    return record


def _map_each(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    function = arguments.get(0)
    if function is not None:
        _each(evaluator, function, _values(evaluator, native, arguments, span), span)
    return NOTHING


def _reduce(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`functools.reduce(f, xs, start)`."""
    from crosswire.frontends.code.evaluate import Arguments as Args

    function, values = arguments.get(0), arguments.get(1)
    if function is None or values is None:
        return Unknown("a result of a call")
    rest = Args([function, *arguments.positional[2:]])
    return _collection_call(evaluator, Native("list.reduce", values), "list", "reduce", rest, span)


def _chain(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    result: Abstract = SequenceValue(())
    for value in arguments.positional:
        items, complete = evaluator.items_of(value)
        result = plus(result, SequenceValue(tuple(items), not complete), span)
    return result


def _namespace(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`types.SimpleNamespace(a=1)`."""
    record = Record(span)
    record.fields.update(arguments.named)
    record.state["open"] = arguments.open or bool(arguments.positional)
    return record


def _field(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`dataclasses.field(default_factory=...)`: what the field is worth where nothing else is given."""
    from crosswire.frontends.code.evaluate import Arguments as Args

    factory = arguments.named.get("default_factory")
    if factory is not None:
        return evaluator.call(factory, Args([]), span)
    return arguments.named.get("default") or (arguments.positional[0] if arguments.positional else Unknown("a field"))


def _new(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    cls = arguments.get(0)
    return Record(span, cls) if isinstance(cls, ClassValue) else Unknown("an instance")


def _create(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`Object.create(prototype)`."""
    record = Record(span)
    prototype = arguments.get(0)
    if isinstance(prototype, Record):
        record.state["prototype"] = prototype
    return record


def _path(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`os.path.join` and its like, of exact texts."""
    method = native.name.rpartition(".")[2]
    texts = [value.text for value in arguments.positional if isinstance(value, Const)]
    if not texts or len(texts) != len(arguments.positional) or arguments.open:
        for value in arguments.all():
            evaluator.mark_all(value, "joined")
        return Unknown("a path")
    if method in ("join", "resolve"):
        return Const(posixpath.normpath(posixpath.join(*texts)), span)
    if method == "dirname":
        return Const(posixpath.dirname(texts[0]), span)
    if method == "basename":
        return Const(posixpath.basename(texts[0]), span)
    return Const(posixpath.normpath(texts[0]), span)


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


def given_away(evaluator: Evaluator, target: Foreign, arguments: Arguments, span: Span) -> Abstract | None:
    """Threads, processes and event loops of Python's library call the function that they are given with the rest; a
    field of a model is worth what its factory makes."""
    from crosswire.frontends.code.evaluate import Arguments as Args

    if "default_factory" in arguments.named:
        return evaluator.call(arguments.named["default_factory"], Args([]), span)
    if target.package not in _RUNNERS:
        return None
    method = target.name.rpartition(".")[2]
    given = arguments.positional
    if method in ("Thread", "Process", "Timer"):
        function, rest = arguments.named.get("target"), arguments.named.get("args")
        if function is None:
            return None
        named = arguments.named.get("kwargs")
        items, complete = evaluator.items_of(rest) if rest is not None else ([], True)
        fields = dict(named.fields) if isinstance(named, Record) else {}
        evaluator.call(function, Args(items, fields, not complete), span)
        return Unknown("a thread")
    first = 1 if method == "run_in_executor" else 0
    if method in _TAKES_FUNCTION and len(given) > first:
        values = list(given[first + 1 :])
        if method.startswith("apply"):
            values = evaluator.items_of(values[0])[0] if values else []
        return evaluator.call(given[first], Args(values, dict(arguments.named), arguments.open), span)
    if method in ("map", "imap", "imap_unordered", "starmap") and len(given) > 1:
        return _each(evaluator, given[0], given[1], span)
    if method in ("run_until_complete", "create_task", "ensure_future") and given:
        return given[0]
    return None


_TAKES_FUNCTION = ("submit", "apply", "apply_async", "run_in_executor", "call_soon", "call_soon_threadsafe")
_RUNNERS = ("asyncio", "concurrent", "multiprocessing", "threading")


_CALLS: dict[str, Callable[[Evaluator, Native, Arguments, Span], Abstract]] = {
    "environ.get": _env_get,
    "os.getenv": _env_get,
    "os.environ.get": _env_get,
    "environ.setdefault": _env_set,
    "environ.update": lambda evaluator, native, arguments, span: _assign_env(evaluator, arguments),
    "environ.copy": lambda evaluator, native, arguments, span: native.receiver or EnvObject(),
    "event.get": _event_get,
    "dict.get": _dict_get,
    "dict.pop": _dict_get,
    "dict.update": _dict_update,
    "dict.setdefault": _dict_setdefault,
    "dict.values": _values,
    "dict.keys": _keys,
    "dict.items": _entries,
    "dict.copy": _copy,
    "dict": _copy,
    "list": _copy,
    "tuple": _copy,
    "set": _copy,
    "sorted": _copy,
    "reversed": _copy,
    "frozenset": _copy,
    "structuredClone": _copy,
    "Array.from": _copy,
    "Object.values": _values,
    "Object.keys": _keys,
    "Object.entries": _entries,
    "Object.assign": _assign,
    "Object.fromEntries": _from_entries,
    "Object.freeze": _first,
    "Object.seal": _first,
    "String": _text_of,
    "str": _text_of,
    "Number": _number,
    "parseInt": _number,
    "parseFloat": _number,
    "int": _number,
    "float": _number,
    "Boolean": _truth,
    "bool": _truth,
    "process.exit": _never,
    "sys.exit": _never,
    "exit": _never,
    "quit": _never,
    "getattr": _getattr,
    "setattr": _setattr,
    "map": _map_function,
    "filter": _map_function,
    "enumerate": _enumerate,
    "zip": _zip,
    "functools.partial": _partial,
    "functools.reduce": _reduce,
    "itertools.chain": _chain,
    "types.SimpleNamespace": _namespace,
    "types.MappingProxyType": _first,
    "dataclasses.field": _field,
    "copy.copy": _copy,
    "copy.deepcopy": _copy,
    "object.__new__": _new,
    "Object.create": _create,
    "Map": _map,
    "WeakMap": _map,
    "map.get": _dict_get,
    "map.set": _map_set,
    "map.values": _values,
    "map.keys": _keys,
    "map.entries": _entries,
    "map.forEach": _map_each,
    "Set": _copy,
    "util.promisify": _first,
    "os.path.join": _path,
    "os.path.dirname": _path,
    "os.path.abspath": _path,
    "os.path.realpath": _path,
    "os.path.normpath": _path,
    "os.path.basename": _path,
    "path.join": _path,
    "path.resolve": _path,
    "path.basename": _path,
    "path.dirname": _path,
    "sys.path.append": _search_path,
    "sys.path.insert": _search_path,
    "sys.path.extend": _search_path,
    "asyncio.get_event_loop": _event_loop,
    "asyncio.get_running_loop": _event_loop,
    "asyncio.new_event_loop": _event_loop,
    "asyncio.create_task": _first,
    "asyncio.ensure_future": _first,
    "asyncio.wait_for": _first,
    "functools.lru_cache": _decorator,
    "functools.cache": _decorator,
    "functools.wraps": lambda evaluator, native, arguments, span: Native("identity"),
    "identity": _first,
    "asyncio.run": _first,
    "asyncio.gather": _gather,
    "asyncio.to_thread": _ternary_thread,
    "next": lambda evaluator, native, arguments, span: join(
        [*evaluator.items_of(arguments.get(0) or NOTHING)[0], Unknown("an item of a list")]
    ),
    "print": lambda evaluator, native, arguments, span: NOTHING,
}


def _assign_env(evaluator: Evaluator, arguments: Arguments) -> Abstract:
    """`os.environ.update({...})`."""
    source = arguments.get(0)
    if isinstance(source, Record) and not source.open:
        evaluator.run.sets.update(source.fields)
    elif source is not None:
        evaluator.run.sets.add("*")
    evaluator.run.sets.update(arguments.named)
    return NOTHING


__all__ = [
    "PROMISE_METHODS",
    "UNKNOWN_METHODS",
    "call",
    "environment_schema",
    "given_away",
    "global_name",
    "hands_over_event",
    "keys_of",
    "module",
    "native_member",
    "note_unnamed",
    "plus",
    "read_json",
    "record_method",
    "settings_fields",
    "text_member",
    "wrapped",
]
