"""Every rule does what its page says: the examples of its docstring, run through the whole linter in memory."""

from __future__ import annotations

import pytest

from crosswire.examples import Example, difference, documentation
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

IDS = rule_ids()


def examples() -> list[object]:
    return [
        pytest.param(rule.id, example, id=f"{rule.id}: {example.name}")
        for rule in load(IDS)
        for example in documentation(rule.__doc__, rule.id).examples
    ]


@pytest.mark.parametrize(("rule_id", "example"), examples())
def test_the_example_gives_exactly_the_findings_marked(rule_id: str, example: Example) -> None:
    report = lint(Files.from_texts(example.files), load(IDS))
    assert report.units or report.findings, "the example holds no template that is recognised"
    result = difference(example.expected, report.findings, rule_id)
    assert {"missed": list(map(str, result.missed)), "unexpected": list(map(str, result.unexpected))} == {
        "missed": [],
        "unexpected": [],
    }, [f"{one.rule}: {one.message}" for one in report.findings]


@pytest.mark.parametrize(("rule_id", "example"), examples())
def test_the_example_marks_only_rules_that_exist(rule_id: str, example: Example) -> None:
    assert {mark.rule for mark in example.expected} <= set(IDS)
    assert not example.expected or rule_id in {mark.rule for mark in example.expected}
