"""What CI systems take from here: each file fits the schema of its system, and its scripts run as they would there."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml
from tests.runner_commands import commands

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      InlineCode: "def handler(event, context): return None"
      Environment:
        Variables:
          {variable}: eu-west-1
"""
PLAIN = {
    name: value
    for name, value in os.environ.items()
    if not name.startswith(("GITHUB_", "CI", "PYTHON", "AGENT_", "CROSSWIRE_")) and name != "FORCE_COLOR"
}


@pytest.mark.parametrize(
    ("schema", "file"),
    [
        ("github-actions", "action.yml"),
        ("gitlab-ci", "integrations/gitlab.yml"),
        ("azure-pipelines", "integrations/azure-pipelines.yml"),
    ],
)
def test_each_file_fits_the_schema_of_its_system(root: Path, schema: str, file: str) -> None:
    transform = [] if schema == "github-actions" else ["--data-transform", schema]
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", f"vendor.{schema}", *transform, file]
    result = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr


def test_other_actions_are_pinned_to_commits_and_no_matcher_doubles_the_annotations(root: Path) -> None:
    text = (root / "action.yml").read_text("utf-8")
    used = re.findall(r"uses: (\S+)", text)
    assert [re.sub("@.*", "", each) for each in used] == ["actions/setup-python", "github/codeql-action/upload-sarif"]
    assert all(re.fullmatch(r".+@[0-9a-f]{40}", each) for each in used)
    assert "add-matcher" not in text


def test_no_script_of_the_action_holds_an_expression(root: Path) -> None:
    steps = yaml.safe_load((root / "action.yml").read_text("utf-8"))["runs"]["steps"]
    scripts = [step["run"] for step in steps if "run" in step]
    assert scripts and not any("${{" in script for script in scripts)


class Runner:
    """As much of a GitHub runner as the action needs: inputs, the outputs of steps, conditions, and bash."""

    def __init__(self, root: Path, workspace: Path, temporary: Path) -> None:
        self.action: dict[str, Any] = yaml.safe_load((root / "action.yml").read_text("utf-8"))
        self.workspace = workspace
        self.environment = {
            **PLAIN,
            "GITHUB_ACTION_PATH": str(root),
            "GITHUB_WORKSPACE": str(workspace),
            "GITHUB_OUTPUT": str(temporary / "output"),
            "GITHUB_STEP_SUMMARY": str(temporary / "summary"),
            "RUNNER_TEMP": str(temporary),
        }
        self.log = ""
        self.used: list[str] = []
        self.summary = ""

    def run(self, inputs: Mapping[str, str], installed: Path | None = None) -> int:
        """Run all steps until one fails, and return its exit code. With `installed` nothing is installed anew."""
        given = {name: input.get("default", "") for name, input in self.action["inputs"].items()} | dict(inputs)
        assert given.keys() == self.action["inputs"].keys()
        values = {f"inputs.{name}": value for name, value in given.items()}
        values["steps.python.outputs.python-path"] = sys.executable
        for step in self.action["runs"]["steps"]:
            if not self._holds(step.get("if", "true"), values):
                continue
            if "uses" in step:
                self.used.append(" ".join([step["uses"], *self._filled(step.get("with", {}), values).values()]))
                continue
            if step.get("id") == "install" and installed is not None:
                values["steps.install.outputs.folder"] = str(installed)
                continue
            code = self._step(step, values)
            if code:
                return code
        outputs = self._filled({name: output["value"] for name, output in self.action["outputs"].items()}, values)
        assert outputs["exit-code"] == "0"
        return 0

    def _step(self, step: Mapping[str, Any], values: dict[str, str]) -> int:
        environment = self.environment | self._filled(step.get("env", {}), values)
        for name in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"):
            Path(environment[name]).write_text("")
        script = Path(environment["RUNNER_TEMP"], "script.sh")
        script.write_text(step["run"], encoding="utf-8")
        assert step["shell"] == "bash"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        result = subprocess.run(
            command, cwd=self.workspace, env=environment, text=True, check=False,
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        self.log += result.stdout
        for line in Path(environment["GITHUB_OUTPUT"]).read_text().splitlines():
            name, _, value = line.partition("=")
            values[f"steps.{step['id']}.outputs.{name}"] = value
        self.summary += Path(environment["GITHUB_STEP_SUMMARY"]).read_text("utf-8")
        return result.returncode

    @staticmethod
    def _filled(texts: Mapping[str, str], values: Mapping[str, str]) -> dict[str, str]:
        """The texts with their expressions worked out. An output that no step gave is empty."""
        expression = re.compile(r"\$\{\{ (?:(steps\.\w+\.outputs\.[\w-]+)|(inputs\.[\w-]+)) \}\}")
        filled = {}
        for name, text in texts.items():
            filled[name] = expression.sub(lambda m: values.get(m[1], "") if m[1] else values[m[2]], str(text))
            assert "${{" not in filled[name], text
        return filled

    @staticmethod
    def _holds(condition: str, values: Mapping[str, str]) -> bool:
        for part in condition.split(" && "):
            compared = re.fullmatch(r"([\w.-]+) (==|!=) '(.*)'", part)
            assert compared or part == "true", part
            if compared and (values.get(compared[1], "") == compared[3]) != (compared[2] == "=="):
                return False
        return True


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A repository of two applications, one of them broken, in folders with difficult names."""
    folder = tmp_path / "work space"
    for name, variable in (("a service", "AWS_REGION"), ("good", "STAGE")):
        (folder / name).mkdir(parents=True)
        (folder / name / "template.yaml").write_text(TEMPLATE.format(variable=variable), encoding="utf-8")
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True, env=PLAIN)
    return folder


@pytest.fixture
def runner(root: Path, workspace: Path, tmp_path: Path) -> Runner:
    (tmp_path / "runner temp").mkdir()
    return Runner(root, workspace, tmp_path / "runner temp")


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An empty folder in place of an installation: the tests' own Python has crosswire."""
    (tmp_path / "installed").mkdir()
    return tmp_path / "installed"


@pytest.mark.slow
def test_the_action_installs_itself_and_annotates(runner: Runner, workspace: Path) -> None:
    (workspace / "crosswire").mkdir()
    (workspace / "crosswire/__init__.py").write_text("raise SystemExit('the project is not to be imported')\n")
    assert runner.run({"paths": "'a service'"}) == 1, runner.log
    (command,) = commands(runner.log)
    assert (command.name, command.properties["title"]) == ("error", "crosswire env/reserved-name")
    assert (command.properties["file"], command.properties["line"]) == ("a service/template.yaml", "11")
    assert "env/reserved-name" in runner.summary
    assert [use.partition("@")[0] for use in runner.used] == ["actions/setup-python"]


def test_a_clean_project_passes_without_annotations(runner: Runner, installed: Path) -> None:
    assert runner.run({"paths": "good"}, installed) == 0
    assert list(commands(runner.log)) == []


def test_the_fail_level_and_arguments_are_those_given(runner: Runner, installed: Path) -> None:
    assert runner.run({"fail-level": "never"}, installed) == 0
    assert len(list(commands(runner.log))) == 1
    runner.log = ""
    assert runner.run({"args": "--ignore 'env/reserved-name, iam'\n"}, installed) == 0
    assert list(commands(runner.log)) == []


def test_the_report_is_uploaded_before_the_job_fails(runner: Runner, installed: Path, workspace: Path) -> None:
    assert runner.run({"upload-sarif": "true"}, installed) == 1
    upload = runner.used[-1]
    assert upload.startswith("github/codeql-action/upload-sarif@")
    log = json.loads(Path(upload.partition(" ")[2]).read_text("utf-8"))
    (result,) = (result for result in log["runs"][0]["results"] if result["level"] == "error")
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "a%20service/template.yaml"


def test_the_report_is_written_where_asked(runner: Runner, installed: Path, workspace: Path) -> None:
    assert runner.run({"sarif-file": "out/cross wire.sarif"}, installed) == 1
    assert json.loads((workspace / "out/cross wire.sarif").read_text("utf-8"))["version"] == "2.1.0"
    assert len(runner.used) == 1


@pytest.mark.parametrize(
    ("inputs", "code", "said"),
    [
        ({"args": "--selct iam"}, 2, "there is no option `--selct`"),
        ({"paths": "nowhere"}, 2, "there is no file or folder `nowhere`"),
        ({"args": "'"}, 2, "A quote in paths or args is not closed."),
        ({"paths": "empty"}, 4, "nothing to check"),
    ],
)
def test_a_check_that_did_not_take_place_fails_and_says_so(
    runner: Runner, installed: Path, workspace: Path, inputs: Mapping[str, str], code: int, said: str
) -> None:
    (workspace / "empty").mkdir()
    (workspace / "empty/notes.txt").touch()
    assert runner.run({**inputs, "upload-sarif": "true"}, installed) == code
    assert said in runner.log
    assert [command.name for command in commands(runner.log)] == ["error"]
    assert len(runner.used) == 1


@pytest.mark.parametrize("hostile", ["$(touch pwned)", "`touch pwned`", '"; touch pwned; "', "'; touch pwned; '"])
def test_inputs_are_no_commands(runner: Runner, installed: Path, workspace: Path, hostile: str) -> None:
    for name in ("paths", "args", "fail-level", "sarif-file", "upload-sarif"):
        runner.run({name: hostile}, installed)
    assert not list(workspace.rglob("pwned"))


def test_gitlab_gets_its_report_from_the_job(root: Path, workspace: Path, tmp_path: Path) -> None:
    job = yaml.safe_load((root / "integrations/gitlab.yml").read_text("utf-8"))["crosswire"]
    assert job["before_script"][-1].endswith('install --quiet "${CROSSWIRE_PACKAGE:?is not set}"')
    environment = {**job["variables"], "CI_PROJECT_DIR": str(workspace)}
    result = shell("sh", as_installed(job["script"], "/tmp/crosswire/bin/crosswire"), workspace, environment)
    assert result.returncode == 1 and "\x1b[" in result.stdout
    (entry,) = json.loads((workspace / job["artifacts"]["reports"]["codequality"]).read_text("utf-8"))
    assert entry["location"]["path"] == "a service/template.yaml"
    assert job["artifacts"]["when"] == "always"


def test_azure_gets_its_report_from_the_steps(root: Path, workspace: Path, tmp_path: Path) -> None:
    template = yaml.safe_load((root / "integrations/azure-pipelines.yml").read_text("utf-8"))
    parameters = {parameter["name"]: parameter.get("default") for parameter in template["parameters"]}
    _, install, check, publish = template["steps"]
    assert install["bash"].endswith('--target "$AGENT_TEMPDIRECTORY/crosswire" "$CROSSWIRE_PACKAGE"')
    named = re.compile(r"\$\{\{ parameters\.(\w+) \}\}")
    environment = {name: named.sub(lambda m: parameters[m[1]], text) for name, text in check["env"].items()}
    environment["AGENT_TEMPDIRECTORY"] = str(tmp_path)
    result = shell("bash", as_installed([check["bash"]], "python"), workspace, environment)
    assert result.returncode == 1 and "env/reserved-name" in result.stdout
    assert publish["condition"] == "succeededOrFailed()"
    assert "env/reserved-name" in (tmp_path / publish["inputs"]["testResultsFiles"]).read_text("utf-8")


def as_installed(script: Sequence[str], program: str) -> str:
    """The script with a program of this installation in place of the one that the job installs."""
    ours = {"python": sys.executable}.get(program, f"{sys.executable} -m crosswire")
    lines = "\n".join(script)
    assert re.search(rf"^{program} ", lines, re.MULTILINE)
    return re.sub(rf"^{program} ", lambda _: f"{ours} ", lines, flags=re.MULTILINE)


def shell(program: str, script: str, folder: Path, environment: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    command = [program, "-e", "-c", script]
    return subprocess.run(
        command, cwd=folder, env=PLAIN | environment, capture_output=True, text=True, encoding="utf-8", check=False
    )
