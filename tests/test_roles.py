"""What the roles of CloudFormation and SAM templates allow, and whose they are."""

from __future__ import annotations

import pytest

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.project import Files
from crosswire.values import Concat, Const, Parameter, Ref, Unknown, Value
from crosswire.wiring.access import Role

SAM = "Transform: AWS::Serverless-2016-10-31\n"


def lower(text: str) -> Lowered:
    lowered = Lowered()
    lower_templates(Files.from_texts({"template.yaml": text}), lowered)
    return lowered


def role_of(text: str, function: str = "F") -> Role:
    return next(found.role for found, _ in lower(text).functions if found.id.address == function)


def shown(value: Value) -> str:
    match value:
        case Const(text):
            return text
        case Ref(id, attribute):
            return f"<{id.address}.{attribute}>"
        case Parameter(_, name):
            return f"<{name}>"
        case Concat(parts):
            return "".join(map(shown, parts))
        case Unknown():
            return "?"
        case _:
            return repr(value)


def allowed(role: Role) -> set[tuple[str, str]]:
    """The actions and resources of a role without what every role of SAM may do."""
    return {
        (shown(action), shown(resource))
        for grant in role.grants
        for action in grant.actions
        for resource in grant.resources
        if not shown(action).startswith("logs:")
    }


def statement(action: str) -> str:
    return f"{{Statement: [{{Effect: Allow, Action: {action}, Resource: '*'}}]}}"


PLAIN = """
Resources:
  F: {Type: AWS::Lambda::Function, Properties: {Role: !GetAtt R.Arn}}
  R: {Type: AWS::IAM::Role, Properties: {%s}}
  %s
"""


def plain(properties: str = "", resource: str = "") -> Role:
    return role_of(PLAIN % (properties, resource))


def test_inline_policies_are_the_roles() -> None:
    role = plain(f"Policies: [{{PolicyName: p, PolicyDocument: {statement('s3:GetObject')}}}]")
    assert allowed(role) == {("s3:GetObject", "*")}
    assert role.place is not None
    assert role.place.text == "Policies"


def test_a_managed_policy_of_aws_is_known_by_its_arn() -> None:
    role = plain("ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonSQSFullAccess]")
    assert allowed(role) == {("sqs:*", "*")}
    assert {grant.origin for grant in role.grants} == {"AmazonSQSFullAccess"}


def test_a_managed_policy_of_the_template_is_read() -> None:
    policy = f"P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {statement('s3:GetObject')}}}}}"
    role = plain("ManagedPolicyArns: [!Ref P]", policy)
    assert allowed(role) == {("s3:GetObject", "*")}
    assert not role.blind_spots


@pytest.mark.parametrize(
    ("chosen", "expected"),
    [
        ("!If [Wide, !Ref P, !Ref AWS::NoValue]", {("s3:GetObject", "*")}),
        ("!If [Wide, !Ref P, arn:aws:iam::aws:policy/AmazonSQSFullAccess]", {("s3:GetObject", "*"), ("sqs:*", "*")}),
    ],
)
def test_a_managed_policy_that_a_condition_chooses_is_read(chosen: str, expected: set[tuple[str, str]]) -> None:
    policy = f"P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{PolicyDocument: {statement('s3:GetObject')}}}}}"
    conditions = "Parameters: {Name: {Type: String}}\nConditions: {Wide: !Not [!Equals [!Ref Name, '']]}\n"
    role = role_of(conditions + (PLAIN % (f"ManagedPolicyArns: [{chosen}]", policy)).lstrip())
    assert allowed(role) == expected
    assert not role.blind_spots


@pytest.mark.parametrize("policy", ["arn:aws:iam::123456789012:policy/mine", "!ImportValue policy", "!Ref Missing"])
def test_a_managed_policy_of_others_is_a_blind_spot(policy: str) -> None:
    role = plain(f"ManagedPolicyArns: [{policy}]")
    assert [spot.kind for spot in role.blind_spots] == ["policy"]


@pytest.mark.parametrize(
    "resource",
    [
        f"P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref R], PolicyDocument: {statement('s3:G*')}}}}}",
        f"P: {{Type: AWS::IAM::RolePolicy, Properties: {{RoleName: !Ref R, PolicyDocument: {statement('s3:G*')}}}}}",
        f"P: {{Type: AWS::IAM::ManagedPolicy, Properties: {{Roles: [!Ref R], PolicyDocument: {statement('s3:G*')}}}}}",
        f"P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [mine], PolicyDocument: {statement('s3:G*')}}}}}",
    ],
)
def test_policies_are_attached_by_the_roles_they_name(resource: str) -> None:
    assert allowed(plain("RoleName: mine", resource)) == {("s3:G*", "*")}


def test_a_policy_for_another_role_is_not_attached() -> None:
    resource = f"P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [other], PolicyDocument: {statement('s3:G*')}}}}}"
    assert allowed(plain("RoleName: mine", resource)) == set()


def test_a_boundary_is_noted() -> None:
    assert plain("PermissionsBoundary: arn:aws:iam::1:policy/b").boundary
    assert not plain().boundary


def test_trust_lists_the_principals() -> None:
    role = plain(
        "AssumeRolePolicyDocument: {Statement: [{Effect: Allow, Action: sts:AssumeRole,"
        " Principal: {Service: [lambda.amazonaws.com, edgelambda.amazonaws.com]}}]}"
    )
    assert role.trust == (Const("lambda.amazonaws.com"), Const("edgelambda.amazonaws.com"))


def test_who_else_uses_a_role_is_noted() -> None:
    machine = "M: {Type: AWS::StepFunctions::StateMachine, Properties: {RoleArn: !GetAtt R.Arn}}"
    assert [span.text for span in plain("", machine).used_by] == ["!GetAtt R.Arn"]
    assert not plain().used_by


def test_a_nested_stack_that_is_given_a_role_may_add_to_it() -> None:
    nested = "N: {Type: AWS::CloudFormation::Stack, Properties: {TemplateURL: 'https://x', Parameters: {Role: !Ref R}}}"
    assert [spot.kind for spot in plain("", nested).blind_spots] == ["policy"]


@pytest.mark.parametrize(
    "role", ["arn:aws:iam::123456789012:role/other", "!Ref Given", "!ImportValue role", "!GetAtt Nested.Outputs.Role"]
)
def test_a_role_of_others_is_unknown(role: str) -> None:
    text = f"""
Parameters: {{Given: {{Type: String}}}}
Resources:
  Nested: {{Type: AWS::CloudFormation::Stack, Properties: {{TemplateURL: 'https://x'}}}}
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: {role}}}}}
"""
    found = role_of(text)
    assert found.id is None
    assert [spot.kind for spot in found.blind_spots] == ["policy"]


def test_a_role_is_found_by_its_name() -> None:
    role = role_of(f"""
Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: "arn:aws:iam::123456789012:role/mine"}}}}
  R:
    Type: AWS::IAM::Role
    Properties:
      RoleName: mine
      Policies: [{{PolicyDocument: {statement("s3:GetObject")}}}]
""")
    assert (str(role.id), allowed(role)) == ("R", {("s3:GetObject", "*")})


def test_what_either_role_of_a_condition_allows_counts() -> None:
    role = role_of(f"""
Conditions: {{Prod: !Equals [!Ref AWS::Region, a]}}
Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !If [Prod, !GetAtt A.Arn, !GetAtt B.Arn]}}}}
  A: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyDocument: {statement("s3:GetObject")}}}]}}}}
  B: {{Type: AWS::IAM::Role, Properties: {{Policies: [{{PolicyDocument: {statement("s3:PutObject")}}}]}}}}
""")
    assert allowed(role) == {("s3:GetObject", "*"), ("s3:PutObject", "*")}


def test_a_policy_under_a_condition_is_conditional() -> None:
    role = role_of(f"""
Conditions: {{Prod: !Equals [!Ref AWS::Region, a]}}
Resources:
  F: {{Type: AWS::Lambda::Function, Properties: {{Role: !GetAtt A.Arn}}}}
  A:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - !If [Prod, {{PolicyDocument: {statement("s3:GetObject")}}}, !Ref AWS::NoValue]
        - PolicyDocument: {statement("s3:PutObject")}
""")
    assert [(shown(grant.actions[0]), grant.conditional) for grant in role.grants] == [
        ("s3:GetObject", True),
        ("s3:PutObject", False),
    ]


SAM_FUNCTION = (
    SAM
    + """
Conditions: {Prod: !Equals [!Ref AWS::Region, a]}
Resources:
  T: {Type: AWS::DynamoDB::Table}
  Q: {Type: AWS::SQS::Queue}
  R: {Type: AWS::IAM::Role, Properties: {}}
  F: {Type: AWS::Serverless::Function, Properties: {%s}}
  %s
"""
)


def sam(properties: str = "", resource: str = "") -> Role:
    return role_of(SAM_FUNCTION % (properties, resource))


def test_a_sam_function_without_a_role_gets_one_that_may_log() -> None:
    role = sam()
    assert (str(role.id), allowed(role)) == ("FRole", set())
    assert {shown(grant.actions[0]) for grant in role.grants} == {"logs:CreateLogGroup"}
    assert role.place is not None
    assert role.place.text == "F"


def test_a_policy_template_is_filled_in_and_names_its_origin() -> None:
    role = sam("Policies: [{SQSSendMessagePolicy: {QueueName: !GetAtt Q.QueueName}}]")
    assert allowed(role) == {
        ("sqs:SendMessage*", "arn:<Partition>:sqs:<Region>:<AccountId>:<Q.name>"),
    }
    grant = role.grants[-1]
    assert (grant.origin, grant.span.text) == ("SQSSendMessagePolicy", "SQSSendMessagePolicy")
    assert role.place is not None
    assert role.place.text == "Policies"


@pytest.mark.parametrize("policies", ["{NoSuchPolicy: {}}", "[!Ref Missing]", "[{PolicyName: a, PolicyDocument: {}}]"])
def test_a_policy_that_sam_refuses_or_nobody_knows_is_a_blind_spot(policies: str) -> None:
    assert sam(f"Policies: {policies}").blind_spots


def test_a_role_switches_off_what_sam_would_add() -> None:
    role = sam("Role: !GetAtt R.Arn, Tracing: Active, Policies: [AmazonSQSFullAccess]")
    assert (str(role.id), role.grants) == ("R", ())


def test_a_role_that_only_a_condition_gives_leaves_sams_own_for_the_other_side() -> None:
    role = sam("Role: !If [Prod, !GetAtt R.Arn, !Ref AWS::NoValue], Policies: [AmazonSQSFullAccess]")
    assert ("sqs:*", "*") in allowed(role)


def test_a_policy_can_be_attached_to_a_role_that_sam_makes() -> None:
    policy = f"P: {{Type: AWS::IAM::Policy, Properties: {{Roles: [!Ref FRole], PolicyDocument: {statement('s3:G*')}}}}}"
    assert allowed(sam("", policy)) == {("s3:G*", "*")}


def test_a_connector_adds_to_the_role_of_its_source() -> None:
    connector = """C:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: F}, Destination: {Id: T}, Permissions: [Write]}"""
    role = sam("", connector)
    assert ("dynamodb:PutItem", "<T.arn>") in allowed(role)
    assert not any(action == "dynamodb:GetItem" for action, _ in allowed(role))
    assert role.grants[-1].origin == "connector"


def test_a_connector_adds_to_a_role_that_the_template_declares() -> None:
    connector = """C:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: F}, Destination: {Id: Q}, Permissions: [Write]}"""
    assert ("sqs:SendMessage", "<Q.arn>") in allowed(sam("Role: !GetAtt R.Arn", connector))


SHAPES = ["text", "", "[]", "{}", "[[x]]", "{a: [b]}", "!Ref Missing", "!If [C, [x], y]", "[{PolicyDocument: x}]", "12"]


@pytest.mark.parametrize("shape", SHAPES)
def test_properties_of_any_shape_still_give_a_role(shape: str) -> None:
    names = ["Policies", "ManagedPolicyArns", "AssumeRolePolicyDocument", "PermissionsBoundary", "RoleName"]
    for name in names:
        assert str(plain(f"{name}: {shape}").id) == "R"
    for name in ("Roles", "RoleName", "PolicyDocument"):
        for kind in ("Policy", "RolePolicy", "ManagedPolicy"):
            assert str(plain("", f"P: {{Type: AWS::IAM::{kind}, Properties: {{{name}: {shape}}}}}").id) == "R"
    for name in ("Source", "Destination", "Permissions"):
        connector = f"C: {{Type: AWS::Serverless::Connector, Properties: {{Source: {{Id: F}}, {name}: {shape}}}}}"
        assert str(sam("", connector).id) == "FRole"
