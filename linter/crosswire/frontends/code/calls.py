"""Calls: of functions of the project, which are followed with the values that they are given, and of anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code import builtins, sdk, syntax, times
from crosswire.frontends.code.abstract import (
    NEVER,
    NOTHING,
    TEXTS,
    Abstract,
    Choices,
    ClassValue,
    Closure,
    EventValue,
    Foreign,
    Native,
    Partial,
    Primitive,
    Record,
    Scope,
    SdkThing,
    SequenceValue,
    Super,
    join,
    options_of,
)
from crosswire.frontends.code.app_settings import lose, settings_of
from crosswire.frontends.code.branching import write
from crosswire.frontends.code.classes import construct, construct_function, initialise, inject, instance_of
from crosswire.frontends.code.environment import environment_schema, fall_back, mark_all, note_whole
from crosswire.frontends.code.escaping import hands_over_event, keeper, run_captured
from crosswire.frontends.code.functions import given_away, wrapped
from crosswire.frontends.code.library_tables import handed_over
from crosswire.frontends.code.lists import items_of
from crosswire.frontends.code.members import method_of
from crosswire.frontends.code.names import bind_pattern
from crosswire.frontends.code.state import DEEPEST, LONGEST_UNROLLED, NORMAL, RAISED, Arguments, Frame, Run
from crosswire.frontends.code.times import Moment
from crosswire.record import replace
from crosswire.values import EnvRef, Unknown

if TYPE_CHECKING:
    from collections.abc import Hashable

    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.source import Span


def call(
    evaluator: Evaluator,
    target: Abstract,
    arguments: Arguments,
    span: Span,
    new: bool = False,
    this: Abstract | None = None,
    receiver: Abstract | None = None,
) -> Abstract:
    """`target(arguments)`."""
    if isinstance(target, Closure):
        if new:
            return construct_function(evaluator, target, arguments, span)
        return evaluator.follow(target, arguments, span, this)
    if isinstance(target, Partial):
        both = [*target.positional, *arguments.positional]
        whole = Arguments(both, {**target.named, **arguments.named}, arguments.open)
        return evaluator.call(target.target, whole, span, new, this)
    if isinstance(target, ClassValue):
        return construct(evaluator, target, arguments, span)
    if isinstance(target, Native):
        return builtins.call(evaluator, target, arguments, span)
    if isinstance(target, SdkThing):
        return target.call(evaluator, arguments, span)
    if isinstance(target, Choices):
        options = [option for option in target.options if not isinstance(option, Primitive)]
        before = len(evaluator.run.calls)
        results = [evaluator.call(option, arguments, span, new, this, receiver) for option in options]
        if len(options) > 1:  # which of several tables a key is for is not known
            calls = evaluator.run.calls
            calls[before:] = [replace(made, items=(), times=()) for made in calls[before:]]
        return join(results)
    if isinstance(target, Record) and target.cls is not None:
        method = method_of(target, "__call__")
        if method is not None:
            return evaluator.follow(method, arguments, span, None)
    return call_foreign(evaluator, target, arguments, span, receiver)


def call_foreign(
    evaluator: Evaluator, target: Abstract, arguments: Arguments, span: Span, receiver: Abstract | None = None
) -> Abstract:
    """A call of something that is not read: functions given to it run, now or when the event is handed over."""
    for value in arguments.all():
        mark_all(evaluator, value, "passed")
        note_whole(evaluator, value, span)
    hand_out(evaluator, target, arguments)
    library = handed_over(evaluator, target, arguments, span) if isinstance(target, Foreign) else None
    known = library or sdk.foreign_call(evaluator, target, arguments, span)
    if known is not None:
        return known
    if isinstance(target, Foreign):
        moment = times.foreign_call(target, arguments, span) if target.package in times.PACKAGES else None
        if moment is not None:
            return moment
        ran = given_away(evaluator, target, arguments, span)
        if ran is not None:
            return ran
        schema = environment_schema(target, arguments)
        if schema is not None:
            return schema
    given = evaluator.escape(arguments, span)
    if isinstance(target, Foreign):
        if evaluator.reached and target.captured and hands_over_event(target, arguments):
            run_captured(evaluator, target, arguments, span)
        name = target.name.rsplit(".", 1)[-1]
        if name in ("resolve", "get") and len(arguments.positional) == 1 and not arguments.named:
            wanted = arguments.positional[0]
            if isinstance(wanted, ClassValue):
                return instance_of(evaluator, wanted, span)
        result = Foreign(target.package, f"{target.name}()", target.captured if target.made else None, True)
        result.captured.extend(value for value in given if value not in result.captured)
        result.settings = settings_of(target, span)
        return wrapped(name, arguments, result)
    return keeper(given, span)


#: Packages whose functions leave what they are given as it is.
_LEAVE_ALONE = ("json", "logging", "aws_lambda_powertools", "@aws-lambda-powertools/logger", "@aws-sdk/util-dynamodb")


def hand_out(evaluator: Evaluator, target: Abstract, arguments: Arguments) -> None:
    """Note what code that is not read may change: dicts that it is given, and the settings of an app, where that code
    belongs to the project."""
    unread = isinstance(target, Foreign) and target.package in evaluator.unread
    if isinstance(target, Foreign) and target.package in _LEAVE_ALONE:
        return
    for value in arguments.all():
        for option in options_of(value):
            if isinstance(option, Record) and option.cls is None:
                write(evaluator, option.state, "handed", True)
                lose(evaluator, option)
            elif unread and isinstance(option, Foreign) and option.settings is not None:
                lose(evaluator, option.settings)


def call_super(evaluator: Evaluator, target: Abstract, arguments: Arguments, frame: Frame, span: Span) -> Abstract:
    if frame.owner is None or frame.this is None:
        return Unknown("super")
    if frame.module.language == "python":
        return Super(frame.owner, frame.this)
    for base in frame.owner.bases:
        if isinstance(base, ClassValue) and isinstance(frame.this, Record):
            initialise(evaluator, base, frame.this, arguments, span)
        else:
            evaluator.escape(arguments, span)
    return NOTHING


def decorated(
    evaluator: Evaluator, function: Abstract, decorators: list[syntax.Syntax], scope: Scope, frame: Frame
) -> Abstract:
    """A function or class after its decorators: those of the project are followed, others keep it as it is."""
    value = function
    for decorator in reversed(decorators):
        wrapper = evaluator.ev(decorator, scope, frame)
        span = frame.module.span(decorator)
        if isinstance(wrapper, (Closure, Partial)) or (isinstance(wrapper, Record) and wrapper.cls is not None):
            result = evaluator.call(wrapper, Arguments([value]), span)
            if isinstance(result, (Closure, Partial, Foreign, Record)):
                value = result
        elif isinstance(wrapper, (Foreign, Unknown)):
            if isinstance(value, Closure) and isinstance(wrapper, Foreign) and type(decorator) is syntax.Invoke:
                maker = evaluator.ev(decorator.callee, scope, frame)
                if isinstance(maker, Foreign) and not maker.made:  # else others have been given to it as well
                    value.beside.extend(wrapper.captured)
            evaluator.call(wrapper, Arguments([value]), span)
    return value


def arguments_of(evaluator: Evaluator, nodes: list[syntax.Argument], scope: Scope, frame: Frame) -> Arguments:
    positional: list[Abstract] = []
    named: dict[str, Abstract] = {}
    open = False
    for argument in nodes:
        value = evaluator.ev(argument.value, scope, frame)
        if argument.spread == 1:
            items, complete = items_of(value)
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


def follow(
    evaluator: Evaluator, function: Closure, arguments: Arguments, span: Span, this: Abstract | None
) -> Abstract:
    """Walk a function's body with the values it is given."""
    node = function.node
    bound = function.this if function.this is not None else this
    if len(evaluator.stack) >= DEEPEST or evaluator.stack.count(node) >= 2:
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
        evaluator.reached,
        tuple(evaluator.checked),
    )
    known = evaluator.memo.get(key)
    if known is not None:
        evaluator.run.children.append((known[0], span))
        return known[1]
    run, outer = Run(), evaluator.run
    checked = len(evaluator.checked)
    outer.children.append((run, span))
    scope = Scope(function.scope, True)
    frame = Frame(function.module, bound, function.owner)
    evaluator.run = run
    evaluator.stack.append(node)
    try:
        bind_parameters(evaluator, function, arguments, scope, frame)
        status = evaluator.block(node.lower(), scope, frame)
        if function.beside and evaluator.reached:
            evaluator.escape(Arguments(function.beside), span)
    finally:
        evaluator.stack.pop()
        evaluator.run = outer
        del evaluator.checked[checked:]
    if status == RAISED and not frame.returns:
        result: Abstract = NEVER
    elif node.generator:
        result = SequenceValue(tuple(frame.yields[:LONGEST_UNROLLED]), True)
    else:
        result = join(frame.returns if status != NORMAL else [*frame.returns, NOTHING])
    evaluator.memo[key] = (run, result, (function, arguments))
    return result


def bind_parameters(evaluator: Evaluator, function: Closure, arguments: Arguments, scope: Scope, frame: Frame) -> None:
    """Bind a function's parameters to the arguments of a call."""
    positional = list(arguments.positional)
    named = dict(arguments.named)
    parameters = function.node.parameters
    receiver = function.node.receiver
    if receiver in ("self", "class") and parameters and frame.this is not None:
        bind_pattern(evaluator, parameters[0].pattern, frame.this, scope, frame)
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
            value = argument_for(evaluator, parameter, positional, named, arguments.open, scope, frame)
        bind_pattern(evaluator, parameter.pattern, value, scope, frame)
        if parameter.field and isinstance(frame.this, Record) and isinstance(parameter.pattern, syntax.Name):
            write(evaluator, frame.this.fields, parameter.pattern.name, value)


def argument_for(
    evaluator: Evaluator,
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
        provided = depends(evaluator, parameter.default, scope, frame)
        if provided is not None:
            return provided
    if value is None or isinstance(value, (Unknown, Foreign)):
        injected = inject(evaluator, parameter.annotation, scope, frame)
        if injected is not None:
            return injected
    if parameter.default is not None:
        if value is None:
            given = evaluator.ev(parameter.default, scope, frame)
            return join([given, Unknown("an argument")]) if open else given
        if frame.module.language == "javascript" and (isinstance(value, (EnvRef, Choices)) or value is NOTHING):
            return fall_back(evaluator, value, evaluator.ev(parameter.default, scope, frame), False)
    if value is None:
        return Unknown("an argument") if open else NOTHING
    return value


def depends(evaluator: Evaluator, node: syntax.Syntax | None, scope: Scope, frame: Frame) -> Abstract | None:
    """What FastAPI gives for a parameter whose default is `Depends(f)`: the result of `f`."""
    if not isinstance(node, syntax.Invoke) or not node.arguments:
        return None
    if not isinstance(node.callee, (syntax.Name, syntax.Member)) or node.callee.name != "Depends":
        return None
    function = evaluator.ev(node.arguments[0].value, scope, frame)
    return evaluator.call(function, Arguments([], open=True), frame.module.span(node))


def key_of(value: Abstract | None, depth: int) -> Hashable:
    """What tells two arguments apart: texts and plain data by content, everything else by identity."""
    if value is None:
        return None
    if isinstance(value, Unknown):
        return value if isinstance(value, Moment) else "?"
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
