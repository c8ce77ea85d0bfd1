"""schema/ttl-not-seconds: a time to live that DynamoDB cannot read as a number of seconds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.function import TimeUnit
from crosswire.wiring.schema import wrong_times
from crosswire_rules import evidence
from crosswire_rules.schema import _tables as tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.source import Span
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.schema import WrongTime


class TtlNotSeconds(Rule):
    """Code writes the time at which an item expires in milliseconds, or as a text, where DynamoDB reads seconds.

    Nothing fails and no item expires: as a number of seconds since 1970, milliseconds lie more than 50,000 years ahead,
    and an attribute that is no number is ignored. The table grows, and sessions, codes and locks that should be gone
    are still found.

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
            AttributeName: expiresAt
            Enabled: true
          BillingMode: PAY_PER_REQUEST
      Login:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: login.handler
          Runtime: nodejs20.x
          Environment:
            Variables:
              SESSIONS: !Ref Sessions
          Policies:
            - DynamoDBCrudPolicy:
                TableName: !Ref Sessions
    ```
    `src/login.js`
    ```js
    const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
    const { DynamoDBDocumentClient, PutCommand } = require("@aws-sdk/lib-dynamodb");
    const { randomUUID } = require("crypto");

    const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const HOUR = 60 * 60 * 1000;

    exports.handler = async (event) => {
      const session = {
        id: randomUUID(),
        expiresAt: Date.now() + HOUR,  // expect: schema/ttl-not-seconds
      };
      await db.send(new PutCommand({ TableName: process.env.SESSIONS, Item: session }));
      return session;
    };
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
            AttributeName: expiresAt
            Enabled: true
          BillingMode: PAY_PER_REQUEST
      Login:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: login.handler
          Runtime: nodejs20.x
          Environment:
            Variables:
              SESSIONS: !Ref Sessions
          Policies:
            - DynamoDBCrudPolicy:
                TableName: !Ref Sessions
    ```
    `src/login.js`
    ```js
    const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
    const { DynamoDBDocumentClient, PutCommand } = require("@aws-sdk/lib-dynamodb");
    const { randomUUID } = require("crypto");

    const db = DynamoDBDocumentClient.from(new DynamoDBClient({}));
    const HOUR = 60 * 60 * 1000;

    exports.handler = async (event) => {
      const session = {
        id: randomUUID(),
        expiresAt: Math.floor((Date.now() + HOUR) / 1000),
      };
      await db.send(new PutCommand({ TableName: process.env.SESSIONS, Item: session }));
      return session;
    };
    ```

    ## Bad in Python

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "codes" {
      name         = "codes"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "email"

      attribute {
        name = "email"
        type = "S"
      }

      ttl {
        attribute_name = "expires"
        enabled        = true
      }
    }

    data "archive_file" "login" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/login.zip"
    }

    resource "aws_lambda_function" "login" {
      function_name = "login"
      role          = "arn:aws:iam::123456789012:role/login"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.login.output_path

      environment {
        variables = {
          CODES = aws_dynamodb_table.codes.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os
    from datetime import datetime, timedelta, timezone

    import boto3

    codes = boto3.resource("dynamodb").Table(os.environ["CODES"])


    def handler(event, context):
        end = datetime.now(timezone.utc) + timedelta(minutes=10)
        codes.update_item(
            Key={"email": event["email"]},
            UpdateExpression="SET code = :code, expires = :end",
            ExpressionAttributeValues={
                ":code": event["code"],
                ":end": end.isoformat(),  # expect: schema/ttl-not-seconds
            },
        )
    ```

    ## Good in Python

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "codes" {
      name         = "codes"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "email"

      attribute {
        name = "email"
        type = "S"
      }

      ttl {
        attribute_name = "expires"
        enabled        = true
      }
    }

    data "archive_file" "login" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/login.zip"
    }

    resource "aws_lambda_function" "login" {
      function_name = "login"
      role          = "arn:aws:iam::123456789012:role/login"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.login.output_path

      environment {
        variables = {
          CODES = aws_dynamodb_table.codes.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os
    from datetime import datetime, timedelta, timezone

    import boto3

    codes = boto3.resource("dynamodb").Table(os.environ["CODES"])


    def handler(event, context):
        end = datetime.now(timezone.utc) + timedelta(minutes=10)
        codes.update_item(
            Key={"email": event["email"]},
            UpdateExpression="SET code = :code, expires = :end",
            ExpressionAttributeValues={
                ":code": event["code"],
                ":end": int(end.timestamp()),
            },
        )
    ```

    ## Limits

    Only times are judged whose way from the clock (`Date`, `time`, `datetime`, moment, Day.js, Luxon, date-fns) to
    the request the code shows, in a table that is declared with its time to live and surely meant. A time that comes
    with the event, or from code that is not read, may be in seconds.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        places: dict[object, list[WrongTime]] = {}
        for wrong in wrong_times(wiring):
            places.setdefault((wrong.table.id, wrong.time.span.order), []).append(wrong)
        for writes in places.values():
            yield self._finding(wiring, writes)

    def _finding(self, wiring: Wiring, writes: list[WrongTime]) -> Finding:
        first = writes[0]
        function, table, time = first.function, first.table, first.time
        functions = [write.function for write in writes]
        sure = evidence.confidence(function, wiring.resolve(function, time.table))
        told, label = _WORDS[time.units[0]]
        verb = "writes" if len(evidence.names(functions)) == 1 else "write"
        labels: list[Label] = []
        if table.ttl is not None and table.ttl.span is not None:
            labels.append(Label(table.ttl.span, f"`{table.id}` expires its items by this attribute"))
        if time.clock is not None and time.clock.end != time.span.end:
            labels.append(Label(time.clock, "the time is made here"))
        if not _holds(first.call.span, time.span):
            labels.append(Label(first.call.span, f"{first.call.operation} writes it"))
        labels.extend(tables.named_by(wiring, function, time.table))
        return self.finding(
            f"{evidence.who(functions)} {verb} `{time.attribute}` of the table `{table.id}` {told}, so that no item "
            "expires: DynamoDB reads it as a number of seconds",
            time.span,
            unit=function.id.unit,
            owner=str(table.id),
            subject=f"{time.attribute} of {table.id} in {time.span.path}",
            label=label,
            related=evidence.distinct(labels, time.span.order),
            functions=evidence.names(functions),
            severity=evidence.at_most(self.severity, sure),
            confidence=sure,
            advice=f"Write seconds since 1970, as a number: `{time.in_seconds}`.",
        )


def _holds(outer: Span, inner: Span) -> bool:
    return outer.source is inner.source and outer.start <= inner.start and inner.end <= outer.end


#: How a time is written, as the end of a sentence, and as a label.
_WORDS = {
    TimeUnit.MILLISECONDS: ("in milliseconds", "milliseconds"),
    TimeUnit.MICROSECONDS: ("in microseconds", "microseconds"),
    TimeUnit.NANOSECONDS: ("in nanoseconds", "nanoseconds"),
    TimeUnit.TEXT: ("as a text", "a text"),
    TimeUnit.OBJECT: ("as a date object", "a date object, not a number"),
}
