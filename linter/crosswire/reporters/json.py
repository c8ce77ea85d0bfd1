"""JSON: the whole report for machines, by the published schema (`crosswire/schemas/report.schema.json`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import crosswire
from crosswire.finding import fingerprints
from crosswire.record import as_dict
from crosswire.reporters.visible import uncommanding

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look
    from crosswire.source import Span

SCHEMA_VERSION = 1


def render(report: Report, look: Look) -> str:
    """One object. Notes are always in it."""
    document = {
        "schema_version": SCHEMA_VERSION,
        "tool": {"name": "crosswire", "version": crosswire.__version__},
        "summary": as_dict(report.summary),
        "findings": list(map(_finding, report.findings, fingerprints(report.findings))),
    }
    return uncommanding(json.dumps(document, indent=2)) + "\n"


def _finding(finding: Finding, fingerprint: str) -> dict[str, object]:
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
        "fingerprint": fingerprint,
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
