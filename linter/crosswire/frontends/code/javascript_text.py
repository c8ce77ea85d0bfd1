"""JavaScript's text and number literals: what the escapes and digits written in them stand for."""

from __future__ import annotations

_ESCAPES = {
    "\n": "",
    "\u2028": "",
    "\u2029": "",
    "b": "\b",
    "f": "\f",
    "n": "\n",
    "r": "\r",
    "t": "\t",
    "v": "\v",
}


def unescape(text: str) -> str:
    """The text that a literal's inside stands for. What JavaScript refuses comes out as some text all the same."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    at = text.find("\\")
    if at < 0:
        return text
    parts: list[str] = []
    start = 0
    while 0 <= at < len(text) - 1:
        parts.append(text[start:at])
        meaning, length = _escape(text, at + 1)
        parts.append(meaning)
        start = at + 1 + length
        at = text.find("\\", start)
    parts.append(text[start:])
    joined = "".join(parts)
    return joined if joined.isascii() else _without_surrogates(joined)


def _escape(text: str, at: int) -> tuple[str, int]:
    """What the escape at an offset (behind its backslash) stands for, and how many characters it has there."""
    letter = text[at]
    if letter in _ESCAPES:
        return _ESCAPES[letter], 1
    if letter == "x":
        return _character(text[at + 1 : at + 3], 2), 3
    if letter == "u":
        if text[at + 1 : at + 2] == "{":
            end = text.find("}", at)
            return (_character(text[at + 2 : end], end - at - 2), end + 1 - at) if end > 0 else ("\ufffd", 2)
        return _character(text[at + 1 : at + 5], 4), 5
    if letter in "01234567":
        length = 1
        while length < 3 and text[at + length : at + length + 1] in tuple("01234567"):
            length += 1
        return chr(int(text[at : at + length], 8)), length
    return letter, 1


def _character(digits: str, length: int) -> str:
    try:
        return chr(int(digits, 16)) if len(digits) == length else "\ufffd"
    except (ValueError, OverflowError):
        return "\ufffd"


def _without_surrogates(text: str) -> str:
    """Pairs of surrogates joined to the character that they spell; lone ones are no text."""
    if not any("\ud800" <= character <= "\udfff" for character in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def number(text: str) -> int | float | None:
    """The number that a literal stands for; None where it is none."""
    digits = text.replace("_", "").lower()
    try:
        if digits[:2] in ("0x", "0o", "0b"):
            return int(digits.removesuffix("n"), 0)
        if len(digits) > 1 and digits[0] == "0" and digits.isdigit():
            return int(digits, 10 if "8" in digits or "9" in digits else 8)
        if digits.removesuffix("n").isdigit():
            return int(digits.removesuffix("n"))
        value = float(digits)
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    except ValueError:
        return None
