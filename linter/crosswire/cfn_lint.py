"""cfn-lint beside crosswire: it runs in processes of its own on the templates of a check, and what it finds is told
with our findings, as `cfn-lint/E3012`.

It is asked for by `--with cfn-lint`, or by `cfn-lint = true` in the configuration, and installed by the extra
`crosswire[cfn-lint]` or by itself: the one beside our Python goes before the one on the PATH. It gets the templates of
the units that are checked, nested ones too, and nothing of Terraform. Its errors, warnings and informational findings
are our errors, warnings and notes; configuration, suppressions and baselines treat them like ours, under the family
`cfn-lint`. Where it tells the fault that one of our rules tells at the same place, ours is told alone.

It runs in the nearest folder above a template that holds a `.cfnlintrc`, else in the root of the check, so that its own
configuration is in force, as is what templates say in their `Metadata`. A `.cfnlintrc` may append rules, which are code
of the project. They are run only when the command line asks for cfn-lint: nobody's configuration file makes crosswire
run what it checks.

What it cannot do is a line on the standard error, and our own findings are told all the same:

- It is not installed: `--with cfn-lint` is then a wrong argument, which exits with 2 before anything is checked; asked
  for by the configuration alone it is left out, and the exit code is that of our findings.
- It crashes, takes too long or rejects its configuration: what it says of the other templates is told, and a run that
  has found nothing else to fail for exits with 2, since it is no pass.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

from crosswire.finding import Confidence, Finding, Severity
from crosswire.record import record
from crosswire.rule import Rule
from crosswire.source import Source, Span

if TYPE_CHECKING:
    from subprocess import Popen

    from crosswire.config import Config

FAMILY = "cfn-lint"
MISSING = "cfn-lint is not installed: `pip install 'crosswire[cfn-lint]'` brings it"

BESIDE = "CROSSWIRE_BESIDE"
"""Set for the processes, so that crosswire does not run in them once more (see crosswire.cfn_lint_rules)."""

_SAME_FAULT: Mapping[str, tuple[str, ...]] = {
    "E0000": ("input/broken-file",),
    "E3510": ("iam/placeholder-arn",),
    "E3514": ("iam/placeholder-arn",),
    "E3663": ("env/reserved-name",),
    "W3664": ("triggers/wrong-permission",),
}
"""Rules of cfn-lint, and ours that tell the same fault and say more of it."""

_WHOLE_FILE = frozenset({"E0000"})  # each reader stops at the place where it lost the thread
_SEVERITIES = {"Error": Severity.ERROR, "Warning": Severity.WARNING, "Informational": Severity.NOTE}
_CONFIGURATIONS = (".cfnlintrc", ".cfnlintrc.yaml", ".cfnlintrc.yml")
_YAML_BREAK = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_JSON_BREAK = re.compile("\n")

# Starting takes half a second, a template a tenth to half of one: two processes pay from a dozen templates on.
_FEWEST_EACH = 6
_MOST_EACH = 100
_MOST_PROCESSES = 4
_SECONDS = 120
"""How long all of it may take, with a second more for each template."""


@record
class Outcome:
    """What cfn-lint says. `read` are the templates that it came through with, `troubles` what it could not do, in a
    line each."""

    found: tuple[tuple[Rule, Finding], ...] = ()
    read: frozenset[str] = frozenset()
    troubles: tuple[str, ...] = ()


@record
class CfnLint:
    """cfn-lint as a check runs it. `appends` says whether it may run the code of rules that the project brings."""

    root: Path
    command: tuple[str, ...]
    appends: bool = False
    seconds: float = _SECONDS

    def look(self, templates: Iterable[Source]) -> Outcome:
        """What it finds in templates below the root."""
        sources = {source.path: source for source in templates}
        results = list(self._results(sorted(sources)))
        rules: dict[str, Rule] = {}
        found = dict.fromkeys(
            (_rule(match, rules), _finding(match, sources[path]))
            for result in results
            for path, match in result.matches
            if path in sources
        )
        read = frozenset(path for result in results if not result.trouble for path in result.paths)
        return Outcome(tuple(found), read, tuple(_told(results)))

    def _results(self, paths: Sequence[str]) -> Iterator[_Result]:
        from concurrent.futures import ThreadPoolExecutor

        watch = _Watch(self.seconds + len(paths))
        processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
        runs: list[tuple[str, tuple[str, ...]]] = []
        for folder, group in _by_folder(self.root, paths).items():
            if not self.appends and _appends_rules(self.root / folder):
                name = f"{folder}/.cfnlintrc" if folder else ".cfnlintrc"
                why = f"`{name}` appends rules, code of the project that only `--with cfn-lint` lets run"
                yield _Result(tuple(group), trouble=why)
                continue
            count = max(min(processes, len(group) // _FEWEST_EACH), -(-len(group) // _MOST_EACH), 1)
            runs += [(folder, tuple(group[start::count])) for start in range(count)]
        with ThreadPoolExecutor(processes) as pool:
            try:
                for results in pool.map(lambda run: list(self._run(run[0], run[1], watch)), runs):
                    yield from results
            except BaseException:  # people who interrupt a check do not wait for what it has started
                watch.end()
                raise

    def _run(self, folder: str, paths: tuple[str, ...], watch: _Watch) -> Iterator[_Result]:
        """One process for all of the paths. Where it does not come through, one for each."""
        result = self._process(folder, paths, watch)
        if not result.trouble or result.is_final or len(paths) == 1:
            yield result
            return
        for path in paths:
            yield self._process(folder, (path,), watch)

    def _process(self, folder: str, paths: tuple[str, ...], watch: _Watch) -> _Result:
        import json
        from tempfile import TemporaryDirectory

        start = len(folder) + 1 if folder else 0
        names = {os.path.normpath(path[start:]): path for path in paths}
        with TemporaryDirectory(prefix="crosswire-") as place:
            output = Path(place, "matches.json")
            trouble, is_final = self._trouble(self.root / folder, output, [*map(_argument, names)], watch)
            try:
                matches = json.loads(output.read_text(encoding="utf-8"))
            except (OSError, ValueError):
                return _Result(paths, (), trouble or "it wrote nothing", is_final)
        told = ((names.get(os.path.normpath(one["Filename"] or "")), one) for one in matches)
        return _Result(paths, tuple((path, one) for path, one in told if path is not None))

    def _trouble(self, folder: Path, output: Path, names: Sequence[str], watch: _Watch) -> tuple[str, bool]:
        """Run it. Returns what it says in the end, which matters where it has written nothing, and whether it would say
        so of every template."""
        from glob import escape
        from subprocess import TimeoutExpired

        command = [*self.command, "--format", "json", "--output-file", str(output), "-t", *map(escape, names)]
        try:
            code, said = watch.run(command, folder)
        except TimeoutExpired as error:
            return f"it took longer than {error.timeout:.0f} s", watch.is_over
        except OSError as error:
            return f"it cannot be started: {error.strerror or type(error).__name__}", True
        is_crash = code < 0 or any(line.startswith("Traceback ") for line in said)
        return (said[-1] if said else f"it ended with {code}"), not is_crash


class _Watch:
    """Runs processes until a time is over for all of them, or they are ended together."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._deadline = monotonic() + seconds
        self._running: set[Popen[bytes]] = set()
        self._is_ended = False

    @property
    def is_over(self) -> bool:
        """Whether nothing is to be started any more."""
        return self._is_ended or monotonic() >= self._deadline

    def run(self, command: Sequence[str], folder: Path) -> tuple[int, list[str]]:
        """The exit code of a process and the lines that it prints. It gets half of the time that is left, so that there
        is some for others where it hangs. Raises TimeoutExpired."""
        from subprocess import DEVNULL, PIPE, Popen, TimeoutExpired

        if self.is_over:
            raise TimeoutExpired(command, self._seconds)
        environment = {**os.environ, BESIDE: "1"}
        with Popen(command, cwd=folder, env=environment, stdin=DEVNULL, stdout=PIPE, stderr=PIPE) as process:
            self._running.add(process)
            try:
                if self._is_ended:
                    process.kill()
                out, err = process.communicate(timeout=max(self._deadline - monotonic(), 0) / 2)
            finally:
                self._running.discard(process)
                process.kill()
        return process.returncode, [*_lines(out), *_lines(err)]

    def end(self) -> None:
        """End all that run, and start no other."""
        self._is_ended = True
        for process in tuple(self._running):
            process.kill()


@record
class _Result:
    """What a process says of its templates, by their paths, or why it says nothing. `is_final` is a reason that would
    be the same for each of them."""

    paths: tuple[str, ...]
    matches: tuple[tuple[str, Any], ...] = ()
    trouble: str = ""
    is_final: bool = False


class _ForeignRule(Rule):
    """A rule of cfn-lint."""

    def __init__(self, id: str, severity: Severity) -> None:
        self.id = id
        self.severity = severity


def command() -> tuple[str, ...] | None:
    """How cfn-lint is started; None where it is not installed."""
    import shutil
    import sys

    beside = str(Path(sys.executable).parent)
    # A relative folder of the PATH may be the project's own.
    folders = [beside, *filter(os.path.isabs, os.environ.get("PATH", "").split(os.pathsep))]
    found = shutil.which("cfn-lint", path=os.pathsep.join(folders))
    return (found,) if found and os.path.isabs(found) else None


def is_wanted(config: Config) -> bool:
    """Whether anything that cfn-lint says can be told under a configuration."""
    is_selected = not config.select or any(name.partition("/")[0] == FAMILY for name in config.select)
    return is_selected and not any(name.rstrip("/") == FAMILY for name in config.ignore)


def without_ours(found: Iterable[tuple[Rule, Finding]], ours: Iterable[Finding]) -> list[tuple[Rule, Finding]]:
    """What cfn-lint found without the faults that our findings tell at the same place."""
    ours = tuple(ours)
    return [(rule, finding) for rule, finding in found if not any(_is_same_fault(finding, one) for one in ours)]


def _is_same_fault(theirs: Finding, ours: Finding) -> bool:
    number = theirs.rule.partition("/")[2]
    if ours.rule not in _SAME_FAULT.get(number, ()):
        return False
    spans = [ours.span, *(label.span for label in ours.related)]
    here = [span for span in spans if span.path == theirs.span.path]
    return bool(here) if number in _WHOLE_FILE else any(_touch(theirs.span, span) for span in here)


def _touch(one: Span, other: Span) -> bool:
    """Whether two stretches have a line in common: one tool may point at the key, the other at its value."""
    return one.start_position.line <= other.end_position.line and other.start_position.line <= one.end_position.line


# Where it runs


def _by_folder(root: Path, paths: Sequence[str]) -> dict[str, list[str]]:
    """The paths by the nearest folder above each that holds a configuration of cfn-lint, else by the root."""

    @cache
    def folder_of(folder: str) -> str:
        is_here = not folder or any((root / folder / name).is_file() for name in _CONFIGURATIONS)
        return folder if is_here else folder_of(folder.rpartition("/")[0])

    groups: dict[str, list[str]] = {}
    for path in paths:
        groups.setdefault(folder_of(path.rpartition("/")[0]), []).append(path)
    return groups


def _appends_rules(folder: Path) -> bool:
    """Whether the configuration of cfn-lint in a folder appends rules, or may do so."""
    import yaml

    file = next((folder / name for name in _CONFIGURATIONS if (folder / name).is_file()), None)
    if file is None:
        return False
    try:
        tokens = yaml.scan(file.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
        return any(isinstance(token, yaml.ScalarToken) and token.value == "append_rules" for token in tokens)
    except (OSError, ValueError, yaml.YAMLError):
        return True


def _argument(path: str) -> str:
    """A path that is no option."""
    return f"./{path}" if path.startswith("-") else path


# What it says


def _lines(output: bytes) -> list[str]:
    return [line.strip() for line in output.decode("utf-8", "replace").splitlines() if line.strip()]


def _told(results: Iterable[_Result]) -> Iterator[str]:
    """A line for each trouble, however many templates it is about."""
    paths: dict[str, list[str]] = {}
    for result in results:
        if result.trouble:
            paths.setdefault(result.trouble, []).extend(result.paths)
    for trouble, about in paths.items():
        more = f" and {len(about) - 1} more" if len(about) > 1 else ""
        yield f"cfn-lint says nothing of `{about[0]}`{more}: {trouble}"


def _rule(match: Any, rules: dict[str, Rule]) -> Rule:
    number = re.sub(r"[^A-Za-z0-9-]", "-", str(match["Rule"]["Id"]))
    severity = _SEVERITIES.get(match["Level"], Severity.WARNING)
    return rules.setdefault(number, _ForeignRule(f"{FAMILY}/{number}", severity))


def _finding(match: Any, source: Source) -> Finding:
    """A match as a finding. It is the same one as long as it is about the same part of the template."""
    location = match["Location"]
    path = [str(part) for part in location["Path"] or ()]
    rule = _rule(match, {})
    return rule.finding(
        " ".join(str(match["Message"]).split()) or str(match["Rule"]["ShortDescription"]),
        _span(location, source),
        unit=source.path,
        owner=path[1] if path[:1] == ["Resources"] and len(path) > 1 else source.path,
        subject="/".join(path),
        confidence=Confidence.HIGH,
    )


def _span(location: Any, source: Source) -> Span:
    start, end = (_offset(location[side], source) for side in ("Start", "End"))
    return Span(source, start, max(start, end))


def _offset(place: Any, source: Source) -> int:
    """The offset of a line and column, counted from one, in code points; the line's end where the line is shorter."""
    starts = _line_starts(source)
    line, column = max(int(place["LineNumber"]), 1), max(int(place["ColumnNumber"]), 1)
    line = min(line, len(starts))
    last = starts[line] - 1 if line < len(starts) else len(source.text)
    return min(starts[line - 1] + column - 1, last)


def _line_starts(source: Source) -> list[int]:
    """Where lines begin as cfn-lint counts them: its reader of YAML knows breaks that other tools do not."""
    if source.text.isascii() and "\r" not in source.text:
        return source.line_starts
    breaks = _JSON_BREAK if source.path.endswith(".json") else _YAML_BREAK
    return [0, *(match.end() for match in breaks.finditer(source.text))]
