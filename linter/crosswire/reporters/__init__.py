"""Reporters: a report as text for people or machines. Each is a module with `render(report, notes, color) -> str`."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crosswire.errors import UnknownName

if TYPE_CHECKING:
    from crosswire.lint import Report

FORMATS = ("text", "concise", "json")


def render(report: Report, format: str, notes: bool = False, color: bool = False) -> str:
    """The report in one of FORMATS; with `notes`, text and concise tell notes too. Raises UnknownName."""
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    rendered: str = import_module(f"crosswire.reporters.{format}").render(report, notes, color)
    return rendered
