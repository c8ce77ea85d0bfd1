"""The command line: arguments -> lint -> reporter -> exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import crosswire
from crosswire.errors import CrosswireError, Exit, NothingToCheck, UnknownName, UsageError, did_you_mean

if TYPE_CHECKING:
    from crosswire.lint import Report

_FAIL_LEVELS = ("error", "warning", "never")
_RULES_FORMATS = ("text", "json")
_HELP_WIDTH = 100


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return the exit code. Nothing is raised: what goes wrong is one line on stderr.

    Without `arguments` it is what the whole process is for.
    """
    if arguments is not None:
        return _guarded(list(arguments))
    # A check makes many objects and drops few: looking for garbage, now and when the process ends, finds none.
    gc.disable()
    code = _guarded(sys.argv[1:])
    gc.freeze()
    return code


def _guarded(arguments: list[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        # A path or message that the terminal's encoding lacks must not end the run.
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(errors="backslashreplace")
    try:
        return _run(arguments)
    except SystemExit as ending:  # argparse has printed --help or --version
        return int(ending.code or 0)
    except CrosswireError as error:
        print(f"crosswire: {_one_line(error)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("crosswire: interrupted", file=sys.stderr)
        return Exit.INTERRUPTED
    except BrokenPipeError:
        # The reader has gone (`| head`). Python would complain once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return Exit.CLEAN
    except OSError as error:
        if os.environ.get("CROSSWIRE_DEBUG") == "1":
            raise
        print(f"crosswire: the report could not be written: {error.strerror or error}", file=sys.stderr)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return Exit.USAGE
    except Exception as error:
        if os.environ.get("CROSSWIRE_DEBUG") == "1":
            raise
        what = f"{type(error).__name__}: {_one_line(error)}"
        print(
            f"crosswire: internal error: {what}; please report it (CROSSWIRE_DEBUG=1 shows where)",
            file=sys.stderr,
        )
        return Exit.BUG


def _run(arguments: list[str]) -> int:
    options = _parse(arguments)
    command: Callable[[argparse.Namespace], int] = options.run
    code = command(options)
    sys.stdout.flush()
    return code


def _check(options: argparse.Namespace) -> int:
    from crosswire.finding import Severity
    from crosswire.lint import lint
    from crosswire.project import discover
    from crosswire.registry import load, rule_ids, select
    from crosswire.reporters import FORMATS, render

    _known("format", options.format, FORMATS)
    _known("fail level", options.fail_level, _FAIL_LEVELS)
    selected = select(rule_ids(), _split(options.select), _split(options.ignore))
    if "" in options.paths:  # an unset variable of a shell script, which Path would take for the current folder
        raise UsageError("a path is empty")
    files, selection = discover([Path(path) for path in options.paths])
    report = lint(files, load(selected), selection)
    if not report.units and not report.findings:
        raise NothingToCheck(
            f"nothing to check: no template found in {', '.join(options.paths)}{_others(report.elsewhere)}"
        )
    sys.stdout.write(render(report, options.format, options.notes, _wants_color(options)))
    if options.verbose:
        _list_unresolved(report)
    if options.fail_level == "never":
        return Exit.CLEAN
    level = Severity(options.fail_level).rank
    return Exit.FINDINGS if any(finding.severity.rank >= level for finding in report.findings) else Exit.CLEAN


def _others(paths: Sequence[str]) -> str:
    """A hint at the templates of the repository that lie elsewhere."""
    if not paths:
        return ""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"; the repository has {', '.join(paths[:3])}{more}"


def _list_unresolved(report: Report) -> None:
    """Everything that stayed unresolved, on the standard error: the report itself goes to the standard output alone."""
    from crosswire.reporters.visible import visible

    for spot in report.unresolved:
        at = "" if spot.span is None else f"{spot.span.path}:{spot.span.start_position.line}: "
        print(visible(f"{at}unresolved: {spot.why}"), file=sys.stderr)


def _explain(options: argparse.Namespace) -> int:
    from crosswire.docs import page
    from crosswire.registry import load, rule_ids

    family = [rule for rule in rule_ids() if rule.startswith(options.rule.rstrip("/") + "/")]
    if family:
        raise UsageError(f"`{options.rule}` is a family; explain one of its rules: {', '.join(family)}")
    _known("rule", options.rule, rule_ids())
    sys.stdout.write(page(*load([options.rule])))
    return Exit.CLEAN


def _rules(options: argparse.Namespace) -> int:
    from crosswire.docs import rules_as_json, rules_as_text
    from crosswire.registry import load, rule_ids

    _known("format", options.format, _RULES_FORMATS)
    render = rules_as_json if options.format == "json" else rules_as_text
    sys.stdout.write(render(load(rule_ids())))
    return Exit.CLEAN


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, and raises it."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        # Every argument that is added makes a formatter; without a width each asks the terminal, through a module that
        # takes longer to import than all the parsing takes.
        return argparse.HelpFormatter(self.prog, width=_HELP_WIDTH)

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser = _Parser("crosswire", description=crosswire.__doc__, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"crosswire {crosswire.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    parsers = {name: commands.add_parser(name, help=about, allow_abbrev=False) for name, about, _ in _COMMANDS}
    for name, _, run in _COMMANDS:
        parsers[name].set_defaults(run=run)
    _add_check_arguments(parsers["check"])
    parsers["explain"].add_argument("rule", metavar="RULE", help="such as iam/missing-action")
    parsers["rules"].add_argument("--format", default="text", metavar="FORMAT", help="text (default) or json")
    if arguments and arguments[0] not in ("-h", "--help", "--version"):
        if arguments[0].startswith("-"):
            near = did_you_mean(arguments[0], ("--help", "--version"))
            raise UsageError(f"there is no option `{arguments[0]}` before the command{near} (see `crosswire --help`)")
        _known("command", arguments[0], parsers)
    options, unknown = parser.parse_known_args(arguments)
    if unknown:
        known = [option for action in parsers[arguments[0]]._actions for option in action.option_strings]
        name = unknown[0].partition("=")[0]
        kind = "option" if name.startswith("-") else "argument"
        raise UsageError(f"there is no {kind} `{name}`{did_you_mean(name, known)}")
    return options


def _add_check_arguments(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="folders or templates; together they are one check")
    add("--format", default="text", metavar="FORMAT", help="text (default), concise or json")
    add("--select", action="append", default=[], metavar="RULES", help="run only these rules or families (a,b)")
    add("--ignore", action="append", default=[], metavar="RULES", help="leave out these rules or families (a,b)")
    add(
        "--fail-level",
        default="warning",
        metavar="LEVEL",
        help="exit 1 from this severity on: error, warning (default) or never",
    )
    add("--notes", action="store_true", help="show notes too")
    add("-v", "--verbose", action="store_true", help="list what stayed unresolved, and why")
    add("--no-color", action="store_true", help="no colours, as with NO_COLOR set")


_COMMANDS = (
    ("check", "check the applications in folders or templates", _check),
    ("explain", "show what a rule is about, with examples", _explain),
    ("rules", "list all rules", _rules),
)


def _known(what: str, name: str, names: Sequence[str] | dict[str, _Parser]) -> None:
    if name not in names:
        raise UnknownName(what, name, names)


def _split(names: Sequence[str]) -> list[str]:
    return [part.strip() for name in names for part in name.split(",") if part.strip()]


def _wants_color(options: argparse.Namespace) -> bool:
    if options.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return False
    return sys.stdout.isatty()


def _one_line(error: Exception) -> str:
    return " ".join(str(error).split())
