"""The notation of examples: small projects in a rule's docstring, with the findings expected of them in place.

    ## Bad

    `template.yaml`
    ```yaml
    Handler: app.handler  # expect: family/name
    ```
    `policy.json` expect 3: family/name
    ```json
    {}
    ```

A mark stands on the line on which the finding's primary place begins; several rules are separated by commas.
A section whose title begins with `Bad` or `Good` is an example; other sections are prose.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from inspect import cleandoc

from crosswire.copies import each_copy
from crosswire.errors import DocumentationError
from crosswire.finding import Finding, Severity
from crosswire.record import record

_MARK = re.compile(r"(?:#|//)\s*expect:\s*(.*?)\s*$")
_PATH_LINE = re.compile(r"^`([^`]+)`(?:\s+expect\s+(.+?))?\s*$")
_ON_LINE = re.compile(r"^(\d+):\s*(.+)$")
_RULE_ID = re.compile(r"^[a-z]+/[a-z]+(?:-[a-z]+)*$")


@record
class Expectation:
    """A finding's rule and where it begins."""

    path: str
    line: int
    rule: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.rule}"

    def __lt__(self, other: Expectation) -> bool:
        return (self.path, self.line, self.rule) < (other.path, other.line, other.rule)


@record
class Example:
    """A small project: the texts of its files by path, marks included, and what must be found in it."""

    name: str
    files: Mapping[str, str]
    expected: tuple[Expectation, ...]


@record
class Documentation:
    """A rule's docstring: its first line, all of it, and its examples."""

    summary: str
    text: str
    examples: tuple[Example, ...]


@record
class Difference:
    """Where findings are not as expected, both ways."""

    missed: tuple[Expectation, ...]
    unexpected: tuple[Expectation, ...]


def documentation(docstring: str | None, where: str) -> Documentation:
    """Read a rule's docstring. `where` names the rule in errors. Raises DocumentationError."""
    text = cleandoc(docstring or "")
    if not text:
        raise DocumentationError(f"{where}: the rule has no docstring")
    summary, _, rest = text.partition("\n")
    if not summary.endswith(".") or (rest and not rest.startswith("\n")):
        raise DocumentationError(
            f"{where}: the docstring must begin with one line that is a sentence, then an empty one"
        )
    examples = tuple(_examples(text.split("\n"), where))
    for kind in ("Bad", "Good"):
        if not any(example.name.startswith(kind) for example in examples):
            raise DocumentationError(f"{where}: the docstring has no example `## {kind}`")
    for example in examples:
        if example.name.startswith("Good") and example.expected:
            raise DocumentationError(f"{where}: `## {example.name}` must expect nothing")
        if example.name.startswith("Bad") and not example.expected:
            raise DocumentationError(f"{where}: `## {example.name}` must expect something")
    return Documentation(summary, text, examples)


def marks(path: str, text: str, where: str = "") -> Iterator[Expectation]:
    """The expectations written as comments in a file; `where` goes before its path in errors.

    Raises DocumentationError for a mark that is no rule's id.
    """
    prefix = f"{where}: " if where else ""
    for number, line in enumerate(text.split("\n"), start=1):
        mark = _MARK.search(line)
        if mark:
            yield from _expectations(path, number, mark[1], f"{prefix}{path}:{number}")


def difference(expected: Iterable[Expectation], findings: Iterable[Finding], own_rule: str = "") -> Difference:
    """What was missed and what was not expected. Notes count where they are marked, or are of the rule's own; each copy
    counts where one finding stands for several."""
    wanted = sorted(expected)
    found = sorted(
        place
        for finding in each_copy(findings)
        for place in (Expectation(finding.span.path, finding.span.start_position.line, finding.rule),)
        if finding.severity is not Severity.NOTE or finding.rule == own_rule or place in wanted
    )
    return Difference(_without(wanted, found), _without(found, wanted))


def _without(some: Iterable[Expectation], others: Iterable[Expectation]) -> tuple[Expectation, ...]:
    left = list(others)
    return tuple(one for one in some if not _taken(one, left))


def _taken(one: Expectation, left: list[Expectation]) -> bool:
    if one in left:
        left.remove(one)
        return True
    return False


def _examples(lines: list[str], where: str) -> Iterator[Example]:
    """The examples among the lines of a docstring."""
    name = ""
    files: dict[str, str] = {}
    expected: list[Expectation] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        number += 1
        if line.startswith("## "):
            if files:
                yield Example(name, files, tuple(expected))
            name, files, expected = line[3:].strip(), {}, []
        elif line.startswith("```"):
            end = _end_of_fence(lines, number, where)
            if name.startswith(("Bad", "Good")):
                path, extra = _path_line(lines[number - 2] if number >= 2 else "", where, number)
                if path in files:
                    raise DocumentationError(f"{where}: `## {name}` holds {path} twice")
                files[path] = "".join(text + "\n" for text in lines[number:end])
                expected += [*marks(path, files[path], where), *_written_out(path, extra, where)]
            number = end + 1
    if files:
        yield Example(name, files, tuple(expected))


def _end_of_fence(lines: list[str], start: int, where: str) -> int:
    for number in range(start, len(lines)):
        if lines[number].rstrip() == "```":
            return number
    raise DocumentationError(f"{where}: the fence that opens on line {start} of the docstring is not closed")


def _path_line(line: str, where: str, number: int) -> tuple[str, str]:
    match = _PATH_LINE.match(line)
    if not match:
        raise DocumentationError(
            f"{where}: line {number} of the docstring opens a fence, and the line before is no path in backticks"
        )
    return match[1], match[2] or ""


def _written_out(path: str, text: str, where: str) -> Iterator[Expectation]:
    """Expectations of a path line: `3: family/name; 7: family/name`."""
    for part in filter(None, map(str.strip, text.split(";"))):
        match = _ON_LINE.match(part)
        if not match:
            raise DocumentationError(f"{where}: `{part}` is no `line: rule` in the path line of {path}")
        yield from _expectations(path, int(match[1]), match[2], where)


def _expectations(path: str, line: int, rules: str, where: str) -> Iterator[Expectation]:
    for rule in map(str.strip, rules.split(",")):
        if not _RULE_ID.match(rule):
            raise DocumentationError(f"{where}: `{rule}` is no rule's id")
        yield Expectation(path, line, rule)
