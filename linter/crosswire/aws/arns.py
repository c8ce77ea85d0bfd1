"""The ARNs of resources: one pattern per service and kind of resource, as the Service Authorization Reference gives it.

In a pattern, `{Partition}`, `{Region}` and `{AccountId}` are the pseudo parameters; `{name}` (or `{id}`) is what
identifies the resource; others (`{index}`, `{key}`, `{label}` ...) a part of it. `{/name}` is the name with a slash
before it unless it begins with one (parameters of Systems Manager). `{random}` is what AWS appends.
"""

from __future__ import annotations

PATTERNS: dict[str, dict[str, str]] = {
    "appconfig": {
        "configuration": (
            "arn:{Partition}:appconfig:{Region}:{AccountId}:"
            "application/{application}/environment/{environment}/configuration/{profile}"
        ),
    },
    "appsync": {"graphqlapi": "arn:{Partition}:appsync:{Region}:{AccountId}:apis/{id}"},
    "bedrock": {
        "foundation-model": "arn:{Partition}:bedrock:{Region}::foundation-model/{id}",
        "inference-profile": "arn:{Partition}:bedrock:{Region}:{AccountId}:inference-profile/{id}",
        "guardrail": "arn:{Partition}:bedrock:{Region}:{AccountId}:guardrail/{id}",
    },
    "cloudfront": {"distribution": "arn:{Partition}:cloudfront::{AccountId}:distribution/{id}"},
    "cloudwatch": {"alarm": "arn:{Partition}:cloudwatch:{Region}:{AccountId}:alarm:{name}"},
    "codebuild": {"project": "arn:{Partition}:codebuild:{Region}:{AccountId}:project/{name}"},
    "cognito-identity": {"identitypool": "arn:{Partition}:cognito-identity:{Region}:{AccountId}:identitypool/{id}"},
    "cognito-idp": {"userpool": "arn:{Partition}:cognito-idp:{Region}:{AccountId}:userpool/{id}"},
    "dynamodb": {
        "table": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}",
        "index": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}/index/{index}",
        "stream": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}/stream/{label}",
        "backup": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}/backup/{backup}",
        "export": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}/export/{export}",
        "import": "arn:{Partition}:dynamodb:{Region}:{AccountId}:table/{name}/import/{import}",
        "global-table": "arn:{Partition}:dynamodb::{AccountId}:global-table/{name}",
    },
    "ecr": {"repository": "arn:{Partition}:ecr:{Region}:{AccountId}:repository/{name}"},
    "ecs": {"cluster": "arn:{Partition}:ecs:{Region}:{AccountId}:cluster/{name}"},
    "elasticfilesystem": {
        "file-system": "arn:{Partition}:elasticfilesystem:{Region}:{AccountId}:file-system/{id}",
        "access-point": "arn:{Partition}:elasticfilesystem:{Region}:{AccountId}:access-point/{id}",
    },
    "es": {"domain": "arn:{Partition}:es:{Region}:{AccountId}:domain/{name}"},
    "events": {
        "event-bus": "arn:{Partition}:events:{Region}:{AccountId}:event-bus/{name}",
        "rule": "arn:{Partition}:events:{Region}:{AccountId}:rule/{name}",
        "rule-on-custom-event-bus": "arn:{Partition}:events:{Region}:{AccountId}:rule/{bus}/{name}",
    },
    "execute-api": {
        "api": "arn:{Partition}:execute-api:{Region}:{AccountId}:{id}/{stage}/{method}/{path}",
        "connections": (
            "arn:{Partition}:execute-api:{Region}:{AccountId}:{id}/{stage}/{method}/@connections/{connection}"
        ),
    },
    "firehose": {"deliverystream": "arn:{Partition}:firehose:{Region}:{AccountId}:deliverystream/{name}"},
    "iam": {
        "role": "arn:{Partition}:iam::{AccountId}:role/{name}",
        "policy": "arn:{Partition}:iam::{AccountId}:policy/{name}",
        "user": "arn:{Partition}:iam::{AccountId}:user/{name}",
    },
    "iot": {
        "topic": "arn:{Partition}:iot:{Region}:{AccountId}:topic/{name}",
        "rule": "arn:{Partition}:iot:{Region}:{AccountId}:rule/{name}",
        "thing": "arn:{Partition}:iot:{Region}:{AccountId}:thing/{name}",
    },
    "kinesis": {
        "stream": "arn:{Partition}:kinesis:{Region}:{AccountId}:stream/{name}",
        "consumer": "arn:{Partition}:kinesis:{Region}:{AccountId}:stream/{name}/consumer/{consumer}:{created}",
    },
    "kms": {
        "key": "arn:{Partition}:kms:{Region}:{AccountId}:key/{id}",
        "alias": "arn:{Partition}:kms:{Region}:{AccountId}:{name}",
    },
    "lambda": {
        "function": "arn:{Partition}:lambda:{Region}:{AccountId}:function:{name}",
        "qualified": "arn:{Partition}:lambda:{Region}:{AccountId}:function:{name}:{qualifier}",
        "layer": "arn:{Partition}:lambda:{Region}:{AccountId}:layer:{name}",
    },
    "logs": {"log-group": "arn:{Partition}:logs:{Region}:{AccountId}:log-group:{name}:*"},
    "pipes": {"pipe": "arn:{Partition}:pipes:{Region}:{AccountId}:pipe/{name}"},
    "rds": {
        "cluster": "arn:{Partition}:rds:{Region}:{AccountId}:cluster:{name}",
        "db": "arn:{Partition}:rds:{Region}:{AccountId}:db:{name}",
    },
    "s3": {
        "bucket": "arn:{Partition}:s3:::{name}",
        "object": "arn:{Partition}:s3:::{name}/{key}",
    },
    "scheduler": {
        "schedule": "arn:{Partition}:scheduler:{Region}:{AccountId}:schedule/{group}/{name}",
        "schedule-group": "arn:{Partition}:scheduler:{Region}:{AccountId}:schedule-group/{name}",
    },
    "secretsmanager": {"secret": "arn:{Partition}:secretsmanager:{Region}:{AccountId}:secret:{name}-{random}"},
    "ses": {
        "identity": "arn:{Partition}:ses:{Region}:{AccountId}:identity/{name}",
        "configuration-set": "arn:{Partition}:ses:{Region}:{AccountId}:configuration-set/{name}",
        "template": "arn:{Partition}:ses:{Region}:{AccountId}:template/{name}",
    },
    "sns": {"topic": "arn:{Partition}:sns:{Region}:{AccountId}:{name}"},
    "sqs": {"queue": "arn:{Partition}:sqs:{Region}:{AccountId}:{name}"},
    "ssm": {"parameter": "arn:{Partition}:ssm:{Region}:{AccountId}:parameter{/name}"},
    "states": {
        "statemachine": "arn:{Partition}:states:{Region}:{AccountId}:stateMachine:{name}",
        "execution": "arn:{Partition}:states:{Region}:{AccountId}:execution:{name}:{execution}",
        "activity": "arn:{Partition}:states:{Region}:{AccountId}:activity:{name}",
    },
}

QUEUE_URL = "https://sqs.{Region}.{URLSuffix}/{AccountId}/{name}"


def parts(pattern: str) -> tuple[str, ...]:
    """A pattern cut at its placeholders: `("arn:", "{Partition}", ":s3:::", "{name}")`."""
    found: list[str] = []
    rest = pattern
    while rest:
        constant, brace, rest = rest.partition("{")
        if constant:
            found.append(constant)
        if brace:
            placeholder, _, rest = rest.partition("}")
            found.append("{" + placeholder + "}")
    return tuple(found)
