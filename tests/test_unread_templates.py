"""Templates that other tools make: said to be unread, once for each file, and never misread."""

from __future__ import annotations

import pytest

from crosswire.cli import main
from crosswire.finding import Finding
from crosswire.frontends.link import build_wiring
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load

HEAD = 'AWSTemplateFormatVersion: "2010-09-09"\nResources:\n  Orders:\n    Type: AWS::DynamoDB::Table\n'
PLAIN = "Resources:\n  Jobs:\n    Type: AWS::SQS::Queue\n"


def found(texts: dict[str, str]) -> list[Finding]:
    return list(lint(Files.from_texts(texts), load(["input/unread-template", "input/broken-file"])).findings)


def said(path: str, text: str) -> str:
    (finding,) = found({path: text, "jobs.yaml": PLAIN})
    assert finding.rule == "input/unread-template" and finding.span.path == path
    return finding.message


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("t.yml.j2", HEAD, "Jinja"),
        ("t.yaml.jinja", HEAD + "{% for x in y %}\n{% endfor %}\n", "Jinja"),
        ("t.j2", HEAD + "    Properties: {TableName: {{ name }}}\n", "Jinja"),
        ("t.yaml", HEAD + "{% if prod %}\n  More:\n    Type: AWS::SNS::Topic\n{% endif %}\n", "Jinja"),
        ("t.yaml", HEAD + "    Properties:\n      TableName: {{ name }}\n", "another tool, such as Jinja,"),
        ("t.yaml", HEAD + "    Properties:\n      TableName: {{ sceptre_user_data.table }}\n", "Sceptre"),
        ("t.json", '{"Resources": {"A": {"Type": "AWS::SQS::Queue"} {{#more}}, {{/more}} }}', "Mustache"),
        (
            "t.yaml",
            HEAD + "    Properties:\n      TableName: {{ .Values.table }}\n",
            "Go's templates, as Helm does it,",
        ),
        ("t.yaml", HEAD + "    Properties:\n      TableName: {{cookiecutter.name}}\n", "Cookiecutter"),
        ("t.yaml", HEAD + "<% if prod %>\n  More: [\n<% end %>\n", "ERB"),
        ("t.yml.erb", HEAD + "    Properties: {TableName: <%= name %>}\n", "ERB"),
        ("t.yaml.tpl", HEAD + "    Properties: {TableName: ${name}}\n", "another tool"),
        ("t.yaml.mustache", HEAD, "Mustache"),
        ("t.yaml", HEAD + "    Properties: {TableName: '${self:custom.name}'}\n", "the Serverless Framework"),
    ],
)
def test_the_tool_that_renders_a_template_is_named(path: str, text: str, tool: str) -> None:
    assert said(path, text) == f"`{path}` is rendered by {tool} before AWS sees it, and was not read"


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("chart/templates/deployment.yaml", "kind: Deployment\nmetadata:\n  name: {{ .Release.Name }}\n"),
        ("playbook.yml.j2", "- hosts: {{ hosts }}\n"),
        ("notes.j2", "Resources of AWS:: are listed below\n"),
        ("t.yaml", HEAD + "    Properties: {TableName: '{{resolve:ssm:/orders/table}}'}\n"),
        ("t.yaml", HEAD + '    Properties: {TableName: "{{ not }} a placeholder in quotes"}\n'),
    ],
)
def test_any_other_file_is_not_told(path: str, text: str) -> None:
    assert found({path: text, "jobs.yaml": PLAIN}) == []


def test_the_place_is_the_first_that_is_filled_in() -> None:
    (finding,) = found({"t.yaml": HEAD + "    Properties:\n      TableName: {{ name }}\n", "jobs.yaml": PLAIN})
    assert finding.span.start_position.line == 6


@pytest.mark.parametrize(
    ("path", "text", "why"),
    [
        (
            "serverless.ts",
            "import make from './make';\nexport default make({ service: 'a', provider: { name: 'aws' }, functions });",
            "is worked out by a program",
        ),
        (
            "serverless.yml",
            "service: a\nprovider:\n  name: aws\nfunctions:\n{% for f in fs %}\n  f: {handler: x.y}\n{% endfor %}\n",
            "is rendered by Jinja before the Serverless Framework reads it",
        ),
    ],
)
def test_a_service_that_is_made_by_a_program_is_told(path: str, text: str, why: str) -> None:
    assert said(path, text) == f"`{path}` {why}, and was not read"


def test_a_program_of_the_cdk_without_its_templates_is_told_with_the_way_to_check_it() -> None:
    (finding,) = found({"infra/cdk.json": '{"app": "node bin/app.js"}', "jobs.yaml": PLAIN})
    assert finding.message == (
        "`infra/cdk.json` starts a program of the AWS CDK, whose templates are not in this check, and was not read"
    )
    assert "cdk synth" in finding.advice


@pytest.mark.parametrize(
    ("path", "text", "tool"),
    [
        ("sst.config.ts", "export default $config({ app() {}, async run() {} });", "SST"),
        ("infra/sst.config.ts", 'import { SSTConfig } from "sst";', "SST"),
        ("amplify/backend.ts", "export const backend = defineBackend({ auth, data });", "Amplify Gen 2"),
        ("infra/Pulumi.yaml", "name: shop\nruntime: nodejs\n", "Pulumi"),
    ],
)
def test_a_program_that_deploys_by_itself_is_told(path: str, text: str, tool: str) -> None:
    (finding,) = found({path: text, "jobs.yaml": PLAIN})
    assert finding.severity.value == "note"
    assert finding.message == (
        f"`{path}` starts a program of {tool}, which declares what is deployed as it runs, and was not read"
    )


@pytest.mark.parametrize(
    ("path", "text"), [("src/backend.ts", "defineBackend({})"), ("sst.config.ts", "export {};"), ("Pulumi.yaml", "")]
)
def test_what_is_no_such_program_is_not_told(path: str, text: str) -> None:
    assert found({path: text, "jobs.yaml": PLAIN}) == []


@pytest.mark.parametrize("path", ["cdk.context.json", "cdktf.json", "cdk.out/tree.json", "cdk.out/manifest.json"])
def test_other_files_of_the_cdk_are_no_templates(path: str) -> None:
    text = '{"app": "x", "Resources": {}, "type": "AWS::DynamoDB::Table"}'
    assert found({path: text, "jobs.yaml": PLAIN}) == []


HANDLER = "def handler(event, context):\n    return event['request']['userAttributes']['email']\n"
FUNCTION = """\
Resources:
  Welcome:
    Type: AWS::Lambda::Function
    Properties: {Runtime: python3.13, Handler: app.handler, Code: src, Role: arn:aws:iam::123456789012:role/x}
"""


def test_what_stands_beside_is_judged_as_if_anything_was_declared_there() -> None:
    def alarms(template: str) -> list[str]:
        texts = {"a/t.yaml": FUNCTION, "a/src/app.py": HANDLER, template: HEAD}
        return [one.rule for one in lint(Files.from_texts(texts), load(["triggers/unattached-handler"])).findings]

    assert alarms("b/pool.yml.j2") == ["triggers/unattached-handler"]
    assert alarms("a/pool.yml.j2") == []


def test_what_is_unread_is_counted_as_a_blind_spot_of_what_stands_beside() -> None:
    wiring = build_wiring(Files.from_texts({"a/t.yaml": PLAIN, "a/more.yml.j2": HEAD}))
    assert [spot.why for unit in wiring.units for spot in unit.blind_spots] == [
        "what `a/more.yml.j2` declares, which is rendered by Jinja before AWS sees it"
    ]


def test_where_nothing_can_be_read_that_is_said(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    (tmp_path / "cdk.json").write_text('{"app": "node bin/app.js"}')
    assert main(["check", str(tmp_path)]) == 4
    assert "starts a program of the AWS CDK" in capsys.readouterr().err
