"""iam/kms-alias: a statement that names a key by its alias."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import iam_actions
from crosswire.finding import Label, Severity
from crosswire.patterns import action_matches
from crosswire.rule import Rule
from crosswire.values import Const, Truth, alternatives
from crosswire.wiring.naming import is_arn
from crosswire.wiring.spelling import spelt
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.project import Wiring


class KmsAlias(Rule):
    """A statement allows the use of a KMS key by the ARN of its alias.

    IAM compares with the ARN of the key, whatever name the call gives, so that such a statement never matches:
    `AccessDeniedException: ... is not authorized to perform: kms:Decrypt on resource: arn:aws:kms:...:key/...`. A
    statement that denies never denies. An alias as a resource is for `kms:CreateAlias`, `kms:UpdateAlias` and
    `kms:DeleteAlias` alone. A warning where another statement allows the action, and a note where the statement names a
    key, too.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Reader:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: decrypt
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: kms:Decrypt
                    Resource: !Sub arn:aws:kms:${AWS::Region}:${AWS::AccountId}:alias/tokens  # expect: iam/kms-alias
    ```
    `policy.json` expect 7: iam/kms-alias
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
          "Resource": "arn:aws:kms:eu-west-1:998877665544:alias/tokens"
        }
      ]
    }
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Reader:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: decrypt
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: kms:Decrypt
                    Resource: !Sub arn:aws:kms:${AWS::Region}:${AWS::AccountId}:key/*
                    Condition:
                      ForAnyValue:StringEquals:
                        kms:ResourceAliases: alias/tokens
    ```
    `policy.json`
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey"],
          "Resource": "arn:aws:kms:eu-west-1:998877665544:key/1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9"
        }
      ]
    }
    ```
    """

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for policy in evidence.policies(wiring):
            for grant in policy.written:
                aliases = [pattern for pattern in grant.resources if _is_alias(wiring.expand(pattern))]
                actions = [action.text for action in grant.actions if isinstance(action, Const) and _uses_key(action)]
                if not aliases or not actions:
                    continue
                place = aliases[0].span or grant.span
                yield self.finding(
                    f"the statement {evidence.verb(grant)} {evidence.listed(actions)} on the alias of a key, which "
                    "never matches",
                    place,
                    unit=policy.owner.unit,
                    owner=str(policy.owner),
                    subject=f"{spelt(aliases[0])} {','.join(sorted(actions))}",
                    label="IAM compares with the ARN of the key",
                    related=evidence.distinct(
                        (Label(alias.span, "and here") for alias in aliases[1:] if alias.span), place.order
                    ),
                    functions=policy.functions,
                    severity=_severity(policy, grant, aliases, actions),
                    cause=("resources", grant.span.order),
                    advice="Name the key by its ARN, or allow all keys on the condition `kms:ResourceAliases`.",
                )


def _is_alias(pattern: Value) -> bool:
    """Whether a pattern is the ARN of an alias, whatever it turns out to be."""
    texts = [(one, spelt(one)) for one in alternatives(pattern)]
    return all(is_arn(one) and ":kms:" in text and ":alias/" in text for one, text in texts)


def _uses_key(action: Const) -> bool:
    """Whether all that an action of a statement covers is checked on the key."""
    prefix, _, name = action.text.partition(":")
    service = iam_actions.service("kms")
    if prefix.lower() != "kms" or service is None:
        return False
    covered = [
        known.types for known in service.actions.values() if action_matches(Const(name), known.name) is Truth.YES
    ]
    return bool(covered) and all(types == ("key",) for types in covered)


def _severity(policy: evidence.Policy, grant: Grant, aliases: list[Value], actions: list[str]) -> Severity:
    if len(aliases) < len(grant.resources):
        return Severity.NOTE
    return Severity.WARNING if evidence.is_allowed_elsewhere(policy, grant, actions) else Severity.ERROR
