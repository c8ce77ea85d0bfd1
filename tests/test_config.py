"""Configuration: where it is found, what it changes, and what is said of one that is wrong."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from crosswire.cli import main
from crosswire.config import Configurations, Given, find, in_force, is_like
from crosswire.errors import UsageError, WrongInput
from crosswire.finding import Confidence, Severity
from crosswire.project import Files, Selection, discover, holds_table
from crosswire.readers.toml import toml_places
from crosswire.registry import rule_ids
from crosswire.source import Source

ERROR, WARNING, NOTE = Severity.ERROR, Severity.WARNING, Severity.NOTE
TABLES = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      TableName: shop-users
      AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
      KeySchema: [{AttributeName: id, KeyType: HASH}]
      BillingMode: PAY_PER_REQUEST
  GetOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Policies: [AmazonDynamoDBFullAccess]
"""
CODE = """\
import os, boto3
table = boto3.resource("dynamodb").Table("shop-orders-dev")
def handler(event, context):
    return table.query(IndexName="by-date", KeyConditionExpression="x"), table.get_item(Key={"order": "1"})
"""
READS = """\
import os
TABLE = os.environ["ORDERS_TABLE"]
def handler(event, context):
    return TABLE
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one application, which is the working directory."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path, {"template.yaml": TABLES, "src/app.py": READS})
    return tmp_path


def write(folder: Path, texts: dict[str, str]) -> None:
    for path, text in texts.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def found(capsys: pytest.CaptureFixture[str], *arguments: str) -> list[str]:
    """What a check tells, as `path severity[rule]`."""
    main(["check", *(arguments or (".",)), "--output", "concise"])
    lines = capsys.readouterr().out.splitlines()
    return [f"{line.partition(':')[0]} {line.split(': ', 1)[1].split(' ', 1)[0]}" for line in lines]


def wrong(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What is said of a configuration that cannot be used."""
    assert main(["check", "."]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    return err.splitlines()


# Where it is


def test_a_check_without_configuration_finds_the_read(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert found(capsys) == ["src/app.py warning[env/not-set]"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("crosswire.toml", 'ignore = ["env"]\n'),
        ("pyproject.toml", '[project]\nname = "x"\n[tool.crosswire]\nignore = ["env/not-set"]\n'),
    ],
)
def test_it_is_found_above_what_is_checked(
    folder: Path, capsys: pytest.CaptureFixture[str], name: str, text: str
) -> None:
    write(folder, {name: text})
    assert found(capsys) == []
    assert found(capsys, "src/app.py") == []


def test_a_pyproject_without_the_table_is_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"pyproject.toml": '[tool.other]\nignore = ["env"]\n'})
    assert len(found(capsys)) == 1


def test_of_two_in_a_folder_crosswire_toml_counts(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": "", "pyproject.toml": '[tool.crosswire]\nignore = ["env"]\n'})
    assert len(found(capsys)) == 1


def test_each_finding_is_governed_by_the_nearest_one_alone(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    texts = {f"{service}/{path}": text for service in ("a", "b", "c") for path, text in project().items()}
    write(folder, texts)
    write(
        folder,
        {
            "crosswire.toml": 'ignore = ["env"]\n',
            "a/crosswire.toml": 'severity."env/not-set" = "error"\n',
            "b/src/pyproject.toml": "[tool.crosswire]\n",
        },
    )
    assert found(capsys) == ["a/src/app.py error[env/not-set]", "b/src/app.py warning[env/not-set]"]


def test_a_nested_one_may_leave_the_root_above_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {f"service/{path}": text for path, text in project().items()})
    write(folder, {"crosswire.toml": ""})
    write(folder, {"service/crosswire.toml": ""})
    assert found(capsys, "service") == ["src/app.py warning[env/not-set]"]
    write(folder, {"service/crosswire.toml": "is-root = false\n"})
    assert found(capsys, "service") == ["service/src/app.py warning[env/not-set]"]


def test_one_file_may_be_given_for_everything(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": "", "src/crosswire.toml": "", "ci/strict.toml": 'ignore = ["env"]\n'})
    assert found(capsys, ".", "--config", "ci/strict.toml") == []
    assert main(["check", ".", "--config", "ci/strikt.toml"]) == 2
    assert "cannot be read: No such file or directory; did you mean `ci/strict.toml`?" in capsys.readouterr().err


# What it changes


def test_arguments_go_before_it(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": 'select = ["iam"]\nignore = ["env"]\nfail-level = "never"\n'})
    assert found(capsys, ".", "--select", "env/not-set") == ["src/app.py warning[env/not-set]"]
    assert main(["check", ".", "--select", "env"]) == 0
    assert main(["check", ".", "--select", "env", "--fail-level", "warning"]) == 1


def test_a_selection_that_leaves_nothing_is_an_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", ".", "--select", "iam", "--ignore", "iam"]) == 2
    assert "no rule is left to run" in capsys.readouterr().err


@pytest.mark.parametrize("pattern", ["src/", "src/**", "*.py", "/src/app.py"])
def test_rules_are_ignored_below_paths(folder: Path, capsys: pytest.CaptureFixture[str], pattern: str) -> None:
    write(folder, {"crosswire.toml": f'[per-path-ignores]\n"{pattern}" = ["env"]\n'})
    assert found(capsys) == []


def test_patterns_count_from_the_folder_of_the_configuration(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": '[per-path-ignores]\n"/app.py" = ["env"]\n'})
    assert len(found(capsys)) == 1
    write(folder, {"src/crosswire.toml": '[per-path-ignores]\n"/app.py" = ["env"]\n'})
    assert found(capsys) == []


def test_severities_are_set_by_rule_before_family(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": '[severity]\nenv = "note"\n"env/not-set" = "error"\n'})
    assert found(capsys) == ["src/app.py error[env/not-set]"]
    write(folder, {"crosswire.toml": '[severity]\nenv = "note"\n'})
    assert found(capsys) == []
    assert main(["check", "."]) == 0


@pytest.mark.parametrize(
    ("wanted", "own", "said", "confidence", "told"),
    [
        (ERROR, WARNING, WARNING, Confidence.HIGH, ERROR),
        (ERROR, WARNING, NOTE, Confidence.HIGH, NOTE),  # the rule itself finds this one less grave
        (ERROR, NOTE, NOTE, Confidence.LOW, NOTE),
        (NOTE, ERROR, WARNING, Confidence.HIGH, NOTE),
        (WARNING, ERROR, NOTE, Confidence.HIGH, NOTE),
    ],
)
def test_what_is_less_sure_is_never_raised(
    wanted: Severity, own: Severity, said: Severity, confidence: Confidence, told: Severity
) -> None:
    config = configured(f'severity.env = "{wanted.value}"').main
    assert config.severity_of("env/not-set", own, said, confidence) is told


def test_a_lowered_rule_does_not_speak_for_graver_ones(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = READS.replace("return TABLE", 'return __import__("boto3").resource("dynamodb").Table(TABLE).scan()')
    write(folder, {"template.yaml": TABLES.replace("AmazonDynamoDBFullAccess", "AmazonSQSFullAccess")})
    write(folder, {"src/app.py": "import boto3\n" + code.replace('__import__("boto3")', "boto3")})
    assert found(capsys) == ["src/app.py error[env/not-set]"]
    write(folder, {"crosswire.toml": 'severity.env = "note"\n'})
    assert found(capsys) == ["src/app.py error[iam/missing-action]"]


def test_notes_and_the_fail_level_are_of_the_run(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": 'notes = true\nfail-level = "error"\nseverity.env = "note"\n'})
    assert found(capsys) == ["src/app.py note[env/not-set]"]
    write(folder, {"crosswire.toml": 'fail-level = "error"\n'})
    assert main(["check", "."]) == 0


def test_what_is_excluded_is_not_read_unless_it_is_named(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {f"old/{path}": text for path, text in project().items()})
    write(folder, {"crosswire.toml": 'exclude = ["old/"]\n'})
    assert found(capsys) == ["src/app.py warning[env/not-set]"]
    assert found(capsys, "old") == ["old/src/app.py warning[env/not-set]"]


def test_units_that_are_not_deployed_are_not_told_of(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {f"examples/a/{path}": text for path, text in project().items()})
    write(folder, {"crosswire.toml": 'roots = ["/template.yaml"]\n'})
    assert found(capsys) == ["src/app.py warning[env/not-set]"]
    write(folder, {"crosswire.toml": 'roots = ["examples/*/"]\n'})
    assert found(capsys) == ["examples/a/src/app.py warning[env/not-set]"]


# What is deployed from elsewhere


def test_a_table_of_another_stack_is_known(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"src/app.py": CODE})
    assert found(capsys) == ["src/app.py warning[env/unknown-table]"]
    for name in ("shop-orders-dev", "shop-orders-*", "arn:aws:dynamodb:*:*:table/shop-orders-dev"):
        write(folder, {"crosswire.toml": f'[[external]]\nname = "{name}"\n'})
        assert found(capsys) == [], name
    write(folder, {"crosswire.toml": '[[external]]\nname = "shop-invoices-*"\n'})
    assert len(found(capsys)) == 1


def test_what_is_told_of_its_keys_and_indexes_is_checked(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"src/app.py": CODE})
    table = '[[external]]\nname = "shop-orders-*"\n'
    write(folder, {"crosswire.toml": table + 'keys = ["order"]\nindexes.by-date = ["date"]\n'})
    assert found(capsys) == []
    write(folder, {"crosswire.toml": table + 'keys = ["order"]\n'})
    assert found(capsys) == []
    write(folder, {"crosswire.toml": table + 'keys = ["id"]\nindexes.by-email = ["email"]\n'})
    assert found(capsys) == ["src/app.py error[schema/unknown-index]", "src/app.py error[schema/key-mismatch]"]
    write(folder, {"crosswire.toml": table + "indexes = {}\n"})
    assert found(capsys) == ["src/app.py error[schema/unknown-index]"]


def test_external_tables_alone_make_no_other_table_unknown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    own = TABLES[: TABLES.index("  Users:")] + TABLES[TABLES.index("  GetOrder:") :]
    write(folder, {"template.yaml": own, "src/app.py": CODE, "crosswire.toml": '[[external]]\nname = "other"\n'})
    assert found(capsys) == []


@pytest.mark.parametrize(
    ("variables", "told"),
    [
        ('"*" = ["ORDERS_*"]', 0),
        ('GetOrder = ["ORDERS_TABLE"]', 0),
        ('"Get?rder" = ["*"]', 0),
        ('Other = ["*"]', 1),
        ('"*" = ["TABLE"]', 1),
    ],
)
def test_variables_that_no_template_holds_count_as_set(
    folder: Path, capsys: pytest.CaptureFixture[str], variables: str, told: int
) -> None:
    write(folder, {"crosswire.toml": f"[variables]\n{variables}\n"})
    assert len(found(capsys)) == told


def test_brackets_in_names_are_themselves() -> None:
    assert is_like('module.fn["a"].*', 'module.fn["a"].aws_lambda_function.this[0]')
    assert not is_like("a[bc]", "ab")


# What is wrong with it


def test_every_mistake_is_told_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder,
        {
            "crosswire.toml": 'selct = ["iam"]\nfail-level = "eror"\nnotes = "yes"\nexclude = [\n  "a",\n  1,\n]\n'
            '[severity]\n"iam" = "fatal"\n[[external]]\nkeys = ["a", "b", "c"]\n'
        },
    )
    lines = wrong(capsys)
    assert [line for line in lines if line.startswith("crosswire: ")] == [
        "crosswire: crosswire.toml:1:1: there is no key `selct`; did you mean `select`?",
        "crosswire: crosswire.toml:2:14: there is no fail level `eror`; did you mean `error`?",
        "crosswire: crosswire.toml:3:9: `notes` must be true or false",
        "crosswire: crosswire.toml:6:3: an entry of `exclude` must be a text",
        "crosswire: crosswire.toml:9:9: there is no severity `fatal`; there are `error`, `warning`, `note`",
        "crosswire: crosswire.toml:10:3: the key `name` is missing",
        "crosswire: crosswire.toml:11:8: `keys` must be a list of one or two texts",
    ]
    assert lines[1:4] == ["  |", '1 | selct = ["iam"]', "  | ^^^^^"]


def test_names_that_do_not_exist_are_told_with_their_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(
        folder,
        {
            "pyproject.toml": '[project]\nname = "a"\n[tool.crosswire]\nignore = ["iam/wildcards"]\n'
            'per-path-ignores."a/**" = ["cfn-lint/E1234", "sekrets"]\nseverity."env/notset" = "note"\n'
            '[[tool.crosswire.external]]\nname = "a"\ntype = "AWS::S3::Bukket"\n'
            '[[tool.crosswire.external]]\nname = "b"\ntype = "AWS::S3::Bucket"\nkeys = ["id"]\n'
        },
    )
    told = [line[11:] for line in wrong(capsys) if line.startswith("crosswire: ")]
    assert [line.replace(" or `AWS::KMS::Key`", "") for line in told] == [
        "pyproject.toml:4:11: there is no rule `iam/wildcards`; did you mean `iam/wildcard`?",
        "pyproject.toml:5:46: there is no rule `sekrets`; did you mean `secrets`?",
        "pyproject.toml:6:1: there is no rule `env/notset`; did you mean `env/not-set`?",
        "pyproject.toml:9:8: there is no resource type `AWS::S3::Bukket`; did you mean `AWS::S3::Bucket`?",
        "pyproject.toml:13:1: `keys` is for tables only",
    ]


def test_what_is_no_toml_is_told_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": 'select = ["env"]\nignore = [iam]\n'})
    assert wrong(capsys)[0] == "crosswire: crosswire.toml:2:11: this is no TOML: invalid value"
    write(folder, {"crosswire.toml": "select = ["})
    assert wrong(capsys)[0].startswith("crosswire: crosswire.toml:1:")


@pytest.mark.parametrize("value", ["9" * 5000, "[" * 5000])
def test_toml_that_python_does_not_take_is_told_too(
    value: str, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write(folder, {"crosswire.toml": f"select = {value}\n"})
    assert wrong(capsys)[0].startswith("crosswire: crosswire.toml:1:")


def test_a_table_that_only_its_parts_name_has_a_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": "notes = true\n[severty.iam]\nwildcard = 1\n"})
    assert (
        wrong(capsys)[0]
        == "crosswire: crosswire.toml:2:2: there is no key `severty`; did you mean `severity` or `select`?"
    )


def test_a_mistake_in_any_folder_of_the_check_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"service/crosswire.toml": "select = 1\n"})
    assert wrong(capsys)[0] == "crosswire: service/crosswire.toml:1:10: `select` must be a list"


def test_what_is_no_pattern_is_told_with_its_place(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = 'exclude = ["a/", "!"]\nroots = ["[z-a]"]\n[per-path-ignores]\n"\\\\" = ["env"]\n'
    write(folder, {"crosswire.toml": text})
    assert [line for line in wrong(capsys) if line.startswith("crosswire: ")] == [
        "crosswire: crosswire.toml:1:18: this is no pattern of a `.gitignore`",
        "crosswire: crosswire.toml:2:10: this is no pattern of a `.gitignore`",
        "crosswire: crosswire.toml:4:1: this is no pattern of a `.gitignore`",
    ]


def test_one_that_cannot_be_read_does_not_pass_for_none(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "crosswire.toml").write_bytes('select = ["iam"]\n'.encode("utf-16"))
    assert wrong(capsys) == [
        f"crosswire: the configuration `{folder / 'crosswire.toml'}` cannot be read: it is no UTF-8"
    ]
    (folder / "crosswire.toml").unlink()
    (folder / "pyproject.toml").write_bytes('[project]\nname = "é"\n'.encode("latin-1"))
    assert found(capsys) == ["src/app.py warning[env/not-set]"]


def test_nothing_of_a_configuration_reaches_the_terminal_raw(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": '"a\\u001b[31m" = "AKIAQ3EGRIVZ7JX5W2LM"\n'})
    text = "\n".join(wrong(capsys))
    assert "\x1b" not in text and "AKIAQ3EGRIVZ7JX5W2LM" not in text


def test_no_secret_of_it_is_told_and_long_lines_are_cut(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    names = ", ".join(['"env"'] * 500)
    write(folder, {"crosswire.toml": f'select = [{names}, "AKIAQ3EGRIVZ7JX5W2LM", {names}]\n'})
    lines = wrong(capsys)
    assert "AKIAQ3EGRIVZ7JX5W2LM" not in "".join(lines)
    assert max(map(len, lines)) < 170 and lines[2][lines[3].index("^") :].startswith('"****')
    write(folder, {"crosswire.toml": 'variables = { AKIAQ3EGRIVZ7JX5W2LM = ["A"] }\n'})
    assert main(["config"]) == 0
    assert "AKIAQ3EGRIVZ7JX5W2LM" not in capsys.readouterr().out


def test_the_schema_is_valid_and_says_what_every_key_is(root: Path) -> None:
    schema = json.loads((root / "linter/crosswire/schemas/config.schema.json").read_text())
    Draft202012Validator.check_schema(schema)
    for name, key in schema["properties"].items():
        assert key["description"].endswith("."), name
        validator = Draft202012Validator({**schema, "properties": {name: key}})
        for example in key.get("examples", [key["default"]]):
            validator.validate({name: example})


# Telling what is in force


def test_it_is_printed_as_toml_with_where_each_value_is_from(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (
        'ignore = ["iam/wildcard"]\nnotes = true\n\n[severity]\nenv="note"\n\n[variables]\n"*" = ["A", "ä\U0001f600"]\n'
        '[[external]]\nname = "x"\nkeys = ["id"]\nindexes.a = ["b"]\n[per-path-ignores]\n"x/" = ["env"]\n'
    )
    write(folder, {"crosswire.toml": text, "src/crosswire.toml": ""})
    assert main(["config", "--ignore", "secrets", "--fail-level", "never"]) == 0
    out = capsys.readouterr().out
    origins = {line.split(" =")[0]: line.rpartition("# ")[2] for line in out.splitlines()[1:-1]}
    assert origins["select"] == "default"
    assert origins["ignore"] == "crosswire.toml:1 and argument"
    assert origins["fail-level"] == "argument"
    assert origins["notes"] == "crosswire.toml:2"
    assert origins['severity."env"'] == "crosswire.toml:5"
    assert origins['variables."*"'] == "crosswire.toml:8"
    assert origins["external"] == "crosswire.toml:9"
    assert out.splitlines()[0] == "# in force here: crosswire.toml"
    assert out.splitlines()[-1] == "# other folders of the check have their own: src/crosswire.toml"
    printed = tomllib.loads(out)
    assert printed["ignore"] == ["iam/wildcard", "secrets"]
    assert printed["variables"] == {"*": ["A", "ä\U0001f600"]}
    assert printed["external"][0]["indexes"] == {"a": ["b"]}


def test_what_is_printed_means_the_same_when_read_again() -> None:
    text = 'ignore = ["iam"]\nseverity.env = "note"\n[[external]]\nname = "x"\nttl = "t"\n[variables]\na = ["b"]\n'
    printed = in_force(configured(text))
    assert in_force(configured(printed)).splitlines()[1].startswith("select")
    again, first = configured(printed).main, configured(text).main
    assert (again.ignore, again.severity, again.variables) == (first.ignore, first.severity, first.variables)
    assert [one.ttl for one in again.external] == ["t"]


def test_it_is_told_of_the_path_that_is_asked_for(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder, {"crosswire.toml": "", "src/crosswire.toml": "is-root = false\nnotes = true\n"})
    assert main(["config", "src/app.py"]) == 0
    out = capsys.readouterr().out
    assert out.splitlines()[0] == "# in force below src: src/crosswire.toml"
    assert tomllib.loads(out)["notes"] is True


# What it costs


def test_jsonschema_is_imported_only_where_something_is_configured(folder: Path) -> None:
    script = (
        "import sys; from crosswire.cli import main; main(['check', '.']);"
        "sys.exit('jsonschema' in sys.modules or 'pathspec' in sys.modules)"
    )
    for text, code in (("# only marks the root\n", 0), ("notes = false\n", 1)):
        write(folder, {"crosswire.toml": text})
        assert subprocess.run([sys.executable, "-c", script], capture_output=True).returncode == code


# The places of TOML


def test_every_key_and_value_of_toml_has_its_place() -> None:
    text = (
        '# "a" = 1\ntop = """\n[no]\n"""\n[a."b.c"]\nd.e = [ "x", { f = 1.5 }, # ]\n \'y\' ]\n'
        "[[t]]\nn = 1\n[[t]]\nn = 2\n[t.in]\nz = 1979-05-27 07:32:00\n"
    )
    places = {path: (place.key.text, place.value.text) for path, place in toml_places(Source("a", text)).items()}
    assert places[("a", "b.c", "d", "e", 1, "f")] == ("f", "1.5")
    assert places[("a", "b.c", "d", "e", 2)] == ("'y'", "'y'")
    assert places[("t", 1, "n")] == ("n", "2")
    assert places[("t", 1, "in", "z")] == ("z", "1979-05-27 07:32:00")
    assert ("no",) not in places


def project() -> dict[str, str]:
    return {"template.yaml": TABLES, "src/app.py": READS}


def configured(text: str, given: Given | None = None) -> Configurations:
    """The configurations of a check whose root holds this one."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "crosswire.toml").write_text(text, encoding="utf-8")
        return find(*discover([Path(folder)]), rule_ids(), given)


def test_unknown_rules_among_the_arguments_are_told() -> None:
    with pytest.raises(UsageError, match=r"there is no rule `iam/wildcards`; did you mean `iam/wildcard`"):
        find(Files.from_texts({}), Selection(), rule_ids(), Given(select=("iam/wildcards",)))
    with pytest.raises(WrongInput):
        configured('select = ["iamm"]')


def test_a_line_of_another_tool_is_not_shown(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.crosswire]\n[tool.upload]\npassword = "correct-horse\n')
    (tmp_path / "template.yaml").write_text("Resources: {}\n")
    assert main(["check", str(tmp_path)]) == 2
    told = capsys.readouterr().err
    assert "pyproject.toml:3:" in told
    assert "correct-horse" not in told


@pytest.mark.parametrize(
    "text",
    ["[tool]\ncrosswire = {notes = true}\n", "tool.crosswire.notes = true\n", "[tool]\ncrosswire.notes = true\n"],
)
def test_the_table_counts_however_it_is_written(text: str, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    assert holds_table(text)
    assert not holds_table(text.replace("crosswire", "other"))
    assert not holds_table('[project]\nname = "crosswire"\n')
