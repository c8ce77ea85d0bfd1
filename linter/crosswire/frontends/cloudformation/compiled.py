"""Templates that nobody wrote: another dialect is compiled to one, whose nodes stand at the places of that dialect."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import Intrinsics
from crosswire.frontends.cloudformation.making import UNKNOWN
from crosswire.frontends.cloudformation.template import Template
from crosswire.readers.tree import Scalar
from crosswire.record import replace
from crosswire.values import Unknown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.project import Files
    from crosswire.readers.tree import Entries, Node
    from crosswire.source import Source, Span
    from crosswire.values import Parameter, Value


class CompiledIntrinsics(Intrinsics):
    """Intrinsic functions among which symbols of the other dialect may stand (`!Ref sls:stage`), by their names, and
    values that are not known. `scope` is the unit that conditions on symbols belong to."""

    def __init__(
        self,
        unit: str,
        root: Entries,
        types: Mapping[str, str],
        is_sam: bool,
        symbols: Mapping[str, Parameter],
        scope: str,
        environment: str = "",
    ) -> None:
        super().__init__(unit, root, types, is_sam, _nothing, environment=environment)
        self._symbols = symbols
        self._scope = scope

    def parameter(self, name: str, span: Span | None = None) -> Parameter | None:
        """A symbol, or a parameter that the template declares."""
        known = self._symbols.get(name)
        if known is None:
            return super().parameter(name, span)
        return known if span is None else replace(known, span=span)

    def condition_name(self, name: str) -> str:
        """A condition as values name it. What depends on a symbol depends on it in every template alike."""
        return f"{self._scope}:{name}" if ":" in name else super().condition_name(name)

    def _call(self, name: str, argument: Node, span: Span) -> Value:
        if name == UNKNOWN:
            return Unknown(argument.text if isinstance(argument, Scalar) else "a value", span)
        return super()._call(name, argument, span)


class CompiledTemplate(Template):
    """A template that another dialect is compiled to. `files` are all that it is made of, the first of them `source`;
    `scope` names what its symbols belong to."""

    scope: str = ""

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        symbols: Mapping[str, Parameter],
        parts: tuple[str, ...] = (),
        environment: str = "",
    ) -> None:
        self.symbols = symbols
        self.files = (source.path, *parts)
        super().__init__(unit, source, root, files, environment=environment)

    def _functions(self, types: dict[str, str]) -> Intrinsics:
        environment = self.environment
        return CompiledIntrinsics(self.unit, self.root, types, self.is_sam, self.symbols, self.scope, environment)


def _nothing(_: str) -> None:
    return None
