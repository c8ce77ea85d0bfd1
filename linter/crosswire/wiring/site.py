"""What browsers get of an app that they load: the variables that are built in, and those that its code asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.wiring.function import EnvVariable


@record
class SiteRead:
    """A place in the code of a site that names a variable. `in_browser` tells that the code surely runs in browsers;
    `alone` that nothing asks first whether the variable is set there, or stands in for it."""

    name: str
    span: Span
    in_browser: bool
    alone: bool


@record
class Site:
    """An app whose code, or a part of it, is loaded by browsers. `unit` is the unit of its server or, where it has
    none, the path of its package.json. Variables whose names begin with one of `prefixes` are built into what browsers
    load.

    `variables` are those of its `.env*` files and settings; `built_in` are names that its configuration builds in.
    """

    name: str
    unit: str
    prefixes: tuple[str, ...]
    reads: tuple[SiteRead, ...] = ()
    variables: tuple[EnvVariable, ...] = ()
    built_in: frozenset[str] = frozenset()
