"""The model of SAM agrees with aws-sam-translator: a template means the same before and after the transform."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from crosswire.frontends.cloudformation import lower_templates
from crosswire.frontends.lowered import Lowered
from crosswire.project import Files
from crosswire.values import Concat, Const, Parameter, Ref, Unknown, Value

pytest.importorskip("samtranslator")

HEAD = "AWSTemplateFormatVersion: '2010-09-09'\nTransform: AWS::Serverless-2016-10-31\n"

TEMPLATES = {
    "plain function": """
Resources:
  Fn: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k}}
""",
    "globals, tracing, vpc and dead letters": """
Globals:
  Function:
    Runtime: python3.12
    Handler: a.b
    CodeUri: s3://b/k
    Tracing: Active
    VpcConfig: {SubnetIds: [subnet-1], SecurityGroupIds: [sg-1]}
    Environment: {Variables: {A: "1", B: "2"}}
    Layers: [arn:aws:lambda:us-east-1:123456789012:layer:one:1]
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  One:
    Type: AWS::Serverless::Function
    Properties:
      Environment: {Variables: {B: "3", C: !Ref Queue}}
      DeadLetterQueue: {Type: SQS, TargetArn: !GetAtt Queue.Arn}
  Two:
    Type: AWS::Serverless::Function
    IgnoreGlobals: [Tracing, VpcConfig]
    Properties:
      DeadLetterQueue: {Type: SNS, TargetArn: !Ref Topic}
  Three:
    Type: AWS::Serverless::Function
    Properties:
      Tracing: Disabled
      VpcConfig: !Ref AWS::NoValue
""",
    "policies in every form": """
Resources:
  Table: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  Queue: {Type: AWS::SQS::Queue}
  Bucket: {Type: AWS::S3::Bucket}
  Own:
    Type: AWS::IAM::ManagedPolicy
    Properties:
      PolicyDocument: {Version: "2012-10-17", Statement: [{Effect: Allow, Action: "ses:SendEmail", Resource: "*"}]}
  Templates:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Policies:
        - DynamoDBCrudPolicy: {TableName: !Ref Table}
        - SQSSendMessagePolicy: {QueueName: !GetAtt Queue.QueueName}
        - S3ReadPolicy: {BucketName: !Ref Bucket}
        - SSMParameterReadPolicy: {ParameterName: app/key}
        - AWSSecretsManagerGetSecretValuePolicy: {SecretArn: !Sub "arn:aws:secretsmanager:${AWS::Region}:1:secret:x"}
        - VPCAccessPolicy: {}
        - AmazonSQSReadOnlyAccess
        - arn:aws:iam::aws:policy/AmazonSNSReadOnlyAccess
        - !Ref Own
        - Version: "2012-10-17"
          Statement:
            - {Effect: Allow, Action: [sns:Publish], Resource: !Sub "arn:aws:sns:*:*:${Table}"}
            - {Effect: Deny, Action: "s3:*", Resource: !GetAtt Bucket.Arn}
  Single:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k, Policies: AmazonS3ReadOnlyAccess}
  Mapping:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Policies: {Statement: [{Effect: Allow, Action: "sqs:SendMessage", Resource: !GetAtt Queue.Arn}]}
""",
    "an explicit role switches everything off": """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Mine:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
      Policies:
        - PolicyName: one
          PolicyDocument: {Statement: [{Effect: Allow, Action: "logs:*", Resource: "*"}]}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Role: !GetAtt Mine.Arn
      Tracing: Active
      Policies: [AmazonS3ReadOnlyAccess]
      Events:
        Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
""",
    "events that are pushed": """
Resources:
  Bucket: {Type: AWS::S3::Bucket}
  Topic: {Type: AWS::SNS::Topic}
  Pool: {Type: AWS::Cognito::UserPool}
  Group: {Type: AWS::Logs::LogGroup, Properties: {LogGroupName: app}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Events:
        Upload: {Type: S3, Properties: {Bucket: !Ref Bucket, Events: "s3:ObjectCreated:*"}}
        Note: {Type: SNS, Properties: {Topic: !Ref Topic}}
        Get: {Type: Api, Properties: {Path: "/orders/{id}", Method: get}}
        Any: {Type: Api, Properties: {Path: /all, Method: any}}
        Http: {Type: HttpApi, Properties: {Path: /items, Method: POST}}
        Tick: {Type: Schedule, Properties: {Schedule: rate(1 day)}}
        Later: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day)}}
        Placed: {Type: EventBridgeRule, Properties: {Pattern: {source: [shop]}}}
        Old: {Type: CloudWatchEvent, Properties: {Pattern: {source: [shop]}}}
        Logs: {Type: CloudWatchLogs, Properties: {LogGroupName: !Ref Group, FilterPattern: ""}}
        Thing: {Type: IoTRule, Properties: {Sql: "SELECT * FROM 'x'"}}
        Skill: {Type: AlexaSkill, Properties: {SkillId: amzn1.ask.skill.1}}
        SignUp: {Type: Cognito, Properties: {UserPool: !Ref Pool, Trigger: [PreSignUp, PostConfirmation]}}
""",
    "events that are polled": """
Resources:
  Queue: {Type: AWS::SQS::Queue}
  Fail: {Type: AWS::SQS::Queue}
  Topic: {Type: AWS::SNS::Topic}
  Bucket: {Type: AWS::S3::Bucket}
  Stream: {Type: AWS::Kinesis::Stream, Properties: {ShardCount: 1}}
  Table: {Type: AWS::DynamoDB::Table, Properties: {StreamSpecification: {StreamViewType: NEW_IMAGE}}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Events:
        Q: {Type: SQS, Properties: {Queue: !GetAtt Queue.Arn}}
        K:
          Type: Kinesis
          Properties:
            Stream: !GetAtt Stream.Arn
            StartingPosition: LATEST
            DestinationConfig: {OnFailure: {Type: SQS, Destination: !GetAtt Fail.Arn}}
        D:
          Type: DynamoDB
          Properties:
            Stream: !GetAtt Table.StreamArn
            StartingPosition: LATEST
            DestinationConfig: {OnFailure: {Type: S3, Destination: !GetAtt Bucket.Arn}}
        Fan: {Type: SNS, Properties: {Topic: !Ref Topic, SqsSubscription: true}}
  Kafka:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      Events:
        M:
          Type: MSK
          Properties:
            Stream: arn:aws:kafka:us-east-1:123456789012:cluster/c/1
            StartingPosition: LATEST
            Topics: [t]
            SourceAccessConfigurations:
              - {Type: CLIENT_CERTIFICATE_TLS_AUTH, URI: "arn:aws:secretsmanager:us-east-1:123456789012:secret:a"}
        S:
          Type: SelfManagedKafka
          Properties:
            KafkaBootstrapServers: ["a:1"]
            Topics: [t]
            SecretsManagerKmsKeyId: key-1
            SourceAccessConfigurations:
              - {Type: BASIC_AUTH, URI: "arn:aws:secretsmanager:us-east-1:123456789012:secret:b"}
              - {Type: VPC_SUBNET, URI: "subnet:1"}
              - {Type: VPC_SECURITY_GROUP, URI: "security_group:1"}
        B:
          Type: MQ
          Properties:
            Broker: arn:aws:mq:us-east-1:123456789012:broker:b
            Queues: [q]
            SourceAccessConfigurations:
              - {Type: BASIC_AUTH, URI: "arn:aws:secretsmanager:us-east-1:123456789012:secret:c"}
        Doc:
          Type: DocumentDB
          Properties:
            Cluster: arn:aws:rds:us-east-1:123456789012:cluster:d
            DatabaseName: x
            StartingPosition: LATEST
            SourceAccessConfigurations:
              - {Type: BASIC_AUTH, URI: "arn:aws:secretsmanager:us-east-1:123456789012:secret:d"}
""",
    "destinations": """
Resources:
  Bus: {Type: AWS::Events::EventBus, Properties: {Name: bus}}
  Other: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      EventInvokeConfig:
        DestinationConfig:
          OnSuccess: {Type: EventBridge, Destination: !GetAtt Bus.Arn}
          OnFailure: {Type: SQS}
  Second:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      EventInvokeConfig:
        DestinationConfig:
          OnSuccess: {Type: Lambda, Destination: !GetAtt Other.Arn}
          OnFailure: {Type: SNS}
""",
    "aliases and explicit APIs": """
Resources:
  Api: {Type: AWS::Serverless::Api, Properties: {StageName: prod}}
  Http:
    Type: AWS::Serverless::HttpApi
    Properties:
      Auth:
        Authorizers:
          Open: {FunctionArn: !GetAtt Auth.Arn, AuthorizerPayloadFormatVersion: "2.0"}
          Let:
            FunctionArn: !GetAtt Auth.Arn
            AuthorizerPayloadFormatVersion: "2.0"
            EnableFunctionDefaultPermissions: true
  Guarded:
    Type: AWS::Serverless::Api
    Properties: {StageName: v1, Auth: {Authorizers: {Token: {FunctionArn: !GetAtt Auth.Arn}}}}
  Auth: {Type: AWS::Serverless::Function, Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k}}
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.12
      Handler: a.b
      CodeUri: s3://b/k
      AutoPublishAlias: live
      Events:
        Get: {Type: Api, Properties: {RestApiId: !Ref Api, Path: /a, Method: GET}}
        Safe: {Type: Api, Properties: {RestApiId: !Ref Guarded, Path: /b, Method: GET}}
        Http: {Type: HttpApi, Properties: {ApiId: !Ref Http, Path: /a, Method: GET}}
        Rest: {Type: HttpApi}
""",
    "function urls": """
Resources:
  Open:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k, FunctionUrlConfig: {AuthType: NONE}}
  Signed:
    Type: AWS::Serverless::Function
    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k, FunctionUrlConfig: {AuthType: AWS_IAM}}
""",
    "connectors": """
Resources:
  Table: {Type: AWS::Serverless::SimpleTable}
  Topic: {Type: AWS::SNS::Topic}
  Queue: {Type: AWS::SQS::Queue}
  Bucket: {Type: AWS::S3::Bucket, Properties: {BucketName: files}}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Definition: {StartAt: A, States: {A: {Type: Pass, End: true}}}
      Tracing: {Enabled: true}
      Policies: [{DynamoDBReadPolicy: {TableName: !Ref Table}}]
  Fn:
    Type: AWS::Serverless::Function
    Connectors:
      ToTable: {Properties: {Destination: {Id: Table}, Permissions: [Read, Write]}}
      ToBoth: {Properties: {Destination: [{Id: Queue}, {Id: Machine}], Permissions: [Write]}}
    Properties: {Runtime: python3.12, Handler: a.b, CodeUri: s3://b/k}
  FromTopic:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: Topic}, Destination: {Id: Fn}, Permissions: [Write]}
  FromBucket:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: Bucket}, Destination: {Id: Fn}, Permissions: [Write]}
  FromMachine:
    Type: AWS::Serverless::Connector
    Properties: {Source: {Id: Machine}, Destination: {Id: Fn}, Permissions: [Write]}
""",
}


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def transformed(text: str) -> str:
    """The plain CloudFormation that SAM makes of a template."""
    from samtranslator.translator.transform import transform
    from samtranslator.yaml_helper import yaml_parse

    class Policies:
        def load(self) -> dict[str, str]:
            return {}

    result: dict[str, Any] = transform(yaml_parse(text), {}, Policies())
    return json.dumps(result)


def lowered(text: str, path: str) -> Lowered:
    collector = Lowered()
    lower_templates(Files.from_texts({path: text}), collector)
    assert not collector.broken
    return collector


def shown(value: Value | None) -> str:
    """A value as text; what is not known is `*`, as in the ARNs that SAM writes."""
    match value:
        case None:
            return ""
        case Const(text):
            return text
        case Ref(id, attribute):
            return f"<{id.address}.{attribute}>"
        case Parameter(_, name):
            return f"<{name}>"
        case Concat(parts):
            text = "".join(map(shown, parts)).replace("arn:aws:", "arn:<Partition>:")
            return re.sub(r"(/\*)+$", "/*", text)
        case Unknown():
            return "*"
        case _:
            return repr(value)


def both(name: str) -> tuple[Lowered, Lowered]:
    text = HEAD + TEMPLATES[name]
    return lowered(text, "template.yaml"), lowered(transformed(text), "template.json")


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_roles_allow_the_same(name: str) -> None:
    def roles(collector: Lowered) -> dict[str, set[tuple[str, str, str]]]:
        return {
            str(role.id): {
                (grant.effect, shown(action).lower(), shown(resource))
                for grant in role.grants
                for action in grant.actions
                for resource in grant.resources
            }
            for role in collector.roles
        }

    ours, theirs = map(roles, both(name))
    assert ours == {id: role for id, role in theirs.items() if id in ours}
    used = {str(function.role.id) for function, _ in both(name)[1].functions}
    assert used <= set(ours)


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_roles_trust_the_same(name: str) -> None:
    def trust(collector: Lowered) -> dict[str, set[str]]:
        return {str(role.id): {shown(principal) for principal in role.trust} for role in collector.roles}

    ours, theirs = map(trust, both(name))
    assert ours == {id: principals for id, principals in theirs.items() if id in ours}


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_functions_let_in_the_same(name: str) -> None:
    def permissions(collector: Lowered) -> dict[str, tuple[str, ...]]:
        return {
            str(permission.id): (
                shown(permission.principal),
                shown(permission.action),
                str(permission.function.target),
                shown(permission.function.qualifier),
                shown(permission.source_arn),
                shown(permission.source_account),
            )
            for permission in collector.permissions
        }

    ours, theirs = map(permissions, both(name))
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_the_same_invokes_functions(name: str) -> None:
    unseen = {"eventbridge_scheduler", "alexa_skill", "function_url", "event_source_mapping"}

    def triggers(collector: Lowered) -> set[tuple[str, ...]]:
        return {
            (
                trigger.kind,
                str(trigger.source),
                str(trigger.function.target),
                shown(trigger.function.qualifier),
                trigger.detail if trigger.kind.startswith(("api", "cognito")) else "",
            )
            for trigger in collector.triggers
            if trigger.kind not in unseen
        }

    ours, theirs = map(triggers, both(name))
    assert ours == theirs


@pytest.mark.slow
@pytest.mark.parametrize("name", TEMPLATES)
def test_functions_are_given_the_same_variables(name: str) -> None:
    def variables(collector: Lowered) -> dict[str, dict[str, str]]:
        return {
            str(function.id): {variable.name: shown(variable.value) for variable in function.env.variables.values()}
            for function, _ in collector.functions
        }

    ours, theirs = map(variables, both(name))
    assert ours == theirs
