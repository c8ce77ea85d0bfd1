"""Where a template names its own resources: every reference from the properties of one resource to another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crosswire.readers.tree import Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.readers.tree import Node
    from crosswire.source import Span

_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9]+)[.}]")


class Mention(NamedTuple):
    """A reference to `name` (a logical id) by the resource `by` of type `type`, below the properties `path`."""

    name: str
    by: str
    type: str
    path: tuple[str, ...]
    span: Span


def mentions(template: Template, names: Collection[str]) -> Iterator[Mention]:
    """Every reference by Ref, Fn::GetAtt or Fn::Sub to one of the logical ids, in the order written, resource by
    resource. References from `Outputs` come last, by the pseudo resource `Outputs`."""
    if not names:
        return
    for resource in template.resources.values():
        for name, path, span in _references(resource.properties, names):
            yield Mention(name, resource.logical_id, resource.type, path, span)
        connectors = resource.node.get("Connectors")
        if connectors is not None:
            for name, path, span in _references(connectors, names):
                yield Mention(name, resource.logical_id, "Connectors", path, span)
    outputs = template.root.get("Outputs")
    if outputs is not None:
        for name, path, span in _references(outputs, names):
            yield Mention(name, "Outputs", "Outputs", path, span)


def _references(root: Node, names: Collection[str]) -> Iterator[tuple[str, tuple[str, ...], Span]]:
    stack: list[tuple[Node, tuple[str, ...]]] = [(root, ())]
    while stack:
        node, path = stack.pop()
        if isinstance(node, Scalar):
            if node.tag:
                yield from _named(node.tag, node, names, path)
        elif isinstance(node, Items):
            if node.tag:
                yield from _named(node.tag, node, names, path)
            stack.extend((item, path) for item in reversed(node.items))
        else:
            for key, value in node.pairs:
                if key.text == "Ref" or key.text.startswith("Fn::"):
                    yield from _named(key.text, value, names, path)
            stack.extend((value, (*path, key.text)) for key, value in reversed(node.pairs))


def _named(
    function: str, argument: Node, names: Collection[str], path: tuple[str, ...]
) -> Iterator[tuple[str, tuple[str, ...], Span]]:
    text = argument
    if isinstance(argument, Items) and argument.items:
        text = argument.items[0]
    if not isinstance(text, Scalar):
        return
    if function in ("!Ref", "Ref", "!GetAtt", "Fn::GetAtt"):
        name = text.text.partition(".")[0]
        if name in names:
            yield name, path, text.span
    elif function in ("!Sub", "Fn::Sub"):
        for name in dict.fromkeys(_SUBSTITUTION.findall(text.text)):
            if name in names:
                yield name, path, text.span
