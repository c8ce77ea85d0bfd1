"""iam/wrong-resource: an action that is allowed, but on other resources than the one that is used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.rule import Rule
from crosswire.wiring.denial import Lack
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class WrongResource(Rule):
    """The role allows the action, but on other resources than the one that the code uses.

    The call fails with `AccessDeniedException`, although the policy lists the action: its statement names the table of
    another stage, an old name, or a bucket where the objects in it (`/*`) are meant.

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
          Runtime: nodejs20.x
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem]
                  Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/orders
    ```
    `src/app.js`
    ```javascript
    const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");

    const client = new DynamoDBClient({});

    exports.handler = async (event) =>
      client.send(
        new GetItemCommand({ TableName: process.env.TABLE, Key: { id: event.id } })  // expect: iam/wrong-resource
      );
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
          Runtime: nodejs20.x
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem]
                  Resource: !Sub arn:aws:dynamodb:${AWS::Region}:${AWS::AccountId}:table/shop-orders
    ```
    `src/app.js`
    ```javascript
    const { DynamoDBClient, GetItemCommand } = require("@aws-sdk/client-dynamodb");

    const client = new DynamoDBClient({});

    exports.handler = async (event) =>
      client.send(
        new GetItemCommand({ TableName: process.env.TABLE, Key: { id: event.id } })
      );
    ```

    ## Limits

    Regions and accounts are not compared where one side leaves them open.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for denial in wiring.denials():
            if denial.lack is not Lack.RESOURCE:
                continue
            actions = evidence.quoted(denial.actions)
            yield evidence.told(
                self,
                wiring,
                denial,
                but=f"{evidence.whose(denial)} {'denies it there' if denial.denied_by else 'does not cover that'}",
                label=f"needs {actions} on {evidence.about(denial)}",
                advice=f"Name {evidence.about(denial)} in the statement that allows {actions}, or correct the name.",
            )
