"""The mistakes in templates: each operator finds every place of any template where it can be made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.mutants.calls import calling
from tests.mutants.document import Edit, Spot
from tests.mutants.mistake import JUDGED, LEAVE, Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project, language_of
from tests.mutants.template import (
    FUNCTIONS,
    Grant,
    Template,
    Variable,
    as_sub,
    is_made,
    reference,
    scalar,
    still_granted,
    sub,
)

from crosswire.values import Ref
from crosswire.wiring.function import Function, Need

OPERATORS: dict[str, Operator] = {}


def _operator(of_template: Callable[[Project, Template], Iterator[Mistake]]) -> Operator:
    """An operator that works on one template at a time, named after its function."""

    def operator(project: Project) -> Iterator[Mistake]:
        for template in project.templates:
            if not is_made(template.path) or _is_deployed(project, template):
                yield from of_template(project, template)

    OPERATORS[of_template.__name__.replace("_", "-")] = operator
    return operator


def _left(spot: Spot) -> bool:
    return LEAVE in spot.source_line


# ------------------------------------------------------------------------------------------------------------- access


@_operator
def drop_grant(project: Project, template: Template) -> Iterator[Mistake]:
    """A statement or policy template is missing."""
    for grant in _judged(template):
        edit = grant.removed()
        if edit:
            yield from _without(project, template, grant, grant.actions, edit, f"{grant.owner} loses a grant")


@_operator
def drop_action(project: Project, template: Template) -> Iterator[Mistake]:
    """An action is missing in a list of several."""
    for grant in _judged(template):
        owned = [one for one in template.grants() if one.owner == grant.owner]
        for spot in grant.action_spots:
            edit = spot.removed()
            if is_made(template.path) and sum(spot.text in one.actions for one in owned) > 1:
                continue  # of which resource the code uses it only the wiring could tell
            if edit and spot.text and len(grant.action_spots) > 1:
                yield from _without(project, template, grant, (spot.text,), edit, f"{grant.owner} loses {spot.text}")


def _without(
    project: Project, template: Template, grant: Grant, lost: tuple[str, ...], edit: Edit, what: str
) -> Iterator[Mistake]:
    changed = Template.recognise(template.path, edit.apply(template.text))
    if changed is None:
        return
    rules, places = set(), set[Place]()
    for action in lost:
        calls = project.changed({template.path: (edit,)}).saying(calling(action))
        calls = _reached(project, template, calls, template.functions_of(grant.owner))
        if calls:
            places |= calls
            rules.add("iam/wrong-resource" if still_granted(changed, grant.owner, action) else "iam/missing-action")
    if places:
        functions = _shown(project, template, template.functions_of(grant.owner))
        line = grant.spot.lines[0]
        yield Mistake(
            f"{what} (line {line})",
            {template.path: (edit,)},
            frozenset(rules),
            frozenset(places),
            functions,
        )


@_operator
def drop_index(project: Project, template: Template) -> Iterator[Mistake]:
    """A policy names the table and not its index."""
    for grant in _judged(template):
        calls = project.saying(calling("dynamodb:Query"))
        for spot in grant.resources:
            text = as_sub(spot)
            if text is None or "/index/" not in text or "dynamodb:Query" not in grant.actions:
                continue
            table = text[: text.index("/index/")]
            edit = spot.removed() if len(grant.resources) > 1 else spot.replaced(sub(spot, table))
            if edit:
                yield Mistake(
                    f"{grant.owner} may query the table only (line {spot.lines[0]})",
                    {template.path: (edit,)},
                    frozenset({"iam/missing-index"}),
                    calls,
                    _shown(project, template, template.functions_of(grant.owner)),
                )


@_operator
def rename_index(project: Project, template: Template) -> Iterator[Mistake]:
    """A policy names another index."""
    for grant in _judged(template):
        for spot in grant.resources:
            text = as_sub(spot)
            if text and re.search(r"/index/[\w-]+$", text):
                yield Mistake(
                    f"{grant.owner} may query an index of another name (line {spot.lines[0]})",
                    {template.path: (spot.replaced(sub(spot, f"{text}-retired")),)},
                    frozenset({"iam/missing-index"}),
                    project.saying(calling("dynamodb:Query")),
                    _shown(project, template, template.functions_of(grant.owner)),
                )


@_operator
def rename_in_policy(project: Project, template: Template) -> Iterator[Mistake]:
    """A policy names another table, bucket, queue ... than the code is given."""
    for grant in _judged(template):
        functions = frozenset(template.functions_of(grant.owner))
        if is_made(template.path) and len(grant.resources) > 1:
            continue  # the CDK grants the indexes of a table beside it, and a function may need one of the two only
        given = {
            template.names(variable.spot) for variable in template.variables() if functions & {*variable.functions}
        }
        for spot in grant.resources:
            text = as_sub(spot)
            if text is None or "/index/" in text:
                continue
            if template.names(spot) not in given and None not in given:
                continue
            other = text.removesuffix("/*") + "-retired" + ("/*" if text.endswith("/*") else "")
            place = frozenset((template.path, line) for line in grant.spot.lines)
            yield Mistake(
                f"{grant.owner} may use {other}",
                {template.path: (spot.replaced(sub(spot, other)),)},
                frozenset({"iam/wrong-resource", "iam/missing-poll-action"}),
                place,
                _shown(project, template, tuple(functions)),
            )


@_operator
def wildcard(project: Project, template: Template) -> Iterator[Mistake]:
    """A policy allows everything on everything."""
    for grant in _judged(template):
        if is_made(template.path) and not _written(project, template, template.functions_of(grant.owner)):
            continue
        resource = grant.spot.get("Resource")
        action = grant.spot.get("Action")
        if resource and action:
            edits = tuple(spot.replaced(scalar(spot, "*")) for spot in (action, resource))
            yield Mistake(
                f"{grant.owner} may do everything (line {grant.spot.lines[0]})",
                {template.path: edits},
                frozenset({"iam/wildcard"}),
                frozenset((template.path, line) for line in grant.spot.lines),
            )


@_operator
def placeholder_arn(_: Project, template: Template) -> Iterator[Mistake]:
    """An ARN still holds the placeholder of the example that it was copied from."""
    for grant in _judged(template):
        for spot in grant.resources:
            text = as_sub(spot)
            if text and "${AWS::AccountId}" in text:
                other = text.replace("${AWS::AccountId}", "YOUR_ACCOUNT_ID")
                yield Mistake(
                    f"{grant.owner} may use {other}",
                    {template.path: (spot.replaced(sub(spot, other)),)},
                    frozenset({"iam/placeholder-arn"}),
                    frozenset((template.path, line) for line in grant.spot.lines),
                )


def _is_deployed(project: Project, template: Template) -> bool:
    return any(template.path in unit.paths for unit in project.configuration.wiring.units)


def _written(project: Project, template: Template, ids: tuple[str, ...]) -> list[Function]:
    """The functions of some logical ids that people wrote the code of."""
    functions = project.configuration.wiring.functions
    return [function for function in functions if function.span.path == template.path and function.id.address in ids]


def _shown(project: Project, template: Template, ids: tuple[str, ...]) -> frozenset[str]:
    """What the functions of some logical ids are called where people are told of them."""
    if not is_made(template.path):
        return frozenset(ids)
    return frozenset(str(function.id) for function in _written(project, template, ids))


def _reached(project: Project, template: Template, places: frozenset[Place], ids: tuple[str, ...]) -> frozenset[Place]:
    """The places in code that some functions reach: what a tool made has a role and an environment for each."""
    if not is_made(template.path):
        return places
    files = {path for function in _written(project, template, ids) for path in function.code.files}
    return frozenset((path, line) for path, line in places if path in files)


def _judged(template: Template) -> Iterator[Grant]:
    for grant in template.grants():
        if any(action.startswith(JUDGED) for action in grant.actions) and not _left(grant.spot):
            yield grant


# -------------------------------------------------------------------------------------------------------- environment


@_operator
def drop_variable(project: Project, template: Template) -> Iterator[Mistake]:
    """A variable that the code needs is not set."""
    for variable in _required(project, template):
        edit = variable.spot.removed()
        if edit:
            yield _unset(project, template, variable, edit, f"{variable.name} is not set")


@_operator
def rename_variable(project: Project, template: Template) -> Iterator[Mistake]:
    """A variable is set under another name than the code reads."""
    for variable in _required(project, template):
        end = variable.spot.start + len(variable.name) + (1 if variable.spot.is_json else 0)
        edit = Edit(end, end, "_VALUE")
        yield _unset(project, template, variable, edit, f"{variable.name} is set as {variable.name}_VALUE")


def _unset(project: Project, template: Template, variable: Variable, edit: Edit, what: str) -> Mistake:
    edits = {template.path: (edit,)}
    return Mistake(
        f"{what} for {', '.join(variable.functions)} ({template.path})",
        edits,
        frozenset({"env/not-set"}),
        project.changed(edits).naming(variable.name),
        _shown(project, template, variable.functions),
    )


@_operator
def fall_back(project: Project, template: Template) -> Iterator[Mistake]:
    """A variable is not set, and the code falls back to a name of its own."""
    for variable in _required(project, template):
        edit = variable.spot.removed()
        code = with_fallback(project, variable.name)
        if edit and code and _names_something(project, template, variable) and not _left(variable.spot):
            edits = {template.path: (edit,), **code}
            yield Mistake(
                f"{variable.name} is not set for {', '.join(variable.functions)} and falls back",
                edits,
                frozenset({"env/risky-fallback"}),
                project.changed(edits).naming(variable.name),
                _shown(project, template, variable.functions),
            )


def _of(project: Project, template: Template, variable: Variable) -> list[Function]:
    return _written(project, template, variable.functions)


def _is_of_resource(project: Project, function: Function, name: str) -> bool:
    """Whether a variable is what a resource of the project is called."""
    wiring = project.configuration.wiring
    value = wiring.expand(function.env.variables[name].value)
    return any(wiring.expand(Ref(one.id, "name")) == value for one in wiring.resources)


def _names_something(project: Project, template: Template, variable: Variable) -> bool:
    """Whether a value is a reference, or a text that the template holds elsewhere too."""
    if is_made(template.path):
        return any(_is_of_resource(project, function, variable.name) for function in _of(project, template, variable))
    text = variable.spot.text
    return text is None or bool(variable.spot.tag) or template.text.count(text) > 1


def with_fallback(project: Project, name: str) -> dict[str, tuple[Edit, ...]]:
    """Every read of a variable in place with a default added; empty where there is a read of another kind."""
    forms = {
        "Python": (rf"""environ\[(["']){name}\1\]""", f'environ.get("{name}", "retired-name")'),
        "JavaScript": (
            rf"""process\.env(?:\.{name}\b|\[(["']){name}\1\])(?:!| as string)?""",
            f"(process.env.{name} || 'retired-name')",
        ),
    }
    forms["TypeScript"] = forms["JavaScript"]
    edits = {}
    for path, text in project.code:
        pattern, other = forms[language_of(path) or ""]
        reads = [Edit(found.start(), found.end(), other) for found in re.finditer(pattern, text)]
        if len(reads) != len(re.findall(rf"\b{name}\b", text)):
            return {}
        if reads:
            edits[path] = tuple(reads)
    return edits


def _required(project: Project, template: Template) -> Iterator[Variable]:
    """Variables that the code names and has no default for. What the image of a function sets is not known, and what a
    tool made may set more than the code asks for."""
    for variable in template.variables():
        functions = _written(project, template, variable.functions) if is_made(template.path) else []
        reads = (read for function in functions if function.handler for read in function.code.reads)
        is_read = any(read.name == variable.name and read.need is Need.REQUIRED for read in reads)
        if project.requires(variable.name) and (is_read or not is_made(template.path)):
            yield variable


@_operator
def reserved_name(project: Project, template: Template) -> Iterator[Mistake]:
    """A variable has a name that Lambda keeps to itself."""
    yield from _added(project, template, "AWS_REGION", "eu-west-1", "env/reserved-name")


@_operator
def plaintext_secret(project: Project, template: Template) -> Iterator[Mistake]:
    """A secret stands in the environment in plain text."""
    yield from _added(project, template, "STRIPE_SECRET_KEY", made_up_key(), "secrets/plaintext-in-env")


@_operator
def placeholder_secret(project: Project, template: Template) -> Iterator[Mistake]:
    """A secret was never filled in."""
    yield from _added(project, template, "PAYMENT_API_KEY", "YOUR_API_KEY_HERE", "secrets/placeholder")


def _added(project: Project, template: Template, name: str, value: str, rule: str) -> Iterator[Mistake]:
    for variables, functions in template.environments():
        if is_made(template.path) and not _written(project, template, functions):
            continue
        edit = variables.with_first(name, scalar(variables, value))
        line = template.text.count("\n", 0, edit.start) + 1
        yield Mistake(
            f"{name} is set for {', '.join(functions)}",
            {template.path: (edit,)},
            frozenset({rule}),
            frozenset({(template.path, line)}),
        )


@_operator
def retired_table(project: Project, template: Template) -> Iterator[Mistake]:
    """A variable names a table that nobody declares."""
    tables = {table.id for table in template.of_type("AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable")}
    for variable in _required(project, template):
        if as_sub(variable.spot) in set(map(reference, tables)) and not _left(variable.spot):
            yield Mistake(
                f"{variable.name} names a table that nobody declares",
                {template.path: (variable.spot.replaced(scalar(variable.spot, "retired-table")),)},
                frozenset({"env/unknown-table", "iam/wrong-resource"}),
                frozenset((template.path, line) for line in variable.spot.lines),
                _shown(project, template, variable.functions),
            )


# ----------------------------------------------------------------------------------------------------------- triggers


@_operator
def drop_permission(project: Project, template: Template) -> Iterator[Mistake]:
    """What invokes a function has no permission to."""
    for permission in template.of_type("AWS::Lambda::Permission"):
        edit, function = permission.spot.removed(), permission.property("FunctionName")
        name = template.names(function) if function else None
        if edit and name:
            edits = (edit, *_without_dependencies(template, permission.id))
            yield Mistake(
                f"{permission.id} is missing",
                {template.path: edits},
                frozenset({"triggers/missing-permission"}),
                frozenset(
                    (template.path, number)
                    for number, line in enumerate(_lines(project, template, edits), start=1)
                    if re.search(rf"\b{name}\b", line)
                ),
            )


@_operator
def wrong_principal(_: Project, template: Template) -> Iterator[Mistake]:
    """A permission is for another service than the one that invokes."""
    for permission in template.of_type("AWS::Lambda::Permission"):
        principal = permission.property("Principal")
        if principal:
            yield Mistake(
                f"{permission.id} is for iot.amazonaws.com",
                {template.path: (principal.replaced(scalar(principal, "iot.amazonaws.com")),)},
                frozenset({"triggers/wrong-permission"}),
                frozenset((template.path, line) for line in permission.spot.lines),
            )


@_operator
def wrong_action(_: Project, template: Template) -> Iterator[Mistake]:
    """A permission is for reading the function, not for invoking it."""
    for permission in template.of_type("AWS::Lambda::Permission"):
        action = permission.property("Action")
        if action:
            yield Mistake(
                f"{permission.id} is for lambda:GetFunction",
                {template.path: (action.replaced(scalar(action, "lambda:GetFunction")),)},
                frozenset({"triggers/wrong-permission"}),
                frozenset((template.path, line) for line in permission.spot.lines),
            )


@_operator
def wrong_source(_: Project, template: Template) -> Iterator[Mistake]:
    """A permission is for another source than the one that invokes."""
    for permission in template.of_type("AWS::Lambda::Permission"):
        source = permission.property("SourceArn")
        text = as_sub(source) if source else None
        if source and text:
            other = re.sub(r"(\*?)$", r"-retired\1", text, count=1)
            yield Mistake(
                f"{permission.id} is for {other}",
                {template.path: (source.replaced(sub(source, other)),)},
                frozenset({"triggers/wrong-permission"}),
                frozenset((template.path, line) for line in permission.spot.lines),
            )


def _lines(project: Project, template: Template, edits: tuple[Edit, ...]) -> list[str]:
    """The lines of a template after some edits."""
    return project.changed({template.path: edits}).texts[template.path].split("\n")


def _without_dependencies(template: Template, resource_id: str) -> Iterator[Edit]:
    for resource in template.resources:
        depends = resource.spot.get("DependsOn")
        for spot in depends.as_list() if depends else []:
            edit = spot.removed() if spot.text == resource_id else None
            if edit:
                yield edit


@_operator
def detach(project: Project, template: Template) -> Iterator[Mistake]:
    """A handler that is written for a Cognito trigger is attached to none."""
    for pool in template.of_type("AWS::Cognito::UserPool"):
        config = pool.property("LambdaConfig")
        for spot in config.children if config else []:
            edit = spot.removed()
            attached = next(_functions_in(template, spot), None)
            if edit and attached:
                yield _detached(project, template, attached, (edit,))
    for function in template.of_type("AWS::Serverless::Function"):
        events = function.property("Events")
        for event in events.children if events else []:
            kind, edit = event.get("Type"), event.removed()
            if kind and kind.text == "Cognito" and edit and events and len(events.children) == 1:
                yield _detached(project, template, function.id, (edit,))


def _detached(project: Project, template: Template, function: str, edits: tuple[Edit, ...]) -> Mistake:
    handler = next((found.property("Handler") for found in template.of_type(*FUNCTIONS) if found.id == function), None)
    module = (handler.text or "" if handler else "").rpartition(".")[0]
    code = frozenset(
        (path, number)
        for path, text in project.code
        if path.rpartition(".")[0].endswith(module)
        for number in range(1, text.count("\n") + 2)
    )
    declared = frozenset(
        (template.path, number)
        for edit in edits
        for number, line in enumerate(edit.apply(template.text).split("\n"), start=1)
        if line.strip().startswith(f"{function}:")
    )
    return Mistake(
        f"{function} is attached to nothing",
        {template.path: edits},
        frozenset({"triggers/unattached-handler"}),
        code | declared,
    )


def _functions_in(template: Template, spot: Spot) -> Iterator[str]:
    ids = {function.id for function in template.of_type(*FUNCTIONS)}
    for child in spot.walk():
        text = (child.text or "").removesuffix(".Arn")
        if text in ids:
            yield text


@_operator
def drop_attribute(project: Project, template: Template) -> Iterator[Mistake]:
    """A Cognito handler reads an attribute that the pool does not have."""
    for pool in template.of_type("AWS::Cognito::UserPool"):
        schema = pool.property("Schema")
        for spot in schema.as_list() if schema else []:
            name, edit = spot.get("Name"), spot.removed()
            if name and edit:
                places = project.saying(rf"custom:{name.text}\b")
                if places:
                    yield Mistake(
                        f"{pool.id} does not declare {name.text}",
                        {template.path: (edit,)},
                        frozenset({"triggers/unknown-attribute"}),
                        places,
                    )


# ------------------------------------------------------------------------------------------------- resources and code


@_operator
def open_to_the_world(_: Project, template: Template) -> Iterator[Mistake]:
    """A queue or topic takes messages from anybody."""
    kinds = {
        "AWS::SQS::Queue": ("QueuePolicy", "Queues", "sqs:*"),
        "AWS::SNS::Topic": ("TopicPolicy", "Topics", "sns:*"),
    }
    section = template.root.get("Resources")
    for resource in template.of_type(*kinds):
        kind, member, action = kinds[resource.type]
        policy = (
            f'{{"Type": "{resource.type.rpartition("::")[0]}::{kind}", "Properties": {{"{member}": '
            f'[{{"Ref": "{resource.id}"}}], "PolicyDocument": {{"Version": "2012-10-17", "Statement": [{{"Effect": '
            f'"Allow", "Principal": "*", "Action": "{action}", "Resource": "*"}}]}}}}}}'
        )
        if section:
            edit = section.with_first("OpenPolicy", policy)
            line = template.text.count("\n", 0, edit.start) + 1
            yield Mistake(
                f"{resource.id} is open to the world",
                {template.path: (edit,)},
                frozenset({"iam/public-resource-policy"}),
                frozenset({(template.path, line)}),
            )
