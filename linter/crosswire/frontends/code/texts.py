"""What the languages' own methods do to texts: joined, cut, formatted, put together as paths."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from crosswire.frontends.code.abstract import TEXTS, Abstract, Native, Primitive, SequenceValue, as_text
from crosswire.frontends.code.environment import mark_all
from crosswire.frontends.code.times import Moment, summed
from crosswire.frontends.code.times import as_text as text_of_moment
from crosswire.values import Const, Unknown, Value, concat

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.frontends.code.evaluate import Evaluator
    from crosswire.frontends.code.state import Arguments
    from crosswire.source import Span


def plus(left: Abstract, right: Abstract, span: Span) -> Abstract:
    """`left + right` of texts or lists."""
    if isinstance(left, SequenceValue) and isinstance(right, SequenceValue):
        return SequenceValue((*left.items, *right.items), left.open or right.open)
    if isinstance(left, Primitive) and isinstance(right, Primitive) and is_index(left) and is_index(right):
        return Primitive((left.value or 0) + (right.value or 0))
    if isinstance(left, Moment) or isinstance(right, Moment):
        moment = summed([left, right], span)
        if moment is not None:
            return moment
    if isinstance(left, TEXTS) or isinstance(right, TEXTS):
        return concat([as_text(left), as_text(right)], span)
    return Unknown("a sum")


def text_call(evaluator: Evaluator, native: Native, method: str, arguments: Arguments, span: Span) -> Abstract:
    text = native.receiver
    assert text is not None
    if method in _SAME_TEXT:
        return text
    if method == "concat":
        return concat([as_text(text), *(as_text(value) for value in arguments.positional)], span)
    if method == "join":
        return joined(evaluator, as_text(text), arguments.get(0), span)
    if isinstance(text, Const):
        first = arguments.get(0)
        if method in ("toLowerCase", "lower"):
            return Const(text.text.lower(), span)
        if method in ("toUpperCase", "upper"):
            return Const(text.text.upper(), span)
        if method in ("replace", "replaceAll") and isinstance(first, Const):
            second = arguments.get(1)
            if isinstance(second, Const):
                if (
                    method == "replaceAll" or text.text.count(first.text) < 2
                ):  # the languages' replace differ beyond one
                    return Const(text.text.replace(first.text, second.text), span)
        exact = _exact_text_call(text.text, method, arguments, span)
        if exact is not None:
            return exact
        if method == "format":
            return _format(evaluator, text.text, arguments, span)
    else:
        mark_all(evaluator, text, "joined")
    evaluator.escape(arguments, span)
    return Unknown("a text made at run time")


#: Methods of texts that keep what the text names.
_SAME_TEXT = frozenset(
    "trim toString valueOf strip trimEnd trimStart normalize lstrip rstrip encode decode value".split()
)


def _exact_text_call(text: str, method: str, arguments: Arguments, span: Span) -> Abstract | None:
    """Methods that cut an exact text, given exact arguments."""
    if arguments.named or arguments.open:
        return None
    given: list[str | int] = []
    for value in arguments.positional:
        if isinstance(value, Const):
            given.append(value.text)
        elif isinstance(value, Primitive) and is_index(value) and isinstance(value.value, int):
            given.append(value.value)
        else:
            return None
    match method, given:
        case "split", [str(mark)] if mark:
            return _texts(text.split(mark), span)
        case "split", [str(mark), int(most)] if mark and most >= 0 and span.path.endswith(".py"):
            return _texts(text.split(mark, most), span)
        case "rsplit", [str(mark)] if mark:
            return _texts(text.rsplit(mark), span)
        case "rsplit", [str(mark), int(most)] if mark:
            return _texts(text.rsplit(mark, most), span)
        case "partition", [str(mark)] if mark:
            return _texts(text.partition(mark), span)
        case "rpartition", [str(mark)] if mark:
            return _texts(text.rpartition(mark), span)
        case "removeprefix", [str(mark)]:
            return Const(text.removeprefix(mark), span)
        case "removesuffix", [str(mark)]:
            return Const(text.removesuffix(mark), span)
        case (("lastIndexOf" | "rfind"), [str(mark)]):
            return Primitive(text.rfind(mark))
        case (("indexOf" | "find"), [str(mark)]):
            return Primitive(text.find(mark))
        case (("substring" | "slice"), [int(start)]) if start >= 0 or method == "slice":
            return Const(text[start:], span)
        case (("substring" | "slice"), [int(start), int(end)]) if method == "slice" or 0 <= start <= end:
            return Const(text[start:end], span)
    return None


def _texts(parts: Iterable[str], span: Span) -> Abstract:
    return SequenceValue(tuple(Const(part, span) for part in parts))


def _format(evaluator: Evaluator, text: str, arguments: Arguments, span: Span) -> Abstract:
    """`template.format(...)` of an exact template."""
    from string import Formatter

    parts: list[Value] = []
    try:
        pieces = list(Formatter().parse(text))
    except ValueError:
        return Unknown("a text made at run time")
    for index, (before, field, _, _) in enumerate(pieces):
        parts.append(Const(before, span))
        if field is None:
            continue
        at = int(field) if field.isdecimal() else index
        value = arguments.named.get(field) if field and not field.isdecimal() else arguments.get(at)
        if value is not None:
            mark_all(evaluator, value, "joined")
        parts.append(Unknown("a part of a text") if value is None else as_text(value))
    return concat(parts, span)


def joined(evaluator: Evaluator, separator: Abstract, values: Abstract | None, span: Span) -> Abstract:
    if isinstance(values, SequenceValue) and not values.open:
        parts: list[Abstract] = []
        for index, item in enumerate(values.items):
            if index:
                parts.append(separator)
            parts.append(item)
        for part in parts:
            mark_all(evaluator, part, "joined")
        return concat([as_text(part) for part in parts], span)
    return Unknown("a text made at run time")


def text_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    value = arguments.get(0)
    if value is None:
        return Const("", span)
    mark_all(evaluator, value, "joined")
    if isinstance(value, Moment):
        return text_of_moment(value, span)
    return value if isinstance(value, TEXTS) else as_text(value)


def path_of(evaluator: Evaluator, native: Native, arguments: Arguments, span: Span) -> Abstract:
    """`os.path.join` and its like, of exact texts."""
    method = native.name.rpartition(".")[2]
    texts = [value.text for value in arguments.positional if isinstance(value, Const)]
    if not texts or len(texts) != len(arguments.positional) or arguments.open:
        for value in arguments.all():
            mark_all(evaluator, value, "joined")
        return Unknown("a path")
    if method in ("join", "resolve"):
        return Const(posixpath.normpath(posixpath.join(*texts)), span)
    if method == "dirname":
        return Const(posixpath.dirname(texts[0]), span)
    if method == "basename":
        return Const(posixpath.basename(texts[0]), span)
    return Const(posixpath.normpath(texts[0]), span)


def is_index(value: Abstract) -> bool:
    return isinstance(value, Primitive) and isinstance(value.value, int) and not isinstance(value.value, bool)
