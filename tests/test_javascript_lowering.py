"""JavaScript and TypeScript as the small language of `syntax`, told by `tell` in one line."""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from crosswire.frontends.code import syntax
from crosswire.frontends.code.javascript import lower_javascript
from crosswire.source import Broken, Source


def lower(code: str, ending: str = "js") -> syntax.Module:
    module = lower_javascript(Source(f"src/app.{ending}", code))
    assert isinstance(module, syntax.Module)
    return module


def tell(thing: object) -> str:
    """A node in one line: names bare, literals quoted, functions with their bodies, empty ends left out."""
    match thing:
        case syntax.Literal(value=value):
            return repr(value)
        case syntax.Name(name=name):
            return name
        case syntax.Member(object=inner, name=name):
            return f"{tell(inner)}.{name}"
        case syntax.Argument(value=value, spread=spread):
            return ("..." if spread else "") + tell(value)
        case syntax.Function():
            words = ["get"] * thing.getter + ["*"] * thing.generator + [thing.receiver, thing.name]
            decorators = "".join(f"@{tell(one)} " for one in thing.decorators)
            parameters = ", ".join(map(tell, thing.parameters))
            return f"{decorators}{' '.join(words).strip()}({parameters}) {{{tell_all(thing.lower())}}}"
        case syntax.Parameter(pattern=pattern, default=default):
            mark = {"rest": "...", "plain": ""}[thing.kind] + "field " * thing.field
            annotation = f": {thing.annotation}" if thing.annotation else ""
            return f"{mark}{tell(pattern)}{annotation}" + (f" = {tell(default)}" if default else "")
        case list() | tuple():
            return f"[{', '.join(map(tell, thing))}]"
        case dict():
            return f"[{', '.join(map(tell, thing.values()))}]"
        case syntax.Syntax():
            code = type(thing).__init__.__code__
            fields = [getattr(thing, name) for name in code.co_varnames[3 : code.co_argcount]]
            while fields and fields[-1] in (None, "", [], {}, False):
                fields.pop()
            return f"{type(thing).__name__}({', '.join(map(tell, fields))})"
        case None | bool():
            return str(thing)
    return str(thing)


def tell_all(nodes: list[syntax.Syntax]) -> str:
    return "; ".join(map(tell, nodes))


def inside(thing: object) -> Iterator[syntax.Syntax]:
    """All nodes, those of function bodies too."""
    pending = [thing]
    while pending:
        one = pending.pop()
        if isinstance(one, (list, tuple)):
            pending.extend(one)
        elif isinstance(one, dict):
            pending.extend(one.values())
        elif isinstance(one, (syntax.Syntax, syntax.Argument, syntax.Parameter)):
            if isinstance(one, syntax.Syntax):
                yield one
            if isinstance(one, syntax.Function):
                pending.append(one.lower())
            slots = [slot for kind in type(one).__mro__ for slot in getattr(kind, "__slots__", ())]
            pending.extend(getattr(one, slot) for slot in slots if slot != "lower")


EXPRESSIONS = {
    "process.env.TABLE": "process.env.TABLE",
    "process?.env?.['TABLE']": "Subscript(Optional(Optional(process).env), 'TABLE')",
    "a /* b */ . /* c */ d(/* e */ f /* g */, ...h)": "Invoke(a.d, [f, ...h])",
    "a?.(b)": "Invoke(a, [b])",
    "new Foo": "Invoke(Foo, [], True)",
    "new a.B(c).d()": "Invoke(Invoke(a.B, [c], True).d)",
    "this.x.#y": "this.x.#y",
    "super.x()": "Invoke(super.x)",
    "a || b || 'c'": "Either(||, Either(||, a, b), 'c')",
    "a ?? b && c": "Either(??, a, Either(&&, b, c))",
    "a ? b : c": "Choose(a, b, c)",
    "!a": "Not(a)",
    "a === b": "Compare(==, a, b)",
    "null != a": "Compare(!=, a, None)",
    "'TABLE' in process.env": "Compare(in, 'TABLE', process.env)",
    "#x in y": "Compare(in, '#x', y)",
    "a instanceof B": "Compare(instanceof, a, B)",
    "typeof a === 'undefined'": "Compare(==, a, None)",
    "typeof a": "Opaque([a], typeof)",
    "void 0": "None",
    "-1": "-1",
    "+a": "Opaque([a], +)",
    "a - b * 2": "Arithmetic([a, Arithmetic([b, 2], [*])], [-])",
    "'a' + b + `c${d}` + 1": "Sum(['a', b, Template(['c', d]), 1])",
    "1 + 2 + 'a'": "Sum([3, 'a'])",
    "(a, b)": "Subscript(Sequence([a, b]), 1)",
    "(0, a.b)(c)": "Invoke(a.b, [c])",
    "delete process.env.X": "Opaque([process.env], delete)",
    "delete a[b]": "Opaque([a, b], delete)",
    "a = b = c": "Assign(a, Assign(b, c))",
    "a ||= b": "Assign(a, b, ||)",
    "a ??= b": "Assign(a, b, ??)",
    "a.b += c": "Assign(a.b, c, +)",
    "a++": "Assign(a, Opaque([], a number))",
    "--a": "Assign(a, Opaque([], a number))",
    "await a": "Await(a)",
    "[a, , ...b]": "Sequence([a, Spread(b)])",
    "f`a${b}`": "Opaque([f, b], a tagged template)",
    "/a/g": "Opaque([], a regular expression)",
    "import.meta.url": "import.meta.url",
    "require('./a')": "RequireModule(./a)",
    "require(`./a`)": "RequireModule(./a)",
    "require(a)": "Opaque([a], a module whose name is computed)",
    "require.resolve('a')": "Invoke(require.resolve, ['a'])",
    "await import('a')": "Await(RequireModule(a))",
    "import(`a${b}`)": "Opaque([Template(['a', b])], a module whose name is computed)",
    "undefined": "None",
    "true": "True",
}


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_expressions_become_the_small_language(code: str) -> None:
    assert tell_all(lower(f"x(\n{code})").body) == f"Invoke(x, [{EXPRESSIONS[code]}])"


@pytest.mark.parametrize("code", EXPRESSIONS)
def test_typescript_lowers_javascript_the_same(code: str) -> None:
    assert tell_all(lower(f"x(\n{code})", "ts").body) == f"Invoke(x, [{EXPRESSIONS[code]}])"


@pytest.mark.parametrize(
    ("literal", "value"),
    [
        (r"'a\n\x41\u0042\u{1F600}\'\"\z\0'", "a\nAB\U0001f600'\"z\0"),
        (r'"\uD83D\uDE00 \uD83D"', "\U0001f600 \ufffd"),
        ("'a\\\nb'", "ab"),
        ("`a\r\nb\\`\\${c}`", "a\nb`${c}"),
        ("''", ""),
        ("``", ""),
        ("0x1F", 31),
        ("0b101", 5),
        ("017", 15),
        ("1_000", 1000),
        ("10n", 10),
        (".5", 0.5),
        ("1e3", 1000),
    ],
)
def test_literals_stand_for_their_values(literal: str, value: str | int) -> None:
    [node] = lower(literal).body
    assert isinstance(node, syntax.Literal)
    assert (node.value, node.start, node.end) == (value, 0, len(literal))


def test_places_are_byte_offsets_with_the_quotes() -> None:
    code = "const é = { t: 'ü', u: `x` }"
    texts = {
        node.value: (node.start, node.end) for node in inside(lower(code).body) if isinstance(node, syntax.Literal)
    }
    assert texts["ü"] == (16, 20)
    assert code.encode()[16:20].decode() == "'ü'"
    assert code.encode()[slice(*texts["x"])] == b"`x`"


RECORDS = {
    "{ a, b: 1, 'c-d': 2, [e]: 3, 4: 5, ...f }": "[['a', a], ['b', 1], ['c-d', 2], [e, 3], [4, 5], [None, f]]",
    "{ a() { b }, async *c() {}, get d() { return 1 }, set d(v) {} }": (
        "[['a', this a() {b}], ['c', * this c() {}], ['d', get this d() {Return(1)}]]"
    ),
    "{ a: () => 1, b: function () {}, c: async d => d }": (
        "[['a', arrow a() {Return(1)}], ['b', this b() {}], ['c', arrow c(d) {Return(d)}]]"
    ),
    "{ get: 1, set: 2, async: 3, static() {} }": "[['get', 1], ['set', 2], ['async', 3], ['static', this static() {}]]",
}


@pytest.mark.parametrize("code", RECORDS)
def test_object_literals_keep_every_entry(code: str) -> None:
    [node] = lower(f"x = {code}").body
    assert isinstance(node, syntax.Assign)
    assert isinstance(node.value, syntax.Record)
    assert tell(node.value.entries) == RECORDS[code]


STATEMENTS = {
    "var a, b = 1": "Declare(a, None, function); Declare(b, 1, function)",
    "let a": "Declare(a, None, block)",
    "using a = b": "Declare(a, b, block)",
    "const { a, b: c, d = 1, e: { f } = {}, ['g']: h, ...i } = j": (
        "Declare(RecordPattern([['a', a, None], ['b', c, None], ['d', d, 1], ['e', RecordPattern([['f', f, None]]), "
        "Record()], ['g', h, None]], i), j, block)"
    ),
    "const [a, , b = 1, [c], ...d] = e": (
        "Declare(SequencePattern([[a, None], [None, None], [b, 1], [SequencePattern([[c, None]]), None]], d), e, block)"
    ),
    "[a.b, c] = d": "Assign(SequencePattern([[a.b, None], [c, None]]), d)",
    "({ a, b: c.d = 1 } = e)": "Assign(RecordPattern([['a', a, None], ['b', c.d, 1]]), e)",
    "function f(a, { b } = {}, ...c) { return a }": (
        "Define(this f(a, RecordPattern([['b', b, None]]) = Record(), ...c) {Return(a)})"
    ),
    "const f = async ({ a }) => await a": (
        "Declare(f, arrow f(RecordPattern([['a', a, None]])) {Return(Await(a))}, block)"
    ),
    "function* f() { yield a; yield* b }": "Define(* this f() {Opaque([a], a yielded value); Await(b)})",
    "exports.handler = async function () {}": "Assign(exports.handler, this handler() {})",
    "A.prototype.b = function () {}": "Assign(A.prototype.b, this b() {})",
    "if (a) b; else if (c) { d } else e": "Branch(a, [b], [Branch(c, [d], [e])])",
    "a, b(), c": "a; Invoke(b); c",
    "{ a }": "Block([a])",
    "for (const a of b) c": "Loop([c], a, b, of)",
    "for await (const [a] of b) {}": "Loop([], SequencePattern([[a, None]]), b, of)",
    "for (var a in b) {}": "Loop([], a, b, in)",
    "for (let i = 0; i < n; i++) a(i)": (
        "Block([Declare(i, 0, block), Loop([Invoke(a, [i]), Assign(i, Opaque([], a number))], None, None, of, "
        "Compare(<, i, n))])"
    ),
    "for (;;) { break }": "Loop([Leave()], None, None, of)",
    "while (a) b": "Loop([b], None, None, of, a)",
    "do { a } while (b)": "Loop([a], None, None, of, b)",
    "a: for (;;) continue a": "Loop([Leave()], None, None, of)",
    "try { a } catch ({ b }) { c } finally { d }": "Try([a], [[[], RecordPattern([['b', b, None]]), [c]]], [], [d])",
    "try { a } catch { b }": "Try([a], [[[], None, [b]]])",
    "throw new Error(a)": "Raise(Invoke(Error, [a], True))",
    "'use strict'; ; debugger": "'use strict'",
    "#!/usr/bin/env node\na // b": "a",
}


@pytest.mark.parametrize("code", STATEMENTS)
def test_statements_become_the_small_language(code: str) -> None:
    assert tell_all(lower(code).body) == STATEMENTS[code]


SWITCHES = {
    "switch (a) { case 1: b; break; default: c }": "Branch(Compare(==, a, 1), [b], [c])",
    "switch (a) { case 1: case 2: { b; break } case 3: return c }": (
        "Branch(Either(||, Compare(==, a, 1), Compare(==, a, 2)), [Block([b])], "
        "[Branch(Compare(==, a, 3), [Return(c)])])"
    ),
    "switch (a) { case 1: b; case 2: c }": "Branch(Compare(==, a, 1), [b, c], [Branch(Compare(==, a, 2), [c])])",
    "switch (a) { default: b; break; case 1: c }": "Branch(Compare(==, a, 1), [c], [b])",
    "switch (true) { case a > 1: b }": "Branch(Compare(>, a, 1), [b])",
    "switch (f()) { case 1: a }": (
        "Block([Declare((switch), Invoke(f), block), Branch(Compare(==, (switch), 1), [a])])"
    ),
    "switch (a) { case 1: if (b) break; c }": (
        "Loop([Branch(Compare(==, a, 1), [Branch(b, [Leave()]), c])], None, None, of)"
    ),
    "switch (a) { case 1: for (;;) break; case 2: }": (
        "Branch(Compare(==, a, 1), [Loop([Leave()], None, None, of)], [Branch(Compare(==, a, 2))])"
    ),
    "switch (a) {}": "",
}


@pytest.mark.parametrize("code", SWITCHES)
def test_a_switch_becomes_a_chain_of_branches(code: str) -> None:
    assert tell_all(lower(code).body) == SWITCHES[code]


MODULES = {
    "import a, { b as c, default as d, 'e-f' as g } from 'x'": (
        "Import(x, [[default, a], [b, c], [default, d], [e-f, g]])"
    ),
    "import a, * as b from 'x'": "Import(x, [[default, a], [*, b]])",
    "import 'x'": "Import(x)",
    "import a from './a.json' with { type: 'json' }": "Import(./a.json, [[default, a]])",
    "export * from 'x'": "Export([[*, *]], x)",
    "export * as a from 'x'": "Export([[*, a]], x)",
    "export { a as b, default } from 'x'": "Export([[a, b], [default, default]], x)",
    "export { a as default, b as 'c' }": "Export([[a, default], [b, c]])",
    "export { a as null, b as function }": "Export([[a, null], [b, function]])",
    "export const { a, b: [c] } = d": (
        "Declare(RecordPattern([['a', a, None], ['b', SequencePattern([[c, None]]), None]]), d, block); "
        "Export([[a, a], [c, c]])"
    ),
    "export async function a() {}": "Define(this a() {}); Export([[a, a]])",
    "export default function a() {}": "Define(this a() {}); Export([[a, default]])",
    "export default async () => {}": "Export([[, default]], None, arrow default() {})",
    "export default class {}": "Export([[, default]], None, Class())",
    "export default class A {}": "Define(Class(A)); Export([[A, default]])",
    "export default { a: 1 }": "Export([[, default]], None, Record([['a', 1]]))",
    "module.exports = { a }": "Assign(module.exports, Record([['a', a]]))",
    "const { a } = require('b')": "Declare(RecordPattern([['a', a, None]]), RequireModule(b), block)",
}


@pytest.mark.parametrize("code", MODULES)
@pytest.mark.parametrize("ending", ["js", "mjs", "cjs", "jsx", "ts", "mts", "cts", "tsx"])
def test_imports_and_exports_of_every_form(code: str, ending: str) -> None:
    module = lower(code, ending)
    assert tell_all(module.body) == MODULES[code]
    assert module.broken == []


CLASSES = {
    "class A extends B { a = 1; #b; static c = 2; static d; constructor(e) { super(e) } static async f() {} }": (
        "Define(Class(A, [B], [this constructor(e) {Invoke(super, [e])}, static f() {}], [[a, 1], [#b, None]], "
        "[[c, 2], [d, None]]))"
    ),
    "class A { get a() { return 1 } set a(v) {} }": "Define(Class(A, [], [get this a() {Return(1)}, this a(v) {}]))",
    "class A { static { b() } static c = this.d }": (
        "Define(Class(A, [], [], [], [[, Invoke(arrow() {Invoke(b)})], [c, this.d]]))"
    ),
    "class A { [b]() {} 'c'() {} *[Symbol.iterator]() {} }": (
        "Define(Class(A, [], [this [b]() {}, this c() {}, * this [Symbol.iterator]() {}], [], "
        "[[, b], [, Symbol.iterator]]))"
    ),
    "class A { save() {} static save() {} }": "Define(Class(A, [], [this save() {}], [], [[save, static save() {}]]))",
    "class A { a = () => this.b }": "Define(Class(A, [], [], [[a, arrow a() {Return(this.b)}]]))",
    "x = class extends (a, B) {}": "Assign(x, Class(, [Subscript(Sequence([a, B]), 1)]))",
}


@pytest.mark.parametrize("code", CLASSES)
def test_classes_keep_methods_fields_and_statics(code: str) -> None:
    assert tell_all(lower(code).body) == CLASSES[code]


TYPESCRIPT = {
    "a = b as any as C": "Assign(a, b)",
    "a = <any>b": "Assign(a, b)",
    "a = process.env.X! satisfies string": "Assign(a, process.env.X)",
    "(a as any).b = 1": "Assign(a.b, 1)",
    "f<T>(a)": "Invoke(f, [a])",
    "new Map<string, B>([a])": "Invoke(Map, [Sequence([a])], True)",
    "const f = <T,>(a: T): a is B => a": "Declare(f, arrow f(a: T) {Return(a)}, block)",
    "let a: string; let b!: C": "Declare(a, None, block); Declare(b, None, block)",
    "interface A {} type B = 1; declare const c: string; declare module 'd' {} declare global {}": "",
    "interface A<out T, in U> {}": "",
    "function f(a: string): void; function f(this: A, a?: B, b: ns.C = 1) {}": "Define(this f(a: B, b = 1) {})",
    "import type { A } from 'a'; import type B from 'b'; import { type C } from 'c'; export type { A }": "",
    "import { type A, b } from 'c'": "Import(c, [[b, b]])",
    "import a = require('b')": "Declare(a, RequireModule(b), block)",
    "import a = B.c.D": "Declare(a, B.c.D, block)",
    "export = a": "Assign(module.exports, a)",
    "export { type A, b }": "Export([[b, b]])",
    "export type A = 1; export interface B {} export declare const c: 1; export default interface D {}": "",
    "enum A { B, C = 'c', D = 4, E, F = g(), H }": (
        "Define(Class(A, [], [], [], [[B, 0], [C, 'c'], [D, 4], [E, 5], [F, Invoke(g)], [H, Opaque([], a number)]]))"
    ),
    "export const enum A { B = 'b' }": "Define(Class(A, [], [], [], [[B, 'b']])); Export([[A, A]])",
    "namespace A.B { export const c = 1; const d = 2; export type E = 1 }": (
        "Declare(A, Record([['B', Invoke(arrow() {Declare(c, 1, block); Declare(d, 2, block); "
        "Return(Record([['c', c]]))})]]), function)"
    ),
    "namespace A { export interface B {} }": "",
    "class A {} namespace A { export const b = 1 }": (
        "Define(Class(A)); Invoke(Object.assign, [A, Invoke(arrow() {Declare(b, 1, block); "
        "Return(Record([['b', b]]))})])"
    ),
    "class A { constructor(private readonly a: Orders, public b = 1, readonly c?: string, d: X[]) {} }": (
        "Define(Class(A, [], [this constructor(field a: Orders, field b = 1, field c, d) {}]))"
    ),
    "abstract class A<T> extends ns.B<T> implements C { abstract a(): void; abstract b: string; declare c: D; "
    "private d?: E = f; g!: H; [k: string]: any; accessor i = 1; e(): void; e(x?: any) {} }": (
        "Define(Class(A, [ns.B], [this e(x) {}], [[d, f], [g, None], [i, 1]]))"
    ),
    "@A({ b: c }) export class D { @E() f = 1; @G m(@H('i') j: K) {} }": (
        "Define(Class(D, [], [@G this m(j: K) {}], [[f, 1]], [[, Invoke(E)], [, Invoke(H, ['i'])]], "
        "[Invoke(A, [Record([['b', c]])])])); Export([[D, D]])"
    ),
    "for (const a of b as string[]) {}": "Loop([], a, b, of)",
    "await using a = b": "Declare(a, b, block)",
}


@pytest.mark.parametrize("code", TYPESCRIPT)
def test_types_are_erased(code: str) -> None:
    module = lower(code, "ts")
    assert tell_all(module.body) == TYPESCRIPT[code]
    assert module.broken == []


def test_jsx_is_opaque_with_its_expressions_inside() -> None:
    code = "x = <div a={b} {...c} d='e'>{f(g)} text <Foo.Bar/></div>"
    told = "Assign(x, Opaque([b, Spread(c), Invoke(f, [g]), Opaque([Foo.Bar], JSX)], JSX))"
    assert tell_all(lower(code, "jsx").body) == told
    assert tell_all(lower(code, "tsx").body) == told


def test_bodies_are_lowered_once() -> None:
    [node] = lower("function f() { return process.env.TABLE }").body
    assert isinstance(node, syntax.Define)
    assert isinstance(node.value, syntax.Function)
    assert node.value.lower() is node.value.lower()


@pytest.mark.parametrize(
    ("code", "kept"),
    [
        ("const a = { b: 1 c: process.env.X };", "process.env.X"),
        ("foo(a process.env.X)", "Invoke(foo, [Opaque([a], code that cannot be parsed), process.env.X])"),
        ("function f() { return process.env.X }}; const a = 3", "Declare(a, 3, block)"),
        ("class A { a() { return process.env.X", "process.env.X"),
    ],
)
def test_what_stands_around_broken_code_is_lowered(code: str, kept: str) -> None:
    module = lower(code, "ts")
    assert module.broken
    assert kept in {tell(node) for node in inside(module.body)}


@pytest.mark.parametrize("seed", range(40))
def test_no_mutilated_code_fails(seed: int) -> None:
    whole = ";\n".join([*EXPRESSIONS, *STATEMENTS, *SWITCHES, *CLASSES, *TYPESCRIPT])
    chance = random.Random(seed)
    for _ in range(5):
        start = chance.randrange(len(whole))
        whole = whole[:start] + chance.choice(["", "(", "}", "'", "`", "=>", "/*", "@"]) + whole[start + 3 :]
    for ending in ("js", "ts", "tsx"):
        nodes = list(inside(lower(whole, ending).body))
        assert all(0 <= node.start <= node.end <= len(whole) for node in nodes)


DEEP = {
    "a sum": "x =" + "a +\n" * 5_000 + "b",
    "alternatives": "x =" + "a ||\n" * 5_000 + "b",
    "else-if": "if (a) {b}" + "\nelse if (a) {b}" * 2_000,
    "calls": "a" + ".b()\n" * 5_000,
    "parentheses": "(\n" * 5_000 + ")\n" * 5_000,
    "lists": "x = " + "[\n" * 5_000 + "]\n" * 5_000,
    "patterns": "let " + "[\n" * 5_000 + "]\n" * 5_000 + "= b",
    "blocks": "{\n" * 5_000 + "}\n" * 5_000,
    "functions": "() =>\n" * 2_000 + "a",
    "ternaries": "x = " + "a ? b :\n" * 5_000 + "c",
    "assignments": "a =\n" * 5_000 + "b",
    "cases": "switch (a) {" + "case 1: b();\n" * 2_000 + "}",
    "elements": "x = " + "<a>\n" * 2_000 + "</a>\n" * 2_000,
    "unfinished": "a({[\n" * 3_000,
}


@pytest.mark.parametrize("name", DEEP)
def test_deep_nesting_does_not_exhaust_the_stack(name: str) -> None:
    assert all(node.start <= node.end for node in inside(lower(DEEP[name], "jsx").body))


def test_a_long_sum_is_one_template_and_long_else_if_chains_keep_every_test() -> None:
    [node] = lower(DEEP["a sum"]).body
    assert isinstance(node, syntax.Assign)
    assert isinstance(node.value, syntax.Template)
    assert len(node.value.parts) == 5_001
    branches = [node for node in inside(lower(DEEP["else-if"]).body) if isinstance(node, syntax.Branch)]
    assert len(branches) == 2_001


@pytest.mark.parametrize(
    ("code", "why"),
    [("x = '" + "a" * 6_000 + "'", "minified"), ("a()\n" * 150_000, "bundle")],
)
def test_bundles_and_minified_files_are_refused(code: str, why: str) -> None:
    refused = lower_javascript(Source("dist/app.js", code))
    assert isinstance(refused, Broken)
    assert why in refused.why


def test_an_inline_source_map_does_not_make_a_file_minified() -> None:
    code = "exports.a = 1\n//# sourceMappingURL=data:application/json;base64," + "a" * 20_000
    assert tell_all(lower(code).body) == "Assign(exports.a, 1)"
