"""Lint: the way from files to a report, read from top to bottom."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crosswire.config import DEFAULT_BASELINE, Configurations
from crosswire.copies import fold_copies
from crosswire.environments import across, regardless, views
from crosswire.finding import Confidence, Finding, Label, Severity, Suppressed
from crosswire.merge import merge, reading_order
from crosswire.project import Selection
from crosswire.record import record, replace
from crosswire.registry import load, precedence, rule_ids
from crosswire.source import Source
from crosswire.values import Unknown
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from datetime import date

    from crosswire.baseline import Baseline, Entry
    from crosswire.cfn_lint import CfnLint, Outcome
    from crosswire.project import Files
    from crosswire.rule import Rule
    from crosswire.source import Broken, Span
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Unit, Wiring

EVERYTHING = Selection()
NONE = Configurations()
_MOST_STALE = 8


@record
class Summary:
    """What was cross-checked, in numbers. A place that several functions reach counts once.

    `templates` are the files that declare what is deployed, in whatever dialect, `files` these and the code files that
    were read for them; `unresolved` are the places where something could not be known, so that absence proves nothing
    there.
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
    something could not be known, each with what and why. `elsewhere` are the units of the repository, by a file
    of each, that were not asked for. `suppressed` are findings that people decided not to be told.
    `beside` are the templates that cfn-lint came through with, `troubles` what it could not do.
    """

    findings: tuple[Finding, ...]
    summary: Summary
    units: int
    secrets: tuple[Span, ...] = ()
    unresolved: tuple[BlindSpot, ...] = ()
    elsewhere: tuple[str, ...] = ()
    suppressed: tuple[Suppressed, ...] = ()
    beside: frozenset[str] = frozenset()
    troubles: tuple[str, ...] = ()


@record
class Terms:
    """What people said of the findings of a check: the configurations, the baselines by path (None stands for those
    that the configurations name, or that lie beside them), the day on which suppressions are looked at (None is today),
    and the files that findings must be about (None is all). `cfn_lint` runs beside the rules where it is given."""

    configurations: Configurations = NONE
    baselines: Mapping[str, Baseline] | None = None
    today: date | None = None
    changed: frozenset[str] | None = None
    cfn_lint: CfnLint | None = None


PLAIN = Terms()


def lint(files: Files, rules: Sequence[Rule], selection: Selection = EVERYTHING, terms: Terms = PLAIN) -> Report:
    """Check the files with the rules, and report what concerns the selected units, on people's terms."""
    from crosswire.frontends.link import build_wiring

    if terms.baselines is None:
        terms = replace(terms, baselines=_baselines(files, terms.configurations))
    return check(build_wiring(files, selection, terms.configurations), rules, selection, terms, files.read)


def _baselines(files: Files, configurations: Configurations) -> Mapping[str, Baseline]:
    is_there = any(path.endswith(DEFAULT_BASELINE) for path in files.paths)
    if not is_there and not any(config.baseline for config in configurations):
        return {}
    from crosswire.baseline import load

    return load(files, configurations)


def check(
    wiring: Wiring,
    rules: Sequence[Rule],
    selection: Selection = EVERYTHING,
    terms: Terms = PLAIN,
    read: Callable[[str], Source | Broken] | None = None,
) -> Report:
    """Ask the rules about the wiring. They see all of it that is deployed together, since units may use each other;
    findings are selected.

    What is found goes through these steps: the configuration selects and grades findings; what environments share
    becomes one, as does what has one cause; suppressions, the baseline, and the choice of what has changed each take
    some out; those in copies of one text become one; secrets are masked.
    `read` gives the texts in which suppressions are looked for.
    """
    units = _selected_units(wiring, selection, terms.configurations)
    all_units = {unit.id for unit in wiring.units}
    found = [
        (rule, _weakened(finding, rule, wiring))
        for number, (view, judged) in enumerate(views(wiring))
        for rule in rules
        for finding in rule.check(view)
        if (finding.unit in units and finding.unit in judged)
        or (number == 0 and finding.unit not in all_units and selection.covers(finding.span.path))
    ]
    told: Sequence[Finding] = merge(across(_governed(found, terms.configurations), units.values()), precedence)
    told, beside = _with_cfn_lint(told, units, terms)
    told, suppressed = _suppressed(told, wiring, units, rules, selection, terms, beside, read)
    told, accepted = _accepted(told, rules, selection, terms, beside)
    if terms.changed is not None:
        from crosswire.changed import about

        told = about(told, terms.changed)
    told = fold_copies(told, regardless(wiring))
    left_out = (*suppressed, *accepted)
    secrets = _secrets(wiring, rules, [finding for _, finding in found]) if told or left_out else ()
    findings, left_out = _redacted(told, left_out, secrets)
    unresolved = _unresolved(wiring, units)
    elsewhere = tuple(sorted({unit.span.path for unit in wiring.units if unit.id not in units}))
    summary = _summary(wiring, units, findings, len(unresolved))
    summary = replace(summary, suppressed=len(suppressed), baseline=len(accepted))
    report = Report(findings, summary, len(units), secrets, unresolved, elsewhere, left_out)
    return report if beside is None else replace(report, beside=beside.read, troubles=beside.troubles)


def _weakened(finding: Finding, rule: Rule, wiring: Wiring) -> Finding:
    """A finding that says so where it rests on what may not be all that is deployed."""
    weakness = wiring.dialect_of(finding.unit).weakness
    if not weakness or not rule.joins:
        return finding
    return replace(
        finding,
        severity=min(finding.severity, Severity.WARNING, key=lambda severity: severity.rank),
        confidence=min(finding.confidence, Confidence.MEDIUM, key=lambda confidence: confidence.rank),
        advice=f"{_ended(finding.advice)} {weakness}".strip(),
    )


def _ended(advice: str) -> str:
    """An advice with the end of a sentence, so that another may follow."""
    return f"{advice}." if advice and advice[-1] not in ".!?" else advice


def _governed(found: Sequence[tuple[Rule, Finding]], configurations: Configurations) -> list[Finding]:
    """The findings that the configuration of their file wants told, as grave as it says."""
    governed: list[Finding] = []
    for rule, finding in found:
        path = finding.span.path
        config = configurations.of(path)
        if config.judges(finding.rule, path):
            severity = config.severity_of(finding.rule, rule.severity, finding.severity, finding.confidence)
            if severity is not finding.severity:
                # What people find less grave does not speak for others with the same cause: it would be as grave.
                cause = finding.cause if severity.rank > finding.severity.rank else None
                finding = replace(finding, severity=severity, cause=cause)
            governed.append(finding)
    return governed


def _with_cfn_lint(
    ours: Sequence[Finding], units: Mapping[str, Unit], terms: Terms
) -> tuple[Sequence[Finding], Outcome | None]:
    """The findings with those of cfn-lint about the templates of the units, where it is to run."""
    if terms.cfn_lint is None:
        return ours, None
    from crosswire.cfn_lint import is_wanted, without_ours
    from crosswire.wiring.dialect import CLOUDFORMATION

    of = terms.configurations.of
    templates = [unit.span.source for unit in units.values() if unit.dialect is CLOUDFORMATION]
    outcome = terms.cfn_lint.look(template for template in templates if is_wanted(of(template.path)))
    theirs = _governed(without_ours(outcome.found, ours), terms.configurations)
    return sorted((*ours, *theirs), key=reading_order), outcome


def _suppressed(
    told: Sequence[Finding],
    wiring: Wiring,
    units: dict[str, Unit],
    rules: Sequence[Rule],
    selection: Selection,
    terms: Terms,
    beside: Outcome | None,
    read: Callable[[str], Source | Broken] | None,
) -> tuple[Sequence[Finding], tuple[Suppressed, ...]]:
    """The findings without those that are suppressed where they are, and with those about suppressions."""
    sources = {span.path: span.source for finding in told for span in _places(finding)}
    if read is not None:
        functions = (function for function in wiring.functions if function.id.unit in units)
        paths = {path for unit in units.values() for path in unit.paths}
        paths.update(path for function in functions for path in function.code.files)
        texts = ((path, read(path)) for path in paths if path not in sources)
        sources.update((path, text) for path, text in texts if isinstance(text, Source))
    marked = [sources[path] for path in sorted(sources) if "rosswire" in sources[path].text]  # Crosswire, too
    if not marked:
        return told, ()
    from datetime import date

    from crosswire.rule import LateRule
    from crosswire.suppressions import Scope, suppress

    running = {rule.id: rule for rule in rules}
    own = {path for unit in units.values() for path in unit.paths}
    is_all = len(units) == len(wiring.units)

    def ran(rule: str, path: str) -> bool:
        is_theirs = rule.startswith("cfn-lint")
        is_run = beside is not None and path in beside.read if is_theirs else rule in running
        return is_run and terms.configurations.of(path).judges(rule, path)

    scope = Scope(
        units={id: unit.paths for unit in units.values() for id in (unit.id, unit.base)},
        known=rule_ids(),
        today=terms.today or date.today(),
        ran=ran,
        is_whole=lambda path: is_all or (path in own and selection.covers(path)),
        tellers={rule.id: rule for rule in rules if isinstance(rule, LateRule)},
    )
    outcome = suppress(told, marked, scope)
    late = _governed([(running[finding.rule], finding) for finding in outcome.late], terms.configurations)
    return sorted((*outcome.told, *late), key=reading_order), outcome.suppressed


def _accepted(
    told: Sequence[Finding], rules: Sequence[Rule], selection: Selection, terms: Terms, beside: Outcome | None
) -> tuple[Sequence[Finding], tuple[Suppressed, ...]]:
    """The findings without those that a baseline holds, and with those about what it holds in vain."""
    if not terms.baselines:
        return told, ()
    from crosswire.baseline import accept, baseline_path, is_covered

    running = {rule.id: rule for rule in rules}
    teller = running.get("suppress/stale-baseline")
    left: list[Finding] = []
    accepted: list[Suppressed] = []
    late: list[tuple[Rule, Finding]] = []

    def was_judged(entry: Entry) -> bool:
        if beside is not None and entry.rule.startswith("cfn-lint/"):
            return entry.unit in beside.read
        return entry.rule in running and is_covered(entry, selection)

    by_file: dict[str, list[Finding]] = {path: [] for path in terms.baselines}
    for finding in told:
        by_file.get(baseline_path(terms.configurations, finding.span.path), left).append(finding)
    for path, baseline in terms.baselines.items():
        outcome = accept(by_file[path], baseline, was_judged)
        left += outcome.told
        accepted += outcome.accepted
        if outcome.stale and teller is not None:
            late.append((teller, _stale(teller, path, outcome.stale)))
    return sorted((*left, *_governed(late, terms.configurations)), key=reading_order), tuple(accepted)


def _stale(teller: Rule, path: str, stale: Sequence[tuple[Span, Entry]]) -> Finding:
    span, entry = stale[0]
    more = f" and {len(stale) - 1} more" if len(stale) > 1 else ""
    return teller.finding(
        f"the baseline accepts more than there is: `{entry.rule}` of `{entry.owner}`{more}",
        span,
        unit=path,
        owner=path,
        subject="entries",
        label="no longer found",
        related=tuple(Label(span, "no longer found") for span, _ in stale[1:_MOST_STALE]),
        advice="Prune it: `crosswire baseline --prune`.",
    )


def _places(finding: Finding) -> Iterator[Span]:
    yield finding.span
    for label in finding.related:
        yield label.span


def _secrets(wiring: Wiring, rules: Sequence[Rule], found: Sequence[Finding]) -> tuple[Span, ...]:
    """The places of secrets. Rules that were not selected tell them too: an excerpt for another rule may hold one."""
    running = {rule.id for rule in rules}
    others = load(rule for rule in rule_ids() if rule.startswith("secrets/") and rule not in running)
    findings = (finding for rule in others for finding in rule.check(wiring))
    from crosswire.redaction import unread

    told = (span for finding in (*found, *findings) for span in finding.secrets)
    return (*wiring.secrets, *told, *unread(wiring.broken))


def _redacted(
    told: Sequence[Finding], left_out: Sequence[Suppressed], secrets: Sequence[Span]
) -> tuple[tuple[Finding, ...], tuple[Suppressed, ...]]:
    if not told and not left_out:
        return (), ()
    from crosswire.redaction import Secrets

    hidden = Secrets(secrets)
    return tuple(map(hidden.redacted, told)), tuple(
        Suppressed(hidden.redacted(one.finding), one.kind, hidden.masked(one.reason)) for one in left_out
    )


def _selected_units(wiring: Wiring, selection: Selection, configurations: Configurations) -> dict[str, Unit]:
    """Units with a selected template or, for a selected code file, with a function that uses it; nested ones follow
    their root. The configuration may say that some are not deployed."""
    roots = {unit.root for unit in wiring.units if any(map(selection.covers, unit.paths))}
    if selection.files:
        root_of = {unit.id: unit.root for unit in wiring.units}
        roots |= {
            root_of[function.id.unit]
            for function in wiring.functions
            if function.id.unit in root_of and any(map(selection.names, function.code.files))
        }
    # What a finding says of environments must not depend on which of their files were asked for.
    bases = {unit.base for unit in wiring.units if unit.id in roots}
    roots |= {unit.id for unit in wiring.units if unit.environment and unit.id == unit.root and unit.base in bases}
    for unit in wiring.units:
        if unit.id == unit.root and not configurations.of(unit.paths[0]).deploys(unit.paths):
            roots.discard(unit.id)
    return {unit.id: unit for unit in wiring.units if unit.root in roots}


def _summary(wiring: Wiring, units: dict[str, Unit], findings: Sequence[Finding], unresolved: int) -> Summary:
    functions = [function for function in wiring.functions if function.id.unit in units]
    templates = {path for unit in units.values() for path in unit.paths}
    code = {path for function in functions for path in function.code.files}
    severities = [finding.severity for finding in findings]
    return Summary(
        files=len(templates | code),
        functions=len({(units[function.id.unit].base, function.id.address) for function in functions}),
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
