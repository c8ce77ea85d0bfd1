"""Reporters: a report as text for people or machines. Each is a module with `render(report, look) -> str`, imported
when it is asked for."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from crosswire.errors import UnknownName
from crosswire.reporters.look import Look

if TYPE_CHECKING:
    from crosswire.lint import Report

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson", "markdown")

PLAIN = Look()


def render(report: Report, format: str, look: Look = PLAIN) -> str:
    """The report in one of FORMATS. Raises UnknownName."""
    if format not in FORMATS:
        raise UnknownName("format", format, FORMATS)
    rendered: str = import_module(f"crosswire.reporters.{format}").render(report, look)
    return rendered
