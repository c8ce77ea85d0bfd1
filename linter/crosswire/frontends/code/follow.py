"""What a function's code does: from its handler through everything that the handler reaches, as `Code` of the
wiring."""

from __future__ import annotations

import re
import sys
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    Abstract,
    ClassValue,
    Closure,
    EventValue,
    Foreign,
    Partial,
    Record,
    options_of,
)
from crosswire.frontends.code.classes import construct
from crosswire.frontends.code.conditions import is_empty_text
from crosswire.frontends.code.escaping import run_captured
from crosswire.frontends.code.evaluate import Evaluator
from crosswire.frontends.code.loading import export_of, load, settle, walk_module
from crosswire.frontends.code.locate import Located, Locator
from crosswire.frontends.code.modules import Resolver
from crosswire.frontends.code.state import Arguments, ModuleState, Run, SiteKey, TooMuch
from crosswire.record import replace
from crosswire.secret_shapes import kind_under_name
from crosswire.source import Broken, Source, Span, unfinished_merge
from crosswire.values import Const, Unknown, leaves, one_of, transform
from crosswire.wiring.function import (
    BlindSpot,
    Call,
    Code,
    EnvRead,
    EventRead,
    ItemShape,
    LibraryTable,
    Link,
    LiteralSecret,
    Need,
    WrittenTime,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.frontends.code import syntax
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files
    from crosswire.values import Value

JAVASCRIPT = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")

_MAKES_NAMES = re.compile(
    r"\b(?:globals|locals|vars|setattr|exec|eval|__getattr__|import_module|defineProperty)\b"
    r"|\bexports\s*[\[,)]|^\s*this\.",
    re.MULTILINE,
)
"""Ways of Python and JavaScript to give a module names that do not stand in it as such."""


class CodeReader:
    """Reads the code of the functions of a check. Files are parsed once, shared code is walked once."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self.lowered: dict[str, syntax.Module | str] = {}
        self.broken: dict[str, Broken] = {}
        self.locator = Locator(files)
        self.evaluator = Evaluator(files, Resolver(files), self.read_module)

    def read_module(self, path: str) -> syntax.Module | str:
        """The lowered module of a file; a text says why there is none."""
        known = self.lowered.get(path)
        if known is None:
            source = self.files.read(path)
            known = source.why if isinstance(source, Broken) else self.lower(source)
            self.lowered[path] = known
        return known

    def lower(self, source: Source) -> syntax.Module | str:
        if source.path.endswith(".py"):
            from crosswire.frontends.code.python import lower_python

            module: syntax.Module | Broken = lower_python(source)
        elif source.path.endswith(JAVASCRIPT):
            from crosswire.frontends.code.javascript import lower_javascript

            module = lower_javascript(source)
        else:
            return f"{source.path} is in a language that is not read"
        if isinstance(module, Broken):
            return module.why
        merge = unfinished_merge(source) if module.broken else None
        if merge is not None:
            self.broken.setdefault(source.path, merge)
        if module.broken:
            start, end = (source.offset_of_byte(byte) for byte in module.broken[0])
            self.broken.setdefault(
                source.path,
                Broken(Span(source, start, max(end, start + 1)), "has a syntax error here; the rest of it is read"),
            )
        return module

    def code_of(self, hint: CodeHint) -> Code:
        """The code of one function."""
        located = _program(hint) if hint.entries else self.locator.locate(hint)
        blinds = []
        if located.link is Link.MISSING:
            blinds.append(BlindSpot("entry", located.why, hint.handler_span))
            return Code(Link.MISSING, blind_spots=tuple(blinds))
        evaluator = self.evaluator
        evaluator.steps = 0
        run = Run()
        evaluator.run, evaluator.reached, evaluator.journal = run, False, None
        evaluator.stack, evaluator.tries = [], []
        entry_span: Span | None = None
        link = located.link
        limit = sys.getrecursionlimit()
        sys.setrecursionlimit(max(limit, 20_000))
        try:
            if hint.inline_text is not None and hint.inline_span is not None and located.entry is None:
                entry_span, why = self.run_inline(hint, located, run)
            elif hint.entries:
                from crosswire.frontends.code.programs import run_program

                blinds.extend(run_program(evaluator, hint.entries, located.folder or "", run))
                why = ""
            elif link is Link.FOLDER:
                entry_span, why = self.run_folder(hint, located, run)
            else:
                entry_span, why = self.run_entry(hint, located, run)
            if why:
                is_lacking = link is Link.EXACT and hint.runtime is not None and self.surely_lacks(located)
                kind = "handler" if is_lacking else "entry"
                blinds.append(BlindSpot(kind, why, hint.handler_span))
        except TooMuch:
            blinds.append(BlindSpot("code", "the code is larger than is followed", hint.handler_span))
        except RecursionError:
            blinds.append(BlindSpot("code", "the code is nested deeper than is followed", hint.handler_span))
        finally:
            sys.setrecursionlimit(limit)
            evaluator.journal = None
        paths = {id(state.run): state.path for state in evaluator.modules.values() if isinstance(state, ModuleState)}
        return gather(run, link, located.entry, entry_span, paths, blinds)

    def run_entry(self, hint: CodeHint, located: Located, run: Run) -> tuple[Span | None, str]:
        assert located.entry is not None
        state = load(self.evaluator, located.entry, located.roots)
        if isinstance(state, str):
            return None, state
        return self.run_handler(hint, state, located.export, run)

    def run_handler(
        self, hint: CodeHint, state: ModuleState, export: tuple[str, ...], run: Run
    ) -> tuple[Span | None, str]:
        """Walk the handler that a module exports."""
        evaluator = self.evaluator
        start = state.place(0, 0)
        evaluator.run = run
        run.children.append((state.run, start))
        value: Abstract | None = export_of(evaluator, state, export[0]) if export else None
        if value is None and export and state.language == "javascript":
            value = self.default_member(state, export[0])
        for name in export[1:]:
            if value is not None:
                value = evaluator.member(value, name, start)
        if value is None or (isinstance(value, Unknown) and state.language == "javascript"):
            if not export:
                return start, f"the handler names {state.path}, but no function in it"
            if value is None:
                whose = "the code in the template" if state.path not in self.files else state.path
                return start, f"{whose} does not export {'.'.join(export)}"
            return start, f"the handler {'.'.join(export)} of {state.path} is made at run time"
        return self.run_value(value, state, start)

    def surely_lacks(self, located: Located) -> bool:
        """Whether the file of a handler is read in full and gives nothing of the handler's name, or none is named."""
        if located.entry is None or located.entry in self.broken:
            return False
        if not located.export:
            return True
        state = load(self.evaluator, located.entry, located.roots)
        if isinstance(state, str) or not _is_told_in_full(state, frozenset()):
            return False
        name = located.export[0]
        return export_of(self.evaluator, state, name) is None and self.default_member(state, name) is None

    def default_member(self, state: ModuleState, name: str) -> Abstract | None:
        exported = export_of(self.evaluator, state, "default")
        if isinstance(exported, Record) and name in exported.fields:
            return settle(self.evaluator, exported.fields[name])
        return None

    def run_value(self, value: Abstract, state: ModuleState, start: Span) -> tuple[Span | None, str]:
        """Call what is exported as the handler with an event."""
        evaluator = self.evaluator
        evaluator.reached = True
        entry: Span | None = None
        context = Foreign("", "context")
        event = Arguments([EventValue(()), context, Foreign("", "callback")], open=True)
        why = ""
        for option in options_of(value):
            if isinstance(option, Partial):
                evaluator.call(option, event, start)
            elif isinstance(option, Closure):
                node = option.node
                entry = entry or option.module.place(node.start, node.end)
                evaluator.follow(option, event, start, None)
            elif isinstance(option, Foreign):
                run_captured(evaluator, option, event, start)
                if not option.captured:
                    why = f"the handler is made by {option.package or 'code'} that is not read"
            elif isinstance(option, Record) and option.cls is not None:
                evaluator.call(option, event, start)
            elif isinstance(option, ClassValue):
                construct(evaluator, option, event, start)
            else:
                why = "the handler is made at run time"
        return entry or start, why

    def run_folder(self, hint: CodeHint, located: Located, run: Run) -> tuple[Span | None, str]:
        """The fallback: everything that any file of the folder exports, because the entry was not found."""
        endings = (".py",) if (hint.runtime or "").startswith("python") else JAVASCRIPT
        for path in self.files.under(located.folder or ""):
            if not path.endswith(endings) or _is_test(path):
                continue
            state = load(self.evaluator, path, located.roots)
            if isinstance(state, str):
                continue
            self.evaluator.run = run
            run.children.append((state.run, state.place(0, 0)))
            for name in [*state.exports] if state.language == "javascript" else [*state.scope.vars]:
                value = export_of(self.evaluator, state, name)
                if isinstance(value, Closure) and value.module is state:
                    self.evaluator.reached = True
                    arguments = Arguments([], open=True)
                    self.evaluator.follow(value, arguments, state.place(0, 0), None)
        return None, located.why

    def run_inline(self, hint: CodeHint, located: Located, run: Run) -> tuple[Span | None, str]:
        """Code that stands in the template itself."""
        assert hint.inline_text is not None and hint.inline_span is not None
        source = Source(hint.unit_path + (".inline.py" if _is_python(hint) else ".inline.js"), hint.inline_text)
        lowered = self.lower(source)
        if isinstance(lowered, str):
            return None, lowered
        self.broken.pop(source.path, None)
        place = inline_place(source, hint.inline_span)
        state = ModuleState(source.path, lowered.language, located.roots, place)
        state.substitutions = hint.inline_values or {}
        self.evaluator.run = run
        walk_module(self.evaluator, state, lowered)
        return self.run_handler(hint, state, located.export, run)


def _is_told_in_full(module: ModuleState, seen: frozenset[int]) -> bool:
    """Whether all the names of a module are known: it takes over those of modules that are read, and makes none at run
    time."""
    if _MAKES_NAMES.search(module.place(0, 0).source.text):
        return False
    return all(
        isinstance(star, ModuleState) and (id(star) in seen or _is_told_in_full(star, seen | {id(module)}))
        for star in module.stars
    )


def _program(hint: CodeHint) -> Located:
    """A program that starts in files, and not in a handler."""
    folder = hint.unit_path.rpartition("/")[0]
    return Located(Link.EXACT, hint.entries[0], (), (folder,), folder, "")


def _is_test(path: str) -> bool:
    name = path.rsplit("/", 1)[-1]
    return name.startswith("test_") or ".test." in name or ".spec." in name or "/__tests__/" in path


def _is_python(hint: CodeHint) -> bool:
    """Whether code in a template is Python: the runtime says so, or, where that is not known, it can be read so."""
    if hint.runtime is not None:
        return hint.runtime.startswith("python")
    from crosswire.frontends.code.python import lower_python

    lowered = lower_python(Source(hint.unit_path, hint.inline_text or ""))
    return not isinstance(lowered, Broken) and not lowered.broken


def inline_place(inline: Source, scalar: Span) -> Callable[[int, int], Span]:
    """Places of inline code in its template: line by line where the code stands there as it is, else the whole
    scalar."""
    template = scalar.source
    lines = inline.text.split("\n")
    offsets: list[int] = []
    at = scalar.start
    inside = 0
    for line in lines:
        found = template.text.find(line, at, scalar.end + 1) if line.strip() else at
        if found < 0:
            return lambda start, end: scalar
        offsets.append(found)
        inside += len(line) + 1
        at = found + len(line)
    starts = inline.line_starts

    def place(start: int, end: int) -> Span:
        first, last = inline.offset_of_byte(start), inline.offset_of_byte(end)
        begin, finish = inline.position(first), inline.position(last)
        if begin.line > len(offsets) or finish.line > len(offsets):
            return scalar
        return Span(
            template,
            offsets[begin.line - 1] + first - starts[begin.line - 1],
            offsets[finish.line - 1] + last - starts[finish.line - 1],
        )

    return place


def gather(
    run: Run, link: Link, entry: str | None, entry_span: Span | None, paths: dict[int, str], blinds: list[BlindSpot]
) -> Code:
    """Everything that a walk and the walks it led to have noted, each thing once, with the way there."""
    reads: dict[SiteKey, tuple[str, Span, tuple[Span, ...]]] = {}
    marks: dict[SiteKey, dict[str, list[Value]]] = {}
    calls: dict[tuple[object, ...], Call] = {}
    items: dict[tuple[object, ...], list[ItemShape]] = {}
    times: dict[tuple[object, ...], dict[object, WrittenTime]] = {}
    tables: dict[tuple[object, ...], LibraryTable] = {}
    events: dict[tuple[str, ...], Span] = {}
    written: dict[Span, str] = {}
    sets: set[str] = set()
    files: set[str] = set()
    seen: set[int] = set()
    stack: list[tuple[Run, tuple[Span, ...]]] = [(run, ())]
    while stack:
        current, trace = stack.pop()
        if id(current) in seen:
            continue
        seen.add(id(current))
        if id(current) in paths:
            files.add(paths[id(current)])
        for name, span in current.reads:
            reads.setdefault((span.source.path, span.start, name), (name, span, trace))
        for site, how, default in current.marks:
            defaults = marks.setdefault(site, {}).setdefault(how, [])
            if default is not None and default not in defaults:
                defaults.append(default)
        for call in current.calls:
            key = (call.service, call.operation, call.span.source.path, call.span.start, call.uses, call.when)
            if key not in calls:
                calls[key] = replace(call, trace=trace)
            shapes = items.setdefault(key, [])
            shapes.extend(shape for shape in call.items if shape not in shapes)
            if call.times:
                times.setdefault(key, {}).update((time.span, time) for time in call.times)
        for table in current.tables:
            place = (table.library, table.span.source.path, table.span.start, table.name, table.keys, table.ttl)
            if place not in tables:
                tables[place] = replace(table, trace=trace)
        for path, span in current.events:
            events.setdefault(path, span)
        for kind, why, span in current.blinds:
            spot = BlindSpot(kind, why, span)
            if spot not in blinds:
                blinds.append(spot)
        written.update((span, kind) for kind, span in current.secrets)
        sets |= current.sets
        for child, span in reversed(current.children):
            if id(child) not in seen:
                stack.append((child, (*trace, span) if len(trace) < 12 and span.start != span.end else trace))
    found = [_read(name, span, trace, marks.get(site, {}), sets) for site, (name, span, trace) in sorted(reads.items())]
    literals: list[LiteralSecret] = []
    for read in found:
        literals.extend(_secrets_in(read))
    fallbacks = {literal.span for literal in literals}
    literals.extend(LiteralSecret(kind, "", span) for span, kind in written.items() if span not in fallbacks)
    return Code(
        link=link,
        entry=entry,
        entry_span=entry_span,
        files=tuple(sorted(files)),
        reads=tuple(replace(read, default=_without_secrets(read)) for read in found),
        literals=tuple(literals),
        calls=tuple(
            sorted(
                (
                    replace(call, items=tuple(items[key]), times=tuple(times.get(key, {}).values()))
                    for key, call in calls.items()
                ),
                key=lambda call: call.span.order,
            )
        ),
        tables=tuple(sorted(tables.values(), key=lambda table: table.span.order)),
        event_reads=tuple(EventRead(path, span) for path, span in sorted(events.items())),
        blind_spots=tuple(blinds),
    )


def _read(name: str, span: Span, trace: tuple[Span, ...], marks: dict[str, list[Value]], sets: set[str]) -> EnvRead:
    """A read with how much the code needs it, judged by everything that happens to its value."""
    feeds = "feeds" in marks
    default: Value | None = None
    if name in sets or "*" in sets:
        need = Need.OPTIONAL
    elif "strict" in marks or "asserted" in marks:
        need = Need.REQUIRED
    elif "tested" in marks and all(is_empty_text(given) for given in marks.get("defaulted", ())):
        need = Need.GUARDED
    elif "defaulted" in marks:
        need, default = Need.DEFAULTED, one_of(marks["defaulted"])
    elif "replaced" in marks:
        need = Need.OPTIONAL
    elif feeds or "joined" in marks:
        need = Need.REQUIRED
    elif "compared" in marks:
        need = Need.OPTIONAL
    elif "passed" in marks:
        need = Need.REQUIRED
    else:
        need = Need.OPTIONAL
    return EnvRead(name, need, span, default, feeds, trace)


def _secrets_in(read: EnvRead) -> list[LiteralSecret]:
    """The secrets that a variable falls back to: their kind and place, never their text."""
    found: list[LiteralSecret] = []
    for leaf in leaves(read.default) if read.default is not None else ():
        if isinstance(leaf, Const) and leaf.span is not None:
            kind = kind_under_name(read.name, leaf.text)
            if kind is not None:
                found.append(LiteralSecret(kind, read.name, leaf.span, fallback_of=read.name))
    return found


def _without_secrets(read: EnvRead) -> Value | None:
    if read.default is None:
        return None

    def leaf(part: Value) -> Value:
        secret = isinstance(part, Const) and kind_under_name(read.name, part.text) is not None
        return Unknown("a secret", part.span) if secret else part

    return transform(read.default, leaf)


__all__ = ["CodeReader"]
