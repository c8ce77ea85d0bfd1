"""Each kind of event gives what the Serverless Framework generates: a trigger, who is let in, what the role may."""

from __future__ import annotations

import pytest
from tests.serverless_building import alarms, function_of, wiring_of, with_orders

from crosswire.values import Const
from crosswire.wiring.function import Function

QUEUE = "arn:aws:sqs:eu-west-1:210987654321:jobs"
BROKER = "arn:aws:mq:eu-west-1:210987654321:broker:b:b-1"
SECRET = "arn:aws:secretsmanager:eu-west-1:210987654321:secret:broker"
API = "apigateway.amazonaws.com"
BALANCER = "elasticloadbalancing.amazonaws.com"
NETWORK = "ec2:CreateNetworkInterface"

KINDS: list[tuple[str, str, str, list[str]]] = [
    ("http: GET /a", "api_gateway_rest", API, []),
    ("http: {path: a, method: any, integration: lambda}", "api_gateway_rest", API, []),
    ("httpApi: GET /a", "api_gateway_http", API, []),
    ("httpApi: {path: /a, method: '*'}", "api_gateway_http", API, []),
    ("httpApi: '*'", "api_gateway_http", API, []),
    ("websocket: $default", "api_gateway_websocket", API, ["execute-api:ManageConnections"]),
    (
        "alb: {listenerArn: a, priority: 1, conditions: {path: /}}",
        "alb_target",
        "elasticloadbalancing.amazonaws.com",
        [],
    ),
    ("s3: uploads", "s3_notification", "s3.amazonaws.com", []),
    ("s3: {bucket: uploads, existing: true}", "", "s3.amazonaws.com", []),
    ("sns: news", "sns", "sns.amazonaws.com", []),
    ("sns: arn:aws:sns:eu-west-1:210987654321:news", "sns", "sns.amazonaws.com", []),
    ("schedule: rate(1 hour)", "eventbridge_rule", "events.amazonaws.com", []),
    ("schedule: {rate: rate(1 hour), method: scheduler}", "", "", ["lambda:InvokeFunction"]),
    ("eventBridge: {pattern: {source: [shop]}}", "eventbridge_rule", "events.amazonaws.com", []),
    ("eventBridge: {eventBus: own, schedule: rate(1 hour)}", "eventbridge_rule", "events.amazonaws.com", []),
    ("cloudwatchEvent: {event: {source: [aws.ec2]}}", "eventbridge_rule", "events.amazonaws.com", []),
    ("cloudwatchLog: /aws/lambda/other", "logs_subscription", "logs.amazonaws.com", []),
    ("cognitoUserPool: {pool: users, trigger: PreSignUp}", "cognito_user_pool", "cognito-idp.amazonaws.com", []),
    ("cognitoUserPool: {pool: users, trigger: PreSignUp, existing: true}", "", "cognito-idp.amazonaws.com", []),
    ("iot: {sql: SELECT * FROM 'a'}", "iot_rule", "iot.amazonaws.com", []),
    ("iotFleetProvisioning: {templateBody: {}, provisioningRoleArn: a}", "", "iot.amazonaws.com", []),
    ("alexaSkill: amzn1.ask.skill.a", "", "alexa-appkit.amazon.com", []),
    ("alexaSmartHome: amzn1.ask.skill.a", "", "alexa-connectedhome.amazon.com", []),
    (f"sqs: {QUEUE}", "event_source_mapping", "", ["sqs:ReceiveMessage", "sqs:DeleteMessage"]),
    (
        "stream: {type: dynamodb, arn: !GetAtt Orders.StreamArn}",
        "event_source_mapping",
        "",
        ["dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:DescribeStream", "dynamodb:ListStreams"],
    ),
    (
        "stream: {type: kinesis, arn: {Fn::GetAtt: [Clicks, Arn]}, consumer: true}",
        "event_source_mapping",
        "",
        ["kinesis:GetRecords", "kinesis:DescribeStreamSummary", "kinesis:ListShards", "kinesis:SubscribeToShard"],
    ),
    ("stream: arn:aws:kinesis:eu-west-1:210987654321:stream/a", "event_source_mapping", "", ["kinesis:GetRecords"]),
    (
        "msk: {arn: 'arn:aws:kafka:eu-west-1:210987654321:cluster/a/b', topic: news}",
        "event_source_mapping",
        "",
        ["kafka:DescribeCluster", "kafka:GetBootstrapBrokers", NETWORK],
    ),
    (
        f"kafka: {{topic: a, accessConfigurations: {{saslPlainAuth: '{SECRET}', vpcSubnet: [a]}}}}",
        "event_source_mapping",
        "",
        ["secretsmanager:GetSecretValue", NETWORK],
    ),
    (
        f"activemq: {{arn: '{BROKER}', queue: q, basicAuthArn: '{SECRET}'}}",
        "event_source_mapping",
        "",
        ["mq:DescribeBroker", "secretsmanager:GetSecretValue", NETWORK],
    ),
    (
        f"rabbitmq: {{arn: '{BROKER}', queue: q, basicAuthArn: '{SECRET}'}}",
        "event_source_mapping",
        "",
        ["mq:DescribeBroker", "secretsmanager:GetSecretValue", NETWORK],
    ),
]


def with_event(event: str, provider: str = "", more: str = "") -> dict[str, str]:
    texts = with_orders(provider, f"get:\n  handler: app.handler\n  events:\n    - {event}\n{more}")
    texts["serverless.yml"] += "    Clicks: {Type: 'AWS::Kinesis::Stream'}\n"
    texts["app.py"] = "def handler(event, context):\n    return event\n"
    return texts


def allowed(function: Function) -> set[str]:
    return {action.text for grant in function.role.grants for action in grant.actions if isinstance(action, Const)}


@pytest.mark.parametrize(("event", "trigger", "principal", "actions"), KINDS, ids=[kind[0] for kind in KINDS])
def test_an_event_gives_what_the_framework_generates(
    event: str, trigger: str, principal: str, actions: list[str]
) -> None:
    texts = with_event(event)
    wiring = wiring_of(texts)
    assert {one.kind for one in wiring.triggers} == ({trigger} if trigger else set())
    assert {one.principal for one in wiring.permissions} == ({Const(principal)} if principal else set())
    own = {action for action in allowed(function_of(texts)) if not action.startswith("logs:")}
    assert own >= set(actions)
    assert {action.partition(":")[0] for action in own} == {action.partition(":")[0] for action in actions}
    assert alarms(texts) == []


def test_an_api_asks_the_authorizer_that_a_function_is() -> None:
    provider = "httpApi: {authorizers: {checked: {type: request, functionName: check}}}"
    texts = with_event(
        "httpApi: {path: /a, method: get, authorizer: {name: checked}}", provider, "check: {handler: check.handler}"
    )
    texts["check.py"] = texts["app.py"]
    wiring = wiring_of(texts)
    asked = {str(one.function.target.address) for one in wiring.permissions if one.function.target}
    assert asked == {"GetLambdaFunction", "CheckLambdaFunction"}
    assert alarms(texts) == []


def test_a_function_at_the_edge_has_no_variables() -> None:
    event = "cloudFront: {eventType: viewer-request, origin: 'https://a.b'}"
    texts = with_event(event, "environment: {REALM: shop}")
    texts["app.py"] = 'import os\nREALM = os.environ["REALM"]\ndef handler(event, context):\n    return REALM\n'
    assert function_of(texts).edge
    assert alarms(texts) == ["env/not-set: REALM"]


def test_an_event_of_a_plugin_is_left_alone() -> None:
    texts = with_event("appSyncEvents: {a: b}")
    assert wiring_of(texts).triggers == ()
    assert alarms(texts) == []


def test_an_event_that_is_switched_off_is_none() -> None:
    assert wiring_of(with_event("alexaSkill: false")).permissions == ()


def test_what_the_role_of_the_provider_lacks_is_told_with_the_event() -> None:
    texts = with_event(f"sqs: {QUEUE}", "role: !GetAtt Own.Arn")
    texts["serverless.yml"] += (
        "    Own:\n      Type: AWS::IAM::Role\n      Properties:\n        Policies:\n          - PolicyName: a\n"
        "            PolicyDocument: {Statement: [{Effect: Allow, Action: 'logs:*', Resource: '*'}]}\n"
    )
    assert [alarm.partition(":")[0] for alarm in alarms(texts)] == ["iam/missing-poll-action"]


def test_every_kind_of_the_framework_is_known() -> None:
    from crosswire.frontends.serverless.events import _KINDS

    tested = {kind[0].partition(":")[0] for kind in KINDS} | {"cloudFront"}
    assert tested == set(_KINDS)
