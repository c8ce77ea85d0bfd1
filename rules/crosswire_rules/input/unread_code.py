"""input/unread-code: a function whose code was not read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Severity
from crosswire.rule import Rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class UnreadCode(Rule):
    """The code of a function was not read, so that little can be said of the function.

    No rule that needs to know what the code does speaks of it: a clean result says nothing there. Either the code is
    not in the repository (it is built elsewhere), or it is in a language that crosswire does not read, or what
    is deployed names a folder, file or handler that does not exist. Then the function fails at its first call, with
    `Runtime.ImportModuleError` or `Runtime.HandlerNotFound`: where the file is there, read in full and has no such
    handler, this is a warning.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.12
          Handler: app.handle  # expect: input/unread-code
          CodeUri: src
    ```
    `src/app.py`
    ```python
    def handler(event, context):
        return "ok"
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Orders:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.12
          Handler: app.handler
          CodeUri: src
    ```
    `src/app.py`
    ```python
    def handler(event, context):
        return "ok"
    ```
    """

    severity = Severity.NOTE
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in (one for one in wiring.functions if one.is_lambda):
            if function.handler is None and wiring.dialect_of(function.id.unit).weakness:
                continue  # a command sets something of a function that is made elsewhere
            for spot in function.code.blind_spots:
                if spot.kind in ("entry", "handler"):
                    name = str(function.id)
                    yield self.finding(
                        f"the code of `{name}` is not read: {spot.why}",
                        spot.span or function.span,
                        severity=Severity.WARNING if spot.kind == "handler" else self.severity,
                        unit=function.id.unit,
                        owner=name,
                        subject=name,
                        functions=(name,),
                    )
