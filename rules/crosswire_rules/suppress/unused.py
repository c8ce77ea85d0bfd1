"""suppress/unused: a suppression that suppresses nothing."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class Unused(LateRule):
    """A suppression suppresses nothing.

    What it was for is mended or gone. Left in place, it would hide the next mistake that is made here.

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
          Environment:
            Variables:
              TABLE: orders
    ```
    `src/app.py`
    ```python
    import os

    TABLE = os.environ["TABLE"]  # crosswire: ignore[env/not-set] the console sets it  # expect: suppress/unused


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

    ## Limits

    It is told where everything was looked at that the suppression may be about: not in code when only some of the
    repository's units were asked for, nor when its rule did not run.
    """

    severity = Severity.WARNING
