"""The rule secrets/plaintext-in-env."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.aws.frameworks import public_prefix
from crosswire.finding import Confidence, Finding, Label, Severity
from crosswire.rule import Rule
from crosswire.secret_shapes import dynamic_reference, is_secret_name, kind_of_secret, kind_under_name
from crosswire.values import Const
from crosswire.wiring.function import Link
from crosswire_rules.secrets._values import (
    OFTEN_PUBLIC,
    UNKNOWN_PART,
    default_places,
    hidden,
    looked_up,
    names_of_stored_secrets,
    parameters,
    shown_cause,
    texts,
    with_article,
)

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import Parameter
    from crosswire.wiring.dialect import Dialect
    from crosswire.wiring.function import EnvVariable, Function
    from crosswire.wiring.project import Wiring

_ADVICE = (
    "replace the secret, as it is burnt, keep the new one in Secrets Manager or as an SSM SecureString, "
    "and let the code fetch it"
)
_ADVICE_ELSEWHERE = (
    "replace the secret, as it is burnt, and keep the new one where nobody commits it: in the secrets of the CI "
    "system, or in a file that git ignores"
)
_BY_NAME_ALONE = ("secret", "guessable secret")


class PlaintextInEnv(Rule):
    """A variable of a function holds a secret in plain text.

    Whoever reads the repository, the template in the console, a change set, Terraform's state, or `aws lambda
    get-function-configuration` has the secret, and it stays in the history after it is taken out. A `KmsKeyArn` on
    the function does not help: the variables are shown in clear to everyone who may look at the function.

    A value counts by its shape (a token with a known prefix, a private key, a password in an address) or because the
    variable's name says that it is a secret.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Login:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.12
          Handler: login.handler
          CodeUri: src
          Environment:
            Variables:
              JWT_SECRET: orders-jwt-signing-2024  # expect: secrets/plaintext-in-env
    ```
    `src/login.py`
    ```python
    import os

    KEY = os.environ["JWT_SECRET"]

    def handler(event, context):
        return {"statusCode": 200}
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      JwtSecret:
        Type: AWS::SecretsManager::Secret
        Properties:
          GenerateSecretString:
            PasswordLength: 40
      Login:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: python3.12
          Handler: login.handler
          CodeUri: src
          Environment:
            Variables:
              JWT_SECRET_ARN: !Ref JwtSecret
          Policies:
            - AWSSecretsManagerGetSecretValuePolicy:
                SecretArn: !Ref JwtSecret
    ```
    `src/login.py`
    ```python
    import os

    import boto3

    KEY = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["JWT_SECRET_ARN"])["SecretString"]

    def handler(event, context):
        return {"statusCode": 200}
    ```

    ## Bad: a reference that Lambda does not support

    The deployment fails with `SSM Secure reference is not supported in:
    [AWS::Lambda::Function/Properties/Environment/Variables/API_TOKEN]`.

    `template.yaml`
    ```yaml
    Resources:
      Sync:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: sync.handler
          Code: src
          Role: arn:aws:iam::123456789012:role/sync
          Environment:
            Variables:
              API_TOKEN: "{{resolve:ssm-secure:/orders/token:1}}"  # expect: secrets/plaintext-in-env
    ```
    `src/sync.py`
    ```python
    import os

    def handler(event, context):
        return os.environ["API_TOKEN"] != ""
    ```

    ## Limits

    A parameter with `NoEcho`, or a `sensitive` variable of Terraform, is a note: it is hidden where parameters are
    shown, but the function's variable is not. A `{{resolve:secretsmanager:...}}` reference is accepted, although it is
    resolved into the same plain text at deployment. Names of secrets (ARNs, paths, the names of declared secrets, what
    the code gives to Secrets Manager) are no secrets; keys made to be published are none either.

    Workflows, Dockerfiles, compose files and `.env*` files that git tracks are looked through, too. There a value
    counts by its shape alone, and passwords in addresses, which are mostly of containers for tests, do not count.
    """

    security_severity = "8.8"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every variable of every function whose value is a secret."""
        stored = names_of_stored_secrets(wiring)
        for function in wiring.functions:
            names = looked_up(function)
            dialect = wiring.dialect_of(function.id.unit)
            for variable in function.env.variables.values():
                finding = self._secret(function, dialect, variable, stored, variable.name in names) or self._parameter(
                    function, dialect, variable, variable.name in names
                )
                if finding is not None:
                    yield finding
        for variable in wiring.exposed:
            yield self._exposed(variable)

    def _exposed(self, variable: EnvVariable) -> Finding:
        """A secret in a file that gives variables to a step of a workflow, to the build of an image ..."""
        text = variable.value.text if isinstance(variable.value, Const) else ""
        kind = with_article(kind_under_name(variable.name, text) or "secret")
        return self.finding(
            f"`{variable.name}` holds {kind} in plain text",
            variable.span,
            unit=variable.span.path,
            owner=variable.span.path,
            subject=variable.name,
            label=f"{kind}, for all who can read the repository",
            severity=Severity.WARNING if " test " in kind else None,
            confidence=Confidence.HIGH,
            advice=_ADVICE_ELSEWHERE,
            secrets=hidden(variable),
        )

    def _secret(
        self,
        function: Function,
        dialect: Dialect,
        variable: EnvVariable,
        stored: frozenset[str],
        is_looked_up: bool,
    ) -> Finding | None:
        """What is wrong with the texts that a variable may have."""
        name = variable.name
        for text, place in texts(variable.value):
            reference = dynamic_reference(text)
            if reference == "ssm-secure":
                return self._at(
                    function,
                    variable,
                    f"`{name}` refers to a SecureString, which is not resolved in a function's variables",
                    "the deployment fails here",
                    advice="set the parameter's name, and let the code fetch the value with decryption",
                )
            if reference == "ssm" and is_secret_name(name):
                return self._at(
                    function,
                    variable,
                    f"`{name}` is a secret that is kept as a parameter in plain text",
                    "a reference to a parameter that is not encrypted",
                    severity=Severity.WARNING,
                    advice="keep it as a SecureString or in Secrets Manager, and let the code fetch it",
                )
            kind = kind_of_secret(text) if UNKNOWN_PART in text else kind_under_name(name, text)
            if kind in OFTEN_PUBLIC and public_prefix(name):
                continue
            if kind is None or (kind in _BY_NAME_ALONE and (is_looked_up or text in stored)):
                continue
            could_be_a_name = kind == "guessable secret" and not _code_is_known(function)
            return self._at(
                function,
                variable,
                f"`{name}` holds {with_article(kind)} in plain text",
                f"{with_article(kind)}, for all who can read {dialect.readable} or the function",
                related=_written_at(variable, place),
                severity=Severity.WARNING if could_be_a_name else None,
                confidence=Confidence.MEDIUM if could_be_a_name else Confidence.HIGH,
            )
        return None

    def _parameter(
        self, function: Function, dialect: Dialect, variable: EnvVariable, is_looked_up: bool
    ) -> Finding | None:
        """What is wrong with the deployment's parameters that a variable may be."""
        if is_looked_up:
            return None
        name = variable.name
        for parameter in parameters(variable.value):
            given = f"the {dialect.parameter} `{parameter.name}`"
            kind = parameter.default_secret or _kind_of_default(name, parameter)
            if kind is not None:
                which = "default" if parameter.given is None else "value"
                return self._at(
                    function,
                    variable,
                    f"`{name}` is {given}, whose {which} is {with_article(kind)} in clear",
                    f"the {which} of `{parameter.name}` is {with_article(kind)}",
                    related=tuple(Label(place, f"its {which}") for place in default_places(parameter)),
                    # What an environment gives is another thing than what the template lacks for all of them.
                    subject=name if parameter.given is None else f"{name} given",
                )
            if not (is_secret_name(name) and is_secret_name(parameter.name)):
                continue
            if parameter.secret:
                return self._at(
                    function,
                    variable,
                    f"`{name}` is {given}: {dialect.hiding} does not hide it in the function's environment",
                    "in plain text in the function's configuration",
                    severity=Severity.NOTE,
                    advice="keep it in Secrets Manager or as an SSM SecureString, and let the code fetch it",
                )
            has_default = parameter.default and parameter.given is None
            if parameter.type == "String" and not parameter.allowed and not has_default:
                return self._at(
                    function,
                    variable,
                    f"`{name}` is a secret that is given as {given}, which lacks {dialect.hiding}",
                    "shown in plain text with the stack's parameters and in the function's configuration",
                )
        return None

    def _at(
        self,
        function: Function,
        variable: EnvVariable,
        message: str,
        label: str,
        *,
        related: tuple[Label, ...] = (),
        severity: Severity | None = None,
        confidence: Confidence = Confidence.HIGH,
        advice: str = _ADVICE,
        subject: str = "",
    ) -> Finding:
        return self.finding(
            message,
            variable.span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=subject or variable.name,
            label=label,
            related=related,
            functions=(str(function.id),),
            severity=severity,
            confidence=confidence,
            cause=None if function.is_lambda else shown_cause(function.id.unit, variable.name),
            advice=advice,
            secrets=hidden(variable),
        )


def _written_at(variable: EnvVariable, place: Span | None) -> tuple[Label, ...]:
    """The place of a value that does not stand beside the variable's name."""
    name = variable.span
    if place is None or place == name:
        return ()
    follows = place.source is name.source and place.start >= name.start
    if follows and "\n" not in name.source.text[name.end : place.start]:
        return ()
    return (Label(place, "it is written here"),)


def _kind_of_default(name: str, parameter: Parameter) -> str | None:
    """What kind of secret the default of a parameter is. A list of allowed values holds none."""
    if parameter.default is None or parameter.allowed:
        return None
    kind = kind_of_secret(parameter.default)
    return kind or (kind_under_name(name, parameter.default) if is_secret_name(parameter.name) else None)


def _code_is_known(function: Function) -> bool:
    """Whether all that the code does with the variable is seen, so that a word is surely no name of a stored secret."""
    return function.code.link in (Link.EXACT, Link.NAMED) and not function.code.blind_spots
