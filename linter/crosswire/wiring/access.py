"""Roles and what they allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.function import BlindSpot


@record
class Grant:
    """One statement of a policy.

    `actions` and `resources` are patterns with IAM wildcards inside constants; a statement has either `actions` or
    `not_actions`, either `resources` or `not_resources`. `conditional` tells that it has conditions, so that it
    allows or denies MAYBE. `origin` names what made it where no one wrote it out (`DynamoDBCrudPolicy`,
    `AmazonDynamoDBFullAccess`, `connector`), else it is empty. `principals` is for resource policies and trust.
    """

    effect: str
    actions: tuple[Value, ...]
    resources: tuple[Value, ...]
    span: Span
    not_actions: tuple[Value, ...] = ()
    not_resources: tuple[Value, ...] = ()
    conditional: bool = False
    origin: str = ""
    principals: tuple[Value, ...] = ()
    condition_when: str = ""


@record
class Role:
    """What a function (or an integration, a state machine ...) may do.

    `id` is None for a role that no template of the repository declares. `blind_spots` holds every policy whose
    content is not known, so that what is not granted here may be granted all the same. `place` is where a statement
    would be added: the policies of the function or role. `used_by` are places of templates that hand the role to
    something other than a function.
    """

    id: ResourceId | None
    span: Span
    grants: tuple[Grant, ...]
    trust: tuple[Value, ...] = ()
    boundary: bool = False
    blind_spots: tuple[BlindSpot, ...] = ()
    place: Span | None = None
    used_by: tuple[Span, ...] = ()
