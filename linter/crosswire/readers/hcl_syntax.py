"""The syntax of HCL as evaluation needs it: bodies of arguments and blocks, and expressions, each with its place.

Terraform's JSON syntax is read into the same nodes.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.source import Span


class Literal:
    """A text without parts, a number, a truth value or null."""

    __slots__ = ("span", "value")

    def __init__(self, value: str | float | bool | None, span: Span) -> None:
        self.value = value
        self.span = span


class Template:
    """A text with parts: constant texts, expressions and directives."""

    __slots__ = ("parts", "span")

    def __init__(self, parts: list[str | Expression | IfDirective | ForDirective], span: Span) -> None:
        self.parts = parts
        self.span = span


class IfDirective:
    """`%{ if ... }` in a text."""

    __slots__ = ("condition", "otherwise", "span", "then")

    def __init__(self, condition: Expression, then: Template, otherwise: Template, span: Span) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span


class ForDirective:
    """`%{ for ... }` in a text."""

    __slots__ = ("body", "collection", "key", "span", "value")

    def __init__(self, key: str, value: str, collection: Expression, body: Template, span: Span) -> None:
        self.key = key
        self.value = value
        self.collection = collection
        self.body = body
        self.span = span


class Attribute:
    """A step of a traversal: `.name`."""

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name


class Index:
    """A step of a traversal: `[key]`, or `.0`."""

    __slots__ = ("key",)

    def __init__(self, key: Expression) -> None:
        self.key = key


class Splat:
    """A step of a traversal: `[*]` or `.*` with the steps that are taken from each element."""

    __slots__ = ("steps",)

    def __init__(self, steps: list[Step]) -> None:
        self.steps = steps


Step: TypeAlias = Attribute | Index | Splat


class Traversal:
    """`root.a.b[0]`: what is named, or any expression, and the steps from there."""

    __slots__ = ("root", "span", "steps")

    def __init__(self, root: str | Expression, steps: list[Step], span: Span) -> None:
        self.root = root
        self.steps = steps
        self.span = span


class Call:
    """A function call; `expands` tells that the last argument is a list of further ones (`...`)."""

    __slots__ = ("arguments", "expands", "name", "span")

    def __init__(self, name: str, arguments: list[Expression], expands: bool, span: Span) -> None:
        self.name = name
        self.arguments = arguments
        self.expands = expands
        self.span = span


class Conditional:
    """`condition ? then : otherwise`."""

    __slots__ = ("condition", "otherwise", "span", "then")

    def __init__(self, condition: Expression, then: Expression, otherwise: Expression, span: Span) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span


class Operation:
    """An operator with its one or two operands."""

    __slots__ = ("operands", "operator", "span")

    def __init__(self, operator: str, operands: list[Expression], span: Span) -> None:
        self.operator = operator
        self.operands = operands
        self.span = span


class ListOf:
    """`[a, b]`."""

    __slots__ = ("items", "span")

    def __init__(self, items: list[Expression], span: Span) -> None:
        self.items = items
        self.span = span


class ObjectOf:
    """`{ a = b }`."""

    __slots__ = ("pairs", "span")

    def __init__(self, pairs: list[tuple[Expression, Expression]], span: Span) -> None:
        self.pairs = pairs
        self.span = span


class For:
    """`[for value in collection : result if condition]`, or with braces and a `result_key`; `groups` tells of `...`."""

    __slots__ = ("collection", "condition", "groups", "key", "result", "result_key", "span", "value")

    def __init__(
        self,
        names: tuple[str, str],
        collection: Expression,
        result_key: Expression | None,
        result: Expression,
        condition: Expression | None,
        groups: bool,
        span: Span,
    ) -> None:
        self.key, self.value = names
        self.collection = collection
        self.result_key = result_key
        self.result = result
        self.condition = condition
        self.groups = groups
        self.span = span


class Invalid:
    """An expression that cannot be read."""

    __slots__ = ("span", "why")

    def __init__(self, why: str, span: Span) -> None:
        self.why = why
        self.span = span


Expression: TypeAlias = (
    Literal | Template | Traversal | Call | Conditional | Operation | ListOf | ObjectOf | For | Invalid
)


class Argument:
    """`name = expression`; the expression is read when it is first asked for."""

    __slots__ = ("_expression", "_read", "name", "name_span")

    def __init__(self, name: str, name_span: Span, read: Callable[[], Expression] | Expression) -> None:
        self.name = name
        self.name_span = name_span
        if callable(read):
            self._read: Callable[[], Expression] | None = read
            self._expression: Expression | None = None
        else:
            self._read, self._expression = None, read

    @property
    def expression(self) -> Expression:
        if self._expression is None:
            assert self._read is not None
            self._expression = self._read()
        return self._expression


class Block:
    """A block with its labels: `resource "aws_lambda_function" "orders" { ... }`.

    `span` is what stands before the brace; `name_span` the last label, or the type where there is none.
    """

    __slots__ = ("body", "labels", "name_span", "span", "type")

    def __init__(self, type: str, labels: tuple[str, ...], span: Span, name_span: Span, body: Body) -> None:
        self.type = type
        self.labels = labels
        self.span = span
        self.name_span = name_span
        self.body = body

    def __repr__(self) -> str:
        return " ".join(("Block", self.type, *self.labels))


class Body:
    """What stands in braces, or in a file. `complete` is False where part of it cannot be read."""

    __slots__ = ("arguments", "blocks", "complete", "span")

    def __init__(self, arguments: dict[str, Argument], blocks: list[Block], span: Span, complete: bool = True) -> None:
        self.arguments = arguments
        self.blocks = blocks
        self.span = span
        self.complete = complete

    def blocks_of(self, type: str) -> Iterator[Block]:
        """The blocks of a type, in the order written."""
        return (block for block in self.blocks if block.type == type)

    def expression(self, name: str) -> Expression | None:
        """The expression of an argument, None where it is not written."""
        argument = self.arguments.get(name)
        return None if argument is None else argument.expression
