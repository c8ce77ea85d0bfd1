"""Bundles: which module a bundled file was made of, by its source map or by the comments that esbuild writes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.project import Files

_MODULE = re.compile(r"^// ((?:[^\s:*?\"<>|]+/)?[^\s/:*?\"<>|]+\.[cm]?[jt]sx?)$", re.MULTILINE)
_WEBPACK_ENTRY = re.compile(r"__webpack_require__(?:\.s = |\()\"(\./[^\"]+)\"\)")
_WEBPACK_SCHEME = re.compile(r"webpack://[^/]*/(?:\./)?")
_INLINE_MAP = re.compile(r"//# sourceMappingURL=data:application/json[^,]*;base64,([\w+/=]+)\s*\Z")
_MARKS = ("__commonJS(", "__toCommonJS(", "__toESM(", "__webpack_require__", "// node_modules/", "/node_modules/")
_LONG_LINE = 5_000
_INSTALLED = "node_modules/"
_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CHANGE_OF_SOURCE = re.compile(r"(?<![\w+/])[g-z0-9+/]*[A-Za-f](?!A)([g-z0-9+/]*[A-Za-f])")
"""The second number of a segment of a source map, where it is not 0. Digits from `g` on say that another follows."""


def is_bundle(text: str) -> bool:
    """Whether a bundler or a minifier wrote a script: nobody edits it, and most of it may be of others."""
    return any(mark in text for mark in _MARKS) or any(len(line) > _LONG_LINE for line in text.splitlines())


def entry_of(path: str, files: Files) -> str | None:
    """The module that a bundle starts in, as a path that its maker knew; None for what is no bundle, or does not tell.

    esbuild writes modules in the order in which they run, so that the first to be asked for comes last; webpack says
    which it is."""
    source = files.read(path)
    if not isinstance(source, Source):
        return None
    if "__webpack_require__" in source.text:
        started = _WEBPACK_ENTRY.findall(source.text)
        return started[-1][2:] if started else None
    modules = [module for module in _mapped(source, files) if _INSTALLED not in module]
    modules = modules or [module for module in _MODULE.findall(source.text) if _INSTALLED not in module]
    return _WEBPACK_SCHEME.sub("", modules[-1]).replace("\\", "/") if modules else None


def _mapped(source: Source, files: Files) -> Iterator[str]:
    """The modules that the source map beside a bundle, or in it, lists."""
    text = None
    if f"{source.path}.map" in files:
        beside = files.read(f"{source.path}.map")
        text = beside.text if isinstance(beside, Source) else None
    elif "//# sourceMappingURL=data:" in source.text:
        inline = _INLINE_MAP.search(source.text)
        text = _decoded(inline.group(1)) if inline is not None else None
    try:
        content = json.loads(text) if text else None
    except (ValueError, RecursionError):
        return
    if not isinstance(content, dict):
        return
    root = content.get("sourceRoot")
    sources = content.get("sources")
    sources = sources if isinstance(sources, list) else []
    for module in (*sources, *_at_the_end(content.get("mappings"), sources)):
        if isinstance(module, str):
            yield f"{root.rstrip('/')}/{module}" if isinstance(root, str) and root else module


def _at_the_end(mappings: object, sources: list[object]) -> Iterator[object]:
    """The module that the end of a bundle was made of. It need not be the last of the list, which has the order of the
    first line of each: exports of the first module to be asked for stand at the beginning.

    Each segment of a map says by how much its number of a source differs from the one before it (ECMA-426)."""
    changes = _CHANGE_OF_SOURCE.findall(mappings) if isinstance(mappings, str) else ()
    number = sum(map(_number, changes))
    if isinstance(mappings, str) and mappings and 0 <= number < len(sources):
        yield sources[number]


def _number(digits: str) -> int:
    """A number as maps write it: in base 64, the lowest digits first, five bits in each, the lowest bit of all for the
    sign."""
    found = 0
    for place, digit in enumerate(digits):
        found |= (_DIGITS.index(digit) & 31) << 5 * place
    return -(found >> 1) if found & 1 else found >> 1


def _decoded(text: str) -> str | None:
    import base64

    try:
        return base64.b64decode(text).decode("utf-8", errors="replace")
    except ValueError:
        return None
