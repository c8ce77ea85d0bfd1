"""Roles: what a configuration's roles allow, with every policy that it attaches to them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.attachments import Attachment
from crosswire.frontends.role_draft import RoleDraft, either_role, no_role
from crosswire.frontends.terraform.documents import document_of
from crosswire.frontends.terraform.mentions import MODULE, OUTPUT, mentions
from crosswire.frontends.terraform.names import Names
from crosswire.frontends.terraform.policies import grants
from crosswire.frontends.terraform.values import Object, entries_of, fields_of, text_of, value_of, values_of
from crosswire.values import Const, If, OneOf, Ref, Unknown, alternatives, concat
from crosswire.wiring.access import Grant

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value
    from crosswire.wiring.access import Role

ROLE = "aws_iam_role"
FUNCTION = "aws_lambda_function"
_POLICY = "aws_iam_policy"
_INLINE = "aws_iam_role_policy"
_ATTACHMENTS = {
    "aws_iam_role_policy_attachment": ("role", "policy_arn"),
    "aws_iam_policy_attachment": ("roles", "policy_arn"),
    "aws_iam_role_policy_attachments_exclusive": ("role_name", "policy_arns"),
}
"""Types that attach managed policies, with the arguments that name the roles and the policies."""

_ONLY_INLINE = "aws_iam_role_policies_exclusive"
_KEY_GRANT = "aws_kms_grant"
_ATTACHING = (_POLICY, _INLINE, _ONLY_INLINE, _KEY_GRANT, *_ATTACHMENTS)


def lower_roles(configuration: Configuration, lowered: Lowered) -> dict[ResourceId, Role]:
    """The roles that a configuration declares, in all of its modules."""
    gathered = _Gathered(configuration, lowered)
    for instance in configuration.instances.values():
        gathered.take(instance)
    gathered.note_uses()
    roles = {id: draft.finished() for id, draft in gathered.drafts.items()}
    lowered.roles.extend(roles.values())
    return roles


class RoleNames(Names):
    """The declared roles by everything that names them."""

    __slots__ = ()

    def __init__(self, configuration: Configuration) -> None:
        super().__init__(configuration, ROLE, "name", ":role/")


def role_of(node: Evaluated | None, names: RoleNames, roles: Mapping[ResourceId, Role], span: Span) -> Role:
    """The role that an argument names. Of roles that a condition decides between, what either allows is allowed."""
    if node is None:
        return no_role("a function without a role", span)
    return either_role(
        [role for choice in alternatives(value_of(node)) for role in _named(choice, names, roles, node.span)]
    )


def _named(value: Value, names: RoleNames, roles: Mapping[ResourceId, Role], span: Span) -> list[Role]:
    found = [roles[named.instance.id] for named in names.of_value(value) if named.instance.id in roles]
    return found or [no_role("a role that the configuration does not declare", span)]


class _Gathered:
    """The roles of a configuration while its policies are gathered."""

    def __init__(self, configuration: Configuration, lowered: Lowered) -> None:
        self._configuration = configuration
        self._lowered = lowered
        self._names = RoleNames(configuration)
        self._policies = Names(configuration, _POLICY, "name", ":policy/")
        self._places: dict[ResourceId, int] = {}
        self.drafts = {instance.id: _declared(instance) for instance in configuration.of_type(ROLE)}
        for instance in configuration.of_type(ROLE):
            self._attach_all(self.drafts[instance.id], instance.arguments.get("managed_policy_arns"), ())

    def take(self, instance: Instance) -> None:
        """Add what a resource gives to the roles that it names."""
        arguments = instance.arguments
        if instance.type == _INLINE:
            for draft, when in self._roles(instance, "role"):
                self._add_document(draft, arguments.get("policy"), when, instance, rank=2)
                if not arguments.complete:
                    draft.blind("a policy that cannot be read", instance.span)
        elif instance.type == _ONLY_INLINE:
            for draft, when in self._roles(instance, "role_name"):
                self._take_names(draft, arguments.get("policy_names"), when)
        elif instance.type == _KEY_GRANT:
            for draft, when in self._roles(instance, "grantee_principal"):
                draft.add([_key_grant(instance)], (), when)
        elif instance.type in _ATTACHMENTS:
            roles, policies = _ATTACHMENTS[instance.type]
            for draft, when in self._roles(instance, roles):
                if policies in arguments:
                    self._attach_all(draft, arguments.get(policies), when)
                else:
                    draft.blind("a managed policy that cannot be read", instance.span)

    def note_uses(self) -> None:
        """Note who else uses a role. A module that is not read and is given a role may attach policies to it."""
        for mention in mentions(self._configuration, self.drafts):
            draft = self.drafts[mention.id]
            if mention.type == MODULE:
                draft.blind("policies that a module which is not read may attach", mention.span)
            elif mention.type in _ATTACHING or (mention.type == FUNCTION and mention.path[:1] == ("role",)):
                continue
            if mention.type == OUTPUT:
                self._lowered.output_roles.add(mention.id)
            elif not mention.type.startswith("data."):
                draft.used_by.append(mention.span)

    def _roles(self, instance: Instance, argument: str) -> list[tuple[RoleDraft, tuple[str, ...]]]:
        """The roles that an argument names, with the conditions under which the resource gives them something. A name
        that is not known may be that of any role."""
        found: list[tuple[RoleDraft, tuple[str, ...]]] = []
        node = instance.arguments.get(argument)
        entries, complete = entries_of(node)
        for entry in entries:
            value = value_of(entry.node)
            named_roles = self._names.of_value(value)
            for named in named_roles:
                draft = self.drafts[named.instance.id]
                found.append((draft, _when(named.instance, instance.when, *entry.when, *named.when)))
            if not named_roles and instance.type != _KEY_GRANT:
                self._lowered.attachments.append(Attachment(self._configuration.unit, value, instance.span))
        if not complete:
            for draft in self.drafts.values():
                draft.blind("a policy of roles that are not known", instance.span)
            unknown = Unknown("roles that are not known", instance.span)
            self._lowered.attachments.append(Attachment(self._configuration.unit, unknown, instance.span))
        return found

    def _attach_all(self, draft: RoleDraft, node: Evaluated | None, when: tuple[str, ...]) -> None:
        entries, complete = entries_of(node)
        for entry in entries:
            self._attach(draft, value_of(entry.node), entry.node.span, (*when, *entry.when))
        if not complete and node is not None:
            draft.blind("managed policies that cannot be read", node.span)

    def _attach(self, draft: RoleDraft, value: Value, span: Span, when: tuple[str, ...]) -> None:
        """Attach one managed policy: of this configuration, of AWS, or one whose content nobody here knows."""
        match value:
            case If(condition, then, otherwise):
                self._attach(draft, then, span, (*when, condition))
                self._attach(draft, otherwise, span, (*when, "!" + condition))
                return
            case OneOf(choices):
                for choice in choices:
                    self._attach(draft, choice, span, (*when, ""))
                return
            case Unknown(why) if why.startswith("no value"):
                return
            case _:
                declared = self._policies.of_value(value)
        for named in declared:
            role = self._configuration.instances[draft.id]
            combined = (*when, *_when(role, named.instance.when, *named.when))
            document = named.instance.arguments.get("policy")
            if document is None:
                draft.blind(f"the managed policy {named.instance.id.address}", span)
            self._add_document(draft, document, tuple(dict.fromkeys(combined)), named.instance, rank=1)
        if not declared:
            draft.attach_managed(self._looked_up(value), span, when)

    def _looked_up(self, value: Value) -> Value:
        """What a data source looks up, by its name or ARN."""
        instance = self._configuration.instances.get(value.resource) if isinstance(value, Ref) else None
        if instance is None or instance.type != f"data.{_POLICY}":
            return value
        arguments = instance.arguments
        name = text_of(arguments.get("name"))
        return Const(name, value.span) if name is not None else value_of(arguments.get("arn"))

    def _add_document(
        self, draft: RoleDraft, node: Evaluated | None, when: tuple[str, ...], by: Instance, rank: int
    ) -> None:
        """Add a policy. The first one that is the role's own is where a statement would be added."""
        draft.add(*grants(node), when)
        if by.ignores("policy"):
            draft.blind(f"what others make of {by.id.address}", by.span)
        if rank > self._places.get(draft.id, 0):
            self._places[draft.id] = rank
            document = document_of(node)
            draft.place = document.span if isinstance(document, Object) and document.complete else by.span

    def _take_names(self, draft: RoleDraft, node: Evaluated | None, when: tuple[str, ...]) -> None:
        """Policies that a role is said to have: one that is declared adds nothing, any other is not known."""
        entries, complete = entries_of(node)
        declared = {
            value
            for instance in self._configuration.of_type(_INLINE)
            for value in (value_of(instance.arguments.get("name")), *_names_of(instance))
        }
        for entry in entries:
            value = value_of(entry.node)
            known = isinstance(value, Ref) and value.resource in self._configuration.instances
            if not known and value not in declared:
                draft.blind("an inline policy that is made elsewhere", entry.node.span)
        if not complete and node is not None:
            draft.blind("inline policies that are not known", node.span)


def _key_grant(instance: Instance) -> Grant:
    """What a grant of a key allows: it stands beside the role's policies."""
    operations, complete = values_of(instance.arguments.get("operations"))
    actions: list[Value] = [concat([Const("kms:"), operation]) for operation in operations]
    if not complete:
        actions.append(Unknown("operations that are not known", instance.span))
    key = value_of(instance.arguments.get("key_id"))
    arn = Ref(key.resource, "arn", key.span) if isinstance(key, Ref) else key
    constrained = "constraints" in instance.arguments
    return Grant("Allow", tuple(actions), (arn,), instance.span, conditional=constrained, origin="a grant of the key")


def _names_of(instance: Instance) -> tuple[Value, ...]:
    return (Ref(instance.id, "name"), Ref(instance.id, "id"))


def _when(role: Instance, *conditions: str) -> tuple[str, ...]:
    """The conditions under which a role that is there has something."""
    return tuple(dict.fromkeys(one for one in conditions if one and one != role.when))


def _declared(instance: Instance) -> RoleDraft:
    arguments = instance.arguments
    draft = RoleDraft(instance.id, instance.span, arguments.key("inline_policy") or instance.span)
    statements, _ = grants(arguments.get("assume_role_policy"))
    draft.let_in(statements)
    draft.boundary = "permissions_boundary" in arguments
    entries, complete = entries_of(arguments.get("inline_policy"))
    for entry in entries:
        block = fields_of(entry.node)
        if block is None:
            continue
        complete = complete and block.complete
        if "policy" in block:
            draft.add(*grants(block.get("policy")), entry.when)
    if not complete:
        draft.blind("inline policies that cannot be read", instance.span)
    if not arguments.complete:
        draft.blind(f"arguments of {instance.id.address} that cannot be read", instance.span)
    return draft
