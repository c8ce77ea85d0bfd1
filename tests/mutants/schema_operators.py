"""The mistakes in tables that are declared in CloudFormation, by themselves or as a part of another dialect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.mutants.calls import calling
from tests.mutants.document import Spot
from tests.mutants.mistake import Mistake, Operator
from tests.mutants.project import Place, Project
from tests.mutants.template import Resource, Template, scalar

from crosswire.wiring.schema import kept_tables

_TABLES = ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable")
_INDEXES = ("GlobalSecondaryIndexes", "LocalSecondaryIndexes")


def rename_key(project: Project) -> Iterator[Mistake]:
    """A table has another key than the code gives."""
    for template, table in _tables(project):
        schema = table.property("KeySchema")
        for element in schema.as_list() if schema else ():
            name = element.get("AttributeName")
            places = _naming(project, name) if name else frozenset()
            if name and places:
                everywhere = [
                    spot for spot in table.spot.walk() if spot.key == "AttributeName" and spot.text == name.text
                ]
                yield Mistake(
                    f"the key {name.text} of {table.id} is {name.text}Retired",
                    {template.path: tuple(spot.replaced(scalar(spot, f"{name.text}Retired")) for spot in everywhere)},
                    frozenset({"schema/key-mismatch"}),
                    places | _lines(template, table.spot),
                )


def rename_table_index(project: Project) -> Iterator[Mistake]:
    """A table's index has another name than the code gives."""
    for template, table in _tables(project):
        for kind in _INDEXES:
            indexes = table.property(kind)
            for index in indexes.as_list() if indexes else ():
                name = index.get("IndexName")
                if name and _naming(project, name):
                    yield Mistake(
                        f"the index {name.text} of {table.id} is {name.text}-retired",
                        {template.path: (name.replaced(scalar(name, f"{name.text}-retired")),)},
                        frozenset({"schema/unknown-index"}),
                        project.saying(calling("dynamodb:Query") + "|IndexName"),
                    )


def rename_ttl(project: Project) -> Iterator[Mistake]:
    """A table expires items by another attribute than a library writes."""
    kept = [kept for kept in kept_tables(project.configuration.wiring) if kept.library.ttl is not None]
    for template, table in _tables(project):
        name = table.property("TimeToLiveSpecification", "AttributeName")
        if name and any(one.table.id.address == table.id for one in kept):
            yield Mistake(
                f"{table.id} expires by {name.text}Retired",
                {template.path: (name.replaced(scalar(name, f"{name.text}Retired")),)},
                frozenset({"schema/ttl-mismatch"}),
                _lines(template, table.spot),
            )


def _tables(project: Project) -> Iterator[tuple[Template, Resource]]:
    for template in project.templates:
        for table in template.of_type(*_TABLES):
            yield template, table


def _naming(project: Project, name: Spot) -> frozenset[Place]:
    """Where code says a name."""
    return project.saying(rf"(?<![\w-]){re.escape(name.text)}(?![\w-])") if name.text else frozenset()


def _lines(template: Template, spot: Spot) -> frozenset[Place]:
    return frozenset((template.path, line) for line in spot.lines)


OPERATORS: dict[str, Operator] = {
    "rename-key": rename_key,
    "rename-table-index": rename_table_index,
    "rename-ttl": rename_ttl,
}
