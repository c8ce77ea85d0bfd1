"""How people call the environment that a file of values is for: by the file's name, or by the folder that it is in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_PARTS = re.compile(r"[._-]+")
_NOISE = frozenset(
    """
    aws cf cfn cloudformation conf config configs configuration deploy deployment env environment environments envs file
    inputs json override overrides param parameter parameters params samconfig settings stack stacks template terraform
    tfvars toml values variables vars yaml yml
    """.split()
)
"""What tells of a file that it holds values, and not whose they are."""

NOT_DEPLOYED = frozenset("default dist docker example examples local localhost localstack offline sample".split())
"""Names under which values are kept that no deployment to AWS uses, or that stand for all others."""


def names_of(paths: Sequence[str], others: Collection[str] = ()) -> dict[str, str]:
    """The name of the environment that each file is for, by its path: `dev` for `envs/dev.tfvars`. It is the path where
    no shorter one tells it from the rest. `others` are words that no name is made of."""
    noise = _NOISE | {word.lower() for word in others}
    short = {path: _name(path, noise) for path in paths}
    told = list(short.values())
    if len(set(told)) < len(told):
        short = {path: _difference(path, paths, noise) for path in paths}
        told = list(short.values())
    return {path: name if name and told.count(name) == 1 else path for path, name in short.items()}


def words_of(text: str) -> list[str]:
    """The words that a name is put together of."""
    return [word for word in _PARTS.split(text) if word]


def _name(path: str, noise: Collection[str]) -> str:
    """The last part of a path that says more than that there are values in it."""
    for part in reversed(path.split("/")):
        words = [word for word in words_of(part) if word.lower() not in noise]
        if words:
            return "-".join(words)
    return ""


def _difference(path: str, paths: Sequence[str], noise: Collection[str]) -> str:
    """The words of a path that not all paths have."""
    shared = set.intersection(*(set(one.split("/")) for one in paths))
    parts = [part for part in path.split("/") if part not in shared]
    return "-".join(word for part in parts for word in words_of(part) if word.lower() not in noise)
