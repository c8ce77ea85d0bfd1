"""Three-valued matching of symbolic texts: whether a policy's pattern covers an ARN that no one knows in full.

Every value becomes a string in which a symbolic part is one character of a private area: the same part is the same
character on both sides, so that ordinary string operations compare what is exact, and what is symbolic only equals
itself. YES and NO hold for every text that the symbolic parts may stand for; all else is MAYBE.

What is assumed of symbolic parts: a shared part holds no wildcard; a name that AWS makes up ends in random characters,
so that it is part of no text that was written, be it with a parameter in it (`orders-${Stage}`), nor of another such
name, and it holds neither `/` nor `:`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import product
from typing import TypeAlias

from crosswire.values import (
    Concat,
    Const,
    If,
    OneOf,
    Parameter,
    Ref,
    Truth,
    Unknown,
    Value,
    leaves,
)

Expand: TypeAlias = Callable[[Value], Value]

_MOST_WORLDS = 64

# Symbolic parts are characters from here on, names that AWS makes up from the second one; texts hold none of them.
_SYMBOLIC = "\U000f0000"
_MADE_UP = "\U00100000"
_STAR = "\U0010fff0"
_GAP = "\U0010ffee"  # an unknown part of the text
_PATTERN_GAP = "\U0010ffef"  # an unknown part of the pattern: never equal to one of the text
_ONE = "\U0010fffd"
_SOFT = re.compile(f"[{_SYMBOLIC}-{_STAR}]+")
_ONES = re.compile(f"{_ONE}+")

_WILDCARDS = str.maketrans({"*": _STAR, "?": _ONE})
_SECRET_SUFFIX = "-" + _ONE * 6


def unchanged(value: Value) -> Value:
    """Expands nothing: for values that no definition stands behind."""
    return value


def matches(pattern: Value, text: Value, expand: Expand = unchanged) -> Truth:
    """Whether a pattern, with the wildcards `*` and `?` in its constants, covers a text.

    ARNs are compared segment by segment, as ArnLike and IAM do; a region, account or partition that is symbolic or
    empty on one side agrees with any on the other. `expand` replaces symbolic parts by what they stand for.
    """
    return _compare_values(pattern, text, expand, wildcards=True)


def same(one: Value, other: Value, expand: Expand = unchanged) -> Truth:
    """Whether two values are the same text; regions, accounts and partitions of ARNs agree as in `matches`."""
    return _compare_values(one, other, expand, wildcards=False)


def action_matches(pattern: Value, action: str) -> Truth:
    """Whether a pattern of a policy's `Action` covers an action. Case does not count."""
    if isinstance(pattern, Const):
        text = pattern.text.lower()
        if "*" not in text and "?" not in text:
            return Truth.YES if text == action.lower() else Truth.NO
        return _compare(text.translate(_WILDCARDS), action.lower())
    return Truth.MAYBE if isinstance(pattern, Unknown) else matches(_lower(pattern), Const(action.lower()))


def _lower(value: Value) -> Value:
    match value:
        case Const(text):
            return Const(text.lower())
        case Concat(parts):
            return Concat(tuple(_lower(part) for part in parts))
        case OneOf(choices):
            return OneOf(tuple(_lower(choice) for choice in choices))
        case If(condition, then, otherwise):
            return If(condition, _lower(then), _lower(otherwise))
        case _:
            return value


def _compare_values(pattern: Value, text: Value, expand: Expand, *, wildcards: bool) -> Truth:
    if isinstance(pattern, Const) and wildcards and pattern.text == "*":
        return Truth.YES
    pattern, text = expand(pattern), expand(text)
    alike = _compare_worlds(pattern, text, {}, wildcards=wildcards)
    if alike is not Truth.MAYBE:
        return alike
    allowed = {
        leaf: leaf.allowed
        for value in (pattern, text)
        for leaf in leaves(value)
        if isinstance(leaf, Parameter) and leaf.allowed and not leaf.secret
    }
    return _compare_worlds(pattern, text, allowed, wildcards=wildcards) if allowed else alike


def _compare_worlds(
    pattern: Value, text: Value, allowed: dict[Parameter, tuple[str, ...]], *, wildcards: bool
) -> Truth:
    """Compare in every world: each gives every condition a side and every parameter one of its allowed values."""
    conditions = list(dict.fromkeys((*_conditions(pattern), *_conditions(text))))
    count = 2 ** len(conditions)
    for choices in allowed.values():
        count *= len(choices)
    if count > _MOST_WORLDS:
        return Truth.MAYBE
    answer: Truth | None = None
    for sides in product((True, False), repeat=len(conditions)):
        for given in product(*allowed.values()):
            world = _World(dict(zip(conditions, sides, strict=True)), dict(zip(allowed, given, strict=True)))
            patterns = world.texts(pattern, wildcards=wildcards)
            texts = world.texts(text, wildcards=None)
            if len(patterns) * len(texts) > _MOST_WORLDS:
                return Truth.MAYBE
            for one, other in product(patterns, texts):
                found = _compare(one, other)
                if found is Truth.MAYBE or (answer is not None and found is not answer):
                    return Truth.MAYBE
                answer = found
    return Truth.MAYBE if answer is None else answer


def _conditions(value: Value) -> Iterator[str]:
    match value:
        case If(condition, then, otherwise):
            yield condition
            yield from _conditions(then)
            yield from _conditions(otherwise)
        case Concat(parts) | OneOf(parts):
            for part in parts:
                yield from _conditions(part)


class _World:
    """One way in which conditions and parameters may turn out, and the characters of symbolic parts in it."""

    __slots__ = ("conditions", "parameters", "symbols")

    def __init__(self, conditions: dict[str, bool], parameters: dict[Parameter, str]) -> None:
        self.conditions = conditions
        self.parameters = parameters
        self.symbols: dict[Value, str] = {}

    def texts(self, value: Value, *, wildcards: bool | None) -> list[str]:
        """The alternatives of a value as strings. `wildcards` tells whether its constants hold any; None for a text,
        whose gaps are others than a pattern's."""
        match value:
            case Const(text):
                if not text.isascii():
                    text = "".join(_GAP if character >= _SYMBOLIC else character for character in text)
                return [text.translate(_WILDCARDS) if wildcards else text]
            case Concat(parts):
                alternatives = [""]
                for part in parts:
                    endings = self.texts(part, wildcards=wildcards)
                    alternatives = [start + end for start in alternatives for end in endings]
                    if len(alternatives) > _MOST_WORLDS:
                        return [_GAP if wildcards is None else _PATTERN_GAP]
                return alternatives
            case If(condition, then, otherwise):
                return self.texts(then if self.conditions[condition] else otherwise, wildcards=wildcards)
            case OneOf(choices):
                return [text for choice in choices for text in self.texts(choice, wildcards=wildcards)]
            case Parameter() if value in self.parameters:
                text = self.parameters[value]
                return [text.translate(_WILDCARDS) if wildcards else text]
            case Parameter() | Ref():
                return [self._symbol(value)]
            case _:
                return [_GAP if wildcards is None else _PATTERN_GAP]

    def _symbol(self, value: Parameter | Ref) -> str:
        known = self.symbols.get(value)
        if known is None:
            base = _MADE_UP if isinstance(value, Ref) and value.attribute == "name" else _SYMBOLIC
            known = self.symbols[value] = chr(ord(base) + len(self.symbols))
        return known


def _compare(pattern: str, text: str) -> Truth:
    """Compare two strings with symbols, as ARNs where both are."""
    if not (pattern.startswith("arn:") and text.startswith("arn:")):
        return _compare_plain(pattern, text)
    patterns, texts = pattern.split(":", 5), text.split(":", 5)
    if len(patterns) < 6 or len(texts) < 6:
        head, tail = pattern.split(":", 2), text.split(":", 2)
        if len(head) < 3 or len(tail) < 3:
            return _compare_plain(pattern, text)
        return _agree(head[1], tail[1]) & _compare_plain(head[2], tail[2])
    found = _compare_plain(patterns[2], texts[2])
    if found is Truth.NO:
        return found
    for index in (1, 3, 4):
        found &= _agree(patterns[index], texts[index])
    if found is Truth.NO:
        return found
    rest_of_pattern, rest_of_text = patterns[5], texts[5]
    if texts[2] == "secretsmanager":
        rest_of_pattern, rest_of_text = _without_suffix(rest_of_pattern, rest_of_text)
    return found & _compare_plain(rest_of_pattern, rest_of_text)


def _agree(pattern: str, text: str) -> Truth:
    """Compare regions, accounts or partitions, of which crosswire only judges what both sides spell out."""
    if not pattern or not text or max(text) >= _SYMBOLIC or any(_SYMBOLIC <= part < _STAR for part in pattern):
        return Truth.YES
    return _compare_plain(pattern, text)


def _without_suffix(pattern: str, text: str) -> tuple[str, str]:
    """Drop the six random characters that end a secret's ARN where both sides leave them open."""
    open_text = len(text) > 2 and text[-2] == "-" and text[-1] >= _SYMBOLIC
    if open_text and pattern.endswith(_SECRET_SUFFIX):
        return pattern[: -len(_SECRET_SUFFIX)], text[:-2]
    if open_text and len(pattern) > 2 and pattern[-2] == "-" and _SYMBOLIC <= pattern[-1] < _STAR:
        return pattern[:-2], text[:-2]
    return pattern, text


def _compare_plain(pattern: str, text: str) -> Truth:
    if pattern in (text, _STAR):
        return Truth.YES
    trimmed = _trim(pattern, text)
    if trimmed is None:
        return Truth.NO
    trimmed = _trim(trimmed[0][::-1], trimmed[1][::-1])
    if trimmed is None:
        return Truth.NO
    pattern, text = trimmed[0][::-1], trimmed[1][::-1]
    if not text:
        return _compare_with_nothing(pattern)
    if not pattern:
        return Truth.NO if any(map(_is_filled, text)) else Truth.MAYBE
    if _surely(pattern, text):
        return Truth.YES
    return Truth.NO if _made_up_apart(pattern, text) or not _possibly(pattern, text) else Truth.MAYBE


def _compare_with_nothing(pattern: str) -> Truth:
    if any(map(_is_filled, pattern)):
        return Truth.NO
    return Truth.YES if not pattern.strip(_STAR) else Truth.MAYBE


def _is_filled(character: str) -> bool:
    """Whether it stands for at least one character: all but stars, gaps and symbols other than made-up names."""
    return character < _SYMBOLIC or character == _ONE or _MADE_UP <= character < _GAP


def _trim(pattern: str, text: str) -> tuple[str, str] | None:
    """Drop what both begin with; None where they differ there."""
    at, end = 0, min(len(pattern), len(text))
    while True:
        at = _common(pattern, text, at, end)
        if at == end or text[at] >= _SYMBOLIC:
            break
        if pattern[at] == _ONE:
            at += 1
        elif pattern[at] < _SYMBOLIC:
            return None
        else:
            break
    return pattern[at:], text[at:]


def _common(one: str, other: str, at: int, end: int) -> int:
    """Where two strings that agree up to `at` cease to: compared by growing slices, much faster than by characters."""
    width = 1
    while at < end:
        stop = min(at + width, end)
        if one[at:stop] == other[at:stop]:
            at, width = stop, width * 4
        elif width == 1:
            break
        else:
            width = max(1, (stop - at) // 2)
    return at


def _surely(pattern: str, text: str) -> bool:
    """Whether the pattern covers the text with every symbol taken for a character of its own."""
    return _glob(pattern.split(_STAR), text)


def _possibly(pattern: str, text: str) -> bool:
    """Whether some texts in place of the symbols make them match.

    Where both sides have such parts, it is enough that what stands before the first and behind the last of them does
    not disagree, which trimming has seen to: what is fixed in between can be put in one after the other.
    """
    soft_pattern, soft_text = _SOFT.search(pattern), _SOFT.search(text)
    if soft_pattern and soft_text:
        return True
    if soft_pattern:
        return _glob(_SOFT.split(pattern), text)
    if soft_text:
        return _ONE in pattern or _glob(_SOFT.split(text), pattern)
    return False


def _glob(pieces: list[str], text: str) -> bool:
    """Whether a text begins with the first piece, ends with the last, and holds the others in order in between."""
    if len(pieces) == 1:
        return len(pieces[0]) == len(text) and _stands(pieces[0], text, 0)
    first, *middle, last = pieces
    end = len(text) - len(last)
    at = len(first)
    if end < at or not _stands(first, text, 0) or not _stands(last, text, end):
        return False
    for piece in middle:
        at = _find(piece, text, at, end)
        if at < 0:
            return False
        at += len(piece)
    return True


def _stands(piece: str, text: str, at: int) -> bool:
    if _ONE not in piece:
        return text.startswith(piece, at)
    return len(piece) + at <= len(text) and all(
        mine == its or (mine == _ONE and its < _SYMBOLIC)
        for mine, its in zip(piece, text[at : at + len(piece)], strict=True)
    )


def _find(piece: str, text: str, start: int, end: int) -> int:
    if _ONE not in piece:
        return text.find(piece, start, end)
    expression = _ONES.sub(lambda run: f"[\0-\U000effff]{{{len(run[0])}}}", re.escape(piece))
    found = re.compile(expression).search(text, start, end)
    return -1 if found is None else found.start()


def _made_up_apart(pattern: str, text: str) -> bool:
    """Whether a name that AWS makes up would have to be a text that was written, or another such name."""
    for one, other in ((pattern, text), (text, pattern)):
        if _begins_apart(one, other) or _begins_apart(one[::-1], other[::-1]):
            return True
        # Such a name holds no separator: the side that is otherwise written out has all of its separators in sight.
        soft = _SOFT.findall(other)
        if soft and _ONE not in other and all(_MADE_UP <= symbol < _GAP for run in soft for symbol in run):
            if any(one.count(separator) > other.count(separator) for separator in "/:"):
                return True
    return False


def _begins_apart(one: str, other: str) -> bool:
    if not _MADE_UP <= one[0] < _GAP:
        return False
    return _MADE_UP <= other[0] < _GAP or _is_written(_segment(other))


def _is_written(segment: str) -> bool:
    """Whether people wrote a part of a name, with symbols at most in between: `orders-${Stage}`. What a symbol alone
    stands for may be a made-up name that was handed in."""
    if not segment or max(segment) < _SYMBOLIC:
        return True
    return max(segment) < _MADE_UP and any(map(str.isalnum, segment))


def _segment(text: str) -> str:
    ends = [at for at in (text.find("/"), text.find(":")) if at >= 0]
    return text[: min(ends)] if ends else text
