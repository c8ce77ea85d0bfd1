"""The AWS SDKs as the code sees them: what leads to a client, and what a call of a client uses.

JavaScript SDK v3 (clients, commands, aggregated clients, lib-dynamodb, lib-storage, presigned URLs), SDK v2 (clients,
DocumentClient) and boto3 (clients, resources, tables, paginators, waiters). Which operation needs which action on what
is data: `crosswire.aws.operations`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import libraries, operations
from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    Choices,
    Closure,
    EventValue,
    Foreign,
    Native,
    Primitive,
    Record,
    SdkThing,
    SequenceValue,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.branching import spread_into
from crosswire.frontends.code.environment import mark_all
from crosswire.frontends.code.items import shapes_of, times_of
from crosswire.record import replace
from crosswire.values import Concat, Const, Unknown, one_of
from crosswire.wiring.function import Call, Use

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.aws.operations import Need, Operation
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.function import Choice

RESULT = "a result of a call"


class Package(SdkThing):
    """A package of the JavaScript SDK v3: `@aws-sdk/client-dynamodb`, `@aws-sdk/lib-dynamodb`."""

    __slots__ = ("name", "service")

    def __init__(self, name: str, service: str) -> None:
        self.name = name
        self.service = service

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if name == "default":
            return self
        operation = operations.by_command(self.service, name)
        if operation is not None:
            return CommandClass(operation)
        operation = operations.by_js_function(self.service, name)
        if operation is not None:
            return Function(operation)
        if name.endswith("Client") or name in operations.aggregated_clients(self.service):
            return ClientClass(self.service)
        return Foreign(self.name, name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


class Function(SdkThing):
    """A function or class of a v3 package beside its client: `paginateQuery(config, input)`,
    `waitUntilTableExists(config, input)`, `new Upload({ client, params })`, `getSignedUrl(client, command)`."""

    __slots__ = ("operation",)

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        first = arguments.get(0)
        client = first.fields.get("client") if isinstance(first, Record) else first
        own = not isinstance(client, Client) or client.own
        if self.operation.shape == operations.PRESIGN:
            for value in arguments.positional:
                send_all(evaluator, value, own)
            return Unknown(RESULT, span)
        request = arguments.get(1)
        if isinstance(first, Record) and "params" in first.fields:
            request = first.fields["params"]
        note(evaluator, self.operation, Unknown("a request") if request is None else request, span, own=own)
        return Unknown(RESULT, span)


class VersionTwo(SdkThing):
    """`require("aws-sdk")`."""

    __slots__ = ()

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if name == "default":
            return self
        if name in ("config", "Config"):
            return Settings()
        service = operations.js_v2_class(name)
        return ClientClass(service) if service is not None else Foreign("aws-sdk", name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


class Settings(SdkThing):
    """`AWS.config`, its `update`, and `new AWS.Config()`: as for a client's own configuration, what is undefined there
    leaves the default, so that nothing given to it is needed."""

    __slots__ = ()

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return self if name == "update" else Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


class ClientClass(SdkThing):
    """A client's class; calling it, or its `from`, gives a client."""

    __slots__ = ("service",)

    def __init__(self, service: str) -> None:
        self.service = service

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if name in ("from", "DocumentClient", "default"):
            return self
        if name == "ManagedUpload":
            operation = operations.by_js_method(self.service, "upload")
            if operation is not None:
                return Function(operation)
        return Foreign("aws-sdk", name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        first = arguments.get(0)
        if isinstance(first, Client):  # DynamoDBDocumentClient.from(client)
            return Client(self.service, own=first.own)
        client = Client(self.service, own=not _gives_credentials(first))
        bound = first.fields.get("params") if isinstance(first, Record) else None
        client.bound = bound if isinstance(bound, Record) else None
        return client


def _gives_credentials(config: Abstract | None) -> bool:
    """Whether a client's configuration surely gives credentials, so that it does not call with the function's role.
    Those that it gives on some way only (for work on a local machine, say) leave the role to the others."""
    if config is None:
        return False
    names = ("credentials", "accessKeyId", "masterCredentials")
    options = options_of(config)
    return all(
        isinstance(option, Record) and any(surely(option.fields.get(name)) for name in names) for option in options
    ) or any(
        _is_handed_in(option.fields.get(name)) for option in options if isinstance(option, Record) for name in names
    )


def _is_handed_in(value: Abstract | None) -> bool:
    """Whether credentials may come from what is known at run time alone, as those of an assumed role: they are not for
    work on a local machine, whichever way the code takes."""
    return value is not None and any(
        isinstance(option, (Unknown, EventValue))
        or (isinstance(option, Record) and _is_handed_in(option.fields.get("accessKeyId")))
        for option in options_of(value)
    )


def surely(value: Abstract | None) -> bool:
    """Whether something is given, whichever way the code takes."""
    return value is not None and not any(
        isinstance(option, Primitive) and option.value is None for option in options_of(value)
    )


class Client(SdkThing):
    """A client of a service. `python` tells boto3's from JavaScript's; `own` that it calls with the function's role,
    not with credentials that it is given; `bound` are request members that every call has (`params` of SDK v2)."""

    __slots__ = ("bound", "own", "python", "service")

    def __init__(self, service: str, python: bool = False, own: bool = True) -> None:
        self.service = service
        self.python = python
        self.own = own
        self.bound: Record | None = None

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if self.python:
            if name in ("get_paginator", "get_waiter"):
                return Maker(self.service, name, self.own)
            if name in ("meta", "client"):
                return self
            if name in ("exceptions", "_exceptions"):
                return Foreign("boto3", "exceptions")
            operation = operations.by_boto3_method(self.service, name)
        else:
            if name == "send":
                return Send(self.service, self.own)
            if name == "waitFor":
                return Maker(self.service, name, self.own)
            operation = operations.by_js_method(self.service, name)
        if operation is None:
            return Unseen(self.service, name)
        method = Method(operation, own=self.own)
        method.bound = self.bound
        return method

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


#: Members of clients that call nothing.
_QUIET = frozenset(
    (
        "destroy close config middlewareStack can_paginate waiter_names exceptions get_available_subresources endpoint"
        " service"
    ).split()
)


class Unseen(SdkThing):
    """A member of a client that is no known operation: calling it leaves a blind spot for the service."""

    __slots__ = ("name", "service")

    def __init__(self, service: str, name: str) -> None:
        self.service = service
        self.name = name

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return self

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        if self.name not in _QUIET:
            evaluator.run.blinds.append((f"sdk:{self.service}", f"the call {self.name} of {self.service}", span))
        evaluator.escape(arguments, span)
        return Unknown(RESULT, span)


class CommandClass(SdkThing):
    """A command's class: `new PutCommand(input)`."""

    __slots__ = ("operation",)

    def __init__(self, operation: Operation) -> None:
        self.operation = operation

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        given = arguments.get(0)
        return Command(self.operation, Record(span) if given is None else given, span)


class Command(SdkThing):
    """A command with its input, not yet sent."""

    __slots__ = ("operation", "request", "span")

    def __init__(self, operation: Operation, request: Abstract, span: Span) -> None:
        self.operation = operation
        self.request = request
        self.span = span

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return self.request if name == "input" else Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


class Send(SdkThing):
    """`client.send`."""

    __slots__ = ("own", "service")

    def __init__(self, service: str, own: bool) -> None:
        self.service = service
        self.own = own

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return self

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        given = arguments.get(0)
        if given is None or not send_all(evaluator, given, self.own):
            evaluator.run.blinds.append((f"sdk:{self.service}", "a command that is made elsewhere", span))
        run_callbacks(evaluator, arguments, span)
        return Unknown(RESULT, span)


class Method(SdkThing):
    """A method that is one operation: of a client, or of a resource object, which gives the `fixed` request members."""

    __slots__ = ("bound", "fixed", "operation", "own")

    def __init__(self, operation: Operation, fixed: dict[str, Abstract] | None = None, own: bool = True) -> None:
        self.operation = operation
        self.fixed = fixed or {}
        self.own = own
        self.bound: Record | None = None

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Native("function." + name, self) if name in ("bind", "call", "apply") else self

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        if self.operation.shape == operations.PRESIGN:
            self.presign(evaluator, arguments, span)
            return Unknown(RESULT, span)
        request = arguments.get(0)
        if self.operation.positional or arguments.named or self.fixed or not arguments.positional:
            record = Record(span)
            for name, value in zip(self.operation.positional, arguments.positional, strict=False):
                record.fields[name] = value
            record.fields.update(arguments.named)
            record.state["open"] = arguments.open
            request = record
        elif not any(isinstance(option, Record) for option in options_of(request or NOTHING)):
            request = request if isinstance(request, (Unknown, EventValue, Choices)) else Record(span)
        if self.bound is not None and isinstance(request, Record):
            whole = Record(span)
            spread_into(evaluator, whole, self.bound)
            spread_into(evaluator, whole, request)
            request = whole
        note(evaluator, self.operation, request if request is not None else Record(span), span, self.fixed, self.own)
        run_callbacks(evaluator, arguments, span)
        if self.operation.name == "GetQueueUrl" and isinstance(request, Record) and "QueueName" in request.fields:
            answer = Record(span)  # the name stands for the URL
            answer.fields["QueueUrl"] = request.fields["QueueName"]
            answer.state["open"] = True
            return answer
        return Unknown(RESULT, span)

    def presign(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> None:
        """`generate_presigned_url("get_object", Params=...)`, `s3.getSignedUrl("getObject", params)`."""
        name = arguments.get(0, "ClientMethod")
        request = arguments.get(1, "Params")
        for option in options_of(name) if name is not None else ():
            if isinstance(option, Const):
                service = self.operation.service
                called = operations.by_boto3_method(service, option.text) or operations.by_js_method(
                    service, option.text
                )
                if called is not None:
                    note(evaluator, called, Unknown("a request") if request is None else request, span, own=self.own)


class Deferred(SdkThing):
    """Calls that a library makes on the app's behalf where the object that it gives is used: a store, a middleware."""

    __slots__ = ("noting",)

    def __init__(self, noting: Callable[[Evaluator], None]) -> None:
        self.noting = noting

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        self.noting(evaluator)
        return Unknown(RESULT, span)


class Boto3(SdkThing):
    """boto3, a session of it, or their asynchronous twins."""

    __slots__ = ("name", "own")

    def __init__(self, name: str = "", own: bool = True) -> None:
        self.name = name
        self.own = own

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if name in ("client", "resource", "Session", "session", "create_client", "get_session"):
            return Boto3(name, self.own)
        return Foreign("boto3", name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        session = self.name not in ("client", "resource", "create_client")
        keys = ("aws_access_key_id", "profile_name", "botocore_session")
        placed = arguments.positional[0 if session else 6 :][:1]
        credentials = [*placed, *(value for key in keys if (value := arguments.named.get(key)) is not None)]
        own = self.own and not any(surely(value) or _is_handed_in(value) for value in credentials)
        if session:
            return Boto3(own=own)
        given = arguments.get(0, "service_name")
        options = options_of(given) if given is not None else ()
        names = [option.text for option in options if isinstance(option, Const)]
        service = operations.boto3_service(names[0]) if len(names) == 1 == len(options) else None
        if service is None:
            return Foreign("boto3", f"the service {names[0]}" if names else "a service")
        if self.name != "resource":
            return Client(service, python=True, own=own)
        return Entity(service, "", {}, own)


class Entity(SdkThing):
    """A boto3 resource object (`kind` is its class: `Table`, `Bucket`), or a service resource (`kind` is empty), with
    the request members that identify it."""

    __slots__ = ("fixed", "kind", "own", "service")

    def __init__(self, service: str, kind: str, fixed: dict[str, Abstract], own: bool) -> None:
        self.service = service
        self.kind = kind
        self.fixed = fixed
        self.own = own

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        if name == "meta":
            return Client(self.service, python=True, own=self.own)
        if operations.entity(self.service, name) is not None:
            return Child(self, name)
        operation = operations.by_resource_method(self.service, self.kind, name)
        if operation is not None:
            called = Method(operation, self.fixed, self.own)
            if operations.is_collection(self.service, self.kind, name):
                return Collection(self, name, called)
            if not self.kind and operation.name == "GetQueueUrl":
                return Named(self, called)
            if operations.is_attribute(self.service, self.kind, name):
                note(evaluator, operation, Record(span), span, self.fixed, self.own)
                return Unknown(RESULT, span)
            return Writer(called) if name == "batch_writer" else called
        arguments = operations.entity_arguments(self.service, self.kind) if self.kind else ()
        for argument, value in zip(arguments, self.fixed.values(), strict=False):
            if name in (argument, f"{self.kind.lower()}_{argument}"):
                return value
        return Unseen(self.service, name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        return Unknown(RESULT, span)


class Child(SdkThing):
    """`resource.Table`, `bucket.Object`: makes a resource object from what identifies it beyond the outer one."""

    __slots__ = ("kind", "outer")

    def __init__(self, outer: Entity, kind: str) -> None:
        self.outer = outer
        self.kind = kind

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        service = self.outer.service
        fixed: dict[str, Abstract] = {}
        position = 0
        names = operations.entity_arguments(service, self.kind)
        for member, argument in zip(operations.entity(service, self.kind) or (), names, strict=True):
            if member in self.outer.fixed:
                fixed[member] = self.outer.fixed[member]
                continue
            value = arguments.get(position, argument)
            position += 1
            fixed[member] = Unknown("an argument") if value is None else value
        return Entity(service, self.kind, fixed, self.outer.own)


class Named(SdkThing):
    """`resource.get_queue_by_name(QueueName=...)`: the queue, whose name stands for its URL."""

    __slots__ = ("method", "outer")

    def __init__(self, outer: Entity, method: Method) -> None:
        self.outer = outer
        self.method = method

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        self.method.call(evaluator, arguments, span)
        name = arguments.named.get("QueueName")
        return Entity("sqs", "Queue", {"QueueUrl": Unknown("a queue") if name is None else name}, self.outer.own)


class Collection(SdkThing):
    """`bucket.objects`: `.all()`, `.filter(...)`, `.limit(...)` make the call; methods of the whole make another."""

    __slots__ = ("method", "name", "outer")

    def __init__(self, outer: Entity, name: str, method: Method) -> None:
        self.outer = outer
        self.name = name
        self.method = method

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        items = operations.collection_class(self.outer.service, self.outer.kind, self.name)
        batch = operations.by_collection_method(self.outer.service, items, name) if items is not None else None
        return Method(batch, self.outer.fixed, self.outer.own) if batch is not None else self

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        self.method.call(evaluator, arguments, span)
        return self


class Writer(SdkThing):
    """`table.batch_writer()`: writes come as BatchWriteItem, whichever methods (`name`) are called on it."""

    __slots__ = ("method", "name", "open")

    def __init__(self, method: Method, open: bool = False, name: str = "") -> None:
        self.method = method
        self.open = open
        self.name = name

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Writer(self.method, self.open, name)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        operation, fixed = self.method.operation, self.method.fixed
        if not self.open:
            note(evaluator, operation, Record(span), span, fixed, self.method.own)
            return Writer(self.method, open=True)
        alone = operations.by_boto3_method(operation.service, self.name)
        if alone is not None and self.method.own:
            request = Record(span)
            for member in ("Item", "Key"):
                given = arguments.get(0, member) if arguments.positional or member in arguments.named else None
                if given is not None:
                    request.fields[member] = given
            items = tuple(shapes_of(alone.name, request, fixed, span))
            times = tuple(times_of(alone.name, request, fixed))
            if items or times:
                evaluator.run.calls.append(Call(operation.service, operation.name, (), span, items=items, times=times))
        return NOTHING


class Maker(SdkThing):
    """`client.get_paginator(name)`, `client.get_waiter(name)`, and v2's `client.waitFor(name, params)`."""

    __slots__ = ("name", "own", "service")

    def __init__(self, service: str, name: str, own: bool) -> None:
        self.service = service
        self.name = name
        self.own = own

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        return Unknown(RESULT)

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        given = arguments.get(0, "operation_name" if self.name == "get_paginator" else "waiter_name")
        if isinstance(given, Const):
            if self.name == "get_paginator":
                operation = operations.by_boto3_method(self.service, given.text)
            else:
                operation = operations.by_waiter(self.service, given.text)
            if operation is not None and self.name == "waitFor":
                note(evaluator, operation, arguments.get(1) or Record(span), span, own=self.own)
                return Unknown(RESULT, span)
            if operation is not None:
                return Method(operation, own=self.own)
        evaluator.run.blinds.append((f"sdk:{self.service}", "a paginator or waiter whose name is not known", span))
        return Unknown(RESULT, span)


def package(name: str, specifier: str, language: str) -> Abstract | None:
    """What importing an AWS SDK package gives; None for any other package."""
    if language == "python":
        if name in ("boto3", "aioboto3", "aiobotocore"):
            return Boto3("session" if specifier.endswith(".session") else "")
        return Boto3("session") if specifier == "botocore.session" else None
    if name == "aws-sdk":
        tail = specifier.removeprefix("aws-sdk").removeprefix("/clients").strip("/")
        if not tail or tail in ("global", "index"):
            return VersionTwo()
        service = operations.js_v2_client_file(tail)
        return ClientClass(service) if service is not None else Foreign("aws-sdk", tail)
    service = operations.js_v3_package(name)
    return Package(name, service) if service is not None else None


def default_export(thing: SdkThing) -> Abstract:
    """`import AWS from "aws-sdk"`."""
    return thing


def foreign_call(evaluator: Evaluator, target: Abstract, arguments: Arguments, span: Span) -> Abstract | None:
    """A call of something that is not read, where SDK things are among the arguments: a command given to anything is
    sent (by `.send` of a client that is not known, by a presigner, by a wrapper); a client given away is a blind
    spot."""
    if isinstance(target, Foreign) and target.package in libraries.CALLS:
        return library_call(evaluator, target, arguments, span)
    sent = False
    for value in arguments.all():
        if send_all(evaluator, value):
            sent = True
        elif isinstance(value, (Client, Entity)) and not (
            isinstance(target, Foreign) and target.name.rsplit(".", 1)[-1].startswith("capture")
        ):
            evaluator.run.blinds.append((f"sdk:{value.service}", "a client given to code that is not read", span))
    if sent:
        run_callbacks(evaluator, arguments, span)
        return Unknown(RESULT, span)
    return None


def library_call(evaluator: Evaluator, target: Foreign, arguments: Arguments, span: Span) -> Abstract | None:
    """A call of a library that is known to call AWS: at once, or where the object that it gives is used."""
    known = libraries.calls(target.package, target.name)
    if known is None:
        return None
    first = arguments.get(0)
    options = first if isinstance(first, Record) and first.cls is None else None
    requests: list[tuple[Operation, Record]] = []
    for made in known.requests:
        operation = operations.operation(made.service, made.operation)
        if operation is None:
            continue
        request = Record(span)
        if made.argument == libraries.VALUES:
            held = options.fields.get("fetchData") if options is not None else None
            named = list(held.fields.values()) if isinstance(held, Record) else []
            for value in named or [Unknown("a name that is given elsewhere")]:
                if made.not_ending and isinstance(value, Const) and value.text.endswith(made.not_ending):
                    continue
                single = Record(span)
                single.fields[made.member] = SequenceValue((value,)) if made.listed else value
                requests.append((operation, single))
            continue
        named_by = options.fields.get(made.argument) if options is not None else None
        if named_by is None:
            named_by = arguments.get(made.position, made.argument)
        request.fields[made.member] = Unknown("an argument") if named_by is None else named_by
        requests.append((operation, request))

    def noting(evaluator: Evaluator) -> None:
        for operation, request in requests:
            note(evaluator, operation, request, span)

    if known.later:
        return Deferred(noting)
    noting(evaluator)
    return Unknown(RESULT, span)


def send_all(evaluator: Evaluator, value: Abstract, own: bool = True) -> bool:
    """Note the call of every command in a value; False where there is none."""
    found = False
    for option in options_of(value):
        if isinstance(option, Command):
            note(evaluator, option.operation, option.request, option.span, None, own)
            found = True
    return found


def run_callbacks(evaluator: Evaluator, arguments: Arguments, span: Span) -> None:
    """Callbacks given to the SDK run after the call."""
    if any(isinstance(value, (Closure, Choices)) for value in arguments.positional):
        evaluator.escape(arguments, span)


def note(
    evaluator: Evaluator,
    operation: Operation,
    request: Abstract,
    span: Span,
    fixed: dict[str, Abstract] | None = None,
    own: bool = True,
    library: str = "",
    when: Choice | None = None,
) -> None:
    """Note a call of an operation with a request. A call that is not made with the function's `own` role needs nothing
    of it. One that a `library` makes may depend on a setting (`when`)."""
    uses: list[Use] = []
    for option in options_of(request):
        for use in uses_of(operation, option, fixed or {}, span):
            if use not in uses:
                uses.append(use if own else replace(use, optional=True))
    for use in uses:
        mark_all(evaluator, use.name, "feeds")
        if use.index is not None:
            mark_all(evaluator, use.index, "feeds")
    if not operation.certain:
        evaluator.run.blinds.append((f"sdk:{operation.service}", f"what {operation.name} needs", span))
    keyed = own and operation.service == "dynamodb"
    items = tuple(shapes_of(operation.name, request, fixed or {}, span)) if keyed else ()
    options = options_of(request) if operation.service == "dynamodb" else ()
    times = tuple(time for option in options for time in times_of(operation.name, option, fixed or {}))
    evaluator.run.calls.append(
        Call(
            operation.service,
            operation.name,
            tuple(uses),
            span,
            items=items,
            times=times,
            library=library,
            when=when,
        )
    )


def uses_of(operation: Operation, request: Abstract, fixed: dict[str, Abstract], span: Span) -> list[Use]:
    """The resources that a call with this request touches, with the actions needed on each."""
    if operation.shape == operations.PARTIQL:
        return _partiql_uses(operation, request, span)
    given = request.fields.keys() if isinstance(request, Record) else ()
    complete = isinstance(request, Record) and not request.open and not request.symbolic
    uses: list[Use] = []
    needs = operation.needed({*given, *fixed, *_inner_members(request)}, complete)
    for need in needs:
        if need.kind == "*":
            uses.append(Use("*", Const("*"), need.actions, None, span, need.optional))
        elif not need.member:
            uses.append(
                Use(
                    need.kind,
                    Unknown("a resource that the call does not name", span),
                    need.actions,
                    None,
                    span,
                    need.optional,
                )
            )
        else:
            uses.extend(_need_uses(need, request, fixed, span, only=len(needs) == 1))
    return uses


def _inner_members(request: Abstract) -> set[str]:
    """The members of a request's members, as `CopySource.Key`, where all that a member has is known."""
    members = request.fields.items() if isinstance(request, Record) else ()
    return {
        f"{name}.{inner}"
        for name, value in members
        if isinstance(value, Record) and not value.open and not value.symbolic
        for inner in value.fields
    }


def _need_uses(need: Need, request: Abstract, fixed: dict[str, Abstract], span: Span, only: bool) -> list[Use]:
    """The uses of one need. The `only` need of an operation is there even where nothing of a list of items is known."""
    if need.member in fixed or (fixed and need.each):
        # A resource object stands for itself, also where the request would name several: `table.batch_writer()`.
        names: list[Abstract] = [fixed[need.member]] if need.member in fixed else list(fixed.values())[:1]
        complete = True
    else:
        names, complete = walk(request, need.member)
    uses: list[Use] = []
    for name in names:
        text: Value
        if name is NOTHING and need.when_absent:
            text = Const(need.when_absent)
        elif name is NOTHING:
            text = Unknown(f"no {need.member} is given", span)
        else:
            text = as_text(name)
        uses.extend(_parts(need, text, request, fixed, span))
    if not complete:
        optional = need.optional or (need.each and not (only and not names))
        uses.append(
            Use(need.kind, Unknown("a resource that is named elsewhere", span), need.actions, None, span, optional)
        )
    return uses


def _parts(need: Need, name: Value, request: Abstract, fixed: dict[str, Abstract], span: Span) -> list[Use]:
    """A use of a resource, or of the part of it that the request names, or may name."""
    if not need.within:
        return [Use(need.kind, name, need.actions, None, span, need.optional)]
    if need.within in fixed:
        parts: list[Abstract] = [fixed[need.within]]
        complete = True
    else:
        parts, complete = walk(request, need.within)
    if need.kind != "table":
        within = as_text(join(parts)) if complete and parts and parts != [NOTHING] else None
        if within is None and not (complete and need.kind == "function"):
            within = Unknown("a part of it that is named elsewhere")
        return [Use(need.kind, name, need.actions, within, span, need.optional)]
    single = [option for part in parts for option in options_of(part)]
    named = [option for option in single if not (isinstance(option, Primitive) and option.value is None)]
    uses: list[Use] = []
    if len(named) < len(single):
        uses.append(Use("table", name, need.actions, None, span, need.optional))
    if named:
        uses.append(
            Use("index", name, need.actions, one_of([as_text(option) for option in named]), span, need.optional)
        )
    if not complete:
        # The request is made elsewhere: the table or one of its indexes.
        uses.append(Use("index", name, need.actions, Unknown("an index that is named elsewhere"), span, True))
    return uses


def walk(value: Abstract, path: str) -> tuple[list[Abstract], bool]:
    """What stands at a path of a request: `TableName`, `TransactItems[].Put.TableName`, `RequestItems{}` (the keys).

    NOTHING stands for a member that is certainly not given; below lists, what is not given is left out, save the last
    member. The second value tells whether these are all.
    """
    values: list[Abstract] = [value]
    complete = True
    steps = path.split(".")
    for position, step in enumerate(steps):
        name = step.rstrip("[]{}")
        last = position == len(steps) - 1
        found: list[Abstract] = []
        for current in values:
            for option in options_of(current):
                if not isinstance(option, Record):
                    complete = complete and isinstance(option, Primitive)
                    continue
                member = option.fields.get(name)
                if member is None:
                    if option.open or option.symbolic:
                        complete = False
                    elif last:
                        found.append(NOTHING)
                elif step.endswith("[]"):
                    items = member.items if isinstance(member, SequenceValue) else ()
                    complete = complete and isinstance(member, SequenceValue) and not member.open
                    found.extend(items)
                elif step.endswith("{}"):
                    if isinstance(member, Record):
                        found.extend(Const(key, member.span) for key in member.fields)
                        found.extend(key for key, _ in member.symbolic)
                    complete = complete and isinstance(member, Record) and not member.open
                else:
                    found.append(member)
        values = found
    return values, complete


#: The verb of a PartiQL statement: the word before the table's name, and the action. Source: DynamoDB developer
#: guide, PartiQL IAM.
_VERBS = {
    "select": ("from", "dynamodb:PartiQLSelect"),
    "insert": ("into", "dynamodb:PartiQLInsert"),
    "update": ("update", "dynamodb:PartiQLUpdate"),
    "delete": ("from", "dynamodb:PartiQLDelete"),
}


def _partiql_uses(operation: Operation, request: Abstract, span: Span) -> list[Use]:
    statements, complete = walk(request, operation.needs[0].member)
    uses: list[Use] = []
    for statement in statements:
        use = _partiql_use(statement, span)
        complete = complete and use is not None
        if use is not None and use not in uses:
            uses.append(use)
    if not complete:
        for need in operation.needs:
            uses.append(Use("table", Unknown("a table named in a statement", span), need.actions, None, span, True))
    return uses


def _partiql_use(statement: Abstract, span: Span) -> Use | None:
    """The table, or index, and the action of a PartiQL statement; None where its text does not tell."""
    words: list[Value | str] = []
    for part in statement.parts if isinstance(statement, Concat) else (statement,):
        words.extend(part.text.replace('"', " ").split() if isinstance(part, Const) else [as_text(part)])
    if len(words) < 2 or not isinstance(words[0], str) or words[0].lower() not in _VERBS:
        return None
    before, action = _VERBS[words[0].lower()]
    places = [index for index, word in enumerate(words) if isinstance(word, str) and word.lower() == before]
    if not places or places[0] + 1 >= len(words):
        return None
    target = words[places[0] + 1]
    if not isinstance(target, str):
        return Use("table", target, (action,), None, span)
    table, _, index = target.rstrip(";").partition(".")
    if not table or "?" in table:
        return None
    if index and action == "dynamodb:PartiQLSelect":
        return Use("index", Const(table, span), (action,), Const(index, span), span)
    return Use("table", Const(table, span), (action,), None, span)


def note_unnamed(evaluator: Evaluator, client: SdkThing, span: Span) -> None:
    """A member of a client whose name is made at run time: any of its operations may be called."""
    service = getattr(client, "service", None)
    if isinstance(service, str):
        evaluator.run.blinds.append((f"sdk:{service}", "a call whose name is made at run time", span))
