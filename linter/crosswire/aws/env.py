"""Environment variables of functions: which names Lambda keeps for itself, and which are there without anyone
setting them."""

from __future__ import annotations

RESERVED = frozenset(
    {
        "AWS_ACCESS_KEY",
        "AWS_ACCESS_KEY_ID",
        "AWS_DEFAULT_REGION",
        "AWS_EXECUTION_ENV",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE",
        "AWS_LAMBDA_FUNCTION_NAME",
        "AWS_LAMBDA_FUNCTION_VERSION",
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        "AWS_LAMBDA_LOG_GROUP_NAME",
        "AWS_LAMBDA_LOG_STREAM_NAME",
        "AWS_LAMBDA_RUNTIME_API",
        "AWS_REGION",
        "AWS_SECRET_ACCESS_KEY",
        "AWS_SESSION_TOKEN",
        "LAMBDA_RUNTIME_DIR",
        "LAMBDA_TASK_ROOT",
        "_HANDLER",
        "_X_AMZN_TRACE_ID",
    }
)
"""A template that sets one of these does not deploy. Code may read all of them."""

NEWLY_RESERVED = frozenset({"AWS_LAMBDA_MAX_CONCURRENCY", "AWS_LAMBDA_METADATA_API", "AWS_LAMBDA_METADATA_TOKEN"})
"""Reserved by the developer guide's newer lists, which not every source has."""

_RUNTIME = frozenset(
    {
        "AWS_LAMBDA_DOTNET_PREJIT",
        "AWS_XRAY_CONTEXT_MISSING",
        "AWS_XRAY_DAEMON_ADDRESS",
        "GEM_PATH",
        "LANG",
        "LD_LIBRARY_PATH",
        "NODE_OPTIONS",
        "NODE_PATH",
        "PATH",
        "PWD",
        "PYTHONPATH",
        "TZ",
    }
)
_TOOLS = frozenset(
    {
        "AWS_SAM_LOCAL",  # sam local
        "IS_LOCAL",  # serverless invoke local
        "IS_OFFLINE",  # serverless-offline
        "JEST_WORKER_ID",
        "LOCALSTACK_HOSTNAME",
        "PYTEST_CURRENT_TEST",
        "VITEST",
    }
)


def is_reserved(name: str) -> bool:
    """Whether a template that sets this name fails to deploy. Names are case-sensitive."""
    return name in RESERVED


def is_provided(name: str) -> bool:
    """Whether code may rely on this name although no template sets it.

    The runtime sets it, or a tool that runs code elsewhere does, and code asks whether it runs there.
    """
    return name in RESERVED or name in NEWLY_RESERVED or name in _RUNTIME or name in _TOOLS


PSEUDO_PARAMETERS = {"AWS_DEFAULT_REGION": "Region", "AWS_REGION": "Region"}
"""Names that the runtime sets to what a pseudo parameter of the template stands for."""

_READ_BY_LIBRARIES = (
    "AWS_",
    "BABEL_",
    "DATADOG_",
    "DD_",
    "DEBUG",
    "DYNATRACE_",
    "DT_",
    "EPSAGON_",
    "FLASK_",
    "DJANGO_",
    "HTTPS_PROXY",
    "HTTP_PROXY",
    "LD_",
    "LOG_LEVEL",
    "LUMIGO_",
    "NEW_RELIC_",
    "NODE_",
    "NO_COLOR",
    "NO_PROXY",
    "NPM_CONFIG_",
    "OPENTELEMETRY_",
    "OTEL_",
    "PARAMETERS_SECRETS_EXTENSION_",
    "PIP_",
    "POWERTOOLS_",
    "PRISMA_",
    "PYTHON",
    "RUST_",
    "SENTRY_",
    "SSM_PARAMETER_STORE_",
    "SECRETS_MANAGER_",
    "THUNDRA_",
    "TS_NODE_",
    "TZ",
    "XRAY_",
    "_JAVA_OPTIONS",
    "JAVA_TOOL_OPTIONS",
)


def is_read_by_libraries(name: str) -> bool:
    """Whether runtimes, extensions or widely used libraries read this name by themselves, without the code
    showing it."""
    return is_provided(name) or name.startswith(_READ_BY_LIBRARIES)
