"""The rules about variables: when they speak, and when they do not."""

from __future__ import annotations

import pytest
from tests.checking import alarms, allow, findings, project, told

from crosswire.finding import Severity

ALL = allow('"dynamodb:*"', '"*"')
READ_ORDERS = "[DynamoDBReadPolicy: {TableName: !Ref Orders}]"


def get(name: str) -> str:
    return f"dynamodb.Table({name}).get_item(Key={{}})"


def test_an_unset_variable_with_a_wrong_default_is_one_error_that_shows_every_end() -> None:
    texts = project(get('os.environ.get("A") or os.environ.get("B") or "shop-dev"'), policies=READ_ORDERS)
    found = [one for one in findings(texts) if one.severity is not Severity.NOTE]
    assert [one.rule for one in found] == ["env/risky-fallback"]
    assert "`A` or `B` is not set" in found[0].message
    places = {(label.span.path, label.span.text) for label in found[0].related}
    assert ("src/app.py", '"shop-dev"') in places
    assert ("template.yaml", "Orders") in places


@pytest.mark.parametrize(
    ("default", "policies", "expected"),
    [
        ('"shop-orders"', READ_ORDERS, ["note env/risky-fallback"]),
        ('"shop-orders"', ALL, ["note env/risky-fallback"]),
        ('"shop-dev"', ALL, ["error env/risky-fallback"]),
        ('"shop-dev"', allow("dynamodb:*", "arn:aws:dynamodb:us-east-1:111122223333:table/shop-dev"), []),
        ('""', ALL, ["error env/risky-fallback"]),
        ('"shop-dev"', "[SomePolicyOfThisAccount]", ["error env/risky-fallback"]),
    ],
)
def test_a_default_is_judged_by_its_effect(default: str, policies: str, expected: list[str]) -> None:
    texts = project(get(f'os.environ.get("TABLE", {default})'), policies=policies)
    assert told(texts, "env/risky-fallback") == expected


def test_a_default_of_a_variable_that_is_set_is_left_alone() -> None:
    texts = project(get('os.environ.get("TABLE", "shop-dev")'), env="{TABLE: !Ref Orders}", policies=READ_ORDERS)
    assert told(texts) == []


def test_an_empty_variable_counts_as_unset_where_the_code_says_so() -> None:
    env = '{TABLE: ""}'
    texts = project(get('os.environ.get("TABLE") or "shop-dev"'), env=env, policies=READ_ORDERS)
    assert alarms(texts, "env/risky-fallback") == ["env/risky-fallback"]


def send(test: str) -> str:
    """Code that sends a message on a condition."""
    return f'url = os.environ.get("QUEUE", "")\n{test}\n    boto3.client("sqs").send_message(QueueUrl=url)'


_SEND_JOBS = "- SQSSendMessagePolicy: {QueueName: !GetAtt Jobs.QueueName}"


@pytest.mark.parametrize(
    ("test", "expected"),
    [
        ("if True:", ["env/risky-fallback"]),
        ("if url:", []),
        ("if url and event:", []),
        ('if url != "":', []),
        ("if not url:\n    raise ValueError('url')\nif url:", ["env/not-set"]),
    ],
)
def test_what_is_done_only_with_a_name_is_not_done_without_it(test: str, expected: list[str]) -> None:
    assert alarms(project(send(test), policies=_SEND_JOBS)) == expected


@pytest.mark.parametrize("test", ["if url:", 'if url != "":'])
def test_what_is_done_only_with_a_name_is_not_done_with_an_empty_one(test: str) -> None:
    assert alarms(project(send(test), env='{QUEUE: ""}', policies=_SEND_JOBS)) == []


def test_a_default_that_names_no_resource_is_left_alone() -> None:
    assert told(project('print(os.environ.get("GREETING", "hello"))'), "env/") == []


def test_a_variable_that_the_code_sets_itself_is_set() -> None:
    texts = project('os.environ["TABLE"] = "shop-orders"\n' + get('os.environ["TABLE"]'), policies=READ_ORDERS)
    assert alarms(texts) == []


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (get('os.environ["TABLE"]'), ["error env/not-set"]),
        ('print(os.environ["GREETING"])', ["warning env/not-set"]),
        ('print(os.environ["AWS_REGION"], os.environ["_HANDLER"])', []),
        ('print("GREETING" in os.environ)', []),
        ('if os.environ.get("DEBUG_MODE") == "1":\n    print(1)', []),
    ],
)
def test_only_what_the_code_needs_must_be_set(body: str, expected: list[str]) -> None:
    assert told(project(body, policies=READ_ORDERS), "env/not-set") == expected


def test_an_unset_variable_and_what_its_call_lacks_are_one_finding() -> None:
    assert alarms(project(get('os.environ["TABLE"]'))) == ["env/not-set"]


def test_a_variable_that_is_read_in_several_places_is_one_finding() -> None:
    body = 'print(os.environ["TABLE"])\n' + get('os.environ["TABLE"]')
    found = findings(project(body, policies=READ_ORDERS))
    assert [(one.severity, one.rule) for one in found if one.severity is not Severity.NOTE] == [
        (Severity.ERROR, "env/not-set")
    ]
    places = {label.span.start_position.line for label in found[0].related} | {found[0].span.start_position.line}
    assert {4, 5} <= places


def test_the_second_variable_of_a_chain_is_not_needed_where_the_first_is_set() -> None:
    body = get('os.environ.get("A") or os.environ["B"]')
    assert alarms(project(body, env="{A: !Ref Orders}", policies=READ_ORDERS)) == []


@pytest.mark.parametrize(
    ("given", "meant"),
    [("TABLE_NAME", True), ("ORDERS_TABLE", True), ("ORDER_TABLE_NAME", True), ("COLOUR", False)],
)
def test_a_variable_with_a_near_name_is_what_was_meant(given: str, meant: bool) -> None:
    texts = project(get('os.environ["ORDERS_TABLE_NAME"]'), env=f"{{{given}: !Ref Orders}}", policies=READ_ORDERS)
    message = findings(texts, "env/not-set")[0].message
    assert (f"did you mean `{given}`" in message) is meant


def test_an_environment_that_cannot_be_read_in_full_gives_no_finding() -> None:
    body = get('os.environ["TABLE"]')
    assert told(project(body, env="Fn::Transform: {Name: Macro}", policies=READ_ORDERS), "env/") == []


def test_a_helper_that_reads_is_told_at_the_place_that_names_the_variable() -> None:
    texts = project(get('required("TABLE")'), policies=READ_ORDERS)
    texts["src/app.py"] += "def required(name):\n    return os.environ[name]\n"
    assert [one.span.text for one in findings(texts, "env/not-set")] == ['"TABLE"']


def test_a_reserved_name_does_not_deploy() -> None:
    found = findings(project("pass", env="{AWS_REGION: eu-west-1, AWS_NODEJS_CONNECTION_REUSE_ENABLED: 1}"), "env/")
    assert [(one.rule, one.severity, one.span.text) for one in found] == [
        ("env/reserved-name", Severity.ERROR, "AWS_REGION")
    ]


@pytest.mark.parametrize(
    ("body", "env", "expected"),
    [
        ("pass", "{COLOUR: blue}", ["note env/never-read"]),
        ("pass", "{POWERTOOLS_SERVICE_NAME: shop, LOG_LEVEL: INFO, NODE_OPTIONS: x}", []),
        ('print(os.environ["COLOUR"])', "{COLOUR: blue}", []),
        ("print(os.environ[event['name']])", "{COLOUR: blue}", []),
        ("import missing_module_of_this_project.orm", "{COLOUR: blue}", []),
    ],
)
def test_a_variable_that_nothing_reads_is_a_note_where_all_was_read(body: str, env: str, expected: list[str]) -> None:
    texts = project(body, env=env)
    if "missing" in body:
        texts["src/app.py"] = "from .missing import orm\n" + texts["src/app.py"].replace(body, "pass")
    assert told(texts, "env/never-read") == expected


@pytest.mark.parametrize(
    ("name", "policies", "expected"),
    [
        ('"orders"', ALL, ["env/unknown-table"]),
        ('"orders"', READ_ORDERS, ["env/unknown-table"]),
        ('"shop-orders"', ALL, []),
        ('"orders"', allow("dynamodb:*", "arn:aws:dynamodb:us-east-1:111122223333:table/orders"), []),
        ('"arn:aws:dynamodb:us-east-1:111122223333:table/orders"', ALL, []),
        ('event["table"]', ALL, []),
    ],
)
def test_a_table_that_no_template_declares_is_told(name: str, policies: str, expected: list[str]) -> None:
    assert alarms(project(get(name), policies=policies)) == expected


@pytest.mark.parametrize(
    "given",
    [
        'boto3.Session(aws_access_key_id=event["k"], aws_secret_access_key=event["s"]).resource("dynamodb")',
        'boto3.Session(event["k"], event["s"], event["t"]).resource("dynamodb")',
        'boto3.resource("dynamodb", None, None, True, None, None, event["k"], event["s"])',
    ],
)
@pytest.mark.parametrize("policies", [ALL, "[]"])
def test_a_table_that_is_read_with_given_credentials_may_be_of_another_account(given: str, policies: str) -> None:
    assert alarms(project(f'{given}.Table("theirs").scan()', policies=policies)) == []


def test_a_table_without_a_name_is_none() -> None:
    """An environment that lacks the table gives an empty text, which the code asks for first."""
    body = 'name = os.environ["OTHER"]\nif name:\n    ' + get("name")
    texts = project(body, env='{OTHER: ""}', policies=ALL)
    assert alarms(texts) == []
    assert alarms({**texts, "template.yaml": texts["template.yaml"].replace('OTHER: ""', "OTHER: others")}) == [
        "env/unknown-table"
    ]


def test_a_table_is_not_unknown_where_none_is_declared() -> None:
    texts = project(get('"orders"'), policies=ALL)
    texts["template.yaml"] = texts["template.yaml"].replace("AWS::DynamoDB::Table", "AWS::SNS::Topic")
    assert alarms(texts) == []


@pytest.mark.parametrize(
    ("env", "expected"),
    [("{}", ["warning secrets/literal-fallback"]), ('{JWT_SECRET: "{{resolve:secretsmanager:jwt}}"}', [])],
)
def test_a_placeholder_is_the_secret_where_the_variable_is_not_set(env: str, expected: list[str]) -> None:
    body = "print(os.environ.get('JWT_SECRET', 'change-me'))"
    assert told(project(body, env=env), "secrets/literal-fallback") == expected


@pytest.mark.parametrize(
    "name", ["{{resolve:ssm:/shop/table}}", "{{resolve:ssm:/shop/table}}-suffix", "shop-{{resolve:ssm:/stage}}-orders"]
)
def test_a_name_that_is_put_in_at_deployment_is_not_judged(name: str) -> None:
    body = "dynamodb.Table(os.environ['TABLE']).get_item(Key={})"
    policies = '[{DynamoDBReadPolicy: {TableName: "' + name + '"}}]'
    assert told(project(body, env="{TABLE: '" + name + "'}", policies=policies)) == []


def test_a_secret_in_a_json_text_is_a_secret() -> None:
    # The secret is made up.
    env = """{CONFIG: '{"client_secret": "q9Zr8vXb2LmN4kPt7WsY1cDf3GhJ5xQe", "region": "eu-west-1"}'}"""
    (finding,) = findings(project("print(os.environ['CONFIG'])", env=env), "secrets/plaintext-in-env")
    assert "in a JSON text" in finding.message


_MAIN = """
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = "arn:aws:iam::123456789012:role/orders"
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "src.zip"

  environment {
    variables = { %s }
  }
}

variable "limit" {
  type    = string
  default = null
}
"""


@pytest.mark.parametrize(("given", "expected"), [("LIMIT = var.limit", []), ("", ["env/not-set"])])
def test_a_variable_that_terraform_gives_null_is_left_out_on_purpose(given: str, expected: list[str]) -> None:
    code = "import os\ndef handler(event, context):\n    return os.environ['LIMIT']\n"
    assert alarms({"main.tf": _MAIN % given, "src/app.py": code}, "env/") == expected
