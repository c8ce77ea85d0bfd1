"""Python text into tree-sitter's concrete syntax tree, which also comes out of broken or newer Python."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.readers.grammars import grammar

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from crosswire.source import Source


def python_language() -> Language:
    """The grammar."""
    return grammar("tree_sitter_python")


def read_python(source: Source) -> tuple[bytes, Node]:
    """The UTF-8 text of a file and the root of its tree, whose offsets count those bytes. Never fails: what cannot
    be parsed is an `ERROR` node."""
    from tree_sitter import Parser

    data = source.text.encode("utf-8", "surrogatepass")
    return data, Parser(python_language()).parse(data).root_node
