"""Baseline: the findings that were there when a team began, accepted until somebody mends them.

`crosswire baseline` writes them to `.crosswire-baseline.json` beside the configuration that governs them (or where its
key `baseline`, or `--baseline FILE`, says). An entry holds what makes a finding the same after unrelated edits: its
rule, unit, owner and subject, the functions concerned, and how many equal ones there are; never a line number, a value
or a date. So code can be moved and reformatted, and a secret is accepted without being repeated.

An entry accepts no more than it says. Where there is one finding more of its kind than it counts, or a function more
has it, all of them are told again, since it cannot be known which is the new one.

What an entry holds beyond what is found is stale: it would hide the next mistake of its kind. A check says so
(`suppress/stale-baseline`), and `crosswire baseline --prune` takes it out and adds nothing. Entries are judged and
replaced only as far as the check went: those of units and rules that were not asked for stay.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from posixpath import join, normpath
from typing import TYPE_CHECKING, Any

from crosswire.config import DEFAULT_BASELINE
from crosswire.errors import UsageError, WrongInput
from crosswire.finding import Severity, Suppressed
from crosswire.record import record, replace
from crosswire.source import Source, Span

if TYPE_CHECKING:
    from pathlib import Path

    from crosswire.config import Config, Configurations
    from crosswire.finding import Finding
    from crosswire.project import Files, Selection

VERSION = 1
_TEXTS = ("rule", "unit", "owner", "subject", "fingerprint")


@record
class Entry:
    """Accepted findings with one fingerprint. The other texts are for people who review the file."""

    rule: str
    unit: str
    owner: str
    subject: str
    functions: tuple[str, ...]
    count: int
    fingerprint: str


@record
class Baseline:
    """A file of accepted findings. `source` is its text, `spans` the place of each entry in it."""

    source: Source
    entries: tuple[Entry, ...]
    spans: tuple[Span, ...]


@record
class Outcome:
    """What a baseline makes of findings: those still told, those accepted, and the entries that hold more than was
    found, with how much of them was."""

    told: tuple[Finding, ...]
    accepted: tuple[Suppressed, ...]
    stale: tuple[tuple[Span, Entry], ...]


def read(source: Source) -> Baseline:
    """A baseline from its text. Raises WrongInput with the place where it cannot be used."""
    from crosswire.readers.json import read_json
    from crosswire.readers.tree import Entries, Items, Scalar
    from crosswire.source import Broken

    root = read_json(source)
    if isinstance(root, Broken):
        raise WrongInput([(root.span, f"the baseline cannot be read: {root.why}")], shown=False)
    version = root.get("version") if isinstance(root, Entries) else None
    listed = root.get("findings") if isinstance(root, Entries) else None
    if not isinstance(version, Scalar) or not isinstance(listed, Items):
        raise WrongInput([(root.span, "this is no baseline: write it with `crosswire baseline`")], shown=False)
    if version.text != str(VERSION):
        what = f"the baseline has version {version.text}, this crosswire knows {VERSION}"
        raise WrongInput([(version.span, what)])
    entries = [(_entry(json.loads(node.span.text)), node.span) for node in listed]
    wrong = [(span, "this entry of the baseline is not understood") for entry, span in entries if entry is None]
    if wrong:
        raise WrongInput(wrong)
    return Baseline(source, tuple(entry for entry, _ in entries if entry is not None), tuple(s for _, s in entries))


def baseline_path(configurations: Configurations, path: str) -> str:
    """The baseline of a file's findings, relative to the root of the check or absolute."""
    return _path_of(configurations.of(path))


def load(files: Files, configurations: Configurations) -> dict[str, Baseline]:
    """The baselines of a check by path. Raises UsageError for one that is named and is not there."""
    found: dict[str, Baseline] = {}
    for config in configurations:
        path = _path_of(config)
        if path in files:
            source = files.read(path)
            if not isinstance(source, Source):
                raise UsageError(f"the baseline `{path}` cannot be read: {source.why}")
            found[path] = read(source)
        elif config.baseline is not None:
            text = text_of(files.root / path)
            if text is None:
                raise UsageError(f"there is no baseline `{path}`: write it with `crosswire baseline`")
            found[path] = read(Source(path, text))
    return found


def text_of(file: Path) -> str | None:
    """The text of a baseline, None where it does not exist."""
    try:
        return file.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"the baseline `{file}` cannot be read: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise UsageError(f"the baseline `{file}` cannot be read: it is no UTF-8") from None


def is_covered(entry: Entry, selection: Selection) -> bool:
    """Whether a check of what is selected looks at an entry's unit."""
    unit = entry.unit.partition("#")[0]
    return selection.covers(unit) or unit in selection.folders


def rewrite(
    root: Path,
    configurations: Configurations,
    findings: Iterable[Finding],
    masked: Callable[[str], str],
    was_judged: Callable[[Entry], bool],
    prune: bool,
) -> Iterator[tuple[str, int, int]]:
    """Write every baseline of a check anew, and tell of each its path, how many findings were taken out of it and how
    many it accepts.

    `findings` are all there are, whatever a baseline accepts now. Notes are accepted where they are told. With `prune`,
    nothing is accepted that was not before.
    """
    by_path: dict[str, list[Finding]] = {_path_of(config): [] for config in configurations}
    for finding in findings:
        by_path[baseline_path(configurations, finding.span.path)].append(finding)

    for path, group in sorted(by_path.items()):
        text = text_of(root / path)
        old = () if text is None else read(Source(path, text)).entries
        told = [one for one in group if configurations.main.notes or one.severity is not Severity.NOTE]
        new = pruned(old, group, was_judged) if prune else renewed(old, entries_of(told, masked), was_judged)
        if text is not None or (new and not prune):
            (root / path).write_bytes(written(new).encode("utf-8"))
            kept = sum(entry.count for entry in new)
            yield path, sum(entry.count for entry in old) - kept if prune else 0, kept


def accept(findings: Sequence[Finding], baseline: Baseline, was_judged: Callable[[Entry], bool]) -> Outcome:
    """Take out what the baseline accepts. `was_judged` tells of an entry whether the check would have found it."""
    entries = {entry.fingerprint: entry for entry in baseline.entries}
    groups = _groups(findings)
    covered = {
        fingerprint
        for fingerprint, group in groups.items()
        if fingerprint in entries and _covers(entries[fingerprint], group)
    }
    told = tuple(finding for finding in findings if finding.fingerprint not in covered)
    accepted = tuple(Suppressed(finding, "external") for finding in findings if finding.fingerprint in covered)
    stale = tuple(
        (span, entry)
        for entry, span in zip(baseline.entries, baseline.spans, strict=True)
        if was_judged(entry) and _narrowed(entry, groups.get(entry.fingerprint, [])) != entry
    )
    return Outcome(told, accepted, stale)


def entries_of(findings: Iterable[Finding], masked: Callable[[str], str] = str) -> tuple[Entry, ...]:
    """The entries that accept findings. `masked` takes secrets out of what people read of them."""
    entries: list[Entry] = []
    for fingerprint, group in _groups(findings).items():
        rule, unit, owner, subject = group[0].key
        told = (masked(unit), masked(owner), masked(subject))
        entries.append(Entry(rule, *told, _functions(group), len(group), fingerprint))
    return tuple(entries)


def renewed(old: Sequence[Entry], new: Sequence[Entry], was_judged: Callable[[Entry], bool]) -> tuple[Entry, ...]:
    """The new entries, and the old ones that were not judged."""
    known = {entry.fingerprint for entry in new}
    return (*new, *(entry for entry in old if entry.fingerprint not in known and not was_judged(entry)))


def pruned(old: Sequence[Entry], findings: Sequence[Finding], was_judged: Callable[[Entry], bool]) -> tuple[Entry, ...]:
    """The old entries, cut down to what is still found."""
    groups = _groups(findings)
    narrowed = (_narrowed(entry, groups.get(entry.fingerprint, [])) if was_judged(entry) else entry for entry in old)
    return tuple(entry for entry in narrowed if entry is not None)


def written(entries: Iterable[Entry]) -> str:
    """The text of a baseline: sorted, one line for each entry, so that branches merge well."""
    ordered = sorted(entries, key=lambda one: (one.rule, one.unit, one.owner, one.subject, one.fingerprint))
    lines = [
        "    "
        + _json(
            {
                "rule": one.rule,
                "unit": one.unit,
                "owner": one.owner,
                "subject": one.subject,
                "functions": list(one.functions),
                "count": one.count,
                "fingerprint": one.fingerprint,
            }
        )
        for one in ordered
    ]
    listed = "[\n" + ",\n".join(lines) + "\n  ]" if lines else "[]"
    return f'{{\n  "version": {VERSION},\n  "findings": {listed}\n}}\n'


def _json(entry: Mapping[str, object]) -> str:
    """An entry in which people can read names, and nothing that a terminal obeys or UTF-8 lacks stands as it is."""
    text = json.dumps(entry, ensure_ascii=False)
    return "".join(one if one.isprintable() else json.dumps(one)[1:-1] for one in text)


def _path_of(config: Config) -> str:
    return normpath(join(config.folder, config.baseline or DEFAULT_BASELINE))


def _entry(value: Any) -> Entry | None:
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in _TEXTS):
        return None
    functions, count = value.get("functions", []), value.get("count", 1)
    if not isinstance(functions, list) or not all(isinstance(name, str) for name in functions):
        return None
    if not isinstance(count, int) or count < 1:
        return None
    texts = {name: value[name] for name in _TEXTS}
    return Entry(functions=tuple(functions), count=count, **texts)


def _groups(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.fingerprint, []).append(finding)
    return groups


def _functions(group: Iterable[Finding]) -> tuple[str, ...]:
    return tuple(sorted({name for finding in group for name in finding.functions}))


def _covers(entry: Entry, group: Sequence[Finding]) -> bool:
    return len(group) <= entry.count and set(_functions(group)) <= set(entry.functions)


def _narrowed(entry: Entry, group: Sequence[Finding]) -> Entry | None:
    """An entry cut down to findings that are there; None where there is none."""
    if not group:
        return None
    functions = _functions(group)
    kept = tuple(name for name in entry.functions if name in functions)
    return replace(entry, functions=kept, count=min(entry.count, len(group)))
