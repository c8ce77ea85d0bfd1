"""Commands of the AWS CLI: what their words say, and what they print."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws import cli_commands as facts
from crosswire.frontends.cloudformation.making import Making, is_unknown
from crosswire.frontends.projects.commands.flat import Flat, Val, literal, shown
from crosswire.readers.tree import Scalar
from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crosswire.frontends.projects.commands.programs import Program
    from crosswire.frontends.projects.commands.workspace import Archive
    from crosswire.readers.tree import Node

CLI = ("aws", "aws.exe", "aws.cmd")
"""What the CLI is called by."""

SAM = ("sam", "sam.exe", "sam.cmd")
"""What the SAM CLI is called by."""

ARGUMENTS = "arguments that are not known"
"""Why a word is unknown that may be any number of words."""

_QUERY_PATH = re.compile(r"[\w.]+$")


@record
class Words:
    """What the words of a command say. `options` are its options without dashes, each with its words, those without
    option under the empty text; `keys` are their places. `is_open` tells that it may have more options, `is_local` that
    it goes to an endpoint that is named, not to AWS."""

    service: str
    operation: str
    options: Mapping[str, tuple[Val, ...]]
    keys: Mapping[str, Scalar]
    is_open: bool
    is_local: bool


@record
class Call:
    """A command as it is run. `options` are as in `Words`, with the texts of the files that they name; `reads` are
    these files. `archive` is what it uploads. `deploys` tells that its program also deploys templates."""

    service: str
    operation: str
    options: Mapping[str, tuple[Val, ...]]
    keys: Mapping[str, Scalar]
    place: Scalar
    program: Program
    is_open: bool = False
    archive: Archive | None = None
    reads: tuple[str, ...] = ()
    deploys: bool = False

    @property
    def path(self) -> str:
        return self.program.path

    @property
    def is_windows(self) -> bool:
        return self.program.language in ("powershell", "batch")

    def get(self, name: str) -> Val | None:
        """The single value of an option."""
        words = self.options.get(name)
        return words[0] if words else None

    @property
    def is_about_arguments(self) -> bool:
        """Whether it is about something that the caller of a function names."""
        names = (self.get(option) for option in facts.NAMING)
        return any(" of " in shown(value) for value in names if value is not None)


@record
class Response:
    """What an operation answers, before anything is taken of it."""

    call: Call


def read_words(words: list[Val]) -> Words | None:
    """What the words of a command say, None where it names no operation."""
    is_local = False
    index = 1
    named: list[str] = []
    while index < len(words) and len(named) < 2:
        text = literal(words[index])
        if text is None:
            return None
        if text.startswith("--"):
            option, equals, _ = text.partition("=")
            is_local = is_local or option == "--endpoint-url"
            index += 2 if option in facts.GLOBAL_WITH_VALUE and not equals else 1
            continue
        if text:
            named.append(text)
        index += 1
    if len(named) < 2:
        return None
    options, keys, is_open = _options(words[index:])
    return Words(named[0], named[1], options, keys, is_open, is_local or "endpoint-url" in options)


def _options(words: list[Val]) -> tuple[dict[str, tuple[Val, ...]], dict[str, Scalar], bool]:
    options: dict[str, list[Val]] = {"": []}
    keys: dict[str, Scalar] = {}
    is_open = False
    values = options[""]
    for word in words:
        first = word[0] if word else None
        if isinstance(first, Scalar) and not first.tag and first.text.startswith("--") and len(first.text) > 2:
            flat = Flat(word)
            name, equals, _ = flat.text[2:].partition("=")
            keys.setdefault(name, first)
            start = len(name) + 3
            values = options[name] = [flat.slice(start, len(flat.text))] if equals else []
        elif first is not None and is_unknown(first) and len(word) == 1 and (_is_splat(first) or not keys):
            is_open = True
        else:
            values.append(word)
    if not options[""]:
        del options[""]
    return {name: tuple(given) for name, given in options.items()}, keys, is_open


def _is_splat(node: Node) -> bool:
    return not isinstance(node, Scalar) and getattr(node.pairs[0][1], "text", "") == ARGUMENTS  # type: ignore[union-attr]


def answer(call: Call, path: str, symbol: Callable[[str, Scalar], Scalar], place: Scalar | None = None) -> Val:
    """A part of what an operation answers. `symbol` makes symbols of names."""
    place = place or call.place
    query = literal(call.get("query") or ())
    if query is not None and call.options.get("query"):
        query = query.strip().removesuffix("| [0]").strip().removesuffix("[0]")
        path = query if _QUERY_PATH.match(query) else "?"
    if call.service == "configure":
        words = [literal(word) for word in call.options.get("", ())]
        if "region" in words:
            return (Scalar("AWS::Region", place.source, place.start, place.end, tag="!Ref"),)
        return (Making(place).unknown("a setting of the CLI"),)
    template = facts.PRINTED.get((call.service, call.operation), {}).get(path)
    if template is None:
        return (Making(place).unknown(f"what `aws {call.service} {call.operation}` answers"),)
    parts: list[Node] = []
    for piece in re.split(r"(\{[^}]*\})", template):
        if piece.startswith("{"):
            parts.extend(_answered(call, piece[1:-1], symbol, place))
        elif piece:
            parts.append(Scalar(piece, place.source, place.start, place.start))
    return tuple(parts)


def _answered(call: Call, name: str, symbol: Callable[[str, Scalar], Scalar], place: Scalar) -> Val:
    if name.startswith("AWS::"):
        return (Scalar(name, place.source, place.start, place.end, tag="!Ref"),)
    if name == "?":
        return (Making(place).unknown("what AWS makes up"),)
    if name.startswith("#"):
        kind, _, option = name[1:].partition(" ")
        value = call.get(option)
        called = shown(value) if value else f"{call.path} {call.place.start}"
        return (symbol(f"{kind} {called}", place),)
    option, _, what = name.partition("|")
    value = call.get(option)
    if value is None:
        return (Making(place).unknown(f"the {option} of a command"),)
    if what == "last":
        flat = Flat(value)
        cut = flat.text.rfind("/")
        return flat.slice(cut + 1, len(flat.text)) if cut >= 0 else (Making(place).unknown("the name of a queue"),)
    text = literal(value) or ""
    if "function:" in text:
        at = value[0]
        return (Scalar(text.rpartition("function:")[2].partition(":")[0], at.source, at.start, at.end),)
    return value
