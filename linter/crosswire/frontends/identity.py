"""What identifies a declared resource: its name, and its ARN and URL in their parts, whatever the dialect."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crosswire.aws.resources import ResourceType, resource_type
from crosswire.values import Concat, Const, Parameter, Ref, Unknown, concat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.values import ResourceId, Value

PSEUDO = ("Partition", "Region", "AccountId", "URLSuffix")


@cache
def facts(type: str) -> ResourceType | None:
    """The facts of a resource type, read once."""
    return resource_type(type)


def definitions_of(
    known: ResourceType, resource: ResourceId, name: Value | None, qualified: bool = False
) -> dict[Ref | Parameter, Value]:
    """What the name, ARN and URL of a resource stand for, as far as its type and its physical name tell.

    `qualified` tells that the property is given that changes the ARN after the kind of the resource.
    """
    found: dict[Ref | Parameter, Value] = {}
    if name is not None:
        found[Ref(resource, "name")] = name
    if qualified:
        arn = _qualified_arn(known, resource)
    else:
        arn = filled(known.arn_parts, resource, name if name is not None else Const(""))
    if arn is not None:
        found[Ref(resource, "arn")] = arn
    url = filled(known.url_parts, resource, name)
    if url is not None:
        found[Ref(resource, "url")] = url
    return found


def _qualified_arn(known: ResourceType, resource: ResourceId) -> Value | None:
    *before, kind, _ = known.arn_parts
    start = filled((*before, kind.partition("/")[0] + "/"), resource, None)
    return None if start is None else concat([start, Unknown(f"what {known.arn_unless} makes of the ARN")])


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
        if placeholder in PSEUDO:
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
