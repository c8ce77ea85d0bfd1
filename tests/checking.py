"""Checks small projects written in a test: a SAM template of one function and its tables, and the function's code."""

from __future__ import annotations

from textwrap import dedent, indent

from crosswire.finding import Finding
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.wiring.project import Wiring

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {{Type: String, Default: dev}}
  Table: {{Type: String}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {{TableName: shop-orders}}
  Users:
    Type: AWS::DynamoDB::Table
  Jobs:
    Type: AWS::SQS::Queue
  Files:
    Type: AWS::S3::Bucket
  Key:
    Type: AWS::SecretsManager::Secret
    Properties: {{Name: shop/key}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
{rest}"""

_CODE = """\
import os, boto3
dynamodb = boto3.resource("dynamodb")
def handler(event, context):
"""


def project(body: str, *, env: str = "{}", policies: str = "[]", more: str = "") -> dict[str, str]:
    """The texts of a project: the handler's statements, the function's variables and policies in YAML (one value each),
    and more properties of the function."""
    rest = "Environment:\n  Variables:\n" + indent(dedent(env).strip(), "    ")
    rest += "\nPolicies:\n" + indent(dedent(policies).strip(), "  ") + "\n" + dedent(more)
    return {
        "template.yaml": _TEMPLATE.format(rest=indent(rest, "      ")),
        "src/app.py": _CODE + indent(dedent(body).strip(), "    ") + "\n",
    }


def allow(actions: str, resource: str, effect: str = "Allow", more: str = "") -> str:
    """The policies of a function with one statement."""
    return f"[{{Statement: [{{Effect: {effect}, Action: {actions}, Resource: {resource}{more}}}]}}]"


def wiring(texts: dict[str, str]) -> Wiring:
    return build_wiring(Files.from_texts(texts))


def findings(texts: dict[str, str], *families: str) -> list[Finding]:
    """What is found by the rules of some families, or by some rules."""
    chosen = [rule for rule in rule_ids() if rule.startswith(families or ("env/", "iam/"))]
    report = lint(Files.from_texts(texts), load(chosen))
    assert report.summary.functions, "the template of the test is broken"
    return list(report.findings)


def told(texts: dict[str, str], *families: str) -> list[str]:
    """The same as `severity rule`, in reading order."""
    return [f"{finding.severity.value} {finding.rule}" for finding in findings(texts, *families)]


def alarms(texts: dict[str, str], *families: str) -> list[str]:
    """The rules that raise an error or a warning."""
    return [line.partition(" ")[2] for line in told(texts, *families) if not line.startswith("note")]
