"""Lint: the way from files to a report, read from top to bottom."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Severity
from crosswire.merge import merge
from crosswire.project import Selection
from crosswire.record import record
from crosswire.registry import load, precedence, rule_ids
from crosswire.values import Unknown
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from crosswire.project import Files
    from crosswire.rule import Rule
    from crosswire.source import Span
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Unit, Wiring

EVERYTHING = Selection()


@record
class Summary:
    """What was cross-checked, in numbers. A place that several functions reach counts once.

    `files` are the templates and the code files that were read for them; `unresolved` are the places where something
    could not be known, so that absence proves nothing there.
    """

    files: int
    functions: int
    env_reads: int
    sdk_calls: int
    templates: int
    unresolved: int
    errors: int
    warnings: int
    notes: int
    suppressed: int = 0
    baseline: int = 0


@record
class Report:
    """The findings of a check, in reading order, and what was looked at. Nothing was checked where `units` is 0.

    `secrets` are places whose text no output may show, whichever rules were selected. `unresolved` are the places where
    something could not be known, each with what and why. `elsewhere` are templates of the repository that were not
    asked for.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    units: int
    secrets: tuple[Span, ...] = ()
    unresolved: tuple[BlindSpot, ...] = ()
    elsewhere: tuple[str, ...] = ()


def lint(files: Files, rules: Sequence[Rule], selection: Selection = EVERYTHING) -> Report:
    """Check the files with the rules, and report what concerns the selected units."""
    from crosswire.frontends.link import build_wiring

    return check(build_wiring(files, selection), rules, selection)


def check(wiring: Wiring, rules: Sequence[Rule], selection: Selection = EVERYTHING) -> Report:
    """Ask the rules about the wiring. They see all of it, since units may use each other; findings are selected."""
    units = _selected_units(wiring, selection)
    all_units = {unit.id for unit in wiring.units}
    concerned = [
        finding
        for rule in rules
        for finding in rule.check(wiring)
        if finding.unit in units or (finding.unit not in all_units and selection.covers(finding.span.path))
    ]
    told = merge(concerned, precedence)
    secrets = _secrets(wiring, rules, told)
    findings = _redacted(told, secrets)
    unresolved = _unresolved(wiring, units)
    elsewhere = tuple(sorted({unit.span.path for unit in wiring.units if unit.id not in units}))
    summary = _summary(wiring, units, findings, len(unresolved))
    return Report(findings, summary, len(units), secrets, unresolved, elsewhere)


def _secrets(wiring: Wiring, rules: Sequence[Rule], told: Sequence[Finding]) -> tuple[Span, ...]:
    """The places of secrets. Rules that were not selected tell them too: an excerpt for another rule may hold one."""
    if not told:
        return ()
    running = {rule.id for rule in rules}
    others = load(rule for rule in rule_ids() if rule.startswith("secrets/") and rule not in running)
    findings = (finding for rule in others for finding in rule.check(wiring))
    return tuple(span for finding in (*told, *findings) for span in finding.secrets)


def _redacted(told: Sequence[Finding], secrets: Sequence[Span]) -> tuple[Finding, ...]:
    if not told:
        return ()
    from crosswire.redaction import Secrets

    hidden = Secrets(secrets)
    return tuple(map(hidden.redacted, told))


def _selected_units(wiring: Wiring, selection: Selection) -> dict[str, Unit]:
    """Units with a selected template or, for a selected code file, with a function that uses it; nested ones follow
    their root."""
    roots = {unit.root for unit in wiring.units if any(map(selection.covers, unit.paths))}
    if selection.files:
        root_of = {unit.id: unit.root for unit in wiring.units}
        roots |= {
            root_of[function.id.unit]
            for function in wiring.functions
            if function.id.unit in root_of and any(map(selection.names, function.code.files))
        }
    return {unit.id: unit for unit in wiring.units if unit.root in roots}


def _summary(wiring: Wiring, units: dict[str, Unit], findings: Sequence[Finding], unresolved: int) -> Summary:
    functions = [function for function in wiring.functions if function.id.unit in units]
    templates = {path for unit in units.values() for path in unit.paths}
    code = {path for function in functions for path in function.code.files}
    severities = [finding.severity for finding in findings]
    return Summary(
        files=len(templates | code),
        functions=len(functions),
        env_reads=len({read.span.order for function in functions for read in function.code.reads}),
        sdk_calls=len({call.span.order for function in functions for call in function.code.calls}),
        templates=len(templates),
        unresolved=unresolved,
        errors=severities.count(Severity.ERROR),
        warnings=severities.count(Severity.WARNING),
        notes=severities.count(Severity.NOTE),
    )


def _unresolved(wiring: Wiring, units: dict[str, Unit]) -> tuple[BlindSpot, ...]:
    """Everything that could not be known, one thing for each place, in reading order."""
    spots = [spot for unit in units.values() for spot in unit.blind_spots]
    for function in wiring.functions:
        if function.id.unit in units:
            spots += [*function.blind_spots, *function.code.blind_spots, *function.role.blind_spots]
            spots += _unnamed(function)
    found: dict[object, BlindSpot] = {}
    for spot in spots:
        found.setdefault((spot.kind, spot.why) if spot.span is None else spot.span.order, spot)
    placed = sorted((spot for spot in found.values() if spot.span is not None), key=_place)
    return (*placed, *sorted((spot for spot in found.values() if spot.span is None), key=lambda spot: spot.why))


def _place(spot: BlindSpot) -> tuple[str, int, int]:
    assert spot.span is not None
    return spot.span.order


def _unnamed(function: Function) -> Iterator[BlindSpot]:
    """The calls of which it is not known what they are about."""
    for call in function.code.calls:
        for use in call.uses:
            if isinstance(use.name, Unknown):
                why = f"what {call.operation} of {call.service} is about: {use.name.why}"
                yield BlindSpot("value", why, use.span or call.span)
