"""env/reserved-name: a variable that Lambda keeps for itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.env import NEWLY_RESERVED, is_reserved
from crosswire.finding import Confidence, Severity
from crosswire.rule import Rule
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.project import Wiring


class ReservedName(Rule):
    """A function is given an environment variable whose name Lambda keeps for itself.

    The deployment fails with `Lambda was unable to configure your environment variables because the environment
    variables you have provided contains reserved keys that are currently not supported for modification`. The code may
    read these names without anyone setting them: Lambda does.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Hello:
        Type: AWS::Serverless::Function
        Properties:
          Handler: index.handler
          Runtime: python3.12
          InlineCode: |
            import os

            def handler(event, context):
                return os.environ["AWS_REGION"]
          Environment:
            Variables:
              AWS_REGION: us-east-1  # expect: env/reserved-name
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
          Handler: index.handler
          Runtime: python3.12
          InlineCode: |
            import os

            def handler(event, context):
                return os.environ["AWS_REGION"]
    ```

    ## Bad in Terraform

    Terraform plans this without a word: the apply fails.

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "hello" {
      function_name = "hello"
      role          = "arn:aws:iam::123456789012:role/hello"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = "hello.zip"

      environment {
        variables = {
          AWS_REGION = "us-east-1"  # expect: env/reserved-name
          GREETING   = "Hello"
        }
      }
    }
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_lambda_function" "hello" {
      function_name = "hello"
      role          = "arn:aws:iam::123456789012:role/hello"
      runtime       = "python3.12"
      handler       = "app.handler"
      filename      = "hello.zip"

      environment {
        variables = {
          GREETING = "Hello"
        }
      }
    }
    ```

    ## Limits

    Only the variables of functions are meant: the `environment` of a provisioner, a build or a container is not.
    """

    joins = False

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in (one for one in wiring.functions if one.is_lambda):
            for variable in function.env.variables.values():
                newly = variable.name in NEWLY_RESERVED
                if newly or is_reserved(variable.name):
                    yield self.finding(
                        f"`{function.id}` sets `{variable.name}`, a name that Lambda keeps for itself",
                        variable.span,
                        unit=function.id.unit,
                        owner=str(function.id),
                        subject=variable.name,
                        label="the deployment may fail here" if newly else "the deployment fails here",
                        functions=evidence.names([function]),
                        severity=Severity.WARNING if newly else Severity.ERROR,
                        confidence=Confidence.MEDIUM if newly else Confidence.HIGH,
                        advice=f"Drop it: Lambda sets `{variable.name}` by itself. Give your own value another name.",
                    )
