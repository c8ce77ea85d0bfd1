"""Which functions the arguments of a configuration name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.terraform_types import DATA
from crosswire.frontends.terraform.values import bool_of, value_of
from crosswire.record import replace
from crosswire.values import Const, Ref

if TYPE_CHECKING:
    from crosswire.frontends.function_refs import FunctionRefs
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.values import Value
    from crosswire.wiring.trigger import FunctionRef

_MAY_BE_FUNCTIONS = ("aws_lambda_function", "aws_lambda_alias")


LATEST = "$LATEST"


def publishes(function: Instance) -> bool:
    """Whether a function's changes are published as versions, or may be."""
    node = function.arguments.get("publish")
    return node is not None and bool_of(node) is not False


class Invoked:
    """The functions that a configuration's arguments name to services."""

    __slots__ = ("_configuration", "_refs")

    def __init__(self, configuration: Configuration, refs: FunctionRefs) -> None:
        self._configuration = configuration
        self._refs = refs

    def of(self, node: Evaluated | None) -> list[FunctionRef]:
        """Every function that a node may name."""
        return [] if node is None else self.of_value(value_of(node))

    def of_value(self, value: Value) -> list[FunctionRef]:
        """Every function that a value may name."""
        return [self._settled(ref) for ref in self._refs.of_value(value)]

    def qualified(self, node: Evaluated | None, qualifier: Evaluated | None) -> list[FunctionRef]:
        """Every function that a node may name, with the qualifier of an argument beside it."""
        refs = self.of(node)
        given = None if qualifier is None else value_of(qualifier)
        if given is None or given == Const(""):
            return refs
        return [self._settled(replace(ref, qualifier=given)) for ref in refs]

    def may_be_function(self, ref: FunctionRef) -> bool:
        """Whether what a service is told to call, which may be a queue or a topic as well, can be a function."""
        if ref.target is not None:
            return True
        value = ref.value
        if isinstance(value, Ref):
            instance = self._configuration.instances.get(value.resource)
            return instance is None or instance.type.removeprefix(DATA) in _MAY_BE_FUNCTIONS
        constants = [part.text for part in getattr(value, "parts", (value,)) if isinstance(part, Const)]
        return any(":function" in text for text in constants) or not any(text.startswith("arn:") for text in constants)

    def _settled(self, ref: FunctionRef) -> FunctionRef:
        """A function by its version is the bare one, where it publishes no versions."""
        qualifier = ref.qualifier
        if not isinstance(qualifier, Ref) or qualifier.attribute != "Version":
            return ref
        instance = self._configuration.instances.get(qualifier.resource)
        if instance is None or instance.type != "aws_lambda_function" or publishes(instance):
            return ref
        return replace(ref, qualifier=Const(LATEST, qualifier.span))
