"""Finds what browsers load of the apps of a check, and the variables that are built into it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import DATA_FUNCTIONS, PUBLIC_PREFIXES, SERVERS, directive
from crosswire.frontends.code.packages import SCRIPTS, Packages
from crosswire.frontends.local_variables import EnvFiles, variable
from crosswire.frontends.projects.apps.finding import dependencies
from crosswire.frontends.projects.apps.settings import is_build, settings
from crosswire.source import Source, Span
from crosswire.wiring.site import Site, SiteRead

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.code.packages import Package
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.wiring.function import EnvVariable

_READ = re.compile(r"(?<![\w.])(?:process\.env|import\.meta\.env)\.([A-Za-z_]\w*)")
_COMMENT = re.compile(r"(?<![:\"'])//[^\n]*|/\*.*?\*/", re.DOTALL)
_NO_CODE = re.compile(
    r"(?:^|/)(?:__tests__|__mocks__|tests?|e2e|cypress|stories)/|\.(?:test|spec|stories|d)\.[cm]?[jt]sx?$"
)
_PAGE = re.compile(r"(?:src/)?pages/(?!api/|_document\.)(?:.*/)?[^/]+\.[jt]sx?")
_OWN_BUILDS = SERVERS.union(
    (maker for makers in PUBLIC_PREFIXES.values() for maker in makers if maker != "react-scripts"),
    ("@remix-run/node", "customize-cra", "dotenv-webpack", "electron", "netlify-lambda"),
)
"""Packages beside which a Create React App is more than browsers load, or is built in another way."""

_BESIDE = re.compile(r"(?:^|/)setupProxy\.|^src/(?:api|backend|electron|functions|lambdas?|scripts?|server)/")
_SERVERS_CODE = re.compile(r"[\"'](?:node:\w+|fs|path|http|express|dotenv(?:/\w+)?)[\"']|\bexports\b")
_ASKED = re.compile(r"\s*(?:\|\||\?\?|\?(?!\.)|&&|===?|!==?)")


def sites(files: Files, manifests: list[str], lowered: Lowered) -> Iterator[Site]:
    """The sites among the folders of some manifests."""
    packages = Packages(files)
    env_files = EnvFiles(files, lowered)
    for path in manifests:
        package = packages.package(path.rpartition("/")[0])
        names = dependencies(package.content) if package is not None else set()
        prefixes = tuple(prefix for prefix, makers in PUBLIC_PREFIXES.items() if not names.isdisjoint(makers))
        if package is None or not prefixes:
            continue
        variables = tuple(_variables(files, package.folder, prefixes, env_files))
        reads = tuple(_reads(files, packages, package, prefixes, names))
        if variables or reads:
            name = package.name or package.folder.rpartition("/")[2] or "app"
            built_in = frozenset(key.text for key, _ in settings(files, package.folder) if is_build(key.source.path))
            yield Site(name, path, prefixes, reads, variables, built_in)


def _variables(files: Files, folder: str, prefixes: tuple[str, ...], env_files: EnvFiles) -> Iterator[EnvVariable]:
    """The variables that browsers get, by all files that say so. An example says it by the name alone."""
    for file in env_files.of(folder):
        yield from (variable(name, value) for name, value in file.entries.items() if name.text.startswith(prefixes))
    for name, value in settings(files, folder):
        if name.text.startswith(prefixes):
            yield variable(name, value)


def _reads(
    files: Files, packages: Packages, package: Package, prefixes: tuple[str, ...], names: set[str]
) -> Iterator[SiteRead]:
    """What the code of a site asks of its environment: by a public prefix, or in a file for browsers."""
    for path in files.under(package.folder):
        if not path.endswith((*SCRIPTS, ".vue", ".svelte", ".astro")) or _NO_CODE.search(path):
            continue
        source = files.read(path)
        if not isinstance(source, Source) or ".env." not in source.text:
            continue
        text = source.text
        in_browser = _is_for_browsers(path[len(package.folder) :].lstrip("/"), text, names)
        if not in_browser and not any(prefix in text for prefix in prefixes):
            continue
        if packages.package_around(path.rpartition("/")[0]) is not package:
            continue
        plain = _COMMENT.sub(lambda match: " " * len(match[0]), text)
        for match in _READ.finditer(plain):
            if in_browser or match[1].startswith(prefixes):
                yield SiteRead(match[1], Span(source, *match.span()), in_browser, _is_alone(plain, match))


def _is_for_browsers(path: str, text: str, names: set[str]) -> bool:
    """Whether all that a file runs, it runs in browsers (on the server, too, perhaps). `path` is from the app's folder,
    `names` are the packages that the app asks for."""
    if directive(text) == "client":
        return True
    if "next" in names and _PAGE.fullmatch(path):
        return not any(name in text for name in (*DATA_FUNCTIONS, "getInitialProps", "typeof window", "runtime"))
    return (
        path.startswith("src/")
        and "react-scripts" in names
        and names.isdisjoint(_OWN_BUILDS)
        and not (_BESIDE.search(path) or _SERVERS_CODE.search(text))
    )


def _is_alone(text: str, match: re.Match[str]) -> bool:
    """Whether nothing on the line asks whether the variable is there, or stands in for it."""
    line = text[text.rfind("\n", 0, match.start()) + 1 : match.start()]
    return not _ASKED.match(text, match.end()) and not any(
        mark in line for mark in ("||", "??", "&&", "?", "typeof", "if", "!p", "Boolean")
    )
