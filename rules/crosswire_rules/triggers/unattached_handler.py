"""The rule triggers/unattached-handler."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.invocation import Attachments
from crosswire_rules.triggers._confidence import confidence_of, severity_at

if TYPE_CHECKING:
    from crosswire.wiring.function import EventRead, Function
    from crosswire.wiring.project import Wiring


class UnattachedHandler(Rule):
    """A function is written for a trigger of Cognito, and no user pool invokes it.

    The function is deployed, its tests pass, and it never runs: users sign up, nothing is written, and there is no
    error anywhere. A user pool invokes a function only if its `LambdaConfig` (`lambda_config` in Terraform)
    names it.

    ## Bad

    `template.yaml`
    ```yaml
    Resources:
      Users:
        Type: AWS::Cognito::UserPool
      SaveUser:  # expect: triggers/unattached-handler
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: save_user.handler
          Code: src
          Role: arn:aws:iam::123456789012:role/save-user
      LetUsersIn:
        Type: AWS::Lambda::Permission
        Properties:
          Action: lambda:InvokeFunction
          FunctionName: !Ref SaveUser
          Principal: cognito-idp.amazonaws.com
          SourceArn: !GetAtt Users.Arn
    ```
    `src/save_user.py`
    ```python
    def handler(event, context):
        print(event["request"]["userAttributes"]["email"])
        return event
    ```

    ## Good

    `template.yaml`
    ```yaml
    Resources:
      Users:
        Type: AWS::Cognito::UserPool
        Properties:
          LambdaConfig:
            PostConfirmation: !GetAtt SaveUser.Arn
      SaveUser:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: save_user.handler
          Code: src
          Role: arn:aws:iam::123456789012:role/save-user
      LetUsersIn:
        Type: AWS::Lambda::Permission
        Properties:
          Action: lambda:InvokeFunction
          FunctionName: !Ref SaveUser
          Principal: cognito-idp.amazonaws.com
          SourceArn: !GetAtt Users.Arn
    ```
    `src/save_user.py`
    ```python
    def handler(event, context):
        print(event["request"]["userAttributes"]["email"])
        return event
    ```

    ## Limits

    Where the unit declares no user pool, someone may attach the function to one by hand: then it is a warning. Nothing
    is said where anything else names or invokes the function, or where a pool's trigger cannot be read.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every function shaped for a trigger of Cognito that nothing invokes."""
        attachments = Attachments(wiring)
        for function in wiring.functions:
            read = _cognito_read(function)
            if read is not None and attachments.is_unattached(function):
                place = wiring.dialect_of(function.id.unit).pool_triggers
                yield self._finding(function, read, attachments, place)

    def _finding(self, function: Function, read: EventRead, attachments: Attachments, place: str) -> Finding:
        name = str(function.id)
        confidence = confidence_of(function.code.link)
        pools = attachments.pools_near(function)
        severity = severity_at(confidence, Severity.ERROR if pools else Severity.WARNING)
        related = [Label(read.span, "reads an event of Cognito")]
        related += [Label(pool.span, f"does not invoke `{name}`") for pool in pools]
        whose = "the user pool does not name" if len(pools) == 1 else "no user pool names"
        return self.finding(
            f"`{name}` is written for a trigger of Cognito but never runs, as {whose} it in its {place}",
            function.span,
            unit=function.id.unit,
            owner=name,
            subject="cognito_user_pool",
            label="nothing invokes it",
            related=tuple(related),
            functions=(name,),
            severity=severity,
            confidence=confidence,
            cause=("unattached", function.id),
            advice=f"name `{name}` in the {place} of the user pool, with a permission for it",
        )


def _cognito_read(function: Function) -> EventRead | None:
    """The first read of a member that only events of Cognito's user pools have."""
    for read in function.code.event_reads:
        if read.path[:2] == ("request", "userAttributes") or read.path[:1] == ("triggerSource",):
            return read
    return None
