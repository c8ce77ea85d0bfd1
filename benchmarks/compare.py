"""Time crosswire beside others on the same projects: whole processes, cold except for compiled bytecode.

Projects of templates are given to cfn-lint as well; of those in Terraform, python-hcl2 does no more than parse the
files.
`python benchmarks/compare.py` prints CPU, wall and peak memory of both, and the ratio of their CPU times. Every run is
asserted to have found what is known to be there. `--check` also fails where a target of ours is missed, `--quick`
measures once and leaves the others out of the fifty apps.
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
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
TEN_FILES = "khaya-broken"
TEN_FILES_IN_TERRAFORM = "tf-python-for-each"
FIFTY = 50
TEMPLATES = ("cfn-", "khaya-", "livekart-", "sam-")
TERRAFORM = ("meal-expense-", "tf-")
CODE = (".js", ".ts", ".py")
DECLARING = (".yaml", ".yml", ".json", ".tf", ".tfvars")


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
    """Projects below a folder, the rules that crosswire must name and how often, and what cfn-lint must say.

    `cpu` is the target for crosswire in seconds. `is_small` tells that one project is all there is."""

    name: str
    folder: Path
    expected: Counter[str]
    cpu: float
    is_small: bool = True
    is_terraform: bool = False
    cfn_lint_says: Counter[str] = field(default_factory=Counter)
    least_ratio: float = 0.0

    @property
    def templates(self) -> list[str]:
        return sorted(
            str(path.relative_to(self.folder))
            for path in self.folder.rglob("*")
            if path.suffix in (".yaml", ".yml", ".json")
            and "AWSTemplateFormatVersion" in path.read_text(encoding="utf-8")
        )

    @property
    def configuration(self) -> list[str]:
        return sorted(str(path.relative_to(self.folder)) for path in self.folder.rglob("*.tf"))

    @property
    def files(self) -> int:
        return sum(path.suffix in DECLARING + CODE for path in self.folder.rglob("*"))

    def __str__(self) -> str:
        declaring = f"{len(self.configuration)} .tf files" if self.is_terraform else f"{len(self.templates)} templates"
        return f"{self.name} ({declaring}, {self.files} files, {self.expected.total()} findings)"


def marks(folder: Path) -> Counter[str]:
    """The rules in the `expect:` comments of a fixture that are errors or warnings."""
    found: Counter[str] = Counter()
    for path in folder.rglob("*"):
        if path.is_file():
            for line in path.read_text(encoding="utf-8").splitlines():
                rules = line.partition("expect: ")[2].split(",")
                found.update(rule.strip() for rule in rules if rule.strip() not in ("", "iam/unused-grant"))
    return found


def ten_files(temporary: Path) -> Work:
    folder = temporary / "ten-files"
    shutil.copytree(FIXTURES / TEN_FILES, folder)
    return Work("ten files", folder, marks(folder), cpu=0.15, least_ratio=7.0)


def fifty_apps(temporary: Path) -> Work:
    """All fixtures, again and again until there are fifty; exports have names of their own, as a region demands."""
    folder = temporary / "fifty-apps"
    reserved = 0
    for name, app in _fifty(folder, TEMPLATES):
        reserved += name == "livekart-broken"
        for path in app.rglob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            if "Export:" in text or "ImportValue" in text:
                path.write_text(text.replace("inventory-", f"inventory-{app.name[-2:]}-"), encoding="utf-8")
    says = Counter({"E3663": reserved})
    return Work("fifty apps", folder, _told(TEMPLATES), cpu=1.0, is_small=False, cfn_lint_says=says)


def ten_files_in_terraform(temporary: Path) -> Work:
    """A correct fixture with one mistake put into it, by which it is seen that it was looked at."""
    folder = temporary / "ten-files-in-terraform"
    shutil.copytree(FIXTURES / TEN_FILES_IN_TERRAFORM, folder)
    path = folder / "functions.tf"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("POWERTOOLS_SERVICE_NAME", "AWS_REGION"), encoding="utf-8")
    expected = Counter({"env/reserved-name": 1})
    return Work("ten files in Terraform", folder, expected, cpu=0.25, is_terraform=True, least_ratio=1.0)


def fifty_apps_in_terraform(temporary: Path) -> Work:
    folder = temporary / "fifty-apps-in-terraform"
    for _ in _fifty(folder, TERRAFORM):
        pass
    return Work(
        "fifty apps in Terraform",
        folder,
        _told(TERRAFORM),
        cpu=5.0,
        is_small=False,
        is_terraform=True,
        least_ratio=1.0,
    )


def _fixtures(dialect: tuple[str, ...]) -> list[Path]:
    """The fixtures in one dialect, by how their names begin."""
    return [path for path in sorted(FIXTURES.iterdir()) if path.name.startswith(dialect)]


def _told(dialect: tuple[str, ...]) -> Counter[str]:
    """What is told of copies of the fixtures in one dialect: the same in all of them is one finding."""
    return sum((marks(path) for path in _fixtures(dialect)), Counter())


def _fifty(folder: Path, dialect: tuple[str, ...]) -> Iterator[tuple[str, Path]]:
    """Fifty copies of the fixtures in one dialect, each with the name of its fixture."""
    fixtures = _fixtures(dialect)
    for number in range(FIFTY):
        fixture = fixtures[number % len(fixtures)]
        app = folder / f"{fixture.name}-{number:02}"
        shutil.copytree(fixture, app)
        yield fixture.name, app


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


_PARSE = """
import sys
import hcl2
for path in sys.argv[1:]:
    with open(path, encoding="utf-8") as file:
        assert hcl2.load(file)
"""


def python_hcl2(work: Work) -> Cost:
    """One run of python-hcl2 on the files in HCL of the same projects: it parses them, and that is all."""
    done = run([sys.executable, "-c", _PARSE, *work.configuration], work.folder)
    if done.code:
        raise SystemExit(f"python-hcl2 ended with {done.code} on {work.name}:\n{done.output}")
    return done.cost


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true", help="fail where a target is missed")
    parser.add_argument("--quick", action="store_true", help="measure once, and the others on the small projects only")
    parser.add_argument("--runs", type=int, default=5, help="how often crosswire runs on each (default 5)")
    options = parser.parse_args(arguments)
    runs = 1 if options.quick else options.runs
    missed: list[str] = []
    print(f"{'':24}{'CPU s':>8} {'wall s':>8} {'peak MB':>8}")
    with tempfile.TemporaryDirectory() as temporary:
        for make in (ten_files, fifty_apps, ten_files_in_terraform, fifty_apps_in_terraform):
            work = make(Path(temporary))
            crosswire(work)  # compiles bytecode, warms the disk
            ours = median([crosswire(work) for _ in range(runs)])
            print(work)
            print(f"{'  crosswire':24}{ours}")
            if ours.cpu > work.cpu:
                missed.append(f"{work.name}: {ours.cpu:.3f} s CPU, not {work.cpu} s")
            if options.quick and not work.is_small:
                continue
            name, other = ("python-hcl2", python_hcl2) if work.is_terraform else ("cfn-lint", cfn_lint)
            theirs = median([other(work) for _ in range(max(1, runs // 2) if work.is_small else 1)])
            ratio = theirs.cpu / ours.cpu
            what = "parsing alone, " if work.is_terraform else ""
            print(f"{'  ' + name:24}{theirs}   {what}{ratio:.1f} times the CPU of crosswire")
            if ratio < work.least_ratio:
                missed.append(f"{work.name}: {name} takes {ratio:.1f} times as long, not {work.least_ratio}")
    for line in missed:
        print(f"missed: {line}")
    return 1 if options.check and missed else 0


if __name__ == "__main__":
    sys.exit(main())
