"""Tables that are encrypted with a customer's key, and functions that may use the table but not the key.

DynamoDB has the table's own key decrypted by KMS on behalf of whoever reads or writes items, so that the caller needs
`kms:Decrypt`. Source: DynamoDB developer guide, "Encryption at rest: usage notes" and "Managing encrypted tables",
AWS KMS developer guide, "How Amazon DynamoDB uses AWS KMS".
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.items import DATA_OPERATIONS
from crosswire.patterns import same
from crosswire.record import record
from crosswire.values import Const, Parameter, Ref, Truth
from crosswire.wiring import allowance
from crosswire.wiring.naming import arn_of
from crosswire.wiring.schema import kept_tables
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import Resource, Table

ACTION = "kms:Decrypt"


@record
class LockedOut:
    """A function that uses a table, at a place, and surely may not use the key that encrypts it."""

    function: Function
    table: Table
    key: Resource
    span: Span


def locked_out(wiring: Wiring) -> Iterator[LockedOut]:
    """Every use of a table by a function that may not have it decrypted."""
    for function, table, span in _used(wiring):
        key = _key(wiring, table)
        if key is None or wiring.allows(function.role, ACTION, wiring.arn(key)) is not Truth.NO:
            continue
        if not _is_let_in(wiring, function, key):
            yield LockedOut(function, table, key, span)


def _used(wiring: Wiring) -> Iterator[tuple[Function, Table, Span]]:
    """Tables whose items functions surely read or write, with the place."""
    for function in wiring.functions:
        for call in function.code.calls:
            if call.service != "dynamodb" or call.operation not in DATA_OPERATIONS:
                continue
            if wiring.happens(function, call.when) is Truth.YES:
                for use in call.uses:
                    table = None if use.optional else wiring.table(function, use.name)
                    if table is not None:
                        yield function, table, call.span
    for kept in kept_tables(wiring):
        if not kept.sure:
            yield kept.function, kept.table, kept.library.span


def _key(wiring: Wiring, table: Table) -> Resource | None:
    """The key that encrypts a table, where a template declares it: of any other the key's policy is not known."""
    if table.kms_key is None:
        return None
    if isinstance(table.kms_key, Ref):
        declared = wiring.resource(table.kms_key.resource)
        if declared is not None and (declared.service, declared.kind) == ("kms", "key"):
            return declared
    arn = arn_of("kms", "key", wiring.expand(table.kms_key))
    keys = wiring.resources_of(table.id.unit, "kms", "key")
    found = [key for key in keys if same(wiring.arn(key), arn, wiring.expand) is Truth.YES]
    return found[0] if len(found) == 1 else None


def _is_let_in(wiring: Wiring, function: Function, key: Resource) -> bool:
    """Whether a policy of the key may let a function use it, without its role saying so."""
    return any(
        not policy.is_read or any(_may_let_in(wiring, function, grant) for grant in policy.grants)
        for policy in wiring.policies_of(key)
    )


def _may_let_in(wiring: Wiring, function: Function, grant: Grant) -> bool:
    if grant.effect == "Deny" or allowance.action_truth(grant, ACTION) is Truth.NO:
        return False
    return not grant.principals or any(_may_be(wiring, function, principal) for principal in grant.principals)


def _may_be(wiring: Wiring, function: Function, principal: Value) -> bool:
    """Whether a principal may be the function's role. The account itself, and a service, let nobody in by themselves:
    the account leaves it to the roles' policies."""
    if isinstance(principal, Parameter) and (principal.scope, principal.name) == ("AWS", "AccountId"):
        return False
    text = spelt(principal)
    if text == "*" or ":assumed-role/" in text:
        return True
    if text.endswith((":root", ".amazonaws.com", ".amazonaws.com.cn", ".${AWS::URLSuffix}")):
        return False
    if isinstance(principal, Const) and principal.text.isdigit():
        return False
    if function.role.id is None:
        return True
    return same(Ref(function.role.id, "arn"), principal, wiring.expand) is not Truth.NO
