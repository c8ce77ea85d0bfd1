"""env/never-read: a variable that no code of the functions that get it reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.env import is_read_by_libraries
from crosswire.finding import Severity
from crosswire.rule import Rule
from crosswire.wiring.function import Link
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.function import EnvVariable, Function
    from crosswire.wiring.project import Wiring


class NeverRead(Rule):
    """A function is given an environment variable that its code never reads.

    It does no harm by itself, but is often the other half of a mistake: the code reads another name, or the value,
    which may be a secret, is given away for nothing. It is a note, and only told where all of the code was read.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Hello:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              GREETING: Hello
              COLOUR: blue  # expect: env/never-read
    ```
    `src/app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["GREETING"]
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Hello:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              GREETING: Hello
    ```
    `src/app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["GREETING"]
    ```

    ## Limits

    Names that runtimes and common libraries read by themselves (`NODE_OPTIONS`, `POWERTOOLS_...`) are not meant.
    """

    severity = Severity.NOTE

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        given: dict[object, list[tuple[Function, EnvVariable]]] = {}
        for function in (one for one in wiring.functions if one.is_lambda):
            for variable in function.env.variables.values():
                if variable.is_generated:
                    continue
                given.setdefault((variable.name, variable.span.order), []).append((function, variable))
        for uses in given.values():
            if all(_is_idle(function, variable.name) for function, variable in uses):
                function, variable = uses[0]
                yield self.finding(
                    f"no code of {evidence.who(one for one, _ in uses)} reads the variable `{variable.name}`",
                    variable.span,
                    unit=function.id.unit,
                    owner=str(function.id),
                    subject=variable.name,
                    label="never read",
                    functions=evidence.names(one for one, _ in uses),
                    confidence=evidence.confidence(function),
                    advice="Drop the variable, or read it.",
                )


def _is_idle(function: Function, name: str) -> bool:
    """Whether all of the function's code was read, and nothing in it asks for the variable."""
    return (
        function.code.link in (Link.EXACT, Link.NAMED)
        and not function.blind_spots
        and not any(spot.kind in ("code", "entry", "handler", "environment") for spot in function.code.blind_spots)
        and not is_read_by_libraries(name)
        and all(read.name != name for read in function.code.reads)
    )
