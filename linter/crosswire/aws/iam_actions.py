"""Which actions IAM knows, and what resources each is authorised on: the service authorization reference as data.

One service is read at a time, by searching the text for its section (about a millisecond).
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from crosswire.aws.data.services import IAM, JS_V2
from crosswire.aws.operations import operation

_DATA = Path(__file__).parent / "data" / "iam_actions.txt"
_NEAR = 0.78
_NEAR_PREFIX = 0.82
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z][a-z0-9]*|[a-z0-9]+")
_SYNONYMS = {
    "add": "put",
    "change": "put",
    "create": "put",
    "describe": "get",
    "fetch": "get",
    "insert": "put",
    "list": "get",
    "read": "get",
    "remove": "delete",
    "set": "put",
    "update": "put",
    "write": "put",
}
"""Verbs that people take for each other."""


class Action(NamedTuple):
    """An action of a service as AWS writes it. `types` are the resource types that it is authorised on: empty where it
    takes no resource, None where that is not known."""

    name: str
    types: tuple[str, ...] | None


class Service(NamedTuple):
    """The actions of a service by their names in lower case, and the ARNs of each resource type, in which `*` is any
    text and `%` a text without `/` and `:`."""

    prefix: str
    actions: dict[str, Action]
    types: dict[str, tuple[str, ...]]


@cache
def service(prefix: str) -> Service | None:
    """What is known of the actions with a prefix. None where the reference has none, which proves nothing: AWS adds
    services."""
    text = _text()
    at = text.find(f"\n[{prefix.lower()}]\n")
    if at < 0:
        return None
    start = text.index("\n", at + 1) + 1
    end = text.find("\n[", start)
    types: dict[str, tuple[str, ...]] = {}
    actions: dict[str, Action] = {}
    for line in text[start : end if end >= 0 else len(text)].splitlines():
        head, _, rest = line.partition(" ")
        if head.startswith(":"):
            types[head[1:]] = tuple(rest.split())
        else:
            taken = None if head == "?" else () if head == "-" else tuple(head.split(","))
            actions.update((name.lower(), Action(name, taken)) for name in rest.split())
    return Service(prefix.lower(), actions, types)


def needed(prefix: str, name: str) -> tuple[str, ...]:
    """The actions that an operation of this name needs, where it is one of the API and no action: `s3:ListBucket` for
    `s3:ListObjectsV2`."""
    found: dict[str, None] = {}
    for boto3, iam in IAM.items():
        if iam == prefix.lower():
            known = operation(boto3, name[:1].upper() + name[1:])
            if known is not None and known.certain:
                always = [need for need in known.needs if not (need.optional or need.when)]
                found.update((need.action, None) for need in always or known.needs)
    return tuple(found)


def nearest(prefix: str, name: str) -> str | None:
    """The action of a service that was most likely meant by one that it does not have; None where none is near."""
    known = service(prefix)
    if known is None:
        return None
    import difflib

    alike = [action.name for action in known.actions.values() if _words(action.name) == _words(name)]
    if alike:
        return min(alike)
    shorter = [action.name for action in known.actions.values() if _goes_on(action.name, name.lower())]
    shorter = [action for action in shorter if len(_words(action)) == len(_words(name)) - 1]
    if shorter:
        return max(shorter, key=len)
    longer = [action.name for folded, action in known.actions.items() if _goes_on(name, folded)]
    if longer:
        return min(longer, key=lambda name: (len(name), name))
    alike = [action.name for action in known.actions.values() if _meanings(action.name) == _meanings(name)]
    if alike:
        return min(alike)
    near = difflib.get_close_matches(name.lower(), sorted(known.actions), n=3, cutoff=_NEAR)
    return next((one for folded in near if not _does_another_thing(name, one := known.actions[folded].name)), None)


def _does_another_thing(name: str, other: str) -> bool:
    """Whether two names that look alike have different verbs: nobody who wrote `BatchGetImage` means to delete."""
    verbs = set(_SYNONYMS.values())
    one, another = verbs.intersection(_meanings(name)), verbs.intersection(_meanings(other))
    return bool(one) and bool(another) and one != another


def _goes_on(name: str, folded: str) -> bool:
    """Whether an action begins with the name: `GetSecretValue` with `GetSecret`."""
    return len(_words(name)) > 1 and folded.startswith(name.lower().removesuffix("s"))


def nearest_prefix(prefix: str) -> str | None:
    """The prefix that was most likely meant by one that no service has: by what an SDK calls a service
    (`stepfunctions` for `states`), or by a slip."""
    folded = prefix.lower().replace("_", "-")
    by_name = {name.lower(): iam for name, iam in (*IAM.items(), *((old, IAM[new]) for old, new in JS_V2.items()))}
    by_name.update(_KNOWN_AS)
    meant = by_name.get(folded) or by_name.get(folded.replace("-", ""))
    if meant is not None:
        return meant
    import difflib

    names = {*re.findall(r"^\[([a-z0-9-]+)\]$", _text(), re.MULTILINE)}
    near = difflib.get_close_matches(folded, sorted(names), n=1, cutoff=_NEAR_PREFIX)
    return near[0] if near else None


_EXACT = frozenset(
    {
        "cloudwatch",
        "cognito-idp",
        "dynamodb",
        "ecr",
        "events",
        "execute-api",
        "firehose",
        "iam",
        "kinesis",
        "kms",
        "lambda",
        "logs",
        "s3",
        "scheduler",
        "secretsmanager",
        "ses",
        "sns",
        "sqs",
        "ssm",
        "states",
        "sts",
        "xray",
    }
)
"""Services whose resource types are what they check: AWS's managed policies and SAM's templates agree with the
reference. Other services check on types that it lacks."""

_WITHOUT = frozenset({"ecr:GetAuthorizationToken", "xray:PutTelemetryRecords", "xray:PutTraceSegments"})
"""Actions beside those of known operations that take no resource: see "Resource types" of each service's page."""


def is_exact(prefix: str, name: str) -> bool:
    """Whether the resource types of an action can be relied upon."""
    if prefix not in _EXACT or "Tag" in name:
        return False
    return prefix != "ssm" or "Parameter" in name


def takes_nothing(prefix: str, name: str) -> bool:
    """Whether an action surely takes no resource: the reference gives none for others, too, that are checked on one."""
    if f"{prefix}:{name}" in _WITHOUT:
        return True
    known = [operation(boto3, name) for boto3, iam in IAM.items() if iam == prefix]
    needs = [need for one in known if one is not None for need in one.needs if need.action == f"{prefix}:{name}"]
    return bool(needs) and all(need.kind == "*" for need in needs)


BESIDE = frozenset({"dynamodb:GetRecords", "dynamodb:GetShardIterator"})
"""Actions that grants of the CDK name beside others on resources that they are not authorised on: see
`READ_DATA_ACTIONS` in aws-dynamodb/lib/perms.ts of aws-cdk-lib."""

_KNOWN_AS = {
    "apigatewayv2": "apigateway",
    "apigw": "apigateway",
    "cloudwatch-events": "events",
    "cloudwatch-logs": "logs",
    "cloudwatchevents": "events",
    "cloudwatchlogs": "logs",
    "cognito": "cognito-idp",
    "cw": "cloudwatch",
    "ddb": "dynamodb",
    "dynamo": "dynamodb",
    "dynamo-db": "dynamodb",
    "dynamodb-streams": "dynamodb",
    "efs": "elasticfilesystem",
    "elasticsearch": "es",
    "elb": "elasticloadbalancing",
    "elbv2": "elasticloadbalancing",
    "emr": "elasticmapreduce",
    "eventbridge": "events",
    "lambdas": "lambda",
    "log": "logs",
    "opensearch": "es",
    "parameterstore": "ssm",
    "pinpoint": "mobiletargeting",
    "s3api": "s3",
    "secretmanager": "secretsmanager",
    "secrets-manager": "secretsmanager",
    "sfn": "states",
    "sso-admin": "sso",
    "step-functions": "states",
    "timestream-query": "timestream",
    "timestream-write": "timestream",
}
"""What services are called where their actions have another prefix: in their documentation, the CLI and CloudFormation.
See "Actions, resources, and condition keys for AWS services" for the prefix of each."""


def _words(name: str) -> tuple[str, ...]:
    """The words of an action in alphabetical order; singular and plural are one."""
    return tuple(sorted(word.lower().removesuffix("s") for word in _WORD.findall(name)))


def _meanings(name: str) -> tuple[str, ...]:
    return tuple(sorted(_SYNONYMS.get(word, word) for word in _words(name)))


@cache
def _text() -> str:
    return _DATA.read_text(encoding="ascii")
