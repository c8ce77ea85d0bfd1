"""env/not-set: a variable that the code needs and the function is not given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.denial import read_cause
from crosswire_rules import evidence
from crosswire_rules.env._needs import asked_before, missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.function import EnvRead, EnvVariable, Function
    from crosswire.wiring.project import Wiring


class NotSet(Rule):
    """Code needs an environment variable that the function is not given.

    In Python the function fails as it starts (`KeyError: 'ORDERS_TABLE'`); in JavaScript it goes on with `undefined`
    until a call refuses it: `Value null at 'tableName' failed to satisfy constraint` or `No value provided for input
    HTTP label: Bucket`. It is an error where the value reaches a call of AWS, else a warning. Reads that have a
    default, ask first or only compare are not meant, nor are the names that Lambda itself sets.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
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
              TABLE_NAME: !Ref Orders
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE_NAME"])  # expect: env/not-set


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
              ORDERS_TABLE_NAME: !Ref Orders
          Policies:
            - DynamoDBReadPolicy:
                TableName: !Ref Orders
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE_NAME"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Bad in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      attribute {
        name = "id"
        type = "S"
      }
    }

    data "archive_file" "orders" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/orders.zip"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::123456789012:role/orders"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.orders.output_path

      environment {
        variables = {
          TABLE_NAME = aws_dynamodb_table.orders.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])  # expect: env/not-set


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "orders" {
      name         = "orders"
      billing_mode = "PAY_PER_REQUEST"
      hash_key     = "id"

      attribute {
        name = "id"
        type = "S"
      }
    }

    data "archive_file" "orders" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/orders.zip"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::123456789012:role/orders"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.orders.output_path

      environment {
        variables = {
          ORDERS_TABLE = aws_dynamodb_table.orders.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Limits

    Functions are left alone whose environment cannot be read in full, which run as container images (a Dockerfile may
    set variables), or which start through a wrapper script. So are variables that Terraform names and gives null: who
    writes that chooses to do without them.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            for read in missing(function):
                yield self._finding(function, read)

    def _finding(self, function: Function, read: EnvRead) -> Finding:
        sure = evidence.confidence(function)
        outer = next(asked_before(function, read), read)
        meant = _meant(function, read)
        place = function.env.span or function.span
        labels = [Label(meant.span, f"`{meant.name}` is set here")] if meant else []
        labels.append(Label(place, f"the function is not given `{read.name}`"))
        passing = function.env.passing.get(read.name)
        if passing is not None:
            labels.append(Label(passing.span, "a command sets it, until the next deployment takes it away again"))
        labels += [Label(read.trace[0], f"`{function.id}` gets to the read from here")] if read.trace else []
        hint = f"; did you mean `{meant.name}`?" if meant else ""
        return self.finding(
            f"`{function.id}` needs the variable `{read.name}`, which is not set{hint}",
            read.span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=read.name,
            label="a call needs it" if read.feeds_call else "read without a default",
            related=evidence.distinct(labels, read.span.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(Severity.ERROR if read.feeds_call else Severity.WARNING, sure),
            confidence=sure,
            cause=read_cause(function, outer.name, outer.span),
            advice=f"Set `{read.name}` in the function's environment, or read the variable that is set.",
        )


def _meant(function: Function, read: EnvRead) -> EnvVariable | None:
    """The variable that is set in place of the one that is read: it is read nowhere itself, and its name is near."""
    used = {other.name for other in function.code.reads}
    unused = [variable for name, variable in function.env.variables.items() if name not in used]
    near = [(_nearness(read.name, variable.name), variable.name, variable) for variable in unused]
    best = max(near, key=lambda found: (found[0], found[1]), default=None)
    return best[2] if best is not None and best[0] >= 0.6 else None


def _nearness(one: str, other: str) -> float:
    """From 0 to 1: how much two names share, by their words or by their letters."""
    words, others = set(one.upper().split("_")), set(other.upper().split("_"))
    by_words = len(words & others) / min(len(words), len(others))
    if words & others <= {"NAME", "ARN", "URL", "AWS", "ID", "KEY"}:
        by_words = 0.0
    length = max(len(one), len(other))
    return max(by_words, 1 - _distance(one.upper(), other.upper()) / length)


def _distance(one: str, other: str) -> int:
    """How many letters to add, drop or change to make one text of the other (Levenshtein)."""
    row = list(range(len(other) + 1))
    for count, letter in enumerate(one, start=1):
        previous, row[0] = row[0], count
        for at, its in enumerate(other, start=1):
            previous, row[at] = row[at], min(row[at] + 1, row[at - 1] + 1, previous + (letter != its))
    return row[-1]
