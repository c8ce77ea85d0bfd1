"""Which files belong to a check, and how their text is read."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from crosswire.errors import UsageError
from crosswire.project import LARGEST_FILE, Files, Selection, discover
from crosswire.source import Broken, Source

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def write(root: Path, *paths: str, text: str = "text\n") -> None:
    for path in paths:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text, encoding="utf-8")


def git(root: Path, *arguments: str) -> None:
    subprocess.run(["git", "-C", str(root), *arguments], check=True, capture_output=True)


def text_of(files: Files, path: str) -> str:
    source = files.read(path)
    assert isinstance(source, Source)
    return source.text


def test_packages_and_build_results_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "template.yaml", "src/app.py", "cdk.out/Stack.template.json")
    write(
        tmp_path,
        "src/node_modules/x/index.js",
        ".aws-sam/build/template.yaml",
        "venv/lib/a.py",
        "src/__pycache__/a.pyc",
    )
    assert Files.below(tmp_path).paths == ("cdk.out/Stack.template.json", "src/app.py", "template.yaml")


def test_packages_installed_beside_the_code_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, "src/app.py", "src/requests/api.py", "src/six.py")
    write(tmp_path, "src/requests-2.0.dist-info/RECORD", text="requests/api.py,,\nsix.py,,\n../../bin/x,,\n")
    assert Files.below(tmp_path).paths == ("src/app.py",)


def test_gitignore_is_honoured_without_git(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="out/\n*.log\n")
    write(tmp_path, "src/.gitignore", text="!keep.log\ngenerated.js\n")
    write(tmp_path, "out/a.js", "a.log", "src/keep.log", "src/generated.js", "generated.js", "src/app.js")
    assert Files.below(tmp_path).paths == (".gitignore", "generated.js", "src/.gitignore", "src/app.js", "src/keep.log")


def test_lines_of_a_gitignore_that_are_no_patterns_are_left_out(tmp_path: Path) -> None:
    write(tmp_path, ".gitignore", text="[z-a]\n!\nout/\n")
    write(tmp_path, "out/a.js", "src/app.js")
    assert Files.below(tmp_path).paths == (".gitignore", "src/app.js")


@needs_git
def test_git_tells_tracked_and_new_files_but_no_ignored_or_deleted_ones(tmp_path: Path) -> None:
    git(tmp_path, "init")
    write(tmp_path, ".gitignore", text="ignored.yaml\n")
    write(tmp_path, "tracked.yaml", "deleted.yaml", "ignored.yaml", "späte/new file.yaml")
    git(tmp_path, "add", "tracked.yaml", "deleted.yaml")
    (tmp_path / "deleted.yaml").unlink()
    assert Files.below(tmp_path).paths == (".gitignore", "späte/new file.yaml", "tracked.yaml")


@needs_git
def test_under_pre_commit_untracked_files_do_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(tmp_path, "init")
    write(tmp_path, "tracked.yaml", "new.yaml")
    git(tmp_path, "add", "tracked.yaml")
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert Files.below(tmp_path).paths == ("tracked.yaml",)


@needs_git
def test_a_repository_inside_the_repository_belongs_to_it(tmp_path: Path) -> None:
    git(tmp_path, "init")
    write(tmp_path, "inner/template.yaml")
    git(tmp_path / "inner", "init")
    assert Files.below(tmp_path).paths == ("inner/template.yaml",)


def test_a_path_through_a_link_is_the_file_it_leads_to(tmp_path: Path) -> None:
    write(tmp_path, "shared/db.js", "functions/a/index.js")
    (tmp_path / "functions/a/shared").symlink_to("../../shared")
    files = Files.below(tmp_path)
    assert files.paths == ("functions/a/index.js", "shared/db.js")
    assert "functions/a/shared/db.js" in files
    assert files.is_dir("functions/a/shared")
    source = files.read("functions/a/shared/db.js")
    assert isinstance(source, Source) and source.path == "shared/db.js"


def test_links_that_go_in_circles_or_out_of_the_root_lead_nowhere(tmp_path: Path) -> None:
    write(tmp_path, "outside/x.js", "root/a/index.js")
    root = tmp_path / "root"
    (root / "a/loop").symlink_to("..")
    (root / "a/out").symlink_to("../../outside")
    (root / "b").symlink_to("c")
    (root / "c").symlink_to("b")
    files = Files.below(root)
    assert files.paths == ("a/index.js",)
    assert not any(path in files for path in ("a/loop/a/index.js", "a/out/x.js", "b/index.js"))


@pytest.mark.parametrize(
    "data", ["grün".encode(), "\ufeffgrün".encode(), "grün".encode("utf-16"), "grün".encode("latin-1")]
)
def test_text_is_read_in_the_encodings_that_editors_write(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.py").write_bytes(data)
    assert text_of(Files.below(tmp_path), "a.py") == "grün"


def test_what_cannot_be_read_is_broken_with_a_reason(tmp_path: Path) -> None:
    write(tmp_path, "gone.js", "large.js", text="x")
    with (tmp_path / "large.js").open("wb") as large:
        large.truncate(LARGEST_FILE + 1)
    files = Files.below(tmp_path)
    (tmp_path / "gone.js").unlink()
    reasons = [
        broken.why for path in ("gone.js", "large.js", "../no") if isinstance(broken := files.read(path), Broken)
    ]
    assert [reason.partition(":")[0] for reason in reasons] == [
        "The file cannot be read",
        "The file is larger than 4 MB and was not read.",
        "There is no file ../no in this check.",
    ]


def test_files_of_texts_answer_like_files_on_disk() -> None:
    files = Files.from_texts({"b.yaml": "B", "src/x/a.py": "A", "src/y.py": "Y", "src-2/z.py": "Z"})
    assert files.paths == ("b.yaml", "src-2/z.py", "src/x/a.py", "src/y.py")
    assert files.under("src") == ("src/x/a.py", "src/y.py")
    assert files.under("") == files.paths
    assert [files.is_dir(path) for path in ("", "src", "src/x", "sr", "b.yaml")] == [True, True, True, False, False]
    assert text_of(files, "src/x/a.py") == "A"


def test_the_root_is_the_nearest_folder_with_a_configuration(tmp_path: Path) -> None:
    write(tmp_path, "app/crosswire.toml", "app/service/template.yaml", "app/shared/a.py")
    files, selection = discover([tmp_path / "app/service"])
    assert files.root == tmp_path.resolve() / "app"
    assert "shared/a.py" in files
    assert selection == Selection(files=(), folders=("service",))


def test_a_pyproject_without_our_table_marks_no_root(tmp_path: Path) -> None:
    write(tmp_path, "pyproject.toml", text="[tool.crosswire]\n")
    write(tmp_path, "a/pyproject.toml", text="[tool.other]\n")
    write(tmp_path, "a/template.yaml")
    assert discover([tmp_path / "a"])[0].root == tmp_path.resolve()


def test_without_a_mark_only_the_given_folders_are_listed(tmp_path: Path) -> None:
    write(tmp_path, "a/template.yaml", "b/template.yaml", "c/template.yaml")
    files, selection = discover([tmp_path / "a", tmp_path / "b/template.yaml"])
    assert files.paths == ("a/template.yaml", "b/template.yaml")
    assert [selection.covers(path) for path in ("a/template.yaml", "b/template.yaml", "b/x.py")] == [True, True, False]


def test_what_is_ignored_is_checked_when_named(tmp_path: Path) -> None:
    write(tmp_path, "crosswire.toml", "template.yaml", ".aws-sam/build/template.yaml")
    assert "template.yaml" in discover([tmp_path / ".aws-sam/build"])[0].under(".aws-sam/build")[0]
    assert ".aws-sam/build/template.yaml" in discover([tmp_path / ".aws-sam/build/template.yaml"])[0]


def test_a_path_that_does_not_exist_is_told_with_the_nearest_one(tmp_path: Path) -> None:
    write(tmp_path, "template.yaml")
    with pytest.raises(
        UsageError, match=r"there is no file or folder `.*tempalte.yaml`; did you mean `.*template.yaml`\?"
    ):
        discover([tmp_path / "tempalte.yaml"])
