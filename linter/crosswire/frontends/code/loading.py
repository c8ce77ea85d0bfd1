"""Modules of the project: loaded on first use, imported from each other, asked for what they export."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import libraries
from crosswire.frontends.code import library, sdk, syntax
from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    Foreign,
    Imported,
    Namespace,
    Primitive,
    Record,
    SdkThing,
    SequenceValue,
    options_of,
)
from crosswire.frontends.code.modules import External, Folder, Found, Missing
from crosswire.frontends.code.state import Frame, ModuleState, plain_place
from crosswire.source import Broken, Source
from crosswire.values import Const, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def load(evaluator: Evaluator, path: str, roots: tuple[str, ...]) -> ModuleState | str:
    """The module of a file, walked on first use; a text says why it cannot be read."""
    key = (path, roots)
    known = evaluator.modules.get(key)
    if known is not None:
        return known
    lowered = evaluator.read_module(path)
    if isinstance(lowered, str):
        evaluator.modules[key] = lowered
        return lowered
    source = evaluator.files.read(path)
    assert isinstance(source, Source)
    state = ModuleState(path, lowered.language, roots, plain_place(source))
    evaluator.modules[key] = state
    walk_module(evaluator, state, lowered)
    return state


def walk_module(evaluator: Evaluator, state: ModuleState, lowered: syntax.Module) -> None:
    """Walk a module's top level."""
    for start, end in lowered.broken[:1]:
        state.run.blinds.append(("code", "code that could not be parsed", state.place(start, end)))
    saved = (evaluator.run, evaluator.journal, evaluator.tries, evaluator.reached, evaluator.stack, evaluator.checked)
    evaluator.run, evaluator.journal, evaluator.tries = state.run, None, []
    evaluator.reached, evaluator.stack, evaluator.checked = False, [], []
    try:
        evaluator.block(lowered.body, state.scope, Frame(state))
    finally:
        evaluator.run, evaluator.journal, evaluator.tries, evaluator.reached, evaluator.stack, evaluator.checked = saved
        state.loaded = True


def module_of(evaluator: Evaluator, specifier: str, frame: Frame, span: Span) -> Abstract:
    """What an import gives: a module of the project, something of an SDK or library, or an unread package."""
    module = frame.module
    found = evaluator.resolver.resolve(module.path, specifier, module.roots)
    if isinstance(found, (External, Missing)) and module.path in evaluator.added_roots:
        added = [root for root in evaluator.added_roots[module.path] if root not in module.roots]
        module.roots = (*module.roots, *added)
        found = evaluator.resolver.resolve(module.path, specifier, module.roots)
    if isinstance(found, Folder):
        return Namespace(ModuleState(f"{found.folder}/__init__.py", "python", module.roots, module.place))
    if isinstance(found, Found):
        if found.path.endswith(".json"):
            return read_json(evaluator, found.path)
        if evaluator.is_elsewhere is not None and evaluator.is_elsewhere(found.path):
            return Foreign(specifier, "")
        state = load(evaluator, found.path, module.roots)
        if isinstance(state, str):
            evaluator.run.blinds.append(("code", state, span))
            evaluator.unread.add(specifier)
            return Foreign(specifier, "")
        packages_of(evaluator, state, span)
        reach(evaluator, state, span)
        return Namespace(state)
    if isinstance(found, External):
        known = sdk.package(found.package, specifier, module.language)
        if known is not None:
            return known
        native = library.module(specifier, module.language)
        if native is not None:
            return native
        if libraries.may_call_aws(found.package, specifier):
            evaluator.run.blinds.append(("code", f"the package {found.package} is not read", span))
        return Foreign(found.package, "")
    evaluator.run.blinds.append(("code", f"the module {specifier} was not found", span))
    evaluator.unread.add(specifier)
    return Foreign(specifier, "")


def reach(evaluator: Evaluator, state: ModuleState, span: Span) -> None:
    """Note that what is being walked leads to a module."""
    if not any(child is state.run for child, _ in evaluator.run.children):
        evaluator.run.children.append((state.run, span))


def packages_of(evaluator: Evaluator, state: ModuleState, span: Span) -> None:
    """Load the packages that a Python module is in: their `__init__` runs before it."""
    folder = state.path.rpartition("/")[0] if state.language == "python" else ""
    while folder and f"{folder}/__init__.py" in evaluator.files:
        package = f"{folder}/__init__.py"
        if package != state.path:
            outer = load(evaluator, package, state.roots)
            if isinstance(outer, ModuleState):
                reach(evaluator, outer, span)
        folder = folder.rpartition("/")[0]


def export_of(
    evaluator: Evaluator, module: ModuleState, name: str, seen: frozenset[int] = frozenset()
) -> Abstract | None:
    """What a module gives under a name; None where it has no such name."""
    if module.language == "python":
        value = module.scope.vars.get(name)
        if value is not None:
            return settle(evaluator, value)
        for star in module.stars:
            if isinstance(star, ModuleState) and id(star) not in seen:
                inner = export_of(evaluator, star, name, seen | {id(module)})
                if inner is not None:
                    return inner
        return submodule(evaluator, module, name)
    if name in module.exports:
        return module.exports[name]()
    exported = module.module_object.fields.get("exports", NOTHING)
    if name == "default" and not module.exports:
        return exported
    for option in options_of(exported):
        if isinstance(option, Record):
            if name in option.fields:
                return settle(evaluator, option.fields[name])
        elif not isinstance(option, Primitive):
            return evaluator.member(option, name, module.place(0, 0))
    for star in module.stars:
        if isinstance(star, ModuleState):
            if id(star) not in seen:
                inner = export_of(evaluator, star, name, seen | {id(module)})
                if inner is not None:
                    return inner
        else:
            return evaluator.member(star, name, module.place(0, 0))
    if isinstance(exported, Record) and exported.open:
        return Unknown("an export")
    return None


def submodule(evaluator: Evaluator, module: ModuleState, name: str) -> Abstract | None:
    """A module inside a Python package, as `from package import module` finds it."""
    if not module.path.endswith("/__init__.py") and module.path != "__init__.py":
        return None
    found = evaluator.resolver.resolve(module.path, f".{name}", module.roots)
    if not isinstance(found, Found):
        return None
    state = load(evaluator, found.path, module.roots)
    if isinstance(state, str):
        return Foreign(name, "")
    span = module.place(0, 0)
    reach(evaluator, state, span)
    return Namespace(state)


def settle(evaluator: Evaluator, value: Abstract) -> Abstract:
    """Look through names bound to other modules' exports."""
    for _ in range(20):
        if not isinstance(value, Imported):
            return value
        found = export_of(evaluator, value.module, value.name)
        if found is None:
            return Unknown(f"{value.name}, which {value.module.path} does not export")
        value = found
    return Unknown("an import that leads to itself")


def python_name(evaluator: Evaluator, specifier: str, name: str, module: Foreign, frame: Frame, span: Span) -> Abstract:
    """`from package import name` where the package is no single file: the name may be a module of the project."""
    joined = f"{specifier}{name}" if specifier.endswith(".") else f"{specifier}.{name}"
    if isinstance(evaluator.resolver.resolve(frame.module.path, joined, frame.module.roots), Found):
        return module_of(evaluator, joined, frame, span)
    return evaluator.member(module, name, span)


def default_of(module: Abstract) -> Abstract:
    """The default import of something that is no module of the project: the thing itself."""
    return sdk.default_export(module) if isinstance(module, SdkThing) else module


def import_star(module: Abstract, into: ModuleState) -> None:
    if isinstance(module, Namespace):
        into.stars.append(module.module)
        if into.language == "python":
            for name, value in module.module.scope.vars.items():
                if not name.startswith("_"):
                    into.scope.vars.setdefault(name, value)
    elif isinstance(module, Foreign):
        into.stars.append(module)


def read_json(evaluator: Evaluator, path: str) -> Abstract:
    """The value of a JSON file of the project."""
    from crosswire.readers.json import read_json as read
    from crosswire.readers.tree import Entries, Items, Node, Scalar

    source = evaluator.files.read(path)
    node = source if isinstance(source, Broken) else read(source)
    if isinstance(node, Broken):
        return Unknown("a file that could not be read")

    def lift(node: Node, depth: int) -> Abstract:
        if depth > 12:
            return Unknown("data that is nested too deep")
        if isinstance(node, Scalar):
            if not node.plain:
                return Const(node.text, node.span)
            if node.text in ("true", "false"):
                return Primitive(node.text == "true")
            return NOTHING if node.text == "null" else Unknown("a number")
        if isinstance(node, Items):
            return SequenceValue(tuple(lift(item, depth + 1) for item in node.items))
        record = Record(node.span)
        for key, value in node.items():
            record.fields[key.text] = lift(value, depth + 1)
        return record

    assert isinstance(node, (Scalar, Items, Entries))
    return lift(node, 0)
