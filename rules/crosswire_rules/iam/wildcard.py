"""iam/wildcard: a statement that allows more than anyone can overlook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.operations import operation
from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.allowance import allowed_by
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.source import Span
    from crosswire.wiring.access import Grant
    from crosswire.wiring.project import Wiring


class Wildcard(Rule):
    """A role allows every action on every resource, or all of a service, or an action on all resources.

    Whoever gets hold of such a function owns the account. `Action: "*"` on `Resource: "*"` is a warning; a whole
    service (`dynamodb:*`), and actions on `*` that could name their resource, are notes.

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
                - Effect: Allow  # expect: iam/wildcard
                  Action: "*"
                  Resource: "*"
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
                  Action: dynamodb:GetItem
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

    severity = Severity.WARNING
    security_severity = "6.5"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for role, functions in evidence.roles(wiring):
            for grant in allowed_by(role):
                found = None if grant.origin or grant.conditional else _breadth(grant)
                if found is None or not functions:
                    continue
                message, severity = found
                yield self.finding(
                    f"the role of {evidence.who(functions)} {message}",
                    grant.span,
                    unit=functions[0].id.unit,
                    owner=str(role.id or functions[0].id),
                    subject=message,
                    label="allows more than the code can need",
                    related=evidence.distinct(_written(grant)),
                    functions=evidence.names(functions),
                    severity=severity,
                    advice="Name the actions that the code calls and the resources that it uses.",
                )


def _written(grant: Grant) -> Iterator[Label]:
    """Where the actions are written that are too wide, if it is not in the statement itself."""
    for action in grant.actions:
        span = action.span
        if isinstance(action, Const) and "*" in action.text and span is not None and not _holds(grant.span, span):
            yield Label(span, "is written here")


def _holds(outer: Span, inner: Span) -> bool:
    return outer.path == inner.path and outer.start <= inner.start and inner.end <= outer.end


def _breadth(grant: Grant) -> tuple[str, Severity] | None:
    """How a statement is too wide, and how bad that is."""
    actions = [action.text for action in grant.actions if isinstance(action, Const)]
    everywhere = any(isinstance(pattern, Const) and pattern.text == "*" for pattern in grant.resources)
    if "*" in actions or "*:*" in actions:
        if everywhere:
            return "allows every action on every resource", Severity.WARNING
        return "allows every action", Severity.NOTE
    whole = [action for action in actions if action.endswith(":*")]
    if whole:
        return f"allows {evidence.quoted(whole)}, all of a service", Severity.NOTE
    named = [action for action in actions if _could_name(action)]
    if everywhere and named:
        return f"allows {evidence.listed(named)} on every resource", Severity.NOTE
    return None


def _could_name(action: str) -> bool:
    """Whether an action supports resources, as far as is known of the operation of its name."""
    service, _, name = action.partition(":")
    known = operation(service, name)
    return known is not None and any(need.action == action and need.kind not in ("", "*") for need in known.needs)
