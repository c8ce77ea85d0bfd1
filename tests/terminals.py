"""A shell on a terminal, typed into as a person does."""

from __future__ import annotations

import os
import re
import select
import time
from collections.abc import Mapping
from pathlib import Path

_PROMPT = "ready> "
_PATIENCE = 20.0


def typed(command: list[str], setup: str, line: str, folder: Path, environment: Mapping[str, str]) -> str:
    """The line as the shell has it after the Tab keys in it, with the list of choices that came with them.

    `setup` is run first. The shell ends itself when it is told to.
    """
    import pty
    import termios

    script = folder / "setup"
    script.write_text(setup, encoding="utf-8")
    pid, terminal = pty.fork()
    if pid == 0:
        os.chdir(folder)
        os.execvpe(
            command[0], command, {"TERM": "dumb", "PATH": os.environ["PATH"], "HOME": str(folder), **environment}
        )
    try:
        termios.tcsetwinsize(terminal, (50, 500))
        # The prompt is set with a pair of quotes in it, so that what is typed does not look like it.
        os.write(terminal, b". ./setup; PS1='ready''> '\n")
        _until(terminal, _PROMPT)
        os.write(terminal, line.encode())
        return _quiet(terminal)
    finally:
        os.close(terminal)  # hangs up, which ends the shell
        os.waitpid(pid, 0)


def _until(terminal: int, text: str) -> str:
    seen = ""
    end = time.monotonic() + _PATIENCE
    while text not in seen:
        assert time.monotonic() < end, seen
        seen += _some(terminal, 0.2)
    return seen


def _quiet(terminal: int) -> str:
    """All that comes until nothing does any more."""
    seen = ""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        more = _some(terminal, 1.0)
        if not more and seen:
            break
        seen += more
    seen = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x07|\r", "", seen)
    while "\b" in seen:
        seen = re.sub("[^\b]\b|^\b", "", seen)
    return seen


def _some(terminal: int, seconds: float) -> str:
    if not select.select([terminal], [], [], seconds)[0]:
        return ""
    return os.read(terminal, 65536).decode("utf-8", "replace")
