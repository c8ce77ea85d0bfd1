"""The projects in fixtures/: what is found in each is what its marks say, no more and no less."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from crosswire import project
from crosswire.cli import main
from crosswire.copies import each_copy
from crosswire.examples import Expectation, difference, marks
from crosswire.finding import Finding, Severity
from crosswire.lint import Report, lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.source import Source, Span

FIXTURES = Path(__file__).resolve().parent.parent / "fixtures"
PROJECTS = tuple(sorted(path.name for path in FIXTURES.iterdir() if path.is_dir()))
INCIDENTS = ("axnt-broken", "khaya-broken", "livekart-broken", "meal-expense-broken")
BROKEN = (*INCIDENTS, "broken-inputs", "broken-terraform", "cli-broken-inputs", "policy-broken")
CORRECT = tuple(name for name in PROJECTS if name not in BROKEN)
MUTATED = CORRECT
"""Those into which mistakes are put."""


@cache
def files_of(name: str) -> Files:
    return Files.below(FIXTURES / name)


@cache
def report_of(name: str) -> Report:
    return lint(files_of(name), load(rule_ids()))


def expected_of(name: str) -> tuple[Expectation, ...]:
    """What the marks in the files of a project say, and `expect.txt` for files that cannot hold any."""
    files = files_of(name)
    return tuple(expectation for path in files.paths for expectation in _expectations(files, path))


def _expectations(files: Files, path: str) -> Iterator[Expectation]:
    source = files.read(path)
    if not isinstance(source, Source):
        return
    if path != "expect.txt":
        yield from marks(path, source.text)
        return
    for line in filter(None, source.text.splitlines()):
        place, _, rule = line.rpartition(": ")
        file, _, number = place.rpartition(":")
        yield Expectation(file, int(number), rule)


def mismatches(name: str, findings: tuple[Finding, ...]) -> str:
    """The differences of findings and marks, as a text to read; empty where there is none."""
    found = difference(expected_of(name), findings)
    messages = {
        Expectation(finding.span.path, finding.span.start_position.line, finding.rule): finding.message
        for finding in each_copy(findings)
    }
    missed = [f"not found:    {one}" for one in found.missed]
    unexpected = [f"not expected: {one}: {messages[one]}" for one in found.unexpected]
    return "\n".join([*missed, *unexpected])


@pytest.mark.parametrize("name", PROJECTS)
def test_the_findings_of_a_project_are_its_marks(name: str) -> None:
    assert mismatches(name, report_of(name).findings) == ""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_project_expects_something(name: str) -> None:
    assert expected_of(name)


def test_there_are_ten_correct_projects_and_none_expects_anything() -> None:
    assert len(CORRECT) >= 10
    assert [name for name in CORRECT if expected_of(name)] == []


@pytest.mark.parametrize("name", [name for name in CORRECT if name != "policy-files"])  # which has no code
def test_silence_is_not_for_want_of_looking(name: str) -> None:
    """Every function of a correct project is linked to its code, and what the code calls is seen."""
    summary = report_of(name).summary
    assert summary.functions >= 1
    assert summary.sdk_calls >= 1
    assert summary.files > summary.templates


@pytest.mark.parametrize("name", INCIDENTS)
def test_an_incident_is_told_with_nothing_else_not_even_a_note(name: str) -> None:
    notes = [finding for finding in report_of(name).findings if finding.severity is Severity.NOTE]
    marked = {str(expectation) for expectation in expected_of(name)}
    assert [note for note in notes if _place(note) not in marked] == []


def _place(finding: Finding) -> str:
    return f"{finding.span.path}:{finding.span.start_position.line}: {finding.rule}"


def test_the_table_fallback_of_khaya_is_one_error_with_all_its_places() -> None:
    """Code, configuration, the environment that lacks the variable and the policy on another table: one cause."""
    told = [
        finding
        for finding in report_of("khaya-broken").findings
        if finding.severity is Severity.ERROR and not finding.rule.startswith("secrets/")
    ]
    assert [finding.rule for finding in told] == ["env/risky-fallback"]
    shown = {
        (span.path, line.strip())
        for span in (told[0].span, *(label.span for label in told[0].related))
        for line in _lines(span)
    }
    for path, text in (
        ("backend/src/config/aws.ts", "'ProjectKhaya-dev'"),
        ("backend/src/lib/db.ts", "Command("),
        ("template.yaml", "- Effect: Allow"),
        ("template.yaml", "KhayaTable:"),
    ):
        assert any(place == path and text in line for place, line in shown), f"no place shows {text} in {path}"
    assert told[0].functions == ("KhayaApiFunction",)


def _lines(span: Span) -> Iterator[str]:
    for number in range(span.start_position.line, span.end_position.line + 1):
        yield span.source.line(number)


def test_no_secret_of_a_fixture_reaches_any_output(capsys: pytest.CaptureFixture[str]) -> None:
    template = (FIXTURES / "khaya-broken/template.yaml").read_text(encoding="utf-8")
    secrets = [
        line.split(": ", 1)[1].split("  #")[0].strip()
        for line in template.splitlines()
        if "expect: secrets/plaintext-in-env" in line
    ]
    assert len(secrets) >= 4
    for output_format in ("text", "concise", "json"):
        main(["check", "--format", output_format, str(FIXTURES / "khaya-broken")])
        output = capsys.readouterr().out
        assert output
        for secret in secrets:
            assert secret not in output
            assert secret[8:24] not in output


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_order_in_which_files_are_found_does_not_matter(
    seed: int, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    check = ["check", "--format", "json", str(FIXTURES)]
    main(check)
    expected = capsys.readouterr().out
    listing, order = project._listing, random.Random(seed)

    def shuffled(root: Path) -> tuple[list[str], dict[str, str]]:
        paths, links = listing(root)
        order.shuffle(paths)
        return paths, links

    monkeypatch.setattr(project, "_listing", shuffled)
    main(check)
    assert capsys.readouterr().out == expected


@pytest.mark.slow
def test_the_hash_seed_of_the_interpreter_does_not_matter() -> None:
    command = [sys.executable, "-m", "crosswire", "check", "--format", "json", str(FIXTURES)]
    outputs = {
        subprocess.run(
            command, capture_output=True, check=False, env={**os.environ, "PYTHONHASHSEED": str(seed)}
        ).stdout
        for seed in (0, 1, 2)
    }
    assert len(outputs) == 1
    assert outputs != {b""}
