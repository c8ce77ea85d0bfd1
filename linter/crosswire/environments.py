"""Environments: what is found in several deployments of one root is one finding, and says in which it holds.

A root that is deployed to several environments is judged in each, together with what is deployed there: rules never see
two environments of one root at once. What is wrong in all of them is told as if there were one, under the id of the
unit without its environment, so that baselines do not change when an environment is added.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Hashable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Environments, Finding, Label
from crosswire.record import record, replace

if TYPE_CHECKING:
    from crosswire.values import ResourceId
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Unit, Wiring

_MOST_NAMES = 3
_MOST_VARIANTS = 400
_PARAMETER = re.compile(r"\$\{(\w+)\}")
_ACTION = re.compile(r"(?!arn:)[a-z0-9-]+:[\w*?,:-]+")


@record
class _Place:
    """Where a unit is deployed: the unit and its root without their environments, and the environment."""

    unit: str
    root: str
    name: str


def views(wiring: Wiring) -> Iterator[tuple[Wiring, Collection[str]]]:
    """The wiring as each environment has it, with the units that are judged there: every unit is in one of them. Of
    roots that have no such environment, the first stands for it."""
    roots: dict[str, dict[str, str]] = {}
    for unit in wiring.units:
        if unit.environment and unit.id == unit.root:
            roots.setdefault(unit.base, {})[unit.environment] = unit.id
    if not roots:
        yield wiring, frozenset(unit.id for unit in wiring.units)
        return
    for number, names in enumerate(_apart([list(each) for each in roots.values()])):
        chosen: set[str] = set()
        for each in roots.values():
            own = [root for name, root in each.items() if name in names]
            chosen.add(own[0] if own else next(iter(each.values())))
        here = [unit for unit in wiring.units if not unit.environment or unit.root in chosen]
        judged = (unit for unit in here if (unit.environment in names if unit.environment else number == 0))
        yield _within(wiring, {unit.id for unit in here}), frozenset(unit.id for unit in judged)


def regardless(wiring: Wiring) -> Wiring:
    """The wiring as findings name it once environments are told as one: units and functions without environments."""
    if not any(unit.environment for unit in wiring.units):
        return wiring
    by_id = {unit.id: unit for unit in wiring.units}
    units: dict[str, Unit] = {}
    for unit in wiring.units:
        root = by_id.get(unit.root, unit).base
        units.setdefault(unit.base, replace(unit, id=unit.base, root=root, environment="", environment_span=None))
    functions: dict[ResourceId, Function] = {}
    for function in wiring.functions:
        unit_of = by_id.get(function.id.unit)
        id = function.id if unit_of is None else replace(function.id, unit=unit_of.base)
        functions.setdefault(id, replace(function, id=id))
    return replace(wiring, units=tuple(units.values()), functions=tuple(functions.values()))


def _apart(groups: Sequence[Sequence[str]]) -> list[set[str]]:
    """Names in as few sets as can be, in none of which there are two of one group; the same name is in one alone."""
    together: dict[str, set[str]] = {}
    count: dict[str, int] = {}
    for group in groups:
        for name in group:
            together.setdefault(name, set()).update(group)
            count[name] = count.get(name, 0) + 1
    sets: list[set[str]] = []
    for name in sorted(together, key=lambda one: (-count[one], one)):
        free = next((each for each in sets if each.isdisjoint(together[name])), None)
        if free is None:
            sets.append({name})
        else:
            free.add(name)
    return sets


def _within(wiring: Wiring, units: Collection[str]) -> Wiring:
    """The wiring of some units. What nobody's unit declares stays."""
    every = {unit.id for unit in wiring.units}

    def is_here(id: ResourceId | None) -> bool:
        return id is None or id.unit in units or id.unit not in every

    return replace(
        wiring,
        units=tuple(unit for unit in wiring.units if unit.id in units),
        functions=tuple(one for one in wiring.functions if is_here(one.id)),
        resources=tuple(one for one in wiring.resources if is_here(one.id)),
        roles=tuple(one for one in wiring.roles if is_here(one.id)),
        resource_policies=tuple(one for one in wiring.resource_policies if is_here(one.owner)),
        triggers=tuple(one for one in wiring.triggers if is_here(one.source) and is_here(one.function.target)),
        permissions=tuple(one for one in wiring.permissions if is_here(one.id)),
        deliveries=tuple(one for one in wiring.deliveries if is_here(one.source) and is_here(one.target)),
    )


def across(findings: Sequence[Finding], units: Iterable[Unit]) -> Sequence[Finding]:
    """The findings with one for each that several environments of a root share. `units` are all that are judged."""
    deployed = [unit for unit in units if unit.environment]
    if not deployed:
        return findings
    roots = {unit.id: unit for unit in deployed if unit.id == unit.root}
    places = {
        unit.id: _Place(unit.base, roots[unit.root].base, unit.environment) for unit in deployed if unit.root in roots
    }
    every: dict[str, list[str]] = {}
    declared: dict[tuple[str, str], Unit] = {}
    for root in sorted(roots.values(), key=lambda unit: unit.id):
        every.setdefault(root.base, []).append(root.environment)
        declared[root.base, root.environment] = root
    left = [finding for finding in findings if finding.unit not in places]
    groups: dict[Hashable, dict[str, list[Finding]]] = {}
    for finding in findings:
        place = places.get(finding.unit)
        if place is not None:
            key = (place.root, place.unit, finding.rule, finding.owner)
            groups.setdefault(key, {}).setdefault(place.name, []).append(finding)
    causes = _Causes()
    told: list[Finding] = []
    for by_name in groups.values():
        for row in _rows(by_name, every[places[next(iter(by_name.values()))[0].unit].root]):
            place = places[next(iter(row.values())).unit]
            causes.unite(finding.cause for finding in row.values())
            told.append(_one(row, place, every[place.root], declared))
    return [*left, *(causes.told(finding) for finding in told)]


def together(group: Sequence[Finding]) -> Environments | None:
    """The environments of several findings that are told as one: None where one of them holds everywhere."""
    held: dict[str, None] = {}
    known: dict[str, None] = {}
    for finding in group:
        if finding.environments is None:
            return None
        held.update(dict.fromkeys(finding.environments.held))
        known.update(dict.fromkeys((*finding.environments.held, *finding.environments.spared)))
    spared = tuple(name for name in known if name not in held)
    return Environments(tuple(name for name in known if name in held), spared) if spared else None


def saying(finding: Finding) -> Finding:
    """The finding with its environments at the end of its message."""
    where = finding.environments
    return finding if where is None else replace(finding, message=f"{finding.message} ({_spelt(where)})")


def _spelt(where: Environments) -> str:
    held, spared = sorted(where.held), sorted(where.spared)
    if len(held) > _MOST_NAMES and len(spared) <= _MOST_NAMES:
        return f"in all environments but {_listed(spared)}"
    if len(held) > _MOST_NAMES:
        return f"in {', '.join(held[:_MOST_NAMES])} and {len(held) - _MOST_NAMES} more"
    rest = f", not in {_listed(spared)}" if len(spared) < len(held) else ""
    return f"in {_listed(held)}{rest}"


def _listed(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _one(
    row: dict[str, Finding], place: _Place, every: Sequence[str], declared: dict[tuple[str, str], Unit]
) -> Finding:
    """One finding for what environments share: the gravest speaks, of several the first by its subject, so that a
    further environment seldom changes what the finding is known by."""
    from crosswire.merge import joined

    held = tuple(name for name in every if name in row)
    spared = tuple(name for name in every if name not in row)
    speaker = min(held, key=lambda name: (-row[name].severity.rank, -row[name].confidence.rank, row[name].subject))
    first = row[speaker]
    group = [first, *(row[name] for name in held if name != speaker)]
    more = [
        label
        for name in held
        if name != speaker
        for label in (Label(row[name].span, f"the same in {name}"), *row[name].related)
    ]
    if spared and len(held) <= len(spared):
        more += [label for name in held for label in _labels(row[name], declared[place.root, name])]
    return replace(
        joined(first, group, more),
        unit=place.unit,
        environments=Environments(held, spared) if spared else None,
    )


def _labels(finding: Finding, root: Unit) -> Iterator[Label]:
    """Where an environment makes the difference: the parameters that a finding names, else the environment as such."""
    named = {name for text in (finding.message, finding.label, finding.subject) for name in _PARAMETER.findall(text)}
    places = [(name, span) for name, span in root.given if name in named]
    for name, span in places:
        yield Label(span, f"`{name}` in {root.environment}")
    if not places and root.environment_span is not None:
        yield Label(root.environment_span, f"the environment {root.environment}")


def _rows(by_name: dict[str, list[Finding]], every: Sequence[str]) -> Iterator[dict[str, Finding]]:
    """The findings of one rule about one owner, those that are the same in several environments together: equal ones
    at one place, then those at one place whose names differ, then equal ones that each environment has at a place of
    its own."""
    rows: dict[Hashable, dict[str, Finding]] = {}
    for name in every:
        count: Counter[Hashable] = Counter()
        for finding in sorted(by_name.get(name, ()), key=lambda one: (one.span.order, one.subject, one.message)):
            key = (finding.span.order, finding.subject)
            count[key] += 1
            rows.setdefault((*key, count[key]), {})[name] = finding
    partial = [row for row in rows.values() if len(row) < len(every)]
    if 1 < len(partial) <= _MOST_VARIANTS:
        for is_same in (_at_one_place, _about_one_thing):
            for index, row in enumerate(partial):
                for other in partial[index + 1 :]:
                    if row and other and row.keys().isdisjoint(other) and is_same(_any(row), _any(other)):
                        row.update(other)
                        other.clear()
    yield from (row for row in rows.values() if row)


def _any(row: dict[str, Finding]) -> Finding:
    return next(iter(row.values()))


def _at_one_place(one: Finding, other: Finding) -> bool:
    return one.span.order == other.span.order and _names_differ(one.subject, other.subject)


def _about_one_thing(one: Finding, other: Finding) -> bool:
    return one.subject == other.subject


def _names_differ(one: str, other: str) -> bool:
    """Whether two subjects differ by names alone, as environments make them differ, and not by what is asked for."""
    first, second = one.split(), other.split()
    return len(first) == len(second) and all(
        a == b or not (_ACTION.fullmatch(a) or _ACTION.fullmatch(b)) for a, b in zip(first, second, strict=True)
    )


class _Causes:
    """The causes of findings, of which those that differ by their environments alone become one."""

    def __init__(self) -> None:
        self._same: dict[Hashable, Hashable] = {}

    def unite(self, causes: Iterable[Hashable]) -> None:
        """Take causes as one."""
        known = [self._first(cause) for cause in causes if cause is not None]
        for cause in known[1:]:
            if cause != known[0]:
                self._same[cause] = known[0]

    def told(self, finding: Finding) -> Finding:
        """The finding with the cause that stands for its own."""
        if finding.cause is None:
            return finding
        first = self._first(finding.cause)
        return finding if first == finding.cause else replace(finding, cause=first)

    def _first(self, cause: Hashable) -> Hashable:
        while cause in self._same:
            cause = self._same[cause]
        return cause
