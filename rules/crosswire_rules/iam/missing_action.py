"""iam/missing-action: a call whose action the function's role does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.rule import Rule
from crosswire.wiring.denial import Lack
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class MissingAction(Rule):
    """Code calls an AWS service, and the function's role does not allow the action.

    The call fails at run time with `AccessDeniedException: ... is not authorized to perform: dynamodb:Query on
    resource: ... because no identity-based policy allows the dynamodb:Query action`. Often the method's name is not the
    action's: boto3's `batch_writer` needs `dynamodb:BatchWriteItem`, `HeadObject` needs `s3:GetObject`.

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
      ListOrders:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem]
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        table.get_item(Key={"id": event["id"]})
        return table.scan()  # expect: iam/missing-action
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
      ListOrders:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: [dynamodb:GetItem, dynamodb:Scan]
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        table.get_item(Key={"id": event["id"]})
        return table.scan()
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

    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }

    resource "aws_iam_role_policy" "orders" {
      role = aws_iam_role.orders.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["dynamodb:GetItem"], Resource = aws_dynamodb_table.orders.arn }]
      })
    }

    data "archive_file" "orders" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/orders.zip"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = aws_iam_role.orders.arn
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.orders.output_path

      environment {
        variables = {
          TABLE = aws_dynamodb_table.orders.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.scan()  # expect: iam/missing-action
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

    resource "aws_iam_role" "orders" {
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }

    resource "aws_iam_role_policy" "orders" {
      role = aws_iam_role.orders.id
      policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = ["dynamodb:Scan"], Resource = aws_dynamodb_table.orders.arn }]
      })
    }

    data "archive_file" "orders" {
      type        = "zip"
      source_dir  = "${path.module}/src"
      output_path = "${path.module}/orders.zip"
    }

    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = aws_iam_role.orders.arn
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = data.archive_file.orders.output_path

      environment {
        variables = {
          TABLE = aws_dynamodb_table.orders.name
        }
      }
    }
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.scan()
    ```

    ## Limits

    A role with a policy that cannot be read is not judged, nor are services whose operations crosswire does not know.
    A policy that is a file by itself counts as one of an app where it allows some of what the app does, or where it is
    alone and names a resource that the app uses: others may be for an analyst, a backup or another program.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for denial in wiring.denials():
            if denial.lack is not Lack.ACTION:
                continue
            actions = evidence.quoted(denial.actions)
            whose = evidence.whose(denial)
            where = evidence.whose(denial, "the role of the function")
            yield evidence.told(
                self,
                wiring,
                denial,
                but=f"{whose} {'denies' if denial.denied_by else 'does not allow'} {actions}",
                label=f"needs {actions}",
                advice=f"Allow {actions} on {evidence.about(denial)} in {where}.",
            )
