"""The rule triggers/missing-permission."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from crosswire.finding import Finding, Label
from crosswire.rule import Rule
from crosswire.wiring.invocation import refusals
from crosswire_rules.evidence import distinct

if TYPE_CHECKING:
    from crosswire.wiring.invocation import Refusal
    from crosswire.wiring.project import Wiring


class MissingPermission(Rule):
    """Something is wired to invoke a function that does not let it in.

    A service that invokes a function needs a permission on that function, an `AWS::Lambda::Permission` or
    `aws_lambda_permission` that names the service as its principal. Without one, Cognito answers
    `UnexpectedLambdaException: PostConfirmation invocation failed due to error AccessDeniedException`, API Gateway
    answers `500 Internal Server Error`, a bucket's notification fails the deployment with `Unable to validate the
    following destination configurations`, and EventBridge and SNS drop what they should deliver without any error.

    SAM makes the permission for the `Events` of a function, not for what is wired by other means. An alias or version
    needs a permission of its own: one on the function itself does not count for it.

    ## Bad

    `template.yaml`
    ```yaml
    Resources:
      Users:
        Type: AWS::Cognito::UserPool
        Properties:
          LambdaConfig:
            PostConfirmation: !GetAtt SaveUser.Arn  # expect: triggers/missing-permission
      SaveUser:
        Type: AWS::Lambda::Function
        Properties:
          Runtime: python3.12
          Handler: save_user.handler
          Code: src
          Role: arn:aws:iam::123456789012:role/save-user
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

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "report" {
      function_name = "report"
      role          = "arn:aws:iam::123456789012:role/report"
      runtime       = "python3.12"
      handler       = "report.handler"
      filename      = "report.zip"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      schedule_expression = "cron(0 3 * * ? *)"
    }

    resource "aws_cloudwatch_event_target" "nightly" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn  # expect: triggers/missing-permission
    }
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "report" {
      function_name = "report"
      role          = "arn:aws:iam::123456789012:role/report"
      runtime       = "python3.12"
      handler       = "report.handler"
      filename      = "report.zip"
    }

    resource "aws_cloudwatch_event_rule" "nightly" {
      schedule_expression = "cron(0 3 * * ? *)"
    }

    resource "aws_cloudwatch_event_target" "nightly" {
      rule = aws_cloudwatch_event_rule.nightly.name
      arn  = aws_lambda_function.report.arn
    }

    resource "aws_lambda_permission" "nightly" {
      action        = "lambda:InvokeFunction"
      function_name = aws_lambda_function.report.function_name
      principal     = "events.amazonaws.com"
      source_arn    = aws_cloudwatch_event_rule.nightly.arn
    }
    ```

    ## Limits

    Nothing is said where the function is not one of the repository's, where a permission names a function or a source
    that only the deployment tells, or where a role lets the service in (`Credentials`, `RoleArn`, `role_arn`).
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        """Every source of events that a function surely does not let in, with no permission that was meant to."""
        for refusal in refusals(wiring):
            if refusal.permission is None:
                yield self._finding(wiring, refusal)

    def _finding(self, wiring: Wiring, refusal: Refusal) -> Finding:
        first = refusal.triggers[0]
        name = str(refusal.function.id)
        permission = wiring.dialect_of(refusal.function.id.unit).permission
        others = [Label(trigger.span, "this as well") for trigger in refusal.triggers[1:]]
        return self.finding(
            f"{refusal.source} may not invoke {refusal.target}, as no permission lets "
            f"`{refusal.kind.principal}` in: {refusal.kind.symptom}",
            first.span,
            unit=first.source.unit,
            owner=name,
            subject=f"{first.kind} {first.source.address}",
            label=f"invokes `{name}`",
            related=distinct((Label(refusal.function.span, "has no permission for it"), *others), first.span.order),
            functions=(name,),
            cause=("invocation", refusal.function.id, first.source, first.kind),
            advice=f"add an {permission} for the principal {refusal.kind.principal} to `{name}`",
        )
