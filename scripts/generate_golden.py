"""Write tests/golden, what each reporter says of one fixture, so that every change of an output is reviewed; with
--check, only tell whether it is up to date."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.reporters import FORMATS, render
from crosswire.reporters.look import Look

ROOT = Path(__file__).resolve().parent.parent
FIXTURE = Path("fixtures/khaya-broken")
GOLDEN = Path("tests/golden")


def main(arguments: list[str], root: Path = ROOT) -> int:
    wanted = generated(root)
    stale = sorted(path for path, text in wanted.items() if not _holds(root / path, text))
    if "--check" in arguments:
        for path in stale:
            print(f"{path.as_posix()} is not up to date: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(wanted[path], encoding="utf-8", newline="\n")
    return 0


def generated(root: Path) -> Mapping[Path, str]:
    """All golden files, by path below the root."""
    folder = root / FIXTURE
    report = lint(Files.below(folder), load(rule_ids()))
    look = Look(notes=True, folder=f"{FIXTURE.as_posix()}/", root=folder)
    looks = {"text": Look(notes=True), "text-in-colour": Look(color=True, width=100)}
    return {
        GOLDEN / f"{FIXTURE.name}.{name}": render(report, name.partition("-")[0], looks.get(name, look))
        for name in (*FORMATS, "text-in-colour")
    }


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_bytes() == text.encode()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
