"""The variables that files of the repository give an app: where it is deployed, and where it is developed."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import Reach
from crosswire.frontends.cloudformation.making import Making
from crosswire.frontends.code.packages import folder_and_above, is_below
from crosswire.frontends.local_variables import EnvFiles, hide
from crosswire.frontends.projects.apps.settings import Composed, is_build, settings
from crosswire.readers.tree import Entries, Scalar, text_of
from crosswire.record import replace
from crosswire.secret_shapes import is_placeholder
from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import App
    from crosswire.project import Files
    from crosswire.readers.tree import Node

_NAME = re.compile(r"(?<![A-Za-z0-9_])[A-Z][A-Z0-9_]{2,}(?![a-z])")
_MAY_SET = (
    ".yml",
    ".yaml",
    ".toml",
    ".tf",
    ".tfvars",
    ".sh",
    ".ps1",
    ".json",
    ".bicep",
    ".cfg",
    ".conf",
    ".hcl",
    ".tpl",
)
_MAKERS = re.compile(
    r"(?:^|/)(?:Makefile|Procfile|Dockerfile[^/]*|Jenkinsfile|justfile|sst\.config\.[cm]?[jt]s|ecosystem\.config\.[cm]?js)$"
)
_INFRASTRUCTURE = re.compile(r"""["'](?:aws-cdk-lib|@aws-cdk/|sst/|sst["']|@pulumi/|@serverless-stack/|cdktf)""")
_NO_SETTINGS = re.compile(r"(?:^|/)(?:package(?:-lock)?|tsconfig[^/]*|pnpm-lock|composer)\.(?:json|ya?ml)$")


class Variables:
    """The variables of the apps of one check, which are in `folders`."""

    def __init__(self, files: Files, lowered: Lowered, folders: Iterable[str]) -> None:
        self._files = files
        self._folders = frozenset(folders)
        self._lowered = lowered
        self._env_files = EnvFiles(files, lowered)
        self._composed = Composed(files)

    def given_to(self, app: App) -> App:
        """An app with all that files of the repository say of its variables."""
        given: dict[str, tuple[Scalar, Node]] = {}
        local: dict[str, tuple[Scalar, Node]] = {}
        perhaps: set[str] = set()
        listed: set[str] = set()
        for file in self._env_files.of(app.folder):
            match file.reach:
                case Reach.DEPLOYED:
                    stored = {name.text: (name, _stored(name, value)) for name, value in file.entries.items()}
                    given.update(stored)
                    listed.update(name for name, (_, value) in stored.items() if text_of(value) is not None)
                case Reach.PERHAPS:
                    perhaps.update(name.text for name, _ in file.entries.pairs)
                case Reach.LOCAL:
                    local.update((name.text, (name, _plain(value))) for name, value in file.entries.items())
                case Reach.EXAMPLE:
                    pass
        for folder in list(folder_and_above(app.folder))[1:]:  # what somebody may load on purpose
            perhaps.update(name.text for file in self._env_files.of(folder) for name, _ in file.entries.pairs)
        for name, value in settings(self._files, app.folder):
            given[name.text] = (name, value)
            if not is_build(name.source.path):  # what a build hands on is set elsewhere
                listed.add(name.text)
        for name, value, is_local in self._composed.variables(app.folder):
            if is_local:
                hide(Entries([(name, value)], value.source, value.start, value.end), self._lowered)
                local.setdefault(name.text, (name, value))
            else:
                perhaps.add(name.text)
        wanted = local.keys() - given.keys()
        return replace(
            app,
            given=tuple(given.values()),
            local=tuple(local.values()),
            listed=frozenset(listed),
            mentioned=frozenset(perhaps | (self._mentioned(app, wanted) if wanted else set())),
        )

    def _mentioned(self, app: App, wanted: Collection[str]) -> set[str]:
        """The names, of some, in files that may say how the app is deployed: none of another app."""
        around = {None, *folder_and_above(app.folder)}
        near = [
            names
            for home, names in self._names.items()
            if home in around or (home is not None and app.folder and is_below(home, app.folder))
        ]
        return {name for name in wanted if any(name in names for names in near)}

    @cached_property
    def _names(self) -> dict[str | None, set[str]]:
        """The names in capitals in every file that may say how something is deployed, by the app that the file stands
        in, None for no app."""
        found: dict[str | None, set[str]] = {}
        for path in self._files.paths:
            source = self._files.read(path) if self._may_set(path) else None
            if isinstance(source, Source) and (
                path.endswith(_MAY_SET) or _MAKERS.search(path) or _is_infrastructure(source)
            ):
                folders = folder_and_above(path.rpartition("/")[0])
                home = next((folder for folder in folders if folder in self._folders), None)
                found.setdefault(home, set()).update(_NAME.findall(source.text))
        return found

    def _may_set(self, path: str) -> bool:
        if _NO_SETTINGS.search(path) or "compose" in path.rpartition("/")[2]:
            return False
        return path.endswith((*_MAY_SET, ".ts", ".js", ".mjs", ".py")) or _MAKERS.search(path) is not None


def _is_infrastructure(source: Source) -> bool:
    """Whether code declares what is deployed, by a kit."""
    return _INFRASTRUCTURE.search(source.text) is not None


def _plain(value: Node) -> Node:
    """The value of a file `.env`; not known where it is made of others."""
    return Making(value).unknown("a value made of other variables") if text_of(value) is None else value


def _stored(name: Scalar, value: Node) -> Node:
    """What a file `.env` of the repository gives: an empty value or a stand-in says that the real one is set
    elsewhere."""
    text = text_of(value)
    if text is None or not text or is_placeholder(text):
        return Making(value).unknown(f"the value of {name.text}, which is set elsewhere")
    return value
