"""What the rules about tables say of them in the same words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Confidence, Label
from crosswire.wiring.function import Use
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crosswire.values import Value
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.resource import Table
    from crosswire.wiring.schema import Kept


def key_of(table: Table) -> list[str]:
    """The attributes of a table's key, the hash key first."""
    return [key.attribute for key in sorted(table.keys, key=lambda key: key.role)]


def key_places(table: Table) -> Iterator[Label]:
    """The places where a table's key is declared."""
    for key in table.keys:
        if key.span is not None:
            yield Label(key.span, f"`{key.attribute}` is {'part of ' if len(table.keys) > 1 else ''}the key")
    yield Label(table.span, f"the table `{table.id}` is declared here")


def named_by(wiring: Wiring, function: Function, name: Value) -> Iterator[Label]:
    """The places from which a table's name comes."""
    return evidence.named_by(wiring, function, Use("table", name, ()))


def confidence(wiring: Wiring, kept: Kept) -> Confidence:
    """How sure a finding about a library's table is: at most medium where the table is only the one that can be
    meant."""
    sure = evidence.confidence(kept.function, wiring.resolve(kept.function, kept.library.name))
    return sure if kept.sure else min(sure, Confidence.MEDIUM, key=lambda one: one.rank)


def listed(names: Iterable[str]) -> str:
    """Attributes in backticks, joined by `and`; words for none."""
    return evidence.quoted(names) or "nothing"
