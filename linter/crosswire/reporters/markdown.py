"""Markdown: the report as a page, for the summary of a GitHub step or a comment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.reporters.look import gravest_first, told
from crosswire.reporters.rule_pages import page_url
from crosswire.reporters.summary import checked, concerned, counted, found
from crosswire.reporters.visible import url_path, visible

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.reporters.look import Look
    from crosswire.source import Span

_SIGNS = {Severity.ERROR: "❌", Severity.WARNING: "⚠️", Severity.NOTE: "ℹ️"}

# Whatever Markdown, HTML or a host's own marks (mentions, issues, addresses) could be made of.
_MEANING = re.compile(r"[!#$&*<>@\[\]\\_`|~]|(?<=www)\.|:(?=/|\S+:)", re.IGNORECASE)


def render(report: Report, look: Look) -> str:
    """A table of the findings, the gravest first, each with its other places. It is cut to `look.room` bytes, and says
    how much was left out."""
    summary = report.summary
    findings = gravest_first(told(report, look))
    head = f"## crosswire\n\n{checked(summary)}\n\n**{found(summary, look.notes)}**\n"
    rows = [_row(finding, look) for finding in findings]
    if not rows:
        return head
    table = "\n| | where | what |\n|---|---|---|\n"
    kept = _kept(rows, look.room - len((head + table).encode())) if look.room else len(rows)
    if kept == len(rows):
        return head + table + "".join(rows)
    left_out = f"\n{counted(len(rows) - kept, 'finding')} left out here, for want of room.\n"
    return (head + table + "".join(rows[:kept]) if kept else head) + left_out


def _kept(rows: Sequence[str], room: int) -> int:
    """How many rows fit."""
    room -= 100  # what says how many were left out
    for number, row in enumerate(rows):
        room -= len(row.encode())
        if room < 0:
            return number
    return len(rows)


def _row(finding: Finding, look: Look) -> str:
    url = page_url(finding.rule)
    rule = f"[{finding.rule}]({url})" if url else finding.rule
    said = [f"{_prose(finding.message)} ({rule})"]
    said += [f"{_place(label.span, look)}: {_prose(label.message)}" for label in finding.related]
    if finding.functions:
        said.append(_plain(concerned(finding)))
    if finding.advice:
        said.append(f"help: {_prose(finding.advice)}")
    return f"| {_SIGNS[finding.severity]} | {_place(finding.span, look)} | {'<br>'.join(said)} |\n"


def _place(span: Span, look: Look) -> str:
    path, line = look.folder + span.path, span.start_position.line
    shown = f"{_plain(path)}:{line}"
    return f"[{shown}]({look.pages}{url_path(path)}#L{line})" if look.pages else shown


def _prose(text: str) -> str:
    """A message, whose names between backticks are shown as code."""
    parts = text.split("`")
    if len(parts) % 2 == 0:  # a name holds a backtick itself
        return _plain(text)
    return "".join(f"<code>{_plain(part)}</code>" if at % 2 else _plain(part) for at, part in enumerate(parts))


def _plain(text: str) -> str:
    """Text that means nothing to Markdown, HTML or the host."""
    return _MEANING.sub(lambda match: f"&#{ord(match[0])};", visible(text))
