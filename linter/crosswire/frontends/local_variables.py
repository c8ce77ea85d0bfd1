"""Variables that are set on a developer's machine and nowhere else: files `.env*` beside the code, and the variables of
`sam local`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.env import is_provided
from crosswire.readers.tree import Entries, Scalar, text_of
from crosswire.record import replace
from crosswire.source import Source
from crosswire.values import Const, Unknown
from crosswire.wiring.function import EnvVariable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crosswire.aws.frameworks import Reach
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.wiring.function import Function

_SAM_FILES = (
    "env.json",
    ".env.json",
    "env-vars.json",
    "env_vars.json",
    "env.local.json",
    "local-env.json",
    "locals.json",
)
_LOADS = ("dotenv", "env-file", "pydantic_settings", "environs", "decouple")
_WORD = r"[A-Za-z]{1,20}|[0-9]{1,5}"
_ADDRESS = r"https?://[\w.-]+(?::\d+)?/?"


class EnvFile:
    """A file `.env*` that was read. `reach` is how far it gets; `is_example` tells that it only says what to set."""

    __slots__ = ("entries", "is_example", "path", "reach")

    def __init__(self, path: str, entries: Entries, reach: Reach, is_example: bool) -> None:
        self.path = path
        self.entries = entries
        self.reach = reach
        self.is_example = is_example


class EnvFiles:
    """The files `.env*` of a check, read when they are asked for, once. What they hold is no output's to show."""

    def __init__(self, files: Files, lowered: Lowered) -> None:
        self._files = files
        self._lowered = lowered
        self._known: dict[str, tuple[EnvFile, ...]] = {}

    def of(self, folder: str) -> tuple[EnvFile, ...]:
        """The files of a folder that hold variables."""
        known = self._known.get(folder)
        if known is None:
            known = self._known[folder] = tuple(self._read(folder))
        return known

    def _read(self, folder: str) -> Iterator[EnvFile]:
        listed = self._files.env_files(folder)
        if not listed:
            return
        from crosswire.aws.frameworks import Reach, reach_of
        from crosswire.readers.dotenv import read_dotenv

        for path in listed:
            reach = reach_of(path.rpartition("/")[2])
            source = self._files.read(path) if reach is not None else None
            if reach is None or not isinstance(source, Source):
                continue
            entries = read_dotenv(source)
            if reach is Reach.DEPLOYED and not self._files.is_committed(path):
                reach = Reach.PERHAPS if path.endswith("production") else Reach.LOCAL
            is_example = reach is Reach.EXAMPLE
            if not is_example:
                hide(entries, self._lowered)
            yield EnvFile(path, entries, reach, is_example)


def hide(entries: Entries, lowered: Lowered) -> None:
    """No output shows what a file of variables holds, but for plain words."""
    spans = ((name.text, value.span) for name, value in entries.pairs)
    lowered.secrets.extend(span for name, span in spans if not _is_plain(name, span.text))


def _is_plain(name: str, text: str) -> bool:
    """Whether a value says nothing that could be a secret: the name of a resource, a number, a switch."""
    from crosswire.secret_shapes import is_secret_name

    text = text.strip("\"'`")
    if not text or text.startswith("${"):
        return True
    if is_secret_name(name) or len(text) > 100:
        return False
    if re.fullmatch(_ADDRESS, text):
        return True
    words = re.split(r"[-_./:]", text)
    return all(re.fullmatch(_WORD, word) or not word for word in words)


def variable(name: Scalar, value: Node) -> EnvVariable:
    """A variable of a file."""
    text = text_of(value)
    known = Unknown("a value made of other variables", value.span) if text is None else Const(text, value.span)
    return EnvVariable(name.text, known, name.span, value.span)


def with_local_variables(functions: Sequence[Function], files: Files, lowered: Lowered) -> list[Function]:
    """The functions of Lambda with what is set for them where they are developed."""
    known = _Local(files, lowered)
    return [known.given_to(function) if function.is_lambda else function for function in functions]


class _Local:
    """What is set for functions of Lambda where they are developed."""

    def __init__(self, files: Files, lowered: Lowered) -> None:
        self._files = files
        self._lowered = lowered
        self._env_files = EnvFiles(files, lowered)
        self._of_sam: dict[str, list[Entries]] = {}

    def given_to(self, function: Function) -> Function:
        """A function with those of its variables that are set locally and not by its unit."""
        names = {read.name for read in function.code.reads if not is_provided(read.name)}
        wanted = names - function.env.variables.keys()
        if not wanted or function.code.entry is None:
            return function
        unit = function.span.path.rpartition("/")[0]
        folders = _folders(function.code.entry.rpartition("/")[0], unit)
        found = [file.entries for folder in folders for file in self._env_files.of(folder) if not file.is_example]
        local: dict[str, EnvVariable] = {}
        for name, value in (pair for entries in found for pair in entries.items() if pair[0].text in wanted):
            local.setdefault(name.text, variable(name, value))
        perhaps = frozenset(local) if local and self._is_loaded(function) else frozenset()
        for tree in self._sam_files(unit):
            for group in (function.id.address, "Parameters"):
                listed = tree.get(group)
                for name, value in listed.items() if isinstance(listed, Entries) else ():
                    if name.text in wanted and isinstance(value, Scalar):
                        hide(Entries([(name, value)], value.source, value.start, value.end), self._lowered)
                        local.setdefault(name.text, variable(name, value))
        return replace(function, env=replace(function.env, local=local, perhaps=perhaps)) if local else function

    def _is_loaded(self, function: Function) -> bool:
        """Whether the code may load a file `.env` that is packed with it."""
        texts = (self._files.read(path) for path in function.code.files)
        return any(mark in text.text for text in texts if isinstance(text, Source) for mark in _LOADS)

    def _sam_files(self, unit: str) -> list[Entries]:
        """What `sam local --env-vars` may be given in the folder of a unit."""
        known = self._of_sam.get(unit)
        if known is None:
            prefix = f"{unit}/" if unit else ""
            paths = [prefix + name for name in _SAM_FILES if prefix + name in self._files]
            known = self._of_sam[unit] = list(self._trees(paths))
        return known

    def _trees(self, paths: list[str]) -> Iterator[Entries]:
        for path in paths:
            from crosswire.readers.json import read_json

            source = self._files.read(path)
            tree = read_json(source) if isinstance(source, Source) else None
            if isinstance(tree, Entries):
                yield tree


def _folders(folder: str, unit: str) -> list[str]:
    """The folder of the code, those above it as far as the unit's or the one that both have in common, and the
    unit's."""
    seen = [folder]
    while folder and not (unit == folder or unit.startswith(folder + "/")):
        folder = folder.rpartition("/")[0]
        seen.append(folder)
    return list(dict.fromkeys([*seen, unit]))
