"""Resources of Terraform configurations: what their attributes stand for, tables, user pools and policies."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from tests.configuring import PLACE, UNIT, UNKNOWN, configuration, ref

from crosswire.aws.terraform_types import terraform_type
from crosswire.frontends.lowered import Lowered
from crosswire.frontends.terraform.kinds import attribute_value, is_identity
from crosswire.frontends.terraform.resources import lower_resources
from crosswire.frontends.terraform.values import Listing
from crosswire.values import Concat, Const, Parameter, Ref, ResourceId, Unknown, Value
from crosswire.wiring.project import Wiring
from crosswire.wiring.resource import Key, Table, UserPool

Resources = Mapping[str, Mapping[str, object]]


def lower(resources: Resources) -> Lowered:
    lowered = Lowered()
    lower_resources(configuration(resources), lowered)
    return lowered


def table(**arguments: object) -> Table:
    (found,) = lower({"aws_dynamodb_table.orders": arguments}).resources
    assert isinstance(found, Table)
    return found


def shown(value: Value | None) -> str:
    """A value as a text: symbols in braces."""
    match value:
        case Const(text):
            return text
        case Ref(id, attribute):
            return f"{{{id.address}.{attribute}}}"
        case Parameter(_, name):
            return f"{{{name}}}"
        case Concat(parts):
            return "".join(map(shown, parts))
        case _:
            return "?"


# Attributes


@pytest.mark.parametrize(
    ("attribute", "expected"),
    [
        ("aws_dynamodb_table.x.id", "{name}"),
        ("aws_dynamodb_table.x.stream_arn", "{StreamArn}"),
        ("aws_sqs_queue.x.id", "{url}"),
        ("aws_sns_topic.x.id", "{arn}"),
        ("aws_s3_bucket.x.id", "{name}"),
        ("aws_s3_bucket.x.bucket", "{name}"),
        ("aws_iam_policy.x.id", "{arn}"),
        ("aws_kms_key.x.key_id", "{id}"),
        ("aws_api_gateway_rest_api.x.root_resource_id", "{RootResourceId}"),
        ("aws_cloudwatch_log_group.x.arn", "arn:{Partition}:logs:{Region}:{AccountId}:log-group:{name}"),
        ("aws_apigatewayv2_api.x.execution_arn", "arn:{Partition}:execute-api:{Region}:{AccountId}:{id}"),
        (
            "aws_lambda_function.x.invoke_arn",
            "arn:{Partition}:apigateway:{Region}:lambda:path/2015-03-31/functions/{arn}/invocations",
        ),
        ("aws_lambda_function.x.qualified_arn", "{arn}:{Version}"),
        ("data.aws_region.x.name", "{Region}"),
        ("data.aws_region.x.region", "{Region}"),
        ("data.aws_caller_identity.x.account_id", "{AccountId}"),
        ("data.aws_partition.x.partition", "{Partition}"),
        ("data.aws_partition.x.dns_suffix", "{URLSuffix}"),
        ("data.aws_dynamodb_table.x.arn", "{arn}"),
        ("data.aws_ecs_cluster.x.cluster_name", "{name}"),
        ("aws_unheard_of.x.arn", "{arn}"),
        ("aws_unheard_of.x.endpoint", "{endpoint}"),
        ("random_id.x.hex", "{hex}"),
    ],
)
def test_an_attribute_is_a_symbol_or_a_text_of_symbols(attribute: str, expected: str) -> None:
    address, _, name = attribute.rpartition(".")
    type = address.rpartition(".")[0]
    value = attribute_value(type, ResourceId(UNIT, address), name, PLACE)
    assert shown(value).replace(f"{address}.", "") == expected


def test_an_attribute_that_says_which_resource_it_is_is_no_argument() -> None:
    assert is_identity("aws_dynamodb_table", "name")
    assert not is_identity("aws_dynamodb_table", "hash_key")
    assert not is_identity("aws_unheard_of", "name")
    assert is_identity("data.aws_iam_role", "arn")


def test_a_data_source_has_the_facts_of_its_resource() -> None:
    assert terraform_type("data.aws_sqs_queue") == terraform_type("aws_sqs_queue")
    assert terraform_type("aws_region") is None


# Resources


def test_a_resource_is_of_the_type_that_cloudformation_calls_it() -> None:
    found = lower(
        {
            "aws_sqs_queue.jobs": {"name": "jobs"},
            "aws_elasticache_user.u": {"user_id": "u"},
            "random_id.suffix": {"byte_length": 4},
        }
    ).resources
    assert [(resource.type, resource.service, resource.kind, resource.name) for resource in found] == [
        ("AWS::SQS::Queue", "sqs", "queue", Const("jobs")),
        ("aws_elasticache_user", "", "", None),
        ("random_id", "", "", None),
    ]


def test_a_name_an_arn_and_a_url_stand_for_what_they_are_made_of() -> None:
    definitions = lower({"aws_sqs_queue.jobs": {"name": "jobs"}}).definitions
    wiring = Wiring(definitions=definitions)
    assert shown(wiring.expand(ref("aws_sqs_queue.jobs", "arn"))) == "arn:{Partition}:sqs:{Region}:{AccountId}:jobs"
    url = shown(wiring.expand(ref("aws_sqs_queue.jobs", "url")))
    assert url == "https://sqs.{Region}.{URLSuffix}/{AccountId}/jobs"


@pytest.mark.parametrize(
    ("address", "argument"),
    [
        ("aws_sqs_queue.x", "name_prefix"),
        ("aws_s3_bucket.x", "bucket_prefix"),
        ("aws_db_instance.x", "identifier_prefix"),
    ],
)
def test_a_prefix_is_the_beginning_of_a_name(address: str, argument: str) -> None:
    (found,) = lower({address: {argument: "shop-"}}).resources
    assert isinstance(found.name, Concat)
    assert found.name.parts[0] == Const("shop-")
    assert isinstance(found.name.parts[1], Unknown)


@pytest.mark.parametrize(
    ("address", "arguments", "expected"),
    [
        ("aws_iam_role.x", {"name": "r"}, "arn:{Partition}:iam::{AccountId}:role/{aws_iam_role.x.name}"),
        ("aws_iam_role.x", {"name": "r", "path": "/"}, "arn:{Partition}:iam::{AccountId}:role/{aws_iam_role.x.name}"),
        ("aws_iam_role.x", {"name": "r", "path": "/shop/"}, "arn:{Partition}:iam::{AccountId}:role/?"),
        (
            "aws_cloudwatch_event_rule.x",
            {"name": "r", "event_bus_name": "shop"},
            "arn:{Partition}:events:{Region}:{AccountId}:rule/?",
        ),
        (
            "aws_ssm_parameter.x",
            {"name": "/shop/table"},
            "arn:{Partition}:ssm:{Region}:{AccountId}:parameter{aws_ssm_parameter.x.name}",
        ),
    ],
)
def test_an_argument_may_change_the_form_of_an_arn(address: str, arguments: dict[str, object], expected: str) -> None:
    assert shown(lower({address: arguments}).definitions[ref(address, "arn")]) == expected


def test_a_data_source_is_a_resource_by_what_it_is_looked_up_by() -> None:
    lowered = lower(
        {
            "data.aws_dynamodb_table.orders": {"name": "orders"},
            "data.aws_secretsmanager_secret.key": {"arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-1"},
            "data.aws_cognito_user_pool.users": {"user_pool_id": "eu-west-1_abc"},
            "data.aws_region.current": {},
            "data.aws_iam_policy_document.any": {},
        }
    )
    found, secret, pool = lowered.resources
    assert isinstance(found, Table)
    assert (found.kind, found.name, found.complete) == ("table", Const("orders"), False)
    assert lowered.definitions[ref(str(secret.id), "arn")] == Const(
        "arn:aws:secretsmanager:eu-west-1:123456789012:secret:k-1"
    )
    assert isinstance(pool, UserPool)
    assert pool.custom_attributes is None
    assert lowered.definitions[ref(str(pool.id), "id")] == Const("eu-west-1_abc")


def test_a_data_source_of_what_is_declared_beside_it_is_no_resource_of_its_own() -> None:
    lowered = lower(
        {
            "aws_dynamodb_table.t": {"name": "orders", "hash_key": "id", "attribute": ATTRIBUTES},
            "data.aws_dynamodb_table.same": {"name": "${aws_dynamodb_table.t.name}"},
        }
    )
    assert [str(resource.id) for resource in lowered.resources] == ["aws_dynamodb_table.t"]
    wiring = Wiring(definitions=lowered.definitions)
    one, other = (ref(address, "arn") for address in ("aws_dynamodb_table.t", "data.aws_dynamodb_table.same"))
    assert wiring.expand(one) == wiring.expand(other)


def test_the_value_of_a_parameter_is_what_its_value_stands_for() -> None:
    definitions = lower(
        {
            "aws_dynamodb_table.t": {"name": "orders", "hash_key": "id"},
            "aws_ssm_parameter.p": {"name": "/t", "type": "String", "value": "${aws_dynamodb_table.t.name}"},
        }
    ).definitions
    assert definitions[ref("aws_ssm_parameter.p", "Value")] == ref("aws_dynamodb_table.t", "name")


def test_the_version_of_a_function_that_publishes_none_is_the_latest() -> None:
    definitions = lower({"aws_lambda_function.f": {}, "aws_lambda_function.g": {"publish": True}}).definitions
    assert definitions[ref("aws_lambda_function.f", "Version")] == Const("$LATEST")
    assert ref("aws_lambda_function.g", "Version") not in definitions


def test_the_execution_arn_of_a_stage_is_that_of_its_api() -> None:
    definitions = lower(
        {
            "aws_api_gateway_rest_api.a": {"name": "shop"},
            "aws_api_gateway_stage.s": {"rest_api_id": "${aws_api_gateway_rest_api.a.id}", "stage_name": "prod"},
        }
    ).definitions
    arn = definitions[ref("aws_api_gateway_stage.s", "ExecutionArn")]
    assert shown(arn) == "arn:{Partition}:execute-api:{Region}:{AccountId}:{aws_api_gateway_rest_api.a.id}/prod"


# Tables


ATTRIBUTES = [{"name": "id", "type": "S"}, {"name": "at", "type": "N"}, {"name": "status", "type": "S"}]


def test_a_table_has_keys_and_indexes() -> None:
    found = table(
        name="orders",
        hash_key="id",
        range_key="at",
        attribute=ATTRIBUTES,
        global_secondary_index=[{"name": "by-status", "hash_key": "status", "range_key": "at"}],
        local_secondary_index=[{"name": "local", "range_key": "status"}],
    )
    assert found.keys == (Key("id", "HASH", "S"), Key("at", "RANGE", "N"))
    assert [(index.name, index.keys, index.local) for index in found.indexes] == [
        (Const("by-status"), (Key("status", "HASH", "S"), Key("at", "RANGE", "N")), False),
        (Const("local"), (Key("id", "HASH", "S"), Key("status", "RANGE", "S")), True),
    ]
    assert (found.ttl, found.stream, found.kms_key, found.complete) == (None, False, None, True)


def test_the_keys_of_an_index_may_be_blocks() -> None:
    schema = [
        {"attribute_name": "at", "key_type": "RANGE"},
        {"attribute_name": "status", "key_type": "HASH"},
    ]
    found = table(hash_key="id", attribute=ATTRIBUTES, global_secondary_index=[{"name": "i", "key_schema": schema}])
    assert found.complete
    assert found.indexes[0].keys == (Key("status", "HASH", "S"), Key("at", "RANGE", "N"))


def test_an_index_may_be_a_resource_of_its_own() -> None:
    schema = [{"attribute_name": "status", "attribute_type": "S", "key_type": "HASH"}]
    orders: dict[str, object] = {"name": "orders", "hash_key": "id", "attribute": ATTRIBUTES}
    index = {"table_name": "${aws_dynamodb_table.t.name}", "index_name": "by-status", "key_schema": schema}
    (found,) = lower({"aws_dynamodb_table.t": orders, "aws_dynamodb_global_secondary_index.i": index}).resources
    assert isinstance(found, Table)
    assert [(one.name, one.keys) for one in found.indexes] == [(Const("by-status"), (Key("status", "HASH", "S"),))]
    assert found.complete
    hidden = {**index, "table_name": "orders"}
    (found,) = lower({"aws_dynamodb_table.t": orders, "aws_dynamodb_global_secondary_index.i": hidden}).resources
    assert isinstance(found, Table)
    assert not found.complete


@pytest.mark.parametrize(
    "arguments",
    [
        {"hash_key": UNKNOWN},
        {"range_key": "at"},
        {"hash_key": "id", "global_secondary_index": Listing([], PLACE, complete=False)},
        {"hash_key": "id", "attribute": UNKNOWN},
        {"hash_key": "id", "global_secondary_index": [{"name": "i", "hash_key": UNKNOWN}]},
        {"hash_key": "id", "global_secondary_index": [UNKNOWN]},
    ],
)
def test_a_table_is_not_complete_where_part_of_it_is_not_known(arguments: dict[str, object]) -> None:
    assert not table(**arguments).complete


@pytest.mark.parametrize(
    ("block", "expected"),
    [
        ({"attribute_name": "expires", "enabled": True}, Const("expires")),
        ({"attribute_name": "expires", "enabled": False}, None),
        ({"attribute_name": "expires"}, None),
        ({"attribute_name": "expires", "enabled": UNKNOWN}, Const("expires")),
    ],
)
def test_items_expire_only_where_that_is_switched_on(block: dict[str, object], expected: Value | None) -> None:
    assert table(hash_key="id", ttl=[block]).ttl == expected


def test_a_table_tells_its_stream_and_the_key_that_encrypts_it() -> None:
    key = "${aws_kms_key.k.arn}"
    found = table(hash_key="id", stream_enabled=True, server_side_encryption=[{"enabled": True, "kms_key_arn": key}])
    assert found.stream
    assert found.kms_key == ref("aws_kms_key.k", "arn")
    assert table(hash_key="id", server_side_encryption=[{"enabled": True}]).kms_key is None


# User pools and policies


def test_a_user_pool_has_the_attributes_of_its_schema() -> None:
    schema = [{"name": "email"}, {"name": "tenant"}, {"name": "internal", "developer_only_attribute": True}]
    (found,) = lower({"aws_cognito_user_pool.p": {"name": "users", "schema": schema}}).resources
    assert isinstance(found, UserPool)
    assert found.custom_attributes == {"custom:tenant", "dev:custom:internal"}
    (found,) = lower({"aws_cognito_user_pool.p": {"schema": [{"name": UNKNOWN}]}}).resources
    assert isinstance(found, UserPool)
    assert found.custom_attributes is None


POLICY = json.dumps(
    {"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "sqs:SendMessage", "Resource": "*"}]}
)


@pytest.mark.parametrize(
    ("policy", "service", "target"),
    [
        ({"aws_sqs_queue_policy.p": {"queue_url": "${aws_sqs_queue.x.id}"}}, "sqs", "aws_sqs_queue.x"),
        ({"aws_sqs_queue.x": {}}, "sqs", "aws_sqs_queue.x"),
        ({"aws_sns_topic_policy.p": {"arn": "${aws_sns_topic.x.arn}"}}, "sns", "aws_sns_topic.x"),
        ({"aws_s3_bucket_policy.p": {"bucket": "${aws_s3_bucket.x.id}"}}, "s3", "aws_s3_bucket.x"),
        (
            {"aws_secretsmanager_secret_policy.p": {"secret_arn": "${aws_secretsmanager_secret.x.arn}"}},
            "secretsmanager",
            "aws_secretsmanager_secret.x",
        ),
        ({"aws_kms_key.x": {}}, "kms", "aws_kms_key.x"),
        ({"aws_kms_key_policy.p": {"key_id": "${aws_kms_key.x.id}"}}, "kms", "aws_kms_key.x"),
        (
            {"aws_dynamodb_resource_policy.p": {"resource_arn": "${aws_dynamodb_table.x.arn}"}},
            "dynamodb",
            "aws_dynamodb_table.x",
        ),
    ],
)
def test_a_policy_is_on_the_resource_that_it_names(
    policy: dict[str, dict[str, object]], service: str, target: str
) -> None:
    (found,) = lower({address: {**given, "policy": POLICY} for address, given in policy.items()}).resource_policies
    assert (found.service, found.resources) == (service, (ref(target, "arn"),))
    assert [grant.actions for grant in found.grants] == [(Const("sqs:SendMessage"),)]
    assert found.document == json.loads(POLICY)
