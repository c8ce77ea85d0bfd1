"""Messages and advice use the words of the dialect in which the thing was written."""

from __future__ import annotations

import pytest

from crosswire.finding import Finding
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.reporters import render
from crosswire.reporters.look import Look
from crosswire.values import Concat, Const, Parameter, Ref, ResourceId, Value
from crosswire.wiring.dialect import CLOUDFORMATION, TERRAFORM
from crosswire.wiring.spelling import spelt

CODE = """
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    return table.scan()
"""
FUNCTION = """
data "archive_file" "orders" {
  type        = "zip"
  source_dir  = "src"
  output_path = "orders.zip"
}

resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = data.archive_file.orders.output_path

  environment {
    variables = {
      %s
    }
  }
}

resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
"""


def findings(files: dict[str, str]) -> dict[str, Finding]:
    return {finding.rule: finding for finding in lint(Files.from_texts(files), load(rule_ids())).findings}


@pytest.mark.parametrize(
    ("value", "in_cloudformation", "in_terraform"),
    [
        (Parameter("u", "Stage"), "${Stage}", "${Stage}"),
        (Parameter("AWS", "Region"), "${AWS::Region}", "${region}"),
        (Parameter("AWS", "StackName"), "${AWS::StackName}", "${AWS::StackName}"),
        (Concat((Const("up-"), Parameter("AWS", "AccountId"))), "up-${AWS::AccountId}", "up-${account_id}"),
        (Parameter("u", "lower(${var.stage})"), "${lower(var.stage)}", "${lower(var.stage)}"),
        (Parameter("u", "join(-, ${var.a}, ${var.b})"), "${join(-, var.a, var.b)}", "${join(-, var.a, var.b)}"),
        (Parameter("u", "each.key of .:toset(var.names)"), "${each.key}", "${each.key}"),
        (Parameter("u", "lower(${each.key of .:toset(var.names)})"), "${lower(each.key)}", "${lower(each.key)}"),
        (Ref(ResourceId("u", "aws_x.y"), "arn"), "aws_x.y", "aws_x.y"),
    ],
)
def test_symbols_are_spelt_as_people_write_them(value: Value, in_cloudformation: str, in_terraform: str) -> None:
    assert (spelt(value, CLOUDFORMATION), spelt(value, TERRAFORM)) == (in_cloudformation, in_terraform)


def test_without_a_dialect_symbols_of_different_origin_are_spelt_differently() -> None:
    one, other = Parameter("u", "each.key of a:var.x"), Parameter("u", "each.key of b:var.x")
    assert spelt(one) != spelt(other)


def test_a_variable_of_terraform_is_told_as_it_is_written() -> None:
    variables = '\nvariable "stage" { type = string }\ndata "aws_region" "here" {}\n'
    table = 'TABLE = "${upper(var.stage)}-${data.aws_region.here.name}-orders"'
    found = findings({"main.tf": FUNCTION % table + variables, "src/app.py": CODE})["iam/missing-action"]
    assert "table `${upper(var.stage)}-${region}-orders`" in found.message


def test_a_hidden_variable_is_named_and_not_said_to_lack_what_terraform_does_not_have() -> None:
    variable = '\nvariable "jwt_secret" {\n  type      = string\n  sensitive = true\n}\n'
    found = findings({"main.tf": FUNCTION % "JWT_SECRET = var.jwt_secret" + variable, "src/app.py": CODE})
    message = found["secrets/plaintext-in-env"].message
    assert message.startswith("`JWT_SECRET` is the variable `var.jwt_secret`: `sensitive` does not hide it")


def test_a_default_that_is_a_secret_is_shown_masked_at_its_place() -> None:
    secret = "orders-jwt-signing-2024"
    variable = f'\nvariable "jwt_secret" {{\n  type    = string\n  default = "{secret}"\n}}\n'
    files = Files.from_texts({"main.tf": FUNCTION % "JWT_SECRET = var.jwt_secret" + variable, "src/app.py": CODE})
    report = lint(files, load(rule_ids()))
    shown = render(report, "text", Look(notes=True))
    assert "default = ********" in shown and "its default" in shown and "`var.jwt_secret`" in shown
    assert secret not in shown + render(report, "json") + render(report, "concise", Look(notes=True))


def test_what_a_module_passes_on_is_told_where_the_integration_uses_it() -> None:
    files = {
        "main.tf": 'module "fn" { source = "./fn" }\n\nmodule "api" {\n  source = "./api"\n  uri = module.fn.arn\n}\n',
        "fn/main.tf": FUNCTION % 'STAGE = "dev"' + '\noutput "arn" { value = aws_lambda_function.orders.invoke_arn }\n',
        "api/main.tf": """
variable "uri" {}

resource "aws_apigatewayv2_api" "api" {
  name          = "api"
  protocol_type = "HTTP"
}

resource "aws_apigatewayv2_integration" "orders" {
  api_id           = aws_apigatewayv2_api.api.id
  integration_type = "AWS_PROXY"
  integration_uri  = var.uri
}
""",
        "fn/src/app.py": CODE,
    }
    found = findings(files)["triggers/missing-permission"]
    assert (found.span.path, found.span.text) == ("api/main.tf", "integration_uri")
    assert found.advice.startswith("add an aws_lambda_permission for")


def test_the_environment_of_a_provisioner_is_no_functions() -> None:
    provisioner = """
resource "terraform_data" "build" {
  provisioner "local-exec" {
    command = "make"
    environment = {
      AWS_REGION = "eu-west-1"
    }
  }
}
"""
    found = findings({"main.tf": FUNCTION % 'TABLE = "orders"' + provisioner, "src/app.py": CODE})
    assert "env/reserved-name" not in found
