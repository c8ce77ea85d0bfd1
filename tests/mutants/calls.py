"""How code calls what needs an action, as regular expressions."""

from __future__ import annotations

import re


def calling(action: str) -> str:
    """A regular expression for the ways in which code calls what needs an action."""
    _, _, operation = action.partition(":")
    names = {operation, operation.removesuffix("Item")} if action.startswith("dynamodb:") else {operation}
    ways = [
        way
        for name in names
        for way in (
            f"{name}Command\\(",
            f"paginate{name}\\(",
            rf"\.{name[0].lower()}{name[1:]}\(",
            rf"\.{_snake(name)}\(",
        )
    ]
    return "|".join([*ways, *_IRREGULAR.get(action, ())])


_TRANSACTION = r"TransactWrite(Items)?Command\(|transact_write_items\("
_IRREGULAR = {
    "dynamodb:PutItem": (_TRANSACTION,),
    "dynamodb:UpdateItem": (_TRANSACTION,),
    "dynamodb:ConditionCheckItem": (_TRANSACTION,),
    "dynamodb:BatchWriteItem": (r"batch_writer\(",),
    "s3:ListBucket": (r"list_objects_v2",),
    "s3:PutObject": (r"\.put\(",),
}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
