"""Functions as values: bound, applied, given to threads and event loops of the language's own library."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    ClassValue,
    Closure,
    Foreign,
    Native,
    Partial,
    Record,
    SdkThing,
    SequenceValue,
)
from crosswire.frontends.code.lists import each, items_of
from crosswire.frontends.code.state import Arguments
from crosswire.values import Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def function_call(evaluator: Evaluator, target: Abstract, method: str, arguments: Arguments, span: Span) -> Abstract:
    this = arguments.get(0)
    if isinstance(target, (SdkThing, Partial)):
        if method == "bind":
            return Partial(target, tuple(arguments.positional[1:]), {}) if len(arguments.positional) > 1 else target
        rest = list(arguments.positional[1:]) if method == "call" else []
        if method == "apply" and len(arguments.positional) > 1:
            rest = items_of(arguments.positional[1])[0]
        return evaluator.call(target, Arguments(rest, None, arguments.open), span)
    if not isinstance(target, Closure):
        return Unknown("a result of a call")
    if method == "bind":
        bound = this if isinstance(this, (Record, ClassValue)) else target.this
        given = (*target.given, *arguments.positional[1:])
        return Closure(target.node, target.scope, target.module, bound, target.owner, given)
    if method == "call":
        return evaluator.follow(target, Arguments(arguments.positional[1:], None, arguments.open), span, this)
    if method == "apply":
        items, complete = items_of(arguments.get(1) or SequenceValue(()))
        return evaluator.follow(target, Arguments(items, None, not complete), span, this)
    return Unknown("a member of a function")


def partial(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    if not arguments.positional:
        return Unknown("a function")
    return Partial(arguments.positional[0], tuple(arguments.positional[1:]), dict(arguments.named))


def decorator(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`functools.lru_cache` and its like, with or without parentheses: the function as it is."""
    return arguments.get(0) or Native("identity")


def to_thread(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`asyncio.to_thread(f, *args)`: runs the function with the rest."""
    if not arguments.positional:
        return Unknown("a result of a call")
    rest = Arguments(arguments.positional[1:], arguments.named, arguments.open)
    return evaluator.call(arguments.positional[0], rest, span)


def promise_call(evaluator: Evaluator, method: str, arguments: Arguments, span: Span) -> Abstract:
    """`Promise.all(...)` and its like."""
    if method in ("all", "allSettled", "race", "any", "resolve"):
        return arguments.get(0) or NOTHING
    evaluator.escape(arguments, span)
    return Unknown("a promise")


def given_away(evaluator: Evaluator, target: Foreign, arguments: Arguments, span: Span) -> Abstract | None:
    """Threads, processes and event loops of Python's library call the function that they are given with the rest; a
    field of a model is worth what its factory makes."""
    if "default_factory" in arguments.named:
        return evaluator.call(arguments.named["default_factory"], Arguments([]), span)
    if target.package not in _RUNNERS:
        return None
    method = target.name.rpartition(".")[2]
    given = arguments.positional
    if method in ("Thread", "Process", "Timer"):
        function, rest = arguments.named.get("target"), arguments.named.get("args")
        if function is None:
            return None
        named = arguments.named.get("kwargs")
        items, complete = items_of(rest) if rest is not None else ([], True)
        fields = dict(named.fields) if isinstance(named, Record) else {}
        evaluator.call(function, Arguments(items, fields, not complete), span)
        return Unknown("a thread")
    first = 1 if method == "run_in_executor" else 0
    if method in _TAKES_FUNCTION and len(given) > first:
        values = list(given[first + 1 :])
        if method.startswith("apply"):
            values = items_of(values[0])[0] if values else []
        return evaluator.call(given[first], Arguments(values, dict(arguments.named), arguments.open), span)
    if method in ("map", "imap", "imap_unordered", "starmap") and len(given) > 1:
        return each(evaluator, given[0], given[1], span)
    if method in ("run_until_complete", "create_task", "ensure_future") and given:
        return given[0]
    return None


_TAKES_FUNCTION = ("submit", "apply", "apply_async", "run_in_executor", "call_soon", "call_soon_threadsafe")
_RUNNERS = ("asyncio", "concurrent", "multiprocessing", "threading")


def wrapped(name: str, arguments: Arguments, result: Foreign) -> Abstract:
    """What a tracing or metering wrapper returns: the SDK or client that it was given; `marshall` keeps the attributes
    of an item."""
    marshalls = name == "marshall" and result.package in ("@aws-sdk/util-dynamodb", "aws-sdk")
    if marshalls and isinstance(arguments.get(0), Record):
        return arguments.positional[0]
    if name.startswith(("capture", "instrument", "wrap", "xray")) and arguments.positional:
        first = arguments.positional[0]
        if isinstance(first, SdkThing):
            return first
    return result
