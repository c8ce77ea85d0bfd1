"""Where the code of a function is: what is packed into its archive, by a path, by a key in a bucket, in an image."""

from __future__ import annotations

import re
from posixpath import relpath
from typing import TYPE_CHECKING

from crosswire.frontends.lowered import CodeHint
from crosswire.frontends.terraform.names import is_known
from crosswire.frontends.terraform.values import (
    Leaf,
    blocks_of,
    entries_of,
    first_block,
    items_of,
    presumed,
    presumed_text,
    value_of,
)
from crosswire.record import record, replace
from crosswire.values import Const, Ref, alternatives, last_text, leaves

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.frontends.terraform.configuration import Configuration, Instance
    from crosswire.frontends.terraform.values import Evaluated
    from crosswire.source import Span
    from crosswire.values import ResourceId, Value

_ARCHIVES = ("data.archive_file", "archive_file")
_OBJECTS = ("aws_s3_object", "aws_s3_bucket_object")
_LAYER = "aws_lambda_layer_version"
_IMAGES = ("docker_image", "docker_registry_image")
_BUILT = (".zip", ".jar", ".tgz", ".tar.gz")
_CODE = (".py", ".js", ".mjs", ".cjs", ".ts")
_PACKED = ("filename", "s3_key", "source_code_hash")
"""Arguments of a function that change with its code."""

_USUAL_NAMES = ("default", "fn", "function", "lambda", "lambda_function", "main", "this")
"""Names of resources that tell nothing of which function it is."""

_STEP = re.compile(r'(?:data\.)?[\w-]+\.([\w-]+)(?:\[(?:"([^"]*)"|[^"\]]*)\])?\.?')
"""A step of an address: `module` or a type, the name, and the key of its `for_each`."""


@record
class _Code:
    """Where code is: a path, a name to look for, or a text in the configuration."""

    path: str | None = None
    name: str | None = None
    text: str | None = None
    span: Span | None = None


class CodeHints:
    """The code of the functions of one configuration."""

    def __init__(self, configuration: Configuration) -> None:
        self._configuration = configuration
        self._archives = list(configuration.of_type(*_ARCHIVES))
        self._objects = list(configuration.of_type(*_OBJECTS))

    def of(self, instance: Instance) -> CodeHint:
        """Where the configuration says that a function's code is."""
        arguments = instance.arguments
        handler = arguments.get("handler") or _image_command(instance)
        image = "image_uri" in arguments or presumed_text(arguments.get("package_type")) == "Image"
        hint = CodeHint(
            unit_path=self._configuration.path,
            logical_id=telling_name(instance.id),
            handler=presumed_text(handler),
            handler_span=None if handler is None else handler.span,
            runtime=presumed_text(arguments.get("runtime")),
            layers=self._layers(instance),
            image=image,
        )
        if image:
            context, dockerfile = self._docker(arguments.get("image_uri"))
            return replace(hint, docker_context=context, dockerfile=dockerfile)
        code = self._code(instance, _stem(hint.handler))
        if code.text is not None and any(instance.ignores(name) for name in _PACKED):
            code = _Code(name="", span=code.span)  # a stand-in: something else brings the code
        return replace(
            hint,
            uri=code.path,
            uri_span=code.span,
            s3_key=code.name,
            inline_text=code.text,
            inline_span=code.span if code.text is not None else None,
            inline_values=None if code.text is None else {},
        )

    def _code(self, instance: Instance, handler: str) -> _Code:
        """What a function or a layer is made of."""
        arguments = instance.arguments
        package = arguments.get("filename")
        if package is not None:
            return self._packed(package, instance, handler)
        key = arguments.get("s3_key")
        if key is None:
            return _Code(name="")
        uploaded = self._object(presumed(value_of(key)), instance)
        source = None if uploaded is None else uploaded.arguments.get("source")
        if uploaded is not None and source is not None:
            return self._packed(source, uploaded, handler)
        return _Code(name=last_text(presumed(value_of(key))) or "", span=key.span)

    def _packed(self, package: Evaluated, instance: Instance, handler: str) -> _Code:
        """The code in an archive: what the configuration packs into it, else the archive's own path."""
        value = presumed(value_of(package))
        for choice in alternatives(value):
            archive = self._same(choice, self._archives, "output_path", instance)
            if archive is not None:
                return self._archived(archive, handler)
        path = next((choice.text for choice in alternatives(value) if isinstance(choice, Const)), None)
        if path is not None:
            return _Code(path=path, span=package.span)
        return _Code(name=last_text(value) or "", span=package.span)

    def _archived(self, archive: Instance, handler: str) -> _Code:
        """The file or folder that an archive is made of."""
        arguments = archive.arguments
        for name in ("source_file", "source_dir"):
            node = arguments.get(name)
            if node is not None:
                named = alternatives(presumed(value_of(node)))
                text = next((one.text for one in named if isinstance(one, Const)), None)
                if text is not None:
                    return _Code(path=text, span=node.span)
                return _Code(name=last_text(presumed(value_of(node))) or "", span=node.span)
        content = arguments.get("source_content")
        if content is not None:
            return self._written(content) or _Code(name="", span=archive.span)
        contents = list(_contents(archive))
        fitting = [node for stem, node in contents if stem == handler] or [node for _, node in contents]
        if len(fitting) == 1:
            code = self._written(fitting[0])
            if code is not None:
                return code
        return _Code(name="", span=archive.span)

    def _written(self, content: Evaluated) -> _Code | None:
        """A file whose content is that of a file of the project, or a text in the configuration."""
        if not isinstance(content, Leaf):
            return None
        if content.file is not None:
            return _Code(
                path=relpath(content.file, self._configuration.path.rpartition("/")[0] or "."), span=content.span
            )
        if isinstance(content.value, Const):
            return _Code(text=content.value.text, span=content.span)
        return None

    def _object(self, key: Value, instance: Instance) -> Instance | None:
        for choice in alternatives(key):
            found = self._same(choice, self._objects, "key", instance)
            if found is not None:
                return found
        return None

    def _same(self, value: Value, among: list[Instance], argument: str, by: Instance) -> Instance | None:
        """The one of several that a value refers to, or that says the same text; of the same module where several
        do."""
        if isinstance(value, Ref):
            return next((one for one in among if one.id == value.resource), None)
        if not is_known(value):
            return None
        named = {part.resource for part in leaves(value) if isinstance(part, Ref)}
        found = [one for one in among if one.id in named or presumed(value_of(one.arguments.get(argument))) == value]
        near = [one for one in found if one.id.unit == by.id.unit]
        return near[0] if len(near) == 1 else found[0] if len(found) == 1 else None

    def _layers(self, instance: Instance) -> tuple[str, ...]:
        """The local folders of the function's layers."""
        folders: list[str] = []
        for node in items_of(instance.arguments.get("layers"))[0]:
            for part in leaves(value_of(node)):
                layer = self._configuration.instances.get(part.resource) if isinstance(part, Ref) else None
                if layer is None or layer.type != _LAYER:
                    continue
                path = self._code(layer, "").path
                if path is not None:
                    folders.append(_without_ending(path))
        return tuple(dict.fromkeys(folders))

    def _docker(self, uri: Evaluated | None) -> tuple[str | None, str | None]:
        """The folder and the Dockerfile that an image is built from, where the configuration builds it."""
        for part in leaves(value_of(uri)):
            image = self._configuration.instances.get(part.resource) if isinstance(part, Ref) else None
            if image is not None and image.type in _IMAGES:
                build = first_block(image.arguments, "build")
                context = None if build is None else presumed_text(build.get("context"))
                if build is not None and context is not None:
                    return context, presumed_text(build.get("dockerfile"))
        return None, None


def telling_name(id: ResourceId) -> str:
    """The part of an address that best tells which function it is: the key of its `for_each`, its name, or the
    module's where the name is one that any function may have."""
    steps = _STEP.findall(id.address)
    for name, key in reversed(steps):
        if key:
            return str(key)
        if name not in _USUAL_NAMES:
            return str(name)
    return str(steps[-1][0]) if steps else id.address


def _contents(archive: Instance) -> Iterator[tuple[str, Evaluated]]:
    """The files of code that are written into an archive one by one: path without ending, content."""
    for block in blocks_of(archive.arguments, "source"):
        content = block.get("content")
        name = presumed_text(block.get("filename"))
        if content is not None and (name is None or name.endswith(_CODE)):
            yield (name or "").rpartition(".")[0], content


def _image_command(instance: Instance) -> Evaluated | None:
    """The handler that an image is started with, in place of the one that its Dockerfile names."""
    config = first_block(instance.arguments, "image_config")
    if config is None:
        return None
    entries, complete = entries_of(config.get("command"))
    return entries[0].node if complete and entries else None


def _stem(handler: str | None) -> str:
    return (handler or "").removeprefix("./").rpartition(".")[0]


def _without_ending(path: str) -> str:
    for ending in _BUILT:
        path = path.removesuffix(ending)
    return path
