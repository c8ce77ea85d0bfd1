"""cfn-lint beside crosswire and crosswire inside cfn-lint: the real one, and a stand-in where it must misbehave."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from threading import Timer
from time import monotonic

import pytest

import crosswire.cfn_lint
from crosswire.cfn_lint import CfnLint
from crosswire.cli import main
from crosswire.registry import rule_ids
from crosswire.source import Source

FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      CodeUri: s3://bucket/code.zip
      Environment:
        Variables: {"E": "😀", AWS_REGION: eu-west-1, T: !Ref Nowhere}
"""
QUEUE = """\
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties: {QueueName: "😀", Colour: red}
"""
QUEUE_JSON = '{"Resources": {"Q": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "😀", "Colour": 1}}}}\n'
CRASHES = QUEUE + "Metadata:\n"  # cfn-lint expects an object there, and ends with a traceback
COLOUR = "error[cfn-lint/E3002] Additional properties are not allowed ('Colour' was unexpected)"
TERRAFORM = 'resource "aws_sqs_queue" "q" {}\n'

Write = Callable[[Mapping[str, str]], Path]


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Write:
    """Writes a project, which is the working directory."""
    (tmp_path / "project/.git").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "project")

    def write(texts: Mapping[str, str]) -> Path:
        for name, text in texts.items():
            Path(name).parent.mkdir(parents=True, exist_ok=True)
            Path(name).write_text(text, encoding="utf-8")
        return tmp_path / "project"

    return write


def check(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    """The exit code, the lines of the concise report, and what is on the standard error."""
    code = main(["check", *(arguments or (".",)), "--format", "concise"])
    out, err = capsys.readouterr()
    return code, out.splitlines(), err


def beside(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, list[str], str]:
    return check(capsys, *(arguments or (".",)), "--with", "cfn-lint")


STAND_IN = """\
import json, os, pathlib, sys, time
folder, names = os.getcwd(), sys.argv[sys.argv.index("-t") + 1:]
with open({log!r}, "a") as log:
    print(json.dumps([folder, names]), file=log)
{body}
def match(name, message="wrong", path=("Resources", "Queue"), rule="E3002", level="Error", at=(2, 3), to=(2, 8)):
    place = [dict(zip(("LineNumber", "ColumnNumber"), one)) for one in (at, to)]
    location = {{"Start": place[0], "End": place[1], "Path": path}}
    about = {{"Id": rule, "ShortDescription": "short"}}
    return {{"Filename": name, "Rule": about, "Level": level, "Location": location, "Message": message}}
output = sys.argv[sys.argv.index("--output-file") + 1]
pathlib.Path(output).write_text(json.dumps([{matches} for name in names]))
"""


@pytest.fixture
def stand_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Path]:
    """Puts a program in the place of cfn-lint. Returns the file in which it tells how it was called."""

    def put(body: str = "", matches: str = "match(name)") -> Path:
        log, file = tmp_path / "log", tmp_path / "stand_in.py"
        file.write_text(STAND_IN.format(log=str(log), body=body, matches=matches))
        monkeypatch.setattr(crosswire.cfn_lint, "command", lambda: (sys.executable, str(file)))
        return log

    return put


def given(log: Path) -> set[str]:
    """The templates that a stand-in was given."""
    calls = map(json.loads, log.read_text().splitlines())
    return {name for _, names in calls for name in names}


# What the real one says


def test_its_findings_are_told_with_ours_at_their_places(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"template.yaml": FUNCTION, "[id].yaml": QUEUE, "-q.json": QUEUE_JSON})
    code, lines, err = beside(capsys)
    assert (code, err) == (1, "")
    reserved = "template.yaml:10:31: error[env/reserved-name] `Orders` sets `AWS_REGION`, a name that Lambda keeps for "
    assert [line for line in lines if "Nowhere" not in line] == [
        f"-q.json:1:82: {COLOUR}",
        f"[id].yaml:4:34: {COLOUR}",
        f"{reserved}itself",  # ours, and not E3663 beside it
    ]
    assert "template.yaml:10:54: error[cfn-lint/E1020]" in "\n".join(lines)


@pytest.mark.slow
def test_every_reporter_has_them(project: Write) -> None:
    project({"template.yaml": QUEUE})
    formats = ("json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown", "text")
    files = [part for format in formats for part in ("--output", f"{format}={format}.out")]
    assert main(["check", ".", "--with", "cfn-lint", *files]) == 1
    for format in formats:
        text = Path(f"{format}.out").read_text(encoding="utf-8")
        assert "E3002" in text and "Additional properties are not allowed" in text, format
    (finding,) = json.loads(Path("json.out").read_text(encoding="utf-8"))["findings"]
    assert (finding["column"], finding["end_column"]) == (34, 40)
    (result,) = json.loads(Path("sarif.out").read_text(encoding="utf-8"))["runs"][0]["results"]
    assert (result["ruleId"], result["level"]) == ("cfn-lint/E3002", "error")


@pytest.mark.slow
def test_what_a_template_says_of_cfn_lint_holds(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    quiet = "Metadata: {cfn-lint: {config: {ignore_checks: [E3002]}}}\n"
    loud = "Metadata: {cfn-lint: {config: {include_checks: [I]}}}\n"
    bucket = "Resources: {B: {Type: 'AWS::S3::Bucket', DeletionPolicy: Retain, Properties: {}}, T: {Type: 'AWS::RDS::DBInstance', Properties: {}}}\n"  # noqa: E501
    project({"quiet.yaml": QUEUE + quiet, "loud.yaml": loud + bucket})
    _, lines, _ = beside(capsys, ".", "--notes")
    assert not any(line.startswith("quiet") for line in lines)
    assert any("note[cfn-lint/I3011]" in line for line in lines)
    assert any("warning[cfn-lint/W3011]" in line for line in lines)


@pytest.mark.slow
def test_the_nearest_cfnlintrc_is_in_force(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    quiet = "format: quiet\noutput_file: lost.txt\nignore_checks:\n  - E3002\n"
    project({"a/infra/t.yaml": QUEUE, "a/.cfnlintrc": quiet, "b/t.yaml": QUEUE})
    assert beside(capsys) == (1, [f"b/t.yaml:4:34: {COLOUR}"], "")
    assert not Path("a/lost.txt").exists()


@pytest.mark.slow
def test_a_crash_in_one_template_loses_no_other(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"a.yaml": QUEUE, "b.yaml": CRASHES, "c.yaml": QUEUE})
    why = "AttributeError: 'NoneType' object has no attribute 'get'"
    told = f"crosswire: cfn-lint says nothing of `b.yaml`: {why}\n"
    assert beside(capsys) == (1, [f"a.yaml:4:34: {COLOUR}", f"c.yaml:4:34: {COLOUR}"], told)
    assert beside(capsys, "b.yaml") == (2, [], told), "what was asked for was not done: no pass"


@pytest.mark.slow
def test_a_wrong_cfnlintrc_is_one_line(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"a.yaml": FUNCTION, "b.yaml": QUEUE, ".cfnlintrc": "nonsense: true\n"})
    code, lines, err = beside(capsys)
    assert code == 1
    assert [line.split()[1] for line in lines] == ["error[env/reserved-name]"]
    assert err.startswith("crosswire: cfn-lint says nothing of `a.yaml` and 1 more: ") and "nonsense" in err
    assert err.count("\n") == 1


@pytest.mark.slow
def test_rules_that_a_project_appends_run_only_by_the_command_line(
    project: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = "from pathlib import Path\nPath('ran').touch()\n"
    configuration = {"crosswire.toml": "cfn-lint = true\n", "t.yaml": QUEUE, "own/rules.py": rules}
    for appends in ("append_rules: [own]", '"append\\u005frules": [own]', "<<: {append_rules: [own]}"):
        project({**configuration, ".cfnlintrc": f"{appends}\n"})
        code, lines, err = check(capsys)
        assert (code, lines) == (2, []), appends
        assert err.startswith("crosswire: cfn-lint says nothing of `t.yaml`: `.cfnlintrc` appends rules, code of the ")
        assert not Path("ran").exists()
    project({".cfnlintrc": "append_rules: [own]\n"})
    assert beside(capsys) == (1, [f"t.yaml:4:34: {COLOUR}"], "")
    assert Path("ran").exists()


@pytest.mark.slow
def test_a_baseline_holds_them_while_lines_move(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"t.yaml": QUEUE})
    assert main(["baseline", ".", "--with", "cfn-lint"]) == 0
    assert capsys.readouterr().out == "1 finding accepted in .crosswire-baseline.json\n"
    project({"t.yaml": f"# moved\n\n{QUEUE}"})
    assert beside(capsys) == (0, [], "")
    project({"t.yaml": QUEUE.replace(", Colour: red", "")})
    assert "suppress/stale-baseline" in "".join(beside(capsys, ".", "--notes")[1])
    assert check(capsys, ".", "--notes") == (0, [], ""), "cfn-lint was not asked"


# A stand-in


def test_the_configuration_and_suppressions_treat_them_like_ours(
    project: Write, capsys: pytest.CaptureFixture[str], stand_in: Callable[..., Path]
) -> None:
    stand_in(matches="match(name, rule='W3005' if name == 'w.yaml' else 'E3002')")
    project({"a.yaml": QUEUE, "w.yaml": QUEUE})

    def rules(*arguments: str) -> list[str]:
        return [line.split(": ")[1].split()[0] for line in beside(capsys, ".", *arguments)[1]]

    assert rules() == ["error[cfn-lint/E3002]", "error[cfn-lint/W3005]"]
    assert rules("--ignore", "cfn-lint/E3002") == ["error[cfn-lint/W3005]"]
    assert rules("--select", "cfn-lint/E3002") == ["error[cfn-lint/E3002]"]
    assert rules("--select", "cfn-lint") == ["error[cfn-lint/E3002]", "error[cfn-lint/W3005]"]
    assert rules("--ignore", "cfn-lint") == []
    project({"crosswire.toml": 'severity = { cfn-lint = "warning" }\nper-path-ignores = { "w.*" = ["cfn-lint"] }\n'})
    assert rules() == ["warning[cfn-lint/E3002]"]
    project({"a.yaml": QUEUE.replace("Queue:\n", "Queue: # crosswire: ignore[cfn-lint/E3002] known\n")})
    assert rules() == []
    project({"a.yaml": QUEUE.replace("Queue:\n", "Queue: # crosswire: ignore[cfn-lint/E1001] no more\n")})
    assert rules() == ["warning[cfn-lint/E3002]", "warning[suppress/unused]"]
    assert rules("--select", "suppress") == [], "cfn-lint was not asked"


def test_it_is_given_the_templates_of_the_selected_units_alone(
    project: Write, capsys: pytest.CaptureFixture[str], stand_in: Callable[..., Path]
) -> None:
    log = stand_in()
    nested = "Resources:\n  N:\n    Type: AWS::CloudFormation::Stack\n    Properties: {TemplateURL: n/child.yaml}\n"
    project({"a/t.yaml": nested, "a/n/child.yaml": QUEUE, "b/t.yaml": QUEUE, "tf/main.tf": TERRAFORM, "x.yaml": "a: 1"})
    beside(capsys, "a")
    assert given(log) == {"a/t.yaml", "a/n/child.yaml"}
    log.unlink()
    beside(capsys, ".")
    assert given(log) == {"a/t.yaml", "a/n/child.yaml", "b/t.yaml"}
    log.unlink()
    assert beside(capsys, ".", "--select", "iam") == (0, [], "")
    assert not log.exists(), "nothing of it would be told"
    project({"crosswire.toml": "cfn-lint = true\n"})
    assert len(check(capsys)[1]) == 3


def test_one_that_hangs_is_ended_and_the_others_are_told(
    tmp_path: Path, project: Write, stand_in: Callable[..., Path]
) -> None:
    stand_in("if 'b.yaml' in names: time.sleep(60)")
    texts = {"a.yaml": QUEUE, "b.yaml": QUEUE, "c.yaml": QUEUE}
    command = (sys.executable, str(tmp_path / "stand_in.py"))
    outcome = CfnLint(project(texts), command, seconds=1).look(Source(path, text) for path, text in texts.items())
    assert [finding.span.path for _, finding in outcome.found] == ["a.yaml", "c.yaml"]
    assert outcome.read == {"a.yaml", "c.yaml"}
    (trouble,) = outcome.troubles
    assert trouble.startswith("cfn-lint says nothing of `b.yaml`: it took longer than ")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupted_check_ends_it(tmp_path: Path, stand_in: Callable[..., Path]) -> None:
    stand_in("time.sleep(60)")
    command = (sys.executable, str(tmp_path / "stand_in.py"))
    Timer(0.5, lambda: os.kill(os.getpid(), signal.SIGINT)).start()
    start = monotonic()
    with pytest.raises(KeyboardInterrupt):
        CfnLint(tmp_path, command).look([Source("a.yaml", QUEUE), Source("b.yaml", QUEUE)])
    assert monotonic() - start < 10


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ("sys.exit(0)", "it ended with 0"),
        ("print('no [31m way'); sys.exit(1)", "no \\x1b[31m way"),
        ("os.kill(os.getpid(), 9)", "it ended with -9"),
    ],
)
def test_whatever_ends_it_is_one_line(
    project: Write, capsys: pytest.CaptureFixture[str], stand_in: Callable[..., Path], body: str, why: str
) -> None:
    stand_in(body.replace("no [", "no \\x1b["))
    project({"a.yaml": QUEUE, "b.yaml": QUEUE})
    assert beside(capsys) == (2, [], f"crosswire: cfn-lint says nothing of `a.yaml` and 1 more: {why}\n")


def test_places_outside_of_the_template_and_odd_messages_do_no_harm(
    project: Write, capsys: pytest.CaptureFixture[str], stand_in: Callable[..., Path]
) -> None:
    message = "'\\x1b[31m\\n sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc" + "' is wrong"
    stand_in(matches=f"match(name, {message!r}.encode().decode('unicode_escape'), None, 'E/9', 'Odd', (99, 1), (0, 9))")
    project({"a.yaml": QUEUE})
    code, (line,), _ = beside(capsys)
    assert code == 1
    assert line == "a.yaml:5:1: warning[cfn-lint/E-9] '\\x1b[31m ********' is wrong"


def test_one_that_is_not_installed_is_one_line(
    project: Write, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project({"a.yaml": FUNCTION, "bin/cfn-lint": "#!/bin/sh\ntouch ran\n"})
    Path("bin/cfn-lint").chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "nowhere/python"))
    monkeypatch.setenv("PATH", "bin:.:")  # of the project, which is not to be run
    missing = "crosswire: cfn-lint is not installed: `pip install 'crosswire[cfn-lint]'` brings it\n"
    assert beside(capsys) == (2, [], missing)
    project({"crosswire.toml": "cfn-lint = true\n"})
    code, lines, err = check(capsys)
    assert (code, len(lines), err) == (1, 1, missing), "our own findings still come"


def test_another_tool_is_not_known(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"a.yaml": QUEUE})
    assert check(capsys, ".", "--with", "cfnlint") == (
        2,
        [],
        "crosswire: there is no tool to run beside `cfnlint`; did you mean `cfn-lint`?\n",
    )


# crosswire inside cfn-lint


def inside(*arguments: str) -> tuple[list[str], str]:
    """The lines that the real cfn-lint prints with our rules appended."""
    tool = str(Path(sys.executable).parent / "cfn-lint")
    command = [tool, "--format", "parseable", "--append-rules", "crosswire.cfn_lint_rules", *arguments]
    result = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return result.stdout.splitlines(), result.stderr


READS = """\
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Orders:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler
      Runtime: python3.13
      Code: src/
      Role: !GetAtt Role.Arn
      Environment: {Variables: {MARK: "😀", AWS_REGION: eu-west-1}}
"""
CODE = """\
import os
import boto3
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
def handler(event, context):
    return table.get_item(Key={"id": "1"})
"""


@pytest.mark.slow
def test_cfn_lint_tells_ours_where_the_template_has_to_do_with_it(project: Write) -> None:
    project({"template.yaml": READS, "src/app.py": CODE})
    lines, err = inside("-i", "W3002,E3663", "-t", "template.yaml")
    assert err == ""
    told = {line.split(":")[5]: line for line in lines}
    reserved = "`Orders` sets `AWS_REGION`, a name that Lambda keeps for itself [env/reserved-name]"
    assert f"template.yaml:15:44:15:54:E9510:{reserved}" in lines
    (not_set,) = (line for line in lines if line.endswith("[env/not-set]"))
    assert not_set.startswith("template.yaml:15:") and "(see src/app.py:3:" in not_set
    assert set(told) == {"E9510"}


@pytest.mark.slow
def test_cfn_lint_leaves_ours_out_where_it_is_told_to(project: Write) -> None:
    resource = READS.replace("  Orders:\n", "  Orders:\n    Metadata: {cfn-lint: {config: {ignore_checks: [E9510]}}}\n")
    ours = READS.replace("  Orders:\n", "  Orders:\n    Metadata: {crosswire: {ignore: [env known]}}\n")
    project({"a/t.yaml": resource, "b/t.yaml": ours, "src/app.py": CODE, "a/src/app.py": "", "b/src/app.py": ""})
    lines, _ = inside("-i", "W3002,E3663", "-t", "a/t.yaml", "b/t.yaml")
    assert [line for line in lines if "E95" in line] == []


@pytest.mark.slow
def test_cfn_lint_is_told_once_that_crosswire_cannot_look(project: Write) -> None:
    project({"template.yaml": QUEUE, "crosswire.toml": "selct = []\n"})
    lines, err = inside("-i", "E3002", "-t", "template.yaml")
    (line,) = lines
    assert line.startswith("template.yaml:1:1:1:2:E9500:crosswire could not look: crosswire.toml:1:1: there is no key")
    assert err == ""


@pytest.mark.slow
def test_each_in_the_other_tells_everything_once(project: Write, capsys: pytest.CaptureFixture[str]) -> None:
    project({"a.yaml": FUNCTION, "b.yaml": QUEUE, ".cfnlintrc": "append_rules: [crosswire.cfn_lint_rules]\n"})
    _, lines, err = beside(capsys)
    assert err == ""
    assert len([line for line in lines if "AWS_REGION" in line and "Nowhere" not in line]) == 1
    assert f"b.yaml:4:34: {COLOUR}" in lines


def test_every_family_has_a_number_in_cfn_lint() -> None:
    from crosswire.cfn_lint_rules import NUMBERS

    assert set(NUMBERS) == {rule.partition("/")[0] for rule in rule_ids()}
    assert len(set(NUMBERS.values())) == len(NUMBERS)
