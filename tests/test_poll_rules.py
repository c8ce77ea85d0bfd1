"""What Lambda polls for a function needs the function's role to allow it."""

from __future__ import annotations

from textwrap import indent

import pytest

from crosswire.finding import Finding
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load
from crosswire.values import Const, Value, leaves
from crosswire.wiring.polling import MAPPING

RULE = "iam/missing-poll-action"

SAM = """\
Transform: AWS::Serverless-2016-10-31
Parameters: {{Given: {{Type: String}}, Stage: {{Type: String}}}}
Conditions: {{IsProd: !Equals [!Ref Stage, prod]}}
Resources:
  Jobs: {{Type: AWS::SQS::Queue}}
  Other: {{Type: AWS::SQS::Queue}}
  Topic: {{Type: AWS::SNS::Topic}}
  Table: {{Type: AWS::DynamoDB::Table, Properties: {{StreamSpecification: {{StreamViewType: NEW_IMAGE}}}}}}
  Stream: {{Type: AWS::Kinesis::Stream}}
  Consumer: {{Type: AWS::Kinesis::StreamConsumer}}
  Kafka: {{Type: AWS::MSK::Cluster}}
  Broker: {{Type: AWS::AmazonMQ::Broker}}
  R:
    Type: AWS::IAM::Role
    Properties:
{role}
  Fn:
    Type: AWS::Serverless::Function
    Properties: {{Handler: a.b, Runtime: python3.12, Role: !GetAtt R.Arn, Events: {{E: {event}}}}}
{more}"""

QUEUE = "{Type: SQS, Properties: {Queue: !GetAtt Jobs.Arn}}"
POLL = "[sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]"
READ = "[dynamodb:GetRecords, dynamodb:GetShardIterator, dynamodb:DescribeStream]"


def allow(actions: str, resource: str, more: str = "", effect: str = "Allow") -> str:
    """The policies of a role with one statement."""
    return f"Policies: [{{PolicyDocument: {{Statement: [{statement(actions, resource, more, effect)}]}}}}]"


def statement(actions: str, resource: str, more: str = "", effect: str = "Allow") -> str:
    return f"{{Effect: {effect}, Action: {actions}, Resource: {resource}{more}}}"


def managed(name: str) -> str:
    return f"ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/{name}']"


def sam(role: str, event: str = QUEUE, more: str = "") -> dict[str, str]:
    """A function with an event and a role with these properties."""
    return {"template.yaml": SAM.format(role=indent(role, " " * 6), event=event, more=indent(more, "  "))}


def findings(texts: dict[str, str]) -> list[Finding]:
    report = lint(Files.from_texts(texts), load([RULE]))
    assert report.summary.functions, "the template of the test is broken"
    return list(report.findings)


def missing(texts: dict[str, str]) -> list[str]:
    """What is said to be missing, and where."""
    return [finding.subject for finding in findings(texts)]


QUEUE_NEEDS = "sqs:ReceiveMessage,sqs:DeleteMessage,sqs:GetQueueAttributes"
STREAM_NEEDS = "dynamodb:GetRecords,dynamodb:GetShardIterator,dynamodb:DescribeStream"


@pytest.mark.parametrize(
    "role",
    [
        managed("AWSLambdaSQSQueueExecutionRole"),
        allow(POLL, "!GetAtt Jobs.Arn"),
        allow(POLL, "'*'"),
        allow("'sqs:*'", "!GetAtt Jobs.Arn"),
        allow("['SQS:*message', sqs:Get*]", "'*'"),
        allow(POLL, "!Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Jobs.QueueName}'"),
        allow("'*'", "'*'"),
        allow(POLL, "!Ref Given"),  # may be the queue
        allow(POLL, "!GetAtt Jobs.Arn", more=", Condition: {Bool: {'aws:SecureTransport': true}}"),
        "ManagedPolicyArns: [!Ref Given]",
        "ManagedPolicyArns: ['arn:aws:iam::123456789012:policy/ours']",
    ],
)
def test_a_role_that_allows_polling_or_may_is_not_told(role: str) -> None:
    assert missing(sam(role)) == []


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("Path: /", QUEUE_NEEDS),
        (managed("AWSLambdaBasicExecutionRole"), QUEUE_NEEDS),
        (allow("[sqs:ReceiveMessage, sqs:GetQueueAttributes]", "'*'"), "sqs:DeleteMessage"),
        (allow("sqs:*Message", "'*'"), "sqs:GetQueueAttributes"),
        (allow("[sqs:ReceiveMessage, sqs:DeleteMessageBatch]", "'*'"), "sqs:DeleteMessage,sqs:GetQueueAttributes"),
        (allow(POLL, "!GetAtt Other.Arn"), QUEUE_NEEDS),
        (allow(POLL, "!Ref Jobs"), QUEUE_NEEDS),  # the URL
        (allow(POLL, "arn:aws:sqs:eu-west-1:123456789012:others"), QUEUE_NEEDS),
    ],
)
def test_a_role_that_does_not_allow_polling_is_told_with_all_that_is_missing(role: str, expected: str) -> None:
    assert missing(sam(role)) == [f"{expected} on Jobs"]


def test_a_denial_is_told_as_one() -> None:
    denial = statement("sqs:DeleteMessage", "'*'", effect="Deny")
    role = allow(POLL, "!GetAtt Jobs.Arn").replace("Statement: [", f"Statement: [{denial}, ")
    (finding,) = findings(sam(role))
    assert "the role denies `sqs:DeleteMessage` on it" in finding.message
    assert any(label.message.startswith("denies DeleteMessage") for label in finding.related)


def test_a_policy_that_depends_on_a_condition_is_not_judged() -> None:
    policy = f"{{PolicyDocument: {{Statement: [{statement(POLL, '!GetAtt Jobs.Arn')}]}}}}"
    assert missing(sam(f"Policies: [!If [IsProd, {policy}, !Ref AWS::NoValue]]")) == []


def test_a_boundary_leaves_open_what_is_allowed_and_not_what_is_not() -> None:
    boundary = "\nPermissionsBoundary: !Ref Given"
    assert missing(sam(allow(POLL, "'*'") + boundary)) == []
    assert missing(sam("Path: /" + boundary)) == [f"{QUEUE_NEEDS} on Jobs"]


def test_a_queue_whose_own_policy_may_let_the_role_in_is_not_told() -> None:
    policy = """\
Open:
  Type: AWS::SQS::QueuePolicy
  Properties:
    Queues: [!Ref Jobs]
    PolicyDocument:
      Statement: [{Effect: Allow, Principal: {AWS: !GetAtt R.Arn}, Action: 'sqs:*', Resource: !GetAtt Jobs.Arn}]
"""
    assert missing(sam("Path: /", more=policy)) == []
    assert missing(sam("Path: /", more=policy.replace("sqs:*", "sqs:SendMessage"))) == [f"{QUEUE_NEEDS} on Jobs"]


def test_sam_allows_what_events_need_in_the_role_that_it_makes() -> None:
    texts = sam("Path: /")
    texts["template.yaml"] = texts["template.yaml"].replace("Role: !GetAtt R.Arn, ", "")
    assert missing(texts) == []


@pytest.mark.parametrize(
    ("event", "good", "name"),
    [
        ("{Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn}}", (READ, "!GetAtt Table.StreamArn"), "Table"),
        (
            "{Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn}}",
            (READ, "!Sub '${Table.Arn}/stream/*'"),
            "Table",
        ),
        (
            "{Type: DynamoDB, Properties: {Stream: 'arn:aws:dynamodb:eu-west-1:123456789012:table/orders/stream/1'}}",
            (READ, "'arn:aws:dynamodb:*:*:table/orders/stream/*'"),
            "orders",
        ),
        (
            "{Type: Kinesis, Properties: {Stream: !GetAtt Stream.Arn}}",
            ("[kinesis:Get*, kinesis:DescribeStream]", "!GetAtt Stream.Arn"),
            "Stream",
        ),
        (
            "{Type: MSK, Properties: {Stream: !Ref Kafka}}",
            ("[kafka:DescribeCluster, kafka:GetBootstrapBrokers]", "!Ref Kafka"),
            "Kafka",
        ),
        ("{Type: MQ, Properties: {Broker: !GetAtt Broker.Arn}}", ("mq:DescribeBroker", "'*'"), "Broker"),
        (
            "{Type: DocumentDB, Properties: {Cluster: 'arn:aws:rds:eu-west-1:123456789012:cluster:docs'}}",
            ("rds:DescribeDBClusters", "'*'"),
            "cluster:docs",
        ),
    ],
)
def test_every_kind_of_source_has_its_actions(event: str, good: tuple[str, str], name: str) -> None:
    assert missing(sam(allow(*good), event)) == []
    (subject,) = missing(sam("Path: /", event))
    assert subject.endswith(f" on {name}")


def test_a_table_is_not_its_stream() -> None:
    event = "{Type: DynamoDB, Properties: {Stream: !GetAtt Table.StreamArn}}"
    assert missing(sam(allow(READ, "!GetAtt Table.Arn"), event)) == [f"{STREAM_NEEDS} on Table"]


@pytest.mark.parametrize(
    "event",
    [
        "{Type: SQS, Properties: {Queue: !Ref Given}}",
        "{Type: SQS, Properties: {Queue: !ImportValue jobs}}",
        "{Type: SQS, Properties: {Queue: !Ref Jobs}}",  # a URL: nothing can be polled by it
        "{Type: Kinesis, Properties: {Stream: !Ref Consumer}}",
        "{Type: Kinesis, Properties: {Stream: !Sub '${Stream.Arn}/consumer/a:1'}}",
        "{Type: SelfManagedKafka, Properties: {Topics: [a]}}",
        "{Type: DynamoDB, Properties: {Stream: !GetAtt Table.Arn}}",
    ],
)
def test_a_source_that_is_not_known_is_not_told(event: str) -> None:
    assert missing(sam("Path: /", event)) == []


@pytest.mark.parametrize(
    ("subscription", "name"), [("true", "FnEQueue"), ("{QueueArn: !GetAtt Jobs.Arn, QueueUrl: !Ref Jobs}", "Jobs")]
)
def test_a_queue_between_a_topic_and_a_function_is_polled(subscription: str, name: str) -> None:
    event = f"{{Type: SNS, Properties: {{Topic: !Ref Topic, SqsSubscription: {subscription}}}}}"
    assert missing(sam(managed("AWSLambdaSQSQueueExecutionRole"), event)) == []
    (subject,) = missing(sam("Path: /", event))
    assert name in subject


def test_a_mapping_of_its_own_by_an_alias_or_a_name_is_judged_and_told_once() -> None:
    more = """\
Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref Fn, Name: live}}
Mapping:
  Type: AWS::Lambda::EventSourceMapping
  Properties: {EventSourceArn: !GetAtt Jobs.Arn, FunctionName: !Ref Live}
"""
    (finding,) = findings(sam("Path: /", more=more))
    assert [label.span.text.partition("\n")[0] for label in finding.related] == ["E", "Mapping", "Jobs"]
    assert finding.span.text == "R"


def test_nested_stacks_are_followed_to_the_queue() -> None:
    template = """\
Parameters: {Source: {Type: String}}
Resources:
  R: {Type: AWS::IAM::Role, Properties: {Path: /}}
  Fn: {Type: AWS::Lambda::Function, Properties: {Handler: a.b, Role: !GetAtt R.Arn}}
  Mapping:
    Type: AWS::Lambda::EventSourceMapping
    Properties: {EventSourceArn: !Ref Source, FunctionName: !Ref Fn}
"""
    parent = """\
Resources:
  Jobs: {Type: AWS::SQS::Queue, Properties: {QueueName: jobs}}
  Child:
    Type: AWS::CloudFormation::Stack
    Properties: {TemplateURL: child.yaml, Parameters: {Source: !GetAtt Jobs.Arn}}
"""
    assert missing({"template.yaml": parent, "child.yaml": template}) == [f"{QUEUE_NEEDS} on Jobs"]


TERRAFORM = """\
resource "aws_sqs_queue" "jobs" {{
  name = "jobs"
}}
resource "aws_iam_role" "worker" {{
  name               = "worker"
  assume_role_policy = "{{}}"
}}
resource "aws_lambda_function" "worker" {{
  function_name = "worker"
  role          = aws_iam_role.worker.arn
  handler       = "a.b"
  runtime       = "python3.12"
}}
resource "aws_lambda_event_source_mapping" "jobs" {{
  event_source_arn = {source}
  function_name    = aws_lambda_function.worker.function_name
}}
{more}
"""

ATTACHED = """\
resource "aws_iam_role_policy_attachment" "poll" {
  role       = aws_iam_role.worker.name
  policy_arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"
}
"""


@pytest.mark.parametrize(
    ("source", "more", "expected"),
    [
        ("aws_sqs_queue.jobs.arn", "", [f"{QUEUE_NEEDS} on aws_sqs_queue.jobs"]),
        ("aws_sqs_queue.jobs.arn", ATTACHED, []),
        ('"arn:aws:sqs:eu-west-1:123456789012:given"', "", [f"{QUEUE_NEEDS} on given"]),
        ("var.source", 'variable "source" {}', []),
        ("module.queue.arn", 'module "queue" { source = "git::https://example.com/queue" }', []),
    ],
)
def test_terraform_is_judged_alike(source: str, more: str, expected: list[str]) -> None:
    assert missing({"main.tf": TERRAFORM.format(source=source, more=more)}) == expected


def test_an_event_source_mapping_knows_what_it_polls() -> None:
    event = "{Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}"
    wiring = build_wiring(Files.from_texts(sam("Path: /", event)))
    (trigger,) = [trigger for trigger in wiring.triggers if trigger.kind == MAPPING]
    assert str(trigger.source) == "FnEQueue"
    assert ":sqs:" in text(trigger.source_arn)


def text(value: Value) -> str:
    return "".join(part.text for part in leaves(value) if isinstance(part, Const))


def test_what_polling_needs_of_a_queue_of_elsewhere_is_not_unused() -> None:
    role = allow("[sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes, sqs:SendMessage]", "'*'")
    event = "{Type: SQS, Properties: {Queue: 'arn:aws:sqs:eu-west-1:123456789012:jobs'}}"
    code = 'import boto3\ndef b(event, context):\n    boto3.client("sqs").send_message(QueueUrl="https://a/1/b")\n'
    texts = {**sam(role, event), "a.py": code}
    assert [finding.rule for finding in lint(Files.from_texts(texts), load(["iam/unused-grant"])).findings] == []
    texts = {**sam(role, "{Type: Schedule, Properties: {Schedule: rate(1 day)}}"), "a.py": code}
    assert len(lint(Files.from_texts(texts), load(["iam/unused-grant"])).findings) == 1
