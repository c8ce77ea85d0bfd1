"""What has changed: the files that git sees differ, so that a report can be about one piece of work.

Everything is analysed all the same, since what is wrong lies between files; told is each finding of which any place,
the one to act on or a related one, is in a file that has changed. What the deletion of a file breaks elsewhere shows
only without this, unless that place has changed too.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from crosswire.errors import UsageError
from crosswire.project import git_environment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crosswire.finding import Finding


def changed_files(root: Path, ref: str = "HEAD") -> frozenset[str]:
    """The files below a folder that differ from where the current branch left `ref`, by their paths from there.

    Staged, unstaged and untracked ones all count, those that git ignores do not. With `HEAD` it is what is not yet
    committed; where there is no commit at all, it is every file. Raises UsageError outside of git and for a `ref` that
    git does not know.
    """
    code, inside, why = _git(root, "rev-parse", "--is-inside-work-tree")
    if code or inside.strip() != "true":
        raise UsageError(f"--changed needs a git repository: {why or f'`{root}` is in none'}")
    base = _base(root, ref)
    differ = _asked(root, "diff", "--name-only", "--no-renames", "--no-ext-diff", "--relative", "-z", base, "--")
    new = _asked(root, "ls-files", "--others", "--exclude-standard", "-z")
    return frozenset(path for path in (differ + new).split("\0") if path)


def about(findings: Iterable[Finding], changed: frozenset[str]) -> tuple[Finding, ...]:
    """The findings of which any place is in a file that has changed."""
    return tuple(
        finding
        for finding in findings
        if finding.span.path in changed or any(label.span.path in changed for label in finding.related)
    )


def is_ref(root: Path, name: str) -> bool:
    """Whether git knows a commit by this name."""
    return not _git(root, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")[0]


def _base(root: Path, ref: str) -> str:
    """The commit to compare with."""
    if not is_ref(root, ref):
        if ref == "HEAD":
            return _asked(root, "hash-object", "-t", "tree", os.devnull).strip()
        raise UsageError(f"git knows no commit `{ref}` here: fetch it first, or name another after --changed")
    if ref == "HEAD":
        return ref
    base = _git(root, "merge-base", "--end-of-options", ref, "HEAD")[1].strip()
    if not base:
        raise UsageError(
            f"git finds nothing that `{ref}` and HEAD have in common: fetch the whole history (`fetch-depth: 0`)"
        )
    return base


def _asked(root: Path, *arguments: str) -> str:
    """What git prints. Nothing printed because it failed must not pass for nothing changed."""
    code, out, why = _git(root, *arguments)
    if code:
        raise UsageError(f"--changed cannot be told: {why or f'git {arguments[0]} failed'}")
    return out


def _git(root: Path, *arguments: str) -> tuple[int, str, str]:
    """Git's exit code, what it prints, and the first line of what it complains about."""
    import subprocess

    command = ["git", "-C", str(root), *arguments]
    try:
        result = subprocess.run(command, capture_output=True, env=git_environment(), check=False)
    except OSError:
        raise UsageError("--changed needs git, which cannot be started") from None
    why = os.fsdecode(result.stderr).strip().partition("\n")[0]
    return result.returncode, os.fsdecode(result.stdout), why
