"""Where the requests of DynamoDB hold a key or an item, with the table that it belongs to.

Source: DynamoDB API reference, the request syntax of each operation.
"""

from __future__ import annotations

from typing import NamedTuple


class ItemPlace(NamedTuple):
    """A place of a request. `path` leads to the part that names an item, step by step: a member's name, `[]` for every
    item of a list, `{}` for every entry of a map whose keys are tables. In that part `member` holds the attributes (the
    part itself does where it is empty), and the table's name stands beside it where the path passed no map. `whole`
    tells a whole item from a key."""

    path: tuple[str, ...]
    member: str
    whole: bool = False


ITEMS: dict[str, tuple[ItemPlace, ...]] = {
    "GetItem": (ItemPlace((), "Key"),),
    "UpdateItem": (ItemPlace((), "Key"),),
    "DeleteItem": (ItemPlace((), "Key"),),
    "PutItem": (ItemPlace((), "Item", whole=True),),
    "BatchGetItem": (ItemPlace(("RequestItems", "{}", "Keys", "[]"), ""),),
    "BatchWriteItem": (
        ItemPlace(("RequestItems", "{}", "[]", "PutRequest"), "Item", whole=True),
        ItemPlace(("RequestItems", "{}", "[]", "DeleteRequest"), "Key"),
    ),
    "TransactGetItems": (ItemPlace(("TransactItems", "[]", "Get"), "Key"),),
    "TransactWriteItems": (
        ItemPlace(("TransactItems", "[]", "Put"), "Item", whole=True),
        ItemPlace(("TransactItems", "[]", "Update"), "Key"),
        ItemPlace(("TransactItems", "[]", "Delete"), "Key"),
        ItemPlace(("TransactItems", "[]", "ConditionCheck"), "Key"),
    ),
}
"""Operation of DynamoDB -> the places of its request that name or hold items."""

UPDATES: dict[str, tuple[str, ...]] = {"UpdateItem": (), "TransactWriteItems": ("TransactItems", "[]", "Update")}
"""Operation of DynamoDB -> the path to the parts of its request that hold an UpdateExpression, as in `ItemPlace`."""

DATA_OPERATIONS = frozenset(
    (
        *ITEMS,
        "Query",
        "Scan",
        "ExecuteStatement",
        "BatchExecuteStatement",
        "ExecuteTransaction",
    )
)
"""The operations that read or write items, and so make DynamoDB decrypt the table's key on behalf of the caller."""
