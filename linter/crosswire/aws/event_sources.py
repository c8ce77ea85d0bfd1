"""The sources that Lambda polls for a function, with the function's own role: what the role must allow on them.

Only what is surely needed. For queues and streams Lambda asks for it when the mapping is made, for the others when it
begins to poll. `ListStreams`, which the errors name too, is asked for on no stream in particular, and mappings are made
without it. Source: Lambda developer guide, the permissions of the execution role on the page of each source; that
`kinesis:DescribeStream` is asked for beside the newer actions is told by the AWS CDK (KinesisEventSource).
"""

from __future__ import annotations

import re
from typing import NamedTuple


class EventSource(NamedTuple):
    """A kind of source.

    `service` is that of its ARN, `form` a regular expression for what follows the account there. `types` are the
    CloudFormation types of those whose ARN only the deployment tells. `noun` is what people call it. `actions` are
    needed on it: of each group, any one. `policy` is the policy of AWS that allows everything, empty where there is
    none. `symptom` is what happens otherwise, as the end of a sentence in which `{}` is the first operation denied.
    """

    noun: str
    service: str
    form: str
    actions: tuple[tuple[str, ...], ...]
    symptom: str
    policy: str = ""
    types: tuple[str, ...] = ()


_NO_STREAM = "the deployment fails with Cannot access stream"
_NO_CONNECTION = "the mapping fails to be made, or to connect"

_SOURCES = (
    EventSource(
        "queue",
        "sqs",
        "[^:/]+",
        (("sqs:ReceiveMessage",), ("sqs:DeleteMessage",), ("sqs:GetQueueAttributes",)),
        "the deployment fails with The provided execution role does not have permissions to call {} on SQS",
        "AWSLambdaSQSQueueExecutionRole",
    ),
    EventSource(
        "stream of the table",
        "dynamodb",
        "table/[^/]+/stream/.+",
        (("dynamodb:GetRecords",), ("dynamodb:GetShardIterator",), ("dynamodb:DescribeStream",)),
        _NO_STREAM,
        "AWSLambdaDynamoDBExecutionRole",
    ),
    EventSource(
        "stream",
        "kinesis",
        "stream/[^/]+",
        (("kinesis:GetRecords",), ("kinesis:GetShardIterator",), ("kinesis:DescribeStream",)),
        _NO_STREAM,
        "AWSLambdaKinesisExecutionRole",
    ),
    EventSource(
        "Kafka cluster",
        "kafka",
        "cluster/.+",
        (("kafka:DescribeClusterV2", "kafka:DescribeCluster"), ("kafka:GetBootstrapBrokers",)),
        _NO_CONNECTION,
        "AWSLambdaMSKExecutionRole",
        ("AWS::MSK::Cluster", "AWS::MSK::ServerlessCluster"),
    ),
    EventSource(
        "broker",
        "mq",
        "broker:.+",
        (("mq:DescribeBroker",),),
        _NO_CONNECTION,
        types=("AWS::AmazonMQ::Broker",),
    ),
    EventSource(
        "DocumentDB cluster",
        "rds",
        "cluster:.+",
        (("rds:DescribeDBClusters",),),
        _NO_CONNECTION,
    ),
)


def source_of_arn(arn: str) -> EventSource | None:
    """The kind of source that an ARN is of, in which any text may stand for what is not known; None for any other."""
    prefix, _, rest = arn.partition(":")
    fields = rest.split(":", 4)
    if prefix != "arn" or len(fields) < 5:
        return None
    service, resource = fields[1], fields[4]
    return next((one for one in _SOURCES if one.service == service and re.fullmatch(one.form, resource)), None)


def source_of_type(type: str) -> EventSource | None:
    """The kind of source that a CloudFormation type is, of those whose ARN only the deployment tells."""
    return next((one for one in _SOURCES if type in one.types), None)
