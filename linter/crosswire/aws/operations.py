"""The operations of AWS services: what a call needs to be allowed, on which resource, and what each SDK names it.

Services are known by boto3's name (`dynamodb`, `stepfunctions`, `cognito-idp`); the data of one is imported when it
is asked for. An operation that is not certain is seen, but cannot be judged: nothing is missing for it and no grant
of its service is unused.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

from crosswire.aws.arns import PATTERNS, parts
from crosswire.aws.data.services import IAM, JS_V2, JS_V3, JS_V3_CLASSES

if TYPE_CHECKING:
    from collections.abc import Collection
    from types import ModuleType

# Shapes: how the resources stand in the request.
PLAIN = ""  # in the members that the needs name
REQUEST_ITEMS = "request_items"  # BatchGetItem, BatchWriteItem: the keys of the map RequestItems are the tables
TRANSACT_ITEMS = "transact_items"  # TransactItems[].Put.TableName ...: each element has one of the needs' members
PARTIQL = "partiql"  # the member holds a statement: its verb picks the need, its text names the table and the index
PRESIGN = (
    "presign"  # no request is made: the operation given as the first argument is called later, with the signer's role
)


class Need(NamedTuple):
    """An action that a call needs on one resource.

    `kind` is the kind of the resource as crosswire.aws.arns names it, `*` where the action supports none, empty where
    the request does not say which resource it is (then only the action can be judged).
    `member` is the path of the request member that names the resource: `TableName`; `Names[]` and
    `TransactItems[].Put.TableName` for each element of a list, once for each element that has it; `RequestItems{}`
    for each key of a map. Empty where none does. `within` likewise names a part of it: the index of a table, the key
    of an object, the qualifier of a function.
    `optional`: the call may need it, by what it sends; it is never missing, but its grant is used.
    `when` and `unless` name a request member with or without which alone it is needed: `Operation.needed` asks them.
    `when_absent` is the name that AWS takes where `member` is not given: the event bus `default`.
    """

    action: str
    kind: str
    member: str
    within: str = ""
    optional: bool = False
    when: str = ""
    unless: str = ""
    when_absent: str = ""

    @property
    def actions(self) -> tuple[str, ...]:
        return (self.action,)

    @property
    def service(self) -> str:
        """The IAM prefix of the action."""
        return self.action.partition(":")[0]

    @property
    def path(self) -> tuple[str, ...]:
        """`member` in steps: `("TransactItems", "[]", "Put", "TableName")`, `("RequestItems", "{}")`."""
        return tuple(self.member.replace("[]", ".[]").replace("{}", ".{}").split(".")) if self.member else ()

    @property
    def each(self) -> bool:
        """Whether one call may name several resources."""
        return "[]" in self.member or "{}" in self.member


class Operation(NamedTuple):
    """An operation of a service by the API's name. Functions of an SDK that make several requests have names in lower
    case: `upload`,
    `download`, `copy`, `presigned-post`, `presigned-url` of `s3`.

    `needs` is empty for one that needs no permission and for one that is not `certain`. `positional` names the
    positional arguments of a boto3 method that takes them.
    """

    service: str
    name: str
    needs: tuple[Need, ...]
    certain: bool = True
    shape: str = PLAIN
    positional: tuple[str, ...] = ()

    def needed(self, given: Collection[str], complete: bool) -> tuple[Need, ...]:
        """The needs of a call with the request members `given`.

        With `complete` these are all the members the call has; else others may be there, so that what depends on them
        becomes optional. Members of a member whose content is all known are given as `CopySource.VersionId`.
        """
        found = []
        for need in self.needs:
            if (need.unless and need.unless in given) or (need.when and complete and need.when not in given):
                continue
            parent, dot, _ = need.unless.rpartition(".")
            known = any(name.startswith(parent + dot) for name in given) if dot else complete
            unsure = (need.unless and not known) or (need.when and need.when not in given)
            found.append(need._replace(optional=True) if unsure else need)
        return tuple(found)


def boto3_service(name: str) -> str | None:
    """The service of `boto3.client(name)` and `boto3.resource(name)`; None where its operations are not known."""
    return name if name in IAM else None


def js_v3_package(package: str) -> str | None:
    """The service of a package of the AWS SDK for JavaScript v3: `@aws-sdk/client-sfn`, `@aws-sdk/lib-dynamodb`."""
    return JS_V3.get(package)


def js_v2_class(name: str) -> str | None:
    """The service of a class of the AWS SDK for JavaScript v2: `DynamoDB`, `DynamoDB.DocumentClient`,
    `SecretsManager`."""
    return JS_V2.get(name)


def js_v2_client_file(name: str) -> str | None:
    """The service of `aws-sdk/clients/<name>`: `dynamodb`, `cognitoidentityserviceprovider`."""
    for class_name, service in JS_V2.items():
        if class_name.lower() == name:
            return service
    return None


def aggregated_clients(service: str) -> tuple[str, ...]:
    """The classes of the v3 packages that have a method for each operation: `DynamoDB`, `DynamoDBDocument`."""
    return tuple(JS_V3_CLASSES.get(service, "").split())


def iam_prefix(service: str) -> str:
    """The prefix of a service's actions: `states` for `stepfunctions`. A prefix stays itself."""
    return IAM.get(service, service)


def operation(service: str, name: str) -> Operation | None:
    """An operation by the API's name (`PutItem`); None where the service or the operation is not known."""
    return _find(service, f"\n{name}|") if name.replace("-", "").isalnum() else None


def by_boto3_method(service: str, method: str) -> Operation | None:
    """What a method of a boto3 client calls; also the operation of `get_paginator(method)`."""
    data = _data(service)
    if data is None or not method.isidentifier():
        return None
    if method in data.METHODS:
        return _called(service, ":".join(data.METHODS[method]))
    return _find(service, f"|{method}|")


def by_js_method(service: str, method: str) -> Operation | None:
    """What a method of a JavaScript client calls: `putItem`, and `put`, `batchGet` ... of a document client."""
    return _by_js_name(service, method[:1].upper() + method[1:])


def by_command(service: str, command: str) -> Operation | None:
    """The operation of a command of the JavaScript SDK v3: `PutItemCommand`, `PutCommand`."""
    return _by_js_name(service, command.removesuffix("Command")) if command.endswith("Command") else None


def by_js_function(service: str, function: str) -> Operation | None:
    """What a function or class that a v3 package exports beside its client calls: `paginateQuery`,
    `waitUntilTableExists`,
    `Upload` of lib-storage, `getSignedUrl` of s3-request-presigner, `createPresignedPost`."""
    if function.startswith("paginate"):
        return _by_js_name(service, function.removeprefix("paginate"))
    if function.startswith("waitUntil"):
        return by_waiter(service, function)
    data = _data(service)
    name: str | None = data.JAVASCRIPT.get(function[:1].upper() + function[1:]) if data is not None else None
    return operation(service, name) if name is not None and name.islower() else None


def by_waiter(service: str, name: str) -> Operation | None:
    """What a waiter calls again and again: `table_exists` (boto3), `tableExists` (v2), `TableExists` or
    `waitUntilTableExists` (v3)."""
    data = _data(service)
    if data is None:
        return None
    wanted = name.removeprefix("waitUntil").replace("_", "").lower()
    for waiter, called in data.WAITERS.items():
        if waiter.lower() == wanted:
            return operation(service, called)
    return None


def entity(service: str, kind: str) -> tuple[str, ...] | None:
    """The request members that identify an object of a class of `boto3.resource(service)`, in the order of its
    constructor.

    `("TableName",)` of `Table`, `("Bucket", "Key")` of `Object`; None where there is no such class.
    """
    row = _class(service, kind)
    return None if row is None else tuple(pair.partition("=")[0] for pair in row[0].split())


def entity_arguments(service: str, kind: str) -> tuple[str, ...]:
    """The names of those arguments of the constructor, in the same order: `("bucket_name", "key")`."""
    row = _class(service, kind)
    return () if row is None else tuple(pair.partition("=")[2] for pair in row[0].split())


def by_resource_method(service: str, kind: str, name: str) -> Operation | None:
    """What a method, collection or lazily loaded attribute of a boto3 resource object calls.

    `kind` is the class (`Table`), empty for what `boto3.resource(service)` itself gives.
    """
    row = _class(service, kind)
    if row is None:
        return None
    if is_attribute(service, kind, name):
        name = "load"
    called = _pair(row[1], name)
    if called is not None:
        return _called(service, called)
    called = _pair(row[2], name)
    return None if called is None else operation(service, called.partition(":")[0])


def is_attribute(service: str, kind: str, name: str) -> bool:
    """Whether reading this attribute of an object calls AWS, if nothing did before."""
    row = _class(service, kind)
    return row is not None and name in row[3].split()


def is_collection(service: str, kind: str, name: str) -> bool:
    """Whether this is a collection: `bucket.objects`, whose `.all()` or `.filter()` calls AWS when iterated."""
    row = _class(service, kind)
    return row is not None and _pair(row[2], name) is not None


def collection_class(service: str, kind: str, name: str) -> str | None:
    """The class of a collection's objects: `ObjectSummary` of `bucket.objects`."""
    row = _class(service, kind)
    called = None if row is None else _pair(row[2], name)
    return None if called is None else called.partition(":")[2]


def by_collection_method(service: str, item: str, name: str) -> Operation | None:
    """What a method of a whole collection of objects of the class `item` calls: `bucket.objects.all().delete()`."""
    row = _class(service, item)
    called = None if row is None else _pair(row[4], name)
    return None if called is None else operation(service, called)


def arn_parts(service: str, kind: str) -> tuple[str, ...] | None:
    """The ARN of a kind of resource, cut at its placeholders: `("arn:", "{Partition}", ":s3:::", "{name}", "/",
    "{key}")`.

    `service` is boto3's name or the IAM prefix. crosswire.aws.arns tells the placeholders. None where the pattern is
    not known.
    """
    pattern = PATTERNS.get(_ARN_SERVICE.get((service, kind), iam_prefix(service)), {}).get(kind)
    return None if pattern is None else parts(pattern)


# kinds that a service names in its requests but another one owns
_ARN_SERVICE = {("rds-data", "cluster"): "rds", ("sts", "role"): "iam"}


def _data(service: str) -> ModuleType | None:
    if service not in IAM:
        return None
    return import_module("crosswire.aws.data.sdk_" + service.replace("-", "_"))


def _class(service: str, kind: str) -> tuple[str, ...] | None:
    if service not in _BOTO3_RESOURCES:
        return None
    classes: dict[str, tuple[str, ...]] = import_module(f"crosswire.aws.data.sdk_{service}_resources").CLASSES
    return classes.get(kind)


_BOTO3_RESOURCES = ("cloudformation", "cloudwatch", "dynamodb", "ec2", "iam", "s3", "sns", "sqs")


def _pair(pairs: str, name: str) -> str | None:
    for pair in pairs.split():
        found, _, value = pair.partition("=")
        if found == name:
            return value
    return None


def _called(service: str, called: str) -> Operation | None:
    """An operation written with the names of its positional arguments."""
    name, _, positional = called.partition(":")
    found = operation(service, name)
    return found._replace(positional=tuple(positional.split(","))) if found is not None and positional else found


def _by_js_name(service: str, name: str) -> Operation | None:
    data = _data(service)
    return None if data is None else operation(service, data.JAVASCRIPT.get(name, name))


def _find(service: str, mark: str) -> Operation | None:
    """The operation whose line has this text."""
    data = _data(service)
    if data is None:
        return None
    table: str = data.OPERATIONS
    at = table.find(mark)
    if at < 0:
        return None
    start = table.rindex("\n", 0, at + 1) + 1
    name, _method, shape, needs = table[start : table.index("\n", start)].split("|")
    if needs == "?":
        return Operation(service, name, (), certain=False)
    return Operation(service, name, tuple(map(_need, needs.split("; "))) if needs else (), shape=shape)


def _need(text: str) -> Need:
    """A need as the data writes it: `action kind member/within flags`, `-` for what there is not."""
    action, kind, place, *flags = text.split(" ")
    member, _, within = place.partition("/")
    given = dict(flag.partition(":")[::2] for flag in flags)
    return Need(
        action,
        "" if kind == "-" else kind,
        "" if member == "-" else member,
        within,
        "optional" in given,
        given.get("when", ""),
        given.get("unless", ""),
        given.get("absent", ""),
    )
