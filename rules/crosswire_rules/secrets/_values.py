"""The texts that a variable may have, and what is known of them beside their look."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import public_prefix
from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, leaves

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.function import EnvVariable, Function
    from crosswire.wiring.project import Wiring

UNKNOWN_PART = "\0"
"""Stands in a text for a part that is not known before the deployment."""

_STORES = ("secretsmanager", "ssm", "kms")

OFTEN_PUBLIC = frozenset({"Google API key", "JSON Web Token"})
"""Kinds of secrets that are made for browsers, too, as their public prefix then tells."""


def texts(value: Value) -> Iterator[tuple[str, Span | None]]:
    """Every text that a value may be, with its place; unknown parts are UNKNOWN_PART."""
    match value:
        case Const(text, span):
            yield text, span
        case Concat(parts, span):
            yield "".join(part.text if isinstance(part, Const) else UNKNOWN_PART for part in parts), span
        case If(_, then, otherwise):
            yield from texts(then)
            yield from texts(otherwise)
        case OneOf(choices):
            for choice in choices:
                yield from texts(choice)
        case _:
            pass


def parameters(value: Value) -> Iterator[Parameter]:
    """The template's own parameters that a value may be, whole."""
    match value:
        case Parameter(scope) if scope.partition(":")[0] not in ("AWS", "import"):
            yield value
        case If(_, then, otherwise):
            yield from parameters(then)
            yield from parameters(otherwise)
        case OneOf(choices):
            for choice in choices:
                yield from parameters(choice)
        case _:
            pass


def shown_cause(unit: str, name: str) -> Hashable:
    """The cause of all that is wrong with a secret of an app that every visitor is shown; None for another."""
    return ("shown", unit, name) if public_prefix(name) else None


def hidden(variable: EnvVariable) -> tuple[Span, ...]:
    """The places whose text no output may show when a variable's value is a secret. A parameter's name is no secret."""
    value = variable.value
    if isinstance(value, Parameter):
        return default_places(value)
    spans = [variable.value_span, *(span for _, span in texts(value) if span is not None)]
    return tuple(dict.fromkeys(spans))


def default_places(parameter: Parameter) -> tuple[Span, ...]:
    """The place of a parameter's default, or of what the environment gives for it, where it is known."""
    if parameter.given is not None:
        return (parameter.given,)
    place, default = parameter.span, parameter.default
    return (place,) if place is not None and default and default in place.text else ()


def names_of_stored_secrets(wiring: Wiring) -> frozenset[str]:
    """The names of the secrets and parameters that templates declare: under a secret's name they are no secrets."""
    return frozenset(
        resource.name.text
        for resource in wiring.resources
        if resource.service in _STORES and isinstance(resource.name, Const)
    )


def looked_up(function: Function) -> frozenset[str]:
    """The variables by whose value the code asks a store for a secret: they hold its name, or its encrypted form."""
    return frozenset(
        leaf.name
        for call in function.code.calls
        if call.service in _STORES
        for use in call.uses
        for leaf in leaves(use.name)
        if isinstance(leaf, EnvRef)
    )


def with_article(kind: str) -> str:
    """`an AWS access key id`, `a GitHub token`."""
    return ("an " if kind[0] in "AEIOaeio" else "a ") + kind
