"""All operators: each makes one kind of mistake in a correct project, wherever it can be made."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.mutants import (
    app_operators,
    code_operators,
    command_operators,
    environment_operators,
    policy_operators,
    schema_operators,
    serverless_operators,
    template_operators,
    terraform_operators,
)
from tests.mutants.project import Place, Project

_TABLES = {
    "templates": {**template_operators.OPERATORS, **schema_operators.OPERATORS},
    "serverless.yml": serverless_operators.OPERATORS,
    "Terraform": terraform_operators.OPERATORS,
    "policies": policy_operators.OPERATORS,
    "commands": command_operators.OPERATORS,
    "apps": app_operators.OPERATORS,
    "environments": environment_operators.OPERATORS,
    "code": code_operators.OPERATORS,
}
OPERATORS = tuple(dict.fromkeys(name for table in _TABLES.values() for name in table))


@dataclass(frozen=True, slots=True)
class Mutant:
    """A project with one mistake, and what must be said of it: see `Mistake`. `dialect` is what the mistake is in."""

    project: str
    language: str
    dialect: str
    operator: str
    what: str
    texts: Mapping[str, str]
    rules: frozenset[str]
    places: frozenset[Place]
    functions: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()

    def __str__(self) -> str:
        return f"{self.project}: {self.operator}: {self.what}"


def mutants(project: Project) -> Iterator[Mutant]:
    """Every mutant of a project."""
    for dialect, table in _TABLES.items():
        for name, operator in table.items():
            for mistake in operator(project):
                yield Mutant(
                    project.name,
                    project.language,
                    dialect,
                    name,
                    mistake.what,
                    project.changed(mistake.edits).texts,
                    mistake.rules,
                    mistake.places,
                    mistake.functions,
                    mistake.environments,
                )
