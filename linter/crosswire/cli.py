"""The command line: arguments -> lint -> reporter -> exit code."""

from __future__ import annotations

import argparse
import gc
import os
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import crosswire
from crosswire.errors import CrosswireError, Exit, NothingToCheck, UnknownName, UsageError, WrongInput, did_you_mean

if TYPE_CHECKING:
    from crosswire.cfn_lint import CfnLint
    from crosswire.config import Configurations
    from crosswire.finding import Finding
    from crosswire.lint import Report, Terms
    from crosswire.project import Files, Selection
    from crosswire.reporters.look import Look

_RULES_FORMATS = ("text", "json")
_TOOLS = ("cfn-lint",)
_HELP_WIDTH = 79
_WIDEST_LINE = 160
_EXIT_CODES = (
    "exit codes: 0 nothing that fails, 1 findings, 2 a wrong argument or configuration, "
    "3 a bug of crosswire, 4 nothing to check, 130 interrupted"
)


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
    except WrongInput as error:
        _print_problems(error)
        return error.exit_code
    except CrosswireError as error:
        print(f"crosswire: {_said(error)}", file=sys.stderr)
        return error.exit_code
    except KeyboardInterrupt:
        print("crosswire: interrupted", file=sys.stderr)
        _drop_output()
        return Exit.INTERRUPTED
    except BrokenPipeError:
        _drop_output()  # the reader has gone (`| head`)
        return Exit.CLEAN
    except OSError as error:
        if os.environ.get("CROSSWIRE_DEBUG") == "1":
            raise
        print(f"crosswire: {_unwritten(error)}", file=sys.stderr)
        _drop_output()
        return Exit.USAGE
    except Exception as error:
        if os.environ.get("CROSSWIRE_DEBUG") == "1":
            raise
        what = f"{type(error).__name__}: {_said(error)}"
        print(
            f"crosswire: internal error: {what}; please report it (CROSSWIRE_DEBUG=1 shows where)",
            file=sys.stderr,
        )
        return Exit.BUG


def _drop_output() -> None:
    """Let nothing more be printed. Python would write what is left, or complain that it cannot, when it ends."""
    if sys.__stdout__ is sys.stdout is not None:  # else Python does not write it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unwritten(error: OSError) -> str:
    from crosswire.reporters.visible import visible

    what = "the report" if error.filename is None else f"`{error.filename}`"
    return visible(f"{what} could not be written: {error.strerror or error}")


def _print_problems(error: WrongInput) -> None:
    """Each problem in a line, with the line of the file below it and the place underlined."""
    from crosswire.redaction import Secrets
    from crosswire.reporters.visible import Line, visible

    secrets = Secrets(())
    for span, what in error.problems:
        at = span.start_position
        line = Line(span.source, at.line, secrets)
        start, end = line.columns(span)
        left = 0 if end <= _WIDEST_LINE else max(start - _WIDEST_LINE // 4, 0)
        text = line.part(left, _WIDEST_LINE)
        underline = " " * (start - left) + "^" * (min(end, left + _WIDEST_LINE) - start)
        margin = " " * len(str(at.line))
        told = visible(secrets.masked(f"{span.path}:{at.line}:{at.column}: {what}"))
        if not error.shown:
            print(f"crosswire: {told}", file=sys.stderr)
            continue
        print(f"crosswire: {told}\n{margin} |\n{at.line} | {text}\n{margin} | {underline}", file=sys.stderr)


def _run(arguments: list[str]) -> int:
    try:
        options = _parse(arguments)
        command: Callable[[argparse.Namespace], int] = options.run
        code = command(options)
    except SystemExit as ending:  # argparse has printed --help or --version
        code = int(ending.code or 0)
    sys.stdout.flush()
    return code


def _check(options: argparse.Namespace) -> int:
    from crosswire.finding import Severity
    from crosswire.lint import Terms
    from crosswire.reporters.outputs import outputs, write

    chosen = outputs(options.output)
    if not options.paths and options.changed is not None and os.path.exists(options.changed):
        options.paths, options.changed = [options.changed], "HEAD"  # `--changed PATH`, with no REF
    files, selection, configurations = _project(options)
    changed = None
    if options.changed is not None:
        from crosswire.changed import changed_files

        changed = changed_files(files.root, options.changed)
    terms = Terms(configurations, changed=changed, cfn_lint=_cfn_lint(options, files, configurations))
    report = _report(options, files, selection, terms)
    options.notes = configurations.main.notes
    write(report, chosen, _look(options, files.root))
    if options.verbose:
        _list_unresolved(report)
    passed = Exit.USAGE if _list_troubles(report) else Exit.CLEAN
    if configurations.main.fail_level == "never":
        return passed
    level = Severity(configurations.main.fail_level).rank
    return Exit.FINDINGS if any(finding.severity.rank >= level for finding in report.findings) else passed


def _project(options: argparse.Namespace) -> tuple[Files, Selection, Configurations]:
    """The files that the arguments name, without those that are excluded, and what is in force for them."""
    from crosswire.config import FAIL_LEVELS, Given, find
    from crosswire.project import discover
    from crosswire.registry import rule_ids

    if options.fail_level is not None:
        _known("fail level", options.fail_level, FAIL_LEVELS)
    for tool in options.beside:
        _known("tool to run beside", tool, _TOOLS)
    if not options.paths:
        raise UsageError("the following arguments are required: PATH (see `crosswire check --help`)")
    if "" in options.paths:  # an unset variable of a shell script, which Path would take for the current folder
        raise UsageError("a path is empty")
    given = Given(
        select=tuple(_split(options.select)),
        ignore=tuple(_split(options.ignore)),
        fail_level=options.fail_level,
        notes=options.notes or None,
        baseline=options.baseline,
        cfn_lint=True if options.beside else None,
        config=options.config,
    )
    files, selection = discover([Path(path) for path in options.paths])
    configurations = find(files, selection, rule_ids(), given)
    return configurations.kept(files, selection), selection, configurations


def _report(options: argparse.Namespace, files: Files, selection: Selection, terms: Terms) -> Report:
    """What is found. Raises NothingToCheck where there is nothing to look at."""
    from crosswire.lint import lint
    from crosswire.registry import load, rule_ids

    report = lint(files, load(terms.configurations.rules(rule_ids())), selection, terms)
    unread = [finding for finding in report.findings if finding.rule == "input/unread-template"]
    if not report.units and len(unread) == len(report.findings):
        raise NothingToCheck(
            f"nothing to check in {', '.join(options.paths)}{_looked_for()}{_others(report.elsewhere)}{_unread(unread)}"
        )
    return report


def _baseline(options: argparse.Namespace) -> int:
    from crosswire.baseline import Entry, is_covered, rewrite
    from crosswire.copies import each_copy
    from crosswire.lint import Terms
    from crosswire.redaction import Secrets
    from crosswire.registry import rule_ids
    from crosswire.reporters.visible import visible

    files, selection, configurations = _project(options)
    terms = Terms(configurations, baselines={}, cfn_lint=_cfn_lint(options, files, configurations))
    report = _report(options, files, selection, terms)
    ran = configurations.rules(rule_ids())

    def was_judged(entry: Entry) -> bool:
        if report.beside and entry.rule.startswith("cfn-lint/"):
            return entry.unit in report.beside
        return entry.rule in ran and is_covered(entry, selection)

    masked = Secrets(report.secrets).masked
    told = list(rewrite(files.root, configurations, each_copy(report.findings), masked, was_judged, options.prune))
    for path, taken_out, accepted in told:
        end = f", {taken_out} taken out" if taken_out else ""
        print(visible(f"{accepted} finding{'' if accepted == 1 else 's'} accepted in {path}{end}"))
    if not told:
        print("nothing to accept")
    return Exit.USAGE if _list_troubles(report) else Exit.CLEAN


def _cfn_lint(options: argparse.Namespace, files: Files, configurations: Configurations) -> CfnLint | None:
    """cfn-lint, where it is asked for. Raises UsageError where the command line does and it is not installed."""
    if not configurations.main.cfn_lint:
        return None
    from crosswire.cfn_lint import MISSING, CfnLint, command

    found = command()
    if found is not None:
        return CfnLint(files.root, found, appends=bool(options.beside))
    if options.beside:
        raise UsageError(MISSING)
    print(f"crosswire: {MISSING}", file=sys.stderr)
    return None


def _config(options: argparse.Namespace) -> int:
    from crosswire.config import in_force
    from crosswire.redaction import Secrets
    from crosswire.reporters.visible import visible

    options.paths = [options.paths]
    masked = Secrets(()).masked
    for line in in_force(_project(options)[2]).splitlines():
        print(visible(masked(line)))
    return Exit.CLEAN


def _looked_for() -> str:
    from crosswire.frontends.cloudformation.marks import ENDINGS as TEMPLATES
    from crosswire.frontends.terraform.folder import ENDINGS as TERRAFORM

    return (
        f"; looked for CloudFormation and SAM templates ({', '.join(TEMPLATES)}), serverless.yml, "
        f"Terraform and OpenTofu ({', '.join(TERRAFORM)}) and its plans (.json), apps (package.json), policies (.json) "
        "and commands of the AWS CLI"
    )


def _others(paths: Sequence[str]) -> str:
    """A hint at the applications of the repository that lie elsewhere."""
    if not paths:
        return ""
    more = f" and {len(paths) - 3} more" if len(paths) > 3 else ""
    return f"; the repository has {', '.join(paths[:3])}{more}"


def _unread(findings: Sequence[Finding]) -> str:
    """What there is that another tool makes templates of, and how it is read."""
    listed = [f"{finding.message}{'. ' if finding.advice else ''}{finding.advice.rstrip('.')}" for finding in findings]
    return "".join(f"; {one}" for one in listed[:3])


def _list_unresolved(report: Report) -> None:
    """Everything that stayed unresolved, on the standard error: the report itself goes to the standard output alone."""
    from crosswire.reporters.visible import visible_path

    for spot in report.unresolved:
        at = "" if spot.span is None else f"{spot.span.path}:{spot.span.start_position.line}: "
        print(visible_path(f"{at}unresolved: {spot.why}"), file=sys.stderr)


def _list_troubles(report: Report) -> bool:
    """What cfn-lint could not do, on the standard error. Returns whether there was any such thing."""
    if report.troubles:
        from crosswire.redaction import Secrets
        from crosswire.reporters.visible import visible

        masked = Secrets(report.secrets).masked
        for trouble in report.troubles:
            print(f"crosswire: {visible(masked(trouble))}", file=sys.stderr)
    return bool(report.troubles)


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


def _completions(options: argparse.Namespace) -> int:
    from crosswire.completions import SHELLS, script
    from crosswire.config import FAIL_LEVELS
    from crosswire.registry import rule_ids
    from crosswire.reporters import FORMATS

    _known("shell", options.shell, SHELLS)
    rules = rule_ids()
    families = dict.fromkeys(rule.partition("/")[0] for rule in rules)
    values = {
        "RULE": rules,
        "RULES": (*families, *rules),
        "LEVEL": FAIL_LEVELS,
        "TOOL": _TOOLS,
        "FORMAT": FORMATS,
        "FORMAT[=FILE]": FORMATS,
        "SHELL": SHELLS,
    }
    parsers = _parsers()[1]
    commands = {name: (about, parsers[name]) for name, about, _ in _COMMANDS}
    sys.stdout.write(script(options.shell, commands, values))
    return Exit.CLEAN


class _Parser(argparse.ArgumentParser):
    """A parser that says what is wrong in one line, and raises it."""

    def _get_formatter(self) -> argparse.HelpFormatter:
        # Every argument that is added makes a formatter; without a width each asks the terminal, through a module that
        # takes longer to import than all the parsing takes.
        formatter = argparse.HelpFormatter(self.prog, width=_HELP_WIDTH, max_help_position=26)
        formatter._action_max_length = 15  # it counts the indentation of commands too short
        return formatter

    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message} (see `{self.prog} --help`)")


def _parsers() -> tuple[_Parser, Mapping[str, _Parser]]:
    """The parser of the whole command line, and that of each command."""
    parser = _Parser("crosswire", description=crosswire.__doc__, epilog=_EXIT_CODES, allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"crosswire {crosswire.__version__}")
    commands = parser.add_subparsers(metavar="COMMAND", required=True, parser_class=_Parser)
    parsers = {name: commands.add_parser(name, help=about, allow_abbrev=False) for name, about, _ in _COMMANDS}
    for name, _, run in _COMMANDS:
        parsers[name].set_defaults(run=run)
    for name in ("check", "baseline"):
        parsers[name].usage = f"crosswire {name} [OPTION ...] PATH ..."
    _add_check_arguments(parsers["check"])
    parsers["baseline"].add_argument(
        "paths", nargs="*", default=["."], metavar="PATH", help="as for check (default: .)"
    )
    parsers["baseline"].add_argument("--prune", action="store_true", help="take out what is no longer found, only that")
    parsers["config"].add_argument("paths", nargs="?", default=".", metavar="PATH", help="what it is in force for")
    for name in ("baseline", "config"):
        _add_common_arguments(parsers[name])
    parsers["explain"].add_argument("rule", metavar="RULE", help="such as iam/missing-action")
    parsers["rules"].add_argument("--format", default="text", metavar="|".join(_RULES_FORMATS), help="text by default")
    parsers["completions"].add_argument("shell", metavar="SHELL", help="bash, zsh, fish or powershell")
    return parser, parsers


def _parse(arguments: list[str]) -> argparse.Namespace:
    parser, parsers = _parsers()
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
    add("paths", nargs="*", metavar="PATH", help="folders or files; together they are one check")
    _add_common_arguments(parser)
    add(
        "--changed",
        nargs="?",
        const="HEAD",
        metavar="REF",
        help="tell only what is about files changed since REF",
    )
    add(
        "--output",
        action="append",
        default=[],
        metavar="FORMAT[=FILE]",
        help="text (default), concise, json, sarif, github, gitlab, junit, rdjson or markdown; may be repeated",
    )
    add("--format", action="append", dest="output", metavar="FORMAT", help="the same, printed")
    add("-v", "--verbose", action="store_true", help="list what stayed unresolved, and why")
    add("--no-color", action="store_true", help="no colours, as with NO_COLOR set")


def _add_common_arguments(parser: argparse.ArgumentParser) -> None:
    """The arguments that say what is in force: they go before the configuration."""
    add = parser.add_argument
    add("--select", action="append", default=[], metavar="RULES", help="run only these rules or families (a,b)")
    add("--ignore", action="append", default=[], metavar="RULES", help="leave out these rules or families (a,b)")
    add("--fail-level", metavar="LEVEL", help="what fails: error, warning (default) or never")
    add("--notes", action="store_true", help="show notes too")
    add("--with", action="append", default=[], dest="beside", metavar="TOOL", help="run cfn-lint too, on templates")
    add("--config", metavar="FILE", help="take this configuration, none that is found")
    add("--baseline", metavar="FILE", help="what is accepted: .crosswire-baseline.json")


_COMMANDS = (
    ("check", "check the applications in folders or files", _check),
    ("baseline", "accept what is found today, in a file", _baseline),
    ("config", "show the configuration in force, and where each value is from", _config),
    ("explain", "show what a rule is about, with examples", _explain),
    ("rules", "list all rules", _rules),
    ("completions", "print a script that completes commands in a shell", _completions),
)


def _known(what: str, name: str, names: Collection[str]) -> None:
    if name not in names:
        raise UnknownName(what, name, names)


def _split(names: Sequence[str]) -> list[str]:
    return [part.strip() for name in names for part in name.split(",") if part.strip()]


def _look(options: argparse.Namespace, root: Path) -> Look:
    """How the report is shown on the standard output."""
    from crosswire.reporters import terminal
    from crosswire.reporters.look import Look

    return Look(
        notes=options.notes,
        color=not options.no_color and terminal.wants_color(sys.stdout, os.environ),
        links=terminal.shows_links(sys.stdout, os.environ),
        width=terminal.width(sys.stdout, os.environ),
        root=root,
    )


def _said(error: Exception) -> str:
    """The message in one line, in which names of the project are nothing but text."""
    from crosswire.reporters.visible import visible

    return visible(" ".join(str(error).split()))
