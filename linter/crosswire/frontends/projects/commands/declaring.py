"""What commands declare that templates do not: by projects, as far as it is deployed at all."""

from __future__ import annotations

from functools import cached_property
from itertools import takewhile
from typing import TYPE_CHECKING

from crosswire.frontends.attachments import Attachment
from crosswire.frontends.cloudformation.compiled import CompiledIntrinsics
from crosswire.frontends.cloudformation.making import Making
from crosswire.frontends.lowered import CodeHint
from crosswire.frontends.projects.commands.flat import shown
from crosswire.frontends.projects.commands.gathering import FUNCTION, ROLE, USER, Gathering, symbols_of
from crosswire.frontends.projects.commands.programs import programs_of
from crosswire.frontends.projects.commands.running import SCOPE, Runner
from crosswire.frontends.projects.declaration import DOCUMENTS
from crosswire.patterns import same
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.record import replace
from crosswire.values import Const, Truth
from crosswire.wiring.function import EnvVariable, Link

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.commands.calls import Call
    from crosswire.frontends.projects.commands.gathering import Draft
    from crosswire.frontends.projects.declaration import Declaration
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.source import Source
    from crosswire.values import Parameter, Value
    from crosswire.wiring.function import Function

_UNSURE = "policies that are made elsewhere"
_INVOKING = (
    "AWS::ApiGateway::Method",
    "AWS::ApiGatewayV2::Integration",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Url",
    "AWS::Logs::SubscriptionFilter",
    "AWS::SNS::Subscription",
)
_INVOKING_PROPERTIES = ("LambdaConfig", "NotificationConfiguration", "Target", "Targets")
_NOT_DEPLOYED = ("AWS::S3::Bucket",)


def declared_in(sources: Sequence[Source], files: Files, lowered: Lowered) -> list[Declaration]:
    """What the commands in some files declare."""
    runner = Runner(files)
    for source in sources:
        runner.run(list(programs_of(source)))
    if not runner.calls:
        return []
    known = _Deployed(files, lowered, runner)
    found: list[Declaration] = []
    for group, calls in _groups(runner.calls, files, lowered):
        gathering = Gathering(runner.broken)
        for call in sorted(calls, key=lambda call: call.path.endswith(DOCUMENTS)):
            gathering.take(call)
        _keep(gathering, known)
        found += [replace(one, group=group) for one in gathering.declarations(runner.symbols)]
    for spot in runner.broken:
        if spot not in lowered.broken:
            lowered.broken.append(spot)
    return found


def _groups(calls: Iterable[Call], files: Files, lowered: Lowered) -> Iterable[tuple[str, list[Call]]]:
    """The commands of each project. Where folders beside each other create functions or roles of the same name, each
    is a project of its own."""
    from crosswire.frontends.projects.compiling import Homes

    homes = Homes([], files, lowered)
    by_home: dict[str, list[Call]] = {}
    for call in calls:
        by_home.setdefault(homes.of(call.path), []).append(call)
    for _, listed in sorted(by_home.items()):
        makers: dict[tuple[str, str], set[str]] = {}
        for call in listed:
            if call.operation.startswith("create-") and not call.path.endswith(DOCUMENTS):
                name = call.get("function-name") or call.get("role-name") or call.get("table-name")
                text = "".join(part.text for part in name or () if isinstance(part, Scalar))
                if text:
                    makers.setdefault((call.operation, text), set()).add(_folder(call.path))
        if any(len(folders) > 1 for folders in makers.values()):
            by_folder: dict[str, list[Call]] = {}
            for call in listed:
                by_folder.setdefault(_folder(call.path), []).append(call)
            yield from sorted(by_folder.items())
        else:
            yield "", listed


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _keep(gathering: Gathering, known: _Deployed) -> None:
    """Leave what is deployed, and nowhere else declared."""
    drafts = gathering.drafts
    for key, draft in list(drafts.items()):
        if draft.is_nameless or (draft.type == FUNCTION and not known.keeps(draft)):
            del drafts[key]
    functions = [draft for draft in drafts.values() if draft.type == FUNCTION]
    guides = {call.path for draft in functions if draft.is_document for call in draft.calls}
    used = {name for draft in functions for name in _roles_of(draft)}
    for (type, name), draft in list(drafts.items()):
        if type in (ROLE, USER):
            if not draft.created:
                known.attach(draft)
                _hide_policies(draft)
            if (not draft.created or draft.is_document) and (type == USER or name not in used):
                del drafts[type, name]
        elif draft.is_document and not guides & {call.path for call in draft.calls}:
            _keep_of_document(gathering, draft)
    managed = "AWS::IAM::ManagedPolicy"
    attached = {text for draft in drafts.values() for text in _attached(draft)}
    for type, name in list(drafts):
        if type == managed and not any(text.endswith(f"policy/{name}") for text in attached):
            del drafts[type, name]
    if drafts and all(draft.type in _NOT_DEPLOYED and draft.is_document for draft in drafts.values()):
        drafts.clear()


def _keep_of_document(gathering: Gathering, draft: Draft) -> None:
    """What is left of an example in a document: that there is something of this name."""
    if draft.type in _INVOKING:
        del gathering.drafts[draft.type, draft.key]
    for property in _INVOKING_PROPERTIES:
        draft.properties.pop(property, None)


def _hide_policies(draft: Draft) -> None:
    """A role that is made elsewhere has policies that are not known."""
    draft.add("ManagedPolicyArns", [Making(draft.id).unknown(_UNSURE)])


def _roles_of(draft: Draft) -> Iterable[str]:
    node = draft.get("Role")
    if node is None:
        return
    text = shown(parts_of(node))
    if "role/" in text:
        yield text.rpartition("role/")[2].rpartition("/")[2]


def _attached(draft: Draft) -> Iterable[str]:
    node = draft.get("ManagedPolicyArns")
    for item in node.items if isinstance(node, Items) else ():
        yield shown(parts_of(item))


def parts_of(node: Node) -> tuple[Node, ...]:
    """The parts of a text that may be put together."""
    if isinstance(node, Items) and node.tag == "!Join" and len(node.items) == 2 and isinstance(node.items[1], Items):
        return tuple(node.items[1].items)
    return (node,)


class _Deployed:
    """What templates deploy, and what commands do to it."""

    def __init__(self, files: Files, lowered: Lowered, runner: Runner) -> None:
        self._files = files
        self._lowered = lowered
        self._runner = runner
        self._count = len(lowered.functions)
        self._entries: set[str] | None = None

    def keeps(self, draft: Draft) -> bool:
        """Whether a function is one that commands alone deploy."""
        reading = self._reading(draft)
        name = self._name(draft, reading)
        deployed = self._called(name, draft.call.path)
        if deployed:
            self._pass_variables(deployed, draft, reading)
        if deployed or self._may_be_deployed(name):
            return False
        if not draft.created and draft.get("Environment") is None:
            return False
        entry = self._entry(draft)
        if entry is not None and self._count and entry in self._deployed_entries():
            return False
        if draft.is_document and (entry is None or not draft.created):
            return False
        if not draft.created:
            making = Making(draft.id)
            if draft.get("Role") is None:
                draft.set("Role", making.unknown("the role of a function that is made elsewhere"))
        return True

    def attach(self, draft: Draft) -> None:
        """Note that a role that is declared elsewhere is given policies."""
        node = draft.get("RoleName")
        if draft.type != ROLE or node is None or not (draft.get("Policies") or draft.get("ManagedPolicyArns")):
            return
        name = self._reading(draft).value(node)
        place = draft.call.place.span
        self._lowered.attachments.append(Attachment(draft.call.path, name, place))

    def _reading(self, draft: Draft) -> CompiledIntrinsics:
        source = draft.id.source
        root = Entries([], source, 0, 0)
        symbols: dict[str, Parameter] = {}
        for _, node in draft.properties.values():
            symbols |= symbols_of(node, self._runner.symbols)
        return CompiledIntrinsics(draft.call.path, root, {}, False, symbols, SCOPE)

    def _name(self, draft: Draft, reading: CompiledIntrinsics) -> Value | None:
        node = draft.get("FunctionName")
        return None if node is None else reading.value(node)

    def _called(self, name: Value | None, path: str) -> list[int]:
        """The functions of templates that surely have a name, in every environment: of templates that have one of this
        name each, those nearest to the script that names it."""
        plain = _plain(name.text) if isinstance(name, Const) else ""
        found = [
            index
            for index, (function, own) in enumerate(self._known)
            if name is not None
            and (own == plain != "" if function.name is None else same(function.name, name, _as_is) is Truth.YES)
        ]
        near = {index: _nearness(self._known[index][0].span.path, path) for index in found}
        return [index for index in found if near[index] == max(near.values())] if len(found) > 1 else found

    def _may_be_deployed(self, name: Value | None) -> bool:
        """Whether a function of a template may have a name. Where it is given none, AWS makes it of the logical id."""
        if name is None:
            return False
        plain = _plain(name.text) if isinstance(name, Const) else None
        return any(
            (plain is None or (bool(own) and own in plain))
            if function.name is None
            else same(function.name, name, _as_is) is not Truth.NO
            for function, own in self._known
        )

    @cached_property
    def _known(self) -> list[tuple[Function, str]]:
        """The functions of templates, each with its plain logical id."""
        return [(function, _plain(str(function.id))) for function, _ in self._lowered.functions[: self._count]]

    def _pass_variables(self, deployed: Iterable[int], draft: Draft, reading: CompiledIntrinsics) -> None:
        """Tell functions of templates which variables commands give them, until they are deployed again."""
        variables: dict[str, EnvVariable] = {}
        for key, node in reading.fields(child(draft.get("Environment"), "Variables")).pairs:
            variables[key.text] = EnvVariable(key.text, reading.value(node), key.span, node.span)
        if not variables:
            return
        lasting = any(call.deploys for call in draft.calls if call.operation == "update-function-configuration")
        for index in deployed:
            function, hint = self._lowered.functions[index]
            if lasting:
                environment = replace(function.env, variables={**variables, **function.env.variables})
            else:
                environment = replace(function.env, passing={**variables, **function.env.passing})
            self._lowered.functions[index] = (replace(function, env=environment), hint)

    def _deployed_entries(self) -> set[str]:
        if self._entries is None:
            from crosswire.frontends.code.locate import Locator

            locator = Locator(self._files)
            hints = (hint for _, hint in self._lowered.functions[: self._count])
            self._entries = {found.entry for hint in hints if (found := locator.locate(hint)).entry is not None}
        return self._entries

    def _entry(self, draft: Draft) -> str | None:
        """The file in which the code of a function begins."""
        handler = text_of(draft.get("Handler"))
        if handler is None:
            return None
        from crosswire.frontends.code.locate import Locator

        locator = Locator(self._files)
        for place in draft.code or (draft.archive,):
            hint = CodeHint(
                unit_path="x",
                logical_id=draft.id.text,
                handler=handler,
                handler_span=None,
                runtime=text_of(draft.get("Runtime")),
                uri=place or ".",
            )
            found = locator.locate(hint)
            if found.link in (Link.EXACT, Link.NAMED):
                return found.entry
        return None


def _nearness(path: str, other: str) -> int:
    """How many folders two files share."""
    folders = zip(path.split("/")[:-1], other.split("/")[:-1], strict=False)
    return len(list(takewhile(lambda pair: pair[0] == pair[1], folders)))


def _plain(name: str) -> str:
    """A name without case, separators and words for any function.

    >>> _plain("OrdersApiFunction"), _plain("orders-api")
    ('ordersapi', 'ordersapi')
    """
    plain = "".join(character for character in name.lower() if character.isalnum())
    for word in ("function", "lambda", "fn"):
        plain = plain.removesuffix(word)
    return plain


def _as_is(value: Value) -> Value:
    return value
