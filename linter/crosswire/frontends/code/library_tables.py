"""Calls that hand a table over to a library: the library's requests, and what it asks of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import operations, table_libraries
from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    Foreign,
    Primitive,
    Record,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.app_settings import setting
from crosswire.frontends.code.environment import mark_all
from crosswire.frontends.code.sdk import Deferred, note
from crosswire.values import Const, Unknown
from crosswire.wiring.function import Choice, LibraryTable

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.aws.table_libraries import Setting, TableLibrary
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span

    Told = Callable[[Setting], Abstract]


def handed_over(evaluator: Evaluator, target: Foreign, arguments: Arguments, span: Span) -> Deferred | None:
    """Note what a call hands over to a library; what it gives, where that has to be used for anything to be called."""
    library = table_libraries.table_library(target.package, target.name)
    if library is None:
        return None
    if library.app is None:
        told = _by_arguments(library, arguments)
        if library.later:
            return Deferred(lambda later: _note(later, library, told, span))
        _note(evaluator, library, told, span)
        return None
    app = arguments.get(library.app, "app")
    for option in options_of(app) if app is not None else ():
        if isinstance(option, Foreign) and option.settings is not None:
            _note(evaluator, library, _by_settings(evaluator, option.settings), span)
    return None


def _by_settings(evaluator: Evaluator, settings: Record) -> Told:
    return lambda wanted: setting(evaluator, settings, wanted.name) if wanted.name else NOTHING


def _by_arguments(library: TableLibrary, arguments: Arguments) -> Told:
    """What the arguments of a call tell: by keyword or position, or in the object that is given first."""
    first = arguments.get(0)

    def told(wanted: Setting) -> Abstract:
        if not wanted.name:
            return NOTHING
        if isinstance(first, Record) and first.cls is None:
            found = first.fields.get(wanted.name)
            absent = Unknown("an option") if first.open or first.symbolic else NOTHING
            return absent if found is None else found
        if library.table.position < 0 and first is not None:
            return Unknown("an option")
        given = arguments.get(wanted.position if wanted.position >= 0 else len(arguments.positional), wanted.name)
        return NOTHING if given is None else given

    return told


def _note(evaluator: Evaluator, library: TableLibrary, told: Told, span: Span) -> None:
    when = _choice(library, told)
    if when is False:
        return
    choice = None if when is True else when
    table = _value(told, library.table)
    if choice is not None:
        mark_all(evaluator, choice.value, "feeds")
    client = told(library.client)
    own = all(getattr(option, "own", True) for option in options_of(client))
    keys = [_value(told, key) for key in library.keys if key.default or not _is_nothing(told(key))]
    request = Record(span)
    request.fields["TableName"] = table
    for name in (*library.at_start, *library.calls, *library.maybe):
        operation = operations.operation("dynamodb", name)
        assert operation is not None
        certain = name in library.calls or (name in library.at_start and not _is_given(told(library.made)))
        note(evaluator, operation, request, span, own=own and certain, library=library.library, when=choice)
    evaluator.run.tables.append(
        LibraryTable(
            library=library.library,
            name=as_text(table),
            keys=tuple(map(as_text, keys)),
            ttl=as_text(_value(told, library.ttl)),
            span=span,
            client=library.client.name,
            endpoint=library.without_client if library.client.name and _is_nothing(client) else "",
            when=choice,
        )
    )


def _value(told: Told, wanted: Setting) -> Abstract:
    """What a setting is worth, with its default where it may not be given."""
    default: Abstract = Const(wanted.default) if wanted.default else Unknown(f"no {wanted.name} is given")
    return join([default if _is_nothing(option) else option for option in options_of(told(wanted))])


def _choice(library: TableLibrary, told: Told) -> Choice | bool:
    """Whether the library uses a table: surely, surely not, or where a setting makes it."""
    if library.only_if is None:
        return True
    wanted, text = library.only_if
    options = options_of(_value(told, wanted))
    exact = [option.text.lower() == text if isinstance(option, Const) else None for option in options]
    if all(one is True for one in exact) or all(one is False for one in exact):
        return exact[0] is True
    return Choice(as_text(join(list(options))), text)


def _is_nothing(value: Abstract) -> bool:
    return isinstance(value, Primitive) and value.value is None


def _is_given(value: Abstract) -> bool:
    """Whether a switch may be on."""
    return not all(isinstance(option, Primitive) and not option.value for option in options_of(value))
