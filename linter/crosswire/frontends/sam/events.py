"""The events of SAM functions: what invokes them, and the permissions that SAM makes for that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws import sam_functions as facts
from crosswire.frontends.arns import HTTP, REST, WEBSOCKET, api_arn, authorizer_arn, log_group_arn, request_arn
from crosswire.frontends.cloudformation.apis import body_triggers
from crosswire.frontends.sam.expansion import expand
from crosswire.frontends.sam.globals import PREFIX, effective_properties, global_properties
from crosswire.frontends.sam.roles import is_queued
from crosswire.readers.tree import Scalar
from crosswire.values import Const, Parameter, Ref, ResourceId, Unknown, concat
from crosswire.wiring.access import Grant
from crosswire.wiring.naming import arn_of
from crosswire.wiring.resource import ResourcePolicy
from crosswire.wiring.trigger import FunctionRef, InvokePermission, Trigger

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.function_refs import TemplateFunctions
    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.readers.tree import Node
    from crosswire.source import Span
    from crosswire.values import Value

_FUNCTION = "AWS::Serverless::Function"
_APIS = {"AWS::Serverless::Api": REST, "AWS::Serverless::HttpApi": HTTP}
_INVOKE = "lambda:InvokeFunction"
_IOT_RULE = "arn:${AWS::Partition}:iot:${AWS::Region}:${AWS::AccountId}:rule/${Rule}"
_URL_PERMISSIONS = (("UrlPublicPermissions", "lambda:InvokeFunctionUrl"), ("URLInvokeAllowPublicAccess", _INVOKE))


def lower_events(template: Template, lowered: Lowered, refs: TemplateFunctions) -> None:
    """Add triggers and permissions for every event, function URL and API that SAM manages."""
    implicit: set[str] = set()
    for resource in template.of_type(_FUNCTION):
        properties = template.intrinsics.fields(effective_properties(template, resource))
        function = _invoked(template, resource, properties)
        for name, node in template.intrinsics.fields(properties.get("Events")).pairs:
            event = template.intrinsics.fields(node)
            event_type = template.intrinsics.text(event.get("Type")) or ""
            fact = facts.EVENTS.get(event_type)
            if fact is not None:
                found = _Event(template, resource, function, name, event_type, fact, event)
                found.lower(lowered)
                implicit.update(found.implicit_api())
        _lower_url(resource, function, properties, template, lowered)
    for resource in template.of_type(*_APIS):
        properties = template.intrinsics.fields(effective_properties(template, resource))
        _lower_api(template, resource.id, resource.type, properties, lowered, refs)
    for api_type in sorted(implicit):
        inherited = template.intrinsics.fields(global_properties(template, api_type))
        api = ResourceId(template.unit, facts.IMPLICIT_APIS[api_type.removeprefix(PREFIX)])
        _lower_api(template, api, api_type, inherited, lowered, refs)
    for resource in template.of_type("AWS::Serverless::WebSocketApi"):
        lowered.triggers.extend(_websocket(template, resource, refs))


def _invoked(template: Template, resource: TemplateResource, properties: Fields) -> FunctionRef:
    """What events invoke: the published alias where there is one, else the function."""
    alias = properties.get("AutoPublishAlias")
    qualifier = None if alias is None else template.intrinsics.value(alias)
    return FunctionRef(resource.id, Ref(resource.id, "arn"), qualifier)


class _Event:
    """One event of one function."""

    __slots__ = ("_fact", "_fields", "_function", "_name", "_resource", "_template", "_type")

    def __init__(
        self,
        template: Template,
        resource: TemplateResource,
        function: FunctionRef,
        name: Scalar,
        type: str,
        fact: facts.Event,
        event: Fields,
    ) -> None:
        self._template = template
        self._resource = resource
        self._function = function
        self._name = name
        self._type = type
        self._fact = fact
        self._fields = template.intrinsics.fields(event.get("Properties"))

    def lower(self, lowered: Lowered) -> None:
        """Add the event's triggers and its permission."""
        if self._fact.kind == "sns" and is_queued(self._fields):
            lowered.triggers.append(self._polled_queue(lowered))
            return
        for detail in self._details():
            lowered.triggers.append(self._trigger(self._fact.kind, detail))
        if self._fact.principal:
            permission = self._permission()
            if permission.id not in {known.id for known in lowered.permissions[-1:]}:
                lowered.permissions.append(permission)

    def implicit_api(self) -> Iterator[str]:
        """The type of the API that SAM makes for an event that names none."""
        if self._type in facts.IMPLICIT_APIS and self._fields.get(self._fact.source) is None:
            yield f"AWS::Serverless::{self._type}"

    def _trigger(self, kind: str, detail: str) -> Trigger:
        return Trigger(
            kind=kind,
            source=self._source(),
            function=self._function,
            span=self._name.span,
            source_arn=self._source_arn(),
            detail=detail,
            satisfied=True,
        )

    def _polled_queue(self, lowered: Lowered) -> Trigger:
        """The queue that stands between a topic and the function: one that the event names, or that SAM makes."""
        intrinsics = self._template.intrinsics
        given = intrinsics.fields(self._fields.get("SqsSubscription")).get("QueueArn")
        made = ResourceId(self._template.unit, f"{self._made()}Queue")
        arn = arn_of("sqs", "queue", Ref(made, "name")) if given is None else intrinsics.value(given)
        source = arn.resource if isinstance(arn, Ref) else made
        if given is not None:
            lowered.resource_policies.append(self._queue_policy(arn, given.span))
        return Trigger("event_source_mapping", source, self._function, self._name.span, arn, satisfied=True)

    def _queue_policy(self, queue: Value, span: Span) -> ResourcePolicy:
        """The policy that lets the topic send to a queue."""
        id = ResourceId(self._template.unit, f"{self._made()}QueuePolicy")
        action, principal = Const("sqs:SendMessage", span), Const("sns.amazonaws.com", span)
        grant = Grant("Allow", (action,), (queue,), span, conditional=True, origin="SAM", principals=(principal,))
        return ResourcePolicy((queue,), "sqs", (grant,), {"Statement": []}, span, id)

    def _permission(self) -> InvokePermission:
        span = self._name.span
        logical_id = self._fact.logical_id.format(self._resource.logical_id, self._name.text)
        source_arn: Value | None = self._source_arn()
        account = None
        if self._type == "S3":
            source_arn, account = None, Parameter("AWS", "AccountId", span=span)
        elif self._type == "IoTRule":
            account = Parameter("AWS", "AccountId", span=span)
        elif self._type == "AlexaSkill":
            source_arn = None
        elif self._type == "Api":
            logical_id += self._stage_suffix()
        return InvokePermission(
            id=ResourceId(self._template.unit, logical_id),
            function=self._function,
            principal=Const(self._fact.principal, span),
            action=Const(_INVOKE, span),
            span=span,
            source_arn=source_arn,
            source_account=account,
            event_source_token=self._type == "AlexaSkill" and self._fields.get("SkillId") is not None,
        )

    def _stage_suffix(self) -> str:
        """SAM puts the stage's name into the logical id of the permission, where it is an exact text."""
        node = self._fields.get("RestApiId")
        if node is None:
            return "Prod"
        api = self._template.resources.get(self._source().address)
        if api is None:
            return "Stage"
        stage = effective_properties(self._template, api).get("StageName")
        return stage.text if isinstance(stage, Scalar) and not stage.tag else "Stage"

    def _made(self) -> ResourceId:
        return ResourceId(self._template.unit, f"{self._resource.logical_id}{self._name.text}")

    def _source(self) -> ResourceId:
        if self._type in facts.IMPLICIT_APIS and self._fields.get(self._fact.source) is None:
            return ResourceId(self._template.unit, facts.IMPLICIT_APIS[self._type])
        node = self._fields.get(self._fact.source) if self._fact.source else None
        if isinstance(node, Scalar) and not node.tag and node.text in self._template.resources:
            return self._template.resources[node.text].id
        named = self._template.intrinsics.resource(node)
        return self._made() if named is None else named

    def _source_arn(self) -> Value:
        intrinsics = self._template.intrinsics
        if self._type in facts.IMPLICIT_APIS:
            return self._request()
        if self._type == "CloudWatchLogs":
            return log_group_arn(intrinsics.value(self._fields.get("LogGroupName")))
        if self._fact.kind == "alexa_skill":
            return Unknown("a skill")
        if self._type == "IoTRule":
            return expand(_IOT_RULE, {"Rule": Ref(self._made(), "name")}, None)
        if not self._fact.source:
            return Ref(self._made(), "arn")
        value = intrinsics.value(self._fields.get(self._fact.source))
        if self._type in ("S3", "Cognito") and isinstance(value, Ref):
            return Ref(value.resource, "arn")
        return value

    def _request(self) -> Value:
        intrinsics = self._template.intrinsics
        node = self._fields.get(self._fact.source)
        api: Value = Ref(self._source(), "id") if node is None or isinstance(node, Scalar) else intrinsics.value(node)
        path = intrinsics.text(self._fields.get("Path"))
        method = intrinsics.text(self._fields.get("Method"))
        if self._type == "HttpApi" and (path is None or path == "$default"):
            return concat([api_arn(api), Const("/"), Unknown("a route")])
        return request_arn(api, method or "ANY", path if path is not None else Unknown("the path"))

    def _details(self) -> list[str]:
        intrinsics = self._template.intrinsics
        if self._type == "Cognito":
            triggers, _ = intrinsics.items(self._fields.get("Trigger"))
            return [intrinsics.text(item) or "" for item in triggers] or [""]
        if self._type in facts.IMPLICIT_APIS:
            path = intrinsics.text(self._fields.get("Path"))
            method = intrinsics.text(self._fields.get("Method")) or "ANY"
            return [f"{method.upper()} {path}" if path is not None else "$default"]
        return [self._name.text]


def _lower_url(
    resource: TemplateResource, function: FunctionRef, properties: Fields, template: Template, lowered: Lowered
) -> None:
    key = properties.key("FunctionUrlConfig")
    config = template.intrinsics.fields(properties.get("FunctionUrlConfig"))
    if key is None:
        return
    url = ResourceId(template.unit, f"{resource.logical_id}Url")
    public = template.intrinsics.text(config.get("AuthType")) == "NONE"
    lowered.triggers.append(
        Trigger("function_url", url, function, key.span, Unknown("the URL"), "function URL", satisfied=True)
    )
    if not public:
        return
    for ending, action in _URL_PERMISSIONS:
        lowered.permissions.append(
            InvokePermission(
                id=ResourceId(template.unit, f"{resource.logical_id}{ending}"),
                function=function,
                principal=Const("*", key.span),
                action=Const(action, key.span),
                span=key.span,
            )
        )


def _lower_api(
    template: Template, id: ResourceId, type: str, properties: Fields, lowered: Lowered, refs: TemplateFunctions
) -> None:
    """The authorizers of an API, which SAM lets in for REST and, unless told to, not for HTTP; and its own body, for
    which SAM does nothing."""
    kind = _APIS[type]
    intrinsics = template.intrinsics
    auth = intrinsics.fields(properties.get("Auth"))
    for name, node in intrinsics.fields(auth.get("Authorizers")).pairs:
        authorizer = intrinsics.fields(node)
        arn = authorizer.get("FunctionArn")
        if arn is None:
            continue
        satisfied = _authorizer_is_let_in(authorizer, kind)
        for function in refs.of(arn):
            if function.target is not None:
                lowered.triggers.append(
                    Trigger(
                        kind=f"{kind}_authorizer",
                        source=id,
                        function=function,
                        span=arn.span,
                        source_arn=authorizer_arn(Ref(id, "id")),
                        detail=name.text,
                        satisfied=satisfied,
                    )
                )
                if satisfied:
                    lowered.permissions.append(_authorizer_permission(id, name.text, function, arn.span))
    lowered.triggers.extend(body_triggers(template, id, properties.get("DefinitionBody"), kind, refs))


def _authorizer_is_let_in(authorizer: Fields, kind: str) -> bool:
    if authorizer.get("FunctionInvokeRole") is not None:
        return True
    if kind == REST:
        return not _is_true(authorizer.get("DisableFunctionDefaultPermissions"))
    return _is_true(authorizer.get("EnableFunctionDefaultPermissions"))


def _authorizer_permission(api: ResourceId, name: str, function: FunctionRef, span: Span) -> InvokePermission:
    return InvokePermission(
        id=ResourceId(api.unit, f"{api.address}{name}AuthorizerPermission"),
        function=function,
        principal=Const("apigateway.amazonaws.com", span),
        action=Const(_INVOKE, span),
        span=span,
        source_arn=authorizer_arn(Ref(api, "id")),
    )


def _websocket(template: Template, resource: TemplateResource, refs: TemplateFunctions) -> Iterator[Trigger]:
    properties = template.intrinsics.fields(effective_properties(template, resource))
    for key, node in template.intrinsics.fields(properties.get("Routes")).pairs:
        arn = template.intrinsics.fields(node).get("FunctionArn")
        for function in refs.of(arn):
            if arn is not None and function.target is not None:
                source = concat([api_arn(Ref(resource.id, "id")), Const("/"), Unknown("a route")])
                yield Trigger(WEBSOCKET, resource.id, function, arn.span, source, key.text, satisfied=True)


def _is_true(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.as_bool() is True
