"""YAML in, positioned nodes out."""

from __future__ import annotations

import time

import pytest

from crosswire.readers import yaml
from crosswire.readers.tree import Entries, Items, Node, Scalar, child
from crosswire.readers.yaml import read_yaml
from crosswire.source import Broken, Source


def read(text: str) -> Node:
    documents = read_yaml(Source("t.yaml", text))
    assert isinstance(documents, list), documents
    return documents[0]


def broken(text: str) -> Broken:
    result = read_yaml(Source("t.yaml", text))
    assert isinstance(result, Broken), result
    return result


def written(text: str, *names: str) -> str:
    """The text that the span of a value covers."""
    node = child(read(text), *names)
    assert node is not None
    return node.span.text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a: b  # comment\n", "b"),
        ("a: two words   \nb: c", "two words"),
        ("a: 'it''s'", "'it''s'"),
        ('a: "x\\ty" # z', '"x\\ty"'),
        ("a: plain\n  goes on\nb: c", "plain\n  goes on"),
        ("a: |\n  x\n  y\n\n\nb: c", "|\n  x\n  y"),
        ("a: >-\n  x\n# comment\nb: c", ">-\n  x"),
        ("a: !Sub '${x}'\n", "!Sub '${x}'"),
        ("a: !Ref x", "!Ref x"),
        ("a: [1, {b: c}]\nd: e", "[1, {b: c}]"),
        ("a:\n  - x\n  - y\n\nb: c", "- x\n  - y"),
        ("a:\n  b: c\n  d: e\n\nf: g", "b: c\n  d: e"),
        ("a: !Join\n  - x\n  - y\n", "!Join\n  - x\n  - y"),
        ("a: {}\nb: c", "{}"),
    ],
)
def test_a_span_covers_what_is_written(text: str, expected: str) -> None:
    assert written(text, "a") == expected


@pytest.mark.parametrize(
    "text", ["\ufeffa: é\nb: c", "é: 1\r\nb: c\r\n", "x: '😀'\r\nb: c", "x: |\r\n  ä\r\n\r\nb: c\r\n"]
)
def test_places_are_right_after_marks_breaks_and_wide_characters(text: str) -> None:
    assert written(text, "b") == "c"


def test_line_ends_with_carriage_returns_do_not_reach_the_text() -> None:
    node = child(read("a: |\r\n  x\r\n  y\r\n"), "a")
    assert isinstance(node, Scalar) and node.text == "x\ny\n"


@pytest.mark.parametrize(
    ("text", "tag", "plain", "value"),
    [
        ("true", "", True, "true"),
        ("'true'", "", False, "true"),
        ("2012-10-17", "", True, "2012-10-17"),
        ("012", "", True, "012"),
        ("!!str 12", "", False, "12"),
        ("! 12", "", False, "12"),
        ("!!int '12'", "", False, "12"),
        ("!GetAtt A.B", "!GetAtt", False, "A.B"),
        ("!!binary aGk=", "!!binary", False, "aGk="),
        ("|\n  12", "", False, "12"),
    ],
)
def test_scalars_keep_tag_text_and_style(text: str, tag: str, plain: bool, value: str) -> None:
    node = read(text)
    assert isinstance(node, Scalar)
    assert (node.tag, node.plain, node.text) == (tag, plain, value)


def test_an_empty_value_is_null_and_a_quoted_one_is_not() -> None:
    node = read("a:\nb: ''\nc: ~\n")
    assert isinstance(node, Entries)
    assert [value.is_null for _, value in node.pairs if isinstance(value, Scalar)] == [True, False, True]


def test_every_document_is_read() -> None:
    documents = read_yaml(Source("t.yaml", "---\na: 1\n---\n- b\n...\n---\n"))
    assert isinstance(documents, list)
    assert [type(document) for document in documents] == [Entries, Items, Scalar]


def test_an_empty_text_has_no_documents() -> None:
    assert read_yaml(Source("t.yaml", "# nothing\n")) == []


def test_duplicate_keys_are_kept_and_the_last_one_counts() -> None:
    node = read("a: 1\nb: 2\na: 3\n")
    assert isinstance(node, Entries)
    assert [key.text for key in node.duplicates] == ["a"]
    assert isinstance(last := node.get("a"), Scalar) and last.text == "3"


def test_an_alias_is_the_node_of_its_anchor() -> None:
    node = read("a: &x {b: c}\nd: *x\n")
    assert child(node, "a") is child(node, "d")


def test_an_anchor_may_be_set_again() -> None:
    node = read("a: &x 1\nb: *x\nc: &x 2\nd: *x\n")
    values = [child(node, name) for name in "bd"]
    assert [value.text for value in values if isinstance(value, Scalar)] == ["1", "2"]


def test_anchors_end_with_their_document() -> None:
    assert "has no anchor" in broken("a: &x 1\n---\nb: *x\n").why


def test_merge_keys_are_written_out_and_own_keys_win() -> None:
    node = read("one: &one {a: 1, b: 1}\ntwo: &two {b: 2, c: 2}\nall:\n  <<: [*one, *two]\n  a: 0\n")
    merged = child(node, "all")
    assert isinstance(merged, Entries)
    assert {key.text: value.text for key, value in merged.pairs if isinstance(value, Scalar)} == {
        "a": "0",
        "b": "1",
        "c": "2",
    }


def test_a_quoted_merge_key_is_a_key() -> None:
    assert child(read("'<<': x"), "<<") is not None


def test_a_key_that_is_no_text_is_kept_as_written() -> None:
    inner = child(read("a: {{ name }}\n"), "a")
    assert isinstance(inner, Entries)
    assert [(key.tag, key.text) for key, _ in inner.pairs] == [("?", "{ name }")]


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ("a:\n\tb: 1\n", 2, 1, "a tab indents this line"),
        ("a: b: c\n", 1, 5, "fix the indentation or quote"),
        ("a: @x\n", 1, 4, "cannot start with `@`: quote it"),
        ("a: [1, 2\n", 2, 1, "closing bracket is missing"),
        ("- a\nb: c\n", 2, 1, "list item was expected"),
        ('a: "\\q"\n', 1, 5, "escape is unknown"),
        ("x: 1\na: *nothing\n", 2, 4, "has no anchor `&nothing`"),
        ("a: &a [*a]\n", 1, 8, "inside its own anchor"),
        ("<<: 1\n", 1, 1, "merges mappings only"),
        ("ok: 1\nx: a\x07b\n", 2, 5, "control character"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(text: str, line: int, column: int, words: str) -> None:
    found = broken(text)
    position = found.span.start_position
    assert (position.line, position.column) == (line, column)
    assert words in found.why


def test_text_that_is_no_unicode_is_broken() -> None:
    assert "UTF-8" in broken("a: \ud800").why


def test_a_mistake_never_repeats_the_text() -> None:
    assert "hunter2" not in broken("password: 'hunter2\nb: c").why


def test_laughing_aliases_end_at_once() -> None:
    lines = ["a0: &a0 [x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    started = time.perf_counter()
    assert "too many nodes" in broken("\n".join(lines)).why
    assert time.perf_counter() - started < 0.5


def test_laughing_merges_end_at_once() -> None:
    keys = ", ".join(f"k{n}: 1" for n in range(1000))
    text = f"base: &base {{{keys}}}\n" + "".join(f"m{n}: {{<<: *base}}\n" for n in range(2000))
    started = time.perf_counter()
    assert "too many nodes" in broken(text).why
    assert time.perf_counter() - started < 2


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 5_000, "- " * 10_000, "&a [" * 3_000])
def test_deep_nesting_is_broken_and_does_not_crash(text: str) -> None:
    assert "levels deep" in broken(text).why


def test_aliases_cannot_hide_depth() -> None:
    lines = ["a0: &a0 [x]"] + [f"a{n}: &a{n} [*a{n - 1}]" for n in range(1, 1000)]
    assert "levels deep" in broken("\n".join(lines)).why


def test_the_python_parser_reads_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    text = "a: &x !Sub 'b'\nc: [1, *x]\nd: |\n  e\nf:\n  - g: h\n    i: j\n"

    def places(node: Node) -> object:
        if isinstance(node, Scalar):
            return (node.text, node.tag, node.start, node.end)
        if isinstance(node, Items):
            return [places(item) for item in node]
        return [(places(key), places(value)) for key, value in node.pairs]

    fast = places(read(text))
    monkeypatch.setattr(yaml, "_parser", yaml._python_parser)
    assert places(read(text)) == fast
    assert "a tab indents" in broken("a:\n\tb: 1\n").why
