"""Read Makefiles: the variables that they set, and the recipes, as the scripts that make hands to the shell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.readers.script import HOLE_CLOSES, HOLE_OPENS, Excerpt
from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Source

_assigned = re.compile(r"(?:export[ \t]+|override[ \t]+)*([A-Za-z_][\w.-]*)[ \t]*(:{0,3}=|\?=|\+=|!=)[ \t]*").match
_reference = re.compile(r"\$(?:\(([A-Za-z_][\w.-]*)\)|\{([A-Za-z_][\w.-]*)\})").match
_comment = re.compile(r"(?<=[ \t])#").search
_for_target = re.compile(r"[^\s:=#][^:=#\n]*:[ \t]+(?=[A-Za-z_][\w.-]*[ \t]*[:?+]?=)").match


@record
class MakeVariable:
    """A variable. `weak` tells that the environment may set another value (`?=`); `shell` that its value is what a
    command prints (`!=`)."""

    name: str
    value: Excerpt
    weak: bool = False
    shell: bool = False


@record
class Makefile:
    """What a Makefile holds: variables in their order, and every line of every recipe."""

    variables: tuple[MakeVariable, ...]
    recipes: tuple[Excerpt, ...]


def read_makefile(source: Source) -> Makefile:
    """The variables and recipes of a Makefile. `$(NAME)` is a hole in them, `$(shell ...)` is written
    `$(...)`."""
    variables: list[MakeVariable] = []
    recipes: list[Excerpt] = []
    text = source.text
    at = 0
    while at < len(text):
        stop = _end_of_line(text, at)
        if text[at] == "\t":
            first = at
            while first < stop and text[first] in "\t @-+":
                first += 1
            recipes.append(_as_shell(source, first, stop, in_recipe=True))
        else:
            first = at
            while first < stop and text[first] == " ":
                first += 1
            target = _for_target(text, first, stop)
            match = _assigned(text, first if target is None else target.end(), stop)
            if match is not None and match.group(2) != "+=":
                end = stop
                comment = _comment(text, match.end(), stop)
                if comment is not None:
                    end = comment.start()
                value = _as_shell(source, match.end(), end, in_recipe=False)
                operator = match.group(2)
                variables.append(
                    MakeVariable(match.group(1), value, operator == "?=" or target is not None, operator == "!=")
                )
        at = stop + 1
    return Makefile(tuple(variables), tuple(recipes))


def _end_of_line(text: str, at: int) -> int:
    """Where a line ends, with those that continue it."""
    while True:
        found = text.find("\n", at)
        if found < 0:
            return len(text)
        before = text[max(found - 2, 0) : found].rstrip("\r")
        if not before.endswith("\\"):
            return found
        at = found + 1


def _as_shell(source: Source, start: int, stop: int, in_recipe: bool) -> Excerpt:
    text = source.text
    parts: list[str] = []
    steps: list[tuple[int, int]] = []
    length = 0

    def add(piece: str, place: int) -> None:
        nonlocal length
        steps.append((length, place))
        parts.append(piece)
        length += len(piece)

    at = start
    while at < stop:
        dollar = text.find("$", at, stop)
        if dollar < 0:
            dollar = stop
        if dollar > at:
            add(text[at:dollar], at)
        at = dollar
        if at >= stop:
            break
        match = _reference(text, at, stop)
        if match is not None:
            add(HOLE_OPENS + (match.group(1) or match.group(2)) + HOLE_CLOSES, at)
            at = match.end()
        elif text.startswith("$$", at):
            add("$", at)
            at += 2
        elif text.startswith("$(shell ", at):
            add("$(", at)
            at += len("$(shell ")
        elif text.startswith("$(", at) or text.startswith("${", at):
            at = _past(text, at + 1, stop)
            add(f"{HOLE_OPENS}?{HOLE_CLOSES}", dollar)
        else:
            add(f"{HOLE_OPENS}?{HOLE_CLOSES}", at)
            at += 2
    whole = "".join(parts)
    if not in_recipe:
        whole = whole.rstrip("\r\n \t")
    return Excerpt(source, whole, steps)


def _past(text: str, at: int, stop: int) -> int:
    """Past a bracket and all that is in it."""
    opening = text[at]
    closing = ")" if opening == "(" else "}"
    depth = 0
    while at < stop:
        if text[at] == opening:
            depth += 1
        elif text[at] == closing:
            depth -= 1
            if depth == 0:
                return at + 1
        at += 1
    return stop
