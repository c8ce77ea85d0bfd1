"""What crosswire says of a mutant, against what it must say."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.mutants.operators import Mutant
from tests.mutants.project import Place

from crosswire.finding import Finding, Severity
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.rule import Rule
from crosswire.source import Span


@dataclass(frozen=True, slots=True)
class Verdict:
    """A mutant with the findings that it was known by and those that nobody asked for."""

    mutant: Mutant
    hits: tuple[Finding, ...]
    extras: tuple[Finding, ...]

    @property
    def is_right(self) -> bool:
        return bool(self.hits) and not self.extras

    def __str__(self) -> str:
        lines = [str(self.mutant)]
        if not self.hits:
            lines.append(f"  not found:    {' or '.join(sorted(self.mutant.rules))}")
            lines += [f"                at {path}:{line}" for path, line in sorted(self.mutant.places)[:6]]
        lines += [f"  not expected: {_described(finding)}" for finding in self.extras]
        return "\n".join(lines)


def judge(mutant: Mutant, rules: Sequence[Rule]) -> Verdict:
    """Lint a mutant, in memory. Notes are nobody's concern here."""
    report = lint(Files.from_texts(mutant.texts), rules)
    told = [finding for finding in report.findings if finding.severity is not Severity.NOTE]
    hits = tuple(finding for finding in told if _is_expected(finding, mutant))
    return Verdict(mutant, hits, tuple(finding for finding in told if finding not in hits))


def _is_expected(finding: Finding, mutant: Mutant) -> bool:
    return (
        finding.rule in mutant.rules
        and not mutant.places.isdisjoint(_places(finding))
        and (not mutant.functions or not mutant.functions.isdisjoint(finding.functions))
        and (not mutant.environments or _environments(finding) == mutant.environments)
    )


def _environments(finding: Finding) -> frozenset[str]:
    return frozenset(finding.environments.held if finding.environments else ())


def _places(finding: Finding) -> Iterator[Place]:
    for span in (finding.span, *(label.span for label in finding.related)):
        yield from _lines(span)


def _lines(span: Span) -> Iterator[Place]:
    for line in range(span.start_position.line, span.end_position.line + 1):
        yield span.path, line


def _described(finding: Finding) -> str:
    place = f"{finding.span.path}:{finding.span.start_position.line}"
    shown = ", ".join(f"{label.span.path}:{label.span.start_position.line}" for label in finding.related)
    return f"{place}: {finding.rule}: {finding.message}" + (f" (also {shown})" if shown else "")
