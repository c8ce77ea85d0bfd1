"""Tests of branches: whether they hold, and which variables are unset or set where they do."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import syntax
from crosswire.frontends.code.abstract import (
    Abstract,
    ClassValue,
    Closure,
    EnvObject,
    Namespace,
    Primitive,
    Record,
    Scope,
    SdkThing,
    SequenceValue,
)
from crosswire.frontends.code.environment import knowing, mark, mark_all
from crosswire.values import Const, EnvRef

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Frame
    from crosswire.values import Value


def test(
    evaluator: Evaluator, node: syntax.Syntax, scope: Scope, frame: Frame
) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
    """Whether a test holds where that is known, the variables that are unset if it does, and those that are set."""
    if isinstance(node, syntax.Not):
        truth, absent, present = test(evaluator, node.value, scope, frame)
        return (None if truth is None else not truth), present, absent
    if isinstance(node, syntax.Either):
        return test_either(evaluator, node, scope, frame)
    if isinstance(node, syntax.Compare):
        return test_compare(evaluator, node, scope, frame)
    value = evaluator.ev(node, scope, frame)
    if isinstance(value, EnvRef):
        if value.default is None or is_empty_text(value.default):
            return None, [], [value]
        mark(evaluator, value, "tested")
        return None, [], []
    return truth_of(value), [], []


def test_either(
    evaluator: Evaluator, node: syntax.Either, scope: Scope, frame: Frame
) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
    left, absent, present = test(evaluator, node.left, scope, frame)
    if node.operator == "&&":
        if left is False:
            return False, absent, present
        with knowing(evaluator, present):
            right, more_absent, more_present = test(evaluator, node.right, scope, frame)
        truth = right if left is True else (False if right is False else None)
        return truth, absent + more_absent, present + more_present
    if left is True:
        return True, absent, present
    right, more_absent, more_present = test(evaluator, node.right, scope, frame)
    truth = right if left is False else (True if right is True else None)
    return truth, absent + more_absent, present + more_present


def test_compare(
    evaluator: Evaluator, node: syntax.Compare, scope: Scope, frame: Frame
) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
    left = evaluator.ev(node.left, scope, frame)
    right = evaluator.ev(node.right, scope, frame)
    if node.operator in ("in", "not in") and isinstance(right, EnvObject):
        asked = [EnvRef(left.text)] if isinstance(left, Const) else []
        return (None, [], asked) if node.operator == "in" else (None, asked, [])
    if node.operator in ("==", "!="):
        empty = _is_empty(right)
        if isinstance(left, EnvRef) and empty:
            return (None, [left], []) if node.operator == "==" else (None, [], [left])
        truth = equal(left, right)
        if truth is not None:
            return (truth if node.operator == "==" else not truth), [], []
    for side in (left, right):
        mark_all(evaluator, side, "compared")
    return None, [], []


def truth_of(value: Abstract) -> bool | None:
    """Whether a value counts as true, where that is known."""
    if isinstance(value, Primitive):
        return bool(value.value)
    if isinstance(value, Const):
        return value.text != ""
    if isinstance(value, (Closure, ClassValue, Namespace, SdkThing)):
        return True
    if isinstance(value, Record) and (value.cls is not None or value.fields):
        return True
    return None


def equal(left: Abstract, right: Abstract) -> bool | None:
    """Whether two values are equal, where both are exact."""
    if isinstance(left, Const) and isinstance(right, Const):
        return left.text == right.text
    if isinstance(left, Primitive) and isinstance(right, Primitive):
        return left.value == right.value
    if isinstance(left, (Record, Closure, ClassValue, SdkThing)) and isinstance(right, Primitive):
        return False
    if isinstance(left, Const) and isinstance(right, Primitive) and right.value is None:
        return False
    return None


def is_empty_text(default: Value) -> bool:
    """Whether a default is an empty text, be it behind other variables: a test of it asks whether any is set."""
    while isinstance(default, EnvRef) and default.default is not None:
        default = default.default
    return isinstance(default, Const) and not default.text


def _is_empty(value: Abstract) -> bool:
    return (isinstance(value, Primitive) and value.value is None) or (isinstance(value, Const) and value.text == "")


def may_be_nothing(value: Abstract) -> bool:
    return not isinstance(value, (Const, Record, Closure, ClassValue, SequenceValue, SdkThing)) and not (
        isinstance(value, Primitive) and value.value is not None
    )
