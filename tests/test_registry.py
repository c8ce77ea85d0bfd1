"""Which rules there are."""

from __future__ import annotations

import subprocess
import sys

from crosswire.registry import load, rule_ids


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
