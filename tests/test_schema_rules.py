"""The rules about tables: when a key, an index, an expiry or an encryption key is told, and when it is not."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from tests.checking import alarms, findings, told

from crosswire.finding import Confidence, Finding, Severity

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {{Type: String, Default: dev}}
  KeyName: {{Type: String, Default: id}}
Conditions:
  IsProd: !Equals [!Ref Stage, prod]
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: !Sub ${{Stage}}-orders
      AttributeDefinitions:
        - {{AttributeName: pk, AttributeType: S}}
        - {{AttributeName: sk, AttributeType: S}}
      KeySchema:
        - {{AttributeName: pk, KeyType: HASH}}
        - {{AttributeName: sk, KeyType: RANGE}}
      GlobalSecondaryIndexes:
        - IndexName: by-sk
          KeySchema: [{{AttributeName: sk, KeyType: HASH}}]
          Projection: {{ProjectionType: ALL}}
      BillingMode: PAY_PER_REQUEST
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{{AttributeName: !Ref KeyName, AttributeType: S}}]
      KeySchema: [{{AttributeName: !Ref KeyName, KeyType: HASH}}]
      BillingMode: PAY_PER_REQUEST
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: {runtime}
      Policies: [AmazonDynamoDBFullAccess]
      Environment:
        Variables:
          TABLE: !Ref Orders
          NAME: !Sub ${{Stage}}-orders
          USERS: !Ref Users
"""


def python(body: str, top: str = "") -> dict[str, str]:
    code = "import os, boto3\ntable = boto3.resource('dynamodb').Table(os.environ['TABLE'])\n"
    code += "client = boto3.client('dynamodb')\n" + dedent(top) + "\ndef handler(event, context):\n"
    template = _TEMPLATE.format(runtime="python3.12")
    return {"template.yaml": template, "src/app.py": code + indent(dedent(body).strip(), "    ") + "\n"}


def javascript(body: str, top: str) -> dict[str, str]:
    code = dedent(top) + "\nexports.handler = async (event) => {\n" + indent(dedent(body).strip(), "  ") + "\n};\n"
    return {"template.yaml": _TEMPLATE.format(runtime="nodejs20.x"), "src/app.js": code}


DOCUMENT = """
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const lib = require("@aws-sdk/lib-dynamodb");
const client = lib.DynamoDBDocumentClient.from(new DynamoDBClient({}));
const low = require("@aws-sdk/client-dynamodb");
const { marshall } = require("@aws-sdk/util-dynamodb");
const TableName = process.env.TABLE;
"""
VERSION_TWO = 'const AWS = require("aws-sdk"); const db = new AWS.DynamoDB.DocumentClient();'


def messages(texts: dict[str, str]) -> list[str]:
    return [finding.message for finding in findings(texts, "schema/")]


WRONG_IN_PYTHON = [
    'table.get_item(Key={"pk": "1"})',
    'table.get_item(Key={"PK": "1", "SK": "2"})',
    'table.get_item(Key={"pk": "1", "sk": "2", "more": "3"})',
    'table.delete_item(Key={"id": event["id"]})',
    'table.update_item(Key={"pk": event["id"]}, UpdateExpression="SET a = :a")',
    'client.get_item(TableName=os.environ["TABLE"], Key={"pk": {"S": "1"}})',
    'client.get_item(TableName=os.environ["NAME"], Key={"pk": {"S": "1"}})',
    'client.put_item(TableName=os.environ["TABLE"], Item={"pk": {"S": "1"}, "total": {"N": "1"}})',
    'table.put_item(Item={"pk": "1", "name": "x"})',
    'item = {"pk": "1"}\nitem["name"] = "x"\ntable.put_item(Item=item)',
    'import json\nitem = {"pk": "1"}\njson.dumps(item)\ntable.put_item(Item=item)',
    'with table.batch_writer() as batch:\n    batch.put_item(Item={"pk": "1"})',
    'with table.batch_writer() as batch:\n    batch.delete_item(Key={"pk": "1"})',
    'client.batch_get_item(RequestItems={os.environ["TABLE"]: {"Keys": [{"pk": {"S": "1"}}]}})',
    'client.batch_write_item(RequestItems={os.environ["TABLE"]: [{"PutRequest": {"Item": {"pk": {"S": "1"}}}}]})',
    'client.transact_write_items(TransactItems=[{"Put": {"TableName": os.environ["TABLE"], "Item": {"sk": {}}}}])',
    'client.transact_write_items(TransactItems=[{"ConditionCheck": {"TableName": os.environ["TABLE"], "Key": {}}}])',
    'client.transact_get_items(TransactItems=[{"Get": {"TableName": os.environ["TABLE"], "Key": {"pk": {"S": "1"}}}}])',
]


@pytest.mark.parametrize("body", WRONG_IN_PYTHON)
def test_a_key_that_is_not_the_tables_is_an_error(body: str) -> None:
    found = findings(python(body), "schema/")
    assert [(one.rule, one.severity) for one in found] == [("schema/key-mismatch", Severity.ERROR)]


RIGHT_IN_PYTHON = [
    'table.get_item(Key={"pk": "1", "sk": "2"})',
    'table.get_item(Key={"sk": "2", "pk": "1"})',
    "table.get_item(Key=event['key'])",
    'table.get_item(Key={event["name"]: "1"})',
    'table.get_item(Key={**event["key"], "pk": "1"})',
    'table.get_item(Key=dict(event["key"], pk="1"))',
    'table.put_item(Item={"pk": "1", "sk": "2", "name": "x"})',
    'table.put_item(Item={"pk": "1", **event["body"]})',
    'item = {"pk": "1"}\nitem.update(event["body"])\ntable.put_item(Item=item)',
    'item = {"pk": "1"}\nfor name in event: item[name] = event[name]\ntable.put_item(Item=item)',
    'item = {"pk": "1"}\nif event: item["sk"] = "2"\ntable.put_item(Item=item)',
    'key = {"pk": "1"} if event else {"pk": "1", "sk": "2"}\ntable.get_item(Key=key)',
    'client.get_item(TableName=os.environ["USERS"], Key={"other": {"S": "1"}})',
    'client.get_item(TableName=event["table"], Key={"other": {"S": "1"}})',
    'client.get_item(TableName=os.environ["UNSET"], Key={"other": {"S": "1"}})',
    'client.get_item(TableName=os.environ.get("UNSET", "dev-orders"), Key={"other": {"S": "1"}})',
    'client.get_item(TableName="elsewhere", Key={"other": {"S": "1"}})',
    'with table.batch_writer() as batch:\n    batch.put_item(Item={"pk": "1", "sk": "2"})',
    'with table.batch_writer() as batch:\n    for item in event["items"]: batch.put_item(Item=item)',
    'from elsewhere import fill\nitem = {"pk": "1"}\nfill(item)\ntable.put_item(Item=item)',
    'other = boto3.resource("dynamodb").Table("x")\n(table if event else other).get_item(Key={"id": "1"})',
    'boto3.Session(profile_name="x").resource("dynamodb").Table(os.environ["TABLE"]).get_item(Key={"id": "1"})',
    'table.scan(ExclusiveStartKey={"id": "1"})',
]


@pytest.mark.parametrize("body", RIGHT_IN_PYTHON)
def test_a_key_that_fits_or_is_not_all_known_is_left_alone(body: str) -> None:
    assert messages(python(body)) == []


@pytest.mark.parametrize(
    "body",
    [
        "await client.send(new lib.GetCommand({ TableName, Key: { pk: event.id } }));",
        "await client.send(new lib.PutCommand({ TableName, Item: { pk: event.id, total: 1 } }));",
        "await client.send(new lib.DeleteCommand({ TableName, Key: { id: event.id } }));",
        'await client.send(new low.GetItemCommand({ TableName, Key: { pk: { S: "1" } } }));',
        "await client.send(new low.PutItemCommand({ TableName, Item: marshall({ pk: event.id }) }));",
        "await client.send(new lib.BatchGetCommand({ RequestItems: { [TableName]: { Keys: [{ pk: 1 }] } } }));",
        "await client.send(new lib.TransactWriteCommand({ TransactItems: [{ Put: { TableName, Item: {} } }] }));",
    ],
)
def test_keys_are_read_in_requests_of_javascript(body: str) -> None:
    assert [one.rule for one in findings(javascript(body, DOCUMENT), "schema/")] == ["schema/key-mismatch"]


@pytest.mark.parametrize(
    "body",
    [
        "await client.send(new lib.GetCommand({ TableName, Key: { pk: event.id, sk: event.sk } }));",
        "await client.send(new lib.GetCommand({ TableName, Key: { pk: event.id, ...event.key } }));",
        "await client.send(new lib.PutCommand({ TableName, Item: { ...event.body, pk: 1 } }));",
        "const Item = { pk: 1 }; Object.assign(Item, event); client.send(new lib.PutCommand({ TableName, Item }));",
        "await client.send(new low.PutItemCommand({ TableName, Item: marshall(event.body) }));",
        "await client.send(new lib.GetCommand({ TableName, Key: { pk: 1, [event.name]: 2 } }));",
    ],
)
def test_keys_of_javascript_that_fit_or_are_not_all_known_are_left_alone(body: str) -> None:
    assert messages(javascript(body, DOCUMENT)) == []


def test_keys_are_read_in_requests_of_the_second_javascript_sdk() -> None:
    body = "await db.get({ TableName: process.env.TABLE, Key: { id: event.id } }).promise();"
    assert messages(javascript(body, VERSION_TWO)) == [
        "`Fn` names an item of the table `Orders` by `id`, but its key is `pk` and `sk`"
    ]


def test_a_helper_is_judged_with_the_keys_of_each_caller() -> None:
    top = "def get(key):\n    return table.get_item(Key=key)\n"
    texts = python('get({"pk": "1", "sk": "2"})\nget({"pk": "1"})\nget({"id": "1"})', top)
    assert [one.span.text for one in findings(texts, "schema/")] == ['{"pk": "1"}', '{"id": "1"}']


def test_a_wrong_key_is_shown_with_the_tables_key_and_what_names_the_table() -> None:
    (found,) = findings(python('table.get_item(Key={"pk": "1"})'), "schema/")
    assert found.confidence is Confidence.HIGH
    assert [label.message for label in found.related] == [
        "`pk` is part of the key",
        "`sk` is part of the key",
        "the table `Orders` is declared here",
        "`TABLE` is `Orders` here",
    ]


@pytest.mark.parametrize(
    ("index", "rules"),
    [
        ('"by-sk"', []),
        ('"by-day"', ["schema/unknown-index"]),
        ('event["index"]', []),
        ('os.environ["UNSET"]', []),
        ('os.environ.get("UNSET", "by-day")', []),
    ],
)
@pytest.mark.parametrize("operation", ["query", "scan"])
def test_an_index_is_told_that_the_table_surely_does_not_have(index: str, operation: str, rules: list[str]) -> None:
    assert alarms(python(f"table.{operation}(IndexName={index})"), "schema/") == rules


_MAY_QUERY = "[{Statement: [{Effect: Allow, Action: dynamodb:Query, Resource: %s}]}]"
TABLE_ALLOWED = _MAY_QUERY % "!GetAtt Orders.Arn"
INDEX_ALLOWED = _MAY_QUERY % "[!GetAtt Orders.Arn, !Sub '${Orders.Arn}/index/by-sk']"


def test_an_index_that_is_named_wrongly_is_one_finding_where_the_right_one_is_allowed() -> None:
    texts = python('table.query(IndexName="by-day")')
    whole = {**texts, "template.yaml": texts["template.yaml"].replace("[AmazonDynamoDBFullAccess]", INDEX_ALLOWED)}
    assert whole != texts
    assert alarms(whole, "schema/", "iam/") == ["schema/unknown-index"]
    none = {**texts, "template.yaml": texts["template.yaml"].replace("[AmazonDynamoDBFullAccess]", TABLE_ALLOWED)}
    assert sorted(alarms(none, "schema/", "iam/")) == ["iam/missing-index", "schema/unknown-index"]


# Tables of libraries

_STORE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Store:
    Type: {type}
{properties}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Policies: [AmazonDynamoDBFullAccess]
      Environment: {{Variables: {{STORE: !Ref Store}}}}
"""
_TABLE = """\
AttributeDefinitions: [{AttributeName: id, AttributeType: S}, {AttributeName: sk, AttributeType: S}]
BillingMode: PAY_PER_REQUEST
"""


def store(properties: str, arguments: str = "", type: str = "AWS::DynamoDB::Table") -> list[str]:
    texts = _STORE.format(type=type, properties=indent(f"Properties:\n{indent(properties, '  ')}", "    "))
    code = f"""
    import os
    from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
    store = DynamoDBPersistenceLayer(table_name=os.environ["STORE"]{arguments})
    @idempotent(persistence_store=store)
    def handler(event, context):
        return 1
    """
    return told({"template.yaml": texts, "src/app.py": dedent(code)}, "schema/")


ID, SK = "{AttributeName: id, KeyType: HASH}", "{AttributeName: sk, KeyType: RANGE}"
EXPIRATION = "TimeToLiveSpecification: {AttributeName: expiration, Enabled: true}\n"


@pytest.mark.parametrize(
    ("keys", "arguments", "rules"),
    [
        (f"[{ID}]", "", []),
        (f"[{ID}, {SK}]", "", ["error schema/key-mismatch"]),
        (f"[{ID}, {SK}]", ', sort_key_attr="sk"', []),
        (f"[{SK}, {ID}]", ', sort_key_attr="sk"', []),
        (f"[{ID}]", ', sort_key_attr="sk"', ["error schema/key-mismatch"]),
        (f"[{ID}]", ', key_attr="pk"', ["error schema/key-mismatch"]),
        (f"[{ID}]", ', key_attr=os.environ["KEY"]', []),
        (f"[{ID}]", ", **options()", []),
    ],
)
def test_the_key_of_a_library_is_compared_with_the_tables(keys: str, arguments: str, rules: list[str]) -> None:
    found = store(f"{_TABLE}KeySchema: {keys}\n{EXPIRATION}", arguments)
    assert found == rules


@pytest.mark.parametrize(
    ("ttl", "arguments", "rules"),
    [
        (EXPIRATION, "", []),
        (EXPIRATION.replace("expiration", "ttl"), "", ["warning schema/ttl-mismatch"]),
        (EXPIRATION.replace("expiration", "ttl"), ', expiry_attr="ttl"', []),
        (EXPIRATION, ', expiry_attr="ttl"', ["warning schema/ttl-mismatch"]),
        (EXPIRATION.replace("expiration", "!ImportValue ttl"), "", []),
        (EXPIRATION.replace("true", "false"), "", ["note schema/ttl-mismatch"]),
        ("", "", ["note schema/ttl-mismatch"]),
    ],
)
def test_the_expiry_of_a_library_is_compared_with_the_tables(ttl: str, arguments: str, rules: list[str]) -> None:
    assert store(f"{_TABLE}KeySchema: [{ID}]\n{ttl}", arguments) == rules


def test_a_simple_table_has_the_key_of_idempotency() -> None:
    simple = "AWS::Serverless::SimpleTable"
    assert store("PrimaryKey: {Name: id, Type: String}", type=simple) == ["note schema/ttl-mismatch"]
    assert "error schema/key-mismatch" in store("PrimaryKey: {Name: key, Type: String}", type=simple)


# Encryption

_KEYS = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Given: {{Type: String}}
Resources:
  TableKey:
    Type: AWS::KMS::Key
    Properties:
      {policy}
  Orders:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      BillingMode: PAY_PER_REQUEST
      SSESpecification: {{SSEEnabled: true, SSEType: KMS, KMSMasterKeyId: {key}}}
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{{Effect: Allow, Principal: {{Service: lambda.amazonaws.com}}, Action: sts:AssumeRole}}]
      Policies:
        - PolicyName: main
          PolicyDocument:
            Statement:
              - {{Effect: Allow, Action: "dynamodb:*", Resource: "*"}}
              - {statement}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Role: !GetAtt Role.Arn
      Environment: {{Variables: {{TABLE: !Ref Orders}}}}
"""
NOTHING = "{Effect: Allow, Action: s3:GetObject, Resource: '*'}"
ROOT = "{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}"


def encrypted(
    *,
    key: str = "!GetAtt TableKey.Arn",
    principal: str = ROOT,
    statement: str = NOTHING,
    policy: str = "",
    body: str = "table.get_item(Key={'id': '1'})",
) -> list[Finding]:
    given = f"KeyPolicy: {{Statement: [{{Effect: Allow, Principal: {principal}, Action: 'kms:*', Resource: '*'}}]}}"
    code = "import os, boto3\ntable = boto3.resource('dynamodb').Table(os.environ['TABLE'])\n"
    code += f"def handler(event, context):\n    {body}\n"
    texts = {"template.yaml": _KEYS.format(policy=policy or given, key=key, statement=statement), "src/app.py": code}
    return findings(texts, "iam/missing-key")


@pytest.mark.parametrize("key", ["!GetAtt TableKey.Arn", "!Ref TableKey"])
@pytest.mark.parametrize("principal", [ROOT, "{AWS: !Ref AWS::AccountId}", "{Service: logs.amazonaws.com}"])
def test_a_table_whose_key_the_role_may_not_use_is_an_error(key: str, principal: str) -> None:
    (found,) = encrypted(key=key, principal=principal)
    assert found.severity is Severity.ERROR
    assert found.message == (
        "`Fn` uses the table `Orders`, but the role does not allow `kms:Decrypt` on the key `TableKey` that encrypts it"
    )


def test_a_key_without_a_policy_of_its_own_leaves_it_to_the_role() -> None:
    assert len(encrypted(policy="EnableKeyRotation: true")) == 1


@pytest.mark.parametrize(
    "statement",
    [
        "{Effect: Allow, Action: kms:Decrypt, Resource: !GetAtt TableKey.Arn}",
        "{Effect: Allow, Action: 'kms:*', Resource: '*'}",
        "{Effect: Allow, Action: kms:Decrypt, Resource: !Sub 'arn:aws:kms:*:${AWS::AccountId}:key/${TableKey}'}",
        "{Effect: Allow, Action: kms:*, Resource: '*', Condition: {StringLike: {'kms:ViaService': 'dynamodb.*'}}}",
    ],
)
def test_a_role_that_may_use_the_key_is_fine(statement: str) -> None:
    assert encrypted(statement=statement) == []


@pytest.mark.parametrize("principal", ["'*'", "{AWS: '*'}", "{AWS: !GetAtt Role.Arn}", "{AWS: !Ref Given}"])
def test_a_key_policy_that_may_let_the_role_in_is_fine(principal: str) -> None:
    assert encrypted(principal=principal) == []


@pytest.mark.parametrize("key", ["!Ref Given", "alias/aws/dynamodb", "arn:aws:kms:us-east-1:111122223333:key/1"])
def test_a_key_that_no_template_declares_is_not_judged(key: str) -> None:
    assert encrypted(key=key) == []


def test_describing_a_table_needs_no_key() -> None:
    assert encrypted(body="boto3.client('dynamodb').describe_table(TableName=os.environ['TABLE'])") == []


def test_a_grant_for_the_tables_key_is_not_unused_where_the_code_calls_kms_for_something_else() -> None:
    statement = "{Effect: Allow, Action: [kms:Decrypt, kms:Sign], Resource: !GetAtt TableKey.Arn}"
    code = (
        "import os, boto3\ntable = boto3.resource('dynamodb').Table(os.environ['TABLE'])\n"
        "def handler(event, context):\n    table.get_item(Key={'id': '1'})\n"
        "    boto3.client('kms').sign(KeyId='k', Message=b'', SigningAlgorithm='x')\n"
    )
    texts = {
        "template.yaml": _KEYS.format(policy="Enabled: true", key="!Ref TableKey", statement=statement),
        "src/app.py": code,
    }
    assert told(texts, "iam/unused") == []
