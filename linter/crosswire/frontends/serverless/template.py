"""The template that a service is compiled to, with the symbols that its variables leave."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.compiled import CompiledTemplate
from crosswire.frontends.serverless.variables import SCOPE
from crosswire.wiring.dialect import SERVERLESS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.project import Files
    from crosswire.readers.tree import Entries, Node
    from crosswire.source import Source
    from crosswire.values import Parameter

MAKER = "the Serverless Framework"


class ServiceTemplate(CompiledTemplate):
    """A compiled service, for one stage where `stage` is not empty. `made` are the inline policies that the framework
    writes."""

    dialect = SERVERLESS
    scope = SCOPE

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        symbols: Mapping[str, Parameter],
        parts: tuple[str, ...],
        made: frozenset[int],
        stack_name: str,
        shown: Mapping[str, str],
        stage: str = "",
    ) -> None:
        self.stack_name = stack_name
        self._made = made
        self._shown = shown
        super().__init__(unit, source, root, files, symbols, parts, stage)

    def shown_name(self, logical_id: str) -> str:
        return self._shown.get(logical_id, "")

    def maker_of(self, policy: Node) -> str:
        return MAKER if id(policy) in self._made else ""
