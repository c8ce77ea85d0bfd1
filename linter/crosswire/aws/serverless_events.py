"""What the Serverless Framework makes of the events of functions by itself: whom it lets in, and what it lets the
function's role do. Source: its `lib/plugins/aws/package/compile/events`."""

from __future__ import annotations

LOG_ACTIONS = (
    (("logs:CreateLogStream", "logs:CreateLogGroup", "logs:TagResource"), ":*"),
    (("logs:PutLogEvents",), ":*:*"),
)
"""The actions on a function's log group, each with what follows the group's name in the ARN."""

QUEUE_ACTIONS = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")

STREAM_ACTIONS = {
    "dynamodb": (
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:DescribeStream",
        "dynamodb:ListStreams",
    ),
    "kinesis": (
        "kinesis:GetRecords",
        "kinesis:GetShardIterator",
        "kinesis:DescribeStream",
        "kinesis:DescribeStreamSummary",
        "kinesis:ListShards",
        "kinesis:ListStreams",
    ),
}
CONSUMER_ACTIONS = ("kinesis:SubscribeToShard",)

BROKER_ACTIONS = ("mq:DescribeBroker",)
CLUSTER_ACTIONS = ("kafka:DescribeCluster", "kafka:GetBootstrapBrokers")
SECRET_ACTIONS = ("secretsmanager:GetSecretValue",)
NETWORK_ACTIONS = (
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeVpcs",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeSubnets",
    "ec2:DescribeSecurityGroups",
)
SOCKET_ACTIONS = ("execute-api:ManageConnections",)
TRACING_ACTIONS = ("xray:PutTraceSegments", "xray:PutTelemetryRecords")
FILE_SYSTEM_ACTIONS = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")

DESTINATION_ACTIONS = {
    "function": ("lambda:InvokeFunction",),
    "sqs": ("sqs:ListQueues", "sqs:SendMessage"),
    "sns": ("sns:Publish",),
    "eventBus": ("events:PutEvents",),
}
"""The type of what a function's results are sent to -> the actions."""

SERVICES_OF_DESTINATIONS = {":sqs:": "sqs", ":sns:": "sns", ":event-bus/": "eventBus", ":lambda:": "function"}
"""What an ARN holds -> the type of the destination."""

VPC_POLICY = "service-role/AWSLambdaVPCAccessExecutionRole"
DURABLE_POLICY = "service-role/AWSLambdaBasicDurableExecutionRolePolicy"

PRINCIPAL = "lambda.amazonaws.com"
EDGE_PRINCIPAL = "edgelambda.amazonaws.com"
SCHEDULER_PRINCIPAL = "scheduler.amazonaws.com"

PRINCIPALS = {
    "alb": "elasticloadbalancing.amazonaws.com",
    "alexaSkill": "alexa-appkit.amazon.com",
    "alexaSmartHome": "alexa-connectedhome.amazon.com",
    "api": "apigateway.amazonaws.com",
    "cloudwatchLog": "logs.amazonaws.com",
    "cognitoUserPool": "cognito-idp.amazonaws.com",
    "iot": "iot.amazonaws.com",
    "rule": "events.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "sns": "sns.amazonaws.com",
}
"""The kind of an event -> who is let in."""

NOT_INVOKING = ("http", "http-proxy", "http_proxy", "mock")
"""The integrations of an `http` event that do not lead to the function."""

COGNITO_SENDERS = ("CustomSMSSender", "CustomEmailSender")
KAFKA_SECRETS = (
    "saslPlainAuth",
    "saslScram256Auth",
    "saslScram512Auth",
    "clientCertificateTlsAuth",
    "serverRootCaCertificate",
)
