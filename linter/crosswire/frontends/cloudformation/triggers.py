"""Triggers: every place of a template that makes a service invoke a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.aws.invocation_sites import DELIVERIES, SITES, Site
from crosswire.frontends.arns import authorizer_arn, log_group_arn
from crosswire.frontends.cloudformation.apis import lower_apis
from crosswire.frontends.cloudformation.function_refs import FUNCTION_TYPES
from crosswire.frontends.cloudformation.mentions import mentions
from crosswire.frontends.cloudformation.permissions import lower_permissions
from crosswire.frontends.cloudformation.roles import NESTED_TYPES, has_connectors
from crosswire.values import Const, Ref, Unknown
from crosswire.wiring.naming import arn_of, is_arn
from crosswire.wiring.trigger import Delivery, FunctionRef, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.function_refs import TemplateFunctions
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.readers.tree import Node
    from crosswire.values import ResourceId, Value

_TARGETS = ("AWS::SQS::Queue", "AWS::SNS::Topic")
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource", *NESTED_TYPES)
"""Beginnings of the types that may give a queue or topic that is handed to them a policy, out of sight."""

_API_KINDS = ("api_gateway_rest_authorizer", "api_gateway_http_authorizer")


class _Found(NamedTuple):
    """A node that names a function, and the mapping in which it stands."""

    node: Node
    beside: Node | None


def lower_triggers(template: Template, lowered: Lowered, refs: TemplateFunctions) -> None:
    """Add the template's triggers and the permissions that functions give, those of SAM's events included."""
    for resource in template.resources.values():
        for site in SITES.get(resource.type, ()):
            lowered.triggers.extend(_at_site(template, resource, site, refs))
    _lower_mappings(template, lowered, refs)
    _lower_deliveries(template, lowered)
    lower_apis(template, lowered, refs)
    lower_permissions(template, lowered, refs)
    if template.is_sam:
        from crosswire.frontends.sam.events import lower_events

        lower_events(template, lowered, refs)


def _at_site(template: Template, resource: TemplateResource, site: Site, refs: TemplateFunctions) -> Iterator[Trigger]:
    intrinsics = template.intrinsics
    for found in _follow(template, resource.properties, site.path):
        beside = intrinsics.fields(found.beside)
        name, wanted = site.only
        if name:
            given = beside.get(name) or intrinsics.fields(resource.properties).get(name)
            if intrinsics.text(given) not in (wanted, None):
                continue
        for function in refs.of(found.node):
            if not _may_be_function(template, function):
                continue
            yield Trigger(
                kind=site.kind,
                source=_source(template, resource, site),
                function=function,
                span=found.node.span,
                source_arn=_source_arn(template, resource, site),
                detail=site.detail,
                satisfied=bool(site.role) and beside.get(site.role) is not None,
            )


def _follow(template: Template, node: Node | None, path: tuple[str, ...]) -> Iterator[_Found]:
    """Every node at the end of a path."""
    if node is None:
        return
    head, rest = path[0], path[1:]
    if head == "[]":
        for item in template.intrinsics.items(node)[0]:
            if rest:
                yield from _follow(template, item, rest)
            else:
                yield _Found(item, None)
        return
    following = template.intrinsics.fields(node).get(head)
    if following is None:
        return
    if rest:
        yield from _follow(template, following, rest)
    else:
        yield _Found(following, node)


def _may_be_function(template: Template, ref: FunctionRef) -> bool:
    """Whether a target, which for some services may be a queue or a topic as well, can be a function."""
    if ref.target is not None:
        return True
    value = ref.value
    if isinstance(value, Ref):
        resource = template.resources.get(value.resource.address)
        return resource is None or resource.type in (*FUNCTION_TYPES, *_MAY_HOLD_FUNCTIONS)
    constants = [part.text for part in getattr(value, "parts", (value,)) if isinstance(part, Const)]
    return any(":function" in text for text in constants) or not any(text.startswith("arn:") for text in constants)


_MAY_HOLD_FUNCTIONS = (
    "AWS::CloudFormation::Stack",
    "AWS::Serverless::Application",
    "AWS::Lambda::Alias",
    "AWS::Lambda::Version",
)


def _source(template: Template, resource: TemplateResource, site: Site) -> ResourceId:
    """The resource that invokes: what the `source` property names where it names one, else the resource itself."""
    if site.source and site.source != "?":
        named = template.intrinsics.resource(template.intrinsics.fields(resource.properties).get(site.source))
        if named is not None:
            return named
    return resource.id


def _source_arn(template: Template, resource: TemplateResource, site: Site) -> Value:
    if site.source == "":
        return Ref(resource.id, "arn")
    if site.source == "?":
        return Unknown(f"the ARN of {resource.logical_id}")
    value = template.intrinsics.value(template.intrinsics.fields(resource.properties).get(site.source))
    if site.kind in _API_KINDS:
        return authorizer_arn(value)
    if site.kind == "s3_notification":
        return Ref(value.resource, "arn") if isinstance(value, Ref) else arn_of("s3", "bucket", value)
    if site.kind == "logs_subscription":
        return log_group_arn(value)
    return value


def _lower_mappings(template: Template, lowered: Lowered, refs: TemplateFunctions) -> None:
    """Event source mappings, which need no permission: Lambda polls with the function's own role."""
    for resource in template.of_type("AWS::Lambda::EventSourceMapping"):
        fields = template.intrinsics.fields(resource.properties)
        node = fields.get("FunctionName")
        source = template.intrinsics.value(fields.get("EventSourceArn"))
        for function in refs.of(node):
            lowered.triggers.append(
                Trigger(
                    kind="event_source_mapping",
                    source=source.resource if isinstance(source, Ref) else resource.id,
                    function=function,
                    span=resource.span,
                    source_arn=source,
                    satisfied=True,
                )
            )


def _lower_deliveries(template: Template, lowered: Lowered) -> None:
    """What services are told to send to queues and topics of the template."""
    sites = [(resource, site) for resource in template.resources.values() for site in DELIVERIES.get(resource.type, ())]
    if not sites or has_connectors(template):  # SAM's connectors make policies by themselves
        return
    targets = {resource.logical_id for resource in template.of_type(*_TARGETS)}
    hidden = {mention.name for mention in mentions(template, targets) if mention.type.startswith(_CUSTOM)}
    for resource, site in sites:
        for found in _follow(template, resource.properties, site.path):
            beside = template.intrinsics.fields(found.beside)
            name, wanted = site.only
            target = template.intrinsics.value(found.node)
            if not isinstance(target, Ref) or not is_arn(target) or target.resource.address not in targets - hidden:
                continue
            if site.role and beside.get(site.role) is not None:
                continue
            if not name or template.intrinsics.text(beside.get(name)) == wanted:
                source = _source(template, resource, site)
                lowered.deliveries.append(Delivery(site.kind, source, target.resource, found.node.span))
