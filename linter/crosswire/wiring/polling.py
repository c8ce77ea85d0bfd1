"""What Lambda polls for functions with their own roles, and surely may not: event source mappings without a grant."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from crosswire.aws.event_sources import source_of_arn, source_of_type
from crosswire.record import record
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Truth
from crosswire.wiring.allowance import action_truth, allowed_by, denials_of, resource_truth
from crosswire.wiring.invocation import invoked_function
from crosswire.wiring.naming import is_arn

if TYPE_CHECKING:
    from crosswire.aws.event_sources import EventSource
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import Resource
    from crosswire.wiring.trigger import Trigger

MAPPING = "event_source_mapping"
_MAX_STEPS = 20


@record
class Poll:
    """A mapping of an event source to a function: `arn` is the source's, `kind` what it is, `source` its declaration
    where there is one."""

    trigger: Trigger
    function: Function
    arn: Value
    kind: EventSource
    source: Resource | None


@record
class PollDenial:
    """Actions that a role lacks on a source that Lambda polls with it, with every mapping that does so, in order.

    `nearest` are the statements of the role that allow the actions on other resources, `denied_by` those that deny
    them.
    """

    polls: tuple[Poll, ...]
    actions: tuple[str, ...]
    nearest: tuple[Grant, ...]
    denied_by: tuple[Grant, ...]


def polls(wiring: Wiring) -> tuple[Poll, ...]:
    """Every mapping of which both the function and what kind of source it is are known."""
    functions = {function.id: function for function in wiring.functions}
    found: list[Poll] = []
    for trigger in wiring.triggers:
        if trigger.kind != MAPPING:
            continue
        target = invoked_function(wiring, trigger.function)
        arn = wiring.expand(trigger.source_arn)
        kind = _kind(wiring, arn)
        if target in functions and kind is not None:
            found.append(Poll(trigger, functions[target], arn, kind, _declared(wiring, trigger.source_arn)))
    return tuple(found)


def poll_denials(wiring: Wiring) -> tuple[PollDenial, ...]:
    """Every source that is polled with a role that surely does not allow it."""
    groups: dict[Hashable, tuple[list[Poll], tuple[str, ...]]] = {}
    for poll in polls(wiring):
        missing = tuple(group[0] for group in poll.kind.actions if _all_denied(wiring, poll, group))
        if missing:
            role = poll.function.role.id or ("role of", poll.function.id)
            groups.setdefault((role, poll.arn, missing), ([], missing))[0].append(poll)
    return tuple(_denial(wiring, found, missing) for found, missing in groups.values())


def _all_denied(wiring: Wiring, poll: Poll, actions: tuple[str, ...]) -> bool:
    return all(wiring.may(poll.function, action, poll.arn) is Truth.NO for action in actions)


def _denial(wiring: Wiring, found: list[Poll], missing: tuple[str, ...]) -> PollDenial:
    found = sorted(found, key=lambda poll: (poll.trigger.span.order, poll.function.id))
    role, arn = found[0].function.role, found[0].arn
    return PollDenial(
        polls=tuple(found),
        actions=missing,
        nearest=tuple(grant for grant in allowed_by(role) if _is_about(grant, missing) is not Truth.NO),
        denied_by=tuple(
            grant
            for grant in denials_of(role)
            if (_is_about(grant, missing) & resource_truth(grant, arn, wiring.expand)) is Truth.YES
        ),
    )


def _is_about(grant: Grant, actions: tuple[str, ...]) -> Truth:
    found = Truth.NO
    for action in actions:
        found |= action_truth(grant, action)
    return found


def _kind(wiring: Wiring, arn: Value) -> EventSource | None:
    """What kind of source an ARN is of, where every choice that it is says the same."""
    match arn:
        case If(_, then, otherwise):
            return _agreed(_kind(wiring, then), _kind(wiring, otherwise))
        case OneOf((first, *others)):
            kind = _kind(wiring, first)
            for choice in others:
                kind = _agreed(kind, _kind(wiring, choice))
            return kind
        case Ref() if is_arn(arn):
            declared = wiring.resource(arn.resource)
            return None if declared is None else source_of_type(declared.type)
        case Const() | Concat():
            parts = arn.parts if isinstance(arn, Concat) else (arn,)
            return source_of_arn("".join(part.text if isinstance(part, Const) else "?" for part in parts))
        case _:
            return None


def _declared(wiring: Wiring, arn: Value) -> Resource | None:
    """The resource that an ARN is of, through parameters of nested stacks, outputs and imports."""
    for _ in range(_MAX_STEPS):
        if isinstance(arn, Ref) and is_arn(arn):
            return wiring.resource(arn.resource)
        following = wiring.definitions.get(arn) if isinstance(arn, (Parameter, Ref)) else None
        if following is None:
            return None
        arn = following
    return None


def _agreed(one: EventSource | None, other: EventSource | None) -> EventSource | None:
    return one if one == other else None
