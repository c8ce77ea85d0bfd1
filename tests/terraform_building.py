"""Builds configurations of plain values, as their expressions come to: no Terraform is read."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from crosswire.frontends.terraform.configuration import Configuration, Instance, UnreadModule
from crosswire.frontends.terraform.values import Either, Evaluated, Leaf, Listing, Object
from crosswire.source import Source, Span
from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, ResourceId, Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

UNIT = "infra"
SPAN = Span(Source("infra/main.tf", "x"), 0, 1)
UNKNOWN = Unknown("computed")


def node(plain: Any, span: Span = SPAN) -> Evaluated:
    """What a plain value is as an expression: texts, values, lists, mappings, None for null."""
    match plain:
        case Leaf() | Listing() | Object() | Either():
            return plain
        case None:
            return Leaf(Unknown("no value (null)", span), span, "null")
        case bool():
            return Leaf(Const("true" if plain else "false", span), span, "bool")
        case str():
            return Leaf(Const(plain, span), span)
        case Const() | Ref() | Parameter() | EnvRef() | Concat() | If() | OneOf() | Unknown():
            return Leaf(plain, span)
        case list():
            return Listing([node(item, span) for item in plain], span)
        case _:
            return block(plain, span)


def block(plain: Mapping[str, Any], span: Span = SPAN) -> Object:
    """The body of a block."""
    return Object({name: (span, node(value, span)) for name, value in plain.items()}, span)


def json(plain: Any) -> Leaf:
    """A text that `jsonencode` made."""
    return Leaf(Unknown("a JSON text"), SPAN, tree=node(plain))


def ref(address: str, attribute: str = "arn", unit: str = UNIT) -> Ref:
    """An attribute of a resource."""
    return Ref(ResourceId(unit, address), attribute)


def instance(address: str, arguments: Mapping[str, Any], when: str = "", unit: str = UNIT) -> Instance:
    """A resource of a module."""
    parts = address.partition("[")[0].split(".")
    evaluated = block(arguments)
    return Instance(ResourceId(unit, address), ".".join(parts[:-1]), parts[-1], SPAN, when, lambda: evaluated)


def configuration(
    resources: Mapping[str, Mapping[str, Any]],
    *more: Instance,
    unread: Mapping[str, Any] | None = None,
    outputs: Mapping[str, Any] | None = None,
) -> Configuration:
    """A root module of these resources by address, with others beside them."""
    instances = [*(instance(address, arguments) for address, arguments in resources.items()), *more]
    return Configuration(
        UNIT,
        "infra/main.tf",
        {one.id: one for one in instances},
        [] if unread is None else [UnreadModule("other", "registry/other", SPAN, partial(block, unread))],
        [],
        {name: (SPAN, node(value)) for name, value in (outputs or {}).items()},
    )
