"""iam/missing-index: a query on an index that the role's statement does not name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.rule import Rule
from crosswire.wiring.denial import Lack
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class MissingIndex(Rule):
    """Code queries or scans an index, and the role allows that on the table only.

    The call fails with `AccessDeniedException: ... is not authorized to perform: dynamodb:Query on resource:
    .../table/users/index/by-email`: an index has an ARN of its own, which the table's does not cover.

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
            - IndexName: by-email
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
            - Statement:
                - Effect: Allow
                  Action: dynamodb:Query
                  Resource:
                    - !GetAtt Users.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.query(  # expect: iam/missing-index
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
            - IndexName: by-email
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
            - Statement:
                - Effect: Allow
                  Action: dynamodb:Query
                  Resource:
                    - !GetAtt Users.Arn
                    - !Sub ${Users.Arn}/index/by-email
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    from boto3.dynamodb.conditions import Key

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.query(
            IndexName="by-email", KeyConditionExpression=Key("email").eq(event["email"])
        )
    ```
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for denial in wiring.denials():
            if denial.lack is not Lack.INDEX:
                continue
            actions = evidence.quoted(denial.actions)
            yield evidence.told(
                self,
                wiring,
                denial,
                but="the role does not allow it on that index",
                label=f"needs {actions} on the index",
                advice=f"Add the index's ARN, or that of all (`/index/*`), to the statement that allows {actions}.",
            )
