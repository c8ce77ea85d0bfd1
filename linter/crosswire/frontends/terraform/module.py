"""A module as one root calls it: its variables, locals, resources, calls and outputs, worked out when asked for."""

from __future__ import annotations

from posixpath import join, normpath, relpath
from typing import TYPE_CHECKING

from crosswire.frontends.terraform.configuration import Instance, UnreadModule
from crosswire.frontends.terraform.evaluate import (
    ANY,
    MOST_ITEMS,
    Every,
    Named,
    Scope,
    absent,
    both_of,
    constant,
    converted,
    evaluate,
    instead,
    is_large,
    is_unknown,
    number_of,
    pairs_of,
    presence,
    there_if,
    unknown,
)
from crosswire.frontends.terraform.folder import local_source, packaged_folder
from crosswire.frontends.terraform.kinds import attribute_value, is_identity
from crosswire.frontends.terraform.values import (
    Either,
    Evaluated,
    Leaf,
    Listing,
    Object,
    either,
    places_of_texts,
    value_of,
)
from crosswire.readers import hcl_syntax as syntax
from crosswire.source import Broken, Source
from crosswire.values import Const, If, Parameter, ResourceId, Unknown
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from crosswire.frontends.terraform.folder import Folder, Folders
    from crosswire.readers.hcl_syntax import Block, Body, Expression
    from crosswire.source import Span
    from crosswire.values import Value

_MOST_INSTANCES = 300
_FUNCTION = "aws_lambda_function"
_MOST_STEPS = 50_000
_MOST_STEPS_OF_ALL = 1_000_000
_DEEPEST_CALL = 12
_MOST_MODULES = 1_000
_META = frozenset(("lifecycle", "provisioner", "connection", "timeouts"))
_META_ARGUMENTS = frozenset(("count", "for_each", "depends_on", "provider", "lifecycle", "provisioner", "connection"))
_CALL_ARGUMENTS = frozenset((*_META_ARGUMENTS, "source", "version", "providers"))
_COLLECTIONS = ("list", "set", "tuple")
_MAPS = ("map", "object")
_PLAIN = ("string", "number", "bool")
_ROUND = str.maketrans("{}", "()")
"""Braces end the name of a symbol where it is spelt."""


class Root:
    """What all modules of one evaluation share. `unit` is the id of the root's unit, `folder` the root module's."""

    def __init__(self, unit: str, folder: str, folders: Folders, given: Mapping[str, Mapping[str, Evaluated]]) -> None:
        self.unit = unit
        self.folder = folder
        self.folders = folders
        self.given = given  # what a plan knows: address -> argument -> value
        self.broken: dict[tuple[str, int, int], Broken] = {}
        self.secrets: set[Span] = set()  # the places of what is declared to be sensitive
        self.depth = 0  # of expressions in expressions
        self.steps = 0  # how many expressions were worked out
        self.last = 0  # how many may be, until the outermost one is done
        self.modules = 0
        self.conditions = 0

    def begin(self) -> None:
        """Begin to work an expression out, or a body of them."""
        if self.depth == 0:
            self.last = min(self.steps + _MOST_STEPS, _MOST_STEPS_OF_ALL)
        self.depth += 1
        self.steps += 1

    def end(self) -> None:
        """End what was begun."""
        self.depth -= 1

    def is_exhausted(self) -> bool:
        """Whether so much was worked out for one expression, or for all, that no more is: loops in loops never end."""
        return self.steps > self.last

    def complain(self, span: Span, why: str) -> None:
        """Note a mistake, once."""
        self.broken.setdefault(span.order, Broken(span, why))

    def read(self, path: str) -> tuple[str, Source] | None:
        """The place and the text of a file that the configuration names, None where it is not in the check."""
        place = self.inside(path)
        if place is None or place not in self.folders.files:
            return None
        source = self.folders.files.read(place)
        return (place, source) if isinstance(source, Source) else None

    def listing(self, path: str) -> list[str] | None:
        """The files below a folder, relative to it; None where it is outside of the check or empty."""
        place = self.inside(path)
        if place is None:
            return None
        prefix = len(place) + 1 if place else 0
        return [found[prefix:] for found in self.folders.files.under(place)] or None

    def inside(self, path: str) -> str | None:
        """A path of the configuration as the check names it, None where it lies outside."""
        place = normpath(join(self.folder, path))
        return None if place.startswith(("..", "/")) else "" if place == "." else place


class Module:
    """One module. `unit` is its unit's id; `inputs` are what the caller gives, worked out when first asked for."""

    def __init__(
        self,
        root: Root,
        unit: str,
        folder: Folder,
        inputs: Mapping[str, Callable[[], Evaluated]],
        caller: Module | None = None,
        depth: int = 0,
        when: str = "",
    ) -> None:
        self.root = root
        self.unit = unit
        self.prefix = ".".join([*unit[len(root.unit) :].split("#")[1:], ""])  # of addresses: `module.orders.`
        self.folder = folder
        self.caller = caller
        self.depth = depth
        self.when = when  # the condition under which the module is called at all
        self._when: dict[str, str] = {}  # those of its own resources and calls, by what they are named
        self._inputs = inputs
        self._known: dict[tuple[str, str], Evaluated] = {}
        self._instances: dict[tuple[str, str], list[tuple[str, Instance]]] = {}
        self._scopes: dict[str, Scope] = {}
        self._open: set[tuple[str, str]] = set()
        self._called: dict[str, list[tuple[str, Module | UnreadModule]]] = {}
        self._incomplete: set[tuple[str, str]] = set()
        self._more: dict[tuple[str, str], Scope] = {}  # of what is known in part: how one of the others is evaluated
        root.modules += 1

    # What expressions name

    def variable(self, name: str, span: Span) -> Evaluated:
        """The value of a variable."""
        block = self.folder.variables.get(name)
        if block is None and name not in self._inputs:
            return unknown(f"the variable `{name}`, which is not declared", span)
        found = self._once("var", name, span, lambda: self._variable(name, block, span))
        if block is not None and not self.folder.packaged and _is_true(block.body.expression("sensitive")):
            self.root.secrets.update(places_of_texts(found))
        return found

    def local(self, name: str, span: Span) -> Evaluated:
        """The value of a local."""
        argument = self.folder.locals.get(name)
        if argument is None:
            return unknown(f"the local `{name}`, which is not declared", span)
        return self._once("local", name, argument.name_span, lambda: evaluate(argument.expression, Scope(self)))

    def output(self, name: str, span: Span) -> Evaluated:
        """The value of an output."""
        block = self.folder.outputs.get(name)
        expression = None if block is None else block.body.expression("value")
        if block is None or expression is None:
            return unknown(f"the output `{name}`, which the module does not have", span)
        return self._once("output", name, block.name_span, lambda: evaluate(expression, Scope(self)))

    def surroundings(self, root: str, name: str, span: Span) -> Evaluated:
        """`path.module` and its like, relative to the root module; `terraform.workspace`."""
        if root == "terraform":
            return Leaf(Parameter(self.root.unit, f"terraform.{name}", span=span), span)
        if name == "module":
            return constant(relpath("/" + self.folder.path, "/" + self.root.folder), span)
        return constant(".", span)

    def condition(self, span: Span, of: tuple[str | None, ...] = ()) -> str:
        """A name for a condition by its text, the same wherever the module says it again `of` the same. Conditions of
        a packaged module, which all stand at its call, are told apart by number, and so are those of who knows what."""
        if self.folder.packaged or None in of:
            self.root.conditions += 1
            return f"{self.unit}:condition {self.root.conditions}"
        text = " ".join(span.text.split())
        return f"{self.unit}:{text} of {', '.join(map(str, of))}" if of else f"{self.unit}:{text}"

    def resource(self, type: str, name: str, span: Span) -> Evaluated:
        """A resource or data source, or all its instances where it has `count` or `for_each`."""
        key = (type, name)
        block = self.folder.resources.get(key)
        if block is None:
            return unknown(f"`{type}.{name}`, which is not declared", span)
        if key in self._open:
            self.root.complain(block.name_span, f"lets `{type}.{name}` refer to itself in its count or for_each")
            return unknown("a value that refers to itself", span)
        instances = self.instances(type, name)
        named: list[tuple[str, Evaluated]] = [
            (suffix, there_if(self._when.get(f"{type}.{name}{suffix}", ""), _reference(self, instance, span), span))
            for suffix, instance in instances
        ]
        return _by_key(block.body, named, key in self._incomplete, span)

    def called(self, name: str, span: Span) -> Evaluated:
        """A called module, or all its instances."""
        block = self.folder.calls.get(name)
        if block is None:
            return unknown(f"the module `{name}`, which is not called", span)
        if ("module", name) in self._open:
            self.root.complain(block.name_span, f"lets `module.{name}` refer to itself in its count or for_each")
            return unknown("a value that refers to itself", span)
        named: list[tuple[str, Evaluated]] = [
            (suffix, there_if(self._when.get(f"module.{name}{suffix}", ""), _outputs(self, child, suffix, span), span))
            for suffix, child in self.children(name)
        ]
        return _by_key(block.body, named, ("module", name) in self._incomplete, span)

    # What is declared

    def instances(self, type: str, name: str) -> list[tuple[str, Instance]]:
        """The instances of a resource, with what is appended to its address for each."""
        key = (type, name)
        known = self._instances.get(key)
        if known is None:
            block = self.folder.resources[key]
            self._open.add(key)
            try:
                copies = self._copies(key, block.body, f"{type}.{name}")
            finally:
                self._open.discard(key)
            self._when.update((f"{type}.{name}{suffix}", when) for suffix, _, when in copies)
            known = [
                (suffix, self._instance(type, name, block, suffix, scope, both_of(self.when, when)))
                for suffix, scope, when in copies
            ]
            self._instances[key] = known
        return known

    def children(self, name: str) -> list[tuple[str, Module | UnreadModule]]:
        """The called modules of a name, with what is appended for each."""
        known = self._called.get(name)
        if known is None:
            block = self.folder.calls[name]
            key = ("module", name)
            self._open.add(key)
            try:
                copies = self._copies(key, block.body, f"module.{name}")
            finally:
                self._open.discard(key)
            self._when.update((f"module.{name}{suffix}", when) for suffix, _, when in copies)
            known = [
                (suffix, self._child(name, block, suffix, scope, both_of(self.when, when)))
                for suffix, scope, when in copies
            ]
            self._called[name] = known
        return known

    def all_instances(self) -> Iterator[Instance]:
        """Every resource and data source of this module, in the order written. Where more of one may be there than is
        known, one stands for all of these, which no expression names; of functions those that are known are enough."""
        for type, name in self.folder.resources:
            for _, instance in self.instances(type, name):
                yield instance
            more = self._more.get((type, name))
            if more is not None and type != _FUNCTION:
                when = both_of(self.when, f"{self.unit}:more of {type}.{name}")
                yield self._instance(type, name, self.folder.resources[type, name], f"[{ANY}]", more, when)

    def all_children(self) -> Iterator[Module | UnreadModule]:
        """Every module that this one calls. Of calls that are known in part one stands for the others, as above."""
        for name, block in self.folder.calls.items():
            for _, child in self.children(name):
                yield child
            more = self._more.get(("module", name))
            if more is not None:
                child = self._child(name, block, f"[{ANY}]", more, both_of(self.when, f"{self.unit}:more of {name}"))
                if isinstance(child, Module) and not _has_functions(child):
                    yield child

    # How it is worked out

    def _once(self, kind: str, name: str, span: Span, work: Callable[[], Evaluated]) -> Evaluated:
        key = (kind, name)
        known = self._known.get(key)
        if known is not None:
            return known
        if key in self._open:
            self.root.complain(span, f"lets `{kind}.{name}` refer to itself")
            return unknown("a value that refers to itself", span)
        self._open.add(key)
        try:
            found = work()
        finally:
            self._open.discard(key)
        if is_large(found):
            found = unknown(f"`{kind}.{name}`, which is too much to work out", span)
        self._known[key] = found
        return found

    def _variable(self, name: str, block: Block | None, span: Span) -> Evaluated:
        given = self._inputs.get(name)
        type_of = None if block is None else block.body.expression("type")
        if given is not None:
            value = given()
            nullable = block is None or not _is_false(block.body.expression("nullable"))
            if not (isinstance(value, Leaf) and value.is_null and not nullable):
                return _typed(value, type_of, self)
        if block is None:
            return unknown(f"the variable `{name}`", span)
        default = block.body.expression("default")
        if self.caller is not None:
            if default is None:
                return unknown(f"the variable `{name}`, which is not given", block.name_span)
            return _typed(evaluate(default, Scope(self)), type_of, self)
        return self._open_variable(name, block, type_of, default)

    def _open_variable(
        self, name: str, block: Block, type_of: Expression | None, default: Expression | None
    ) -> Evaluated:
        """A variable of the root module that nothing in the repository sets. A text stays symbolic, since whoever
        deploys may give another. So do a truth value and an empty collection where the repository holds no values at
        all; all others are what the default says."""
        span = block.name_span
        kind = _type_name(type_of)
        value = None if default is None else _typed(evaluate(default, Scope(self)), type_of, self)
        # Where the repository holds the values of an environment, what they leave out is left out there.
        texts = ("string",) if self._inputs else ("string", "bool")
        if value is not None and not (isinstance(value, Leaf) and value.kind in texts):
            return value if self._inputs else _unless_given(value)
        if value is None and kind in _COLLECTIONS:
            return Listing([], span, complete=False)
        if value is None and kind in _MAPS:
            return Object({}, span, complete=False)
        text = value.value.text if isinstance(value, Leaf) and isinstance(value.value, Const) else None
        secret = _is_true(block.body.expression("sensitive"))
        default_secret = None
        if secret and text:
            from crosswire.secret_shapes import kind_under_name

            default_secret, text = kind_under_name(name, text), None
        place = span if value is None or secret else value.span
        parameter = Parameter(
            self.root.unit,
            f"var.{name}",
            text,
            () if secret else _allowed(name, block),
            secret,
            place,
            kind,
            default_secret,
        )
        if value is not None and isinstance(value, Leaf):
            return Leaf(parameter, place, value.kind)
        return Leaf(parameter, place, kind or "any")

    def _copies(self, key: tuple[str, str], body: Body, address: str) -> list[tuple[str, Scope, str]]:
        """What `count` or `for_each` make of a block: a suffix of its address, the scope and the condition of each."""
        plain = Scope(self)
        count = body.expression("count")
        if count is not None:
            return self._counted(key, evaluate(count, plain), count.span, plain)
        for_each = body.expression("for_each")
        if for_each is not None:
            return self._each(key, evaluate(for_each, plain), for_each.span, plain)
        return [("", plain, "")]

    def _counted(
        self, key: tuple[str, str], count: Evaluated, span: Span, plain: Scope
    ) -> list[tuple[str, Scope, str]]:
        numbers = _numbers(count)
        if numbers is not None:
            copies: list[tuple[str, Scope, str]] = []
            for at in range(min(int(max(numbers)), _MOST_INSTANCES)):
                when, _ = presence(_more_than(at, count))
                copies.append((f"[{at}]", plain.with_names({"count": _count(at, span)}), when))
            return copies
        self._incomplete.add(key)
        index = Leaf(Unknown("the number of a copy", span), span, "number")
        inner = plain.with_names({"count": Object({"index": (span, index)}, span)})
        return [(f"[{ANY}]", inner, "")]

    def _each(self, key: tuple[str, str], each: Evaluated, span: Span, plain: Scope) -> list[tuple[str, Scope, str]]:
        pairs, complete = pairs_of(each)
        is_set = _is_list(each)
        elements: dict[str, tuple[Evaluated, Evaluated]] = {}
        for name, value, when in pairs[:_MOST_INSTANCES]:
            label = presence(value)[1] if is_set else name
            if is_unknown(label):
                complete = False
                continue
            text = spelt(value_of(label))
            there = there_if(when, value, span)
            elements[text] = (label, instead(there, elements[text][1]) if text in elements else there)
        found: dict[str, tuple[str, Scope, str]] = {}
        for text, (label, named) in elements.items():
            when, value = presence(named)
            each_of = Object({"key": (span, label), "value": (span, value)}, span)
            found[text] = (f'["{text}"]', plain.with_names({"each": each_of}), when)
        complete = complete and len(pairs) <= _MOST_INSTANCES
        if complete:
            return list(found.values())
        self._incomplete.add(key)
        text = " ".join(span.text.split()).translate(_ROUND)
        symbol = Parameter(self.root.unit, f"each.key of {self.unit}:{text}", span=span)
        element = symbol if is_set else Parameter(self.root.unit, f"each.value of {self.unit}:{text}", span=span)
        each_of = Object({"key": (span, Leaf(symbol, span)), "value": (span, Leaf(element, span, "any"))}, span)
        more = plain.with_names({"each": each_of})
        if not found:
            return [(f"[{ANY}]", more, "")]
        self._more[key] = more
        return list(found.values())

    def _instance(self, type: str, name: str, block: Block, suffix: str, scope: Scope, when: str) -> Instance:
        identity = ResourceId(self.unit, f"{self.prefix}{type}.{name}{suffix}")
        given = self.root.given.get(identity.address)
        self._scopes[identity.address] = scope
        return Instance(
            identity, type, name, block.name_span, when, lambda: _arguments(block, scope, given), _ignored(block)
        )

    def argument(self, instance: Instance, name: str, span: Span) -> Evaluated | None:
        """One argument or kind of block of an instance, by itself: others may refer to it while it is worked out."""
        block = self.folder.resources[(instance.type, instance.name)]
        if name not in block.body.arguments and not any(_kind(inner) == name for inner in block.body.blocks):
            given = self.root.given.get(instance.id.address)
            return None if given is None else given.get(name)
        scope = self._scopes[instance.id.address]

        def work() -> Evaluated:
            found = body_object(block.body, scope, only=name).pairs[name][1]
            return found if name in block.body.arguments else _with_computed(found)

        return self._once(instance.id.address, name, span, work)

    def _child(self, name: str, block: Block, suffix: str, scope: Scope, when: str) -> Module | UnreadModule:
        source = _plain_text(block.body.expression("source"))
        folder = self._source_folder(name, block, source)
        if isinstance(folder, str):
            return UnreadModule(
                f"{name}{suffix}",
                source or "",
                block.name_span,
                lambda: body_object(block.body, scope, without=_CALL_ARGUMENTS),
            )
        unit = f"{self.unit}#module.{name}{suffix}"
        given: dict[str, Callable[[], Evaluated]] = {}
        for argument in block.body.arguments.values():
            if argument.name not in _CALL_ARGUMENTS:
                given[argument.name] = _later(argument.expression, scope)
        return Module(self.root, unit, folder, given, self, self.depth + 1, when)

    def _source_folder(self, name: str, block: Block, source: str | None) -> Folder | str:
        """The folder that a call means, or why it cannot be read."""
        if source is None:
            return "its source is not known"
        if self.depth >= _DEEPEST_CALL or self.root.modules >= _MOST_MODULES:
            self.root.complain(block.name_span, f"calls `module.{name}` below too many others")
            return "modules are called too deeply"
        inner = self.folder.inner.get(name)
        if inner is not None:
            return inner
        path = local_source(self.folder.path, source)
        if path is None:
            return packaged_folder(source, block.name_span) or "its source is not in the repository"
        folder = self.root.folders.get(path)
        if folder is None:
            place = _span_of(block, "source")
            self.root.complain(place, f"calls the module `{source}`, where there are no Terraform files")
            return "its source holds no Terraform files"
        if folder.path in {each.folder.path for each in self._callers()}:
            self.root.complain(block.name_span, f"calls `module.{name}`, which contains itself")
            return "it contains itself"
        return folder

    def _callers(self) -> Iterator[Module]:
        module: Module | None = self
        while module is not None:
            yield module
            module = module.caller


# Blocks


def body_object(body: Body, scope: Scope, only: str | None = None, without: frozenset[str] = _META_ARGUMENTS) -> Object:
    """The arguments and nested blocks of a body, evaluated; `dynamic` blocks are what they make."""
    root = scope.module.root
    root.begin()
    try:
        return _body_object(body, scope, only, without)
    finally:
        root.end()


def _body_object(body: Body, scope: Scope, only: str | None, without: frozenset[str]) -> Object:
    pairs: dict[str, tuple[Span, Evaluated]] = {}
    for argument in body.arguments.values():
        if argument.name not in without and only in (None, argument.name):
            pairs[argument.name] = (argument.name_span, evaluate(argument.expression, scope))
    for block in body.blocks:
        kind = _kind(block)
        if kind in _META or only not in (None, kind):
            continue
        known = pairs.get(kind)
        listed = known[1] if known is not None and isinstance(known[1], Listing) else Listing([], block.span)
        _add_blocks(block, scope, listed)
        pairs[kind] = (known[0] if known is not None else block.span, listed)
    return Object(pairs, body.span, body.complete)


def _with_computed(blocks: Evaluated) -> Evaluated:
    """The blocks of a resource as others see them: AWS may add attributes to what is written."""
    if not isinstance(blocks, Listing):
        return blocks
    items = [
        Object(item.pairs, item.span, complete=False) if isinstance(item, Object) else item for item in blocks.items
    ]
    return Listing(items, blocks.span, blocks.complete)


def _unless_given(default: Evaluated) -> Evaluated:
    """The default of a collection that whoever deploys may give: an empty one is there to be filled."""
    match default:
        case Listing(items=[]):
            return Listing([], default.span, complete=False)
        case Object(pairs={}) if not default.pairs:
            return Object({}, default.span, complete=False)
        case _:
            return default


def _kind(block: Block) -> str:
    return block.labels[0] if block.type == "dynamic" and block.labels else block.type


def _add_blocks(block: Block, scope: Scope, into: Listing) -> None:
    if block.type != "dynamic":
        inner = body_object(block.body, scope, without=frozenset())
        into.items.append(Object(inner.pairs, block.span, inner.complete))
        return
    name = _plain_name(block.body.expression("iterator")) or block.labels[0]
    for_each = block.body.expression("for_each")
    content = next(block.body.blocks_of("content"), None)
    if for_each is None or content is None:
        return
    pairs, complete = pairs_of(evaluate(for_each, scope))
    into.complete = into.complete and complete
    for key, value, when in pairs[:MOST_ITEMS]:
        only, value = presence(value)
        element = Object({"key": (block.span, key), "value": (block.span, value)}, block.span)
        inner = body_object(content.body, scope.with_names({name: element}), without=frozenset())
        made = Object(inner.pairs, block.span, inner.complete)
        into.items.append(there_if(both_of(when, only), made, block.span))


def _arguments(block: Block, scope: Scope, given: Mapping[str, Evaluated] | None) -> Object:
    found = body_object(block.body, scope)
    if given:
        for name, value in given.items():
            written = found.pairs.get(name)
            if written is None:
                found.pairs[name] = (block.name_span, value)
            else:
                found.pairs[name] = (written[0], _better(written[1], value))
    return found


def _better(written: Evaluated, planned: Evaluated) -> Evaluated:
    """What a plan says of a value, where the configuration leaves it open."""
    match written, planned:
        case Leaf(value=Unknown()), _ if not written.is_null:
            return planned
        case Leaf(value=Const() | Unknown()), _:
            return written
        case Leaf(), Leaf(value=Const(text)) if written.tree is None:
            return written if _has_reference(written) else Leaf(Const(text, written.span), written.span, planned.kind)
        case Object(), Object():
            pairs = dict(written.pairs)
            for name, (span, value) in planned.pairs.items():
                mine = pairs.get(name)
                if mine is None and not written.complete:
                    pairs[name] = (span, value)
                elif mine is not None:
                    pairs[name] = (mine[0], _better(mine[1], value))
            return Object(pairs, written.span, written.complete or planned.complete)
        case Listing(), Listing():
            if not written.complete:
                return planned
            if len(written.items) == len(planned.items):
                both = zip(written.items, planned.items, strict=True)
                return Listing([_better(mine, theirs) for mine, theirs in both], written.span)
            return written
        case Either(), _:
            return planned
        case _:
            return written


def _has_reference(leaf: Leaf) -> bool:
    from crosswire.values import Ref, leaves

    return any(isinstance(part, Ref) for part in leaves(leaf.value))


# References


def _reference(module: Module, instance: Instance, span: Span) -> Named:
    """A resource as expressions name it."""

    def attribute(name: str, place: Span) -> Evaluated:
        return _attribute(module, instance, name, place)

    pairs = {
        name: (span, Leaf(attribute_value(instance.type, instance.id, name, span), span)) for name in ("id", "arn")
    }
    return Named(attribute, span, dict(pairs))


def _attribute(module: Module, instance: Instance, name: str, span: Span) -> Evaluated:
    """An attribute of a resource: a symbol for what identifies it, else what its configuration says."""
    if instance.type == "data.aws_iam_policy_document" and name in ("json", "minified_json"):
        from crosswire.frontends.terraform.documents import policy_document

        key = (instance.id.address, "json")
        return module._once(*key, instance.span, lambda: policy_document(instance.arguments, instance.span))
    if instance.type == "data.terraform_remote_state":
        symbol = Parameter(module.root.unit, f"{instance.id.address}.{name}", span=span)
        return Leaf(symbol, span, "any")
    if not is_identity(instance.type, name):
        if instance.type == "data.template_file" and name == "rendered":
            return _rendered(module, instance, span)
        if instance.type in ("data.local_file", "local_file") and name == "content":
            path = module.argument(instance, "filename", span) if instance.type.startswith("data.") else None
            if path is not None:
                from crosswire.frontends.terraform.functions import file_text

                return file_text(path, span, Scope(module))
        if instance.type == "terraform_data" and name == "output":
            name = "input"
        written = module.argument(instance, name, span)
        if written is not None:
            return written
    listed = is_identity(instance.type, name)
    return Leaf(attribute_value(instance.type, instance.id, name, span), span, "string" if listed else "any")


def _rendered(module: Module, instance: Instance, span: Span) -> Evaluated:
    """What the old data source `template_file` makes of its template."""
    from crosswire.frontends.terraform.functions import rendered

    template, given = instance.arguments.get("template"), instance.arguments.get("vars")
    if template is None:
        return unknown("a template that is not known", span)
    return rendered(template, given, span, Scope(module))


def _outputs(module: Module, child: Module | UnreadModule, suffix: str, span: Span) -> Named:
    """A called module as expressions name it."""

    def attribute(name: str, place: Span) -> Evaluated:
        if isinstance(child, UnreadModule):
            symbol = Parameter(module.root.unit, f"{module.prefix}module.{child.name}.{name}", span=place)
            return Leaf(symbol, place, "any")
        return child.output(name, place)

    return Named(attribute, span, {})


def _has_functions(module: Module) -> bool:
    return any(type == _FUNCTION for type, _ in module.folder.resources) or any(
        isinstance(child, Module) and _has_functions(child) for child in module.all_children()
    )


def _by_key(body: Body, named: Sequence[tuple[str, Evaluated]], incomplete: bool, span: Span) -> Evaluated:
    """The instances as `count` and `for_each` let them be named: a list, a map, or the only one."""
    if "count" in body.arguments:
        references = [reference for _, reference in named]
        return Every(references, span, complete=False) if incomplete else Listing(references, span)
    if "for_each" in body.arguments:
        pairs: dict[str, tuple[Span, Evaluated]] = {}
        for suffix, reference in named:
            pairs[ANY if suffix == f"[{ANY}]" else suffix[2:-2]] = (span, reference)
        return Object(pairs, span, not incomplete)
    return named[0][1]


# Small parts


def _later(expression: Expression, scope: Scope) -> Callable[[], Evaluated]:
    return lambda: evaluate(expression, scope)


def _count(at: int, span: Span) -> Object:
    return Object({"index": (span, constant(at, span))}, span)


_MOST_COUNTS = 16


def _numbers(count: Evaluated) -> list[float] | None:
    """Every number that a count may be, None where one of them is not known."""
    found: list[float] = []
    waiting: list[Value] = [value_of(count)]
    while waiting:
        value = waiting.pop()
        number = number_of(Leaf(value, count.span, "number"))
        if number is not None:
            found.append(number)
        elif isinstance(value, If) and len(found) + len(waiting) < _MOST_COUNTS:
            waiting += (value.then, value.otherwise)
        else:
            return None
    return found


def _more_than(at: int, count: Evaluated) -> Evaluated:
    """The count where it is more than a number; else nothing."""

    def of(value: Value) -> Evaluated:
        if isinstance(value, If):
            return either(value.condition, of(value.then), of(value.otherwise), count.span)
        more = (number_of(Leaf(value, count.span, "number")) or 0) > at
        return constant(True, count.span) if more else absent(count.span)

    return of(value_of(count))


def _is_list(node: Evaluated) -> bool:
    match node:
        case Listing():
            return True
        case Either():
            return _is_list(node.then) or _is_list(node.otherwise)
        case _:
            return False


def _ignored(block: Block) -> frozenset[str]:
    """The arguments whose changes by others a resource's `lifecycle` lets be."""
    found: set[str] = set()
    for lifecycle in block.body.blocks_of("lifecycle"):
        match lifecycle.body.expression("ignore_changes"):
            case syntax.ListOf(items=items):
                found.update(filter(None, map(_plain_name, items)))
            case syntax.Traversal(root="all"):
                found.add("all")
            case _:
                pass
    return frozenset(found)


def _plain_text(expression: Expression | None) -> str | None:
    if isinstance(expression, syntax.Literal) and isinstance(expression.value, str):
        return expression.value
    return None


def _plain_name(expression: Expression | None) -> str | None:
    if isinstance(expression, syntax.Traversal) and isinstance(expression.root, str):
        return expression.root
    return _plain_text(expression)


def _is_true(expression: Expression | None) -> bool:
    return isinstance(expression, syntax.Literal) and expression.value is True


def _is_false(expression: Expression | None) -> bool:
    return isinstance(expression, syntax.Literal) and expression.value is False


def _span_of(block: Block, name: str) -> Span:
    argument = block.body.arguments.get(name)
    return block.name_span if argument is None else argument.expression.span


def _type_name(expression: Expression | None) -> str:
    """The outermost name of a type: `string`, `list`, `object`; empty where none is written."""
    match expression:
        case syntax.Traversal(root=str() as name):
            return name
        case syntax.Call(name=name):
            return _type_name(expression.arguments[0]) if name == "optional" and expression.arguments else name
        case syntax.Literal(value=str() as text):
            return text
        case _:
            return ""


def _allowed(name: str, block: Block) -> tuple[str, ...]:
    """The values that a variable's validation lists: `contains(["dev", "prod"], var.stage)`."""
    for validation in block.body.blocks_of("validation"):
        condition = validation.body.expression("condition")
        match condition:
            case syntax.Call(name="contains", arguments=[syntax.ListOf(items=items), syntax.Traversal(root="var")]):
                texts = [_plain_text(item) for item in items]
                if all(text is not None for text in texts):
                    return tuple(text for text in texts if text is not None)
            case _:
                continue
    return ()


def _typed(value: Evaluated, type_of: Expression | None, module: Module) -> Evaluated:
    """A value with what its type adds: the attributes that are optional, with their defaults."""
    if isinstance(type_of, syntax.Traversal) and type_of.root in _PLAIN:
        return converted(value, _type_name(type_of))
    if not isinstance(type_of, syntax.Call) or not type_of.arguments:
        return value
    inner = type_of.arguments[0]
    match type_of.name, value:
        case "optional", _:
            return _typed(value, inner, module)
        case "list" | "set", Listing():
            items = [_typed(item, inner, module) for item in value.items]
            listed = Listing(items, value.span, value.complete)
            if type_of.name == "list":
                return listed
            from crosswire.frontends.terraform.functions import as_set

            return as_set([listed], value.span, Scope(module))
        case "map", Object() if not isinstance(value, Named):
            pairs = {name: (span, _typed(item, inner, module)) for name, (span, item) in value.pairs.items()}
            return Object(pairs, value.span, value.complete)
        case "object", Object() if isinstance(inner, syntax.ObjectOf) and not isinstance(value, Named):
            pairs = dict(value.pairs)
            for key, part in inner.pairs:
                name = _plain_text(key) or ""
                given = pairs.get(name)
                if given is not None and not (isinstance(given[1], Leaf) and given[1].is_null):
                    pairs[name] = (given[0], _typed(given[1], part, module))
                elif isinstance(part, syntax.Call) and part.name == "optional" and value.complete:
                    has_default = len(part.arguments) > 1
                    default = evaluate(part.arguments[1], Scope(module)) if has_default else constant(None, value.span)
                    pairs[name] = (value.span, _typed(default, part.arguments[0], module))
            return Object(pairs, value.span, value.complete)
        case _, Either():
            then, otherwise = (_typed(side, type_of, module) for side in (value.then, value.otherwise))
            return Either(value.condition, then, otherwise, value.span)
        case _:
            return value
