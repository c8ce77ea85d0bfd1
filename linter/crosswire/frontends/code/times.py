"""Moments: values that tell the time, with the unit in which they do, through what code does to them.

A moment is a value that is not known but for its unit. What is not listed here makes of it a value of which nothing is
known, so that nobody is told of a unit that code may have changed.

Sources: the reference of JavaScript's Date, Python's `time`, `datetime`, `calendar` and `decimal`, and the
documentation of moment, Day.js, Luxon and date-fns.
"""

from __future__ import annotations

import re
from math import isclose
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import Abstract, Foreign, Native, Primitive
from crosswire.frontends.code.library import UNKNOWN_METHODS
from crosswire.record import field, record, replace
from crosswire.values import Concat, Const, Unknown
from crosswire.wiring.function import TimeUnit

if TYPE_CHECKING:
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span

NUMBER, TEXT, DATE = "number", "text", "date"


@record
class Moment(Unknown):
    """A point in time. `form` is how it stands there: a number, a text, or an object (`DATE`). `scale` is how many of
    its units a second has, 0 where it does not count since 1970. `kind` is whose object it is: `Date`, `datetime`,
    `moment`, `luxon`. `span` is the expression that made it, `clock` the one that asked for the time first."""

    form: str = NUMBER
    scale: float = 0
    kind: str = ""
    clock: Span | None = field(default=None, compare=False)

    def at(self, span: Span) -> Moment:
        """The same moment, made or written at another place."""
        return replace(self, span=span)


def _moment(form: str, span: Span, scale: float = 0, kind: str = "") -> Moment:
    return Moment(_WHY, span, form, scale, kind, span)


_WHY = "a point in time"
_MILLI = 1e3
_NOT_KNOWN = Unknown("a number")


# What asks for the time


def native_clock(native: Native, span: Span) -> Abstract:
    """`Date.now()`, `Date.parse(x)`, `new Date(x)`."""
    return _moment(DATE, span, kind="Date") if native.name == "Date" else _moment(NUMBER, span, _MILLI)


def foreign_call(target: Foreign, arguments: Arguments, span: Span) -> Abstract | None:
    """What a function of a library that deals with time gives; None where it is not known."""
    first = arguments.get(0)
    if (target.package, target.name) in _KEEPERS:  # Decimal(x), math.floor(x), TypeSerializer().serialize(x)
        if not isinstance(first, Moment):
            return None
        return first if target.package == "boto3" else as_number(first, span)
    made = _MAKERS.get(target.package, {}).get(target.name)
    if made is not None:
        return _moment(made[0], span, made[1], made[2])
    if target.package == "date-fns" and target.name.startswith(_MOVING):
        return _moment(DATE, span, kind="Date")
    return None


# What is done to a moment


def member(moment: Moment, name: str) -> Abstract:
    """`moment.name`, a method."""
    return Native(("unknown." if name in UNKNOWN_METHODS else "time.") + name, moment)


def method_call(moment: Moment, method: str, arguments: Arguments, span: Span) -> Abstract:
    """What a method of a number, a text or an object that is a moment gives."""
    if moment.form is not DATE:
        if method in ("toString", "toFixed", "toPrecision") and moment.form is NUMBER:
            radix = method != "toFixed" and bool(arguments.positional)
            return replace(moment, form=TEXT, span=span, scale=0 if radix else moment.scale)
        return moment if method in ("valueOf", "trim", "strip", "to_integral_value") else _NOT_KNOWN
    same, numbers, texts = _METHODS[moment.kind]
    if method in numbers:
        return replace(moment, form=NUMBER, scale=numbers[method], kind="", span=span)
    if method in texts:
        return replace(moment, form=TEXT, kind="", span=span)
    if method in _TO_DATE:
        return replace(moment, kind="Date", span=span)
    if method in same:
        return moment.at(span)
    if moment.kind == "Date" and method.startswith("set"):  # it changes the date, and gives its milliseconds
        return replace(moment, form=NUMBER, scale=_MILLI, kind="", span=span)
    return _NOT_KNOWN


def as_number(moment: Moment, span: Span | None = None) -> Abstract:
    """A number made of a moment, rounded or not: `Number(x)`, `+x`, `Math.floor(x)`, `int(x)`."""
    counted = _counted(moment)
    if isinstance(counted, Moment):
        return counted if span is None else counted.at(span)
    if moment.form is TEXT and moment.scale:
        return replace(moment, form=NUMBER, span=span or moment.span)
    return _NOT_KNOWN


def as_text(moment: Moment, span: Span) -> Abstract:
    """A text made of a moment: `String(x)`, `str(x)`."""
    return moment if moment.form is TEXT else replace(moment, form=TEXT, kind="", span=span)


def summed(parts: list[Abstract], span: Span) -> Abstract | None:
    """`a + b + c` where one of them is a moment; None where that makes a text of which nothing is known."""
    if any(isinstance(part, (Const, Concat)) for part in parts):
        return None
    moments = [part for part in parts if isinstance(part, Moment)]
    if len(moments) > 1:
        return _NOT_KNOWN
    moment = moments[0]
    if moment.form is TEXT or (moment.form is DATE and moment.kind != "datetime"):
        return None
    return moment.at(span)


def templated(parts: list[Abstract], span: Span) -> Abstract | None:
    """A text whose parts are these; None where there is more in it than a moment."""
    return as_text(parts[0], span) if len(parts) == 1 and isinstance(parts[0], Moment) else None


def calculated(values: list[Abstract], operators: list[str], span: Span) -> Abstract:
    """`a / b * c`, from left to right, where one of them is a moment."""
    result = values[0]
    for operator, value in zip(operators, values[1:], strict=True):
        result = _step(result, operator, value)
    return result.at(span) if isinstance(result, Moment) else result


def _step(left: Abstract, operator: str, right: Abstract) -> Abstract:
    if isinstance(right, Moment):
        if operator == "*" and isinstance(left, Primitive):
            left, right = right, left
        else:
            return _NOT_KNOWN
    if not isinstance(left, Moment):
        return _NOT_KNOWN
    if left.form is DATE and left.kind == "datetime":
        spans = isinstance(right, Foreign) and right.package in ("datetime", "dateutil")
        return left if operator == "-" and spans else _NOT_KNOWN
    counted, number = _counted(left), right.value if isinstance(right, Primitive) else None
    if not isinstance(counted, Moment) or not isinstance(number, (int, float)) or isinstance(number, bool):
        return _NOT_KNOWN
    match operator:
        case "-":
            return counted
        case "|" | ">>" | ">>>" if not number and counted.scale <= 1.5:  # of 32 bits: milliseconds do not fit
            return counted
        case "/" | "//" if number > 0:
            return replace(counted, scale=counted.scale / number)
        case "*" if number > 0:
            return replace(counted, scale=counted.scale * number)
    return _NOT_KNOWN


def _counted(moment: Moment) -> Abstract:
    """A moment as a number: the objects of JavaScript are milliseconds where a number is needed."""
    if moment.form is NUMBER:
        return moment
    if moment.form is DATE and moment.kind != "datetime":
        return replace(moment, form=NUMBER, scale=_MILLI, kind="")
    return _NOT_KNOWN


# What is told of it


def unit_of(moment: Moment) -> TimeUnit | None:
    """The unit of a moment; None where it is none that has a name."""
    if moment.form is not NUMBER:
        return TimeUnit.TEXT if moment.form is TEXT else TimeUnit.OBJECT
    return _unit_of_scale(moment.scale)


def unit_of_digits(moment: Moment) -> TimeUnit | None:
    """The unit of a moment that is written as the digits of a number."""
    if moment.form is TEXT and moment.scale:
        return _unit_of_scale(moment.scale)
    return unit_of(moment)


def _unit_of_scale(scale: float) -> TimeUnit | None:
    return next((unit for unit, known in _UNITS.items() if isclose(scale, known, rel_tol=1e-9)), None)


_UNITS = {
    TimeUnit.SECONDS: 1,
    TimeUnit.MILLISECONDS: 1e3,
    TimeUnit.MICROSECONDS: 1e6,
    TimeUnit.NANOSECONDS: 1e9,
}


def in_seconds(moment: Moment) -> str:
    """The expression that gives a moment in whole seconds, in the language of its code."""
    python = moment.span is not None and moment.span.path.endswith(".py")
    if moment.form is DATE:
        subject = _text_of(moment) or "date"
        return f"int({subject}.timestamp())" if python else _OF_OBJECTS[moment.kind].format(subject)
    if not moment.scale:
        return "int(date.timestamp())" if python else "Math.floor(date.getTime() / 1000)"
    unit = _unit_of_scale(moment.scale) or TimeUnit.SECONDS
    if unit is TimeUnit.SECONDS:
        subject = _text_of(moment) or "seconds"
        return f"int({subject})" if python else f"Number({subject})"
    subject = (_text_of(moment) if moment.form is NUMBER else "") or unit.value
    per_second = f"{_UNITS[unit]:.0f}"
    return f"int({subject} / {per_second})" if python else f"Math.floor({subject} / {per_second})"


_OF_OBJECTS = {
    "Date": "Math.floor({}.getTime() / 1000)",
    "moment": "{}.unix()",
    "luxon": "{}.toUnixInteger()",
}


def _text_of(moment: Moment) -> str:
    """The expression of a moment as it is written, where it is short; in parentheses where it must be."""
    text = moment.span.text if moment.span is not None else ""
    if len(text) > 60 or not re.fullmatch(r"[\w $.,()*+/=-]+", text):
        return ""
    outside, more = text, 1
    while more:
        outside, more = re.subn(r"\([^()]*\)", "", outside)
    return text if re.fullmatch(r"(new )?[\w$.]*", outside) else f"({text})"


# What libraries are known to give: form, scale, kind

_DATE_TIME = (DATE, 0, "datetime")
_DATE_TIMES = (
    "datetime date datetime.now datetime.utcnow datetime.today date.today datetime.fromtimestamp datetime.combine"
    " datetime.utcfromtimestamp date.fromtimestamp datetime.strptime datetime.fromisoformat date.fromisoformat"
).split()
_OBJECT = (DATE, 0, "moment")
_LUXON = (DATE, 0, "luxon")
_MOMENT = {"": _OBJECT, "utc": _OBJECT, "tz": _OBJECT, "unix": _OBJECT, "parseZone": _OBJECT, "now": (NUMBER, 1e3, "")}
_MAKERS: dict[str, dict[str, tuple[str, float, str]]] = {
    "time": {
        "time": (NUMBER, 1, ""),
        "mktime": (NUMBER, 1, ""),
        "time_ns": (NUMBER, 1e9, ""),
        "strftime": (TEXT, 0, ""),
        "ctime": (TEXT, 0, ""),
        "asctime": (TEXT, 0, ""),
    },
    "calendar": {"timegm": (NUMBER, 1, "")},
    "datetime": dict.fromkeys(_DATE_TIMES, _DATE_TIME),
    "moment": _MOMENT,
    "moment-timezone": _MOMENT,
    "dayjs": _MOMENT,
    "luxon": {
        f"DateTime.{name}": _LUXON
        for name in "now utc local fromISO fromMillis fromSeconds fromJSDate fromObject fromFormat fromHTTP".split()
    },
    "date-fns": {
        "getUnixTime": (NUMBER, 1, ""),
        "getTime": (NUMBER, 1e3, ""),
        "format": (TEXT, 0, ""),
        "formatISO": (TEXT, 0, ""),
        "formatRFC3339": (TEXT, 0, ""),
        **dict.fromkeys(("parseISO", "parse", "toDate", "fromUnixTime"), (DATE, 0, "Date")),
    },
}
#: Functions that keep the time of what they are given.
_KEEPERS = frozenset(
    {
        ("decimal", "Decimal"),
        ("math", "floor"),
        ("math", "ceil"),
        ("math", "trunc"),
        ("boto3", "TypeSerializer().serialize"),
    }
)
#: How the names of those functions of date-fns begin that give a date.
_MOVING = ("add", "sub", "startOf", "endOf", "set", "next", "previous", "round")
PACKAGES = frozenset({*_MAKERS, *(package for package, _ in _KEEPERS)})
"""The packages of which something is known here."""

#: Kind of object -> methods that give another of its kind, that give a number (with its scale), that give a text.
_METHODS: dict[str, tuple[frozenset[str], dict[str, float], frozenset[str]]] = {
    "Date": (
        frozenset(),
        {"getTime": 1e3, "valueOf": 1e3},
        frozenset(
            (
                "toISOString toJSON toString toUTCString toGMTString toDateString toTimeString toLocaleString"
                " toLocaleDateString toLocaleTimeString"
            ).split()
        ),
    ),
    "datetime": (
        frozenset(("replace", "astimezone", "date")),
        {"timestamp": 1},
        frozenset(("isoformat", "strftime", "ctime")),
    ),
    "moment": (
        frozenset("add subtract startOf endOf utc local tz clone set".split()),
        {"unix": 1, "valueOf": 1e3},
        frozenset(("format", "toISOString", "toString", "toJSON")),
    ),
    "luxon": (
        frozenset("plus minus startOf endOf set setZone toUTC toLocal reconfigure setLocale".split()),
        {"toSeconds": 1, "toUnixInteger": 1, "toMillis": 1e3, "valueOf": 1e3},
        frozenset("toISO toISODate toISOTime toString toJSON toSQL toFormat toHTTP toRFC2822 toLocaleString".split()),
    ),
}
_TO_DATE = ("toDate", "toJSDate")
