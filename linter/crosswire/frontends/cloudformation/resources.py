"""Resources of a template: tables with keys and indexes, user pools, resource policies, and all others by name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.user_pools import STANDARD_ATTRIBUTES
from crosswire.frontends.cloudformation.intrinsics import call_of, is_no_value
from crosswire.frontends.identity import definitions_of, facts
from crosswire.frontends.policies import UNKNOWN, grants
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.values import Const, Ref, Unknown, Value, concat
from crosswire.wiring.resource import Index, Key, Resource, ResourcePolicy, Table, UserPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered

_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_SIMPLE_TABLE = "AWS::Serverless::SimpleTable"
_USER_POOL = "AWS::Cognito::UserPool"
_SIMPLE_TYPES = {"String": "S", "Number": "N", "Binary": "B"}
_KEY_ROLES = ("HASH", "RANGE")

# A resource that is a policy of others: service, property that names them, property of the document.
_POLICIES = {
    "AWS::SQS::QueuePolicy": ("sqs", "Queues", "PolicyDocument"),
    "AWS::SQS::QueueInlinePolicy": ("sqs", "Queue", "PolicyDocument"),
    "AWS::SNS::TopicPolicy": ("sns", "Topics", "PolicyDocument"),
    "AWS::SNS::TopicInlinePolicy": ("sns", "TopicArn", "PolicyDocument"),
    "AWS::S3::BucketPolicy": ("s3", "Bucket", "PolicyDocument"),
    "AWS::SecretsManager::ResourcePolicy": ("secretsmanager", "SecretId", "ResourcePolicy"),
}


def lower_resources(template: Template, lowered: Lowered) -> None:
    """Add every resource of a template, what its name and ARN stand for, and the policies attached to it."""
    for resource in template.resources.values():
        lowered.resources.append(_lower(resource, template, lowered))
        lowered.resource_policies.extend(_policies(resource, template))


def _lower(resource: TemplateResource, template: Template, lowered: Lowered) -> Resource:
    known = facts(resource.type)
    service, kind = (known.service, known.kind) if known is not None else ("", "")
    name = _name(resource, template, known.name_property if known is not None else "")
    if known is not None:
        qualified = bool(known.arn_unless) and known.arn_unless in resource.properties
        lowered.definitions.update(definitions_of(known, resource.id, name, qualified))
    if resource.type == "AWS::SSM::Parameter" and resource.properties.get("Value") is not None:
        lowered.definitions[Ref(resource.id, "Value")] = template.intrinsics.value(resource.properties.get("Value"))
    if resource.type in _TABLES or resource.type == _SIMPLE_TABLE:
        stream = concat([Ref(resource.id, "arn"), Const("/stream/"), Unknown("the label of a stream")])
        lowered.definitions[Ref(resource.id, "StreamArn")] = stream
        if resource.type == _SIMPLE_TABLE:
            return _simple_table(resource, template, service, kind, name)
        return _table(resource, template, service, kind, name)
    if resource.type == _USER_POOL:
        given = resource.properties.get("UserPoolId")
        if given is not None:  # of a pool that is there already: no template can choose it
            lowered.definitions[Ref(resource.id, "id")] = template.intrinsics.value(given)
        attributes = _custom_attributes(resource, template)
        return UserPool(resource.id, resource.type, service, kind, name, resource.span, attributes)
    return Resource(resource.id, resource.type, service, kind, name, resource.span)


def _name(resource: TemplateResource, template: Template, name_property: str) -> Value | None:
    """The physical name that a template gives, None where AWS makes one up."""
    node = resource.properties.get(name_property) if name_property else None
    if node is None or is_no_value(node) or (isinstance(node, Scalar) and node.is_null):
        return None if resource.complete or not name_property else Unknown("a name that a macro may set", resource.span)
    return template.intrinsics.value(node)


def _table(resource: TemplateResource, template: Template, service: str, kind: str, name: Value | None) -> Table:
    intrinsics = template.intrinsics
    properties = intrinsics.fields(resource.properties)
    types, types_known = _attribute_types(properties.get("AttributeDefinitions"), template)
    keys, complete = _keys(properties.get("KeySchema"), types, template)
    indexes: list[Index] = []
    for section, local in (("GlobalSecondaryIndexes", False), ("LocalSecondaryIndexes", True)):
        entries, listed = intrinsics.items(properties.get(section))
        complete = complete and listed
        for entry in entries:
            fields = intrinsics.fields(entry)
            index_keys, known = _keys(fields.get("KeySchema"), types, template)
            name_node = fields.get("IndexName")
            complete = complete and known and fields.complete and name_node is not None
            if name_node is not None:
                indexes.append(Index(intrinsics.value(name_node), index_keys, name_node.span, local))
    stream = properties.get("StreamSpecification")
    return Table(
        resource.id,
        resource.type,
        service,
        kind,
        name,
        resource.span,
        keys=keys,
        indexes=tuple(indexes),
        ttl=_ttl(properties.get("TimeToLiveSpecification"), template),
        stream=stream is not None and not is_no_value(stream),
        kms_key=_kms_key(properties.get("SSESpecification"), properties.get("Replicas"), template),
        complete=complete and types_known and resource.complete,
    )


def _simple_table(resource: TemplateResource, template: Template, service: str, kind: str, name: Value | None) -> Table:
    """SAM's table: one key, `id` of type String unless it says otherwise."""
    intrinsics = template.intrinsics
    node = resource.properties.get("PrimaryKey")
    fields = intrinsics.fields(node)
    attribute, type_name = "id", "String"
    complete = resource.complete and fields.complete
    if fields.pairs:
        given, given_type = intrinsics.text(fields.get("Name")), intrinsics.text(fields.get("Type"))
        complete = complete and given is not None
        attribute, type_name = given or "", given_type or ""
    place = None if node is None else node.span
    keys = (Key(attribute, "HASH", _SIMPLE_TYPES.get(type_name), place),) if attribute else ()
    encryption = resource.properties.get("SSESpecification")
    if encryption is None and template.globals is not None:
        shared = template.globals.get("SimpleTable")
        encryption = shared.get("SSESpecification") if isinstance(shared, Entries) else None
    return Table(
        resource.id,
        resource.type,
        service,
        kind,
        name,
        resource.span,
        keys=keys,
        kms_key=_kms_key(encryption, None, template),
        complete=complete,
    )


def _attribute_types(node: Node | None, template: Template) -> tuple[dict[str, str], bool]:
    types: dict[str, str] = {}
    items, complete = template.intrinsics.items(node)
    for item in items:
        fields = template.intrinsics.fields(item)
        name = template.intrinsics.text(fields.get("AttributeName"))
        type_name = template.intrinsics.text(fields.get("AttributeType"))
        if name is not None and type_name is not None:
            types[name] = type_name
    return types, complete


def _keys(node: Node | None, types: dict[str, str], template: Template) -> tuple[tuple[Key, ...], bool]:
    """The keys of a KeySchema, and whether all of them are known."""
    items, complete = template.intrinsics.items(node)
    keys: list[Key] = []
    for item in items:
        fields = template.intrinsics.fields(item)
        name = template.intrinsics.text(fields.get("AttributeName"))
        role = template.intrinsics.text(fields.get("KeyType"))
        if name is None or role not in _KEY_ROLES:
            complete = False
        else:
            keys.append(Key(name, role, types.get(name), item.span))
    return tuple(keys), complete and bool(keys)


def _ttl(node: Node | None, template: Template) -> Value | None:
    """The attribute by which items expire, None where that is switched off."""
    fields = template.intrinsics.fields(node)
    attribute = fields.get("AttributeName")
    enabled = fields.get("Enabled")
    if attribute is None or (isinstance(enabled, Scalar) and enabled.as_bool() is False):
        return None
    return template.intrinsics.value(attribute)


def _kms_key(encryption: Node | None, replicas: Node | None, template: Template) -> Value | None:
    """The customer's key that encrypts a table. A global table names one for each replica; the first counts."""
    places = [template.intrinsics.fields(encryption).get("KMSMasterKeyId")]
    for replica in template.intrinsics.items(replicas)[0]:
        specification = template.intrinsics.fields(replica).get("SSESpecification")
        places.append(template.intrinsics.fields(specification).get("KMSMasterKeyId"))
    node = next((place for place in places if place is not None and not is_no_value(place)), None)
    return None if node is None else template.intrinsics.value(node)


def _custom_attributes(resource: TemplateResource, template: Template) -> frozenset[str] | None:
    intrinsics = template.intrinsics
    items, complete = intrinsics.items(resource.properties.get("Schema"))
    if not complete or not resource.complete:
        return None
    names: set[str] = set()
    for item in items:
        fields = intrinsics.fields(item)
        name = intrinsics.text(fields.get("Name"))
        if name is None or not fields.complete:
            return None
        if name in STANDARD_ATTRIBUTES:
            continue
        developer = fields.get("DeveloperOnlyAttribute")
        prefix = "dev:custom:" if isinstance(developer, Scalar) and developer.as_bool() is True else "custom:"
        names.add(prefix + name)
    return frozenset(names)


def _policies(resource: TemplateResource, template: Template) -> Iterator[ResourcePolicy]:
    """The policies that a resource is or holds."""
    named = _POLICIES.get(resource.type)
    if named is not None:
        service, target, holder = named
        targets, _ = template.intrinsics.values(resource.properties.get(target))
        document = resource.properties.get(holder)
        yield from _policy(resource, template, service, tuple(map(_by_arn, targets)), document)
        return
    own = (Ref(resource.id, "arn", resource.span),)
    if resource.type == "AWS::KMS::Key":
        yield from _policy(resource, template, "kms", own, resource.properties.get("KeyPolicy"))
    elif resource.type in _TABLES or resource.type == _SIMPLE_TABLE:
        for place in _table_policies(resource, template):
            document = template.intrinsics.fields(place).get("PolicyDocument")
            yield from _policy(resource, template, "dynamodb", own, document)


def _table_policies(resource: TemplateResource, template: Template) -> Iterator[Node | None]:
    yield resource.properties.get("ResourcePolicy")
    for replica in template.intrinsics.items(resource.properties.get("Replicas"))[0]:
        yield template.intrinsics.fields(replica).get("ResourcePolicy")
    stream = resource.properties.get("StreamSpecification")
    yield template.intrinsics.fields(stream).get("ResourcePolicy")


def _policy(
    resource: TemplateResource, template: Template, service: str, targets: tuple[Value, ...], document: Node | None
) -> Iterator[ResourcePolicy]:
    if document is None or is_no_value(document):
        return
    found, _ = grants(document, template.intrinsics)
    plain = plain_document(document, template)
    yield ResourcePolicy(targets, service, tuple(found), plain, document.span, resource.id)


def _by_arn(target: Value) -> Value:
    """A policy is on the resource itself, however the template names it (a queue by its URL, a bucket by its name)."""
    return Ref(target.resource, "arn", target.span) if isinstance(target, Ref) else target


def plain_document(node: Node, template: Template) -> object:
    """A policy document in plain JSON terms.

    What is not known exactly is `crosswire:unknown`; what is there only under a condition is left out.
    """
    intrinsics = template.intrinsics
    if call_of(node) is not None:
        followed = intrinsics.follow(node)
        if followed is not None and followed is not node:
            return plain_document(followed, template)
        value = intrinsics.value(node)
        return value.text if isinstance(value, Const) else UNKNOWN
    if isinstance(node, Scalar):
        return node.text
    if isinstance(node, Items):
        entries, complete = intrinsics.entries(node)
        plain = [plain_document(entry.node, template) for entry in entries if not entry.when]
        return plain if complete else [*plain, UNKNOWN]
    fields = intrinsics.fields(node)
    if not fields.complete:
        return UNKNOWN
    return {key.text: plain_document(value, template) for key, value in fields.pairs if not is_no_value(value)}
