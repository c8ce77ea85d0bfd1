"""schema/ttl-mismatch: a table that expires items by another attribute than code or a library writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.schema import kept_tables, misplaced_times
from crosswire_rules import evidence
from crosswire_rules.schema import _tables as tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.schema import Kept, WrongTime


class TtlMismatch(Rule):
    """A table expires its items by an attribute that the code, or the library, which keeps items there never writes.

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

    Of items that the code writes itself, those are judged that it shows whole, with a time in seconds in an attribute
    whose name says that it is their end, where no file that uses the table knows the name of the other attribute.
    `schema/ttl-not-seconds` looks at the times that are written to the right one.
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
        places: dict[object, list[WrongTime]] = {}
        for wrong in misplaced_times(wiring):
            places.setdefault((wrong.table.id, wrong.time.attribute), []).append(wrong)
        for writes in places.values():
            yield self._of_code(wiring, writes)

    def _of_code(self, wiring: Wiring, writes: list[WrongTime]) -> Finding:
        first = writes[0]
        table, time = first.table, first.time
        functions = [write.function for write in writes]
        sure = evidence.confidence(first.function, wiring.resolve(first.function, time.table))
        place = (table.ttl.span if table.ttl is not None else None) or table.span
        labels = [Label(write.time.span, f"{write.call.operation} writes the time here") for write in writes]
        labels += [
            Label(table.span, f"the table `{table.id}` is declared here"),
            *tables.named_by(wiring, first.function, time.table),
        ]
        declared = wiring.spelt(table.id.unit, table.ttl) if table.ttl is not None else ""
        verb = "writes" if len(evidence.names(functions)) == 1 else "write"
        return self.finding(
            f"the table `{table.id}` expires items by `{declared}`, but {evidence.who(functions)} {verb} the time in "
            f"`{time.attribute}`",
            place,
            unit=table.id.unit,
            owner=str(table.id),
            subject=f"{time.attribute} of {table.id}",
            label="no item has this attribute",
            related=evidence.distinct(labels, place.order),
            functions=evidence.names(functions),
            severity=evidence.at_most(self.severity, sure),
            confidence=sure,
            advice=f"Let the table expire its items by `{time.attribute}`.",
        )

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
