"""Write what the docs do not say by themselves: docs/rules from the rules' docstrings, the keys of
docs/configuration.md from their schema, and what the commands shown in the README and in docs/ print.

With --check, only tell whether the first two are up to date; tests/test_pages.py runs the commands.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path

from configuration_reference import BEGIN, reference
from sessions import executed

from crosswire.docs import pages
from crosswire.registry import load, rule_ids

ROOT = Path(__file__).resolve().parent.parent
RULES = Path("docs/rules")
CONFIGURATION = Path("docs/configuration.md")
SCHEMA = Path("linter/crosswire/schemas/config.schema.json")


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
    for path in written_pages(root):
        text = path.read_text(encoding="utf-8")
        now = executed(text, root)
        if now != text:
            path.write_text(now, encoding="utf-8")
    return 0


def generated(root: Path) -> Mapping[Path, str]:
    """All that is made of what the code says, by path below the root."""
    made = {RULES / name: text for name, text in pages(load(rule_ids())).items()}
    before = (root / CONFIGURATION).read_text(encoding="utf-8").partition(BEGIN)[0]
    made[CONFIGURATION] = before + BEGIN + reference(json.loads((ROOT / SCHEMA).read_text(encoding="utf-8")))
    return made


def written_pages(root: Path) -> list[Path]:
    """The pages that people write."""
    return [root / "README.md", *sorted((root / "docs").glob("*.md"))]


def _holds(file: Path, text: str) -> bool:
    return file.is_file() and file.read_text(encoding="utf-8") == text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
