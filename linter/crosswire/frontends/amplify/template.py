"""A template of an Amplify backend, with what the files beside it add to it before it is deployed.

Sources: the Amplify CLI's `provider-utils/awscloudformation` (what a function is deployed with) and the pages "Project
structure" and "Configure Lambda function: access with custom IAM policies" of its documentation.
"""

from __future__ import annotations

from posixpath import dirname
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import Given
from crosswire.frontends.cloudformation.making import Making
from crosswire.frontends.cloudformation.template import Template
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.record import replace
from crosswire.source import Broken
from crosswire.values import Const
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.frontends.cloudformation.template import TemplateResource
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.source import Source, Span
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import Function

_BACKEND = "amplify/backend/"
_WRITTEN = ("function", "custom")
"""The categories whose functions and permissions people write; those of others the CLI generates."""

_ENVIRONMENTS = "team-provider-info.json"
_ROLE = "LambdaExecutionRole"
_POLICY = "CustomLambdaExecutionPolicy"
_PERMISSIONS = "AmplifyResourcesPolicy"
_MAIN = frozenset(("DynamoDBTable", "LambdaFunction", "S3Bucket"))
"""The logical id that the CLI gives to what a part of the backend is about, the same in every template."""

_BESIDE = frozenset(
    (_ROLE, _POLICY, _PERMISSIONS, "CloudWatchEvent", "PermissionForEventsToInvokeLambda", "lambdaexecutionpolicy")
)
"""The logical ids that it gives to what it makes beside a function."""

_GENERATED = ("ENV", "REGION")
_OF_OTHERS = ("ANALYTICS_", "API_", "AUTH_", "FUNCTION_", "GEO_", "STORAGE_")
"""What the names of variables begin with that the CLI sets for the parts of the backend that a function may use."""

_OPTIONAL = ("Effect", "Sid", "Condition", "NotAction", "NotResource")


class AmplifyTemplate(Template):
    """A template below `amplify/backend`. `category` is what it is of (`function`, `auth`, `storage` ...), `name` what
    the project calls it, `backend` the folder of all. `attached` are the places that make others invoke its function,
    `trusting` the one that lets another template add to the function's role."""

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        given: Mapping[str, Given] | None,
        environment: str,
    ) -> None:
        before, _, inner = f"/{source.path}".rpartition("/" + _BACKEND)
        self.backend = f"{before}/{_BACKEND}"[1:].rstrip("/")
        self.category, _, rest = inner.partition("/")
        self.name = rest.partition("/")[0]
        self.folder = dirname(source.path)
        self.attached: tuple[Span, ...] = ()
        self.trusting: Span | None = None
        if self.category == "function":
            root = _with_policies(root, list(_statements(f"{self.folder}/custom-policies.json", files)))
        if given is None:
            root = _without_stand_ins(root)
            given = _given(list(self._values(files)))
        super().__init__(unit, source, root, files, given, environment)

    def _values(self, files: Files) -> Iterator[Node | None]:
        """The files, or parts of them, that give values to parameters: of the resource, then of each environment."""
        yield json_tree(f"{self.folder}/parameters.json", files)
        environments = json_tree(f"{dirname(self.backend)}/{_ENVIRONMENTS}", files)
        for _, body in environments.items() if isinstance(environments, Entries) else ():
            yield child(body, "categories", self.category, self.name)

    def shown_name(self, logical_id: str) -> str:
        """People call a function, a table or a bucket by the name that they gave to `amplify add`."""
        if logical_id in _MAIN:
            return self.name
        return f"{logical_id} of {self.name}" if logical_id in _BESIDE else ""

    def is_generated(self, logical_id: str) -> bool:
        return self.category not in _WRITTEN

    def deployed(self, resource: TemplateResource, function: Function, hint: CodeHint) -> tuple[Function, CodeHint]:
        """The CLI packages the folder `src`. What other parts of the backend depend on is invoked by them."""
        if hint.inline_span is None and self.category == "function" and not hint.image:
            hint = replace(hint, uri="src", s3_key=None)
        if self.trusting is not None:
            spot = BlindSpot("policy", f"policies that what invokes `{self.name}` may attach", self.trusting)
            function = replace(function, role=replace(function.role, blind_spots=(*function.role.blind_spots, spot)))
        variables = {
            name: replace(variable, is_generated=name in _GENERATED or name.startswith(_OF_OTHERS))
            for name, variable in function.env.variables.items()
        }
        environment = replace(function.env, variables=variables)
        return replace(function, env=environment, mentioned_by=(*function.mentioned_by, *self.attached)), hint

    def as_given(self, grant: Grant) -> Grant:
        """A statement of a role: those of the policy that `amplify update function` writes are given whole. It never
        writes that all actions of all services are allowed."""
        policy = self.resources.get(_PERMISSIONS)
        place = None if policy is None else policy.node.span
        is_whole = (
            place is not None and place.source is grant.span.source and place.start <= grant.span.start < place.end
        )
        by_hand = any(isinstance(action, Const) and action.text == "*" for action in grant.actions)
        return replace(grant, origin=f"{_PERMISSIONS} of Amplify") if is_whole and not by_hand else grant


def json_tree(path: str, files: Files) -> Node | None:
    """The tree of a file of JSON; None where there is none that can be read."""
    source = files.read(path) if path in files else None
    tree = None if source is None or isinstance(source, Broken) else read_json(source)
    return None if isinstance(tree, Broken) else tree


def _statements(path: str, files: Files) -> Iterator[Entries]:
    """The statements of a `custom-policies.json`. The CLI allows what has no effect of its own."""
    tree = json_tree(path, files)
    for item in tree.items if isinstance(tree, Items) else ():
        if not isinstance(item, Entries) or not any(
            _names_something(item.get(name)) for name in ("Action", "NotAction")
        ):
            continue  # the CLI starts the file with an entry of empty lists
        making = Making(item)
        yield making.mapping(
            [
                ("Effect", item.get("Effect") or making.text("Allow")),
                *((name, item.get(name)) for name in ("Action", "Resource", *_OPTIONAL[1:])),
            ]
        )


def _names_something(node: Node | None) -> bool:
    texts = node.items if isinstance(node, Items) else [node]
    return any(text_of(text) for text in texts)


def _with_policies(root: Entries, statements: list[Entries]) -> Entries:
    """The template with the policy that the CLI makes of them."""
    section = root.get("Resources")
    if not statements or not isinstance(section, Entries) or _ROLE not in section:
        return root
    making = Making(statements[0])
    policy = making.resource(
        "AWS::IAM::Policy",
        [
            ("PolicyDocument", making.mapping([("Statement", making.list(statements))])),
            ("Roles", making.list([making.ref(_ROLE)])),
        ],
    )
    pairs: list[tuple[Scalar, Node]] = [*section.pairs, (making.text(_POLICY), policy)]
    return _with_section(root, "Resources", Entries(pairs, section.source, section.start, section.end))


def _without_stand_ins(root: Entries) -> Entries:
    """The template without the defaults that stand in until the parent stack gives a parameter: that of
    `storageOrdersName` is "storageOrdersName"."""
    section = root.get("Parameters")
    if not isinstance(section, Entries):
        return root
    pairs: list[tuple[Scalar, Node]] = []
    for key, body in section.pairs:
        if isinstance(body, Entries) and text_of(body.get("Default")) == key.text:
            kept = [pair for pair in body.pairs if pair[0].text != "Default"]
            pairs.append((key, Entries(kept, body.source, body.start, body.end)))
        else:
            pairs.append((key, body))
    return _with_section(root, "Parameters", Entries(pairs, section.source, section.start, section.end))


def _given(values: list[Node | None]) -> Mapping[str, Given]:
    """What files give for parameters: what all environments share is exact, of others it is only known that they are
    given."""
    found: dict[str, Given] = {}
    for mapping in values:
        for key, node in mapping.items() if isinstance(mapping, Entries) else ():
            text, known = text_of(node), found.get(key.text)
            if known is not None and known.text != text:
                text = None
            found[key.text] = Given(text, node.span if known is None else known.span)
    return found


def _with_section(root: Entries, name: str, section: Entries) -> Entries:
    pairs = [(key, section if key.text == name else node) for key, node in root.pairs]
    return Entries(pairs, root.source, root.start, root.end)
