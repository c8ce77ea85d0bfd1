"""Shells complete crosswire's commands, options and names. Bash is asked here; the others are in tests/consumers."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from tests.terminals import typed

from crosswire.cli import main
from crosswire.completions import SHELLS
from crosswire.registry import rule_ids

IDS = tuple(rule_ids())
needs_bash = pytest.mark.skipif(shutil.which("bash") is None or sys.platform == "win32", reason="there is no bash")


@pytest.fixture
def bash(capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completions", "bash"]) == 0
    return capsys.readouterr().out


def completed(script: str, *words: str) -> list[str]:
    """What bash offers for the last of the words of a command line, as it splits them."""
    line = " ".join(f"'{word}'" for word in ("crosswire", *words))
    ask = f'{script}\nCOMP_WORDS=({line}); COMP_CWORD={len(words)}; _crosswire; printf "%s\\n" "${{COMPREPLY[@]}}"'
    result = subprocess.run(["bash", "--norc", "-euc", ask], capture_output=True, text=True, check=True)
    assert result.stderr == ""
    return result.stdout.split()


@needs_bash
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        (["ch"], ["check"]),
        (["--v"], ["--version"]),
        (["check", "--fail"], ["--fail-level"]),
        (["check", "--fail-level", ""], ["error", "warning", "never"]),
        (["check", "--format", "js"], ["json"]),
        (["check", "--format", "=", "s"], ["sarif"]),
        (
            ["check", "--format", "="],
            ["text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown"],
        ),
        (["check", "--output", "sarif", "=", "tem"], []),
        (["check", "--select", "iam/missing-i"], ["iam/missing-index"]),
        (["check", "--ignore", "env,iam/missing-i"], ["env,iam/missing-index"]),
        (["check", "--with", ""], ["cfn-lint"]),
        (["check", "--config", ""], []),
        (["check", "tem"], []),
        (["explain", "iam/missing-i"], ["iam/missing-index"]),
        (["explain", "--"], ["--help"]),
        (["rules", "--format", ""], ["text", "json"]),
        (["completions", ""], list(SHELLS)),
        (["nonsense", ""], []),
    ],
)
def test_bash_completes(bash: str, words: list[str], offered: list[str]) -> None:
    assert completed(bash, *words) == offered


@needs_bash
def test_bash_offers_every_command_family_and_rule(bash: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(f"\n    {name} " in shown for name in completed(bash, "")[:-2])
    assert set(completed(bash, "explain", "")) == set(IDS)
    assert set(completed(bash, "check", "--select", "")) == {*IDS, *(rule.partition("/")[0] for rule in IDS)}


@needs_bash
@pytest.mark.slow
def test_a_person_at_a_terminal_completes_with_tab(bash: str, tmp_path: Path) -> None:
    (tmp_path / "template with blanks.yaml").touch()
    shell = ["bash", "--noprofile", "--norc", "-i"]
    line = "crosswire che\t--sel\tiam/missing-ind\t--output=sar\ttempl\t"
    shown = typed(shell, bash, line, tmp_path, {"INPUTRC": os.devnull})
    completed = "crosswire check --select iam/missing-index --output=sarif template\\ with\\ blanks.yaml"
    assert completed in shown


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_says_how_to_use_it(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", shell]) == 0
    assert f"crosswire completions {shell}" in capsys.readouterr().out.split("\nfunction")[0]


def test_an_unknown_shell_is_answered_with_the_known_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completions", "zhs"]) == 2
    assert "there is no shell `zhs`; did you mean `zsh`" in capsys.readouterr().err
    assert main(["completions", "tcl"]) == 2
    assert "there are `bash`, `zsh`, `fish`, `powershell`" in capsys.readouterr().err
