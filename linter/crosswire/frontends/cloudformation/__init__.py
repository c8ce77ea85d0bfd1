"""Lower CloudFormation and SAM templates into the wiring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import (
    AMPLIFY,
    AMPLIFY_UPLOADS,
    ENDINGS,
    PROGRAMS,
    RENDERED_ENDINGS,
    SYNTHESIZED,
    deploys_with_parameters,
    is_copied,
    is_samconfig,
    may_be_parameters,
    may_be_script,
    may_be_template,
)
from crosswire.source import Broken, Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.cloudformation import nested
    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files


def lower_templates(files: Files, lowered: Lowered, compiled: Sequence[Template] = ()) -> None:
    """Recognise every template of a check and add what it declares to `lowered`, with the templates that another
    dialect is compiled to.

    A template that is nested in another is lowered as a part of that one's unit, once for each stack that uses it.
    """
    candidates: list[Source] = []
    settings: list[Source] = []
    programs: list[Source] = []
    for path in files.paths:
        if is_copied(path):
            continue
        if path.endswith(ENDINGS) or is_samconfig(path):
            source = files.read(path)
            if isinstance(source, Broken):
                lowered.broken.append(Broken(source.span, source.why, referenced=False))
            elif is_samconfig(path):
                settings.append(source)
            elif may_be_template(source.text):
                candidates.append(source)
            elif may_be_parameters(path, source.text) or deploys_with_parameters(path, source.text):
                settings.append(source)
            elif path.endswith(PROGRAMS):
                programs.append(source)
        elif path.endswith(PROGRAMS):
            source = files.read(path)
            if isinstance(source, Source):
                programs.append(source)
        elif may_be_script(path):
            source = files.read(path)
            if isinstance(source, Source) and deploys_with_parameters(path, source.text):
                settings.append(source)
        elif path.endswith(RENDERED_ENDINGS):
            source = files.read(path)
            if isinstance(source, Source) and may_be_template(source.text):
                candidates.append(source)
    if candidates or compiled:
        _lower(candidates, files, lowered, compiled, settings)
    if programs:
        _note_programs(programs, files, lowered)


def lower_compiled(compiled: Sequence[Template], files: Files, lowered: Lowered) -> None:
    """Add what templates that another dialect is compiled to declare."""
    if compiled:
        _lower([], files, lowered, compiled)


def _lower(
    candidates: list[Source],
    files: Files,
    lowered: Lowered,
    compiled: Sequence[Template],
    settings: Sequence[Source] = (),
) -> None:
    from crosswire.frontends.cloudformation import functions, nested, resources
    from crosswire.frontends.cloudformation.template import recognise
    from crosswire.readers.tree import Entries

    found: dict[str, nested.Found] = {}
    parts = {path for template in compiled for path in template.files}
    for source in candidates:
        if source.path in parts and "AWSTemplateFormatVersion" not in source.text:
            continue  # a part of another template, which is no template by itself
        root = recognise(source, files)
        if isinstance(root, Entries):
            found[source.path] = nested.Found(source, root)
        elif isinstance(root, Broken):
            lowered.broken.append(root)
        elif root is not None and source.path not in parts:
            lowered.unread.append(root)
    _leave_out_copies(found, files)
    roots = nested.stacks(found, files, compiled, settings)
    templates = [stack.template for root_stack in roots for stack in root_stack]
    is_amplify = any(AMPLIFY in f"/{path}" for path in found)
    if is_amplify:
        from crosswire.frontends.amplify import backend

        backend.attach(templates, files)
    for template in templates:
        resources.lower_resources(template, lowered)
        functions.lower_functions(template, lowered)
    nested.define(roots, lowered)
    if is_amplify:
        from crosswire.frontends.amplify import backend

        backend.define(templates, files, lowered)


def _leave_out_copies(found: dict[str, nested.Found], files: Files) -> None:
    """Take out what a tool left behind or copied: earlier stacks in an assembly of the CDK, and the folder from which
    Amplify uploads its backend."""
    assembled = [path for path in found if path.endswith(SYNTHESIZED)]
    if assembled:
        from crosswire.frontends.cdk.assembly import stale

        for path in list(stale(assembled, files)):
            del found[path]
    for path in [path for path in found if AMPLIFY_UPLOADS in f"/{path}"]:
        del found[path]


def _note_programs(programs: Sequence[Source], files: Files, lowered: Lowered) -> None:
    from crosswire.frontends.cloudformation.rendering import run_elsewhere, unsynthesized

    for source in programs:
        folder = source.path.rpartition("/")[0]
        is_synthesized = any(path.endswith(SYNTHESIZED) for path in files.under(folder))
        unread = unsynthesized(source, is_synthesized) or run_elsewhere(source, is_synthesized)
        if unread is not None:
            lowered.unread.append(unread)
