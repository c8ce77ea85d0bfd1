"""What Ref and GetAtt give for each resource type, and the ARN and URL of a resource in its parts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crosswire.aws.resources import ResourceType, resource_type
from crosswire.values import Concat, Const, Parameter, Ref, ResourceId, Unknown, Value, concat

if TYPE_CHECKING:
    from collections.abc import Iterable

_PSEUDO = ("Partition", "Region", "AccountId", "URLSuffix")


@cache
def facts(type: str) -> ResourceType | None:
    """The facts of a resource type, read once."""
    return resource_type(type)


def attribute_kind(type: str, attribute: str) -> str:
    """The kind of what `Ref` (as "Ref") or GetAtt gives: `name`, `arn`, `url`, `id`, else the attribute as spelt."""
    known = facts(type)
    if known is None:
        return {"Ref": "id", "Arn": "arn"}.get(attribute, attribute)
    return known.ref if attribute == "Ref" else known.attribute(attribute)


def arn_value(type: str, resource: ResourceId) -> Value | None:
    """The ARN of a resource by its type alone; None where its other properties have a say in it."""
    known = facts(type)
    if known is None or known.arn_unless:
        return None
    return filled(known.arn_parts, resource, None)


def filled(parts: Iterable[str], resource: ResourceId, name: Value | None) -> Value | None:
    """A pattern of aws.resources with its placeholders replaced. `name` is the physical name that the template gives.

    None for a pattern without parts, or where the name decides on its form and is not known.
    """
    values: list[Value] = []
    for part in parts:
        if not part.startswith("{"):
            values.append(Const(part))
            continue
        placeholder = part[1:-1]
        if placeholder in _PSEUDO:
            values.append(Parameter("AWS", placeholder))
        elif placeholder in ("name", "id"):
            values.append(Ref(resource, placeholder))
        elif placeholder == "/name":
            slash = _leading_slash(name)
            if slash is None:
                return None
            values += [Const("" if slash else "/"), Ref(resource, "name")]
        elif placeholder == "random":
            values.append(Unknown("what AWS appends to the name"))
        else:
            return None
    return concat(values) if values else None


def _leading_slash(name: Value | None) -> bool | None:
    """Whether a name begins with a slash; None where that is not known."""
    first = name.parts[0] if isinstance(name, Concat) else name
    return first.text.startswith("/") if isinstance(first, Const) else None
