"""The rule triggers/wrong-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label
from crosswire.rule import Rule
from crosswire.wiring.invocation import refusals

if TYPE_CHECKING:
    from crosswire.source import Span
    from crosswire.values import Value
    from crosswire.wiring.invocation import Refusal
    from crosswire.wiring.project import Wiring
    from crosswire.wiring.trigger import FunctionRef, InvokePermission


class WrongPermission(Rule):
    """A permission is there for what invokes the function, but does not fit.

    A permission lets a service in only if all of it fits: the principal (`cognito-idp.amazonaws.com`, not
    `cognito-identity.amazonaws.com`), the action `lambda:InvokeFunction`, the source's ARN, the account, and the
    function with its alias or version. Where one part differs, AWS answers as if there were no permission: with
    `AccessDeniedException` from Cognito, `500 Internal Server Error` from an API, or silence from EventBridge and SNS.

    ## Bad

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
          Principal: cognito-identity.amazonaws.com  # expect: triggers/wrong-permission
          SourceArn: !GetAtt Users.Arn
    ```
    `src/save_user.py`
    ```python
    def handler(event, context):
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
        return event
    ```

    ## Bad in Terraform

    The `arn` of an API is for those who manage it: it invokes by its `execution_arn`.

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::123456789012:role/orders"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = "orders.zip"
    }

    resource "aws_apigatewayv2_api" "orders" {
      name          = "orders"
      protocol_type = "HTTP"
      target        = aws_lambda_function.orders.arn
    }

    resource "aws_lambda_permission" "orders" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.orders.function_name
      principal     = "apigateway.amazonaws.com"
      source_arn    = "${aws_apigatewayv2_api.orders.arn}/*/*"  # expect: triggers/wrong-permission
    }
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "orders" {
      function_name = "orders"
      role          = "arn:aws:iam::123456789012:role/orders"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = "orders.zip"
    }

    resource "aws_apigatewayv2_api" "orders" {
      name          = "orders"
      protocol_type = "HTTP"
      target        = aws_lambda_function.orders.arn
    }

    resource "aws_lambda_permission" "orders" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.orders.function_name
      principal     = "apigateway.amazonaws.com"
      source_arn    = "${aws_apigatewayv2_api.orders.execution_arn}/*/*"
    }
    ```

    ## Limits

    Only what surely differs counts: a source ARN with a stage, a region or an account that the deployment tells fits.
    A permission that may let in something else of the unit is taken to be meant for that.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every permission that was meant for a source of events and does not let it in."""
        for refusal in refusals(wiring):
            if refusal.permission is not None:
                yield self._finding(wiring, refusal, refusal.permission)

    def _finding(self, wiring: Wiring, refusal: Refusal, permission: InvokePermission) -> Finding:
        first = refusal.triggers[0]
        name = str(refusal.function.id)
        what, span = _misfit(refusal, permission)
        return self.finding(
            f"the permission `{permission.id}` {what}, so {refusal.source} may not invoke {refusal.target}: "
            f"{refusal.kind.symptom}",
            span,
            unit=permission.id.unit,
            owner=name,
            subject=f"{permission.id} {first.kind} {first.source.address}",
            label="does not fit",
            related=(
                *(Label(trigger.span, f"invokes `{name}`") for trigger in refusal.triggers),
                Label(refusal.function.span, "is invoked"),
            ),
            functions=(name,),
            cause=("permission", permission.id),
            advice=_advice(wiring, refusal),
        )


def _misfit(refusal: Refusal, permission: InvokePermission) -> tuple[str, Span]:
    """What does not fit, in words, and its place."""
    misfits = refusal.fit.misfits if refusal.fit is not None else ()
    if "function" in misfits:
        target = permission.function.target
        of = "another function" if target is None else f"the function `{target}`"
        return f"is for {of}", _place(permission.function.value, permission)
    if "principal" in misfits:
        given = _text(permission.principal)
        return f"lets in {given}, not `{refusal.kind.principal}`", _place(permission.principal, permission)
    if "action" in misfits:
        given = _text(permission.action)
        return f"allows {given}, not `{refusal.kind.actions[0]}`", _place(permission.action, permission)
    if "qualifier" in misfits:
        return f"is for {_qualified(permission.function)}", _place(permission.function.value, permission)
    if "account" in misfits and permission.source_account is not None:
        return "has a source account that is no account", _place(permission.source_account, permission)
    if permission.source_arn is not None:
        return "has the source ARN of something else", _place(permission.source_arn, permission)
    return "does not fit", permission.span


def _advice(wiring: Wiring, refusal: Refusal) -> str:
    """What would fit, for a source that does not: it cannot be read off the message."""
    if refusal.fit is None or refusal.fit.misfits != ("source",):
        return ""
    first = refusal.triggers[0]
    arn = wiring.spelt(first.source.unit, first.source_arn)
    return f"AWS compares it with `{arn}`."


def _qualified(function: FunctionRef) -> str:
    if function.qualifier is None:
        return "the function itself, not for its alias or version"
    return "an alias or version of the function that nothing invokes"


def _text(value: Value) -> str:
    text = getattr(value, "text", None)
    return "something else" if text is None else f"`{text}`"


def _place(value: Value, permission: InvokePermission) -> Span:
    return permission.span if value.span is None else value.span
