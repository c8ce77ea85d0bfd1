"""Policies that are files by themselves: which files are taken for one, and what is told of them."""

from __future__ import annotations

import json

import pytest

from crosswire.finding import Finding
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

PLACEHOLDER = "arn:aws:dynamodb:YOUR_REGION:998877665544:table/orders"


def policy(action: object = "dynamodb:GetItem", resource: object = PLACEHOLDER, **more: object) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=2)


def found(texts: dict[str, str]) -> list[Finding]:
    return list(lint(Files.from_texts(texts), load(rule_ids())).findings)


def told(texts: dict[str, str]) -> list[str]:
    """What is told above a note, as `path:line rule`."""
    return [
        f"{one.span.path}:{one.span.start_position.line} {one.rule}"
        for one in found(texts)
        if one.severity.value != "note"
    ]


@pytest.mark.parametrize(
    "text",
    [
        policy(),
        "\ufeff" + policy(),
        f"[{policy()}]",
        f'{{"PolicyDocument": {policy()}}}',
        f'{{"PolicyName": "orders", "PolicyDocument": {policy()}, "RoleName": "api"}}',
        f'{{"PolicyVersion": {{"Document": {policy()}, "VersionId": "v1"}}}}',
        f'{{"policy": {policy()}}}',
        f'{{"Policy": {json.dumps(policy())}}}',
        policy().replace("[", "", 1)[::-1].replace("]", "", 1)[::-1],  # one statement that is no list
    ],
)
@pytest.mark.parametrize("path", ["policy.json", "infra/iam/anything.json"])
def test_a_policy_is_known_by_its_content_wherever_people_put_it(text: str, path: str) -> None:
    assert [line.rpartition(" ")[2] for line in told({path: text})] == ["iam/placeholder-arn"]


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("package.json", '{"name": "Statement", "Effect": 1, "Statement": []}'),
        ("event.json", f'{{"principalId": "me", "policyDocument": {policy()}}}'),
        ("event.json", f'{{"principalId": "me", "policy": {policy()}}}'),
        ("data.json", f'{{"nested": {{"deep": {policy()}}}}}'),
        ("rego.json", '{"Statement": [{"Effect": "Allow", "Verb": "get", "Action": null}], "x": 1}'),
        ("gcp.json", '{"bindings": [{"role": "roles/owner"}], "Statement": "x", "Effect": "y"}'),
        ("src/__snapshots__/policy.json", policy()),
        ("tests/data/policy.json", policy()),
        ("policy.test.json", policy()),
        ("vendor/sdk/policy.json", policy()),
        ("organization/scps/regions.json", policy()),
        ("permission-boundary.json", policy()),
        ("policy.txt", policy()),
    ],
)
def test_what_is_no_policy_of_the_project_is_left_alone(path: str, text: str) -> None:
    assert found({path: text}) == []


def test_a_policy_that_terraform_reads_is_judged_there() -> None:
    terraform = """
resource "aws_iam_role" "api" {
  assume_role_policy = "{}"
}

resource "aws_iam_role_policy" "api" {
  role   = aws_iam_role.api.id
  policy = file("${path.module}/policies/api.json")
}
"""
    texts = {"infra/main.tf": terraform, "infra/policies/api.json": policy(resource="arn:aws:s3:::shop")}
    assert [one.rule for one in found(texts)] == ["iam/unsupported-resource"]


def test_what_terraform_fills_in_is_no_broken_policy() -> None:
    terraform = 'locals {\n  policy = templatefile("${path.module}/policy.json", { key = "x" })\n}\n'
    text = policy().replace("]", '%{ if key != "" }, {"Effect": "Allow"} %{ endif }]')
    assert found({"main.tf": terraform, "policy.json": text}) == []
    assert found({"policy.json": text}) == []


@pytest.mark.parametrize("name", ["policy.json.tpl", "policy.json.template", "policy.json.example", "x.template.json"])
def test_a_file_that_is_to_be_filled_in_has_no_placeholders_left(name: str) -> None:
    assert found({name: policy(resource="arn:aws:dynamodb:YOUR_REGION:123456789012:table/<table>")}) == []


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("deploy.sh", 'sed -i "s/YOUR_REGION/$REGION/" iam/policy.json'),
        ("deploy.sh", 'sed -e "s/A/B/" \\\n  -e "s/YOUR_REGION/$REGION/" $file'),
        ("deploy.sh", "envsubst < iam/policy.json > /tmp/policy.json"),
        ("deploy.ps1", "(Get-Content $f) -replace 'YOUR_REGION', $region | Set-Content $f"),
        ("setup.py", 'text = text.replace("YOUR_REGION", region)'),
        ("scripts/setup.mjs", 'const text = read("policy.json").replaceAll("YOUR_REGION", region);'),
    ],
)
def test_a_placeholder_that_a_script_replaces_is_none(path: str, line: str) -> None:
    assert told({"iam/policy.json": policy()}) == ["iam/policy.json:7 iam/placeholder-arn"]
    assert told({"iam/policy.json": policy(), path: line + "\n"}) == []


@pytest.mark.parametrize("gap", ["${REGION}", "{{ region }}", "<%= region %>", "@REGION@", "__REGION__"])
def test_what_tools_put_in_may_be_anything(gap: str) -> None:
    texts = {"policy.json": policy("s3:GetObject", f"arn:aws:s3:::{gap}")}
    assert found(texts) == []


def test_variables_of_iam_are_no_placeholders() -> None:
    resource = ["arn:aws:s3:::home/${aws:username}/*", "arn:aws:s3:::${aws:PrincipalTag/team}-files/*"]
    assert found({"policy.json": policy("s3:GetObject", resource)}) == []


def test_a_pseudo_parameter_that_nothing_replaces_is_told() -> None:
    texts = {"policy.json": policy(resource="arn:aws:dynamodb:${AWS::Region}:998877665544:table/orders")}
    assert told(texts) == ["policy.json:7 iam/placeholder-arn"]


def test_placeholders_of_a_file_are_one_finding_with_their_places() -> None:
    text = policy(resource=[PLACEHOLDER, PLACEHOLDER + "/index/*", "arn:aws:s3:::your-bucket-name/*"])
    (finding,) = [one for one in found({"policy.json": text}) if one.rule == "iam/placeholder-arn"]
    assert "`YOUR_REGION` and `your-bucket-name`" in finding.message
    assert finding.severity.value == "warning" and len(finding.related) == 2


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (policy().replace('"Allow",', '"Allow"'), 5, "`,` is missing behind"),
        (policy().replace('table/orders"', 'table/orders",'), 7, "a comma too many stands before `}`"),
        (policy().replace('"Effect"', "'Effect'"), 5, "double quotes"),
        (policy().replace('"Effect"', "Effect"), 5, "without quotes"),
        (policy().replace('"Effect"', "\u201cEffect\u201d"), 5, "typographic"),
        (policy().replace('"Effect"', '// reads\n"Effect"'), 5, "no comments"),
        (policy()[:-1], 10, "ends before a closing `}`"),
        (policy() + "\n" + policy(), 11, "second JSON value"),
        ("```json\n" + policy() + "\n```\n", 1, "fence"),
    ],
)
def test_json_that_is_not_quite_json_is_told_with_its_place(text: str, line: int, words: str) -> None:
    (finding,) = found({"policy.json": text})
    assert finding.rule == "input/broken-file" and finding.span.start_position.line == line
    assert words in finding.message


@pytest.mark.parametrize(
    "text",
    [
        "Notes on a Statement: an Effect and an Action: {",
        '{"Statement": "{{ statement }}", {% if x %} "Effect": 1, "Action": 2 }',
        policy().replace("[", "${statements} ["),
    ],
)
def test_what_merely_resembles_a_policy_is_only_counted(text: str) -> None:
    assert found({"notes.json": text}) == []


def test_the_policy_of_a_bucket_is_judged_as_one() -> None:
    text = policy(["s3:PutObject", "s3:ListBucket"], "arn:aws:s3:::shop/*", Principal="*")
    assert sorted(told({"bucket.json": text})) == [
        "bucket.json:4 iam/public-resource-policy",
        "bucket.json:8 iam/unsupported-resource",
    ]


def test_policies_for_administrators_and_trust_are_silent() -> None:
    trust = policy("sts:AssumeRole", None, Principal={"Service": "ec2.amazonaws.com"}).replace('"Resource": null,', "")
    assert found({"admin.json": policy("*", "*"), "trust.json": trust}) == []


def test_each_policy_of_a_file_is_judged() -> None:
    texts = {
        "policies.json": f"[{policy('s3:GetObject', 'arn:aws:s3:::a')}, {policy('s3:ListBucket', 'arn:aws:s3:::a/*')}]"
    }
    assert [line.rpartition(" ")[2] for line in told(texts)] == ["iam/unsupported-resource"] * 2


def test_a_template_tells_the_same_mistakes() -> None:
    text = '{"AWSTemplateFormatVersion": "2010-09-09",\n "Resources": {}}'
    for broken, words in ((text.replace("{}", "{},"), "comma too many"), ("```json\n" + text, "fence")):
        (finding,) = found({"template.json": broken})
        assert finding.rule == "input/broken-file" and words in finding.message
