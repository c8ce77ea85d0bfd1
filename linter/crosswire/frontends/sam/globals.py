"""The properties that a SAM resource has once the template's Globals are merged into its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import call_of
from crosswire.readers.tree import Entries, Items, Scalar

if TYPE_CHECKING:
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.readers.tree import Node

PREFIX = "AWS::Serverless::"


def effective_properties(template: Template, resource: TemplateResource) -> Entries:
    """The resource's properties with Globals merged as SAM merges them: scalars replaced, maps merged key by key,
    lists concatenated. Properties that `IgnoreGlobals` lists stay as the resource has them."""
    inherited = global_properties(template, resource.type)
    if inherited is None:
        return resource.properties
    ignored = resource.node.get("IgnoreGlobals")
    if isinstance(ignored, Scalar) and ignored.text == "*":
        return resource.properties
    if isinstance(ignored, Items):
        names = {item.text for item in ignored if isinstance(item, Scalar)}
        kept = [pair for pair in inherited.pairs if pair[0].text not in names]
        inherited = Entries(kept, inherited.source, inherited.start, inherited.end)
    merged = merge(inherited, resource.properties)
    return merged if isinstance(merged, Entries) else resource.properties


def global_properties(template: Template, type: str) -> Entries | None:
    """The section of Globals for a type (`AWS::Serverless::Api`), if there is one."""
    if template.globals is None or not type.startswith(PREFIX):
        return None
    section = template.globals.get(type.removeprefix(PREFIX))
    return section if isinstance(section, Entries) else None


def merge(inherited: Node, own: Node) -> Node:
    """A global value and a local one as SAM combines them. An intrinsic function is a value like any other scalar."""
    if isinstance(inherited, Items) and isinstance(own, Items) and not own.tag and not inherited.tag:
        return Items([*inherited.items, *own.items], own.source, own.start, own.end)
    if not (isinstance(inherited, Entries) and isinstance(own, Entries)):
        return own
    if call_of(inherited) is not None or call_of(own) is not None:
        return own
    pairs: list[tuple[Scalar, Node]] = []
    for key, value in inherited.items():
        mine = own.get(key.text)
        if mine is None:
            pairs.append((key, value))
    for key, value in own.items():
        theirs = inherited.get(key.text)
        pairs.append((key, value if theirs is None else merge(theirs, value)))
    return Entries(pairs, own.source, own.start, own.end)
