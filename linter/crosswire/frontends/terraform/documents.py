"""JSON documents, as Terraform writes them: policy documents in blocks, objects that are encoded, and plain text."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.terraform.symbols import has_marks, mark, with_symbols
from crosswire.frontends.terraform.values import (
    Either,
    Entry,
    Evaluated,
    Leaf,
    Listing,
    Object,
    entries_of,
    fields_of,
    text_of,
)
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Broken, Source, Span
from crosswire.values import Concat, Const, If, Unknown, transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.values import Value

_MEMBERS = (
    ("actions", "Action"),
    ("not_actions", "NotAction"),
    ("resources", "Resource"),
    ("not_resources", "NotResource"),
)
_PRINCIPALS = (("principals", "Principal"), ("not_principals", "NotPrincipal"))


# The document of a data source


def policy_document(arguments: Object, span: Span) -> Leaf:
    """What a `data.aws_iam_policy_document` with these arguments comes to: a text whose `tree` is the document."""
    statements: list[Entry] = []
    complete = arguments.complete
    for name in ("source_json", "source_policy_documents"):
        complete = _merge(arguments.get(name), statements) and complete
    entries, whole = entries_of(arguments.get("statement"))
    for entry in entries:
        block = fields_of(entry.node)
        if block is not None:
            _put(Entry(_statement(block), entry.when), statements)
    complete = complete and whole
    for name in ("override_json", "override_policy_documents"):
        complete = _merge(arguments.get(name), statements) and complete
    listed = Listing([_under(entry.node, entry.when) for entry in statements], span, complete)
    version = arguments.get("version") or Leaf(Const("2012-10-17", span), span)
    tree = Object({"Version": (span, version), "Statement": (arguments.key("statement") or span, listed)}, span)
    return Leaf(Unknown("the text of a policy document", span), span, "string", tree=tree)


def _merge(documents: Evaluated | None, into: list[Entry]) -> bool:
    """Add the statements of other documents; whether these are all."""
    entries, complete = entries_of(documents)
    for entry in entries:
        outer, known = entries_of(document_of(entry.node))
        complete = complete and known
        for document in outer:
            fields = fields_of(document.node)
            if fields is None:
                continue
            inner, known = entries_of(fields.get("Statement"))
            complete = complete and known and fields.complete
            for statement in inner:
                _put(Entry(statement.node, (*entry.when, *document.when, *statement.when)), into)
    return complete


def _put(statement: Entry, into: list[Entry]) -> None:
    """Add a statement. One of the same Sid gives way to it, where it is surely there."""
    sid = _sid(statement)
    if sid and not statement.when:
        for index, other in enumerate(into):
            if _sid(other) == sid:
                into[index] = statement
                return
    into.append(statement)


def _sid(statement: Entry) -> str | None:
    fields = fields_of(statement.node)
    return None if fields is None else text_of(fields.get("Sid"))


def _under(node: Evaluated, when: tuple[str, ...]) -> Evaluated:
    """A node that is there under conditions alone."""
    for condition in reversed(when):
        nothing = Listing([], node.span)
        if condition.startswith("!"):
            node = Either(condition[1:], nothing, node, node.span)
        else:
            node = Either(condition, node, nothing, node.span)
    return node


def _statement(block: Object) -> Object:
    """A statement in the shape that it has in JSON."""
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    sid = block.get("sid")
    if sid is not None:
        pairs["Sid"] = (block.key("sid") or block.span, sid)
    effect = block.get("effect")
    pairs["Effect"] = (block.key("effect") or block.span, effect or Leaf(Const("Allow", block.span), block.span))
    for name, member in _MEMBERS:
        given = block.get(name)
        if given is not None and not (isinstance(given, Listing) and not given.items and given.complete):
            pairs[member] = (block.key(name) or block.span, _with_variables(given))
    for name, member in _PRINCIPALS:
        given = block.get(name)
        if given is not None and not (isinstance(given, Listing) and not given.items and given.complete):
            pairs[member] = (block.key(name) or block.span, _principals(given))
    conditions = _conditions(block)
    if conditions is not None:
        pairs["Condition"] = (block.key("condition") or block.span, conditions)
    return Object(pairs, block.span, block.complete)


def _with_variables(node: Evaluated) -> Evaluated:
    """A list of texts in which `&{aws:username}`, which Terraform leaves alone, is what IAM reads."""

    def iam(part: Value) -> Value:
        return Const(part.text.replace("&{", "${"), part.span) if isinstance(part, Const) else part

    match node:
        case Leaf():
            return Leaf(transform(node.value, iam), node.span, node.kind, node.tree, node.file)
        case Listing():
            return Listing([_with_variables(item) for item in node.items], node.span, node.complete)
        case Either():
            then, otherwise = _with_variables(node.then), _with_variables(node.otherwise)
            return Either(node.condition, then, otherwise, node.span)
        case _:
            return node


def _principals(blocks: Evaluated) -> Evaluated:
    """`*`, or identifiers by type."""
    entries, complete = entries_of(blocks)
    by_type: dict[str, tuple[Span, list[Evaluated]]] = {}
    for entry in entries:
        block = fields_of(entry.node)
        if block is None:
            continue
        kind = text_of(block.get("type"))
        identifiers = block.get("identifiers")
        if kind == "*" and not entry.when:
            return Leaf(Const("*", block.span), block.span)
        listed = by_type.setdefault(kind or "?", (block.key("type") or block.span, []))[1]
        if identifiers is not None:
            listed.append(_under(identifiers, entry.when))
        complete = complete and block.complete
    if not complete:
        unknown = Leaf(Unknown("principals that are not known", blocks.span), blocks.span, "any")
        by_type.setdefault("?", (blocks.span, []))[1].append(unknown)
    pairs = {kind: (span, _joined(nodes, blocks.span)) for kind, (span, nodes) in by_type.items()}
    return Object(pairs, blocks.span, complete)


def _joined(nodes: list[Evaluated], span: Span) -> Evaluated:
    """One list of everything in several."""
    if len(nodes) == 1:
        return nodes[0]
    items: list[Evaluated] = []
    complete = True
    for node in nodes:
        entries, whole = entries_of(node)
        items.extend(_under(entry.node, entry.when) for entry in entries)
        complete = complete and whole
    return Listing(items, span, complete)


def _conditions(block: Object) -> Object | None:
    """Tests, with values by variable."""
    entries, complete = entries_of(block.get("condition"))
    if not entries and complete:
        return None
    tests: dict[str, tuple[Span, Evaluated]] = {}
    for entry in entries:
        condition = fields_of(entry.node)
        if condition is None:
            continue
        test = text_of(condition.get("test"))
        variable = text_of(condition.get("variable"))
        values = condition.get("values")
        if test is None or variable is None or values is None or entry.when:
            complete = False
            continue
        known = tests.get(test)
        variables = known[1].pairs if known is not None and isinstance(known[1], Object) else {}
        variables[variable] = (condition.key("variable") or condition.span, _with_variables(values))
        tests[test] = (condition.key("test") or condition.span, Object(variables, condition.span))
    return Object(tests, block.span, complete)


# The document that a text holds


def document_of(node: Evaluated | None) -> Evaluated | None:
    """The document that a node stands for: what was encoded, or what its text says. None where there is no document;
    an incomplete, empty object where it cannot be known."""
    match node:
        case None | Leaf(kind="null"):
            return None
        case Leaf():
            return json_tree(node) or Object({}, node.span, complete=False)
        case Either():
            nothing = Listing([], node.span)
            then, otherwise = document_of(node.then) or nothing, document_of(node.otherwise) or nothing
            return Either(node.condition, then, otherwise, node.span)
        case _:
            return node


def json_tree(leaf: Leaf) -> Evaluated | None:
    """What a text says, if it is JSON: symbols in it stay where they stand. None where it cannot be read."""
    return leaf.tree if leaf.tree is not None else _parsed(leaf.value, leaf)


def _parsed(value: Value, leaf: Leaf) -> Evaluated | None:
    if isinstance(value, If):
        unknown = Object({}, leaf.span, complete=False)
        then, otherwise = _parsed(value.then, leaf) or unknown, _parsed(value.otherwise, leaf) or unknown
        return Either(value.condition, then, otherwise, leaf.span)
    if isinstance(value, Unknown) and value.why.startswith("no value"):
        return Listing([], leaf.span)
    text, symbols = _marked(value)
    tree = None if text is None else read_json(Source(leaf.span.path, text))
    if tree is None or isinstance(tree, Broken):
        return None
    return _Reading(symbols, leaf.span).evaluated(tree, _in_place(tree, value, leaf))


def _marked(value: Value) -> tuple[str | None, list[Value]]:
    """A text with a mark for each symbol, in quotes where it has none; None where nothing of it is known."""
    symbols: list[Value] = []
    texts: list[str] = []
    quoted = False
    for part in value.parts if isinstance(value, Concat) else (value,):
        if isinstance(part, Const):
            texts.append(part.text)
            quoted = _is_quoted(part.text, quoted)
        else:
            marked = mark(len(symbols))
            texts.append(marked if quoted else f'"{marked}"')
            symbols.append(part)
    return (None if len(symbols) == len(texts) else "".join(texts)), symbols


def _is_quoted(text: str, quoted: bool) -> bool:
    """Whether the end of a stretch of JSON is inside of quotes."""
    at = 0
    while at < len(text):
        if text[at] == "\\" and quoted:
            at += 1
        elif text[at] == '"':
            quoted = not quoted
        at += 1
    return quoted


class _Reading:
    """Puts the symbols of a text back into what was read of it. `span` is the place of what has none of its own."""

    def __init__(self, symbols: list[Value], span: Span) -> None:
        self._symbols = symbols
        self._span = span

    def evaluated(self, node: Node, place: _Place | None) -> Evaluated:
        """A node of the text. `place` is the same node where it was written."""
        span = self._span if place is None else place.span
        match node:
            case Scalar():
                if node.is_null:
                    return Leaf(Unknown("no value (null)", span), span, "null")
                kind = "string" if not node.plain else "bool" if node.text in ("true", "false") else "number"
                return Leaf(with_symbols(node.text, self._symbols, span), span, kind)
            case Items():
                inner = _children(place, len(node))
                items = [self.evaluated(item, inside) for item, inside in zip(node, inner, strict=True)]
                return Listing(items, span)
            case Entries():
                pairs: dict[str, tuple[Span, Evaluated]] = {}
                inner = _children(place, len(node.pairs))
                for (key, value), inside in zip(node.pairs, inner, strict=True):
                    name = "..." if has_marks(key.text) else key.text
                    pairs[name] = (span if inside is None else inside.key, self.evaluated(value, inside))
                return Object(pairs, span)


# Places inside of a text


class _Place:
    """Where a node of a text was written: its span, that of its key, and the places below."""

    __slots__ = ("below", "key", "span")

    def __init__(self, span: Span, key: Span, below: list[_Place]) -> None:
        self.span = span
        self.key = key
        self.below = below


def _children(place: _Place | None, count: int) -> list[_Place] | list[None]:
    return [None] * count if place is None else place.below


def _in_place(tree: Node, value: Value, leaf: Leaf) -> _Place | None:
    """The places of a text's nodes, where the text stands in a file as it is but for its interpolations."""
    for span in dict.fromkeys(span for span in (value.span, *_spans(value), leaf.span) if span is not None):
        text = span.text
        opens = min((at for at in (text.find("{"), text.find("[")) if at >= 0), default=-1)
        closes = max(text.rfind("}"), text.rfind("]"))
        if opens < 0 or closes < opens:
            continue
        written = _without_interpolations(text[opens : closes + 1])
        found = None if written is None else read_json(Source(span.path, written))
        if found is not None and not isinstance(found, Broken) and _alike(tree, found):
            return _placed(found, span, span.start + opens)
    return None


def _spans(value: Value) -> Iterator[Span | None]:
    for part in value.parts if isinstance(value, Concat) else ():
        if isinstance(part, Const):
            yield part.span


def _without_interpolations(text: str) -> str | None:
    """A text of the same length in which each `${...}` is a plain word; None where it is not told how it ends."""
    pieces: list[str] = []
    at = 0
    while True:
        opens = text.find("${", at)
        if opens < 0:
            pieces.append(text[at:])
            return "".join(pieces)
        depth, end = 1, opens + 2
        while depth and end < len(text):
            depth += {"{": 1, "}": -1}.get(text[end], 0)
            end += 1
        if depth:
            return None
        before = text[at:opens]
        pieces.append(before)
        quoted = _is_quoted("".join(pieces), quoted=False)
        pieces.append("x" * (end - opens) if quoted else '"' + "x" * (end - opens - 2) + '"')
        at = end


def _alike(left: Node, right: Node) -> bool:
    """Whether two trees have the same shape."""
    match left, right:
        case Scalar(), Scalar():
            return True
        case Items(), Items():
            return len(left) == len(right) and all(map(_alike, left.items, right.items))
        case Entries(), Entries():
            return len(left.pairs) == len(right.pairs) and all(
                _alike(one, other) for (_, one), (_, other) in zip(left.pairs, right.pairs, strict=True)
            )
        case _:
            return False


def _placed(node: Node, span: Span, base: int, key: Span | None = None) -> _Place:
    own = Span(span.source, base + node.start, base + node.end)
    below: list[_Place] = []
    if isinstance(node, Items):
        below = [_placed(item, span, base) for item in node]
    elif isinstance(node, Entries):
        for name, value in node.pairs:
            below.append(_placed(value, span, base, Span(span.source, base + name.start, base + name.end)))
    return _Place(own, key or own, below)
