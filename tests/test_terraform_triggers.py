"""What invokes functions in Terraform configurations, and whom these let in: the same as in templates."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from tests.configuring import PLACE, UNKNOWN, configuration, ref
from tests.test_triggers import BASE as TEMPLATE
from tests.test_triggers import KINDS as TEMPLATES
from tests.test_triggers import resources_of

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.frontends.terraform.lambda_functions import function_refs
from crosswire.frontends.terraform.resources import lower_resources
from crosswire.frontends.terraform.triggers import lower_triggers
from crosswire.frontends.terraform.values import Leaf, Listing
from crosswire.project import Files
from crosswire.values import Const, If, Parameter, Ref, ResourceId, Truth, Unknown, Value, transform
from crosswire.wiring.access import Role
from crosswire.wiring.function import Code, Environment, Function, Link
from crosswire.wiring.invocation import refusals
from crosswire.wiring.project import Wiring
from crosswire.wiring.trigger import InvokePermission, Trigger

Resources = Mapping[str, Mapping[str, object]]

BASE: Resources = {
    "aws_lambda_function.f": {"function_name": "shop-orders", "handler": "a.b"},
    "aws_lambda_alias.live": {"function_name": "${aws_lambda_function.f.function_name}", "name": "live"},
}
ARN, INVOKE = "${aws_lambda_function.f.arn}", "${aws_lambda_function.f.invoke_arn}"
REST_API = {"aws_api_gateway_rest_api.x": {"name": "shop"}}
HTTP_API: Resources = {"aws_apigatewayv2_api.x": {"name": "shop", "protocol_type": "HTTP"}}
OF_REST = {"rest_api_id": "${aws_api_gateway_rest_api.x.id}"}
OF_HTTP = {"api_id": "${aws_apigatewayv2_api.x.id}"}


def lower(resources: Resources, **modules: object) -> Lowered:
    lowered = Lowered()
    found = configuration({**BASE, **resources}, **modules)
    lower_resources(found, lowered)
    lower_triggers(found, lowered, function_refs(found))
    return lowered


def triggers(resources: Resources) -> list[Trigger]:
    return lower(resources).triggers


def integration(**arguments: object) -> Resources:
    rest = {**OF_REST, "http_method": "GET", "resource_id": "${aws_api_gateway_rest_api.x.root_resource_id}"}
    return {**REST_API, "aws_api_gateway_integration.m": {**rest, "uri": INVOKE, **arguments}}


KINDS: dict[str, Resources] = {
    "cognito_user_pool": {"aws_cognito_user_pool.x": {"lambda_config": [{"pre_sign_up": ARN}]}},
    "s3_notification": {
        "aws_s3_bucket.x": {},
        "aws_s3_bucket_notification.n": {
            "bucket": "${aws_s3_bucket.x.id}",
            "lambda_function": [{"lambda_function_arn": ARN, "events": ["s3:*"]}],
        },
    },
    "sns": {
        "aws_sns_topic.x": {},
        "aws_sns_topic_subscription.s": {
            "topic_arn": "${aws_sns_topic.x.arn}",
            "protocol": "lambda",
            "endpoint": ARN,
        },
    },
    "eventbridge_rule": {
        "aws_cloudwatch_event_rule.x": {"name": "r"},
        "aws_cloudwatch_event_target.t": {"rule": "${aws_cloudwatch_event_rule.x.name}", "arn": ARN},
    },
    "logs_subscription": {
        "aws_cloudwatch_log_subscription_filter.x": {"log_group_name": "app", "destination_arn": ARN},
    },
    "iot_rule": {"aws_iot_topic_rule.x": {"name": "r", "lambda": [{"function_arn": ARN}]}},
    "secrets_rotation": {
        "aws_secretsmanager_secret.s": {},
        "aws_secretsmanager_secret_rotation.x": {
            "secret_id": "${aws_secretsmanager_secret.s.id}",
            "rotation_lambda_arn": ARN,
        },
    },
    "config_rule": {
        "aws_config_config_rule.x": {"source": [{"owner": "CUSTOM_LAMBDA", "source_identifier": ARN}]},
    },
    "alb_target": {
        "aws_lb_target_group.x": {"target_type": "lambda"},
        "aws_lb_target_group_attachment.a": {
            "target_group_arn": "${aws_lb_target_group.x.arn}",
            "target_id": ARN,
        },
    },
    "api_gateway_rest": integration(),
    "api_gateway_rest_authorizer": {
        **REST_API,
        "aws_api_gateway_authorizer.m": {**OF_REST, "name": "a", "authorizer_uri": INVOKE},
    },
    "api_gateway_http": {
        **HTTP_API,
        "aws_apigatewayv2_integration.i": {**OF_HTTP, "integration_uri": ARN},
        "aws_apigatewayv2_route.r": {
            **OF_HTTP,
            "route_key": "GET /orders",
            "target": "integrations/${aws_apigatewayv2_integration.i.id}",
        },
    },
    "api_gateway_websocket": {
        "aws_apigatewayv2_api.x": {"protocol_type": "WEBSOCKET"},
        "aws_apigatewayv2_integration.i": {**OF_HTTP, "integration_uri": INVOKE},
    },
    "api_gateway_http_authorizer": {
        **HTTP_API,
        "aws_apigatewayv2_authorizer.a": {**OF_HTTP, "authorizer_uri": INVOKE},
    },
}
OF_SOURCE = {  # what a permission for the trigger's source would name
    "cognito_user_pool": "${aws_cognito_user_pool.x.arn}",
    "s3_notification": "${aws_s3_bucket.x.arn}",
    "sns": "${aws_sns_topic.x.arn}",
    "eventbridge_rule": "${aws_cloudwatch_event_rule.x.arn}",
    "iot_rule": "${aws_iot_topic_rule.x.arn}",
    "secrets_rotation": "${aws_secretsmanager_secret.s.arn}",
    "alb_target": "${aws_lb_target_group.x.arn}",
    "api_gateway_rest": "${aws_api_gateway_rest_api.x.execution_arn}/*/GET/",
    "api_gateway_rest_authorizer": "${aws_api_gateway_rest_api.x.execution_arn}/authorizers/*",
    "api_gateway_http": "${aws_apigatewayv2_api.x.execution_arn}/*/*/orders",
    "api_gateway_websocket": "${aws_apigatewayv2_api.x.execution_arn}/*",
    "api_gateway_http_authorizer": "${aws_apigatewayv2_api.x.execution_arn}/*",
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
}


def permission(kind: str, **arguments: object) -> Resources:
    given = {
        "action": "lambda:InvokeFunction",
        "function_name": "${aws_lambda_function.f.function_name}",
        "principal": f"{PRINCIPALS.get(kind, 'apigateway')}.amazonaws.com",
    }
    return {"aws_lambda_permission.p": {**given, **arguments}}


def refused(lowered: Lowered) -> list[str]:
    """The kinds of triggers that the functions surely do not let in."""
    functions = [_function(resource.id) for resource in lowered.resources if resource.kind == "function"]
    wiring = Wiring(
        functions=tuple(functions),
        resources=tuple(lowered.resources),
        triggers=tuple(lowered.triggers),
        permissions=tuple(lowered.permissions),
        definitions=lowered.definitions,
    )
    return [refusal.kind.id for refusal in refusals(wiring)]


def _function(id: ResourceId) -> Function:
    role = Role(None, PLACE, ())
    return Function(id, PLACE, "a.b", "nodejs22.x", Environment({}), role, Code(Link.MISSING))


def alike(trigger: Trigger) -> tuple[object, ...]:
    """A trigger without its ids and places: resources are called by the last part of their addresses."""
    source = _called(trigger.source)
    qualifier = None if trigger.function.qualifier is None else _plain(trigger.function.qualifier)
    target = None if trigger.function.target is None else _called(trigger.function.target)
    return (trigger.kind, source, target, qualifier, _plain(trigger.source_arn), trigger.satisfied)


def _called(id: ResourceId) -> str:
    return id.address.rpartition(".")[2].upper()


def _plain(value: Value) -> Value:
    def leaf(part: Value) -> Value:
        match part:
            case Ref(id, attribute):
                return Ref(ResourceId("", _called(id)), attribute)
            case Unknown():
                return Unknown("?")
            case _:
                return part

    return transform(value, leaf)


# Triggers


def test_the_kinds_of_triggers_are_those_of_templates() -> None:
    assert set(TEMPLATES) - set(KINDS) == {"function_url"}  # of which the provider takes care


@pytest.mark.parametrize("kind", KINDS)
def test_a_trigger_is_the_same_in_a_template(kind: str) -> None:
    template = Lowered()
    lower_templates(Files.from_texts({"template.yaml": TEMPLATE + resources_of(kind)}), template)
    there = [alike(trigger) for trigger in template.triggers if trigger.kind == kind]
    here = [alike(trigger) for trigger in triggers(KINDS[kind]) if trigger.kind == kind]
    assert here == there


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_does_not_let_in_what_it_has_no_permission_for(kind: str) -> None:
    assert refused(lower(KINDS[kind])) == [kind]


@pytest.mark.parametrize("kind", KINDS)
def test_a_function_lets_in_what_it_has_a_permission_for(kind: str) -> None:
    assert refused(lower({**KINDS[kind], **permission(kind)})) == []


@pytest.mark.parametrize("kind", OF_SOURCE)
def test_a_permission_is_for_the_source_that_it_names(kind: str) -> None:
    assert refused(lower({**KINDS[kind], **permission(kind, source_arn=OF_SOURCE[kind])})) == []
    if kind == "alb_target":
        return  # nothing tells the form of a target group's ARN
    for address in ("aws_sns_topic.other", "aws_s3_bucket.other"):
        other: Resources = {address: {"name": "other", "bucket": "other"}}
        arn = f"${{{address}.arn}}"
        assert refused(lower({**KINDS[kind], **other, **permission(kind, source_arn=arn)})) == [kind]


@pytest.mark.parametrize(
    ("resources", "kind", "source", "detail"),
    [
        (
            {"aws_cognito_user_pool.x": {"lambda_config": [{"custom_sms_sender": [{"lambda_arn": ARN}]}]}},
            "cognito_user_pool",
            "aws_cognito_user_pool.x",
            "CustomSMSSender",
        ),
        (
            {"aws_iot_topic_rule.x": {"error_action": [{"lambda": [{"function_arn": ARN}]}]}},
            "iot_rule",
            "aws_iot_topic_rule.x",
            "ErrorAction",
        ),
        ({"aws_iot_authorizer.x": {"authorizer_function_arn": ARN}}, "iot_authorizer", "aws_iot_authorizer.x", ""),
        (
            {"aws_appsync_graphql_api.x": {"lambda_authorizer_config": [{"authorizer_uri": ARN}]}},
            "appsync_authorizer",
            "aws_appsync_graphql_api.x",
            "",
        ),
        (
            {
                "aws_bedrockagent_agent.x": {"agent_name": "a"},
                "aws_bedrockagent_agent_action_group.g": {
                    "agent_id": "${aws_bedrockagent_agent.x.agent_id}",
                    "action_group_executor": [{"lambda": ARN}],
                },
            },
            "bedrock_agent",
            "aws_bedrockagent_agent.x",
            "",
        ),
        (
            {"aws_ses_receipt_rule.x": {"lambda_action": [{"function_arn": ARN, "position": "1"}]}},
            "ses_receipt_rule",
            "aws_ses_receipt_rule.x",
            "",
        ),
        (
            {"aws_connect_lambda_function_association.x": {"function_arn": ARN}},
            "connect",
            "aws_connect_lambda_function_association.x",
            "",
        ),
        (
            {"aws_cloudwatch_metric_alarm.x": {"alarm_actions": [ARN]}},
            "cloudwatch_alarm",
            "aws_cloudwatch_metric_alarm.x",
            "",
        ),
        (
            {
                "aws_codecommit_repository.x": {"repository_name": "r"},
                "aws_codecommit_trigger.t": {
                    "repository_name": "${aws_codecommit_repository.x.repository_name}",
                    "trigger": [{"destination_arn": ARN}],
                },
            },
            "codecommit_trigger",
            "aws_codecommit_repository.x",
            "",
        ),
        (
            {**REST_API, **integration()},
            "api_gateway_rest",
            "aws_api_gateway_rest_api.x",
            "GET /",
        ),
        (KINDS["api_gateway_http"], "api_gateway_http", "aws_apigatewayv2_api.x", "GET /orders"),
        ({"aws_apigatewayv2_api.x": {"target": ARN}}, "api_gateway_http", "aws_apigatewayv2_api.x", "$default"),
    ],
)
def test_a_trigger_tells_its_source_and_its_detail(resources: Resources, kind: str, source: str, detail: str) -> None:
    (trigger,) = triggers(resources)
    assert (trigger.kind, str(trigger.source), trigger.detail) == (kind, source, detail)
    assert trigger.function.target == ref("aws_lambda_function.f", "arn").resource


@pytest.mark.parametrize(
    "resources",
    [
        {"aws_cloudwatch_event_target.t": {"rule": "r", "arn": "${aws_sqs_queue.q.arn}"}},
        {"aws_cloudwatch_event_target.t": {"rule": "r", "arn": "arn:aws:sqs:eu-west-1:123456789012:q"}},
        {"aws_sns_topic_subscription.s": {"protocol": "sqs", "endpoint": "${aws_sqs_queue.q.arn}"}},
        {"aws_cloudwatch_metric_alarm.a": {"alarm_actions": ["${aws_sns_topic.t.arn}"]}},
        {"aws_lb_target_group_attachment.a": {"target_id": "${aws_instance.i.id}"}},
    ],
)
def test_a_queue_or_topic_is_no_function(resources: Resources) -> None:
    others: Resources = {"aws_sqs_queue.q": {}, "aws_sns_topic.t": {}, "aws_instance.i": {}}
    assert triggers({**others, **resources}) == []


@pytest.mark.parametrize(
    ("resources", "kind"),
    [
        (
            {"aws_cloudwatch_event_target.t": {"rule": "r", "arn": ARN, "role_arn": "${aws_iam_role.r.arn}"}},
            "eventbridge_rule",
        ),
        (integration(credentials="${aws_iam_role.r.arn}"), "api_gateway_rest"),
        (
            {"aws_lambda_event_source_mapping.m": {"event_source_arn": "${aws_sqs_queue.q.arn}", "function_name": ARN}},
            "event_source_mapping",
        ),
        ({"aws_lambda_function_url.u": {"function_name": ARN, "authorization_type": "NONE"}}, "function_url"),
    ],
)
def test_a_trigger_may_need_no_permission(resources: Resources, kind: str) -> None:
    (trigger,) = triggers(resources)
    assert (trigger.kind, trigger.satisfied) == (kind, True)


def test_a_stream_is_the_source_of_a_mapping() -> None:
    stream = {"event_source_arn": "${aws_dynamodb_table.t.stream_arn}", "function_name": ARN}
    (trigger,) = triggers({"aws_dynamodb_table.t": {"name": "t"}, "aws_lambda_event_source_mapping.m": stream})
    assert (str(trigger.source), trigger.source_arn) == (
        "aws_dynamodb_table.t",
        ref("aws_dynamodb_table.t", "StreamArn"),
    )


@pytest.mark.parametrize(
    ("function", "qualifier"),
    [
        (ARN, None),
        ("${aws_lambda_alias.live.arn}", "live"),
        ("${aws_lambda_function.f.arn}:live", "live"),
        ("${aws_lambda_function.f.qualified_arn}", "$LATEST"),
        ("shop-orders", None),
        ("arn:aws:lambda:eu-west-1:123456789012:function:shop-orders:live", "live"),
    ],
)
def test_a_function_is_known_by_everything_that_names_it(function: str, qualifier: str | None) -> None:
    (trigger,) = triggers({"aws_cognito_user_pool.x": {"lambda_config": [{"pre_sign_up": function}]}})
    assert str(trigger.function.target) == "aws_lambda_function.f"
    assert trigger.function.qualifier == (None if qualifier is None else Const(qualifier))


def test_a_version_is_that_which_a_function_publishes() -> None:
    published = {"function_name": "other", "publish": True}
    uri = "${aws_lambda_function.g.qualified_invoke_arn}"
    found = triggers({"aws_lambda_function.g": published, **integration(uri=uri)})
    assert [trigger.function.qualifier for trigger in found] == [ref("aws_lambda_function.g", "Version")]


def test_triggers_of_a_pool_that_cannot_be_read_may_be_of_any_function() -> None:
    hidden = Listing([], PLACE, complete=False)
    (trigger,) = triggers({"aws_cognito_user_pool.x": {"lambda_config": hidden}})
    assert (trigger.kind, trigger.function.target) == ("cognito_user_pool", None)


@pytest.mark.parametrize(
    ("target", "rule"),
    [
        ({"rule": "${aws_cloudwatch_event_rule.r.name}", "event_bus_name": "shop"}, {"event_bus_name": "shop"}),
        ({"rule": "shop-rule"}, {"name": "shop-rule"}),
        ({"rule": "shop-rule", "event_bus_name": "default"}, {"name": "shop-rule"}),
        ({"rule": "shop-rule", "event_bus_name": "shop"}, {"name": "shop-rule", "event_bus_name": "shop"}),
    ],
)
def test_a_rule_on_any_bus_invokes_by_its_arn(target: dict[str, object], rule: dict[str, object]) -> None:
    given: Resources = {
        "aws_cloudwatch_event_rule.r": rule,
        "aws_cloudwatch_event_target.t": {**target, "arn": ARN},
    }
    arn = "${aws_cloudwatch_event_rule.r.arn}"
    assert refused(lower({**given, **permission("eventbridge_rule", source_arn=arn)})) == []


def test_a_bucket_may_be_named_by_its_name() -> None:
    given: Resources = {
        "aws_s3_bucket_notification.n": {"bucket": "shop", "lambda_function": [{"lambda_function_arn": ARN}]}
    }
    assert refused(lower({**given, **permission("s3_notification", source_arn="arn:aws:s3:::shop")})) == []
    wrong = permission("s3_notification", source_arn="arn:aws:s3:::other")
    assert refused(lower({**given, **wrong})) == ["s3_notification"]


# APIs


def test_the_path_of_a_method_is_put_together_from_its_resources() -> None:
    root = "${aws_api_gateway_rest_api.x.root_resource_id}"
    (trigger,) = triggers(
        {
            **integration(
                resource_id="${aws_api_gateway_resource.b.id}", http_method="${aws_api_gateway_method.m.http_method}"
            ),
            "aws_api_gateway_method.m": {**OF_REST, "http_method": "POST"},
            "aws_api_gateway_resource.a": {**OF_REST, "parent_id": root, "path_part": "orders"},
            "aws_api_gateway_resource.b": {
                **OF_REST,
                "parent_id": "${aws_api_gateway_resource.a.id}",
                "path_part": "{id}",
            },
        }
    )
    assert (trigger.detail, str(trigger.source)) == ("POST /orders/{id}", "aws_api_gateway_rest_api.x")


def test_a_path_may_go_on_from_one_that_is_looked_up() -> None:
    resources = {
        **integration(resource_id="${aws_api_gateway_resource.a.id}"),
        "data.aws_api_gateway_resource.orders": {**OF_REST, "path": "/orders"},
        "aws_api_gateway_resource.a": {"parent_id": "${data.aws_api_gateway_resource.orders.id}", "path_part": "open"},
    }
    (trigger,) = triggers(resources)
    assert trigger.detail == "GET /orders/open"


@pytest.mark.parametrize(("part", "other"), [("orders", "carts"), ("{id}", "{id}")])
def test_a_permission_may_name_the_path_of_a_resource(part: str, other: str) -> None:
    root = "${aws_api_gateway_rest_api.x.root_resource_id}"
    given = {
        **integration(resource_id="${aws_api_gateway_resource.a.id}"),
        "aws_api_gateway_resource.a": {**OF_REST, "parent_id": root, "path_part": part},
        "aws_api_gateway_resource.b": {**OF_REST, "parent_id": root, "path_part": other},
    }
    arn = "${aws_api_gateway_rest_api.x.execution_arn}/*/GET${aws_api_gateway_resource.%s.path}"
    assert refused(lower({**given, **permission("api_gateway_rest", source_arn=arn % "a")})) == []
    told = refused(lower({**given, **permission("api_gateway_rest", source_arn=arn % "b")}))
    assert told == ([] if part == other else ["api_gateway_rest"])


OPENAPI = {
    "paths": {
        "/orders/{id}": {"get": {"x-amazon-apigateway-integration": {"uri": INVOKE, "type": "aws_proxy"}}},
        "/plain": {"get": {"responses": {}}},
    },
    "components": {"securitySchemes": {"guard": {"x-amazon-apigateway-authorizer": {"authorizerUri": INVOKE}}}},
}
YAML = f"""
openapi: 3.0.1
paths:
  /orders/{{id}}:
    get:
      x-amazon-apigateway-integration: {{uri: "{INVOKE}", type: aws_proxy}}
  /plain: {{get: {{}}}}
components:
  securitySchemes:
    guard:
      x-amazon-apigateway-authorizer:
        authorizerUri: {INVOKE}
"""


@pytest.mark.parametrize("body", [OPENAPI, json.dumps(OPENAPI), YAML], ids=["encoded", "json", "yaml"])
@pytest.mark.parametrize(
    ("api", "kind"),
    [("aws_api_gateway_rest_api.x", "api_gateway_rest"), ("aws_apigatewayv2_api.x", "api_gateway_http")],
)
def test_an_openapi_body_makes_triggers_of_its_integrations_and_authorizers(body: object, api: str, kind: str) -> None:
    found = triggers({api: {"body": body}})
    assert [(trigger.kind, str(trigger.source), trigger.detail) for trigger in found] == [
        (kind, api, "GET /orders/{id}"),
        (f"{kind}_authorizer", api, "guard"),
    ]
    assert {str(trigger.function.target) for trigger in found} == {"aws_lambda_function.f"}


def test_a_body_that_cannot_be_read_tells_nothing() -> None:
    assert triggers({"aws_api_gateway_rest_api.x": {"body": UNKNOWN}}) == []
    assert triggers({"aws_api_gateway_rest_api.x": {"body": "paths: ["}}) == []


# Permissions


def test_a_permission_tells_whom_it_lets_in() -> None:
    (found,) = lower(
        permission(
            "s3_notification",
            source_arn="${aws_s3_bucket.b.arn}",
            source_account="${data.aws_caller_identity.current.account_id}",
        )
    ).permissions
    assert found == InvokePermission(
        id=ResourceId("main.tf", "aws_lambda_permission.p"),
        function=found.function,
        principal=Const("s3.amazonaws.com"),
        action=Const("lambda:InvokeFunction"),
        span=PLACE,
        source_arn=ref("aws_s3_bucket.b", "arn"),
        source_account=Parameter("AWS", "AccountId"),
    )
    assert str(found.function.target) == "aws_lambda_function.f"


@pytest.mark.parametrize(
    ("arguments", "lets_in"),
    [
        ({"qualifier": "live"}, Truth.YES),
        ({"qualifier": "${aws_lambda_alias.live.name}"}, Truth.YES),
        ({"function_name": "${aws_lambda_alias.live.arn}"}, Truth.YES),
        ({}, Truth.NO),
        ({"qualifier": "other"}, Truth.NO),
    ],
)
def test_a_permission_is_for_the_alias_that_it_names(arguments: dict[str, object], lets_in: Truth) -> None:
    resources = {
        **integration(uri="${aws_lambda_alias.live.invoke_arn}"),
        **permission("api_gateway_rest", **arguments),
    }
    assert refused(lower(resources)) == ([] if lets_in is Truth.YES else ["api_gateway_rest"])


def test_the_version_of_a_function_that_publishes_none_is_the_function() -> None:
    uri = "${aws_lambda_function.f.qualified_invoke_arn}"
    assert refused(lower({**integration(uri=uri), **permission("api_gateway_rest")})) == []


def test_the_stage_of_an_api_may_be_named_by_a_permission() -> None:
    stage = {**OF_REST, "stage_name": "prod"}
    arn = "${aws_api_gateway_stage.s.execution_arn}/GET/"
    given = {**integration(), "aws_api_gateway_stage.s": stage}
    assert refused(lower({**given, **permission("api_gateway_rest", source_arn=arn)})) == []
    wrong = permission("api_gateway_rest", source_arn=arn + "elsewhere")
    assert refused(lower({**given, **wrong})) == ["api_gateway_rest"]


def test_a_log_group_needs_more_than_its_arn_in_a_permission() -> None:
    given: Resources = {
        "aws_cloudwatch_log_group.g": {"name": "app"},
        "aws_cloudwatch_log_subscription_filter.x": {
            "log_group_name": "${aws_cloudwatch_log_group.g.name}",
            "destination_arn": ARN,
        },
    }
    arn = "${aws_cloudwatch_log_group.g.arn}"
    assert refused(lower({**given, **permission("logs_subscription", source_arn=f"{arn}:*")})) == []
    assert refused(lower({**given, **permission("logs_subscription", source_arn=arn)})) == ["logs_subscription"]


def test_a_url_that_is_open_lets_everyone_in() -> None:
    url = {"function_name": "${aws_lambda_function.f.function_name}", "authorization_type": "NONE"}
    (found,) = lower({"aws_lambda_function_url.u": url}).permissions
    assert (found.principal, found.action) == (Const("*"), Const("lambda:InvokeFunctionUrl"))
    assert lower({"aws_lambda_function_url.u": {**url, "authorization_type": "AWS_IAM"}}).permissions == []


@pytest.mark.parametrize(
    "inputs", [{"function": ARN}, {"targets": [{"lambda": "shop-orders"}]}, {"uri": {"a": INVOKE}}]
)
def test_a_module_that_is_not_read_may_let_anyone_in(inputs: dict[str, object]) -> None:
    assert refused(lower(KINDS["sns"], wiring=inputs)) == []
    assert refused(lower(KINDS["sns"], wiring={"function": "another"})) == ["sns"]


def test_a_function_that_a_condition_decides_on_is_either() -> None:
    chosen = If("main.tf:live", ref("aws_lambda_alias.live", "arn"), ref("aws_lambda_function.f", "arn"))
    found = lower(permission("sns", function_name=Leaf(chosen, PLACE))).permissions
    assert [one.function.qualifier for one in found] == [Const("live"), None]
