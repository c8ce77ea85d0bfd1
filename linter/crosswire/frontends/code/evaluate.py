"""Follows code from a function's handler, without running it: every environment read and SDK call that it reaches.

The evaluator walks modules and function bodies with abstract values. A call of a known function is followed with the
values that it is given, so a shared library counts for those functions that reach it, with the values they use. A
branch whose test is not known is walked both ways, and what the ways leave behind is joined. Every function body is
walked once for each distinct set of arguments; loops are walked once, or once per item of a known list.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from crosswire.aws import libraries
from crosswire.frontends.code import builtins, sdk, syntax
from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    TEXTS,
    Abstract,
    Choices,
    ClassValue,
    Closure,
    EnvObject,
    EventValue,
    Fields,
    Foreign,
    Imported,
    Namespace,
    Native,
    Never,
    Partial,
    Primitive,
    Record,
    Scope,
    SdkThing,
    SequenceValue,
    Super,
    as_text,
    join,
    options_of,
    with_default,
)
from crosswire.source import Span
from crosswire.values import Concat, Const, EnvRef, Unknown, Value, concat, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.frontends.code.modules import Resolver
    from crosswire.project import Files
    from crosswire.source import Source
    from crosswire.wiring.function import Call

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
    """What one walk of a body or module did, and the walks that it led to, each with the place that led there."""

    __slots__ = ("blinds", "calls", "children", "events", "marks", "reads", "sets")

    def __init__(self) -> None:
        self.reads: list[tuple[str, Span]] = []
        self.marks: list[tuple[SiteKey, str, Value | None]] = []
        self.calls: list[Call] = []
        self.events: list[tuple[tuple[str, ...], Span]] = []
        self.blinds: list[tuple[str, str, Span]] = []
        self.children: list[tuple[Run, Span]] = []
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


class Evaluator:
    """Walks the code of one check. Modules and bodies that several functions reach are walked once."""

    def __init__(self, files: Files, resolver: Resolver, read_module: Callable[[str], syntax.Module | str]) -> None:
        self.files = files
        self.resolver = resolver
        self.read_module = read_module
        self.modules: dict[tuple[str, tuple[str, ...]], ModuleState | str] = {}
        self.memo: dict[Hashable, tuple[Run, Abstract, object]] = {}
        self.injected: dict[int, Abstract] = {}
        self.added_roots: dict[str, list[str]] = {}
        self.run = Run()
        self.journal: list[tuple[dict[Any, Any], Any, Any]] | None = None
        self.stack: list[syntax.Function] = []
        self.tries: list[tuple[list[str], bool, list[EnvRef]]] = []
        self.checked: list[str] = []
        self.reached = False
        self.steps = 0

    # Modules

    def load(self, path: str, roots: tuple[str, ...]) -> ModuleState | str:
        """The module of a file, walked on first use; a text says why it cannot be read."""
        key = (path, roots)
        known = self.modules.get(key)
        if known is not None:
            return known
        lowered = self.read_module(path)
        if isinstance(lowered, str):
            self.modules[key] = lowered
            return lowered
        source = self.files.read(path)
        state = ModuleState(path, lowered.language, roots, plain_place(source))  # type: ignore[arg-type]
        self.modules[key] = state
        self.walk_module(state, lowered)
        return state

    def walk_module(self, state: ModuleState, lowered: syntax.Module) -> None:
        """Walk a module's top level."""
        for start, end in lowered.broken[:1]:
            state.run.blinds.append(("code", "code that could not be parsed", state.place(start, end)))
        saved = (self.run, self.journal, self.tries, self.reached, self.stack, self.checked)
        self.run, self.journal, self.tries, self.reached, self.stack, self.checked = state.run, None, [], False, [], []
        try:
            self.block(lowered.body, state.scope, Frame(state))
        finally:
            self.run, self.journal, self.tries, self.reached, self.stack, self.checked = saved
            state.loaded = True

    def module_of(self, specifier: str, frame: Frame, span: Span) -> Abstract:
        """What an import gives: a module of the project, something of an SDK or library, or an unread package."""
        from crosswire.frontends.code.modules import External, Folder, Found, Missing

        module = frame.module
        found = self.resolver.resolve(module.path, specifier, module.roots)
        if isinstance(found, (External, Missing)) and module.path in self.added_roots:
            added = [root for root in self.added_roots[module.path] if root not in module.roots]
            module.roots = (*module.roots, *added)
            found = self.resolver.resolve(module.path, specifier, module.roots)
        if isinstance(found, Folder):
            return Namespace(ModuleState(f"{found.folder}/__init__.py", "python", module.roots, module.place))
        if isinstance(found, Found):
            if found.path.endswith(".json"):
                return builtins.read_json(self, found.path)
            state = self.load(found.path, module.roots)
            if isinstance(state, str):
                self.run.blinds.append(("code", state, span))
                return Foreign(specifier, "")
            self.packages_of(state, span)
            self.reach(state, span)
            return Namespace(state)
        if isinstance(found, External):
            known = sdk.package(found.package, specifier, module.language)
            if known is not None:
                return known
            native = builtins.module(specifier, module.language)
            if native is not None:
                return native
            if libraries.may_call_aws(found.package, specifier):
                self.run.blinds.append(("code", f"the package {found.package} is not read", span))
            return Foreign(found.package, "")
        self.run.blinds.append(("code", f"the module {specifier} was not found", span))
        return Foreign(specifier, "")

    def reach(self, state: ModuleState, span: Span) -> None:
        """Note that what is being walked leads to a module."""
        if not any(child is state.run for child, _ in self.run.children):
            self.run.children.append((state.run, span))

    def packages_of(self, state: ModuleState, span: Span) -> None:
        """Load the packages that a Python module is in: their `__init__` runs before it."""
        folder = state.path.rpartition("/")[0] if state.language == "python" else ""
        while folder and f"{folder}/__init__.py" in self.files:
            package = f"{folder}/__init__.py"
            if package != state.path:
                outer = self.load(package, state.roots)
                if isinstance(outer, ModuleState):
                    self.reach(outer, span)
            folder = folder.rpartition("/")[0]

    def export(self, module: ModuleState, name: str, seen: frozenset[int] = frozenset()) -> Abstract | None:
        """What a module gives under a name; None where it has no such name."""
        if module.language == "python":
            value = module.scope.vars.get(name)
            if value is not None:
                return self.settle(value)
            for star in module.stars:
                if isinstance(star, ModuleState) and id(star) not in seen:
                    inner = self.export(star, name, seen | {id(module)})
                    if inner is not None:
                        return inner
            return self.submodule(module, name)
        if name in module.exports:
            return module.exports[name]()
        exported = module.module_object.fields.get("exports", NOTHING)
        if name == "default" and not module.exports:
            return exported
        for option in options_of(exported):
            if isinstance(option, Record):
                if name in option.fields:
                    return self.settle(option.fields[name])
            elif not isinstance(option, Primitive):
                return self.member(option, name, module.place(0, 0))
        for star in module.stars:
            if isinstance(star, ModuleState):
                if id(star) not in seen:
                    inner = self.export(star, name, seen | {id(module)})
                    if inner is not None:
                        return inner
            else:
                return self.member(star, name, module.place(0, 0))
        if isinstance(exported, Record) and exported.open:
            return Unknown("an export")
        return None

    def submodule(self, module: ModuleState, name: str) -> Abstract | None:
        """A module inside a Python package, as `from package import module` finds it."""
        from crosswire.frontends.code.modules import Found

        if not module.path.endswith("/__init__.py") and module.path != "__init__.py":
            return None
        found = self.resolver.resolve(module.path, f".{name}", module.roots)
        if not isinstance(found, Found):
            return None
        state = self.load(found.path, module.roots)
        if isinstance(state, str):
            return Foreign(name, "")
        span = module.place(0, 0)
        self.reach(state, span)
        return Namespace(state)

    def settle(self, value: Abstract) -> Abstract:
        """Look through names bound to other modules' exports."""
        for _ in range(20):
            if not isinstance(value, Imported):
                return value
            found = self.export(value.module, value.name)
            if found is None:
                return Unknown(f"{value.name}, which {value.module.path} does not export")
            value = found
        return Unknown("an import that leads to itself")

    # Writing, so that branches can be taken back

    def write(self, place: dict[Any, Any], key: Any, value: Any) -> None:
        if self.journal is not None:
            self.journal.append((place, key, place.get(key, MISSING)))
        if value is MISSING:
            place.pop(key, None)
        else:
            place[key] = value

    def branch(
        self,
        ways: list[Callable[[], int]],
        absent: list[EnvRef] | None = None,
        present: list[EnvRef] | None = None,
    ) -> tuple[int, list[int]]:
        """Walk every way from the same state and join what those that go on leave behind.

        `absent` holds variables that are unset where the first way is taken, `present` those that are set there:
        a text that takes the place of an unset variable is its default.
        """
        saved = self.journal
        outcomes: list[tuple[int, dict[tuple[int, Any], Any]]] = []
        places: dict[tuple[int, Any], tuple[dict[Any, Any], Any, Any]] = {}
        for way in ways:
            self.journal = []
            try:
                status = way()
            finally:
                log, self.journal = self.journal, saved
            after: dict[tuple[int, Any], Any] = {}
            for place, key, _ in log:
                after[(id(place), key)] = place.get(key, MISSING)
            for place, key, old in reversed(log):
                if old is MISSING:
                    place.pop(key, None)
                else:
                    place[key] = old
            for place, key, _ in log:
                places.setdefault((id(place), key), (place, key, place.get(key, MISSING)))
            outcomes.append((status, after))
        statuses = [status for status, _ in outcomes]
        going = [index for index, status in enumerate(statuses) if status in (NORMAL, LEFT)]
        for where, (place, key, original) in places.items():
            left = [outcomes[index][1].get(where, original) for index in going]
            if type(place) is Fields:
                left = [NOTHING if value is MISSING else value for value in left]
            if left:
                joined = self.join_left(left, going, absent or [], present or [], key)
                if joined is not original:
                    self.write(place, key, joined)
                if key == "items" and isinstance(joined, tuple) and any(items is not left[0] for items in left):
                    self.write(place, "open", True)  # an item that only one way adds may be missing
        if not going:
            return (RETURNED if RETURNED in statuses else RAISED), statuses
        return NORMAL, statuses

    def join_left(
        self, left: list[Any], going: list[int], absent: list[EnvRef], present: list[EnvRef], key: Any
    ) -> Any:
        """The value at a place after several ways have left theirs there."""
        values = [value for value in left if value is not MISSING]
        if not values:
            return MISSING
        if all(value is values[0] for value in values) and len(values) == len(left):
            return values[0]
        if not isinstance(key, str) or not all(isinstance(value, _ABSTRACT) for value in values):
            return _fullest(values)
        if len(left) == 2 and len(values) == 2:
            first, second = (values[0], values[1]) if going[0] == 0 else (values[1], values[0])
            if isinstance(second, EnvRef) and any(second is env for env in absent):
                return self.default(second, first, True)
            if isinstance(first, EnvRef) and any(first is env for env in present):
                return self.default(first, second, True)
        return join(values)

    # Statements

    def block(self, body: list[syntax.Syntax], scope: Scope, frame: Frame) -> int:
        """Walk statements in order until one leaves."""
        if frame.module.language == "javascript":
            for statement in body:
                if type(statement) is syntax.Define and type(statement.value) is syntax.Function:
                    scope.vars[statement.value.name] = Closure(statement.value, scope, frame.module, owner=frame.owner)
        for statement in body:
            status = self.statement(statement, scope, frame)
            if status != NORMAL:
                return status
        return NORMAL

    def statement(self, node: syntax.Syntax, scope: Scope, frame: Frame) -> int:
        walk = _STATEMENTS.get(type(node))
        if walk is None:
            value = self.ev(node, scope, frame)
            return RAISED if isinstance(value, Never) else NORMAL
        self.step()
        status: int = walk(self, node, scope, frame)
        return status

    def step(self) -> None:
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch

    def _declare(self, node: syntax.Declare, scope: Scope, frame: Frame) -> int:
        if node.value is None:
            value: Abstract = NOTHING
            if node.scope == "function" and isinstance(node.pattern, syntax.Name) and node.pattern.name in scope.vars:
                return NORMAL
        else:
            value = self.ev(node.value, scope, frame)
            if isinstance(value, Never):
                return RAISED
        self.assign(node.pattern, value, scope, frame, node.scope)
        return NORMAL

    def _define(self, node: syntax.Define, scope: Scope, frame: Frame) -> int:
        definition = node.value
        if isinstance(definition, syntax.Function):
            if frame.module.language == "javascript" and definition.name in scope.vars and not definition.decorators:
                return NORMAL
            value: Abstract = self.decorated(
                Closure(definition, scope, frame.module, owner=frame.owner), definition.decorators, scope, frame
            )
        else:
            value = self.ev(definition, scope, frame)
        self.bind(definition.name, value, scope, "function" if frame.module.language == "python" else "block")
        return NORMAL

    def decorated(self, function: Abstract, decorators: list[syntax.Syntax], scope: Scope, frame: Frame) -> Abstract:
        """A function or class after its decorators: those of the project are followed, others keep it as it is."""
        value = function
        for decorator in reversed(decorators):
            wrapper = self.ev(decorator, scope, frame)
            span = frame.module.span(decorator)
            if isinstance(wrapper, (Closure, Partial)) or (isinstance(wrapper, Record) and wrapper.cls is not None):
                result = self.call(wrapper, Arguments([value]), span)
                if isinstance(result, (Closure, Partial, Foreign, Record)):
                    value = result
            elif isinstance(wrapper, (Foreign, Unknown)):
                if isinstance(value, Closure) and isinstance(wrapper, Foreign) and type(decorator) is syntax.Invoke:
                    maker = self.ev(decorator.callee, scope, frame)
                    if isinstance(maker, Foreign) and not maker.made:  # else others have been given to it as well
                        value.beside.extend(wrapper.captured)
                self.call(wrapper, Arguments([value]), span)
        return value

    def _return(self, node: syntax.Return, scope: Scope, frame: Frame) -> int:
        value = NOTHING if node.value is None else self.ev(node.value, scope, frame)
        if isinstance(value, Never):
            return RAISED
        frame.returns.append(value)
        return RETURNED

    def _raise(self, node: syntax.Raise, scope: Scope, frame: Frame) -> int:
        if node.value is not None:
            self.ev(node.value, scope, frame)
        return RAISED

    def _leave(self, node: syntax.Leave, scope: Scope, frame: Frame) -> int:
        return LEFT

    def _branch(self, node: syntax.Branch, scope: Scope, frame: Frame) -> int:
        truth, absent, present = self.test(node.test, scope, frame)
        inner = frame.module.language == "javascript"
        if truth is True:
            return self.block(node.then, Scope(scope, False) if inner else scope, frame)
        if truth is False:
            return self.block(node.otherwise, Scope(scope, False) if inner else scope, frame)

        def way(body: list[syntax.Syntax], given: list[EnvRef]) -> int:
            with self.given(given):
                return self.block(body, Scope(scope, False) if inner else scope, frame)

        status, statuses = self.branch(
            [lambda: way(node.then, present), lambda: way(node.otherwise, absent)], absent, present
        )
        for env in absent:
            self.mark(env, "asserted" if statuses[0] == RAISED else "tested")
        for env in present:
            self.mark(env, "asserted" if statuses[1] == RAISED else "tested")
        for index, envs in ((0, absent), (1, present)):
            if statuses[index] in (RETURNED, RAISED):  # what goes on has them
                self.checked.extend(env.name for env in envs)
        return status

    @contextmanager
    def given(self, envs: list[EnvRef]) -> Iterator[None]:
        """On the way that is walked inside, these variables are known to be set: reads of them depend on nothing."""
        before = len(self.checked)
        self.checked.extend(env.name for env in envs)
        try:
            yield
        finally:
            del self.checked[before:]

    def _loop(self, node: syntax.Loop, scope: Scope, frame: Frame) -> int:
        if node.iterable is None or node.pattern is None:
            if node.test is not None:
                self.test(node.test, scope, frame)
            status, _ = self.branch(
                [lambda: self.block(node.body, Scope(scope, False), frame), lambda: NORMAL]
                if frame.module.language == "javascript"
                else [lambda: self.block(node.body, scope, frame), lambda: NORMAL]
            )
            return NORMAL if status == LEFT else status
        iterable = self.ev(node.iterable, scope, frame)
        items, complete = self.items_of(iterable) if node.mode == "of" else (builtins.keys_of(iterable), False)
        pattern = node.pattern

        def once(item: Abstract) -> int:
            inner = Scope(scope, False) if frame.module.language == "javascript" else scope
            self.assign(pattern, item, inner, frame, "block" if frame.module.language == "javascript" else "function")
            return self.block(node.body, inner, frame)

        if complete and len(items) <= LONGEST_UNROLLED:
            for item in items:
                status, _ = self.branch([lambda item=item: once(item), lambda: NORMAL])  # type: ignore[misc]
            return NORMAL
        value = join(items[:LONGEST_UNROLLED]) if items else Unknown("an item of a list")
        self.branch([lambda: once(value), lambda: NORMAL])
        return NORMAL

    def items_of(self, value: Abstract) -> tuple[list[Abstract], bool]:
        """The items of something iterable, and whether these are all."""
        if isinstance(value, SequenceValue):
            return list(value.items), not value.open
        if isinstance(value, EventValue):
            return [EventValue((*value.path, "*"))], False
        if isinstance(value, Record) and value.cls is None:
            return list(builtins.keys_of(value)), not value.open
        if isinstance(value, Choices):
            found = [self.items_of(option) for option in value.options]
            return [item for items, _ in found for item in items], all(complete for _, complete in found)
        if isinstance(value, SdkThing):
            return [Unknown("a result of a call")], False
        return [], False

    def _try(self, node: syntax.Try, scope: Scope, frame: Frame) -> int:
        names = [name for caught, _, _ in node.catches for name in (caught or ["*"])]
        refs: list[EnvRef] = []
        small = len(node.body) <= 2
        python = frame.module.language == "python"
        if python:
            self.tries.append((names, small, refs))
        try:
            status = self.block(node.body, scope if python else Scope(scope, False), frame)
        finally:
            if python:
                self.tries.pop()
        if status == NORMAL and node.otherwise:
            status = self.block(node.otherwise, scope, frame)

        def catch(pattern: syntax.Syntax | None, body: list[syntax.Syntax]) -> int:
            inner = scope if python else Scope(scope, False)
            if pattern is not None:
                self.assign(pattern, Unknown("an error"), inner, frame, "function" if python else "block")
            return self.block(body, inner, frame)

        caught: list[int] = []
        for _, pattern, body in node.catches:
            _, statuses = self.branch([lambda p=pattern, b=body: catch(p, b), lambda: NORMAL], absent=refs)  # type: ignore[misc]
            caught.append(statuses[0])
        for env in refs:
            self.mark(env, "asserted" if caught and all(one == RAISED for one in caught) else "tested")
        if node.finally_:
            last = self.block(node.finally_, scope if python else Scope(scope, False), frame)
            if last != NORMAL:
                return last
        if status != NORMAL and any(one in (NORMAL, LEFT) for one in caught):
            return NORMAL
        if status == RAISED and caught and RETURNED in caught:
            return RETURNED
        return status

    def _with(self, node: syntax.With, scope: Scope, frame: Frame) -> int:
        for item, pattern in node.items:
            value = self.ev(item, scope, frame)
            if isinstance(value, Record) and value.cls is not None:
                enter = self.method(value, "__enter__") or self.method(value, "__aenter__")
                if enter is not None:
                    value = self.call(enter, Arguments([]), frame.module.span(item))
            if isinstance(value, SequenceValue) and value.items:
                value = join(list(value.items))  # a generator that is a context manager
            if pattern is not None:
                self.assign(pattern, value, scope, frame, "function")
        return self.block(node.body, scope, frame)

    def _block(self, node: syntax.Block, scope: Scope, frame: Frame) -> int:
        return self.block(node.body, Scope(scope, False), frame)

    def _outer(self, node: syntax.Outer, scope: Scope, frame: Frame) -> int:
        holder = scope
        while not holder.function and holder.parent is not None:
            holder = holder.parent
        holder.outer = (holder.outer or set()) | set(node.names)
        return NORMAL

    def _import(self, node: syntax.Import, scope: Scope, frame: Frame) -> int:
        span = frame.module.span(node)
        module = self.module_of(node.specifier, frame, span)
        for there, here in node.names:
            if there == "*":
                value = module
            elif isinstance(module, Namespace):
                value = Imported(module.module, there)
                if frame.module.language == "python" and there not in module.module.scope.vars:
                    self.submodule(module.module, there)
            elif frame.module.language == "python" and isinstance(module, Foreign):
                value = self.python_name(node.specifier, there, module, frame, span)
            else:
                value = self.default_of(module) if there == "default" else self.member(module, there, span)
            self.bind(here, value, scope, "function")
        if node.star:
            self.star(module, frame.module)
        return NORMAL

    def python_name(self, specifier: str, name: str, module: Foreign, frame: Frame, span: Span) -> Abstract:
        """`from package import name` where the package is no single file: the name may be a module of the project."""
        from crosswire.frontends.code.modules import Found

        joined = f"{specifier}{name}" if specifier.endswith(".") else f"{specifier}.{name}"
        if isinstance(self.resolver.resolve(frame.module.path, joined, frame.module.roots), Found):
            return self.module_of(joined, frame, span)
        return self.member(module, name, span)

    def default_of(self, module: Abstract) -> Abstract:
        """The default import of something that is no module of the project: the thing itself."""
        return sdk.default_export(module) if isinstance(module, SdkThing) else module

    def star(self, module: Abstract, into: ModuleState) -> None:
        if isinstance(module, Namespace):
            into.stars.append(module.module)
            if into.language == "python":
                for name, value in module.module.scope.vars.items():
                    if not name.startswith("_"):
                        into.scope.vars.setdefault(name, value)
        elif isinstance(module, Foreign):
            into.stars.append(module)

    def _export(self, node: syntax.Export, scope: Scope, frame: Frame) -> int:
        module = frame.module
        if node.specifier is not None:
            source = self.module_of(node.specifier, frame, module.span(node))
            for there, outside in node.names:
                if there == "*" and outside == "*":
                    self.star(source, module)
                elif there == "*":
                    module.exports[outside] = lambda: source
                elif isinstance(source, Namespace):
                    name = Imported(source.module, there)
                    module.exports[outside] = lambda name=name: self.settle(name)  # type: ignore[misc]
                else:
                    value = self.member(source, there, module.span(node))
                    module.exports[outside] = lambda value=value: value  # type: ignore[misc]
            return NORMAL
        if node.value is not None:
            value = self.ev(node.value, scope, frame)
            module.exports["default"] = lambda: value
            return NORMAL
        for here, outside in node.names:
            module.exports[outside] = lambda here=here: self.look_up(here, scope, module)  # type: ignore[misc]
        return NORMAL

    # Tests

    def test(self, node: syntax.Syntax, scope: Scope, frame: Frame) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
        """Whether a test holds where that is known, the variables that are unset if it does, and those that are set."""
        kind = type(node)
        if kind is syntax.Not:
            truth, absent, present = self.test(node.value, scope, frame)  # type: ignore[attr-defined]
            return (None if truth is None else not truth), present, absent
        if kind is syntax.Either:
            return self.test_either(node, scope, frame)  # type: ignore[arg-type]
        if kind is syntax.Compare:
            return self.test_compare(node, scope, frame)  # type: ignore[arg-type]
        value = self.ev(node, scope, frame)
        if isinstance(value, EnvRef):
            if value.default is None:
                return None, [], [value]
            self.mark(value, "tested")
            return None, [], []
        return truth_of(value), [], []

    def test_either(
        self, node: syntax.Either, scope: Scope, frame: Frame
    ) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
        left, absent, present = self.test(node.left, scope, frame)
        if node.operator == "&&":
            if left is False:
                return False, absent, present
            with self.given(present):
                right, more_absent, more_present = self.test(node.right, scope, frame)
            truth = right if left is True else (False if right is False else None)
            return truth, absent + more_absent, present + more_present
        if left is True:
            return True, absent, present
        right, more_absent, more_present = self.test(node.right, scope, frame)
        truth = right if left is False else (True if right is True else None)
        return truth, absent + more_absent, present + more_present

    def test_compare(
        self, node: syntax.Compare, scope: Scope, frame: Frame
    ) -> tuple[bool | None, list[EnvRef], list[EnvRef]]:
        left = self.ev(node.left, scope, frame)
        right = self.ev(node.right, scope, frame)
        if node.operator in ("in", "not in") and isinstance(right, EnvObject):
            asked = [EnvRef(left.text)] if isinstance(left, Const) else []
            return (None, [], asked) if node.operator == "in" else (None, asked, [])
        if node.operator in ("==", "!="):
            empty = _is_empty(right)
            if isinstance(left, EnvRef) and empty:
                return (None, [left], []) if node.operator == "==" else (None, [], [left])
            truth = equal(left, right)
            if truth is not None:
                return (truth if node.operator == "==" else not truth), [], []
        for side in (left, right):
            self.mark_all(side, "compared")
        return None, [], []

    # Expressions

    def ev(self, node: syntax.Syntax, scope: Scope, frame: Frame) -> Abstract:
        """The abstract value of an expression."""
        self.steps += 1
        if self.steps > MOST_STEPS:
            raise TooMuch
        value: Abstract = _EXPRESSIONS[type(node)](self, node, scope, frame)
        return value

    def _literal(self, node: syntax.Literal, scope: Scope, frame: Frame) -> Abstract:
        value = node.value
        if not isinstance(value, str):
            return Primitive(value)
        if frame.module.substitutions and "${" in value:
            return substituted(value, frame.module, frame.module.span(node))
        return Const(value, frame.module.span(node))

    def _name(self, node: syntax.Name, scope: Scope, frame: Frame) -> Abstract:
        return self.look_up(node.name, scope, frame.module, frame)

    def look_up(self, name: str, scope: Scope, module: ModuleState, frame: Frame | None = None) -> Abstract:
        here: Scope | None = scope
        while here is not None:
            value = here.vars.get(name)
            if value is not None:
                return self.settle(value)
            here = here.parent
        if name == "this" and frame is not None:
            return frame.this if frame.this is not None else Unknown("this")
        if name == "super" and frame is not None and frame.owner is not None and frame.this is not None:
            return Super(frame.owner, frame.this)
        if name in ("__file__", "__dirname"):
            folder = "/" + module.path.rpartition("/")[0]
            return Const("/" + module.path if name == "__file__" else folder)
        known = builtins.global_name(name, module.language)
        if known is not None:
            return known
        for star in module.stars:
            if isinstance(star, ModuleState):
                value = self.export(star, name)
                if value is not None:
                    return value
        return module.substitutions.get(name) or Unknown(f"the name {name}")

    def _member(self, node: syntax.Member, scope: Scope, frame: Frame) -> Abstract:
        return self.member(self.ev(node.object, scope, frame), node.name, frame.module.span(node))

    def member(self, value: Abstract, name: str, span: Span) -> Abstract:
        """`value.name`."""
        kind = type(value)
        if kind is Record:
            return self.record_member(value, name, span)  # type: ignore[arg-type]
        if kind is EnvObject:
            if value.python:  # type: ignore[union-attr]
                return Native("environ." + name, value)
            return self.read_env(name, span, value)  # type: ignore[arg-type]
        if kind is Namespace:
            found = self.export(value.module, name)  # type: ignore[union-attr]
            if found is None and name in builtins.PROMISE_METHODS:
                return Native("unknown." + name, value)
            return Unknown(f"the export {name}") if found is None else found
        if isinstance(value, SdkThing):
            if name in ("then", "catch", "finally"):
                return Native("unknown." + name, value)
            return value.member(self, name, span)  # type: ignore[attr-defined, no-any-return]
        if kind is Choices:
            return join([self.member(option, name, span) for option in value.options if option is not NOTHING])  # type: ignore[union-attr]
        if kind is EventValue:
            return self.event_member(value, name, span)  # type: ignore[arg-type]
        if kind is ClassValue:
            return self.class_member(value, name, span)  # type: ignore[arg-type]
        if kind is Foreign:
            foreign: Foreign = value  # type: ignore[assignment]
            inner = f"{foreign.name}.{name}" if foreign.name else name
            return Foreign(foreign.package, inner, foreign.captured if foreign.made else None, foreign.made)
        if kind is Native:
            return builtins.native_member(value, name)  # type: ignore[arg-type]
        if kind is Super:
            return self.super_member(value, name, span)  # type: ignore[arg-type]
        if kind is Closure:
            function: Closure = value  # type: ignore[assignment]
            if name in function.members:
                return self.settle(function.members[name])
            if name == "prototype":
                return function.members.setdefault(name, Record(span))
            return Native("function." + name, value)
        if kind is Partial:
            return Native("function." + name, value)
        if kind is SequenceValue:
            return Native("list." + name, value) if name != "length" else Unknown("a length")
        if isinstance(value, Unknown):
            return Native("unknown." + name, value) if name in builtins.UNKNOWN_METHODS else value
        if isinstance(value, TEXTS):
            return builtins.text_member(value, name)
        return Unknown("a member of nothing") if kind is Primitive else Unknown("a value made at run time")

    def record_member(self, value: Record, name: str, span: Span) -> Abstract:
        found = value.fields.get(name)
        if found is not None:
            found = self.settle(found)
            if isinstance(found, Closure) and found.node.getter:
                return self.call(found, Arguments([]), span, this=value)
            return found
        if value.cls is not None:
            method = self.method(value, name)
            if method is not None:
                return self.call(method, Arguments([]), span) if method.node.getter else method
            static = self.static(value.cls, name)
            if static is not None:
                return static
            fallback = self.method(value, "__getattr__") if not name.startswith("__") else None
            if fallback is not None:
                return self.call(fallback, Arguments([Const(name, span)]), span)
            if value.open or self.unread_base(value.cls) is not None:
                return Unknown(f"the member {name} of a class that is not read")
            return NOTHING
        found = self.inherited(value, name) if "prototype" in value.state else None
        if found is not None:
            return found
        if name in builtins.PROMISE_METHODS:
            return Native("unknown." + name, value)
        native = builtins.record_method(value, name)
        if native is not None:
            return native
        return Unknown("a field") if value.open or value.symbolic else NOTHING

    def methods_like(self, instance: Record, name: Value) -> list[Abstract]:
        """The methods of an instance that a name made at run time may mean, as in `getattr(self, f"on_{kind}")`."""
        found: dict[str, Abstract] = {}
        classes: list[Abstract] = [instance.cls] if instance.cls is not None else []
        while classes:
            cls = classes.pop(0)
            if isinstance(cls, ClassValue):
                for known in cls.node.methods:
                    private = known.startswith("_") and isinstance(name, Unknown)
                    if known not in found and not private and known != "constructor" and _may_be(name, known):
                        method = self.method(instance, known)
                        if method is not None and not method.node.getter:
                            found[known] = method
                classes.extend(cls.bases)
        return list(found.values())

    def method(self, instance: Record, name: str) -> Closure | None:
        """A method of an instance, bound to it."""
        return self.bound_method(instance.cls, name, instance) if instance.cls is not None else None

    def bound_method(self, cls: ClassValue, name: str, this: Abstract, depth: int = 0) -> Closure | None:
        node = cls.node.methods.get(name)
        if node is not None:
            bound = cls if node.receiver in ("class", "static") else this
            return Closure(node, cls.scope, cls.module, bound, cls)
        if depth < 12:
            for base in cls.bases:
                if isinstance(base, ClassValue):
                    found = self.bound_method(base, name, this, depth + 1)
                    if found is not None:
                        return found
        return None

    def static(self, cls: ClassValue, name: str, depth: int = 0) -> Abstract | None:
        if name in cls.statics:
            return cls.statics[name]
        if depth < 12:
            for base in cls.bases:
                if isinstance(base, ClassValue):
                    found = self.static(base, name, depth + 1)
                    if found is not None:
                        return found
        return None

    def unread_base(self, cls: ClassValue, depth: int = 0) -> Abstract | None:
        for base in cls.bases:
            if not isinstance(base, ClassValue):
                return base
            if depth < 12:
                found = self.unread_base(base, depth + 1)
                if found is not None:
                    return found
        return None

    def class_member(self, cls: ClassValue, name: str, span: Span) -> Abstract:
        static = self.static(cls, name)
        if static is not None:
            return static
        method = self.bound_method(cls, name, cls)
        if method is not None:
            if method.node.getter and method.node.receiver in ("static", "class"):
                return self.call(method, Arguments([]), span)
            if method.node.receiver == "self":
                return Closure(method.node, method.scope, method.module, None, method.owner)
            return method
        return Unknown(f"the member {name} of a class")

    def super_member(self, value: Super, name: str, span: Span) -> Abstract:
        for base in value.owner.bases:
            if isinstance(base, ClassValue):
                method = self.bound_method(base, name, value.this)
                if method is not None:
                    return method
                static = self.static(base, name)
                if static is not None:
                    return static
        if name == "__new__":
            return Native("object.__new__")
        return Unknown(f"the member {name} of a base class")

    def event_member(self, value: EventValue, name: str, span: Span) -> Abstract:
        if name in builtins.UNKNOWN_METHODS:
            return Native("unknown." + name, value)
        if name == "get":
            return Native("event.get", value)
        path = (*value.path, name)
        self.run.events.append((path, span))
        return EventValue(path)

    def _subscript(self, node: syntax.Subscript, scope: Scope, frame: Frame) -> Abstract:
        value = self.ev(node.object, scope, frame)
        key = self.ev(node.key, scope, frame)
        return self.item(value, key, node.strict, frame.module.span(node))

    def item(self, value: Abstract, key: Abstract, strict: bool, span: Span) -> Abstract:
        """`value[key]`."""
        if isinstance(value, Choices):
            return join([self.item(option, key, strict, span) for option in value.options if option is not NOTHING])
        if isinstance(value, EnvObject):
            names = [option for option in options_of(key) if isinstance(option, Const)]
            if not names or len(names) != len(options_of(key)):
                self.run.blinds.append(("environment", "a variable whose name is made at run time", span))
                return Unknown("a variable whose name is made at run time", span)
            return join([self.read_env(name.text, place_of_name(name, span), value, strict) for name in names])
        if isinstance(key, Const):
            if isinstance(value, Record):
                found = value.fields.get(key.text)
                if found is not None:
                    return self.settle(found)
                if value.cls is not None:
                    return self.record_member(value, key.text, span)
                return Unknown("a field") if value.open or value.symbolic or strict else NOTHING
            if isinstance(value, EventValue):
                return self.event_member(value, key.text, span)
            if isinstance(value, (ClassValue, Namespace, SdkThing)):
                return self.member(value, key.text, span)
        if isinstance(value, Record):
            text = as_text(key)
            if not any(isinstance(leaf, Unknown) for leaf in leaves(text)):
                for known, found in value.symbolic:
                    if known == text:
                        return found
            found_all: list[Abstract] = [*value.fields.values(), *(found for _, found in value.symbolic)]
            if value.cls is not None:
                found_all.extend(self.methods_like(value, text))
            return join([*found_all, Unknown("a field")] if value.open or not found_all else found_all)
        if isinstance(value, SequenceValue):
            if isinstance(key, Primitive) and isinstance(key.value, int) and not value.open:
                return value.items[key.value] if -len(value.items) <= key.value < len(value.items) else NOTHING
            return join([*value.items, Unknown("an item of a list")])
        if isinstance(value, EventValue):
            return EventValue((*value.path, "*"))
        if isinstance(value, SdkThing):
            builtins.note_unnamed(self, value, span)
        if isinstance(value, (Foreign, SdkThing)):
            return Unknown("a result of a call")
        return value if isinstance(value, Unknown) else Unknown("a part of a value")

    def read_env(self, name: str, span: Span, env: EnvObject, strict: bool = False) -> Abstract:
        """A read of a variable: the value is symbolic, the read is noted."""
        value = EnvRef(name, None, False, span)
        self.run.reads.append((name, span))
        if env.checked or name in self.checked:
            self.mark(value, "tested")
        elif strict:
            guard = next(
                (
                    refs
                    for names, small, refs in reversed(self.tries)
                    if "KeyError" in names or "LookupError" in names or (small and {"Exception", "*"} & set(names))
                ),
                None,
            )
            if guard is None:
                self.mark(value, "strict")
            else:
                guard.append(value)
        return value

    def mark(self, env: EnvRef, how: str, default: Value | None = None) -> None:
        """Note how a variable that was read is used: this decides whether the code needs it."""
        if env.span is not None:
            self.run.marks.append(((env.span.source.path, env.span.start, env.name), how, default))

    def mark_all(self, value: Abstract, how: str, depth: int = 0) -> None:
        """Note a use of every variable in a value."""
        if isinstance(value, TEXTS):
            for leaf in leaves(value):
                if isinstance(leaf, EnvRef):
                    self.mark(leaf, how)
        elif depth < 4:
            if isinstance(value, Choices):
                for option in value.options:
                    self.mark_all(option, how, depth + 1)
            elif isinstance(value, Record) and value.cls is None:
                for field in value.fields.values():
                    self.mark_all(field, how, depth + 1)
            elif isinstance(value, SequenceValue):
                for item in value.items:
                    self.mark_all(item, how, depth + 1)

    def default(self, value: Abstract, default: Abstract, empty_counts: bool) -> Abstract:
        """`value || default`, noting that the variable has a fallback."""
        if isinstance(default, Primitive) and default.value is None and isinstance(value, EnvRef):
            return value  # `x ?? undefined`: none
        for option in options_of(value):
            innermost = option
            while isinstance(innermost, EnvRef) and innermost.default is not None:
                innermost = innermost.default
            if isinstance(innermost, EnvRef):
                if isinstance(default, Never):
                    self.mark(innermost, "asserted")
                else:
                    self.mark(innermost, "defaulted", as_text(default))
        if isinstance(default, Never):
            return value
        if isinstance(value, Choices) and len(value.options) > 1:
            return join([with_default(option, default, empty_counts) for option in value.options])
        return with_default(value, default, empty_counts)

    def _invoke(self, node: syntax.Invoke, scope: Scope, frame: Frame) -> Abstract:
        span = frame.module.span(node)
        callee = node.callee
        if type(callee) is syntax.Member:
            receiver = self.ev(callee.object, scope, frame)
            target = self.member(receiver, callee.name, frame.module.span(callee))
        else:
            receiver = None
            target = self.ev(callee, scope, frame)
        arguments = self.arguments(node.arguments, scope, frame)
        if isinstance(target, Super) or (isinstance(target, Native) and target.name == "super"):
            return self.call_super(target, arguments, frame, span)
        if isinstance(target, Never) or any(isinstance(value, Never) for value in arguments.positional):
            return NEVER
        this = receiver if isinstance(receiver, Record) and receiver.cls is None else None
        return self.call(target, arguments, span, new=node.new, this=this, receiver=receiver)

    def call_super(self, target: Abstract, arguments: Arguments, frame: Frame, span: Span) -> Abstract:
        if frame.owner is None or frame.this is None:
            return Unknown("super")
        if frame.module.language == "python":
            return Super(frame.owner, frame.this)
        for base in frame.owner.bases:
            if isinstance(base, ClassValue) and isinstance(frame.this, Record):
                self.initialise(base, frame.this, arguments, span)
            else:
                self.escape(arguments, span)
        return NOTHING

    def arguments(self, nodes: list[syntax.Argument], scope: Scope, frame: Frame) -> Arguments:
        positional: list[Abstract] = []
        named: dict[str, Abstract] = {}
        open = False
        for argument in nodes:
            value = self.ev(argument.value, scope, frame)
            if argument.spread == 1:
                items, complete = self.items_of(value)
                positional.extend(items if complete else [])
                open = open or not complete
            elif argument.spread == 2:
                for option in options_of(value):
                    if isinstance(option, Record) and option.cls is None:
                        for name, field in option.fields.items():
                            named[name] = field if value is option else join([field, NOTHING])
                        open = open or option.open or bool(option.symbolic)
                    elif not (isinstance(option, Primitive) and option.value is None):
                        open = True
            elif argument.name is not None:
                named[argument.name] = value
            else:
                positional.append(value)
        return Arguments(positional, named, open)

    def call(
        self,
        target: Abstract,
        arguments: Arguments,
        span: Span,
        new: bool = False,
        this: Abstract | None = None,
        receiver: Abstract | None = None,
    ) -> Abstract:
        """`target(arguments)`."""
        kind = type(target)
        if kind is Closure:
            if new:
                return self.construct_function(target, arguments, span)  # type: ignore[arg-type]
            return self.follow(target, arguments, span, this)  # type: ignore[arg-type]
        if kind is Partial:
            given: Partial = target  # type: ignore[assignment]
            both = [*given.positional, *arguments.positional]
            whole = Arguments(both, {**given.named, **arguments.named}, arguments.open)
            return self.call(given.target, whole, span, new, this)
        if kind is ClassValue:
            return self.construct(target, arguments, span)  # type: ignore[arg-type]
        if kind is Native:
            return builtins.call(self, target, arguments, span)  # type: ignore[arg-type]
        if isinstance(target, SdkThing):
            return target.call(self, arguments, span)  # type: ignore[attr-defined, no-any-return]
        if kind is Choices:
            options = [option for option in target.options if not isinstance(option, Primitive)]  # type: ignore[union-attr]
            return join([self.call(option, arguments, span, new, this, receiver) for option in options])
        if isinstance(target, Record) and target.cls is not None:
            method = self.method(target, "__call__")
            if method is not None:
                return self.follow(method, arguments, span, None)
        return self.call_foreign(target, arguments, span, receiver)

    def call_foreign(
        self, target: Abstract, arguments: Arguments, span: Span, receiver: Abstract | None = None
    ) -> Abstract:
        """A call of something that is not read: functions given to it run, now or when the event is handed over."""
        for value in arguments.all():
            self.mark_all(value, "passed")
        known = sdk.foreign_call(self, target, arguments, span)
        if known is not None:
            return known
        if isinstance(target, Foreign):
            ran = builtins.given_away(self, target, arguments, span)
            if ran is not None:
                return ran
            schema = builtins.environment_schema(target, arguments)
            if schema is not None:
                return schema
        given = self.escape(arguments, span)
        if isinstance(target, Foreign):
            if self.reached and target.captured and builtins.hands_over_event(target, arguments):
                self.run_captured(target, arguments, span)
            name = target.name.rsplit(".", 1)[-1]
            if name in ("resolve", "get") and len(arguments.positional) == 1 and not arguments.named:
                wanted = arguments.positional[0]
                if isinstance(wanted, ClassValue):
                    return self.instance_of(wanted, span)
            result = Foreign(target.package, f"{target.name}()", target.captured if target.made else None, True)
            result.captured.extend(value for value in given if value not in result.captured)
            return builtins.wrapped(name, arguments, result)
        return _keeper(given, span)

    def unread(self, arguments: Arguments, span: Span) -> Abstract:
        """What a call of something that is not known gives: it keeps the functions it was given as a module loads."""
        return _keeper(self.escape(arguments, span), span)

    def escape(self, arguments: Arguments, span: Span) -> list[Abstract]:
        """The functions among the arguments of a call that is not read. Where a handler runs they are run with unknown
        arguments at once; where a module loads they are returned, to be kept."""
        found: list[Abstract] = []
        for value in arguments.all():
            self.functions_in(value, found, 0)
        if not self.reached:
            return found
        for value in found:
            if isinstance(value, (Closure, Partial, sdk.Deferred)):
                self.call(value, Arguments([], open=True), span)
            elif isinstance(value, Foreign) and value.captured and builtins.hands_over_event(value, arguments):
                self.run_captured(value, arguments, span)
        return []

    def functions_in(self, value: Abstract, found: list[Abstract], depth: int) -> None:
        if isinstance(value, (Closure, sdk.Deferred)):
            found.append(value)
        elif isinstance(value, Partial):
            if isinstance(value.target, Closure):
                found.append(value)
        elif isinstance(value, Foreign):
            if value.captured:
                found.append(value)
        elif depth < 3:
            if isinstance(value, Choices):
                for option in value.options:
                    self.functions_in(option, found, depth + 1)
            elif isinstance(value, Record) and value.cls is None:
                for field in list(value.fields.values()):
                    self.functions_in(self.settle(field), found, depth + 1)
            elif isinstance(value, SequenceValue):
                for item in value.items:
                    self.functions_in(item, found, depth + 1)

    def run_captured(
        self, target: Foreign, arguments: Arguments, span: Span, seen: frozenset[int] = frozenset()
    ) -> None:
        """Run what was given to a library while modules loaded: routes, wrapped handlers, middleware."""
        if id(target.captured) in seen:
            return
        for value in list(target.captured):
            if isinstance(value, (Closure, Partial, sdk.Deferred)):
                self.call(value, Arguments(list(arguments.positional), open=True), span)
            elif isinstance(value, Foreign):
                self.run_captured(value, arguments, span, seen | {id(target.captured)})

    # Functions and classes of the project

    def follow(self, function: Closure, arguments: Arguments, span: Span, this: Abstract | None) -> Abstract:
        """Walk a function's body with the values it is given."""
        node = function.node
        bound = function.this if function.this is not None else this
        if len(self.stack) >= DEEPEST or self.stack.count(node) >= 2:
            return Unknown("a call that goes too deep")
        if function.given:
            arguments = Arguments([*function.given, *arguments.positional], arguments.named, arguments.open)
        key = (
            id(node),
            id(function.scope),
            key_of(bound, 2),
            tuple(key_of(value, 0) for value in arguments.positional),
            tuple(sorted((name, key_of(value, 0)) for name, value in arguments.named.items())),
            arguments.open,
            self.reached,
            tuple(self.checked),
        )
        known = self.memo.get(key)
        if known is not None:
            self.run.children.append((known[0], span))
            return known[1]
        run, outer = Run(), self.run
        checked = len(self.checked)
        outer.children.append((run, span))
        scope = Scope(function.scope, True)
        frame = Frame(function.module, bound, function.owner)
        self.run = run
        self.stack.append(node)
        try:
            self.parameters(function, arguments, scope, frame)
            status = self.block(node.lower(), scope, frame)
            if function.beside and self.reached:
                self.escape(Arguments(function.beside), span)
        finally:
            self.stack.pop()
            self.run = outer
            del self.checked[checked:]
        if status == RAISED and not frame.returns:
            result: Abstract = NEVER
        elif node.generator:
            result = SequenceValue(tuple(frame.yields[:LONGEST_UNROLLED]), True)
        else:
            result = join(frame.returns if status != NORMAL else [*frame.returns, NOTHING])
        self.memo[key] = (run, result, (function, arguments))
        return result

    def parameters(self, function: Closure, arguments: Arguments, scope: Scope, frame: Frame) -> None:
        """Bind a function's parameters to the arguments of a call."""
        positional = list(arguments.positional)
        named = dict(arguments.named)
        parameters = function.node.parameters
        receiver = function.node.receiver
        if receiver in ("self", "class") and parameters and frame.this is not None:
            self.bind_pattern(parameters[0].pattern, frame.this, scope, frame)
            parameters = parameters[1:]
        if receiver == "arrow" and frame.this is None:
            pass
        elif frame.this is not None and frame.module.language == "javascript":
            scope.vars["this"] = frame.this
            if frame.owner is not None and isinstance(frame.this, (Record, ClassValue)):
                scope.vars["super"] = Super(frame.owner, frame.this)
        for parameter in parameters:
            if parameter.kind == "rest":
                value: Abstract = SequenceValue(tuple(positional), arguments.open)
                positional = []
            elif parameter.kind == "keywords":
                record = Record()
                record.fields.update(named)
                record.state["open"] = arguments.open
                value = record
            else:
                value = self.argument(parameter, positional, named, arguments.open, scope, frame)
            self.bind_pattern(parameter.pattern, value, scope, frame)
            if parameter.field and isinstance(frame.this, Record) and isinstance(parameter.pattern, syntax.Name):
                self.write(frame.this.fields, parameter.pattern.name, value)

    def argument(
        self,
        parameter: syntax.Parameter,
        positional: list[Abstract],
        named: dict[str, Abstract],
        open: bool,
        scope: Scope,
        frame: Frame,
    ) -> Abstract:
        value: Abstract | None = None
        if positional and parameter.kind == "plain":
            value = positional.pop(0)
        elif isinstance(parameter.pattern, syntax.Name) and parameter.pattern.name in named:
            value = named.pop(parameter.pattern.name)
        if value is None or isinstance(value, (Unknown, Foreign, EventValue)):
            provided = self.provided(parameter.default, scope, frame)
            if provided is not None:
                return provided
        if value is None or isinstance(value, (Unknown, Foreign)):
            injected = self.inject(parameter.annotation, scope, frame)
            if injected is not None:
                return injected
        if parameter.default is not None:
            if value is None:
                given = self.ev(parameter.default, scope, frame)
                return join([given, Unknown("an argument")]) if open else given
            if frame.module.language == "javascript" and (isinstance(value, (EnvRef, Choices)) or value is NOTHING):
                return self.default(value, self.ev(parameter.default, scope, frame), False)
        if value is None:
            return Unknown("an argument") if open else NOTHING
        return value

    def provided(self, node: syntax.Syntax | None, scope: Scope, frame: Frame) -> Abstract | None:
        """What FastAPI gives for a parameter whose default is `Depends(f)`: the result of `f`."""
        if (
            type(node) is not syntax.Invoke
            or not node.arguments
            or type(node.callee) not in (syntax.Name, syntax.Member)
        ):
            return None
        if node.callee.name != "Depends":  # type: ignore[attr-defined]
            return None
        function = self.ev(node.arguments[0].value, scope, frame)
        return self.call(function, Arguments([], open=True), frame.module.span(node))

    def instance_of(self, cls: ClassValue, span: Span) -> Abstract:
        """The instance of a class that a dependency injection container holds."""
        if id(cls) not in self.injected:
            self.injected[id(cls)] = Unknown("an instance that needs itself")
            self.injected[id(cls)] = self.construct(cls, Arguments([], open=True), span)
        return self.injected[id(cls)]

    def inject(self, annotation: str | None, scope: Scope, frame: Frame) -> Abstract | None:
        """An instance for a parameter whose type is a class of the project and whose value is not known: what a
        dependency injection container would give."""
        if annotation is None:
            return None
        cls = self.look_up(annotation, scope, frame.module)
        if not isinstance(cls, ClassValue) or not (cls.node.methods or cls.node.fields):
            return None
        return self.instance_of(cls, frame.module.span(cls.node))

    def construct(self, cls: ClassValue, arguments: Arguments, span: Span) -> Abstract:
        """An instance of a class of the project."""
        instance = Record(span, cls)
        if cls.module.language == "python":
            maker = self.bound_method(cls, "__new__", cls)
            if maker is not None:
                given = Arguments([cls, *arguments.positional], arguments.named, arguments.open)
                made = self.follow(Closure(maker.node, maker.scope, maker.module, cls, maker.owner), given, span, None)
                known = [option for option in options_of(made) if isinstance(option, Record) and option.cls is not None]
                if not known:
                    return made
                instance = known[-1]
        if self.initialise(cls, instance, arguments, span) == "never":
            return NEVER
        return instance

    def construct_function(self, function: Closure, arguments: Arguments, span: Span) -> Abstract:
        """`new f()` of a plain function: an object with the members of its prototype."""
        instance = Record(span)
        instance.state["prototype"] = function.members.setdefault("prototype", Record(span))
        result = self.follow(function, arguments, span, instance)
        if isinstance(result, Never):
            return NEVER
        return result if isinstance(result, Record) else instance

    def inherited(self, value: Record, name: str) -> Abstract | None:
        """A member of the prototypes of an object made by `new f()` or `Object.create`."""
        for _ in range(12):
            prototype = value.state.get("prototype")
            if not isinstance(prototype, Record):
                return None
            if name in prototype.fields:
                return self.settle(prototype.fields[name])
            value = prototype
        return None

    def initialise(self, cls: ClassValue, instance: Record, arguments: Arguments, span: Span) -> str:
        """Run field initialisers and the constructor of a class on an instance."""
        frame = Frame(cls.module, instance, cls)
        constructor = cls.node.methods.get("constructor" if cls.module.language == "javascript" else "__init__")
        if constructor is None:
            if not self.inherit(cls, instance, arguments, span) and cls.module.language == "python":
                self.bind_fields(cls, instance, arguments)
            self.fields(cls, instance, frame)
            return ""
        self.fields(cls, instance, frame)
        result = self.follow(Closure(constructor, cls.scope, cls.module, instance, cls), arguments, span, instance)
        return "never" if isinstance(result, Never) else ""

    def fields(self, cls: ClassValue, instance: Record, frame: Frame) -> None:
        if cls.module.language == "python":
            return  # annotated names of a class body: the generated constructor's parameters
        scope = Scope(cls.scope, True)
        scope.vars["this"] = instance
        for name, node in cls.node.fields:
            self.write(instance.fields, name, NOTHING if node is None else self.ev(node, scope, frame))

    def inherit(self, cls: ClassValue, instance: Record, arguments: Arguments, span: Span) -> bool:
        for base in cls.bases:
            if isinstance(base, ClassValue):
                self.initialise(base, instance, arguments, span)
                return True
        return False

    def bind_fields(self, cls: ClassValue, instance: Record, arguments: Arguments) -> None:
        """The generated constructor of a data class or model: arguments become fields."""
        for name, value in arguments.named.items():
            self.write(instance.fields, name, value)
        for (name, _), value in zip(cls.node.fields, arguments.positional, strict=False):
            self.write(instance.fields, name, value)
        builtins.settings_fields(self, cls, instance)

    # Names and patterns

    def bind(self, name: str, value: Abstract, scope: Scope, kind: str) -> None:
        """Introduce a name in a block or function scope."""
        if kind == "function":
            while not scope.function and scope.parent is not None:
                scope = scope.parent
            if scope.outer is not None and name in scope.outer:
                holder: Scope | None = scope.parent
                last = scope
                while holder is not None:
                    last = holder
                    if name in holder.vars:
                        break
                    holder = holder.parent
                self.write(last.vars, name, value)
                return
        self.write(scope.vars, name, value)

    def bind_pattern(self, pattern: syntax.Syntax, value: Abstract, scope: Scope, frame: Frame) -> None:
        self.assign(pattern, value, scope, frame, "block")

    def assign(self, pattern: syntax.Syntax, value: Abstract, scope: Scope, frame: Frame, kind: str | None) -> None:
        """Give a value to a target. `kind` is None for an assignment to something that is there already."""
        shape = type(pattern)
        if shape is syntax.Name:
            name: str = pattern.name  # type: ignore[attr-defined]
            if kind is not None:
                self.bind(name, value, scope, kind)
                return
            holder: Scope | None = scope
            while holder is not None:
                if name in holder.vars:
                    self.write(holder.vars, name, value)
                    return
                holder = holder.parent
            self.write(frame.module.scope.vars, name, value)
        elif shape is syntax.Member:
            self.store(self.ev(pattern.object, scope, frame), pattern.name, value, frame.module.span(pattern))  # type: ignore[attr-defined]
        elif shape is syntax.Subscript:
            target = self.ev(pattern.object, scope, frame)  # type: ignore[attr-defined]
            key = self.ev(pattern.key, scope, frame)  # type: ignore[attr-defined]
            if isinstance(key, Const):
                self.store(target, key.text, value, frame.module.span(pattern))
            else:
                for option in options_of(target):
                    if isinstance(option, Record):
                        self.write(option.state, "symbolic", (*option.symbolic, (as_text(key), value)))
                    elif isinstance(option, EnvObject):
                        self.run.sets.add("*")
        elif shape is syntax.RecordPattern:
            self.assign_record(pattern, value, scope, frame, kind)  # type: ignore[arg-type]
        elif shape is syntax.SequencePattern:
            self.assign_sequence(pattern, value, scope, frame, kind)  # type: ignore[arg-type]
        else:
            self.ev(pattern, scope, frame)

    def store(self, target: Abstract, name: str, value: Abstract, span: Span) -> None:
        """`target.name = value`."""
        for option in options_of(target):
            if isinstance(option, Record):
                self.write(option.fields, name, value)
            elif isinstance(option, ClassValue):
                self.write(option.statics, name, value)
            elif isinstance(option, Closure):
                self.write(option.members, name, value)
            elif isinstance(option, EnvObject):
                self.run.sets.add(name)
            elif isinstance(option, Namespace) and option.module.language == "python":
                self.write(option.module.scope.vars, name, value)
            elif isinstance(option, Foreign):
                found: list[Abstract] = []
                self.functions_in(value, found, 0)
                if not self.reached:
                    option.captured.extend(found)

    def assign_record(
        self, pattern: syntax.RecordPattern, value: Abstract, scope: Scope, frame: Frame, kind: str | None
    ) -> None:
        taken: set[str] = set()
        for key_node, target, default in pattern.entries:
            key = self.ev(key_node, scope, frame)
            span = frame.module.span(target)
            part = self.item(value, key, False, span) if not isinstance(value, (Primitive, Never)) else NOTHING
            if isinstance(key, Const):
                taken.add(key.text)
                if not isinstance(value, (Record, EnvObject, EventValue, SequenceValue)) and value is not NOTHING:
                    part = self.member(value, key.text, span) if not isinstance(value, Primitive) else NOTHING
            if default is not None:
                part = self.default(part, self.ev(default, scope, frame), False)
            self.assign(target, part, scope, frame, kind)
        if pattern.rest is not None:
            rest: Abstract = Unknown("the other fields")
            if isinstance(value, Record):
                record = Record(value.span)
                record.fields = {name: field for name, field in value.fields.items() if name not in taken}
                record.state = dict(value.state)
                rest = record
            elif isinstance(value, (EnvObject, EventValue)):
                rest = value
            self.assign(pattern.rest, rest, scope, frame, kind)

    def position(self, value: Abstract, index: int) -> Abstract:
        """The item of a value at a position, as destructuring takes it."""
        items, complete = self.items_of(value)
        if isinstance(value, SequenceValue) and index < len(items):
            return items[index]
        if isinstance(value, EventValue):
            return items[0]
        return NOTHING if complete and isinstance(value, SequenceValue) else Unknown("an item of a list")

    def assign_sequence(
        self, pattern: syntax.SequencePattern, value: Abstract, scope: Scope, frame: Frame, kind: str | None
    ) -> None:
        items, complete = self.items_of(value)
        for index, (target, default) in enumerate(pattern.items):
            if target is None:
                continue
            part = join([self.position(option, index) for option in options_of(value)])
            if default is not None:
                part = self.default(part, self.ev(default, scope, frame), False)
            self.assign(target, part, scope, frame, kind)
        if pattern.rest is not None:
            self.assign(
                pattern.rest, SequenceValue(tuple(items[len(pattern.items) :]), not complete), scope, frame, kind
            )

    # The other expressions

    def _record(self, node: syntax.Record, scope: Scope, frame: Frame) -> Abstract:
        record = Record(frame.module.span(node))
        for key, value_node in node.entries:
            value = self.ev(value_node, scope, frame)
            if key is None:
                self.spread_into(record, value)
                continue
            if isinstance(value, Closure) and value.this is None and value.node.receiver == "this":
                value = Closure(value.node, value.scope, value.module, record, value.owner)
            name = self.ev(key, scope, frame)
            if isinstance(name, Const):
                record.fields[name.text] = value
            elif isinstance(name, Primitive):
                record.fields[str(name.value)] = value
            else:
                record.state["symbolic"] = (*record.symbolic, (as_text(name), value))
        return record

    def spread_into(self, record: Record, value: Abstract) -> None:
        """`{...value}`, `dict.update(value)`, `Object.assign(record, value)`."""
        options = options_of(value)
        for option in options:
            if isinstance(option, Record):
                for name, field in option.fields.items():
                    if len(options) == 1:
                        self.write(record.fields, name, field)
                    else:
                        self.write(record.fields, name, join([field, record.fields.get(name, NOTHING)]))
                if option.open:
                    self.write(record.state, "open", True)
                if option.symbolic:
                    self.write(record.state, "symbolic", (*record.symbolic, *option.symbolic))
            elif not isinstance(option, Primitive):
                self.write(record.state, "open", True)

    def _sequence(self, node: syntax.Sequence, scope: Scope, frame: Frame) -> Abstract:
        items: list[Abstract] = []
        open = False
        for item in node.items:
            if type(item) is syntax.Spread:
                more, complete = self.items_of(self.ev(item.value, scope, frame))
                items.extend(more)
                open = open or not complete
            else:
                items.append(self.ev(item, scope, frame))
        return SequenceValue(tuple(items), open)

    def _spread(self, node: syntax.Spread, scope: Scope, frame: Frame) -> Abstract:
        return self.ev(node.value, scope, frame)

    def _template(self, node: syntax.Template, scope: Scope, frame: Frame) -> Abstract:
        parts: list[Value] = []
        sum_: Abstract | None = None
        for index, part in enumerate(node.parts):
            value = self.ev(part, scope, frame)
            if isinstance(value, Never):
                return NEVER
            if len(node.parts) > 1:
                self.mark_all(value, "joined")
            if index == 0:
                # A bare `a + b` starts with its first part, the text of a template does not.
                sum_ = value if isinstance(value, Primitive) and part.start == node.start else None
            elif sum_ is not None:
                sum_ = builtins.plus(sum_, value, frame.module.span(node)) if isinstance(value, Primitive) else None
            parts.append(as_text(value))
        if sum_ is not None:  # a counter's next value is not its last: only what a call has just given is added up
            return sum_ if type(node.parts[0]) is syntax.Invoke else Unknown("a number")
        return concat(parts, frame.module.span(node))

    def _either(self, node: syntax.Either, scope: Scope, frame: Frame) -> Abstract:
        if node.operator == "&&":
            truth, absent, present = self.test(node.left, scope, frame)
            for env in (*absent, *present):
                self.mark(env, "tested")
            if truth is False:
                return NOTHING
            with self.given(present):
                right = self.ev(node.right, scope, frame)
            return right if truth is True else join([right, NOTHING])
        left = self.ev(node.left, scope, frame)
        if isinstance(left, Never):
            return NEVER
        certain = truth_of(left) if node.operator == "||" else (None if _may_be_nothing(left) else True)
        if certain is True and not isinstance(left, EnvRef):
            return left
        right = self.ev(node.right, scope, frame)
        return self.default(left, right, node.operator == "||")

    def _choose(self, node: syntax.Choose, scope: Scope, frame: Frame) -> Abstract:
        truth, absent, present = self.test(node.test, scope, frame)
        if truth is True:
            return self.ev(node.then, scope, frame)
        if truth is False:
            return self.ev(node.otherwise, scope, frame)
        with self.given(present):
            then = self.ev(node.then, scope, frame)
        with self.given(absent):
            otherwise = self.ev(node.otherwise, scope, frame)
        for env in (*absent, *present):
            self.mark(env, "tested")
        if isinstance(then, EnvRef) and any(then.name == env.name for env in present):
            return self.default(then, otherwise, True)
        if isinstance(otherwise, EnvRef) and any(otherwise.name == env.name for env in absent):
            return self.default(otherwise, then, True)
        return join([then, otherwise])

    def _not(self, node: syntax.Not, scope: Scope, frame: Frame) -> Abstract:
        truth, absent, present = self.test(node, scope, frame)
        for env in (*absent, *present):
            self.mark(env, "tested")
        return Primitive(truth) if truth is not None else Unknown("a truth value")

    def _compare(self, node: syntax.Compare, scope: Scope, frame: Frame) -> Abstract:
        truth, absent, present = self.test_compare(node, scope, frame)
        for env in (*absent, *present):
            self.mark(env, "tested")
        return Primitive(truth) if truth is not None else Unknown("a truth value")

    def _function(self, node: syntax.Function, scope: Scope, frame: Frame) -> Abstract:
        this = frame.this if node.receiver == "arrow" else None
        closure = Closure(node, scope, frame.module, this, frame.owner if node.receiver == "arrow" else None)
        return self.decorated(closure, node.decorators, scope, frame) if node.decorators else closure

    def _class(self, node: syntax.Class, scope: Scope, frame: Frame) -> Abstract:
        body = Scope(scope, True)
        bases = tuple(self.ev(base, scope, frame) for base in node.bases)
        cls = ClassValue(node, body, frame.module, bases)
        if node.name:
            body.vars[node.name] = cls
        inner = Frame(frame.module, cls, cls)
        for name, value_node in node.statics:
            value = self.ev(value_node, body, inner)
            cls.statics[name] = value
            if frame.module.language == "python":
                body.vars[name] = value
        if frame.module.language == "python":
            # Methods do not see the names of the class body.
            cls.scope = Scope(scope, True)
            if node.name:
                cls.scope.vars[node.name] = cls
        self.decorated(cls, node.decorators, scope, frame)
        return cls

    def _assign(self, node: syntax.Assign, scope: Scope, frame: Frame) -> Abstract:
        value = self.ev(node.value, scope, frame)
        if isinstance(value, Never):
            return NEVER
        if node.operator:
            current = self.ev(node.target, scope, frame)
            if node.operator in ("||", "??"):
                value = self.default(current, value, node.operator == "||")
            elif node.operator == "+" and not isinstance(current, Primitive):
                value = builtins.plus(current, value, frame.module.span(node))
            elif node.operator == "&&":
                value = join([current, value])
            else:
                value = Unknown("a number")
        walrus = frame.module.language == "python" and type(node.target) is syntax.Name
        self.assign(node.target, value, scope, frame, "function" if walrus else None)
        return value

    def _comprehension(self, node: syntax.Comprehension, scope: Scope, frame: Frame) -> Abstract:
        inner = Scope(scope, False)
        results: list[Abstract] = []
        open = bool(node.tests)

        def walk(index: int) -> None:
            nonlocal open
            if index == len(node.clauses):
                for test in node.tests:
                    self.test(test, inner, frame)
                results.append(self.ev(node.element, inner, frame))
                return
            pattern, iterable = node.clauses[index]
            items, complete = self.items_of(self.ev(iterable, inner, frame))
            open = open or not complete
            if not complete or len(items) > LONGEST_UNROLLED:
                items = [join(items[:LONGEST_UNROLLED])] if items else [Unknown("an item of a list")]
                open = True
            for item in items:
                self.assign(pattern, item, inner, frame, "block")
                walk(index + 1)

        walk(0)
        if node.kind == "dict":
            record = Record(frame.module.span(node))
            for result in results:
                self.spread_into(record, result)
            record.state["open"] = open
            return record
        return SequenceValue(tuple(results), open)

    def _optional(self, node: syntax.Optional, scope: Scope, frame: Frame) -> Abstract:
        value = self.ev(node.value, scope, frame)
        for option in options_of(value):
            if isinstance(option, EnvRef):
                self.mark(option, "tested")
        return value

    def _await(self, node: syntax.Await, scope: Scope, frame: Frame) -> Abstract:
        return self.ev(node.value, scope, frame)

    def _require(self, node: syntax.RequireModule, scope: Scope, frame: Frame) -> Abstract:
        module = self.module_of(node.specifier, frame, frame.module.span(node))
        if isinstance(module, Namespace) and module.module.language == "javascript" and not module.module.exports:
            exported = module.module.module_object.fields.get("exports", NOTHING)
            if not (isinstance(exported, Record) and exported.cls is None) or module.module.loaded:
                return exported if not module.module.stars else module
        return module

    def _opaque(self, node: syntax.Opaque, scope: Scope, frame: Frame) -> Abstract:
        values = [self.ev(part, scope, frame) for part in node.parts]
        if node.why == "arithmetic" and values and all(isinstance(value, Record) for value in values):
            merged = Record(frame.module.span(node))  # `a | b` is all that Python can do with dicts
            for value in values:
                self.spread_into(merged, value)
            return merged
        if node.why == "a slice" and isinstance(values[0], SequenceValue):
            return SequenceValue(values[0].items, True)
        for value in values:
            self.mark_all(value, "compared" if node.why == "typeof" else "passed")
        if node.why in _YIELDS:
            frame.yields.extend(values)
        return Unknown(node.why, frame.module.span(node))


_ABSTRACT = (
    *TEXTS,
    Primitive,
    Never,
    Record,
    SequenceValue,
    Closure,
    Partial,
    ClassValue,
    Super,
    Namespace,
    Imported,
    EnvObject,
    EventValue,
    Foreign,
    Native,
    Choices,
    SdkThing,
)

_YIELDS = ("what a generator is sent", "a yielded value")

_STATEMENTS: dict[type, Any] = {
    syntax.Declare: Evaluator._declare,
    syntax.Define: Evaluator._define,
    syntax.Return: Evaluator._return,
    syntax.Raise: Evaluator._raise,
    syntax.Leave: Evaluator._leave,
    syntax.Branch: Evaluator._branch,
    syntax.Loop: Evaluator._loop,
    syntax.Try: Evaluator._try,
    syntax.With: Evaluator._with,
    syntax.Block: Evaluator._block,
    syntax.Outer: Evaluator._outer,
    syntax.Import: Evaluator._import,
    syntax.Export: Evaluator._export,
}

_EXPRESSIONS: dict[type, Any] = {
    syntax.Literal: Evaluator._literal,
    syntax.Name: Evaluator._name,
    syntax.Member: Evaluator._member,
    syntax.Optional: Evaluator._optional,
    syntax.Subscript: Evaluator._subscript,
    syntax.Invoke: Evaluator._invoke,
    syntax.Record: Evaluator._record,
    syntax.Sequence: Evaluator._sequence,
    syntax.Spread: Evaluator._spread,
    syntax.Template: Evaluator._template,
    syntax.Either: Evaluator._either,
    syntax.Choose: Evaluator._choose,
    syntax.Not: Evaluator._not,
    syntax.Compare: Evaluator._compare,
    syntax.Function: Evaluator._function,
    syntax.Class: Evaluator._class,
    syntax.Assign: Evaluator._assign,
    syntax.Comprehension: Evaluator._comprehension,
    syntax.Await: Evaluator._await,
    syntax.RequireModule: Evaluator._require,
    syntax.Opaque: Evaluator._opaque,
}


def substituted(text: str, module: ModuleState, span: Span) -> Value:
    """A text of code in which the template fills in names."""
    parts: list[Value] = []
    for index, piece in enumerate(text.split("${")):
        name, closed, rest = piece.partition("}")
        if index and closed and name in module.substitutions:
            parts += [module.substitutions[name], Const(rest, span)]
        else:
            parts.append(Const("${" + piece if index else piece, span))
    return concat(parts, span)


def place_of_name(name: Const, read: Span) -> Span:
    """Where a variable is read: the whole expression where the name stands in it, else where the name is written, as in
    `required("TABLE")` for a helper that reads what it is given."""
    written = name.span
    if written is None or (written.source is read.source and read.start <= written.start and written.end <= read.end):
        return read
    return written


def key_of(value: Abstract | None, depth: int) -> Hashable:
    """What tells two arguments apart: texts and plain data by content, everything else by identity."""
    if value is None:
        return None
    if isinstance(value, Unknown):
        return "?"
    if isinstance(value, TEXTS):
        return value
    if isinstance(value, Primitive):
        return ("primitive", value.value)
    if isinstance(value, EventValue):
        return ("event", value.path)
    if isinstance(value, Record) and value.cls is None and depth < 2:
        return (
            "record",
            tuple(sorted((name, key_of(field, depth + 1)) for name, field in value.fields.items()))
            if len(value.fields) <= 12
            else id(value),
            value.open,
            len(value.symbolic),
        )
    return id(value)


def truth_of(value: Abstract) -> bool | None:
    """Whether a value counts as true, where that is known."""
    if isinstance(value, Primitive):
        return bool(value.value)
    if isinstance(value, Const):
        return value.text != ""
    if isinstance(value, (Closure, ClassValue, Namespace, SdkThing)):
        return True
    if isinstance(value, Record) and (value.cls is not None or value.fields):
        return True
    return None


def equal(left: Abstract, right: Abstract) -> bool | None:
    """Whether two values are equal, where both are exact."""
    if isinstance(left, Const) and isinstance(right, Const):
        return left.text == right.text
    if isinstance(left, Primitive) and isinstance(right, Primitive):
        return left.value == right.value
    if isinstance(left, (Record, Closure, ClassValue, SdkThing)) and isinstance(right, Primitive):
        return False
    return None


def _may_be(name: Value, known: str) -> bool:
    """Whether a text may be a name: what is exact at its ends must fit."""
    parts = name.parts if isinstance(name, Concat) else (name,)
    first, last = parts[0], parts[-1]
    return (not isinstance(first, Const) or known.startswith(first.text)) and (
        not isinstance(last, Const) or known.endswith(last.text)
    )


def _keeper(given: list[Abstract], span: Span) -> Abstract:
    return Foreign("", "", given) if given else Unknown("a result of a call", span)


def _fullest(values: list[Any]) -> Any:
    """The inner state of a list or record after several ways: all the items that any of them has put in."""
    if not all(isinstance(value, tuple) for value in values):
        return any(values) if all(isinstance(value, bool) for value in values) else values[-1]
    found = list(values[0])
    for value in values[1:]:
        found.extend(item for item in value if not any(item is known for known in found))
    return tuple(found)


def _is_empty(value: Abstract) -> bool:
    return (isinstance(value, Primitive) and value.value is None) or (isinstance(value, Const) and value.text == "")


def _may_be_nothing(value: Abstract) -> bool:
    return not isinstance(value, (Const, Record, Closure, ClassValue, SequenceValue, SdkThing)) and not (
        isinstance(value, Primitive) and value.value is not None
    )
