"""Suppressions: where they may stand, what they cover, and what is told of those that are wrong."""

from __future__ import annotations

from datetime import date
from time import perf_counter

import pytest

from crosswire.config import Configurations
from crosswire.lint import Report, Terms, lint
from crosswire.project import Files, Selection
from crosswire.registry import load, rule_ids
from crosswire.source import Source
from crosswire.suppressions import Suppression, suppressions_in

FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  GetOrder:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: {runtime}
{more}"""
PYTHON = "import os\nTABLE = os.environ['TABLE']{}\n\ndef handler(event, context):\n    return TABLE\n"
SECRET = "AKIAQ3EGRIVZ7JX5W2LM"


def python(code: str, more: str = "") -> dict[str, str]:
    return {"template.yaml": FUNCTION.format(runtime="python3.12", more=more), "src/app.py": code}


def javascript(code: str) -> dict[str, str]:
    return {"template.yaml": FUNCTION.format(runtime="nodejs22.x", more=""), "src/app.js": code}


def checked(texts: dict[str, str], selection: Selection | None = None, today: str = "2026-01-01") -> Report:
    terms = Terms(Configurations(), today=date.fromisoformat(today))
    return lint(Files.from_texts(texts), load(rule_ids()), selection or Selection(), terms)


def told(texts: dict[str, str], **more: str) -> list[str]:
    return [f"{finding.severity.value} {finding.rule}" for finding in checked(texts, **more).findings]  # type: ignore[arg-type]


def in_text(path: str, text: str) -> list[Suppression]:
    return list(suppressions_in(Source(path, text)))


# Where they stand


@pytest.mark.parametrize(
    "code",
    [
        PYTHON.format("  # crosswire: ignore[env/not-set] why"),
        PYTHON.format("  # crosswire: ignore[env] why"),
        PYTHON.format("  # noqa: F401 # crosswire: ignore[iam/wildcard, env/not-set] why").replace(
            "iam/wildcard, ", ""
        ),
        PYTHON.format("").replace("TABLE =", "# crosswire: ignore[env/not-set] why\nTABLE =", 1),
        PYTHON.format("").replace("TABLE =", "# crosswire: ignore[env/not-set] why\n# and more of it\nTABLE =", 1),
        PYTHON.format("").replace("['TABLE']", "[\n    'TABLE'\n]  # crosswire: ignore[env/not-set] why"),
    ],
)
def test_a_comment_beside_the_place_or_above_it_suppresses(code: str) -> None:
    report = checked(python(code))
    assert report.findings == ()
    assert [(one.finding.rule, one.kind, one.reason) for one in report.suppressed] == [
        ("env/not-set", "inSource", "why")
    ]
    assert (report.summary.suppressed, report.summary.warnings) == (1, 0)


@pytest.mark.parametrize(
    "code",
    [
        PYTHON.format("\n# crosswire: ignore[env/not-set] below"),
        PYTHON.format("").replace("TABLE =", "# crosswire: ignore[env/not-set] too far\n\nTABLE =", 1),
        PYTHON.format("").replace("TABLE =", "X = 1  # crosswire: ignore[env/not-set] of X\nTABLE =", 1),
    ],
)
def test_a_comment_elsewhere_does_not(code: str) -> None:
    assert sorted(told(python(code))) == ["warning env/not-set", "warning suppress/unused"]


@pytest.mark.parametrize(
    "comment",
    [
        "// crosswire: ignore[env/not-set] why",
        "/* crosswire: ignore[env/not-set] why */",
        "/** crosswire:ignore[env/not-set] why **/",
    ],
)
def test_comments_of_javascript(comment: str) -> None:
    before = 'const { DynamoDBClient, ScanCommand } = require("@aws-sdk/client-dynamodb");\nexports.handler = () =>\n'
    code = "new DynamoDBClient({}).send(new ScanCommand({ TableName: process.env.TABLE }));"
    assert told(javascript(before + code)) == ["error env/not-set"]
    report = checked(javascript(f"{before}{code} {comment}\n"))
    assert (report.findings, report.suppressed[0].reason) == ((), "why")
    assert told(javascript(f"{before}{comment}\n{code}\n")) == []


def test_comments_of_terraform_yaml_and_env_files() -> None:
    for opener in ("#", "//", "/*"):
        assert len(in_text("main.tf", f"a = 1 {opener} crosswire: ignore[env] why\n")) == 1
    assert len(in_text("a.yaml", "a: 1 # crosswire: ignore[env] why\n")) == 1
    assert len(in_text(".env.production", "# crosswire: ignore[env] why\nA=1\n")) == 1
    assert in_text("a.yaml", "a: https://crosswire: ignore[env]\n") == []
    assert in_text("a.json", '{"a": "# crosswire: ignore[env]"}') == []
    assert in_text("a.ts", "const a = '#crosswire: ignore[env] why'\n") == []


@pytest.mark.parametrize("comment", ["# {}", "// {}", "/* {} */"])
def test_comments_of_terraform_count(comment: str) -> None:
    main = """
resource "aws_iam_role" "orders" {
  assume_role_policy = jsonencode({
    Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
  })
}
resource "aws_iam_role_policy" "orders" {
  role = aws_iam_role.orders.id
  policy = jsonencode({
    Statement = [
      { Effect = "Allow", Action = "*", Resource = "*" } COMMENT
    ]
  })
}
resource "aws_lambda_function" "orders" {
  function_name = "orders"
  role          = aws_iam_role.orders.arn
  runtime       = "python3.12"
  handler       = "app.handler"
  filename      = "x.zip"
}
"""
    before = [finding.rule for finding in checked({"main.tf": main.replace("COMMENT", "")}).findings]
    assert "iam/wildcard" in before
    suppressed = main.replace("COMMENT", comment.format("crosswire: ignore[iam/wildcard] bootstrap only"))
    report = checked({"main.tf": suppressed})
    assert [finding.rule for finding in report.findings] == [rule for rule in before if rule != "iam/wildcard"]
    assert report.suppressed[0].reason == "bootstrap only"


def test_any_place_that_the_finding_shows_will_do() -> None:
    more = "      Environment:\n        Variables:{}\n          A: b\n"
    code = PYTHON.format("").replace("return TABLE", "return TABLE, os.environ['A']")
    (finding,) = checked(python(code, more.format(""))).findings
    assert [(label.span.path, label.span.start_position.line) for label in finding.related] == [("template.yaml", 10)]
    assert told(python(code, more.format("  # crosswire: ignore[env/not-set] the console sets it"))) == []


def test_a_suppression_in_code_of_a_template_counts_there() -> None:
    template = (
        FUNCTION.format(
            runtime="python3.12",
            more="      InlineCode: |\n        import os\n        def handler(event, context):\n"
            "          return os.environ['TABLE']  # crosswire: ignore[env/not-set] why\n",
        )
        .replace("      CodeUri: src/\n", "")
        .replace("app.handler", "index.handler")
    )
    report = checked({"template.yaml": template})
    assert (report.findings, len(report.suppressed)) == ((), 1)


# Metadata


def test_metadata_of_a_resource_suppresses_what_is_found_of_it() -> None:
    texts = python(PYTHON.format(""))
    block = "    Metadata:\n      crosswire:\n        ignore:\n          - env/not-set the console sets it\n"
    texts["template.yaml"] += block
    report = checked(texts)
    assert (report.findings, report.suppressed[0].reason) == ((), "the console sets it")
    texts["template.yaml"] = (
        FUNCTION.format(runtime="python3.12", more="") + "  Other:\n    Type: AWS::SQS::Queue\n" + block
    )
    assert sorted(told(texts)) == ["warning env/not-set", "warning suppress/unused"]


def test_metadata_of_a_json_template_suppresses() -> None:
    template = """{{
  "Resources": {{
    "Fn": {{
      "Type": "AWS::Lambda::Function",
      "Properties": {{
        "Runtime": "python3.12", "Handler": "index.handler", "Role": "arn:aws:iam::123456789012:role/x",
        "Code": {{"ZipFile": "import os\\ndef handler(e, c):\\n    return os.environ['TABLE']\\n"}}
      }}{}
    }}
  }}
}}"""
    assert told({"a.json": template.format("")}) == ["warning env/not-set"]
    item = '{"rule": "env/not-set", "reason": "why", "expires": "2026-12-31"}'
    suppressed = template.format(f', "Metadata": {{"crosswire": {{"ignore": [{item}]}}}}')
    report = checked({"a.json": suppressed})
    assert (report.findings, report.suppressed[0].reason) == ((), "why")
    assert sorted(told({"a.json": suppressed}, today="2027-01-01")) == [
        "warning env/not-set",
        "warning suppress/expired",
    ]


def test_metadata_of_the_template_suppresses_in_all_of_it() -> None:
    texts = python(PYTHON.format(""))
    texts["template.yaml"] = "Metadata: {crosswire: {ignore: [env/not-set because]}}\n" + texts["template.yaml"]
    assert told(texts) == []


def test_a_finding_of_several_functions_needs_the_word_of_each() -> None:
    texts = python(PYTHON.format(""))
    body = texts["template.yaml"].split("Resources:\n")[1]
    metadata = "    Metadata: {crosswire: {ignore: [env/not-set because]}}\n"
    texts["template.yaml"] += metadata + body.replace("GetOrder", "PutOrder")
    assert "warning env/not-set" in told(texts)
    texts["template.yaml"] += metadata
    assert told(texts) == []


# What is wrong with them


def test_one_that_suppresses_nothing_is_told_at_its_name() -> None:
    texts = python(PYTHON.format("  # crosswire: ignore[iam/wildcard, env/not-set] why"))
    (finding,) = checked(texts).findings
    assert finding.rule == "suppress/unused"
    assert finding.span.text == "iam/wildcard"
    assert finding.message == "the suppression of `iam/wildcard` suppresses nothing"


def test_it_is_not_told_where_not_everything_was_asked() -> None:
    texts = python(PYTHON.format("  # crosswire: ignore[iam/wildcard, env/not-set] why"))
    texts = {f"a/{path}": text for path, text in texts.items()} | {"b/template.yaml": texts["template.yaml"]}
    assert checked(texts, Selection(folders=("a",))).findings == ()
    files = Files.from_texts(texts)
    assert lint(files, load(["env/not-set", "suppress/unused"])).findings == ()


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("crosswire: ignore[env/not-set]", ["note suppress/no-reason"]),
        ("crosswire: ignore[env/not-set] until it moves, expires=2026-01-01", []),
        (
            "crosswire: ignore[env/not-set] until it moves, expires=2025-12-31",
            ["warning env/not-set", "warning suppress/expired"],
        ),
        (
            "crosswire: ignore[env/not-set] why expires=tomorrow",
            ["warning env/not-set", "warning suppress/malformed"],
        ),
        ("crosswire: ignore[env/notset] why", ["warning env/not-set", "warning suppress/unknown-rule"]),
        ("crosswire: ignore[] why", ["warning env/not-set", "warning suppress/malformed"]),
        ("crosswire: ignore env/not-set", ["warning env/not-set", "warning suppress/malformed"]),
        ("crosswire: ingore[env/not-set] why", ["warning env/not-set", "warning suppress/malformed"]),
        ("crosswire: disable=env/not-set", ["warning env/not-set", "warning suppress/malformed"]),
        ("crosswire-ignore[env/not-set] why", ["warning env/not-set", "warning suppress/malformed"]),
        ("Crosswire: Ignore[env/not-set] why", ["warning env/not-set", "warning suppress/malformed"]),
        ("crosswire ignores this, says the manual", ["warning env/not-set"]),
        ("crosswire: our linter", ["warning env/not-set"]),
    ],
)
def test_what_is_wrong_with_a_comment_is_told(comment: str, expected: list[str]) -> None:
    assert sorted(told(python(PYTHON.format("  # " + comment)))) == expected


def test_a_mistyped_rule_is_told_with_the_nearest_one() -> None:
    findings = checked(python(PYTHON.format("  # crosswire: ignore[env/notset] why"))).findings
    assert "did you mean `env/not-set`?" in " ".join(finding.message for finding in findings)


@pytest.mark.parametrize(
    "block",
    [
        "ignor: [env]",
        "[env]",
        "ignore: [[env]]",
        "ignore: [{rul: env}]",
        "ignore: ['']",
        "ignore: [{rule: env, expires: x}]",
    ],
)
def test_metadata_that_is_not_understood_is_told(block: str) -> None:
    texts = python("def handler(event, context): pass\n")
    texts["template.yaml"] += "    Metadata:\n      crosswire: " + ("{" + block + "}" if ":" in block else block) + "\n"
    assert told(texts) == (["note suppress/no-reason"] if block == "" else ["warning suppress/malformed"])


# Secrets


def test_a_secret_is_accepted_without_being_repeated() -> None:
    texts = python(
        "import os\ndef handler(event, context):\n    return os.environ['KEY']\n",
        f"      Environment:\n        Variables:\n          KEY: {SECRET}"
        f"  # crosswire: ignore[secrets] {SECRET} is dead\n",
    )
    report = checked(texts)
    assert [finding.rule for finding in report.findings] == []
    assert [one.finding.rule for one in report.suppressed] == ["secrets/plaintext-in-env"]
    assert SECRET not in report.suppressed[0].reason
    assert SECRET not in report.suppressed[0].finding.message


def test_a_secret_beside_an_unused_suppression_is_masked_in_its_excerpt() -> None:
    from crosswire.reporters import render

    texts = python(
        "import os\ndef handler(event, context):\n    return os.environ['KEY']\n",
        f"      Environment:\n        Variables:\n          KEY: {SECRET}  # crosswire: ignore[env, secrets] why\n",
    )
    report = checked(texts)
    assert [finding.rule for finding in report.findings] == ["suppress/unused"]
    assert SECRET not in render(report, "text")


@pytest.mark.parametrize(
    "text",
    [
        f"x = 1 # crosswire: ignore[env]{' ' * 20_000}x\n",
        f"# crosswire {' ' * 20_000}\n",
        f"# crosswire: ignore[env] {'*' * 20_000}\n",
        f"{'#' * 20_000}\n# crosswire: ignore[env] why\n",
        "# crosswire: ignore[env] why\n" * 5_000,
    ],
    ids=["blanks", "blanks of none", "stars", "hashes", "many"],
)
def test_long_runs_of_anything_take_no_long_time(text: str) -> None:
    start = perf_counter()
    list(suppressions_in(Source("app.py", text)))
    assert perf_counter() - start < 1  # what looks twice at each takes many
