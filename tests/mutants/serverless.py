"""What the operators need to know of serverless.yml: its entries, and what the wiring says of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from tests.mutants.document import Edit, Spot, read
from tests.mutants.template import Template
from tests.mutants.wired import OF_NO_USE, Wired

from crosswire.source import Span
from crosswire.wiring.dialect import SERVERLESS
from crosswire.wiring.function import Function

_NAME = re.compile(r"(^|/)serverless(\.[\w.-]+)?\.(yml|yaml)$")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a service's files."""

    path: str
    spot: Spot

    def __str__(self) -> str:
        return f"{self.path}:{self.spot.lines[0]}"

    def holds(self, span: Span | None) -> bool:
        return span is not None and span.path == self.path and self.start <= span.start and span.end <= self.end

    @property
    def start(self) -> int:
        return self.spot.start

    @property
    def end(self) -> int:
        return self.spot.end

    @property
    def lines(self) -> frozenset[tuple[str, int]]:
        return frozenset((self.path, line) for line in self.spot.lines)

    def edits(self, *edits: Edit) -> dict[str, tuple[Edit, ...]]:
        """Some edits of the file that this stands in."""
        return {self.path: edits}


@dataclass(frozen=True, slots=True)
class Statement(Entry):
    """A statement of a role's policies."""

    action: Spot
    resource: Spot

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(text for spot in self.action.as_list() if (text := spot.text))

    def removed(self) -> Edit:
        """Takes the statement away. What other places of the service name, or what is alone, becomes of no use."""
        parent = self.spot.parent
        is_listed = parent is not None and self.spot.key_node is None and len(parent.children) > 1
        edit = self.spot.removed() if is_listed else None
        return edit or self.spot.replaced(f"{{Effect: Allow, Action: '{OF_NO_USE}', Resource: '*'}}")


class Services(Wired):
    """The services of a project, with all the files that they are written in."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        super().__init__(texts)
        self.are_there = any(_NAME.search(path) for path in texts)

    @cached_property
    def files(self) -> dict[str, Spot]:
        """The trees of the YAML files that services are written in."""
        if not self.are_there:
            return {}
        units = [unit for unit in self.wiring.units if unit.dialect is SERVERLESS]
        paths = sorted({path for unit in units for path in unit.paths if path.endswith((".yml", ".yaml"))})
        trees = ((path, read(self.texts[path])) for path in paths)
        return {path: tree for path, tree in trees if tree is not None}

    def entries(self) -> Iterator[Entry]:
        for path, root in self.files.items():
            for spot in root.walk():
                yield Entry(path, spot)

    def statements(self) -> Iterator[Statement]:
        """The statements that allow functions something."""
        for entry in self.entries():
            effect, action, resource = (entry.spot.get(key) for key in ("Effect", "Action", "Resource"))
            if effect and effect.text == "Allow" and action and resource and not entry.spot.get("Principal"):
                yield Statement(entry.path, entry.spot, action, resource)

    def environments(self) -> Iterator[Entry]:
        """Every mapping of variables that is given to a function."""
        for entry in self.entries():
            if entry.spot.key == "environment" and any(map(self.given, _children(entry))):
                yield entry

    def variables(self) -> Iterator[Entry]:
        for environment in self.environments():
            yield from _children(environment)

    def given(self, variable: Entry) -> list[Function]:
        """The functions that have a variable which is set here."""
        return [
            function
            for function in self.wiring.functions
            if (given := function.env.variables.get(variable.spot.key)) and variable.holds(given.span)
        ]

    def text_of(self, function: Function) -> str:
        """The text of the service that a function is of."""
        return next(self.texts[unit.span.path] for unit in self.wiring.units if unit.id == function.id.unit)

    def templates(self) -> tuple[Template, ...]:
        """What is written as CloudFormation in the services."""
        sections = ((path, spot) for path, root in self.files.items() for spot in root.walk() if spot.get("Resources"))
        return tuple(Template(path, self.texts[path], spot) for path, spot in sections if not spot.get("resources"))


def _children(entry: Entry) -> list[Entry]:
    return [Entry(entry.path, child) for child in entry.spot.children]
