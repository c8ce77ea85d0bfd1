"""Lowers JavaScript and TypeScript to the small language of `syntax`.

Chains (`a.b().c()`, `a + b + c`, `else if`) are followed in loops. Types are erased. Positions count on this: the first
and the last child of a node are never comments, which tree-sitter puts between children or around the node.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from crosswire.frontends.code.javascript_text import number, unescape
from crosswire.frontends.code.lowering import (
    Body,
    Grammar,
    LowerExpression,
    Lowering,
    LowerLink,
    LowerStatement,
    broken_places,
)
from crosswire.frontends.code.syntax import (
    COMPUTED_MODULE,
    Argument,
    Arithmetic,
    Assign,
    Await,
    Block,
    Branch,
    Choose,
    Class,
    Compare,
    Declare,
    Define,
    Either,
    Export,
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
    Optional,
    Parameter,
    Raise,
    Record,
    RecordPattern,
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
)
from crosswire.readers.javascript import grammar_of, read_javascript
from crosswire.source import Broken

if TYPE_CHECKING:
    from tree_sitter import Node

    from crosswire.source import Source

T = TypeVar("T")

_MOST_FALLTHROUGH = 20  # cases that one case falls through to
_COMPARISONS = {
    "==": "==",
    "===": "==",
    "!=": "!=",
    "!==": "!=",
    "<": "<",
    ">": ">",
    "<=": "<=",
    ">=": ">=",
    "in": "in",
    "instanceof": "instanceof",
}
_EITHER = {"||", "&&", "??"}
_LOADERS = {"require", "import"}
_SIMPLE = (Name, Member, Subscript, Literal)
_MODULE_OBJECT = "module"


def lower_javascript(source: Source) -> Module | Broken:
    """A file in the small language. Never fails: places that cannot be parsed are listed in `Module.broken`. Bundles
    and minified files are refused."""
    read = read_javascript(source)
    if isinstance(read, Broken):
        return read
    dialect, data, root = read
    tables = _tables(dialect)
    if not root.has_error:
        return Module(_Lowering(data, tables).block(root), "javascript", [])
    places = broken_places(root, tables.harmless)
    return Module(_Mending(data, tables).block(root), "javascript", places)


class _Tables(Grammar):
    """What to do with the nodes of one dialect, by their kind: the numbers of kinds differ between grammars."""

    __slots__ = ("comments", "erased", "harmless", "numbers", "patterns")

    def __init__(self, dialect: str) -> None:
        language = grammar_of(dialect)
        self.numbers: dict[str, set[int]] = {}
        for kind in range(language.node_kind_count):
            name = language.node_kind_for_id(kind)
            if name is not None and language.node_kind_is_named(kind):
                self.numbers.setdefault(name, set()).add(kind)
        self.comments = self._numbers_of(("comment", "html_comment", "hash_bang_line"))
        self.erased = self._numbers_of(_ERASED)
        #: Types and lists of exports, in which the grammars lag behind the language.
        self.harmless = self.erased | self._numbers_of(("export_clause",))
        self.patterns = self._by_number(_PATTERNS)
        unspoken = self.comments | self.erased
        statements = {**self._by_number(_STATEMENTS), **dict.fromkeys(unspoken, _Lowering.nothing)}
        super().__init__(self._by_number(_EXPRESSIONS), self._by_number(_LINKS), statements, unspoken)

    def _numbers_of(self, names: Iterable[str]) -> set[int]:
        return {kind for name in names for kind in self.numbers.get(name, ())}

    def _by_number(self, table: dict[str, T]) -> dict[int, T]:
        return {kind: value for name, value in table.items() for kind in self.numbers.get(name, ())}


@cache
def _tables(dialect: str) -> _Tables:
    return _Tables(dialect)


class _Lowering(Lowering[_Tables]):
    """Lowers the nodes of one body: a module's or a function's."""

    __slots__ = ("_breaks", "_comments")
    deepest = 100
    longest = 400

    def __init__(self, data: bytes, grammar: _Tables) -> None:
        super().__init__(data, grammar)
        self._comments = grammar.comments
        self._breaks = 0  # how many `break`s of the statement around were met

    # What all nodes need

    def other(self, node: Node) -> Syntax:
        return self.opaque(node, "code that cannot be parsed" if node.is_error else "an expression")

    def body(self, node: Node | None) -> list[Syntax]:
        """The statements of a block, or of a statement that stands in place of one."""
        if node is None:
            return []
        if node.type == "statement_block":
            return self.block(node)
        out: list[Syntax] = []
        self.statement(node, out)
        return out

    def nothing(self, node: Node, out: list[Syntax]) -> None:
        """Types, comments, empty statements."""

    # Plain expressions

    def word(self, node: Node) -> Syntax:
        """A name that is a text: a key, `#x` in `#x in y`."""
        return Literal(node.start_byte, node.end_byte, self.text(node))

    def number(self, node: Node) -> Syntax:
        value = number(self.text(node))
        if value is None:
            return Opaque(node.start_byte, node.end_byte, [], "a number")
        return Literal(node.start_byte, node.end_byte, value)

    def string(self, node: Node) -> Syntax:
        start, end = node.start_byte, node.end_byte
        return Literal(start, end, self._plain(start + 1, end - 1))

    def _plain(self, start: int, end: int) -> str:
        text = self._data[start:end].decode("utf-8", "replace")
        return unescape(text) if "\\" in text or "\r" in text else text

    def template(self, node: Node) -> Syntax:
        parts = self._template_parts(node)
        if not parts:
            return Literal(node.start_byte, node.end_byte, "")
        if len(parts) == 1 and type(parts[0]) is Literal:
            return Literal(node.start_byte, node.end_byte, parts[0].value)
        return Template(node.start_byte, node.end_byte, parts)

    def _template_parts(self, node: Node) -> list[Syntax]:
        parts: list[Syntax] = []
        at = node.start_byte + 1
        for child in node.named_children:
            if child.type == "template_substitution":
                start = child.start_byte
                if start > at:
                    parts.append(Literal(at, start, self._plain(at, start)))
                parts.append(self.inner(child))
                at = child.end_byte
        end = node.end_byte - 1
        if end > at:
            parts.append(Literal(at, end, self._plain(at, end)))
        return parts

    def first(self, node: Node) -> Syntax:
        """`x` of `x as T`, `x satisfies T`, `f<T>`."""
        return self.expression(node.children[0])

    def last(self, node: Node) -> Syntax:
        """`x` of `<T>x`, `@x`, `extends x`."""
        return self.expression(node.children[-1])

    def regex(self, node: Node) -> Syntax:
        return Opaque(node.start_byte, node.end_byte, [], "a regular expression")

    def meta(self, node: Node) -> Syntax:
        """`import.meta`, `new.target`."""
        if self.text(node).startswith("import"):
            name = Name(node.start_byte, node.start_byte + len("import"), "import")
            return Member(node.start_byte, node.end_byte, name, "meta")
        return Opaque(node.start_byte, node.end_byte, [], "new.target")

    def array(self, node: Node) -> Syntax:
        return Sequence(node.start_byte, node.end_byte, self.expressions(node))

    def spread(self, node: Node) -> Syntax:
        return Spread(node.start_byte, node.end_byte, self.expression(node.children[-1]))

    def record(self, node: Node) -> Syntax:
        entries: list[tuple[Syntax | None, Syntax]] = []
        for child in node.named_children:
            kind = child.type
            if kind == "pair":
                children = child.children
                key = self.key(children[0])
                entries.append((key, _named(self.expression(children[-1]), key)))
            elif kind == "shorthand_property_identifier":
                name = self.text(child)
                start, end = child.start_byte, child.end_byte
                entries.append((Literal(start, end, name), Name(start, end, name)))
            elif kind == "spread_element":
                entries.append((None, self.expression(child.children[-1])))
            elif kind == "method_definition":
                self._record_method(child, entries)
            elif child.kind_id not in self._comments:
                entries.append((None, self.expression(child)))
        return Record(node.start_byte, node.end_byte, entries)

    def _record_method(self, node: Node, entries: list[tuple[Syntax | None, Syntax]]) -> None:
        words = [child.type for child in node.children]
        if "set" not in words:
            key = self.key(self._key_node(node))
            entries.append((key, self.function(node, _text_of(key), "this", getter="get" in words)))

    def key(self, node: Node) -> Syntax:
        """The key of a property: a text or number, or what is computed in brackets."""
        kind = node.type
        if kind == "string":
            return self.string(node)
        if kind == "number":
            return self.number(node)
        if kind == "computed_property_name":
            return self.inner(node)
        return self.word(node)

    def _key_node(self, node: Node) -> Node:
        return node.child_by_field_name("name") or node.child_by_field_name("property") or node.children[-1]

    def jsx(self, node: Node) -> Syntax:
        return Opaque(node.start_byte, node.end_byte, list(self._jsx_parts(node)), "JSX")

    def _jsx_parts(self, node: Node) -> Iterable[Syntax]:
        """The expressions of an element, its component among them."""
        for child in node.named_children:
            kind = child.type
            if kind in ("jsx_opening_element", "jsx_attribute"):
                yield from self._jsx_parts(child)
            elif kind == "member_expression" or (kind == "identifier" and self.text(child)[:1].isupper()):
                if node.type != "jsx_closing_element":
                    yield self.expression(child)
            elif kind in ("jsx_expression", "jsx_element", "jsx_self_closing_element", "ERROR"):
                yield self.expression(child)

    # Chains

    def chain(self, node: Node) -> Syntax:
        """Members, calls and subscripts of one another, from the innermost outwards."""
        links = self._grammar.links
        chain = []
        kind = node.kind_id
        while kind in links:
            chain.append((links[kind], node))
            node = node.children[0]
            kind = node.kind_id
        value = self.expression(node)
        if len(chain) > self.longest:
            return self._long_chain(chain[0][1], value, [link for _, link in chain])
        for lower, link in reversed(chain):
            value = lower(self, link, value)
        return value

    def _long_chain(self, node: Node, value: Syntax, chain: list[Node]) -> Syntax:
        parts = [value]
        for link in reversed(chain):
            for child in link.named_children[1:]:
                if child.type in ("arguments", "template_string"):
                    parts.extend(self.expressions(child))
                elif link.type == "subscript_expression":
                    parts.append(self.expression(child))
        return Opaque(node.start_byte, node.end_byte, parts, "a very long chain of calls")

    def member(self, node: Node, value: Syntax) -> Syntax:
        children = node.children
        if children[1].type == "optional_chain":
            value = Optional(value.start, value.end, value)
        return Member(node.start_byte, node.end_byte, value, self.text(children[-1]))

    def subscript(self, node: Node, value: Syntax) -> Syntax:
        if node.children[1].type == "optional_chain":
            value = Optional(value.start, value.end, value)
        keys = self.spoken(node)[1:]
        key = self.expression(keys[0]) if len(keys) == 1 else Opaque(node.start_byte, node.end_byte, [])
        return Subscript(node.start_byte, node.end_byte, value, key, False)

    def non_null(self, node: Node, value: Syntax) -> Syntax:
        return value

    def call(self, node: Node, callee: Syntax) -> Syntax:
        last = node.children[-1]
        if last.type == "template_string":
            parts = [part for part in self._template_parts(last) if type(part) is not Literal]
            return Opaque(node.start_byte, node.end_byte, [callee, *parts], "a tagged template")
        arguments = self.arguments(last)
        if type(callee) is Name and arguments and callee.name in _LOADERS:
            specifier = arguments[0].value
            if type(specifier) is Either and specifier.operator in ("||", "??"):
                specifier = specifier.right  # what stands in for it in a test comes first
            if type(specifier) is Literal and type(specifier.value) is str:
                return RequireModule(node.start_byte, node.end_byte, specifier.value)
            parts = [argument.value for argument in arguments]
            return Opaque(node.start_byte, node.end_byte, parts, COMPUTED_MODULE)
        return Invoke(node.start_byte, node.end_byte, callee, arguments)

    def arguments(self, node: Node) -> list[Argument]:
        arguments = []
        for child in node.named_children:
            if child.kind_id in self._comments:
                continue
            if child.type == "spread_element":
                arguments.append(Argument(self.expression(child.children[-1]), None, 1))
            else:
                arguments.append(Argument(self.expression(child)))
        return arguments

    def new(self, node: Node) -> Syntax:
        inside = self.spoken(node)
        if not inside:
            return self.opaque(node)
        arguments = self.arguments(inside[-1]) if inside[-1].type == "arguments" else []
        return Invoke(node.start_byte, node.end_byte, self.expression(inside[0]), arguments, True)

    # Operators

    def binary(self, node: Node) -> Syntax:
        """Operators of two sides, from the leftmost on."""
        kind = node.kind_id
        start = node.start_byte
        chain = []
        while node.kind_id == kind:
            children = node.children
            operator = children[1].type if len(children) == 3 else self._operator(node)
            chain.append((operator, children[-1], node.end_byte))
            node = children[0]
        value = self.expression(node)
        if len(chain) > self.longest and any(operator != "+" for operator, _, _ in chain):
            parts = [value, *(self.expression(right) for _, right, _ in reversed(chain))]
            return Opaque(start, chain[0][2], parts, "a very long chain of operators")
        sum_ = False
        for operator, right, end in reversed(chain):
            side = self.expression(right)
            if operator == "+" and sum_ and isinstance(value, Template):
                value.parts.append(side)
                value.end = end
            else:
                value = _binary(start, end, operator, value, side)
                sum_ = operator == "+"
        return value

    def _operator(self, node: Node) -> str:
        """The operator of a node of two sides with comments in between."""
        return next((child.type for child in node.children[1:] if not child.is_named), "")

    def unary(self, node: Node) -> Syntax:
        start, end = node.start_byte, node.end_byte
        operator = node.children[0].type
        operand = node.children[-1]
        if operator == "delete":
            return self._delete(node, operand)
        value = self.expression(operand)
        if operator == "!":
            return Not(start, end, value)
        if type(value) is Literal:
            if operator == "void":
                return Literal(start, end, None)
            if operator == "-" and type(value.value) in (int, float):
                return Literal(start, end, -value.value)  # type: ignore[operator]
        if operator == "~" and type(value) is Opaque and value.why == "~":
            return Arithmetic(start, end, [value.parts[0], Literal(start, end, 0)], ["|"])
        return Opaque(start, end, [value], operator if operator in ("typeof", "void", "+", "~") else "a number")

    def _delete(self, node: Node, operand: Node) -> Syntax:
        """`delete x.y` reads `x`, not `x.y`."""
        value = self.expression(operand)
        parts = [value]
        if isinstance(value, Member):
            parts = [value.object]
        elif isinstance(value, Subscript):
            parts = [value.object, value.key]
        return Opaque(node.start_byte, node.end_byte, parts, "delete")

    def update(self, node: Node) -> Syntax:
        """`x++`: a number is assigned."""
        start, end = node.start_byte, node.end_byte
        operand = node.children[-1] if not node.children[-1].type.startswith(("+", "-")) else node.children[0]
        return Assign(start, end, self.pattern(operand), Opaque(start, end, [], "a number"))

    def choose(self, node: Node) -> Syntax:
        inside = self.spoken(node)
        if len(inside) != 3:
            return self.opaque(node)
        test, then, otherwise = inside
        return Choose(
            node.start_byte, node.end_byte, self.expression(test), self.expression(then), self.expression(otherwise)
        )

    def sequence(self, node: Node) -> Syntax:
        """`a, b`: all are evaluated, the last is the value, as in `[a, b][1]`."""
        inside = self._sequence(node)
        values = [self.expression(child) for child in inside]
        if all(type(value) is Literal for value in values[:-1]):
            return values[-1]
        start, end = node.start_byte, node.end_byte
        return Subscript(start, end, Sequence(start, end, values), Literal(start, end, len(values) - 1), False)

    def _sequence(self, node: Node) -> list[Node]:
        inside = []
        while node.type == "sequence_expression":
            *others, node = self.spoken(node)
            inside.extend(others)
        return [*inside, node]

    def assign(self, node: Node) -> Syntax:
        children = node.children
        if children[0].type == "using":
            children = children[1:]
        target = self.pattern(children[0])
        value = self.expression(children[-1])
        if type(value) is Function:
            _named(value, target)
        return Assign(node.start_byte, node.end_byte, target, value)

    def augment(self, node: Node) -> Syntax:
        children = node.children
        operator = (children[1].type if len(children) == 3 else self._operator(node)).removesuffix("=")
        target = self.pattern(children[0])
        return Assign(node.start_byte, node.end_byte, target, self.expression(children[-1]), operator)

    def await_(self, node: Node) -> Syntax:
        return Await(node.start_byte, node.end_byte, self.expression(node.children[-1]))

    def yield_(self, node: Node) -> Syntax:
        if any(child.type == "*" for child in node.children):
            return self.await_(node)
        return self.opaque(node, "a yielded value")

    # Patterns

    def pattern(self, node: Node) -> Syntax:
        return self._grammar.patterns.get(node.kind_id, _Lowering.expression)(self, node)

    def record_pattern(self, node: Node) -> Syntax:
        entries: list[tuple[Syntax, Syntax, Syntax | None]] = []
        rest: Syntax | None = None
        for child in self.spoken(node):
            kind = child.type
            if kind == "pair_pattern":
                pattern, default = self._with_default(child.children[-1])
                entries.append((self.key(child.children[0]), pattern, default))
            elif kind == "rest_pattern":
                rest = self.nested_pattern(child.children[-1])
            elif kind == "object_assignment_pattern":
                name = self.nested_pattern(child.children[0])
                default = _named(self.expression(child.children[-1]), name)
                entries.append((self.word(child.children[0]), name, default))
            else:
                entries.append((self.word(child), self.name(child), None))
        return RecordPattern(node.start_byte, node.end_byte, entries, rest)

    def sequence_pattern(self, node: Node) -> Syntax:
        items: list[tuple[Syntax | None, Syntax | None]] = []
        rest: Syntax | None = None
        hole = True
        for child in node.children[1:-1]:
            if child.type == ",":
                if hole:
                    items.append((None, None))
                hole = True
            elif child.type == "rest_pattern":
                rest = self.nested_pattern(child.children[-1])
            elif child.kind_id not in self._comments:
                items.append(self._with_default(child))
                hole = False
        return SequencePattern(node.start_byte, node.end_byte, items, rest)

    def nested_pattern(self, node: Node) -> Syntax:
        """A pattern inside a pattern."""
        if self.depth >= self.deepest:
            return Opaque(node.start_byte, node.end_byte, [], "a pattern nested too deeply")
        self.depth += 1
        pattern = self.pattern(node)
        self.depth -= 1
        return pattern

    def _with_default(self, node: Node) -> tuple[Syntax, Syntax | None]:
        if node.type == "assignment_pattern":
            pattern = self.nested_pattern(node.children[0])
            return pattern, _named(self.expression(node.children[-1]), pattern)
        return self.nested_pattern(node), None

    # Functions

    def function(self, node: Node, name: str, receiver: str, getter: bool = False) -> Function:
        """A function, method or arrow. Its first and last children may be its name and its body."""
        parameters: list[Parameter] = []
        generator = False
        children = node.children
        for child in children:
            kind = child.type
            if kind == "formal_parameters":
                parameters = self.parameters(child)
                break
            if kind == "*":
                generator = True
            elif kind == "identifier":
                if receiver == "arrow":
                    parameters = [Parameter(self.name(child))]
                    break
                name = self.text(child)
        lower = Body(self, children[-1])
        return Function(node.start_byte, node.end_byte, name, parameters, lower, receiver, getter, generator)

    def plain_function(self, node: Node) -> Function:
        return self.function(node, "", "this")

    def arrow(self, node: Node) -> Function:
        return self.function(node, "", "arrow")

    def parameters(self, node: Node) -> list[Parameter]:
        parameters = []
        for child in node.named_children:
            kind = child.type
            if kind in ("required_parameter", "optional_parameter"):
                typed = self._typed_parameter(child)
                if typed is not None:
                    parameters.append(typed)
            elif child.kind_id not in self._comments:
                parameters.append(self._parameter(child))
        return parameters

    def _parameter(self, node: Node) -> Parameter:
        if node.type == "rest_pattern":
            return Parameter(self.nested_pattern(node.children[-1]), kind="rest")
        pattern, default = self._with_default(node)
        return Parameter(pattern, default)

    def _typed_parameter(self, node: Node) -> Parameter | None:
        """A parameter of TypeScript; None for `this: T`, which is a type only."""
        parameter: Parameter | None = None
        field = False
        for child in node.children:
            kind = child.type
            if kind in ("accessibility_modifier", "override_modifier", "readonly"):
                field = True
            elif kind == "type_annotation" and parameter is not None:
                named = child.children[-1]
                parameter.annotation = self.text(named) if named.type == "type_identifier" else None
            elif kind == "=" and parameter is not None:
                parameter.default = _named(self.expression(node.children[-1]), parameter.pattern)
                break
            elif kind == "this":
                return None
            elif child.is_named and parameter is None and kind != "decorator" and child.kind_id not in self._comments:
                parameter = self._parameter(child)
        if parameter is not None:
            parameter.field = field
        return parameter

    # Classes

    def class_(self, node: Node, decorators: list[Syntax] | None = None) -> Class:
        made = Class(node.start_byte, node.end_byte, "", [], {}, [], [], decorators)
        for child in node.named_children:
            kind = child.type
            if kind in ("identifier", "type_identifier"):
                made.name = self.text(child)
            elif kind == "class_heritage":
                made.bases = self._bases(child)
            elif kind == "class_body":
                self._class_body(child, made)
            elif kind == "decorator":
                made.decorators.append(self.last(child))
        return made

    def class_value(self, node: Node) -> Syntax:
        return self.class_(node)

    def _bases(self, node: Node) -> list[Syntax]:
        for child in self.spoken(node):
            if child.type == "extends_clause":
                return self.expressions(child)[:1]
            if child.type != "implements_clause":
                return [self.expression(child)]
        return []

    def _class_body(self, node: Node, made: Class) -> None:
        decorators: list[Syntax] = []
        for child in node.named_children:
            kind = child.type
            if kind == "decorator":
                decorators.append(self.last(child))
            elif kind == "method_definition":
                self._method(child, made, decorators)
                decorators = []
            elif kind in ("field_definition", "public_field_definition"):
                self._field(child, made)
            elif kind == "class_static_block":
                self._run_when_made(made, self._called(child, self.block(child.children[-1])))
            elif kind == "ERROR":
                self._run_when_made(made, self.expression(child))

    def _run_when_made(self, made: Class, value: Syntax) -> None:
        """What runs when the class is made is a static without a name."""
        made.statics.append(("", value))

    def _called(self, node: Node, statements: list[Syntax]) -> Syntax:
        """Statements in place of an expression: a function that is called at once."""
        start, end = node.start_byte, node.end_byte
        return Invoke(start, end, Function(start, end, "", [], lambda: statements, "arrow"), [])

    def _method(self, node: Node, made: Class, decorators: list[Syntax]) -> None:
        words = {child.type for child in node.children}
        name = self._class_key(node, made)
        receiver = "static" if "static" in words else "this"
        method = self.function(node, name, receiver, getter="get" in words)
        for child in node.named_children:
            if child.type == "decorator":
                decorators.append(self.last(child))
            elif child.type == "formal_parameters":
                self._parameter_decorators(child, made)
        method.decorators = decorators
        if "set" in words:
            name = f"set {name}"
        twin = made.methods.get(name)
        if twin is None or twin.receiver == receiver:
            made.methods[name] = method
        else:
            # A method of the class beside one of its instances: the former counts as a static.
            made.methods[name], beside = (twin, method) if receiver == "static" else (method, twin)
            made.statics.append((name, beside))

    def _parameter_decorators(self, node: Node, made: Class) -> None:
        if b"@" not in self._data[node.start_byte : node.end_byte]:
            return
        for parameter in node.named_children:
            for child in parameter.named_children:
                if child.type == "decorator":
                    self._run_when_made(made, self.last(child))

    def _field(self, node: Node, made: Class) -> None:
        words = set()
        value: Node | None = None
        for child in node.children:
            kind = child.type
            words.add(kind)
            if kind == "decorator":
                self._run_when_made(made, self.last(child))
            elif kind == "=":
                value = node.children[-1]
                break
        if "declare" in words or "abstract" in words:
            return
        name = self._class_key(node, made)
        lowered = None if value is None else self.expression(value)
        if type(lowered) is Function:
            lowered.name = lowered.name or name
        if "static" in words:
            made.statics.append((name, lowered or Literal(node.start_byte, node.end_byte, None)))
        else:
            made.fields.append((name, lowered))

    def _class_key(self, node: Node, made: Class) -> str:
        """The name of a member. A computed one is named as written, which no other name can be."""
        written = self._key_node(node)
        key = self.key(written)
        text = _text_of(key)
        if text:
            return text
        self._run_when_made(made, key)
        return self.text(written)

    def enum(self, node: Node, out: list[Syntax]) -> None:
        made = Class(node.start_byte, node.end_byte, "", [], {}, [], [])
        for child in node.named_children:
            if child.type == "identifier":
                made.name = self.text(child)
            elif child.type == "enum_body":
                self._enum_members(child, made)
        out.append(Define(node.start_byte, node.end_byte, made))

    def _enum_members(self, node: Node, made: Class) -> None:
        following: int | None = 0
        for child in self.spoken(node):
            value: Syntax
            if child.type == "enum_assignment":
                name, value = child.children[0], self.expression(child.children[-1])
                given = value.value if type(value) is Literal else None
                following = given + 1 if type(given) is int else None
            else:
                name = child
                if following is None:
                    value = Opaque(child.start_byte, child.end_byte, [], "a number")
                else:
                    value = Literal(child.start_byte, child.end_byte, following)
                    following += 1
            made.statics.append((_text_of(self.key(name)), value))

    # Declarations

    def declaration(self, node: Node, out: list[Syntax]) -> None:
        """`const`, `let`, `var`, `using`."""
        scope = "function" if node.type == "variable_declaration" else "block"
        for child in node.named_children:
            if child.type == "variable_declarator":
                children = child.children
                pattern = self.pattern(children[0])
                value: Syntax | None = None
                last = children[-1]
                if len(children) > 2 and last.kind_id not in self._grammar.erased:
                    value = _named(self.expression(last), pattern)
                out.append(Declare(child.start_byte, child.end_byte, pattern, value, scope))

    def define_function(self, node: Node, out: list[Syntax]) -> None:
        out.append(Define(node.start_byte, node.end_byte, self.function(node, "", "this")))

    def define_class(self, node: Node, out: list[Syntax]) -> None:
        out.append(Define(node.start_byte, node.end_byte, self.class_(node)))

    def namespace(self, node: Node, out: list[Syntax]) -> None:
        """`namespace A.B { ... }`: an object of its exports. One that only holds types is none."""
        named = self.spoken(node)
        if len(named) != 2 or named[1].type != "statement_block" or named[0].type == "string":
            return
        body = self.block(named[1])
        if not body:
            return
        start, end = node.start_byte, node.end_byte
        exports = [name for statement in body if isinstance(statement, Export) for name in statement.names]
        record = Record(start, end, [(Literal(start, end, out_), Name(start, end, here)) for here, out_ in exports])
        kept = [statement for statement in body if not isinstance(statement, Export)]
        value = self._called(node, [*kept, Return(start, end, record)])
        name, *inner = self.text(named[0]).split(".")
        for part in reversed(inner):
            value = Record(start, end, [(Literal(start, end, part.strip()), value)])
        bound = Name(named[0].start_byte, named[0].end_byte, name.strip())
        if any(bound.name in _bound_names(statement) for statement in out):
            assign = Member(start, end, Name(start, end, "Object"), "assign")
            out.append(Invoke(start, end, assign, [Argument(bound), Argument(value)]))
        else:
            out.append(Declare(start, end, bound, value, "function"))

    # Imports and exports

    def import_(self, node: Node, out: list[Syntax]) -> None:
        names: list[tuple[str, str]] = []
        specifier: str | None = None
        only_types = False
        for child in node.children:
            kind = child.type
            if kind == "string":
                specifier = self._module_name(child)
            elif kind == "import_clause":
                names = self._imported(child)
                only_types = not names and "{" in self.text(child) and bool(self.text(child).strip("{} \t\r\n"))
            elif kind in ("type", "typeof"):
                return
            elif kind == "import_require_clause":
                self._import_require(child, out)
        if specifier is not None and not only_types:
            out.append(Import(node.start_byte, node.end_byte, specifier, names))

    def _imported(self, node: Node) -> list[tuple[str, str]]:
        names = []
        for child in node.named_children:
            kind = child.type
            if kind == "identifier":
                names.append(("default", self.text(child)))
            elif kind == "namespace_import":
                names.append(("*", self.text(child.children[-1])))
            elif kind == "named_imports":
                names.extend(self._specifiers(child, "import_specifier"))
        return names

    def _specifiers(self, node: Node, kind: str) -> list[tuple[str, str]]:
        """The pairs of `{ a, b as c }`, without those of types."""
        return [
            (self._word(child.children[0]), self._word(child.children[-1]))
            for child in node.named_children
            if child.type == kind and child.children[0].type != "type"
        ]

    def _exported_names(self, node: Node) -> list[tuple[str, str]]:
        """The pairs of an export's list. The grammars refuse keywords as names outside."""
        if not node.has_error:
            return self._specifiers(node, "export_specifier")
        pairs = [part.split() for part in self.text(node).strip("{}").split(",")]
        return [(words[0], words[-1]) for words in pairs if len(words) == 1 or (len(words) == 3 and words[1] == "as")]

    def _word(self, node: Node) -> str:
        return self._module_name(node) if node.type == "string" else self.text(node)

    def _module_name(self, node: Node) -> str:
        return self._plain(node.start_byte + 1, node.end_byte - 1)

    def _import_require(self, node: Node, out: list[Syntax]) -> None:
        """`import x = require("y")`."""
        name, specifier = node.children[0], node.child_by_field_name("source")
        if specifier is not None:
            start, end = node.start_byte, node.end_byte
            loaded = RequireModule(start, end, self._module_name(specifier))
            out.append(Declare(start, end, self.name(name), loaded))

    def import_alias(self, node: Node, out: list[Syntax]) -> None:
        """`import x = A.B.C`."""
        name, *_, value = self.spoken(node)
        out.append(Declare(node.start_byte, node.end_byte, self.name(name), self.expression(value)))

    def export(self, node: Node, out: list[Syntax]) -> None:
        start, end = node.start_byte, node.end_byte
        words: set[str] = set()
        decorators: list[Syntax] = []
        names: list[tuple[str, str]] = []
        specifier: str | None = None
        for child in node.children:
            kind = child.type
            if kind == "decorator":
                decorators.append(self.last(child))
            elif kind == "string" and "from" in words:
                specifier = self._module_name(child)
            elif kind == "export_clause":
                names = self._exported_names(child)
                words.add("{types}" if not names and self.spoken(child) else "{}")
            elif kind == "namespace_export":
                names = [("*", self._word(child.children[-1]))]
            elif kind == "*":
                names = [("*", "*")]
            elif not child.is_named:
                words.add(kind)
            elif child.kind_id not in self._comments:
                self._exported(child, words, decorators, out)
        if names or "{}" in words or specifier is not None:
            if "type" not in words and "{types}" not in words:
                out.append(Export(start, end, names, specifier))

    def _exported(self, node: Node, words: set[str], decorators: list[Syntax], out: list[Syntax]) -> None:
        """What stands behind `export`, `export default` or `export =`."""
        if "namespace" in words:
            return
        start, end = node.start_byte, node.end_byte
        before = len(out)
        kind = node.type
        if kind in ("class_declaration", "abstract_class_declaration", "class"):
            made = self.class_(node, decorators)
            if made.name:
                out.append(Define(start, end, made))
            else:
                out.append(Export(start, end, [("", "default")], None, made))
                return
        elif "=" in words:
            target = Member(start, end, Name(start, end, _MODULE_OBJECT), "exports")
            out.append(Assign(start, end, target, self.expression(node)))
            return
        elif node.kind_id in self._statements:
            self.statement(node, out)
        else:
            value = self.expression(node)
            if type(value) is Function:
                value.name = value.name or "default"
            out.append(Export(start, end, [("", "default")], None, value))
            return
        bound = [name for statement in out[before:] for name in _bound_names(statement)]
        if bound:
            names = [(bound[-1], "default")] if "default" in words else [(name, name) for name in bound]
            out.append(Export(start, end, names))

    # Statements

    def expression_statement(self, node: Node, out: list[Syntax]) -> None:
        inside = node.children[0]
        if inside.type == "sequence_expression":
            out.extend(self.expression(child) for child in self._sequence(inside))
        elif inside.kind_id in self._statements:
            self.statement(inside, out)  # `namespace A {}` at the end of a file
        else:
            value = self.expression(inside)
            held = value.value if type(value) is Await else value
            if type(held) is Assign and held.start < held.target.start and self._data.startswith(b"using", held.start):
                # The grammar of TypeScript takes `using x = y` for an assignment.
                value = Declare(held.start, held.end, held.target, held.value)
            out.append(value)

    def braces(self, node: Node, out: list[Syntax]) -> None:
        out.append(Block(node.start_byte, node.end_byte, self.block(node)))

    def branch(self, node: Node, out: list[Syntax]) -> None:
        alternatives: list[tuple[int, int, Syntax, list[Syntax]]] = []
        otherwise: list[Syntax] = []
        following: Node | None = node
        while following is not None:
            test = self._part(following, "condition")
            then = self.body(following.child_by_field_name("consequence"))
            alternatives.append((following.start_byte, following.end_byte, test, then))
            clause = following.child_by_field_name("alternative")
            following = None
            if clause is not None:
                inner = clause.children[-1]
                if inner.type == "if_statement":
                    following = inner
                else:
                    otherwise = self.body(inner)
        out.extend(_chained(alternatives, otherwise))

    def _part(self, node: Node, field: str) -> Syntax:
        part = node.child_by_field_name(field)
        return Opaque(node.start_byte, node.end_byte, []) if part is None else self.expression(part)

    def switch(self, node: Node, out: list[Syntax]) -> None:
        """A chain of branches. Where a `break` leaves from within a case, a loop around stops it there."""
        start, end = node.start_byte, node.end_byte
        value = self._part(node, "value")
        made: list[Syntax] = []
        if not isinstance(value, _SIMPLE):
            # Calls are made once.
            held = Name(value.start, value.end, "(switch)")
            made.append(Declare(value.start, value.end, held, value))
            value = held
        breaks = self._breaks
        self._breaks = 0
        made.extend(_chained(*self._cases(node, value)))
        if self._breaks:
            out.append(Loop(start, end, made))
        elif len(made) > 1:
            out.append(Block(start, end, made))
        else:
            out.extend(made)
        self._breaks = breaks

    def _cases(self, node: Node, value: Syntax) -> tuple[list[tuple[int, int, Syntax, list[Syntax]]], list[Syntax]]:
        """The alternatives of a switch, and its default."""
        body = node.child_by_field_name("body")
        cases = [] if body is None else [case for case in self.spoken(body) if case.type.startswith("switch_")]
        bodies = [self._case_body(case) for case in cases]
        alternatives: list[tuple[int, int, Syntax, list[Syntax]]] = []
        otherwise: list[Syntax] = []
        test: Syntax | None = None
        shared = False
        for index, case in enumerate(cases):
            if case.type == "switch_default":
                shared = True
            else:
                this = self._case_test(case, value)
                test = this if test is None else Either(test.start, this.end, "||", test, this)
            if not bodies[index][0] and not bodies[index][1] and index + 1 < len(cases):
                continue
            statements: list[Syntax] = []
            for following, ends in bodies[index : index + _MOST_FALLTHROUGH]:
                statements.extend(following)
                if ends:
                    break
            if shared:
                otherwise = statements
            elif test is not None:
                alternatives.append((case.start_byte, case.end_byte, test, statements))
            test, shared = None, False
        return alternatives, otherwise

    def _case_test(self, case: Node, value: Syntax) -> Syntax:
        tested = self._part(case, "value")
        if type(value) is Literal and value.value is True:
            return tested
        return Compare(tested.start, tested.end, "==", value, tested)

    def _case_body(self, case: Node) -> tuple[list[Syntax], bool]:
        """The statements of a case, and whether it ends there rather than falling through."""
        colon = next((index for index, child in enumerate(case.children) if child.type == ":"), 0)
        return self._until_break(case.children[colon + 1 :])

    def _until_break(self, nodes: list[Node]) -> tuple[list[Syntax], bool]:
        out: list[Syntax] = []
        for node in nodes:
            kind = node.type
            if kind == "break_statement" and not node.named_children:
                return out, True
            if kind == "statement_block":
                inside, ends = self._until_break(node.named_children)
                out.append(Block(node.start_byte, node.end_byte, inside))
                if ends:
                    return out, True
            else:
                self.statement(node, out)
        return out, bool(out) and _leaves(out[-1])

    def break_(self, node: Node, out: list[Syntax]) -> None:
        if len(node.named_children) == 0:
            self._breaks += 1
        out.append(Leave(node.start_byte, node.end_byte))

    def continue_(self, node: Node, out: list[Syntax]) -> None:
        out.append(Leave(node.start_byte, node.end_byte))

    def _loop_body(self, node: Node) -> list[Syntax]:
        breaks = self._breaks
        body = self.body(node.child_by_field_name("body"))
        self._breaks = breaks
        return body

    def loop_over(self, node: Node, out: list[Syntax]) -> None:
        left = node.child_by_field_name("left")
        mode = "in" if any(child.type == "in" for child in node.children) else "of"
        pattern = None if left is None else self.pattern(left)
        iterable = self._part(node, "right")
        out.append(Loop(node.start_byte, node.end_byte, self._loop_body(node), pattern, iterable, mode))

    def loop_counting(self, node: Node, out: list[Syntax]) -> None:
        first: list[Syntax] = []
        declared = node.child_by_field_name("initializer")
        if declared is not None:
            self.statement(declared, first)
        condition = node.child_by_field_name("condition")
        tests = self.body(condition) if condition is not None else []
        test = tests[0] if tests else None
        body = self._loop_body(node)
        increment = node.child_by_field_name("increment")
        if increment is not None:
            body = [*body, self.expression(increment)]
        loop = Loop(node.start_byte, node.end_byte, body, test=test)
        if declared is not None and declared.type == "lexical_declaration":
            out.append(Block(node.start_byte, node.end_byte, [*first, loop]))
        else:
            out.extend([*first, loop])

    def loop_while(self, node: Node, out: list[Syntax]) -> None:
        test = self._part(node, "condition")
        out.append(Loop(node.start_byte, node.end_byte, self._loop_body(node), test=test))

    def with_(self, node: Node, out: list[Syntax]) -> None:
        out.append(self._part(node, "object"))
        out.append(Block(node.start_byte, node.end_byte, self.body(node.child_by_field_name("body"))))

    def try_(self, node: Node, out: list[Syntax]) -> None:
        body = self.body(node.child_by_field_name("body"))
        catches: list[tuple[list[str], Syntax | None, list[Syntax]]] = []
        handler = node.child_by_field_name("handler")
        if handler is not None:
            caught = handler.child_by_field_name("parameter")
            pattern = None if caught is None else self.pattern(caught)
            catches.append(([], pattern, self.body(handler.child_by_field_name("body"))))
        finalizer = node.child_by_field_name("finalizer")
        last = [] if finalizer is None else self.body(finalizer.child_by_field_name("body"))
        out.append(Try(node.start_byte, node.end_byte, body, catches, [], last))

    def return_(self, node: Node, out: list[Syntax]) -> None:
        inside = self.spoken(node)
        out.append(Return(node.start_byte, node.end_byte, self.expression(inside[0]) if inside else None))

    def throw(self, node: Node, out: list[Syntax]) -> None:
        inside = self.spoken(node)
        out.append(Raise(node.start_byte, node.end_byte, self.expression(inside[0]) if inside else None))

    def labelled(self, node: Node, out: list[Syntax]) -> None:
        """A label on a block lets `break` leave it, as if it were a loop."""
        inside = node.children[-1]
        if inside.type == "statement_block":
            out.append(Loop(node.start_byte, node.end_byte, self.block(inside)))
        else:
            self.statement(inside, out)


class _Mending(_Lowering):
    """Lowers a tree that has errors: a node whose parts are not where they belong is opaque, with all its parts."""

    __slots__ = ()

    def expression(self, node: Node) -> Syntax:
        if node.is_missing:
            return Opaque(node.start_byte, node.end_byte, [], "code that is missing")
        if node.has_error and self._is_damaged(node):
            if self.depth >= self.deepest:
                return Opaque(node.start_byte, node.end_byte, [], "an expression nested too deeply")
            self.depth += 1
            value = self.opaque(node, "code that cannot be parsed")
            self.depth -= 1
            return value
        return super().expression(node)

    def _is_damaged(self, node: Node) -> bool:
        """Whether a node, or a link of the chain that it ends, holds code that cannot be parsed."""
        kind = node.type
        while kind in _FRAGILE:
            children = node.children
            if any(child.is_error or (child.is_missing and child.is_named) for child in children):
                return True
            node = children[0]
            kind = node.type
        return False


def _named(value: Syntax, key: Syntax) -> Syntax:
    """A function without a name is called by what it is assigned to."""
    if type(value) is Function and not value.name:
        value.name = key.name if isinstance(key, (Name, Member)) else _text_of(key)
    return value


def _text_of(key: Syntax) -> str:
    """The name that a key spells; empty for a computed one."""
    return str(key.value) if type(key) is Literal else ""


def _binary(start: int, end: int, operator: str, left: Syntax, right: Syntax) -> Syntax:
    if operator == "+":
        return _sum(start, end, left, right)
    if operator in _EITHER:
        return Either(start, end, operator, left, right)
    comparison = _COMPARISONS.get(operator)
    if comparison is not None:
        return _compare(start, end, comparison, left, right)
    return Arithmetic(start, end, [left, right], [operator])


def _sum(start: int, end: int, left: Syntax, right: Syntax) -> Syntax:
    """Texts joined. Numbers are added: they do not join before the first text."""
    if type(left) is Literal and type(right) is Literal:
        if type(left.value) is int and type(right.value) is int:
            return Literal(start, end, left.value + right.value)
    if isinstance(left, Template):
        return type(left)(start, end, [*left.parts, right])
    return Sum(start, end, [left, right])


def _compare(start: int, end: int, operator: str, left: Syntax, right: Syntax) -> Syntax:
    """A comparison: the known side of an equality goes right, and `typeof x == "undefined"` asks whether `x` is
    undefined."""
    if operator in ("==", "!="):
        if type(left) is Literal and type(right) is not Literal:
            left, right = right, left
        if type(left) is Opaque and left.why == "typeof" and type(right) is Literal and right.value == "undefined":
            return Compare(start, end, operator, left.parts[0], Literal(right.start, right.end, None))
    return Compare(start, end, operator, left, right)


def _chained(alternatives: list[tuple[int, int, Syntax, list[Syntax]]], otherwise: list[Syntax]) -> list[Syntax]:
    """Branches each in the other's `otherwise`. Behind a great many, the others stand side by side."""
    chained = [
        *(Branch(start, end, test, then, []) for start, end, test, then in alternatives[_Lowering.longest :]),
        *otherwise,
    ]
    for start, end, test, then in reversed(alternatives[: _Lowering.longest]):
        chained = [Branch(start, end, test, then, chained)]
    return chained


def _leaves(statement: Syntax) -> bool:
    """Whether what follows a statement is certainly not reached."""
    if isinstance(statement, (Return, Raise, Leave)):
        return True
    if isinstance(statement, Block):
        return bool(statement.body) and _leaves(statement.body[-1])
    return (
        isinstance(statement, Branch)
        and bool(statement.then and statement.otherwise)
        and _leaves(statement.then[-1])
        and _leaves(statement.otherwise[-1])
    )


def _bound_names(statement: Syntax) -> list[str]:
    """The names that a declaration binds."""
    if isinstance(statement, Define):
        return [statement.value.name]
    if not isinstance(statement, Declare):
        return []
    names: list[str] = []
    pending: list[Syntax | None] = [statement.pattern]
    while pending:
        pattern = pending.pop()
        if isinstance(pattern, Name):
            names.append(pattern.name)
        elif isinstance(pattern, RecordPattern):
            pending.extend([pattern.rest, *(inner for _, inner, _ in reversed(pattern.entries))])
        elif isinstance(pattern, SequencePattern):
            pending.extend([pattern.rest, *(inner for inner, _ in reversed(pattern.items))])
    return names


_LINKS: dict[str, LowerLink] = {
    "member_expression": _Lowering.member,
    "nested_identifier": _Lowering.member,
    "subscript_expression": _Lowering.subscript,
    "call_expression": _Lowering.call,
    "non_null_expression": _Lowering.non_null,
}
_EXPRESSIONS: dict[str, LowerExpression] = {
    **dict.fromkeys(_LINKS, _Lowering.chain),
    "identifier": _Lowering.name,
    "type_identifier": _Lowering.name,
    "shorthand_property_identifier": _Lowering.name,
    "shorthand_property_identifier_pattern": _Lowering.name,
    "this": _Lowering.name,
    "super": _Lowering.name,
    "import": _Lowering.name,
    "property_identifier": _Lowering.word,
    "private_property_identifier": _Lowering.word,
    "number": _Lowering.number,
    "true": _Lowering.true,
    "false": _Lowering.false,
    "null": _Lowering.none,
    "undefined": _Lowering.none,
    "string": _Lowering.string,
    "template_string": _Lowering.template,
    "template_substitution": _Lowering.inner,
    "parenthesized_expression": _Lowering.inner,
    "jsx_expression": _Lowering.inner,
    "as_expression": _Lowering.first,
    "satisfies_expression": _Lowering.first,
    "instantiation_expression": _Lowering.first,
    "type_assertion": _Lowering.last,
    "decorator": _Lowering.last,
    "regex": _Lowering.regex,
    "meta_property": _Lowering.meta,
    "array": _Lowering.array,
    "spread_element": _Lowering.spread,
    "object": _Lowering.record,
    "jsx_element": _Lowering.jsx,
    "jsx_self_closing_element": _Lowering.jsx,
    "new_expression": _Lowering.new,
    "binary_expression": _Lowering.binary,
    "unary_expression": _Lowering.unary,
    "update_expression": _Lowering.update,
    "ternary_expression": _Lowering.choose,
    "sequence_expression": _Lowering.sequence,
    "assignment_expression": _Lowering.assign,
    "augmented_assignment_expression": _Lowering.augment,
    "await_expression": _Lowering.await_,
    "yield_expression": _Lowering.yield_,
    "function_expression": _Lowering.plain_function,
    "generator_function": _Lowering.plain_function,
    "function_declaration": _Lowering.plain_function,
    "generator_function_declaration": _Lowering.plain_function,
    "method_definition": _Lowering.plain_function,
    "arrow_function": _Lowering.arrow,
    "class": _Lowering.class_value,
    "class_declaration": _Lowering.class_value,
    "abstract_class_declaration": _Lowering.class_value,
}
_PATTERNS: dict[str, LowerExpression] = {
    "identifier": _Lowering.name,
    "object_pattern": _Lowering.record_pattern,
    "array_pattern": _Lowering.sequence_pattern,
}
_STATEMENTS: dict[str, LowerStatement] = {
    "expression_statement": _Lowering.expression_statement,
    "lexical_declaration": _Lowering.declaration,
    "variable_declaration": _Lowering.declaration,
    "using_declaration": _Lowering.declaration,
    "function_declaration": _Lowering.define_function,
    "generator_function_declaration": _Lowering.define_function,
    "class_declaration": _Lowering.define_class,
    "abstract_class_declaration": _Lowering.define_class,
    "enum_declaration": _Lowering.enum,
    "internal_module": _Lowering.namespace,
    "module": _Lowering.namespace,
    "import_statement": _Lowering.import_,
    "import_alias": _Lowering.import_alias,
    "export_statement": _Lowering.export,
    "statement_block": _Lowering.braces,
    "if_statement": _Lowering.branch,
    "switch_statement": _Lowering.switch,
    "for_in_statement": _Lowering.loop_over,
    "for_statement": _Lowering.loop_counting,
    "while_statement": _Lowering.loop_while,
    "do_statement": _Lowering.loop_while,
    "with_statement": _Lowering.with_,
    "try_statement": _Lowering.try_,
    "return_statement": _Lowering.return_,
    "throw_statement": _Lowering.throw,
    "break_statement": _Lowering.break_,
    "continue_statement": _Lowering.continue_,
    "labeled_statement": _Lowering.labelled,
    "statement_identifier": _Lowering.nothing,
    "empty_statement": _Lowering.nothing,
    "debugger_statement": _Lowering.nothing,
}
_ERASED = (
    "type_annotation",
    "type_arguments",
    "type_parameters",
    "type_predicate_annotation",
    "asserts_annotation",
    "type_alias_declaration",
    "interface_declaration",
    "ambient_declaration",
    "function_signature",
    "method_signature",
    "abstract_method_signature",
    "index_signature",
    "implements_clause",
    "accessibility_modifier",
    "override_modifier",
    "optional_chain",
)
_FRAGILE = {
    *_LINKS,
    "binary_expression",
    "unary_expression",
    "update_expression",
    "ternary_expression",
    "assignment_expression",
    "augmented_assignment_expression",
    "await_expression",
    "new_expression",
    "as_expression",
    "satisfies_expression",
    "type_assertion",
    "parenthesized_expression",
}
