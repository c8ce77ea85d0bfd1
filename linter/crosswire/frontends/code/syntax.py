"""The small language that JavaScript, TypeScript and Python are lowered to, so that one evaluator follows them all.

Every node has `start` and `end`: byte offsets into the UTF-8 text of its file, as tree-sitter gives them. What has no
counterpart here becomes `Opaque` with its parts inside, so that nothing within goes unseen. Plain classes with
slots: this is the hottest data of a check. Bodies of functions are lowered only when somebody calls them.
"""

from __future__ import annotations

from collections.abc import Callable


class Syntax:
    """A node. `start` and `end` are byte offsets."""

    __slots__ = ("end", "start")
    _fields: tuple[str, ...] = ()

    def __init__(self, start: int, end: int) -> None:
        self.start = start
        self.end = end

    def __repr__(self) -> str:
        names = [name for kind in type(self).__mro__ for name in getattr(kind, "__slots__", ())]
        inner = ", ".join(f"{name}={getattr(self, name)!r}" for name in names if name not in ("start", "end", "lower"))
        return f"{type(self).__name__}({inner})"


# Expressions


class Literal(Syntax):
    """A text, number, truth value, or None (for null, undefined and None)."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: str | int | float | bool | None) -> None:  # noqa: PYI041
        self.start = start
        self.end = end
        self.value = value


class Name(Syntax):
    """A variable by its name; `this` and `self` are names like any other (`this` is bound by calls)."""

    __slots__ = ("name",)

    def __init__(self, start: int, end: int, name: str) -> None:
        self.start = start
        self.end = end
        self.name = name


class Member(Syntax):
    """`object.name`. In `object?.name` the object is an Optional."""

    __slots__ = ("name", "object")

    def __init__(self, start: int, end: int, object: Syntax, name: str) -> None:
        self.start = start
        self.end = end
        self.object = object
        self.name = name


class Optional(Syntax):
    """The object of `object?.name`: asked first whether it is there."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax) -> None:
        self.start = start
        self.end = end
        self.value = value


class Subscript(Syntax):
    """`object[key]`. `strict` tells that a missing key raises (Python)."""

    __slots__ = ("key", "object", "strict")

    def __init__(self, start: int, end: int, object: Syntax, key: Syntax, strict: bool) -> None:
        self.start = start
        self.end = end
        self.object = object
        self.key = key
        self.strict = strict


class Argument:
    """An argument of a call: `name` for keyword arguments; `spread` is 1 for `...xs` and `*xs`, 2 for `**kw`."""

    __slots__ = ("name", "spread", "value")

    def __init__(self, value: Syntax, name: str | None = None, spread: int = 0) -> None:
        self.value = value
        self.name = name
        self.spread = spread


class Invoke(Syntax):
    """A call; `new` for `new C()`. In Python a class is called like a function."""

    __slots__ = ("arguments", "callee", "new")

    def __init__(self, start: int, end: int, callee: Syntax, arguments: list[Argument], new: bool = False) -> None:
        self.start = start
        self.end = end
        self.callee = callee
        self.arguments = arguments
        self.new = new


class Record(Syntax):
    """An object literal or dict: pairs of key and value; a key of None spreads the value. Object methods and getters
    are `Function` values (getters are called when read: `Function.getter`)."""

    __slots__ = ("entries",)

    def __init__(self, start: int, end: int, entries: list[tuple[Syntax | None, Syntax]]) -> None:
        self.start = start
        self.end = end
        self.entries = entries


class Sequence(Syntax):
    """An array, list, tuple or set literal. A `Spread` item is spread."""

    __slots__ = ("items",)

    def __init__(self, start: int, end: int, items: list[Syntax]) -> None:
        self.start = start
        self.end = end
        self.items = items


class Spread(Syntax):
    """`...xs` or `*xs` inside a Sequence."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax) -> None:
        self.start = start
        self.end = end
        self.value = value


class Template(Syntax):
    """Parts joined to a text: template strings, f-strings, `"..." + x`, `"...%s" % x`, `"{}".format(x)` where it is
    plain."""

    __slots__ = ("parts",)

    def __init__(self, start: int, end: int, parts: list[Syntax]) -> None:
        self.start = start
        self.end = end
        self.parts = parts


class Sum(Template):
    """A bare `a + b` of unknown types: a text, or a number, which the evaluator mostly treats as unknown."""

    __slots__ = ()


class Either(Syntax):
    """`||`, `??`, `&&`: Python's `or` and `and` are `||` and `&&`."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Syntax, right: Syntax) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.left = left
        self.right = right


class Choose(Syntax):
    """`test ? then : otherwise`, `then if test else otherwise`."""

    __slots__ = ("otherwise", "test", "then")

    def __init__(self, start: int, end: int, test: Syntax, then: Syntax, otherwise: Syntax) -> None:
        self.start = start
        self.end = end
        self.test = test
        self.then = then
        self.otherwise = otherwise


class Not(Syntax):
    """`!x`, `not x`."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax) -> None:
        self.start = start
        self.end = end
        self.value = value


class Compare(Syntax):
    """A comparison, `in`, `instanceof`, `is`: `operator` is the source's word, with `===` as `==`, `is` as `==`,
    `!==` and `is not` as `!=`, `not in` as such."""

    __slots__ = ("left", "operator", "right")

    def __init__(self, start: int, end: int, operator: str, left: Syntax, right: Syntax) -> None:
        self.start = start
        self.end = end
        self.operator = operator
        self.left = left
        self.right = right


class Parameter:
    """A parameter of a function. `kind` is `plain`, `rest` (`...xs`, `*xs`), `keywords` (`**kw`) or `keyword`
    (keyword-only). `annotation` is the name of a type where it is a plain one (`OrdersRepository`).
    `field` is for TypeScript's `constructor(private table: string)`."""

    __slots__ = ("annotation", "default", "field", "kind", "pattern")

    def __init__(
        self,
        pattern: Syntax,
        default: Syntax | None = None,
        kind: str = "plain",
        annotation: str | None = None,
        field: bool = False,
    ) -> None:
        self.pattern = pattern
        self.default = default
        self.kind = kind
        self.annotation = annotation
        self.field = field


class Function(Syntax):
    """A function, arrow, method or lambda. `lower()` gives its body; an arrow with an expression has one Return.

    `receiver` tells how `this` is bound: `arrow` (from outside), `this` (by the call), `self` (Python method: first
    parameter), `class` (Python classmethod: first parameter is the class), `static`. `getter` for JS getters and
    Python properties. `generator` for functions that yield.
    """

    __slots__ = ("decorators", "generator", "getter", "lower", "name", "parameters", "receiver")

    def __init__(
        self,
        start: int,
        end: int,
        name: str,
        parameters: list[Parameter],
        lower: Callable[[], list[Syntax]],
        receiver: str,
        getter: bool = False,
        generator: bool = False,
        decorators: list[Syntax] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.parameters = parameters
        self.lower = lower
        self.receiver = receiver
        self.getter = getter
        self.generator = generator
        self.decorators = decorators or []


class Class(Syntax):
    """A class. `methods` by name (`constructor` or `__init__` among them, static ones too); `fields` are instance
    fields with an initialiser (JS), `statics` are static fields (JS), class attributes (Python, in order, as pattern
    names), enum members (TypeScript `enum`, Python Enum). `bases` are the superclass expressions."""

    __slots__ = ("bases", "decorators", "fields", "methods", "name", "statics")

    def __init__(
        self,
        start: int,
        end: int,
        name: str,
        bases: list[Syntax],
        methods: dict[str, Function],
        fields: list[tuple[str, Syntax | None]],
        statics: list[tuple[str, Syntax]],
        decorators: list[Syntax] | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.name = name
        self.bases = bases
        self.methods = methods
        self.fields = fields
        self.statics = statics
        self.decorators = decorators or []


class Assign(Syntax):
    """An assignment as an expression (or as a statement). `target` is a pattern. `operator` is empty, or the operator
    of a compound assignment (`+`, `||`, `??`, `&&`)."""

    __slots__ = ("operator", "target", "value")

    def __init__(self, start: int, end: int, target: Syntax, value: Syntax, operator: str = "") -> None:
        self.start = start
        self.end = end
        self.target = target
        self.value = value
        self.operator = operator


class Comprehension(Syntax):
    """Python's `[f(x) for x in xs if test]`, dict and set forms and generators alike: `kind` is `list` or `dict`;
    a dict's element is a Record of one entry."""

    __slots__ = ("clauses", "element", "kind", "tests")

    def __init__(
        self,
        start: int,
        end: int,
        kind: str,
        element: Syntax,
        clauses: list[tuple[Syntax, Syntax]],
        tests: list[Syntax],
    ) -> None:
        self.start = start
        self.end = end
        self.kind = kind
        self.element = element
        self.clauses = clauses
        self.tests = tests


class Await(Syntax):
    """`await x`, `yield from x`."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax) -> None:
        self.start = start
        self.end = end
        self.value = value


class RequireModule(Syntax):
    """The module object of a specifier: `require("x")`, `await import("x")`, `importlib.import_module("x")`."""

    __slots__ = ("specifier",)

    def __init__(self, start: int, end: int, specifier: str) -> None:
        self.start = start
        self.end = end
        self.specifier = specifier


COMPUTED_MODULE = "a module whose name is computed"
"""Why a `require` is Opaque: what it loads is code that is not read."""


class Opaque(Syntax):
    """Anything else: its value is unknown, its parts are evaluated for what they do."""

    __slots__ = ("parts", "why")

    def __init__(self, start: int, end: int, parts: list[Syntax], why: str = "an expression") -> None:
        self.start = start
        self.end = end
        self.parts = parts
        self.why = why


class Arithmetic(Opaque):
    """Any other operators on numbers, from left to right: `operators` stand between the parts."""

    __slots__ = ("operators",)

    def __init__(self, start: int, end: int, parts: list[Syntax], operators: list[str]) -> None:
        super().__init__(start, end, parts, "arithmetic")
        self.operators = operators


# Patterns: targets of assignments, declarations and parameters. `Name`, `Member` and `Subscript` are patterns too.


class RecordPattern(Syntax):
    """`{ a, b: c, d = 1, ...rest }`: (key, pattern, default); `rest` is the name for the others."""

    __slots__ = ("entries", "rest")

    def __init__(
        self, start: int, end: int, entries: list[tuple[Syntax, Syntax, Syntax | None]], rest: Syntax | None
    ) -> None:
        self.start = start
        self.end = end
        self.entries = entries
        self.rest = rest


class SequencePattern(Syntax):
    """`[a, , b = 1, ...rest]`, `a, b = xs`: (pattern or None for a hole, default); `rest` with its place."""

    __slots__ = ("items", "rest")

    def __init__(
        self, start: int, end: int, items: list[tuple[Syntax | None, Syntax | None]], rest: Syntax | None
    ) -> None:
        self.start = start
        self.end = end
        self.items = items
        self.rest = rest


# Statements. An expression alone is a statement as it is.


class Declare(Syntax):
    """`const p = v`, `let p`, `p = v` where it introduces a name. `scope` is `block`, or `function` for `var` and all
    of Python. (Python's plain assignments to names are Declares unless declared `global` or `nonlocal`.)"""

    __slots__ = ("pattern", "scope", "value")

    def __init__(self, start: int, end: int, pattern: Syntax, value: Syntax | None, scope: str = "block") -> None:
        self.start = start
        self.end = end
        self.pattern = pattern
        self.value = value
        self.scope = scope


class Define(Syntax):
    """A function or class statement: it binds its own name (functions are hoisted in JavaScript)."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Function | Class) -> None:
        self.start = start
        self.end = end
        self.value = value


class Return(Syntax):
    """`return x`. `yield x` is an expression: Opaque."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax | None) -> None:
        self.start = start
        self.end = end
        self.value = value


class Raise(Syntax):
    """`throw x`, `raise x`."""

    __slots__ = ("value",)

    def __init__(self, start: int, end: int, value: Syntax | None) -> None:
        self.start = start
        self.end = end
        self.value = value


class Leave(Syntax):
    """`break` and `continue`: the rest of the block is not reached."""

    __slots__ = ()


class Branch(Syntax):
    """`if`. A `switch` or `match` becomes a chain of Branches whose tests are Compares."""

    __slots__ = ("otherwise", "test", "then")

    def __init__(self, start: int, end: int, test: Syntax, then: list[Syntax], otherwise: list[Syntax]) -> None:
        self.start = start
        self.end = end
        self.test = test
        self.then = then
        self.otherwise = otherwise


class Loop(Syntax):
    """Any loop. `pattern` and `iterable` for loops over things (`mode` is `of`, or `in` for JavaScript's keys);
    `while` loops have a `test`."""

    __slots__ = ("body", "iterable", "mode", "pattern", "test")

    def __init__(
        self,
        start: int,
        end: int,
        body: list[Syntax],
        pattern: Syntax | None = None,
        iterable: Syntax | None = None,
        mode: str = "of",
        test: Syntax | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.body = body
        self.pattern = pattern
        self.iterable = iterable
        self.mode = mode
        self.test = test


class Try(Syntax):
    """`try`: `catches` are (names of the caught types, bound name, body); JavaScript's catch has no names."""

    __slots__ = ("body", "catches", "finally_", "otherwise")

    def __init__(
        self,
        start: int,
        end: int,
        body: list[Syntax],
        catches: list[tuple[list[str], Syntax | None, list[Syntax]]],
        otherwise: list[Syntax],
        finally_: list[Syntax],
    ) -> None:
        self.start = start
        self.end = end
        self.body = body
        self.catches = catches
        self.otherwise = otherwise
        self.finally_ = finally_


class With(Syntax):
    """Python's `with expr as pattern` (also async)."""

    __slots__ = ("body", "items")

    def __init__(self, start: int, end: int, items: list[tuple[Syntax, Syntax | None]], body: list[Syntax]) -> None:
        self.start = start
        self.end = end
        self.items = items
        self.body = body


class Block(Syntax):
    """`{ ... }`."""

    __slots__ = ("body",)

    def __init__(self, start: int, end: int, body: list[Syntax]) -> None:
        self.start = start
        self.end = end
        self.body = body


class Outer(Syntax):
    """Python's `global a, b` and `nonlocal a, b`."""

    __slots__ = ("names",)

    def __init__(self, start: int, end: int, names: list[str]) -> None:
        self.start = start
        self.end = end
        self.names = names


class Import(Syntax):
    """Names from a module. `names` are (name there, name here): `*` there is the module object (`import * as x`,
    `import a.b as x`), `default` the default export. `specifier` is as written; Python's relative imports keep their
    dots (`..lib.db`). Python's `import a.b` binds `a` to module `a` after loading `a.b`: specifier `a`, names [("*",
    "a")], preceded by an Import of `a.b` with no names. `star` is Python's `from m import *`. Type-only imports are
    left out."""

    __slots__ = ("names", "specifier", "star")

    def __init__(self, start: int, end: int, specifier: str, names: list[tuple[str, str]], star: bool = False) -> None:
        self.start = start
        self.end = end
        self.specifier = specifier
        self.names = names
        self.star = star


class Export(Syntax):
    """ESM exports: (name here, name outside); `specifier` for re-exports (`export { a as b } from`, `export * from` is
    [("*", "*")], `export * as ns from` is [("*", "ns")]). `value` for `export default <expression>` (names is
    [("", "default")]). An exported declaration is a Declare or Define followed by an Export.
    CommonJS is plain assignments to `module.exports` and `exports.x`."""

    __slots__ = ("names", "specifier", "value")

    def __init__(
        self,
        start: int,
        end: int,
        names: list[tuple[str, str]],
        specifier: str | None = None,
        value: Syntax | None = None,
    ) -> None:
        self.start = start
        self.end = end
        self.names = names
        self.specifier = specifier
        self.value = value


class Module:
    """A lowered file. `language` is `javascript` or `python`. `broken` holds the byte offsets of places that the parser
    could not read (the rest is lowered all the same)."""

    __slots__ = ("body", "broken", "language")

    def __init__(self, body: list[Syntax], language: str, broken: list[tuple[int, int]]) -> None:
        self.body = body
        self.language = language
        self.broken = broken
