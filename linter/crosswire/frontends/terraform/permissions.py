"""Permissions: whom a configuration's functions let in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.terraform.invoked import Invoked
from crosswire.frontends.terraform.values import Either, Leaf, Listing, Object, text_of, value_of
from crosswire.values import Const, ResourceId, Unknown
from crosswire.wiring.trigger import FunctionRef, InvokePermission

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.function_refs import FunctionRefs
    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance, UnreadModule
    from crosswire.frontends.terraform.values import Evaluated


def lower_permissions(configuration: Configuration, lowered: Lowered, refs: FunctionRefs) -> None:
    """Add every permission that a configuration gives, and those that a module which is not read may give."""
    invoked = Invoked(configuration, refs)
    for instance in configuration.of_type("aws_lambda_permission"):
        lowered.permissions.extend(_permissions(instance, invoked))
    for instance in configuration.of_type("aws_lambda_function_url"):
        lowered.permissions.extend(_of_url(instance, invoked))
    for module in configuration.unread:
        lowered.permissions.extend(_possible(configuration, module, invoked))


def _permissions(instance: Instance, invoked: Invoked) -> Iterator[InvokePermission]:
    arguments = instance.arguments
    name, qualifier = arguments.get("function_name"), arguments.get("qualifier")
    source_arn, account = arguments.get("source_arn"), arguments.get("source_account")
    for function in invoked.qualified(name, qualifier) or [FunctionRef(None, value_of(name))]:
        yield InvokePermission(
            id=instance.id,
            function=function,
            principal=value_of(arguments.get("principal")),
            action=value_of(arguments.get("action")),
            span=instance.span,
            source_arn=None if source_arn is None else value_of(source_arn),
            source_account=None if account is None else value_of(account),
            event_source_token=arguments.get("event_source_token") is not None,
        )


def _of_url(instance: Instance, invoked: Invoked) -> Iterator[InvokePermission]:
    """The provider lets everyone in by itself when it makes a function URL that asks for no authorization."""
    arguments = instance.arguments
    if text_of(arguments.get("authorization_type")) != "NONE":
        return
    for function in invoked.qualified(arguments.get("function_name"), arguments.get("qualifier")):
        yield InvokePermission(
            id=instance.id,
            function=function,
            principal=Const("*", instance.span),
            action=Const("lambda:InvokeFunctionUrl", instance.span),
            span=instance.span,
        )


def _possible(configuration: Configuration, module: UnreadModule, invoked: Invoked) -> Iterator[InvokePermission]:
    """What a module does with the functions that it is given is not known: it may let anyone in."""
    id = ResourceId(configuration.unit, f"module.{module.name}")
    found: dict[FunctionRef, None] = {}
    for leaf in _leaves(module.inputs):
        for function in invoked.of(leaf):
            if function.target is not None:
                found.setdefault(function)
    for function in found:
        yield InvokePermission(
            id=id,
            function=FunctionRef(function.target, function.value, Unknown("what a module makes of it")),
            principal=Unknown("whom a module lets in", module.span),
            action=Unknown("what a module allows", module.span),
            span=module.span,
        )


def _leaves(root: Evaluated) -> Iterator[Leaf]:
    stack: list[Evaluated] = [root]
    while stack:
        node = stack.pop()
        match node:
            case Leaf(tree=tree) if tree is not None:
                stack.append(tree)
            case Leaf():
                yield node
            case Listing():
                stack.extend(reversed(node.items))
            case Object():
                stack.extend(value for _, value in reversed(node.pairs.values()))
            case Either():
                stack += (node.otherwise, node.then)
