"""What an expression of code can be worth before it runs: texts of the shared domain, or one of the things here.

Texts are `crosswire.values.Value` (Const, EnvRef, Concat, OneOf, Unknown). Things that can change keep their state in
dicts, so that the evaluator can log every write and take a branch back.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, Unknown, Value, one_of

if TYPE_CHECKING:
    from crosswire.frontends.code import syntax
    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments, ModuleState
    from crosswire.source import Span

TEXTS = (Const, EnvRef, Concat, OneOf, Unknown, If, Ref, Parameter)


class Primitive:
    """A number, a truth value, or None (null and undefined too)."""

    __slots__ = ("value",)

    def __init__(self, value: bool | float | None) -> None:
        self.value = value


NOTHING = Primitive(None)


class Never:
    """The value of what never returns: a call that always raises."""

    __slots__ = ()


NEVER = Never()


class Scope:
    """Names and their values. `function` marks the scope that a `var` or a Python assignment lands in."""

    __slots__ = ("function", "outer", "parent", "vars")

    def __init__(self, parent: Scope | None, function: bool) -> None:
        self.vars: dict[str, Abstract] = {}
        self.parent = parent
        self.function = function
        self.outer: set[str] | None = None


class Fields(dict[str, "Abstract"]):
    """The fields of a Record. A field that only one way of a branch sets may be missing after it; a name may not."""

    __slots__ = ()


class Record:
    """An object, dict or instance. `fields` by exact name; `state` holds `open` (there may be fields that are not
    known) and `symbolic` (pairs whose key is not an exact text). `cls` is the class of an instance."""

    __slots__ = ("cls", "fields", "span", "state")

    def __init__(self, span: Span | None = None, cls: ClassValue | None = None) -> None:
        self.fields: dict[str, Abstract] = Fields()
        self.state: dict[str, object] = {}
        self.cls = cls
        self.span = span

    @property
    def open(self) -> bool:
        return bool(self.state.get("open"))

    @property
    def symbolic(self) -> tuple[tuple[Value, Abstract], ...]:
        return self.state.get("symbolic", ())  # type: ignore[return-value]


class SequenceValue:
    """An array, list, tuple or set: `state` holds `items` and `open` (there may be more)."""

    __slots__ = ("state",)

    def __init__(self, items: tuple[Abstract, ...], open: bool = False) -> None:
        self.state: dict[str, object] = {"items": items, "open": open}

    @property
    def items(self) -> tuple[Abstract, ...]:
        return self.state["items"]  # type: ignore[return-value]

    @property
    def open(self) -> bool:
        return bool(self.state["open"])


class Closure:
    """A function with the scope it was made in. `this` is what a method is bound to, `owner` the class that defines it,
    `given` the arguments that a `bind` has fixed. `members` are what is assigned to the function itself (`prototype`
    among them); `beside` is what runs along when it is called, because a decorator was given it."""

    __slots__ = ("beside", "given", "members", "module", "node", "owner", "scope", "this")

    def __init__(
        self,
        node: syntax.Function,
        scope: Scope,
        module: ModuleState,
        this: Abstract | None = None,
        owner: ClassValue | None = None,
        given: tuple[Abstract, ...] = (),
    ) -> None:
        self.node = node
        self.scope = scope
        self.module = module
        self.this = this
        self.owner = owner
        self.given = given
        self.members: dict[str, Abstract] = {}
        self.beside: list[Abstract] = []


class Partial:
    """Anything that can be called, with arguments that are given already: `partial(f, 1, a=2)`, `f.bind(x, 1)`."""

    __slots__ = ("named", "positional", "target")

    def __init__(self, target: Abstract, positional: tuple[Abstract, ...], named: dict[str, Abstract]) -> None:
        self.target = target
        self.positional = positional
        self.named = named


class ClassValue:
    """A class: its syntax, the scope of its body, the values of its bases and static members."""

    __slots__ = ("bases", "module", "node", "scope", "statics")

    def __init__(self, node: syntax.Class, scope: Scope, module: ModuleState, bases: tuple[Abstract, ...]) -> None:
        self.node = node
        self.scope = scope
        self.module = module
        self.bases = bases
        self.statics: dict[str, Abstract] = {}


class Super:
    """`super` inside a method of `owner`, on `this`."""

    __slots__ = ("owner", "this")

    def __init__(self, owner: ClassValue, this: Abstract) -> None:
        self.owner = owner
        self.this = this


class Namespace:
    """A module of the project as a value."""

    __slots__ = ("module",)

    def __init__(self, module: ModuleState) -> None:
        self.module = module


class Imported:
    """A name bound to another module's export: looked up when used, because modules may import each other."""

    __slots__ = ("module", "name")

    def __init__(self, module: ModuleState, name: str) -> None:
        self.module = module
        self.name = name


class EnvObject:
    """The environment as an object: `process.env`, or `os.environ` (`python`), whose attributes are methods. `checked`
    tells that a schema looks after missing ones."""

    __slots__ = ("checked", "python")

    def __init__(self, checked: bool = False, python: bool = False) -> None:
        self.checked = checked
        self.python = python


class EventValue:
    """The handler's event, or a member of it."""

    __slots__ = ("path",)

    def __init__(self, path: tuple[str, ...]) -> None:
        self.path = path


class Foreign:
    """Something of a package that is not read, or of a language's library: its value is unknown. `name` is how it is
    reached from the package (`z.object`), for messages and for what is known about libraries. What is given to an
    object of it (`made` tells that it is one, not the package) while modules load, such as routes and wrapped
    handlers, is kept in `captured`, to be run when the event is handed to it. `settings` are those of an app."""

    __slots__ = ("captured", "made", "name", "package", "settings")

    def __init__(self, package: str, name: str, captured: list[Abstract] | None = None, made: bool = False) -> None:
        self.package = package
        self.name = name
        self.captured: list[Abstract] = [] if captured is None else captured
        self.made = made
        self.settings: Record | None = None


class Native:
    """A function of the language's own library, or a method of a text or list, as `builtins.py` knows it."""

    __slots__ = ("name", "receiver")

    def __init__(self, name: str, receiver: Abstract | None = None) -> None:
        self.name = name
        self.receiver = receiver


class Choices:
    """One of several things."""

    __slots__ = ("options",)

    def __init__(self, options: tuple[Abstract, ...]) -> None:
        self.options = options


class SdkThing:
    """The base of everything of an AWS SDK; `sdk.py` has the kinds."""

    __slots__ = ()

    def member(self, evaluator: Evaluator, name: str, span: Span) -> Abstract:
        """`thing.name`."""
        raise NotImplementedError

    def call(self, evaluator: Evaluator, arguments: Arguments, span: Span) -> Abstract:
        """`thing(arguments)`."""
        raise NotImplementedError


Abstract: TypeAlias = (
    Value
    | Primitive
    | Never
    | Record
    | SequenceValue
    | Closure
    | Partial
    | ClassValue
    | Super
    | Namespace
    | Imported
    | EnvObject
    | EventValue
    | Foreign
    | Native
    | Choices
    | SdkThing
)


def join(values: list[Abstract]) -> Abstract:
    """One of several values: texts become a OneOf, anything else Choices; what never happens is dropped."""
    flat: list[Abstract] = []
    for value in values:
        for option in value.options if isinstance(value, Choices) else (value,):
            if isinstance(option, Never) or any(option is known for known in flat):
                continue
            if isinstance(option, Primitive):
                if any(isinstance(known, Primitive) and known.value == option.value for known in flat):
                    continue
            elif isinstance(option, TEXTS) and any(isinstance(known, TEXTS) and known == option for known in flat):
                continue
            flat.append(option)
            if len(flat) > 24:
                return Unknown("one of many values")
    if not flat:
        return NEVER if values else NOTHING
    if len(flat) == 1:
        return flat[0]
    if all(isinstance(option, TEXTS) for option in flat):
        return one_of(flat)  # type: ignore[arg-type]
    return Choices(tuple(flat))


def options_of(value: Abstract) -> tuple[Abstract, ...]:
    """The single possibilities of a value."""
    if isinstance(value, Choices):
        return value.options
    if isinstance(value, OneOf):
        return value.choices
    return (value,)


def keys_of(value: Abstract) -> list[Abstract]:
    """The keys of an object, as texts."""
    if isinstance(value, Record):
        return [*(Const(name, value.span) for name in value.fields), *(key for key, _ in value.symbolic)]
    return []


def as_text(value: Abstract) -> Value:
    """The text that a value stands for where a text is needed."""
    if isinstance(value, TEXTS):
        return value
    if isinstance(value, Primitive):
        if value.value is None:
            return Unknown("nothing")
        if isinstance(value.value, bool):
            return Const("true" if value.value else "false")
        return Const(str(value.value))
    if isinstance(value, Choices):
        texts = [as_text(option) for option in value.options if not _is_nothing(option)]
        return one_of(texts) if texts else Unknown("nothing")
    if isinstance(value, EventValue):
        return Unknown("a value of the event")
    if isinstance(value, Foreign):
        return Unknown(f"a value of {value.package}" if value.package else "a value made at run time")
    return Unknown("a value made at run time")


def _is_nothing(value: Abstract) -> bool:
    return isinstance(value, Primitive) and value.value is None


def with_default(value: Abstract, default: Abstract, empty_counts: bool) -> Abstract:
    """`value || default`: an EnvRef without a default gets one (the innermost of a chain); a certain text stays."""
    if isinstance(value, EnvRef):
        fallback = default if value.default is None else with_default(value.default, default, empty_counts)
        if isinstance(fallback, Never):
            return value
        return EnvRef(value.name, as_text(fallback), empty_counts or value.empty_counts, value.span)
    if isinstance(value, Const):
        return default if value.text == "" and empty_counts else value
    if isinstance(value, Primitive):
        if value.value is None or (empty_counts and not value.value):
            return default
        return value
    if isinstance(value, (Unknown, EventValue, Choices, OneOf, Foreign, If)):
        return join([*(option for option in options_of(value) if not _is_nothing(option)), default])
    return value
