"""Queues and topics must let in the services that are told to send to them."""

from __future__ import annotations

from textwrap import indent

import pytest

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load

RULE = "triggers/missing-target-policy"

BASE = """\
Transform: AWS::Serverless-2016-10-31
Parameters: {Given: {Type: String}}
Resources:
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  Other: {Type: AWS::SQS::Queue}
"""
SNS = (
    "S: {Type: AWS::SNS::Subscription, Properties: {TopicArn: !Ref Topic, Protocol: sqs, Endpoint: !GetAtt Queue.Arn}}"
)
INLINE = "T: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Queue.Arn}]}}"
RULE_TO_QUEUE = "E: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt Queue.Arn}]}}"
RULE_TO_TOPIC = "E: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !Ref Topic}]}}"
BUCKET = """\
B:
  Type: AWS::S3::Bucket
  Properties: {NotificationConfiguration: {QueueConfigurations: [{Event: 's3:*', Queue: !GetAtt Queue.Arn}]}}"""
CONNECTOR = """\
C:
  Type: AWS::Serverless::Connector
  Properties: {Source: {Id: Topic}, Destination: {Id: Queue}, Permissions: [Write]}"""
BUCKET_TO_TOPIC = """\
B:
  Type: AWS::S3::Bucket
  Properties: {NotificationConfiguration: {TopicConfigurations: [{Event: 's3:*', Topic: !Ref Topic}]}}"""


def told(*resources: str) -> list[str]:
    text = BASE + "".join(indent(resource, "  ") + "\n" for resource in resources)
    return [finding.subject for finding in lint(Files.from_texts({"template.yaml": text}), load([RULE])).findings]


def policy(principal: str, more: str = "", *, action: str = "sqs:SendMessage", on: str = "!GetAtt Queue.Arn") -> str:
    """A policy of the queue."""
    return f"""\
P:
  Type: AWS::SQS::QueuePolicy
  Properties:
    Queues: [!Ref Queue]
    PolicyDocument:
      Statement: [{{Effect: Allow, Principal: {principal}, Action: '{action}', Resource: {on}{more}}}]"""


@pytest.mark.parametrize(
    ("wiring", "service", "target"),
    [
        (SNS, "sns", "Queue"),
        (INLINE, "sns", "Queue"),
        (RULE_TO_QUEUE, "events", "Queue"),
        (BUCKET, "s3", "Queue"),
        (RULE_TO_TOPIC, "events", "Topic"),
        (BUCKET_TO_TOPIC, "s3", "Topic"),
    ],
)
def test_a_target_without_a_policy_is_told(wiring: str, service: str, target: str) -> None:
    action = "sqs:SendMessage" if target == "Queue" else "sns:Publish"
    assert told(wiring) == [f"{action} for {service}.amazonaws.com on {target}"]


@pytest.mark.parametrize(
    "allowing",
    [
        policy("{Service: sns.amazonaws.com}"),
        policy("{Service: [s3.amazonaws.com, sns.amazonaws.com]}"),
        policy("'*'"),
        policy("{AWS: '*'}", ", Condition: {ArnEquals: {'aws:SourceArn': !Ref Topic}}"),
        policy("{Service: !Ref Given}"),
        policy("{Service: !Sub 'sns.${AWS::URLSuffix}'}"),
        policy("{Service: sns.amazonaws.com}", action="SQS:*"),
        policy("{Service: sns.amazonaws.com}", on="'*'"),
        policy("{Service: sns.amazonaws.com}").replace("[!Ref Queue]", "[!Ref Given]"),
        policy("{Service: sns.amazonaws.com}").replace(
            "[!Ref Queue]", "[!Sub 'https://sqs.${AWS::Region}.amazonaws.com/${AWS::AccountId}/${Queue.QueueName}']"
        ),
        "P: {Type: AWS::SQS::QueuePolicy, Properties: {Queues: [!Ref Queue], PolicyDocument: !Ref Given}}",
    ],
)
def test_a_policy_that_lets_the_service_in_or_may_is_enough(allowing: str) -> None:
    assert told(SNS, allowing) == []


@pytest.mark.parametrize(
    "useless",
    [
        policy("{Service: events.amazonaws.com}"),
        policy("{AWS: !Ref AWS::AccountId}"),
        policy("{AWS: !Sub 'arn:aws:iam::${AWS::AccountId}:root'}"),
        policy("{Service: sns.amazonaws.com}", action="sqs:ReceiveMessage"),
        policy("{Service: sns.amazonaws.com}", on="!GetAtt Other.Arn"),
        policy("{Service: sns.amazonaws.com}").replace("[!Ref Queue]", "[!Ref Other]"),
        policy("{Service: sns.amazonaws.com}").replace("Effect: Allow", "Effect: Deny"),
    ],
)
def test_a_policy_that_does_not_let_the_service_in_is_told(useless: str) -> None:
    assert told(SNS, useless) == ["sqs:SendMessage for sns.amazonaws.com on Queue"]


@pytest.mark.parametrize(
    "resources",
    [
        (SNS.replace("!GetAtt Queue.Arn", "!Ref Given"),),
        (SNS.replace("Protocol: sqs", "Protocol: https"),),
        (SNS.replace("Protocol: sqs", "Protocol: !Ref Given"),),
        (RULE_TO_QUEUE.replace("Id: a,", "Id: a, RoleArn: !Ref Given,"),),
        (SNS, "N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: a, Parameters: {Q: !Ref Queue}}}"),
        (SNS, "N: {Type: Custom::Policy, Properties: {ServiceToken: a, Queue: !Ref Queue}}"),
        (SNS, CONNECTOR),
    ],
)
def test_what_is_not_known_is_not_told(resources: tuple[str, ...]) -> None:
    assert told(*resources) == []


def test_sam_lets_a_topic_send_to_the_queue_of_its_event() -> None:
    function = """\
F:
  Type: AWS::Serverless::Function
  Properties:
    Events:
      E:
        Type: SNS
        Properties: {Topic: !Ref Topic, SqsSubscription: {QueueArn: !GetAtt Queue.Arn, QueueUrl: !Ref Queue}}"""
    assert told(SNS, function) == []


def test_one_policy_is_missing_once_for_all_that_a_service_sends() -> None:
    assert told(SNS, INLINE, SNS.replace("S:", "Z:"), BUCKET) == [
        "sqs:SendMessage for sns.amazonaws.com on Queue",
        "sqs:SendMessage for s3.amazonaws.com on Queue",
    ]


TERRAFORM = """\
resource "aws_sns_topic" "events" {{
  name = "events"
}}
resource "aws_sqs_queue" "jobs" {{
  name = "jobs"
  {queue}
}}
resource "aws_sns_topic_subscription" "jobs" {{
  topic_arn = aws_sns_topic.events.arn
  protocol  = "sqs"
  endpoint  = {endpoint}
}}
{more}
"""
POLICY = """\
data "aws_iam_policy_document" "jobs" {
  statement {
    actions   = ["sqs:SendMessage"]
    resources = [aws_sqs_queue.jobs.arn]
    principals {
      type        = "Service"
      identifiers = ["sns.amazonaws.com"]
    }
  }
}
resource "aws_sqs_queue_policy" "jobs" {
  queue_url = aws_sqs_queue.jobs.id
  policy    = data.aws_iam_policy_document.jobs.json
}
"""
BUCKET_NOTIFICATION = """\
resource "aws_s3_bucket" "files" {}
resource "aws_s3_bucket_notification" "files" {
  bucket = aws_s3_bucket.files.id
  topic {
    topic_arn = aws_sns_topic.events.arn
    events    = ["s3:ObjectCreated:*"]
  }
}
"""
DECLARED = "aws_sqs_queue.jobs.arn"


@pytest.mark.parametrize(
    ("queue", "endpoint", "more", "count"),
    [
        ("", DECLARED, "", 1),
        ("", DECLARED, POLICY, 0),
        ("", DECLARED, POLICY.replace("sns.", "events."), 1),
        ("", DECLARED, POLICY.replace("aws_sqs_queue.jobs.id", "var.url") + 'variable "url" {}', 0),
        ("policy = var.policy", DECLARED, 'variable "policy" {}', 0),
        ("lifecycle { ignore_changes = [policy] }", DECLARED, "", 0),
        ("", DECLARED, 'module "m" {\n  source = "git::https://example.com/m"\n  queue = aws_sqs_queue.jobs.id\n}', 0),
        ("", "data.aws_sqs_queue.x.arn", 'data "aws_sqs_queue" "x" { name = "x" }', 0),
        ("", "var.arn", 'variable "arn" {}' + BUCKET_NOTIFICATION, 1),
    ],
)
def test_terraform_is_judged_alike(queue: str, endpoint: str, more: str, count: int) -> None:
    text = TERRAFORM.format(queue=queue, endpoint=endpoint, more=more)
    assert len(lint(Files.from_texts({"main.tf": text}), load([RULE])).findings) == count
