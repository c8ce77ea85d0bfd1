"""Policies that are files by themselves: JSON as the console, the CLI and most tools take it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.frontends.projects.declaration import POLICY_ENDINGS, TEST_FOLDERS
from crosswire.source import Broken

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crosswire.frontends.lowered import Lowered
    from crosswire.frontends.projects.declaration import PolicyFile
    from crosswire.project import Files
    from crosswire.readers.tree import Entries, Node, Scalar
    from crosswire.source import Source

_FILLED_ENDINGS = (*POLICY_ENDINGS[1:], ".tpl.json", ".template.json", ".tmpl.json", ".example.json", ".sample.json")
_TEST_DATA = (".test.json", ".spec.json", ".snap.json")
_LIMITS = re.compile(r"(?:^|[/_.-])(?:scps?|service[-_]?control|rcps?)(?:[/_.-]|$)|boundar(?:y|ies)", re.IGNORECASE)
"""Names of policies that grant nothing: those of organizations, and boundaries."""

_HOLDERS = frozenset(
    {
        "AssumeRolePolicyDocument",
        "Document",
        "Policies",
        "Policy",
        "PolicyDocument",
        "PolicyVersion",
        "ResourcePolicy",
        "Role",
        "RolePolicyList",
        "TrustPolicy",
        "policies",
        "policy",
        "policy_document",
    }
)
_DEEPEST = 4
_JUDGED = ("Action", "NotAction", "NotResource", "Principal", "Resource")
_BY_TOOLS = re.compile(r"\$\{(?!AWS::)[^}:]*\}|\{\{[^{}]*\}\}|<%[^%]*%>|%\(\w+\)s|@@?\w+@@?|__[A-Z]\w+__")
"""What tools put values in for. A variable of IAM (`${aws:username}`) has one colon."""

_PLACEHOLDERS = re.compile(
    r"<[^<>]+>|\[[A-Z][\w -]*\]|\$\{AWS::\w+\}|\$\w+|(?i:your)[-_ ]?[A-Za-z_-]+|\b[A-Z][A-Z0-9]*(?:[-_][A-Z0-9]+)+\b"
    r"|\bREGION\b|\bACCOUNT\b|\b[Xx]{4,}\b|\b123456789012\b"
)
_FILE_NAME = re.compile(r'(?:\("|/)([^/"\n]+)"')
"""What ends a path in quotes, or is the first argument of a function."""

_SCRIPTS = (".bash", ".js", ".mjs", ".mk", ".ps1", ".py", ".rb", ".sh", ".ts", ".yaml", ".yml", "Makefile", "makefile")
_FILLING = re.compile(r"\b(?:sed|envsubst|gsub|jq|perl|[Rr]ender\w*|[Rr]eplace\w*|[Ss]ubstitute\w*|gomplate|j2)\b")
"""What puts values into texts."""


def policy_files(sources: Sequence[Source], files: Files, lowered: Lowered) -> list[PolicyFile]:
    """Every policy among some texts that may be one, in the order of their paths; those that are one but for a mistake
    in writing are added to `lowered.broken`.

    What a template, Terraform or a service takes in is judged there, test data is not deployed, and what limits others
    (policies of organizations, boundaries) grants nothing.
    """
    taken = {path for unit in lowered.units for path in unit.paths}
    return _Reader(files, lowered).policies(
        source for source in sources if source.path not in taken and _is_deployed(source.path)
    )


def _is_deployed(path: str) -> bool:
    return not _is_of_tests(path) and not path.endswith(_TEST_DATA) and not _LIMITS.search(path)


def _is_of_tests(path: str) -> bool:
    return not TEST_FOLDERS.isdisjoint(path.lower().split("/")[:-1])


class _Reader:
    """Reads the policies of a check; other files are looked into where a policy raises the question who fills it in."""

    def __init__(self, files: Files, lowered: Lowered) -> None:
        self._files = files
        self._lowered = lowered
        self._filling: list[str] | None = None
        self._named: set[str] | None = None

    def policies(self, sources: Iterable[Source]) -> list[PolicyFile]:
        from crosswire.frontends.projects.declaration import PolicyFile

        found: list[PolicyFile] = []
        for source in sources:
            if not self._is_taken(source.path):
                for document in self._documents(source):
                    found.append(PolicyFile(source.path, _kind(document), self._with_gaps(document)))
        return found

    def _documents(self, source: Source) -> list[Entries]:
        from crosswire.readers.json import read_json

        tree = read_json(source)
        if isinstance(tree, Broken):
            if _bears_marks(source):
                self._lowered.broken.append(tree)
            return []
        return list(_policies(tree))

    def _is_taken(self, path: str) -> bool:
        """Whether a configuration of Terraform reads the file: it is named there."""
        if self._named is None:
            texts = (self._text(other) for other in self._files.paths if other.endswith((".tf", ".tofu", ".hcl")))
            self._named = {name for text in texts if "file" in text for name in _FILE_NAME.findall(text)}
        return path.rpartition("/")[2] in self._named

    def _with_gaps(self, document: Entries) -> Entries:
        """A document in which unknown values stand for what somebody else puts in."""
        path = document.source.path
        expression = _BY_TOOLS
        if path.endswith(_FILLED_ENDINGS) or self._is_filled_in(path):
            expression = re.compile(f"{_BY_TOOLS.pattern}|{_PLACEHOLDERS.pattern}")
        elif _PLACEHOLDERS.search(document.source.text):
            replaced = [
                text for text in dict.fromkeys(_PLACEHOLDERS.findall(document.source.text)) if self._puts_in(text)
            ]
            if replaced:
                expression = re.compile("|".join([_BY_TOOLS.pattern, *map(re.escape, replaced)]))
        return _rewritten(document, expression)

    def _is_filled_in(self, path: str) -> bool:
        """Whether a line of a script names the file and a program that puts values into texts."""
        name = path.rpartition("/")[2]
        return any(name in line for line in self._filling_lines())

    def _puts_in(self, placeholder: str) -> bool:
        """Whether a script replaces a placeholder."""
        return any(placeholder in line for line in self._filling_lines())

    def _filling_lines(self) -> list[str]:
        """The lines of scripts that put values into texts; one that goes on after a backslash is one line."""
        if self._filling is None:
            self._filling = []
            for path in self._files.paths:
                text = self._text(path) if path.endswith(_SCRIPTS) and not _is_of_tests(path) else ""
                if _FILLING.search(text):
                    lines = text.replace("\\\r\n", " ").replace("\\\n", " ").replace("`\n", " ").splitlines()
                    self._filling += [line for line in lines if _FILLING.search(line)]
        return self._filling

    def _text(self, path: str) -> str:
        source = self._files.read(path)
        return "" if isinstance(source, Broken) else source.text


def _policies(node: Node, depth: int = 0) -> Iterator[Entries]:
    """The policies that a value is or holds where people put them."""
    from crosswire.readers.tree import Entries, Items, Scalar

    if isinstance(node, Items):
        for item in node.items if depth < _DEEPEST else ():
            yield from _policies(item, depth + 1)
    elif isinstance(node, Entries):
        if _is_policy(node):
            yield node
        elif depth < _DEEPEST and "principalId" not in node:
            for key, value in node.items():
                if key.text in _HOLDERS:
                    inner = _inner(value) if isinstance(value, Scalar) else value
                    if inner is not None:
                        yield from _policies(inner, depth + 1)


def _is_policy(node: Entries) -> bool:
    """Whether a mapping is a policy: each statement has an effect, and actions."""
    from crosswire.readers.tree import Entries, Items, text_of

    statements = node.get("Statement")
    listed = statements.items if isinstance(statements, Items) else [statements]
    return bool(listed) and all(
        isinstance(one, Entries)
        and text_of(one.get("Effect")) in ("Allow", "Deny")
        and ("Action" in one or "NotAction" in one)
        for one in listed
    )


def _inner(text: Scalar) -> Node | None:
    """What a text holds that is JSON itself, as `aws s3api get-bucket-policy` prints it. All of it stands where the
    text does."""
    from crosswire.frontends.cloudformation.making import Making
    from crosswire.readers.json import read_json
    from crosswire.readers.tree import Entries, Items
    from crosswire.source import Source

    if "Statement" not in text.text:
        return None
    tree = read_json(Source(text.source.path, text.text))
    if isinstance(tree, Broken):
        return None
    making = Making(text)

    def placed(node: Node) -> Node:
        if isinstance(node, Entries):
            return making.mapping([(making.text(key.text), placed(value)) for key, value in node.pairs])
        if isinstance(node, Items):
            return making.list([placed(item) for item in node.items])
        return making.text(node.text, node.plain)

    return placed(tree)


def _kind(document: Entries) -> str:
    """Who a policy is for."""
    statements = _statements(document)
    if not any("Principal" in statement or "NotPrincipal" in statement for statement in statements):
        return "identity"
    actions = [action.text for statement in statements for action in _texts(statement.get("Action"))]
    return "trust" if actions and all(action.startswith("sts:") for action in actions) else "resource"


def _statements(document: Entries) -> list[Entries]:
    from crosswire.readers.tree import Entries, Items

    listed = document.get("Statement")
    nodes = listed.items if isinstance(listed, Items) else [listed]
    return [node for node in nodes if isinstance(node, Entries)]


def _texts(node: Node | None) -> list[Scalar]:
    from crosswire.readers.tree import Items, Scalar

    return [one for one in (node.items if isinstance(node, Items) else [node]) if isinstance(one, Scalar)]


def _rewritten(document: Entries, gaps: re.Pattern[str]) -> Entries:
    """A document with an unknown value for every gap in what its statements are about."""
    if gaps.search(document.source.text) is None:
        return document
    from crosswire.readers.tree import Entries, Items

    def inside(node: Node) -> Node:
        if isinstance(node, Items):
            return Items([inside(item) for item in node.items], node.source, node.start, node.end, node.tag)
        if isinstance(node, Entries):
            pairs = [(key, inside(value)) for key, value in node.pairs]
            return Entries(pairs, node.source, node.start, node.end, node.tag)
        return _with_unknown(node, gaps)

    def statement(node: Node) -> Node:
        if isinstance(node, Items):
            return Items([statement(item) for item in node.items], node.source, node.start, node.end)
        if isinstance(node, Entries):
            pairs = [(key, inside(value) if key.text in _JUDGED else value) for key, value in node.pairs]
            return Entries(pairs, node.source, node.start, node.end)
        return node

    pairs = [(key, statement(value) if key.text == "Statement" else value) for key, value in document.pairs]
    return Entries(pairs, document.source, document.start, document.end)


def _with_unknown(text: Scalar, gaps: re.Pattern[str]) -> Node:
    from crosswire.frontends.cloudformation.making import Making

    making = Making(text)
    parts: list[Node | str] = []
    at = 0
    for match in gaps.finditer(text.text):
        parts += [text.text[at : match.start()], making.unknown(f"what is put in for {match[0]}")]
        at = match.end()
    return making.join([*parts, text.text[at:]]) if parts else text


def _bears_marks(source: Source) -> bool:
    """Whether a text that cannot be read was meant to be a policy, and not the source of another tool."""
    text = source.text
    has_marks = all(re.search(rf"[\"'“]?{mark}[\"'”]?\s*:", text) for mark in ("Statement", "Effect", "(?:Not)?Action"))
    is_short = re.match(r"[^{\[]{0,200}[\[{]\s*[^\n]{0,40}\n?[^\n]*(?:Version|Statement)", text) is not None
    is_plain = not source.path.endswith(_FILLED_ENDINGS)
    return is_plain and has_marks and is_short and not re.search(r"\{\{|\{%|%\{|<%|(?<![\w\"./:-])\$\{", text)
