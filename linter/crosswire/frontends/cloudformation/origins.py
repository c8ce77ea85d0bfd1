"""Which tool wrote a template: what the CDK and Amplify write is lowered with what else they tell of it."""

from __future__ import annotations

from functools import cached_property
from posixpath import basename, dirname
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import AMPLIFY, SYNTHESIZED, is_copied
from crosswire.frontends.cloudformation.template import Template

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.cdk.assembly import Assembly
    from crosswire.frontends.cloudformation.intrinsics import Given
    from crosswire.project import Files
    from crosswire.readers.tree import Entries
    from crosswire.source import Source

_CDK_MARK = "aws:cdk:path"


class Origins:
    """Makes the templates of one check."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._assemblies: dict[str, Assembly] = {}

    def template(
        self,
        unit: str,
        source: Source,
        root: Entries,
        given: Mapping[str, Given] | None = None,
        environment: str = "",
    ) -> Template:
        """The template in a file, as one unit deploys it to an environment."""
        path = source.path
        if AMPLIFY in "/" + path:
            from crosswire.frontends.amplify.template import AmplifyTemplate

            return AmplifyTemplate(unit, source, root, self._files, given, environment)
        if _CDK_MARK in source.text or self._is_listed(path):
            from crosswire.frontends.cdk.template import SynthesizedTemplate

            assembly = self._assembly(dirname(path))
            return SynthesizedTemplate(unit, source, root, self._files, assembly, given, environment)
        return Template(unit, source, root, self._files, given, environment)

    def _is_listed(self, path: str) -> bool:
        """Whether a template without the CDK's marks stands in an assembly."""
        return path.endswith(SYNTHESIZED) and f"{dirname(path)}/manifest.json".lstrip("/") in self._files

    def _assembly(self, folder: str) -> Assembly:
        from crosswire.frontends.cdk.assembly import Assembly

        if folder not in self._assemblies:
            self._assemblies[folder] = Assembly(folder, self._files, self._by_name)
        return self._assemblies[folder]

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        """The files that are no copies, by their names."""
        found: dict[str, list[str]] = {}
        for path in self._files.paths:
            if not is_copied(path):
                found.setdefault(basename(path), []).append(path)
        return found
