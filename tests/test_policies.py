"""Policy documents in, grants and blind spots out."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation.template import Template, recognise
from crosswire.frontends.policies import grants, managed_policy
from crosswire.project import Files
from crosswire.readers.tree import Entries, Node
from crosswire.source import Source, Span
from crosswire.values import Concat, Const, If, Parameter, Ref, ResourceId, Unknown, Value, one_of
from crosswire.wiring.access import Grant
from crosswire.wiring.function import BlindSpot

HEAD = """
Parameters:
  Arns: {Type: CommaDelimitedList}
  Effect: {Type: String}
  Action: {Type: String}
Conditions:
  Prod: !Equals [!Ref Effect, x]
Resources:
  Orders: {Type: "AWS::DynamoDB::Table"}
  Probe:
    Type: Custom::Probe
    Properties:
      Policy: """
ORDERS = Ref(ResourceId("t.yaml", "Orders"), "arn")
SPAN = Span(Source("t.yaml", "x"), 0, 1)


def probe(text: str) -> tuple[Template, Node]:
    source = Source("t.yaml", HEAD + text.replace("\n", "\n        ") + "\n")
    files = Files.from_texts(
        {"t.yaml": source.text, "policy.yaml": "Statement: {Effect: Allow, Action: i, Resource: j}\n"}
    )
    root = recognise(source, files)
    assert isinstance(root, Entries), root
    template = Template("t.yaml", source, root, files)
    node = template.resources["Probe"].properties.get("Policy")
    assert node is not None
    return template, node


def read(text: str) -> tuple[list[Grant], list[BlindSpot]]:
    template, node = probe(text)
    return grants(node, template.intrinsics)


def statement(text: str) -> Grant:
    (grant,), blind = read(f"{{Statement: [{text}]}}")
    assert blind == []
    return grant


def texts(values: tuple[Value, ...]) -> list[str]:
    return [value.text if isinstance(value, Const) else "<?>" for value in values]


def test_a_statement_becomes_a_grant_at_its_place() -> None:
    (grant,), blind = read(
        "\nVersion: 2012-10-17\nStatement:\n- Sid: x\n  Effect: Allow\n  Action: [dynamodb:GetItem, 'dynamodb:Put*']\n"
        "  Resource: [!GetAtt Orders.Arn, !Sub '${Orders.Arn}/index/*']"
    )
    assert blind == []
    assert (grant.effect, texts(grant.actions), grant.conditional) == (
        "Allow",
        ["dynamodb:GetItem", "dynamodb:Put*"],
        False,
    )
    assert grant.resources == (ORDERS, Concat((ORDERS, Const("/index/*"))))
    assert grant.span.text.startswith("Sid: x") and grant.span.text.endswith("'${Orders.Arn}/index/*']")


@pytest.mark.parametrize(
    "text",
    [
        "{Statement: {Effect: Allow, Action: a, Resource: b}}",
        "{Statement: [{Effect: Allow, Action: [a], Resource: [b]}]}",
        '{"Statement": [{"Effect": "Allow", "Action": "a", "Resource": "b"}]}',
        "{Statement: [{Effect: Allow, Action: [a, !Ref AWS::NoValue], Resource: !Split [',', b]}]}",
        "[{Statement: {Effect: Allow, Action: a, Resource: b}}]",
    ],
)
def test_lists_and_single_values_mean_the_same(text: str) -> None:
    (grant,), blind = read(text)
    assert (texts(grant.actions), texts(grant.resources), grant.conditional, blind) == (["a"], ["b"], False, [])


def test_the_negated_members_are_kept_apart() -> None:
    grant = statement("{Effect: Deny, NotAction: [a, b], NotResource: c}")
    assert (grant.effect, texts(grant.not_actions), texts(grant.not_resources)) == ("Deny", ["a", "b"], ["c"])
    assert grant.actions == () and grant.resources == ()


@pytest.mark.parametrize(
    ("condition", "conditional"),
    [
        ("{StringEquals: {a: b}}", True),
        ("!Ref Action", True),
        ("!If [Prod, {StringEquals: {a: b}}, !Ref AWS::NoValue]", True),
        ("{}", False),
        ("!Ref AWS::NoValue", False),
        ("", False),
    ],
)
def test_conditions_make_a_grant_conditional(condition: str, conditional: bool) -> None:
    grant = statement(f"{{Effect: Allow, Action: a, Resource: b, Condition: {condition}}}")
    assert grant.conditional is conditional


@pytest.mark.parametrize(
    ("principal", "expected"),
    [
        ("Principal: '*'", ["*"]),
        ("Principal: {AWS: '*'}", ["*"]),
        (
            "Principal: {Service: [a.amazonaws.com, b.amazonaws.com], AWS: c}",
            ["a.amazonaws.com", "b.amazonaws.com", "c"],
        ),
        ("Principal: {Service: !Sub 'x.amazonaws.com'}", ["x.amazonaws.com"]),
        ("Principal: {AWS: !Ref Arns}", ["<?>", "<?>"]),
        ("Principal: !Ref Action", ["<?>"]),
        ("NotPrincipal: {AWS: x}", ["<?>"]),
        ("Sid: none", []),
    ],
)
def test_principals(principal: str, expected: list[str]) -> None:
    grant = statement(f"{{Effect: Allow, Action: a, {principal}}}")
    assert texts(grant.principals) == expected


def test_a_statement_under_a_condition_says_so() -> None:
    (sure, then, otherwise), blind = read(
        "\nStatement:\n- {Effect: Allow, Action: a, Resource: b}\n- Fn::If:\n"
        "  - Prod\n  - {Effect: Allow, Action: c, Resource: d}\n"
        "  - [{Effect: Deny, Action: e, Resource: f}]"
    )
    assert blind == []
    assert [(grant.conditional, grant.condition_when) for grant in (sure, then, otherwise)] == [
        (False, ""),
        (True, "t.yaml:Prod"),
        (True, "!t.yaml:Prod"),
    ]


def test_a_document_under_a_condition_says_so() -> None:
    found, blind = read("!If [Prod, {Statement: {Effect: Allow, Action: a, Resource: b}}, !Ref AWS::NoValue]")
    assert [(grant.conditional, grant.condition_when) for grant in found] == [(True, "t.yaml:Prod")]
    assert blind == []


def test_an_action_may_depend_on_a_condition() -> None:
    grant = statement("{Effect: Allow, Action: [a, !If [Prod, b, c]], Resource: !If [Prod, d, !Ref AWS::NoValue]}")
    assert isinstance(grant.actions[1], If) and grant.conditional is False


def test_a_list_that_is_not_known_leaves_an_unknown_beside_what_is() -> None:
    grant = statement("{Effect: Allow, Action: a, Resource: !Ref Arns}")
    assert isinstance(grant.resources[0], Parameter) and isinstance(grant.resources[-1], Unknown)


def test_an_included_document_is_read() -> None:
    (grant,), blind = read("{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: policy.yaml}}}")
    assert texts(grant.actions) == ["i"] and blind == []


@pytest.mark.parametrize(
    ("text", "granted"),
    [
        ("!Ref Action", 0),
        ("text", 0),
        ("{'Fn::Transform': {Name: Macro}}", 0),
        ("{Statement: !Ref Action}", 0),
        ("{Statement: [text]}", 0),
        ("{Statement: [{Action: a, Resource: b}]}", 0),
        ("{Statement: [{Effect: allow, Action: a, Resource: b}]}", 0),
        ("{Statement: [{Effect: !Ref Effect, Action: a, Resource: b}]}", 0),
        ("{Statement: [{Effect: Allow, Action: a, Resource: b, 'Fn::Transform': {Name: Macro}}]}", 1),
        ("{Statement: [{Effect: Allow, Action: a, Resource: b}], 'Fn::Transform': {Name: Macro}}", 1),
        ("{Statement: !If [Prod, [{Effect: Allow, Action: a, Resource: b}], !Ref Arns]}", 1),
    ],
)
def test_what_cannot_be_read_is_a_blind_spot(text: str, granted: int) -> None:
    found, blind = read(text)
    assert len(found) == granted
    assert blind and all(spot.kind == "policy" and spot.why and spot.span for spot in blind)


def test_an_absent_or_empty_document_grants_nothing_and_hides_nothing() -> None:
    template, _ = probe("x")
    assert grants(None, template.intrinsics) == ([], [])
    assert read("{Statement: []}") == ([], [])
    assert read("{}") == ([], [])


PARTITION = Parameter("AWS", "Partition")


@pytest.mark.parametrize(
    "value",
    [
        Const("AmazonDynamoDBReadOnlyAccess"),
        Const("arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"),
        Const("arn:aws-cn:iam::aws:policy/AmazonDynamoDBReadOnlyAccess"),
        Concat((Const("arn:"), PARTITION, Const(":iam::aws:policy/AmazonDynamoDBReadOnlyAccess"))),
    ],
)
def test_a_managed_policy_of_aws_by_name_or_arn(value: Value) -> None:
    found, blind = managed_policy(value, SPAN)
    assert blind == []
    assert any("dynamodb:Query" in texts(grant.actions) for grant in found)
    assert {(grant.origin, grant.span) for grant in found} == {("AmazonDynamoDBReadOnlyAccess", SPAN)}


def test_a_managed_policy_with_a_path() -> None:
    value = Concat((Const("arn:"), PARTITION, Const(":iam::aws:policy/service-role/AWSLambdaBasicExecutionRole")))
    found, blind = managed_policy(value, SPAN)
    assert found and blind == [] and found[0].origin == "AWSLambdaBasicExecutionRole"


@pytest.mark.parametrize(
    "value",
    [
        Const("NoSuchPolicyAnywhere"),
        Const("arn:aws:iam::123456789012:policy/AmazonDynamoDBReadOnlyAccess"),
        Parameter("t.yaml", "Policy"),
        Unknown("computed"),
        Concat((Const("arn:aws:iam::"), Parameter("AWS", "AccountId"), Const(":policy/mine"))),
    ],
)
def test_any_other_managed_policy_is_a_blind_spot(value: Value) -> None:
    found, blind = managed_policy(value, SPAN)
    assert found == [] and [spot.kind for spot in blind] == ["policy"]


def test_a_choice_of_managed_policies_grants_maybe() -> None:
    name = Const("AmazonDynamoDBReadOnlyAccess")
    for value in (If("t.yaml:Prod", name, Unknown("no value (AWS::NoValue)")), one_of([name, Const("NoSuch")])):
        found, _ = managed_policy(value, SPAN)
        assert found and all(grant.conditional for grant in found)
