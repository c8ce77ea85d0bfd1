"""The fingerprint by which GitHub code scanning knows an alert again, as `github/codeql-action` computes it.

Of each line it is a polynomial hash, times 37 modulo 2^64, over the 100 UTF-16 units from there on, blanks and tabs
left out and every line break read as LF; `:1` behind it counts lines of an equal hash. An upload whose results bear
another one is warned of.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crosswire.source import Source

_UNITS = 100
_END = b"\xff\xff" + b"\x00\x00" * _UNITS


def hashed(source: Source, line: int) -> tuple[int, int]:
    """The stretch of a text that the hash of a line is made of, as offsets."""
    start = source.line_starts[line - 1]
    end, count = start, 0
    while end < len(source.text) and count < _UNITS:
        count += source.text[end] not in " \t"
        end += 1
    return start, end


def line_hashes(text: str, lines: Collection[int]) -> Mapping[int, str]:
    """The hashes of some lines of a file, which are counted from one.

    >>> line_hashes("x = 2\\nx = 1\\n", [2])
    {2: '8e00d41f0ebba6bf:1'}
    """
    # A blank between CR and LF makes two line breaks of them, as in the original.
    text = re.sub("[ \t]", "", text.replace("\r\n", "\n")).replace("\r", "\n")
    units = text.encode("utf-16-le", "surrogatepass") + _END
    last = max(lines, default=0)
    seen: Counter[bytes] = Counter()
    hashes: dict[int, str] = {}
    start = 0
    for number in range(1, last + 1):
        window = units[start : start + 2 * _UNITS]
        seen[window] += 1
        if number in lines:
            hashes[number] = f"{_hash(window):x}:{seen[window]}"
        start = _after_line_break(units, start)
        if start == 0:
            break
    return hashes


def _after_line_break(units: bytes, start: int) -> int:
    """Where the next line begins, or 0 where there is none."""
    at = units.find(b"\n\x00", start)
    while at % 2 and at > 0:  # halves of two units
        at = units.find(b"\n\x00", at + 1)
    return at + 2 if at >= 0 else 0


def _hash(window: bytes) -> int:
    total = 0
    for at in range(0, len(window), 2):
        total = (total * 37 + window[at] + (window[at + 1] << 8)) & 0xFFFF_FFFF_FFFF_FFFF
    return total
