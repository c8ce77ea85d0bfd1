"""Joins what the front ends lowered: functions to their code, and everything into one wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation import lower_compiled, lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.frontends.projects import compiled_projects
from crosswire.frontends.serverless import compiled_services
from crosswire.frontends.terraform import lower_terraform
from crosswire.record import replace
from crosswire.wiring.project import Wiring

if TYPE_CHECKING:
    from crosswire.config import Configurations
    from crosswire.project import Files, Selection
    from crosswire.wiring.function import Function


def build_wiring(
    files: Files, selection: Selection | None = None, configurations: Configurations | None = None
) -> Wiring:
    """The wiring of everything in `files`: every unit, with the code that it deploys, and what `configurations` tell of
    what is deployed from elsewhere.

    Units use each other's names, so all of them are lowered; with a selection of folders alone, code is read only for
    the functions of the units that it covers.
    """
    lowered = Lowered()
    lower_templates(files, lowered, compiled_services(files, lowered))
    lower_terraform(files, lowered)
    lower_compiled(compiled_projects(files, lowered), files, lowered)
    functions: list[Function] = []
    broken = list(lowered.broken)
    if lowered.functions:
        from crosswire.frontends.code.follow import CodeReader

        reader = CodeReader(files)
        roots = {unit.id: unit.root for unit in lowered.units}
        paths = {unit.id: unit.paths for unit in lowered.units}
        for function, hint in lowered.functions:
            root = paths[roots[function.id.unit]]
            wanted = selection is None or bool(selection.files) or any(map(selection.covers, root))
            functions.append(replace(function, code=reader.code_of(hint)) if wanted else function)
        reached = {path for function in functions for path in function.code.files}
        broken.extend(spot for path, spot in sorted(reader.broken.items()) if path in reached)
    wiring = Wiring(
        units=tuple(sorted(lowered.units, key=lambda unit: unit.id)),
        functions=tuple(sorted(functions, key=lambda function: function.id)),
        resources=tuple(sorted(lowered.resources, key=lambda resource: resource.id)),
        roles=tuple(lowered.roles),
        resource_policies=tuple(lowered.resource_policies),
        triggers=tuple(lowered.triggers),
        permissions=tuple(lowered.permissions),
        deliveries=tuple(lowered.deliveries),
        definitions=lowered.definitions,
        secrets=tuple(sorted(set(lowered.secrets), key=lambda span: span.order)),
        broken=tuple(sorted(broken, key=lambda spot: (spot.span.order, spot.why))),
    )
    if lowered.attachments:
        from crosswire.frontends.attachments import with_attachments

        wiring = with_attachments(wiring, lowered.attachments, lowered.output_roles)
    if configurations is None or not any(config.external or config.variables for config in configurations):
        return wiring
    from crosswire.frontends.external import with_external

    return with_external(wiring, configurations)
