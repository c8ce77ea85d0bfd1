"""The syntax of variables in serverless.yml: `${source:address, fallback}`, nested to any depth."""

from __future__ import annotations

import re
from typing import TypeAlias

from crosswire.record import record

_SOURCE = re.compile(r"([A-Za-z][\w-]*)(?:\.([\w-]+))?\s*(?=\(|:(?!:))")
_REGIONAL = ("cf", "s3", "ssm")
_NOT_OURS = ("PROP", "iot")  # CloudWatch's and IoT's own variables
_OF_AWS = ("accountId", "region", "cf:", "s3:", "ssm:", "ssm(", "s3(", "cf(")


@record
class Variable:
    """A variable: its sources are tried from the first to the last. `text` is all that stands between the braces."""

    sources: tuple[str, ...]
    text: str


@record
class Call:
    """A source: `file(./config.yml):table` has the name `file`, the parameters `./config.yml`, the address `table`.
    Parameters and address are None where they are not written."""

    name: str
    parameters: str | None
    address: str | None


@record
class Pseudo:
    """What the plugin serverless-pseudo-parameters puts in: `#{AWS::Region}`, `#{Orders.Arn}`."""

    name: str


Piece: TypeAlias = str | Variable | Pseudo


def may_vary(text: str) -> bool:
    """Whether a text may hold anything that is filled in."""
    return "${" in text or "#{" in text


def pieces(text: str, doubled: bool = False) -> list[Piece]:
    """A text in its parts. What looks like a variable and is not one, `${AWS::Region}` of Fn::Sub, stays text. So does
    `${{...}}`, unless variables are written with `doubled` braces, by a `variableSyntax` of one's own.

    >>> pieces("orders-${sls:stage}-${AWS::Region}")
    ['orders-', Variable(sources=('sls:stage',), text='sls:stage'), '-${AWS::Region}']
    """
    found: list[Piece] = []
    plain = 0
    at = 0
    while True:
        at = _next(text, at)
        if at < 0:
            break
        end = _closing(text, at + 2)
        if end < 0:
            break
        inner = text[at + 2 : end].strip()
        both = doubled and inner.startswith("{") and text[end : end + 2] == "}}"
        piece = _piece(text[at], inner[1:].strip() if both else inner)
        if piece is None:
            at += 2
            continue
        if at > plain:
            found.append(text[plain:at])
        found.append(piece)
        at = plain = end + (2 if both else 1)
    if plain < len(text) or not found:
        found.append(text[plain:])
    return found


def call(source: str) -> Call | None:
    """A source by its parts, None for what is no source but a value.

    >>> call("file(./tables.yml):orders.name")
    Call(name='file', parameters='./tables.yml', address='orders.name')
    >>> call("'dev'") is None
    True
    """
    match = _SOURCE.match(source)
    if match is None or match[1] in _NOT_OURS or (match[2] and match[1] not in _REGIONAL):
        return None
    rest = source[match.end() :]
    parameters: str | None = None
    if rest.startswith("("):
        end = _closing_parenthesis(rest)
        if end < 0:
            return None
        parameters, rest = rest[1:end].strip(), rest[end + 1 :].strip()
        if rest and not rest.startswith(":"):
            return None
    address = rest[1:].strip() if rest.startswith(":") else None
    if match[1] == "aws" and not (address or "").startswith(_OF_AWS):
        return None
    return Call(match[1], parameters, address)


def split(text: str, separator: str) -> list[str]:
    """A text parted where a separator stands outside of parentheses, quotes and variables."""
    parts: list[str] = []
    start = depth = parentheses = 0
    quote = ""
    at = 0
    while at < len(text):
        character = text[at]
        if quote:
            if character == quote:
                quote = ""
        elif character in "'\"" and not text[start:at].strip():
            quote = character
        elif text.startswith("${", at):
            depth += 1
            at += 1
        elif character == "}" and depth:
            depth -= 1
        elif character == "(":
            parentheses += 1
        elif character == ")" and parentheses:
            parentheses -= 1
        elif character == separator and not depth and not parentheses:
            parts.append(text[start:at].strip())
            start = at + 1
        at += 1
    parts.append(text[start:].strip())
    return parts


def _next(text: str, at: int) -> int:
    places = [place for place in (text.find("${", at), text.find("#{", at)) if place >= 0]
    return min(places, default=-1)


def _closing(text: str, at: int) -> int:
    """The brace that closes what was opened before a place, -1 where there is none."""
    depth = 0
    while at < len(text):
        if text.startswith(("${", "#{"), at):
            depth += 1
            at += 1
        elif text[at] == "}":
            if not depth:
                return at
            depth -= 1
        at += 1
    return -1


def _closing_parenthesis(text: str) -> int:
    depth = 0
    for at, character in enumerate(text):
        if character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return at
    return -1


def _piece(mark: str, inner: str) -> Variable | Pseudo | None:
    if mark == "#":
        return Pseudo(inner) if re.fullmatch(r"AWS::\w+|\w+(\.[\w.]+)?", inner) else None
    sources = tuple(split(inner, ","))
    return Variable(sources, inner) if call(sources[0]) is not None else None
