"""Statements: walked in order, each giving how it ends: it goes on, returns, raises or leaves a loop."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crosswire.frontends.code import syntax
from crosswire.frontends.code.abstract import (
    NOTHING,
    Abstract,
    Closure,
    Foreign,
    Imported,
    Namespace,
    Never,
    Record,
    Scope,
    SequenceValue,
    join,
    keys_of,
)
from crosswire.frontends.code.branching import branch
from crosswire.frontends.code.calls import decorated
from crosswire.frontends.code.conditions import test
from crosswire.frontends.code.environment import knowing, mark
from crosswire.frontends.code.lists import items_of
from crosswire.frontends.code.loading import default_of, import_star, module_of, python_name, settle, submodule
from crosswire.frontends.code.members import method_of
from crosswire.frontends.code.names import assign, bind, look_up
from crosswire.frontends.code.state import (
    LEFT,
    LONGEST_UNROLLED,
    MOST_STEPS,
    NORMAL,
    RAISED,
    RETURNED,
    Arguments,
    Frame,
    TooMuch,
)
from crosswire.values import EnvRef, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.code.evaluate import Evaluator


def block(evaluator: Evaluator, body: list[syntax.Syntax], scope: Scope, frame: Frame) -> int:
    """Walk statements in order until one leaves."""
    if frame.module.language == "javascript":
        for statement in body:
            if type(statement) is syntax.Define and type(statement.value) is syntax.Function:
                scope.vars[statement.value.name] = Closure(statement.value, scope, frame.module, owner=frame.owner)
    for statement in body:
        status = walk_statement(evaluator, statement, scope, frame)
        if status != NORMAL:
            return status
    return NORMAL


def walk_statement(evaluator: Evaluator, node: syntax.Syntax, scope: Scope, frame: Frame) -> int:
    walk = _STATEMENTS.get(type(node))
    if walk is None:
        value = evaluator.ev(node, scope, frame)
        return RAISED if isinstance(value, Never) else NORMAL
    step(evaluator)
    status: int = walk(evaluator, node, scope, frame)
    return status


def step(evaluator: Evaluator) -> None:
    evaluator.steps += 1
    if evaluator.steps > MOST_STEPS:
        raise TooMuch


def _declare(evaluator: Evaluator, node: syntax.Declare, scope: Scope, frame: Frame) -> int:
    if node.value is None:
        value: Abstract = NOTHING
        if node.scope == "function" and isinstance(node.pattern, syntax.Name) and node.pattern.name in scope.vars:
            return NORMAL
    else:
        value = evaluator.ev(node.value, scope, frame)
        if isinstance(value, Never):
            return RAISED
    assign(evaluator, node.pattern, value, scope, frame, node.scope)
    return NORMAL


def _define(evaluator: Evaluator, node: syntax.Define, scope: Scope, frame: Frame) -> int:
    definition = node.value
    if isinstance(definition, syntax.Function):
        if frame.module.language == "javascript" and definition.name in scope.vars and not definition.decorators:
            return NORMAL
        value: Abstract = decorated(
            evaluator, Closure(definition, scope, frame.module, owner=frame.owner), definition.decorators, scope, frame
        )
    else:
        value = evaluator.ev(definition, scope, frame)
    bind(evaluator, definition.name, value, scope, "function" if frame.module.language == "python" else "block")
    return NORMAL


def _return(evaluator: Evaluator, node: syntax.Return, scope: Scope, frame: Frame) -> int:
    value = NOTHING if node.value is None else evaluator.ev(node.value, scope, frame)
    if isinstance(value, Never):
        return RAISED
    frame.returns.append(value)
    return RETURNED


def _raise(evaluator: Evaluator, node: syntax.Raise, scope: Scope, frame: Frame) -> int:
    if node.value is not None:
        evaluator.ev(node.value, scope, frame)
    return RAISED


def _leave(evaluator: Evaluator, node: syntax.Leave, scope: Scope, frame: Frame) -> int:
    return LEFT


def _branch(evaluator: Evaluator, node: syntax.Branch, scope: Scope, frame: Frame) -> int:
    truth, absent, present = test(evaluator, node.test, scope, frame)
    inner = frame.module.language == "javascript"
    if truth is True:
        return evaluator.block(node.then, Scope(scope, False) if inner else scope, frame)
    if truth is False:
        return evaluator.block(node.otherwise, Scope(scope, False) if inner else scope, frame)

    def way(body: list[syntax.Syntax], given: list[EnvRef]) -> int:
        with knowing(evaluator, given):
            return evaluator.block(body, Scope(scope, False) if inner else scope, frame)

    status, statuses = branch(
        evaluator, [lambda: way(node.then, present), lambda: way(node.otherwise, absent)], absent, present
    )
    for env in absent:
        mark(evaluator, env, "asserted" if statuses[0] == RAISED else "tested")
    for env in present:
        mark(evaluator, env, "asserted" if statuses[1] == RAISED else "tested")
    for index, envs in ((0, absent), (1, present)):
        if statuses[index] in (RETURNED, RAISED):  # what goes on has them
            evaluator.checked.extend(env.name for env in envs)
    return status


def _loop(evaluator: Evaluator, node: syntax.Loop, scope: Scope, frame: Frame) -> int:
    if node.iterable is None or node.pattern is None:
        if node.test is not None:
            test(evaluator, node.test, scope, frame)
        status, _ = branch(
            evaluator,
            [lambda: evaluator.block(node.body, Scope(scope, False), frame), lambda: NORMAL]
            if frame.module.language == "javascript"
            else [lambda: evaluator.block(node.body, scope, frame), lambda: NORMAL],
        )
        return NORMAL if status == LEFT else status
    iterable = evaluator.ev(node.iterable, scope, frame)
    items, complete = items_of(iterable) if node.mode == "of" else (keys_of(iterable), False)
    pattern = node.pattern

    def once(item: Abstract) -> int:
        inner = Scope(scope, False) if frame.module.language == "javascript" else scope
        assign(evaluator, pattern, item, inner, frame, "block" if frame.module.language == "javascript" else "function")
        return evaluator.block(node.body, inner, frame)

    if complete and len(items) <= LONGEST_UNROLLED:
        for item in items:
            status, _ = branch(evaluator, [lambda item=item: once(item), lambda: NORMAL])  # type: ignore[misc]
        return NORMAL
    value = join(items[:LONGEST_UNROLLED]) if items else Unknown("an item of a list")
    branch(evaluator, [lambda: once(value), lambda: NORMAL])
    return NORMAL


def _try(evaluator: Evaluator, node: syntax.Try, scope: Scope, frame: Frame) -> int:
    names = [name for caught, _, _ in node.catches for name in (caught or ["*"])]
    refs: list[EnvRef] = []
    small = len(node.body) <= 2
    python = frame.module.language == "python"
    if node.catches:
        evaluator.tries.append((names, small, refs))
    try:
        status = evaluator.block(node.body, scope if python else Scope(scope, False), frame)
    finally:
        if node.catches:
            evaluator.tries.pop()
    if status == NORMAL and node.otherwise:
        status = evaluator.block(node.otherwise, scope, frame)

    def catch(pattern: syntax.Syntax | None, body: list[syntax.Syntax]) -> int:
        inner = scope if python else Scope(scope, False)
        if pattern is not None:
            assign(evaluator, pattern, Unknown("an error"), inner, frame, "function" if python else "block")
        return evaluator.block(body, inner, frame)

    caught: list[int] = []
    for _, pattern, body in node.catches:
        _, statuses = branch(evaluator, [lambda p=pattern, b=body: catch(p, b), lambda: NORMAL], absent=refs)  # type: ignore[misc]
        caught.append(statuses[0])
    for env in refs:
        mark(evaluator, env, "asserted" if caught and all(one == RAISED for one in caught) else "tested")
    if node.finally_:
        last = evaluator.block(node.finally_, scope if python else Scope(scope, False), frame)
        if last != NORMAL:
            return last
    if status != NORMAL and any(one in (NORMAL, LEFT) for one in caught):
        return NORMAL
    if status == RAISED and caught and RETURNED in caught:
        return RETURNED
    return status


def _with(evaluator: Evaluator, node: syntax.With, scope: Scope, frame: Frame) -> int:
    for item, pattern in node.items:
        value = evaluator.ev(item, scope, frame)
        if isinstance(value, Record) and value.cls is not None:
            enter = method_of(value, "__enter__") or method_of(value, "__aenter__")
            if enter is not None:
                value = evaluator.call(enter, Arguments([]), frame.module.span(item))
        if isinstance(value, SequenceValue) and value.items:
            value = join(list(value.items))  # a generator that is a context manager
        if pattern is not None:
            assign(evaluator, pattern, value, scope, frame, "function")
    return evaluator.block(node.body, scope, frame)


def _block(evaluator: Evaluator, node: syntax.Block, scope: Scope, frame: Frame) -> int:
    return evaluator.block(node.body, Scope(scope, False), frame)


def _outer(evaluator: Evaluator, node: syntax.Outer, scope: Scope, frame: Frame) -> int:
    holder = scope
    while not holder.function and holder.parent is not None:
        holder = holder.parent
    holder.outer = (holder.outer or set()) | set(node.names)
    return NORMAL


def _import(evaluator: Evaluator, node: syntax.Import, scope: Scope, frame: Frame) -> int:
    span = frame.module.span(node)
    module = module_of(evaluator, node.specifier, frame, span)
    for there, here in node.names:
        if there == "*":
            value = module
        elif isinstance(module, Namespace):
            value = Imported(module.module, there)
            if frame.module.language == "python" and there not in module.module.scope.vars:
                submodule(evaluator, module.module, there)
        elif frame.module.language == "python" and isinstance(module, Foreign):
            value = python_name(evaluator, node.specifier, there, module, frame, span)
        else:
            value = default_of(module) if there == "default" else evaluator.member(module, there, span)
        bind(evaluator, here, value, scope, "function")
    if node.star:
        import_star(module, frame.module)
    return NORMAL


def _export(evaluator: Evaluator, node: syntax.Export, scope: Scope, frame: Frame) -> int:
    module = frame.module
    if node.specifier is not None:
        source = module_of(evaluator, node.specifier, frame, module.span(node))
        for there, outside in node.names:
            if there == "*" and outside == "*":
                import_star(source, module)
            elif there == "*":
                module.exports[outside] = lambda: source
            elif isinstance(source, Namespace):
                name = Imported(source.module, there)
                module.exports[outside] = lambda name=name: settle(evaluator, name)  # type: ignore[misc]
            else:
                value = evaluator.member(source, there, module.span(node))
                module.exports[outside] = lambda value=value: value  # type: ignore[misc]
        return NORMAL
    if node.value is not None:
        value = evaluator.ev(node.value, scope, frame)
        module.exports["default"] = lambda: value
        return NORMAL
    for here, outside in node.names:
        module.exports[outside] = lambda here=here: look_up(evaluator, here, scope, module)  # type: ignore[misc]
    return NORMAL


_STATEMENTS: dict[type, Any] = {
    syntax.Declare: _declare,
    syntax.Define: _define,
    syntax.Return: _return,
    syntax.Raise: _raise,
    syntax.Leave: _leave,
    syntax.Branch: _branch,
    syntax.Loop: _loop,
    syntax.Try: _try,
    syntax.With: _with,
    syntax.Block: _block,
    syntax.Outer: _outer,
    syntax.Import: _import,
    syntax.Export: _export,
}
