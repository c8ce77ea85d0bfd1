"""Read YAML into the positioned tree: every document of a text, tags as written, anchors and merge keys followed.

The events of libyaml are turned into nodes directly, which is twice as fast as composing and cannot overflow the stack.
An alias shares the node of its anchor, so a tree may be a graph; its expanded size and depth are bounded here, so that
no later step has to care. A key that is no text (`{{ name }}: x` in a Jinja file) is kept as the text that is written,
with the tag `?`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentEndEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Source

_MAX_DEPTH = 120
_MAX_ALIASED_NODES = 300_000
_CORE = "tag:yaml.org,2002:"
_PLAIN_CORE_TAGS = ("int", "float", "bool", "null", "timestamp")
_TEXT_OR_COLLECTION_TAGS = ("str", "map", "seq")


def read_yaml(source: Source) -> list[Node] | Broken:
    """All documents of a text; `Broken` names the place of the first mistake and what to do about it."""
    text = source.text
    skipped = 1 if text.startswith("\ufeff") else 0
    if skipped:
        text = text[1:]
    try:
        return _Builder(source, skipped).documents(_events(text))
    except _Unusable as problem:
        return Broken(problem.span, problem.why)
    except YAMLError as error:
        return _broken(source, skipped, error)
    except UnicodeError:
        return Broken(Span(source, 0, 0), "the file holds characters that are no valid text: save it as UTF-8")


def _events(text: str) -> Iterator[Any]:
    parser = _parser(text)
    get = parser.get_event
    event = get()
    while event is not None:
        yield event
        event = get()


def _parser(text: str) -> Any:
    """libyaml's parser, or PyYAML's own where the C extension was not built."""
    try:
        from yaml._yaml import CParser
    except ImportError:
        return _python_parser(text)
    return CParser(text)


def _python_parser(text: str) -> Any:
    from yaml.parser import Parser
    from yaml.reader import Reader
    from yaml.scanner import Scanner

    class PythonParser(Reader, Scanner, Parser):
        def __init__(self, stream: str) -> None:
            Reader.__init__(self, stream)
            Scanner.__init__(self)
            Parser.__init__(self)

    return PythonParser(text)


class _Unusable(Exception):
    """The text is YAML, but of a kind that is not read: `span` and `why` become a Broken."""

    def __init__(self, span: Span, why: str) -> None:
        super().__init__(why)
        self.span = span
        self.why = why


class _Open:
    """A collection whose end has not come yet. `key` is the pending key of a mapping."""

    __slots__ = ("anchor", "count", "height", "key", "node")

    def __init__(self, node: Items | Entries, anchor: str | None, count: int) -> None:
        self.node = node
        self.anchor = anchor
        self.count = count
        self.height = 1
        self.key: Scalar | None = None


class _Builder:
    """Turns events into nodes. `count` is the number of nodes that the tree has once aliases are written out."""

    def __init__(self, source: Source, skipped: int) -> None:
        self._source = source
        self._skipped = skipped
        self._count = 0
        self._made = 0
        self._anchors: dict[str, tuple[Node | None, int, int]] = {}
        self._stack: list[_Open] = []
        self._documents: list[Node] = []

    def documents(self, events: Iterator[Any]) -> list[Node]:
        source, skipped = self._source, self._skipped
        for event in events:
            kind = type(event)
            if kind is ScalarEvent:
                self._scalar(event)
            elif kind is MappingStartEvent:
                start = event.start_mark.index + skipped
                self._open(event, Entries([], source, start, event.end_mark.index + skipped, _tag(event)))
            elif kind is SequenceStartEvent:
                start = event.start_mark.index + skipped
                self._open(event, Items([], source, start, event.end_mark.index + skipped, _tag(event)))
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                self._close(event)
            elif kind is AliasEvent:
                self._alias(event)
            elif kind is DocumentEndEvent:
                self._anchors.clear()
        return self._documents

    def _scalar(self, event: Any) -> None:
        self._count += 1
        self._made += 1
        skipped = self._skipped
        start, end = event.start_mark.index + skipped, event.end_mark.index + skipped
        style = event.style
        plain = not style
        tag = event.tag
        if style == "|" or style == ">":
            end = start + len(self._source.text[start:end].rstrip())
        if tag is None:
            node = Scalar(event.value, self._source, start, end, plain)
        else:
            written = _tag(event)
            if written or tag == "!" or tag == _CORE + "str":
                plain = False
            node = Scalar(event.value, self._source, start, end, plain, written)
        if event.anchor is not None:
            self._anchors[event.anchor] = (node, 1, 1)
        self._add(node, 1)

    def _open(self, event: Any, node: Items | Entries) -> None:
        self._count += 1
        self._made += 1
        if len(self._stack) >= _MAX_DEPTH:
            raise _Unusable(node.span, f"the text is nested more than {_MAX_DEPTH} levels deep: make it flatter")
        if event.anchor is not None:
            self._anchors[event.anchor] = (None, 0, 0)
        self._stack.append(_Open(node, event.anchor, self._count))

    def _close(self, event: Any) -> None:
        opened = self._stack.pop()
        node = opened.node
        if event.end_mark.index > event.start_mark.index:  # a closing bracket
            node.end = event.end_mark.index + self._skipped
        elif isinstance(node, Entries):
            if node.pairs:
                node.end = max(node.end, node.pairs[-1][0].end, _end_in(self._source, node, node.pairs[-1][1]))
        elif node.items:
            node.end = max(node.end, _end_in(self._source, node, node.items[-1]))
        if isinstance(node, Entries) and any(key.text == "<<" and key.plain for key, _ in node.pairs):
            self._merge(node)
        if opened.anchor is not None:
            self._anchors[opened.anchor] = (node, self._count - opened.count + 1, opened.height)
        self._add(node, opened.height)

    def _alias(self, event: Any) -> None:
        start, end = event.start_mark.index + self._skipped, event.end_mark.index + self._skipped
        span = Span(self._source, start, end)
        known = self._anchors.get(event.anchor)
        if known is None:
            raise _Unusable(span, f"the alias `*{event.anchor}` has no anchor `&{event.anchor}` before it: add one")
        node, size, height = known
        if node is None:
            raise _Unusable(span, f"the alias `*{event.anchor}` stands inside its own anchor: write the value out")
        self._count += size
        self._bound(span)
        if len(self._stack) + height > _MAX_DEPTH:
            raise _Unusable(span, f"with its aliases the text is more than {_MAX_DEPTH} levels deep: make it flatter")
        self._add(node, height)

    def _bound(self, span: Span) -> None:
        if self._count - self._made > _MAX_ALIASED_NODES:
            raise _Unusable(span, "the aliases of this file expand to too many nodes: write the values out")

    def _add(self, node: Node, height: int) -> None:
        if not self._stack:
            self._documents.append(node)
            return
        top = self._stack[-1]
        if height >= top.height:
            top.height = height + 1
        if isinstance(top.node, Items):
            top.node.items.append(node)
        elif top.key is None:
            top.key = node if isinstance(node, Scalar) and not node.tag else _text_key(node)
        else:
            top.node.pairs.append((top.key, node))
            top.key = None

    def _merge(self, node: Entries) -> None:
        """Write out `<<`: keys of the mapping itself win over merged ones, earlier merged ones over later ones."""
        own = [pair for pair in node.pairs if not (pair[0].text == "<<" and pair[0].plain)]
        taken = {key.text for key, _ in own}
        for key, value in node.pairs:
            if not (key.text == "<<" and key.plain):
                continue
            for merged in value.items if isinstance(value, Items) else [value]:
                if not isinstance(merged, Entries):
                    raise _Unusable(key.span, "`<<` merges mappings only: give it an alias of a mapping")
                self._count += len(merged.pairs)
                self._bound(key.span)
                fresh = [pair for pair in merged.pairs if pair[0].text not in taken]
                taken.update(pair[0].text for pair in fresh)
                own.extend(fresh)
        node.pairs = own


def _end_in(source: Source, parent: Node, last: Node) -> int:
    """The end of a parent's last part, unless that part is an alias to an earlier place."""
    return last.end if last.start >= parent.start else parent.end


def _text_key(node: Node) -> Scalar:
    text = node.text if isinstance(node, Scalar) else node.span.text
    return Scalar(text, node.source, node.start, node.end, False, "?")


def _tag(event: Any) -> str:
    """The tag as it was written; the tags of YAML's own types say nothing that matters here."""
    tag: str | None = event.tag
    if tag is None or tag == "!":
        return ""
    if tag.startswith(_CORE):
        name = tag[len(_CORE) :]
        return "" if name in _PLAIN_CORE_TAGS or name in _TEXT_OR_COLLECTION_TAGS else f"!!{name}"
    return tag


def _broken(source: Source, skipped: int, error: YAMLError) -> Broken:
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", None) or getattr(error, "reason", None) or "it is no YAML")
    if mark is None:
        character = getattr(error, "character", None)
        if isinstance(character, str) and len(character) == 1:
            character = ord(character)
        at = source.text.find(chr(character)) if isinstance(character, int) else 0
        return Broken(Span(source, max(at, 0), max(at, 0) + 1), "a control character stands in the text: remove it")
    at = min(mark.index + skipped, len(source.text))
    written = source.text[at : at + 1]
    line_start = source.text.rfind("\n", 0, at) + 1
    if "\t" in source.text[line_start : at + 1] and not source.text[line_start:at].strip():
        return Broken(Span(source, at, at + 1), "a tab indents this line: YAML allows spaces only")
    return Broken(Span(source, at, min(at + 1, len(source.text))), _advice(problem, written))


def _advice(problem: str, written: str) -> str:
    for known, advice in _ADVICE:
        if known in problem:
            return advice.format(written=written)
    return f"this is no valid YAML ({problem}): correct it"


_ADVICE = (
    ("mapping values are not allowed", "a `:` stands where no key can be: fix the indentation or quote the text"),
    ("could not find expected ':'", "a `:` is missing after the key before this place: add it"),
    ("did not find expected key", "a key was expected here: fix the indentation, or close the quote or bracket before"),
    ("expected <block end>", "a key was expected here: fix the indentation, or close the quote or bracket before"),
    ("did not find expected '-' indicator", "a list item was expected here: start the line with `-` or indent it less"),
    ("did not find expected ',' or", "a `,` or a closing bracket is missing before this place: add it"),
    ("expected ',' or", "a `,` or a closing bracket is missing before this place: add it"),
    ("block sequence entries are not allowed", "a list cannot start here: put `-` on its own line"),
    ("found unexpected end of stream", "the text ends inside quotes: close them"),
    ("cannot start any token", "text cannot start with `{written}`: quote it"),
    ("unknown escape character", "this escape is unknown inside double quotes: write `\\\\` or use single quotes"),
    ("undefined tag handle", "this tag prefix is not declared: correct the tag"),
    ("did not find expected <document start>", "something stands after the end of the document: fix the indentation"),
    ("but found another document", "something stands after the end of the document: fix the indentation"),
)
