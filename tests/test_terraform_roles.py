"""Policies of a Terraform configuration in, roles and their grants out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from tests.terraform_building import SPAN, UNIT, UNKNOWN, block, configuration, instance, json, node, ref

from crosswire.frontends.lowered import Lowered
from crosswire.frontends.terraform.documents import document_of, policy_document
from crosswire.frontends.terraform.policies import grants, plain_document
from crosswire.frontends.terraform.roles import RoleNames, lower_roles, role_of
from crosswire.frontends.terraform.values import Either, Leaf, Listing
from crosswire.source import Source, Span
from crosswire.values import Concat, Const, If, Parameter, ResourceId, Unknown, Value, concat

if TYPE_CHECKING:
    from crosswire.frontends.terraform.configuration import Configuration
    from crosswire.wiring.access import Role

TABLE = ref("aws_dynamodb_table.orders")
PARTITION = Parameter("AWS", "Partition")
GET = {"Statement": [{"Effect": "Allow", "Action": "dynamodb:GetItem", "Resource": "*"}]}
TRUST = {
    "Statement": [{"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "lambda.amazonaws.com"}}]
}
ROLE = {"aws_iam_role.fn": {"name": "fn-role", "assume_role_policy": json(TRUST)}}


def texts(values: tuple[Value, ...]) -> list[str]:
    return [value.text if isinstance(value, Const) else "<?>" for value in values]


def roles(config: Configuration) -> dict[str, Role]:
    return {id.address: role for id, role in lower_roles(config, Lowered()).items()}


def role(resources: dict[str, Any], *more: Any, **others: Any) -> Role:
    return roles(configuration({**ROLE, **resources}, *more, **others))["aws_iam_role.fn"]


def actions(of: Role) -> list[str]:
    return [text for grant in of.grants for text in texts(grant.actions)]


# Documents


def test_a_policy_document_of_blocks_is_the_document_that_it_renders() -> None:
    leaf = policy_document(
        block(
            {
                "statement": [
                    {"sid": "read", "actions": ["dynamodb:GetItem"], "resources": [TABLE]},
                    {
                        "effect": "Deny",
                        "not_actions": ["s3:*"],
                        "not_resources": ["arn:aws:s3:::a/&{aws:username}"],
                        "condition": [{"test": "Bool", "variable": "aws:SecureTransport", "values": ["false"]}],
                        "principals": [
                            {"type": "Service", "identifiers": ["a.amazonaws.com"]},
                            {"type": "AWS", "identifiers": ["b"]},
                            {"type": "AWS", "identifiers": ["c"]},
                        ],
                    },
                ]
            }
        ),
        SPAN,
    )
    assert plain_document(leaf) == {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "read", "Effect": "Allow", "Action": ["dynamodb:GetItem"], "Resource": ["crosswire:unknown"]},
            {
                "Effect": "Deny",
                "NotAction": ["s3:*"],
                "NotResource": ["arn:aws:s3:::a/${aws:username}"],
                "Principal": {"Service": ["a.amazonaws.com"], "AWS": ["b", "c"]},
                "Condition": {"Bool": {"aws:SecureTransport": ["false"]}},
            },
        ],
    }
    (read, deny), blind = grants(leaf)
    assert (blind, read.resources, read.conditional) == ([], (TABLE,), False)
    assert (deny.effect, deny.conditional, texts(deny.principals)) == ("Deny", True, ["a.amazonaws.com", "b", "c"])


def test_anyone_is_a_star() -> None:
    leaf = policy_document(
        block({"statement": [{"actions": ["a"], "principals": [{"type": "*", "identifiers": ["*"]}]}]}), SPAN
    )
    assert texts(grants(leaf)[0][0].principals) == ["*"]


def statement(sid: str, action: str) -> dict[str, Any]:
    return {"Sid": sid, "Effect": "Allow", "Action": action, "Resource": "*"}


def test_documents_are_merged_by_sid() -> None:
    leaf = policy_document(
        block(
            {
                "source_policy_documents": [
                    json({"Statement": [statement("a", "from:Source"), statement("b", "from:Source")]}),
                    '{"Statement": {"Effect": "Allow", "Action": "as:Text", "Resource": "*"}}',
                ],
                "statement": [
                    {"sid": "a", "actions": ["own:Statement"], "resources": ["*"]},
                    {"sid": "c", "actions": ["own:Statement"], "resources": ["*"]},
                ],
                "override_policy_documents": [json({"Statement": statement("c", "from:Override")})],
            }
        ),
        SPAN,
    )
    found, blind = grants(leaf)
    assert [texts(grant.actions)[0] for grant in found] == [
        "own:Statement",
        "from:Source",
        "as:Text",
        "from:Override",
    ]
    assert blind == []


@pytest.mark.parametrize("name", ["source_policy_documents", "override_policy_documents", "source_json"])
def test_a_document_that_is_not_known_hides_statements(name: str) -> None:
    given = {name: UNKNOWN if name == "source_json" else [UNKNOWN], "statement": [{"actions": ["a"]}]}
    found, blind = grants(policy_document(block(given), SPAN))
    assert len(found) == 1 and [spot.kind for spot in blind] == ["policy"]


def test_a_statement_under_a_condition_says_so() -> None:
    statements = Listing([Either("infra:var.x", block({"actions": ["a"]}), Listing([], SPAN), SPAN)], SPAN)
    ((grant,), blind) = grants(policy_document(block({"statement": statements}), SPAN))
    assert (grant.conditional, grant.condition_when, blind) == (True, "infra:var.x", [])


def test_statements_that_are_not_all_known_are_a_blind_spot() -> None:
    statements = Listing([block({"actions": ["a"]})], SPAN, complete=False)
    found, blind = grants(policy_document(block({"statement": statements}), SPAN))
    assert len(found) == 1 and len(blind) == 1


def heredoc(text: str, *parts: Value) -> Leaf:
    """A heredoc of a file, with the values of its interpolations."""
    source = Source("infra/main.tf", f"policy = <<EOT\n{text}\nEOT\n")
    pieces: list[Value] = []
    for index, piece in enumerate(text.split("${x}")):
        pieces += [*parts[index - 1 : index], Const(piece)]
    return Leaf(concat(pieces), Span(source, 9, len(source.text)))


def test_symbols_in_a_text_stay_symbols_at_their_place() -> None:
    leaf = heredoc(
        '{"Statement": [\n  {"Effect": "Allow",\n   "Action": ["a:B"], "Resource": ["${x}", "${x}/index/*"]}]}',
        TABLE,
        TABLE,
    )
    (grant,), blind = grants(leaf)
    assert blind == []
    assert grant.resources == (TABLE, Concat((TABLE, Const("/index/*"))))
    assert grant.span.text.startswith('{"Effect"') and grant.span.start_position.line == 3


def test_a_symbol_may_stand_without_quotes() -> None:
    (grant,), _ = grants(heredoc('{"Statement": {"Effect": "Allow", "Action": ${x}, "Resource": "*"}}', UNKNOWN))
    assert [type(action) for action in grant.actions] == [Unknown]


@pytest.mark.parametrize("text", ["{", "", '{"Statement": [,]}', "no JSON"])
def test_a_broken_text_is_a_blind_spot(text: str) -> None:
    assert [len(part) for part in grants(node(text))] == [0, 1]


@pytest.mark.parametrize("value", [UNKNOWN, Parameter(UNIT, "policy"), ref("aws_x.y")])
def test_a_text_that_is_not_known_is_a_blind_spot(value: Value) -> None:
    assert [len(part) for part in grants(Leaf(value, SPAN))] == [0, 1]


def test_a_document_may_depend_on_a_condition() -> None:
    text = '{"Statement": {"Effect": "Allow", "Action": "a", "Resource": "b"}}'
    ((grant,), blind) = grants(Leaf(If("infra:c", Const(text), Unknown("no value (null)")), SPAN))
    assert (grant.condition_when, blind) == ("infra:c", [])


def test_null_is_no_document() -> None:
    assert grants(node(None)) == ([], []) and document_of(None) is None


# Roles


def test_a_role_with_its_trust_and_own_policies() -> None:
    arguments = {
        **ROLE["aws_iam_role.fn"],
        "inline_policy": [{"name": "x", "policy": json(GET)}],
        "managed_policy_arns": ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
        "permissions_boundary": "arn:aws:iam::1:policy/b",
    }
    found = role({"aws_iam_role.fn": arguments})
    assert texts(found.trust) == ["lambda.amazonaws.com"] and found.boundary
    assert actions(found)[0] == "dynamodb:GetItem" and "logs:PutLogEvents" in actions(found)
    assert found.blind_spots == () and found.used_by == ()


@pytest.mark.parametrize(
    "named",
    [
        ref("aws_iam_role.fn", "name"),
        ref("aws_iam_role.fn"),
        Const("fn-role"),
        Concat((Const("arn:aws:iam::"), Parameter("AWS", "AccountId"), Const(":role/fn-role"))),
        Const("arn:aws:iam::123456789012:role/service/fn-role"),
    ],
)
def test_a_role_policy_names_its_role(named: Value) -> None:
    found = role({"aws_iam_role_policy.x": {"role": named, "policy": json(GET)}})
    assert actions(found) == ["dynamodb:GetItem"] and found.used_by == ()


def test_roles_may_have_symbolic_names() -> None:
    name = Concat((Parameter(UNIT, "stage"), Const("-fn")))
    resources = {
        "aws_iam_role.fn": {"name": name},
        "aws_iam_role_policy.x": {"role": name, "policy": json(GET)},
    }
    assert actions(role(resources)) == ["dynamodb:GetItem"]


def test_a_declared_policy_is_granted_where_it_is_attached() -> None:
    policies = {
        "aws_iam_policy.orders": {"name": "orders", "policy": json(GET)},
        "aws_iam_policy.other": {"name": "other", "policy": json(GET)},
        "data.aws_iam_policy.orders": {"name": "orders"},
    }
    for arn in (
        ref("aws_iam_policy.orders"),
        ref("data.aws_iam_policy.orders"),
        Const("arn:aws:iam::123456789012:policy/orders"),
    ):
        for attachment in (
            {"aws_iam_role_policy_attachment.x": {"role": "fn-role", "policy_arn": arn}},
            {"aws_iam_policy_attachment.x": {"roles": [ref("aws_iam_role.fn", "name")], "policy_arn": arn}},
            {"aws_iam_role_policy_attachments_exclusive.x": {"role_name": "fn-role", "policy_arns": [arn]}},
        ):
            found = role({**policies, **attachment})
            assert actions(found) == ["dynamodb:GetItem"] and found.blind_spots == ()


@pytest.mark.parametrize(
    "arn",
    [
        Const("arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"),
        Concat((Const("arn:"), PARTITION, Const(":iam::aws:policy/AmazonDynamoDBReadOnlyAccess"))),
        ref("data.aws_iam_policy.aws"),
    ],
)
def test_a_policy_of_aws_is_known(arn: Value) -> None:
    found = role(
        {
            "data.aws_iam_policy.aws": {"name": "AmazonDynamoDBReadOnlyAccess"},
            "aws_iam_role_policy_attachment.x": {"role": "fn-role", "policy_arn": arn},
        }
    )
    assert "dynamodb:Query" in actions(found) and found.blind_spots == ()


@pytest.mark.parametrize(
    "attachment",
    [
        {"role": "fn-role", "policy_arn": UNKNOWN},
        {"role": "fn-role", "policy_arn": Parameter(UNIT, "policy")},
        {"role": "fn-role", "policy_arn": "arn:aws:iam::123456789012:policy/elsewhere"},
        {"role": "fn-role", "policy_arn": ref("data.aws_iam_policy.x")},
        {"role": "fn-role"},
        {"role": UNKNOWN, "policy_arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"},
    ],
)
def test_what_is_attached_and_not_known_is_a_blind_spot(attachment: dict[str, Any]) -> None:
    found = role(
        {"aws_iam_role_policy_attachment.x": attachment, "data.aws_iam_policy.x": {"arn": Parameter(UNIT, "arn")}}
    )
    assert found.grants == () and [spot.kind for spot in found.blind_spots] == ["policy"]


def test_a_policy_under_a_condition_grants_under_it() -> None:
    when = "infra:var.write"
    policy = instance("aws_iam_role_policy.x[0]", {"role": "fn-role", "policy": json(GET)}, when)
    assert [(grant.conditional, grant.condition_when) for grant in role({}, policy).grants] == [(True, when)]
    together = instance("aws_iam_role.fn", {"name": "fn-role"}, when)
    config = configuration({}, together, policy)
    assert [grant.conditional for grant in roles(config)["aws_iam_role.fn"].grants] == [False]


def test_either_of_two_policies_is_attached_under_its_condition() -> None:
    arn = If("infra:c", ref("aws_iam_policy.a"), Const("arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"))
    found = role(
        {
            "aws_iam_policy.a": {"policy": json(GET)},
            "aws_iam_role_policy_attachment.x": {"role": "fn-role", "policy_arn": arn},
        }
    )
    assert {grant.condition_when for grant in found.grants} == {"infra:c", "!infra:c"}


def test_a_role_of_a_called_module_gets_the_policies_of_the_root() -> None:
    unit = f"{UNIT}#module.fn"
    inner = instance("aws_iam_role.this", {"name": "inner"}, unit=unit)
    config = configuration(
        {"aws_iam_role_policy.x": {"role": ref("aws_iam_role.this", "name", unit), "policy": json(GET)}}, inner
    )
    assert actions(roles(config)["aws_iam_role.this"]) == ["dynamodb:GetItem"]


def test_a_module_that_is_not_read_may_attach_policies() -> None:
    found = role({}, unread={"role_name": ref("aws_iam_role.fn", "name")})
    assert len(found.blind_spots) == 1 and len(found.used_by) == 1


def test_other_users_of_a_role_are_noted() -> None:
    arn = ref("aws_iam_role.fn")
    assert role({"aws_lambda_function.f": {"role": arn}}, outputs={"role": arn}).used_by == ()
    assert role({"data.aws_iam_role.again": {"name": arn}}).used_by == ()
    assert role({"aws_sfn_state_machine.s": {"role_arn": arn}}).used_by == (SPAN,)
    assert role({"aws_x.s": {"settings": json({"roles": [arn]})}}).used_by == (SPAN,)


def test_inline_policies_that_are_made_elsewhere_are_not_known() -> None:
    declared = {"aws_iam_role_policy.x": {"name": "x", "role": "fn-role", "policy": json(GET)}}
    names = [ref("aws_iam_role_policy.x", "name"), "x"]
    only = {"aws_iam_role_policies_exclusive.o": {"role_name": "fn-role", "policy_names": names}}
    assert role({**declared, **only}).blind_spots == ()
    only["aws_iam_role_policies_exclusive.o"]["policy_names"] = ["elsewhere"]
    assert len(role({**declared, **only}).blind_spots) == 1


def test_a_statement_would_be_added_to_the_inline_policy_or_its_document() -> None:
    place = Span(Source("infra/data.tf", "document"), 0, 8)
    policy = {"role": "fn-role", "policy": policy_document(block({"statement": [{"actions": ["a"]}]}), place)}
    assert role({"aws_iam_role_policy.x": policy}).place == place
    assert role({}).place == SPAN


def test_the_role_of_an_argument() -> None:
    config = configuration(
        {
            **ROLE,
            "aws_iam_role.other": {"name": "other", "inline_policy": [{"policy": json(GET)}]},
            "data.aws_iam_role.fn": {"name": "fn-role"},
            "data.aws_iam_role.far": {"name": "far-role"},
        }
    )
    known, names = lower_roles(config, Lowered()), RoleNames(config)

    def of(value: Value | None) -> Role:
        return role_of(None if value is None else Leaf(value, SPAN), names, known, SPAN)

    fn = ResourceId(UNIT, "aws_iam_role.fn")
    assert of(ref("aws_iam_role.fn")) is known[fn]
    assert of(ref("data.aws_iam_role.fn")) is known[fn]
    assert of(Const("arn:aws:iam::123456789012:role/fn-role")) is known[fn]
    either = of(If("infra:c", ref("aws_iam_role.fn"), ref("aws_iam_role.other")))
    assert either.id == fn and actions(either) == ["dynamodb:GetItem"]
    for value in (None, UNKNOWN, Parameter(UNIT, "role"), ref("data.aws_iam_role.far"), ref("aws_x.y")):
        assert of(value).id is None and len(of(value).blind_spots) == 1


def test_two_names_that_are_not_known_are_not_the_same() -> None:
    unknown: Value = Unknown("a random name")
    config = {
        "aws_iam_role.fn": {"name": Concat((unknown, Const("-role")))},
        "aws_iam_role_policy.x": {"role": Concat((unknown, Const("-role"))), "policy": json(GET)},
    }
    assert role(config).grants == ()


def test_arguments_that_cannot_be_read_are_a_blind_spot() -> None:
    open_ended = instance("aws_iam_role.fn", {})
    open_ended.arguments.complete = False
    assert len(roles(configuration({}, open_ended))["aws_iam_role.fn"].blind_spots) == 1


def test_an_arn_may_be_put_together_around_a_roles_name() -> None:
    arn = Concat((Const("arn:aws:iam::1:role/"), ref("aws_iam_role.fn", "name")))
    assert actions(role({"aws_iam_role_policy.x": {"role": arn, "policy": json(GET)}})) == ["dynamodb:GetItem"]


def test_the_statements_of_a_file_have_their_places_in_it() -> None:
    source = Source("infra/p.json", '{"Statement": [\n {"Effect": "Allow", "Action": "a", "Resource": "b"}]}')
    leaf = Leaf(Const(source.text, Span(source, 0, len(source.text))), SPAN, file="infra/p.json")
    (grant,), _ = grants(leaf)
    assert (grant.span.path, grant.span.start_position.line) == ("infra/p.json", 2)


def test_a_grant_of_a_key_stands_beside_the_policies() -> None:
    resources = {
        "aws_kms_grant.fn": {
            "key_id": ref("aws_kms_key.main", "id"),
            "grantee_principal": ref("aws_iam_role.fn"),
            "operations": ["Decrypt", "GenerateDataKey"],
        }
    }
    (granted,) = role({**ROLE, **resources}).grants
    assert texts(granted.actions) == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert (granted.resources, granted.conditional) == ((ref("aws_kms_key.main"),), False)
