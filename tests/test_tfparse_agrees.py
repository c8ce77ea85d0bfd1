"""The evaluation of Terraform agrees with tfparse, which runs Terraform's own language: what it works out, crosswire
works out alike, or there is a reason."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from functools import cache
from itertools import zip_longest
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import pytest

from crosswire.frontends.lowered import Lowered
from crosswire.frontends.terraform import configurations
from crosswire.frontends.terraform.configuration import Configuration
from crosswire.frontends.terraform.public_modules import packaged
from crosswire.frontends.terraform.values import Either, Evaluated, Leaf, Listing, Object
from crosswire.project import Files
from crosswire.values import Concat, Const, If, OneOf, Parameter, Ref, Unknown, Value, leaves

pytest.importorskip("tfparse")
pytestmark = pytest.mark.slow

TESTS = Path(__file__).resolve().parent
FIXTURES = TESTS.parent / "fixtures"


class Case(NamedTuple):
    """A root module: `root` is its folder below a project, `values` are the files of values that are given."""

    project: Path
    root: str = ""
    values: tuple[str, ...] = ()


CASES = {
    **{path.name: Case(path) for path in sorted((TESTS / "terraform").iterdir()) if path.is_dir()},
    "tf-js-tfvars": Case(FIXTURES / "tf-js-tfvars", values=("envs/dev.tfvars",)),
    "tf-json-cognito": Case(FIXTURES / "tf-json-cognito"),
    "tf-python-for-each": Case(FIXTURES / "tf-python-for-each"),
    "tf-python-modules": Case(FIXTURES / "tf-python-modules", "environments/dev"),
    "tf-ts-public-modules": Case(FIXTURES / "tf-ts-public-modules", "infrastructure"),
    "dialects": Case(FIXTURES / "dialects", "terraform"),
    "dialects-json": Case(FIXTURES / "dialects", "terraform-json"),
}

# What differs: the case, a pattern of its paths, and why that is right, or of no concern.
_UNUSED = "a function that no text of a wiring is made with: not known here"
DIFFERENCES = {
    ("collections", r"output\.lists\.matchkeys"): _UNUSED,
    ("dynamic-blocks", r"data\.aws_iam_policy_document\.statements\.statement"): (
        "tfparse makes no dynamic blocks of lists of objects of several kinds"
    ),
    ("numbers-and-encodings", r"output\.encodings\.csv"): _UNUSED,
    ("numbers-and-encodings", r"output\.networks\..*"): _UNUSED,
    ("numbers-and-encodings", r"output\.numbers\.log"): _UNUSED,
    ("numbers-and-encodings", r"output\.times\..*"): _UNUSED,
    ("public-modules", r"module\.fn3\.data\.aws_iam_policy_document\.assume_role\[0\]\.statement\.principals"): (
        "tfparse makes nothing of a list of texts and objects"
    ),
    ("tf-json-cognito", r"aws_lambda_function\.this\[.*\]\.environment"): (
        "tfparse makes no dynamic blocks of the JSON syntax"
    ),
    ("tf-python-for-each", r"aws_iam_policy\.this\[.*\]"): "tfparse knows no for_each over a data source",
    ("tf-python-modules", r"module\.bookings_table\.aws_dynamodb_table\.this\.ttl"): (
        "tfparse makes nothing of a splat of a text"
    ),
    ("variables", r"output\.values\.length"): "the length of a text that a deployment may set: not known here",
}

_MADE_UP = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_OUTSIDE = frozenset(("__tfmeta", "id", "count", "for_each", "depends_on", "lifecycle", "provider", "timeouts"))
_OPEN = frozenset(("connection", "provisioner", "triggers"))


class Difference(NamedTuple):
    case: str
    path: str
    ours: str
    theirs: str

    def __str__(self) -> str:
        return f"{self.case} {self.path}: {self.ours} here, {self.theirs} there"


class Compared(NamedTuple):
    """How many values are the same, how many cannot be compared and why, and what differs."""

    same: int
    skipped: Counter[str]
    differences: tuple[Difference, ...]


@cache
def ours(name: str) -> Configuration:
    case = CASES[name]
    lowered = Lowered()
    # Every root module of the project is evaluated, in each of its environments
    found = [
        each
        for each in configurations(Files.below(case.project), lowered)
        if each.unit.partition(":")[0] == (case.root or ".")
        and (not case.values or all(path in each.units[0].paths for path in case.values))
    ]
    assert not lowered.broken
    assert len(found) == 1
    return found[0]


@cache
def theirs(name: str) -> dict[str, list[dict[str, Any]]]:
    import tfparse

    case = CASES[name]
    with TemporaryDirectory() as copy:
        shutil.copytree(case.project, copy, dirs_exist_ok=True)
        folder = Path(copy, case.root)
        _bring_public_modules(folder)
        values = [path.name for path in (*folder.glob("terraform.tfvars"), *sorted(folder.glob("*.auto.tfvars")))]
        result: dict[str, list[dict[str, Any]]] = tfparse.load_from_path(
            str(folder), vars_paths=[*values, *case.values] or None
        )
    return result


def _bring_public_modules(folder: Path) -> None:
    """Put the texts that stand for public modules beside a root module, where tfparse finds them."""
    for path in folder.glob("*.tf"):
        text = path.read_text(encoding="utf-8")
        for source in set(re.findall(r'\bsource *= *"([^"]+)"', text)):
            found = packaged(source)
            if found is not None:
                module = folder / "public" / found[0].removesuffix(".tf")
                module.mkdir(parents=True, exist_ok=True)
                (module / "main.tf").write_text(found[1], encoding="utf-8")
                text = text.replace(f'"{source}"', f'"./public/{module.name}"')
        path.write_text(text, encoding="utf-8")


@cache
def compared(name: str) -> Compared:
    comparison = _Comparison(name)
    comparison.instances(ours(name), theirs(name))
    comparison.outputs(ours(name), theirs(name))
    return Compared(comparison.same, comparison.skipped, tuple(comparison.differences))


class _Comparison:
    def __init__(self, case: str) -> None:
        self.case = case
        self.same = 0
        self.skipped: Counter[str] = Counter()
        self.differences: list[Difference] = []

    def instances(self, configuration: Configuration, parsed: dict[str, list[dict[str, Any]]]) -> None:
        mine = {instance.id.address: instance for instance in configuration.instances.values()}
        listed = {
            item["__tfmeta"]["path"]: item
            for items in parsed.values()
            for item in items
            if item["__tfmeta"].get("type") in ("resource", "data")
        }
        for path in sorted(mine.keys() | listed.keys()):
            if path in mine and path not in listed and mine[path].when:
                self.skipped["there by a condition"] += 1
                continue
            if path not in mine or path not in listed:
                self._differ(path, "there" if path in mine else "not there", "there" if path in listed else "not there")
                continue
            self._object(path, mine[path].arguments, listed[path])

    def outputs(self, configuration: Configuration, parsed: dict[str, list[dict[str, Any]]]) -> None:
        for item in parsed.get("output", ()):
            path = item["__tfmeta"]["path"]
            name = path.removeprefix("output.")
            if path.startswith("output.") and name in configuration.outputs:
                self._value(path, configuration.outputs[name][1], item.get("value"))

    def _object(self, path: str, mine: Object, found: dict[str, Any]) -> None:
        if not found.keys() - _OUTSIDE and not _is_empty(mine):
            self.skipped["left out by tfparse"] += 1
            return
        for name, value in found.items():
            if (name in _OUTSIDE and (name != "id" or _is_made_up(value))) or name in _OPEN or value is None:
                continue
            given = mine.get(name)
            if given is None:
                self._value(f"{path}.{name}", None, value)
            else:
                self._value(f"{path}.{name}", given, value)
        for name in mine.pairs:
            if name not in found and name not in _OUTSIDE and name not in _OPEN and not _is_empty(mine.get(name)):
                self._differ(f"{path}.{name}", _shown_node(mine.get(name)), "nothing")

    def _value(self, path: str, mine: Evaluated | None, found: object) -> None:
        if found is None or (isinstance(found, dict) and "__attribute__" in found):
            self.skipped["not known to tfparse"] += 1
            return
        match mine, found:
            case None, [] | {} | "":
                pass
            case None, _:
                self._differ(path, "nothing", repr(found))
            case Either(), _:
                self._either(path, mine, found)
            case Leaf(tree=tree), str() if tree is not None and not _is_unresolved(found):
                self._json(path, tree, found)
            case Leaf(), _:
                self._leaf(path, mine, found)
            case Listing(items=[Object() as only]), dict():
                self._object(path, only, found)
            case Listing(items=items), [{"__tfmeta": _}, *_]:
                self._blocks(path, list(items), found)
            case Listing(items=items, complete=True), list():
                for at, (one, other) in enumerate(zip_longest(items, found)):
                    self._value(f"{path}[{at}]", one, other)
            case Object(), dict():
                self._object(path, mine, found)
            case ((Listing() | Object()), _) if not mine.complete:
                self._differ(path, "not known", repr(found))
            case _:
                self._differ(path, _shown_node(mine), repr(found))

    def _blocks(self, path: str, mine: list[Evaluated], found: list[dict[str, Any]]) -> None:
        """Blocks of one name, whose order tfparse does not keep: each with the one that is most like it."""
        for at, other in enumerate(found):
            if not mine:
                self._differ(f"{path}[{at}]", "nothing", repr(other))
                continue
            tries = [self._tried(f"{path}[{at}]", one, other) for one in mine]
            best = min(range(len(mine)), key=lambda each: tries[each].likeness)
            self._add(tries[best])
            del mine[best]
        for one in mine:
            if not _is_empty(one):
                self._differ(path, _shown_node(one), "nothing")

    def _either(self, path: str, mine: Either, found: object) -> None:
        """Whichever side it is: the one that agrees."""
        tries = [self._tried(path, side, found) for side in (mine.then, mine.otherwise)]
        self._add(min(tries, key=lambda each: each.likeness))

    def _tried(self, path: str, mine: Evaluated, found: object) -> _Comparison:
        comparison = _Comparison(self.case)
        comparison._value(path, mine, found)
        return comparison

    def _add(self, other: _Comparison) -> None:
        self.same += other.same
        self.skipped += other.skipped
        self.differences += other.differences

    @property
    def likeness(self) -> tuple[int, int]:
        return len(self.differences), -self.same

    def _json(self, path: str, tree: Evaluated, found: str) -> None:
        try:
            document = json.loads(found)
        except ValueError:
            self._differ(path, "JSON", repr(found))
        else:
            self._value(path, tree, document)

    def _leaf(self, path: str, mine: Leaf, found: object) -> None:
        if isinstance(found, (dict, list)):
            self._differ(path, _shown_node(mine), repr(found))
            return
        text = _text(found)
        if _is_made_up(found) and isinstance(mine.value, Const) and mine.tree is None:
            self._differ(path, _shown(mine.value), "an attribute of a resource")
        elif _is_unresolved(text):
            self.skipped["not known to tfparse"] += 1
        elif any(isinstance(part, Ref) for part in leaves(mine.value)):
            self.skipped["an attribute of a resource"] += 1
        elif any(isinstance(part, Parameter) and part.default is None for part in leaves(mine.value)):
            self.skipped["a value of the deployment"] += 1
        elif text in _texts(mine.value) or _same_number(mine, text):
            self.same += 1
        else:
            self._differ(path, _shown(mine.value), repr(found))

    def _differ(self, path: str, mine: str, found: str) -> None:
        self.differences.append(Difference(self.case, path, mine, found))


def _is_made_up(value: object) -> bool:
    """Whether tfparse made the value up, for an attribute that only a deployment knows."""
    return isinstance(value, str) and _MADE_UP.fullmatch(value) is not None


def _is_unresolved(text: str) -> bool:
    return _MADE_UP.search(text) is not None or text.startswith("${")


def _is_empty(node: Evaluated | None) -> bool:
    """Whether there is nothing in it, and nothing can be."""
    match node:
        case None:
            return True
        case Listing(items=items, complete=True):
            return all(map(_is_empty, items))
        case Object(pairs=pairs, complete=True):
            return all(_is_empty(value) for _, value in pairs.values())
        case Either():
            return _is_empty(node.then) or _is_empty(node.otherwise)
        case Leaf():
            return node.is_null
        case _:
            return False


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _same_number(mine: Leaf, text: str) -> bool:
    if mine.kind != "number" or not isinstance(mine.value, Const):
        return False
    try:
        return abs(float(mine.value.text) - float(text)) < 1e-12
    except ValueError:
        return False


def _texts(value: Value) -> set[str]:
    """Every text that a value may be, with the defaults of parameters."""
    match value:
        case Const(text):
            return {text}
        case Parameter(default=default):
            return set() if default is None else {default}
        case Concat(parts):
            found = {""}
            for part in parts:
                found = {left + right for left in found for right in _texts(part)}
            return found
        case If(_, then, otherwise):
            return _texts(then) | _texts(otherwise)
        case OneOf(choices):
            return {text for choice in choices for text in _texts(choice)}
        case _:
            return set()


def _shown(value: Value) -> str:
    match value:
        case Const(text):
            return repr(text)
        case Ref(id, attribute):
            return f"<{id.address}.{attribute}>"
        case Parameter(_, name, default):
            return f"<{name} = {default!r}>"
        case Concat(parts):
            return " ".join(map(_shown, parts))
        case Unknown(why):
            return f"not known ({why})"
        case _:
            return f"one of {sorted(_texts(value))}"


def _shown_node(node: Evaluated | None) -> str:
    match node:
        case None:
            return "nothing"
        case Leaf():
            return _shown(node.value)
        case Listing():
            return f"[{', '.join(map(_shown_node, node.items))}]"
        case Object():
            return f"{{{', '.join(f'{name}: {_shown_node(value)}' for name, (_, value) in node.pairs.items())}}}"
        case Either():
            return f"{_shown_node(node.then)} or {_shown_node(node.otherwise)}"


def _reason(difference: Difference) -> tuple[str, str] | None:
    for case, pattern in DIFFERENCES:
        if case == difference.case and re.fullmatch(pattern, difference.path):
            return case, pattern
    return None


@pytest.mark.parametrize("name", CASES)
def test_what_tfparse_works_out_is_worked_out_alike(name: str) -> None:
    assert [str(each) for each in compared(name).differences if _reason(each) is None] == []


def test_every_reason_is_needed() -> None:
    used = {_reason(difference) for name in CASES for difference in compared(name).differences}
    assert set(DIFFERENCES) - used == set()


def test_most_values_are_compared() -> None:
    same = sum(compared(name).same for name in CASES)
    skipped = sum(sum(compared(name).skipped.values()) for name in CASES)
    assert same >= 1_000
    assert skipped < same
