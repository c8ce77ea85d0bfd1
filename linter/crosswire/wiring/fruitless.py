"""Statements that name what can never meet: actions on resources that these are not authorised on."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from crosswire.aws import iam_actions
from crosswire.record import record, replace
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Truth

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.patterns import Expand
    from crosswire.values import Value
    from crosswire.wiring.access import Grant

# What stands in a text for what is not known or left open: any text, a text without `/` and `:`, one character of
# either kind.
_ANY = "\U000f0000"
_REST = "\U000f0001"
_ONE = "\U000f0002"
_PART = "\U000f0003"
_LOOPS = (_ANY, _REST)
_SEPARATORS = "/:"
_PUT_IN = r"\$\{[^}]*\}|\{+[^{}]*\}+|<[^<>]*>|\[[^\[\]]*\]|%\w*%|%s|@@?\w+@@?|__\w+__|\$\w+|[{}<>\[\]$%@|]"
"""What is put into a text by whoever uses it, or by IAM (`${aws:username}`)."""

_MOST_TEXTS = 16
_Tokens: TypeAlias = str
"""A text in which these stand."""


@record
class Fruitless:
    """An action of a statement that none of the statement's resources can be about. `types` are the resource types
    that it is authorised on, empty where it takes none, and `arns` their ARNs."""

    action: Const
    name: str
    types: tuple[str, ...]
    arns: tuple[str, ...]


def fruitless(grant: Grant, expand: Expand) -> list[Fruitless]:
    """The actions of a statement that match none of its resources, whatever the parts of these are that are not
    known."""
    if not grant.resources or grant.not_resources or any(pattern == Const("*") for pattern in grant.resources):
        return []
    texts: list[_Tokens] | None = None
    found: list[Fruitless] = []
    for action in grant.actions:
        if not isinstance(action, Const):
            continue
        prefix, _, name = action.text.partition(":")
        service = iam_actions.service(prefix) if name else None
        known = None if service is None else service.actions.get(name.lower())
        if service is None or known is None or known.types is None:
            continue
        if not iam_actions.is_exact(service.prefix, known.name):
            continue
        if texts is None:
            texts = [text for pattern in grant.resources for text in _texts(expand(pattern))]
            if len(texts) > _MOST_TEXTS * len(grant.resources):
                return []
            texts = [text for text in texts if not _lacks_parts(text)]
            if not all(map(_is_arn, texts)):
                return []
        arns = tuple(arn for kind in known.types for arn in service.types[kind])
        heads = {_head(arn) for listed in service.types.values() for arn in listed}
        if arns:
            is_met = any(_meets(text, arn, heads) for text in texts for arn in arns)
        elif iam_actions.takes_nothing(service.prefix, known.name):
            is_met = any(_is_everything(text, service.prefix, heads) for text in texts)
        else:
            continue
        if not is_met:
            found.append(Fruitless(action, f"{service.prefix}:{known.name}", known.types, arns))
    return found if len(found) == len(grant.actions) else [one for one in found if one.name not in iam_actions.BESIDE]


def takes(grant: Grant, action: str, expand: Expand) -> Truth:
    """Whether a statement that names an action, or a wildcard for it, has a resource that the action is authorised
    on. NO is sure."""
    return Truth.NO if fruitless(replace(grant, actions=(Const(action),)), expand) else Truth.MAYBE


def _texts(value: Value) -> list[_Tokens]:
    """Everything that a pattern may be, with tokens for its wildcards and for what is not known."""
    match value:
        case Const(text):
            text = re.sub(_PUT_IN, _ANY, text)
            return [text.replace("*", _ANY).replace("?", _ONE)]
        case Concat(parts):
            found = [""]
            for part in parts:
                endings = _texts(part)
                found = [start + end for start in found for end in endings]
                if len(found) > _MOST_TEXTS:
                    return [_ANY]
            return found
        case If(_, then, otherwise):
            return [*_texts(then), *_texts(otherwise)]
        case OneOf(choices):
            return [text for choice in choices for text in _texts(choice)]
        case Parameter("AWS", "Partition" | "Region" | "AccountId") | Ref(_, "name"):
            return [_PART + _REST]
        case _:
            return [_ANY]


def _is_arn(text: _Tokens) -> bool:
    """Whether a text is an ARN of which the service can be told; any other may be anything."""
    segments = text.split(":", 5)
    return len(segments) == 6 and segments[0] == "arn" and not any(_ANY in part for part in segments[2:3])


def _lacks_parts(text: _Tokens) -> bool:
    """Whether a text begins like an ARN and is none, because a colon is missing: it matches nothing."""
    is_open = any(token in text for token in (_ANY, _REST, _ONE, _PART))
    return text.startswith("arn:") and text.count(":") < 5 and not is_open


def _meets(text: _Tokens, arn: str, heads: Iterable[str]) -> bool:
    """Whether a pattern and the ARN of a resource type have a text in common. The region and account that are put
    into the ARN are not empty, yet what AWS owns has no account."""
    (_, _, *place, ours), (_, _, *their_place, theirs) = text.split(":", 5), arn.split(":", 5)
    if place[0] != their_place[0]:
        return False
    if place[2] == "" and place[1]:
        their_place[2] = ""
    elif place[2].endswith(_ANY) and not any(head and ours.startswith(head) for head in heads):
        return True  # a wildcard at the end of a segment goes on beyond it, to where the name of the type stands
    return _overlap(ours, theirs.replace("%", _PART + _REST).replace("*", _ANY)) and all(
        _overlap(one, other.replace("*", _PART + _REST)) for one, other in zip(place, their_place, strict=True)
    )


def _is_everything(text: _Tokens, prefix: str, heads: Iterable[str]) -> bool:
    """Whether a pattern may cover everything of a service or of one kind of resource in it, which is what some services
    ask for where an action takes no resource (`iam:ListRoles` on `role/*`)."""
    segments = text.split(":", 5)
    return segments[2] == prefix and any(segments[5].startswith(head + _ANY) for head in (*heads, ""))


def _head(arn: str) -> str:
    """What the resource part of a type's ARN begins with: `table/`."""
    return re.split(r"[*%]", arn.split(":", 5)[5], maxsplit=1)[0]


@cache
def _overlap(one: _Tokens, other: _Tokens) -> bool:
    """Whether two patterns match a text in common."""
    waiting, seen = [(0, 0)], {(0, 0)}

    def go(i: int, j: int) -> None:
        if (i, j) not in seen:
            seen.add((i, j))
            waiting.append((i, j))

    while waiting:
        i, j = waiting.pop()
        if i == len(one) and j == len(other):
            return True
        if i < len(one) and one[i] in _LOOPS:
            go(i + 1, j)
        if j < len(other) and other[j] in _LOOPS:
            go(i, j + 1)
        if i < len(one) and j < len(other) and _may_be_equal(one[i], other[j]):
            go(i if one[i] in _LOOPS else i + 1, j if other[j] in _LOOPS else j + 1)
    return False


def _may_be_equal(one: str, other: str) -> bool:
    for token, character in ((one, other), (other, one)):
        if token in (_ANY, _ONE):
            return True
        if token in (_REST, _PART):
            return character not in _SEPARATORS
    return one == other
