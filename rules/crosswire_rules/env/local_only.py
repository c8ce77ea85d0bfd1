"""env/local-only: a variable that is set on a developer's machine, and not where the code is deployed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crosswire.finding import Label, Severity
from crosswire.rule import Rule
from crosswire.wiring.denial import read_cause
from crosswire.wiring.function import Need
from crosswire_rules import evidence
from crosswire_rules.env._needs import asked_before, given_at, missing, missing_in_app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crosswire.finding import Finding
    from crosswire.wiring.function import EnvRead, EnvVariable, Function
    from crosswire.wiring.project import Wiring


class LocalOnly(Rule):
    """Code needs a variable that only a local file sets: where the code is deployed, it is not there.

    Files such as `.env.local`, an `.env` that git ignores, or the `env.json` of `sam local` stay on the machine that
    they are on. All works there. Deployed, the value is missing: `Value null at 'tableName' failed to satisfy
    constraint`, or `KeyError: 'ORDERS_TABLE'` at the start of a function.

    ## Bad

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-dynamodb": "^3.700.0"}}
    ```
    `vercel.json`
    ```json
    {"env": {"AUDIT_TABLE": "shop-audit"}}
    ```
    `.env.local`
    ```text
    AUDIT_TABLE=shop-audit
    ORDERS_TABLE=shop-orders
    ```
    `app/api/orders/route.js`
    ```javascript
    import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

    const client = new DynamoDBClient({});

    export async function GET(request) {
      const id = { S: new URL(request.url).searchParams.get("id") };
      const table = process.env.ORDERS_TABLE;  // expect: env/local-only
      await client.send(new PutItemCommand({ TableName: process.env.AUDIT_TABLE, Item: { id } }));
      return Response.json(await client.send(new GetItemCommand({ TableName: table, Key: { id } })));
    }
    ```

    ## Good

    `package.json`
    ```json
    {"name": "shop", "dependencies": {"next": "15.1.0", "@aws-sdk/client-dynamodb": "^3.700.0"}}
    ```
    `vercel.json`
    ```json
    {"env": {"AUDIT_TABLE": "shop-audit", "ORDERS_TABLE": "shop-orders"}}
    ```
    `.env.local`
    ```text
    AUDIT_TABLE=shop-audit
    ORDERS_TABLE=shop-orders
    ```
    `app/api/orders/route.js`
    ```javascript
    import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";

    const client = new DynamoDBClient({});

    export async function GET(request) {
      const id = { S: new URL(request.url).searchParams.get("id") };
      const table = process.env.ORDERS_TABLE;
      await client.send(new PutItemCommand({ TableName: process.env.AUDIT_TABLE, Item: { id } }));
      return Response.json(await client.send(new GetItemCommand({ TableName: table, Key: { id } })));
    }
    ```

    ## Bad in a template

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Greet:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
    ```
    `env.json`
    ```json
    {"Greet": {"GREETING": "Hello"}}
    ```
    `src/app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["GREETING"] + event["name"]  # expect: env/local-only
    ```

    ## Good in a template

    `template.yaml`
    ```yaml
    Transform: AWS::Serverless-2016-10-31
    Resources:
      Greet:
        Type: AWS::Serverless::Function
        Properties:
          CodeUri: src/
          Handler: app.handler
          Runtime: python3.12
          Environment:
            Variables:
              GREETING: Hello
    ```
    `env.json`
    ```json
    {"Greet": {"GREETING": "Hello"}}
    ```
    `src/app.py`
    ```python
    import os


    def handler(event, context):
        return os.environ["GREETING"] + event["name"]
    ```

    ## Limits

    What a template deploys is given what the template says, so that this is as grave there as `env/not-set`. An app
    such as a Next.js site may be given more by a dashboard. It is judged only where its own files list some of what its
    calls of AWS need (`vercel.json`, `netlify.toml`, a Dockerfile, a committed `.env` ...), so that one that is missing
    there stands out, or where the local value is the name of what a command of the project makes. Only variables are
    meant that name a resource wherever the code runs: what has a default is not told. Then it is a warning. A variable
    that any other file of the repository may set for the deployment is left alone, as is a secret, which no such file
    should hold.

    A local file counts where it is: one that git ignores is seen on the machine that has it, and not in CI.
    """

    def check(self, wiring: Wiring) -> Iterator[Finding]:
        for function in wiring.functions:
            for read in missing(function) if function.is_lambda else missing_in_app(function, wiring):
                variable = function.env.local.get(read.name)
                if variable is not None and read.need is Need.REQUIRED:
                    yield self._finding(function, read, variable)

    def _finding(self, function: Function, read: EnvRead, variable: EnvVariable) -> Finding:
        sure = evidence.confidence(function)
        name = str(function.id)
        outer = next(asked_before(function, read), read)
        who, what = (f"`{name}`", "the function") if function.is_lambda else (f"the app `{name}`", "the app")
        labels = [Label(variable.span, "set here, for this machine alone")]
        labels.append(Label(given_at(function), f"{what} is not given `{read.name}` here"))
        labels += [Label(read.trace[0], f"{who} gets to the read from here")] if read.trace else []
        is_grave = function.is_lambda and read.feeds_call
        return self.finding(
            f"{who} needs the variable `{read.name}`, which only the local file `{variable.span.path}` sets",
            read.span,
            unit=function.id.unit,
            owner=name,
            subject=read.name,
            label="not set there",
            related=evidence.distinct(labels, read.span.order),
            functions=evidence.names([function]),
            severity=evidence.at_most(Severity.ERROR if is_grave else Severity.WARNING, sure),
            confidence=sure,
            cause=read_cause(function, outer.name, outer.span),
            advice=f"Set `{read.name}` where {what} is deployed, too.",
        )
