"""iam/placeholder-arn: an ARN in a policy in which a placeholder was left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.rule import Rule
from crosswire.values import Const, leaves
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import Value
    from crosswire.wiring.project import Wiring

_PLACEHOLDER = re.compile(
    r"YOUR[-_][A-Z_-]+"
    r"|(?i:your)[-_ ]?(?i:aws[-_ ])?(?i:account|region|table|bucket|key|queue|topic|secret|function)[-_A-Za-z]*"
    r"|<[^<>]+>|\[[A-Z][A-Z_ -]+\]|\{\{(?!resolve:)[^{}]+\}\}|X{6,}|x{8,}"
    r"|(?<=:)(?:AWS[-_])?(?:REGION|ACCOUNT(?:[-_]?(?:ID|NUMBER))?)(?=:)"
    r"|\$\{AWS::[A-Za-z]+\}"
)
_DOCUMENTED_ACCOUNT = "123456789012"


class PlaceholderArn(Rule):
    """A statement's ARN still holds a placeholder of the documentation it was copied from.

    It deploys without a word and never matches, so that every call is denied: `AccessDeniedException`. `YOUR_REGION`,
    `<account>`, `[TABLE_NAME]`, and a `${AWS::Region}` that no `Fn::Sub` replaces are meant. The account of AWS's own
    documentation, 123456789012, is a warning.

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
                  Action: dynamodb:GetItem
                  Resource: arn:aws:dynamodb:YOUR_REGION:YOUR_ACCOUNT_ID:table/*  # expect: iam/placeholder-arn
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
                  Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/*
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

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for role, functions in evidence.roles(wiring):
            for grant in role.grants:
                for pattern in (*grant.resources, *grant.not_resources):
                    left = _placeholder(pattern)
                    if left is None or pattern.span is None:
                        continue
                    documented = left == _DOCUMENTED_ACCOUNT
                    owner = role.id or functions[0].id
                    yield self.finding(
                        f"the statement names `{left}`, "
                        + (
                            "the account of AWS's documentation" if documented else "a placeholder that matches nothing"
                        ),
                        pattern.span,
                        unit=owner.unit,
                        owner=str(owner),
                        subject=left,
                        label="is this your account?" if documented else "never matches",
                        functions=evidence.names(functions),
                        severity=Severity.WARNING if documented else Severity.ERROR,
                        advice=f"Put in what is meant, best by {wiring.dialect_of(owner.unit).filling}.",
                    )


def _placeholder(pattern: Value) -> str | None:
    """The placeholder in an ARN; None where there is none."""
    texts = [part.text for part in leaves(pattern) if isinstance(part, Const)]
    if not any(text.startswith("arn:") for text in texts):
        return None
    for text in texts:
        found = _PLACEHOLDER.search(text)
        if found is not None:
            return found[0]
    return _DOCUMENTED_ACCOUNT if any(f":{_DOCUMENTED_ACCOUNT}:" in text for text in texts) else None
