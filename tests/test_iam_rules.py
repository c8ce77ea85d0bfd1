"""The rules about what roles allow: when they speak, and when they do not."""

from __future__ import annotations

import pytest
from tests.checking import alarms, allow, findings, project, told

from crosswire.finding import Confidence, Severity

ORDERS = "{TABLE: !Ref Orders}"
GET = 'dynamodb.Table(os.environ["TABLE"]).get_item(Key={})'
QUERY_INDEX = 'dynamodb.Table(os.environ["TABLE"]).query(IndexName="by-day")'
ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/"


def test_a_call_that_nothing_allows_is_one_error_at_the_call() -> None:
    found = findings(project(GET, env=ORDERS))
    assert [(one.rule, one.severity, one.span.text) for one in found] == [("iam/missing-action", Severity.ERROR, GET)]
    assert found[0].confidence is Confidence.HIGH
    assert found[0].message == "`Fn` calls GetItem on table `Orders`, but the role does not allow `dynamodb:GetItem`"


@pytest.mark.parametrize(
    "resource",
    [
        "!GetAtt Orders.Arn",
        '"*"',
        f"{ARN}shop-orders",
        f'"{ARN}shop-*"',
        '!Sub "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${Orders}"',
        '!Sub "${Orders.Arn}*"',
        "!If [IsProd, !GetAtt Orders.Arn, !GetAtt Orders.Arn]",
    ],
)
@pytest.mark.parametrize("action", ["dynamodb:GetItem", "dynamodb:Get*", '"*"', "DynamoDB:getitem"])
def test_a_call_that_a_statement_allows_is_fine(action: str, resource: str) -> None:
    assert "iam/missing-action" not in alarms(project(GET, env=ORDERS, policies=allow(action, resource)))
    assert "iam/wrong-resource" not in alarms(project(GET, env=ORDERS, policies=allow(action, resource)))


def test_an_action_on_what_it_is_not_authorised_on_is_told_at_its_statement() -> None:
    texts = project(GET, env=ORDERS, policies=allow("dynamodb:GetItem", '!Sub "${Orders.Arn}/index/*"'))
    assert alarms(texts) == ["iam/unsupported-resource"]


@pytest.mark.parametrize("resource", ["!GetAtt Users.Arn", f"{ARN}orders"])
def test_an_action_that_is_allowed_elsewhere_only_is_a_wrong_resource(resource: str) -> None:
    texts = project(GET, env=ORDERS, policies=allow("dynamodb:GetItem", resource))
    assert alarms(texts) == ["iam/wrong-resource"]


def test_a_resource_that_no_statement_covers_is_one_finding_for_all_its_actions() -> None:
    body = f"{GET}\n{GET.replace('get', 'put')}\n{GET.replace('get', 'delete')}"
    found = findings(project(body, env=ORDERS, policies=allow("dynamodb:*Item", "!GetAtt Users.Arn")), "iam/wrong")
    assert len(found) == 1
    assert "calls GetItem, PutItem and DeleteItem" in found[0].message


def test_several_calls_that_lack_one_action_are_one_finding_with_all_places() -> None:
    texts = project(f"{GET}\n{GET}", env=ORDERS, policies=allow("dynamodb:PutItem", "!GetAtt Orders.Arn"))
    found = findings(texts, "iam/missing-action")
    assert len(found) == 1
    assert "GetItem needs it too" in {label.message for label in found[0].related}


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("!GetAtt Orders.Arn", ["iam/missing-index"]),
        ('[!GetAtt Orders.Arn, !Sub "${Orders.Arn}/index/other"]', ["iam/missing-index"]),
        ('!Sub "${Orders.Arn}/index/other"', ["iam/missing-index"]),
        ('!Sub "${Orders.Arn}/index/*"', []),
        ('!Sub "${Orders.Arn}*"', []),
        ('!Sub "${Orders.Arn}/index/by-day"', []),
        ("!GetAtt Users.Arn", ["iam/wrong-resource"]),
    ],
)
def test_an_index_has_an_arn_of_its_own(resource: str, expected: list[str]) -> None:
    texts = project(QUERY_INDEX, env=ORDERS, policies=allow("dynamodb:Query", resource))
    assert alarms(texts) == expected


@pytest.mark.parametrize(
    "policies",
    [
        "[SomePolicyOfThisAccount]",
        allow("dynamodb:GetItem", "!Ref Table"),
        allow("dynamodb:GetItem", "!GetAtt Orders.Arn", more=", Condition: {Bool: {aws:SecureTransport: true}}"),
        "[!Ref Table]",
    ],
)
def test_what_may_be_allowed_is_not_missing(policies: str) -> None:
    assert alarms(project(GET, env=ORDERS, policies=policies)) == []


def test_a_statement_that_denies_wins() -> None:
    policies = f"[{allow('dynamodb:*', '!GetAtt Orders.Arn')[1:-1]}, {allow('dynamodb:Get*', '*', 'Deny')[1:-1]}]"
    policies = policies.replace("Resource: *", 'Resource: "*"')
    found = findings(project(GET, env=ORDERS, policies=policies), "iam/missing", "iam/wrong")
    assert len(found) == 1
    assert any(label.message.startswith("denies") for label in found[0].related)


def test_not_action_and_not_resource_allow_the_rest() -> None:
    statement = "[{Statement: [{Effect: Allow, NotAction: dynamodb:Put*, NotResource: !GetAtt Users.Arn}]}]"
    assert alarms(project(GET, env=ORDERS, policies=statement)) == []
    put = 'dynamodb.Table(os.environ["TABLE"]).put_item(Item={})'
    assert alarms(project(put, env=ORDERS, policies=statement)) == ["iam/missing-action"]


def test_a_role_that_is_given_from_outside_is_not_judged() -> None:
    assert alarms(project(GET, env=ORDERS, more="Role: !Ref Table\n")) == []


def test_a_table_that_nobody_knows_is_judged_by_the_action_alone() -> None:
    body = 'dynamodb.Table(event["table"]).get_item(Key={})'
    assert alarms(project(body, policies=allow("dynamodb:GetItem", "!GetAtt Users.Arn"))) == []
    assert alarms(project(body, policies=allow("dynamodb:PutItem", "!GetAtt Users.Arn"))) == ["iam/missing-action"]


def test_a_queue_is_named_by_its_url_and_allowed_by_its_arn() -> None:
    body = 'boto3.client("sqs").send_message(QueueUrl=os.environ["URL"], MessageBody="")'
    env = "{URL: !Ref Jobs}"
    assert alarms(project(body, env=env, policies=allow("sqs:SendMessage", "!GetAtt Jobs.Arn"))) == []
    other = allow("sqs:SendMessage", "arn:aws:sqs:us-east-1:111122223333:jobs")
    assert alarms(project(body, env=env, policies=other)) == ["iam/wrong-resource"]


def test_an_object_is_not_its_bucket() -> None:
    body = 'boto3.client("s3").get_object(Bucket=os.environ["BUCKET"], Key="a")'
    env = "{BUCKET: !Ref Files}"
    assert alarms(project(body, env=env, policies=allow("s3:GetObject", "!GetAtt Files.Arn"))) == [
        "iam/unsupported-resource"
    ]
    assert alarms(project(body, env=env, policies=allow("s3:GetObject", '!Sub "${Files.Arn}/*"'))) == []


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("{'Bucket': os.environ['BUCKET'], 'Key': 'a'}", ["iam/missing-action"]),
        ("{'Bucket': os.environ['BUCKET'], 'Key': 'a', 'VersionId': '3'}", []),
        ("os.environ['BUCKET'] + '/a?versionId=3'", []),
        ("dict(event)", []),
    ],
)
def test_a_copy_reads_its_source(source: str, expected: list[str]) -> None:
    body = f"boto3.client('s3').copy_object(Bucket=os.environ['BUCKET'], Key='b', CopySource={source})"
    env = "{BUCKET: !Ref Files}"
    assert alarms(project(body, env=env, policies=allow("s3:PutObject", '!Sub "${Files.Arn}/*"'))) == expected


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("!Ref Key", []),
        ('!Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/key-??????"', []),
        ('!Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/*"', []),
        ('!Sub "arn:aws:secretsmanager:${AWS::Region}:${AWS::AccountId}:secret:shop/key"', ["iam/wrong-resource"]),
    ],
)
@pytest.mark.parametrize("given", ["shop/key", "!Ref Key"])
def test_a_secret_ends_in_characters_that_no_one_knows(given: str, resource: str, expected: list[str]) -> None:
    body = 'boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["KEY"])'
    policies = allow("secretsmanager:GetSecretValue", resource)
    assert alarms(project(body, env=f"{{KEY: {given}}}", policies=policies)) == expected


def test_an_action_that_supports_no_resource_needs_a_star() -> None:
    body = 'boto3.client("dynamodb").list_tables()'
    assert alarms(project(body, policies=allow("dynamodb:ListTables", "!GetAtt Orders.Arn"))) == [
        "iam/unsupported-resource"
    ]
    assert alarms(project(body, policies=allow("dynamodb:ListTables", '"*"'))) == []


def test_a_resource_policy_may_let_the_function_in() -> None:
    texts = project(
        'boto3.client("sqs").send_message(QueueUrl=os.environ["URL"], MessageBody="")', env="{URL: !Ref Jobs}"
    )
    assert alarms(texts) == ["iam/missing-action"]
    texts["template.yaml"] += """
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Jobs]
      PolicyDocument:
        Statement:
          - {Effect: Allow, Principal: {AWS: !GetAtt FnRole.Arn}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn}
"""
    assert alarms(texts) == []


@pytest.mark.parametrize(
    ("actions", "resource", "expected"),
    [
        ('"*"', '"*"', ["warning iam/wildcard"]),
        ("dynamodb:*", "!GetAtt Orders.Arn", ["note iam/wildcard"]),
        ("dynamodb:GetItem", '"*"', ["note iam/wildcard"]),
        ("cloudwatch:PutMetricData", '"*"', []),
        ("dynamodb:GetItem", "!GetAtt Orders.Arn", []),
    ],
)
def test_wildcards_are_told_by_how_much_they_allow(actions: str, resource: str, expected: list[str]) -> None:
    assert told(project("pass", policies=allow(actions, resource)), "iam/wildcard") == expected


@pytest.mark.parametrize(
    ("arn", "expected"),
    [
        ("arn:aws:dynamodb:YOUR_REGION:YOUR_ACCOUNT_ID:table/orders", ["error iam/placeholder-arn"]),
        ("arn:aws:dynamodb:us-east-1:<account>:table/orders", ["error iam/placeholder-arn"]),
        ("arn:aws:dynamodb:REGION:ACCOUNT_ID:table/orders", ["error iam/placeholder-arn"]),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/[TABLE_NAME]", ["error iam/placeholder-arn"]),
        ("arn:aws:dynamodb:${AWS::Region}:111122223333:table/orders", ["error iam/placeholder-arn"]),
        ("arn:aws:dynamodb:us-east-1:123456789012:table/orders", ["warning iam/placeholder-arn"]),
        ("arn:aws:dynamodb:us-east-1:111122223333:table/regional-accounts", []),
        ("arn:aws:s3:::yours-truly/*", []),
    ],
)
def test_placeholders_in_arns_are_told(arn: str, expected: list[str]) -> None:
    assert told(project("pass", policies=allow("dynamodb:Get*", f'"{arn}"')), "iam/placeholder-arn") == expected


def test_an_unused_action_is_a_note_at_the_action() -> None:
    policies = allow("[dynamodb:GetItem, dynamodb:Scan]", "!GetAtt Orders.Arn")
    found = findings(project(GET, env=ORDERS, policies=policies), "iam/unused-grant")
    assert [(one.severity, one.span.text) for one in found] == [(Severity.NOTE, "dynamodb:Scan")]


@pytest.mark.parametrize(
    "body",
    [
        "pass",  # the service is never called: something else may need it
        "import unknown_orm_for_dynamodb\n" + GET,
        "import orm\norm.run(boto3.client('dynamodb'))\n" + GET,
    ],
)
def test_what_code_that_is_not_seen_may_use_is_not_unused(body: str) -> None:
    policies = allow("[dynamodb:GetItem, dynamodb:Scan]", "!GetAtt Orders.Arn")
    assert told(project(body, env=ORDERS, policies=policies), "iam/unused-grant") == []


@pytest.mark.parametrize(
    ("principal", "more", "expected"),
    [
        ('"*"', "", ["warning iam/public-resource-policy"]),
        ('{AWS: "*"}', "", ["warning iam/public-resource-policy"]),
        ('"*"', ', Condition: {ArnLike: {aws:SourceArn: "arn:aws:s3:::mine"}}', []),
        ('"*"', ", Condition: {StringEquals: {aws:PrincipalOrgID: o-1234567890}}", []),
        ('"*"', ", Condition: {Bool: {aws:SecureTransport: true}}", []),
        ('"*"', ", Condition: everyone", []),
        ('"*"', ", Condition: [everyone]", []),
        ('"*"', ", Condition: {StringEquals: everyone}", []),
        ('"*"', ", Condition: {StringEquals: {aws:PrincipalOrgID: {some: one}}}", []),
        ("{Service: sns.amazonaws.com}", "", []),
    ],
)
def test_a_queue_that_is_open_to_everyone_is_told(principal: str, more: str, expected: list[str]) -> None:
    texts = project("pass")
    texts["template.yaml"] += f"""
  Policy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref Jobs]
      PolicyDocument:
        Statement:
          - {{Effect: Allow, Principal: {principal}, Action: sqs:SendMessage, Resource: !GetAtt Jobs.Arn{more}}}
"""
    assert told(texts, "iam/public-resource-policy") == expected


def test_a_role_may_let_its_caller_in_by_its_trust() -> None:
    body = "boto3.client('sts').assume_role(RoleArn=os.environ['ROLE'], RoleSessionName='s')"
    texts = project(body, env="ROLE: !GetAtt Other.Arn")
    texts["template.yaml"] += """
  Other:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {AWS: !GetAtt FnRole.Arn}, Action: sts:AssumeRole}]
"""
    assert told(texts, "iam/missing-action") == []


@pytest.mark.parametrize(
    ("principal", "expected"), [("!GetAtt FnRole.Arn", []), ("s3.amazonaws.com", ["error iam/missing-action"])]
)
def test_a_function_may_let_its_caller_in_by_a_permission(principal: str, expected: list[str]) -> None:
    body = "boto3.client('lambda').invoke(FunctionName=os.environ['OTHER'])"
    texts = project(body, env="OTHER: !Ref Other")
    texts["template.yaml"] += f"""
  Other:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: src/, Handler: other.handler, Runtime: python3.12}}
  Permission:
    Type: AWS::Lambda::Permission
    Properties: {{FunctionName: !Ref Other, Action: lambda:InvokeFunction, Principal: {principal}}}
"""
    texts["src/other.py"] = "def handler(event, context):\n    pass\n"
    assert told(texts, "iam/missing-action") == expected


@pytest.mark.parametrize("entries", ["event['entries']", "[e for e in event['entries']]"])
def test_events_that_nobody_knows_are_put_on_a_bus_all_the_same(entries: str) -> None:
    body = f"boto3.client('events').put_events(Entries={entries})"
    assert alarms(project(body)) == ["iam/missing-action"]
    assert alarms(project(body, policies=allow("events:PutEvents", "!Sub arn:aws:events:*:*:event-bus/x"))) == []


def test_one_action_that_is_lacking_on_resources_that_nobody_knows_is_one_finding() -> None:
    body = "events = boto3.client('events')\n"
    body += "events.put_events(Entries=event['a'])\n"
    body += "events.put_events(Entries=[{'EventBusName': 'orders'}])\n"
    body += "events.put_events(Entries=[{'EventBusName': event['bus']}])"
    found = [one for one in findings(project(body)) if one.severity is Severity.ERROR]
    assert [one.rule for one in found] == ["iam/missing-action"]
    lines = {label.span.start_position.line for label in found[0].related if label.span.path == "src/app.py"}
    assert lines | {found[0].span.start_position.line} >= {5, 6, 7}


def test_a_bucket_that_nobody_knows_may_be_the_one_that_nothing_covers() -> None:
    body = "s3 = boto3.client('s3')\n"
    body += "s3.put_object(Bucket=os.environ['FILES'], Key='a')\n"
    body += "s3.delete_object(Bucket=event['bucket'], Key='a')"
    found = alarms(project(body, env="{FILES: !Ref Files}"))
    assert found == ["iam/missing-action"]


@pytest.mark.parametrize(("env", "expected"), [("{}", []), (ORDERS, ["error iam/missing-action"])])
def test_a_call_behind_a_variable_that_is_not_set_never_runs(env: str, expected: list[str]) -> None:
    body = "if 'TABLE' in os.environ:\n    dynamodb.Table(os.environ['TABLE']).get_item(Key={})"
    assert told(project(body, env=env), "iam/missing-action", "env/not-set") == expected


def test_a_part_of_a_policy_that_is_given_whole_is_not_unused() -> None:
    body = "boto3.client('ssm').get_parameter(Name='/shop/key')"
    policies = "[{SSMParameterReadPolicy: {ParameterName: shop/key}}]"
    assert told(project(body, policies=policies), "iam/unused-grant") == []


SEND = "boto3.client('ses').send_email(Source={0}, Destination={{}}, Message={{}})"


@pytest.mark.parametrize(
    ("source", "identity", "expected"),
    [
        ("'shop@example.com'", "example.com", []),
        ("'Shop <shop@example.com>'", "example.com", []),
        ("'shop@mail.example.com'", "example.com", []),
        ("'shop@example.com'", "shop@example.com", []),
        ("os.environ['FROM'] + '@example.com'", "example.com", []),
        ("'shop@example.com'", "example.org", ["iam/wrong-resource"]),
        ("'shop@example.com'", "mail.example.com", ["iam/wrong-resource"]),
    ],
)
def test_an_address_is_sent_by_what_is_verified_of_it(source: str, identity: str, expected: list[str]) -> None:
    policies = allow("ses:SendEmail", f"arn:aws:ses:eu-west-1:420042004200:identity/{identity}")
    texts = project(SEND.format(source), env="{FROM: !Ref Stage}", policies=policies)
    assert alarms(texts, "iam/wrong-resource") == expected


def test_what_a_bucket_is_called_is_no_placeholder() -> None:
    texts = project("pass", policies=allow("s3:GetObject", "'arn:aws:s3:::your-bucket-name123/*'"))
    assert alarms(texts, "iam/placeholder-arn") == ["iam/placeholder-arn"]
    named = "Type: AWS::S3::Bucket\n    Properties: {BucketName: your-bucket-name123}"
    texts["template.yaml"] = texts["template.yaml"].replace("Type: AWS::S3::Bucket", named)
    assert alarms(texts, "iam/placeholder-arn") == []
