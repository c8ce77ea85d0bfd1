"""The mistakes in any text: secrets in code, times in the wrong unit, and files that cannot be read."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.mutants.document import Edit
from tests.mutants.mistake import Mistake, Operator, made_up_key
from tests.mutants.project import Place, Project, language_of

from crosswire.source import Span
from crosswire.values import Const


def secret_in_code(project: Project) -> Iterator[Mistake]:
    """Code falls back to a secret that it holds itself."""
    forms = {
        "Python": f'\n\nimport os as _os\n\nJWT_SECRET = _os.environ.get("JWT_SECRET", "{made_up_key()}")\n',
        "JavaScript": f"\nconst jwtSecret = process.env.JWT_SECRET || '{made_up_key()}';\n",
    }
    forms["TypeScript"] = forms["JavaScript"]
    for path, text in project.code:
        added = forms[language_of(path) or ""]
        if text.strip():
            first = text.count("\n") + 1
            yield Mistake(
                f"{path} falls back to a secret",
                {path: (Edit(len(text), len(text), added),)},
                frozenset({"secrets/literal-fallback"}),
                frozenset((path, line) for line in range(first, first + added.count("\n"))),
            )


def broken_file(project: Project) -> Iterator[Mistake]:
    """A file still holds the marks of a merge; nothing else may be concluded from what cannot be read."""
    templates = {template.path for template in project.templates} | {*project.services.files}
    code = {path for path, _ in project.code}
    for path, text in project.texts.items():
        if (path in templates or path.endswith((".tf", ".tf.json")) or path in code) and text.strip():
            line = text.count("\n") // 2
            start = 0 if not line else [at.start() for at in re.finditer("\n", text)][line - 1] + 1
            yield Mistake(
                f"{path} holds the marks of a merge",
                {path: (Edit(start, start, "<<<<<<< HEAD\n"),)},
                frozenset({"input/broken-file"}),
                frozenset({(path, line + 1)}),
            )


def milliseconds(project: Project) -> Iterator[Mistake]:
    """The time at which an item expires is written in milliseconds."""
    wiring = project.configuration.wiring
    clocks: dict[Span, set[Place]] = {}
    for function in wiring.functions:
        for call in function.code.calls:
            for time in call.times:
                table = wiring.table(function, time.table)
                expires = table is not None and table.ttl == Const(time.attribute)
                if expires and time.clock is not None and time.clock.text in ("Date.now()", "time.time()"):
                    place = (time.span.path, time.span.start_position.line)
                    clocks.setdefault(time.clock, set()).add(place)
    for clock, places in clocks.items():
        yield Mistake(
            f"{clock.path} counts in milliseconds when an item expires",
            {clock.path: (Edit(clock.start, clock.end, f"({clock.text} * 1000)"),)},
            frozenset({"schema/ttl-not-seconds"}),
            frozenset(places),
        )


OPERATORS: dict[str, Operator] = {
    "secret-in-code": secret_in_code,
    "broken-file": broken_file,
    "milliseconds": milliseconds,
}
