"""Joins what the front ends lowered: functions to their code, and everything into one wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation import lower_compiled, lower_templates
from crosswire.frontends.cloudformation.marks import is_copied
from crosswire.frontends.exposed import expose
from crosswire.frontends.local_variables import with_local_variables
from crosswire.frontends.lowered import Lowered
from crosswire.frontends.projects import compiled_projects
from crosswire.frontends.serverless import compiled_services
from crosswire.frontends.terraform import lower_terraform
from crosswire.record import replace
from crosswire.wiring.project import Wiring

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.config import Configurations
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files, Selection
    from crosswire.wiring.function import Code, Function
    from crosswire.wiring.project import Unit


def build_wiring(
    files: Files, selection: Selection | None = None, configurations: Configurations | None = None
) -> Wiring:
    """The wiring of everything in `files`: every unit, with the code that it deploys, and what `configurations` tell of
    what is deployed from elsewhere.

    Units use each other's names, so all of them are lowered; with a selection of folders alone, code is read only for
    the functions of the units that it covers.
    """
    lowered = Lowered()
    own = files.without(is_copied) if any(map(is_copied, files.paths)) else files
    lower_templates(files, lowered, compiled_services(own, lowered))
    lower_terraform(own, lowered)
    lower_compiled(compiled_projects(own, lowered), own, lowered)
    expose(own, lowered)
    functions: list[Function] = []
    if lowered.functions:
        from crosswire.frontends.code.follow import CodeReader

        reader = CodeReader(files)
        units = {unit.id: unit for unit in lowered.units}
        paths: dict[str, list[str]] = {}  # by what is deployed, whatever the environment
        for unit in lowered.units:
            paths.setdefault(unit.base, []).extend(unit.paths)
        followed: dict[CodeHint, Code] = {}  # environments share their code
        for function, hint in lowered.functions:
            root = paths[units[units[function.id.unit].root].base]
            wanted = selection is None or bool(selection.files) or any(map(selection.covers, root))
            if wanted and hint.inline_values is None:
                code = followed.get(hint)
                if code is None:
                    code = followed[hint] = reader.code_of(hint)
                function = replace(function, code=code)
            elif wanted:
                function = replace(function, code=reader.code_of(hint))
            functions.append(function)
        reached = {path for function in functions for path in function.code.files}
        lowered.broken.extend(spot for path, spot in sorted(reader.broken.items()) if path in reached)
        functions = with_local_variables(functions, files, lowered)
    wiring = Wiring(
        units=tuple(sorted(_units(lowered), key=lambda unit: unit.id)),
        functions=tuple(sorted(functions, key=lambda function: function.id)),
        resources=tuple(sorted(lowered.resources, key=lambda resource: resource.id)),
        roles=tuple(lowered.roles),
        resource_policies=tuple(lowered.resource_policies),
        triggers=tuple(lowered.triggers),
        permissions=tuple(lowered.permissions),
        deliveries=tuple(lowered.deliveries),
        definitions=lowered.definitions,
        sites=tuple(sorted(lowered.sites, key=lambda site: site.unit)),
        exposed=tuple(sorted(lowered.exposed, key=lambda variable: variable.span.order)),
        unread=tuple(sorted(lowered.unread, key=lambda one: one.span.order)),
        secrets=tuple(sorted(set(lowered.secrets), key=lambda span: span.order)),
        broken=tuple(sorted(lowered.broken, key=lambda spot: (spot.span.order, spot.why))),
    )
    if lowered.attachments:
        from crosswire.frontends.attachments import with_attachments

        wiring = with_attachments(wiring, lowered.attachments, lowered.output_roles)
    if configurations is None or not any(config.external or config.variables for config in configurations):
        return wiring
    from crosswire.frontends.external import with_external

    return with_external(wiring, configurations)


def _units(lowered: Lowered) -> Sequence[Unit]:
    if not lowered.unread:
        return lowered.units
    from crosswire.frontends.unread import beside_unread

    return beside_unread(lowered)
