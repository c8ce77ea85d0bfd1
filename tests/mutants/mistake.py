"""A mistake: how it is made and what must be said of it. Operators find the places where it can be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from tests.mutants.document import Edit
from tests.mutants.project import Place, Project

LEAVE = "mutate: leave"
"""In a comment of a fixture: this entry is used by something that is not a call, so that nobody can miss it."""

JUDGED = ("dynamodb:", "s3:", "sqs:", "sns:", "secretsmanager:", "ssm:")
"""Services whose calls are extracted from code; the others are not judged."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """What an operator says: the edits by file, and what is expected of them.

    A finding is as expected if it is of one of `rules`, one of its places is in `places`, it names one of `functions`
    (any, where that is empty), and says that it holds in `environments` and in no other (where there are any).
    """

    what: str
    edits: Mapping[str, tuple[Edit, ...]]
    rules: frozenset[str]
    places: frozenset[Place]
    functions: frozenset[str] = frozenset()
    environments: frozenset[str] = frozenset()


Operator = Callable[[Project], Iterator[Mistake]]


def made_up_key() -> str:
    """A key in the shape of a real one, put together here so that no scanner takes this file for a leak."""
    return "_".join(("sk", "live", "4eC39HqLyjWDarjtT1zdp7dcXq81TmZ0"))
