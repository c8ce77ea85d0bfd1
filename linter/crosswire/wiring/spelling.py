"""How values are spelt in messages."""

from __future__ import annotations

from typing import TYPE_CHECKING, assert_never

from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, Unknown

if TYPE_CHECKING:
    from crosswire.values import Value


def spelt(value: Value) -> str:
    """A value as people write it: `orders`, `${Stage}-orders`; a resource's logical id for its name, `...` for what is
    not known."""
    match value:
        case Const(text):
            return text
        case Ref(resource, attribute):
            return resource.address if attribute in ("name", "arn", "url", "id") else f"{resource.address}.{attribute}"
        case Parameter("AWS", name):
            return f"${{AWS::{name}}}"
        case Parameter("unknown"):
            return "..."
        case Parameter(_, name):
            return f"${{{name}}}"
        case Concat(parts):
            return "".join(f"${{{spelt(part)}}}" if isinstance(part, Ref) else spelt(part) for part in parts)
        case If(_, then, otherwise):
            return f"{spelt(then)} or {spelt(otherwise)}"
        case OneOf(choices):
            return " or ".join(map(spelt, choices))
        case EnvRef(name):
            return f"${name}"
        case Unknown():
            return "..."
        case _:
            assert_never(value)
