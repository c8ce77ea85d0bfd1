"""What functions use: tables and their indexes, and the other resources that a policy or a call can name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import field, record

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Grant


@record
class Key:
    """An attribute of a key schema: `role` is HASH or RANGE; `type` S, N, B or None where the template hides it."""

    attribute: str
    role: str
    type: str | None = None
    span: Span | None = field(default=None, compare=False)


@record
class Index:
    """A secondary index of a table."""

    name: Value
    keys: tuple[Key, ...]
    span: Span
    local: bool = False


@record
class Resource:
    """Any declared resource that can be named by a policy, a variable or a call.

    `service` is the IAM prefix (`dynamodb`, `s3`, `sqs` ...), `kind` the resource kind there (`table`, `bucket`,
    `queue`, `topic`, `secret`, `parameter`, `function`, `userpool`, `rule`, `api` ...), or empty where crosswire does
    not know the type. `name` is the physical name the template gives, None where AWS makes one up.
    """

    id: ResourceId
    type: str
    service: str
    kind: str
    name: Value | None
    span: Span


@record
class Table(Resource):
    """A DynamoDB table. `complete` is False where keys or indexes could not be read."""

    keys: tuple[Key, ...] = ()
    indexes: tuple[Index, ...] = ()
    ttl: Value | None = None
    stream: bool = False
    kms_key: Value | None = None
    complete: bool = True


@record
class UserPool(Resource):
    """A Cognito user pool. `custom_attributes` are names with their `custom:` or `dev:custom:` prefix, None where the
    schema could not be read."""

    custom_attributes: frozenset[str] | None = frozenset()


@record
class ResourcePolicy:
    """A policy attached to a resource (queue, topic, bucket, table, secret, key, function). `document` is the policy in
    plain JSON terms, with unknown values as `crosswire:unknown`, for analysis by other tools."""

    resources: tuple[Value, ...]
    service: str
    grants: tuple[Grant, ...]
    document: object
    span: Span
    owner: ResourceId

    @property
    def is_read(self) -> bool:
        """Whether every statement of the policy is there, be it with parts that are not known."""
        statements = self.document.get("Statement") if isinstance(self.document, dict) else None
        listed = statements if isinstance(statements, list) else [statements]
        return all(isinstance(statement, dict) for statement in listed)
