"""Lower what is deployed without a template: apps, commands of the AWS CLI, policies that are files by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import PolicyFile
    from crosswire.project import Files


def compiled_projects(files: Files, lowered: Lowered) -> Sequence[Template]:
    """The template that each project comes to. What templates deploy is in `lowered` already: no app is told twice.
    What cannot be read is added to `lowered.broken`."""
    from crosswire.frontends.projects.apps import apps
    from crosswire.frontends.projects.commands import declared_by_commands

    commands = declared_by_commands(files, lowered)
    policies = _policies(files, lowered)
    programs = apps(files, lowered)
    if not (commands or policies or programs):
        return ()
    from crosswire.frontends.projects.compiling import compile_projects

    return compile_projects(programs, commands, policies, files, lowered)


def _policies(files: Files, lowered: Lowered) -> list[PolicyFile]:
    """The policies of a check. All that a file without one costs is to be looked at for two words."""
    from crosswire.frontends.projects.declaration import POLICY_ENDINGS

    texts = (files.read(path) for path in files.paths if path.endswith(POLICY_ENDINGS))
    sources = [
        text for text in texts if isinstance(text, Source) and "Statement" in text.text and "Effect" in text.text
    ]
    if not sources:
        return []
    from crosswire.frontends.projects.policy_files import policy_files

    return policy_files(sources, files, lowered)
