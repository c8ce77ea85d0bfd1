"""The readers of scripts: texts in, the words of commands with their places out."""

from __future__ import annotations

import random
import time

import pytest

from crosswire.readers.batch import read_batch
from crosswire.readers.makefile import read_makefile
from crosswire.readers.markdown import code_blocks, session
from crosswire.readers.powershell import read_powershell
from crosswire.readers.script import (
    Block,
    Choice,
    Command,
    Excerpt,
    Hidden,
    Loop,
    Output,
    Pipeline,
    Routine,
    Statement,
    Text,
    Variable,
    Word,
)
from crosswire.readers.shell import read_shell
from crosswire.source import Source


def words(statements: tuple[Statement, ...]) -> list[list[str]]:
    """The words of every command, in order, with variables as `$NAME`, outputs as `$(...)` and the rest as `?`."""
    return [[_shown(word) for word in command.words] for command in _commands(statements)]


def _commands(statements: tuple[Statement, ...]) -> list[Command]:
    found: list[Command] = []
    for statement in statements:
        match statement:
            case Command():
                found.append(statement)
            case Pipeline(parts) | Block(parts):
                found += _commands(parts)
            case Choice(branches):
                for branch in branches:
                    found += _commands(branch)
            case Loop(_, _, body) | Routine(_, body):
                found += _commands(body)
    return found


def _shown(word: Word) -> str:
    shown = []
    for piece in word.pieces:
        match piece:
            case Text(text):
                shown.append(text)
            case Variable(name):
                shown.append(f"${name}")
            case Output(body):
                shown.append(f"$({' | '.join(' '.join(one) for one in words(body))})")
            case Hidden():
                shown.append("?")
    return "".join(shown)


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("aws s3 ls", [["aws", "s3", "ls"]]),
        ("a 'b c' \"d e\" f\\ g", [["a", "b c", "d e", "f g"]]),
        ("a \\\n  b # c\nd", [["a", "b"], ["d"]]),
        ("a \\\r\n  b\r\nc\r\n", [["a", "b"], ["c"]]),
        ("a $'x\\'y\\n'", [["a", "x'y\n"]]),
        ('a "x\\"y" "$B" ${C} ${D:-e} $1', [["a", 'x"y', "$B", "$C", "$D", "$1"]]),
        ("a && b || c; d & e", [["a"], ["b"], ["c"], ["d"], ["e"]]),
        ("a | b |& c", [["a"], ["b"], ["c"]]),
        ("(cd x && a); { b; }", [["cd", "x"], ["a"], ["b"]]),
        ("if a; then b; elif c; then d; else e; fi; f", [["a"], ["c"], ["b"], ["d"], ["e"], ["f"]]),
        ("for x in a b; do c $x; done", [["c", "$x"]]),
        ("while read x; do c $x; done < f", [["read", "x"], ["c", "$x"]]),
        ("case $1 in a|b) c ;; *) d;; esac\ne", [["c"], ["d"], ["e"]]),
        ("f() { a; }\nfunction g { b; }\nf", [["a"], ["b"], ["f"]]),
        ("a <<EOF\nnot a command\nEOF\nb", [["a"], ["b"]]),
        ("a <<-'EOF' > f\n\tx\n\tEOF\nb", [["a"], ["b"]]),
        ("x=$(a b | c) d", [["d"]]),
        ('a `b c` $(d "$(e)")', [["a", "$(b c)", "$(d $(e))"]]),
        ("[[ -z $x ]] && a", [["a"]]),
        ("[ -z $x ] && a", [["[", "-z", "$x", "]"], ["a"]]),
        ("((i++)); a $((1 + 2))", [["a", "?"]]),
        ("a ${x%.zip} ${#y} ${z//a/b}", [["a", "?", "?", "?"]]),
        ("a ${{ vars.X }}", [["a", "${{vars.X}}"]]),
        ('cd "$(dirname "${BASH_SOURCE[0]}")" && a', [["cd", "$(dirname $BASH_SOURCE)"], ["a"]]),
        ("a > out 2>&1 < in", [["a"]]),
        ("a <(b c)", [["a", "?"]]),
        ("! a", [["a"]]),
    ],
)
def test_words_of_shells(script: str, expected: list[list[str]]) -> None:
    assert words(read_shell(script)) == expected


def test_assignments_of_shells() -> None:
    commands = _commands(read_shell("A=1 B='x y'\nexport C=$A\nlocal d=2 e\nF=(a \"b c\")\nF+=(d)\nG= h i"))
    assert [
        [(one.name, [_shown(v) for v in one.values if isinstance(v, Word)]) for one in c.assignments] for c in commands
    ] == [
        [("A", ["1"]), ("B", ["x y"])],
        [("C", ["$A"])],
        [("d", ["2"])],
        [("F", ["a", "b c"])],
        [("F", ["d"])],
        [("G", [""])],
    ]


def test_a_text_knows_its_place() -> None:
    script = 'aws lambda create-function --environment "Variables={TABLE=$T,A=\\"b\\"}" \'c\''
    pieces = [piece for word in _commands(read_shell(script))[0].words for piece in word.pieces]
    for piece in pieces:
        if isinstance(piece, Text) and len(piece.text) == piece.end - piece.start:
            assert script[piece.start : piece.end] == piece.text
    assert sum(isinstance(piece, Text) for piece in pieces) > 6


def test_a_here_document_keeps_its_variables() -> None:
    (command,) = _commands(read_shell('cat > p.json <<EOF\n{"a": "$X", "b": "\\$Y"}\nEOF\n'))
    assert command.reads is not None
    assert _shown(command.reads) == '{"a": "$X", "b": "$Y"}\n'
    assert command.writes is not None
    assert _shown(command.writes) == "p.json"


@pytest.mark.parametrize(
    ("script", "expected"),
    [
        ("aws s3 ls", [["aws", "s3", "ls"]]),
        ("a `\n  b # c\nd", [["a", "b"], ["d"]]),
        ('a \'b\'\'c\' "d`"e" "f""g"', [["a", "b'c", 'd"e', 'f"g']]),
        ('a $x "$env:Y-z" "${w}v" $r.Role.Arn', [["a", "$x", "$Y-z", "$wv", "$r"]]),
        ('a @\'\n{"b": "c"}\n\'@ d', [["a", '{"b": "c"}', "d"]]),
        ('a @"\n{"b": "$c"}\n"@', [["a", '{"b": "$c"}']]),
        ("if ($x -eq 1) { a } elseif (b) { c } else { d }", [["$x", "-eq", "1"], ["b"], ["a"], ["c"], ["d"]]),
        ("foreach ($x in @('a', 'b')) { c $x }", [["c", "$x"]]),
        ("try { a } catch { b } finally { c }", [["a"], ["b"], ["c"]]),
        ("<# a\nb #>\nc", [["c"]]),
        ("a\n<# b\nc", [["a"]]),
        (
            "a AttributeName=id,AttributeType=S Variables={A=b}",
            [["a", "AttributeName=id,AttributeType=S", "Variables={A=b}"]],
        ),
        ("$x | ForEach-Object { a $_ }\nb", [["$x"], ["ForEach-Object", "?"], ["a", "$_"], ["b"]]),
        ("a @splat", [["a", "$splat"]]),
        ("a | Out-File b.json", [["a"], ["Out-File", "b.json"]]),
    ],
)
def test_words_of_powershell(script: str, expected: list[list[str]]) -> None:
    assert words(read_powershell(script)) == expected


def test_assignments_of_powershell() -> None:
    script = (
        '$Table = \'orders\'\n$env:STAGE = "dev"\n$r = (aws iam get-role | ConvertFrom-Json).Role.Arn\n$u = "a" + $b'
    )
    found = [(one.name, one.values) for command in _commands(read_powershell(script)) for one in command.assignments]
    assert [name for name, _ in found] == ["table", "STAGE", "r", "u"]
    assert [_shown(value) for _, values in found for value in values if isinstance(value, Word)] == [
        "orders",
        "dev",
        "$(aws iam get-role | ConvertFrom-Json)",
        "a$b",
    ]


def test_batch_files() -> None:
    script = (
        '@echo off\r\nset TABLE=orders\r\nrem a b\r\n:label\r\naws x ^\r\n  "{\\"a\\": \\"%TABLE%\\"}" && b > c\r\n'
    )
    assert words(read_batch(script)) == [["echo", "off"], [], ["aws", "x", '{"a": "$TABLE"}'], ["b"]]


def test_makefiles() -> None:
    source = Source(
        "Makefile", "NAME ?= orders\nARN := $(shell aws x)\nall: zip\n\t@aws y $(NAME) $${Z} $@ \\\n\t  b\n\t-c\n"
    )
    makefile = read_makefile(source)
    assert [(one.name, one.value.text, one.weak) for one in makefile.variables] == [
        ("NAME", "orders", True),
        ("ARN", "$(aws x)", False),
    ]
    assert [words(read_shell(recipe.text)) for recipe in makefile.recipes] == [
        [["aws", "y", "$NAME", "$Z", "?", "b"]],
        [["c"]],
    ]
    recipe = makefile.recipes[0]
    at = recipe.text.index("${Z}")
    assert source.text[recipe.place(at + 1) :].startswith("{Z}")


def test_blocks_of_markdown() -> None:
    text = "# A\n\n```bash\naws a\n```\n\n- ```sh\n  aws b\n  ```\n"
    text += "~~~ console\n$ aws c \\\n    d\noutput\n$ e\n~~~\n```\nopen\n"
    blocks = [(block.language, text[block.start : block.end]) for block in code_blocks(text)]
    assert blocks == [
        ("bash", "aws a\n"),
        ("sh", "  aws b\n"),
        ("console", "$ aws c \\\n    d\noutput\n$ e\n"),
        ("", "open\n"),
    ]
    source = Source("README.md", text)
    block = list(code_blocks(text))[2]
    excerpt = session(source, block.start, block.end)
    assert isinstance(excerpt, Excerpt)
    assert words(read_shell(excerpt.text)) == [["aws", "c", "d"], ["e"]]
    assert text[excerpt.place(excerpt.text.index("e\n", 12))] == "e"


_SCRIPTS = (
    (
        'set -e\nfor t in a b; do\n  aws x --y "$t" <<EOF\n{"a": $(b)}\nEOF\ndone\n'
        "f() { case $1 in a) b;; esac; }\nX=${Y:-'z'}"
    ),
    (
        "param([string]$A = 'b')\n$c = @{ D = 'e'; F = @(1, 2) } | ConvertTo-Json\n"
        'try { aws x `\n  --y "$($c.D)" } catch { exit 1 }\n'
    ),
    '@echo off\nset A=b\naws x ^\n  --y "%A%" > c.json\n',
)
_BITS = ("'", '"', "`", "$(", ")", "${", "}", "{", "\\", "\n", "<<EOF\n", "@'\n", "@{", "((", "[[", "%", "|", ";", "\0")


@pytest.mark.parametrize("read", [read_shell, read_powershell, read_batch])
def test_no_text_breaks_a_reader(read: object) -> None:
    assert callable(read)
    random_bits = random.Random(7)
    for _ in range(600):
        text = list(random_bits.choice(_SCRIPTS))
        for _ in range(random_bits.randrange(1, 9)):
            at = random_bits.randrange(len(text) + 1)
            text[at : at + random_bits.randrange(6)] = random_bits.choice(_BITS)
        for command in _commands(read("".join(text))):
            assert 0 <= command.start <= command.end <= len("".join(text))


@pytest.mark.parametrize("unit", ['"', "$(", "${", "{ ", "<<EOF\n", "if a\n", "`", "@{a=", "[[ a\n", "\n", "(("])
@pytest.mark.parametrize("read", [read_shell, read_powershell, read_batch])
def test_time_grows_with_the_text_alone(read: object, unit: str) -> None:
    assert callable(read)
    before = time.process_time()
    read(unit * (20_000 // len(unit)))
    assert time.process_time() - before < 1.5
