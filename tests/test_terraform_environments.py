"""Which folders are deployed by themselves, and with which values."""

from __future__ import annotations

from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.terraform_values import UNKNOWN, addresses, evaluated, outputs, shown

from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.source import Source

_ROOT = """\
variable "stage" {
  default = "none"
}
variable "size" {
  type    = number
  default = 1
}
output "it" {
  value = [var.stage, var.size]
}
"""


def _each(texts: dict[str, str]) -> dict[str, Any]:
    """What each environment comes to, by its unit."""
    return {one.unit: shown(one.outputs["it"][1]) for one in evaluated(texts)}


def test_without_values_there_is_one_environment() -> None:
    assert _each({"infra/main.tf": _ROOT}) == {"infra": ["${var.stage}", 1]}


def test_what_terraform_loads_by_itself_is_set() -> None:
    assert _each({"infra/main.tf": _ROOT, "infra/terraform.tfvars": 'stage = "dev"\n'}) == {"infra": ["dev", 1]}
    assert _each({"main.tf": _ROOT, "x.auto.tfvars.json": '{"stage": "dev", "size": "3"}'}) == {".": ["dev", 3]}


@pytest.mark.parametrize("name", ["example.tfvars", "envs/prod.example.tfvars", "sample.tfvars.json"])
def test_what_is_an_example_of_values_is_no_environment(name: str) -> None:
    text = '{"stage": "<stage>"}' if name.endswith(".json") else 'stage = "<stage>"\n'
    assert _each({"main.tf": _ROOT, name: text}) == {".": ["${var.stage}", 1]}
    assert _each({"main.tf": _ROOT, "default.tfvars": 'stage = "dev"\n', name: text}) == {".": ["dev", 1]}


def test_later_files_of_values_win() -> None:
    texts = {
        "main.tf": _ROOT,
        "terraform.tfvars": 'stage = "a"\nsize  = 1\n',
        "a.auto.tfvars": 'stage = "b"\nsize  = 2\n',
        "b.auto.tfvars": 'stage = "c"\n',
        "envs/prod.tfvars": 'stage = "prod"\n',
    }
    assert _each(texts) == {".": ["prod", 2]}


def test_each_of_several_files_of_values_is_an_environment() -> None:
    texts = {
        "infra/main.tf": _ROOT,
        "infra/terraform.tfvars": "size = 2\n",
        "infra/envs/dev.tfvars": 'stage = "dev"\n',
        "infra/envs/prod.tfvars": 'stage = "prod"\nsize  = 4\n',
    }
    assert _each(texts) == {"infra:envs/dev.tfvars": ["dev", 2], "infra:envs/prod.tfvars": ["prod", 4]}


def test_values_in_another_folder_are_for_the_root_that_declares_them() -> None:
    texts = {
        "app/main.tf": _ROOT,
        "net/main.tf": 'variable "cidr" {}\noutput "it" {\n  value = var.cidr\n}\n',
        "config/dev.tfvars": 'stage = "dev"\nsize  = 2\n',
        "config/net.tfvars": 'cidr = "10.0.0.0/16"\n',
        "config/other.tfvars": 'else = "x"\n',
    }
    assert _each(texts) == {"app": ["dev", 2], "net": "10.0.0.0/16"}


def test_texts_in_values_are_no_templates_in_json() -> None:
    texts = {"main.tf": _ROOT, "terraform.tfvars.json": '{"stage": "${literally}"}'}
    assert _each(texts) == {".": ["${literally}", 1]}


def test_a_module_that_is_called_is_no_root() -> None:
    texts = {
        "live/dev/main.tf": 'module "app" {\n  source = "../../modules/app"\n  stage  = "dev"\n}\n',
        "live/prod/main.tf": 'module "app" {\n  source = "../../modules/app"\n  stage  = "prod"\n}\n',
        "modules/app/main.tf": 'variable "stage" {}\nresource "aws_sqs_queue" "q" {\n  name = var.stage\n}\n',
    }
    assert [one.unit for one in evaluated(texts)] == ["live/dev", "live/prod"]


def test_modules_that_nobody_calls_are_roots() -> None:
    texts = {"a/main.tf": _ROOT, "b/main.tf": _ROOT}
    assert list(_each(texts)) == ["a", "b"]


def test_an_override_replaces_arguments_and_blocks() -> None:
    text = {
        "main.tf": """\
            resource "aws_dynamodb_table" "t" {
              name     = "t"
              hash_key = "id"
              attribute {
                name = "id"
                type = "S"
              }
            }
            locals {
              a = 1
              b = 1
            }
            output "it" {
              value = [aws_dynamodb_table.t.name, aws_dynamodb_table.t.hash_key, local.a, local.b]
            }
            """,
        "override.tf": 'resource "aws_dynamodb_table" "t" {\n  hash_key = "pk"\n}\nlocals {\n  b = 2\n}\n',
        "more_override.tf.json": '{"locals": {"a": 3}}',
    }
    found = outputs(text)["it"]
    assert found[1:] == ["pk", 3, 2]


def test_a_file_of_opentofu_replaces_that_of_terraform() -> None:
    texts = {
        "queue.tf": 'resource "aws_sqs_queue" "old" {}\n',
        "queue.tofu": 'resource "aws_sqs_queue" "new" {}\n',
        "topic.tf": 'resource "aws_sns_topic" "t" {}\n',
    }
    assert sorted(addresses(texts)) == ["aws_sns_topic.t", "aws_sqs_queue.new"]


def test_a_folder_without_declarations_is_no_root() -> None:
    assert evaluated({"versions.tf": 'terraform {\n  required_version = ">= 1.0"\n}\n'}) == []


# What is broken in one place leaves the rest


def test_a_file_of_values_that_cannot_be_read_is_told() -> None:
    broken: list[str] = []
    found = evaluated({"main.tf": _ROOT, "dev.tfvars": 'stage = "dev\n'}, broken=broken)
    assert len(found) == 1
    assert [line.rpartition(":")[0].partition(":")[0] for line in broken] == ["dev.tfvars"]


def test_modules_that_call_each_other_end() -> None:
    broken: list[str] = []
    texts = {
        "a/main.tf": 'module "b" {\n  source = "../b"\n}\nresource "aws_sqs_queue" "q" {}\n',
        "b/main.tf": 'module "a" {\n  source = "../a"\n}\n',
    }
    (only,) = evaluated(texts, broken=broken)
    assert [instance.id.address for instance in only.instances.values()] == ["aws_sqs_queue.q"]
    assert [line.split(": ")[0] for line in broken] == ["b/main.tf:1"]
    assert "module.a" in broken[0]


def test_a_module_that_is_not_there_is_told_and_its_outputs_are_open() -> None:
    broken: list[str] = []
    text = 'module "m" {\n  source = "./nowhere"\n}\noutput "it" {\n  value = module.m.arn\n}\n'
    (only,) = evaluated(text, broken=broken)
    assert [line.split(": ")[0] for line in broken] == ["main.tf:2"]
    assert shown(only.outputs["it"][1]) == "${module.m.arn}"


CYCLES = {
    "locals": ('locals {\n  a = local.b\n  b = "${local.a}x"\n}\n', "local.a"),
    "a variable": ('variable "v" {\n  default = var.v\n}\n', "var.v"),
    "a resource by its count": (
        'resource "aws_sqs_queue" "q" {\n  count = length(aws_sqs_queue.q)\n}\n',
        "aws_sqs_queue.q",
    ),
    "a module by its count": ('module "m" {\n  source = "./m"\n  count  = module.m[0].n\n}\n', "module.m"),
}


def test_a_module_that_is_elsewhere_is_counted_as_not_read() -> None:
    call = 'module "fn" {\n  source = "git::https://example.com/fn.git"\n}\n'
    report = lint(Files.from_texts({"main.tf": call}), load(rule_ids()))
    assert [spot.why for spot in report.unresolved] == ["the module git::https://example.com/fn.git is not read"]
    assert not report.findings and report.summary.unresolved == 1


def test_what_refers_to_itself_is_told_and_not_known() -> None:
    for name, (text, subject) in CYCLES.items():
        broken: list[str] = []
        value = {"locals": "local.a", "a variable": "var.v"}.get(name, "1")
        files = {"main.tf": f'{text}output "it" {{\n  value = {value}\n}}\n'}
        if "module" in text:
            files["m/main.tf"] = 'output "n" {\n  value = 1\n}\n'
        (only,) = evaluated(files, broken=broken)
        assert len(broken) == 1, name
        assert subject in broken[0]
        assert UNKNOWN in str(shown(only.outputs["it"][1])) or value == "1"


def test_two_resources_may_name_each_others_attributes() -> None:
    text = """\
        resource "aws_sqs_queue" "a" {
          name                      = "a"
          kms_master_key_id         = aws_sqs_queue.b.kms_master_key_id
        }
        resource "aws_sqs_queue" "b" {
          kms_master_key_id = aws_sqs_queue.a.name
        }
        """
    assert addresses(text) == ["aws_sqs_queue.a", "aws_sqs_queue.b"]


def test_the_same_project_is_evaluated_alike_whatever_the_order_of_its_files() -> None:
    texts = {
        "b.tf": 'resource "aws_sqs_queue" "b" {\n  name = local.x\n}\n',
        "a.tf": 'locals {\n  x = "x"\n}\nresource "aws_sqs_queue" "a" {}\n',
        "main.tf": 'module "m" {\n  source = "./m"\n}\n',
        "m/main.tf": 'resource "aws_sqs_queue" "c" {}\n',
    }
    backwards = dict(reversed(texts.items()))
    assert repr(build_wiring(Files.from_texts(texts))) == repr(build_wiring(Files.from_texts(backwards)))


# Whatever a file holds


def _mutated(text: str, chance: Random) -> str:
    """A text with one of its lines or characters deleted, doubled, moved or replaced."""
    lines = text.split("\n")
    at, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    place = chance.randrange(len(text) + 1)
    match chance.randrange(6):
        case 0:
            del lines[at]
        case 1:
            lines.insert(at, lines[other])
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case 3:
            return text[:place] + text[place + 1 :]
        case 4:
            return text[:place] + chance.choice('{}[]()"$%~<>.,=?:!&|*#/\\\n0n') + text[place:]
        case _:
            return text[:place]
    return "\n".join(lines)


@pytest.mark.slow
@pytest.mark.parametrize(
    "folder", ["fixtures/tf-python-modules", "fixtures/tf-json-cognito", "tests/terraform/collections"]
)
def test_a_configuration_with_mistakes_is_checked_all_the_same(root: Path, folder: str) -> None:
    files = Files.below(root / folder)
    texts = {path: source.text for path in files.paths if isinstance(source := files.read(path), Source)}
    ours = [path for path in texts if path.endswith((".tf", ".tf.json", ".tfvars"))]
    rules = load(rule_ids())
    chance = Random(folder)
    for _ in range(80):
        path = chance.choice(ours)
        text = texts[path]
        for _ in range(chance.randint(1, 3)):
            text = _mutated(text, chance)
        lint(Files.from_texts({**texts, path: text}), rules)
