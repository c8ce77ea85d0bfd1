"""Walks a program that is deployed as a whole: all its files in which something starts, as the code of one function."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import DATA_FUNCTIONS, directive, is_page_of_browsers
from crosswire.frontends.code.abstract import Closure, Foreign, Partial, Record, options_of
from crosswire.frontends.code.escaping import run_captured
from crosswire.frontends.code.loading import export_of, load
from crosswire.frontends.code.sdk import Deferred
from crosswire.frontends.code.state import Arguments, ModuleState, TooMuch
from crosswire.source import Source
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.code.abstract import Abstract
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Run
    from crosswire.source import Span

_MOST_KEPT = 20_000


def run_program(evaluator: Evaluator, entries: tuple[str, ...], folder: str, run: Run) -> Iterator[BlindSpot]:
    """Walk every entry with all that it exports, then what modules gave away as they loaded: routes, listeners. What
    runs in browsers alone is left out. Gives what could not be followed."""

    @cache
    def is_for_browsers(path: str) -> bool:
        source = evaluator.files.read(path)
        return isinstance(source, Source) and directive(source.text) == "client"

    evaluator.is_elsewhere = is_for_browsers
    try:
        for entry in entries:
            evaluator.steps = 0
            state = load(evaluator, entry, (folder,))
            if isinstance(state, str):
                yield BlindSpot("code", state)
                continue
            evaluator.run = run
            start = state.place(0, 0)
            run.children.append((state.run, start))
            inner = entry[len(folder) + 1 if folder else 0 :]
            try:
                for name in _exports(state, inner):
                    value = export_of(evaluator, state, name)
                    if value is not None:
                        _start(evaluator, value, start)
            except TooMuch:
                yield BlindSpot("code", f"the code behind {entry} is larger than is followed", start)
            except RecursionError:
                yield BlindSpot("code", f"the code behind {entry} is nested deeper than is followed", start)
        yield from _run_kept(evaluator, run)
    finally:
        evaluator.is_elsewhere = None


def _exports(state: ModuleState, path: str) -> list[str]:
    """What of an entry is called on the server."""
    names = [*state.exports] or ["default"]
    if DATA_FUNCTIONS.isdisjoint(names):
        return [] if is_page_of_browsers(path) and path.partition("/")[0] != "app" else names
    return [name for name in names if name in DATA_FUNCTIONS]


def _start(evaluator: Evaluator, value: Abstract, span: Span) -> None:
    """Call what is exported, with arguments of which nothing is known."""
    evaluator.reached = True
    arguments = Arguments([], open=True)
    for option in options_of(value):
        if isinstance(option, (Closure, Partial, Deferred)):
            evaluator.call(option, arguments, span)
        elif isinstance(option, Foreign):
            run_captured(evaluator, option, arguments, span)
        elif isinstance(option, Record) and option.cls is None:
            for field in list(option.fields.values()):
                if isinstance(field, Closure):
                    evaluator.call(field, arguments, span)


def _run_kept(evaluator: Evaluator, run: Run) -> Iterator[BlindSpot]:
    """Run what was given away while modules loaded, and what that gives away again."""
    done: set[int] = set()
    while len(done) < _MOST_KEPT:
        kept = [one for one in _kept(run) if id(one[0]) not in done]
        if not kept:
            return
        for value, span in kept:
            if id(value) not in done:
                done.add(id(value))
                evaluator.run, evaluator.steps = run, 0
                try:
                    _start(evaluator, value, span)
                except TooMuch:
                    yield BlindSpot("code", "code that is larger than is followed", span)
                except RecursionError:
                    yield BlindSpot("code", "code that is nested deeper than is followed", span)


def _kept(run: Run) -> Iterator[tuple[Abstract, Span]]:
    """Every function that was given away on the way of a walk. What a library was given stands there by itself, too."""
    seen: set[int] = set()
    waiting = [run]
    while waiting:
        current = waiting.pop()
        if id(current) not in seen:
            seen.add(id(current))
            waiting.extend(child for child, _ in current.children)
            yield from (one for one in current.kept if not isinstance(one[0], Foreign))
