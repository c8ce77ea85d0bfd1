"""The ways in which AWS services invoke a function: who must be let in, and what happens where nobody is.

Only those of which the function's own resource policy (AWS::Lambda::Permission) decides; services that assume a role
are asked for through that role. Texts are what AWS answers.
"""

from __future__ import annotations

from typing import NamedTuple


class TriggerKind(NamedTuple):
    """A kind of trigger. `principals` are those any of which lets the service in, the usual one first.

    `when` it fails without the permission: `deploy` or `runtime`. `silent`: nobody sees an error there, short of
    metrics or logs. `symptom` says what is seen, as the end of a sentence. `regional` principals are accepted with
    the region in them too.
    `token` tells that the source is told by EventSourceToken, not by SourceArn.
    """

    id: str
    name: str
    principals: tuple[str, ...]
    when: str
    silent: bool
    symptom: str
    actions: tuple[str, ...] = ("lambda:InvokeFunction",)
    regional: bool = False
    token: bool = False

    @property
    def principal(self) -> str:
        """The usual principal, for advice."""
        return self.principals[0]


def trigger_kind(kind: str) -> TriggerKind | None:
    """The facts of a kind of trigger by its id; None where crosswire does not know it."""
    return _KINDS.get(kind)


_API = "apigateway.amazonaws.com"
_API_ERROR = "the API answers HTTP 500 Internal Server Error (Invalid permissions on Lambda function)"
_FUNCTION_URL = ("lambda:InvokeFunctionUrl", "lambda:InvokeFunction")

_KINDS = {
    kind.id: kind
    for kind in (
        TriggerKind(
            "cognito_user_pool",
            "the Cognito user pool",
            ("cognito-idp.amazonaws.com",),
            "runtime",
            False,
            "Cognito answers UnexpectedLambdaException: invocation failed due to error AccessDeniedException",
        ),
        TriggerKind(
            "cognito_sync", "Cognito Sync", ("cognito-sync.amazonaws.com",), "runtime", True, "the event is lost"
        ),
        TriggerKind(
            "s3_notification",
            "the bucket's notification",
            ("s3.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with Unable to validate the following destination configurations",
        ),
        TriggerKind(
            "sns",
            "the SNS subscription",
            ("sns.amazonaws.com",),
            "runtime",
            True,
            "messages are lost without an error: only the metric NumberOfNotificationsFailed tells",
        ),
        TriggerKind(
            "eventbridge_rule",
            "the EventBridge rule",
            ("events.amazonaws.com",),
            "runtime",
            True,
            "events are lost without an error: only the metric FailedInvocations tells",
        ),
        TriggerKind("api_gateway_rest", "the REST API", (_API,), "runtime", False, _API_ERROR),
        TriggerKind(
            "api_gateway_rest_authorizer",
            "the REST API's authorizer",
            (_API,),
            "runtime",
            False,
            "the API answers HTTP 500 (AuthorizerConfigurationException)",
        ),
        TriggerKind("api_gateway_http", "the HTTP API", (_API,), "runtime", False, _API_ERROR),
        TriggerKind(
            "api_gateway_http_authorizer",
            "the HTTP API's authorizer",
            (_API,),
            "runtime",
            False,
            "the API answers HTTP 500",
        ),
        TriggerKind(
            "api_gateway_websocket",
            "the WebSocket API",
            (_API,),
            "runtime",
            False,
            "the API sends Internal server error or closes the connection",
        ),
        TriggerKind("openapi_body", "the API's OpenAPI body", (_API,), "runtime", False, _API_ERROR),
        TriggerKind(
            "function_url",
            "the function URL",
            ("*",),
            "runtime",
            False,
            "the URL answers HTTP 403 Forbidden",
            actions=_FUNCTION_URL,
        ),
        TriggerKind(
            "logs_subscription",
            "the log subscription filter",
            ("logs.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with Could not execute the lambda function",
            regional=True,
        ),
        TriggerKind(
            "iot_rule",
            "the IoT rule",
            ("iot.amazonaws.com",),
            "runtime",
            True,
            "messages are lost without an error: only the rule's metric Failure tells",
        ),
        TriggerKind(
            "iot_authorizer", "the IoT authorizer", ("iot.amazonaws.com",), "runtime", True, "connections are refused"
        ),
        TriggerKind(
            "secrets_rotation",
            "the secret's rotation",
            ("secretsmanager.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with Secrets Manager cannot invoke the specified Lambda function",
        ),
        TriggerKind(
            "config_rule",
            "the Config rule",
            ("config.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with InsufficientPermissionsException",
        ),
        TriggerKind(
            "alb_target",
            "the load balancer's target group",
            ("elasticloadbalancing.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with elasticloadbalancing principal does not have permission to invoke",
        ),
        TriggerKind(
            "vpc_lattice_target",
            "the VPC Lattice target group",
            ("vpc-lattice.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails",
        ),
        TriggerKind(
            "appsync_authorizer",
            "the AppSync authorizer",
            ("appsync.amazonaws.com",),
            "runtime",
            False,
            "every request is answered with UnauthorizedException or BadRequestException",
        ),
        TriggerKind(
            "cloudfront_origin_function_url",
            "the CloudFront origin",
            ("cloudfront.amazonaws.com",),
            "runtime",
            False,
            "CloudFront answers HTTP 403",
            actions=_FUNCTION_URL,
        ),
        TriggerKind(
            "bedrock_agent",
            "the Bedrock agent",
            ("bedrock.amazonaws.com",),
            "runtime",
            False,
            "the agent answers dependencyFailedException: Access denied while invoking Lambda function",
        ),
        TriggerKind(
            "lex_v2",
            "the Lex bot",
            ("lexv2.amazonaws.com", "lex.amazonaws.com"),
            "runtime",
            False,
            "the bot answers DependencyFailedException",
        ),
        TriggerKind(
            "ses_receipt_rule",
            "the SES receipt rule",
            ("ses.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails with InvalidLambdaFunction: Could not invoke Lambda function",
        ),
        TriggerKind(
            "connect",
            "the Connect instance",
            ("connect.amazonaws.com",),
            "runtime",
            True,
            "contact flows take the error branch",
        ),
        TriggerKind(
            "cloudwatch_alarm",
            "the CloudWatch alarm",
            ("lambda.alarms.cloudwatch.amazonaws.com",),
            "runtime",
            True,
            "the action fails: only the alarm's history tells",
        ),
        TriggerKind(
            "codecommit_trigger",
            "the CodeCommit trigger",
            ("codecommit.amazonaws.com",),
            "runtime",
            True,
            "the event is lost without an error",
        ),
        TriggerKind(
            "appflow_connector",
            "the AppFlow connector",
            ("appflow.amazonaws.com",),
            "deploy",
            False,
            "the deployment fails",
        ),
        TriggerKind(
            "alexa_skill",
            "the Alexa skill",
            ("alexa-appkit.amazon.com", "alexa-connectedhome.amazon.com"),
            "runtime",
            False,
            "the skill cannot reach its endpoint",
            token=True,
        ),
    )
}
