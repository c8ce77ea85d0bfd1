"""Programs: every text of a repository that a shell runs, be it a file by itself or a part of one."""

from __future__ import annotations

import re
from posixpath import normpath
from typing import TYPE_CHECKING

from crosswire.frontends.projects.declaration import BATCHES, DOCUMENTS, POWERSHELLS, SHELLS, WORKFLOWS
from crosswire.readers.script import Excerpt
from crosswire.readers.tree import Entries, Items, Scalar, text_of
from crosswire.record import field, record
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.readers.makefile import MakeVariable
    from crosswire.readers.script import Statement
    from crosswire.readers.tree import Node
    from crosswire.source import Source

_SHELL_FENCES = frozenset({"sh", "bash", "shell", "zsh", "console", "shell-session", "shellsession", "terminal"})
_POWERSHELL_FENCES = frozenset({"powershell", "ps1", "pwsh", "ps"})
_STARTS_WITH_AWS = re.compile(r"\s*(?:#[^\n]*\n\s*)*(?:\$ )?aws ")
_SCRIPT_KEYS = frozenset(
    {
        "after_script",
        "bash",
        "before_script",
        "cmd",
        "cmds",
        "command",
        "commands",
        "inlineScript",
        "powershell",
        "pre-command",
        "pwsh",
        "run",
        "script",
        "sh",
    }
)
_COMPOSED = ("docker-compose", "compose.")


@record
class Program:
    """A text that a shell runs. `folders` are those that it may be run in, the likeliest first.

    `given` are variables that it is started with, `defaults` those of its Makefile. `apart` tells that nothing of it
    outlives it: its variables are of no use to the programs of the same file. `is_document` tells that people are shown
    it, to run it or not.
    """

    excerpt: Excerpt
    language: str
    folders: tuple[str, ...]
    given: Mapping[str, Node] = field(default_factory=dict)
    defaults: tuple[MakeVariable, ...] = ()
    is_document: bool = False
    apart: bool = True

    @property
    def path(self) -> str:
        return self.excerpt.source.path

    def statements(self) -> tuple[Statement, ...]:
        """The statements of the program."""
        text = self.excerpt.text
        if self.language == "powershell":
            from crosswire.readers.powershell import read_powershell

            return read_powershell(text)
        if self.language == "batch":
            from crosswire.readers.batch import read_batch

            return read_batch(text)
        from crosswire.readers.shell import read_shell

        return read_shell(text)


def programs_of(source: Source) -> Iterator[Program]:
    """The programs in a file, in their order."""
    path = source.path
    folder, _, name = path.rpartition("/")
    folders = _either(folder, "")
    if path.endswith(SHELLS):
        yield Program(Excerpt(source, source.text), "shell", folders)
    elif path.endswith(POWERSHELLS):
        yield Program(Excerpt(source, source.text), "powershell", folders)
    elif path.endswith(BATCHES):
        yield Program(Excerpt(source, source.text), "batch", folders)
    elif path.endswith(DOCUMENTS):
        yield from _in_document(source, folders)
    elif name == "package.json":
        yield from _in_manifest(source, folder)
    elif path.endswith(WORKFLOWS):
        if not name.startswith(_COMPOSED):
            yield from _in_workflow(source)
    else:
        yield from _in_makefile(source, folder)


def _either(*folders: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(folders))


def _in_document(source: Source, folders: tuple[str, ...]) -> Iterator[Program]:
    from crosswire.readers.markdown import code_blocks, session

    for block in code_blocks(source.text):
        text = source.text[block.start : block.end]
        if "aws" not in text:
            continue
        if block.language in _POWERSHELL_FENCES:
            language = "powershell"
        elif block.language in _SHELL_FENCES or (not block.language and _STARTS_WITH_AWS.match(text)):
            language = "shell"
        elif block.language in ("bat", "batch", "cmd"):
            language = "batch"
        else:
            continue
        excerpt = session(source, block.start, block.end) or Excerpt(source, text, ((0, block.start),))
        yield Program(excerpt, language, folders, is_document=True, apart=False)


def _in_manifest(source: Source, folder: str) -> Iterator[Program]:
    from crosswire.readers.json import read_json

    tree = read_json(source)
    scripts = tree.get("scripts") if isinstance(tree, Entries) else None
    for _, node in scripts.items() if isinstance(scripts, Entries) else ():
        if isinstance(node, Scalar) and _may_deploy(node.text):
            yield Program(_unescaped(node), "shell", (folder,))


def _may_deploy(text: str) -> bool:
    return "aws" in text or "sam deploy" in text


def _unescaped(node: Scalar) -> Excerpt:
    """The text of a JSON string."""
    raw = node.source.text[node.start + 1 : node.end - 1]
    steps = [(0, node.start + 1)]
    at = written = 0
    while (found := raw.find("\\", at)) >= 0:
        length = 6 if raw.startswith("\\u", found) else 2
        written += found - at
        steps += [(written, node.start + 1 + found), (written + 1, node.start + 1 + found + length)]
        written += 1
        at = found + length
    return Excerpt(node.source, node.text, steps)


def _in_makefile(source: Source, folder: str) -> Iterator[Program]:
    from crosswire.readers.makefile import read_makefile

    makefile = read_makefile(source)
    for recipe in makefile.recipes:
        yield Program(recipe, "shell", (folder,), defaults=makefile.variables)


# Workflows


def _in_workflow(source: Source) -> Iterator[Program]:
    from crosswire.readers.yaml import read_yaml

    documents = read_yaml(source)
    if isinstance(documents, Broken):
        return
    for document in documents:
        if isinstance(document, Entries) and "Resources" not in document and not _is_composed(document):
            yield from _in_mapping(document, {}, "", 0)


def _is_composed(document: Entries) -> bool:
    """Whether a document is one of Docker Compose, in which the CLI is used for what runs locally."""
    return isinstance(document.get("services"), Entries)


def _in_mapping(node: Entries, given: Mapping[str, Node], folder: str, depth: int) -> Iterator[Program]:
    if depth > 40:
        return
    given = {**given, **_variables(node)}
    folder = _working_folder(node, folder)
    language = _language(node)
    for key, value in node.items():
        if isinstance(value, Entries):
            yield from _in_mapping(value, given, folder, depth + 1)
        elif isinstance(value, Items):
            yield from _in_list(value, key.text, given, folder, depth + 1)
        elif key.text in _SCRIPT_KEYS and _may_deploy(value.text):
            spoken = "powershell" if key.text in ("pwsh", "powershell") else language
            yield Program(block_text(value), spoken, _either(folder, ""), given)


def _in_list(node: Items, key: str, given: Mapping[str, Node], folder: str, depth: int) -> Iterator[Program]:
    if depth > 40:
        return
    for item in node.items:
        if isinstance(item, Entries):
            yield from _in_mapping(item, given, folder, depth + 1)
        elif isinstance(item, Items):
            yield from _in_list(item, key, given, folder, depth + 1)
        elif key in _SCRIPT_KEYS:
            yield Program(block_text(item), "shell", _either(folder, ""), given, apart=False)


def _variables(node: Entries) -> dict[str, Node]:
    found: dict[str, Node] = {}
    for name in ("env", "variables", "environment"):
        section = node.get(name)
        for key, value in section.items() if isinstance(section, Entries) else ():
            if isinstance(value, Scalar):
                found[key.text] = value
            elif isinstance(value, Entries) and isinstance(value.get("value"), Scalar):
                found[key.text] = value.get("value") or value
    return found


def _working_folder(node: Entries, folder: str) -> str:
    named = node.get("working-directory")
    if named is None:
        defaults = node.get("defaults")
        run = defaults.get("run") if isinstance(defaults, Entries) else None
        named = run.get("working-directory") if isinstance(run, Entries) else None
    text = text_of(named)
    if text is None or "${{" in text:
        return folder
    path = normpath(text)
    return "" if path in (".", "/") or path.startswith("..") else path.strip("/")


def _language(node: Entries) -> str:
    shell = text_of(node.get("shell")) or ""
    return "powershell" if shell in ("pwsh", "powershell") else "shell"


def block_text(node: Scalar) -> Excerpt:
    """The text of a scalar of YAML, by the lines in which it is written."""
    source = node.source
    raw = source.text[node.start : node.end]
    text = node.text
    if raw[:1] not in ("|", ">"):
        offset = raw.find(text)
        return Excerpt(source, text, ((0, node.start + offset),) if offset >= 0 else ((0, node.start),))
    steps: list[tuple[int, int]] = []
    place = node.start + raw.find("\n") + 1
    at = 0
    for line in text.split("\n") if raw[0] == "|" else _folded(text):
        found = source.text.find(line, place) if line.strip() else place
        if found < 0 or found > node.end:
            found = place
        steps.append((at, found))
        line_end = source.text.find("\n", found)
        if (line.strip() and raw[0] == "|") or raw[0] == "|":
            place = node.end if line_end < 0 else line_end + 1
        else:
            place = found + len(line)
        at += len(line) + (raw[0] == "|")
    return Excerpt(source, text, steps)


def _folded(text: str) -> list[str]:
    """The words of a folded text with the blanks behind them: lines may end at any blank."""
    return re.findall(r"\s+|\S+", text)
