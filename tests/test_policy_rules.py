"""What is told of statements by themselves: actions that do not exist, resources that an action is not authorised on,
keys named by an alias. It holds in every dialect."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

import pytest
from tests.checking import allow, findings, project

from crosswire.aws import iam_actions, managed_policies
from crosswire.aws.data.sam_policies import TEMPLATES
from crosswire.frontends.policies import _plain_grant
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load
from crosswire.source import Source, Span
from crosswire.wiring.fruitless import fruitless

RULES = ("iam/kms-alias", "iam/unknown-action", "iam/unsupported-resource")
NOWHERE = Span(Source("policy.json", ""), 0, 0)


def told(*statements: tuple[Any, ...]) -> list[str]:
    """What is told of statements, each its actions, its resources and what else it has, as `severity rule: words`."""
    written = [
        {"Effect": "Allow", "Action": actions, "Resource": resources, **dict(more)}
        for actions, resources, *more in statements
    ]
    text = json.dumps({"Version": "2012-10-17", "Statement": written}, indent=1)
    report = lint(Files.from_texts({"policy.json": text}), load(RULES))
    return [f"{one.severity.value} {one.rule}: {one.message} {one.advice}" for one in report.findings]


def only(found: list[str], *words: str) -> bool:
    return len(found) == 1 and all(word in found[0] for word in words)


@pytest.mark.parametrize(
    ("action", "meant"),
    [
        ("dynamodb:TransactWriteItems", "`dynamodb:PutItem`, `dynamodb:UpdateItem`"),
        ("dynamodb:TransactGetItems", "`dynamodb:GetItem`"),
        ("dynamodb:BatchPutItem", "`dynamodb:BatchWriteItem`"),
        ("dynamodb:BatchGetItems", "`dynamodb:BatchGetItem`"),
        ("s3:ListObjects", "`s3:ListBucket`"),
        ("s3:ListObjectsV2", "`s3:ListBucket`"),
        ("s3:HeadObject", "`s3:GetObject`"),
        ("s3:HeadBucket", "`s3:ListBucket`"),
        ("s3:PutBucketEncryption", "`s3:PutEncryptionConfiguration`"),
        ("lambda:Invoke", "`lambda:InvokeFunction`"),
        ("sqs:SendMessageBatch", "`sqs:SendMessage`"),
        ("secretsmanager:GetSecret", "`secretsmanager:GetSecretValue`"),
        ("ssm:GetParameterByPath", "`ssm:GetParametersByPath`"),
        ("lambda:InvokeFuncton", "`lambda:InvokeFunction`"),
        ("dynamo:GetItem", "`dynamodb:GetItem`"),
        ("cloudwatchlogs:PutLogEvents", "`logs:PutLogEvents`"),
        ("stepfunctions:StartExecution", "`states:StartExecution`"),
        ("secretmanager:GetSecretValue", "`secretsmanager:GetSecretValue`"),
        ("dynamodb:BatchGetItems*", "`dynamodb:BatchGetItem`"),
    ],
)
def test_an_action_that_does_not_exist_is_told_with_what_is_meant(action: str, meant: str) -> None:
    assert only(told((action, "*")), "warning iam/unknown-action", meant)


@pytest.mark.parametrize(
    "action",
    [
        "*",
        "dynamodb:*",
        "DynamoDB:getitem",
        "s3:Get*",
        "s3:*Object?agging",
        "iotevents:DescribeInput",  # a service that the reference has lost
        "budgets:DescribeBudget",  # an action that AWS's own policies still name
        "brandnew:GetThing",
        "${service}:GetItem",
    ],
)
def test_what_aws_accepts_or_nobody_knows_is_left_alone(action: str) -> None:
    assert told((action, "*")) == []


def test_an_unknown_action_that_resembles_none_is_a_note() -> None:
    assert only(told(("s3:Frobnicate", "*")), "note iam/unknown-action")


def test_nobody_who_means_to_read_is_told_to_delete() -> None:
    (found,) = told(("ecr-public:BatchGetImage", "*"))
    assert found.startswith("note iam/unknown-action")
    assert "Delete" not in found


def test_an_unknown_action_beside_what_it_means_is_a_note() -> None:
    assert only(told((["s3:ListObjects", "s3:ListBucket"], "arn:aws:s3:::a")), "note iam/unknown-action")


def test_an_action_that_code_needs_under_another_name_is_one_finding() -> None:
    body = 'boto3.client("s3").list_objects_v2(Bucket=os.environ["BUCKET"])'
    texts = project(body, env="{BUCKET: !Ref Files}", policies=allow("s3:ListObjects", "!GetAtt Files.Arn"))
    found = [one for one in findings(texts) if one.severity.value != "note"]
    assert [(one.rule, one.severity.value) for one in found] == [("iam/unknown-action", "error")]


TABLE = "arn:aws:dynamodb:eu-west-1:998877665544:table/orders"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", "arn:aws:s3:::a"),
        ("s3:ListBucket", "arn:aws:s3:::a/*"),
        ("s3:PutObject", "arn:aws:s3:eu-west-1:998877665544:a/*"),
        ("dynamodb:ListTables", TABLE),
        ("dynamodb:GetItem", TABLE + "/index/*"),
        ("dynamodb:GetRecords", TABLE),
        ("sqs:SendMessage", "arn:aws:sns:eu-west-1:998877665544:jobs"),
        ("logs:PutLogEvents", "arn:aws:logs:eu-west-1:998877665544:log-group:/aws/lambda/api"),
        ("logs:PutLogEvents", "arn:aws:logs:::*"),
        ("kms:Decrypt", "arn:aws:kms::998877665544:key/*"),
        ("ecr:GetAuthorizationToken", "arn:aws:ecr:eu-west-1:998877665544:repository/api"),
        ("xray:PutTraceSegments", "arn:aws:s3:::a/*"),
        ("lambda:InvokeFunction", TABLE + "/stream/*"),
        ("iam:PassRole", "arn:aws:lambda:eu-west-1:998877665544:function:api"),
        ("dynamodb:GetItem", "arn:aws:dynamodb:eu-west-1:998877665544/table/orders"),
    ],
)
def test_an_action_that_none_of_the_resources_can_be_about_is_told(action: str, resource: str) -> None:
    assert only(told((action, resource)), "warning iam/unsupported-resource", f"`{action}`")


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("s3:GetObject", ["arn:aws:s3:::a", "arn:aws:s3:::a/*"]),
        ("s3:GetObject", "arn:aws:s3:::a*"),
        ("s3:GetObject", "arn:aws:s3:*:*:a/*"),
        ("s3:GetObject", "arn:aws:s3:eu-west-1:998877665544:accesspoint/a/object/*"),
        ("s3:ListBucket", "arn:aws:s3:::*"),
        ("s3:ListAllMyBuckets", "arn:aws:s3:::*"),
        ("s3:GetObject", "arn:aws:s3:::${bucket}"),
        ("s3:GetObject", "<bucket arn>"),
        ("s3:*", "arn:aws:s3:::a/*"),
        ("dynamodb:ListTables", "arn:aws:dynamodb:*:*:table/*"),
        ("dynamodb:Query", TABLE + "/index/*"),
        (["dynamodb:GetItem", "dynamodb:GetRecords", "dynamodb:GetShardIterator"], TABLE),  # what the CDK grants
        ("dynamodb:ListStreams", TABLE + "/stream/*"),
        ("iam:ListRoles", "arn:aws:iam::998877665544:role/*"),
        ("iam:PassRole", "arn:aws:iam::998877665544:role/service-role/*"),
        ("sts:GetCallerIdentity", TABLE),
        ("cognito-idp:InitiateAuth", "arn:aws:cognito-idp:eu-west-1:998877665544:userpool/a"),
        ("states:SendTaskSuccess", "arn:aws:states:eu-west-1:998877665544:stateMachine:a"),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:*"),
        ("logs:PutLogEvents", "arn:aws:logs:*:*:/aws-glue/*"),  # the second `*` goes on to `log-group`
        ("logs:CreateLogStream", "arn:aws:logs:eu-west-1:998877665544:log-group:/aws/lambda/api:*"),
        ("ssm:StartAutomationExecution", "arn:aws:ssm:eu-west-1::automation-definition/AWS-Stop:$DEFAULT"),
        ("cloudformation:CreateChangeSet", "arn:aws:cloudformation:eu-west-1:aws:transform/Serverless-2016-10-31"),
        ("eks:CreateCluster", "arn:aws:eks:eu-west-1:998877665544:cluster/a"),
    ],
)
def test_what_may_match_is_left_alone(action: object, resource: object) -> None:
    assert told((action, resource)) == []


def test_one_action_of_several_without_a_resource_is_a_warning() -> None:
    assert only(told((["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::a/*")), "warning iam/unsupported-resource")


def test_an_action_that_another_statement_allows_is_left_alone() -> None:
    statements = ((["s3:GetObject", "s3:ListBucket"], "arn:aws:s3:::a/*"), ("s3:List*", "arn:aws:s3:::a"))
    assert told(*statements) == []


def test_a_statement_that_never_denies_is_told() -> None:
    found = told(("s3:DeleteObject", "arn:aws:s3:::a", ("Effect", "Deny")), ("s3:*", "*"))
    assert only(found, "warning iam/unsupported-resource", "denies")


def test_the_statement_tells_what_the_call_is_denied_for() -> None:
    body = 'boto3.client("s3").get_object(Bucket=os.environ["BUCKET"], Key="a")'
    texts = project(body, env="{BUCKET: !Ref Files}", policies=allow("s3:GetObject", "!GetAtt Files.Arn"))
    (finding,) = findings(texts)
    assert finding.rule == "iam/unsupported-resource"
    assert any("GetObject" in label.message for label in finding.related)


ALIAS = "arn:aws:kms:eu-west-1:998877665544:alias/tokens"
KEY = "arn:aws:kms:eu-west-1:998877665544:key/1f2e3d4c-5b6a-4978-8695-a4b3c2d1e0f9"


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([("kms:Decrypt", ALIAS)], "error"),
        ([(["kms:Decrypt", "kms:GenerateDataKey*"], ALIAS)], "error"),
        ([("kms:Decrypt", "arn:aws:kms:*:*:alias/*")], "error"),
        ([("kms:Decrypt", ALIAS, ("Effect", "Deny"))], "error"),
        ([("kms:Decrypt", [ALIAS, KEY])], "note"),
        ([("kms:Decrypt", ALIAS), ("kms:*", KEY)], "warning"),
    ],
)
def test_a_key_is_not_named_by_its_alias(statements: list[tuple[Any, ...]], expected: str) -> None:
    assert only(told(*statements), f"{expected} iam/kms-alias")


@pytest.mark.parametrize(
    "statement",
    [
        ("kms:Decrypt", KEY),
        ("kms:Decrypt", "*"),
        (["kms:CreateAlias", "kms:DeleteAlias"], ALIAS),
        ("kms:*", [ALIAS, KEY]),
        ("kms:Decrypt", "*", ("Condition", {"StringEquals": {"kms:RequestAlias": "alias/tokens"}})),
    ],
)
def test_what_is_right_about_keys_is_left_alone(statement: tuple[Any, ...]) -> None:
    assert told(statement) == []


def test_policies_of_aws_hardly_name_resources_in_vain() -> None:
    """The reference is checked by what AWS itself grants: a type that it lacks would be told of many policies."""
    assert (
        sum(1 for statement in _of_aws() if fruitless(_plain_grant(statement, "", NOWHERE), lambda value: value)) < 12
    )


@pytest.mark.parametrize("name", TEMPLATES)
def test_templates_of_sam_name_no_resource_in_vain(name: str) -> None:
    for effect, actions, resources, _ in TEMPLATES[name][1]:
        plain = [resource.replace("${AWS::Partition}", "aws") for resource in resources]
        statement: dict[str, object] = {"Effect": effect, "Action": list(actions), "Resource": plain}
        assert fruitless(_plain_grant(statement, "", NOWHERE), lambda value: value) == []


def _of_aws() -> Iterable[dict[str, object]]:
    lines = (managed_policies._DATA / "managed_policies.txt").read_text("ascii").splitlines()[1:]
    for line in lines:
        document = managed_policies.document(line.split(" ")[0])
        statements = document["Statement"] if document is not None else []
        for statement in statements if isinstance(statements, list) else [statements]:
            assert isinstance(statement, dict)
            yield statement


def test_every_type_of_an_action_has_an_arn() -> None:
    for prefix in ("dynamodb", "s3", "kms", "apigateway"):
        service = iam_actions.service(prefix)
        assert service is not None and service.actions
        for action in service.actions.values():
            assert all(service.types[kind] for kind in action.types or ())


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:dynamodb:region:account-id:table/orders",
        "arn:aws:dynamodb:eu-west-1:AWS_ACCOUNT_ID:table/orders",
        "arn:aws:dynamodb:eu-west-1:998877665544:table/TABLE_NAME",
        "arn:aws:kms:eu-west-1:998877665544:key/your-kms-key-id",
        "arn:aws:kms:eu-west-1:998877665544:key/xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx",
        "arn:aws:execute-api:eu-west-1:998877665544:YOUR_API_ID/prod/GET/orders",
        "arn:aws:dynamodb:eu-west-1:123456789012:table/orders",
    ],
)
def test_a_placeholder_is_told_however_it_is_spelt(resource: str) -> None:
    assert placeholders_of(resource) == ["warning"]


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:logs:eu-west-1:998877665544:log-group:account:*",
        "arn:aws:s3:::region-files/*",
        "arn:aws:dynamodb:eu-west-1:998877665544:table/region",
        "arn:aws:dynamodb:eu-west-1:998877665544:table/yourself",
        "arn:aws:dynamodb:${REGION}:${ACCOUNT_ID}:table/orders",
    ],
)
def test_a_name_that_sounds_like_a_placeholder_is_none(resource: str) -> None:
    assert placeholders_of(resource) == []


def placeholders_of(resource: str) -> list[str]:
    text = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": resource}]})
    return [
        one.severity.value for one in lint(Files.from_texts({"p.json": text}), load(["iam/placeholder-arn"])).findings
    ]
