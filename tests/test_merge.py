"""One cause, one finding."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from crosswire.finding import Confidence, Finding, Label, Severity
from crosswire.merge import merge
from crosswire.registry import precedence
from crosswire.source import Source, Span

CODE = Source("src/app.py", "table = os.environ['TABLE']\nput(table)\nget(table)\n")
TEMPLATE = Source("template.yaml", "Environment:\nPolicies:\n")

Make = Callable[..., Finding]
Find = Callable[[Source, str], Span]


def test_rules_that_name_one_cause_are_one_finding_told_by_the_first_rule(finding: Make, span: Find) -> None:
    read, call = span(CODE, "os.environ['TABLE']"), span(CODE, "put(table)")
    cause = ("read", "src/app.py", 8)
    told = merge(
        [
            finding(call, "iam/wrong-resource", "put is not allowed.", cause=cause, functions=("B",)),
            finding(
                read,
                "env/not-set",
                severity=Severity.WARNING,
                cause=cause,
                related=(Label(span(TEMPLATE, "Environment"), "no TABLE here"),),
                functions=("A",),
            ),
        ],
        precedence,
    )
    assert [one.rule for one in told] == ["env/not-set"]
    assert told[0].span == read
    assert [(label.span.text, label.message) for label in told[0].related] == [
        ("Environment", "no TABLE here"),
        ("put(table)", "put is not allowed"),
    ]
    assert told[0].functions == ("A", "B")
    assert told[0].severity is Severity.ERROR


def test_findings_without_a_cause_stay_apart(finding: Make, span: Find) -> None:
    told = merge([finding(span(CODE, name), subject=name) for name in ("put", "get")], precedence)
    assert [one.subject for one in told] == ["put", "get"]


def test_a_shared_place_is_told_once_for_all_units(finding: Make, span: Find) -> None:
    read = span(CODE, "os.environ['TABLE']")
    told = merge(
        [
            finding(read, unit="b.yaml", functions=("B",), severity=Severity.NOTE, confidence=Confidence.LOW),
            finding(read, unit="a.yaml", functions=("A",), severity=Severity.ERROR),
        ],
        precedence,
    )
    assert [(one.unit, one.severity, one.functions) for one in told] == [("a.yaml", Severity.ERROR, ("A", "B"))]


def test_related_places_are_told_once_and_are_few(finding: Make, span: Find) -> None:
    source = Source("many.py", "".join(f"call{n}()\n" for n in range(20)))
    causes = [finding(span(source, f"call{n}()"), "iam/missing-action", cause="x", subject=str(n)) for n in range(20)]
    (told,) = merge([*causes, *causes], precedence)
    places = [label.span.order for label in told.related]
    assert len(places) == len(set(places)) == 8
    assert told.span.order not in places


def test_secrets_of_all_merged_findings_stay_secret(finding: Make, span: Find) -> None:
    one, two = span(CODE, "put"), span(CODE, "get")
    (told,) = merge([finding(one, cause="x", secrets=(one,)), finding(two, cause="x", secrets=(two,))], precedence)
    assert set(told.secrets) == {one, two}


def test_the_order_in_which_findings_come_changes_nothing(finding: Make, span: Find) -> None:
    read, call = span(CODE, "os.environ['TABLE']"), span(CODE, "put(table)")
    findings = [
        finding(read, unit="a.yaml", cause="x", functions=("A",)),
        finding(read, unit="b.yaml", cause="x", functions=("B",)),
        finding(call, "iam/wrong-resource", cause="x"),
        finding(call, "iam/wildcard", subject="other"),
    ]
    results = [merge(order, precedence) for order in itertools.permutations(findings)]
    assert all(result == results[0] for result in results)
    assert [one.rule for one in results[0]] == ["env/not-set", "iam/wildcard"]
