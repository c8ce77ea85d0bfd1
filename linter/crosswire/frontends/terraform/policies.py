"""Policies of a configuration: documents as grants and blind spots, and in plain JSON terms."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends import policies
from crosswire.frontends.policies import UNKNOWN
from crosswire.frontends.terraform import values
from crosswire.frontends.terraform.documents import document_of
from crosswire.frontends.terraform.values import Either, Entry, Evaluated, Leaf, Listing, Object
from crosswire.values import Const

if TYPE_CHECKING:
    from crosswire.values import Value
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import BlindSpot


def grants(document: Evaluated | None, origin: str = "") -> tuple[list[Grant], list[BlindSpot]]:
    """The statements of a policy document, whether it is an object, encoded, or a text."""
    return policies.grants(document_of(document), _Reader(), origin)


def plain_document(document: Evaluated | None) -> object:
    """A policy document in plain JSON terms.

    What is not known exactly is `crosswire:unknown`; what is there only under a condition is left out.
    """
    return _plain(document_of(document))


def _plain(node: Evaluated | None) -> object:
    match node:
        case None:
            return None
        case Leaf(tree=tree) if tree is not None:
            return _plain(tree)
        case Leaf(value=Const(text)):
            return text
        case Listing():
            entries, complete = values.entries_of(node)
            plain = [_plain(entry.node) for entry in entries if not entry.when]
            return plain if complete else [*plain, UNKNOWN]
        case Object() if node.complete:
            return {name: _plain(node.get(name)) for name in node.pairs if name in node}
        case _:
            return UNKNOWN


class _Reader:
    """How policies read what Terraform's expressions come to."""

    def entries(self, node: Evaluated | None) -> tuple[list[Entry], bool]:
        return values.entries_of(node)

    def fields(self, node: Evaluated | None) -> _Fields:
        return _Fields(values.fields_of(node), node is None)

    def text(self, node: Evaluated | None) -> str | None:
        return values.text_of(node)

    def values(self, node: Evaluated | None) -> tuple[list[Value], bool]:
        return values.values_of(node)

    def is_mapping(self, node: Evaluated) -> bool:
        match node:
            case Object():
                return True
            case Either():
                return self.is_mapping(node.then) or self.is_mapping(node.otherwise)
            case Leaf(tree=tree):
                return tree is not None and self.is_mapping(tree)
            case _:
                return False


class _Fields:
    """A mapping. What should be one and is not may hold anything."""

    __slots__ = ("_object", "complete")

    def __init__(self, object: Object | None, absent: bool) -> None:
        self._object = object
        self.complete = absent if object is None else object.complete

    def get(self, name: str) -> Evaluated | None:
        return None if self._object is None else self._object.get(name)

    def values(self) -> list[Evaluated]:
        return [] if self._object is None else [node for name in self._object.pairs if (node := self._object.get(name))]
