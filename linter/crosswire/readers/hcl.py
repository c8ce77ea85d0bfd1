"""HCL text into bodies and expressions, by tree-sitter's grammar, which also reads around mistakes.

The grammar leaves blanks out of the texts inside templates, so these are cut from the source between their neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from crosswire.readers import hcl_syntax as syntax
from crosswire.readers.grammars import grammar
from crosswire.source import Broken, Source, Span, unfinished_merge

if TYPE_CHECKING:
    from tree_sitter import Node

    from crosswire.readers.hcl_syntax import Body, Expression, Step, Template

    _Part: TypeAlias = "_Line | Expression | syntax.IfDirective | syntax.ForDirective"

LARGEST = 1_000_000
"""In bytes: larger files are generated."""

_DEEPEST = 150
_MARK = "CROSSWIRE_TEMPLATE"
_ESCAPE = re.compile(r'\\(?:([nrt"\\])|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))|(\$\$\{)|(%%\{)')
_DOUBLED = re.compile(r"(\$|%)\1\{")
_PLAIN = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\"}
_NO_NAMES = ("", "")


def read_hcl(source: Source) -> tuple[Body, list[Broken]]:
    """The body of a file, and each place that cannot be read. Nothing of a file with the marks of a merge is read: it
    is two files in one."""
    everything = Span(source, 0, 0)
    merge = unfinished_merge(source)
    if merge is not None:
        return syntax.Body({}, [], everything, complete=False), [merge]
    data = source.text.encode("utf-8", "surrogatepass")
    if len(data) > LARGEST:
        why = f"the file is generated or no configuration: it is {len(data) // 1_000_000} MB large"
        return syntax.Body({}, [], everything, complete=False), [Broken(everything, why, referenced=False)]
    root = _parsed(data)
    reader = _Reader(data, lambda start, end: Span(source, source.offset_of_byte(start), source.offset_of_byte(end)))
    body = next((child for child in root.children if child.type == "body"), None)
    found = reader.body(body) if body is not None else syntax.Body({}, [], everything)
    broken = _mistakes(root, reader)
    other = next((child for child in root.children if child.type not in ("body", "comment")), None)
    if other is not None and not broken:
        broken = [Broken(reader.span(other), "has a syntax error here")]  # the grammar knows values without a name
    if broken:
        found.complete = False
    return found, broken


def read_hcl_at(text: str, span: Span) -> Body:
    """The body of a text without mistakes that is in no file of the check: all of it is at one place."""
    data = text.encode()
    root = _parsed(data)
    body = next(child for child in root.children if child.type == "body")
    return _Reader(data, lambda start, end: span).body(body)


def read_template(text: str, place: Callable[[int, int], Span], span: Span) -> Expression:
    """A text whose `${...}` and `%{...}` are parts, such as a template file's or a string's in Terraform's JSON.

    `place` tells the place of a stretch of the text, by offsets."""
    if "${" not in text and "%{" not in text:
        return syntax.Literal(text, span)
    before = f"x = <<{_MARK}\n"
    data = f"{before}{text}\n{_MARK}\n".encode("utf-8", "surrogatepass")
    root = _parsed(data)
    if root.has_error:
        return syntax.Invalid("a template with a syntax error", span)
    inner = Source("", text)

    def shifted(start: int, end: int) -> Span:
        first, last = (inner.offset_of_byte(max(byte - len(before), 0)) for byte in (start, end))
        return place(first, last)

    reader = _Reader(data, shifted)
    node = _find(root, "heredoc_template")
    if node is None:
        return syntax.Invalid("a template that cannot be read", span)
    template = reader.heredoc(node)
    if isinstance(template, syntax.Literal):
        return syntax.Literal(str(template.value).removesuffix("\n"), span)
    last = template.parts[-1]
    if isinstance(last, str) and last.endswith("\n"):
        template.parts[-1] = last[:-1]
    template.parts = [part for part in template.parts if part != ""]
    return syntax.Template(template.parts, span)


def read_traversal(text: str, span: Span) -> Expression:
    """An expression that stands by itself, such as the references in a plan; all of it is at one place."""
    data = f"x = {text}\n".encode("utf-8", "surrogatepass")
    root = _parsed(data)
    node = _find(root, "expression")
    if root.has_error or node is None:
        return syntax.Invalid("a reference that cannot be read", span)
    return _Reader(data, lambda start, end: span).expression(node)


def _parsed(data: bytes) -> Node:
    from tree_sitter import Parser

    return Parser(grammar("tree_sitter_hcl")).parse(data).root_node


def _find(node: Node, kind: str) -> Node | None:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if node.type == kind:
            return node
        waiting.extend(reversed(node.children))
    return None


def _mistakes(root: Node, reader: _Reader) -> list[Broken]:
    """The outermost places that the grammar could not read."""
    if not root.has_error:
        return []
    found: list[Broken] = []
    waiting = [root]
    while waiting:
        node = waiting.pop()
        if node.is_missing:
            why = f"has a syntax error: `{node.type}` is missing here"
            if node.type.endswith(("_end", "identifier")) or node.type in ("}", ")", "]"):
                why = "has a syntax error: what is opened before is not closed"
            found.append(Broken(reader.span(node), why))
        elif node.type == "ERROR":
            first = reader.text(node).split("\n", 1)[0]
            end = node.start_byte + len(first.encode("utf-8", "surrogatepass"))
            found.append(
                Broken(reader.place(node.start_byte, max(end, node.start_byte + 1)), "has a syntax error here")
            )
        elif node.has_error:
            waiting.extend(reversed(node.children))
    return found[:1]


class _Reader:
    """Reads the nodes of one text. `place` gives the place of a stretch of bytes."""

    def __init__(self, data: bytes, place: Callable[[int, int], Span]) -> None:
        self.data = data
        self.place = place
        self.depth = 0

    def span(self, node: Node) -> Span:
        return self.place(node.start_byte, node.end_byte)

    def text(self, node: Node) -> str:
        return self.data[node.start_byte : node.end_byte].decode("utf-8", "surrogatepass")

    # Bodies

    def body(self, node: Node) -> Body:
        arguments: dict[str, syntax.Argument] = {}
        blocks: list[syntax.Block] = []
        for child in node.children:
            if child.type == "attribute":
                name = child.children[0]
                key = self.text(name)
                arguments[key] = syntax.Argument(key, self.span(name), self._later(child))
            elif child.type == "block":
                blocks.append(self._block(child))
        return syntax.Body(arguments, blocks, self.span(node), not node.has_error)

    def _later(self, attribute: Node) -> Callable[[], Expression]:
        def read() -> Expression:
            self.depth = 0
            expression = next((child for child in attribute.children if child.type == "expression"), None)
            if expression is None:
                return syntax.Invalid("an expression with a syntax error", self.span(attribute))
            return self.expression(expression)

        return read

    def _block(self, node: Node) -> syntax.Block:
        words: list[Node] = []
        body: Body | None = None
        for child in node.children:
            if child.type in ("identifier", "string_lit"):
                words.append(child)
            elif child.type == "body" and self.depth < _DEEPEST:
                self.depth += 1
                body = self.body(child)
                self.depth -= 1
        kind, *labels = [self._label(word) for word in words]
        header = self.place(node.start_byte, words[-1].end_byte)
        last = self.span(words[-1])
        if body is None:
            place = self.place(words[-1].end_byte, words[-1].end_byte)
            body = syntax.Body({}, [], place, not node.has_error)
        return syntax.Block(kind, tuple(labels), header, last, body)

    def _label(self, node: Node) -> str:
        text = self.text(node)
        return text[1:-1] if text.startswith('"') else text

    # Expressions

    def expression(self, node: Node) -> Expression:
        """What a node means; nodes that only wrap others stand for these."""
        self.depth += 1
        try:
            if self.depth > _DEEPEST:
                return syntax.Invalid("an expression nested too deeply", self.span(node))
            return self._expression(node)
        finally:
            self.depth -= 1

    def _expression(self, node: Node) -> Expression:
        children = [child for child in node.children if child.type not in _SKIPPED]
        match node.type:
            case "expression":
                return self._traversed(node, children)
            case "literal_value":
                return self._literal(children[0])
            case "template_expr":
                return self.expression(children[0])
            case "quoted_template" | "string_lit":
                return self._quoted(node)
            case "heredoc_template":
                return self.heredoc(node)
            case "variable_expr":
                return syntax.Traversal(self.text(node), [], self.span(node))
            case "collection_value" | "for_expr" | "operation":
                return self.expression(children[0])
            case "tuple":
                items = [self.expression(child) for child in children if child.type == "expression"]
                return syntax.ListOf(items, self.span(node))
            case "object":
                return self._object(node, children)
            case "for_tuple_expr" | "for_object_expr":
                return self._for(node, children)
            case "function_call":
                return self._call(node, children)
            case "conditional":
                return self._conditional(node)
            case "binary_operation" | "unary_operation":
                operator = next(child.type for child in children if not child.is_named)
                operands = self._operands(children)
                return syntax.Operation(operator, operands, self.span(node))
            case _:
                return syntax.Invalid("an expression that cannot be read", self.span(node))

    def _conditional(self, node: Node) -> Expression:
        """A choice, and the choices that follow its colon. The grammar takes `a ? b : c ? d : e` for a choice by a
        choice; Terraform takes it for one after the other."""
        condition, *sides = _parts(node.children)
        arms = [sides]
        while [child.type for child in condition.children if child.type != "comment"] == ["conditional"]:
            inner = next(child for child in condition.children if child.type == "conditional")
            condition, *sides = _parts(inner.children)
            arms.append(sides)
        found = self.expression(arms[0][1])
        for (then, _), (_, before) in pairwise(arms):
            span = self.place(before.start_byte, node.end_byte)
            found = syntax.Conditional(self.expression(before), self.expression(then), found, span)
        span = self.place(condition.start_byte, node.end_byte)
        return syntax.Conditional(self.expression(condition), self.expression(arms[-1][0]), found, span)

    def _operands(self, children: list[Node]) -> list[Expression]:
        """The operands of an operator. The steps of a traversal may stand beside what they start from."""
        groups: list[list[Node]] = [[]]
        for child in children:
            if child.is_named:
                groups[-1].append(child)
            elif groups[-1]:
                groups.append([])
        return [self._chain(group) for group in groups if group]

    def _traversed(self, node: Node, children: list[Node]) -> Expression:
        named = [child for child in children if child.is_named]
        if not named:
            return syntax.Invalid("an expression with a syntax error", self.span(node))
        return self._chain(named)

    def _chain(self, named: list[Node]) -> Expression:
        """An expression with the steps that follow it."""
        base = self.expression(named[0])
        if len(named) == 1:
            return base
        steps = self._steps(named[1:])
        span = self.place(named[0].start_byte, named[-1].end_byte)
        if isinstance(base, syntax.Traversal):
            return syntax.Traversal(base.root, [*base.steps, *steps], span)
        return syntax.Traversal(base, steps, span)

    def _steps(self, nodes: list[Node]) -> list[Step]:
        steps: list[Step] = []
        for number, node in enumerate(nodes):
            match node.type:
                case "get_attr":
                    steps.append(syntax.Attribute(self.text(node.children[-1])))
                case "index":
                    inner = node.children[0]
                    key = next((child for child in inner.children if child.type == "expression"), None)
                    if key is None:
                        text = self.text(inner).lstrip(".").strip()
                        steps.append(
                            syntax.Index(syntax.Literal(int(text) if text.isdigit() else text, self.span(inner)))
                        )
                    else:
                        steps.append(syntax.Index(self.expression(key)))
                case "splat":
                    inner = node.children[0]
                    taken = self._steps([child for child in inner.children if child.is_named])
                    if inner.type == "full_splat":  # all that follows `[*]` is taken from each element
                        return [*steps, syntax.Splat([*taken, *self._steps(nodes[number + 1 :])])]
                    # After the older `.*`, an index is one of the list and not of each element.
                    own = next((at for at, step in enumerate(taken) if isinstance(step, syntax.Index)), len(taken))
                    steps += [syntax.Splat(taken[:own]), *taken[own:]]
        return steps

    def _literal(self, node: Node) -> Expression:
        text, span = self.text(node), self.span(node)
        match node.type:
            case "numeric_lit":
                try:
                    number = int(text) if text.isdecimal() else float(text)
                except ValueError:
                    return syntax.Invalid("a number that cannot be read", span)
                return syntax.Literal(number, span)
            case "bool_lit":
                return syntax.Literal(text == "true", span)
            case "null_lit":
                return syntax.Literal(None, span)
            case _:
                return self._quoted(node)

    def _object(self, node: Node, children: list[Node]) -> Expression:
        pairs: list[tuple[Expression, Expression]] = []
        for child in children:
            if child.type != "object_elem":
                continue
            both = [part for part in child.children if part.type == "expression"]
            if len(both) != 2:
                continue
            key = self.expression(both[0])
            if isinstance(key, syntax.Traversal) and isinstance(key.root, str) and not key.steps:
                if not self.text(both[0]).startswith("("):
                    key = syntax.Literal(key.root, key.span)  # `name = ...` is the name, `(name) = ...` its value
            pairs.append((key, self.expression(both[1])))
        return syntax.ObjectOf(pairs, self.span(node))

    def _for(self, node: Node, children: list[Node]) -> Expression:
        intro = next(child for child in children if child.type == "for_intro")
        names = self._names(intro)
        collection = self.expression(next(child for child in intro.children if child.type == "expression"))
        results = [self.expression(child) for child in children if child.type == "expression"]
        condition_node = next((child for child in children if child.type == "for_cond"), None)
        condition: Expression | None = None
        if condition_node is not None:
            inner = next((child for child in condition_node.children if child.type == "expression"), None)
            condition = self.expression(inner) if inner is not None else None
        groups = any(child.type == "ellipsis" for child in children)
        is_object = node.type == "for_object_expr"
        if len(results) != (2 if is_object else 1):
            return syntax.Invalid("a for expression that cannot be read", self.span(node))
        key = results[0] if is_object else None
        return syntax.For(names, collection, key, results[-1], condition, groups, self.span(node))

    def _names(self, intro: Node) -> tuple[str, str]:
        """The names that a `for` gives to the key, empty where it gives none, and to the value."""
        names = [self.text(child) for child in intro.children if child.type == "identifier"]
        return ("", names[0]) if len(names) == 1 else (names[0], names[1]) if names else _NO_NAMES

    def _call(self, node: Node, children: list[Node]) -> Expression:
        name = "".join(self.text(child) for child in children if child.type in ("identifier", "::"))
        arguments: list[Expression] = []
        expands = False
        for child in children:
            if child.type == "function_arguments":
                arguments = [self.expression(part) for part in child.children if part.type == "expression"]
                expands = any(part.type == "ellipsis" for part in child.children)
        return syntax.Call(name, arguments, expands, self.span(node))

    # Templates

    def _quoted(self, node: Node) -> Expression:
        inner = [child for child in node.children if child.type not in _QUOTES]
        text = self.text(node)
        if all(child.type == "template_literal" for child in inner):
            return syntax.Literal(_unescaped(text[1:-1] if len(text) > 1 else ""), self.span(node))
        tokens = _Tokens(_unescaped, by_line=False)
        parts = self._template_parts(inner, node.start_byte + 1, node.end_byte - 1, tokens)
        return syntax.Template(tokens.finished(parts), self.span(node))

    def heredoc(self, node: Node) -> syntax.Literal | Template:
        """A heredoc, whose lines begin where the least indented one does if it is written with `<<-`."""
        names = [child for child in node.children if child.type == "heredoc_identifier"]
        start = self.data.find(b"\n", names[0].end_byte) + 1
        end = self.data.rfind(b"\n", start, names[-1].start_byte) + 1 if len(names) > 1 else node.end_byte
        inner = [child for child in node.children if child.type not in ("heredoc_start", "heredoc_identifier")]
        tokens = _Tokens(_undoubled, by_line=True)
        lines = self._template_parts(inner, start, max(start, end), tokens)
        if self.text(node).startswith("<<-"):
            tokens.unindent()
        parts = tokens.finished(lines)
        if all(isinstance(part, str) for part in parts):
            return syntax.Literal("".join(part for part in parts if isinstance(part, str)), self.span(node))
        return syntax.Template(parts, self.span(node))

    def _template_parts(self, nodes: list[Node], start: int, end: int, tokens: _Tokens) -> list[_Part]:
        """The parts of a template between two bytes: what is no node is text."""
        parts: list[_Part] = []
        at = start
        for node in nodes:
            if node.type not in ("template_interpolation", "template_directive"):
                continue
            parts += tokens.text(self._between(at, node.start_byte))
            at = node.end_byte
            if self.data[node.start_byte - 1] == self.data[node.start_byte]:
                parts.append(syntax.Invalid("a text with a doubled mark before a part", self.span(node)))
            elif node.type == "template_directive":
                parts.append(self._directive(node.children[0], tokens))
            else:
                self._mark(node, tokens)
                inner = next((child for child in node.children if child.type == "expression"), None)
                empty = syntax.Invalid("a template with a syntax error", self.span(node))
                parts.append(empty if inner is None else self.expression(inner))
        return parts + tokens.text(self._between(at, end))

    def _between(self, start: int, end: int) -> str:
        return self.data[start:end].decode("utf-8", "surrogatepass")

    def _mark(self, node: Node, tokens: _Tokens) -> None:
        """Note a mark, which may strip the text before it and after it."""
        before = self.data[node.start_byte + 2 : node.start_byte + 3] == b"~"
        tokens.mark(before, self.data[node.end_byte - 2 : node.end_byte - 1] == b"~")

    def _directive(self, node: Node, tokens: _Tokens) -> syntax.IfDirective | syntax.ForDirective | Expression:
        span = self.span(node)
        marks = [child for child in node.children if child.type in _MARKS]
        asked = next((child for child in marks[0].children if child.type == "expression"), None) if marks else None
        if asked is None or marks[-1].type not in ("template_if_end", "template_for_end"):
            return syntax.Invalid("a template with a syntax error", span)
        sections: list[Template] = []
        for first, last in pairwise(marks):
            self._mark(first, tokens)
            inner = [each for each in node.children if first.end_byte <= each.start_byte < last.start_byte]
            section = syntax.Template([], self.place(first.end_byte, last.start_byte))
            lines = self._template_parts(inner, first.end_byte, last.start_byte, tokens)
            tokens.sections.append((section, lines))
            sections.append(section)
        self._mark(marks[-1], tokens)
        if node.type == "template_if":
            otherwise = sections[1] if len(sections) > 1 else syntax.Template([], span)
            return syntax.IfDirective(self.expression(asked), sections[0], otherwise, span)
        key, value = self._names(marks[0])
        return syntax.ForDirective(key, value, self.expression(asked), sections[0], span)


class _Line:
    """A piece of text in a template: a line of it, or the rest of one."""

    __slots__ = ("text",)

    def __init__(self, text: str) -> None:
        self.text = text


class _Tokens:
    """The texts and marks of a template in the order written. `sections` are those of its directives, to be filled."""

    def __init__(self, decoded: Callable[[str], str], by_line: bool) -> None:
        self.sections: list[tuple[Template, list[_Part]]] = []
        self._decoded = decoded
        self._by_line = by_line
        self._all: list[_Line | None] = []
        self._strips = False

    def text(self, raw: str) -> list[_Part]:
        """Add a text. A mark with `~` before it strips its first line only."""
        if not raw:
            return []
        lines = [_Line(self._decoded(each)) for each in (raw.splitlines(keepends=True) if self._by_line else [raw])]
        if self._strips:
            lines[0].text = lines[0].text.lstrip()
        self._strips = False
        self._all += lines
        return list(lines)

    def mark(self, strips_before: bool, strips_after: bool) -> None:
        """Add a mark of a part."""
        last = self._all[-1] if self._all else None
        if strips_before and last is not None:
            last.text = last.text.rstrip()
        self._all.append(None)
        self._strips = strips_after

    def unindent(self) -> None:
        """Take off the blanks that all lines begin with."""
        begins = True
        firsts: list[_Line] = []
        least: int | None = None
        for token in self._all:
            if begins:
                text = "" if token is None else token.text
                if text.strip() or not text.endswith("\n"):
                    blanks = len(text) - len(text.lstrip())
                    least = blanks if least is None else min(least, blanks)
                    firsts += [] if token is None else [token]
            if token is not None:
                begins = token.text.endswith("\n")
        for line in firsts:
            line.text = line.text[least:]

    def finished(self, parts: list[_Part]) -> list[str | Expression | syntax.IfDirective | syntax.ForDirective]:
        """The parts with their texts as they are now."""
        for section, lines in self.sections:
            section.parts = _texts(lines)
        return _texts(parts)


def _texts(parts: list[_Part]) -> list[str | Expression | syntax.IfDirective | syntax.ForDirective]:
    found: list[str | Expression | syntax.IfDirective | syntax.ForDirective] = []
    for part in parts:
        if not isinstance(part, _Line):
            found.append(part)
        elif found and isinstance(found[-1], str):
            found[-1] += part.text
        elif part.text:
            found.append(part.text)
    return found


_SKIPPED = ("comment", "(", ")")
_QUOTES = ("quoted_template_start", "quoted_template_end")
_MARKS = (
    *("template_if_intro", "template_else_intro", "template_if_end"),
    *("template_for_start", "template_for_end"),
)


def _parts(children: list[Node]) -> list[Node]:
    return [child for child in children if child.type == "expression"]


def _unescaped(text: str) -> str:
    if "\\" not in text and "{" not in text:
        return text
    return _ESCAPE.sub(_one_escape, text)


def _one_escape(match: re.Match[str]) -> str:
    plain, short, long, dollar, _ = match.groups()
    if plain:
        return _PLAIN[plain]
    if short or long:
        code = int(short or long, 16)
        return chr(code) if code < 0x110000 else "\ufffd"
    return "${" if dollar else "%{"


def _undoubled(text: str) -> str:
    return _DOUBLED.sub(r"\1{", text) if "{" in text else text
