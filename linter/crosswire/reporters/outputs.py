"""Outputs: one report in several formats, each to the standard output or to a file."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosswire.errors import UnknownName, UsageError
from crosswire.record import record, replace
from crosswire.reporters import FORMATS, render

if TYPE_CHECKING:
    from crosswire.lint import Report
    from crosswire.reporters.look import Look

_TOGETHER = frozenset({"github", "text"})
"""What the standard output can hold at once: a log of both people and the runner read."""

_SUMMARY_ROOM = 1024 * 1024
"""A summary of a GitHub step that is larger is dropped as a whole."""

_FROM_THE_REPOSITORY = frozenset({"github", "gitlab", "markdown", "sarif"})
_FROM_HERE = frozenset({"rdjson"})


@record
class Output:
    """A format and where it goes: the standard output, or a file."""

    format: str
    file: str = ""


def outputs(asked: Sequence[str]) -> Sequence[Output]:
    """What `--output FORMAT[=FILE]` asks for; text on the standard output where there is none. Raises UsageError."""
    chosen = list(dict.fromkeys(map(_output, asked))) or [Output("text")]
    printed = [f"`{output.format}`" for output in chosen if not output.file]
    if len(printed) > 1 and not _TOGETHER.issuperset(output.format for output in chosen if not output.file):
        raise UsageError(
            f"{' and '.join(printed)} would both be printed; write all but one to files, as in `--output sarif=FILE`"
        )
    files = [output.file for output in chosen if output.file]
    twice = next((file for file in files if files.count(file) > 1), None)
    if twice is not None:
        raise UsageError(f"two formats would be written to `{twice}`")
    return chosen


def _output(asked: str) -> Output:
    format, equals, file = asked.partition("=")
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    if equals and not file:
        raise UsageError(f"`--output {asked}` names no file")
    if file and Path(file).is_dir():
        raise UsageError(f"`{file}` is a folder, not a file to write `{format}` to")
    return Output(format, file)


def write(report: Report, chosen: Sequence[Output], look: Look, environment: Mapping[str, str] = os.environ) -> None:
    """Print or write each output. For `github`, the summary of the step is written too. `look` is that of the standard
    output."""
    for output in chosen:
        fitting = _fitting(output, look, environment)
        text = render(report, output.format, fitting)
        if not output.file:
            sys.stdout.write(text)
            continue
        file = Path(output.file)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", errors="backslashreplace", newline="\n")
    if any(output.format == "github" for output in chosen) and environment.get("GITHUB_STEP_SUMMARY"):
        _add_summary(report, Path(environment["GITHUB_STEP_SUMMARY"]), look, environment)


def _add_summary(report: Report, file: Path, look: Look, environment: Mapping[str, str]) -> None:
    """Append the report to the summary of the step, as far as there is room beside what is there."""
    room = _SUMMARY_ROOM - (file.stat().st_size if file.exists() else 0) - 1
    look = replace(_fitting(Output("markdown", str(file)), look, environment), room=room)
    text = f"{render(report, 'markdown', look)}\n"
    if len(text.encode()) <= room:
        with file.open("a", encoding="utf-8", newline="\n") as summary:
            summary.write(text)


def _fitting(output: Output, look: Look, environment: Mapping[str, str]) -> Look:
    """The look for an output: files get no colours, and each consumer the paths that it looks up."""
    if output.file:
        look = replace(look, color=False, links=False, width=0)
    root = look.root
    if root is None:
        return look
    if output.format in _FROM_THE_REPOSITORY:
        look = replace(look, folder=_way(_repository(root, environment), root))
    elif output.format in _FROM_HERE:
        look = replace(look, folder=_way(Path.cwd(), root))
    if output.format == "markdown":
        look = replace(look, pages=_pages(environment))
    return look


def _way(start: Path, root: Path) -> str:
    """What goes before a path below `root` to find it from `start`; nothing if `root` is not below it."""
    try:
        way = root.resolve().relative_to(start.resolve()).as_posix()
    except ValueError:
        return ""
    return "" if way == "." else f"{way}/"


def _repository(root: Path, environment: Mapping[str, str]) -> Path:
    """The folder from which a CI system counts paths: the one it says, else that of git."""
    for name in ("GITHUB_WORKSPACE", "CI_PROJECT_DIR"):
        said = environment.get(name)
        if said and root.resolve().is_relative_to(Path(said).resolve()):
            return Path(said)
    return next((folder for folder in (root.resolve(), *root.resolve().parents) if (folder / ".git").exists()), root)


def _pages(environment: Mapping[str, str]) -> str:
    """Where GitHub shows the files of the commit that is checked, or "" elsewhere."""
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    server, repository, commit = (environment.get(name, "") for name in names)
    return f"{server}/{repository}/blob/{commit}/" if server and repository and commit else ""
