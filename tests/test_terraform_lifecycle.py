"""What others may change after a deployment: absence proves nothing there."""

from __future__ import annotations

from crosswire.frontends.link import build_wiring
from crosswire.project import Files
from crosswire.wiring.project import Wiring
from crosswire.wiring.resource import Table

CONFIGURATION = """
resource "aws_iam_role" "fn" {
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "fn" {
  role   = aws_iam_role.fn.name
  policy = "{}"
  lifecycle {
    ignore_changes = POLICY
  }
}

resource "aws_lambda_function" "fn" {
  role = aws_iam_role.fn.arn
  environment {
    variables = { MODE = "live" }
  }
  lifecycle {
    ignore_changes = FUNCTION
  }
}

resource "aws_dynamodb_table" "orders" {
  name     = "orders"
  hash_key = "id"
  attribute {
    name = "id"
    type = "S"
  }
  lifecycle {
    ignore_changes = TABLE
  }
}
"""


def wiring(function: str = "[]", policy: str = "[]", table: str = "[]") -> Wiring:
    text = CONFIGURATION.replace("POLICY", policy).replace("FUNCTION", function).replace("TABLE", table)
    return build_wiring(Files.from_texts({"main.tf": text}))


def test_an_environment_that_others_change_is_not_fully_known() -> None:
    assert not wiring(function="[filename, environment]").functions[0].env.complete
    assert not wiring(function="[environment[0].variables]").functions[0].env.complete
    assert not wiring(function="all").functions[0].env.complete
    assert wiring(function="[filename, source_code_hash]").functions[0].env.complete


def test_a_policy_that_others_change_is_a_blind_spot() -> None:
    assert wiring(policy="[policy]").functions[0].role.blind_spots
    assert not wiring(policy="[name]").functions[0].role.blind_spots


def test_a_table_whose_indexes_others_change_is_not_fully_known() -> None:
    def is_complete(table: str) -> bool:
        (found,) = (one for one in wiring(table=table).resources if isinstance(one, Table))
        return found.complete

    assert not is_complete("[global_secondary_index]")
    assert is_complete("[read_capacity, write_capacity]")
