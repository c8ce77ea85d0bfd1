"""The program that a CDK app is: where it says that the code of a function is.

Only what can be read off is taken: a construct is found by its id, which must be written out, and its place in the
program by nothing else. Two constructs of one id count where they say the same.
"""

from __future__ import annotations

import re
from posixpath import dirname
from typing import TYPE_CHECKING

from crosswire.frontends.cdk.paths import Paths
from crosswire.frontends.cdk.scanning import arguments, closing, literal, split
from crosswire.frontends.code.packages import SCRIPTS
from crosswire.record import record
from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crosswire.project import Files

_MARKS = ("aws-cdk", "aws_cdk")
_LEFT_OUT = ("/test/", "/tests/", "/__tests__/", ".test.", ".spec.", ".d.ts", "/asset.")
_NAMED = re.compile(
    r"\b([A-Za-z_]\w*)\s*(?:<[\w., ]*>)?\(\s*"  # the name of what makes the construct
    r"(?:scope\s*=\s*)?[\w.]+\s*,\s*(?:(?:#|//).*\n\s*)*"
    r"(?:(?:construct_)?id\s*=\s*)?$"
)
_DEFAULT_HANDLERS = (".ts", ".tsx", ".js", ".mjs", ".mts", ".cts", ".cjs")
"""Endings in the order in which NodejsFunction looks for the file that is called like the construct."""


@record
class Written:
    """What a program says of a function's code: the file that it starts in, or the folder that holds it. `dockerfile`
    is that of an image, relative to the folder."""

    entry: str | None = None
    folder: str | None = None
    dockerfile: str | None = None


class Program:
    """The files of the app that runs in a folder. They are read when a construct is looked for, once."""

    def __init__(self, root: str, files: Files) -> None:
        self._root = root
        self._files = files
        self._texts: list[tuple[str, str]] | None = None

    def function(self, path: str, is_code: Callable[[str], bool]) -> Written | None:
        """What the program says of the code of the construct at an `aws:cdk:path`; None where it cannot be told.

        Where a function of the program's own makes the construct, the one path among what it is given counts that
        holds code by `is_code`."""
        ids = [segment for segment in path.split("/") if segment not in ("Resource", "Default")]
        for id in ids[:-3:-1]:  # the function may stand in a construct of the app's own that is given its code
            told = {one for file, text in self._read() for one in self._constructs(file, text, id, is_code)}
            if told:
                return told.pop() if len(told) == 1 else None
        return None

    def _read(self) -> list[tuple[str, str]]:
        if self._texts is None:
            self._texts = []
            for path in self._files.under(self._root):
                if path.endswith((".py", *SCRIPTS)) and not any(mark in "/" + path for mark in _LEFT_OUT):
                    source = self._files.read(path)
                    if isinstance(source, Source) and any(mark in source.text for mark in _MARKS):
                        self._texts.append((path, source.text))
            written = {path for path, _ in self._texts if path.endswith((".ts", ".mts"))}
            self._texts = [
                (path, text)
                for path, text in self._texts
                if not path.endswith(".js") or path.removesuffix(".js") + ".ts" not in written
            ]
        return self._texts

    def _constructs(self, file: str, text: str, id: str, is_code: Callable[[str], bool]) -> Iterator[Written]:
        for quote in "'\"`":
            at = -1
            while (at := text.find(quote + id + quote, at + 1)) >= 0:
                before = text[max(0, at - 200) : at]
                match = _NAMED.search(before)
                if match is None:
                    continue
                opening = at - len(before) + before.find("(", match.end(1))
                end = closing(text, opening)
                if end is not None:
                    given = text[opening + 1 : end]
                    written = self._written(file, text, id, match.group(1), given) or self._only_path(
                        file, text, given, is_code
                    )
                    if written is not None:
                        yield written

    def _written(self, file: str, text: str, id: str, name: str, given: str) -> Written | None:
        """What one construct says, None where it is none of a function, or says nothing of it that is known."""
        paths = Paths(file, self._root, lambda constant: _constant(text, constant))
        fields = _fields(given, file.endswith(".py"), lambda constant: _constant(text, constant))
        entry = fields.get("entry")
        if entry is not None:
            return self._entry(paths.path(entry), fields)
        code = fields.get("code")
        if code is not None:
            folder = paths.path(code)
            if folder is None:
                return None
            dockerfile = fields.get("code", "").partition("file")[2].partition(":")[2]
            return Written(folder=folder, dockerfile=literal((split(dockerfile, ",")[0]).strip(" )}")) or None)
        if name.startswith("Nodejs"):
            stem = f"{file.rpartition('.')[0]}.{id}"
            beside = next((stem + ending for ending in _DEFAULT_HANDLERS if stem + ending in self._files), None)
            return None if beside is None else Written(beside)
        return None

    def _only_path(self, file: str, text: str, given: str, is_code: Callable[[str], bool]) -> Written | None:
        """The only file or folder of code among what a function of the program's own is given."""
        paths = Paths(file, self._root, lambda constant: _constant(text, constant))
        expressions = [*arguments(given)[2:], *_fields(given, file.endswith(".py"), lambda name: None).values()]
        found: set[Written] = set()
        for expression in expressions:
            path = paths.path(expression) if "/" in expression or "join" in expression else None
            if path is not None and path in self._files and path.endswith((".py", *SCRIPTS)):
                found.add(Written(path))
            elif path is not None and path != self._root and is_code(path):
                found.add(Written(folder=path))
        return found.pop() if len(found) == 1 else None

    def _entry(self, path: str | None, fields: dict[str, str]) -> Written | None:
        """The file of NodejsFunction, the folder of PythonFunction with its file."""
        if path is None:
            return None
        if not self._files.is_dir(path):
            script = next((path + ending for ending in ("", *SCRIPTS) if path + ending in self._files), None)
            return None if script is None else Written(script)
        index = literal(fields.get("index", "'index.py'")) or "index.py"
        inner = f"{path}/{index}" if path else index
        return Written(inner, path) if inner in self._files else Written(folder=path)


def _fields(given: str, is_python: bool, constant: Callable[[str], str | None]) -> dict[str, str]:
    """The properties that a construct is made with, as expressions."""
    listed = arguments(given)
    if is_python:
        named = (one.partition("=") for one in listed[2:])
        return {name.strip(): value.strip() for name, equals, value in named if equals}
    properties = listed[2] if len(listed) > 2 else ""
    if properties.isidentifier():
        properties = constant(properties) or ""
    fields: dict[str, str] = {}
    if properties.startswith("{"):
        end = closing(properties, 0)
        for one in arguments(properties[1 : end if end is not None else len(properties)]):
            name, colon, value = one.partition(":")
            if not one.startswith("..."):
                fields[name.strip().strip("'\"")] = value.strip() if colon else one
    return fields


def _constant(text: str, name: str) -> str | None:
    """The expression that a name is given in a file, where it is given one only."""
    pattern = rf"(?:\b(?:const|let|var)\s+|^[ \t]*){re.escape(name)}\s*(?::[\w.\[\]<> ]+)?=(?![=>])\s*"
    found = list(re.finditer(pattern, text, re.MULTILINE))
    if len(found) != 1:
        return None
    rest = text[found[0].end() : found[0].end() + 2_000]
    depth, end = 0, len(rest)
    for place, character in enumerate(rest):
        depth += (character in "([{") - (character in ")]}")
        if depth < 0 or (depth == 0 and character in ";\n" and place):
            end = place
            break
    return rest[:end].strip().removesuffix(" as const")


def app_root(assembly: str, files: Files) -> str:
    """The folder that the program of an assembly runs in: the nearest with a cdk.json, else the one that it is in."""
    outer = dirname(assembly)
    folder = outer
    while True:
        if (f"{folder}/cdk.json" if folder else "cdk.json") in files:
            return folder
        if not folder:
            return outer
        folder = dirname(folder)
