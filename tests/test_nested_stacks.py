"""Several templates in, units and what crosses between them out."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.project import Files
from crosswire.values import Concat, Const, If, Parameter, Ref, ResourceId, Value

CHILD = """
Parameters:
  TableName: {Type: String, Default: fallback}
  Stage: {Type: String, Default: dev}
  Secret: {Type: String, NoEcho: true, Default: hunter2}
Resources:
  Orders:
    Type: AWS::DynamoDB::Table
    Properties: {TableName: !Ref TableName}
Outputs:
  Arn: {Value: !GetAtt Orders.Arn}
  Name: {Value: !Ref Orders, Export: {Name: orders-name}}
"""


def lower(**texts: str) -> Lowered:
    lowered = Lowered()
    files = {name.replace("__", "/").replace("_dot_", "."): text for name, text in texts.items()}
    lower_templates(Files.from_texts(files), lowered)
    return lowered


def parent(url: str, parameters: str = "{}", kind: str = "AWS::CloudFormation::Stack") -> str:
    place = "TemplateURL" if kind == "AWS::CloudFormation::Stack" else "Location"
    return f"""
Parameters: {{Bucket: {{Type: String}}}}
Resources:
  Data:
    Type: {kind}
    Properties:
      {place}: {url}
      Parameters: {parameters}
Outputs:
  Deep: {{Value: !GetAtt Data.Outputs.Arn}}
"""


def units(lowered: Lowered) -> list[tuple[str, str]]:
    return [(unit.id, unit.root) for unit in lowered.units]


def resolved(lowered: Lowered, value: Value) -> Value:
    while isinstance(value, Ref | Parameter) and value in lowered.definitions:
        value = lowered.definitions[value]
    return value


@pytest.mark.parametrize(
    "url",
    [
        "./child.yaml",
        "child.yaml",
        "https://s3.amazonaws.com/bucket/prefix/child.yaml",
        "!Sub 'https://${Bucket}.s3.amazonaws.com/app/child.yaml'",
        "!Sub 'https://${Bucket}.s3.${AWS::Region}.amazonaws.com/child.yaml?versionId=1'",
    ],
)
def test_a_nested_template_is_a_part_of_its_parents_unit(url: str) -> None:
    lowered = lower(app_dot_yaml=parent(url), child_dot_yaml=CHILD)
    assert units(lowered) == [("app.yaml", "app.yaml"), ("app.yaml#Data", "app.yaml")]
    assert ResourceId("app.yaml#Data", "Orders") in [resource.id for resource in lowered.resources]


def test_a_nested_application_is_one_too() -> None:
    lowered = lower(
        infra__app_dot_yaml=parent("../nested/child.yaml", kind="AWS::Serverless::Application"),
        nested__child_dot_yaml=CHILD,
    )
    assert units(lowered)[1] == ("infra/app.yaml#Data", "infra/app.yaml")


@pytest.mark.parametrize(
    "url",
    [
        "missing.yaml",
        "!Ref Bucket",
        "https://s3.amazonaws.com/bucket/other.yaml",
        "{ApplicationId: x, SemanticVersion: 1.0.0}",
    ],
)
def test_a_nested_template_elsewhere_leaves_the_others_alone(url: str) -> None:
    lowered = lower(app_dot_yaml=parent(url, kind="AWS::Serverless::Application"), child_dot_yaml=CHILD)
    assert units(lowered) == [("app.yaml", "app.yaml"), ("child.yaml", "child.yaml")]


def test_a_url_that_fits_two_files_names_neither() -> None:
    lowered = lower(
        app_dot_yaml=parent("https://s3.amazonaws.com/bucket/child.yaml"),
        a__child_dot_yaml=CHILD,
        b__child_dot_yaml=CHILD,
    )
    assert len(lowered.units) == 3 and all(unit.id == unit.root for unit in lowered.units)


def test_parameters_are_what_the_parent_gives_else_their_default() -> None:
    lowered = lower(app_dot_yaml=parent("child.yaml", "{TableName: !Sub '${Bucket}-orders'}"), child_dot_yaml=CHILD)
    given = lowered.definitions[Parameter("app.yaml#Data", "TableName")]
    assert given == Concat((Parameter("app.yaml", "Bucket"), Const("-orders")))
    assert lowered.definitions[Parameter("app.yaml#Data", "Stage")] == Const("dev")
    assert Parameter("app.yaml#Data", "Secret") not in lowered.definitions
    assert "hunter2" not in repr(lowered.definitions)


def test_parameters_that_may_be_given_have_no_certain_default() -> None:
    lowered = lower(app_dot_yaml=parent("child.yaml", "!If [P, {TableName: x}, !Ref Bucket]"), child_dot_yaml=CHILD)
    assert Parameter("app.yaml#Data", "Stage") not in lowered.definitions


def test_a_list_reaches_the_parameter_joined() -> None:
    lowered = lower(app_dot_yaml=parent("child.yaml", "{TableName: [a, !Ref Bucket]}"), child_dot_yaml=CHILD)
    expected = Concat((Const("a,"), Parameter("app.yaml", "Bucket")))
    assert lowered.definitions[Parameter("app.yaml#Data", "TableName")] == expected


def test_outputs_come_out() -> None:
    lowered = lower(app_dot_yaml=parent("child.yaml"), child_dot_yaml=CHILD)
    output = Ref(ResourceId("app.yaml", "Data"), "Outputs.Arn")
    assert lowered.definitions[output] == Ref(ResourceId("app.yaml#Data", "Orders"), "arn")


def test_the_same_child_twice_is_two_stacks() -> None:
    text = parent("child.yaml", "{TableName: a}").replace(
        "Outputs:",
        "  More:\n    Type: AWS::CloudFormation::Stack\n"
        "    Properties: {TemplateURL: child.yaml, Parameters: {TableName: b}}\nOutputs:",
    )
    lowered = lower(app_dot_yaml=text, child_dot_yaml=CHILD)
    names = [resolved(lowered, Ref(ResourceId(unit, "Orders"), "name")) for unit in ("app.yaml#Data", "app.yaml#More")]
    assert names == [Const("a"), Const("b")]


def test_values_pass_through_several_levels() -> None:
    middle = """
Parameters: {Name: {Type: String}}
Resources:
  Inner: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: child.yaml, Parameters: {TableName: !Ref Name}}}
Outputs: {Arn: {Value: !GetAtt Inner.Outputs.Arn}}
"""
    lowered = lower(app_dot_yaml=parent("middle.yaml", "{Name: deep}"), middle_dot_yaml=middle, child_dot_yaml=CHILD)
    assert [unit.id for unit in lowered.units] == ["app.yaml", "app.yaml#Data", "app.yaml#Data#Inner"]
    inner = ResourceId("app.yaml#Data#Inner", "Orders")
    assert resolved(lowered, Ref(inner, "name")) == Const("deep")
    value: Value = lowered.definitions[Ref(ResourceId("app.yaml", "Data"), "Outputs.Arn")]
    assert lowered.definitions[value] == Ref(inner, "arn") if isinstance(value, Ref) else False


def test_templates_that_nest_each_other_end() -> None:
    lowered = lower(a_dot_yaml=parent("b.yaml"), b_dot_yaml=parent("a.yaml"))
    assert units(lowered) == [("a.yaml", "a.yaml"), ("a.yaml#Data", "a.yaml")]
    assert [spot.kind for unit in lowered.units for spot in unit.blind_spots] == ["template"]


def test_a_template_that_nests_itself_ends() -> None:
    lowered = lower(a_dot_yaml=parent("a.yaml"))
    assert units(lowered) == [("a.yaml", "a.yaml")] and lowered.units[0].blind_spots


def test_many_stacks_in_many_stacks_end() -> None:
    def level(number: int) -> str:
        stacks = "".join(
            f"  S{n}: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: l{number + 1}.yaml}}}}\n"
            for n in range(6)
        )
        return f"Resources:\n{stacks}"

    texts = {f"l{number}_dot_yaml": level(number) for number in range(6)}
    lowered = lower(**texts, l6_dot_yaml=CHILD)
    assert any(unit.blind_spots for unit in lowered.units)
    assert len(lowered.units) <= 2_000


USER = """
Parameters: {Network: {Type: String}}
Resources:
  Q: {Type: AWS::SQS::Queue, Properties: {QueueName: !ImportValue NAME}}
"""


def imported(lowered: Lowered, name: str) -> Value | None:
    return lowered.definitions.get(Parameter("import", name))


def test_an_import_stands_for_the_export_of_that_name() -> None:
    lowered = lower(data_dot_yaml=CHILD, user_dot_yaml=USER.replace("NAME", "orders-name"))
    assert imported(lowered, "orders-name") == Ref(ResourceId("data.yaml", "Orders"), "name")


def test_an_import_without_export_stays_symbolic() -> None:
    lowered = lower(data_dot_yaml=CHILD, user_dot_yaml=USER.replace("NAME", "other-name"))
    assert imported(lowered, "other-name") is None


def test_rival_exports_define_nothing() -> None:
    lowered = lower(a_dot_yaml=CHILD, b_dot_yaml=CHILD, user_dot_yaml=USER.replace("NAME", "orders-name"))
    assert imported(lowered, "orders-name") is None


def test_an_export_named_after_its_stack_is_found_by_what_is_constant() -> None:
    data = CHILD.replace("Name: orders-name", "Name: !Sub '${AWS::StackName}-orders'")
    user = USER.replace("NAME", "{'Fn::Sub': '${Network}-orders'}")
    lowered = lower(data_dot_yaml=data, user_dot_yaml=user)
    assert imported(lowered, "${user.yaml:Network}-orders") == Ref(ResourceId("data.yaml", "Orders"), "name")
    lowered = lower(data_dot_yaml=data, other_dot_yaml=data, user_dot_yaml=user)
    assert imported(lowered, "${user.yaml:Network}-orders") is None


def test_broken_templates_are_told_and_the_rest_goes_on() -> None:
    lowered = lower(
        bad_dot_yaml="AWSTemplateFormatVersion: x\nResources:\n\tA: b\n", good_dot_yaml=CHILD, no_dot_yaml="a: ["
    )
    assert [(broken.span.path, broken.span.start_position.line) for broken in lowered.broken] == [("bad.yaml", 3)]
    assert [unit.id for unit in lowered.units] == ["good.yaml"]


def test_the_order_of_files_does_not_matter() -> None:
    texts = {"app.yaml": parent("child.yaml"), "child.yaml": CHILD, "user.yaml": USER.replace("NAME", "orders-name")}
    results = []
    for names in (list(texts), list(reversed(texts))):
        lowered = Lowered()
        lower_templates(Files.from_texts({name: texts[name] for name in names}), lowered)
        results.append(
            (units(lowered), [str(resource.id) for resource in lowered.resources], list(lowered.definitions))
        )
    assert results[0] == results[1]


def test_a_parameter_that_is_given_under_a_condition_has_its_default_otherwise() -> None:
    text = (
        parent("child.yaml", "{TableName: !If [P, a, !Ref AWS::NoValue]}")
        + "Conditions: {P: !Equals [!Ref Bucket, x]}\n"
    )
    value = lower(app_dot_yaml=text, child_dot_yaml=CHILD).definitions[Parameter("app.yaml#Data", "TableName")]
    assert isinstance(value, If) and value.condition == "app.yaml:P" and isinstance(value.otherwise, Const)
    assert value.otherwise.text == "fallback"
