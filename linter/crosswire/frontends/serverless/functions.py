"""A function of a service while it is compiled: what serverless.yml says of it, with what the provider gives all."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.making import UNKNOWN, Making
from crosswire.frontends.serverless.names import function_id
from crosswire.readers.tree import Entries, Scalar

if TYPE_CHECKING:
    from crosswire.frontends.cloudformation.compiled import CompiledIntrinsics
    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.readers.tree import Node


class ServiceFunction:
    """A function. `statements` are those that its events and settings make the framework add to its role."""

    __slots__ = ("fields", "id", "key", "making", "managed", "name", "node", "principals", "statements")

    def __init__(self, key: Scalar, node: Node, fields: Fields) -> None:
        self.key = key
        self.name = key.text
        self.id = function_id(key.text)
        self.node = node
        self.fields = fields
        self.making = Making(key)
        self.statements: list[Node] = []
        self.managed: list[str] = []
        self.principals: list[str] = []

    def allow(self, making: Making, actions: tuple[str, ...], resources: list[Node | str]) -> None:
        """Note a statement that the framework adds to the role."""
        self.statements.append(statement(making, actions, resources))

    def arn(self, making: Making) -> Scalar:
        """The function's ARN."""
        return making.attribute(self.id)


def statement(making: Making, actions: tuple[str, ...], resources: list[Node | str], effect: str = "Allow") -> Entries:
    """A statement of a policy."""
    return making.mapping([("Effect", effect), ("Action", making.list(actions)), ("Resource", making.list(resources))])


def given(fields: Fields, name: str) -> Node | None:
    """A value that is given, and not null."""
    node = fields.get(name)
    return None if isinstance(node, Scalar) and node.is_null else node


def is_off(node: Node | None) -> bool:
    """Whether a setting is not given, or switched off."""
    return node is None or (isinstance(node, Scalar) and (node.is_null or node.as_bool() is False))


def is_on(node: Node | None) -> bool:
    """Whether a setting is switched on."""
    return isinstance(node, Scalar) and node.as_bool() is True


def environment(
    making: Making, read: CompiledIntrinsics, inherited: Node | None, own: Node | None, open: bool
) -> Entries:
    """The variables of a function: the provider's with its own. `open` tells that there may be more."""
    pairs: dict[str, tuple[str | Scalar, Node | str | None]] = {}
    complete = not open
    for node in (inherited, own):
        fields = read.fields(node)
        complete = complete and fields.complete
        pairs.update((key.text, (key, value)) for key, value in fields.pairs)
    found = list(pairs.values())
    if not complete:
        found.append((f"Fn::{UNKNOWN}", making.text("variables that are not known")))
    return making.mapping(found)


def image_of(
    making: Making, read: CompiledIntrinsics, node: Node, images: Node | None
) -> list[tuple[str, Node | None]]:
    """The properties and the metadata of a function that is an image, by the name of an image that the provider
    builds."""
    fields = read.fields(node) if not isinstance(node, Scalar) else None
    command = None if fields is None else fields.get("command")
    name = read.text(node if fields is None else fields.get("name"))
    built = read.fields(read.fields(images).get(name)) if name is not None and images is not None else None
    folder = read.text(built.get("path")) if built is not None and built.pairs else None
    dockerfile = read.text(built.get("file")) if built is not None else None
    metadata: Node | None = None
    if folder is not None:
        metadata = making.mapping([("DockerContext", folder), ("Dockerfile", dockerfile)])
    config = None if command is None else making.mapping([("Command", command)])
    return [("ImageConfig", config), ("Metadata", metadata)]
