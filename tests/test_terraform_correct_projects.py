"""Correct configurations in which the wires run in unusual ways: nothing is said of them, and of a real mistake beside
them all the same."""

from __future__ import annotations

import pytest
from tests.checking import alarms, findings

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

FUNCTION = """
resource "aws_lambda_function" "fn" {
  function_name = "importer"
  role          = aws_iam_role.fn.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = data.archive_file.fn.output_path
  environment {
    variables = { TABLE = aws_dynamodb_table.orders.name }
  }
}
data "archive_file" "fn" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "${path.module}/fn.zip"
}
resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  ENCRYPTION
}
resource "aws_iam_role" "fn" {
  name               = NAME
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
variable "env" {}
"""
CODE = """\
import os, boto3

def handler(event, context):
    return boto3.resource("dynamodb").Table(os.environ["TABLE"]).get_item(Key={"id": "1"})
"""
POLICY = """
resource "aws_iam_role_policy" "orders" {
  role   = ROLE
  policy = jsonencode({ Statement = [{ Effect = "Allow", Action = "dynamodb:GetItem", Resource = RESOURCE }] })
}
"""
REMOTE = """
data "terraform_remote_state" "app" {
  backend = "s3"
}
"""
PUT_OUT = 'output "role" { value = aws_iam_role.fn.name }'
TOLD = ["iam/missing-action"]


def project(more: str = "", other: str = "", name: str = '"importer-role"', encryption: str = "") -> dict[str, str]:
    """A root module of a function with `more` in it, beside one that is `other`."""
    text = FUNCTION.replace("NAME", name).replace("ENCRYPTION", encryption) + more
    return {"app/main.tf": text, "app/src/app.py": CODE, "other/main.tf": other or "locals {}"}


def policy(role: str, resource: str = '"*"') -> str:
    return POLICY.replace("ROLE", role).replace("RESOURCE", resource)


# Policies for the role of another unit


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ('"importer-role"', '"importer-role"'),
        ('"importer-${var.env}"', '"importer-prod"'),
        ('"importer-${var.env}"', '"importer-${terraform.workspace}"'),
        ("var.env", '"importer-prod"'),
    ],
)
def test_a_policy_by_a_name_that_the_role_may_have(name: str, role: str) -> None:
    assert alarms(project(other=policy(role), name=name)) == []
    assert alarms(project(policy(role), name=name)) == []


def test_a_policy_by_the_name_of_another_role() -> None:
    assert alarms(project(other=policy('"exporter-role"'))) == TOLD
    assert alarms(project(policy('"exporter-${var.env}"'), name='"importer-${var.env}"')) == TOLD


def test_a_policy_for_a_role_that_is_put_out() -> None:
    other = REMOTE + policy("data.terraform_remote_state.app.outputs.role")
    assert alarms(project(PUT_OUT, other)) == []
    assert alarms(project(PUT_OUT, 'variable "role" {}' + policy("var.role"))) == []
    assert alarms(project("", other)) == TOLD
    assert alarms(project(PUT_OUT)) == TOLD


def test_a_policy_that_another_template_attaches() -> None:
    app = """
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders: {Type: AWS::DynamoDB::Table, Properties: {KeySchema: [{AttributeName: id, KeyType: HASH}]}}
      Role: {Type: AWS::IAM::Role, Properties: {RoleName: importer-role}}
      Fn:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src
          Handler: app.handler
          Runtime: python3.12
          Role: !GetAtt Role.Arn
          Environment: {Variables: {TABLE: !Ref Orders}}
    Outputs:
      Role: {Value: !Ref Role, Export: {Name: importer-role-name}}
    """
    other = """
    Parameters: {Roles: {Type: CommaDelimitedList}}
    Resources:
      Read:
        Type: AWS::IAM::Policy
        Properties:
          PolicyName: read
          Roles: ROLES
          PolicyDocument: {Statement: [{Effect: Allow, Action: dynamodb:GetItem, Resource: '*'}]}
    """

    def told(roles: str) -> list[str]:
        return alarms(
            {"app.yaml": app, "src/app.py": CODE, "other.yaml": other.replace("ROLES", roles)}, "iam/missing-action"
        )

    assert told("[!ImportValue importer-role-name]") == []
    assert told("[importer-role]") == []
    assert told("[exporter-role]") == TOLD


# Copies of which not all are known

MORE = """
variable "more" { type = list(string) }
resource "aws_iam_role_policy_attachment" "fn" {
  for_each   = toset(concat(["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"], MORE))
  role       = aws_iam_role.fn.name
  policy_arn = each.value
}
"""
QUEUE = """
variable "more" { type = map(string) }
resource "aws_sns_topic" "jobs" {}
resource "aws_sqs_queue" "jobs" {}
resource "aws_sqs_queue" "others" {}
resource "aws_sns_topic_subscription" "jobs" {
  topic_arn = aws_sns_topic.jobs.arn
  protocol  = "sqs"
  endpoint  = aws_sqs_queue.jobs.arn
}
resource "aws_sqs_queue_policy" "all" {
  for_each  = merge({ (aws_sqs_queue.others.url) = "{}" }, MORE)
  queue_url = each.key
  policy    = each.value
}
"""


def test_policies_of_which_more_may_be_given() -> None:
    assert alarms(project(MORE.replace("MORE", "var.more"))) == []
    assert alarms(project(MORE.replace("MORE", "[]"))) == TOLD


def test_modules_of_which_more_may_be_called() -> None:
    module = """
    variable "role" {}
    variable "action" {}
    resource "aws_iam_role_policy" "one" {
      role   = var.role
      policy = jsonencode({ Statement = [{ Effect = "Allow", Action = var.action, Resource = "*" }] })
    }
    """
    call = """
    variable "more" { type = list(string) }
    module "grant" {
      for_each = toset(concat(["logs:*"], MORE))
      source   = "../grant"
      role     = aws_iam_role.fn.name
      action   = each.value
    }
    """
    assert alarms(project(call.replace("MORE", "var.more")) | {"grant/main.tf": module}, "iam/missing") == []
    assert alarms(project(call.replace("MORE", "[]")) | {"grant/main.tf": module}, "iam/missing") == TOLD


def test_queue_policies_of_which_more_may_be_given() -> None:
    assert alarms(project(QUEUE.replace("MORE", "var.more")), "triggers/") == []
    assert alarms(project(QUEUE.replace("MORE", "{}")), "triggers/") == ["triggers/missing-target-policy"]


# Permissions of another unit

SUBSCRIPTION = """
resource "aws_sns_topic" "jobs" {}
resource "aws_sns_topic_subscription" "jobs" {
  topic_arn = aws_sns_topic.jobs.arn
  protocol  = "lambda"
  endpoint  = aws_lambda_function.fn.arn
}
"""
PERMISSION = """
resource "aws_lambda_permission" "jobs" {
  action        = "lambda:InvokeFunction"
  function_name = FUNCTION
  principal     = "sns.amazonaws.com"
}
"""


@pytest.mark.parametrize(
    ("function", "told"),
    [
        ('"importer"', []),
        ('"arn:aws:lambda:eu-west-1:123456789012:function:importer"', []),
        ('"exporter"', ["triggers/missing-permission"]),
        ("var.function", ["triggers/missing-permission"]),
    ],
)
def test_a_permission_by_the_name_of_the_function(function: str, told: list[str]) -> None:
    other = 'variable "function" {}' + PERMISSION.replace("FUNCTION", function)
    assert alarms(project(SUBSCRIPTION, other), "triggers/") == told


# Keys

ENCRYPTION = """
  server_side_encryption {
    enabled     = true
    kms_key_arn = aws_kms_key.orders.arn
  }
"""
KEY = """
resource "aws_kms_key" "orders" {
  LIFECYCLE
}
"""
KEY_POLICY = """
resource "aws_kms_key_policy" "orders" {
  key_id = aws_kms_key.orders.ATTRIBUTE
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "kms:Decrypt", Resource = "*", Principal = { AWS = PRINCIPAL } }]
  })
}
"""


def key(key_policy: str = "", lifecycle: str = "") -> dict[str, str]:
    grant = policy("aws_iam_role.fn.id", "aws_dynamodb_table.orders.arn")
    return project(grant + KEY.replace("LIFECYCLE", lifecycle) + key_policy, encryption=ENCRYPTION)


@pytest.mark.parametrize("attribute", ["id", "key_id", "arn"])
def test_a_policy_that_is_attached_to_a_key(attribute: str) -> None:
    attached = KEY_POLICY.replace("ATTRIBUTE", attribute)
    assert alarms(key(attached.replace("PRINCIPAL", "aws_iam_role.fn.arn"))) == []
    assert alarms(key(attached.replace("PRINCIPAL", '"arn:aws:iam::998877665544:role/another"'))) == [
        "iam/missing-key-access"
    ]


def test_a_key_whose_policy_others_change() -> None:
    assert alarms(key(lifecycle="lifecycle {\n    ignore_changes = [policy]\n  }")) == []
    assert alarms(key()) == ["iam/missing-key-access"]


def test_a_queue_whose_attached_policy_others_change() -> None:
    text = """
    resource "aws_sns_topic" "jobs" {}
    resource "aws_sqs_queue" "jobs" {}
    resource "aws_sns_topic_subscription" "jobs" {
      topic_arn = aws_sns_topic.jobs.arn
      protocol  = "sqs"
      endpoint  = aws_sqs_queue.jobs.arn
    }
    resource "aws_sqs_queue_policy" "jobs" {
      queue_url = aws_sqs_queue.jobs.url
      policy    = jsonencode({ Statement = [] })
      lifecycle {
        ignore_changes = IGNORED
      }
    }
    """

    def told(ignored: str) -> list[str]:
        files = Files.from_texts({"main.tf": text.replace("IGNORED", ignored)})
        return [finding.rule for finding in lint(files, load(rule_ids())).findings]

    assert told("[policy]") == []
    assert told("[queue_url]") == ["triggers/missing-target-policy"]


# Values


def test_a_file_that_tells_where_the_state_is() -> None:
    granted = """
    variable "region" {}
    variable "is_granted" {
      type    = bool
      default = false
    }
    """ + policy("aws_iam_role.fn.id").replace("  role ", "  count = var.is_granted ? 1 : 0\n  role ", 1)
    backend = 'bucket = "states"\nkey = "importer"\nregion = "eu-west-1"\n'
    assert alarms(project(granted) | {"app/backend.tfvars": backend}) == []
    assert alarms(project(granted) | {"app/dev.tfvars": 'region = "eu-west-1"'}) == TOLD


# Secrets


def test_a_mistake_in_a_file_of_values_shows_none_of_them() -> None:
    texts = project() | {"app/terraform.tfvars": 'env = "prod"\nword = "hunter2-and-more" "oops"\n'}
    (broken,) = findings(texts, "input/broken-file")
    assert "hunter2-and-more" in broken.secrets[0].text
