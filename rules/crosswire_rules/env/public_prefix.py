"""env/public-prefix: the name of a resource that a server uses, shown to every visitor by its prefix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.aws.frameworks import public_prefix
from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.values import EnvRef, leaves
from crosswire.wiring.naming import whole
from crosswire_rules import evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.values import EnvRef as Read
    from crosswire.wiring.function import Call, Function
    from crosswire.wiring.project import Wiring

_MOST_CALLS = 4


class PublicPrefix(Rule):
    """The server of an app names a resource of AWS by a variable that is made for browsers.

    What begins with `NEXT_PUBLIC_`, `VITE_` or the like is put into the code as it is built: every visitor can read it,
    and a value that is set where the app runs has no effect until the next build. With most builders the server does
    not get it at all. The name of a table or queue is of no use to a browser.

    ## Bad

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-dynamodb": "^3.700.0"}}
    ```
    `app/api/orders/route.js`
    ```javascript
    import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

    const client = new DynamoDBClient({});
    const TableName = process.env.NEXT_PUBLIC_ORDERS_TABLE;  // expect: env/public-prefix

    export async function GET(request) {
      const id = new URL(request.url).searchParams.get("id");
      return Response.json(await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } })));
    }
    ```

    ## Good

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-dynamodb": "^3.700.0"}}
    ```
    `app/api/orders/route.js`
    ```javascript
    import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";

    const client = new DynamoDBClient({});
    const TableName = process.env.ORDERS_TABLE;

    export async function GET(request) {
      const id = new URL(request.url).searchParams.get("id");
      return Response.json(await client.send(new GetItemCommand({ TableName, Key: { id: { S: id } } })));
    }
    ```

    ## Limits

    A variable that code for browsers reads, too, is shared on purpose and left alone, and so are regions and the ids of
    user pools. Buckets are left alone, because their names are part of the addresses of what is in them.
    """

    severity = Severity.WARNING

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            if function.is_lambda:
                continue
            shared = {
                read.name
                for site in wiring.sites
                if site.unit == function.id.unit
                for read in site.reads
                if read.in_browser
            }
            found: dict[str, tuple[Read, str, list[Call]]] = {}
            for read, kind, call in _named_in_public(function):
                if read.name not in shared:
                    found.setdefault(read.name, (read, kind, []))[2].append(call)
            for read, kind, calls in found.values():
                yield self._finding(function, read, kind, calls)

    def _finding(self, function: Function, read: Read, kind: str, calls: list[Call]) -> Finding:
        name = str(function.id)
        place = read.span or calls[0].span
        prefix = public_prefix(read.name)
        labels = [Label(call.span, f"{call.operation} uses it") for call in calls[:_MOST_CALLS]]
        return self.finding(
            f"the server of the app `{name}` names a {kind} by `{read.name}`, which `{prefix}` shows to every visitor",
            place,
            unit=function.id.unit,
            owner=name,
            subject=read.name,
            label="built into what browsers load",
            related=evidence.distinct(labels, place.order),
            functions=(name,),
            confidence=evidence.confidence(function),
            advice=f"Name it without `{prefix}`, in the code and where it is set.",
        )


def _named_in_public(function: Function) -> Iterator[tuple[Read, str, Call]]:
    """Every variable with a public prefix by which a call names what it is about."""
    for call in function.code.calls:
        for use in call.uses:
            if use.kind in ("bucket", "object", "*", "") or call.service.startswith("cognito"):
                continue
            for leaf in leaves(use.name):
                if isinstance(leaf, EnvRef) and public_prefix(leaf.name):
                    yield leaf, whole(use.kind), call
