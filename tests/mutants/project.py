"""A correct project in memory, and where its code says a thing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from tests.mutants.document import Edit
from tests.mutants.serverless import Services
from tests.mutants.template import Template
from tests.mutants.terraform import Configuration

from crosswire.project import Files
from crosswire.source import Source

FIXTURES = Path(__file__).resolve().parent.parent.parent / "fixtures"
LANGUAGES = {
    ".py": "Python",
    ".ts": "TypeScript",
    ".tsx": "TypeScript",
    ".js": "JavaScript",
    ".jsx": "JavaScript",
    ".mjs": "JavaScript",
    ".cjs": "JavaScript",
}

Place = tuple[str, int]
"""A file and a line."""


@dataclass(frozen=True, slots=True)
class Project:
    """The texts of a project by path, its templates, Terraform and services, and the language of most of its code."""

    name: str
    texts: Mapping[str, str]
    templates: tuple[Template, ...]
    configuration: Configuration
    services: Services
    language: str

    @classmethod
    def load(cls, name: str) -> Project:
        files = Files.below(FIXTURES / name)
        sources = {path: files.read(path) for path in files.paths}
        texts = {path: source.text for path, source in sources.items() if isinstance(source, Source)}
        templates = (Template.recognise(path, text) for path, text in texts.items())
        languages = Counter(language for path in texts if (language := language_of(path)))
        language = languages.most_common(1)[0][0] if languages else ""
        return cls(name, texts, tuple(filter(None, templates)), Configuration(texts), Services(texts), language)

    def changed(self, edits: Mapping[str, Iterable[Edit]]) -> Project:
        """The project after some edits; its trees stay those from before, which the edits are about."""
        texts = dict(self.texts)
        for path, of_file in edits.items():
            for edit in sorted(of_file, key=lambda edit: -edit.start):
                texts[path] = edit.apply(texts[path])
        return replace(self, texts=texts)

    @property
    def code(self) -> Iterator[tuple[str, str]]:
        """The code files that functions and servers run."""
        return ((path, text) for path, text in self.texts.items() if language_of(path) and not _is_left(text))

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


def _is_left(text: str) -> bool:
    """Whether no function or server surely runs a file: it declares what is deployed, is a component that is told to
    run in browsers, or says that it is named where nobody can see it."""
    declares = "aws-cdk-lib" in text or "aws_cdk" in text
    return declares or "mutate: leave this file" in text or text.lstrip().startswith(('"use client"', "'use client'"))


def language_of(path: str) -> str | None:
    """The language of a file that people edit: an assembly of the AWS CDK holds copies of some."""
    if "cdk.out/" in path:
        return None
    return LANGUAGES.get(Path(path).suffix)
