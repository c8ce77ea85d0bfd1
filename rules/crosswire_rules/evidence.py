"""The places that show a disagreement, and how sure it is: what the rules about calls and their resources share."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.finding import Confidence, Label, Severity
from crosswire.values import Const, EnvRef, OneOf, Parameter, Truth, leaves
from crosswire.wiring.allowance import about_service, allowed_by
from crosswire.wiring.function import Link
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crosswire.finding import Finding
    from crosswire.rule import Rule
    from crosswire.values import Value
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
    first, *others = names(functions)
    if not others:
        return f"`{first}`"
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
    labels.append(role_place(denial.role, "the role's policies allow nothing more"))
    if first.call.trace:
        labels.append(Label(first.call.trace[0], f"`{first.function.id}` gets to the call from here"))
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
        cause=denial.cause,
        advice=advice,
    )


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
