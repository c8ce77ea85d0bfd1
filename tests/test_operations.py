"""Operations: the SDKs' names lead to what IAM is asked for, as the Service Authorization Reference has it."""

from __future__ import annotations

from importlib import import_module

import pytest

from crosswire.aws import env, operations, resources, triggers
from crosswire.aws.data import services
from crosswire.aws.operations import Operation


def actions(operation: Operation | None) -> list[str]:
    assert operation is not None
    return [need.action for need in operation.needs if not need.optional]


@pytest.mark.parametrize(
    ("service", "name", "expected"),
    [
        ("dynamodb", "PutItem", ["dynamodb:PutItem"]),
        ("dynamodb", "BatchWriteItem", ["dynamodb:BatchWriteItem"]),
        ("dynamodb", "TransactGetItems", ["dynamodb:GetItem"]),
        ("s3", "HeadObject", ["s3:GetObject", "s3:GetObjectVersion"]),
        ("s3", "ListObjectsV2", ["s3:ListBucket"]),
        ("s3", "ListBuckets", ["s3:ListAllMyBuckets"]),
        ("sqs", "SendMessageBatch", ["sqs:SendMessage"]),
        ("sns", "PublishBatch", ["sns:Publish"]),
        ("lambda", "Invoke", ["lambda:InvokeFunction"]),
        ("stepfunctions", "StartExecution", ["states:StartExecution"]),
        ("apigatewaymanagementapi", "PostToConnection", ["execute-api:ManageConnections"]),
        ("kms", "ReEncrypt", ["kms:ReEncryptFrom", "kms:ReEncryptTo"]),
        ("bedrock-runtime", "Converse", ["bedrock:InvokeModel"]),
        ("rds-data", "ExecuteStatement", ["rds-data:ExecuteStatement", "secretsmanager:GetSecretValue"]),
        ("iot-data", "Publish", ["iot:Publish"]),
        ("scheduler", "CreateSchedule", ["scheduler:CreateSchedule", "scheduler:CreateSchedule", "iam:PassRole"]),
    ],
)
def test_an_operation_needs_the_actions_that_iam_asks_for(service: str, name: str, expected: list[str]) -> None:
    assert actions(operations.operation(service, name)) == expected


@pytest.mark.parametrize(("service", "name"), [("cognito-idp", "SignUp"), ("sts", "GetCallerIdentity")])
def test_an_operation_without_permission_is_certain_to_need_none(service: str, name: str) -> None:
    operation = operations.operation(service, name)
    assert operation is not None and operation.certain and operation.needs == ()


def test_an_operation_whose_needs_are_not_known_is_seen_but_not_certain() -> None:
    operation = operations.operation("s3", "PutBucketAnalyticsConfiguration")
    assert operation is not None and not operation.certain and operation.needs == ()


@pytest.mark.parametrize("name", ["Nope", "", "|", "PutItem|put_item", "put_item", "PutIte"])
def test_a_name_that_is_no_operation_is_not_found(name: str) -> None:
    assert operations.operation("dynamodb", name) is None
    assert operations.operation("nope", "PutItem") is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (operations.by_boto3_method("dynamodb", "put_item"), "PutItem"),
        (operations.by_boto3_method("s3", "list_objects_v2"), "ListObjectsV2"),
        (operations.by_boto3_method("s3", "generate_presigned_url"), "presigned-url"),
        (operations.by_js_method("dynamodb", "putItem"), "PutItem"),
        (operations.by_js_method("dynamodb", "batchGet"), "BatchGetItem"),
        (operations.by_js_method("s3", "upload"), "upload"),
        (operations.by_command("dynamodb", "PutCommand"), "PutItem"),
        (operations.by_command("dynamodb", "TransactWriteCommand"), "TransactWriteItems"),
        (operations.by_command("sqs", "SendMessageCommand"), "SendMessage"),
        (operations.by_js_function("dynamodb", "paginateQuery"), "Query"),
        (operations.by_js_function("s3", "waitUntilObjectExists"), "HeadObject"),
        (operations.by_js_function("s3", "getSignedUrl"), "presigned-url"),
        (operations.by_js_function("s3", "Upload"), "upload"),
        (operations.by_waiter("dynamodb", "table_exists"), "DescribeTable"),
        (operations.by_waiter("dynamodb", "tableNotExists"), "DescribeTable"),
        (operations.by_resource_method("dynamodb", "Table", "batch_writer"), "BatchWriteItem"),
        (operations.by_resource_method("dynamodb", "Table", "item_count"), "DescribeTable"),
        (operations.by_resource_method("dynamodb", "", "tables"), "ListTables"),
        (operations.by_resource_method("s3", "Object", "get"), "GetObject"),
        (operations.by_resource_method("s3", "Bucket", "objects"), "ListObjects"),
        (operations.by_collection_method("s3", "ObjectSummary", "delete"), "DeleteObjects"),
        (operations.by_resource_method("sqs", "", "get_queue_by_name"), "GetQueueUrl"),
        (operations.by_resource_method("sns", "Topic", "publish"), "Publish"),
    ],
)
def test_every_sdk_name_leads_to_its_operation(found: Operation | None, expected: str) -> None:
    assert found is not None and found.name == expected


@pytest.mark.parametrize("name", ["getItem", "GetItem", "Get", "Command", "get_items"])
def test_names_of_one_sdk_are_not_those_of_another(name: str) -> None:
    assert operations.by_boto3_method("dynamodb", name) is None
    assert operations.by_command("dynamodb", name) is None


def test_a_method_with_positional_arguments_names_them() -> None:
    client = operations.by_boto3_method("s3", "upload_file")
    bucket = operations.by_resource_method("s3", "Bucket", "upload_file")
    assert client is not None and client.positional == ("Filename", "Bucket", "Key")
    assert bucket is not None and bucket.positional == ("Filename", "Key")


def test_an_object_of_boto3_is_identified_by_members_of_its_requests() -> None:
    assert operations.entity("s3", "Object") == ("Bucket", "Key")
    assert operations.entity_arguments("s3", "Object") == ("bucket_name", "key")
    assert operations.entity("sqs", "Queue") == ("QueueUrl",)
    assert operations.entity("dynamodb", "Nope") is None
    assert operations.entity("kms", "Key") is None


def test_the_packages_and_classes_of_javascript_lead_to_services() -> None:
    assert operations.js_v3_package("@aws-sdk/client-sfn") == "stepfunctions"
    assert operations.js_v3_package("@aws-sdk/lib-dynamodb") == "dynamodb"
    assert operations.js_v3_package("@aws-sdk/util-dynamodb") is None
    assert operations.js_v2_class("CognitoIdentityServiceProvider") == "cognito-idp"
    assert operations.js_v2_client_file("rdsdataservice") == "rds-data"
    assert operations.aggregated_clients("dynamodb") == ("DynamoDB", "DynamoDBDocument")


def test_a_need_tells_the_way_to_its_resource_in_the_request() -> None:
    transaction = operations.operation("dynamodb", "TransactWriteItems")
    batch = operations.operation("dynamodb", "BatchGetItem")
    query = operations.operation("dynamodb", "Query")
    assert transaction is not None and batch is not None and query is not None
    assert transaction.needs[0].path == ("TransactItems", "[]", "Put", "TableName")
    assert batch.needs[0].path == ("RequestItems", "{}")
    assert query.needs[0].within == "IndexName"
    assert (transaction.shape, batch.shape) == (operations.TRANSACT_ITEMS, operations.REQUEST_ITEMS)


def test_members_of_the_request_decide_what_is_needed() -> None:
    get = operations.operation("s3", "GetObject")
    publish = operations.operation("sns", "Publish")
    assert get is not None and publish is not None
    assert [need.action for need in get.needed({"Bucket", "VersionId"}, complete=True)] == ["s3:GetObjectVersion"]
    assert [need.kind for need in publish.needed({"PhoneNumber"}, complete=True)] == ["*"]
    unsure = get.needed({"Bucket"}, complete=False)
    assert [need.optional for need in unsure] == [True, True]
    copy = operations.operation("s3", "CopyObject")
    assert copy is not None
    for source, reads in (
        ({"CopySource.Bucket", "CopySource.Key"}, [False]),
        ({"CopySource.Bucket", "CopySource.Key", "CopySource.VersionId"}, []),
        (set(), [True]),
    ):
        needs = copy.needed({"Bucket", "Key", "CopySource", *source}, complete=True)
        assert [need.optional for need in needs if need.action == "s3:GetObject"] == reads


def test_every_kind_of_resource_that_a_need_names_has_an_arn() -> None:
    for service in services.IAM:
        table = import_module("crosswire.aws.data.sdk_" + service.replace("-", "_")).OPERATIONS
        for line in table.split("\n")[1:-1]:
            operation = operations.operation(service, line.split("|")[0])
            assert operation is not None
            for need in operation.needs:
                owner = service if need.service == operations.iam_prefix(service) else need.service
                assert need.kind in ("", "*") or operations.arn_parts(owner, need.kind), (operation.name, need)


def test_arns_are_cut_at_their_placeholders() -> None:
    assert operations.arn_parts("s3", "object") == ("arn:", "{Partition}", ":s3:::", "{name}", "/", "{key}")
    assert operations.arn_parts("stepfunctions", "statemachine") == operations.arn_parts("states", "statemachine")


def test_resource_types_tell_what_ref_and_getatt_give() -> None:
    queue = resources.resource_type("AWS::SQS::Queue")
    assert queue is not None
    assert (queue.ref, queue.attribute("Arn"), queue.attribute("QueueName")) == ("url", "arn", "name")
    assert "".join(queue.url_parts) == "https://sqs.{Region}.{URLSuffix}/{AccountId}/{name}"
    schedule = resources.resource_type("AWS::Scheduler::Schedule")
    assert schedule is not None and schedule.arn.endswith(":schedule/default/{name}")
    assert schedule.arn_unless == "GroupName"
    table = resources.resource_type("AWS::DynamoDB::Table")
    assert table is not None and table.attribute("StreamArn") == "StreamArn"
    assert resources.resource_type("AWS::Nope::Nope") is None


def test_reserved_names_are_provided_and_plain_ones_are_not() -> None:
    assert env.is_reserved("AWS_REGION") and env.is_provided("AWS_REGION")
    assert env.is_provided("TZ") and not env.is_reserved("TZ")
    assert not env.is_provided("NODE_ENV") and not env.is_reserved("aws_region")


def test_a_trigger_names_who_must_be_let_in() -> None:
    topic = triggers.trigger_kind("sns")
    assert topic is not None and topic.principal == "sns.amazonaws.com" and topic.silent
    assert triggers.trigger_kind("nope") is None
