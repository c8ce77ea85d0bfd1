"""What Ref and GetAtt give for each resource type."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.identity import facts, filled

if TYPE_CHECKING:
    from crosswire.values import ResourceId, Value


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
