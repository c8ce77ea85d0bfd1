"""Frameworks that people deploy as a whole: where their server starts, which variables their browsers get, and which
`.env*` files reach a deployment.

Sources: the guides on environment variables of Next.js 15, Vite 6, Create React App 5, Gatsby 5, Vue CLI 5, Expo 52,
Nuxt 3, SvelteKit 2 and Astro 5; the file conventions of Next.js (app and pages router), SvelteKit, Nuxt, Astro and
React Router; the list of variables that Vercel reserves.
"""

from __future__ import annotations

import re
from enum import Enum

PUBLIC_PREFIXES = {
    "NEXT_PUBLIC_": ("next",),
    "VITE_": ("vite",),
    "REACT_APP_": ("react-scripts", "@craco/craco", "react-app-rewired"),
    "EXPO_PUBLIC_": ("expo",),
    "NUXT_PUBLIC_": ("nuxt",),
    "PUBLIC_": ("@sveltejs/kit", "astro"),
    "GATSBY_": ("gatsby",),
    "VUE_APP_": ("@vue/cli-service",),
}
"""What a variable's name begins with that is built into what browsers load, and the packages that do so."""


def public_prefix(name: str) -> str:
    """The prefix by which a variable is shown to every visitor; empty where it has none."""
    return next((prefix for prefix in PUBLIC_PREFIXES if name.startswith(prefix)), "")


class Reach(Enum):
    """How far a file with variables reaches. PERHAPS: somebody may take it along to a deployment."""

    DEPLOYED = "deployed"
    PERHAPS = "perhaps"
    LOCAL = "local"
    EXAMPLE = "example"


_EXAMPLES = frozenset({"defaults", "dist", "example", "examples", "sample", "schema", "template", "tpl"})
_LOCAL = frozenset({"dev", "develop", "development", "local", "test", "testing", "e2e", "ci"})
_BACKUPS = frozenset({"backup", "bak", "enc", "encrypted", "gpg", "keys", "old", "vault"})


def reach_of(name: str) -> Reach | None:
    """How far a file is meant to reach, by its name: `.env.local` is for one machine, `.env.example` for nobody. None
    for what holds no variables, whatever its name."""
    if not name.startswith(".env"):
        return None
    words = [word for word in re.split(r"[._-]", name[4:].lower()) if word]
    if name[4:5] not in ("", ".", "-", "_") or not _BACKUPS.isdisjoint(words) or words[-1:] in (["ts"], ["js"]):
        return None
    if not _EXAMPLES.isdisjoint(words):
        return Reach.EXAMPLE
    if not _LOCAL.isdisjoint(words):
        return Reach.LOCAL
    return Reach.DEPLOYED if words in ([], ["production"]) else Reach.PERHAPS


SERVERS = frozenset(
    """
    express fastify koa hapi restify polka hono apollo-server apollo-server-express h3 micro sails
    @hapi/hapi @hono/node-server @nestjs/core @apollo/server @feathersjs/feathers @adonisjs/core
    socket.io ws graphql-yoga moleculer @loopback/core
    """.split()
)
"""Packages by which a program of Node.js answers requests."""

_TOOLS_FOR_BROWSERS = (
    "cordova craco electron expo gatsby http-server ionic live-server ng ns parcel quasar react-app-rewired "
    "react-native react-scripts serve snowpack tns vite vue-cli-service webpack-dev-server"
).split()
_SERVES_BROWSERS = re.compile(
    rf"(?:^|[\s;&|/])(?:(?:{'|'.join(_TOOLS_FOR_BROWSERS)})(?=$|[\s;&|])|(?:webpack|rsbuild|rspack)\s+(?:dev|serve)\b)"
)
"""Commands that show what runs in browsers or on phones, by their programs."""


def serves_browsers(script: str) -> bool:
    """Whether a script of a package.json shows a program that is no server, as `ng serve` does."""
    return _SERVES_BROWSERS.search(script) is not None


_PAGE_FILES = (
    "page layout template default not-found global-not-found route sitemap robots manifest opengraph-image "
    "twitter-image icon apple-icon loading forbidden unauthorized"
).split()
_SCRIPT = r"\.(?:[cm]?[jt]s|[jt]sx)"
ENTRIES = {
    "next": rf"(?:src/)?(?:app/(?:.*/)?(?:{'|'.join(_PAGE_FILES)})|pages/.*|middleware|proxy|instrumentation){_SCRIPT}",
    "@sveltejs/kit": rf"src/(?:routes/(?:.*/)?\+(?:server|(?:page|layout)\.server)|hooks\.server){_SCRIPT}",
    "nuxt": rf"(?:src/)?server/(?:api|routes|middleware|plugins)/.*{_SCRIPT}",
    "astro": rf"src/(?:pages/.*|middleware|actions/index){_SCRIPT}",
    "@remix-run/node": rf"app/(?:routes/.*|root|entry\.server){_SCRIPT}",
    "@react-router/node": rf"app/(?:routes/.*|root|entry\.server){_SCRIPT}",
}
"""The files of a framework's app, from its folder, in which something begins on the server."""

DATA_FUNCTIONS = frozenset({"getServerSideProps", "getStaticProps", "getStaticPaths", "loader", "action"})
"""What of a page runs on the server alone. All else of a page that has one of these runs in browsers, too."""

_PAGES_OF_BROWSERS = rf"(?:src/)?pages/(?!api/).*{_SCRIPT}|app/(?:routes/.*|root){_SCRIPT}"

SET_BY_PLATFORMS = ("__NEXT", "NEXT_RUNTIME", "NODE_ENV", "VERCEL", "NETLIFY", "NEXT_PHASE", "PUBLIC_URL", "npm_")
"""Beginnings of names that frameworks and platforms set by themselves, in browsers too."""

_DIRECTIVE = r"(?s)(?:\ufeff|\s|//[^\n]*\n|/\*.*?\*/|[\"']use strict[\"'];?)*[\"']use (client|server)[\"']"


def is_page_of_browsers(path: str) -> bool:
    """Whether a file of an app, by its path from the app's folder, is an entry only for its data functions."""
    return re.fullmatch(_PAGES_OF_BROWSERS, path) is not None


def directive(text: str) -> str:
    """`client` or `server` where a file begins with the directive of React that says where it runs, else empty."""
    if '"use ' not in text and "'use " not in text:
        return ""
    found = re.match(_DIRECTIVE, text)
    return found[1] if found else ""
