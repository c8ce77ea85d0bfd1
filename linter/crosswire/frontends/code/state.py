"""The state of a walk through code, as plain data: runs, frames, arguments and modules as they are loaded."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswire.frontends.code.abstract import Abstract, ClassValue, Foreign, Record, Scope
from crosswire.source import Source, Span
from crosswire.values import Unknown, Value

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crosswire.frontends.code import syntax
    from crosswire.wiring.function import Call, LibraryTable

NORMAL, RETURNED, RAISED, LEFT = range(4)

MISSING: Any = object()
MOST_STEPS = 150_000
DEEPEST = 48
LONGEST_UNROLLED = 16

SiteKey = tuple[str, int, str]


class TooMuch(Exception):
    """The code of one handler is larger than is followed."""


class Arguments:
    """What a call is given: by position, by name, and whether there may be more that is not known."""

    __slots__ = ("named", "open", "positional")

    def __init__(
        self, positional: list[Abstract], named: dict[str, Abstract] | None = None, open: bool = False
    ) -> None:
        self.positional = positional
        self.named = named or {}
        self.open = open

    def get(self, index: int, name: str | None = None) -> Abstract | None:
        """The argument at a position or of a name; Unknown where it may be there, None where it is not."""
        if index < len(self.positional):
            return self.positional[index]
        if name is not None and name in self.named:
            return self.named[name]
        return Unknown("an argument") if self.open else None

    def all(self) -> list[Abstract]:
        return [*self.positional, *self.named.values()]


class Run:
    """What one walk of a body or module did, and the walks that it led to, each with the place that led there. `kept`
    are the functions that a module gave away as it loaded: they run later, in a program that goes on running."""

    __slots__ = ("blinds", "calls", "children", "events", "kept", "marks", "reads", "secrets", "sets", "tables")

    def __init__(self) -> None:
        self.reads: list[tuple[str, Span]] = []
        self.marks: list[tuple[SiteKey, str, Value | None]] = []
        self.calls: list[Call] = []
        self.tables: list[LibraryTable] = []
        self.events: list[tuple[tuple[str, ...], Span]] = []
        self.blinds: list[tuple[str, str, Span]] = []
        self.children: list[tuple[Run, Span]] = []
        self.kept: list[tuple[Abstract, Span]] = []
        self.secrets: list[tuple[str, Span]] = []
        self.sets: set[str] = set()


class Frame:
    """One activation of a body: what `this` is, which class and module it belongs to, and what it has returned."""

    __slots__ = ("module", "owner", "returns", "this", "yields")

    def __init__(self, module: ModuleState, this: Abstract | None = None, owner: ClassValue | None = None) -> None:
        self.module = module
        self.this = this
        self.owner = owner
        self.returns: list[Abstract] = []
        self.yields: list[Abstract] = []


class ModuleState:
    """A file of code as loaded for one set of import roots. `substitutions` are the `${names}` that a template fills
    in, where the code stands in the text of a Sub."""

    __slots__ = (
        "exports",
        "language",
        "loaded",
        "module_object",
        "path",
        "place",
        "roots",
        "run",
        "scope",
        "stars",
        "substitutions",
    )

    def __init__(self, path: str, language: str, roots: tuple[str, ...], place: Callable[[int, int], Span]) -> None:
        self.path = path
        self.language = language
        self.roots = roots
        self.place = place
        self.scope = Scope(None, True)
        self.run = Run()
        self.loaded = False
        self.exports: dict[str, Callable[[], Abstract]] = {}
        self.stars: list[ModuleState | Foreign] = []
        self.module_object = Record()
        self.substitutions: Mapping[str, Value] = {}
        if language == "javascript":
            exports = Record()
            self.module_object.fields["exports"] = exports
            self.scope.vars["module"] = self.module_object
            self.scope.vars["exports"] = exports

    def span(self, node: syntax.Syntax) -> Span:
        return self.place(node.start, node.end)


def plain_place(source: Source) -> Callable[[int, int], Span]:
    """Places of a file by byte offsets."""
    if source.is_ascii:
        return lambda start, end: Span(source, start, end)
    return lambda start, end: Span(source, source.offset_of_byte(start), source.offset_of_byte(end))
