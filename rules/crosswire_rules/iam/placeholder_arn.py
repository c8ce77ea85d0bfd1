"""iam/placeholder-arn: an ARN in a policy in which a placeholder was left."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.record import record
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.placeholders import documented_account, placeholders
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.source import Span
    from crosswire.wiring.project import Wiring

_PLAIN = re.compile(r"[\w.-]+")
_MOST_NAMED = 4
_MOST_PLACES = 8


class PlaceholderArn(Rule):
    """A statement's ARN still holds a placeholder of the documentation it was copied from.

    It deploys without a word and never matches, so that every call is denied: `AccessDeniedException`. `YOUR_REGION`,
    `<account>`, `[TABLE_NAME]`, and a `${AWS::Region}` that no `Fn::Sub` replaces are meant. The account of AWS's own
    documentation, 123456789012, is a warning, as are placeholders in a policy that is a file by itself. What is left in
    one file is one finding.

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

    The same in a policy that is a file by itself:

    `policy.json` expect 7: iam/placeholder-arn
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
          "Resource": "arn:aws:dynamodb:YOUR_REGION:YOUR_ACCOUNT_ID:table/tokens"
        }
      ]
    }
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
    `policy.json`
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["dynamodb:GetItem", "dynamodb:PutItem"],
          "Resource": "arn:aws:dynamodb:eu-west-1:998877665544:table/tokens"
        }
      ]
    }
    ```

    ## Limits

    `{{account}}`, `${ACCOUNT}` and the like in a policy file are taken for the work of a tool that fills them in, as is
    everything in a `.tpl`, `.template` or `.example` file and what a script of the repository replaces.
    """

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        left: dict[tuple[str, bool], list[_Left]] = {}
        for policy in evidence.policies(wiring):
            root = wiring.root_of(policy.owner.unit)
            for grant in policy.grants:
                for pattern in (*grant.resources, *grant.not_resources, *grant.principals):
                    found = tuple(text for text in placeholders(pattern) if not _is_name(wiring, root, text))
                    documented = not found
                    found = found or tuple(filter(None, [documented_account(pattern)]))
                    if found and pattern.span is not None:
                        in_file = left.setdefault((pattern.span.path, documented), [])
                        in_file.append(_Left(policy, found, pattern.span))
        for (_, documented), listed in left.items():
            yield self._finding(wiring, listed, documented=documented)

    def _finding(self, wiring: Wiring, listed: list[_Left], *, documented: bool) -> Finding:
        """One finding for all that is left in a file: it is put in at once."""
        listed = sorted(listed, key=lambda left: left.span.order)
        first = listed[0]
        labels = [Label(left.span, "and here") for left in listed]
        texts = list(dict.fromkeys(text for left in listed for text in left.texts))
        what = "the account of AWS's documentation" if len(texts) == 1 else "accounts of AWS's documentation"
        if not documented:
            what = "placeholders that match nothing" if len(texts) > 1 else "a placeholder that matches nothing"
        unit = first.policy.owner.unit
        dialect = wiring.dialect_of(unit)
        sure = not documented and not dialect.weakness
        return self.finding(
            f"the statement names {_listed(texts)}, {what}",
            first.span,
            unit=unit,
            owner=str(first.policy.owner),
            subject=first.texts[0],
            label="is this your account?" if documented else "never matches",
            related=evidence.distinct(labels, first.span.order)[:_MOST_PLACES],
            functions=tuple(sorted({name for left in listed for name in left.policy.functions})),
            severity=Severity.ERROR if sure else Severity.WARNING,
            cause=evidence.placeholder_cause(first.span.path, documented=documented),
            advice="Put in what is meant." if dialect.weakness else f"Put in what is meant, best by {dialect.filling}.",
        )


@record
class _Left:
    """A value of a policy in which placeholders were left."""

    policy: evidence.Policy
    texts: tuple[str, ...]
    span: Span


def _is_name(wiring: Wiring, root: str, text: str) -> bool:
    """Whether a resource is really called so, however it sounds."""
    return _PLAIN.fullmatch(text) is not None and any(
        isinstance(one.name, Const) and text in one.name.text and wiring.root_of(one.id.unit) == root
        for one in wiring.resources
    )


def _listed(texts: list[str]) -> str:
    named = [f"`{text}`" for text in texts]
    if len(named) > _MOST_NAMED:
        named = [*named[: _MOST_NAMED - 1], f"{len(named) - _MOST_NAMED + 1} more"]
    return " and ".join(filter(None, (", ".join(named[:-1]), named[-1])))
