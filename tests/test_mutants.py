"""Every mistake that is put into a correct project is found, with its place, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import pytest
from tests.mutants.judge import judge
from tests.mutants.operators import OPERATORS, Mutant, mutants
from tests.mutants.project import Project
from tests.test_fixtures import CORRECT

from crosswire.registry import load, rule_ids


@cache
def made(name: str) -> tuple[Mutant, ...]:
    return tuple(mutants(Project.load(name)))


@pytest.mark.slow
@pytest.mark.parametrize("name", CORRECT)
def test_every_mutant_of_a_project_is_found_and_nothing_else(name: str) -> None:
    rules = load(rule_ids())
    verdicts = [judge(mutant, rules) for mutant in made(name)]
    wrong = [str(verdict) for verdict in verdicts if not verdict.is_right]
    assert verdicts
    assert not wrong, "\n" + "\n".join(wrong)


def test_there_are_a_hundred_mutants_over_three_languages_and_every_operator_makes_some() -> None:
    everything = [mutant for name in CORRECT for mutant in made(name)]
    assert len(everything) >= 100
    assert {mutant.language for mutant in everything} == {"JavaScript", "TypeScript", "Python"}
    assert {mutant.operator for mutant in everything} == set(OPERATORS)


@pytest.mark.parametrize("operator", OPERATORS)
def test_no_mutant_is_the_project_itself(operator: str) -> None:
    for name in CORRECT:
        texts = Project.load(name).texts
        for mutant in made(name):
            if mutant.operator == operator:
                assert mutant.texts != texts, str(mutant)
                assert mutant.places, str(mutant)


def test_a_mutant_that_no_rule_looks_for_is_told_with_what_was_missed() -> None:
    verdict = judge(made("sam-python-globals")[0], ())
    assert not verdict.is_right
    assert "not found:    iam/missing-action" in str(verdict)


def test_a_finding_that_a_mutant_does_not_ask_for_is_told() -> None:
    mutant = replace(made("sam-python-globals")[0], rules=frozenset({"input/broken-file"}))
    verdict = judge(mutant, load(rule_ids()))
    assert not verdict.is_right
    assert "iam/missing-action" in str(verdict.extras[0].rule)
    assert "not expected: src/" in str(verdict)


def test_a_finding_in_another_place_is_not_the_one_that_a_mutant_asks_for() -> None:
    mutant = replace(made("sam-python-globals")[0], places=frozenset({("template.yaml", 1)}))
    verdict = judge(mutant, load(rule_ids()))
    assert verdict.hits == ()
    assert verdict.extras
