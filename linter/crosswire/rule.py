"""A rule: a class with a docstring (its documentation and its tests) and one question to the wiring."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Confidence, Finding, Label, Severity

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.wiring.project import Wiring


class Rule:
    """The base of every rule. `id` is `family/name`, taken from the module's path by the registry.

    The docstring is the page of `crosswire explain`: a summary line, why it hurts, `## Bad`, `## Good`, limits.
    Its examples run as tests.
    """

    id: str = ""
    severity: Severity = Severity.ERROR
    security_severity: str = ""
    """How grave it is for security, from "0.1" to "10.0" as in CVSS; empty for what is no matter of security."""
    joins: bool = True
    """Whether it compares several places. What it tells of weak ones, such as commands, is at most a warning."""

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every disagreement of this kind in the wiring."""
        raise NotImplementedError

    def finding(
        self,
        message: str,
        span: Span,
        *,
        unit: str,
        owner: str,
        subject: str,
        label: str = "",
        related: tuple[Label, ...] = (),
        functions: tuple[str, ...] = (),
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        cause: Hashable = None,
        advice: str = "",
        secrets: tuple[Span, ...] = (),
    ) -> Finding:
        """A finding of this rule, of the rule's own severity unless told otherwise."""
        return Finding(
            rule=self.id,
            severity=self.severity if severity is None else severity,
            confidence=confidence,
            message=message,
            span=span,
            unit=unit,
            owner=owner,
            subject=subject,
            label=label,
            related=related,
            functions=functions,
            cause=cause,
            advice=advice,
            secrets=secrets,
        )


class LateRule(Rule):
    """A rule that is about what people said of findings, in suppressions and baselines. It has nothing to ask of the
    wiring: its findings are made when all others are known, by crosswire.suppressions and crosswire.lint."""

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        yield from ()
