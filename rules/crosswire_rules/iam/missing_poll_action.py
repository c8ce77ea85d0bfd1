"""iam/missing-poll-action: a queue or stream that Lambda polls with a role that does not allow it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Confidence, Label
from crosswire.rule import Rule
from crosswire.values import Parameter, leaves
from crosswire.wiring.polling import poll_denials
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.polling import Poll, PollDenial
    from crosswire.wiring.project import Wiring


class MissingPollAction(Rule):
    """Lambda polls a queue or stream for a function whose role does not allow it.

    An event source mapping reads with the function's own role. Where the role does not allow it, the mapping cannot be
    made, and the deployment fails: `The provided execution role does not have permissions to call ReceiveMessage on
    SQS`, or `Cannot access stream ... Please ensure the role can perform the GetRecords, GetShardIterator,
    DescribeStream, and ListStreams Actions on your stream in IAM`. A permission on the function does nothing here, and
    neither does a grant on a table for its stream, which has an ARN of its own.

    SAM allows what the events of a function need in the role that it makes, not in one that `Role` names.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
      WorkerRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {Service: lambda.amazonaws.com}
                Action: sts:AssumeRole
          Policies:  # expect: iam/missing-poll-action
            - PolicyName: jobs
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: sqs:ReceiveMessage
                    Resource: !GetAtt Jobs.Arn
      Worker:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Role: !GetAtt WorkerRole.Arn
          Events:
            Job:
              Type: SQS
              Properties: {Queue: !GetAtt Jobs.Arn}
    ```
    `src/app.py`
    ```python
    def handler(event, context):
        return len(event["Records"])
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Jobs:
        Type: AWS::SQS::Queue
      WorkerRole:
        Type: AWS::IAM::Role
        Properties:
          AssumeRolePolicyDocument:
            Statement:
              - Effect: Allow
                Principal: {Service: lambda.amazonaws.com}
                Action: sts:AssumeRole
          Policies:
            - PolicyName: jobs
              PolicyDocument:
                Statement:
                  - Effect: Allow
                    Action: [sqs:ReceiveMessage, sqs:DeleteMessage, sqs:GetQueueAttributes]
                    Resource: !GetAtt Jobs.Arn
      Worker:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Role: !GetAtt WorkerRole.Arn
          Events:
            Job:
              Type: SQS
              Properties: {Queue: !GetAtt Jobs.Arn}
    ```
    `src/app.py`
    ```python
    def handler(event, context):
        return len(event["Records"])
    ```

    ## Bad in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_iam_role" "audit" {
      name = "audit"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }

    resource "aws_iam_role_policy" "audit" {
      role = aws_iam_role.audit.id
      policy = jsonencode({  # expect: iam/missing-poll-action
        Statement = [{
          Effect   = "Allow"
          Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
          Resource = aws_dynamodb_table.orders.arn
        }]
      })
    }

    resource "aws_lambda_function" "audit" {
      function_name = "audit"
      role          = aws_iam_role.audit.arn
      runtime       = "python3.12"
      handler       = "audit.handler"
      filename      = "audit.zip"
    }

    resource "aws_lambda_event_source_mapping" "audit" {
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = aws_lambda_function.audit.arn
      starting_position = "LATEST"
    }
    ```

    ## Good in Terraform

    `main.tf`
    ```terraform
    resource "aws_dynamodb_table" "orders" {
      name             = "orders"
      hash_key         = "id"
      stream_enabled   = true
      stream_view_type = "NEW_IMAGE"

      attribute {
        name = "id"
        type = "S"
      }
    }

    resource "aws_iam_role" "audit" {
      name = "audit"
      assume_role_policy = jsonencode({
        Statement = [{ Effect = "Allow", Action = "sts:AssumeRole", Principal = { Service = "lambda.amazonaws.com" } }]
      })
    }

    resource "aws_iam_role_policy" "audit" {
      role = aws_iam_role.audit.id
      policy = jsonencode({
        Statement = [{
          Effect   = "Allow"
          Action   = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"]
          Resource = aws_dynamodb_table.orders.stream_arn
        }]
      })
    }

    resource "aws_lambda_function" "audit" {
      function_name = "audit"
      role          = aws_iam_role.audit.arn
      runtime       = "python3.12"
      handler       = "audit.handler"
      filename      = "audit.zip"
    }

    resource "aws_lambda_event_source_mapping" "audit" {
      event_source_arn  = aws_dynamodb_table.orders.stream_arn
      function_name     = aws_lambda_function.audit.arn
      starting_position = "LATEST"
    }
    ```

    ## Limits

    A role with a policy that cannot be read is not judged, nor is a source of which only the deployment tells what it
    is. Enhanced fan-out consumers of Kinesis and clusters that Lambda does not know by an ARN are not looked at; nor is
    what else brokers and clusters need: their secrets and their network.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for denial in poll_denials(wiring):
            yield self._finding(wiring, denial)

    def _finding(self, wiring: Wiring, denial: PollDenial) -> Finding:
        first = denial.polls[0]
        functions = [poll.function for poll in denial.polls]
        role, kind = first.function.role, first.kind
        place = role.place or role.span
        source = f"the {kind.noun} `{_name(wiring, first)}`"
        actions = _listed(f"`{action}`" for action in denial.actions)
        managed = f", or attach the policy `{kind.policy}` of AWS" if kind.policy else ""
        return self.finding(
            f"Lambda polls {source} for {evidence.who(functions)}, but the role "
            f"{'denies' if denial.denied_by else 'does not allow'} {actions} on it: "
            + kind.symptom.format(denial.actions[0].partition(":")[2]),
            place,
            unit=first.function.id.unit,
            owner=str(role.id or first.function.id),
            subject=f"{','.join(denial.actions)} on {_name(wiring, first)}",
            label=f"{'denies' if denial.denied_by else 'does not allow'} {actions}",
            related=_places(wiring, denial, source, place.order),
            functions=evidence.names(functions),
            confidence=_confidence(first),
            cause=evidence.mistake(wiring, role, denial.actions),
            advice=f"Allow {actions} on {source}{managed}.",
        )


def _places(wiring: Wiring, denial: PollDenial, source: str, primary: object) -> tuple[Label, ...]:
    """The mappings, the source, and what the role says of the actions."""
    first = denial.polls[0]
    unit = first.function.id.unit
    labels = [Label(poll.trigger.span, f"polls {source} for `{poll.function.id}`") for poll in denial.polls[:3]]
    if first.source is not None:
        labels.append(Label(first.source.span, "this is what is polled"))
    labels += evidence.statements(wiring, unit, denial.denied_by, "denies")
    labels += evidence.statements(wiring, unit, [grant for grant in denial.nearest if grant not in denial.denied_by])
    return evidence.distinct(labels, primary)


def _name(wiring: Wiring, poll: Poll) -> str:
    """What a source is called: by its declaration, else by its ARN."""
    if poll.source is not None:
        return str(poll.source.id)
    name = evidence.resource_name(wiring.spelt(poll.function.id.unit, poll.arn))
    return name.removeprefix("table/").partition("/stream/")[0]


def _confidence(poll: Poll) -> Confidence:
    exact = not any(isinstance(part, Parameter) and part.scope not in ("AWS", "unknown") for part in leaves(poll.arn))
    return Confidence.HIGH if exact else Confidence.MEDIUM


def _listed(words: Iterator[str]) -> str:
    """Words as people list them: `one, two and three`."""
    *before, last = words
    return f"{', '.join(before)} and {last}" if before else last
