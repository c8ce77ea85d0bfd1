"""Files `.env*`: how they are read, which reach a deployment, and what is told of functions that they are for."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from tests.checking import project, told

from crosswire.aws.frameworks import Reach, reach_of
from crosswire.cli import main
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.readers.dockerfile import Dockerfile
from crosswire.readers.dotenv import EXPANDED, read_dotenv
from crosswire.readers.tree import Scalar
from crosswire.registry import load, rule_ids
from crosswire.source import Source


def values(text: str) -> dict[str, str]:
    return {
        name.text: value.text for name, value in read_dotenv(Source(".env", text)).items() if isinstance(value, Scalar)
    }


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("A=b", "b"),
        ("export A=b", "b"),
        ("  A = b  ", "b"),
        ("A: b", "b"),
        ("\ufeffA=b", "b"),
        ("A=b\r\n", "b"),
        ("A=b # a comment", "b"),
        ("A='b # no comment'", "b # no comment"),
        ('A="b\nc"', "b\nc"),
        ('A="b\\nc"', "b\nc"),
        ("A=`b\"c'd`", "b\"c'd"),
        ('A="b" # a comment', "b"),
        ("A='b\nc'\n", "b\nc"),
        ("A=", ""),
        ("A=b=c==", "b=c=="),
        ('A="b', '"b'),
        ('A={"b": 1}', '{"b": 1}'),
        ("A=x\nA=b", "b"),
        ("no assignment\n=x\n# A=x\n&%\nA=b", "b"),
    ],
)
def test_an_assignment_is_read_as_dotenv_reads_it(text: str, value: str) -> None:
    assert values(text) == {"A": value}


def test_every_value_knows_its_place_and_whether_it_is_made_of_others() -> None:
    text = "# first\nexport HOST=example.com\nURL=\"https://${HOST}/a\" # why\nRAW='$HOST'\nPRICE=\\$5\n"
    pairs = read_dotenv(Source(".env", text)).pairs
    assert [name.span.text for name, _ in pairs] == ["HOST", "URL", "RAW", "PRICE"]
    assert [value.span.text for _, value in pairs] == ["example.com", '"https://${HOST}/a"', "'$HOST'", "\\$5"]
    assert [getattr(value, "tag", "") for _, value in pairs] == ["", EXPANDED, "", ""]


def test_odd_texts_are_read_in_time_and_never_crash() -> None:
    for text in ("A='" * 20_000, 'A="x\n' * 5_000, "A=" + "b" * 300_000, "\x00" * 1000, "A\n" * 10_000):
        read_dotenv(Source(".env", text))


@pytest.mark.parametrize(
    ("name", "reach"),
    [
        (".env", Reach.DEPLOYED),
        (".env.production", Reach.DEPLOYED),
        (".env.local", Reach.LOCAL),
        (".env.production.local", Reach.LOCAL),
        (".env.development", Reach.LOCAL),
        (".env.test", Reach.LOCAL),
        (".env.example", Reach.EXAMPLE),
        (".env.local.example", Reach.EXAMPLE),
        (".env-sample", Reach.EXAMPLE),
        (".env.staging", Reach.PERHAPS),
        (".env.vault", None),
        (".environment", None),
        (".envrc", None),
    ],
)
def test_the_name_of_a_file_tells_how_far_it_is_meant_to_reach(name: str, reach: Reach | None) -> None:
    assert reach_of(name) is reach


def test_a_dockerfile_gives_its_variables_with_their_places() -> None:
    text = 'FROM a\nENV A=b \\\n    C="d e" F=$G\nenv H i j\nCMD ["node", "x.js"]\nCOPY --chown=1 a b /c/\n'
    docker = Dockerfile(Source("Dockerfile", text))
    found = [(name.span.text, value.text, value.span.text, value.tag) for name, value in docker.env]
    assert found == [
        ("A", "b", "b", ""),
        ("C", "d e", '"d e"', ""),
        ("F", "$G", "$G", EXPANDED),
        ("H", "i j", "i j", ""),
    ]
    assert (docker.command, docker.sources) == (["node", "x.js"], ["a", "b"])


# Which are committed


def make(root: Path, **files: str) -> None:
    for name, text in files.items():
        path = root / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def git(root: Path, *arguments: str) -> None:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", *arguments]
    subprocess.run(command, cwd=root, check=True, capture_output=True)


def test_git_knows_what_is_committed_and_what_it_ignores_is_found_all_the_same(tmp_path: Path) -> None:
    make(tmp_path, **{".gitignore": ".env.local\nbuild/\n", ".env": "A=1", ".env.local": "B=1", "a__.env": "C=1"})
    make(tmp_path, **{"build__.env": "D=1", "build__x.py": ""})
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", ".env", ".gitignore")
    files = Files.below(tmp_path)
    assert files.env_files("") == (".env", ".env.local")
    assert ".env.local" not in files and isinstance(files.read(".env.local"), Source)
    committed = {path: files.is_committed(path) for path in (".env", ".env.local", "a/.env")}
    assert committed == {".env": True, ".env.local": False, "a/.env": False}


def test_without_git_a_gitignore_tells_and_without_one_nothing_is_committed() -> None:
    assert not Files.from_texts({".env": ""}).is_committed(".env")
    assert Files.from_texts({".env": "", ".gitignore": "x"}).is_committed(".env")
    assert not Files.from_texts({"a/.env": "", ".gitignore": "*.env"}).is_committed("a/.env")
    assert Files.from_texts({"a/.env": "", ".gitignore": ".env", "a/.gitignore": "!.env"}).is_committed("a/.env")


def test_a_hook_of_pre_commit_sees_no_more_than_ci(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, **{".gitignore": ".env\n", ".env": "A=1"})
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("PRE_COMMIT", "1")
    assert Files.below(tmp_path).env_files("") == ()


def test_texts_in_memory_have_no_files_beside_them() -> None:
    assert Files.from_texts({"a.py": ""}).env_files("") == ()


# Functions of templates

READ = 'return dynamodb.Table(os.environ["ORDERS"]).get_item(Key={"id": "1"})'
POLICY = "[DynamoDBReadPolicy: {TableName: !Ref Orders}]"


@pytest.mark.parametrize("path", [".env", "src/.env", ".env.local", "src/.env.test"])
def test_a_variable_that_is_set_beside_the_code_alone_is_told_as_such(path: str) -> None:
    texts = project(READ, policies=POLICY)
    assert told(texts) == ["error env/not-set"]
    assert told({**texts, path: "ORDERS=orders-anna\n"}) == ["error env/local-only"]


def test_what_sam_local_sets_is_local_too() -> None:
    texts = project(READ, policies=POLICY)
    assert told({**texts, "env.json": '{"Fn": {"ORDERS": "x"}}'}) == ["error env/local-only"]
    assert told({**texts, "env.json": '{"Other": {"ORDERS": "x"}}'}) == ["error env/not-set"]
    assert told({**texts, "env.json": '{"Parameters": {"ORDERS": "x"}}'}) == ["error env/local-only"]
    assert told({**texts, "env.json": "{"}) == ["error env/not-set"]


def test_an_example_beside_the_code_changes_nothing() -> None:
    assert told({**project(READ, policies=POLICY), ".env.example": "ORDERS=\n"}) == ["error env/not-set"]


def test_a_file_that_the_code_may_load_itself_may_reach_the_function() -> None:
    texts = project(f"from dotenv import load_dotenv; load_dotenv()\n{READ}", policies=POLICY)
    assert told(texts) == ["error env/not-set"]
    assert told({**texts, "src/.env": "ORDERS=shop-orders\n"}) == []


def test_no_output_shows_what_a_local_file_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = "these-are_hidden 4711abcdef99"
    make(tmp_path, **{"template.yaml": project(READ, policies=POLICY)["template.yaml"]})
    make(tmp_path, **{"src__app.py": project(READ)["src/app.py"], ".env": f"ORDERS={words}\nOTHER='{words}'\n"})
    for output in ("text", "json", "sarif", "markdown", "github", "junit"):
        assert main(["check", str(tmp_path), "--format", output, "--notes"]) == 1
        shown = capsys.readouterr().out
        assert "local-only" in shown and "4711" not in shown and "hidden" not in shown


def test_a_plain_name_may_be_shown(tmp_path: Path) -> None:
    texts = project(READ, policies=POLICY)
    report = lint(
        Files.from_texts({**texts, ".env": "ORDERS=shop-orders-dev\nKEY=shop-orders-dev\n"}), load(rule_ids())
    )
    assert report.secrets == ()
