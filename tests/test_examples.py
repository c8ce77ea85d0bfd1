"""The notation of examples."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from crosswire.errors import DocumentationError
from crosswire.examples import Expectation, difference, documentation
from crosswire.finding import Finding, Severity
from crosswire.source import Source, Span

PAGE = """A variable is wrong.

    Why it hurts.

    ## Bad

    `template.yaml`
    ```yaml
    Key: value  # expect: env/not-set, iam/wildcard
    ```
    `src/app.js`
    ```js
    one();
    two(); // expect: env/not-set
    ```
    `policy.json` expect 1: iam/wildcard; 2: env/not-set
    ```json
    {
    }
    ```

    ## Good

    `template.yaml`
    ```yaml
    Key: right
    ```

    ## Limits

    ```
    any fence
    ```
    """


def test_an_example_is_the_files_and_what_is_expected_of_them() -> None:
    page = documentation(PAGE, "env/x")
    assert page.summary == "A variable is wrong."
    bad, good = page.examples
    assert bad.name == "Bad"
    assert bad.files == {
        "template.yaml": "Key: value  # expect: env/not-set, iam/wildcard\n",
        "src/app.js": "one();\ntwo(); // expect: env/not-set\n",
        "policy.json": "{\n}\n",
    }
    assert bad.expected == (
        Expectation("template.yaml", 1, "env/not-set"),
        Expectation("template.yaml", 1, "iam/wildcard"),
        Expectation("src/app.js", 2, "env/not-set"),
        Expectation("policy.json", 1, "iam/wildcard"),
        Expectation("policy.json", 2, "env/not-set"),
    )
    assert (good.name, good.files, good.expected) == ("Good", {"template.yaml": "Key: right\n"}, ())


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        (PAGE, "", "no docstring"),
        ("is wrong.\n", "is wrong\n", "a sentence"),
        ("## Good", "## Right", "no example `## Good`"),
        ("    `src/app.js`\n", "", "no path in backticks"),
        ("src/app.js", "template.yaml", "holds template.yaml twice"),
        ("    any fence\n    ```\n", "", "not closed"),
        ("# expect: env/not-set, iam/wildcard", "# expect: not-set", "`not-set` is no rule's id"),
        ("expect 1:", "expect one:", "is no `line: rule`"),
        ("Key: right", "Key: right  # expect: env/not-set", "`## Good` must expect nothing"),
    ],
)
def test_a_docstring_that_breaks_the_notation_is_told_with_its_rule(old: str, new: str, error: str) -> None:
    with pytest.raises(DocumentationError, match="env/x") as raised:
        documentation(PAGE.replace(old, new), "env/x")
    assert error in str(raised.value)


def test_differences_are_told_both_ways(finding: Callable[..., Finding]) -> None:
    source = Source("a.py", "one\ntwo\n")
    first, second = Span(source, 0, 3), Span(source, 4, 7)
    expected = [Expectation("a.py", 1, "env/not-set"), Expectation("a.py", 1, "env/not-set")]
    found = [finding(first), finding(second), finding(second, "env/never-read", severity=Severity.NOTE)]
    result = difference(expected, found)
    assert result.missed == (Expectation("a.py", 1, "env/not-set"),)
    assert result.unexpected == (Expectation("a.py", 2, "env/not-set"),)


def test_notes_count_where_marked_and_for_their_own_rule(finding: Callable[..., Finding]) -> None:
    note = finding(Span(Source("a.py", "one\n"), 0, 3), "env/never-read", severity=Severity.NOTE)
    mark = Expectation("a.py", 1, "env/never-read")
    assert difference([mark], [note]).missed == ()
    assert difference([], [note]).unexpected == ()
    assert difference([], [note], "env/never-read").unexpected == (mark,)
