"""The hooks run when something that crosswire reads has changed, in the real pre-commit."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
import yaml

from crosswire.frontends.cloudformation.marks import ENDINGS

Run = subprocess.CompletedProcess[str]

PACKAGED = ("linter", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
GOOD = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      CodeUri: src/
      Environment:
        Variables:
          STAGE: dev
"""
BAD = GOOD.replace("STAGE: dev", "AWS_REGION: eu-west-1")
FINDING = "error[env/reserved-name]"
ENVIRONMENT = {
    **{name: value for name, value in os.environ.items() if not name.startswith(("GIT_", "PRE_COMMIT", "GITHUB_"))},
    "GIT_CONFIG_GLOBAL": os.devnull,
    "GIT_CONFIG_NOSYSTEM": "1",
    **{f"GIT_{who}_{what}": "someone@example.org" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")},
}


@pytest.fixture
def hooks(root: Path) -> dict[str, dict[str, object]]:
    return {hook["id"]: hook for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def test_both_hooks_check_the_whole_project(hooks: dict[str, dict[str, object]]) -> None:
    assert set(hooks) == {"crosswire", "crosswire-always"}
    assert all(hook["pass_filenames"] is False and hook["require_serial"] is True for hook in hooks.values())
    assert hooks["crosswire-always"]["always_run"] is True


def test_pre_commit_understands_the_hooks(root: Path) -> None:
    result = run("validate-manifest", ".pre-commit-hooks.yaml", folder=root)
    assert (result.returncode, result.stdout) == (0, ""), result.stdout


@pytest.mark.parametrize(
    "path",
    [
        *("template.yaml", "a/b.yml", "policy.json", "src/a.mts", "a.py", ".env", "s/.env.dev", "pyproject.toml"),
        *("README.md", "deploy.sh", "setup.ps1", "Makefile", "web/Dockerfile", "Procfile", "schema.graphql"),
        *("main.tf", "main.tofu", "main.tf.json", "envs/dev.tfvars", "dev.auto.tfvars.json", "policy.json.tftpl"),
        *(f"stack{ending}" for ending in ENDINGS),
    ],
)
def test_what_crosswire_reads_runs_the_hook(hooks: dict[str, dict[str, object]], path: str) -> None:
    assert re.search(str(hooks["crosswire"]["files"]), path)


@pytest.mark.parametrize(
    "path",
    ["notes.txt", "logo.png", "environment.txt", "src/app.pyc", "terraform.tfstate", ".terraform.lock.hcl"],
)
def test_other_files_do_not_run_the_hook(hooks: dict[str, dict[str, object]], path: str) -> None:
    assert not re.search(str(hooks["crosswire"]["files"]), path)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository with what the checkout holds now, for pre-commit to clone."""
    source = Path(__file__).resolve().parent.parent
    repository = tmp_path_factory.mktemp("crosswire")
    for name in PACKAGED:
        if (source / name).is_dir():
            shutil.copytree(source / name, repository / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source / name, repository / name)
    git(repository, "init", "--quiet")
    git(repository, "add", "--all", "--force")
    git(repository, "commit", "--quiet", "--message", "published")
    return repository


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps what it installs: once for all tests."""
    return tmp_path_factory.mktemp("home")


@pytest.fixture
def project(published: Path, home: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A committed project that is correct, with one of the hooks installed."""

    def make(hook: str) -> Path:
        revision = git(published, "rev-parse", "HEAD").stdout.strip()
        repository = {"repo": published.as_uri(), "rev": revision, "hooks": [{"id": hook}]}
        (tmp_path / ".pre-commit-config.yaml").write_text(yaml.safe_dump({"repos": [repository]}))
        (tmp_path / "template.yaml").write_text(GOOD)
        (tmp_path / "README.md").write_text("An application.\n")
        (tmp_path / "src").mkdir()
        (tmp_path / "src/app.py").write_text("def handler(event, context):\n    return None\n")
        git(tmp_path, "init", "--quiet")
        git(tmp_path, "add", "--all")
        git(tmp_path, "commit", "--quiet", "--message", "first")
        assert run("install", folder=tmp_path, home=home).returncode == 0
        return tmp_path

    return make


@pytest.fixture
def commit(home: Path) -> Callable[..., Run]:
    """Commit what is staged, as a person does."""
    return lambda folder: git(folder, "commit", "--message", "next", home=home, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("hook", ["crosswire", "crosswire-always"])
def test_a_commit_is_refused_for_what_it_adds_or_changes(
    project: Callable[[str], Path], commit: Callable[[Path], Run], hook: str
) -> None:
    folder = project(hook)
    (folder / "other.yaml").write_text(BAD)
    git(folder, "add", "other.yaml")
    added = commit(folder)
    assert added.returncode == 1 and FINDING in added.stderr and "other.yaml:11:11" in added.stderr

    git(folder, "rm", "--quiet", "--force", "other.yaml")
    (folder / "template.yaml").write_text(BAD)
    git(folder, "add", "template.yaml")
    changed = commit(folder)
    assert changed.returncode == 1 and "template.yaml:11:11" in changed.stderr

    (folder / "template.yaml").write_text(GOOD + "          TABLE: orders\n")
    git(folder, "add", "template.yaml")
    corrected = commit(folder)
    assert corrected.returncode == 0 and "Passed" in corrected.stderr


@pytest.mark.slow
def test_a_commit_that_only_deletes_runs_the_hook_for_every_commit_alone(
    project: Callable[[str], Path], commit: Callable[[Path], Run]
) -> None:
    folder = project("crosswire-always")
    git(folder, "rm", "--quiet", "template.yaml")
    deleted = commit(folder)
    assert deleted.returncode == 1 and "exit code: 4" in deleted.stderr and "nothing to check" in deleted.stderr


@pytest.mark.slow
def test_what_crosswire_does_not_read_does_not_run_the_hook(
    project: Callable[[str], Path], commit: Callable[[Path], Run]
) -> None:
    folder = project("crosswire")
    (folder / "notes.txt").write_text("More.\n")
    git(folder, "add", "notes.txt")
    assert "Skipped" in commit(folder).stderr
    git(folder, "rm", "--quiet", "template.yaml")
    assert "Skipped" in commit(folder).stderr


@pytest.mark.slow
def test_what_is_not_part_of_the_commit_does_not_count(
    project: Callable[[str], Path], commit: Callable[[Path], Run]
) -> None:
    folder = project("crosswire")
    (folder / "untracked.yaml").write_text(BAD)
    (folder / "template.yaml").write_text(BAD)  # not staged
    (folder / "src/app.py").write_text("def handler(event, context):\n    return 1\n")
    git(folder, "add", "src/app.py")
    passed = commit(folder)
    assert passed.returncode == 0 and "Passed" in passed.stderr
    assert (folder / "template.yaml").read_text() == BAD

    git(folder, "add", "template.yaml")
    (folder / "template.yaml").write_text(GOOD)  # corrected, but not in what is committed
    refused = commit(folder)
    assert refused.returncode == 1 and "template.yaml:11:11" in refused.stderr
    assert (folder / "template.yaml").read_text() == GOOD
    assert "untracked.yaml" not in refused.stderr


@pytest.mark.slow
def test_a_commit_of_named_files_is_not_judged_by_what_is_staged_beside_them(
    project: Callable[[str], Path], home: Path
) -> None:
    folder = project("crosswire")
    (folder / "staged.yaml").write_text(BAD)
    git(folder, "add", "staged.yaml")
    (folder / "template.yaml").write_text(f"# An application\n{GOOD}")
    named = git(folder, "commit", "template.yaml", "--message", "next", home=home, check=False)
    assert named.returncode == 0 and "Passed" in named.stderr
    refused = git(folder, "commit", "--message", "next", home=home, check=False)
    assert refused.returncode == 1 and "staged.yaml:11:11" in refused.stderr


@pytest.mark.slow
def test_arguments_in_the_configuration_reach_the_check(project: Callable[[str], Path], home: Path) -> None:
    folder = project("crosswire")
    config = folder / ".pre-commit-config.yaml"
    document = yaml.safe_load(config.read_text())
    document["repos"][0]["hooks"][0]["args"] = ["--format", "concise", "--ignore", "iam"]
    config.write_text(yaml.safe_dump(document))
    (folder / "template.yaml").write_text(BAD)
    git(folder, "add", "--all")
    result = run("run", "--all-files", folder=folder, home=home)
    assert result.returncode == 1 and f"\ntemplate.yaml:11:11: {FINDING} " in result.stdout


def git(folder: Path, *arguments: str, home: Path | None = None, check: bool = True) -> Run:
    return process(["git", *arguments], folder, home, check)


def run(*arguments: str, folder: Path, home: Path | None = None) -> Run:
    """Run pre-commit."""
    return process([sys.executable, "-m", "pre_commit", *arguments], folder, home, check=False)


def process(command: list[str], folder: Path, home: Path | None, check: bool) -> Run:
    environment: Mapping[str, str] = {**ENVIRONMENT, **({"PRE_COMMIT_HOME": str(home)} if home else {})}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=check)
