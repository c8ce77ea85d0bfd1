"""What scripts say, whatever language they are written in: commands made of words, in the order in which they run.

Offsets are those of the text that was read; an `Excerpt` tells where that text stands in its file.
"""

from __future__ import annotations

from bisect import bisect_right
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.source import Source


HOLE_OPENS, HOLE_CLOSES = "\ue020", "\ue021"
"""Around the name of a variable that is put into a text before any shell sees it, whatever quotes it is in."""


class Excerpt:
    """A text that is written in a file, be it indented there, escaped, or with something in between.

    `steps` are pairs of offsets, in the text and in the file: up to the next pair, both go on alike.
    """

    __slots__ = ("_places", "_starts", "source", "text")

    def __init__(self, source: Source, text: str, steps: Iterable[tuple[int, int]] = ((0, 0),)) -> None:
        self.source = source
        self.text = text
        listed = list(steps) or [(0, 0)]
        self._starts = [start for start, _ in listed]
        self._places = [place for _, place in listed]

    def place(self, offset: int) -> int:
        """Where an offset of the text stands in the file."""
        index = max(bisect_right(self._starts, offset) - 1, 0)
        place = self._places[index] + offset - self._starts[index]
        if index + 1 < len(self._places):
            place = min(place, max(self._places[index + 1], self._places[index]))
        return min(max(place, 0), len(self.source.text))

    def end(self, offset: int) -> int:
        """Where what ends before an offset of the text ends in the file."""
        return min(self.place(offset - 1) + 1, len(self.source.text)) if offset else self.place(0)

    def stretches(self, start: int, end: int) -> list[tuple[int, int]]:
        """A stretch of the text, cut where the file does not go on like the text."""
        first, last = bisect_right(self._starts, start), bisect_right(self._starts, end - 1)
        if first >= last:
            return [(start, end)]
        cuts = [start, *(cut for cut in self._starts[first:last] if start < cut < end), end]
        return list(pairwise(cuts))


@record
class Text:
    """What is written out. Where escapes or quotes are left out, `text` is shorter than what is written."""

    text: str
    start: int
    end: int
    quoted: bool = False


@record
class Variable:
    """The value of a variable, `default` where it has none. `listed` tells that it is all items of an array. `members`
    lead into what it holds: `$role.Role.Arn`."""

    name: str
    start: int
    end: int
    quoted: bool = False
    default: Word | None = None
    listed: bool = False
    members: tuple[str, ...] = ()


@record
class Output:
    """What commands print. `members` lead into it: `(aws ... | ConvertFrom-Json).Role.Arn`."""

    body: tuple[Statement, ...]
    start: int
    end: int
    quoted: bool = False
    members: tuple[str, ...] = ()


@record
class Hidden:
    """A part that is worked out in a way that is not followed."""

    why: str
    start: int
    end: int
    quoted: bool = False


Piece: TypeAlias = Text | Variable | Output | Hidden


@record
class Word:
    """An argument, of pieces that follow each other."""

    pieces: tuple[Piece, ...]
    start: int
    end: int

    @property
    def plain(self) -> str | None:
        """The text of a word that is written out, None for any other."""
        if all(isinstance(piece, Text) for piece in self.pieces):
            return "".join(piece.text for piece in self.pieces if isinstance(piece, Text))
        return None

    @property
    def bare(self) -> str | None:
        """The text of a word that is written out without quotes, None for any other."""
        if len(self.pieces) == 1 and isinstance(self.pieces[0], Text) and not self.pieces[0].quoted:
            return self.pieces[0].text
        return None


@record
class Table:
    """A mapping or a list that is written in the language itself: `@{Variables = @{TABLE = 'orders'}}`."""

    pairs: tuple[tuple[Word | None, Given], ...]
    start: int
    end: int


Given: TypeAlias = Word | Table


@record
class Assignment:
    """A variable that is given a value, or an array of them. `adds` tells that it keeps what it has before, `weak` that
    whoever runs the script may give it another one."""

    name: str
    values: tuple[Given, ...]
    start: int
    end: int
    is_list: bool = False
    adds: bool = False
    weak: bool = False


class Command:
    """Words that are run, with the variables that are set for them alone, or for good where there are no words.

    `writes` is the file that its output goes to, `reads` the text that it is given (a here-document).
    """

    __slots__ = ("assignments", "end", "reads", "start", "words", "writes")

    def __init__(self, start: int) -> None:
        self.words: list[Word] = []
        self.assignments: list[Assignment] = []
        self.writes: Word | None = None
        self.reads: Word | None = None
        self.start = start
        self.end = start

    def __repr__(self) -> str:
        return f"Command({self.words!r}, {self.assignments!r})"


@record
class Pipeline:
    """Commands of which each is given what the one before it prints."""

    commands: tuple[Statement, ...]


@record
class Choice:
    """Bodies of which one runs, or none."""

    branches: tuple[tuple[Statement, ...], ...]


@record
class Loop:
    """A body that runs for each of some words; `name` is None where it is not known for which."""

    name: str | None
    items: tuple[Given, ...]
    body: tuple[Statement, ...]


@record
class Routine:
    """A body that runs where its name is called, with the names of its parameters where it has any."""

    name: str
    body: tuple[Statement, ...]
    parameters: tuple[str, ...] = ()


@record
class Block:
    """A body that runs by itself: where it is `apart`, what it sets ends with it."""

    body: tuple[Statement, ...]
    apart: bool = True


Statement: TypeAlias = Command | Pipeline | Choice | Loop | Routine | Block
