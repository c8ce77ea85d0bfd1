"""The reference of the configuration, in Markdown, made of its schema."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

BEGIN = "<!-- From here on `make docs` writes what linter/crosswire/schemas/config.schema.json says. -->\n"


def reference(schema: Mapping[str, Any]) -> str:
    """All keys: what each is about, what it may be, its default and an example."""
    return "".join(f"\n{paragraph}\n" for paragraph in _paragraphs(schema))


def _paragraphs(schema: Mapping[str, Any]) -> Iterator[str]:
    yield "## Keys"
    yield schema["description"]
    for name, key in schema["properties"].items():
        kind = _resolved(key, schema)
        yield f"### {name}"
        yield key["description"]
        yield f"{_capital(_kind(kind, schema))}. {_default(key)}"
        item = _resolved(kind.get("items", {}), schema)
        if "properties" in item:
            yield "\n".join(_rows(item, schema))
        for example in key.get("examples", ()):
            yield f"```toml\n{_example(name, example)}\n```"


def _rows(table: Mapping[str, Any], schema: Mapping[str, Any]) -> Iterator[str]:
    yield "| key | value | |"
    yield "|---|---|---|"
    for name, key in table["properties"].items():
        kind = _kind(_resolved(key, schema), schema)
        more = " Required." if name in table.get("required", ()) else ""
        default = f" {_default(key)}" if "default" in key else ""
        yield f"| `{name}` | {kind} | {key['description']}{more}{default} |"


def _resolved(part: Mapping[str, Any], schema: Mapping[str, Any]) -> Mapping[str, Any]:
    """A part of the schema with what it refers to."""
    if "$ref" not in part:
        return part
    return {**schema["$defs"][part["$ref"].removeprefix("#/$defs/")], **part}


def _kind(part: Mapping[str, Any], schema: Mapping[str, Any]) -> str:
    """What a value may be."""
    part = _resolved(part, schema)
    if "enum" in part:
        *others, last = (f"`{_toml(value)}`" for value in part["enum"])
        return f"{', '.join(others)} or {last}"
    match part["type"]:
        case "string":
            return "a text"
        case "boolean":
            return "`true` or `false`"
        case "array" if "properties" in _resolved(part["items"], schema):
            return "a list of tables"
        case "array":
            return "a list of one or two texts" if part.get("maxItems") == 2 else "a list of texts"
        case "object":
            values = _kind(part["additionalProperties"], schema)
            return f"a table whose values are {values.replace('a list', 'lists', 1)}"
    raise ValueError(f"no words for {part}")


def _default(key: Mapping[str, Any]) -> str:
    return f"The default is `{_toml(key['default'])}`." if key["default"] not in ([], {}) else "Empty by default."


def _example(name: str, value: Any) -> str:
    """A key with a value as people write it: each entry of a table in a line, each table of a list with a heading."""
    if isinstance(value, dict):
        return "\n".join([f"[{name}]", *(f"{_key(key)} = {_toml(entry)}" for key, entry in value.items())])
    if value and isinstance(value, list) and isinstance(value[0], dict):
        blocks = ("\n".join([f"[[{name}]]", *(f"{key} = {_toml(one)}" for key, one in item.items())]) for item in value)
        return "\n\n".join(blocks)
    return f"{name} = {_toml(value)}"


def _toml(value: Any) -> str:
    if isinstance(value, dict):
        pairs = ", ".join(f"{_key(key)} = {_toml(entry)}" for key, entry in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _key(name: str) -> str:
    return name if name.replace("-", "").replace("_", "").isalnum() else json.dumps(name, ensure_ascii=False)


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
