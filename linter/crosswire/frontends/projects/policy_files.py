"""Policies that are files by themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import PolicyFile
    from crosswire.project import Files


def policy_files(files: Files, lowered: Lowered) -> list[PolicyFile]:
    """Every file of a check that is a policy, in the order of their paths; those that are one but for a mistake in
    writing are added to `lowered.broken`."""
    return []
