"""The template that a project without one is compiled to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.compiled import CompiledTemplate
from crosswire.record import replace
from crosswire.wiring.dialect import COMMANDS
from crosswire.wiring.function import EnvVariable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.cloudformation.template import TemplateResource
    from crosswire.frontends.lowered import CodeHint
    from crosswire.frontends.projects.declaration import App
    from crosswire.project import Files
    from crosswire.readers.tree import Entries, Node
    from crosswire.source import Source
    from crosswire.values import Parameter
    from crosswire.wiring.function import Function

MAKER = "what policies that are not here may allow"


class ProjectTemplate(CompiledTemplate):
    """A compiled project. `app` is the one that its function `app_id` stands for; `made` are the inline policies that
    nobody wrote."""

    dialect = COMMANDS
    scope = "commands"

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        symbols: Mapping[str, Parameter],
        parts: tuple[str, ...],
        made: frozenset[int],
        app: App | None,
        app_id: str,
    ) -> None:
        self._made = made
        self._app = app
        self._app_id = app_id
        super().__init__(unit, source, root, files, symbols, parts)

    def maker_of(self, policy: Node) -> str:
        return MAKER if id(policy) in self._made else ""

    def deployed(self, resource: TemplateResource, function: Function, hint: CodeHint) -> tuple[Function, CodeHint]:
        """The function that stands for the app is none of Lambda, and starts in files."""
        if self._app is None or resource.logical_id != self._app_id:
            return function, hint
        local = {
            name.text: EnvVariable(name.text, self.intrinsics.value(value), name.span, value.span)
            for name, value in self._app.local
        }
        environment = replace(function.env, local=local)
        return replace(function, is_lambda=False, env=environment), replace(hint, entries=self._app.entries)
