"""The command line as people and scripts meet it. What it prints about whole projects is tested with the fixtures."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import crosswire
from crosswire.cli import main

BROKEN = {
    "template.yaml": (
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  Orders:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties:\n"
        "      Handler: app.handler\n"
        "      Runtime: python3.12\n"
        "      CodeUri: src/\n"
        "      Environment:\n"
        "        Variables:\n"
        "          AWS_REGION: eu-west-1\n"
    ),
    "src/app.py": "def handler(event, context):\n    return None\n",
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project that sets a variable which Lambda reserves; it is the working directory."""
    for name, text in BROKEN.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_findings_exit_1_and_are_told_with_their_place(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--format", "concise"]) == 1
    out, err = capsys.readouterr()
    assert out.startswith("template.yaml:11:11: error[env/reserved-name] ")
    assert err == ""


def test_several_outputs_are_written_in_one_run(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--output", "sarif=out/a.sarif", "--output", "json=b.json", "--format", "concise"]) == 1
    assert capsys.readouterr().out.startswith("template.yaml:11:11: error[env/reserved-name] ")
    (run,) = json.loads((project / "out/a.sarif").read_text("utf-8"))["runs"]
    assert [result["ruleId"] for result in run["results"]] == ["env/reserved-name"]
    assert json.loads((project / "b.json").read_text("utf-8"))["summary"]["errors"] == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--select", "env/reserved-name"], 1),
        (["--select", "env"], 1),
        (["--select", "iam,secrets"], 0),
        (["--ignore", "env/reserved-name"], 0),
        (["--fail-level", "error"], 1),
        (["--fail-level", "never"], 0),
    ],
)
def test_options_decide_what_fails(project: Path, options: list[str], code: int) -> None:
    assert main(["check", ".", *options]) == code


def test_a_template_given_by_name_is_a_check_of_its_unit(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "other.yaml").write_text(BROKEN["template.yaml"], encoding="utf-8")
    assert main(["check", "other.yaml", "--format", "json"]) == 1
    document = json.loads(capsys.readouterr().out)
    assert [finding["path"] for finding in document["findings"]] == ["other.yaml"]
    assert document["summary"]["templates"] == 1


def test_a_folder_is_a_check_of_the_units_in_it(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "crosswire.toml").touch()
    (project / "service").mkdir()
    (project / "service/template.yaml").write_text(BROKEN["template.yaml"], encoding="utf-8")
    assert main(["check", "service", "--format", "concise"]) == 1
    assert [line.partition(":")[0] for line in capsys.readouterr().out.splitlines()] == ["service/template.yaml"]


def test_no_template_is_no_pass(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "app.py").touch()
    assert main(["check", str(tmp_path)]) == 4
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (
        f"crosswire: nothing to check in {tmp_path}; looked for CloudFormation and SAM templates (.yaml, .yml, .json, "
        ".template, .cform, .cfn, .sam), serverless.yml, Terraform and OpenTofu (.tf, .tofu, .tf.json, .tofu.json) and "
        "its plans (.json), apps (package.json), policies (.json) and commands of the AWS CLI\n"
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["chek"], "there is no command `chek`; did you mean `check`?"),
        (["check", ".", "--formt=json"], "there is no option `--formt`; did you mean `--format`?"),
        (["check", ".", "--format", "gitlb"], "there is no format `gitlb`; did you mean `gitlab`"),
        (["check", ".", "--fail-level", "warn"], "there is no fail level `warn`; did you mean `warning`?"),
        (["check", ".", "--select", "iam/mising-action"], "there is no rule `iam/mising-action`; did you mean "),
        (["check", "src/app.pi"], "there is no file or folder `src/app.pi`; did you mean `src/app.py`?"),
        (["check", ".", "--output", "json=a", "--output", "junit=a"], "two formats would be written to `a`"),
        (["check", ".", "--format", "json", "--output", "text"], "`json` and `text` would both be printed; write "),
        (["check", ".", "--output", "json="], "`--output json=` names no file"),
        (["check", ".", "--output", "json=src"], "`src` is a folder, not a file to write `json` to"),
        (["check", ""], "a path is empty"),
        (["--format", "json", "check", "."], "there is no option `--format` before the command"),
        (["explain", "env"], "`env` is a family; explain one of its rules: env/risky-fallback, "),
        (["explain", "env/notset"], "there is no rule `env/notset`; did you mean `env/not-set`"),
        (["explain", "a/b", "c"], "there is no argument `c`"),
        (["check"], "the following arguments are required: PATH (see `crosswire check --help`)"),
        ([], "the following arguments are required: COMMAND (see `crosswire --help`)"),
        (["--verison"], "there is no option `--verison` before the command; did you mean `--version`? (see "),
    ],
)
def test_a_wrong_argument_is_one_line_and_exits_2(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], line: str
) -> None:
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert err.startswith(f"crosswire: {line}")
    assert err.count("\n") == 1


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"crosswire {crosswire.__version__}\n"


def test_explain_shows_the_examples(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "env/reserved-name"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("# env/reserved-name\n\nSeverity: error\n")
    assert "## Bad" in out and "## Good" in out


def test_rules_are_listed_for_people_and_machines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert main(["rules", "--format", "json"]) == 0
    listing = json.loads(capsys.readouterr().out)
    assert [rule["id"] for rule in listing] == [line.split()[0] for line in lines]
    assert {"id", "severity", "summary"} == set(listing[0])


@pytest.mark.parametrize(("raised", "code"), [(RuntimeError("two\nlines"), 3), (KeyboardInterrupt(), 130)])
def test_a_bug_or_an_interruption_is_one_line(
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    raised: BaseException,
    code: int,
) -> None:
    def fail(*_: object) -> None:
        raise raised

    monkeypatch.setattr("crosswire.lint.lint", fail)
    assert main(["check", "."]) == code
    err = capsys.readouterr().err
    assert err.count("\n") == 1
    assert code == 130 or "internal error: RuntimeError: two lines; please report it" in err


def test_a_closed_pipe_ends_quietly(project: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    try:
        command = [sys.executable, "-m", "crosswire", "check", "."]
        result = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, check=False)
    finally:
        os.close(writer)
    assert (result.returncode, result.stderr) == (0, b"")


def imported_by_a_check() -> set[str]:
    """The modules that a check of the working directory imports: start-up time, told so that it does not vary."""
    script = (
        "import sys; from crosswire.cli import main; main(['check', '.']);"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    return set(result.stderr.split())


HEAVY = {
    "asyncio", "boto3", "cfnlint", "concurrent.futures", "crosswire.cfn_lint",
    "crosswire.baseline", "crosswire.changed", "crosswire.docs", "crosswire.examples",
    "crosswire.frontends.external", "crosswire.readers.toml", "crosswire.reporters.json", "crosswire.suppressions",
    "crosswire.reporters.rule_pages", "crosswire.reporters.sarif", "difflib", "importlib.metadata",
    "jsonschema", "logging", "pathspec", "policyuniverse", "rich", "samtranslator", "subprocess", "tomllib",
    "tree_sitter_javascript", "tree_sitter_typescript", "unicodedata",
}  # fmt: skip


def test_a_plain_check_imports_nothing_heavy(project: Path) -> None:
    imported = imported_by_a_check()
    assert "crosswire.frontends.cloudformation.template" in imported
    assert imported & {*HEAVY, "hashlib", "tree_sitter_hcl"} == set()


def test_a_check_of_templates_imports_nothing_of_terraform(project: Path) -> None:
    theirs = ("crosswire.frontends.terraform.", "crosswire.readers.hcl", "crosswire.readers.terraform_json")
    assert [name for name in imported_by_a_check() if name.startswith(theirs)] == []


def test_a_check_of_terraform_imports_nothing_of_templates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "main.tf").write_text("""
resource "aws_lambda_function" "hello" {
  function_name = "hello"
  role          = "arn:aws:iam::123456789012:role/hello"
  handler       = "app.handler"
  runtime       = "python3.12"
  filename      = "app.zip"
}
""")
    (tmp_path / "package.json").write_text("{}")
    monkeypatch.chdir(tmp_path)
    imported = imported_by_a_check()
    assert "crosswire.frontends.terraform.lambda_functions" in imported
    assert imported & {*HEAVY, "hashlib", "yaml"} == set()
    theirs = ("crosswire.frontends.cloudformation.", "crosswire.frontends.sam")
    marks = "crosswire.frontends.cloudformation.marks"
    assert [name for name in imported if name.startswith(theirs) and name != marks] == []


def test_verbose_lists_what_stayed_unresolved(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "template.yaml").write_text(
        "Transform: AWS::Serverless-2016-10-31\n"
        "Resources:\n"
        "  F:\n"
        "    Type: AWS::Serverless::Function\n"
        "    Properties: {Runtime: python3.12, Handler: app.handler, CodeUri: nowhere/}\n"
    )
    assert main(["check", str(tmp_path), "--verbose"]) == 0
    shown = capsys.readouterr()
    assert "1 value stayed unresolved (listed with --verbose)" in shown.out
    assert shown.err.startswith("template.yaml:5: unresolved: ")


def test_a_folder_without_templates_hints_at_those_of_the_repository(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "crosswire.toml").write_text("")
    (tmp_path / "template.yaml").write_text("Resources: {Q: {Type: 'AWS::SQS::Queue'}}\n")
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "app.py").write_text("")
    assert main(["check", str(tmp_path / "src")]) == 4
    assert capsys.readouterr().err.rstrip().endswith("; the repository has template.yaml")
