"""Time crosswire and cfn-lint on the same projects: whole processes, cold except for compiled bytecode.

`python benchmarks/compare.py` prints CPU, wall and peak memory of both, and the ratio of their CPU times. Every run is
asserted to have found what is known to be there. `--check` also fails where a target of ours is missed, `--quick`
measures once and leaves cfn-lint out of the fifty apps.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
TEN_FILES = "khaya-broken"
FIFTY = 50
LEFT_OUT = ("broken-inputs",)

CPU_OF_TEN_FILES = 0.15
CPU_OF_FIFTY_APPS = 1.0
RATIO_OF_TEN_FILES = 7.0


@dataclass(frozen=True, slots=True)
class Cost:
    """What a process took: seconds and megabytes."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:8.3f} {self.wall:8.3f} {self.memory:8.1f}"


@dataclass(frozen=True, slots=True)
class Finished:
    """A process that has ended."""

    cost: Cost
    code: int
    output: str


#: Bytecode is kept, as it is where a tool is installed: the warm-up run compiles it.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def run(command: Sequence[str], folder: Path) -> Finished:
    """Run a process to its end and account for it and for the processes that it waited for."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as output:
        started = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=_ENVIRONMENT, stdout=output, stderr=subprocess.STDOUT)
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        output.seek(0)
        unit = 1024 * 1024 if sys.platform == "darwin" else 1024
        cost = Cost(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / unit)
        return Finished(cost, process.returncode, output.read())


def median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.cpu for cost in costs),
        statistics.median(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
    )


# ---------------------------------------------------------------------------------------------------------- the work


@dataclass(frozen=True, slots=True)
class Work:
    """Projects below a folder, the rules that crosswire must name and how often, and what cfn-lint must say."""

    name: str
    folder: Path
    expected: Counter[str]
    cfn_lint_says: Counter[str]

    @property
    def templates(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.suffix in (".yaml", ".yml", ".json")
            and "AWSTemplateFormatVersion" in path.read_text(encoding="utf-8")
        )

    @property
    def files(self) -> int:
        return sum(path.suffix in (".yaml", ".yml", ".json", ".js", ".ts", ".py") for path in self.folder.rglob("*"))


def marks(folder: Path) -> Counter[str]:
    """The rules in the `expect:` comments of a fixture that are errors or warnings."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                _, mark, rule = line.partition("expect: ")
                if mark and rule != "iam/unused-grant":
                    found[rule.strip()] += 1
    return found


def ten_files(temporary: Path) -> Work:
    folder = temporary / "ten-files"
    shutil.copytree(FIXTURES / TEN_FILES, folder)
    return Work("ten files", folder, marks(folder), Counter())


def fifty_apps(temporary: Path) -> Work:
    """All fixtures, again and again until there are fifty; exports have names of their own, as a region demands."""
    folder = temporary / "fifty-apps"
    names = sorted(path.name for path in FIXTURES.iterdir() if path.is_dir() and path.name not in LEFT_OUT)
    reserved = 0
    for number in range(FIFTY):
        name = names[number % len(names)]
        app = folder / f"{name}-{number:02}"
        shutil.copytree(FIXTURES / name, app)
        reserved += name == "livekart-broken"
        for path in app.rglob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            if "Export:" in text or "ImportValue" in text:
                path.write_text(text.replace("inventory-", f"inventory-{number:02}-"), encoding="utf-8")
    return Work("fifty apps", folder, marks(folder), Counter({"E3663": reserved}))


# --------------------------------------------------------------------------------------------------------- the tools


def crosswire(work: Work) -> Cost:
    """One run of crosswire, which must have found what is marked and nothing else."""
    done = run([sys.executable, "-m", "crosswire", "check", "--format", "json", "."], work.folder)
    if done.code != 1:
        raise SystemExit(f"crosswire ended with {done.code} on {work.name}:\n{done.output}")
    findings = json.loads(done.output)["findings"]
    found = Counter(finding["rule"] for finding in findings if finding["severity"] != "note")
    if found != work.expected:
        raise SystemExit(f"crosswire found {dict(found)} in {work.name}, not {dict(work.expected)}")
    return done.cost


def cfn_lint(work: Work) -> Cost:
    """One run of cfn-lint on the templates of the same projects."""
    tool = str(Path(sys.executable).parent / "cfn-lint")
    done = run([tool, "--format", "parseable", "--regions", "us-east-1", "--", *work.templates], work.folder)
    found = Counter(part for line in done.output.splitlines() for part in line.split(":") if part in work.cfn_lint_says)
    if done.code & 1 or "Traceback" in done.output or found != work.cfn_lint_says:
        raise SystemExit(f"cfn-lint found {dict(found)} in {work.name}, not {dict(work.cfn_lint_says)}:\n{done.output}")
    return done.cost


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a target is missed")
    parser.add_argument("--quick", action="store_true", help="measure once, without cfn-lint on the fifty apps")
    parser.add_argument("--runs", type=int, default=5, help="how often crosswire runs on each (default 5)")
    options = parser.parse_args(arguments)
    runs = 1 if options.quick else options.runs
    missed: list[str] = []
    print(f"{'':24}{'CPU s':>8} {'wall s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        for work, target in _with_targets(Path(temporary)):
            crosswire(work)  # compiles bytecode, warms the disk
            ours = median([crosswire(work) for _ in range(runs)])
            print(
                f"{work.name} ({len(work.templates)} templates, {work.files} files, {work.expected.total()} findings)"
            )
            print(f"{'  crosswire':24}{ours}")
            if ours.cpu > target:
                missed.append(f"{work.name}: {ours.cpu:.3f} s CPU, not {target} s")
            if options.quick and work.name != "ten files":
                continue
            theirs = median([cfn_lint(work) for _ in range(1 if work.name != "ten files" else max(1, runs // 2))])
            ratio = theirs.cpu / ours.cpu
            print(f"{'  cfn-lint':24}{theirs}   {ratio:.1f} times the CPU of crosswire")
            if work.name == "ten files" and ratio < RATIO_OF_TEN_FILES:
                missed.append(f"{work.name}: cfn-lint takes {ratio:.1f} times as long, not {RATIO_OF_TEN_FILES}")
    for line in missed:
        print(f"missed: {line}")
    return 1 if options.check and missed else 0


def _with_targets(temporary: Path) -> Iterator[tuple[Work, float]]:
    yield ten_files(temporary), CPU_OF_TEN_FILES
    yield fifty_apps(temporary), CPU_OF_FIFTY_APPS


if __name__ == "__main__":
    sys.exit(main())
