"""Which function a node of a template names, and by which alias or version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.function_refs import FunctionRefs
from crosswire.values import Ref

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.readers.tree import Node
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.trigger import FunctionRef

FUNCTION_TYPES = ("AWS::Lambda::Function", "AWS::Serverless::Function")
_ALIAS = "AWS::Lambda::Alias"
_VERSION = "AWS::Lambda::Version"


class TemplateFunctions(FunctionRefs):
    """The functions of one template by everything that names them."""

    __slots__ = ("_template",)

    def __init__(self, template: Template) -> None:
        self._template = template
        super().__init__(dict(_functions(template)), dict(_qualified(template)))

    def of(self, node: Node | None) -> list[FunctionRef]:
        """Every function that a node may name."""
        return [] if node is None else self.of_value(self._template.intrinsics.value(node))

    def qualifier(self, function: ResourceId, attribute: str) -> Value | None:
        """The alias or version that an attribute of a function stands for: SAM publishes them by themselves."""
        if attribute == "Alias":
            return self._published_alias(function)
        return Ref(function, attribute) if attribute == "Version" else None

    def _published_alias(self, function: ResourceId) -> Value:
        from crosswire.frontends.sam.globals import effective_properties

        properties = effective_properties(self._template, self._template.resources[function.address])
        return self._template.intrinsics.value(properties.get("AutoPublishAlias"))


def _functions(template: Template) -> Iterator[tuple[ResourceId, Value | None]]:
    for resource in template.of_type(*FUNCTION_TYPES):
        name = template.intrinsics.fields(resource.properties).get("FunctionName")
        yield resource.id, None if name is None else template.intrinsics.value(name)


def _qualified(template: Template) -> Iterator[tuple[ResourceId, tuple[Value, Value | None]]]:
    intrinsics = template.intrinsics
    for resource in template.of_type(_ALIAS, _VERSION):
        fields = intrinsics.fields(resource.properties)
        alias = resource.type == _ALIAS
        qualifier = intrinsics.value(fields.get("Name")) if alias else Ref(resource.id, "Version")
        yield resource.id, (intrinsics.value(fields.get("FunctionName")), qualifier)
