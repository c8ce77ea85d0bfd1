"""What plugins change about functions: where the code of one is, and functions that are declared in other places.

Sources: the documentation of serverless-wsgi, serverless-functions-base-path, serverless-python-requirements
(`module`), serverless-lift (the constructs `queue` and `webhook`) and serverless-appsync-plugin (functions in data
sources).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.serverless.functions import given
from crosswire.readers.tree import Entries, Scalar, child, text_of

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crosswire.frontends.serverless.functions import ServiceFunction
    from crosswire.frontends.serverless.variables import Variables
    from crosswire.readers.tree import Node

_WSGI_HANDLERS = ("wsgi_handler.", "wsgi.")
_CONSTRUCTED = {"queue": ("worker", "Worker"), "webhook": ("authorizer", "Authorizer")}
"""The type of a construct -> under which key it declares a function, and what is put behind the construct's name."""


def handler_of(function: ServiceFunction, plugins: Collection[str], variables: Variables) -> Node | None:
    """The handler that a function's code starts in: that of the app where a plugin puts its own before it."""
    handler = given(function.fields, "handler")
    if "serverless-wsgi" in plugins and (text_of(handler) or "").startswith(_WSGI_HANDLERS):
        app = child(function.fields.get("wsgi"), "app") or variables.at("custom", "wsgi", "app")
        return handler if app is None else app
    return handler


def folder_of(function: ServiceFunction, plugins: Collection[str], variables: Variables) -> Node | None:
    """The folder below the service in which a function's handler is looked up, where that is another."""
    if "serverless-python-requirements" in plugins and given(function.fields, "module") is not None:
        return given(function.fields, "module")
    return variables.at("custom", "functionsBasePath") if "serverless-functions-base-path" in plugins else None


def declared_functions(plugins: Collection[str], variables: Variables) -> Iterator[tuple[Scalar, Node]]:
    """The functions that a service declares for plugins, with the keys by which they are known."""
    if "serverless-lift" in plugins:
        constructs = variables.at("constructs")
        for key, construct in constructs.items() if isinstance(constructs, Entries) else ():
            where, ending = _CONSTRUCTED.get(text_of(child(construct, "type")) or "", ("", ""))
            body = child(construct, where) if where else None
            if isinstance(body, Entries):
                yield _called(key, key.text + ending), body
    if "serverless-appsync-plugin" in plugins:
        sources = variables.at("appSync", "dataSources")
        for part in sources if not isinstance(sources, (Entries, Scalar)) and sources is not None else [sources]:
            for key, source in part.items() if isinstance(part, Entries) else ():
                body = child(source, "config", "function")
                if isinstance(body, Entries):
                    yield _called(key, key.text), body


def _called(key: Scalar, name: str) -> Scalar:
    return Scalar(name, key.source, key.start, key.end)
