"""Python text in, the small language out: written down as short texts, so that a test shows both."""

from __future__ import annotations

import pytest

from crosswire.frontends.code import syntax
from crosswire.frontends.code.python import lower_python
from crosswire.frontends.code.syntax import Syntax
from crosswire.source import Source


def lowered(text: str) -> syntax.Module:
    return lower_python(Source("app.py", text))


def lines(text: str) -> list[str]:
    """The statements of a module, each as a short text."""
    return [shown(statement) for statement in lowered(text).body]


def line(text: str) -> str:
    (only,) = lines(text)
    return only


def body(text: str) -> list[str]:
    """The statements of the function that a module consists of."""
    (define,) = lowered(text).body
    assert isinstance(define, syntax.Define)
    assert isinstance(define.value, syntax.Function)
    return [shown(statement) for statement in define.value.lower()]


def the_class(text: str) -> syntax.Class:
    define = lowered(text).body[-1]
    assert isinstance(define, syntax.Define)
    assert isinstance(define.value, syntax.Class)
    return define.value


def the_function(text: str) -> syntax.Function:
    define = lowered(text).body[-1]
    assert isinstance(define, syntax.Define)
    assert isinstance(define.value, syntax.Function)
    return define.value


def block(statements: list[Syntax]) -> str:
    return "{" + "; ".join(map(shown, statements)) + "}"


def joined(nodes: list[Syntax]) -> str:
    return ", ".join(map(shown, nodes))


def argument(one: syntax.Argument) -> str:
    return "*" * one.spread + (f"{one.name}=" if one.name else "") + shown(one.value)


def shown(node: Syntax | None) -> str:
    """A node as text, near to how it would be written."""
    match node:
        case None:
            return "-"
        case syntax.Literal():
            return repr(node.value)
        case syntax.Name():
            return node.name
        case syntax.Member():
            return f"{shown(node.object)}.{node.name}"
        case syntax.Subscript():
            return f"{shown(node.object)}[{shown(node.key)}]{'' if node.strict else '?'}"
        case syntax.Invoke():
            return f"{shown(node.callee)}({', '.join(map(argument, node.arguments))})"
        case syntax.Record():
            pairs = (f"{shown(key)}: {shown(value)}" if key else f"**{shown(value)}" for key, value in node.entries)
            return "{" + ", ".join(pairs) + "}"
        case syntax.Sequence():
            return f"[{joined(node.items)}]"
        case syntax.Spread():
            return f"*{shown(node.value)}"
        case syntax.Template():
            return f"template<{joined(node.parts)}>"
        case syntax.Either():
            return f"({shown(node.left)} {node.operator} {shown(node.right)})"
        case syntax.Choose():
            return f"({shown(node.test)} ? {shown(node.then)} : {shown(node.otherwise)})"
        case syntax.Not():
            return f"!{shown(node.value)}"
        case syntax.Compare():
            return f"({shown(node.left)} {node.operator} {shown(node.right)})"
        case syntax.Function():
            return f"function {node.name}"
        case syntax.Class():
            return f"class {node.name}"
        case syntax.Assign():
            return f"{shown(node.target)} {node.operator}:= {shown(node.value)}"
        case syntax.Declare():
            return f"{shown(node.pattern)} = {shown(node.value)}"
        case syntax.Comprehension():
            clauses = "".join(f" for {shown(pattern)} in {shown(values)}" for pattern, values in node.clauses)
            return f"{node.kind}<{shown(node.element)}{clauses}{''.join(f' if {shown(one)}' for one in node.tests)}>"
        case syntax.Await():
            return f"await {shown(node.value)}"
        case syntax.RequireModule():
            return f"module {node.specifier}"
        case syntax.Opaque():
            return f"?({joined(node.parts)})"
        case syntax.SequencePattern():
            rest = f", *{shown(node.rest)}" if node.rest else ""
            return f"({', '.join(shown(item) for item, _ in node.items)}{rest})"
        case syntax.Define():
            return f"define {shown(node.value)}"
        case syntax.Return():
            return f"return {shown(node.value)}"
        case syntax.Raise():
            return f"raise {shown(node.value)}"
        case syntax.Leave():
            return "leave"
        case syntax.Branch():
            return f"if {shown(node.test)} {block(node.then)} else {block(node.otherwise)}"
        case syntax.Loop():
            if node.pattern is None:
                return f"while {shown(node.test)} {block(node.body)}"
            return f"for {shown(node.pattern)} in {shown(node.iterable)} {block(node.body)}"
        case syntax.Try():
            catches = "".join(f" catch {names} {shown(bound)} {block(then)}" for names, bound, then in node.catches)
            return f"try {block(node.body)}{catches} else {block(node.otherwise)} finally {block(node.finally_)}"
        case syntax.With():
            items = ", ".join(f"{shown(value)} as {shown(pattern)}" for value, pattern in node.items)
            return f"with {items} {block(node.body)}"
        case syntax.Outer():
            return f"outer {', '.join(node.names)}"
        case syntax.Import():
            return f"import {node.specifier} {node.names}{' *' if node.star else ''}"
    raise AssertionError(node)


# Names, members, calls


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("os.environ['TABLE']", "os.environ['TABLE']"),
        ("os.environ.get('TABLE', 'x')", "os.environ.get('TABLE', 'x')"),
        ("f(*a, **b, c=1)", "f(*a, **b, c=1)"),
        ("f(x for x in y)", "f(list<x for x in y>)"),
        ("a[1, 2]", "a[[1, 2]]"),
        ("a[1:]", "?(a, ?(1))"),
        ("a or b and not c", "(a || (b && !c))"),
        ("a if b else c", "(b ? a : c)"),
        ("a is not None", "(a != None)"),
        ("'X' in os.environ", "('X' in os.environ)"),
        ("a < b < c", "((a < b) && (b < c))"),
        ("-1", "-1"),
        ("0x1F", "31"),
        ("1_000.5", "1000.5"),
        ("[a, *b]", "[a, *b]"),
        ("{'a': 1, **b}", "{'a': 1, **b}"),
        ("{k: v for k, v in x.items() if k}", "dict<{k: v} for (k, v) in x.items() if k>"),
        ("await f()", "await f()"),
        ("importlib.import_module('a.b')", "module a.b"),
        ("importlib.import_module(name)", "importlib.import_module(name)"),
        ("(x := f())", "x := f()"),
        ("a \\\n  .b", "a.b"),
        ("a - b * c", "?(a, ?(b, c))"),
    ],
)
def test_expressions(text: str, expected: str) -> None:
    assert line(text) == expected


# Texts


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("x = 'a\\n\\x41\\u00e9\\101\\N{BULLET}\\q'", "'a\\nAéA•\\\\q'"),
        ("x = r'\\d'", "'\\\\d'"),
        ("x = b'abc'", "'abc'"),
        ("x = u'é'", "'é'"),
        ('x = """a\r\nb"""', "'a\\nb'"),
        ("x = 'a' \"b\"", "'ab'"),
        ("x = ('a'\n  # why\n  'b')", "'ab'"),
        ("x = ''", "''"),
        ("x = f''", "''"),
        ("x = f'{{a}}'", "'{a}'"),
        ("x = f'a-{b}'", "template<'a-', b>"),
        ('x = f"a-{d["k"]}"', "template<'a-', d['k']>"),
        ("x = f'{a!r:>3}{b!s}'", "template<?(a, ?(), ?()), b>"),
        ("x = f'{a=}'", "template<?(a, ?())>"),
        ("x = f'a{b}' 'c'", "template<'a', b, 'c'>"),
        ("x = 'a-' + b + '-c'", "template<'a-', b, '-c'>"),
        ("x = 'a-%s' % b", "template<'a-', b>"),
        ("x = '%s-%s%%' % (a, b)", "template<a, '-', b, '%'>"),
        ("x = '%(a)s-x' % {'a': b}", "template<b, '-x'>"),
        ("x = '%05d' % a", "template<?(a)>"),
        ("x = '%s%s' % pair", "?('%s%s', pair)"),
        ("x = '{}-{}'.format(a, b)", "template<a, '-', b>"),
        ("x = '{1}{0}'.format(a, b)", "template<b, a>"),
        ("x = '{t}{{}}'.format(t=a)", "template<a, '{', '}'>"),
        ("x = '{:>3}'.format(a)", "template<?(a)>"),
        ("x = '{0.y}'.format(a)", "'{0.y}'.format(a)"),
        ("x = '{}'.format(*a)", "'{}'.format(*a)"),
    ],
)
def test_texts(text: str, expected: str) -> None:
    assert line(text) == f"x = {expected}"


# Statements


def test_assignments_to_names_declare_them_and_others_assign() -> None:
    assert lines("a = 1\nself.b = 2\nc['d'] = 3\ne += 4\nf: int = 5\ng: int") == [
        "a = 1",
        "self.b := 2",
        "c['d'] := 3",
        "e +:= 4",
        "f = 5",
    ]


def test_names_from_outside_are_assigned() -> None:
    text = "def f():\n  global a\n  a = 1\n  a, b = 1, 2\n  c = 3"
    assert body(text) == ["outer a", "a := 1", "(a, b) := [1, 2]", "c = 3"]


def test_a_value_with_two_targets_is_evaluated_once() -> None:
    assert lines("self.t = t = f()") == ["t = f()", "self.t := t"]


def test_sequences_are_unpacked_up_to_the_rest() -> None:
    assert lines("a, (b, c.d) = e\nf, *g = e\nh, *i, j = e") == ["(a, (b, c.d)) = e", "(f, *g) = e", "(h) = e"]


def test_a_deletion_reads_nothing() -> None:
    assert lines("del os.environ['A'], b") == ["?(os.environ, 'A')"]


def test_elif_is_a_chain_of_branches() -> None:
    assert line("if a: b()\nelif c: d()\nelse: e()") == "if a {b()} else {if c {d()} else {e()}}"


def test_what_never_runs_in_a_deployed_function_is_left_out() -> None:
    assert lines('if __name__ == "__main__":\n  main()\n') == []
    assert lines("if TYPE_CHECKING:\n  import boto3\nelse:\n  a()") == ["a()"]
    assert lines("if not typing.TYPE_CHECKING:\n  a()") == ["a()"]


def test_a_failed_assertion_raises() -> None:
    assert line("assert a, 'b'") == "if !a {raise 'b'} else {}"


def test_loops() -> None:
    assert lines("for a, b in c:\n  break\nelse:\n  d()\nwhile e: continue") == [
        "for (a, b) in c {leave}",
        "if ?() {d()} else {}",
        "while e {leave}",
    ]


def test_try_names_the_caught_types() -> None:
    text = "try:\n  a()\nexcept (KeyError, b.C) as e:\n  d()\nexcept:\n  f()\nelse:\n  g()\nfinally:\n  h()"
    assert line(text) == "try {a()} catch ['KeyError', 'C'] e {d()} catch [] - {f()} else {g()} finally {h()}"


def test_with_binds_names() -> None:
    expected = "with a() as b, c as - {d()}"
    assert line("with a() as b, c:\n  d()") == expected
    assert line("with (a() as b, c):\n  d()") == expected
    assert line("with (a() as b):\n  d()") == "with a() as b {d()}"


def test_imports() -> None:
    assert lines("import a, b.c, d.e as f\nfrom ..g.h import (i, j as k,)\nfrom . import l\nfrom m import *") == [
        "import a [('*', 'a')]",
        "import b.c []",
        "import b [('*', 'b')]",
        "import d.e [('*', 'f')]",
        "import ..g.h [('i', 'i'), ('j', 'k')]",
        "import . [('l', 'l')]",
        "import m [] *",
    ]


# `match`


def test_match_compares_the_subject() -> None:
    text = "match a:\n  case 'x' | B.c: d()\n  case -1: e()\n  case _: f()"
    assert line(text) == "if ((a == 'x') || (a == B.c)) {d()} else {if (a == -1) {e()} else {f()}}"


def test_match_evaluates_a_call_once() -> None:
    assert lines("match f():\n  case 1: a()") == ["match@6 = f()", "if (match@6 == 1) {a()} else {}"]


def test_match_binds_the_parts_of_a_pattern() -> None:
    text = "match a:\n  case {'id': i, **r}: f()\n  case [x, *y]: g()\n  case P(q=z) as w: h()"
    assert line(text) == (
        "if ?() {i = a['id']?; r = ?(); f()} else {if ?() {x = a[0]?; y = ?(); g()}"
        " else {if ?() {w = a; z = a.q; h()} else {}}}"
    )


def test_a_guard_sees_what_the_pattern_binds() -> None:
    assert lines("match a:\n  case b if b > 1: c()\n  case d: e()") == ["b = a", "if (b > 1) {c()} else {d = a; e()}"]


# Functions and classes


def test_parameters_keep_their_kinds_defaults_and_types() -> None:
    text = "def f(a, /, b: 'Repo' = 1, *c, d: Optional[db.Repo], e: Repo | None = None, g: list[int], **h): pass"
    shape = [
        (shown(one.pattern), one.kind, one.annotation, shown(one.default)) for one in the_function(text).parameters
    ]
    assert shape == [
        ("a", "plain", None, "-"),
        ("b", "plain", "Repo", "1"),
        ("c", "rest", None, "-"),
        ("d", "keyword", "db.Repo", "-"),
        ("e", "keyword", "Repo", "None"),
        ("g", "keyword", None, "-"),
        ("h", "keywords", None, "-"),
    ]


def test_a_body_is_lowered_once() -> None:
    function = the_function("async def f(a):\n  return await a")
    assert function.lower() is function.lower()
    assert [shown(one) for one in function.lower()] == ["return await a"]


def test_a_lambda_returns_its_expression() -> None:
    (function,) = lowered("lambda a, b=1: a + b").body
    assert isinstance(function, syntax.Function)
    assert [shown(one) for one in function.lower()] == ["return template<a, b>"]


def test_a_generator_yields_itself_not_within_another() -> None:
    assert the_function("def f():\n  yield 1").generator
    assert not the_function("def f():\n  def g():\n    yield 1\n  return g").generator
    assert body("def f():\n  yield a\n  yield from b") == ["?(a)", "await b"]


def test_decorators_tell_how_methods_are_bound() -> None:
    made = the_class(
        "class A(B, metaclass=M):\n"
        "  @staticmethod\n  def a(): pass\n"
        "  @classmethod\n  def b(cls): pass\n"
        "  @property\n  def c(self): pass\n"
        "  @c.setter\n  def c(self, v): pass\n"
        "  @tracer.capture_method(x=1)\n  def d(self): pass\n"
    )
    assert [shown(base) for base in made.bases] == ["B"]
    assert {name: (one.receiver, one.getter) for name, one in made.methods.items()} == {
        "a": ("static", False),
        "b": ("class", False),
        "c": ("self", True),
        "d": ("self", False),
    }
    assert [shown(one) for one in made.methods["d"].decorators] == ["tracer.capture_method(x=1)"]


def test_class_attributes_and_annotated_fields() -> None:
    made = the_class("class S(BaseSettings):\n  'Doc.'\n  a = 1\n  b: str\n  c: str = f()\n  class Config:\n    d = 2")
    assert [(name, shown(value)) for name, value in made.statics] == [
        ("a", "1"),
        ("c", "f()"),
        ("Config", "class Config"),
    ]
    assert [(name, shown(value)) for name, value in made.fields] == [("b", "-"), ("c", "f()")]


def test_what_runs_in_a_class_body_is_kept() -> None:
    made = the_class("class A:\n  f()\n  if x:\n    a = 1\n    def m(self): pass\n")
    (_, call), (name, value) = made.statics
    assert isinstance(call, syntax.Invoke)
    assert isinstance(call.callee, syntax.Function)
    assert [shown(one) for one in call.callee.lower()] == ["f()"]
    assert (name, shown(value), list(made.methods)) == ("a", "?(1)", ["m"])


# Places, broken and extreme input


def test_places_are_byte_offsets() -> None:
    (first, second) = lowered("a = 'é'\nb = c").body
    assert (first.start, first.end, second.start) == (0, 8, 9)


def test_what_cannot_be_parsed_is_told_and_the_rest_goes_on() -> None:
    module = lowered("a = 1\nb = = 2\nc = 3\ndef f(:\n  d()\n")
    assert module.broken
    assert "c = 3" in [shown(one) for one in module.body]


def test_python_2_is_read() -> None:
    module = lowered("print 'a', b\nexec c\ntry:\n  d()\nexcept E, f:\n  print >>g, h\n")
    assert [shown(one) for one in module.body][:2] == ["?('a', b)", "?(c)"]
    assert not module.broken


@pytest.mark.parametrize(
    "text",
    [
        "x = " + " + ".join(["a"] * 5000),
        "x = " + " or ".join(["a"] * 5000),
        "x = a" + ".b(c)" * 5000,
        "x = " + "(" * 3000 + ")" * 3000,
        "x = " + "[" * 3000,
        "x = " + "not " * 3000 + "a",
        "x = " + "lambda: " * 3000 + "a",
        "if a: b()\n" + "elif c: d()\n" * 3000,
        "".join(" " * depth + "if a:\n" for depth in range(500)) + " " * 500 + "b()",
        "(" * 3000 + "a, " * 3000,
        "class A:\n" + "".join(" " * depth + "class B:\n" for depth in range(1, 400)) + " " * 400 + "b = 1",
        "match a:\n case " + "[" * 300 + "b" + "]" * 300 + ": pass",
        "x = f'" + "{a}" * 5000 + "'",
        "a = " * 3000 + "b",
        "x = " + "f(" * 2000 + ")" * 2000,
    ],
)
def test_extreme_input_is_lowered(text: str) -> None:
    assert lowered(text).body


def test_a_long_sum_is_one_template() -> None:
    (declare,) = lowered("x = " + " + ".join(["a"] * 500)).body
    assert isinstance(declare, syntax.Declare)
    assert isinstance(declare.value, syntax.Template)
    assert len(declare.value.parts) == 500


@pytest.mark.parametrize("cut", range(0, 220, 7))
def test_every_beginning_of_a_program_is_read(cut: int) -> None:
    text = (
        "class A(B):\n    x: str = f'{a!r}{b:>{c}}'\n    @p\n    def f(self, *a, b=1, **c) -> int:\n"
        "        match a:\n            case {'k': v, **r} if v: return [x for x in a if x]\n"
        "        try: del a[1]\n        except (E, F) as e: raise G from e\n"
    )
    module = lowered(text[:cut])
    for statement in module.body:
        if isinstance(statement, syntax.Define) and isinstance(statement.value, syntax.Class):
            for method in statement.value.methods.values():
                method.lower()
