"""The template that a service is compiled to, with the symbols that its variables leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import Intrinsics
from crosswire.frontends.cloudformation.template import Template
from crosswire.frontends.serverless.making import UNKNOWN
from crosswire.frontends.serverless.variables import SCOPE
from crosswire.readers.tree import Scalar
from crosswire.record import replace
from crosswire.values import Unknown
from crosswire.wiring.dialect import SERVERLESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.project import Files
    from crosswire.readers.tree import Entries, Node
    from crosswire.source import Source, Span
    from crosswire.values import Parameter, Value

MAKER = "the Serverless Framework"


class ServiceIntrinsics(Intrinsics):
    """Intrinsic functions among which symbols of variables may stand (`!Ref sls:stage`)."""

    def __init__(
        self, unit: str, root: Entries, types: Mapping[str, str], is_sam: bool, symbols: Mapping[str, Parameter]
    ) -> None:
        super().__init__(unit, root, types, is_sam, _nothing)
        self._symbols = symbols

    def parameter(self, name: str, span: Span | None = None) -> Parameter | None:
        """A symbol, or a parameter that the service's resources declare."""
        known = self._symbols.get(name)
        if known is None:
            return super().parameter(name, span)
        return known if span is None else replace(known, span=span)

    def condition_name(self, name: str) -> str:
        """A condition as values name it. What depends on a symbol depends on it in every service alike."""
        return f"{SCOPE}:{name}" if ":" in name else super().condition_name(name)

    def _call(self, name: str, argument: Node, span: Span) -> Value:
        if name == UNKNOWN:
            return Unknown(argument.text if isinstance(argument, Scalar) else "a value", span)
        return super()._call(name, argument, span)


class ServiceTemplate(Template):
    """A compiled service. `made` are the inline policies that the framework writes."""

    dialect = SERVERLESS

    def __init__(
        self,
        source: Source,
        root: Entries,
        files: Files,
        symbols: Mapping[str, Parameter],
        parts: tuple[str, ...],
        made: frozenset[int],
        stack_name: str,
    ) -> None:
        self.symbols = symbols
        self.files = (source.path, *parts)
        self.stack_name = stack_name
        self._made = made
        super().__init__(source.path, source, root, files)

    def _functions(self, types: dict[str, str]) -> Intrinsics:
        return ServiceIntrinsics(self.unit, self.root, types, self.is_sam, self.symbols)

    def maker_of(self, policy: Node) -> str:
        return MAKER if id(policy) in self._made else ""


def _nothing(_: str) -> None:
    return None
