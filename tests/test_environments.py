"""Parameters per environment: what holds in one environment only says in which, and what holds in all is told once."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from crosswire.baseline import entries_of
from crosswire.environments import across, saying
from crosswire.finding import Confidence, Environments, Finding, Severity, fingerprints
from crosswire.frontends.environment_names import names_of
from crosswire.frontends.link import build_wiring
from crosswire.lint import Report, lint
from crosswire.merge import merge
from crosswire.project import Files, Selection
from crosswire.registry import load, precedence, rule_ids
from crosswire.source import Source, Span
from crosswire.wiring.project import Unit, Wiring

FIXTURES = Path(__file__).parent.parent / "fixtures"

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod, test]}
  Table: {Type: String, Default: orders-dev}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub orders-${Stage}
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Environment: {Variables: {TABLE: !Ref Table}}
      Policies:
        - Statement:
            - {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn}
"""
_CODE = """\
import os, boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    table.put_item(Item={"id": "1"})
"""
_CONFIG = """\
version = 0.1
[dev.deploy.parameters]
stack_name = "orders-dev"
parameter_overrides = "Stage=dev Table=orders-dev"
[prod.deploy.parameters]
stack_name = "orders-prod"
parameter_overrides = "Stage=\\"prod\\" Table=\\"orders-prod\\""
"""


def project(*changes: tuple[str, str], config: str = _CONFIG, code: str = _CODE, **more: str) -> dict[str, str]:
    """The texts of an application of two environments with some changes. `more` are files by path, with `__` for `/`
    and `___` for `.`."""
    texts = {"template.yaml": _TEMPLATE, "samconfig.toml": config, "src/app.py": code}
    for old, new in changes:
        path = next(path for path, text in texts.items() if old in text)
        texts[path] = texts[path].replace(old, new)
    texts = {path: text for path, text in texts.items() if text}
    return texts | {name.replace("___", ".").replace("__", "/"): text for name, text in more.items()}


def checked(texts: dict[str, str], *families: str, selection: Selection | None = None) -> Report:
    rules = load(rule for rule in rule_ids() if rule.startswith(families or ("env/", "iam/", "secrets/", "schema/")))
    return lint(Files.from_texts(texts), rules, selection or Selection())


def told(texts: dict[str, str], *families: str) -> list[str]:
    """What raises an error or a warning, as `rule: where it holds`."""
    return [
        f"{one.rule}: {one.message.rpartition(' (')[2].rstrip(')') if one.environments else 'everywhere'}"
        for one in checked(texts, *families).findings
        if one.severity is not Severity.NOTE
    ]


def units(texts: dict[str, str]) -> list[str]:
    return [unit.id for unit in wiring_of(texts).units]


def wiring_of(texts: dict[str, str]) -> Wiring:
    return build_wiring(Files.from_texts(texts))


def value_of(texts: dict[str, str], environment: str, function: str = "Fn", variable: str = "TABLE") -> str:
    """What a variable is in an environment, as text."""
    wiring = wiring_of(texts)
    ids = {unit.id for unit in wiring.units if unit.environment == environment}
    found = next(one for one in wiring.functions if one.id.unit in ids and one.id.address == function)
    return getattr(wiring.expand(found.env.variables[variable].value), "text", "?")


# -- one environment is wrong


def test_an_application_of_two_environments_that_is_right_is_silent() -> None:
    assert units(project()) == ["template.yaml:dev", "template.yaml:prod"]
    assert told(project()) == []


def test_a_parameter_that_names_no_table_is_told_with_its_environment() -> None:
    report = checked(project(('Table=\\"orders-prod\\"', 'Table=\\"orders-prd\\"')))
    (finding,) = report.findings
    assert (finding.rule, finding.environments) == ("env/unknown-table", Environments(("prod",), ("dev",)))
    assert finding.message.endswith(" (in prod)")
    assert [label.span.text for label in finding.related if label.span.path == "samconfig.toml"] == ["orders-prd"]


def test_a_parameter_that_one_environment_forgets_has_its_default_there() -> None:
    assert told(project((' Table=\\"orders-prod\\"', ""))) == ["env/unknown-table: in prod"]


def test_a_wrong_stage_is_told_with_its_environment() -> None:
    assert told(project(('Stage=\\"prod\\"', 'Stage=\\"test\\"'))) == ["env/unknown-table: in prod"]


def test_a_condition_that_drops_a_permission_is_told_with_its_environment() -> None:
    statement = '- {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn}'
    kept = f"- !If [IsProd, !Ref AWS::NoValue, {statement[2:]}]"
    assert told(project((statement, kept))) == ["iam/missing-action: in prod"]


def test_a_policy_on_the_table_of_another_stage_is_told_with_its_environment() -> None:
    assert told(project(("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-dev"))) == [
        "iam/wrong-resource: in prod"
    ]


def test_what_is_wrong_in_every_environment_is_told_once_without_a_word_about_them() -> None:
    (finding,) = checked(project(("dynamodb:PutItem", "dynamodb:GetItem")), "iam/missing-action").findings
    assert finding.environments is None
    assert not finding.message.endswith(")")
    assert finding.unit == "template.yaml"


def test_what_spares_fewer_than_it_hits_says_which() -> None:
    config = _CONFIG + '[test.deploy.parameters]\nparameter_overrides = "Stage=test Table=orders-test"\n'
    assert told(project(("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-test"), config=config)) == [
        "iam/wrong-resource: in dev and prod, not in test"
    ]


def test_a_resource_whose_condition_does_not_hold_is_not_there() -> None:
    conditional = ("    Type: AWS::DynamoDB::Table\n", "    Type: AWS::DynamoDB::Table\n    Condition: IsProd\n")
    tables = [one.id for one in wiring_of(project(conditional)).resources if one.service == "dynamodb"]
    assert [one.unit for one in tables] == ["template.yaml:prod"]


def test_a_function_of_one_environment_is_judged_there_alone() -> None:
    only = ("    Type: AWS::Serverless::Function\n", "    Type: AWS::Serverless::Function\n    Condition: IsProd\n")
    assert told(project(only)) == []
    assert told(project(only, ("dynamodb:PutItem", "dynamodb:GetItem")), "iam/missing-action") == [
        "iam/missing-action: in prod"
    ]


def test_a_map_by_stages_is_looked_up() -> None:
    names = "Mappings:\n  Names:\n    dev: {Orders: orders-dev}\n    prod: {Orders: orders-prd}\nConditions:\n"
    texts = project(("Conditions:\n", names), ("TABLE: !Ref Table", "TABLE: !FindInMap [Names, !Ref Stage, Orders]"))
    assert value_of(texts, "prod") == "orders-prd"
    assert told(texts) == ["env/unknown-table: in prod"]


# -- where environments are written down


@pytest.mark.parametrize(
    "overrides",
    [
        '"Stage=prod Table=orders-prd"',
        '\'Stage="prod" Table="orders-prd"\'',
        '["Stage=prod", "Table=orders-prd"]',
        '"ParameterKey=Stage,ParameterValue=prod ParameterKey=Table,ParameterValue=orders-prd"',
        '{Stage = "prod", Table = "orders-prd"}',
        '"file://params.yaml"',
    ],
)
def test_overrides_are_read_however_they_are_written(overrides: str) -> None:
    config = "[dev.deploy.parameters]\nparameter_overrides = 'Stage=dev'\n"
    config += f"[prod.deploy.parameters]\nparameter_overrides = {overrides}\n"
    texts = project(config=config)
    if "file:" in overrides:
        texts["params.yaml"] = "Stage: prod\nTable: orders-prd\n"
    assert value_of(texts, "prod") == "orders-prd"
    assert told(texts) == ["env/unknown-table: in prod"]


def test_a_configuration_in_yaml_is_read_as_well() -> None:
    config = """\
version: 0.1
dev: {deploy: {parameters: {parameter_overrides: "Stage=dev"}}}
prod: {deploy: {parameters: {parameter_overrides: [Stage=prod, Table=orders-prod]}}}
"""
    assert units(project(config="", samconfig___yaml=config)) == ["template.yaml:dev", "template.yaml:prod"]


def test_a_configuration_for_each_environment_is_told_by_the_name_of_its_file() -> None:
    texts = project(
        config="",
        samconfig_dev___toml="[default.deploy.parameters]\nparameter_overrides = 'Stage=dev'\n",
    )
    texts["samconfig-prod.toml"] = "[default.deploy.parameters]\nparameter_overrides = 'Stage=prod'\n"
    assert units(texts) == ["template.yaml:dev", "template.yaml:prod"]


@pytest.mark.parametrize(
    "text",
    [
        '[{"ParameterKey": "Stage", "ParameterValue": "prod"}, {"ParameterKey": "Table", "ParameterValue": "t-prd"}]',
        '{"Parameters": {"Stage": "prod", "Table": "t-prd"}, "Tags": {"a": "b"}}',
        '{"Stage": "prod", "Table": "t-prd"}',
        '["Stage=prod", "Table=t-prd"]',
    ],
)
@pytest.mark.parametrize("path", ["params/prod.json", "parameters.prod.json", "prod/parameters.json"])
def test_files_of_parameters_are_found_by_the_names_in_them(text: str, path: str) -> None:
    dev = path.replace("prod", "dev")
    texts = project(config="") | {path: text, dev: text.replace("prod", "dev").replace("t-prd", "orders-dev")}
    assert units(texts) == ["template.yaml:dev", "template.yaml:prod"]
    assert told(texts) == ["env/unknown-table: in prod"]


def test_a_file_of_parameters_is_of_the_template_that_it_is_named_like() -> None:
    other = "Parameters: {Stage: {Type: String}}\nResources: {Jobs: {Type: 'AWS::SQS::Queue'}}\n"
    files = {f"params/jobs.{stage}.json": f'{{"Parameters": {{"Stage": "{stage}"}}}}' for stage in ("dev", "prod")}
    assert units(project(config="") | {"jobs.yaml": other} | files) == [
        "jobs.yaml:dev",
        "jobs.yaml:prod",
        "template.yaml",
    ]


def test_a_file_that_may_be_of_several_templates_is_of_none() -> None:
    files = {f"params/{stage}.json": f'{{"Parameters": {{"Stage": "{stage}"}}}}' for stage in ("dev", "prod")}
    other = "Parameters: {Stage: {Type: String}}\nResources: {Jobs: {Type: 'AWS::SQS::Queue'}}\n"
    texts = project(config="") | {"jobs.yaml": other} | files
    assert units(texts) == ["jobs.yaml", "template.yaml"]


def test_what_is_no_file_of_parameters_changes_nothing() -> None:
    texts = project(config="")
    others = {
        "env.json": '{"Parameters": {"TABLE": "orders-local"}}',
        "params.example.json": '{"Stage": "prod"}',
        "params/local.json": '{"Stage": "dev"}',
        "parameters.json": '{"Stage": {"value": "prod"}}',
        "config/prod.json": '{"Stage": "prod"}',
        "broken-params.json": '{"Stage": ',
    }
    assert units(texts | others) == ["template.yaml"]


def test_one_environment_is_one_unit_with_plain_values() -> None:
    texts = project(config="[default.deploy.parameters]\nparameter_overrides = 'Stage=prod Table=orders-prod'\n")
    assert units(texts) == ["template.yaml"]
    assert value_of(texts, "") == "orders-prod"


def test_a_configuration_without_parameters_changes_nothing() -> None:
    config = "[default.deploy.parameters]\nstack_name = 'orders'\n[dev.deploy.parameters]\nstack_name = 'orders-dev'\n"
    assert units(project(config=config)) == ["template.yaml"]
    assert value_of(project(config=config), "") == "?"


def test_beside_others_an_environment_without_parameters_has_the_defaults() -> None:
    config = "[default.deploy.parameters]\nstack_name = 'orders'\n" + _CONFIG.partition("\n")[2]
    assert units(project(config=config)) == [f"template.yaml:{name}" for name in ("default", "dev", "prod")]
    assert value_of(project(config=config), "default") == "orders-dev"


def test_what_runs_on_a_laptop_is_no_environment() -> None:
    config = _CONFIG + "[local.deploy.parameters]\nparameter_overrides = 'Table=none'\n"
    config += "[ci.local_invoke.parameters]\nparameter_overrides = 'Table=none'\n"
    assert units(project(config=config)) == ["template.yaml:dev", "template.yaml:prod"]


@pytest.mark.parametrize("value", ["${TABLE}", "$(cat x)", "<table>", "REPLACE_ME", "{{table}}", "", "TODO-table"])
def test_what_is_filled_in_later_stays_open_and_is_counted(value: str) -> None:
    texts = project(("Stage=dev Table=orders-dev", f"Stage=dev Table='{value}'"))
    assert value_of(texts, "dev") == "?"
    assert told(texts) == []
    assert checked(texts).summary.unresolved == 1


def test_a_value_of_the_last_deployment_stays_open() -> None:
    previous = (
        '[{"ParameterKey": "Stage", "ParameterValue": "%s"}, {"ParameterKey": "Table", "UsePreviousValue": true}]'
    )
    texts = project(config="") | {f"params/{stage}.json": previous % stage for stage in ("dev", "prod")}
    assert value_of(texts, "prod") == "?"
    assert told(texts) == []


def test_a_configuration_that_cannot_be_read_is_counted_and_the_rest_goes_on() -> None:
    report = checked(project(config="[dev.deploy.parameters\nparameter_overrides = 'Stage=dev'\n"))
    assert not report.findings
    assert [spot.why for spot in report.unresolved] == ["the environments of a file that cannot be read"]


def test_more_environments_than_are_looked_at_are_counted() -> None:
    config = "".join(f"[e{n:02}.deploy.parameters]\nparameter_overrides = 'Table=t{n}'\n" for n in range(15))
    texts = project(config=config)
    assert len(units(texts)) == 12
    assert [spot.why for spot in checked(texts).unresolved] == ["3 environments more than are looked at"]


def test_nested_stacks_follow_their_root() -> None:
    root = """\
Parameters: {Stage: {Type: String, Default: dev}}
Resources:
  App:
    Type: AWS::CloudFormation::Stack
    Properties:
      TemplateURL: template.yaml
      Parameters: {Stage: !Ref Stage, Table: !Sub "orders-${Stage}"}
"""
    config = _CONFIG.replace(' Table=\\"orders-prod\\"', "").replace(" Table=orders-dev", "")
    config = config.replace("stack_name", "template_file = 'root.yaml'\nstack_name")
    texts = project(config=config, root___yaml=root)
    assert units(texts) == ["root.yaml:dev", "root.yaml:dev#App", "root.yaml:prod", "root.yaml:prod#App"]
    assert told(texts) == []
    conditional = ("    Type: AWS::DynamoDB::Table\n", "    Type: AWS::DynamoDB::Table\n    Condition: IsProd\n")
    wiring = wiring_of(project(conditional, config=config, root___yaml=root))
    assert [one.id.unit for one in wiring.resources if one.service == "dynamodb"] == ["root.yaml:prod#App"]
    report = checked(
        project(("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-dev"), config=config, root___yaml=root)
    )
    assert {(one.unit, one.message[-9:]) for one in report.findings} == {("root.yaml#App", "(in prod)")}


def test_an_environment_imports_what_the_same_environment_exports() -> None:
    tables = """\
Parameters: {Stage: {Type: String}}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Sub "shop-${Stage}"}
Outputs:
  Table: {Value: !Ref Orders, Export: {Name: !Sub "${Stage}-orders"}}
"""
    files = {f"tables.params.{stage}.json": f'{{"Parameters": {{"Stage": "{stage}"}}}}' for stage in ("dev", "prod")}
    imported = ("TABLE: !Ref Table", 'TABLE: !ImportValue {"Fn::Sub": "${Stage}-orders"}')
    texts = project(imported) | {"tables.yaml": tables} | files
    assert value_of(texts, "prod") == "shop-prod"
    assert value_of(texts, "dev") == "shop-dev"


# -- secrets

_SECRET = "sk_live_" + "51HqLyjWDarjtT1zdp7dc0aB"


def test_a_secret_in_a_configuration_is_told_and_never_shown() -> None:
    for echo in ("", ", NoEcho: true"):
        declared = ("Parameters:\n", f"Parameters:\n  ApiKey: {{Type: String{echo}}}\n")
        given = ('Table=\\"orders-prod\\"', f'Table=\\"orders-prod\\" ApiKey=\\"{_SECRET}\\"')
        texts = project(declared, given, ("{TABLE: !Ref Table}", "{TABLE: !Ref Table, API_KEY: !Ref ApiKey}"))
        texts["src/app.py"] += '    print(os.environ["API_KEY"])\n'
        report = checked(texts, "secrets/")
        graver = [one for one in report.findings if one.severity is Severity.ERROR]
        assert ["secrets/plaintext-in-env"] * len(graver) == [one.rule for one in graver] != []
        assert any("in prod" in one.message and "in clear" in one.message for one in graver)
        assert _SECRET not in repr([(one.message, one.label, one.advice) for one in report.findings])
        assert any(span.text == _SECRET for span in report.secrets)


# -- what people keep of findings


def test_the_fingerprint_of_a_finding_stays_when_an_environment_is_added() -> None:
    wrong = ("dynamodb:PutItem", "dynamodb:GetItem")
    one = project(wrong, config=_CONFIG.partition("[prod")[0])
    more = _CONFIG + '[test.deploy.parameters]\nparameter_overrides = "Stage=test Table=orders-test"\n'
    prints = [
        fingerprints(checked(texts, "iam/missing-action").findings)
        for texts in (project(wrong, config=""), one, project(wrong), project(wrong, config=more))
    ]
    assert prints[0]
    assert prints == [prints[0]] * 4


def test_a_baseline_names_the_root_and_no_environment() -> None:
    report = checked(project(("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-dev")))
    (entry,) = entries_of(report.findings, str)
    assert entry.unit == "template.yaml"


def test_a_suppression_in_the_template_holds_for_every_environment() -> None:
    wrong = ("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-dev")
    metadata = "    Metadata: {crosswire: {ignore: [iam/wrong-resource it is meant]}}\n"
    ignored = ("    Type: AWS::Serverless::Function\n", "    Type: AWS::Serverless::Function\n" + metadata)
    assert told(project(wrong, ignored)) == []


def test_what_is_said_does_not_depend_on_which_of_the_files_is_asked_for() -> None:
    texts = project(("!GetAtt Orders.Arn", "arn:aws:dynamodb:*:*:table/orders-dev"))

    def said(report: Report) -> list[object]:
        return [(one.key, one.message, [label.span.order for label in one.related]) for one in report.findings]

    everything = said(checked(texts))
    assert everything
    for path in texts:
        assert said(checked(texts, selection=Selection(files=(path,), folders=()))) == everything


def test_functions_are_counted_once() -> None:
    assert checked(project()).summary.functions == 1


# -- Terraform


def test_an_environment_of_terraform_is_named_like_its_file() -> None:
    texts = {
        "main.tf": """\
variable "table" {}
resource "aws_dynamodb_table" "orders" {
  name     = var.table
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
resource "aws_iam_role" "fn" {
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "fn" {
  role = aws_iam_role.fn.id
  policy = jsonencode({ Statement = [
    { Effect = "Allow", Action = "dynamodb:PutItem", Resource = "arn:aws:dynamodb:*:*:table/orders-dev" }
  ] })
}
resource "aws_lambda_function" "fn" {
  function_name = "fn"
  role          = aws_iam_role.fn.arn
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "src/app.zip"
  environment {
    variables = { TABLE = var.table }
  }
}
""",
        "envs/dev.tfvars": 'table = "orders-dev"\n',
        "envs/prod.tfvars": 'table = "orders-prod"\n',
        "src/app.py": _CODE,
    }
    (finding,) = [one for one in checked(texts, "iam/").findings if one.severity is not Severity.NOTE]
    assert (finding.rule, finding.unit) == ("iam/wrong-resource", ".")
    assert finding.message.endswith(" (in prod)")
    assert any(label.span.path == "envs/prod.tfvars" for label in finding.related)


# -- serverless.yml

_SERVICE = """\
service: shop
provider:
  name: aws
  runtime: python3.12
  environment: {TABLE: "${param:table}"}
  iamRoleStatements:
    - {Effect: Allow, Action: "dynamodb:PutItem", Resource: !GetAtt Orders.Arn}
params:
  default: {table: "orders-${sls:stage}"}
  prod: {table: orders}
functions:
  put: {handler: app.handler}
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        TableName: ${param:table}
        KeySchema: [{AttributeName: id, KeyType: HASH}]
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
"""


def service(*changes: tuple[str, str], **more: str) -> dict[str, str]:
    text = _SERVICE
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {"serverless.yml": text, "app.py": _CODE} | {
        name.replace("___", ".").replace("__", "/"): body for name, body in more.items()
    }


def test_every_stage_of_a_service_is_judged() -> None:
    assert units(service()) == ["serverless.yml:dev", "serverless.yml:prod"]
    assert told(service()) == []
    assert told(service(("TableName: ${param:table}", "TableName: orders-${sls:stage}"))) == [
        "env/unknown-table: in prod"
    ]
    assert told(service(("!GetAtt Orders.Arn", "'arn:aws:dynamodb:*:*:table/orders-${sls:stage}'"))) == [
        "iam/wrong-resource: in prod"
    ]


def test_what_is_wrong_in_every_stage_is_told_once() -> None:
    (finding,) = checked(service(("dynamodb:PutItem", "dynamodb:GetItem")), "iam/missing-action").findings
    assert (finding.unit, finding.environments) == ("serverless.yml", None)


def test_a_map_of_stages_in_custom_lists_them() -> None:
    custom = "custom:\n  dev: {table: orders-dev}\n  prod: {table: orders}\n  offline: {table: x}\n  webpack: {a: b}\n"
    by_map = ("${param:table}", "${self:custom.${sls:stage}.table}")
    texts = service(("params:\n", custom + "params:\n"), by_map)
    assert units(texts) == ["serverless.yml:dev", "serverless.yml:prod"]


def test_stages_of_version_4_list_them() -> None:
    stages = "stages:\n  default: {params: {table: orders-dev}}\n  prod: {params: {table: orders}}\n  qa: {}\n"
    params = _SERVICE[_SERVICE.index("params:") : _SERVICE.index("functions:")]
    assert units(service((params, stages))) == ["serverless.yml:dev", "serverless.yml:prod"]


def test_a_file_for_each_stage_is_read_for_its_stage_alone() -> None:
    texts = service(
        ("${param:table}", "${file(config.${sls:stage}.yml):table}"),
        config___dev___yml="table: orders-dev\n",
        config___prod___yml="table: orders\n",
    )
    wiring = wiring_of(texts)
    assert {unit.id: unit.files for unit in wiring.units} == {
        "serverless.yml:dev": ("serverless.yml", "config.dev.yml"),
        "serverless.yml:prod": ("serverless.yml", "config.prod.yml"),
    }


def test_a_condition_on_the_stage_is_decided() -> None:
    conditional = "  Conditions: {IsProd: !Equals ['${sls:stage}', prod]}\n  Resources:\n    Orders:\n"
    texts = service(
        ("  Resources:\n    Orders:\n      Type: AWS::DynamoDB::Table\n",
         conditional + "      Type: AWS::DynamoDB::Table\n      Condition: IsProd\n"),
    )  # fmt: skip
    tables = [one.id for one in wiring_of(texts).resources if one.service == "dynamodb"]
    assert [one.unit for one in tables] == ["serverless.yml:prod"]


def test_stages_of_two_services_that_use_each_other_go_together() -> None:
    other = "service: other\nprovider: {name: aws, runtime: python3.12}\nresources:\n  Resources:\n    T:\n"
    other += "      Type: AWS::DynamoDB::Table\n      Properties: {TableName: '${param:t}'}\n"
    other += "  Outputs: {Name: {Value: !Ref T}}\nparams: {dev: {t: t-dev}, prod: {t: t-prod}}\n"
    texts = service(("{TABLE: ", "{OTHER: '${cf:other-${sls:stage}.Name}', TABLE: "))
    texts |= {"other/serverless.yml": other}
    assert value_of(texts, "prod", "PutLambdaFunction", "OTHER") == "t-prod"
    assert value_of(texts, "dev", "PutLambdaFunction", "OTHER") == "t-dev"


# -- telling


def _finding(
    unit: str, subject: str = "table x", rule: str = "env/not-set", cause: object = None, at: int = 0
) -> Finding:
    span = Span(Source("app.py", "a\n" * 20), at, at + 1)
    return Finding(rule, Severity.ERROR, Confidence.HIGH, f"says {subject}", span, unit, "Fn", subject, cause=cause)


def _units(*names: str) -> list[Unit]:
    span = Span(Source("t.yaml", "x"), 0, 1)
    return [Unit(f"t.yaml:{name}", f"t.yaml:{name}", span, environment=name) for name in names]


def test_names_that_differ_by_environment_are_one_finding() -> None:
    found = [_finding(f"t.yaml:{name}", f"table orders-{name}") for name in ("dev", "prod")]
    (finding,) = across(found, _units("dev", "prod"))
    assert (finding.unit, finding.subject, finding.environments) == ("t.yaml", "table orders-dev", None)


def test_what_each_environment_has_at_a_place_of_its_own_is_one_finding() -> None:
    found = [_finding("t.yaml:dev", at=2), _finding("t.yaml:prod", at=6)]
    (finding,) = across(found, _units("dev", "prod"))
    assert (finding.environments, [label.span.start for label in finding.related]) == (None, [6])


def test_different_actions_of_different_environments_are_different_findings() -> None:
    found = [
        _finding("t.yaml:dev", "dynamodb:PutItem on table x"),
        _finding("t.yaml:prod", "dynamodb:Query on table x"),
    ]
    assert [one.environments for one in across(found, _units("dev", "prod"))] == [
        Environments(("dev",), ("prod",)),
        Environments(("prod",), ("dev",)),
    ]


def test_several_equal_findings_of_one_place_are_matched_one_by_one() -> None:
    found = [_finding("t.yaml:dev"), *[_finding("t.yaml:prod") for _ in range(2)]]
    assert [one.environments for one in across(found, _units("dev", "prod"))] == [
        None,
        Environments(("prod",), ("dev",)),
    ]


def test_causes_that_differ_by_environment_are_one_cause() -> None:
    found = [
        _finding("t.yaml:dev", cause=("dev", 1)),
        _finding("t.yaml:prod", cause=("prod", 1)),
        _finding("t.yaml:prod", rule="env/unknown-table", cause=("prod", 1), at=4),
    ]
    results = [merge(across(order, _units("dev", "prod")), precedence) for order in itertools.permutations(found)]
    assert [len(result) for result in results] == [1] * 6
    assert all(result == results[0] for result in results)
    assert results[0][0].environments is None


@pytest.mark.parametrize(
    ("held", "spared", "text"),
    [
        ("prod", "dev", "(in prod)"),
        ("prod,dev", "test", "(in dev and prod, not in test)"),
        ("a,b,c,d", "e", "(in all environments but e)"),
        ("a,b,c,d", "e,f,g,h", "(in a, b, c and 1 more)"),
    ],
)
def test_environments_are_listed_as_people_would(held: str, spared: str, text: str) -> None:
    where = Environments(tuple(held.split(",")), tuple(spared.split(",")))
    finding = _finding("t.yaml")
    assert saying(Finding(**{name: getattr(finding, name) for name in finding.__match_args__} | {"environments": where})
                  ).message == f"says table x {text}"  # fmt: skip


def test_files_of_values_are_named_by_what_tells_them_apart() -> None:
    assert names_of(["envs/dev.tfvars", "envs/prod.tfvars"]) == {"envs/dev.tfvars": "dev", "envs/prod.tfvars": "prod"}
    assert names_of(["dev/terraform.tfvars", "prod/terraform.tfvars"]) == {
        "dev/terraform.tfvars": "dev",
        "prod/terraform.tfvars": "prod",
    }
    assert names_of(["c/dev/waf/parameters.json", "c/prod/waf/parameters.json"]) == {
        "c/dev/waf/parameters.json": "dev",
        "c/prod/waf/parameters.json": "prod",
    }
    assert names_of(["orders-params-dev.json", "orders.prod.parameters.json"], ("orders",)) == {
        "orders-params-dev.json": "dev",
        "orders.prod.parameters.json": "prod",
    }


def test_a_number_that_python_does_not_read_makes_a_broken_file_and_no_crash() -> None:
    texts = project(config=f"{_CONFIG}answer = {'4' * 5000}\n")
    assert units(texts) == ["template.yaml"]
    assert any(spot.kind == "environment" for unit in wiring_of(texts).units for spot in unit.blind_spots)


# -- command lines

_LOOP = """\
#!/bin/sh
for stage in dev prod; do
  aws cloudformation deploy --template-file template.yaml --stack-name "orders-$stage" \\
    --parameter-overrides Stage=$stage Table=orders-dev
done
"""
_PROD = "Stage=prod Table=orders-dev"


def script(text: str, path: str = "deploy___sh", **more: str) -> dict[str, str]:
    return project(config="", **{path: text, **more})


def test_what_a_command_line_gives_is_told_with_its_environment_and_its_place() -> None:
    texts = script(_LOOP)
    assert units(texts) == ["template.yaml:dev", "template.yaml:prod"]
    (finding,) = checked(texts).findings
    assert (finding.rule, finding.environments) == ("env/unknown-table", Environments(("prod",), ("dev",)))
    assert "orders-dev" in [label.span.text for label in finding.related if label.span.path == "deploy.sh"]


def test_command_lines_that_give_every_environment_its_own_are_silent() -> None:
    texts = script(_LOOP.replace("Table=orders-dev", "Table=orders-$stage"))
    assert told(texts) == []
    assert [value_of(texts, name) for name in ("dev", "prod")] == ["orders-dev", "orders-prod"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("deploy___sh", f'sam deploy --stack-name orders-prod --parameter-overrides "{_PROD}"'),
        ("deploy___sh", f"sam build && sam deploy -t .aws-sam/build/template.yaml --parameter-overrides {_PROD}"),
        ("deploy___sh", f"sam deploy --template-file .aws-sam/build/template.yaml --parameter-overrides {_PROD}"),
        (
            "deploy___sh",
            (
                "aws cloudformation create-stack --stack-name orders-prod --template-body file://template.yaml "
                "--parameters ParameterKey=Stage,ParameterValue=prod ParameterKey=Table,ParameterValue=orders-dev"
            ),
        ),
        (
            "deploy___sh",
            (
                "aws cloudformation update-stack --stack-name orders-prod --template-body file://template.yaml "
                '--parameters \'[{"ParameterKey": "Stage", "ParameterValue": "prod"}, '
                '{"ParameterKey": "Table", "ParameterValue": "orders-dev"}]\''
            ),
        ),
        (
            "deploy___sh",
            (
                "aws cloudformation package --template-file template.yaml --s3-bucket made-up "
                "--output-template-file out.yaml\n"
                f"aws cloudformation deploy --template-file out.yaml --stack-name orders --parameter-overrides {_PROD}"
            ),
        ),
        ("deploy___ps1", f"sam deploy --stack-name orders-prod `\n  --parameter-overrides {_PROD}"),
        ("Makefile", f"STAGE := prod\nprod:\n\tsam deploy --parameter-overrides Stage=$(STAGE) {_PROD.split()[1]}"),
        ("package___json", f'{{"scripts": {{"prod": "sam deploy --parameter-overrides {_PROD}"}}}}'),
        (
            "___github__workflows__deploy___yml",
            (
                "jobs:\n  deploy:\n    env: {STAGE: prod}\n    steps:\n"
                '      - run: sam deploy --stack-name "o-$STAGE" --parameter-overrides Stage=$STAGE Table=orders-dev'
            ),
        ),
    ],
)
def test_parameters_are_read_wherever_command_lines_stand(path: str, text: str) -> None:
    assert told(script(f"{text}\n", path)) == ["env/unknown-table: everywhere"]


def test_a_file_of_parameters_that_a_command_names_is_of_its_environment() -> None:
    command = "aws cloudformation deploy --template-file template.yaml --stack-name shop --parameter-overrides file://values.json"
    values = '[{"ParameterKey": "Stage", "ParameterValue": "prod"}, "Table=orders-dev"]'
    texts = script(f"{command}\n", values___json=values)
    assert told(texts) == ["env/unknown-table: everywhere"]
    (unit,) = wiring_of(texts).units
    assert unit.paths == ("template.yaml", "deploy.sh", "values.json")


@pytest.mark.parametrize(
    "text",
    [
        f"sam deploy --stack-name orders-$STAGE --parameter-overrides {_PROD}",
        "sam deploy --stack-name orders --parameter-overrides Stage=$STAGE Table=orders-dev",
        "STAGE=${1:-prod}\nsam deploy --parameter-overrides Stage=$STAGE Table=orders-dev",
        f"sam deploy --stack-name orders --parameter-overrides $(cat more.txt) {_PROD}",
        f"sam deploy --template-file $TEMPLATE --parameter-overrides {_PROD}",
        f"sam deploy --template-file other.yaml --parameter-overrides {_PROD}",
        f"aws cloudformation deploy --template-url https://made-up/t.yaml --parameter-overrides {_PROD}",
        (
            "aws --endpoint-url http://localhost:4566 cloudformation deploy --template-file template.yaml "
            f"--stack-name orders --parameter-overrides {_PROD}"
        ),
        "sam deploy --stack-name orders-local --parameter-overrides Stage=local Table=orders-dev",
    ],
)
def test_what_only_the_runner_of_a_command_knows_makes_no_environment(text: str) -> None:
    texts = script(f"{text}\n")
    assert units(texts) == ["template.yaml"]
    assert told(texts) == []


def test_documents_deploy_nothing() -> None:
    texts = script(f"```sh\nsam deploy --stack-name orders --parameter-overrides {_PROD}\n```\n", "README___md")
    assert units(texts) == ["template.yaml"]


# -- the name of the stack

_STACK = _TEMPLATE.replace("orders-${Stage}", "${AWS::StackName}-orders")


def test_the_name_of_the_stack_is_what_the_settings_say() -> None:
    config = _CONFIG.replace("Table=orders-dev", "Table=orders-dev-orders")
    config = config.replace('Table=\\"orders-prod\\"', 'Table=\\"orders-prd-orders\\"')
    assert told({**project(config=config), "template.yaml": _STACK}) == ["env/unknown-table: in prod"]
    right = config.replace("orders-prd-orders", "orders-prod-orders")
    assert told({**project(config=right), "template.yaml": _STACK}) == []


def test_a_template_without_parameters_knows_the_name_of_its_stack() -> None:
    start, end = _STACK.index("Parameters:"), _STACK.index("Resources:")
    template = (_STACK[:start] + _STACK[end:]).replace("!Ref Table", "shop-orders")
    config = 'version = 0.1\n[default.deploy.parameters]\nstack_name = "shop"\n'
    assert told({**project(config=config), "template.yaml": template}) == []
    other = config.replace('"shop"', '"store"')
    assert told({**project(config=other), "template.yaml": template}) == ["env/unknown-table: everywhere"]
