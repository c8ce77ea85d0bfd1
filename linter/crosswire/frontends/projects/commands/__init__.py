"""What commands of the AWS CLI declare, in scripts, Makefiles, workflows and documents."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import Declaration
    from crosswire.project import Files


def declared_by_commands(files: Files, lowered: Lowered) -> list[Declaration]:
    """Every resource that a command declares, in the order of places."""
    return []
