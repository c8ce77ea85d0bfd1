"""The paths that a CDK program writes as expressions: `path.join(__dirname, "lambda")`, `Path(__file__).parent`."""

from __future__ import annotations

import re
from posixpath import dirname, join
from typing import TYPE_CHECKING

from crosswire.frontends.cdk.scanning import arguments, call, closing, literal, split
from crosswire.frontends.code.packages import inside

if TYPE_CHECKING:
    from collections.abc import Callable

_JOINING = ("join", "resolve", "joinpath", "normalize")
_KEEPING = ("str", "fileURLToPath", "abspath", "realpath", "Path", "PurePath", "fspath", "normpath", "fromFileUrl")
_ASSETS = (
    "fromAsset", "from_asset", "asset", "AssetCode", "fromImageAsset", "from_image_asset", "fromAssetImage",
    "from_asset_image", "fromDockerBuild", "from_docker_build", "fromInputDir",
)  # fmt: skip
_MEMBER = re.compile(
    r"\.(parent|resolve\(\)|absolute\(\)|as_posix\(\)|toString\(\)|pathname|href|parents\[(\d+)\])\s*$"
)
_FILLED = re.compile(r"\$\{([^{}]*)\}")
_FORMATTED = re.compile(r"\{([^{}]*)\}")
_DEEPEST = 12


class Paths:
    """Works out the paths in one file of a program that runs in the folder `root`. `constant` gives the expression that
    a name stands for. What comes out is a path of the check, None where it is not known or leads out of it."""

    def __init__(self, file: str, root: str, constant: Callable[[str], str | None]) -> None:
        self._file = file
        self._root = root
        self._constant = constant

    def path(self, expression: str) -> str | None:
        """The path that an expression is, or the one of the asset that it makes."""
        found = self._value(expression, 0)
        return None if found is None else inside("", join("/", self._root, found).lstrip("/"))

    def _value(self, expression: str, depth: int) -> str | None:
        """A path from the root of the check with a slash before it, or one from where the program runs without."""
        text = expression.strip()
        if depth > _DEEPEST or not text:
            return None
        known = literal(text)
        if known is not None:
            if text[0] == "`":
                return self._filled(known, _FILLED, depth)
            return self._filled(known, _FORMATTED, depth) if text[0] in "fF" else known
        if text in ("__dirname", "import.meta.dirname"):
            return "/" + dirname(self._file)
        if text in ("__file__", "__filename", "import.meta.url", "import.meta.filename"):
            return "/" + self._file
        if text in ("process.cwd()", "os.getcwd()", "Path.cwd()"):
            return "/" + self._root
        if text[0] == "(" and closing(text, 0) == len(text) - 1:
            return self._value(text[1:-1], depth + 1)
        member = _MEMBER.search(text)
        if member is not None:
            return self._member(text[: member.start()], member.group(1), member.group(2), depth)
        for operator in ("/", "+"):
            parts = split(text, operator)
            if len(parts) > 1:
                values = [self._value(part, depth + 1) for part in parts]
                return None if None in values else ("/" if operator == "/" else "").join(filter(None, values))
        named = call(text)
        if named is not None:
            return self._call(*named, depth)
        if text.isidentifier():
            constant = self._constant(text)
            return None if constant is None else self._value(constant, depth + 1)
        return None

    def _filled(self, text: str, gaps: re.Pattern[str], depth: int) -> str | None:
        values = [self._value(name, depth + 1) for name in gaps.findall(text)]
        return None if None in values else gaps.sub(lambda _: values.pop(0) or "", text)

    def _member(self, text: str, name: str, index: str | None, depth: int) -> str | None:
        value = self._value(text, depth + 1)
        if value is None or not name.startswith("parent"):
            return value
        for _ in range(1 if index is None else int(index) + 1):
            value = dirname(value)
        return value

    def _call(self, name: str, given: str, depth: int) -> str | None:
        last = name.rpartition(".")[2].removeprefix("new ").strip()
        listed = [one for one in arguments(given) if one]
        if last == "URL" and len(listed) == 2:
            base = self._value(listed[1], depth + 1)
            relative = self._value(listed[0], depth + 1)
            return None if base is None or relative is None else join(dirname(base), relative)
        if last in _ASSETS or last in _KEEPING or name == "require.resolve":
            value = self._value(_unnamed(listed[0]), depth + 1) if listed else None
            return join("/", dirname(self._file), value) if value is not None and name == "require.resolve" else value
        if last == "dirname" and listed:
            value = self._value(listed[0], depth + 1)
            return None if value is None else dirname(value)
        if last in _JOINING:
            values = [self._value(one, depth + 1) for one in listed]
            return None if not values or None in values else join(*(value for value in values if value is not None))
        return None


def _unnamed(argument: str) -> str:
    """An argument of Python without its name."""
    name, equals, value = argument.partition("=")
    return value if equals and name.strip().isidentifier() else argument
