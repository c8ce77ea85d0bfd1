"""What API Gateway invokes: the methods of REST APIs, the routes of HTTP and WebSocket APIs, and OpenAPI bodies."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.arns import (
    HTTP,
    REST,
    WEBSOCKET,
    path_value,
    request_arn,
    route_arn,
    shown_path,
)
from crosswire.frontends.terraform.openapi import invocations
from crosswire.frontends.terraform.values import text_of, value_of
from crosswire.values import Const, Ref, Unknown, concat
from crosswire.wiring.trigger import Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.invoked import Invoked
    from crosswire.values import ResourceId, Value

_MAX_DEPTH = 30
_UNKNOWN = Unknown("the path of the resource")
_BODIES = {
    "aws_api_gateway_rest_api": REST,
    "aws_api_gateway_rest_api_put": REST,
    "aws_apigatewayv2_api": HTTP,
}


def lower_apis(configuration: Configuration, lowered: Lowered, invoked: Invoked) -> None:
    """Add the triggers of a configuration's APIs."""
    for instance in configuration.of_type("aws_api_gateway_integration"):
        lowered.triggers.extend(_method(configuration, instance, invoked))
    routes = _routes(configuration)
    for instance in configuration.of_type("aws_apigatewayv2_integration"):
        lowered.triggers.extend(_integration(configuration, instance, routes.get(instance.id, []), invoked))
    for instance in configuration.of_type("aws_apigatewayv2_api"):
        lowered.triggers.extend(_quick_create(instance, invoked))
    for instance in configuration.of_type(*_BODIES):
        lowered.triggers.extend(_body(instance, invoked))


def _method(configuration: Configuration, instance: Instance, invoked: Invoked) -> Iterator[Trigger]:
    arguments = instance.arguments
    uri = arguments.get("uri")
    if uri is None:
        return
    api = value_of(arguments.get("rest_api_id"))
    verb = text_of(arguments.get("http_method")) or "ANY"
    path = resource_path(configuration, value_of(arguments.get("resource_id")))
    shown = shown_path(path)
    for function in invoked.of(uri):
        if function.target is not None:
            yield Trigger(
                kind=REST,
                source=api.resource if isinstance(api, Ref) else instance.id,
                function=function,
                span=arguments.place("uri"),
                source_arn=request_arn(api, verb, path),
                detail=f"{verb} {shown}" if shown else instance.id.address,
                satisfied=arguments.get("credentials") is not None,
            )


def resource_path(configuration: Configuration, resource: Value) -> Value:
    """The path of a REST resource by its id, from its chain of parents."""
    parts: list[Value] = []
    for _ in range(_MAX_DEPTH):
        if not isinstance(resource, Ref):
            break
        if resource.attribute == "RootResourceId":
            return concat(parts) if parts else Const("/")
        instance = configuration.instances.get(resource.resource)
        if instance is None:
            break
        if instance.type == "data.aws_api_gateway_resource":
            return _below(text_of(instance.arguments.get("path")), parts)
        if instance.type != "aws_api_gateway_resource":
            break
        part = text_of(instance.arguments.get("path_part"))
        parts[:0] = [Const("/"), Unknown("a part of the path") if part is None else path_value(part)]
        resource = value_of(instance.arguments.get("parent_id"))
    return _UNKNOWN


def _below(path: str | None, parts: list[Value]) -> Value:
    """A path that goes on from one that is looked up."""
    if path is None:
        return _UNKNOWN
    return concat(parts) if path == "/" and parts else concat([path_value(path), *parts])


def _integration(
    configuration: Configuration, instance: Instance, routes: list[str], invoked: Invoked
) -> Iterator[Trigger]:
    """One trigger for each route that leads to an integration; one for the integration where no route is known to."""
    arguments = instance.arguments
    uri = arguments.get("integration_uri")
    if uri is None:
        return
    api = value_of(arguments.get("api_id"))
    source = api.resource if isinstance(api, Ref) else instance.id
    kind = _protocol(configuration, source)
    satisfied = arguments.get("credentials_arn") is not None
    place = arguments.place("integration_uri")
    for function in invoked.of(uri):
        if function.target is None:
            continue
        for route in routes or [""]:
            arn = route_arn(api, route, kind)
            yield Trigger(kind, source, function, place, arn, route or instance.id.address, satisfied)


def _protocol(configuration: Configuration, api: ResourceId) -> str:
    instance = configuration.instances.get(api)
    protocol = None if instance is None else text_of(instance.arguments.get("protocol_type"))
    return WEBSOCKET if protocol == "WEBSOCKET" else HTTP


def _routes(configuration: Configuration) -> dict[ResourceId, list[str]]:
    """The keys of the routes that lead to each integration."""
    found: dict[ResourceId, list[str]] = {}
    for route in configuration.of_type("aws_apigatewayv2_route"):
        key = text_of(route.arguments.get("route_key"))
        target = value_of(route.arguments.get("target"))
        for part in getattr(target, "parts", (target,)):
            if key is not None and isinstance(part, Ref):
                found.setdefault(part.resource, []).append(key)
    return found


def _quick_create(instance: Instance, invoked: Invoked) -> Iterator[Trigger]:
    target = instance.arguments.get("target")
    if target is None:
        return
    key = text_of(instance.arguments.get("route_key")) or "$default"
    satisfied = instance.arguments.get("credentials_arn") is not None
    place = instance.arguments.place("target")
    for function in invoked.of(target):
        if function.target is not None:
            arn = route_arn(Ref(instance.id, "id"), key, HTTP)
            yield Trigger(HTTP, instance.id, function, place, arn, key, satisfied)


def _body(instance: Instance, invoked: Invoked) -> Iterator[Trigger]:
    """What an OpenAPI document makes an API invoke."""
    arguments = instance.arguments
    api = value_of(arguments.get("rest_api_id"))
    source = api.resource if isinstance(api, Ref) else instance.id
    for named in invocations(arguments.get("body"), Ref(source, "id"), _BODIES[instance.type]):
        for function in invoked.of(named.uri):
            if function.target is not None:
                yield Trigger(named.kind, source, function, named.uri.span, named.arn, named.detail, named.by_role)
