"""Suppressions: findings that people accept, said beside the place itself.

    table = os.environ["TABLE"]  # crosswire: ignore[env/not-set] the console sets it

A comment is written as the language writes comments: after `#` in Python, YAML, `.env` and TOML files, after `//` or
in `/* */` in JavaScript and TypeScript, all three in Terraform. It names rules or families, separated by commas, then
gives a reason, and may end: `expires=2026-12-31` is the last day on which it counts. It stands on the first or last
line of any place that the finding shows, the one to act on or a related one, or on a line of its own (or several)
above it.

JSON holds no comments, so a template can say the same in `Metadata`, of a resource or of its own:

    Metadata:
      crosswire:
        ignore:
          - iam/wildcard the console needs it all, expires=2026-12-31

There it counts for what is found of the resource: findings that point into it, or that are about it alone. At the
template's top it counts for all of the template's units and places.

What suppresses nothing, names no rule, gives no reason, has expired or cannot be understood is a finding itself, of
the family `suppress`; these findings cannot be suppressed in their turn. That a suppression is unused is told only
where everything was looked at that it may be about. A secret is accepted like any other finding; nothing of its text
has to be repeated.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from crosswire.config import is_named, unknown_rule
from crosswire.finding import Suppressed
from crosswire.record import record
from crosswire.source import Span

if TYPE_CHECKING:
    from crosswire.finding import Finding
    from crosswire.readers.tree import Entries, Node
    from crosswire.rule import Rule
    from crosswire.source import Source

_WORD = "crosswire"
# No pattern here may look twice at a long run of blanks, hashes or stars: generated files hold them.
_MENTION = re.compile(r"(?<=[#/*! \t])crosswire\b", re.IGNORECASE)
_OPENER = re.compile(r"//|/\*|#")
_DECORATION = frozenset("#/*! \t")
_LINE_REST = re.compile(r"[^\r\n]*")
_IGNORE = re.compile(r"[ \t]*:[ \t]*ignore[ \t]*\[(?P<names>[^\]]*)\](?P<rest>.*)", re.DOTALL)
# What people write who know other linters, or mistype: it must not go unnoticed.
_MEANT = re.compile(
    r"[ \t]*[-:][ \t]*(?:ignor|ignore|disable|suppress|noqa|nosec|skip|allow)\b"
    r"|[ \t]*(?::[ \t]*)?\w+[ \t]*\[[\w/, \t-]*\]",
    re.IGNORECASE,
)
_COMMENT_LINE = re.compile(r"[ \t]*(?:#|//|/\*|\*)")
_END = re.compile(r"(?<![ \t])[ \t]++(?:#|//)[ \t].*|(?<![ \t])[ \t]*+(?<!\*)\*++/.*", re.DOTALL)
_EXPIRES = re.compile(r"(?:[,;]|(?<![ \t]))[ \t]*+\bexpires[ \t]*[=:][ \t]*([^\s,;]*)", re.IGNORECASE)
_NAME = re.compile(r"[^\s,]+")
_SLASHES = (".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_BOTH = (".tf", ".tofu", ".tfvars", ".hcl")
_TEMPLATES = (".yaml", ".yml", ".json", ".template", ".cform", ".cfn", ".sam")


@record
class Suppression:
    """One suppression. `names` are rules and families, each with its place. `line` is the line of `span`'s file that it
    is about; `resource` the resource of a template, with the stretch of text that declares it, or the whole template
    where the id is empty. `problem` says why it cannot be understood."""

    span: Span
    names: tuple[tuple[str, Span], ...] = ()
    reason: str = ""
    expires: date | None = None
    line: int = 0
    resource: tuple[str, int, int] | None = None
    problem: str = ""


@record
class Outcome:
    """What suppressions make of findings: those still told, those not, and new ones about the suppressions."""

    told: tuple[Finding, ...]
    suppressed: tuple[Suppressed, ...] = ()
    late: tuple[Finding, ...] = ()


@record
class Scope:
    """What a check looked at: `units` are the files of each unit by id, `known` all rules that exist, `today` the day.

    `ran` tells whether a rule was asked about a file, `is_whole` whether everything was looked at that a suppression in
    a file may be about. `tellers` are the rules of the family `suppress` that run, by id.
    """

    units: Mapping[str, Sequence[str]]
    known: Sequence[str]
    today: date
    ran: Callable[[str, str], bool]
    is_whole: Callable[[str], bool]
    tellers: Mapping[str, Rule]


def suppress(findings: Sequence[Finding], sources: Iterable[Source], scope: Scope) -> Outcome:
    """Take out the findings that suppressions in the sources cover, and tell what is wrong with suppressions."""
    found = [one for source in sources for one in suppressions_in(source)]
    if not found:
        return Outcome(tuple(findings))
    active = [one for one in found if not one.problem and not (one.expires and one.expires < scope.today)]
    places = _Places(active, scope)
    used: set[tuple[int, str]] = set()
    told: list[Finding] = []
    suppressed: list[Suppressed] = []
    for finding in findings:
        covering = places.covering(finding)
        used.update((id(one), name) for one, name in covering)
        if covering:
            reason = next((one.reason for one, _ in covering if one.reason), "")
            suppressed.append(Suppressed(finding, "inSource", reason))
        else:
            told.append(finding)
    late = tuple(finding for one in found for finding in _about(one, used, scope))
    return Outcome(tuple(told), tuple(suppressed), late)


def suppressions_in(source: Source) -> Iterator[Suppression]:
    """Every suppression that a file holds, in comments and in the metadata of a template."""
    text = source.text
    if "rosswire" not in text:
        return
    yield from _in_comments(source)
    if "Metadata" in text and source.path.endswith(_TEMPLATES):
        yield from _in_metadata(source)


class _Places:
    """Suppressions by what they are about."""

    def __init__(self, active: Sequence[Suppression], scope: Scope) -> None:
        self._units = scope.units
        self._lines: dict[tuple[str, int], list[Suppression]] = {}
        self._resources: dict[str, list[Suppression]] = {}
        for one in active:
            if one.resource is None:
                self._lines.setdefault((one.span.path, one.line), []).append(one)
            else:
                self._resources.setdefault(one.span.path, []).append(one)

    def covering(self, finding: Finding) -> list[tuple[Suppression, str]]:
        """The suppressions of a finding, each with the name that says so."""
        found: list[tuple[Suppression, str]] = []
        spans = (finding.span, *(label.span for label in finding.related))
        if self._lines:
            for line in dict.fromkeys(line for span in spans for line in _edges(span)):
                for one in self._lines.get(line, ()):
                    found += [(one, name) for name, _ in one.names if is_named(finding.rule, name)]
        if self._resources:
            found += self._by_metadata(finding)
        return found

    def _by_metadata(self, finding: Finding) -> list[tuple[Suppression, str]]:
        pointed: list[tuple[Suppression, str]] = []
        about: list[tuple[Suppression, str]] = []
        own = self._units.get(finding.unit, ())
        for path, known in self._resources.items():
            for one in known:
                names = [(one, name) for name, _ in one.names if is_named(finding.rule, name)]
                assert one.resource is not None
                logical_id, start, end = one.resource
                if finding.span.path == path and start <= finding.span.start < end:
                    pointed += names
                elif path in own and (not logical_id or logical_id in (finding.functions or (finding.owner,))):
                    about += names
        # A finding about several functions is no longer told when each of them says so.
        told = {one.resource[0] for one, _ in about if one.resource is not None}
        if pointed or "" in told or set(finding.functions or (finding.owner,)) <= told:
            return [*pointed, *about]
        return []


def _edges(span: Span) -> tuple[tuple[str, int], ...]:
    first = span.start_position.line
    last = span.source.position(max(span.end - 1, span.start)).line
    return ((span.path, first),) if first == last else ((span.path, first), (span.path, last))


# What is wrong with suppressions


def _about(one: Suppression, used: set[tuple[int, str]], scope: Scope) -> Iterator[Finding]:
    """The findings about a suppression."""
    path = one.span.path

    def tell(rule: str, message: str, span: Span, subject: str, label: str, advice: str) -> Iterator[Finding]:
        teller = scope.tellers.get(f"suppress/{rule}")
        if teller is not None and scope.ran(teller.id, path):
            yield teller.finding(message, span, unit=path, owner=path, subject=subject, label=label, advice=advice)

    if one.problem:
        form = "`crosswire: ignore[family/name] reason`"
        yield from tell("malformed", one.problem, one.span, "comment", "suppresses nothing", f"Write {form}.")
        return
    listed = " and ".join(f"`{name}`" for name, _ in one.names)
    subject = ", ".join(name for name, _ in one.names)
    if not one.reason:
        message = f"the suppression of {listed} gives no reason"
        yield from tell("no-reason", message, one.span, subject, "why?", "Say why the finding is accepted.")
    is_expired = one.expires is not None and one.expires < scope.today
    if is_expired:
        message = f"the suppression of {listed} expired on {one.expires}"
        advice = "Mend what it was for, or give it a new date."
        yield from tell("expired", message, one.span, subject, "counts no longer", advice)
    for name, span in one.names:
        problem = unknown_rule(name, scope.known)
        if problem:
            message = f"the suppression is of no rule: {problem}"
            yield from tell("unknown-rule", message, span, name, "suppresses nothing", "Name a rule or a family.")
        elif not is_expired and (id(one), name) not in used and _was_judged(name, path, scope):
            message = f"the suppression of `{name}` suppresses nothing"
            yield from tell("unused", message, span, name, "nothing is found here", "Remove it: it hides what comes.")


def _was_judged(name: str, path: str, scope: Scope) -> bool:
    """Whether all rules of a name were asked about everything that a suppression may be about."""
    rules = [rule for rule in scope.known if is_named(rule, name)]
    if name.startswith("cfn-lint"):
        rules = [name]
    return bool(rules) and all(scope.ran(rule, path) for rule in rules) and scope.is_whole(path)


# Comments


def _openers(path: str) -> tuple[str, ...]:
    if path.endswith(_SLASHES):
        return ("//", "/*")
    if path.endswith(_BOTH):
        return ("#", "//", "/*")
    return () if path.endswith(".json") else ("#",)


def _in_comments(source: Source) -> Iterator[Suppression]:
    """The suppressions in comments. One is about its own line, or about the next code if it stands alone."""
    text = source.text
    openers = _openers(source.path)
    rest_end = 0
    first = meant = 0  # the lines from the one to before the other hold nothing but comments
    for mention in _MENTION.finditer(text):
        if mention.start() < rest_end:
            continue
        start = mention.start()
        while start and text[start - 1] in _DECORATION:
            start -= 1
        opener = _OPENER.search(text, start, mention.start())
        if opener is None:
            continue
        rest = _LINE_REST.match(text, mention.end())
        assert rest is not None
        rest_end = rest.end()
        if opener[0] not in openers:
            continue
        line = source.position(opener.start()).line
        if text[source.line_starts[line - 1] : opener.start()].strip(" \t{"):
            yield from _in_comment(source, mention.start(), rest, line)
            continue
        if not first <= line < meant:
            first, meant = line, _next_code(source, line)
        yield from _in_comment(source, mention.start(), rest, meant)


def _in_comment(source: Source, start: int, rest: re.Match[str], line: int) -> Iterator[Suppression]:
    """The suppression that a comment holds which goes on with `rest` after our name, and is about a line."""
    said = _IGNORE.match(rest[0])
    if said is None:
        if _MEANT.match(rest[0]):
            text = _END.sub("", source.text[start : rest.end()]).rstrip()
            yield Suppression(Span(source, start, start + len(text)), problem="this suppression is not understood")
        return
    offset = rest.start()
    names = tuple(
        (name[0], Span(source, offset + said.start("names") + name.start(), offset + said.start("names") + name.end()))
        for name in _NAME.finditer(said["names"])
    )
    span = Span(source, start, offset + said.end("names") + 1)
    reason, expires, problem = _said_of(said["rest"])
    if not names:
        problem = "the suppression names no rule"
    yield Suppression(span, names, reason, expires, line, problem=problem)


def _next_code(source: Source, number: int) -> int:
    """The first line from a number on that holds more than a comment."""
    while number < len(source.line_starts) and _COMMENT_LINE.match(source.line(number)):
        number += 1
    return number


def _said_of(text: str) -> tuple[str, date | None, str]:
    """The reason, the last day and what is wrong in what follows the rules."""
    text = _END.sub("", text)
    found = _EXPIRES.search(text)
    reason = (text if found is None else text[: found.start()] + " " + text[found.end() :]).strip(" \t:;,-")
    if found is None:
        return reason, None, ""
    try:
        return reason, date.fromisoformat(found[1]), ""
    except ValueError:
        return reason, None, "the suppression's last day is no date such as `expires=2026-12-31`"


# Metadata


def _in_metadata(source: Source) -> Iterator[Suppression]:
    """The suppressions in a template's metadata, its own and that of its resources."""
    from crosswire.readers.tree import Entries, child

    root = _tree(source)
    if not isinstance(root, Entries):
        return
    yield from _in_block(child(root, "Metadata", _WORD), ("", 0, len(source.text)))
    resources = root.get("Resources")
    for key, body in resources.items() if isinstance(resources, Entries) else ():
        if isinstance(body, Entries) and body.source is source:
            yield from _in_block(child(body, "Metadata", _WORD), (key.text, key.start, body.end))


def _tree(source: Source) -> Node | None:
    from crosswire.readers.yaml import read_yaml
    from crosswire.source import Broken

    if source.path.endswith(".json"):
        from crosswire.readers.json import read_json

        read = read_json(source)
        return None if isinstance(read, Broken) else read
    documents = read_yaml(source)
    return None if isinstance(documents, Broken) or len(documents) != 1 else documents[0]


def _in_block(node: Node | None, resource: tuple[str, int, int]) -> Iterator[Suppression]:
    """The suppressions below a key `crosswire`."""
    from crosswire.readers.tree import Entries, Items

    if node is None:
        return
    if not isinstance(node, Entries) or any(key.text != "ignore" for key, _ in node.pairs) or not node.pairs:
        yield Suppression(node.span, resource=resource, problem="the metadata holds more or less than `ignore`")
        return
    for _, listed in node.pairs:
        for item in listed if isinstance(listed, Items) else (listed,):
            yield _in_item(item, resource)


def _in_item(item: Node, resource: tuple[str, int, int]) -> Suppression:
    """One entry: a text such as `iam/wildcard the reason`, or a mapping with `rule`, `reason` and `expires`."""
    from crosswire.readers.tree import Entries, Scalar

    if isinstance(item, Scalar) and not item.tag:
        name, _, rest = item.text.strip().partition(" ")
        name = name.rstrip(":,")
    elif isinstance(item, Entries) and {key.text for key, _ in item.pairs} <= {"rule", "reason", "expires"}:
        name, reason, expires = (_text(item, key) for key in ("rule", "reason", "expires"))
        rest = f"{reason} expires={expires}" if expires else reason
    else:
        return Suppression(item.span, resource=resource, problem="this suppression is not understood")
    reason, until, problem = _said_of(rest)
    if not name:
        problem = "the suppression names no rule"
    return Suppression(item.span, ((name, item.span),), reason, until, resource=resource, problem=problem)


def _text(entries: Entries, name: str) -> str:
    from crosswire.readers.tree import text_of

    return (text_of(entries.get(name)) or "").strip()
