"""Which function a value names, and by which alias or version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Concat, Const, If, OneOf, Ref, Unknown, concat
from crosswire.wiring.trigger import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.values import ResourceId, Value

_BEFORE_FUNCTION = "/functions/"
_AFTER_FUNCTION = "invocations"  # `/invocations`, and `/response-streaming-invocations`


class FunctionRefs:
    """Declared functions by everything that names them: references, ARNs, names, aliases, versions.

    `functions` are the functions with the name that each declares, None where AWS makes one up. `qualified` are
    aliases and versions: what names their function, and the qualifier that they stand for.
    """

    __slots__ = ("_by_name_of", "_functions", "_open", "_qualified")

    def __init__(
        self, functions: Mapping[ResourceId, Value | None], qualified: Mapping[ResourceId, tuple[Value, Value | None]]
    ) -> None:
        self._functions = functions
        self._qualified = qualified
        self._by_name_of: dict[Value, ResourceId] = {}
        for id, name in functions.items():
            if name is not None:
                self._by_name_of.setdefault(name, id)
        self._open: set[ResourceId] = set()  # aliases being followed: one may name itself

    def of_value(self, value: Value) -> list[FunctionRef]:
        """Every function that a value may name: one for each side of a condition, none where it is absent."""
        return list(dict.fromkeys(self._each(value)))

    def function_of(self, id: ResourceId) -> ResourceId | None:
        """The function that a resource stands for: itself, or the function of an alias or version."""
        if id in self._functions:
            return id
        return self._of_qualified(id, Ref(id, "arn")).target if id in self._qualified else None

    def qualifier(self, function: ResourceId, attribute: str) -> Value | None:
        """The alias or version that an attribute of a function stands for, None where it is the bare function."""
        return None

    def _each(self, value: Value) -> Iterator[FunctionRef]:
        match value:
            case If(_, then, otherwise):
                yield from self._each(then)
                yield from self._each(otherwise)
            case OneOf(choices):
                for choice in choices:
                    yield from self._each(choice)
            case Unknown(why) if why.startswith("no value"):
                return
            case Ref(id, attribute):
                yield self._referred(id, attribute, value)
            case Concat(parts) if any(isinstance(part, (If, OneOf)) for part in parts):
                for alternative in _alternatives(parts):
                    yield self._written(alternative)
            case _:
                yield self._written(value)

    def _referred(self, id: ResourceId, attribute: str, value: Value) -> FunctionRef:
        if id in self._functions:
            return FunctionRef(id, value, self.qualifier(id, attribute))
        if id in self._qualified:
            return self._of_qualified(id, value)
        return FunctionRef(None, value)

    def _of_qualified(self, id: ResourceId, value: Value) -> FunctionRef:
        function, qualifier = self._qualified[id]
        if id in self._open:
            return FunctionRef(None, value, qualifier)
        self._open.add(id)
        targets = {ref.target for ref in self.of_value(function)}
        self._open.remove(id)
        return FunctionRef(targets.pop() if len(targets) == 1 else None, value, qualifier)

    def _written(self, value: Value) -> FunctionRef:
        """A function named by a text that was put together: an ARN, an invocation URI, a name, a name with alias."""
        parts = _without_invocation(value.parts if isinstance(value, Concat) else (value,))
        if not parts:
            return FunctionRef(None, value)
        first = parts[0]
        if isinstance(first, Ref):
            named = self._referred(first.resource, first.attribute, value)
            qualifier = _after_colon(parts[1:])
            if named.target is None or len(parts) == 1:
                return named
            return FunctionRef(named.target if qualifier is not None else None, value, qualifier)
        rest = _after_function(parts)
        return self._by_name(value, parts if rest is None else rest)

    def _by_name(self, value: Value, parts: tuple[Value, ...]) -> FunctionRef:
        names = self._by_name_of
        whole = concat(list(parts))
        if whole in names:
            return FunctionRef(names[whole], value)
        for name, qualifier in _splits(parts):
            if name in names:
                return FunctionRef(names[name], value, qualifier)
            if isinstance(name, Ref):
                named = self._referred(name.resource, name.attribute, value)
                return FunctionRef(named.target, value, qualifier)
        if isinstance(whole, Ref):
            return self._referred(whole.resource, whole.attribute, value)
        return FunctionRef(None, value)


def _alternatives(parts: tuple[Value, ...]) -> list[Value]:
    """The texts that a concatenation with choices in it may be; itself where there are too many."""
    texts: list[tuple[Value, ...]] = [()]
    for part in parts:
        choices: tuple[Value, ...] = (part,)
        if isinstance(part, If):
            choices = (part.then, part.otherwise)
        elif isinstance(part, OneOf):
            choices = part.choices
        texts = [(*text, choice) for text in texts for choice in choices]
        if len(texts) > 8:
            return [Concat(parts)]
    return [concat(list(text)) for text in texts]


def _without_invocation(parts: tuple[Value, ...]) -> tuple[Value, ...]:
    """The function's part of `arn:...:lambda:path/2015-03-31/functions/<function>/invocations`."""
    for index, part in enumerate(parts):
        if isinstance(part, Const) and _BEFORE_FUNCTION in part.text:
            before = Const(part.text.partition(_BEFORE_FUNCTION)[2])
            inner = [piece for piece in (before, *parts[index + 1 :]) if piece != Const("")]
            if inner and isinstance(inner[-1], Const) and inner[-1].text.endswith(_AFTER_FUNCTION):
                last = Const(inner[-1].text.rpartition("/")[0])
                inner = [*inner[:-1], last] if last.text else inner[:-1]
            return tuple(inner)
    return parts


def _after_function(parts: tuple[Value, ...]) -> tuple[Value, ...] | None:
    """What follows `:function:` in an ARN, None where the text is no ARN of a function."""
    for index, part in enumerate(parts):
        if isinstance(part, Const) and "function:" in part.text:
            rest = Const(part.text.partition("function:")[2])
            return tuple(piece for piece in (rest, *parts[index + 1 :]) if piece != Const(""))
    return None


def _after_colon(parts: tuple[Value, ...]) -> Value | None:
    """The qualifier that follows a function's ARN."""
    if parts and isinstance(parts[0], Const) and parts[0].text.startswith(":"):
        return concat([Const(parts[0].text[1:]), *parts[1:]])
    return None


def _splits(parts: tuple[Value, ...]) -> Iterator[tuple[Value, Value]]:
    """A name and a qualifier, for every colon that may part them."""
    for index, part in enumerate(parts):
        if isinstance(part, Const) and ":" in part.text:
            before, _, after = part.text.partition(":")
            yield concat([*parts[:index], Const(before)]), concat([Const(after), *parts[index + 1 :]])
