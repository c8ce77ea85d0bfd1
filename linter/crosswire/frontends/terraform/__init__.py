"""Lower Terraform configurations into the wiring."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration
    from crosswire.project import Files

_MARKS = (".tf", ".tf.json", ".tofu", ".tofu.json")
_MOST_FRAMES = 10_000
"""For values that are made of values that are made of others, through modules: evaluation itself bounds how far."""


def lower_terraform(files: Files, lowered: Lowered) -> None:
    """Evaluate every root module of a check, once for each of its environments, and add what it declares."""
    if not any(path.endswith(_MARKS) for path in files.paths) and not _has_plan(files):
        return
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _MOST_FRAMES))
    try:
        _lower_all(files, lowered)
    finally:
        sys.setrecursionlimit(limit)


def _lower_all(files: Files, lowered: Lowered) -> None:
    from crosswire.frontends.terraform.lambda_functions import lower_functions
    from crosswire.frontends.terraform.resources import lower_resources

    for configuration in configurations(files, lowered):
        lowered.units.extend(configuration.units)
        lower_resources(configuration, lowered)
        lower_functions(configuration, lowered)


def _has_plan(files: Files) -> bool:
    """Whether any file may be a plan, by a mark that no other JSON has."""
    for path in files.paths:
        if path.endswith(".json"):
            source = files.read(path)
            if not isinstance(source, Broken) and '"planned_values"' in source.text:
                return True
    return False


def configurations(files: Files, lowered: Lowered) -> Iterator[Configuration]:
    """Every root module of a check, evaluated. What cannot be read is added to `lowered.broken`."""
    from crosswire.frontends.terraform.environments import environments
    from crosswire.frontends.terraform.folder import Folders
    from crosswire.frontends.terraform.roots import configuration

    folders = Folders(files)
    for environment in environments(folders, lowered.broken):
        yield configuration(environment, folders, lowered.broken, lowered.secrets)
    for path in folders.paths:
        folder = folders.get(path)
        if folder is not None:
            lowered.broken.extend(folder.broken)
