"""input/undefined-variable: a variable of serverless.yml that nothing gives."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class UndefinedVariable(Rule):
    """A variable names a place of serverless.yml that is not there.

    Mostly the place was renamed, or is spelt otherwise. Since version 3 the Serverless Framework stops there: `Cannot
    resolve variable at "provider.environment.TABLE": Value not found at "self" source`. Before that it deploys
    `undefined` in its place, with no more than a warning: a statement is then about no resource of yours, a variable
    has no value.

    ## Bad

    `serverless.yml`
    ```yaml
    service: shop
    provider:
      name: aws
      runtime: python3.12
      environment:
        TABLE: ${self:custom.orderTable}  # expect: input/undefined-variable
    custom:
      ordersTable: orders-${sls:stage}
    functions:
      orders: {handler: app.handler}
    ```
    `app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["TABLE"]
    ```

    ## Good

    `serverless.yml`
    ```yaml
    service: shop
    provider:
      name: aws
      runtime: python3.12
      environment:
        TABLE: ${self:custom.ordersTable}
    custom:
      ordersTable: orders-${sls:stage}
    functions:
      orders: {handler: app.handler}
    ```
    `app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["TABLE"]
    ```

    ## Limits

    Only names below `custom` and `provider.environment` are looked at, in YAML, where no part of the name is a variable
    itself, and where no plugin may add to them.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for unit in wiring.units:
            for spot in unit.blind_spots:
                if spot.kind == "undefined" and spot.span is not None:
                    yield self.finding(
                        f"nothing gives {spot.why}",
                        spot.span,
                        unit=unit.id,
                        owner=unit.id,
                        subject=spot.why,
                        label="names a place that is not there",
                        advice="Name a place that the configuration has, or give a default after a comma.",
                    )
