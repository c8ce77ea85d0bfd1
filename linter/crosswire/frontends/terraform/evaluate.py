"""What an expression comes to, as far as the repository tells.

Attributes of resources stay symbolic, and so do a root module's variables that nothing here sets; what a condition on
them decides is both. Everything else is worked out, and what cannot be is Unknown with the reason.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from crosswire.frontends.terraform.plain_functions import number_in, number_text
from crosswire.frontends.terraform.values import (
    Either,
    Evaluated,
    Leaf,
    Listing,
    Object,
    either,
    fields_of,
    value_of,
)
from crosswire.readers import hcl_syntax as syntax
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Unknown, Value, concat, leaves, one_of
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crosswire.frontends.terraform.module import Module
    from crosswire.readers.hcl_syntax import Expression, Step
    from crosswire.source import Span

MOST_ITEMS = 2_000
_MOST_CONDITIONS = 6
_DEEPEST = 120
_MOST_PARTS = 50_000
_LARGEST_NUMBER = 10**40
_ERROR = "error"
_ABSENT = "no value (left out)"


class Scope:
    """Where an expression stands: its module, and the names that `for`, `each` and `count` give there."""

    __slots__ = ("module", "names")

    def __init__(self, module: Module, names: Mapping[str, Evaluated] | None = None) -> None:
        self.module = module
        self.names = names or {}

    def with_names(self, names: Mapping[str, Evaluated]) -> Scope:
        """The scope with more names in it."""
        return Scope(self.module, {**self.names, **names})

    def condition(self, span: Span) -> str:
        """A name for a condition that only its text names: the same wherever the module says it again of the same."""
        named = [name for name in self.names if re.search(rf"\b{re.escape(name)}\b", span.text)]
        return self.module.condition(span, tuple(_identity(self.names[name]) for name in named))


def _identity(node: Evaluated) -> str | None:
    """What tells the element of one round of a loop from those of others, None where nothing does."""
    if isinstance(node, Object) and "key" in node.pairs:
        return _identity(node.pairs["key"][1])
    if isinstance(node, Object) and "index" in node.pairs:
        return _identity(node.pairs["index"][1])
    value = value_of(node)
    return None if isinstance(value, Unknown) else spelt(value)


class Unordered(Listing):
    """A set: its keys are its elements."""

    __slots__ = ()


class Every(Listing):
    """A list of whose elements not even the number is known: the one item stands for all."""

    __slots__ = ()


class Named(Object):
    """Something with attributes that are looked up when they are asked for: a resource, a called module."""

    __slots__ = ("attribute",)

    def __init__(
        self, attribute: Callable[[str, Span], Evaluated], span: Span, pairs: dict[str, tuple[Span, Evaluated]]
    ) -> None:
        super().__init__(pairs, span, complete=False)
        self.attribute = attribute


def unknown(why: str, span: Span) -> Leaf:
    """A value of any kind that cannot be known."""
    return Leaf(Unknown(why, span), span, "any")


def failed(why: str, span: Span) -> Leaf:
    """What an expression comes to that Terraform would refuse: `try` and `can` go on from it."""
    return Leaf(Unknown(why, span), span, _ERROR)


def is_failed(node: Evaluated) -> bool:
    """Whether Terraform would refuse the expression."""
    return isinstance(node, Leaf) and node.kind == _ERROR


def constant(value: str | float | bool | None, span: Span) -> Leaf:
    """An exact text, number, truth value or null."""
    match value:
        case None:
            return Leaf(Unknown("no value (null)", span), span, "null")
        case bool():
            return Leaf(Const("true" if value else "false", span), span, "bool")
        case str():
            return Leaf(Const(value if value.isascii() else _composed(value), span), span)
        case _ if abs(value) < _LARGEST_NUMBER:
            return Leaf(Const(number_text(value), span), span, "number")
        case _:
            return Leaf(Unknown("a very large number", span), span, "number")


def _composed(text: str) -> str:
    """A text with its accents put together, as Terraform does with every text."""
    from unicodedata import normalize

    return normalize("NFC", text)


def number_of(node: Evaluated) -> float | None:
    """The number that a node is, None where it is not known."""
    if not isinstance(node, Leaf) or not isinstance(node.value, Const) or node.kind == "bool":
        return None
    return number_in(node.value.text)


def converted(node: Evaluated, kind: str) -> Evaluated:
    """A text, number or truth value as one of another kind; what cannot be converted stays itself."""
    if not isinstance(node, Leaf) or node.is_null or is_failed(node) or node.tree is not None:
        return node
    if isinstance(node.value, Const):
        number = number_of(node)
        if kind == "number" and number is not None:
            return constant(number, node.span)
        if kind == "number" or (kind == "bool" and node.value.text not in ("true", "false")):
            return node
    return Leaf(node.value, node.span, kind, file=node.file)


# What may be left out


def absent(span: Span) -> Leaf:
    """What stands where there is nothing at all, which is not the same as null."""
    return Leaf(Unknown(_ABSENT, span), span, "null")


def presence(node: Evaluated) -> tuple[str, Evaluated]:
    """The condition under which an element is there, empty where it always is, and the element."""
    if not may_lack(node):
        return "", node
    assert isinstance(node, Either)
    if _is_absent(node.then):
        condition, found = presence(node.otherwise)
        return both_of("!" + node.condition, condition), found
    if _is_absent(node.otherwise):
        condition, found = presence(node.then)
        return both_of(node.condition, condition), found
    (then, left), (otherwise, right) = presence(node.then), presence(node.otherwise)
    return f"({node.condition} ? {then or True} : {otherwise or True})", either(node.condition, left, right, node.span)


def both_of(one: str, other: str) -> str:
    """The name of two conditions at once; the empty one always holds."""
    return f"({one} && {other})" if one and other and one != other else one or other


def _is_absent(node: Evaluated) -> bool:
    return isinstance(node, Leaf) and node.is_null and isinstance(node.value, Unknown) and node.value.why == _ABSENT


def may_lack(node: Evaluated) -> bool:
    """Whether a condition decides if an element is there at all."""
    return isinstance(node, Either) and (
        _is_absent(node.then) or _is_absent(node.otherwise) or may_lack(node.then) or may_lack(node.otherwise)
    )


def there_if(condition: str, node: Evaluated, span: Span) -> Evaluated:
    """An element that is there under a condition, which may begin with `!`."""
    if not condition:
        return node
    if condition.startswith("!"):
        return Either(condition[1:], absent(span), node, span)
    return Either(condition, node, absent(span), span)


def instead(node: Evaluated, other: Evaluated) -> Evaluated:
    """An element, or another one where it is left out."""
    if _is_absent(node):
        return other
    if not may_lack(node):
        return node
    assert isinstance(node, Either)
    then = instead(node.then, decided(other, node.condition, True))
    otherwise = instead(node.otherwise, decided(other, node.condition, False))
    return either(node.condition, then, otherwise, node.span)


def decided(node: Evaluated, condition: str, chosen: bool) -> Evaluated:
    """What a value is where a condition is decided."""
    while isinstance(node, Either) and node.condition == condition:
        node = node.then if chosen else node.otherwise
    return node


def alike(node: Evaluated, other: Evaluated) -> Evaluated:
    """Another element that is left out where this one is."""
    if _is_absent(node):
        return node
    if not may_lack(node):
        return other
    assert isinstance(node, Either)
    return Either(node.condition, alike(node.then, other), alike(node.otherwise, other), node.span)


# How much there is


def is_large(node: Evaluated | Value) -> bool:
    """Whether a value has more parts than anyone writes: a few lines can double one again and again."""
    left = _MOST_PARTS
    waiting: list[Evaluated | Value] = [node]
    while waiting:
        part = waiting.pop()
        left -= 1
        match part:
            case Const(text):
                left -= len(text) // 100
            case Leaf():
                waiting.append(part.value)
                if part.tree is not None:
                    waiting.append(part.tree)
            case Listing(items=parts) | Concat(parts) | OneOf(parts):
                waiting.extend(parts[: left + 1])
            case Object(pairs=pairs):
                waiting.extend(value for _, value in pairs.values())
            case Either() | If():
                waiting += (part.then, part.otherwise)
            case _:
                pass
        if left < 0:
            return True
    return False


def joined(values: Sequence[Value], span: Span) -> Value:
    """Values one after the other."""
    most = 100 * _MOST_PARTS
    if sum(len(value.text) for value in values if isinstance(value, Const)) > most or (
        len(values) > 1 and any(is_large(value) for value in values)
    ):
        return Unknown("a very long text", span)
    return concat(list(values), span)


def is_unknown(node: Evaluated) -> bool:
    """Whether nothing is known of a node, not even what kind of thing it is."""
    return isinstance(node, Leaf) and isinstance(node.value, Unknown) and not node.is_null


def evaluate(expression: Expression, scope: Scope) -> Evaluated:
    """What an expression comes to in a scope."""
    root = scope.module.root
    if root.depth > _DEEPEST:
        return unknown("expressions nested too deeply", expression.span)
    root.begin()
    try:
        if root.is_exhausted():
            return unknown("what takes too long to work out", expression.span)
        return _evaluate(expression, scope)
    finally:
        root.end()


def _evaluate(expression: Expression, scope: Scope) -> Evaluated:
    span = expression.span
    match expression:
        case syntax.Literal(value=value):
            return constant(value, span)
        case syntax.Template():
            return _template(expression, scope)
        case syntax.Traversal():
            return _traversal(expression, scope)
        case syntax.Call():
            from crosswire.frontends.terraform.functions import call

            return call(expression, scope)
        case syntax.Conditional():
            condition = evaluate(expression.condition, scope)
            if is_failed(condition):
                return condition
            return choose(
                condition,
                lambda: evaluate(expression.then, scope),
                lambda: evaluate(expression.otherwise, scope),
                span,
                scope,
            )
        case syntax.Operation():
            return _operation(expression, scope)
        case syntax.ListOf(items=items):
            return Listing([evaluate(item, scope) for item in items], span)
        case syntax.ObjectOf():
            return _object(expression, scope)
        case syntax.For():
            return _for(expression, scope)
        case syntax.Invalid(why=why):
            return unknown(why, span)
        case _:
            assert_never(expression)


# Conditions


def condition_of(node: Evaluated, span: Span, scope: Scope) -> tuple[bool | None, str]:
    """The truth of a condition where it is known, else a name for it by which equal conditions are found."""
    if isinstance(node, Leaf):
        match node.value:
            case Const(text):
                return (text == "true", "") if text in ("true", "false") else (None, _named(text, scope))
            case If(condition, Const("true"), Const("false")):
                return None, condition
            case If(condition, Const("false"), Const("true")):
                return None, _negated(condition)
            case Parameter(unit, name):
                return None, f"{unit}:{name}"
            case Unknown():
                return None, scope.condition(span)
            case value if any(isinstance(part, Unknown) for part in leaves(value)):
                return None, scope.condition(span)
            case value:
                return None, _named(spelt(value), scope)
    return None, scope.condition(span)


def truth(condition: str, span: Span) -> Leaf:
    """A truth value that only a deployment decides."""
    yes, no = Const("true", span), Const("false", span)
    if condition.startswith("!"):
        return Leaf(If(condition[1:], no, yes, span), span, "bool")
    return Leaf(If(condition, yes, no, span), span, "bool")


def choose(
    condition: Evaluated,
    then: Callable[[], Evaluated],
    otherwise: Callable[[], Evaluated],
    span: Span,
    scope: Scope,
) -> Evaluated:
    """One of two by a condition; both where it is not known."""
    known, name = condition_of(condition, span, scope)
    if known is not None:
        return then() if known else otherwise()
    left, right = then(), otherwise()
    if is_failed(left) and not is_failed(right):
        return right
    if is_failed(right) and not is_failed(left):
        return left
    if name.startswith("!"):
        return either(name[1:], right, left, span)
    return either(name, left, right, span)


def _named(text: str, scope: Scope) -> str:
    return f"{scope.module.unit}:{text}"


def _negated(condition: str) -> str:
    return condition[1:] if condition.startswith("!") else "!" + condition


def _text(span: Span) -> str:
    return " ".join(span.text.split())


# Texts


def _template(template: syntax.Template, scope: Scope) -> Evaluated:
    if len(template.parts) == 1 and not isinstance(template.parts[0], (str, syntax.IfDirective, syntax.ForDirective)):
        return evaluate(template.parts[0], scope)  # "${x}" is x itself
    values: list[Value] = []
    for part in template.parts:
        if isinstance(part, (str, syntax.IfDirective, syntax.ForDirective)):
            values += _part_values(part, template.span, scope)
            continue
        inner = evaluate(part, scope)
        if is_failed(inner):
            return inner
        if isinstance(inner, Leaf) and inner.is_null:
            return failed("null in a text", template.span)
        values.append(value_of(inner))
    return Leaf(joined(values, template.span), template.span)


def template_values(template: syntax.Template, scope: Scope) -> list[Value]:
    """The parts of a text."""
    return [value for part in template.parts for value in _part_values(part, template.span, scope)]


def _part_values(
    part: str | Expression | syntax.IfDirective | syntax.ForDirective, span: Span, scope: Scope
) -> list[Value]:
    match part:
        case str():
            return [Const(part, span)]
        case syntax.IfDirective():
            return [_if_directive(part, scope)]
        case syntax.ForDirective():
            return _for_directive(part, scope)
        case _:
            return [value_of(evaluate(part, scope))]


def _if_directive(directive: syntax.IfDirective, scope: Scope) -> Value:
    span = directive.span

    def section(template: syntax.Template) -> Evaluated:
        return Leaf(joined(template_values(template, scope), span), span)

    condition = evaluate(directive.condition, scope)
    return value_of(
        choose(condition, lambda: section(directive.then), lambda: section(directive.otherwise), span, scope)
    )


def _for_directive(directive: syntax.ForDirective, scope: Scope) -> list[Value]:
    pairs, complete = pairs_of(evaluate(directive.collection, scope))
    values: list[Value] = []
    for key, value, when in pairs[:MOST_ITEMS]:
        names = {directive.value: value, **({directive.key: key} if directive.key else {})}
        inner = template_values(directive.body, scope.with_names(names))
        values += inner if not when else [Unknown("a part of a text that a condition decides on", directive.span)]
    return values if complete else [*values, Unknown("more of a text, for each of a list", directive.span)]


# Names


def _traversal(node: syntax.Traversal, scope: Scope) -> Evaluated:
    if not isinstance(node.root, str):
        return follow(evaluate(node.root, scope), node.steps, node.span, scope)
    module, span = scope.module, node.span
    if node.root in scope.names:
        return follow(scope.names[node.root], node.steps, span, scope)
    if node.root == "resource" and node.steps and isinstance(node.steps[0], syntax.Attribute):
        return _traversal(syntax.Traversal(node.steps[0].name, node.steps[1:], span), scope)
    names = [step.name for step in node.steps[:2] if isinstance(step, syntax.Attribute)]
    match node.root, names:
        case "var", [name, *_]:
            return follow(module.variable(name, span), node.steps[1:], span, scope)
        case "local", [name, *_]:
            return follow(module.local(name, span), node.steps[1:], span, scope)
        case "module", [name, *_]:
            return follow(module.called(name, span), node.steps[1:], span, scope)
        case "data", [type, name]:
            return follow(module.resource(f"data.{type}", name, span), node.steps[2:], span, scope)
        case "path" | "terraform", [name, *_]:
            return follow(module.surroundings(node.root, name, span), node.steps[1:], span, scope)
        case "each" | "count" | "self", _:
            return unknown(f"a value of `{node.root}`", span)
        case type, [name, *_]:
            return follow(module.resource(type, name, span), node.steps[1:], span, scope)
        case _:
            return unknown(f"`{_text(span)}`, which names nothing", span)


def follow(base: Evaluated, steps: Sequence[Step], span: Span, scope: Scope) -> Evaluated:
    """What the steps of a traversal lead to."""
    for number, step in enumerate(steps):
        match step:
            case syntax.Attribute(name=name):
                base = attribute(base, name, span)
            case syntax.Index(key=key):
                base = index(base, evaluate(key, scope), span)
            case syntax.Splat():
                rest = [*step.steps, *steps[number + 1 :]]
                return _splat(base, step, rest, span, scope)
            case _:
                assert_never(step)
    return base


def attribute(base: Evaluated, name: str, span: Span) -> Evaluated:
    """An attribute of an object."""
    match base:
        case Named():
            return base.attribute(name, span)
        case Object():
            found = base.pairs.get(name)
            if found is not None:
                return found[1]
            if base.complete:
                return failed(f"the attribute `{name}`, which the object does not have", span)
            return unknown(f"the attribute `{name}` of an object that is not fully known", span)
        case Either():
            then, otherwise = attribute(base.then, name, span), attribute(base.otherwise, name, span)
            return either_unless_failed(base.condition, then, otherwise, span)
        case Leaf(tree=tree) if tree is not None:
            return attribute(tree, name, span)
        case Leaf(value=Parameter() as parameter) if base.kind == "any":
            return Leaf(_part_of(parameter, f".{name}", span), span, "any")
        case Leaf(value=Ref(resource, outer)) if base.kind == "any":
            return Leaf(Ref(resource, f"{outer}.{name}", span), span, "any")
        case Leaf(value=Unknown()) if not base.is_null:
            return base
        case Listing(items=[only]) if base.complete:
            return attribute(only, name, span)  # a single block, as older configurations name it
        case Listing() if not base.complete:
            return unknown(f"the attribute `{name}` of a list that is not fully known", span)
        case _:
            return failed(f"the attribute `{name}` of what has none", span)


def index(base: Evaluated, key: Evaluated, span: Span) -> Evaluated:
    """An element of a list or an object."""
    if isinstance(base, Either):
        return either_unless_failed(base.condition, index(base.then, key, span), index(base.otherwise, key, span), span)
    if isinstance(key, Either):
        return either(key.condition, index(base, key.then, span), index(base, key.otherwise, span), span)
    if isinstance(key, Leaf) and isinstance(key.value, If):
        chosen = key.value
        return either(
            chosen.condition,
            index(base, Leaf(chosen.then, span, key.kind), span),
            index(base, Leaf(chosen.otherwise, span, key.kind), span),
            span,
        )
    value = value_of(key)
    match base:
        case Listing():
            number = number_of(key)
            if isinstance(base, Every):
                return base.items[0]
            if number is not None:
                return _element(base, number, span)
            return _any_of(base.items, base.complete, span)
        case Named():
            return attribute(base, value.text, span) if isinstance(value, Const) else unknown("an attribute", span)
        case Object():
            if isinstance(value, Const):
                found = base.pairs.get(value.text)
                if found is not None:
                    return found[1]
                if ANY in base.pairs:
                    return base.pairs[ANY][1]
                if base.complete:
                    return failed(f"the key `{value.text}`, which the map does not have", span)
                return unknown(f"the key `{value.text}` of a map that is not fully known", span)
            symbolic = base.pairs.get(spelt(value))
            if symbolic is not None:
                return symbolic[1]
            if ANY in base.pairs:
                return base.pairs[ANY][1]
            return _any_of([pair[1] for pair in base.pairs.values()], base.complete, span)
        case Leaf(tree=tree) if tree is not None:
            return index(tree, key, span)
        case Leaf(value=Parameter() as parameter) if base.kind == "any":
            return Leaf(_part_of(parameter, f"[{spelt(value)}]", span), span, "any")
        case Leaf(value=Ref(resource, outer)) if base.kind == "any":
            return Leaf(Ref(resource, f"{outer}[{spelt(value)}]", span), span, "any")
        case Leaf(value=Unknown()) if not base.is_null:
            return base
        case _:
            return failed("an element of what has none", span)


ANY = "*"
"""The key of the one instance that stands for all where the keys are not known."""


def _element(base: Listing, number: float, span: Span) -> Evaluated:
    """An element by its number; the next one instead of the first that is left out."""
    items = base.items
    if 0 <= number < len(items) and number == int(number):
        at = int(number)
        if not base.complete and any(map(is_unknown, items[:at])):
            return unknown("an element of a list that is not fully known", span)
        if not any(map(may_lack, items[:at])):
            found = items[at]
            if not may_lack(found):
                return found
            following = next((item for item in items[at + 1 :] if not may_lack(item)), None)
            if following is None or items.index(following) > at + 1:
                return found if following is None else unknown("one of several that may be left out", span)
            return instead(found, following)
        return unknown("an element behind one that may be left out", span)
    if base.complete:
        return failed("an element that the list does not have", span)
    return unknown("an element of a list that is not fully known", span)


def _part_of(parameter: Parameter, step: str, span: Span) -> Parameter:
    return Parameter(parameter.scope, parameter.name + step, span=span, secret=parameter.secret)


def either_unless_failed(condition: str, then: Evaluated, otherwise: Evaluated, span: Span) -> Evaluated:
    """One of two by a condition; the other one where Terraform refuses one."""
    if is_failed(then):
        return otherwise
    return then if is_failed(otherwise) else either(condition, then, otherwise, span)


def _any_of(items: Sequence[Evaluated], complete: bool, span: Span) -> Evaluated:
    """One of several by a choice that cannot be named."""
    texts = [item for item in items if isinstance(item, Leaf)]
    if complete and items and len(texts) == len(items):
        return Leaf(one_of([value_of(text) for text in texts], span), span, texts[0].kind)
    return unknown("one of several", span)


def _splat(base: Evaluated, step: syntax.Splat, rest: Sequence[Step], span: Span, scope: Scope) -> Evaluated:
    if isinstance(base, Either):
        return either(
            base.condition,
            _splat(base.then, step, rest, span, scope),
            _splat(base.otherwise, step, rest, span, scope),
            span,
        )
    # What follows in brackets after `[*].name` is a step of each element, except an index after the older `.*`.
    if isinstance(base, Leaf) and base.is_null:
        return Listing([], span)
    if is_unknown(base):
        return Listing([], span, complete=False)
    items = base.items if isinstance(base, Listing) else [base]
    inner = len(step.steps)
    taken, after = list(rest[:inner]), list(rest[inner:])
    each = [alike(item, follow(presence(item)[1], taken, span, scope)) for item in items]
    complete = base.complete if isinstance(base, Listing) else True
    kind = Every if isinstance(base, Every) else Listing
    return follow(kind(each, span, complete), after, span, scope)


# Objects, lists and loops over them


def _object(expression: syntax.ObjectOf, scope: Scope) -> Evaluated:
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    complete = True
    for key_node, value_node in expression.pairs:
        key = evaluate(key_node, scope)
        value = value_of(key)
        if isinstance(value, Unknown):
            complete = False
            continue
        name = value.text if isinstance(value, Const) else spelt(value)
        pairs[name] = (key_node.span, evaluate(value_node, scope))
    return Object(pairs, expression.span, complete)


def pairs_of(node: Evaluated) -> tuple[list[tuple[Evaluated, Evaluated, str]], bool]:
    """Key, element and the condition under which it is there of everything in a collection, and whether nothing else
    can be in it."""
    match node:
        case Named():
            return [], False
        case Object():
            names = sorted(name for name in node.pairs if name != ANY)  # as Terraform goes through them
            return [(constant(name, node.pairs[name][0]), node.pairs[name][1], "") for name in names], node.complete
        case Unordered():
            return [(item, item, "") for item in node.items], node.complete
        case Listing():
            uncounted = isinstance(node, Every) or any(map(may_lack, node.items))
            place = unknown("the number of an element", node.span)
            return [
                (place if uncounted else constant(number, node.span), item, "")
                for number, item in enumerate(node.items)
            ], node.complete
        case Either(condition=condition):
            left, left_complete = pairs_of(node.then)
            right, right_complete = pairs_of(node.otherwise)
            pairs = [(key, there_if(when, value, node.span), condition) for key, value, when in left]
            pairs += [(key, there_if(when, value, node.span), "!" + condition) for key, value, when in right]
            return pairs, left_complete and right_complete
        case Leaf(tree=tree) if tree is not None:
            return pairs_of(tree)
        case Leaf():
            return [], node.is_null


def _for(expression: syntax.For, scope: Scope) -> Evaluated:
    span = expression.span
    collection = evaluate(expression.collection, scope)
    if isinstance(collection, Leaf) and collection.is_null:
        return failed("a loop over null", span)
    if isinstance(collection, Either) and _width(collection) <= _MOST_CONDITIONS:
        return either(
            collection.condition,
            _for_over(expression, collection.then, scope),
            _for_over(expression, collection.otherwise, scope),
            span,
        )
    return _for_over(expression, collection, scope)


def _width(node: Evaluated) -> int:
    return 1 + max(_width(node.then), _width(node.otherwise)) if isinstance(node, Either) else 0


def _for_over(expression: syntax.For, collection: Evaluated, scope: Scope) -> Evaluated:
    span = expression.span
    pairs, complete = pairs_of(collection)
    complete = complete and len(pairs) <= MOST_ITEMS
    items: list[Evaluated] = []
    made: dict[str, tuple[Span, Evaluated]] = {}
    for key, element, when in pairs[:MOST_ITEMS]:
        value = presence(element)[1]
        names = {expression.value: value, **({expression.key: key} if expression.key else {})}
        inner = scope.with_names(names)
        only = ""
        if expression.condition is not None:
            known, name = condition_of(evaluate(expression.condition, inner), expression.condition.span, inner)
            if known is False:
                continue
            only = "" if known else name
        result = alike(element, evaluate(expression.result, inner))
        result = there_if(when, there_if(only, result, span), span)
        if expression.result_key is None:
            items.append(result)
            continue
        made_key = value_of(evaluate(expression.result_key, inner))
        if isinstance(made_key, Unknown):
            complete = False
            continue
        text = made_key.text if isinstance(made_key, Const) else spelt(made_key)
        if expression.groups:
            before = made.get(text)
            group = before[1] if before is not None and isinstance(before[1], Listing) else Listing([], span)
            group.items.append(result)
            made[text] = (span, group)
        elif text in made and not may_lack(made[text][1]) and not may_lack(result):
            return failed(f"the key `{text}` for two elements", span)
        else:
            made[text] = (_place_of(value, span), instead(result, made[text][1]) if text in made else result)
    return Listing(items, span, complete) if expression.result_key is None else Object(made, span, complete)


def _place_of(node: Evaluated, otherwise: Span) -> Span:
    return node.span if isinstance(node, (Leaf, Object)) else otherwise


# Operators


def _operation(expression: syntax.Operation, scope: Scope) -> Evaluated:
    span, operator = expression.span, expression.operator
    if operator in ("&&", "||"):
        return _logical(expression, scope)
    operands = [evaluate(operand, scope) for operand in expression.operands]
    refused = next((operand for operand in operands if is_failed(operand)), None)
    if refused is not None:
        return refused
    if operator == "!":
        known, name = condition_of(operands[0], expression.operands[0].span, scope)
        return constant(not known, span) if known is not None else truth(_negated(name), span)
    if operator in ("==", "!="):
        equal = equals(operands[0], operands[1])
        if equal is not None:
            return constant(equal is (operator == "=="), span)
        name = _equality(operands[0], operands[1], span, scope)
        return truth(name if operator == "==" else _negated(name), span)
    numbers = [number_of(operand) for operand in operands]
    if any(number is None for number in numbers):
        if operator in ("<", ">", "<=", ">="):
            return truth(scope.condition(span), span)
        return unknown("a number that is not known", span)
    return _arithmetic(operator, [number for number in numbers if number is not None], span)


def _equality(one: Evaluated, other: Evaluated, span: Span, scope: Scope) -> str:
    """A name for an equality, the same wherever the same two things are compared."""
    left, right = value_of(one), value_of(other)
    if any(isinstance(part, Unknown) for side in (left, right) for part in leaves(side)):
        return scope.condition(span)
    left_text, right_text = spelt(left), spelt(right)
    if isinstance(left, Const):
        left_text, right_text = right_text, left_text
    return f"{scope.module.root.unit}:{left_text} == {right_text}"


def _logical(expression: syntax.Operation, scope: Scope) -> Evaluated:
    decides = expression.operator == "||"
    names: list[str] = []
    for operand in expression.operands:
        known, name = condition_of(evaluate(operand, scope), operand.span, scope)
        if known is decides:
            return constant(decides, expression.span)
        if known is None:
            names.append(name)
    if not names:
        return constant(not decides, expression.span)
    if len(names) == 1:
        return truth(names[0], expression.span)
    return truth(f"({f' {expression.operator} '.join(names)})", expression.span)


def _arithmetic(operator: str, numbers: Sequence[float], span: Span) -> Evaluated:
    if len(numbers) == 1:
        return constant(-numbers[0], span)
    one, other = numbers
    match operator:
        case "+":
            return constant(_rounded(one + other), span)
        case "-":
            return constant(_rounded(one - other), span)
        case "*":
            return constant(_rounded(one * other), span)
        case "/" | "%" if other == 0:
            return unknown("a division by zero", span)
        case "/":
            return constant(one / other, span)
        case "%":
            return constant(one - other * int(one / other), span)
        case "<":
            return constant(one < other, span)
        case ">":
            return constant(one > other, span)
        case "<=":
            return constant(one <= other, span)
        case ">=":
            return constant(one >= other, span)
        case _:
            return unknown(f"the operator `{operator}`", span)


_PLAIN = ("string", "number", "bool")


def _rounded(number: float) -> float:
    """A sum without what binary fractions add: Terraform's numbers are longer."""
    return number if isinstance(number, int) else float(format(number, ".14g"))


def equals(one: Evaluated, other: Evaluated) -> bool | None:
    """Whether two values are the same, None where that is not known."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        if one.is_null or other.is_null:
            rest = other if one.is_null else one
            if one.is_null and other.is_null:
                return True
            return False if rest.kind in _PLAIN and not isinstance(rest.value, (Unknown, If, OneOf)) else None
        same = same_text(one.value, other.value)
        # What is a text and what a number is not always known: types are converted where values are passed on.
        return None if same and one.kind != other.kind and one.kind in _PLAIN and other.kind in _PLAIN else same
    if isinstance(one, Listing) and isinstance(other, Listing):
        return _all_equal(one, other)
    nulls = [isinstance(node, Leaf) and node.is_null for node in (one, other)]
    if any(nulls) and any(isinstance(node, (Listing, Object)) for node in (one, other)):
        return False
    left, right = fields_of(one), fields_of(other)
    if isinstance(one, Object) and isinstance(other, Object) and left is not None and right is not None:
        if left.complete and right.complete and not left.pairs and not right.pairs:
            return True
        if left.complete and right.complete and not any(may_lack(value) for _, value in _all_pairs(left, right)):
            if set(left.pairs) != set(right.pairs):
                return False
            each = [equals(value, right.pairs[name][1]) for name, (_, value) in left.pairs.items()]
            return False if False in each else None if None in each else True
    return None


def _all_pairs(one: Object, other: Object) -> list[tuple[Span, Evaluated]]:
    return [*one.pairs.values(), *other.pairs.values()]


def _all_equal(one: Listing, other: Listing) -> bool | None:
    if not one.complete or not other.complete or any(map(may_lack, (*one.items, *other.items))):
        return None
    if len(one.items) != len(other.items):
        return False
    each = [equals(left, right) for left, right in zip(one.items, other.items, strict=True)]
    return False if False in each else None if None in each else True


def same_text(one: Value, other: Value) -> bool | None:
    """Whether two texts are surely the same or surely not."""
    if isinstance(one, Unknown) or isinstance(other, Unknown):
        return None
    if one == other:
        return True
    if isinstance(one, Const) and isinstance(other, Const):
        return False
    for symbolic, text in ((one, other), (other, one)):
        if isinstance(symbolic, Ref) and text == Const(""):
            return False
    return None
