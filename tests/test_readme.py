"""The README tells the truth."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from crosswire.cli import main

CONSOLE = re.compile(r"```console\n\$ crosswire ([^\n]*)\n(.*?)```", re.DOTALL)
SHELL = re.compile(r"```sh\n(.*?)```", re.DOTALL)


def readme(root: Path) -> str:
    return (root / "README.md").read_text("utf-8")


def test_the_output_shown_is_the_real_output(
    root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(root)
    shown = CONSOLE.findall(readme(root))
    assert len(shown) == 2
    for command, output in shown:
        assert main(shlex.split(command)) == 1
        assert capsys.readouterr().out == output


def test_the_commands_shown_are_understood(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "template.yaml").write_text("AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    lines = [line for block in SHELL.findall(readme(root)) for line in block.splitlines()]
    commands = [shlex.split(line, comments=True)[1:] for line in lines if line.startswith("crosswire ")]
    assert len(commands) > 5
    assert {" ".join(command): main(command) for command in commands if main(command)} == {}


def test_the_make_targets_shown_exist(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"^make ([a-z]+)", (root / page).read_text("utf-8"), re.MULTILINE))
        assert named and named <= targets
