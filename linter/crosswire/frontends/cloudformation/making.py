"""Nodes of CloudFormation that nobody wrote: each stands at the place, in another dialect, that asks for it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.readers.tree import Entries, Items, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.readers.tree import Node

UNKNOWN = "crosswire::Unknown"
"""The function, `Fn::` before it, whose value is not known; its argument says why."""


class Making:
    """Makes nodes at the place of another."""

    __slots__ = ("_end", "_source", "_start")

    def __init__(self, place: Node) -> None:
        self._source = place.source
        self._start = place.start
        self._end = place.end

    def text(self, text: str, plain: bool = False) -> Scalar:
        """A text."""
        return Scalar(text, self._source, self._start, self._end, plain)

    def mapping(self, fields: Iterable[tuple[str | Scalar, Node | str | None]]) -> Entries:
        """A mapping of the fields that are given."""
        pairs = [
            (self.text(name) if isinstance(name, str) else name, self.text(value) if isinstance(value, str) else value)
            for name, value in fields
            if value is not None
        ]
        return Entries(pairs, self._source, self._start, self._end)

    def list(self, items: Iterable[Node | str], tag: str = "") -> Items:
        """A list."""
        nodes = [self.text(item) if isinstance(item, str) else item for item in items]
        return Items(nodes, self._source, self._start, self._end, tag)

    def ref(self, name: str) -> Scalar:
        """`!Ref name`."""
        return Scalar(name, self._source, self._start, self._end, tag="!Ref")

    def attribute(self, name: str, attribute: str = "Arn") -> Scalar:
        """`!GetAtt name.attribute`."""
        return Scalar(f"{name}.{attribute}", self._source, self._start, self._end, tag="!GetAtt")

    def join(self, parts: Iterable[Node | str]) -> Items:
        """The parts, one after the other."""
        return self.list(["", self.list(parts)], "!Join")

    def either(self, condition: str, then: Node, otherwise: Node) -> Items:
        """One node or the other, by a condition."""
        return self.list([condition, then, otherwise], "!If")

    def unknown(self, why: str) -> Entries:
        """A value that is not known."""
        return self.mapping([(f"Fn::{UNKNOWN}", why)])

    def arn(self, service: str, *rest: Node | str, region: bool = True) -> Items:
        """An ARN of this deployment: `arn:<partition>:<service>:<region>:<account>:<rest>`."""
        where: list[Node | str] = [self.ref("AWS::Region"), ":", self.ref("AWS::AccountId")] if region else [":"]
        return self.join(["arn:", self.ref("AWS::Partition"), f":{service}:", *where, ":", *rest])

    def resource(self, type: str, properties: Iterable[tuple[str | Scalar, Node | str | None]]) -> Entries:
        """A resource."""
        return self.mapping([("Type", type), ("Properties", self.mapping(properties))])


def symbol_of(node: Node | None) -> str | None:
    """The name that a node refers to by Ref, None for any other."""
    return node.text if isinstance(node, Scalar) and node.tag == "!Ref" else None


def is_choice(node: Node | None) -> bool:
    """Whether a node is one thing or another by a condition."""
    return isinstance(node, Items) and node.tag == "!If" and len(node.items) == 3


def is_unknown(node: Node | None) -> bool:
    """Whether a node was made for a value that is not known."""
    return isinstance(node, Entries) and len(node.pairs) == 1 and node.pairs[0][0].text == f"Fn::{UNKNOWN}"
