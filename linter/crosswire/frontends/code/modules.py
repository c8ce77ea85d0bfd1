"""Which file an import means: relative paths, path aliases, local packages, layers, and what comes from outside."""

from __future__ import annotations

import sys
from posixpath import normpath
from typing import TYPE_CHECKING

from crosswire.frontends.code.packages import Packages, aliased, folder_and_above, inside, joined, split_ending
from crosswire.record import record
from crosswire.source import Source

if TYPE_CHECKING:
    from typing import TypeAlias

    from crosswire.project import Files


@record
class Found:
    """A file of the check: code, or JSON."""

    path: str


@record
class External:
    """A third-party or built-in package (`boto3`, `@aws-sdk/client-dynamodb`, `node:fs`), or a file that is no code."""

    package: str


@record
class Folder(External):
    """A Python package without `__init__.py`: a folder of modules, which says nothing of its own. Whoever asks for its
    modules gets them by their full names; to others it is a package like any from outside."""

    folder: str


@record
class Missing:
    """An import of the project's own code that is not there."""

    specifier: str


Answer: TypeAlias = "Found | External | Missing"


class Resolver:
    """Answers for one check, which of its files an import means. Answers are kept.

    `roots` are the folders in which a function's absolute imports are looked for: that of its code, then its layers.
    """

    def __init__(self, files: Files) -> None:
        self._files = files
        self._packages = Packages(files)
        self._answers: dict[tuple[str, str, tuple[str, ...]], Answer] = {}
        self._bases: dict[tuple[str, ...], list[str]] = {}
        self._installed: dict[str, frozenset[str]] = {}

    def resolve(self, importer: str, specifier: str, roots: tuple[str, ...]) -> Answer:
        """What an import in a file means. `specifier` is as written; Python's relative ones keep their dots."""
        python = importer.endswith((".py", ".pyi"))
        key = (importer if python else importer.rpartition("/")[0] + split_ending(importer)[1], specifier, roots)
        answer = self._answers.get(key)
        if answer is None:
            find = self._python if python else self._script
            answer = self._answers[key] = find(importer, specifier, roots)
        return answer

    def submodule(self, importer: str, specifier: str, name: str, roots: tuple[str, ...]) -> Found | Folder | None:
        """The module that `from specifier import name` means, if `name` is a module and not something inside one."""
        below = specifier + name if specifier.endswith(".") else f"{specifier}.{name}"
        answer = self.resolve(importer, below, roots)
        return answer if isinstance(answer, Found | Folder) else None

    # JavaScript

    def _script(self, importer: str, specifier: str, roots: tuple[str, ...]) -> Answer:
        specifier = specifier.partition("?")[0]
        folder = importer.rpartition("/")[0]
        if specifier.startswith("."):
            return self._relative_script(importer, specifier, inside(folder, specifier))
        if specifier.startswith("#"):
            internal = self._packages.internal(folder, specifier)
            return Missing(specifier) if internal is None else _own(internal)
        claimed = False
        for config in self._packages.configs(folder):
            paths, claims = aliased(config, specifier)
            claimed = claimed or claims
            for path in paths:
                found = self._script_or_package(path, importer)
                if found is not None:
                    return _own(found)
                if self._is_no_code(path):
                    return External(path)
        if specifier.startswith("/"):
            return self._deployed_script(importer, specifier, roots)
        return self._bare_script(importer, specifier, roots, claimed)

    def _relative_script(self, importer: str, specifier: str, path: str | None) -> Answer:
        if path is None:
            return Missing(specifier)
        if "/node_modules/" in f"/{path}":
            return External(_package_name(path.rpartition("node_modules/")[2]))
        found = self._script_or_package(path, importer) or self._packages.source_of(path)
        if found is not None:
            return Found(found)
        return External(path) if self._is_no_code(path) else Missing(specifier)

    def _is_no_code(self, path: str) -> bool:
        """Whether what an import means is there and no program: a style sheet, or types alone."""
        return path in self._files or any(path + types in self._files for types in (".d.ts", ".d.mts"))

    def _script_or_package(self, path: str, importer: str) -> str | None:
        found = self._packages.script(path, importer)
        if found is None or found.rpartition("/")[0] == path:
            package = self._packages.package(path)
            found = (self._packages.entry(package, "") if package is not None else None) or found
        return found

    def _deployed_script(self, importer: str, specifier: str, roots: tuple[str, ...]) -> Answer:
        """`/opt/nodejs/x` is in a layer, `/var/task/x` beside the function's code."""
        path = normpath(specifier)
        for place in ("/opt/nodejs/node_modules/", "/opt/nodejs/", "/opt/", "/var/task/"):
            if path.startswith(place):
                rest = path[len(place) :]
                for root in roots:
                    for folder in ("nodejs/node_modules", "nodejs", "", "src"):
                        found = self._script_or_package(joined(root, joined(folder, rest)), importer)
                        if found is not None:
                            return _own(found)
        return Missing(specifier)

    def _bare_script(self, importer: str, specifier: str, roots: tuple[str, ...], claimed: bool) -> Answer:
        name = _package_name(specifier)
        package = self._packages.named(name, importer)
        if package is not None:
            entry = self._packages.entry(package, specifier[len(name) + 1 :])
            return Missing(specifier) if entry is None else _own(entry)
        for root in roots[1:]:
            for folder in ("nodejs/node_modules", "nodejs"):
                if self._files.is_dir(joined(root, folder)):
                    found = self._script_or_package(joined(root, joined(folder, specifier)), importer)
                    if found is not None:
                        return _own(found)
        return Missing(specifier) if claimed else External(name)

    # Python

    def _python(self, importer: str, specifier: str, roots: tuple[str, ...]) -> Answer:
        name = specifier.lstrip(".")
        dots = len(specifier) - len(name)
        path = name.replace(".", "/")
        if dots:
            return self._relative_python(importer, specifier, dots, path)
        top = name.partition(".")[0]
        package: Folder | None = None
        for base in self._python_bases(roots):
            found = self._python_at(joined(base, path))
            if found is not None and top in self._installed_in(base):
                return External(top)
            if isinstance(found, Found):
                return found
            package = package or found
        return package or self._beside(importer, top, path) or External(top)

    def _relative_python(self, importer: str, specifier: str, dots: int, path: str) -> Answer:
        folder = importer.rpartition("/")[0]
        for _ in range(dots - 1):
            if not folder:
                return Missing(specifier)
            folder = folder.rpartition("/")[0]
        return self._python_at(joined(folder, path)) or Missing(specifier)

    def _python_at(self, path: str) -> Found | Folder | None:
        files = self._files
        if path:
            for candidate in (f"{path}/__init__.py", f"{path}.py"):
                if candidate in files:
                    return Found(candidate)
        elif "__init__.py" in files:
            return Found("__init__.py")
        if files.is_dir(path) and any(one.endswith(".py") for one in files.under(path)):
            return Folder(path.rpartition("/")[2], path)
        return None

    def _python_bases(self, roots: tuple[str, ...]) -> list[str]:
        """The folders of the check that are on Python's path: of a layer, what it unpacks to `/opt/python` too."""
        if roots not in self._bases:
            bases: dict[str, None] = {}
            for root in roots:
                bases[root] = None
                below = joined(root, "python")
                if self._files.is_dir(below):
                    bases[below] = None
                    for path in self._files.under(joined(below, "lib")):
                        before, packages, _ = path.partition("/site-packages/")
                        if packages:
                            bases[before + "/site-packages"] = None
            self._bases[roots] = list(bases)
        return self._bases[roots]

    def _beside(self, importer: str, top: str, path: str) -> Found | None:
        """A last resort where the folder of the code is not the one deployed: the module beside the importer or in a
        folder above, if there is one of that name."""
        if top in sys.stdlib_module_names:
            return None
        found = {
            answer.path
            for folder in folder_and_above(importer.rpartition("/")[0])
            if isinstance(answer := self._python_at(joined(folder, path)), Found)
            and answer.path != importer
            and top not in self._installed_in(folder)
        }
        return Found(found.pop()) if len(found) == 1 else None

    def _installed_in(self, base: str) -> frozenset[str]:
        """The top-level modules that were installed into a folder, as the `*.dist-info` folders in it tell."""
        if base not in self._installed:
            names: set[str] = set()
            start = len(base) + 1 if base else 0
            seen: set[str] = set()
            for path in self._files.under(base):
                if "-info/" not in path:
                    continue
                folder = path[start:].partition("/")[0]
                if folder.endswith((".dist-info", ".egg-info")) and folder not in seen:
                    seen.add(folder)
                    names |= self._modules_of(joined(base, folder))
            self._installed[base] = frozenset(names)
        return self._installed[base]

    def _modules_of(self, information: str) -> set[str]:
        names = {information.rpartition("/")[2].partition("-")[0].replace(".dist", "").replace(".egg", "")}
        for listing in ("RECORD", "top_level.txt"):
            path = f"{information}/{listing}"
            source = self._files.read(path) if path in self._files else None
            if isinstance(source, Source):
                for line in source.text.splitlines():
                    first = line.partition(",")[0].partition("/")[0]
                    names.add(first.removesuffix(".py"))
        return names | {name.replace("-", "_").lower() for name in names}


def _own(path: str) -> Answer:
    return External(_package_name(path.rpartition("node_modules/")[2])) if "node_modules/" in path else Found(path)


def _package_name(specifier: str) -> str:
    parts = specifier.split("/")
    return "/".join(parts[:2]) if specifier.startswith("@") else parts[0]
