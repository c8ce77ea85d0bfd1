"""Triggers: every place of a configuration that makes a service invoke a function."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from crosswire.aws.terraform_sites import DELIVERIES, SITES
from crosswire.frontends.arns import authorizer_arn, log_group_arn
from crosswire.frontends.terraform.apis import lower_apis
from crosswire.frontends.terraform.configuration import resource_of
from crosswire.frontends.terraform.invoked import Invoked
from crosswire.frontends.terraform.mentions import MODULE, mentions
from crosswire.frontends.terraform.permissions import lower_permissions
from crosswire.frontends.terraform.values import Either, Leaf, Listing, Object, fields_of, items_of, text_of, value_of
from crosswire.values import Const, If, OneOf, Parameter, Ref, Unknown, concat, one_of
from crosswire.wiring.naming import arn_of, is_arn
from crosswire.wiring.trigger import Delivery, FunctionRef, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.aws.invocation_sites import Site
    from crosswire.frontends.function_refs import FunctionRefs
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value

_TARGETS = ("aws_sqs_queue", "aws_sns_topic")
_API_KINDS = ("api_gateway_rest_authorizer", "api_gateway_http_authorizer")
_NAMED_SOURCES = {"eventbridge_rule": ("events", "rule"), "s3_notification": ("s3", "bucket")}
_DEFAULT_BUS = "default"


class _Found(NamedTuple):
    """A node that names a function, the block in which it stands, and the place where."""

    node: Leaf
    beside: Object
    place: Span


def lower_triggers(configuration: Configuration, lowered: Lowered, refs: FunctionRefs) -> None:
    """Add a configuration's triggers and the permissions that its functions give."""
    invoked = Invoked(configuration, refs)
    for instance in configuration.instances.values():
        for site in SITES.get(instance.type, ()):
            lowered.triggers.extend(_at_site(instance, site, invoked))
    lowered.triggers.extend(_hidden_pool_triggers(configuration))
    for instance in configuration.of_type("aws_lambda_function_url"):
        lowered.triggers.extend(_url(instance, invoked))
    for instance in configuration.of_type("aws_lambda_event_source_mapping"):
        lowered.triggers.extend(_mapping(instance, invoked))
    lowered.deliveries.extend(_deliveries(configuration))
    lower_apis(configuration, lowered, invoked)
    lower_permissions(configuration, lowered, refs)


def _at_site(instance: Instance, site: Site, invoked: Invoked) -> Iterator[Trigger]:
    for found in _follow(instance.arguments, site.path):
        name, wanted = site.only
        if name and text_of(found.beside.get(name) or instance.arguments.get(name)) not in (wanted, None):
            continue
        for function in invoked.of(found.node):
            if not invoked.may_be_function(function):
                continue
            yield Trigger(
                kind=site.kind,
                source=_source(instance, site),
                function=function,
                span=found.place,
                source_arn=_source_arn(instance, site),
                detail=site.detail,
                satisfied=bool(site.role) and found.beside.get(site.role) is not None,
            )


def _follow(block: Object, path: tuple[str, ...]) -> Iterator[_Found]:
    """Every text at the end of a path."""
    following = block.get(path[0])
    if following is None:
        return
    if len(path) == 1:
        alone = isinstance(following, Leaf)
        yield from (_Found(leaf, block, block.place(path[0]) if alone else leaf.span) for leaf in _texts(following))
        return
    for item in items_of(following)[0]:
        fields = fields_of(item)
        if fields is not None:
            yield from _follow(fields, path[1:])


def _texts(node: Evaluated) -> Iterator[Leaf]:
    """Every text that an argument may be, or that may be in its list."""
    match node:
        case Leaf():
            if not node.is_null:
                yield node
        case Listing():
            for item in node.items:
                yield from _texts(item)
        case Either():
            yield from _texts(node.then)
            yield from _texts(node.otherwise)


def _source(instance: Instance, site: Site) -> ResourceId:
    """The resource that invokes: what the `source` argument names where it names one, else the resource itself."""
    argument = site.source.removeprefix("?")
    named = resource_of(value_of(instance.arguments.get(argument))) if argument else None
    return instance.id if named is None else named


def _source_arn(instance: Instance, site: Site) -> Value:
    if site.source == "":
        return Ref(instance.id, "arn")
    if site.source.startswith("?"):
        return Unknown(f"the ARN of {instance.id.address}")
    value = value_of(instance.arguments.get(site.source))
    if site.kind in _API_KINDS:
        return authorizer_arn(value)
    if site.kind == "logs_subscription":
        return log_group_arn(value)
    return _arn(value, site.kind, instance)


def _arn(value: Value, kind: str, instance: Instance) -> Value:
    """The ARN of what an argument names."""
    match value:
        case Ref(resource, _):
            return Ref(resource, "arn", value.span)
        case If(condition, then, otherwise):
            return If(condition, _arn(then, kind, instance), _arn(otherwise, kind, instance), value.span)
        case OneOf(choices):
            return one_of([_arn(choice, kind, instance) for choice in choices], value.span)
    if kind not in _NAMED_SOURCES or is_arn(value):
        return value
    bus = instance.arguments.get("event_bus_name")
    if kind == "eventbridge_rule" and bus is not None and text_of(bus) != _DEFAULT_BUS:
        return _on_bus(value, value_of(bus))
    service, resource_kind = _NAMED_SOURCES[kind]
    return arn_of(service, resource_kind, value)


def _on_bus(rule: Value, bus: Value) -> Value:
    """The ARN of a rule on a bus of one's own, which is named by its name or its ARN."""
    if isinstance(bus, Ref):
        bus = Ref(bus.resource, "name")
    elif not isinstance(bus, Const) or is_arn(bus):
        bus = Unknown("an event bus")
    parts: list[Value] = [Const("arn:"), Parameter("AWS", "Partition"), Const(":events:"), Parameter("AWS", "Region")]
    parts += [Const(":"), Parameter("AWS", "AccountId"), Const(":rule/"), bus, Const("/"), rule]
    return concat(parts)


def _hidden_pool_triggers(configuration: Configuration) -> Iterator[Trigger]:
    """Triggers of user pools that cannot be read: they may invoke any function."""
    for pool in configuration.of_type("aws_cognito_user_pool"):
        blocks, complete = items_of(pool.arguments.get("lambda_config"))
        bodies = [fields_of(block) for block in blocks]
        if complete and pool.arguments.complete and all(body is None or body.complete for body in bodies):
            continue
        function = FunctionRef(None, Unknown("a function that is not known", pool.span))
        yield Trigger("cognito_user_pool", pool.id, function, pool.span, Ref(pool.id, "arn"))


def _url(instance: Instance, invoked: Invoked) -> Iterator[Trigger]:
    """A function URL, which needs no permission but those that the provider gives by itself."""
    arguments = instance.arguments
    name = arguments.get("function_name")
    if name is None or text_of(arguments.get("authorization_type")) not in ("NONE", None):
        return
    for function in invoked.qualified(name, arguments.get("qualifier")):
        unknown = Unknown(f"the ARN of {instance.id.address}")
        yield Trigger("function_url", instance.id, function, name.span, unknown, satisfied=True)


def _mapping(instance: Instance, invoked: Invoked) -> Iterator[Trigger]:
    """An event source mapping, which needs no permission: Lambda polls with the function's own role."""
    source = value_of(instance.arguments.get("event_source_arn"))
    for function in invoked.of(instance.arguments.get("function_name")):
        yield Trigger(
            kind="event_source_mapping",
            source=source.resource if isinstance(source, Ref) else instance.id,
            function=function,
            span=instance.span,
            source_arn=source,
            satisfied=True,
        )


def _deliveries(configuration: Configuration) -> Iterator[Delivery]:
    """What services are told to send to queues and topics of the configuration."""
    sites = [(one, site) for one in configuration.instances.values() for site in DELIVERIES.get(one.type, ())]
    if not sites:
        return
    targets = {one.id for one in configuration.of_type(*_TARGETS) if one.arguments.complete}
    targets -= {mention.id for mention in mentions(configuration, targets) if mention.type == MODULE}
    for instance, site in sites:
        for found in _follow(instance.arguments, site.path):
            target = found.node.value
            if not isinstance(target, Ref) or not is_arn(target) or target.resource not in targets:
                continue
            name, wanted = site.only
            if site.role and found.beside.get(site.role) is not None:
                continue
            if not name or text_of(found.beside.get(name)) == wanted:
                yield Delivery(site.kind, _source(instance, site), target.resource, found.place)
