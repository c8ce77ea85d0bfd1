"""Roles: what a template's roles allow, with every policy that the template attaches to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.attachments import Attachment
from crosswire.frontends.cloudformation.intrinsics import call_of, is_no_value
from crosswire.frontends.cloudformation.mentions import mentions
from crosswire.frontends.cloudformation.role_draft import TemplateRoleDraft
from crosswire.frontends.role_draft import either_role, no_role
from crosswire.readers.tree import Items, Scalar
from crosswire.values import Const, If, OneOf, Ref

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.access import Role

FUNCTION_TYPES = ("AWS::Lambda::Function", "AWS::Serverless::Function")
NESTED_TYPES = ("AWS::CloudFormation::Stack", "AWS::Serverless::Application")
_SAM_TYPES = ("AWS::Serverless::Function", "AWS::Serverless::StateMachine")
_ATTACHING = ("AWS::IAM::Policy", "AWS::IAM::RolePolicy", "AWS::IAM::ManagedPolicy")


def lower_roles(template: Template, lowered: Lowered) -> dict[str, Role]:
    """The template's roles by logical id, those that SAM generates (`<Function>Role`) included."""
    drafts = {resource.logical_id: _declared(template, resource) for resource in template.of_type("AWS::IAM::Role")}
    if template.is_sam:
        drafts.update(_generated(template))
    for resource in template.of_type(*_ATTACHING):
        _attach(template, resource, drafts, lowered)
    _connect(template, drafts)
    _note_uses(template, drafts, lowered)
    roles = {name: draft.finished() for name, draft in drafts.items()}
    lowered.roles.extend(role for name, role in roles.items() if not template.is_generated(name))
    return roles


def role_choices(node: Node | None) -> list[Node | None]:
    """The roles that a property may name: both sides of an Fn::If, None for AWS::NoValue and for no property."""
    if node is None or is_no_value(node) or (isinstance(node, Scalar) and node.is_null):
        return [None]
    call = call_of(node)
    if call is not None and call[0] == "If" and isinstance(call[1], Items) and len(call[1]) == 3:
        return [choice for side in call[1].items[1:] for choice in role_choices(side)]
    return [node]


def role_of(template: Template, node: Node | None, generated: str, roles: Mapping[str, Role], span: Span) -> Role:
    """The role that a property names. `generated` is the logical id of the role that SAM makes where none is named,
    empty where there is no such thing. Of roles that a condition decides between, what either allows is allowed."""
    found: list[Role] = []
    for choice in role_choices(node):
        if choice is None:
            found.append(roles[generated] if generated in roles else no_role("a function without a role", span))
        else:
            found.extend(_named(template, choice, roles))
    return either_role(found)


def _named(template: Template, node: Node, roles: Mapping[str, Role]) -> Iterator[Role]:
    value = template.intrinsics.value(node)
    names = list(_role_names(template, value, roles))
    if not names:
        names.append(no_role("a role that is declared elsewhere", node.span))
    yield from names


def _role_names(template: Template, value: Value, roles: Mapping[str, Role]) -> Iterator[Role]:
    match value:
        case If(_, then, otherwise):
            yield from _role_names(template, then, roles)
            yield from _role_names(template, otherwise, roles)
        case OneOf(choices):
            for choice in choices:
                yield from _role_names(template, choice, roles)
        case Ref(id, _) if id.unit == template.unit and id.address in roles:
            yield roles[id.address]
        case Const(text):
            name = text.rpartition("/")[2]
            for resource in template.of_type("AWS::IAM::Role"):
                declared = template.intrinsics.text(template.intrinsics.fields(resource.properties).get("RoleName"))
                if declared == name and resource.logical_id in roles:
                    yield roles[resource.logical_id]
        case _:
            return


def _declared(template: Template, resource: TemplateResource) -> TemplateRoleDraft:
    fields = template.intrinsics.fields(resource.properties)
    key = fields.key("Policies")
    draft = TemplateRoleDraft(template, resource.id, resource.span, resource.span if key is None else key.span)
    draft.set_trust(fields.get("AssumeRolePolicyDocument"))
    draft.boundary = fields.get("PermissionsBoundary") is not None
    draft.add_inline(fields.get("Policies"))
    draft.attach_list(fields.get("ManagedPolicyArns"))
    if not fields.complete:
        draft.blind(f"properties of {resource.logical_id} that cannot be read", resource.span)
    return draft


def _generated(template: Template) -> Iterator[tuple[str, TemplateRoleDraft]]:
    from crosswire.frontends.sam.globals import effective_properties
    from crosswire.frontends.sam.roles import ManagedPolicies, generated_role

    managed: ManagedPolicies = {}
    for resource in template.of_type(*_SAM_TYPES):
        properties = effective_properties(template, resource)
        if None in role_choices(properties.get("Role")):
            yield f"{resource.logical_id}Role", generated_role(template, resource, properties, managed)


def _attach(
    template: Template, resource: TemplateResource, drafts: Mapping[str, TemplateRoleDraft], lowered: Lowered
) -> None:
    """Add a policy resource to the roles that it names."""
    fields = template.intrinsics.fields(resource.properties)
    document = fields.get("PolicyDocument")
    named, complete = template.intrinsics.items(fields.get("Roles"))
    single = fields.get("RoleName")
    if single is not None:
        named = [*named, single]
    for node in named:
        found = _drafts_named(template, node, drafts)
        for draft in found:
            draft.add_document(document)
        if not found:
            value = template.intrinsics.value(node)
            lowered.attachments.append(Attachment(template.unit, value, node.span))
    if not complete:
        for draft in drafts.values():
            draft.blind("a policy of roles that are not known", resource.span)


def _drafts_named(template: Template, node: Node, drafts: Mapping[str, TemplateRoleDraft]) -> list[TemplateRoleDraft]:
    value = template.intrinsics.value(node)
    if isinstance(value, Ref) and value.resource.unit == template.unit:
        draft = drafts.get(value.resource.address)
        return [] if draft is None else [draft]
    found = []
    for name, draft in drafts.items():
        declared = template.resources.get(name)
        if declared is None:
            continue
        role_name = template.intrinsics.fields(declared.properties).get("RoleName")
        if role_name is not None and template.intrinsics.value(role_name) == value:
            found.append(draft)
    return found


def has_connectors(template: Template) -> bool:
    """Whether the template joins resources by SAM's connectors."""
    return any(
        resource.type == "AWS::Serverless::Connector" or "Connectors" in resource.node
        for resource in template.resources.values()
    )


def _connect(template: Template, drafts: Mapping[str, TemplateRoleDraft]) -> None:
    if not has_connectors(template):
        return
    from crosswire.frontends.sam.connectors import connect_roles

    connect_roles(template, drafts)


def _note_uses(template: Template, drafts: Mapping[str, TemplateRoleDraft], lowered: Lowered) -> None:
    """Note who else uses a role. A nested stack that is given a role may attach policies to it."""
    for mention in mentions(template, drafts):
        draft = drafts[mention.name]
        if mention.type in NESTED_TYPES:
            draft.blind(f"policies that the nested stack {mention.by} may attach", mention.span)
        elif mention.type in _ATTACHING or (mention.type in FUNCTION_TYPES and mention.path[:1] == ("Role",)):
            continue
        if mention.type == "Outputs":
            lowered.output_roles.add(draft.id)
        else:
            draft.used_by.append(mention.span)
