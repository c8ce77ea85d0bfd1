"""What functions do and surely may not: calls without a grant, gathered so that one lack is one thing."""

from __future__ import annotations

from collections.abc import Hashable
from enum import Enum
from typing import TYPE_CHECKING

from crosswire.record import record
from crosswire.values import Const, EnvRef, Ref, Truth, Unknown, concat, leaves, transform
from crosswire.wiring.allowance import about_service, action_truth, allowed_by, denials_of, resource_truth
from crosswire.wiring.function import Need as ReadNeed
from crosswire.wiring.naming import whole
from crosswire.wiring.project import leaves_without_defaults, service_of
from crosswire.wiring.schema import misnamed_index
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.access import Grant, Role
    from crosswire.wiring.function import Call, Function, Use
    from crosswire.wiring.project import Wiring


class Lack(Enum):
    """What is missing. The first that fits."""

    INDEX = "index"  # the action is allowed on the table or on others of its indexes, but not on this one
    RESOURCE = "resource"  # the action is allowed, on other resources only
    ACTION = "action"  # the action is allowed nowhere


@record
class Need:
    """One call of a function that needs what it may not."""

    function: Function
    call: Call
    use: Use


@record
class Denial:
    """Actions that a role lacks on one resource, with every call that needs them, in reading order.

    `nearest` are the statements of the role that come nearest to allowing them, `denied_by` those that deny them.
    `kind` is the kind of the resource, `name` what it is called, for people. `cause` tells what is wrong, for merging.
    """

    lack: Lack
    role: Role
    actions: tuple[str, ...]
    kind: str
    name: str
    needs: tuple[Need, ...]
    nearest: tuple[Grant, ...]
    denied_by: tuple[Grant, ...]
    cause: Hashable


@record
class _Refused:
    """One action that one call needs in vain."""

    need: Need
    action: str
    lack: Lack
    arn: Value
    whole_arn: Value
    uncovered: bool
    cause: Hashable


def denials(wiring: Wiring) -> tuple[Denial, ...]:
    """All of them, grouped by role, resource and, where the role allows something else there, by action."""
    groups: dict[Hashable, list[_Refused]] = {}
    broken = [spot.span for spot in wiring.broken]
    for function in wiring.functions:
        for call in function.code.calls:
            if wiring.happens(function, call.when) is not Truth.YES:
                continue
            near = [span for span in broken if span.source is call.span.source]
            for use in call.uses:
                if not use.optional and not _is_garbled(call, use, near) and not never_runs(wiring, function, use):
                    for refused in _refused(wiring, Need(function, call, use)):
                        groups.setdefault(_group(refused), []).append(refused)
    return tuple(_denial(wiring, group) for group in _settled(groups))


def _settled(groups: dict[Hashable, list[_Refused]]) -> list[list[_Refused]]:
    """The groups, each about a resource that is not known put to one about a resource that may well be the same."""
    settled: list[list[_Refused]] = []
    for group in sorted(groups.values(), key=lambda group: _is_vague(group[0])):
        same = next((other for other in settled if _is_vague(group[0]) and _lacks_the_same(group, other)), None)
        if same is None:
            settled.append(group)
        else:
            same.extend(group)
    return settled


def _lacks_the_same(group: list[_Refused], other: list[_Refused]) -> bool:
    """Whether a role lacks on one thing what it lacks on another, be it everything there is about such things."""
    return _lacking(group) <= _lacking(other) or (
        group[0].uncovered and other[0].uncovered and _everything(group[0]) == _everything(other[0])
    )


def _lacking(group: list[_Refused]) -> set[Hashable]:
    return {(_role(refused.need.function), refused.action, refused.lack, refused.cause) for refused in group}


def _everything(refused: _Refused) -> Hashable:
    use = refused.need.use
    return (_role(refused.need.function), service_of(use), whole(use.kind), refused.lack, refused.cause)


def _is_vague(refused: _Refused) -> bool:
    """Whether an action that is allowed nowhere is needed on something of which not all is known."""
    return refused.lack is Lack.ACTION and any(isinstance(part, Unknown) for part in leaves(refused.whole_arn))


def _is_garbled(call: Call, use: Use, broken: list[Span]) -> bool:
    """Whether a part of the request may be missing because the file could not be read in full."""
    inside = any(call.span.start <= span.start <= call.span.end for span in broken)
    return inside or (bool(broken) and isinstance(use.name, Unknown))


def _refused(wiring: Wiring, need: Need) -> list[_Refused]:
    function, use = need.function, need.use
    arn, whole_arn = wiring.target(function, use), wiring.whole_target(function, use)
    missing = [action for action in use.actions if wiring.may(function, action, arn) is Truth.NO]
    if not missing or not (function.is_lambda or is_judged_by_its_own(wiring, function, service_of(use))):
        return []
    uncovered = wiring.covers(function.role, service_of(use), whole_arn) is Truth.NO
    cause = cause_of(wiring, function, use)
    if cause is None and use.kind == "index":
        cause = misnamed_index(wiring, function, need.call, use, missing[0])
    lacks = [(action, _lack(wiring, need, action, whole_arn)) for action in missing]
    return [
        _Refused(need, action, lack, arn, whole_arn, uncovered, None if _is_apart(need, lack) else cause)
        for action, lack in lacks
    ]


def is_judged_by_its_own(wiring: Wiring, function: Function, service: str) -> bool:
    """Whether a policy that speaks of a service is surely for an app. What stands beside an app may be for an analyst,
    a backup or another program: of several files one has to allow some of what the app does, and one that is alone has
    to be about a resource that the app uses."""
    allowing = [grant for grant in allowed_by(function.role) if not grant.not_actions]
    speaking = {grant.span.path for grant in allowing if about_service(grant, service) is not Truth.NO}
    judging = [grant for grant in allowing if grant.span.path in speaking]
    is_alone = len({grant.span.path for grant in allowing}) == 1
    uses = [use for call in function.code.calls for use in call.uses]
    return any(
        (action_truth(grant, action) & resource_truth(grant, wiring.target(function, use), wiring.expand))
        is not Truth.NO
        for grant in judging
        for use in uses
        for action in use.actions
    ) or (
        is_alone
        and any(
            isinstance(name, Const) and granted_by_name(wiring, function, use, name.text)
            for use in uses
            for name in [wiring.expand(wiring.resolve(function, use.name))]
        )
    )


def _is_apart(need: Need, lack: Lack) -> bool:
    """Whether a lack stays when the resource is named rightly: nobody who writes the name knows of what a library does
    beyond what the app asks of it."""
    return bool(need.call.library) and lack is Lack.ACTION


def _lack(wiring: Wiring, need: Need, action: str, whole_arn: Value) -> Lack:
    role = need.function.role
    if need.use.kind == "index":
        any_index = concat([whole_arn, Const("/index/"), Unknown("any of its indexes")])
        on_table = wiring.allows(role, action, whole_arn) is Truth.YES
        if on_table or wiring.allows(role, action, any_index) is not Truth.NO:
            return Lack.INDEX
    return Lack.ACTION if wiring.grants_anywhere(role, action) is Truth.NO else Lack.RESOURCE


def _group(refused: _Refused) -> Hashable:
    function, use = refused.need.function, refused.need.use
    role = _role(function)
    if refused.lack is Lack.INDEX:
        return (role, refused.arn, refused.action, refused.cause, Lack.INDEX)
    resource = (service_of(use), whole(use.kind)) if _is_vague(refused) else transform(refused.whole_arn, _without_why)
    return (role, resource, "" if refused.uncovered else refused.action, refused.cause)


def _role(function: Function) -> Hashable:
    return function.role.id or ("role of", function.id)


def _without_why(part: Value) -> Value:
    return Unknown("") if isinstance(part, Unknown) else part


def _denial(wiring: Wiring, group: list[_Refused]) -> Denial:
    group = sorted(group, key=lambda refused: (refused.need.call.span.order, refused.need.function.id, refused.action))
    first = group[0]
    role, use = first.need.function.role, first.need.use
    actions = tuple(dict.fromkeys(refused.action for refused in group))
    lacks = [refused.lack for refused in group]
    lack = next(lack for lack in Lack if lack in lacks)
    allowing = allowed_by(role)
    if lack is Lack.ACTION:
        near = [grant for grant in allowing if resource_truth(grant, first.arn, wiring.expand) is not Truth.NO]
        near = [grant for grant in near if any(str(action).startswith(service_of(use)) for action in _texts(grant))]
    else:
        near = [grant for grant in allowing if any(action_truth(grant, action) is not Truth.NO for action in actions)]
    denying = [
        grant
        for grant in denials_of(role)
        if any(action_truth(grant, action) is Truth.YES for action in actions)
        and resource_truth(grant, first.arn, wiring.expand) is Truth.YES
    ]
    kind = use.kind if lack is Lack.INDEX else whole(use.kind)
    name = wiring.resolve(first.need.function, use.index if lack is Lack.INDEX and use.index is not None else use.name)
    stands_for = wiring.expand(name)
    if isinstance(stands_for, Ref):  # what another stack gives, by the name it has there
        name = stands_for
    return Denial(
        lack=lack,
        role=role,
        actions=actions,
        kind=kind,
        name="" if isinstance(name, Unknown) else wiring.spelt(first.need.function.id.unit, name),
        needs=tuple({_identity(refused.need): refused.need for refused in group}.values()),
        nearest=tuple(near),
        denied_by=tuple(denying),
        cause=first.cause,
    )


def _identity(need: Need) -> Hashable:
    return (need.function.id, need.call.span.order, need.call.operation)


def _texts(grant: Grant) -> list[str]:
    return [spelt(action).lower() for action in grant.actions]


def cause_of(wiring: Wiring, function: Function, use: Use) -> Hashable:
    """What is wrong where a use names a resource that it should not: the read of a variable that is not set, or a table
    that no template declares; None where nothing is."""
    unset = wiring.unset_reads(function, use.name)
    if unset and unset[0].span is not None:
        return read_cause(function, unset[0].name, unset[0].span)
    if is_unknown_table(wiring, function, use):
        return ("table", wiring.root_of(function.id.unit), spelt(wiring.resolve(function, use.name)))
    return None


def read_cause(function: Function, name: str, span: Span) -> Hashable:
    """The cause of everything that goes wrong because a variable, read here, is not set for a function: the first place
    where its code reads that variable."""
    places = [read.span for read in function.code.reads if read.name == name]
    first = min((span, *places), key=lambda place: place.order)
    return ("read", first.path, first.start, name)


def is_unknown_table(wiring: Wiring, function: Function, use: Use) -> bool:
    """Whether a use names, exactly, a table that no template declares, although the function's unit declares tables.

    A table that a policy names by itself is known to whoever wrote the policy. A call with the credentials of another
    role (its uses are optional) may be about a table of another account. Commands tell of some tables, never that there
    are no others.
    """
    if wiring.dialect_of(function.id.unit).weakness:
        return False
    name = wiring.expand(wiring.resolve(function, use.name))
    if use.optional or whole(use.kind) != "table" or service_of(use) != "dynamodb" or not isinstance(name, Const):
        return False
    if not name.text:  # names none: where an environment has no such table
        return False
    if name.text.startswith("arn:") or not wiring.resources_of(function.id.unit, "dynamodb", "table"):
        return False
    if wiring.is_declared(function, use, name.text) is not Truth.NO:
        return False
    return not granted_by_name(wiring, function, use, name.text)


def never_runs(wiring: Wiring, function: Function, use: Use) -> bool:
    """Whether the code asks first for the variable that names the resource, and the function is given none or an empty
    one."""
    needs: dict[tuple[str, Span | None], ReadNeed] = {(read.name, read.span): read.need for read in function.code.reads}
    for part in leaves_without_defaults(use.name):
        if not isinstance(part, EnvRef):
            continue
        need = needs.get((part.name, part.span))
        if need is ReadNeed.GUARDED or (need is ReadNeed.REQUIRED and part.default is not None):
            value = wiring.expand(wiring.resolve(function, part))
            if value == Const("") or (part.default is None and wiring.given(function, part) is None):
                return True
    return False


def lacks_everywhere(wiring: Wiring, function: Function, use: Use) -> bool:
    """Whether a role allows nothing of what a use needs on any resource."""
    return all(wiring.grants_anywhere(function.role, action) is Truth.NO for action in use.actions)


def granted_by_name(wiring: Wiring, function: Function, use: Use, name: str) -> bool:
    """Whether a statement of the function's role is about a resource of exactly this name, not by a wildcard alone."""
    arn = wiring.whole_target(function, use)
    return any(
        name in spelt(wiring.expand(pattern)) and resource_truth(grant, arn, wiring.expand) is not Truth.NO
        for grant in allowed_by(function.role)
        for pattern in grant.resources
    )
