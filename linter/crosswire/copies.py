"""Copies: what is wrong in copies of one text is one finding, with the place in each of them.

People keep a template twice, packaged or for another stage, and copy whole folders. It is the last step on findings:
suppressions, the baseline and the choice of what has changed have looked at every copy by itself, so that what people
say of one copy says nothing of the others, and mending one leaves the others as they were.

Findings are copies if they are the same sentence about the same line in files that are nearly the same text, or in
templates that deploy the same code. Apps that only share a mistake are told apart. Rival templates of one app, in
different dialects, have other names for what the code uses: what is wrong at one place of the code for the same handler
is one finding too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.merge import joined
from crosswire.record import replace

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence

    from crosswire.finding import Finding
    from crosswire.source import Source
    from crosswire.wiring.project import Wiring

_OTHERS = "cfn-lint/"
"""What another tool finds is told as that tool tells it."""

_ALIKE = 0.8
"""How much of the lines of two files must be the same for one to be a copy of the other."""


def fold_copies(findings: Sequence[Finding], wiring: Wiring) -> tuple[Finding, ...]:
    """The findings, in their order, with one for those in copies. Each knows those that it stands for."""
    groups: dict[Hashable, list[Finding]] = {}
    count: Counter[Hashable] = Counter()
    for finding in findings:
        said: Hashable = (
            id(finding)
            if finding.rule.startswith(_OTHERS)
            else (finding.rule, finding.severity, finding.owner, finding.subject, finding.message, _line(finding))
        )
        count[said, finding.span.path] += 1
        groups.setdefault((said, count[said, finding.span.path]), []).append(finding)
    if len(groups) < len(findings):
        comparing = _Comparing(wiring)
        first_of = {id(found[0]): found for group in groups.values() for found in comparing.copies(group)}
        findings = [_folded(first_of[id(finding)]) for finding in findings if id(finding) in first_of]
    return tuple(_fold_rivals(findings, wiring))


def each_copy(findings: Iterable[Finding]) -> Iterator[Finding]:
    """Every finding, with all that some stand for."""
    for finding in findings:
        yield from finding.copies or (finding,)


class _Comparing:
    """Tells whether findings are in copies, looking at each pair of files once."""

    def __init__(self, wiring: Wiring) -> None:
        self._code: dict[str, set[str]] = {}
        self._entries: dict[str, set[str]] = {}
        for function in wiring.functions:
            root = wiring.root_of(function.id.unit)
            self._code.setdefault(root, set()).update(function.code.files)
            if function.code.entry is not None:
                self._entries.setdefault(root, set()).add(function.code.entry)
        self._root_of = wiring.root_of
        self._lines: dict[str, Counter[str]] = {}
        self._known: dict[tuple[str, str], bool] = {}

    def copies(self, group: list[Finding]) -> Iterator[list[Finding]]:
        """A group of findings that say the same, parted into those that are copies of one another."""
        left = group
        while left:
            first, *others = left
            found = [first, *(other for other in others if self._is_copy(first, other))]
            yield found
            left = [other for other in others if other not in found]

    def _is_copy(self, one: Finding, other: Finding) -> bool:
        return one.span.path != other.span.path and (
            self._are_rivals(one, other) or self._are_alike(one.span.source, other.span.source)
        )

    def _are_rivals(self, one: Finding, other: Finding) -> bool:
        """Whether findings are about two templates that deploy the same code: files that handlers start in, since a
        library is shared by different apps."""
        first, second = self._root_of(one.unit), self._root_of(other.unit)
        in_code = one.span.path in self._code.get(first, ()) or other.span.path in self._code.get(second, ())
        if first == second or in_code:
            return False
        mine, its = self._entries.get(first, set()), self._entries.get(second, set())
        shared = len(mine & its)
        return shared > 0 and 2 * shared >= min(len(mine), len(its))

    def _are_alike(self, one: Source, other: Source) -> bool:
        pair = (one.path, other.path)
        if pair not in self._known:
            mine, its = self._lines_of(one), self._lines_of(other)
            shared = (mine & its).total()
            self._known[pair] = shared >= _ALIKE * max(mine.total(), its.total())
        return self._known[pair]

    def _lines_of(self, source: Source) -> Counter[str]:
        if source.path not in self._lines:
            self._lines[source.path] = Counter(line.strip() for line in source.text.splitlines() if line.strip())
        return self._lines[source.path]


def _fold_rivals(findings: Sequence[Finding], wiring: Wiring) -> Sequence[Finding]:
    """The findings with one for those at one place of the code of one handler that several roots deploy."""
    groups: dict[Hashable, list[Finding]] = {}
    for finding in findings:
        needed = finding.subject.partition(" on ")[0]
        groups.setdefault((finding.rule, finding.severity, finding.span.order, needed), []).append(finding)
    if len(groups) == len(findings):
        return findings
    entries = {
        (function.id.unit, str(function.id)): (function.code.entry, (function.handler or "").rpartition(".")[2])
        for function in wiring.functions
        if function.code.entry is not None
    }

    def handlers(finding: Finding) -> set[object]:
        found = (entries.get((finding.unit, name)) for name in finding.functions)
        return {one for one in found if one is not None}

    def is_rival(one: Finding, other: Finding) -> bool:
        is_apart = wiring.root_of(one.unit) != wiring.root_of(other.unit)
        return is_apart and handlers(one) == handlers(other) != set()

    left_out: set[int] = set()
    stand_for: dict[int, list[Finding]] = {}
    for group in groups.values():
        for number, finding in enumerate(group):
            if id(finding) not in left_out:
                rivals = [other for other in group[number + 1 :] if is_rival(finding, other)]
                roots = [wiring.root_of(other.unit) for other in rivals]
                if rivals and len(set(roots)) == len(roots):
                    stand_for[id(finding)] = rivals
                    left_out.update(map(id, rivals))
    paths = {unit.id: unit.span.path for unit in wiring.units}
    return [_with_rivals(one, stand_for.get(id(one), []), paths) for one in findings if id(one) not in left_out]


def _with_rivals(finding: Finding, rivals: Sequence[Finding], paths: Mapping[str, str]) -> Finding:
    if not rivals:
        return finding
    group = [finding, *rivals]
    told = joined(finding, group, [label for other in rivals for label in other.related])
    named = " and ".join(f"`{path}`" for path in dict.fromkeys(paths[other.unit] for other in rivals))
    message = f"{finding.message}, also as {named} {'deploys' if len(rivals) == 1 else 'deploy'} it"
    return replace(told, message=message, copies=tuple(each_copy(group)))


def _line(finding: Finding) -> str:
    """The line on which a finding begins."""
    text, start = finding.span.source.text, finding.span.start
    end = text.find("\n", start)
    return text[text.rfind("\n", 0, start) + 1 : end if end >= 0 else len(text)].strip()


def _folded(group: list[Finding]) -> Finding:
    first, *others = group
    if not others:
        return first
    more = f"`{others[0].span.path}`" if len(others) == 1 else f"{len(others)} copies"
    places = (*first.related, *(Label(finding.span, "the same in a copy") for finding in others))
    told = joined(first, group, ())
    return replace(told, message=f"{first.message}, also in {more}", related=places, copies=tuple(group))
