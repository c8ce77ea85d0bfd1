"""What a configuration declares to be sensitive is in no output, whatever it is used for."""

from __future__ import annotations

import pytest

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.reporters import FORMATS, render
from crosswire.reporters.look import Look

SECRET = "correct-horse-battery"
FUNCTION = """
resource "aws_iam_role" "fn" {
  assume_role_policy = "{}"
}

resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = data.archive_file.fn.output_path
  environment {
    variables = { TABLE = %s, AWS_REGION = "eu-west-1" }
  }
}

data "archive_file" "fn" {
  type        = "zip"
  source_file = "app.py"
  output_path = "fn.zip"
}
"""
CODE = """
import os
import boto3

def handler(event, context):
    return boto3.resource("dynamodb").Table(os.environ["TABLE"]).scan()
"""
VARIABLE = 'variable "table" {\n  sensitive = true\n}\n'

PROJECTS = {
    "given by a file of values": {
        "main.tf": VARIABLE + FUNCTION % "var.table",
        "terraform.tfvars": f'table = "{SECRET}"\n',
    },
    "the default of a module's variable": {
        "main.tf": 'module "fn" {\n  source = "./fn"\n}\n',
        "fn/main.tf": VARIABLE.replace("true", f'true\n  default = "{SECRET}"') + FUNCTION % "var.table",
        "fn/app.py": CODE,
    },
    "given to a module": {
        "main.tf": f'module "fn" {{\n  source = "./fn"\n  table = "{SECRET}"\n}}\n',
        "fn/main.tf": VARIABLE + FUNCTION % "var.table",
    },
    "said by a function": {"main.tf": FUNCTION % f'sensitive("{SECRET}")'},
    "on a line that cannot be read": {
        "main.tf": f'variable "table" {{\n  sensitive = true\n  default = "{SECRET}" oops\n}}\n'
        + FUNCTION % '"orders"',
    },
    "in a file of values that cannot be read": {
        "main.tf": VARIABLE + FUNCTION % "var.table",
        "terraform.tfvars": f"table = = {SECRET}\n",
    },
}


@pytest.mark.parametrize("name", PROJECTS)
def test_a_sensitive_value_is_in_no_output(name: str) -> None:
    report = lint(Files.from_texts({"app.py": CODE, **PROJECTS[name]}), load(rule_ids()))
    assert report.findings
    for format in FORMATS:
        assert SECRET not in render(report, format, Look(notes=True)), format
