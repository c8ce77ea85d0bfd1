"""Finds apps: folders with a package.json whose program runs as a whole, and the files in which it starts."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING, Any

from crosswire.aws.frameworks import (
    DATA_FUNCTIONS,
    ENTRIES,
    SERVERS,
    directive,
    is_page_of_browsers,
    serves_browsers,
)
from crosswire.frontends.code.packages import SCRIPTS, Packages, folder_and_above, inside, joined
from crosswire.frontends.projects.declaration import App
from crosswire.readers.dockerfile import Dockerfile
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries
from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crosswire.frontends.code.packages import Package
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files

_USES_AWS = re.compile(
    r"(?:^|/|-)aws-sdk(?:$|/|-)|^@aws-sdk/|dynamo|^electrodb$|(?:^|[-/])s3(?:$|-)|^@aws-amplify/adapter"
)
_RUNS = re.compile(
    r"(?:^|[\s;&|\"])(?:node|tsx|ts-node(?:-esm)?|nodemon|bun(?:\s+run)?|pm2(?:-runtime)?\s+start)\s+"
    r"(?:(?:(?:-r|--require|--import|--loader|--env-file)[= ]\S+|--?[\w-]+(?:=\S+)?)\s+)*[\"']?([\w./@-]+)"
)
_LISTENS = re.compile(r"\.listen\(|createServer\(|\bserve\(")
_TESTS = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|tests?|e2e|cypress|stories|examples?)/|\.(?:test|spec|stories|d)\.[cm]?[jt]sx?$"
)
_STARTS = ("server", "index", "app", "main", "src/server", "src/index", "src/app", "src/main")


class Finder:
    """Finds the apps of one check."""

    def __init__(self, files: Files, lowered: Lowered) -> None:
        self._files = files
        self._lowered = lowered
        self._packages = Packages(files)

    def apps(self, manifests: Iterable[str]) -> list[App]:
        """The apps among the folders of some manifests."""
        from crosswire.frontends.projects.apps.variables import Variables

        found: list[App] = []
        for path in manifests:
            folder = path.rpartition("/")[0]
            package = self._packages.package(folder)
            if package is None or _TESTS.search(path) or not self._uses_aws(package):
                continue
            entries = self._framework(package) or self._server(package)
            manifest = read_json(source) if entries and isinstance(source := self._files.read(path), Source) else None
            if isinstance(manifest, Entries) and manifest.pairs:
                found.append(App(folder, path, manifest, tuple(entries)))
        variables = Variables(self._files, self._lowered, (app.folder for app in found))
        return [variables.given_to(app) for app in found]

    def _uses_aws(self, package: Package, most: int = 3) -> bool:
        """Whether a package depends on what calls AWS, by itself or through packages of the repository, or the manifest
        of the workspace that it is in does."""
        for above in folder_and_above(package.folder):
            manifest = self._packages.package(above)
            if manifest is not None and any(map(_USES_AWS.search, dependencies(manifest.content))):
                return True
            if manifest is not None and above != package.folder and "workspaces" in manifest.content:
                break
        if not most:
            return False
        own = (self._packages.named(name, package.folder) for name in dependencies(package.content))
        return any(other is not None and other is not package and self._uses_aws(other, most - 1) for other in own)

    # Frameworks

    def _framework(self, package: Package) -> list[str]:
        """The files in which an app of a known framework starts on the server."""
        names = dependencies(package.content)
        found: set[str] = set()
        for framework, pattern in ENTRIES.items():
            if framework not in names:
                continue
            start = len(package.folder) + 1 if package.folder else 0
            below = self._scripts(package.folder)
            matching = [path for path in below if re.fullmatch(pattern, path[start:]) and self._is_entry(path, start)]
            if matching:
                found.update(matching)
                found.update(path for path in below if self._says(path) == "server")
        return sorted(found)

    def _is_entry(self, path: str, start: int) -> bool:
        """Whether something of a file of a framework runs on the server alone."""
        if is_page_of_browsers(path[start:]):
            source = self._files.read(path)
            return isinstance(source, Source) and any(name in source.text for name in DATA_FUNCTIONS)
        return self._says(path) != "client"

    def _says(self, path: str) -> str:
        source = self._files.read(path)
        return directive(source.text) if isinstance(source, Source) else ""

    def _scripts(self, folder: str) -> list[str]:
        """The scripts below a folder that are no tests, without those of packages inside it."""
        return [
            path
            for path in self._files.under(folder)
            if path.endswith(SCRIPTS) and not _TESTS.search(path) and self._home(path) == folder
        ]

    def _home(self, path: str) -> str:
        package = self._packages.package_around(path.rpartition("/")[0])
        return package.folder if package is not None else ""

    # Servers

    def _server(self, package: Package) -> list[str]:
        """The file that a server of Node.js is started with."""
        if "workspaces" in package.content or package.folder in self._homes_of_functions:
            return []
        entry, is_sure = self._started(package)
        if entry is None:
            return []
        is_server = not SERVERS.isdisjoint(dependencies(package.content)) or self._listens(entry)
        return [entry] if is_server or is_sure else []

    def _started(self, package: Package) -> tuple[str | None, bool]:
        """The file that a package's program starts with, and whether it surely runs as a program of its own."""
        scripts: Mapping[str, Any] = package.content.get("scripts") or {}
        scripts = scripts if isinstance(scripts, dict) else {}
        started = [*self._deployed_commands(package.folder)]
        for command in started:
            found = self._run_by(package, command, scripts)
            if found is not None:
                return found, True
        for name in ("start", "start:prod", "serve", "dev"):
            script = scripts.get(name)
            found = self._run_by(package, script, scripts) if isinstance(script, str) else None
            if found is not None:
                return found, False
        start = scripts.get("start")
        is_started = isinstance(start, str) and not serves_browsers(start)
        main = package.content.get("main")
        for guess in (main, *_STARTS) if isinstance(main, str) else _STARTS:
            found = self._file(package, guess)
            if found is not None:  # a library has a `main`, too
                return (found, False) if is_started or self._listens(found) else (None, False)
        return None, False

    def _listens(self, path: str) -> bool:
        source = self._files.read(path)
        return isinstance(source, Source) and _LISTENS.search(source.text) is not None

    def _deployed_commands(self, folder: str) -> Iterator[str]:
        """The commands by which a Procfile or a Dockerfile starts what is in a folder."""
        procfile = self._files.read(joined(folder, "Procfile")) if joined(folder, "Procfile") in self._files else None
        if isinstance(procfile, Source):
            yield from (line.partition(":")[2] for line in procfile.text.splitlines() if line.startswith("web:"))
        docker = self._files.read(joined(folder, "Dockerfile")) if joined(folder, "Dockerfile") in self._files else None
        if isinstance(docker, Source):
            image = Dockerfile(docker)
            yield " ".join([*image.entrypoint, *image.command])

    def _run_by(self, package: Package, command: str, scripts: Mapping[str, Any], most: int = 3) -> str | None:
        """The file that a command runs, through the package's scripts where need be."""
        run = re.search(r"\b(?:npm|yarn|pnpm)(?:\s+run)?\s+([\w:.-]+)", command)
        if run is not None and most:
            inner = scripts.get(run[1])
            if isinstance(inner, str):
                return self._run_by(package, inner, scripts, most - 1)
        for match in _RUNS.finditer(command):
            found = self._file(package, match[1])
            if found is not None:
                return found
        return None

    def _file(self, package: Package, path: str) -> str | None:
        """The script that a path in a package means, behind build output where need be."""
        place = inside(package.folder, path.removeprefix("/app/").removeprefix("/usr/src/app/"))
        if not place:
            return None
        found = self._packages.script(place) or self._packages.source_of(place)
        if found is None and not place.endswith(".js"):
            found = self._packages.source_of(f"{place}.js")
        return found if found is not None and found.endswith(SCRIPTS) and not _TESTS.search(found) else None

    @cached_property
    def _homes_of_functions(self) -> frozenset[str]:
        """The folders of the packages in which functions of templates have their code."""
        homes: set[str] = set()
        for _, hint in self._lowered.functions:
            unit = hint.unit_path.rpartition("/")[0]
            place = inside(unit, hint.uri or hint.docker_context or ".")
            if place is None or hint.inline_text is not None or hint.entries:
                continue
            homes.add(self._home(f"{place}/-" if place else "-"))
            homes.update(self._homes_below(place) if hint.uri else ())
        return frozenset(homes)

    def _homes_below(self, place: str) -> Iterator[str]:
        for path in self._files.under(place):
            if path.endswith("/package.json"):
                yield path.rpartition("/")[0]


def dependencies(content: Mapping[str, Any]) -> set[str]:
    """The names of the packages that a package.json asks for."""
    return {
        name
        for section in ("dependencies", "devDependencies")
        if isinstance(content.get(section), dict)
        for name in content[section]
    }
