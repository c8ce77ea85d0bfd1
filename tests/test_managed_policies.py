"""Managed policies and SAM's policy templates: found by every name they go by, and by no other."""

from __future__ import annotations

import pytest

from crosswire.aws import managed_policies, sam_policies


@pytest.mark.parametrize(
    "name",
    [
        "AWSLambdaBasicExecutionRole",
        "service-role/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
        "arn:aws-cn:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole",
    ],
)
def test_a_policy_is_found_by_each_of_its_names(name: str) -> None:
    assert managed_policies.document(name) == {
        "Statement": [
            {
                "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"],
                "Effect": "Allow",
                "Resource": "*",
            }
        ]
    }


@pytest.mark.parametrize(
    "name",
    [
        "",
        "#",
        "Nope",
        "awslambdabasicexecutionrole",
        "AWSLambdaBasicExecution",
        "AWSLambdaBasicExecutionRole service-role",
        "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole",
        "arn:aws:iam::123456789012:policy/AdministratorAccess",
        "arn:aws:iam::aws:role/AdministratorAccess",
        "arn:aws:iam::aws",
    ],
)
def test_what_names_no_managed_policy_is_unknown(name: str) -> None:
    assert managed_policies.document(name) is None


def test_a_large_policy_is_whole() -> None:
    policy = managed_policies.document("ReadOnlyAccess")
    assert policy is not None and "dynamodb:Get*" in str(policy)
    assert managed_policies.arn("AWSLambdaBasicExecutionRole") == (
        "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    )


def test_every_policy_can_be_read() -> None:
    index = (managed_policies._DATA / "managed_policies.txt").read_text(encoding="ascii")
    names = [line.split(" ")[0] for line in index.split("\n")[1:] if line]
    assert len(names) > 1500
    for name in names[::25]:
        policy = managed_policies.document(name)
        assert policy is not None and policy["Statement"]


def test_a_policy_template_has_its_parameters_in_its_statements() -> None:
    crud = sam_policies.template("DynamoDBCrudPolicy")
    assert crud is not None and crud.parameters == ("TableName",)
    statement = crud.statements[0]
    assert statement.effect == "Allow" and "dynamodb:PutItem" in statement.actions
    assert (
        "arn:${AWS::Partition}:dynamodb:${AWS::Region}:${AWS::AccountId}:table/${TableName}/index/*"
        in statement.resources
    )
    assert sam_policies.template("Nope") is None


def test_every_parameter_of_a_policy_template_is_used() -> None:
    for name in sam_policies.names():
        policy = sam_policies.template(name)
        assert policy is not None
        for parameter in policy.parameters:
            assert "${" + parameter + "}" in str(policy.statements), (name, parameter)
