"""What an expression comes to, as far as the repository tells.

Attributes of resources stay symbolic, and so do a root module's variables that nothing here sets; what a condition on
them decides is both. Everything else is worked out, and what cannot be is Unknown with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

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
from crosswire.values import Const, If, Parameter, Ref, Unknown, Value, concat, one_of
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crosswire.frontends.terraform.module import Module
    from crosswire.readers.hcl_syntax import Expression, Step
    from crosswire.source import Span

MOST_ITEMS = 2_000
_MOST_CONDITIONS = 6
_DEEPEST = 120
_ERROR = "error"


class Scope:
    """Where an expression stands: its module, and the names that `for`, `each` and `count` give there."""

    __slots__ = ("module", "names")

    def __init__(self, module: Module, names: Mapping[str, Evaluated] | None = None) -> None:
        self.module = module
        self.names = names or {}

    def with_names(self, names: Mapping[str, Evaluated]) -> Scope:
        """The scope with more names in it."""
        return Scope(self.module, {**self.names, **names})


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
            return Leaf(Const(value, span), span)
        case _:
            return Leaf(Const(number_text(value), span), span, "number")


def number_text(number: float) -> str:
    """A number as Terraform puts it into a text."""
    whole = int(number) if abs(number) < 1e21 else number
    return str(whole) if whole == number else repr(number)


def number_of(node: Evaluated) -> float | None:
    """The number that a node is, None where it is not known."""
    if not isinstance(node, Leaf) or not isinstance(node.value, Const) or node.kind == "bool":
        return None
    text = node.value.text
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        return None


def is_unknown(node: Evaluated) -> bool:
    """Whether nothing is known of a node, not even what kind of thing it is."""
    return isinstance(node, Leaf) and isinstance(node.value, Unknown) and not node.is_null


def evaluate(expression: Expression, scope: Scope) -> Evaluated:
    """What an expression comes to in a scope."""
    root = scope.module.root
    if root.depth > _DEEPEST:
        return unknown("expressions nested too deeply", expression.span)
    root.depth += 1
    try:
        return _evaluate(expression, scope)
    finally:
        root.depth -= 1


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
                return None, scope.module.condition(span)
            case value:
                return None, _named(spelt(value), scope)
    return None, scope.module.condition(span)


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
        values.append(value_of(inner))
    return Leaf(concat(values, template.span), template.span)


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
        return Leaf(concat(template_values(template, scope), span), span)

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
            return _either_unless_failed(base.condition, then, otherwise, span)
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
        return _either_unless_failed(
            base.condition, index(base.then, key, span), index(base.otherwise, key, span), span
        )
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
            if number is not None and 0 <= number < len(base.items) and number == int(number):
                return base.items[int(number)]
            if not base.complete and len(base.items) == 1:
                return base.items[0]  # one stands for all
            if number is not None and base.complete:
                return failed("an element that the list does not have", span)
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


def _part_of(parameter: Parameter, step: str, span: Span) -> Parameter:
    return Parameter(parameter.scope, parameter.name + step, span=span, secret=parameter.secret)


def _either_unless_failed(condition: str, then: Evaluated, otherwise: Evaluated, span: Span) -> Evaluated:
    if is_failed(then):
        return otherwise
    return then if is_failed(otherwise) else either(condition, then, otherwise, span)


def _any_of(items: Sequence[Evaluated], complete: bool, span: Span) -> Evaluated:
    """One of several by a choice that cannot be named."""
    leaves = [item for item in items if isinstance(item, Leaf)]
    if complete and items and len(leaves) == len(items):
        return Leaf(one_of([value_of(leaf) for leaf in leaves], span), span, leaves[0].kind)
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
    found = Listing(
        [follow(item, taken, span, scope) for item in items],
        span,
        base.complete if isinstance(base, Listing) else True,
    )
    return follow(found, after, span, scope)


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
            return [
                (constant(name, span), value, "") for name, (span, value) in node.pairs.items() if name != ANY
            ], node.complete
        case Listing():
            found: list[tuple[Evaluated, Evaluated, str]] = []
            for number, item in enumerate(node.items):
                found.append((constant(number, node.span), item, ""))
            return found, node.complete
        case Either(condition=condition):
            left, left_complete = pairs_of(node.then)
            right, right_complete = pairs_of(node.otherwise)
            pairs = [(key, value, condition) for key, value, _ in left]
            pairs += [(key, value, "!" + condition) for key, value, _ in right]
            return pairs, left_complete and right_complete
        case Leaf(tree=tree) if tree is not None:
            return pairs_of(tree)
        case Leaf():
            return [], node.is_null


def _for(expression: syntax.For, scope: Scope) -> Evaluated:
    span = expression.span
    collection = evaluate(expression.collection, scope)
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
    if isinstance(collection, Object):  # Terraform takes the keys of a map in order
        pairs.sort(key=lambda pair: spelt(value_of(pair[0])))
    complete = complete and len(pairs) <= MOST_ITEMS
    items: list[Evaluated] = []
    made: dict[str, tuple[Span, Evaluated]] = {}
    for key, value, when in pairs[:MOST_ITEMS]:
        names = {expression.value: value, **({expression.key: key} if expression.key else {})}
        inner = scope.with_names(names)
        if expression.condition is not None:
            known, name = condition_of(evaluate(expression.condition, inner), expression.condition.span, inner)
            if known is False:
                continue
            when = when if known else name
        result = evaluate(expression.result, inner)
        if when:
            nothing = constant(None, span)
            result = Either(when, result, nothing, span)
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
        else:
            made[text] = (_place_of(value, span), result)
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
            return truth(scope.module.condition(span), span)
        return unknown("a number that is not known", span)
    return _arithmetic(operator, [number for number in numbers if number is not None], span)


def _equality(one: Evaluated, other: Evaluated, span: Span, scope: Scope) -> str:
    """A name for an equality, the same wherever the same two things are compared."""
    left, right = value_of(one), value_of(other)
    if isinstance(left, Unknown) or isinstance(right, Unknown):
        return scope.module.condition(span)
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
    joined = names[0] if len(names) == 1 else f" {expression.operator} ".join(names)
    return truth(joined, expression.span)


def _arithmetic(operator: str, numbers: Sequence[float], span: Span) -> Evaluated:
    if len(numbers) == 1:
        return constant(-numbers[0], span)
    one, other = numbers
    match operator:
        case "+":
            return constant(one + other, span)
        case "-":
            return constant(one - other, span)
        case "*":
            return constant(one * other, span)
        case "/" | "%" if other == 0:
            return failed("a division by zero", span)
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


def equals(one: Evaluated, other: Evaluated) -> bool | None:
    """Whether two values are the same, None where that is not known."""
    if isinstance(one, Leaf) and isinstance(other, Leaf):
        if one.is_null or other.is_null:
            rest = other if one.is_null else one
            return True if one.is_null and other.is_null else None if isinstance(rest.value, (Unknown, If)) else False
        return same_text(one.value, other.value)
    if isinstance(one, Listing) and isinstance(other, Listing):
        return _all_equal(one, other)
    nulls = [isinstance(node, Leaf) and node.is_null for node in (one, other)]
    if any(nulls) and any(isinstance(node, (Listing, Object)) for node in (one, other)):
        return False
    left, right = fields_of(one), fields_of(other)
    if isinstance(one, Object) and isinstance(other, Object) and left is not None and right is not None:
        if left.complete and right.complete and not left.pairs and not right.pairs:
            return True
        if left.complete and right.complete and set(left.pairs) != set(right.pairs):
            return False
    return None


def _all_equal(one: Listing, other: Listing) -> bool | None:
    if not one.complete or not other.complete:
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
