"""From a wiring to a report: selection and counts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.lint import check
from crosswire.project import Selection
from crosswire.rule import Rule
from crosswire.source import Source, Span
from crosswire.values import Const, ResourceId, Unknown
from crosswire.wiring.access import Role
from crosswire.wiring.function import BlindSpot, Call, Code, Environment, EnvRead, Function, Link, Need, Use
from crosswire.wiring.project import Unit, Wiring

if TYPE_CHECKING:
    from crosswire.finding import Finding

A, B = Source("a/template.yaml", "A\n"), Source("b/template.yaml", "B\n")
SHARED = Source("shared.py", "read\ncall\nodd\n")


def everything(source: Source) -> Span:
    return Span(source, 0, 1)


def function(unit: Source) -> Function:
    code = Code(
        Link.EXACT,
        entry=SHARED.path,
        files=(SHARED.path,),
        reads=(EnvRead("TABLE", Need.REQUIRED, Span(SHARED, 0, 4)),),
        calls=(
            Call("dynamodb", "GetItem", (Use("table", Const("t"), ("dynamodb:GetItem",)),), Span(SHARED, 5, 9)),
            Call("dynamodb", "PutItem", (Use("table", Unknown("computed"), ()),), Span(SHARED, 10, 13)),
        ),
        blind_spots=(BlindSpot("code", "not read", None),),
    )
    here = everything(unit)
    return Function(
        ResourceId(unit.path, "Fn"), here, "shared.handler", "python3.12", Environment({}), Role(None, here, ()), code
    )


WIRING = Wiring(
    units=(Unit(A.path, A.path, everything(A)), Unit(B.path, B.path, everything(B))),
    functions=(function(A), function(B)),
)


class EveryUnit(Rule):
    """Finds something in every template."""

    id = "env/not-set"

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for unit in wiring.units:
            yield self.finding("wrong", unit.span, unit=unit.id, owner="Fn", subject="x")


def paths(selection: Selection) -> list[str]:
    return [finding.span.path for finding in check(WIRING, [EveryUnit()], selection).findings]


def test_everything_is_reported_by_default() -> None:
    assert paths(Selection()) == [A.path, B.path]


def test_a_template_or_folder_selects_its_units() -> None:
    assert paths(Selection(files=(A.path,), folders=())) == [A.path]
    assert paths(Selection(folders=("b",))) == [B.path]
    assert paths(Selection(folders=("c",))) == []


def test_a_code_file_selects_the_units_that_deploy_it() -> None:
    assert paths(Selection(files=(SHARED.path,), folders=())) == [A.path, B.path]


def test_counts_are_of_places_in_the_selected_units() -> None:
    both, one = check(WIRING, []).summary, check(WIRING, [], Selection(folders=("a",))).summary
    assert (both.functions, both.templates, both.files, both.env_reads, both.sdk_calls) == (2, 2, 3, 1, 2)
    assert (one.functions, one.templates, one.files, one.env_reads, one.sdk_calls) == (1, 1, 2, 1, 2)
    assert both.unresolved == one.unresolved == 2


def test_findings_are_counted_by_severity() -> None:
    report = check(WIRING, [EveryUnit()])
    assert (report.summary.errors, report.summary.warnings, report.summary.notes) == (2, 0, 0)
    assert report.units == 2


def test_nothing_selected_is_no_unit() -> None:
    assert check(WIRING, [EveryUnit()], Selection(folders=("c",))).units == 0
