"""The places that show a disagreement, and how sure it is: what the rules about calls and their resources share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws import iam_actions
from crosswire.finding import Confidence, Label, Severity
from crosswire.patterns import matches, unchanged
from crosswire.record import record
from crosswire.values import Const, EnvRef, OneOf, Parameter, Truth, leaves
from crosswire.wiring.allowance import about_service, action_truth, allowed_by
from crosswire.wiring.fruitless import fruitless, takes
from crosswire.wiring.function import Link
from crosswire.wiring.placeholders import filled_in, placeholders
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Sequence

    from crosswire.finding import Finding
    from crosswire.rule import Rule
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Grant, Role
    from crosswire.wiring.denial import Denial
    from crosswire.wiring.function import Function, Use
    from crosswire.wiring.project import Wiring

#: Kinds of resources as people say them, where that is not the kind itself.
_KINDS = {
    "": "resource",
    "*": "any resource",
    "connections": "connection",
    "deliverystream": "delivery stream",
    "event-bus": "event bus",
    "identitypool": "identity pool",
    "statemachine": "state machine",
    "stateMachine": "state machine",
    "userpool": "user pool",
}
#: The parts of an ARN in front of its resource: partition, service, region, account.
_BEFORE_RESOURCE = re.compile(r"arn(?::(?:\$\{[^{}]*\}|[^:])*){4}:")
_MOST_STATEMENTS = 3
_MOST_ACTIONS = 4
_MOST_CALLS = 4


def confidence(function: Function, value: Value | None = None) -> Confidence:
    """How sure a finding about a function is: by how its code was found, and how exact the value it rests on is."""
    if function.code.link is Link.FOLDER:
        return Confidence.LOW
    exact = value is None or not any(isinstance(part, Parameter) and part.scope != "AWS" for part in leaves(value))
    return Confidence.HIGH if exact and function.code.link is Link.EXACT else Confidence.MEDIUM


def at_most(severity: Severity, sure: Confidence) -> Severity:
    """A severity, lowered to a note where the confidence is low."""
    return Severity.NOTE if sure is Confidence.LOW else severity


def names(functions: Iterable[Function]) -> tuple[str, ...]:
    """The logical ids of functions, sorted."""
    return tuple(sorted({str(function.id) for function in functions}))


def who(functions: Iterable[Function]) -> str:
    """Functions as the subject of a sentence: one is named, more are counted."""
    known = list(functions)
    first, *others = names(known)
    if not others:
        return f"`{first}`" if known[0].is_lambda else f"the app `{first}`"
    return f"`{first}` and {len(others)} other function{'s' if len(others) > 1 else ''}"


def listed(actions: Iterable[str]) -> str:
    """Some actions by their short names: `GetItem, PutItem and 3 more`."""
    short = list(dict.fromkeys(action.partition(":")[2] or action for action in actions))
    if len(short) > _MOST_ACTIONS:
        return ", ".join(short[: _MOST_ACTIONS - 1]) + f" and {len(short) - _MOST_ACTIONS + 1} more"
    return " and ".join(filter(None, (", ".join(short[:-1]), short[-1])))


def named_by(wiring: Wiring, function: Function, use: Use) -> Iterator[Label]:
    """The places from which a use has the name of its resource: a variable that is set, or a fallback."""
    for part in leaves(use.name):
        if not isinstance(part, EnvRef):
            continue
        variable = function.env.variables.get(part.name)
        if variable is not None:
            given = short_name(wiring, function.id.unit, variable.value)
            yield Label(variable.span, f"`{part.name}` is {given} here")
        elif part in wiring.unset_reads(function, use.name):
            yield from fallbacks(part)


def fallbacks(read: EnvRef) -> Iterator[Label]:
    """The places of a variable that is not set and of what it falls back to."""
    if read.span is not None:
        yield Label(read.span, f"`{read.name}` is not set")
    choices = read.default.choices if isinstance(read.default, OneOf) else (read.default,)
    for choice in choices:
        if isinstance(choice, EnvRef):
            yield from fallbacks(choice)
        elif isinstance(choice, Const) and choice.span is not None:
            yield Label(choice.span, f"falls back to `{choice.text}`")


def short_name(wiring: Wiring, unit: str, value: Value) -> str:
    """A value in backticks, or words for one that is not known."""
    text = wiring.spelt(unit, value)
    return "not known" if "..." in text else f"`{text}`"


def resource_name(text: str) -> str:
    """What an ARN pattern is about: `table/orders`."""
    return _BEFORE_RESOURCE.sub("", text, count=1)


def statements(wiring: Wiring, unit: str, grants: Iterable[Grant], word: str = "allows") -> Iterator[Label]:
    """Statements of a policy, each with what it allows and where, in short and in the words of a unit."""
    told: set[object] = set()
    for grant in grants:
        if grant.span.order in told or len(told) >= _MOST_STATEMENTS:
            continue
        told.add(grant.span.order)
        actions = listed(map(spelt, grant.actions)) if grant.actions else "all but some actions"
        patterns = (wiring.spelt(unit, wiring.expand(pattern)) for pattern in grant.resources)
        resources = list(dict.fromkeys(map(resource_name, patterns)))
        where = ", ".join(resources[:2]) + (" ..." if len(resources) > 2 else "") if resources else "all but some"
        yield Label(
            grant.span, f"{word} {actions} on {where} only" if word == "allows" else f"{word} {actions} on {where}"
        )


def about_kind(function: Function, service: str) -> list[Grant]:
    """The statements of a function's role that are about a service by name or wildcard."""
    return [grant for grant in allowed_by(function.role) if about_service(grant, service) is Truth.YES]


def roles(wiring: Wiring) -> list[tuple[Role, list[Function]]]:
    """Every role once, with the functions that run with it."""
    found: dict[object, tuple[Role, list[Function]]] = {
        role.id: (role, []) for role in wiring.roles if role.id is not None
    }
    for function in wiring.functions:
        key = function.role.id or ("role of", function.id)
        found.setdefault(key, (function.role, []))[1].append(function)
    return list(found.values())


@record
class Policy:
    """Statements that hold together, in the order in which they are written: what a role may do, or the policy of a
    resource of a `service`, which is empty for a role."""

    owner: ResourceId
    grants: tuple[Grant, ...]
    functions: tuple[str, ...] = ()
    service: str = ""

    @property
    def written(self) -> list[Grant]:
        """The statements that somebody wrote out. Those of a public module all stand where it is called."""
        return [grant for grant in self.grants if not grant.origin and not _is_made(grant)]


def _is_made(grant: Grant) -> bool:
    named = (*grant.actions, *grant.not_actions)
    return all(action.span is None or action.span.order == grant.span.order for action in named)


def policies(wiring: Wiring) -> list[Policy]:
    """Every role and every policy of a resource."""
    found = [
        Policy(role.id or functions[0].id, role.grants, names(functions))
        for role, functions in roles(wiring)
        if role.grants
    ]
    return found + [Policy(policy.owner, policy.grants, (), policy.service) for policy in wiring.resource_policies]


def verb(grant: Grant) -> str:
    """What a statement does."""
    return "denies" if grant.effect == "Deny" else "allows"


def is_allowed_elsewhere(policy: Policy, grant: Grant, actions: Iterable[str], wiring: Wiring | None = None) -> bool:
    """Whether other statements that allow name each of the actions, be it by a wildcard, with a resource that it may be
    about."""
    others = [other for other in policy.grants if other is not grant and other.effect == grant.effect]
    expand = wiring.expand if wiring is not None else unchanged
    return all(
        any(
            action_truth(other, action) is not Truth.NO and takes(other, action, expand) is not Truth.NO
            for other in others
        )
        for action in actions
    )


def names_actions(policy: Policy, effect: str, actions: Iterable[str]) -> bool:
    """Whether a policy has statements of an effect that name each of the actions."""
    grants = [grant for grant in policy.grants if grant.effect == effect]
    return all(any(action_truth(grant, action) is not Truth.NO for grant in grants) for action in actions)


def no_action(prefix: str, name: str) -> tuple[str, str, tuple[str, ...]]:
    """What to say of a name that is no action of a service, and the actions that are meant by it."""
    needed = iam_actions.needed(prefix, name)
    if needed:
        return f"`{name}` is an operation, not an action", "no action has this name", needed
    near = iam_actions.nearest(prefix, name)
    alike = iam_actions.needed(prefix, name + "s") or iam_actions.needed(prefix, name.removesuffix("s"))
    meant = alike if near is None else (f"{prefix}:{near}",)
    return f"`{prefix}` has no such action", "no action has this name", meant


def either(actions: Iterable[str]) -> str:
    """What to write instead: one action, or those of several that are needed."""
    listed = [f"`{action}`" for action in actions]
    if len(listed) == 1:
        return listed[0]
    return f"those of {', '.join(listed[:-1])} and {listed[-1]} that are needed"


def quoted_list(actions: Iterable[str]) -> str:
    """Some actions in backticks: `` `s3:GetObject`, `s3:PutObject` and 3 more``."""
    quotes = [f"`{action}`" for action in dict.fromkeys(actions)]
    if len(quotes) > _MOST_ACTIONS:
        quotes = [*quotes[: _MOST_ACTIONS - 1], f"{len(quotes) - _MOST_ACTIONS + 1} more"]
    return " and ".join(filter(None, (", ".join(quotes[:-1]), quotes[-1])))


def resource_list(wiring: Wiring, unit: str, patterns: Sequence[Value]) -> str:
    """The resources of a statement in words: the first, and how many more."""
    first = short_name(wiring, unit, patterns[0]) if patterns else "its resources"
    first = "its resources" if first == "not known" else first
    return first if len(patterns) < 2 else f"{first} and {len(patterns) - 1} more"


def role_place(role: Role, message: str) -> Label:
    """The place where a role's statements stand."""
    return Label(role.place or role.span, message)


def about(denial: Denial) -> str:
    """The resource of a denial as words: ``table `orders` ``."""
    kind = _KINDS.get(denial.kind, denial.kind)
    if denial.kind == "*":
        return kind
    return f"{kind} `{denial.name}`" if denial.name else f"{'an' if kind[0] in 'aeiou' else 'a'} {kind}"


def places(wiring: Wiring, denial: Denial) -> tuple[Label, ...]:
    """Everything that disagrees with the first call of a denial: the other calls, what names the resource, the role's
    statements."""
    first, *others = denial.needs
    labels = list(named_by(wiring, first.function, first.use))
    labels += [Label(need.call.span, f"{need.call.operation} needs it too") for need in others[:_MOST_CALLS]]
    unit = first.function.id.unit
    labels += statements(wiring, unit, denial.denied_by, "denies")
    labels += statements(wiring, unit, denial.nearest)
    whose = "the role's" if first.function.is_lambda else "the app's"
    labels.append(role_place(denial.role, f"{whose} policies allow nothing more"))
    if first.call.trace:
        labels.append(Label(first.call.trace[0], f"{who([first.function])} gets to the call from here"))
    return distinct(labels, first.call.span.order)


def told(rule: Rule, wiring: Wiring, denial: Denial, *, but: str, label: str, advice: str) -> Finding:
    """The finding of a denial: who calls what, `but` the role does not let it."""
    first = denial.needs[0]
    functions = [need.function for need in denial.needs]
    sure = confidence(first.function)
    operations = listed(need.call.operation for need in denial.needs)
    verb = "calls" if len(names(functions)) == 1 else "call"
    libraries = sorted({need.call.library for need in denial.needs})
    through = f" through {' and '.join(libraries)}" if all(libraries) else ""
    return rule.finding(
        f"{who(functions)} {verb} {operations} on {about(denial)}{through}, but {but}",
        first.call.span,
        unit=first.function.id.unit,
        owner=str(denial.role.id or first.function.id),
        subject=f"{','.join(sorted(denial.actions))} on {denial.kind} {denial.name}",
        label=label,
        related=places(wiring, denial),
        functions=names(functions),
        severity=at_most(rule.severity, sure),
        confidence=sure,
        cause=_cause(wiring, denial),
        advice=advice,
    )


def placeholder_cause(path: str, *, documented: bool = False) -> Hashable:
    """The cause of all that goes wrong because placeholders were left in the policies of a file."""
    return ("placeholder", path, documented)


def _cause(wiring: Wiring, denial: Denial) -> Hashable:
    """What is to blame for a denial: a placeholder that was left in the statement that was meant to allow it, what the
    code names, or another mistake in a statement."""
    left = _left_open(wiring, denial)
    if left is not None:
        return left
    return mistake(wiring, denial.role, denial.actions) if denial.cause is None else denial.cause


def _left_open(wiring: Wiring, denial: Denial) -> Hashable:
    """The cause of a denial that a statement would allow, had its placeholder been filled in."""
    need = denial.needs[0]
    arn = wiring.target(need.function, need.use)
    for grant in allowed_by(denial.role):
        if not any(action_truth(grant, action) is Truth.NO for action in denial.actions):
            for pattern in grant.resources:
                if pattern.span is not None and placeholders(pattern):
                    if matches(filled_in(pattern), arn, wiring.expand) is not Truth.NO:
                        return placeholder_cause(pattern.span.path)
    return None


def mistake(wiring: Wiring, role: Role, actions: Sequence[str]) -> Hashable:
    """The cause of a denial that lies in a statement which was meant to allow it: it names an action that does not
    exist, or resources that the action is not authorised on. None where there is no such statement."""
    for grant in role.grants:
        if grant.origin or grant.effect == "Deny":
            continue
        if not {one.name for one in fruitless(grant, wiring.expand)}.isdisjoint(actions):
            return ("resources", grant.span.order)
        for action in grant.actions:
            prefix, _, name = action.text.partition(":") if isinstance(action, Const) else ("", "", "")
            service = iam_actions.service(prefix) if name.isalnum() else None
            if service is None or name.lower() in service.actions:
                continue
            if not set(actions).isdisjoint(no_action(prefix, name)[2]):
                return action_cause(action, grant)
    return None


def action_cause(action: Value, grant: Grant) -> Hashable:
    """The cause of all that goes wrong because an action of a statement does not exist. In one file it is one
    mistake."""
    return ("action", (action.span or grant.span).path, spelt(action).lower())


def whose(denial: Denial, role: str = "the role") -> str:
    """What does not allow something: the role of a function, what policies of the repository give an app."""
    return role if denial.needs[0].function.is_lambda else "the policy of the app"


def quoted(actions: Iterable[str]) -> str:
    """Actions in backticks, joined by `and`."""
    return " and ".join(f"`{action}`" for action in actions)


def distinct(labels: Iterable[Label], primary: object = None) -> tuple[Label, ...]:
    """Labels of which none stands at another's place."""
    found: dict[object, Label] = {}
    for label in labels:
        if label.span.order != primary:
            found.setdefault(label.span.order, label)
    return tuple(found.values())
