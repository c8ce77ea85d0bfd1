"""What a GitHub runner takes for commands in a log, as `ActionCommand.cs` and `ActionCommandManager.cs` of
actions/runner do, at 258d6c857db3519913f7deb6004b60172f8043ae."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crosswire.record import record

_REGISTERED = frozenset(
    "add-mask add-matcher add-path debug echo endgroup error group internal-set-repo-path notice remove-matcher "
    "save-state set-env set-output stop-commands warning".split()
)


@record
class Command:
    name: str
    properties: dict[str, str]
    data: str


def commands(log: str) -> Iterator[Command]:
    """The commands of a log, whose lines end as a runner's reader of processes has them end."""
    for line in re.split("\r\n|\r|\n", log):
        command = _second_version(line) or _first_version(line)
        if command:
            yield command


def _second_version(line: str) -> Command | None:
    """`::name key=value,key=value::data` at the beginning of a line."""
    line = line.lstrip()
    end = line.find("::", 2)
    if not line.startswith("::") or end < 0:
        return None
    return _command(line[2:end], ",", line[end + 2 :], {"\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C", "%": "%25"})


def _first_version(line: str) -> Command | None:
    """`##[name key=value;key=value]data` anywhere."""
    start = line.find("##[")
    end = line.find("]", start)
    if start < 0 or end < 0:
        return None
    return _command(line[start + 3 : end], ";", line[end + 1 :], {";": "%3B", "\r": "%0D", "\n": "%0A", "]": "%5D"})


def _command(info: str, separator: str, data: str, codes: dict[str, str]) -> Command | None:
    name, _, rest = info.partition(" ")
    if name not in _REGISTERED:
        return None
    pairs = (part.split("=", 1) for part in rest.strip().split(separator) if part)
    properties = {pair[0]: _read(pair[1], codes) for pair in pairs if len(pair) == 2 and all(pair)}
    return Command(name, properties, _read(data, {"\r": "%0D", "\n": "%0A", "%": "%25"}))


def _read(text: str, codes: dict[str, str]) -> str:
    for letter, code in codes.items():
        text = text.replace(code, letter)
    return text
