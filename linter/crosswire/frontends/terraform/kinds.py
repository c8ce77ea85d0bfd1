"""What an attribute of each resource type stands for."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from crosswire.aws.arns import parts
from crosswire.aws.terraform_types import terraform_type
from crosswire.frontends.identity import PSEUDO
from crosswire.values import Const, Parameter, Ref, concat

if TYPE_CHECKING:
    from crosswire.aws.terraform_types import TerraformType
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value


@cache
def facts(type: str) -> TerraformType | None:
    """The facts of a type such as `aws_dynamodb_table` or `data.aws_region`, read once."""
    return terraform_type(type)


def cloudformation_type(type: str) -> str:
    """The CloudFormation type of the same thing; the type itself where there is none or crosswire does not know it."""
    known = facts(type)
    return known.cloudformation if known is not None and known.cloudformation else type


def name_argument(type: str) -> str:
    """The argument that gives the physical name, empty where there is none."""
    known = facts(type)
    return "" if known is None else known.name_argument


def is_identity(type: str, attribute: str) -> bool:
    """Whether an attribute says which resource it is, so that it is followed as a symbol and not read from the
    argument of the same name."""
    known = facts(type)
    return known is not None and attribute in known.attributes


def attribute_value(type: str, id: ResourceId, attribute: str, span: Span) -> Value:
    """What an attribute of a resource stands for: a symbol, or a text with symbols in it."""
    pattern = _pattern(type, attribute)
    if len(pattern) == 1:
        return _part(pattern[0], id, span)
    return concat([_part(part, id, span) for part in pattern], span)


@cache
def _pattern(type: str, attribute: str) -> tuple[str, ...]:
    """The parts of what an attribute is; a symbol is its name in braces."""
    known = facts(type)
    stands_for = known.attributes.get(attribute, attribute) if known is not None else attribute
    return parts(stands_for) if "{" in stands_for else ("{" + stands_for + "}",)


def _part(part: str, id: ResourceId, span: Span) -> Value:
    if not part.startswith("{"):
        return Const(part, span)
    name = part[1:-1]
    return Parameter("AWS", name, span=span) if name in PSEUDO else Ref(id, name, span)
