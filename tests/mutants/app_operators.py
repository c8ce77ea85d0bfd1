"""The mistakes in what apps are deployed with: the settings of their platform, and the names of their variables."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from tests.mutants import declared
from tests.mutants.declared import Variable
from tests.mutants.document import Edit
from tests.mutants.mistake import Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project

from crosswire.secret_shapes import is_secret_name
from crosswire.values import EnvRef, leaves
from crosswire.wiring.function import Function

Mistakes = Iterator[Mistake]


def _listed(project: Project) -> Iterator[Variable]:
    """The variables that the settings of a deployment list."""
    for variable in declared.variables(project):
        if not any(function.is_lambda for function in variable.functions):
            yield variable


def _apps(project: Project) -> list[Function]:
    return [function for function in declared.functions(project) if not function.is_lambda]


def _needed(app: Function) -> dict[str, str]:
    """The variables by which calls of an app name resources, with the kind of each."""
    return {
        leaf.name: use.kind
        for call in app.code.calls
        for use in call.uses
        for leaf in leaves(use.name)
        if isinstance(leaf, EnvRef)
    }


def drop_variable(project: Project) -> Mistakes:
    """A variable is set by a local file only, where others that the calls of the app need are listed."""
    for variable in _listed(project):
        if is_secret_name(variable.name):
            continue  # no file of the repository should hold it, as far as its name tells
        for app in variable.functions:
            others = (_needed(app).keys() & app.env.listed) - {variable.name}
            if variable.name in _needed(app) and variable.name in app.env.local and others:
                yield Mistake(
                    f"{variable} {variable.name} is set locally only",
                    variable.edits(variable.removed()),
                    frozenset({"env/local-only"}),
                    project.naming(variable.name),
                    variable.names,
                )


def plaintext_secret(project: Project) -> Mistakes:
    """A secret stands in the settings of the deployment."""
    for variable in _listed(project):
        yield Mistake(
            f"a secret stands before {variable}",
            variable.edits(variable.with_before("STRIPE_SECRET_KEY", made_up_key())),
            frozenset({"secrets/plaintext-in-env"}),
            variable.lines,
            variable.names,
        )


def public_secret(project: Project) -> Mistakes:
    """A secret has a name that is made for browsers."""
    for app in _apps(project):
        secrets = {read.name for read in app.code.reads if is_secret_name(read.name)}
        for name in sorted(secrets - _needed(app).keys()):
            yield from _renamed(project, app, name, "NEXT_PUBLIC_" + name, "secrets/public-prefix")


def public_resource(project: Project) -> Mistakes:
    """The name of a table or queue has a name that is made for browsers."""
    for app in _apps(project):
        for name, kind in _needed(app).items():
            if kind in ("table", "queue", "topic", "secret"):
                yield from _renamed(project, app, name, "NEXT_PUBLIC_" + name, "env/public-prefix")


def _renamed(project: Project, app: Function, name: str, other: str, rule: str) -> Mistakes:
    is_site = any(site.unit == app.id.unit for site in project.configuration.wiring.sites)
    edits = _everywhere(project, name, other)
    if is_site and edits:
        places = project.changed(edits).naming(other)
        yield Mistake(f"{name} of {app.id} is {other}", edits, frozenset({rule}), places)


def server_variable(project: Project) -> Mistakes:
    """Code for browsers reads a variable that only the server has."""
    for site in project.configuration.wiring.sites:
        for name in sorted({read.name for read in site.reads if read.in_browser and read.alone}):
            other = name.removeprefix(next(one for one in site.prefixes if name.startswith(one)))
            edits = _everywhere(project, name, other)
            places: frozenset[Place] = project.changed(edits).naming(other)
            yield Mistake(f"{name} of {site.name} is {other}", edits, frozenset({"env/server-only"}), places)


def _everywhere(project: Project, name: str, other: str) -> Mapping[str, tuple[Edit, ...]]:
    named = re.compile(rf"\b{name}\b")
    found = {
        path: tuple(Edit(one.start(), one.end(), other) for one in named.finditer(text))
        for path, text in project.texts.items()
    }
    return {path: edits for path, edits in found.items() if edits}


OPERATORS: dict[str, Operator] = {
    "drop-variable": drop_variable,
    "plaintext-secret": plaintext_secret,
    "public-secret": public_secret,
    "public-resource": public_resource,
    "server-variable": server_variable,
}
