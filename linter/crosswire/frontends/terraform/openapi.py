"""OpenAPI documents of API Gateway: what an API invokes by them. They are encoded, or texts in JSON or in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.arns import authorizer_arn, openapi_operation
from crosswire.frontends.terraform.documents import document_of
from crosswire.frontends.terraform.symbols import mark, with_symbols
from crosswire.frontends.terraform.values import Leaf, Listing, Object, fields_of
from crosswire.readers.tree import Items, Scalar
from crosswire.source import Broken, Source
from crosswire.values import Concat, Const, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import Ref, Value

_INTEGRATION = "x-amazon-apigateway-integration"
_AUTHORIZER = "x-amazon-apigateway-authorizer"


class Invocation(NamedTuple):
    """Something that an API calls: `uri` says what, `arn` by which ARN. `by_role` tells that a role allows it."""

    kind: str
    uri: Evaluated
    arn: Value
    detail: str
    by_role: bool


def invocations(body: Evaluated | None, api: Ref, kind: str) -> Iterator[Invocation]:
    """What a document makes an API call: integrations by path and method, and authorizers by name."""
    document = _document(body)
    for path, methods in _members(document, "paths"):
        for method, described in _members(methods):
            integration = _member(described, _INTEGRATION)
            uri = None if integration is None else integration.get("uri")
            if integration is not None and uri is not None:
                detail, arn = openapi_operation(api, method, path)
                yield Invocation(kind, uri, arn, detail, "credentials" in integration)
    components = _member(document, "components")
    for name, scheme in (*_members(components, "securitySchemes"), *_members(document, "securityDefinitions")):
        authorizer = _member(scheme, _AUTHORIZER)
        uri = None if authorizer is None else authorizer.get("authorizerUri")
        if authorizer is not None and uri is not None:
            by_role = "authorizerCredentials" in authorizer
            yield Invocation(f"{kind}_authorizer", uri, authorizer_arn(api), name, by_role)


def _member(owner: Object | None, name: str) -> Object | None:
    return None if owner is None else fields_of(owner.get(name))


def _members(owner: Object | None, name: str = "") -> Iterator[tuple[str, Object]]:
    """The objects in an object, by name."""
    owner = _member(owner, name) if name else owner
    for key in owner.pairs if owner is not None else ():
        fields = _member(owner, key)
        if fields is not None:
            yield key, fields


def _document(body: Evaluated | None) -> Object | None:
    fields = fields_of(document_of(body))
    if fields is not None and not fields.complete and not fields.pairs and isinstance(body, Leaf):
        return fields_of(_read(body))
    return fields


# YAML


def _read(leaf: Leaf) -> Evaluated | None:
    """A text as YAML, with its symbols where they stand."""
    symbols: list[Value] = []
    texts: list[str] = []
    for part in leaf.value.parts if isinstance(leaf.value, Concat) else (leaf.value,):
        if isinstance(part, Const):
            texts.append(part.text)
        else:
            texts.append(mark(len(symbols)))
            symbols.append(part)
    if len(symbols) == len(texts):
        return None
    from crosswire.readers.yaml import read_yaml

    documents = read_yaml(Source(leaf.span.path, "".join(texts)))
    if isinstance(documents, Broken) or not documents:
        return None
    return _evaluated(documents[0], symbols, leaf.span)


def _evaluated(node: Node, symbols: list[Value], span: Span) -> Evaluated:
    if isinstance(node, Scalar):
        if node.is_null:
            return Leaf(Unknown("no value (null)", span), span, "null")
        return Leaf(with_symbols(node.text, symbols, span), span)
    if isinstance(node, Items):
        return Listing([_evaluated(item, symbols, span) for item in node], span)
    return Object({key.text: (span, _evaluated(value, symbols, span)) for key, value in node.items()}, span)
