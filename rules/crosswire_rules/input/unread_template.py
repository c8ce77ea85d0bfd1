"""input/unread-template: a template that another tool makes, and that was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class UnreadTemplate(Rule):
    """What is deployed is made by another tool from this file, which was not read.

    Jinja, Sceptre, Helm, ERB and others fill in a template before AWS sees it, a `serverless.ts` may be worked out by a
    program, and the AWS CDK writes its templates when it is told to. What such a file declares is not known here: a
    clean result says nothing of it, and what stands in the same folder is judged as if anything could be declared
    beside it.

    ## Bad

    `infra/orders.yml.j2`
    ```jinja
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
    {% for name in tables %}  # expect: input/unread-template
      {{ name }}:
        Type: AWS::DynamoDB::Table
    {% endfor %}
    ```
    `infra/jobs.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
    ```

    ## Good

    Check what the tool writes, in place of what it reads.

    `build/orders.yml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Orders:
        Type: AWS::DynamoDB::Table
    ```
    `infra/jobs.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
    ```
    """

    severity = Severity.NOTE

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for unread in wiring.unread:
            path = unread.span.path
            yield self.finding(
                f"`{path}` {unread.why}, and was not read",
                unread.span,
                unit=path,
                owner=path,
                subject=path,
                label="here",
                advice=unread.advice,
            )
