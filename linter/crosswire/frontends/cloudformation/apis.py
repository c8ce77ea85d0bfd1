"""What API Gateway invokes: the methods of REST APIs, the routes of HTTP and WebSocket APIs, and OpenAPI bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.arns import (
    HTTP,
    REST,
    WEBSOCKET,
    authorizer_arn,
    openapi_operation,
    path_value,
    request_arn,
    route_arn,
    shown_path,
)
from crosswire.values import Const, Ref, Unknown, concat
from crosswire.wiring.trigger import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.function_refs import TemplateFunctions
    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.readers.tree import Node
    from crosswire.values import ResourceId, Value

_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZER = "x-amazon-apigateway-authorizer"
_MAX_DEPTH = 30


def lower_apis(template: Template, lowered: Lowered, refs: TemplateFunctions) -> None:
    """Add the triggers of the template's APIs, as far as they are written out in CloudFormation's own terms."""
    for resource in template.of_type("AWS::ApiGateway::Method"):
        lowered.triggers.extend(_method(template, resource, refs))
    for resource in template.of_type("AWS::ApiGatewayV2::Integration"):
        lowered.triggers.extend(_integration(template, resource, refs))
    for resource in template.of_type("AWS::ApiGatewayV2::Api"):
        lowered.triggers.extend(_quick_create(template, resource, refs))
    for resource in template.of_type("AWS::ApiGateway::RestApi", "AWS::ApiGatewayV2::Api"):
        body = template.intrinsics.fields(resource.properties).get("Body")
        kind = REST if resource.type == "AWS::ApiGateway::RestApi" else HTTP
        lowered.triggers.extend(body_triggers(template, resource.id, body, kind, refs))


def body_triggers(
    template: Template, api: ResourceId, body: Node | None, kind: str, refs: TemplateFunctions, satisfied: bool = False
) -> Iterator[Trigger]:
    """What an OpenAPI document makes an API invoke: integrations by path and method, and authorizers."""
    intrinsics = template.intrinsics
    document = intrinsics.fields(body)
    identity = Ref(api, "id")
    for path, node in intrinsics.fields(document.get("paths")).pairs:
        for method, operation in intrinsics.fields(node).pairs:
            integration = intrinsics.fields(intrinsics.fields(operation).get(_INTEGRATION))
            detail, arn = openapi_operation(identity, method.text, path.text)
            yield from _openapi(refs, integration, "uri", "credentials", kind, api, arn, detail, satisfied)
    schemes = intrinsics.fields(intrinsics.fields(document.get("components")).get("securitySchemes")).pairs
    for name, node in (*schemes, *intrinsics.fields(document.get("securityDefinitions")).pairs):
        authorizer = intrinsics.fields(intrinsics.fields(node).get(_AUTHORIZER))
        yield from _openapi(
            refs,
            authorizer,
            "authorizerUri",
            "authorizerCredentials",
            f"{kind}_authorizer",
            api,
            authorizer_arn(identity),
            name.text,
            satisfied,
        )


def _openapi(
    refs: TemplateFunctions,
    fields: Fields,
    uri_name: str,
    role_name: str,
    kind: str,
    api: ResourceId,
    arn: Value,
    detail: str,
    satisfied: bool,
) -> Iterator[Trigger]:
    uri = fields.get(uri_name)
    if uri is None:
        return
    for function in refs.of(uri):
        if function.target is not None:
            has_role = fields.get(role_name) is not None
            yield Trigger(kind, api, function, uri.span, arn, detail, satisfied or has_role)


def _method(template: Template, resource: TemplateResource, refs: TemplateFunctions) -> Iterator[Trigger]:
    intrinsics = template.intrinsics
    fields = intrinsics.fields(resource.properties)
    integration = intrinsics.fields(fields.get("Integration"))
    uri = integration.get("Uri")
    api = intrinsics.value(fields.get("RestApiId"))
    verb = intrinsics.text(fields.get("HttpMethod")) or "ANY"
    path = _resource_path(template, fields.get("ResourceId"))
    shown = shown_path(path)
    if uri is None:
        return
    for function in refs.of(uri):
        if function.target is not None:
            yield Trigger(
                kind=REST,
                source=api.resource if isinstance(api, Ref) else resource.id,
                function=function,
                span=uri.span,
                source_arn=request_arn(api, verb, path),
                detail=f"{verb} {shown}" if shown else resource.logical_id,
                satisfied=integration.get("Credentials") is not None,
            )


def _resource_path(template: Template, node: Node | None) -> Value:
    """The path of a REST resource, from its chain of parents."""
    parts: list[Value] = []
    for _ in range(_MAX_DEPTH):
        value = template.intrinsics.value(node)
        if not isinstance(value, Ref):
            break
        if value.attribute == "RootResourceId":
            return concat(parts) if parts else Const("/")
        resource = template.resources.get(value.resource.address)
        if resource is None or resource.type != "AWS::ApiGateway::Resource":
            break
        fields = template.intrinsics.fields(resource.properties)
        part = template.intrinsics.text(fields.get("PathPart"))
        parts[:0] = [Const("/"), Unknown("a part of the path") if part is None else path_value(part)]
        node = fields.get("ParentId")
    return Unknown("the path of the resource")


def _integration(template: Template, resource: TemplateResource, refs: TemplateFunctions) -> Iterator[Trigger]:
    """One trigger for each route that leads to an integration; one for the integration where no route is known to."""
    intrinsics = template.intrinsics
    fields = intrinsics.fields(resource.properties)
    uri = fields.get("IntegrationUri")
    if uri is None:
        return
    api = intrinsics.value(fields.get("ApiId"))
    source = api.resource if isinstance(api, Ref) else resource.id
    kind = _protocol(template, source)
    routes = list(_routes_to(template, resource))
    for function in refs.of(uri):
        if function.target is None:
            continue
        satisfied = fields.get("CredentialsArn") is not None
        for route in routes or [""]:
            arn = route_arn(api, route, kind)
            yield Trigger(kind, source, function, uri.span, arn, route or resource.logical_id, satisfied)


def _protocol(template: Template, api: ResourceId) -> str:
    resource = template.resources.get(api.address)
    if resource is not None:
        fields = template.intrinsics.fields(resource.properties)
        if template.intrinsics.text(fields.get("ProtocolType")) == "WEBSOCKET":
            return WEBSOCKET
    return HTTP


def _routes_to(template: Template, integration: TemplateResource) -> Iterator[str]:
    for route in template.of_type("AWS::ApiGatewayV2::Route"):
        fields = template.intrinsics.fields(route.properties)
        target = template.intrinsics.value(fields.get("Target"))
        parts = getattr(target, "parts", ())
        if any(isinstance(part, Ref) and part.resource == integration.id for part in parts):
            key = template.intrinsics.text(fields.get("RouteKey"))
            if key is not None:
                yield key


def _quick_create(template: Template, resource: TemplateResource, refs: TemplateFunctions) -> Iterator[Trigger]:
    fields = template.intrinsics.fields(resource.properties)
    target = fields.get("Target")
    if target is None:
        return
    key = template.intrinsics.text(fields.get("RouteKey")) or "$default"
    for function in refs.of(target):
        if function.target is not None:
            satisfied = fields.get("CredentialsArn") is not None
            arn = route_arn(Ref(resource.id, "id"), key, HTTP)
            yield Trigger(HTTP, resource.id, function, target.span, arn, key, satisfied)
