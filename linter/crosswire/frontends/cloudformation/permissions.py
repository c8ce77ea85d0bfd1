"""Permissions: whom a template's functions let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.roles import has_connectors
from crosswire.values import Const
from crosswire.wiring.trigger import FunctionRef, InvokePermission

if TYPE_CHECKING:
    from crosswire.frontends.cloudformation.function_refs import TemplateFunctions
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered


def lower_permissions(template: Template, lowered: Lowered, refs: TemplateFunctions) -> None:
    """Add every AWS::Lambda::Permission, and the permissions that connectors make."""
    for resource in template.of_type("AWS::Lambda::Permission"):
        lowered.permissions.extend(_permission(template, resource, refs))
    if has_connectors(template):
        from crosswire.frontends.sam.connectors import connector_permissions

        lowered.permissions.extend(connector_permissions(template, refs))


def _permission(template: Template, resource: TemplateResource, refs: TemplateFunctions) -> list[InvokePermission]:
    intrinsics = template.intrinsics
    fields = intrinsics.fields(resource.properties)
    name = fields.get("FunctionName")
    source_arn, account = fields.get("SourceArn"), fields.get("SourceAccount")
    action = fields.get("Action")
    functions = refs.of(name) or [FunctionRef(None, intrinsics.value(name))]
    return [
        InvokePermission(
            id=resource.id,
            function=function,
            principal=intrinsics.value(fields.get("Principal")),
            action=Const("lambda:InvokeFunction") if action is None else intrinsics.value(action),
            span=resource.span,
            source_arn=None if source_arn is None else intrinsics.value(source_arn),
            source_account=None if account is None else intrinsics.value(account),
            event_source_token=fields.get("EventSourceToken") is not None,
        )
        for function in functions
    ]
