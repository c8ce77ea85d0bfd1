"""A finding: what is wrong, where to act, and every other place that disagrees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable
from enum import Enum
from typing import TYPE_CHECKING

from crosswire.record import field, record

if TYPE_CHECKING:
    from crosswire.source import Span


class Severity(Enum):
    """error: the deployment or the call fails, or a secret leaks. warning: it may. note: worth knowing."""

    NOTE = "note"
    WARNING = "warning"
    ERROR = "error"

    @property
    def rank(self) -> int:
        return ("note", "warning", "error").index(self.value)


class Confidence(Enum):
    """high: every value exact. medium: a symbolic match, or code linked by name. low: the folder fallback."""

    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"

    @property
    def rank(self) -> int:
        return ("low", "medium", "high").index(self.value)


@record
class Label:
    """A place and what it has to do with the finding: a short phrase without a full stop."""

    span: Span
    message: str


@record
class Environments:
    """The environments of one root: those in which a finding holds, and those that are spared."""

    held: tuple[str, ...]
    spared: tuple[str, ...]


@record
class Finding:
    """One thing that is wrong.

    `span` is where to act. `label` says why that place is shown. `subject` identifies the finding beside its rule,
    unit and owner (an action and a resource, a variable ...): stable under edits, never a value of a secret.
    `cause` names what is wrong; findings of several rules with an equal cause are told as one.
    `secrets` are spans whose text no output may show.
    `environments` are those in which it holds, where it spares others; the message says so.
    `copies` are the findings that it stands for, itself among them, where there are several.
    """

    rule: str
    severity: Severity
    confidence: Confidence
    message: str
    span: Span
    unit: str
    owner: str
    subject: str
    label: str = ""
    related: tuple[Label, ...] = ()
    functions: tuple[str, ...] = ()
    cause: Hashable = None
    advice: str = ""
    secrets: tuple[Span, ...] = field(default=(), compare=False)
    environments: Environments | None = None
    copies: tuple[Finding, ...] = field(default=(), compare=False)

    @property
    def key(self) -> tuple[str, str, str, str]:
        """What makes it the same finding after unrelated edits: no line, no message, no value."""
        return (self.rule, self.unit, self.owner, self.subject)

    @property
    def fingerprint(self) -> str:
        """The key as a short text that tells nothing. Findings may have equal ones: count them."""
        return digest(*self.key)


@record
class Suppressed:
    """A finding that is not told. `kind` says where that was decided: "inSource", beside the place itself, or
    "external", in a baseline or the configuration. `reason` is what people wrote, or ""."""

    finding: Finding
    kind: str
    reason: str = ""


def fingerprints(findings: Iterable[Finding]) -> list[str]:
    """The fingerprint of each, with the number of the finding among equal ones."""
    seen: Counter[str] = Counter()
    numbered = []
    for finding in findings:
        fingerprint = finding.fingerprint
        seen[fingerprint] += 1
        numbered.append(f"{fingerprint}:{seen[fingerprint]}")
    return numbered


def digest(*parts: object) -> str:
    """Twenty hexadecimal digits that stand for the parts."""
    import hashlib
    import json

    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:20]
