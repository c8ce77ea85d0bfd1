"""What the terminal can show, from the stream and the environment variables that people and terminals set."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TextIO

_LINKING = frozenset({"iTerm.app", "WezTerm", "vscode", "ghostty", "Hyper", "Tabby", "rio", "zed"})
_LINKING_TERMS = ("xterm-kitty", "alacritty", "foot", "xterm-ghostty", "contour")
_NO = ("", "0", "false", "no")


def wants_color(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """NO_COLOR forbids, then FORCE_COLOR demands; else a terminal that is not dumb gets colours."""
    if environment.get("NO_COLOR"):
        return False
    if "FORCE_COLOR" in environment:
        return environment["FORCE_COLOR"].lower() not in _NO
    return environment.get("TERM") != "dumb" and stream.isatty()


def shows_links(stream: TextIO, environment: Mapping[str, str]) -> bool:
    """Whether text can open something: a terminal that is known to, or what FORCE_HYPERLINK says."""
    if "FORCE_HYPERLINK" in environment:
        return environment["FORCE_HYPERLINK"].lower() not in _NO
    if environment.get("TERM") == "dumb" or environment.get("CI") or not stream.isatty():
        return False
    return (
        environment.get("TERM_PROGRAM") in _LINKING
        or environment.get("TERM", "").startswith(_LINKING_TERMS)
        or "WT_SESSION" in environment
        or _number(environment.get("VTE_VERSION")) >= 5000
        or _number(environment.get("KONSOLE_VERSION")) >= 201200
    )


def width(stream: TextIO, environment: Mapping[str, str]) -> int:
    """The columns of the terminal: what COLUMNS says, else what it has; 0 where it is none."""
    columns = _number(environment.get("COLUMNS"))
    if columns or not stream.isatty():
        return columns
    try:
        return os.get_terminal_size(stream.fileno()).columns
    except OSError:
        return 0


def _number(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() else 0
