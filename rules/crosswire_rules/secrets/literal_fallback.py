"""The rule secrets/literal-fallback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.aws.env import is_provided
from crosswire.finding import Confidence, Finding, Label, Severity
from crosswire.rule import Rule
from crosswire.secret_shapes import is_placeholder, is_secret_name, kind_under_name
from crosswire.wiring.function import Link
from crosswire_rules.secrets._values import texts, with_article

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.wiring.function import EnvRead, Function
    from crosswire.wiring.project import Wiring

_CONFIDENCE = {Link.EXACT: Confidence.HIGH, Link.NAMED: Confidence.MEDIUM}


class LiteralFallback(Rule):
    """A secret is written in the code, as the fallback of a variable or by itself.

    It lies in the repository and in every bundle that is deployed. As a fallback it is worse than no value: when the
    variable is missing nothing fails, and the function signs sessions with a key that everyone can read.

    ## Bad

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Login:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: login.handler
          CodeUri: src
          Environment:
            Variables:
              JWT_SECRET: "{{resolve:secretsmanager:orders/jwt:SecretString:key}}"
    ```
    `src/login.js`
    ```javascript
    const key = process.env.JWT_SECRET || "orders-jwt-signing-2024";  // expect: secrets/literal-fallback

    exports.handler = async () => ({ statusCode: key ? 200 : 500 });
    ```

    ## Good

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Login:
        Type: AWS::Serverless::Function
        Properties:
          Runtime: nodejs20.x
          Handler: login.handler
          CodeUri: src
          Environment:
            Variables:
              JWT_SECRET: "{{resolve:secretsmanager:orders/jwt:SecretString:key}}"
    ```
    `src/login.js`
    ```javascript
    const key = process.env.JWT_SECRET;

    exports.handler = async () => ({ statusCode: key ? 200 : 500 });
    ```

    ## Limits

    A placeholder (`"changeme"`) is told, as a warning, only where the variable is not set, so that it is the secret
    that is used. Keys made to be published are not told. Only code that a function reaches is looked at.
    """

    security_severity = "8.8"
    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every secret in the code that a function reaches."""
        for function in wiring.functions:
            told: set[tuple[str, int, int]] = set()
            for kind, subject, fallback, span in _secrets(function):
                if span.order not in told:
                    told.add(span.order)
                    yield self._finding(function, kind, subject, fallback, span)
            for read, span in _placeholders(function):
                if span.order not in told:
                    told.add(span.order)
                    yield self._placeholder(function, read, span)

    def _finding(self, function: Function, kind: str, subject: str, fallback: bool, span: Span) -> Finding:
        what = with_article(kind)
        variable = function.env.variables.get(subject) if fallback else None
        unset = fallback and variable is None and function.env.complete
        return self.finding(
            f"`{subject}` falls back to {what} that is written in the code"
            if fallback
            else f"the code holds {what} as `{subject}`"
            if subject
            else f"the code holds {what}",
            span,
            unit=function.id.unit,
            owner=str(function.id),
            subject=subject or kind,
            label="used now, as nothing sets the variable" if unset else "for all who can read the code",
            related=(Label(variable.span, "sets the variable"),) if variable is not None else (),
            functions=(str(function.id),),
            confidence=_CONFIDENCE.get(function.code.link, Confidence.LOW),
            advice="replace the secret, as it is burnt, and let the code fail where it is not given",
            secrets=(span,),
        )

    def _placeholder(self, function: Function, read: EnvRead, span: Span) -> Finding:
        name = str(function.id)
        confidence = _CONFIDENCE.get(function.code.link, Confidence.LOW)
        return self.finding(
            f"`{read.name}` is not set for `{name}`, so that its code takes a placeholder for the secret",
            span,
            unit=function.id.unit,
            owner=name,
            subject=f"{read.name} placeholder",
            label="is used, as nothing sets the variable",
            functions=(name,),
            severity=Severity.NOTE if confidence is Confidence.LOW else Severity.WARNING,
            confidence=confidence,
            advice=f"set `{read.name}` from a store of secrets, and let the code fail where it is not given",
            secrets=(span,),
        )


def _placeholders(function: Function) -> Iterator[tuple[EnvRead, Span]]:
    """Placeholders that the code takes for a secret, because nothing sets the variable."""
    for read in function.code.reads:
        if read.default is None or read.name in function.env.variables or not function.env.complete:
            continue
        if is_provided(read.name) or not is_secret_name(read.name):
            continue
        for text, span in texts(read.default):
            if text.strip() and is_placeholder(text):
                yield read, span or read.span


def _secrets(function: Function) -> Iterator[tuple[str, str, bool, Span]]:
    """Kind, name, whether it is the fallback of a variable of that name, and place."""
    for literal in function.code.literals:
        yield literal.kind, literal.fallback_of or literal.subject, literal.fallback_of is not None, literal.span
    for read in function.code.reads:
        if read.default is None:
            continue
        for text, span in texts(read.default):
            kind = kind_under_name(read.name, text)
            if kind is not None:
                yield kind, read.name, True, span or read.span
