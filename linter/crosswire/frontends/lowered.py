"""What the front ends have lowered so far: the parts of a wiring before functions are linked to their code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.record import record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.attachments import Attachment
    from crosswire.source import Broken, Source, Span
    from crosswire.values import Parameter, Ref, ResourceId, Value
    from crosswire.wiring.access import Role
    from crosswire.wiring.function import EnvVariable, Function
    from crosswire.wiring.project import Unit
    from crosswire.wiring.resource import Resource, ResourcePolicy
    from crosswire.wiring.site import Site
    from crosswire.wiring.trigger import Delivery, InvokePermission, Trigger
    from crosswire.wiring.unread import Unread


@record
class CodeHint:
    """Where a template says a function's code is.

    `uri` is the local path as the template gives it, relative to the template's folder (`src/`, `.`, `build/x.zip`).
    `inline_span` is the scalar that holds code written into the template and `inline_text` that code; where it is the
    text of a Sub, `inline_values` holds what its `${names}` stand for. `entry_points` are esbuild's; `layers` are
    local folders of layers, relative to the template's folder. `entries` are the files, relative to the root of the
    check, in which a program starts that is no function of Lambda. `source` is the file, likewise, that the handler's
    file is made of; `is_bundle` tells that this is not known of a file that a bundler wrote.
    """

    unit_path: str
    logical_id: str
    handler: str | None
    handler_span: Span | None
    runtime: str | None
    uri: str | None = None
    uri_span: Span | None = None
    inline: Source | None = None
    inline_span: Span | None = None
    inline_text: str | None = None
    inline_values: Mapping[str, Value] | None = None
    s3_key: str | None = None
    entry_points: tuple[str, ...] = ()
    layers: tuple[str, ...] = ()
    image: bool = False
    docker_context: str | None = None
    dockerfile: str | None = None
    entries: tuple[str, ...] = ()
    source: str | None = None
    is_bundle: bool = False


class Lowered:
    """A collector, one per check, that every front end adds to. Functions are added with unlinked code.

    `secrets` are the places of values that a configuration declares to be sensitive, or a file `.env` holds.

    `attachments` are policies for the roles of other units, `output_roles` those that others can name because their
    unit puts them out.
    """

    __slots__ = (
        "attachments",
        "broken",
        "definitions",
        "deliveries",
        "exposed",
        "functions",
        "output_roles",
        "permissions",
        "resource_policies",
        "resources",
        "roles",
        "secrets",
        "sites",
        "triggers",
        "units",
        "unread",
    )

    def __init__(self) -> None:
        self.units: list[Unit] = []
        self.functions: list[tuple[Function, CodeHint]] = []
        self.resources: list[Resource] = []
        self.roles: list[Role] = []
        self.attachments: list[Attachment] = []
        self.output_roles: set[ResourceId] = set()
        self.resource_policies: list[ResourcePolicy] = []
        self.triggers: list[Trigger] = []
        self.permissions: list[InvokePermission] = []
        self.deliveries: list[Delivery] = []
        self.definitions: dict[Ref | Parameter, Value] = {}
        self.broken: list[Broken] = []
        self.secrets: list[Span] = []
        self.sites: list[Site] = []
        self.exposed: list[EnvVariable] = []
        self.unread: list[Unread] = []
