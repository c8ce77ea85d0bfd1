"""How the resources of an Amplify backend depend on each other: `backend-config.json` says what the parent stack gives
to each, under names made of the category, the name and the output of another."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.amplify.template import AmplifyTemplate, json_tree
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.record import replace
from crosswire.values import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files

_ROLE = "LambdaExecutionRole"
_CONFIGURATIONS = ("backend-config.json", "amplify-meta.json")


class _Dependency:
    """A resource of a backend that is given outputs of another, by category and name."""

    def __init__(self, owner: tuple[str, str], needed: tuple[str, str], attributes: list[str], place: Scalar) -> None:
        self.owner = owner
        self.needed = needed
        self.attributes = attributes
        self.place = place


def attach(templates: Iterable[Template], files: Files) -> None:
    """Tell every template of a function what depends on the function."""
    by_name = _by_name(templates)
    for backend in sorted({template.backend for each in by_name.values() for template in each}):
        for dependency in _dependencies(backend, files):
            for template in by_name.get((backend, *dependency.needed), ()):
                template.attached = (*template.attached, dependency.place.span)
                if dependency.owner[0] == "auth" or _ROLE in dependency.attributes:
                    template.trusting = dependency.place.span


def define(templates: Iterable[Template], files: Files, lowered: Lowered) -> None:
    """Say what the parameters of each template stand for where no parent stack of the check gives them, and make one
    deployment of each backend."""
    by_name = _by_name(templates)
    _unite(by_name, lowered)
    for backend in sorted({template.backend for each in by_name.values() for template in each}):
        for dependency in _dependencies(backend, files):
            for owner in by_name.get((backend, *dependency.owner), ()):
                for needed in by_name.get((backend, *dependency.needed), ()):
                    _define(owner, needed, dependency, lowered)
    _define_models(by_name, files, lowered)


def _define_models(
    by_name: Mapping[tuple[str, str, str], list[AmplifyTemplate]], files: Files, lowered: Lowered
) -> None:
    from crosswire.frontends.amplify.models import define_tables

    root_of = {unit.id: unit.root for unit in lowered.units}
    backends: dict[str, list[AmplifyTemplate]] = {}
    for (backend, _, _), templates in sorted(by_name.items()):
        backends.setdefault(backend, []).extend(templates)
    for backend, templates in backends.items():
        define_tables(backend, templates, root_of[templates[0].unit], files, lowered)


def _unite(by_name: Mapping[tuple[str, str, str], list[AmplifyTemplate]], lowered: Lowered) -> None:
    """Give all parts of a backend the root of the first: one command deploys them together."""
    backends = {template.unit: template.backend for each in by_name.values() for template in each}
    root_of = {unit.id: unit.root for unit in lowered.units}
    firsts: dict[str, str] = {}
    for unit in sorted(backends):
        firsts.setdefault(backends[unit], root_of[unit])
    lowered.units = [
        replace(unit, root=firsts[backends[unit.id]]) if unit.id in backends else unit for unit in lowered.units
    ]


def _define(owner: AmplifyTemplate, needed: AmplifyTemplate, dependency: _Dependency, lowered: Lowered) -> None:
    for attribute in dependency.attributes:
        parameter = owner.intrinsics.parameter("".join((*dependency.needed, attribute)))
        output = child(needed.root.get("Outputs"), attribute, "Value")
        if parameter is not None and output is not None and parameter not in lowered.definitions:
            key = Parameter(parameter.scope, parameter.name)
            lowered.definitions.setdefault(key, needed.intrinsics.value(output))


def _by_name(templates: Iterable[Template]) -> Mapping[tuple[str, str, str], list[AmplifyTemplate]]:
    found: dict[tuple[str, str, str], list[AmplifyTemplate]] = {}
    for template in templates:
        if isinstance(template, AmplifyTemplate):
            found.setdefault((template.backend, template.category, template.name), []).append(template)
    return found


def _dependencies(backend: str, files: Files) -> Iterator[_Dependency]:
    for name in _CONFIGURATIONS:
        tree = json_tree(f"{backend}/{name}", files)
        if not isinstance(tree, Entries):
            continue
        for category, resources in tree.items():
            for resource, body in resources.items() if isinstance(resources, Entries) else ():
                listed = child(body, "dependsOn")
                for item in listed.items if isinstance(listed, Items) else ():
                    found = _dependency((category.text, resource.text), item)
                    if found is not None:
                        yield found
        return


def _dependency(owner: tuple[str, str], item: object) -> _Dependency | None:
    if not isinstance(item, Entries):
        return None
    category, name = text_of(item.get("category")), item.get("resourceName")
    attributes = item.get("attributes")
    if category is None or not isinstance(name, Scalar):
        return None
    listed = [text for one in (attributes.items if isinstance(attributes, Items) else ()) if (text := text_of(one))]
    return _Dependency(owner, (category, name.text), listed, name)
