"""How a report is shown: what its reader can take, and from where it is read."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Severity
from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.lint import Report


@record
class Look:
    """`notes`: tell notes too, where a format leaves them out. `color`, `links`: the terminal shows them. `width`: its
    columns, 0 where it does not matter. `folder`: what leads from the reader's folder to the root of the check, ""
    or ending with `/`. `root`: the root itself, where the files are on the disk. `pages`: where files can be seen on
    the web (`https://host/owner/repository/blob/commit/`), or "". `room`: the most bytes of Markdown, 0 for any number.
    """

    notes: bool = False
    color: bool = False
    links: bool = False
    width: int = 0
    folder: str = ""
    root: Path | None = None
    pages: str = ""
    room: int = 0


def told(report: Report, look: Look) -> Sequence[Finding]:
    """The findings to tell, in reading order: notes only where they are wanted."""
    return [finding for finding in report.findings if look.notes or finding.severity is not Severity.NOTE]


def gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    """For readers who see the first few only."""
    return sorted(findings, key=lambda finding: (-finding.severity.rank, -finding.confidence.rank))
