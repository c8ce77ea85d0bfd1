"""What is declared outside of templates: a command, or a file of its own, stands for a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import field, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.readers.tree import Entries, Node, Scalar
    from crosswire.values import Parameter


@record
class Declaration:
    """A resource, as CloudFormation would write it: `body` has a `Type` and `Properties`, `id` is its logical id. Every
    node stands at the place that it was taken from.

    `path` is the file that the declaration stands in, `reads` are others that it takes something from (the document of
    `file://policy.json`). `symbols` are what `!Ref` in it names that only whoever runs it knows.
    """

    path: str
    id: Scalar
    body: Entries
    reads: tuple[str, ...] = ()
    symbols: Mapping[str, Parameter] = field(default_factory=dict)


@record
class PolicyFile:
    """A policy that is a file by itself. `kind` is who it is for: `identity` (a role, a user or a group), `trust` (who
    may take a role) or `resource` (a bucket, a queue ... that it is attached to)."""

    path: str
    kind: str
    document: Entries


@record
class App:
    """A program that is deployed as a whole, not as functions: a site made with Next.js, a server.

    `folder` holds it, `path` is its package.json and `manifest` what that says. `entries` are the files in which it
    starts on the server. `given` are the variables that files of the repository give it where it is deployed, `local`
    those that they give it on the machine of who develops it.
    """

    folder: str
    path: str
    manifest: Entries
    entries: tuple[str, ...]
    given: tuple[tuple[Scalar, Node], ...] = ()
    local: tuple[tuple[Scalar, Node], ...] = ()
