"""Intrinsic functions: what a node of a template stands for, as a Value, a mapping or a list.

Both spellings of each function count (`!Sub`, `Fn::Sub`). Nothing is guessed: what only a deployment can tell stays
symbolic, or becomes Unknown with the reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.kinds import arn_value, attribute_kind
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.record import record, replace
from crosswire.values import (
    Concat,
    Const,
    If,
    Parameter,
    Ref,
    ResourceId,
    Truth,
    Unknown,
    Value,
    concat,
    one_of,
    settled,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crosswire.source import Span

NO_VALUE = "no value (AWS::NoValue)"
_MAX_DEPTH = 40
_MAX_CHOICES = 24
_MAX_CHAIN = 4
_MAX_LOOP = 200
_MAX_LOOP_NODES = 50_000
_LOOP = "Fn::ForEach::"
_NAMES_WITHOUT_SLASH = (
    "AWS::DynamoDB::Table",
    "AWS::DynamoDB::GlobalTable",
    "AWS::Serverless::SimpleTable",
    "AWS::SQS::Queue",
    "AWS::SNS::Topic",
    "AWS::S3::Bucket",
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "AWS::Kinesis::Stream",
)
_MADE_BY_SAM = (
    ("Alias", "AWS::Lambda::Alias"),
    ("Version", "AWS::Lambda::Version"),
    ("Url", "AWS::Lambda::Url"),
    ("Stage", "AWS::ApiGateway::Stage"),
    ("ProdStage", "AWS::ApiGateway::Stage"),
)
"""What SAM appends to the logical id of a function or an API to name what it makes beside it, and the type of that."""

STACK_NAME = "AWS::StackName"
_PSEUDO = ("AccountId", "NotificationARNs", "Partition", "Region", "StackId", "StackName", "URLSuffix")


@record
class Given:
    """What an environment gives for a parameter, and where: `text` is None where it cannot be told from there."""

    text: str | None
    span: Span


class Fields:
    """A mapping after its conditions, includes and loops were followed. `complete` is False where it may hold more
    keys than are listed. A key that one side of an `Fn::If` lacks has a value that says so."""

    __slots__ = ("_index", "complete", "pairs")

    def __init__(self, pairs: list[tuple[Scalar, Node]], complete: bool) -> None:
        self.pairs = pairs
        self.complete = complete
        self._index: dict[str, tuple[Scalar, Node]] | None = None

    def _by_name(self) -> dict[str, tuple[Scalar, Node]]:
        if self._index is None:
            self._index = {pair[0].text: pair for pair in self.pairs}
        return self._index

    def __contains__(self, name: str) -> bool:
        return name in self._by_name()

    def get(self, name: str) -> Node | None:
        """The value under a name, or None."""
        pair = self._by_name().get(name)
        return None if pair is None else pair[1]

    def values(self) -> list[Node]:
        """The values, in the order of their keys."""
        return [value for _, value in self.pairs]

    def key(self, name: str) -> Scalar | None:
        """The key node of a name, for its place."""
        pair = self._by_name().get(name)
        return None if pair is None else pair[0]


class Entry:
    """One item of a list. `when` names the conditions under which it is there (`unit:Cond`, or `!unit:Cond`)."""

    __slots__ = ("node", "when")

    def __init__(self, node: Node, when: tuple[str, ...]) -> None:
        self.node = node
        self.when = when


def call_of(node: Node | None) -> tuple[str, Node] | None:
    """The intrinsic function that a node is and its argument: `("Sub", Scalar)`; None for plain nodes."""
    if node is None:
        return None
    tag = node.tag
    if tag:
        if not tag.startswith("!") or tag.startswith("!!"):
            return None
        return tag[1:], _untagged(node)
    if isinstance(node, Entries) and len(node.pairs) == 1:
        key, argument = node.pairs[0]
        name = key.text
        if name == "Ref":
            return "Ref", argument
        if name.startswith("Fn::") and not name.startswith(_LOOP):
            return name[4:], argument
    return None


def is_no_value(node: Node | None) -> bool:
    """Whether a node is `!Ref AWS::NoValue`."""
    call = call_of(node)
    return call is not None and call[0] == "Ref" and isinstance(call[1], Scalar) and call[1].text == "AWS::NoValue"


class Intrinsics:
    """The intrinsic functions of one template.

    `types` maps each logical id to its resource type; it may be filled after construction, before values are asked
    for. `include` reads the file that `AWS::Include` names, None where it is not at hand. `given` are the parameters
    that an environment gives, of which the others have their defaults; None where no environment is known.

    `absent` are the resources that are not deployed, because their condition does not hold.
    """

    def __init__(
        self,
        unit: str,
        root: Entries,
        types: Mapping[str, str],
        is_sam: bool,
        include: Callable[[str], Node | None],
        given: Mapping[str, Given] | None = None,
        environment: str = "",
    ) -> None:
        self.unit = unit
        self.absent: set[str] = set()
        self._given = given
        self._environment = environment
        self._lists: dict[str, Items] = {}
        self._types = types
        self._is_sam = is_sam
        self._include = include
        self._parameters = _section(root, "Parameters")
        self._mappings = _section(root, "Mappings")
        self._conditions = _section(root, "Conditions")
        self._values: dict[int, tuple[Node, Value]] = {}
        self._fields: dict[int, tuple[Node, Fields]] = {}
        self._truths: dict[str, Truth] = {}
        self._declared: dict[str, Parameter] = {}
        self._depth = 0
        self._loop_nodes = 0
        self.imports: dict[Parameter, str] = {}

    # -- what callers ask for

    def value(self, node: Node | None) -> Value:
        """The text that a node stands for."""
        if node is None:
            return Unknown("a value that is not written")
        if isinstance(node, Scalar) and not node.tag:
            return Unknown("an empty value", node.span) if node.is_null else Const(node.text, node.span)
        known = self._values.get(id(node))
        if known is not None:
            return known[1]
        call = call_of(node)
        if call is None:
            kind = "a list" if isinstance(node, Items) else "a mapping"
            value: Value = Unknown(kind if not node.tag else f"a value of the type `{node.tag}`", node.span)
        elif self._depth >= _MAX_DEPTH:
            return Unknown("functions nested too deeply", node.span)
        else:
            self._depth += 1
            value = self._call(call[0], call[1], node.span)
            self._depth -= 1
        self._values[id(node)] = (node, value)
        return value

    def text(self, node: Node | None) -> str | None:
        """The exact text of a node, None where it is not known exactly."""
        value = self.value(node)
        return value.text if isinstance(value, Const) else None

    def resource(self, node: Node | None) -> ResourceId | None:
        """The one resource that a Ref, a GetAtt or a Sub of one of them names."""
        value = self.value(node) if node is not None else None
        return value.resource if isinstance(value, Ref) else None

    def follow(self, node: Node | None) -> Node | None:
        """A node with includes of local files and decided conditions replaced by what they stand for."""
        for _ in range(_MAX_DEPTH):
            call = call_of(node)
            if call is None:
                return node
            name, argument = call
            if name == "If":
                sides = self._sides(argument)
                if sides is None:
                    return node
                truth = self.condition(sides[0])
                if truth is Truth.MAYBE:
                    return node
                node = sides[1] if truth is Truth.YES else sides[2]
            elif name in ("Transform", "Include"):
                included = self._included(argument)
                if included is None:
                    return node
                node = included
            elif name == "FindInMap":
                found = self._find_node(argument)
                if found is None:
                    return node
                node = found
            elif name == "Ref" and self._given is not None:
                listed = self._given_list(argument)
                if listed is None:
                    return node
                node = listed
            else:
                return node
        return node

    def _given_list(self, argument: Node) -> Items | None:
        """The list that an environment gives for a parameter."""
        name = _text(argument)
        parameter = self.parameter(name) if name is not None and self._is_list_parameter(name) else None
        if parameter is None or not parameter.exact or parameter.default is None:
            return None
        known = self._lists.get(parameter.name)
        if known is None:
            place = parameter.given or parameter.span or argument.span
            texts = [text.strip() for text in parameter.default.split(",")] if parameter.default else []
            items: list[Node] = [Scalar(text, place.source, place.start, place.end) for text in texts]
            known = self._lists[parameter.name] = Items(items, place.source, place.start, place.end)
        return known

    def fields(self, node: Node | None) -> Fields:
        """The keys of a mapping; for a node that is none, nothing, and incomplete unless the node is absent."""
        if node is None or (isinstance(node, Scalar) and node.is_null):
            return Fields([], True)
        known = self._fields.get(id(node))
        if known is not None:
            return known[1]
        if self._depth >= _MAX_DEPTH:
            return Fields([], False)
        self._depth += 1
        fields = self._read_fields(node)
        self._depth -= 1
        self._fields[id(node)] = (node, fields)
        return fields

    def items(self, node: Node | None) -> tuple[list[Node], bool]:
        """Every node that a list may hold, and whether nothing else can be in it. A lone scalar or mapping is a list
        of one, as AWS takes it."""
        entries, complete = self.entries(node)
        return [entry.node for entry in entries], complete

    def entries(self, node: Node | None) -> tuple[list[Entry], bool]:
        """Like `items`, with the conditions under which each is there."""
        entries: list[Entry] = []
        complete = self._collect(node, (), entries, top=True)
        return entries, complete

    def values(self, node: Node | None) -> tuple[list[Value], bool]:
        """The texts that a list may hold, and whether nothing else can be in it."""
        exact = self._list(node)
        if exact is not None:
            return exact, True
        nodes, complete = self.items(node)
        return [self.value(item) for item in nodes], complete

    def is_mapping(self, node: Node) -> bool:
        """Whether a node is a mapping as it is written, and no call of a function."""
        return isinstance(node, Entries) and call_of(node) is None

    def condition_name(self, name: str) -> str:
        """A condition of this template as values and grants name it."""
        return f"{self.unit}:{name}"

    def condition(self, name: str) -> Truth:
        """Whether a named condition holds: MAYBE unless it is constant."""
        known = self._truths.get(name)
        if known is not None:
            return known
        self._truths[name] = Truth.MAYBE  # for a condition that names itself
        node = self._conditions.get(name) if self._conditions is not None else None
        truth = self._truth(node, 0) if node is not None else Truth.MAYBE
        self._truths[name] = truth
        return truth

    def parameter(self, name: str, span: Span | None = None) -> Parameter | None:
        """A parameter that the template declares."""
        known = self._declared.get(name)
        if known is None:
            if self._parameters is None or name not in self._parameters:
                return None
            known = self._declare(name, self._parameters.get(name))
            self._declared[name] = known
        if span is None:
            return known
        return replace(known, span=span)

    def stack_name(self) -> Parameter | None:
        """What the stack is called in the environment, where that is told."""
        given = self._given.get(STACK_NAME) if self._given is not None else None
        if given is None or not given.text:
            return None
        return Parameter(self.unit, STACK_NAME, given.text, exact=True, given=given.span)

    # -- mappings and lists

    def _read_fields(self, node: Node) -> Fields:
        call = call_of(node)
        if call is not None:
            name, argument = call
            if name == "If":
                return self._either_fields(argument, node)
            if name == "Ref" and is_no_value(node):
                return Fields([], True)
            followed = self.follow(node)
            if followed is not node and isinstance(followed, Entries):
                return self.fields(followed)
            return Fields([], False)
        if not isinstance(node, Entries):
            return Fields([], False)
        if not any(key.text.startswith("Fn::") for key, _ in node.pairs):
            return Fields(list(node.items()), True)
        pairs: dict[str, tuple[Scalar, Node]] = {}
        complete = True
        for key, value in node.items():
            if key.text == "Fn::Transform":
                included = self._included(value)
                more = self.fields(included) if included is not None else Fields([], False)
            elif key.text.startswith(_LOOP):
                more = self._loop(value)
            elif key.text.startswith("Fn::"):
                more = Fields([], False)
            else:
                more = Fields([(key, value)], True)
            complete = complete and more.complete
            pairs.update((pair[0].text, pair) for pair in more.pairs)
        return Fields(list(pairs.values()), complete)

    def _either_fields(self, argument: Node, node: Node) -> Fields:
        sides = self._sides(argument)
        if sides is None:
            return Fields([], False)
        name, then, otherwise = sides
        truth = self.condition(name)
        if truth is not Truth.MAYBE:
            return self.fields(then if truth is Truth.YES else otherwise)
        left, right = self.fields(then), self.fields(otherwise)
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in left.pairs:
            pairs.append((key, _either(name, value, right.get(key.text), node)))
        for key, value in right.pairs:
            if key.text not in left:
                pairs.append((key, _either(name, None, value, node)))
        return Fields(pairs, left.complete and right.complete)

    def _collect(self, node: Node | None, when: tuple[str, ...], into: list[Entry], top: bool) -> bool:
        """Add the items of a list (`top`) or one item to `into`; whether nothing else can be there."""
        if node is None or (top and isinstance(node, Scalar) and node.is_null):
            return True
        if len(when) > _MAX_DEPTH:
            return False
        call = call_of(node)
        if call is None:
            if top and isinstance(node, Items):
                complete = True
                for item in node.items:
                    complete = self._collect(item, when, into, top=False) and complete
                return complete
            into.append(Entry(node, when))
            return True
        name, argument = call
        if name == "If":
            return self._collect_sides(argument, node, when, into, top)
        if is_no_value(node):
            return True
        followed = self.follow(node)
        if followed is not node:
            return self._collect(followed, when, into, top or isinstance(followed, Items))
        if name == "Split" and top:
            return self._collect_split(node, when, into)
        into.append(Entry(node, when))
        if name == "Ref" and top and isinstance(argument, Scalar):
            return not self._is_list_parameter(argument.text)
        return name in ("Ref", "GetAtt", "Sub", "Join", "Select", "ImportValue", "Base64", "ToJsonString", "Length")

    def _collect_sides(self, argument: Node, node: Node, when: tuple[str, ...], into: list[Entry], top: bool) -> bool:
        sides = self._sides(argument)
        if sides is None:
            return False
        name, then, otherwise = sides
        truth = self.condition(name)
        if truth is not Truth.MAYBE:
            return self._collect(then if truth is Truth.YES else otherwise, when, into, top)
        if all(self._is_text(side) for side in (then, otherwise)):
            into.append(Entry(node, when))  # stays one text that depends on the condition
            return True
        condition = self.condition_name(name)
        left = self._collect(then, (*when, condition), into, top or isinstance(then, Items))
        right = self._collect(otherwise, (*when, "!" + condition), into, top or isinstance(otherwise, Items))
        return left and right

    def _collect_split(self, node: Node, when: tuple[str, ...], into: list[Entry]) -> bool:
        texts = self._list(node)
        if texts is None or not all(isinstance(text, Const) for text in texts):
            return False
        for text in texts:
            if isinstance(text, Const):
                into.append(Entry(Scalar(text.text, node.source, node.start, node.end), when))
        return True

    def _is_text(self, node: Node) -> bool:
        """Whether a side of an `Fn::If` is a text rather than a list, a mapping or nothing."""
        call = call_of(node)
        if call is None:
            return isinstance(node, Scalar)
        name, argument = call
        if name == "If":
            sides = self._sides(argument)
            return sides is not None and self._is_text(sides[1]) and self._is_text(sides[2])
        if name == "Ref":
            return not (isinstance(argument, Scalar) and self._is_list_parameter(argument.text))
        return name in ("GetAtt", "Sub", "Join", "Select", "ImportValue", "Base64", "ToJsonString", "Length")

    def _is_list_parameter(self, name: str) -> bool:
        if name == "AWS::NotificationARNs":
            return True
        declared = self._parameters.get(name) if self._parameters is not None else None
        kind = _text(declared.get("Type")) if isinstance(declared, Entries) else None
        return kind is not None and ("List<" in kind or kind == "CommaDelimitedList")

    def _list(self, node: Node | None) -> list[Value] | None:
        """The texts of a list, if exactly these are in it, else None."""
        node = self.follow(node)
        call = call_of(node)
        if call is not None:
            return self._split(call[1]) if call[0] == "Split" else None
        if not isinstance(node, Items):
            return None
        texts: list[Value] = []
        for item in node.items:
            if is_no_value(item):
                continue
            value = self.value(item)
            if isinstance(value, If) and _mentions_no_value(value):
                return None
            if isinstance(value, Unknown) and not isinstance(item, Scalar) and call_of(item) is None:
                return None  # a list in a list
            texts.append(value)
        return texts

    # -- functions that give a text

    def _call(self, name: str, argument: Node, span: Span) -> Value:
        match name:
            case "Ref":
                return self._ref(argument, span)
            case "GetAtt":
                return self._get_att(argument, span)
            case "Sub":
                return self._sub(argument, span)
            case "Join":
                return self._join(argument, span)
            case "If":
                return self._if(argument, span)
            case "Select":
                return self._select(argument, span)
            case "FindInMap":
                return self._find_in_map(argument, span)
            case "ImportValue":
                return self._import_value(argument, span)
            case "Length":
                texts = self._list(argument)
                return Unknown("the length of a list", span) if texts is None else Const(str(len(texts)), span)
            case "ToJsonString":
                return self._to_json(argument, span)
            case "Base64":
                return Unknown("a Base64 text", span)
            case "Split" | "GetAZs" | "Cidr":
                return Unknown(f"a list by Fn::{name}", span)
            case "Transform" | "Include":
                included = self._included(argument)
                return Unknown("what a macro puts in", span) if included is None else self.value(included)
            case "Equals" | "And" | "Or" | "Not" | "Condition" | "Contains":
                return Unknown("the truth of a condition", span)
            case _:
                return Unknown(f"what the function `{name}` gives", span)

    def _ref(self, argument: Node, span: Span) -> Value:
        name = _text(argument)
        if name is None:
            return Unknown("a Ref to a computed name", span)
        return self._named(name, span)

    def _named(self, name: str, span: Span) -> Value:
        if name.startswith("AWS::"):
            pseudo = name[5:]
            if pseudo in _PSEUDO:
                stack = self.stack_name() if name == STACK_NAME else None
                return replace(stack, span=span) if stack is not None else Parameter("AWS", pseudo, span=span)
            return Unknown(NO_VALUE if pseudo == "NoValue" else f"the unknown pseudo parameter `{name}`", span)
        parameter = self.parameter(name, span)
        if parameter is not None:
            return parameter
        kind = self._types.get(name)
        if kind is not None:
            return Ref(ResourceId(self.unit, name), attribute_kind(kind, "Ref"), span)
        if self._is_sam:
            made = self._made_by_sam(name, "Ref", span)
            if made is not None:
                return made
        if name in self.absent:
            return Unknown(f"`{name}`, which is not deployed to this environment", span)
        return Unknown(f"`{name}`, which the template does not declare", span)

    def _get_att(self, argument: Node, span: Span) -> Value:
        if isinstance(argument, Items):
            parts = [self.text(item) for item in argument.items]
            if len(parts) < 2 or parts[0] is None or any(part is None for part in parts):
                return Unknown("a GetAtt with a computed name", span)
            return self._attribute(parts[0], ".".join(part for part in parts[1:] if part is not None), span)
        text = _text(argument)
        if text is None or "." not in text:
            return Unknown("a GetAtt without an attribute", span)
        name, _, attribute = text.partition(".")
        return self._attribute(name, attribute, span)

    def _attribute(self, name: str, attribute: str, span: Span) -> Value:
        kind = self._types.get(name)
        if kind is not None:
            return Ref(ResourceId(self.unit, name), attribute_kind(kind, attribute), span)
        if self._is_sam:
            made = self._made_by_sam(name, attribute, span)
            if made is not None:
                return made
        if name in self.absent:
            return Unknown(f"`{name}`, which is not deployed to this environment", span)
        return Unknown(f"`{name}`, which the template does not declare", span)

    def _made_by_sam(self, name: str, attribute: str, span: Span) -> Value | None:
        """A resource that SAM makes beside those that are written: `ServerlessRestApi`, `FunctionRole`, `Fn.Alias`."""
        owner, dot, part = name.partition(".")
        if dot and owner in self._types:
            return Ref(ResourceId(self.unit, owner), part, span)
        if name in ("ServerlessRestApi", "ServerlessHttpApi"):
            kind = "id" if attribute in ("Ref", "RestApiId", "ApiId") else attribute
            return Ref(ResourceId(self.unit, name), kind, span)
        if name.endswith("Role") and self._types.get(name[:-4], "").startswith("AWS::Serverless::"):
            return Ref(ResourceId(self.unit, name), attribute_kind("AWS::IAM::Role", attribute), span)
        for ending, kind in _MADE_BY_SAM:
            made_of, found, _ = name.rpartition(ending)
            if found and self._types.get(made_of, "").startswith("AWS::Serverless::"):
                return Ref(ResourceId(self.unit, name), attribute_kind(kind, attribute), span)
        return None

    def _sub(self, argument: Node, span: Span) -> Value:
        variables: dict[str, Node] = {}
        template = argument
        if isinstance(argument, Items):
            if not argument.items:
                return Unknown("a Sub without a text", span)
            template = argument.items[0]
            if len(argument.items) > 1:
                variables = {key.text: node for key, node in self.fields(argument.items[1]).pairs}
        if not isinstance(template, Scalar) or template.tag:
            return Unknown("a Sub of a computed text", span)
        parts: list[Value] = []
        text = template.text
        at = 0
        while True:
            start = text.find("${", at)
            end = text.find("}", start) if start >= 0 else -1
            if end < 0:
                parts.append(Const(text[at:], span))
                return concat(parts, span)
            name = text[start + 2 : end]
            parts.append(Const(text[at:start], span))
            parts.append(self._substituted(name, variables, span))
            at = end + 1

    def _substituted(self, name: str, variables: Mapping[str, Node], span: Span) -> Value:
        if name.startswith("!"):
            return Const("${" + name[1:] + "}", span)
        name = name.strip()
        if name in variables:
            return self.value(variables[name])
        owner, dot, attribute = name.partition(".")
        if dot and "::" not in name:
            return self._attribute(owner, attribute, span)
        return self._named(name, span)

    def _join(self, argument: Node, span: Span) -> Value:
        if not isinstance(argument, Items) or len(argument.items) != 2:
            return Unknown("a Join without a delimiter and a list", span)
        delimiter = self.value(argument.items[0])
        texts = self._list(argument.items[1])
        if texts is None:
            return Unknown("a joined list whose items are not known", span)
        parts: list[Value] = []
        for index, text in enumerate(texts):
            if index:
                parts.append(delimiter)
            parts.append(text)
        return concat(parts, span)

    def _if(self, argument: Node, span: Span) -> Value:
        sides = self._sides(argument)
        if sides is None:
            return Unknown("an If without a condition and two values", span)
        name, then, otherwise = sides
        truth = self.condition(name)
        if truth is not Truth.MAYBE:
            return self.value(then if truth is Truth.YES else otherwise)
        return If(self.condition_name(name), self.value(then), self.value(otherwise), span)

    def _sides(self, argument: Node) -> tuple[str, Node, Node] | None:
        if not isinstance(argument, Items) or len(argument.items) != 3:
            return None
        name = _text(argument.items[0])
        return None if name is None else (name, argument.items[1], argument.items[2])

    def _select(self, argument: Node, span: Span) -> Value:
        if not isinstance(argument, Items) or len(argument.items) != 2:
            return Unknown("a Select without an index and a list", span)
        index = self.text(argument.items[0])
        texts = self._list(argument.items[1])
        if index is None or not index.isdecimal() or texts is None:
            return Unknown("an item of a list that is not known", span)
        if int(index) >= len(texts):
            return Unknown("an item beyond the end of a list", span)
        return texts[int(index)]

    def _split(self, argument: Node) -> list[Value] | None:
        if not isinstance(argument, Items) or len(argument.items) != 2:
            return None
        delimiter = self.text(argument.items[0])
        if not delimiter:
            return None
        return self._pieces(delimiter, self.value(argument.items[1]))

    def _pieces(self, delimiter: str, text: Value) -> list[Value] | None:
        if isinstance(text, Ref) and text.attribute == "arn":
            text = arn_value(self._types.get(text.resource.address, ""), text.resource) or text
        parts = text.parts if isinstance(text, Concat) else (text,)
        pieces: list[list[Value]] = [[]]
        for part in parts:
            if isinstance(part, Const):
                first, *others = part.text.split(delimiter)
                pieces[-1].append(Const(first, part.span))
                pieces.extend([Const(other, part.span)] for other in others)
            elif self._is_free_of(part, delimiter):
                pieces[-1].append(part)
            else:
                return None
        return [concat(piece) for piece in pieces]

    def _is_free_of(self, part: Value, delimiter: str) -> bool:
        """Whether a symbolic part surely does not hold a delimiter: no account id, region or name holds a colon, no
        name of a table, queue, bucket or function a slash."""
        if isinstance(part, Parameter) and part.scope == "AWS":
            return part.name in ("AccountId", "Partition", "Region") and delimiter in ":/._,|"
        if not isinstance(part, Ref) or part.attribute != "name":
            return False
        return delimiter == ":" or (delimiter == "/" and self._types.get(part.resource.address) in _NAMES_WITHOUT_SLASH)

    def _import_value(self, argument: Node, span: Span) -> Value:
        value = self.value(argument)
        scope = f"import:{self._environment}" if self._environment else "import"
        symbol = Parameter(scope, export_name(settled(value)), span=span)
        self.imports[symbol] = export_name(value)
        return symbol

    def _to_json(self, argument: Node, span: Span) -> Value:
        parts: list[Value] = []
        if not self._json_parts(argument, parts, 0):
            return Unknown("a JSON text", span)
        return concat(parts, span)

    def _json_parts(self, node: Node, parts: list[Value], depth: int) -> bool:
        if depth > _MAX_DEPTH:
            return False
        from json import dumps

        if isinstance(node, Scalar) and not node.tag:
            text = node.text
            parts.append(Const(text if _is_json_word(node) else dumps(text), node.span))
            return True
        if call_of(node) is not None:
            value = self.value(node)
            if isinstance(value, Const):
                parts.append(Const(dumps(value.text)))
            else:
                parts.extend((Const('"'), value, Const('"')))
            return not isinstance(value, Unknown)
        if isinstance(node, Entries):
            parts.append(Const("{"))
            for index, (key, value_node) in enumerate(node.items()):
                parts.append(Const(("," if index else "") + dumps(key.text) + ":"))
                if not self._json_parts(value_node, parts, depth + 1):
                    return False
            parts.append(Const("}"))
            return True
        if isinstance(node, Items):
            parts.append(Const("["))
            for index, item in enumerate(node.items):
                if index:
                    parts.append(Const(","))
                if not self._json_parts(item, parts, depth + 1):
                    return False
            parts.append(Const("]"))
            return True
        return False

    # -- FindInMap

    def _find_in_map(self, argument: Node, span: Span) -> Value:
        table, first, second, default = self._lookup(argument)
        if table is None:
            return default if default is not None else Unknown("a mapping that the template does not declare", span)
        if isinstance(first, Const) and isinstance(second, Const):
            node = _under(table, first.text, second.text)
            if node is not None:
                return self.value(node)
            return default if default is not None else Unknown("a key that the mapping does not hold", span)
        rows = [(key.text, row) for key, row in table.items() if isinstance(row, Entries)]
        if isinstance(first, Const):
            rows = [row for row in rows if row[0] == first.text]
        elif isinstance(first, Parameter) and first.allowed:
            rows = [row for row in rows if row[0] in first.allowed]
        if not isinstance(second, Const) or not rows or len(rows) > _MAX_CHOICES:
            return Unknown("a key of a mapping that is not known", span)
        found = [(name, self.value(node)) for name, row in rows if (node := row.get(second.text)) is not None]
        if not found or (len(found) < len(rows) and default is None):
            return Unknown("a key of a mapping that is not known", span)
        if isinstance(first, Parameter) and first.scope == self.unit and len(found) <= _MAX_CHAIN and default is None:
            value = found[-1][1]
            for name, choice in reversed(found[:-1]):
                value = If(f"{self.unit}:{first.name}={name}", choice, value, span)
            return value
        return one_of([value for _, value in found] + ([default] if default is not None else []), span)

    def _lookup(self, argument: Node) -> tuple[Entries | None, Value, Value, Value | None]:
        """The mapping, its two keys and the default value of a FindInMap."""
        missing = Unknown("a FindInMap without its three parts")
        if not isinstance(argument, Items) or len(argument.items) < 3:
            return None, missing, missing, None
        name = self.text(argument.items[0])
        table = self._mappings.get(name) if self._mappings is not None and name is not None else None
        default: Value | None = None
        if len(argument.items) > 3:
            node = self.fields(argument.items[3]).get("DefaultValue")
            default = self.value(node) if node is not None else None
        first, second = settled(self.value(argument.items[1])), settled(self.value(argument.items[2]))
        return table if isinstance(table, Entries) else None, first, second, default

    def _find_node(self, argument: Node) -> Node | None:
        """The list that a FindInMap with exact keys names."""
        table, first, second, _ = self._lookup(argument)
        if table is None or not isinstance(first, Const) or not isinstance(second, Const):
            return None
        return _under(table, first.text, second.text)

    # -- parameters and conditions

    def _declare(self, name: str, node: Node | None) -> Parameter:
        fields = self.fields(node)
        kind = _text(fields.get("Type")) or "String"
        default = _text(fields.get("Default"))
        if kind.startswith("AWS::SSM::Parameter::"):
            default = None  # it names where the value lies
        allowed_node = fields.get("AllowedValues")
        allowed: tuple[str, ...] = ()
        if isinstance(allowed_node, Items):
            allowed = tuple(item.text for item in allowed_node.items if isinstance(item, Scalar) and not item.tag)
        no_echo = fields.get("NoEcho")
        secret = isinstance(no_echo, Scalar) and no_echo.as_bool() is True
        default_secret: str | None = None
        if secret:
            if default:
                from crosswire.secret_shapes import kind_under_name

                default_secret = kind_under_name(name, default)
            default = None
            allowed = ()
        span = node.span if node is not None else None
        parameter = Parameter(self.unit, name, default, allowed, secret, span, kind, default_secret)
        return parameter if self._given is None else self._in_environment(parameter, self._given.get(name))

    def _in_environment(self, parameter: Parameter, given: Given | None) -> Parameter:
        """A parameter with what the environment gives for it; a secret's text is not kept."""
        if given is None:
            return replace(parameter, exact=parameter.default is not None)
        if given.text is None or parameter.type.startswith("AWS::SSM::Parameter::"):
            return replace(parameter, default=None, default_secret=None, given=given.span)
        if parameter.secret:
            from crosswire.secret_shapes import kind_under_name

            kind = kind_under_name(parameter.name, given.text)
            return replace(parameter, default_secret=kind, given=given.span)
        return replace(parameter, default=given.text, exact=True, given=given.span)

    def _truth(self, node: Node, depth: int) -> Truth:
        if depth > _MAX_DEPTH:
            return Truth.MAYBE
        call = _condition_call(node)
        if call is None:
            return Truth.MAYBE
        name, argument = call
        if name == "Condition":
            named = _text(argument)
            return Truth.MAYBE if named is None else self.condition(named)
        parts: list[Node] = argument.items if isinstance(argument, Items) else [argument]
        if name == "Equals":
            return self._equal(parts)
        if name == "Not":
            return ~self._truth(parts[0], depth + 1) if len(parts) == 1 else Truth.MAYBE
        truths = [self._truth(part, depth + 1) for part in parts]
        if name == "And":
            return min(truths, key=lambda truth: truth.value, default=Truth.MAYBE)
        if name == "Or":
            return max(truths, key=lambda truth: truth.value, default=Truth.MAYBE)
        return Truth.MAYBE

    def _equal(self, parts: list[Node]) -> Truth:
        if len(parts) != 2:
            return Truth.MAYBE
        left, right = settled(self.value(parts[0])), settled(self.value(parts[1]))
        if isinstance(left, Const) and isinstance(right, Const):
            return Truth.YES if left.text == right.text else Truth.NO
        for one, other in ((left, right), (right, left)):
            if isinstance(one, Parameter) and one.allowed and isinstance(other, Const):
                if other.text not in one.allowed:
                    return Truth.NO
        return Truth.MAYBE

    # -- includes and loops

    def _included(self, argument: Node) -> Node | None:
        """The local file of an `AWS::Include`."""
        if not isinstance(argument, Entries) or _text(argument.get("Name")) != "AWS::Include":
            return None
        parameters = argument.get("Parameters")
        location = self.text(parameters.get("Location")) if isinstance(parameters, Entries) else None
        if location is None or "://" in location:
            return None
        return self._include(location)

    def _loop(self, argument: Node) -> Fields:
        """The keys that an `Fn::ForEach` makes."""
        if not isinstance(argument, Items) or len(argument.items) != 3:
            return Fields([], False)
        name, body = _text(argument.items[0]), argument.items[2]
        texts = self._loop_values(argument.items[1])
        if name is None or texts is None or not isinstance(body, Entries) or len(texts) > _MAX_LOOP:
            return Fields([], False)
        pairs: list[tuple[Scalar, Node]] = []
        complete = True
        for text in texts:
            copy = self._filled(body, name, text)
            if copy is None:
                return Fields(pairs, False)
            fields = self.fields(copy)
            pairs.extend(fields.pairs)
            complete = complete and fields.complete
        return Fields(pairs, complete)

    def _loop_values(self, node: Node) -> list[str] | None:
        """The texts a loop runs over; a list parameter's are those of its default, the only ones that are written."""
        texts = self._list(node)
        if texts is None:
            value = self.value(node)
            if not isinstance(value, Parameter) or value.default is None:
                return None
            return [text.strip() for text in value.default.split(",")]
        exact = [text.text for text in texts if isinstance(text, Const)]
        return exact if len(exact) == len(texts) else None

    def _filled(self, node: Node, name: str, text: str) -> Node | None:
        """A copy of a loop's body with its variable replaced; None where the loops of the template make too much."""
        self._loop_nodes += 1
        if self._loop_nodes > _MAX_LOOP_NODES:
            return None
        if isinstance(node, Scalar):
            if node.tag == "!Ref" and node.text == name:
                return Scalar(text, node.source, node.start, node.end)
            return _replaced(node, name, text)
        if isinstance(node, Items):
            items = [self._filled(item, name, text) for item in node.items]
            if any(item is None for item in items):
                return None
            return Items([item for item in items if item is not None], node.source, node.start, node.end, node.tag)
        call = call_of(node)
        if call is not None and call[0] == "Ref" and _text(call[1]) == name:
            return Scalar(text, node.source, node.start, node.end)
        pairs: list[tuple[Scalar, Node]] = []
        for key, value in node.pairs:
            copy = self._filled(value, name, text)
            if copy is None:
                return None
            pairs.append((_replaced(key, name, text), copy))
        return Entries(pairs, node.source, node.start, node.end, node.tag)


def export_name(value: Value) -> str:
    """The name of an export as a text; what is symbolic in it stands as `${name}`, so that it can still be compared."""
    parts = value.parts if isinstance(value, Concat) else (value,)
    return "".join(part.text if isinstance(part, Const) else f"${{{_symbol(part)}}}" for part in parts)


def _symbol(part: Value) -> str:
    match part:
        case Parameter("AWS", name):
            return f"AWS::{name}"
        case Parameter(scope, name):
            return f"{scope}:{name}"
        case Ref(resource, attribute):
            return f"{resource.unit}:{resource.address}.{attribute}"
        case _:
            return "?"


def _section(root: Entries, name: str) -> Entries | None:
    node = root.get(name)
    return node if isinstance(node, Entries) else None


def _text(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) and not node.tag else None


def _untagged(node: Node) -> Node:
    if isinstance(node, Scalar):
        return Scalar(node.text, node.source, node.start, node.end, node.plain)
    if isinstance(node, Items):
        return Items(node.items, node.source, node.start, node.end)
    return Entries(node.pairs, node.source, node.start, node.end)


def _condition_call(node: Node) -> tuple[str, Node] | None:
    call = call_of(node)
    if call is None and isinstance(node, Entries) and len(node.pairs) == 1 and node.pairs[0][0].text == "Condition":
        return "Condition", node.pairs[0][1]
    return call


def _either(condition: str, then: Node | None, otherwise: Node | None, at: Node) -> Node:
    """`!If [condition, then, otherwise]`, with AWS::NoValue for a side that is missing."""
    source, place = at.source, then if then is not None else otherwise
    start, end = (place.start, place.end) if place is not None else (at.start, at.end)

    def side(node: Node | None) -> Node:
        return node if node is not None else Scalar("AWS::NoValue", source, start, end, tag="!Ref")

    return Items([Scalar(condition, source, start, end), side(then), side(otherwise)], source, start, end, "!If")


def _mentions_no_value(value: If) -> bool:
    return any(
        (isinstance(side, Unknown) and side.why == NO_VALUE) or (isinstance(side, If) and _mentions_no_value(side))
        for side in (value.then, value.otherwise)
    )


def _under(table: Entries, first: str, second: str) -> Node | None:
    row = table.get(first)
    return row.get(second) if isinstance(row, Entries) else None


def _replaced(node: Scalar, name: str, text: str) -> Scalar:
    if name not in node.text:
        return node
    filled = node.text.replace("${" + name + "}", text).replace("&{" + name + "}", _alphanumeric(text))
    return Scalar(filled, node.source, node.start, node.end, node.plain, node.tag)


def _alphanumeric(text: str) -> str:
    return "".join(character for character in text if character.isalnum())


def _is_json_word(node: Scalar) -> bool:
    text = node.text
    return node.plain and (text in ("true", "false", "null") or text.lstrip("-").replace(".", "", 1).isdecimal())
