"""Public registry modules, which are in nobody's repository: a text of crosswire's own says what each makes."""

from __future__ import annotations

import re
from pathlib import Path

_TEXTS = Path(__file__).parent / "public_modules"

# A name below `terraform-aws-modules` with the submodule, and the file that says what it makes of its inputs.
_FILES = {
    ("apigateway-v2", ""): "apigateway_v2.tf",
    ("dynamodb-table", ""): "dynamodb_table.tf",
    ("eventbridge", ""): "eventbridge.tf",
    ("iam", "modules/iam-assumable-role"): "iam_assumable_role.tf",
    ("iam", "modules/iam-policy"): "iam_policy.tf",
    ("iam", "modules/iam-role"): "iam_role.tf",
    ("lambda", ""): "lambda.tf",
    ("lambda", "modules/alias"): "lambda_alias.tf",
    ("s3-bucket", ""): "s3_bucket.tf",
    ("s3-bucket", "modules/notification"): "s3_notification.tf",
    ("sns", ""): "sns.tf",
    ("sqs", ""): "sqs.tf",
}

_REGISTRY = re.compile(
    r"(?:registry\.(?:terraform\.io|opentofu\.org)/)?terraform-aws-modules/(?P<name>[a-z0-9-]+)/aws"
    r"(?://(?P<folder>[^?]*))?"
)
_GIT = re.compile(
    r"(?:git::)?(?:(?:https|ssh|git)://)?(?:git@)?github\.com[/:]terraform-aws-modules/"
    r"terraform-aws-(?P<name>[a-z0-9-]+)(?:\.git)?(?://(?P<folder>[^?]*))?(?:\?.*)?"
)


def packaged(source: str) -> tuple[str, str] | None:
    """The name and the text of the file that stands for the module of a `source`, None where there is none.

    >>> packaged("terraform-aws-modules/s3-bucket/aws//modules/notification")[0]
    's3_notification.tf'
    >>> packaged("git::https://github.com/terraform-aws-modules/terraform-aws-sqs.git?ref=v4.2.1")[0]
    'sqs.tf'
    >>> packaged("./modules/lambda") is None
    True
    """
    match = _REGISTRY.fullmatch(source) or _GIT.fullmatch(source)
    if match is None:
        return None
    name = _FILES.get((match["name"], (match["folder"] or "").strip("/")))
    return None if name is None else (name, (_TEXTS / name).read_text(encoding="utf-8"))
