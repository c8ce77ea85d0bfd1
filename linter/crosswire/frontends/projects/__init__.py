"""Lower what is deployed without a template: apps, commands of the AWS CLI, policies that are files by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files


def compiled_projects(files: Files, lowered: Lowered) -> Sequence[Template]:
    """The template that each project comes to. What templates deploy is in `lowered` already: no app is told twice.
    What cannot be read is added to `lowered.broken`."""
    from crosswire.frontends.projects.apps import apps
    from crosswire.frontends.projects.commands import declared_by_commands
    from crosswire.frontends.projects.policy_files import policy_files

    commands = declared_by_commands(files, lowered)
    policies = policy_files(files, lowered)
    programs = apps(files, lowered)
    if not (commands or policies or programs):
        return ()
    from crosswire.frontends.projects.compiling import compile_projects

    return compile_projects(programs, commands, policies, files, lowered)
