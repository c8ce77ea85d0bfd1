"""What the operators need to know of commands, policy files and apps: stretches of text, and what the wiring says that
they are. Nothing here knows a language of scripts: places come from the wiring, and an edit keeps to what it is about.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import yaml
from tests.mutants.document import Edit, Spot
from tests.mutants.project import Place, Project
from tests.mutants.wired import other_than

from crosswire.source import Span
from crosswire.wiring.access import Grant
from crosswire.wiring.dialect import COMMANDS
from crosswire.wiring.function import EnvVariable, Function
from crosswire.wiring.resource import Table
from crosswire.wiring.trigger import InvokePermission

_COMMAND = re.compile(r"\bcreate-table\b")
_BRACKETS = {"(": ")", "[": "]", "{": "}"}
_UNFINISHED = (".example", ".sample", ".template", ".tmpl", ".tpl")


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a file."""

    path: str
    text: str
    start: int
    end: int

    @classmethod
    def at(cls, span: Span) -> Part:
        return cls(span.path, span.source.text, span.start, span.end)

    def __str__(self) -> str:
        return f"{self.path}:{min(line for _, line in self.lines)}"

    @property
    def said(self) -> str:
        return self.text[self.start : self.end]

    @property
    def lines(self) -> frozenset[Place]:
        first, last = (self.text.count("\n", 0, offset) + 1 for offset in (self.start, self.end))
        return frozenset((self.path, line) for line in range(first, last + 1))

    def holds(self, span: Span | None) -> bool:
        return span is not None and span.path == self.path and self.start <= span.start and span.end <= self.end

    def replaced(self, text: str) -> Edit:
        return Edit(self.start, self.end, text)

    def edits(self, *edits: Edit) -> dict[str, tuple[Edit, ...]]:
        """Some edits of the file that this is in."""
        return {self.path: edits}


@dataclass(frozen=True, slots=True)
class Statement(Part):
    """A statement of a policy, in a file or in the words of a command."""

    action: Spot
    resource: Spot

    @property
    def actions(self) -> tuple[str, ...]:
        return tuple(text for spot in self.action.as_list() if (text := spot.text))

    @property
    def is_finished(self) -> bool:
        """Whether nothing fills it in before it is used."""
        return not self.path.endswith(_UNFINISHED)

    def part(self, spot: Spot) -> Part:
        return Part(self.path, self.text, spot.start, spot.end)

    def of_no_use(self) -> Edit:
        """Takes away what it allows. The services that it speaks of stay the same: where it is the only one that speaks
        of one, the absence of the statement would prove nothing."""
        services = dict.fromkeys(action.partition(":")[0] for action in self.actions)
        first = {service: next(one for one in self.actions if one.startswith(f"{service}:")) for service in services}
        others = ", ".join(f'"{other_than(action)}"' for action in first.values())
        return self.action.replaced(f"[{others}]")


@dataclass(frozen=True, slots=True)
class Variable(Part):
    """A variable as it is set for some functions: `NAME=value` among others, or an entry of a mapping. `start` is that
    of the name."""

    name: str
    value: Part
    functions: tuple[Function, ...]

    @property
    def is_quoted(self) -> bool:
        return self.text[self.start] in "\"'"

    @property
    def is_alone_on_its_line(self) -> bool:
        return "\n" in self.text[self.end : self.end + 1]

    @property
    def names(self) -> frozenset[str]:
        return frozenset(str(function.id) for function in self.functions)

    def with_before(self, name: str, value: str) -> Edit:
        """Puts another variable before this one, written as this one is."""
        own, between = self.text[self.start : self.value.start], self.said[:0]
        name = own.replace(self.name, name)
        quote = self.text[self.value.start] if self.text[self.value.start] in "\"'" else ""
        return Edit(self.start, self.start, f"{name}{quote}{value}{quote}{between}{self._between}")

    @property
    def _between(self) -> str:
        """What stands between two variables here."""
        if self.path.endswith("Dockerfile"):
            return " "
        return ", " if self.is_quoted else ","

    def removed(self) -> Edit:
        """Takes the variable out, with what separates it from its neighbours."""
        after = re.compile(r"\s*,\s*|[ \t]*\\\n[ \t]*").match(self.text, self.end)
        if after:
            return Edit(self.start, after.end())
        before = re.compile(r"\s*,\s*$|[ \t]*\\\n[ \t]*$").search(self.text, 0, self.start)
        if before:
            return Edit(before.start(), self.end)
        begin = self.text.rfind("\n", 0, self.start) + 1
        line = self.text[begin : self.start].strip()
        return Edit(begin, self.end + 1) if line in ("", "ENV") else Edit(self.start, self.end)


def units(project: Project) -> frozenset[str]:
    """The units that are made of commands, policies and apps."""
    return frozenset(unit.id for unit in project.configuration.wiring.units if unit.dialect is COMMANDS)


def functions(project: Project) -> list[Function]:
    """What those units deploy."""
    known = units(project)
    return [function for function in project.configuration.wiring.functions if function.id.unit in known]


def statements(project: Project) -> Iterator[Statement]:
    """Every statement that allows something and can be read where it stands."""
    seen: set[tuple[str, int]] = set()
    for grant in _grants(project):
        part = Part.at(grant.span)
        root = _tree_at(part)
        if root is None or (part.path, part.start) in seen:
            continue
        seen.add((part.path, part.start))
        effect, action, resource = (root.get(key) for key in ("Effect", "Action", "Resource"))
        if effect and effect.text == "Allow" and action and resource:
            yield Statement(part.path, part.text, part.start, part.end, action, resource)


def _grants(project: Project) -> Iterator[Grant]:
    wiring, known = project.configuration.wiring, units(project)
    for role in wiring.roles:
        if role.id is not None and role.id.unit in known:
            yield from role.grants
    for policy in wiring.resource_policies:
        if policy.owner.unit in known:
            yield from policy.grants


def _tree_at(part: Part) -> Spot | None:
    """The tree of JSON in the midst of a text, every node at its place in the whole."""
    if not part.said.startswith("{"):
        return None
    blank = re.sub(r"[^\n]", " ", part.text[: part.start])
    try:
        node = yaml.compose(blank + part.said.replace("\t", " "), yaml.SafeLoader)
    except yaml.YAMLError:
        return None
    return Spot(part.text, node) if isinstance(node, yaml.MappingNode) else None


def variables(project: Project) -> Iterator[Variable]:
    """Every variable that a command, or the settings of a deployment, gives to a function or an app."""
    found: dict[tuple[str, int], tuple[EnvVariable, list[Function]]] = {}
    for function in functions(project):
        for variable in function.env.variables.values():
            key = (variable.span.path, variable.span.start)
            found.setdefault(key, (variable, []))[1].append(function)
    for variable, given in found.values():
        name = Part.at(variable.span)
        value = _value_after(name)
        if name.said.strip("\"'") == variable.name and value is not None:
            yield Variable(name.path, name.text, name.start, value.end, variable.name, value, tuple(given))


def _value_after(name: Part) -> Part | None:
    """The value that follows the name of a variable: up to the next one, whatever brackets and quotes are in it."""
    sign = re.compile(r"\s*[=:]\s*").match(name.text, name.end)
    if sign is None:
        return None
    text, at, expected = name.text, sign.end(), list[str]()
    quote = text[at] if text[at] in "\"'" else ""
    if quote:
        return Part(name.path, text, at, text.index(quote, at + 1) + 1)
    while at < len(text):
        character = text[at]
        if expected and character == expected[-1]:
            expected.pop()
        elif not expected and (character in ",}]\"'" or character.isspace()):
            break
        elif character in _BRACKETS:
            expected.append(_BRACKETS[character])
        at += 1
    return Part(name.path, text, sign.end(), at)


def permissions(project: Project) -> Iterator[tuple[Part, list[InvokePermission]]]:
    """Every command that lets something invoke a function, with the permissions that come of it."""
    known = units(project)
    found: dict[tuple[str, int], tuple[Part, list[InvokePermission]]] = {}
    for permission in project.configuration.wiring.permissions:
        if permission.id.unit in known:
            part = Part.at(permission.span)
            found.setdefault((part.path, part.start), (part, []))[1].append(permission)
    return iter(found.values())


def tables(project: Project) -> Iterator[Table]:
    """The tables that commands create."""
    known = units(project)
    for resource in project.configuration.wiring.resources:
        if isinstance(resource, Table) and resource.id.unit in known:
            yield resource


def request_at(span: Span) -> Part:
    """The command that creates the table of which something stands at a place; a whole file where it is its input."""
    text = span.source.text
    starts = [found.start() for found in _COMMAND.finditer(text)]
    begin = max((start for start in starts if start <= span.start), default=0)
    end = min((start for start in starts if start > span.start), default=len(text))
    return Part(span.path, text, begin, end)
