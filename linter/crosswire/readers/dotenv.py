"""Read `.env` files: names and values with their places, as the libraries of the name `dotenv` understand them.

Source of the notation: the README and the expression of dotenv 16 for Node.js, which that of Next.js and python-dotenv
follow but for details. What is no assignment is left out, as they do; nothing is an error.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.readers.tree import Entries, Scalar

if TYPE_CHECKING:
    from crosswire.readers.tree import Node
    from crosswire.source import Source

EXPANDED = "!Expand"
"""The tag of a value that is made of other variables: `https://${HOST}`."""

_LARGEST = 200_000
_ASSIGNMENT = re.compile(
    r"""^\ufeff?[ \t]*(?:export[ \t]+)?(?P<name>[A-Za-z_][\w.-]*)(?:[ \t]*=[ \t]*|:[ \t]+)
    (?:(?P<quoted>'(?:\\'|[^'])*'|"(?:\\"|[^"])*"|`(?:\\`|[^`])*`)(?=[ \t]*(?:\#[^\n]*)?\r?$)|(?P<bare>[^#\r\n]*))""",
    re.MULTILINE | re.VERBOSE,
)
_REFERENCE = re.compile(r"(?<!\\)\$(?:\{[A-Za-z_]|[A-Za-z_])")


def read_dotenv(source: Source) -> Entries:
    """The assignments of a file, in the order written. The last one of a name counts."""
    pairs: list[tuple[Scalar, Node]] = []
    if len(source.text) <= _LARGEST:
        for match in _ASSIGNMENT.finditer(source.text):
            name = Scalar(match["name"], source, *match.span("name"), plain=True)
            pairs.append((name, _value(source, match)))
    return Entries(pairs, source, 0, len(source.text))


def _value(source: Source, match: re.Match[str]) -> Scalar:
    quoted = match["quoted"]
    if quoted is None:
        text = match["bare"].strip()
        start = match.start("bare")
        tag = EXPANDED if _REFERENCE.search(text) else ""
        return Scalar(text, source, start, start + len(match["bare"].rstrip()), True, tag)
    text = quoted[1:-1]
    tag = EXPANDED if quoted[0] != "'" and _REFERENCE.search(text) else ""
    if quoted[0] == '"':
        text = text.replace("\\n", "\n").replace("\\r", "\r").replace('\\"', '"')
    return Scalar(text, source, *match.span("quoted"), tag=tag)
