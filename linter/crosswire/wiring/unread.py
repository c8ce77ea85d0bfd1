"""What is surely deployed, and was not read: another tool makes the template of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from crosswire.source import Span


@record
class Unread:
    """A file that declares what is deployed in a way that is not read. `why` goes on after its name: "is rendered by
    Jinja before AWS sees it". `advice` is what lets it be read, where anything does. `is_apart` tells that it is an app
    of its own: any other may be deployed together with what is declared in the same folder."""

    span: Span
    why: str
    advice: str = ""
    is_apart: bool = False
