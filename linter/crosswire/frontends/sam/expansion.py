"""Texts of SAM's own templates, with values put in the place of their `${Name}`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.values import Const, Parameter, Unknown, concat

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.source import Span
    from crosswire.values import Value


def expand(text: str, values: Mapping[str, Value], span: Span | None) -> Value:
    """`arn:${AWS::Partition}:s3:::${BucketName}/*` with `BucketName` given. What is not given is Unknown."""
    parts: list[Value] = []
    rest = text
    while rest:
        before, opening, rest = rest.partition("${")
        parts.append(Const(before, span))
        if not opening:
            break
        name, _, rest = rest.partition("}")
        if name in values:
            parts.append(values[name])
        elif name.startswith("AWS::"):
            parts.append(Parameter("AWS", name.removeprefix("AWS::"), span=span))
        else:
            parts.append(Unknown(f"the value of {name}", span))
    return concat(parts, span)
