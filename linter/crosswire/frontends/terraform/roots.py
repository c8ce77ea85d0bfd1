"""A root module evaluated: from its folder and the values of an environment to all instances of all its modules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.terraform.configuration import Configuration, UnreadModule
from crosswire.frontends.terraform.evaluate import Scope, evaluate
from crosswire.frontends.terraform.module import Module, Root
from crosswire.record import replace
from crosswire.wiring.dialect import TERRAFORM
from crosswire.wiring.function import BlindSpot
from crosswire.wiring.project import Unit

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.frontends.terraform.configuration import Instance
    from crosswire.frontends.terraform.environments import Environment
    from crosswire.frontends.terraform.folder import Folder, Folders
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.readers.hcl_syntax import Argument, Body
    from crosswire.source import Broken, Span
    from crosswire.values import ResourceId

_MOST_INSTANCES = 20_000


def configuration(
    environment: Environment, folders: Folders, broken: list[Broken], secrets: list[Span]
) -> Configuration:
    """Everything that one environment of a root module deploys."""
    folder = environment.folder
    unit = (folder.path or ".") + (f":{environment.name}" if environment.name else "")
    plan = environment.plan
    if plan is not None and plan.folder is folder:
        unit = plan.path
    root = Root(unit, folder.path, folders, {} if plan is None else plan.given)
    given: dict[str, Callable[[], Evaluated]] = {}
    module = Module(root, unit, folder, given)
    for body in environment.values:
        for argument in body.arguments.values():
            given[argument.name] = _value(argument, module)
    instances: dict[ResourceId, Instance] = {}
    unread: list[UnreadModule] = []
    units: list[Unit] = []
    _gather(module, root, instances, unread, units, environment.paths)
    if environment.name and unit.endswith(":" + environment.name):
        place = _start_of(environment.values[-1]) if environment.values else None
        units = [replace(one, environment=environment.label, environment_span=place) for one in units]
    outputs: dict[str, tuple[Span, Evaluated]] = {}
    for name, block in folder.outputs.items():
        outputs[name] = (block.name_span, module.output(name, block.name_span))
    for instance in instances.values():
        instance.arguments  # noqa: B018 - worked out now, so that all mistakes are known
    broken.extend(root.broken.values())
    secrets.extend(root.secrets)
    path = folder.paths[0] if folder.paths else folder.path
    return Configuration(unit, path, instances, unread, units, outputs)


def _start_of(values: Body) -> Span | None:
    """The first name in a file of values."""
    spans = [argument.name_span for argument in values.arguments.values()]
    return min(spans, key=lambda span: span.order) if spans else None


def _value(argument: Argument, module: Module) -> Callable[[], Evaluated]:
    return lambda: evaluate(argument.expression, Scope(module))


def _gather(
    module: Module,
    root: Root,
    instances: dict[ResourceId, Instance],
    unread: list[UnreadModule],
    units: list[Unit],
    values: tuple[str, ...] = (),
) -> None:
    """Add a module and all that it calls."""
    spots = _blind_spots(module.folder)
    for instance in module.all_instances():
        if len(instances) >= _MOST_INSTANCES:
            spots.append(BlindSpot("template", "more resources than are looked at", instance.span))
            break
        instances[instance.id] = instance
    position = len(units)
    for child in module.all_children():
        if isinstance(child, UnreadModule):
            unread.append(child)
            spots.append(BlindSpot("module", f"the module {child.source or child.name} is not read", child.span))
        else:
            _gather(child, root, instances, unread, units)
    files = (*module.folder.paths, *values)
    units.insert(position, Unit(module.unit, root.unit, module.folder.span, tuple(spots), files, TERRAFORM))


def _blind_spots(folder: Folder) -> list[BlindSpot]:
    if folder.complete:
        return []
    where = folder.broken[0].span if folder.broken else folder.span
    return [BlindSpot("template", "resources in a file that cannot be read", where)]
