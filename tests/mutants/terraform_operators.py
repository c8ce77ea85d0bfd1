"""The mistakes in Terraform: each operator finds every place of any project's files where it can be made."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from tests.mutants.calls import calling
from tests.mutants.document import Edit
from tests.mutants.losses import RETIRED, Edits, Loss, after, lost
from tests.mutants.mistake import JUDGED, LEAVE, Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project
from tests.mutants.template_operators import with_fallback
from tests.mutants.terraform import Allowance, Configuration, Piece, list_or_text
from tests.mutants.wired import other_than

from crosswire.values import Const, Ref
from crosswire.wiring.resource import Table

OPERATORS: dict[str, Operator] = {}

_ACTION = re.compile(rf'(?<=")(?:{"|".join(JUDGED)})\w+(?=\\?")')
_ACCOUNT = re.compile(r"(?<=:)\$\{data\.aws_caller_identity\.\w+\.account_id\}(?=:(?!root))")
_POLICIES = ("aws_iam_role_policy_attachment", "aws_iam_role_policy", "aws_iam_policy_attachment")
Mistakes = Iterator[Mistake]


def _operator(of_configuration: Callable[[Project, Configuration], Mistakes]) -> Operator:
    """An operator for Terraform, named after its function."""

    def operator(project: Project) -> Mistakes:
        return of_configuration(project, project.configuration)

    OPERATORS[of_configuration.__name__.replace("_", "-")] = operator
    return operator


def _edits(path: str, *edits: Edit) -> dict[str, tuple[Edit, ...]]:
    return {path: edits}


def _lines(piece: Piece) -> frozenset[Place]:
    """The lines that an entry takes."""
    return frozenset((piece.path, line) for line in range(piece.line, piece.line + piece.entry.count("\n") + 1))


# ------------------------------------------------------------------------------------------------------------- access


def _judged(configuration: Configuration) -> Iterator[Allowance]:
    for allowance in configuration.allowances():
        if any(action.startswith(JUDGED) for action in allowance.actions) or not allowance.actions:
            if LEAVE not in allowance.piece.source_line:
                yield allowance


@_operator
def drop_grant(project: Project, configuration: Configuration) -> Mistakes:
    """A statement is missing."""
    for allowance in _judged(configuration):
        piece = allowance.piece
        what = f"{piece} is missing"
        yield from lost(project, configuration, [piece]).mistake(what, _edits(piece.path, *allowance.removed()))


@_operator
def drop_action(project: Project, configuration: Configuration) -> Mistakes:
    """An action is missing in a list of several."""
    for piece in configuration.pieces():
        if piece.kind != "list" or len(piece.children) < 2:
            continue
        for item in piece.children:
            for action in configuration.spelt(item):
                if action.startswith(JUDGED) and LEAVE not in item.source_line:
                    loss = (
                        lost(project, configuration, [item])
                        if configuration.allowed_by(item)
                        else _unknown(project, action)
                    )
                    yield from loss.mistake(f"{item} {action} is missing", _edits(item.path, item.removed()))


def _unknown(project: Project, action: str) -> Loss:
    """An action that somebody loses: who it is does not stand beside it."""
    return Loss(frozenset({"iam/missing-action", "iam/wrong-resource"}), project.saying(calling(action)), frozenset())


@_operator
def other_action(project: Project, configuration: Configuration) -> Mistakes:
    """Another action stands where one is needed, however the policy is put together."""
    for piece in configuration.texts_of_policies():
        for found in _ACTION.finditer(piece.document):
            spot = Piece(piece.source, found.start() - 1, found.end() + 1)
            loss = (
                lost(project, configuration, [spot]) if configuration.allowed_by(spot) else _unknown(project, found[0])
            )
            edit = Edit(*found.span(), other_than(found[0]))
            yield from loss.mistake(f"{spot} {found[0]} is another", _edits(piece.path, edit))


@_operator
def rename_in_policy(project: Project, configuration: Configuration) -> Mistakes:
    """A policy names another table, bucket, queue ... than the code is given."""
    for allowance in _judged(configuration):
        services = {action.partition(":")[0] for action in allowance.actions}
        loss = lost(project, configuration, [allowance.piece])
        if len(services) == 1 and loss.rules:
            other = RETIRED[services.pop()]
            edit = allowance.resource.replaced(list_or_text(allowance.resource, other))
            rules = loss.rules & {"iam/missing-poll-action"} | ({"iam/wrong-resource"} if loss.places else set())
            about = Loss(rules, _lines(allowance.piece) | loss.places, loss.functions, loss.spans)
            yield from about.mistake(f"{allowance.piece} is about {other}", _edits(allowance.piece.path, edit))


@_operator
def placeholder_arn(_: Project, configuration: Configuration) -> Mistakes:
    """An ARN still holds the placeholder of the example that it was copied from."""
    for allowance in _judged(configuration):
        for item in allowance.resource.items():
            found = re.fullmatch(r'(?:"\$\{)?(aws_(dynamodb_table|sns_topic|sqs_queue)\.\w+)\.arn(?:\}")?', item.text)
            if found:
                start = {
                    "dynamodb_table": "arn:aws:dynamodb:eu-west-1:YOUR_ACCOUNT_ID:table/",
                    "sns_topic": "arn:aws:sns:eu-west-1:YOUR_ACCOUNT_ID:",
                    "sqs_queue": "arn:aws:sqs:eu-west-1:YOUR_ACCOUNT_ID:",
                }[found[2]]
                edit = item.replaced(f'"{start}${{{found[1]}.name}}"')
                yield _placeholder(item, edit)
    for root in configuration.files.values():
        for found in _ACCOUNT.finditer(root.document):
            yield _placeholder(Piece(root.source, *found.span()), Edit(*found.span(), "YOUR_ACCOUNT_ID"))


def _placeholder(piece: Piece, edit: Edit) -> Mistake:
    return Mistake(
        f"{piece} has a placeholder",
        _edits(piece.path, edit),
        frozenset({"iam/placeholder-arn"}),
        _lines(piece),
    )


@_operator
def wildcard(project: Project, configuration: Configuration) -> Mistakes:
    """A policy allows everything on everything."""
    for allowance in _judged(configuration):
        if allowance.actions:
            edits = (
                allowance.action.replaced(list_or_text(allowance.action, "*")),
                allowance.resource.replaced(list_or_text(allowance.resource, "*")),
            )
            yield Mistake(
                f"{allowance.piece} allows everything",
                _edits(allowance.piece.path, *edits),
                frozenset({"iam/wildcard"}),
                _lines(allowance.piece),
            )


@_operator
def drop_index(project: Project, configuration: Configuration) -> Mistakes:
    """A policy names the table and not its index."""
    yield from _other_index(project, configuration, r'(?<=[}\w])/index/[^"\\\n]+(?=\\?")', "")


@_operator
def rename_index(project: Project, configuration: Configuration) -> Mistakes:
    """A policy names another index."""
    yield from _other_index(project, configuration, r'(?<=/index/)[^"\\\n*]+(?=\\?")', r"\g<0>-retired")


def _other_index(project: Project, configuration: Configuration, pattern: str, other: str) -> Mistakes:
    for piece in configuration.texts_of_policies():
        for found in re.finditer(pattern, piece.document):
            spot = Piece(piece.source, *found.span())
            yield Mistake(
                f"{spot} {found[0]} is {found.expand(other) or 'missing'}",
                _edits(piece.path, Edit(*found.span(), found.expand(other))),
                frozenset({"iam/missing-index"}),
                project.saying(calling("dynamodb:Query") + r"|paginator\(.query.\)"),
            )


@_operator
def drop_policy(project: Project, configuration: Configuration) -> Mistakes:
    """A policy is not attached to the role, or the role has none."""
    for block in _attachments(configuration):
        loss = lost(project, configuration, configuration.behind(block))
        yield from loss.mistake(f"{block} is missing", _edits(block.path, block.removed()))


@_operator
def other_role(project: Project, configuration: Configuration) -> Mistakes:
    """A policy is attached to another role."""
    for block in _attachments(configuration):
        role = block.get("role")
        other = _other(configuration, role, "aws_iam_role") if role else None
        if role and other:
            served = [one for one in configuration.wiring.functions if other.holds(one.role.span)]
            loss = lost(project, configuration, configuration.behind(block), served)
            edit = role.replaced(_expression(role, f"aws_iam_role.{other.name}.name"))
            yield from loss.mistake(f"{block} is for {other}", _edits(block.path, edit))


def _attachments(configuration: Configuration) -> Iterator[Piece]:
    for kind in _POLICIES:
        yield from configuration.blocks("resource", kind)


def _other(configuration: Configuration, reference: Piece, kind: str) -> Piece | None:
    """Another resource of a type in the same module; None where there is none, or where one is one of many."""
    if not re.fullmatch(rf"\W*{kind}\.\w+\.\w+\W*", reference.text):
        return None
    for block in configuration.blocks("resource", kind):
        many = block.get("for_each", "count")
        if block.folder == reference.folder and not many and not re.search(rf"\b{block.name}\b", reference.text):
            return block
    return None


def _expression(piece: Piece, text: str) -> str:
    return f'"${{{text}}}"' if piece.is_json else text


@_operator
def drop_input(project: Project, configuration: Configuration) -> Mistakes:
    """A module is not given what becomes a policy or the environment."""
    for block in configuration.blocks("module"):
        for argument in block.children:
            switched = argument.name.removeprefix("attach_") if argument.name.startswith("attach_") else ""
            given = block.get(switched) if switched else argument
            if given is None or argument.name in ("source", "version"):
                continue
            held = [given] if not switched else [given, *configuration.behind(given)]
            granted = [one.piece for one in configuration.allowances() if any(one.piece.is_in(at) for at in held)]
            loss = lost(project, configuration, granted)
            for variable in () if switched else _required(project, configuration):
                if variable.is_in(argument):
                    loss |= Loss(
                        frozenset({"env/not-set"}),
                        _reads(project, configuration, variable),
                        frozenset(str(function.id) for function in configuration.given(variable)),
                    )
            yield from loss.mistake(f"{block} is not given {argument.name}", _edits(block.path, argument.removed()))


@_operator
def drop_key_access(project: Project, configuration: Configuration) -> Mistakes:
    """The key of a table may not be used."""
    for allowance in configuration.allowances():
        functions = configuration.allowed_by(allowance.piece)
        if allowance.actions and all(action.startswith("kms:") for action in allowance.actions) and functions:
            files = {path for function in functions for path in function.code.files}
            yield Mistake(
                f"{allowance.piece} is missing",
                _edits(allowance.piece.path, *allowance.removed()),
                frozenset({"iam/missing-key-access"}),
                frozenset((path, line) for path in files for line in range(1, project.texts[path].count("\n") + 2)),
                frozenset(str(function.id) for function in functions),
            )


# -------------------------------------------------------------------------------------------------------- environment


def _variables(configuration: Configuration) -> Iterator[Piece]:
    """The entries of objects that are named like variables of the environment."""
    for piece in configuration.pieces():
        if re.fullmatch(r"[A-Z][A-Z0-9_]+", piece.name) and piece.parent and piece.parent.kind == "object":
            if not piece.is_declared and not any(one.words[:1] == ("provisioner",) for one in piece.ancestors()):
                yield piece


def _required(project: Project, configuration: Configuration) -> Iterator[Piece]:
    """Variables that the code names and has no default for."""
    for variable in _variables(configuration):
        spared = LEAVE in variable.source_line
        if not spared and project.requires(variable.name) and _reads(project, configuration, variable):
            yield variable


def _reads(project: Project, configuration: Configuration, variable: Piece) -> frozenset[Place]:
    """Where the functions that are given a variable read it."""
    functions = configuration.given(variable)
    files = {path for function in functions for path in function.code.files}
    return frozenset((path, line) for path, line in project.naming(variable.name) if path in files or not functions)


def _unset(project: Project, configuration: Configuration, variable: Piece, edit: Edit, what: str) -> Mistake:
    return Mistake(
        f"{variable} {what}",
        _edits(variable.path, edit),
        frozenset({"env/not-set"}),
        _reads(project, configuration, variable),
        frozenset(str(function.id) for function in configuration.given(variable)),
    )


@_operator
def drop_variable(project: Project, configuration: Configuration) -> Mistakes:
    """A variable that the code needs is not set."""
    for variable in _required(project, configuration):
        yield _unset(project, configuration, variable, variable.removed(), "is not set")


@_operator
def rename_variable(project: Project, configuration: Configuration) -> Mistakes:
    """A variable is set under another name than the code reads."""
    for variable in _required(project, configuration):
        end = variable.document.index(variable.name, variable.start) + len(variable.name)
        yield _unset(project, configuration, variable, Edit(end, end, "_VALUE"), f"is set as {variable.name}_VALUE")


@_operator
def fall_back(project: Project, configuration: Configuration) -> Mistakes:
    """A variable is not set, and the code falls back to a name of its own."""
    for variable in _required(project, configuration):
        code = with_fallback(project, variable.name)
        if code and not configuration.depends_on(variable) and _names_something(configuration, variable):
            edits = {**_edits(variable.path, variable.removed()), **code}
            yield Mistake(
                f"{variable} is not set and falls back",
                edits,
                frozenset({"env/risky-fallback"}),
                project.changed(edits).naming(variable.name),
                frozenset(str(function.id) for function in configuration.given(variable)),
            )


def _names_something(configuration: Configuration, variable: Piece) -> bool:
    return any(
        not isinstance(function.env.variables[variable.name].value, Const) for function in configuration.given(variable)
    )


@_operator
def retired_table(project: Project, configuration: Configuration) -> Mistakes:
    """A variable names a table that nobody declares."""
    tables = {resource.id for resource in configuration.wiring.resources if isinstance(resource, Table)}
    for variable in _required(project, configuration):
        values = [function.env.variables[variable.name].value for function in configuration.given(variable)]
        if any(isinstance(value, Ref) and value.resource in tables for value in values):
            yield Mistake(
                f"{variable} names a table that nobody declares",
                _edits(variable.path, variable.replaced('"retired-table"')),
                frozenset({"env/unknown-table", "iam/wrong-resource"}),
                _lines(variable),
                frozenset(str(function.id) for function in configuration.given(variable)),
            )


@_operator
def reserved_name(project: Project, configuration: Configuration) -> Mistakes:
    """A variable has a name that Lambda keeps to itself."""
    yield from _added(configuration, "AWS_REGION", "eu-west-1", "env/reserved-name")


@_operator
def plaintext_secret(project: Project, configuration: Configuration) -> Mistakes:
    """A secret stands in the environment in plain text."""
    yield from _added(configuration, "STRIPE_SECRET_KEY", made_up_key(), "secrets/plaintext-in-env")


@_operator
def placeholder_secret(project: Project, configuration: Configuration) -> Mistakes:
    """A secret was never filled in."""
    yield from _added(configuration, "PAYMENT_API_KEY", "YOUR_API_KEY_HERE", "secrets/placeholder")


def _added(configuration: Configuration, name: str, value: str, rule: str) -> Mistakes:
    objects = {variable.parent: None for variable in _variables(configuration) if configuration.given(variable)}
    for piece in filter(None, objects):
        edit = piece.with_first(name, f'"{value}"')
        line = piece.document.count("\n", 0, edit.start) + 1
        yield Mistake(
            f"{name} is set in {piece}",
            _edits(piece.path, edit),
            frozenset({rule}),
            frozenset({(piece.path, line)}),
        )


# ----------------------------------------------------------------------------------------------------------- triggers


def _permissions(configuration: Configuration) -> Iterator[Piece]:
    """Permissions by themselves, and entries of what becomes permissions in a module that is public."""
    yield from configuration.blocks("resource", "aws_lambda_permission")
    for piece in configuration.pieces():
        if piece.parent and piece.parent.name == "allowed_triggers":
            yield piece


def _invoked(configuration: Configuration, permission: Piece, edits: Edits) -> frozenset[Place]:
    """The places, after some edits, of the functions that a permission is for and of what invokes them."""
    wiring = configuration.wiring
    functions = {
        one.function.target
        for one in wiring.permissions
        if permission.holds(one.span) or _is_made(permission, one.id.address)
    }
    spans = [trigger.span for trigger in wiring.triggers if trigger.function.target in functions]
    spans += [function.span for function in wiring.functions if function.id in functions]
    return frozenset(place for span in spans for place in after(span, edits))


def _is_made(entry: Piece, address: str) -> bool:
    """Whether a module that is public makes a resource of an entry."""
    module = entry.block
    return module.words[:1] == ("module",) and f"module.{module.name}." in address and f'["{entry.name}"]' in address


@_operator
def drop_permission(project: Project, configuration: Configuration) -> Mistakes:
    """What invokes a function has no permission to."""
    for permission in _permissions(configuration):
        edits = _edits(permission.path, permission.removed())
        for path, edit in _without_dependencies(configuration, permission):
            edits[path] = (*edits.get(path, ()), edit)
        yield Mistake(
            f"{permission} is missing",
            edits,
            frozenset({"triggers/missing-permission"}),
            _invoked(configuration, permission, edits),
        )


def _without_dependencies(configuration: Configuration, block: Piece) -> Iterator[tuple[str, Edit]]:
    for piece in configuration.pieces():
        if piece.name == "depends_on" and piece.folder == block.folder and len(block.words) > 1:
            for item in piece.items():
                if re.search(rf"\b{block.words[1]}\.{block.name}\b", item.text):
                    yield piece.path, (item if len(piece.children) > 1 else piece).removed()


@_operator
def wrong_principal(project: Project, configuration: Configuration) -> Mistakes:
    """A permission is for another service than the one that invokes."""
    yield from _changed(configuration, ("principal",), '"iot.amazonaws.com"')
    yield from _changed(configuration, ("service",), '"iot"')


@_operator
def wrong_action(project: Project, configuration: Configuration) -> Mistakes:
    """A permission is for reading the function, not for invoking it."""
    yield from _changed(configuration, ("action",), '"lambda:GetFunction"')


@_operator
def wrong_source(project: Project, configuration: Configuration) -> Mistakes:
    """A permission is for another source than the one that invokes."""
    for permission in _permissions(configuration):
        source = permission.get("source_arn")
        if source:
            found = re.fullmatch(r'"(\$\{[^}]*\}|[^*]*)(.*)"', source.text)
            other = f'"{found[1]}-retired{found[2]}"' if found else f'"${{{source.text}}}-retired"'
            yield _wrong(permission, f"source {other}", source.replaced(other))


@_operator
def wrong_qualifier(project: Project, configuration: Configuration) -> Mistakes:
    """A permission is for the function itself, not for the alias that is invoked."""
    for permission in _permissions(configuration):
        qualifier = permission.get("qualifier")
        if qualifier:
            yield _wrong(permission, "no qualifier", qualifier.removed())


@_operator
def wrong_function(project: Project, configuration: Configuration) -> Mistakes:
    """A permission is on another function than the one that is invoked."""
    for permission in _permissions(configuration):
        function = permission.get("function_name")
        other = _other(configuration, function, "aws_lambda_function") if function else None
        if function and other:
            edit = function.replaced(_expression(function, f"aws_lambda_function.{other.name}.function_name"))
            yield _wrong(permission, f"{other}", edit)


def _changed(configuration: Configuration, names: tuple[str, ...], text: str) -> Mistakes:
    for permission in _permissions(configuration):
        piece = permission.get(*names)
        if piece:
            yield _wrong(permission, f"{piece.name} {text}", piece.replaced(text))


def _wrong(permission: Piece, what: str, edit: Edit) -> Mistake:
    return Mistake(
        f"{permission} has {what}",
        _edits(permission.path, edit),
        frozenset({"triggers/wrong-permission"}),
        _lines(permission) | {(permission.path, permission.block.line)},
    )


@_operator
def detach(project: Project, configuration: Configuration) -> Mistakes:
    """A handler that is written for a Cognito trigger is attached to none."""
    for piece in configuration.pieces():
        if any(one.name == "lambda_config" for one in piece.ancestors()) and "lambda" in piece.text and piece.name:
            edits = _edits(piece.path, piece.removed())
            targets = {one.function.target for one in configuration.wiring.triggers if piece.holds(one.span)}
            functions = [one for one in configuration.wiring.functions if one.id in targets]
            code = {
                (path, line)
                for function in functions
                for path in function.code.files
                for line in range(1, project.texts[path].count("\n") + 2)
            }
            declared = {place for function in functions for place in after(function.span, edits)}
            if functions:
                yield Mistake(
                    f"{piece} is missing",
                    edits,
                    frozenset({"triggers/unattached-handler"}),
                    frozenset(code | declared),
                    frozenset(str(function.id) for function in functions),
                )


@_operator
def drop_attribute(project: Project, configuration: Configuration) -> Mistakes:
    """A Cognito handler reads an attribute that the pool does not have."""
    for block in configuration.blocks("resource", "aws_cognito_user_pool"):
        for piece in block.walk():
            name = piece.get("name") if piece.kind in ("block", "object") and piece is not block else None
            places = project.saying(rf"custom:{name.content}\b") if name and name.content else None
            if places:
                yield Mistake(
                    f"{piece} is missing",
                    _edits(piece.path, piece.removed()),
                    frozenset({"triggers/unknown-attribute"}),
                    places,
                )


# ---------------------------------------------------------------------------------------------------------- resources


@_operator
def rename_key(project: Project, configuration: Configuration) -> Mistakes:
    """A table has another key than the code gives."""
    for piece in configuration.pieces():
        if piece.name not in ("hash_key", "range_key") or piece.is_declared:
            continue
        if piece.parent is None or _is_index(piece.parent):
            continue
        key = next((one for one in piece.walk() if one.kind == "text" and one.content), None)
        if key and key.content:
            old = key.content
            places = project.saying(rf"\b{old}\b") | _everything_of_tables(project, piece.parent)
            yield Mistake(
                f"{piece} is {old}Retired",
                _edits(
                    piece.path,
                    *(one.replaced(f'"{old}Retired"') for one in piece.parent.walk() if one.content == old),
                ),
                frozenset({"schema/key-mismatch"}),
                places,
            )


def _is_index(piece: Piece) -> bool:
    return any("index" in word for one in (piece, *piece.ancestors()) for word in (*one.words, one.name))


def _everything_of_tables(project: Project, table: Piece) -> frozenset[Place]:
    """The lines of a table, and those of code that hands a table to a library."""
    handed = {
        (kept.span.path, kept.span.start_position.line)
        for function in project.configuration.wiring.functions
        for kept in function.code.tables
    }
    return _lines(table) | handed


@_operator
def rename_table_index(project: Project, configuration: Configuration) -> Mistakes:
    """A table's index has another name than the code gives."""
    for piece in configuration.pieces():
        name = piece.get("name") if piece.kind in ("block", "object") and _is_index(piece) else None
        if name and name.content and piece.get("hash_key"):
            yield Mistake(
                f"{piece} is {name.content}-retired",
                _edits(piece.path, name.replaced(f'"{name.content}-retired"')),
                frozenset({"schema/unknown-index"}),
                project.saying(calling("dynamodb:Query") + r"|IndexName|paginator\(.query.\)"),
            )


@_operator
def rename_ttl(project: Project, configuration: Configuration) -> Mistakes:
    """A table expires items by another attribute than a library writes."""
    libraries = [kept for one in configuration.wiring.functions for kept in one.code.tables if kept.ttl is not None]
    for piece in configuration.pieces() if libraries else ():
        if piece.name in ("attribute_name", "ttl_attribute", "ttl_attribute_name") and piece.content:
            yield Mistake(
                f"{piece} is {piece.content}Retired",
                _edits(piece.path, piece.replaced(f'"{piece.content}Retired"')),
                frozenset({"schema/ttl-mismatch"}),
                _everything_of_tables(project, piece.block),
            )


@_operator
def open_to_the_world(project: Project, configuration: Configuration) -> Mistakes:
    """A queue or topic takes messages from anybody."""
    kinds = {
        "aws_sqs_queue": ("aws_sqs_queue_policy", "queue_url", "url", "sqs:*"),
        "aws_sns_topic": ("aws_sns_topic_policy", "arn", "arn", "sns:*"),
    }
    for kind, (policy, argument, attribute, action) in kinds.items():
        for block in configuration.blocks("resource", kind):
            if block.is_json:
                continue
            added = (
                f'\nresource "{policy}" "open" {{\n  {argument} = {kind}.{block.name}.{attribute}\n'
                f'  policy = jsonencode({{ Version = "2012-10-17", Statement = [{{ Effect = "Allow", Principal = "*", '
                f'Action = "{action}", Resource = "*" }}] }})\n}}\n'
            )
            end = len(block.document)
            last = block.document.count("\n") + 1
            yield Mistake(
                f"{block} is open to the world",
                _edits(block.path, Edit(end, end, added)),
                frozenset({"iam/public-resource-policy"}),
                frozenset((block.path, line) for line in range(last, last + added.count("\n") + 1)),
            )
