"""suppress/expired: a suppression whose last day has passed."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class Expired(LateRule):
    """A suppression has expired: what it was for is told again.

    `expires=2026-12-31` names the last day on which it counts.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
    ```
    `src/app.py`
    ```python
    import os

    # crosswire: ignore[env/not-set] until the template moves, expires=2020-12-31  # expect: suppress/expired
    TABLE = os.environ["TABLE"]  # expect: env/not-set


    def handler(event, context):
        return TABLE
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: orders
    ```
    `src/app.py`
    ```python
    import os

    TABLE = os.environ["TABLE"]


    def handler(event, context):
        return TABLE
    ```
    """

    severity = Severity.WARNING
