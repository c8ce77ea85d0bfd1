"""Python's text literals: what the escapes, `%` formats and `str.format` fields written in them stand for."""

from __future__ import annotations

_ESCAPES = {
    "\n": "",
    "\\": "\\",
    "'": "'",
    '"': '"',
    "a": "\a",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}
_HEXADECIMAL = {"x": 2, "u": 4, "U": 8}


def unescape(text: str) -> str:
    """The text that a literal without the prefix `r` stands for. An escape that Python refuses stays as written."""
    at = text.find("\\")
    if at < 0:
        return text
    parts: list[str] = []
    start = 0
    while 0 <= at < len(text) - 1:
        meaning, length = _escape(text, at + 1)
        parts.append(text[start:at])
        parts.append(meaning)
        start = at + 1 + length
        at = text.find("\\", start)
    parts.append(text[start:])
    return "".join(parts)


def _escape(text: str, at: int) -> tuple[str, int]:
    """What the escape at an offset (behind its backslash) stands for, and how many characters it has there."""
    letter = text[at]
    if letter in _ESCAPES:
        return _ESCAPES[letter], 1
    if letter in _HEXADECIMAL:
        length = _HEXADECIMAL[letter]
        return _character(text[at + 1 : at + 1 + length], length, 16), 1 + length
    if letter in "01234567":
        length = 1
        while length < 3 and text[at + length : at + length + 1] in tuple("01234567"):
            length += 1
        return _character(text[at : at + length], length, 8), length
    if letter == "N" and text[at + 1 : at + 2] == "{":
        end = text.find("}", at)
        if end > 0:
            return _named_character(text[at + 2 : end]), end + 1 - at
    return "\\" + letter, 1


def _character(digits: str, length: int, base: int) -> str:
    try:
        return chr(int(digits, base)) if len(digits) == length else "\ufffd"
    except (ValueError, OverflowError):
        return "\ufffd"


def _named_character(name: str) -> str:
    import unicodedata

    try:
        return unicodedata.lookup(name)
    except KeyError:
        return "\ufffd"


def percent_fields(text: str) -> list[str | tuple[str | None, bool]] | None:
    """The parts of a `%` format: texts, and fields as (name in parentheses or None, whether the value is put in as
    it is). None where the format is wrong or takes widths from its arguments."""
    parts: list[str | tuple[str | None, bool]] = []
    start = 0
    while (at := text.find("%", start)) >= 0:
        if at > start:
            parts.append(text[start:at])
        at += 1
        name: str | None = None
        if text[at : at + 1] == "(":
            end = text.find(")", at)
            if end < 0:
                return None
            name, at = text[at + 1 : end], end + 1
        flags = at
        while at < len(text) and text[at] in "#0- +.123456789lhL":
            at += 1
        conversion = text[at : at + 1]
        if conversion == "%":
            parts.append("%")
        elif conversion and conversion in "sdiurxXoeEfFgGca":
            parts.append((name, at == flags and conversion in "sdiu"))
        else:
            return None
        start = at + 1
    if start < len(text):
        parts.append(text[start:])
    return parts


def format_fields(text: str) -> list[str | tuple[str, bool]] | None:
    """The parts of a `str.format` text: texts, and fields as (name or number or empty, whether the value is put in as
    it is). None where the format is wrong or a field is more than a name (`{0.x}`, `{a[b]}`)."""
    parts: list[str | tuple[str, bool]] = []
    at, length = 0, len(text)
    while at < length:
        brace = min((found for found in (text.find("{", at), text.find("}", at)) if found >= 0), default=length)
        if brace > at:
            parts.append(text[at:brace])
        if brace == length:
            break
        if text[brace : brace + 2] in ("{{", "}}"):
            parts.append(text[brace])
            at = brace + 2
            continue
        end = text.find("}", brace)
        field = text[brace + 1 : end]
        if text[brace] == "}" or end < 0 or "{" in field:
            return None
        name = field.partition(":")[0].partition("!")[0]
        if name and not name.isidentifier() and not name.isdecimal():
            return None
        parts.append((name, field in (name, name + "!s", name + ":", name + ":s")))
        at = end + 1
    return parts
