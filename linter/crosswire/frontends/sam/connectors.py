"""AWS::Serverless::Connector, and connectors embedded in a resource: what they allow whom."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.aws.sam_connectors import CONNECTORS
from crosswire.frontends.cloudformation.kinds import attribute_kind
from crosswire.frontends.sam.expansion import expand
from crosswire.frontends.sam.globals import effective_properties
from crosswire.readers.tree import Scalar
from crosswire.values import Const, Ref, ResourceId
from crosswire.wiring.trigger import InvokePermission

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.aws.sam_connectors import Connector
    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.function_refs import FunctionRefs
    from crosswire.frontends.role_draft import RoleDraft
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import Value

CFN_TYPES = {
    "AWS::Serverless::Function": "AWS::Lambda::Function",
    "AWS::Serverless::StateMachine": "AWS::StepFunctions::StateMachine",
    "AWS::Serverless::Api": "AWS::ApiGateway::RestApi",
    "AWS::Serverless::HttpApi": "AWS::ApiGatewayV2::Api",
    "AWS::Serverless::SimpleTable": "AWS::DynamoDB::Table",
}
_ROLE_PROPERTIES = {
    "AWS::Lambda::Function": "Role",
    "AWS::Serverless::Function": "Role",
    "AWS::Serverless::StateMachine": "Role",
    "AWS::StepFunctions::StateMachine": "RoleArn",
    "AWS::AppSync::DataSource": "ServiceRoleArn",
}


class _End(NamedTuple):
    """One end of a connector. `logical_id` is empty for a resource that is described by its properties."""

    logical_id: str
    type: str
    values: Mapping[str, Value]
    role_name: Node | None


class _Join(NamedTuple):
    """A source, a destination, what the connector gives them, and the categories asked for."""

    id: str
    source: _End
    destination: _End
    connector: Connector
    categories: tuple[str, ...]
    span: Span


def connect_roles(template: Template, drafts: Mapping[str, RoleDraft]) -> None:
    """Add to the roles what the template's connectors allow them."""
    for join in _joins(template):
        if not join.connector.statements:
            continue
        extended, other = join.source, join.destination
        if not join.connector.of_source:
            extended, other = other, extended
        draft = _role_of(template, extended, other, drafts)
        if draft is None:
            continue
        values = {f"Source.{name}": value for name, value in join.source.values.items()}
        values.update((f"Destination.{name}", value) for name, value in join.destination.values.items())
        for category in join.categories:
            for statement in join.connector.statements.get(category, ()):
                actions = [Const(action) for action in statement.actions]
                resources = [expand(resource, values, join.span) for resource in statement.resources]
                draft.allow(actions, resources, join.span, "connector")


def connector_permissions(template: Template, refs: FunctionRefs) -> Iterator[InvokePermission]:
    """The permissions on functions that the template's connectors make."""
    for join in _joins(template):
        permission = join.connector.permissions.get("Write")
        arn = join.destination.values.get("Arn")
        if permission is None or arn is None or "Write" not in join.categories:
            continue
        values = {f"Source.{name}": value for name, value in join.source.values.items()}
        for function in refs.of_value(arn):
            yield InvokePermission(
                id=ResourceId(template.unit, f"{join.id}WriteLambdaPermission"),
                function=function,
                principal=Const(permission.principal, join.span),
                action=Const("lambda:InvokeFunction", join.span),
                span=join.span,
                source_arn=expand(permission.source_arn, values, join.span),
                source_account=expand(permission.source_account, values, join.span)
                if permission.source_account
                else None,
            )


def _joins(template: Template) -> Iterator[_Join]:
    for resource in template.resources.values():
        if resource.type == "AWS::Serverless::Connector":
            fields = template.intrinsics.fields(resource.properties)
            source = _end(template, fields.get("Source"))
            yield from _pairs(template, resource.logical_id, source, fields, resource.span)
        embedded = resource.node.get("Connectors")
        for name, node in template.intrinsics.fields(embedded).pairs:
            fields = template.intrinsics.fields(template.intrinsics.fields(node).get("Properties"))
            reference = template.intrinsics.fields(fields.get("SourceReference"))
            source = _declared_end(template, resource.logical_id, reference)
            yield from _pairs(template, f"{resource.logical_id}{name.text}", source, fields, name.span)


def _pairs(template: Template, id: str, source: _End | None, fields: Fields, span: Span) -> Iterator[_Join]:
    if source is None:
        return
    wanted, _ = template.intrinsics.items(fields.get("Permissions"))
    categories = tuple(item.text for item in wanted if isinstance(item, Scalar))
    destinations, _ = template.intrinsics.items(fields.get("Destination"))
    for node in destinations:
        destination = _end(template, node)
        if destination is None:
            continue
        pair = (CFN_TYPES.get(source.type, source.type), CFN_TYPES.get(destination.type, destination.type))
        connector = CONNECTORS.get(pair)
        if connector is not None:
            yield _Join(id, source, destination, connector, categories, span)


def _end(template: Template, node: Node | None) -> _End | None:
    fields = template.intrinsics.fields(node)
    name = fields.get("Id")
    if isinstance(name, Scalar):
        return _declared_end(template, name.text, fields)
    kind = template.intrinsics.text(fields.get("Type"))
    if kind is None:
        return None
    values = {key.text: template.intrinsics.value(value) for key, value in fields.pairs}
    return _End("", kind, values, fields.get("RoleName"))


def _declared_end(template: Template, logical_id: str, fields: Fields) -> _End | None:
    resource = template.resources.get(logical_id)
    if resource is None:
        return None
    qualifier = fields.get("Qualifier")
    values: dict[str, Value] = {
        "Arn": Ref(resource.id, "arn"),
        "Name": Ref(resource.id, "name"),
        "ResourceId": Ref(resource.id, "id"),
        "Qualifier": Const("*") if qualifier is None else template.intrinsics.value(qualifier),
    }
    if resource.type == "AWS::AppSync::GraphQLApi":
        values["ResourceId"] = Ref(resource.id, attribute_kind(resource.type, "ApiId"))
    return _End(logical_id, resource.type, values, None)


def _role_of(template: Template, end: _End, other: _End, drafts: Mapping[str, RoleDraft]) -> RoleDraft | None:
    """The role of an end, if the template declares or generates it."""
    if not end.logical_id:
        return _draft(template, end.role_name, drafts)
    resource = template.resources[end.logical_id]
    if resource.type == "AWS::Events::Rule":
        targets, _ = template.intrinsics.items(template.intrinsics.fields(resource.properties).get("Targets"))
        for target in targets:
            fields = template.intrinsics.fields(target)
            named = template.intrinsics.resource(fields.get("Arn"))
            if named is not None and named.address == other.logical_id:
                return _draft(template, fields.get("RoleArn"), drafts)
        return None
    role = effective_properties(template, resource).get(_ROLE_PROPERTIES.get(resource.type, ""))
    if role is None:
        return drafts.get(f"{end.logical_id}Role")
    return _draft(template, role, drafts)


def _draft(template: Template, node: Node | None, drafts: Mapping[str, RoleDraft]) -> RoleDraft | None:
    named = template.intrinsics.resource(node)
    return None if named is None else drafts.get(named.address)
