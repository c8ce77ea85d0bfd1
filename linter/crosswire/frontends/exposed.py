"""Secrets in files that give variables to what is no function: workflows, images, containers that are composed, and
files `.env*` that git tracks."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.source import Source, Span
from crosswire.values import Const
from crosswire.wiring.function import EnvVariable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files

_FILES = re.compile(
    r"(?:^|/)(?:\.github/workflows/[^/]+\.ya?ml|\.gitlab-ci\.yml|Dockerfile[^/]*|(?:docker-)?compose[\w.-]*\.ya?ml"
    r"|\.env(?:[._-][\w.-]+)?)$"
)
_TESTS = re.compile(r"(?:^|/)(?:__fixtures__|__tests__|examples?|fixtures|mocks|testdata|tests?)/")
_VARIABLE = re.compile(
    r"""(?m)^[ \t]*(?:-[ \t]+)?(?:(?:export|ARG|ENV)[ \t]+)?["']?([A-Za-z_]\w*)["']?[ \t]*[:=][ \t]*"""
    r"""(["']?)([^\s"'#]{16,})\2[ \t]*(?:\\|\#.*)?$"""
)
_KEY_OF_AWS = re.compile(r"[A-Za-z0-9/+]{40}")
_NOT_TOLD = frozenset({"Google API key", "JSON Web Token", "password in an address"})
"""Kinds that are public or of a machine for tests as often as not, where only the shape tells."""


def expose(files: Files, lowered: Lowered) -> None:
    """Add every variable to `lowered.exposed` whose value is a secret by its shape alone."""
    for path in files.paths:
        if ("/" in path or path[:1] in ".Dcd") and _FILES.search(path) and not _TESTS.search(path):
            source = files.read(path)
            if isinstance(source, Source):
                lowered.exposed.extend(_exposed(source, files))


def _exposed(source: Source, files: Files) -> Iterator[EnvVariable]:
    from crosswire.secret_shapes import is_placeholder, kind_of_secret

    is_env_file = source.path.rpartition("/")[2].startswith(".env")
    for match in _VARIABLE.finditer(source.text):
        kind = kind_of_secret(match[3])
        if kind is None and match[1] == "AWS_SECRET_ACCESS_KEY" and _KEY_OF_AWS.fullmatch(match[3]):
            kind = None if is_placeholder(match[3]) else "secret"
        if kind is None or kind in _NOT_TOLD or (is_env_file and not files.is_committed(source.path)):
            continue
        span = Span(source, *match.span(3))
        yield EnvVariable(match[1], Const(match[3], span), Span(source, *match.span(1)), span)
