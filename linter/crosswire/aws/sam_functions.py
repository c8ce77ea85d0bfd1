"""What AWS SAM makes of a function's properties and events: role policies, permissions and event sources.

Observed in the output of aws-sam-translator; tests/test_sam_translator_agrees.py compares the two.
"""

from __future__ import annotations

from typing import NamedTuple

BASIC_POLICY = "service-role/AWSLambdaBasicExecutionRole"
DURABLE_POLICY = "service-role/AWSLambdaBasicDurableExecutionRolePolicy"
TRACING_POLICY = "AWSXrayWriteOnlyAccess"
VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"

PRINCIPALS = {
    "AWS::Serverless::Function": "lambda.amazonaws.com",
    "AWS::Serverless::StateMachine": "states.amazonaws.com",
}

DESTINATION_ACTIONS = {
    "SQS": (("sqs:SendMessage", ""),),
    "SNS": (("sns:Publish", ""),),
    "Lambda": (("lambda:InvokeFunction", ""),),
    "EventBridge": (("events:PutEvents", ""),),
    "S3": (("s3:PutObject", "/*"), ("s3:ListBucket", "")),
    "S3Bucket": (("s3:PutObject", "/*"), ("s3:ListBucket", "")),
}
"""The type of a destination or dead-letter target -> the actions allowed, each with what is appended to its ARN."""

CREATED_DESTINATIONS = {"SQS": "Queue", "SNS": "Topic"}
"""The types of destinations that SAM creates when none is named -> the ending of the logical id."""


class Inline(NamedTuple):
    """A statement that an event adds to the role.

    `resource` is a pattern with `${Event.<property>}` for a property of the event and `${Secret}` for the URI of a
    source access configuration. `access` tells the types of that configuration without which nothing is added, `given`
    a property of the event without which nothing is.
    """

    actions: tuple[str, ...]
    resource: str
    access: tuple[str, ...] = ()
    given: str = ""


class Event(NamedTuple):
    """A type of a function's event.

    `kind` is the trigger's id in aws.triggers. `source` is the event's property that names what invokes; where it is
    empty, SAM makes the source, under the logical id `<Function><Event>`. `principal` is empty where SAM makes no
    permission. `logical_id` is the permission's: `{0}` is the function, `{1}` the event.
    """

    kind: str
    principal: str = ""
    source: str = ""
    managed_policy: str = ""
    inline: tuple[Inline, ...] = ()
    logical_id: str = "{0}{1}Permission"


_NETWORK = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeVpcs",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
_SECRET = ("secretsmanager:GetSecretValue",)
_DECRYPT = Inline(
    ("kms:Decrypt",),
    "arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/${Event.SecretsManagerKmsKeyId}",
    given="SecretsManagerKmsKeyId",
)
_KAFKA_SECRETS = (
    "BASIC_AUTH",
    "CLIENT_CERTIFICATE_TLS_AUTH",
    "SASL_SCRAM_256_AUTH",
    "SASL_SCRAM_512_AUTH",
    "SERVER_ROOT_CA_CERTIFICATE",
)
_RDS = "arn:${AWS::Partition}:rds:${AWS::Region}:${AWS::AccountId}"

EVENTS = {
    "S3": Event("s3_notification", "s3.amazonaws.com", "Bucket"),
    "SNS": Event("sns", "sns.amazonaws.com", "Topic"),
    "Api": Event("api_gateway_rest", "apigateway.amazonaws.com", "RestApiId"),
    "HttpApi": Event("api_gateway_http", "apigateway.amazonaws.com", "ApiId"),
    "Schedule": Event("eventbridge_rule", "events.amazonaws.com"),
    "CloudWatchEvent": Event("eventbridge_rule", "events.amazonaws.com"),
    "EventBridgeRule": Event("eventbridge_rule", "events.amazonaws.com"),
    "ScheduleV2": Event("eventbridge_scheduler"),
    "CloudWatchLogs": Event("logs_subscription", "logs.amazonaws.com", "LogGroupName"),
    "IoTRule": Event("iot_rule", "iot.amazonaws.com"),
    "AlexaSkill": Event("alexa_skill", "alexa-appkit.amazon.com"),
    "Cognito": Event("cognito_user_pool", "cognito-idp.amazonaws.com", "UserPool", logical_id="{0}CognitoPermission"),
    "SQS": Event("event_source_mapping", "", "Queue", "service-role/AWSLambdaSQSQueueExecutionRole"),
    "DynamoDB": Event("event_source_mapping", "", "Stream", "service-role/AWSLambdaDynamoDBExecutionRole"),
    "Kinesis": Event("event_source_mapping", "", "Stream", "service-role/AWSLambdaKinesisExecutionRole"),
    "MSK": Event(
        "event_source_mapping",
        "",
        "Stream",
        "service-role/AWSLambdaMSKExecutionRole",
        (Inline(_SECRET, "${Secret}", ("CLIENT_CERTIFICATE_TLS_AUTH",)),),
    ),
    "SelfManagedKafka": Event(
        "event_source_mapping",
        inline=(Inline(_SECRET, "${Secret}", _KAFKA_SECRETS), Inline(_NETWORK, "*", ("VPC_SUBNET",)), _DECRYPT),
    ),
    "MQ": Event(
        "event_source_mapping",
        "",
        "Broker",
        inline=(
            Inline(_SECRET, "${Secret}", ("BASIC_AUTH",)),
            Inline(("mq:DescribeBroker",), "${Event.Broker}"),
            _DECRYPT,
        ),
    ),
    "DocumentDB": Event(
        "event_source_mapping",
        "",
        "Cluster",
        inline=(
            Inline(_SECRET, "${Secret}", ("BASIC_AUTH",)),
            Inline(("rds:DescribeDBClusterParameters",), f"{_RDS}:cluster-pg:*"),
            Inline(("rds:DescribeDBSubnetGroups",), f"{_RDS}:subgrp:*"),
            Inline(("rds:DescribeDBClusters",), "${Event.Cluster}"),
            Inline(_NETWORK, "*"),
            _DECRYPT,
        ),
    ),
}
"""The events of AWS::Serverless::Function by their `Type`."""

IMPLICIT_APIS = {"Api": "ServerlessRestApi", "HttpApi": "ServerlessHttpApi"}
"""The logical id of the API that SAM makes for events that name none."""
