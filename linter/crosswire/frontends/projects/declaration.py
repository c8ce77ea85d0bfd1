"""What is declared outside of templates: a command, or a file of its own, stands for a resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import field, record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.readers.tree import Entries, Node, Scalar
    from crosswire.values import Parameter

MANIFESTS = frozenset(
    {
        "Cargo.toml",
        "Pipfile",
        "composer.json",
        "go.mod",
        "package.json",
        "pom.xml",
        "pyproject.toml",
        "requirements.txt",
    }
)
"""Names of files that say of a folder that a project lies there."""

TEST_FOLDERS = frozenset(
    {
        "__fixtures__",
        "__mocks__",
        "__snapshots__",
        "__tests__",
        "e2e",
        "fixtures",
        "integration-tests",
        "mocks",
        "spec",
        "test",
        "test-data",
        "test_data",
        "testdata",
        "testing",
        "tests",
        "third_party",
        "unittests",
        "vendor",
        "vendored",
    }
)
"""Names of folders for tests, or for what others wrote: nothing in them is deployed."""

SHELLS = (".sh", ".bash", ".zsh", ".ksh")
POWERSHELLS = (".ps1", ".psm1")
BATCHES = (".bat", ".cmd")
DOCUMENTS = (".md", ".mdx", ".markdown")
WORKFLOWS = (".yml", ".yaml")
"""How the names of files end that commands stand in, by what runs or shows these."""

POLICY_ENDINGS = (".json", ".json.tpl", ".json.tftpl", ".json.template", ".json.tmpl", ".json.example", ".json.sample")
"""How the names of files end that may be policies."""


@record
class Declaration:
    """A resource, as CloudFormation would write it: `body` has a `Type` and `Properties`, `id` is its logical id. Every
    node stands at the place that it was taken from.

    `path` is the file that the declaration stands in, `reads` are others that it takes something from (the document of
    `file://policy.json`). `symbols` are what `!Ref` in it names that only whoever runs it knows. `group` tells those
    apart that are declared beside each other and belong to different projects.
    """

    path: str
    id: Scalar
    body: Entries
    reads: tuple[str, ...] = ()
    symbols: Mapping[str, Parameter] = field(default_factory=dict)
    group: str = ""


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
    those that they give it on the machine of who develops it. `listed` are the names of those that the settings of its
    deployment list, `mentioned` are names that files of the repository may set in ways that are not read.
    """

    folder: str
    path: str
    manifest: Entries
    entries: tuple[str, ...]
    given: tuple[tuple[Scalar, Node], ...] = ()
    local: tuple[tuple[Scalar, Node], ...] = ()
    listed: frozenset[str] = frozenset()
    mentioned: frozenset[str] = frozenset()
