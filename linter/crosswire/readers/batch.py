"""Read batch files of Windows: their commands, one a line, with the words that they are made of."""

from __future__ import annotations

import re

from crosswire.readers.script import Assignment, Command, Hidden, Piece, Pipeline, Statement, Text, Variable, Word

_set = re.compile(r"[ \t]*@?set[ \t]+(\"?)([A-Za-z_]\w*)=", re.IGNORECASE).match
_plain = re.compile(r"[^\s\"%!^&|<>()]+").match
_variable = re.compile(r"%([A-Za-z_]\w*)%|!([A-Za-z_]\w*)!|%(~?\w*[0-9])|%%~?(\w)").match
_not_run = re.compile(r"[ \t]*@?(?:rem\b|::|:)", re.IGNORECASE).match


def read_batch(text: str) -> tuple[Statement, ...]:
    """The statements of a batch file, in order."""
    parser = _Parser(text)
    statements: list[Statement] = []
    while parser.at < len(text):
        parser.line(statements)
    return tuple(statements)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self._end = len(text)

    def line(self, into: list[Statement]) -> None:
        """Read what stands up to the end of a line that is not continued."""
        if _not_run(self.text, self.at) is not None:
            self._skip_line()
            return
        match = _set(self.text, self.at)
        if match is not None:
            into.append(self._setting(match))
            return
        commands: list[Statement] = []
        while True:
            command, ending = self._command()
            if command is not None:
                commands.append(command)
            if ending == "|" and not self.text.startswith("|", self.at):
                continue
            if commands:
                into.append(Pipeline(tuple(commands)) if len(commands) > 1 else commands[0])
                commands = []
            if ending in ("\n", ""):
                return

    def _skip_line(self) -> None:
        found = self.text.find("\n", self.at)
        self.at = self._end if found < 0 else found + 1

    def _setting(self, match: re.Match[str]) -> Command:
        command = Command(self.at)
        start = self.at
        found = self.text.find("\n", match.end())
        line_end = self._end if found < 0 else found
        stop = match.end() + len(self.text[match.end() : line_end].rstrip())
        if match.group(1) and self.text[stop - 1 : stop] == '"' and stop > match.end():
            stop -= 1
        self.at = match.end()
        pieces: list[Piece] = []
        while self.at < stop:
            self._piece(pieces, stop)
        command.assignments.append(Assignment(match.group(2), (Word(tuple(pieces), match.end(), stop),), start, stop))
        command.end = stop
        self.at = min(line_end + 1, self._end)
        return command

    def _piece(self, pieces: list[Piece], stop: int) -> None:
        """What stands in a text up to the next variable, and that."""
        match = _variable(self.text, self.at, stop)
        if match is not None:
            name = next((group for group in match.groups()[:2] if group is not None), None)
            pieces.append(
                Variable(name, self.at, match.end(), True)
                if name is not None
                else Hidden("an argument of the script", self.at, match.end(), True)
            )
            self.at = match.end()
            return
        first = self.at
        self.at += 1
        while self.at < stop and self.text[self.at] not in "%!":
            self.at += 1
        pieces.append(Text(self.text[first : self.at], first, self.at, quoted=True))

    def _command(self) -> tuple[Command | None, str]:
        """A command, and what ends it."""
        command = Command(self.at)
        ending = ""
        while self.at < self._end:
            character = self.text[self.at]
            if character in " \t\r()@":
                self.at += 1
            elif character == "^" and self.text[self.at + 1 : self.at + 3].replace("\r", "").startswith("\n"):
                self.at = self.text.index("\n", self.at) + 1
            elif character in "\n|&":
                self.at += 1
                ending = character
                break
            elif character in "<>":
                self.at += 1
                self._redirect(command, character)
            else:
                before = self.at
                command.words.append(self._word())
                if self.at == before:
                    self.at += 1
        command.end = self.at
        return (command if command.words else None), ending

    def _redirect(self, command: Command, operator: str) -> None:
        adds = self.text.startswith(">", self.at)
        self.at += adds
        while self.at < self._end and self.text[self.at] in " \t":
            self.at += 1
        if self.text.startswith("&", self.at):
            self.at += 2
            return
        word = self._word()
        if operator == ">" and not adds:
            command.writes = word

    def _word(self) -> Word:
        start = self.at
        pieces: list[Piece] = []
        in_quotes = False
        while self.at < self._end:
            character = self.text[self.at]
            if character == "\n":
                break
            if character == "\\" and self.text.startswith('\\"', self.at):
                pieces.append(Text('"', self.at, self.at + 2, quoted=True))
                self.at += 2
            elif character == '"':
                in_quotes = not in_quotes
                if in_quotes and self.text.startswith('""', self.at):
                    pieces.append(Text("", self.at + 1, self.at + 1, quoted=True))
                self.at += 1
            elif character in "%!" and _variable(self.text, self.at) is not None:
                self._piece(pieces, self._end)
            elif in_quotes:
                stop = self.at + 1
                while stop < self._end and self.text[stop] not in '\\"%!\n':
                    stop += 1
                pieces.append(Text(self.text[self.at : stop], self.at, stop, quoted=True))
                self.at = stop
            elif character == "^":
                following = self.text[self.at + 1 : self.at + 2]
                if following in ("\n", "\r", ""):
                    break
                pieces.append(Text(following, self.at, self.at + 2, quoted=True))
                self.at += 2
            else:
                match = _plain(self.text, self.at)
                if match is None and character not in "%!":
                    break
                stop = match.end() if match is not None else self.at + 1
                pieces.append(Text(self.text[self.at : stop], self.at, stop))
                self.at = stop
        return Word(tuple(pieces), start, self.at)
