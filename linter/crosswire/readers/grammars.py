"""Tree-sitter's grammars, loaded when the first file of a language is read."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tree_sitter import Language


@cache
def grammar(package: str, name: str = "language") -> Language:
    """A grammar by its package and the name of its function: `tree_sitter_typescript`, `language_tsx`."""
    from tree_sitter import Language

    return Language(getattr(_compiled(package), name)())


def _compiled(package: str) -> Any:
    """The compiled part of a grammar's package. It is loaded by itself where it can be: the package around it imports
    `importlib.resources`, for queries that nobody here asks for, and that takes longer than parsing ten files."""
    outer = PathFinder.find_spec(package)
    inner = PathFinder.find_spec(f"{package}._binding", outer.submodule_search_locations) if outer is not None else None
    if inner is None or inner.loader is None:
        return import_module(package)
    module = inner.loader.create_module(inner)
    if module is None:
        return import_module(package)
    inner.loader.exec_module(module)
    return module
