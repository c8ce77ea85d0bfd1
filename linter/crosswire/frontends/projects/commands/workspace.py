"""The folders and files that a program works with: where it is, what it writes, what it packs into zips.

A script may be run from its own folder or from the root, so a folder is a choice of several. A path from the root of
the repository begins with `ROOT`; any other absolute path is outside of it.
"""

from __future__ import annotations

import re
from itertools import pairwise
from posixpath import normpath
from typing import TYPE_CHECKING

from crosswire.frontends.projects.commands.flat import Val, literal
from crosswire.readers.tree import Scalar
from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.project import Files

ROOT = "\ue010"
"""Begins paths that are told from the root of the repository."""

_LONGEST = 100_000
_IN_WINDOWS = re.compile(r"[A-Za-z]:/")
_BUNDLED = (".ts", ".js", ".mjs", ".tsx", ".cjs")


@record
class Archive:
    """A zip that is uploaded. `roots` are the folders that its contents stand in, the latest first; `path` is the zip
    itself, as a path of the repository."""

    roots: tuple[str, ...]
    path: str = ""


class Workspace:
    """What the programs of one file do to folders and files. `folders` are those that the program may be in, `home`
    those that it starts in; `written` are the texts of files that it writes, None where they are not known. `packaged`
    are the templates that others are packaged as."""

    def __init__(self, files: Files, home: tuple[str, ...]) -> None:
        self.folders = home
        self.home = home
        self.written: dict[str, Val | None] = {}
        self.packaged: dict[str, str] = {}
        self._files = files
        self._archives: dict[str, Archive] = {}
        self._copies: dict[str, str] = {}

    def following(self, home: tuple[str, ...]) -> Workspace:
        """The workspace of the next program of the same file."""
        other = Workspace(self._files, home)
        other.written, other._archives, other._copies = self.written, self._archives, self._copies
        other.packaged = self.packaged
        return other

    def paths(self, name: str) -> list[str]:
        """The paths of the repository that a name may stand for."""
        name = name.replace("\\", "/")
        if name.startswith(ROOT):
            return [_normal(name[len(ROOT) :])]
        if _is_outside(name):
            return [name.rstrip("/") or "/"]
        folders = dict.fromkeys((*self.folders, *self.home))
        return [_normal(f"{folder}/{name}") for folder in folders]

    def paths_from_here(self, name: str) -> list[str]:
        name = name.replace("\\", "/")
        if name.startswith(ROOT):
            return [_normal(name[len(ROOT) :])]
        if _is_outside(name):
            return [name.rstrip("/") or "/"]
        paths = [_normal(f"{folder}/{name}") for folder in self.folders]
        there = [path for path in paths if self._files.is_dir(path)]
        return list(dict.fromkeys(there or paths))

    def write(self, target: Val | None, text: Val | None) -> None:
        name = literal(target) if target is not None else None
        if name is None or name == "/dev/null" or name.lower() == "nul":
            return
        if text is not None and sum(len(part.text) for part in text if isinstance(part, Scalar)) > _LONGEST:
            text = None
        for path in self.paths(name)[:1]:
            self.written[path] = text

    def go(self, words: list[Val]) -> None:
        name = literal(words[0]) if words else None
        if name is None:
            self.folders = ()
            return
        if name == "-":
            self.folders = self.home
            return
        self.folders = tuple(self.paths_from_here(name))

    def zip(self, words: list[Val]) -> None:
        plain = [literal(word) for word in words]
        junk = any(text is not None and re.fullmatch(r"-[a-zA-Z0-9]*j[a-zA-Z0-9]*", text) for text in plain)
        named: list[str | None] = []
        for text in plain:
            if text is not None and text in ("-x", "--exclude", "-i", "--include"):
                break
            if text is None or not text.startswith("-"):
                named.append(text)
        if not named or named[0] is None:
            return
        roots: list[str] = []
        for member in named[1:] or ["."]:
            if member is not None:
                roots += self._roots_of(member, junk)
        self._add_archive(named[0], roots)

    def compress(self, words: list[Val]) -> None:
        target = named([(), *words], "-destinationpath")
        plain = [word for word in words if literal(word) not in ("-Force", "-Update")]
        path = named([(), *words], "-path") or (plain[0] if plain else None)
        name = literal(target) if target is not None else (literal(plain[1]) if len(plain) > 1 else None)
        member = literal(path) if path is not None else None
        if name is None or member is None:
            return
        roots: list[str] = []
        for one in member.split(","):
            one = one.strip().replace("\\", "/")
            inner = one.removesuffix("/*")
            for folder in self.paths_from_here(inner):
                if inner != one and self._files.is_dir(folder):
                    roots.append(folder)
                else:
                    roots.append(folder.rpartition("/")[0])
        self._add_archive(name, roots)

    def _roots_of(self, member: str, junk: bool) -> list[str]:
        """The folders that what is put into a zip stands in, as paths in the zip count from there."""
        if not junk:
            if member.startswith((ROOT, "/")):
                return []
            return list(self.folders)
        found: list[str] = []
        for path in self.paths_from_here(member.rstrip("*").rstrip("/") or "."):
            found.append(path if self._files.is_dir(path) else path.rpartition("/")[0])
        return found

    def _add_archive(self, name: str, roots: list[str]) -> None:
        roots = [self._copied_from(root) for root in roots]
        there = [root for root in roots if self._files.is_dir(root)]
        roots = there or [root for root in roots if root and not root.startswith("/")][:1]
        for path in self.paths_from_here(name) or [name]:
            key = path if path.endswith(".zip") else path + ".zip"
            before = self._archives.get(key)
            kept = before.roots if before is not None else ()
            self._archives[key] = Archive(tuple(dict.fromkeys((*roots, *kept))))

    def copy(self, words: list[Val]) -> None:
        """Remember where what is copied into a folder that is made comes from."""
        names = [literal(word) for word in words]
        if len(names) < 2 or names[-1] is None:
            return
        for target in self.paths_from_here(names[-1])[:1]:
            for name in names[:-1]:
                if name is None:
                    continue
                for path in self.paths_from_here(name.removesuffix("*").rstrip("/") or "."):
                    if self._files.is_dir(path):
                        inner = path if name.endswith(("*", "/", "/.")) or not self._files.is_dir(target) else ""
                        self._copies.setdefault(target, inner or path)
                    elif path in self._files:
                        self._copies.setdefault(target, path.rpartition("/")[0])

    def bundle(self, words: list[Val]) -> None:
        """Remember what esbuild makes a file of."""
        plain = [text for word in words if (text := literal(word)) is not None]
        if not any(text.partition("@")[0].rpartition("/")[2] == "esbuild" for text in plain):
            return
        output = next((text for text in plain if text.startswith(("--outfile=", "--outdir="))), None)
        source = next((text for text in plain if text.endswith(_BUNDLED)), None)
        if output is None or source is None or source.startswith("-"):
            return
        name, _, target = output.partition("=")
        folder = target.rpartition("/")[0] if name == "--outfile" else target
        for path in self.paths_from_here(folder or ".")[:1]:
            for file in self.paths_from_here(source):
                self._copies.setdefault(path, file.rpartition("/")[0])

    def _copied_from(self, folder: str) -> str:
        if self._files.is_dir(folder):
            return folder
        return self._copies.get(folder, folder)

    def archive_of(self, service: str, options: Mapping[str, tuple[Val, ...]]) -> Archive | None:
        """The zip that a command uploads."""
        given = options.get("zip-file")
        name = literal(given[0]) if given else None
        if service != "lambda" or name is None:
            return None
        name = name.removeprefix("fileb://").removeprefix("file://")
        paths = self.paths(name)
        for path in paths:
            if path in self._archives:
                return self._archives[path]
        base = name.rpartition("/")[2]
        same = [archive for path, archive in self._archives.items() if path.rpartition("/")[2] == base]
        if len(same) == 1:
            return same[0]
        return Archive((), paths[0]) if paths and not paths[0].startswith("/") else None


def operand(words: list[Val]) -> Val | None:
    """The file that a command of PowerShell reads or writes, by the option that names it or by its place."""
    found: Val | None = None
    for before, word in pairwise(words):
        option = (literal(before) or "").lower()
        if option in ("-filepath", "-path", "-literalpath"):
            return word
        is_value = option in ("-encoding", "-value", "-inputobject")
        if found is None and not is_value and not (literal(word) or "").startswith("-"):
            found = word
    return found


def named(words: list[Val], option: str) -> Val | None:
    """What follows an option."""
    for before, word in pairwise(words):
        if (literal(before) or "").lower() == option:
            return word
    return None


def _is_outside(name: str) -> bool:
    return name.startswith("/") or _IN_WINDOWS.match(name) is not None


def _normal(path: str) -> str:
    found = normpath(path.lstrip("/") or ".")
    return "" if found == "." else found
