"""The files of a project in one dialect, with what the wiring of all of it says of their parts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import cached_property
from typing import Protocol

from crosswire.frontends.link import build_wiring
from crosswire.project import Files, Selection
from crosswire.source import Span
from crosswire.values import Const, Value
from crosswire.wiring.access import Grant
from crosswire.wiring.function import Function
from crosswire.wiring.project import Wiring

OF_NO_USE = "xray:PutTraceSegments"
"""An action that no fixture needs. It takes no resource."""

_OTHERS = {
    "dynamodb": "dynamodb:DescribeContributorInsights",
    "s3": "s3:GetObjectAcl",
    "secretsmanager": "secretsmanager:ListSecretVersionIds",
    "sns": "sns:ListTagsForResource",
    "sqs": "sqs:ListQueueTags",
    "ssm": "ssm:LabelParameterVersion",
}


def other_than(action: str) -> str:
    """An action on the same resource that no fixture needs."""
    return "s3:GetBucketTagging" if "Bucket" in action else _OTHERS[action.partition(":")[0]]


class Held(Protocol):
    """A part of a text."""

    def holds(self, span: Span | None) -> bool:
        """Whether a place is in it."""


class Wired:
    """The files of a project in one dialect, with the wiring of all of the project."""

    def __init__(self, texts: Mapping[str, str]) -> None:
        self.texts = texts

    @cached_property
    def wiring(self) -> Wiring:
        return build_wiring(Files.from_texts(self.texts), Selection())

    def allowed_by(self, part: Held) -> list[Function]:
        """The functions that what is written here allows something."""
        return [function for function in self.wiring.functions if self.allowed_actions(function, [part])]

    def allowed_actions(self, function: Function, by: Sequence[Held]) -> list[str]:
        """What a function is allowed by some parts, in so far as it is spelt out."""
        actions = [
            value.text
            for grant in function.role.grants
            for value in grant.actions
            if isinstance(value, Const) and _holds(by, grant, value)
        ]
        return list(dict.fromkeys(actions))

    def still_allowed(self, function: Function, action: str, without: Sequence[Held]) -> bool:
        """Whether anything else than some parts allows a function an action."""
        return any(
            isinstance(value, Const) and fnmatchcase(action.lower(), value.text.lower())
            for grant in function.role.grants
            for value in grant.actions
            if not _holds(without, grant, value)
        )


def _holds(parts: Sequence[Held], grant: Grant, action: Value) -> bool:
    return any(part.holds(grant.span) or part.holds(action.span) for part in parts)
