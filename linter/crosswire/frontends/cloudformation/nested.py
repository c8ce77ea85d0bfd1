"""Which templates are deployed together: nested stacks, what goes into them and what comes out, exports and imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.cloudformation.intrinsics import NO_VALUE, Given, export_name
from crosswire.frontends.cloudformation.origins import Origins
from crosswire.frontends.cloudformation.template import local_path
from crosswire.frontends.containment import outermost
from crosswire.readers.tree import Entries, Items, Node
from crosswire.values import Concat, Const, Parameter, Ref, Unknown, Value, concat, settled, transform
from crosswire.wiring.function import BlindSpot
from crosswire.wiring.project import Unit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from crosswire.frontends.cloudformation.environments import Environment
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.source import Source

_STACK, _APPLICATION = "AWS::CloudFormation::Stack", "AWS::Serverless::Application"
_MAX_DEPTH = 10
_MAX_UNITS = 1_999
_SHORTEST_EXPORT = 4
_WILD = "${}"


class Found(NamedTuple):
    """A file that is a template."""

    source: Source
    root: Entries


class Stack:
    """A template as one unit deploys it. `root` is the unit's root template, `parent` what deploys a nested stack.
    `environment` is what it is deployed to, where that is known."""

    __slots__ = ("children", "environment", "parent", "resource", "root", "template")

    def __init__(
        self,
        template: Template,
        parent: Stack | None,
        resource: TemplateResource | None,
        environment: Environment | None = None,
    ) -> None:
        self.template = template
        self.environment = environment
        self.parent = parent
        self.resource = resource
        self.root: str = template.unit if parent is None else parent.root
        self.children: list[Stack] = []

    def __iter__(self) -> Iterator[Stack]:
        """This stack and every one nested in it, outermost first."""
        yield self
        for nested in self.children:
            yield from nested


def stacks(
    found: Mapping[str, Found], files: Files, compiled: Iterable[Template] = (), settings: Sequence[Source] = ()
) -> list[Stack]:
    """The root stacks of a check, in the order of their paths, with what is nested in each. `compiled` are templates
    that another dialect is compiled to, `settings` the files that may hold the parameters of environments."""
    origins = Origins(files)
    templates = {path: origins.template(path, each.source, each.root) for path, each in sorted(found.items())}
    templates.update((template.unit, template) for template in compiled)
    children = {unit: _children(template, found) for unit, template in templates.items()}
    builder = _Builder(found, origins, templates, children)
    roots = outermost({unit: listed.values() for unit, listed in children.items()})
    deployed: Mapping[str, Sequence[Environment]] = {}
    if settings:
        from crosswire.frontends.cloudformation.environments import environments

        deployed = environments([templates[path] for path in roots if path in found], settings, files)
    return [stack for unit in roots for stack in builder.roots(unit, deployed.get(unit, ()))]


def define(roots: list[Stack], lowered: Lowered) -> None:
    """Say what the parameters and outputs of nested stacks and the imports of other stacks' exports stand for."""
    every = [stack for root in roots for stack in root]
    for stack in every:
        lowered.units.append(_unit(stack))
        if stack.parent is None:
            _define_exact(stack.template, lowered)
        if stack.environment is not None:
            lowered.secrets.extend(stack.environment.secrets)
        if stack.parent is not None and stack.resource is not None:
            _define_parameters(stack, stack.parent, stack.resource, lowered)
            _define_outputs(stack, stack.resource, lowered)
    _define_imports(every, lowered)


class _Builder:
    def __init__(
        self,
        found: Mapping[str, Found],
        origins: Origins,
        templates: dict[str, Template],
        children: dict[str, dict[str, str]],
    ) -> None:
        self._found = found
        self._origins = origins
        self._templates = templates
        self._children = children
        self._made = 0

    def roots(self, unit: str, environments: Sequence[Environment]) -> Iterator[Stack]:
        """The root stack of a template, once for each environment that it is deployed to."""
        for environment in environments or (None,):
            template = self._templates[unit]
            if environment is not None:
                id = f"{unit}:{environment.name}" if environment.name else unit
                source, root = template.source, self._found[unit].root
                template = self._origins.template(id, source, root, environment.values, environment.name)
                template.blind_spots.extend(environment.blind_spots)
                template.environment_span = environment.span
                template.files = (template.path, *environment.paths)
            stack = Stack(template, None, None, environment)
            self._nest(stack, unit, (unit,))
            yield stack

    def _nest(self, stack: Stack, key: str, above: tuple[str, ...]) -> None:
        for logical_id, path in self._children[key].items():
            resource = stack.template.resources.get(logical_id)
            if resource is None:
                continue  # the environment does not have it
            if path in above or len(above) >= _MAX_DEPTH or self._made >= _MAX_UNITS:
                why = "a nested stack that contains itself" if path in above else "stacks nested too deeply"
                stack.template.blind_spots.append(BlindSpot("template", why, resource.span))
                continue
            self._made += 1
            each = self._found[path]
            id = f"{stack.template.unit}#{logical_id}"
            if stack.environment is None:
                nested = self._origins.template(id, each.source, each.root)
            else:
                given = _given(stack.template, resource, self._templates[path])
                nested = self._origins.template(id, each.source, each.root, given, stack.environment.name)
                nested.environment_span = stack.environment.span
            child = Stack(nested, stack, resource, stack.environment)
            stack.children.append(child)
            self._nest(child, path, (*above, path))


def _given(parent: Template, resource: TemplateResource, nested: Template) -> dict[str, Given]:
    """The parameters of a nested stack as the environment of its parent makes them."""
    fields = parent.intrinsics.fields(resource.properties.get("Parameters"))
    is_complete = fields.complete and resource.complete
    given: dict[str, Given] = {}
    declared = nested.root.get("Parameters")
    for key, _ in declared.items() if isinstance(declared, Entries) else ():
        node = fields.get(key.text)
        if node is not None:
            value = settled(_text_or_list(parent, node))
            if not isinstance(value, Unknown) or value.why != NO_VALUE:
                text = value.text if isinstance(value, Const) else None
                given[key.text] = Given(text, value.span or node.span)
        elif not is_complete:
            given[key.text] = Given(None, key.span)
    return given


def _define_exact(template: Template, lowered: Lowered) -> None:
    """Say what the parameters of a root template are in the environment that it is deployed to."""
    declared = template.root.get("Parameters")
    for key, _ in declared.items() if isinstance(declared, Entries) and template.is_in_environment else ():
        parameter = template.intrinsics.parameter(key.text)
        if parameter is not None and parameter.exact:
            lowered.definitions[parameter] = settled(parameter)
    stack = template.intrinsics.stack_name()
    if stack is not None:
        lowered.definitions[stack] = settled(stack)


def _children(template: Template, found: Mapping[str, Found]) -> dict[str, str]:
    """The paths of the templates that a template nests, by the logical id of the stack."""
    children: dict[str, str] = {}
    for resource in template.of_type(_STACK, _APPLICATION):
        name = "TemplateURL" if resource.type == _STACK else "Location"
        named = template.nested_in(resource)
        path = None if named is None else local_path(template.path, named)
        if path is None or path not in found:
            path = _nested_path(template, resource.properties.get(name), found)
        if path is not None:
            children[resource.logical_id] = path
    return children


def _nested_path(template: Template, node: Node | None, found: Mapping[str, Found]) -> str | None:
    if node is None or (isinstance(node, Entries) and "ApplicationId" in node):
        return None
    value = template.intrinsics.value(node)
    if isinstance(value, Const) and "://" not in value.text:
        path = local_path(template.path, value.text)
        if path in found:
            return path
    return _by_tail(_constant_tail(value), found)


def _constant_tail(value: Value) -> str:
    last = value.parts[-1] if isinstance(value, Concat) else value
    text = last.text if isinstance(last, Const) else ""
    return text.split("://", 1)[-1].split("?", 1)[0]


def _by_tail(tail: str, found: Mapping[str, Found]) -> str | None:
    """The one template whose path ends as a URL does: `https://bucket.s3.amazonaws.com/nested/orders.yaml`."""
    parts = [part for part in tail.split("/") if part not in ("", ".", "..")]
    for first in range(len(parts)):
        ending = "/".join(parts[first:])
        matching = [path for path in found if path == ending or path.endswith("/" + ending)]
        if matching:
            return matching[0] if len(matching) == 1 else None
    return None


def _unit(stack: Stack) -> Unit:
    template = stack.template
    span = template.root.pairs[0][0].span if template.root.pairs else template.root.span
    environment = stack.environment
    return Unit(
        template.unit,
        stack.root,
        span,
        tuple(template.blind_spots),
        template.files,
        template.dialect,
        template.environment,
        template.environment_span,
        () if environment is None or not environment.name else environment.places,
    )


def _define_parameters(stack: Stack, parent: Stack, resource: TemplateResource, lowered: Lowered) -> None:
    """A nested stack's parameter is what its parent gives, else its default."""
    given = parent.template.intrinsics.fields(resource.properties.get("Parameters"))
    intrinsics = stack.template.intrinsics
    declared = stack.template.root.get("Parameters")
    for key, _ in declared.items() if isinstance(declared, Entries) else ():
        known = intrinsics.parameter(key.text)
        default = Const(known.default, known.span) if known is not None and known.default is not None else None
        node = given.get(key.text)
        value: Value | None = default if given.complete and resource.complete else None
        if node is not None:
            value = _with_default(_text_or_list(parent.template, node), default)
        if value is not None:
            lowered.definitions[Parameter(stack.template.unit, key.text)] = value


def _with_default(value: Value, default: Value | None) -> Value:
    """What a parent gives where it gives something, the default where it gives AWS::NoValue."""
    if default is None:
        return value
    return transform(value, lambda leaf: default if isinstance(leaf, Unknown) and leaf.why == NO_VALUE else leaf)


def _text_or_list(template: Template, node: Node) -> Value:
    """What a parent gives: a list of texts reaches the parameter joined by commas."""
    if not isinstance(node, Items) or node.tag:
        return template.intrinsics.value(node)
    values, complete = template.intrinsics.values(node)
    if not complete:
        return template.intrinsics.value(node)
    parts: list[Value] = []
    for index, value in enumerate(values):
        parts += [Const(",")] * bool(index) + [value]
    return concat(parts, node.span)


def _define_outputs(stack: Stack, resource: TemplateResource, lowered: Lowered) -> None:
    for name, _, node in _outputs(stack.template):
        lowered.definitions[Ref(resource.id, f"Outputs.{name}")] = stack.template.intrinsics.value(node)


def _outputs(template: Template) -> Iterator[tuple[str, Entries, Node]]:
    """Name, body and value of each output."""
    for key, body in template.intrinsics.fields(template.root.get("Outputs")).pairs:
        value = body.get("Value") if isinstance(body, Entries) else None
        if isinstance(body, Entries) and value is not None and not template.is_left_out(body):
            yield key.text, body, value


def _define_imports(every: list[Stack], lowered: Lowered) -> None:
    """An import stands for the value of the one export that has its name.

    Names with parameters in them (`${NetworkStack}-TableName`) are compared with each parameter as a wildcard, and
    only where a single export of the check fits. Of what is exported in each environment, an import means its own.
    """
    exact: dict[str, list[_Export]] = {}
    shaped: dict[str, list[_Export]] = {}
    for stack in every:
        intrinsics = stack.template.intrinsics
        for _, body, node in _outputs(stack.template):
            export = body.get("Export")
            name_node = export.get("Name") if isinstance(export, Entries) else None
            if name_node is None:
                continue
            value = intrinsics.value(name_node)
            name = export_name(value)
            exported = _Export(stack.template.environment, intrinsics.value(node))
            for each in {name, export_name(settled(value))}:
                exact.setdefault(each, []).append(exported)
            shaped.setdefault(_shape(name), []).append(exported)
    wanted = {
        symbol: (stack.template.environment, written)
        for stack in every
        for symbol, written in stack.template.intrinsics.imports.items()
    }
    for symbol, (environment, written) in sorted(wanted.items(), key=lambda each: (each[0].scope, each[0].name)):
        matching = exact.get(symbol.name) or exact.get(written)
        if matching is None and "${" in written:
            shape = _shape(written)
            if len(shape.replace(_WILD, "")) >= _SHORTEST_EXPORT:
                matching = shaped.get(shape)
        meant = [one.value for one in _of_environment(matching or [], environment)]
        if meant and all(value == meant[0] for value in meant):
            lowered.definitions[symbol] = meant[0]


class _Export(NamedTuple):
    """What a stack exports in an environment, whose name is empty where it is the only one."""

    environment: str
    value: Value


def _of_environment(exports: list[_Export], environment: str) -> list[_Export]:
    """The exports that an environment imports: its own, and those of stacks that are deployed once. Who is deployed
    once imports from the first of several environments, as they are alike."""
    own = [one for one in exports if one.environment in ("", environment)]
    if own or environment:
        return own
    first = min((one.environment for one in exports), default="")
    return [one for one in exports if one.environment == first]


def _shape(name: str) -> str:
    """An export's name with every symbolic part as the same wildcard."""
    pieces = name.split("${")
    return pieces[0] + "".join(_WILD + piece.partition("}")[2] for piece in pieces[1:])
