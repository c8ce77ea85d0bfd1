"""Which function a value of a template names, and by which alias or version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Concat, Const, If, OneOf, Ref, Unknown, concat
from crosswire.wiring.trigger import FunctionRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.readers.tree import Node
    from crosswire.values import ResourceId, Value

FUNCTION_TYPES = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_QUALIFIED = ("AWS::Lambda::Alias", "AWS::Lambda::Version")
_BEFORE_FUNCTION = "/functions/"
_AFTER_FUNCTION = "invocations"  # `/invocations`, and `/response-streaming-invocations`


class FunctionRefs:
    """The functions of one template by everything that names them: references, ARNs, names, aliases, versions."""

    __slots__ = ("_names", "_open", "_template")

    def __init__(self, template: Template) -> None:
        self._template = template
        self._names: dict[Value, ResourceId] | None = None
        self._open: set[str] = set()  # aliases being followed: one may name itself

    def of(self, node: Node | None) -> list[FunctionRef]:
        """Every function that a node may name: one for each side of a condition, none where it is absent."""
        return [] if node is None else self.of_value(self._template.intrinsics.value(node))

    def of_value(self, value: Value) -> list[FunctionRef]:
        """Every function that a value may name."""
        return list(dict.fromkeys(self._each(value)))

    def function_of(self, logical_id: str) -> str | None:
        """The function that a logical id stands for: its own, or the function of an alias or version."""
        resource = self._template.resources.get(logical_id)
        if resource is None:
            return None
        if resource.type in FUNCTION_TYPES:
            return logical_id
        if resource.type in _QUALIFIED:
            target = self._qualified(resource, Ref(resource.id, "arn")).target
            return None if target is None else target.address
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
        resource = self._template.resources.get(id.address) if id.unit == self._template.unit else None
        if resource is None:
            return FunctionRef(None, value)
        if resource.type in FUNCTION_TYPES:
            if attribute == "Alias":
                return FunctionRef(id, value, self._published_alias(resource))
            return FunctionRef(id, value, Ref(id, attribute) if attribute == "Version" else None)
        if resource.type in _QUALIFIED:
            return self._qualified(resource, value)
        return FunctionRef(None, value)

    def _qualified(self, resource: TemplateResource, value: Value) -> FunctionRef:
        fields = self._template.intrinsics.fields(resource.properties)
        if resource.type == "AWS::Lambda::Alias":
            qualifier = self._template.intrinsics.value(fields.get("Name"))
        else:
            qualifier = Ref(resource.id, "Version")
        if resource.logical_id in self._open:
            return FunctionRef(None, value, qualifier)
        self._open.add(resource.logical_id)
        targets = {ref.target for ref in self.of(fields.get("FunctionName"))}
        self._open.remove(resource.logical_id)
        return FunctionRef(targets.pop() if len(targets) == 1 else None, value, qualifier)

    def _published_alias(self, resource: TemplateResource) -> Value:
        from crosswire.frontends.sam.globals import effective_properties

        properties = effective_properties(self._template, resource)
        return self._template.intrinsics.value(properties.get("AutoPublishAlias"))

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
        names = self._declared_names()
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

    def _declared_names(self) -> dict[Value, ResourceId]:
        if self._names is None:
            self._names = {}
            for resource in self._template.of_type(*FUNCTION_TYPES):
                node = self._template.intrinsics.fields(resource.properties).get("FunctionName")
                if node is not None:
                    self._names.setdefault(self._template.intrinsics.value(node), resource.id)
        return self._names


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
