"""What is wrong with the files of a service is a finding or is counted, and never ends the check."""

from __future__ import annotations

import pytest
from tests.serverless_building import service

from crosswire.finding import Severity
from crosswire.lint import Report, lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

HANDLER = "def handler(event, context):\n    return event\n"


def report(texts: dict[str, str]) -> Report:
    return lint(Files.from_texts(texts), load(rule_ids()))


def broken(texts: dict[str, str]) -> list[str]:
    """What is told of files that cannot be read."""
    return [finding.message for finding in report(texts).findings if finding.severity is not Severity.NOTE]


def counted(texts: dict[str, str]) -> list[str]:
    """What is told to be unresolved; nothing else is found."""
    found = report({**texts, "app.py": HANDLER})
    assert [finding for finding in found.findings if finding.severity is not Severity.NOTE] == []
    return [spot.why for spot in found.unresolved]


class TestFindings:
    @pytest.mark.parametrize(
        ("path", "text", "why"),
        [
            ("serverless.yml", "service: a\nprovider:\n  name: aws\n\truntime: x\nfunctions: {}\n", "a tab indents"),
            ("serverless.yml", "service: a\nprovider: {name: aws\nfunctions: {}\n", ""),
            ("serverless.json", '{"service": "a", "provider": {"name": "aws"}, "functions": {', "ends before"),
            (
                "serverless.js",
                "exports.a = {service: 'a', provider: {name: 'aws', functions: {}\n",
                "syntax error",
            ),
            ("serverless.ts", "export default {service: 'a', provider: {name: 'aws', functions: {}", "syntax error"),
            (
                "serverless.ts",
                "<<<<<<< ours\nexport default {service: 'a', provider: {name: 'aws'}, functions: {}};\n=======\n",
                "merge conflict",
            ),
            ("serverless-compose.yml", "services:\n\torders: {path: orders}\n", "a tab indents"),
        ],
    )
    def test_a_file_that_cannot_be_read(self, path: str, text: str, why: str) -> None:
        (message,) = broken({path: text})
        assert message.startswith(f"`{path}` ")
        assert why in message

    @pytest.mark.parametrize(
        ("text", "key"),
        [
            ("service: a\nprovider: {name: aws, environment: {A: '1', A: '2'}}\n", "A"),
            ("service: a\nprovider: {name: aws}\nfunctions:\n  a: {handler: app.b}\n  a: {handler: app.b}\n", "a"),
            ("service: a\nprovider: {name: aws}\nfunctions: {}\nresources: {}\nfunctions: {}\n", "functions"),
        ],
    )
    def test_a_key_that_stands_twice_which_the_framework_refuses(self, text: str, key: str) -> None:
        (message,) = broken({"serverless.yml": text, "app.py": HANDLER.replace("handler", "b")})
        assert f"the key `{key}` stands twice in one mapping" in message

    def test_a_key_that_stands_twice_in_a_file_that_is_filled_in(self) -> None:
        texts = service("environment: ${file(env.yml)}", env___yml="A: '1'\nB: '2'\nA: '3'\n", app___py=HANDLER)
        (message,) = broken(texts)
        assert message.startswith("`env.yml` ")

    @pytest.mark.parametrize("ending", ["yml", "json"])
    def test_a_merge_in_a_file_that_is_filled_in(self, ending: str) -> None:
        text = "<<<<<<< ours\na: 1\n=======\na: 2\n>>>>>>> theirs\n"
        texts = {**service(f"environment: ${{file(env.{ending})}}", app___py=HANDLER), f"env.{ending}": text}
        (message,) = broken(texts)
        assert "merge conflict" in message


class TestCounted:
    @pytest.mark.parametrize(
        ("value", "why"),
        [
            ("${magic:thing}", "the source of variables `magic`"),
            ("${self:custom.a}", "a value that is made of itself"),
            ("${self:provider.environment.A}", "a value that is made of itself"),
            ("${file(a.yml):x}", "a value that is made of itself"),
            ("${file(nothing.yml):x}", "the file nothing.yml, which is not there"),
            ("${file(../../up.yml):x}", "the file ../../up.yml, which is not there"),
        ],
    )
    def test_a_variable_that_nothing_gives(self, value: str, why: str) -> None:
        texts = service(
            f"environment: {{A: '{value}'}}",
            more="custom: {a: '${self:custom.b}', b: '${self:custom.a}'}\n",
            a___yml="x: ${file(b.yml):x}\n",
            b___yml="x: ${file(a.yml):x}\n",
        )
        assert counted(texts) == [why]

    def test_functions_and_environments_in_files_that_are_not_there(self) -> None:
        assert "functions that cannot be read" in counted(
            {"serverless.yml": "service: a\nprovider: {name: aws}\nfunctions: ${file(nothing.yml)}\n"}
        )
        assert "the file nothing.yml, which is not there" in counted(service("environment: ${file(nothing.yml)}"))

    @pytest.mark.parametrize(
        "value",
        [
            "${file(nothing.yml):x, 'a'}",
            "${env:A}",
            "${ssm:/a}",
            "${opt:a, 'b'}",
            "${param:a}",
            "${cf:a.B}",
            "${git:sha1}",
        ],
    )
    def test_what_the_deployment_gives_is_not(self, value: str) -> None:
        assert counted(service(f'environment: {{A: "{value}"}}')) == []


class TestSilence:
    """What is odd and may be meant."""

    @pytest.mark.parametrize("line", ["\t\n", "  \t \n", "\t"])
    def test_a_tab_on_a_line_of_its_own_which_the_framework_takes_for_a_space(self, line: str) -> None:
        texts = service("environment: ${file(env.yml)}", env___yml=f"A: '1'\n{line}")
        texts["serverless.yml"] += line
        assert counted(texts) == []

    def test_a_script_that_throws_where_a_variable_asks_it(self) -> None:
        assert counted(service("environment: {A: '${file(a.js):x}'}", a___js="throw new Error('no');\n")) == []

    @pytest.mark.parametrize("text", ["", "- a\n- b\n", "a\n"])
    def test_an_environment_that_is_none(self, text: str) -> None:
        texts = service("environment: ${file(env.yml)}", env___yml=text)
        assert len(counted(texts)) <= 1
