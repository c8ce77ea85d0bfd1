"""serverless.ts and serverless.js as far as they are object literals: constants, imports and spreads are followed, and
what is worked out by code is left as a variable that only the deployment can tell."""

from __future__ import annotations

import re
from posixpath import dirname, relpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.making import UNKNOWN
from crosswire.frontends.code.javascript_text import unescape
from crosswire.frontends.code.modules import Found, Resolver
from crosswire.readers.javascript import read_javascript
from crosswire.readers.tree import Entries, Items, Scalar
from crosswire.record import record
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tree_sitter import Node as Syntax

    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.source import Source

_WRAPPERS = (
    "as_expression",
    "await_expression",
    "non_null_expression",
    "parenthesized_expression",
    "satisfies_expression",
)
_FUNCTIONS = ("arrow_function", "function_expression", "function_declaration", "function")
_PLAIN = ("number", "true", "false", "null", "undefined")
_ENVIRONMENT = re.compile(r"process\.env(?:\.(\w+)|\[['\"](\w+)['\"]\])!?")
_DEEPEST = 60
_MOST_NODES = 50_000


@record
class _Module:
    """A file. `names` are what it declares, imports and exports; `default` is what it exports as a whole."""

    source: Source
    names: dict[str, Syntax]
    imports: dict[str, tuple[str, str]]
    default: Syntax | None


class Literals:
    """Reads the configurations of one check that are written in JavaScript or TypeScript."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._resolver = Resolver(files)
        self._modules: dict[str, _Module | None] = {}

    def configuration(self, source: Source) -> tuple[Entries, tuple[str, ...]] | None:
        """The configuration that a script exports, with the files that it is put together of; None where it is not
        written out."""
        module = self._module(source.path)
        if module is None or module.default is None:
            return None
        reading = _Reading(self, source.path)
        tree = reading.value(module.default, module, {}, 0)
        return (tree, tuple(reading.used)) if isinstance(tree, Entries) else None

    def imported(self, importer: str, specifier: str) -> _Module | None:
        """The module that an import means."""
        answer = self._resolver.resolve(importer, specifier, (dirname(importer),))
        return self._module(answer.path) if isinstance(answer, Found) else None

    def _module(self, path: str) -> _Module | None:
        if path not in self._modules:
            self._modules[path] = None
            source = self._files.read(path)
            read = read_javascript(source) if not isinstance(source, Broken) else source
            if not isinstance(read, Broken) and not isinstance(source, Broken):
                self._modules[path] = _module_of(source, read[2])
        return self._modules[path]


class _Reading:
    """One configuration while it is read. `used` are the files that it is put together of."""

    def __init__(self, literals: Literals, path: str) -> None:
        self._literals = literals
        self._folder = dirname(path)
        self._left = _MOST_NODES
        self.used: dict[str, None] = {}

    def value(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Node:
        """What an expression is, as YAML would say it."""
        self.used[module.source.path] = None
        self._left -= 1
        if depth > _DEEPEST or self._left < 0:
            return self._computed(node, module)
        match node.type:
            case "object":
                return self._object(node, module, scope, depth)
            case "array":
                return self._array(node, module, scope, depth)
            case "string":
                start, end = _place(node, module)
                return Scalar(unescape(_text(node)[1:-1]), module.source, start, end)
            case "template_string":
                return self._template(node, module, scope, depth)
            case kind if kind in _PLAIN:
                start, end = _place(node, module)
                return Scalar("null" if kind == "undefined" else _text(node), module.source, start, end, plain=True)
            case "identifier":
                return self._named(_text(node), node, module, scope, depth)
            case kind if kind in _WRAPPERS and node.named_children:
                return self.value(node.named_children[0], module, scope, depth + 1)
            case "type_assertion" if node.named_children:
                return self.value(node.named_children[-1], module, scope, depth + 1)
            case kind if kind in _FUNCTIONS:
                return self._result(node, module, depth)
            case "call_expression":
                return self._call(node, module, scope, depth)
            case "member_expression" | "subscript_expression":
                return self._member(node, module, scope, depth)
        return self._computed(node, module)

    def _object(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Entries:
        start, end = _place(node, module)
        pairs: list[tuple[Scalar, Node]] = []
        for child in node.named_children:
            if child.type == "pair":
                key, value = child.child_by_field_name("key"), child.child_by_field_name("value")
                name = None if key is None else self._key(key, module, scope, depth)
                if name is not None and value is not None:
                    pairs.append((name, self.value(value, module, scope, depth + 1)))
            elif child.type == "shorthand_property_identifier":
                place = _place(child, module)
                name = Scalar(_text(child), module.source, *place)
                pairs.append((name, self._named(_text(child), child, module, scope, depth + 1)))
            elif child.type == "spread_element" and child.named_children:
                inner = self.value(child.named_children[0], module, scope, depth + 1)
                if isinstance(inner, Entries):
                    pairs.extend(inner.pairs)
                else:
                    pairs.append((Scalar(f"Fn::{UNKNOWN}", module.source, *_place(child, module)), inner))
        if node.has_error and any(map(_is_garbled, node.children)):
            # What stands beside a mistake may be lost, so that nothing is missing here for sure.
            pairs.append((Scalar(f"Fn::{UNKNOWN}", module.source, start, end), self._computed(node, module)))
        return Entries(pairs, module.source, start, end)

    def _key(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Scalar | None:
        start, end = _place(node, module)
        if node.type in ("property_identifier", "number"):
            return Scalar(_text(node), module.source, start, end)
        inner = node.named_children[0] if node.type == "computed_property_name" and node.named_children else node
        found = self.value(inner, module, scope, depth + 1)
        return Scalar(found.text, module.source, start, end) if isinstance(found, Scalar) else None

    def _array(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Items:
        items: list[Node] = []
        for child in node.named_children:
            if child.type == "comment":
                continue
            if child.type == "spread_element" and child.named_children:
                inner = self.value(child.named_children[0], module, scope, depth + 1)
                items.extend(inner.items if isinstance(inner, Items) else [inner])
            else:
                items.append(self.value(child, module, scope, depth + 1))
        return Items(items, module.source, *_place(node, module))

    def _template(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Scalar:
        start, end = _place(node, module)
        texts: list[str] = []
        for child in node.named_children:
            if child.type != "template_substitution":
                texts.append(unescape(_text(child)))
            elif "__dirname" in _text(child):
                folder = dirname(module.source.path)
                texts.append(relpath(folder or ".", self._folder or "."))
            elif child.named_children:
                inner = self.value(child.named_children[0], module, scope, depth + 1)
                texts.append(inner.text if isinstance(inner, Scalar) else self._computed(child, module).text)
        return Scalar("".join(texts), module.source, start, end)

    def _named(self, name: str, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Node:
        declared = scope.get(name) or module.names.get(name)
        if declared is not None:
            return self.value(declared, module, scope, depth + 1)
        imported = module.imports.get(name)
        other = None if imported is None else self._literals.imported(module.source.path, imported[0])
        if imported is None or other is None:
            return self._computed(node, module)
        return self._exported(other, imported[1], node, module, depth)

    def _exported(self, other: _Module, name: str, node: Syntax, module: _Module, depth: int) -> Node:
        if depth > _DEEPEST:
            return self._computed(node, module)
        if name == "*":
            pairs = [
                (Scalar(each, other.source, *_place(value, other)), self.value(value, other, {}, depth + 1))
                for each, value in other.names.items()
            ]
            return Entries(pairs, other.source, 0, 0)
        found = other.default if name == "default" else other.names.get(name)
        if found is not None:
            return self.value(found, other, {}, depth + 1)
        passed_on = other.imports.get(name)
        further = None if passed_on is None else self._literals.imported(other.source.path, passed_on[0])
        if passed_on is None or further is None:
            return self._computed(node, module)
        return self._exported(further, passed_on[1], node, module, depth + 1)

    def _result(self, node: Syntax, module: _Module, depth: int) -> Node:
        """What a function without parameters returns, where that is all it does."""
        body = node.child_by_field_name("body")
        if body is None:
            return self._computed(node, module)
        if body.type != "statement_block":
            return self.value(body, module, {}, depth + 1)
        scope = dict(_declarations(body))
        returned = [child for child in body.named_children if child.type == "return_statement"]
        if len(returned) != 1 or not returned[0].named_children:
            return self._computed(node, module)
        return self.value(returned[0].named_children[0], module, scope, depth + 1)

    def _call(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Node:
        function, arguments = node.child_by_field_name("function"), node.child_by_field_name("arguments")
        if function is not None and function.type == "identifier" and arguments is not None:
            declared = scope.get(_text(function)) or module.names.get(_text(function))
            if declared is not None and declared.type in _FUNCTIONS and not arguments.named_children:
                return self._result(declared, module, depth + 1)
        return self._computed(node, module)

    def _member(self, node: Syntax, module: _Module, scope: dict[str, Syntax], depth: int) -> Node:
        match = _ENVIRONMENT.fullmatch(_text(node))
        if match is not None:
            return Scalar(f"${{env:{match[1] or match[2]}}}", module.source, *_place(node, module))
        owner, name = node.child_by_field_name("object"), node.child_by_field_name("property")
        if owner is not None and name is not None:
            found = self.value(owner, module, scope, depth + 1)
            inner = found.get(_text(name)) if isinstance(found, Entries) else None
            if inner is not None:
                return inner
        return self._computed(node, module)

    def _computed(self, node: Syntax, module: _Module) -> Scalar:
        """What code works out: a variable of the file, so that the same code stands for the same value."""
        spelt = re.sub(r"[^\w.\[\]-]+", "_", _text(node))[:60].strip("_") or "value"
        text = f"${{file({relpath(module.source.path, self._folder or '.')}):{spelt}}}"
        return Scalar(text, module.source, *_place(node, module))


def _is_garbled(part: Syntax) -> bool:
    """Whether a part of an object has a mistake that is not inside of a value with parts of its own."""
    value = part.child_by_field_name("value") if part.type == "pair" else None
    return part.has_error and (value is None or value.type not in ("object", "array"))


def _module_of(source: Source, root: Syntax) -> _Module:
    names: dict[str, Syntax] = {}
    imports: dict[str, tuple[str, str]] = {}
    default: Syntax | None = None
    for child in root.named_children:
        match child.type:
            case "import_statement":
                imports.update(_imports(child))
            case "export_statement":
                value = child.child_by_field_name("value")
                declaration = child.child_by_field_name("declaration")
                specifier = child.child_by_field_name("source")
                if value is not None:
                    default = value
                elif declaration is not None:
                    names.update(_declared(declaration))
                elif specifier is None and child.named_children and child.named_children[0].type == "identifier":
                    default = child.named_children[0]  # export =
                else:
                    for exported, original in _exports(child):
                        if specifier is not None:
                            imports[exported] = (_text(specifier)[1:-1], original)
                        elif original in names and exported != original:
                            names[exported] = names[original]
            case "expression_statement":
                default = _common_export(child, names) or default
            case _:
                names.update(_declared(child))
                imports.update(_required(child))
    return _Module(source, names, imports, default)


def _imports(node: Syntax) -> Iterator[tuple[str, tuple[str, str]]]:
    specifier = node.child_by_field_name("source")
    clause = next((child for child in node.named_children if child.type == "import_clause"), None)
    if specifier is None or clause is None:
        return
    path = _text(specifier)[1:-1]
    for child in clause.named_children:
        if child.type == "identifier":
            yield _text(child), (path, "default")
        elif child.type == "namespace_import" and child.named_children:
            yield _text(child.named_children[0]), (path, "*")
        elif child.type == "named_imports":
            for one in child.named_children:
                name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
                if name is not None:
                    yield _text(alias or name), (path, _text(name))


def _exports(node: Syntax) -> Iterator[tuple[str, str]]:
    """The names of an export clause, each with the name that it has inside."""
    for clause in node.named_children:
        for one in clause.named_children if clause.type == "export_clause" else ():
            name, alias = one.child_by_field_name("name"), one.child_by_field_name("alias")
            if name is not None:
                yield _text(alias or name), _text(name)


def _declared(node: Syntax) -> Iterator[tuple[str, Syntax]]:
    if node.type in ("lexical_declaration", "variable_declaration"):
        for one in node.named_children:
            name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
            if name is not None and value is not None and name.type == "identifier":
                if not (value.type == "call_expression" and _text(value).startswith("require(")):
                    yield _text(name), value
    elif node.type == "function_declaration":
        name = node.child_by_field_name("name")
        if name is not None:
            yield _text(name), node


def _declarations(body: Syntax) -> Iterator[tuple[str, Syntax]]:
    for child in body.named_children:
        yield from _declared(child)


def _required(node: Syntax) -> Iterator[tuple[str, tuple[str, str]]]:
    """What `const name = require("./path")` imports."""
    if node.type not in ("lexical_declaration", "variable_declaration"):
        return
    for one in node.named_children:
        name, value = one.child_by_field_name("name"), one.child_by_field_name("value")
        match = re.fullmatch(r"require\(\s*['\"]([^'\"]+)['\"]\s*\)", _text(value)) if value is not None else None
        if match is None or name is None:
            continue
        if name.type == "identifier":
            yield _text(name), (match[1], "default")
        for inner in name.named_children if name.type == "object_pattern" else ():
            yield _text(inner), (match[1], _text(inner))


def _common_export(node: Syntax, names: dict[str, Syntax]) -> Syntax | None:
    """What `module.exports = ...` exports; a name of `exports` is noted."""
    assignment = node.named_children[0] if node.named_children else None
    if assignment is None or assignment.type != "assignment_expression":
        return None
    left, right = assignment.child_by_field_name("left"), assignment.child_by_field_name("right")
    if left is None or right is None:
        return None
    target = _text(left)
    if target == "module.exports":
        return right
    if target.startswith(("module.exports.", "exports.")):
        names[target.rpartition(".")[2]] = right
    return None


def _place(node: Syntax, module: _Module) -> tuple[int, int]:
    return module.source.offset_of_byte(node.start_byte), module.source.offset_of_byte(node.end_byte)


def _text(node: Syntax) -> str:
    return "" if node.text is None else node.text.decode("utf-8", "replace")
