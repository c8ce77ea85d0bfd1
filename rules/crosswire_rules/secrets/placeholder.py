"""The rule secrets/placeholder."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Severity
from crosswire.rule import Rule
from crosswire.secret_shapes import is_dynamic_reference, is_placeholder, is_secret_name
from crosswire_rules.secrets._values import UNKNOWN_PART, hidden, looked_up, names_of_stored_secrets, texts

if TYPE_CHECKING:
    from crosswire.wiring.function import EnvVariable, Function
    from crosswire.wiring.project import Wiring

_LOCAL = ("localhost", "127.0.0.1", "host.docker.internal", "localstack")
_SWITCHES = ("", "none", "null", "undefined", "nil", "n/a", "na", "unset", "empty", "true", "false", "default")


class Placeholder(Rule):
    """A variable that is to hold a secret is deployed with a placeholder.

    The deployment succeeds, and the first call that needs the secret fails: a signature that does not verify, an answer
    of HTTP 401. Worse, a service that only compares tokens now accepts a value that everyone knows.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Pay:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: pay.handler
          CodeUri: src
          Environment:
            Variables:
              STRIPE_SECRET_KEY: YOUR_STRIPE_SECRET_KEY  # expect: secrets/placeholder
    ```
    `src/pay.js`
    ```javascript
    exports.handler = async () => ({ statusCode: process.env.STRIPE_SECRET_KEY ? 200 : 500 });
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Pay:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: pay.handler
          CodeUri: src
          Environment:
            Variables:
              STRIPE_SECRET_KEY: "{{resolve:secretsmanager:orders/stripe:SecretString:key}}"
    ```
    `src/pay.js`
    ```javascript
    exports.handler = async () => ({ statusCode: process.env.STRIPE_SECRET_KEY ? 200 : 500 });
    ```

    ## Limits

    Empty texts and words such as `none` switch something off and are accepted, and so are functions whose variables
    lead to this machine (`localhost`). Placeholders that are defaults of parameters are not told: a deployment is
    expected to replace them.
    """

    severity = Severity.WARNING
    security_severity = "5.3"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every variable with a secret's name and a placeholder for its value."""
        stored = names_of_stored_secrets(wiring)
        for function in wiring.functions:
            suspects = [one for one in function.env.variables.values() if is_secret_name(one.name)]
            if not suspects or _is_local(function):
                continue
            names = looked_up(function)
            for variable in suspects:
                if variable.name not in names and _is_placeholder(variable, stored):
                    yield self._finding(function, variable)

    def _finding(self, function: Function, variable: EnvVariable) -> Finding:
        return self.finding(
            f"`{variable.name}` is deployed with a placeholder instead of a secret",
            variable.span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=variable.name,
            label="stands in for a value that is not there",
            functions=(str(function.id),),
            advice="keep the secret in Secrets Manager or as an SSM SecureString, and let the code fetch it",
            secrets=hidden(variable),
        )


def _is_placeholder(variable: EnvVariable, stored: frozenset[str]) -> bool:
    """Whether all that the variable may be is a placeholder: one side of a condition may be meant for tests."""
    found = [text for text, _ in texts(variable.value)]
    return bool(found) and all(
        UNKNOWN_PART not in text
        and text.strip().lower() not in _SWITCHES
        and text not in stored
        and not is_dynamic_reference(text)
        and is_placeholder(text)
        for text in found
    )


def _is_local(function: Function) -> bool:
    """Whether a variable leads to this machine, so that the template is for tests."""
    return any(
        mark in text
        for variable in function.env.variables.values()
        for text, _ in texts(variable.value)
        for mark in _LOCAL
    )
