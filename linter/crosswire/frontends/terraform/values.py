"""What a Terraform expression comes to: texts that may be symbolic, lists, objects, and either of two by a condition.

Everything that asks for a part of a configuration asks these: arguments and nested blocks alike (a block is an object
in a list, as in a plan), whether they were written in HCL, in JSON or stand in a plan.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crosswire.values import Const, If, Parameter, Unknown, Value, leaves, transform

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Span

_MAX_DEPTH = 40


class Leaf:
    """A text, a number, a truth value or null: `kind` says which, `any` where that is not known.

    `value` spells it as Terraform would put it into a text. `tree` is what a JSON text stands for, where it was made by
    `jsonencode` or by a policy document: the same, not yet spelt out. `file` is the file that the text was read from.
    """

    __slots__ = ("file", "kind", "span", "tree", "value")

    def __init__(
        self, value: Value, span: Span, kind: str = "string", tree: Evaluated | None = None, file: str | None = None
    ) -> None:
        self.value = value
        self.span = span
        self.kind = kind
        self.tree = tree
        self.file = file

    def __repr__(self) -> str:
        return f"Leaf({self.value!r}, {self.kind!r})"

    @property
    def is_null(self) -> bool:
        return self.kind == "null"


class Listing:
    """A list, tuple or set; `complete` is False where it may hold more."""

    __slots__ = ("complete", "items", "span")

    def __init__(self, items: list[Evaluated], span: Span, complete: bool = True) -> None:
        self.items = items
        self.span = span
        self.complete = complete

    def __repr__(self) -> str:
        return f"Listing({self.items!r})"


class Object:
    """A map, an object, or the body of a block: name -> (place of the name, value). `complete` is False where it may
    hold more."""

    __slots__ = ("complete", "pairs", "span")

    def __init__(self, pairs: dict[str, tuple[Span, Evaluated]], span: Span, complete: bool = True) -> None:
        self.pairs = pairs
        self.span = span
        self.complete = complete

    def __repr__(self) -> str:
        return f"Object({ {name: value for name, (_, value) in self.pairs.items()}!r})"

    def __contains__(self, name: str) -> bool:
        return self.get(name) is not None

    def get(self, name: str) -> Evaluated | None:
        """The value under a name; None where there is none or it is null, which is the same to Terraform."""
        pair = self.pairs.get(name)
        return None if pair is None or (isinstance(pair[1], Leaf) and pair[1].is_null) else pair[1]

    def key(self, name: str) -> Span | None:
        """The place of a name."""
        pair = self.pairs.get(name)
        return None if pair is None else pair[0]

    def place(self, name: str) -> Span:
        """Where the value of a name is given: its own place, or that of the name where it comes from somewhere else."""
        pair = self.pairs.get(name)
        if pair is None:
            return self.span
        key, span = pair[0], pair[1].span
        is_here = span.source is key.source and span.start >= key.end
        return span if is_here and "\n" not in key.source.text[key.end : span.start] else key


class Either:
    """One of two by a condition that only a deployment decides. Two texts are a Leaf with an `If` instead."""

    __slots__ = ("condition", "otherwise", "span", "then")

    def __init__(self, condition: str, then: Evaluated, otherwise: Evaluated, span: Span) -> None:
        self.condition = condition
        self.then = then
        self.otherwise = otherwise
        self.span = span

    def __repr__(self) -> str:
        return f"Either({self.condition!r}, {self.then!r}, {self.otherwise!r})"


Evaluated: TypeAlias = Leaf | Listing | Object | Either


class Entry:
    """One item of a list. `when` names the conditions under which it is there (`unit:text`, or `!unit:text`)."""

    __slots__ = ("node", "when")

    def __init__(self, node: Evaluated, when: tuple[str, ...]) -> None:
        self.node = node
        self.when = when


def value_of(node: Evaluated | None) -> Value:
    """The text that a node stands for."""
    match node:
        case None:
            return Unknown("a value that is not written")
        case Leaf():
            return Unknown("no value (null)", node.span) if node.is_null else node.value
        case Either():
            return If(node.condition, value_of(node.then), value_of(node.otherwise), node.span)
        case Listing():
            return Unknown("a list", node.span)
        case Object():
            return Unknown("an object", node.span)


def text_of(node: Evaluated | None) -> str | None:
    """The exact text of a node, None where it is not known exactly."""
    value = value_of(node)
    return value.text if isinstance(value, Const) else None


def presumed(value: Value) -> Value:
    """A value in which every variable that nothing sets has its default: for what decides where to look, not for what
    is compared."""

    def leaf(part: Value) -> Value:
        if isinstance(part, Parameter) and part.default is not None:
            return Const(part.default, part.span)
        return part

    return transform(value, leaf)


def presumed_text(node: Evaluated | None) -> str | None:
    """The text of a node with the defaults of variables, None where it is not known exactly."""
    value = presumed(value_of(node))
    return value.text if isinstance(value, Const) else None


def bool_of(node: Evaluated | None) -> bool | None:
    """The truth value of a node, None where it is not known."""
    text = text_of(node)
    return {"true": True, "false": False}.get(text) if text is not None else None


def fields_of(node: Evaluated | None) -> Object | None:
    """The object that a node is: a block in a list of one, and JSON text made of an object, count too.

    None for a node that is none or is not there; an incomplete, empty object where it cannot be known.
    """
    match node:
        case None:
            return None
        case Object():
            return node
        case Leaf(tree=tree) if tree is not None:
            return fields_of(tree)
        case Leaf():
            return None if node.is_null else Object({}, node.span, complete=False)
        case Listing(items=[only]) if node.complete:
            return fields_of(only)
        case Listing(items=[]) if node.complete:
            return None
        case Listing():
            return Object({}, node.span, complete=False)
        case Either():
            return _either_object(node)


def _either_object(node: Either) -> Object:
    """The keys of both sides: one that a side lacks has a value that says so."""
    left, right = fields_of(node.then), fields_of(node.otherwise)
    empty = Object({}, node.span)
    left, right = left or empty, right or empty
    nothing: Evaluated = Leaf(Unknown("no value (null)", node.span), node.span, "any")
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    for name in dict.fromkeys((*left.pairs, *right.pairs)):
        key = left.key(name) or right.key(name) or node.span
        then, otherwise = left.get(name) or nothing, right.get(name) or nothing
        pairs[name] = (key, either(node.condition, then, otherwise, node.span))
    return Object(pairs, node.span, left.complete and right.complete)


def either(condition: str, then: Evaluated, otherwise: Evaluated, span: Span) -> Evaluated:
    """One of two by a condition: a text where both are texts."""
    if isinstance(then, Leaf) and isinstance(otherwise, Leaf) and then.tree is None and otherwise.tree is None:
        if not then.is_null and not otherwise.is_null:
            if then.value == otherwise.value:
                return then
            kind = then.kind if then.kind == otherwise.kind else "any"
            return Leaf(If(condition, then.value, otherwise.value, span), span, kind)
    return Either(condition, then, otherwise, span)


def entries_of(node: Evaluated | None) -> tuple[list[Entry], bool]:
    """Every item that a list may hold with the conditions under which it is there, and whether nothing else can be in
    it. Anything that is no list is a list of one, null and nothing at all an empty one."""
    entries: list[Entry] = []
    complete = _collect(node, (), entries)
    return entries, complete


def _collect(node: Evaluated | None, when: tuple[str, ...], into: list[Entry]) -> bool:
    match node:
        case None:
            return True
        case Leaf(tree=Listing() as tree):
            return _collect(tree, when, into)
        case Leaf():
            if node.is_null:
                return True
            if isinstance(node.value, Unknown):
                return node.value.why.startswith("no value")
            into.append(Entry(node, when))
            return True
        case Object():
            into.append(Entry(node, when))
            return True
        case Listing():
            complete = node.complete
            for item in node.items:
                if isinstance(item, Either):
                    complete = _collect_either(item, when, into) and complete
                elif not (isinstance(item, Leaf) and item.is_null):
                    into.append(Entry(item, when))
            return complete
        case Either():
            return _collect_either(node, when, into)


def _collect_either(node: Either, when: tuple[str, ...], into: list[Entry]) -> bool:
    if len(when) > _MAX_DEPTH:
        return False
    left = _collect(node.then, (*when, node.condition), into)
    right = _collect(node.otherwise, (*when, "!" + node.condition), into)
    return left and right


def items_of(node: Evaluated | None) -> tuple[list[Evaluated], bool]:
    """Like `entries_of`, without the conditions."""
    entries, complete = entries_of(node)
    return [entry.node for entry in entries], complete


def values_of(node: Evaluated | None) -> tuple[list[Value], bool]:
    """The texts that a list may hold, and whether nothing else can be in it."""
    nodes, complete = items_of(node)
    return [value_of(item) for item in nodes], complete


def blocks_of(owner: Object, name: str) -> Iterator[Object]:
    """The nested blocks of a name, one by one."""
    for item in items_of(owner.get(name))[0]:
        fields = fields_of(item)
        if fields is not None:
            yield fields


def first_block(owner: Object, name: str) -> Object | None:
    """The nested block of a name of which there may be one."""
    return fields_of(owner.get(name))


def places_of_texts(node: Evaluated) -> Iterator[Span]:
    """The places where the texts in a value are written."""
    match node:
        case Leaf():
            if node.kind == "string":
                yield from (
                    part.span for part in leaves(node.value) if isinstance(part, Const) and part.span is not None
                )
        case Listing():
            for item in node.items:
                yield from places_of_texts(item)
        case Object():
            for _, value in node.pairs.values():
                yield from places_of_texts(value)
        case Either():
            yield from places_of_texts(node.then)
            yield from places_of_texts(node.otherwise)
