"""The role that SAM makes for a function or state machine that names none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import sam_functions as facts
from crosswire.aws import sam_policies
from crosswire.frontends.cloudformation.intrinsics import call_of
from crosswire.frontends.cloudformation.role_draft import TemplateRoleDraft
from crosswire.frontends.sam.expansion import expand
from crosswire.readers.tree import Entries, Scalar
from crosswire.values import Const, Ref, ResourceId, concat
from crosswire.wiring.access import Grant

if TYPE_CHECKING:
    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.function import BlindSpot

ManagedPolicies = dict[str, tuple[list[Grant], list["BlindSpot"]]]


def generated_role(
    template: Template, resource: TemplateResource, properties: Entries, managed: ManagedPolicies
) -> TemplateRoleDraft:
    """The role `<Id>Role` of a function or state machine with these effective properties. `managed` collects the
    managed policies that were looked up."""
    policies_key = properties.key("Policies")
    place = resource.span if policies_key is None else policies_key.span
    draft = TemplateRoleDraft(template, ResourceId(template.unit, f"{resource.logical_id}Role"), resource.span, place)
    fields = template.intrinsics.fields(properties)
    draft.boundary = fields.get("PermissionsBoundary") is not None
    if resource.type == "AWS::Serverless::Function":
        _for_function(draft, resource, fields, managed)
    else:
        draft.trust.append(Const(facts.PRINCIPALS[resource.type]))
        if _is_true(template.intrinsics.fields(fields.get("Tracing")).get("Enabled")):
            draft.attach_by_name(facts.TRACING_POLICY, managed)
    _add_policies(draft, fields.get("Policies"))
    if not fields.complete:
        draft.blind(f"properties of {resource.logical_id} that cannot be read", resource.span)
    return draft


def _for_function(
    draft: TemplateRoleDraft, resource: TemplateResource, fields: Fields, managed: ManagedPolicies
) -> None:
    intrinsics = draft.template.intrinsics
    trust = fields.get("AssumeRolePolicyDocument")
    if trust is None:
        draft.trust.append(Const(facts.PRINCIPALS[resource.type]))
    else:
        draft.set_trust(trust)
    durable = _is_given(fields.get("DurableConfig"))
    draft.attach_by_name(facts.DURABLE_POLICY if durable else facts.BASIC_POLICY, managed)
    tracing = fields.get("Tracing")
    if _is_given(tracing) and intrinsics.text(tracing) != "Disabled":
        draft.attach_by_name(facts.TRACING_POLICY, managed)
    if _is_given(fields.get("VpcConfig")):
        draft.attach_by_name(facts.VPC_POLICY, managed)
    _add_destination(draft, fields.get("DeadLetterQueue"), "TargetArn", None)
    invoke = intrinsics.fields(fields.get("EventInvokeConfig"))
    destinations = intrinsics.fields(invoke.get("DestinationConfig"))
    for name in ("OnSuccess", "OnFailure"):
        _add_destination(draft, destinations.get(name), "Destination", f"{resource.logical_id}EventInvokeConfig{name}")
    for _, event in intrinsics.fields(fields.get("Events")).pairs:
        _add_event(draft, event, managed)


def _add_destination(draft: TemplateRoleDraft, node: Node | None, target: str, created: str | None) -> None:
    """Allow what a destination needs. `created` begins the logical id of the queue or topic that SAM makes where the
    destination has no target."""
    if node is None:
        return
    intrinsics = draft.template.intrinsics
    destination = intrinsics.fields(node)
    kind = intrinsics.text(destination.get("Type")) or ""
    arn_node = destination.get(target)
    arn: Value
    if arn_node is not None:
        arn = intrinsics.value(arn_node)
    elif created is not None and kind in facts.CREATED_DESTINATIONS:
        arn = Ref(ResourceId(draft.template.unit, created + facts.CREATED_DESTINATIONS[kind]), "arn")
    else:
        return
    for action, ending in facts.DESTINATION_ACTIONS.get(kind, ()):
        draft.allow([Const(action)], [concat([arn, Const(ending)])], node.span, "SAM")


def _add_event(draft: TemplateRoleDraft, node: Node, managed: ManagedPolicies) -> None:
    intrinsics = draft.template.intrinsics
    event = intrinsics.fields(node)
    fact = facts.EVENTS.get(intrinsics.text(event.get("Type")) or "")
    if fact is None:
        return
    properties = intrinsics.fields(event.get("Properties"))
    if fact.managed_policy:
        draft.attach_by_name(fact.managed_policy, managed)
    if fact.kind == "sns" and is_queued(properties):
        draft.attach_by_name(facts.EVENTS["SQS"].managed_policy, managed)
    for inline in fact.inline:
        _add_inline(draft, inline, properties, node.span)
    failure = intrinsics.fields(properties.get("DestinationConfig")).get("OnFailure")
    if fact.kind == "event_source_mapping":
        _add_destination(draft, failure, "Destination", None)


def is_queued(event: Fields) -> bool:
    """Whether an SNS event goes through a queue that SAM makes or is told of."""
    node = event.get("SqsSubscription")
    return _is_given(node) and not (isinstance(node, Scalar) and node.as_bool() is False)


def _add_inline(draft: TemplateRoleDraft, inline: facts.Inline, event: Fields, span: Span) -> None:
    intrinsics = draft.template.intrinsics
    if inline.given and event.get(inline.given) is None:
        return
    values = {f"Event.{key.text}": intrinsics.value(node) for key, node in event.pairs if isinstance(node, Scalar)}
    for name in ("Broker", "Cluster"):
        values[f"Event.{name}"] = intrinsics.value(event.get(name))
    actions = [Const(action) for action in inline.actions]
    if not inline.access:
        draft.allow(actions, [expand(inline.resource, values, span)], span, "SAM")
        return
    configurations, complete = intrinsics.items(event.get("SourceAccessConfigurations"))
    for item in configurations:
        configuration = intrinsics.fields(item)
        if intrinsics.text(configuration.get("Type")) in inline.access:
            secret = {"Secret": intrinsics.value(configuration.get("URI"))}
            draft.allow(actions, [expand(inline.resource, secret, span)], span, "SAM")
    if not complete:
        draft.blind("source access configurations that cannot be read", span)


def _add_policies(draft: TemplateRoleDraft, node: Node | None) -> None:
    """Add the property `Policies` in any of its forms."""
    if node is None or not _is_given(node):
        return
    entries, complete = draft.template.intrinsics.entries(node)
    for entry in entries:
        if isinstance(entry.node, Entries) and call_of(entry.node) is None:
            _add_policy_map(draft, entry.node, entry.when)
        else:
            draft.attach(entry.node, entry.when)
    if not complete:
        draft.blind("policies that cannot be read", node.span)


def _add_policy_map(draft: TemplateRoleDraft, item: Entries, when: tuple[str, ...]) -> None:
    fields = draft.template.intrinsics.fields(item)
    if fields.get("Statement") is not None:
        draft.add_document(item, when)
        return
    for key, arguments in fields.pairs:
        _add_policy_template(draft, key, arguments, when)
    if not fields.complete:
        draft.blind("a policy that cannot be read", item.span)


def _add_policy_template(draft: TemplateRoleDraft, key: Scalar, arguments: Node, when: tuple[str, ...]) -> None:
    policy = sam_policies.template(key.text)
    if policy is None:
        draft.blind(f"{key.text}, which is no policy template of SAM", key.span)
        return
    intrinsics = draft.template.intrinsics
    given = intrinsics.fields(arguments)
    values = {name.text: intrinsics.value(node) for name, node in given.pairs}
    grants = [
        Grant(
            effect=statement.effect,
            actions=tuple(Const(action, key.span) for action in statement.actions),
            resources=tuple(expand(resource, values, key.span) for resource in statement.resources),
            span=key.span,
            conditional=statement.condition is not None,
            origin=policy.name,
        )
        for statement in policy.statements
    ]
    draft.add(grants, (), when)


def _is_given(node: Node | None) -> bool:
    if node is None:
        return False
    return not (isinstance(node, Scalar) and node.is_null)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.as_bool() is True
