"""Placeholders that people left in ARNs: what was to be put in, and was not."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.values import Const, Unknown, concat, leaves, transform

if TYPE_CHECKING:
    from crosswire.values import Value

_PLACEHOLDER = re.compile(
    r"YOUR[-_][A-Z_-]+"
    r"|(?i:your)[-_ ]?(?i:aws[-_ ])?(?i:account|region|table|bucket|key|queue|topic|secret|function)[-_A-Za-z]*"
    r"|(?<=[:/])(?i:your)[-_][A-Za-z][-_A-Za-z]*(?=$|[:/])"
    r"|<[^<>]+>|\[[A-Z][A-Z_ -]+\]|\{\{(?!resolve:)[^{}]+\}\}|X{6,}(?:-X+)*|x{8,}(?:-x+)*"
    r"|(?<=:)(?:AWS[-_])?(?:REGION|ACCOUNT(?:[-_]?(?:ID|NUMBER))?)(?=:)"
    r"|(?<=[:/])(?:API|BUCKET|FUNCTION|KEY|QUEUE|ROLE|SECRET|TABLE|TOPIC|USER)[-_](?:ID|NAME)(?=$|[:/])"
    r"|\$\{AWS::[A-Za-z]+\}"
)
_WORDS = (  # as AWS's documentation writes ARNs: arn:aws:dynamodb:region:account-id:table/table-name
    re.compile(r"arn:[\w-]*:[\w-]*:((?:aws[-_])?region(?:[-_]?name)?):"),
    re.compile(r"arn:[\w-]*:[\w-]*:[^:]*:((?:aws[-_])?account(?:[-_]?(?:id|number))?):"),
)
_DOCUMENTED = re.compile(r"(?<=:)123456789012(?=:)")
"""The account of AWS's documentation."""


def placeholders(pattern: Value) -> tuple[str, ...]:
    """The placeholders in an ARN, in the order in which they stand there."""
    texts = [part.text for part in leaves(pattern) if isinstance(part, Const)]
    if not any(text.startswith("arn:") for text in texts):
        return ()
    found = ((match.start(), match[0]) for text in texts for match in _PLACEHOLDER.finditer(text))
    words = ((match.start(1), match[1]) for text in texts for word in _WORDS for match in word.finditer(text))
    return tuple(dict.fromkeys(text for _, text in sorted({*found, *words})))


def documented_account(pattern: Value) -> str:
    """The account in an ARN, where it is one of AWS's documentation; else empty."""
    texts = [part.text for part in leaves(pattern) if isinstance(part, Const)]
    if not any(text.startswith("arn:") for text in texts):
        return ""
    return next((match[0] for text in texts for match in _DOCUMENTED.finditer(text)), "")


def filled_in(pattern: Value) -> Value:
    """A pattern with anything where its placeholders stand."""
    left = placeholders(pattern)

    def fill(part: Value) -> Value:
        if not isinstance(part, Const) or not any(text in part.text for text in left):
            return part
        pieces = re.split("|".join(map(re.escape, sorted(left, key=len, reverse=True))), part.text)
        parts: list[Value] = [Const(pieces[0])]
        for piece in pieces[1:]:
            parts += [Unknown("what was to be put in"), Const(piece)]
        return concat(parts)

    return transform(pattern, fill) if left else pattern
