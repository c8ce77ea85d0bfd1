"""The mistakes in policies that are files by themselves or words of a command: each operator finds every place."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from tests.mutants import declared
from tests.mutants.calls import calling
from tests.mutants.declared import Part, Statement
from tests.mutants.document import Edit, Spot
from tests.mutants.losses import RETIRED, Loss, lost
from tests.mutants.mistake import JUDGED, Mistake, Operator
from tests.mutants.project import Project

from crosswire.aws import iam_actions

Mistakes = Iterator[Mistake]

_ACCOUNT = re.compile(r"(?<=:)(?:\d{12}|\$\{?\(?\w*ACCOUNT\w*[)}]?)(?=:)", re.IGNORECASE)
_INDEX = re.compile(r"/index/[\w*-]+$")
_OBJECTS = re.compile(r"^s3:(Get|Put|Delete)Object$")


def _judged(project: Project) -> Iterator[Statement]:
    for statement in declared.statements(project):
        if statement.actions and all(action.startswith(JUDGED) for action in statement.actions):
            yield statement


def drop_grant(project: Project) -> Mistakes:
    """A statement is missing."""
    for statement in _judged(project):
        loss = lost(project, project.configuration, [statement])
        yield from loss.mistake(f"the statement {statement} is missing", statement.edits(statement.of_no_use()))


def drop_action(project: Project) -> Mistakes:
    """An action is missing in a list of several."""
    for statement in _judged(project):
        items = statement.action.as_list()
        for spot in items if len(items) > 1 else ():
            edit = spot.removed()
            if edit:
                loss = lost(project, project.configuration, [statement.part(spot)])
                yield from loss.mistake(f"{statement} {spot.text} is missing", statement.edits(edit))


def rename_in_policy(project: Project) -> Mistakes:
    """A statement names another table, bucket, queue ... than the code is given."""
    for statement in _judged(project):
        service = statement.actions[0].partition(":")[0]
        loss = lost(project, project.configuration, [statement])
        if loss.places and all(action.startswith(f"{service}:") for action in statement.actions):
            other = RETIRED[service]
            about = Loss(frozenset({"iam/wrong-resource"}), statement.lines | loss.places, loss.functions)
            if _is_of_buckets(statement):
                other = other.removesuffix("/kept")
            edits = statement.edits(statement.resource.replaced(f'"{other}"'))
            yield from about.mistake(f"the statement {statement} is about {other}", edits)


def _is_of_buckets(statement: Statement) -> bool:
    return all("Bucket" in action for action in statement.actions)


def drop_index(project: Project) -> Mistakes:
    """A statement names the table and not its index."""
    for statement in _judged(project):
        items = statement.resource.as_list()
        for spot in items:
            edit = spot.removed() if len(items) > 1 else spot.replaced(f'"{_INDEX.sub("", spot.text or "")}"')
            if edit and _INDEX.search(spot.text or "") and "dynamodb:Query" in statement.actions:
                yield from _about_index(project, statement, edit, "is about the table only")


def rename_index(project: Project) -> Mistakes:
    """A statement names another index."""
    for statement in _judged(project):
        for spot in statement.resource.as_list():
            if _INDEX.search(spot.text or "") and "dynamodb:Query" in statement.actions:
                edit = spot.replaced(f'"{_INDEX.sub("/index/retired", spot.text or "")}"')
                yield from _about_index(project, statement, edit, "names another index")


def _about_index(project: Project, statement: Statement, edit: Edit, what: str) -> Mistakes:
    loss = lost(project, project.configuration, [statement])
    places = project.saying(calling("dynamodb:Query"))
    if loss.functions and places:
        rules = frozenset({"iam/missing-index"})
        yield Mistake(f"{statement} {what}", statement.edits(edit), rules, places, loss.functions)


def misspell_action(project: Project) -> Mistakes:
    """An action is written so that IAM does not know it."""
    for statement in declared.statements(project):
        for spot in statement.action.as_list():
            prefix, _, name = (spot.text or "").partition(":")
            known = iam_actions.service(prefix)
            if known and name.lower() in known.actions and not _is_known(known, f"{name}s"):
                yield Mistake(
                    f"{statement} allows {prefix}:{name}s",
                    statement.edits(spot.replaced(f'"{prefix}:{name}s"')),
                    frozenset({"iam/unknown-action"}),
                    statement.lines,
                )


def _is_known(service: iam_actions.Service, name: str) -> bool:
    """Whether there is such an action, or an operation of the name, which people take for one."""
    return name.lower() in service.actions or bool(iam_actions.needed(service.prefix, name))


def placeholder_arn(project: Project) -> Mistakes:
    """An ARN still holds the placeholder of the example that it was copied from."""
    for statement in declared.statements(project):
        for spot in statement.resource.as_list():
            other = _ACCOUNT.sub("YOUR_ACCOUNT_ID", spot.text or "")
            if other != (spot.text or "") and statement.is_finished:
                yield Mistake(
                    f"{statement} allows {other}",
                    statement.edits(spot.replaced(f'"{other}"')),
                    frozenset({"iam/placeholder-arn"}),
                    statement.lines,
                )


def bucket_for_objects(project: Project) -> Mistakes:
    """A statement about objects names the bucket alone."""
    for statement in declared.statements(project):
        if any(map(_OBJECTS.match, statement.actions)):
            for spot in statement.resource.as_list():
                edit = _without_objects(statement, spot)
                if edit:
                    loss = lost(project, project.configuration, [statement])
                    yield Mistake(
                        f"{statement} names the bucket of {spot.text}",
                        statement.edits(edit),
                        frozenset({"iam/unsupported-resource", "iam/wrong-resource"}),
                        statement.lines | loss.places,
                    )


def _without_objects(statement: Statement, spot: Spot) -> Edit | None:
    bucket, _, key = (spot.text or "").partition(":::")[2].partition("/")
    if not bucket or not key.endswith("*"):
        return None
    arn = f"arn:aws:s3:::{bucket}"
    is_named = any(one.text == arn for one in statement.resource.as_list())
    return spot.removed() if is_named else spot.replaced(f'"{arn}"')


def key_alias(project: Project) -> Mistakes:
    """A statement about the use of a key names an alias of it."""
    for statement in declared.statements(project):
        for spot in statement.resource.as_list():
            other = re.sub(r":key/.*", ":alias/orders", spot.text or "")
            if other != (spot.text or ""):
                yield Mistake(
                    f"{statement} names {other}",
                    statement.edits(spot.replaced(f'"{other}"')),
                    frozenset({"iam/kms-alias"}),
                    statement.lines,
                )


def drop_comma(project: Project) -> Mistakes:
    """A policy that is a file by itself lacks a comma."""
    for statement in declared.statements(project):
        if not statement.path.endswith(".json"):
            continue
        entries = (statement.action.parent or statement.action).children
        for entry, following in pairwise(entries):
            comma = statement.text.index(",", entry.end)
            gap = Part(statement.path, statement.text, entry.start, following.end)
            yield Mistake(
                f"{statement} lacks the comma after {entry.key}",
                statement.edits(Edit(comma, comma + 1)),
                frozenset({"input/broken-file"}),
                gap.lines,
            )


def wildcard(project: Project) -> Mistakes:
    """A statement allows everything on everything."""
    for statement in _judged(project):
        if lost(project, project.configuration, [statement]).places:
            yield Mistake(
                f"{statement} allows everything",
                statement.edits(statement.action.replaced('"*"'), statement.resource.replaced('"*"')),
                frozenset({"iam/wildcard"}),
                statement.lines,
            )


OPERATORS: dict[str, Operator] = {
    "drop-grant": drop_grant,
    "drop-action": drop_action,
    "rename-in-policy": rename_in_policy,
    "drop-index": drop_index,
    "rename-index": rename_index,
    "misspell-action": misspell_action,
    "placeholder-arn": placeholder_arn,
    "bucket-for-objects": bucket_for_objects,
    "key-alias": key_alias,
    "drop-comma": drop_comma,
    "wildcard": wildcard,
}
