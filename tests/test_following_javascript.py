"""JavaScript and TypeScript are followed from the handler: every read and call that it reaches, with the values it
uses."""

from __future__ import annotations

from tests.following import calls, follow, reads


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
