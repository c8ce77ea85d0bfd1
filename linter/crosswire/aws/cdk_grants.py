"""What the grant methods of the AWS CDK allow: sets of actions that are given whole.

From `perms.ts` and the grant methods of aws-cdk-lib's modules `aws-dynamodb`, `aws-s3`, `aws-sqs`,
`aws-secretsmanager`, `aws-ssm`, `aws-kms` and `aws-kinesis` (v1 and v2, where they differ). A set of one action is not
here: it is as if it was written out. Newer versions allow reading the stream in a statement of its own, on the table.
"""

from __future__ import annotations

from collections.abc import Collection

_SETS = {
    "dynamodb": (
        "BatchGetItem GetRecords GetShardIterator Query GetItem Scan",
        "BatchGetItem GetRecords GetShardIterator Query GetItem Scan ConditionCheckItem",
        "BatchGetItem GetRecords GetShardIterator Query GetItem Scan ConditionCheckItem DescribeTable",
        "BatchGetItem Query GetItem Scan ConditionCheckItem",
        "BatchGetItem Query GetItem Scan ConditionCheckItem DescribeTable",
        "GetRecords GetShardIterator",
        "BatchWriteItem PutItem UpdateItem DeleteItem",
        "BatchWriteItem PutItem UpdateItem DeleteItem DescribeTable",
        "DescribeStream GetRecords GetShardIterator",
        "DescribeStream GetRecords GetShardIterator ListStreams",
    ),
    "kinesis": (
        "DescribeStreamSummary GetRecords GetShardIterator ListShards SubscribeToShard",
        "DescribeStreamSummary GetRecords GetShardIterator ListShards SubscribeToShard DescribeStream ListStreams",
        "DescribeStreamSummary GetRecords GetShardIterator ListShards SubscribeToShard DescribeStreamConsumer",
        "ListShards PutRecord PutRecords",
    ),
    "kms": (
        "Decrypt DescribeKey",
        "Decrypt DescribeKey Encrypt ReEncrypt* GenerateDataKey*",
        "Decrypt Encrypt ReEncrypt* GenerateDataKey*",
        "Encrypt ReEncrypt* GenerateDataKey*",
        "Decrypt GenerateDataKey*",
    ),
    "s3": (
        "GetObject* GetBucket* List*",
        "PutObject* Abort*",
        "PutObject PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionTagging Abort*",
        "DeleteObject* PutObject* Abort*",
        "DeleteObject* PutObject PutObjectLegalHold PutObjectRetention PutObjectTagging PutObjectVersionTagging Abort*",
        "PutObjectAcl PutObjectVersionAcl",
    ),
    "secretsmanager": ("GetSecretValue DescribeSecret", "PutSecretValue UpdateSecret"),
    "sqs": (
        "SendMessage GetQueueAttributes GetQueueUrl",
        "ReceiveMessage ChangeMessageVisibility GetQueueUrl DeleteMessage GetQueueAttributes",
        "PurgeQueue GetQueueAttributes GetQueueUrl",
    ),
    "ssm": ("DescribeParameters GetParameters GetParameter GetParameterHistory",),
}


def is_granted_whole(actions: Collection[str]) -> bool:
    """Whether the actions of a statement are what grant methods allow: one of them, or several whose statements the CDK
    made one of, as it does for those on one resource."""
    wanted = {action.lower() for action in actions}
    given: set[str] = set()
    for service in {action.partition(":")[0] for action in wanted}:
        for names in _SETS.get(service, ()):
            granted = {f"{service}:{name.lower()}" for name in names.split()}
            if granted <= wanted:
                given |= granted
    return len(wanted) > 1 and given == wanted
