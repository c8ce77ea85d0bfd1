"""Checks small services written in a test: serverless.yml, and the code of its functions."""

from __future__ import annotations

from textwrap import dedent, indent

from crosswire.finding import Severity
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.values import Const, Value
from crosswire.wiring.function import Function
from crosswire.wiring.project import Wiring

CODE = """\
import os, boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    return table.get_item(Key={"id": event["id"]})
"""

_ORDERS = """\
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: ${self:custom.table, 'orders'}
        KeySchema: [{AttributeName: id, KeyType: HASH}]
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
"""


def service(provider: str = "", functions: str = "", more: str = "", **files: str) -> dict[str, str]:
    """The texts of a service: what its provider says beside name and runtime, its functions (`get`, with `app.handler`,
    where none are given), and what else stands in serverless.yml. `files` are other texts by path, with `__` for `/`
    and `___` for `.`."""
    functions = functions or "get: {handler: app.handler}"
    text = "service: shop\nprovider:\n  name: aws\n  runtime: python3.12\n" + indent(dedent(provider), "  ").rstrip()
    text += "\nfunctions:\n" + indent(dedent(functions).strip(), "  ") + "\n" + dedent(more)
    others = {name.replace("___", ".").replace("__", "/"): dedent(body) for name, body in files.items()}
    return {"serverless.yml": text, "app.py": CODE, **others}


def with_orders(provider: str, functions: str = "", more: str = "", **files: str) -> dict[str, str]:
    """The same with a table of orders, whose key is `id`."""
    return service(provider, functions, _ORDERS + dedent(more), **files)


def wiring_of(texts: dict[str, str]) -> Wiring:
    return build_wiring(Files.from_texts(texts))


def function_of(texts: dict[str, str], name: str = "GetLambdaFunction") -> Function:
    """A function by its logical id."""
    return next(one for one in wiring_of(texts).functions if one.id.address == name)


def variable(texts: dict[str, str], name: str, function: str = "GetLambdaFunction") -> Value:
    """What a function is given, expanded."""
    wiring = wiring_of(texts)
    found = next(one for one in wiring.functions if one.id.address == function)
    return wiring.expand(found.env.variables[name].value)


def by_stage(texts: dict[str, str], name: str, function: str = "GetLambdaFunction") -> dict[str, Value]:
    """What a function is given in each stage, expanded."""
    wiring = wiring_of(texts)
    stages = {unit.id: unit.environment for unit in wiring.units}
    return {
        stages[one.id.unit]: wiring.expand(one.env.variables[name].value)
        for one in wiring.functions
        if one.id.address == function
    }


def text(value: Value) -> str:
    """An exact text."""
    assert isinstance(value, Const), value
    return value.text


def alarms(texts: dict[str, str]) -> list[str]:
    """The rules that raise an error or a warning, with their subjects, in reading order."""
    report = lint(Files.from_texts(texts), load(rule_ids()))
    assert report.units, "the service of the test is not read"
    return [f"{one.rule}: {one.subject}" for one in report.findings if one.severity is not Severity.NOTE]
