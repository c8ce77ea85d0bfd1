"""What a call names: the ARN that its permission is checked on, from a name, an ARN or a URL in code."""

from __future__ import annotations

from crosswire.aws.operations import arn_parts
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Unknown, Value, concat, one_of

_WITHIN = {"index": "table", "object": "bucket"}
"""A kind of resource that is part of another -> that other kind."""

_NAMED_PLAINLY = ("table", "bucket")
"""Kinds that code names by their name, or by an ARN that is visibly one."""


def whole(kind: str) -> str:
    """The kind of the resource that a use of a part of it is about: the table of an index, the bucket of an object."""
    return _WITHIN.get(kind, kind)


def arn_of(service: str, kind: str, name: Value, part: Value | None = None) -> Value:
    """The ARN of a resource, or of a part of it, by what code calls it.

    `service` is the IAM prefix, `kind` as in crosswire.aws.arns. `name` is expanded: a name, an ARN or a URL. `part` is
    the index of a table, the key of an object, the qualifier of a function.
    """
    match name:
        case If(condition, then, otherwise):
            return If(condition, arn_of(service, kind, then, part), arn_of(service, kind, otherwise, part))
        case OneOf(choices):
            return one_of([arn_of(service, kind, choice, part) for choice in choices])
    if kind == "*":
        return Const("*")
    if not kind:
        return Unknown("a resource that the call does not name")
    if is_arn(name):
        return _part_of(kind, name, part)
    if kind == "function":
        name = _function_name(name)
    if isinstance(name, Ref) and name.attribute == "url":
        name = Ref(name.resource, "name")
    elif kind == "queue":
        name = _queue_name(name)
    elif kind == "identity":
        name = one_of(_identities(name))
    elif kind == "key" and text_before(name).startswith("alias/"):
        name = Unknown("the key of an alias")
    built = _fill(service, whole(kind), name)
    if built is None:
        return Unknown("an ARN of an unknown form")
    if isinstance(name, (Parameter, Ref)) and whole(kind) not in _NAMED_PLAINLY and kind != "queue":
        built = one_of([built, name])  # it may well be an ARN
    return _part_of(kind, built, part)


def is_arn(value: Value) -> bool:
    """Whether a value is visibly an ARN."""
    if isinstance(value, Ref):
        return value.attribute.lower().endswith("arn")
    if isinstance(value, Concat) and isinstance(value.parts[0], Ref):
        return is_arn(value.parts[0])
    return text_before(value).startswith("arn:")


def text_before(value: Value) -> str:
    """The exact text that a value begins with."""
    first = value.parts[0] if isinstance(value, Concat) else value
    return first.text if isinstance(first, Const) else ""


def _part_of(kind: str, arn: Value, part: Value | None) -> Value:
    unknown = Unknown("a part that the call does not tell")
    match arn:
        case If(condition, then, otherwise):
            return If(condition, _part_of(kind, then, part), _part_of(kind, otherwise, part))
        case OneOf(choices):
            return one_of([_part_of(kind, choice, part) for choice in choices])
    if kind == "index":
        return concat([arn, Const("/index/"), part or unknown])
    if kind == "object":
        return concat([arn, Const("/"), part or unknown])
    if kind == "function" and part is not None:
        qualified = concat([arn, Const(":"), part])
        return one_of([arn, qualified]) if isinstance(part, Unknown) else qualified
    return arn


def _fill(service: str, kind: str, name: Value) -> Value | None:
    """The ARN's pattern with everything put in that is known."""
    pattern = arn_parts(service, kind)
    if pattern is None:
        return None
    parts: list[Value] = []
    for part in pattern:
        if not part.startswith("{"):
            parts.append(Const(part))
        elif part in ("{Partition}", "{Region}", "{AccountId}"):
            parts.append(Parameter("AWS", part[1:-1]))
        elif part in ("{name}", "{id}"):
            parts.append(name)
        elif part == "{/name}":
            parts.append(_with_slash(name))
        else:
            parts.append(Unknown("a part of an ARN"))
    return concat(parts)


def _with_slash(name: Value) -> Value:
    before = text_before(name)
    if before:
        return name if before.startswith("/") else concat([Const("/"), name])
    return one_of([concat([Const("/"), name]), name])


def _queue_name(value: Value) -> Value:
    """The last part of a queue's URL; a text without a slash is a name."""
    if isinstance(value, Const):
        return Const(value.text.rpartition("/")[2], value.span)
    if not isinstance(value, Concat) or not text_before(value).startswith("http"):
        return value if isinstance(value, (Ref, Concat)) else Unknown("a queue's URL")
    kept: list[Value] = []
    for part in reversed(value.parts):
        if isinstance(part, Const) and "/" in part.text:
            kept.append(Const(part.text.rpartition("/")[2]))
            break
        kept.append(part)
    return concat(kept[::-1])


def _identities(value: Value) -> list[Value]:
    """What an address may be sent by: itself, its domain or one above that, whichever is verified in SES."""
    parts = value.parts if isinstance(value, Concat) else (value,)
    for index, part in enumerate(parts):
        if isinstance(part, Const) and "@" in part.text:
            address = part.text.rpartition("<")[2].rstrip("> ")
            labels, rest = address.partition("@")[2].split("."), parts[index + 1 :]
            known = range(len(labels) if rest else len(labels) - 1)  # nobody verifies a top-level domain
            domains = [concat([Const(".".join(labels[at:])), *rest]) for at in known]
            return [value if len(parts) > 1 else Const(address), *domains]
    return [value]


def _function_name(value: Value) -> Value:
    """The name in a partial ARN (`123456789012:function:orders`)."""
    if isinstance(value, Const) and ":function:" in value.text:
        return Const(value.text.partition(":function:")[2], value.span)
    return value
