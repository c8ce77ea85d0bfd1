"""Plans: what Terraform resolved wins, places are those of the configuration, and nothing that is sensitive is taken.

The format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import json
from copy import deepcopy
from typing import Any

from tests.terraform_values import UNKNOWN, addresses, arguments, evaluated, outputs, shown

from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

_HCL = {
    "main.tf": """\
variable "stage" {}
variable "password" {
  sensitive = true
}
resource "aws_dynamodb_table" "orders" {
  name     = "${var.stage}-orders"
  hash_key = "id"
}
resource "aws_sqs_queue" "jobs" {
  count = var.stage == "prod" ? 2 : 1
  name  = "jobs-${count.index}"
}
module "fn" {
  source   = "./fn"
  for_each = toset(["a", "b"])
  name     = "${var.stage}-${each.key}"
  table    = aws_dynamodb_table.orders.name
  password = var.password
}
output "names" {
  value = [for fn in module.fn : fn.name]
}
""",
    "fn/main.tf": """\
variable "name" {}
variable "table" {}
variable "password" {}
data "aws_iam_role" "shared" {
  name = "shared"
}
resource "aws_lambda_function" "this" {
  function_name = var.name
  role          = data.aws_iam_role.shared.arn
  environment {
    variables = {
      TABLE    = var.table
      PASSWORD = var.password
    }
  }
}
output "name" {
  value = var.name
}
""",
}
_SECRET = "hunter2-hunter2"


def _fn(key: str) -> dict[str, Any]:
    return {
        "address": f'module.fn["{key}"]',
        "resources": [
            {
                "address": f'module.fn["{key}"].aws_lambda_function.this',
                "mode": "managed",
                "type": "aws_lambda_function",
                "name": "this",
                "values": {
                    "function_name": f"dev-{key}",
                    "environment": [{"variables": {"TABLE": "dev-orders", "PASSWORD": _SECRET}}],
                },
                "sensitive_values": {"environment": [{"variables": {"PASSWORD": True}}]},
            }
        ],
    }


PLAN: dict[str, Any] = {
    "format_version": "1.2",
    "terraform_version": "1.11.4",
    "variables": {"stage": {"value": "dev"}, "password": {"value": _SECRET}},
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": "aws_dynamodb_table.orders",
                    "mode": "managed",
                    "type": "aws_dynamodb_table",
                    "name": "orders",
                    "values": {"name": "dev-orders", "hash_key": "id", "stream_enabled": None},
                    "sensitive_values": {},
                },
                {
                    "address": "aws_sqs_queue.jobs[0]",
                    "mode": "managed",
                    "type": "aws_sqs_queue",
                    "name": "jobs",
                    "index": 0,
                    "values": {"name": "jobs-0"},
                    "sensitive_values": {},
                },
            ],
            "child_modules": [_fn("a"), _fn("b")],
        }
    },
    "resource_changes": [
        {
            "address": "aws_dynamodb_table.orders",
            "change": {"actions": ["create"], "before": None, "after_unknown": {"arn": True, "id": True}},
        }
    ],
    "prior_state": {
        "values": {
            "root_module": {
                "child_modules": [
                    {
                        "address": f'module.fn["{key}"]',
                        "resources": [
                            {
                                "address": f'module.fn["{key}"].data.aws_iam_role.shared',
                                "mode": "data",
                                "type": "aws_iam_role",
                                "name": "shared",
                                "values": {"name": "shared", "path": "/team/"},
                                "sensitive_values": {},
                            }
                        ],
                    }
                    for key in ("a", "b")
                ]
            }
        }
    },
    "configuration": {
        "root_module": {
            "variables": {"stage": {}, "password": {"sensitive": True}},
            "resources": [
                {
                    "address": "aws_dynamodb_table.orders",
                    "mode": "managed",
                    "type": "aws_dynamodb_table",
                    "name": "orders",
                    "expressions": {"name": {"references": ["var.stage"]}, "hash_key": {"constant_value": "id"}},
                },
                {
                    "address": "aws_sqs_queue.jobs",
                    "mode": "managed",
                    "type": "aws_sqs_queue",
                    "name": "jobs",
                    "expressions": {"name": {"references": ["count.index"]}},
                    "count_expression": {"references": ["var.stage"]},
                },
            ],
            "outputs": {"table": {"expression": {"references": ["aws_dynamodb_table.orders.arn"]}}},
            "module_calls": {
                "fn": {
                    "source": "./fn",
                    "for_each_expression": {},
                    "expressions": {
                        "name": {"references": ["var.stage", "each.key"]},
                        "table": {"references": ["aws_dynamodb_table.orders.name", "aws_dynamodb_table.orders"]},
                        "password": {"references": ["var.password"]},
                    },
                    "module": {
                        "variables": {"name": {}, "table": {}, "password": {}},
                        "resources": [
                            {
                                "address": "aws_lambda_function.this",
                                "mode": "managed",
                                "type": "aws_lambda_function",
                                "name": "this",
                                "expressions": {
                                    "function_name": {"references": ["var.name"]},
                                    "role": {
                                        "references": ["data.aws_iam_role.shared.arn", "data.aws_iam_role.shared"]
                                    },
                                    "environment": [{"variables": {"references": ["var.table", "var.password"]}}],
                                },
                            },
                            {
                                "address": "data.aws_iam_role.shared",
                                "mode": "data",
                                "type": "aws_iam_role",
                                "name": "shared",
                                "expressions": {"name": {"constant_value": "shared"}},
                            },
                        ],
                    },
                }
            },
        }
    },
}

_ALONE = {"build/plan.json": json.dumps(PLAN)}
_BESIDE = {**_HCL, "plan.json": json.dumps(PLAN)}
_A = 'module.fn["a"].aws_lambda_function.this'


# Beside its configuration


def test_beside_the_configuration_what_the_plan_resolved_wins() -> None:
    found = arguments(_BESIDE, "aws_dynamodb_table.orders")
    assert (found["name"], found["hash_key"], found["stream_enabled"]) == ("dev-orders", "id", None)
    assert outputs(_BESIDE)["names"] == ["dev-a", "dev-b"]
    assert [each for each in addresses(_BESIDE) if "sqs" in each] == ["aws_sqs_queue.jobs[0]"]


def test_beside_the_configuration_references_stay_references() -> None:
    found = arguments(_BESIDE, _A)
    assert found["function_name"] == "dev-a"
    assert found["role"] == '${module.fn["a"].data.aws_iam_role.shared.arn}'
    assert found["environment"][0]["variables"]["TABLE"] == "${aws_dynamodb_table.orders.name}"


def test_beside_the_configuration_places_are_in_the_configuration() -> None:
    (only,) = evaluated(_BESIDE)
    places = {each.id.address: (each.span.path, each.span.start_position.line) for each in only.instances.values()}
    assert places["aws_dynamodb_table.orders"] == ("main.tf", 5)
    assert places[_A] == ("fn/main.tf", 7)


def test_a_plan_that_is_of_another_configuration_stands_alone() -> None:
    other = {"app/main.tf": 'resource "aws_sns_topic" "t" {\n  name = "t"\n}\n', **_ALONE}
    assert [each.unit for each in evaluated(other)] == ["build/plan.json", "app"]


def test_each_of_several_plans_of_a_configuration_is_an_evaluation() -> None:
    prod = deepcopy(PLAN)
    prod["variables"]["stage"]["value"] = "prod"
    found = evaluated({**_HCL, "dev.json": json.dumps(PLAN), "prod.json": json.dumps(prod)})
    assert [each.unit for each in found] == [".:dev.json", ".:prod.json"]


# Alone


def test_alone_a_plan_tells_its_resources_with_what_it_resolved() -> None:
    assert addresses(_ALONE) == [
        "aws_dynamodb_table.orders",
        "aws_sqs_queue.jobs[0]",
        _A,
        'module.fn["a"].data.aws_iam_role.shared',
        'module.fn["b"].aws_lambda_function.this',
        'module.fn["b"].data.aws_iam_role.shared',
    ]
    assert arguments(_ALONE, "aws_dynamodb_table.orders")["name"] == "dev-orders"
    found = arguments(_ALONE, _A)
    assert found["function_name"] == "dev-a"
    assert found["role"] == '${module.fn["a"].data.aws_iam_role.shared.arn}'
    assert found["environment"] == [{"variables": {"TABLE": "dev-orders", "PASSWORD": UNKNOWN}}]


def test_alone_places_are_in_the_plan() -> None:
    (only,) = evaluated(_ALONE)
    for instance in only.instances.values():
        assert instance.span.path == "build/plan.json"
        assert instance.name in instance.span.text


def test_what_only_the_deployment_tells_is_not_known() -> None:
    assert arguments(_BESIDE, "aws_dynamodb_table.orders")["arn"] == UNKNOWN


def test_alone_a_reference_may_have_text_around_it() -> None:
    (only,) = evaluated(_ALONE)
    assert shown(only.outputs["table"][1]) == f"{UNKNOWN}${{aws_dynamodb_table.orders.arn}}{UNKNOWN}"


def test_what_was_read_before_the_plan_is_known() -> None:
    found = arguments(_BESIDE, 'module.fn["a"].data.aws_iam_role.shared')
    assert found["name"] == "shared"


# Secrets


def test_no_value_that_is_sensitive_is_taken() -> None:
    for files in (_ALONE, _BESIDE):
        wiring = build_wiring(Files.from_texts(files))
        assert len(wiring.functions) == 2
        assert _SECRET not in repr(wiring)
        assert _SECRET not in str(lint(Files.from_texts(files), load(rule_ids())).findings)


# From the plan to a finding

_SUBSCRIBED: dict[str, Any] = {
    "format_version": "1.2",
    "planned_values": {
        "root_module": {
            "resources": [
                {
                    "address": f"{type}.x",
                    "mode": "managed",
                    "type": type,
                    "name": "x",
                    "values": values,
                    "sensitive_values": {},
                }
                for type, values in (
                    ("aws_lambda_function", {"function_name": "orders", "handler": "app.handler", "filename": "a.zip"}),
                    ("aws_sns_topic", {"name": "orders"}),
                    ("aws_sns_topic_subscription", {"protocol": "lambda"}),
                    ("aws_lambda_permission", {"action": "lambda:InvokeFunction", "principal": "sns.amazonaws.com"}),
                )
            ]
        }
    },
    "configuration": {
        "root_module": {
            "resources": [
                {"address": f"{type}.x", "mode": "managed", "type": type, "name": "x", "expressions": expressions}
                for type, expressions in (
                    ("aws_lambda_function", {"function_name": {"constant_value": "orders"}}),
                    ("aws_sns_topic", {"name": {"constant_value": "orders"}}),
                    (
                        "aws_sns_topic_subscription",
                        {
                            "protocol": {"constant_value": "lambda"},
                            "topic_arn": {"references": ["aws_sns_topic.x.arn", "aws_sns_topic.x"]},
                            "endpoint": {"references": ["aws_lambda_function.x.arn", "aws_lambda_function.x"]},
                        },
                    ),
                    (
                        "aws_lambda_permission",
                        {
                            "action": {"constant_value": "lambda:InvokeFunction"},
                            "principal": {"constant_value": "sns.amazonaws.com"},
                            "function_name": {"references": ["aws_lambda_function.x.function_name"]},
                        },
                    ),
                )
            ]
        }
    },
}


def _alarms(plan: dict[str, Any]) -> list[str]:
    report = lint(Files.from_texts({"plan.json": json.dumps(plan)}), load(rule_ids()))
    return [f"{each.span.path}: {each.rule}" for each in report.findings if each.severity.value != "note"]


def test_a_fault_that_only_a_plan_shows_is_told() -> None:
    faulty = deepcopy(_SUBSCRIBED)
    for module in (faulty["planned_values"]["root_module"], faulty["configuration"]["root_module"]):
        module["resources"].pop()
    assert _alarms(faulty) == ["plan.json: triggers/missing-permission"]


def test_a_correct_plan_is_silent() -> None:
    assert _alarms(_SUBSCRIBED) == []


# What is no plan


def test_a_plan_that_is_cut_off_is_told() -> None:
    broken: list[str] = []
    text = json.dumps(PLAN, indent=1)
    evaluated({"plan.json": text[: len(text) - 40]}, broken=broken)
    assert len(broken) == 1
    assert broken[0].startswith("plan.json:")


def test_other_json_is_no_plan() -> None:
    assert evaluated({"package.json": '{"name": "x"}', "state.json": '{"format_version": "1.0", "values": {}}'}) == []


def test_a_plan_of_strange_shapes_is_read_as_far_as_it_goes() -> None:
    strange = {
        "format_version": "1.2",
        "planned_values": {"root_module": {"resources": [1, {"address": 2}, {"address": "a.b", "values": []}]}},
        "configuration": {
            "root_module": {
                "resources": [{"type": "aws_sqs_queue", "name": "q", "expressions": {"name": {"references": 3}}}, None],
                "module_calls": {"m": {"module": None}, "n": 7},
                "variables": {"v": None},
                "outputs": {"o": {}, "p": None},
            }
        },
        "resource_changes": {"no": "list"},
        "variables": [1],
    }
    assert addresses({"plan.json": json.dumps(strange)}) == ["aws_sqs_queue.q"]
