"""Write docs/rules from the rules' docstrings, and the output shown in the README; with --check, only tell whether
they are up to date."""

from __future__ import annotations

import io
import re
import shlex
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stdout
from pathlib import Path

from crosswire.cli import main as crosswire
from crosswire.docs import pages
from crosswire.registry import load, rule_ids

ROOT = Path(__file__).resolve().parent.parent
RULES = Path("docs/rules")
README = Path("README.md")

_CONSOLE = re.compile(r"(```console\n\$ crosswire ([^\n]*)\n).*?(```)", re.DOTALL)


def main(arguments: list[str], root: Path = ROOT) -> int:
    wanted = generated(root)
    present = {path.relative_to(root) for path in (root / RULES).rglob("*.md")}
    stale = sorted(
        {path for path, text in wanted.items() if not _holds(root / path, text)} | {*present} - {*wanted},
    )
    if "--check" in arguments:
        for path in stale:
            print(f"{path.as_posix()} is not up to date: run `make docs`", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        if path in wanted:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(wanted[path], encoding="utf-8")
        else:
            (root / path).unlink()
    return 0


def generated(root: Path) -> Mapping[Path, str]:
    """All that is generated, by path below the root."""
    made = {RULES / name: text for name, text in pages(load(rule_ids())).items()}
    readme = (root / README).read_text(encoding="utf-8")
    made[README] = _CONSOLE.sub(lambda match: match[1] + _output(match[2], root) + match[3], readme)
    return made


def _output(command: str, root: Path) -> str:
    """What a command prints, run at the root."""
    output = io.StringIO()
    with chdir(root), redirect_stdout(output):
        crosswire(shlex.split(command))
    return output.getvalue()


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
