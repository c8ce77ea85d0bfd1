"""What expressions come to. What is exact here is what Terraform 1.11 says, word for word."""

from __future__ import annotations

from textwrap import dedent
from typing import Any

import pytest
from tests.terraform_values import MORE, UNKNOWN, addresses, arguments, evaluated, outputs, value

_LOCALS = """\
locals {
  names   = ["c", "a"]
  map     = { b = 1, a = "x", none = null }
  rows    = [{ n = "p", v = [1, 2] }, { n = "q", v = [3] }]
  one     = "solo"
  nothing = null
}
"""

EXACT = {
    # Numbers, truth, comparisons
    "1 + 2 * 3": 7,
    "(1 + 2) * 3": 9,
    "-5 % 3": -2,
    "7 / 2": 3.5,
    "0.1 + 0.2": 0.3,
    '"5" + 3': 8,
    '!true || "a" == "b"': False,
    "1 < 2 && 2 >= 2": True,
    "1 == 1.0": True,
    "[] == []": True,
    "{ a = 1 } == { a = 1 }": True,
    "{ a = 1 } == { a = 2 }": False,
    "[1, 2] == [2, 1]": False,
    "null == null": True,
    '"a" == null': False,
    'true ? "a" : "b"': "a",
    # Texts
    '"x${1}y${true}"': "x1ytrue",
    '"${7}"': 7,
    r'"a\tb\nc\"d\\ \u00e9"': 'a\tb\nc"d\\ é',
    '"$${x} %%{y} $x %y"': "${x} %{y} $x %y",
    '"%{ if true }a%{ else }b%{ endif }"': "a",
    '"%{ for i, x in local.names }${i}${x},%{ endfor }"': "0c,1a,",
    '"%{ for k, x in local.map }${k}=%{ endfor }"': "a=b=none=",
    '"a  %{~ if true ~}   b  %{~ endif ~}  c"': "abc",
    '"a ${~ local.one ~} b"': "asolob",
    r'"e\u0301" == "é"': True,
    # Traversals and splats
    "local.map.b": 1,
    'local.map["a"]': "x",
    "local.names[1]": "a",
    "local.names.0": "c",
    "local.rows[*].n": ["p", "q"],
    "local.rows.*.n": ["p", "q"],
    "local.rows[*].v[0]": [1, 3],
    "local.rows.*.v[0]": [1, 2],
    "local.rows.*.n[0]": "p",
    "local.one[*]": ["solo"],
    "local.nothing[*]": [],
    # Loops
    "[for x in local.names : upper(x)]": ["C", "A"],
    '[for i, x in local.names : "${i}${x}"]': ["0c", "1a"],
    "[for k, v in local.map : k]": ["a", "b", "none"],
    "[for k, v in local.map : v if v != null]": ["x", 1],
    "[for k, v in toset(local.names) : k]": ["a", "c"],
    "{ for row in local.rows : row.n => row.v }": {"p": [1, 2], "q": [3]},
    '{ for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }': {"a": ["aa", "ab"], "b": ["b"]},
    '{ for p in setproduct(["a", "b"], ["x"]) : "${p[0]}.${p[1]}" => p[1] }': {"a.x": "x", "b.x": "x"},
    # Objects
    '{ a = 1, "b" : 2, (local.one) = 3, "${local.one}-x" = 4 }': {"a": 1, "b": 2, "solo": 3, "solo-x": 4},
    # Collections
    "merge({ a = 1 }, null, { b = 2 }, { a = 3 })": {"a": 3, "b": 2},
    "merge([for x in local.names : { (x) = 1 }]...)": {"c": 1, "a": 1},
    'lookup({ a = 1 }, "b", 2)': 2,
    'coalesce(null, "", "c")': "c",
    'try(local.map.zz, local.names[9], "d")': "d",
    'try(tonumber("x"), 0)': 0,
    "can(local.map.zz)": False,
    'can(regex("^z", "abc"))': False,
    "keys(local.map)": ["a", "b", "none"],
    "values({ b = 1, a = 2 })": [2, 1],
    'flatten([["a"], [["b"]], "c"])': ["a", "b", "c"],
    'compact(["a", "", null])': ["a"],
    'toset(["b", "a", "b"])': ["a", "b"],
    "toset([10, 9, 1])": [1, 9, 10],
    'distinct(["a", "b", "a"])': ["a", "b"],
    'slice(["a", "b", "c"], 1, 2)': ["b"],
    'try(slice(["a"], 0, 2), "too few")': "too few",
    'try({ for x in ["a", "a"] : x => 1 }, "twice")': "twice",
    'try(zipmap(["a", "b"], [1]), "uneven")': "uneven",
    'try([for x in null : x], "no list")': "no list",
    'try("a${null}", "no text")': "no text",
    "one([])": None,
    'element(["a", "b"], 3)': "b",
    "range(5, 0, -2)": [5, 3, 1],
    # Functions of texts
    'upper("aß")': "Aß",
    'title("hello world-foo bar_baz")': "Hello World-Foo Bar_baz",
    'split("", "abc")': ["a", "b", "c"],
    'replace("hello", "/(l)(l)/", "$2-$1")': "hel-lo",
    'replace("abc", "/(?P<x>b)/", "<$x>")': "a<b>c",
    'replace("abc", "/(a)/", "$1b")': "bc",
    'substr("hello", -3, 2)': "ll",
    'format("%s-%03d-%v-%%", "a", 5, [1, "b"])': 'a-005-[1,"b"]-%',
    'format("%[2]s%[1]s", "a", "b")': "ba",
    'try(format("%s"), "too few")': "too few",
    'try(format("%s", "a", "b"), "too many")': "too many",
    'formatlist("%s-%s", ["a", "b"], "x")': ["a-x", "b-x"],
    'regex("^arn:aws:iam::(\\\\d+):role/(.+)$", "arn:aws:iam::1:role/x")': ["1", "x"],
    'regex("[[:alpha:]]+", "12abc")': "abc",
    'try(regex("a$", "a\\n"), "not the end")': "not the end",
    'basename("a/b/")': "b",
    'dirname("./a/b.py")': "a",
    'jsonencode({ b = 1, a = "<x>&" })': r'{"a":"\u003cx\u003e\u0026","b":1}',
    'jsondecode("{\\"a\\": [1, null]}")': {"a": [1, None]},
    "yamldecode(\"a: 1\\nb: [x, yes, null]\\nc: '5'\")": {"a": 1, "b": ["x", True, None], "c": "5"},
    'base64decode("aGk=")': "hi",
}


@pytest.mark.parametrize("expression", EXACT)
def test_what_is_exact_is_what_terraform_says(expression: str) -> None:
    found = value(expression, _LOCALS)
    assert found == EXACT[expression]
    assert type(found) is type(EXACT[expression])


_QUEUE = "${aws_sqs_queue.jobs.arn}"

SYMBOLIC = {
    # Attributes of resources and what nothing sets
    "aws_sqs_queue.jobs.arn": _QUEUE,
    '"${var.stage}-orders"': "${var.stage}-orders",
    'format("%s-%s", var.stage, "orders")': "${var.stage}-orders",
    'join("-", [var.stage, "orders"])': "${var.stage}-orders",
    "jsonencode({ q = aws_sqs_queue.jobs.arn })": '{"q":"' + _QUEUE + '"}',
    "{ (var.stage) = 1 }[var.stage]": 1,
    "lower(var.stage)": "${lower(${var.stage})}",
    # Conditions that only a deployment decides
    'var.stage == "prod" ? "a" : "b"': "(stage == prod ? a : b)",
    'var.stage != "prod" ? "a" : "b"': "(stage == prod ? b : a)",
    '!(var.stage == "prod") ? "a" : "b"': "(stage == prod ? b : a)",
    'var.stage == "prod" ? [1] : []': "(stage == prod ? [1] : [])",
    'var.stage == "prod" ? "a" : "a"': "a",
    '{ prod = "a", dev = "b" }[var.stage == "prod" ? "prod" : "dev"]': "(stage == prod ? a : b)",
    'lookup({ prod = "a" }, var.stage == "prod" ? "prod" : "dev", "z")': "(stage == prod ? a : ?)",
    'merge({ a = 1 }, var.stage == "prod" ? { a = 2, b = 3 } : {})': "(stage == prod ? {'a': 2, 'b': 3} : {'a': 1})",
    'concat(["a"], var.stage == "prod" ? ["b"] : [])': "(stage == prod ? ['a', 'b'] : ['a'])",
    'coalesce(var.stage == "prod" ? "" : "x", "y")': "(stage == prod ? y : x)",
    'coalesce(var.empty, "y")': "(empty ==  ? y : ${var.empty})",
    'join(",", compact(["a", var.stage == "prod" ? "b" : ""]))': "(stage == prod ? a,b : a)",
    'compact([var.stage == "prod" ? "b" : null])': ["(stage == prod ? b : None)"],
    'length([for x in ["a", "b"] : x if x == var.stage])': UNKNOWN,
    'flatten([var.stage == "prod" ? ["a"] : [], "b"])': ["(stage == prod ? a : None)", "b"],
    'contains(["a", "b"], var.stage) ? 1 : 2': "(stage in [a, b] ? 1 : 2)",
    # An entry that may be left out does not replace another, and is not counted
    'lookup({ for x in ["k"] : x => 1 if var.stage == "a" }, "k", 2)': "(stage == a ? 1 : 2)",
    'merge({ k = 0 }, { for x in ["k"] : x => 1 if var.stage == "a" })': {"k": "(stage == a ? 1 : 0)"},
    'length({ for x in ["k"] : x => 1 if var.stage == "a" })': UNKNOWN,
    # What is not known does not become something known
    "1 / 0": UNKNOWN,
    'uuid() == "x"': '(uuid() == "x" ? true : false)',
    "timestamp()": UNKNOWN,
    "nothing.here": UNKNOWN,
    "var.stage > 3": "(var.stage > 3 ? true : false)",
    "concat(tolist(file(var.stage)), [1])[0]": UNKNOWN,
    '"1" == 1': "(1 == 1 ? true : false)",
    'element(["a"], -1)': UNKNOWN,
    'regex("(?=a)", "a")': UNKNOWN,
    '"$$${var.stage}"': "$$?",
}


@pytest.mark.parametrize("expression", SYMBOLIC)
def test_what_only_a_deployment_decides_stays_symbolic(expression: str) -> None:
    assert value(expression) == SYMBOLIC[expression]


HEREDOCS = {
    "a plain one": ("<<EOT\n  a $${x}\n\\n\nEOT", "  a ${x}\n\\n\n"),
    "an indented one": ("<<-EOT\n    a\n      b\n    ${local.one} c\n    EOT", "a\n  b\nsolo c\n"),
    "blank lines count for nothing": ("<<-EOT\n\n      a\n\n     b\n    EOT", "\n a\n\nb\n"),
    "directives are indented too": (
        "<<-EOT\n    %{ if true }\n      yes\n    %{ endif }\n    z\n    EOT",
        "\n  yes\n\nz\n",
    ),
    "a mark strips one line": (
        "<<EOT\n%{ for x in local.names ~}\n    - ${x}\n%{ endfor ~}\n    end\nEOT",
        "    - c\n    - a\n    end\n",
    ),
    "an empty one": ("<<-EOT\n  EOT", ""),
    "of a stripped line, no indentation is left": (
        "<<-EOT\n    a\n    ${~ local.one ~}\n      b\n    EOT",
        "    a\nsolo      b\n",
    ),
}


@pytest.mark.parametrize("name", HEREDOCS)
def test_heredocs_are_what_terraform_makes_of_them(name: str) -> None:
    written, expected = HEREDOCS[name]
    assert outputs(f'{_LOCALS}output "it" {{\n  value = {written}\n}}\n')["it"] == expected


def test_conditions_of_several_texts_are_not_each_others_opposite() -> None:
    text = """\
        variable "a" {}
        variable "b" {}
        output "both" {
          value = var.a == "x" && var.b == "y" ? 1 : 2
        }
        output "not_a" {
          value = var.a != "x" && var.b == "y" ? 1 : 2
        }
        """
    found = outputs(text)
    assert found["both"] != found["not_a"]
    assert found["not_a"].startswith("((!") and found["not_a"].endswith("1 : 2)")


def test_what_a_loop_asks_of_each_element_are_several_conditions() -> None:
    text = """\
        resource "aws_sqs_queue" "this" {
          for_each = toset(["a", "b"])
          name     = data.aws_ssm_parameter.x[each.key].value > 3 ? "big" : "small"
        }
        """
    (only,) = evaluated(text)
    names = [str(instance.arguments.get("name")) for instance in only.instances.values()]
    assert len(set(names)) == 2


# Instances


def test_count_makes_one_of_each_number() -> None:
    text = """\
        variable "stage" {}
        resource "aws_sqs_queue" "two" {
          count = 2
          name  = "q${count.index}"
        }
        resource "aws_sqs_queue" "never" {
          count = 0
        }
        resource "aws_sqs_queue" "maybe" {
          count = var.stage == "prod" ? 1 : 0
        }
        resource "aws_sqs_queue" "more" {
          count = var.stage == "prod" ? 2 : 1
        }
        resource "aws_sqs_queue" "nested" {
          count = var.stage == "prod" ? 1 : var.stage == "test" ? 1 : 0
        }
        resource "aws_sqs_queue" "some" {
          count = length(file(var.stage))
        }
        """
    assert addresses(text) == [
        "aws_sqs_queue.two[0]",
        "aws_sqs_queue.two[1]",
        "aws_sqs_queue.maybe[0] if stage == prod",
        "aws_sqs_queue.more[0]",
        "aws_sqs_queue.more[1] if stage == prod",
        "aws_sqs_queue.nested[0] if (stage == prod ? True : stage == test)",
        "aws_sqs_queue.some[*]",
    ]


def test_for_each_makes_one_of_each_key() -> None:
    text = """\
        variable "stage" {}
        locals {
          fns = { b = { mem = 1 }, a = { mem = 2 } }
        }
        resource "aws_sqs_queue" "map" {
          for_each = local.fns
          name     = "${each.key}-${each.value.mem}"
        }
        resource "aws_sqs_queue" "set" {
          for_each = toset(["x", var.stage])
          name     = each.value
        }
        resource "aws_sqs_queue" "picked" {
          for_each = { for k, v in local.fns : k => v if v.mem > 1 }
        }
        resource "aws_sqs_queue" "maybe" {
          for_each = { for k, v in local.fns : k => v if k == var.stage }
        }
        resource "aws_sqs_queue" "of_others" {
          for_each = aws_sqs_queue.picked
          name     = each.value.arn
        }
        """
    assert addresses(text) == [
        'aws_sqs_queue.map["a"]',
        'aws_sqs_queue.map["b"]',
        'aws_sqs_queue.set["${var.stage}"]',
        'aws_sqs_queue.set["x"]',
        'aws_sqs_queue.picked["a"]',
        'aws_sqs_queue.maybe["a"] if stage == a',
        'aws_sqs_queue.maybe["b"] if stage == b',
        'aws_sqs_queue.of_others["a"]',
    ]
    assert arguments(text, 'aws_sqs_queue.map["a"]') == {"name": "a-2"}
    assert arguments(text, 'aws_sqs_queue.of_others["a"]') == {"name": '${aws_sqs_queue.picked["a"].arn}'}


def test_a_key_of_either_map_takes_its_value_from_the_one_that_is_chosen() -> None:
    text = """\
        variable "stage" {}
        resource "aws_sqs_queue" "q" {
          for_each = var.stage == "prod" ? { a = "big", b = "x" } : { a = "small" }
          name     = each.value
        }
        """
    assert addresses(text) == ['aws_sqs_queue.q["a"]', 'aws_sqs_queue.q["b"] if stage == prod']
    assert arguments(text, 'aws_sqs_queue.q["a"]') == {"name": "(stage == prod ? big : small)"}


def test_what_names_a_resource_that_may_not_be_there_says_so() -> None:
    text = """\
        variable "stage" {}
        resource "aws_sqs_queue" "q" {
          count = var.stage == "prod" ? 1 : 0
        }
        output "first" {
          value = aws_sqs_queue.q[0].arn
        }
        output "all" {
          value = aws_sqs_queue.q[*].arn
        }
        output "only" {
          value = one(aws_sqs_queue.q[*].arn)
        }
        output "joined" {
          value = join("", aws_sqs_queue.q.*.arn)
        }
        output "old" {
          value = element(concat(aws_sqs_queue.q.*.arn, [""]), 0)
        }
        output "how_many" {
          value = length(aws_sqs_queue.q)
        }
        """
    arn = "${aws_sqs_queue.q[0].arn}"
    assert outputs(text) == {
        "first": arn,
        "all": [f"(stage == prod ? {arn} : None)"],
        "only": f"(stage == prod ? {arn} : None)",
        "joined": f"(stage == prod ? {arn} : )",
        "old": f"(stage == prod ? {arn} : )",
        "how_many": UNKNOWN,
    }


def test_dynamic_blocks_are_what_they_make() -> None:
    text = """\
        variable "stage" {}
        resource "aws_dynamodb_table" "t" {
          attribute {
            name = "id"
          }
          dynamic "attribute" {
            for_each = { a = "S", b = "N" }
            content {
              name = attribute.key
              type = attribute.value
            }
          }
          dynamic "ttl" {
            for_each = var.stage == "prod" ? [1] : []
            iterator = it
            content {
              enabled = it.value == 1
            }
          }
          dynamic "never" {
            for_each = []
            content {}
          }
        }
        """
    found = arguments(text, "aws_dynamodb_table.t")
    assert found["attribute"] == [{"name": "id"}, {"name": "a", "type": "S"}, {"name": "b", "type": "N"}]
    assert found["ttl"] == ["(stage == prod ? {'enabled': True} : None)"]
    assert found["never"] == []


# Modules

_MODULES = {
    "main.tf": """\
        variable "stage" {}
        module "shop" {
          source   = "./shop"
          for_each = toset(["de", "fr"])
          country  = each.key
          queues   = ["in", "out"]
        }
        module "maybe" {
          source  = "./shop"
          count   = var.stage == "prod" ? 1 : 0
          country = "uk"
          queues  = ["in"]
        }
        output "arns" {
          value = module.shop["de"].arns
        }
        output "of_maybe" {
          value = module.maybe[*].arns["in"]
        }
        output "countries" {
          value = [for k, shop in module.shop : "${k}=${shop.country}"]
        }
        """,
    "shop/main.tf": """\
        variable "country" {}
        variable "queues" {
          type = list(string)
        }
        module "queue" {
          source   = "../queue"
          for_each = toset(var.queues)
          name     = "${var.country}-${each.value}"
        }
        output "arns" {
          value = { for k, queue in module.queue : k => queue.arn }
        }
        output "country" {
          value = upper(var.country)
        }
        """,
    "queue/main.tf": """\
        variable "name" {}
        resource "aws_sqs_queue" "this" {
          name = var.name
        }
        output "arn" {
          value = aws_sqs_queue.this.arn
        }
        """,
}


def test_modules_in_modules_are_evaluated_for_each_of_their_keys() -> None:
    found = outputs(_MODULES)
    assert found["arns"] == {
        "in": '${module.shop["de"].module.queue["in"].aws_sqs_queue.this.arn}',
        "out": '${module.shop["de"].module.queue["out"].aws_sqs_queue.this.arn}',
    }
    assert found["countries"] == ["de=DE", "fr=FR"]
    assert found["of_maybe"] == [
        '(stage == prod ? ${module.maybe[0].module.queue["in"].aws_sqs_queue.this.arn} : None)'
    ]
    assert arguments(_MODULES, 'module.shop["fr"].module.queue["out"].aws_sqs_queue.this') == {"name": "fr-out"}


def test_what_a_module_declares_is_there_if_the_module_is_called() -> None:
    assert addresses(_MODULES)[-1] == 'module.maybe[0].module.queue["in"].aws_sqs_queue.this if stage == prod'


# Variables

VARIABLES: dict[str, tuple[str, Any]] = {
    "with a default, a text stays open": ('default = "a"', "${var.it}"),
    "without one too": ("", "${var.it}"),
    "a number is its default": ("default = 3", 3),
    "a truth value stays open": ("default = true", "${var.it}"),
    "an empty list may be filled": ("default = []", [MORE]),
    "an empty map may be filled": ("default = {}", {MORE: MORE}),
    "a list is its default": ('default = ["a"]', ["a"]),
    "null is null": ("default = null", None),
    "a default is converted": ('type = number\n  default = "3"', 3),
    "a list that nothing sets is not known": ("type = list(string)", [MORE]),
    "a map that nothing sets is not known": ("type = map(string)", {MORE: MORE}),
    "optional attributes have their defaults": (
        'type = object({ a = string, b = optional(number, 2), c = optional(string) })\n  default = { a = "x" }',
        {"a": "x", "b": 2, "c": None},
    ),
    "in lists and maps too": (
        "type = map(list(object({ a = optional(bool, true) })))\n  default = { k = [{}] }",
        {"k": [{"a": True}]},
    ),
    "a set holds each element once": ('type = set(string)\n  default = ["b", "a", "b"]', ["a", "b"]),
}


@pytest.mark.parametrize("name", VARIABLES)
def test_a_variable_of_the_root_that_nothing_sets(name: str) -> None:
    written, expected = VARIABLES[name]
    assert outputs(f'variable "it" {{\n  {written}\n}}\noutput "it" {{\n  value = var.it\n}}\n')["it"] == expected


def test_the_default_of_a_sensitive_variable_is_not_kept() -> None:
    text = """\
        variable "password" {
          default   = "hunter2-hunter2"
          sensitive = true
        }
        output "it" {
          value = "x-${var.password}"
        }
        """
    (only,) = evaluated(text)
    assert "hunter2" not in repr(only.outputs["it"])


def test_null_takes_the_default_only_where_null_is_not_allowed() -> None:
    text = {
        "main.tf": """\
            module "m" {
              source = "./m"
              open   = null
              closed = null
            }
            output "it" {
              value = module.m.it
            }
            """,
        "m/main.tf": """\
            variable "open" {
              default = "a"
            }
            variable "closed" {
              default  = "b"
              nullable = false
            }
            output "it" {
              value = [var.open, var.closed]
            }
            """,
    }
    assert outputs(text)["it"] == [None, "b"]


# Files

_FILES = {
    "files/policy.json": '{"a": [1]}',
    "files/greeting.tftpl": "%{ for n in names ~}\nHello ${n}\n%{ endfor ~}\n",
    "files/settings.yaml": "queues:\n  - jobs\n",
    "files/deep/one.sql": "",
    "files/two.sql": "",
}
FILES = {
    'file("files/policy.json")': '{"a": [1]}',
    'jsondecode(file("${path.module}/files/policy.json")).a': [1],
    'templatefile("files/greeting.tftpl", { names = ["a", "b"] })': "Hello a\nHello b\n",
    'yamldecode(file("files/settings.yaml")).queues': ["jobs"],
    'fileset("files", "*.sql")': ["two.sql"],
    'fileset("${path.module}/files", "**/*.sql")': ["deep/one.sql", "two.sql"],
    'fileexists("files/two.sql")': True,
    'file("elsewhere.txt")': UNKNOWN,
    'fileexists("elsewhere.txt")': UNKNOWN,
    'file("../outside.txt")': UNKNOWN,
}


@pytest.mark.parametrize("expression", FILES)
def test_files_of_the_repository_are_read(expression: str) -> None:
    assert value(expression, files=_FILES) == FILES[expression]


# The JSON syntax

TWINS = {
    "expressions in texts": (
        'locals {\n  a = "x"\n}\noutput "it" {\n  value = ["${local.a}-1", upper(local.a), 2, true, null]\n}\n',
        '{"locals": {"a": "x"}, "output": {"it": {"value": ["${local.a}-1", "${upper(local.a)}", 2, true, null]}}}',
    ),
    "resources and blocks": (
        """\
        resource "aws_dynamodb_table" "t" {
          name = "t"
          attribute {
            name = "id"
            type = "S"
          }
        }
        output "it" {
          value = [aws_dynamodb_table.t.arn, aws_dynamodb_table.t.attribute[0].name]
        }
        """,
        """\
        {"resource": {"aws_dynamodb_table": {"t": {"name": "t", "attribute": [{"name": "id", "type": "S"}]}}},
         "output": {"it": {"value": ["${aws_dynamodb_table.t.arn}", "${aws_dynamodb_table.t.attribute[0].name}"]}}}
        """,
    ),
    "copies": (
        """\
        resource "aws_sqs_queue" "q" {
          for_each = toset(["a", "b"])
          name     = each.key
        }
        output "it" {
          value = [for k, q in aws_sqs_queue.q : q.arn]
        }
        """,
        """\
        {"resource": {"aws_sqs_queue": {"q": {"for_each": "${toset([\\"a\\", \\"b\\"])}", "name": "${each.key}"}}},
         "output": {"it": {"value": "${[for k, q in aws_sqs_queue.q : q.arn]}"}}}
        """,
    ),
    "variables": (
        """\
        variable "v" {
          type    = object({ a = optional(number, 1) })
          default = {}
        }
        output "it" {
          value = var.v.a
        }
        """,
        """\
        {"variable": {"v": {"type": "object({ a = optional(number, 1) })", "default": {}}},
         "output": {"it": {"value": "${var.v.a}"}}}
        """,
    ),
    "dynamic blocks": (
        """\
        resource "aws_dynamodb_table" "t" {
          dynamic "attribute" {
            for_each = ["a", "b"]
            content {
              name = attribute.value
            }
          }
        }
        output "it" {
          value = aws_dynamodb_table.t.attribute[*].name
        }
        """,
        """\
        {"resource": {"aws_dynamodb_table": {"t": {"dynamic": {"attribute":
          {"for_each": ["a", "b"], "content": {"name": "${attribute.value}"}}}}}},
         "output": {"it": {"value": "${aws_dynamodb_table.t.attribute[*].name}"}}}
        """,
    ),
    "comments and templates": (
        'output "it" {\n  value = "$${x} ${1 + 1}"\n}\n',
        '{"//": "why", "output": {"it": {"//": "so", "value": "$${x} ${1 + 1}"}}}',
    ),
}


@pytest.mark.parametrize("name", TWINS)
def test_the_json_syntax_means_the_same(name: str) -> None:
    written, json = TWINS[name]
    expected = outputs({"main.tf": written})["it"]
    assert outputs({"main.tf.json": json})["it"] == expected
    assert UNKNOWN not in str(expected)


# What never ends elsewhere

_HUGE = {
    "a loop of loops": "[for x in range(1000) : [for y in range(1000) : [for z in range(1000) : x + y + z]]]",
    "a product": "length(setproduct(range(1000), range(1000)))",
    "a slow pattern": f'regex("^(a+)+$", "{"a" * 4000}!")',
    "a wide format": 'format("%999999999s", "a")',
    "a power": "pow(10, 1000000)",
    "many parentheses": "(" * 2000 + "1" + ")" * 2000,
    "many interpolations": '"${' * 20 + "1" + '}"' * 20,
}


@pytest.mark.parametrize("name", _HUGE)
def test_what_takes_too_long_is_not_known(name: str) -> None:
    found = value(_HUGE[name])
    assert found in (UNKNOWN, 1) or UNKNOWN in str(found)


@pytest.mark.parametrize(
    ("first", "each"),
    [
        ('"xxxxxxxxxx"', '"${{local.a{0}}}${{local.a{0}}}"'),
        ('["x"]', "[local.a{0}, local.a{0}]"),
        ('["x"]', "concat(local.a{0}, local.a{0})"),
        ('"xx"', 'replace(local.a{0}, "x", local.a{0})'),
        ('"x"', "jsonencode([local.a{0}, local.a{0}])"),
        ("7", "local.a{0} * local.a{0}"),
        ("var.v", 'var.v == "{0}" ? "${{local.a{0}}}a" : "${{local.a{0}}}b"'),
    ],
)
def test_locals_that_double_each_other_end(first: str, each: str) -> None:
    lines = "".join(f"  a{number + 1} = {each.format(number)}\n" for number in range(60))
    text = f'variable "v" {{}}\nlocals {{\n  a0 = {first}\n{lines}}}\noutput "it" {{\n  value = local.a60\n}}\n'
    found = str(outputs(text)["it"])
    assert UNKNOWN in found or MORE in found


def test_a_long_chain_of_locals_ends() -> None:
    lines = "".join(f"  a{number} = local.a{number - 1}\n" for number in range(1, 2001))
    text = f'locals {{\n  a0 = "x"\n{lines}}}\noutput "near" {{\n  value = local.a20\n}}\n'
    text += 'output "far" {\n  value = local.a2000\n}\n'
    assert outputs(text) == {"near": "x", "far": UNKNOWN}


def test_ten_thousand_keys_are_cut_off_and_said_to_be_more() -> None:
    keys = "".join(f'  k{number} = "v{number}"\n' for number in range(10_000))
    text = f'locals {{\n  m = {{\n{keys}}}\n}}\nresource "aws_sqs_queue" "q" {{\n  for_each = local.m\n}}\n'
    (only,) = evaluated(dedent(text) + 'output "it" {\n  value = length(aws_sqs_queue.q)\n}\n')
    assert 100 < len(only.instances) < 1_000
    assert "?" in str(outputs(dedent(text) + 'output "it" {\n  value = length(aws_sqs_queue.q)\n}\n')["it"])
