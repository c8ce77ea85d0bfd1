"""The README and the pages in docs/ tell the truth."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from difflib import unified_diff
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from tests.conftest import ROOT

from crosswire.cli import main
from crosswire.errors import Exit
from crosswire.reporters import FORMATS
from crosswire.source import Source
from crosswire.suppressions import suppressions_in

PAGES = ["README.md", *sorted(path.relative_to(ROOT).as_posix() for path in (ROOT / "docs").glob("*.md"))]
RUNNING = [page for page in PAGES if "```console\n" in (ROOT / page).read_text("utf-8")]
WITH_COMMANDS = [page for page in PAGES if re.search("^crosswire ", (ROOT / page).read_text("utf-8"), re.MULTILINE)]
LINK = re.compile(r"\]\(([^)\s]+)\)")
TITLE = re.compile(r"^#+ (.+)$", re.MULTILINE)
CODE = re.compile(r"```.*?```", re.DOTALL)


@pytest.fixture
def sessions(root: Path, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """scripts/sessions.py"""
    monkeypatch.syspath_prepend(str(root / "scripts"))
    return import_module("sessions")


@pytest.mark.slow
@pytest.mark.parametrize("page", RUNNING)
def test_the_commands_shown_print_what_is_shown(root: Path, sessions: ModuleType, page: str) -> None:
    shown = (root / page).read_text("utf-8").splitlines()
    printed = sessions.executed("\n".join(shown), root).splitlines()
    changed = list(unified_diff(shown, printed, "shown", "printed", lineterm=""))
    assert not changed, "\n".join(["run `make docs`, and look at the difference:", *changed])


@pytest.mark.parametrize("page", WITH_COMMANDS)
def test_the_commands_named_are_understood(
    tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], page: str
) -> None:
    (tmp_path / "template.yaml").write_text("AWSTemplateFormatVersion: '2010-09-09'\nResources: {}\n", "utf-8")
    monkeypatch.chdir(tmp_path)
    lines = [line for block in fences(root / page, "sh") for line in block.splitlines()]
    commands = [shlex.split(line.partition(" > ")[0], comments=True)[1:] for line in lines if is_ours(line)]
    assert {" ".join(command): main(command) for command in commands if main(command)} == {}


def is_ours(line: str) -> bool:
    return line.startswith("crosswire ")


def test_the_make_targets_named_exist(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"^make ([a-z]+)", (root / page).read_text("utf-8"), re.MULTILINE))
        assert named and named <= targets


@pytest.mark.parametrize("page", [*PAGES, "CONTRIBUTING.md", "ARCHITECTURE.md", "docs/rules/README.md"])
def test_links_lead_somewhere(root: Path, page: str) -> None:
    text = CODE.sub("", (root / page).read_text("utf-8"))
    for target in LINK.findall(text):
        if target.startswith("https://"):
            continue
        path, _, anchor = target.partition("#")
        file = (root / page).parent / path if path else root / page
        assert file.exists(), target
        assert not anchor or anchor in set(anchors(file)), target


def anchors(page: Path) -> Iterator[str]:
    """The anchors that GitHub gives to the titles of a page."""
    for title in TITLE.findall(CODE.sub("", page.read_text("utf-8"))):
        yield re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "command"),
    [
        (".pre-commit-config.yaml", "pre_commit validate-config"),
        (".github/workflows/", "check_jsonschema --builtin-schema vendor.github-workflows"),
        (
            ".gitlab-ci.yml",
            "check_jsonschema --builtin-schema vendor.gitlab-ci --data-transform gitlab-ci",
        ),
        ("azure-pipelines.yml", "check_jsonschema --builtin-schema vendor.azure-pipelines"),
    ],
)
def test_files_for_other_systems_are_valid(
    root: Path, sessions: ModuleType, tmp_path: Path, name: str, command: str
) -> None:
    shown = [text for page in PAGES for path, text in sessions.files((root / page).read_text("utf-8")) if name in path]
    assert shown
    for text in shown:
        (tmp_path / "file.yml").write_text(text, "utf-8")
        result = subprocess.run(
            [sys.executable, "-m", *command.split(), "file.yml"], cwd=tmp_path, capture_output=True, text=True
        )
        assert result.returncode == 0, result.stdout + result.stderr


def test_forms_of_suppressions_are_understood(root: Path) -> None:
    page = (root / "docs/suppressions.md").read_text("utf-8")
    rows = re.findall(r"^\| ([^|]+) \| `(.*crosswire: .*)` \|$", page, re.MULTILINE)
    names = {
        "Python": "a.py",
        "YAML": "a.yaml",
        "`.env`": ".env",
        "TOML": "a.toml",
        "JavaScript": "a.js",
        "TypeScript": "a.ts",
        "Terraform": "a.tf",
    }
    assert len(rows) == 6
    for languages, form in rows:
        for language in languages.split(", "):
            (found,) = suppressions_in(Source(names[language], f"x = 1 {form}\n"))
            assert (found.problem, found.reason) == ("", "reason"), form


def test_examples_of_the_configuration_are_accepted(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    generated = (root / "docs/configuration.md").read_text("utf-8").partition("<!-- From here on")[2]
    examples = re.findall(r"^```toml\n(.*?)^```$", generated, re.DOTALL | re.MULTILINE)
    assert len(examples) > 6
    for example in examples:
        (tmp_path / "crosswire.toml").write_text(example, "utf-8")
        assert main(["config"]) == 0, example
        assert "crosswire.toml:" in capsys.readouterr().out


def test_every_exit_code_format_and_number_is_named(root: Path) -> None:
    from crosswire.cfn_lint_rules import NUMBERS  # imports cfn-lint

    def rows(page: str) -> list[str]:
        return re.findall(r"^\| `?([\w-]+)`? \|", (root / page).read_text("utf-8"), re.MULTILINE)

    codes = [int(row) for row in rows("docs/commands.md") if row.isdigit()]
    assert codes == sorted(code.value for code in Exit)
    assert [row for row in rows("docs/output.md") if row != "format"] == list(FORMATS)
    page = (root / "docs/cfn-lint.md").read_text("utf-8")
    assert all(re.search(rf"`{family}`\s{number}", page) for family, number in NUMBERS.items())


def test_inputs_and_outputs_of_the_action_are_those_it_has(root: Path) -> None:
    action = yaml.safe_load((root / "action.yml").read_text("utf-8"))
    page = (root / "docs/ci.md").read_text("utf-8")
    named = re.findall(r"^\| `([a-z-]+)` \|", page, re.MULTILINE)
    assert named == list(action["inputs"])
    assert f"Its outputs are {' and '.join(f'`{name}`' for name in action['outputs'])}." in page


def test_a_page_is_a_session(tmp_path: Path, sessions: ModuleType) -> None:
    (tmp_path / "example").mkdir()
    (tmp_path / "example/here").touch()
    page = (
        "`a/b.txt`\n```text\nx\n```\n\n```console\n$ cat a/b.txt\nold\n$ false\n$ echo $?\n```\n"
        "<!-- example: example -->\n```console\n$ ls\n$ git log --format=%s\n$ printf x >&2\n```\n"
    )
    expected = (
        "`a/b.txt`\n```text\nx\n```\n\n```console\n$ cat a/b.txt\nx\n$ false\n$ echo $?\n1\n```\n"
        "<!-- example: example -->\n```console\n$ ls\nhere\n$ git log --format=%s\nAn old repository\n"
        "$ printf x >&2\nx\n```\n"
    )
    assert sessions.executed(page, tmp_path) == expected
    assert sessions.executed(expected, tmp_path) == expected


def fences(page: Path, language: str) -> list[str]:
    found: list[str] = re.findall(rf"^```{language}\n(.*?)^```$", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    return found
