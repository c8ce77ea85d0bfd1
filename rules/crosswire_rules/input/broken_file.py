"""input/broken-file: a file that cannot be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.rule import Rule
from crosswire.source import Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring

_CODE = (".py", ".js", ".mjs", ".cjs", ".jsx", ".ts", ".mts", ".cts", ".tsx")
_READ_ALL_THE_SAME = (*_CODE, ".tf", ".tofu", ".tfvars")
"""Files that are read around their mistakes."""

_VALUES = (".tfvars", ".tfvars.json")
_CONFIGURATIONS = (".tf", ".tf.json", ".tofu", ".tofu.json")
_TEXT = re.compile(r'"([^"\n]{4,})')
"""Files that hold what may be secret, under names that tell nothing of it."""


class BrokenFile(Rule):
    """A template, a file of Terraform, or code that one of them deploys cannot be read.

    What cannot be read is not checked. What is no valid YAML, JSON or HCL does not deploy, so that is an error; code
    that crosswire's parser does not understand is a warning, because the runtime may know better.

    ## Bad

    `queues.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
    ```
    `tables.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: [orders
          BillingMode: PAY_PER_REQUEST  # expect: input/broken-file
    ```

    ## Good

    `queues.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
    ```
    `tables.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          TableName: orders
          BillingMode: PAY_PER_REQUEST
    ```
    """

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for broken in wiring.broken:
            if broken.referenced:
                path = broken.span.path
                reads = "" if path.endswith(_READ_ALL_THE_SAME) else "cannot be read: "
                yield self.finding(
                    f"`{path}` {reads}{broken.why}",
                    broken.span,
                    unit=path,
                    owner=path,
                    subject=path,
                    label="here",
                    severity=Severity.WARNING if path.endswith(_CODE) else Severity.ERROR,
                    secrets=tuple(_secrets(broken.span)),
                )


def _secrets(span: Span) -> Iterator[Span]:
    """What the shown lines may hold of secrets, where nothing tells what a text is for: in a file of values all of
    it, in a configuration every text."""
    line = _line(span)
    if line.path.endswith(_VALUES):
        yield line
    elif line.path.endswith(_CONFIGURATIONS):
        for text in _TEXT.finditer(line.text):
            yield Span(line.source, line.start + text.start(1), line.start + text.end(1))


def _line(span: Span) -> Span:
    """The lines on which a place is."""
    text = span.source.text
    end = text.find("\n", span.end)
    return Span(span.source, text.rfind("\n", 0, span.start) + 1, len(text) if end < 0 else end)
