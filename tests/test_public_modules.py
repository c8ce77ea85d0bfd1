"""Public modules are read from texts of crosswire's own, however their source is spelt."""

from __future__ import annotations

import doctest
from pathlib import Path

import pytest

from crosswire.frontends.terraform import public_modules
from crosswire.frontends.terraform.public_modules import packaged
from crosswire.readers.hcl import read_hcl
from crosswire.source import Source

TEXTS = sorted((Path(public_modules.__file__).parent / "public_modules").iterdir())


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("terraform-aws-modules/lambda/aws", "lambda.tf"),
        ("terraform-aws-modules/lambda/aws//modules/alias", "lambda_alias.tf"),
        ("registry.terraform.io/terraform-aws-modules/dynamodb-table/aws", "dynamodb_table.tf"),
        ("registry.opentofu.org/terraform-aws-modules/sns/aws", "sns.tf"),
        ("terraform-aws-modules/iam/aws//modules/iam-role/", "iam_role.tf"),
        ("github.com/terraform-aws-modules/terraform-aws-lambda", "lambda.tf"),
        ("git::https://github.com/terraform-aws-modules/terraform-aws-lambda.git?ref=v8.1.2", "lambda.tf"),
        (
            "git::https://github.com/terraform-aws-modules/terraform-aws-s3-bucket//modules/notification?ref=v5",
            "s3_notification.tf",
        ),
        ("git@github.com:terraform-aws-modules/terraform-aws-eventbridge.git", "eventbridge.tf"),
        ("git::ssh://git@github.com/terraform-aws-modules/terraform-aws-apigateway-v2.git", "apigateway_v2.tf"),
        ("./terraform-aws-modules/lambda/aws", None),
        ("terraform-aws-modules/vpc/aws", None),
        ("terraform-aws-modules/lambda/aws//modules/deploy", None),
        ("app.terraform.io/terraform-aws-modules/lambda/aws", None),
        ("github.com/someone/terraform-aws-lambda", None),
    ],
)
def test_a_source_in_any_spelling_is_its_module(source: str, name: str | None) -> None:
    found = packaged(source)
    assert (None if found is None else found[0]) == name


@pytest.mark.parametrize("path", TEXTS, ids=lambda path: path.name)
def test_every_text_can_be_read_and_is_some_module(path: Path) -> None:
    body, mistakes = read_hcl(Source(path.name, path.read_text(encoding="utf-8")))
    assert mistakes == []
    assert {"variable", "resource", "output"} <= {block.type for block in body.blocks}
    assert path.name in public_modules._FILES.values()


def test_the_examples_of_the_docstrings_hold() -> None:
    assert doctest.testmod(public_modules).failed == 0
