"""Configuration: what is in force for each file of a check, and who said so.

It is the table `[tool.crosswire]` of a `pyproject.toml`, or a whole `crosswire.toml`, which counts where a folder has
both. A finding is governed by the nearest configuration above the file that it points at, and by no other: nothing is
inherited. What is about a whole run (the fail level, notes, cfn-lint) comes from the nearest configuration above
the paths that are checked. `--config FILE` makes one file govern everything, with its paths relative to the root of the
check. Arguments of the command line go before any file.

Every key is described in the published schema, `crosswire/schemas/config.schema.json`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crosswire.errors import UsageError, WrongInput, did_you_mean
from crosswire.finding import Confidence, Severity
from crosswire.record import field, record, replace
from crosswire.source import Source, Span

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

    from crosswire.project import Files, Selection
    from crosswire.readers.toml import TomlPath, TomlPlace

DEFAULT_BASELINE = ".crosswire-baseline.json"
FAIL_LEVELS = ("error", "warning", "never")
TABLE = "AWS::DynamoDB::Table"

_FILES = ("crosswire.toml", "pyproject.toml")
_TABLE_KEYS = ("keys", "indexes", "ttl")


@record
class External:
    """A resource that is deployed from elsewhere. `name` may be a pattern with `*` and `?`. `keys` is empty where they
    are not told, `indexes` is None, `ttl` is None. `span` is where the configuration says so."""

    name: str
    type: str
    span: Span
    keys: tuple[str, ...] = ()
    indexes: Mapping[str, tuple[str, ...]] | None = None
    ttl: str | None = None


@record
class Config:
    """What is in force below a folder (relative to the root of the check; the root is the empty text).

    `path` names the file that says so, and is empty where there is none. `baseline` is relative to `folder`, or
    absolute; None stands for the default. `origins` tells where a value is from (`crosswire.toml:3`, `argument`), by
    the names that lead to it; what is not in there is a default.
    """

    folder: str = ""
    path: str = ""
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    per_path_ignores: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    severity: Mapping[str, Severity] = field(default_factory=dict)
    fail_level: str = "warning"
    notes: bool = False
    roots: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    external: tuple[External, ...] = ()
    variables: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    baseline: str | None = None
    cfn_lint: bool = False
    is_root: bool = True
    origins: Mapping[tuple[str | int, ...], str] = field(default_factory=dict, compare=False)

    def selects(self, rule: str) -> bool:
        """Whether a rule runs."""
        chosen = not self.select or any(is_named(rule, name) for name in self.select)
        return chosen and not any(is_named(rule, name) for name in self.ignore)

    def judges(self, rule: str, path: str) -> bool:
        """Whether a finding of a rule that points at a file, by its path from the root of the check, is told."""
        return self.selects(rule) and not any(
            self._matches((pattern,), path)
            for pattern, rules in self.per_path_ignores.items()
            if any(is_named(rule, name) for name in rules)
        )

    def severity_of(self, rule: str, own: Severity, found: Severity, confidence: Confidence) -> Severity:
        """How grave a finding is. `own` is the rule's severity, `found` what the rule says of this one."""
        wanted = self.severity.get(rule, self.severity.get(rule.partition("/")[0]))
        if wanted is None:
            return found
        is_unsure = confidence is Confidence.LOW or (found is Severity.NOTE and own is not Severity.NOTE)
        return found if is_unsure and wanted.rank > found.rank else wanted

    def deploys(self, paths: Iterable[str]) -> bool:
        """Whether a unit is told of that is written in these files."""
        return not self.roots or any(self._matches(self.roots, path) for path in paths)

    def excludes(self, path: str) -> bool:
        """Whether a file, or a folder with a slash at its end, is not read."""
        return bool(self.exclude) and self._matches(self.exclude, path)

    def variables_of(self, names: Sequence[str]) -> Callable[[str], bool]:
        """Which variables a function has by configuration; `names` is how it is called."""
        patterns = [
            variable
            for function, variables in self.variables.items()
            if any(is_like(function, name) for name in names)
            for variable in variables
        ]
        return lambda variable: any(is_like(pattern, variable) for pattern in patterns)

    def _matches(self, patterns: tuple[str, ...], path: str) -> bool:
        prefix = f"{self.folder}/" if self.folder else ""
        return path.startswith(prefix) and _spec(patterns).match_file(path[len(prefix) :])


@record
class Given:
    """What the command line says, None where it says nothing. `config` is the file of `--config`."""

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    fail_level: str | None = None
    notes: bool | None = None
    baseline: str | None = None
    cfn_lint: bool | None = None
    config: str | None = None


class Configurations:
    """The configurations of a check. `main` is what governs the run."""

    def __init__(self, by_folder: Mapping[str, Config] | None = None, at: str = "") -> None:
        self._by_folder = dict(by_folder or {})
        self._by_folder.setdefault("", Config())
        self._at: dict[str, Config] = {}
        self.main = self.of(f"{at}/x" if at else "x")

    def __iter__(self) -> Iterator[Config]:
        return iter(self._by_folder.values())

    def of(self, path: str) -> Config:
        """What governs a file, by its path from the root of the check."""
        folder = path.rpartition("/")[0]
        found = self._at.get(folder)
        if found is None:
            found = self._by_folder.get(folder) or self.of(folder)
            self._at[folder] = found
        return found

    def rules(self, known: Iterable[str]) -> tuple[str, ...]:
        """The rules that any of the configurations selects. Raises UsageError where none is left."""
        left = tuple(rule for rule in known if any(config.selects(rule) for config in self))
        is_only_cfn_lint = self.main.cfn_lint and any(n.startswith("cfn-lint") for c in self for n in c.select)
        if not left and not is_only_cfn_lint:
            raise UsageError("no rule is left to run: everything that is selected is ignored too")
        return left

    def kept(self, files: Files, selection: Selection) -> Files:
        """The files without those that are excluded; what was asked for by name stays."""
        if not any(config.exclude for config in self):
            return files
        named = [f"{folder}/" for folder in selection.folders if folder and self.of(folder).excludes(f"{folder}/")]

        def is_left_out(path: str) -> bool:
            return (
                self.of(path).excludes(path)
                and not path.endswith(DEFAULT_BASELINE)
                and not selection.names(path)
                and not any(path.startswith(folder) for folder in named)
            )

        return files.without(is_left_out)


def find(files: Files, selection: Selection, known: Sequence[str], given: Given | None = None) -> Configurations:
    """The configurations of a check: in every folder of its files, and in those above what was asked for.

    `known` are the ids of the rules that exist. Raises WrongInput for what cannot be used, UsageError for a file of
    `--config` that is not there, or for an unknown rule among the arguments.
    """
    given = given or Given()
    for name in (*(given.select or ()), *(given.ignore or ())):
        _check_rule(name, known)
    if given.config is not None:
        found = {"": _given_file(Path(given.config), known)}
    else:
        from crosswire.project import holds_table

        found = {}
        for path in _candidates(files, selection):
            folder, _, name = path.rpartition("/")
            source = _source(files.root, path) if folder not in found else None
            if source is not None and (name == "crosswire.toml" or holds_table(source.text)):
                config = _config(source, folder, known)
                if config is not None:
                    found[folder] = config
    found.setdefault("", Config())
    by_folder = {folder: _with_given(config, given, files.root) for folder, config in found.items()}
    return Configurations(by_folder, _common(selection))


def in_force(configurations: Configurations) -> str:
    """The configuration of a run as TOML, each value with a comment that says where it is from."""
    config = configurations.main
    where = config.path or "no configuration file"
    lines = [(f"# in force {f'below {config.folder}' if config.folder else 'here'}: {where}", "")]
    plain: tuple[tuple[str, object], ...] = (
        ("select", config.select),
        ("ignore", config.ignore),
        ("fail-level", config.fail_level),
        ("notes", config.notes),
        ("roots", config.roots),
        ("exclude", config.exclude),
        ("baseline", config.baseline or DEFAULT_BASELINE),
        ("cfn-lint", config.cfn_lint),
        ("is-root", config.is_root),
    )
    lines += [(f"{name} = {_toml(value)}", _origin(config, name)) for name, value in plain]
    tables: tuple[tuple[str, Mapping[str, object]], ...] = (
        ("per-path-ignores", config.per_path_ignores),
        ("severity", {name: severity.value for name, severity in config.severity.items()}),
        ("variables", config.variables),
    )
    for name, table in tables:
        lines += [(f"{name}.{_toml(key)} = {_toml(value)}", _origin(config, name, key)) for key, value in table.items()]
        if not table:
            lines.append((f"{name} = {{}}", _origin(config, name)))
    entries = ", ".join(_external_as_toml(external) for external in config.external)
    lines.append((f"external = [{entries}]", _origin(config, "external")))
    width = min(max(len(text) for text, _ in lines[1:]), 60)
    others = sorted(other.path for other in configurations if other.path and other is not config)
    told = [f"{text:<{width}}  # {origin}" if origin else text for text, origin in lines]
    if others:
        told.append(f"# other folders of the check have their own: {', '.join(others)}")
    return "".join(f"{line}\n" for line in told)


def is_like(pattern: str, text: str) -> bool:
    """Whether a text is what a pattern with `*` and `?` describes. Brackets are themselves."""
    return _like(pattern).fullmatch(text) is not None


# Finding the files


def _candidates(files: Files, selection: Selection) -> list[str]:
    """The paths at which a configuration may be, `crosswire.toml` before the `pyproject.toml` beside it."""
    listed = [path for path in files.paths if path.rpartition("/")[2] in _FILES]
    folder = _common(selection)
    above = [folder]
    while folder:
        folder = folder.rpartition("/")[0]
        above.append(folder)
    # A file that git ignores, or does not know yet, governs all the same.
    listed += [f"{folder}/{name}" if folder else name for folder in above for name in _FILES]
    return sorted(dict.fromkeys(listed), key=lambda path: path.rpartition("/")[::2])


def _common(selection: Selection) -> str:
    folders = [*selection.folders, *(path.rpartition("/")[0] for path in selection.files)]
    if not folders or "" in folders:
        return ""
    return os.path.commonpath(folders).replace(os.sep, "/")


def _source(root: Path, path: str) -> Source | None:
    """A file that may be a configuration; None where there is none. What cannot be read must not pass for nothing
    said, but a `pyproject.toml` is mostly about other things."""
    file = root / path
    try:
        return Source(path, _text(file)) if file.is_file() else None
    except UsageError:
        if file.name == "crosswire.toml":
            raise
        return None


def _text(file: Path, siblings: Sequence[str] = ()) -> str:
    try:
        return file.read_bytes().decode("utf-8-sig")
    except OSError as error:
        why = f"{error.strerror or type(error).__name__}{did_you_mean(str(file), siblings)}"
    except UnicodeDecodeError:
        why = "it is no UTF-8"
    raise UsageError(f"the configuration `{file}` cannot be read: {why}")


def _given_file(file: Path, known: Sequence[str]) -> Config:
    siblings = [str(file.parent / name) for name in os.listdir(file.parent)] if file.parent.is_dir() else []
    config = _config(Source(file.as_posix(), _text(file, siblings)), "", known)
    if config is None:
        raise UsageError(f"the configuration `{file}` has no table [tool.crosswire]")
    return config


def _with_given(config: Config, given: Given, root: Path) -> Config:
    """The configuration with what the command line says put before it."""
    changes: dict[str, Any] = {}
    if given.select:
        changes["select"], changes["ignore"] = given.select, ()
    if given.ignore:
        kept = () if given.select else config.ignore
        changes["ignore"] = (*kept, *(name for name in given.ignore if name not in kept))
    for name in ("fail_level", "notes", "cfn_lint"):
        value = getattr(given, name)
        if value is not None:
            changes[name] = value
    if given.baseline is not None:
        changes["baseline"] = os.path.relpath(given.baseline, root / config.folder).replace(os.sep, "/")
    if not changes:
        return config
    told = {(name.replace("_", "-"),): "argument" for name in changes}
    if given.ignore and not given.select and config.ignore:
        told[("ignore",)] = f"{_origin(config, 'ignore')} and argument"
    return replace(config, **changes, origins={**config.origins, **told})


# Reading a file


def _config(source: Source, folder: str, known: Sequence[str]) -> Config | None:
    """What a file says; None for a `pyproject.toml` without the table."""
    import tomllib

    try:
        document = tomllib.loads(source.text)
    except (ValueError, RecursionError) as error:  # a number may be too long for Python, tables too deep
        shown = not source.path.endswith("pyproject.toml")
        raise WrongInput([_syntax_problem(source, error)], shown) from None
    table = _table_of(document, source.path.rpartition("/")[2])
    if table is None:
        return None
    if not table:
        return Config(folder=folder, path=source.path)
    return _Reading(source, folder, table, known).config()


def _table_of(document: Mapping[str, Any], name: str) -> Any:
    if name != "pyproject.toml":
        return document
    tool = document.get("tool")
    return tool.get("crosswire") if isinstance(tool, dict) else None


def _syntax_problem(source: Source, error: Exception) -> tuple[Span, str]:
    text = str(error)
    place = re.search(r" \(at line (\d+), column (\d+)\)$", text)
    start = len(source.text.rstrip())
    if place:
        text = text[: place.start()]
        start = source.line_starts[int(place[1]) - 1] + int(place[2]) - 1
    text = text.removesuffix(" (at end of document)")
    return Span(source, start, min(start + 1, len(source.text))), f"this is no TOML: {text[:1].lower()}{text[1:]}"


class _Reading:
    """One file while it is checked and read."""

    def __init__(self, source: Source, folder: str, table: Any, known: Sequence[str]) -> None:
        self.source = source
        self.folder = folder
        self.table = table
        self.known = known
        self.prefix: TomlPath = ("tool", "crosswire") if source.path.rpartition("/")[2] == "pyproject.toml" else ()
        self._places: dict[TomlPath, TomlPlace] | None = None

    def config(self) -> Config:
        problems = [*self._by_schema()]
        if not problems:
            problems = [*self._unknown_rules(), *self._wrong_patterns(), *self._wrong_externals()]
        if problems:
            raise WrongInput(sorted(problems, key=lambda problem: problem[0].order))
        table = self.table
        return Config(
            folder=self.folder,
            path=self.source.path,
            select=tuple(table.get("select", ())),
            ignore=tuple(table.get("ignore", ())),
            per_path_ignores={name: tuple(rules) for name, rules in table.get("per-path-ignores", {}).items()},
            severity={name: Severity(value) for name, value in table.get("severity", {}).items()},
            fail_level=table.get("fail-level", "warning"),
            notes=table.get("notes", False),
            roots=tuple(table.get("roots", ())),
            exclude=tuple(table.get("exclude", ())),
            external=tuple(self._external(number, one) for number, one in enumerate(table.get("external", ()))),
            variables={name: tuple(names) for name, names in table.get("variables", {}).items()},
            baseline=table.get("baseline"),
            cfn_lint=table.get("cfn-lint", False),
            is_root=table.get("is-root", True),
            origins=self._origins(),
        )

    def _external(self, number: int, table: Any) -> External:
        indexes = table.get("indexes")
        return External(
            name=table["name"],
            type=table.get("type", TABLE),
            span=self._value("external", number, "name"),
            keys=tuple(table.get("keys", ())),
            indexes=None if indexes is None else {name: tuple(keys) for name, keys in indexes.items()},
            ttl=table.get("ttl"),
        )

    def _origins(self) -> dict[tuple[str | int, ...], str]:
        origins: dict[tuple[str | int, ...], str] = {}
        for name, value in self.table.items():
            paths: list[tuple[str | int, ...]] = [(name,)]
            paths += [(name, key) for key in value] if isinstance(value, dict) else []
            for path in paths:
                origins[path] = f"{self.source.path}:{self._key(*path).start_position.line}"
        return origins

    # What is wrong

    def _by_schema(self) -> Iterator[tuple[Span, str]]:
        from jsonschema import Draft202012Validator

        for error in Draft202012Validator(_schema()).iter_errors(self.table):
            path = tuple(error.absolute_path)
            if error.validator == "additionalProperties":
                known = tuple(error.schema["properties"])
                for name in error.instance:
                    if name not in known:
                        hint = did_you_mean(name, known) or f"; there are {', '.join(f'`{one}`' for one in known)}"
                        yield self._key(*path, name), f"there is no key `{name}`{hint}"
            elif error.validator == "required":
                missing = next(name for name in error.validator_value if name not in error.instance)
                yield self._key(*path), f"the key `{missing}` is missing"
            elif error.validator == "enum" and isinstance(error.instance, str):
                yield self._value(*path), _no_such(_noun(path), error.instance, error.validator_value)
            elif error.validator == "propertyNames" or error.validator == "minLength":
                yield self._key(*path), "a name or pattern is empty"
            else:
                wanted = error.schema if error.validator != "enum" else {"type": "string"}
                yield self._value(*path), f"{_label(path)} must be {_wanted(wanted)}"

    def _unknown_rules(self) -> Iterator[tuple[Span, str]]:
        for key in ("select", "ignore"):
            for number, name in enumerate(self.table.get(key, ())):
                yield from self._unknown_rule(name, self._value(key, number))
        for pattern, rules in self.table.get("per-path-ignores", {}).items():
            for number, name in enumerate(rules):
                yield from self._unknown_rule(name, self._value("per-path-ignores", pattern, number))
        for name in self.table.get("severity", {}):
            yield from self._unknown_rule(name, self._key("severity", name))

    def _unknown_rule(self, name: str, span: Span) -> Iterator[tuple[Span, str]]:
        problem = unknown_rule(name, self.known)
        if problem:
            yield span, problem

    def _wrong_patterns(self) -> Iterator[tuple[Span, str]]:
        from crosswire.project import is_pattern

        places: list[tuple[str, Span]] = [
            (pattern, self._value(key, number))
            for key in ("roots", "exclude")
            for number, pattern in enumerate(self.table.get(key, ()))
        ]
        places += [
            (pattern, self._key("per-path-ignores", pattern)) for pattern in self.table.get("per-path-ignores", {})
        ]
        for pattern, span in places:
            if not is_pattern(pattern):
                yield span, "this is no pattern of a `.gitignore`"

    def _wrong_externals(self) -> Iterator[tuple[Span, str]]:
        from crosswire.aws.resources import resource_type, resource_types

        for number, external in enumerate(self.table.get("external", ())):
            type = external.get("type", TABLE)
            known = resource_type(type)
            if known is None:
                yield self._value("external", number, "type"), _no_such("resource type", type, resource_types())
            elif known.kind != "table":
                for key in _TABLE_KEYS:
                    if key in external:
                        yield self._key("external", number, key), f"`{key}` is for tables only"

    # Where it is

    def _key(self, *path: str | int) -> Span:
        return self._place(path, lambda place: place.key)

    def _value(self, *path: str | int) -> Span:
        return self._place(path, lambda place: place.value)

    def _place(self, path: tuple[str | int, ...], part: Callable[[TomlPlace], Span]) -> Span:
        """The place of what a path leads to, or the nearest thing around it that has one."""
        if self._places is None:
            from crosswire.readers.toml import toml_places

            self._places = toml_places(self.source)
        whole = (*self.prefix, *path)
        while whole:
            # A table that only its parts name (`[a.b]`) stands where the first of them does.
            place = self._places.get(whole) or next(
                (place for known, place in self._places.items() if known[: len(whole)] == whole), None
            )
            if place is not None:
                return part(place)
            whole = whole[:-1]
        return Span(self.source, 0, 0)


def unknown_rule(name: str, known: Sequence[str]) -> str:
    """What is wrong with the name of a rule or family; the empty text where it exists. Rules of cfn-lint are not
    looked up."""
    family = name.rstrip("/")
    if family == "cfn-lint" or name.startswith("cfn-lint/") or any(is_named(rule, family) for rule in known):
        return ""
    return _no_such("rule", name, [*known, *sorted({rule.partition("/")[0] for rule in known})])


def _check_rule(name: str, known: Sequence[str]) -> None:
    problem = unknown_rule(name, known)
    if problem:
        raise UsageError(problem)


def _no_such(what: str, name: str, known: Sequence[str]) -> str:
    hint = did_you_mean(name, known)
    if not hint and len(known) <= 6:
        hint = f"; there are {', '.join(f'`{one}`' for one in known)}"
    return f"there is no {what} `{name}`{hint}"


def _noun(path: tuple[str | int, ...]) -> str:
    return "severity" if path[0] == "severity" else str(path[-1]).replace("-", " ")


def _label(path: tuple[str | int, ...]) -> str:
    names = [str(part) for part in path if isinstance(part, str)]
    if not names:
        return "the configuration"
    return f"an entry of `{names[-1]}`" if isinstance(path[-1], int) else f"`{names[-1]}`"


def _wanted(schema: Mapping[str, Any]) -> str:
    if "maxItems" in schema:
        return "a list of one or two texts"
    words = {"boolean": "true or false", "string": "a text", "array": "a list", "object": "a table"}
    return words.get(str(schema.get("type")), "something else")


@cache
def _schema() -> Any:
    import json

    return json.loads((Path(__file__).parent / "schemas/config.schema.json").read_text(encoding="utf-8"))


# Patterns


def is_named(rule: str, name: str) -> bool:
    """Whether a rule is the one of a name, or of the family of that name."""
    return rule == name or rule.startswith(name.rstrip("/") + "/")


@cache
def _spec(patterns: tuple[str, ...]) -> GitIgnoreSpec:
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


@cache
def _like(pattern: str) -> re.Pattern[str]:
    return re.compile(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), re.DOTALL)


# Telling


def _origin(config: Config, *path: str | int) -> str:
    return config.origins.get(path, "default")


def _external_as_toml(external: External) -> str:
    parts = [f"name = {_toml(external.name)}", f"type = {_toml(external.type)}"]
    if external.keys:
        parts.append(f"keys = {_toml(external.keys)}")
    if external.indexes is not None:
        parts.append(f"indexes = {_toml(external.indexes)}")
    if external.ttl is not None:
        parts.append(f"ttl = {_toml(external.ttl)}")
    return f"{{ {', '.join(parts)} }}"


def _toml(value: object) -> str:
    """A value in TOML; JSON writes texts the same way."""
    import json

    if isinstance(value, Mapping):
        pairs = ", ".join(f"{_toml(key)} = {_toml(one)}" for key, one in value.items())
        return f"{{ {pairs} }}" if pairs else "{}"
    if isinstance(value, tuple):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)
