"""iam/unknown-action: a statement with an action that does not exist."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws import iam_actions
from crosswire.finding import Severity
from crosswire.patterns import action_matches
from crosswire.rule import Rule
from crosswire.values import Const, Truth
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.access import Grant
    from crosswire.wiring.project import Wiring

_ACTION = re.compile(r"([A-Za-z0-9-]+):([A-Za-z0-9*?]+)")


class UnknownAction(Rule):
    """A statement names an action that its service does not have.

    IAM takes any name and never matches this one, so that the call is denied all the same. Often it is the name of an
    operation of the API that is allowed by an action of another name: `s3:ListBucket` lets `ListObjects` through,
    `s3:GetObject` lets `HeadObject`, and a transaction of DynamoDB needs the actions of what is in it. A note where
    the policy has what is meant, too, and where nothing tells what is meant: AWS adds actions.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Writer:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: orders
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: dynamodb:TransactWriteItems  # expect: iam/unknown-action
                    Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders
    ```
    `policy.json` expect 6: iam/unknown-action
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "s3:ListObjects",
          "Resource": "arn:aws:s3:::uploads"
        }
      ]
    }
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Writer:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: orders
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [dynamodb:PutItem, dynamodb:UpdateItem, dynamodb:DeleteItem, dynamodb:ConditionCheckItem]
                    Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders
    ```
    `policy.json`
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "s3:ListBucket",
          "Resource": "arn:aws:s3:::uploads"
        }
      ]
    }
    ```
    """

    severity = Severity.WARNING
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for policy in evidence.policies(wiring):
            for grant in policy.written:
                for action in (*grant.actions, *grant.not_actions):
                    found = _unknown(action.text) if isinstance(action, Const) else None
                    if found is None or not isinstance(action, Const):
                        continue
                    message, label, meant = found
                    place = action.span or grant.span
                    yield self.finding(
                        f"the statement {evidence.verb(grant)} `{action.text}`, but {message}",
                        place,
                        unit=policy.owner.unit,
                        owner=str(policy.owner),
                        subject=action.text,
                        label=label,
                        functions=policy.functions,
                        severity=_severity(policy, grant, meant),
                        cause=evidence.action_cause(action, grant),
                        advice=f"Write {evidence.either(meant)}." if meant else "",
                    )


def _severity(policy: evidence.Policy, grant: Grant, meant: tuple[str, ...]) -> Severity:
    """What does no harm is a note: the policy has what is meant, too."""
    if not meant or evidence.names_actions(policy, grant.effect, meant):
        return Severity.NOTE
    return Severity.WARNING


def _unknown(text: str) -> tuple[str, str, tuple[str, ...]] | None:
    """What is wrong with an action, in a sentence and in a few words, and what was meant by it; None where nothing
    is, as far as is known."""
    match = _ACTION.fullmatch(text)
    if match is None:
        return None
    prefix, name = match[1].lower(), match[2]
    service = iam_actions.service(prefix)
    if service is None:
        near = iam_actions.nearest_prefix(prefix)
        if near is None:
            return None
        return f"no service has the prefix `{prefix}`", f"`{near}` is meant", (f"{near}:{name}",)
    if name.lower() in service.actions:
        return None
    if "*" in name or "?" in name:
        if any(action_matches(Const(name), known) is Truth.YES for known in service.actions):
            return None
        meant = _with_wildcard(prefix, name)
        return f"no action of `{prefix}` matches it", "matches nothing", meant
    return evidence.no_action(prefix, name)


def _with_wildcard(prefix: str, name: str) -> tuple[str, ...]:
    """A wildcard at the end of what is nearly an action: `BatchWriteItem*` for `BatchWriteItems*`."""
    if not name.endswith("*") or "*" in name[:-1] or "?" in name:
        return ()
    near = iam_actions.nearest(prefix, name[:-1])
    return (f"{prefix}:{near}",) if near is not None else ()
