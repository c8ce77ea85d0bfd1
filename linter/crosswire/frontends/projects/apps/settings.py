"""The variables that the settings of a deployment list: of Vercel, Netlify, App Runner, App Engine, Fly, Render,
Heroku, Amplify Hosting, ECS, of a container image and of next.config.

Sources: the reference of each file's format in the documentation of its platform.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.making import Making
from crosswire.frontends.code.packages import folder_and_above, joined
from crosswire.readers.dockerfile import Dockerfile
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.source import Broken, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crosswire.project import Files
    from crosswire.readers.tree import Node

    Pair = tuple[Scalar, Node]

_COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
_LOCAL_COMPOSE = re.compile(r"(?:docker-)?compose[.-](?:dev|develop|development|local|override|test)\.ya?ml")
_EMULATORS = ("dynamodb-local", "localstack", "minio", "elasticmq", "goaws", "moto")
_APPENDED = re.compile(r"""echo\s+["']?([A-Za-z_]\w*)=([^"'\s>]*)["']?\s*>>?\s*\S*\.env""")
_NEXT_CONFIGS = ("next.config.js", "next.config.mjs", "next.config.ts", "next.config.cjs")
_ENV_OF_CONFIG = re.compile(r"(?<![\w.])env\s*:\s*\{([^{}]*)\}")
_LITERAL = re.compile(r"""([A-Za-z_]\w*|"[A-Za-z_]\w*"|'[A-Za-z_]\w*')\s*:\s*("[^"\n]*"|'[^'\n]*'|[^,\n]+)""")


def settings(files: Files, folder: str) -> Iterator[tuple[Scalar, Node]]:
    """The variables that files in an app's folder list for its deployment, with values that are exact where they are
    written out. What cannot be read lists nothing."""
    for name, read in _FORMATS.items():
        path = joined(folder, name)
        source = files.read(path) if path in files else None
        if isinstance(source, Source):
            yield from read(source)
    for above in list(folder_and_above(folder))[1:]:  # a monorepo's settings are about several apps
        for name in ("vercel.json", "netlify.toml", "apprunner.yaml", "render.yaml", "amplify.yml"):
            path = joined(above, name)
            source = files.read(path) if path in files and not _has_package(files, above) else None
            if isinstance(source, Source):
                yield from _FORMATS[name](source)


def is_build(path: str) -> bool:
    """Whether a file of settings is the configuration of a build, which hands variables on."""
    return path.rpartition("/")[2] in _NEXT_CONFIGS


def _has_package(files: Files, folder: str) -> bool:
    return joined(folder, "package.json") in files


class Composed:
    """The compose files of a check, each read once, when an app asks for what they give it."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._read: dict[str, tuple[Node | None, bool]] = {}

    def variables(self, folder: str) -> Iterator[tuple[Scalar, Node, bool]]:
        """The variables that compose files give the container that is built of a folder, and whether that runs on a
        developer's machine alone: an emulator of AWS beside it tells."""
        for above in folder_and_above(folder):
            for path in self._paths.get(above, ()):
                services, is_local = self._services(path)
                for _, service in services.items() if isinstance(services, Entries) else ():
                    if _builds(service, above, folder):
                        yield from ((key, value, is_local) for key, value in _listed(child(service, "environment")))

    @cached_property
    def _paths(self) -> dict[str, list[str]]:
        """The compose files by their folders."""
        found: dict[str, list[str]] = {}
        for path in self._files.paths:
            if "compose" in path:
                folder, _, name = path.rpartition("/")
                if name in _COMPOSE or _LOCAL_COMPOSE.fullmatch(name):
                    found.setdefault(folder, []).append(path)
        return found

    def _services(self, path: str) -> tuple[Node | None, bool]:
        if path not in self._read:
            source = self._files.read(path)
            if isinstance(source, Source):
                is_local = path.rpartition("/")[2] not in _COMPOSE or any(mark in source.text for mark in _EMULATORS)
                self._read[path] = child(_yaml(source), "services"), is_local
            else:
                self._read[path] = None, False
        return self._read[path]


def _builds(service: Node, above: str, folder: str) -> bool:
    """Whether a service of a compose file is built of a folder."""
    build = child(service, "build")
    context = text_of(build) or text_of(child(build, "context"))
    if context is None:
        return False
    from crosswire.frontends.code.packages import inside

    return inside(above, context) == folder


def _yaml(source: Source) -> Node | None:
    from crosswire.readers.yaml import read_yaml

    documents = read_yaml(source)
    return documents[0] if not isinstance(documents, Broken) and documents else None


def _pairs(node: Node | None) -> Iterator[tuple[Scalar, Node]]:
    """The variables of a mapping."""
    for name, value in node.items() if isinstance(node, Entries) else ():
        yield name, _known(value)


def _listed(node: Node | None, name: str = "name", value: str = "value") -> Iterator[tuple[Scalar, Node]]:
    """The variables of a mapping, of a list of `NAME=value`, or of a list of mappings."""
    if not isinstance(node, Items):
        yield from _pairs(node)
        return
    for item in node.items:
        if isinstance(item, Entries):
            key, given = item.get(name), item.get(value)
            if isinstance(key, Scalar):
                yield key, _known(given) if given is not None else Making(key).unknown("a value from elsewhere")
        elif isinstance(item, Scalar):
            text, equals, rest = item.text.partition("=")
            key = Scalar(text, item.source, item.start, item.start + len(text))
            yield (
                key,
                Scalar(rest, item.source, item.start, item.end) if equals else Making(item).unknown("the shell's"),
            )


def _known(value: Node) -> Node:
    """A value as it is written; not known where it refers to something else: `@secret`, `$NAME`, `${{ secrets.NAME }}`,
    or says nothing."""
    text = text_of(value)
    if not text or text.startswith("@") or "$" in text or "<%" in text:
        return Making(value).unknown("a value from elsewhere")
    return value


def _vercel(source: Source) -> Iterator[tuple[Scalar, Node]]:
    tree = read_json(source)
    if isinstance(tree, Entries):
        yield from _pairs(child(tree, "build", "env"))
        yield from _pairs(tree.get("env"))


def _toml(source: Source) -> Node | None:
    from crosswire.readers.toml import read_toml

    tree = read_toml(source)
    return None if isinstance(tree, Broken) else tree


def _netlify(source: Source) -> Iterator[tuple[Scalar, Node]]:
    tree = _toml(source)
    yield from _pairs(child(tree, "build", "environment"))
    contexts = child(tree, "context")
    for _, context in contexts.items() if isinstance(contexts, Entries) else ():
        yield from _pairs(child(context, "environment"))


def _fly(source: Source) -> Iterator[tuple[Scalar, Node]]:
    yield from _pairs(child(_toml(source), "env"))


def _apprunner(source: Source) -> Iterator[tuple[Scalar, Node]]:
    tree = _yaml(source)
    yield from _listed(child(tree, "build", "env"))
    yield from _listed(child(tree, "run", "env"))
    yield from _listed(child(tree, "run", "secrets"), value="")


def _app_engine(source: Source) -> Iterator[tuple[Scalar, Node]]:
    yield from _pairs(child(_yaml(source), "env_variables"))


def _render(source: Source) -> Iterator[tuple[Scalar, Node]]:
    services = child(_yaml(source), "services")
    for service in services.items if isinstance(services, Items) else ():
        yield from _listed(child(service, "envVars"), name="key")


def _heroku(source: Source) -> Iterator[tuple[Scalar, Node]]:
    tree = read_json(source)
    env = tree.get("env") if isinstance(tree, Entries) else None
    for name, value in env.items() if isinstance(env, Entries) else ():
        inner = child(value, "value") if isinstance(value, Entries) else value
        yield name, _known(inner) if inner is not None else Making(value).unknown("what is asked for at deployment")


def _amplify(source: Source) -> Iterator[tuple[Scalar, Node]]:
    """`echo "NAME=$NAME" >> .env.production`, in the commands of a build."""
    for match in _APPENDED.finditer(source.text):
        value = Scalar(match[2], source, *match.span(2))
        yield Scalar(match[1], source, *match.span(1)), _known(value)


def _tasks(source: Source) -> Iterator[tuple[Scalar, Node]]:
    """A task definition of ECS."""
    tree = read_json(source)
    containers = tree.get("containerDefinitions") if isinstance(tree, Entries) else None
    for container in containers.items if isinstance(containers, Items) else ():
        yield from _listed(child(container, "environment"))
        yield from _listed(child(container, "secrets"), value="")


def _image(source: Source) -> Iterator[tuple[Scalar, Node]]:
    for name, value in Dockerfile(source).env:
        yield name, _known(value)


def _next_config(source: Source) -> Iterator[tuple[Scalar, Node]]:
    """The `env` of a next.config, where it is a plain object."""
    found = _ENV_OF_CONFIG.search(source.text)
    for match in _LITERAL.finditer(source.text, *found.span(1)) if found else ():
        name = Scalar(match[1].strip("\"'"), source, *match.span(1))
        quoted = match[2][:1] in ("'", '"') and match[2][-1:] == match[2][:1]
        value = Scalar(match[2][1:-1] if quoted else "", source, *match.span(2))
        yield name, _known(value)


_FORMATS: dict[str, Callable[[Source], Iterator[tuple[Scalar, Node]]]] = {
    "Dockerfile": _image,
    "app.json": _heroku,
    "app.yaml": _app_engine,
    "amplify.yml": _amplify,
    "apprunner.yaml": _apprunner,
    "fly.toml": _fly,
    "netlify.toml": _netlify,
    "render.yaml": _render,
    "task-definition.json": _tasks,
    "taskdef.json": _tasks,
    "vercel.json": _vercel,
    **dict.fromkeys(_NEXT_CONFIGS, _next_config),
}
