"""Which variables a function needs and is not given: what the rules about missing variables share."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.env import is_provided
from crosswire.secret_shapes import is_secret_name
from crosswire.values import Concat, EnvRef, leaves
from crosswire.wiring.function import Link, Need

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.function import EnvRead, Function
    from crosswire.wiring.project import Wiring

_WRAPPER = "AWS_LAMBDA_EXEC_WRAPPER"


def missing(function: Function) -> Iterator[EnvRead]:
    """Every read that the code depends on, of a variable that the function is surely not given."""
    if not _is_open(function):
        for read in function.code.reads:
            if read.need is Need.REQUIRED and not _is_given(function, read.name) and not _is_spared(function, read):
                yield read


def missing_in_app(function: Function, wiring: Wiring) -> Iterator[EnvRead]:
    """The reads of an app that name a resource of AWS, of variables that the lists of its deployment lack: each
    variable once. Where these lists hold nothing that calls need, only those that name what the project itself makes on
    the machine of who develops it."""
    needed = {name for call in function.code.calls for use in call.uses for name in _named_by(use.name)}
    if needed.isdisjoint(function.env.listed):
        needed = {name for name in needed if _names_declared(function, name, wiring)}
    told: set[str] = set()
    for read in function.code.reads:
        if read.name not in needed or read.name in told or read.need not in (Need.REQUIRED, Need.DEFAULTED):
            continue
        if not _is_given(function, read.name) and not is_secret_name(read.name):
            told.add(read.name)
            yield read


def _names_declared(function: Function, name: str, wiring: Wiring) -> bool:
    """Whether a local file gives a variable the name of a resource that is declared beside the app."""
    variable = function.env.local.get(name)
    root = wiring.root_of(function.id.unit)
    return variable is not None and any(
        one.name == variable.value for one in wiring.resources if wiring.root_of(one.id.unit) == root
    )


def _named_by(name: Value) -> Iterator[str]:
    """The variables that give a name wherever the code runs: what it takes in one case of several may be meant for a
    developer's machine."""
    for part in name.parts if isinstance(name, Concat) else (name,):
        if isinstance(part, EnvRef):
            yield part.name
            if part.default is not None:
                yield from _named_by(part.default)


def given_at(function: Function) -> Span:
    """The place that lists what a function or an app is given."""
    env = function.env
    listed = [variable.span for variable in env.variables.values() if variable.name in env.listed]
    return min(listed, key=lambda span: span.order) if listed else env.span or function.span


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
