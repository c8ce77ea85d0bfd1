"""rdjson: the Reviewdog Diagnostic Format, which reviewdog brings to pull requests of many hosts."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.columns import region, utf8_bytes
from crosswire.reporters.look import told
from crosswire.reporters.rule_pages import page_url
from crosswire.reporters.visible import uncommanding, visible

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look
    from crosswire.source import Span

_SEVERITIES = {Severity.ERROR: "ERROR", Severity.WARNING: "WARNING", Severity.NOTE: "INFO"}


def render(report: Report, look: Look) -> str:
    """One object. Columns are UTF-8 bytes."""
    diagnostics = [_diagnostic(finding, look) for finding in told(report, look)]
    return uncommanding(json.dumps({"source": {"name": "crosswire"}, "diagnostics": diagnostics}, indent=2)) + "\n"


def _diagnostic(finding: Finding, look: Look) -> dict[str, object]:
    url = page_url(finding.rule)
    return {
        "message": visible(finding.message) + (f"\n{visible(finding.advice)}" if finding.advice else ""),
        "location": _location(finding.span, look),
        "severity": _SEVERITIES[finding.severity],
        "code": {"value": finding.rule, **({"url": url} if url else {})},
        "related_locations": [
            {"message": visible(label.message), "location": _location(label.span, look)} for label in finding.related
        ],
    }


def _location(span: Span, look: Look) -> dict[str, object]:
    at = region(span, utf8_bytes)
    return {
        "path": look.folder + span.path,
        "range": {
            "start": {"line": at.line, "column": at.column},
            "end": {"line": at.end_line, "column": at.end_column},
        },
    }
