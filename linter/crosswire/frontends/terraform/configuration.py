"""A root module with all modules that it calls, evaluated: what the rest of this front end lowers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crosswire.frontends.terraform.values import Evaluated, Object
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.function import BlindSpot
    from crosswire.wiring.project import Unit


class Instance:
    """A resource or data source as a module declares it, once for each key of its `count` or `for_each`.

    `id` is the module's unit with the address (`aws_dynamodb_table.orders`, `data.aws_iam_role.x`,
    `module.orders.aws_lambda_function.each["a"]`), `type` such as `aws_lambda_function`, with `data.` in front of data
    sources, `name` the name alone. `span` is the place of the name. `when` names the condition under which it is there,
    empty where that is always. `arguments` are its arguments and blocks, evaluated when first asked for; what is made
    of those in `ignored` (`ignore_changes`) is somebody else's to say, `all` stands for each of them.
    """

    __slots__ = ("_arguments", "_evaluate", "id", "ignored", "name", "span", "type", "when")

    def __init__(
        self,
        id: ResourceId,
        type: str,
        name: str,
        span: Span,
        when: str,
        evaluate: Callable[[], Object],
        ignored: frozenset[str] = frozenset(),
    ) -> None:
        self.id = id
        self.type = type
        self.name = name
        self.span = span
        self.when = when
        self.ignored = ignored
        self._evaluate = evaluate
        self._arguments: Object | None = None

    def __repr__(self) -> str:
        return f"Instance({self.id.address!r})"

    def ignores(self, name: str) -> bool:
        """Whether an argument may come to be another than is written."""
        return name in self.ignored or "all" in self.ignored

    @property
    def arguments(self) -> Object:
        if self._arguments is None:
            self._arguments = self._evaluate()
        return self._arguments


class UnreadModule:
    """A call of a module whose source is not in the repository: `inputs` is what it is given."""

    __slots__ = ("_evaluate", "_inputs", "name", "source", "span")

    def __init__(self, name: str, source: str, span: Span, evaluate: Callable[[], Object]) -> None:
        self.name = name
        self.source = source
        self.span = span
        self._evaluate = evaluate
        self._inputs: Object | None = None

    def __repr__(self) -> str:
        return f"UnreadModule({self.name!r}, {self.source!r})"

    @property
    def inputs(self) -> Object:
        if self._inputs is None:
            self._inputs = self._evaluate()
        return self._inputs


class Configuration:
    """All instances of a root module and of what it calls.

    `unit` is the id of the root's unit; `path` is a file of the root module, by whose folder the paths in the
    configuration are relative. `instances` are in the order written, the root's first. `units` are the root's and one
    for each called module. `outputs` are those of the root.
    """

    def __init__(
        self,
        unit: str,
        path: str,
        instances: Mapping[ResourceId, Instance],
        unread: list[UnreadModule],
        units: list[Unit],
        outputs: Mapping[str, tuple[Span, Evaluated]],
    ) -> None:
        self.unit = unit
        self.path = path
        self.instances = instances
        self.unread = unread
        self.units = units
        self.outputs = outputs
        self._by_type: dict[str, list[Instance]] = {}
        for instance in instances.values():
            self._by_type.setdefault(instance.type, []).append(instance)

    @property
    def blind_spots(self) -> list[BlindSpot]:
        """What of the whole could not be read."""
        return [spot for unit in self.units for spot in unit.blind_spots]

    def of_type(self, *types: str) -> Iterator[Instance]:
        """The instances of some types, in the order of the types and then as written."""
        for type in types:
            yield from self._by_type.get(type, ())


def resource_of(value: Value) -> ResourceId | None:
    """The resource that a value is an attribute of."""
    return value.resource if isinstance(value, Ref) else None
