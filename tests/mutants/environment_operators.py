"""The mistakes that one environment of several has: what is said of them must say which."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.mutants.declared import Part
from tests.mutants.document import Edit
from tests.mutants.mistake import Mistake, Operator
from tests.mutants.project import Project

from crosswire.frontends.link import build_wiring
from crosswire.project import Files, Selection
from crosswire.source import Span
from crosswire.values import Const
from crosswire.wiring.function import EnvVariable, Function
from crosswire.wiring.project import Unit, Wiring

Mistakes = Iterator[Mistake]

_VALUE = re.compile(r"""["']?\s*[:=] *([^\s#][^\n#]*?) *(?=\n|#)""")
"""What follows the name of a variable on its line."""

_RULES = frozenset({"env/unknown-table", "iam/wrong-resource"})


def name_of_another_environment(project: Project) -> Mistakes:
    """A variable holds, wherever it is deployed, the name that is right in one environment."""
    wiring = project.configuration.wiring
    for part, given in _by_place(wiring).items():
        name = next(iter(given.values()))[0][1].name
        texts = {environment: _text(wiring, each[0][1]) for environment, each in given.items()}
        names = {text for text in texts.values() if text}
        if None in texts.values() or len(names) < 2 or not project.requires(name) or not names & _names(wiring):
            continue
        for text in sorted(names):
            yield Mistake(
                f"{part} {name} is {text} everywhere",
                part.edits(part.replaced(f'"{text}"')),
                _RULES,
                part.lines | project.naming(name),
                frozenset(str(function.id) for each in given.values() for function, _ in each),
                frozenset(environment for environment, own in texts.items() if own != text),
            )


def _by_place(wiring: Wiring) -> Mapping[Part, dict[str, list[tuple[Function, EnvVariable]]]]:
    """The variables of functions by the place of their values, as each environment gives them."""
    units = {unit.id: unit for unit in wiring.units if unit.environment}
    found: dict[Part, dict[str, list[tuple[Function, EnvVariable]]]] = {}
    for function in wiring.functions:
        unit = units.get(function.id.unit)
        for variable in function.env.variables.values() if unit is not None else ():
            text = variable.span.source.text
            value = _VALUE.match(text, variable.span.end)
            if unit is not None and value is not None:
                part = Part(variable.span.path, text, value.start(1), value.end(1))
                found.setdefault(part, {}).setdefault(unit.environment, []).append((function, variable))
    return found


def other_value(project: Project) -> Mistakes:
    """One environment gives a parameter a value that is the name of nothing."""
    wiring = project.configuration.wiring
    for unit in wiring.units:
        if not unit.environment or unit.id != unit.root:
            continue
        for name, span in unit.given:
            edits = Part.at(span).edits(_retired(span))
            changed = build_wiring(Files.from_texts(project.changed(edits).texts), Selection())
            functions = _concerned(project, unit, changed)
            if functions and _names(changed) == _names(wiring):
                yield Mistake(
                    f"{span.path} gives {name} another value in {unit.environment}",
                    edits,
                    _RULES,
                    frozenset((span.path, line) for _, line in Part.at(span).lines) | _said_of(functions),
                    frozenset(str(function.id) for function in functions),
                    frozenset({unit.environment}),
                )


def _retired(span: Span) -> Edit:
    at = span.end - (span.text[-1:] in ("'", '"'))
    return Edit(at, at, "-retired")


def _said_of(functions: list[Function]) -> frozenset[tuple[str, int]]:
    return frozenset(
        (call.span.path, line)
        for function in functions
        for call in function.code.calls
        for line in range(call.span.start_position.line, call.span.end_position.line + 1)
    )


def _concerned(project: Project, unit: Unit, changed: Wiring) -> list[Function]:
    """The functions of an environment whose variables named something, and do not after a change."""
    wiring = project.configuration.wiring
    after = {function.id: function for function in changed.functions}
    found = []
    for function in wiring.functions:
        if function.id.unit == unit.id and function.id in after:
            for name, variable in function.env.variables.items():
                before, now = _text(wiring, variable), _text(changed, after[function.id].env.variables[name])
                is_followed = _allowed(wiring, function) != _allowed(changed, after[function.id])
                if before != now and before in _names(wiring) and project.requires(name) and not is_followed:
                    found.append(function)
    return found


def _allowed(wiring: Wiring, function: Function) -> list[str]:
    """What a function is allowed: a table that its policies name by themselves may be another stack's."""
    return [str(wiring.expand(resource)) for grant in function.role.grants for resource in grant.resources]


def _text(wiring: Wiring, variable: EnvVariable) -> str | None:
    value = wiring.expand(variable.value)
    return value.text if isinstance(value, Const) else None


def _names(wiring: Wiring) -> set[str]:
    """What resources are called, where that is known."""
    values = (wiring.expand(resource.name) for resource in wiring.resources if resource.name is not None)
    return {value.text for value in values if isinstance(value, Const)}


OPERATORS: dict[str, Operator] = {
    "name-of-another-environment": name_of_another_environment,
    "other-value": other_value,
}
