"""env/risky-fallback: a variable that is not set, and a default that names no resource that the function may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.record import replace
from crosswire.rule import Rule
from crosswire.values import Const, EnvRef, Truth
from crosswire.wiring.denial import granted_by_name, is_judged_by_its_own, lacks_everywhere, never_runs, read_cause
from crosswire.wiring.naming import is_arn, whole
from crosswire.wiring.project import service_of
from crosswire_rules import evidence
from crosswire_rules.env._needs import given_at, missing_in_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.function import Call, Function, Use
    from crosswire.wiring.project import Wiring

_MOST_CALLS = 5
_KINDS = frozenset({"table", "bucket", "queue", "topic", "function", "secret"})


class RiskyFallback(Rule):
    """A variable that names a resource is not set, and the code falls back to a name that is wrong.

    Nothing fails at deployment: the function runs, and asks for a table that nobody made or that its role does not
    cover. What is seen is `AccessDeniedException: ... not authorized to perform: dynamodb:Query on resource:
    .../table/shop-dev` or `ResourceNotFoundException: Requested resource not found`. Setting the variable by hand on
    the deployed function helps until the next deployment.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: shop-prod
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(
        os.environ.get("ORDERS_TABLE", "shop-dev")  # expect: env/risky-fallback
    )


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
          TableName: shop-prod
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
              ORDERS_TABLE: !Ref Orders
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(
        os.environ.get("ORDERS_TABLE", "shop-dev")
    )


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Limits

    A default that is the name of a declared resource is worth a note only, and one that may be is left alone. Defaults
    that do not reach the name of a table, bucket, queue, topic, function or secret are not judged. Of an app that is no
    function, those are judged whose variables its lists lack (see `env/local-only`).
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            found: dict[tuple[EnvRef, Severity], _Fallback] = {}
            for call in function.code.calls:
                if wiring.happens(function, call.when) is not Truth.YES:
                    continue
                for use in call.uses:
                    if call.library and lacks_everywhere(wiring, function, use):
                        continue  # whatever the name
                    if never_runs(wiring, function, use):
                        continue
                    told, unset = use, wiring.unset_reads(function, use.name)
                    if not function.is_lambda:
                        told, unset = _in_app(wiring, function, use)
                    effect = _effect(wiring, function, told) if unset else None
                    if effect is not None:
                        fallback = _Fallback(told, unset, *effect)
                        found.setdefault((unset[0], fallback.severity), fallback).calls.append(call)
            for fallback in found.values():
                yield self._finding(wiring, function, fallback)

    def _finding(self, wiring: Wiring, function: Function, fallback: _Fallback) -> Finding:
        first = fallback.unset[0]
        place = first.span or fallback.calls[0].span
        sure = evidence.confidence(function)
        who = evidence.who([function])
        where = "in the function's environment" if function.is_lambda else "where the app is deployed"
        return self.finding(
            f"{fallback.variables} is not set for {who}, so that its code falls back {fallback.falls}",
            place,
            unit=function.id.unit,
            owner=str(function.id),
            subject=first.name,
            label="not set" if len(fallback.names) == 1 else "neither is set",
            related=evidence.distinct(_places(wiring, function, fallback), place.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(fallback.severity, sure),
            confidence=sure,
            cause=read_cause(function, first.name, place) if fallback.severity is Severity.ERROR else None,
            advice=f"Set `{first.name}` {where}, and let the code fail where it is missing.",
        )


class _Fallback:
    """Variables that are not set, what the code falls back to for them, and the calls that get it."""

    __slots__ = ("calls", "falls", "severity", "unset", "use")

    def __init__(self, use: Use, unset: tuple[EnvRef, ...], falls: str, severity: Severity) -> None:
        self.use = use
        self.unset = unset
        self.falls = falls
        self.severity = severity
        self.calls: list[Call] = []

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(read.name for read in self.unset))

    @property
    def variables(self) -> str:
        return " or ".join(f"`{name}`" for name in self.names)


def _in_app(wiring: Wiring, function: Function, use: Use) -> tuple[Use, tuple[EnvRef, ...]]:
    """A use by an app with the default that it falls to, and the variable, where the lists of the app's deployment lack
    it."""
    read = use.name
    if isinstance(read, EnvRef) and read.default is not None:
        if any(lacking.name == read.name for lacking in missing_in_app(function, wiring)):
            return replace(use, name=read.default), (read,)
    return use, ()


def _effect(wiring: Wiring, function: Function, use: Use) -> tuple[str, Severity] | None:
    """What the fallback does to a use: in words, and how bad it is; None where that is not known."""
    default = wiring.expand(wiring.resolve(function, use.name))
    kind, service = whole(use.kind), service_of(use)
    if kind not in _KINDS or not isinstance(default, Const) or is_arn(default):
        return None
    if not function.is_lambda and not is_judged_by_its_own(wiring, function, service):
        return None
    if not default.text:
        return f"to an empty text as the name of a {kind}", Severity.ERROR
    whose = "its role" if function.is_lambda else "the policy of the app"
    allowed = Truth.NO
    for action in use.actions:
        allowed |= wiring.may(function, action, wiring.target(function, use))
    covered = wiring.covers(function.role, service, wiring.whole_target(function, use))
    declared = wiring.is_declared(function, use, default.text)
    if allowed is Truth.NO and not use.optional and (declared is not Truth.YES or covered is Truth.NO):
        return f"to the {kind} `{default.text}`, which {whose} does not cover", Severity.ERROR
    others = wiring.resources_of(function.id.unit, service, kind)
    if declared is Truth.NO and others and not granted_by_name(wiring, function, use, default.text):
        return f"to `{default.text}`, which is the name of no {kind} here", Severity.ERROR
    if declared is Truth.YES and allowed is Truth.YES:
        return f"to the right {kind} `{default.text}`", Severity.NOTE
    return None


def _places(wiring: Wiring, function: Function, fallback: _Fallback) -> Iterator[Label]:
    """What shows the fallback: its text, the environment without the variable, the calls, and what is there instead."""
    kind, service = whole(fallback.use.kind), service_of(fallback.use)
    yield from evidence.fallbacks(fallback.unset[0])
    what = "function" if function.is_lambda else "app"
    yield Label(given_at(function), f"the {what} is not given {fallback.variables}")
    for resource in wiring.resources_of(function.id.unit, service, kind)[:2]:
        yield Label(resource.span, f"the {kind} `{resource.id}` is declared here")
    if wiring.covers(function.role, service, wiring.whole_target(function, fallback.use)) is Truth.NO:
        yield from evidence.statements(wiring, function.id.unit, evidence.about_kind(function, service))
    for call in fallback.calls[:_MOST_CALLS]:
        yield Label(call.span, f"{call.operation} uses it")
