"""Expressions: the abstract value of each kind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswire.frontends.code import syntax, times
from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    Abstract,
    ClassValue,
    Closure,
    Namespace,
    Native,
    Never,
    Primitive,
    Record,
    Scope,
    SequenceValue,
    Super,
    as_text,
    join,
    options_of,
)
from crosswire.frontends.code.branching import spread_into
from crosswire.frontends.code.calls import arguments_of, call_super, decorated
from crosswire.frontends.code.conditions import may_be_nothing, test, test_compare, truth_of
from crosswire.frontends.code.environment import fall_back, knowing, mark, mark_all, mark_owner, number_of
from crosswire.frontends.code.lists import items_of
from crosswire.frontends.code.loading import module_of
from crosswire.frontends.code.members import item_of
from crosswire.frontends.code.names import assign, look_up
from crosswire.frontends.code.state import LONGEST_UNROLLED, MOST_STEPS, Arguments, Frame, ModuleState, TooMuch
from crosswire.frontends.code.texts import plus
from crosswire.frontends.code.times import Moment
from crosswire.secret_shapes import kind_of_secret
from crosswire.values import Const, EnvRef, Unknown, Value, concat

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def ev(evaluator: Evaluator, node: syntax.Syntax, scope: Scope, frame: Frame) -> Abstract:
    """The abstract value of an expression."""
    evaluator.steps += 1
    if evaluator.steps > MOST_STEPS:
        raise TooMuch
    value: Abstract = _EXPRESSIONS[type(node)](evaluator, node, scope, frame)
    return value


def _literal(evaluator: Evaluator, node: syntax.Literal, scope: Scope, frame: Frame) -> Abstract:
    value = node.value
    if not isinstance(value, str):
        return Primitive(value)
    span = frame.module.span(node)
    if frame.module.substitutions and "${" in value:
        return substituted(value, frame.module, span)
    kind = kind_of_secret(value)
    if kind is not None:
        evaluator.run.secrets.append((kind, span))
    return Const(value, span)


def _name(evaluator: Evaluator, node: syntax.Name, scope: Scope, frame: Frame) -> Abstract:
    return look_up(evaluator, node.name, scope, frame.module, frame)


def _member(evaluator: Evaluator, node: syntax.Member, scope: Scope, frame: Frame) -> Abstract:
    value = evaluator.ev(node.object, scope, frame)
    mark_owner(evaluator, value)
    return evaluator.member(value, node.name, frame.module.span(node))


def _subscript(evaluator: Evaluator, node: syntax.Subscript, scope: Scope, frame: Frame) -> Abstract:
    value = evaluator.ev(node.object, scope, frame)
    key = evaluator.ev(node.key, scope, frame)
    return item_of(evaluator, value, key, node.strict, frame.module.span(node))


def _invoke(evaluator: Evaluator, node: syntax.Invoke, scope: Scope, frame: Frame) -> Abstract:
    span = frame.module.span(node)
    callee = node.callee
    if type(callee) is syntax.Member:
        receiver = evaluator.ev(callee.object, scope, frame)
        mark_owner(evaluator, receiver)
        target = evaluator.member(receiver, callee.name, frame.module.span(callee))
    else:
        receiver = None
        target = evaluator.ev(callee, scope, frame)
    arguments = arguments_of(evaluator, node.arguments, scope, frame)
    if isinstance(target, Super) or (isinstance(target, Native) and target.name == "super"):
        return call_super(evaluator, target, arguments, frame, span)
    if isinstance(target, Never) or any(isinstance(value, Never) for value in arguments.positional):
        return NEVER
    this = receiver if isinstance(receiver, Record) and receiver.cls is None else None
    return evaluator.call(target, arguments, span, new=node.new, this=this, receiver=receiver)


def _record(evaluator: Evaluator, node: syntax.Record, scope: Scope, frame: Frame) -> Abstract:
    record = Record(frame.module.span(node))
    for key, value_node in node.entries:
        value = evaluator.ev(value_node, scope, frame)
        if isinstance(value, Moment):
            value = value.at(frame.module.span(value_node))
        if key is None:
            spread_into(evaluator, record, value)
            continue
        if isinstance(value, Closure) and value.this is None and value.node.receiver == "this":
            value = Closure(value.node, value.scope, value.module, record, value.owner)
        name = evaluator.ev(key, scope, frame)
        if isinstance(name, Const):
            record.fields[name.text] = value
        elif isinstance(name, Primitive):
            record.fields[str(name.value)] = value
        else:
            record.state["symbolic"] = (*record.symbolic, (as_text(name), value))
    return record


def _sequence(evaluator: Evaluator, node: syntax.Sequence, scope: Scope, frame: Frame) -> Abstract:
    items: list[Abstract] = []
    open = False
    for item in node.items:
        if type(item) is syntax.Spread:
            more, complete = items_of(evaluator.ev(item.value, scope, frame))
            items.extend(more)
            open = open or not complete
        else:
            items.append(evaluator.ev(item, scope, frame))
    return SequenceValue(tuple(items), open)


def _spread(evaluator: Evaluator, node: syntax.Spread, scope: Scope, frame: Frame) -> Abstract:
    return evaluator.ev(node.value, scope, frame)


def _template(evaluator: Evaluator, node: syntax.Template, scope: Scope, frame: Frame) -> Abstract:
    values: list[Abstract] = []
    sum_: Abstract | None = None
    timed = False
    for index, part in enumerate(node.parts):
        value = evaluator.ev(part, scope, frame)
        if isinstance(value, Never):
            return NEVER
        if len(node.parts) > 1:
            mark_all(evaluator, value, "joined")
        if isinstance(value, Moment):
            timed = True
        if index == 0:
            sum_ = value if isinstance(value, Primitive) and type(node) is syntax.Sum else None
        elif sum_ is not None:
            sum_ = plus(sum_, value, frame.module.span(node)) if isinstance(value, Primitive) else None
        values.append(value)
    if timed:
        span = frame.module.span(node)
        moment = times.summed(values, span) if type(node) is syntax.Sum else times.templated(values, span)
        if moment is not None:
            return moment
    if sum_ is not None:  # a counter's next value is not its last: only what a call has just given is added up
        return sum_ if type(node.parts[0]) is syntax.Invoke else Unknown("a number")
    return concat([as_text(value) for value in values], frame.module.span(node))


def _either(evaluator: Evaluator, node: syntax.Either, scope: Scope, frame: Frame) -> Abstract:
    if node.operator == "&&":
        truth, absent, present = test(evaluator, node.left, scope, frame)
        for env in (*absent, *present):
            mark(evaluator, env, "tested")
        if truth is False:
            return NOTHING
        with knowing(evaluator, present):
            right = evaluator.ev(node.right, scope, frame)
        return right if truth is True else join([right, NOTHING])
    left = evaluator.ev(node.left, scope, frame)
    if isinstance(left, Never):
        return NEVER
    certain = truth_of(left) if node.operator == "||" else (None if may_be_nothing(left) else True)
    if certain is True and not isinstance(left, EnvRef):
        return left
    right = evaluator.ev(node.right, scope, frame)
    return fall_back(evaluator, left, right, node.operator == "||")


def _choose(evaluator: Evaluator, node: syntax.Choose, scope: Scope, frame: Frame) -> Abstract:
    truth, absent, present = test(evaluator, node.test, scope, frame)
    if truth is True:
        return evaluator.ev(node.then, scope, frame)
    if truth is False:
        return evaluator.ev(node.otherwise, scope, frame)
    with knowing(evaluator, present):
        then = evaluator.ev(node.then, scope, frame)
    with knowing(evaluator, absent):
        otherwise = evaluator.ev(node.otherwise, scope, frame)
    for env in (*absent, *present):
        mark(evaluator, env, "tested")
    if isinstance(then, EnvRef) and any(then.name == env.name for env in present):
        return fall_back(evaluator, then, otherwise, True)
    if isinstance(otherwise, EnvRef) and any(otherwise.name == env.name for env in absent):
        return fall_back(evaluator, otherwise, then, True)
    return join([then, otherwise])


def _not(evaluator: Evaluator, node: syntax.Not, scope: Scope, frame: Frame) -> Abstract:
    truth, absent, present = test(evaluator, node, scope, frame)
    for env in (*absent, *present):
        mark(evaluator, env, "tested")
    return Primitive(truth) if truth is not None else Unknown("a truth value")


def _compare(evaluator: Evaluator, node: syntax.Compare, scope: Scope, frame: Frame) -> Abstract:
    truth, absent, present = test_compare(evaluator, node, scope, frame)
    for env in (*absent, *present):
        mark(evaluator, env, "tested")
    return Primitive(truth) if truth is not None else Unknown("a truth value")


def _function(evaluator: Evaluator, node: syntax.Function, scope: Scope, frame: Frame) -> Abstract:
    this = frame.this if node.receiver == "arrow" else None
    closure = Closure(node, scope, frame.module, this, frame.owner if node.receiver == "arrow" else None)
    return decorated(evaluator, closure, node.decorators, scope, frame) if node.decorators else closure


def _class(evaluator: Evaluator, node: syntax.Class, scope: Scope, frame: Frame) -> Abstract:
    body = Scope(scope, True)
    bases = tuple(evaluator.ev(base, scope, frame) for base in node.bases)
    cls = ClassValue(node, body, frame.module, bases)
    if node.name:
        body.vars[node.name] = cls
    inner = Frame(frame.module, cls, cls)
    for name, value_node in node.statics:
        value = evaluator.ev(value_node, body, inner)
        cls.statics[name] = value
        if frame.module.language == "python":
            body.vars[name] = value
    if frame.module.language == "python":
        # Methods do not see the names of the class body.
        cls.scope = Scope(scope, True)
        if node.name:
            cls.scope.vars[node.name] = cls
    decorated(evaluator, cls, node.decorators, scope, frame)
    return cls


def _assign(evaluator: Evaluator, node: syntax.Assign, scope: Scope, frame: Frame) -> Abstract:
    value = evaluator.ev(node.value, scope, frame)
    if isinstance(value, Never):
        return NEVER
    if node.operator:
        current = evaluator.ev(node.target, scope, frame)
        if node.operator in ("||", "??"):
            value = fall_back(evaluator, current, value, node.operator == "||")
        elif node.operator == "+" and not isinstance(current, Primitive):
            value = plus(current, value, frame.module.span(node))
        elif node.operator == "&&":
            value = join([current, value])
        elif isinstance(current, Moment):
            value = times.calculated([current, value], [node.operator], frame.module.span(node))
        else:
            value = Unknown("a number")
    walrus = frame.module.language == "python" and type(node.target) is syntax.Name
    assign(evaluator, node.target, value, scope, frame, "function" if walrus else None)
    return value


def _comprehension(evaluator: Evaluator, node: syntax.Comprehension, scope: Scope, frame: Frame) -> Abstract:
    inner = Scope(scope, False)
    results: list[Abstract] = []
    open = bool(node.tests)

    def walk(index: int) -> None:
        nonlocal open
        if index == len(node.clauses):
            for condition in node.tests:
                test(evaluator, condition, inner, frame)
            results.append(evaluator.ev(node.element, inner, frame))
            return
        pattern, iterable = node.clauses[index]
        items, complete = items_of(evaluator.ev(iterable, inner, frame))
        open = open or not complete
        if not complete or len(items) > LONGEST_UNROLLED:
            items = [join(items[:LONGEST_UNROLLED])] if items else [Unknown("an item of a list")]
            open = True
        for item in items:
            assign(evaluator, pattern, item, inner, frame, "block")
            walk(index + 1)

    walk(0)
    if node.kind == "dict":
        record = Record(frame.module.span(node))
        for result in results:
            spread_into(evaluator, record, result)
        record.state["open"] = open
        return record
    return SequenceValue(tuple(results), open)


def _optional(evaluator: Evaluator, node: syntax.Optional, scope: Scope, frame: Frame) -> Abstract:
    value = evaluator.ev(node.value, scope, frame)
    for option in options_of(value):
        if isinstance(option, EnvRef):
            mark(evaluator, option, "tested")
    return value


def _await(evaluator: Evaluator, node: syntax.Await, scope: Scope, frame: Frame) -> Abstract:
    return evaluator.ev(node.value, scope, frame)


def _require(evaluator: Evaluator, node: syntax.RequireModule, scope: Scope, frame: Frame) -> Abstract:
    module = module_of(evaluator, node.specifier, frame, frame.module.span(node))
    if isinstance(module, Namespace) and module.module.language == "javascript" and not module.module.exports:
        exported = module.module.module_object.fields.get("exports", NOTHING)
        if not (isinstance(exported, Record) and exported.cls is None) or module.module.loaded:
            return exported if not module.module.stars else module
    return module


def _opaque(evaluator: Evaluator, node: syntax.Opaque, scope: Scope, frame: Frame) -> Abstract:
    values = [evaluator.ev(part, scope, frame) for part in node.parts]
    if node.why == "a slice" and isinstance(values[0], SequenceValue):
        return SequenceValue(values[0].items, True)
    if node.why == "+":
        return number_of(evaluator, values[0])
    for value in values:
        mark_all(evaluator, value, "compared" if node.why == "typeof" else "passed")
    if node.why == "JSX":  # the components of a page, and the actions that it is given
        evaluator.escape(Arguments(values), frame.module.span(node))
    if node.why in _YIELDS:
        frame.yields.extend(values)
    if node.why == syntax.COMPUTED_MODULE:
        evaluator.run.blinds.append(("code", node.why, frame.module.span(node)))
    return Unknown(node.why, frame.module.span(node))


def _arithmetic(evaluator: Evaluator, node: syntax.Arithmetic, scope: Scope, frame: Frame) -> Abstract:
    values = [evaluator.ev(part, scope, frame) for part in node.parts]
    if all(isinstance(value, Record) for value in values):
        merged = Record(frame.module.span(node))  # `a | b` is all that Python can do with dicts
        for value in values:
            spread_into(evaluator, merged, value)
        return merged
    for value in values:
        mark_all(evaluator, value, "passed")
    if any(isinstance(value, Moment) for value in values):
        return times.calculated(values, node.operators, frame.module.span(node))
    return Unknown(node.why, frame.module.span(node))


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


_YIELDS = ("what a generator is sent", "a yielded value")


_EXPRESSIONS: dict[type, Any] = {
    syntax.Literal: _literal,
    syntax.Name: _name,
    syntax.Member: _member,
    syntax.Optional: _optional,
    syntax.Subscript: _subscript,
    syntax.Invoke: _invoke,
    syntax.Record: _record,
    syntax.Sequence: _sequence,
    syntax.Spread: _spread,
    syntax.Template: _template,
    syntax.Sum: _template,
    syntax.Either: _either,
    syntax.Choose: _choose,
    syntax.Not: _not,
    syntax.Compare: _compare,
    syntax.Function: _function,
    syntax.Class: _class,
    syntax.Assign: _assign,
    syntax.Comprehension: _comprehension,
    syntax.Await: _await,
    syntax.RequireModule: _require,
    syntax.Opaque: _opaque,
    syntax.Arithmetic: _arithmetic,
}
