"""No output shows a secret, whichever rules run and whatever they say."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from crosswire.finding import Confidence, Finding, Label, Severity
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.redaction import MASK, Secrets
from crosswire.registry import load, rule_ids
from crosswire.reporters import FORMATS, render
from crosswire.reporters.look import Look
from crosswire.source import Source, Span

LIVE_KEY = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"
PASSWORD = "hunter2Sup3rS3cret!"

TEMPLATE = (
    '{"Transform": "AWS::Serverless-2016-10-31", "Resources": {"T": {"Type": "AWS::Serverless::SimpleTable"},\n'
    '"F": {"Type": "AWS::Serverless::Function", "Properties": {"CodeUri": "src/", "Handler": "app.h",\n'
    '"Runtime": "nodejs20.x", "Environment": {"Variables": {"AWS_REGION": "x", "DB_PASSWORD": "'
    + PASSWORD
    + '"}}}}}}\n'
)
CODE = (
    "const { DynamoDBClient, GetItemCommand } = require('@aws-sdk/client-dynamodb');\n"
    "const client = new DynamoDBClient({});\n"
    "exports.h = () => client.send(\n"
    f"  new GetItemCommand({{ TableName: process.env.TABLE || '{LIVE_KEY}', Key: {{}} }}));\n"
)
COMMAND = (
    "aws lambda update-function-configuration --function-name orders "
    f"""--environment '{{"Variables":{{"DB_PASSWORD":"{PASSWORD}","TABLE" "orders"}}}}'"""
)


@pytest.mark.parametrize("format", FORMATS)
@pytest.mark.parametrize("family", ["", "env", "iam", "secrets"])
def test_no_format_shows_a_secret_whichever_rules_run(format: str, family: str) -> None:
    rules = load(rule for rule in rule_ids() if rule.startswith(family))
    report = lint(Files.from_texts({"template.json": TEMPLATE, "src/app.js": CODE}), rules)
    assert report.findings
    shown = render(report, format, Look(notes=True))
    assert LIVE_KEY not in shown
    assert PASSWORD not in shown


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("template.json", TEMPLATE.replace('"F": {', '"F" {').replace("\n", "")),
        ("deploy.sh", COMMAND),
    ],
)
def test_the_line_of_what_cannot_be_read_shows_nothing_that_is_called_a_secret(path: str, text: str) -> None:
    shown = render(lint(Files.from_texts({path: text}), load(["input/broken-file"])), "text", Look(notes=True))
    assert "input/broken-file" in shown
    assert PASSWORD not in shown


def _said(text: str, *secrets: Span) -> Finding:
    span = Span(Source("a", text), 0, 1)
    finding = Finding(
        "a/b", Severity.ERROR, Confidence.HIGH, text, span, "", "", "", label=text, advice=text,
        related=(Label(span, text),),
    )  # fmt: skip
    return Secrets(secrets).redacted(finding)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"falls back to `{LIVE_KEY}`, a key", f"falls back to `{MASK}`, a key"),
        (f"KEY={LIVE_KEY}", f"KEY={MASK}"),
        (f"{LIVE_KEY} and {LIVE_KEY}", f"{MASK} and {MASK}"),
        ("see postgres://app:Xk29dkQp10sZ@db.acme.io/app", f"see {MASK}"),
        ("falls back to the table `orders-dev-0123456789`", "falls back to the table `orders-dev-0123456789`"),
    ],
)
def test_what_a_finding_says_is_free_of_tokens(text: str, expected: str) -> None:
    finding = _said(text)
    assert [finding.message, finding.label, finding.advice, finding.related[0].message] == [expected] * 4


def test_the_text_of_a_known_secret_is_masked_without_its_quotes() -> None:
    quoted = f'"{PASSWORD}"'
    assert _said(f"holds {PASSWORD} now", Span(Source("b", quoted), 0, len(quoted))).message == f"holds {MASK} now"


FUNCTION = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      Runtime: python3.12
      InlineCode: pass
      Environment:
        Variables:
          AWS_REGION: eu-west-1
          MODE: {long}
          DB_PASSWORD: {password}
"""


def test_a_hash_tells_nothing_of_a_line_with_a_secret(tmp_path: Path) -> None:
    text = FUNCTION.format(long="x" * 120, password=PASSWORD)
    (tmp_path / "template.yaml").write_text(text)
    report = lint(Files.below(tmp_path), load(rule_ids()))
    results = json.loads(render(report, "sarif", Look(root=tmp_path)))["runs"][0]["results"]
    hashed = {result["ruleId"]: "primaryLocationLineHash" in result["partialFingerprints"] for result in results}
    assert hashed["env/reserved-name"] is True
    assert hashed["secrets/plaintext-in-env"] is False
