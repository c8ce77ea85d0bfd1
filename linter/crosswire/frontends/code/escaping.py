"""Functions that are given to code that is not read: run at once where a handler runs, kept while modules load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import sdk
from crosswire.frontends.code.abstract import (
    Abstract,
    Choices,
    Closure,
    EventValue,
    Foreign,
    Partial,
    Record,
    SequenceValue,
    options_of,
)
from crosswire.frontends.code.loading import settle
from crosswire.frontends.code.state import Arguments
from crosswire.values import Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def escape(evaluator: Evaluator, arguments: Arguments, span: Span) -> list[Abstract]:
    """The functions among the arguments of a call that is not read. Where a handler runs they are run with unknown
    arguments at once; where a module loads they are returned, to be kept."""
    found: list[Abstract] = []
    for value in arguments.all():
        functions_in(evaluator, value, found, 0)
    if not evaluator.reached:
        evaluator.run.kept.extend((value, span) for value in found)
        return found
    for value in found:
        if isinstance(value, (Closure, Partial, sdk.Deferred)):
            evaluator.call(value, Arguments([], open=True), span)
        elif isinstance(value, Foreign) and value.captured and hands_over_event(value, arguments):
            run_captured(evaluator, value, arguments, span)
    return []


def unread(evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
    """What a call of something that is not known gives: it keeps the functions it was given as a module loads."""
    return keeper(evaluator.escape(arguments, span), span)


def functions_in(evaluator: Evaluator, value: Abstract, found: list[Abstract], depth: int) -> None:
    if isinstance(value, (Closure, sdk.Deferred)):
        found.append(value)
    elif isinstance(value, Partial):
        if isinstance(value.target, Closure):
            found.append(value)
    elif isinstance(value, Foreign):
        if value.captured:
            found.append(value)
    elif depth < 3:
        if isinstance(value, Choices):
            for option in value.options:
                functions_in(evaluator, option, found, depth + 1)
        elif isinstance(value, Record) and value.cls is None:
            for field in list(value.fields.values()):
                functions_in(evaluator, settle(evaluator, field), found, depth + 1)
        elif isinstance(value, SequenceValue):
            for item in value.items:
                functions_in(evaluator, item, found, depth + 1)


def run_captured(
    evaluator: Evaluator, target: Foreign, arguments: Arguments, span: Span, seen: frozenset[int] = frozenset()
) -> None:
    """Run what was given to a library while modules loaded: routes, wrapped handlers, middleware. The handler may be
    what a function that was given gives back, as in `metricScope((metrics) => async (event) => ...)`."""
    if id(target.captured) in seen:
        return
    for value in list(target.captured):
        if isinstance(value, (Closure, Partial, sdk.Deferred)):
            handed = Arguments(list(arguments.positional), open=True)
            for given_back in options_of(evaluator.call(value, handed, span)):
                if isinstance(given_back, Closure):
                    evaluator.call(given_back, handed, span)
        elif isinstance(value, Foreign):
            run_captured(evaluator, value, arguments, span, seen | {id(target.captured)})


def hands_over_event(target: Foreign, arguments: Arguments) -> bool:
    """Whether a call passes the handler's whole event on, so that routes and wrapped handlers run."""
    last = target.name.rsplit(".", 1)[-1]
    if last in ("info", "debug", "warn", "warning", "error", "log", "exception", "critical", "trace"):
        return False
    return any(isinstance(value, EventValue) and not value.path for value in arguments.all())


def keeper(given: list[Abstract], span: Span) -> Abstract:
    return Foreign("", "", given) if given else Unknown("a result of a call", span)
