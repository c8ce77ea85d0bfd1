"""The mistakes in commands: each operator finds every place of any script where it can be made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.mutants import declared
from tests.mutants.calls import calling
from tests.mutants.declared import Part, Variable
from tests.mutants.document import Edit
from tests.mutants.losses import after
from tests.mutants.mistake import Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project
from tests.mutants.template_operators import with_fallback

from crosswire.values import Const, Value
from crosswire.wiring.resource import Table
from crosswire.wiring.trigger import InvokePermission

Mistakes = Iterator[Mistake]

_SOURCE = re.compile(r"--source-arn[\s=]+(\"[^\"]*|'[^']*|[^\s\"']+)")


# -------------------------------------------------------------------------------------------------------- environment


def _set_by_commands(project: Project) -> Iterator[Variable]:
    for variable in declared.variables(project):
        if all(function.is_lambda for function in variable.functions):
            yield variable


def _required(project: Project) -> Iterator[tuple[Variable, frozenset[Place]]]:
    """Variables that the code of the functions that are given them names and has no default for, with the places."""
    for variable in _set_by_commands(project):
        files = {path for function in variable.functions for path in function.code.files}
        places = frozenset((path, line) for path, line in project.naming(variable.name) if path in files)
        if places and project.requires(variable.name):
            yield variable, places


def drop_variable(project: Project) -> Mistakes:
    """A variable that the code needs is not set."""
    for variable, places in _required(project):
        yield _unset(variable, places, variable.removed(), "is not set")


def rename_variable(project: Project) -> Mistakes:
    """A variable is set under another name than the code reads."""
    for variable, places in _required(project):
        end = variable.start + len(variable.name) + variable.is_quoted
        yield _unset(variable, places, Edit(end, end, "_VALUE"), "is set under another name")


def _unset(variable: Variable, places: frozenset[Place], edit: Edit, what: str) -> Mistake:
    rules = frozenset({"env/not-set"})
    return Mistake(f"{variable} {variable.name} {what}", variable.edits(edit), rules, places, variable.names)


def fall_back(project: Project) -> Mistakes:
    """A variable is not set, and the code falls back to a name of its own."""
    for variable, _ in _required(project):
        code = with_fallback(project, variable.name)
        values = (function.env.variables[variable.name].value for function in variable.functions)
        if code and any(_names_something(project, value) for value in values):
            edits: Mapping[str, tuple[Edit, ...]] = {**variable.edits(variable.removed()), **code}
            yield Mistake(
                f"{variable} {variable.name} is not set and falls back",
                edits,
                frozenset({"env/risky-fallback"}),
                project.changed(edits).naming(variable.name),
                variable.names,
            )


def _names_something(project: Project, value: Value) -> bool:
    """Whether a value is what a resource of the project is called."""
    return any(one.name == value for one in project.configuration.wiring.resources)


def retired_table(project: Project) -> Mistakes:
    """A variable names a table that nobody declares."""
    tables = [one.name for one in project.configuration.wiring.resources if isinstance(one, Table)]
    for variable, _ in _required(project):
        if any(function.env.variables[variable.name].value in tables for function in variable.functions):
            quote = variable.value.said[0] if variable.value.said[0] in "\"'" else ""
            yield Mistake(
                f"{variable} {variable.name} names a table that nobody declares",
                variable.edits(variable.value.replaced(f"{quote}retired-table{quote}")),
                frozenset({"env/unknown-table", "iam/wrong-resource"}),
                variable.lines,
                variable.names,
            )


def reserved_name(project: Project) -> Mistakes:
    """A variable has a name that Lambda keeps to itself."""
    yield from _added(project, "AWS_REGION", "eu-west-1", "env/reserved-name")


def plaintext_secret(project: Project) -> Mistakes:
    """A secret stands in the environment in plain text."""
    yield from _added(project, "STRIPE_SECRET_KEY", made_up_key(), "secrets/plaintext-in-env")


def placeholder_secret(project: Project) -> Mistakes:
    """A secret was never filled in."""
    yield from _added(project, "PAYMENT_API_KEY", "YOUR_API_KEY_HERE", "secrets/placeholder")


def _added(project: Project, name: str, value: str, rule: str) -> Mistakes:
    for variable in _set_by_commands(project):
        yield Mistake(
            f"{name} is set before {variable}",
            variable.edits(variable.with_before(name, value)),
            frozenset({rule}),
            variable.lines,
            variable.names,
        )


# ----------------------------------------------------------------------------------------------------------- triggers


def drop_permission(project: Project) -> Mistakes:
    """What invokes a function has no permission to."""
    for command, of_it in declared.permissions(project):
        edits = command.edits(command.replaced("echo invoked"))
        targets = {permission.function.target for permission in of_it}
        triggers = [one for one in project.configuration.wiring.triggers if one.function.target in targets]
        yield Mistake(
            f"the permission {command} is missing",
            edits,
            frozenset({"triggers/missing-permission"}),
            frozenset(place for trigger in triggers for place in after(trigger.span, edits)),
            frozenset(map(str, filter(None, targets))),
        )


def wrong_principal(project: Project) -> Mistakes:
    """A permission is for another service than the one that invokes."""
    for command, of_it in declared.permissions(project):
        yield from _other(command, of_it[0].principal, "iot.amazonaws.com", of_it)


def wrong_action(project: Project) -> Mistakes:
    """A permission is for reading the function, not for invoking it."""
    for command, of_it in declared.permissions(project):
        yield from _other(command, of_it[0].action, "lambda:GetFunction", of_it)


def _other(command: Part, value: Value, text: str, of_it: list[InvokePermission]) -> Mistakes:
    if isinstance(value, Const) and command.holds(value.span) and value.span is not None:
        word = Part.at(value.span)
        quote = word.said[0] if word.said[0] in "\"'" else ""
        yield _wrong(command, word.replaced(f"{quote}{text}{quote}"), text, of_it)


def wrong_source(project: Project) -> Mistakes:
    """A permission is for another source than the one that invokes."""
    for command, of_it in declared.permissions(project):
        found = _SOURCE.search(command.text, command.start)
        if found:
            yield _wrong(command, Edit(found.end(), found.end(), "-retired"), f"{found[1]}-retired", of_it)


def _wrong(command: Part, edit: Edit, text: str, of_it: list[InvokePermission]) -> Mistake:
    rules = frozenset({"triggers/wrong-permission"})
    names = frozenset(str(one.function.target) for one in of_it if one.function.target)
    return Mistake(f"the permission {command} is for {text}", command.edits(edit), rules, command.lines, names)


# ------------------------------------------------------------------------------------------------------------- tables


def rename_key(project: Project) -> Mistakes:
    """A table has another key than the code gives."""
    for table in declared.tables(project):
        for key in table.keys:
            places = project.saying(rf"(?<![\w-]){key.attribute}(?![\w-])")
            if key.span is None or not places:
                continue
            request = declared.request_at(key.span)
            named = re.compile(rf"AttributeName\W+{key.attribute}(?=\W)")
            ends = [found.end() for found in named.finditer(request.text, request.start, request.end)]
            yield Mistake(
                f"the key {key.attribute} of {table.id} is {key.attribute}Retired",
                request.edits(*(Edit(end, end, "Retired") for end in ends)),
                frozenset({"schema/key-mismatch"}),
                places | Part.at(key.span).lines,
            )


def rename_table_index(project: Project) -> Mistakes:
    """A table's index has another name than the code gives."""
    for table in declared.tables(project):
        for index in table.indexes:
            name = index.name
            if isinstance(name, Const) and name.span and project.saying(rf"\b{re.escape(name.text)}\b"):
                at = name.span.start + name.span.text.index(name.text) + len(name.text)
                yield Mistake(
                    f"the index {name.text} of {table.id} is {name.text}-retired",
                    Part.at(name.span).edits(Edit(at, at, "-retired")),
                    frozenset({"schema/unknown-index"}),
                    project.saying(calling("dynamodb:Query") + "|IndexName"),
                )


OPERATORS: dict[str, Operator] = {
    "drop-variable": drop_variable,
    "rename-variable": rename_variable,
    "fall-back": fall_back,
    "retired-table": retired_table,
    "reserved-name": reserved_name,
    "plaintext-secret": plaintext_secret,
    "placeholder-secret": placeholder_secret,
    "drop-permission": drop_permission,
    "wrong-principal": wrong_principal,
    "wrong-action": wrong_action,
    "wrong-source": wrong_source,
    "rename-key": rename_key,
    "rename-table-index": rename_table_index,
}
