"""Programs that are deployed as a whole: which there are, where they start, and what variables they are given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.source import Source

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import App
    from crosswire.project import Files

_MARKS = frozenset(
    """
    next nuxt astro gatsby expo vite react-scripts react-app-rewired express fastify koa restify polka hono h3 micro
    sails ws socket.io graphql-yoga moleculer @sveltejs/kit @vue/cli-service @craco/craco @remix-run/node
    @react-router/node @hapi/hapi @nestjs/core @loopback/core start start:prod serve dev
    """.split()
)
_ENDINGS = ("/server", "/node-server", "/feathers", "/core")
"""Names in a package.json that may be one of an app. All others cost nothing."""


def apps(files: Files, lowered: Lowered) -> list[App]:
    """Every app of a check, in the order of their folders. The code of a template's function is none. What their
    browsers get, and that of sites without a server, is added to `lowered.sites`."""
    manifests = [path for path in files.paths if path.endswith("package.json") and path[-13:-12] in ("", "/")]
    manifests = [path for path in manifests if _may_be_app(files, path)]
    if not manifests:
        return []
    from crosswire.frontends.projects.apps.finding import Finder
    from crosswire.frontends.projects.apps.sites import sites

    found = Finder(files, lowered).apps(manifests)
    lowered.sites.extend(sites(files, manifests, lowered))
    return found


def _may_be_app(files: Files, path: str) -> bool:
    source = files.read(path)
    folder = path[: -len("package.json")]
    if not isinstance(source, Source):
        return False
    names = source.text.split('"')[1::2]
    return (
        not _MARKS.isdisjoint(names)
        or any(name.startswith("apollo-server") or name.endswith(_ENDINGS) for name in names)
        or f"{folder}Dockerfile" in files
        or f"{folder}Procfile" in files
    )
