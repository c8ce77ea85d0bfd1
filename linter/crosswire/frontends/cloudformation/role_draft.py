"""A role of a template while its policies are being gathered from all over the template."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends import policies
from crosswire.frontends.cloudformation.intrinsics import NO_VALUE
from crosswire.frontends.role_draft import RoleDraft
from crosswire.values import If, Ref, Unknown

if TYPE_CHECKING:
    from crosswire.frontends.cloudformation.template import Template
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value


class TemplateRoleDraft(RoleDraft):
    """A draft that takes nodes of its template."""

    __slots__ = ("template",)

    def __init__(self, template: Template, id: ResourceId, span: Span, place: Span) -> None:
        super().__init__(id, span, place)
        self.template = template

    def set_trust(self, document: Node | None) -> None:
        """Take the principals that a trust policy lets in."""
        statements, _ = policies.grants(document, self.template.intrinsics)
        self.let_in(statements)

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
        self._attach(self.template.intrinsics.value(node), node.span, when)

    def _attach(self, value: Value, span: Span, when: tuple[str, ...]) -> None:
        match value:
            case Ref(id, _) if id.unit == self.template.unit:
                self._attach_declared(id, span, when)
            case If(condition, then, otherwise) if any(isinstance(side, Ref) for side in (then, otherwise)):
                self._attach(then, span, (*when, condition))
                self._attach(otherwise, span, (*when, f"!{condition}"))
            case Unknown() if value.why == NO_VALUE:
                pass
            case _:
                self.attach_managed(value, span, when)

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
            self.add_document(fields.get("PolicyDocument"), entry.when, self.template.maker_of(entry.node))
            complete = complete and fields.complete
        if not complete:
            self.blind("inline policies that cannot be read", node.span)

    def add_document(self, document: Node | None, when: tuple[str, ...] = (), origin: str = "") -> None:
        """Add a policy document. `origin` names what made it where no one wrote it out."""
        if document is not None:
            found, blind = policies.grants(document, self.template.intrinsics, origin)
            self.add([self.template.as_given(grant) for grant in found], blind, when)
