"""Completions: scripts by which shells complete the words of a command line, made of its parser.

The words of a script are those of the version that wrote it; none of it starts crosswire when a key is pressed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from argparse import ArgumentParser

SHELLS = ("bash", "zsh", "fish", "powershell")

_FILES = ("PATH", "FILE")
_LISTS = ("RULES",)


@record
class Option:
    """An option by all its names. `value` is what its value is called, "" where it takes none or may stand without;
    `words` are the values that exist. A value may be a list with commas, or go on with `=FILE`."""

    names: tuple[str, ...]
    about: str
    value: str = ""
    words: tuple[str, ...] = ()
    is_list: bool = False
    is_file: bool = False
    and_file: bool = False


@record
class Command:
    """A command, and what its `argument` is called, if it takes one. `words` are what that may be; without any it is a
    file."""

    name: str
    about: str
    options: tuple[Option, ...]
    argument: str = ""
    words: tuple[str, ...] = ()


def script(shell: str, commands: Mapping[str, tuple[str, ArgumentParser]], values: Mapping[str, Sequence[str]]) -> str:
    """The script for one of SHELLS. `commands` are each with what it is about, `values` are what may stand for the
    names of values that the parsers tell."""
    write = {"bash": _bash, "zsh": _zsh, "fish": _fish, "powershell": _powershell}[shell]
    return "\n".join(write([_command(name, *told, values) for name, told in commands.items()])) + "\n"


def _command(name: str, about: str, parser: ArgumentParser, values: Mapping[str, Sequence[str]]) -> Command:
    options: list[Option] = []
    argument = ""
    for action in parser._actions:
        called = str(action.metavar or "")
        if not action.option_strings:
            argument = called
            continue
        value = called if action.nargs is None else ""
        base, _, rest = value.partition("[=")
        options.append(
            Option(
                tuple(action.option_strings),
                str(action.help),
                value,
                tuple(values.get(base, base.split("|") if "|" in base else ())),
                is_list=base in _LISTS,
                is_file=base in _FILES,
                and_file=rest.startswith("FILE"),
            )
        )
    return Command(name, about, tuple(options), argument, tuple(values.get(argument, ())))


def _bash(commands: Sequence[Command]) -> Iterator[str]:
    yield '# bash: eval "$(crosswire completions bash)" in ~/.bashrc'
    yield "_crosswire() {"
    yield '    local word="${COMP_WORDS[COMP_CWORD]}" before="${COMP_WORDS[COMP_CWORD-1]}" list="" words=""'
    yield '    if [[ $word == "=" ]]; then word=""'  # bash takes `=` for a word of its own
    yield '    elif [[ $before == "=" ]]; then before="${COMP_WORDS[COMP_CWORD-2]}"; fi'
    yield "    COMPREPLY=()"
    yield '    case "${COMP_WORDS[1]} $before" in'
    for (words, is_list), places in _by_value(commands).items():
        patterns = "|".join(f'"{place}"' for place in places)
        yield f'        {patterns}) words="{" ".join(words)}"{" list=1" * is_list};;'
    yield "        *)"
    yield f'            if ((COMP_CWORD == 1)); then words="{" ".join((*_names(commands), "--help", "--version"))}"'
    yield '            else case "${COMP_WORDS[1]} $word" in'
    for command in commands:
        options = " ".join(name for option in command.options for name in option.names)
        yield f'                "{command.name} "-*) words="{options}";;'
        if command.words:
            yield f'                "{command.name} "*) words="{" ".join(command.words)}";;'
    yield "            esac; fi;;"
    yield "    esac"
    yield "    # No words: bash completes files."
    yield "    if [[ $list && $word == *,* ]]; then"
    yield '        COMPREPLY=($(compgen -P "${word%,*}," -W "$words" -- "${word##*,}"))'
    yield '    elif [[ $words ]]; then COMPREPLY=($(compgen -W "$words" -- "$word")); fi'
    yield "}"
    yield "complete -o default -F _crosswire crosswire"


def _zsh(commands: Sequence[Command]) -> Iterator[str]:
    yield "#compdef crosswire"
    yield '# zsh: eval "$(crosswire completions zsh)" in ~/.zshrc, after compinit'
    yield "_crosswire_output() {"
    yield "    if compset -P '*='; then _files; else compadd -S '' -- \"$@\"; fi"
    yield "}"
    yield "_crosswire() {"
    yield "    if ((CURRENT == 2)); then"
    yield "        local -a commands=("
    for command in commands:
        yield f"            {_quoted(command.name + ':' + command.about)}"
    yield "        )"
    yield "        _describe command commands"
    yield "        _arguments --help --version"
    yield "        return"
    yield "    fi"
    yield "    local command=$words[2]"
    yield "    shift words"
    yield "    ((CURRENT--))"
    yield "    case $command in"
    for command in commands:
        yield f"        {command.name}) _arguments -s \\"
        for option in command.options:
            about = option.about.replace("[", "\\[").replace("]", "\\]")
            for name in option.names:
                equals = "=" if option.value and name.startswith("--") else ""
                yield f"            {_quoted(f'*{name}{equals}[{about}]{_zsh_value(option)}')} \\"
        action = f"({' '.join(command.words)})" if command.words else "_files"
        yield f"            {_quoted(f'*:{command.argument}:{action}')};;" if command.argument else "            ;;"
    yield "    esac"
    yield "}"
    yield 'if [[ $funcstack[1] == _crosswire ]]; then _crosswire "$@"; else compdef _crosswire crosswire; fi'


def _zsh_value(option: Option) -> str:
    words = " ".join(option.words)
    if not option.value:
        return ""
    if option.is_file:
        return f":{option.value}:_files"
    if option.is_list:
        return f":{option.value}: _values -s , {option.value} {words}"
    if option.and_file:
        return f":format: _crosswire_output {words}"
    return f":{option.value}:({words})"


def _fish(commands: Sequence[Command]) -> Iterator[str]:
    yield "# fish: crosswire completions fish > ~/.config/fish/completions/crosswire.fish"
    first = "complete -c crosswire -n __fish_use_subcommand -f"
    yield f"{first} -l help -d {_fish_quoted('show help')}"
    yield f"{first} -l version -d {_fish_quoted('show the version')}"
    for command in commands:
        yield f"{first} -a {command.name} -d {_fish_quoted(command.about)}"
    for command in commands:
        within = f"complete -c crosswire -n {_fish_quoted(f'string match -q {command.name} -- (commandline -opc)[2]')}"
        if command.words:
            yield f"{within} -f -a {_fish_quoted(' '.join(command.words))}"
        elif not command.argument:
            yield f"{within} -f"
        for option in command.options:
            names = " ".join(f"-l {n[2:]}" if n.startswith("--") else f"-s {n[1:]}" for n in option.names)
            yield f"{within} {names}{_fish_value(option)} -d {_fish_quoted(option.about)}"


def _fish_value(option: Option) -> str:
    words = " ".join(option.words)
    if not option.value:
        return ""
    if option.is_file:
        return " -r -F"
    if option.is_list:
        listing = f'(__fish_complete_list , "printf %s\\\\n {words}")'
        return f" -x -a {_fish_quoted(listing)}"
    kind = "-r" if option.and_file else "-x"
    return f" {kind} -a {_fish_quoted(words)}"


def _powershell(commands: Sequence[Command]) -> Iterator[str]:
    yield "# PowerShell: crosswire completions powershell | Out-String | Invoke-Expression, in $PROFILE"
    yield "Register-ArgumentCompleter -Native -CommandName crosswire -ScriptBlock {"
    yield "    param($word, $line, $cursor)"
    yield "    $before = @($line.CommandElements | Where-Object { $_.Extent.EndOffset -lt $cursor })"
    yield '    $before = @($before | ForEach-Object { "$_" })'
    yield "    $command = if ($before.Count -gt 1) { $before[1] } else { '' }"
    yield '    $place = "$command $($before[-1])"'
    yield "    $words = if (-not $command) {"
    yield f"        {_powershell_list((*_names(commands), '--help', '--version'))}"
    for (words, _), places in _by_value(commands).items():
        yield f"    }} elseif ($place -in {_powershell_list(places)}) {{"
        yield f"        {_powershell_list(words) or 'return'}"
    for command in commands:
        options = _powershell_list(name for option in command.options for name in option.names)
        yield f"    }} elseif ($command -ceq '{command.name}' -and $word -like '-*') {{"
        yield f"        {options}"
        if command.words:
            yield f"    }} elseif ($command -ceq '{command.name}') {{"
            yield f"        {_powershell_list(command.words)}"
    yield "    }"
    yield "    $lead = ''"
    yield "    if ($word -match '^(.*,)([^,]*)$') { $lead = $Matches[1]; $word = $Matches[2] }"
    yield '    $words | Where-Object { $_ -like "$word*" } | ForEach-Object {'
    yield "        [System.Management.Automation.CompletionResult]::new(\"$lead$_\", $_, 'ParameterValue', $_)"
    yield "    }"
    yield "}"


def _by_value(commands: Sequence[Command]) -> Mapping[tuple[tuple[str, ...], bool], Sequence[str]]:
    """What the values of options may be, and whether it is a list, each with every `command --option` that takes it."""
    places: dict[tuple[tuple[str, ...], bool], list[str]] = {}
    for command in commands:
        for option in command.options:
            if option.value:
                taken = places.setdefault((option.words, option.is_list), [])
                taken += [f"{command.name} {name}" for name in option.names]
    return places


def _names(commands: Iterable[Command]) -> Iterator[str]:
    return (command.name for command in commands)


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "'\\''") + "'"


def _fish_quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _powershell_list(words: Iterable[str]) -> str:
    return ", ".join("'" + word.replace("'", "''") + "'" for word in words)
