"""CloudFormation and SAM resource types: what they are to IAM, and what their Ref and GetAtt give.

From the documentation of each type; attributes that are not listed keep the spelling of the template.
"""

from __future__ import annotations

from typing import NamedTuple

from crosswire.aws.arns import PATTERNS, QUEUE_URL, parts


class ResourceType(NamedTuple):
    """What is known of a type.

    `service` is the IAM prefix and `kind` the kind of resource there, the names of aws.operations and aws.arns.
    `name_property` is the property that gives the physical name, empty where there is none. `ref` is what Ref gives:
    `name`, `arn`, `url` or
    `id`.
    `attributes` says the same of GetAtt names. `arn` is the pattern of the resource's ARN, empty where its name or id
    does not tell it; it does not hold where the property `arn_unless` is given. `url` is the pattern of what `url`
    stands for.
    """

    service: str
    kind: str
    name_property: str
    ref: str
    attributes: dict[str, str]
    arn: str = ""
    arn_unless: str = ""
    url: str = ""

    @property
    def arn_parts(self) -> tuple[str, ...]:
        """The ARN's pattern cut at its placeholders; empty where there is none."""
        return parts(self.arn)

    @property
    def url_parts(self) -> tuple[str, ...]:
        """The URL's pattern cut at its placeholders; empty where there is none."""
        return parts(self.url)

    def attribute(self, name: str) -> str:
        """What `GetAtt name` gives: `name`, `arn`, `url`, `id`, or the attribute as spelt."""
        return self.attributes.get(name, name)


def resource_type(name: str) -> ResourceType | None:
    """The facts of a type such as `AWS::DynamoDB::Table`; None where crosswire does not know it."""
    row = _TYPES.get(name)
    if row is None:
        return None
    service, kind, name_property, ref, attributes, *rest = row.split("|")
    given = dict.fromkeys(rest[0].split() if rest else ())
    pattern = "" if "no-arn" in given else PATTERNS.get(service, {}).get(kind, "")
    if "default-group" in given:
        pattern = pattern.replace("{group}", "default")
    unless = next((word.removeprefix("unless:") for word in given if word.startswith("unless:")), "")
    return ResourceType(
        service,
        kind,
        name_property,
        ref,
        dict(pair.split("=", 1) for pair in attributes.split()),
        pattern,
        unless,
        QUEUE_URL if kind == "queue" else "",
    )


def resource_types() -> tuple[str, ...]:
    """The names of all types that are known."""
    return tuple(_TYPES)


# type: service | kind | property of the name | Ref | GetAtt ... | exceptions
_TYPES = {
    "AWS::ApiGateway::ApiKey": "apigateway|apikey|Name|id|APIKeyId=id",
    "AWS::ApiGateway::RestApi": "execute-api|api|Name|id|RestApiId=id|no-arn",
    "AWS::ApiGateway::Stage": "apigateway|stage|StageName|name|",
    "AWS::ApiGatewayV2::Api": "execute-api|api|Name|id|ApiId=id ApiEndpoint=url|no-arn",
    "AWS::ApiGatewayV2::Stage": "apigateway|stage|StageName|name|",
    "AWS::AppConfig::Application": "appconfig|application|Name|id|ApplicationId=id",
    "AWS::AppConfig::ConfigurationProfile": "appconfig|configurationprofile|Name|id|ConfigurationProfileId=id",
    "AWS::AppConfig::Environment": "appconfig|environment|Name|id|EnvironmentId=id",
    "AWS::AppSync::ApiKey": "appsync|apikey||arn|Arn=arn",
    "AWS::AppSync::GraphQLApi": "appsync|graphqlapi|Name|arn|ApiId=id Arn=arn GraphQLUrl=url",
    "AWS::Athena::WorkGroup": "athena|workgroup|Name|name|",
    "AWS::CertificateManager::Certificate": "acm|certificate||arn|",
    "AWS::CloudFront::Distribution": "cloudfront|distribution||id|Id=id",
    "AWS::CloudWatch::Alarm": "cloudwatch|alarm|AlarmName|name|Arn=arn",
    "AWS::CloudWatch::CompositeAlarm": "cloudwatch|alarm|AlarmName|name|Arn=arn",
    "AWS::CodeBuild::Project": "codebuild|project|Name|name|Arn=arn",
    "AWS::CodePipeline::Pipeline": "codepipeline|pipeline|Name|name|",
    "AWS::Cognito::IdentityPool": "cognito-identity|identitypool|IdentityPoolName|id|Name=name",
    "AWS::Cognito::UserPool": "cognito-idp|userpool|UserPoolName|id|Arn=arn UserPoolId=id",
    "AWS::Cognito::UserPoolClient": "cognito-idp|client|ClientName|id|ClientId=id Name=name",
    "AWS::Cognito::UserPoolGroup": "cognito-idp|group|GroupName|name|",
    "AWS::DocDB::DBCluster": "rds|cluster|DBClusterIdentifier|name|",
    "AWS::DynamoDB::GlobalTable": "dynamodb|table|TableName|name|Arn=arn",
    "AWS::DynamoDB::Table": "dynamodb|table|TableName|name|Arn=arn",
    "AWS::EC2::SecurityGroup": "ec2|security-group|GroupName|id|GroupId=id Id=id",
    "AWS::EC2::Subnet": "ec2|subnet||id|SubnetId=id",
    "AWS::EC2::VPC": "ec2|vpc||id|VpcId=id",
    "AWS::ECR::Repository": "ecr|repository|RepositoryName|name|Arn=arn",
    "AWS::ECS::Cluster": "ecs|cluster|ClusterName|name|Arn=arn",
    "AWS::ECS::Service": "ecs|service|ServiceName|arn|Name=name ServiceArn=arn",
    "AWS::ECS::TaskDefinition": "ecs|task-definition|Family|arn|TaskDefinitionArn=arn",
    "AWS::EFS::AccessPoint": "elasticfilesystem|access-point||id|AccessPointId=id Arn=arn",
    "AWS::EFS::FileSystem": "elasticfilesystem|file-system||id|FileSystemId=id Arn=arn",
    "AWS::ElasticLoadBalancingV2::LoadBalancer": "elasticloadbalancing|loadbalancer|Name|arn|LoadBalancerArn=arn",
    "AWS::ElasticLoadBalancingV2::TargetGroup": "elasticloadbalancing|targetgroup|Name|arn|TargetGroupArn=arn",
    "AWS::Elasticsearch::Domain": "es|domain|DomainName|name|Arn=arn DomainArn=arn",
    "AWS::Events::EventBus": "events|event-bus|Name|name|Arn=arn Name=name",
    "AWS::Events::Rule": "events|rule|Name|name|Arn=arn|unless:EventBusName",
    "AWS::Glue::Database": "glue|database||name|",
    "AWS::IAM::ManagedPolicy": "iam|policy|ManagedPolicyName|arn|PolicyArn=arn|unless:Path",
    "AWS::IAM::Role": "iam|role|RoleName|name|Arn=arn|unless:Path",
    "AWS::IAM::User": "iam|user|UserName|name|Arn=arn|unless:Path",
    "AWS::IoT::Thing": "iot|thing|ThingName|name|Arn=arn",
    "AWS::IoT::TopicRule": "iot|rule|RuleName|name|Arn=arn",
    "AWS::KMS::Alias": "kms|alias|AliasName|name|",
    "AWS::KMS::Key": "kms|key||id|Arn=arn KeyId=id",
    "AWS::Kinesis::Stream": "kinesis|stream|Name|name|Arn=arn",
    "AWS::Kinesis::StreamConsumer": "kinesis|consumer|ConsumerName|arn|ConsumerARN=arn|no-arn",
    "AWS::KinesisFirehose::DeliveryStream": "firehose|deliverystream|DeliveryStreamName|name|Arn=arn",
    "AWS::Lambda::Alias": "lambda|alias|Name|arn|AliasArn=arn",
    "AWS::Lambda::Function": "lambda|function|FunctionName|name|Arn=arn",
    "AWS::Lambda::LayerVersion": "lambda|layer-version|LayerName|arn|LayerVersionArn=arn",
    "AWS::Lambda::Url": "lambda|url||FunctionArn|FunctionUrl=url",
    "AWS::Lambda::Version": "lambda|version||arn|FunctionArn=arn",
    "AWS::Logs::LogGroup": "logs|log-group|LogGroupName|name|Arn=arn",
    "AWS::MSK::Cluster": "kafka|cluster|ClusterName|arn|Arn=arn",
    "AWS::OpenSearchService::Domain": "es|domain|DomainName|name|Arn=arn DomainArn=arn",
    "AWS::Pipes::Pipe": "pipes|pipe|Name|name|Arn=arn",
    "AWS::RDS::DBCluster": "rds|cluster|DBClusterIdentifier|name|DBClusterArn=arn",
    "AWS::RDS::DBInstance": "rds|db|DBInstanceIdentifier|name|DBInstanceArn=arn",
    "AWS::S3::Bucket": "s3|bucket|BucketName|name|Arn=arn",
    "AWS::SES::ConfigurationSet": "ses|configuration-set|Name|name|",
    "AWS::SES::EmailIdentity": "ses|identity|EmailIdentity|name|",
    "AWS::SNS::Subscription": "sns|subscription||arn|",
    "AWS::SNS::Topic": "sns|topic|TopicName|arn|TopicArn=arn TopicName=name",
    "AWS::SQS::Queue": "sqs|queue|QueueName|url|Arn=arn QueueName=name QueueUrl=url",
    "AWS::SSM::Parameter": "ssm|parameter|Name|name|",
    "AWS::Scheduler::Schedule": "scheduler|schedule|Name|name|Arn=arn|default-group unless:GroupName",
    "AWS::Scheduler::ScheduleGroup": "scheduler|schedule-group|Name|name|Arn=arn",
    "AWS::SecretsManager::Secret": "secretsmanager|secret|Name|arn|Id=arn",
    "AWS::Serverless::Api": "execute-api|api|Name|id|RestApiId=id|no-arn",
    "AWS::Serverless::Function": "lambda|function|FunctionName|name|Arn=arn",
    "AWS::Serverless::HttpApi": "execute-api|api|Name|id|ApiId=id ApiEndpoint=url|no-arn",
    "AWS::Serverless::LayerVersion": "lambda|layer-version|LayerName|arn|LayerVersionArn=arn",
    "AWS::Serverless::SimpleTable": "dynamodb|table|TableName|name|Arn=arn",
    "AWS::Serverless::StateMachine": "states|statemachine|Name|arn|Arn=arn Name=name",
    "AWS::Serverless::WebSocketApi": "execute-api|api|Name|id|ApiId=id ApiEndpoint=url|no-arn",
    "AWS::StepFunctions::Activity": "states|activity|Name|arn|Arn=arn Name=name",
    "AWS::StepFunctions::StateMachine": "states|statemachine|StateMachineName|arn|Arn=arn Name=name",
}
