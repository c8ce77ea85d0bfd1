"""SARIF 2.1.0, for GitHub code scanning and whatever else collects results of many tools."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import crosswire
from crosswire.examples import documentation
from crosswire.finding import Finding, Severity, Suppressed, fingerprints
from crosswire.redaction import Secrets
from crosswire.registry import load, rule_ids
from crosswire.reporters.columns import region
from crosswire.reporters.line_hash import hashed, line_hashes
from crosswire.reporters.rule_pages import page_url
from crosswire.reporters.visible import uncommanding, url_path, visible

if TYPE_CHECKING:
    from crosswire.lint import Report
    from crosswire.reporters.look import Look
    from crosswire.rule import Rule
    from crosswire.source import Source, Span

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.NOTE: "recommendation"}
_CODE = (".py", ".js", ".jsx", ".mjs", ".cjs", ".ts", ".tsx", ".mts", ".cts")
_SHORT, _FULL = 255, 1000  # characters that GitHub shows of a rule


def render(report: Report, look: Look) -> str:
    """One log with one run. Notes are always in it, and what is suppressed, marked so."""
    told = [*report.findings, *(suppressed.finding for suppressed in report.suppressed)]
    rules = _rules(told)
    index = {rule["id"]: number for number, rule in enumerate(rules)}
    hashes = _line_hashes(told, Secrets(report.secrets), look)
    results = [
        _result(finding, index[finding.rule], hashes[finding.span.path], fingerprint, look)
        for finding, fingerprint in zip(told, fingerprints(told), strict=True)
    ]
    for result, suppressed in zip(results[len(report.findings) :], report.suppressed, strict=True):
        result["suppressions"] = [_suppression(suppressed)]
    driver = {"name": "crosswire", "semanticVersion": crosswire.__version__, "rules": rules}
    run = {
        "tool": {"driver": driver},
        "automationDetails": {"id": "crosswire/"},
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"%SRCROOT%": {"description": {"text": "The folder of the repository."}}},
        "invocations": [{"executionSuccessful": True}],
        "results": results,
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return uncommanding(json.dumps(log, indent=2)) + "\n"


def _rules(findings: Iterable[Finding]) -> list[dict[str, object]]:
    """The rules that found something, of the pack and of other tools."""
    found = sorted({finding.rule for finding in findings})
    known = rule_ids()
    return [_rule(*load([rule])) if rule in known else _foreign_rule(rule) for rule in found]


def _rule(rule: Rule) -> dict[str, object]:
    page = documentation(rule.__doc__, rule.id)
    opening = page.text.partition("\n## ")[0].strip()
    url = page_url(rule.id)
    properties: dict[str, object] = {
        "precision": "medium" if rule.severity is Severity.NOTE else "high",
        "problem.severity": _PROBLEMS[rule.severity],
        "tags": [rule.id.partition("/")[0]],
    }
    if rule.security_severity:
        properties["tags"] = ["security", rule.id.partition("/")[0]]
        properties["security-severity"] = rule.security_severity
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.id.replace("/", "-").split("-")),
        "shortDescription": {"text": _cut(page.summary, _SHORT)},
        "fullDescription": {"text": _cut(opening, _FULL)},
        "help": {"text": opening, "markdown": page.text},
        **({"helpUri": url} if url else {}),
        "defaultConfiguration": {"level": rule.severity.value},
        "properties": properties,
    }


def _foreign_rule(rule: str) -> dict[str, object]:
    tool, _, name = rule.partition("/")
    text = {"text": f"{name} of {tool}."}
    return {"id": rule, "shortDescription": text, "fullDescription": text, "help": text, "properties": {"tags": [tool]}}


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _result(
    finding: Finding, rule_index: int, hashes: Mapping[int, str], fingerprint: str, look: Look
) -> dict[str, object]:
    related = [
        {"id": number, **_location(label.span, label.message, look)} for number, label in enumerate(finding.related, 1)
    ]
    result: dict[str, object] = {
        "ruleId": finding.rule,
        "ruleIndex": rule_index,
        "level": finding.severity.value,
        "message": {"text": _message(finding)},
        "locations": [_location(finding.span, finding.label, look)],
        "partialFingerprints": _partial_fingerprints(finding, hashes, fingerprint),
        "properties": {"confidence": finding.confidence.value, "functions": list(map(visible, finding.functions))},
    }
    if related:
        result["relatedLocations"] = related
    steps = _flow(finding)
    if steps:
        locations = [{"location": _location(span, message, look)} for span, message in steps]
        result["codeFlows"] = [{"threadFlows": [{"locations": locations}]}]
    return result


def _message(finding: Finding) -> str:
    """The message and the advice, then a link to every related place."""
    said = [_linkless(finding.message)]
    if finding.advice:
        said.append(_linkless(finding.advice))
    said += [
        f"[{_linkless(label.message) or 'related'}]({number})" for number, label in enumerate(finding.related, start=1)
    ]
    return "\n".join(said)


def _linkless(text: str) -> str:
    """Text in which nothing is a link."""
    return visible(text).replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]")


def _location(span: Span, message: str, look: Look) -> dict[str, object]:
    at = region(span)
    location: dict[str, object] = {
        "physicalLocation": {
            "artifactLocation": {"uri": url_path(look.folder + span.path), "uriBaseId": "%SRCROOT%"},
            "region": {
                "startLine": at.line,
                "startColumn": at.column,
                "endLine": at.end_line,
                "endColumn": at.end_column,
            },
        }
    }
    if message:
        location["message"] = {"text": visible(message)}
    return location


def _flow(finding: Finding) -> Sequence[tuple[Span, str]]:
    """From the code to what it does not agree with: empty unless both are known."""
    places = [(finding.span, finding.label or finding.message)]
    places += [(label.span, label.message) for label in finding.related]
    code = [place for place in places if place[0].path.endswith(_CODE)]
    declared = [place for place in places if not place[0].path.endswith(_CODE)]
    return [*code, *declared] if code and declared else ()


def _partial_fingerprints(finding: Finding, hashes: Mapping[int, str], fingerprint: str) -> dict[str, str]:
    prints = {"crosswire/v1": fingerprint}
    line = finding.span.start_position.line
    return {"primaryLocationLineHash": hashes[line], **prints} if line in hashes else prints


def _line_hashes(findings: Iterable[Finding], secrets: Secrets, look: Look) -> dict[str, Mapping[int, str]]:
    """By path, the hashes of the lines on which findings begin; none where a secret is in what is hashed, since such a
    hash would tell a short one. GitHub fills in what is missing by itself."""
    sources: dict[str, tuple[Source, set[int]]] = {}
    for finding in findings:
        source = finding.span.source
        lines = sources.setdefault(finding.span.path, (source, set()))[1]
        line = finding.span.start_position.line
        if not secrets.within(source, *hashed(source, line)):
            lines.add(line)
    return {path: _hashes_of(source, lines, look) for path, (source, lines) in sources.items()}


def _hashes_of(source: Source, lines: Collection[int], look: Look) -> Mapping[int, str]:
    """GitHub reads the file by itself, and keeps what a reader of its text does without: a byte order mark."""
    text = source.text
    if look.root is not None:
        try:
            text = (look.root / source.path).read_bytes().decode("utf-8", "replace")
        except OSError:
            return {}
    return line_hashes(text, lines)


def _suppression(suppressed: Suppressed) -> dict[str, object]:
    reason = visible(suppressed.reason)
    return {"kind": suppressed.kind, **({"justification": reason} if reason else {})}
