"""What invokes functions, whom they let in, and what the rules say of both."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load
from crosswire.values import Const
from crosswire.wiring.trigger import Trigger

SAM = "Transform: AWS::Serverless-2016-10-31\n"
RULES = ("triggers/missing-permission", "triggers/wrong-permission")

BASE = """
Parameters: {Given: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {FunctionName: shop-orders, Handler: a.b}}
  Live: {Type: AWS::Lambda::Alias, Properties: {FunctionName: !Ref F, Name: live}}
  One: {Type: AWS::Lambda::Version, Properties: {FunctionName: !Ref F}}
"""


def lower(text: str) -> Lowered:
    lowered = Lowered()
    lower_templates(Files.from_texts({"template.yaml": text}), lowered)
    return lowered


def triggers(resources: str) -> list[Trigger]:
    return lower(BASE + resources).triggers


def told(text: str) -> list[tuple[str, str]]:
    """The rules that speak, and the text of the place that they speak of."""
    report = lint(Files.from_texts({"template.yaml": text}), load(RULES))
    return [(finding.rule.partition("/")[2], finding.span.text) for finding in report.findings]


KINDS = {
    "cognito_user_pool": "X: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !GetAtt F.Arn}}}",
    "s3_notification": """
  X:
    Type: AWS::S3::Bucket
    Properties: {NotificationConfiguration: {LambdaConfigurations: [{Event: 's3:*', Function: !GetAtt F.Arn}]}}""",
    "sns": "X: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: lambda, Endpoint: !GetAtt F.Arn}]}}",
    "eventbridge_rule": "X: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt F.Arn}]}}",
    "logs_subscription": """
  X: {Type: AWS::Logs::SubscriptionFilter, Properties: {LogGroupName: app, DestinationArn: !GetAtt F.Arn}}""",
    "iot_rule": """
  X:
    Type: AWS::IoT::TopicRule
    Properties: {TopicRulePayload: {Actions: [{Lambda: {FunctionArn: !GetAtt F.Arn}}]}}""",
    "secrets_rotation": """
  X: {Type: AWS::SecretsManager::RotationSchedule, Properties: {SecretId: !Ref S, RotationLambdaARN: !GetAtt F.Arn}}
  S: {Type: AWS::SecretsManager::Secret}""",
    "config_rule": """
  X:
    Type: AWS::Config::ConfigRule
    Properties: {Source: {Owner: CUSTOM_LAMBDA, SourceIdentifier: !GetAtt F.Arn}}""",
    "alb_target": """
  X:
    Type: AWS::ElasticLoadBalancingV2::TargetGroup
    Properties: {TargetType: lambda, Targets: [{Id: !GetAtt F.Arn}]}""",
    "function_url": "X: {Type: AWS::Lambda::Url, Properties: {AuthType: NONE, TargetFunctionArn: !GetAtt F.Arn}}",
    "api_gateway_rest": """
  X: {Type: AWS::ApiGateway::RestApi}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      RestApiId: !Ref X
      ResourceId: !GetAtt X.RootResourceId
      HttpMethod: GET
      Integration:
        Uri: !Sub arn:aws:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/${F.Arn}/invocations""",
    "api_gateway_rest_authorizer": """
  X: {Type: AWS::ApiGateway::RestApi}
  M:
    Type: AWS::ApiGateway::Authorizer
    Properties:
      RestApiId: !Ref X
      AuthorizerUri: !Join
        - ""
        - - "arn:aws:apigateway:"
          - !Ref AWS::Region
          - ":lambda:path/2015-03-31/functions/"
          - !GetAtt F.Arn
          - /invocations""",
    "api_gateway_http": """
  X: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref X, IntegrationUri: !GetAtt F.Arn}}
  R:
    Type: AWS::ApiGatewayV2::Route
    Properties: {ApiId: !Ref X, RouteKey: GET /orders, Target: !Sub "integrations/${I}"}""",
    "api_gateway_websocket": """
  X: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: WEBSOCKET}}
  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref X, IntegrationUri: !GetAtt F.Arn}}""",
    "api_gateway_http_authorizer": """
  X: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  A: {Type: AWS::ApiGatewayV2::Authorizer, Properties: {ApiId: !Ref X, AuthorizerUri: !GetAtt F.Arn}}""",
}
PRINCIPALS = {
    "cognito_user_pool": "cognito-idp",
    "s3_notification": "s3",
    "sns": "sns",
    "eventbridge_rule": "events",
    "logs_subscription": "logs",
    "iot_rule": "iot",
    "secrets_rotation": "secretsmanager",
    "config_rule": "config",
    "alb_target": "elasticloadbalancing",
    "function_url": "*",
}


def resources_of(kind: str) -> str:
    text = KINDS[kind]
    return text if text.startswith("\n") else f"  {text}\n"


@pytest.mark.parametrize("kind", KINDS)
def test_what_invokes_a_function_is_a_trigger(kind: str) -> None:
    found = [trigger for trigger in triggers(resources_of(kind)) if trigger.kind == kind]
    assert [(str(trigger.function.target), trigger.function.qualifier) for trigger in found] == [("F", None)]
    assert not found[0].satisfied


@pytest.mark.parametrize("kind", KINDS)
def test_a_trigger_without_a_permission_is_told_where_it_stands(kind: str) -> None:
    assert [rule for rule, _ in told(BASE + resources_of(kind))] == ["missing-permission"]


@pytest.mark.parametrize("kind", KINDS)
def test_a_trigger_with_its_permission_is_fine(kind: str) -> None:
    service = PRINCIPALS.get(kind, "apigateway")
    principal = "'*'" if service == "*" else f"{service}.amazonaws.com"
    action = "InvokeFunctionUrl" if kind == "function_url" else "InvokeFunction"
    permission = f"""
  P:
    Type: AWS::Lambda::Permission
    Properties: {{Action: 'lambda:{action}', FunctionName: !Ref F, Principal: {principal}}}
"""
    assert told(BASE + resources_of(kind) + permission) == []


@pytest.mark.parametrize(
    ("function", "qualifier"),
    [
        ("!Ref F", None),
        ("!Ref Live", "live"),
        ("!Sub '${F.Arn}:live'", "live"),
        ("!Join [':', [!GetAtt F.Arn, live]]", "live"),
        ("shop-orders", None),
        ("shop-orders:live", "live"),
        ("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-orders'", None),
        ("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:shop-orders:live'", "live"),
        ("!Sub 'arn:aws:lambda:${AWS::Region}:${AWS::AccountId}:function:${F}'", None),
    ],
)
def test_a_function_is_known_by_everything_that_names_it(function: str, qualifier: str | None) -> None:
    (trigger,) = triggers(
        f"  X: {{Type: AWS::Cognito::UserPool, Properties: {{LambdaConfig: {{PreSignUp: {function}}}}}}}\n"
    )
    assert str(trigger.function.target) == "F"
    assert trigger.function.qualifier == (None if qualifier is None else Const(qualifier))


@pytest.mark.parametrize("function", ["!Ref Given", "other", "!ImportValue x", "!Sub '${Given}'", "!Ref Missing"])
def test_a_function_that_is_not_known_is_not_guessed(function: str) -> None:
    (trigger,) = triggers(
        f"  X: {{Type: AWS::Cognito::UserPool, Properties: {{LambdaConfig: {{PreSignUp: {function}}}}}}}\n"
    )
    assert trigger.function.target is None


def test_a_queue_or_topic_is_no_function() -> None:
    assert not triggers("""
  Q: {Type: AWS::SQS::Queue}
  X: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt Q.Arn}]}}
  Y: {Type: AWS::SNS::Topic, Properties: {Subscription: [{Protocol: sqs, Endpoint: !GetAtt Q.Arn}]}}
  Z: {Type: AWS::CloudWatch::Alarm, Properties: {AlarmActions: ["arn:aws:sns:us-east-1:123456789012:alarms"]}}
""")


def test_the_path_of_a_method_is_put_together_from_its_resources() -> None:
    (trigger,) = triggers("""
  X: {Type: AWS::ApiGateway::RestApi}
  A: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref X, ParentId: !GetAtt X.RootResourceId, PathPart: a}}
  B: {Type: AWS::ApiGateway::Resource, Properties: {RestApiId: !Ref X, ParentId: !Ref A, PathPart: "{id}"}}
  M:
    Type: AWS::ApiGateway::Method
    Properties:
      {RestApiId: !Ref X, ResourceId: !Ref B, HttpMethod: get, Integration: {Uri: !GetAtt F.Arn}}
""")
    assert trigger.detail == "get /a/{id}"
    assert str(trigger.source) == "X"


def test_an_openapi_body_makes_triggers_of_its_integrations_and_authorizers() -> None:
    found = triggers("""
  X:
    Type: AWS::ApiGateway::RestApi
    Properties:
      Body:
        paths:
          /orders:
            get: {x-amazon-apigateway-integration: {uri: !Sub "x:lambda:path/y/functions/${F.Arn}/invocations"}}
            x-amazon-apigateway-any-method:
              x-amazon-apigateway-integration: {uri: !Sub "x:path/y/functions/${F.Arn}/invocations", credentials: r}
        securityDefinitions:
          Token: {x-amazon-apigateway-authorizer: {authorizerUri: !Sub "x/functions/${F.Arn}/invocations"}}
""")
    assert [(trigger.kind, trigger.detail, trigger.satisfied) for trigger in found] == [
        ("api_gateway_rest", "GET /orders", False),
        ("api_gateway_rest", "ANY /orders", True),
        ("api_gateway_rest_authorizer", "Token", False),
    ]


POOL = """
  X: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: %s, PostConfirmation: %s}}}
  Y: {Type: AWS::Cognito::UserPool}
  G: {Type: AWS::Lambda::Function, Properties: {Handler: a.b}}
  P:
    Type: AWS::Lambda::Permission
    Properties: {Action: "%s", FunctionName: %s, Principal: %s, SourceArn: %s}
"""
RIGHT = [
    "!GetAtt F.Arn",
    "!GetAtt F.Arn",
    "lambda:InvokeFunction",
    "!Ref F",
    "cognito-idp.amazonaws.com",
    "!GetAtt X.Arn",
]


@pytest.mark.parametrize(
    ("part", "value", "place"),
    [
        (2, "lambda:Invoke", '"lambda:Invoke"'),
        (3, "!Ref G", "!Ref G"),
        (3, "!Ref Live", "!Ref Live"),
        (4, "cognito-identity.amazonaws.com", "cognito-identity.amazonaws.com"),
        (4, "cognito.amazonaws.com", "cognito.amazonaws.com"),
        (5, "!GetAtt Y.Arn", "!GetAtt Y.Arn"),
        (5, "arn:aws:cognito-idp:us-east-1:123456789012:identitypool/x", None),
    ],
)
def test_a_permission_that_differs_in_one_part_is_told_once_at_that_part(part: int, value: str, place: str) -> None:
    parts = list(RIGHT)
    parts[part] = value
    assert told(BASE + POOL % tuple(parts)) == [("wrong-permission", place or value)]


@pytest.mark.parametrize(
    ("part", "value"),
    [
        (2, "lambda:*"),
        (3, "shop-orders"),
        (3, "!GetAtt F.Arn"),
        (3, "!Ref Given"),
        (4, "!Ref Given"),
        (4, "!Sub 'cognito-idp.${AWS::URLSuffix}'"),
        (5, "!Sub 'arn:${AWS::Partition}:cognito-idp:${AWS::Region}:${AWS::AccountId}:userpool/${X}'"),
        (5, "arn:aws:cognito-idp:*:*:userpool/*"),
        (5, "!Ref Given"),
        (5, "!If [A, !Ref Given, !GetAtt X.Arn]"),
    ],
)
def test_a_permission_that_may_fit_is_fine(part: int, value: str) -> None:
    parts = list(RIGHT)
    parts[part] = value
    assert told(BASE + POOL % tuple(parts)) == []


def test_the_alias_that_is_invoked_needs_a_permission_of_its_own() -> None:
    parts = list(RIGHT)
    parts[0] = parts[1] = "!Ref Live"
    assert [rule for rule, _ in told(BASE + POOL % tuple(parts))] == ["wrong-permission"]
    parts[3] = "!Ref Live"
    assert told(BASE + POOL % tuple(parts)) == []


def test_one_source_is_told_once_however_often_it_invokes() -> None:
    parts = list(RIGHT)
    parts[3], parts[5] = "!Ref G", "!GetAtt Y.Arn"
    assert told(BASE + POOL % tuple(parts)) == [("missing-permission", "!GetAtt F.Arn")]


def test_a_role_lets_the_service_in_as_well() -> None:
    assert not told(
        BASE
        + "  X: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt F.Arn, RoleArn: !Ref Given}]}}\n"
    )


API = """
  X: {Type: AWS::ApiGatewayV2::Api, Properties: {ProtocolType: HTTP}}
  I: {Type: AWS::ApiGatewayV2::Integration, Properties: {ApiId: !Ref X, IntegrationUri: !GetAtt F.Arn}}
  A: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref X, RouteKey: GET /a, Target: !Sub "integrations/${I}"}}
  B: {Type: AWS::ApiGatewayV2::Route, Properties: {ApiId: !Ref X, RouteKey: POST /b, Target: !Sub "integrations/${I}"}}
  P:
    Type: AWS::Lambda::Permission
    Properties:
      Action: lambda:InvokeFunction
      FunctionName: !Ref F
      Principal: apigateway.amazonaws.com
      SourceArn: !Sub arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${X}/%s
"""


@pytest.mark.parametrize("source", ["*", "*/*", "*/*/*", "prod/*", "*/*/?*"])
def test_a_permission_covers_the_requests_of_its_source(source: str) -> None:
    assert told(BASE + API % source) == []


def test_a_route_that_no_permission_covers_is_told() -> None:
    assert [rule for rule, _ in told(BASE + API % "*/GET/a")] == ["missing-permission"]


SAM_API = (
    SAM
    + """
Resources:
  F: {Type: AWS::Serverless::Function, Properties: {Handler: a.b%s}}
  X:
    Type: AWS::Serverless::Api
    Properties:
      StageName: prod
      DefinitionBody:
        paths:
          /orders:
            get: {x-amazon-apigateway-integration: {uri: !Sub "x:lambda:path/y/functions/${F.Arn}/invocations"}}
"""
)


def test_sam_does_nothing_for_a_body_of_ones_own() -> None:
    assert [rule for rule, _ in told(SAM_API % "")] == ["missing-permission"]


def test_an_event_lets_the_api_with_a_body_of_its_own_in() -> None:
    event = ", Events: {Get: {Type: Api, Properties: {RestApiId: !Ref X, Path: /orders, Method: get}}}"
    assert told(SAM_API % event) == []


@pytest.mark.parametrize(
    ("api", "authorizer", "expected"),
    [
        ("HttpApi", "", ["missing-permission"]),
        ("HttpApi", "EnableFunctionDefaultPermissions: true, ", []),
        ("HttpApi", "FunctionInvokeRole: r, ", []),
        ("Api", "", []),
        ("Api", "DisableFunctionDefaultPermissions: true, ", ["missing-permission"]),
    ],
)
def test_sam_lets_in_the_authorizers_of_rest_apis_only(api: str, authorizer: str, expected: list[str]) -> None:
    text = f"""{SAM}
Resources:
  F: {{Type: AWS::Serverless::Function, Properties: {{Handler: a.b}}}}
  X:
    Type: AWS::Serverless::{api}
    Properties: {{StageName: p, Auth: {{Authorizers: {{Mine: {{{authorizer}FunctionArn: !GetAtt F.Arn}}}}}}}}
"""
    assert [rule for rule, _ in told(text)] == expected


def test_what_sam_wires_itself_is_satisfied() -> None:
    lowered = lower(f"""{SAM}
Resources:
  B: {{Type: AWS::S3::Bucket}}
  Q: {{Type: AWS::SQS::Queue}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      FunctionUrlConfig: {{AuthType: NONE}}
      Events:
        Up: {{Type: S3, Properties: {{Bucket: !Ref B, Events: "s3:*"}}}}
        Work: {{Type: SQS, Properties: {{Queue: !GetAtt Q.Arn}}}}
""")
    assert {(trigger.kind, str(trigger.source)) for trigger in lowered.triggers if trigger.satisfied} == {
        ("s3_notification", "B"),
        ("event_source_mapping", "Q"),
        ("function_url", "FUrl"),
    }


PROPERTIES = {
    "AWS::Cognito::UserPool": ["LambdaConfig"],
    "AWS::S3::Bucket": ["NotificationConfiguration"],
    "AWS::SNS::Topic": ["Subscription"],
    "AWS::SNS::Subscription": ["Endpoint", "TopicArn", "Protocol"],
    "AWS::Events::Rule": ["Targets"],
    "AWS::ApiGateway::Method": ["Integration", "RestApiId", "ResourceId", "HttpMethod"],
    "AWS::ApiGateway::RestApi": ["Body"],
    "AWS::ApiGatewayV2::Api": ["Body", "Target", "ProtocolType"],
    "AWS::ApiGatewayV2::Integration": ["IntegrationUri", "ApiId"],
    "AWS::ApiGatewayV2::Route": ["Target", "RouteKey"],
    "AWS::Lambda::Permission": ["FunctionName", "Principal", "Action", "SourceArn", "SourceAccount"],
    "AWS::Lambda::Alias": ["FunctionName", "Name"],
    "AWS::Lambda::EventSourceMapping": ["FunctionName", "EventSourceArn"],
    "AWS::Serverless::Api": ["Auth", "DefinitionBody", "StageName"],
    "AWS::Serverless::HttpApi": ["Auth", "DefinitionBody"],
    "AWS::Serverless::WebSocketApi": ["Routes"],
}
SHAPES = [
    "text",
    "",
    "[]",
    "[[x], {Arn: [y]}, {Lambda: text}]",
    "{PreSignUp: [x], LambdaConfigurations: x, Uri: {a: b}, Authorizers: [x], paths: [x], x: {FunctionArn: [y]}}",
    "{LambdaConfigurations: [x, {Function: {a: b}}], Authorizers: {A: x, B: {FunctionArn: {c: d}}}}",
    "{paths: {/a: x, /b: {get: x, post: {x-amazon-apigateway-integration: [x]}}}, components: x}",
    "!Ref X",
    "!GetAtt X.Arn",
    "!Sub '${X}:${X'",
    "!If [C, !Ref X, [!Ref X]]",
]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("type", PROPERTIES)
def test_triggers_of_any_shape_can_be_read(type: str, shape: str) -> None:
    for name in PROPERTIES[type]:
        lowered = lower(f"{SAM}Resources:\n  X:\n    Type: {type}\n    Properties:\n      {name}: {shape}\n")
        assert not lowered.broken
        assert all(trigger.function.target is None for trigger in lowered.triggers)


HANDLER = """
def handler(event, context):
    print(event["request"]["userAttributes"]["custom:role"])
    return event
"""
UNATTACHED = """
Parameters: {Given: {Type: String}}
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Runtime: python3.12, Handler: app.handler, Code: src}}
"""


def told_of_code(template: str) -> list[tuple[str, str, str]]:
    """What the rules about handlers of Cognito say: rule, severity and place."""
    files = Files.from_texts({"template.yaml": template, "src/app.py": HANDLER})
    report = lint(files, load(("triggers/unattached-handler", "triggers/unknown-attribute")))
    return [(found.rule.partition("/")[2], found.severity.value, found.span.text) for found in report.findings]


def test_a_handler_of_cognito_that_nothing_invokes_is_a_warning() -> None:
    assert told_of_code(UNATTACHED) == [("unattached-handler", "warning", "F")]


def test_with_a_pool_beside_it_that_is_an_error() -> None:
    pool = "  X: {Type: AWS::Cognito::UserPool, Properties: {Schema: [{Name: role, AttributeDataType: String}]}}\n"
    assert told_of_code(UNATTACHED + pool) == [("unattached-handler", "error", "F")]


def test_an_unattached_handler_is_judged_by_the_only_pool_there_is() -> None:
    assert told_of_code(UNATTACHED + "  X: {Type: AWS::Cognito::UserPool}\n") == [
        ("unknown-attribute", "warning", 'event["request"]["userAttributes"]["custom:role"]'),
        ("unattached-handler", "error", "F"),
    ]


@pytest.mark.parametrize(
    "resource",
    [
        "X: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !Ref Given}}}",
        "X: {Type: AWS::Cognito::UserPool, Properties: {LambdaConfig: {PreSignUp: !ImportValue f}}}",
        "X: {Type: Custom::Attach, Properties: {ServiceToken: x, Trigger: !GetAtt F.Arn}}",
        "X: {Type: AWS::SSM::Parameter, Properties: {Type: String, Value: !GetAtt F.Arn}}",
        "X: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: apigateway.amazonaws.com}}",
        "X: {Type: AWS::Lambda::Permission, Properties: {FunctionName: !Ref F, Principal: cognito-idp.amazonaws.com}}",
        "X: {Type: AWS::Events::Rule, Properties: {Targets: [{Id: a, Arn: !GetAtt F.Arn}]}}",
    ],
)
def test_a_handler_that_something_may_invoke_is_fine(resource: str) -> None:
    assert told_of_code(UNATTACHED + f"  {resource}\n") == []


def test_a_handler_that_a_pool_elsewhere_imports_is_fine() -> None:
    exported = UNATTACHED + "Outputs: {Fn: {Value: !GetAtt F.Arn, Export: {Name: shop-fn}}}\n"
    pool = (
        "Resources: {X: {Type: AWS::Cognito::UserPool,"
        " Properties: {LambdaConfig: {PreSignUp: !ImportValue shop-fn}}}}\n"
    )
    files = Files.from_texts({"a/template.yaml": exported, "b/template.yaml": pool, "a/src/app.py": HANDLER})
    report = lint(files, load(("triggers/unattached-handler", "triggers/missing-permission")))
    assert [(found.rule, found.span.path) for found in report.findings] == [
        ("triggers/missing-permission", "b/template.yaml")
    ]


ATTACHED = (
    SAM
    + """
Resources:
  X: {Type: AWS::Cognito::UserPool, Properties: {%s}}
  F:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: app.handler
      CodeUri: src
      Events: {Up: {Type: Cognito, Properties: {UserPool: !Ref X, Trigger: PostConfirmation}}}
"""
)


@pytest.mark.parametrize("schema", ["", "Schema: [{Name: team, AttributeDataType: String}]"])
def test_an_attribute_that_the_pool_lacks_is_told_where_it_is_read(schema: str) -> None:
    ((rule, severity, place),) = told_of_code(ATTACHED % schema)
    assert (rule, severity) == ("unknown-attribute", "warning")
    assert "custom:role" in place


@pytest.mark.parametrize("schema", ["Schema: [{Name: role, AttributeDataType: String}]", "Schema: !Ref Unknown"])
def test_an_attribute_that_the_pool_may_have_is_fine(schema: str) -> None:
    assert told_of_code(ATTACHED % schema) == []


def test_a_response_that_is_streamed_is_an_invocation() -> None:
    path = "lambda:path/2021-11-15/functions/${F.Arn}/response-streaming-invocations"
    body = f'{{paths: {{/ask: {{post: {{x-amazon-apigateway-integration: {{uri: !Sub "x:{path}"}}}}}}}}}}'
    found = triggers(f"  X: {{Type: AWS::ApiGateway::RestApi, Properties: {{Body: {body}}}}}")
    assert [str(trigger.function.target) for trigger in found] == ["F"]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("!GetAtt X.Arn", []),
        ("!Sub arn:aws:events:${AWS::Region}:${AWS::AccountId}:rule/orders/*", []),
        ("!Sub arn:aws:sns:${AWS::Region}:${AWS::AccountId}:orders", ["wrong-permission"]),
    ],
)
def test_a_rule_on_a_bus_of_its_own_has_an_arn_of_events(source: str, expected: list[str]) -> None:
    rule = "  X: {Type: AWS::Events::Rule, Properties: {EventBusName: orders, Targets: [{Id: a, Arn: !GetAtt F.Arn}]}}"
    permission = (
        "  P:\n    Type: AWS::Lambda::Permission\n    Properties:\n      FunctionName: !Ref F\n"
        "      Action: lambda:InvokeFunction\n      Principal: events.amazonaws.com\n"
        f"      SourceArn: {source}\n"
    )
    assert [rule for rule, _ in told(BASE + rule + "\n" + permission)] == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("shop-orders", []),
        ("arn:aws:lambda:us-east-1:123456789012:function:shop-orders", []),
        ("shop-order", ["wrong-permission"]),
        ("arn:aws:lambda:us-east-1:123456789012:function:shop-order", ["wrong-permission"]),
        ("!Ref Given", []),
    ],
)
def test_a_permission_by_a_name_is_for_the_function_of_that_name(name: str, expected: list[str]) -> None:
    parts = list(RIGHT)
    parts[3] = name
    assert [rule for rule, _ in told(BASE + POOL % tuple(parts))] == expected
