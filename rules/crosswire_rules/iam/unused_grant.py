"""iam/unused-grant: an action that a role allows and no code of its functions calls."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.operations import iam_prefix
from crosswire.finding import Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.allowance import allowed_by
from crosswire.wiring.fruitless import fruitless
from crosswire.wiring.function import Link
from crosswire.wiring.polling import polls
from crosswire.wiring.resource import Table
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import ResourceId
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Wiring


class UnusedGrant(Rule):
    """A role allows an action that no code of its functions calls.

    What a function may do beyond its work is what an attacker may do with it. It is a note: it is told only of services
    that the code is seen to call, where all of the code was read, and for roles that nothing but functions use.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem, dynamodb:Scan]  # expect: iam/unused-grant
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem]
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```
    """

    severity = Severity.NOTE
    security_severity = "3.1"

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        users: dict[ResourceId, list[Function]] = {}
        for function in wiring.functions:
            if function.role.id is not None and not function.role.used_by:
                users.setdefault(function.role.id, []).append(function)
        polled = [(poll.function.id, poll.kind.service) for poll in polls(wiring)]
        for functions in users.values():
            if all(map(_is_read, functions)):
                used = {action.lower() for function in functions for action in _actions(function)}
                judged = {action.partition(":")[0] for action in used} - _not_seen(wiring, functions)
                judged -= {service for id, service in polled if any(function.id == id for function in functions)}
                grants = allowed_by(functions[0].role) if judged else []
                kept = {_policy(grant) for grant in grants if grant.origin and not _is_idle(grant, used)}
                for grant in grants:
                    # Nobody can drop a part of a policy that is given whole.
                    if _policy(grant) not in kept and not (grant.origin and _is_void(grant, wiring)):
                        yield from self._judge(grant, functions, used, judged)

    def _judge(self, grant: Grant, functions: list[Function], used: set[str], services: set[str]) -> Iterator[Finding]:
        exact = [action for action in grant.actions if isinstance(action, Const) and _is_exact(action.text)]
        judged = [action for action in exact if action.text.partition(":")[0].lower() in services]
        idle = [action for action in judged if action.text.lower() not in used]
        unused = [action.text for action in idle]
        if not unused or (grant.origin and len(unused) < len(grant.actions)) or grant.conditional:
            return
        advice = f"Drop the policy `{grant.origin}`." if grant.origin else "Drop what is not needed from the statement."
        function, place = functions[0], idle[0].span
        yield self.finding(
            f"the role of {evidence.who(functions)} allows {evidence.listed(unused)}, which no code calls",
            grant.span if grant.origin or place is None else place,
            unit=function.id.unit,
            owner=str(function.role.id),
            subject=",".join(sorted(unused)),
            label=f"{evidence.listed(unused)}: never called",
            functions=evidence.names(functions),
            confidence=evidence.confidence(function),
            advice=advice,
        )


def _policy(grant: Grant) -> tuple[str, tuple[str, int, int]]:
    """A policy that makes statements nobody wrote out, by its name and the place that asks for it."""
    return (grant.origin, grant.span.order)


def _is_void(grant: Grant, wiring: Wiring) -> bool:
    """Whether a statement allows nothing at all, as what the CDK says of streams where it grants the use of a table."""
    return len(fruitless(grant, wiring.expand)) == len(grant.actions)


def _is_idle(grant: Grant, used: set[str]) -> bool:
    """Whether surely nothing that a statement allows is called."""
    return all(
        isinstance(action, Const) and _is_exact(action.text) and action.text.lower() not in used
        for action in grant.actions
    )


def _is_read(function: Function) -> bool:
    """Whether all of the function's code was read."""
    return (
        function.code.link in (Link.EXACT, Link.NAMED)
        and not function.blind_spots
        and not any(spot.kind in ("code", "entry", "handler") for spot in function.code.blind_spots)
    )


def _is_exact(action: str) -> bool:
    return "*" not in action and "?" not in action


def _actions(function: Function) -> Iterator[str]:
    """Every action that the function's calls need, or may need."""
    for call in function.code.calls:
        for use in call.uses:
            yield from use.actions


def _not_seen(wiring: Wiring, functions: list[Function]) -> set[str]:
    """The services that may be called in ways that were not extracted, or by an event source for the functions."""
    blind = {
        iam_prefix(spot.kind.removeprefix("sdk:"))
        for function in functions
        for spot in function.code.blind_spots
        if spot.kind.startswith("sdk:")
    }
    tables = (table for one in functions for table in wiring.resources_of(one.id.unit, "dynamodb", "table"))
    if any(isinstance(table, Table) and table.kms_key is not None for table in tables):
        blind.add("kms")  # DynamoDB uses the key on behalf of the caller
    own = {function.id for function in functions}
    for trigger in wiring.triggers:
        source = wiring.resource(trigger.source)
        if trigger.function.target in own and source is not None:
            blind.add(source.service)
    return blind
