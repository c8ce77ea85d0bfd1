"""Every mistake that is put into a correct project is found, with its place, and nothing else is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest
from tests.mutants.judge import judge
from tests.mutants.operators import OPERATORS, Mutant, mutants
from tests.mutants.project import Project
from tests.test_fixtures import MUTATED

from crosswire.registry import load, rule_ids


@cache
def made(name: str) -> tuple[Mutant, ...]:
    return tuple(mutants(Project.load(name)))


@cache
def texts_of(name: str) -> Mapping[str, str]:
    return Project.load(name).texts


def changes(mutant: Mutant) -> list[str]:
    """The files in which a mutant is not as the project is."""
    return [path for path, text in mutant.texts.items() if text != texts_of(mutant.project)[path]]


@pytest.mark.slow
@pytest.mark.parametrize("name", MUTATED)
def test_every_mutant_of_a_project_is_found_and_nothing_else(name: str) -> None:
    rules = load(rule_ids())
    verdicts = [judge(mutant, rules) for mutant in made(name)]
    wrong = [str(verdict) for verdict in verdicts if not verdict.is_right]
    assert verdicts
    assert not wrong, "\n" + "\n".join(wrong)


def test_there_are_a_hundred_mutants_over_three_languages_and_every_operator_makes_some() -> None:
    everything = [mutant for name in MUTATED for mutant in made(name)]
    assert len(everything) >= 100
    assert {mutant.language for mutant in everything} >= {"JavaScript", "TypeScript", "Python"}
    assert {mutant.operator for mutant in everything} == set(OPERATORS)


def test_terraform_of_every_layout_and_in_json_has_mistakes_of_most_kinds() -> None:
    layouts = [name for name in MUTATED if name.startswith("tf-")]
    assert len(layouts) >= 5
    for name in (*layouts, "meal-expense-fixed", "dialects"):
        operators = {mutant.operator for mutant in made(name) if mutant.dialect == "Terraform"}
        assert operators >= {
            "drop-grant",
            "drop-variable",
            "reserved-name",
            "wildcard",
            "drop-permission",
            "rename-key",
        }
    changed = {path for mutant in made("dialects") for path in changes(mutant)}
    assert {path.rpartition("/")[2] for path in changed} >= {"roles.tf", "roles.tf.json", "functions.tf.json"}


def test_services_of_every_layout_have_mistakes_of_most_kinds() -> None:
    layouts = [name for name in MUTATED if name.startswith("sls-")]
    assert len(layouts) >= 3
    for name in layouts:
        operators = {mutant.operator for mutant in made(name) if mutant.dialect == "serverless.yml"}
        assert operators >= {
            "drop-grant",
            "drop-variable",
            "reserved-name",
            "plaintext-secret",
            "wildcard",
            "rename-key",
        }
    changed = {path for name in layouts for mutant in made(name) for path in changes(mutant)}
    assert {path.rpartition("/")[2] for path in changed} >= {
        "serverless.yml",
        "statements.yml",
        "users.yml",
        "tables.yml",
    }


def test_what_has_no_template_has_mistakes_of_every_kind_and_in_every_file() -> None:
    policies = {mutant.operator for mutant in made("policy-files")}
    assert policies >= {"bucket-for-objects", "drop-comma", "key-alias", "misspell-action", "placeholder-arn"}
    for name in ("cli-js-cognito", "cli-python-make"):
        operators = {mutant.operator for mutant in made(name) if mutant.dialect in ("commands", "policies")}
        assert operators >= {
            "drop-action",
            "drop-grant",
            "drop-permission",
            "drop-variable",
            "rename-key",
            "reserved-name",
            "wrong-principal",
        }
    names = ("axnt-fixed", "cli-js-cognito", "cli-python-make", "next-vercel", "node-docker")
    changed = {path for name in names for mutant in made(name) for path in changes(mutant)}
    assert {path.rpartition("/")[2] for path in changed} >= {
        "Dockerfile",
        "Makefile",
        "api.json",
        "create-tables.ps1",
        "deploy.sh",
        "deploy.yml",
        "images.json",
        "vercel.json",
    }


def test_what_tools_make_of_programs_has_mistakes_of_most_kinds() -> None:
    for name in ("amplify-js", "cdk-python", "cdk-ts"):
        operators = {mutant.operator for mutant in made(name) if mutant.dialect == "templates"}
        assert operators >= {"drop-grant", "drop-variable", "plaintext-secret", "rename-key", "wildcard"}


def test_a_mistake_of_one_environment_says_of_which() -> None:
    mistakes = [mutant for name in MUTATED for mutant in made(name) if mutant.environments]
    dialects = {path.rpartition(".")[2] for mutant in mistakes for path in changes(mutant)}
    assert dialects >= {"json", "tf", "yaml", "yml"}
    wrong = replace(mistakes[0], environments=frozenset({"another"}))
    assert not judge(wrong, load(rule_ids())).is_right


@pytest.mark.parametrize("name", MUTATED)
def test_no_mutant_is_the_project_itself(name: str) -> None:
    for mutant in made(name):
        assert changes(mutant), str(mutant)
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
