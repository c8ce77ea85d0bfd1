"""What tests share: places in texts, and findings about them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from crosswire.finding import Finding, Severity
from crosswire.rule import Rule
from crosswire.source import Source, Span

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture
def span() -> Callable[[Source, str], Span]:
    """The place of the first occurrence of a text."""

    def find(source: Source, text: str) -> Span:
        start = source.text.index(text)
        return Span(source, start, start + len(text))

    return find


@pytest.fixture
def finding() -> Callable[..., Finding]:
    """A finding with the given parts and plain ones for the rest."""

    def make(span: Span, rule: str = "env/not-set", message: str = "TABLE is not set", **parts: object) -> Finding:
        maker = Rule()
        maker.id = rule
        given: dict[str, object] = {
            "unit": "template.yaml",
            "owner": "Orders",
            "subject": "TABLE",
            "severity": Severity.ERROR,
            **parts,
        }
        return maker.finding(message, span, **given)  # type: ignore[arg-type]

    return make
