"""A role while its policies are being gathered from all over the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation import policies
from crosswire.record import replace
from crosswire.values import Const, If, Ref
from crosswire.wiring.access import Grant, Role
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.frontends.cloudformation.template import Template
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value


class RoleDraft:
    """What is known of a role so far. `place` is where one would add a statement."""

    __slots__ = (
        "_attached",
        "blind_spots",
        "boundary",
        "grants",
        "id",
        "place",
        "span",
        "template",
        "trust",
        "used_by",
    )

    def __init__(self, template: Template, id: ResourceId, span: Span, place: Span) -> None:
        self.template = template
        self.id = id
        self.span = span
        self.place = place
        self.grants: list[Grant] = []
        self.trust: list[Value] = []
        self.boundary = False
        self.blind_spots: list[BlindSpot] = []
        self.used_by: list[Span] = []
        self._attached: set[tuple[Value, tuple[str, ...]]] = set()

    def finished(self) -> Role:
        """The role, with everything that was added."""
        return Role(
            id=self.id,
            span=self.span,
            grants=tuple(self.grants),
            trust=tuple(self.trust),
            boundary=self.boundary,
            blind_spots=tuple(self.blind_spots),
            place=self.place,
            used_by=tuple(self.used_by),
        )

    def add(self, grants: Iterable[Grant], blind_spots: Iterable[BlindSpot], when: tuple[str, ...] = ()) -> None:
        """Add what a policy says; `when` names the conditions under which the policy is there."""
        if when:
            only = when[0] if len(when) == 1 else ""
            grants = [replace(grant, conditional=True, condition_when=only) for grant in grants]
        self.grants.extend(grants)
        self.blind_spots.extend(blind_spots)

    def allow(self, actions: Iterable[Value], resources: Iterable[Value], span: Span, origin: str) -> None:
        """Add a statement that nobody wrote out."""
        self.grants.append(Grant("Allow", tuple(actions), tuple(resources), span, origin=origin))

    def blind(self, why: str, span: Span | None) -> None:
        """Note a policy whose content is not known."""
        self.blind_spots.append(BlindSpot("policy", why, span))

    def set_trust(self, document: Node | None) -> None:
        """Take the principals that a trust policy lets in."""
        if document is None:
            return
        statements, _ = policies.grants(document, self.template)
        for statement in statements:
            if statement.effect == "Allow":
                self.trust.extend(statement.principals)

    def attach_list(self, node: Node | None) -> None:
        """Attach every item of a list of managed policies."""
        if node is None:
            return
        entries, complete = self.template.intrinsics.entries(node)
        for entry in entries:
            self.attach(entry.node, entry.when)
        if not complete:
            self.blind("a list of managed policies that cannot be read", node.span)

    def attach(self, node: Node, when: tuple[str, ...] = ()) -> None:
        """Attach one managed policy: of this template, of AWS, or one whose content nobody here knows."""
        value = self.template.intrinsics.value(node)
        match value:
            case Ref(id, _) if id.unit == self.template.unit:
                self._attach_declared(id, node.span, when)
            case If(_, then, otherwise) if any(isinstance(side, Ref) for side in (then, otherwise)):
                self.blind("a managed policy that a condition chooses", node.span)
            case _:
                if (value, when) not in self._attached:
                    self._attached.add((value, when))
                    self.add(*policies.managed_policy(value, node.span), when)

    def attach_by_name(self, name: str, known: dict[str, tuple[list[Grant], list[BlindSpot]]]) -> None:
        """Attach a policy of AWS that SAM adds by itself. `known` holds those that were looked up before."""
        value = Const(name)
        if (value, ()) in self._attached:
            return
        self._attached.add((value, ()))
        if name not in known:
            known[name] = policies.managed_policy(value, self.span)
        grants, blind_spots = known[name]
        self.add((replace(grant, span=self.span) for grant in grants), blind_spots)

    def _attach_declared(self, id: ResourceId, span: Span, when: tuple[str, ...]) -> None:
        policy = self.template.resources.get(id.address)
        if policy is None or policy.type != "AWS::IAM::ManagedPolicy":
            self.blind(f"the managed policy {id.address}", span)
            return
        self.add_document(self.template.intrinsics.fields(policy.properties).get("PolicyDocument"), when)

    def add_inline(self, node: Node | None) -> None:
        """Add the inline policies of a role: a list of `PolicyName` and `PolicyDocument`."""
        if node is None:
            return
        entries, complete = self.template.intrinsics.entries(node)
        for entry in entries:
            fields = self.template.intrinsics.fields(entry.node)
            self.add_document(fields.get("PolicyDocument"), entry.when)
            complete = complete and fields.complete
        if not complete:
            self.blind("inline policies that cannot be read", node.span)

    def add_document(self, document: Node | None, when: tuple[str, ...] = ()) -> None:
        """Add a policy document."""
        if document is not None:
            self.add(*policies.grants(document, self.template), when)
