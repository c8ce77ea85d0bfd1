"""JavaScript and TypeScript are followed from the handler: every read and call that it reaches, with the values it
uses."""

from __future__ import annotations

import pytest
from tests.following import calls, follow, reads

from crosswire.frontends.code.follow import CodeReader
from crosswire.frontends.lowered import CodeHint
from crosswire.project import Files
from crosswire.source import Source, Span


def test_a_config_object_and_a_repository_class_lead_to_the_table() -> None:
    code = follow(
        {
            "src/handlers/create.ts": """
            import { config } from "../config/aws";
            import { OrderRepository } from "../lib/db";
            const repository = new OrderRepository(config.tableName);
            export const handler = async (event: any) => {
              await repository.put({ id: event.id });
              return repository.byEmail(event.email ?? "");
            };
            """,
            "src/config/aws.ts": """
            export const config = {
              tableName: process.env.DYNAMODB_TABLE_NAME || process.env.DYNAMODB_TABLE || "Orders-dev",
              unused: process.env.UNUSED,
            };
            """,
            "src/lib/db.ts": """
            import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
            import { DynamoDBDocumentClient, PutCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
            const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
            export class OrderRepository {
              constructor(private readonly table: string) {}
              async put(item: object) { await client.send(new PutCommand({ TableName: this.table, Item: item })); }
              async byEmail(email: string) {
                const input = { TableName: this.table, IndexName: "email-index", KeyConditionExpression: "email = :e" };
                return client.send(new QueryCommand(input));
              }
              async never() { return client.send(new QueryCommand({ TableName: "never" })); }
            }
            """,
        },
        "handlers/create.handler",
        "nodejs20.x",
    )
    table = "${DYNAMODB_TABLE_NAME:-${DYNAMODB_TABLE:-Orders-dev}}"
    assert calls(code) == [
        f"dynamodb.PutItem table {table} dynamodb:PutItem",
        f"dynamodb.Query index {table} 'email-index' dynamodb:Query",
    ]
    assert reads(code) == ["DYNAMODB_TABLE defaulted feeds", "DYNAMODB_TABLE_NAME defaulted feeds", "UNUSED optional"]


def test_a_helper_that_throws_makes_a_variable_required() -> None:
    code = follow(
        {
            "src/index.js": """
            function required(name) {
              const value = process.env[name];
              if (!value) throw new Error(`missing ${name}`);
              return value;
            }
            const fail = (name) => { throw new Error(name); };
            const table = required("TABLE");
            const other = process.env.OTHER ?? fail("OTHER");
            exports.handler = async () => table + other;
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert reads(code) == ["OTHER required", "TABLE required"]


def test_version_two_clients_promises_and_callbacks() -> None:
    code = follow(
        {
            "src/index.js": """
            const AWS = require("aws-sdk");
            const AWSXRay = require("aws-xray-sdk");
            const traced = AWSXRay.captureAWS(AWS);
            const documents = new traced.DynamoDB.DocumentClient();
            const { TABLE, OTHER = "other" } = process.env;
            exports.handler = async function (event, context, callback) {
              await documents.get({ TableName: TABLE, Key: { id: event.id } }).promise();
              documents.put({ TableName: OTHER, Item: {} }, (error, data) => {
                new AWS.SNS().publish({ TopicArn: process.env.TOPIC }).promise();
              });
            };
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == [
        "dynamodb.GetItem table ${TABLE} dynamodb:GetItem",
        "dynamodb.PutItem table ${OTHER:-other} dynamodb:PutItem",
        "sns.Publish topic ${TOPIC} sns:Publish",
    ]


def test_blocks_have_their_own_names() -> None:
    code = follow(
        {
            "src/index.mjs": """
            import { DynamoDB } from "@aws-sdk/client-dynamodb";
            const client = new DynamoDB({});
            export async function handler(event) {
              switch (event.kind) {
                case "a": { const input = { TableName: "A" }; await client.scan(input); break; }
                default: { const input = { TableName: "B" }; await client.scan(input); }
              }
            }
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["dynamodb.Scan table 'A' dynamodb:Scan", "dynamodb.Scan table 'B' dynamodb:Scan"]


def test_routes_given_to_a_web_framework_run_behind_its_adapter() -> None:
    code = follow(
        {
            "src/app.js": """
            const express = require("express");
            const serverless = require("serverless-http");
            const { S3Client, GetObjectCommand } = require("@aws-sdk/client-s3");
            const app = express();
            const s3 = new S3Client({});
            app.get("/x", async (req, res) => {
              await s3.send(new GetObjectCommand({ Bucket: process.env.BUCKET, Key: req.params.id }));
            });
            module.exports.handler = serverless(app);
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["s3.GetObject object ${BUCKET} ? s3:GetObject"]


def test_two_wrapped_handlers_of_one_file_do_not_share_their_calls() -> None:
    texts = {
        "src/index.ts": """
        import middy from "@middy/core";
        import { SQSClient, SendMessageCommand } from "@aws-sdk/client-sqs";
        const sqs = new SQSClient({});
        const send = async () => sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL }));
        export const sender = middy(send).use({});
        export const other = middy(async () => process.env.OTHER!.trim()).use({});
        """
    }
    assert calls(follow(texts, "index.sender", "nodejs20.x")) == ["sqs.SendMessage queue ${QUEUE_URL} sqs:SendMessage"]
    assert calls(follow(texts, "index.other", "nodejs20.x")) == []


def test_a_class_that_a_container_would_build_is_built() -> None:
    code = follow(
        {
            "src/index.ts": """
            import { container } from "some-container";
            import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
            class Repository {
              private readonly table = process.env.TABLE as string;
              constructor(private readonly client: DynamoDBDocumentClient) {}
              find() { return this.client.send(new GetCommand({ TableName: this.table, Key: {} })); }
            }
            class Service {
              constructor(private readonly repository: Repository) {}
              run() { return this.repository.find(); }
            }
            export class Handler {
              constructor(private readonly service: Service) {}
              handle = async () => this.service.run();
            }
            const instance = new Handler(container.get("Service"));
            export const handler = instance.handle;
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["dynamodb.GetItem table ${TABLE} dynamodb:GetItem"]


def test_requests_are_followed_through_spreads_and_conditions() -> None:
    code = follow(
        {
            "src/index.js": """
            const { DynamoDBDocumentClient, QueryCommand } = require("@aws-sdk/lib-dynamodb");
            const client = DynamoDBDocumentClient.from({});
            const base = { TableName: process.env.TABLE };
            exports.handler = async (event) => {
              const input = { ...base, ...(event.email && { IndexName: "byEmail" }), Limit: 1 };
              do {
                const page = await client.send(new QueryCommand(input));
                input.ExclusiveStartKey = page.LastEvaluatedKey;
              } while (input.ExclusiveStartKey);
            };
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == [
        "dynamodb.Query index ${TABLE} 'byEmail' dynamodb:Query",
        "dynamodb.Query table ${TABLE} dynamodb:Query",
    ]


def test_promise_chains_maps_and_batches() -> None:
    code = follow(
        {
            "src/index.ts": """
            import { DynamoDBDocument } from "@aws-sdk/lib-dynamodb";
            import { DynamoDB, paginateScan } from "@aws-sdk/client-dynamodb";
            const documents = DynamoDBDocument.from(new DynamoDB({}));
            enum Tables { Orders = "Orders", Users = "Users" }
            export const handler = async (event: any) => {
              await Promise.all(["A", "B"].map(async (name) => documents.get({ TableName: name, Key: {} })));
              await documents.batchWrite({ RequestItems: { [Tables.Orders]: [], [process.env.AUDIT!]: [] } });
              const pages = paginateScan({ client: documents }, { TableName: Tables.Users });
              for await (const page of pages) console.log(page);
              event.Records.forEach((record: any) => documents.delete({ TableName: "C", Key: { id: record.id } }));
              return Promise.resolve("D").then((name) => documents.put({ TableName: name, Item: {} }));
            };
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == [
        "dynamodb.BatchWriteItem table ${AUDIT} dynamodb:BatchWriteItem",
        "dynamodb.BatchWriteItem table 'Orders' dynamodb:BatchWriteItem",
        "dynamodb.DeleteItem table 'C' dynamodb:DeleteItem",
        "dynamodb.GetItem table 'A' dynamodb:GetItem",
        "dynamodb.GetItem table 'B' dynamodb:GetItem",
        "dynamodb.PutItem table 'D' dynamodb:PutItem",
        "dynamodb.Scan table 'Users' dynamodb:Scan",
    ]


def test_commonjs_and_esm_modules_export_to_each_other() -> None:
    code = follow(
        {
            "src/index.mjs": """
            import names from "./names.cjs";
            import { audit } from "./barrel.mjs";
            import * as all from "./barrel.mjs";
            export { run as handler };
            async function run() { await audit(names.audit); await all.audit(all.default.orders); }
            """,
            "src/names.cjs": """
            module.exports = { audit: "Audit" };
            """,
            "src/barrel.mjs": """
            export * from "./audit.mjs";
            export { default } from "./tables.mjs";
            """,
            "src/tables.mjs": """
            export default { orders: "Orders" };
            """,
            "src/audit.mjs": """
            import { DynamoDBClient, PutItemCommand } from "@aws-sdk/client-dynamodb";
            const client = new DynamoDBClient();
            export const audit = (table) => client.send(new PutItemCommand({ TableName: table, Item: {} }));
            """,
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == [
        "dynamodb.PutItem table 'Audit' dynamodb:PutItem",
        "dynamodb.PutItem table 'Orders' dynamodb:PutItem",
    ]


def test_an_early_return_keeps_the_other_way() -> None:
    code = follow(
        {
            "src/index.ts": """
            import { DynamoDBClient, GetItemCommand } from "@aws-sdk/client-dynamodb";
            let client: DynamoDBClient | undefined;
            function get() {
              if (!client) { client = new DynamoDBClient({}); }
              return client;
            }
            export const handler = async (event: any) => {
              if (!event.id) { return { statusCode: 400 }; }
              try {
                return await get().send(new GetItemCommand({ TableName: process.env.TABLE, Key: {} }));
              } catch (error) {
                return { statusCode: 500 };
              }
            };
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["dynamodb.GetItem table ${TABLE} dynamodb:GetItem"]


def test_a_variable_that_is_asked_for_first_is_not_needed() -> None:
    code = follow(
        {
            "src/index.js": """
            const level = process.env.LOG_LEVEL?.toUpperCase();
            let profile;
            if (process.env.PROFILE && !process.env.CI) profile = process.env.PROFILE.trim();
            function url() {
              if (!process.env.URL) return "none";
              return `https://${process.env.URL}`;
            }
            if (!process.env.KEY) throw new Error("KEY is not set");
            const client = connect(process.env.KEY);
            exports.handler = async () => url();
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert reads(code) == [
        "CI guarded",
        "KEY guarded",
        "KEY required",
        "LOG_LEVEL guarded",
        "PROFILE guarded",
        "PROFILE guarded",
        "URL guarded",
        "URL guarded",
    ]


SETUP = """
const { DynamoDBClient } = require("@aws-sdk/client-dynamodb");
const { DynamoDBDocumentClient, ScanCommand, TransactWriteCommand } = require("@aws-sdk/lib-dynamodb");
const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
const scan = (TableName) => client.send(new ScanCommand({ TableName }));
"""


def calls_of(body: str) -> list[str]:
    """The calls of a handler in a file that has a client and `scan(table)`."""
    return calls(follow({"src/index.js": SETUP + body}, "index.handler", "nodejs20.x"))


def scans(*tables: str) -> list[str]:
    return sorted(f"dynamodb.Scan table {table} dynamodb:Scan" for table in tables)


def test_what_is_pushed_in_a_loop_or_a_branch_is_kept() -> None:
    assert calls_of(
        """
        exports.handler = async (event) => {
          const items = [];
          if (event.audit) items.push({ Put: { TableName: "Audit", Item: {} } });
          while (event.more()) items.push({ Delete: { TableName: process.env.TABLE, Key: {} } });
          await client.send(new TransactWriteCommand({ TransactItems: items }));
        };
        """
    ) == [
        "dynamodb.TransactWriteItems table ${TABLE} dynamodb:DeleteItem",
        "dynamodb.TransactWriteItems table 'Audit' dynamodb:PutItem",
    ]


def test_prototypes_are_classes() -> None:
    assert calls_of(
        """
        function Repository(table) { this.table = table; }
        Repository.prototype.all = function () { return scan(this.table); };
        exports.handler = async () => new Repository("Orders").all();
        """
    ) == scans("'Orders'")


def test_maps_hold_values_and_functions() -> None:
    assert calls_of(
        """
        const tables = new Map([["a", process.env.A], ["b", process.env.B]]);
        const routes = new Map();
        routes.set("GET", () => scan("C"));
        exports.handler = async (event) => { await scan(tables.get("a")); await routes.get(event.method)(event); };
        """
    ) == scans("'C'", "${A}")


def test_the_last_piece_of_an_exact_arn_is_its_name() -> None:
    assert calls_of(
        """
        const arn = "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders";
        exports.handler = async () => {
          await scan(arn.split("/").pop());
          await scan(arn.split("/").slice(-1)[0]);
          await scan(arn.substring(arn.lastIndexOf("/") + 1));
        };
        """
    ) == scans("'Orders'")


def test_a_handler_wrapped_by_what_the_runtime_gives_runs() -> None:
    assert calls_of(
        """
        const stream = globalThis.awslambda?.streamifyResponse;
        exports.handler = stream(async (event, response) => scan("Orders"));
        """
    ) == scans("'Orders'")


def test_no_default_is_no_fallback() -> None:
    code = follow(
        {
            "src/index.js": SETUP
            + """
            const get = (name, fallback) => {
              const value = process.env[name];
              if (value === undefined && fallback === undefined) throw new Error(name);
              return value ?? fallback;
            };
            exports.handler = async () => scan(get("TABLE"));
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == scans("${TABLE}")
    assert reads(code) == ["TABLE required feeds"]


def test_bound_methods_and_bound_parameters_of_version_two() -> None:
    assert calls_of(
        """
        const AWS = require("aws-sdk");
        const { promisify } = require("util");
        const db = new AWS.DynamoDB.DocumentClient({ params: { TableName: process.env.TABLE } });
        const get = promisify(db.get.bind(db));
        exports.handler = async () => {
          await get({ TableName: "Orders", Key: {} });
          await db.put({ Item: {} }).promise();
        };
        """
    ) == ["dynamodb.GetItem table 'Orders' dynamodb:GetItem", "dynamodb.PutItem table ${TABLE} dynamodb:PutItem"]


def test_middleware_and_stores_call_aws_for_the_handler() -> None:
    assert calls_of(
        """
        const middy = require("@middy/core");
        const ssm = require("@middy/ssm");
        const { makeIdempotent } = require("@aws-lambda-powertools/idempotency");
        const { DynamoDBPersistenceLayer } = require("@aws-lambda-powertools/idempotency/dynamodb");
        const { getSecret } = require("@aws-lambda-powertools/parameters/secrets");
        const store = new DynamoDBPersistenceLayer({ tableName: process.env.STORE });
        const inner = makeIdempotent(async () => getSecret("key"), { persistenceStore: store });
        exports.handler = middy(inner).use(ssm({ fetchData: { a: "/app/a" } }));
        """
    ) == [
        "dynamodb.DeleteItem table ${STORE} dynamodb:DeleteItem",
        "dynamodb.GetItem table ${STORE} dynamodb:GetItem",
        "dynamodb.PutItem table ${STORE} dynamodb:PutItem",
        "dynamodb.UpdateItem table ${STORE} dynamodb:UpdateItem",
        "secretsmanager.GetSecretValue secret 'key' secretsmanager:GetSecretValue",
        "ssm.GetParameters parameter '/app/a' ssm:GetParameters",
    ]


def test_modules_imported_late_and_containers_give_what_is_used() -> None:
    assert calls_of(
        """
        const { container } = require("tsyringe");
        class Repository { all() { return scan("A"); } }
        exports.handler = async () => {
          await container.resolve(Repository).all();
          await import("@aws-sdk/client-dynamodb").then(({ DynamoDBClient, ScanCommand }) =>
            new DynamoDBClient({}).send(new ScanCommand({ TableName: "B" })));
        };
        """
    ) == scans("'A'", "'B'")


def test_the_settings_of_an_sdk_need_no_variable() -> None:
    texts = {
        "src/index.js": """
        const AWS = require("aws-sdk");
        AWS.config.update({ region: process.env.UPDATED });
        const settings = new AWS.Config({ region: process.env.MADE });
        const client = new AWS.DynamoDB.DocumentClient({ region: process.env.OF_CLIENT });
        exports.handler = async () => fetch(process.env.NEEDED);
        """
    }
    assert reads(follow(texts, "index.handler", "nodejs20.x")) == [
        "MADE optional",
        "NEEDED required",
        "OF_CLIENT optional",
        "UPDATED optional",
    ]


def test_a_wrapper_that_is_not_read_runs_the_handler_that_its_function_gives_back() -> None:
    texts = {
        "src/index.js": """
        const { metricScope } = require("aws-embedded-metrics");
        const AWS = require("aws-sdk");
        const client = new AWS.DynamoDB.DocumentClient();
        exports.handler = metricScope((metrics) => async (event) => {
          metrics.setNamespace("shop");
          return client.get({ TableName: "A", Key: { id: event.id } }).promise();
        });
        """
    }
    assert calls(follow(texts, "index.handler", "nodejs20.x")) == ["dynamodb.GetItem table 'A' dynamodb:GetItem"]


def test_credentials_for_local_work_leave_the_role_to_the_rest() -> None:
    texts = {
        "src/index.js": """
        const { DynamoDBClient, ScanCommand } = require("@aws-sdk/client-dynamodb");
        const config = {};
        if (process.env.LOCAL) config.credentials = { accessKeyId: "x", secretAccessKey: "y" };
        const either = process.env.LOCAL ? { credentials: {} } : {};
        const always = { credentials: assumed() };
        exports.handler = async () => {
          await new DynamoDBClient(config).send(new ScanCommand({ TableName: "A" }));
          await new DynamoDBClient(either).send(new ScanCommand({ TableName: "B" }));
          await new DynamoDBClient(always).send(new ScanCommand({ TableName: "C" }));
        };
        """
    }
    assert calls(follow(texts, "index.handler", "nodejs20.x")) == [
        "dynamodb.Scan table 'A' dynamodb:Scan",
        "dynamodb.Scan table 'B' dynamodb:Scan",
    ]


def test_a_call_with_the_credentials_of_another_role_needs_nothing_of_this_one() -> None:
    texts = {
        "src/index.mjs": """
        import { S3Client, GetObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
        import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
        import { Upload } from "@aws-sdk/lib-storage";
        export const handler = async (event) => {
          const client = new S3Client(event.role ? { credentials: await assumed(event.role) } : {});
          for await (const page of paginateListObjectsV2({ client }, { Bucket: "a" })) console.log(page);
          await getSignedUrl(client, new GetObjectCommand({ Bucket: "a", Key: "k" }));
          await new Upload({ client, params: { Bucket: "a", Key: "k", Body: "" } }).done();
        };
        """
    }
    assert calls(follow(texts, "index.handler", "nodejs20.x")) == []


def test_a_default_for_the_log_does_not_make_a_variable_optional() -> None:
    code = follow(
        {
            "src/index.js": """
            const pool = process.env.POOL;
            console.log(pool || "not set");
            if (!pool) throw new Error("POOL is not set");
            exports.handler = async () => pool;
            """
        },
        "index.handler",
        "nodejs20.x",
    )
    assert reads(code) == ["POOL required"]


def test_what_a_schema_says_of_the_environment_is_no_variable() -> None:
    code = follow(
        {
            "src/app.ts": """
            import { z } from "zod";
            const load = (schema: any, environment = process.env) => {
              const parsed = schema.safeParse(environment);
              if (!parsed.success) throw new Error(parsed.error);
              return parsed.data;
            };
            const config = load(z.object({ TABLE: z.string() }));
            export const handler = async () => config.TABLE;
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    assert [read.name for read in code.reads] == ["TABLE"]


@pytest.mark.parametrize("given", ["{ TABLE: process.env.TABLE }", "process.env"])
def test_a_schema_of_the_runtime_environment_hands_the_variables_on(given: str) -> None:
    code = follow(
        {
            "src/app.ts": f"""
            import {{ createEnv }} from "@t3-oss/env-nextjs";
            import {{ DynamoDBClient, ScanCommand }} from "@aws-sdk/client-dynamodb";
            import {{ z }} from "zod";
            const env = createEnv({{ server: {{ TABLE: z.string() }}, runtimeEnv: {given} }});
            const client = new DynamoDBClient({{}});
            export const handler = async () => client.send(new ScanCommand({{ TableName: env.TABLE }}));
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["dynamodb.Scan table ${TABLE} dynamodb:Scan"]


def test_a_default_that_a_helper_is_given_is_not_missing() -> None:
    code = follow(
        {
            "src/app.ts": """
            const get = (name: string, fallback?: string): string => {
              const value = process.env[name];
              if (!value && fallback === undefined) throw new Error(`${name} is required`);
              return value || fallback!;
            };
            const sender = get("SENDER", "shop@example.com");
            const pool = get("POOL");
            export const handler = async () => [sender, pool];
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    assert reads(code) == ["POOL required", "SENDER defaulted"]


def test_a_module_that_a_test_may_replace_is_the_one_that_is_named() -> None:
    code = follow(
        {
            "src/app.js": """
            const { SQSClient, SendMessageCommand } = require(process.env.SQS_MOCK || "@aws-sdk/client-sqs");
            const client = new SQSClient({});
            exports.handler = async () => client.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE }));
            """
        },
        "app.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["sqs.SendMessage queue ${QUEUE} sqs:SendMessage"]
    assert code.blind_spots == ()


def test_an_inherited_static_method_makes_the_class_that_it_is_called_on() -> None:
    code = follow(
        {
            "src/index.js": """
            const { SQSClient, SendMessageCommand } = require("@aws-sdk/client-sqs");
            class Base {
              static async load() {
                if (!this.instance) { this.instance = new this(); await this.instance.fill(); }
                return this.instance;
              }
              set(name, value) { this[name] = value; }
            }
            class Config extends Base {
              url;
              async fill() { this.set("url", process.env.QUEUE_URL); }
            }
            exports.handler = async () => {
              const config = await Config.load();
              await new SQSClient({}).send(new SendMessageCommand({ QueueUrl: config.url, MessageBody: "m" }));
            };
            """,
        },
        "index.handler",
        "nodejs20.x",
    )
    assert calls(code) == ["sqs.SendMessage queue ${QUEUE_URL} sqs:SendMessage"]


@pytest.mark.parametrize(
    ("body", "need"),
    [
        ("const n = Number(process.env.MAX) || 10; f(n);", "defaulted"),
        ("const n = parseInt(process.env.MAX, 10) || 10; f(n);", "defaulted"),
        ("const n = +process.env.MAX || 10; f(n);", "defaulted"),
        ("const n = Number(process.env.MAX); f(Number.isNaN(n) ? 10 : n);", "guarded"),
        ("const n = parseFloat(process.env.MAX); if (isNaN(n)) return; f(n);", "guarded"),
        ("const config = { most: Number(process.env.MAX) };", "optional"),
        ("const config = { most: Number(process.env.MAX) }; f(config.most);", "required"),
        ("f(parseInt(process.env.MAX) * 1000);", "required"),
        ("f(JSON.parse(process.env.MAX));", "required"),
    ],
)
def test_a_number_of_an_unset_variable_is_needed_where_it_is_used(body: str, need: str) -> None:
    source = f'const f = require("f"); exports.handler = async () => {{ {body} }};'
    assert reads(follow({"src/index.js": source}, "index.handler", "nodejs20.x")) == [f"MAX {need}"]


@pytest.mark.parametrize("use", ["Object.entries(process.env)", "({ ...process.env })", "spawn('tool', process.env)"])
def test_the_environment_as_a_whole_is_a_blind_spot(use: str) -> None:
    text = f"import {{ spawn }} from 'child_process';\nexport const handler = () => {use};\n"
    code = follow({"src/app.ts": text}, "app.handler", "nodejs20.x")
    assert [spot.kind for spot in code.blind_spots] == ["environment"]


@pytest.mark.parametrize(
    "text",
    ["import os\ndef handler(event, context):\n    return os.environ['TABLE']\n",
     "exports.handler = async () => process.env.TABLE;\n"],
)  # fmt: skip
def test_code_in_a_template_without_a_known_runtime_is_read_as_what_it_is(text: str) -> None:
    source = Source("template.yaml", text)
    hint = CodeHint(
        "template.yaml", "F", "index.handler", None, None, inline_text=text, inline_span=Span(source, 0, len(text))
    )
    code = CodeReader(Files.from_texts({"template.yaml": text})).code_of(hint)
    assert [read.name for read in code.reads] == ["TABLE"] and not code.blind_spots


def test_a_variable_that_the_code_puts_something_else_in_the_place_of_is_not_needed() -> None:
    code = follow(
        {
            "src/index.js": """
            let key = process.env.KEY;
            let url = process.env.URL;
            exports.handler = async () => {
              if (process.env.STAGE === "qa") [key] = await parameters(["key"]);
              await fetch(`${url}/${key}`);
            };
            """
        },
        "index.handler",
        "nodejs22.x",
    )
    assert reads(code) == ["KEY optional", "STAGE optional", "URL required"]


@pytest.mark.parametrize(
    ("body", "need"),
    [
        ("return process.env.LIST.trim();", "required"),
        ("const list = process.env.LIST; return list.length;", "required"),
        ("return (process.env.LIST || '').trim();", "defaulted"),
        ("return process.env.LIST?.trim();", "guarded"),
        ("if (process.env.LIST) return process.env.LIST.trim();", "guarded"),
        ("try { return process.env.LIST.trim(); } catch { return []; }", "optional"),
        ("return process.env.LIST;", "optional"),
    ],
)
def test_undefined_has_no_members(body: str, need: str) -> None:
    code = follow({"src/index.js": f"exports.handler = async () => {{ {body} }}"}, "index.handler", "nodejs20.x")
    assert set(reads(code)) == {f"LIST {need}"}
