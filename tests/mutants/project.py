"""A correct project in memory, and where its code says a thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutants.document import Edit
from tests.mutants.template import Template
from tests.mutants.terraform import Configuration

from crosswire.project import Files
from crosswire.source import Source

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
LANGUAGES = {".py": "Python", ".ts": "TypeScript", ".js": "JavaScript", ".mjs": "JavaScript", ".cjs": "JavaScript"}

Place = tuple[str, int]
"""A file and a line."""


@dataclass(frozen=True, slots=True)
class Project:
    """The texts of a project by path, its templates, its Terraform, and the language that most of its code is in."""

    name: str
    texts: Mapping[str, str]
    templates: tuple[Template, ...]
    configuration: Configuration
    language: str

    @classmethod
    def load(cls, name: str) -> Project:
        files = Files.below(FIXTURES / name)
        sources = {path: files.read(path) for path in files.paths}
        texts = {path: source.text for path, source in sources.items() if isinstance(source, Source)}
        templates = (Template.recognise(path, text) for path, text in texts.items())
        languages = Counter(language for path in texts if (language := language_of(path)))
        language = languages.most_common(1)[0][0]
        return cls(name, texts, tuple(filter(None, templates)), Configuration(texts), language)

    def changed(self, edits: Mapping[str, Iterable[Edit]]) -> Project:
        """The project after some edits; its trees stay those from before, which the edits are about."""
        texts = dict(self.texts)
        for path, of_file in edits.items():
            for edit in sorted(of_file, key=lambda edit: -edit.start):
                texts[path] = edit.apply(texts[path])
        return replace(self, texts=texts)

    @property
    def code(self) -> Iterator[tuple[str, str]]:
        """The code files."""
        return ((path, text) for path, text in self.texts.items() if language_of(path))

    def saying(self, pattern: str) -> frozenset[Place]:
        """The lines, in code and in templates that hold code, that a regular expression is found in."""
        search = re.compile(pattern).search
        return frozenset(
            (path, number)
            for path, text in self.texts.items()
            if language_of(path) or "ZipFile" in text
            for number, line in enumerate(text.split("\n"), start=1)
            if search(line)
        )

    def naming(self, variable: str) -> frozenset[Place]:
        """The lines of code that name a variable of the environment; in a template only those that read it."""
        reads = self.saying(rf"(?:process\.env\.|environ\[.){variable}\b")
        named = self.saying(rf"\b{variable}\b")
        return reads | frozenset((path, line) for path, line in named if language_of(path))

    def requires(self, variable: str) -> bool:
        """Whether code names a variable, and has no default for it nor only compares it."""
        places = self.naming(variable)
        lines = [self.texts[path].split("\n")[number - 1] for path, number in places]
        spared = re.compile(rf"""{variable}["'\]]*\s*(?:\?\?|\|\||===|,\s*["'])""")
        return bool(places) and not any(map(spared.search, lines))


def language_of(path: str) -> str | None:
    return LANGUAGES.get(Path(path).suffix)


def calling(action: str) -> str:
    """A regular expression for the ways in which code calls what needs an action."""
    _, _, operation = action.partition(":")
    names = {operation, operation.removesuffix("Item")} if action.startswith("dynamodb:") else {operation}
    ways = [
        way
        for name in names
        for way in (
            f"{name}Command\\(",
            f"paginate{name}\\(",
            rf"\.{name[0].lower()}{name[1:]}\(",
            rf"\.{_snake(name)}\(",
        )
    ]
    return "|".join([*ways, *_IRREGULAR.get(action, ())])


_TRANSACTION = r"TransactWrite(Items)?Command\(|transact_write_items\("
_IRREGULAR = {
    "dynamodb:PutItem": (_TRANSACTION,),
    "dynamodb:UpdateItem": (_TRANSACTION,),
    "dynamodb:ConditionCheckItem": (_TRANSACTION,),
    "dynamodb:BatchWriteItem": (r"batch_writer\(",),
    "s3:ListBucket": (r"list_objects_v2",),
    "s3:PutObject": (r"\.put\(",),
}


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()
