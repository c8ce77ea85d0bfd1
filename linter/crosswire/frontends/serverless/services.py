"""The services of a check: which files are one, how they are deployed together, and what each gives to others."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.rendering import unread
from crosswire.frontends.serverless.compiling import Compiling
from crosswire.frontends.serverless.refused import read_as_framework, repeated_key, syntax_error
from crosswire.frontends.serverless.syntax import Variable, may_vary, pieces
from crosswire.frontends.serverless.variables import Variables
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.record import record
from crosswire.source import Broken, Span, unfinished_merge
from crosswire.values import settled
from crosswire.wiring.function import BlindSpot
from crosswire.wiring.unread import Unread

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
_MOST_STAGES = 12
COMPOSED = "composed"
_OF_SERVICE = re.compile(r"\$\{(?P<service>[\w-]+)\.(?P<output>\w+)\}")
_OF_COMPOSE = (f"{COMPOSED}:", "sls:stage", "opt:stage", "env:")
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
            wrong = syntax_error(source) if _is_worked_out(source) else None
            if wrong is not None:
                lowered.broken.append(wrong)
            if script is not None and _is_service(script.root, path):
                found[path] = script
            elif script is None and wrong is None and _is_worked_out(source):
                lowered.unread.append(_unread(source, "provider", "is worked out by a program"))
            continue
        root = _read(source)
        if isinstance(root, Broken):
            if _bears_marks(source.text) or _is_compose(source):
                lowered.broken.append(root)
            elif _counts_marks(source.text) and _may_be_filled(source.text):
                lowered.unread.append(unread(source, "the Serverless Framework reads it"))
        elif root is not None and _is_compose(source):
            _compose(root, dirname(path), given)
        elif root is not None and _is_service(root, path):
            found[path] = _Found(source, root)
            repeated = repeated_key(root)
            if repeated is not None:
                lowered.broken.append(repeated)
    templates: list[ServiceTemplate] = []
    for path, service in found.items():
        templates.extend(_compiled(service, path, files, given.get(dirname(path), {}), lowered))
    _define_outputs(templates, lowered)
    return templates


def _compiled(
    service: _Found, path: str, files: Files, given: Mapping[str, Node], lowered: Lowered
) -> Iterator[ServiceTemplate]:
    """The template of a service, or one for each stage where the configuration tells of several."""

    def variables(stage: str = "") -> Variables:
        made = Variables(service.root, path, files, given, stage)
        made.included.update(dict.fromkeys(service.parts))
        return made

    open_ = variables()
    template = Compiling(service.source, service.root, open_, files).template()
    lowered.broken.extend(spot for spot in open_.broken if spot not in lowered.broken)
    stages = dict(open_.stages)
    if stages and open_.is_open:
        stages.setdefault(open_.default_stage, service.root.pairs[0][0].span)
    if len(stages) < 2:
        yield template
        return
    for number, (stage, span) in enumerate(list(stages.items())[:_MOST_STAGES]):
        each = variables(stage)
        template = Compiling(service.source, service.root, each, files).template()
        template.environment_span = span
        if number == 0 and len(stages) > _MOST_STAGES:
            why = f"{len(stages) - _MOST_STAGES} stages more than are looked at"
            template.blind_spots.append(BlindSpot("environment", why, span))
        for parameter in each.symbols.values():
            if parameter.exact:
                lowered.definitions[parameter] = settled(parameter)
        yield template


def _read(source: Source) -> Entries | Broken | None:
    """The configuration that a file holds, None where it surely is none."""
    if source.path.endswith(".json"):
        tree = read_json(source)
        return tree if isinstance(tree, (Broken, Entries)) else None
    documents = read_as_framework(source)
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


def _is_worked_out(source: Source) -> bool:
    """Whether a script that exports no plain configuration makes one of a service for AWS."""
    text = source.text
    return all(mark in text for mark in ("service", "provider", "aws")) and ("functions" in text or "resources" in text)


def _unread(source: Source, mark: str, why: str) -> Unread:
    at = source.text.find(mark)
    return Unread(Span(source, at, at + len(mark)), why, is_apart=True)


def _bears_marks(text: str) -> bool:
    """Whether a text that cannot be read was meant to be a service, and not to be made one by another tool."""
    return not _may_be_filled(text) and _counts_marks(text)


def _may_be_filled(text: str) -> bool:
    return any(mark in text.replace("${{", "") for mark in ("{{", "{%", "<%"))


def _counts_marks(text: str) -> bool:
    names = [f'"{mark[1:-1]}"' for mark in _MARKS] if text.lstrip().startswith("{") else _MARKS
    return sum(name in "\n" + text for name in names) > 1


def _is_compose(source: Source) -> bool:
    """Whether a file says which services are deployed together."""
    return source.path.rpartition("/")[2].startswith(_COMPOSE) and "services" in source.text


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
    folders: dict[str, str] = {}
    for name, service in services.items() if isinstance(services, Entries) else ():
        path = child(service, "path")
        if isinstance(path, Scalar):
            place = normpath(join(folder, path.text))
            folders[name.text] = "" if place == "." else place
    for name, service in services.items() if isinstance(services, Entries) else ():
        params = child(service, "params")
        if name.text in folders and isinstance(params, Entries):
            known = given.setdefault(folders[name.text], {})
            for key, value in params.items():
                composed = _composed(value, folders)
                if composed is not None:
                    known[key.text] = composed


def _composed(node: Node, folders: Mapping[str, str]) -> Node | None:
    """A parameter of a compose file as the service sees it, None where something is filled in that is not known. The
    output of another service, `${orders.TableName}`, becomes a source of its own, by that service's folder."""
    if not isinstance(node, Scalar):
        return None if any(may_vary(scalar.text) for scalar in _scalars(node)) else node

    def named(match: re.Match[str]) -> str:
        known = match["service"] in folders
        return f"${{{COMPOSED}:{folders[match['service']]}.{match['output']}}}" if known else match[0]

    text = _OF_SERVICE.sub(named, node.text)
    variables = [piece for piece in pieces(text) if not isinstance(piece, str)]
    sources = [source for piece in variables if isinstance(piece, Variable) for source in piece.sources]
    if len(variables) < text.count("${") or not all(source.startswith(_OF_COMPOSE) for source in sources):
        return None
    return node if text == node.text else Scalar(text, node.source, node.start, node.end, node.plain)


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
    owners: dict[tuple[str, str], ServiceTemplate] = {}
    for template in templates:
        for name in (template.stack_name, f"{COMPOSED}:{dirname(template.files[0])}"):
            owners[name, template.environment] = template
            owners.setdefault((name, ""), template)
    for template in templates:
        for name, parameter in template.symbols.items():
            match = _OUTPUT.fullmatch(name)
            stack, _, output = name.rpartition(".")
            if match is not None:
                stack, output = match["stack"], match["output"]
            elif not stack.startswith(f"{COMPOSED}:"):
                continue
            owner = owners.get((stack, template.environment)) or owners.get((stack, ""))
            node = None if owner is None else child(owner.root.get("Outputs"), output, "Value")
            if owner is not None and node is not None:
                lowered.definitions[parameter] = owner.intrinsics.value(node)
