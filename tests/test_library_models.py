"""Libraries that keep a table of their own: what they call, where their settings come from, what they ask of the
table."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from tests.checking import findings
from tests.following import calls, follow, reads, show

from crosswire.wiring.function import Code

CRUD = ["DeleteItem", "GetItem", "UpdateItem"]


def flask(settings: str, *, start: str = "Session(app)", more: dict[str, str] | None = None) -> Code:
    """The code of a Flask app on Lambda whose settings are made by some statements."""
    code = "import os, boto3\nfrom flask import Flask\nfrom flask_session import Session\nimport serverless_wsgi\n"
    code += "app = Flask(__name__)\n" + dedent(settings) + f"\n{start}\n"
    code += "def handler(event, context):\n    return serverless_wsgi.handle_request(app, event, context)\n"
    return follow({"src/app.py": code, **(more or {})}, "app.handler", "python3.12")


def operations(code: Code) -> list[str]:
    return sorted({call.operation for call in code.calls if any(not use.optional for use in call.uses)})


SETTINGS = {
    "items": """
        app.config["SESSION_TYPE"] = "dynamodb"
        app.config["SESSION_DYNAMODB_TABLE"] = os.environ["TABLE"]
        """,
    "update": 'app.config.update(SESSION_TYPE="dynamodb", SESSION_DYNAMODB_TABLE=os.environ["TABLE"])',
    "update with a dict": """
        app.config.update({"SESSION_TYPE": "dynamodb", "SESSION_DYNAMODB_TABLE": os.environ["TABLE"]})
        """,
    "mapping": 'app.config.from_mapping(SESSION_TYPE="dynamodb", SESSION_DYNAMODB_TABLE=os.environ["TABLE"])',
    "class": """
        class Base(object):
            SESSION_TYPE = "dynamodb"
        class Config(Base):
            SESSION_DYNAMODB_TABLE = os.environ["TABLE"]
        app.config.from_object(Config)
        """,
    "instance": """
        class Config:
            SESSION_TYPE = "dynamodb"
            @property
            def SESSION_DYNAMODB_TABLE(self):
                return os.environ["TABLE"]
        app.config.from_object(Config())
        """,
    "module": "import settings\napp.config.from_object(settings)",
    "import path of a module": 'app.config.from_object("settings")',
    "import path of a class": 'app.config.from_object("settings.Config")',
    "capitals": 'app.config.update(SESSION_TYPE="DynamoDB", SESSION_DYNAMODB_TABLE=os.environ["TABLE"])',
}
MODULE = """\
import os
SESSION_TYPE = "dynamodb"
SESSION_DYNAMODB_TABLE = os.environ["TABLE"]
class Config:
    SESSION_TYPE = SESSION_TYPE
    SESSION_DYNAMODB_TABLE = SESSION_DYNAMODB_TABLE
"""


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_the_settings_of_an_app_are_followed_to_the_environment(settings: str) -> None:
    code = flask(settings, more={"src/settings.py": MODULE})
    (table,) = code.tables
    assert (table.library, show(table.name)) == ("Flask-Session", "${TABLE}")
    assert operations(code) == ["CreateTable", *CRUD]
    assert reads(code) == ["TABLE required feeds"]


def test_an_app_of_a_factory_and_a_session_that_is_made_first_are_followed() -> None:
    code = follow(
        {
            "src/lambda_function.py": """
            from app import create_app
            from mangum import Mangum
            handler = Mangum(create_app())
            """,
            "src/app/__init__.py": """
            from flask import Flask
            from .extensions import session
            from .config import Config
            def create_app(config=Config):
                app = Flask(__name__)
                app.config.from_object(config)
                session.init_app(app)
                return app
            """,
            "src/app/extensions.py": "from flask_session import Session\nsession = Session()\n",
            "src/app/config.py": """
            import os
            class Config:
                SESSION_TYPE = os.environ.get("SESSION_TYPE")
                SESSION_DYNAMODB_TABLE = os.environ.get("TABLE")
            """,
        },
        "lambda_function.handler",
        "python3.12",
    )
    (table,) = code.tables
    assert show(table.name) == "${TABLE}"
    assert table.when is not None
    assert show(table.when.value) == "${SESSION_TYPE}"
    assert reads(code) == ["SESSION_TYPE required feeds", "TABLE required feeds"]


@pytest.mark.parametrize(
    "settings",
    ["", 'app.config["SESSION_TYPE"] = "redis"', 'app.config.from_mapping(SESSION_TYPE="filesystem")'],
)
def test_sessions_that_are_kept_elsewhere_use_no_table(settings: str) -> None:
    code = flask(settings)
    assert code.tables == ()
    assert calls(code) == []


def test_the_library_has_a_table_of_its_own_where_none_is_named() -> None:
    code = flask('app.config["SESSION_TYPE"] = "dynamodb"')
    assert [show(table.name) for table in code.tables] == ["'Sessions'"]


@pytest.mark.parametrize(
    ("settings", "endpoint"),
    [
        ("", "http://localhost:8000"),
        ('app.config["SESSION_DYNAMODB"] = None', "http://localhost:8000"),
        ('app.config["SESSION_DYNAMODB"] = boto3.resource("dynamodb")', ""),
        ('app.config["SESSION_DYNAMODB"] = client_of_elsewhere()', ""),
        ('if os.environ.get("X"):\n    app.config["SESSION_DYNAMODB"] = boto3.resource("dynamodb")', ""),
        ('app.config.from_pyfile("settings.cfg")', ""),
        ("app.config.from_prefixed_env()", ""),
        ("app.config.update(load())", ""),
        ("app.config = make_config()", ""),
        ("from .settings import configure\nconfigure(app)", ""),
        ("from werkzeug.middleware import Fix\nFix(app)", "http://localhost:8000"),
        ('app.config[os.environ["X"]] = 1', ""),
    ],
)
def test_the_endpoint_is_local_only_where_surely_no_client_is_given(settings: str, endpoint: str) -> None:
    code = flask('app.config["SESSION_TYPE"] = "dynamodb"\n' + settings)
    assert [table.endpoint for table in code.tables] == [endpoint]


def test_a_table_that_is_said_to_exist_is_not_surely_made() -> None:
    code = flask('app.config.update(SESSION_TYPE="dynamodb", SESSION_DYNAMODB_TABLE_EXISTS=True)')
    assert operations(code) == CRUD


def test_the_time_to_live_is_never_surely_set_and_the_table_rarely_described() -> None:
    code = flask('app.config["SESSION_TYPE"] = "dynamodb"')
    optional = {call.operation for call in code.calls for use in call.uses if use.optional}
    assert optional == {"DescribeTable", "UpdateTimeToLive"}


def test_reading_a_setting_gives_what_was_set() -> None:
    code = flask(
        """
        app.config["TABLE"] = os.environ["TABLE"]
        boto3.client("dynamodb").scan(TableName=app.config["TABLE"])
        boto3.client("dynamodb").query(TableName=app.config.get("OTHER", "x"))
        """
    )
    assert calls(code)[1] == "dynamodb.Scan table ${TABLE} dynamodb:Scan"


@pytest.mark.parametrize(
    ("arguments", "keys", "ttl"),
    [
        ('table_name="T"', ["'id'"], "'expiration'"),
        ('"T"', ["'id'"], "'expiration'"),
        ('table_name="T", key_attr="pk", sort_key_attr="sk", expiry_attr="ttl"', ["'pk'", "'sk'"], "'ttl'"),
        ('table_name="T", sort_key_attr=None', ["'id'"], "'expiration'"),
        ('table_name="T", key_attr=os.environ["K"]', ["${K}"], "'expiration'"),
        ('"T", **options()', ["?", "?"], "?"),
    ],
)
def test_the_store_of_idempotency_tells_its_key_and_expiry(arguments: str, keys: list[str], ttl: str) -> None:
    code = follow(
        {
            "src/app.py": f"""
            import os
            from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
            store = DynamoDBPersistenceLayer({arguments})
            unused = DynamoDBPersistenceLayer(table_name="Unused")
            @idempotent(persistence_store=store)
            def handler(event, context):
                pass
            """
        },
        "app.handler",
        "python3.12",
    )
    (table,) = code.tables
    assert show(table.name) == "'T'"
    assert [show(key) for key in table.keys] == keys
    assert table.ttl is not None
    assert show(table.ttl) == ttl


def test_the_store_of_idempotency_in_typescript_tells_the_same() -> None:
    code = follow(
        {
            "src/app.ts": """
            import { makeIdempotent } from "@aws-lambda-powertools/idempotency";
            import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
            const store = new DynamoDBPersistenceLayer({ tableName: process.env.STORE!, sortKeyAttr: "sk" });
            export const handler = makeIdempotent(async (event: any) => {}, { persistenceStore: store });
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    (table,) = code.tables
    assert [show(key) for key in table.keys] == ["'id'", "'sk'"]
    assert operations(code) == ["DeleteItem", "GetItem", "PutItem", "UpdateItem"]


# A whole incident

SESSIONS = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  TableKey:
    Type: AWS::KMS::Key
    Properties:
      EnableKeyRotation: true
  Sessions:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${{AWS::StackName}}-sessions
      AttributeDefinitions:
        - {{AttributeName: id, AttributeType: S}}
        - {{AttributeName: expires, AttributeType: N}}
      KeySchema:
        - {{AttributeName: id, KeyType: HASH}}
{range_key}
      TimeToLiveSpecification: {{AttributeName: {ttl}, Enabled: true}}
      BillingMode: PAY_PER_REQUEST
      SSESpecification: {{SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: !GetAtt TableKey.Arn}}
  Web:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: lambda_function.handler
      Runtime: python3.12
      Environment:
        Variables:
{variables}
      Policies:
        - Statement:
            - Effect: Allow
              Action: [dynamodb:GetItem, dynamodb:UpdateItem, dynamodb:DeleteItem{create}]
              Resource:
                - !Sub arn:aws:dynamodb:${{AWS::Region}}:${{AWS::AccountId}}:table/${{AWS::StackName}}-sessions
{key_access}
"""
KEY_ACCESS = """\
            - Effect: Allow
              Action: kms:Decrypt
              Resource: !GetAtt TableKey.Arn
"""
APP = {
    "src/lambda_function.py": """\
import serverless_wsgi

from app import create_app

app = create_app()


def handler(event, context):
    return serverless_wsgi.handle_request(app, event, context)
""",
    "src/app/__init__.py": """\
from flask import Flask
from flask_session import Session

from .config import Config

sessions = Session()


def create_app():
    app = Flask(__name__)
    app.config.from_object(Config)
    sessions.init_app(app)
    return app
""",
    "src/app/config.py": """\
import os

import boto3


class Config:
    SESSION_TYPE = os.environ.get("SESSION_TYPE")
    SESSION_DYNAMODB_TABLE = os.environ["SESSION_TABLE_NAME"]
""",
}


def incident(*, fixed: bool, variables: dict[str, str], range_key: bool, ttl: str) -> list[str]:
    """What is found in the app as it was, or in its fixed twin with some of its mistakes: `rule at text`."""
    template = SESSIONS.format(
        range_key="        - {AttributeName: expires, KeyType: RANGE}" if range_key else "",
        ttl=ttl,
        variables=indent("\n".join(f"{name}: {value}" for name, value in variables.items()), "          "),
        create=", dynamodb:CreateTable" if fixed else "",
        key_access=KEY_ACCESS if fixed else "",
    )
    texts = {"template.yaml": template, **APP}
    if fixed:
        texts["src/app/config.py"] += '    SESSION_DYNAMODB = boto3.resource("dynamodb")\n'
    found = findings(texts, "env/", "iam/", "schema/", "input/", "secrets/")
    return sorted(f"{one.rule} at {one.span.text}" for one in found)


def test_the_incident_of_the_sessions_is_told_whole() -> None:
    found = incident(fixed=False, variables={"AWS_REGION": "us-east-1"}, range_key=True, ttl="expires")
    assert found == [
        "env/local-endpoint at sessions.init_app(app)",
        'env/not-set at os.environ.get("SESSION_TYPE")',
        'env/not-set at os.environ["SESSION_TABLE_NAME"]',
        "env/reserved-name at AWS_REGION",
        "iam/missing-action at sessions.init_app(app)",
        "iam/missing-key-access at Policies",
        "schema/key-mismatch at {AttributeName: expires, KeyType: RANGE}",
        "schema/ttl-mismatch at expires",
    ]


VARIABLES = {"SESSION_TYPE": "dynamodb", "SESSION_TABLE_NAME": "!Ref Sessions"}


def test_its_documented_fix_is_not_enough() -> None:
    found = incident(fixed=False, variables={**VARIABLES, "AWS_REGION": "us-east-1"}, range_key=False, ttl="ttl")
    assert found == [
        "env/local-endpoint at sessions.init_app(app)",
        "env/reserved-name at AWS_REGION",
        "iam/missing-action at sessions.init_app(app)",
        "iam/missing-key-access at Policies",
        "schema/ttl-mismatch at ttl",
    ]


def test_its_fixed_twin_is_silent() -> None:
    assert incident(fixed=True, variables=VARIABLES, range_key=False, ttl="expiration") == []


def test_sessions_that_the_environment_keeps_elsewhere_are_not_judged() -> None:
    variables = {**VARIABLES, "SESSION_TYPE": "redis"}
    assert incident(fixed=False, variables=variables, range_key=True, ttl="expires") == []
