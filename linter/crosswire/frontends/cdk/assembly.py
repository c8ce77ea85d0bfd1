"""An assembly: the folder that `cdk synth` writes, with its templates, its manifest and the assets of its stacks."""

from __future__ import annotations

import json
from functools import cached_property
from posixpath import basename, dirname, relpath
from typing import TYPE_CHECKING, Any

from crosswire.frontends.cdk.bundles import entry_of, is_bundle
from crosswire.frontends.cdk.program import Program, app_root
from crosswire.frontends.cloudformation.marks import SYNTHESIZED, is_copied
from crosswire.frontends.code.packages import SCRIPTS, inside, joined
from crosswire.record import replace
from crosswire.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crosswire.frontends.cdk.program import Written
    from crosswire.frontends.lowered import CodeHint
    from crosswire.project import Files

_NESTED = ".nested.template.json"
_DOCKER_INPUT = "asset-input/"
_MOST_CANDIDATES = 200


class Assembly:
    """The assembly in a folder."""

    def __init__(self, folder: str, files: Files, by_name: Mapping[str, list[str]]) -> None:
        self.folder = folder
        self._files = files
        self._by_name = by_name
        self.root = app_root(_outermost(folder), files)
        self._program = Program(self.root, files)
        self._assets: dict[str, dict[str, str]] = {}

    def asset(self, template: str, hash: str) -> str | None:
        """The file or folder of an asset of a stack, by its hash, as its list of assets names it."""
        stem = basename(template).removesuffix(_NESTED).removesuffix(SYNTHESIZED)
        for name in dict.fromkeys((f"{stem}.assets.json", *self._lists)):
            if name not in self._assets:
                self._assets[name] = dict(_listed(self._json(name)))
            found = self._assets[name].get(hash)
            if found is not None:
                return found
        return None

    def path_of(self, template: str, logical_id: str) -> str:
        """The path of the construct that a resource of a stack was made by, as the manifest tells; "" where it does
        not."""
        return self._paths.get((basename(template).lower(), logical_id), "")

    @cached_property
    def _paths(self) -> dict[tuple[str, str], str]:
        found: dict[tuple[str, str], str] = {}
        for name, artifact in _artifacts(self._json("manifest.json")):
            metadata = artifact.get("metadata")
            further = artifact.get("additionalMetadataFile")
            if isinstance(further, str):
                metadata = self._json(further)
            for path, entries in metadata.items() if isinstance(metadata, dict) else ():
                for entry in entries if isinstance(entries, list) else ():
                    if isinstance(entry, dict) and entry.get("type") == "aws:cdk:logicalId":
                        found[name, str(entry.get("data"))] = path.strip("/")
        return found

    @cached_property
    def _lists(self) -> tuple[str, ...]:
        lists = (path for path in self._files.under(self.folder) if path.endswith(".assets.json"))
        return tuple(basename(path) for path in lists if dirname(path) == self.folder)

    def _json(self, name: str) -> Mapping[str, Any]:
        return json_of(self._files, joined(self.folder, name))

    # Code

    def with_code(self, hint: CodeHint, asset: str | None, original: str | None, path: str) -> CodeHint:
        """Where the code of a function was written, as far as the check has it. `asset` is the file or folder that the
        template names, `original` the one that it was copied from, `path` that of the construct."""
        place = None if asset is None or _is_absolute(asset) else inside(self.folder, asset)
        if hint.image:
            return self._image(hint, place, path)
        if place is not None and self._files.is_dir(place):
            found = self._behind_copy(hint, place, path)
        else:
            found = self._as_written(hint, path)
            outside = original or asset
            if found is None and outside is not None and _is_absolute(outside):
                folder = self._local(outside)
                found = None if folder is None else self._in_folder(hint, folder)
        if found is not None:
            return found
        return replace(hint, uri=None) if asset is not None and (place is None or not self._is_there(place)) else hint

    def layer(self, asset: str, path: str) -> str:
        """The folder that a layer was copied from, else the copy. `path` is that of the construct."""
        place = None if _is_absolute(asset) else inside(self.folder, asset)
        for inner in self._files.under(place)[:_MOST_CANDIDATES] if place is not None else ():
            folder = self._same(place or "", inner) if inner.endswith((".py", *SCRIPTS)) else None
            if folder is not None:
                return self._relative(folder)
        written = self._program.function(path, lambda _: False) if path else None
        if written is not None and written.folder is not None and self._files.is_dir(written.folder):
            return self._relative(written.folder)
        return asset

    def _behind_copy(self, hint: CodeHint, place: str, path: str) -> CodeHint | None:
        """The code that an asset is a copy or a bundle of."""
        copy = next((one for one in _handler_files(hint, place) if one in self._files), None)
        if copy is None:
            return self._as_written(hint, path)
        entry = entry_of(copy, self._files) if copy.endswith(SCRIPTS) else None
        module = None if entry is None else self._module(place, entry)
        if module is not None and module != copy:
            return replace(hint, source=module)
        folder = self._same(place, copy)
        if folder is not None:
            return self._in_folder(hint, folder)
        found = self._as_written(hint, path)
        source = self._files.read(copy)
        if found is None and copy.endswith(SCRIPTS) and isinstance(source, Source) and is_bundle(source.text):
            return replace(hint, uri=None, is_bundle=True)
        return found

    def _module(self, place: str, module: str) -> str | None:
        """The file of the check that a bundle names: relative to itself, to where the program ran, or to a folder above
        or below that."""
        beside = inside(place, module)
        if beside is not None and beside in self._files and not is_copied(beside):
            return beside
        inner = module
        while inner.startswith("../"):
            inner = inner[3:]
        inner = inner.removeprefix(_DOCKER_INPUT)
        folder = self.root
        while True:
            if joined(folder, inner) in self._files:
                return joined(folder, inner)
            if not folder:
                break
            folder = dirname(folder)
        ending = [one for one in self._by_name.get(basename(inner), ()) if one.endswith("/" + inner)]
        return ending[0] if len(ending) == 1 else None

    def _same(self, place: str, copy: str) -> str | None:
        """The folder outside of every assembly that holds the same file at the same path below it, the one only."""
        tail = copy[len(place) + 1 :]
        source = self._files.read(copy)
        folders: list[str] = []
        for path in self._by_name.get(basename(tail), ())[:_MOST_CANDIDATES]:
            other = self._files.read(path) if f"/{path}".endswith("/" + tail) else None
            if isinstance(other, Source) and isinstance(source, Source) and other.text == source.text:
                folders.append(path[: -len(tail)].rstrip("/"))
        if len(folders) > 1:
            inner = [path[len(place) + 1 :] for path in self._files.under(place)[:_MOST_CANDIDATES]]
            shared = [sum(joined(folder, one) in self._files for one in inner) for folder in folders]
            folders = [folder for folder, count in zip(folders, shared, strict=True) if count == max(shared)]
        return folders[0] if len(folders) == 1 else None

    def _as_written(self, hint: CodeHint, path: str) -> CodeHint | None:
        """The code as the program says."""
        if not path:
            return None
        written = self._program.function(path, lambda folder: self._holds_handler(hint, folder))
        if written is None:
            return None
        if written.entry is not None:
            return replace(hint, source=written.entry)
        if written.folder is not None and self._is_there(written.folder):
            return self._in_folder(hint, written.folder)
        return None

    def _holds_handler(self, hint: CodeHint, folder: str) -> bool:
        return self._files.is_dir(folder) and any(one in self._files for one in _handler_files(hint, folder))

    def _in_folder(self, hint: CodeHint, folder: str) -> CodeHint:
        return replace(hint, uri=self._relative(folder), s3_key=None)

    def _image(self, hint: CodeHint, place: str | None, path: str) -> CodeHint:
        dockerfile = hint.dockerfile or "Dockerfile"
        if place is not None and joined(place, dockerfile) in self._files:
            folder = self._same(place, joined(place, dockerfile)) or place
            return replace(hint, docker_context=self._relative(folder), dockerfile=dockerfile)
        written: Written | None = self._program.function(path, lambda _: False) if path else None
        if written is None or written.folder is None:
            return hint
        context = self._relative(written.folder)
        return replace(hint, docker_context=context, dockerfile=written.dockerfile or dockerfile)

    def _local(self, path: str) -> str | None:
        """The folder of the check that a path of the machine which synthesized means: the longest ending that is one
        below the folder of the program."""
        parts = path.replace("\\", "/").split("/")
        if parts[-1] == basename(self.root):
            return self.root
        for first in range(1, len(parts)):
            folder = joined(self.root, "/".join(parts[first:]))
            if self._is_there(folder) and not is_copied(folder + "/"):
                return folder
        return None

    def _is_there(self, place: str) -> bool:
        return place in self._files or self._files.is_dir(place)

    def _relative(self, folder: str) -> str:
        return relpath(folder or ".", self.folder or ".")


def stale(found: Iterable[str], files: Files) -> Iterator[str]:
    """The templates that an earlier `cdk synth` left behind: the manifest beside them tells of other stacks."""
    told: dict[str, set[str] | None] = {}
    for path in found:
        folder = dirname(path)
        if path.endswith(SYNTHESIZED) and not path.endswith(_NESTED):
            if folder not in told:
                told[folder] = _stacks(json_of(files, joined(folder, "manifest.json")))
            stacks = told[folder]
            if stacks is not None and basename(path).lower() not in stacks:
                yield path


def json_of(files: Files, path: str) -> Mapping[str, Any]:
    """What a file of JSON holds; nothing where there is none, or it is no mapping."""
    source = files.read(path) if path in files else None
    try:
        content = json.loads(source.text) if isinstance(source, Source) else None
    except (ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _stacks(manifest: Mapping[str, Any]) -> set[str] | None:
    """The templates that a manifest tells of, None where it tells of none."""
    return {name for name, _ in _artifacts(manifest)} or None


def _artifacts(manifest: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The stacks of a manifest, each by the file of its template in small letters: some file systems keep the case of a
    name that was once used."""
    artifacts = manifest.get("artifacts")
    for artifact in artifacts.values() if isinstance(artifacts, dict) else ():
        properties = artifact.get("properties") if isinstance(artifact, dict) else None
        name = properties.get("templateFile") if isinstance(properties, dict) else None
        if isinstance(name, str):
            yield name.lower(), artifact


def _listed(content: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each asset of a list, by its hash: where it is."""
    for kind, place in (("files", "path"), ("dockerImages", "directory")):
        listed = content.get(kind)
        for hash, asset in listed.items() if isinstance(listed, dict) else ():
            source = asset.get("source") if isinstance(asset, dict) else None
            path = source.get(place) if isinstance(source, dict) else None
            if isinstance(path, str):
                yield hash, path


def _handler_files(hint: CodeHint, place: str) -> Iterator[str]:
    """The files that a handler may name in a folder."""
    stem = (hint.handler or "").rpartition(".")[0]
    endings = (".py",) if (hint.runtime or "").startswith("python") else (".js", ".mjs", ".cjs", ".ts")
    for ending in endings if hint.runtime else (*endings, ".py"):
        yield f"{place}/{(stem.replace('.', '/') if ending == '.py' else stem).removeprefix('./')}{ending}"


def _is_absolute(path: str) -> bool:
    return path.startswith(("/", "\\")) or path[1:3] in (":\\", ":/")


def _outermost(folder: str) -> str:
    """The folder that `cdk synth` was told to write to: stages have assemblies inside of it."""
    while basename(folder).startswith("assembly-") and dirname(folder):
        folder = dirname(folder)
    return folder
