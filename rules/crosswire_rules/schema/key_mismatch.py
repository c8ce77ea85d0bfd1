"""schema/key-mismatch: a request or a library that names items by another key than the table has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import Const
from crosswire.wiring.schema import kept_tables, wrong_shapes
from crosswire_rules import evidence
from crosswire_rules.schema import _tables as tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.schema import Kept, WrongShape


class KeyMismatch(Rule):
    """Code, or a library that it uses, gives an item's key by other attributes than the key of the table has.

    The call fails with `ValidationException: The provided key element does not match the schema`, or, for a write, `One
    or more parameter values were invalid: Missing the key number in the item`. A request for one item takes the whole
    key and nothing else: the hash key, and the range key where the table has one.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions:
            - {AttributeName: customer, AttributeType: S}
            - {AttributeName: number, AttributeType: S}
          KeySchema:
            - {AttributeName: customer, KeyType: HASH}
            - {AttributeName: number, KeyType: RANGE}
          BillingMode: PAY_PER_REQUEST
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"customer": event["customer"]})  # expect: schema/key-mismatch
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
          AttributeDefinitions:
            - {AttributeName: customer, AttributeType: S}
            - {AttributeName: number, AttributeType: S}
          KeySchema:
            - {AttributeName: customer, KeyType: HASH}
            - {AttributeName: number, KeyType: RANGE}
          BillingMode: PAY_PER_REQUEST
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"customer": event["customer"], "number": event["number"]})
    ```

    ## Bad in Terraform

    A library has a key of its own: Flask-Session knows `id` alone.

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "sessions" {
      name         = "sessions"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"
      range_key    = "expires"  # expect: schema/key-mismatch

      attribute {
        name = "id"
        type = "S"
      }

      attribute {
        name = "expires"
        type = "N"
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

    Only keys and items are judged whose attributes the code shows in full, on a table that is declared and surely
    meant. The types of attributes are not compared.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for wrong in wrong_shapes(wiring):
            yield self._request(wiring, wrong)
        for kept in kept_tables(wiring):
            keys = [key.text for key in kept.library.keys if isinstance(key, Const)]
            if kept.table.complete and len(keys) == len(kept.library.keys) and keys != tables.key_of(kept.table):
                yield self._library(wiring, kept, keys)

    def _request(self, wiring: Wiring, wrong: WrongShape) -> Finding:
        function, table, shape = wrong.function, wrong.table, wrong.shape
        sure = evidence.confidence(function, wiring.resolve(function, shape.table))
        key = tables.listed(tables.key_of(table))
        if shape.whole:
            told = (
                f"writes an item without {tables.listed(wrong.lacking)} to the table `{table.id}`, whose key is {key}"
            )
            label = f"has no {tables.listed(wrong.lacking)}"
        else:
            told = f"names an item of the table `{table.id}` by {tables.listed(shape.attributes)}, but its key is {key}"
            label = f"{tables.listed(shape.attributes)} is not the key" if shape.attributes else "holds no key"
        labels = [*tables.key_places(table), *tables.named_by(wiring, function, shape.table)]
        if wrong.call.span.source is not shape.span.source:
            labels.append(Label(wrong.call.span, f"{wrong.call.operation} gets it"))
        return self.finding(
            f"{evidence.who([function])} {told}",
            shape.span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=f"{','.join(sorted(shape.attributes if not shape.whole else wrong.lacking))} on {table.id}",
            label=label,
            related=evidence.distinct(labels, shape.span.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(self.severity, sure),
            confidence=sure,
            advice=f"Give {key}{'' if shape.whole else ' and nothing else'}.",
        )

    def _library(self, wiring: Wiring, kept: Kept, keys: list[str]) -> Finding:
        function, table, library = kept.function, kept.table, kept.library
        sure = tables.confidence(wiring, kept)
        used, declared = tables.listed(keys), tables.key_of(table)
        place = next((key.span for key in table.keys if key.span and key.attribute not in keys), table.span)
        labels = [
            Label(library.span, f"{library.library} names its items by {used} here"),
            *tables.key_places(table),
            *tables.named_by(wiring, function, library.name),
        ]
        return self.finding(
            f"{library.library} names its items by {used}{' alone' if len(keys) < len(declared) else ''}, but the key "
            f"of the table `{table.id}` is {tables.listed(declared)}",
            place,
            unit=table.id.unit,
            owner=str(table.id),
            subject=f"{library.library} on {table.id}",
            label="not the key that the library uses",
            related=evidence.distinct(labels, place.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(Severity.ERROR, sure),
            confidence=sure,
            advice=f"Declare the table with the key {used}. A change of key replaces the table by an empty one.",
        )
