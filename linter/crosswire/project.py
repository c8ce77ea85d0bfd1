"""Discover: which files belong to a check, and below which root."""

from __future__ import annotations

import os
import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from crosswire.errors import UsageError, did_you_mean
from crosswire.record import record
from crosswire.source import Broken, Source, Span

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

LARGEST_FILE = 4_000_000
"""In bytes. CloudFormation takes templates up to 1 MB; code above this size is a bundle or generated."""

_LEFT_OUT = frozenset(
    {
        "#current-cloud-backend",  # what Amplify deployed last
        ".aws-sam",
        ".git",
        ".hg",
        ".mypy_cache",
        ".pytest_cache",
        ".ruff_cache",
        ".serverless",
        ".terraform",
        ".tox",
        ".venv",
        "__pycache__",
        "bower_components",
        "node_modules",
        "site-packages",
        "venv",
    }
)


class Files:
    """The files of a check, below its root. Paths are relative to the root, with `/`, and sorted.

    Installed packages, build results and what git ignores are left out. Symbolic links to what is below the root are
    not listed, since every file is told by one name, yet a path through one is understood by `read`, `in` and `under`.
    """

    def __init__(self, root: Path, paths: Iterable[str], links: Mapping[str, str] | None = None) -> None:
        self.root = root
        self.paths: tuple[str, ...] = tuple(sorted(set(paths)))
        self._known = frozenset(self.paths)
        self._links = dict(links or {})
        self._read: dict[str, Source | Broken] = {}
        self._env_files: dict[str, tuple[str, ...]] = {}
        self._is_on_disk = True

    @classmethod
    def below(cls, root: Path) -> Files:
        """All files of a folder, which is taken as the root."""
        return cls(root, *_listing(root))

    @classmethod
    def from_texts(cls, texts: Mapping[str, str]) -> Files:
        """Files that are nowhere on the disk."""
        files = cls(Path("."), texts)
        files._is_on_disk = False
        files._read.update((path, Source(path, text)) for path, text in texts.items())
        return files

    def without(self, is_left_out: Callable[[str], bool]) -> Files:
        """The same files but for some."""
        kept = Files(self.root, (path for path in self.paths if not is_left_out(path)), self._links)
        kept._is_on_disk = self._is_on_disk
        kept._read.update((path, text) for path, text in self._read.items() if path in kept._known)
        return kept

    def __contains__(self, path: str) -> bool:
        return path in self._known or self._followed(path) in self._known

    def is_dir(self, path: str) -> bool:
        """Whether the folder holds at least one file; the empty text is the root."""
        return path in self._folders or self._followed(path) in self._folders

    def under(self, folder: str) -> Sequence[str]:
        """The paths below a folder, at any depth; the empty text is the root."""
        if not folder:
            return self.paths
        folder = self._followed(folder)
        return self.paths[bisect_left(self.paths, folder + "/") : bisect_left(self.paths, folder + "0")]

    def read(self, path: str) -> Source | Broken:
        """The text of a file, or why there is none. Through a link, it is the text of the file that is meant."""
        path = path if path in self._known else self._followed(path)
        known = self._read.get(path)
        if known is None:
            known = self._read[path] = self._load(path)
        return known

    def env_files(self, folder: str) -> tuple[str, ...]:
        """The files `.env*` of a folder, be they files of the check or such as git ignores: `read` gives these, too.

        A hook of pre-commit is told of those that the commit holds alone, as a CI system is.
        """
        known = self._env_files.get(folder)
        if known is None:
            prefix = f"{folder}/" if folder else ""
            at = bisect_left(self.paths, prefix + ".env")
            found: set[str] = set()
            while at < len(self.paths) and self.paths[at].startswith(prefix + ".env"):
                found.add(self.paths[at])
                at += 1
            if self._is_on_disk and os.environ.get("PRE_COMMIT") != "1":
                found.update(prefix + name for name in _names_in(self.root / folder) if name.startswith(".env"))
            listed = sorted(path for path in found if "/" not in path[len(prefix) :])
            known = self._env_files[folder] = tuple(listed)
        return known

    def is_committed(self, path: str) -> bool:
        """Whether a file `.env*` is deployed with the repository: git tracks it or, where there is no git, there is a
        `.gitignore` above it that does not name it."""
        if path not in self._known:
            return False
        tracked = self._tracked
        return path in tracked if tracked is not None else not self._is_ignored_by_texts(path)

    @cached_property
    def _tracked(self) -> frozenset[str] | None:
        """The files `.env*` that git tracks; None where there is no git."""
        folders = (self.root, *self.root.absolute().parents)
        if not self._is_on_disk or not any((folder / ".git").exists() for folder in folders):
            return None
        import subprocess

        command = ["git", "-C", str(self.root), "ls-files", "-z", "-c", "--", ":(glob)**/.env*"]
        try:
            result = subprocess.run(command, capture_output=True, env=git_environment(), check=False)
        except OSError:
            return None
        return None if result.returncode else frozenset(filter(None, os.fsdecode(result.stdout).split("\0")))

    def _is_ignored_by_texts(self, path: str) -> bool:
        """Whether the files `.gitignore` above a file name it. Where there is none, nothing is said to be committed."""
        folder, is_told = path.rpartition("/")[0], False
        while True:
            ignore = f"{folder}/.gitignore" if folder else ".gitignore"
            source = self.read(ignore) if ignore in self._known else None
            if isinstance(source, Source):
                is_told = True
                said = _spec_of(source.text.splitlines()).check_file(path[len(folder) + 1 if folder else 0 :]).include
                if said is not None:
                    return said
            if not folder:
                return not is_told
            folder = folder.rpartition("/")[0]

    @cached_property
    def _folders(self) -> frozenset[str]:
        folders = {""} if self.paths else set()
        for path in self.paths:
            folder = path.rpartition("/")[0]
            while folder and folder not in folders:
                folders.add(folder)
                folder = folder.rpartition("/")[0]
        return frozenset(folders)

    def _followed(self, path: str) -> str:
        """The path with every link in it replaced by what it leads to."""
        for _ in self._links:  # at most one step for each link: links may lead to links, and in circles
            step = _replaced_prefix(path, self._links)
            if step == path:
                break
            path = step
        return path

    def _load(self, path: str) -> Source | Broken:
        if path not in self._known and path not in self._env_files.get(path.rpartition("/")[0], ()):
            return _broken(path, f"There is no file {path} in this check.")
        try:
            file = self.root / path
            if file.stat().st_size > LARGEST_FILE:
                return _broken(path, f"The file is larger than {LARGEST_FILE // 1_000_000} MB and was not read.")
            return Source(path, _decoded(file.read_bytes()))
        except OSError as error:
            return _broken(path, f"The file cannot be read: {error.strerror or type(error).__name__}.")


@record
class Selection:
    """What of a check the user asked for: `files` and `folders` relative to the root; the empty folder is all."""

    files: tuple[str, ...] = ()
    folders: tuple[str, ...] = ("",)

    def names(self, path: str) -> bool:
        """Whether the very file was asked for."""
        return path in self.files

    def covers(self, path: str) -> bool:
        """Whether the file was asked for, or a folder that it is in."""
        return self.names(path) or any(not folder or path.startswith(folder + "/") for folder in self.folders)


def discover(paths: Sequence[Path]) -> tuple[Files, Selection]:
    """The files of the one check that the given paths form, and what of it was asked for.

    The root is the nearest ancestor with `.git` or a crosswire configuration (unless that says `is-root = false`), else
    the folder that all paths have in common. A path that git ignores is looked into all the same, since it was named.
    Raises UsageError for a path that does not exist.
    """
    targets = [_existing(path) for path in paths]
    folders = [target if target.is_dir() else target.parent for target in targets]
    common = Path(os.path.commonpath(folders))
    marked = next((folder for folder in (common, *common.parents) if _is_root(folder)), None)
    root = marked or common
    found, links = _listing(root) if marked else _together(root, folders)
    selection = Selection(
        files=tuple(sorted(_relative(target, root) for target in targets if not target.is_dir())),
        folders=tuple(sorted(_relative(target, root) for target in targets if target.is_dir())),
    )
    files = Files(root, [*found, *selection.files], links)
    ignored = [folder for folder in selection.folders if not files.is_dir(folder)]
    ignored += sorted(_assemblies(selection.files) - {path.rpartition("/")[0] for path in found})
    if ignored:
        more, more_links = _together(root, [root / folder for folder in ignored])
        files = Files(root, [*files.paths, *more], {**links, **more_links})
    return files, selection


def _assemblies(paths: Iterable[str]) -> set[str]:
    """The folders of templates that the AWS CDK wrote: what they name lies beside them."""
    return {path.rpartition("/")[0] for path in paths if path.endswith(".template.json")}


def _existing(path: Path) -> Path:
    if os.path.exists(path):
        return Path(os.path.realpath(path))
    parent = path.parent
    siblings = [str(parent / name) for name in os.listdir(parent)] if parent.is_dir() else []
    raise UsageError(f"there is no file or folder `{path}`{did_you_mean(str(path), siblings)}")


def _is_root(folder: Path) -> bool:
    return (folder / ".git").exists() or any(map(_is_root_mark, (folder / "crosswire.toml", folder / "pyproject.toml")))


def holds_table(text: str) -> bool:
    """Whether a `pyproject.toml` has the table `tool.crosswire`, however it is written. One that is written as usual
    counts even where the file cannot be read, so that what is wrong with it is told."""
    if "crosswire" not in text or "[tool.crosswire" in text:
        return "crosswire" in text
    if not any(line.lstrip().startswith(("[tool]", "tool.", "tool ", "tool=")) for line in text.splitlines()):
        return False
    import tomllib

    try:
        tool = tomllib.loads(text).get("tool")
    except (ValueError, RecursionError):
        return False
    return isinstance(tool, dict) and "crosswire" in tool


def _is_root_mark(file: Path) -> bool:
    """Whether a file is a configuration that does not say `is-root = false`. One that cannot be read counts, so that
    what is wrong with it is told."""
    try:
        data = file.read_bytes()
    except OSError:
        return False
    if file.name == "pyproject.toml" and not holds_table(data.decode("utf-8-sig", errors="replace")):
        return False
    if b"is-root" not in data:
        return True
    import tomllib

    try:
        document = tomllib.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return True
    tool = document.get("tool")
    table = tool.get("crosswire") if isinstance(tool, dict) else None
    table = document if file.name == "crosswire.toml" else table
    return not isinstance(table, dict) or table.get("is-root") is not False


def _relative(path: Path, root: Path) -> str:
    relative = path.relative_to(root).as_posix()
    return "" if relative == "." else relative


def _together(root: Path, folders: Iterable[Path]) -> tuple[list[str], dict[str, str]]:
    """The listings of several folders below one root that is not listed itself (it may be the whole disk)."""
    paths: list[str] = []
    links: dict[str, str] = {}
    for folder in folders:
        prefix = _relative(folder, root)
        found = _Walk(root, prefix)
        paths += found.paths
        links |= found.links
    return paths, links


def _listing(root: Path) -> tuple[list[str], dict[str, str]]:
    """The files below a folder and the links to folders among them."""
    in_git = any((folder / ".git").exists() for folder in (root, *root.absolute().parents))
    listed = _git_listing(root) if in_git else None
    if listed is None:
        walk = _Walk(root, "")
        return walk.paths, walk.links
    return listed


def _git_listing(root: Path) -> tuple[list[str], dict[str, str]] | None:
    """What git knows or would add; None where git is not installed or refuses."""
    import subprocess

    environment = git_environment()
    # In a hook of this very repository the index is that of the commit: `git commit FILE` leaves out what is staged
    # beside it.
    index = os.environ.get("GIT_INDEX_FILE", "")
    if index and os.path.realpath(os.path.dirname(index)) == os.path.realpath(root / ".git"):
        environment["GIT_INDEX_FILE"] = os.path.abspath(index)
    # pre-commit puts unstaged edits aside but leaves untracked files in place, which the commit does not hold.
    others = [] if os.environ.get("PRE_COMMIT") == "1" else ["-o"]
    command = ["git", "-C", str(root), "ls-files", "-z", "-c", *others, "--exclude-standard"]
    try:
        result = subprocess.run(command, capture_output=True, env=environment, check=False)
    except OSError:
        return None
    if result.returncode:
        return None
    listing: list[str] = []
    links: dict[str, str] = {}
    for path in os.fsdecode(result.stdout).split("\0"):
        if not path or _is_left_out(path):
            continue
        at = root / path
        if at.is_symlink() and _is_link_inside(root, path, links):
            continue
        if at.is_file():
            listing.append(path)
        elif at.is_dir() and not at.is_symlink():  # a submodule or a repository inside this one
            prefix = path.rstrip("/")
            inner, inner_links = _git_listing(at) or ([], {})
            listing += [f"{prefix}/{name}" for name in inner]
            links |= {f"{prefix}/{name}": f"{prefix}/{target}" for name, target in inner_links.items()}
    return _without_installed(root, listing), links


def _names_in(folder: Path) -> list[str]:
    """The names of the files of a folder; none where it cannot be looked into."""
    try:
        return [entry.name for entry in os.scandir(folder) if entry.is_file()]
    except OSError:
        return []


def git_environment() -> dict[str, str]:
    """The environment without what git tells its hooks: the repository that is committed to may be another one."""
    told = ("GIT_DIR", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_WORK_TREE")
    return {name: value for name, value in os.environ.items() if name not in told}


class _Walk:
    """The files below `prefix` by walking the folders, with every `.gitignore` on the way honoured."""

    def __init__(self, root: Path, prefix: str) -> None:
        self.root = root
        self.links: dict[str, str] = {}
        self.paths: list[str] = _without_installed(root, list(self._folder(prefix)))

    def _folder(self, start: str) -> Iterator[str]:
        waiting: list[tuple[str, tuple[_Ignore, ...]]] = [(start, ())]
        while waiting:
            folder, ignores = waiting.pop()
            try:
                entries = list(os.scandir(self.root / folder))
            except OSError:
                continue
            if any(entry.name == ".gitignore" for entry in entries):
                ignores = (_Ignore(self.root, folder), *ignores)
            for entry in entries:
                path = f"{folder}/{entry.name}" if folder else entry.name
                is_folder = entry.is_dir(follow_symlinks=False)
                if _is_left_out(entry.name) or _is_ignored(path + "/" * is_folder, ignores):
                    continue
                if is_folder:
                    waiting.append((path, ignores))
                elif not (entry.is_symlink() and _is_link_inside(self.root, path, self.links)):
                    if os.path.isfile(entry.path):
                        yield path


class _Ignore:
    """One `.gitignore`: what it says of a path below its folder, True (ignored), False (brought back) or None."""

    def __init__(self, root: Path, folder: str) -> None:
        self._length = len(folder) + 1 if folder else 0
        self._spec = _gitignore_spec(root / folder / ".gitignore")

    def says(self, path: str) -> bool | None:
        return self._spec.check_file(path[self._length :]).include


def _gitignore_spec(file: Path) -> GitIgnoreSpec:
    try:
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    return _spec_of(lines)


def _spec_of(lines: Iterable[str]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(filter(is_pattern, lines))


def is_pattern(line: str) -> bool:
    """Whether a line of a `.gitignore` can be understood; git leaves out those that cannot."""
    from pathspec import GitIgnoreSpec

    try:
        GitIgnoreSpec.from_lines([line])
    except (ValueError, re.error):
        return False
    return True


def _is_ignored(path: str, ignores: Sequence[_Ignore]) -> bool:
    for ignore in ignores:  # the deepest file decides first
        said = ignore.says(path)
        if said is not None:
            return said
    return False


def _is_left_out(path: str) -> bool:
    return not _LEFT_OUT.isdisjoint(path.split("/"))


def _without_installed(root: Path, paths: list[str]) -> list[str]:
    """The paths without packages that `pip install --target` has put beside the code, known by their `.dist-info`."""
    records = [path for path in paths if path.endswith(".dist-info/RECORD")]
    if not records:
        return [path for path in paths if ".dist-info/" not in path]
    installed: set[str] = set()
    for listing in records:
        folder = listing.rpartition("/")[0].rpartition("/")[0]
        try:
            lines = (root / listing).read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            continue
        tops = {line.split(",")[0].split("/")[0] for line in lines}
        installed |= {f"{folder}/{top}" if folder else top for top in tops if top and top != ".."}
    return [path for path in paths if ".dist-info/" not in path and installed.isdisjoint(_prefixes(path))]


def _prefixes(path: str) -> Iterator[str]:
    at = path.find("/")
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
    yield path


def _is_link_inside(root: Path, path: str, links: dict[str, str]) -> bool:
    """Whether the link leads to something below the root, which is remembered then. A folder that holds the link
    itself leads nowhere."""
    real_root = os.path.realpath(root)
    target = os.path.realpath(root / path)
    if not os.path.exists(target) or not target.startswith(real_root + os.sep):
        return False
    relative = os.path.relpath(target, real_root).replace(os.sep, "/")
    if not path.startswith(relative + "/"):
        links[path] = relative
    return True


def _replaced_prefix(path: str, links: Mapping[str, str]) -> str:
    for prefix in _prefixes(path):
        target = links.get(prefix)
        if target is not None:
            return target + path[len(prefix) :]
    return path


def _decoded(data: bytes) -> str:
    """UTF-8 with or without a byte order mark, UTF-16 with one, else Windows-1252, in which other text is mostly
    written."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", errors="replace")


def _broken(path: str, why: str) -> Broken:
    return Broken(Span(Source(path, ""), 0, 0), why, referenced=False)
