"""suppress/stale-baseline: a baseline that accepts more than there is."""

from __future__ import annotations

from crosswire.finding import Severity
from crosswire.rule import LateRule


class StaleBaseline(LateRule):
    """The baseline accepts findings that are no longer there.

    They were mended. Left in the baseline, they would hide the next mistakes of their kind. `crosswire baseline
    --prune` takes them out, and adds nothing.

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

    TABLE = os.environ["TABLE"]


    def handler(event, context):
        return TABLE
    ```
    `.crosswire-baseline.json` expect 4: suppress/stale-baseline
    ```json
    {
      "version": 1,
      "findings": [
        {"rule": "env/not-set", "unit": "template.yaml", "owner": "GetOrder", "subject": "TABLE",
         "functions": ["GetOrder"], "count": 1, "fingerprint": "5d4140a3f0ee3a6ea46f"}
      ]
    }
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
    `.crosswire-baseline.json`
    ```json
    {
      "version": 1,
      "findings": []
    }
    ```
    """

    severity = Severity.NOTE
