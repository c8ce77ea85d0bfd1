"""Every mistake that is put into a correct project is found, with its place, and nothing else is."""

from __future__ import annotations

import pytest
from tests.mutants.judge import judge
from tests.mutants.operators import OPERATORS, mutants
from tests.mutants.project import Project
from tests.test_fixtures import CORRECT

from crosswire.registry import load, rule_ids


@pytest.mark.slow
@pytest.mark.parametrize("name", CORRECT)
def test_every_mutant_of_a_project_is_found_and_nothing_else(name: str) -> None:
    rules = load(rule_ids())
    verdicts = [judge(mutant, rules) for mutant in mutants(Project.load(name))]
    wrong = [str(verdict) for verdict in verdicts if not verdict.is_right]
    assert verdicts
    assert not wrong, "\n" + "\n".join(wrong)


def test_there_are_a_hundred_mutants_over_three_languages_and_every_operator_makes_some() -> None:
    made = [mutant for name in CORRECT for mutant in mutants(Project.load(name))]
    assert len(made) >= 100
    assert {mutant.language for mutant in made} == {"JavaScript", "TypeScript", "Python"}
    assert {mutant.operator for mutant in made} == set(OPERATORS)
