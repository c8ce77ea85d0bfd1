"""Compiles a service to the template that the Serverless Framework deploys for it: functions with roles, what their
events make, and the resources that serverless.yml declares itself."""

from __future__ import annotations

from functools import cached_property
from posixpath import dirname, join
from typing import TYPE_CHECKING

from crosswire.aws import serverless_events as facts
from crosswire.aws.serverless_plugins import ANYTHING, NOTHING, ROLES_PER_FUNCTION, Effect, effect_of
from crosswire.frontends.cloudformation.compiled import CompiledIntrinsics
from crosswire.frontends.cloudformation.making import UNKNOWN, Making, is_choice, is_unknown
from crosswire.frontends.serverless import names, plugins
from crosswire.frontends.serverless.events import Events
from crosswire.frontends.serverless.functions import (
    ServiceFunction,
    environment,
    given,
    image_of,
    is_off,
    is_on,
    statement,
)
from crosswire.frontends.serverless.template import ServiceTemplate
from crosswire.frontends.serverless.variables import SCOPE
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.source import Broken
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.cloudformation.intrinsics import Fields
    from crosswire.frontends.serverless.variables import Variables
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.source import Source

_SECTIONS = ("Parameters", "Mappings", "Conditions", "Resources", "Outputs", "Transform")
_DEEPEST = 60
_DOTENV_USERS = (("package.json", '"dotenv"'), ("requirements.txt", "python-dotenv"))


class Compiling:
    """One service while it is compiled. `resources` are those that the framework makes, by logical id."""

    def __init__(self, source: Source, root: Entries, variables: Variables, files: Files) -> None:
        self.variables = variables
        self._source = source
        self._root = root
        self._files = files
        self.read = CompiledIntrinsics(variables.unit, Entries([], source, 0, 0), {}, False, variables.symbols, SCOPE)
        self.resources: dict[str, tuple[Scalar, Entries]] = {}
        self._blind: list[BlindSpot] = []
        self._made: set[int] = set()
        self.making = Making(root.pairs[0][0])
        self._provider_node = variables.at("provider")
        self.provider: Fields = self.read.fields(
            None if isinstance(self._provider_node, Scalar) else self._provider_node
        )
        self._plugins = list(self._named_plugins())
        self._plugin_names = frozenset(name for name, _ in self._plugins)

    # -- the template

    def template(self) -> ServiceTemplate:
        """The compiled template."""
        functions = list(self._functions())
        events = Events(self, functions)
        for function in functions:
            events.of(function)
        events.finish()
        self._add_layers()
        self._add_state_machines()
        self._add_roles(functions)
        for function in functions:
            self._add_function(function)
        sections = self._sections()
        pairs: list[tuple[str | Scalar, Node | str | None]] = [
            (self.making.text(name), sections[name]) for name in _SECTIONS if name in sections
        ]
        compiled = ServiceTemplate(
            self.variables.unit,
            self._source,
            self.making.mapping(pairs),
            self._files,
            self.variables.symbols,
            tuple(path for path in self.variables.included if path != self._source.path),
            frozenset(self._made),
            self._stack_name(),
            {function.id: function.name for function in functions},
            self.variables.chosen,
        )
        compiled.blind_spots.extend((*self._blind, *self.variables.open))
        if all(effect_of(name) != ANYTHING and not effect_of(name).environment for name, _ in self._plugins):
            compiled.blind_spots.extend(self.variables.undefined)
        return compiled

    def add(self, id: str, making: Making, body: Entries) -> None:
        """Add a resource that the framework makes, unless there is one of this id."""
        self.resources.setdefault(id, (making.text(id), body))

    def _stack_name(self) -> str:
        """The name of the stack as other services spell it in `${cf:...}`."""
        node = self.variables.stack_name(self._root)
        return _spelt(node)

    # -- plugins

    def _named_plugins(self) -> Iterator[tuple[str, Node]]:
        node = self.variables.at("plugins")
        listed = child(node, "modules") if isinstance(node, Entries) and "modules" in node else node
        if listed is None:
            return
        items, complete = self.read.items(listed)
        for item in items:
            name = text_of(item)
            yield (name if name is not None else ".", item)
        if not complete:
            yield ".", listed

    def effects(self) -> Iterator[tuple[str, Node, Effect]]:
        """What each plugin may add."""
        for name, node in self._plugins:
            effect = effect_of(name)
            if effect != NOTHING:
                yield name, node, effect

    # -- functions

    def _functions(self) -> Iterator[ServiceFunction]:
        node = self.variables.at("functions")
        parts = [] if node is None else [part.pairs for part in self._parts(node, "functions", 0)]
        parts.append(list(plugins.declared_functions(self._plugin_names, self.variables)))
        seen: set[str] = set()
        for pairs in parts:
            for key, body in pairs:
                if key.text in seen or (isinstance(body, Scalar) and body.is_null):
                    continue
                seen.add(key.text)
                fields = self.read.fields(body)
                if not fields.complete:
                    self._blind.append(BlindSpot("template", f"the function {key.text}, which is not known", key.span))
                    if not fields.pairs:
                        continue
                yield ServiceFunction(key, body, fields)

    def _parts(self, node: Node, what: str, depth: int) -> Iterator[Entries]:
        """The mappings that a section is put together of: one, a list of them, or by stages."""
        if isinstance(node, Items) and depth < _DEEPEST:
            if is_choice(node):
                self._blind.append(BlindSpot("template", f"{what} that differ between stages", node.span))
            for item in node.items[1:] if is_choice(node) else node.items:
                yield from self._parts(item, what, depth + 1)
        elif isinstance(node, Entries) and not is_unknown(node):
            yield node
        elif not (isinstance(node, Scalar) and node.is_null):
            self._blind.append(BlindSpot("template", f"{what} that cannot be read", node.span))

    def _add_function(self, function: ServiceFunction) -> None:
        fields, making = function.fields, function.making
        image = given(fields, "image")
        extra = image_of(making, self.read, image, self._images()) if image is not None else []
        metadata = next((node for name, node in extra if name == "Metadata"), None)
        layers = given(fields, "layers") or given(self.provider, "layers")
        properties: list[tuple[str | Scalar, Node | str | None]] = [
            ("FunctionName", self.name_of(function)),
            ("Handler", plugins.handler_of(function, self._plugin_names, self.variables)),
            ("Runtime", given(fields, "runtime") or given(self.provider, "runtime")),
            ("Code", self._code(function) if image is None else None),
            ("PackageType", "Image" if image is not None else None),
            ("Role", self._role(function)),
            ("Environment", self._environment(function)),
            ("Layers", layers),
            ("KmsKeyArn", given(fields, "kmsKeyArn") or given(self.provider, "kmsKeyArn")),
            *((name, node) for name, node in extra if name != "Metadata"),
        ]
        dead = given(fields, "onError")
        if dead is not None:
            properties.append(("DeadLetterConfig", making.mapping([("TargetArn", dead)])))
        body = making.mapping(
            [
                ("Type", "AWS::Lambda::Function"),
                ("Properties", making.mapping(properties)),
                ("Metadata", metadata),
                ("Condition", given(fields, "condition")),
            ]
        )
        self.resources[function.id] = (
            Scalar(function.id, function.key.source, function.key.start, function.key.end),
            body,
        )
        self._add_url(function)

    def _images(self) -> Node | None:
        return self.read.fields(self.provider.get("ecr")).get("images")

    def name_of(self, function: ServiceFunction) -> Node:
        """The name that a function is deployed by."""
        own = given(function.fields, "name")
        return own if own is not None else self.variables.function_name(function.name, function.key)

    def _code(self, function: ServiceFunction) -> Node:
        """Where the code is: in the service's folder, or in what was built before."""
        for node in (function.fields.get("package"), self.variables.at("package")):
            artifact = self.read.text(self.read.fields(node).get("artifact")) if node is not None else None
            if artifact is not None and "://" not in artifact:
                return function.making.text(artifact)
        folder = self.read.text(plugins.folder_of(function, self._plugin_names, self.variables))
        return function.making.text(folder or ".")

    def _environment(self, function: ServiceFunction) -> Node:
        open = self._reads_dotenv or any(effect.environment for _, _, effect in self.effects())
        inherited, own = given(self.provider, "environment"), given(function.fields, "environment")
        if facts.EDGE_PRINCIPAL in function.principals:
            inherited = own = None  # the framework takes out what Lambda@Edge does not have
        open = open or not self.provider.complete or not function.fields.complete
        place = function.fields.key("environment") or self.provider.key("environment") or function.key
        variables = environment(Making(place), self.read, inherited, own, open)
        return Making(place).mapping([(Scalar("Variables", place.source, place.start, place.end), variables)])

    @cached_property
    def _reads_dotenv(self) -> bool:
        """Whether functions may read a file `.env`, which the framework packs with the code unless `useDotenv` says
        that it reads the file itself. Git mostly ignores such a file, so that it is not seen here."""
        if is_on(self.variables.at("useDotenv")):
            return False
        folder = dirname(self._source.path)
        for name, mark in _DOTENV_USERS:
            manifest = join(folder, name)
            if manifest in self._files:
                source = self._files.read(manifest)
                if not isinstance(source, Broken) and mark in source.text:
                    return True
        return False

    def _add_url(self, function: ServiceFunction) -> None:
        url = given(function.fields, "url")
        key = function.fields.key("url")
        if key is None or is_off(url):
            return
        making = Making(key)
        authorizer = self.read.text(self.read.fields(url).get("authorizer")) if not isinstance(url, Scalar) else None
        auth = "AWS_IAM" if authorizer == "aws_iam" else "NONE"
        arn = function.arn(making)
        self.add(
            f"{function.id}Url",
            making,
            making.resource("AWS::Lambda::Url", [("AuthType", auth), ("TargetFunctionArn", arn)]),
        )
        if auth == "NONE":
            for ending, action in (("FnUrl", "InvokeFunctionUrl"), ("FnUrlInvokeFunction", "InvokeFunction")):
                self.permit(f"{names.normal(function.name)}LambdaPermission{ending}", making, arn, "*", None, action)

    def permit(
        self,
        id: str,
        making: Making,
        function: Node,
        principal: str,
        source: Node | None,
        action: str = "InvokeFunction",
        more: tuple[tuple[str, Node], ...] = (),
    ) -> None:
        """Let a service invoke a function."""
        self.add(
            id,
            making,
            making.resource(
                "AWS::Lambda::Permission",
                [
                    ("FunctionName", function),
                    ("Action", f"lambda:{action}"),
                    ("Principal", principal),
                    ("SourceArn", source),
                    *more,
                ],
            ),
        )

    # -- layers, and what plugins deploy beside functions

    def _add_layers(self) -> None:
        for key, node in self.read.fields(self.variables.at("layers")).pairs:
            making = Making(key)
            fields = self.read.fields(node)
            body = making.resource(
                "AWS::Lambda::LayerVersion",
                [("LayerName", given(fields, "name") or key.text), ("Content", given(fields, "path"))],
            )
            self.add(f"{names.normal(key.text)}LambdaLayer", making, body)

    def _add_state_machines(self) -> None:
        """State machines of serverless-step-functions: they name functions, and have roles of their own."""
        machines = self.variables.at("stepFunctions", "stateMachines")
        for key, node in self.read.fields(machines).pairs if machines is not None else ():
            making = Making(key)
            fields = self.read.fields(node)
            name = self.read.text(fields.get("name"))
            body = making.resource(
                "AWS::StepFunctions::StateMachine",
                [("StateMachineName", fields.get("name")), ("Definition", fields.get("definition"))],
            )
            made_up = f"{names.plain(name or key.text)}StepFunctionsStateMachine"
            self.add(self.read.text(fields.get("id")) or made_up, making, body)

    # -- roles

    def _role_settings(self) -> Node | None:
        return self.read.fields(self.provider.get("iam")).get("role")

    def _existing_role(self) -> Node | None:
        """The role that the provider names for all functions."""
        settings = self._role_settings()
        if settings is not None:
            is_settings = isinstance(settings, Entries) and not any("::" in key.text for key, _ in settings.pairs)
            if not is_settings:
                return settings
        return given(self.provider, "role")

    def _own_statements(self, function: ServiceFunction) -> tuple[Node | None, Scalar | None]:
        """The statements of a function's own role, and their key."""
        role = self.read.fields(self.read.fields(function.fields.get("iam")).get("role"))
        if role.get("statements") is not None:
            return role.get("statements"), role.key("statements")
        return function.fields.get("iamRoleStatements"), function.fields.key("iamRoleStatements")

    def _has_own_role(self, function: ServiceFunction) -> bool:
        if given(function.fields, "role") is not None or self._existing_role() is not None:
            return False
        role = self.read.fields(self.read.fields(function.fields.get("iam")).get("role"))
        settings = self._role_settings()
        if isinstance(settings, Entries) and self.read.text(self.read.fields(settings).get("mode")) == "perFunction":
            return True
        return self._own_statements(function)[0] is not None or role.get("managedPolicies") is not None

    def _role(self, function: ServiceFunction) -> Node:
        making = function.making
        named = given(function.fields, "role") or self._existing_role()
        if named is not None:
            name = text_of(named)
            return making.attribute(name) if name is not None and ":" not in name else named
        if self._has_own_role(function):
            return making.attribute(names.normal(function.name) + names.ROLE)
        return making.attribute(names.ROLE)

    def _add_roles(self, functions: list[ServiceFunction]) -> None:
        shared: list[ServiceFunction] = []
        for function in functions:
            self._note_settings(function)
            if self._has_own_role(function):
                self._add_own_role(function)
            elif given(function.fields, "role") is None and self._existing_role() is None:
                shared.append(function)
        if shared:
            self._add_shared_role(shared)

    def _note_settings(self, function: ServiceFunction) -> None:
        """Note what a function's settings make the framework allow."""
        fields = function.fields
        vpc = fields.get("vpc")
        if not is_off(vpc) or (vpc is None and not is_off(self.provider.get("vpc"))):
            function.managed.append(facts.VPC_POLICY)
        if not is_off(fields.get("durableConfig")):
            function.managed.append(facts.DURABLE_POLICY)
        tracing = self.read.fields(self.provider.get("tracing")).get("lambda")
        if not is_off(fields.get("tracing")) or not is_off(tracing):
            function.allow(function.making, facts.TRACING_ACTIONS, ["*"])
        dead = fields.key("onError")
        if dead is not None and isinstance(given(fields, "onError"), Scalar):
            function.allow(Making(dead), facts.DESTINATION_ACTIONS["sns"], [fields.get("onError") or "*"])
        key = given(fields, "kmsKeyArn") or given(self.provider, "kmsKeyArn")
        if isinstance(key, Scalar) and not key.tag:
            function.allow(function.making, ("kms:Decrypt",), [key])
        files = fields.get("fileSystemConfig")
        if files is not None:
            arn = self.read.fields(files).get("arn")
            function.allow(Making(files), facts.FILE_SYSTEM_ACTIONS, [arn if arn is not None else "*"])

    def _add_shared_role(self, functions: list[ServiceFunction]) -> None:
        settings = self.read.fields(self._role_settings())
        statements, key = self._provider_statements()
        place = key or settings.key("statements") or self.provider.key("iam") or self._root.key("provider")
        making = self.making if place is None else Making(place)
        managed = settings.get("managedPolicies") or given(self.provider, "iamManagedPolicies")
        boundary = settings.get("permissionsBoundary") or settings.get("permissionBoundary")
        self._add_role(
            names.ROLE,
            making,
            functions,
            [] if statements is None else [statements],
            managed,
            boundary or given(self.provider, "rolePermissionsBoundary"),
            settings.get("name"),
        )

    def _provider_statements(self) -> tuple[Node | None, Scalar | None]:
        settings = self.read.fields(self._role_settings())
        if settings.get("statements") is not None:
            return settings.get("statements"), settings.key("statements")
        return given(self.provider, "iamRoleStatements"), self.provider.key("iamRoleStatements")

    def _add_own_role(self, function: ServiceFunction) -> None:
        own, key = self._own_statements(function)
        fields = self.read.fields(self.read.fields(function.fields.get("iam")).get("role"))
        written = [] if own is None else [own]
        inherited, _ = self._provider_statements()
        if inherited is not None and self._inherits(function):
            written.append(inherited)
        settings = self.read.fields(self._role_settings())
        boundary = (
            fields.get("permissionsBoundary")
            or given(function.fields, "iamPermissionsBoundary")
            or self._custom("iamGlobalPermissionsBoundary")
            or settings.get("permissionsBoundary")
            or given(self.provider, "rolePermissionsBoundary")
        )
        self._add_role(
            names.normal(function.name) + names.ROLE,
            Making(function.key if key is None else key),
            [function],
            written,
            fields.get("managedPolicies"),
            boundary,
            fields.get("name") or given(function.fields, "iamRoleStatementsName"),
        )

    def _inherits(self, function: ServiceFunction) -> bool:
        """Whether a function's own role has the statements of the provider as well."""
        told = self.read.fields(function.fields.get("iam")).get("inheritStatements")
        told = told or function.fields.get("iamRoleStatementsInherit") or self._custom("defaultInherit")
        if told is not None:
            return not is_off(told)
        settings = self.read.fields(self._role_settings())
        return self.read.text(settings.get("mode")) == "perFunction"

    def _custom(self, name: str) -> Node | None:
        settings = (self.variables.at("custom", plugin, name) for plugin in ROLES_PER_FUNCTION)
        return next((node for node in settings if node is not None), None)

    def _add_role(
        self,
        id: str,
        making: Making,
        functions: list[ServiceFunction],
        written: list[Node],
        managed: Node | None,
        boundary: Node | None,
        name: Node | None,
    ) -> None:
        by_framework = [*self._log_statements(making, functions)]
        for function in functions:
            by_framework.extend(function.statements)
        made = _policy(making, making.list(by_framework))
        self._note_made(made)
        policies: list[Node | str] = [made]
        policies.extend(_policy(making, statements) for statements in written)
        for plugin, node, effect in self.effects():
            if effect.policies:
                why = f"what the plugin {plugin} may add to roles"
                policies.append(making.mapping([("PolicyDocument", Making(node).unknown(why))]))
        if not self.provider.complete or not self.read.fields(self._role_settings()).complete:
            policies.append(making.mapping([("PolicyDocument", making.unknown("settings that are not known"))]))
        added = [name for function in functions for name in function.managed]
        attached = self._attached(making, managed, list(dict.fromkeys(added)))
        principals = [facts.PRINCIPAL, *dict.fromkeys(one for function in functions for one in function.principals)]
        trust = making.mapping(
            [
                ("Effect", "Allow"),
                ("Principal", making.mapping([("Service", making.list(principals))])),
                ("Action", "sts:AssumeRole"),
            ]
        )
        body = making.resource(
            "AWS::IAM::Role",
            [
                ("RoleName", name),
                ("AssumeRolePolicyDocument", making.mapping([("Statement", making.list([trust]))])),
                ("Policies", making.list(policies)),
                ("ManagedPolicyArns", attached),
                ("PermissionsBoundary", boundary),
            ],
        )
        self.add(id, making, body)

    def _note_made(self, policy: Entries) -> None:
        self._made.add(id(policy))

    def _attached(self, making: Making, managed: Node | None, added: list[str]) -> Node | None:
        if managed is None:
            return making.list(added) if added else None
        if isinstance(managed, Items) and not managed.tag:
            return Items([*managed.items, *map(making.text, added)], managed.source, managed.start, managed.end)
        return making.list([managed, *added])

    def _log_statements(self, making: Making, functions: list[ServiceFunction]) -> Iterator[Node]:
        service = self.variables.stack_name(self._root) if self.provider.get("stackName") is None else None
        groups: list[Node] = []
        if service is not None and any(given(function.fields, "name") is None for function in functions):
            groups.append(making.join([service, "*"]))
        groups.extend(name for function in functions if (name := given(function.fields, "name")) is not None)
        if not groups:
            groups.append(making.text("*"))
        for actions, ending in facts.LOG_ACTIONS:
            arns: list[Node | str] = [making.arn("logs", "log-group:/aws/lambda/", group, ending) for group in groups]
            yield statement(making, actions, arns)

    # -- what serverless.yml declares as CloudFormation

    def _sections(self) -> dict[str, Entries]:
        """The sections of the template: what the framework makes, with what the service declares put over it."""
        sections: dict[str, Node] = {}
        resources = [(key, body) for key, body in self.resources.values()]
        sections["Resources"] = self.making.mapping(resources)
        extensions: list[Entries] = []
        declared = self.variables.at("resources")
        if declared is not None:
            for part in self._parts(declared, "resources", 0):
                for key, value in part.pairs:
                    if key.text == "extensions" and isinstance(value, Entries):
                        extensions.append(value)
                    elif key.text in _SECTIONS:
                        for inner in self._parts(value, key.text.lower(), 0) if key.text != "Transform" else ():
                            sections[key.text] = _merged(sections.get(key.text), inner, 0)
                        if key.text == "Transform":
                            sections["Transform"] = value
        for extension in extensions:
            sections["Resources"] = _extended(sections["Resources"], extension)
        for plugin, node, effect in self.effects():
            if effect.resources:
                why = f"the plugin {plugin}, which may add resources"
                self._blind.append(BlindSpot("template", why, node.span))
        return {name: node for name, node in sections.items() if isinstance(node, Entries)}


def _policy(making: Making, statements: Node) -> Entries:
    return making.mapping([("PolicyDocument", making.mapping([("Statement", statements)]))])


def _merged(base: Node | None, over: Node, depth: int) -> Node:
    """One tree put over another, as the framework does: mappings key by key, lists item by item."""
    if depth > _DEEPEST or base is None:
        return over
    if isinstance(base, Entries) and isinstance(over, Entries) and not base.tag and not over.tag:
        pairs = {key.text: (key, value) for key, value in base.items()}
        for key, value in over.items():
            known = pairs.get(key.text)
            pairs[key.text] = (key, value if known is None else _merged(known[1], value, depth + 1))
        return Entries(list(pairs.values()), over.source, over.start, over.end)
    if isinstance(base, Items) and isinstance(over, Items) and not base.tag and not over.tag:
        items = [
            _merged(base.items[index], item, depth + 1) if index < len(base.items) else item
            for index, item in enumerate(over.items)
        ]
        return Items([*items, *base.items[len(items) :]], over.source, over.start, over.end)
    return over


def _extended(resources: Node, extension: Entries) -> Node:
    """Resources with what `extensions` change: each property that is given replaces the one that is there."""
    if not isinstance(resources, Entries):
        return resources
    pairs: list[tuple[Scalar, Node]] = []
    for key, body in resources.pairs:
        more = extension.get(key.text)
        if isinstance(body, Entries) and isinstance(more, Entries):
            own, changed = body.get("Properties"), more.get("Properties")
            if isinstance(own, Entries) and isinstance(changed, Entries):
                kept = [pair for pair in own.pairs if pair[0].text not in changed]
                properties = Entries([*kept, *changed.pairs], own.source, own.start, own.end)
                others = [pair for pair in body.pairs if pair[0].text != "Properties"]
                place = body.key("Properties") or key
                body = Entries([*others, (place, properties)], body.source, body.start, body.end)
        pairs.append((key, body))
    return Entries(pairs, resources.source, resources.start, resources.end)


def _spelt(node: Node) -> str:
    """A text with its symbols by name."""
    if isinstance(node, Scalar):
        return f"${{{node.text}}}" if node.tag == "!Ref" else node.text
    if isinstance(node, Items):
        return "".join(map(_spelt, node.items))
    return f"${{{UNKNOWN}}}"
