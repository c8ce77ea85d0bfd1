"""schema/ttl-mismatch: a table that expires items by another attribute than its library writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.schema import kept_tables
from crosswire_rules import evidence
from crosswire_rules.schema import _tables as tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.schema import Kept


class TtlMismatch(Rule):
    """A table expires its items by an attribute that the library which keeps items there never writes.

    DynamoDB leaves alone every item that lacks the attribute, and says nothing: sessions, locks and records of
    idempotency stay for ever, and the table grows. A table that expires nothing at all is worth a note only.

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
            AttributeName: ttl  # expect: schema/ttl-mismatch
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

    ## Bad in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "sessions" {
      name         = "sessions"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      attribute {
        name = "id"
        type = "S"
      }

      ttl {
        attribute_name = "ttl"  # expect: schema/ttl-mismatch
        enabled        = true
      }
    }

    data "archive_file" "web" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/web.zip"
    }

    resource "aws_lambda_function" "web" {
      function_name = "web"
      role          = "arn:aws:iam::123456789012:role/web"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.web.output_path

      environment {
        variables = {
          SESSION_TABLE = aws_dynamodb_table.sessions.name
        }
      }
    }
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

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "sessions" {
      name         = "sessions"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      attribute {
        name = "id"
        type = "S"
      }

      ttl {
        attribute_name = "expiration"
        enabled        = true
      }
    }

    data "archive_file" "web" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/web.zip"
    }

    resource "aws_lambda_function" "web" {
      function_name = "web"
      role          = "arn:aws:iam::123456789012:role/web"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.web.output_path

      environment {
        variables = {
          SESSION_TABLE = aws_dynamodb_table.sessions.name
        }
      }
    }
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

    Items that the code writes itself are not judged; `schema/ttl-not-seconds` looks at the times in them.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for kept in kept_tables(wiring):
            written = kept.library.ttl
            declared = None if kept.table.ttl is None else wiring.expand(kept.table.ttl)
            if not isinstance(written, Const) or declared == written:
                continue
            if isinstance(declared, Const) or (declared is None and kept.table.complete):
                yield self._finding(wiring, kept, written.text, None if declared is None else declared.text)

    def _finding(self, wiring: Wiring, kept: Kept, written: str, declared: str | None) -> Finding:
        table, library = kept.table, kept.library
        sure = tables.confidence(wiring, kept)
        place = (table.ttl.span if table.ttl is not None else None) or table.span
        told = f"expires items by `{declared}`" if declared is not None else "expires no items"
        severity = self.severity if declared is not None else Severity.NOTE
        labels = [
            Label(library.span, f"{library.library} writes `{written}`"),
            Label(table.span, f"the table `{table.id}` is declared here"),
            *tables.named_by(wiring, kept.function, library.name),
        ]
        return self.finding(
            f"the table `{table.id}` {told}, but {library.library} writes the time in `{written}`",
            place,
            unit=table.id.unit,
            owner=str(table.id),
            subject=f"{library.library} on {table.id}",
            label="no item has this attribute" if declared is not None else "no time to live",
            related=evidence.distinct(labels, place.order),
            functions=evidence.names([kept.function]),
            severity=evidence.at_most(severity, sure),
            confidence=sure,
            advice=f"Let the table expire its items by `{written}`.",
        )
