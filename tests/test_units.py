"""Units: each is judged by itself, names stay in them, and what several share is told once."""

from __future__ import annotations

from tests.checking import wiring

from crosswire.baseline import Baseline, entries_of
from crosswire.copies import each_copy
from crosswire.finding import Finding, Severity
from crosswire.lint import Report, Terms, lint
from crosswire.project import Files, Selection
from crosswire.registry import load, rule_ids
from crosswire.source import Source, Span

HANDLER = """\
import os, boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    table.put_item(Item={"id": event["id"]})
"""
TABLE = """\
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
ALLOWED = "{Statement: [{Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn}]}"
SECRET = "JWT_SECRET: correct-horse-battery-9f81c2"


def template(
    *,
    code: str = "src/",
    env: str = "TABLE: !Ref Orders",
    policies: str = ALLOWED,
    name: str = "Save",
    more: str = TABLE,
) -> str:
    """A template of one function."""
    return f"""\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Save:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {code}
      Handler: app.handler
      Runtime: python3.12
      Environment:
        Variables:
          {env}
      Policies: [{policies}]
{more}"""


def report(texts: dict[str, str], terms: Terms | None = None, selection: Selection | None = None) -> Report:
    rules = load(rule_ids())
    return lint(Files.from_texts(texts), rules, selection or Selection(), terms or Terms())


def alarms(texts: dict[str, str]) -> list[Finding]:
    return [finding for finding in report(texts).findings if finding.severity is not Severity.NOTE]


def told(texts: dict[str, str]) -> list[str]:
    """Each finding with the files of its places."""
    return [
        f"{one.rule} {one.span.path}" + "".join(f" + {place}" for place in dict.fromkeys(_related(one)))
        for one in alarms(texts)
    ]


def _related(finding: Finding) -> list[str]:
    return [label.span.path for label in finding.related if label.message == "the same in a copy"]


SERVERLESS = """\
service: shop
provider:
  name: aws
  runtime: python3.12
  environment:
    TABLE: !Ref Orders
  iamRoleStatements:
    - {Effect: Allow, Action: 'dynamodb:PutItem', Resource: !GetAtt Orders.Arn}
functions:
  save:
    handler: src/app.handler
resources:
  Resources:
    Orders:
      Type: AWS::DynamoDB::Table
      Properties:
        AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
        KeySchema: [{AttributeName: id, KeyType: HASH}]
"""
TERRAFORM = """\
resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
}
resource "aws_iam_role" "save" {
  name               = "save"
  assume_role_policy = "{}"
}
resource "aws_iam_role_policy" "save" {
  role = aws_iam_role.save.id
  policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "dynamodb:PutItem", Resource = aws_dynamodb_table.orders.arn }]
  })
}
data "archive_file" "save" {
  type        = "zip"
  source_dir  = "${path.module}/src"
  output_path = "save.zip"
}
resource "aws_lambda_function" "save" {
  function_name = "save"
  filename      = data.archive_file.save.output_path
  handler       = "app.handler"
  runtime       = "python3.12"
  role          = aws_iam_role.save.arn
  environment {
    variables = { TABLE = aws_dynamodb_table.orders.name }
  }
}
"""


ALL = {"template.yaml": template(), "serverless.yml": SERVERLESS, "main.tf": TERRAFORM, "src/app.py": HANDLER}


class TestRivalTemplates:
    """Several templates of one app."""

    def test_three_dialects_of_one_app_are_three_units_with_the_same_code(self) -> None:
        found = wiring(ALL)
        assert [(one.id.unit, one.code.entry) for one in found.functions] == [
            (".", "src/app.py"),
            ("serverless.yml", "src/app.py"),
            ("template.yaml", "src/app.py"),
        ]
        assert told(ALL) == []

    def test_what_is_missing_in_one_of_them_is_told_of_that_one(self) -> None:
        texts = {**ALL, "serverless.yml": SERVERLESS.replace("    TABLE: !Ref", "    TABLES: !Ref")}
        (finding,) = alarms(texts)
        assert (finding.rule, finding.unit, finding.span.path) == ("env/not-set", "serverless.yml", "src/app.py")

    def test_what_is_missing_in_all_of_them_is_told_once_at_the_code(self) -> None:
        texts = {**ALL, "src/app.py": HANDLER.replace("put_item(Item=", "delete_item(Key=")}
        (finding,) = alarms(texts)
        assert (finding.rule, finding.span.path) == ("iam/missing-action", "src/app.py")
        assert {label.span.path for label in finding.related} >= {"main.tf", "serverless.yml", "template.yaml"}
        assert finding.message.endswith(", also as `serverless.yml` deploys it")

    def test_a_template_for_production_is_judged_by_itself(self) -> None:
        texts = {
            "template.yaml": template(),
            "template-prod.yaml": template(env="STAGE: prod"),
            "src/app.py": HANDLER,
        }
        (finding,) = alarms(texts)
        assert (finding.rule, finding.unit) == ("env/not-set", "template-prod.yaml")

    def test_a_secret_in_both_is_one_finding_with_both_places(self) -> None:
        both = template(env=f"TABLE: !Ref Orders\n          {SECRET}")
        other = both.replace("python3.12", "python3.13").replace("      Policies", "      Timeout: 30\n      Policies")
        texts = {"template.yaml": both, "template-prod.yaml": other, "src/app.py": HANDLER}
        assert told(texts) == ["secrets/plaintext-in-env template-prod.yaml + template.yaml"]
        assert alarms(texts)[0].message.endswith("in plain text, also in `template.yaml`")

    def test_templates_in_folders_of_their_own_deploy_the_same_code(self) -> None:
        both = template(code="../src/", env=f"TABLE: !Ref Orders\n          {SECRET}")
        old = both.replace("dynamodb:PutItem", "dynamodb:Query").replace("Orders", "Purchases")
        texts = {"deploy/template.yaml": both, "old/template.yaml": old, "src/app.py": HANDLER}
        assert told(texts) == [
            "secrets/plaintext-in-env deploy/template.yaml + old/template.yaml",
            "iam/missing-action src/app.py",
        ]
        assert alarms(texts)[1].unit == "old/template.yaml"


class TestCopies:
    """The same text in several folders."""

    def app(self, folder: str, text: str = HANDLER) -> dict[str, str]:
        return {f"{folder}/template.yaml": template(policies=""), f"{folder}/src/app.py": text}

    def test_a_fault_in_copied_code_is_one_finding_with_every_place(self) -> None:
        texts = {**self.app("a"), **self.app("b"), **self.app("c")}
        assert told(texts) == ["iam/missing-action a/src/app.py + b/src/app.py + c/src/app.py"]
        (finding,) = alarms(texts)
        assert finding.message.endswith(", also in 2 copies")
        assert [one.unit for one in finding.copies] == ["a/template.yaml", "b/template.yaml", "c/template.yaml"]

    def test_a_copy_that_was_mended_is_no_longer_among_them(self) -> None:
        texts = {**self.app("a"), **self.app("b"), **self.app("c")}
        texts["a/template.yaml"] = template()
        assert told(texts) == ["iam/missing-action b/src/app.py + c/src/app.py"]

    def test_apps_that_share_a_mistake_only_are_told_apart(self) -> None:
        other = (
            '"""Another app."""\nimport os\nimport json\nimport boto3\nNAME = os.environ["TABLE"]\n'
            "def key(event):\n    return json.loads(event['body'])['id']\n"
            "table = boto3.resource('dynamodb').Table(NAME)\n"
            "def handler(event, context):\n"
            '    table.put_item(Item={"id": event["id"]})\n'
        )
        texts = {**self.app("a"), **self.app("b", other)}
        assert told(texts) == ["iam/missing-action a/src/app.py", "iam/missing-action b/src/app.py"]

    def test_two_such_lines_in_one_file_are_two_findings(self) -> None:
        text = HANDLER.replace("    table.put", '    json.loads(os.environ["OTHER"])\n    table.put')
        text = text.replace("import os, boto3", "import os, boto3, json")
        twice = text + '\ndef again():\n    json.loads(os.environ["OTHER"])\nagain()\n'
        (finding,) = alarms({"template.yaml": template(), "src/app.py": twice})
        assert finding.rule == "env/not-set"

    def test_a_baseline_holds_each_copy_so_that_mending_one_leaves_the_others_accepted(self) -> None:
        texts = {**self.app("a"), **self.app("b"), **self.app("c")}
        entries = entries_of(each_copy(report(texts).findings))
        assert {entry.unit for entry in entries} >= {"a/template.yaml", "b/template.yaml", "c/template.yaml"}
        source = Source(".crosswire-baseline.json", "{}")
        baseline = Baseline(source, entries, tuple(Span(source, 0, 2) for _ in entries))
        terms = Terms(baselines={".crosswire-baseline.json": baseline})
        texts["a/template.yaml"] = template()
        found = [one.rule for one in report(texts, terms).findings if one.severity is not Severity.NOTE]
        assert found == []

    def test_a_suppression_in_one_copy_says_nothing_of_the_others(self) -> None:
        ignored = HANDLER.replace(
            "    table.put_item", "    # crosswire: ignore[iam/missing-action] the role comes later\n    table.put_item"
        )
        texts = {**self.app("a", ignored), **self.app("b"), **self.app("c")}
        assert told(texts) == ["iam/missing-action b/src/app.py + c/src/app.py"]

    def test_only_the_copy_that_has_changed_is_told_of_a_change(self) -> None:
        texts = {**self.app("a"), **self.app("b")}
        (finding,) = report(texts, Terms(changed=frozenset({"b/src/app.py"}))).findings
        assert (finding.span.path, finding.copies) == ("b/src/app.py", ())


class TestNamesStayInTheirUnit:
    def test_equal_logical_ids_are_different_things(self) -> None:
        texts = {
            "a/template.yaml": template(),
            "a/src/app.py": HANDLER,
            "b/template.yaml": template(policies="{Statement: [{Effect: Allow, Action: 'sqs:*', Resource: '*'}]}"),
            "b/src/app.py": HANDLER,
        }
        assert told(texts) == ["iam/missing-action b/src/app.py"]

    def test_a_role_of_another_unit_gives_nothing(self) -> None:
        role = (
            "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n      Policies: "
            "[{PolicyName: a, PolicyDocument: {Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}}]\n"
        )
        weak = role.replace("dynamodb:*", "sqs:*")
        body = template(policies="Role").replace("      Policies: [Role]\n", "      Role: !GetAtt Role.Arn\n")
        texts = {
            "a/template.yaml": body + role,
            "a/src/app.py": HANDLER,
            "b/template.yaml": body + weak,
            "b/src/app.py": HANDLER,
        }
        assert told(texts) == ["iam/missing-action b/src/app.py"]

    POOL = "  Users:\n    Type: AWS::Cognito::UserPool\n    Properties: {LambdaConfig: {PreSignUp: !GetAtt Save.Arn}}\n"
    PERMIT = (
        "  Let:\n    Type: AWS::Lambda::Permission\n    Properties:\n      Action: lambda:InvokeFunction\n"
        "      FunctionName: !Ref Save\n      Principal: cognito-idp.amazonaws.com\n"
    )

    def test_a_permission_of_another_unit_lets_nobody_in(self) -> None:
        texts = {
            "a/template.yaml": template(more=TABLE + self.POOL + self.PERMIT),
            "a/src/app.py": HANDLER,
            "b/template.yaml": template(more=TABLE + self.POOL),
            "b/src/app.py": HANDLER,
        }
        (finding,) = alarms(texts)
        assert (finding.rule, finding.unit) == ("triggers/missing-permission", "b/template.yaml")

    def test_a_pool_of_another_unit_attaches_no_function(self) -> None:
        handler = (
            'def handler(event, context):\n    print(event["request"]["userAttributes"]["email"])\n    return event\n'
        )
        pool = "  Users:\n    Type: AWS::Cognito::UserPool\n"
        texts = {
            "a/template.yaml": template(more=TABLE + self.POOL + self.PERMIT),
            "a/src/app.py": handler,
            "b/template.yaml": template(more=TABLE + pool),
            "b/src/app.py": handler,
        }
        assert [(one.rule, one.unit) for one in alarms(texts)] == [("triggers/unattached-handler", "b/template.yaml")]

    def test_a_table_of_another_unit_is_known_by_its_exact_name_only(self) -> None:
        user = template(env="TABLE: shop-orders", more="")
        user = user.replace(ALLOWED, "{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: '*'}]}")
        own = "  Own:\n    Type: AWS::DynamoDB::Table\n    Properties: {TableName: carts}\n"
        named = template(more=TABLE.replace("Properties:", "Properties:\n      TableName: shop-orders"))
        texts = {"a/template.yaml": user + own, "a/src/app.py": HANDLER}
        assert told(texts) == ["env/unknown-table a/src/app.py"]
        assert told({**texts, "b/template.yaml": named, "b/src/app.py": HANDLER}) == []
        other = template(
            more=TABLE.replace("Properties:", "Properties:\n      TableName: !Sub '${AWS::StackName}-orders'")
        )
        assert told({**texts, "b/template.yaml": other, "b/src/app.py": HANDLER}) == ["env/unknown-table a/src/app.py"]

    def test_equal_function_names_in_a_monorepo_find_their_own_code(self) -> None:
        texts = {f"services/{name}/template.yaml": template() for name in "ab"}
        texts |= {f"services/{name}/src/app.py": HANDLER for name in "ab"}
        assert [one.code.entry for one in wiring(texts).functions] == ["services/a/src/app.py", "services/b/src/app.py"]

    def test_a_project_inside_the_folder_of_another_is_a_unit_of_its_own(self) -> None:
        texts = {
            "template.yaml": template(),
            "src/app.py": HANDLER,
            "src/tools/template.yaml": template(code=".", policies="AWSXrayWriteOnlyAccess"),
            "src/tools/app.py": HANDLER,
        }
        assert [(one.rule, one.unit) for one in alarms(texts)] == [("iam/missing-action", "src/tools/template.yaml")]


class TestSharedCode:
    LAYER = "  Common:\n    Type: AWS::Serverless::LayerVersion\n    Properties: {ContentUri: ../layer/}\n"

    def shared(self, folder: str, env: str) -> dict[str, str]:
        body = template(env=env, more=TABLE + self.LAYER)
        body = body.replace("      Runtime: python3.12\n", "      Runtime: python3.12\n      Layers: [!Ref Common]\n")
        code = "import common\ndef handler(event, context):\n    common.save(event)\n"
        return {f"{folder}/template.yaml": body, f"{folder}/src/app.py": code}

    def test_a_layer_of_two_stacks_is_judged_in_each_and_told_once(self) -> None:
        layer = HANDLER.replace("def handler(event, context)", "def save(event)")
        good = {**self.shared("a", "TABLE: !Ref Orders"), **self.shared("b", "TABLE: !Ref Orders")}
        assert told({**good, "layer/python/common.py": layer}) == []
        bad = {**self.shared("a", "A: 1"), **self.shared("b", "B: 1"), "layer/python/common.py": layer}
        assert told(bad) == ["env/not-set layer/python/common.py"]
        half = {**self.shared("a", "TABLE: !Ref Orders"), **self.shared("b", "B: 1"), "layer/python/common.py": layer}
        (finding,) = alarms(half)
        assert (finding.rule, finding.unit) == ("env/not-set", "b/template.yaml")

    def test_what_is_asked_of_one_unit_is_not_answered_with_others(self) -> None:
        texts = {**self.shared("a", "A: 1"), **self.shared("b", "B: 1")}
        texts["layer/python/common.py"] = HANDLER.replace("def handler(event, context)", "def save(event)")
        found = report(texts, selection=Selection(folders=("b",))).findings
        assert {one.unit for one in found} == {"b/template.yaml"}


def test_a_table_that_the_role_of_another_unit_names_is_somewhere() -> None:
    user = template(env="TABLE: shop-orders", more=TABLE.replace("Orders:", "Carts:"))
    other = user.replace(ALLOWED, "{Statement: [{Effect: Allow, Action: 'dynamodb:Query', Resource: '*'}]}")
    named = "{Statement: [{Effect: Allow, Action: 'dynamodb:*', Resource: 'arn:aws:dynamodb:*:*:table/shop-orders'}]}"
    texts = {"a/template.yaml": other, "a/src/app.py": HANDLER}
    assert told(texts) == ["env/unknown-table a/src/app.py"]
    texts |= {
        "b/template.yaml": user.replace(ALLOWED, named),
        "b/src/app.py": "def handler(event, context):\n    pass\n",
    }
    assert told(texts) == ["iam/missing-action a/src/app.py"]


def test_an_empty_value_is_not_unset_where_the_default_is_empty_too() -> None:
    code = (
        'import os, boto3\ntable = boto3.resource("dynamodb").Table("orders" + (os.environ.get("SUFFIX") or ""))\n'
        "def handler(event, context):\n    table.put_item(Item={})\n"
    ).replace("{}", '{"id": "1"}')
    more = TABLE.replace("Properties:", "Properties:\n      TableName: orders")
    policies = "{Statement: [{Effect: Allow, Action: 'dynamodb:Query', Resource: '*'}]}"
    texts = {"template.yaml": template(env="SUFFIX: ''", policies=policies, more=more), "src/app.py": code}
    assert told(texts) == ["iam/missing-action src/app.py"]
