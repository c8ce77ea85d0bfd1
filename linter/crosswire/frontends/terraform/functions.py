"""Terraform's functions, on values that may be symbolic.

A function of texts of which a part is symbolic gives a symbol named after the call, so that the same call in two places
is known to be the same text. Functions of the clock, of chance and of keys are Unknown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from crosswire.frontends.terraform.evaluate import (
    MOST_ITEMS,
    Named,
    Scope,
    Unordered,
    absent,
    alike,
    condition_of,
    constant,
    converted,
    decided,
    either_unless_failed,
    equals,
    evaluate,
    failed,
    index,
    instead,
    is_failed,
    is_large,
    is_unknown,
    joined,
    may_lack,
    number_of,
    presence,
    there_if,
    truth,
    unknown,
)
from crosswire.frontends.terraform.plain_functions import (
    FUNCTIONS,
    VERB,
    NotKnown,
    format_text,
    json_text,
    length,
    lower,
    number_in,
    split,
    upper,
)
from crosswire.frontends.terraform.values import (
    Either,
    Evaluated,
    Leaf,
    Listing,
    Object,
    either,
    fields_of,
    items_of,
    places_of_texts,
    presumed_text,
    text_of,
    value_of,
)
from crosswire.source import Span
from crosswire.values import Concat, Const, If, Parameter, Unknown, Value, concat, leaves, transform
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from crosswire.readers import hcl_syntax as syntax

_MOST_EITHERS = 6
_MOST_COMPARED = 200

NAMES = frozenset(
    """
    abs abspath alltrue anytrue base64decode base64encode base64gunzip base64gzip base64sha256 base64sha512 basename
    bcrypt can ceil chomp chunklist cidrcontains cidrhost cidrnetmask cidrsubnet cidrsubnets coalesce coalescelist
    compact concat contains convert csvdecode dirname distinct element endswith ephemeralasnull file filebase64
    filebase64sha256 filebase64sha512 fileexists filemd5 fileset filesha1 filesha256 filesha512 flatten floor format
    formatdate formatlist indent index issensitive join jsondecode jsonencode keys length list log lookup lower map
    matchkeys max md5 merge min nonsensitive one parseint pathexpand plantimestamp pow range regex regexall replace
    reverse rsadecrypt sensitive setintersection setproduct setsubtract setunion sha1 sha256 sha512 signum slice sort
    split startswith strcontains strrev substr sum templatefile templatestring textdecodebase64 textencodebase64
    timeadd timecmp timestamp title tobool tolist tomap tonumber toset tostring transpose trim trimprefix trimspace
    trimsuffix try type upper urldecode urlencode uuid uuidv5 values yamldecode yamlencode zipmap
    """.split()
)
"""Every function of Terraform 1.13 and of OpenTofu 1.10 by its name."""


def call(node: syntax.Call, scope: Scope) -> Evaluated:
    """What a function call comes to."""
    name, span = node.name.removeprefix("core::"), node.span
    lazy = _LAZY.get(name)
    if lazy is not None and not node.expands:
        return lazy(node, scope)
    arguments = [evaluate(argument, scope) for argument in node.arguments]
    if node.expands and arguments:
        last, complete = items_of(arguments.pop())
        if not complete:
            last = [*last, unknown("more arguments of a list that is not known", span)]
        arguments += last
    if lazy is not None:
        return _lazily(name, arguments, span)
    refused = next((argument for argument in arguments if is_failed(argument)), None)
    if refused is not None:
        return refused
    if len(arguments) < _LEAST.get(name, 0):
        return failed(f"a call of {name} that Terraform refuses", span)
    function = _FUNCTIONS.get(name)
    if function is not None:
        return _distributed(function, arguments, span, scope)
    texts = FUNCTIONS.get(name)
    if texts is not None:
        return _of_texts(name, texts, arguments, span, scope)
    if name not in NAMES and "::" not in name:
        scope.module.root.complain(span, f"calls `{name}`, which is no function of Terraform")
    return unknown(f"the result of {name}", span)


# What a function is given may depend on conditions


def _distributed(
    function: Callable[[list[Evaluated], Span, Scope], Evaluated],
    arguments: list[Evaluated],
    span: Span,
    scope: Scope,
    depth: int = 0,
) -> Evaluated:
    """The function of each of what the arguments may be."""
    at = next((number for number, one in enumerate(arguments) if isinstance(one, Either)), None)
    if at is None:
        return function(arguments, span, scope)
    choice = arguments[at]
    assert isinstance(choice, Either)
    if depth >= _MOST_EITHERS:
        return unknown("a choice by many conditions", span)
    sides = [
        _distributed(
            function,
            _decided([*arguments[:at], side, *arguments[at + 1 :]], choice.condition, chosen),
            span,
            scope,
            depth + 1,
        )
        for side, chosen in ((choice.then, True), (choice.otherwise, False))
    ]
    return either(choice.condition, sides[0], sides[1], span)


def _decided(arguments: list[Evaluated], condition: str, chosen: bool) -> list[Evaluated]:
    """The arguments where a condition is decided."""
    return [decided(one, condition, chosen) for one in arguments]


# Functions of texts


def _of_texts(
    name: str, function: Callable[..., object], arguments: list[Evaluated], span: Span, scope: Scope
) -> Evaluated:
    """A function of texts and numbers alone, worked out where all are exact."""
    plain: list[object] = []
    if any(map(is_large, arguments)):
        return unknown(f"the result of {name} of very much", span)
    for one in arguments:
        given = _plain(one)
        if given is _UNKNOWN:
            return _symbol(name, arguments, span, scope)
        plain.append(given)
    try:
        return _evaluated(function(*plain), span)
    except NotKnown:
        return unknown(f"the result of {name}", span)
    except (ValueError, TypeError, ArithmeticError):
        return failed(f"a call of {name} that Terraform refuses", span)


_UNKNOWN = object()


def _plain(node: Evaluated) -> object:
    """The Python value of what is known exactly."""
    match node:
        case Leaf(value=Const(text)):
            if node.kind == "number":
                return number_of(node)
            return text == "true" if node.kind == "bool" else text
        case Leaf():
            return None if node.is_null else _UNKNOWN
        case Listing():
            items = [_plain(item) for item in node.items]
            return items if node.complete and _UNKNOWN not in items else _UNKNOWN
        case Object():
            if not node.complete:
                return _UNKNOWN
            pairs = {key: _plain(value) for key, (_, value) in node.pairs.items()}
            return pairs if _UNKNOWN not in pairs.values() else _UNKNOWN
        case Either():
            return _UNKNOWN


def _evaluated(plain: object, span: Span) -> Evaluated:
    """The value of a Python value."""
    match plain:
        case None | bool() | str() | int() | float():
            return constant(plain, span)
        case dict():
            return Object({str(key): (span, _evaluated(value, span)) for key, value in plain.items()}, span)
        case list() | tuple():
            return Listing([_evaluated(item, span) for item in plain], span)
        case _:
            return unknown("a value of an unknown kind", span)


_REFUSING = ("base64decode", "index", "parseint", "regex")
"""Functions that Terraform refuses for some texts: of a symbolic one it is not known whether there is a result."""


def _symbol(name: str, arguments: Sequence[Evaluated], span: Span, scope: Scope) -> Evaluated:
    """The result of a function whose arguments are symbolic: the same for the same arguments."""
    values = [value_of(one) for one in arguments]
    for value in values:
        if name in _REFUSING or any(isinstance(leaf, Unknown) for leaf in leaves(value)):
            return unknown(f"the result of {name}", span)
    if len(values) == 1 and isinstance(values[0], If):
        chosen = values[0]
        then, otherwise = (_once_more(name, Leaf(side, span), span, scope) for side in (chosen.then, chosen.otherwise))
        return either(chosen.condition, then, otherwise, span)
    text = ", ".join(spelt(value) for value in values)
    return Leaf(Parameter(scope.module.root.unit, f"{name}({text})", span=span), span)


def _once_more(name: str, argument: Evaluated, span: Span, scope: Scope) -> Evaluated:
    function = _FUNCTIONS.get(name)
    if function is not None:
        return function([argument], span, scope)
    return _of_texts(name, FUNCTIONS[name], [argument], span, scope)


def _part_by_part(name: str, change: Callable[[str], str]) -> Callable[[list[Evaluated], Span, Scope], Evaluated]:
    """A function that changes each character by itself: what is exact is changed, each symbol becomes another."""

    def function(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
        if len(arguments) != 1:
            return failed(f"a call of {name} that Terraform refuses", span)

        def leaf(part: Value) -> Value:
            match part:
                case Const(text):
                    return Const(change(text), span)
                case Unknown():
                    return part
                case _:
                    return Parameter(scope.module.root.unit, f"{name}({spelt(part)})", span=span)

        return Leaf(transform(value_of(arguments[0]), leaf), span)

    return function


def _format_symbolic(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    """`format` whose arguments may be symbolic: the text with each in its place, where the verbs only name them."""
    if all(_plain(one) is not _UNKNOWN for one in arguments):
        return _of_texts("format", format_text, arguments, span, scope)
    template = text_of(arguments[0]) if arguments else None
    if template is None:
        return _symbol("format", arguments, span, scope)
    parts: list[Value] = []
    waiting = arguments[1:]
    at = 0
    for match in VERB.finditer(template):
        parts.append(Const(template[at : match.start()]))
        at = match.end()
        position, flags, verb = match.groups()
        if verb == "%":
            parts.append(Const("%"))
            continue
        if int(position) > len(arguments) - 1 if position else not waiting:
            return failed("a call of format that Terraform refuses", span)
        given = arguments[int(position)] if position else waiting.pop(0)
        if _plain(given) is not _UNKNOWN:
            verb_alone = constant(f"%{flags}{verb}", span)
            parts.append(value_of(_of_texts("format", format_text, [verb_alone, given], span, scope)))
        elif flags == "" and verb in "sv" and not isinstance(given, (Listing, Object)):
            parts.append(value_of(given))
        else:
            parts.append(Unknown("a part of a text in an unusual format", span))
    parts.append(Const(template[at:]))
    return Leaf(concat(parts, span), span)


def _formatlist(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    lists = [one for one in arguments[1:] if isinstance(one, Listing)]
    if not lists or any(is_unknown(one) for one in arguments):
        return Listing([], span, complete=False) if not lists else unknown("the result of formatlist", span)
    count = max(len(one.items) for one in lists)
    if any(len(one.items) != count for one in lists):
        return unknown("the result of formatlist", span)
    items: list[Evaluated] = []
    for number in range(count):
        each = [one.items[number] if isinstance(one, Listing) else one for one in arguments]
        items.append(_format_symbolic(each, span, scope))
    return Listing(items, span, all(one.complete for one in lists))


def _join(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    items: list[Evaluated] = []
    for given in arguments[1:]:
        if not isinstance(given, Listing):
            return unknown("the result of join", span)
        items += given.items
        if not given.complete:
            items.append(unknown("more of a list that is not fully known", span))
    if sum(map(may_lack, items)) > _MOST_EITHERS:
        return unknown("the result of join of what conditions decide on", span)
    return Leaf(_joined_items(value_of(arguments[0]), items, span), span)


def _joined_items(separator: Value, items: list[Evaluated], span: Span) -> Value:
    at = next((number for number, item in enumerate(items) if may_lack(item)), None)
    if at is not None:
        condition, item = presence(items[at])
        there = _joined_items(separator, [*items[:at], item, *items[at + 1 :]], span)
        missing = _joined_items(separator, [*items[:at], *items[at + 1 :]], span)
        if condition.startswith("!"):
            return If(condition[1:], missing, there, span)
        return If(condition, there, missing, span)
    parts: list[Value] = []
    for item in items:
        parts += [separator] * bool(parts) + [value_of(item)]
    return joined(parts, span)


def _trimsuffix(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    """A text without an ending: its beginning may be symbolic where what is exact shows whether it ends like that."""
    if len(arguments) == 2:
        value, ending = value_of(arguments[0]), text_of(arguments[1])
        last = value.parts[-1] if isinstance(value, Concat) else value
        if ending is not None and isinstance(value, Concat) and isinstance(last, Const):
            if last.text.endswith(ending) or not ending.endswith(last.text):
                rest = Const(last.text.removesuffix(ending), last.span)
                return Leaf(concat([*value.parts[:-1], rest], span), span)
    return _of_texts("trimsuffix", FUNCTIONS["trimsuffix"], arguments, span, scope)


def _split(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    """The pieces of a text; a symbolic part is taken to hold no separator where it is a name that has none."""
    separator, value = text_of(arguments[0]), value_of(arguments[1])
    if separator is not None and isinstance(value, Const):
        return _of_texts("split", split, arguments, span, scope)
    return Listing([], span, complete=False)


# Functions of collections


def _merge(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    complete = True
    for given in arguments:
        if isinstance(given, Leaf) and given.is_null:
            continue
        fields = fields_of(given) if isinstance(given, (Object, Leaf)) else None
        if fields is None:
            complete = complete and isinstance(given, Listing) and given.complete and not given.items
            continue
        if not fields.complete:
            # What is not known of it may replace what came before.
            pairs = {name: (key, _replaceable(value, span)) for name, (key, value) in pairs.items()}
        for name, (key, value) in fields.pairs.items():
            before = pairs.get(name)
            pairs[name] = (key, value if before is None else instead(value, before[1]))
        complete = complete and fields.complete
    return Object(pairs, span, complete)


def _replaceable(value: Evaluated, span: Span) -> Evaluated:
    return unknown("a value that a map which is not fully known may replace", span)


def _concat(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    items: list[Evaluated] = []
    complete = True
    for given in arguments:
        if isinstance(given, Listing):
            if not complete and given.items:
                items.append(unknown("more of a list that is not fully known", span))
            items += given.items
            complete = complete and given.complete
        else:
            complete = complete and isinstance(given, Leaf) and given.is_null
    return Listing(items, span, complete)


def _flatten(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    items: list[Evaluated] = []
    complete = _flat(arguments[0], items, 0)
    return Listing(items[:MOST_ITEMS], span, complete and len(items) <= MOST_ITEMS)


def _flat(node: Evaluated, into: list[Evaluated], depth: int) -> bool:
    if isinstance(node, Listing) and depth < 40:
        complete = node.complete
        for item in node.items:
            if isinstance(item, Listing):
                complete = _flat(item, into, depth + 1) and complete
            elif isinstance(item, Either):
                complete = _flat_sides(item, into, depth + 1) and complete
            elif is_unknown(item):
                complete = False
            else:
                into.append(item)
        return complete
    return isinstance(node, Leaf) and node.is_null


def _flat_sides(node: Either, into: list[Evaluated], depth: int) -> bool:
    """Add what either side of a choice holds, each under its condition."""
    complete = True
    for condition, side in ((node.condition, node.then), ("!" + node.condition, node.otherwise)):
        if isinstance(side, Listing):
            inner: list[Evaluated] = []
            complete = _flat(side, inner, depth) and complete
            into += [there_if(condition, item, node.span) for item in inner]
        elif not (isinstance(side, Leaf) and side.is_null):
            into.append(there_if(condition, side, node.span))
    return complete


def _distinct(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Listing):
        return given if is_unknown(given) else Listing([given], span)
    items: list[Evaluated] = []
    texts: set[tuple[str, Value]] = set()
    others: list[Evaluated] = []
    for item in given.items:
        if isinstance(item, Leaf) and item.tree is None and not isinstance(item.value, Unknown):
            if (item.kind, item.value) in texts:
                continue
            texts.add((item.kind, item.value))
        elif len(others) < _MOST_COMPARED:
            if any(equals(item, other) for other in others):
                continue
            others.append(item)
        items.append(item)
    return Listing(items, span, given.complete)


def as_set(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    """A set: its elements in the order of their texts, each once."""
    found = _distinct(arguments, span, scope)
    if isinstance(found, Listing) and all(isinstance(item, Leaf) for item in found.items):
        numbers = [number_of(item) for item in found.items]
        if all(isinstance(item, Leaf) and item.kind == "number" for item in found.items) and None not in numbers:
            return Unordered(sorted(found.items, key=lambda item: number_of(item) or 0), span, found.complete)
        return Unordered(sorted(found.items, key=lambda item: spelt(value_of(item))), span, found.complete)
    return Unordered(found.items, span, found.complete) if isinstance(found, Listing) else found


def _as_list(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and given.kind in ("string", "number", "bool"):
        return failed("a text, which is no list", span)
    if isinstance(given, Unordered):
        return Listing(given.items, span, given.complete)
    return Listing([], span, complete=False) if is_unknown(given) else given


def _itself(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return arguments[0] if arguments else failed("a call without arguments", span)


def _sensitive(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    for argument in arguments:
        scope.module.root.secrets.update(places_of_texts(argument))
    return _itself(arguments, span, scope)


def _as_text(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, (Listing, Object)):
        return failed("a list or an object, which is no text", span)
    return converted(given, "string")


def _as_number(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and isinstance(given.value, Const) and number_of(given) is None:
        return failed("a text that is no number", span)
    return converted(given, "number")


def _as_bool(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and isinstance(given.value, Const) and given.value.text not in ("true", "false"):
        return failed("a text that is no truth value", span)
    return converted(given, "bool")


def _length(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    match arguments[0]:
        case Listing() as given if given.complete and not any(map(may_lack, given.items)):
            return constant(len(given.items), span)
        case Object() as fields if fields.complete and not any(may_lack(value) for _, value in fields.pairs.values()):
            return constant(len(fields.pairs), span)
        case Leaf(value=Const()) as leaf if leaf.kind == "string" and leaf.tree is None:
            return _of_texts("length", length, arguments, span, scope)
        case _:
            return unknown("the length of what is not fully known", span)


def _element(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given, at = arguments[0], number_of(arguments[1])
    if at is not None and at < 0:
        return unknown("an element counted from the end", span)  # which Terraform refuses and OpenTofu does not
    if isinstance(given, Listing) and given.complete and given.items and at is not None:
        if not any(map(may_lack, given.items)):
            return given.items[int(at) % len(given.items)]
    return index(given, arguments[1], span)


def _lookup(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    found = index(arguments[0], arguments[1], span)
    if is_failed(found) and len(arguments) > 2:
        return arguments[2]
    if len(arguments) > 2:
        found = instead(found, arguments[2])
    if is_unknown(found) and len(arguments) > 2:
        return unknown("an entry of a map or what stands in for it", span)
    return found


def _keys(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Object):
        return Listing([], span, complete=False)
    names: list[Evaluated] = []
    for name in sorted(given.pairs):
        key, value = given.pairs[name]
        names.append(alike(value, constant(name, key)))
    return Listing(names, span, given.complete)


def _values(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Object):
        return Listing([], span, complete=False)
    return Listing([given.pairs[name][1] for name in sorted(given.pairs)], span, given.complete)


def _zipmap(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    names, values = arguments[0], arguments[1]
    if not isinstance(names, Listing) or not isinstance(values, Listing):
        return Object({}, span, complete=False)
    if names.complete and values.complete and len(names.items) != len(values.items):
        return failed("a call of zipmap that Terraform refuses", span)
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    for name, value in zip(names.items, values.items, strict=False):
        pairs[spelt(value_of(name))] = (name.span, value)
    return Object(pairs, span, names.complete and values.complete)


def _contains(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given, wanted = arguments[0], arguments[1]
    if isinstance(given, Object):
        return failed("a call of contains that Terraform refuses", span)
    if not isinstance(given, Listing):
        return truth(scope.condition(span), span)
    each = [equals(item, wanted) for item in given.items]
    if True in each:
        return constant(True, span)
    if given.complete and all(one is False for one in each):
        return constant(False, span)
    values = [value_of(item) for item in (wanted, *given.items)]
    if not given.complete or any(isinstance(part, Unknown) for value in values for part in leaves(value)):
        return truth(scope.condition(span), span)
    listed = ", ".join(map(spelt, values[1:]))
    return truth(f"{scope.module.root.unit}:{spelt(values[0])} in [{listed}]", span)


def _all_true(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return _every(arguments[0], True, span, scope)


def _any_true(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return _every(arguments[0], False, span, scope)


def _every(given: Evaluated, wanted: bool, span: Span, scope: Scope) -> Evaluated:
    if not isinstance(given, Listing):
        return unknown("the truth of a list that is not known", span)
    known = [condition_of(item, span, scope)[0] for item in given.items]
    if (not wanted) in known:
        return constant(not wanted, span)
    if given.complete and None not in known:
        return constant(wanted, span)
    return unknown("the truth of a list that is not fully known", span)


def _coalesce(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    for number, given in enumerate(arguments):
        if isinstance(given, Leaf) and (given.is_null or given.value == Const("")):
            continue
        if isinstance(given, Leaf) and isinstance(given.value, If) and given.tree is None:
            condition, then, otherwise = given.value.condition, given.value.then, given.value.otherwise
            given = Either(condition, Leaf(then, span, given.kind), Leaf(otherwise, span, given.kind), span)
        if isinstance(given, Either):
            rest = arguments[number + 1 :]
            sides = [_coalesce([side, *rest], span, scope) for side in (given.then, given.otherwise)]
            return either_unless_failed(given.condition, sides[0], sides[1], span)
        if isinstance(given, Leaf) and isinstance(given.value, Parameter) and given.value.default == "":
            rest = arguments[number + 1 :]
            name = f"{scope.module.root.unit}:{spelt(given.value)} == "
            return either(name, _coalesce(rest, span, scope), given, span) if rest else given
        return given
    return failed("no value that is not empty", span)


def _coalescelist(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    for given in arguments:
        if isinstance(given, Listing) and given.complete and not given.items:
            continue
        if isinstance(given, Leaf) and given.is_null:
            continue
        return given
    return failed("no list that is not empty", span)


def _compact(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Listing):
        return Listing([], span, complete=False)
    kept = [_without_empty(item) for item in given.items]
    return Listing([item for item in kept if not (isinstance(item, Leaf) and item.is_null)], span, given.complete)


def _without_empty(node: Evaluated) -> Evaluated:
    """A text that is left out where it is empty or null."""
    match node:
        case Leaf() if node.is_null or node.value == Const(""):
            return absent(node.span)
        case Either(condition=condition, then=then, otherwise=otherwise):
            return either(condition, _without_empty(then), _without_empty(otherwise), node.span)
        case Leaf(value=If(condition, then, otherwise)) if Const("") in (then, otherwise):
            sides = [_without_empty(Leaf(side, node.span, node.kind)) for side in (then, otherwise)]
            return either(condition, sides[0], sides[1], node.span)
        case _:
            return node


def _one(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Listing):
        if len(given.items) == 1:
            return given.items[0]
        if not given.items or any(map(may_lack, given.items)):
            return constant(None, span) if given.complete and not given.items else unknown("the one of a list", span)
        return failed("the one of a list of more", span)
    return given


def _reverse(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and isinstance(given.value, Const):
        return failed("a call of reverse that Terraform refuses", span)
    return Listing(given.items[::-1], span, given.complete) if isinstance(given, Listing) else given


def _sort(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Listing):
        return Listing([], span, complete=False)
    return Listing(sorted(given.items, key=lambda item: spelt(value_of(item))), span, given.complete)


def _slice(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given, start, end = arguments[0], number_of(arguments[1]), number_of(arguments[2])
    if isinstance(given, Listing) and given.complete and not any(map(may_lack, given.items)):
        if start is not None and end is not None:
            if not 0 <= start <= end <= len(given.items):
                return failed("a call of slice that Terraform refuses", span)
            return Listing(given.items[int(start) : int(end)], span)
    return Listing([], span, complete=False)


def _setproduct(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    rows: list[list[Evaluated]] = [[]]
    for given in arguments:
        if not isinstance(given, Listing) or not given.complete or len(rows) * len(given.items) > MOST_ITEMS:
            return Listing([], span, complete=False)
        rows = [[*row, item] for row in rows for item in given.items]
    return Listing([Listing(row, span) for row in rows], span)


def _setunion(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return as_set([_concat(arguments, span, scope)], span, scope)


def _chosen(keep: Callable[[Sequence[bool | None]], bool]) -> Callable[[list[Evaluated], Span, Scope], Evaluated]:
    """The elements of the first set of which something holds in comparison with the elements of the others."""

    def function(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
        found: Evaluated = arguments[0]
        for other in arguments[1:]:
            if not isinstance(found, Listing) or not isinstance(other, Listing) or not other.complete:
                return Listing([], span, complete=False)
            if len(found.items) * len(other.items) > _MOST_COMPARED**2:
                return Listing([], span, complete=False)
            each = [[equals(item, one) for one in other.items] for item in found.items]
            if any(None in row and True not in row for row in each):
                return Listing([], span, complete=False)
            kept = [item for item, row in zip(found.items, each, strict=True) if keep(row)]
            found = Listing(kept, span, found.complete)
        return found

    return function


def _transpose(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if not isinstance(given, Object):
        return Object({}, span, complete=False)
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    for name, (key, listed) in given.pairs.items():
        for item in items_of(listed)[0]:
            text = spelt(value_of(item))
            held = pairs.setdefault(text, (key, Listing([], span)))[1]
            if isinstance(held, Listing):
                held.items.append(constant(name, key))
    return Object(pairs, span, given.complete)


def _matchkeys(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return Listing([], span, complete=False)


# Encodings


def _jsonencode(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    if is_large(arguments[0]):
        return unknown("a very long JSON text", span)
    return Leaf(concat(json_parts(arguments[0]), span), span, tree=arguments[0])


def _yamlencode(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return Leaf(Unknown("a text in YAML", span), span, tree=arguments[0])


def json_parts(node: Evaluated) -> list[Value]:
    """The JSON text of a value in its parts, as Terraform writes it: without blanks, names sorted."""
    match node:
        case Leaf() if node.is_null:
            return [Const("null")]
        case Leaf(value=Const(text)):
            if node.kind in ("number", "bool"):
                return [Const(text)]
            return [Const(json_text(text))]
        case Leaf(value=value):
            inner = transform(
                value, lambda part: Const(json_text(part.text)[1:-1]) if isinstance(part, Const) else part
            )
            return [Const('"'), inner, Const('"')]
        case Listing():
            parts: list[Value] = [Const("[")]
            for number, item in enumerate(node.items):
                parts += [Const(",")] * bool(number) + json_parts(item)
            return [*parts, *([] if node.complete else [Unknown("more of a list")]), Const("]")]
        case Object():
            parts = [Const("{")]
            for number, name in enumerate(sorted(node.pairs)):
                parts += [Const("," * bool(number) + json_text(name) + ":"), *json_parts(node.pairs[name][1])]
            return [*parts, *([] if node.complete else [Unknown("more of an object")]), Const("}")]
        case Either():
            then, otherwise = concat(json_parts(node.then)), concat(json_parts(node.otherwise))
            return [If(node.condition, then, otherwise)]


def _jsondecode(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and given.tree is not None:
        return given.tree
    if isinstance(given, Leaf) and isinstance(given.value, Const):
        try:
            return _evaluated(json.loads(given.value.text, parse_constant=_no_constant), span)
        except (ValueError, RecursionError):
            return failed("a text that is no JSON", span)
    if isinstance(given, Leaf) and isinstance(given.value, Concat):
        from crosswire.frontends.terraform.documents import json_tree

        return json_tree(given) or unknown("a JSON text that is not known", span)
    if isinstance(given, (Listing, Object)):
        return failed("a list or an object, which is no JSON text", span)
    return unknown("a JSON text that is not known", span)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _yamldecode(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    given = arguments[0]
    if isinstance(given, Leaf) and given.tree is not None:
        return given.tree
    text = text_of(given)
    if text is None:
        return unknown("a YAML text that is not known", span)
    from crosswire.readers.yaml import read_yaml
    from crosswire.source import Broken, Source

    documents = read_yaml(Source("", text))
    if isinstance(documents, Broken) or not documents:
        return failed("a text that is no YAML", span)
    return _from_tree(documents[0], span)


_UNCOMMON = re.compile(r"[-+]?(?:0[xob]|\.[0-9in]|[0-9]+\.(?![0-9])|[0-9]{4}-[0-9]{1,2}-)|<<", re.IGNORECASE)
"""Numbers that are not decimal, and times."""


def _from_tree(node: object, span: Span) -> Evaluated:
    from crosswire.readers.tree import Entries, Items, Scalar

    match node:
        case Scalar():
            if node.is_null:
                return constant(None, span)
            if not node.plain:
                return constant(node.text, span)
            as_bool = {"y": True, "n": False}.get(node.text.lower(), node.as_bool())
            if as_bool is not None:
                return constant(as_bool, span)
            if _UNCOMMON.match(node.text):
                return unknown("a value in an uncommon form of YAML", span)
            number = number_in(node.text)
            return constant(node.text if number is None else number, span)
        case Items():
            return Listing([_from_tree(item, span) for item in node.items], span)
        case Entries():
            return Object({key.text: (span, _from_tree(value, span)) for key, value in node.items()}, span)
        case _:
            return unknown("a YAML value", span)


# Files


def _file(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return file_text(arguments[0], span, scope)


def file_text(path: Evaluated, span: Span, scope: Scope) -> Evaluated:
    """The text of a file of the repository; where a variable chooses the file, of the one that it chooses unset."""
    name = presumed_text(path)
    found = scope.module.root.read(name) if name is not None else None
    if found is None:
        return unknown("the text of a file that is not in the repository", span)
    place, source = found
    return Leaf(Const(source.text, Span(source, 0, len(source.text))), span, file=place)


def _templatefile(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    text = file_text(arguments[0], span, scope)
    return rendered(text, arguments[1] if len(arguments) > 1 else None, span, scope)


def _templatestring(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    return rendered(arguments[0], arguments[1] if len(arguments) > 1 else None, span, scope)


def rendered(template: Evaluated, given: Evaluated | None, span: Span, scope: Scope) -> Evaluated:
    """A template's text with what it is given put in. The file of the template stays known."""
    text = text_of(template)
    if text is None:
        return unknown("a template that is not known", span)
    from crosswire.readers.hcl import read_template

    fields = fields_of(given)
    names = {name: value for name, (_, value) in fields.pairs.items()} if fields is not None else {}
    expression = read_template(text, lambda start, end: span, span)
    result = value_of(evaluate(expression, Scope(scope.module, names)))
    return Leaf(result, span, file=template.file if isinstance(template, Leaf) else None)


def _fileexists(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    path = text_of(arguments[0])
    if path is not None and scope.module.root.read(path) is not None:
        return constant(True, span)
    return unknown("whether a file exists", span)


def _fileset(arguments: list[Evaluated], span: Span, scope: Scope) -> Evaluated:
    folder, pattern = text_of(arguments[0]), text_of(arguments[1])
    if folder is None or pattern is None:
        return Listing([], span, complete=False)
    listed = scope.module.root.listing(folder)
    if listed is None:
        return Listing([], span, complete=False)
    wanted = _glob(pattern)
    found = [path for path in sorted(listed) if wanted.fullmatch(path)]
    items: list[Evaluated] = [constant(path, span) for path in found[:MOST_ITEMS]]
    return Listing(items, span, len(found) <= MOST_ITEMS)


def _glob(pattern: str) -> re.Pattern[str]:
    """A pattern of fileset: `**` over folders, `*` and `?` within a name, `{a,b}` for either."""
    found = ""
    at = 0
    while at < len(pattern):
        for mark, meaning in (("**/", "(?:.*/)?"), ("**", ".*"), ("*", "[^/]*"), ("?", "[^/]")):
            if pattern.startswith(mark, at):
                found += meaning
                at += len(mark)
                break
        else:
            listed = re.compile(r"\[\^?[^]\\]+\]").match(pattern, at)
            character = listed.group() if listed is not None else pattern[at]
            found += character if listed else {"{": "(?:", "}": ")", ",": "|"}.get(character, re.escape(character))
            at += len(character)
    try:
        return re.compile(found)
    except re.error:
        return re.compile(r"(?!)")


# Functions that ask whether an argument can be worked out at all


def _try(node: syntax.Call, scope: Scope) -> Evaluated:
    return _first([evaluate(argument, scope) for argument in node.arguments], node.span)


def _can(node: syntax.Call, scope: Scope) -> Evaluated:
    return _possible([evaluate(argument, scope) for argument in node.arguments], node.span)


def _lazily(name: str, arguments: list[Evaluated], span: Span) -> Evaluated:
    return _first(arguments, span) if name == "try" else _possible(arguments, span)


def _first(arguments: Sequence[Evaluated], span: Span) -> Evaluated:
    for number, given in enumerate(arguments):
        if _has_failed(given):
            continue
        if is_unknown(given) and number < len(arguments) - 1:
            return unknown("a value or what stands in for it", span)
        return given
    return failed("no value that can be worked out", span)


def _possible(arguments: Sequence[Evaluated], span: Span) -> Evaluated:
    if any(map(_has_failed, arguments)):
        return constant(False, span)
    if any(is_unknown(given) for given in arguments):
        return unknown("whether a value can be worked out", span)
    return constant(True, span)


def _has_failed(node: Evaluated) -> bool:
    """Whether Terraform would refuse a value or a part of it."""
    match node:
        case Leaf():
            return is_failed(node)
        case Listing():
            return any(map(_has_failed, node.items))
        case Object():
            return not isinstance(node, Named) and any(_has_failed(value) for _, value in node.pairs.values())
        case Either():
            return _has_failed(node.then) and _has_failed(node.otherwise)


_LAZY: dict[str, Callable[[syntax.Call, Scope], Evaluated]] = {"try": _try, "can": _can}

_FUNCTIONS: dict[str, Callable[[list[Evaluated], Span, Scope], Evaluated]] = {
    "abspath": _itself,
    "alltrue": _all_true,
    "anytrue": _any_true,
    "coalesce": _coalesce,
    "coalescelist": _coalescelist,
    "compact": _compact,
    "concat": _concat,
    "contains": _contains,
    "distinct": _distinct,
    "element": _element,
    "file": _file,
    "fileexists": _fileexists,
    "fileset": _fileset,
    "flatten": _flatten,
    "format": _format_symbolic,
    "formatlist": _formatlist,
    "join": _join,
    "trimsuffix": _trimsuffix,
    "jsondecode": _jsondecode,
    "jsonencode": _jsonencode,
    "keys": _keys,
    "length": _length,
    "lookup": _lookup,
    "lower": _part_by_part("lower", lower),
    "matchkeys": _matchkeys,
    "merge": _merge,
    "nonsensitive": _itself,
    "one": _one,
    "reverse": _reverse,
    "sensitive": _sensitive,
    "setintersection": _chosen(lambda row: True in row),
    "setproduct": _setproduct,
    "setsubtract": _chosen(lambda row: True not in row),
    "setunion": _setunion,
    "slice": _slice,
    "sort": _sort,
    "split": _split,
    "templatefile": _templatefile,
    "templatestring": _templatestring,
    "tobool": _as_bool,
    "tolist": _as_list,
    "tomap": _itself,
    "tonumber": _as_number,
    "toset": as_set,
    "tostring": _as_text,
    "transpose": _transpose,
    "upper": _part_by_part("upper", upper),
    "values": _values,
    "yamldecode": _yamldecode,
    "yamlencode": _yamlencode,
    "zipmap": _zipmap,
}
"""Functions that know what to do with symbolic values."""

_TWO = ("contains", "element", "fileset", "lookup", "split", "templatefile", "templatestring", "zipmap")
_LEAST = {**dict.fromkeys(_FUNCTIONS, 1), **dict.fromkeys(_TWO, 2), "merge": 0, "slice": 3}
"""How many arguments a function takes at least."""
