"""What the expressions of a Terraform configuration come to, shown as plain values."""

from __future__ import annotations

from textwrap import dedent
from typing import TYPE_CHECKING, Any, assert_never

from crosswire.frontends.lowered import Lowered
from crosswire.frontends.terraform import configurations
from crosswire.frontends.terraform.values import Either, Evaluated, Leaf, Listing, Object
from crosswire.project import Files
from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.terraform.configuration import Configuration

#: What stands for something that cannot be known, and for more of a list or an object.
UNKNOWN = "?"
MORE = "..."

_PRELUDE = """\
variable "stage" {}
variable "empty" {
  default = ""
}
resource "aws_sqs_queue" "jobs" {
  name = "jobs"
}
"""


def evaluated(texts: str | Mapping[str, str], *, broken: list[str] | None = None) -> list[Configuration]:
    """Every root module of a project, in each of its environments. Without `broken`, nothing may be."""
    lowered = Lowered()
    files = {"main.tf": texts} if isinstance(texts, str) else texts
    found = list(configurations(Files.from_texts({path: dedent(text) for path, text in files.items()}), lowered))
    told = [f"{each.span.path}:{each.span.start_position.line}: {each.why}" for each in lowered.broken]
    if broken is None:
        assert told == []
    else:
        broken += told
    return found


def outputs(texts: str | Mapping[str, str]) -> dict[str, Any]:
    """The outputs of the only root module."""
    (only,) = evaluated(texts)
    return {name: shown(value) for name, (_, value) in only.outputs.items()}


def value(expression: str, more: str = "", files: Mapping[str, str] | None = None) -> Any:
    """What one expression comes to, where `var.stage` is not known, `var.empty` is empty unless it is given, and
    `aws_sqs_queue.jobs` is a queue."""
    text = f'{_PRELUDE}{dedent(more)}\noutput "it" {{\n  value = {expression}\n}}\n'
    return outputs({"main.tf": text, **(files or {})})["it"]


def arguments(texts: str | Mapping[str, str], address: str) -> Any:
    """The arguments of a resource of the only root module, or of what it calls."""
    (only,) = evaluated(texts)
    found = {instance.id.address: instance for instance in only.instances.values()}
    return shown(found[address].arguments)


def addresses(texts: str | Mapping[str, str]) -> list[str]:
    """The resources of the only root module and of what it calls, each with the condition under which it is there."""
    (only,) = evaluated(texts)
    return [
        f"{instance.id.address} if {_condition(instance.when)}" if instance.when else instance.id.address
        for instance in only.instances.values()
    ]


def shown(node: Evaluated) -> Any:
    """A plain value; a text where symbols are in it: `${aws_sqs_queue.jobs.arn}`, `(var.a == x ? 1 : 2)`."""
    match node:
        case Leaf() if node.is_null:
            return None
        case Leaf(value=Const(text)) if node.kind == "number":
            return float(text) if "." in text else int(text)
        case Leaf(value=Const(text)) if node.kind == "bool":
            return text == "true"
        case Leaf(value=value):
            return text_shown(value)
        case Listing():
            return [shown(item) for item in node.items] + [MORE] * (not node.complete)
        case Object():
            pairs = {name: shown(value) for name, (_, value) in node.pairs.items()}
            return pairs if node.complete else {**pairs, MORE: MORE}
        case Either():
            return f"({_condition(node.condition)} ? {shown(node.then)} : {shown(node.otherwise)})"
        case _:
            assert_never(node)


def text_shown(value: Value) -> str:
    """A text with its symbols in braces."""
    match value:
        case Const(text):
            return text
        case Ref(resource, attribute):
            return f"${{{resource.address}.{attribute}}}"
        case Parameter(_, name):
            return f"${{{name}}}"
        case Concat(parts):
            return "".join(map(text_shown, parts))
        case If(condition, then, otherwise):
            return f"({_condition(condition)} ? {text_shown(then)} : {text_shown(otherwise)})"
        case OneOf(choices):
            return " or ".join(map(text_shown, choices))
        case Unknown() | EnvRef():
            return UNKNOWN
        case _:
            assert_never(value)


def _condition(name: str) -> str:
    return name.replace(".:", "").replace("${var.stage}", "stage").replace("${var.empty}", "empty")
