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
_SYSTEM = frozenset(
    """
    APPDATA COLORTERM COMPUTERNAME COMSPEC HOME HOMEDRIVE HOMEPATH LOCALAPPDATA PATHEXT PROGRAMDATA PROGRAMFILES SHELL
    SYSTEMDRIVE SYSTEMROOT TEMP TERM TMP TMPDIR USERPROFILE WINDIR XDG_CACHE_HOME XDG_CONFIG_HOME XDG_DATA_HOME
    """.split()
)
"""What operating systems set, each its own: code that asks for it gets by without. Names that apps choose for
themselves as well (`USER`, `HOST`) are not here."""

_SDK = frozenset(
    """
    AWS_CA_BUNDLE AWS_CONFIG_FILE AWS_CONTAINER_AUTHORIZATION_TOKEN AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE
    AWS_CONTAINER_CREDENTIALS_FULL_URI AWS_CONTAINER_CREDENTIALS_RELATIVE_URI AWS_CREDENTIAL_EXPIRATION
    AWS_DATA_PATH AWS_DEFAULTS_MODE AWS_DEFAULT_OUTPUT AWS_DEFAULT_PROFILE AWS_EC2_METADATA_DISABLED
    AWS_EC2_METADATA_SERVICE_ENDPOINT AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE AWS_IMDSV1_DISABLED AWS_MAX_ATTEMPTS
    AWS_METADATA_SERVICE_NUM_ATTEMPTS AWS_METADATA_SERVICE_TIMEOUT AWS_NODEJS_CONNECTION_REUSE_ENABLED AWS_PROFILE
    AWS_RETRY_MODE AWS_ROLE_SESSION_NAME AWS_SDK_JS_SUPPRESS_MAINTENANCE_MODE_MESSAGE AWS_SDK_LOAD_CONFIG
    AWS_SDK_UA_APP_ID AWS_SECRET_KEY AWS_SECURITY_TOKEN AWS_SHARED_CREDENTIALS_FILE AWS_STS_REGIONAL_ENDPOINTS
    AWS_USE_DUALSTACK_ENDPOINT AWS_USE_FIPS_ENDPOINT AWS_WEB_IDENTITY_TOKEN_FILE
    """.split()
)
"""What AWS SDKs look for, one after the other, and do without: read where the code of an SDK is part of an app.
Source: the AWS SDKs and Tools Reference Guide, "Environment variables list", with the names of older SDKs."""


def is_reserved(name: str) -> bool:
    """Whether a template that sets this name fails to deploy. Names are case-sensitive."""
    return name in RESERVED


def is_provided(name: str) -> bool:
    """Whether code may rely on this name although no template sets it.

    The runtime sets it, or a tool that runs code elsewhere does and code asks whether it runs there, or it is a matter
    of the machine and of the SDK, which look for it and do without.
    """
    return any(name in names for names in (RESERVED, NEWLY_RESERVED, _RUNTIME, _TOOLS, _SYSTEM, _SDK))


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
