"""What the operators need to know of a template: its functions, what they are given, and what they may do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase

from tests.mutants.document import Edit, Spot, read

from crosswire.aws import sam_policies

FUNCTIONS = ("AWS::Serverless::Function", "AWS::Lambda::Function")


@dataclass(frozen=True, slots=True)
class Resource:
    id: str
    type: str
    spot: Spot

    def property(self, *path: str) -> Spot | None:
        return self.spot.get("Properties", *path)


@dataclass(frozen=True, slots=True)
class Grant:
    """A statement, or a policy template of SAM. `owner` is the function or role that it belongs to."""

    owner: str
    spot: Spot
    actions: tuple[str, ...]
    action_spots: tuple[Spot, ...]
    resources: tuple[Spot, ...]

    def removed(self) -> Edit | None:
        """Takes the grant away. A policy must have a statement: the only one becomes one that is of no use."""
        alone = self.spot.parent is None or len(self.spot.parent.as_list()) == 1
        if self.action_spots and alone:
            return self.spot.replaced('{"Effect": "Allow", "Action": "xray:PutTraceSegments", "Resource": "*"}')
        return self.spot.removed()


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable of the environment of some functions."""

    name: str
    spot: Spot
    functions: tuple[str, ...]


class Template:
    """A template of a project."""

    def __init__(self, path: str, text: str, root: Spot) -> None:
        self.path = path
        self.text = text
        self.root = root
        section = root.get("Resources")
        self.resources = [
            Resource(spot.key, kind.text or "", spot)
            for spot in (section.children if section else [])
            if (kind := spot.get("Type"))
        ]

    @classmethod
    def recognise(cls, path: str, text: str) -> Template | None:
        is_template = "AWSTemplateFormatVersion" in text or _is_synthesized(path)
        root = read(text) if is_template and path.endswith((".yaml", ".yml", ".json")) else None
        return cls(path, text, root) if root else None

    def of_type(self, *types: str) -> Iterator[Resource]:
        return (resource for resource in self.resources if resource.type in types)

    # ------------------------------------------------------------------------------------------------ environment

    def environments(self) -> Iterator[tuple[Spot, tuple[str, ...]]]:
        """Every `Variables` mapping that has entries, and the functions that get it."""
        shared = self.root.get("Globals", "Function", "Environment", "Variables")
        if shared and shared.children:
            yield shared, tuple(function.id for function in self.of_type("AWS::Serverless::Function"))
        for function in self.of_type(*FUNCTIONS):
            own = function.property("Environment", "Variables")
            if own and own.children:
                yield own, (function.id,)

    def variables(self) -> Iterator[Variable]:
        for mapping, functions in self.environments():
            for spot in mapping.children:
                yield Variable(spot.key, spot, functions)

    # ----------------------------------------------------------------------------------------------------- grants

    def grants(self) -> Iterator[Grant]:
        for function in self.of_type("AWS::Serverless::Function"):
            policies = function.property("Policies")
            for policy in policies.as_list() if policies else []:
                yield from self._sam_policy(function.id, policy)
        for resource in self.resources:
            for owner, document in self._documents(resource):
                yield from _statements(owner, document)

    def _sam_policy(self, owner: str, policy: Spot) -> Iterator[Grant]:
        yield from _statements(owner, policy)
        for child in policy.children:
            template = sam_policies.template(child.key)
            if template:
                actions = tuple(action for statement in template.statements for action in statement.actions)
                whole = policy if len(policy.children) == 1 else child
                yield Grant(owner, whole, actions, (), tuple(child.children))

    def _documents(self, resource: Resource) -> Iterator[tuple[str, Spot]]:
        document = resource.property("PolicyDocument")
        if resource.type == "AWS::IAM::Role":
            policies = resource.property("Policies")
            for policy in policies.as_list() if policies else []:
                inline = policy.get("PolicyDocument")
                if inline:
                    yield resource.id, inline
        elif resource.type == "AWS::IAM::Policy" and document:
            roles = resource.property("Roles")
            yield self._mentioned(roles), document
        elif resource.type == "AWS::IAM::ManagedPolicy" and document:
            for role in self.of_type("AWS::IAM::Role"):
                managed = role.property("ManagedPolicyArns")
                if managed and any(as_sub(item) == reference(resource.id) for item in managed.as_list()):
                    yield role.id, document

    def _mentioned(self, spot: Spot | None) -> str:
        ids = {resource.id for resource in self.resources}
        return next((child.text for child in (spot.walk() if spot else ()) if child.text in ids), "") or ""

    def functions_of(self, owner: str) -> tuple[str, ...]:
        """The functions that a role's or function's grants are for."""
        return tuple(
            function.id
            for function in self.of_type(*FUNCTIONS)
            if function.id == owner or self._mentioned(function.property("Role")) == owner
        )

    def names(self, spot: Spot) -> str | None:
        """The one thing that a value or ARN names, as its logical id where it has one; None where it is not plain."""
        text = as_sub(spot)
        if text is None:
            return None
        text = re.sub(r"/index/[^/]*$|/\*$", "", text)
        whole = re.fullmatch(r"\$\{(\w+)(?:\.\w+)?\}", text)
        tail = whole[1] if whole else re.split(r"[/:](?![^{]*\})", text)[-1]
        whole = re.fullmatch(r"\$\{(\w+)(?:\.\w+)?\}", tail)
        return whole[1] if whole else self._by_name.get(tail, tail)

    @property
    def _by_name(self) -> dict[str, str]:
        names = ("TableName", "BucketName", "QueueName", "TopicName")
        return {
            text: resource.id
            for resource in self.resources
            for name in names
            if (spot := resource.property(name)) and (text := as_sub(spot))
        }


def is_made(path: str) -> bool:
    """Whether a template is what a tool made, the AWS CDK or Amplify: it has parts that nobody wrote, and a role of its
    own for each function."""
    return _is_synthesized(path) or "amplify/backend/" in path


def _is_synthesized(path: str) -> bool:
    return "cdk.out/" in path and path.endswith(".template.json")


def _statements(owner: str, document: Spot) -> Iterator[Grant]:
    statements = document.get("Statement")
    for statement in statements.as_list() if statements else []:
        effect, action, resource = (statement.get(key) for key in ("Effect", "Action", "Resource"))
        if effect and effect.text == "Allow" and action and resource:
            spots = tuple(action.as_list())
            actions = tuple(spot.text for spot in spots if spot.text)
            yield Grant(owner, statement, actions, spots, tuple(resource.as_list()))


def as_sub(spot: Spot) -> str | None:
    """A value as the text of Fn::Sub that says the same; None for what that cannot say."""
    tag, text = spot.tag, spot.text
    if text is not None:
        match tag:
            case "" | "!Sub":
                return text
            case "!Ref" | "!GetAtt":
                return reference(text)
        return None
    if len(spot.children) == 1 and not tag:
        inner = spot.children[0]
        match inner.key:
            case "Ref" | "Fn::Sub" if inner.text is not None:
                return reference(inner.text) if inner.key == "Ref" else inner.text
            case "Fn::GetAtt":
                return reference(".".join(part.text or "" for part in inner.as_list()))
    return None


def reference(name: str) -> str:
    """How Fn::Sub writes Ref, or GetAtt with a dot in the name."""
    return "${" + name + "}"


def sub(spot: Spot, text: str) -> str:
    """How a template that holds `spot` writes Fn::Sub of a text."""
    return f'{{"Fn::Sub": "{text}"}}' if spot.is_json else f"!Sub '{text}'"


def scalar(spot: Spot, text: str) -> str:
    """How a template that holds `spot` writes a plain text."""
    return f'"{text}"' if spot.is_json else f"'{text}'"


def still_granted(template: Template, owner: str, action: str) -> bool:
    """Whether a role or function has an action on anything at all."""
    return any(
        fnmatchcase(action.lower(), pattern.lower())
        for grant in template.grants()
        if grant.owner == owner
        for pattern in grant.actions
    )
