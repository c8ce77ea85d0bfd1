"""Templates of templates: texts that another tool fills in before AWS sees them are told from broken ones."""

from __future__ import annotations

from posixpath import basename, dirname, join
from typing import TYPE_CHECKING

from crosswire.frontends.cloudformation.marks import RENDERED
from crosswire.readers.tree import Entries, Items, Node, Scalar
from crosswire.source import Span

if TYPE_CHECKING:
    from crosswire.source import Source
    from crosswire.wiring.unread import Unread

FOREIGN = ("${self:", "${file(", "${opt:", "${sls:", "${param:")
_FRAMEWORK = "the Serverless Framework"
_TOOLS = (
    (r"sceptre_user_data|stack_group_config", "Sceptre"),
    (r"\{\{\s*cookiecutter\.", "Cookiecutter"),
    (r"\{%", "Jinja"),
    (r"<%", "ERB"),
    (r"\{\{-?\s*(?:\.|template\s|include\s|if\s|range\s|end\b)", "Go's templates, as Helm does it,"),
    (r"\{\{[#/>^&]", "Mustache"),
    (r"\{\{(?!resolve:)", "another tool, such as Jinja,"),
)


def unread(source: Source, before: str = "AWS sees it") -> Unread:
    """What is said of a text that is rendered: by which tool, and where that shows first."""
    import re

    from crosswire.wiring.unread import Unread

    text = source.text
    ending = next((ending for ending in RENDERED if source.path.endswith(ending)), "")
    tool, at = RENDERED.get(ending, ""), 0
    for pattern, name in _TOOLS:
        match = re.search(pattern, text)
        if match is not None:
            tool, at = tool or name, match.start()
            break
    else:
        found = [place for mark in FOREIGN if (place := text.find(mark)) >= 0]
        if found:
            tool, at = tool or _FRAMEWORK, min(found)
    end = text.find("\n", at)
    span = Span(source, at, len(text) if end < 0 else end)
    return Unread(span, f"is rendered by {tool or 'another tool'} before {before}")


def has_placeholders(text: str) -> bool:
    """Whether a text that cannot be read is the source of another tool: Jinja, Helm, ERB, serverless.yml."""
    without_references = text.replace("{{resolve:", "")
    return "{{" in without_references or "{%" in text or "<%" in text or any(mark in text for mark in FOREIGN)


def is_rendered(text: str, root: Entries) -> bool:
    """Whether another tool fills in the text before AWS sees it: placeholders stand outside quotes, or a variable
    syntax of the Serverless Framework is used."""
    if any(mark in text for mark in FOREIGN):
        return True
    if "{{" not in text and "{%" not in text:
        return False
    seen: set[int] = set()
    waiting: list[Node] = [root]
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, Scalar):
            if node.plain and _is_placeholder(node.text):
                return True
        elif isinstance(node, Items):
            waiting.extend(node.items)
        else:
            for key, value in node.pairs:
                if key.tag == "?" or (key.plain and _is_placeholder(key.text)):
                    return True
                waiting.append(value)
    return False


_WRITTEN_AS_CODE = {
    "sst.config.ts": (("$config(", "SSTConfig"), "SST"),
    "backend.ts": (("defineBackend(",), "Amplify Gen 2"),
    "Pulumi.yaml": (("runtime:",), "Pulumi"),
}
"""Files that start programs which deploy without a template in the repository: marks of each, and whose it is."""


def run_elsewhere(source: Source, is_synthesized: bool) -> Unread | None:
    """What is said of a program that declares what is deployed as it runs, and left no templates in the check."""
    marks, tool = _WRITTEN_AS_CODE.get(basename(source.path), ((), ""))
    at, mark = next(((at, mark) for mark in marks if (at := source.text.find(mark)) >= 0), (-1, ""))
    if is_synthesized or at < 0:
        return None
    from crosswire.wiring.unread import Unread

    why = f"starts a program of {tool}, which declares what is deployed as it runs"
    return Unread(Span(source, at, at + len(mark.rstrip("(:"))), why, is_apart=True)


def unsynthesized(source: Source, is_synthesized: bool) -> Unread | None:
    """What is said of a `cdk.json` whose program has written no templates that are in the check."""
    at = source.text.find('"app"')
    if is_synthesized or at < 0 or basename(source.path) != "cdk.json":
        return None
    from crosswire.wiring.unread import Unread

    end = source.text.find("\n", at)
    output = join(dirname(source.path), "cdk.out")
    return Unread(
        Span(source, at, len(source.text) if end < 0 else end),
        "starts a program of the AWS CDK, whose templates are not in this check",
        f"Run `cdk synth`, and check what it writes as well: `crosswire check . {output}`.",
        is_apart=True,
    )


def _is_placeholder(text: str) -> bool:
    return "{%" in text or "{{" in text.replace("{{resolve:", "")
