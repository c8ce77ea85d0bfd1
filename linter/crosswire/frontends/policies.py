"""Policy documents: what a statement allows or denies, as grants; what cannot be read of them, as blind spots."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from crosswire.aws import managed_policies
from crosswire.record import replace
from crosswire.values import Concat, Const, If, OneOf, Unknown, Value
from crosswire.wiring.access import Grant
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crosswire.source import Span

UNKNOWN = "crosswire:unknown"
"""What stands for a value that is not known in a policy in plain JSON terms."""


class Place(Protocol):
    """A node of a dialect: all that is asked of it is where it stands."""

    @property
    def span(self) -> Span: ...


N = TypeVar("N", bound=Place)
N_co = TypeVar("N_co", bound=Place, covariant=True)


class Entry(Protocol[N_co]):
    """One item of a list, with the conditions under which it is there."""

    @property
    def node(self) -> N_co: ...
    @property
    def when(self) -> tuple[str, ...]: ...


class Fields(Protocol[N_co]):
    """A mapping. `complete` is False where it may hold more."""

    @property
    def complete(self) -> bool: ...
    def get(self, name: str, /) -> N_co | None: ...
    def values(self) -> Sequence[N_co]: ...


class Reader(Protocol[N]):
    """How a dialect's nodes are read: lists with conditions, mappings and texts."""

    def entries(self, node: N | None, /) -> tuple[Sequence[Entry[N]], bool]: ...
    def fields(self, node: N | None, /) -> Fields[N]: ...
    def text(self, node: N | None, /) -> str | None: ...
    def values(self, node: N | None, /) -> tuple[list[Value], bool]: ...
    def is_mapping(self, node: N, /) -> bool: ...


def grants(document: N | None, reader: Reader[N], origin: str = "") -> tuple[list[Grant], list[BlindSpot]]:
    """The statements of a policy document. `origin` names what made the document where no one wrote it out."""
    if document is None:
        return [], []
    found: list[Grant] = []
    blind: list[BlindSpot] = []
    documents, complete = reader.entries(document)
    if not complete:
        blind.append(BlindSpot("policy", "a policy document that is not known", document.span))
    for entry in documents:
        fields = reader.fields(entry.node)
        if not fields.complete:
            blind.append(BlindSpot("policy", "a policy document that is not known", entry.node.span))
        statements = fields.get("Statement")
        if statements is None:
            continue
        listed, complete = reader.entries(statements)
        if not complete:
            blind.append(BlindSpot("policy", "a list of statements that is not known", statements.span))
        for statement in listed:
            _statement(statement.node, (*entry.when, *statement.when), reader, origin, found, blind)
    return found, blind


def managed_policy(value: Value, span: Span) -> tuple[list[Grant], list[BlindSpot]]:
    """The grants of a managed policy of AWS by its name or ARN; a blind spot for any other."""
    if isinstance(value, If):
        return _either((value.then, value.otherwise), span)
    if isinstance(value, OneOf):
        return _either(value.choices, span)
    name = _policy_name(value)
    document = managed_policies.document(name) if name is not None else None
    if name is None or document is None:
        what = f"the managed policy `{name}`" if name is not None else "a managed policy"
        return [], [BlindSpot("policy", f"{what}, whose content is not known", span)]
    origin = name.rsplit("/", 1)[-1]
    statements = document.get("Statement", [])
    return [
        _plain_grant(statement, origin, span)
        for statement in (statements if isinstance(statements, list) else [statements])
        if isinstance(statement, dict)
    ], []


def _either(choices: Iterable[Value], span: Span) -> tuple[list[Grant], list[BlindSpot]]:
    """The grants of a choice of managed policies: each is there MAYBE."""
    found: list[Grant] = []
    blind: list[BlindSpot] = []
    for choice in choices:
        if isinstance(choice, Unknown) and choice.why.startswith("no value"):
            continue
        more, spots = managed_policy(choice, span)
        found.extend(_conditional(grant) for grant in more)
        blind.extend(spots)
    return found, blind


def _policy_name(value: Value) -> str | None:
    """`AmazonSQSFullAccess`, `service-role/X` or an ARN of AWS as a text to look up; None for anything else."""
    if isinstance(value, Const):
        return value.text
    if isinstance(value, Concat):
        last = value.parts[-1]
        if isinstance(last, Const) and ":iam::aws:policy/" in last.text:
            return last.text.split(":policy/", 1)[1]
    return None


def _statement(
    node: N,
    when: tuple[str, ...],
    reader: Reader[N],
    origin: str,
    found: list[Grant],
    blind: list[BlindSpot],
) -> None:
    fields = reader.fields(node)
    effect = reader.text(fields.get("Effect"))
    if effect not in ("Allow", "Deny") or not fields.complete:
        blind.append(BlindSpot("policy", "a statement that is not known", node.span))
        if effect not in ("Allow", "Deny"):
            return
    found.append(
        Grant(
            effect=effect,
            actions=_texts(fields, "Action", reader),
            resources=_texts(fields, "Resource", reader),
            span=node.span,
            not_actions=_texts(fields, "NotAction", reader),
            not_resources=_texts(fields, "NotResource", reader),
            conditional=bool(when) or _is_conditional(fields, reader),
            origin=origin,
            principals=_principals(fields, reader),
            condition_when=when[0] if len(when) == 1 else "",
        )
    )


def _texts(fields: Fields[N], name: str, reader: Reader[N]) -> tuple[Value, ...]:
    node = fields.get(name)
    if node is None:
        return ()
    values, complete = reader.values(node)
    if not complete:
        values.append(Unknown(f"a list of {name.lower()}s that is not known", node.span))
    return tuple(values)


def _is_conditional(fields: Fields[N], reader: Reader[N]) -> bool:
    """Whether a statement has conditions; an empty mapping is none."""
    node = fields.get("Condition")
    if node is None:
        return False
    conditions = reader.fields(node)
    return bool(conditions.values()) or not conditions.complete


def _principals(fields: Fields[N], reader: Reader[N]) -> tuple[Value, ...]:
    node = fields.get("Principal")
    if node is None:
        other = fields.get("NotPrincipal")
        return () if other is None else (Unknown("everyone but some principals", other.span),)
    principals: list[Value] = []
    for listed in reader.fields(node).values() if reader.is_mapping(node) else (node,):
        values, complete = reader.values(listed)
        principals.extend(values)
        if not complete:
            principals.append(Unknown("a list of principals that is not known", listed.span))
    return tuple(principals)


def _plain_grant(statement: dict[str, object], origin: str, span: Span) -> Grant:
    """A statement of a document in plain JSON terms."""

    def texts(name: str) -> tuple[Value, ...]:
        listed = statement.get(name, [])
        return tuple(
            Const(text, span) for text in (listed if isinstance(listed, list) else [listed]) if isinstance(text, str)
        )

    return Grant(
        effect=str(statement.get("Effect", "Allow")),
        actions=texts("Action"),
        resources=texts("Resource"),
        span=span,
        not_actions=texts("NotAction"),
        not_resources=texts("NotResource"),
        conditional=bool(statement.get("Condition")),
        origin=origin,
    )


def _conditional(grant: Grant) -> Grant:
    return replace(grant, conditional=True)
