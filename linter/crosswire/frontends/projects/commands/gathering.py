"""Gathers what commands say of each resource: a role of three commands is one role, with all its policies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.making import UNKNOWN, Making
from crosswire.frontends.projects.commands.flat import Flat, Val, literal, shown, structure, whole
from crosswire.frontends.projects.declaration import DOCUMENTS, Declaration
from crosswire.frontends.projects.template import CODE
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crosswire.frontends.projects.commands.calls import Call
    from crosswire.readers.tree import Node
    from crosswire.source import Broken, Source
    from crosswire.values import Parameter

FUNCTION, ROLE, USER, TABLE = "AWS::Lambda::Function", "AWS::IAM::Role", "AWS::IAM::User", "AWS::DynamoDB::Table"
_POLICY = "AWS::IAM::ManagedPolicy"
_POOL, _BUCKET, _RULE = "AWS::Cognito::UserPool", "AWS::S3::Bucket", "AWS::Events::Rule"
_REST_API, _HTTP_API = "AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"
_ORIGIN = re.compile(r" of [^{}]*(?=\}|$)")
_ARN = re.compile(r"arn:[^:]*:([\w-]+):[^:]*:[^:]*:(?:([\w-]+)[:/])?(.*)$", re.DOTALL)
_PLAIN_NAMES = (FUNCTION, TABLE, _BUCKET, _POOL)
_WRITTEN_ON = {
    "kms-key-arn": "KmsKeyArn",
    "sse-specification": "SSESpecification",
}
_STRUCTURES = frozenset(
    {
        "AssumeRolePolicyDocument",
        "Code",
        "DestinationConfig",
        "Environment",
        "LambdaConfig",
        "NotificationConfiguration",
        "PolicyDocument",
        "SSESpecification",
        "StreamSpecification",
        "Target",
        "TimeToLiveSpecification",
    }
)
_LISTS = frozenset(
    {
        "AttributeDefinitions",
        "CustomAttributes",
        "GlobalSecondaryIndexUpdates",
        "GlobalSecondaryIndexes",
        "KeySchema",
        "LocalSecondaryIndexes",
        "Schema",
        "Targets",
    }
)
_TABLE_PROPERTIES = (
    "TableName",
    "AttributeDefinitions",
    "KeySchema",
    "BillingMode",
    "GlobalSecondaryIndexes",
    "LocalSecondaryIndexes",
    "SSESpecification",
)


class Draft:
    """A resource while it is gathered. `created` tells that a command makes it, else it is only spoken of."""

    __slots__ = ("archive", "call", "calls", "code", "created", "id", "key", "properties", "reads", "type")

    def __init__(self, type: str, key: str, call: Call, id: Scalar) -> None:
        self.type = type
        self.key = key
        self.call = call
        self.calls: list[Call] = [call]
        self.id = id
        self.properties: dict[str, tuple[Scalar, Node]] = {}
        self.created = False
        self.code: tuple[str, ...] = ()
        self.archive = ""
        self.reads: set[str] = set()

    @property
    def is_document(self) -> bool:
        return all(call.path.endswith(DOCUMENTS) for call in self.calls)

    @property
    def is_nameless(self) -> bool:
        """Whether the command does not tell what it is about, or, for a function, which one in particular."""
        return self.key.startswith("?") or (self.type == FUNCTION and "?" in self.key)

    def set(self, name: str, node: Node | None, key: Scalar | None = None) -> None:
        """Give a property a value, if there is one."""
        if node is not None:
            place = key or Scalar(name, node.source, node.start, node.end)
            self.properties[name] = (Scalar(name, place.source, place.start, place.end), node)

    def get(self, name: str) -> Node | None:
        """The value of a property."""
        pair = self.properties.get(name)
        return None if pair is None else pair[1]

    def add(self, name: str, items: Iterable[Node], key: Scalar | None = None) -> None:
        """Add items to a property that is a list."""
        known = self.get(name)
        listed = list(known.items) if isinstance(known, Items) and not known.tag else []
        if known is not None and not (isinstance(known, Items) and not known.tag):
            listed = [known]
        listed += items
        if listed:
            first = self.properties[name][0] if name in self.properties else key
            self.set(name, Making(listed[0]).list(listed), first)


class Request:
    """What a command asks for, by the names that the operation has for its members."""

    def __init__(self, call: Call, broken: list[Broken]) -> None:
        self.call = call
        self._broken = broken
        self._input = self._read_input()
        self.names: dict[str, str] = {_WRITTEN_ON.get(name, pascal(name)): name for name in call.options if name}

    def _read_input(self) -> Entries | None:
        given = self.call.get("cli-input-json") or self.call.get("cli-input-yaml")
        if given is None:
            return None
        node = structure(given, self._broken, self.call.is_windows)
        return node if isinstance(node, Entries) else None

    @property
    def is_open(self) -> bool:
        """Whether it may ask for more."""
        given = self.call.get("cli-input-json") or self.call.get("cli-input-yaml")
        unknown = self._input is None or any(key.text.startswith("Fn::") for key, _ in self._input.pairs)
        return self.call.is_open or (given is not None and unknown)

    def value(self, member: str) -> Val | None:
        """The parts of a member that is a text."""
        option = self.names.get(member)
        if option is not None:
            return self.call.get(option)
        node = self._from_input(member)
        if node is None or isinstance(node, Entries):
            return None
        if isinstance(node, Items):
            inner = node.items[1] if node.tag == "!Join" and len(node.items) == 2 else None
            return tuple(inner.items) if isinstance(inner, Items) else None
        return (node,)

    def node(self, member: str) -> Node | None:
        """The value of a member, be it a text, a mapping or a list."""
        option = self.names.get(member)
        if option is None:
            return self._from_input(member)
        words = self.call.options[option]
        if not words:
            return None
        if member in _STRUCTURES:
            return structure(words[0], self._broken, self.call.is_windows)
        if member in _LISTS:
            return self._list(words)
        return whole(words[0])

    def list(self, member: str) -> list[Node]:
        """The items of a member that is a list."""
        node = self.node(member)
        if node is None:
            return []
        return list(node.items) if isinstance(node, Items) and not node.tag else [node]

    def _list(self, words: tuple[Val, ...]) -> Node:
        items: list[Node] = []
        for word in words:
            node = structure(word, self._broken, self.call.is_windows)
            items += node.items if isinstance(node, Items) and not node.tag else [node]
        return Making(words[0][0]).list(items)

    def _from_input(self, member: str) -> Node | None:
        if self._input is None:
            return None
        found = self._input.get(member)
        return self._input.get(member[:1].lower() + member[1:]) if found is None else found

    def key(self, member: str) -> Scalar | None:
        """The place of a member's name."""
        option = self.names.get(member)
        if option is not None:
            return self.call.keys.get(option)
        return None if self._input is None else self._input.key(member)


def pascal(option: str) -> str:
    """An option as the member of a request.

    >>> pascal("function-name")
    'FunctionName'
    """
    return "".join(word[:1].upper() + word[1:] for word in option.split("-"))


class Gathering:
    """The resources of one group of files. `functions` and `roles` are found by their names."""

    def __init__(self, broken: list[Broken]) -> None:
        self.drafts: dict[tuple[str, str], Draft] = {}
        self._broken = broken
        self._numbers: dict[str, int] = {}

    def take(self, call: Call) -> None:
        """Take what a command says."""
        handler = HANDLERS.get((call.service, call.operation))
        if handler is not None:
            handler(self, Request(call, self._broken))

    def named(self, type: str, name: Val | None, call: Call) -> Draft:
        """The resource of a type that has a name."""
        key = shown(name) if name else f"?{call.path} {call.place.start}"
        draft = self.drafts.get((type, key))
        if draft is None:
            text = _ORIGIN.sub("", key) if name and not key.startswith("?") else f"{call.service} {call.operation}"
            place = name[0] if name else call.place
            last = name[-1] if name else call.place
            end = last.end if last.source is place.source else place.end
            draft = Draft(type, key, call, Scalar(text, place.source, place.start, max(end, place.start)))
            self.drafts[type, key] = draft
        else:
            draft.calls.append(call)
        draft.reads.update(call.reads)
        return draft

    def another(self, type: str, label: str, call: Call) -> Draft:
        """A resource that has no name of its own."""
        key = f"{label} {call.path} {call.place.start} {self._number(label)}"
        draft = Draft(type, key, call, Scalar(_ORIGIN.sub("", label), *_at(call.place)))
        draft.created = True
        draft.reads.update(call.reads)
        self.drafts[type, key] = draft
        return draft

    def _number(self, label: str) -> int:
        self._numbers[label] = self._numbers.get(label, 0) + 1
        return self._numbers[label]

    # -- at the end

    def declarations(self, symbols: Mapping[tuple[str, str], Parameter]) -> Iterator[Declaration]:
        """What all of it declares."""
        ids = self._ids()
        links = _Links(ids)
        for draft in self.drafts.values():
            making = Making(draft.id)
            if draft.type == FUNCTION and draft.created and draft.get("Environment") is None:
                _leave_open(draft)
            properties = {name: (key, links.linked(node, name)) for name, (key, node) in draft.properties.items()}
            fields: list[tuple[str | Scalar, Node | str | None]] = list(properties.values())
            body: list[tuple[str | Scalar, Node | str | None]] = [
                ("Type", draft.type),
                ("Properties", making.mapping(fields)),
            ]
            if draft.code or draft.archive:
                code = making.list(draft.code) if draft.code else making.text(draft.archive)
                body.append(("Metadata", making.mapping([(CODE, code)])))
            node = making.mapping(body)
            name = Scalar(ids[draft.type, draft.key], draft.id.source, draft.id.start, draft.id.end)
            used = symbols_of(node, symbols)
            yield Declaration(draft.call.path, name, node, tuple(sorted(draft.reads)), used)

    def _ids(self) -> dict[tuple[str, str], str]:
        """The logical id of each resource: its name, where no other has it."""
        taken: set[str] = set()
        numbers: dict[str, int] = {}
        ids: dict[tuple[str, str], str] = {}
        for draft in sorted(self.drafts.values(), key=_rank):
            name = draft.id.text.replace(".", "_") or draft.type.rpartition("::")[2].lower()
            if name in taken:
                name = f"{name} ({draft.type.rpartition('::')[2].lower()})"
            unique = name
            while unique in taken:
                numbers[name] = numbers.get(name, 1) + 1
                unique = f"{name} {numbers[name]}"
            taken.add(unique)
            ids[draft.type, draft.key] = unique
        return ids


def _rank(draft: Draft) -> int:
    """Which of resources with one name are called by it alone: what findings are about most often."""
    return _PLAIN_NAMES.index(draft.type) if draft.type in _PLAIN_NAMES else len(_PLAIN_NAMES)


class _Links:
    """Names and ARNs of what is declared beside them, as references."""

    def __init__(self, ids: Mapping[tuple[str, str], str]) -> None:
        self._ids = ids

    def linked(self, node: Node, name: str) -> Node:
        """A node in which every ARN of a function, a role or a policy that is declared is a reference."""
        if name in ("PolicyDocument", "Policies", "AssumeRolePolicyDocument", "Environment", "RoleName", "TableName"):
            return node
        if isinstance(node, Scalar):
            return self._reference((node,), node, name)
        if isinstance(node, Items):
            if node.tag == "!Join" and len(node.items) == 2 and isinstance(node.items[1], Items):
                return self._reference(tuple(node.items[1].items), node, name)
            items = [self.linked(item, name) for item in node.items]
            return Items(items, node.source, node.start, node.end, node.tag)
        pairs = [(key, self.linked(value, key.text)) for key, value in node.pairs]
        return Entries(pairs, node.source, node.start, node.end, node.tag)

    def _reference(self, value: Val, node: Node, property: str) -> Node:
        text = shown(value)
        making = Making(node)
        if property in ("RestApiId", "ApiId"):
            type, kind = (_REST_API, "rest-api") if property == "RestApiId" else (_HTTP_API, "api")
            found = self._ids.get((type, _made_up_for(kind, text)))
            return node if found is None else making.ref(found)
        match = _ARN.search(text.replace("${AWS::", "${AWS_")) if "arn:" in text else None
        if match is None:
            return node
        service, kind, rest = match.groups()
        if service == "apigateway" and "/functions/arn:" in text:
            inner = _inner_arn(value)
            return self._reference(inner, node, property) if inner is not None else node
        if service == "lambda" and kind == "function":
            return self._of_function(rest.replace("${AWS_", "${AWS::"), making) or node
        if service == "iam" and kind in ("role", "policy"):
            type = ROLE if kind == "role" else _POLICY
            name = rest.replace("${AWS_", "${AWS::").rpartition("/")[2]
            if (type, name) in self._ids:
                id = self._ids[type, name]
                return making.attribute(id) if type == ROLE else making.ref(id)
        return node

    def _of_function(self, rest: str, making: Making) -> Node | None:
        name, colon, qualifier = rest.partition(":")
        if name.startswith("${") and colon:
            return None
        id = self._ids.get((FUNCTION, name))
        if id is None:
            return None
        arn = making.attribute(id)
        return making.join([arn, f":{qualifier}"]) if qualifier else arn


def _made_up_for(kind: str, text: str) -> str:
    """The name of what AWS made up an id for (`{#user-pool name}`, see `PRINTED`), empty where the text is none."""
    opening = f"${{{kind} "
    return text[len(opening) : -1] if text.startswith(opening) and text.endswith("}") else ""


def _inner_arn(value: Val) -> Val | None:
    """The function's ARN in the URI by which API Gateway invokes it."""
    flat = Flat(value)
    start = flat.text.find("/functions/")
    end = flat.text.rfind("/invocations")
    if start < 0 or end < start:
        return None
    return flat.slice(start + len("/functions/"), end)


def symbols_of(node: Node, symbols: Mapping[tuple[str, str], Parameter]) -> dict[str, Parameter]:
    """The symbols that a node names, as the files know them in which it does. One with a default goes before others of
    its name."""
    found: dict[str, Parameter] = {}
    for reference in _references(node):
        symbol = symbols.get((reference.source.path, reference.text))
        if symbol is not None and (symbol.default is not None or reference.text not in found):
            found[reference.text] = symbol
    return found


def _references(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        if node.tag == "!Ref" and node.text.startswith("$"):
            yield node
    elif isinstance(node, Items):
        for item in node.items:
            yield from _references(item)
    else:
        for _, value in node.pairs:
            yield from _references(value)


# Functions


def function_name(value: Val | None) -> Val | None:
    """A function's name, of what may be its ARN, with or without a qualifier."""
    if value is None:
        return None
    flat = Flat(value)
    text = flat.text
    cut = text.find("function:")
    if cut >= 0:
        stop = text.find(":", cut + len("function:"))
        return flat.slice(cut + len("function:"), len(text) if stop < 0 else stop)
    if text.startswith("arn:"):
        return value
    stop = text.find(":")
    return flat.slice(0, stop) if stop > 0 else value


def _create_function(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(FUNCTION, function_name(request.value("FunctionName")), request.call)
    again = draft.created
    draft.created = True
    _configure(draft, request)
    code = request.node("Code")
    if code is not None and not again:
        draft.set("Code", code, request.key("Code"))
    draft.set("PackageType", request.node("PackageType"))
    _pack(draft, request)
    if request.is_open:
        _open(draft, request)


def _pack(draft: Draft, request: Request) -> None:
    """Note where the code of a function is."""
    archive = request.call.archive
    if archive is not None:
        draft.code = tuple(dict.fromkeys((*draft.code, *archive.roots)))
        draft.archive = draft.archive or archive.path


def _configure(draft: Draft, request: Request) -> None:
    name = function_name(request.value("FunctionName"))
    draft.set("FunctionName", whole(name) if name is not None else None, request.key("FunctionName"))
    for member in ("Handler", "Runtime", "KmsKeyArn"):
        if draft.get(member) is None or not draft.created:
            draft.set(member, request.node(member), request.key(member))
    role = request.value("Role")
    if role is not None:
        draft.set("Role", whole(role), request.key("Role"))
    environment = request.node("Environment")
    if environment is not None:
        _add_variables(draft, environment, request)


def _add_variables(draft: Draft, environment: Node, request: Request) -> None:
    """Give a function variables. Which of several commands is run last is not known: any variable may be set."""
    making = Making(environment)
    variables = child(environment, "Variables")
    pairs: dict[str, tuple[Scalar, Node]] = {}
    complete = isinstance(variables, Entries)
    before = child(draft.get("Environment"), "Variables")
    for node in (before, variables):
        for key, value in node.items() if isinstance(node, Entries) else ():
            pairs[key.text] = (key, value)
    found: list[tuple[str | Scalar, Node | str | None]] = [*pairs.values()]
    if not complete and f"Fn::{UNKNOWN}" not in pairs:
        found.append((f"Fn::{UNKNOWN}", "variables that the script puts together"))
    known = draft.properties.get("Environment")
    place = request.key("Environment") if known is None else known[0]
    draft.set("Environment", making.mapping([("Variables", making.mapping(found))]), place)


def _leave_open(draft: Draft) -> None:
    """Note that a function to which no command gives variables may have some: who sets none here sets them by hand."""
    making = Making(draft.call.place)
    variables = making.mapping([(f"Fn::{UNKNOWN}", "variables that no command sets")])
    draft.set("Environment", making.mapping([("Variables", variables)]))


def _open(draft: Draft, request: Request) -> None:
    """Note that a command may say more of a resource."""
    name = f"Fn::{UNKNOWN}"
    place = request.call.place
    draft.properties[name] = (Scalar(name, *_at(place)), Scalar("options that are not known", *_at(place)))


def _update_configuration(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(FUNCTION, function_name(request.value("FunctionName")), request.call)
    _configure(draft, request)
    if request.is_open:
        _open(draft, request)


def _update_code(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(FUNCTION, function_name(request.value("FunctionName")), request.call)
    name = function_name(request.value("FunctionName"))
    draft.set("FunctionName", whole(name) if name is not None else None, request.key("FunctionName"))
    _pack(draft, request)
    bucket, key, image = request.node("S3Bucket"), request.node("S3Key"), request.node("ImageUri")
    if draft.get("Code") is None and (key is not None or image is not None):
        place = key if key is not None else image
        assert place is not None, "one of them is given"
        code = Making(place).mapping([("S3Bucket", bucket), ("S3Key", key), ("ImageUri", image)])
        draft.set("Code", code)


def _add_permission(gathering: Gathering, request: Request) -> None:
    name = request.value("FunctionName")
    statement = literal(request.value("StatementId") or ()) or "permission"
    draft = gathering.another("AWS::Lambda::Permission", statement, request.call)
    function = whole(name) if name is not None else None
    qualifier = request.node("Qualifier")
    if function is not None and qualifier is not None:
        function = Making(function).join([function, ":", qualifier])
    draft.set("FunctionName", function, request.key("FunctionName"))
    for member in ("Action", "Principal", "SourceArn", "SourceAccount", "EventSourceToken"):
        draft.set(member, request.node(member), request.key(member))
    if request.is_open:
        place = Making(request.call.place)
        for member in ("Action", "Principal", "SourceArn"):
            if draft.get(member) is None:
                draft.set(member, place.unknown("an option that is not known"))


def _map_source(gathering: Gathering, request: Request) -> None:
    source = request.node("EventSourceArn")
    name = request.node("FunctionName")
    if source is None or name is None:
        return
    draft = gathering.another("AWS::Lambda::EventSourceMapping", "event source mapping", request.call)
    draft.set("EventSourceArn", source, request.key("EventSourceArn"))
    draft.set("FunctionName", name, request.key("FunctionName"))


def _function_url(gathering: Gathering, request: Request) -> None:
    name = request.value("FunctionName")
    label = f"{shown(name)} URL" if name is not None else "function URL"
    draft = gathering.another("AWS::Lambda::Url", label, request.call)
    function, key = request.node("FunctionName"), request.key("FunctionName")
    if isinstance(function, Scalar) and key is not None:  # the command is what is told of, not what gives the name
        function = Scalar(function.text, *_at(key), tag=function.tag)
    draft.set("TargetFunctionArn", function, key)
    draft.set("AuthType", request.node("AuthType") or Making(request.call.place).unknown("how callers are known"))


def _invoke_config(gathering: Gathering, request: Request) -> None:
    draft = gathering.another("AWS::Lambda::EventInvokeConfig", "asynchronous invocation", request.call)
    draft.set("FunctionName", request.node("FunctionName"), request.key("FunctionName"))
    draft.set("DestinationConfig", request.node("DestinationConfig"), request.key("DestinationConfig"))


# Permissions


def _create_identity(type: str, member: str) -> Callable[[Gathering, Request], None]:
    def create(gathering: Gathering, request: Request) -> None:
        draft = gathering.named(type, request.value(member), request.call)
        draft.created = True
        draft.set(member, request.node(member), request.key(member))
        draft.set(
            "AssumeRolePolicyDocument",
            request.node("AssumeRolePolicyDocument"),
            request.key("AssumeRolePolicyDocument"),
        )
        if request.node("PermissionsBoundary") is not None:
            draft.set("PermissionsBoundary", request.node("PermissionsBoundary"))
        if request.is_open:
            _open(draft, request)

    return create


def _put_policy(type: str, member: str) -> Callable[[Gathering, Request], None]:
    def put(gathering: Gathering, request: Request) -> None:
        draft = gathering.named(type, request.value(member), request.call)
        draft.set(member, request.node(member), request.key(member))
        making = Making(request.call.place)
        document = request.node("PolicyDocument") or making.unknown("a policy that is not known")
        name = request.node("PolicyName")
        policy = Making(document).mapping([("PolicyName", name), ("PolicyDocument", document)])
        draft.add("Policies", [policy], request.key("PolicyDocument"))

    return put


def _attach_policy(type: str, member: str) -> Callable[[Gathering, Request], None]:
    def attach(gathering: Gathering, request: Request) -> None:
        draft = gathering.named(type, request.value(member), request.call)
        draft.set(member, request.node(member), request.key(member))
        arn = request.node("PolicyArn") or Making(request.call.place).unknown("a policy that is not known")
        draft.add("ManagedPolicyArns", [arn], request.key("PolicyArn"))

    return attach


def _set_trust(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(ROLE, request.value("RoleName"), request.call)
    draft.set("RoleName", request.node("RoleName"), request.key("RoleName"))
    draft.set("AssumeRolePolicyDocument", request.node("PolicyDocument"), request.key("PolicyDocument"))


def _create_policy(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(_POLICY, request.value("PolicyName"), request.call)
    if draft.created:
        return
    draft.created = True
    draft.set("ManagedPolicyName", request.node("PolicyName"), request.key("PolicyName"))
    draft.set("PolicyDocument", request.node("PolicyDocument"), request.key("PolicyDocument"))


# Tables


def _create_table(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(TABLE, request.value("TableName"), request.call)
    again = draft.created
    draft.created = True
    for member in _TABLE_PROPERTIES:
        node = request.node(member)
        if again and draft.get(member) is not None:
            if member in ("AttributeDefinitions", "GlobalSecondaryIndexes"):
                draft.add(member, request.list(member))
            continue
        draft.set(member, node, request.key(member))
    _set_stream(draft, request)
    if request.is_open:
        _open(draft, request)


def _set_stream(draft: Draft, request: Request) -> None:
    stream = request.node("StreamSpecification")
    enabled = child(stream, "StreamEnabled")
    if stream is not None and not (isinstance(enabled, Scalar) and enabled.as_bool() is False):
        draft.set("StreamSpecification", stream, request.key("StreamSpecification"))


def _update_table(gathering: Gathering, request: Request) -> None:
    draft = _known_table(gathering, request)
    draft.add("AttributeDefinitions", request.list("AttributeDefinitions"))
    for update in request.list("GlobalSecondaryIndexUpdates"):
        index = child(update, "Create")
        if index is not None:
            draft.add("GlobalSecondaryIndexes", [index], request.key("GlobalSecondaryIndexUpdates"))
        elif not isinstance(update, Entries) or any(key.text.startswith("Fn::") for key, _ in update.pairs):
            _open(draft, request)
    _set_stream(draft, request)


def _time_to_live(gathering: Gathering, request: Request) -> None:
    draft = _known_table(gathering, request)
    node = request.node("TimeToLiveSpecification")
    enabled = child(node, "Enabled")
    if not (isinstance(enabled, Scalar) and enabled.as_bool() is False):
        draft.set("TimeToLiveSpecification", node, request.key("TimeToLiveSpecification"))


def _known_table(gathering: Gathering, request: Request) -> Draft:
    draft = gathering.named(TABLE, request.value("TableName"), request.call)
    draft.set("TableName", request.node("TableName"), request.key("TableName"))
    return draft


# User pools


def _create_pool(gathering: Gathering, request: Request) -> None:
    name = request.value("PoolName")
    draft = gathering.named(_POOL, name, request.call)
    draft.created = True
    draft.set("UserPoolName", request.node("PoolName"), request.key("PoolName"))
    draft.set("LambdaConfig", request.node("LambdaConfig"), request.key("LambdaConfig"))
    draft.set("Schema", request.node("Schema"), request.key("Schema"))
    if request.is_open:
        draft.set("Schema", Making(request.call.place).unknown("options that are not known"))


def _update_pool(gathering: Gathering, request: Request) -> None:
    draft = _pool(gathering, request)
    config = request.node("LambdaConfig")
    if config is not None:
        draft.set("LambdaConfig", config, request.key("LambdaConfig"))


def _add_attributes(gathering: Gathering, request: Request) -> None:
    draft = _pool(gathering, request)
    if draft.created:
        draft.add("Schema", request.list("CustomAttributes"), request.key("CustomAttributes"))


def _pool(gathering: Gathering, request: Request) -> Draft:
    """A pool by its id, which is that of one that is created where the script took it from there."""
    id = request.value("UserPoolId")
    text = shown(id) if id else ""
    made = gathering.drafts.get((_POOL, _made_up_for("user-pool", text)))
    if made is not None:
        made.reads.update(request.call.reads)
        made.calls.append(request.call)
        return made
    draft = gathering.named(_POOL, id, request.call)
    if not draft.created:
        draft.set("UserPoolId", whole(id) if id else None)
        draft.set("Schema", Making(request.call.place).unknown("the schema of a pool that is made elsewhere"))
    return draft


# Others


def _create(type: str, member: str, property: str) -> Callable[[Gathering, Request], None]:
    """What creates a resource of which only the name counts."""

    def create(gathering: Gathering, request: Request) -> None:
        draft = gathering.named(type, request.value(member), request.call)
        draft.created = True
        draft.set(property, request.node(member), request.key(member))

    return create


def _make_bucket(gathering: Gathering, request: Request) -> None:
    words = request.call.options.get("", ())
    if not words:
        return
    flat = Flat(words[0])
    start = len("s3://") if flat.text.startswith("s3://") else 0
    stop = flat.text.find("/", start)
    name = flat.slice(start, len(flat.text) if stop < 0 else stop)
    draft = gathering.named(_BUCKET, name, request.call)
    draft.created = True
    draft.set("BucketName", whole(name))


def _notify(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(_BUCKET, request.value("Bucket"), request.call)
    draft.set("BucketName", request.node("Bucket"), request.key("Bucket"))
    config = request.node("NotificationConfiguration")
    if not isinstance(config, Entries):
        return
    making = Making(config)
    fields: list[tuple[str | Scalar, Node | str | None]] = []
    for section, arn, name in (
        ("LambdaFunctionConfigurations", "LambdaFunctionArn", "Function"),
        ("QueueConfigurations", "QueueArn", "Queue"),
        ("TopicConfigurations", "TopicArn", "Topic"),
    ):
        listed = config.get(section)
        targets = [child(item, arn) for item in listed.items] if isinstance(listed, Items) else []
        entries = [Making(target).mapping([(name, target)]) for target in targets if target is not None]
        if entries:
            plain = "LambdaConfigurations" if name == "Function" else section
            fields.append((plain, making.list(entries)))
    draft.set("NotificationConfiguration", making.mapping(fields), request.key("NotificationConfiguration"))


def _subscribe(gathering: Gathering, request: Request) -> None:
    endpoint, protocol = request.node("NotificationEndpoint") or request.node("Endpoint"), request.node("Protocol")
    if endpoint is None or text_of(protocol) != "lambda":
        return
    draft = gathering.another("AWS::SNS::Subscription", "subscription", request.call)
    draft.set("TopicArn", request.node("TopicArn"), request.key("TopicArn"))
    draft.set("Protocol", protocol)
    draft.set("Endpoint", endpoint, request.key("NotificationEndpoint"))


def _put_rule(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(_RULE, request.value("Name"), request.call)
    draft.created = True
    draft.set("Name", request.node("Name"), request.key("Name"))
    draft.set("EventBusName", request.node("EventBusName"))


def _put_targets(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(_RULE, request.value("Rule"), request.call)
    draft.set("Name", request.node("Rule"), request.key("Rule"))
    draft.set("EventBusName", request.node("EventBusName"))
    draft.add("Targets", request.list("Targets"), request.key("Targets"))


def _schedule(gathering: Gathering, request: Request) -> None:
    draft = gathering.named("AWS::Scheduler::Schedule", request.value("Name"), request.call)
    draft.created = True
    draft.set("Name", request.node("Name"), request.key("Name"))
    draft.set("Target", request.node("Target"), request.key("Target"))


def _put_integration(gathering: Gathering, request: Request) -> None:
    uri = request.value("Uri")
    if uri is None:
        return
    draft = gathering.another("AWS::ApiGateway::Method", _route_label(request), request.call)
    draft.set("RestApiId", request.node("RestApiId"), request.key("RestApiId"))
    draft.set("HttpMethod", request.node("HttpMethod"))
    draft.set("ResourceId", Making(request.call.place).unknown("the path of a resource"))
    fields = [("Uri", whole(uri)), ("Credentials", request.node("Credentials")), ("Type", request.node("Type"))]
    draft.set("Integration", Making(uri[0]).mapping(fields), request.key("Uri"))


def _route_label(request: Request) -> str:
    method = literal(request.value("HttpMethod") or ())
    return f"{method} method" if method is not None else "method"


def _create_integration(gathering: Gathering, request: Request) -> None:
    uri = request.node("IntegrationUri")
    if uri is None:
        return
    draft = gathering.another("AWS::ApiGatewayV2::Integration", "integration", request.call)
    draft.set("ApiId", request.node("ApiId"), request.key("ApiId"))
    draft.set("IntegrationUri", uri, request.key("IntegrationUri"))
    draft.set("CredentialsArn", request.node("CredentialsArn"))


def _create_http_api(gathering: Gathering, request: Request) -> None:
    draft = gathering.named(_HTTP_API, request.value("Name"), request.call)
    draft.created = True
    for member in ("Name", "ProtocolType", "Target", "RouteKey", "CredentialsArn"):
        draft.set(member, request.node(member), request.key(member))


def _filter_logs(gathering: Gathering, request: Request) -> None:
    draft = gathering.another("AWS::Logs::SubscriptionFilter", "subscription filter", request.call)
    for member in ("LogGroupName", "DestinationArn", "RoleArn"):
        draft.set(member, request.node(member), request.key(member))


def _create_alias(gathering: Gathering, request: Request) -> None:
    draft = gathering.named("AWS::KMS::Alias", request.value("AliasName"), request.call)
    draft.created = True
    draft.set("AliasName", request.node("AliasName"), request.key("AliasName"))
    draft.set("TargetKeyId", request.node("TargetKeyId"))


def _create_key(gathering: Gathering, request: Request) -> None:
    gathering.another("AWS::KMS::Key", "key", request.call)


HANDLERS: dict[tuple[str, str], Callable[[Gathering, Request], None]] = {
    ("apigateway", "create-rest-api"): _create(_REST_API, "Name", "Name"),
    ("apigateway", "put-integration"): _put_integration,
    ("apigatewayv2", "create-api"): _create_http_api,
    ("apigatewayv2", "create-integration"): _create_integration,
    ("cognito-idp", "add-custom-attributes"): _add_attributes,
    ("cognito-idp", "create-user-pool"): _create_pool,
    ("cognito-idp", "update-user-pool"): _update_pool,
    ("dynamodb", "create-table"): _create_table,
    ("dynamodb", "update-table"): _update_table,
    ("dynamodb", "update-time-to-live"): _time_to_live,
    ("events", "put-rule"): _put_rule,
    ("events", "put-targets"): _put_targets,
    ("iam", "attach-role-policy"): _attach_policy(ROLE, "RoleName"),
    ("iam", "attach-user-policy"): _attach_policy(USER, "UserName"),
    ("iam", "create-policy"): _create_policy,
    ("iam", "create-role"): _create_identity(ROLE, "RoleName"),
    ("iam", "create-user"): _create_identity(USER, "UserName"),
    ("iam", "put-role-policy"): _put_policy(ROLE, "RoleName"),
    ("iam", "put-user-policy"): _put_policy(USER, "UserName"),
    ("iam", "update-assume-role-policy"): _set_trust,
    ("kinesis", "create-stream"): _create("AWS::Kinesis::Stream", "StreamName", "Name"),
    ("kms", "create-alias"): _create_alias,
    ("kms", "create-key"): _create_key,
    ("lambda", "add-permission"): _add_permission,
    ("lambda", "create-event-source-mapping"): _map_source,
    ("lambda", "create-function"): _create_function,
    ("lambda", "create-function-url-config"): _function_url,
    ("lambda", "put-function-event-invoke-config"): _invoke_config,
    ("lambda", "update-function-code"): _update_code,
    ("lambda", "update-function-configuration"): _update_configuration,
    ("logs", "put-subscription-filter"): _filter_logs,
    ("s3", "mb"): _make_bucket,
    ("s3api", "create-bucket"): _create(_BUCKET, "Bucket", "BucketName"),
    ("s3api", "put-bucket-notification-configuration"): _notify,
    ("scheduler", "create-schedule"): _schedule,
    ("secretsmanager", "create-secret"): _create("AWS::SecretsManager::Secret", "Name", "Name"),
    ("sns", "create-topic"): _create("AWS::SNS::Topic", "Name", "TopicName"),
    ("sns", "subscribe"): _subscribe,
    ("sqs", "create-queue"): _create("AWS::SQS::Queue", "QueueName", "QueueName"),
    ("ssm", "put-parameter"): _create("AWS::SSM::Parameter", "Name", "Name"),
    ("stepfunctions", "create-state-machine"): _create("AWS::StepFunctions::StateMachine", "Name", "StateMachineName"),
}


def _at(node: Node) -> tuple[Source, int, int]:
    return node.source, node.start, node.end
