"""JSON: the whole report for machines, by the published schema (`crosswire/schemas/report.schema.json`)."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from typing import TYPE_CHECKING

import crosswire
from crosswire.record import as_dict

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.source import Span

SCHEMA_VERSION = 1


def render(report: Report, notes: bool, color: bool) -> str:
    """One object. Notes are always in it; `notes` and `color` change nothing."""
    seen: Counter[str] = Counter()
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "crosswire", "version": crosswire.__version__},
        "summary": as_dict(report.summary),
        "findings": [_finding(finding, seen) for finding in report.findings],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(finding: Finding, seen: Counter[str]) -> dict[str, object]:
    return {
        "rule": finding.rule,
        "severity": finding.severity.value,
        "confidence": finding.confidence.value,
        "message": finding.message,
        **_place(finding.span),
        "label": finding.label,
        "functions": list(finding.functions),
        "unit": finding.unit,
        "related": [{**_place(label.span), "message": label.message} for label in finding.related],
        "advice": finding.advice,
        "fix": None,
        "fingerprint": _fingerprint(finding, seen),
    }


def _place(span: Span) -> dict[str, object]:
    start, end = span.start_position, span.end_position
    return {
        "path": span.path,
        "line": start.line,
        "column": start.column,
        "end_line": end.line,
        "end_column": end.column,
    }


def _fingerprint(finding: Finding, seen: Counter[str]) -> str:
    """Equal for the same finding after unrelated edits: made of its identity, never of its lines. Equal ones are
    counted."""
    identity = json.dumps([finding.rule, finding.unit, finding.owner, finding.subject])
    digest = hashlib.sha256(identity.encode()).hexdigest()[:20]
    seen[digest] += 1
    return f"{digest}:{seen[digest]}"
