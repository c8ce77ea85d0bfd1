"""Redaction: no output shows a secret, whichever rules run and whatever they say.

Secrets are the places that the rules of the family `secrets` name, the repetitions of their texts, whatever has the
shape of a token, and what stands behind the name of a secret where a text cannot be read.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.record import replace
from crosswire.secret_shapes import kind_of_secret, kind_under_name
from crosswire.source import Span

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.source import Broken, Source

MASK = "********"
"""Stands for a secret, whatever its length."""

_SHORTEST_REPEATED = 8

# A text between quotes or blanks, and what it is made of: `KEY=sk_live_...`, `https://user:password@host`.
_WHOLE = re.compile(r"""[^\s"'`,;<>(){}\[\]|\\]{12,}""")
_PIECE = re.compile(r"[^=:/@&?]{12,}")

# `"DB_PASSWORD": "..."`, `DB_PASSWORD=...`, in whatever language.
_NAMED = re.compile(r"""([A-Za-z][\w.-]{0,99})[\\"']{0,4}[ \t]{0,20}[:=][ \t]{0,20}[\\"']{0,4}([^\s"'\\,;{}]+)""")


class Secrets:
    """What no output of a run may show. `spans` are the places of secrets that are known."""

    def __init__(self, spans: Iterable[Span]) -> None:
        known = {span.order: span for span in spans if span.end > span.start}
        self._by_path: dict[str, list[tuple[int, int]]] = {}
        for path, start, end in sorted(known):
            self._by_path.setdefault(path, []).append((start, end))
        texts = {text for span in known.values() for text in (span.text, span.text.strip("\"'`"))}
        self._texts = sorted(text for text in texts if len(text) >= _SHORTEST_REPEATED)

    def within(self, source: Source, start: int, end: int) -> list[tuple[int, int]]:
        """The parts of a stretch of text to mask, as offsets, in order and apart."""
        known = [(max(a, start), min(b, end)) for a, b in self._by_path.get(source.path, ()) if a < end and b > start]
        told = ((start + a, start + b) for a, b in self._told(source.text[start:end]))
        return _apart([*known, *told])

    def redacted(self, finding: Finding) -> Finding:
        """The finding without a secret in what it says."""
        return replace(
            finding,
            message=self.masked(finding.message),
            label=self.masked(finding.label),
            advice=self.masked(finding.advice),
            related=tuple(Label(label.span, self.masked(label.message)) for label in finding.related),
        )

    def masked(self, text: str) -> str:
        """A text without what is a secret in it."""
        for a, b in reversed(_apart(self._told(text))):
            text = text[:a] + MASK + text[b:]
        return text

    def _told(self, text: str) -> Iterator[tuple[int, int]]:
        """The parts of a text that repeat a known secret, or have the shape of one."""
        for secret in self._texts:
            at = text.find(secret)
            while at >= 0:
                yield at, at + len(secret)
                at = text.find(secret, at + len(secret))
        for whole in _WHOLE.finditer(text):
            if kind_of_secret(whole[0]) is not None:
                yield whole.span()
                continue
            for piece in _PIECE.finditer(text, *whole.span()):
                if kind_of_secret(piece[0]) is not None:
                    yield piece.span()


def unread(spots: Iterable[Broken]) -> Iterator[Span]:
    """What stands behind the name of a secret on the lines at which texts cannot be read: no rule sees it there."""
    for spot in spots:
        source = spot.span.source
        start = source.text.rfind("\n", 0, spot.span.start) + 1
        end = source.text.find("\n", spot.span.end)
        for match in _NAMED.finditer(source.text, start, len(source.text) if end < 0 else end):
            if kind_under_name(match[1], match[2]) is not None:
                yield Span(source, *match.span(2))


def _apart(parts: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """The parts in order, those that touch made one."""
    apart: list[tuple[int, int]] = []
    for a, b in sorted(parts):
        if apart and a <= apart[-1][1]:
            apart[-1] = (apart[-1][0], max(b, apart[-1][1]))
        else:
            apart.append((a, b))
    return apart
