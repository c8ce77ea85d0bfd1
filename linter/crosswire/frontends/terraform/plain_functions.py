"""Terraform's functions of exact values, in Python's terms: texts, numbers, truth values, None, lists and dictionaries.

A call that Terraform refuses raises ValueError; one of which it is not known here what Terraform would make of it
raises NotKnown. Texts follow the library of Go: its patterns, its verbs, its letters.
"""

from __future__ import annotations

import base64
import json
import math
import posixpath
import re
from collections.abc import Callable
from functools import cache
from typing import Any

_LONGEST = 1_000_000
_LONGEST_SEARCHED = 5_000
_MOST_NUMBERS = 1024
_NUMBER = re.compile(r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?")
_FIRST_COMBINING = 0x300


class NotKnown(Exception):
    """What comes of a call is not known here."""


# What functions are given is converted


def number_in(text: str) -> float | None:
    """The number that a text spells, None where it spells none."""
    if not _NUMBER.fullmatch(text):
        return None
    number = float(text) if not text.lstrip("-+").isdecimal() or len(text) > 400 else int(text)
    return number if math.isfinite(number) else None


def _number(given: object) -> float:
    if isinstance(given, str):
        given = number_in(given)
    if isinstance(given, bool) or not isinstance(given, (int, float)):
        raise ValueError("no number")
    return given


def _whole(given: object) -> int:
    number = _number(given)
    if number != int(number):
        raise ValueError("no whole number")
    return int(number)


def _text(given: object) -> str:
    match given:
        case bool():
            return "true" if given else "false"
        case str():
            return given
        case int() | float():
            return number_text(given)
        case _:
            raise ValueError("no text")


def _list(given: object) -> list[object]:
    if not isinstance(given, list):
        raise ValueError("no list")
    return given


def number_text(number: float) -> str:
    """A number as Terraform puts it into a text."""
    if isinstance(number, int):
        return str(number)
    return str(int(number)) if number.is_integer() else repr(number)


def _taking(function: Callable[..., object], *kinds: Callable[[object], object]) -> Callable[..., object]:
    """A function whose arguments are converted; there are as many as there are kinds."""

    def call(*arguments: object) -> object:
        if len(arguments) != len(kinds):
            raise ValueError("too many or too few arguments")
        return function(*(kind(argument) for kind, argument in zip(kinds, arguments, strict=True)))

    return call


def _taking_any(function: Callable[[list[Any]], object], kind: Callable[[object], object]) -> Callable[..., object]:
    """A function of any number of arguments of a kind."""
    return lambda *arguments: function([kind(argument) for argument in arguments])


# Texts


def _simple(text: str) -> str:
    """A text in which every code point is a character by itself."""
    if not text.isascii() and max(map(ord, text)) >= _FIRST_COMBINING:
        raise NotKnown
    return text


def length(text: str) -> int:
    """How many characters a text has, as people count them."""
    return len(_simple(text))


def upper(text: str) -> str:
    """Capital letters, one for each character."""
    return text.upper() if text.isascii() else "".join(_one_for_one(each, each.upper()) for each in text)


def lower(text: str) -> str:
    """Small letters, one for each character."""
    return text.lower() if text.isascii() else "".join(_one_for_one(each, each.lower()) for each in text)


def _one_for_one(character: str, changed: str) -> str:
    return changed if len(changed) == 1 else character


def _title(text: str) -> str:
    return re.sub(r"(^|[^\w])(\w)", lambda match: match.group(1) + upper(match.group(2)), text)


def _substr(text: str, start: int, wanted: int) -> str:
    first = start if start >= 0 else max(len(_simple(text)) + start, 0)
    return text[first:] if wanted < 0 else _simple(text)[first : first + wanted]


def split(separator: str, text: str) -> list[str]:
    """The pieces of a text; its characters where the separator is empty."""
    return text.split(separator) if separator else list(_simple(text))


def _parse_int(text: str, base: int) -> int:
    if not 2 <= base <= 36 or not re.fullmatch("-?[0-9A-Za-z]+", text):
        raise NotKnown
    if text.lstrip("-")[:2].lower() in ("0x", "0b", "0o"):
        raise ValueError("a mark of the base")
    return int(text, base)


def _digest(name: str) -> Callable[..., object]:
    return _taking(lambda text: _hash(name, text).hex(), _text)


def _hash(name: str, text: str) -> bytes:
    import hashlib

    return hashlib.new(name, text.encode(), usedforsecurity=False).digest()


def _url_encoded(text: str) -> str:
    from urllib.parse import quote_plus

    return quote_plus(text, safe="-_.~")


def _basename(path: str) -> str:
    return posixpath.basename(path.rstrip("/")) or ("/" if path else ".")


def _dirname(path: str) -> str:
    return posixpath.normpath(posixpath.dirname(path) or ".")


# Patterns

_CLASSES = {
    "alnum": "0-9A-Za-z",
    "alpha": "A-Za-z",
    "digit": "0-9",
    "lower": "a-z",
    "punct": r"!-/:-@\[-`{-~",
    "space": r"\t\n\v\f\r ",
    "upper": "A-Z",
    "word": "0-9A-Za-z_",
    "xdigit": "0-9A-Fa-f",
}
_REPEATED_TWICE = re.compile(r"[*+}]\??\)(?:[*+]|\{)")  # may take forever
_TOKEN = re.compile(r"\\[pP](?:\{\^?\w+\}|\w)|\\.|\[:(\^?)(\w+):\]|\(\?(?:P<\w+>|:|i\)|[^)]?)|[*+?}][+]|.", re.DOTALL)


@cache
def _pattern(pattern: str) -> re.Pattern[str]:
    """A pattern of Go as one of Python."""
    if _REPEATED_TWICE.search(pattern):
        raise NotKnown
    found = ""
    in_class = False
    for match in _TOKEN.finditer(pattern):
        token = match.group()
        if match.group(2):
            if match.group(1) or match.group(2) not in _CLASSES:
                raise NotKnown
            token = _CLASSES[match.group(2)]
        elif token == r"\z":
            token = r"\Z"
        elif in_class:
            in_class = token != "]" or found.endswith(("[", "[^"))
            token = r"\[" if token == "[" else token
        elif token == "[":
            in_class = True
        elif token == "$":
            token = r"\Z"
        elif token.startswith("(?") and not token.startswith(("(?P<", "(?:", "(?i)")):
            raise NotKnown
        if token.startswith((r"\p", r"\P", r"\Q")) or (len(token) == 2 and token[0] in "*+?}" and token[1] == "+"):
            raise NotKnown
        found += token
    try:
        return re.compile(found, re.ASCII)
    except (re.error, RecursionError, OverflowError) as error:
        raise ValueError("no pattern") from error


def _searchable(text: str) -> str:
    if len(text) > _LONGEST_SEARCHED:
        raise NotKnown
    return text


def _regex(pattern: str, text: str) -> object:
    match = _pattern(pattern).search(_searchable(text))
    if match is None:
        raise ValueError("no match")
    return _groups(match)


def _regex_all(pattern: str, text: str) -> object:
    return [_groups(match) for match in _pattern(pattern).finditer(_searchable(text))]


def _groups(match: re.Match[str]) -> object:
    named = match.groupdict()
    return named or (list(match.groups()) if match.groups() else match.group())


_REFERENCE = re.compile(r"\$(?:\$|(\w+)|\{(\w+)\})", re.ASCII)


def _replace(text: str, old: str, new: str) -> str:
    if len(old) < 2 or not (old.startswith("/") and old.endswith("/")):
        if len(new) > len(old) and text.count(old) * len(new) > _LONGEST:
            raise NotKnown
        return text.replace(old, new)

    def replaced(match: re.Match[str]) -> str:
        return _REFERENCE.sub(lambda reference: _group(match, reference), new)

    _searchable(new)
    return _pattern(old[1:-1]).sub(replaced, _searchable(text))


def _group(match: re.Match[str], reference: re.Match[str]) -> str:
    name = reference.group(1) or reference.group(2)
    if name is None:
        return "$"
    try:
        return match.group(int(name) if name.isdecimal() else name) or ""
    except IndexError:
        return ""


# Formats

VERB = re.compile(r"%(?:\[([0-9]+)\])?([-+# 0]*[0-9]*(?:\.[0-9]+)?)([a-zA-Z%])")


def format_text(template: str, *arguments: object) -> str:
    """A text with each argument in the place of its verb."""
    waiting = list(arguments)
    numbered = False

    def one(match: re.Match[str]) -> str:
        nonlocal numbered
        position, flags, verb = match.groups()
        if verb == "%":
            return "%"
        numbered = numbered or bool(position)
        if int(position) > len(arguments) if position else not waiting:
            raise ValueError("too few arguments")
        return _formatted(flags, verb, arguments[int(position) - 1] if position else waiting.pop(0))

    found = VERB.sub(one, template)
    if waiting and not numbered:
        raise ValueError("too many arguments")
    return found


def _formatted(flags: str, verb: str, value: object) -> str:
    if len(flags) > 4:
        raise NotKnown
    match verb:
        case "v" if flags == "#":
            return json_text(value)
        case "s" if "#" not in flags:
            return f"%{flags}s" % _text(value)
        case "v" if value is not None and "#" not in flags:
            return f"%{flags}s" % (json_text(value) if isinstance(value, (list, dict)) else _text(value))
        case "q" if not flags:
            return json.dumps(_text(value), ensure_ascii=False)
        case "t" if not flags and _text(value) in ("true", "false"):
            return _text(value)
        case "d" | "x" | "X" | "o" if "#" not in flags and (not isinstance(value, str) or verb == "d"):
            return f"%{flags}{verb}" % _whole(value)
        case "e" | "f" | "g" | "E" | "G" if "#" not in flags:
            return f"%{flags}{verb}" % _number(value)
        case _:
            raise NotKnown


def json_text(plain: object) -> str:
    """The JSON text of a value as Go writes it: without blanks, names sorted, the marks of HTML escaped."""
    written = json.dumps(plain, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
    for character in "<>&\u2028\u2029":
        if character in written:
            written = written.replace(character, f"\\u{ord(character):04x}")
    return written


# Numbers and lists


def _range(*limits: object) -> list[float]:
    numbers = [_number(limit) for limit in limits]
    match numbers:
        case [end]:
            start, step = 0.0, 1.0 if end >= 0 else -1.0
        case [start, end]:
            step = 1.0 if end >= start else -1.0
        case [start, end, step] if step:
            pass
        case _:
            raise ValueError("no range")
    found: list[float] = []
    at = start
    while at < end if step > 0 else at > end:
        if len(found) == _MOST_NUMBERS:
            raise ValueError("more than Terraform makes")
        found.append(at)
        at += step
    return found


def _chunks(items: list[object], size: int) -> list[list[object]]:
    if size < 0:
        raise ValueError("a negative size")
    size = size or max(len(items), 1)
    return [items[at : at + size] for at in range(0, len(items), size)]


def _sum(items: list[object]) -> float:
    if not items:
        raise ValueError("no numbers")
    return sum([_number(item) for item in items])


def _of_numbers(function: Callable[[list[float]], float]) -> Callable[[list[float]], float]:
    def call(numbers: list[float]) -> float:
        if not numbers:
            raise ValueError("no numbers")
        return function(numbers)

    return call


def _power(one: float, other: float) -> float:
    if abs(other) > 64 or abs(one) > 1_000_000:
        raise NotKnown
    if one < 0 and other != int(other):
        raise ValueError("no number")
    return float(one**other) if other < 0 else one**other


def _index(items: list[object], wanted: object) -> int:
    for number, item in enumerate(items):
        if item == wanted and isinstance(item, bool) is isinstance(wanted, bool):
            return number
    raise ValueError("not in the list")


FUNCTIONS: dict[str, Callable[..., object]] = {
    "abs": _taking(abs, _number),
    "base64decode": _taking(lambda text: base64.b64decode(text, validate=True).decode(), _text),
    "base64encode": _taking(lambda text: base64.b64encode(text.encode()).decode(), _text),
    "base64sha256": _taking(lambda text: base64.b64encode(_hash("sha256", text)).decode(), _text),
    "basename": _taking(_basename, _text),
    "ceil": _taking(math.ceil, _number),
    "chomp": _taking(lambda text: text.rstrip("\r\n"), _text),
    "chunklist": _taking(_chunks, _list, _whole),
    "dirname": _taking(_dirname, _text),
    "endswith": _taking(str.endswith, _text, _text),
    "floor": _taking(math.floor, _number),
    "indent": _taking(lambda count, text: text.replace("\n", "\n" + " " * min(count, 1_000)), _whole, _text),
    "index": _taking(_index, _list, lambda wanted: wanted),
    "max": _taking_any(_of_numbers(max), _number),
    "md5": _digest("md5"),
    "min": _taking_any(_of_numbers(min), _number),
    "parseint": _taking(_parse_int, _text, _whole),
    "pathexpand": _taking(lambda path: path, _text),
    "pow": _taking(_power, _number, _number),
    "range": _range,
    "regex": _taking(_regex, _text, _text),
    "regexall": _taking(_regex_all, _text, _text),
    "replace": _taking(_replace, _text, _text, _text),
    "sha1": _digest("sha1"),
    "sha256": _digest("sha256"),
    "sha512": _digest("sha512"),
    "signum": _taking(lambda number: (number > 0) - (number < 0), _number),
    "startswith": _taking(str.startswith, _text, _text),
    "strcontains": _taking(lambda text, part: part in text, _text, _text),
    "strrev": _taking(lambda text: _simple(text)[::-1], _text),
    "substr": _taking(_substr, _text, _whole, _whole),
    "sum": _taking(_sum, _list),
    "title": _taking(_title, _text),
    "trim": _taking(str.strip, _text, _text),
    "trimprefix": _taking(str.removeprefix, _text, _text),
    "trimspace": _taking(str.strip, _text),
    "trimsuffix": _taking(str.removesuffix, _text, _text),
    "urlencode": _taking(_url_encoded, _text),
}
