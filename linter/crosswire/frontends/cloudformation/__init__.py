"""Lower CloudFormation and SAM templates into the wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.source import Broken

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files


def lower_templates(files: Files, lowered: Lowered) -> None:
    """Recognise every template of a check and add what it declares to `lowered`.

    A template that is nested in another is lowered as a part of that one's unit, once for each stack that uses it.
    """
    from crosswire.frontends.cloudformation import functions, nested, resources
    from crosswire.frontends.cloudformation.template import ENDINGS, recognise

    found: dict[str, nested.Found] = {}
    for path in files.paths:
        if not path.endswith(ENDINGS):
            continue
        source = files.read(path)
        if isinstance(source, Broken):
            lowered.broken.append(Broken(source.span, source.why, referenced=False))
            continue
        root = recognise(source, files)
        if isinstance(root, Broken):
            lowered.broken.append(root)
        elif root is not None:
            found[path] = nested.Found(source, root)
    roots = nested.stacks(found, files)
    for stack in (stack for root_stack in roots for stack in root_stack):
        resources.lower_resources(stack.template, lowered)
        functions.lower_functions(stack.template, lowered)
    nested.define(roots, lowered)
