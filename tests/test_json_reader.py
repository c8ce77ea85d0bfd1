"""JSON in, positioned nodes out."""

from __future__ import annotations

import json

import pytest

from crosswire.readers.json import read_json
from crosswire.readers.tree import Entries, Items, Node, Scalar, child
from crosswire.source import Broken, Source


def read(text: str) -> Node:
    node = read_json(Source("t.json", text))
    assert not isinstance(node, Broken), node
    return node


def plain(node: Node) -> object:
    if isinstance(node, Scalar):
        return json.loads(node.text) if node.plain else node.text
    if isinstance(node, Items):
        return [plain(item) for item in node]
    return {key.text: plain(value) for key, value in node.items()}


@pytest.mark.parametrize(
    "text",
    [
        '{"a": [1, -2.5e3, true, false, null, "x"], "b": {"c": {}}, "d": []}',
        '\t{\r\n\t"a"\t:\t"\\u00e9\\ud83d\\ude00\\n\\"\\\\"\r\n}\n',
        "[[], [[]], {}]",
        '"text"',
        "0",
        '{"a": 1, "a": 2}',
    ],
)
def test_it_reads_what_json_reads(text: str) -> None:
    assert plain(read(text)) == json.loads(text)


def test_a_mark_at_the_start_is_skipped() -> None:
    node = child(read('\ufeff{"a": "b"}'), "a")
    assert node is not None and node.span.text == '"b"'


@pytest.mark.parametrize(("name", "expected"), [("a", '"x\\ny"'), ("b", "12"), ("c", "[1, {}]"), ("d", '{"e": true}')])
def test_a_span_covers_what_is_written(name: str, expected: str) -> None:
    node = child(read('{"a": "x\\ny" , "b" :12, "c": [1, {}] ,"d": {"e": true} }'), name)
    assert node is not None and node.span.text == expected


def test_numbers_and_words_are_plain_and_texts_are_not() -> None:
    node = read('[true, "true"]')
    assert isinstance(node, Items)
    assert [item.plain for item in node if isinstance(item, Scalar)] == [True, False]


def test_duplicate_keys_are_kept() -> None:
    node = read('{"a": 1, "a": 2}')
    assert isinstance(node, Entries) and len(node.duplicates) == 1


@pytest.mark.parametrize(
    ("text", "line", "column", "words"),
    [
        ('{\n  "a": 1,\n}', 2, 9, "comma too many stands before `}`: remove it"),
        ("[1, 2, ]", 1, 6, "comma too many stands before `]`: remove it"),
        ('// why\n{"a": 1}', 1, 1, "no comments"),
        ('{"a": 1, /* why */ "b": 2}', 1, 10, "no comments"),
        ('{"a": 1 # why\n}', 1, 9, "no comments"),
        ("{'a': 1}", 1, 2, "double quotes"),
        ("['a']", 1, 2, "double quotes only"),
        ('{"a" 1}', 1, 6, "`:` is missing"),
        ('{"a": 1 "b": 2}', 1, 7, "`,` is missing behind this value"),
        ('{\n  "a": "x"\n  "b": 2}', 2, 10, "`,` is missing behind this value"),
        ("[1 x]", 1, 4, "`,` or `]` is missing before"),
        ('{"a": [1, 2}', 1, 12, "`}` closes what `[` opened in line 1: write `]`"),
        ('["a": 1]', 1, 5, "a list holds no keys"),
        ('{"a": {"b": 1}', 1, 15, "ends before a closing `}`, for line 1"),
        ("{a: 1}", 1, 2, "key stands without quotes"),
        ('{"a": 1,, "b": 2}', 1, 9, "comma too many stands here"),
        ('{"a": 1},', 1, 9, "comma too many stands here"),
        ('{"a": 1}}', 1, 9, "`}` too many"),
        ("{\n  \u201ca\u201d: 1}", 2, 3, "typographic quote"),
        ('{"a": \u201cb\u201d}', 1, 7, "typographic quote"),
        ('```json\n{"a": 1}\n```', 1, 1, "fence of a Markdown"),
        ('{"a": 1}\n```\n', 2, 1, "fence of a Markdown"),
        ('{"a": [1, ...]}', 1, 11, "`...` was left"),
        ('{"a": 1, ...}', 1, 10, "`...` was left"),
        ('{"a": }', 1, 7, "a value is missing"),
        ('{"a": tru}', 1, 7, "quote the text"),
        ("[01]", 1, 2, "value was expected"),
        ("[NaN]", 1, 2, "value was expected"),
        ("[1.]", 1, 2, "value was expected"),
        ('{"a": "x\ny"}', 1, 9, "line break"),
        ('{"a": "x', 1, 7, "never closed"),
        ('["\\x"]', 1, 3, "escape"),
        ("[1, 2", 1, 6, "ends before a closing `]`"),
        ('{"a":', 1, 6, "ends before its JSON value"),
        ("{} {}", 1, 4, "second JSON value"),
        ("{} x", 1, 4, "after the end"),
        ("", 1, 1, "empty"),
    ],
)
def test_a_mistake_is_told_with_its_place_and_what_to_do(text: str, line: int, column: int, words: str) -> None:
    found = read_json(Source("t.json", text))
    assert isinstance(found, Broken)
    position = found.span.start_position
    assert (position.line, position.column) == (line, column)
    assert words in found.why


@pytest.mark.parametrize("text", ["[" * 100_000, '{"a":' * 50_000])
def test_deep_nesting_is_broken_and_does_not_crash(text: str) -> None:
    found = read_json(Source("t.json", text))
    assert isinstance(found, Broken) and "levels deep" in found.why
