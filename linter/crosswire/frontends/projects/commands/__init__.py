"""Commands of the AWS CLI as weak declarations: what they create, they declare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.projects.declaration import (
    BATCHES,
    DOCUMENTS,
    MANIFESTS,
    POWERSHELLS,
    SHELLS,
    TEST_FOLDERS,
    WORKFLOWS,
)
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import Declaration
    from crosswire.project import Files
    from crosswire.source import Source

_ENDINGS = (*SHELLS, *POWERSHELLS, *BATCHES, *DOCUMENTS, *WORKFLOWS, ".mk")
_NAMES = ("Makefile", "makefile", "GNUmakefile", "package.json")
_LOCAL = "localstack"


def declared_by_commands(files: Files, lowered: Lowered) -> list[Declaration]:
    """What the commands in scripts, Makefiles, workflows and documents declare, in the order of their files. What
    templates deploy is theirs, and left out. JSON in commands that is none is added to `lowered.broken`."""
    sources = [
        source for path in files.paths if path.endswith((*_ENDINGS, *_NAMES)) for source in _candidate(files, path)
    ]
    if not sources:
        return []
    from crosswire.frontends.projects.commands.declaring import declared_in

    return declared_in([*sources, *_taking_in(sources, files)], files, lowered)


def _taking_in(sources: Sequence[Source], files: Files) -> list[Source]:
    """The scripts that take in one of some others: what they do stands there, as functions that they call."""
    names = {source.path.rpartition("/")[2] for source in sources if source.path.endswith(SHELLS)}
    known = {source.path for source in sources}
    found: list[Source] = []
    for path in files.paths if names else ():
        if path.endswith(SHELLS) and path not in known:
            source = files.read(path)
            if not isinstance(source, Broken) and any(name in source.text for name in names):
                found.append(source)
    return found


def _candidate(files: Files, path: str) -> list[Source]:
    """The text of a file that may hold such commands."""
    if path.endswith(_NAMES) and path.rpartition("/")[2] not in _NAMES:
        return []
    if _LOCAL in path.lower() or _is_elsewhere(files, path):
        return []
    source = files.read(path)
    if isinstance(source, Broken) or "aws" not in source.text:
        return []
    from crosswire.aws.cli_commands import MARKS

    text = source.text
    return [source] if any(mark in text for mark in MARKS) or "aws s3 mb" in text else []


def _is_elsewhere(files: Files, path: str) -> bool:
    """Whether a script is about what is not deployed: it stands in a folder of tests, and in no project of its own
    there."""
    *folders, _ = path.split("/")
    inner = next((at for at in reversed(range(len(folders))) if folders[at].lower() in TEST_FOLDERS), None)
    if inner is None:
        return False
    below = ("/".join(folders[: length + 1]) for length in range(inner + 1, len(folders)))
    return not any(f"{folder}/{manifest}" in files for folder in below for manifest in MANIFESTS)
