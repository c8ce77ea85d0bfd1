"""The arguments of Terraform resources by which a service is told to invoke a function, or to send elsewhere.

They are those of aws.invocation_sites in the words of the AWS provider, and tell the same. A path leads through nested
blocks and lists alike. A source that begins with `?` names the resource that invokes, though not its ARN.
"""

from __future__ import annotations

from crosswire.aws.invocation_sites import Site

_COGNITO = {
    "create_auth_challenge": "CreateAuthChallenge",
    "custom_message": "CustomMessage",
    "define_auth_challenge": "DefineAuthChallenge",
    "post_authentication": "PostAuthentication",
    "post_confirmation": "PostConfirmation",
    "pre_authentication": "PreAuthentication",
    "pre_sign_up": "PreSignUp",
    "pre_token_generation": "PreTokenGeneration",
    "user_migration": "UserMigration",
    "verify_auth_challenge_response": "VerifyAuthChallengeResponse",
}
_COGNITO_NESTED = {
    "custom_email_sender": "CustomEmailSender",
    "custom_sms_sender": "CustomSMSSender",
    "pre_token_generation_config": "PreTokenGenerationConfig",
}
_ALARM = tuple(
    Site((name,), "cloudwatch_alarm", source="?")
    for name in ("alarm_actions", "ok_actions", "insufficient_data_actions")
)
_TARGET = (Site(("target_id",), "alb_target", source="target_group_arn"),)

SITES: dict[str, tuple[Site, ...]] = {
    "aws_alb_target_group_attachment": _TARGET,
    "aws_api_gateway_authorizer": (
        Site(("authorizer_uri",), "api_gateway_rest_authorizer", role="authorizer_credentials", source="rest_api_id"),
    ),
    "aws_apigatewayv2_authorizer": (
        Site(("authorizer_uri",), "api_gateway_http_authorizer", role="authorizer_credentials_arn", source="api_id"),
    ),
    "aws_appsync_graphql_api": (
        Site(("lambda_authorizer_config", "authorizer_uri"), "appsync_authorizer", source="?"),
        Site(
            ("additional_authentication_provider", "lambda_authorizer_config", "authorizer_uri"),
            "appsync_authorizer",
            source="?",
        ),
    ),
    "aws_bedrockagent_agent_action_group": (
        Site(("action_group_executor", "lambda"), "bedrock_agent", source="?agent_id"),
    ),
    "aws_cloudwatch_composite_alarm": _ALARM,
    "aws_cloudwatch_event_target": (Site(("arn",), "eventbridge_rule", role="role_arn", source="rule"),),
    "aws_cloudwatch_log_subscription_filter": (
        Site(("destination_arn",), "logs_subscription", source="log_group_name"),
    ),
    "aws_cloudwatch_metric_alarm": _ALARM,
    "aws_codecommit_trigger": (Site(("trigger", "destination_arn"), "codecommit_trigger", source="?repository_name"),),
    "aws_cognito_user_pool": (
        *(Site(("lambda_config", name), "cognito_user_pool", detail=shown) for name, shown in _COGNITO.items()),
        *(
            Site(("lambda_config", name, "lambda_arn"), "cognito_user_pool", detail=shown)
            for name, shown in _COGNITO_NESTED.items()
        ),
    ),
    "aws_config_config_rule": (
        Site(("source", "source_identifier"), "config_rule", only=("owner", "CUSTOM_LAMBDA"), source="?"),
    ),
    "aws_config_organization_custom_rule": (Site(("lambda_function_arn",), "config_rule", source="?"),),
    "aws_connect_lambda_function_association": (Site(("function_arn",), "connect", source="?"),),
    "aws_iot_authorizer": (Site(("authorizer_function_arn",), "iot_authorizer", source="?"),),
    "aws_iot_topic_rule": (
        Site(("lambda", "function_arn"), "iot_rule"),
        Site(("error_action", "lambda", "function_arn"), "iot_rule", detail="ErrorAction"),
    ),
    "aws_lb_target_group_attachment": _TARGET,
    "aws_s3_bucket_notification": (
        Site(("lambda_function", "lambda_function_arn"), "s3_notification", source="bucket"),
    ),
    "aws_secretsmanager_secret": (Site(("rotation_lambda_arn",), "secrets_rotation"),),
    "aws_secretsmanager_secret_rotation": (Site(("rotation_lambda_arn",), "secrets_rotation", source="secret_id"),),
    "aws_ses_receipt_rule": (Site(("lambda_action", "function_arn"), "ses_receipt_rule", source="?"),),
    "aws_sns_topic_subscription": (Site(("endpoint",), "sns", only=("protocol", "lambda"), source="topic_arn"),),
}

DELIVERIES: dict[str, tuple[Site, ...]] = {
    "aws_cloudwatch_event_target": (Site(("arn",), "eventbridge_rule", role="role_arn", source="rule"),),
    "aws_s3_bucket_notification": (
        Site(("queue", "queue_arn"), "s3_notification", source="bucket"),
        Site(("topic", "topic_arn"), "s3_notification", source="bucket"),
    ),
    "aws_sns_topic_subscription": (Site(("endpoint",), "sns", only=("protocol", "sqs"), source="topic_arn"),),
}
"""The arguments that name a queue or topic to send to, which must let the service in by a policy of its own."""
