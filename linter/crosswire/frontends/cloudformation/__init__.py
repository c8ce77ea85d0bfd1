"""Lower CloudFormation and SAM templates into the wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import ENDINGS, may_be_template
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.source import Source


def lower_templates(files: Files, lowered: Lowered, compiled: Sequence[Template] = ()) -> None:
    """Recognise every template of a check and add what it declares to `lowered`, with the templates that another
    dialect is compiled to.

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
    if candidates or compiled:
        _lower(candidates, files, lowered, compiled)


def lower_compiled(compiled: Sequence[Template], files: Files, lowered: Lowered) -> None:
    """Add what templates that another dialect is compiled to declare."""
    if compiled:
        _lower([], files, lowered, compiled)


def _lower(candidates: list[Source], files: Files, lowered: Lowered, compiled: Sequence[Template]) -> None:
    from crosswire.frontends.cloudformation import functions, nested, resources
    from crosswire.frontends.cloudformation.template import recognise

    found: dict[str, nested.Found] = {}
    parts = {path for template in compiled for path in template.files}
    for source in candidates:
        if source.path in parts and "AWSTemplateFormatVersion" not in source.text:
            continue  # a part of another template, which is no template by itself
        root = recognise(source, files)
        if isinstance(root, Broken):
            lowered.broken.append(root)
        elif root is not None:
            found[source.path] = nested.Found(source, root)
    roots = nested.stacks(found, files, compiled)
    for stack in (stack for root_stack in roots for stack in root_stack):
        resources.lower_resources(stack.template, lowered)
        functions.lower_functions(stack.template, lowered)
    nested.define(roots, lowered)
