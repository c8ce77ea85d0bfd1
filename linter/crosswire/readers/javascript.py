"""JavaScript and TypeScript text into tree-sitter's concrete syntax tree, which also comes out of broken code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.readers.grammars import grammar
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from tree_sitter import Language, Node

    from crosswire.source import Source

LARGEST = 400_000
"""In bytes: larger files are bundles or generated."""
_ELEMENT_TEXT = rb"""=["'][^"'\n<>]*&[^"'\n<>]*["']|>[^<>{}()=;"'`]*&[^<>{}()=;"'`]*<"""
"""Texts in JSX with an ampersand, for which the grammars want an entity where people write an address."""

LONGEST_LINE = 5_000
"""In characters: nobody writes longer lines, minifiers do."""


def read_javascript(source: Source) -> tuple[str, bytes, Node] | Broken:
    """The dialect that a file is read in (`javascript`, `typescript` or `tsx`: by its ending, or the one that reads all
    of it), its UTF-8 text, and the root of its tree, whose offsets count those bytes. What cannot be parsed is an
    `ERROR` node; only bundles are refused."""
    data = source.text.encode("utf-8", "surrogatepass")
    if len(data) > LARGEST:
        return Broken(Span(source, 0, 0), f"the file is a bundle or generated: it is {len(data) // 1000} KB large")
    if _is_minified(source.text):
        return Broken(Span(source, 0, 0), "the file is minified: most of it is in very long lines")
    from tree_sitter import Parser

    dialect = dialect_of(source.path)
    root = Parser(grammar_of(dialect)).parse(data).root_node
    if root.has_error and dialect == "javascript" and (b"</" in data or b"/>" in data):
        wider = Parser(grammar_of("tsx")).parse(data).root_node
        if not wider.has_error:  # the grammar of JavaScript knows no attribute named as a keyword is: `<Fade in>`
            return "tsx", data, wider
    if root.has_error and dialect != "typescript" and b"&" in data:
        masked = re.sub(_ELEMENT_TEXT, lambda text: text[0].replace(b"&", b"_"), data)
        root = Parser(grammar_of(dialect)).parse(masked).root_node
    return dialect, data, root


def dialect_of(path: str) -> str:
    """The grammar that a file is written in, by its ending."""
    if path.endswith(".tsx"):
        return "tsx"
    return "typescript" if path.endswith((".ts", ".mts", ".cts")) else "javascript"


def grammar_of(dialect: str) -> Language:
    """The grammar of a dialect."""
    if dialect == "javascript":
        return grammar("tree_sitter_javascript")
    return grammar("tree_sitter_typescript", f"language_{dialect}")


def _is_minified(text: str) -> bool:
    """Whether long lines make up most of a text. An inline source map, which is one long comment, does not count."""
    if len(text) <= LONGEST_LINE:
        return False
    lines = text.split("\n")
    if max(map(len, lines)) <= LONGEST_LINE:
        return False
    code = [len(line) for line in lines if not line.startswith("//# sourceMappingURL=")]
    return 2 * sum(length for length in code if length > LONGEST_LINE) > sum(code)
