"""Lowers Python to the small language of `syntax`.

Chains (`a.b().c()`, `a + b + c`, `a or b or c`, `elif`) are followed in loops.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from crosswire.frontends.code.lowering import (
    Body,
    Grammar,
    LowerExpression,
    Lowering,
    LowerLink,
    LowerStatement,
    broken_places,
)
from crosswire.frontends.code.python_match import lower_match
from crosswire.frontends.code.python_text import format_fields, percent_fields, unescape
from crosswire.frontends.code.syntax import (
    Argument,
    Arithmetic,
    Assign,
    Await,
    Branch,
    Choose,
    Class,
    Compare,
    Comprehension,
    Declare,
    Define,
    Either,
    Function,
    Import,
    Invoke,
    Leave,
    Literal,
    Loop,
    Member,
    Module,
    Name,
    Not,
    Opaque,
    Outer,
    Parameter,
    Raise,
    Record,
    RequireModule,
    Return,
    Sequence,
    SequencePattern,
    Spread,
    Subscript,
    Sum,
    Syntax,
    Template,
    Try,
    With,
)
from crosswire.readers.python import python_language, read_python

if TYPE_CHECKING:
    from tree_sitter import Node

    from crosswire.source import Source

T = TypeVar("T")

_GETTERS = {"property", "cached_property", "abstractproperty", "lazy_property", "reify"}
_ACCESSORS = {"setter", "deleter"}
_COMPARISONS = {"is": "==", "is not": "!=", "<>": "!="}


def lower_python(source: Source) -> Module:
    """A file in the small language. Never fails: places that cannot be parsed are listed in `Module.broken`."""
    data, root = read_python(source)
    return Module(PythonLowering(data, _grammar()).block(root), "python", broken_places(root))


class PythonLowering(Lowering[Grammar]):
    """Lowers the nodes of one scope: a module, a class, or a function's body."""

    __slots__ = ("_outer",)
    deepest = 80  # three frames of the stack each
    longest = 200

    def __init__(self, data: bytes, grammar: Grammar) -> None:
        super().__init__(data, grammar)
        self._outer: set[str] = set()

    # Expressions

    def integer(self, node: Node) -> Syntax:
        try:
            return Literal(node.start_byte, node.end_byte, int(self.text(node).rstrip("lL"), 0))
        except ValueError:
            return Opaque(node.start_byte, node.end_byte, [], "a number")

    def real(self, node: Node) -> Syntax:
        try:
            return Literal(node.start_byte, node.end_byte, float(self.text(node)))
        except ValueError:
            return Opaque(node.start_byte, node.end_byte, [], "a number")

    def string(self, node: Node) -> Syntax:
        children = node.children
        opening = children[0] if children else node
        prefix = self.text(opening).rstrip("'\"").lower()
        if "`" in prefix or "t" in prefix:  # Python 2's `repr`, and template strings, which are no texts
            inside = [self._interpolation(child) for child in children if child.type == "interpolation"]
            return Opaque(node.start_byte, node.end_byte, inside)
        if "f" in prefix:
            parts = self._formatted_parts(children, raw="r" in prefix)
            if not parts:
                return Literal(node.start_byte, node.end_byte, "")
            if len(parts) == 1 and isinstance(parts[0], Literal):
                return Literal(node.start_byte, node.end_byte, parts[0].value)
            return Template(node.start_byte, node.end_byte, parts)
        closing = children[-1]
        end = closing.start_byte if closing.type == "string_end" else node.end_byte
        return Literal(node.start_byte, node.end_byte, self._plain(opening.end_byte, end, "r" in prefix))

    def _plain(self, start: int, end: int, raw: bool) -> str:
        text = self._data[start:end].decode("utf-8", "replace")
        if "\r" in text:
            text = text.replace("\r\n", "\n").replace("\r", "\n")
        return text if raw else unescape(text)

    def _formatted_parts(self, children: list[Node], raw: bool) -> list[Syntax]:
        parts: list[Syntax] = []
        for child in children:
            if child.type == "string_content":
                text = self._plain(child.start_byte, child.end_byte, raw).replace("{{", "{").replace("}}", "}")
                parts.append(Literal(child.start_byte, child.end_byte, text))
            elif child.type == "interpolation":
                parts.append(self._interpolation(child))
        return parts

    def _interpolation(self, node: Node) -> Syntax:
        inside = [child for child in node.children if child.type not in ("{", "}", "comment")]
        if not inside:
            return Opaque(node.start_byte, node.end_byte, [])
        value = self.expression(inside[0])
        if all(self.text(child).strip() in ("!s", ":", ":s") for child in inside[1:]):
            return value
        return Opaque(node.start_byte, node.end_byte, [value, *map(self.opaque, inside[1:])], "a formatted value")

    def strings(self, node: Node) -> Syntax:
        parts: list[Syntax] = []
        for child in self.expressions(node):
            parts.extend(child.parts if isinstance(child, Template) else [child])
        if all(isinstance(part, Literal) for part in parts):
            text = "".join(str(part.value) for part in parts if isinstance(part, Literal))
            return Literal(node.start_byte, node.end_byte, text)
        return Template(node.start_byte, node.end_byte, parts)

    def chain(self, node: Node) -> Syntax:
        """Members, calls and subscripts of one another, from the innermost outwards."""
        links = self._grammar.links
        chain = []
        while node.kind_id in links and node.children:
            chain.append(node)
            node = node.children[0]
        value = self.expression(node) if node.kind_id not in links else Opaque(node.start_byte, node.end_byte, [])
        if len(chain) > self.longest:
            parts = [part for link in reversed(chain) for child in self.spoken(link)[1:] for part in self._loose(child)]
            return Opaque(chain[0].start_byte, chain[0].end_byte, [value, *parts], "a very long chain of calls")
        for link in reversed(chain):
            value = links[link.kind_id](self, link, value)
        return value

    def _loose(self, node: Node) -> list[Syntax]:
        if node.type == "argument_list":
            return [argument.value for argument in self._arguments(node)]
        return [] if node.type == "identifier" else [self.expression(node)]

    def member(self, node: Node, value: Syntax) -> Syntax:
        return Member(node.start_byte, node.end_byte, value, self.text(node.children[-1]))

    def subscript(self, node: Node, value: Syntax) -> Syntax:
        keys = self.spoken(node)[1:]
        if len(keys) == 1 and keys[0].type != "slice":
            return Subscript(node.start_byte, node.end_byte, value, self.expression(keys[0]), True)
        parts = [self.expression(key) for key in keys]
        if not parts or any(key.type == "slice" for key in keys):
            return Opaque(node.start_byte, node.end_byte, [value, *parts], "a slice")
        return Subscript(node.start_byte, node.end_byte, value, Sequence(parts[0].start, parts[-1].end, parts), True)

    def call(self, node: Node, callee: Syntax) -> Syntax:
        arguments = self._arguments(node.children[-1])
        if isinstance(callee, Member):
            if callee.name == "format" and isinstance(callee.object, Literal):
                template = _formatted(node, callee.object, arguments)
                if template is not None:
                    return template
            specifier = _module_named(callee.name, arguments)
        else:
            specifier = _module_named(callee.name, arguments) if isinstance(callee, Name) else None
        if specifier is not None:
            return RequireModule(node.start_byte, node.end_byte, specifier)
        return Invoke(node.start_byte, node.end_byte, callee, arguments)

    def _arguments(self, node: Node) -> list[Argument]:
        if node.type == "generator_expression":
            return [Argument(self.expression(node))]
        arguments = []
        for child in self.spoken(node):
            kind = child.type
            if kind == "keyword_argument":
                value = self.expression(child.children[-1])
                arguments.append(Argument(value, self.text(child.children[0])))
            elif kind == "list_splat":
                arguments.append(Argument(self.expression(child.children[-1]), None, 1))
            elif kind == "dictionary_splat":
                arguments.append(Argument(self.expression(child.children[-1]), None, 2))
            else:
                arguments.append(Argument(self.expression(child)))
        return arguments

    def arithmetic(self, node: Node) -> Syntax:
        """Operators of two sides, from the leftmost on: texts joined by `+` become one Sum."""
        kind = node.kind_id
        chain = []
        while node.kind_id == kind and len(node.children) >= 3:
            chain.append(node)
            node = node.children[0]
        value = self.opaque(node) if node.kind_id == kind else self.expression(node)
        ours = False
        for link in reversed(chain):
            operator, right = self._operator(link), self.expression(link.children[-1])
            if operator == "%" and isinstance(value, Literal | Template):
                value, ours = _percent(link, value, right), False
            elif ours and isinstance(value, Sum if operator == "+" else Arithmetic):
                value.parts.append(right)
                value.end = right.end
                if isinstance(value, Arithmetic):
                    value.operators.append(operator)
            elif operator == "+":
                value, ours = Sum(link.start_byte, link.end_byte, [value, right]), True
            else:
                value, ours = Arithmetic(link.start_byte, link.end_byte, [value, right], [operator]), True
        return value

    def _operator(self, node: Node) -> str:
        return next((child.type for child in node.children[1:-1] if not child.is_named), "")

    def either(self, node: Node) -> Syntax:
        kind = node.kind_id
        chain = []
        while node.kind_id == kind and len(node.children) >= 3:
            chain.append(node)
            node = node.children[0]
        value = self.opaque(node) if node.kind_id == kind else self.expression(node)
        if len(chain) > self.longest:
            parts = [value, *(self.expression(link.children[-1]) for link in reversed(chain))]
            return Opaque(chain[0].start_byte, chain[0].end_byte, parts, "a very long condition")
        for link in reversed(chain):
            operator = "||" if self._operator(link) == "or" else "&&"
            value = Either(link.start_byte, link.end_byte, operator, value, self.expression(link.children[-1]))
        return value

    def negation(self, node: Node) -> Syntax:
        return Not(node.start_byte, node.end_byte, self.expression(node.children[-1]))

    def sign(self, node: Node) -> Syntax:
        value = self.expression(node.children[-1])
        if self.text(node.children[0]) == "-" and isinstance(value, Literal) and isinstance(value.value, int | float):
            return Literal(node.start_byte, node.end_byte, -value.value)
        return Opaque(node.start_byte, node.end_byte, [value], "arithmetic")

    def comparison(self, node: Node) -> Syntax:
        operands: list[Syntax] = []
        operators: list[str] = []
        for child in node.children:
            if not child.is_named:
                operators.append(_COMPARISONS.get(child.type, child.type))
            elif child.kind_id not in self._unspoken:
                operands.append(self.expression(child))
        if len(operands) != len(operators) + 1 or len(operators) > self.longest:
            return Opaque(node.start_byte, node.end_byte, operands, "a comparison")
        value: Syntax = operands[0]
        for at, operator in enumerate(operators):
            left, right = operands[at], operands[at + 1]
            compare = Compare(left.start, right.end, operator, left, right)
            value = Either(node.start_byte, right.end, "&&", value, compare) if at else compare
        return value

    def choose(self, node: Node) -> Syntax:
        parts = self.expressions(node)
        if len(parts) != 3:
            return Opaque(node.start_byte, node.end_byte, parts)
        return Choose(node.start_byte, node.end_byte, parts[1], parts[0], parts[2])

    def sequence(self, node: Node) -> Syntax:
        return Sequence(node.start_byte, node.end_byte, self.expressions(node))

    def spread(self, node: Node) -> Syntax:
        return Spread(node.start_byte, node.end_byte, self.expression(node.children[-1]))

    def record(self, node: Node) -> Syntax:
        entries: list[tuple[Syntax | None, Syntax]] = []
        for child in self.spoken(node):
            if child.type == "pair":
                entries.append((self.expression(child.children[0]), self.expression(child.children[-1])))
            else:
                spread = child.type == "dictionary_splat"
                entries.append((None, self.expression(child.children[-1] if spread else child)))
        return Record(node.start_byte, node.end_byte, entries)

    def comprehension(self, node: Node) -> Syntax:
        inside = self.spoken(node)
        clauses: list[tuple[Syntax, Syntax]] = []
        tests: list[Syntax] = []
        for child in inside[1:]:
            if child.type == "for_in_clause":
                clauses.append(self._clause(child))
            else:
                tests.extend(self.expressions(child))
        if not inside or not clauses:
            return self.opaque(node)
        if inside[0].type == "pair":
            pair = self.expressions(inside[0])
            element: Syntax = Record(pair[0].start, pair[-1].end, [(pair[0], pair[-1])])
            return Comprehension(node.start_byte, node.end_byte, "dict", element, clauses, tests)
        return Comprehension(node.start_byte, node.end_byte, "list", self.expression(inside[0]), clauses, tests)

    def _clause(self, node: Node) -> tuple[Syntax, Syntax]:
        left = node.child_by_field_name("left")
        rights = [self.expression(right) for right in node.children_by_field_name("right") if right.is_named]
        pattern = self.target(left) if left is not None else Opaque(node.start_byte, node.end_byte, [])
        if len(rights) == 1:
            return pattern, rights[0]
        return pattern, Sequence(node.start_byte, node.end_byte, rights)

    def function(self, node: Node) -> Syntax:
        """A lambda."""
        parameters = node.child_by_field_name("parameters")
        body = Body(self, node.children[-1])
        declared = self._parameters(parameters) if parameters is not None else []
        return Function(node.start_byte, node.end_byte, "", declared, body, "arrow")

    def wait(self, node: Node) -> Syntax:
        return Await(node.start_byte, node.end_byte, self.expression(node.children[-1]))

    def hand_out(self, node: Node) -> Syntax:
        """`yield x` and `yield from x`."""
        values = self.expressions(node)
        if len(values) == 1 and any(child.type == "from" for child in node.children):
            return Await(node.start_byte, node.end_byte, values[0])
        return Opaque(node.start_byte, node.end_byte, values, "what a generator is sent")

    def walrus(self, node: Node) -> Syntax:
        target, value = node.children[0], node.children[-1]
        return Assign(node.start_byte, node.end_byte, self.name(target), self.expression(value))

    def select(self, node: Node, out: list[Syntax]) -> None:
        lower_match(self, node, out)

    # Patterns of assignments

    def target(self, node: Node) -> Syntax:
        """What is assigned to: a name, member, subscript, or a sequence of these."""
        kind = node.type
        if kind in ("identifier", "attribute", "subscript"):
            return self.expression(node)
        inside = self.spoken(node)
        if self.depth >= self.deepest or not inside:
            return Opaque(node.start_byte, node.end_byte, [])
        self.depth += 1
        if kind in ("parenthesized_expression", "as_pattern_target"):
            pattern = self.target(inside[0])
        elif kind in ("pattern_list", "tuple_pattern", "list_pattern", "tuple", "list", "expression_list"):
            pattern = self._sequence_pattern(node, inside)
        else:
            pattern = self.opaque(node)
        self.depth -= 1
        return pattern

    def _sequence_pattern(self, node: Node, inside: list[Node]) -> Syntax:
        items: list[tuple[Syntax | None, Syntax | None]] = []
        for at, child in enumerate(inside):
            if child.type in ("list_splat_pattern", "list_splat"):
                # What follows the rest is counted from the end: it goes unbound, and so stays unknown.
                rest = self.target(child.children[-1]) if at == len(inside) - 1 else None
                return SequencePattern(node.start_byte, node.end_byte, items, rest)
            items.append((self.target(child), None))
        return SequencePattern(node.start_byte, node.end_byte, items, None)

    def bind(self, node: Node, pattern: Syntax, value: Syntax) -> Syntax:
        """An assignment: it introduces names, unless they are declared to come from outside."""
        start, end = node.start_byte, node.end_byte
        if isinstance(pattern, Member | Subscript) or (self._outer and self._is_outer(pattern)):
            return Assign(start, end, pattern, value)
        return Declare(start, end, pattern, value, "function")

    def _is_outer(self, pattern: Syntax) -> bool:
        if isinstance(pattern, SequencePattern):
            return any(self._is_outer(item) for item, _ in pattern.items if item is not None)
        return isinstance(pattern, Name) and pattern.name in self._outer

    # Statements

    def plain_statement(self, node: Node, out: list[Syntax]) -> None:
        inside = self.spoken(node)
        if len(inside) > 1:
            out.append(Sequence(node.start_byte, node.end_byte, [self.expression(child) for child in inside]))
        for child in inside[: 1 if len(inside) == 1 else 0]:
            if child.type == "assignment":
                self._assignment(child, out)
            elif child.type == "augmented_assignment":
                out.append(self._compound(child))
            elif child.type not in ("string", "ellipsis") or b"{" in self._data[child.start_byte : child.end_byte]:
                out.append(self.expression(child))

    def _assignment(self, node: Node, out: list[Syntax]) -> None:
        targets: list[Node] = []
        value = node
        while value.type == "assignment":
            targets.append(value.children[0])
            value = value.children[-1]
            if value.type == "type":
                return
        given = self.expression(value)
        targets.sort(key=lambda target: target.type != "identifier")
        for at, target in enumerate(targets):
            pattern = self.target(target)
            out.append(self.bind(node, pattern, given))
            if not at and isinstance(pattern, Name | Member | Subscript):
                given = pattern  # `a = b = f()` calls once

    def _compound(self, node: Node) -> Syntax:
        target, value = node.children[0], node.children[-1]
        operator = (self._operator(node) or "=")[:-1]
        start, end = node.start_byte, node.end_byte
        return Assign(start, end, self.target(target), self.expression(value), operator)

    def opaque_statement(self, node: Node, out: list[Syntax]) -> None:
        out.append(self.opaque(node))

    def nothing(self, node: Node, out: list[Syntax]) -> None:
        """`pass`, type aliases, imports from `__future__`."""

    def give_back(self, node: Node, out: list[Syntax]) -> None:
        inside = self.spoken(node)
        out.append(Return(node.start_byte, node.end_byte, self.expression(inside[0]) if inside else None))

    def throw(self, node: Node, out: list[Syntax]) -> None:
        inside = self.spoken(node)
        out.append(Raise(node.start_byte, node.end_byte, self.expression(inside[0]) if inside else None))

    def leave(self, node: Node, out: list[Syntax]) -> None:
        out.append(Leave(node.start_byte, node.end_byte))

    def delete(self, node: Node, out: list[Syntax]) -> None:
        """`del xs[key]` evaluates `xs` and the key, and reads nothing there."""
        parts = []
        for child in self.spoken(node):
            for target in self.spoken(child) if child.type == "expression_list" else [child]:
                value = self.expression(target)
                if isinstance(value, Subscript):
                    parts += [value.object, value.key]
                elif isinstance(value, Member):
                    parts.append(value.object)
        if parts:
            out.append(Opaque(node.start_byte, node.end_byte, parts, "a deletion"))

    def outer(self, node: Node, out: list[Syntax]) -> None:
        names = [self.text(child) for child in self.spoken(node)]
        self._outer.update(names)
        out.append(Outer(node.start_byte, node.end_byte, names))

    def demand(self, node: Node, out: list[Syntax]) -> None:
        """`assert test, message`."""
        start, end = node.start_byte, node.end_byte
        values = self.expressions(node)
        if values:
            otherwise = Raise(start, end, values[1] if len(values) > 1 else None)
            out.append(Branch(start, end, Not(values[0].start, values[0].end, values[0]), [otherwise], []))

    def branch(self, node: Node, out: list[Syntax]) -> None:
        arms: list[tuple[Node, Node | None, Node | None]] = [
            (node, node.child_by_field_name("condition"), node.child_by_field_name("consequence"))
        ]
        otherwise: list[Syntax] = []
        for child in node.children_by_field_name("alternative"):
            if child.type == "elif_clause":
                arms.append((child, child.child_by_field_name("condition"), child.child_by_field_name("consequence")))
            else:
                otherwise = self.block(child.child_by_field_name("body"))
        for arm, condition, consequence in reversed(arms):
            otherwise = self._arm(arm, condition, consequence, otherwise)
        out.extend(otherwise)

    def _arm(
        self, node: Node, condition: Node | None, consequence: Node | None, otherwise: list[Syntax]
    ) -> list[Syntax]:
        if condition is None:
            return [*self.block(consequence), *otherwise]
        constant = _never_or_always(self.text(condition))
        if constant is not None:
            return self.block(consequence) if constant else otherwise
        test, then = self.expression(condition), self.block(consequence)
        return [Branch(node.start_byte, node.end_byte, test, then, otherwise)]

    def loop(self, node: Node, out: list[Syntax]) -> None:
        start, end = node.start_byte, node.end_byte
        body = self.block(node.child_by_field_name("body"))
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        condition = node.child_by_field_name("condition")
        if left is not None and right is not None:
            out.append(Loop(start, end, body, self.target(left), self.expression(right)))
        elif condition is not None:
            out.append(Loop(start, end, body, test=self.expression(condition)))
        else:
            out.extend(body)
        otherwise = node.child_by_field_name("alternative")
        if otherwise is not None:
            then = self.block(otherwise.child_by_field_name("body"))
            test = Opaque(otherwise.start_byte, otherwise.start_byte, [], "whether the loop came to its end")
            out.append(Branch(otherwise.start_byte, otherwise.end_byte, test, then, []))

    def attempt(self, node: Node, out: list[Syntax]) -> None:
        catches: list[tuple[list[str], Syntax | None, list[Syntax]]] = []
        otherwise: list[Syntax] = []
        finally_: list[Syntax] = []
        for child in node.children:
            if child.type in ("except_clause", "except_group_clause"):
                catches.append(self._catch(child))
            elif child.type == "else_clause":
                otherwise = self.block(child.child_by_field_name("body"))
            elif child.type == "finally_clause":
                finally_ = self._last_block(child)
        body = self.block(node.child_by_field_name("body"))
        out.append(Try(node.start_byte, node.end_byte, body, catches, otherwise, finally_))

    def _last_block(self, node: Node) -> list[Syntax]:
        blocks = [child for child in node.children if child.type == "block"]
        return self.block(blocks[-1] if blocks else None)

    def _catch(self, node: Node) -> tuple[list[str], Syntax | None, list[Syntax]]:
        names: list[str] = []
        bound: Syntax | None = None
        for child in self.spoken(node):
            if child.type == "block":
                break
            caught = child
            if child.type == "as_pattern":
                inside = self.spoken(child)
                caught = inside[0]
                bound = self.target(inside[-1])
            while caught.type == "parenthesized_expression" and self.spoken(caught):
                caught = self.spoken(caught)[0]
            types = self.spoken(caught) if caught.type in ("tuple", "list", "set") else [caught]
            names.extend(self.text(one).rpartition(".")[2] for one in types)
        return names, bound, self._last_block(node)

    def context(self, node: Node, out: list[Syntax]) -> None:
        """`with a as b, c:`."""
        items: list[tuple[Syntax, Syntax | None]] = []
        for clause in node.children:
            if clause.type == "with_clause":
                for item in self.spoken(clause):
                    items.append(self._context_item(item))
        body = self.block(node.child_by_field_name("body"))
        out.append(With(node.start_byte, node.end_byte, items, body))

    def _context_item(self, item: Node) -> tuple[Syntax, Syntax | None]:
        node = item
        while node.type in ("with_item", "parenthesized_expression") and len(self.spoken(node)) == 1:
            node = self.spoken(node)[0]
        inside = self.spoken(node)
        if node.type == "as_pattern" and len(inside) == 2:
            return self.expression(inside[0]), self.target(inside[1])
        return self.expression(node), None

    def load(self, node: Node, out: list[Syntax]) -> None:
        """`import a.b, c as d`."""
        start, end = node.start_byte, node.end_byte
        for child in self.spoken(node):
            if child.type == "aliased_import":
                inside = self.spoken(child)
                out.append(Import(start, end, self._dotted(inside[0]), [("*", self.text(inside[-1]))]))
                continue
            name = self._dotted(child)
            first, dot, _ = name.partition(".")
            if dot:
                out.append(Import(start, end, name, []))
            out.append(Import(start, end, first, [("*", first)]))

    def load_from(self, node: Node, out: list[Syntax]) -> None:
        """`from a.b import c as d`."""
        start, end = node.start_byte, node.end_byte
        module = node.child_by_field_name("module_name")
        if module is None:
            return
        names: list[tuple[str, str]] = []
        star = False
        for child in node.children[2:]:
            if child.type == "wildcard_import":
                star = True
            elif child.type == "aliased_import":
                inside = self.spoken(child)
                names.append((self.text(inside[0]), self.text(inside[-1])))
            elif child.type == "dotted_name" and child != module:
                names.append((self.text(child), self.text(child)))
        out.append(Import(start, end, self._dotted(module), names, star))

    def _dotted(self, node: Node) -> str:
        text = self.text(node)
        return text if text.isidentifier() else "".join(text.replace("\\", " ").split())

    def define_function(self, node: Node, out: list[Syntax]) -> None:
        out.append(Define(node.start_byte, node.end_byte, self._function(node, [])))

    def define_class(self, node: Node, out: list[Syntax]) -> None:
        out.append(Define(node.start_byte, node.end_byte, self._class(node, [])))

    def define_decorated(self, node: Node, out: list[Syntax]) -> None:
        definition, decorators = self._decorated(node)
        if definition is None:
            out.extend(decorators)
        elif definition.type == "class_definition":
            out.append(Define(node.start_byte, node.end_byte, self._class(definition, decorators)))
        else:
            out.append(Define(node.start_byte, node.end_byte, self._function(definition, decorators)))

    def _decorated(self, node: Node) -> tuple[Node | None, list[Syntax]]:
        decorators = []
        for child in node.children:
            if child.type == "decorator":
                decorators += self.expressions(child)
        return node.child_by_field_name("definition"), decorators

    def _function(self, node: Node, decorators: list[Syntax], method: bool = False) -> Function:
        name, parameters = node.child_by_field_name("name"), node.child_by_field_name("parameters")
        body = node.child_by_field_name("body") or node.children[-1]
        words = {_last_name(decorator) for decorator in decorators}
        called = self.text(name) if name is not None else ""
        return Function(
            node.start_byte,
            node.end_byte,
            called,
            self._parameters(parameters) if parameters is not None else [],
            Body(self, body),
            _receiver(called, words) if method else "static",
            getter=method and not words.isdisjoint(_GETTERS),
            generator=self._yields(body),
            decorators=decorators,
        )

    def _yields(self, body: Node) -> bool:
        if self._data.find(b"yield", body.start_byte, body.end_byte) < 0:
            return False
        pending = [body]
        while pending:
            node = pending.pop()
            if node.type == "yield":
                return True
            if node.type not in ("function_definition", "lambda", "string"):
                pending.extend(node.children)
        return False

    def _parameters(self, node: Node) -> list[Parameter]:
        parameters: list[Parameter] = []
        kind = "plain"
        for child in self.spoken(node):
            word = child.type
            if word == "keyword_separator":
                kind = "keyword"
            elif word != "positional_separator":
                parameters.append(self._parameter(child, kind))
                if parameters[-1].kind == "rest":
                    kind = "keyword"
        return parameters

    def _parameter(self, node: Node, kind: str) -> Parameter:
        inside = self.spoken(node)
        name, annotation, default = node, None, None
        if node.type in ("typed_parameter", "default_parameter", "typed_default_parameter") and inside:
            name = inside[0]
            if node.type != "typed_parameter":
                default = self.expression(inside[-1])
            written = node.child_by_field_name("type")
            annotation = _type_name(self.text(written)) if written is not None else None
        if name.type in ("list_splat_pattern", "dictionary_splat_pattern"):
            kind = "rest" if name.type == "list_splat_pattern" else "keywords"
            name = name.children[-1]
        return Parameter(self.target(name), default, kind, annotation)

    def _class(self, node: Node, decorators: list[Syntax]) -> Class:
        name, bases = node.child_by_field_name("name"), node.child_by_field_name("superclasses")
        supers = [one.value for one in self._arguments(bases) if one.name is None] if bases is not None else []
        called = self.text(name) if name is not None else ""
        made = Class(node.start_byte, node.end_byte, called, supers, {}, [], [], decorators)
        inside = self.afresh()
        inside.depth = self.depth
        body = node.child_by_field_name("body")
        for child in body.children if body is not None else ():
            inside._class_statement(child, made)
        return made

    def _class_statement(self, node: Node, made: Class) -> None:
        kind = node.type
        if self.depth >= self.deepest:
            return
        self.depth += 1
        if kind == "function_definition":
            self._method(node, [], made)
        elif kind == "decorated_definition":
            definition, decorators = self._decorated(node)
            if definition is not None and definition.type == "class_definition":
                nested = self._class(definition, decorators)
                made.statics.append((nested.name, nested))
            elif definition is not None:
                self._method(definition, decorators, made)
        elif kind == "class_definition":
            nested = self._class(node, [])
            made.statics.append((nested.name, nested))
        elif kind in ("if_statement", "try_statement"):
            self._conditional_attributes(node, made)
        elif kind not in ("pass_statement", "comment"):
            self._attributes(node, made)
        self.depth -= 1

    def _method(self, node: Node, decorators: list[Syntax], made: Class) -> None:
        if not _ACCESSORS.isdisjoint(_last_name(decorator) for decorator in decorators):
            return
        method = self._function(node, decorators, method=True)
        made.methods[method.name] = method

    def _attributes(self, node: Node, made: Class) -> None:
        """Class attributes, and what else runs when the class is made: under the empty name."""
        if node.type == "expression_statement" and len(node.children) == 1:
            assignment = node.children[0]
            if assignment.type == "assignment" and assignment.children[0].type == "identifier":
                self._annotated_field(assignment, made)
        out: list[Syntax] = []
        self.statement(node, out)
        loose: list[Syntax] = []
        for statement in out:
            if isinstance(statement, Declare) and statement.value is not None:
                made.statics.extend(_attributes_of(statement.pattern, statement.value))
            else:
                loose.append(statement)
        if loose:
            start, end = node.start_byte, node.end_byte
            block = Function(start, end, "", [], lambda: loose, "arrow")
            made.statics.append(("", Invoke(start, end, block, [])))

    def _annotated_field(self, node: Node, made: Class) -> None:
        """`table: str = "x"`: what dataclasses and settings classes make fields of."""
        if any(child.type == "type" for child in node.children):
            last = node.children[-1]
            value = None if last.type == "type" else self.expression(last)
            made.fields.append((self.text(node.children[0]), value))

    def _conditional_attributes(self, node: Node, made: Class) -> None:
        inside = Class(node.start_byte, node.end_byte, made.name, [], {}, [], [])
        pending = list(reversed(node.children))
        while pending:
            child = pending.pop()
            if child.type == "block":
                for statement in child.children:
                    self._class_statement(statement, inside)
            elif child.type in ("elif_clause", "else_clause", "except_clause", "finally_clause"):
                pending.extend(reversed(child.children))
        for name, method in inside.methods.items():
            made.methods.setdefault(name, method)
        for name, value in inside.statics:
            made.statics.append((name, Opaque(value.start, value.end, [value], "set under a condition")))


def _module_named(callee: str, arguments: list[Argument]) -> str | None:
    """The module that `import_module("a.b")` or `__import__("a")` gives, where it is written out."""
    if callee not in ("import_module", "__import__") or len(arguments) != 1:
        return None
    name = arguments[0].value
    if not isinstance(name, Literal) or not isinstance(name.value, str) or not name.value or name.value[0] == ".":
        return None
    return name.value.partition(".")[0] if callee == "__import__" else name.value


def _formatted(node: Node, text: Literal, arguments: list[Argument]) -> Syntax | None:
    """`"...{}".format(x)` as a Template, where every field names an argument."""
    fields = format_fields(text.value) if isinstance(text.value, str) else None
    if fields is None or any(argument.spread for argument in arguments):
        return None
    given = [argument.value for argument in arguments if argument.name is None]
    named = {argument.name: argument.value for argument in arguments if argument.name is not None}
    parts: list[Syntax] = []
    counted = 0
    for field in fields:
        if isinstance(field, str):
            parts.append(Literal(text.start, text.end, field))
            continue
        name, plain = field
        if name and not name.isdecimal():
            value = named.get(name)
        else:
            at = int(name) if name else counted
            counted += 1
            value = given[at] if at < len(given) else None
        if value is None:
            return None
        parts.append(value if plain else Opaque(value.start, value.end, [value], "a formatted value"))
    return Template(node.start_byte, node.end_byte, parts)


def _percent(node: Node, text: Literal | Template, values: Syntax) -> Syntax:
    """`"...%s" % x` as a Template."""
    unknown = Opaque(node.start_byte, node.end_byte, [text, values], "a formatted text")
    fields = percent_fields(text.value) if isinstance(text, Literal) and isinstance(text.value, str) else None
    if fields is None:
        return unknown
    count = sum(not isinstance(field, str) for field in fields)
    given = values.items if isinstance(values, Sequence) else [values]
    named = (
        {key.value: value for key, value in values.entries if isinstance(key, Literal)}
        if isinstance(values, Record)
        else {}
    )
    if not named and (len(given) != count or any(isinstance(value, Spread) for value in given)):
        return unknown
    remaining = iter(given)
    parts: list[Syntax] = []
    for field in fields:
        if isinstance(field, str):
            parts.append(Literal(text.start, text.end, field))
            continue
        name, plain = field
        value = next(remaining, None) if name is None else named.get(name)
        if value is None:
            return unknown
        parts.append(value if plain else Opaque(value.start, value.end, [value], "a formatted value"))
    return Template(node.start_byte, node.end_byte, parts)


def _never_or_always(condition: str) -> bool | None:
    """Whether a condition is known for a deployed function: it is imported, never run as a script or type checked."""
    if len(condition) > 40:
        return None
    plain = condition.replace(" ", "").replace("'", '"').strip("()")
    if plain in ('__name__=="__main__"', '"__main__"==__name__', "TYPE_CHECKING", "typing.TYPE_CHECKING"):
        return False
    if plain in ('__name__!="__main__"', "notTYPE_CHECKING", "nottyping.TYPE_CHECKING"):
        return True
    return None


def _last_name(decorator: Syntax) -> str:
    if isinstance(decorator, Invoke):
        decorator = decorator.callee
    return decorator.name if isinstance(decorator, Name | Member) else ""


def _receiver(name: str, decorators: set[str]) -> str:
    if "staticmethod" in decorators or name == "__new__":
        return "static"
    if "classmethod" in decorators or name in ("__init_subclass__", "__class_getitem__"):
        return "class"
    return "self"


def _type_name(annotation: str) -> str | None:
    """The class that an annotation names: `Orders`, `"Orders"`, `db.Orders | None`, `Optional[Orders]`."""
    text = annotation.strip().strip("'\"").strip()
    head, bracket, inside = text.partition("[")
    if bracket and inside.endswith("]") and head.rpartition(".")[2] in ("Optional", "Annotated"):
        text = inside[:-1].split(",")[0].strip().strip("'\"")
    classes = [part for part in (side.strip() for side in text.split("|")) if part != "None"]
    if len(classes) == 1 and all(part.isidentifier() for part in classes[0].split(".")):
        return classes[0]
    return None


def _attributes_of(pattern: Syntax, value: Syntax) -> list[tuple[str, Syntax]]:
    if isinstance(pattern, Name):
        return [(pattern.name, value)]
    if not isinstance(pattern, SequencePattern):
        return [("", value)]
    attributes: list[tuple[str, Syntax]] = []
    for at, (item, _) in enumerate(pattern.items):
        if isinstance(item, Name):
            key = Literal(item.start, item.end, at)
            attributes.append((item.name, Subscript(item.start, item.end, value, key, True)))
    return attributes


_EXPRESSIONS: dict[str, LowerExpression] = {
    "identifier": PythonLowering.name,
    "integer": PythonLowering.integer,
    "float": PythonLowering.real,
    "true": PythonLowering.true,
    "false": PythonLowering.false,
    "none": PythonLowering.none,
    "string": PythonLowering.string,
    "concatenated_string": PythonLowering.strings,
    "parenthesized_expression": PythonLowering.inner,
    "attribute": PythonLowering.chain,
    "call": PythonLowering.chain,
    "subscript": PythonLowering.chain,
    "binary_operator": PythonLowering.arithmetic,
    "boolean_operator": PythonLowering.either,
    "not_operator": PythonLowering.negation,
    "unary_operator": PythonLowering.sign,
    "comparison_operator": PythonLowering.comparison,
    "conditional_expression": PythonLowering.choose,
    "list": PythonLowering.sequence,
    "tuple": PythonLowering.sequence,
    "set": PythonLowering.sequence,
    "expression_list": PythonLowering.sequence,
    "list_splat": PythonLowering.spread,
    "dictionary": PythonLowering.record,
    "list_comprehension": PythonLowering.comprehension,
    "set_comprehension": PythonLowering.comprehension,
    "dictionary_comprehension": PythonLowering.comprehension,
    "generator_expression": PythonLowering.comprehension,
    "lambda": PythonLowering.function,
    "await": PythonLowering.wait,
    "yield": PythonLowering.hand_out,
    "named_expression": PythonLowering.walrus,
}
_LINKS: dict[str, LowerLink] = {
    "attribute": PythonLowering.member,
    "call": PythonLowering.call,
    "subscript": PythonLowering.subscript,
}
_STATEMENTS: dict[str, LowerStatement] = {
    "expression_statement": PythonLowering.plain_statement,
    "print_statement": PythonLowering.opaque_statement,
    "exec_statement": PythonLowering.opaque_statement,
    "pass_statement": PythonLowering.nothing,
    "type_alias_statement": PythonLowering.nothing,
    "future_import_statement": PythonLowering.nothing,
    "return_statement": PythonLowering.give_back,
    "raise_statement": PythonLowering.throw,
    "break_statement": PythonLowering.leave,
    "continue_statement": PythonLowering.leave,
    "delete_statement": PythonLowering.delete,
    "global_statement": PythonLowering.outer,
    "nonlocal_statement": PythonLowering.outer,
    "assert_statement": PythonLowering.demand,
    "if_statement": PythonLowering.branch,
    "for_statement": PythonLowering.loop,
    "while_statement": PythonLowering.loop,
    "try_statement": PythonLowering.attempt,
    "with_statement": PythonLowering.context,
    "import_statement": PythonLowering.load,
    "import_from_statement": PythonLowering.load_from,
    "function_definition": PythonLowering.define_function,
    "class_definition": PythonLowering.define_class,
    "decorated_definition": PythonLowering.define_decorated,
    "match_statement": PythonLowering.select,
}


@cache
def _grammar() -> Grammar:
    unspoken = _by_number(dict.fromkeys(("comment", "line_continuation"), True))
    return Grammar(_by_number(_EXPRESSIONS), _by_number(_LINKS), _by_number(_STATEMENTS), set(unspoken))


def _by_number(table: dict[str, T]) -> dict[int, T]:
    number = python_language().id_for_node_kind
    return {kind: value for name, value in table.items() if (kind := number(name, True)) is not None}
