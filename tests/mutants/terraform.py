"""What the operators need to know of Terraform: the entries of its files with their places, and what these are for.

An entry is found by reading the file; whom it serves is asked of the wiring of the project without a mistake.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import yaml
from tests.mutants.document import Edit
from tests.mutants.wired import OF_NO_USE, Wired

from crosswire.readers import hcl_syntax as syntax
from crosswire.readers.hcl import read_hcl
from crosswire.readers.terraform_json import read_terraform_json
from crosswire.source import Source, Span
from crosswire.wiring.function import Function

_SUFFIXES = (".tf", ".tf.json", ".tfvars")


class Piece:
    """A block, an argument, an item of a list or an entry of an object: where it begins and ends, and what it holds.

    `name` is its key, or the last label of a block, whose other words are `words`. `inner` is the place of the value.
    """

    def __init__(self, source: Source, start: int, end: int, parent: Piece | None = None, name: str = "") -> None:
        self.source = source
        self.start = start
        self.end = end
        self.parent = parent
        self.name = name
        self.words: tuple[str, ...] = ()
        self.kind = "other"  # block, object, list, text
        self.content: str | None = None
        self.inner = (start, end)
        self.children: list[Piece] = []

    def __repr__(self) -> str:
        return f"Piece({self.path}:{self.line} {' '.join((*self.words, self.name))})"

    @property
    def path(self) -> str:
        return self.source.path

    @property
    def document(self) -> str:
        return self.source.text

    @property
    def is_json(self) -> bool:
        return self.path.endswith(".json")

    @property
    def text(self) -> str:
        """What is written as the value."""
        return self.document[self.inner[0] : self.inner[1]]

    @property
    def entry(self) -> str:
        """What is written as the whole entry."""
        return self.document[self.start : self.end]

    @property
    def line(self) -> int:
        return self.document.count("\n", 0, self.start) + 1

    @property
    def source_line(self) -> str:
        """The whole line on which the entry begins, with its comment."""
        return self.document.split("\n")[self.line - 1]

    @property
    def folder(self) -> str:
        return self.path.rpartition("/")[0]

    @property
    def block(self) -> Piece:
        """The outermost block or entry that this is part of."""
        piece = self
        while piece.parent is not None and piece.parent.parent is not None:
            piece = piece.parent
        return piece

    @property
    def is_declared(self) -> bool:
        """Whether this only says what a module may be given."""
        return self.block.words[:1] == ("variable",)

    def get(self, *names: str) -> Piece | None:
        """The first entry of any of the names. What may be a block or a list of blocks is taken as its only one."""
        for child in self.children:
            if child.name in names:
                return child
        only = self.children[0] if self.kind == "list" and len(self.children) == 1 else None
        return only.get(*names) if only is not None else None

    def items(self) -> list[Piece]:
        """The items of a list; anything else is a list of one."""
        return self.children if self.kind == "list" else [self]

    def walk(self) -> Iterator[Piece]:
        yield self
        for child in self.children:
            yield from child.walk()

    def ancestors(self) -> Iterator[Piece]:
        piece = self.parent
        while piece is not None:
            yield piece
            piece = piece.parent

    def is_in(self, other: Piece) -> bool:
        return self.source is other.source and other.start <= self.start and self.end <= other.end

    def holds(self, span: Span | None) -> bool:
        return span is not None and span.path == self.path and self.start <= span.start and span.end <= self.end

    # Edits

    def replaced(self, text: str) -> Edit:
        """Puts another text where the value is."""
        return Edit(*self.inner, text)

    def removed(self) -> Edit:
        """Takes the entry out, with the comma that is too much and with its line if nothing else stands in that."""
        text, start, end = self.document, self.start, self.end
        after = re.compile(r"[ \t\r\n]*,").match(text, end)
        if after:
            end = after.end()
        else:
            start = len(re.sub(r",\s*$", "", text[:start])) if re.search(r",\s*$", text[:start]) else start
        begin, line_end = text.rfind("\n", 0, start) + 1, (text.find("\n", end) + 1 or len(text))
        if not text[begin:start].strip() and not re.sub(r"#.*", "", text[end:line_end]).strip():
            return Edit(begin, line_end)
        return Edit(start, end)

    def with_first(self, name: str, text: str) -> Edit:
        """Puts an entry before the first one of this object; `text` is the value as it is written."""
        first = self.children[0]
        begin = self.document.rfind("\n", 0, first.start) + 1
        alone = not self.document[begin : first.start].strip()
        entry = f'"{name}": {text},' if self.is_json else f"{name} = {text}" + ("" if alone else ",")
        if alone:
            return Edit(begin, begin, f"{self.document[begin : first.start]}{entry}\n")
        return Edit(first.start, first.start, f"{entry} ")


@dataclass(frozen=True, slots=True)
class Allowance:
    """A statement of a policy: an entry with actions and resources, whatever it is written in."""

    piece: Piece
    action: Piece
    resource: Piece

    @property
    def actions(self) -> tuple[str, ...]:
        """Those that are written out."""
        return tuple(text for item in self.action.items() if (text := item.content) and ":" in text)

    def removed(self) -> tuple[Edit, ...]:
        """Takes the statement away. A policy must have one: the only one becomes one that is of no use."""
        parent = self.piece.parent
        assert parent is not None
        fellows = [one for one in parent.children if one.kind == self.piece.kind and one.words == self.piece.words]
        if len(fellows) > 1 and self.piece.name != "content" and parent.kind != "other":
            return (self.piece.removed(),)
        other = self.action.replaced(list_or_text(self.action, OF_NO_USE))
        return (other, self.resource.replaced(list_or_text(self.resource, "*")))


class Configuration(Wired):
    """The Terraform of a project, be it one configuration or several."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.files = {
            path: _read(Source(path, text))
            for path, text in sorted(texts.items())
            if path.endswith(_SUFFIXES) or _is_policy(path, text)
        }
        if not any(path.endswith(_SUFFIXES) for path in self.files):
            self.files = {}

    def pieces(self) -> Iterator[Piece]:
        for root in self.files.values():
            yield from root.walk()

    def blocks(self, *words: str) -> Iterator[Piece]:
        """The blocks whose type and first labels are these."""
        for root in self.files.values():
            for block in root.children:
                if block.words[: len(words)] == words:
                    yield block

    def allowances(self) -> Iterator[Allowance]:
        for piece in self.pieces():
            action, resource = piece.get("Action", "actions"), piece.get("Resource", "resources")
            effect, principal = piece.get("Effect", "effect"), piece.get("Principal", "principals")
            if piece.kind in ("block", "object") and action and resource and not principal and not piece.is_declared:
                if effect is None or effect.content == "Allow":
                    yield Allowance(piece, action, resource)

    def spelt(self, item: Piece) -> list[str]:
        """The actions that an item of a list may be: its text, or that with any service that is put before one."""
        text = item.content or ""
        if re.fullmatch(r"[A-Z]\w+", text):
            return [f"{service}:{text}" for service in sorted(self._services)]
        return [text] if re.fullmatch(r"[a-z0-9]+:[A-Z]\w+", text) else []

    @cached_property
    def _services(self) -> set[str]:
        return {service for text in self.texts.values() for service in re.findall(r'"(\w+):\$\{', text)}

    def texts_of_policies(self) -> Iterator[Piece]:
        """Every file that policies are written in, those that are filled in by `templatefile` too."""
        yield from self.files.values()
        for path, text in sorted(self.texts.items() if self.files else ()):
            if path.endswith(".tftpl"):
                yield Piece(Source(path, text), 0, len(text))

    def behind(self, piece: Piece) -> list[Piece]:
        """An entry, and all that its policies are made of in the same module, however indirectly it refers to them."""
        found, waiting = [piece], [piece]
        while waiting:
            text = waiting.pop().text
            for other in self._parts_of_policies():
                near = other.folder == piece.folder or other.parent is None
                if near and other not in found and _refers(text, other):
                    found.append(other)
                    waiting.append(other)
        return found

    def _parts_of_policies(self) -> Iterator[Piece]:
        yield from self.blocks("resource", "aws_iam_policy")
        yield from self.blocks("data", "aws_iam_policy_document")
        for block in self.blocks("locals"):
            yield from block.children
        for path, root in self.files.items():
            if path.endswith(".json") and not path.endswith(".tf.json"):
                yield root

    # ------------------------------------------------------------------------------------ what the wiring says of it

    def depends_on(self, piece: Piece) -> bool:
        """Whether anything else is made of an entry by its name."""
        return any(re.search(rf"\.{piece.name}\b", root.document) for root in self.files.values())

    def given(self, piece: Piece) -> list[Function]:
        """The functions that have a variable which is set here."""
        return [
            function
            for function in self.wiring.functions
            if (variable := function.env.variables.get(piece.name)) and piece.holds(variable.span)
        ]


def _is_policy(path: str, text: str) -> bool:
    """Whether a file is a policy for Terraform, and no template."""
    return path.endswith(".json") and '"Statement"' in text and '"Resources"' not in text


def list_or_text(piece: Piece, text: str) -> str:
    """A text as it is written in place of another, or of a list of one."""
    return f'["{text}"]' if piece.kind == "list" else f'"{text}"'


def _refers(text: str, piece: Piece) -> bool:
    match piece.words:
        case ("data", kind, name):
            return bool(re.search(rf"\bdata\.{kind}\.{name}\b", text))
        case ("resource", kind, name):
            return bool(re.search(rf"(?<!data\.)\b{kind}\.{name}\b", text))
    if piece.parent is None:
        return piece.path.rpartition("/")[2] in text
    return bool(re.search(rf"\blocal\.{piece.name}\b", text))


# ----------------------------------------------------------------------------------------------------------- reading


def _read(source: Source) -> Piece:
    root = Piece(source, 0, len(source.text))
    if source.path.endswith(".tf.json"):
        _body(root, read_terraform_json(source)[0])
    elif source.path.endswith(".json"):
        _json(root, 0, len(source.text))
    else:
        _body(root, read_hcl(source)[0])
    return root


def _body(parent: Piece, body: syntax.Body) -> None:
    source = parent.source
    for argument in body.arguments.values():
        expression = argument.expression
        piece = Piece(source, argument.name_span.start, expression.span.end, parent, argument.name)
        _fill(piece, expression)
        parent.children.append(piece)
    for block in body.blocks:
        end = block.body.span.end
        if not source.path.endswith(".json"):
            end = _closing(source.text, max(end, block.span.end))
        start = block.name_span.start if source.path.endswith(".json") else block.span.start
        piece = Piece(source, start, end, parent, block.labels[-1] if block.labels else block.type)
        piece.kind = "block"
        piece.words = (block.type, *block.labels)
        _body(piece, block.body)
        parent.children.append(piece)
    parent.children.sort(key=lambda child: child.start)


def _closing(text: str, at: int) -> int:
    """Where the brace ends that closes a block whose body ends before."""
    between = re.compile(r"(?:\s|#[^\n]*|//[^\n]*|\{)*\}").match(text, at)
    return between.end() if between else at


def _fill(piece: Piece, expression: syntax.Expression) -> None:
    source = piece.source
    piece.inner = (expression.span.start, expression.span.end)

    def add(inner: syntax.Expression, name: str = "", start: int | None = None) -> None:
        span = inner.span
        child = Piece(source, span.start if start is None else start, span.end, piece, name)
        _fill(child, inner)
        piece.children.append(child)

    match expression:
        case syntax.Literal(value=str() as text):
            piece.kind, piece.content = "text", text
            _heredoc(piece)
        case syntax.Template() if piece.is_json and "\\" in piece.text:
            piece.kind = "text"  # what is in it has no place of its own
        case syntax.Template(parts=parts):
            piece.kind = "text"
            _heredoc(piece)
            for part in parts:
                if not isinstance(part, (str, syntax.IfDirective, syntax.ForDirective)):
                    add(part)
        case syntax.ListOf(items=items):
            piece.kind = "list"
            for at, item in enumerate(items):
                add(item, str(at))
        case syntax.ObjectOf(pairs=pairs):
            piece.kind = "object"
            for key, value in pairs:
                name = str(key.value) if isinstance(key, syntax.Literal) else key.span.text
                add(value, name, key.span.start)
        case syntax.Call(arguments=arguments):
            for argument in arguments:
                add(argument)
        case syntax.Conditional(then=then, otherwise=otherwise):
            add(then)
            add(otherwise)
        case syntax.For(collection=collection, result=result):
            add(collection)
            add(result)
        case syntax.Operation(operands=operands):
            for operand in operands:
                add(operand)
        case syntax.Traversal(root=root) if not isinstance(root, str):
            add(root)
        case _:
            pass


def _heredoc(piece: Piece) -> None:
    """JSON that is written as a long text is read too, unless something is generated in it."""
    if piece.text.startswith("<<"):
        start = piece.document.index("\n", piece.inner[0]) + 1
        end = piece.document.rstrip().rfind("\n", start, piece.inner[1] - 1)
        _json(piece, start, end)


def _json(piece: Piece, start: int, end: int) -> None:
    try:
        node = yaml.compose(piece.document[start:end], yaml.SafeLoader)
    except yaml.YAMLError:
        return
    if isinstance(node, yaml.MappingNode):
        piece.children.append(_of_json(piece, start, node))


def _of_json(parent: Piece, base: int, node: yaml.Node, key: yaml.Node | None = None, name: str = "") -> Piece:
    start, end = base + node.start_mark.index, base + node.end_mark.index
    piece = Piece(parent.source, start if key is None else base + key.start_mark.index, end, parent, name)
    piece.inner = (start, end)
    if isinstance(node, yaml.MappingNode):
        piece.kind = "object"
        piece.children = [_of_json(piece, base, value, key, str(key.value)) for key, value in node.value]
    elif isinstance(node, yaml.SequenceNode):
        piece.kind = "list"
        piece.children = [_of_json(piece, base, item, name=str(at)) for at, item in enumerate(node.value)]
    elif isinstance(node, yaml.ScalarNode):
        piece.kind = "text"
        piece.content = None if "${" in str(node.value) else str(node.value)
    return piece
