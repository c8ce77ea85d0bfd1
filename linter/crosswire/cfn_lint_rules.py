"""crosswire inside cfn-lint, so that editors and pipelines which run cfn-lint show what crosswire finds in templates.

cfn-lint loads it as a module, with `--append-rules crosswire.cfn_lint_rules` or in a `.cfnlintrc`:

    append_rules:
      - crosswire.cfn_lint_rules

Both must be installed in one environment. The rules are of cfn-lint's range for rules of others: `E9510` is an error of
the family `env`, `W9510` a warning and `I9510` a note of it (cfn-lint tells `I` where it is asked to), so that each can
be left out with `--ignore-checks` and in `Metadata`. `E9500` is that crosswire could not look. A match stands where the
template has to do with a finding: at the finding's place, or at the first related one where that is in another file.

crosswire looks at the application that the template belongs to, as `crosswire check TEMPLATE` does, with its own
configuration, suppressions and baseline. When a run of cfn-lint comes to a second template of a repository, all of that
is checked, once.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch

from crosswire.cfn_lint import BESIDE
from crosswire.errors import CrosswireError
from crosswire.finding import Severity
from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.lint import Report
    from crosswire.project import Files, Selection
    from crosswire.source import Span

NUMBERS = {
    "env": 9510,
    "iam": 9520,
    "input": 9530,
    "schema": 9540,
    "secrets": 9550,
    "suppress": 9560,
    "triggers": 9570,
}
"""The number of each family: rules that people write for cfn-lint in one line are counted from 9001."""

_OTHER = 9590
_CANNOT_LOOK = "E9500"
_LETTERS = {Severity.ERROR: "E", Severity.WARNING: "W", Severity.NOTE: "I"}


class _Rule(CloudFormationLintRule):  # type: ignore[misc] # cfn-lint has no types
    """What crosswire finds of one family and severity."""

    source_url = ""
    tags = ["crosswire"]  # noqa: RUF012 # as cfn-lint has it

    def match(self, cfn: Any) -> list[Any]:
        """The findings of this number that have a place in the template."""
        if not cfn.filename or os.environ.get(BESIDE):
            return []
        told = _told(os.path.realpath(cfn.filename))
        return [
            RuleMatch(_path(cfn.template, one.location[0]), one.message, location=one.location)
            for one in told
            if one.id == self.id
        ]


def _rules() -> Iterator[type[_Rule]]:
    yield _rule(_CANNOT_LOOK, "crosswire could not look at the template", "What it depends on cannot be used.")
    for letter in _LETTERS.values():
        for family, number in (*NUMBERS.items(), ("other", _OTHER)):
            about = f"Parts of the application do not agree ({family})"
            yield _rule(f"{letter}{number}", about, f"What crosswire finds by its rules of the family {family}.")


def _rule(id: str, shortdesc: str, description: str) -> type[_Rule]:
    body = {"id": id, "shortdesc": shortdesc, "description": description, "__module__": __name__}
    return type(f"Crosswire{id}", (_Rule,), body)


globals().update({rule.__name__: rule for rule in _rules()})  # cfn-lint takes every class of the module


@record
class _Told:
    """A finding as cfn-lint is told of it. `location` is lines and columns, counted from zero."""

    id: str
    message: str
    location: tuple[int, int, int, int]


@cache
def _told(file: str) -> Sequence[_Told]:
    """What there is to tell of a template, by its path on the disk."""
    from crosswire.reporters.visible import visible

    try:
        root, report = _looked(file)
        path = Path(file).relative_to(root).as_posix()
        told = (_one(finding, path) for finding in report.findings)
        return tuple(one for one in told if one is not None)
    except CrosswireError as error:
        why = " ".join(str(error).split())
    except Exception as error:  # it must not be told once for each of the rules
        why = f"internal error: {type(error).__name__}: {' '.join(str(error).split())}"
    return (_Told(_CANNOT_LOOK, visible(f"crosswire could not look: {why}"), (0, 0, 0, 1)),)


def _one(finding: Finding, path: str) -> _Told | None:
    from crosswire.reporters.visible import visible

    spans = [finding.span, *(label.span for label in finding.related)]
    here = next((span for span in spans if span.path == path), None)
    if here is None:
        return None
    at = finding.span.start_position
    place = "" if finding.span is here else f" (see {finding.span.path}:{at.line}:{at.column})"
    number = NUMBERS.get(finding.rule.partition("/")[0], _OTHER)
    message = visible(f"{finding.message}{place} [{finding.rule}]")
    return _Told(f"{_LETTERS[finding.severity]}{number}", message, _location(here))


def _location(span: Span) -> tuple[int, int, int, int]:
    start, end = span.start_position, span.end_position
    return start.line - 1, start.column - 1, end.line - 1, end.column - 1


def _looked(file: str) -> tuple[Path, Report]:
    """A report that covers a template: of its application where it is the first of its repository, else of all."""
    from crosswire.project import discover

    files, selection = discover([Path(file)])
    root = Path(os.path.realpath(files.root))
    if root in _seen:
        return root, _whole(root)
    _seen.add(root)
    return root, _checked(files, selection)


_seen: set[Path] = set()


@cache
def _whole(root: Path) -> Report:
    from crosswire.project import discover

    return _checked(*discover([root]))


def _checked(files: Files, selection: Selection) -> Report:
    from crosswire.config import find
    from crosswire.lint import Terms, lint
    from crosswire.registry import load, rule_ids

    configurations = find(files, selection, rule_ids())
    kept = configurations.kept(files, selection)
    return lint(kept, load(configurations.rules(rule_ids())), selection, Terms(configurations))


def _path(template: Any, line: int) -> list[str]:
    """The way to the resource that a line is in, by which the template's own `Metadata` can ignore a rule."""
    resources: Any = template.get("Resources") if isinstance(template, dict) else None
    if not isinstance(resources, dict):
        return []
    above = [name for name in resources if hasattr(name, "start_mark") and name.start_mark.line <= line]
    if not above:
        return []
    name = max(above, key=lambda name: int(name.start_mark.line))
    end = getattr(resources[name], "end_mark", None)
    return ["Resources", str(name)] if end is None or line <= end.line else []
