"""What invokes a function or sends to a queue or topic, and the permission that it needs for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value


@record
class FunctionRef:
    """A function as something names it. `target` is its ResourceId where that is known, else None and `value` is all
    there is. `qualifier` is an alias or version: the text, a Value where symbolic, or None for the bare function.
    """

    target: ResourceId | None
    value: Value
    qualifier: Value | None = None


@record
class Trigger:
    """A resource that invokes a function and needs a permission on the function for it.

    `kind` is an id of aws.triggers (`cognito_user_pool`, `s3_notification`, `sns`, `eventbridge_rule`,
    `api_gateway_rest`, ...). `source` is the resource that invokes and `source_arn` the ARN by which AWS checks a
    permission's SourceArn, as a Value in which unknown or free parts are Unknown. `satisfied` tells that a role
    (Integration.Credentials, RoleArn) or SAM takes care of the grant, so that no permission is needed.
    `detail` is for people: "PostConfirmation", "GET /orders".

    An `event_source_mapping` needs no permission: Lambda polls its source, by `source_arn`, with the function's role.
    """

    kind: str
    source: ResourceId
    function: FunctionRef
    span: Span
    source_arn: Value
    detail: str = ""
    satisfied: bool = False


@record
class Delivery:
    """A declared queue or topic that a service is told to send to, for which its own policy must let the service in.

    `kind` is an id of aws.triggers, `source` the resource that sends. There is none for a `target` whose policy may be
    made where it cannot be seen.
    """

    kind: str
    source: ResourceId
    target: ResourceId
    span: Span


@record
class InvokePermission:
    """An AWS::Lambda::Permission or its like."""

    id: ResourceId
    function: FunctionRef
    principal: Value
    action: Value
    span: Span
    source_arn: Value | None = None
    source_account: Value | None = None
    event_source_token: bool = False
