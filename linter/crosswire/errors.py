"""The exceptions that a caller can act on, and the exit codes of the command line.

    CrosswireError
    |-- UsageError           a wrong argument or configuration; nothing was checked
    |   |-- UnknownName      a name that does not exist, with the nearest ones that do
    |   `-- WrongInput       a configuration or baseline that cannot be used, with the places in it
    |-- NothingToCheck       no template below the given paths
    `-- DocumentationError   a rule's docstring that cannot be read; a mistake of the rule's author

Anything else that is raised is a bug of crosswire.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.source import Span

_FEW = 6
"""So many names can be told in a line where none of them is near."""


class Exit(IntEnum):
    """What the process tells its caller."""

    CLEAN = 0
    FINDINGS = 1
    USAGE = 2
    BUG = 3
    NOTHING_TO_CHECK = 4
    INTERRUPTED = 130


class CrosswireError(Exception):
    """The base of all; the message is one line for people. `exit_code` is what the command line ends with."""

    exit_code = Exit.BUG


class UsageError(CrosswireError):
    """A wrong argument or configuration."""

    exit_code = Exit.USAGE


class UnknownName(UsageError):
    """A name that does not exist. `what` says of what kind it is ("rule"), `known` are the names that do exist."""

    def __init__(self, what: str, name: str, known: Iterable[str]) -> None:
        known = tuple(known)
        hint = did_you_mean(name, known)
        if not hint and len(known) <= _FEW:
            hint = f"; there are {', '.join(f'`{one}`' for one in known)}"
        super().__init__(f"there is no {what} `{name}`{hint}")


class WrongInput(UsageError):
    """A configuration or baseline that cannot be used. `problems` are the places in it, each with what is wrong. The
    lines are `shown` unless they may be anything else than crosswire's own."""

    def __init__(self, problems: Iterable[tuple[Span, str]], shown: bool = True) -> None:
        self.problems = tuple(problems)
        self.shown = shown
        span, what = self.problems[0]
        at = span.start_position
        more = f" (and {len(self.problems) - 1} more)" if len(self.problems) > 1 else ""
        super().__init__(f"{span.path}:{at.line}:{at.column}: {what}{more}")


class NothingToCheck(CrosswireError):
    """No unit was found, so nothing can be said: never to be taken for a pass."""

    exit_code = Exit.NOTHING_TO_CHECK


class DocumentationError(CrosswireError):
    """A rule's docstring that does not follow the notation."""


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """`; did you mean ...?` with the nearest of the known names, or the empty text where none is near."""
    import difflib

    names = {candidate.lower(): candidate for candidate in sorted(known)}
    near = [names[match] for match in difflib.get_close_matches(name.lower(), list(names), n=2, cutoff=0.6)]
    return f"; did you mean {' or '.join(f'`{match}`' for match in near)}?" if near else ""
