"""iam/missing-key-access: a table that a function may use, encrypted with a key that it may not use."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label
from crosswire.rule import Rule
from crosswire.wiring.encryption import ACTION, locked_out
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.encryption import LockedOut
    from crosswire.wiring.project import Wiring


class MissingKeyAccess(Rule):
    """A function uses a table whose customer managed key neither its role nor the key's policy lets it use.

    DynamoDB asks KMS to decrypt on behalf of the caller, so that the call fails although the table is allowed:
    `AccessDeniedException: ... is not authorized to perform: kms:Decrypt on the resource associated with this
    ciphertext`. The usual key policy, which names the account alone, leaves it to the roles.

    ## Bad

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      TableKey:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
          SSESpecification:
            SSEEnabled: true
            SSEType: KMS
            KMSMasterKeyId: !Ref TableKey
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:  # expect: iam/missing-key-access
            - Statement:
                - Effect: Allow
                  Action: dynamodb:GetItem
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Good

    `template.yaml`
    ```yaml
    AWSTemplateFormatVersion: "2010-09-09"
    Transform: AWS::Serverless-2016-10-31
    Resources:
      TableKey:
        Type: AWS::KMS::Key
        Properties:
          KeyPolicy:
            Version: "2012-10-17"
            Statement:
              - Effect: Allow
                Principal: {AWS: !Sub "arn:aws:iam::${AWS::AccountId}:root"}
                Action: kms:*
                Resource: "*"
      Orders:
        Type: AWS::DynamoDB::Table
        Properties:
          AttributeDefinitions: [{AttributeName: id, AttributeType: S}]
          KeySchema: [{AttributeName: id, KeyType: HASH}]
          BillingMode: PAY_PER_REQUEST
          SSESpecification:
            SSEEnabled: true
            SSEType: KMS
            KMSMasterKeyId: !Ref TableKey
      GetOrder:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              TABLE: !Ref Orders
          Policies:
            - Statement:
                - Effect: Allow
                  Action: kms:Decrypt
                  Resource: !GetAtt TableKey.Arn
            - Statement:
                - Effect: Allow
                  Action: dynamodb:GetItem
                  Resource: !GetAtt Orders.Arn
    ```
    `src/app.py`
    ```python
    import os

    import boto3

    table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


    def handler(event, context):
        return table.get_item(Key={"id": event["id"]})
    ```

    ## Limits

    Only keys that a template declares are judged: the policy of another is not known. Keys of queues, topics, buckets
    and secrets are not looked at.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        groups: dict[Hashable, list[LockedOut]] = {}
        for one in locked_out(wiring):
            groups.setdefault((one.function.role.id or one.function.id, one.key.id), []).append(one)
        for group in groups.values():
            yield self._finding(group)

    def _finding(self, group: list[LockedOut]) -> Finding:
        first, functions = group[0], [one.function for one in group]
        role, key, table = first.function.role, first.key, first.table
        place = role.place or role.span
        sure = evidence.confidence(first.function)
        labels = [Label(one.span, f"uses the table `{one.table.id}`") for one in group[:3]]
        if table.kms_key is not None and table.kms_key.span is not None:
            labels.append(Label(table.kms_key.span, f"encrypts the table `{table.id}` with the key `{key.id}`"))
        labels.append(Label(key.span, f"the key `{key.id}` leaves it to the roles who may use it"))
        verb = "uses" if len(evidence.names(functions)) == 1 else "use"
        return self.finding(
            f"{evidence.who(functions)} {verb} the table `{table.id}`, but the role does not allow `{ACTION}` on the "
            f"key `{key.id}` that encrypts it",
            place,
            unit=first.function.id.unit,
            owner=str(role.id or first.function.id),
            subject=f"{ACTION} on {key.id}",
            label=f"allow `{ACTION}` here",
            related=evidence.distinct(labels, place.order),
            functions=evidence.names(functions),
            severity=evidence.at_most(self.severity, sure),
            confidence=sure,
            advice=f"Allow `{ACTION}` on the key, best with a condition on `kms:ViaService` for DynamoDB alone.",
        )
