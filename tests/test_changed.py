"""`--changed`: what is told when only some files have changed."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from crosswire.changed import changed_files
from crosswire.cli import main
from crosswire.errors import UsageError

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: orders/, Handler: app.handler, Runtime: python3.12}
  Users:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: users/, Handler: app.handler, Runtime: python3.12}
"""
CODE = "import os\nTABLE = os.environ['TABLE']\ndef handler(event, context):\n    return TABLE\n"


def git(*arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b.c", "-c", "init.defaultBranch=main", *arguments]
    subprocess.run(command, check=True, capture_output=True)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one commit and two mistakes, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    for path, text in {"template.yaml": TEMPLATE, "orders/app.py": CODE, "users/app.py": CODE}.items():
        (tmp_path / path).parent.mkdir(exist_ok=True)
        (tmp_path / path).write_text(text)
    git("init", "-q")
    git("add", "-A")
    git("commit", "-qm", "first")
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    assert main(["check", *arguments, "--output", "concise"]) in (0, 1)
    return [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()]


def test_nothing_changed_tells_nothing_and_passes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, ".") == ["orders/app.py", "users/app.py"]
    assert told(capsys, ".", "--changed") == []
    assert main(["check", ".", "--changed"]) == 0
    assert main(["check", "--changed", "."]) == 0


def test_unstaged_and_staged_changes_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "orders/app.py").write_text("# new\n" + CODE)
    assert told(capsys, ".", "--changed") == ["orders/app.py"]
    git("add", "-A")
    assert told(capsys, ".", "--changed") == ["orders/app.py"]
    assert main(["check", ".", "--changed"]) == 1


def test_untracked_files_count(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "new").mkdir()
    (folder / "new/app.py").write_text(CODE)
    (folder / "new/template.yaml").write_text(TEMPLATE.split("  Users")[0].replace("orders/", "."))
    assert told(capsys, ".", "--changed") == ["new/app.py"]


def test_any_place_in_a_changed_file_will_do(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "template.yaml").write_text("# new\n" + TEMPLATE)
    assert told(capsys, ".", "--changed") == ["orders/app.py", "users/app.py"]


def test_a_ref_means_what_this_branch_has_changed(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    git("switch", "-qc", "work")
    (folder / "orders/app.py").write_text("# work\n" + CODE)
    git("commit", "-qam", "work")
    git("switch", "-q", "main")
    (folder / "users/app.py").write_text("# main\n" + CODE)
    git("commit", "-qam", "main")
    git("switch", "-q", "work")
    assert told(capsys, ".", "--changed") == []
    assert told(capsys, ".", "--changed", "main") == ["orders/app.py"]
    assert told(capsys, ".", "--changed=HEAD~1") == ["orders/app.py"]


def test_paths_are_those_below_the_root_of_the_check(folder: Path) -> None:
    (folder / "orders/ä b.py").write_text("")
    assert changed_files(folder / "orders") == {"ä b.py"}
    assert changed_files(folder / "users") == frozenset()


def test_before_the_first_commit_everything_has_changed(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    (tmp_path / "a.py").touch()
    (tmp_path / "b.py").touch()
    subprocess.run(["git", "-C", str(tmp_path), "add", "a.py"], check=True)
    assert changed_files(tmp_path) == {"a.py", "b.py"}


def test_a_hook_of_another_repository_does_not_confuse_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_DIR", "/nowhere")
    (folder / "orders/app.py").write_text("")
    assert changed_files(folder) == {"orders/app.py"}


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("mian", "git knows no commit `mian` here: fetch it first, or name another after --changed"),
        ("--output=x", "git knows no commit `--output=x` here"),
        ("other", "git finds nothing that `other` and HEAD have in common: fetch the whole history"),
    ],
)
def test_what_git_does_not_know_is_an_error(folder: Path, ref: str, message: str) -> None:
    git("switch", "-q", "--orphan", "other")
    git("commit", "-qm", "root", "--allow-empty")
    git("switch", "-q", "main")
    with pytest.raises(UsageError, match=message.replace("(", r"\(")):
        changed_files(folder, ref)
    assert not (folder / "x").exists()


def test_outside_of_git_it_is_an_error(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "template.yaml").write_text(TEMPLATE)
    assert main(["check", str(tmp_path), "--changed"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("crosswire: --changed needs a git repository: ") and err.count("\n") == 1
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["check", str(tmp_path), "--changed"]) == 2
    assert capsys.readouterr().err == "crosswire: --changed needs git, which cannot be started\n"
