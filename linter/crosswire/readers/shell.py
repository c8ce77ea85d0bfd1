"""Read scripts for POSIX shells and bash: the commands, with the words that they are made of.

Everything that such a script may hold is stepped over, and what a static reader can make nothing of is Hidden. A text
that no shell would take is read as far as it goes.
"""

from __future__ import annotations

import re
from typing import NoReturn

from crosswire.readers.script import (
    HOLE_CLOSES,
    HOLE_OPENS,
    Assignment,
    Block,
    Choice,
    Command,
    Hidden,
    Loop,
    Output,
    Piece,
    Pipeline,
    Routine,
    Statement,
    Text,
    Variable,
    Word,
)

_MAX_DEPTH = 40
_blank = re.compile(r"(?:[ \t\r]|\\\r?\n)*").match
_keyword = re.compile(r"(?:\[\[|[A-Za-z]+|[{}!])(?=[\s;&|()<>]|$)").match
_assigned = re.compile(r"([A-Za-z_]\w*)(\[[^\]\n]*\])?(\+?)=").match
_routine = re.compile(r"([A-Za-z_][\w.:-]*)[ \t]*\([ \t]*\)").match
_named_routine = re.compile(r"function[ \t]+([A-Za-z_][\w.:-]*)[ \t]*(?:\([ \t]*\))?").match
_name = re.compile(r"[A-Za-z_]\w*|[0-9@*#?$!-]").match
_in_braces = re.compile(r"([A-Za-z_]\w*|[0-9]+|[@*#?$!-])(\[[@*]\])?(:?[-=?+])?").match
_own_path = re.compile(r"\$\{BASH_SOURCE(?:\[0\])?(?::-\$0)?\}").match
_plain = re.compile(rf"[^\s\\'\"`$;&|()<>{HOLE_OPENS}]+").match
_in_double = re.compile(rf"[^\\\"`${HOLE_OPENS}]+").match
_in_heredoc = re.compile(rf"[^\\`${HOLE_OPENS}]+").match
_hole = re.compile(rf"\$\{{\{{\s*(.*?)\s*\}}\}}|{HOLE_OPENS}([^{HOLE_CLOSES}\n]*){HOLE_CLOSES}?")
_redirection = re.compile(r"(?:[0-9]+|&)?(<<<|<<-?|<>|>>|>\||>&|<&|&>>|&>|>|<)").match
_ansi = re.compile(r"\\(?:([0-7]{1,3})|x([0-9A-Fa-f]{1,2})|u([0-9A-Fa-f]{1,4})|(.))", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "a": "\a", "b": "\b", "e": "\x1b", "f": "\f", "v": "\v"}
_EXPANDED = f"$`{HOLE_OPENS}"
_CLOSING = frozenset({"then", "else", "elif", "fi", "do", "done", "esac", "}"})
_SETTING = frozenset({"export", "local", "declare", "readonly", "typeset"})


def read_shell(text: str) -> tuple[Statement, ...]:
    """The statements of a script, in order."""
    parser = _Parser(text)
    statements: list[Statement] = []
    try:
        while parser.at < len(text):
            parser.statements(statements)
            parser.at += 1  # a word that closes what nothing opened
    except _TooDeepError:
        pass
    return tuple(statements)


def read_quoted(text: str) -> Word:
    """A text as if it stood in double quotes: all that counts in it are variables and what commands print."""
    try:
        pieces = _Parser(text)._inside("")
    except _TooDeepError:
        pieces = [Hidden("a text that is nested too deeply", 0, len(text), quoted=True)]
    return Word(tuple(pieces), 0, len(text))


class _TooDeepError(Exception):
    pass


class _Heredoc:
    __slots__ = ("command", "ending", "indented", "quoted")

    def __init__(self, command: Command, ending: str, quoted: bool, indented: bool) -> None:
        self.command = command
        self.ending = ending
        self.quoted = quoted
        self.indented = indented


class _Parser:
    def __init__(self, text: str, at: int = 0, end: int | None = None, depth: int = 0) -> None:
        self.text = text
        self.at = at
        self._end = len(text) if end is None else end
        self._depth = depth
        self._heredocs: list[_Heredoc] = []
        self._missing: set[str] = set()

    # -- statements

    def statements(self, into: list[Statement], closing: frozenset[str] = _CLOSING) -> str:
        """Read statements up to a word or a bracket that closes them, which stays; what that is."""
        self._deeper()
        try:
            while True:
                self._skip_to_command()
                if self.at >= self._end:
                    return ""
                if self.text[self.at] == ")" or self.text.startswith((";;", ";&"), self.at):
                    return self.text[self.at]
                word = self._peek()
                if word in closing:
                    return word
                before = self.at
                statement = self._pipeline()
                if statement is not None:
                    into.append(statement)
                if self.at == before:
                    self.at += 1
        finally:
            self._depth -= 1

    def _deeper(self) -> None:
        if self._depth >= _MAX_DEPTH:
            self._give_up()
        self._depth += 1

    def _give_up(self) -> NoReturn:
        raise _TooDeepError

    def _peek(self) -> str:
        match = _keyword(self.text, self.at)
        return "" if match is None else match.group()

    def _skip_to_command(self) -> None:
        text = self.text
        while self.at < self._end:
            match = _blank(text, self.at)
            self.at = match.end() if match is not None else self.at
            character = text[self.at : self.at + 1]
            if character == "#":
                self._skip_line()
            elif character == "\n":
                self.at += 1
                self._read_heredocs()
            elif character == "&" or (character == ";" and text[self.at + 1 : self.at + 2] not in (";", "&")):
                self.at += 1
            else:
                return

    def _skip_line(self) -> None:
        found = self.text.find("\n", self.at, self._end)
        self.at = self._end if found < 0 else found

    def _blanks(self) -> None:
        match = _blank(self.text, self.at)
        self.at = match.end() if match is not None else self.at

    def _pipeline(self) -> Statement | None:
        parts: list[Statement] = []
        while True:
            statement = self._statement()
            if statement is not None:
                parts.append(statement)
            self._blanks()
            if self.text.startswith("||", self.at) or not self.text.startswith("|", self.at):
                break
            self.at += 2 if self.text.startswith("|&", self.at) else 1
            self._skip_to_command()
        if self.text.startswith("||", self.at):
            self.at += 2
        if len(parts) > 1:
            return Pipeline(tuple(parts))
        return parts[0] if parts else None

    def _statement(self) -> Statement | None:
        word = self._peek()
        if word == "!" or word == "time":
            self.at += len(word)
            self._blanks()
            word = self._peek()
        reading = {
            "if": self._if,
            "while": self._while,
            "until": self._while,
            "for": self._for,
            "select": self._for,
            "case": self._case,
            "{": self._braces,
            "[[": self._test,
        }.get(word)
        if reading is not None:
            self._deeper()
            try:
                self.at += len(word)
                statement = reading()
            finally:
                self._depth -= 1
            return self._with_redirections(statement)
        if self.text.startswith("((", self.at):
            self._skip_past("))")
            return None
        if self.text.startswith("(", self.at):
            self.at += 1
            return self._with_redirections(Block(self._body((")",))))
        match = _named_routine(self.text, self.at) if word == "function" else _routine(self.text, self.at)
        if match is not None:
            self.at = match.end()
            return self._function(match.group(1))
        return self._command()

    def _with_redirections(self, statement: Statement | None) -> Statement | None:
        """A compound command: what it is given or gives goes to no single command of it."""
        aside = Command(self.at)
        self._blanks()
        while self.at < self._end and self._redirect(aside):
            self._blanks()
        if aside.writes is not None and isinstance(statement, Block):
            body = statement.body
            if len(body) == 1 and isinstance(body[0], Command) and body[0].writes is None:
                body[0].writes = aside.writes
        return statement

    def _body(self, closing: tuple[str, ...]) -> tuple[Statement, ...]:
        """Statements up to one of the closing words, and past it."""
        statements: list[Statement] = []
        found = self.statements(statements, _CLOSING | frozenset(closing))
        if found in closing:
            self.at += len(found)
        return tuple(statements)

    def _if(self) -> Statement:
        before: list[Statement] = []
        branches: list[tuple[Statement, ...]] = []
        self.statements(before)
        while True:
            word = self._peek()
            if word == "fi":
                self.at += 2
                break
            if word not in ("then", "else", "elif") or self.at >= self._end:
                break
            self.at += 4
            if word == "elif":
                self.statements(before)
                continue
            branch: list[Statement] = []
            self.statements(branch)
            branches.append(tuple(branch))
        choice = Choice(tuple(branches))
        return Block((*before, choice), apart=False) if before else choice

    def _while(self) -> Statement:
        before: list[Statement] = []
        self.statements(before)
        body: tuple[Statement, ...] = ()
        if self._peek() == "do":
            self.at += 2
            body = self._body(("done",))
        return Loop(None, (), (*before, *body))

    def _for(self) -> Statement:
        self._blanks()
        if self.text.startswith("((", self.at):
            self._skip_past("))")
            name, items = None, []
        else:
            match = _name(self.text, self.at)
            name = match.group() if match is not None else None
            self.at = match.end() if match is not None else self.at
            items = self._items()
        self._skip_to_command()
        body: tuple[Statement, ...] = ()
        if self._peek() == "do":
            self.at += 2
            body = self._body(("done",))
        elif self._peek() == "{":
            self.at += 1
            body = self._body(("}",))
        return Loop(name, tuple(items), body)

    def _items(self) -> list[Word]:
        items: list[Word] = []
        self._blanks()
        if self.text.startswith("\n", self.at):
            self._skip_to_command()
        if self._peek() != "in":
            return items
        self.at += 2
        while True:
            self._blanks()
            before = self.at
            if self.at >= self._end or self.text[self.at] in "\n;&|()<>":
                return items
            items.append(self._word())
            if self.at == before:
                return items

    def _case(self) -> Statement:
        self._blanks()
        self._word()
        self._skip_to_command()
        if self._peek() == "in":
            self.at += 2
        branches: list[tuple[Statement, ...]] = []
        while True:
            self._skip_to_command()
            while self.text.startswith((";;", ";&"), self.at):
                self.at += 2
                self._skip_to_command()
            if self.at >= self._end or self._peek() == "esac":
                self.at += 4 if self.at < self._end else 0
                return Choice(tuple(branches))
            self._skip_pattern()
            branch: list[Statement] = []
            found = self.statements(branch, frozenset({"esac"}))
            if found == ")":
                self.at += 1
            branches.append(tuple(branch))

    def _skip_pattern(self) -> None:
        while self.at < self._end and self.text[self.at] != ")":
            character = self.text[self.at]
            if character in "'\"":
                closed = self.text.find(character, self.at + 1, self._end)
                self.at = self._end if closed < 0 else closed
            elif character == "\\":
                self.at += 1
            elif character == "\n":
                return
            self.at += 1
        self.at += 1

    def _braces(self) -> Statement:
        return Block(self._body(("}",)), apart=False)

    def _test(self) -> Statement | None:
        self._skip_past("]]")
        return None

    def _skip_past(self, ending: str) -> None:
        found = -1 if ending in self._missing else self.text.find(ending, self.at, self._end)
        if found < 0:
            self._missing.add(ending)  # nor is there one further on
        line = self.text.find("\n", self.at, self._end)
        if found < 0 or (0 <= line < found and ending != "))"):
            self.at = self._end if line < 0 else line
        else:
            self.at = found + len(ending)

    def _function(self, name: str) -> Statement | None:
        self._skip_to_command()
        if self._peek() == "{":
            self.at += 1
            return Routine(name, self._body(("}",)))
        if self.text.startswith("(", self.at):
            self.at += 1
            return Routine(name, (Block(self._body((")",))),))
        return None

    # -- commands

    def _command(self) -> Command | None:
        command = Command(self.at)
        while True:
            self._blanks()
            if self.at >= self._end:
                break
            character = self.text[self.at]
            if character in "\n;|)":
                break
            if self._redirect(command):
                continue
            if character == "&":
                break
            if character == "(":
                self.at += 1  # no command has one here
                self._body((")",))
                continue
            if character == "#":
                self._skip_line()
                break
            before = self.at
            if self._sets(command):
                continue
            command.words.append(self._word())
            if self.at == before:
                self.at += 1
        command.end = min(self.at, self._end)
        if not command.words and not command.assignments and command.reads is None and not self._heredocs:
            return None
        return command

    def _sets(self, command: Command) -> bool:
        """Read an assignment, where one may stand."""
        setting = bool(command.words) and command.words[0].bare in _SETTING
        if command.words and not setting:
            return False
        match = _assigned(self.text, self.at)
        if match is None:
            return False
        start = self.at
        self.at = match.end()
        is_list = self.text.startswith("(", self.at)
        if is_list:
            self.at += 1
            values = self._array()
        elif self.at < self._end and self.text[self.at] not in " \t\r\n;&|)":
            values = [self._word()]
        else:
            values = [Word((), self.at, self.at)]
        if match.group(2) is not None:
            values = [Word((Hidden("an item of an array", start, self.at),), start, self.at)]
        adds = match.group(3) == "+"
        command.assignments.append(
            Assignment(match.group(1), tuple(values), start, self.at, is_list or match.group(2) is not None, adds)
        )
        return True

    def _array(self) -> list[Word]:
        values: list[Word] = []
        while True:
            self._skip_to_command()
            if self.at >= self._end:
                return values
            if self.text[self.at] == ")":
                self.at += 1
                return values
            before = self.at
            values.append(self._word())
            if self.at == before:
                self.at += 1

    def _redirect(self, command: Command) -> bool:
        match = _redirection(self.text, self.at)
        if match is None:
            return False
        operator = match.group(1)
        if operator in ("<", ">") and self.text.startswith("(", match.end()):  # what a process gives, as a file
            self.at = match.end() + 1
            start = self.at
            self._body((")",))
            command.words.append(Word((Hidden("the output of a process", start, self.at),), start, self.at))
            return True
        self.at = match.end()
        if operator in ("<<", "<<-"):
            self._blanks()
            self._open_heredoc(command, operator == "<<-")
            return True
        self._blanks()
        if self.at >= self._end or self.text[self.at] in "\n;|)":
            return True
        before = self.at
        word = self._word()
        if self.at == before:
            self.at += 1
        if operator in (">", ">|", "&>") and match.group().startswith((">", "1", "&")):
            command.writes = word
        elif operator == ">>" and command.writes is None:
            hidden = Hidden("a file that is added to", word.start, word.end)
            command.writes = Word((*word.pieces, hidden), word.start, word.end)
        elif operator == "<<<":
            command.reads = word
        return True

    def _open_heredoc(self, command: Command, indented: bool) -> None:
        word = self._word()
        ending = "".join(piece.text for piece in word.pieces if isinstance(piece, Text))
        quoted = (
            any(isinstance(piece, Text) and piece.quoted for piece in word.pieces)
            or "\\" in self.text[word.start : word.end]
        )
        if ending:
            self._heredocs.append(_Heredoc(command, ending, quoted, indented))

    def _read_heredocs(self) -> None:
        waiting, self._heredocs = self._heredocs, []
        for heredoc in waiting:
            start, stop, after = self._heredoc_body(heredoc)
            if heredoc.quoted:
                pieces: list[Piece] = [Text(self.text[start:stop], start, stop, quoted=True)] if stop > start else []
            else:
                inner = _Parser(self.text, start, stop, self._depth)
                pieces = inner._inside("")
            heredoc.command.reads = Word(tuple(pieces), start, stop)
            self.at = after

    def _heredoc_body(self, heredoc: _Heredoc) -> tuple[int, int, int]:
        start = at = self.at
        while at < self._end:
            found = self.text.find("\n", at, self._end)
            line_end = self._end if found < 0 else found
            line = self.text[at:line_end].rstrip("\r")
            # In a block that is indented as a whole, the ending is, too.
            if line == heredoc.ending or line.strip() == heredoc.ending:
                return start, at, min(line_end + 1, self._end)
            at = line_end + 1
        return start, self._end, self._end

    # -- words

    def _word(self) -> Word:
        start = self.at
        pieces: list[Piece] = []
        while self.at < self._end:
            match = _plain(self.text, self.at, self._end)
            if match is not None:
                pieces.append(Text(match.group(), self.at, match.end()))
                self.at = match.end()
                continue
            character = self.text[self.at]
            if character == "\\":
                self._escape(pieces)
            elif character == "'":
                self._single(pieces)
            elif character == '"':
                self.at += 1
                opened = self.at
                inner = self._inside('"')
                pieces.extend(inner or [Text("", opened, opened, quoted=True)])
                self.at += 1
            elif character in _EXPANDED:
                self._expansion(pieces, quoted=False)
            else:
                break
        return Word(tuple(pieces), start, self.at)

    def _escape(self, pieces: list[Piece]) -> None:
        following = self.text[self.at + 1 : min(self.at + 3, self._end)]
        if following.startswith("\n"):
            self.at += 2
        elif following == "\r\n":
            self.at += 3
        else:
            pieces.append(Text(following[:1], self.at, min(self.at + 2, self._end), quoted=True))
            self.at += 2

    def _single(self, pieces: list[Piece]) -> None:
        found = self.text.find("'", self.at + 1, self._end)
        stop = self._end if found < 0 else found
        at = self.at + 1
        for match in _hole.finditer(self.text, at, stop):
            if match.start() > at:
                pieces.append(Text(self.text[at : match.start()], at, match.start(), quoted=True))
            pieces.append(_of_hole(match, quoted=True))
            at = match.end()
        if at < stop or at == self.at + 1:
            pieces.append(Text(self.text[at:stop], at, stop, quoted=True))
        self.at = min(stop + 1, self._end)

    def _inside(self, ending: str) -> list[Piece]:
        """The pieces of a text in double quotes, or of a here-document, up to its end."""
        pieces: list[Piece] = []
        match_plain = _in_double if ending else _in_heredoc
        while self.at < self._end:
            match = match_plain(self.text, self.at, self._end)
            if match is not None:
                pieces.append(Text(match.group(), self.at, match.end(), quoted=True))
                self.at = match.end()
                continue
            character = self.text[self.at]
            if character == ending:
                break
            if character == "\\":
                following = self.text[self.at + 1 : self.at + 2]
                if following == "\n":
                    self.at += 2
                elif following and following in '$`"\\' and (ending or following != '"'):
                    pieces.append(Text(following, self.at, self.at + 2, quoted=True))
                    self.at += 2
                else:
                    pieces.append(Text("\\", self.at, self.at + 1, quoted=True))
                    self.at += 1
            else:
                self._expansion(pieces, quoted=True)
        return pieces

    def _expansion(self, pieces: list[Piece], quoted: bool) -> None:
        start = self.at
        text = self.text
        if text[start] == "`":
            pieces.append(self._backticks(quoted))
        elif (hole := _hole.match(text, start, self._end)) is not None:
            self.at = hole.end()
            pieces.append(_of_hole(hole, quoted))
        elif text.startswith("$((", start):
            self._skip_past("))")
            pieces.append(Hidden("a calculation", start, self.at, quoted))
        elif text.startswith("$(", start):
            self._deeper()
            self.at += 2
            body = self._body((")",))
            self._depth -= 1
            pieces.append(Output(body, start, self.at, quoted))
        elif text.startswith("${", start):
            self._deeper()
            pieces.append(self._braced(quoted))
            self._depth -= 1
        elif text.startswith("$'", start) and not quoted:
            self._ansi(pieces)
        elif text.startswith('$"', start) and not quoted:
            self.at += 1
        else:
            match = _name(text, start + 1, self._end)
            if match is None:
                pieces.append(Text("$", start, start + 1, quoted))
                self.at += 1
            else:
                self.at = match.end()
                pieces.append(Variable(match.group(), start, self.at, quoted, listed=match.group() in ("@", "*")))

    def _ansi(self, pieces: list[Piece]) -> None:
        at = self.at + 2
        while at < self._end and self.text[at] != "'":
            at += 2 if self.text[at] == "\\" else 1
        at = min(at, self._end)
        written = self.text[self.at + 2 : at]

        def decoded(match: re.Match[str]) -> str:
            octal, hexadecimal, unicode, letter = match.groups()
            if letter is not None:
                return _ESCAPES.get(letter, letter if letter in "\\'\"?" else match.group())
            return chr(int(octal, 8) if octal else int(hexadecimal or unicode, 16))

        value = _ansi.sub(decoded, written)
        pieces.append(Text(value, self.at + 2, at, quoted=True))
        self.at = min(at + 1, self._end)

    def _backticks(self, quoted: bool) -> Piece:
        start = self.at
        at = start + 1
        while at < self._end and self.text[at] != "`":
            at += 2 if self.text[at] == "\\" else 1
        at = min(at, self._end)
        inner = _Parser(self.text, start + 1, at, self._depth)
        statements: list[Statement] = []
        inner.statements(statements)
        self.at = min(at + 1, self._end)
        return Output(tuple(statements), start, self.at, quoted)

    def _braced(self, quoted: bool) -> Piece:
        """`${NAME}` and what may be done with it in braces."""
        start = self.at
        own = _own_path(self.text, start, self._end)
        if own is not None:
            self.at = own.end()
            return Variable("BASH_SOURCE", start, self.at, quoted)
        match = _in_braces(self.text, start + 2, self._end)
        if match is None:
            self._past_brace()
            return Hidden("what is made of a variable", start, self.at, quoted)
        name, items, operator = match.groups()
        self.at = match.end()
        if operator is None and self.text.startswith("}", self.at):
            self.at += 1
            return Variable(name, start, self.at, quoted, listed=items is not None)
        if operator is None or items is not None or "+" in operator:
            self.at = start
            self._past_brace()
            return Hidden(f"what is made of the variable {name}", start, self.at, quoted)
        first = self.at
        pieces = self._default(quoted)
        default = Word(tuple(pieces), first, self.at) if "?" not in operator else None
        self.at = min(self.at + 1, self._end)
        return Variable(name, start, self.at, quoted, default)

    def _default(self, quoted: bool) -> list[Piece]:
        pieces: list[Piece] = []
        while self.at < self._end and self.text[self.at] != "}":
            character = self.text[self.at]
            if character == "\\":
                self._escape(pieces)
            elif character == "'" and not quoted:
                self._single(pieces)
            elif character == '"':
                self.at += 1
                pieces.extend(self._inside('"'))
                self.at += 1
            elif character in _EXPANDED:
                self._expansion(pieces, quoted)
            else:
                stop = self.at
                while stop < self._end and self.text[stop] not in "}\\'\"" + _EXPANDED:
                    stop += 1
                stop = max(stop, self.at + 1)
                pieces.append(Text(self.text[self.at : stop], self.at, stop, quoted=True))
                self.at = stop
        return pieces

    def _past_brace(self) -> None:
        depth = 0
        while self.at < self._end:
            character = self.text[self.at]
            if character == "\\":
                self.at += 1
            elif character == "{":
                depth += 1
            elif character == "}":
                depth -= 1
                if depth == 0:
                    self.at += 1
                    return
            elif character == "\n":
                return
            self.at += 1
        self.at = min(self.at, self._end)


def _of_hole(match: re.Match[str], quoted: bool) -> Piece:
    """What is put into a text before the shell sees it."""
    expression, name = match.groups()
    if expression is not None:
        return Variable("{{" + expression + "}}", match.start(), match.end(), quoted)
    if name == "?":
        return Hidden("what make puts in", match.start(), match.end(), quoted)
    return Variable(name, match.start(), match.end(), quoted)
