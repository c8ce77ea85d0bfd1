"""The mistakes in serverless.yml: each operator finds every place of any service where it can be made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

from tests.mutants import schema_operators, template_operators
from tests.mutants.calls import calling
from tests.mutants.document import Edit, Spot
from tests.mutants.losses import RETIRED, Loss, lost
from tests.mutants.mistake import JUDGED, LEAVE, Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project
from tests.mutants.serverless import Entry, Services, Statement
from tests.mutants.template_operators import with_fallback

from crosswire.values import Ref
from crosswire.wiring.resource import Table

OPERATORS: dict[str, Operator] = {}

Mistakes = Iterator[Mistake]

_ACCOUNT = re.compile(r"\$\{aws:accountId\}|[#$]\{AWS::AccountId\}")
_INDEX = re.compile(r"((?:^|/)index/)[\w-]+$")


def _operator(of_services: Callable[[Project, Services], Mistakes]) -> Operator:
    """An operator for services, named after its function."""

    def operator(project: Project) -> Mistakes:
        return of_services(project, project.services)

    OPERATORS[of_services.__name__.replace("_", "-")] = operator
    return operator


# ------------------------------------------------------------------------------------------------------------- access


def _judged(services: Services) -> Iterator[Statement]:
    for statement in services.statements():
        if any(action.startswith(JUDGED) for action in statement.actions) and LEAVE not in statement.spot.source_line:
            yield statement


@_operator
def drop_grant(project: Project, services: Services) -> Mistakes:
    """A statement is missing."""
    for statement in _judged(services):
        edits = statement.edits(statement.removed())
        yield from lost(project, services, [statement]).mistake(f"the statement {statement} is missing", edits)


@_operator
def drop_action(project: Project, services: Services) -> Mistakes:
    """An action is missing in a list of several."""
    for statement in _judged(services):
        items = statement.action.as_list()
        for spot in items if len(items) > 1 else ():
            item, edit = Entry(statement.path, spot), spot.removed()
            if edit and LEAVE not in spot.source_line:
                yield from lost(project, services, [item]).mistake(f"{item} {spot.text} is missing", item.edits(edit))


@_operator
def rename_in_policy(project: Project, services: Services) -> Mistakes:
    """A statement names another table, bucket, queue ... than the code is given."""
    for statement in _judged(services):
        service = statement.actions[0].partition(":")[0]
        loss = lost(project, services, [statement])
        if loss.places and all(action.startswith(f"{service}:") for action in statement.actions):
            other = RETIRED[service]
            edits = statement.edits(statement.resource.replaced(other))
            about = Loss(frozenset({"iam/wrong-resource"}), statement.lines | loss.places, loss.functions)
            yield from about.mistake(f"the statement {statement} is about {other}", edits)


@_operator
def placeholder_arn(_: Project, services: Services) -> Mistakes:
    """An ARN still holds the placeholder of the example that it was copied from."""
    for statement in _judged(services):
        for spot in statement.resource.walk():
            other = _ACCOUNT.sub("YOUR_ACCOUNT_ID", spot.text or "")
            if other != (spot.text or ""):
                yield Mistake(
                    f"{statement} allows {other}",
                    statement.edits(spot.replaced(_tagged(spot, other))),
                    frozenset({"iam/placeholder-arn"}),
                    statement.lines,
                )


def _tagged(spot: Spot, text: str) -> str:
    return f"{spot.tag} {text}".strip()


@_operator
def wildcard(_: Project, services: Services) -> Mistakes:
    """A statement allows everything on everything."""
    for statement in _judged(services):
        yield Mistake(
            f"{statement} allows everything",
            statement.edits(statement.action.replaced("'*'"), statement.resource.replaced("'*'")),
            frozenset({"iam/wildcard"}),
            statement.lines,
        )


@_operator
def drop_index(project: Project, services: Services) -> Mistakes:
    """A statement names the table and not its index."""
    for statement, spot in _indexes(services):
        parts = statement.resource.get("Fn::Join")
        table = next((one for one in parts.walk() if one.tag == "!GetAtt"), None) if parts else None
        if table:
            edit = statement.resource.replaced(table.document[table.node.start_mark.index : table.end])
        else:
            edit = spot.replaced(_tagged(spot, re.sub(r"/index/[\w-]+$", "", spot.text or "")))
        yield _other_index(project, services, statement, edit, "is about the table only")


@_operator
def rename_index(project: Project, services: Services) -> Mistakes:
    """A statement names another index."""
    for statement, spot in _indexes(services):
        edit = spot.replaced(_tagged(spot, f"{spot.text}-retired"))
        yield _other_index(project, services, statement, edit, "names another index")


def _indexes(services: Services) -> Iterator[tuple[Statement, Spot]]:
    for statement in _judged(services):
        for spot in statement.resource.walk():
            if _INDEX.search(spot.text or "") and "dynamodb:Query" in statement.actions:
                yield statement, spot


def _other_index(project: Project, services: Services, statement: Statement, edit: Edit, what: str) -> Mistake:
    loss = lost(project, services, [statement])
    return Mistake(
        f"{statement} {what}",
        statement.edits(edit),
        frozenset({"iam/missing-index"}),
        project.saying(calling("dynamodb:Query")),
        loss.functions,
    )


@_operator
def role_of_its_own(project: Project, services: Services) -> Mistakes:
    """A function is given a role of its own that allows none of what it needs."""
    for function in services.wiring.functions:
        for entry in services.entries():
            handler = entry.spot.get("handler")
            if handler is None or not entry.holds(function.span) or entry.spot.get("iamRoleStatements"):
                continue
            if "serverless-iam-roles-per-function" not in services.text_of(function):
                continue
            everything = [*services.statements()]
            others = [one for one in services.wiring.functions if one != function]
            first = Edit(entry.spot.children[0].start, entry.spot.children[0].start, _of_no_use(entry.spot))
            loss = lost(project, services, everything, others)
            yield from loss.mistake(f"{function.id} has a role of its own", entry.edits(first))


def _of_no_use(function: Spot) -> str:
    begin = function.document.rfind("\n", 0, function.children[0].start) + 1
    indent = " " * (function.children[0].start - begin)
    return f"iamRoleStatements: []\n{indent}iamRoleStatementsInherit: false\n{indent}"


# -------------------------------------------------------------------------------------------------------- environment


def _required(project: Project, services: Services) -> Iterator[Entry]:
    """Variables that the code of the functions that are given them names, and has no default for."""
    for variable in services.variables():
        if LEAVE not in variable.spot.source_line and project.requires(variable.spot.key):
            if _reads(project, services, variable):
                yield variable


def _reads(project: Project, services: Services, variable: Entry) -> frozenset[Place]:
    files = {path for function in services.given(variable) for path in function.code.files}
    return frozenset((path, line) for path, line in project.naming(variable.spot.key) if path in files)


def _named(services: Services, variable: Entry) -> frozenset[str]:
    return frozenset(str(function.id) for function in services.given(variable))


def _unset(project: Project, services: Services, variable: Entry, edit: Edit, what: str) -> Mistake:
    return Mistake(
        f"{variable} {variable.spot.key} {what}",
        variable.edits(edit),
        frozenset({"env/not-set"}),
        _reads(project, services, variable),
        _named(services, variable),
    )


@_operator
def drop_variable(project: Project, services: Services) -> Mistakes:
    """A variable that the code needs is not set."""
    for variable in _required(project, services):
        edit = variable.spot.removed()
        if edit:
            yield _unset(project, services, variable, edit, "is not set")


@_operator
def rename_variable(project: Project, services: Services) -> Mistakes:
    """A variable is set under another name than the code reads."""
    for variable in _required(project, services):
        end = variable.start + len(variable.spot.key)
        yield _unset(project, services, variable, Edit(end, end, "_VALUE"), "is set under another name")


@_operator
def fall_back(project: Project, services: Services) -> Mistakes:
    """A variable is not set, and the code falls back to a name of its own."""
    for variable in _required(project, services):
        name, edit = variable.spot.key, variable.spot.removed()
        code = with_fallback(project, name)
        values = [function.env.variables[name].value for function in services.given(variable)]
        if edit and code and any(_names_something(services, value) for value in values):
            edits = {**variable.edits(edit), **code}
            yield Mistake(
                f"{variable} {name} is not set and falls back",
                edits,
                frozenset({"env/risky-fallback"}),
                project.changed(edits).naming(name),
                _named(services, variable),
            )


def _names_something(services: Services, value: object) -> bool:
    """Whether a value is what a resource of the project is called."""
    if isinstance(value, Ref):
        return True
    names = {services.wiring.expand(Ref(one.id, "name")) for one in services.wiring.resources}
    return value in names or any(one.name == value for one in services.wiring.resources)


@_operator
def retired_table(project: Project, services: Services) -> Mistakes:
    """A variable names a table that nobody declares."""
    tables = {resource.id for resource in services.wiring.resources if isinstance(resource, Table)}
    for variable in _required(project, services):
        values = [function.env.variables[variable.spot.key].value for function in services.given(variable)]
        if any(isinstance(value, Ref) and value.resource in tables for value in values):
            yield Mistake(
                f"{variable} {variable.spot.key} names a table that nobody declares",
                variable.edits(variable.spot.replaced("retired-table")),
                frozenset({"env/unknown-table", "iam/wrong-resource"}),
                variable.lines,
                _named(services, variable),
            )


@_operator
def reserved_name(_: Project, services: Services) -> Mistakes:
    """A variable has a name that Lambda keeps to itself."""
    yield from _added(services, "AWS_REGION", "eu-west-1", "env/reserved-name")


@_operator
def plaintext_secret(_: Project, services: Services) -> Mistakes:
    """A secret stands in the environment in plain text."""
    yield from _added(services, "STRIPE_SECRET_KEY", made_up_key(), "secrets/plaintext-in-env")


@_operator
def placeholder_secret(_: Project, services: Services) -> Mistakes:
    """A secret was never filled in."""
    yield from _added(services, "PAYMENT_API_KEY", "YOUR_API_KEY_HERE", "secrets/placeholder")


def _added(services: Services, name: str, value: str, rule: str) -> Mistakes:
    for environment in services.environments():
        edit = environment.spot.with_first(name, f"'{value}'")
        line = environment.spot.document.count("\n", 0, edit.start) + 1
        yield Mistake(
            f"{environment} sets {name}",
            environment.edits(edit),
            frozenset({rule}),
            frozenset({(environment.path, line)}),
        )


# ------------------------------------------------------------------------------------------------ events and resources


@_operator
def detach(project: Project, services: Services) -> Mistakes:
    """A handler that is written for a Cognito trigger has no event for it."""
    for entry in services.entries():
        edit = entry.spot.removed() if entry.spot.get("cognitoUserPool") else None
        if edit:
            targets = {one.function.target for one in services.wiring.triggers if entry.holds(one.span)}
            functions = [function for function in services.wiring.functions if function.id in targets]
            places = {
                (path, line)
                for function in functions
                for path in (*function.code.files, function.span.path)
                for line in range(1, project.texts[path].count("\n") + 2)
            }
            yield Mistake(
                f"the event {entry} is missing",
                entry.edits(edit),
                frozenset({"triggers/unattached-handler"}),
                frozenset(places),
                frozenset(str(function.id) for function in functions),
            )


@_operator
def drop_attribute(project: Project, services: Services) -> Mistakes:
    """A Cognito handler reads an attribute that the pool does not have."""
    for entry in services.entries():
        name = entry.spot.get("Name") if entry.spot.parent and entry.spot.parent.key == "Schema" else None
        other = name.replaced(f"{name.text}Retired") if name else None
        places = project.saying(rf"custom:{name.text}\b") if name else frozenset()
        if name and other and places:
            yield Mistake(
                f"the pool does not declare {name.text}",
                entry.edits(other),
                frozenset({"triggers/unknown-attribute"}),
                places,
            )


def _of_templates(name: str, table: dict[str, Operator]) -> None:
    """An operator for templates, on what services write as CloudFormation."""
    made = table[name]

    def operator(project: Project) -> Mistakes:
        templates = project.services.templates()
        return made(replace(project, templates=templates)) if templates else iter(())

    OPERATORS[name] = operator


for _name in ("drop-permission", "wrong-principal", "wrong-action", "wrong-source"):
    _of_templates(_name, template_operators.OPERATORS)
_of_templates("open-to-the-world", template_operators.OPERATORS)
for _name in schema_operators.OPERATORS:
    _of_templates(_name, schema_operators.OPERATORS)
