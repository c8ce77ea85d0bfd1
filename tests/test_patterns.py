"""Matching of symbolic texts: what is YES or NO holds for everything that the symbols may stand for."""

from __future__ import annotations

import re
import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crosswire.patterns import action_matches, matches, same
from crosswire.values import (
    Concat,
    Const,
    If,
    OneOf,
    Parameter,
    Ref,
    ResourceId,
    Truth,
    Unknown,
    Value,
    concat,
    leaves,
)

YES, NO, MAYBE = Truth.YES, Truth.NO, Truth.MAYBE

STAGE = Parameter("t.yaml", "Stage")
ORDERS = Ref(ResourceId("t.yaml", "Orders"), "name")
USERS = Ref(ResourceId("t.yaml", "Users"), "name")
REGION = Parameter("AWS", "Region")
ACCOUNT = Parameter("AWS", "AccountId")
PARTITION = Parameter("AWS", "Partition")


def text(*parts: Value | str) -> Value:
    return concat([Const(part) if isinstance(part, str) else part for part in parts])


def table(*name: Value | str) -> Value:
    return text("arn:", PARTITION, ":dynamodb:", REGION, ":", ACCOUNT, ":table/", *name)


def secret(*name: Value | str) -> Value:
    return text("arn:", PARTITION, ":secretsmanager:", REGION, ":", ACCOUNT, ":secret:", *name)


@pytest.mark.parametrize(
    ("pattern", "covered", "answer"),
    [
        (text("*"), text(Unknown("anything")), YES),
        (text("a*c"), text("abc"), YES),
        (text("a*c"), text("abd"), NO),
        (text("a?c"), text("abc"), YES),
        (text("a?c"), text("ac"), NO),
        (text("a*a"), text("a"), NO),
        (text(STAGE, "-orders"), text(STAGE, "-orders"), YES),
        (table("orders-", STAGE), table(ORDERS), NO),
        (table(ORDERS), table("orders-", STAGE), NO),
        (table(STAGE), table(ORDERS), MAYBE),
        (table(STAGE, "-", REGION), table(ORDERS), MAYBE),
        (table("orders-*"), table(ORDERS), MAYBE),
        (table(STAGE, "-*"), table(ORDERS), MAYBE),
        (text(STAGE, "-orders"), text(STAGE, "-users"), NO),
        (text(STAGE, "-orders-", STAGE), text(STAGE, "-users-", STAGE), NO),
        (text("*-orders"), text(STAGE, "-orders"), YES),
        (text("khaya-*"), text("khaya-", STAGE), YES),
        (text("khaya-prod"), text("khaya-", STAGE), MAYBE),
        (text("khaya-prod"), text("other-", STAGE), NO),
        (text("khaya-prod"), text(Parameter("t", "P", default="khaya-prod")), MAYBE),
        (text(Unknown("x")), text(Unknown("x")), MAYBE),
    ],
)
def test_wildcards_and_symbols(pattern: Value, covered: Value, answer: Truth) -> None:
    assert matches(pattern, covered) is answer


@pytest.mark.parametrize(
    ("pattern", "covered", "answer"),
    [
        (table(ORDERS), table(ORDERS), YES),
        (table(ORDERS), table(USERS), NO),
        (table(ORDERS, "*"), table(USERS), NO),
        (table("orders"), table(ORDERS), NO),
        (table(ORDERS), table("orders"), NO),
        (table("my-stack-*"), table(ORDERS), MAYBE),
        (table("*"), table(ORDERS), YES),
        (table("*/index/*"), table(ORDERS), NO),
        (table("*/index/*"), table(ORDERS, "/index/by-day"), YES),
        (table("orders/index/*"), table(ORDERS, "/index/by-day"), NO),
        (table(STAGE), table(ORDERS), MAYBE),
    ],
)
def test_a_name_that_aws_makes_up_is_no_text_that_was_written(pattern: Value, covered: Value, answer: Truth) -> None:
    assert matches(pattern, covered) is answer


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        ("arn:aws:dynamodb:us-east-1:111122223333:table/orders", YES),
        ("arn:aws:dynamodb:*:*:table/orders", YES),
        ("arn:aws:dynamodb:::table/orders", YES),
        ("arn:aws:dynamodb:us-east-1:*:table/*", YES),
        ("arn:aws:dynamodb:us-east-1:*:table/users", NO),
        ("arn:aws:dynamodb:*:*:*", YES),
        ("arn:aws:dynamodb:*", YES),
        ("arn:aws:s3:::*", NO),
        ("arn:*:dynamodb:*:*:table/ord*", YES),
        ("orders", NO),
    ],
)
def test_regions_and_accounts_of_arns_are_not_judged(pattern: str, answer: Truth) -> None:
    assert matches(Const(pattern), table("orders")) is answer


def test_two_regions_that_are_written_out_do_differ() -> None:
    one, other = "arn:aws:sqs:us-east-1:111122223333:q", "arn:aws:sqs:eu-west-1:111122223333:q"
    assert matches(Const(one), Const(other)) is NO


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        (secret("db-??????"), YES),
        (secret("db-*"), YES),
        (secret("db*"), YES),
        (secret("db-", Parameter("unknown", "Db.arn")), YES),
        (secret("db"), NO),
        (secret("other-??????"), NO),
    ],
)
def test_the_random_end_of_a_secrets_arn_must_be_left_open(pattern: Value, answer: Truth) -> None:
    assert matches(pattern, secret("db-", Unknown("six random characters"))) is answer


def test_allowed_values_decide_where_all_of_them_agree() -> None:
    stage = Parameter("t.yaml", "Stage", allowed=("dev", "prod"))
    assert matches(Const("orders-prod"), text("orders-", stage)) is MAYBE
    assert matches(Const("orders-test"), text("orders-", stage)) is NO
    assert matches(Const("orders-*"), text("orders-", stage)) is YES
    assert matches(text("orders-", stage), text("orders-", stage)) is YES


def test_one_condition_chooses_the_same_side_on_both() -> None:
    here = If("t:Prod", Const("orders"), Const("orders-dev"))
    there = If("t:Prod", Const("orders"), Const("orders-dev"))
    assert same(here, there) is YES
    assert same(here, If("t:Prod", Const("orders-dev"), Const("orders"))) is NO
    assert same(here, If("t:Other", Const("orders"), Const("orders-dev"))) is MAYBE


def test_too_many_conditions_are_left_open() -> None:
    values = [If(f"t:{number}", Const("a"), Const("b")) for number in range(7)]
    assert matches(Const("a*"), text(*values)) is MAYBE


def test_same_takes_wildcards_for_characters() -> None:
    assert same(Const("*"), Const("orders")) is NO


@pytest.mark.parametrize(
    ("pattern", "answer"),
    [
        (Const("dynamodb:GetItem"), YES),
        (Const("DynamoDB:getitem"), YES),
        (Const("dynamodb:Get*"), YES),
        (Const("*"), YES),
        (Const("dynamodb:*"), YES),
        (Const("dynamodb:PutItem"), NO),
        (Const("dynamodb:?etItem"), YES),
        (Unknown("x"), MAYBE),
        (OneOf((Const("dynamodb:GetItem"), Const("dynamodb:PutItem"))), MAYBE),
    ],
)
def test_actions_are_compared_without_case(pattern: Value, answer: Truth) -> None:
    assert action_matches(pattern, "dynamodb:GetItem") is answer


@pytest.mark.parametrize(
    ("pattern", "covered"),
    [
        (("*a" * 1250) + "b", "a" * 5000),
        ("?" * 2500 + "*", "a" * 5000),
        ("a" * 2500, "a" * 5000),
        (("*" + "a" * 50) * 49 + "?b*", "a" * 5000),
    ],
)
def test_long_patterns_take_milliseconds(pattern: str, covered: str) -> None:
    start = time.process_time()
    matches(Const(pattern), Const(covered))
    matches(text(pattern, STAGE, pattern), text(covered, STAGE, covered))
    assert time.process_time() - start < 0.5


SYMBOLS: dict[Value, tuple[str, ...]] = {STAGE: ("", "a", "b/", "ab"), Parameter("t.yaml", "Other"): ("", "a", "ba")}
MADE_UP: dict[Value, tuple[str, ...]] = {ORDERS: ("aQ1",), USERS: ("bQ2",)}
EVERY_SYMBOL = SYMBOLS | MADE_UP
GAPS = ("", "a", "/b", "aQ1")

literals = st.text("ab/", max_size=3).map(Const)
symbols = st.sampled_from(list(EVERY_SYMBOL))
gaps = st.just(Unknown("gap"))
texts = st.lists(literals | symbols | gaps, max_size=4).map(concat)
patterns = st.lists(st.text("ab/*?", max_size=3).map(Const) | symbols | gaps, max_size=4).map(concat)


def instances(value: Value, world: dict[Value, str], gaps: tuple[str, ...]) -> list[str]:
    parts = value.parts if isinstance(value, Concat) else (value,)
    spelt = [(part.text,) if isinstance(part, Const) else (world[part],) if part in world else gaps for part in parts]
    return ["".join(choice) for choice in product(*spelt)]


def glob(pattern: str, covered: str) -> bool:
    expression = re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")
    return re.fullmatch(expression, covered, re.DOTALL) is not None


@settings(max_examples=400, deadline=None)
@given(patterns, texts)
def test_an_answer_holds_for_everything_the_symbols_stand_for(pattern: Value, covered: Value) -> None:
    answer = matches(pattern, covered)
    if answer is MAYBE:
        return
    shared = set(leaves(covered))
    used = [part for part in EVERY_SYMBOL if part in shared or part in set(leaves(pattern))]
    choices = [EVERY_SYMBOL[part] + (() if part in shared or part in MADE_UP else ("*",)) for part in used]
    for chosen in product(*choices):
        world: dict[Value, str] = dict(zip(used, chosen, strict=True))
        for one in instances(pattern, world, (*GAPS, "*")):
            for other in instances(covered, world, GAPS):
                assert glob(one, other) is (answer is YES), (one, other)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.text("ab*?", max_size=4), max_size=4).map("".join), st.text("ab", max_size=8))
def test_exact_texts_always_get_an_answer(pattern: str, covered: str) -> None:
    assert matches(Const(pattern), Const(covered)) is (YES if glob(pattern, covered) else NO)


@settings(max_examples=200, deadline=None)
@given(texts, texts)
def test_sameness_does_not_depend_on_the_order(one: Value, other: Value) -> None:
    assert same(one, other) is same(other, one)
