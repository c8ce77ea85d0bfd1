"""The ARNs by which services invoke functions, as far as a declaration tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Const, Parameter, Unknown, concat

if TYPE_CHECKING:
    from crosswire.values import Value

REST = "api_gateway_rest"
HTTP = "api_gateway_http"
WEBSOCKET = "api_gateway_websocket"


def api_arn(api: Value) -> Value:
    """The beginning of the ARN by which an API invokes: up to the API's id."""
    parts: list[Value] = [Const("arn:"), Parameter("AWS", "Partition"), Const(":execute-api:")]
    parts += [Parameter("AWS", "Region"), Const(":"), Parameter("AWS", "AccountId"), Const(":"), api]
    return concat(parts)


def request_arn(api: Value, method: str, path: Value | str) -> Value:
    """The ARN by which an API invokes for a request. A method `ANY` and what stands in braces may be anything."""
    parts: list[Value] = [api_arn(api), Const("/"), Unknown("the stage"), Const("/")]
    parts.append(Unknown("any method") if method.upper() in ("ANY", "*") else Const(method.upper()))
    parts.append(path_value(path) if isinstance(path, str) else path)
    return concat(parts)


def authorizer_arn(api: Value) -> Value:
    """The ARN by which an API asks an authorizer."""
    return concat([api_arn(api), Const("/authorizers/"), Unknown("the authorizer's id")])


def route_arn(api: Value, route: str, kind: str) -> Value:
    """The ARN by which an API invokes for a route (`GET /orders`, `$default`); any route where it is empty."""
    method, blank, path = route.partition(" ")
    if blank and kind == HTTP:
        return request_arn(api, method, path)
    if route and kind == WEBSOCKET:
        return concat([api_arn(api), Const("/"), Unknown("the stage"), Const("/" + route)])
    return concat([api_arn(api), Const("/"), Unknown("a route")])


def openapi_operation(api: Value, method: str, path: str) -> tuple[str, Value]:
    """An operation of an OpenAPI document: how people call it, and the ARN by which the API invokes for it."""
    if path.endswith("$default"):
        return path, route_arn(api, "", HTTP)
    verb = "ANY" if method.lower() == "x-amazon-apigateway-any-method" else method.upper()
    return f"{verb} {path}", request_arn(api, verb, path)


def log_group_arn(name: Value) -> Value:
    """The ARN by which CloudWatch Logs invokes: with something after the log group's name."""
    return concat(
        [
            Const("arn:"),
            Parameter("AWS", "Partition"),
            Const(":logs:"),
            Parameter("AWS", "Region"),
            Const(":"),
            Parameter("AWS", "AccountId"),
            Const(":log-group:"),
            name,
            Const(":"),
            Unknown("a log stream"),
        ]
    )


def path_value(text: str) -> Value:
    """A path of an API, in which what stands in braces may be anything."""
    parts: list[Value] = []
    rest = text.rstrip("/") or "/"
    while rest:
        before, brace, rest = rest.partition("{")
        parts.append(Const(before))
        if brace:
            name, _, rest = rest.partition("}")
            parts.append(Unknown(f"the path parameter {name}"))
    return concat(parts)


def shown_path(path: Value) -> str:
    """A path as people write it; empty where part of it is not known."""
    parts = getattr(path, "parts", (path,))
    texts = []
    for part in parts:
        if isinstance(part, Const):
            texts.append(part.text)
        elif isinstance(part, Unknown) and part.why.startswith("the path parameter "):
            texts.append("{" + part.why.rpartition(" ")[2] + "}")
        else:
            return ""
    return "".join(texts)
