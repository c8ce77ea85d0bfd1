"""Lowers Python's `match` to Branches: each pattern to a test of the subject and to the names that it binds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.frontends.code.syntax import (
    Branch,
    Compare,
    Declare,
    Either,
    Literal,
    Member,
    Name,
    Opaque,
    Sequence,
    Subscript,
    Syntax,
)

if TYPE_CHECKING:
    from tree_sitter import Node

    from crosswire.frontends.code.python import PythonLowering


def lower_match(lowering: PythonLowering, node: Node, out: list[Syntax]) -> None:
    """A chain of Branches, whose tests compare the subject. It is evaluated once, and named where it is more than
    a name."""
    subjects = [lowering.expression(child) for child in node.children_by_field_name("subject")]
    body = node.child_by_field_name("body")
    if not subjects or body is None:
        return
    start, end = subjects[0].start, subjects[-1].end
    subject = subjects[0] if len(subjects) == 1 else Sequence(start, end, subjects)
    if not isinstance(subject, Name | Member | Subscript):
        name = f"match@{start}"
        out.append(Declare(start, end, Name(start, end, name), subject, "function"))
        subject = Name(start, end, name)
    chain: list[Syntax] = []
    for case in reversed([child for child in body.children if child.type == "case_clause"]):
        chain = _case(lowering, case, subject, chain)
    out.extend(chain)


def _case(lowering: PythonLowering, node: Node, subject: Syntax, otherwise: list[Syntax]) -> list[Syntax]:
    patterns = [child for child in lowering.spoken(node) if child.type == "case_pattern"]
    bound: list[Syntax] = []
    test: Syntax | None = None
    if len(patterns) == 1:
        test = _case_test(lowering, patterns[0], subject, bound)
    elif patterns:
        test = _case_items(lowering, node, patterns, subject, bound)
    guard = node.child_by_field_name("guard")
    body = lowering.block(node.child_by_field_name("consequence"))
    if guard is not None:
        condition = lowering.inner(guard)
        if test is not None:
            condition = Either(test.start, condition.end, "&&", test, condition)
        return [*bound, Branch(node.start_byte, node.end_byte, condition, body, otherwise)]
    if test is None:
        return [*bound, *body]
    return [Branch(node.start_byte, node.end_byte, test, [*bound, *body], otherwise)]


def _case_test(lowering: PythonLowering, node: Node, subject: Syntax, bound: list[Syntax]) -> Syntax | None:
    """The test of a pattern, None where it always fits; what it binds is put behind `bound`."""
    start, end = node.start_byte, node.end_byte
    if lowering.depth >= lowering.deepest:
        return Opaque(start, end, [], "a pattern nested too deeply")
    lowering.depth += 1
    test = _pattern_test(lowering, node, subject, bound)
    lowering.depth -= 1
    return test


def _pattern_test(lowering: PythonLowering, node: Node, subject: Syntax, bound: list[Syntax]) -> Syntax | None:
    start, end = node.start_byte, node.end_byte
    kind, inside = node.type, lowering.spoken(node)
    if kind == "case_pattern":
        if not inside:
            return None  # `_`
        return _negative(lowering, node, inside[0], subject) or _case_test(lowering, inside[0], subject, bound)
    if kind == "dotted_name":
        if len(inside) == 1:
            bound.append(lowering.bind(node, lowering.name(node), subject))
            return None
        value: Syntax = lowering.name(inside[0])
        for part in inside[1:]:
            value = Member(start, part.end_byte, value, lowering.text(part))
        return Compare(start, end, "==", subject, value)
    if kind == "union_pattern":
        return _union_test(lowering, node, subject, bound)
    if kind == "as_pattern" and len(inside) == 2:
        bound.append(lowering.bind(node, lowering.target(inside[1]), subject))
        return _case_test(lowering, inside[0], subject, bound)
    if kind in ("list_pattern", "tuple_pattern"):
        if kind == "tuple_pattern" and len(inside) == 1 and all(child.type != "," for child in node.children):
            return _case_test(lowering, inside[0], subject, bound)
        return _case_items(lowering, node, inside, subject, bound)
    if kind == "dict_pattern":
        return _case_entries(lowering, node, inside, subject, bound)
    if kind == "class_pattern":
        return _case_members(lowering, node, inside, subject, bound)
    if kind in ("splat_pattern", "complex_pattern"):
        _bind_unknown(lowering, inside, bound)
        return Opaque(start, end, [], "a pattern")
    return Compare(start, end, "==", subject, lowering.expression(node))


def _negative(lowering: PythonLowering, node: Node, number: Node, subject: Syntax) -> Syntax | None:
    if not any(child.type == "-" for child in node.children):
        return None
    value = lowering.expression(number)
    if isinstance(value, Literal) and isinstance(value.value, int | float):
        value = Literal(node.start_byte, node.end_byte, -value.value)
    return Compare(node.start_byte, node.end_byte, "==", subject, value)


def _union_test(lowering: PythonLowering, node: Node, subject: Syntax, bound: list[Syntax]) -> Syntax | None:
    start, end = node.start_byte, node.end_byte
    alternatives = lowering.spoken(node)
    captured: list[Syntax] = []
    if any(child.type == "-" for child in node.children) or len(alternatives) > lowering.longest:
        return Opaque(start, end, [], "a pattern")
    tests = [_case_test(lowering, child, subject, captured) for child in alternatives]
    _bind_unknown(lowering, alternatives, bound)
    if not tests or any(test is None for test in tests):
        return None
    value: Syntax | None = None
    for test in tests:
        if test is not None:
            value = test if value is None else Either(start, test.end, "||", value, test)
    return value


def _case_items(
    lowering: PythonLowering, node: Node, patterns: list[Node], subject: Syntax, bound: list[Syntax]
) -> Syntax:
    counted = True
    for at, pattern in enumerate(patterns):
        counted = counted and "splat_pattern" not in (pattern.type, *(child.type for child in pattern.children))
        if not counted:
            _bind_unknown(lowering, [pattern], bound)
            continue
        start, end = pattern.start_byte, pattern.end_byte
        item = Subscript(start, end, subject, Literal(start, end, at), False)
        _case_test(lowering, pattern, item, bound)
    return Opaque(node.start_byte, node.end_byte, [], "a pattern")


def _case_entries(
    lowering: PythonLowering, node: Node, inside: list[Node], subject: Syntax, bound: list[Syntax]
) -> Syntax:
    key: Syntax | None = None
    for child in inside:
        if child.type == "splat_pattern":
            _bind_unknown(lowering, [child], bound)
        elif child.type != "case_pattern":
            key = lowering.expression(child)
        elif key is not None:
            item = Subscript(child.start_byte, child.end_byte, subject, key, False)
            _case_test(lowering, child, item, bound)
    return Opaque(node.start_byte, node.end_byte, [], "a pattern")


def _case_members(
    lowering: PythonLowering, node: Node, inside: list[Node], subject: Syntax, bound: list[Syntax]
) -> Syntax:
    for child in inside[1:]:
        parts = lowering.spoken(child)
        if parts and parts[0].type == "keyword_pattern" and len(lowering.spoken(parts[0])) == 2:
            name, pattern = lowering.spoken(parts[0])
            member = Member(child.start_byte, child.end_byte, subject, lowering.text(name))
            _case_test(lowering, pattern, member, bound)
        else:
            _bind_unknown(lowering, [child], bound)
    return Opaque(node.start_byte, node.end_byte, [], "a pattern")


def _bind_unknown(lowering: PythonLowering, nodes: list[Node], bound: list[Syntax]) -> None:
    """Bind the names inside patterns to what is not known."""
    pending = list(nodes)
    while pending:
        node = pending.pop()
        inside = lowering.spoken(node)
        if node.type == "dotted_name" and len(inside) > 1:
            continue
        if node.type == "identifier" and lowering.text(node) != "_":
            unknown = Opaque(node.start_byte, node.end_byte, [], "a part of a pattern")
            bound.append(lowering.bind(node, lowering.name(node), unknown))
        pending.extend(inside[1:] if node.type in ("class_pattern", "keyword_pattern") else inside)
