"""Policies that one unit gives to the role of another: what such a role allows is not fully known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.patterns import same
from crosswire.record import record, replace
from crosswire.values import Parameter, Ref, Truth, Unknown, alternatives
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Collection

    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Role
    from crosswire.wiring.project import Wiring


@record
class Attachment:
    """A policy for a role that its own unit does not declare, as far as it can tell: `role` is the role's name."""

    unit: str
    role: Value
    span: Span


def with_attachments(wiring: Wiring, attachments: Collection[Attachment], outputs: Collection[ResourceId]) -> Wiring:
    """The wiring in which every role that may be given such a policy has a blind spot. `outputs` are the roles that
    their units put out, so that others can name them by what is not written anywhere."""
    spots: dict[ResourceId, list[BlindSpot]] = {}
    for attachment in attachments:
        choices = list(alternatives(wiring.expand(attachment.role)))
        for role in wiring.roles:
            if role.id is not None and any(_may_be(wiring, attachment, one, role.id, outputs) for one in choices):
                spot = BlindSpot("policy", "a policy that is attached elsewhere", attachment.span)
                spots.setdefault(role.id, []).append(spot)
    if not spots:
        return wiring

    def hidden(role: Role) -> Role:
        found = spots.get(role.id, []) if role.id is not None else []
        return replace(role, blind_spots=(*role.blind_spots, *found)) if found else role

    functions = tuple(replace(function, role=hidden(function.role)) for function in wiring.functions)
    return replace(wiring, functions=functions, roles=tuple(map(hidden, wiring.roles)))


def _may_be(
    wiring: Wiring, attachment: Attachment, name: Value, role: ResourceId, outputs: Collection[ResourceId]
) -> bool:
    """Whether the name of an attachment may be that of a role. What is a symbol alone is handed in from outside, and so
    not of the role of the same deployment."""
    if isinstance(name, Ref):
        return name.resource == role
    if isinstance(name, (Parameter, Unknown)):
        return role in outputs and wiring.root_of(role.unit) != wiring.root_of(attachment.unit)
    declared = wiring.resource(role)
    if declared is None or declared.name is None:
        return False
    return same(declared.name, name, wiring.expand) is not Truth.NO
