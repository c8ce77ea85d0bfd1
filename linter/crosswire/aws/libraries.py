"""Libraries that call AWS on the app's behalf: which calls, and which argument names the resource. Those that keep a
table of their own are in crosswire.aws.table_libraries.

Sources, read at these versions: aws_lambda_powertools 3.37.0 (utilities/parameters),
aws-lambda-powertools-typescript at git 1e5fe1b49 (packages/parameters), middy at git 8d4c3f5cf (packages/ssm,
secrets-manager, dynamodb).
"""

from __future__ import annotations

from typing import NamedTuple

#: Instead of an argument's name: the values of the option `fetchData` (middy).
VALUES = "fetchData{}"


class Request(NamedTuple):
    """One request: the operation, the member that names the resource, and the argument it comes from: by name (of
    a keyword, or of an option in the object that is given first) or by position. `listed` for a member that is a list.
    A name that ends in `not_ending` is not meant."""

    service: str
    operation: str
    member: str
    argument: str
    position: int = 0
    listed: bool = False
    not_ending: str = ""


class Known(NamedTuple):
    """The requests of a call. `later`: they are made where the object that the call gives is used, not at once."""

    requests: tuple[Request, ...]
    later: bool = False


def calls(package: str, name: str) -> Known | None:
    """What a call of a name of a package makes: `utilities.parameters.get_secret`, `SSMProvider().get`. None where it
    is not known to call AWS."""
    known = CALLS[package]
    parts = name.split(".")
    return known.get(".".join(parts[-2:])) or known.get(parts[-1])


def may_call_aws(package: str, specifier: str) -> bool:
    """Whether importing a third-party module by its name may lead to calls of AWS that are not seen here."""
    if package in _QUIET or package.startswith("@types/"):
        return False
    if package in _PARTS:
        return specifier.endswith(".utilities") or any(part in specifier.split(".") for part in _PARTS[package])
    name = package.lower()
    return any(word in name for word in _WORDS)


_WORDS = ("aws", "dynamo", "boto", "electrodb", "s3", "sqs", "celery", "chalice", "middy")

#: Packages with such a name that call nothing with the function's role by themselves.
_QUIET = frozenset(
    (
        "aws-lambda",  # types alone
        "aws_xray_sdk",  # sends to the daemon
        "aws-xray-sdk",
        "aws-xray-sdk-core",
        "aws-embedded-metrics",  # writes to the log
        "botocore",  # errors and configuration; sessions are followed
        "@aws-crypto/sha256-js",
        "@aws-sdk/util-dynamodb",
        "@aws-sdk/types",
        "@aws-lambda-powertools/logger",
        "@aws-lambda-powertools/tracer",
        "@aws-lambda-powertools/metrics",
        "@aws-lambda-powertools/batch",
        "@aws-lambda-powertools/commons",
        "@middy/core",
    )
)

#: The parts of a package that call AWS in ways that are not listed in CALLS; the others do not, or are.
_PARTS = {"aws_lambda_powertools": ("feature_flags", "data_masking", "streaming", "circuit_breaker")}


def _parameters(names: tuple[str, str, str, str, str]) -> dict[str, Known]:
    get, get_path, put, secret, put_secret = names
    return {
        get: Known((Request("ssm", "GetParameter", "Name", "name"),)),
        get_path: Known((Request("ssm", "GetParametersByPath", "Path", "path"),)),
        put: Known((Request("ssm", "PutParameter", "Name", "name"),)),
        secret: Known((Request("secretsmanager", "GetSecretValue", "SecretId", "name"),)),
        put_secret: Known((Request("secretsmanager", "PutSecretValue", "SecretId", "name"),)),
        "SSMProvider().get": Known((Request("ssm", "GetParameter", "Name", "name"),)),
        "SSMProvider().get_multiple": Known((Request("ssm", "GetParametersByPath", "Path", "path"),)),
        "SSMProvider().getMultiple": Known((Request("ssm", "GetParametersByPath", "Path", "path"),)),
        "SecretsProvider().get": Known((Request("secretsmanager", "GetSecretValue", "SecretId", "name"),)),
    }


CALLS: dict[str, dict[str, Known]] = {
    "aws_lambda_powertools": {
        **_parameters(("get_parameter", "get_parameters", "set_parameter", "get_secret", "set_secret")),
    },
    "@aws-lambda-powertools/parameters": _parameters(
        ("getParameter", "getParameters", "setParameter", "getSecret", "setSecret")
    ),
    "@middy/ssm": {
        "": Known((Request("ssm", "GetParameters", "Names", VALUES, listed=True, not_ending="/"),), later=True)
    },
    "@middy/secrets-manager": {
        "": Known((Request("secretsmanager", "GetSecretValue", "SecretId", VALUES),), later=True)
    },
}
"""Package -> name of a function or class, or `Class().method` -> what it calls. The empty name is the package."""
