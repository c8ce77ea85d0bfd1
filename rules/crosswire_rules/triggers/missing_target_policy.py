"""triggers/missing-target-policy: a queue or topic that does not let in the service that is to send to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.rule import Rule
from crosswire.wiring.delivery import undelivered
from crosswire_rules.evidence import distinct

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.delivery import Undelivered
    from crosswire.wiring.project import Wiring


class MissingTargetPolicy(Rule):
    """A service is told to send to a queue or topic that does not let it in.

    SNS, EventBridge and S3 send to a queue or topic in their own name, so that its policy must name them as a
    principal. Without that, SNS and EventBridge drop what they should deliver without any error, and a bucket's
    notification fails the deployment with `Unable to validate the following destination configurations`. The role of
    the function at the other end has no say in it.

    ## Bad

    `template.yaml`
    ```yaml
    Resources:
      Orders:
        Type: AWS::SNS::Topic
      Invoices:
        Type: AWS::SQS::Queue
      OrdersToInvoices:
        Type: AWS::SNS::Subscription
        Properties:
          TopicArn: !Ref Orders
          Protocol: sqs
          Endpoint: !GetAtt Invoices.Arn  # expect: triggers/missing-target-policy
    ```

    ## Good

    `template.yaml`
    ```yaml
    Resources:
      Orders:
        Type: AWS::SNS::Topic
      Invoices:
        Type: AWS::SQS::Queue
      OrdersToInvoices:
        Type: AWS::SNS::Subscription
        Properties:
          TopicArn: !Ref Orders
          Protocol: sqs
          Endpoint: !GetAtt Invoices.Arn
      LetOrdersIn:
        Type: AWS::SQS::QueuePolicy
        Properties:
          Queues: [!Ref Invoices]
          PolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {Service: sns.amazonaws.com}
                Action: sqs:SendMessage
                Resource: !GetAtt Invoices.Arn
                Condition: {ArnEquals: {"aws:SourceArn": !Ref Orders}}
    ```

    ## Bad in Terraform

    `main.tf`
    ```terraform
    resource "aws_sqs_queue" "audit" {
      name = "audit"
    }

    resource "aws_cloudwatch_event_rule" "logins" {
      event_pattern = jsonencode({ source = ["app.logins"] })
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule = aws_cloudwatch_event_rule.logins.name
      arn  = aws_sqs_queue.audit.arn  # expect: triggers/missing-target-policy
    }
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_sqs_queue" "audit" {
      name = "audit"
    }

    resource "aws_sqs_queue_policy" "audit" {
      queue_url = aws_sqs_queue.audit.url
      policy = jsonencode({
        Statement = [{
          Effect    = "Allow"
          Principal = { Service = "events.amazonaws.com" }
          Action    = "sqs:SendMessage"
          Resource  = aws_sqs_queue.audit.arn
        }]
      })
    }

    resource "aws_cloudwatch_event_rule" "logins" {
      event_pattern = jsonencode({ source = ["app.logins"] })
    }

    resource "aws_cloudwatch_event_target" "audit" {
      rule = aws_cloudwatch_event_rule.logins.name
      arn  = aws_sqs_queue.audit.arn
    }
    ```

    ## Limits

    A statement with conditions counts as letting in whatever it may let in: which source they name is not compared.
    Only queues and topics are judged that are declared beside what sends to them, and handed to no nested stack, module
    or custom resource that is not read.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for found in undelivered(wiring):
            yield self._finding(wiring, found)

    def _finding(self, wiring: Wiring, found: Undelivered) -> Finding:
        first, *others = found.deliveries
        target = f"the {found.target.kind} `{found.target.id}`"
        principal = found.kind.principal
        labels = [
            Label(found.target.span, "has no policy" if not found.policies else f"does not let `{principal}` in"),
            *(Label(policy.span, f"does not let `{principal}` do {found.action}") for policy in found.policies[:2]),
            *(Label(delivery.span, f"{found.kind.name} `{delivery.source}` as well") for delivery in others[:3]),
        ]
        return self.finding(
            f"{found.kind.name} `{first.source}` may not send to {target}, as no policy of it lets `{principal}` in: "
            f"{found.kind.symptom}",
            first.span,
            unit=first.source.unit,
            owner=str(found.target.id),
            subject=f"{found.action} for {principal} on {found.target.id}",
            label=f"sends to {target}",
            related=distinct(labels, first.span.order),
            advice=f"Allow `{found.action}` for the service {principal} in a policy of {target}.",
        )
