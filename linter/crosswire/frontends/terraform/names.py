"""Which resource a name or an ARN that is written out means, where the configuration declares one of that name."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.terraform.values import value_of
from crosswire.values import Concat, Const, If, OneOf, Ref, Unknown, concat, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.values import Value


class Named(NamedTuple):
    """A resource that a value may mean, and the conditions under which it does."""

    instance: Instance
    when: tuple[str, ...]


class Names:
    """The resources of a type by everything that names them: references, names, ARNs, and data sources that look a
    name up. `in_arn` is what stands before the name in an ARN (`:role/`)."""

    __slots__ = ("_argument", "_by_name", "_configuration", "_in_arn", "_type")

    def __init__(self, configuration: Configuration, type: str, argument: str, in_arn: str) -> None:
        self._configuration = configuration
        self._type = type
        self._argument = argument
        self._in_arn = in_arn
        self._by_name: dict[Value, Instance] = {}
        for instance in configuration.of_type(type):
            name = value_of(instance.arguments.get(argument))
            if is_known(name):
                self._by_name.setdefault(name, instance)

    def of_value(self, value: Value) -> list[Named]:
        """The declared resources that a value may mean."""
        return list(self._each(value, ()))

    def _each(self, value: Value, when: tuple[str, ...]) -> Iterator[Named]:
        match value:
            case If(condition, then, otherwise):
                yield from self._each(then, (*when, condition))
                yield from self._each(otherwise, (*when, "!" + condition))
            case OneOf(choices):
                for choice in choices:
                    yield from self._each(choice, (*when, ""))
            case Ref(id, _):
                instance = self._configuration.instances.get(id)
                if instance is not None and instance.type == self._type:
                    yield Named(instance, when)
                elif instance is not None and instance.type == f"data.{self._type}":
                    for argument in (self._argument, "arn"):
                        looked_up = value_of(instance.arguments.get(argument))
                        if argument in instance.arguments and looked_up != value:
                            yield from self._each(looked_up, when)
            case _:
                name = self._without_arn(value)
                found = self._by_name.get(value) or self._by_name.get(name)
                if found is not None:
                    yield Named(found, when)
                elif isinstance(name, Ref):
                    yield from self._each(name, when)

    def _without_arn(self, value: Value) -> Value:
        """The name at the end of an ARN; the text itself where it is none."""
        parts = value.parts if isinstance(value, Concat) else (value,)
        for index, part in enumerate(parts):
            if isinstance(part, Const) and self._in_arn in part.text:
                rest = part.text.partition(self._in_arn)[2]
                if all(isinstance(other, Const) for other in parts[index + 1 :]):
                    rest = rest.rpartition("/")[2]
                return concat([Const(rest), *parts[index + 1 :]])
        return value


def is_known(value: Value) -> bool:
    """Whether a value may be compared: two unknown ones are not the same."""
    return not any(isinstance(part, Unknown) for part in leaves(value))
