"""Plugins of the Serverless Framework: what each may add to a service that serverless.yml does not say.

Of a plugin that is not here it is not known, so that nothing is missing for sure where one is used. Source: the
documentation of each plugin.
"""

from __future__ import annotations

from typing import NamedTuple


class Effect(NamedTuple):
    """What a plugin may add: variables to functions, statements to roles, resources to the template."""

    environment: bool = False
    policies: bool = False
    resources: bool = False


NOTHING = Effect()
ANYTHING = Effect(True, True, True)

_PACKAGING = """
    serverless-analyze-bundle-plugin serverless-babel-plugin serverless-build-plugin serverless-bundle
    serverless-copy-webpack-plugin serverless-dotnet serverless-esbuild serverless-esbuild-layers
    serverless-esm-layer serverless-fn serverless-go-build serverless-go-plugin serverless-haskell serverless-hooks
    serverless-hooks-plugin serverless-ignore serverless-jetpack serverless-lambda-layer-packager serverless-layers
    serverless-optimizer-plugin serverless-package-common serverless-package-external serverless-plugin-bind
    serverless-plugin-browserifier serverless-plugin-browserify serverless-plugin-chrome
    serverless-plugin-common-excludes serverless-plugin-common-layers serverless-plugin-custom-binary
    serverless-plugin-include-dependencies serverless-plugin-layer-manager serverless-plugin-monorepo
    serverless-plugin-optimize serverless-plugin-package-dotenv-file serverless-plugin-package-size
    serverless-plugin-reducer serverless-plugin-rollup serverless-plugin-scripts serverless-plugin-select
    serverless-plugin-typescript serverless-plugin-utils serverless-python-requirements serverless-rack
    serverless-ruby-layer serverless-rust serverless-scriptable-plugin serverless-tscpaths serverless-typescript
    serverless-webpack serverless-webpack-prisma serverless-wsgi
"""

_LOCAL = """
    @deliverr/serverless-offline-step-functions serverless-appsync-offline serverless-appsync-simulator
    serverless-artillery serverless-aws-lambda serverless-dynamodb serverless-dynamodb-client
    serverless-dynamodb-fixtures serverless-dynamodb-local serverless-dynamodb-seed serverless-export-env
    serverless-jest-plugin serverless-kms-secrets serverless-local-dev-server serverless-local-schedule
    serverless-localstack serverless-mocha-plugin serverless-mongodb-local serverless-ngrok-tunnel
    serverless-offline serverless-offline-aws-eventbridge serverless-offline-direct-lambda serverless-offline-dotenv
    serverless-offline-dynamodb-streams serverless-offline-edge-lambda serverless-offline-http-mock
    serverless-offline-kinesis serverless-offline-lambda serverless-offline-lambda-function-urls
    serverless-offline-lambda-invoke serverless-offline-local-authorizers-plugin serverless-offline-python
    serverless-offline-redis-server serverless-offline-s3 serverless-offline-schedule serverless-offline-scheduler
    serverless-offline-ses serverless-offline-ses-v2 serverless-offline-sns serverless-offline-sqs
    serverless-offline-sqs-dlq serverless-offline-sqs-external serverless-offline-ssm
    serverless-offline-ssm-provider serverless-offline-stepfunctions serverless-offline-watcher serverless-online
    serverless-plugin-offline-dynamodb-stream serverless-plugin-simulate serverless-plugin-test-helper
    serverless-s3-bucket-helper serverless-s3-local serverless-s3-local-sync serverless-secrets-mgr-plugin
    serverless-seed
    serverless-sns-local serverless-sqs-local serverless-step-functions-local serverless-step-functions-offline
    serverless-websockets-offline
"""

_DEPLOYING = """
    @anttiviljami/serverless-stack-output @conqa/serverless-openapi-documentation
    @essent/serverless-plugin-canary-deployments @purple/serverless-s3-remover
    @silvermine/serverless-plugin-cloudfront-lambda-edge @vingle/serverless-tag-plugin serverless-add-api-key
    serverless-alexa-skills serverless-api-client-certificate serverless-api-cloudfront serverless-api-compression
    serverless-api-gateway-caching serverless-api-gateway-cloudwatch-settings
    serverless-api-gateway-execution-log-manager serverless-api-gateway-throttling serverless-api-gateway-xray
    serverless-apigateway-log-retention serverless-apigateway-plugin serverless-apigateway-service-proxy
    serverless-apigw-binary
    serverless-apigwy-binary serverless-appsync-cloudfront serverless-appsync-plugin serverless-associate-waf
    serverless-auto-swagger serverless-aws-alias serverless-aws-alias-v3 serverless-aws-documentation
    serverless-aws-latest-layer-version serverless-aws-static-file-handler serverless-basic-authentication
    serverless-better-credentials serverless-certificate-creator serverless-cf-vars serverless-client-s3
    serverless-cloudformation-changesets serverless-cloudformation-resource-counter
    serverless-cloudformation-sub-variables serverless-cloudfront-distribution-certificate
    serverless-cloudfront-invalidate serverless-cloudside-plugin serverless-content-encoding serverless-cors-plugin
    serverless-create-global-dynamodb-table serverless-custom-domain serverless-dependson-plugin
    serverless-deployment-bucket serverless-disable-functions serverless-disable-request-validators
    serverless-domain-manager serverless-dynamodb-autoscaling serverless-dynamodb-autoscaling-plugin
    serverless-dynamodb-pitr serverless-dynamodb-stream-arn-plugin serverless-dynamodb-ttl
    serverless-enable-api-logs serverless-enterprise-plugin serverless-es-logs serverless-export-outputs
    serverless-export-swagger serverless-external-s3-event serverless-finch serverless-functions-base-path
    serverless-git-info serverless-iam-helper serverless-iam-roles-per-function serverless-iamroles
    serverless-idempotency-helper serverless-kms-grants
    serverless-lambda-edge-pre-existing-cloudfront serverless-lambda-prune-plugin serverless-latest-layer-version
    serverless-log-forwarding serverless-log-retention serverless-manifest-plugin serverless-openapi-documentation
    serverless-openapi-documentation-v2 serverless-openapi-documenter serverless-openapi-integration-helper
    serverless-parameters serverless-plugin-additional-stacks serverless-plugin-aws-alerts
    serverless-plugin-canary-deployments serverless-plugin-cfauthorizer serverless-plugin-cloudfront-lambda-edge
    serverless-plugin-cloudwatch-dashboard serverless-plugin-custom-domain serverless-plugin-diff
    serverless-plugin-encode-env-var-objects serverless-plugin-existing-s3 serverless-plugin-git-variables
    serverless-plugin-lambda-dead-letter serverless-plugin-log-retention serverless-plugin-log-subscription
    serverless-plugin-multiple-responses serverless-plugin-nested-stacks serverless-plugin-parent
    serverless-plugin-provider-groups serverless-plugin-resource-tagging serverless-plugin-s3-remover
    serverless-plugin-simple-permissions serverless-plugin-split-stacks serverless-plugin-stack-outputs
    serverless-plugin-stage-variables serverless-plugin-subscription-filter serverless-plugin-swagger-ui
    serverless-plugin-tracing serverless-plugin-vpc-eni-cleanup serverless-plugin-warmup
    serverless-provisioned-concurrency-autoscaling serverless-prune-plugin serverless-prune-versions
    serverless-pseudo-parameters serverless-reqvalidator-plugin serverless-s3-block-public-access
    serverless-s3-cleaner
    serverless-s3-security-helper serverless-waf-plugin
    serverless-s3-deploy serverless-s3-encryption serverless-s3-remover serverless-s3-sync
    serverless-s3-upload serverless-sam serverless-secrets serverless-secrets-plugin
    serverless-single-page-app-plugin serverless-slic-watch-plugin serverless-sqs-alarms-plugin serverless-sqs-fifo
    serverless-ssm-publish serverless-stack-output serverless-stack-termination-protection serverless-stage-manager
    serverless-static serverless-step-functions serverless-sync-s3 serverless-tag-api-gateway
    serverless-tag-cloud-watch-logs serverless-tag-cloudwatch-logs serverless-tag-sqs
    serverless-v2-aws-documentation serverless-vault-plugin serverless-version-tracker serverless-vpc-discovery
    serverless-webpack-layers serverless-website-domain serverless-websockets-plugin
"""

_ENVIRONMENT = """
    serverless-crypt serverless-dotenv serverless-dotenv-plugin serverless-env-generator serverless-epsagon
    serverless-lumigo serverless-plugin-dotenv serverless-plugin-env serverless-plugin-epsagon
    serverless-resources-env serverless-secret-baker serverless-sentry serverless-ssm-fetch
"""

_ENVIRONMENT_AND_POLICIES = """
    serverless-dashbird serverless-lambda-insights serverless-newrelic-lambda-layers serverless-plugin-datadog
    serverless-plugin-iopipe serverless-plugin-lambda-insights serverless-plugin-thundra
"""

_POLICIES = """
    serverless-attach-managed-policy serverless-cognito-add-custom-attributes serverless-plugin-custom-roles
    serverless-plugin-iam-checker serverless-vpc-plugin
"""

PLUGINS: dict[str, Effect] = {
    "serverless-lift": Effect(policies=True, resources=True),
    **dict.fromkeys((*_PACKAGING.split(), *_LOCAL.split(), *_DEPLOYING.split()), NOTHING),
    **dict.fromkeys(_ENVIRONMENT.split(), Effect(environment=True)),
    **dict.fromkeys(_POLICIES.split(), Effect(policies=True)),
    **dict.fromkeys(_ENVIRONMENT_AND_POLICIES.split(), Effect(environment=True, policies=True)),
}
"""The names of plugins -> what they may add."""

#: Plugins that give each function with statements a role of its own, and the keys of `custom` with their settings.
ROLES_PER_FUNCTION = ("serverless-iam-roles-per-function", "serverless-iamroles")
PSEUDO_PARAMETERS = "serverless-pseudo-parameters"


def effect_of(plugin: str) -> Effect:
    """What a plugin may add: anything, where it is not known. A copy of a plugin that somebody else publishes by the
    same name adds the same.

    >>> effect_of("@somebody/serverless-offline/lambda") == NOTHING
    True
    """
    if plugin.startswith((".", "/")):
        return ANYTHING
    known = PLUGINS.get(plugin)
    if known is None:
        unscoped = plugin.partition("/")[2] if plugin.startswith("@") else plugin
        known = PLUGINS.get(unscoped.partition("/")[0])
    return ANYTHING if known is None else known
