"""Help fits a screen and tells the exit codes."""

from __future__ import annotations

import pytest

from crosswire.cli import main
from crosswire.errors import Exit

COMMANDS = ("check", "baseline", "config", "explain", "rules", "completions")
ROWS, COLUMNS = 24, 80


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS)])
def test_help_fits_a_screen(
    command: tuple[str, ...], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    assert main([*command, "--help"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) < ROWS  # the prompt comes below
    assert max(map(len, lines)) < COLUMNS


def test_help_lists_every_command_in_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert [line.split()[0] for line in shown.splitlines() if line.startswith("    ")] == list(COMMANDS)


def test_help_tells_every_exit_code(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = " ".join(capsys.readouterr().out.split()).partition("exit codes: ")[2]
    assert [int(part.split()[0]) for part in told.split(", ")] == [code.value for code in Exit]
