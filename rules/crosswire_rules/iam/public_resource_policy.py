"""iam/public-resource-policy: a resource whose policy lets in everyone."""

from __future__ import annotations

from typing import TYPE_CHECKING
from warnings import catch_warnings, simplefilter

from crosswire.finding import Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.access import Grant
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import ResourcePolicy
    from crosswire.wiring.trigger import InvokePermission

_ANYONE = Const("*")
_PUBLISHING = frozenset({"s3:getobject", "s3:getobjectversion"})


class PublicResourcePolicy(Rule):
    """The policy of a queue, topic, bucket, table, secret, key or function lets in everyone, in any account.

    `Principal: "*"` without a condition that narrows it means the whole internet, signed in or not. A bucket that only
    lets everyone read its objects may be a website: that is a note.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
      JobsPolicy:
        Type: AWS::SQS::QueuePolicy
        Properties:
          Queues: [!Ref Jobs]
          PolicyDocument:
            Statement:
              - Effect: Allow  # expect: iam/public-resource-policy
                Principal: "*"
                Action: sqs:SendMessage
                Resource: !GetAtt Jobs.Arn
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
      JobsPolicy:
        Type: AWS::SQS::QueuePolicy
        Properties:
          Queues: [!Ref Jobs]
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: "*"
                Action: sqs:SendMessage
                Resource: !GetAtt Jobs.Arn
                Condition:
                  StringEquals:
                    aws:SourceAccount: !Ref AWS::AccountId
    ```
    """

    severity = Severity.WARNING
    security_severity = "7.5"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for policy in wiring.resource_policies:
            for grant in _public(policy):
                actions = [action.text for action in grant.actions if isinstance(action, Const)]
                published = bool(actions) and {action.lower() for action in actions} <= _PUBLISHING
                yield self.finding(
                    f"the policy `{policy.owner}` lets everyone {_deed(actions)} on {_target(wiring, policy)}",
                    grant.span,
                    unit=policy.owner.unit,
                    owner=str(policy.owner),
                    subject=",".join(sorted(actions)),
                    label="open to everyone",
                    severity=Severity.NOTE if published else self.severity,
                    advice="Name who may, or add a condition such as aws:SourceArn or aws:SourceAccount.",
                )
        for permission in wiring.permissions:
            if _is_public(permission, wiring):
                yield self.finding(
                    f"the permission `{permission.id}` lets everyone invoke the function",
                    permission.span,
                    unit=permission.id.unit,
                    owner=str(permission.id),
                    subject="lambda:InvokeFunction",
                    label="open to everyone",
                    advice="Name the service or account that may invoke it, with the ARN of the source.",
                )


def _public(policy: ResourcePolicy) -> list[Grant]:
    """The statements that let in everyone, by the reckoning of policyuniverse."""
    suspects = [
        grant for grant in policy.grants if grant.effect != "Deny" and any(who == _ANYONE for who in grant.principals)
    ]
    if not suspects or not isinstance(policy.document, dict):
        return []
    with catch_warnings():
        simplefilter("ignore", ResourceWarning)  # it leaves its data file open
        from policyuniverse.statement import Statement

    written = policy.document.get("Statement", [])
    written = written if isinstance(written, list) else [written]
    if len(written) != len(policy.grants):
        return [grant for grant in suspects if not grant.conditional]
    found = []
    for grant, plain in zip(policy.grants, written, strict=True):
        if grant not in suspects or not isinstance(plain, dict) or not _is_condition(plain.get("Condition", {})):
            continue
        statement = Statement(plain)
        # Conditions that policyuniverse does not weigh may narrow the statement all the same.
        weighed = bool(statement.condition_entries) or not grant.conditional
        if weighed and statement.is_internet_accessible():
            found.append(grant)
    return found


def _is_condition(node: object) -> bool:
    """Whether a condition has its form: operators, keys, and texts or lists of them. AWS refuses any other."""
    if not isinstance(node, dict) or not all(isinstance(keys, dict) for keys in node.values()):
        return False
    given = [value for keys in node.values() for value in keys.values()]
    return all(isinstance(text, str) for value in given for text in (value if isinstance(value, list) else [value]))


def _is_public(permission: InvokePermission, wiring: Wiring) -> bool:
    if permission.principal != _ANYONE or permission.action != Const("lambda:InvokeFunction"):
        return False
    if permission.source_arn or permission.source_account or permission.event_source_token:
        return False
    # A function URL that is open on purpose needs this permission beside its own.
    return not any(
        other.function.target == permission.function.target and other.action == Const("lambda:InvokeFunctionUrl")
        for other in wiring.permissions
    )


def _deed(actions: list[str]) -> str:
    if "*" in actions:
        return "do everything"
    return f"do {evidence.listed(actions)}" if actions else "do more than is known"


def _target(wiring: Wiring, policy: ResourcePolicy) -> str:
    return evidence.short_name(wiring, policy.owner.unit, policy.resources[0]) if policy.resources else "its resource"
