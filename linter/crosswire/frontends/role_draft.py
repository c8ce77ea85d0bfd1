"""A role while its policies are being gathered from all over what declares it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends import policies
from crosswire.record import replace
from crosswire.values import Const
from crosswire.wiring.access import Grant, Role
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crosswire.source import Span
    from crosswire.values import ResourceId, Value


class RoleDraft:
    """What is known of a role so far. `place` is where one would add a statement."""

    __slots__ = ("_attached", "blind_spots", "boundary", "grants", "id", "place", "span", "trust", "used_by")

    def __init__(self, id: ResourceId, span: Span, place: Span) -> None:
        self.id = id
        self.span = span
        self.place = place
        self.grants: list[Grant] = []
        self.trust: list[Value] = []
        self.boundary = False
        self.blind_spots: list[BlindSpot] = []
        self.used_by: list[Span] = []
        self._attached: set[tuple[Value, tuple[str, ...]]] = set()

    def finished(self) -> Role:
        """The role, with everything that was added."""
        return Role(
            id=self.id,
            span=self.span,
            grants=tuple(self.grants),
            trust=tuple(self.trust),
            boundary=self.boundary,
            blind_spots=tuple(self.blind_spots),
            place=self.place,
            used_by=tuple(self.used_by),
        )

    def add(self, grants: Iterable[Grant], blind_spots: Iterable[BlindSpot], when: tuple[str, ...] = ()) -> None:
        """Add what a policy says; `when` names the conditions under which the policy is there."""
        if when:
            only = when[0] if len(when) == 1 else ""
            grants = [replace(grant, conditional=True, condition_when=only) for grant in grants]
        self.grants.extend(grants)
        self.blind_spots.extend(blind_spots)

    def allow(self, actions: Iterable[Value], resources: Iterable[Value], span: Span, origin: str) -> None:
        """Add a statement that nobody wrote out."""
        self.grants.append(Grant("Allow", tuple(actions), tuple(resources), span, origin=origin))

    def blind(self, why: str, span: Span | None) -> None:
        """Note a policy whose content is not known."""
        self.blind_spots.append(BlindSpot("policy", why, span))

    def let_in(self, statements: Iterable[Grant]) -> None:
        """Take the principals that the statements of a trust policy let in."""
        for statement in statements:
            if statement.effect == "Allow":
                self.trust.extend(statement.principals)

    def attach_managed(self, value: Value, span: Span, when: tuple[str, ...] = ()) -> None:
        """Attach a managed policy of AWS by its name or ARN, once; the content of any other is not known."""
        if (value, when) not in self._attached:
            self._attached.add((value, when))
            self.add(*policies.managed_policy(value, span), when)

    def attach_by_name(self, name: str, known: dict[str, tuple[list[Grant], list[BlindSpot]]]) -> None:
        """Attach a policy of AWS that SAM adds by itself. `known` holds those that were looked up before."""
        value = Const(name)
        if (value, ()) in self._attached:
            return
        self._attached.add((value, ()))
        if name not in known:
            known[name] = policies.managed_policy(value, self.span)
        grants, blind_spots = known[name]
        self.add((replace(grant, span=self.span) for grant in grants), blind_spots)


def either_role(choices: list[Role]) -> Role:
    """One role that stands for a choice of several: allowed is what any of them allows."""
    if len(choices) == 1:
        return choices[0]
    first = next((role for role in choices if role.id is not None), choices[0])
    return Role(
        id=first.id,
        span=first.span,
        grants=tuple(grant for role in choices for grant in role.grants if grant.effect != "Deny"),
        trust=tuple(dict.fromkeys(principal for role in choices for principal in role.trust)),
        boundary=all(role.boundary for role in choices),
        blind_spots=tuple(spot for role in choices for spot in role.blind_spots),
        place=first.place,
        used_by=tuple(span for role in choices for span in role.used_by),
    )


def no_role(why: str, span: Span) -> Role:
    """A role that nobody declares: nothing is known of what it allows."""
    return Role(None, span, (), blind_spots=(BlindSpot("policy", why, span),))
