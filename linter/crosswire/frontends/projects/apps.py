"""Programs that are deployed as a whole: which there are, where they start, and what variables they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import App
    from crosswire.project import Files


def apps(files: Files, lowered: Lowered) -> list[App]:
    """Every app of a check, in the order of their folders. The code of a template's function is none."""
    return []
