"""Resource types of Terraform's AWS provider: the CloudFormation type of the same thing, and what attributes stand for.

From the provider's documentation of each type. The resource's IAM service, its kind and its ARN are those of the
CloudFormation type in aws.resources.
"""

from __future__ import annotations

from typing import NamedTuple

DATA = "data."


class TerraformType(NamedTuple):
    """What is known of a type.

    `cloudformation` is the CloudFormation type of the same thing, empty where there is none. `name_argument` is the
    argument that gives the physical name, empty where there is none. `attributes` says what an exported attribute is:
    `name`, `arn`, `url` or `id`; the name by which CloudFormation's GetAtt knows it (`StreamArn`); or a pattern as in
    aws.arns, in which what is no pseudo parameter is another attribute of the same resource (`{arn}`, `{Version}`).
    """

    cloudformation: str
    name_argument: str
    attributes: dict[str, str]


def terraform_type(name: str) -> TerraformType | None:
    """The facts of a type such as `aws_dynamodb_table` or `data.aws_region`; None where crosswire does not know it.

    A data source has the attributes of the resource of the same name.
    """
    row = _TYPES.get(name) or _TYPES.get(name.removeprefix(DATA))
    if row is None:
        return None
    cloudformation, name_argument, attributes = row.split("|")
    return TerraformType(cloudformation, name_argument, dict(pair.partition("=")[::2] for pair in attributes.split()))


_INVOKE = "arn:{Partition}:apigateway:{Region}:lambda:path/2015-03-31/functions/"
_EXECUTE = "arn:{Partition}:execute-api:{Region}:{AccountId}:{id}"
_REST = "arn:{Partition}:apigateway:{Region}::/restapis/{id}"
_HTTP = "arn:{Partition}:apigateway:{Region}::/apis/{id}"
_LOG_GROUP = "arn:{Partition}:logs:{Region}:{AccountId}:log-group:{name}"  # without the `:*` of CloudFormation
_LAYER = "arn:{Partition}:lambda:{Region}:{AccountId}:layer:{name}"
_POOL_ENDPOINT = "cognito-idp.{Region}.amazonaws.com/{id}"

_FUNCTION = (
    f"function_name=name id=name arn=arn version=Version invoke_arn={_INVOKE}{{arn}}/invocations "
    f"qualified_arn={{arn}}:{{Version}} qualified_invoke_arn={_INVOKE}{{arn}}:{{Version}}/invocations"
)
_LOAD_BALANCER = (
    "AWS::ElasticLoadBalancingV2::LoadBalancer|name|"
    "name=name id=arn arn=arn dns_name=DNSName arn_suffix=LoadBalancerFullName zone_id=CanonicalHostedZoneID"
)
_TARGET_GROUP = "AWS::ElasticLoadBalancingV2::TargetGroup|name|name=name id=arn arn=arn arn_suffix=TargetGroupFullName"

# type: CloudFormation type | argument of the name | attributes
_TYPES = {
    "aws_acm_certificate": "AWS::CertificateManager::Certificate||id=arn arn=arn",
    "aws_alb": _LOAD_BALANCER,
    "aws_alb_listener": "AWS::ElasticLoadBalancingV2::Listener||id=arn arn=arn",
    "aws_alb_target_group": _TARGET_GROUP,
    "aws_amplify_app": "AWS::Amplify::App|name|id=id arn=arn default_domain=DefaultDomain",
    "aws_api_gateway_api_key": "AWS::ApiGateway::ApiKey|name|name=name id=id arn=arn",
    "aws_api_gateway_authorizer": "AWS::ApiGateway::Authorizer|name|name=name id=id",
    "aws_api_gateway_deployment": "AWS::ApiGateway::Deployment||id=id execution_arn=ExecutionArn invoke_url=url",
    "aws_api_gateway_domain_name": (
        "AWS::ApiGateway::DomainName|domain_name|domain_name=name arn=arn "
        "regional_domain_name=RegionalDomainName cloudfront_domain_name=DistributionDomainName"
    ),
    "aws_api_gateway_model": "AWS::ApiGateway::Model|name|name=name id=id",
    "aws_api_gateway_request_validator": "AWS::ApiGateway::RequestValidator|name|name=name id=id",
    "aws_api_gateway_resource": "AWS::ApiGateway::Resource||id=id",
    "aws_api_gateway_rest_api": (
        f"AWS::ApiGateway::RestApi|name|name=name id=id root_resource_id=RootResourceId arn={_REST} "
        f"execution_arn={_EXECUTE}"
    ),
    "aws_api_gateway_stage": (
        "AWS::ApiGateway::Stage|stage_name|stage_name=name arn=arn execution_arn=ExecutionArn invoke_url=url"
    ),
    "aws_api_gateway_usage_plan": "AWS::ApiGateway::UsagePlan|name|name=name id=id arn=arn",
    "aws_api_gateway_vpc_link": "AWS::ApiGateway::VpcLink|name|name=name id=id arn=arn",
    "aws_apigatewayv2_api": (
        f"AWS::ApiGatewayV2::Api|name|name=name id=id api_endpoint=url arn={_HTTP} execution_arn={_EXECUTE}"
    ),
    "aws_apigatewayv2_authorizer": "AWS::ApiGatewayV2::Authorizer|name|name=name id=id",
    "aws_apigatewayv2_deployment": "AWS::ApiGatewayV2::Deployment||id=id",
    "aws_apigatewayv2_domain_name": "AWS::ApiGatewayV2::DomainName|domain_name|domain_name=name id=name arn=arn",
    "aws_apigatewayv2_integration": "AWS::ApiGatewayV2::Integration||id=id",
    "aws_apigatewayv2_route": "AWS::ApiGatewayV2::Route||id=id",
    "aws_apigatewayv2_stage": (
        "AWS::ApiGatewayV2::Stage|name|name=name id=name arn=arn execution_arn=ExecutionArn invoke_url=url"
    ),
    "aws_apigatewayv2_vpc_link": "AWS::ApiGatewayV2::VpcLink|name|name=name id=id arn=arn",
    "aws_appconfig_application": "AWS::AppConfig::Application|name|name=name id=id arn=arn",
    "aws_appconfig_configuration_profile": (
        "AWS::AppConfig::ConfigurationProfile|name|name=name configuration_profile_id=id arn=arn"
    ),
    "aws_appconfig_environment": "AWS::AppConfig::Environment|name|name=name environment_id=id arn=arn",
    "aws_appsync_api_key": "AWS::AppSync::ApiKey||key=ApiKey",
    "aws_appsync_datasource": "AWS::AppSync::DataSource|name|name=name arn=arn",
    "aws_appsync_function": "AWS::AppSync::FunctionConfiguration|name|name=name function_id=FunctionId arn=arn",
    "aws_appsync_graphql_api": "AWS::AppSync::GraphQLApi|name|name=name id=id arn=arn",
    "aws_appsync_resolver": "AWS::AppSync::Resolver||arn=arn",
    "aws_athena_workgroup": "AWS::Athena::WorkGroup|name|name=name id=name arn=arn",
    "aws_bedrock_guardrail": "AWS::Bedrock::Guardrail|name|name=name guardrail_id=id guardrail_arn=arn",
    "aws_bedrockagent_agent": "AWS::Bedrock::Agent|agent_name|agent_name=name agent_id=id id=id agent_arn=arn",
    "aws_bedrockagent_agent_alias": (
        "AWS::Bedrock::AgentAlias|agent_alias_name|agent_alias_name=name agent_alias_id=id agent_alias_arn=arn"
    ),
    "aws_bedrockagent_knowledge_base": "AWS::Bedrock::KnowledgeBase|name|name=name id=id arn=arn",
    "aws_cloudfront_distribution": "AWS::CloudFront::Distribution||id=id arn=arn domain_name=DomainName",
    "aws_cloudfront_origin_access_identity": (
        "AWS::CloudFront::CloudFrontOriginAccessIdentity||id=id s3_canonical_user_id=S3CanonicalUserId"
    ),
    "aws_cloudwatch_composite_alarm": "AWS::CloudWatch::CompositeAlarm|alarm_name|alarm_name=name id=name arn=arn",
    "aws_cloudwatch_event_api_destination": "AWS::Events::ApiDestination|name|name=name arn=arn",
    "aws_cloudwatch_event_archive": "AWS::Events::Archive|name|name=name arn=arn",
    "aws_cloudwatch_event_bus": "AWS::Events::EventBus|name|name=name id=name arn=arn",
    "aws_cloudwatch_event_connection": "AWS::Events::Connection|name|name=name arn=arn secret_arn=SecretArn",
    "aws_cloudwatch_event_rule": "AWS::Events::Rule|name|name=name id=name arn=arn",
    "aws_cloudwatch_log_group": f"AWS::Logs::LogGroup|name|name=name id=name arn={_LOG_GROUP}",
    "aws_cloudwatch_log_stream": "AWS::Logs::LogStream|name|name=name arn=arn",
    "aws_cloudwatch_metric_alarm": "AWS::CloudWatch::Alarm|alarm_name|alarm_name=name id=name arn=arn",
    "aws_codebuild_project": "AWS::CodeBuild::Project|name|name=name arn=arn",
    "aws_codecommit_repository": (
        "AWS::CodeCommit::Repository|repository_name|repository_name=name repository_id=id arn=arn "
        "clone_url_http=CloneUrlHttp clone_url_ssh=CloneUrlSsh"
    ),
    "aws_codepipeline": "AWS::CodePipeline::Pipeline|name|name=name arn=arn",
    "aws_cognito_identity_pool": (
        "AWS::Cognito::IdentityPool|identity_pool_name|identity_pool_name=name id=id arn=arn"
    ),
    "aws_cognito_user_group": "AWS::Cognito::UserPoolGroup|name|name=name",
    "aws_cognito_user_pool": f"AWS::Cognito::UserPool|name|name=name id=id arn=arn endpoint={_POOL_ENDPOINT}",
    "aws_cognito_user_pool_client": ("AWS::Cognito::UserPoolClient|name|name=name id=id client_secret=ClientSecret"),
    "aws_db_instance": (
        "AWS::RDS::DBInstance|identifier|identifier=name arn=arn address=Endpoint.Address "
        "endpoint={Endpoint.Address}:{Endpoint.Port} resource_id=DbiResourceId"
    ),
    "aws_db_proxy": "AWS::RDS::DBProxy|name|name=name arn=arn endpoint=Endpoint",
    "aws_docdb_cluster": (
        "AWS::DocDB::DBCluster|cluster_identifier|cluster_identifier=name id=name arn=arn endpoint=Endpoint "
        "reader_endpoint=ReadEndpoint"
    ),
    "aws_dynamodb_global_table": "|name|name=name id=name arn=arn",
    "aws_dynamodb_table": (
        "AWS::DynamoDB::Table|name|name=name id=name arn=arn stream_arn=StreamArn stream_label=StreamLabel"
    ),
    "aws_ecr_repository": "AWS::ECR::Repository|name|name=name id=name arn=arn repository_url=RepositoryUri",
    "aws_ecs_cluster": "AWS::ECS::Cluster|name|name=name id=arn arn=arn",
    "aws_ecs_service": "AWS::ECS::Service|name|name=name id=arn arn=arn",
    "aws_ecs_task_definition": "AWS::ECS::TaskDefinition|family|family=name arn=arn",
    "aws_efs_access_point": "AWS::EFS::AccessPoint||id=id arn=arn",
    "aws_efs_file_system": "AWS::EFS::FileSystem||id=id arn=arn",
    "aws_elasticache_cluster": "AWS::ElastiCache::CacheCluster|cluster_id|cluster_id=name id=name arn=arn",
    "aws_elasticache_replication_group": (
        "AWS::ElastiCache::ReplicationGroup|replication_group_id|replication_group_id=name id=name arn=arn "
        "primary_endpoint_address=PrimaryEndPoint.Address reader_endpoint_address=ReaderEndPoint.Address "
        "configuration_endpoint_address=ConfigurationEndPoint.Address"
    ),
    "aws_elasticache_serverless_cache": "AWS::ElastiCache::ServerlessCache|name|name=name arn=arn",
    "aws_elasticsearch_domain": (
        "AWS::Elasticsearch::Domain|domain_name|domain_name=name arn=arn endpoint=DomainEndpoint"
    ),
    "aws_glue_catalog_database": "AWS::Glue::Database|name|name=name arn=arn",
    "aws_glue_catalog_table": "AWS::Glue::Table|name|name=name arn=arn",
    "aws_glue_crawler": "AWS::Glue::Crawler|name|name=name id=name arn=arn",
    "aws_glue_job": "AWS::Glue::Job|name|name=name id=name arn=arn",
    "aws_iam_access_key": "AWS::IAM::AccessKey||id=id secret=SecretAccessKey",
    "aws_iam_group": "AWS::IAM::Group|name|name=name id=name arn=arn",
    "aws_iam_instance_profile": "AWS::IAM::InstanceProfile|name|name=name id=name arn=arn",
    "aws_iam_policy": "AWS::IAM::ManagedPolicy|name|name=name id=arn arn=arn policy_id=PolicyId",
    "aws_iam_role": "AWS::IAM::Role|name|name=name id=name arn=arn unique_id=RoleId",
    "aws_iam_user": "AWS::IAM::User|name|name=name id=name arn=arn",
    "aws_iot_authorizer": "AWS::IoT::Authorizer|name|name=name arn=arn",
    "aws_iot_policy": "AWS::IoT::Policy|name|name=name arn=arn",
    "aws_iot_thing": "AWS::IoT::Thing|name|name=name arn=arn",
    "aws_iot_topic_rule": "AWS::IoT::TopicRule|name|name=name id=name arn=arn",
    "aws_kinesis_firehose_delivery_stream": "AWS::KinesisFirehose::DeliveryStream|name|name=name arn=arn",
    "aws_kinesis_stream": "AWS::Kinesis::Stream|name|name=name id=arn arn=arn",
    "aws_kinesis_stream_consumer": "AWS::Kinesis::StreamConsumer|name|name=name id=arn arn=arn",
    "aws_kms_alias": "AWS::KMS::Alias|name|name=name id=name arn=arn target_key_arn=TargetKeyArn",
    "aws_kms_key": "AWS::KMS::Key||id=id key_id=id arn=arn",
    "aws_lambda_alias": (f"AWS::Lambda::Alias|name|name=name id=arn arn=arn invoke_arn={_INVOKE}{{arn}}/invocations"),
    "aws_lambda_code_signing_config": "AWS::Lambda::CodeSigningConfig||arn=arn config_id=CodeSigningConfigId",
    "aws_lambda_event_source_mapping": "AWS::Lambda::EventSourceMapping||id=id uuid=id arn=EventSourceMappingArn",
    "aws_lambda_function": f"AWS::Lambda::Function|function_name|{_FUNCTION}",
    "aws_lambda_function_url": "AWS::Lambda::Url||function_url=url function_arn=FunctionArn",
    "aws_lambda_layer_version": (
        f"AWS::Lambda::LayerVersion|layer_name|layer_name=name id=arn arn=arn layer_arn={_LAYER}"
    ),
    "aws_lambda_permission": "AWS::Lambda::Permission||",
    "aws_lb": _LOAD_BALANCER,
    "aws_lb_listener": "AWS::ElasticLoadBalancingV2::Listener||id=arn arn=arn",
    "aws_lb_target_group": _TARGET_GROUP,
    "aws_mq_broker": "AWS::AmazonMQ::Broker|broker_name|broker_name=name id=id arn=arn",
    "aws_msk_cluster": "AWS::MSK::Cluster|cluster_name|cluster_name=name id=arn arn=arn",
    "aws_opensearch_domain": (
        "AWS::OpenSearchService::Domain|domain_name|domain_name=name arn=arn endpoint=DomainEndpoint"
    ),
    "aws_opensearchserverless_collection": (
        "AWS::OpenSearchServerless::Collection|name|name=name id=id arn=arn collection_endpoint=CollectionEndpoint"
    ),
    "aws_pipes_pipe": "AWS::Pipes::Pipe|name|name=name id=name arn=arn",
    "aws_rds_cluster": (
        "AWS::RDS::DBCluster|cluster_identifier|cluster_identifier=name id=name arn=arn endpoint=Endpoint.Address "
        "reader_endpoint=ReadEndpoint.Address cluster_resource_id=DBClusterResourceId"
    ),
    "aws_route53_zone": "AWS::Route53::HostedZone|name|name=name id=id zone_id=id arn=arn",
    "aws_s3_bucket": (
        "AWS::S3::Bucket|bucket|bucket=name id=name arn=arn bucket_domain_name=DomainName "
        "bucket_regional_domain_name=RegionalDomainName"
    ),
    "aws_scheduler_schedule": "AWS::Scheduler::Schedule|name|name=name arn=arn",
    "aws_scheduler_schedule_group": "AWS::Scheduler::ScheduleGroup|name|name=name id=name arn=arn",
    "aws_secretsmanager_secret": "AWS::SecretsManager::Secret|name|name=name id=arn arn=arn",
    "aws_secretsmanager_secret_version": "||arn=arn version_id=VersionId",
    "aws_security_group": "AWS::EC2::SecurityGroup|name|name=name id=id arn=arn",
    "aws_ses_configuration_set": "AWS::SES::ConfigurationSet|name|name=name id=name arn=arn",
    "aws_ses_domain_identity": "AWS::SES::EmailIdentity|domain|domain=name arn=arn",
    "aws_ses_email_identity": "AWS::SES::EmailIdentity|email|email=name arn=arn",
    "aws_ses_template": "AWS::SES::Template|name|name=name id=name arn=arn",
    "aws_sesv2_configuration_set": (
        "AWS::SES::ConfigurationSet|configuration_set_name|configuration_set_name=name arn=arn"
    ),
    "aws_sesv2_email_identity": "AWS::SES::EmailIdentity|email_identity|email_identity=name arn=arn",
    "aws_sfn_activity": "AWS::StepFunctions::Activity|name|name=name id=arn arn=arn",
    "aws_sfn_state_machine": "AWS::StepFunctions::StateMachine|name|name=name id=arn arn=arn",
    "aws_sns_topic": "AWS::SNS::Topic|name|name=name id=arn arn=arn",
    "aws_sns_topic_subscription": "AWS::SNS::Subscription||id=arn arn=arn",
    "aws_sqs_queue": "AWS::SQS::Queue|name|name=name id=url url=url arn=arn",
    "aws_ssm_parameter": "AWS::SSM::Parameter|name|name=name id=name arn=arn value=Value insecure_value=Value",
    "aws_subnet": "AWS::EC2::Subnet||id=id arn=arn",
    "aws_vpc": "AWS::EC2::VPC||id=id arn=arn",
    "aws_wafv2_web_acl": "AWS::WAFv2::WebACL|name|name=name id=id arn=arn",
    # Data sources that are looked up by something else, or that have no resource of their name
    "data.aws_api_gateway_rest_api": (
        f"AWS::ApiGateway::RestApi|name|name=name id=id root_resource_id=RootResourceId arn={_REST} "
        f"execution_arn={_EXECUTE}"
    ),
    "data.aws_apigatewayv2_api": (
        f"AWS::ApiGatewayV2::Api||name=name id=id api_id=id api_endpoint=url arn={_HTTP} execution_arn={_EXECUTE}"
    ),
    "data.aws_caller_identity": "||account_id={AccountId} id={AccountId}",
    "data.aws_cognito_user_pool": "AWS::Cognito::UserPool||name=name id=id user_pool_id=id arn=arn",
    "data.aws_db_instance": (
        "AWS::RDS::DBInstance|db_instance_identifier|db_instance_identifier=name db_instance_arn=arn "
        "address=Endpoint.Address endpoint={Endpoint.Address}:{Endpoint.Port} resource_id=DbiResourceId"
    ),
    "data.aws_ecs_cluster": "AWS::ECS::Cluster|cluster_name|cluster_name=name id=arn arn=arn",
    "data.aws_ecs_service": "AWS::ECS::Service|service_name|service_name=name arn=arn",
    "data.aws_ecs_task_definition": "AWS::ECS::TaskDefinition||family=name arn=arn",
    "data.aws_efs_file_system": "AWS::EFS::FileSystem||id=id file_system_id=id arn=arn",
    "data.aws_kms_alias": (
        "AWS::KMS::Alias|name|name=name arn=arn target_key_arn=TargetKeyArn target_key_id=TargetKeyId"
    ),
    "data.aws_kms_key": "AWS::KMS::Key||id=id arn=arn",
    "data.aws_partition": "||partition={Partition} id={Partition} dns_suffix={URLSuffix}",
    "data.aws_region": "||name={Region} region={Region} id={Region}",
    "data.aws_secretsmanager_secret_version": (
        "||arn=arn secret_arn=arn version_id=VersionId secret_string=SecretString"
    ),
    "data.aws_ssm_parameter": "AWS::SSM::Parameter|name|name=name arn=arn value=Value insecure_value=Value",
}
