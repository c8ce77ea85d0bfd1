"""Which folders are deployed by themselves, and with which values: every root module, once for each of its
environments."""

from __future__ import annotations

import posixpath
from posixpath import dirname
from typing import TYPE_CHECKING, NamedTuple

from crosswire.frontends.containment import outermost
from crosswire.frontends.environment_names import NOT_DEPLOYED, names_of, words_of
from crosswire.frontends.terraform.folder import local_source
from crosswire.readers import hcl_syntax as syntax
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.terraform.folder import Folder, Folders
    from crosswire.frontends.terraform.plan import Plan
    from crosswire.readers.hcl_syntax import Body

_VALUES = (".tfvars", ".tfvars.json")
_MOST_ENVIRONMENTS = 12
_BACKEND = frozenset(
    """
    access_key acl allowed_account_ids assume_role bucket dynamodb_endpoint dynamodb_table encrypt endpoint endpoints
    forbidden_account_ids force_path_style iam_endpoint key kms_key_id max_retries profile region role_arn secret_key
    session_name shared_credentials_file shared_credentials_files skip_credentials_validation skip_metadata_api_check
    skip_region_validation sse_customer_key sts_endpoint token use_fips_endpoint use_lockfile use_path_style
    workspace_key_prefix
    """.split()
)
"""What `terraform init -backend-config` takes for a state in S3. Source: Terraform documentation, "Backend: s3"."""


class Environment(NamedTuple):
    """One evaluation of a root module.

    `name` is the file of values that makes it another one than its siblings, empty where there is but one, and `label`
    what people call it. `values` are the bodies of the files of values, of which later ones win, and `paths` these
    files, or that of a `plan`."""

    folder: Folder
    name: str
    values: tuple[Body, ...]
    paths: tuple[str, ...]
    plan: Plan | None = None
    label: str = ""


def environments(folders: Folders, broken: list[Broken]) -> Iterator[Environment]:
    """Every evaluation that a check needs, in the order of paths. Files of values that cannot be read are added to
    `broken`."""
    roots = list(_roots(folders))
    files: dict[str, Body] = {}
    for path in folders.files.paths:
        if path.endswith(_VALUES) and not _is_example(path):
            body = _values(folders, path, broken)
            if body is not None:
                files[path] = body
    owners = {path: _owner(path, body, roots) for path, body in files.items()}
    planned = _planned(folders, roots, broken)
    for folder, found in planned:
        if folder not in roots:
            yield _of_plan(folder, found, "")
    for folder in roots:
        ours = [plan for root, plan in planned if root is folder]
        for plan in ours[:_MOST_ENVIRONMENTS]:
            yield _of_plan(folder, plan, plan.path if len(ours) > 1 else "")
        if ours:
            continue  # a plan knows what the files of values say, and more
        mine = [path for path in files if owners[path] is folder]
        always = [path for path in mine if _is_automatic(path) and dirname(path) == folder.path]
        each = [path for path in mine if path not in always][:_MOST_ENVIRONMENTS]
        shared = sorted(always, key=lambda path: (path.rpartition("/")[2] != "terraform.tfvars", path))
        labels = names_of(each)
        for path in each or [""]:
            used = [*shared, path] if path else shared
            name = path[len(folder.path) + 1 if folder.path and path.startswith(folder.path + "/") else 0 :]
            bodies = tuple(files[one] for one in used)
            several = len(each) > 1
            label = labels[path] if several else ""
            yield Environment(folder, name if several else "", bodies, tuple(used), label=label)


def _is_example(path: str) -> bool:
    """Whether a file says by its name that nobody deploys with it. `default.tfvars` may be deployed with."""
    return not (NOT_DEPLOYED - {"default"}).isdisjoint(words_of(path.rpartition("/")[2].lower()))


def _of_plan(folder: Folder, plan: Plan, name: str) -> Environment:
    span = folder.span
    values = syntax.Body(plan.values, [], span)
    return Environment(folder, name, (values,), (plan.path,), plan)


def _planned(folders: Folders, roots: list[Folder], broken: list[Broken]) -> list[tuple[Folder, Plan]]:
    """Every plan with the root module that it is of: the nearest that declares most of its resources, else the one that
    the plan itself tells."""
    from crosswire.frontends.terraform.plan import plans

    found: list[tuple[Folder, Plan]] = []
    for plan in plans(folders.files, broken):
        resources = set(plan.folder.resources) | {("module", name) for name in plan.folder.calls}
        fitting = [
            (len(posixpath.commonpath([f"/{plan.path}", f"/{root.path}"])), root.path, root)
            for root in roots
            if resources and 2 * len(resources & _declared(root)) > len(resources)
        ]
        found.append((max(fitting, key=lambda each: each[:2])[2] if fitting else plan.folder, plan))
    return found


def _declared(root: Folder) -> set[tuple[str, str]]:
    return set(root.resources) | {("module", name) for name in root.calls}


def _roots(folders: Folders) -> Iterator[Folder]:
    """The modules that none calls; of those that only call each other, the first by its path."""
    calls: dict[str, set[str]] = {}
    for path in folders.paths:
        folder = folders.get(path)
        if folder is not None:
            calls[path] = set(_called(folder))
    for path in outermost(calls):
        folder = folders.get(path)
        if folder is not None:
            yield folder


def _called(folder: Folder) -> Iterator[str]:
    for block in folder.calls.values():
        source = block.body.expression("source")
        if isinstance(source, syntax.Literal) and isinstance(source.value, str):
            path = local_source(folder.path, source.value)
            if path is not None:
                yield path


def _values(folders: Folders, path: str, broken: list[Broken]) -> Body | None:
    source = folders.files.read(path)
    if isinstance(source, Broken):
        broken.append(source)
        return None
    if path.endswith(".json"):
        from crosswire.readers.terraform_json import read_variables_json

        body, mistakes = read_variables_json(source)
    else:
        from crosswire.readers.hcl import read_hcl

        body, mistakes = read_hcl(source)
    broken.extend(mistakes)
    return body


def _is_automatic(path: str) -> bool:
    """Whether Terraform loads a file of values by itself."""
    name = path.rpartition("/")[2]
    return name in ("terraform.tfvars", "terraform.tfvars.json") or name.endswith((".auto.tfvars", ".auto.tfvars.json"))


def _owner(path: str, body: Body, roots: list[Folder]) -> Folder | None:
    """The root module that a file of values is for: the nearest around it that declares any of its variables, else the
    only one that declares all of them."""
    above = [root for root in roots if _is_within(path, root.path)]
    for root in sorted(above, key=lambda root: -len(root.path)):
        if any(name in root.variables for name in body.arguments):
            return None if _is_of_backend(body, root) else root
        if root.path == dirname(path):
            return None
    fitting = [root for root in roots if body.arguments and all(name in root.variables for name in body.arguments)]
    return fitting[0] if len(fitting) == 1 else None


def _is_of_backend(body: Body, root: Folder) -> bool:
    """Whether a file tells where the state is, and no more than by chance what a variable is."""
    others = {name for name in body.arguments if name not in root.variables}
    return bool(others) and others <= _BACKEND


def _is_within(path: str, folder: str) -> bool:
    return not folder or path.startswith(folder + "/")
