"""The rules about secrets: one finding per variable and place, and never a character of the secret."""

from __future__ import annotations

from textwrap import dedent

import pytest

from crosswire.finding import Finding, Severity
from crosswire.lint import check, lint
from crosswire.project import Files
from crosswire.registry import load
from crosswire.source import Source, Span
from crosswire.values import Const, EnvRef, ResourceId, Unknown
from crosswire.wiring.access import Role
from crosswire.wiring.function import (
    Call,
    Code,
    Environment,
    EnvRead,
    EnvVariable,
    Function,
    Link,
    LiteralSecret,
    Need,
    Use,
)
from crosswire.wiring.project import Unit, Wiring

RULES = ("secrets/plaintext-in-env", "secrets/placeholder", "secrets/literal-fallback")
TOKEN = "ghp_" + "Qz7mP2xV9kLw4TnB8sRd6YhJ3fGc5AeU1oXi"
CODE = "import os\n\ndef handler(event, context):\n    return os.environ['VALUE']\n"


def findings(variables: str, head: str = "", code: str = CODE) -> tuple[Finding, ...]:
    template = f"""{head}
Resources:
  Login:
    Type: AWS::Lambda::Function
    Properties:
      Runtime: python3.12
      Handler: login.handler
      Code: src
      Role: arn:aws:iam::123456789012:role/login
      Environment:
        Variables:
{variables}
"""
    return lint(Files.from_texts({"template.yaml": template, "src/login.py": code}), load(RULES)).findings


def only(found: tuple[Finding, ...]) -> Finding:
    assert len(found) == 1, [finding.message for finding in found]
    return found[0]


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("VALUE", TOKEN, "a GitHub token"),
        ("JWT_SECRET", "orders-jwt-signing-2024", "a guessable secret"),
        ("DB_PASSWORD", "Qz7mP2xV9kLw", "a secret"),
        ("URL", f"postgres://orders:{TOKEN[-12:]}@db.khaya.io/orders", "a password in an address"),
    ],
)
def test_a_secret_in_plain_text_is_an_error_that_does_not_show_it(name: str, value: str, kind: str) -> None:
    finding = only(findings(f'          {name}: "{value}"'))
    assert finding.rule == "secrets/plaintext-in-env" and finding.severity is Severity.ERROR
    assert finding.message == f"`{name}` holds {kind} in plain text"
    assert value not in repr((finding.message, finding.label, finding.advice, finding.subject, finding.related))
    assert any(value in span.text for span in finding.secrets)


def test_each_side_of_a_condition_is_looked_at() -> None:
    finding = only(
        findings(f"          VALUE: !If [Prod, !Ref AWS::Region, {TOKEN}]", "Conditions: {Prod: !Equals [a, b]}")
    )
    assert any(span.text == TOKEN for span in finding.secrets)


def test_a_password_between_parts_that_are_not_known_is_found() -> None:
    address = f"postgres://orders:{TOKEN[-12:]}@${{AWS::Region}}.db.khaya.io/${{AWS::StackName}}"
    assert (
        only(findings(f"          VALUE: !Sub '{address}'")).message
        == "`VALUE` holds a password in an address in plain text"
    )


@pytest.mark.parametrize(
    "variables",
    [
        "          API_TOKEN: !Sub '${AWS::StackName}-api-token'",
        "          API_TOKEN: '{{resolve:secretsmanager:orders:SecretString:token}}'",
        "          API_TOKEN: ''",
        "          TOKENS_TABLE: khaya-reset-tokens-2024",
        "          SECRET_ARN: arn:aws:secretsmanager:eu-west-1:123456789012:secret:orders-AbCdEf",
        "          DB_SECRET: prod/orders/db",
        "          STRIPE_KEY: pk_live_Qz7mP2xV9kLw4TnB8sRd6YhJ",
        "          DB_PASSWORD: local\n          DB_HOST: localhost",
    ],
)
def test_what_is_no_secret_is_silent(variables: str) -> None:
    assert findings(variables) == ()


def test_a_secure_string_reference_fails_to_deploy() -> None:
    finding = only(findings("          VALUE: '{{resolve:ssm-secure:/orders/token:1}}'"))
    assert finding.severity is Severity.ERROR and "SecureString" in finding.message


def test_a_plain_parameter_of_systems_manager_is_a_warning_under_a_secrets_name() -> None:
    assert only(findings("          API_TOKEN: '{{resolve:ssm:/orders/token}}'")).severity is Severity.WARNING
    assert findings("          VALUE: '{{resolve:ssm:/orders/token}}'") == ()


def test_a_placeholder_is_a_warning() -> None:
    finding = only(findings("          API_TOKEN: YOUR_API_TOKEN"))
    assert (finding.rule, finding.severity) == ("secrets/placeholder", Severity.WARNING)


def test_a_parameter_with_noecho_is_a_note() -> None:
    head = "Parameters: {ApiToken: {Type: String, NoEcho: true}}"
    assert only(findings("          API_TOKEN: !Ref ApiToken", head)).severity is Severity.NOTE


def test_a_parameter_whose_default_is_a_secret_is_an_error() -> None:
    head = f"Parameters: {{ApiToken: {{Type: String, Default: {TOKEN}}}}}"
    finding = only(findings("          API_TOKEN: !Ref ApiToken", head))
    assert finding.severity is Severity.ERROR and "default is a GitHub token" in finding.message


def test_a_parameter_that_holds_the_name_of_a_secret_is_silent() -> None:
    head = "Parameters: {DbSecretName: {Type: String, Default: orders-db-credentials}}"
    assert findings("          DB_SECRET: !Ref DbSecretName", head) == ()


def test_globals_are_told_once_with_all_functions() -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals:
  Function:
    Runtime: python3.12
    CodeUri: src
    Handler: login.handler
    Environment:
      Variables:
        JWT_SECRET: orders-jwt-signing-2024
Resources:
  Login: {Type: AWS::Serverless::Function}
  Logout: {Type: AWS::Serverless::Function}
"""
    files = Files.from_texts({"template.yaml": template, "src/login.py": CODE})
    finding = only(lint(files, load(RULES)).findings)
    assert finding.functions == ("Login", "Logout")


SOURCE = Source("src/login.py", f"key = os.environ.get('JWT_SECRET', '{TOKEN}')\n")
READ = Span(SOURCE, 6, 40)
LITERAL = Span(SOURCE, 35, 37 + len(TOKEN))


def with_code(code: Code, environment: Environment | None = None) -> tuple[Finding, ...]:
    place = Span(Source("template.yaml", "Login:"), 0, 5)
    function = Function(
        ResourceId("template.yaml", "Login"),
        place,
        "login.handler",
        "python3.12",
        environment or Environment({}),
        Role(None, place, ()),
        code,
    )
    unit = Unit("template.yaml", "template.yaml", place)
    return check(Wiring(units=(unit,), functions=(function,)), load(RULES)).findings


def test_a_secret_as_a_fallback_is_told_at_the_literal() -> None:
    literal = LiteralSecret("GitHub token", "JWT_SECRET", LITERAL, fallback_of="JWT_SECRET")
    read = EnvRead("JWT_SECRET", Need.DEFAULTED, READ, default=Const(TOKEN, LITERAL))
    finding = only(with_code(Code(Link.EXACT, literals=(literal,), reads=(read,))))
    assert finding.rule == "secrets/literal-fallback" and finding.span == LITERAL and finding.secrets == (LITERAL,)
    assert finding.message == "`JWT_SECRET` falls back to a GitHub token that is written in the code"
    assert finding.label == "used now, as nothing sets the variable"


def test_a_secret_in_the_code_is_told() -> None:
    literal = LiteralSecret("GitHub token", "headers.Authorization", LITERAL)
    finding = only(with_code(Code(Link.EXACT, literals=(literal,))))
    assert finding.message == "the code holds a GitHub token as `headers.Authorization`"


@pytest.mark.parametrize("default", [Const(""), Unknown("a call"), None])
def test_a_fallback_that_is_no_secret_is_silent(default: Const | Unknown | None) -> None:
    read = EnvRead("JWT_SECRET", Need.DEFAULTED, READ, default=default)
    assert with_code(Code(Link.EXACT, reads=(read,))) == ()


def test_a_variable_that_is_given_to_secrets_manager_holds_a_name() -> None:
    use = Use("secret", EnvRef("DB_SECRET"), ("secretsmanager:GetSecretValue",))
    call = Call("secretsmanager", "GetSecretValue", (use,), READ)
    template = Source("template.yaml", "DB_SECRET: orders-db-2024")
    value = Span(template, 11, 25)
    variable = EnvVariable("DB_SECRET", Const("orders-db-2024", value), Span(template, 0, 9), value)
    environment = Environment({"DB_SECRET": variable})
    assert with_code(Code(Link.EXACT, calls=(call,)), environment) == ()
    assert with_code(Code(Link.EXACT), environment) != ()


def test_a_key_that_is_written_into_the_code_is_told_once() -> None:
    # The key is made up.
    key = "AKIA" + "Q3EGRTYUIKJHN2BV"
    code = f"""
    import boto3
    KEY = "{key}"
    def handler(event, context):
        boto3.client("s3", aws_access_key_id=KEY, aws_secret_access_key="x").list_buckets()
    """
    from tests.checking import findings, project

    texts = project("pass")
    texts["src/app.py"] = dedent(code)
    (finding,) = findings(texts, "secrets/literal-fallback")
    assert finding.message == "the code holds an AWS access key id" and key not in repr(finding.related)
