"""Reads of environment variables, and notes of what becomes of them: this decides whether the code needs them."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import (
    NOTHING,
    TEXTS,
    Abstract,
    Choices,
    EnvObject,
    Foreign,
    Native,
    Never,
    Primitive,
    Record,
    SequenceValue,
    as_text,
    join,
    options_of,
    with_default,
)
from crosswire.frontends.code.times import Moment, as_number
from crosswire.values import Const, EnvRef, Unknown, Value, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span


_CHECKED = ("data", "output", "value")
_RESULTS = (*_CHECKED, "error", "errors", "issues", "success", "warning")
"""The members of what schemas give for `safeParse` or `validate`: what was checked, and how that went."""


_T3 = "@t3-oss/env-"
_RUNTIME = ("runtimeEnv", "runtimeEnvStrict")
"""Where `createEnv` of these packages takes the variables from: see "Create your schema" of env.t3.gg."""


def read_env(evaluator: Evaluator, name: str, span: Span, env: EnvObject, strict: bool = False) -> Abstract:
    """A read of a variable: the value is symbolic, the read is noted."""
    if env.checked and name in _RESULTS:
        return env if name in _CHECKED else Unknown("what a schema says of the environment", span)
    value = EnvRef(name, None, False, span)
    evaluator.run.reads.append((name, span))
    if env.checked or name in evaluator.checked:
        mark(evaluator, value, "tested")
    elif strict:
        guard = next(
            (
                refs
                for names, small, refs in reversed(evaluator.tries)
                if "KeyError" in names or "LookupError" in names or (small and {"Exception", "*"} & set(names))
            ),
            None,
        )
        if guard is None:
            mark(evaluator, value, "strict")
        else:
            guard.append(value)
    return value


def note_whole(evaluator: Evaluator, value: Abstract, span: Span | None) -> None:
    """Note a use of the environment as a whole, by itself or in a dict: whoever has it may read any variable."""
    for option in options_of(value):
        inner = option.fields.values() if isinstance(option, Record) and option.cls is None else (option,)
        if span is not None and any(isinstance(one, EnvObject) and not one.checked for one in inner):
            evaluator.run.blinds.append(("environment", "which variables are read of the whole environment", span))


def mark(evaluator: Evaluator, env: EnvRef, how: str, default: Value | None = None) -> None:
    """Note how a variable that was read is used: this decides whether the code needs it."""
    if env.span is not None:
        evaluator.run.marks.append(((env.span.source.path, env.span.start, env.name), how, default))


def mark_all(evaluator: Evaluator, value: Abstract, how: str, depth: int = 0) -> None:
    """Note a use of every variable in a value."""
    if isinstance(value, TEXTS):
        for leaf in leaves(value):
            if isinstance(leaf, EnvRef):
                mark(evaluator, leaf, how)
    elif depth < 4:
        if isinstance(value, Choices):
            for option in value.options:
                mark_all(evaluator, option, how, depth + 1)
        elif isinstance(value, Record) and value.cls is None:
            for field in value.fields.values():
                mark_all(evaluator, field, how, depth + 1)
        elif isinstance(value, SequenceValue):
            for item in value.items:
                mark_all(evaluator, item, how, depth + 1)


def mark_owner(evaluator: Evaluator, value: Abstract) -> None:
    """Note that a member of a value is asked for: `undefined` and `None` have none, so that the code fails where a
    variable is not set, unless it is about to catch just that."""
    for option in options_of(value):
        if isinstance(option, EnvRef) and option.default is None:
            if not any(small for _, small, _ in evaluator.tries):
                mark(evaluator, option, "passed")


def fall_back(evaluator: Evaluator, value: Abstract, default: Abstract, empty_counts: bool) -> Abstract:
    """`value || default`, noting that the variable has a fallback."""
    if isinstance(default, Primitive) and default.value is None and isinstance(value, EnvRef):
        return value  # `x ?? undefined`: none
    for option in options_of(value):
        innermost = option
        while isinstance(innermost, EnvRef) and innermost.default is not None:
            innermost = innermost.default
        if isinstance(innermost, EnvRef):
            if isinstance(default, Never):
                mark(evaluator, innermost, "asserted")
            else:
                mark(evaluator, innermost, "defaulted", as_text(default))
    if isinstance(default, Never):
        return value
    if isinstance(value, Choices) and len(value.options) > 1:
        return join([with_default(option, default, empty_counts) for option in value.options])
    return with_default(value, default, empty_counts)


def number_of(evaluator: Evaluator, value: Abstract) -> Abstract:
    """A number made of a value in JavaScript. Nothing fails where a variable is not set, so that what becomes of the
    number tells whether the code needs it."""
    if all(isinstance(option, EnvRef) for option in options_of(value)):
        return value
    mark_all(evaluator, value, "passed")
    return as_number(value) if isinstance(value, Moment) else Unknown("a number")


@contextmanager
def knowing(evaluator: Evaluator, envs: list[EnvRef]) -> Iterator[None]:
    """On the way that is walked inside, these variables are known to be set: reads of them depend on nothing."""
    before = len(evaluator.checked)
    evaluator.checked.extend(env.name for env in envs)
    try:
        yield
    finally:
        del evaluator.checked[before:]


def place_of_name(name: Const, read: Span) -> Span:
    """Where a variable is read: the whole expression where the name stands in it, else where the name is written, as in
    `required("TABLE")` for a helper that reads what it is given."""
    written = name.span
    if written is None or (written.source is read.source and read.start <= written.start and written.end <= read.end):
        return read
    return written


def environment_schema(target: Foreign, arguments: Arguments) -> Abstract | None:
    """`cleanEnv(process.env, {...})`, `schema.parse(process.env)`, `createEnv({runtimeEnv: {...}})`: the environment,
    or an object of variables, looked after by a schema."""
    given: list[Abstract] = [option for value in arguments.all() for option in options_of(value)]
    if target.package.startswith(_T3):
        settings = [one.fields for one in given if isinstance(one, Record)]
        given = [fields[name] for fields in settings for name in _RUNTIME if name in fields]
        if len(given) == 1 and isinstance(given[0], Record) and not given[0].symbolic:
            return given[0]
    if any(isinstance(value, EnvObject) for value in given):
        return EnvObject(checked=True)
    return None


def env_get(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`os.environ.get(name, default)`, `os.getenv(name, default)`."""
    name = arguments.get(0, "key")
    names = options_of(name) if name is not None else ()
    if not names or not all(isinstance(option, Const) for option in names):
        evaluator.run.blinds.append(("environment", "a variable whose name is made at run time", span))
        return Unknown("a variable whose name is made at run time", span)
    env = native.receiver if isinstance(native.receiver, EnvObject) else EnvObject()
    default = arguments.get(1, "default")
    results: list[Abstract] = []
    for option in names:
        assert isinstance(option, Const)
        value = read_env(evaluator, option.text, place_of_name(option, span), env)
        if default is not None and default is not NOTHING:
            value = fall_back(evaluator, value, default, False)
        results.append(value)
    return join(results)


def env_set(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    name = arguments.get(0, "key")
    evaluator.run.sets.add(name.text if isinstance(name, Const) else "*")
    return arguments.get(1) or Unknown("a value of the environment")


def assign_env(evaluator: Evaluator, arguments: Arguments) -> Abstract:
    """`os.environ.update({...})`."""
    source = arguments.get(0)
    if isinstance(source, Record) and not source.open:
        evaluator.run.sets.update(source.fields)
    elif source is not None:
        evaluator.run.sets.add("*")
    evaluator.run.sets.update(arguments.named)
    return NOTHING
