"""What invokes a function, and the permission that it needs for that."""

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
    """

    kind: str
    source: ResourceId
    function: FunctionRef
    span: Span
    source_arn: Value
    detail: str = ""
    satisfied: bool = False


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
