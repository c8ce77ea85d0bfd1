"""Which variables a function needs and is not given: what the rules about missing variables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.env import is_provided
from crosswire.values import EnvRef, leaves
from crosswire.wiring.function import Link, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.wiring.function import EnvRead, Function

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


def missing(function: Function) -> Iterator[EnvRead]:
    """Every read that the code depends on, of a variable that the function is surely not given."""
    if not _is_open(function):
        for read in function.code.reads:
            if read.need is Need.REQUIRED and not _is_given(function, read.name) and not _is_spared(function, read):
                yield read


def asked_before(function: Function, read: EnvRead) -> Iterator[EnvRead]:
    """The reads that come to this one only where their own variable is not set."""
    for other in function.code.reads:
        if other.default is not None and other is not read:
            if any(
                isinstance(part, EnvRef) and part.name == read.name and part.span == read.span
                for part in leaves(other.default)
            ):
                yield other


def _is_open(function: Function) -> bool:
    """Whether the function may be given variables that are not among those known."""
    is_image = function.handler is None and function.runtime is None
    return (
        not function.env.complete
        or is_image
        or _WRAPPER in function.env.variables
        or function.code.link is Link.MISSING
    )


def _is_given(function: Function, name: str) -> bool:
    env = function.env
    return name in env.variables or name in env.left_out or name in env.perhaps or is_provided(name)


def _is_spared(function: Function, read: EnvRead) -> bool:
    """Whether another variable is asked first, and is set."""
    return any(_is_given(function, other.name) for other in asked_before(function, read))
