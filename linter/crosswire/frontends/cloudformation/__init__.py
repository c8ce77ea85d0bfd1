"""Lower CloudFormation and SAM templates into the wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import ENDINGS, may_be_template
from crosswire.source import Broken

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.source import Source


def lower_templates(files: Files, lowered: Lowered) -> None:
    """Recognise every template of a check and add what it declares to `lowered`.

    A template that is nested in another is lowered as a part of that one's unit, once for each stack that uses it.
    """
    candidates: list[Source] = []
    for path in files.paths:
        if path.endswith(ENDINGS):
            source = files.read(path)
            if isinstance(source, Broken):
                lowered.broken.append(Broken(source.span, source.why, referenced=False))
            elif may_be_template(source.text):
                candidates.append(source)
    if candidates:
        _lower(candidates, files, lowered)


def _lower(candidates: list[Source], files: Files, lowered: Lowered) -> None:
    from crosswire.frontends.cloudformation import functions, nested, resources
    from crosswire.frontends.cloudformation.template import recognise

    found: dict[str, nested.Found] = {}
    for source in candidates:
        root = recognise(source, files)
        if isinstance(root, Broken):
            lowered.broken.append(root)
        elif root is not None:
            found[source.path] = nested.Found(source, root)
    roots = nested.stacks(found, files)
    for stack in (stack for root_stack in roots for stack in root_stack):
        resources.lower_resources(stack.template, lowered)
        functions.lower_functions(stack.template, lowered)
    nested.define(roots, lowered)
