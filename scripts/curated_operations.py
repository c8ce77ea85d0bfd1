"""What the operation of a service needs where the models do not tell: read by generate_operations.py.

A need is written `action kind member/within flags`. `member` is the path of the request member that names the
resource (`Items[].Name`: in each element; `Requests{}`: each key), `within` of the one that names a part of it (an
index, an object's key). Kind `*`: the action supports no resource. Kind `-`: the resource is not told by the request.
Flags: `optional` (may be needed),
`when:Member`, `unless:Member` (needed only with or without that member; that of `unless` may be a path, as
`CopySource.VersionId`), `absent:text` (what AWS assumes where the member is not given). Sources: the Service
Authorization Reference and the developer guides of each service.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple


class Service(NamedTuple):
    """An SDK service: its IAM prefix, what the JavaScript SDKs call it, and which request members name its resources.

    `needs` are curated operations; `managed` are SDK functions that make several requests; `unauthenticated`
    operations need no permission. `v3_classes` have a method per operation, as the client named after the service
    has.
    """

    iam: str
    v3: tuple[str, ...]
    v2: tuple[str, ...]
    kinds: dict[str, tuple[str, ...]]
    needs: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    managed: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    unauthenticated: tuple[str, ...] = ()
    v3_classes: tuple[str, ...] = ()


S3_OBJECT_READ = (
    "s3:GetObject object Bucket/Key unless:VersionId",
    "s3:GetObjectVersion object Bucket/Key when:VersionId",
)
S3_OBJECT_WRITE = (
    "s3:PutObject object Bucket/Key",
    "s3:PutObjectAcl object Bucket/Key optional when:ACL",
    "s3:PutObjectTagging object Bucket/Key optional when:Tagging",
)
S3_COPY = (
    "s3:GetObject object CopySource.Bucket/CopySource.Key unless:CopySource.VersionId",
    "s3:GetObjectVersion object CopySource.Bucket/CopySource.Key optional",
    "s3:GetObjectTagging object CopySource.Bucket/CopySource.Key optional",
    *S3_OBJECT_WRITE,
    "s3:PutObjectTagging object Bucket/Key optional",
)
S3_PARTS = (
    "s3:AbortMultipartUpload object Bucket/Key optional",
    "s3:ListMultipartUploadParts object Bucket/Key optional",
)


def object_operation(action: str) -> tuple[str, ...]:
    return (f"s3:{action} object Bucket/Key",)


def bucket_operation(action: str) -> tuple[str, ...]:
    return (f"s3:{action} bucket Bucket",)


def partiql(member: str) -> tuple[str, ...]:
    return tuple(f"dynamodb:PartiQL{verb} table {member} optional" for verb in ("Select", "Insert", "Update", "Delete"))


SERVICES: dict[str, Service] = {
    "apigatewaymanagementapi": Service(
        "execute-api",
        ("apigatewaymanagementapi",),
        ("ApiGatewayManagementApi",),
        {},
        dict.fromkeys(
            ("PostToConnection", "DeleteConnection", "GetConnection"), ("execute-api:ManageConnections connections -",)
        ),
    ),
    "appconfigdata": Service(
        "appconfig",
        ("appconfigdata",),
        ("AppConfigData",),
        {},
        {
            "StartConfigurationSession": ("appconfig:StartConfigurationSession configuration -",),
            "GetLatestConfiguration": ("appconfig:GetLatestConfiguration configuration -",),
        },
    ),
    "bedrock-runtime": Service(
        "bedrock",
        ("bedrock-runtime",),
        ("BedrockRuntime",),
        {},
        {
            "InvokeModel": ("bedrock:InvokeModel - modelId",),
            "Converse": ("bedrock:InvokeModel - modelId",),
            "InvokeModelWithResponseStream": ("bedrock:InvokeModelWithResponseStream - modelId",),
            "ConverseStream": ("bedrock:InvokeModelWithResponseStream - modelId",),
            "ApplyGuardrail": ("bedrock:ApplyGuardrail guardrail guardrailIdentifier",),
        },
    ),
    "cloudwatch": Service(
        "cloudwatch",
        ("cloudwatch",),
        ("CloudWatch",),
        {"alarm": ("AlarmName",)},
        {"PutMetricData": ("cloudwatch:PutMetricData * -",)},
    ),
    "cognito-idp": Service(
        "cognito-idp",
        ("cognito-identity-provider",),
        ("CognitoIdentityServiceProvider",),
        {"userpool": ("UserPoolId",)},
        unauthenticated=(
            "AssociateSoftwareToken",
            "ChangePassword",
            "ConfirmDevice",
            "ConfirmForgotPassword",
            "ConfirmSignUp",
            "DeleteUser",
            "DeleteUserAttributes",
            "ForgetDevice",
            "ForgotPassword",
            "GetDevice",
            "GetUser",
            "GetTokensFromRefreshToken",
            "GetUserAttributeVerificationCode",
            "GlobalSignOut",
            "InitiateAuth",
            "ListDevices",
            "ResendConfirmationCode",
            "RespondToAuthChallenge",
            "RevokeToken",
            "SetUserMFAPreference",
            "SetUserSettings",
            "SignUp",
            "UpdateDeviceStatus",
            "UpdateUserAttributes",
            "VerifySoftwareToken",
            "VerifyUserAttribute",
        ),
    ),
    "dynamodb": Service(
        "dynamodb",
        ("dynamodb", "lib:lib-dynamodb"),
        ("DynamoDB", "DynamoDB.DocumentClient"),
        {
            "table": ("TableName", "TableArn"),
            "backup": ("BackupArn",),
            "export": ("ExportArn",),
            "import": ("ImportArn",),
            "global-table": ("GlobalTableName",),
        },
        {
            "Query": ("dynamodb:Query table TableName/IndexName",),
            "Scan": ("dynamodb:Scan table TableName/IndexName",),
            "BatchGetItem": ("dynamodb:BatchGetItem table RequestItems{}",),
            "BatchWriteItem": ("dynamodb:BatchWriteItem table RequestItems{}",),
            "TransactGetItems": ("dynamodb:GetItem table TransactItems[].Get.TableName",),
            "TransactWriteItems": (
                "dynamodb:PutItem table TransactItems[].Put.TableName",
                "dynamodb:UpdateItem table TransactItems[].Update.TableName",
                "dynamodb:DeleteItem table TransactItems[].Delete.TableName",
                "dynamodb:ConditionCheckItem table TransactItems[].ConditionCheck.TableName",
            ),
            "ExecuteStatement": partiql("Statement"),
            "BatchExecuteStatement": partiql("Statements[].Statement"),
            "ExecuteTransaction": partiql("TransactStatements[].Statement"),
            "CreateTable": (
                "dynamodb:CreateTable table TableName",
                "dynamodb:TagResource table TableName optional when:Tags",
                "dynamodb:PutResourcePolicy table TableName optional when:ResourcePolicy",
            ),
            "UpdateTable": (
                "dynamodb:UpdateTable table TableName",
                "dynamodb:CreateTableReplica table TableName optional when:ReplicaUpdates",
                "dynamodb:DeleteTableReplica table TableName optional when:ReplicaUpdates",
                "iam:CreateServiceLinkedRole - - optional when:ReplicaUpdates",
            ),
            "DescribeLimits": ("dynamodb:DescribeLimits * -",),
            "DescribeEndpoints": ("dynamodb:DescribeEndpoints * -",),
            "ListTables": ("dynamodb:ListTables * -",),
            "ListBackups": ("dynamodb:ListBackups * -",),
            "ListGlobalTables": ("dynamodb:ListGlobalTables * -",),
            "ListContributorInsights": ("dynamodb:ListContributorInsights * -",),
            "ListExports": ("dynamodb:ListExports - -",),
            "ListImports": ("dynamodb:ListImports - -",),
            "ListTagsOfResource": ("dynamodb:ListTagsOfResource table ResourceArn",),
            "TagResource": ("dynamodb:TagResource table ResourceArn",),
            "UntagResource": ("dynamodb:UntagResource table ResourceArn",),
            "GetResourcePolicy": ("dynamodb:GetResourcePolicy - ResourceArn",),
            "PutResourcePolicy": ("dynamodb:PutResourcePolicy - ResourceArn",),
            "DeleteResourcePolicy": ("dynamodb:DeleteResourcePolicy - ResourceArn",),
            "DescribeContributorInsights": ("dynamodb:DescribeContributorInsights table TableName/IndexName",),
            "UpdateContributorInsights": ("dynamodb:UpdateContributorInsights table TableName/IndexName",),
            "ExportTableToPointInTime": (
                "dynamodb:ExportTableToPointInTime table TableArn",
                "s3:PutObject object S3Bucket optional",
                "s3:AbortMultipartUpload object S3Bucket optional",
                "s3:PutObjectAcl object S3Bucket optional",
            ),
            "ImportTable": (
                "dynamodb:ImportTable table TableCreationParameters.TableName",
                "s3:GetObject object S3BucketSource.S3Bucket optional",
                "s3:ListBucket bucket S3BucketSource.S3Bucket optional",
            ),
        },
        v3_classes=("DynamoDBDocument",),
    ),
    "dynamodbstreams": Service(
        "dynamodb",
        ("dynamodb-streams",),
        ("DynamoDBStreams",),
        {"stream": ("StreamArn",)},
        {"ListStreams": ("dynamodb:ListStreams - -",)},
    ),
    "events": Service(
        "events",
        ("eventbridge", "cloudwatch-events"),
        ("EventBridge", "CloudWatchEvents"),
        {},
        {
            "PutEvents": ("events:PutEvents event-bus Entries[].EventBusName absent:default",),
            "PutRule": (
                "events:PutRule rule Name unless:EventBusName",
                "events:PutRule - - when:EventBusName",
                "iam:PassRole role RoleArn optional when:RoleArn",
            ),
            "PutTargets": (
                "events:PutTargets rule Rule unless:EventBusName",
                "events:PutTargets - - when:EventBusName",
                "iam:PassRole - - optional",
            ),
            **{
                name: (
                    f"events:{name} rule {member} unless:EventBusName",
                    f"events:{name} - - when:EventBusName",
                )
                for name, member in (
                    ("DeleteRule", "Name"),
                    ("DescribeRule", "Name"),
                    ("DisableRule", "Name"),
                    ("EnableRule", "Name"),
                    ("ListTargetsByRule", "Rule"),
                    ("RemoveTargets", "Rule"),
                )
            },
        },
        v3_classes=("CloudWatchEvents",),
    ),
    "firehose": Service("firehose", ("firehose",), ("Firehose",), {"deliverystream": ("DeliveryStreamName",)}),
    "iot-data": Service(
        "iot", ("iot-data-plane",), ("IotData",), {"thing": ("thingName",)}, {"Publish": ("iot:Publish topic topic",)}
    ),
    "kinesis": Service(
        "kinesis",
        ("kinesis",),
        ("Kinesis",),
        {"stream": ("StreamName", "StreamARN"), "consumer": ("ConsumerARN",)},
        {
            "GetRecords": ("kinesis:GetRecords stream StreamARN",),
            "SubscribeToShard": ("kinesis:SubscribeToShard consumer ConsumerARN",),
            **{
                name: (
                    f"kinesis:{name} stream StreamName unless:StreamARN",
                    f"kinesis:{name} stream StreamARN when:StreamARN",
                )
                for name in (
                    "DescribeStream",
                    "DescribeStreamSummary",
                    "GetShardIterator",
                    "ListShards",
                    "PutRecord",
                    "PutRecords",
                )
            },
        },
    ),
    "kms": Service(
        "kms",
        ("kms",),
        ("KMS",),
        {"key": ("KeyId",)},
        {
            "ReEncrypt": ("kms:ReEncryptFrom key SourceKeyId", "kms:ReEncryptTo key DestinationKeyId"),
            "GenerateRandom": ("kms:GenerateRandom * -",),
            "ListKeys": ("kms:ListKeys * -",),
            "ListAliases": ("kms:ListAliases * -",),
            "CreateKey": ("kms:CreateKey * -", "kms:TagResource - - optional", "kms:PutKeyPolicy - - optional"),
            "CreateAlias": ("kms:CreateAlias alias AliasName", "kms:CreateAlias key TargetKeyId"),
            "UpdateAlias": ("kms:UpdateAlias alias AliasName", "kms:UpdateAlias key TargetKeyId"),
            "DeleteAlias": ("kms:DeleteAlias alias AliasName", "kms:DeleteAlias key -"),
        },
    ),
    "lambda": Service(
        "lambda",
        ("lambda",),
        ("Lambda",),
        {"function": ("FunctionName",)},
        {
            "Invoke": ("lambda:InvokeFunction function FunctionName/Qualifier",),
            "InvokeWithResponseStream": ("lambda:InvokeFunction function FunctionName/Qualifier",),
            "InvokeAsync": (  # the reference lists an action of its own, the API's page names InvokeFunction
                "lambda:InvokeAsync function FunctionName optional",
                "lambda:InvokeFunction function FunctionName optional",
            ),
            "ListFunctions": ("lambda:ListFunctions * -",),
        },
    ),
    "rds-data": Service(
        "rds-data",
        ("rds-data",),
        ("RDSDataService",),
        {"cluster": ("resourceArn",)},
        {
            name: (f"rds-data:{name} cluster resourceArn", "secretsmanager:GetSecretValue secret secretArn")
            for name in (
                "ExecuteStatement",
                "BatchExecuteStatement",
                "BeginTransaction",
                "CommitTransaction",
                "RollbackTransaction",
            )
        },
    ),
    "s3": Service(
        "s3",
        ("s3", "lib:lib-storage", "lib:s3-request-presigner", "lib:s3-presigned-post"),
        ("S3",),
        {},
        {
            "GetObject": S3_OBJECT_READ,
            "HeadObject": S3_OBJECT_READ,
            "GetObjectAttributes": (
                "s3:GetObject object Bucket/Key unless:VersionId",
                "s3:GetObjectAttributes object Bucket/Key unless:VersionId",
                "s3:GetObjectVersion object Bucket/Key when:VersionId",
                "s3:GetObjectVersionAttributes object Bucket/Key when:VersionId",
            ),
            "PutObject": S3_OBJECT_WRITE,
            "DeleteObject": (
                "s3:DeleteObject object Bucket/Key unless:VersionId",
                "s3:DeleteObjectVersion object Bucket/Key when:VersionId",
            ),
            "DeleteObjects": (
                "s3:DeleteObject object Bucket/Delete.Objects[].Key",
                "s3:DeleteObjectVersion object Bucket/Delete.Objects[].Key optional",
            ),
            "CopyObject": S3_COPY,
            "UploadPartCopy": S3_COPY,
            "CreateMultipartUpload": S3_OBJECT_WRITE,
            "UploadPart": object_operation("PutObject"),
            "CompleteMultipartUpload": object_operation("PutObject"),
            "AbortMultipartUpload": object_operation("AbortMultipartUpload"),
            "ListParts": object_operation("ListMultipartUploadParts"),
            "SelectObjectContent": object_operation("GetObject"),
            "RestoreObject": object_operation("RestoreObject"),
            "GetObjectTorrent": object_operation("GetObjectTorrent"),
            **{
                name: (
                    f"s3:{name} object Bucket/Key unless:VersionId",
                    f"s3:{name.replace('Object', 'ObjectVersion')} object Bucket/Key when:VersionId",
                )
                for name in (
                    "GetObjectAcl",
                    "PutObjectAcl",
                    "GetObjectTagging",
                    "PutObjectTagging",
                    "DeleteObjectTagging",
                )
            },
            **{
                name: object_operation(name)
                for name in ("GetObjectLegalHold", "PutObjectLegalHold", "GetObjectRetention", "PutObjectRetention")
            },
            "ListObjects": bucket_operation("ListBucket"),
            "ListObjectsV2": bucket_operation("ListBucket"),
            "HeadBucket": bucket_operation("ListBucket"),
            "ListObjectVersions": bucket_operation("ListBucketVersions"),
            "ListMultipartUploads": bucket_operation("ListBucketMultipartUploads"),
            "ListBuckets": ("s3:ListAllMyBuckets * -",),
            "GetBucketCors": bucket_operation("GetBucketCORS"),
            "PutBucketCors": bucket_operation("PutBucketCORS"),
            "DeleteBucketCors": bucket_operation("PutBucketCORS"),
            "GetBucketLifecycleConfiguration": bucket_operation("GetLifecycleConfiguration"),
            "GetBucketLifecycle": bucket_operation("GetLifecycleConfiguration"),
            "PutBucketLifecycleConfiguration": bucket_operation("PutLifecycleConfiguration"),
            "PutBucketLifecycle": bucket_operation("PutLifecycleConfiguration"),
            "DeleteBucketLifecycle": bucket_operation("PutLifecycleConfiguration"),
            "GetBucketEncryption": bucket_operation("GetEncryptionConfiguration"),
            "PutBucketEncryption": bucket_operation("PutEncryptionConfiguration"),
            "DeleteBucketEncryption": bucket_operation("PutEncryptionConfiguration"),
            "GetBucketNotificationConfiguration": bucket_operation("GetBucketNotification"),
            "GetBucketNotification": bucket_operation("GetBucketNotification"),
            "PutBucketNotificationConfiguration": bucket_operation("PutBucketNotification"),
            "PutBucketNotification": bucket_operation("PutBucketNotification"),
            "GetBucketReplication": bucket_operation("GetReplicationConfiguration"),
            "DeleteBucketReplication": bucket_operation("PutReplicationConfiguration"),
            "DeleteBucketTagging": bucket_operation("PutBucketTagging"),
            "GetPublicAccessBlock": bucket_operation("GetBucketPublicAccessBlock"),
            "PutPublicAccessBlock": bucket_operation("PutBucketPublicAccessBlock"),
            "DeletePublicAccessBlock": bucket_operation("PutBucketPublicAccessBlock"),
            "GetObjectLockConfiguration": bucket_operation("GetBucketObjectLockConfiguration"),
            "GetBucketAccelerateConfiguration": bucket_operation("GetAccelerateConfiguration"),
            "PutBucketAccelerateConfiguration": bucket_operation("PutAccelerateConfiguration"),
            **{
                name: bucket_operation(name)
                for name in (
                    "DeleteBucket",
                    "DeleteBucketPolicy",
                    "DeleteBucketWebsite",
                    "GetBucketAcl",
                    "GetBucketLocation",
                    "GetBucketLogging",
                    "GetBucketOwnershipControls",
                    "GetBucketPolicy",
                    "GetBucketPolicyStatus",
                    "GetBucketRequestPayment",
                    "GetBucketTagging",
                    "GetBucketVersioning",
                    "GetBucketWebsite",
                    "PutBucketAcl",
                    "PutBucketLogging",
                    "PutBucketOwnershipControls",
                    "PutBucketPolicy",
                    "PutBucketRequestPayment",
                    "PutBucketTagging",
                    "PutBucketVersioning",
                    "PutBucketWebsite",
                )
            },
            "CreateBucket": (
                "s3:CreateBucket bucket Bucket",
                "s3:PutBucketAcl bucket Bucket optional when:ACL",
                "s3:PutBucketObjectLockConfiguration bucket Bucket optional",
                "s3:PutBucketVersioning bucket Bucket optional",
                "s3:PutBucketOwnershipControls bucket Bucket optional",
            ),
        },
        managed={
            "upload": (*S3_OBJECT_WRITE, *S3_PARTS),
            "download": ("s3:GetObject object Bucket/Key", "s3:GetObjectVersion object Bucket/Key optional"),
            "copy": (*S3_COPY, *S3_PARTS),
            "presigned-post": S3_OBJECT_WRITE,
            "presigned-url": (),
        },
    ),
    "scheduler": Service(
        "scheduler",
        ("scheduler",),
        ("Scheduler",),
        {},
        {
            **{
                name: (
                    f"scheduler:{name} schedule Name unless:GroupName",
                    f"scheduler:{name} - - when:GroupName",
                    "iam:PassRole role Target.RoleArn",
                )
                for name in ("CreateSchedule", "UpdateSchedule")
            },
            **{
                name: (
                    f"scheduler:{name} schedule Name unless:GroupName",
                    f"scheduler:{name} - - when:GroupName",
                )
                for name in ("DeleteSchedule", "GetSchedule")
            },
            "ListSchedules": ("scheduler:ListSchedules - -",),
        },
    ),
    "secretsmanager": Service(
        "secretsmanager",
        ("secrets-manager",),
        ("SecretsManager",),
        {"secret": ("SecretId",)},
        {
            "BatchGetSecretValue": (
                "secretsmanager:BatchGetSecretValue - -",
                "secretsmanager:GetSecretValue secret SecretIdList[]",
                "secretsmanager:ListSecrets * - optional when:Filters",
            ),
            "CreateSecret": (
                "secretsmanager:CreateSecret secret Name",
                "secretsmanager:TagResource secret Name optional when:Tags",
                "secretsmanager:ReplicateSecretToRegions secret Name optional when:AddReplicaRegions",
            ),
            "ListSecrets": ("secretsmanager:ListSecrets * -",),
            "GetRandomPassword": ("secretsmanager:GetRandomPassword * -",),
        },
    ),
    "ses": Service(
        "ses",
        ("ses",),
        ("SES",),
        {},
        {
            "SendEmail": (
                "ses:SendEmail identity Source",
                "ses:SendEmail configuration-set ConfigurationSetName optional when:ConfigurationSetName",
            ),
            "SendRawEmail": (
                "ses:SendRawEmail identity Source",
                "ses:SendRawEmail configuration-set ConfigurationSetName optional when:ConfigurationSetName",
            ),
            **{
                name: (
                    f"ses:{name} identity Source",
                    f"ses:{name} template Template optional",
                    f"ses:{name} configuration-set ConfigurationSetName optional when:ConfigurationSetName",
                )
                for name in ("SendTemplatedEmail", "SendBulkTemplatedEmail")
            },
            "VerifyEmailIdentity": ("ses:VerifyEmailIdentity * -",),
            "GetSendQuota": ("ses:GetSendQuota * -",),
        },
    ),
    "sesv2": Service(
        "ses",
        ("sesv2",),
        ("SESV2",),
        {},
        {
            "SendEmail": (
                "ses:SendEmail identity FromEmailAddress optional",
                "ses:SendRawEmail identity FromEmailAddress optional",
                "ses:SendTemplatedEmail identity FromEmailAddress optional",
            ),
            "SendBulkEmail": ("ses:SendBulkEmail identity FromEmailAddress optional",),
        },
    ),
    "sns": Service(
        "sns",
        ("sns",),
        ("SNS",),
        {"topic": ("TopicArn",)},
        {
            "Publish": (
                "sns:Publish topic TopicArn when:TopicArn",
                "sns:Publish - TargetArn when:TargetArn",
                "sns:Publish * - when:PhoneNumber",
            ),
            "PublishBatch": ("sns:Publish topic TopicArn",),
            "CreateTopic": (
                "sns:CreateTopic topic Name",
                "sns:TagResource topic Name optional when:Tags",
                "sns:PutDataProtectionPolicy topic Name optional when:DataProtectionPolicy",
            ),
            "ListTopics": ("sns:ListTopics * -",),
            "SetSMSAttributes": ("sns:SetSMSAttributes * -",),
            "GetSMSAttributes": ("sns:GetSMSAttributes * -",),
            "CheckIfPhoneNumberIsOptedOut": ("sns:CheckIfPhoneNumberIsOptedOut * -",),
        },
    ),
    "sqs": Service(
        "sqs",
        ("sqs",),
        ("SQS",),
        {"queue": ("QueueUrl", "QueueName", "SourceArn")},
        {
            "SendMessageBatch": ("sqs:SendMessage queue QueueUrl",),
            "DeleteMessageBatch": ("sqs:DeleteMessage queue QueueUrl",),
            "ChangeMessageVisibilityBatch": ("sqs:ChangeMessageVisibility queue QueueUrl",),
            "ListQueues": ("sqs:ListQueues * -",),
            "StartMessageMoveTask": (
                "sqs:StartMessageMoveTask queue SourceArn",
                "sqs:ReceiveMessage queue SourceArn",
                "sqs:DeleteMessage queue SourceArn",
                "sqs:GetQueueAttributes queue SourceArn",
                "sqs:SendMessage queue DestinationArn optional",
            ),
            "CreateQueue": ("sqs:CreateQueue queue QueueName", "sqs:TagQueue queue QueueName optional when:tags"),
        },
    ),
    "ssm": Service(
        "ssm",
        ("ssm",),
        ("SSM",),
        {},
        {
            "GetParameter": ("ssm:GetParameter parameter Name",),
            "GetParameters": ("ssm:GetParameters parameter Names[]",),
            "GetParametersByPath": ("ssm:GetParametersByPath parameter Path",),
            "PutParameter": (
                "ssm:PutParameter parameter Name",
                "ssm:AddTagsToResource parameter Name optional when:Tags",
            ),
            "DeleteParameter": ("ssm:DeleteParameter parameter Name",),
            "DeleteParameters": ("ssm:DeleteParameters parameter Names[]",),
            "GetParameterHistory": ("ssm:GetParameterHistory parameter Name",),
            "LabelParameterVersion": ("ssm:LabelParameterVersion parameter Name",),
            "DescribeParameters": ("ssm:DescribeParameters * -",),
        },
    ),
    "stepfunctions": Service(
        "states",
        ("sfn",),
        ("StepFunctions",),
        {"statemachine": ("stateMachineArn",), "execution": ("executionArn",), "activity": ("activityArn",)},
        {
            "StartExecution": ("states:StartExecution statemachine stateMachineArn",),
            "StartSyncExecution": ("states:StartSyncExecution statemachine stateMachineArn",),
            "ListExecutions": ("states:ListExecutions statemachine stateMachineArn",),
            "SendTaskSuccess": ("states:SendTaskSuccess - -",),
            "SendTaskFailure": ("states:SendTaskFailure - -",),
            "SendTaskHeartbeat": ("states:SendTaskHeartbeat - -",),
        },
    ),
    "sts": Service(
        "sts",
        ("sts",),
        ("STS",),
        {},
        {"AssumeRole": ("sts:AssumeRole role RoleArn", "sts:TagSession role RoleArn optional when:Tags")},
        unauthenticated=(
            "AssumeRoleWithSAML",
            "AssumeRoleWithWebIdentity",
            "GetAccessKeyInfo",
            "GetCallerIdentity",
            "GetSessionToken",
        ),
    ),
}

# boto3 adds these to what its models tell: class (or `client`) -> method -> (operation, names of positional arguments)
INJECTED: dict[str, dict[str, dict[str, tuple[str, str]]]] = {
    "dynamodb": {"Table": {"batch_writer": ("BatchWriteItem", "")}},
    "s3": {
        "client": {
            "upload_file": ("upload", "Filename,Bucket,Key"),
            "upload_fileobj": ("upload", "Fileobj,Bucket,Key"),
            "download_file": ("download", "Bucket,Key,Filename"),
            "download_fileobj": ("download", "Bucket,Key,Fileobj"),
            "copy": ("copy", "CopySource,Bucket,Key"),
            "generate_presigned_url": ("presigned-url", "ClientMethod,Params"),
            "generate_presigned_post": ("presigned-post", "Bucket,Key"),
        },
        "Bucket": {
            "upload_file": ("upload", "Filename,Key"),
            "upload_fileobj": ("upload", "Fileobj,Key"),
            "download_file": ("download", "Key,Filename"),
            "download_fileobj": ("download", "Key,Fileobj"),
            "copy": ("copy", "CopySource,Key"),
            "load": ("ListBuckets", ""),
        },
        "Object": {
            "upload_file": ("upload", "Filename"),
            "upload_fileobj": ("upload", "Fileobj"),
            "download_file": ("download", "Filename"),
            "download_fileobj": ("download", "Fileobj"),
            "copy": ("copy", "CopySource"),
        },
        "ObjectSummary": {"load": ("HeadObject", "")},
    },
}

# What the JavaScript SDKs add: service -> name of a command (without `Command`), a method or a function -> operation
JAVASCRIPT: dict[str, dict[str, str]] = {
    "dynamodb": {
        "Get": "GetItem",
        "Put": "PutItem",
        "Update": "UpdateItem",
        "Delete": "DeleteItem",
        "BatchGet": "BatchGetItem",
        "BatchWrite": "BatchWriteItem",
        "TransactGet": "TransactGetItems",
        "TransactWrite": "TransactWriteItems",
    },
    "s3": {
        "Upload": "upload",
        "GetSignedUrl": "presigned-url",
        "GetSignedUrlPromise": "presigned-url",
        "CreatePresignedPost": "presigned-post",
    },
}

# operations whose request does not name the resource by a member: see the constants of crosswire.aws.operations
SHAPES: dict[str, dict[str, str]] = {
    "dynamodb": {
        "BatchGetItem": "request_items",
        "BatchWriteItem": "request_items",
        "TransactGetItems": "transact_items",
        "TransactWriteItems": "transact_items",
        "ExecuteStatement": "partiql",
        "BatchExecuteStatement": "partiql",
        "ExecuteTransaction": "partiql",
    },
    "s3": {"presigned-url": "presign"},
}

#: Services of which an operation needs the action of its own name, and only the action is judged: which resource it is
#: about is not read off the request. boto3's name -> (IAM prefix, package of the JavaScript SDK v3, class of v2).
BY_ACTION_ALONE = {
    "acm": ("acm", "acm", "ACM"),
    "athena": ("athena", "athena", "Athena"),
    "batch": ("batch", "batch", "Batch"),
    "bedrock": ("bedrock", "bedrock", "Bedrock"),
    "bedrock-agent": ("bedrock", "bedrock-agent", "BedrockAgent"),
    "bedrock-agent-runtime": ("bedrock", "bedrock-agent-runtime", "BedrockAgentRuntime"),
    "cloudformation": ("cloudformation", "cloudformation", "CloudFormation"),
    "cloudfront": ("cloudfront", "cloudfront", "CloudFront"),
    "codebuild": ("codebuild", "codebuild", "CodeBuild"),
    "codepipeline": ("codepipeline", "codepipeline", "CodePipeline"),
    "comprehend": ("comprehend", "comprehend", "Comprehend"),
    "connect": ("connect", "connect", "Connect"),
    "ec2": ("ec2", "ec2", "EC2"),
    "ecr": ("ecr", "ecr", "ECR"),
    "ecs": ("ecs", "ecs", "ECS"),
    "glue": ("glue", "glue", "Glue"),
    "iam": ("iam", "iam", "IAM"),
    "iot": ("iot", "iot", "Iot"),
    "kendra": ("kendra", "kendra", "Kendra"),
    "lexv2-runtime": ("lex", "lex-runtime-v2", "LexRuntimeV2"),
    "location": ("geo", "location", "Location"),
    "logs": ("logs", "cloudwatch-logs", "CloudWatchLogs"),
    "mediaconvert": ("mediaconvert", "mediaconvert", "MediaConvert"),
    "polly": ("polly", "polly", "Polly"),
    "qbusiness": ("qbusiness", "qbusiness", "QBusiness"),
    "rds": ("rds", "rds", "RDS"),
    "rekognition": ("rekognition", "rekognition", "Rekognition"),
    "route53": ("route53", "route-53", "Route53"),
    "sagemaker-runtime": ("sagemaker", "sagemaker-runtime", "SageMakerRuntime"),
    "textract": ("textract", "textract", "Textract"),
    "transcribe": ("transcribe", "transcribe", "TranscribeService"),
    "translate": ("translate", "translate", "Translate"),
}

SERVICES |= {
    name: Service(iam, (package,), (class_name,), {}) for name, (iam, package, class_name) in BY_ACTION_ALONE.items()
}
