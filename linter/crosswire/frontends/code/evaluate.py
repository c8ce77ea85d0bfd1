"""Follows code from a function's handler, without running it: every environment read and SDK call that it reaches.

The evaluator walks modules and function bodies with abstract values. A call of a known function is followed with the
values that it is given, so a shared library counts for those functions that reach it, with the values they use. A
branch whose test is not known is walked both ways, and what the ways leave behind is joined. Every function body is
walked once for each distinct set of arguments; loops are walked once, or once per item of a known list.

What the walk keeps is in `state.py`. Where things are done: `loading.py` (modules), `statements.py`, `branching.py` and
`conditions.py`, `expressions.py`, `names.py` (scopes and patterns), `members.py`, `calls.py` and `escaping.py`,
`classes.py`, `environment.py` (reads of variables), `builtins.py` (the languages' libraries) and `sdk.py` (AWS).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswire.frontends.code import calls, escaping, expressions, members, statements, syntax
from crosswire.frontends.code.state import ModuleState, Run

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable

    from crosswire.frontends.code.abstract import Abstract
    from crosswire.frontends.code.modules import Resolver
    from crosswire.project import Files
    from crosswire.values import EnvRef


class Evaluator:
    """Walks the code of one check. Modules and bodies that several functions reach are walked once.

    What it does is in functions that take it as their first argument, a module for each kind of thing. Those that
    modules below theirs need too, because code nests, are its methods.
    """

    def __init__(self, files: Files, resolver: Resolver, read_module: Callable[[str], syntax.Module | str]) -> None:
        self.files = files
        self.resolver = resolver
        self.read_module = read_module
        self.modules: dict[tuple[str, tuple[str, ...]], ModuleState | str] = {}
        self.memo: dict[Hashable, tuple[Run, Abstract, object]] = {}
        self.injected: dict[int, Abstract] = {}
        self.added_roots: dict[str, list[str]] = {}
        self.unread: set[str] = set()
        self.run = Run()
        self.journal: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self.stack: list[syntax.Function] = []
        self.tries: list[tuple[list[str], bool, list[EnvRef]]] = []
        self.checked: list[str] = []
        self.reached = False
        self.is_elsewhere: Callable[[str], bool] | None = None
        self.steps = 0

    ev = expressions.ev
    block = statements.block
    member = members.member
    call = calls.call
    follow = calls.follow
    escape = escaping.escape
