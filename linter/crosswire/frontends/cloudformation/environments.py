"""The environments that a template is deployed to, with their parameters: samconfig files, files of parameters, and
command lines."""

from __future__ import annotations

import re
from posixpath import dirname, join, normpath
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.intrinsics import STACK_NAME, Given
from crosswire.frontends.cloudformation.marks import deploys_with_parameters, is_samconfig
from crosswire.frontends.environment_names import NOT_DEPLOYED, names_of, words_of
from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar, child, text_of
from crosswire.readers.yaml import read_yaml
from crosswire.record import record
from crosswire.source import Broken, Source, Span
from crosswire.wiring.function import BlindSpot

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from crosswire.frontends.cloudformation.command_lines import Deployed
    from crosswire.frontends.cloudformation.template import Template
    from crosswire.project import Files

_MOST_ENVIRONMENTS = 12
_MOST_VALUES = 400
_COMMANDS = ("global", "deploy")
"""The tables of a samconfig that a deployment reads, of which later ones win. Source: AWS SAM Developer Guide, "AWS SAM
CLI configuration file"."""

_DEFAULT_NAMES = ("template.yaml", "template.yml", "template.json")
"""What `sam` takes where no template is named, in this order. Source: AWS SAM Developer Guide, `sam deploy`."""

_COMMON_STEMS = frozenset("app cloudformation main root sam stack template".split())
OVERRIDE = re.compile(
    r"ParameterKey=(?P<key>\"[^\"]*\"|[^\s,]+),\s*ParameterValue=(?P<text>\"(?:\\.|[^\"\\])*\"|(?:\\.|[^\s\"\\])*)"
    r"|(?<![^\s\"'])(?P<name>[A-Za-z0-9]+)=(?P<value>\"(?:\\.|[^\"\\])*\"|'[^']*'|(?:\\.|[^\s\"\\])*)"
)
_FILE = re.compile(r"(?<!\S)file://(\S+)")
_OPEN = re.compile(
    r"\$\{|\$\(|\$[A-Za-z_]|\{\{(?!resolve:)|`|\{%|<[^<>]*>|^%\w+%$|^\[[A-Za-z _-]+\]$"
    r"|(?:\b|_)(?:CHANGE_?ME|FIXME|INSERT|PLACEHOLDER|REPLACE|TBD|TODO|XXX+|YOUR)(?:\b|_)",
    re.IGNORECASE,
)
"""What another hand fills in before the deployment."""


@record
class Environment:
    """Where a template is deployed to. `name` is empty where it is the only one; `values` are the parameters that it
    gives, `paths` the files that say so, and `span` the place in the first of them. `secrets` are the places of those
    that are to be kept."""

    name: str
    values: Mapping[str, Given]
    paths: tuple[str, ...]
    span: Span
    blind_spots: tuple[BlindSpot, ...] = ()
    secrets: tuple[Span, ...] = ()

    @property
    def places(self) -> tuple[tuple[str, Span], ...]:
        """Where each parameter is given."""
        return tuple((name, given.span) for name, given in self.values.items())


@record
class _Found:
    """What one place says of an environment. `reads` are the files that it takes some of it from."""

    name: str
    values: Mapping[str, Given]
    path: str
    span: Span
    reads: tuple[str, ...] = ()


def environments(
    templates: Sequence[Template], settings: Sequence[Source], files: Files
) -> dict[str, Sequence[Environment]]:
    """The environments of each template of `templates`, by its path, where any is known. `settings` are the files that
    may tell of them."""
    declared = {template.path: frozenset(_names(template.root.get("Parameters"))) for template in templates}
    found: dict[str, list[_Found]] = {}
    spots: dict[str, list[BlindSpot]] = {}
    used: set[str] = set()
    for source in settings:
        if is_samconfig(source.path):
            root = _samconfig(source)
            if isinstance(root, Broken):
                owner = _beside(source.path, declared)
                if owner is not None:
                    why = "the environments of a file that cannot be read"
                    spots.setdefault(owner, []).append(BlindSpot("environment", why, root.span))
                continue
            for path, each in _in_samconfig(root, source.path, declared, files, used):
                found.setdefault(path, []).append(each)
    scripts = [one for one in settings if one.path not in used and deploys_with_parameters(one.path, one.text)]
    for path, each in _in_commands(scripts, declared, files, used) if scripts else ():
        found.setdefault(path, []).append(each)
    used.update(source.path for source in scripts)
    for path, each in _in_files([one for one in settings if one.path not in used], declared):
        found.setdefault(path, []).append(each)
    return {
        template.path: deployed
        for template in templates
        if (deployed := _deployed(template, found.get(template.path, []), spots.get(template.path, [])))
    }


def _deployed(template: Template, found: list[_Found], spots: list[BlindSpot]) -> Sequence[Environment]:
    """The environments of one template: what several places say of one is together."""
    template.blind_spots.extend(spots)
    known = frozenset(_names(template.root.get("Parameters"))) or _named_by_stack(template)
    if not any(known & each.values.keys() for each in found):
        return ()
    by_name: dict[str, list[_Found]] = {}
    for each in found:
        by_name.setdefault(each.name.lower(), []).append(each)
    groups = list(by_name.values())
    more = list(spots)
    if len(groups) > _MOST_ENVIRONMENTS:
        why = f"{len(groups) - _MOST_ENVIRONMENTS} environments more than are looked at"
        more.append(BlindSpot("environment", why, groups[_MOST_ENVIRONMENTS][0].span))
    return [
        _environment(template, group, len(groups) > 1, tuple(more) if number == 0 else ())
        for number, group in enumerate(groups[:_MOST_ENVIRONMENTS])
    ]


def _named_by_stack(template: Template) -> frozenset[str]:
    """The name of its stack, where a template without parameters asks for it."""
    return frozenset({STACK_NAME} if STACK_NAME in template.source.text else ())


def _environment(
    template: Template, group: list[_Found], is_one_of_several: bool, spots: tuple[BlindSpot, ...]
) -> Environment:
    values: dict[str, Given] = {}
    for each in reversed(group):
        values.update(each.values)
    for name, given in values.items():
        parameter = template.intrinsics.parameter(name)
        if given.text == "" and parameter is not None and parameter.default != "":
            values[name] = Given(None, given.span)  # it waits to be filled in
    known = frozenset(_names(template.root.get("Parameters")))
    open_ = [given.span for name, given in values.items() if given.text is None and name in known]
    more = [BlindSpot("value", "a parameter whose value is not told here", span) for span in open_]
    for name in sorted(known - values.keys()):
        parameter = template.intrinsics.parameter(name)
        if parameter is not None and parameter.default is None and not parameter.secret:
            more.append(BlindSpot("value", f"the parameter `{name}`, which is not given", parameter.span))
    paths = tuple(dict.fromkeys(path for each in group for path in (each.path, *each.reads)))
    name = group[0].name.replace(":", "-").replace("#", "-") if is_one_of_several else ""
    secrets = tuple(given.span for key, given in values.items() if _is_secret(template, key, given))
    return Environment(name, values, paths, group[0].span, (*spots, *more), secrets)


def _is_secret(template: Template, name: str, given: Given) -> bool:
    from crosswire.secret_shapes import kind_under_name

    parameter = template.intrinsics.parameter(name)
    if parameter is not None and parameter.secret:
        return bool(given.text)
    return given.text is not None and kind_under_name(name, given.text) is not None


# -- samconfig


def _samconfig(source: Source) -> Entries | Broken | None:
    if source.path.endswith(".toml"):
        from crosswire.readers.toml import read_toml

        return read_toml(source)
    documents = read_yaml(source)
    if isinstance(documents, Broken):
        return documents
    return documents[0] if documents and isinstance(documents[0], Entries) else None


def _in_samconfig(
    root: Entries | None, path: str, declared: Mapping[str, frozenset[str]], files: Files, used: set[str]
) -> Iterator[tuple[str, _Found]]:
    """Each environment of a samconfig with the template that it deploys. Files that it names are added to `used`."""
    folder = dirname(path)
    suffix = "-".join(words_of(path.rpartition("/")[2])[1:-1])
    for key, body in root.items() if root is not None else ():
        if not isinstance(body, Entries) or {key.text.lower(), suffix.lower()} & (NOT_DEPLOYED - {"default"}):
            continue
        settings: dict[str, tuple[Scalar, Node]] = {}
        for command in _COMMANDS:
            table = child(body, command, "parameters")
            if isinstance(table, Entries):
                settings.update((name.text, (name, value)) for name, value in table.items())
        if not settings.keys() & {"stack_name", "parameter_overrides", "template_file", "template"}:
            continue
        name, overrides = settings.get("parameter_overrides", (None, None))
        values = dict(_overrides(overrides, folder, files, used)) if overrides is not None else {}
        template = _template(root, body, settings, folder, declared, values)
        if template is not None:
            if "stack_name" in settings:
                values[STACK_NAME] = _given(settings["stack_name"][1])
            place = name if name is not None else key
            told = key.text if not suffix else suffix if key.text == "default" else f"{suffix}-{key.text}"
            yield template, _Found(told, values, path, place.span)


def _template(
    root: Entries | None,
    body: Entries,
    settings: Mapping[str, tuple[Scalar, Node]],
    folder: str,
    declared: Mapping[str, frozenset[str]],
    values: Mapping[str, Given],
) -> str | None:
    """The template that an environment of a samconfig deploys: the one it names, else the one it builds, else the one
    that `sam` takes by itself."""
    named = [text_of(settings[name][1]) for name in ("template_file", "template") if name in settings]
    for environment in (body, child(root, "default")):
        named += [text_of(child(environment, "build", "parameters", one)) for one in ("template_file", "template")]
    for text in named:
        path = normpath(join(folder, text)) if text else ""
        if path in declared:
            return path
    if any(text and ".aws-sam" not in text and "packaged" not in text for text in named[:1]):
        return None  # of another template, which is no root or not here
    for name in _DEFAULT_NAMES:
        path = join(folder, name)
        if path in declared:
            return path
    below = [path for path in declared if not folder or path.startswith(folder + "/")]
    fitting = [path for path in below if values and set(values) <= declared[path]]
    return fitting[0] if len(fitting) == 1 else None


def _overrides(node: Node, folder: str, files: Files, used: set[str]) -> Iterator[tuple[str, Given]]:
    """The parameters that `parameter_overrides` gives: a text, a list of texts, a table, or a file."""
    if isinstance(node, Entries):
        for key, value in node.items():
            yield key.text, _given(value)
    elif isinstance(node, Items):
        for item in node.items:
            yield from _overrides(item, folder, files, used)
    else:
        for name in _FILE.findall(node.text):
            path = normpath(join(folder, name.strip("\"'")))
            source = files.read(path) if path in files else None
            if isinstance(source, Source):
                used.add(path)
                values = _values(source, is_named=True)
                yield from (values or {}).items()
        yield from _in_text(node)


def _in_text(node: Scalar) -> Iterator[tuple[str, Given]]:
    """`A=b C="d e"`, and `ParameterKey=A,ParameterValue=b`."""
    at = node.start
    raw = node.source.text[: node.end]
    for match in OVERRIDE.finditer(node.text):
        name = (match["key"] or match["name"]).strip('"')
        written = match["text"] if match["key"] is not None else match["value"]
        text = re.sub(r"\\(.)", r"\1", written)
        if len(text) > 1 and text[0] in "\"'" and text[-1] == text[0]:
            text = text[1:-1]
        start = raw.find(name + ("=" if match["name"] is not None else ",ParameterValue="), at)
        span = node.span
        if start >= 0:
            start = raw.find("=", start + len(name)) + 1
            stop = re.compile(r'\\"|[\s"\']|$' if raw[start : start + 2] != '\\"' else r'\\"').search(raw, start + 2)
            end = min(max(start, stop.start() if stop is not None else node.end), node.end)
            if text and text in raw[start : start + len(text) + 2]:
                start = raw.index(text, start)
                end = start + len(text)
            at, span = end, Span(node.source, start, end)
        yield name, Given(None if _OPEN.search(text) else text, span)


# -- command lines


def _in_commands(
    scripts: Sequence[Source], declared: Mapping[str, frozenset[str]], files: Files, used: set[str]
) -> Iterator[tuple[str, _Found]]:
    """Each environment that a command line tells of, with the template that it deploys."""
    from crosswire.frontends.cloudformation.command_lines import deployed_by

    for each in deployed_by(scripts, files):
        used.update(each.reads)
        words = {word.lower() for word in words_of(each.name)}
        template = _template_of_command(each, declared)
        if template is not None and not words & NOT_DEPLOYED:
            values = dict(each.values)
            if each.stack is not None:
                values[STACK_NAME] = each.stack
            reads = tuple(path for path in each.reads if path not in declared)
            yield template, _Found(each.name, values, each.path, each.span, reads)


def _template_of_command(each: Deployed, declared: Mapping[str, frozenset[str]]) -> str | None:
    """The template that a command deploys: the one it names, else the one that `sam` takes by itself."""
    built = ".aws-sam/build/"
    paths = [path.replace(built, "") if built in path else path for path in each.templates]
    if not paths:
        paths = [normpath(join(folder, name)) for folder in each.folders for name in _DEFAULT_NAMES]
    return next((path for path in paths if path in declared), None)


# -- files of parameters


def _in_files(sources: Sequence[Source], declared: Mapping[str, frozenset[str]]) -> Iterator[tuple[str, _Found]]:
    """Each file of parameters with the template that it is for."""
    every = frozenset(name for names in declared.values() for name in names)
    by_owner: dict[str, list[tuple[str, dict[str, Given], Span]]] = {}
    for source in sources:
        if is_samconfig(source.path) or not any(name in source.text for name in every):
            continue
        values = _values(source)
        owner = _owner(source.path, values, declared) if values else None
        if values and owner is not None:
            by_owner.setdefault(owner, []).append((source.path, values, next(iter(values.values())).span))
    for owner, mine in by_owner.items():
        names = names_of([path for path, _, _ in mine], words_of(_stem(owner)))
        for path, values, span in mine:
            words = {word.lower() for word in words_of(names[path].rpartition("/")[2])}
            if not words & (NOT_DEPLOYED - {"default"}):
                yield owner, _Found(names[path], values, path, span)


def _values(source: Source, is_named: bool = False) -> dict[str, Given] | None:
    """The parameters that a file gives, None where it is no file of parameters. A mapping of names alone is one where
    it is called so, or `is_named` by another file."""
    tree = _tree(source)
    inner = tree.get("Parameters") if isinstance(tree, Entries) else None
    if isinstance(inner, (Entries, Items)):
        tree = inner
    elif isinstance(tree, Entries) and not is_named and "param" not in "/".join(source.path.split("/")[-2:]).lower():
        return None
    if isinstance(tree, Items) and 0 < len(tree.items) <= _MOST_VALUES:
        return _listed_values(tree)
    if not isinstance(tree, Entries) or not 0 < len(tree.pairs) <= _MOST_VALUES:
        return None
    values: dict[str, Given] = {}
    for key, value in tree.items():
        if isinstance(value, Entries) or (isinstance(value, Items) and not all(map(text_of, value.items))):
            return None
        values[key.text] = _given(value)
    return values


def _listed_values(listed: Items) -> dict[str, Given] | None:
    """`[{"ParameterKey": "A", "ParameterValue": "b"}]`, or `["A=b"]`."""
    values: dict[str, Given] = {}
    for item in listed.items:
        if isinstance(item, Scalar):
            found = dict(_in_text(item))
            if not found:
                return None
            values.update(found)
            continue
        name = text_of(child(item, "ParameterKey"))
        if name is None or not isinstance(item, Entries):
            return None
        value = item.get("ParameterValue")
        previous = item.get("UsePreviousValue")
        is_previous = isinstance(previous, Scalar) and previous.as_bool() is True
        values[name] = Given(None, item.span) if value is None or is_previous else _given(value)
    return values


def _tree(source: Source) -> Node | None:
    if source.path.endswith((".yaml", ".yml")):
        documents = read_yaml(source)
        return None if isinstance(documents, Broken) or len(documents) != 1 else documents[0]
    tree = read_json(source)
    return None if isinstance(tree, Broken) else tree


def _given(value: Node) -> Given:
    """What a node gives for a parameter: a list of texts is joined by commas."""
    if isinstance(value, Items):
        texts = [text_of(item) for item in value.items]
        return Given(None if None in texts else ",".join(text or "" for text in texts), value.span)
    if not isinstance(value, Scalar) or value.tag or value.is_null or _OPEN.search(value.text):
        return Given(None, value.span)
    return Given(value.text, value.span)


def _owner(path: str, values: Mapping[str, Given], declared: Mapping[str, frozenset[str]]) -> str | None:
    """The one template that a file of parameters is for: it declares all of them, is named like the file, and is the
    nearest. Where several are alike, none."""
    words = [word.lower() for part in path.split("/")[-2:] for word in words_of(part)]
    named = [one for one in declared if _is_named(_stem(one), words)]
    fitting = [one for one in declared if values.keys() <= declared[one]]
    if named:
        fitting = [one for one in fitting if one in named]
    ranked = sorted(fitting, key=lambda one: (-_shared(path, one), one))
    best = [one for one in ranked if _shared(path, one) == _shared(path, ranked[0])]
    if len(best) > 1:
        beside = [one for one in best if dirname(one) == dirname(path)]
        above = [one for one in best if path.startswith(dirname(one) + "/") or not dirname(one)]
        best = beside if len(beside) == 1 else above
    return best[0] if len(best) == 1 else None


def _is_named(stem: str, words: Sequence[str]) -> bool:
    own = [word.lower() for word in words_of(stem)]
    return bool(own) and not set(own) <= _COMMON_STEMS and all(word in words for word in own)


def _stem(path: str) -> str:
    return path.rpartition("/")[2].rpartition(".")[0]


def _shared(one: str, other: str) -> int:
    """How many folders two paths have in common."""
    count = 0
    for first, second in zip(one.split("/")[:-1], other.split("/")[:-1], strict=False):
        if first != second:
            break
        count += 1
    return count


def _beside(path: str, declared: Collection[str]) -> str | None:
    return next((one for name in _DEFAULT_NAMES if (one := join(dirname(path), name)) in declared), None)


def _names(section: Node | None) -> Iterator[str]:
    for key, _ in section.items() if isinstance(section, Entries) else ():
        yield key.text
