"""HCL text into bodies and expressions: places, escapes, and what cannot be read."""

from __future__ import annotations

from time import process_time

import pytest

from crosswire.readers import hcl_syntax as syntax
from crosswire.readers.hcl import LARGEST, read_hcl, read_template
from crosswire.readers.terraform_json import read_terraform_json
from crosswire.source import Broken, Source, Span


def body(text: str) -> syntax.Body:
    found, broken = read_hcl(Source("main.tf", text))
    assert not broken
    return found


def expression(text: str) -> syntax.Expression:
    found = body(f"x = {text}\n").expression("x")
    assert found is not None
    return found


def sketch(node: syntax.Expression) -> str:
    """An expression with every choice and operation in parentheses."""
    match node:
        case syntax.Conditional():
            return f"({sketch(node.condition)} ? {sketch(node.then)} : {sketch(node.otherwise)})"
        case syntax.Operation():
            parts = [sketch(each) for each in node.operands]
            return f"({node.operator}{parts[0]})" if len(parts) == 1 else f"({f' {node.operator} '.join(parts)})"
        case syntax.Traversal(root=str() as root):
            return root + "".join(
                f".{step.name}" if isinstance(step, syntax.Attribute) else "[]" for step in node.steps
            )
        case _:
            return node.span.text


GROUPS = {
    "a || b && c": "(a || (b && c))",
    "a == b && c != d": "((a == b) && (c != d))",
    "a + b * c - d": "((a + (b * c)) - d)",
    "!a == b": "((!a) == b)",
    "-a + b": "((-a) + b)",
    "a < b == c < d": "((a < b) == (c < d))",
    "a ? b : c ? d : e": "(a ? b : (c ? d : e))",
    "a ? b : c ? d : e ? f : g": "(a ? b : (c ? d : (e ? f : g)))",
    "a ? b ? c : d : e": "(a ? (b ? c : d) : e)",
    "(a ? b : c) ? d : e": "((a ? b : c) ? d : e)",
    "a == 1 ? b : c == 2 ? d : e": "((a == 1) ? b : ((c == 2) ? d : e))",
    "a && b ? c : d || e": "((a && b) ? c : (d || e))",
    "a.b[0].c + 1": "(a.b[].c + 1)",
}


@pytest.mark.parametrize("text", GROUPS)
def test_operators_bind_as_in_terraform(text: str) -> None:
    assert sketch(expression(text)) == GROUPS[text]


def test_blocks_have_their_labels_and_places() -> None:
    source = 'resource "aws_sqs_queue" "jobs" {\n  name = "jobs"\n  redrive {\n    n = 1\n  }\n}\nlocals {}\n'
    found = body(source)
    resource, _ = found.blocks
    assert (resource.type, resource.labels) == ("resource", ("aws_sqs_queue", "jobs"))
    assert resource.name_span.text == '"jobs"'
    assert resource.body.arguments["name"].name_span.text == "name"
    assert resource.body.arguments["name"].expression.span.text == '"jobs"'
    assert [inner.type for inner in resource.body.blocks] == ["redrive"]


def test_places_count_characters_and_not_bytes() -> None:
    found = body('a = "é😀"\nb = c.d\n')
    place = found.arguments["b"].expression.span
    assert place.text == "c.d"
    assert (place.start_position.line, place.start_position.column) == (2, 5)


def test_comments_are_nowhere() -> None:
    found = body("# one\nx = 1 // two\n/* three\n*/ y = [ # four\n  2, # five\n]\n")
    assert [argument.expression.span.text[:1] for argument in found.arguments.values()] == ["1", "["]
    assert isinstance(found.expression("y"), syntax.ListOf)


def test_lines_may_end_as_on_windows() -> None:
    found = body('x = "a"\r\ny {\r\n  z = 1\r\n}\r\n')
    assert isinstance(found.expression("x"), syntax.Literal)
    assert found.blocks[0].body.expression("z") is not None


# What cannot be read

MISTAKES = {
    "an open block": ('resource "a" "b" {\n  name = "x"\n', "not closed"),
    "an open list": ("x = [1,\n", "syntax error"),
    "an open text": ('x = "a\ny = 1\n', "syntax error"),
    "an open interpolation": ('x = "${a"\n', "syntax error"),
    "no value": ("x =\ny = 1\n", "syntax error"),
    "a colon for an equals": ("x: 1\n", "syntax error"),
    "a stray brace": ("x = 1\n}\n", "syntax error"),
    "JSON": ('{"a": 1}\n', "syntax error"),
    "a merge that was left": ("x = 1\n<<<<<<< HEAD\ny = 1\n=======\ny = 2\n>>>>>>> other\n", "resolve the merge"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_told_once_with_its_place(name: str) -> None:
    text, why = MISTAKES[name]
    found, broken = read_hcl(Source("main.tf", text))
    assert not found.complete
    assert len(broken) == 1
    assert why in broken[0].why
    assert broken[0].span.end <= len(text)


def test_what_stands_before_a_mistake_is_read() -> None:
    found, _ = read_hcl(Source("main.tf", 'resource "a" "b" {\n  name = "x"\n}\nresource "c" "d" {\n  name = ]\n}\n'))
    assert found.blocks[0].labels == ("a", "b")


def test_a_file_that_is_too_large_is_only_counted() -> None:
    found, broken = read_hcl(Source("main.tf", "# " + "x" * LARGEST))
    assert not found.complete
    assert [each.referenced for each in broken] == [False]


_DEEP = {
    "lists": "[" * 3000 + "]" * 3000,
    "objects": "{a=" * 3000 + "1" + "}" * 3000,
    "calls": "f(" * 3000 + ")" * 3000,
    "parentheses": "(" * 3000 + "1" + ")" * 3000,
    "negations": "!" * 3000 + "true",
    "sums": "1 + " * 3000 + "1",
    "choices": "a ? b : " * 1500 + "c",
    "inner choices": "a ? " * 1500 + "b" + " : c" * 1500,
    "steps": "a" + ".b" * 3000,
    "open texts": '"${' * 1500,
}


@pytest.mark.parametrize("name", _DEEP)
def test_what_is_nested_deeply_ends_at_once(name: str) -> None:
    began = process_time()
    found, _ = read_hcl(Source("main.tf", f"x = {_DEEP[name]}\n"))
    found.expression("x")
    assert process_time() - began < 5


def test_blocks_that_are_nested_deeply_end_at_once() -> None:
    found, broken = read_hcl(Source("main.tf", "a {\n" * 3000 + "}\n" * 3000))
    assert found.blocks or broken


# Templates that stand elsewhere


def test_a_template_has_places_in_the_text_it_stands_in() -> None:
    source = Source("x.tf.json", 'before "a ${b.c} d"')
    start = source.text.index("a $")

    def place(first: int, last: int) -> Span:
        return Span(source, start + first, start + last)

    template = read_template("a ${b.c} d", place, Span(source, 0, 0))
    assert isinstance(template, syntax.Template)
    before, inner, after = template.parts
    assert (before, after) == ("a ", " d")
    assert isinstance(inner, syntax.Traversal)
    assert inner.span.text == "b.c"


@pytest.mark.parametrize("text", ["${", "%{ if", "%{ endif }", "${}", "${a", "%{ for x in y }"])
def test_a_template_with_a_mistake_is_not_known(text: str) -> None:
    source = Source("x.tf.json", text)
    found = read_template(text, lambda first, last: Span(source, first, last), Span(source, 0, len(text)))
    assert isinstance(found, (syntax.Invalid, syntax.Template))


def test_the_json_syntax_tells_what_is_no_json() -> None:
    found, broken = read_terraform_json(Source("main.tf.json", '{"resource": {]}'))
    assert not found.complete
    assert [type(each) for each in broken] == [Broken]


@pytest.mark.parametrize("text", ["[]", "1", "null", '{"resource": 1}', '{"resource": {"a": [1]}}', '{"locals": []}'])
def test_the_json_syntax_of_strange_shapes_holds_nothing(text: str) -> None:
    found, broken = read_terraform_json(Source("main.tf.json", text))
    assert not broken
    assert all(block.type in ("resource", "locals") for block in found.blocks)
