"""The properties of CloudFormation resources by which a service is told to invoke a function, or to send elsewhere.

Only those are here for which the function must let the service in by a permission, and whose source needs no more
than the resource itself: API Gateway's methods, routes and OpenAPI bodies are read by frontends.cloudformation.apis.
VPC Lattice is not here: it adds the permission by itself when a function is registered as a target.
"""

from __future__ import annotations

from typing import NamedTuple


class Site(NamedTuple):
    """A property that names a function.

    `path` leads there; `[]` stands for every item of a list. `kind` is the trigger's id in aws.triggers. `role` is a
    property beside the last one which, when given, lets the service in instead. `only` is a property beside it, or of
    the resource, and the text that it must have. `source` is the property whose value is the ARN that AWS compares
    with SourceArn: empty for the resource's own ARN, `?` where it is not known. `detail` tells the parts of the path
    that people should read.
    """

    path: tuple[str, ...]
    kind: str
    role: str = ""
    only: tuple[str, str] = ("", "")
    source: str = ""
    detail: str = ""


_COGNITO = (
    "CreateAuthChallenge",
    "CustomMessage",
    "DefineAuthChallenge",
    "PostAuthentication",
    "PostConfirmation",
    "PreAuthentication",
    "PreSignUp",
    "PreTokenGeneration",
    "UserMigration",
    "VerifyAuthChallengeResponse",
)
_COGNITO_NESTED = ("CustomEmailSender", "CustomSMSSender", "InboundFederation", "PreTokenGenerationConfig")

SITES: dict[str, tuple[Site, ...]] = {
    "AWS::Cognito::UserPool": (
        *(Site(("LambdaConfig", name), "cognito_user_pool", detail=name) for name in _COGNITO),
        *(Site(("LambdaConfig", name, "LambdaArn"), "cognito_user_pool", detail=name) for name in _COGNITO_NESTED),
    ),
    "AWS::S3::Bucket": (
        Site(("NotificationConfiguration", "LambdaConfigurations", "[]", "Function"), "s3_notification"),
    ),
    "Custom::S3BucketNotifications": (  # the AWS CDK sets up notifications of buckets so
        Site(
            ("NotificationConfiguration", "LambdaFunctionConfigurations", "[]", "LambdaFunctionArn"),
            "s3_notification",
            source="BucketName",
        ),
    ),
    "AWS::SNS::Topic": (Site(("Subscription", "[]", "Endpoint"), "sns", only=("Protocol", "lambda")),),
    "AWS::SNS::Subscription": (Site(("Endpoint",), "sns", only=("Protocol", "lambda"), source="TopicArn"),),
    "AWS::Events::Rule": (Site(("Targets", "[]", "Arn"), "eventbridge_rule", role="RoleArn"),),
    "AWS::Logs::SubscriptionFilter": (Site(("DestinationArn",), "logs_subscription", source="LogGroupName"),),
    "AWS::IoT::TopicRule": (
        Site(("TopicRulePayload", "Actions", "[]", "Lambda", "FunctionArn"), "iot_rule"),
        Site(("TopicRulePayload", "ErrorAction", "Lambda", "FunctionArn"), "iot_rule", detail="ErrorAction"),
    ),
    "AWS::IoT::Authorizer": (Site(("AuthorizerFunctionArn",), "iot_authorizer", source="?"),),
    "AWS::SecretsManager::RotationSchedule": (Site(("RotationLambdaARN",), "secrets_rotation", source="SecretId"),),
    "AWS::Config::ConfigRule": (
        Site(("Source", "SourceIdentifier"), "config_rule", only=("Owner", "CUSTOM_LAMBDA"), source="?"),
    ),
    "AWS::Config::OrganizationConfigRule": (
        Site(("OrganizationCustomRuleMetadata", "LambdaFunctionArn"), "config_rule", source="?"),
    ),
    "AWS::ElasticLoadBalancingV2::TargetGroup": (
        Site(("Targets", "[]", "Id"), "alb_target", only=("TargetType", "lambda")),
    ),
    "AWS::ApiGateway::Authorizer": (
        Site(("AuthorizerUri",), "api_gateway_rest_authorizer", role="AuthorizerCredentials", source="RestApiId"),
    ),
    "AWS::ApiGatewayV2::Authorizer": (
        Site(("AuthorizerUri",), "api_gateway_http_authorizer", role="AuthorizerCredentialsArn", source="ApiId"),
    ),
    "AWS::Lambda::Url": (Site(("TargetFunctionArn",), "function_url", only=("AuthType", "NONE"), source="?"),),
    "AWS::AppSync::GraphQLApi": (
        Site(("LambdaAuthorizerConfig", "AuthorizerUri"), "appsync_authorizer", source="?"),
        Site(
            ("AdditionalAuthenticationProviders", "[]", "LambdaAuthorizerConfig", "AuthorizerUri"),
            "appsync_authorizer",
            source="?",
        ),
    ),
    "AWS::Bedrock::Agent": (
        Site(("ActionGroups", "[]", "ActionGroupExecutor", "Lambda"), "bedrock_agent", source="?"),
    ),
    "AWS::SES::ReceiptRule": (
        Site(("Rule", "Actions", "[]", "LambdaAction", "FunctionArn"), "ses_receipt_rule", source="?"),
    ),
    "AWS::Connect::IntegrationAssociation": (
        Site(("IntegrationArn",), "connect", only=("IntegrationType", "LAMBDA_FUNCTION"), source="?"),
    ),
    "AWS::CloudWatch::Alarm": tuple(
        Site((name, "[]"), "cloudwatch_alarm", source="?")
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions")
    ),
    "AWS::CloudWatch::CompositeAlarm": tuple(
        Site((name, "[]"), "cloudwatch_alarm", source="?")
        for name in ("AlarmActions", "OKActions", "InsufficientDataActions")
    ),
    "AWS::CodeCommit::Repository": (Site(("Triggers", "[]", "DestinationArn"), "codecommit_trigger", source="?"),),
}

DELIVERIES: dict[str, tuple[Site, ...]] = {
    "AWS::Events::Rule": (Site(("Targets", "[]", "Arn"), "eventbridge_rule", role="RoleArn"),),
    "AWS::S3::Bucket": (
        Site(("NotificationConfiguration", "QueueConfigurations", "[]", "Queue"), "s3_notification"),
        Site(("NotificationConfiguration", "TopicConfigurations", "[]", "Topic"), "s3_notification"),
    ),
    "AWS::SNS::Subscription": (Site(("Endpoint",), "sns", only=("Protocol", "sqs"), source="TopicArn"),),
    "AWS::SNS::Topic": (Site(("Subscription", "[]", "Endpoint"), "sns", only=("Protocol", "sqs")),),
}
"""The properties that name a queue or topic to send to, which must let the service in by a policy of its own."""
