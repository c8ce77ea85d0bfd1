"""A template that the CDK synthesized."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.cdk_constructs import is_made_by_cdk
from crosswire.aws.cdk_grants import is_granted_whole
from crosswire.frontends.cloudformation.template import Template
from crosswire.readers.tree import Entries, Items, Node, Scalar, child, text_of
from crosswire.record import replace
from crosswire.values import Const

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from crosswire.frontends.cdk.assembly import Assembly
    from crosswire.frontends.cloudformation.intrinsics import Given
    from crosswire.frontends.cloudformation.template import TemplateResource
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files
    from crosswire.source import Source
    from crosswire.wiring.access import Grant
    from crosswire.wiring.function import Function

_HASH = re.compile(r"(?<![0-9a-f])([0-9a-f]{64})(?![0-9a-f])")
_HASH_IN_NAME = re.compile(r"AssetParameters([0-9a-f]{64})")


class SynthesizedTemplate(Template):
    """A template of an assembly. Its functions lead to the code that their assets are made of."""

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        assembly: Assembly,
        given: Mapping[str, Given] | None,
        environment: str,
    ) -> None:
        self._assembly = assembly
        super().__init__(unit, source, root, files, given, environment)

    def is_generated(self, logical_id: str) -> bool:
        """Whether the CDK made a resource for itself."""
        resource = self.resources.get(logical_id)
        path = "" if resource is None else self._path_of(resource)
        return is_made_by_cdk(logical_id, path)

    def as_given(self, grant: Grant) -> Grant:
        """A statement of a role: what a grant method allows is given whole."""
        actions = [action.text for action in grant.actions if isinstance(action, Const)]
        is_whole = len(actions) == len(grant.actions) and not grant.origin and is_granted_whole(actions)
        return replace(grant, origin="grant of the CDK") if is_whole else grant

    def nested_in(self, resource: TemplateResource) -> str | None:
        """The template of a nested stack, which is an asset."""
        return self._asset(resource, "TemplateURL")

    def deployed(self, resource: TemplateResource, function: Function, hint: CodeHint) -> tuple[Function, CodeHint]:
        layers = [(self._asset(layer, "Content"), self._path_of(layer)) for layer in self._layers(resource)]
        folders = (self._assembly.layer(asset, path) for asset, path in layers if asset is not None)
        hint = replace(hint, layers=tuple(folders))
        if hint.inline_span is not None:
            return function, hint
        metadata = resource.node.get("Metadata")
        original = text_of(child(metadata, "aws:asset:original-path"))
        if hint.image:
            hint = replace(hint, dockerfile=text_of(child(metadata, "aws:asset:dockerfile-path")))
        asset, path = self._asset(resource, "Code"), self._path_of(resource)
        return function, self._assembly.with_code(hint, asset, original, path)

    def _layers(self, resource: TemplateResource) -> Iterator[TemplateResource]:
        """The layers of a function that the template declares."""
        for item in self.intrinsics.items(resource.properties.get("Layers"))[0]:
            named = self.intrinsics.resource(item)
            layer = None if named is None else self.resources.get(named.address)
            if layer is not None:
                yield layer

    def _asset(self, resource: TemplateResource, name: str) -> str | None:
        """The file or folder that is the asset of a resource: as its metadata says, else by the hash in a property."""
        named = text_of(child(resource.node.get("Metadata"), "aws:asset:path"))
        return named or self._listed(resource.properties.get(name))

    def _path_of(self, resource: TemplateResource) -> str:
        return _path_of(resource) or self._assembly.path_of(self.path, resource.logical_id)

    def _listed(self, node: Node | None) -> str | None:
        """The asset whose hash stands in a node, by the list of the stack's assets."""
        hash = _hash_in(node)
        return None if hash is None else self._assembly.asset(self.path, hash) or f"asset.{hash}"


def _path_of(resource: TemplateResource) -> str:
    return text_of(child(resource.node.get("Metadata"), "aws:cdk:path")) or ""


def _hash_in(node: Node | None) -> str | None:
    """The hash of an asset that a key, a URL or the name of a parameter holds."""
    if isinstance(node, Scalar):
        match = _HASH.search(node.text) or _HASH_IN_NAME.search(node.text)
        return None if match is None else match.group(1)
    inner: list[Node] = []
    if isinstance(node, Items):
        inner = node.items
    elif isinstance(node, Entries):
        inner = [value for _, value in node.pairs]
    return next((hash for one in inner if (hash := _hash_in(one)) is not None), None)
