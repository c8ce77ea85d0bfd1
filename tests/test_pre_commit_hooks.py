"""The hooks run when something that crosswire reads has changed."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml


@pytest.fixture
def hooks(root: Path) -> dict[str, dict[str, object]]:
    return {hook["id"]: hook for hook in yaml.safe_load((root / ".pre-commit-hooks.yaml").read_text("utf-8"))}


def test_both_hooks_check_the_whole_project(hooks: dict[str, dict[str, object]]) -> None:
    assert set(hooks) == {"crosswire", "crosswire-always"}
    assert all(hook["pass_filenames"] is False and hook["require_serial"] is True for hook in hooks.values())
    assert hooks["crosswire-always"]["always_run"] is True


@pytest.mark.parametrize(
    "path",
    [
        *("template.yaml", "a/b.yml", "policy.json", "x.template", "src/a.mts", "a.py", ".env", "s/.env.dev"),
        *("main.tf", "main.tofu", "main.tf.json", "envs/dev.tfvars", "dev.auto.tfvars.json", "policy.json.tftpl"),
    ],
)
def test_what_crosswire_reads_runs_the_hook(hooks: dict[str, dict[str, object]], path: str) -> None:
    assert re.search(str(hooks["crosswire"]["files"]), path)


@pytest.mark.parametrize("path", ["README.md", "logo.png", "environment.txt", "src/app.pyc", "terraform.tfstate", ".terraform.lock.hcl"])
def test_other_files_do_not_run_the_hook(hooks: dict[str, dict[str, object]], path: str) -> None:
    assert not re.search(str(hooks["crosswire"]["files"]), path)
