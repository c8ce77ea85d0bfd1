"""The command line of AWS: which of its operations declare something, and what they and others print.

Source: AWS CLI Command Reference (version 2), "Global options" and the page of each operation.
"""

from __future__ import annotations

GLOBAL_WITH_VALUE = frozenset(
    {
        "--ca-bundle",
        "--cli-binary-format",
        "--cli-connect-timeout",
        "--cli-read-timeout",
        "--color",
        "--endpoint-url",
        "--output",
        "--profile",
        "--query",
        "--region",
    }
)
"""Options that may stand before the service, with a value after them. All others have none."""

DECLARING = {
    "apigateway": ("create-rest-api", "put-integration"),
    "apigatewayv2": ("create-api", "create-integration"),
    "cognito-idp": ("create-user-pool", "update-user-pool", "add-custom-attributes"),
    "dynamodb": ("create-table", "update-table", "update-time-to-live"),
    "events": ("put-rule", "put-targets"),
    "iam": (
        "create-role",
        "put-role-policy",
        "attach-role-policy",
        "update-assume-role-policy",
        "create-user",
        "put-user-policy",
        "attach-user-policy",
        "create-policy",
    ),
    "kinesis": ("create-stream",),
    "kms": ("create-key", "create-alias"),
    "lambda": (
        "create-function",
        "update-function-configuration",
        "update-function-code",
        "add-permission",
        "create-event-source-mapping",
        "create-function-url-config",
        "put-function-event-invoke-config",
    ),
    "logs": ("put-subscription-filter",),
    "s3": ("mb",),
    "s3api": ("create-bucket", "put-bucket-notification-configuration"),
    "scheduler": ("create-schedule",),
    "secretsmanager": ("create-secret",),
    "sns": ("create-topic", "subscribe"),
    "sqs": ("create-queue",),
    "ssm": ("put-parameter",),
    "stepfunctions": ("create-state-machine",),
}
"""The operations of each service that declare what is deployed."""

DEPLOYING_STACKS = {
    "cloudformation": ("create-change-set", "create-stack", "deploy", "update-stack"),
    "sam": ("deploy",),
}
"""The commands that deploy a template with parameters."""

NAMING = (
    "bucket",
    "function-name",
    "name",
    "policy-name",
    "pool-name",
    "queue-name",
    "rest-api-id",
    "role-name",
    "rule",
    "table-name",
    "topic-arn",
    "user-name",
    "user-pool-id",
)
"""Options that name what an operation is about."""

MARKS = tuple(
    sorted({operation for operations in DECLARING.values() for operation in operations} - {"mb", "subscribe"})
)
"""Texts of which one stands in every script that declares anything but buckets and subscriptions."""

_REGIONAL = "{AWS::Region}:{AWS::AccountId}"
_FUNCTION = f"arn:{{AWS::Partition}}:lambda:{_REGIONAL}:function:{{function-name}}"
_ROLE = "arn:{AWS::Partition}:iam::{AWS::AccountId}:role/{role-name}"
_USER = "arn:{AWS::Partition}:iam::{AWS::AccountId}:user/{user-name}"
_TABLE = f"arn:{{AWS::Partition}}:dynamodb:{_REGIONAL}:table/{{table-name}}"
_TOPIC = f"arn:{{AWS::Partition}}:sns:{_REGIONAL}:{{name}}"
_QUEUE = "https://sqs.{AWS::Region}.{AWS::URLSuffix}/{AWS::AccountId}/{queue-name}"
_SECRET = f"arn:{{AWS::Partition}}:secretsmanager:{_REGIONAL}:secret:"

PRINTED: dict[tuple[str, str], dict[str, str]] = {
    ("apigateway", "create-rest-api"): {"id": "{#rest-api name}"},
    ("apigatewayv2", "create-api"): {"ApiId": "{#api name}"},
    ("apigatewayv2", "create-integration"): {"IntegrationId": "{#integration integration-uri}"},
    ("cognito-idp", "create-user-pool"): {
        "UserPool.Id": "{#user-pool pool-name}",
        "UserPool.Arn": f"arn:{{AWS::Partition}}:cognito-idp:{_REGIONAL}:userpool/{{#user-pool pool-name}}",
    },
    ("cognito-idp", "describe-user-pool"): {"UserPool.Id": "{user-pool-id}"},
    ("configure", "get"): {"": "{AWS::Region}"},
    ("dynamodb", "create-table"): {
        "TableDescription.LatestStreamArn": f"{_TABLE}/stream/{{?}}",
        "TableDescription.TableArn": _TABLE,
        "TableDescription.TableName": "{table-name}",
    },
    ("dynamodb", "describe-table"): {
        "Table.LatestStreamArn": f"{_TABLE}/stream/{{?}}",
        "Table.TableArn": _TABLE,
        "Table.TableName": "{table-name}",
    },
    ("events", "put-rule"): {"RuleArn": f"arn:{{AWS::Partition}}:events:{_REGIONAL}:rule/{{name}}"},
    ("events", "describe-rule"): {"Arn": f"arn:{{AWS::Partition}}:events:{_REGIONAL}:rule/{{name}}"},
    ("iam", "create-policy"): {"Policy.Arn": "arn:{AWS::Partition}:iam::{AWS::AccountId}:policy/{policy-name}"},
    ("iam", "create-role"): {"Role.Arn": _ROLE, "Role.RoleName": "{role-name}"},
    ("iam", "get-role"): {"Role.Arn": _ROLE, "Role.RoleName": "{role-name}"},
    ("iam", "create-user"): {"User.Arn": _USER},
    ("iam", "get-user"): {"User.Arn": _USER},
    ("kinesis", "describe-stream"): {
        "StreamDescription.StreamARN": f"arn:{{AWS::Partition}}:kinesis:{_REGIONAL}:stream/{{stream-name}}"
    },
    ("kms", "create-key"): {
        "KeyMetadata.Arn": f"arn:{{AWS::Partition}}:kms:{_REGIONAL}:key/{{#key description}}",
        "KeyMetadata.KeyId": "{#key description}",
    },
    ("lambda", "create-function"): {"FunctionArn": _FUNCTION, "FunctionName": "{function-name}", "Role": "{role}"},
    ("lambda", "get-function"): {
        "Configuration.FunctionArn": _FUNCTION,
        "Configuration.FunctionName": "{function-name}",
        "Configuration.Role": "{?}",
    },
    ("lambda", "get-function-configuration"): {"FunctionArn": _FUNCTION, "FunctionName": "{function-name}"},
    ("lambda", "update-function-code"): {"FunctionArn": _FUNCTION, "FunctionName": "{function-name}"},
    ("lambda", "update-function-configuration"): {"FunctionArn": _FUNCTION, "FunctionName": "{function-name}"},
    ("secretsmanager", "create-secret"): {"ARN": _SECRET + "{name}-{?}", "Name": "{name}"},
    ("secretsmanager", "describe-secret"): {"ARN": _SECRET + "{secret-id}-{?}", "Name": "{secret-id}"},
    ("sns", "create-topic"): {"TopicArn": _TOPIC},
    ("sqs", "create-queue"): {"QueueUrl": _QUEUE},
    ("sqs", "get-queue-attributes"): {
        "Attributes.QueueArn": f"arn:{{AWS::Partition}}:sqs:{_REGIONAL}:{{queue-url|last}}"
    },
    ("sqs", "get-queue-url"): {"QueueUrl": _QUEUE},
    ("stepfunctions", "create-state-machine"): {
        "stateMachineArn": f"arn:{{AWS::Partition}}:states:{_REGIONAL}:stateMachine:{{name}}"
    },
    ("sts", "get-caller-identity"): {"Account": "{AWS::AccountId}"},
}
"""What operations print, by the path that leads to it in the answer.

`{role-name}` is the value of an option, `{queue-url|last}` what follows its last slash, `{AWS::Region}` a pseudo
parameter, `{?}` not known, and `{#user-pool pool-name}` an id that AWS makes up for what has this name.
"""

DEPLOYING = (
    "amplify push",
    "cdk deploy",
    "chalice deploy",
    "cloudformation create-stack",
    "cloudformation deploy",
    "cloudformation update-stack",
    "pulumi up",
    "sam deploy",
    "serverless deploy",
    "sls deploy",
    "terraform apply",
    "terragrunt apply",
    "tofu apply",
)
"""Commands that deploy what templates declare."""

ROOT_VARIABLES = frozenset({"BITBUCKET_CLONE_DIR", "CI_PROJECT_DIR", "CODEBUILD_SRC_DIR", "GITHUB_WORKSPACE"})
"""Variables that CI systems set to the folder of the repository."""

REGION_VARIABLES = frozenset({"AWS_DEFAULT_REGION", "AWS_REGION"})
ACCOUNT_VARIABLES = frozenset({"ACCOUNT_ID", "AWS_ACCOUNT", "AWS_ACCOUNT_ID"})
"""Variables that hold the region and, by all usage, the account."""
