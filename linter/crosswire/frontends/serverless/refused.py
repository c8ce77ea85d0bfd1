"""Where the Serverless Framework reads otherwise than others: what it refuses, keys that stand twice and scripts with
syntax errors, and what it takes, some tabs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.readers.tree import Entries, Items
from crosswire.readers.yaml import read_yaml
from crosswire.source import Broken, Source, Span, unfinished_merge

if TYPE_CHECKING:
    from crosswire.readers.tree import Node

_BLANK = re.compile(r"^[ \t]*\t[ \t]*$", re.MULTILINE)


def read_as_framework(source: Source) -> list[Node] | Broken:
    """YAML as js-yaml reads it, which takes a tab on a line that holds nothing else for a space; libyaml does not."""
    documents = read_yaml(source)
    if isinstance(documents, Broken) and "\t" in source.text:
        blank = _BLANK.sub(lambda line: " " * len(line[0]), source.text)
        if blank != source.text:
            again = read_yaml(Source(source.path, blank))
            return documents if isinstance(again, Broken) else again
    return documents


def repeated_key(root: Node) -> Broken | None:
    """The first key that stands twice in one mapping. The framework's YAML reader, js-yaml, stops there."""
    found: list[Broken] = []
    pending = [root]
    while pending:
        node = pending.pop()
        if isinstance(node, Entries):
            again = [key for key in node.duplicates if key.text != "<<"]
            if again:
                why = f"the key `{again[0].text}` stands twice in one mapping: remove one of them"
                found.append(Broken(again[0].span, why))
            pending.extend(value for _, value in node.pairs)
        elif isinstance(node, Items):
            pending.extend(node.items)
    return min(found, key=lambda broken: broken.span.order, default=None)


def syntax_error(source: Source) -> Broken | None:
    """Where a script ceases to be one, or a merge that is not finished."""
    from crosswire.frontends.code.lowering import broken_places
    from crosswire.readers.javascript import read_javascript

    read = read_javascript(source)
    if isinstance(read, Broken):
        return None
    places = broken_places(read[2])
    if not places:
        return None
    start, end = (source.offset_of_byte(byte) for byte in places[0])
    span = Span(source, start, max(end, start + 1))
    return unfinished_merge(source) or Broken(span, "has a syntax error here: the service cannot be deployed")
