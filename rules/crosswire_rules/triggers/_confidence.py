"""How sure a finding about a function's code is: as sure as it is that the code is that function's."""

from __future__ import annotations

from crosswire.finding import Confidence, Severity
from crosswire.wiring.function import Link

_CONFIDENCE = {Link.EXACT: Confidence.HIGH, Link.NAMED: Confidence.MEDIUM}


def confidence_of(link: Link) -> Confidence:
    """The confidence that a link to code allows."""
    return _CONFIDENCE.get(link, Confidence.LOW)


def severity_at(confidence: Confidence, severity: Severity) -> Severity:
    """A severity, played down to a note where the code was only guessed."""
    return Severity.NOTE if confidence is Confidence.LOW else severity
