"""The wiring of everything under one check, and the questions that rules ask of it."""

from __future__ import annotations

import re
from collections.abc import Hashable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from crosswire.aws.env import PSEUDO_PARAMETERS, is_provided
from crosswire.patterns import matches, same
from crosswire.record import field, record
from crosswire.values import (
    Const,
    EnvRef,
    Parameter,
    Ref,
    Truth,
    Unknown,
    last_text,
    resolved_later,
    settled,
    transform,
)
from crosswire.wiring import allowance
from crosswire.wiring.dialect import CLOUDFORMATION
from crosswire.wiring.function import Need
from crosswire.wiring.naming import arn_of, whole
from crosswire.wiring.resource import Table
from crosswire.wiring.spelling import spelt

if TYPE_CHECKING:
    from crosswire.source import Broken, Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Role
    from crosswire.wiring.denial import Denial
    from crosswire.wiring.dialect import Dialect
    from crosswire.wiring.function import BlindSpot, Choice, EnvVariable, Function, Use
    from crosswire.wiring.resource import Resource, ResourcePolicy
    from crosswire.wiring.site import Site
    from crosswire.wiring.trigger import Delivery, InvokePermission, Trigger
    from crosswire.wiring.unread import Unread

_DEEPEST = 24
_TAIL = re.compile("[/:]")


@record
class Unit:
    """A template, or a module of Terraform, with what it deploys. `id` is the template's path or the module's folder,
    with `#<logical id>` or `#module.<name>` appended for each nesting; `root` is the id of the root by which it is
    deployed (its own for a root). `files` are all the files that it is written in; `span` is in the first of them.
    `dialect` is what they are written in.

    Where a root is deployed to several environments, each is a root of its own, with `:<environment>` at the end of its
    id. `environment` is then the name that people know it by, `environment_span` the place that declares it, and
    `given` the places of the parameters that it gives."""

    id: str
    root: str
    span: Span
    blind_spots: tuple[BlindSpot, ...] = ()
    files: tuple[str, ...] = ()
    dialect: Dialect = CLOUDFORMATION
    environment: str = ""
    environment_span: Span | None = None
    given: tuple[tuple[str, Span], ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that the unit is written in: that of its place where no others are told."""
        return self.files or (self.span.path,)

    @property
    def base(self) -> str:
        """The id without the environment: what is deployed, wherever it is deployed to."""
        return self.root.rpartition(":")[0] + self.id[len(self.root) :] if self.environment else self.id


@record
class Wiring:
    """All units of a check.

    `definitions` says what a symbolic value stands for where the repository tells: the physical name of a resource
    (`Ref(id, "name")`), the parts of its ARN, a nested stack's parameter or output, another stack's export.

    `secrets` are the places of values that are declared to be sensitive: no output shows their texts.

    `external` are resources that no unit declares and the configuration tells of; what names one may be a pattern.
    `sites` are the apps that browsers load. `exposed` are secrets, by their shape, in files that give variables to
    other programs: steps of workflows, builds of images. `unread` are the files that surely declare more, in ways that
    are not read.
    """

    units: tuple[Unit, ...] = ()
    functions: tuple[Function, ...] = ()
    resources: tuple[Resource, ...] = ()
    roles: tuple[Role, ...] = ()
    resource_policies: tuple[ResourcePolicy, ...] = ()
    triggers: tuple[Trigger, ...] = ()
    permissions: tuple[InvokePermission, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    definitions: Mapping[Ref | Parameter, Value] = field(default_factory=dict)
    secrets: tuple[Span, ...] = ()
    broken: tuple[Broken, ...] = ()
    external: tuple[Resource, ...] = ()
    sites: tuple[Site, ...] = ()
    exposed: tuple[EnvVariable, ...] = ()
    unread: tuple[Unread, ...] = ()
    _known: dict[Hashable, Any] = field(default_factory=dict, init=False, compare=False)

    # What a value stands for

    def expand(self, value: Value) -> Value:
        """A value with every symbolic part replaced by what the repository says that it stands for.

        It is for comparing only: places are lost. What is unknown inside a definition becomes a symbol of its own,
        because it is the same unknown text wherever the definition is used.
        """
        if isinstance(value, (Const, Unknown)):
            return resolved_later(value)
        key = ("expand", value)
        found: Value | None = self._known.get(key)
        if found is None:
            found = self._known[key] = resolved_later(self._expand(value, ()))
        return found

    def _expand(self, value: Value, seen: tuple[Ref | Parameter, ...]) -> Value:
        def leaf(part: Value) -> Value:
            if not isinstance(part, (Ref, Parameter)) or part in seen or len(seen) > _DEEPEST:
                return part
            definition = self.definitions.get(part)
            return part if definition is None else self._expand(_with_named_gaps(part, definition), (*seen, part))

        return transform(value, leaf)

    def resolve(self, function: Function, value: Value) -> Value:
        """A value of a function's code with every environment variable replaced by what the function is given.

        A variable that is not set gives its default, without one it is Unknown; so is any that is not among an
        environment's variables where these are not all known.
        """

        def leaf(part: Value) -> Value:
            if not isinstance(part, EnvRef):
                return part
            given = self.given(function, part)
            if given is not None:
                return given
            if part.default is None:
                return Unknown(f"the variable {part.name}, which is not set", part.span)
            return transform(part.default, leaf)

        return transform(value, leaf)

    def given(self, function: Function, read: EnvRef) -> Value | None:
        """What the function's environment gives for a variable; None where it is surely not set (or empty, where that
        counts as unset)."""
        variable = function.env.variables.get(read.name)
        if variable is not None:
            empty = isinstance(variable.value, Const) and not variable.value.text
            if empty and read.empty_counts and read.default != variable.value:
                return None
            return resolved_later(variable.value)
        if (read.name, read.span) in self._optional(function):
            return Unknown("a variable that the code sets itself", read.span)
        if read.name in function.env.perhaps and function.is_lambda:
            return Unknown("a variable that may be set elsewhere", read.span)
        if not function.env.complete:
            return self._meant_by_app(function, read) or Unknown("an environment that is not fully known", read.span)
        if read.name in PSEUDO_PARAMETERS:
            return Parameter("AWS", PSEUDO_PARAMETERS[read.name], span=read.span)
        if read.name == "AWS_LAMBDA_FUNCTION_NAME":
            return Ref(function.id, "name", read.span)
        return Unknown("what the runtime sets", read.span) if is_provided(read.name) else None

    def _meant_by_app(self, function: Function, read: EnvRef) -> Value | None:
        """What a variable of an app is for a developer, or falls back to, where that is the name of a resource that the
        project declares: then the app means it wherever it runs."""
        if function.is_lambda:
            return None
        local = function.env.local.get(read.name)
        for value in (read.default, None if local is None else local.value):
            if isinstance(value, Const) and value.text in self._names_in(function.id.unit):
                return value
        return None

    def _names_in(self, unit: str) -> frozenset[str]:
        """Every name that a unit writes out for what it declares."""
        known: dict[str, frozenset[str]] | None = self._known.get("names in")
        if known is None:
            names: dict[str, set[str]] = {}
            for one in self.resources:
                if isinstance(one.name, Const):
                    names.setdefault(self.root_of(one.id.unit), set()).add(one.name.text)
            known = self._known["names in"] = {root: frozenset(found) for root, found in names.items()}
        return known.get(self.root_of(unit), frozenset())

    def _optional(self, function: Function) -> frozenset[tuple[str, Span]]:
        """The reads of a function that do not depend on what it is given."""
        key = ("optional", function.id)
        found: frozenset[tuple[str, Span]] | None = self._known.get(key)
        if found is None:
            reads = (read for read in function.code.reads if read.need is Need.OPTIONAL)
            found = self._known[key] = frozenset((read.name, read.span) for read in reads)
        return found

    def unset_reads(self, function: Function, value: Value) -> tuple[EnvRef, ...]:
        """The variables in a value that are surely not set for the function, so that it falls to a default or to
        nothing; those that a default goes on to ask come after it."""
        found: list[EnvRef] = []
        for part in leaves_without_defaults(value):
            if isinstance(part, EnvRef) and self.given(function, part) is None:
                found.append(part)
                if part.default is not None:
                    found.extend(self.unset_reads(function, part.default))
        return tuple(dict.fromkeys(found))

    # What a call names

    def target(self, function: Function, use: Use) -> Value:
        """The ARN that a use by a function is allowed or denied on; not expanded where it need not be."""
        part = None if use.index is None else self.resolve(function, use.index)
        return self.named(use, self.resolve(function, use.name), part)

    def whole_target(self, function: Function, use: Use) -> Value:
        """The ARN of the whole resource that a use is about: the table of an index, the bucket of an object."""
        name = self.resolve(function, use.name)
        return arn_of(service_of(use), whole(use.kind), self.expand(name))

    def named(self, use: Use, name: Value, part: Value | None) -> Value:
        """The ARN that a use is about where code gives this name and part."""
        return arn_of(service_of(use), use.kind, self.expand(name), part)

    def arn(self, resource: Resource) -> Value:
        """The ARN of a declared resource."""
        arn = Ref(resource.id, "arn")
        if arn in self.definitions:
            return self.expand(arn)
        return self.expand(arn_of(resource.service, resource.kind, self.expand(Ref(resource.id, "name"))))

    def is_declared(self, function: Function, use: Use, name: str) -> Truth:
        """Whether the function's unit declares a resource of this name, another one does by exactly this name, or the
        configuration tells of it. MAYBE where a role of another unit names it, which knows of one then."""
        kind, service = whole(use.kind), service_of(use)
        if name in self._exact_names(service, kind):
            return Truth.YES
        arn = arn_of(service, kind, Const(name))
        found = Truth.NO
        for resource in self.resources_of(function.id.unit, service, kind):
            found |= same(self.arn(resource), arn, self.expand)
        for resource in self._external_of(function.id.unit, service, kind):
            found |= self._is(resource, arn)
        return found | Truth.MAYBE if found is Truth.NO and self._is_known_elsewhere(function, name, arn) else found

    def _is_known_elsewhere(self, function: Function, name: str, arn: Value) -> bool:
        """Whether a statement of what is deployed apart from a function names a resource."""
        bases: dict[str, str] | None = self._known.get("bases")
        if bases is None:
            bases = self._known["bases"] = {unit.id: unit.base for unit in self.units}
        named: dict[str, dict[Value, set[str | None]]] | None = self._known.get("named by roles")
        if named is None:
            named = self._known["named by roles"] = {}
            for one in self.functions:
                base = bases.get(self.root_of(one.id.unit))
                for grant in one.role.grants:
                    for resource in grant.resources:
                        tail = _TAIL.split(last_text(resource) or "")[-1]
                        named.setdefault(tail, {}).setdefault(resource, set()).add(base)
        own = bases.get(self.root_of(function.id.unit))
        return any(
            units != {own} and same(resource, arn, self.expand) is Truth.YES
            for resource, units in named.get(_TAIL.split(name)[-1], {}).items()
        )

    def _exact_names(self, service: str, kind: str) -> frozenset[str]:
        """Every name that a template, or the environment that it is deployed to, writes out for a resource of this
        kind."""
        key = ("names", service, kind)
        found: frozenset[str] | None = self._known.get(key)
        if found is None:
            declared = (one.name for one in self.resources if (one.service, one.kind) == (service, kind))
            names = (settled(name) for name in declared if name is not None)
            found = self._known[key] = frozenset(name.text for name in names if isinstance(name, Const))
        return found

    def table(self, function: Function, name: Value) -> Table | None:
        """The one declared table that a function's code means by a name; None where that is not sure."""
        resolved = self.expand(self.resolve(function, name))
        if self.unset_reads(function, name) or isinstance(resolved, Unknown):
            return None
        key = ("table", self.root_of(function.id.unit), resolved)
        if key not in self._known:
            self._known[key] = self._table(function.id.unit, resolved)
        found: Table | None = self._known[key]
        return found

    def _table(self, unit: str, name: Value) -> Table | None:
        if isinstance(name, Ref):
            declared = self.resource(name.resource)
            return declared if isinstance(declared, Table) else None
        arn = arn_of("dynamodb", "table", name)
        known = (*self.resources_of(unit, "dynamodb", "table"), *self._external_of(unit, "dynamodb", "table"))
        found = [one for one in known if self._is(one, arn) is Truth.YES]
        return found[0] if len(found) == 1 and isinstance(found[0], Table) else None

    def _is(self, resource: Resource, arn: Value) -> Truth:
        if resource in self.external and resource.name is not None:
            return matches(arn_of(resource.service, resource.kind, resource.name), arn, self.expand)
        return same(self.arn(resource), arn, self.expand)

    def _external_of(self, unit: str, service: str, kind: str) -> Iterator[Resource]:
        """The resources of a kind that the configuration tells a unit of."""
        for resource in self.external:
            if (resource.service, resource.kind) == (service, kind) and resource.id.unit == self.root_of(unit):
                yield resource

    def happens(self, function: Function, when: Choice | None) -> Truth:
        """Whether a setting makes a function's code do what depends on it.

        A variable that is read for it and not set is meant to make it so: that it is missing is told by itself.
        """
        if when is None:
            return Truth.YES
        if any(read.default is None for read in self.unset_reads(function, when.value)):
            return Truth.YES
        value = self.expand(self.resolve(function, when.value))
        if isinstance(value, Parameter) and value.default is not None and value.default.lower() == when.wanted:
            return Truth.YES
        if not isinstance(value, Const):
            return Truth.MAYBE
        return Truth.YES if value.text.lower() == when.wanted else Truth.NO

    # What a role allows

    def allows(self, role: Role, action: str, arn: Value) -> Truth:
        """Whether a role allows an action on a resource: see crosswire.wiring.allowance."""
        return allowance.allows(role, action, arn, self.expand)

    def grants_anywhere(self, role: Role, action: str) -> Truth:
        """Whether a role allows an action on any resource at all."""
        return allowance.grants_anywhere(role, action)

    def covers(self, role: Role, service: str, arn: Value) -> Truth:
        """Whether a role allows any action of a service on a resource."""
        return allowance.covers(role, service, arn, self.expand)

    def may(self, function: Function, action: str, arn: Value) -> Truth:
        """Whether a function may do something: what its role allows, or the policy of the resource may."""
        allowed = self.allows(function.role, action, arn)
        if allowed is not Truth.NO:
            return allowed
        if action == "sts:AssumeRole" or (action == "lambda:InvokeFunction" and self._lets_callers_in()):
            return Truth.MAYBE  # the role's trust, or the function's own policy, may name the caller
        service = action.partition(":")[0]
        for policy in self.resource_policies:
            for grant in policy.grants if policy.service == service else ():
                if (
                    grant.effect != "Deny"
                    and allowance.action_truth(grant, action) is not Truth.NO
                    and allowance.resource_truth(grant, arn, self.expand) is not Truth.NO
                ):
                    return Truth.MAYBE
        return Truth.NO

    def _lets_callers_in(self) -> bool:
        """Whether any function's policy lets in somebody who is no service."""
        return any(
            not isinstance(permission.principal, Const) or ".amazon" not in permission.principal.text
            for permission in self.permissions
        )

    def denials(self) -> tuple[Denial, ...]:
        """Everything that functions do and surely may not, each thing once however many calls need it."""
        found: tuple[Denial, ...] | None = self._known.get("denials")
        if found is None:
            from crosswire.wiring.denial import denials

            found = self._known["denials"] = denials(self)
        return found

    # Units

    def root_of(self, unit: str) -> str:
        """The root unit by which a unit is deployed."""
        roots: dict[str, str] | None = self._known.get("roots")
        if roots is None:
            roots = self._known["roots"] = {known.id: known.root for known in self.units}
        return roots.get(unit, unit)

    def blind_roots(self) -> frozenset[str]:
        """The root units of which a part is not read, where anything may be declared."""
        found: frozenset[str] | None = self._known.get("blind roots")
        if found is None:
            blind = (unit.id for unit in self.units if any(spot.kind == "template" for spot in unit.blind_spots))
            found = self._known["blind roots"] = frozenset(map(self.root_of, blind))
        return found

    def dialect_of(self, unit: str) -> Dialect:
        """What a unit is written in."""
        dialects: dict[str, Dialect] | None = self._known.get("dialects")
        if dialects is None:
            dialects = self._known["dialects"] = {known.id: known.dialect for known in self.units}
        return dialects.get(unit, CLOUDFORMATION)

    def spelt(self, unit: str, value: Value) -> str:
        """A value for a message about a unit, as those who wrote the unit would write it."""
        return spelt(value, self.dialect_of(unit))

    def resources_of(self, unit: str, service: str, kind: str) -> tuple[Resource, ...]:
        """The resources of a kind that are deployed together with a unit."""
        known: dict[Hashable, list[Resource]] | None = self._known.get("by unit")
        if known is None:
            known = self._known["by unit"] = {}
            for resource in self.resources:
                key = (self.root_of(resource.id.unit), resource.service, resource.kind)
                known.setdefault(key, []).append(resource)
        return tuple(known.get((self.root_of(unit), service, kind), ()))

    def policies_of(self, resource: Resource) -> tuple[ResourcePolicy, ...]:
        """Every policy that may be one of a resource: its own, and those that are attached to it."""
        arn = self.arn(resource)
        return tuple(
            policy
            for policy in self.resource_policies
            if policy.service == resource.service
            and (
                not policy.resources
                or any(
                    same(arn_of(resource.service, resource.kind, self.expand(named)), arn, self.expand) is not Truth.NO
                    for named in policy.resources
                )
            )
        )

    def resource(self, identity: ResourceId) -> Resource | None:
        """A declared resource by its id."""
        known: dict[ResourceId, Resource] | None = self._known.get("resources")
        if known is None:
            known = self._known["resources"] = {resource.id: resource for resource in self.resources}
        return known.get(identity)


def service_of(use: Use) -> str:
    """The IAM prefix of what a use needs."""
    return use.actions[0].partition(":")[0] if use.actions else ""


def leaves_without_defaults(value: Value) -> tuple[Value, ...]:
    """Every part of a value that holds no other; what a variable falls back to is left out."""
    found: list[Value] = []

    def leaf(part: Value) -> Value:
        found.append(part)
        return part

    transform(value, leaf)
    return tuple(found)


def _with_named_gaps(owner: Ref | Parameter, definition: Value) -> Value:
    """A definition in which each unknown part is a symbol named after its owner."""
    name = f"{owner.resource.unit}/{owner.resource.address}.{owner.attribute}" if isinstance(owner, Ref) else owner.name
    number = 0

    def leaf(part: Value) -> Value:
        nonlocal number
        if not isinstance(part, Unknown):
            return part
        number += 1
        return Parameter("unknown", f"{name}#{number}")

    return transform(definition, leaf)
