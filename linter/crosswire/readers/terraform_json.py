"""Terraform's JSON syntax into the nodes of HCL: what are blocks there is told by the names of the language alone, so
nested blocks of resources stay objects, which mean the same."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.readers import hcl_syntax as syntax
from crosswire.readers.hcl import read_template, read_traversal
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Broken, Source, Span, unfinished_merge

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.readers.hcl_syntax import Body, Expression

_LABELS = {"resource": 2, "data": 2, "ephemeral": 2, "module": 1, "variable": 1, "output": 1, "provider": 1, "check": 1}
_COMMENT = "//"
_BLOCKS = ("lifecycle", "provisioner", "connection", "validation")
_RAW = ("type", "depends_on", "provider", "providers", "ignore_changes", "replace_triggered_by")
"""Arguments that are references or types by themselves, written as texts."""


def read_terraform_json(source: Source) -> tuple[Body, list[Broken]]:
    """The body of a file, and the place that cannot be read."""
    everything = Span(source, 0, 0)
    merge = unfinished_merge(source)
    if merge is not None:
        return syntax.Body({}, [], everything, complete=False), [merge]
    tree = read_json(source)
    if isinstance(tree, Broken):
        return syntax.Body({}, [], everything, complete=False), [tree]
    blocks: list[syntax.Block] = []
    for entries in _bodies(tree):
        for key, node in entries.pairs:
            if key.text != _COMMENT:
                blocks.extend(_blocks(key, node, _LABELS.get(key.text, 0), (), key))
    return syntax.Body({}, blocks, everything), []


def read_variables_json(source: Source) -> tuple[Body, list[Broken]]:
    """The values of variables in a `.tfvars.json` file."""
    tree = read_json(source)
    if isinstance(tree, Broken):
        return syntax.Body({}, [], Span(source, 0, 0), complete=False), [tree]
    arguments: dict[str, syntax.Argument] = {}
    for entries in _bodies(tree):
        for key, node in entries.pairs:
            arguments[key.text] = syntax.Argument(key.text, key.span, constant_of(node))
    return syntax.Body(arguments, [], Span(source, 0, 0)), []


def _bodies(node: Node) -> Iterator[Entries]:
    if isinstance(node, Entries):
        yield node
    elif isinstance(node, Items):
        for item in node.items:
            yield from _bodies(item)


def _blocks(kind: Scalar, node: Node, labels: int, given: tuple[str, ...], last: Scalar) -> Iterator[syntax.Block]:
    for entries in _bodies(node):
        if labels == 0:
            yield syntax.Block(kind.text, given, last.span, last.span, _body(entries))
            continue
        for key, inner in entries.pairs:
            if key.text != _COMMENT:
                yield from _blocks(kind, inner, labels - 1, (*given, key.text), key)


def _body(entries: Entries) -> Body:
    arguments: dict[str, syntax.Argument] = {}
    blocks: list[syntax.Block] = []
    for key, node in entries.pairs:
        if key.text == "dynamic":
            for inner in _bodies(node):
                for label, dynamic in inner.pairs:
                    blocks.extend(_blocks(key, dynamic, 0, (label.text,), label))
        elif key.text in _BLOCKS or (key.text == "content" and "for_each" in entries):
            blocks.extend(_blocks(key, node, 0, (), key))
        elif key.text != _COMMENT:
            arguments[key.text] = syntax.Argument(key.text, key.span, _later(node, raw=key.text in _RAW))
    return syntax.Body(arguments, blocks, entries.span)


def _later(node: Node, raw: bool) -> Callable[[], Expression]:
    if raw and isinstance(node, Scalar) and not node.plain and "${" not in node.text:
        # A resource may have an argument of such a name too: `type = "S"` is a text there, and reads as a name here.
        return lambda: _name_or_text(node)
    return lambda: expression_of(node)


def _name_or_text(node: Scalar) -> Expression:
    if "(" in node.text:
        return read_traversal(node.text, node.span)
    return syntax.Literal(node.text, node.span)


def expression_of(node: Node) -> Expression:
    """The expression that a value stands for: its texts are templates."""
    match node:
        case Scalar():
            return _plain(node) if node.plain else read_template(node.text, _place(node), node.span)
        case Items():
            return syntax.ListOf([expression_of(item) for item in node.items], node.span)
        case Entries():
            pairs = [(expression_of(key), expression_of(value)) for key, value in node.pairs if key.text != _COMMENT]
            return syntax.ObjectOf(pairs, node.span)


def constant_of(node: Node) -> Expression:
    """The value itself: its texts are no templates."""
    match node:
        case Scalar():
            return _plain(node) if node.plain else syntax.Literal(node.text, node.span)
        case Items():
            return syntax.ListOf([constant_of(item) for item in node.items], node.span)
        case Entries():
            pairs = [(constant_of(key), constant_of(value)) for key, value in node.pairs]
            return syntax.ObjectOf(pairs, node.span)


def _plain(node: Scalar) -> Expression:
    if node.is_null:
        return syntax.Literal(None, node.span)
    if node.text in ("true", "false"):
        return syntax.Literal(node.text == "true", node.span)
    try:
        return syntax.Literal(int(node.text) if node.text.lstrip("-").isdecimal() else float(node.text), node.span)
    except ValueError:
        return syntax.Literal(node.text, node.span)


def _place(node: Scalar) -> Callable[[int, int], Span]:
    """Places inside a text, where it stands in the file as it is; else the whole text."""
    start = node.start + 1
    if node.source.text[start : start + len(node.text)] == node.text:
        return lambda first, last: Span(node.source, start + first, start + last)
    return lambda first, last: node.span
