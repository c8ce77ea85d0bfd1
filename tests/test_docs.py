"""Pages of the docs are made of the rules' docstrings."""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

import crosswire
from crosswire.docs import page, pages
from crosswire.errors import DocumentationError
from crosswire.finding import Severity
from crosswire.rule import Rule


class Rule1(Rule):
    """A thing is wrong.

    It hurts.

    ## Bad

    `a.yaml`
    ```yaml
    a: 1  # expect: env/thing
    ```

    ## Good

    `a.yaml`
    ```yaml
    a: 2
    ```
    """

    id = "env/thing"
    severity = Severity.WARNING


class Undocumented(Rule):
    id = "iam/thing"


@pytest.fixture
def generator(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/generate_docs.py, for one rule."""
    monkeypatch.syspath_prepend(str(root / "scripts"))
    monkeypatch.delitem(sys.modules, "generate_docs", raising=False)
    module = import_module("generate_docs")
    monkeypatch.setattr(module, "rule_ids", lambda: ("env/thing",))
    monkeypatch.setattr(module, "load", lambda ids: (Rule1(),))
    return module


def test_a_page_is_the_docstring_under_the_id_and_severity() -> None:
    text = page(Rule1())
    assert text.startswith("# env/thing\n\nSeverity: warning\n\nA thing is wrong.\n\nIt hurts.\n\n## Bad\n")
    assert text.endswith("```yaml\na: 2\n```\n")


def test_the_index_leads_to_every_page() -> None:
    made = pages([Rule1()])
    assert set(made) == {"README.md", "env/thing.md"}
    assert "| [env/thing](env/thing.md) | warning | A thing is wrong. |\n" in made["README.md"]


def test_a_rule_without_a_docstring_has_no_page() -> None:
    with pytest.raises(DocumentationError, match="iam/thing"):
        page(Undocumented())


def test_what_is_old_or_of_no_rule_fails_the_check_until_written(
    generator: ModuleType, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "README.md").write_text("```console\n$ crosswire --version\nold\n```\n", "utf-8")
    (tmp_path / "docs/rules/iam").mkdir(parents=True)
    (tmp_path / "docs/configuration.md").write_text(f"# Configuration\n\n{generator.BEGIN}\nold\n", "utf-8")
    (tmp_path / "docs/rules/iam/gone.md").touch()
    assert generator.main(["--check"], tmp_path) == 1
    assert capsys.readouterr().err.splitlines() == [
        f"{path} is not up to date: run `make docs`"
        for path in (
            *("docs/configuration.md", "docs/rules/README.md"),
            *("docs/rules/env/thing.md", "docs/rules/iam/gone.md"),
        )
    ]
    assert generator.main([], tmp_path) == 0
    assert generator.main(["--check"], tmp_path) == 0
    assert sorted(path.name for path in (tmp_path / "docs/rules").rglob("*.md")) == ["README.md", "thing.md"]
    configuration = (tmp_path / "docs/configuration.md").read_text("utf-8")
    assert configuration.startswith("# Configuration\n") and "\n### per-path-ignores\n" in configuration
    shown = f"```console\n$ crosswire --version\ncrosswire {crosswire.__version__}\n```\n"
    assert (tmp_path / "README.md").read_text("utf-8") == shown
