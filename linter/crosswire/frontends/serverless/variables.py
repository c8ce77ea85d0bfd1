"""What the variables of serverless.yml stand for, as nodes: the text or tree that they name, at its own place.

What only the deployment can tell is a symbol, `!Ref sls:stage`, and the same wherever the same is asked for. What
depends on such a symbol, a map by stages or a file for each of them, is a choice by it (`!If`).
"""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING, TypeAlias

from crosswire.frontends.cloudformation.making import Making, is_choice, is_unknown, symbol_of
from crosswire.frontends.environment_names import NOT_DEPLOYED
from crosswire.frontends.serverless.refused import read_as_framework, repeated_key
from crosswire.frontends.serverless.syntax import Call, Pseudo, Variable, call, may_vary, pieces
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.record import record
from crosswire.secret_shapes import is_secret_name, kind_under_name
from crosswire.source import Broken, unfinished_merge
from crosswire.values import Parameter
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from crosswire.project import Files
    from crosswire.source import Span

SCOPE = "serverless"
"""The scope of symbols that are the same in every service of a repository."""

STAGE = "sls:stage"
_OTHERS = frozenset("all any base common else fallback global other others otherwise shared".split())
"""Under which maps by stages keep what holds for all others."""

_STAGES = frozenset(
    """
    acc acceptance alpha beta canary ci demo dev develop development int integration live master main nonprod pre
    preprod preproduction preview prd prod production qa sandbox sit stag stage staging stg test testing tst uat
    """.split()
)
"""What stages are called, where names of stages stand among others."""

_STAGE_NAME = re.compile(r"[A-Za-z0-9][\w-]{0,40}")
_SHARED = ("sls:", "env:", "ssm", "s3", "cf", "aws", "git", "output", "secrets", "vault", "doppler")
_SOURCES = frozenset(
    """
    aws cf composed construct doppler env file git opt output param s3 secrets self sls ssm state strToBool terraform
    vault
    """.split()
)
"""Sources that the framework has, or its plugins by documented names."""

_DEEPEST = 240
_MOST_NODES = 300_000
_MOST_CHOICES = 12
_CODE = (".js", ".cjs", ".mjs", ".ts", ".cts", ".mts")
_DATA = (".json", ".yaml", ".yml", ".tfstate")
_NUMBER = re.compile(r"-?\d+(\.\d+)?|true|false|null")
_YAML = (".yml", ".yaml")
_OWN_PLACE = re.compile(r"self:\s*(custom|provider\.environment)(\.[\w-]+)+")

_Text: TypeAlias = "list[str | Node]"
"""A text that is filled in: what is exact, and the nodes of what is not."""


@record
class _Maybe:
    """What a source gives where the deployment has it; if not, the next source is asked."""

    symbol: Scalar


class _Missing(Scalar):
    """A side of a choice for which a source gives nothing."""

    __slots__ = ()


class Variables:
    """The variables of one service. `root` is its configuration, `given` what a compose file gives as parameters.

    `included` are the files that were read, `broken` what could not be. `open` are variables that nothing here gives,
    though something must.

    `undefined` are variables that nothing gives: the configuration has no such place.

    With `chosen`, everything is what it is for that stage. Without, `stages` are those that the configuration tells of,
    each with its place, and `is_open` tells that it has something to say of others.
    """

    def __init__(self, root: Entries, path: str, files: Files, given: Mapping[str, Node], chosen: str = "") -> None:
        self.root = root
        self.chosen = chosen
        self.unit = f"{path}:{chosen}" if chosen else path
        self.stages: dict[str, Span] = {}
        self.is_open = False
        self.symbols: dict[str, Parameter] = {}
        self.included: dict[str, None] = {}
        self.broken: list[Broken] = []
        self.open: list[BlindSpot] = []
        self.undefined: list[BlindSpot] = []
        self._folder = dirname(path)
        self._files = files
        self._given = given
        self._trees: dict[str, Node | None] = {}
        self._resolved: dict[int, tuple[Node, Node, int]] = {}
        self._heads: dict[int, tuple[Node, Node]] = {}
        self._open: set[tuple[str, int]] = set()
        self._depth = 0
        self._stage: str | None = None
        provider = root.get("provider")
        syntax = provider.get("variableSyntax") if isinstance(provider, Entries) else None
        self._doubled = isinstance(syntax, Scalar) and "{{" in syntax.text.replace("\\", "")

    # -- what callers ask for

    def resolved(self, node: Node) -> Node:
        """A node with everything filled in, at any depth. What nothing is filled into stays the node that it is."""
        known = self._resolved.get(id(node))
        if known is not None:
            return known[1]
        key = ("resolved", id(node))
        if key in self._open:
            return self._made_of_itself(node)
        if self._depth > _DEEPEST:
            return Making(node).unknown("values nested too deeply")
        self._open.add(key)
        self._depth += 1
        result, size = self._resolve(node)
        self._depth -= 1
        self._open.remove(key)
        if size > _MOST_NODES:
            result, size = Making(node).unknown("a value that grows beyond measure"), 1
        self._resolved[id(node)] = (node, result, size)
        return result

    def head(self, node: Node) -> Node:
        """A node with the variable that it is followed; what is below stays as it is written."""
        if not isinstance(node, Scalar) or node.tag or not may_vary(node.text):
            return node
        known = self._heads.get(id(node))
        if known is not None:
            return known[1]
        key = ("head", id(node))
        if key in self._open or self._depth > _DEEPEST:
            return self._made_of_itself(node)
        self._open.add(key)
        self._depth += 1
        result = self._head(node)
        self._depth -= 1
        self._open.remove(key)
        self._heads[id(node)] = (node, result)
        return result

    def at(self, *names: str) -> Node | None:
        """What the configuration says at a path, with everything filled in."""
        node = self._walk(self.root, [[name] for name in names], self.root)
        node = None if node is None else _filled(node, lambda: None)
        return None if node is None else self.resolved(node)

    def stage(self, place: Node) -> Scalar:
        """The stage."""
        return self._symbol(STAGE, place, self.default_stage)

    @property
    def default_stage(self) -> str:
        """The stage of a deployment that names none."""
        if self._stage is None:
            self._stage = "dev"  # for a stage that is made of itself
            self._stage = self._default_stage()
        return self._stage

    def text(self, node: Node) -> str:
        """A text for a logical id: symbols stand for their defaults, whatever the stage."""
        if isinstance(node, Scalar):
            parameter = self.symbols.get(node.text) if node.tag == "!Ref" else None
            if parameter is not None and parameter.name == STAGE and self._stage is not None:
                return self._stage
            return node.text if parameter is None else parameter.default or node.text
        if isinstance(node, Items):
            return "".join(self.text(item) for item in node.items)
        return "".join(self.text(value) for _, value in node.pairs)

    # -- filling in

    def _resolve(self, node: Node) -> tuple[Node, int]:
        if is_unknown(node):
            return node, 1
        if isinstance(node, Scalar):
            if node.tag:
                return self._tagged(node), 1
            head = self.head(node)
            return (node, 1) if head is node else self._sized(head)
        if isinstance(node, Items):
            if node.tag == "!Sub" and node.items:
                return self._sub(node), len(node.items) + 1
            items = [self.resolved(item) for item in node.items]
            size = 1 + sum(self._size(item) for item in node.items)
            if all(new is old for new, old in zip(items, node.items, strict=True)):
                return node, size
            return Items(items, node.source, node.start, node.end, node.tag), size
        pairs = [(key, self._value(key, value)) for key, value in node.pairs]
        size = 1 + sum(self._size(value) for _, value in node.pairs)
        if all(new[1] is old[1] for new, old in zip(pairs, node.pairs, strict=True)):
            return node, size
        return Entries(pairs, node.source, node.start, node.end, node.tag), size

    def _sized(self, node: Node) -> tuple[Node, int]:
        result = self.resolved(node)
        return result, self._size(node)

    def _size(self, node: Node) -> int:
        known = self._resolved.get(id(node))
        return 1 if known is None else known[2]

    def _value(self, key: Scalar, value: Node) -> Node:
        if key.text != "Fn::Sub":
            return self.resolved(value)
        if isinstance(value, Items):
            return self._sub(value)
        if isinstance(value, Scalar) and not value.tag:
            return self._sub_text(value)
        return self.resolved(value)

    def _sub(self, node: Items) -> Items:
        """The arguments of an Fn::Sub with a mapping of its own."""
        first, *rest = node.items
        text = self._sub_text(first) if isinstance(first, Scalar) else self.resolved(first)
        given = [self.resolved(one) for one in rest]
        if isinstance(text, Items):
            values = text.items[1]
            own = given[0].pairs if given and isinstance(given[0], Entries) else []
            pairs = [*own, *(values.pairs if isinstance(values, Entries) else [])]
            text, given = text.items[0], [Entries(pairs, node.source, node.start, node.end)]
        return Items([text, *given], node.source, node.start, node.end, node.tag)

    def _sub_text(self, node: Scalar) -> Scalar | Items:
        """The text of an Fn::Sub: what is exact is put in, the rest becomes names of Fn::Sub."""
        parts = self._parts(node)
        if parts is None:
            return node
        making = Making(node)
        texts: list[str] = []
        values: list[tuple[str | Scalar, Node | str | None]] = []
        for part in _flat(parts):
            if isinstance(part, str):
                texts.append(part)
            else:
                name = f"crosswire{len(values)}"
                texts.append(f"${{{name}}}")
                values.append((name, _within_sub(part)))
        text = Scalar("".join(texts), node.source, node.start, node.end)
        return making.list([text, making.mapping(values)]) if values else text

    def _tagged(self, node: Scalar) -> Node:
        """The argument of a function with everything filled in."""
        if not may_vary(node.text) or (node.tag == "!Ref" and node.text in self.symbols):
            return node
        if node.tag == "!Sub":
            text = self._sub_text(node)
            if text is node:
                return node
            if isinstance(text, Items):
                return Items(text.items, node.source, node.start, node.end, "!Sub")
            return Scalar(text.text, node.source, node.start, node.end, tag="!Sub")
        parts = self._parts(node)
        if parts is None:
            return node
        exact = [part for part in parts if isinstance(part, str)]
        if len(exact) < len(parts):
            return Making(node).unknown(f"what `{node.tag}` names")
        return Scalar("".join(exact), node.source, node.start, node.end, tag=node.tag)

    def _head(self, node: Scalar) -> Node:
        split_up = pieces(node.text, self._doubled)
        making = Making(node)
        if len(split_up) == 1 and isinstance(split_up[0], Variable):
            found = self._first(split_up[0].sources, node)
            if found is None:
                self._note_undefined(split_up[0], node)
                return making.unknown(f"`${{{split_up[0].text}}}`, which nothing gives")
            return self.head(found)
        parts = self._parts(node)
        if parts is None:
            return node
        exact = [part for part in parts if isinstance(part, str)]
        if len(exact) == len(parts):
            return Scalar("".join(exact), node.source, node.start, node.end, node.plain)
        return making.join(part if isinstance(part, str) else self.resolved(part) for part in parts)

    def _parts(self, node: Scalar) -> _Text | None:
        """What a text is put together of, None where nothing is filled in."""
        split_up = pieces(node.text, self._doubled)
        if not any(isinstance(piece, (Variable, Pseudo)) for piece in split_up):
            return None
        making = Making(node)
        parts: _Text = []
        for piece in split_up:
            if isinstance(piece, str):
                parts.append(piece)
            elif isinstance(piece, Pseudo):
                named = piece.name if "::" in piece.name else piece.name.replace("::", ".")
                dotted = "." in named and "::" not in named
                parts.append(making.attribute(*named.split(".", 1)) if dotted else making.ref(named))
            else:
                parts.append(self._filled_in(piece, node))
        return parts

    def _filled_in(self, variable: Variable, node: Scalar) -> str | Node:
        found = self._first(variable.sources, node)
        if found is None:
            self._note_undefined(variable, node)
            return Making(node).unknown(f"`${{{variable.text}}}`, which nothing gives")
        found = self.resolved(found)
        return found.text if isinstance(found, Scalar) and not found.tag else found

    # -- sources

    def _first(self, sources: tuple[str, ...], at: Scalar) -> Node | None:
        """What the first source gives that has something to give."""
        if not sources:
            return None
        found = self._source(sources[0], at)
        rest = sources[1:]
        if isinstance(found, _Maybe):
            otherwise = self._first(rest, at)
            if otherwise is None:
                self._note_open(sources[0], at)
                return found.symbol
            name = found.symbol.text
            settled = self.head(otherwise)
            if isinstance(settled, Scalar) and not settled.tag and not settled.is_null:
                known = self.symbols[name]
                if known.default is None and not known.default_secret:
                    return self._symbol(name, at, settled.text)
                if known.default == settled.text:
                    return found.symbol
            return Making(at).either(name, found.symbol, otherwise)
        if found is None or (rest and isinstance(found, Scalar) and found.is_null):
            return self._first(rest, at)
        return _filled(found, lambda: self._first(rest, at))

    def _note_open(self, source: str, at: Scalar) -> None:
        """Note a source that gives nothing as far as the check goes, and need not give anything to the deployment."""
        called = call(source)
        if called is None or at.span in [spot.span for spot in self.open]:
            return
        if called.name not in _SOURCES:
            self.open.append(BlindSpot("variable", f"the source of variables `{called.name}`", at.span))
        elif called.name == "file":
            parts = self._text_parts((called.parameters or "").strip("'\""), at)
            path = normpath(join(self._folder, "".join(part for part in parts if isinstance(part, str))))
            if all(isinstance(part, str) for part in parts) and path not in self._files:
                self.open.append(BlindSpot("variable", f"the file {path}, which is not there", at.span))

    def _note_undefined(self, variable: Variable, at: Scalar) -> None:
        """Note a variable that names places of the configuration which are surely not there: those that people fill in
        themselves, by names that do not depend on anything."""
        if not all(_OWN_PLACE.fullmatch(source) for source in variable.sources) or not at.source.path.endswith(_YAML):
            return
        if at.span not in [spot.span for spot in self.undefined]:
            self.undefined.append(BlindSpot("undefined", f"`${{{variable.text}}}`", at.span))

    def _made_of_itself(self, node: Node) -> Node:
        """What a value is that is asked for while it is worked out."""
        why = "a value that is made of itself"
        if node.span not in [spot.span for spot in self.open]:
            self.open.append(BlindSpot("variable", why, node.span))
        return Making(node).unknown(why)

    def _source(self, text: str, at: Scalar) -> Node | _Maybe | None:
        if text.startswith("${"):
            inner = Scalar(text, at.source, at.start, at.end, plain=True)
            found = self.head(inner)
            return None if is_unknown(found) else found
        called = call(text)
        if called is None:
            return self._literal(text, at)
        making = Making(at)
        address = called.address or ""
        match called.name:
            case "self":
                return self._own(address, at)
            case "sls" if address == "stage":
                return self.stage(at)
            case "opt" if address in ("stage", "s"):
                return self.stage(at)
            case "opt" if address in ("region", "r"):
                return making.ref("AWS::Region")
            case "aws" if address == "accountId":
                return making.ref("AWS::AccountId")
            case "aws" if address == "region":
                return making.ref("AWS::Region")
            case "param":
                return self._parameter(address, at)
            case "file":
                return self._file(called, at)
            case "strToBool":
                return self._boolean(called.parameters or "", at)
            case _:
                return _Maybe(self._symbol(self._spelt(text, at), at))

    def _literal(self, text: str, at: Scalar) -> Scalar | None:
        if text[:1] in ("'", '"') and text[-1:] == text[:1] and len(text) > 1:
            text = text[1:-1]
            plain = False
        else:
            plain = True
        if plain and text == "null":
            return None
        node = Scalar(text, at.source, at.start, at.end, plain and _NUMBER.fullmatch(text) is not None)
        head = self.head(node)
        return head if isinstance(head, Scalar) else node

    def _boolean(self, text: str, at: Scalar) -> Node | None:
        head = self.head(Scalar(text.strip("'\""), at.source, at.start, at.end, plain=True))
        if isinstance(head, Scalar) and not head.tag:
            return Scalar(head.text, head.source, head.start, head.end, plain=True)
        return head

    def _own(self, address: str, at: Scalar) -> Node | None:
        """What another place of the configuration says."""
        making = Making(at)
        match address:
            case "":
                return self.root
            case "provider.stage":
                return self.stage(at)
            case "provider.region":
                return making.ref("AWS::Region")
            case "service" | "service.name":
                return self.service_name()
            case "provider.stackName" if self._walk(self.root, [["provider"], ["stackName"]], at) is None:
                return self.stack_name(at)
        segments = self._segments(address, at)
        found = self._walk(self.root, segments, at)
        if found is None and len(segments) == 3 and segments[0] == ["functions"] and segments[2] == ["name"]:
            name = segments[1][0] if len(segments[1]) == 1 else None
            if isinstance(name, str):
                return self.function_name(name, at)
        return found

    def service_name(self) -> Node | None:
        """The name of the service."""
        node = self.root.get("service")
        head = None if node is None else self.head(node)
        if isinstance(head, Entries):
            name = head.get("name")
            return None if name is None else self.resolved(name)
        return None if head is None else self.resolved(head)

    def stack_name(self, place: Node) -> Node:
        """The name of the service's stack."""
        own = self.at("provider", "stackName")
        return own if own is not None else self._named([], place)

    def function_name(self, function: str, place: Node) -> Node:
        """The name that a function is given."""
        return self._named([function], place)

    def _named(self, rest: list[str], place: Node) -> Node:
        making = Making(place)
        service = self.service_name() or making.unknown("a service without a name")
        ending = ["-" + part for part in rest]
        return self.resolved(making.join([service, "-", self.stage(place), *ending]))

    def _parameter(self, name: str, at: Scalar) -> Node | _Maybe | None:
        """A parameter: by stages as the configuration declares it, else as a compose file or the deployment gives
        it."""
        declared: list[tuple[str, Node]] = []
        for path in (("stages",), ("params",)):
            node = self._walk(self.root, [[part] for part in path], at)
            for key, stage in node.items() if isinstance(node, Entries) else ():
                segments: list[_Text] = [["params"], [name]] if path == ("stages",) else [[name]]
                found = self._walk(stage, segments, at)
                if found is not None and key.text not in [known for known, _ in declared]:
                    declared.append((key.text, found))
        default = next((node for key, node in declared if key == "default"), None)
        stages = [(key, node) for key, node in declared if key != "default"][:_MOST_CHOICES]
        otherwise: Node | _Maybe = default or self._given.get(name) or _Maybe(self._symbol(f"param:{name}", at))
        if not stages:
            return otherwise
        last: Node = _missing(at) if isinstance(otherwise, _Maybe) else otherwise
        self._note_stages(stages, is_sure=True)
        return self._choice(STAGE, stages, last, at)

    def _file(self, called: Call, at: Scalar) -> Node | _Maybe | None:
        """What a file holds, or a place in it."""
        segments = self._segments(called.address or "", at)
        parts = self._text_parts((called.parameters or "").strip("'\""), at)
        exact = [part for part in parts if isinstance(part, str)]
        spelt = self._spelt(f"file({called.parameters})" + (f":{called.address}" if called.address else ""), at)
        if len(exact) == len(parts):
            return self._in_file("".join(exact), segments, spelt, at)
        found = [(value, node) for value, node in self._files_by(parts, segments, spelt, at)]
        symbol = self._only_symbol(parts)
        if symbol is None or not found:
            return _Maybe(self._symbol(spelt, at))
        if symbol == STAGE:
            self._note_stages(found, is_sure=False)
            if self.chosen and self.chosen not in dict(found):
                return _Maybe(self._symbol(spelt, at))
        return self._choice(symbol, found, _missing(at), at)

    def _in_file(self, text: str, segments: list[_Text], spelt: str, at: Scalar) -> Node | _Maybe | None:
        path = normpath(join(self._folder, text))
        if path not in self._files or path.endswith(_CODE):
            return _Maybe(self._symbol(spelt, at))  # git may ignore it, or the deployment make it
        tree = self._tree(path)
        if tree is None:
            return _Maybe(self._symbol(spelt, at))
        return self._walk(tree, segments, at)

    def _files_by(self, parts: _Text, segments: list[_Text], spelt: str, at: Scalar) -> Iterable[tuple[str, Node]]:
        """Every file whose path has the exact parts, with what stands in it for the one part that is not."""
        whole = "".join(part if isinstance(part, str) else "\0" for part in parts)
        if whole.count("\0") != 1:
            return
        before, _, after = normpath(join(self._folder, whole)).partition("\0")
        is_by_stage = bool(self.chosen) and self._only_symbol(parts) == STAGE
        for path in self._files.under(before.rpartition("/")[0]):
            middle = path[len(before) : len(path) - len(after)]
            if path.startswith(before) and path.endswith(after) and middle and "/" not in middle:
                if len(path) >= len(before) + len(after) and (not is_by_stage or middle == self.chosen):
                    found = self._in_file_at(path, segments, at)
                    if found is not None:
                        yield middle, found

    def _in_file_at(self, path: str, segments: list[_Text], at: Scalar) -> Node | None:
        tree = None if path.endswith(_CODE) else self._tree(path)
        return None if tree is None else self._walk(tree, segments, at)

    def _only_symbol(self, parts: _Text) -> str | None:
        symbols = [symbol_of(part) for part in parts if not isinstance(part, str)]
        return symbols[0] if len(symbols) == 1 else None

    def _tree(self, path: str) -> Node | None:
        """What a file of the check holds, None where it cannot be read."""
        if path in self._trees:
            return self._trees[path]
        self._trees[path] = None
        self.included[path] = None
        source = self._files.read(path)
        if isinstance(source, Broken):
            return None
        if not path.endswith(_DATA):
            self._trees[path] = Scalar(source.text, source, 0, len(source.text))
            return self._trees[path]
        read = read_json(source) if path.endswith((".json", ".tfstate")) else read_as_framework(source)
        if isinstance(read, Broken):
            self.broken.append(unfinished_merge(source) or read)
            return None
        tree = read if not isinstance(read, list) else (read[0] if read else None)
        repeated = None if tree is None else repeated_key(tree)
        if repeated is not None:
            self.broken.append(repeated)
        self._trees[path] = tree
        return tree

    # -- addresses

    def _text_parts(self, text: str, at: Scalar) -> _Text:
        if not may_vary(text):
            return [text]
        node = Scalar(text, at.source, at.start, at.end)
        parts = self._parts(node)
        return [text] if parts is None else parts

    def _segments(self, address: str, at: Scalar) -> list[_Text]:
        """An address parted at its dots. Each part is a text, or what it is put together of."""
        if not address:
            return []
        segments: list[_Text] = [[]]
        for part in self._text_parts(address, at):
            if isinstance(part, str):
                first, *others = part.split(".")
                segments[-1].append(first)
                segments.extend([other] for other in others)
            else:
                segments[-1].append(part)
        return [_joined(segment) for segment in segments]

    def _spelt(self, text: str, at: Scalar) -> str:
        """A source as a name: what is exact in it put in, symbols by their names."""
        spelt: list[str] = []
        for part in self._text_parts(text, at):
            if isinstance(part, str):
                spelt.append(part)
            else:
                symbol = symbol_of(part)
                spelt.append(f"${{{symbol if symbol is not None else self.text(part)}}}")
        return "".join(spelt)

    def _walk(self, node: Node | None, segments: list[_Text], at: Node) -> Node | None:
        """Follow an address from a node. Choices on the way are followed on both sides."""
        if node is None:
            return None
        node = self.head(node)
        if not segments:
            return node
        if isinstance(node, Items) and is_choice(node):
            condition, then, otherwise = node.items
            name = condition.text if isinstance(condition, Scalar) else ""
            return _either(name, self._walk(then, segments, at), self._walk(otherwise, segments, at), at)
        if is_unknown(node):
            return node
        symbol = symbol_of(node)
        if symbol is not None and symbol in self.symbols:
            rest = ".".join(self._spelt_parts(segment) for segment in segments)
            return self._symbol(f"{symbol}.{rest}", at)
        segment, rest_of = segments[0], segments[1:]
        name_or_none = segment[0] if len(segment) == 1 else None
        if isinstance(name_or_none, str):
            return self._walk(_child(node, name_or_none), rest_of, at)
        return self._by_symbol(node, segment, rest_of, at)

    def _by_symbol(self, node: Node, segment: _Text, rest: list[_Text], at: Node) -> Node | None:
        """Follow a name that is not known: a choice of all that it may be."""
        others = [part for part in segment if not isinstance(part, str)]
        if len(others) != 1 or not isinstance(node, Entries):
            return Making(at).unknown("a name that is put together")
        place = next(index for index, part in enumerate(segment) if part is others[0])
        if isinstance(others[0], Items) and is_choice(others[0]):
            condition, then, otherwise = others[0].items
            name = condition.text if isinstance(condition, Scalar) else ""
            sides = [
                self._walk(node, [_joined([*segment[:place], _text_or_node(side), *segment[place + 1 :]]), *rest], at)
                for side in (then, otherwise)
            ]
            return _either(name, sides[0], sides[1], at)
        symbol = symbol_of(others[0])
        if symbol is None:
            return Making(at).unknown("a name that is put together")
        before = "".join(part for part in segment[:place] if isinstance(part, str))
        after = "".join(part for part in segment[place + 1 :] if isinstance(part, str))
        found: list[tuple[str, Node]] = []
        for key, value in node.items():
            middle = key.text[len(before) : len(key.text) - len(after)]
            if key.text.startswith(before) and key.text.endswith(after) and middle:
                walked = self._walk(value, rest, at)
                if walked is not None:
                    found.append((middle, walked))
        if symbol == STAGE:
            self._note_stages(found, is_sure=not before and not after and node is not self.root.get("custom"))
        return self._choice(symbol, found[:_MOST_CHOICES], _missing(at), at) if found else None

    def _spelt_parts(self, segment: _Text) -> str:
        return "".join(part if isinstance(part, str) else f"${{{self.text(part)}}}" for part in segment)

    def _choice(self, symbol: str, found: list[tuple[str, Node]], otherwise: Node, at: Node) -> Node:
        if symbol == STAGE and self.chosen:
            return next((node for value, node in found if value == self.chosen), otherwise)
        self.is_open = self.is_open or (symbol == STAGE and not isinstance(otherwise, _Missing))
        making = Making(at)
        for value, node in reversed(found):
            otherwise = making.either(f"{symbol}={value}", node, otherwise)
        return otherwise

    def _note_stages(self, found: list[tuple[str, Node]], is_sure: bool) -> None:
        """Note the stages among which a choice is made. Where other names may stand beside those of stages, they are
        known by what stages are called."""
        for name, node in found:
            word = name.lower()
            if word not in NOT_DEPLOYED | _OTHERS and _STAGE_NAME.fullmatch(name) and (is_sure or word in _STAGES):
                self.stages.setdefault(name, node.span)

    # -- symbols

    def _symbol(self, name: str, place: Node, default: str | None = None) -> Scalar:
        """What only the deployment can tell."""
        known = self.symbols.get(name)
        if known is None or (default is not None and known.default is None):
            secret = is_secret_name(name)
            kind = kind_under_name(name, default) if secret and default else None
            scope = SCOPE if name.startswith(_SHARED) else self.unit
            plain = None if secret else default
            if self.chosen and scope == SCOPE and (STAGE in name or name.startswith("cf")):
                scope = f"{SCOPE}:{self.chosen}"
            is_exact = bool(self.chosen) and name == STAGE
            plain = self.chosen if is_exact else plain
            self.symbols[name] = Parameter(scope, name, plain, (), secret, place.span, "", kind, exact=is_exact)
        return Making(place).ref(name)

    def _default_stage(self) -> str:
        provider = self.root.get("provider")
        node = provider.get("stage") if isinstance(provider, Entries) else None
        if not isinstance(node, Scalar):
            return "dev"
        split_up = pieces(node.text, self._doubled)
        if len(split_up) != 1 or not isinstance(split_up[0], Variable):
            return node.text if not may_vary(node.text) and node.text else "dev"
        found = self._first(split_up[0].sources[1:], node)
        settled = None if found is None else self.resolved(found)
        return settled.text if isinstance(settled, Scalar) and not settled.tag and settled.text else "dev"


def _child(node: Node, name: str) -> Node | None:
    if isinstance(node, Entries):
        return node.get(name)
    if isinstance(node, Items) and not node.tag and name.isdecimal() and int(name) < len(node.items):
        return node.items[int(name)]
    return None


def _joined(segment: _Text) -> _Text:
    """A part of an address with neighbouring texts as one."""
    joined: _Text = []
    for part in segment:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        else:
            joined.append(part)
    if len(joined) > 1:
        joined = [part for part in joined if part != ""]
    return joined


def _text_or_node(node: Node) -> str | Node:
    return node.text if isinstance(node, Scalar) and not node.tag else node


def _text_or_none(node: Node | None) -> str | None:
    return node.text if isinstance(node, Scalar) and not node.tag else None


def _missing(place: Node) -> _Missing:
    return _Missing("", place.source, place.start, place.end)


def _either(name: str, then: Node | None, otherwise: Node | None, at: Node) -> Node | None:
    if then is None and otherwise is None:
        return None
    sides = [_missing(at) if side is None else side for side in (then, otherwise)]
    return Making(at).either(name, *sides)


def _flat(parts: _Text) -> Iterator[str | Node]:
    """What a text is put together of, where a part may itself be put together."""
    for part in parts:
        delimiter, inner = part.items if isinstance(part, Items) and len(part.items) == 2 else (None, None)
        is_join = isinstance(part, Items) and part.tag == "!Join" and _text_or_none(delimiter) == ""
        if is_join and isinstance(inner, Items) and not inner.tag:
            yield from _flat([_text_or_node(item) for item in inner.items])
        else:
            yield part


def _within_sub(node: Node) -> Node:
    """A node that is put into the text of an Fn::Sub, which looks for its own names in what is put in as well."""
    if isinstance(node, Items) and is_choice(node):
        condition, *sides = node.items
        items = [condition, *map(_within_sub, sides)]
        return Items(items, node.source, node.start, node.end, node.tag)
    if isinstance(node, Scalar) and not node.tag and "${" in node.text:
        return Scalar(node.text, node.source, node.start, node.end, tag="!Sub")
    return node


def _filled(node: Node, fallback: Callable[[], Node | None]) -> Node | None:
    """A node whose choices have no side that is missing: there stands what the next sources give, or the choice is
    none."""
    if isinstance(node, _Missing):
        return fallback()
    if not isinstance(node, Items) or not is_choice(node):
        return node
    condition, then, otherwise = node.items
    left, right = _filled(then, fallback), _filled(otherwise, fallback)
    if left is None or right is None:
        return right if left is None else left
    if left is then and right is otherwise:
        return node
    return Items([condition, left, right], node.source, node.start, node.end, node.tag)
