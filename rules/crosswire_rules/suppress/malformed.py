"""suppress/malformed: a comment that is meant to be a suppression, and is none."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class Malformed(LateRule):
    """A comment is meant to suppress something, but is not written as crosswire understands it.

    The form is `crosswire: ignore[family/name] reason`, with several rules separated by commas.

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

    # crosswire: ignore env/not-set, the console sets it  # expect: suppress/malformed
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
