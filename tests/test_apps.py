"""Apps without a template: which there are, where they start, what they are given, and what is told of them."""

from __future__ import annotations

import json

import pytest
from tests.checking import wiring

from crosswire.lint import Report, lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids

NEXT = json.dumps({"name": "shop", "dependencies": {"next": "15", "@aws-sdk/client-dynamodb": "3"}})
EXPRESS = {"name": "api", "dependencies": {"express": "4", "@aws-sdk/client-dynamodb": "3"}}
CALL = """\
import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
const client = new DynamoDBClient({});
export const read = (id) => client.send(new GetItemCommand({ TableName: process.env.TABLE, Key: { id: { S: id } } }));
"""
ROUTE = 'import { read } from "../../lib/db";\nexport const GET = () => read("1");\n'
POLICY = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "dynamodb:PutItem",
                "Resource": "arn:aws:dynamodb:eu-west-1:482915307764:table/orders",
            }
        ],
    }
)


def site(**files: str) -> dict[str, str]:
    """A site made with Next.js, with one route that reads a table."""
    return {"package.json": NEXT, "app/api/route.js": ROUTE, "lib/db.js": CALL, **files}


def report(texts: dict[str, str]) -> Report:
    return lint(Files.from_texts(texts), load(rule_ids()))


def told(texts: dict[str, str]) -> list[str]:
    return [f"{one.severity.value} {one.rule}" for one in report(texts).findings]


def calls(texts: dict[str, str]) -> list[str]:
    """The operations that the apps of a project are seen to call."""
    return [call.operation for function in wiring(texts).functions for call in function.code.calls]


@pytest.mark.parametrize(
    "entry",
    [
        "app/orders/route.js",
        "src/app/orders/page.jsx",
        "app/(shop)/[id]/layout.tsx",
        "pages/api/orders.js",
        "middleware.ts",
        "src/instrumentation.ts",
    ],
)
def test_a_site_starts_in_the_files_that_next_calls_on_the_server(entry: str) -> None:
    code = CALL + 'export default function run() { return read("1"); }\n'
    assert calls({"package.json": NEXT, entry: code, "app/layout.js": ""}) == ["GetItem"]


def test_a_page_of_the_old_router_counts_for_what_runs_on_the_server_alone() -> None:
    page = CALL + "export async function getServerSideProps() { return { props: await read(1) }; }\n"
    assert calls({"package.json": NEXT, "pages/index.js": page + "export default () => read(2);\n"}) == ["GetItem"]
    assert calls({"package.json": NEXT, "pages/index.js": CALL + "export default () => read(2);\n"}) == []


def test_components_and_actions_of_a_page_are_followed_but_not_what_is_for_browsers() -> None:
    texts = {
        "package.json": NEXT,
        "lib/db.js": CALL,
        "app/page.jsx": 'import { List } from "./list"; import { Cart } from "./cart";\n'
        "export default function Page() { return <main><List id='1'/><Cart/></main>; }\n",
        "app/list.jsx": 'import { read } from "../lib/db";\n'
        "export async function List({ id }) { return <p>{await read(id)}</p>; }\n",
        "app/cart.jsx": '"use client";\nimport { read } from "../lib/db";\nexport const Cart = () => { read("2"); };\n',
    }
    assert calls(texts) == ["GetItem"]
    texts["app/page.jsx"] = texts["app/page.jsx"].replace("<List id='1'/>", "")
    assert calls(texts) == []
    action = '"use server";\nimport { read } from "../lib/db";\nexport async function buy(id) { await read(id); }\n'
    assert calls({**texts, "app/actions.js": action}) == ["GetItem"]


@pytest.mark.parametrize(
    ("manifest", "files"),
    [
        ({"scripts": {"start": "node server.js"}}, ("server.js",)),
        ({"scripts": {"start": "node dist/main.js"}}, ("src/main.ts",)),
        (
            {"scripts": {"start": "npm run serve", "serve": "NODE_ENV=production node -r dotenv/config ./bin/www"}},
            ("bin/www.js",),
        ),
        ({"main": "index.js", "scripts": {"start": "pm2-runtime start ecosystem.config.cjs"}}, ("index.js",)),
        ({}, ("web.js", "Procfile")),
        ({}, ("src/worker.ts", "Dockerfile")),
    ],
)
def test_a_server_starts_where_its_scripts_or_its_image_say(
    manifest: dict[str, object], files: tuple[str, ...]
) -> None:
    texts = {"package.json": json.dumps({**EXPRESS, **manifest}), files[0]: CALL + 'read("1");\n'}
    for name in files[1:]:
        texts[name] = "web: node web.js\n" if name == "Procfile" else 'FROM node:22\nCMD ["node", "dist/worker.js"]\n'
    assert calls(texts) == ["GetItem"]


def test_routes_of_a_server_are_followed_wherever_they_are_registered() -> None:
    texts = {
        "package.json": json.dumps({**EXPRESS, "scripts": {"start": "node server.js"}}),
        "db.js": CALL,
        "routes.js": 'import { Router } from "express"; import { read } from "./db.js";\n'
        "const router = Router();\nrouter.get('/', async (q, s) => s.json(await read(q.id)));\n"
        "export default router;\n",
        "server.js": 'import express from "express"; import routes from "./routes.js";\n'
        "const app = express();\napp.use('/orders', routes);\napp.listen(process.env.PORT);\n",
    }
    assert calls(texts) == ["GetItem"]


@pytest.mark.parametrize(
    "texts",
    [
        {"package.json": json.dumps({**EXPRESS, "main": "dist/index.js"}), "src/index.ts": CALL},
        {"package.json": json.dumps({**EXPRESS, "workspaces": ["x"]}), "index.js": CALL + "x.listen(1)"},
        {"package.json": json.dumps({"dependencies": {"express": "4"}}), "index.js": "x.listen(1)"},
        {"package.json": json.dumps({**EXPRESS, "scripts": {"start": "node index.js"}})},
        {
            "package.json": json.dumps({**EXPRESS, "scripts": {"start": "node app.js"}}),
            "app.js": CALL + "exports.handler = () => read(1);",
            "template.yaml": "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n"
            "    Type: AWS::Serverless::Function\n    Properties: {Runtime: nodejs20.x, Handler: app.handler}\n",
        },
    ],
    ids=["a library", "a workspace", "nothing of AWS", "no file", "the code of a function"],
)
def test_what_is_no_program_of_its_own_is_no_app(texts: dict[str, str]) -> None:
    assert [function for function in wiring(texts).functions if not function.is_lambda] == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vercel.json", '{"env": {"TABLE": "orders"}}'),
        ("vercel.json", '{"build": {"env": {"TABLE": "orders"}}}'),
        ("netlify.toml", '[build.environment]\nTABLE = "orders"\n'),
        ("netlify.toml", '[context.production.environment]\nTABLE = "orders"\n'),
        ("next.config.mjs", 'export default { env: { TABLE: "orders" } };'),
        ("Dockerfile", "FROM node\nENV A=1 \\\n    TABLE=orders\n"),
        ("Dockerfile", "FROM node\nENV TABLE orders\n"),
        ("apprunner.yaml", "run:\n  env:\n    - {name: TABLE, value: orders}\n"),
        ("app.yaml", "env_variables:\n  TABLE: orders\n"),
        ("render.yaml", "services:\n  - envVars:\n      - {key: TABLE, value: orders}\n"),
        ("fly.toml", '[env]\nTABLE = "orders"\n'),
        ("app.json", '{"env": {"TABLE": {"value": "orders"}}}'),
        ("task-definition.json", '{"containerDefinitions": [{"environment": [{"name": "TABLE", "value": "orders"}]}]}'),
        ("amplify.yml", "build:\n  commands:\n    - echo 'TABLE=orders' >> .env.production\n"),
    ],
)
def test_the_settings_of_a_deployment_give_an_app_its_variables(name: str, text: str) -> None:
    """What the code then reads is denied by the only policy, which allows no more than writing."""
    assert told(site(**{name: text, "policy.json": POLICY})) == ["warning iam/missing-action"]
    (finding,) = report(site(**{name: text, "policy.json": POLICY})).findings
    assert "table `orders`" in finding.message


@pytest.mark.parametrize(
    "name", ["vercel.json", "netlify.toml", "Dockerfile", "render.yaml", "app.json", ".env", "fly.toml"]
)
@pytest.mark.parametrize("text", ["", "{", "[[[", "= = =\n\x00", '{"env": ["TABLE"]}', "services: [1, {build: [}"])
def test_settings_that_cannot_be_read_take_nothing_else_along(name: str, text: str) -> None:
    assert "GetItem" in calls(site(**{name: text}))


def test_an_app_without_any_policy_is_not_judged_by_what_it_may() -> None:
    assert told(site(**{"vercel.json": '{"env": {"TABLE": "orders"}}'})) == []


@pytest.mark.parametrize(
    "policies",
    [
        {"tools/etl/policy.json": POLICY.replace("orders", "raw")},
        {"iam/analyst-policy.json": POLICY},
        {"iam/backup.json": POLICY},
        {"iam/one.json": POLICY, "iam/two.json": POLICY.replace("PutItem", "CreateBackup")},
    ],
)
def test_a_policy_that_may_be_for_somebody_else_denies_an_app_nothing(policies: dict[str, str]) -> None:
    assert told(site(**{"vercel.json": '{"env": {"TABLE": "orders"}}'}, **policies)) == []


def test_of_several_policies_one_that_allows_some_of_what_an_app_does_is_for_the_app() -> None:
    route = ROUTE + CALL.replace("GetItem", "PutItem").replace("read =", "POST =")
    policies = {"iam/one.json": POLICY, "iam/two.json": POLICY.replace("PutItem", "CreateBackup")}
    texts = site(**{"vercel.json": '{"env": {"TABLE": "orders"}}', "app/api/route.js": route}, **policies)
    assert told(texts) == ["warning iam/missing-action"]


# Where a variable is set


LISTED = {"vercel.json": '{"env": {"AUDIT": "audit"}}'}
AUDIT = CALL.replace("TableName: process.env.TABLE", "TableName: process.env.AUDIT").replace("read =", "audit =")


def audited(**files: str) -> dict[str, str]:
    """A site whose deployment lists one of the two tables that it uses."""
    other = AUDIT + 'export const GET = () => audit("1");\n'
    return site(**{"app/audit/route.js": other, **LISTED, **files})


@pytest.mark.parametrize("name", [".env", ".env.local", ".env.development", ".env.development.local", ".env.dev"])
def test_a_variable_that_only_a_local_file_sets_is_told(name: str) -> None:
    texts = audited(**{name: "TABLE=orders\n"})
    assert told(texts) == ["warning env/local-only"]
    (finding,) = report(texts).findings
    assert finding.span.path == "lib/db.js"
    assert [label.span.path for label in finding.related[:2]] == [name, "vercel.json"]
    assert finding.message == f"the app `shop` needs the variable `TABLE`, which only the local file `{name}` sets"


@pytest.mark.parametrize(
    "name",
    [
        "process.env.TABLE ?? process.env.AUDIT",
        "process.env.TABLE || 'orders'",
        "process.env.NODE_ENV === 'production' ? process.env.AUDIT : process.env.TABLE",
    ],
)
def test_what_a_local_file_sets_for_itself_alone_is_not_missing_elsewhere(name: str) -> None:
    texts = audited(**{".env.local": "TABLE=orders-dev\n", "lib/db.js": CALL.replace("process.env.TABLE", name)})
    assert told(texts) == []


def test_it_is_told_of_a_compose_file_with_an_emulator_too() -> None:
    compose = "services:\n  web:\n    build: .\n    environment: [TABLE=orders]\n  db: {image: amazon/dynamodb-local}\n"
    assert told(audited(**{"docker-compose.yml": compose})) == ["warning env/local-only"]
    assert told(audited(**{"docker-compose.yml": compose.replace("amazon/dynamodb-local", "nginx")})) == []


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (".env.production", "TABLE=orders\n"),
        (".env.staging", "TABLE=orders\n"),
        ("netlify.toml", '[build.environment]\nTABLE = "orders"\n'),
        (".github/workflows/deploy.yml", "jobs:\n  a:\n    steps:\n      - run: vercel env add TABLE production\n"),
        ("infra/stack.ts", 'import * as cdk from "aws-cdk-lib";\nconst environment = { TABLE: table.tableName };\n'),
        ("deploy.sh", "heroku config:set TABLE=orders\n"),
    ],
)
def test_what_the_repository_may_set_for_the_deployment_is_not_local(name: str, text: str) -> None:
    assert told(audited(**{".env.local": "TABLE=orders\n", ".gitignore": ".env*.local\n", name: text})) == []


def test_a_committed_env_file_reaches_the_deployment() -> None:
    assert told(audited(**{".env": "TABLE=orders\n", ".gitignore": "node_modules\n"})) == []
    assert told(audited(**{".env": "TABLE=orders\n", ".gitignore": ".env\n"})) == ["warning env/local-only"]


@pytest.mark.parametrize("name", [".env.example", ".env.sample", ".env.template", ".env.local.example", ".env.dist"])
def test_an_example_says_what_to_set_and_gives_nothing(name: str) -> None:
    assert told(audited(**{name: "TABLE=orders\n"})) == []


def test_a_site_whose_variables_are_all_in_a_dashboard_is_left_alone() -> None:
    assert told(site(**{".env.local": "TABLE=orders\n"})) == []
    public = '{"env": {"NEXT_PUBLIC_URL": "https://shop.example.com"}}'
    assert told(site(**{".env.local": "TABLE=orders\n", "vercel.json": public})) == []


def test_another_apps_settings_say_nothing_of_this_one() -> None:
    one = {f"one/{path}": text for path, text in audited(**{".env.local": "TABLE=orders\n"}).items()}
    other = {f"two/{path}": text for path, text in site(**{"vercel.json": '{"env": {"TABLE": "x"}}'}).items()}
    assert told({**one, **other}) == ["warning env/local-only"]


def test_a_local_value_names_a_table_only_where_the_project_makes_it() -> None:
    """The table has another key than the code gives."""
    script = (
        "aws dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST "
        "--attribute-definitions AttributeName=pk,AttributeType=S --key-schema AttributeName=pk,KeyType=HASH\n"
    )
    assert "warning schema/key-mismatch" in told(site(**{"setup.sh": script, ".env.local": "TABLE=orders\n"}))
    assert told(site(**{"setup.sh": script, ".env.local": "TABLE=orders-anna\n"})) == []


def test_a_local_name_of_what_the_project_makes_is_needed_where_it_is_deployed_too() -> None:
    script = (
        "aws dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST "
        "--attribute-definitions AttributeName=id,AttributeType=S --key-schema AttributeName=id,KeyType=HASH\n"
    )
    texts = {"setup.sh": script, ".env.local": "TABLE=orders\n"}
    assert told(site(**texts)) == ["warning env/local-only"]
    assert told(site(**texts, **{"vercel.json": '{"env": {"TABLE": "orders"}}'})) == []
    assert told(site(**texts, **{"deploy.sh": "vercel env add TABLE production\n"})) == []


# Secrets

KEY = "sk_live_" + "4eC39HqLyjWDarjtT1zdp7dc"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("vercel.json", f'{{"env": {{"STRIPE_KEY": "{KEY}"}}}}'),
        ("netlify.toml", f'[build.environment]\nSTRIPE_KEY = "{KEY}"\n'),
        ("Dockerfile", f"FROM node\nENV STRIPE_KEY={KEY}\n"),
        ("next.config.js", f'module.exports = {{ env: {{ STRIPE_KEY: "{KEY}" }} }};'),
        (".env", f"STRIPE_KEY={KEY}\n"),
        (".env.production", f"STRIPE_KEY={KEY}\n"),
    ],
)
def test_a_secret_that_is_committed_for_the_deployment_is_told_and_never_shown(name: str, text: str) -> None:
    found = report(site(**{name: text, ".gitignore": "node_modules\n"}))
    assert [finding.rule for finding in found.findings] == ["secrets/plaintext-in-env"]
    assert any(KEY in span.text for span in found.secrets)


@pytest.mark.parametrize("name", [".env.local", ".env"])
def test_a_secret_in_a_local_file_is_where_it_belongs(name: str) -> None:
    found = report(audited(**{name: f"STRIPE_KEY={KEY}\nTABLE=orders\nDB=my hidden words\n", ".gitignore": ".env*\n"}))
    assert [finding.rule for finding in found.findings] == ["env/local-only"]
    hidden = {span.text for span in found.secrets}
    assert {KEY, "my hidden words"} >= hidden - {"orders"} and KEY in hidden


@pytest.mark.parametrize(
    ("name", "manifest"),
    [
        ("NEXT_PUBLIC_STRIPE_SECRET_KEY", NEXT),
        ("VITE_AWS_SECRET_ACCESS_KEY", '{"devDependencies": {"vite": "6"}}'),
        ("REACT_APP_DB_PASSWORD", '{"dependencies": {"react-scripts": "5"}}'),
        ("PUBLIC_JWT_SECRET", '{"devDependencies": {"@sveltejs/kit": "2"}}'),
        ("VITE_SUPABASE_SERVICE_ROLE_KEY", '{"devDependencies": {"vite": "6"}}'),
    ],
)
@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/a.js", "fetch('/', process.env.{});\n"),
        ("src/a.ts", "x(import.meta.env.{});\n"),
        (".env.local", "{}=abc\n"),
    ],
)
def test_a_secret_with_a_public_prefix_is_an_error_wherever_it_stands(
    name: str, manifest: str, path: str, text: str
) -> None:
    assert told({"package.json": manifest, path: text.format(name)}) == ["error secrets/public-prefix"]


@pytest.mark.parametrize(
    "name",
    """
    STRIPE_PUBLISHABLE_KEY SUPABASE_ANON_KEY FIREBASE_API_KEY GOOGLE_MAPS_API_KEY SENTRY_DSN COGNITO_CLIENT_ID
    MAPBOX_TOKEN RECAPTCHA_SITE_KEY ALGOLIA_SEARCH_KEY PASSWORD_MIN_LENGTH API_URL SHOW_PASSWORD TOKEN_URL
    """.split(),
)
def test_keys_that_are_made_for_browsers_are_no_secrets(name: str) -> None:
    code = f"export const key = process.env.NEXT_PUBLIC_{name};\n"
    assert told({"package.json": NEXT, "app/a.js": code, ".env": f"NEXT_PUBLIC_{name}=abc\n"}) == []


def test_a_key_that_is_made_for_browsers_is_no_secret_in_a_committed_file() -> None:
    key = "AIza" + "SyD-9tSrke72PouQMnMX-a7eZSW0jkFMBWY"
    texts = site(**{".env": f"NEXT_PUBLIC_MAPS_KEY={key}\n", ".gitignore": "node_modules\n"})
    assert told(texts) == []
    assert told({**texts, ".env": f"MAPS_KEY={key}\n"}) == ["error secrets/plaintext-in-env"]


def test_a_value_is_a_secret_whatever_its_public_name() -> None:
    assert told({"package.json": NEXT, ".env.local": f"NEXT_PUBLIC_STRIPE={KEY}\n"}) == ["error secrets/public-prefix"]
    assert told({"package.json": NEXT, ".env": "NEXT_PUBLIC_STRIPE=pk_live_4eC39HqLyjWDarjtT1zdp7dc\n"}) == []


def test_a_table_that_browsers_read_too_is_shared_on_purpose() -> None:
    table = {"lib/db.js": CALL.replace(".TABLE", ".NEXT_PUBLIC_TABLE")}
    assert told(site(**table)) == ["warning env/public-prefix"]
    shared = '"use client";\nexport const Name = () => <b>{process.env.NEXT_PUBLIC_TABLE}</b>;\n'
    assert told(site(**table, **{"app/name.jsx": shared})) == []


def test_the_name_of_a_stored_secret_is_a_name_and_no_secret() -> None:
    code = """\
import { GetSecretValueCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
const secrets = new SecretsManagerClient({});
const SecretId = process.env.NEXT_PUBLIC_CLIENTS_SECRET;
export const read = () => secrets.send(new GetSecretValueCommand({ SecretId }));
"""
    assert told(site(**{"lib/db.js": code})) == ["warning env/public-prefix"]


def test_an_app_is_no_function_of_lambda() -> None:
    texts = site(**{"vercel.json": '{"env": {"AWS_REGION": "eu-west-1", "TABLE": "orders", "UNUSED": "1"}}'})
    assert told(texts) == []


def test_code_for_browsers_gets_no_variable_without_the_prefix() -> None:
    read = '"use client";\nexport const url = () => fetch(process.env.API_URL);\n'
    page = {"app/page.jsx": 'import { url } from "./url";\nexport default function Page() { return <p>{url}</p>; }\n'}
    assert told({"package.json": NEXT, "app/url.js": read, **page}) == ["warning env/server-only"]
    for fine in (
        read.replace("API_URL", "NEXT_PUBLIC_API_URL"),
        read.replace("API_URL", "NODE_ENV"),
        read.replace("API_URL", "API_URL ?? '/'"),
        read.replace("fetch(", "typeof window === 'undefined' && fetch("),
        read.replace('"use client";', ""),
        read.replace("fetch(process", "fetch(''); // process"),
    ):
        assert told({"package.json": NEXT, "app/url.js": fine, **page}) == []
    config = {"next.config.js": "module.exports = { env: { API_URL: process.env.API_URL } };"}
    assert told({"package.json": NEXT, "app/url.js": read, **page, **config}) == []


def test_an_address_with_an_ampersand_breaks_no_page() -> None:
    page = 'export default () => <a href="https://example.com/?a=1&text=Hello, you!" rel="x">Terms & conditions</a>;\n'
    assert told({"package.json": NEXT, "app/page.jsx": page}) == []


@pytest.mark.parametrize("name", ["in", "for", "class", "default"])
def test_an_attribute_that_is_named_as_a_keyword_breaks_no_page(name: str) -> None:
    page = f"export default function Page() {{ return <Fade {name}={{true}}><p /></Fade>; }}\n"
    assert told(site(**{"app/page.js": page})) == []


@pytest.mark.parametrize("start", ["ng serve", "react-scripts start", "NODE_ENV=x webpack serve --open", "expo start"])
def test_what_is_shown_to_browsers_is_no_server(start: str) -> None:
    manifest = json.dumps({**EXPRESS, "scripts": {"start": start}})
    assert calls({"package.json": manifest, "src/main.ts": CALL + 'read("1");\n'}) == []


def test_the_role_of_a_function_says_nothing_of_what_an_app_may() -> None:
    trust = '{"Statement": [{"Effect": "Allow", "Principal": {"Service": "%s"}, "Action": "sts:AssumeRole"}]}'
    script = (
        "aws iam create-role --role-name one --assume-role-policy-document '%s'\n"
        "aws iam put-role-policy --role-name one --policy-name table --policy-document '%s'\n"
    )
    route = ROUTE + CALL.replace("GetItem", "PutItem").replace("read =", "POST =")
    texts = site(**{"vercel.json": '{"env": {"TABLE": "orders"}}', "app/api/route.js": route})
    function = script % (trust % "lambda.amazonaws.com", POLICY)
    assert told({**texts, "deploy.sh": function}) == []
    app = script % (trust % "ecs-tasks.amazonaws.com", POLICY)
    assert told({**texts, "deploy.sh": app}) == ["warning iam/missing-action"]


def test_a_program_that_is_too_large_is_a_blind_spot_and_no_crash() -> None:
    deep = "export const GET = () => " + "f(" * 3000 + ")" * 3000 + ";\n"
    texts = site(**{"app/deep/route.js": deep, "app/none/route.js": "", "app/bad/route.ts": "export const = {{{"})
    assert "GetItem" in calls(texts)


# What the lists of a deployment lack

TABLES = CALL.replace(
    "TableName: process.env.TABLE, Key: { id: { S: id } } }));",
    "TableName: process.env.TABLE, Key: { id: { S: id } } }));\n"
    "export const log = (id) => client.send(new GetItemCommand({ TableName: LOGS, Key: { id: { S: id } } }));",
)
BOTH = 'import { read, log } from "../../lib/db";\nexport const GET = () => Promise.all([read("1"), log("1")]);\n'


def two_tables(logs: str, **files: str) -> dict[str, str]:
    code = TABLES.replace("const client", f"const LOGS = {logs};\nconst client")
    return site(**{"lib/db.js": code, "app/api/route.js": BOTH, **files})


@pytest.mark.parametrize(
    ("committed", "expected"),
    [
        ("TABLE=orders\n", ["warning env/local-only"]),
        ("TABLE=\n", []),
        ("TABLE=your-table-name\n", []),
        ("OTHER=1\n", []),
    ],
)
def test_a_committed_file_of_variables_is_a_list_where_it_gives_values(committed: str, expected: list[str]) -> None:
    files = {".gitignore": ".env.local\n", ".env": committed, ".env.local": "LOGS=orders-logs\n"}
    assert told(two_tables("process.env.LOGS", **files)) == expected


@pytest.mark.parametrize(
    ("default", "settings", "expected"),
    [
        ("orders-log", '{"env": {"TABLE": "orders"}}', ["warning env/risky-fallback"]),
        ("orders-log", '{"env": {"STAGE": "prod"}}', []),  # nothing that calls need is listed
        ("orders-log", '{"env": {"TABLE": "orders", "LOGS": "orders-logs"}}', []),
        ("orders-logs", '{"env": {"TABLE": "orders"}}', []),
    ],
)
def test_a_default_of_an_app_is_judged_where_its_lists_lack_the_variable(
    default: str, settings: str, expected: list[str]
) -> None:
    policy = POLICY.replace("PutItem", "GetItem").replace(
        '"arn:aws:dynamodb:eu-west-1:482915307764:table/orders"',
        '["arn:aws:dynamodb:eu-west-1:482915307764:table/orders", '
        '"arn:aws:dynamodb:eu-west-1:482915307764:table/orders-logs"]',
    )
    texts = two_tables(f'process.env.LOGS || "{default}"', **{"vercel.json": settings, "policy.json": policy})
    assert [one for one in told(texts) if not one.startswith("note")] == expected


SETTINGS = '{"env": {"TABLE": "orders", "LOGS": "orders-logs"}}'
READING = POLICY.replace("PutItem", "GetItem")


def test_a_table_that_the_policy_leaves_out_is_one_finding_whatever_is_done_with_it() -> None:
    texts = two_tables("process.env.LOGS", **{"policy.json": READING, "vercel.json": SETTINGS})
    forget = "\nexport const forget = (id) => client.send(new DeleteItemCommand({ TableName: LOGS, Key: { id } }));\n"
    texts["lib/db.js"] = texts["lib/db.js"].replace("{ Dyn", "{ DeleteItemCommand, Dyn") + forget
    texts["app/api/route.js"] = BOTH.replace("read, log", "read, log, forget").replace("[read", '[forget("1"), read')
    texts["policy.json"] = READING.replace('"dynamodb:GetItem"', '["dynamodb:GetItem", "dynamodb:DeleteItem"]')
    (found,) = report(texts).findings
    assert found.message.startswith("the app `shop` calls GetItem and DeleteItem on table `orders-logs`")


@pytest.mark.parametrize(
    ("resource", "expected"),
    [
        ("table/YOUR_TABLE_NAME", ["iam/placeholder-arn"]),
        ("table/orders-YOUR_TABLE_NAME", ["iam/placeholder-arn"]),
        ("table/YOUR_TABLE_NAME-users", ["iam/placeholder-arn", "iam/wrong-resource"]),  # not meant, whatever is put in
    ],
)
def test_what_a_placeholder_in_the_policy_denies_is_told_by_the_placeholder(resource: str, expected: list[str]) -> None:
    right = '"arn:aws:dynamodb:eu-west-1:482915307764:table/orders"'
    policy = READING.replace(right, f"[{right}, {right.replace('table/orders', resource)}]")
    found = report(two_tables("process.env.LOGS", **{"policy.json": policy, "vercel.json": SETTINGS})).findings
    assert sorted(one.rule for one in found) == expected
    (placeholder,) = (one for one in found if one.rule == "iam/placeholder-arn")
    assert ("lib/db.js" in {label.span.path for label in placeholder.related}) is (len(found) == 1)


def test_a_secret_under_a_public_prefix_is_one_finding() -> None:
    key = "sk_li" + "ve_51Hq9ZpKfT3mVbXcR7wLnYd2sA8uEgJ6oQ4"
    assert told(site(**{"vercel.json": json.dumps({"env": {"NEXT_PUBLIC_STRIPE_SECRET": key}})})) == [
        "error secrets/public-prefix"
    ]


@pytest.mark.parametrize(
    ("path", "page", "expected"),
    [
        ("pages/index.js", "", ["warning env/server-only"]),
        ("pages/orders/[id].tsx", "", ["warning env/server-only"]),
        ("pages/api/orders.js", "", []),
        ("pages/_document.js", "", []),
        ("pages/index.js", "export const getServerSideProps = () => ({ props: {} });\n", []),
        ("lib/links.js", "", []),
    ],
)
def test_a_page_without_a_function_for_the_server_runs_in_browsers(path: str, page: str, expected: list[str]) -> None:
    page += "export default function Page() { return process.env.API_URL + '/orders'; }\n"
    assert told({"package.json": NEXT, path: page}) == expected


@pytest.mark.parametrize(
    ("path", "more", "expected"),
    [
        ("src/App.js", "", ["warning env/server-only"]),
        ("src/setupProxy.js", "", []),
        ("src/api/users.js", "", []),
        ("server/index.js", "", []),
        ("src/tool.js", "import fs from 'fs';\n", []),
        ("src/tool.js", "module.exports = 1;\n", []),
    ],
)
def test_the_sources_of_a_create_react_app_run_in_browsers(path: str, more: str, expected: list[str]) -> None:
    manifest = json.dumps({"name": "web", "dependencies": {"react-scripts": "5"}})
    assert told({"package.json": manifest, path: more + "console.log(process.env.API_URL);\n"}) == expected
    for other in ("express", "next"):  # more than browsers load, or built in another way
        mixed = manifest.replace("}}", f', "{other}": "4"}}}}')
        assert told({"package.json": mixed, path: more + "console.log(process.env.API_URL);\n"}) == []
