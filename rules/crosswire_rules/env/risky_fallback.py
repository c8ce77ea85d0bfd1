"""env/risky-fallback: a variable that is not set, and a default that names no resource that the function may use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Const, Truth
from crosswire.wiring.denial import granted_by_name, read_cause
from crosswire.wiring.naming import is_arn, whole
from crosswire.wiring.project import service_of
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import EnvRef, Value
    from crosswire.wiring.function import Call, Function, Use
    from crosswire.wiring.project import Wiring

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
    that do not reach the name of a table, bucket, queue, topic, function or secret are not judged.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            told = set()
            for call in function.code.calls:
                for use in call.uses:
                    finding = self._judge(wiring, function, call, use)
                    if finding is not None and (finding.span, finding.severity) not in told:
                        told.add((finding.span, finding.severity))
                        yield finding

    def _judge(self, wiring: Wiring, function: Function, call: Call, use: Use) -> Finding | None:
        unset = wiring.unset_reads(function, use.name)
        default = wiring.expand(wiring.resolve(function, use.name))
        kind = whole(use.kind)
        if not unset or unset[0].span is None or kind not in _KINDS or not _is_exact(default):
            return None
        allowed = Truth.NO
        for action in use.actions:
            allowed |= wiring.may(function, action, wiring.target(function, use))
        declared = wiring.declared_as(use, default)
        covered = wiring.covers(function.role, service_of(use), wiring.whole_target(function, use)) is not Truth.NO
        text = default.text if isinstance(default, Const) else ""
        others = wiring.resources_of(function.id.unit, service_of(use), kind)
        if not text:
            wrong = f"to an empty text as the name of a {kind}"
        elif allowed is Truth.NO and not use.optional and not (declared is Truth.YES and covered):
            wrong = f"to the {kind} `{text}`, which its role does not cover"
        elif declared is Truth.NO and others and not granted_by_name(wiring, function, use, text):
            wrong = f"to `{text}`, which is the name of no {kind} here"
        elif declared is Truth.YES and allowed is Truth.YES:
            return self._finding(wiring, function, call, use, unset, f"to the right {kind} `{text}`", Severity.NOTE)
        else:
            return None
        return self._finding(wiring, function, call, use, unset, wrong, Severity.ERROR)

    def _finding(
        self,
        wiring: Wiring,
        function: Function,
        call: Call,
        use: Use,
        unset: tuple[EnvRef, ...],
        falls: str,
        severity: Severity,
    ) -> Finding:
        first = unset[0]
        assert first.span is not None
        place = evidence.read_place(function, first.name, first.span)
        variables = " or ".join(f"`{read.name}`" for read in unset)
        kind = whole(use.kind)
        declared = wiring.resources_of(function.id.unit, service_of(use), kind)
        labels = [*evidence.fallbacks(first)]
        if function.env.span is not None:
            labels.append(Label(function.env.span, f"the function is not given {variables}"))
        else:
            labels.append(Label(function.span, f"the function is not given {variables}"))
        labels.append(Label(call.span, f"{call.operation} uses it"))
        labels += [Label(resource.span, f"the {kind} `{resource.id}` is declared here") for resource in declared[:2]]
        if severity is Severity.ERROR:
            arn = wiring.whole_target(function, use)
            if wiring.covers(function.role, service_of(use), arn) is Truth.NO:
                labels += evidence.statements(wiring, evidence.about_kind(function, service_of(use)))
        sure = evidence.confidence(function)
        return self.finding(
            f"{variables} is not set for `{function.id}`, so that its code falls back {falls}",
            place,
            unit=function.id.unit,
            owner=str(function.id),
            subject=first.name,
            label="not set" if len(unset) == 1 else "neither is set",
            related=evidence.distinct(labels, place.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(severity, sure),
            confidence=sure,
            cause=read_cause(first.name, first.span) if severity is Severity.ERROR else None,
            advice=f"Set `{first.name}` in the function's environment, and let the code fail where it is missing.",
        )


def _is_exact(value: Value) -> bool:
    return isinstance(value, Const) and not is_arn(value)
