"""Whether queues and topics let in the services that are told to send to them."""

from __future__ import annotations

from collections.abc import Hashable
from typing import TYPE_CHECKING

from crosswire.aws.triggers import trigger_kind
from crosswire.record import record
from crosswire.values import Const, Parameter, Truth
from crosswire.wiring import allowance
from crosswire.wiring.naming import is_arn

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.aws.triggers import TriggerKind
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import Resource, ResourcePolicy
    from crosswire.wiring.trigger import Delivery

SENDING = {"queue": "sqs:SendMessage", "topic": "sns:Publish"}
"""The kind of a target, and the action that it must allow."""


@record
class Undelivered:
    """A queue or topic that surely does not let in a service which is told to send to it, with every place that tells
    the service so. `policies` are those that the target has."""

    kind: TriggerKind
    action: str
    target: Resource
    deliveries: tuple[Delivery, ...]
    policies: tuple[ResourcePolicy, ...]


def undelivered(wiring: Wiring) -> Iterator[Undelivered]:
    """Every target that lets a service in by no policy, once for each service."""
    blind = wiring.blind_roots()
    groups: dict[Hashable, list[Delivery]] = {}
    for delivery in wiring.deliveries:
        if not blind & {wiring.root_of(delivery.source.unit), wiring.root_of(delivery.target.unit)}:
            groups.setdefault((delivery.target, delivery.kind), []).append(delivery)
    for group in groups.values():
        target, kind = wiring.resource(group[0].target), trigger_kind(group[0].kind)
        if target is None or kind is None or target.kind not in SENDING:
            continue
        policies = wiring.policies_of(target)
        if not any(_may_let_in(wiring, policy, target, kind) for policy in policies):
            group.sort(key=lambda delivery: delivery.span.order)
            yield Undelivered(kind, SENDING[target.kind], target, tuple(group), policies)


def _may_let_in(wiring: Wiring, policy: ResourcePolicy, target: Resource, kind: TriggerKind) -> bool:
    action, arn = SENDING[target.kind], wiring.arn(target)
    return not policy.is_read or any(
        grant.effect != "Deny"
        and allowance.action_truth(grant, action) is not Truth.NO
        and (not grant.resources or allowance.resource_truth(grant, arn, wiring.expand) is not Truth.NO)
        and _may_name(grant, kind)
        for grant in policy.grants
    )


def _may_name(grant: Grant, kind: TriggerKind) -> bool:
    """Whether a statement may let a service in."""
    return not grant.principals or any(_may_be(principal, kind) for principal in grant.principals)


def _may_be(principal: Value, kind: TriggerKind) -> bool:
    """Whether a principal may be a service. A role, a user or an account is none."""
    if isinstance(principal, Const):
        stems = {expected.partition(".")[0] for expected in kind.principals}
        return principal.text == "*" or principal.text.partition(".")[0] in stems
    if isinstance(principal, Parameter) and (principal.scope, principal.name) == ("AWS", "AccountId"):
        return False
    return not is_arn(principal)
