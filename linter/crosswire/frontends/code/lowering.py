"""Lowering a tree-sitter tree to the small language of `syntax`: what the languages share.

One pass, dispatched on the kind of node; a function's body is lowered when it is asked for, and kept. What nests deeper
than any program that people write becomes `Opaque`, so that no input exhausts the stack.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar, Generic, TypeVar

from crosswire.frontends.code.syntax import Literal, Name, Opaque, Return, Syntax

if TYPE_CHECKING:
    from collections.abc import Container
    from typing import Self

    from tree_sitter import Node

LowerExpression = Callable[[Any, "Node"], Syntax]
LowerLink = Callable[[Any, "Node", Syntax], Syntax]
LowerStatement = Callable[[Any, "Node", list[Syntax]], None]


class Grammar:
    """What to do with each kind of node, by the numbers that a grammar gives to kinds. `links` are the kinds that a
    chain (`a.b().c()`) is made of; `unspoken` ones, as comments, are no code."""

    __slots__ = ("expressions", "links", "statements", "unspoken")

    def __init__(
        self,
        expressions: dict[int, LowerExpression],
        links: dict[int, LowerLink],
        statements: dict[int, LowerStatement],
        unspoken: set[int],
    ) -> None:
        self.expressions = expressions
        self.links = links
        self.statements = statements
        self.unspoken = unspoken


G = TypeVar("G", bound=Grammar)


class Lowering(Generic[G]):
    """Lowers the nodes of one scope: a module's, a class's or a function's body. A language adds a method for each of
    its kinds of nodes, and names in its `Grammar` which is for which."""

    __slots__ = ("_data", "_expressions", "_grammar", "_statements", "_unspoken", "depth")
    deepest: ClassVar[int]  # levels of nesting
    longest: ClassVar[int]  # links of one chain

    def __init__(self, data: bytes, grammar: G) -> None:
        self._data = data
        self._grammar = grammar
        self._expressions = grammar.expressions
        self._statements = grammar.statements
        self._unspoken = grammar.unspoken
        self.depth = 0

    def afresh(self) -> Self:
        """The same for another scope."""
        return type(self)(self._data, self._grammar)

    def text(self, node: Node) -> str:
        return self._data[node.start_byte : node.end_byte].decode("utf-8", "replace")

    def spoken(self, node: Node) -> list[Node]:
        """The named children of a node that are code."""
        unspoken = self._unspoken
        return [child for child in node.named_children if child.kind_id not in unspoken]

    def expression(self, node: Node) -> Syntax:
        if self.depth >= self.deepest:
            return Opaque(node.start_byte, node.end_byte, [], "an expression nested too deeply")
        self.depth += 1
        lower = self._expressions.get(node.kind_id)
        value = self.other(node) if lower is None else lower(self, node)
        self.depth -= 1
        return value

    def expressions(self, node: Node) -> list[Syntax]:
        return [self.expression(child) for child in self.spoken(node)]

    def opaque(self, node: Node, why: str = "an expression") -> Syntax:
        return Opaque(node.start_byte, node.end_byte, self.expressions(node), why)

    def other(self, node: Node) -> Syntax:
        """An expression of a kind that the grammar does not list."""
        return self.opaque(node)

    def statement(self, node: Node, out: list[Syntax]) -> None:
        """Put what a statement comes to behind the others: none, one or several nodes."""
        kind = node.kind_id
        lower = self._statements.get(kind)
        if lower is None and (not node.is_named or kind in self._unspoken):
            return
        if self.depth >= self.deepest:
            out.append(Opaque(node.start_byte, node.end_byte, [], "a statement nested too deeply"))
            return
        self.depth += 1
        if lower is not None:
            lower(self, node, out)
        elif kind in self._expressions:
            out.append(self.expression(node))
        else:
            for child in node.children:
                self.statement(child, out)
        self.depth -= 1

    def block(self, node: Node | None) -> list[Syntax]:
        """The statements of a block; none where there is no block."""
        out: list[Syntax] = []
        if node is not None:
            for child in node.named_children:
                self.statement(child, out)
        return out

    def name(self, node: Node) -> Syntax:
        start, end = node.start_byte, node.end_byte
        return Name(start, end, self._data[start:end].decode("utf-8", "replace"))

    def true(self, node: Node) -> Syntax:
        return Literal(node.start_byte, node.end_byte, True)

    def false(self, node: Node) -> Syntax:
        return Literal(node.start_byte, node.end_byte, False)

    def none(self, node: Node) -> Syntax:
        return Literal(node.start_byte, node.end_byte, None)

    def inner(self, node: Node) -> Syntax:
        """What stands in parentheses or braces."""
        inside = self.spoken(node)
        return self.expression(inside[0]) if len(inside) == 1 else self.opaque(node)


class Body:
    """The statements of a function, lowered when first asked for. `node` is a block, or the expression that an arrow
    function or a lambda gives back."""

    __slots__ = ("_lowering", "_node", "_statements")

    def __init__(self, lowering: Lowering[Any], node: Node) -> None:
        self._lowering: Lowering[Any] | None = lowering
        self._node = node
        self._statements: list[Syntax] = []

    def __call__(self) -> list[Syntax]:
        if self._lowering is not None:
            lowering, self._lowering = self._lowering.afresh(), None
            if self._node.type in ("block", "statement_block"):
                self._statements = lowering.block(self._node)
            else:
                value = lowering.expression(self._node)
                self._statements = [Return(value.start, value.end, value)]
        return self._statements


def broken_places(root: Node, harmless: Container[int] = ()) -> list[tuple[int, int]]:
    """Where code is lost, as offsets in bytes. Errors inside a `harmless` kind of node lose nothing."""
    if not root.has_error:
        return []
    places: list[tuple[int, int]] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if node.is_error or node.is_missing:
            places.append((node.start_byte, node.end_byte))
        elif node.kind_id not in harmless:
            pending.extend(child for child in node.children if child.has_error or child.is_missing)
    return sorted(places)
