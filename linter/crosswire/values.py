"""What a value can be before a deployment: exact, symbolic, one of several, or unknown with a reason.

Template values and code values share this domain, so `!Ref Orders` in an env block, `!GetAtt Orders.Arn` in a
policy and `os.environ["TABLE"]` in code can be told to be the same table without anyone knowing its physical name.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from typing import TYPE_CHECKING, NoReturn, TypeAlias

from crosswire.record import field, record

if TYPE_CHECKING:
    from crosswire.source import Span


class Truth(Enum):
    """YES, NO or MAYBE. Only YES and NO may become a finding; `bool()` raises, so `not` cannot invent one."""

    NO = 0
    MAYBE = 1
    YES = 2

    def __bool__(self) -> NoReturn:
        raise TypeError("a Truth is no bool: compare it with Truth.YES or Truth.NO")

    def __and__(self, other: Truth) -> Truth:
        return self if self.value <= other.value else other

    def __or__(self, other: Truth) -> Truth:
        return self if self.value >= other.value else other

    def __invert__(self) -> Truth:
        return Truth(2 - self.value)


@record
class ResourceId:
    """A resource of a unit: `unit` is the id of the (possibly nested) template, `address` its logical id there.
    `shown` is what people call it where they do not write its logical id themselves."""

    unit: str
    address: str
    shown: str = field(default="", compare=False)

    def __str__(self) -> str:
        return self.shown or self.address

    def __lt__(self, other: ResourceId) -> bool:
        return (self.unit, self.address) < (other.unit, other.address)


@record
class Const:
    """An exact text."""

    text: str
    span: Span | None = field(default=None, compare=False)


@record
class Ref:
    """An attribute of a declared resource: `attribute` is one of the kinds `name`, `arn`, `url`, `id` where the kind
    is known (`!Ref Orders` on a table is `name`), else the attribute as the template spells it (`StreamArn`)."""

    resource: ResourceId
    attribute: str
    span: Span | None = field(default=None, compare=False)


@record
class Parameter:
    """A parameter of a template whose value is given at deployment. `scope` is the unit id, or `AWS` for the pseudo
    parameters `Partition`, `Region`, `AccountId`, `StackName`, `StackId`, `URLSuffix`, `NotificationARNs`, or
    `import` for the name of another stack's export that no template of the repository declares.

    `default` and `allowed` are what the template declares; `secret` tells `NoEcho`. `type` is the declared type, empty
    where it is not known. `default_secret` says what kind of secret the default of a `NoEcho` parameter is: its text
    is not kept.

    Where it is known which environment the template is deployed to, `exact` tells that the parameter has the value
    `default` there, and `given` is the place where the environment says so, None for the template's own default.
    """

    scope: str
    name: str
    default: str | None = field(default=None, compare=False)
    allowed: tuple[str, ...] = field(default=(), compare=False)
    secret: bool = field(default=False, compare=False)
    span: Span | None = field(default=None, compare=False)
    type: str = field(default="", compare=False)
    default_secret: str | None = field(default=None, compare=False)
    exact: bool = field(default=False, compare=False)
    given: Span | None = field(default=None, compare=False)


@record
class EnvRef:
    """What code gets from an environment variable.

    `default` is what it falls back to when the variable is unset (and, with `empty_counts`, when it is empty:
    `||` in JavaScript, `or` in Python). Chains nest: the default of A is EnvRef(B, default=Const).
    """

    name: str
    default: Value | None = None
    empty_counts: bool = field(default=False, compare=False)
    span: Span | None = field(default=None, compare=False)


@record
class Concat:
    """Parts joined without a separator. Build with `concat()`, which merges constants."""

    parts: tuple[Value, ...]
    span: Span | None = field(default=None, compare=False)


@record
class If:
    """One value or another by a named condition of a unit (`condition` is `<unit>:<name>`).

    It keeps what `OneOf` loses: the same condition in env and policy chooses the same side in both.
    """

    condition: str
    then: Value
    otherwise: Value
    span: Span | None = field(default=None, compare=False)


@record
class OneOf:
    """One of several values, by a choice that cannot be named. Build with `one_of()`."""

    choices: tuple[Value, ...]
    span: Span | None = field(default=None, compare=False)


@record
class Unknown:
    """A value that cannot be known before the deployment; `why` is a short noun phrase ("a value of the event")."""

    why: str
    span: Span | None = field(default=None, compare=False)


Value: TypeAlias = Const | Ref | Parameter | EnvRef | Concat | If | OneOf | Unknown


def concat(parts: Iterator[Value] | tuple[Value, ...] | list[Value], span: Span | None = None) -> Value:
    """Join values: nested concatenations are flattened, neighbouring constants merged."""
    merged: list[Value] = []
    for part in parts:
        for piece in part.parts if isinstance(part, Concat) else (part,):
            if isinstance(piece, Const) and merged and isinstance(merged[-1], Const):
                merged[-1] = Const(merged[-1].text + piece.text, span)
            elif not (isinstance(piece, Const) and piece.text == ""):
                merged.append(piece)
    if not merged:
        return Const("", span)
    if len(merged) == 1:
        return merged[0]
    return Concat(tuple(merged), span)


def one_of(choices: Iterator[Value] | tuple[Value, ...] | list[Value], span: Span | None = None) -> Value:
    """One of several: nested choices are flattened, equal ones dropped; a single one stays itself."""
    flat: list[Value] = []
    for choice in choices:
        for single in choice.choices if isinstance(choice, OneOf) else (choice,):
            if single not in flat:
                flat.append(single)
    if not flat:
        return Unknown("no value", span)
    return flat[0] if len(flat) == 1 else OneOf(tuple(flat), span)


def transform(value: Value, leaf: Callable[[Value], Value]) -> Value:
    """Rebuild a value from the bottom: `leaf` is asked for every part that holds no other (EnvRef included)."""
    match value:
        case Concat(parts, span):
            return concat([transform(part, leaf) for part in parts], span)
        case OneOf(choices, span):
            return one_of([transform(choice, leaf) for choice in choices], span)
        case If(condition, then, otherwise, span):
            return If(condition, transform(then, leaf), transform(otherwise, leaf), span)
        case _:
            return leaf(value)


def settled(value: Value) -> Value:
    """A value with what is known of the environment put in."""
    if not isinstance(value, (Parameter, Concat, If, OneOf)):
        return value
    return transform(value, _known_text)


def _known_text(leaf: Value) -> Value:
    if isinstance(leaf, Parameter) and leaf.exact and leaf.default is not None:
        return Const(leaf.default, leaf.given or leaf.span)
    return leaf


def leaves(value: Value) -> Iterator[Value]:
    """Every part that holds no other, from left to right; the defaults of an EnvRef follow it."""
    match value:
        case Concat(parts):
            for part in parts:
                yield from leaves(part)
        case OneOf(choices):
            for choice in choices:
                yield from leaves(choice)
        case If(_, then, otherwise):
            yield from leaves(then)
            yield from leaves(otherwise)
        case EnvRef(_, default):
            yield value
            if default is not None:
                yield from leaves(default)
        case _:
            yield value


def alternatives(value: Value) -> list[Value]:
    """Everything that a value may be, whichever way its conditions go."""
    match value:
        case If(_, then, otherwise):
            return [*alternatives(then), *alternatives(otherwise)]
        case OneOf(choices):
            return [single for choice in choices for single in alternatives(choice)]
        case _:
            return [value]


def last_text(value: Value) -> str | None:
    """The last constant of a text, which of a path or a key tells the file's name."""
    match value:
        case Const(text):
            return text
        case If(_, then, _):
            return last_text(then)
        case OneOf(choices):
            return last_text(choices[0])
        case Concat(parts):
            return last_text(parts[-1])
        case _:
            return None


def resolved_later(value: Value) -> Value:
    """A text in which every dynamic reference (`{{resolve:ssm:/orders/table}}`) is a symbol: CloudFormation puts the
    value in at deployment. Equal references are equal symbols."""
    parts = value.parts if isinstance(value, Concat) else (value,)
    if not any(isinstance(part, Const) and "{{resolve:" in part.text for part in parts):
        return value
    found: list[Value] = []
    inside: list[str] | None = None
    for part in parts:
        if not isinstance(part, Const):
            if inside is None:
                found.append(part)
            else:
                inside.append(repr(part))
            continue
        text = part.text
        while text:
            if inside is None:
                before, opened, text = text.partition("{{resolve:")
                found.append(Const(before, part.span))
                inside = [] if opened else None
            else:
                reference, closed, rest = text.partition("}}")
                inside.append(reference)
                if not closed:
                    break
                found.append(Parameter("resolve", "".join(inside), span=part.span))
                inside, text = None, rest
    if inside is not None:
        found.append(Unknown("a dynamic reference that is not closed", value.span))
    return concat(found, value.span)
