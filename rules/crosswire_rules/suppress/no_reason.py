"""suppress/no-reason: a suppression that does not say why."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class NoReason(LateRule):
    """A suppression gives no reason.

    It counts all the same, but nobody will know whether it still has to. The reason is what follows the bracket.

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

    TABLE = os.environ["TABLE"]  # crosswire: ignore[env/not-set]  # expect: suppress/no-reason


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
    ```
    `src/app.py`
    ```python
    import os

    TABLE = os.environ["TABLE"]  # crosswire: ignore[env/not-set] the console sets it


    def handler(event, context):
        return TABLE
    ```
    """

    severity = Severity.NOTE
