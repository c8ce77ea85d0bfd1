"""Where a configuration names its own resources: every reference from what one resource is given to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.terraform.values import Either, Leaf, Listing, Object
from crosswire.values import Ref, leaves

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from crosswire.frontends.terraform.configuration import Configuration
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.source import Span
    from crosswire.values import ResourceId

MODULE = "module"
OUTPUT = "output"
_META = ("depends_on", "lifecycle", "provider")


class Mention(NamedTuple):
    """A reference to `id` by the resource `by` of type `type`, below the arguments `path`.

    For a module that is not read and for an output of the root module, `by` is None and `type` is MODULE or OUTPUT.
    """

    id: ResourceId
    attribute: str
    by: ResourceId | None
    type: str
    path: tuple[str, ...]
    span: Span


def mentions(configuration: Configuration, ids: Container[ResourceId]) -> Iterator[Mention]:
    """Every reference to one of the resources, in the order written. What a data source is given counts too."""
    for instance in configuration.instances.values():
        for ref, path, span in _references(instance.arguments, ()):
            if ref.resource in ids and path[:1] not in [(name,) for name in _META]:
                yield Mention(ref.resource, ref.attribute, instance.id, instance.type, path, span)
    for module in configuration.unread:
        for ref, path, span in _references(module.inputs, ()):
            if ref.resource in ids:
                yield Mention(ref.resource, ref.attribute, None, MODULE, path, span)
    for name, (_, node) in configuration.outputs.items():
        for ref, path, span in _references(node, (name,)):
            if ref.resource in ids:
                yield Mention(ref.resource, ref.attribute, None, OUTPUT, path, span)


def _references(root: Evaluated, path: tuple[str, ...]) -> Iterator[tuple[Ref, tuple[str, ...], Span]]:
    stack: list[tuple[Evaluated, tuple[str, ...]]] = [(root, path)]
    while stack:
        node, path = stack.pop()
        match node:
            case Leaf(tree=tree) if tree is not None:
                stack.append((tree, path))
            case Leaf():
                for part in leaves(node.value):
                    if isinstance(part, Ref):
                        yield part, path, node.span
            case Listing():
                stack.extend((item, path) for item in reversed(node.items))
            case Object():
                stack.extend((inner, (*path, name)) for name, (_, inner) in reversed(node.pairs.items()))
            case Either():
                stack.extend(((node.otherwise, path), (node.then, path)))
