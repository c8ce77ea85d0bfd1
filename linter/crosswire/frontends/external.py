"""What is deployed from elsewhere, as the configuration tells it: other stacks' resources, and variables that functions
are given although no template says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.resources import resource_type
from crosswire.record import replace
from crosswire.values import Const, EnvRef, ResourceId, Unknown, leaves
from crosswire.wiring.function import EnvVariable
from crosswire.wiring.resource import Index, Key, Resource, Table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.config import Config, Configurations, External
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Unit, Wiring


def with_external(wiring: Wiring, configurations: Configurations) -> Wiring:
    """The wiring with what the configuration above each root unit adds to it."""
    roots = {unit.id: unit for unit in wiring.units if unit.id == unit.root}
    governing = {unit.id: configurations.of(_path(roots.get(unit.root, unit))) for unit in wiring.units}
    external = tuple(_resource(one, unit) for unit in roots for one in governing[unit].external)
    functions = tuple(
        _given(function, governing[function.id.unit]) if function.id.unit in governing else function
        for function in wiring.functions
    )
    return replace(wiring, functions=functions, external=external)


def _path(unit: Unit) -> str:
    return unit.paths[0]


def _resource(external: External, unit: str) -> Resource:
    """An external resource as the units deployed by `unit` see it."""
    known = resource_type(external.type)
    assert known is not None, "the configuration was checked"
    identity, name, span = ResourceId(unit, external.name), Const(external.name, external.span), external.span
    if known.kind != "table":
        return Resource(identity, external.type, known.service, known.kind, name, span)
    told = external.indexes
    return Table(
        identity,
        external.type,
        known.service,
        known.kind,
        name,
        span,
        keys=_keys(external.keys, external),
        indexes=(Index(Unknown("an index that the configuration does not tell", span), (), span),)
        if told is None
        else tuple(Index(Const(index, span), _keys(keys, external), span) for index, keys in told.items()),
        ttl=Unknown("what the configuration does not tell", span)
        if external.ttl is None
        else Const(external.ttl, span),
    )


def _keys(attributes: tuple[str, ...], external: External) -> tuple[Key, ...]:
    return tuple(
        Key(attribute, role, None, external.span)
        for attribute, role in zip(attributes, ("HASH", "RANGE"), strict=False)
    )


def _given(function: Function, config: Config) -> Function:
    """The function with the variables that it reads and has by configuration."""
    if not config.variables:
        return function
    names = [function.id.address, *([function.name.text] if isinstance(function.name, Const) else ())]
    is_given = config.variables_of(names)
    place = function.env.span or function.span
    added = {
        name: EnvVariable(name, Unknown("a variable that the configuration says is set", place), place, place)
        for name in sorted(set(_asked(function)))
        if name not in function.env.variables and is_given(name)
    }
    if not added:
        return function
    return replace(function, env=replace(function.env, variables={**function.env.variables, **added}))


def _asked(function: Function) -> Iterator[str]:
    """Every variable that the function's code asks for."""
    for read in function.code.reads:
        yield read.name
    values = [use.name for call in function.code.calls for use in call.uses]
    values += [use.index for call in function.code.calls for use in call.uses if use.index is not None]
    values += [library.name for library in function.code.tables]
    for value in values:
        yield from (leaf.name for leaf in leaves(value) if isinstance(leaf, EnvRef))
