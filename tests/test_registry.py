"""Which rules there are and which of them run."""

from __future__ import annotations

import subprocess
import sys

import pytest

from crosswire.errors import UnknownName, UsageError
from crosswire.registry import load, rule_ids, select

KNOWN = ("env/not-set", "iam/missing-action", "iam/wildcard")


def test_rules_are_listed_without_importing_them() -> None:
    script = (
        "import sys; from crosswire.registry import rule_ids; assert len(rule_ids()) > 5;"
        "assert not [name for name in sys.modules if name.startswith('crosswire_rules.')]"
    )
    subprocess.run([sys.executable, "-c", script], check=True)


def test_every_rule_of_the_pack_loads_and_knows_its_id() -> None:
    ids = rule_ids()
    assert [rule.id for rule in load(ids)] == list(ids)


def test_what_is_nearer_to_the_mistake_comes_first() -> None:
    ids = rule_ids()
    assert ids.index("env/risky-fallback") < ids.index("env/not-set") < ids.index("iam/missing-action")


@pytest.mark.parametrize(
    ("selected", "ignored", "left"),
    [
        ([], [], KNOWN),
        (["iam"], [], KNOWN[1:]),
        (["iam/"], ["iam/wildcard"], KNOWN[1:2]),
        ([], ["iam", "iam/wildcard"], KNOWN[:1]),
    ],
)
def test_rules_and_families_are_selected_and_ignored(
    selected: list[str], ignored: list[str], left: tuple[str, ...]
) -> None:
    assert select(KNOWN, selected, ignored) == left


def test_an_unknown_rule_is_told_with_the_nearest_one() -> None:
    with pytest.raises(UnknownName, match=r"there is no rule `iam/wildcards`; did you mean `iam/wildcard`"):
        select(KNOWN, ["iam/wildcards"])


def test_a_selection_that_leaves_nothing_is_an_error() -> None:
    with pytest.raises(UsageError, match="no rule is left"):
        select(KNOWN, ["iam"], ["iam"])
