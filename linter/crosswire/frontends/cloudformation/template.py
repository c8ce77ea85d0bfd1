"""A CloudFormation or SAM template: recognised by its content, with its resources and intrinsic functions at hand."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import Intrinsics, call_of
from crosswire.frontends.cloudformation.marks import NAMESPACES
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.readers.yaml import read_yaml
from crosswire.source import Broken, Span, unfinished_merge
from crosswire.values import ResourceId
from crosswire.wiring.dialect import CLOUDFORMATION
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files
    from crosswire.source import Source
    from crosswire.wiring.dialect import Dialect
    from crosswire.wiring.function import Function

_SERVERLESS_TRANSFORM = "AWS::Serverless"
_HARMLESS_TRANSFORMS = ("AWS::Serverless", "AWS::LanguageExtensions", "AWS::CodeDeployBlueGreen", "AWS::SecretsManager")
_ADDING = ("Fn::ForEach::", "Fn::Transform")
_FOREIGN = ("${self:", "${file(", "${opt:", "${sls:", "${param:")


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
    `blind_spots` says why. `files` are all that it is written in, where these are more than its own."""

    dialect: Dialect = CLOUDFORMATION
    files: tuple[str, ...] = ()

    def __init__(self, unit: str, source: Source, root: Entries, files: Files) -> None:
        self.unit = unit
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
        return Intrinsics(self.unit, self.root, types, self.is_sam, self._read_local)

    def maker_of(self, policy: Node) -> str:
        """Who made an inline policy that nobody wrote out; empty for all that are written."""
        return ""

    def deployed(self, resource: TemplateResource, function: Function, hint: CodeHint) -> tuple[Function, CodeHint]:
        """A function of the template as it is deployed, with where its code is."""
        return function, hint

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
            if isinstance(body, Entries):
                kind = body.get("Type")
                types[key.text] = kind.text if isinstance(kind, Scalar) else ""
                bodies.append((key, body))
        for key, body in bodies:
            properties, complete = self._properties(body)
            identity = ResourceId(self.unit, key.text)
            self.resources[key.text] = TemplateResource(identity, types[key.text], body, key.span, properties, complete)

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


def recognise(source: Source, files: Files) -> Entries | Broken | None:
    """The tree of a text that may be a template, where it is one; Broken for one with a template's marks that cannot be
    read."""
    text = source.text
    documents = _read(source)
    if isinstance(documents, Broken):
        documents = unfinished_merge(source) or documents
        return documents if _bears_marks(text) and not _has_placeholders(text) else None
    for document in documents:
        if isinstance(document, Entries) and _is_template(document):
            return None if _is_rendered(text, document) else document
    return None


def _read(source: Source) -> list[Node] | Broken:
    text = source.text
    if source.path.endswith((".yaml", ".yml")) or not text[:200].lstrip("\ufeff \t\r\n").startswith("{"):
        return read_yaml(source)
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


def _has_placeholders(text: str) -> bool:
    """Whether a text that cannot be read is the source of another tool: Jinja, Helm, ERB, serverless.yml."""
    without_references = text.replace("{{resolve:", "")
    return "{{" in without_references or "{%" in text or "<%" in text or any(mark in text for mark in _FOREIGN)


def _is_rendered(text: str, root: Entries) -> bool:
    """Whether another tool fills in the text before AWS sees it: placeholders stand outside quotes, or a variable
    syntax of the Serverless Framework is used."""
    if any(mark in text for mark in _FOREIGN):
        return True
    if "{{" not in text and "{%" not in text:
        return False
    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            if node.plain and _is_placeholder(node.text):
                return True
        elif isinstance(node, Items):
            waiting.extend(node.items)
        else:
            for key, value in node.pairs:
                if key.tag == "?" or (key.plain and _is_placeholder(key.text)):
                    return True
                waiting.append(value)
    return False


def _is_placeholder(text: str) -> bool:
    return "{%" in text or "{{" in text.replace("{{resolve:", "")


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
