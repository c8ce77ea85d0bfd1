"""Functions: what a configuration deploys as Lambda functions, with their environment, role and code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.function_refs import FunctionRefs
from crosswire.frontends.terraform.code_hints import CodeHints
from crosswire.frontends.terraform.mentions import mentions
from crosswire.frontends.terraform.names import is_known
from crosswire.frontends.terraform.roles import FUNCTION, RoleNames, lower_roles, role_of
from crosswire.frontends.terraform.triggers import lower_triggers
from crosswire.frontends.terraform.values import fields_of, presumed_text, value_of
from crosswire.values import Const
from crosswire.wiring.function import BlindSpot, Code, Environment, EnvVariable, Function, Link

if TYPE_CHECKING:
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.mentions import Mention
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Role

ALIAS = "aws_lambda_alias"
_EDGE = "edgelambda.amazonaws.com"
_NAMING = ("arn", "id", "name", "url")
_ABOUT_FUNCTIONS = frozenset(
    (
        "aws_appautoscaling_policy",
        "aws_appautoscaling_scheduled_action",
        "aws_appautoscaling_target",
        "aws_cloudwatch_dashboard",
        "aws_cloudwatch_log_group",
        "aws_cloudwatch_log_metric_filter",
        "aws_codedeploy_deployment_group",
        "aws_lambda_alias",
        "aws_lambda_function_event_invoke_config",
        "aws_lambda_function_recursion_config",
        "aws_lambda_permission",
        "aws_lambda_provisioned_concurrency_config",
        "aws_lambda_runtime_management_config",
    )
)
"""Types that speak of a function without invoking it or passing it on."""

_INVOKING_DATA = "data.aws_lambda_invocation"
_ALARMS = ("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm")
_ALARM_ACTIONS = ("alarm_actions", "insufficient_data_actions", "ok_actions")


def function_refs(configuration: Configuration) -> FunctionRefs:
    """The functions of a configuration, in all of its modules, by everything that names them."""
    functions: dict[ResourceId, Value | None] = {}
    for instance in configuration.of_type(FUNCTION):
        name = value_of(instance.arguments.get("function_name"))
        functions[instance.id] = name if is_known(name) else None
    qualified: dict[ResourceId, tuple[Value, Value | None]] = {}
    for instance in configuration.of_type(ALIAS, f"data.{ALIAS}", f"data.{FUNCTION}"):
        arguments = instance.arguments
        qualifier = arguments.get("qualifier" if instance.type == f"data.{FUNCTION}" else "name")
        value = None if qualifier is None else value_of(qualifier)
        qualified[instance.id] = (value_of(arguments.get("function_name")), value)
    return FunctionRefs(functions, qualified)


def lower_functions(configuration: Configuration, lowered: Lowered) -> None:
    """Add the functions of a configuration with their code hints, and all that is about them: roles, triggers,
    permissions."""
    roles = lower_roles(configuration, lowered)
    refs = function_refs(configuration)
    names = RoleNames(configuration)
    hints = CodeHints(configuration)
    named = _mentions(configuration, refs)
    for instance in configuration.of_type(FUNCTION):
        role = role_of(instance.arguments.get("role"), names, roles, instance.span)
        function = _function(instance, role, named.get(instance.id, []))
        lowered.functions.append((function, hints.of(instance)))
    lower_triggers(configuration, lowered, refs)


def _function(instance: Instance, role: Role, named: list[Mention]) -> Function:
    arguments = instance.arguments
    environment = _environment(instance)
    blind_spots = []
    if not environment.complete:
        why = f"environment variables of {instance.id.address} that cannot be read"
        blind_spots.append(BlindSpot("environment", why, environment.span))
    name = arguments.get("function_name")
    edge = any("lambda_function_association" in mention.path for mention in named)
    trusted = (principal.text for principal in role.trust if isinstance(principal, Const))
    return Function(
        id=instance.id,
        span=instance.span,
        handler=presumed_text(arguments.get("handler")),
        runtime=presumed_text(arguments.get("runtime")),
        env=environment,
        role=role,
        code=Code(Link.MISSING),
        name=None if name is None else value_of(name),
        edge=edge or _EDGE in trusted,
        mentioned_by=tuple(mention.span for mention in named),
        blind_spots=tuple(blind_spots),
    )


def _environment(instance: Instance) -> Environment:
    arguments = instance.arguments
    complete = arguments.complete and not instance.ignores("environment")
    place = arguments.key("environment") if "environment" in arguments else None
    variables: dict[str, EnvVariable] = {}
    left_out: set[str] = set()
    outer = fields_of(arguments.get("environment"))
    inner = None if outer is None else fields_of(outer.get("variables"))
    if outer is not None:
        complete = complete and outer.complete
        place = outer.key("variables") or place
    if inner is not None:
        complete = complete and inner.complete
        for name, (key, _) in inner.pairs.items():
            node = inner.get(name)
            if node is not None:
                variables[name] = EnvVariable(name, value_of(node), key, node.span)
            else:  # null
                left_out.add(name)
    return Environment(variables, complete, place or instance.span, frozenset(left_out))


def _mentions(configuration: Configuration, refs: FunctionRefs) -> dict[ResourceId, list[Mention]]:
    """The places that name each function as something to invoke or to pass on."""
    owners: dict[ResourceId, ResourceId] = {}
    for instance in configuration.of_type(FUNCTION, ALIAS):
        function = refs.function_of(instance.id)
        if function is not None:
            owners[instance.id] = function
    found: dict[ResourceId, list[Mention]] = {}
    for mention in mentions(configuration, owners):
        function = owners[mention.id]
        if mention.attribute in _NAMING and _counts(mention, function):
            found.setdefault(function, []).append(mention)
    return found


def _counts(mention: Mention, function: ResourceId) -> bool:
    if mention.by == function or mention.type in _ABOUT_FUNCTIONS:
        return False
    if mention.type in _ALARMS:
        return mention.path[:1] in [(name,) for name in _ALARM_ACTIONS]
    if mention.type == "aws_cloudwatch_log_subscription_filter":
        return mention.path[:1] == ("destination_arn",)
    if mention.type.startswith("data."):
        return mention.type == _INVOKING_DATA
    return True  # an output too: whatever reads the state, or calls the module, may invoke what it names
