"""Terraform configurations out of plain values, as a plan tells them: what an evaluation would come to."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import partial

from crosswire.frontends.terraform.configuration import Configuration, Instance, UnreadModule
from crosswire.frontends.terraform.kinds import attribute_value, is_identity
from crosswire.frontends.terraform.values import Evaluated, Leaf, Listing, Object
from crosswire.source import Source, Span
from crosswire.values import Const, Ref, ResourceId, Unknown, Value, concat

UNIT = "main.tf"
PLACE = Span(Source(UNIT, ""), 0, 0)
UNKNOWN = Leaf(Unknown("a value of a test", PLACE), PLACE, "any")

_REFERENCE = re.compile(r"\$\{((?:data\.)?\w+\.\w+)\.(\w+)\}")


def configuration(resources: Mapping[str, Mapping[str, object]], **modules: object) -> Configuration:
    """Resources by their addresses. `${aws_x.y.attribute}` in a text is a reference; `modules` are modules that are not
    read, with what they are given."""
    instances = {}
    for address, arguments in resources.items():
        id = ResourceId(UNIT, address)
        body = _object(arguments, resources)
        type, _, name = address.rpartition(".")
        instances[id] = Instance(id, type, name, PLACE, "", lambda body=body: body)  # type: ignore[misc]
    unread = []
    for name, inputs in modules.items():
        assert isinstance(inputs, Mapping)
        unread.append(UnreadModule(name, "./elsewhere", PLACE, partial(_object, inputs, resources)))
    return Configuration(UNIT, UNIT, instances, unread, [], {})


def ref(address: str, attribute: str) -> Ref:
    """An attribute of a resource of the configuration."""
    return Ref(ResourceId(UNIT, address), attribute)


def _object(arguments: Mapping[str, object], resources: Mapping[str, Mapping[str, object]]) -> Object:
    return Object({name: (PLACE, _evaluated(value, resources)) for name, value in arguments.items()}, PLACE)


def _evaluated(given: object, resources: Mapping[str, Mapping[str, object]]) -> Evaluated:
    match given:
        case Leaf() | Listing() | Object():
            return given
        case Mapping():
            return _object(given, resources)
        case list():
            return Listing([_evaluated(item, resources) for item in given], PLACE)
        case bool():
            return Leaf(Const("true" if given else "false", PLACE), PLACE, "bool")
        case None:
            return Leaf(Unknown("no value (null)", PLACE), PLACE, "null")
        case _:
            return Leaf(_text(str(given), resources), PLACE)


def _text(text: str, resources: Mapping[str, Mapping[str, object]]) -> Value:
    parts: list[Value] = []
    at = 0
    for match in _REFERENCE.finditer(text):
        parts += [Const(text[at : match.start()], PLACE), _attribute(match[1], match[2], resources)]
        at = match.end()
    return concat([*parts, Const(text[at:], PLACE)], PLACE)


def _attribute(address: str, attribute: str, resources: Mapping[str, Mapping[str, object]]) -> Value:
    type = address.rpartition(".")[0]
    arguments = resources.get(address, {})
    if attribute in arguments and not is_identity(type, attribute):
        return _text(str(arguments[attribute]), resources)
    return attribute_value(type, ResourceId(UNIT, address), attribute, PLACE)
