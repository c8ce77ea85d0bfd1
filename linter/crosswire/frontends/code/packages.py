"""What `package.json` and `tsconfig.json` files say of where code is: names, entries, path aliases, output folders."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from posixpath import normpath
from typing import TYPE_CHECKING, Any

from crosswire.source import Source

if TYPE_CHECKING:
    from crosswire.project import Files

SCRIPTS = (".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs")
"""Endings of JavaScript and TypeScript, sources first: where both are committed, the source is what people edit."""
_SOURCES_OF = {
    ".js": (".ts", ".tsx", ".jsx"),
    ".jsx": (".tsx",),
    ".mjs": (".mts",),
    ".cjs": (".cts",),
    ".d.ts": (".ts", ".tsx", ".js"),
    ".d.mts": (".mts", ".mjs"),
}
OUTPUTS = frozenset({"dist", "build", "lib", "out", "built", "compiled", ".build", ".dist", ".esbuild", ".webpack"})
_MOST_EXTENDS = 8
_ONE_COMMAND = re.compile(r"&&|;|\|\|?")
_BUNDLER = re.compile(r"(?<![\w.-])(?:(ncc)\s+build|esbuild)(?![\w.-])")
_SCRIPT_ARGUMENT = re.compile(r"(?<=\s)[\"']?([\w./@-]+\.[cm]?[jt]sx?)(?![\w./-])")
_OUTFILE = re.compile(r"--outfile[= ]\"?([\w./@-]+)")


class TypeScriptConfig:
    """The part of a tsconfig.json that moves files: `paths` with the folder that they start from, `base` (baseUrl),
    `root` (rootDir) and `output` (outDir), all as folders of the check."""

    __slots__ = ("base", "folder", "output", "paths", "paths_from", "root")

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.base: str | None = None
        self.paths: dict[str, list[str]] = {}
        self.paths_from = folder
        self.root: str | None = None
        self.output: str | None = None


class Package:
    """A package.json: the folder it is in, and its parsed content."""

    __slots__ = ("content", "folder", "name")

    def __init__(self, folder: str, content: Mapping[str, Any]) -> None:
        self.folder = folder
        self.content = content
        name = content.get("name")
        self.name = name if isinstance(name, str) else ""


class Packages:
    """The configurations of JavaScript code in a check, read when they are asked for, once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._configs: dict[str, TypeScriptConfig | None] = {}
        self._packages: dict[str, Package | None] = {}
        self._named: dict[str, list[Package]] | None = None

    # Configurations

    def configs(self, folder: str) -> Iterator[TypeScriptConfig]:
        """The tsconfig.json files that may govern a folder, the nearest first."""
        for above in folder_and_above(folder):
            if above not in self._configs:
                self._configs[above] = self._config(above)
            config = self._configs[above]
            if config is not None:
                yield config

    def _config(self, folder: str) -> TypeScriptConfig | None:
        for name in ("tsconfig.json", "jsconfig.json"):
            path = joined(folder, name)
            if path in self._files:
                config = TypeScriptConfig(folder)
                self._extend(config, path, _MOST_EXTENDS)
                return config
        return None

    def _extend(self, config: TypeScriptConfig, path: str, most: int) -> None:
        content = self._json(path)
        folder = path.rpartition("/")[0]
        extended = content.get("extends")
        for other in extended if isinstance(extended, list) else [extended]:
            if isinstance(other, str) and other.startswith(".") and most:
                inherited = inside(folder, other)
                for candidate in (inherited, f"{inherited}.json", f"{inherited}/tsconfig.json"):
                    if inherited is not None and candidate is not None and candidate in self._files:
                        self._extend(config, candidate, most - 1)
                        break
        options = content.get("compilerOptions")
        if not isinstance(options, dict):
            return
        base, root, output, paths = (options.get(name) for name in ("baseUrl", "rootDir", "outDir", "paths"))
        if isinstance(base, str):
            config.base = config.paths_from = inside(folder, base) or ""
        if isinstance(root, str):
            config.root = inside(folder, root)
        if isinstance(output, str):
            config.output = inside(folder, output)
        if isinstance(paths, dict):
            config.paths_from = config.base if config.base is not None else folder
            config.paths = {
                alias: [target for target in targets if isinstance(target, str)]
                for alias, targets in paths.items()
                if isinstance(targets, list)
            }

    # Packages

    def package(self, folder: str) -> Package | None:
        """The package.json of exactly this folder."""
        if folder not in self._packages:
            path = joined(folder, "package.json")
            self._packages[folder] = Package(folder, self._json(path)) if path in self._files else None
        return self._packages[folder]

    def package_around(self, folder: str) -> Package | None:
        """The nearest package.json, upwards from a folder."""
        return next((one for above in folder_and_above(folder) if (one := self.package(above)) is not None), None)

    def named(self, name: str, importer: str) -> Package | None:
        """The package of the check with this name. Of several, the one that shares most folders with the importer;
        None where that does not decide."""
        if self._named is None:
            self._named = {}
            for path in self._files.paths:
                if path.endswith("package.json") and (path == "package.json" or path.endswith("/package.json")):
                    package = self.package(path.rpartition("/")[0])
                    if package is not None and package.name:
                        self._named.setdefault(package.name, []).append(package)
        packages = self._named.get(name, [])
        if len(packages) < 2:
            return packages[0] if packages else None
        nearness = [_shared_folders(package.folder, importer) for package in packages]
        nearest = max(nearness)
        return packages[nearness.index(nearest)] if nearness.count(nearest) == 1 else None

    def entry(self, package: Package, subpath: str) -> str | None:
        """The file that `package` or `package/subpath` means, found behind build output where need be."""
        content, folder = package.content, package.folder
        targets = list(_exported(content.get("exports"), "./" + subpath if subpath else "."))
        if not subpath:
            targets += [
                target for name in ("source", "module", "main", "types", "typings")
                if isinstance(target := content.get(name), str)
            ]  # fmt: skip
        for target in targets:
            path = inside(folder, target)
            found = None if path is None else self.script(path) or self.source_of(path)
            if found is not None:
                return found
        guesses = (subpath, f"src/{subpath}") if subpath else ("src/index", "index", "lib/index", "src/main")
        return next((found for guess in guesses if (found := self.script(joined(folder, guess)))), None)

    def bundled(self, package: Package, name: str) -> str | None:
        """The source that a package's scripts bundle into `<name>.js`; None where they name several."""
        return self._bundle(package, lambda result: result.rpartition("/")[2] == name)

    def _bundled_into(self, path: str) -> str | None:
        """The source that the scripts of the package around a file bundle into it."""
        folder, stem = path.rpartition("/")[0], split_ending(path)[0]
        package = self.package_around(folder)
        return None if package is None else self._bundle(package, lambda result: inside(package.folder, result) == stem)

    def _bundle(self, package: Package, is_meant: Callable[[str], bool]) -> str | None:
        scripts = package.content.get("scripts")
        commands = (
            [command for command in scripts.values() if isinstance(command, str)] if isinstance(scripts, dict) else []
        )
        sources = {
            self.script(path)
            for command in commands
            for source, result in _bundles(command)
            if is_meant(result) and (path := inside(package.folder, source)) is not None
        } - {None}
        return sources.pop() if len(sources) == 1 else None

    def internal(self, importer_folder: str, specifier: str) -> str | None:
        """The file that `#name` means by the `imports` of the nearest package.json."""
        package = self.package_around(importer_folder)
        if package is None:
            return None
        for target in _exported(package.content.get("imports"), specifier):
            path = inside(package.folder, target) if target.startswith(".") else None
            found = None if path is None else self.script(path) or self.source_of(path)
            if found is not None:
                return found
        return None

    # Files

    def script(self, path: str, importer: str = "") -> str | None:
        """The file that a path without regard to its ending means: the file, its source, or a folder's index.
        JavaScript looks for JavaScript first."""
        files = self._files
        stem, ending = split_ending(path)
        sources = _SOURCES_OF.get(ending, ())
        typescript = not importer.endswith((".js", ".mjs", ".cjs", ".jsx"))
        if sources and (typescript or path not in files):
            for other in sources:
                if stem + other in files:
                    return stem + other
        if path in files and (ending in SCRIPTS or ending == ".json"):
            return path
        endings = SCRIPTS if typescript else (*SCRIPTS[4:], *SCRIPTS[:4])
        for other in (*endings, ".json"):
            if path + other in files and path:
                return path + other
        for other in endings:
            index = joined(path, "index" + other)
            if index in files:
                return index
        return None

    def compiled_from(self, path: str) -> str | None:
        """The source that TypeScript makes a file of, by the outDir and rootDir of a tsconfig.json."""
        for config in self.configs(path.rpartition("/")[0]):
            if config.output is not None and is_below(path, config.output):
                rest = path[len(config.output) + 1 :] if config.output else path
                roots = [config.root] if config.root is not None else []
                for root in (*roots, config.folder, joined(config.folder, "src")):
                    found = self.script(joined(root, rest))
                    if found is not None:
                        return found
        return None

    def source_of(self, path: str) -> str | None:
        """The source of a file in a build output folder that is not in the check: `dist/a/b.js` comes of
        `src/a/b.ts`, unless a tsconfig.json or a bundler's command says otherwise."""
        configured = self.compiled_from(path) or self._bundled_into(path)
        if configured is not None:
            return configured
        parts = path.split("/")
        for at, part in enumerate(parts[:-1]):
            if part in OUTPUTS:
                before, behind = "/".join(parts[:at]), "/".join(parts[at + 1 :])
                for middle in ("src", "", "lib"):
                    found = self.script(joined(before, joined(middle, behind)))
                    if found is not None and found != path:
                        return found
        return None

    def _json(self, path: str) -> Mapping[str, Any]:
        source = self._files.read(path)
        content = relaxed_json(source.text) if isinstance(source, Source) else None
        return content if isinstance(content, dict) else {}


def _bundles(command: str) -> Iterator[tuple[str, str]]:
    """The files that a command bundles, each with the path of the result without ending: `index` with ncc, with
    esbuild what `--outfile` says, or the path of the file."""
    for part in _ONE_COMMAND.split(command):
        bundler = _BUNDLER.search(part)
        sources = _SCRIPT_ARGUMENT.findall(part)
        if bundler is None or len(sources) != 1:
            continue
        outfile = _OUTFILE.search(part)
        result = "index" if bundler.group(1) == "ncc" else (outfile.group(1) if outfile is not None else sources[0])
        yield sources[0], split_ending(result)[0]


def relaxed_json(text: str) -> object:
    """JSON with comments and trailing commas, as TypeScript reads it. None where it is not even that."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return json.loads(_without_comments(text))
    except (ValueError, RecursionError):
        return None


def _without_comments(text: str) -> str:
    kept: list[str] = []
    at, length = 0, len(text)
    while at < length:
        character = text[at]
        start = at
        if character == '"':
            at += 1
            while at < length and text[at] != '"':
                at += 2 if text[at] == "\\" else 1
            at += 1
            kept.append(text[start:at])
        elif text.startswith("//", at):
            at = text.find("\n", at) if "\n" in text[at:] else length
        elif text.startswith("/*", at):
            end = text.find("*/", at + 2)
            at = length if end < 0 else end + 2
        else:
            if character in "]}":
                while kept and (kept[-1].isspace() or kept[-1] == ","):
                    kept.pop()
            kept.append(character)
            at += 1
    return "".join(kept)


def _exported(exports: object, name: str) -> Iterator[str]:
    """The targets that a package's `exports` or `imports` give a name, whatever the condition."""
    if isinstance(exports, dict) and any(str(key).startswith((".", "#")) for key in exports):
        if name in exports:
            yield from _targets(exports[name])
            return
        for pattern, target in exports.items():
            filling = _filling(str(pattern), name)
            if filling is not None and "*" in str(pattern):
                yield from (one.replace("*", filling) for one in _targets(target))
    elif name == ".":
        yield from _targets(exports)


def _targets(target: object, most: int = 6) -> Iterator[str]:
    if isinstance(target, str):
        yield target
    elif most and isinstance(target, dict | list):
        for one in target.values() if isinstance(target, dict) else target:
            yield from _targets(one, most - 1)


def _filling(pattern: str, name: str) -> str | None:
    """What the star of a pattern stands for in a name; empty where the pattern has none and is the name."""
    before, star, behind = pattern.partition("*")
    if not star:
        return "" if pattern == name else None
    if len(name) >= len(before) + len(behind) and name.startswith(before) and name.endswith(behind):
        return name[len(before) : len(name) - len(behind)]
    return None


def aliased(config: TypeScriptConfig, specifier: str) -> tuple[list[str], bool]:
    """The paths that a tsconfig's `paths` and `baseUrl` make of a specifier, best first, and whether an alias of
    `paths` that is more than `*` claims it."""
    found: list[str] = []
    claimed = False
    for pattern in sorted(config.paths, key=lambda one: (-len(one.partition("*")[0]), one)):
        filling = _filling(pattern, specifier)
        if filling is not None:
            claimed = claimed or pattern != "*"
            for target in config.paths[pattern]:
                path = inside(config.paths_from, target.replace("${configDir}", ".").replace("*", filling))
                if path is not None:
                    found.append(path)
    if config.base is not None:
        found.append(joined(config.base, specifier))
    return found, claimed


def joined(folder: str, path: str) -> str:
    """A path below a folder; both may be empty."""
    return f"{folder}/{path}" if folder and path else folder or path


def inside(folder: str, path: str) -> str | None:
    """A path as written in a folder, such as `../lib/x` or `./`, as a path of the check: the empty text is the root.
    None where it leads out of it."""
    together = normpath(joined(folder, path.replace("\\", "/")))
    if together == ".":
        return ""
    return None if together.startswith(("../", "/")) or together == ".." else together


def folder_and_above(folder: str) -> Iterator[str]:
    """A folder, the folder it is in, and so on up to the root."""
    while folder:
        yield folder
        folder = folder.rpartition("/")[0]
    yield ""


def is_below(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")


def split_ending(path: str) -> tuple[str, str]:
    """A path without its ending, and the ending with its dot. `.d.ts` is one ending."""
    for ending in (".d.ts", ".d.mts"):
        if path.endswith(ending):
            return path[: -len(ending)], ending
    stem, dot, ending = path.rpartition(".")
    if not dot or "/" in ending or not stem or stem.endswith("/"):
        return path, ""
    return stem, dot + ending


def _shared_folders(one: str, other: str) -> int:
    count = 0
    for left, right in zip(one.split("/"), other.split("/"), strict=False):
        if left != right:
            break
        count += 1
    return count


def most_shared(paths: Iterable[str], other: str) -> str | None:
    """The path that shares most folders with another one; None where that does not decide."""
    ranked = sorted(((_shared_folders(path, other), path) for path in paths), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
        return None
    return ranked[0][1]
