"""How values are spelt in messages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, assert_never

from crosswire.values import Concat, Const, EnvRef, If, OneOf, Parameter, Ref, Unknown

if TYPE_CHECKING:
    from crosswire.values import Value
    from crosswire.wiring.dialect import Dialect

#: The unit in front of a parameter's name, inside the name of an import.
_UNIT = re.compile(r"\$\{[^{}]*[^:{}]:(?=[A-Za-z0-9]+\})")


#: Where the key of a `for_each` comes from, behind its name, by which keys of different ones are told apart.
_ORIGIN = re.compile(r" of [^{}]*(?=\}|$)")

#: A symbol that a function is given by itself, inside the name of the function's result.
_GIVEN = re.compile(r"(?<=[( ])\$\{([^{}]*)\}(?=[,)])")


def spelt(value: Value, dialect: Dialect | None = None) -> str:
    """A value as people write it: `orders`, `${Stage}-orders`; a resource's logical id for its name, `...` for what is
    not known. With a dialect it is for people alone; without one, values that differ are spelt differently."""
    match value:
        case Const(text):
            return text
        case Ref(resource, attribute):
            return resource.address if attribute in ("name", "arn", "url", "id") else f"{resource.address}.{attribute}"
        case Parameter("AWS", name):
            return f"${{AWS::{name}}}" if dialect is None else dialect.pseudo_parameter(name)
        case Parameter("unknown" | "resolve"):
            return "..."
        case Parameter(scope, name) if scope.partition(":")[0] == "import":
            return _UNIT.sub("${", name)
        case Parameter(_, name):
            return f"${{{name if dialect is None else _plain(name)}}}"
        case Concat(parts):
            texts = ((part, spelt(part, dialect)) for part in parts)
            return "".join(f"${{{text}}}" if isinstance(part, Ref) else text for part, text in texts)
        case If(_, then, otherwise):
            return f"{spelt(then, dialect)} or {spelt(otherwise, dialect)}"
        case OneOf(choices):
            return " or ".join(spelt(choice, dialect) for choice in choices)
        case EnvRef(name):
            return f"${name}"
        case Unknown():
            return "..."
        case _:
            assert_never(value)


def _plain(name: str) -> str:
    """A symbol's name without what only tells it from others: `lower(var.stage)`."""
    return _GIVEN.sub(r"\1", _ORIGIN.sub("", name))
