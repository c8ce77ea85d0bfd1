"""suppress/unknown-rule: a suppression of a rule that does not exist."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class UnknownRule(LateRule):
    """A suppression names a rule that does not exist, so that it suppresses nothing.

    Mostly the name is mistyped, or the rule has been given another one.

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

    # crosswire: ignore[env/notset] the console sets it  # expect: suppress/unknown-rule
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
    ```
    `src/app.py`
    ```python
    import os

    # crosswire: ignore[env/not-set] the console sets it
    TABLE = os.environ["TABLE"]


    def handler(event, context):
        return TABLE
    ```
    """

    severity = Severity.WARNING
