"""Baselines: what they accept, what they do not hide, and when they are stale."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from crosswire.cli import main

SECRET = "AKIAQ3EGRIVZ7JX5W2LM"
HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n"
FUNCTION = """\
  {name}:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: {folder}/
      Handler: app.handler
      Runtime: python3.12
      Policies: [AmazonSQSFullAccess]
      Environment:
        Variables:
          KEY: {key}
"""
CODE = """\
import os, boto3
KEY = os.environ["KEY"]
TABLE = os.environ["TABLE"]
def handler(event, context):
    return boto3.client("s3").list_buckets()
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An old repository with three mistakes, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"template.yaml": template("Orders"), "src/app.py": CODE})
    return tmp_path


def template(*names: str, key: str = SECRET) -> str:
    return HEAD + "".join(FUNCTION.format(name=name, folder="src", key=key) for name in names)


def write(folder: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    capsys.readouterr()
    main(["check", *(arguments or (".",)), "--output", "concise"])
    return sorted(line.split(": ", 1)[1].split(" ", 1)[0] for line in capsys.readouterr().out.splitlines())


def entries(folder: Path, path: str = ".crosswire-baseline.json") -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((folder / path).read_text(encoding="utf-8"))["findings"]
    return found


ALL = ["error[iam/missing-action]", "error[secrets/plaintext-in-env]", "warning[env/not-set]"]


def test_it_accepts_what_is_found_today(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys) == ALL
    assert main(["baseline"]) == 0
    assert capsys.readouterr().out == "3 findings accepted in .crosswire-baseline.json\n"
    assert main(["check", "."]) == 0
    assert capsys.readouterr().out.splitlines()[-1] == ("found 0 errors and 0 warnings; not told: 3 in the baseline")


def test_it_holds_neither_lines_nor_values_nor_dates(folder: Path) -> None:
    main(["baseline", "."])
    text = (folder / ".crosswire-baseline.json").read_text()
    assert SECRET not in text
    assert [set(entry) for entry in entries(folder)] == [
        {"rule", "unit", "owner", "subject", "functions", "count", "fingerprint"}
    ] * 3
    assert entries(folder)[0] | {"fingerprint": ""} == {
        "rule": "env/not-set",
        "unit": "template.yaml",
        "owner": "Orders",
        "subject": "TABLE",
        "functions": ["Orders"],
        "count": 1,
        "fingerprint": "",
    }
    main(["baseline"])
    assert (folder / ".crosswire-baseline.json").read_text() == text


def test_moving_and_reformatting_code_keeps_it_valid(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline"])
    moved = CODE.replace('os.environ["TABLE"]', 'os.environ[\n    "TABLE"\n]').replace("import os", "\n\n\nimport os")
    write(
        folder,
        {
            "src/settings.py": "import os\nTABLE = os.environ[\n    'TABLE'\n]\n",
            "src/app.py": moved.replace('TABLE = os.environ[\n    "TABLE"\n]\n', "from settings import TABLE\n"),
            "template.yaml": "# the shop\n\n" + template("Orders").replace("    Type", "\n    Type"),
        },
    )
    assert told(capsys) == []


def test_a_new_mistake_of_the_same_kind_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline"])
    write(folder, {"src/app.py": CODE.replace("KEY =", 'OTHER = os.environ["OTHER_TABLE"]\nKEY =')})
    assert told(capsys) == ["warning[env/not-set]"]


def test_an_old_mistake_of_a_new_function_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline"])
    write(folder, {"template.yaml": template("Orders", "Zulu", key="x")})
    assert "warning[env/not-set]" in told(capsys)


def test_one_more_of_equal_ones_is_told_with_all_of_them(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    fallback = "import os\n{}def handler(event, context):\n    return A\n"
    one = f'A = os.environ.get("KEY", "{SECRET}")\n'
    write(folder, {"template.yaml": template("Orders", key="x"), "src/app.py": fallback.format(one)})
    main(["baseline", "--select", "secrets"])
    (entry,) = entries(folder)
    assert (entry["rule"], entry["count"]) == ("secrets/literal-fallback", 1)
    assert told(capsys, ".", "--select", "secrets") == []
    write(folder, {"src/app.py": fallback.format(one + one.replace("A =", "B =").replace("5W2LM", "5W2LN"))})
    assert len(told(capsys, ".", "--select", "secrets")) == 2


def test_what_is_mended_is_stale_until_it_is_pruned(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline"])
    write(
        folder, {"src/app.py": CODE.replace('TABLE = os.environ["TABLE"]\n', 'import os.path; A = os.environ["NEW"]\n')}
    )
    assert told(capsys, ".", "--notes") == ["note[suppress/stale-baseline]", "warning[env/not-set]"]
    assert main(["baseline", "--prune"]) == 0
    assert capsys.readouterr().out == "2 findings accepted in .crosswire-baseline.json, 1 taken out\n"
    assert told(capsys, ".", "--notes") == ["warning[env/not-set]"]


def test_what_was_not_asked_for_is_neither_stale_nor_lost(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {".git/HEAD": "", "crosswire.toml": ""})
    write(folder, {"a/template.yaml": template("A"), "a/src/app.py": CODE})
    main(["baseline"])
    assert len(entries(folder)) == 6
    write(folder, {"src/app.py": "def handler(event, context): pass\n"})
    assert told(capsys, "a", "--notes") == []
    assert told(capsys, ".", "--select", "secrets,suppress", "--notes") == []
    main(["baseline", "a", "--prune"])
    assert len(entries(folder)) == 6
    main(["baseline", "a"])
    assert len(entries(folder)) == 6
    main(["baseline"])
    assert len(entries(folder)) == 4


def test_it_lies_beside_the_configuration_or_where_that_says(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": 'baseline = "ci/accepted.json"\n'})
    assert main(["check", "."]) == 2
    assert "there is no baseline `ci/accepted.json`: write it with `crosswire baseline`" in capsys.readouterr().err
    (folder / "ci").mkdir()
    main(["baseline"])
    assert len(entries(folder, "ci/accepted.json")) == 3
    assert told(capsys) == []
    write(folder, {"crosswire.toml": "", "src/crosswire.toml": ""})
    main(["baseline"])
    assert len(entries(folder)) + len(entries(folder, "src/.crosswire-baseline.json")) == 3
    assert told(capsys) == []


def test_another_file_may_be_given(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["baseline", "--baseline", "mine.json"])
    assert told(capsys) == ALL
    assert told(capsys, ".", "--baseline", "mine.json") == []


@pytest.mark.skipif(sys.platform != "linux", reason="file systems that take any bytes for a name")
def test_it_holds_names_of_any_bytes_and_nothing_that_a_terminal_obeys(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in (b"caf\xe9", "café".encode(), "\x9b31m\u202e\U000e0041".encode()):
        write(folder / os.fsdecode(name), {"template.yaml": template("Orders"), "src/app.py": CODE})
    assert main(["baseline"]) == 0
    assert told(capsys) == []
    text = (folder / ".crosswire-baseline.json").read_text(encoding="utf-8")
    assert '"caf\\udce9/template.yaml"' in text and '"café/template.yaml"' in text
    assert text.replace("\n", "").isprintable()


def test_where_it_cannot_be_written_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["baseline", "--baseline", "nowhere/mine.json"]) == 2
    err = capsys.readouterr().err
    assert err.endswith("mine.json` could not be written: No such file or directory\n") and err.count("\n") == 1


def test_nothing_to_accept_writes_nothing(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"src/app.py": "def handler(event, context): pass\n", "template.yaml": template("Orders", key="x")})
    assert main(["baseline"]) == 0
    assert capsys.readouterr().out == "nothing to accept\n"
    assert not (folder / ".crosswire-baseline.json").exists()


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{", ".crosswire-baseline.json:1:"),
        ("[]", ".crosswire-baseline.json:1:1: this is no baseline: write it with `crosswire baseline`"),
        (
            '{"version": 2, "findings": []}',
            ".crosswire-baseline.json:1:13: the baseline has version 2, this crosswire knows 1",
        ),
        (
            '{"version": 1, "findings": [\n{"rule": "env/not-set", "count": 0}]}',
            ".crosswire-baseline.json:2:1: this entry of the baseline is not understood",
        ),
    ],
)
def test_one_that_cannot_be_used_is_told_with_its_place(
    folder: Path, capsys: pytest.CaptureFixture[str], text: str, line: str
) -> None:
    write(folder, {".crosswire-baseline.json": text})
    assert main(["check", "."]) == 2
    assert capsys.readouterr().err.startswith(f"crosswire: {line}")
