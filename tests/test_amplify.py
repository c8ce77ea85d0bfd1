"""Backends of Amplify in, functions with what the files beside their templates add, and findings out."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest

from crosswire.finding import Severity
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.source import Source
from crosswire.values import Concat, Const, Parameter, Ref
from crosswire.wiring.function import Link
from crosswire.wiring.project import Wiring

FIXTURE = Path(__file__).resolve().parent.parent / "fixtures/amplify-js"
BACKEND = "amplify/backend"
MENU = f"{BACKEND}/function/menu"
TRIGGER = f"{BACKEND}/function/potluck8c31d2e5PostConfirmation"


@cache
def texts() -> dict[str, str]:
    files = Files.below(FIXTURE)
    sources = {path: files.read(path) for path in files.paths}
    return {path: source.text for path, source in sources.items() if isinstance(source, Source)}


def changed(path: str, pattern: str, replacement: str) -> dict[str, str]:
    text, count = re.subn(pattern, replacement, texts()[path], count=1)
    assert count
    return texts() | {path: text}


def without(*paths: str) -> dict[str, str]:
    return {path: text for path, text in texts().items() if not path.startswith(paths)}


def wiring(of: dict[str, str]) -> Wiring:
    return build_wiring(Files.from_texts(of))


def alarms(of: dict[str, str]) -> list[str]:
    report = lint(Files.from_texts(of), load(rule_ids()))
    return [f"{one.rule} {one.span.path}" for one in report.findings if one.severity is not Severity.NOTE]


def test_the_code_is_in_the_folder_that_the_cli_packages() -> None:
    found = {function.code.entry: function.code.link for function in wiring(texts()).functions}
    assert found == {
        f"{BACKEND}/function/{name}/src/index.js": Link.EXACT
        for name in ("invite", "kitchen", "menu", "potluck8c31d2e5PostConfirmation")
    }


def test_copies_of_what_was_deployed_are_no_templates() -> None:
    assert not any("awscloudformation" in unit.id or "#current" in unit.id for unit in wiring(texts()).units)


def test_parameters_stand_for_the_outputs_of_what_a_part_depends_on() -> None:
    found = wiring(texts())
    (menu,) = (function for function in found.functions if "/menu/" in function.id.unit)
    table = found.expand(menu.env.variables["STORAGE_DISHES_NAME"].value)
    assert [one.name for one in found.resources if one.type == "AWS::DynamoDB::Table"] != [None]
    assert "dishes" in str(table)
    (invite,) = (function for function in found.functions if "/invite/" in function.id.unit)
    name = found.expand(invite.env.variables["FUNCTION_MENU_NAME"].value)
    assert "menu" in str(name)


def test_a_default_that_stands_in_for_what_the_parent_gives_is_none() -> None:
    found = wiring(without(f"{BACKEND}/backend-config.json"))
    (menu,) = (function for function in found.functions if "/menu/" in function.id.unit)
    value = menu.env.variables["STORAGE_DISHES_NAME"].value
    assert isinstance(value, Parameter) and value.default is None


def test_values_are_those_of_the_files_beside_the_template() -> None:
    found = wiring(texts())
    (trigger,) = (function for function in found.functions if "PostConfirmation" in function.id.unit)
    group = trigger.env.variables["GROUP"].value
    assert isinstance(group, Parameter) and group.exact and group.default == "guests"
    (menu,) = (function for function in found.functions if "/menu/" in function.id.unit)
    sender = menu.env.variables["SENDER"].value
    assert isinstance(sender, Parameter) and not sender.exact  # each environment has its own


def test_a_secret_in_the_values_of_all_environments_is_told() -> None:
    path, key = "amplify/team-provider-info.json", "sk_" + "live_" + "51Hq7WcJz2pVx9RtYb6NmKdLs"
    of = texts() | {path: re.sub('"sender": "[^"]*"', f'"sender": "{key}"', texts()[path])}
    assert [one.split(" ")[0] for one in alarms(of)] == ["secrets/plaintext-in-env"]


def test_custom_policies_are_of_the_role() -> None:
    assert alarms(changed(f"{MENU}/custom-policies.json", "ses:SendEmail", "ses:SendRawEmail")) == [
        f"iam/missing-action {MENU}/src/index.js"
    ]


@pytest.mark.parametrize("text", ["", "[", "{}", "[1]", '[{"Action": 1}]', '[{"Action": [], "Resource": []}]', "null"])
def test_custom_policies_that_cannot_be_read_add_nothing(text: str) -> None:
    assert alarms(texts() | {f"{MENU}/custom-policies.json": text}) == [f"iam/missing-action {MENU}/src/index.js"]


KITCHEN = f"{BACKEND}/function/kitchen/src/index.js"


@pytest.mark.parametrize(
    ("path", "pattern", "replacement", "told"),
    [
        (KITCHEN, "QueryCommand", "UpdateItemCommand: QueryCommand", "iam/missing-action"),
        (f"{MENU}/menu-cloudformation-template.json", '"STORAGE_DISHES_NAME"', '"STORAGE_DISH_NAME"', "env/not-set"),
        (f"{MENU}/src/index.js", "party: Item.party, dish, guest", "party: Item.party, guest", "schema/key-mismatch"),
    ],
)
def test_a_mistake_is_told_at_the_source(path: str, pattern: str, replacement: str, told: str) -> None:
    source = path if path == KITCHEN else f"{MENU}/src/index.js"
    assert alarms(changed(path, pattern, replacement)) == ([f"{told} {source}"] if told else [])


ADDING = """\
const cognito = require("@aws-sdk/client-cognito-identity-provider");
const client = new cognito.CognitoIdentityProviderClient({});
exports.handler = async ({ userPoolId, userName, request }) => {
  if (!request.userAttributes.email) return;
  const who = { UserPoolId: userPoolId, Username: userName, GroupName: "guests" };
  await client.send(new cognito.AdminAddUserToGroupCommand(who));
};
"""


def test_a_function_that_the_user_pool_depends_on_is_attached_and_may_be_given_more() -> None:
    of = texts() | {f"{TRIGGER}/src/index.js": ADDING}
    assert alarms(of) == []
    config = json.loads(texts()[f"{BACKEND}/backend-config.json"])
    config["auth"]["potluck8c31d2e5"]["dependsOn"] = []
    of[f"{BACKEND}/backend-config.json"] = json.dumps(config)
    assert alarms(of) == [f"iam/missing-action {TRIGGER}/src/index.js"]


@pytest.mark.parametrize(
    "name", [f"{BACKEND}/backend-config.json", "amplify/team-provider-info.json", f"{TRIGGER}/parameters.json"]
)
@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"auth": [], "function": {"menu": 1}}', '{"dev": {"categories": []}}', "\0"]
)
def test_a_broken_part_loses_nothing_else(name: str, text: str) -> None:
    of = changed(f"{MENU}/custom-policies.json", "ses:SendEmail", "ses:SendRawEmail") | {name: text}
    assert f"iam/missing-action {MENU}/src/index.js" in alarms(of)


def test_what_the_cli_generates_is_not_judged() -> None:
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            "UserPool": {"Type": "AWS::Cognito::UserPool", "Properties": {}},
            "UserPoolClientLambda": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "Code": {"ZipFile": "exports.handler = () => new (require('aws-sdk').S3)().listBuckets();"},
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["UserPoolClientRole", "Arn"]},
                    "Runtime": "nodejs22.x",
                },
            },
            "UserPoolClientRole": {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": {}}},
        },
    }
    path = f"{BACKEND}/auth/potluck8c31d2e5/build/potluck8c31d2e5-cloudformation-template.json"
    found = wiring(texts() | {path: json.dumps(template)})
    assert not any(function.id.unit == path for function in found.functions)
    assert alarms(texts() | {path: json.dumps(template)}) == []


def test_a_parent_stack_in_the_check_says_what_parameters_are() -> None:
    parent = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Resources": {
            name: {
                "Type": "AWS::CloudFormation::Stack",
                "Properties": {
                    "TemplateURL": f"https://s3.amazonaws.com/bucket/amplify-cfn-templates/{path}-cloudformation-template.json",
                    "Parameters": parameters,
                },
            }
            for name, path, parameters in (
                ("storagedishes", "storage/dishes", {"env": "dev", "tableName": "dishes"}),
                (
                    "functionkitchen",
                    "function/kitchen",
                    {"storagedishesName": {"Fn::GetAtt": ["storagedishes", "Outputs.Name"]}},
                ),
            )
        },
    }
    found = wiring(texts() | {f"{BACKEND}/awscloudformation/root-cloudformation-stack.json": json.dumps(parent)})
    (kitchen,) = (one for one in found.functions if one.id.unit.endswith("#functionkitchen"))
    name = found.expand(kitchen.env.variables["STORAGE_DISHES_NAME"].value)
    assert "dishes" in str(name) and kitchen.code.entry == f"{BACKEND}/function/kitchen/src/index.js"


# -- names, and the tables of models

SCHEMA = f"{BACKEND}/api/potluck/schema.graphql"
MENU_TEMPLATE = f"{MENU}/menu-cloudformation-template.json"


def test_functions_roles_and_tables_are_called_by_the_name_of_their_part() -> None:
    found = wiring(texts())
    assert {str(function.id) for function in found.functions} >= {"invite", "kitchen", "menu"}
    assert {str(role.id) for role in found.roles} >= {f"LambdaExecutionRole of {one}" for one in ("invite", "menu")}
    assert "dishes" in {str(one.id) for one in found.resources if one.type == "AWS::DynamoDB::Table"}


def test_every_type_with_the_directive_is_a_table_named_by_the_api_and_the_environment() -> None:
    schema = """
    # type Old @model { id: ID! }
    \"\"\"type Told @model { id: ID! }\"\"\"
    type Guest @auth(rules: [{ allow: owner, operations: [read] }])
      @model(queries: { get: "type Wrong @model {" }) { id: ID! }
    type Plate @model @key(fields: ["party", "name"]) { party: ID! name: String! }
    type Note { text: String }
    input Amplify { globalAuthRule: AuthRule = { allow: public } }
    """
    found = wiring(texts() | {SCHEMA: schema})
    tables = [one for one in found.resources if one.id.unit == SCHEMA]
    assert [one.id.address for one in tables] == ["GuestTable", "PlateTable"]
    name = found.expand(Ref(tables[0].id, "name"))
    assert isinstance(name, Concat) and name.parts[0] == Const("Guest-")
    (menu,) = (function for function in found.functions if "/menu/" in function.id.unit)
    assert found.expand(menu.env.variables["API_POTLUCK_GUESTTABLE_NAME"].value) == name


def test_models_of_another_database_have_no_tables() -> None:
    schema = 'input AMPLIFY { engine: String = "mysql" }\ntype Guest @model { id: ID! }\n'
    assert [one for one in wiring(texts() | {SCHEMA: schema}).resources if one.id.unit == SCHEMA] == []


def test_a_grant_on_the_table_of_another_model_is_told() -> None:
    schema = texts()[SCHEMA] + "\ntype Party @model { id: ID! }\n"
    policy = texts()[MENU_TEMPLATE]
    start = policy.index('"AmplifyResourcesPolicy"')
    other = policy[:start] + policy[start:].replace(":GetAtt:GuestTable:Name", ":GetAtt:PartyTable:Name")
    assert alarms(texts() | {SCHEMA: schema}) == []
    assert alarms(texts() | {SCHEMA: schema, MENU_TEMPLATE: other}) == [f"iam/wrong-resource {MENU}/src/index.js"]


def test_the_name_of_a_models_table_may_be_put_together() -> None:
    code = texts()[f"{MENU}/src/index.js"]
    made = "`Guest-${process.env.API_POTLUCK_GRAPHQLAPIIDOUTPUT}-${process.env.ENV}`"
    changed_code = code.replace("process.env.API_POTLUCK_GUESTTABLE_NAME", made)
    assert alarms(texts() | {f"{MENU}/src/index.js": changed_code}) == []
    wrong = changed_code.replace("`Guest-", "`Party-")
    schema = texts()[SCHEMA] + "\ntype Party @model { id: ID! }\n"
    found = alarms(texts() | {f"{MENU}/src/index.js": wrong, SCHEMA: schema})
    assert found == [f"iam/wrong-resource {MENU}/src/index.js"]


def test_a_policy_that_allows_everything_was_not_written_by_the_cli() -> None:
    policy = texts()[MENU_TEMPLATE]
    start = policy.index('"AmplifyResourcesPolicy"')
    rest = re.sub(r'"Action": \[[^\]]*\]', '"Action": "*"', policy[start:], count=1)
    rest = re.sub(
        r'"Resource": \[\s*\{\s*"Ref": "storagedishesArn"', '"Resource": ["*", {"Ref": "storagedishesArn"', rest
    )
    assert alarms(texts() | {MENU_TEMPLATE: policy[:start] + rest}) == [f"iam/wildcard {MENU_TEMPLATE}"]
