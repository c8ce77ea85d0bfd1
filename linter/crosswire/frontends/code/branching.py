"""Branches that are walked both ways: writes are logged, so that a way can be taken back and the ways be joined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswire.frontends.code.abstract import (
    NOTHING,
    TEXTS,
    Abstract,
    Choices,
    ClassValue,
    Closure,
    EnvObject,
    EventValue,
    Fields,
    Foreign,
    Imported,
    Namespace,
    Native,
    Never,
    Partial,
    Primitive,
    Record,
    SdkThing,
    SequenceValue,
    Super,
    join,
    options_of,
)
from crosswire.frontends.code.environment import fall_back, note_whole
from crosswire.frontends.code.state import LEFT, MISSING, NORMAL, RAISED, RETURNED
from crosswire.frontends.code.times import Moment
from crosswire.values import EnvRef, Unknown

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.frontends.code.evaluate import Evaluator


def write(evaluator: Evaluator, place: dict[Any, Any], key: Any, value: Any) -> None:
    """Write so that it can be taken back: every change of what outlives an expression goes through here."""
    if evaluator.journal is not None:
        evaluator.journal.append((place, key, place.get(key, MISSING)))
    if value is MISSING:
        place.pop(key, None)
    else:
        place[key] = value


def spread_into(evaluator: Evaluator, record: Record, value: Abstract) -> None:
    """`{...value}`, `dict.update(value)`, `Object.assign(record, value)`."""
    options = options_of(value)
    for option in options:
        if isinstance(option, Record):
            for name, field in option.fields.items():
                if len(options) == 1:
                    write(evaluator, record.fields, name, field)
                else:
                    write(evaluator, record.fields, name, join([field, record.fields.get(name, NOTHING)]))
            if option.open:
                _replace_moments(evaluator, record, option)
                write(evaluator, record.state, "open", True)
            if option.symbolic:
                write(evaluator, record.state, "symbolic", (*record.symbolic, *option.symbolic))
        elif not isinstance(option, Primitive):
            note_whole(evaluator, option, record.span)
            _replace_moments(evaluator, record, None)
            write(evaluator, record.state, "open", True)


def _replace_moments(evaluator: Evaluator, record: Record, spread: Record | None) -> None:
    """What is not known of a thing that is spread may take the place of the times that were there before it."""
    for name, field in record.fields.items():
        if isinstance(field, Moment) and (spread is None or name not in spread.fields):
            write(evaluator, record.fields, name, join([field, Unknown("a field")]))


def branch(
    evaluator: Evaluator,
    ways: list[Callable[[], int]],
    absent: list[EnvRef] | None = None,
    present: list[EnvRef] | None = None,
) -> tuple[int, list[int]]:
    """Walk every way from the same state and join what those that go on leave behind.

    `absent` holds variables that are unset where the first way is taken, `present` those that are set there:
    a text that takes the place of an unset variable is its default.
    """
    saved = evaluator.journal
    outcomes: list[tuple[int, dict[tuple[int, Any], Any]]] = []
    places: dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]] = {}
    for way in ways:
        evaluator.journal = []
        try:
            status = way()
        finally:
            log, evaluator.journal = evaluator.journal, saved
        after: dict[tuple[int, Any], Any] = {}
        for place, key, _ in log:
            after[(id(place), key)] = place.get(key, MISSING)
        for place, key, old in reversed(log):
            if old is MISSING:
                place.pop(key, None)
            else:
                place[key] = old
        for place, key, _ in log:
            places.setdefault((id(place), key), (place, key, place.get(key, MISSING)))
        outcomes.append((status, after))
    statuses = [status for status, _ in outcomes]
    going = [index for index, status in enumerate(statuses) if status in (NORMAL, LEFT)]
    for where, (place, key, original) in places.items():
        left = [outcomes[index][1].get(where, original) for index in going]
        if type(place) is Fields:
            left = [NOTHING if value is MISSING else value for value in left]
        if left:
            joined = join_left(evaluator, left, going, absent or [], present or [], key)
            if joined is not original:
                write(evaluator, place, key, joined)
            if key == "items" and isinstance(joined, tuple) and any(items is not left[0] for items in left):
                write(evaluator, place, "open", True)  # an item that only one way adds may be missing
    if not going:
        return (RETURNED if RETURNED in statuses else RAISED), statuses
    return NORMAL, statuses


def join_left(
    evaluator: Evaluator, left: list[Any], going: list[int], absent: list[EnvRef], present: list[EnvRef], key: Any
) -> Any:
    """The value at a place after several ways have left theirs there."""
    values = [value for value in left if value is not MISSING]
    if not values:
        return MISSING
    if all(value is values[0] for value in values) and len(values) == len(left):
        return values[0]
    if not isinstance(key, str) or not all(isinstance(value, _ABSTRACT) for value in values):
        return _fullest(values)
    if len(left) == 2 and len(values) == 2:
        first, second = (values[0], values[1]) if going[0] == 0 else (values[1], values[0])
        if isinstance(second, EnvRef) and any(second is env for env in absent):
            return fall_back(evaluator, second, first, True)
        if isinstance(first, EnvRef) and any(first is env for env in present):
            return fall_back(evaluator, first, second, True)
    return join(values)


def _fullest(values: list[Any]) -> Any:
    """The inner state of a list or record after several ways: all the items that any of them has put in."""
    if not all(isinstance(value, tuple) for value in values):
        return any(values) if all(isinstance(value, bool) for value in values) else values[-1]
    found = list(values[0])
    for value in values[1:]:
        found.extend(item for item in value if not any(item is known for known in found))
    return tuple(found)


_ABSTRACT = (
    *TEXTS,
    Primitive,
    Never,
    Record,
    SequenceValue,
    Closure,
    Partial,
    ClassValue,
    Super,
    Namespace,
    Imported,
    EnvObject,
    EventValue,
    Foreign,
    Native,
    Choices,
    SdkThing,
)
