"""Whether the functions of a wiring let in what is to invoke them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.aws.triggers import trigger_kind
from crosswire.patterns import action_matches, matches, same
from crosswire.record import record
from crosswire.values import Concat, Const, Parameter, Ref, Truth, Unknown, leaves, transform
from crosswire.wiring.naming import arn_of
from crosswire.wiring.resource import UserPool

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.aws.triggers import TriggerKind
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.function import Function
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.trigger import FunctionRef, InvokePermission, Trigger

_FUNCTION_NAME = re.compile(r"(?:.*:function:)?([\w-]+)(?::[\w$-]+)?")
_MAX_STEPS = 20
_CURRENT = "$LATEST"
_PARTS = ("function", "qualifier", "principal", "action", "source", "account")


@record
class Fit:
    """How a permission fits a trigger, part by part: it lets the trigger in where no part says NO."""

    function: Truth
    qualifier: Truth
    principal: Truth
    action: Truth
    source: Truth
    account: Truth

    @property
    def whole(self) -> Truth:
        """Whether the permission lets the trigger in."""
        return self.function & self.qualifier & self.principal & self.action & self.source & self.account

    @property
    def misfits(self) -> tuple[str, ...]:
        """The parts that surely do not fit."""
        return tuple(name for name in _PARTS if getattr(self, name) is Truth.NO)


_ANY_FIT = Fit(Truth.MAYBE, Truth.MAYBE, Truth.MAYBE, Truth.MAYBE, Truth.MAYBE, Truth.MAYBE)


@record
class Refusal:
    """A function that surely does not let in what is to invoke it.

    `kind` and `triggers` tell what is refused; the triggers have the same source and function. `permission` is the one
    that was meant for them by all appearances, with the parts in which it does not `fit`; None where there is none.
    """

    function: Function
    kind: TriggerKind
    triggers: tuple[Trigger, ...]
    permission: InvokePermission | None = None
    fit: Fit | None = None

    @property
    def source(self) -> str:
        """What is refused, for people: "the REST API `Api` (GET /orders)"."""
        details = list(dict.fromkeys(trigger.detail for trigger in self.triggers if trigger.detail))
        shown = ", ".join(details[:3]) + (", ..." if len(details) > 3 else "")
        return f"{self.kind.name} `{self.triggers[0].source}`" + (f" ({shown})" if shown else "")

    @property
    def target(self) -> str:
        """What it cannot invoke, for people."""
        qualifier = self.triggers[0].function.qualifier
        name = f"`{self.function.id}`"
        if qualifier is None:
            return name
        return f"the alias `{qualifier.text}` of {name}" if isinstance(qualifier, Const) else f"a version of {name}"


def invoked_function(wiring: Wiring, ref: FunctionRef) -> ResourceId | None:
    """The function that a reference names, through parameters of nested stacks, outputs and imports; None where it is
    not known."""
    if ref.target is not None:
        return ref.target
    value = ref.value
    for _ in range(_MAX_STEPS):
        if isinstance(value, Concat):
            value = value.parts[0]
        if not isinstance(value, (Parameter, Ref)):
            return None
        if isinstance(value, Ref) and value.attribute in ("arn", "name"):
            return value.resource
        following = wiring.definitions.get(value)
        if following is None:
            return None
        value = following
    return None


def refusals(wiring: Wiring) -> Iterator[Refusal]:
    """Every function that surely does not let in what is to invoke it, in the order of its triggers."""
    view = _View(wiring)
    groups: dict[tuple[object, ...], list[Trigger]] = {}
    for trigger in wiring.triggers:
        function = view.refused(trigger)
        if function is not None:
            key = (function.id, trigger.function.qualifier, trigger.source, trigger.kind)
            groups.setdefault(key, []).append(trigger)
    for group in groups.values():
        function = view.refused(group[0])
        kind = trigger_kind(group[0].kind)
        if function is not None and kind is not None:
            permission, fit = view.meant_for(group[0], function.id)
            yield Refusal(function, kind, tuple(group), permission, fit)


class _View:
    """A wiring's triggers and permissions, by root unit and by function."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring = wiring
        self.functions = {function.id: function for function in wiring.functions}
        self._blind = wiring.blind_roots()
        self._permissions: dict[str, list[InvokePermission]] = {}
        self._triggers: dict[str, list[Trigger]] = {}
        for permission in wiring.permissions:
            self._permissions.setdefault(self.wiring.root_of(permission.id.unit), []).append(permission)
        for trigger in wiring.triggers:
            self._triggers.setdefault(self.wiring.root_of(trigger.source.unit), []).append(trigger)

    def _near(self, trigger: Trigger, target: ResourceId) -> Iterator[InvokePermission]:
        """The permissions of the trigger's and of the function's units, and those of others that name the function."""
        near = {self.wiring.root_of(trigger.source.unit), self.wiring.root_of(target.unit)}
        for root in sorted(near):
            yield from self._permissions.get(root, ())
        for root in sorted(self._permissions.keys() - near):
            yield from (one for one in self._permissions[root] if self._may_name(one.function, target))

    def _may_name(self, ref: FunctionRef, function: ResourceId) -> bool:
        """Whether a text in another unit may name a function. A symbol alone may name any, which tells nothing."""
        if invoked_function(self.wiring, ref) == function:
            return True
        declared = self.wiring.resource(function)
        if declared is None or not any(isinstance(part, Const) for part in leaves(ref.value)):
            return False
        arn = arn_of("lambda", "function", self.wiring.expand(ref.value))
        return same(arn, self.wiring.arn(declared), self.wiring.expand) is not Truth.NO

    def refused(self, trigger: Trigger) -> Function | None:
        """The function of a trigger that needs a permission and surely has none."""
        if trigger.satisfied or trigger_kind(trigger.kind) is None:
            return None
        target = invoked_function(self.wiring, trigger.function)
        if target is None or target not in self.functions:
            return None
        if self._blind & {self.wiring.root_of(trigger.source.unit), self.wiring.root_of(target.unit)}:
            return None
        for permission in self._near(trigger, target):
            if self._same_function(permission.function, trigger.function) is Truth.NO:
                continue  # most are of other functions, and the rest of a comparison is dear
            if self.fit(permission, trigger).whole is not Truth.NO:
                return None
        return self.functions[target]

    def meant_for(self, trigger: Trigger, target: ResourceId) -> tuple[InvokePermission | None, Fit | None]:
        """The permission that looks as if it were for a trigger: it lets in nothing else and differs little."""
        best: tuple[int, InvokePermission, Fit] | None = None
        for permission in self._near(trigger, target):
            fit = self.fit(permission, trigger)
            score = _likeness(permission, trigger, fit)
            if score == 0 or (best is not None and best[0] >= score) or self._is_used(permission):
                continue
            best = (score, permission, fit)
        return (None, None) if best is None else (best[1], best[2])

    def _is_used(self, permission: InvokePermission) -> bool:
        """Whether a permission may let in some trigger of its units."""
        triggers = self._triggers.get(self.wiring.root_of(permission.id.unit), ())
        return any(
            trigger_kind(trigger.kind) is not None and self.fit(permission, trigger).whole is not Truth.NO
            for trigger in triggers
        )

    def fit(self, permission: InvokePermission, trigger: Trigger) -> Fit:
        """How a permission fits a trigger."""
        kind = trigger_kind(trigger.kind)
        if kind is None:
            return _ANY_FIT
        return Fit(
            function=self._same_function(permission.function, trigger.function),
            qualifier=self._same_qualifier(permission.function.qualifier, trigger.function.qualifier),
            principal=_principal_fits(permission.principal, kind),
            action=action_matches(permission.action, kind.actions[0]),
            source=self._source_fits(permission, trigger),
            account=_account_fits(permission.source_account),
        )

    def _same_function(self, given: FunctionRef, called: FunctionRef) -> Truth:
        one, other = invoked_function(self.wiring, given), invoked_function(self.wiring, called)
        if one is not None and other is not None and one in self.functions and other in self.functions:
            return Truth.YES if one == other else Truth.NO
        return Truth.NO if one is None and self._names_another(given, other) else Truth.MAYBE

    def _names_another(self, given: FunctionRef, function: ResourceId | None) -> bool:
        """Whether a name that is written out is surely not a function's, whose name is written out, too."""
        declared = self.functions.get(function) if function is not None else None
        if declared is None or declared.name is None:
            return False
        name, meant = self.wiring.expand(declared.name), self.wiring.expand(given.value)
        if not isinstance(name, Const) or not isinstance(meant, Const):
            return False
        found = _FUNCTION_NAME.fullmatch(meant.text)
        return found is not None and found[1] != name.text

    def _same_qualifier(self, given: Value | None, called: Value | None) -> Truth:
        if given is None and called is None:
            return Truth.YES
        if given is None or called is None:
            only = called if given is None else given
            unqualified = isinstance(only, Unknown) or (isinstance(only, Const) and only.text in ("", _CURRENT))
            return Truth.MAYBE if unqualified else Truth.NO
        return same(given, called, self.wiring.expand)

    def _source_fits(self, permission: InvokePermission, trigger: Trigger) -> Truth:
        if permission.source_arn is None:
            return Truth.YES
        return matches(permission.source_arn, trigger.source_arn, self._expand)

    def _expand(self, value: Value) -> Value:
        """What a value stands for. An id, like a name that nobody chose, is made up by AWS: no two are alike."""
        return transform(self.wiring.expand(value), _id_as_name)


def _id_as_name(leaf: Value) -> Value:
    return Ref(leaf.resource, "name", leaf.span) if isinstance(leaf, Ref) and leaf.attribute == "id" else leaf


def _principal_fits(principal: Value, kind: TriggerKind) -> Truth:
    match principal:
        case Const("*"):
            return Truth.YES
        case Const(text):
            return Truth.YES if any(_is_principal(text, expected) for expected in kind.principals) else Truth.NO
        case Concat((Const(text), *_)) if "." in text:
            services = {expected.partition(".")[0] for expected in kind.principals}
            return Truth.MAYBE if text.partition(".")[0] in services else Truth.NO
        case _:
            return Truth.MAYBE


def _is_principal(text: str, expected: str) -> bool:
    """Whether a principal is the expected one, with a region in it (`logs.eu-west-1.amazonaws.com`) or in China."""
    service, _, domain = expected.partition(".amazonaws.com")
    if domain or service == expected:
        return text == expected
    return text == f"{expected}.cn" or (text.startswith(f"{service}.") and ".amazonaws.com" in text)


def _account_fits(account: Value | None) -> Truth:
    """An account that is written out is another's in some stages and ours in others; a text that is none fits never."""
    if account is None or (isinstance(account, Parameter) and account.name == "AccountId"):
        return Truth.YES
    if isinstance(account, Const):
        is_account = len(account.text) == 12 and account.text.isdecimal()
        return Truth.MAYBE if is_account else Truth.NO
    return Truth.MAYBE


def _likeness(permission: InvokePermission, trigger: Trigger, fit: Fit) -> int:
    """How much a permission that does not fit looks as if it were meant for a trigger: 0 for not at all."""
    names_source = permission.source_arn is not None and (
        fit.source is Truth.YES or (fit.source is Truth.MAYBE and _mentions(permission.source_arn, trigger.source))
    )
    if fit.function is Truth.NO:
        return 2 if names_source and fit.principal is Truth.YES else 0
    if fit.function is not Truth.YES:
        return 0
    if fit.principal is not Truth.NO:
        return 4 + names_source
    return 3 if names_source or _resembles(permission.principal, trigger.kind) else 0


def _mentions(arn: Value, source: ResourceId) -> bool:
    """Whether an ARN is made of a resource's, whatever follows."""
    return any(isinstance(leaf, Ref) and leaf.resource == source for leaf in leaves(arn))


def _resembles(principal: Value, kind: str) -> bool:
    """Whether a principal is a misspelling of the right one: `cognito-identity`, `cognito`, `s3` without its domain."""
    expected = trigger_kind(kind)
    if expected is None or not isinstance(principal, Const):
        return False
    return _stem(principal.text) in {_stem(right) for right in expected.principals}


def _stem(principal: str) -> str:
    return principal.partition(".")[0].partition("-")[0].lower()


class Attachments:
    """What invokes functions, asked from the function's side."""

    def __init__(self, wiring: Wiring) -> None:
        self._wiring = wiring
        self._blind = wiring.blind_roots()
        self._pools = {pool.id: pool for pool in wiring.resources if isinstance(pool, UserPool)}
        self._invoked: set[ResourceId] = set()
        self._unresolved: list[Trigger] = []
        functions = {function.id: function for function in wiring.functions}
        self._cognito: list[tuple[Function, Trigger, UserPool]] = []
        for trigger in wiring.triggers:
            target = invoked_function(wiring, trigger.function)
            if target is None or target not in functions:
                self._unresolved.append(trigger)
                continue
            self._invoked.add(target)
            pool = self._pools.get(trigger.source)
            if pool is not None:
                self._cognito.append((functions[target], trigger, pool))

    def cognito_triggers(self) -> Iterator[tuple[Function, Trigger, UserPool]]:
        """Every function that a declared user pool invokes."""
        yield from self._cognito

    def pools_near(self, function: Function) -> list[UserPool]:
        """The user pools of the function's unit."""
        root = self._wiring.root_of(function.id.unit)
        return [pool for pool in self._pools.values() if self._wiring.root_of(pool.id.unit) == root]

    def is_unattached(self, function: Function) -> bool:
        """Whether surely nothing invokes a function: no trigger, no mention, no permission for anyone but Cognito, and
        no place that may name it and cannot be read."""
        if function.id in self._invoked or function.mentioned_by or function.edge:
            return False
        if self._wiring.dialect_of(function.id.unit).weakness and not self.pools_near(function):
            return False  # the pool is made by other means, and so may be the trigger
        root = self._wiring.root_of(function.id.unit)
        if root in self._blind or any(self._may_name(trigger, function) for trigger in self._unresolved):
            return False
        return not any(self._lets_in_others(permission, function) for permission in self._wiring.permissions)

    def _may_name(self, trigger: Trigger, function: Function) -> bool:
        """Whether a trigger whose function is not known may invoke this one."""
        if self._wiring.root_of(trigger.source.unit) == self._wiring.root_of(function.id.unit):
            return trigger.kind == "cognito_user_pool"
        if function.name is None:
            return False
        texts = [leaf.text for leaf in leaves(trigger.function.value) if isinstance(leaf, Const)]
        names = [leaf.text for leaf in leaves(function.name) if isinstance(leaf, Const)]
        return any(name in text for text in texts for name in names if name)

    def _lets_in_others(self, permission: InvokePermission, function: Function) -> bool:
        """Whether a permission tells that something else invokes the function, or a pool that is declared elsewhere."""
        if invoked_function(self._wiring, permission.function) != function.id:
            return False
        principal = permission.principal
        if not (isinstance(principal, Const) and principal.text.startswith("cognito-idp.")):
            return True
        return not self.pools_near(function)
