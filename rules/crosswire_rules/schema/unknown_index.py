"""schema/unknown-index: a query on an index that the table does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.rule import Rule
from crosswire.wiring.schema import index_cause, unknown_indexes
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class UnknownIndex(Rule):
    """Code queries or scans an index by a name that its table does not declare.

    The call fails with `ValidationException: The table does not have the specified index: by-email`.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions:
            - {AttributeName: id, AttributeType: S}
            - {AttributeName: email, AttributeType: S}
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          GlobalSecondaryIndexes:
            - IndexName: email-index
              KeySchema: [{AttributeName: email, KeyType: HASH}]
              Projection: {ProjectionType: ALL}
          BillingMode: PAY_PER_REQUEST
      FindUser:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Users
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Users
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.query(  # expect: schema/unknown-index
            IndexName="by-email", KeyConditionExpression=Key("email").eq(event["email"])
        )
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Users:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions:
            - {AttributeName: id, AttributeType: S}
            - {AttributeName: email, AttributeType: S}
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          GlobalSecondaryIndexes:
            - IndexName: email-index
              KeySchema: [{AttributeName: email, KeyType: HASH}]
              Projection: {ProjectionType: ALL}
          BillingMode: PAY_PER_REQUEST
      FindUser:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Users
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Users
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.query(
            IndexName="email-index", KeyConditionExpression=Key("email").eq(event["email"])
        )
    ```

    ## Limits

    Only exact names are judged, on a table that is declared and surely meant.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for unknown in unknown_indexes(wiring):
            function, call, table = unknown.function, unknown.call, unknown.table
            sure = evidence.confidence(function, wiring.resolve(function, unknown.use.name))
            has = ((index.span, wiring.spelt(table.id.unit, index.name)) for index in table.indexes[:4])
            labels = [Label(span, f"has the index `{name}`") for span, name in has]
            labels.append(Label(table.span, f"the table `{table.id}` is declared here"))
            labels += evidence.named_by(wiring, function, unknown.use)
            yield self.finding(
                f"{evidence.who([function])} asks the table `{table.id}` for the index "
                f"`{unknown.index}`, which it does not have",
                call.span,
                unit=function.id.unit,
                owner=str(function.id),
                subject=f"index {unknown.index} of {table.id}",
                label=f"{call.operation} on the index `{unknown.index}`",
                related=evidence.distinct(labels, call.span.order),
                functions=evidence.names([function]),
                severity=evidence.at_most(self.severity, sure),
                confidence=sure,
                cause=index_cause(table, unknown.index),
                advice="Name an index that the table has, or declare this one.",
            )
