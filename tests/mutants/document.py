"""A YAML or JSON text as a tree whose parts can be taken out or replaced, all other text left as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import yaml


@dataclass(frozen=True, slots=True)
class Edit:
    """Text between two offsets, and what takes its place."""

    start: int
    end: int
    text: str = ""

    def apply(self, text: str) -> str:
        return text[: self.start] + self.text + text[self.end :]


class Spot:
    """A node and the way to it: `key` is its name in a mapping or its number in a list."""

    def __init__(
        self, text: str, node: yaml.Node, parent: Spot | None = None, key: str = "", key_node: yaml.Node | None = None
    ) -> None:
        self.document = text
        self.node = node
        self.parent = parent
        self.key = key
        self.key_node = key_node

    @property
    def is_json(self) -> bool:
        return self.document.lstrip().startswith("{")

    @property
    def tag(self) -> str:
        """The tag as it is written, empty where none is."""
        return self.node.tag if self.node.tag.startswith("!") else ""

    @property
    def text(self) -> str | None:
        """The text of a scalar."""
        return self.node.value if isinstance(self.node, yaml.ScalarNode) else None

    @property
    def children(self) -> list[Spot]:
        """The elements of a list or the values of a mapping."""
        node = self.node
        if isinstance(node, yaml.SequenceNode):
            return [Spot(self.document, child, self, str(at)) for at, child in enumerate(node.value)]
        if isinstance(node, yaml.MappingNode):
            return [Spot(self.document, value, self, str(key.value), key) for key, value in node.value]
        return []

    def get(self, *path: str) -> Spot | None:
        """The value at the end of a path of keys."""
        spot: Spot | None = self
        for key in path:
            spot = next((child for child in spot.children if child.key == key), None) if spot else None
        return spot

    def as_list(self) -> list[Spot]:
        """The elements of a list; anything else is a list of one."""
        return self.children if isinstance(self.node, yaml.SequenceNode) and not self.tag else [self]

    @property
    def start(self) -> int:
        """Where the entry begins: at its key, if it has one."""
        return int((self.key_node or self.node).start_mark.index)

    @property
    def end(self) -> int:
        return _end(self.node, self.document)

    @property
    def lines(self) -> range:
        """The lines that the entry takes, counted from one."""
        first = self.document.count("\n", 0, self.start) + 1
        return range(first, self.document.count("\n", 0, self.end) + 2)

    @property
    def source_line(self) -> str:
        """The whole line on which the entry begins, with its comment."""
        return self.document.split("\n")[self.lines[0] - 1]

    def removed(self) -> Edit | None:
        """Takes the entry out, and its parent with it where nothing else is left in that. None where it cannot be."""
        parent = self.parent
        if parent is None:
            return None
        siblings = parent.children
        if len(siblings) == 1:
            return parent.removed()
        if isinstance(parent.node, yaml.CollectionNode) and parent.node.flow_style:
            at = [sibling.start for sibling in siblings].index(self.start)
            if at + 1 < len(siblings):
                return Edit(self.start, siblings[at + 1].start)
            return Edit(siblings[at - 1].end, self.end)
        begin = self.document.rfind("\n", 0, self.start) + 1
        if self.document[begin : self.start].strip() not in ("", "-"):
            return None
        if self.key_node is not None and self.document[begin : self.start].strip():
            return None
        line_end = self.document.find("\n", self.end)
        return Edit(begin, line_end + 1 if line_end >= 0 else len(self.document))

    def replaced(self, text: str) -> Edit:
        """Puts other text where the value is."""
        return Edit(int(self.node.start_mark.index), self.end, text)

    def with_first(self, key: str, value: str) -> Edit:
        """Puts an entry before the first one of this mapping; `value` is written as it stands."""
        first = self.children[0]
        if isinstance(self.node, yaml.CollectionNode) and self.node.flow_style:
            name = f'"{key}"' if self.is_json else key
            return Edit(first.start, first.start, f"{name}: {value}, ")
        begin = self.document.rfind("\n", 0, first.start) + 1
        return Edit(begin, begin, f"{' ' * (first.start - begin)}{key}: {value}\n")

    def walk(self) -> Iterator[Spot]:
        yield self
        for child in self.children:
            yield from child.walk()


def read(text: str) -> Spot | None:
    """The tree of a text; None where it is none."""
    try:
        node = yaml.compose(text, yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    return Spot(text, node) if isinstance(node, yaml.MappingNode) else None


def _end(node: yaml.Node, text: str) -> int:
    """Where a node's text ends. The marks of block collections lie, those of everything else do not."""
    end = int(node.end_mark.index)
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return _end(last[1] if isinstance(last, tuple) else last, text)
    return len(text[:end].rstrip()) if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">") else end
