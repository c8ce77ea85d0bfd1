"""The registry: which rules there are, found by their place in the pack, and which of them a check runs."""

from __future__ import annotations

import os
from collections.abc import Iterable
from importlib import import_module

from crosswire.rule import Rule

_PACK = "crosswire_rules"

_FIRST = (
    "env/risky-fallback",
    "env/local-only",
    "env/not-set",
    "env/unknown-table",
    "schema/unknown-index",
    "iam/placeholder-arn",
    "iam/missing-poll-action",
    "iam/unknown-action",
    "iam/kms-alias",
    "iam/unsupported-resource",
    "iam/wrong-resource",
    "iam/missing-action",
    "iam/missing-index",
    "secrets/public-prefix",
)
"""Where several rules name one cause, the first of these tells it: the nearer to the mistake, the earlier."""


def rule_ids() -> tuple[str, ...]:
    """The ids of all rules of the pack, in order of precedence. No rule is imported for it.

    The module `crosswire_rules/iam/missing_action.py` is the rule `iam/missing-action`.
    """
    found = {
        f"{family}/{module.removesuffix('.py').replace('_', '-')}"
        for folder in import_module(_PACK).__path__
        for family in os.listdir(folder)
        if not family.startswith(("_", ".")) and os.path.isdir(os.path.join(folder, family))
        for module in os.listdir(os.path.join(folder, family))
        if module.endswith(".py") and not module.startswith("_")
    }
    return tuple(sorted(found, key=precedence))


def precedence(rule_id: str) -> tuple[int, str]:
    """A key that sorts rules by who tells a common cause."""
    return (_FIRST.index(rule_id) if rule_id in _FIRST else len(_FIRST), rule_id)


def load(rule_ids: Iterable[str]) -> tuple[Rule, ...]:
    """The rules of these ids, imported. Raises UnknownName for an id that the pack does not hold."""
    return tuple(_load(rule_id) for rule_id in rule_ids)


def _load(rule_id: str) -> Rule:
    name = f"{_PACK}.{rule_id.replace('/', '.').replace('-', '_')}"
    module = import_module(name)
    rules = [
        thing
        for thing in vars(module).values()
        if isinstance(thing, type) and issubclass(thing, Rule) and thing.__module__ == name
    ]
    if len(rules) != 1:
        raise TypeError(f"{name} must hold exactly one Rule, but holds {len(rules)}")
    rule = rules[0]()
    rule.id = rule_id
    return rule
