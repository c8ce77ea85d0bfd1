"""A CloudFormation or SAM template: recognised by its content, with its resources and intrinsic functions at hand."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import Intrinsics, call_of
from crosswire.frontends.cloudformation.marks import NAMESPACES, RENDERED_ENDINGS
from crosswire.frontends.cloudformation.rendering import has_placeholders, is_rendered, unread
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.readers.yaml import read_yaml
from crosswire.source import Broken, Span, unfinished_merge
from crosswire.values import ResourceId, Truth
from crosswire.wiring.dialect import CLOUDFORMATION
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from crosswire.frontends.cloudformation.intrinsics import Given
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files
    from crosswire.source import Source
    from crosswire.wiring.access import Grant
    from crosswire.wiring.dialect import Dialect
    from crosswire.wiring.function import Function
    from crosswire.wiring.unread import Unread

_SERVERLESS_TRANSFORM = "AWS::Serverless"
_HARMLESS_TRANSFORMS = ("AWS::Serverless", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager")
_ADDING = ("Fn::ForEach::", "Fn::Transform")


class TemplateResource:
    """A resource as a template declares it. `span` is its logical id, `condition` the name of its Condition.

    `complete` is False where it may have properties that are not listed.
    """

    __slots__ = ("complete", "condition", "id", "logical_id", "node", "properties", "span", "type")

    def __init__(
        self, id: ResourceId, type: str, node: Entries, span: Span, properties: Entries, complete: bool
    ) -> None:
        self.id = id
        self.logical_id = id.address
        self.type = type
        self.node = node
        self.span = span
        self.properties = properties
        self.complete = complete
        condition = node.get("Condition")
        self.condition = condition.text if isinstance(condition, Scalar) else None

    def __repr__(self) -> str:
        return f"TemplateResource({self.logical_id!r}, {self.type!r})"


class Template:
    """One template of one unit. `complete` is False where it may declare more resources than are listed;
    `blind_spots` says why. `files` are all that it is written in, where these are more than its own.

    `given` are the parameters of the environment that it is deployed to, None where that is not known, and
    `environment` its name, where it is one of several."""

    dialect: Dialect = CLOUDFORMATION
    files: tuple[str, ...] = ()
    environment_span: Span | None = None

    def __init__(
        self,
        unit: str,
        source: Source,
        root: Entries,
        files: Files,
        given: Mapping[str, Given] | None = None,
        environment: str = "",
    ) -> None:
        self.unit = unit
        self.environment = environment
        self._given = given
        self.path = source.path
        self.source = source
        self.blind_spots: list[BlindSpot] = []
        self._files = files
        self._included: dict[str, Node | None] = {}
        self.root = _with_included_sections(root, self._read_local)
        types: dict[str, str] = {}
        self.is_sam = _is_sam(self.root)
        self.intrinsics = self._functions(types)
        globals_node = self.root.get("Globals")
        self.globals: Entries | None = globals_node if isinstance(globals_node, Entries) and self.is_sam else None
        self.resources: dict[str, TemplateResource] = {}
        self._lower_macros()
        self._list_resources(types)

    def _functions(self, types: dict[str, str]) -> Intrinsics:
        """The intrinsic functions of this template."""
        read = self._read_local
        return Intrinsics(self.unit, self.root, types, self.is_sam, read, self._given, self.environment)

    def is_left_out(self, body: Entries) -> bool:
        """Whether the environment surely does not have a resource or an output, by its condition."""
        condition = body.get("Condition")
        if not self.is_in_environment or not isinstance(condition, Scalar):
            return False
        return self.intrinsics.condition(condition.text) is Truth.NO

    @property
    def is_in_environment(self) -> bool:
        """Whether it is known to which environment this is deployed."""
        return self._given is not None or bool(self.environment)

    def maker_of(self, policy: Node) -> str:
        """Who made an inline policy that nobody wrote out; empty for all that are written."""
        return ""

    def as_given(self, grant: Grant) -> Grant:
        """A statement of a role, with who made it where that is no one of the project."""
        return grant

    def deployed(self, resource: TemplateResource, function: Function, hint: CodeHint) -> tuple[Function, CodeHint]:
        """A function of the template as it is deployed, with where its code is."""
        return function, hint

    def is_generated(self, logical_id: str) -> bool:
        """Whether a tool made a resource for itself, with code and permissions that nobody of the project chose."""
        return False

    def nested_in(self, resource: TemplateResource) -> str | None:
        """The file of a nested stack, relative to the template's folder, where more than its URL tells of it."""
        return None

    def of_type(self, *types: str) -> Iterator[TemplateResource]:
        """The resources of some types, in the order of the template."""
        for resource in self.resources.values():
            if resource.type in types:
                yield resource

    def _list_resources(self, types: dict[str, str]) -> None:
        section = self.root.get("Resources")
        fields = self.intrinsics.fields(section)
        if not fields.complete and section is not None:
            why = "resources that a macro, an include or a loop adds"
            self.blind_spots.append(BlindSpot("template", why, section.span))
        bodies: list[tuple[Scalar, Entries]] = []
        for key, body in fields.pairs:
            if isinstance(body, Entries) and self.is_left_out(body):
                self.intrinsics.absent.add(key.text)
            elif isinstance(body, Entries):
                kind = body.get("Type")
                types[key.text] = kind.text if isinstance(kind, Scalar) else ""
                bodies.append((key, body))
        for key, body in bodies:
            properties, complete = self._properties(body)
            identity = ResourceId(self.unit, key.text, self.shown_name(key.text))
            self.resources[key.text] = TemplateResource(identity, types[key.text], body, key.span, properties, complete)

    def shown_name(self, logical_id: str) -> str:
        """What people call a resource whose logical id they did not write, empty for all others."""
        return ""

    def _properties(self, body: Entries) -> tuple[Entries, bool]:
        node = body.get("Properties")
        if node is None:
            return Entries([], body.source, body.end, body.end), True
        if isinstance(node, Entries) and call_of(node) is None and not _has_functions(node):
            return node, True
        fields = self.intrinsics.fields(node)
        return Entries(fields.pairs, node.source, node.start, node.end), fields.complete

    def _lower_macros(self) -> None:
        for name, span in _transforms(self.root):
            if not name.startswith(_HARMLESS_TRANSFORMS) and name != "AWS::Include":
                why = f"the macro `{name}`, which may change the template"
                self.blind_spots.append(BlindSpot("template", why, span))

    def _read_local(self, location: str) -> Node | None:
        """The tree of a local file that the template includes, by its path relative to the template's folder."""
        path = local_path(self.path, location)
        if path not in self._included:
            self._included[path] = None  # for a file that includes itself
            self._included[path] = _read_tree(self._files, path)
        return self._included[path]


def local_path(path: str, location: str) -> str:
    """The path of a file of the check that a template names relative to its own folder."""
    return normpath(join(dirname(path), location))


def recognise(source: Source, files: Files) -> Entries | Broken | Unread | None:
    """The tree of a text that may be a template, where it is one; Broken for one with a template's marks that cannot be
    read, Unread for one that another tool renders."""
    text = source.text
    if source.path.endswith(RENDERED_ENDINGS):
        return unread(source) if _bears_marks(text) else None
    documents = _read(source)
    if isinstance(documents, Broken):
        documents = unfinished_merge(source) or documents
        if not _bears_marks(text):
            return None
        return unread(source) if has_placeholders(text) else documents
    for document in documents:
        if isinstance(document, Entries) and _is_template(document):
            return unread(source) if is_rendered(text, document) else document
    return None


def _read(source: Source) -> list[Node] | Broken:
    text = source.text
    if source.path.endswith((".yaml", ".yml")) or not text[:200].lstrip("\ufeff \t\r\n").startswith("{"):
        documents = read_yaml(source)
        if not (isinstance(documents, Broken) and source.path.endswith(".json")):
            return documents
    tree = read_json(source)
    return tree if isinstance(tree, Broken) else [tree]


def _read_tree(files: Files, path: str) -> Node | None:
    if path not in files:
        return None
    source = files.read(path)
    if isinstance(source, Broken):
        return None
    documents = _read(source)
    return None if isinstance(documents, Broken) or not documents else documents[0]


def _is_template(root: Entries) -> bool:
    resources = root.get("Resources")
    if "AWSTemplateFormatVersion" in root:
        return True
    if not isinstance(resources, Entries):
        return False
    if any(name.startswith(_SERVERLESS_TRANSFORM) for name, _ in _transforms(root)):
        return True
    return any(_is_resource(body) or key.text.startswith(_ADDING) for key, body in resources.pairs)


def _is_resource(body: Node) -> bool:
    kind = body.get("Type") if isinstance(body, Entries) else None
    return isinstance(kind, Scalar) and kind.text.startswith(NAMESPACES)


def _bears_marks(text: str) -> bool:
    """Whether a text that cannot be read was meant to be a template: it says so at the start of a line, as templates do
    and prose or other tools' files do not."""
    if '"AWSTemplateFormatVersion"' in text or _starts_line(text, "AWSTemplateFormatVersion"):
        return True
    if not (_starts_line(text, "Resources:") or '"Resources"' in text):
        return False
    return any(
        f"{mark}{namespace}" in text
        for mark in ("Type: ", 'Type: "', "Type: '", '"Type": "', '"Type":"')
        for namespace in NAMESPACES
    )


def _starts_line(text: str, mark: str) -> bool:
    return text.startswith((mark, "\ufeff" + mark)) or "\n" + mark in text


def _is_sam(root: Entries) -> bool:
    if any(name.startswith(_SERVERLESS_TRANSFORM) for name, _ in _transforms(root)):
        return True
    resources = root.get("Resources")
    if not isinstance(resources, Entries):
        return False
    for _, body in resources.pairs:
        kind = body.get("Type") if isinstance(body, Entries) else None
        if isinstance(kind, Scalar) and kind.text.startswith(_SERVERLESS_TRANSFORM):
            return True
    return False


def _transforms(root: Entries) -> list[tuple[str, Span]]:
    """The names of a template's transforms."""
    node = root.get("Transform")
    names: list[tuple[str, Span]] = []
    for item in node.items if isinstance(node, Items) else [node]:
        name = item.get("Name") if isinstance(item, Entries) else item
        if isinstance(name, Scalar):
            names.append((name.text, name.span))
    return names


def _with_included_sections(root: Entries, read: Callable[[str], Node | None]) -> Entries:
    """The template with the sections of the local files that its `Transform` includes."""
    pairs: list[tuple[Scalar, Node]] = []
    for key, node in root.pairs:
        if key.text not in ("Transform", "Fn::Transform"):
            continue
        for item in node.items if isinstance(node, Items) else [node]:
            location = _location(item)
            included = read(location) if location is not None and "://" not in location else None
            if isinstance(included, Entries):
                pairs.extend(pair for pair in included.pairs if pair[0].text not in root)
    return Entries([*root.pairs, *pairs], root.source, root.start, root.end) if pairs else root


def _location(node: Node) -> str | None:
    if not isinstance(node, Entries):
        return None
    name, parameters = node.get("Name"), node.get("Parameters")
    if not isinstance(name, Scalar) or name.text != "AWS::Include" or not isinstance(parameters, Entries):
        return None
    location = parameters.get("Location")
    return location.text if isinstance(location, Scalar) and not location.tag else None


def _has_functions(node: Entries) -> bool:
    return any(key.text.startswith("Fn::") for key, _ in node.pairs)
