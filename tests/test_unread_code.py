"""What is told of functions whose handler is not in the file that is named for it."""

from __future__ import annotations

import pytest

from crosswire.finding import Severity
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Fn:
    Type: AWS::Serverless::Function
    Properties: {{CodeUri: src/, Handler: app.handler, Runtime: {runtime}}}
"""


def severities(path: str, code: str, **others: str) -> list[Severity]:
    runtime = "python3.12" if path.endswith(".py") else "nodejs20.x"
    more = {f"src/{name.replace('__', '.')}": text for name, text in others.items()}
    texts = {"template.yaml": _TEMPLATE.format(runtime=runtime), f"src/{path}": code, **more}
    return [finding.severity for finding in lint(Files.from_texts(texts), load(["input/unread-code"])).findings]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app.js", "exports.hanlder = async () => 1\n"),
        ("app.js", "const handler = async () => 1\n"),
        ("app.ts", "export const main = async () => 1\n"),
        ("app.js", "module.exports = {...require('./other'), main: 1}\n"),
        ("app.ts", "export * from './other'\n"),
        ("app.py", "def lambda_handler(event, context): ...\n"),
        ("app.py", "from other import *\n"),
    ],
)
def test_a_handler_that_is_surely_not_there_is_a_warning(path: str, code: str) -> None:
    others = {"other__js": "exports.other = 1\n", "other__py": "other = 1\n"}
    assert severities(path, code, **others) == [Severity.WARNING]


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("app.js", "module.exports = make()\n"),
        ("app.js", "for (const name of names) exports[name] = make(name)\n"),
        ("app.js", "this.handler = async () => 1\n"),
        ("app.js", "Object.defineProperty(exports, 'handler', {get: () => 1})\n"),
        ("app.js", "tslib_1.__exportStar(require('./other'), exports)\n"),
        ("app.js", "exports.main = async ( => 1\n"),
        ("app.py", "from package import *\n"),
        ("app.py", "globals()['handler'] = 1\n"),
        ("app.py", "def lambda_handler(event, context:\n"),
    ],
)
def test_one_that_may_be_made_otherwise_is_none(path: str, code: str) -> None:
    assert Severity.WARNING not in severities(path, code)


def test_a_handler_without_a_function_is_told() -> None:
    texts = {
        "template.yaml": _TEMPLATE.format(runtime="nodejs20.x").replace("app.handler", "app"),
        "src/app.js": "exports.handler = async () => 1\n",
    }
    (finding,) = lint(Files.from_texts(texts), load(["input/unread-code"])).findings
    assert finding.severity is Severity.WARNING
    assert finding.message.endswith("the handler names src/app.js, but no function in it")
