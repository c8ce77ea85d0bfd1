"""Finds the file that a function starts in, from what its template says: handler, code location, runtime."""

from __future__ import annotations

import re
from bisect import bisect_left
from functools import cached_property
from itertools import pairwise
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import is_copied
from crosswire.frontends.code.packages import OUTPUTS, SCRIPTS, Packages, inside, joined, most_shared
from crosswire.readers.dockerfile import Dockerfile
from crosswire.record import record, replace
from crosswire.source import Source
from crosswire.wiring.function import Link

if TYPE_CHECKING:
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files

_PYTHON = (".py",)
_BUILT = (".zip", ".jar", ".tgz", ".tar.gz")
_SAM_BUILD = "/.aws-sam/build/"
_ABOVE = re.compile(r"(?:\./)*(?:\.\./)+")
_WORDS_FOR_CODE = ("function", "lambda", "handler", "func", "fn")
_USUAL_NAMES = frozenset({"app", "index", "main", "handler", "lambda_function", "lambda", "function", "lambdafunction"})
"""Names that any function's file may have: they tell nothing about which function it is."""

_USUAL_FOLDERS = frozenset({*_USUAL_NAMES, *_WORDS_FOR_CODE, "api", "build", "code", "dist", "lib", "service", "src"})


@record
class Located:
    """Where a function's code starts.

    `entry` is the file and `export` the names that lead to the handler in it. `roots` are the folders that absolute
    imports start from: the code's, then those of layers. `folder` holds the code where it is known, and `why` says
    what is in the way where `entry` is not.
    """

    link: Link
    entry: str | None
    export: tuple[str, ...]
    roots: tuple[str, ...]
    folder: str | None
    why: str


class Locator:
    """Finds the code of the functions of one check."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._packages = Packages(files)

    def locate(self, hint: CodeHint) -> Located:
        """Where the code of a function starts. Never guesses between two files."""
        if hint.inline_text is not None or hint.inline is not None:
            return Located(Link.EXACT, None, _inline_export(hint), self._layers(hint), None, "")
        if hint.image:
            return self._image(hint)
        endings = _endings(hint.runtime)
        if not endings:
            return _missing(f"the runtime {hint.runtime} is not read")
        if not hint.handler:
            return _missing("no handler is named")
        if hint.source is not None:
            export = _handlers(hint.handler, endings)[0][1]
            return self._located(hint, Link.EXACT, hint.source, export, hint.source.rpartition("/")[0])
        if hint.is_bundle:
            return _missing("the code is a bundle of files that are not in the check")
        if hint.s3_key is not None or (hint.uri or "").startswith("s3://"):
            return self._by_name(hint, endings, hint.s3_key or hint.uri or "")
        above = _ABOVE.match(hint.handler)
        if above is not None:  # bundlers find what stands beside the folder of the service
            outside = joined(hint.uri or ".", above[0].rstrip("/"))
            found = self._below_folder(replace(hint, uri=outside, handler=hint.handler[above.end() :]), endings)
            return found if found.entry is not None else _missing(f"no file for the handler {hint.handler} was found")
        return self._below_folder(hint, endings)

    # Code at a path that the template names

    def _below_folder(self, hint: CodeHint, endings: tuple[str, ...]) -> Located:
        template = hint.unit_path.rpartition("/")[0]
        place = inside(template, hint.uri or ".")
        if place is None:
            return _missing(f"{hint.uri} is outside of what is checked")
        if place not in self._files and place.endswith((*_PYTHON, *SCRIPTS)):
            place = place.rpartition("/")[0]  # a file that a build makes: what it is made of is found by its folder
        if place in self._files and place.endswith(endings):
            export = _handlers(hint.handler or "", endings)[0][1]
            folder = place.rpartition("/")[0]
            return Located(Link.EXACT, place, export, (folder, *self._layers(hint)), folder, "")
        if self._files.is_dir(place):
            found = self._in_folder(hint, place, endings)
            if found is not None:
                return found
        built = self._behind_output(hint, place, endings)
        if built is not None:
            return built
        named = self._by_name(hint, endings, place)
        if named.link is not Link.MISSING or not hint.uri or not self._files.is_dir(place):
            return named
        why = f"no file for the handler {hint.handler} was found in {place or 'the folder of the code'}"
        if not any(path.endswith(endings) for path in self._files.under(place)):
            return _missing(why)
        return Located(Link.FOLDER, None, _handlers(hint.handler or "", endings)[0][1], (place,), place, why)

    def _in_folder(self, hint: CodeHint, folder: str, endings: tuple[str, ...]) -> Located | None:
        entry_point = self._entry_point(hint, folder)
        if entry_point is not None:
            return self._located(hint, Link.EXACT, entry_point, _handlers(hint.handler or "", endings)[0][1], folder)
        for path, export in _handlers(hint.handler or "", endings):
            entry = self._file(joined(folder, path), endings)
            if entry is None and endings != _PYTHON:
                entry = self._packages.compiled_from(joined(folder, path) + ".js")
            if entry is not None:
                return self._located(hint, Link.EXACT, entry, export, folder)
        for path, export in _handlers(hint.handler or "", endings):
            entry = self._compiled(folder, path, endings)
            if entry is not None:
                return self._located(hint, Link.NAMED, entry, export, folder)
        return self._only_below(hint, folder, endings) if folder else None

    def _entry_point(self, hint: CodeHint, folder: str) -> str | None:
        """The source that esbuild makes the handler's file of."""
        stem = _handlers(hint.handler or "", SCRIPTS)[0][0].rpartition("/")[2]
        found = [
            entry
            for point in hint.entry_points
            if (path := inside(folder, point)) is not None and (entry := self._packages.script(path)) is not None
        ]
        named = [entry for entry in found if _stem(entry) == stem]
        return named[0] if len(named) == 1 else found[0] if len(found) == 1 else None

    def _compiled(self, folder: str, path: str, endings: tuple[str, ...]) -> str | None:
        """The source of a handler that names compiled JavaScript: by the output folders' names, tsconfig.json and
        package.json."""
        if endings == _PYTHON:
            return self._file(joined(folder, joined("src", path)), endings)
        whole = joined(folder, path)
        found = self._packages.source_of(whole + ".js") or self._file(joined(folder, joined("src", path)), endings)
        package = self._packages.package(folder)
        if found is None and package is not None and not path.count("/"):
            entry = self._packages.entry(package, "")
            found = entry if entry is not None and _stem(entry) == path else self._packages.bundled(package, path)
        return found

    def _behind_output(self, hint: CodeHint, place: str, endings: tuple[str, ...]) -> Located | None:
        """The source beside a zip or an output folder that is not in the check: `orders/build` and `orders.zip` are
        made of `orders`."""
        for built in _BUILT:
            if place.endswith(built):
                stripped = place.removesuffix(built)
                if self._files.is_dir(stripped):
                    return _named(self._in_folder(hint, stripped, endings))
        if self._files.is_dir(place):
            return None
        before, build, _ = f"/{place}".partition(_SAM_BUILD)
        if build:
            return self._only_below(hint, before[1:], endings)
        for path, export in _handlers(hint.handler or "", endings):
            entry = None if endings == _PYTHON else self._packages.source_of(joined(place, path) + ".js")
            if entry is not None:
                return self._located(hint, Link.NAMED, entry, export, place.rpartition("/")[0])
        above, _, name = place.rpartition("/")
        if above and above != hint.unit_path.rpartition("/")[0] and self._files.is_dir(above):
            return _named(self._in_folder(hint, above, endings))
        for path, export in _handlers(hint.handler or "", endings):
            entry = self._file(joined(above, path), endings) if name.endswith(_BUILT) else None
            if entry is not None and (not _plain_name(name) or name.rpartition(".")[0] == path):
                return self._located(hint, Link.NAMED, entry, export, above)
        return None

    def _only_below(self, hint: CodeHint, folder: str, endings: tuple[str, ...]) -> Located | None:
        """The only file below a folder that fits the handler's path."""
        for path, export in _handlers(hint.handler or "", endings):
            inner = self._ending_in(path, endings, folder)
            if len(inner) == 1:
                return self._located(hint, Link.NAMED, inner[0], export, _root_of(inner[0], path, folder))
        return None

    # Code at an unknown place

    def _by_name(self, hint: CodeHint, endings: tuple[str, ...], location: str) -> Located:
        """The only file that fits the handler's path, in a folder called like the function or its archive."""
        names = {_plain_name(hint.logical_id), _plain_name(location.rstrip("/").rpartition("/")[2])} - {""}
        template = hint.unit_path.rpartition("/")[0]
        for path, export in _handlers(hint.handler or "", endings):
            called = {one for name in names for one in self._by_stem_and_folder.get((_last(path), name), ())}
            named = sorted(one for one in called if _fits(one, path, endings))
            entry = named[0] if len(named) == 1 else most_shared(named, hint.unit_path)
            if entry is None and not named and _is_telling(path, names):
                candidates = (
                    self._ending_in(path, endings, template)
                    or self._ending_in(path, endings, "")
                    or self._ending_in(joined(path, "index"), SCRIPTS if endings != _PYTHON else (), "")
                )
                entry = candidates[0] if len(candidates) == 1 else None
            if entry is not None:
                return self._located(hint, Link.NAMED, entry, export, _root_of(entry, path, template))
        return _missing(f"no file of the project is surely that of the handler {hint.handler}")

    def _ending_in(self, path: str, endings: tuple[str, ...], folder: str) -> list[str]:
        """The files below a folder whose path ends in a handler's path, with any of the endings."""
        paths = self._by_stem.get(_last(path), [])
        if folder:
            paths = paths[bisect_left(paths, folder + "/") : bisect_left(paths, folder + "0")]
        return [one for one in paths if _fits(one, path, endings)]

    @cached_property
    def _by_stem(self) -> dict[str, list[str]]:
        stems: dict[str, list[str]] = {}
        for path in self._files.paths:
            if path.endswith((*_PYTHON, *SCRIPTS)) and not path.endswith(".d.ts") and not is_copied(path):
                stems.setdefault(_stem(path), []).append(path)
        return stems

    @cached_property
    def _by_stem_and_folder(self) -> dict[tuple[str, str], list[str]]:
        """Files by their name without ending, and by the plain names of the folders that they are in."""
        found: dict[tuple[str, str], list[str]] = {}
        for stem, paths in self._by_stem.items():
            for path in paths:
                for name in _names_of_folders(path):
                    found.setdefault((stem, name), []).append(path)
        return found

    # Container images

    def _image(self, hint: CodeHint) -> Located:
        template = hint.unit_path.rpartition("/")[0]
        context = inside(template, hint.docker_context) if hint.docker_context is not None else None
        if context is None:
            return _missing("the function is an image that is built elsewhere")
        path = inside(context, hint.dockerfile or "Dockerfile")
        source = self._files.read(path) if path is not None and path in self._files else None
        if not isinstance(source, Source):
            return _missing(f"there is no {hint.dockerfile or 'Dockerfile'} in {hint.docker_context}")
        docker = Dockerfile(source)
        started = docker.command[-1] if docker.command and "." in docker.command[-1] else None
        handler = hint.handler or started
        if handler is None:
            return _missing("the image's CMD names no handler")
        folders = [folder for part in docker.sources if (folder := self._copied(context, part)) is not None]
        for endings in (_PYTHON, SCRIPTS):
            for path, export in _handlers(handler, endings):
                for folder in dict.fromkeys((*folders, context)):
                    entry = self._file(joined(folder, path), endings)
                    if entry is None and endings != _PYTHON:
                        entry = self._packages.source_of(joined(folder, path) + ".js")
                    if entry is not None:
                        return self._located(hint, Link.EXACT, entry, export, folder)
        return _missing(f"no file for the handler {handler} was found in {hint.docker_context}")

    def _copied(self, context: str, part: str) -> str | None:
        place = inside(context, part.rstrip("*"))
        if place is None or self._files.is_dir(place):
            return place
        return place.rpartition("/")[0] if place in self._files else None

    # What all share

    def _file(self, path: str, endings: tuple[str, ...]) -> str | None:
        if endings == _PYTHON:
            candidates = (f"{path}.py", f"{path}/__init__.py")
            return next((candidate for candidate in candidates if candidate in self._files), None)
        if endings == SCRIPTS:
            found = self._packages.script(path)
            return found if found is not None and found.endswith(SCRIPTS) else None
        return self._file(path, _PYTHON) or self._file(path, SCRIPTS)

    def _located(self, hint: CodeHint, link: Link, entry: str, export: tuple[str, ...], folder: str) -> Located:
        return Located(link, entry, export, (folder, *self._layers(hint)), folder, "")

    def _layers(self, hint: CodeHint) -> tuple[str, ...]:
        template = hint.unit_path.rpartition("/")[0]
        places = (self._layer(inside(template, layer)) for layer in hint.layers)
        return tuple(dict.fromkeys(place for place in places if place is not None))

    def _layer(self, place: str | None) -> str | None:
        """The folder of a layer, or what a build makes it of: `db` where it is `db/dist/db` or `db/db`."""
        if place is None or self._files.is_dir(place):
            return place
        above, _, name = place.rpartition("/")
        over, _, output = above.rpartition("/")
        source = over if output in OUTPUTS else above if output == name else ""
        return source if source and self._files.is_dir(source) else None


def _endings(runtime: str | None) -> tuple[str, ...]:
    """The endings of the languages that a runtime may run: both where it is not known, none where it is not read."""
    if runtime is None:
        return (*_PYTHON, *SCRIPTS)
    if runtime.startswith("python"):
        return _PYTHON
    return SCRIPTS if runtime.startswith("nodejs") else ()


def _handlers(handler: str, endings: tuple[str, ...]) -> list[tuple[str, tuple[str, ...]]]:
    """The ways to part a handler into a file's path without ending and the names in it, the likeliest first.

    Python takes everything up to the last dot as the module. Node.js takes the file's name up to its first dot, but
    tools that bundle keep names such as `get.user.ts`, so longer names go first."""
    handler = handler.strip().removeprefix("./").lstrip("/")
    ways: list[tuple[str, tuple[str, ...]]] = []
    if endings != SCRIPTS:
        module, _, name = handler.rpartition(".")
        ways.append((module.replace(".", "/"), (name,)))
    if endings != _PYTHON:
        folder, _, last = handler.rpartition("/")
        parts = last.split(".")
        for count in range(len(parts) - 1, 0, -1):
            ways.append((joined(folder, ".".join(parts[:count])), tuple(parts[count:])))
    return [way for way in ways if way[0]] or [(handler, ())]


def _inline_export(hint: CodeHint) -> tuple[str, ...]:
    return ((hint.handler or "index.handler").rpartition(".")[2],)


def _missing(why: str) -> Located:
    return Located(Link.MISSING, None, (), (), None, why)


def _named(found: Located | None) -> Located | None:
    if found is None:
        return None
    return Located(Link.NAMED, found.entry, found.export, found.roots, found.folder, found.why)


def _root_of(entry: str, path: str, otherwise: str) -> str:
    """The folder that a handler's path starts from, for a file found by it."""
    stem = entry.removesuffix("/__init__.py").rpartition(".")[0] if "." in entry.rpartition("/")[2] else entry
    return stem[: -len(path)].rstrip("/") if stem.endswith(path) else otherwise


def _fits(file: str, path: str, endings: tuple[str, ...]) -> bool:
    """Whether a file's path ends in a handler's path."""
    return file.endswith(endings) and f"/{file.rpartition('.')[0]}".endswith(f"/{path}")


def _last(path: str) -> str:
    return path.rpartition("/")[2]


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _plain_name(name: str) -> str:
    """A name without case, separators, endings of archives and words that any function may have."""
    for built in _BUILT:
        name = name.removesuffix(built)
    plain = "".join(character for character in name.lower() if character.isalnum())
    for word in _WORDS_FOR_CODE:
        plain = plain.removesuffix(word) or plain
    for word in _WORDS_FOR_CODE:
        plain = plain.removeprefix(word) or plain
    return "" if plain in _USUAL_NAMES or plain in ("src", "code", "lib", "dist", "build") else plain


def _names_of_folders(path: str) -> set[str]:
    """The plain names of the folders that a file is in, and of each with the one above it: what is in
    `producer/createOrder` is often packaged as `producer-createOrder.zip`."""
    folders = path.split("/")[:-1]
    together = (f"{above}-{folder}" for above, folder in pairwise(folders))
    return {_plain_name(name) for name in (*folders, *together)} - {""}


def _is_telling(path: str, names: set[str]) -> bool:
    """Whether a handler's path is unlike those of other functions."""
    *folders, stem = path.split("/")
    if stem.lower() not in _USUAL_NAMES:
        return True
    return any(_plain_name(folder) in names or _is_proper(folder) for folder in folders)


def _is_proper(folder: str) -> bool:
    """Whether a folder has a name that one would not give to just any function's folder, as packages have."""
    words = [word.removesuffix("s") for word in re.split(r"[-_.]", folder.lower()) if word]
    return len(words) > 1 and not set(words) <= _USUAL_FOLDERS
