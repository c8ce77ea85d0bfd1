"""Docs: what `crosswire explain` prints and `docs/rules` holds, both made of the rules' docstrings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from crosswire.examples import documentation

if TYPE_CHECKING:
    from crosswire.rule import Rule


def page(rule: Rule) -> str:
    """A rule's page, in Markdown."""
    return f"# {rule.id}\n\nSeverity: {rule.severity.value}\n\n{documentation(rule.__doc__, rule.id).text}\n"


def pages(rules: Sequence[Rule]) -> Mapping[str, str]:
    """All pages by path below `docs/rules`, with an index."""
    rows = [f"| [{rule.id}]({rule.id}.md) | {rule.severity.value} | {_summary(rule)} |\n" for rule in _sorted(rules)]
    index = "# The rules\n\n| rule | severity | what is wrong |\n|---|---|---|\n" + "".join(rows)
    return {"README.md": index, **{f"{rule.id}.md": page(rule) for rule in _sorted(rules)}}


def rules_as_text(rules: Sequence[Rule]) -> str:
    """One line for each rule."""
    width = max(len(rule.id) for rule in rules)
    return "".join(f"{rule.id:<{width}}  {rule.severity.value:<7}  {_summary(rule)}\n" for rule in _sorted(rules))


def rules_as_json(rules: Sequence[Rule]) -> str:
    """An array with id, severity and summary of each rule."""
    listing = [{"id": rule.id, "severity": rule.severity.value, "summary": _summary(rule)} for rule in _sorted(rules)]
    return json.dumps(listing, indent=2) + "\n"


def _summary(rule: Rule) -> str:
    return documentation(rule.__doc__, rule.id).summary


def _sorted(rules: Sequence[Rule]) -> list[Rule]:
    return sorted(rules, key=lambda rule: rule.id)
