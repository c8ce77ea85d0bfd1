"""Resources of a configuration: tables with keys and indexes, user pools, resource policies, and all others by name.

A data source stands for a resource that something else declares: it is there too, with what is not known of it open.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.terraform_types import DATA
from crosswire.aws.user_pools import STANDARD_ATTRIBUTES
from crosswire.frontends import identity
from crosswire.frontends.arns import api_arn
from crosswire.frontends.policies import UNKNOWN
from crosswire.frontends.terraform.apis import resource_path
from crosswire.frontends.terraform.configuration import resource_of
from crosswire.frontends.terraform.invoked import LATEST, publishes
from crosswire.frontends.terraform.kinds import cloudformation_type, facts, name_argument
from crosswire.frontends.terraform.policies import grants, plain_document
from crosswire.frontends.terraform.values import (
    Leaf,
    bool_of,
    fields_of,
    first_block,
    items_of,
    text_of,
    value_of,
)
from crosswire.record import replace
from crosswire.values import Const, Ref, Unknown, concat
from crosswire.wiring.resource import Index, Key, Resource, ResourcePolicy, Table, UserPool

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.aws.resources import ResourceType
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.values import Evaluated, Object
    from crosswire.values import Parameter, ResourceId, Value

_INDEX = "aws_dynamodb_global_secondary_index"
_SHAPING = ("attribute", "global_secondary_index")  # arguments that others change where a table ignores changes
_STAGES = {
    "aws_api_gateway_deployment": ("rest_api_id", "stage_name"),
    "aws_api_gateway_stage": ("rest_api_id", "stage_name"),
    "aws_apigatewayv2_stage": ("api_id", "name"),
}
_KEY_ROLES = ("HASH", "RANGE")
_KINDS = ("name", "arn", "url", "id")
_DEFAULTS = ("default", "/")  # of an event bus, a schedule's group, a path: the ARN is as without
_CAPITAL = re.compile(r"(?<=[a-z])(?=[A-Z])")

# A resource that is a policy of another: service, argument that names that one. The document is `policy` everywhere.
_POLICIES = {
    "aws_dynamodb_resource_policy": ("dynamodb", "resource_arn"),
    "aws_kms_key_policy": ("kms", "key_id"),
    "aws_s3_bucket_policy": ("s3", "bucket"),
    "aws_secretsmanager_secret_policy": ("secretsmanager", "secret_arn"),
    "aws_sns_topic_policy": ("sns", "arn"),
    "aws_sqs_queue_policy": ("sqs", "queue_url"),
}
# A resource that may hold its policy itself.
_OWN_POLICIES = {
    "aws_kms_key": "kms",
    "aws_s3_bucket": "s3",
    "aws_secretsmanager_secret": "secretsmanager",
    "aws_sns_topic": "sns",
    "aws_sqs_queue": "sqs",
}


def lower_resources(configuration: Configuration, lowered: Lowered) -> None:
    """Add every resource of a configuration, what its name and ARN stand for, and the policies attached to it."""
    indexes = _Indexes(configuration)
    for instance in configuration.instances.values():
        if instance.type == _INDEX:
            continue
        type = cloudformation_type(instance.type)
        if instance.type.startswith(DATA) and type == instance.type:
            continue
        resource = _lower(instance, type, indexes, lowered)
        if not _is_declared_here(instance, configuration):
            lowered.resources.append(resource)
        lowered.resource_policies.extend(_policies(instance))
    for instance in configuration.of_type("aws_api_gateway_resource"):
        lowered.definitions[Ref(instance.id, "path")] = resource_path(configuration, Ref(instance.id, "id"))


def _is_declared_here(instance: Instance, configuration: Configuration) -> bool:
    """Whether a data source looks up a resource of the configuration itself."""
    known = facts(instance.type)
    if not instance.type.startswith(DATA) or known is None:
        return False
    named = (value_of(instance.arguments.get(name)) for name, kind in known.attributes.items() if kind in _KINDS)
    return any(resource_of(value) in configuration.instances for value in named)


def _lower(instance: Instance, type: str, indexes: _Indexes, lowered: Lowered) -> Resource:
    known = identity.facts(type)
    service, kind = (known.service, known.kind) if known is not None else ("", "")
    name = _name(instance)
    _define(instance, known, name, lowered)
    if type == "AWS::DynamoDB::Table":
        return _table(instance, Resource(instance.id, type, service, kind, name, instance.span), indexes)
    if type == "AWS::Cognito::UserPool":
        attributes = _custom_attributes(instance)
        return UserPool(instance.id, type, service, kind, name, instance.span, attributes)
    return Resource(instance.id, type, service, kind, name, instance.span)


# Names and ARNs


def _name(instance: Instance) -> Value | None:
    """The physical name that a configuration gives, None where something makes one up."""
    argument = name_argument(instance.type)
    if not argument:
        return None
    arguments = instance.arguments
    node = arguments.get(argument)
    if node is not None:
        return value_of(node)
    # `name_prefix` for a name, `identifier_prefix` for an identifier, `bucket_prefix` for a bucket
    prefix = arguments.get(f"{argument}_prefix")
    if prefix is not None:
        return concat([value_of(prefix), Unknown("what Terraform appends to the prefix", prefix.span)], prefix.span)
    return None if arguments.complete else Unknown("a name that is not known", instance.span)


def _define(instance: Instance, known: ResourceType | None, name: Value | None, lowered: Lowered) -> None:
    """Say what the attributes of a resource stand for that have a symbol of their own."""
    id, arguments = instance.id, instance.arguments
    definitions = lowered.definitions
    if known is not None:
        definitions.update(identity.definitions_of(known, id, name, _is_qualified(known, arguments)))
    elif name is not None:
        definitions[Ref(id, "name")] = name
    if instance.type.startswith(DATA):
        _define_looked_up(instance, definitions)
    match instance.type.removeprefix(DATA):
        case "aws_dynamodb_table":
            definitions[Ref(id, "StreamArn")] = concat(
                [Ref(id, "arn"), Const("/stream/"), Unknown("the label of a stream")]
            )
        case "aws_lambda_function" if not instance.type.startswith(DATA) and not publishes(instance):
            definitions[Ref(id, "Version")] = Const(LATEST)
        case "aws_ssm_parameter":
            value = arguments.get("value") or arguments.get("insecure_value")
            if value is not None:
                definitions[Ref(id, "Value")] = value_of(value)
        case "aws_secretsmanager_secret_version":
            _define_as(Ref(id, "arn"), arguments.get("secret_id"), definitions)
        case "aws_kms_alias":
            _define_as(Ref(id, "TargetKeyArn"), arguments.get("target_key_id"), definitions)
        case "aws_api_gateway_deployment" | "aws_api_gateway_stage" | "aws_apigatewayv2_stage":
            _define_execution(instance, definitions)


def _is_qualified(known: ResourceType, arguments: Object) -> bool:
    """Whether the argument is given that changes the form of the resource's ARN."""
    if not known.arn_unless:
        return False
    node = arguments.get(_CAPITAL.sub("_", known.arn_unless).lower())
    return node is not None and text_of(node) not in _DEFAULTS


def _define_looked_up(instance: Instance, definitions: dict[Ref | Parameter, Value]) -> None:
    """A data source is told what it stands for by its arguments."""
    known = facts(instance.type)
    for attribute, kind in known.attributes.items() if known is not None else ():
        node = instance.arguments.get(attribute)
        if node is not None and kind in _KINDS:
            definitions[Ref(instance.id, kind)] = value_of(node)


def _define_as(symbol: Ref, node: Evaluated | None, definitions: dict[Ref | Parameter, Value]) -> None:
    """Define an ARN as that of the resource which an argument names."""
    named = value_of(node)
    if isinstance(named, Ref):
        definitions[symbol] = Ref(named.resource, "arn")


def _define_execution(instance: Instance, definitions: dict[Ref | Parameter, Value]) -> None:
    """The ARN by which the API invokes, with its stage."""
    api_argument, stage_argument = _STAGES[instance.type]
    api, stage = instance.arguments.get(api_argument), instance.arguments.get(stage_argument)
    if api is not None and stage is not None:
        definitions[Ref(instance.id, "ExecutionArn")] = concat([api_arn(value_of(api)), Const("/"), value_of(stage)])


# Tables


class _Indexes:
    """The indexes that are resources of their own, by their table. `hidden` where it is not known which table one is
    of, or whether it is there."""

    __slots__ = ("_by_table", "hidden")

    def __init__(self, configuration: Configuration) -> None:
        self._by_table: dict[ResourceId, list[tuple[Index, bool]]] = {}
        self.hidden = False
        for instance in configuration.of_type(_INDEX):
            table = value_of(instance.arguments.get("table_name"))
            name = instance.arguments.get("index_name")
            if not isinstance(table, Ref) or name is None:
                self.hidden = True
                continue
            keys, known = _key_schema(instance.arguments, {})
            index = Index(value_of(name), keys, name.span)
            self._by_table.setdefault(table.resource, []).append((index, known))

    def of(self, table: ResourceId) -> tuple[list[Index], bool]:
        found = self._by_table.get(table, [])
        return [index for index, _ in found], not self.hidden and all(known for _, known in found)


def _table(instance: Instance, resource: Resource, separate: _Indexes) -> Table:
    arguments = instance.arguments
    types, complete = _attribute_types(arguments)
    complete = complete and not any(map(instance.ignores, _SHAPING))
    keys, known = _keys(arguments, types)
    indexes: list[Index] = []
    for section, local in (("global_secondary_index", False), ("local_secondary_index", True)):
        blocks, listed = items_of(arguments.get(section))
        complete = complete and listed
        for block in blocks:
            fields = fields_of(block)
            name = None if fields is None else fields.get("name")
            if fields is None or name is None:
                complete = False
                continue
            index_keys, told = _keys(fields, types)
            if local:
                index_keys = (*(key for key in keys if key.role == "HASH"), *index_keys)
            complete = complete and told and bool(index_keys) and index_keys[0].role == "HASH" and fields.complete
            indexes.append(Index(value_of(name), index_keys, name.span, local))
    more, all_known = separate.of(instance.id)
    return Table(
        resource.id,
        resource.type,
        resource.service,
        resource.kind,
        resource.name,
        resource.span,
        keys=keys,
        indexes=(*indexes, *more),
        ttl=_ttl(arguments),
        stream=_switched(arguments.get("stream_enabled")),
        kms_key=_kms_key(arguments),
        complete=complete
        and known
        and any(key.role == "HASH" for key in keys)
        and all_known
        and arguments.complete
        and not instance.type.startswith(DATA),
    )


def _attribute_types(arguments: Object) -> tuple[dict[str, str], bool]:
    types: dict[str, str] = {}
    blocks, complete = items_of(arguments.get("attribute"))
    for block in blocks:
        fields = fields_of(block)
        name = None if fields is None else text_of(fields.get("name"))
        type = None if fields is None else text_of(fields.get("type"))
        if name is not None and type is not None:
            types[name] = type
    return types, complete


def _keys(fields: Object, types: Mapping[str, str]) -> tuple[tuple[Key, ...], bool]:
    """The keys of a table or index, and whether all of them are known."""
    if "key_schema" in fields:
        return _key_schema(fields, types)
    keys: list[Key] = []
    complete = True
    for argument, role in (("hash_key", "HASH"), ("range_key", "RANGE")):
        node = fields.get(argument)
        if node is None:
            continue
        name = text_of(node)
        if name is None:
            complete = False
        elif name:
            keys.append(Key(name, role, types.get(name), node.span))
    return tuple(keys), complete


def _key_schema(fields: Object, types: Mapping[str, str]) -> tuple[tuple[Key, ...], bool]:
    """Keys that are written as blocks, in the order of their roles."""
    blocks, complete = items_of(fields.get("key_schema"))
    keys: list[Key] = []
    for block in blocks:
        inner = fields_of(block)
        name = None if inner is None else text_of(inner.get("attribute_name"))
        role = None if inner is None else text_of(inner.get("key_type"))
        if inner is None or name is None or role not in _KEY_ROLES:
            complete = False
            continue
        keys.append(Key(name, role, types.get(name) or text_of(inner.get("attribute_type")), inner.span))
    keys.sort(key=lambda key: _KEY_ROLES.index(key.role))
    return tuple(keys), complete and bool(keys)


def _ttl(arguments: Object) -> Value | None:
    """The attribute by which items expire, None where that is switched off: it is unless `enabled` says otherwise."""
    block = first_block(arguments, "ttl")
    attribute = None if block is None else block.get("attribute_name")
    if block is None or attribute is None or not _switched(block.get("enabled")):
        return None
    return value_of(attribute)


def _switched(node: Evaluated | None) -> bool:
    """Whether something that is off by default is on, or may be."""
    return node is not None and bool_of(node) is not False


def _kms_key(arguments: Object) -> Value | None:
    block = first_block(arguments, "server_side_encryption")
    key = None if block is None else block.get("kms_key_arn")
    if block is None or key is None or not _switched(block.get("enabled")):
        return None
    return replace(value_of(key), span=block.place("kms_key_arn"))


# User pools


def _custom_attributes(instance: Instance) -> frozenset[str] | None:
    blocks, complete = items_of(instance.arguments.get("schema"))
    if not complete or not instance.arguments.complete or instance.ignores("schema") or instance.type.startswith(DATA):
        return None
    names: set[str] = set()
    for block in blocks:
        fields = fields_of(block)
        name = None if fields is None else text_of(fields.get("name"))
        if fields is None or name is None:
            return None
        if name in STANDARD_ATTRIBUTES:
            continue
        developer = bool_of(fields.get("developer_only_attribute")) is True
        names.add(("dev:custom:" if developer else "custom:") + name)
    return frozenset(names)


# Policies of resources


def _policies(instance: Instance) -> Iterator[ResourcePolicy]:
    """The policies that a resource is or holds. What others make of one that is not kept to is a policy not read."""
    if instance.type in _POLICIES:
        service, argument = _POLICIES[instance.type]
        target = value_of(instance.arguments.get(argument))
        if isinstance(target, Ref):
            target = Ref(target.resource, "arn", target.span)
    elif instance.type in _OWN_POLICIES:
        service = _OWN_POLICIES[instance.type]
        target = Ref(instance.id, "arn", instance.span)
    else:
        return
    if instance.ignores("policy"):
        yield ResourcePolicy((target,), service, (), UNKNOWN, instance.span, instance.id)
    document = instance.arguments.get("policy")
    if document is None or (isinstance(document, Leaf) and document.tree is None and text_of(document) == ""):
        return
    found, _ = grants(document)
    yield ResourcePolicy((target,), service, tuple(found), plain_document(document), document.span, instance.id)
