"""What command lines deploy templates with: `aws cloudformation deploy`, `create-stack`, `update-stack`, `sam deploy`.

What only whoever runs a command knows (`$STAGE`) names no environment: a command whose stack, stage or template is left
to that tells of none. Source: AWS CLI Command Reference, `cloudformation`; AWS SAM Developer Guide, `sam deploy`.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.cloudformation.intrinsics import Given
from crosswire.frontends.environment_names import names_of
from crosswire.frontends.projects.commands.flat import Flat, literal, structure
from crosswire.frontends.projects.commands.programs import programs_of
from crosswire.frontends.projects.commands.running import Runner
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.source import Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crosswire.frontends.projects.commands.calls import Call
    from crosswire.frontends.projects.commands.flat import Val
    from crosswire.frontends.projects.commands.running import Deployment
    from crosswire.project import Files
    from crosswire.readers.tree import Node

_STAGES = frozenset("deploymentstage env environment environmentname envname envtype stage stagename".split())
"""What parameters are called, in lower case, that name the environment."""

_GIVING = ("parameter-overrides", "parameters")
_NAMING = ("template-file", "template-body", "template", "template-url")
_KEY, _VALUE = "ParameterKey", "ParameterValue"


class Deployed(NamedTuple):
    """What a command deploys: the paths that its template may have (none where it does not say), the name of the
    environment, of the stack, and what it gives for parameters. `folders` are those that it may be run in, `reads` the
    files that it takes parameters from."""

    templates: tuple[str, ...]
    folders: tuple[str, ...]
    name: str
    stack: Given | None
    values: Mapping[str, Given]
    path: str
    span: Span
    reads: tuple[str, ...]


def deployed_by(scripts: Sequence[Source], files: Files) -> Iterator[Deployed]:
    """What the commands in some files deploy, in their order."""
    runner = Runner(files)
    for source in scripts:
        runner.run(list(programs_of(source)))
    for deployment in runner.deployments:
        found = _deployed(deployment)
        if found is not None:
            yield found


def _deployed(deployment: Deployment) -> Deployed | None:
    call = deployment.call
    values = _values(call)
    stack = call.get("stack-name")
    names_template = any(option in call.options for option in _NAMING)
    if not values or call.is_open or (names_template and not deployment.templates):
        return None
    stage = next((given for name, given in values.items() if name.lower() in _STAGES), None)
    stack_name = literal(stack) if stack else None
    if (stack and stack_name is None) or (stage is not None and stage.text is None):
        return None
    told = stage.text if stage is not None else stack_name or literal(call.get("config-env") or ())
    return Deployed(
        deployment.templates,
        deployment.folders,
        told or _name_of(call.path),
        _given(stack) if stack else None,
        values,
        call.path,
        call.place.span,
        call.reads,
    )


def _name_of(path: str) -> str:
    """What the environment is called that a script deploys to, by the script's own name."""
    stem = path.removesuffix(posixpath.splitext(path)[1])
    return names_of([stem])[stem]


def _values(call: Call) -> dict[str, Given] | None:
    """What a command gives for parameters, None where a part of it cannot be read."""
    values: dict[str, Given] = {}
    for word in (word for option in _GIVING for word in call.options.get(option, ())):
        found = _in_word(word, several=call.service == "sam")
        if found is None:
            return None
        values.update(found)
    return values


def _in_word(word: Val, several: bool) -> dict[str, Given] | None:
    first = word[0] if word else None
    if isinstance(first, Items) and len(word) == 1:
        return _listed(first)
    flat = Flat(word)
    if _KEY in flat.text or flat.text.lstrip()[:1] in ("[", "{"):
        tree = structure(word, [])
        return _listed(tree if isinstance(tree, Items) else Items([tree], tree.source, tree.start, tree.end))
    if several:
        return _of_sam(flat)
    name, sign, _ = flat.text.partition("=")
    if not sign or not name.isalnum() or not name.isascii():
        return None
    return {name: _given(flat.slice(len(name) + 1, len(flat.text)), flat.place(len(name)))}


def _of_sam(flat: Flat) -> dict[str, Given] | None:
    """`A=b C="d e"`: a word of `sam deploy` may hold several."""
    from crosswire.frontends.cloudformation.environments import OVERRIDE

    values: dict[str, Given] = {}
    end = 0
    for match in OVERRIDE.finditer(flat.text):
        if flat.text[end : match.start()].strip() or match["name"] is None:
            return None
        start, end = match.span("value")
        quoted = match["value"][:1] in ("'", '"') and match["value"][-1:] == match["value"][:1] and end - start > 1
        values[match["name"]] = _given(flat.slice(start + quoted, end - quoted), flat.place(start))
    return values if values and not flat.text[end:].strip() else None


def _listed(listed: Items) -> dict[str, Given] | None:
    """`ParameterKey=A,ParameterValue=b`, or a list of such mappings in JSON; JSON may also list `"A=b"`."""
    values: dict[str, Given] = {}
    for item in listed.items:
        name = text_of(child(item, _KEY))
        if isinstance(item, Scalar) and not item.tag:
            found = _in_word((item,), several=False)
            if found is None:
                return None
            values.update(found)
        elif name is not None and isinstance(item, Entries):
            value = item.get(_VALUE)
            values[name] = Given(None, item.span) if value is None else _given_node(value)
        else:
            return None
    return values


def _given_node(value: Node) -> Given:
    return Given(value.text if isinstance(value, Scalar) and not value.tag else None, value.span)


def _given(value: Val, place: tuple[Source, int] | None = None) -> Given:
    """What a value gives. What is empty stands where `place` is."""
    if not value or (place is not None and value[0].source is not place[0]):
        source, start = place if place is not None else (Source("", ""), 0)
        return Given(literal(value), Span(source, start, start))
    first, last = value[0], value[-1]
    end = last.end if last.source is first.source and last.end >= first.start else first.end
    return Given(literal(value), Span(first.source, first.start, end))
