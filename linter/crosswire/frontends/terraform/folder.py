"""A folder of Terraform files: one module, with everything that its files declare, overrides applied."""

from __future__ import annotations

from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.readers import hcl_syntax as syntax
from crosswire.source import Broken, Span

if TYPE_CHECKING:
    from collections.abc import Callable

    from crosswire.project import Files
    from crosswire.readers.hcl_syntax import Block, Body
    from crosswire.source import Source

HCL = (".tf", ".tofu")
JSON = (".tf.json", ".tofu.json")
ENDINGS = (*HCL, *JSON)


class Folder:
    """What the files of one module declare, each by its name. `paths` are the files, `span` the beginning of the one
    that is usually the main one. `complete` is False where part of it cannot be read."""

    def __init__(self, path: str, paths: tuple[str, ...], span: Span) -> None:
        self.path = path
        self.paths = paths
        self.span = span
        self.variables: dict[str, Block] = {}
        self.locals: dict[str, syntax.Argument] = {}
        self.resources: dict[tuple[str, str], Block] = {}  # by type, `data.` in front of data sources, and name
        self.calls: dict[str, Block] = {}
        self.outputs: dict[str, Block] = {}
        self.broken: list[Broken] = []
        self.complete = True
        self.inner: dict[str, Folder] = {}  # the called modules that a plan tells, by the name of the call
        self.packaged = False  # whether it is a text of crosswire's own, with all its places at the call

    def add(self, body: Body) -> None:
        """Add what one file declares."""
        self.complete = self.complete and body.complete
        for block in body.blocks:
            match block.type, block.labels:
                case "resource" | "ephemeral", [type, name]:
                    self.resources.setdefault((type, name), block)
                case "data", [type, name]:
                    self.resources.setdefault((f"data.{type}", name), block)
                case "module", [name]:
                    self.calls.setdefault(name, block)
                case "variable", [name]:
                    self.variables.setdefault(name, block)
                case "output", [name]:
                    self.outputs.setdefault(name, block)
                case "locals", []:
                    self.locals.update(block.body.arguments)
                case "check", [_]:
                    self.add(syntax.Body({}, list(block.body.blocks_of("data")), block.body.span))
                case _:
                    pass

    def override(self, body: Body) -> None:
        """Let what an override file declares replace what is there."""
        other = Folder(self.path, (), self.span)
        other.add(body)
        for mine, theirs in (
            (self.variables, other.variables),
            (self.calls, other.calls),
            (self.outputs, other.outputs),
        ):
            for name, block in theirs.items():
                mine[name] = _overridden(mine.get(name), block)
        for key, block in other.resources.items():
            self.resources[key] = _overridden(self.resources.get(key), block)
        self.locals.update(other.locals)
        self.complete = self.complete and other.complete

    def is_module(self) -> bool:
        """Whether anything is declared at all."""
        return bool(self.resources or self.calls or self.variables or self.outputs or self.locals or self.broken)


def _overridden(block: Block | None, by: Block) -> Block:
    if block is None:
        return by
    replaced = {inner.type for inner in by.body.blocks}
    kept = [inner for inner in block.body.blocks if inner.type not in replaced]
    arguments = {**block.body.arguments, **by.body.arguments}
    body = syntax.Body(arguments, [*kept, *by.body.blocks], block.body.span, block.body.complete)
    return syntax.Block(block.type, block.labels, block.span, block.name_span, body)


class Folders:
    """The modules of a check, each read when it is asked for."""

    def __init__(self, files: Files) -> None:
        self.files = files
        self._paths: dict[str, list[str]] = {}
        for path in files.paths:
            if path.endswith(ENDINGS):
                self._paths.setdefault(dirname(path), []).append(path)
        self._read: dict[str, Folder | None] = {}

    @property
    def paths(self) -> list[str]:
        """The folders that hold Terraform files."""
        return sorted(self._paths)

    def get(self, path: str) -> Folder | None:
        """The module in a folder, None where there is none."""
        if path not in self._read:
            self._read[path] = self._load(path)
        return self._read[path]

    def _load(self, path: str) -> Folder | None:
        listed = _without_replaced(self._paths.get(path, []))
        if not listed:
            return None
        first = min(listed, key=lambda each: (not each.endswith(("/main.tf", "main.tf")), each))
        source = self.files.read(first)
        span = source.span if isinstance(source, Broken) else Span(source, 0, 0)
        folder = Folder(path, tuple(listed), span)
        for each in sorted(listed, key=_is_override):
            body, broken = self._file(each)
            folder.broken.extend(broken)
            if _is_override(each):
                folder.override(body)
            else:
                folder.add(body)
        return folder if folder.is_module() else None

    def _file(self, path: str) -> tuple[Body, list[Broken]]:
        source = self.files.read(path)
        if isinstance(source, Broken):
            return syntax.Body({}, [], source.span, complete=False), [source]
        return reader_of(path)(source)


def reader_of(path: str) -> Callable[[Source], tuple[Body, list[Broken]]]:
    """What reads a file of configuration, by its ending."""
    if path.endswith(".json"):
        from crosswire.readers.terraform_json import read_terraform_json

        return read_terraform_json
    from crosswire.readers.hcl import read_hcl

    return read_hcl


def packaged_folder(source: str, call: Span) -> Folder | None:
    """The module that stands for a public one, with every place at its call; None where there is none."""
    from crosswire.frontends.terraform.public_modules import packaged

    found = packaged(source)
    if found is None:
        return None
    from crosswire.readers.hcl import read_hcl_at

    folder = Folder(call.path.rpartition("/")[0], (), call)
    folder.add(read_hcl_at(found[1], call))
    folder.packaged = True
    return folder


def local_source(folder: str, source: str) -> str | None:
    """The folder of a module that is called by its path; None for one that lies elsewhere."""
    if not source.startswith(("./", "../")) and source not in (".", ".."):
        return None
    path = normpath(join(folder, source))
    return None if path.startswith("..") else "" if path == "." else path


def _is_override(path: str) -> bool:
    stem = path.rpartition("/")[2].partition(".")[0]
    return stem == "override" or stem.endswith("_override")


def _without_replaced(paths: list[str]) -> list[str]:
    """The files that count: OpenTofu's `x.tofu` replaces `x.tf`."""
    tofu = {path.replace(".tofu", ".tf") for path in paths if ".tofu" in path}
    return [path for path in paths if path not in tofu]
