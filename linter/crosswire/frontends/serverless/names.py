"""The logical ids that the Serverless Framework gives to what it makes. Source: its `lib/plugins/aws/lib/naming.js`."""

from __future__ import annotations

import re

ROLE = "IamRoleLambdaExecution"
REST_API = "ApiGatewayRestApi"
HTTP_API = "HttpApi"
WEBSOCKET_API = "WebsocketsApi"

_NOT_PLAIN = re.compile(r"[^0-9A-Za-z]")


def normal(name: str) -> str:
    """A function's name as it begins logical ids.

    >>> normal("create-order_v2")
    'CreateDashorderUnderscorev2'
    """
    return _upper_first(name.replace("-", "Dash").replace("_", "Underscore"))


def plain(name: str) -> str:
    """The name of a bucket, a topic, a queue or a pool as it is put into logical ids.

    >>> plain("order-events.fifo")
    'Ordereventsfifo'
    """
    return _upper_first(_NOT_PLAIN.sub("", name))


def function_id(name: str) -> str:
    """The logical id of a function."""
    return f"{normal(name)}LambdaFunction"


def path_id(path: str) -> str:
    """A path of a REST API as it ends logical ids.

    >>> path_id("users/{user_id}/last-login")
    'UsersUseridVarLastDashlogin'
    """
    return "".join(_path_part(part) for part in path.split("/") if part)


def route_id(key: str) -> str:
    """The key of a WebSocket's route as it begins logical ids.

    >>> route_id("$connect")
    'Sconnect'
    """
    for written, put in (("$", "S"), ("/", "Slash"), ("-", "Dash"), ("_", "Underscore"), (".", "Period")):
        key = key.replace(written, put)
    return key


def _path_part(part: str) -> str:
    spelt = part.lower().replace("-", "Dash")
    spelt = re.sub(r"\{(.*)\}", r"\1Var", spelt)
    return _upper_first(_NOT_PLAIN.sub("", spelt))


def _upper_first(text: str) -> str:
    return text[:1].upper() + text[1:]
