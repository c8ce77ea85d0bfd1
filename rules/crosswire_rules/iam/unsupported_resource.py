"""iam/unsupported-resource: an action with no resource that it is authorised on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.fruitless import fruitless
from crosswire.wiring.spelling import spelt
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.fruitless import Fruitless
    from crosswire.wiring.project import Wiring

_MOST_RESOURCES = 4
_REFUSING = "s3"
"""The service that refuses such policies: `MalformedPolicy: Action does not apply to any resource(s) in statement`."""


class UnsupportedResource(Rule):
    """An action of a statement can match none of the statement's resources.

    Every action is authorised on resources of certain types: `s3:GetObject` on objects (`bucket/*`), `s3:ListBucket` on
    the bucket itself, `dynamodb:ListTables` on `*` alone. A statement that names others is accepted and never matches:
    the call ends in `AccessDenied`. S3 refuses such a bucket policy: `MalformedPolicy: Action does not apply to any
    resource(s) in statement`. A warning where the statement is good for other actions; nothing is told where another
    statement of the role allows the action.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Uploads:
        Type: AWS::S3::Bucket
      Reader:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: read
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: s3:GetObject  # expect: iam/unsupported-resource
                    Resource: !GetAtt Uploads.Arn
    ```
    `main.tf`
    ```terraform
    resource "aws_iam_role" "lister" {
      name               = "lister"
      assume_role_policy = jsonencode({ Statement = [] })
    }

    resource "aws_iam_role_policy" "list" {
      role = aws_iam_role.lister.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:ListBucket"]  # expect: iam/unsupported-resource
          Resource = "arn:aws:s3:::uploads/*"
        }]
      })
    }
    ```
    `policy.json` expect 6: iam/unsupported-resource
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": ["dynamodb:GetItem", "dynamodb:ListTables"],
          "Resource": "arn:aws:dynamodb:eu-west-1:998877665544:table/orders"
        }
      ]
    }
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Uploads:
        Type: AWS::S3::Bucket
      Reader:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement: [{Effect: Allow, Principal: {Service: ec2.amazonaws.com}, Action: "sts:AssumeRole"}]
          Policies:
            - PolicyName: read
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: s3:GetObject
                    Resource: !Sub ${Uploads.Arn}/*
    ```
    `main.tf`
    ```terraform
    resource "aws_iam_role" "lister" {
      name               = "lister"
      assume_role_policy = jsonencode({ Statement = [] })
    }

    resource "aws_iam_role_policy" "list" {
      role = aws_iam_role.lister.id
      policy = jsonencode({
        Version = "2012-10-17"
        Statement = [{
          Effect   = "Allow"
          Action   = ["s3:GetObject", "s3:ListBucket"]
          Resource = ["arn:aws:s3:::uploads", "arn:aws:s3:::uploads/*"]
        }]
      })
    }
    ```
    `policy.json`
    ```json
    {
      "Version": "2012-10-17",
      "Statement": [
        {
          "Effect": "Allow",
          "Action": "dynamodb:GetItem",
          "Resource": "arn:aws:dynamodb:eu-west-1:998877665544:table/orders"
        },
        {
          "Effect": "Allow",
          "Action": "dynamodb:ListTables",
          "Resource": "*"
        }
      ]
    }
    ```

    ## Limits

    What is not known of an ARN may be anything. `NotAction`, `NotResource` and actions with wildcards are not judged.
    """

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for policy in evidence.policies(wiring):
            for grant in policy.written:
                found = fruitless(grant, wiring.expand)
                vain = [one for one in found if not evidence.is_allowed_elsewhere(policy, grant, [one.name], wiring)]
                if vain:
                    yield self._finding(wiring, policy, grant, vain)

    def _finding(self, wiring: Wiring, policy: evidence.Policy, grant: Grant, vain: list[Fruitless]) -> Finding:
        place = vain[0].action.span or grant.span
        names = [one.action.text for one in vain]
        resources = _nearest(wiring, grant, vain)
        labels = [Label(one.span, "is no such resource") for one in resources if one.span is not None]
        given = evidence.resource_list(wiring, policy.owner.unit, resources)
        return self.finding(
            f"the statement {evidence.verb(grant)} {evidence.quoted_list(names)} on {given}, but {_takes(vain)}",
            place,
            unit=policy.owner.unit,
            owner=str(policy.owner),
            subject=f"{','.join(sorted(names))} on {','.join(map(spelt, grant.resources))}",
            label="matches none of the resources",
            related=evidence.distinct(labels, place.order)[:_MOST_RESOURCES],
            functions=policy.functions,
            severity=Severity.ERROR if policy.service == _REFUSING else Severity.WARNING,
            cause=("resources", grant.span.order),
            advice=_advice(vain, len(vain) == len(grant.actions)),
        )


def _nearest(wiring: Wiring, grant: Grant, vain: list[Fruitless]) -> list[Value]:
    """The resources of a statement that are of the services of the actions, else all."""
    services = {one.name.partition(":")[0] for one in vain}
    texts = [(pattern, spelt(wiring.expand(pattern)).split(":", 3)) for pattern in grant.resources]
    return [pattern for pattern, parts in texts if len(parts) > 2 and parts[2] in services] or list(grant.resources)


def _takes(vain: list[Fruitless]) -> str:
    """What the actions are authorised on, in words."""
    kinds = sorted({kind for one in vain for kind in _common(one)})
    it = "it is" if len(vain) == 1 else "they are"
    if not kinds:
        return f"{it} authorised on no resource, only on `*`"
    named = " or ".join(f"`{kind}`" for kind in kinds[:3])
    nothing = "" if all(one.types for one in vain) else " or on `*` alone"
    return f"{it} authorised on {named}{nothing}"


def _common(one: Fruitless) -> list[str]:
    """The types of an action that people mean: access points take what buckets and objects do."""
    return [kind for kind in one.types if not kind.startswith("accesspoint")] or list(one.types)


def _advice(vain: list[Fruitless], is_all: bool) -> str:
    if not any(one.types for one in vain):
        return 'Allow it on `"Resource": "*"`' + ("." if is_all else " in a statement of its own.")
    arns = dict.fromkeys(arn for one in vain if one.types for arn in one.arns if ":accesspoint/" not in arn)
    form = next(iter(arns), "").replace("%", "<name>")
    form = form.replace("arn:*:", "arn:aws:")
    return f"Name what it takes: `{form}`." if form else ""
