"""Lower services of the Serverless Framework: serverless.yml is compiled to the template that the framework deploys."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files

_ENDINGS = (".yml", ".yaml", ".json", ".ts", ".js", ".cjs", ".mjs")
_MOST_FRAMES = 10_000
"""For values that are made of values that are made of others: how far they go is bounded where they are filled in."""


def compiled_services(files: Files, lowered: Lowered) -> Sequence[Template]:
    """The template of every service of a check; what cannot be read is added to `lowered.broken`."""
    paths = [path for path in files.paths if _may_be_service(path)]
    if not paths:
        return ()
    from crosswire.frontends.serverless.services import compile_services

    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, _MOST_FRAMES))
    try:
        return compile_services(paths, files, lowered)
    finally:
        sys.setrecursionlimit(limit)


def _may_be_service(path: str) -> bool:
    """Whether a file has a name under which services are kept: serverless.yml, serverless.prod.yml."""
    name = path.rpartition("/")[2]
    return name.startswith("serverless") and name.endswith(_ENDINGS)
