"""Intrinsic functions in, values out."""

from __future__ import annotations

import time

import pytest

from crosswire.frontends.cloudformation.intrinsics import call_of, is_no_value
from crosswire.frontends.cloudformation.template import Template, recognise
from crosswire.project import Files
from crosswire.readers.tree import Entries, Node
from crosswire.source import Source
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Truth, Unknown, Value

HEAD = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Stage: {Type: String, Default: dev, AllowedValues: [dev, prod]}
  Free: {Type: String}
  Password: {Type: String, NoEcho: true, Default: hunter2, AllowedValues: [hunter2]}
  Looked: {Type: "AWS::SSM::Parameter::Value<String>", Default: /path/to/name}
  Names: {Type: CommaDelimitedList, Default: "a,b"}
Mappings:
  Stages:
    dev: {Table: orders-dev, List: [x, y]}
    prod: {Table: orders-prod, List: [z]}
  Regions:
    eu-west-1: {Bucket: eu}
    us-east-1: {Bucket: us}
Conditions:
  Prod: !Equals [!Ref Stage, prod]
  Always: !Equals [a, a]
  Never: !Not [{Condition: Always}]
  NotAllowed: {"Fn::Equals": [{Ref: Stage}, test]}
  Both: !And [!Condition Always, !Condition Prod]
  Neither: !And [{Condition: Never}, {Condition: Prod}]
  Any: !Or [{Condition: Always}, {Condition: Prod}]
  Itself: !Not [!Condition Itself]
Resources:
  Orders: {Type: "AWS::DynamoDB::Table"}
  Queue: {Type: "AWS::SQS::Queue"}
  Topic: {Type: "AWS::SNS::Topic"}
  Config: {Type: "AWS::SSM::Parameter"}
  Pool: {Type: "AWS::Cognito::UserPool"}
  Child: {Type: "AWS::CloudFormation::Stack"}
  Odd: {Type: "Custom::Odd"}
  Fn: {Type: "AWS::Serverless::Function"}
  Probe:
    Type: Custom::Probe
    Properties:
      Value: """


def probe(text: str) -> tuple[Template, Node]:
    """A template and the node of `text` in it; further lines are indented by eight."""
    source = Source("t.yaml", HEAD + text.replace("\n", "\n        ") + "\n")
    files = Files.from_texts({"t.yaml": source.text, "part.yaml": "Included: yes it is\n", "list.yaml": "[p, q]\n"})
    root = recognise(source, files)
    assert isinstance(root, Entries), root
    template = Template("t.yaml", source, root, files)
    node = template.resources["Probe"].properties.get("Value")
    assert node is not None
    return template, node


def value(text: str) -> Value:
    template, node = probe(text)
    return template.intrinsics.value(node)


def show(value: Value) -> str:
    """A value in short: constants as they are, symbols in angle brackets."""
    match value:
        case Const(text):
            return text
        case Ref(resource, attribute):
            return f"<{resource.address}.{attribute}>"
        case Parameter(scope, name):
            return f"<{scope}:{name}>"
        case Concat(parts):
            return "".join(show(part) for part in parts)
        case If(condition, then, otherwise):
            return f"({condition} ? {show(then)} : {show(otherwise)})"
        case OneOf(choices):
            return "|".join(show(choice) for choice in choices)
        case Unknown():
            return "<?>"
        case _:
            raise AssertionError(value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("plain", "plain"),
        ("'12'", "12"),
        ("'{{resolve:ssm:/x}}'", "{{resolve:ssm:/x}}"),
        # Ref
        ("!Ref Orders", "<Orders.name>"),
        ("{Ref: Orders}", "<Orders.name>"),
        ("!Ref Queue", "<Queue.url>"),
        ("!Ref Topic", "<Topic.arn>"),
        ("!Ref Pool", "<Pool.id>"),
        ("!Ref Odd", "<Odd.id>"),
        ("!Ref Stage", "<t.yaml:Stage>"),
        ("!Ref AWS::Region", "<AWS:Region>"),
        ("!Ref AWS::Nonsense", "<?>"),
        ("!Ref Nothing", "<?>"),
        ("!Ref AWS::NoValue", "<?>"),
        ("!Ref ServerlessRestApi", "<ServerlessRestApi.id>"),
        ("!Ref FnRole", "<FnRole.name>"),
        ("!Ref Fn.Version", "<Fn.Version>"),
        ("!Ref FnAliaslive", "<FnAliaslive.arn>"),
        ("!GetAtt FnUrl.FunctionUrl", "<FnUrl.url>"),
        ("!Ref OrdersAliaslive", "<?>"),
        # GetAtt
        ("!GetAtt Orders.Arn", "<Orders.arn>"),
        ("!GetAtt [Orders, Arn]", "<Orders.arn>"),
        ("{'Fn::GetAtt': [Orders, StreamArn]}", "<Orders.StreamArn>"),
        ("{'Fn::GetAtt': Orders.Arn}", "<Orders.arn>"),
        ("!GetAtt Queue.QueueName", "<Queue.name>"),
        ("!GetAtt Child.Outputs.Table", "<Child.Outputs.Table>"),
        ("!GetAtt [Child, Outputs, Table]", "<Child.Outputs.Table>"),
        ("!GetAtt [Orders, !Ref Free]", "<?>"),
        ("!GetAtt Orders", "<?>"),
        ("!GetAtt Nothing.Arn", "<?>"),
        ("!GetAtt FnRole.Arn", "<FnRole.arn>"),
        # Sub
        ("!Sub '${Stage}-orders'", "<t.yaml:Stage>-orders"),
        (
            "!Sub 'arn:${AWS::Partition}:x:${!Kept}:${Orders}/${Orders.Arn}'",
            "arn:<AWS:Partition>:x:${Kept}:<Orders.name>/<Orders.arn>",
        ),
        ("!Sub ['${A}-${Stage}', {A: !Ref Orders}]", "<Orders.name>-<t.yaml:Stage>"),
        ("{'Fn::Sub': ['${A.B}', {A.B: x}]}", "x"),
        ("!Sub\n- '${A}'\n- A: b", "b"),
        ("!Sub 'no variables'", "no variables"),
        ("!Sub 'open ${Stage'", "open ${Stage"),
        ("!Sub '$${Stage}$'", "$<t.yaml:Stage>$"),
        ("!Sub '${ Stage }'", "<t.yaml:Stage>"),
        ("!Sub '${Child.Outputs.X}'", "<Child.Outputs.X>"),
        ("!Sub []", "<?>"),
        ("!Sub {a: b}", "<?>"),
        # Join
        ("!Join ['-', [a, !Ref Stage, b]]", "a-<t.yaml:Stage>-b"),
        ("{'Fn::Join': ['', [a, {Ref: 'AWS::NoValue'}, b]]}", "ab"),
        ("!Join [',', !Split ['-', a-b-c]]", "a,b,c"),
        ("!Join [',', !Ref Names]", "<?>"),
        ("!Join [',', [a, !If [Prod, b, !Ref AWS::NoValue]]]", "<?>"),
        ("!Join [',', [a, !If [Prod, b, c]]]", "a,(t.yaml:Prod ? b : c)"),
        ("!Join x", "<?>"),
        # Select and Split
        ("!Select [1, [a, b]]", "b"),
        ("!Select ['0', !Split ['/', a/b]]", "a"),
        ("!Select [5, [a, b]]", "<?>"),
        ("!Select [-1, [a, b]]", "<?>"),
        ("!Select [!Ref Free, [a, b]]", "<?>"),
        ("!Select [0, !GetAZs '']", "<?>"),
        ("!Select [1, !Split ['/', !GetAtt Orders.Arn]]", "<Orders.name>"),
        ("!Select [5, !Split [':', !GetAtt Queue.Arn]]", "<Queue.name>"),
        ("!Select [0, !Split ['-', !Ref Free]]", "<?>"),
        ("!Select [1, !Split ['/', !Sub '${Config}/x']]", "<?>"),
        ("!Select [1, !Split [':', !Sub '${Config}:x']]", "x"),
        ("!Select [0, !FindInMap [Stages, dev, List]]", "x"),
        # If
        ("!If [Prod, a, b]", "(t.yaml:Prod ? a : b)"),
        ("{'Fn::If': [Prod, !Ref Orders, {Ref: 'AWS::NoValue'}]}", "(t.yaml:Prod ? <Orders.name> : <?>)"),
        ("!If [Always, a, b]", "a"),
        ("!If [Never, a, b]", "b"),
        ("!If [NotAllowed, a, b]", "b"),
        ("!If [Both, a, b]", "(t.yaml:Both ? a : b)"),
        ("!If [Neither, a, b]", "b"),
        ("!If [Any, a, b]", "a"),
        ("!If [Itself, a, b]", "(t.yaml:Itself ? a : b)"),
        ("!If [Undeclared, a, b]", "(t.yaml:Undeclared ? a : b)"),
        ("!If [Prod, a]", "<?>"),
        # FindInMap
        ("!FindInMap [Stages, prod, Table]", "orders-prod"),
        ("!FindInMap [Stages, !Ref Stage, Table]", "(t.yaml:Stage=dev ? orders-dev : orders-prod)"),
        ("!FindInMap [Regions, !Ref AWS::Region, Bucket]", "eu|us"),
        ("!FindInMap [Stages, test, Table, {DefaultValue: none}]", "none"),
        ("!FindInMap [Nowhere, a, b, {DefaultValue: !Ref Stage}]", "<t.yaml:Stage>"),
        ("!FindInMap [Stages, test, Table]", "<?>"),
        ("!FindInMap [Stages, dev, !Ref Free]", "<?>"),
        ("!FindInMap [!Ref Free, dev, Table]", "<?>"),
        ("!FindInMap [Stages]", "<?>"),
        # the others
        ("!ImportValue shared-table", "<import:shared-table>"),
        ("!ImportValue\n  Fn::Sub: '${Free}-table'", "<import:${t.yaml:Free}-table>"),
        ("{'Fn::ImportValue': !Sub 'x-${AWS::Region}'}", "<import:x-${AWS::Region}>"),
        ("!Length [a, b]", "2"),
        ("{'Fn::Length': !Ref Names}", "<?>"),
        ("!ToJsonString {a: 1, b: [!Ref Stage, 'true', true]}", '{"a":1,"b":["<t.yaml:Stage>","true",true]}'),
        ("!Base64 abc", "<?>"),
        ("!Cidr [10.0.0.0/16, 2, 8]", "<?>"),
        ("!Transform {Name: Macro}", "<?>"),
        ("!Nonsense x", "<?>"),
        ("!!binary aGk=", "<?>"),
        ("[a, b]", "<?>"),
        ("{a: b}", "<?>"),
        ("", "<?>"),
    ],
)
def test_a_function_stands_for(text: str, expected: str) -> None:
    assert show(value(text)) == expected


@pytest.mark.parametrize(
    "text", ["!Ref Nothing", "!Base64 x", "[a]", "{a: b}", "!If [Prod]", "!GetAZs ''", "!Nonsense x"]
)
def test_an_unknown_value_says_why_and_where(text: str) -> None:
    unknown = value(text)
    assert isinstance(unknown, Unknown)
    assert unknown.why and unknown.span is not None and unknown.span.start_position.line > 1


def test_values_know_their_place() -> None:
    for text in ("!Ref Orders", "!Ref Stage", "!If [Prod, a, b]", "!Sub '${Stage}-x'", "!GetAtt Orders.Arn", "plain"):
        found = value(text)
        assert found.span is not None and found.span.text == text


def test_a_parameter_tells_default_and_allowed_values() -> None:
    stage = value("!Ref Stage")
    assert isinstance(stage, Parameter)
    assert (stage.default, stage.allowed, stage.secret) == ("dev", ("dev", "prod"), False)


def test_a_secret_parameter_keeps_nothing_of_its_value() -> None:
    password = value("!Sub 'x${Password}'")
    assert "hunter2" not in repr(password)
    assert isinstance(password, Concat) and isinstance(password.parts[1], Parameter) and password.parts[1].secret


def test_the_default_of_a_looked_up_parameter_is_not_its_value() -> None:
    looked = value("!Ref Looked")
    assert isinstance(looked, Parameter) and looked.default is None


def test_the_same_expression_gives_equal_values_in_two_places() -> None:
    assert value("!Sub '${Stage}-orders'") == value("!Join ['-', [!Ref Stage, orders]]")


@pytest.mark.parametrize(
    ("text", "keys", "complete"),
    [
        ("{a: 1, b: 2}", ["a", "b"], True),
        ("{a: 1, a: 2}", ["a"], True),
        ("!If [Prod, {a: 1}, {a: 2, b: 3}]", ["a", "b"], True),
        ("!If [Prod, {a: 1}, !Ref AWS::NoValue]", ["a"], True),
        ("!If [Always, {a: 1}, {b: 1}]", ["a"], True),
        ("!If [Prod, {a: 1}, !Ref Free]", ["a"], False),
        (
            "{a: 1, 'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: ./part.yaml}}}",
            ["a", "Included"],
            True,
        ),
        ("{a: 1, 'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: 's3://b/k'}}}", ["a"], False),
        ("{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: part.yaml}}}", ["Included"], True),
        ("{'Fn::Transform': {Name: Macro}}", [], False),
        ("{a: 1, 'Fn::Nonsense': x}", ["a"], False),
        ("{'Fn::ForEach::K': [N, [a, b], {'${N}x': !Ref N}], c: 1}", ["ax", "bx", "c"], True),
        ("{'Fn::ForEach::K': [N, !Ref Names, {'x${N}': 1}]}", ["xa", "xb"], True),
        ("{'Fn::ForEach::K': [N, !Ref Free, {'x${N}': 1}]}", [], False),
        ("{'Fn::ForEach::K': [N, [a.b], {'x&{N}': 1}]}", ["xab"], True),
        ("{'Fn::ForEach::K': x}", [], False),
        ("!Ref Free", [], False),
        ("!FindInMap [Stages, dev]", [], False),
        ("text", [], False),
        ("[a]", [], False),
        ("", [], True),
        ("!Ref AWS::NoValue", [], True),
    ],
)
def test_the_keys_of_a_mapping(text: str, keys: list[str], complete: bool) -> None:
    template, node = probe(text)
    fields = template.intrinsics.fields(node)
    assert ([key.text for key, _ in fields.pairs], fields.complete) == (keys, complete)


def test_no_mapping_has_no_keys() -> None:
    template, _ = probe("x")
    assert template.intrinsics.fields(None).complete


def test_a_key_of_both_sides_depends_on_the_condition() -> None:
    template, node = probe("!If [Prod, {A: {V: 1}}, {A: {V: 2, W: 3}}]")
    inner = template.intrinsics.fields(template.intrinsics.fields(node).get("A"))
    assert show(template.intrinsics.value(inner.get("V"))) == "(t.yaml:Prod ? 1 : 2)"
    assert show(template.intrinsics.value(inner.get("W"))) == "(t.yaml:Prod ? <?> : 3)"


def test_loops_fill_refs_subs_and_inner_loops() -> None:
    template, node = probe(
        "\nFn::ForEach::A:\n- A\n- [x, y]\n- Fn::ForEach::B:\n"
        "  - B\n  - [1, 2]\n  - '${A}${B}': !Sub '${A}-${B}-${Stage}'"
    )
    fields = template.intrinsics.fields(node)
    assert [key.text for key, _ in fields.pairs] == ["x1", "x2", "y1", "y2"]
    assert show(template.intrinsics.value(fields.get("y2"))) == "y-2-<t.yaml:Stage>"


def test_loops_within_loops_are_bounded() -> None:
    items = "[" + ",".join(f"i{n}" for n in range(150)) + "]"
    body = "{'${A}${B}${C}': 1}"
    for name in "CBA":
        body = f"{{'Fn::ForEach::{name}': [{name}, {items}, {body}]}}"
    started = time.perf_counter()
    template, node = probe(body)
    assert not template.intrinsics.fields(node).complete
    assert time.perf_counter() - started < 5


@pytest.mark.parametrize(
    ("text", "items", "complete"),
    [
        ("[a, b]", ["a", "b"], True),
        ("a", ["a"], True),
        ("!Ref Orders", ["<Orders.name>"], True),
        ("!Sub x", ["x"], True),
        ("!Ref Names", ["<t.yaml:Names>"], False),
        ("[a, !Ref AWS::NoValue]", ["a"], True),
        ("[a, !If [Prod, b, c]]", ["a", "(t.yaml:Prod ? b : c)"], True),
        ("!If [Prod, [a, b], [c]]", ["a", "b", "c"], True),
        ("!If [Prod, a, [b, c]]", ["a", "b", "c"], True),
        ("!If [Always, [a], [b]]", ["a"], True),
        ("!If [Prod, [a], !Ref AWS::NoValue]", ["a"], True),
        ("[!If [Prod, [a, b], c]]", ["a", "b", "c"], True),
        ("[!If [Prod, a, !Ref Names]]", ["a", "<t.yaml:Names>"], True),
        ("!If [Prod, [a], !Ref Names]", ["a", "<t.yaml:Names>"], False),
        ("!Split [',', 'a,b']", ["a", "b"], True),
        ("!Split [',', !Ref Free]", [], False),
        ("!GetAZs ''", ["<?>"], False),
        ("!FindInMap [Stages, dev, List]", ["x", "y"], True),
        ("!FindInMap [Stages, !Ref Stage, List]", ["(t.yaml:Stage=dev ? <?> : <?>)"], False),
        ("{'Fn::Transform': {Name: 'AWS::Include', Parameters: {Location: list.yaml}}}", ["p", "q"], True),
        ("{'Fn::Transform': {Name: Macro}}", ["<?>"], False),
        ("", [], True),
        ("[]", [], True),
    ],
)
def test_the_items_of_a_list(text: str, items: list[str], complete: bool) -> None:
    template, node = probe(text)
    found, all_known = template.intrinsics.items(node)
    assert ([show(template.intrinsics.value(item)) for item in found], all_known) == (items, complete)


def test_entries_tell_the_conditions_they_are_under() -> None:
    template, node = probe("[{a: 1}, !If [Prod, {b: 1}, !If [Both, {c: 1}, !Ref AWS::NoValue]]]")
    entries, complete = template.intrinsics.entries(node)
    assert complete
    assert [entry.when for entry in entries] == [(), ("t.yaml:Prod",), ("!t.yaml:Prod", "t.yaml:Both")]


@pytest.mark.parametrize("text", ["!Ref Orders", "!GetAtt Orders.Arn", "!Sub '${Orders}'", "!Sub '${Orders.Arn}'"])
def test_the_resource_that_a_node_names(text: str) -> None:
    template, node = probe(text)
    assert template.intrinsics.resource(node) == template.resources["Orders"].id


@pytest.mark.parametrize("text", ["!Ref Stage", "!Sub 'x-${Orders}'", "Orders", "!If [Prod, !Ref Orders, x]"])
def test_other_nodes_name_no_resource(text: str) -> None:
    template, node = probe(text)
    assert template.intrinsics.resource(node) is None


def test_conditions_are_evaluated_where_they_are_constant() -> None:
    template, _ = probe("x")
    truths = {
        name: template.intrinsics.condition(name) for name in ("Always", "Never", "Prod", "Any", "Neither", "Gone")
    }
    assert truths == {
        "Always": Truth.YES,
        "Never": Truth.NO,
        "Prod": Truth.MAYBE,
        "Any": Truth.YES,
        "Neither": Truth.NO,
        "Gone": Truth.MAYBE,
    }


def test_functions_nested_without_end_become_unknown() -> None:
    text = "x"
    for _ in range(45):
        text = f"!Join ['', [{text}]]"
    assert show(value(text)) == "<?>"
    text = "!Ref Orders"
    for _ in range(20):
        text = f"!If [Prod, {text}, b]"
    assert show(value(text)).count("Prod") == 20


def test_calls_are_told_from_mappings() -> None:
    _, node = probe("{Condition: Prod}")
    assert call_of(node) is None
    _, node = probe("{Ref: A, Other: B}")
    assert call_of(node) is None
    _, node = probe("{Ref: AWS::NoValue}")
    assert is_no_value(node)
