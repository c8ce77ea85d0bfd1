"""env/local-endpoint: a library that talks to the local machine, because it is given no client."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.rule import Rule
from crosswire.values import Truth
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class LocalEndpoint(Rule):
    """A library is not given a client, and talks to an endpoint on the local machine instead.

    In Lambda nothing listens there: every request ends with `Could not connect to the endpoint URL:
    "http://localhost:8000/"`. Flask-Session connects so where `app.config["SESSION_DYNAMODB"]` is not set, and only
    warns about it. What else is wrong with the table is told as well: it follows once there is a client.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Sessions:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          TimeToLiveSpecification:
            AttributeName: expiration
            Enabled: true
          BillingMode: PAY_PER_REQUEST
      Web:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              SESSION_TABLE: !Ref Sessions
          Policies:
            - DynamoDBCrudPolicy:
                TableName: !Ref Sessions
            - Statement:
                - Effect: Allow
                  Action: dynamodb:CreateTable
                  Resource: !GetAtt Sessions.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    import serverless_wsgi
    from flask import Flask
    from flask_session import Session

    app = Flask(__name__)
    app.config["SESSION_TYPE"] = "dynamodb"
    app.config["SESSION_DYNAMODB_TABLE"] = os.environ["SESSION_TABLE"]
    Session(app)  # expect: env/local-endpoint


    def handler(event, context):
        return serverless_wsgi.handle_request(app, event, context)
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Sessions:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          TimeToLiveSpecification:
            AttributeName: expiration
            Enabled: true
          BillingMode: PAY_PER_REQUEST
      Web:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              SESSION_TABLE: !Ref Sessions
          Policies:
            - DynamoDBCrudPolicy:
                TableName: !Ref Sessions
            - Statement:
                - Effect: Allow
                  Action: dynamodb:CreateTable
                  Resource: !GetAtt Sessions.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3
    import serverless_wsgi
    from flask import Flask
    from flask_session import Session

    app = Flask(__name__)
    app.config["SESSION_TYPE"] = "dynamodb"
    app.config["SESSION_DYNAMODB"] = boto3.resource("dynamodb")
    app.config["SESSION_DYNAMODB_TABLE"] = os.environ["SESSION_TABLE"]
    Session(app)


    def handler(event, context):
        return serverless_wsgi.handle_request(app, event, context)
    ```

    ## Limits

    Clients that the code makes itself are not judged, nor are settings of which some are read from elsewhere.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            for table in function.code.tables:
                if not table.endpoint or wiring.happens(function, table.when) is not Truth.YES:
                    continue
                sure = evidence.confidence(function)
                labels = [Label(table.trace[0], f"`{function.id}` gets there from here")] if table.trace else []
                yield self.finding(
                    f"{table.library} in `{function.id}` talks to {table.endpoint} instead of AWS, because "
                    f"`{table.client}` is not set",
                    table.span,
                    unit=function.id.unit,
                    owner=str(function.id),
                    subject=f"{table.library} {table.client}",
                    label=f"no `{table.client}` is set before this",
                    related=evidence.distinct(labels, table.span.order),
                    functions=evidence.names([function]),
                    severity=evidence.at_most(self.severity, sure),
                    confidence=sure,
                    advice=f'Set `{table.client}` to a client of AWS, as `boto3.resource("dynamodb")`.',
                )
