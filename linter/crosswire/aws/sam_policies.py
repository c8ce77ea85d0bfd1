"""The policy templates of AWS SAM: what `DynamoDBCrudPolicy: {TableName: ...}` allows."""

from __future__ import annotations

from typing import NamedTuple


class SamStatement(NamedTuple):
    """One statement. In `resources` and in the texts of `condition`, `${TableName}` stands for a parameter of the
    template and `${AWS::Region}` for a pseudo parameter: the syntax of Fn::Sub."""

    effect: str
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    condition: object  # the Condition block in plain JSON terms, None where there is none


class SamPolicy(NamedTuple):
    """A policy template: every one of its parameters must be given, else the transform fails."""

    name: str
    parameters: tuple[str, ...]
    statements: tuple[SamStatement, ...]


def template(name: str) -> SamPolicy | None:
    """The policy template of that name; None where SAM has no such one, so that the transform fails."""
    from crosswire.aws.data.sam_policies import TEMPLATES

    found = TEMPLATES.get(name)
    if found is None:
        return None
    parameters, statements = found
    return SamPolicy(name, parameters, tuple(SamStatement(*statement) for statement in statements))


def names() -> tuple[str, ...]:
    """Every policy template, sorted."""
    from crosswire.aws.data.sam_policies import TEMPLATES

    return tuple(TEMPLATES)
