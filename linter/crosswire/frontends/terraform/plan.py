"""Plans as JSON (`terraform show -json`): the values that Terraform resolved, and the configuration that it read.

Where the configuration's own files are at hand, a plan only adds what it knows: their places are better. Without them
its `configuration` stands for the modules, with places in the plan. What a plan marks as sensitive is not taken.

Format: https://developer.hashicorp.com/terraform/internals/json-format
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING

from crosswire.frontends.terraform.evaluate import constant, unknown
from crosswire.frontends.terraform.folder import Folder
from crosswire.frontends.terraform.values import Evaluated, Listing, Object
from crosswire.readers import hcl_syntax as syntax
from crosswire.readers.hcl import read_traversal
from crosswire.readers.json import read_json
from crosswire.readers.terraform_json import constant_of
from crosswire.readers.tree import Entries, Items, Node, Scalar, child, text_of
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.project import Files
    from crosswire.readers.hcl_syntax import Argument, Block, Expression

_MARKS = ('"format_version"', '"planned_values"', '"configuration"')
_DEEPEST = 30
_WHOLE = (".json", ".output_path", ".invoke_arn")
_AS_IT_IS = frozenset(
    """
    api_id authorizer_id bucket endpoint event_bus_name event_source_arn filename function_name lambda_function_arn
    parent_id policy_arn queue_url resource_id rest_api_id role role_arn roles rule topic_arn user_pool_id
    """.split()
)
"""Arguments in which a reference stands by itself, as everybody writes them."""


class Plan:
    """A plan. `values` are those of the root's variables, `given` the resolved arguments by the address of a resource;
    `folder` is the root module as the plan's configuration tells it, with the modules that it calls `inner`."""

    __slots__ = ("folder", "given", "path", "values")

    def __init__(
        self, path: str, values: dict[str, Argument], given: dict[str, dict[str, Evaluated]], folder: Folder
    ) -> None:
        self.path = path
        self.values = values
        self.given = given
        self.folder = folder


def plans(files: Files, broken: list[Broken]) -> Iterator[Plan]:
    """Every plan of a check. One that cannot be read is added to `broken`."""
    for path in files.paths:
        if not path.endswith(".json") or path.endswith((".tf.json", ".tfvars.json")):
            continue
        source = files.read(path)
        if isinstance(source, Broken) or not all(mark in source.text for mark in _MARKS):
            continue
        tree = read_json(source)
        if isinstance(tree, Broken):
            broken.append(tree)
        elif isinstance(tree, Entries) and "planned_values" in tree and "configuration" in tree:
            yield _plan(path, tree)


def _plan(path: str, tree: Entries) -> Plan:
    values: dict[str, Argument] = {}
    secret = _secret_variables(tree)
    for key, node in _pairs(tree.get("variables")):
        value = child(node, "value")
        if value is not None and key.text not in secret:
            values[key.text] = syntax.Argument(key.text, key.span, constant_of(value))
    later: dict[str, Node | None] = {}
    for change in _items(tree.get("resource_changes")):
        address = text_of(child(change, "address"))
        if address is not None:
            later[address] = child(change, "change", "after_unknown")
    given: dict[str, dict[str, Evaluated]] = {}
    copies: dict[str, list[Scalar]] = {}
    planned = child(tree, "planned_values", "root_module")
    for resource in _resources(planned, 0):
        _take(resource, later, given, copies)
    _take_modules(planned, copies, 0)
    for resource in _resources(child(tree, "prior_state", "values", "root_module"), 0):
        if text_of(resource.get("mode")) == "data":
            _take(resource, later, given, copies)
    span = Span(tree.source, tree.start, tree.start)
    folder = _folder(path, span, child(tree, "configuration", "root_module"), "", copies, 0)
    return Plan(path, values, given, folder)


def _secret_variables(tree: Entries) -> set[str]:
    declared = child(tree, "configuration", "root_module", "variables")
    return {key.text for key, node in _pairs(declared) if _is_true(child(node, "sensitive"))}


# Values


def _resources(module: Node | None, depth: int) -> Iterator[Entries]:
    """The resources of a module and of all that it calls."""
    if depth > _DEEPEST:
        return
    for resource in _items(child(module, "resources")):
        if isinstance(resource, Entries):
            yield resource
    for inner in _items(child(module, "child_modules")):
        yield from _resources(inner, depth + 1)


def _take(
    resource: Entries,
    later: Mapping[str, Node | None],
    given: dict[str, dict[str, Evaluated]],
    copies: dict[str, list[Scalar]],
) -> None:
    address, values = text_of(resource.get("address")), resource.get("values")
    if address is None or not isinstance(values, Entries):
        return
    known = _evaluated(values, resource.get("sensitive_values"), later.get(address))
    given[address] = {name: value for name, (_, value) in known.pairs.items()} if isinstance(known, Object) else {}
    index = resource.get("index")
    if isinstance(index, Scalar):
        copies.setdefault(_without_keys(address), []).append(index)


_LAST_KEY = re.compile(r'(.*)\[(?:"((?:[^"\\]|\\.)*)"|([0-9]+))\]', re.DOTALL)


def _take_modules(module: Node | None, copies: dict[str, list[Scalar]], depth: int) -> None:
    """Add the keys of the copies of called modules, which stand in their addresses alone."""
    if depth > _DEEPEST:
        return
    for inner in _items(child(module, "child_modules")):
        address = child(inner, "address")
        match = _LAST_KEY.fullmatch(address.text) if isinstance(address, Scalar) else None
        if match is not None and isinstance(address, Scalar):
            text, number = match.group(2), match.group(3)
            key = Scalar(number or text, address.source, address.start, address.end, plain=number is not None)
            copies.setdefault(_without_keys(match.group(1)), []).append(key)
        _take_modules(inner, copies, depth + 1)


def _evaluated(node: Node, secret: Node | None, later: Node | None) -> Evaluated:
    """A resolved value. `secret` and `later` are of the same shape, with `true` for what is sensitive and for what only
    the deployment will tell, which the values leave out."""
    if isinstance(secret, Scalar) and secret.text == "true":
        return unknown("a value that is sensitive", node.span)
    if isinstance(node, Scalar):
        literal = constant_of(node)
        return constant(literal.value if isinstance(literal, syntax.Literal) else None, node.span)
    if isinstance(node, Items):
        each = [_evaluated(item, _at(secret, number), _at(later, number)) for number, item in enumerate(node.items)]
        return Listing(each, node.span, not _is_true(later))
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    for key, value in node.items():
        pairs[key.text] = (key.span, _evaluated(value, child(secret, key.text), child(later, key.text)))
    for key, value in _pairs(later):
        if key.text not in pairs and _is_true(value):
            pairs[key.text] = (node.span, unknown("a value that only the deployment tells", node.span))
    return Object(pairs, node.span, not _is_true(later))


def _at(node: Node | None, number: int) -> Node | None:
    items = _items(node)
    return items[number] if number < len(items) else None


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.plain and node.text == "true"


# Configuration


def _folder(
    path: str, span: Span, module: Node | None, prefix: str, copies: Mapping[str, list[Scalar]], depth: int
) -> Folder:
    """A module of the plan's configuration. `prefix` is its address with a dot after it."""
    folder = Folder(dirname(path), (path,) if not prefix else (), span)
    for resource in _items(child(module, "resources")):
        if isinstance(resource, Entries):
            _add_resource(folder, resource, prefix, copies)
    for key, body in _pairs(child(module, "variables")):
        arguments = {name.text: syntax.Argument(name.text, name.span, constant_of(node)) for name, node in _pairs(body)}
        folder.variables[key.text] = _block("variable", (key.text,), key.span, arguments)
    for key, body in _pairs(child(module, "outputs")):
        value = child(body, "expression")
        arguments = {} if value is None else {"value": syntax.Argument("value", value.span, _expression(value))}
        folder.outputs[key.text] = _block("output", (key.text,), key.span, arguments)
    for key, call in _pairs(child(module, "module_calls")):
        address = f"{prefix}module.{key.text}"
        arguments = _arguments(child(call, "expressions"))
        source = child(call, "source")
        if isinstance(source, Scalar):
            arguments["source"] = syntax.Argument("source", source.span, constant_of(source))
        arguments.update(_copies(call, copies.get(address, []), key.span))
        folder.calls[key.text] = _block("module", (key.text,), key.span, arguments)
        if depth < _DEEPEST:
            inner = child(call, "module")
            folder.inner[key.text] = _folder(path, key.span, inner, f"{address}.", copies, depth + 1)
    return folder


def _add_resource(folder: Folder, resource: Entries, prefix: str, copies: Mapping[str, list[Scalar]]) -> None:
    type, name = text_of(resource.get("type")), resource.get("name")
    if type is None or not isinstance(name, Scalar):
        return
    mode = "data." if text_of(resource.get("mode")) == "data" else ""
    arguments = _arguments(resource.get("expressions"))
    arguments.update(_copies(resource, copies.get(f"{prefix}{mode}{type}.{name.text}", []), name.span))
    block = _block("data" if mode else "resource", (type, name.text), name.span, arguments)
    folder.resources[(f"{mode}{type}", name.text)] = block


def _block(type: str, labels: tuple[str, ...], span: Span, arguments: dict[str, Argument]) -> Block:
    return syntax.Block(type, labels, span, span, syntax.Body(arguments, [], span))


def _arguments(node: Node | None) -> dict[str, Argument]:
    return {key.text: syntax.Argument(key.text, key.span, _expression(value, key.text)) for key, value in _pairs(node)}


def _copies(node: Node, keys: list[Scalar], span: Span) -> dict[str, Argument]:
    """`count` or `for_each` by the copies that are planned; by their expression where none is."""
    numbers = [key for key in keys if key.plain]
    if numbers:
        most = 1 + max((int(key.text) for key in numbers if key.text.isdecimal()), default=0)
        return {"count": syntax.Argument("count", span, syntax.Literal(most, span))}
    if keys:
        pairs: list[tuple[Expression, Expression]] = []
        for text in sorted({key.text for key in keys}):
            pairs.append((syntax.Literal(text, span), syntax.Invalid("an element that the plan does not tell", span)))
        return {"for_each": syntax.Argument("for_each", span, syntax.ObjectOf(pairs, span))}
    for written, name in (("count_expression", "count"), ("for_each_expression", "for_each")):
        expression = child(node, written)
        if expression is not None:
            return {name: syntax.Argument(name, span, _expression(expression))}
    return {}


def _expression(node: Node, name: str = "") -> Expression:
    """An expression of the configuration: a constant, what it refers to, or nested blocks."""
    if isinstance(node, Items):
        return syntax.ListOf([_expression(item, name) for item in node.items], node.span)
    if isinstance(node, Scalar):
        return constant_of(node)
    value = node.get("constant_value")
    if value is not None:
        return constant_of(value)
    references = node.get("references")
    if isinstance(references, Items):
        return _reference([item for item in references.items if isinstance(item, Scalar)], name, node.span)
    if not node.pairs:
        return syntax.Invalid("an expression that the plan does not tell", node.span)
    pairs: list[tuple[Expression, Expression]] = []
    for key, inner in node.pairs:
        pairs.append((syntax.Literal(key.text, key.span), _expression(inner, key.text)))
    return syntax.ObjectOf(pairs, node.span)


def _reference(references: list[Scalar], name: str, span: Span) -> Expression:
    """What an expression refers to. A plan lists each reference with its beginnings, and does not tell what is done
    with it: where an argument is not known to take one as it is, more text may stand around it."""
    texts = [reference.text for reference in references]
    longest = [text for text in texts if not any(other != text and other.startswith(text) for other in texts)]
    around: Expression = syntax.Invalid("a value made of others", span)
    if len(longest) != 1:
        return around
    reference = read_traversal(longest[0], span)
    if name in _AS_IT_IS or longest[0].endswith(_WHOLE):
        return reference
    return syntax.Template([around, reference, around], span)


def _without_keys(address: str) -> str:
    """An address without the keys of its copies: `module.fn["a"].aws_x.y[0]` is `module.fn.aws_x.y`."""
    found, depth = "", 0
    for character in address:
        depth += (character == "[") - (character == "]")
        if not depth and character != "]":
            found += character
    return found


def _pairs(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    return node.items() if isinstance(node, Entries) else iter(())


def _items(node: Node | None) -> list[Node]:
    return node.items if isinstance(node, Items) else []
