"""Libraries that keep items of their own in a table: which table, by which key, and what they call on the app's behalf.

A library is a row of TABLES. Sources, read at these versions: Flask-Session 0.8.0 (flask_session/__init__.py,
defaults.py, dynamodb/dynamodb.py), aws_lambda_powertools 3.37.0 (utilities/idempotency/persistence/dynamodb.py),
aws-lambda-powertools-typescript at git 1e5fe1b49 (packages/idempotency/src/persistence/DynamoDBPersistenceLayer.ts).
"""

from __future__ import annotations

from typing import NamedTuple


class Setting(NamedTuple):
    """Something that the app may tell a library: a key of the app's configuration; or a keyword, an option of the
    object that is given first, or the argument at a `position`. `default` holds where it is not told; empty: nothing
    does. A setting without a name is always its default."""

    name: str
    default: str = ""
    position: int = -1


class TableLibrary(NamedTuple):
    """What a library does with its table.

    `keys` are the attributes of the key that it uses, the hash key first; one that is told nothing, and has no default,
    is not used. `ttl` is the attribute that says when an item expires. `calls` are surely made, those of `maybe` on
    some ways only; those of `at_start` are made whenever the app starts, unless the setting `made` is given.

    `app` is the position of the app whose configuration holds the settings, None where the arguments of the call are
    the settings. Without the setting `client` requests go to the endpoint `without_client`. `only_if` is a setting and
    the text that it must be for the library to use a table at all. `later` tells that nothing is called before the
    object that is made is used.
    """

    library: str
    table: Setting
    keys: tuple[Setting, ...]
    ttl: Setting
    calls: tuple[str, ...]
    at_start: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    made: Setting = Setting("")
    app: int | None = None
    client: Setting = Setting("")
    without_client: str = ""
    only_if: tuple[Setting, str] | None = None
    later: bool = False


def table_library(package: str, name: str) -> TableLibrary | None:
    """The library that a call of a name of a package hands over to: `Session`, `Session().init_app`. None where it is
    not known to keep a table."""
    known = TABLES.get(package)
    if known is None:
        return None
    parts = name.split(".")
    return known.get(".".join(parts[-2:])) or (known.get(parts[-1]) if not name.endswith(")") else None)


def holds_settings(package: str, name: str) -> bool:
    """Whether what a call of a name of a package makes is an app whose `config` holds settings."""
    return name.rpartition(".")[2] in APPS.get(package, ())


#: Package -> the classes whose objects have a `config` that is a dict of settings.
APPS = {"flask": ("Flask",), "quart": ("Quart",)}

# CreateTable is called at every start: that the table exists makes it raise ResourceInUseException, which is swallowed,
# so that the waiter (DescribeTable) and UpdateTimeToLive after it run only where the table is new; the latter never
# does in 0.8.0, which asks for `self.table_name` before that is set. Only the later, unreleased version knows
# SESSION_DYNAMODB_TABLE_EXISTS.
_FLASK_SESSION = TableLibrary(
    "Flask-Session",
    table=Setting("SESSION_DYNAMODB_TABLE", "Sessions"),
    keys=(Setting("", "id"),),
    ttl=Setting("", "expiration"),
    calls=("GetItem", "UpdateItem", "DeleteItem"),
    at_start=("CreateTable",),
    maybe=("DescribeTable", "UpdateTimeToLive"),
    made=Setting("SESSION_DYNAMODB_TABLE_EXISTS"),
    app=0,
    client=Setting("SESSION_DYNAMODB"),
    without_client="http://localhost:8000",
    only_if=(Setting("SESSION_TYPE", "null"), "dynamodb"),
)


def _idempotency(table: str, key: str, sort_key: str, expiry: str, position: int = -1) -> TableLibrary:
    """Powertools for AWS Lambda: the arguments of the persistence layer, in the spelling of the language."""
    return TableLibrary(
        "Powertools idempotency",
        table=Setting(table, position=position),
        keys=(Setting(key, "id"), Setting(sort_key)),
        ttl=Setting(expiry, "expiration"),
        calls=("GetItem", "PutItem", "UpdateItem", "DeleteItem"),
        later=True,
    )


TABLES: dict[str, dict[str, TableLibrary]] = {
    "flask_session": {"Session": _FLASK_SESSION, "Session().init_app": _FLASK_SESSION},
    "aws_lambda_powertools": {
        "DynamoDBPersistenceLayer": _idempotency("table_name", "key_attr", "sort_key_attr", "expiry_attr", 0)
    },
    "@aws-lambda-powertools/idempotency": {
        "DynamoDBPersistenceLayer": _idempotency("tableName", "keyAttr", "sortKeyAttr", "expiryAttr")
    },
}
"""Package -> name of a function or class, or `Class().method` -> what it does with its table."""
