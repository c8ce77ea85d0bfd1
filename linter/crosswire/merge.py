"""Merge: one cause is one finding, however many rules, calls and units it is seen from."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence

from crosswire.environments import saying, together
from crosswire.finding import Finding, Label
from crosswire.record import replace

_MOST_PLACES = 8


def merge(findings: Iterable[Finding], precedence: Callable[[str], object]) -> list[Finding]:
    """The findings in reading order, with those told once that are the same or have the same cause.

    `precedence` gives the key by which rules are sorted: the first rule tells the cause, and the places of the others
    become related places of its finding.
    """
    ordered = sorted(findings, key=reading_order)
    once = [_united(group) for group in _groups(ordered, _sameness)]
    by_cause = _groups(once, lambda finding: ("cause", finding.cause) if finding.cause is not None else None)
    told = [_told(group, precedence) for group in by_cause]
    return sorted(map(saying, told), key=reading_order)


def reading_order(finding: Finding) -> tuple[object, ...]:
    """A key that sorts findings by their place, then by all that tells them apart."""
    return (
        *finding.span.order,
        finding.rule,
        finding.unit,
        finding.owner,
        finding.subject,
        finding.message,
        tuple((label.span.order, label.message) for label in finding.related),
        finding.functions,
    )


def _sameness(finding: Finding) -> Hashable:
    """Equal for findings that differ only by the unit or function from which the place was looked at."""
    return ("same", finding.rule, finding.span.order, finding.subject)


def _groups(findings: Iterable[Finding], key: Callable[[Finding], Hashable]) -> Iterator[list[Finding]]:
    """Findings by key, groups in the order of their first; a finding whose key is None is a group of its own."""
    groups: dict[Hashable, list[Finding]] = {}
    for number, finding in enumerate(findings):
        name = key(finding)
        groups.setdefault(number if name is None else name, []).append(finding)
    yield from groups.values()


def _united(group: list[Finding]) -> Finding:
    """One finding for what several units or functions share; the gravest speaks."""
    first = max(group, key=lambda finding: (finding.severity.rank, finding.confidence.rank))
    labels = [label for finding in group if finding is not first for label in finding.related]
    return joined(first, group, labels)


def _told(group: list[Finding], precedence: Callable[[str], object]) -> Finding:
    """One finding for a cause. It is as grave as the gravest that it stands for, so that nothing is played down."""
    if len(group) == 1:
        return group[0]
    winner = min(group, key=lambda finding: (precedence(finding.rule), -finding.severity.rank))
    gravest = max(group, key=lambda finding: (finding.severity.rank, finding.confidence.rank))
    labels = [
        label
        for finding in group
        if finding is not winner
        for label in (Label(finding.span, (finding.label or finding.message).rstrip(".")), *finding.related)
    ]
    told = joined(winner, group, labels)
    if gravest.severity is not winner.severity:
        told = replace(told, severity=gravest.severity, confidence=gravest.confidence)
    return told


def joined(finding: Finding, group: Sequence[Finding], labels: Iterable[Label]) -> Finding:
    """The finding with the functions and secrets of its group, and with further places, each told once."""
    labels = list(labels)
    if len(group) == 1 and not labels:
        return finding
    related = list(finding.related)
    seen = {finding.span.order, *(label.span.order for label in related)}
    for label in labels:
        if len(related) >= _MOST_PLACES:
            break
        if label.span.order not in seen:
            seen.add(label.span.order)
            related.append(label)
    return replace(
        finding,
        related=tuple(related),
        functions=tuple(sorted({name for member in group for name in member.functions})),
        secrets=tuple(dict.fromkeys(span for member in group for span in member.secrets)),
        environments=together(group),
    )
