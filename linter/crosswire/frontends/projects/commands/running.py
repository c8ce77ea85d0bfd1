"""Goes through programs as a shell would, without running anything: which commands of the AWS CLI they come to, and
with which values.

Every branch is taken. A variable that is given a text has that text; one that only whoever runs the program knows is a
symbol; what is worked out in a way that is not followed is a symbol of the place where that is done.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from crosswire.aws import cli_commands as facts
from crosswire.frontends.cloudformation.making import Making, is_unknown
from crosswire.frontends.projects.commands.calls import ARGUMENTS, CLI, SAM, Call, Response, Words, answer, read_words
from crosswire.frontends.projects.commands.flat import Flat, Val, literal, place_of, shown, whole
from crosswire.frontends.projects.commands.workspace import ROOT, Workspace, named, operand
from crosswire.frontends.projects.declaration import WORKFLOWS
from crosswire.readers.script import (
    Assignment,
    Block,
    Choice,
    Command,
    Excerpt,
    Hidden,
    Loop,
    Output,
    Pipeline,
    Routine,
    Table,
    Text,
    Variable,
    Word,
)
from crosswire.readers.tree import Scalar
from crosswire.record import record
from crosswire.source import Broken
from crosswire.values import Parameter

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crosswire.frontends.projects.commands.programs import Program
    from crosswire.project import Files
    from crosswire.readers.makefile import MakeVariable
    from crosswire.readers.script import Given, Piece, Statement
    from crosswire.readers.tree import Node

SCOPE = "commands"
_MOST_STEPS = 8_000
_MOST_ROUNDS = 40
_DEEPEST = 12
_SKELETON = "generate-cli-skeleton"
_JQ_PATH = re.compile(r"\.([\w.]+)(?:\s*//\s*(?:empty|\"\"))?$")
_PLACEHOLDER = re.compile(
    r"<[A-Za-z][\w .:-]*>|\[[A-Z][A-Z_ -]{2,}\]|\{[A-Z][A-Z_-]{2,}\}"
    r"|\bYOUR[-_][A-Z_-]*[A-Z]|\byour-[a-z-]*[a-z]|\bX{6,}"
)
_ACCOUNT = re.compile(r"(?<!\d)(?:123456789012|111122223333|111111111111|000000000000)(?!\d)")
_ARGUMENT = re.compile(r"\$\d+(?: of |$)")
_ECHOING = frozenset({"echo", "printf", "write-output", "write-host"})
_FILE_WRITERS = frozenset({"out-file", "set-content", "tee", "tee-object"})
_COPYING = frozenset({"copy", "copy-item", "cp", "mv", "rsync"})
_GOING = frozenset({"cd", "chdir", "pushd", "push-location", "set-location"})
_NAMING_PATHS = frozenset({"dirname", "join-path", "readlink", "realpath", "split-path"})
_PREFIXES = frozenset({"call", "command", "exec", "nohup", "sudo", "time"})
_RUNNERS = frozenset({"esbuild", "npm", "npx", "pnpm", "yarn"})


@record
class _Held:
    """What a variable holds."""

    values: tuple[Val, ...] = ()
    is_list: bool = False
    response: Response | None = None


@record
class Deployment:
    """A command that deploys a template. `templates` are the paths of the repository that it may have, none where that
    is not told; `folders` are those that the command may be run in."""

    call: Call
    templates: tuple[str, ...]
    folders: tuple[str, ...]


_Variables: TypeAlias = dict[str, _Held]


class Runner:
    """Goes through the programs of a repository. `calls` are those of the CLI in their order, `symbols` what only
    whoever runs them knows, by the file that speaks of it and the name that `!Ref` has for it there: a default in one
    script is none in another. `deployments` are the commands that deploy templates."""

    def __init__(self, files: Files) -> None:
        self.calls: list[Call] = []
        self.deployments: list[Deployment] = []
        self.symbols: dict[tuple[str, str], Parameter] = {}
        self.broken: list[Broken] = []
        self.files = files

    def run(self, programs: Sequence[Program]) -> None:
        """Go through the programs of one file."""
        variables: _Variables = {}
        shared: _Run | None = None
        deploys = any(_deploys(program) for program in programs)
        for program in programs:
            if program.apart or shared is None:
                variables = {}
            run = _Run(self, program, variables, deploys, shared)
            shared = run
            run.start()

    def symbol(self, name: str, place: Scalar, default: str | None = None) -> Scalar:
        """A symbol as a node."""
        reference = f"${name}"
        key = (place.source.path, reference)
        if key not in self.symbols or default is not None:
            self.symbols[key] = Parameter(SCOPE, name, default)
        return Scalar(reference, place.source, place.start, place.end, tag="!Ref")

    def file(self, path: str) -> Node | None:
        """The text or tree of a file of the repository."""
        if path not in self.files:
            return None
        source = self.files.read(path)
        if isinstance(source, Broken):
            return None
        text = source.text.lstrip("\ufeff \t\r\n")
        if text[:1] in ("{", "["):
            from crosswire.readers.json import read_json

            tree = read_json(source)
            if isinstance(tree, Broken):
                if not _PLACEHOLDER.search(source.text) and "$" not in source.text and "{{" not in source.text:
                    self.broken.append(tree)
                return None
            return tree
        return Scalar(source.text, source, 0, len(source.text))

    def program_at(self, path: str) -> Program | None:
        """A script that another one takes in."""
        from crosswire.frontends.projects.commands.programs import Program

        if path not in self.files:
            return None
        source = self.files.read(path)
        if isinstance(source, Broken):
            return None
        return Program(Excerpt(source, source.text), "shell", (path.rpartition("/")[0],))


def _deploys(program: Program) -> bool:
    """Whether a program is a part of every deployment: what it sets is set again each time."""
    if program.path.endswith(WORKFLOWS) or "deploy" in program.path.rpartition("/")[2].lower():
        return not program.is_document
    return any(command in program.excerpt.text for command in facts.DEPLOYING)


class _Run:
    """One program while it is gone through."""

    def __init__(
        self, runner: Runner, program: Program, variables: _Variables, deploys: bool, before: _Run | None
    ) -> None:
        self._runner = runner
        self._program = program
        self._excerpt = program.excerpt
        self._variables = variables
        self._deploys = deploys
        self._work = Workspace(runner.files, program.folders)
        self._routines: dict[str, tuple[Routine, Excerpt]] = {}
        if before is not None:
            self._work = before._work.following(program.folders)
            if not program.apart:
                self._routines, self._work = before._routines, before._work
        self._defaults: _Variables = {}
        if before is not None and before._program.defaults is program.defaults:
            self._defaults = before._defaults  # every line of a Makefile has the same
        self._steps = 0
        self._depth = 0
        self._called: set[str] = set()
        self._open: set[str] = set()
        self._arguments: tuple[Val, ...] | None = None
        self._is_local = False
        self._is_bound = True

    def start(self) -> None:
        """Go through the whole program."""
        for name, node in self._program.given.items():
            self._variables[name] = _Held((self._given(node),))
        if self._program.defaults and not self._defaults:
            for variable in self._program.defaults:
                self._default(variable)
            self._defaults = dict(self._variables)
        self._variables.update(self._defaults)
        self._all(self._program.statements())
        self._is_bound = False
        for name in sorted(set(self._routines) - self._called):
            self._call_routine(name, None)

    def _given(self, node: Node) -> Val:
        """The value of a variable of a workflow."""
        if not isinstance(node, Scalar):
            return (Making(node).unknown("a variable of a workflow"),)
        from crosswire.frontends.projects.commands.programs import block_text

        return self._in_text(block_text(node))

    def _in_text(self, excerpt: Excerpt) -> Val:
        """A text as the value of a variable, in which others may be named."""
        from crosswire.readers.shell import read_quoted

        before, self._excerpt = self._excerpt, excerpt
        value = self._value(read_quoted(excerpt.text))
        self._excerpt = before
        return value

    def _default(self, variable: MakeVariable) -> None:
        """Set a variable of a Makefile, of which only whoever runs it knows the value where it is weak."""
        excerpt = variable.value
        value = () if variable.shell else self._in_text(excerpt)
        if variable.weak or variable.shell:
            start = excerpt.place(0)
            place = place_of(value[0]) if value else Scalar("", excerpt.source, start, start)
            value = (self._symbol(variable.name, place, literal(value) if value else None),)
        self._variables[variable.name] = _Held((value,))

    # -- statements

    def _all(self, statements: Iterable[Statement]) -> None:
        for statement in statements:
            self._steps += 1
            if self._steps > _MOST_STEPS:
                return
            self._run(statement)

    def _run(self, statement: Statement) -> Response | Val | None:
        """Go through a statement; what it prints, as far as it is known."""
        match statement:
            case Command():
                return self._command(statement)
            case Pipeline(commands):
                return self._pipeline(commands)
            case Choice(branches):
                self._choice(branches)
            case Loop(name, items, body):
                self._loop(name, items, body)
            case Routine(name):
                self._routines[name] = (statement, self._excerpt)
            case Block(body, apart):
                self._block(body, apart)
        return None

    def _block(self, body: tuple[Statement, ...], apart: bool) -> None:
        if self._depth > _DEEPEST * 3:
            return
        self._depth += 1
        variables, folders = dict(self._variables), self._work.folders
        self._all(body)
        self._depth -= 1
        if apart:
            self._work.folders = folders
            self._variables.clear()
            self._variables.update(variables)

    def _choice(self, branches: tuple[tuple[Statement, ...], ...]) -> None:
        before, folders = dict(self._variables), self._work.folders
        outcomes: list[_Variables] = [before]
        for branch in branches:
            self._variables.clear()
            self._variables.update(before)
            self._work.folders = folders
            self._all(branch)
            outcomes.append(dict(self._variables))
        self._work.folders = folders
        self._variables.clear()
        self._variables.update(before)
        for name in _changed(before, outcomes):
            found = [outcome[name] for outcome in outcomes if name in outcome and not _is_empty(outcome[name])]
            self._variables[name] = self._merged(name, found)

    def _merged(self, name: str, found: list[_Held]) -> _Held:
        """What a variable holds after a choice. Nothing but a default is lost where only one branch sets it."""
        if not found:
            return _Held(((),))
        texts = {tuple(map(shown, held.values)) for held in found}
        if len(texts) == 1:
            return found[0]
        last = found[-1]
        if len(texts) == 2 and last.values and _is_symbol(found[0], name):
            place = place_of(last.values[0][0]) if last.values[0] else self._place(0, 0)
            return _Held(((self._symbol(name, place, literal(last.values[0])),),))
        values = [part for held in found for value in held.values for part in value]
        place = place_of(values[-1]) if values else self._place(0, 0)
        return _Held(((self._symbol(self._local(name, place), place),),))

    def _loop(self, name: str | None, items: tuple[Given, ...], body: tuple[Statement, ...]) -> None:
        rounds = [value for item in items for value in self._words(item)] if name is not None else []
        if name is None or not rounds or len(rounds) > _MOST_ROUNDS:
            if name is not None:
                place = self._place(0, 0)
                self._variables[name] = _Held(((self._symbol(self._local(name, place), place),),))
            self._choice((body,))
            return
        for value in rounds:
            self._variables[name] = _Held((value,))
            folders = self._work.folders
            self._all(body)
            self._work.folders = folders

    # -- commands

    def _pipeline(self, commands: tuple[Statement, ...]) -> Response | Val | None:
        printed: Response | Val | None = None
        for index, statement in enumerate(commands):
            if not isinstance(statement, Command):
                self._run(statement)
                printed = None
                continue
            words = self._command_words(statement)
            name = (literal(words[0]) or "").lower() if words else ""
            if index == 0 or name in ("aws", "aws.exe"):
                printed = self._command(statement)
            elif name in _FILE_WRITERS:
                target = operand(words)
                self._work.write(target, printed if not isinstance(printed, Response) else None)
            else:
                printed = self._filtered(name, words, printed)
                if statement.writes is not None:
                    self._work.write(
                        self._value(statement.writes), printed if not isinstance(printed, Response) else None
                    )
        return printed

    def _filtered(self, name: str, words: list[Val], printed: Response | Val | None) -> Response | Val | None:
        """What a filter makes of what is printed."""
        if name in ("convertfrom-json", "out-string", "cat", "convertto-json"):
            return printed
        if name == "tr" and len(words) > 2 and literal(words[1]) in ("-d", "--delete"):
            return printed
        if name == "jq" and isinstance(printed, Response):
            arguments = [text for word in words[1:] if (text := literal(word)) and not text.startswith("-")]
            match = _JQ_PATH.match(arguments[0]) if len(arguments) == 1 else None
            return self._answer(printed.call, match.group(1)) if match is not None else None
        return None

    def _command_words(self, command: Command) -> list[Val]:
        return [value for word in command.words for value in self._words(word)]

    def _command(self, command: Command) -> Response | Val | None:
        for assignment in command.assignments:
            self._assign(assignment, bool(command.words))
        if not command.words:
            return None
        before = self._is_local
        if any(one.name.startswith("AWS_ENDPOINT_URL") for one in command.assignments):
            self._is_local = True
        words = self._command_words(command)
        printed = self._run_words(command, words) if words else None
        if literal(words[0] if words else ()) != "export":
            self._is_local = before
        if command.writes is not None and literal(words[0] if words else ()) != "zip":
            text = printed if not isinstance(printed, Response) else None
            self._work.write(self._value(command.writes), text)
        return printed

    def _run_words(self, command: Command, words: list[Val]) -> Response | Val | None:
        name = (literal(words[0]) or "").rpartition("/")[2]
        folded = name.lower()
        if folded in _PREFIXES and len(words) > 1:
            words = words[1:]
            name = literal(words[0]) or ""
            folded = name.lower()
        if folded in CLI:
            return self._aws(words, self._place(command.start, command.end))
        if folded in SAM:
            self._aws([words[0], *words], self._place(command.start, command.end))
            return None
        if name in self._routines:
            return self._call_routine(name, tuple(words[1:]))
        if folded in _ECHOING:
            return self._held_answer(command.words[-1]) or self._echo(words)
        if folded == "jq" and command.reads is not None:
            return self._filtered(folded, words, self._held_answer(command.reads))
        if len(words) == 1 and self._program.language == "powershell" and words[0]:
            return words[0]  # an expression prints its value
        if folded in ("cat", "get-content", "type"):
            if len(words) == 1:
                return self._value(command.reads) if command.reads is not None else None
            return self._read_file(words[-1] if folded == "cat" else operand(words) or words[-1])
        if folded in _GOING:
            self._work.go([word for word in words[1:] if literal(word) not in ("-Path", "/d", "--")])
        elif folded in ("popd", "pop-location"):
            self._work.folders = self._program.folders
        elif folded in ("source", "."):
            self._include(words[1:2])
        elif folded == "zip":
            self._work.zip(words[1:])
        elif folded == "compress-archive":
            self._work.compress(words[1:])
        elif folded in _COPYING:
            self._work.copy([word for word in words[1:] if not (literal(word) or "").startswith("-")])
        elif folded in _RUNNERS:
            self._work.bundle(words)
        elif folded in ("set-content", "out-file"):
            value = named(words, "-value")
            self._work.write(operand(words), value)
        elif folded == "mktemp":
            return (self._text(f"/tmp/made-{command.start}", words[0]),)
        elif folded == "shift" and self._arguments is not None:
            count = literal(words[1]) if len(words) > 1 else "1"
            self._arguments = self._arguments[int(count) :] if count is not None and count.isdecimal() else None
        elif folded == "pwd":
            return self._folder_value()
        elif folded == "git" and len(words) > 1 and literal(words[1]) == "rev-parse":
            return (self._text(ROOT, words[0]),)
        elif folded in _NAMING_PATHS:
            return self._path_of(folded, words[1:])
        elif folded == "read":
            for word in words[1:]:
                text = literal(word) or ""
                if text and not text.startswith("-"):
                    self._variables[text] = _Held(((self._symbol(text, place_of(word[0])),),))
        return None

    def _held_answer(self, word: Word) -> Response | None:
        """The answer of an operation that a variable holds."""
        if len(word.pieces) != 1 or not isinstance(word.pieces[0], Variable) or word.pieces[0].members:
            return None
        held = self._held(word.pieces[0])
        return None if held is None else held.response

    def _echo(self, words: list[Val]) -> Val | None:
        rest = words[1:]
        while rest and (literal(rest[0]) or "x") in ("-n", "-e", "-E", "-ne", "-en", "%s", "%s\\n", "-r"):
            rest = rest[1:]
        if not rest or "%s" in (literal(rest[0]) or ""):
            return rest[0] if len(rest) == 1 and "%s" not in (literal(rest[0]) or "") else None
        return self._joined(rest)

    def _joined(self, words: Sequence[Val]) -> Val:
        """Words with blanks between them."""
        joined: list[Node] = []
        for index, word in enumerate(words):
            if index and word:
                joined.append(self._text(" ", word))
            joined.extend(word)
        return tuple(joined)

    # -- variables

    def _assign(self, assignment: Assignment, for_command: bool) -> None:
        name = assignment.name
        if for_command and name.startswith("AWS_ENDPOINT_URL"):
            return
        if name.startswith("AWS_ENDPOINT_URL"):
            self._is_local = True
        place = self._place(assignment.start, assignment.end)
        if assignment.weak:
            self._assign_parameter(assignment, place)
            return
        if assignment.is_list:
            values = [value for item in assignment.values for value in self._words(item)]
            before = self._variables.get(name)
            if assignment.adds and before is not None:
                values = [*before.values, *values]
            self._variables[name] = _Held(tuple(values), is_list=True)
            return
        given = assignment.values[0] if assignment.values else Word((), assignment.start, assignment.end)
        if not assignment.adds and isinstance(given, Word):
            response = self._as_response(given)
            if response is not None:
                self._variables[name] = _Held((), response=response)
                return
        value = self._value(given)
        held = self._variables.get(name)
        if not assignment.adds and not self._open and held is not None and _is_argument(value) and _has_text(held):
            return  # an argument may be left out, and then the text before it stays
        if assignment.adds:
            value = (*(held.values[0] if held is not None and held.values else ()), *value)
            if len(value) > 400:
                value = (Making(place).unknown("a long text"),)
        self._variables[name] = _Held((tuple(self._known(part, name, place) for part in value),))

    def _known(self, part: Node, name: str, place: Scalar) -> Node:
        """A part of a variable's value: what is not known is the same wherever the variable is used."""
        return self._symbol(self._local(name, place), place) if is_unknown(part) else part

    def _assign_parameter(self, assignment: Assignment, place: Scalar) -> None:
        """A parameter of a script, which may be given anything."""
        if self._arguments is not None and assignment.name in self._variables:
            return
        default = literal(self._value(assignment.values[0])) if assignment.values else None
        self._variables[assignment.name] = _Held(((self._symbol(assignment.name, place, default),),))

    def _as_response(self, word: Word) -> Response | None:
        """The answer of a command, where a variable is given all of it."""
        if len(word.pieces) != 1 or not isinstance(word.pieces[0], Output) or word.pieces[0].members:
            return None
        output = word.pieces[0]
        last = output.body[-1] if len(output.body) == 1 else None
        first = last.commands[0] if isinstance(last, Pipeline) else last
        if not isinstance(first, Command) or not first.words or (first.words[0].plain or "").lower() not in CLI:
            return None
        if any(option.plain in ("--query", "--output") for option in first.words):
            return None
        printed = self._run(last) if last is not None else None
        return printed if isinstance(printed, Response) else None

    def _symbol(self, name: str, place: Scalar, default: str | None = None) -> Scalar:
        if name in facts.REGION_VARIABLES:
            return Scalar("AWS::Region", place.source, place.start, place.end, tag="!Ref")
        if name in facts.ACCOUNT_VARIABLES:
            return Scalar("AWS::AccountId", place.source, place.start, place.end, tag="!Ref")
        return self._runner.symbol(name, place, default)

    def _local(self, name: str, place: Scalar) -> str:
        """The name of a symbol that no other part of the project knows."""
        return f"{name} of {place.source.path} {place.start}"

    # -- words

    def _place(self, start: int, end: int) -> Scalar:
        excerpt = self._excerpt
        first = excerpt.place(start)
        return Scalar("", excerpt.source, first, max(excerpt.end(end), first))

    def _text(self, text: str, at: Val) -> Scalar:
        place = place_of(at[0])
        return Scalar(text, place.source, place.start, place.end)

    def _value(self, given: Given) -> Val:
        """The value of a word, or of a table that is written in the language."""
        if isinstance(given, Table):
            return (self._table(given, 0),)
        parts: list[Node] = []
        for piece in given.pieces:
            parts.extend(self._piece(piece))
            if len(parts) > 2000:
                break
        if not parts:
            place = self._place(given.start, given.end)
            return (Scalar("", place.source, place.start, place.end),)
        return tuple(parts)

    def _words(self, given: Given) -> list[Val]:
        """The words that a word comes to: arrays and texts without quotes may hold several."""
        if isinstance(given, Table):
            return [self._value(given)]
        if len(given.pieces) == 1 and isinstance(given.pieces[0], Variable):
            variable = given.pieces[0]
            held = self._held(variable)
            if variable.listed:
                if held is not None:
                    return list(held.values)
                place = self._place(variable.start, variable.end)
                if variable.name in ("@", "*") and self._arguments is not None:
                    return list(self._arguments)
                return [(Making(place).unknown(ARGUMENTS),)]
            if held is not None and not held.values and held.response is None:
                return []
            if held is not None and held.is_list and self._program.language == "powershell":
                return list(held.values)
            if held is not None and not variable.quoted and not held.is_list and held.values:
                return _split(held.values[0])
        return [self._value(given)]

    def _piece(self, piece: Piece) -> Val:
        match piece:
            case Text(text, start, end):
                return self._literals(text, start, end)
            case Variable():
                return self._variable(piece)
            case Output(body, start, end, _, members):
                return self._output(body, start, end, members)
            case Hidden(why, start, end):
                return (Making(self._place(start, end)).unknown(why),)

    def _literals(self, text: str, start: int, end: int) -> Val:
        excerpt = self._excerpt
        if len(text) != end - start:
            first = excerpt.place(start)
            return (Scalar(text, excerpt.source, first, max(excerpt.end(end), first)),)
        parts: list[Node] = []
        for first, last in excerpt.stretches(start, end):
            place = excerpt.place(first)
            parts.append(Scalar(text[first - start : last - start], excerpt.source, place, place + last - first))
        return self._filled(parts) if self._program.is_document else tuple(parts)

    def _filled(self, parts: Sequence[Node]) -> Val:
        """The texts of a document, in which people are to fill in some parts."""
        found: list[Node] = []
        for part in parts:
            if not isinstance(part, Scalar):
                found.append(part)
                continue
            at = 0
            text = part.text
            for match in sorted(
                (*_PLACEHOLDER.finditer(text), *_ACCOUNT.finditer(text)), key=lambda match: match.start()
            ):
                if match.start() < at:
                    continue
                if match.start() > at:
                    found.append(
                        Scalar(text[at : match.start()], part.source, part.start + at, part.start + match.start())
                    )
                place = Scalar("", part.source, part.start + match.start(), part.start + match.end())
                name = match.group().strip("<>[]{}")
                plain = name.upper().replace("-", "_").replace(" ", "_")
                if "ACCOUNT" in plain or name.isdecimal():
                    found.append(self._symbol("AWS_ACCOUNT_ID", place))
                elif "REGION" in plain:
                    found.append(self._symbol("AWS_REGION", place))
                else:
                    found.append(self._symbol(name, place))
                at = match.end()
            if at < len(text) or not text:
                found.append(Scalar(text[at:], part.source, part.start + at, part.end))
        return tuple(found)

    def _held(self, variable: Variable) -> _Held | None:
        name = variable.name
        if self._program.language == "powershell" and name not in self._variables:
            name = name.lower() if name.lower() in self._variables else name
        return self._variables.get(name)

    def _variable(self, variable: Variable) -> Val:
        place = self._place(variable.start, variable.end)
        name = variable.name
        if name.startswith("{{"):
            return self._expression(name[2:-2].strip(), place)
        if name.isdecimal() and self._arguments is not None:
            index = int(name) - 1
            if 0 <= index < len(self._arguments):
                return self._arguments[index]
            return self._default_of(variable) or ()
        held = self._held(variable)
        if held is not None and held.response is not None:
            return self._answer(held.response.call, ".".join(variable.members), place)
        if held is not None and not variable.members:
            if len(held.values) == 1:
                value = held.values[0]
                if _is_empty(held) and variable.default is not None:
                    return self._value(variable.default)
                return value or (Scalar("", place.source, place.start, place.end),)
            return (Making(place).unknown("a list of texts"),)
        if name in facts.ROOT_VARIABLES:
            return (Scalar(ROOT, place.source, place.start, place.end),)
        if name in ("psscriptroot", "PSScriptRoot", "0", "BASH_SOURCE"):
            path = self._excerpt.source.path if name == "BASH_SOURCE" else self._program.path
            path = path if name in ("0", "BASH_SOURCE") else path.rpartition("/")[0]
            return (Scalar(f"{ROOT}/{path}", place.source, place.start, place.end),)
        if name in ("PWD", "CURDIR", "pwd"):
            return self._folder_value(place)
        if name in ("@", "*") and self._arguments is not None:
            return self._joined(self._arguments)
        if variable.members or name in ("?", "#", "$", "!", "-", "_", "@", "*"):
            return (Making(place).unknown("a value that only the script knows"),)
        if name.isdecimal():
            name = f"{name} of {self._program.path}"
        default = self._default_of(variable)
        return (self._symbol(name, place, None if default is None else literal(default)),)

    def _default_of(self, variable: Variable) -> Val | None:
        return self._value(variable.default) if variable.default is not None else None

    def _expression(self, text: str, place: Scalar) -> Val:
        """An expression of a workflow."""
        context, _, name = text.partition(".")
        if context == "env" and name in self._variables:
            held = self._variables[name]
            if len(held.values) == 1:
                return held.values[0]
        if text == "github.workspace":
            return (Scalar(ROOT, place.source, place.start, place.end),)
        known = re.fullmatch(r"(?:env|vars|secrets|inputs|params|github\.event\.inputs)\.([\w-]+)", text)
        return (self._symbol(known.group(1) if known is not None else text, place),)

    def _table(self, table: Table, depth: int) -> Node:
        place = self._place(table.start, table.end)
        making = Making(place)
        if depth > 20:
            return making.unknown("a mapping that is nested too deeply")
        values = [
            (key, self._table(given, depth + 1) if isinstance(given, Table) else whole(self._value(given)))
            for key, given in table.pairs
        ]
        if table.pairs and all(key is None for key, _ in values):
            return making.list(value for _, value in values if value is not None)
        pairs: list[tuple[str | Scalar, Node | str | None]] = []
        for key, value in values:
            if key is None:
                pairs.append(("Fn::crosswire::Unknown", "entries that the script works out"))
                continue
            name = self._place(key.start, key.end)
            pairs.append((Scalar(key.plain or "", name.source, name.start, name.end), value))
        return making.mapping(pairs)

    # -- what commands print

    def _output(self, body: tuple[Statement, ...], start: int, end: int, members: tuple[str, ...]) -> Val:
        place = self._place(start, end)
        if self._depth > _DEEPEST or not body:
            return (Making(place).unknown("what a command prints"),)
        self._depth += 1
        variables, folders = dict(self._variables), self._work.folders
        for statement in body[:-1]:
            self._run(statement)
        printed = self._run(body[-1])
        self._variables.clear()
        self._variables.update(variables)
        self._work.folders = folders
        self._depth -= 1
        if isinstance(printed, Response):
            return self._answer(printed.call, ".".join(members), place)
        if printed and not members:
            return printed
        return (Making(place).unknown("what a command prints"),)

    # -- the AWS CLI

    def _aws(self, words: list[Val], place: Scalar) -> Response | Val | None:
        said = read_words(words)
        if said is None or said.is_local or self._is_local:
            return None
        reads: list[str] = []
        options = {
            name: tuple(self._from_file(value, reads) for value in given) for name, given in said.options.items()
        }
        call = Call(
            said.service,
            said.operation,
            options,
            said.keys,
            place,
            self._program,
            said.is_open,
            self._work.archive_of(said.service, options),
            tuple(reads),
            self._deploys,
        )
        declares = said.operation in facts.DECLARING.get(said.service, ()) and _SKELETON not in options
        if declares and (self._is_bound or not call.is_about_arguments):
            self._runner.calls.append(call)
        if said.operation in facts.DEPLOYING_STACKS.get(said.service, ()):
            self._runner.deployments.append(Deployment(call, self._template_of(said), self._work.folders))
        elif said.operation == "package" and said.service in ("cloudformation", "sam"):
            self._package(said)
        if "query" not in options:
            return Response(call)
        found = self._answer(call, "")
        return None if any(map(is_unknown, found)) else found

    def _template_of(self, said: Words) -> tuple[str, ...]:
        """The paths that the template of a command may have, where it names one of the repository."""
        for option in ("template-file", "template-body", "template"):
            words = said.options.get(option, ())
            name = literal(words[0]) if words else None
            if name:
                paths = self._work.paths(name.removeprefix("file://"))
                return tuple(self._work.packaged.get(path, path) for path in paths)
        return ()

    def _package(self, said: Words) -> None:
        """Note which template a command makes another one of, with nothing but the places of its code put in."""
        named = (said.options.get("output-template-file") or ((),))[0]
        name = literal(named) if named else None
        for path in self._work.paths(name) if name else ():
            source = next((one for one in self._template_of(said) if one in self._runner.files), None)
            if source is not None:
                self._work.packaged[path] = source

    def _answer(self, call: Call, path: str, place: Scalar | None = None) -> Val:
        """A part of what an operation answers."""
        return answer(call, path, self._runner.symbol, place)

    # -- files

    def _from_file(self, value: Val, reads: list[str]) -> Val:
        """A value that is read from a file, where it says so."""
        first = value[0] if value else None
        if not isinstance(first, Scalar) or first.tag or not first.text.startswith("file://"):
            return value
        flat = Flat(value)
        path = flat.slice(len("file://"), len(flat.text))
        return self._read_file(path, reads) or (Making(first).unknown("a file that is not in the repository"),)

    def _read_file(self, value: Val, reads: list[str] | None = None) -> Val | None:
        name = literal(value)
        if name is None:
            return None
        for path in self._work.paths(name):
            if path in self._work.written:
                return self._work.written[path]
        for path in self._work.paths(name):
            if path in self._runner.files:
                node = self._runner.file(path)
                if node is not None and reads is not None:
                    reads.append(path)
                return (node,) if node is not None else None
        return None

    def _folder_value(self, place: Scalar | None = None) -> Val:
        place = place or self._place(0, 0)
        if not self._work.folders:
            return (Making(place).unknown("the folder that a script runs in"),)
        return (Scalar(f"{ROOT}/{self._work.folders[0]}", place.source, place.start, place.end),)

    def _path_of(self, command: str, words: list[Val]) -> Val | None:
        rest = [word for word in words if not (literal(word) or "").startswith("-")]
        name = literal(rest[0]) if rest else None
        if name is None or not rest:
            return None
        if command in ("dirname", "split-path"):
            name = name.rpartition("/")[0] or "."
        elif command == "join-path":
            more = literal(rest[1]) if len(rest) > 1 else None
            if more is None:
                return None
            name = f"{name}/{more}"
        return (self._text(name, rest[0]),)

    def _include(self, words: list[Val]) -> None:
        name = literal(words[0]) if words else None
        if name is None or self._depth > _DEEPEST:
            return
        for path in self._work.paths(name):
            program = self._runner.program_at(path)
            if program is None:
                continue
            before, self._excerpt = self._excerpt, program.excerpt
            self._depth += 1
            self._all(program.statements())
            self._depth -= 1
            self._excerpt = before
            return

    def _call_routine(self, name: str, arguments: tuple[Val, ...] | None) -> Response | Val | None:
        self._called.add(name)
        if self._depth > _DEEPEST or name in self._open:
            return None
        self._open.add(name)
        routine, excerpt = self._routines[name]
        before = (self._arguments, self._excerpt, self._work.folders)
        variables = dict(self._variables)
        self._excerpt = excerpt
        self._arguments = arguments
        if routine.parameters and arguments is not None:
            self._bind(routine.parameters, arguments)
        self._depth += 1
        self._all(routine.body[:-1])
        printed = self._run(routine.body[-1]) if routine.body else None
        self._depth -= 1
        self._open.discard(name)
        self._arguments, self._excerpt, self._work.folders = before
        if arguments is None or routine.parameters:
            self._variables.clear()
            self._variables.update(variables)
        return printed

    def _bind(self, parameters: tuple[str, ...], arguments: tuple[Val, ...]) -> None:
        """Give the parameters of a function of PowerShell what it is called with, by place or by name."""
        waiting = list(parameters)
        plain: list[Val] = []
        index = 0
        while index < len(arguments):
            text = literal(arguments[index]) or ""
            named = text[1:].lower() if text.startswith("-") else ""
            if named in waiting and index + 1 < len(arguments):
                self._variables[named] = _Held((arguments[index + 1],))
                waiting.remove(named)
                index += 2
                continue
            plain.append(arguments[index])
            index += 1
        for name, value in zip(waiting, plain, strict=False):
            self._variables[name] = _Held((value,))


def _changed(before: _Variables, outcomes: Iterable[_Variables]) -> Iterable[str]:
    """The variables that an outcome sets, each once."""
    return dict.fromkeys(name for outcome in outcomes for name, held in outcome.items() if before.get(name) is not held)


def _is_empty(held: _Held) -> bool:
    return held.response is None and not held.is_list and all(literal(value) == "" for value in held.values)


def _is_argument(value: Val) -> bool:
    """Whether a value is what a script is started with."""
    return len(value) == 1 and isinstance(value[0], Scalar) and _ARGUMENT.match(value[0].text) is not None


def _has_text(held: _Held) -> bool:
    return len(held.values) == 1 and bool(literal(held.values[0]))


def _is_symbol(held: _Held, name: str) -> bool:
    value = held.values[0] if len(held.values) == 1 else ()
    return len(value) == 1 and isinstance(value[0], Scalar) and value[0].tag == "!Ref" and value[0].text == f"${name}"


def _split(value: Val) -> list[Val]:
    """The words that a text without quotes comes to."""
    flat = Flat(value)
    text = flat.text
    if not any(character.isspace() for character in text) or text.lstrip()[:1] in ("{", "["):
        return [value]
    return [flat.slice(match.start(), match.end()) for match in re.finditer(r"\S+", text)]
