"""Functions: what a template deploys as Lambda functions, with their environment, role and the way to their code."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.function_refs import FUNCTION_TYPES, TemplateFunctions
from crosswire.frontends.cloudformation.intrinsics import call_of
from crosswire.frontends.cloudformation.making import UNKNOWN
from crosswire.frontends.cloudformation.mentions import mentions
from crosswire.frontends.cloudformation.roles import lower_roles, role_of
from crosswire.frontends.cloudformation.triggers import lower_triggers
from crosswire.frontends.lowered import CodeHint
from crosswire.frontends.sam.globals import effective_properties
from crosswire.readers.tree import Entries, Items, Node, Scalar, child, text_of
from crosswire.values import Const, ResourceId, last_text
from crosswire.wiring.function import BlindSpot, Code, Environment, EnvVariable, Function, Link

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.cloudformation.mentions import Mention
    from crosswire.frontends.cloudformation.template import Template, TemplateResource
    from crosswire.frontends.lowered import Lowered
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.access import Role

_SAM = "AWS::Serverless::Function"
_SUB_NAME = re.compile(r"\$\{([A-Za-z0-9_.:]+)\}")
_EDGE = "edgelambda.amazonaws.com"
_ABOUT_FUNCTIONS = frozenset(
    (
        "AWS::ApplicationAutoScaling::ScalableTarget",
        "AWS::ApplicationAutoScaling::ScalingPolicy",
        "AWS::CloudWatch::Dashboard",
        "AWS::CodeDeploy::DeploymentGroup",
        "AWS::Lambda::Alias",
        "AWS::Lambda::EventInvokeConfig",
        "AWS::Lambda::Permission",
        "AWS::Lambda::Version",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
    )
)
"""Types that speak of a function without invoking it or passing it on."""

_ALARMS = ("AWS::CloudWatch::Alarm", "AWS::CloudWatch::CompositeAlarm")
_ALARM_ACTIONS = ("AlarmActions", "InsufficientDataActions", "OKActions")


def lower_functions(template: Template, lowered: Lowered) -> None:
    """Add the template's functions with their code hints, and all that is about them: roles, triggers, permissions."""
    roles = lower_roles(template, lowered)
    refs = TemplateFunctions(template)
    named = _mentions(template, refs)
    for resource in template.of_type(*FUNCTION_TYPES):
        properties = effective_properties(template, resource)
        fields = template.intrinsics.fields(properties)
        if template.is_generated(resource.logical_id):
            continue
        function = _function(template, resource, fields, roles, named.get(resource.logical_id, []))
        lowered.functions.append(template.deployed(resource, function, _code_hint(template, resource, fields)))
    lower_triggers(template, lowered, refs)


def _function(
    template: Template,
    resource: TemplateResource,
    fields: Fields,
    roles: Mapping[str, Role],
    named: list[Mention],
) -> Function:
    intrinsics = template.intrinsics
    generated = f"{resource.logical_id}Role" if resource.type == _SAM else ""
    role = role_of(template, fields.get("Role"), generated, roles, resource.span)
    environment = _environment(template, resource, fields)
    blind_spots = []
    if not environment.complete:
        blind_spots.append(BlindSpot("environment", _unread(fields), environment.span))
    name = fields.get("FunctionName")
    edge = any("LambdaFunctionAssociations" in mention.path for mention in named)
    trusted = (principal.text for principal in role.trust if isinstance(principal, Const))
    return Function(
        id=resource.id,
        span=resource.span,
        handler=intrinsics.text(fields.get("Handler")),
        runtime=intrinsics.text(fields.get("Runtime")),
        env=environment,
        role=role,
        code=Code(Link.MISSING),
        name=None if name is None else intrinsics.value(name),
        edge=edge or _EDGE in trusted,
        mentioned_by=tuple(mention.span for mention in named),
        blind_spots=tuple(blind_spots),
    )


def _unread(fields: Fields) -> str:
    """What of the variables is not known."""
    reason = child(child(fields.get("Environment"), "Variables"), f"Fn::{UNKNOWN}")
    return text_of(reason) or "environment variables that cannot be read"


def _environment(template: Template, resource: TemplateResource, fields: Fields) -> Environment:
    intrinsics = template.intrinsics
    outer = intrinsics.fields(fields.get("Environment"))
    inner = intrinsics.fields(outer.get("Variables"))
    variables: dict[str, EnvVariable] = {}
    for key, node in inner.pairs:
        variables[key.text] = EnvVariable(key.text, intrinsics.value(node), key.span, node.span)
    place = outer.key("Variables") or fields.key("Environment")
    complete = fields.complete and outer.complete and inner.complete and resource.complete
    return Environment(variables, complete, resource.span if place is None else place.span)


def _image_command(template: Template, fields: Fields) -> Node | None:
    """The handler that an image is started with, in place of the one that its Dockerfile names."""
    command = template.intrinsics.fields(fields.get("ImageConfig")).get("Command")
    items, complete = template.intrinsics.items(command) if command is not None else ([], False)
    return items[0] if complete and items else None


def _code_hint(template: Template, resource: TemplateResource, fields: Fields) -> CodeHint:
    intrinsics = template.intrinsics
    handler = fields.get("Handler") or _image_command(template, fields)
    metadata = resource.node.get("Metadata")
    uri, uri_span, s3_key = _code_uri(template, resource, fields, metadata)
    inline = _inline_code(template, fields)
    package = intrinsics.text(fields.get("PackageType"))
    code = intrinsics.fields(fields.get("Code")) if not isinstance(fields.get("Code"), Scalar) else None
    image = package == "Image" or "ImageUri" in fields or (code is not None and "ImageUri" in code)
    return CodeHint(
        unit_path=template.path,
        logical_id=resource.logical_id,
        handler=intrinsics.text(handler),
        handler_span=None if handler is None else handler.span,
        runtime=intrinsics.text(fields.get("Runtime")),
        uri=uri if inline is None and not image else None,
        uri_span=uri_span if inline is None and not image else None,
        inline_span=None if inline is None else inline[0],
        inline_text=None if inline is None else inline[1],
        inline_values=None if inline is None else inline[2],
        s3_key=s3_key,
        entry_points=_entry_points(metadata),
        layers=_layers(template, fields.get("Layers")),
        image=image,
        docker_context=text_of(child(metadata, "DockerContext")) if image else None,
        dockerfile=text_of(child(metadata, "Dockerfile")) if image else None,
    )


def _code_uri(
    template: Template, resource: TemplateResource, fields: Fields, metadata: Node | None
) -> tuple[str | None, Span | None, str | None]:
    """The local path of the code with its place, or the S3 key it lies under."""
    asset = text_of(child(metadata, "aws:asset:path"))
    if asset is not None:
        return asset, None, None
    node = fields.get("CodeUri" if resource.type == _SAM else "Code")
    if node is None:
        return (".", None, None) if resource.type == _SAM else (None, None, None)
    text = template.intrinsics.text(node) if isinstance(node, Scalar) or call_of(node) is not None else None
    if text is not None:
        if text.startswith("s3://"):
            return None, node.span, text.split("/", 3)[-1]
        return (None, node.span, None) if "://" in text else (text, node.span, None)
    code = template.intrinsics.fields(node)
    key = template.intrinsics.value(code.get("Key") or code.get("S3Key"))
    return None, node.span, last_text(key)


def _inline_code(template: Template, fields: Fields) -> tuple[Span, str, dict[str, Value]] | None:
    """The scalar that holds the code, the code, and the values of its `${names}` where it is the text of a Sub."""
    node = fields.get("InlineCode")
    if node is None:
        code = fields.get("Code")
        if code is None or isinstance(code, Scalar):
            return None
        node = template.intrinsics.fields(code).get("ZipFile")
    if node is None:
        return None
    raw = _scalar_of(node)
    call = call_of(node)
    if raw is not None and call is not None and call[0] == "Sub":
        return raw.span, raw.text.replace("${!", "${ "), _sub_values(template, raw, call[1])
    text = template.intrinsics.text(node)
    if text is not None:
        return node.span if raw is None else raw.span, text, {}
    return None if raw is None else (raw.span, raw.text, {})


def _sub_values(template: Template, raw: Scalar, argument: Node) -> dict[str, Value]:
    """What each `${name}` in the text of a Sub stands for."""
    values: dict[str, Value] = {}
    for name in _SUB_NAME.findall(raw.text):
        if name not in values:
            text = Scalar(f"${{{name}}}", raw.source, raw.start, raw.end)
            given: Node = text
            if isinstance(argument, Items) and len(argument.items) > 1:
                given = Items([text, argument.items[1]], raw.source, raw.start, raw.end)
            key = Scalar("Fn::Sub", raw.source, raw.start, raw.end)
            values[name] = template.intrinsics.value(Entries([(key, given)], raw.source, raw.start, raw.end))
    return values


def _scalar_of(node: Node) -> Scalar | None:
    """The text that a Sub fills in."""
    call = call_of(node)
    argument = node if call is None else call[1]
    if isinstance(argument, Items) and argument.items:
        argument = argument.items[0]
    return argument if isinstance(argument, Scalar) else None


def _entry_points(metadata: Node | None) -> tuple[str, ...]:
    points = child(metadata, "BuildProperties", "EntryPoints")
    if isinstance(points, Scalar) and not points.tag:
        return (points.text,)
    if not isinstance(points, Items):
        return ()
    return tuple(item.text for item in points if isinstance(item, Scalar) and not item.tag)


def _layers(template: Template, node: Node | None) -> tuple[str, ...]:
    """The local folders of the function's layers."""
    folders: list[str] = []
    for item in template.intrinsics.items(node)[0]:
        named = template.intrinsics.resource(item)
        layer = None if named is None else template.resources.get(named.address)
        if layer is None:
            continue
        properties = effective_properties(template, layer)
        content = properties.get("ContentUri") or properties.get("Content")
        text = template.intrinsics.text(content) if isinstance(content, Scalar) else None
        if text is None:
            text = text_of(child(layer.node.get("Metadata"), "aws:asset:path"))
        if text is not None and "://" not in text:
            folders.append(text)
    return tuple(folders)


def _mentions(template: Template, refs: TemplateFunctions) -> dict[str, list[Mention]]:
    """The places that name each function as something to invoke or to pass on."""
    owners: dict[str, str] = {}
    for logical_id in template.resources:
        named = refs.function_of(ResourceId(template.unit, logical_id))
        if named is not None:
            owners[logical_id] = named.address
    found: dict[str, list[Mention]] = {}
    for mention in mentions(template, owners):
        function = owners[mention.name]
        if _counts(template, mention, function):
            found.setdefault(function, []).append(mention)
    return found


def _counts(template: Template, mention: Mention, function: str) -> bool:
    if mention.by == function or mention.type in _ABOUT_FUNCTIONS:
        return False
    if mention.type in _ALARMS:
        return mention.path[:1] in [(name,) for name in _ALARM_ACTIONS]
    if mention.type == "Outputs":
        return "#" in template.unit or "Export" in _output(template, mention.path[:1])
    if mention.type == "AWS::Logs::SubscriptionFilter":
        return mention.path[:1] == ("DestinationArn",)
    return True


def _output(template: Template, path: tuple[str, ...]) -> Entries:
    node = child(template.root.get("Outputs"), *path)
    if isinstance(node, Entries):
        return node
    return Entries([], template.source, 0, 0)
