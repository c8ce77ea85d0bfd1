"""The tables of the types that a GraphQL schema of an Amplify backend marks with `@model`.

Sources: the page "Create and use a table per model" of Amplify's documentation of generation 1 (the table of a type is
`<Type>-<id of the API>-<environment>`), and the CLI's `amplify-graphql-model-transformer` (its stack exports
`<id of the API>:GetAtt:<Type>Table:Name` and `...:StreamArn`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.frontends.identity import definitions_of, facts
from crosswire.source import Broken, Span
from crosswire.values import Const, Parameter, Ref, ResourceId, Unknown, concat
from crosswire.wiring.project import Unit
from crosswire.wiring.resource import Table

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crosswire.frontends.amplify.template import AmplifyTemplate
    from crosswire.frontends.lowered import Lowered
    from crosswire.project import Files
    from crosswire.source import Source

_LEFT_OUT = re.compile(r'"""(?:[^"]|"(?!""))*"""|"(?:\\.|[^"\\\n])*"|#[^\n]*')
_TYPE = re.compile(r"(?<![\w@])type\s+(\w+)((?:\([^()]*\)|[^{}()])*)\{")
_ARGUMENTS = re.compile(r"\([^()]*\)")
_MODEL = re.compile(r"@model(?!\w)")
_OTHER_ENGINE = re.compile(r"\bengine\s*:\s*String\s*=\s*\"(?!dynamodb)", re.IGNORECASE)
_API_ID = "GraphQLAPIIdOutput"
_IMPORT = re.compile(r"\$\{(?:[^{}]*:)?api(\w+)" + _API_ID + r"\}:GetAtt:(\w+)Table:(Name|StreamArn)")
_ENVIRONMENT = "env"
_SCOPE = "amplify"
_TABLE = "AWS::DynamoDB::Table"


class _Model:
    """A type with a table of its own. The file of the schema is the unit that declares it."""

    def __init__(self, api: str, name: str, span: Span) -> None:
        self.api = api
        self.name = name
        self.id = ResourceId(span.path, f"{name}Table")
        self.span = span


def define_tables(
    backend: str, templates: Sequence[AmplifyTemplate], root: str, files: Files, lowered: Lowered
) -> None:
    """Add the tables of a backend's models, and say what the parameters and imports of its templates have to do with
    them. `root` is the id of the unit that stands for the deployment."""
    models = list(_models(backend, files))
    if not models:
        return
    scope = f"{_SCOPE} {backend}"
    for source in dict.fromkeys(model.span.source for model in models):
        lowered.units.append(Unit(source.path, root, Span(source, 0, 0)))
    for model in models:
        _add(model, scope, lowered)
    ids = {(model.api, model.name): model.id for model in models}
    shared = {_ENVIRONMENT, *(f"api{model.api}{_API_ID}" for model in models)}
    for template in templates:
        for name in sorted(shared):
            parameter = template.intrinsics.parameter(name)
            if parameter is not None:
                lowered.definitions.setdefault(Parameter(parameter.scope, parameter.name), Parameter(scope, name))
        for symbol in template.intrinsics.imports:
            match = _IMPORT.fullmatch(symbol.name)
            table = ids.get((match[1], match[2])) if match is not None else None
            if match is not None and table is not None:
                meant = Ref(table, "name" if match[3] == "Name" else match[3])
                lowered.definitions.setdefault(Parameter(symbol.scope, symbol.name), meant)


def _add(model: _Model, scope: str, lowered: Lowered) -> None:
    """Add the table of a model. Its keys and indexes are left to the directives of the schema."""
    of_api, environment = Parameter(scope, f"api{model.api}{_API_ID}"), Parameter(scope, _ENVIRONMENT)
    name = concat([Const(f"{model.name}-"), of_api, Const("-"), environment])
    known = facts(_TABLE)
    if known is not None:
        lowered.definitions.update(definitions_of(known, model.id, name))
        stream = concat([Ref(model.id, "arn"), Const("/stream/"), Unknown("the label of a stream")])
        lowered.definitions[Ref(model.id, "StreamArn")] = stream
        table = Table(model.id, _TABLE, known.service, known.kind, name, model.span, stream=True, complete=False)
        lowered.resources.append(table)


def _models(backend: str, files: Files) -> Iterator[_Model]:
    """The models of the schemas of a backend's APIs: `schema.graphql`, or the files of the folder `schema`."""
    folder = f"{backend}/api/"
    for path in sorted(files.under(folder.rstrip("/"))):
        api, _, inner = path.removeprefix(folder).partition("/")
        if path.endswith(".graphql") and (inner == "schema.graphql" or inner.startswith("schema/")):
            source = files.read(path)
            if not isinstance(source, Broken):
                yield from _in_schema(api, source)


def _in_schema(api: str, source: Source) -> Iterator[_Model]:
    text = _LEFT_OUT.sub(lambda match: " " * len(match[0]), source.text)
    if "@model" in text and not _OTHER_ENGINE.search(source.text):
        for match in _TYPE.finditer(text):
            if _MODEL.search(_ARGUMENTS.sub("", match[2])):
                yield _Model(api, match[1], Span(source, match.start(1), match.end(1)))
