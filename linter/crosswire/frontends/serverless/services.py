"""The services of a check: which files are one, how they are deployed together, and what each gives to others."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.frontends.serverless.compiling import Compiling
from crosswire.frontends.serverless.syntax import may_vary
from crosswire.frontends.serverless.variables import Variables
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.readers.yaml import read_yaml
from crosswire.record import record
from crosswire.source import Broken, unfinished_merge

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.serverless.template import ServiceTemplate
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.source import Source

_COMPOSE = "serverless-compose."
_PLAIN = ("serverless.yml", "serverless.yaml", "serverless.json")
_SCRIPTS = (".ts", ".js", ".cjs", ".mjs")
_OUTPUT = re.compile(r"(?:aws:)?cf(?:\.[\w-]+|\([^)]*\))?:(?P<stack>.+)\.(?P<output>\w+)")
_MARKS = ("\nprovider:", "\nfunctions:", "\nservice:")


@record
class _Found:
    """A file that is a service. `parts` are the files that a script puts it together of."""

    source: Source
    root: Entries
    parts: tuple[str, ...] = ()


def compile_services(paths: Sequence[str], files: Files, lowered: Lowered) -> Sequence[ServiceTemplate]:
    """The template of every service among some files."""
    found: dict[str, _Found] = {}
    given: dict[str, dict[str, Node]] = {}
    for path in paths:
        if path.endswith(_SCRIPTS) and any(join(dirname(path), name) in files for name in _PLAIN):
            continue  # the framework takes the first that there is
        source = files.read(path)
        if isinstance(source, Broken):
            continue
        if path.endswith(_SCRIPTS):
            script = _script(source, files)
            if script is not None and _is_service(script.root, path):
                found[path] = script
            continue
        root = _read(source)
        if isinstance(root, Broken):
            if _bears_marks(source.text):
                lowered.broken.append(root)
        elif root is not None and path.rpartition("/")[2].startswith(_COMPOSE):
            _compose(root, dirname(path), given)
        elif root is not None and _is_service(root, path):
            found[path] = _Found(source, root)
    templates: list[ServiceTemplate] = []
    for path, service in found.items():
        variables = Variables(service.root, path, files, given.get(dirname(path), {}))
        variables.included.update(dict.fromkeys(service.parts))
        templates.append(Compiling(service.source, service.root, variables, files).template())
        lowered.broken.extend(spot for spot in variables.broken if spot not in lowered.broken)
    _define_outputs(templates, lowered)
    return templates


def _read(source: Source) -> Entries | Broken | None:
    """The configuration that a file holds, None where it surely is none."""
    if source.path.endswith(".json"):
        tree = read_json(source)
        return tree if isinstance(tree, (Broken, Entries)) else None
    documents = read_yaml(source)
    if isinstance(documents, Broken):
        return unfinished_merge(source) or documents
    return documents[0] if documents and isinstance(documents[0], Entries) else None


def _script(source: Source, files: Files) -> _Found | None:
    """The configuration that a script exports, None where it is worked out."""
    if "provider" not in source.text:
        return None
    from crosswire.frontends.serverless.literals import Literals

    found = Literals(files).configuration(source)
    return None if found is None else _Found(source, *found)


def _bears_marks(text: str) -> bool:
    """Whether a text that cannot be read was meant to be a service, and not to be made one by another tool."""
    if any(mark in text.replace("${{", "") for mark in ("{{", "{%", "<%")):
        return False
    return sum(mark in "\n" + text for mark in _MARKS) > 1


def _is_service(root: Entries, path: str) -> bool:
    """Whether a configuration is that of a service for AWS. Files that others include are parts of services only."""
    provider = root.get("provider")
    name = provider if isinstance(provider, Scalar) else child(provider, "name")
    if isinstance(provider, Scalar) and may_vary(provider.text):
        name = None  # a file that holds the provider
    elif text_of(name) != "aws":
        return False
    if provider is None or "service" not in root:
        return False
    return path.rpartition("/")[2].startswith("serverless.") or "functions" in root or "resources" in root


def _compose(root: Entries, folder: str, given: dict[str, dict[str, Node]]) -> None:
    """Note the parameters that a compose file gives to each service, by the service's folder."""
    services = root.get("services")
    for _, service in services.items() if isinstance(services, Entries) else ():
        path, params = child(service, "path"), child(service, "params")
        if isinstance(path, Scalar) and isinstance(params, Entries):
            place = normpath(join(folder, path.text))
            known = given.setdefault("" if place == "." else place, {})
            known.update((key.text, value) for key, value in params.items() if _is_exact(value))


def _is_exact(node: Node) -> bool:
    """Whether nothing is filled into a node."""
    return not any(may_vary(scalar.text) for scalar in _scalars(node))


def _scalars(node: Node) -> Iterator[Scalar]:
    if isinstance(node, Scalar):
        yield node
    elif isinstance(node, Items):
        for item in node.items:
            yield from _scalars(item)
    else:
        for _, value in node.pairs:
            yield from _scalars(value)


def _define_outputs(templates: Sequence[ServiceTemplate], lowered: Lowered) -> None:
    """Say what services ask other services' stacks for: `${cf:orders-${sls:stage}.TableName}`."""
    outputs: dict[str, Mapping[str, Node]] = {}
    for template in templates:
        section = template.root.get("Outputs")
        if isinstance(section, Entries):
            outputs[template.stack_name] = {
                key.text: value for key, body in section.items() if (value := child(body, "Value")) is not None
            }
    owners = {template.stack_name: template for template in templates}
    for template in templates:
        for name, parameter in template.symbols.items():
            match = _OUTPUT.fullmatch(name)
            if match is None:
                continue
            stack = match["stack"]
            node = outputs.get(stack, {}).get(match["output"])
            if node is not None:
                lowered.definitions[parameter] = owners[stack].intrinsics.value(node)
