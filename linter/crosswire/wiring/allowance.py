"""What a role allows, as IAM decides it: an explicit Deny wins, then any Allow, else nothing is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.patterns import Expand, action_matches, matches
from crosswire.values import Const, Truth
from crosswire.wiring.naming import is_arn

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.values import Value
    from crosswire.wiring.access import Grant, Role


def allows(role: Role, action: str, arn: Value, expand: Expand) -> Truth:
    """Whether a role allows an action on a resource.

    A condition or a permissions boundary makes it MAYBE, and so does a policy that could not be read where nothing else
    allows it.
    """
    denied = _any(action_truth(grant, action) & resource_truth(grant, arn, expand) for grant in denials_of(role))
    if denied is Truth.YES:
        return Truth.NO
    allowed = _any(action_truth(grant, action) & resource_truth(grant, arn, expand) for grant in allowed_by(role))
    if denied is Truth.MAYBE or role.boundary:
        allowed &= Truth.MAYBE
    return allowed | Truth.MAYBE if role.blind_spots else allowed


def grants_anywhere(role: Role, action: str) -> Truth:
    """Whether a role allows an action on any resource at all."""
    allowed = _any(action_truth(grant, action) for grant in allowed_by(role))
    return allowed | Truth.MAYBE if role.blind_spots else allowed


def covers(role: Role, service: str, arn: Value, expand: Expand) -> Truth:
    """Whether a role allows any action of a service, by its IAM prefix, on a resource of it."""
    allowed = _any(about_service(grant, service) & resource_truth(grant, arn, expand) for grant in allowed_by(role))
    return allowed | Truth.MAYBE if role.blind_spots else allowed


def about_service(grant: Grant, service: str) -> Truth:
    """Whether a statement is about an action of a service."""
    if grant.not_actions:
        left_out = any(action_matches(pattern, f"{service}:*") is Truth.YES for pattern in grant.not_actions)
        return Truth.NO if left_out else Truth.MAYBE
    return _any(_of_service(pattern, service) for pattern in grant.actions)


def _of_service(pattern: Value, service: str) -> Truth:
    if not isinstance(pattern, Const):
        return Truth.MAYBE
    return action_matches(Const(pattern.text.partition(":")[0]), service)


def allowed_by(role: Role) -> list[Grant]:
    """The statements of a role that allow."""
    return [grant for grant in role.grants if grant.effect != "Deny"]


def denials_of(role: Role) -> list[Grant]:
    """The statements of a role that deny."""
    return [grant for grant in role.grants if grant.effect == "Deny"]


def action_truth(grant: Grant, action: str) -> Truth:
    """Whether a statement is about an action; MAYBE at most where it has conditions."""
    if grant.not_actions:
        found = ~_any(action_matches(pattern, action) for pattern in grant.not_actions)
    else:
        found = _any(action_matches(pattern, action) for pattern in grant.actions)
    return found & Truth.MAYBE if grant.conditional else found


def resource_truth(grant: Grant, arn: Value, expand: Expand) -> Truth:
    """Whether a statement is about a resource."""
    if arn == _EVERYTHING:
        # Actions that support no resource are checked on `*` alone.
        patterns = grant.not_resources or grant.resources
        found = _any(Truth.YES if pattern == arn else _unless_exact(pattern) for pattern in patterns)
    else:
        found = _any(matches(pattern, arn, expand) for pattern in grant.not_resources or grant.resources)
    return ~found if grant.not_resources else found


_EVERYTHING = Const("*")


def _unless_exact(pattern: Value) -> Truth:
    """A pattern that is written out and is not `*` leaves out what supports no resource; one of everything in a service
    (`arn:aws:s3:::*`, which AWS's own examples give for s3:ListAllMyBuckets) may do."""
    if isinstance(pattern, Const) and pattern.text.endswith(":*"):
        return Truth.MAYBE
    return Truth.NO if isinstance(pattern, Const) or is_arn(pattern) else Truth.MAYBE


def _any(truths: Iterable[Truth]) -> Truth:
    found = Truth.NO
    for truth in truths:
        if truth is Truth.YES:
            return truth
        found |= truth
    return found
