"""Read PowerShell: the commands that scripts run, with the words that they are made of.

What is no command, no assignment and no block is stepped over; expressions that are worked out are Hidden.
"""

from __future__ import annotations

import re

from crosswire.readers.script import (
    Assignment,
    Block,
    Choice,
    Command,
    Given,
    Hidden,
    Loop,
    Output,
    Piece,
    Pipeline,
    Routine,
    Statement,
    Table,
    Text,
    Variable,
    Word,
)

_MAX_DEPTH = 40
_blank = re.compile(r"(?:[ \t\r]|[`\\]\r?\n|<#.*?(?:#>|\Z))*", re.DOTALL).match
_target = re.compile(r"(?:\[[\w.\[\]]+\]\s*)?\$((?:\w+:)?\w+|\{[^}\n]{0,100}\})[ \t]*(\+?=)(?!=)").match
_variable = re.compile(
    r"\$(?:\{([^}\n]{0,100})\}|((?:(?:env|script|global|local|private|using):)?\w+|[?$^_]))", re.IGNORECASE
).match
_members = re.compile(r"(?:\.[A-Za-z_]\w*)+(?!\()").match
_cast = re.compile(r"\[[A-Za-z][\w.\[\]]*\]\s*(?=[@$\"'({\[])").match
_keyword = re.compile(r"[A-Za-z]+").match
_bare = re.compile(r"[^\s\"'`$;|(){}&<>@#,]+").match
_key = re.compile(r"\s*([A-Za-z_][\w-]*|\"[^\"\n`$]*\"|'[^'\n]*')\s*=").match
_in_double = re.compile(r"[^\"`$]+").match
_here = re.compile(r"@(['\"])[ \t]*\r?\n").match
_hole = re.compile(r"\$\{\{\s*(.*?)\s*\}\}")
_redirection = re.compile(r"(?:[0-9*])?(>>|>)(&[0-9])?").match
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "e": "\x1b"}


def read_powershell(text: str) -> tuple[Statement, ...]:
    """The statements of a script, in order."""
    parser = _Parser(text)
    statements: list[Statement] = []
    try:
        while parser.at < len(text):
            parser.statements(statements)
            parser.at += 1  # a bracket that closes what nothing opened
    except _TooDeepError:
        pass
    return tuple(statements)


class _TooDeepError(Exception):
    pass


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._end = len(text)
        self._depth = 0
        self._blocks: list[Statement] = []  # those among the words of a command, which it may run

    # -- statements

    def statements(self, into: list[Statement]) -> None:
        """Read statements up to a closing bracket, which stays."""
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _TooDeepError
        while True:
            self._skip()
            if self.at >= self._end or self.text[self.at] in ")}":
                break
            before = self.at
            statement = self._statement()
            if statement is not None:
                into.append(statement)
            if self.at == before:
                self.at += 1
        self._depth -= 1

    def _blanks(self) -> None:
        match = _blank(self.text, self.at)
        self.at = match.end() if match is not None else self.at

    def _skip(self) -> None:
        while self.at < self._end:
            self._blanks()
            character = self.text[self.at : self.at + 1]
            if character == "#":
                self._skip_line()
            elif character and character in "\n;,&":
                self.at += 1
            else:
                return

    def _skip_line(self) -> None:
        found = self.text.find("\n", self.at)
        self.at = self._end if found < 0 else found

    def _braces(self) -> tuple[Statement, ...]:
        """A body in braces, and past it; nothing where there is none."""
        self._skip()
        body: list[Statement] = []
        if self.text.startswith("{", self.at):
            self.at += 1
            self.statements(body)
            self.at += 1
        return tuple(body)

    def _parenthesis(self) -> tuple[Statement, ...]:
        self._skip()
        body: list[Statement] = []
        if self.text.startswith("(", self.at):
            self.at += 1
            self.statements(body)
            self.at += 1
        return tuple(body)

    def _statement(self) -> Statement | None:
        match = _keyword(self.text, self.at)
        word = match.group().lower() if match is not None else ""
        follows = self.text[self.at + len(word) : self.at + len(word) + 1]
        if word and (not follows or follows in " \t\r\n({"):
            if word == "if":
                return self._if()
            if word == "foreach":
                return self._foreach()
            if word in ("for", "while", "switch", "until", "elseif"):
                self.at += len(word)
                self._parenthesis()
                return Loop(None, (), self._braces())
            if word in ("try", "finally", "catch", "do", "else", "begin", "process", "end"):
                self.at += len(word)
                self._skip_to_brace()
                return Block(self._braces(), apart=False)
            if word in ("function", "filter"):
                return self._function()
            if word == "param":
                self.at += len(word)
                return self._parameters()
            if word in ("return", "throw", "exit", "break", "continue"):
                self.at += len(word)
                return None
        return self._assignment() or self._pipeline()

    def _skip_to_brace(self) -> None:
        """Past the types of a catch."""
        line = self.text.find("{", self.at)
        between = self.text[self.at : line] if line >= 0 else ""
        if line >= 0 and not any(character in between for character in ";()}\"'"):
            self.at = line

    def _if(self) -> Statement:
        self.at += 2
        before = self._parenthesis()
        branches = [self._braces()]
        while True:
            start = self.at
            self._skip()
            match = _keyword(self.text, self.at)
            word = match.group().lower() if match is not None else ""
            if word == "elseif":
                self.at += len(word)
                before += self._parenthesis()
            elif word == "else":
                self.at += len(word)
            else:
                self.at = start
                choice = Choice(tuple(branches))
                return Block((*before, choice), apart=False) if before else choice
            branches.append(self._braces())

    def _foreach(self) -> Statement | None:
        start = self.at
        self.at += len("foreach")
        self._blanks()
        if not self.text.startswith("(", self.at):
            self.at = start
            return self._pipeline()
        self.at += 1
        self._blanks()
        match = _variable(self.text, self.at)
        name = _variable_name(match) if match is not None else None
        self.at = match.end() if match is not None else self.at
        self._blanks()
        items: tuple[Given, ...] = ()
        if self.text[self.at : self.at + 2].lower() == "in":
            self.at += 2
            items = self._expression()
        self._close(")")
        return Loop(name, items, self._braces())

    def _close(self, bracket: str) -> None:
        """Past a closing bracket, with all that is left before it."""
        rest: list[Statement] = []
        self.statements(rest)
        if self.text.startswith(bracket, self.at):
            self.at += 1

    def _function(self) -> Statement | None:
        match = re.compile(r"\w+\s+([\w:-]+)").match(self.text, self.at)
        if match is None:
            self.at += 1
            return None
        self.at = match.end()
        self._skip()
        names: tuple[str, ...] = ()
        if self.text.startswith("(", self.at):
            names = tuple(one.name for one in self._declared())
        body = self._braces()
        if not names and body and isinstance(body[0], Command) and not body[0].words:
            names = tuple(one.name for one in body[0].assignments)
        return Routine(match.group(1), body, names)

    def _parameters(self) -> Statement | None:
        self._blanks()
        if self.text.startswith("\n", self.at):
            self._skip()
        command = Command(self.at)
        command.assignments.extend(self._declared())
        command.end = min(self.at, self._end)
        return command if command.assignments else None

    def _declared(self) -> list[Assignment]:
        """The parameters in a parenthesis, with their defaults."""
        found: list[Assignment] = []
        if not self.text.startswith("(", self.at):
            return found
        self.at += 1
        while True:
            self._skip()
            if self.at >= self._end or self.text[self.at] == ")":
                self.at += 1
                return found
            if self.text[self.at] == "[":
                self._past_bracket()
                continue
            match = _variable(self.text, self.at)
            if match is None:
                self.at += 1
                continue
            start = self.at
            self.at = match.end()
            self._blanks()
            values: tuple[Given, ...] = ()
            if self.text.startswith("=", self.at):
                self.at += 1
                values = self._expression(alone=True)
            found.append(Assignment(_variable_name(match), values, start, self.at, weak=True))

    def _past_bracket(self) -> None:
        depth = 0
        while self.at < self._end:
            character = self.text[self.at]
            if character in "\"'":
                closed = self.text.find(character, self.at + 1)
                self.at = self._end if closed < 0 else closed
            elif character == "[":
                depth += 1
            elif character == "]":
                depth -= 1
                if depth == 0:
                    self.at += 1
                    return
            self.at += 1

    def _assignment(self) -> Statement | None:
        match = _target(self.text, self.at)
        if match is None:
            return None
        command = Command(self.at)
        start = self.at
        self.at = match.end()
        self._blanks()
        if self.text.startswith("\n", self.at):
            self._skip()
        values = self._expression()
        is_list = len(values) != 1
        name = match.group(1).strip("{}")
        command.assignments.append(
            Assignment(_without_scope(name), values, start, self.at, is_list, match.group(2) == "+=")
        )
        command.end = min(self.at, self._end)
        return command

    # -- expressions

    def _expression(self, alone: bool = False) -> tuple[Given, ...]:
        """The right side of an assignment: its values, of which there are several for an array. One that stands
        `alone` ends at a comma."""
        self._blanks()
        start = self.at
        values = self._operand()
        if values is None:
            statement = self._pipeline()
            if statement is None:
                return (_hidden("an expression", start, self.at),)
            return (Word((Output((statement,), start, self.at),), start, self.at),)
        while True:
            self._blanks()
            rest = self.text[self.at : self.at + 16].lower()
            if rest.startswith("+") and len(values) == 1 and isinstance(values[0], Word):
                self.at += 1
                self._skip()
                more = self._operand()
                if more is None or len(more) != 1 or not isinstance(more[0], Word):
                    self._to_end()
                    return (_hidden("an expression", start, self.at),)
                values = (Word((*values[0].pieces, *more[0].pieces), start, self.at),)
            elif rest.startswith(",") and alone:
                return values
            elif rest.startswith(","):
                self.at += 1
                self._skip()
                values = (*values, *(self._operand() or ()))
            elif rest.startswith("|"):
                self.at += 1
                self._skip()
                before = self.at
                pipeline = self._pipeline()
                last = pipeline.commands[0] if isinstance(pipeline, Pipeline) else pipeline
                named = last.words[0].plain if isinstance(last, Command) and last.words else None
                if named is None or named.lower() != "convertto-json":
                    return (_hidden("what a pipeline gives", start, max(before, self.at)),)
                if isinstance(pipeline, Pipeline):
                    return (_hidden("what a pipeline gives", start, self.at),)
                return values
            elif rest and rest[0] not in "\n;)}#":
                self._to_end()
                return (_hidden("an expression", start, self.at),)
            else:
                return values

    def _to_end(self) -> None:
        """Past the rest of a statement."""
        while self.at < self._end and self.text[self.at] not in "\n;)}":
            before = self.at
            if self.text[self.at] in "({":
                self.at += 1
                self._close(")" if self.text[before] == "(" else "}")
            elif self.text[self.at] in "\"'":
                self._quoted([])
            elif self.text[self.at] == "`":
                self.at += 2
            self.at = max(self.at, before + 1)

    def _operand(self) -> tuple[Given, ...] | None:
        """One value of an expression, or the values of an array; None where no expression begins."""
        self._blanks()
        match = _cast(self.text, self.at)
        if match is not None:
            self.at = match.end()
        start = self.at
        text = self.text
        character = text[start : start + 1]
        if character == "@":
            if _here(text, start) is not None:
                pieces: list[Piece] = []
                self._here_string(pieces)
                return (Word(tuple(pieces), start, self.at),)
            if text.startswith("@{", start):
                return (self._hashtable(),)
            if text.startswith("@(", start):
                return self._list()
            return None
        if character and character in "\"'":
            pieces = []
            self._quoted(pieces)
            return (Word(tuple(pieces), start, self.at),)
        if character == "$":
            if text.startswith("$(", start):
                self.at += 2
                return (Word((self._output(start),), start, self.at),)
            variable = self._value()
            return None if variable is None else (Word((variable,), start, self.at),)
        if character == "(":
            self.at += 1
            output = self._output(start)
            return (Word((output,), start, self.at),)
        number = re.compile(r"-?\d+(?:\.\d+)?(?=[\s;,)}]|$)").match(text, start)
        if number is not None:
            self.at = number.end()
            return (Word((Text(number.group(), start, self.at),), start, self.at),)
        return None

    def _output(self, start: int) -> Piece:
        """What stands in a parenthesis that was opened, with the members that are taken of it."""
        body: list[Statement] = []
        self.statements(body)
        if self.text.startswith(")", self.at):
            self.at += 1
        match = _members(self.text, self.at)
        members: tuple[str, ...] = ()
        if match is not None:
            members = tuple(match.group()[1:].split("."))
            self.at = match.end()
        return Output(tuple(body), start, self.at, True, members)

    def _value(self) -> Piece | None:
        match = _variable(self.text, self.at)
        if match is None:
            return None
        start = self.at
        self.at = match.end()
        members = _members(self.text, self.at)
        found: tuple[str, ...] = ()
        if members is not None:
            found = tuple(members.group()[1:].split("."))
            self.at = members.end()
        if self.text[self.at : self.at + 1] in ("[", "("):
            self._to_bracket()
            return Hidden("what is made of a variable", start, self.at, True)
        return Variable(_variable_name(match), start, self.at, True, members=found)

    def _to_bracket(self) -> None:
        if self.text[self.at] == "[":
            self._past_bracket()
        else:
            self.at += 1
            self._close(")")

    def _hashtable(self) -> Table:
        start = self.at
        self.at += 2
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _TooDeepError
        pairs: list[tuple[Word | None, Given]] = []
        while True:
            self._skip()
            if self.at >= self._end or self.text[self.at] == "}":
                self.at += 1
                break
            match = _key(self.text, self.at)
            if match is None:
                self.at += 1
                pairs.append((None, _hidden("an entry that is worked out", self.at, self.at)))
                self._to_end()
                continue
            written = match.group(1)
            quotes = written[0] in "\"'"
            first = match.start(1) + quotes
            key = Word((Text(written.strip("\"'"), first, match.end(1) - quotes),), first, match.end(1) - quotes)
            self.at = match.end()
            given = self._expression()
            self._blanks()
            pairs.append(
                (key, given[0] if len(given) == 1 else Table(tuple((None, one) for one in given), start, self.at))
            )
        self._depth -= 1
        return Table(tuple(pairs), start, self.at)

    def _list(self) -> tuple[Given, ...]:
        """The items of `@( ... )`, parted by commas or lines."""
        self.at += 2
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _TooDeepError
        items: list[Given] = []
        while True:
            self._skip()
            if self.at >= self._end or self.text[self.at] in ")}":
                self.at += 1
                break
            before = self.at
            operand = self._operand()
            if operand is None:
                items.append(_hidden("an item that is worked out", before, self.at))
                self._to_end()
            else:
                items.extend(operand)
            if self.at == before:
                self.at += 1
        self._depth -= 1
        return tuple(items)

    # -- commands

    def _pipeline(self) -> Statement | None:
        parts: list[Statement] = []
        outer, self._blocks = self._blocks, []
        while True:
            command = self._command()
            if command is not None:
                parts.append(command)
            self._blanks()
            if not self.text.startswith("|", self.at):
                break
            self.at += 2 if self.text.startswith("||", self.at) else 1
            self._skip()
        parts += self._blocks
        self._blocks = outer
        if len(parts) > 1:
            return Pipeline(tuple(parts))
        return parts[0] if parts else None

    def _command(self) -> Command | None:
        self._blanks()
        if self.text.startswith(("& ", ". "), self.at):
            self.at += 1
        command = Command(self.at)
        while True:
            self._blanks()
            if self.at >= self._end:
                break
            character = self.text[self.at]
            if character in "\n;|)}":
                break
            if character == "#":
                self._skip_line()
                break
            match = _redirection(self.text, self.at)
            if match is not None:
                self.at = match.end()
                self._blanks()
                if match.group(2) is None and self.at < self._end and self.text[self.at] not in "\n;|)}":
                    target = self._word()
                    if match.group(1) == ">" and not match.group().startswith(("2", "*")):
                        command.writes = target
                continue
            if character == "{":
                start = self.at
                body = self._braces()
                command.words.append(Word((Hidden("a block", start, self.at),), start, self.at))
                self._blocks.append(Loop(None, (), body))
                continue
            before = self.at
            command.words.append(self._word())
            if self.at == before:
                self.at += 1
        command.end = min(self.at, self._end)
        return command if command.words else None

    def _word(self) -> Word:
        start = self.at
        pieces: list[Piece] = []
        depth = 0
        while self.at < self._end:
            match = _bare(self.text, self.at)
            if match is not None:
                pieces.append(Text(match.group(), self.at, match.end()))
                self.at = match.end()
                continue
            character = self.text[self.at]
            if character in "\"'":
                self._quoted(pieces)
            elif character == "`":
                following = self.text[self.at + 1 : self.at + 2]
                if following in ("\n", "\r", ""):
                    break
                pieces.append(Text(following, self.at, self.at + 2, quoted=True))
                self.at += 2
            elif character == "$":
                self._expand(pieces, quoted=False)
            elif character == "@" and self.at == start:
                self._at_sign(pieces)
                break
            elif character == "(" and self.at == start:
                self.at += 1
                pieces.append(self._output(start))
                break
            elif character == "{" and self.at > start:
                depth += 1
                self._keep(pieces, character)
            elif character == "}" and depth:
                depth -= 1
                self._keep(pieces, character)
            elif character in "@#,<&" and self.at > start:
                self._keep(pieces, character)
            else:
                break
        return Word(tuple(pieces), start, self.at)

    def _keep(self, pieces: list[Piece], character: str) -> None:
        pieces.append(Text(character, self.at, self.at + 1))
        self.at += 1

    def _at_sign(self, pieces: list[Piece]) -> None:
        start = self.at
        if _here(self.text, start) is not None:
            self._here_string(pieces)
        elif self.text.startswith("@{", start):
            self._hashtable()
            pieces.append(Hidden("a hashtable", start, self.at))
        elif self.text.startswith("@(", start):
            self._list()
            pieces.append(Hidden("a list", start, self.at))
        else:
            match = re.compile(r"@\w*").match(self.text, start)
            self.at = match.end() if match is not None else start + 1
            name = self.text[start + 1 : self.at]
            pieces.append(Variable(name, start, self.at, True, listed=True) if name else Text("@", start, self.at))

    def _quoted(self, pieces: list[Piece]) -> None:
        quote = self.text[self.at]
        self.at += 1
        first = self.at
        if quote == "'":
            self._single(pieces)
            return
        count = len(pieces)
        self._double(pieces, None)
        if len(pieces) == count:
            pieces.append(Text("", first, first, quoted=True))

    def _single(self, pieces: list[Piece]) -> None:
        while True:
            first = self.at
            found = self.text.find("'", first)
            stop = self._end if found < 0 else found
            doubled = self.text.startswith("''", stop)
            at = first
            for match in _hole.finditer(self.text, first, stop):
                if match.start() > at:
                    pieces.append(Text(self.text[at : match.start()], at, match.start(), quoted=True))
                pieces.append(Variable("{{" + match.group(1) + "}}", match.start(), match.end(), True))
                at = match.end()
            pieces.append(Text(self.text[at : stop + doubled], at, stop + doubled, quoted=True))
            self.at = min(stop + 1 + doubled, self._end)
            if not doubled:
                return

    def _double(self, pieces: list[Piece], ending: int | None) -> None:
        """A text in double quotes up to its end, which is that of a here-string where it is given."""
        while self.at < (self._end if ending is None else ending):
            if ending is None and self.text.startswith('""', self.at):
                pieces.append(Text('"', self.at, self.at + 2, quoted=True))
                self.at += 2
                continue
            character = self.text[self.at]
            if character == '"' and ending is None:
                self.at += 1
                return
            if character == "`":
                following = self.text[self.at + 1 : self.at + 2]
                pieces.append(Text(_ESCAPES.get(following, following), self.at, self.at + 2, quoted=True))
                self.at += 2
            elif character == "$":
                self._expand(pieces, quoted=True)
            else:
                match = _in_double(self.text, self.at, self._end if ending is None else ending)
                stop = match.end() if match is not None else self.at + 1
                pieces.append(Text(self.text[self.at : stop], self.at, stop, quoted=True))
                self.at = stop

    def _here_string(self, pieces: list[Piece]) -> None:
        match = _here(self.text, self.at)
        if match is None:
            return
        quote = match.group(1)
        first = match.end()
        closing = re.compile(rf"\r?\n[ \t]*{quote}@").search(self.text, first - 1)
        stop = self._end if closing is None else max(closing.start(), first)
        after = self._end if closing is None else closing.end()
        if quote == "'":
            pieces.append(Text(self.text[first:stop], first, stop, quoted=True))
        else:
            self.at = first
            self._double(pieces, stop)
        self.at = after

    def _expand(self, pieces: list[Piece], quoted: bool) -> None:
        start = self.at
        if self.text.startswith("${{", start):
            found = self.text.find("}}", start)
            stop = self._end if found < 0 else found
            self.at = min(stop + 2, self._end)
            pieces.append(Variable("{{" + self.text[start + 3 : stop].strip() + "}}", start, self.at, True))
            return
        if self.text.startswith("$(", start):
            self.at += 2
            body: list[Statement] = []
            self.statements(body)
            self.at = min(self.at + 1, self._end)
            pieces.append(Output(tuple(body), start, self.at, True))
            return
        match = _variable(self.text, start)
        if match is None or match.group() in ("$?", "$$", "$^"):
            pieces.append(Text("$", start, start + 1, quoted))
            self.at += 1
            return
        if not quoted:
            value = self._value()
            if value is not None:
                pieces.append(value)
            return
        self.at = match.end()
        pieces.append(Variable(_variable_name(match), start, self.at, True))


def _hidden(why: str, start: int, end: int) -> Word:
    return Word((Hidden(why, start, end),), start, end)


def _variable_name(match: re.Match[str]) -> str:
    return _without_scope(match.group(1) if match.group(1) is not None else match.group(2))


def _without_scope(name: str) -> str:
    """A variable's name in small letters: PowerShell takes those in capitals as the same, but for the environment."""
    scope, colon, rest = name.partition(":")
    if colon and scope.lower() == "env":
        return rest
    return (rest if colon else name).lower()
