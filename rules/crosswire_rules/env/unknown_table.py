"""env/unknown-table: the name of a table that is not declared, where others are."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Truth
from crosswire.wiring.denial import cause_of, is_unknown_table
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.function import Call, Function, Use
    from crosswire.wiring.project import Wiring


class UnknownTable(Rule):
    """Code uses a table, by an exact name, that the repository does not declare, although it declares others.

    At run time this is `ResourceNotFoundException: Requested resource not found`, or `AccessDeniedException` where the
    role names the right table. Mostly the name is of another stage, or was changed where the table is declared alone.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: shop-orders
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
            - AmazonDynamoDBReadOnlyAccess
    ```
    `src/app.py`
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("orders")


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})  # expect: env/unknown-table
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
          TableName: shop-orders
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
            - AmazonDynamoDBReadOnlyAccess
    ```
    `src/app.py`
    ```python
    import boto3

    table = boto3.resource("dynamodb").Table("shop-orders")


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Limits

    A table that a policy names by itself is taken for one of another stack. ARNs are not judged, nor are names that are
    not exact.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            told: set[str] = set()
            for call in function.code.calls:
                for use in call.uses if wiring.happens(function, call.when) is Truth.YES else ():
                    name = wiring.spelt(function.id.unit, wiring.resolve(function, use.name))
                    if name not in told and is_unknown_table(wiring, function, use):
                        told.add(name)
                        yield self._finding(wiring, function, call, use, name)

    def _finding(self, wiring: Wiring, function: Function, call: Call, use: Use, name: str) -> Finding:
        sure = evidence.confidence(function)
        tables = wiring.resources_of(function.id.unit, "dynamodb", "table")
        labels = list(evidence.named_by(wiring, function, use))
        exact = wiring.spelt(function.id.unit, wiring.expand(wiring.resolve(function, use.name)))
        for table in tables[:3]:
            known = f", named `{wiring.spelt(table.id.unit, table.name)}`" if table.name is not None else ""
            labels.append(Label(table.span, f"the table `{table.id}` is declared here{known}"))
        return self.finding(
            f"{evidence.who([function])} uses the table `{exact}`, which is declared nowhere",
            call.span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=f"table {name}",
            label=f"{call.operation} uses the table `{exact}`",
            related=evidence.distinct(labels, call.span.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(self.severity, sure),
            confidence=sure,
            cause=cause_of(wiring, function, use),
            advice="Use the name of a declared table, best through a variable that refers to it.",
        )
