"""The policies that AWS itself manages: what `AmazonDynamoDBFullAccess` and its likes allow.

Loading one reads the index and one stretch of the blob (about a millisecond); the rest stays compressed.
"""

from __future__ import annotations

import zlib
from json import loads
from pathlib import Path
from typing import NamedTuple

_DATA = Path(__file__).parent / "data"


class _Entry(NamedTuple):
    name: str
    path: str
    offset: int
    length: int


def document(name_or_arn: str) -> dict[str, object] | None:
    """The policy document (`{"Statement": [...]}`, without Sids) of a managed policy.

    It is named by its ARN in any partition, by its path and name (`service-role/AWSLambdaRole`), or by its bare name.
    None where there is no such policy in the data, which proves nothing: AWS adds policies every week.
    """
    entry = _entry(name_or_arn)
    if entry is None:
        return None
    with (_DATA / "managed_policies.bin").open("rb") as blob:
        shared = zlib.decompress(blob.read(int.from_bytes(blob.read(4), "big")))
        blob.seek(entry.offset)
        text = zlib.decompressobj(-15, shared).decompress(blob.read(entry.length))
    parsed: dict[str, object] = loads(text)
    return parsed


def arn(name: str) -> str | None:
    """The ARN of a managed policy in the partition `aws`, by its bare name."""
    entry = _entry(name)
    return None if entry is None else f"arn:aws:iam::aws:policy{entry.path}{entry.name}"


def _entry(name_or_arn: str) -> _Entry | None:
    """The line of the index. An ARN or a path must be the whole one: AWS knows no policy by a part of its path."""
    path, name = "", name_or_arn
    if name_or_arn.startswith("arn:"):
        fields = name_or_arn.split(":", 5)
        if len(fields) < 6 or fields[2:5] != ["iam", "", "aws"] or not fields[5].startswith("policy/"):
            return None
        path, _, name = fields[5].removeprefix("policy").rpartition("/")
        path += "/"
    elif "/" in name_or_arn:
        path, _, name = name_or_arn.strip("/").rpartition("/")
        path = f"/{path}/"
    if not name or not name.isascii() or " " in name or "\n" in name:
        return None
    text = (_DATA / "managed_policies.txt").read_text(encoding="ascii")
    at = text.find(f"\n{name} ")
    if at < 0:
        return None
    _, found, _version, _date, offset, length = text[at + 1 : text.index("\n", at + 1)].split(" ")
    if path and path != found:
        return None
    return _Entry(name, found, int(offset), int(length))
