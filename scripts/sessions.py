"""Pages as sessions: the files that a page shows are written, the commands that it shows are run.

A page begins in an empty folder. A fence below a line with a path in backticks is a file, which is written there. In a
fence of the kind `console`, each line that begins with `$ ` is a command, run by bash; below it stands all that it
prints, which `executed` puts there anew. A comment begins another session further down the page:

    <!-- example: fixtures/khaya-broken -->      a git repository in which a copy of that folder was committed
    <!-- example: the repository -->             this checkout itself

With `, with a Python of its own` after it, nothing but Python is installed at first. The address of crosswire
(ADDRESS) leads to what the checkout holds now.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

ADDRESS = "https://example.com/crosswire"
"""What stands in the pages for the place of crosswire's repository."""

THE_REPOSITORY = "the repository"
OWN_PYTHON = ", with a Python of its own"

_STEP = re.compile(
    r"^<!-- example: (?P<start>[^\n]*?) -->$"
    r"|^`(?P<path>[^`\n]+)`\n```\w*\n(?P<text>.*?)^```$"
    r"|(?P<open>^```console\n)(?P<session>.*?)^```$",
    re.DOTALL | re.MULTILINE,
)
_PACKAGED = ("linter", "rules", "pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml")
_DECIDED_HERE = re.compile(
    r"(?:GIT_|PRE_COMMIT|GITHUB_|CROSSWIRE_|PYTHON|VIRTUAL_ENV).*|CI|COLUMNS|NO_COLOR|FORCE_COLOR|LC_ALL|TERM|SKIP"
)


def executed(page: str, root: Path) -> str:
    """The page with what its commands print now."""
    with TemporaryDirectory() as temporary:
        session = _Session(root, Path(temporary).resolve())
        if ADDRESS in page.partition("```console\n")[2]:
            session.publish()
        return _STEP.sub(lambda match: _step(match, session), page)


def files(page: str) -> Iterator[tuple[str, str]]:
    """The files that a page shows: path and text."""
    for match in _STEP.finditer(page):
        if match["path"] is not None:
            yield match["path"], match["text"]


def _step(match: re.Match[str], session: _Session) -> str:
    if match["start"] is not None:
        session.begin(match["start"])
    elif match["path"] is not None:
        session.write(match["path"], match["text"])
    else:
        commands = [line[2:] for line in match["session"].splitlines() if line.startswith("$ ")]
        shown = "".join(f"$ {command}\n{session.run(command)}" for command in commands)
        return f"{match['open']}{shown}```"
    return match[0]


class _Session:
    """A folder, and the exit code of the command that came last."""

    def __init__(self, root: Path, temporary: Path) -> None:
        self._root = root
        self._temporary = temporary
        self._count = 0
        self._code = 0
        self._python = Path(sys.executable).parent
        self._configured: dict[str, str] = {"user.name": "someone", "user.email": "someone@example.org"}
        self._folder = self._empty("page")

    def begin(self, example: str) -> None:
        name = example.removesuffix(OWN_PYTHON)
        if name == THE_REPOSITORY:
            self._folder = self._root
        else:
            self._folder = self._empty(name.rpartition("/")[2])
            shutil.copytree(self._root / name, self._folder, dirs_exist_ok=True)
            self._prepare("git init --quiet --initial-branch main", "git add --all --force")
            self._prepare("git commit --quiet --message 'An old repository'")
        if name != example:
            self._python = self._temporary / "python/bin"
            subprocess.run([sys.executable, "-m", "venv", self._python.parent], check=True)

    def publish(self) -> None:
        """Let ADDRESS lead to a git repository with what the checkout holds now, under the tag of its version."""
        from crosswire import __version__

        folder, self._folder = self._folder, self._empty("crosswire")
        for name in _PACKAGED:
            if (self._root / name).is_dir():
                ignored = shutil.ignore_patterns("__pycache__")
                shutil.copytree(self._root / name, self._folder / name, ignore=ignored)
            else:
                shutil.copy(self._root / name, self._folder / name)
        self._prepare("git init --quiet", "git add --all --force", "git commit --quiet --message published")
        self._prepare(f"git tag v{__version__}")
        self._configured[f"url.{self._folder.as_uri()}.insteadOf"] = ADDRESS
        self._folder = folder

    def write(self, path: str, text: str) -> None:
        (self._folder / path).parent.mkdir(parents=True, exist_ok=True)
        (self._folder / path).write_text(text, encoding="utf-8")

    def run(self, command: str) -> str:
        """What a command prints, on both streams."""
        done = subprocess.run(
            ["bash", "-c", f"(exit {self._code})\n{command}"],
            cwd=self._folder,
            env=self._environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            check=False,
        )
        self._code = done.returncode
        assert "crosswire: internal error" not in done.stdout, done.stdout
        assert "\n```" not in f"\n{done.stdout}", f"`{command}` prints a fence, which cannot stand in one"
        return done.stdout if done.stdout.endswith("\n") or not done.stdout else f"{done.stdout}\n"

    def _prepare(self, *commands: str) -> None:
        for command in commands:
            said = self.run(command)
            assert self._code == 0, said

    def _empty(self, name: str) -> Path:
        self._count += 1
        folder = self._temporary / str(self._count) / name
        folder.mkdir(parents=True)
        return folder

    def _environment(self) -> Mapping[str, str]:
        kept = {name: value for name, value in os.environ.items() if not _DECIDED_HERE.fullmatch(name)}
        checkouts = str(Path(sys.executable).parent)
        folders = [folder for folder in kept.get("PATH", "").split(os.pathsep) if folder != checkouts]
        # These alone reach the git that pre-commit starts.
        configuration = {"GIT_CONFIG_COUNT": str(len(self._configured))}
        for number, (key, value) in enumerate(self._configured.items()):
            configuration |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return {
            **kept,
            **configuration,
            "PATH": os.pathsep.join([str(self._python), *folders]),
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_CONFIG_NOSYSTEM": "1",
            "PRE_COMMIT_HOME": str(self._temporary / "pre-commit"),
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_QUIET": "1",  # beside --quiet: what it warns of is this machine's package index
            "LC_ALL": "C.UTF-8",
            "TERM": "dumb",
        }
