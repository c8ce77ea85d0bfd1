"""What tests of followed code share: projects in memory, and reads and calls as short texts."""

from __future__ import annotations

from textwrap import dedent

from crosswire.frontends.code.follow import CodeReader
from crosswire.frontends.lowered import CodeHint
from crosswire.project import Files
from crosswire.values import Concat, Const, EnvRef, OneOf, Value
from crosswire.wiring.function import Code


def follow(texts: dict[str, str], handler: str, runtime: str, uri: str = "src/") -> Code:
    """The code of one function whose handler and files are given."""
    files = Files.from_texts({path: dedent(text) for path, text in texts.items()})
    hint = CodeHint("template.yaml", "Function", handler, None, runtime, uri=uri)
    return CodeReader(files).code_of(hint)


def calls(code: Code) -> list[str]:
    """Calls as `service.Operation kind name [index] actions`, sorted; optional needs left out."""
    return sorted(
        " ".join(
            [f"{call.service}.{call.operation}", use.kind, show(use.name)]
            + ([show(use.index)] if use.index is not None else [])
            + list(use.actions)
        )
        for call in code.calls
        for use in call.uses
        if not use.optional
    )


def reads(code: Code) -> list[str]:
    """Reads as `NAME need [feeds]`, sorted."""
    return sorted(f"{read.name} {read.need.value}{' feeds' if read.feeds_call else ''}" for read in code.reads)


def show(value: Value) -> str:
    """A value as a short text."""
    match value:
        case Const(text):
            return repr(text)
        case EnvRef(name, None):
            return f"${{{name}}}"
        case EnvRef(name, default):
            assert default is not None
            return f"${{{name}:-{show(default).strip(chr(39))}}}"
        case Concat(parts):
            return "+".join(map(show, parts))
        case OneOf(choices):
            return "|".join(map(show, choices))
        case _:
            return "?"
