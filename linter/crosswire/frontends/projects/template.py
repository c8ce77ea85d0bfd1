"""The template that a project without one is compiled to."""

from __future__ import annotations

from posixpath import relpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.compiled import CompiledTemplate
from crosswire.readers.tree import Items, child, text_of
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

CODE = "crosswire:code"
"""The metadata of a function that hold the folders of its code, or the zip that it is packed in, from the root of the
check."""

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
        """The function that stands for the app is none of Lambda, and starts in files. The code of one that commands
        make is where they pack it."""
        if self._app is None or resource.logical_id != self._app_id:
            return function, self._packed(resource, hint)
        local = {
            name.text: EnvVariable(name.text, self.intrinsics.value(value), name.span, value.span)
            for name, value in self._app.local
        }
        environment = replace(
            function.env,
            local=local,
            listed=self._app.listed,
            perhaps=self._app.mentioned - set(function.env.variables),
        )
        return replace(function, is_lambda=False, env=environment), replace(hint, entries=self._app.entries)

    def _packed(self, resource: TemplateResource, hint: CodeHint) -> CodeHint:
        place = child(resource.node.get("Metadata"), CODE)
        listed = [text for item in place if (text := text_of(item)) is not None] if isinstance(place, Items) else []
        archive = text_of(place)
        if hint.image or not (listed or archive):
            return hint
        holding = (folder for folder in listed if _holds(self._files, folder, hint.handler or ""))
        path = archive or next(holding, listed[0] if listed else "") or "."
        return replace(hint, uri=relpath(path, self.path.rpartition("/")[0] or "."), s3_key=None)


def _holds(files: Files, folder: str, handler: str) -> bool:
    """Whether the file of a handler is in a folder."""
    stem = handler.rpartition(".")[0]
    paths = (f"{stem.replace('.', '/')}.py", f"{stem}.js", f"{stem}.mjs", f"{stem}.cjs", f"{stem}.ts")
    return any((f"{folder}/{path}" if folder else path) in files for path in paths)
