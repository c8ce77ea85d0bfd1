"""The questions to a wiring: what code names, and what a role allows."""

from __future__ import annotations

import pytest
from tests.checking import project, wiring

from crosswire.patterns import same
from crosswire.source import Source, Span
from crosswire.values import (
    Concat,
    Const,
    EnvRef,
    If,
    Parameter,
    Ref,
    ResourceId,
    Truth,
    Unknown,
    Value,
    concat,
)
from crosswire.wiring.access import Grant, Role
from crosswire.wiring.naming import arn_of
from crosswire.wiring.project import Wiring
from crosswire.wiring.spelling import spelt

PLACE = Span(Source("t.yaml", ""), 0, 0)
ORDERS = Ref(ResourceId("t.yaml", "Orders"), "name")
ARN = "arn:aws:dynamodb:us-east-1:111122223333:table/"
YES, NO, MAYBE = Truth.YES, Truth.NO, Truth.MAYBE


def grant(action: str, resource: str, effect: str = "Allow", **more: object) -> Grant:
    return Grant(effect, (Const(action),), (Const(resource),), PLACE, **more)  # type: ignore[arg-type]


def role(*grants: Grant, **more: object) -> Role:
    return Role(None, PLACE, grants, **more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("value", "resolved"),
    [
        (EnvRef("SET"), Const("given")),
        (EnvRef("SET", Const("default")), Const("given")),
        (EnvRef("EMPTY", Const("default")), Const("")),
        (EnvRef("EMPTY", Const("default"), empty_counts=True), Const("default")),
        (EnvRef("UNSET", Const("default")), Const("default")),
        (EnvRef("UNSET", EnvRef("SET")), Const("given")),
        (EnvRef("UNSET"), Unknown("the variable UNSET, which is not set")),
        (EnvRef("AWS_REGION"), Parameter("AWS", "Region")),
        (Concat((EnvRef("SET"), Const("-x"))), Const("given-x")),
    ],
)
def test_a_value_of_code_is_resolved_by_what_the_function_is_given(value: Value, resolved: Value) -> None:
    known = wiring(project("pass", env='{SET: given, EMPTY: ""}'))
    assert known.resolve(known.functions[0], value) == resolved


def test_the_variables_of_a_chain_are_unset_up_to_the_first_that_is_set() -> None:
    known = wiring(project("pass", env="{SET: given}"))
    chain = EnvRef("A", EnvRef("B", EnvRef("SET", EnvRef("C"))))
    assert [read.name for read in known.unset_reads(known.functions[0], chain)] == ["A", "B"]


def test_what_a_definition_leaves_unknown_is_the_same_wherever_it_is_used() -> None:
    known = Wiring(definitions={ORDERS: concat([Const("orders-"), Unknown("a suffix")])})
    assert same(ORDERS, ORDERS, known.expand) is YES
    assert same(Const("users-1"), ORDERS, known.expand) is NO


def test_definitions_that_go_in_circles_come_to_an_end() -> None:
    one, other = Parameter("t.yaml", "One"), Parameter("t.yaml", "Other")
    known = Wiring(definitions={one: other, other: one})
    assert known.expand(one) in (one, other)


@pytest.mark.parametrize(
    ("service", "kind", "name", "part", "arn"),
    [
        ("dynamodb", "table", Const("orders"), None, "arn:::dynamodb:::table/orders"),
        ("dynamodb", "table", Const(f"{ARN}orders"), None, f"{ARN}orders"),
        ("dynamodb", "index", Const("orders"), Const("by-day"), "arn:::dynamodb:::table/orders/index/by-day"),
        ("dynamodb", "index", Const(f"{ARN}orders"), Const("by-day"), f"{ARN}orders/index/by-day"),
        ("s3", "object", Const("files"), None, "arn:::s3:::files/..."),
        ("s3", "bucket", Const("files"), None, "arn:::s3:::files"),
        ("sqs", "queue", Const("https://sqs.us-east-1.amazonaws.com/1/jobs"), None, "arn:::sqs:::jobs"),
        ("ssm", "parameter", Const("/a/b"), None, "arn:::ssm:::parameter/a/b"),
        ("ssm", "parameter", Const("a"), None, "arn:::ssm:::parameter/a"),
        ("secretsmanager", "secret", Const("key"), None, "arn:::secretsmanager:::secret:key-..."),
        ("lambda", "function", Const("f"), Const("live"), "arn:::lambda:::function:f:live"),
        ("dynamodb", "*", Const("*"), None, "*"),
    ],
)
def test_names_arns_and_urls_lead_to_the_arn(service: str, kind: str, name: Value, part: Value, arn: str) -> None:
    text = spelt(arn_of(service, kind, name, part))
    for pseudo, short in (("Partition", ""), ("Region", ""), ("AccountId", "")):
        text = text.replace(f"${{AWS::{pseudo}}}", short)
    assert text == arn.replace("arn:::", "arn::", 1)


def test_a_choice_of_names_is_a_choice_of_arns() -> None:
    name = If("t:Prod", Const("orders"), Const("orders-dev"))
    arn = arn_of("dynamodb", "table", name)
    assert isinstance(arn, If)
    assert same(arn, arn) is YES


@pytest.mark.parametrize(
    ("given", "answer"),
    [
        (role(grant("dynamodb:GetItem", f"{ARN}orders")), YES),
        (role(grant("dynamodb:GetItem", f"{ARN}users")), NO),
        (role(grant("dynamodb:PutItem", f"{ARN}orders")), NO),
        (role(), NO),
        (role(grant("*", "*"), boundary=True), MAYBE),
        (role(grant("*", "*", conditional=True)), MAYBE),
        (role(grant("*", "*"), grant("dynamodb:*", f"{ARN}orders", "Deny")), NO),
        (role(grant("*", "*"), grant("dynamodb:*", f"{ARN}orders", "Deny", conditional=True)), MAYBE),
        (role(grant("*", "*"), grant("dynamodb:*", f"{ARN}users", "Deny")), YES),
        (role(Grant("Allow", (), (Const("*"),), PLACE, not_actions=(Const("s3:*"),))), YES),
        (role(Grant("Allow", (), (Const("*"),), PLACE, not_actions=(Const("dynamodb:*"),))), NO),
        (role(Grant("Allow", (Const("*"),), (), PLACE, not_resources=(Const(f"{ARN}orders"),))), NO),
        (role(Grant("Allow", (Const("*"),), (), PLACE, not_resources=(Const(f"{ARN}users"),))), YES),
    ],
)
def test_a_role_allows_as_iam_decides(given: Role, answer: Truth) -> None:
    assert Wiring().allows(given, "dynamodb:GetItem", Const(f"{ARN}orders")) is answer


def test_a_policy_that_was_not_read_may_allow_what_others_do_not() -> None:
    known = wiring(project("pass", policies="[APolicyOfThisAccount]"))
    given = known.functions[0].role
    assert known.allows(given, "dynamodb:GetItem", Const(f"{ARN}orders")) is MAYBE
    assert known.grants_anywhere(given, "dynamodb:GetItem") is MAYBE


def test_a_role_covers_what_any_action_of_the_service_is_allowed_on() -> None:
    given = role(grant("dynamodb:PutItem", f"{ARN}orders"), grant("logs:*", "*"))
    assert Wiring().covers(given, "dynamodb", Const(f"{ARN}orders")) is YES
    assert Wiring().covers(given, "dynamodb", Const(f"{ARN}users")) is NO
