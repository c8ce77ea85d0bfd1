"""How values are spelt in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, Unknown

if TYPE_CHECKING:
    from crosswire.values import Value

#: The unit in front of a parameter's name, inside the name of an import.
_UNIT = re.compile(r"\$\{[^{}]*[^:{}]:(?=[A-Za-z0-9]+\})")


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
        case Parameter("unknown" | "resolve"):
            return "..."
        case Parameter("import", name):
            return _UNIT.sub("${", name)
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
