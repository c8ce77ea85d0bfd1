"""GitLab: Code Quality, an array of what the merge request shows beside its lines."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from crosswire.finding import Severity, digest
from crosswire.reporters.look import told
from crosswire.reporters.visible import uncommanding, visible

if TYPE_CHECKING:
    from crosswire.lint import Report
    from crosswire.reporters.look import Look

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor", Severity.NOTE: "info"}


def render(report: Report, look: Look) -> str:
    """One entry for each finding. Equal fingerprints would be shown as one entry, so equal findings are counted."""
    seen: Counter[tuple[object, ...]] = Counter()
    entries = []
    for finding in told(report, look):
        path = look.folder + finding.span.path
        identity = (path, *finding.key)
        seen[identity] += 1
        at = finding.span
        lines = {"begin": at.start_position.line, "end": at.end_position.line}
        entries.append(
            {
                "description": visible(finding.message),
                "check_name": finding.rule,
                "fingerprint": digest(*identity, seen[identity]),
                "severity": _SEVERITIES[finding.severity],
                "location": {"path": path, "lines": lines},
            }
        )
    return uncommanding(json.dumps(entries, indent=2)) + "\n"
