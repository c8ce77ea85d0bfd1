"""Compiles projects to templates: an app, or a folder, with the commands and policies that are about it."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crosswire.aws import managed_policies
from crosswire.frontends.cloudformation.making import UNKNOWN, Making
from crosswire.frontends.projects.declaration import DOCUMENTS, MANIFESTS
from crosswire.frontends.projects.template import ProjectTemplate
from crosswire.readers.tree import Entries, Items, Scalar, child, text_of
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import App, Declaration, PolicyFile
    from crosswire.project import Files
    from crosswire.readers.tree import Node
    from crosswire.values import Parameter

_FOR_OTHERS = re.compile(
    r"(?:^|[_.-])(?:admin(?:istrator)?s?|analy(?:sts?|tics)|audit(?:or)?s?|backups?|bi|ci|cd|cicd|deploy(?:er|ment)?"
    r"|developers?|github|gitlab|monitor(?:ing)?|operators?|pipelines?|read-?only|restore|support|terraform)[_.-]"
)
"""Names of policies that are for whoever deploys, looks after or looks into an app, not for the app."""

_ATTACHED = {
    "s3": ("AWS::S3::BucketPolicy", "Bucket"),
    "sns": ("AWS::SNS::TopicPolicy", "Topics"),
    "sqs": ("AWS::SQS::QueuePolicy", "Queues"),
}
"""What stands for the policy of a resource, by the service of its actions, and the property that names the resource."""

_IDENTITIES = ("AWS::IAM::Role", "AWS::IAM::User")
_ANYBODY = ""
"""Stands for whoever takes a role and is no service: an app may run with the keys of a user or with a web identity."""

_RUNNING_APPS = frozenset(
    {_ANYBODY}
    | {
        f"{service}.amazonaws.com"
        for service in ("amplify", "ec2", "ecs-tasks", "elasticbeanstalk", "pods.eks", "tasks.apprunner")
    }
)
"""Services that take a role for an app that they run: see the guide of each on its roles."""


def compile_projects(
    apps: Sequence[App],
    commands: Sequence[Declaration],
    policies: Sequence[PolicyFile],
    files: Files,
    lowered: Lowered,
) -> list[ProjectTemplate]:
    """The template of each app, of each folder with commands that is no part of an app, and of each policy that is
    neither's."""
    taken = {path for command in commands for path in command.reads}
    alone = [policy for policy in policies if policy.path not in taken]
    homes = Homes(apps, files, lowered)
    of_app = {app.folder: _Project(app, [], []) for app in apps}
    for command in commands:
        for app in homes.apps_about(command.path):
            of_app[app.folder].commands.append(command)
    for policy in alone:
        about = homes.apps_about(policy.path)
        if len(about) == 1 and not _is_for_others(policy.path):  # of several, it is nobody's
            of_app[about[0].folder].policies.append(policy)
    projects = list(of_app.values())
    told = {command.path for project in projects for command in project.commands}
    by_home: dict[tuple[str, str], list[Declaration]] = {}
    for command in commands:
        if command.path not in told:
            by_home.setdefault((homes.of(command.path), command.group), []).append(command)
    projects += [_Project(None, listed, []) for _, listed in sorted(by_home.items())]
    told = {policy.path for project in projects for policy in project.policies}
    by_path: dict[str, list[PolicyFile]] = {}
    for policy in alone:
        if policy.path not in told:
            by_path.setdefault(policy.path, []).append(policy)
    projects += [_Project(None, [], listed) for listed in by_path.values()]
    templates = (project.template(files) for project in projects)
    return [template for template in templates if template is not None]


class Homes:
    """Which folder a file outside of templates is about: the nearest above it that holds an app, a manifest or what is
    deployed by a template."""

    def __init__(self, apps: Sequence[App], files: Files, lowered: Lowered) -> None:
        self._apps = {app.folder: app for app in apps}
        self._folders = set(self._apps)
        self._folders |= {_folder(path) for path in files.paths if path.rpartition("/")[2] in MANIFESTS}
        self._folders |= {_folder(path) for unit in lowered.units for path in unit.paths}
        self._about: dict[str, Sequence[App]] = {}

    def of(self, path: str) -> str:
        folder = _folder(path)
        while folder and folder not in self._folders:
            folder = _folder(folder)
        return folder

    def apps_about(self, path: str) -> Sequence[App]:
        """The apps that a file may be about: the nearest that it stands in, and those below its home."""
        home = self.of(path)
        known = self._about.get(home)
        if known is None:
            around = [folder for folder in self._apps if _is_within(home, folder)]
            nearest = max(around, key=len, default=None)
            known = self._about[home] = [
                app
                for folder, app in self._apps.items()
                if folder == nearest or (folder != home and _is_within(folder, home))
            ]
        return known


class _Project:
    """An app, or none, with what is declared about it."""

    def __init__(self, app: App | None, commands: list[Declaration], policies: list[PolicyFile]) -> None:
        self.app = app
        self.commands = commands
        self.policies = policies

    def template(self, files: Files) -> ProjectTemplate | None:
        """The template that all of it comes to; None where the first file of it cannot be read."""
        paths = [*(command.path for command in self.commands), *(policy.path for policy in self.policies)]
        first = self.app.path if self.app is not None else min(paths, key=_rank)
        source = files.read(first)
        if isinstance(source, Broken):
            return None
        resources = {name.text: (name, body) for name, body in self._declared()}
        made: set[int] = set()
        app_id = ""
        if self.app is not None:
            app_id = _app_name(self.app)
            resources.update((name.text, (name, body)) for name, body in self._app(self.app, app_id, made))
        resources.update((name.text, (name, body)) for name, body in self._alone())
        section = Entries([*resources.values()], source, 0, 0)
        root = Making(section).mapping([("Resources", section)])
        symbols: dict[str, Parameter] = {}
        for name, symbol in (pair for command in self.commands for pair in command.symbols.items()):
            if symbol.default is not None or name not in symbols:
                symbols[name] = symbol
        paths += [path for command in self.commands for path in command.reads]
        parts = tuple(path for path in sorted(set(paths)) if path != first)
        return ProjectTemplate(first, source, root, files, symbols, parts, frozenset(made), self.app, app_id)

    def _declared(self) -> Iterator[tuple[Scalar, Entries]]:
        """The resources that commands declare, each once: what stands in a document is an example of what a script does
        where there is one."""
        types: dict[str, str] = {}
        for command in sorted(self.commands, key=lambda command: command.path.endswith(DOCUMENTS)):
            type = text_of(command.body.get("Type")) or ""
            name = command.id
            if types.get(name.text, type) != type:
                name = Scalar(f"{name.text} ({type})", name.source, name.start, name.end)
            if name.text not in types:
                types[name.text] = type
                yield name, command.body

    def _alone(self) -> Iterator[tuple[Scalar, Entries]]:
        """The policies of nobody that is known, and those of resources. One that lets somebody take a role has no role
        that it could be judged by."""
        taken = "identity" if self.app is not None else ""
        names: Counter[str] = Counter()
        for policy in self.policies:
            if policy.kind == taken:
                continue
            making = Making(policy.document)
            name = policy.path.rpartition("/")[2]
            names[name] += 1
            attached = _ATTACHED.get(_service(policy.document)) if policy.kind == "resource" else None
            body = _role(making, [policy.document] if policy.kind == "identity" else [])
            if attached is not None:
                type, target = attached
                body = making.resource(
                    type, [(target, making.list(_resources(policy.document))), ("PolicyDocument", policy.document)]
                )
            yield making.text(name if names[name] == 1 else f"{name} ({names[name]})"), body

    def _app(self, app: App, name: str, made: set[int]) -> Iterator[tuple[Scalar, Entries]]:
        """The function that stands for an app, with a role for what all policies of the project allow."""
        place: Node = next((key for key, _ in app.manifest.pairs), app.manifest)
        making = Making(place)
        documents, attached = self._policies()
        role: Node = making.unknown("the credentials of the app")
        if documents or attached:
            rest = _rest(making, documents, attached)
            made.add(id(rest))
            role = making.attribute(f"{name} credentials")
            yield making.text(f"{name} credentials"), _role(making, documents, attached, [rest])
        variables = Entries(
            [*app.given, (making.text(f"Fn::{UNKNOWN}"), making.text("variables that are set where the app runs"))],
            place.source,
            place.start,
            place.end,
        )
        environment = making.mapping([("Variables", variables)])
        yield (
            making.text(name),
            making.resource("AWS::Lambda::Function", [("Environment", environment), ("Role", role)]),
        )

    def _policies(self) -> tuple[list[Node], list[Node]]:
        """The documents that an app may be given, and the managed policies."""
        documents: list[Node] = [policy.document for policy in self.policies if policy.kind == "identity"]
        attached: list[Node] = []
        for command in self.commands:
            type, properties = text_of(command.body.get("Type")), command.body.get("Properties")
            if type in _IDENTITIES and isinstance(properties, Entries) and not _is_for_functions(properties):
                listed = properties.get("Policies")
                for policy in listed.items if isinstance(listed, Items) else ():
                    document = child(policy, "PolicyDocument")
                    documents.append(policy if document is None else document)
                managed = properties.get("ManagedPolicyArns")
                attached += managed.items if isinstance(managed, Items) else []
        return documents, attached


def _role(
    making: Making, documents: Iterable[Node], attached: Iterable[Node] = (), more: Iterable[Node] = ()
) -> Entries:
    policies = [making.mapping([("PolicyDocument", document)]) for document in documents]
    return making.resource(
        "AWS::IAM::Role",
        [("Policies", making.list([*policies, *more])), ("ManagedPolicyArns", making.list(attached))],
    )


def _rest(making: Making, documents: Iterable[Node], attached: Iterable[Node]) -> Entries:
    """A policy for what others than those of the repository may allow: anything of services that these do not speak
    of."""
    services = sorted({service for document in documents for service in _services(document)})
    known = [managed_policies.document((text_of(policy) or "").partition(":policy/")[2]) for policy in attached]
    services += sorted(
        {action.partition(":")[0] for policy in known if policy is not None for action in _actions(policy)}
    )
    statement = making.mapping(
        [
            ("Effect", "Allow"),
            ("NotAction", making.list(f"{service}:*" for service in dict.fromkeys(services))),
            ("Resource", "*"),
            ("Condition", making.mapping([("Null", making.mapping([("aws:PrincipalArn", "false")]))])),
        ]
    )
    document = making.mapping([("Statement", making.list([statement]))])
    return making.mapping([("PolicyDocument", document)])


def _resources(document: Entries) -> list[Node]:
    """What the statements of a policy are about."""
    statements = document.get("Statement")
    named = [child(one, "Resource") for one in (statements.items if isinstance(statements, Items) else [statements])]
    return [node for one in named for node in (one.items if isinstance(one, Items) else [one]) if node is not None]


def _service(document: Entries) -> str:
    """The service of a policy that is attached to a resource; empty where it is about several, or about everything."""
    services = set(_services(document))
    return services.pop().lower() if len(services) == 1 else ""


def _services(node: Node) -> Iterator[str]:
    """The services whose actions a policy document names, by their IAM prefix."""
    if isinstance(node, Items):
        for item in node.items:
            yield from _services(item)
    elif isinstance(node, Entries):
        for key, value in node.pairs:
            if key.text in ("Action", "NotAction"):
                listed = value.items if isinstance(value, Items) else [value]
                yield from (one.text.partition(":")[0] for one in listed if isinstance(one, Scalar))
            else:
                yield from _services(value)


def _actions(document: dict[str, object]) -> Iterator[str]:
    """The actions of a managed policy."""
    statements = document.get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        listed = statement.get("Action", []) if isinstance(statement, dict) else []
        yield from listed if isinstance(listed, list) else [listed]


def _app_name(app: App) -> str:
    """What an app is called in messages: by its package, else by its folder."""
    return text_of(app.manifest.get("name")) or app.folder.rpartition("/")[2] or "app"


def _is_for_functions(role: Entries) -> bool:
    """Whether only services take a role in which no app runs, as Lambda for a function beside the app."""
    trusted = set(_services_trusted(role.get("AssumeRolePolicyDocument")))
    return bool(trusted) and trusted.isdisjoint(_RUNNING_APPS)


def _services_trusted(node: Node | None) -> Iterator[str]:
    """The services that a trust policy lets in."""
    if isinstance(node, Items):
        for item in node.items:
            yield from _services_trusted(item)
    elif isinstance(node, Entries):
        for key, value in node.pairs:
            if key.text == "Principal" and isinstance(value, Entries):
                for kind, listed in value.pairs:
                    named = listed.items if isinstance(listed, Items) else [listed]
                    yield from (text_of(one) or _ANYBODY for one in named) if kind.text == "Service" else (_ANYBODY,)
            elif key.text == "Principal":
                yield _ANYBODY
            else:
                yield from _services_trusted(value)


def _is_for_others(path: str) -> bool:
    return _FOR_OTHERS.search(path.rpartition("/")[2].lower()) is not None


def _rank(path: str) -> tuple[bool, str]:
    """What a project is called by: a script before a document that tells of it."""
    return path.endswith(DOCUMENTS), path


def _folder(path: str) -> str:
    return path.rpartition("/")[0]


def _is_within(path: str, folder: str) -> bool:
    return not folder or path == folder or path.startswith(folder + "/")
