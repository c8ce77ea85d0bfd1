"""serverless.ts and serverless.js, as far as they are object literals."""

from __future__ import annotations

from tests.serverless_building import alarms, function_of, wiring_of

from crosswire.values import Const, Parameter

SERVICE = """
import type { AWS } from '@serverless/typescript';
import { get as reader, table } from '@functions';
import Orders from './resources/orders';

const stage = process.env.STAGE ?? 'dev';
const statements = [
  { Effect: 'Allow', Action: ['dynamodb:GetItem'], Resource: { 'Fn::GetAtt': ['Orders', 'Arn'] } },
];

const configuration: AWS = {
  service: 'shop',
  plugins: ['serverless-esbuild'],
  provider: {
    name: 'aws',
    runtime: 'nodejs20.x',
    stage,
    environment: { TABLE: { Ref: 'Orders' }, NAME: table, COLOR: process.env.COLOR!, LEVEL: `${stage}-level` },
    iam: { role: { statements: [...statements] } },
  },
  functions: { get: reader },
  resources: { Resources: { Orders, ...{ Topic: { Type: 'AWS::SNS::Topic' } } } },
} as const;

module.exports = configuration;
"""

TEXTS = {
    "serverless.ts": SERVICE,
    "tsconfig.json": '{"compilerOptions": {"baseUrl": ".", "paths": {"@functions": ["src/functions/index"]}}}',
    "resources/orders.ts": (
        "export default { Type: 'AWS::DynamoDB::Table', Properties: {\n"
        "  KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],\n"
        "  AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }],\n} };\n"
    ),
    "src/functions/index.ts": "export { default as get } from './get';\nexport const table = 'orders';\n",
    "src/functions/get/index.ts": (
        "import { handlerPath } from '../../libs';\n"
        "export default <Record<string, unknown>>{ handler: `${handlerPath(__dirname)}/handler.main`,"
        " events: [{ http: { method: 'get', path: 'orders' } }] };\n"
    ),
    "src/functions/get/handler.ts": (
        "import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';\n"
        "const client = new DynamoDBClient({});\n"
        "export const main = (event: { id: string }) =>\n"
        "  client.send(new GetItemCommand({ TableName: process.env.TABLE, Key: { id: { S: event.id } } }));\n"
    ),
}


def test_constants_imports_and_spreads_are_followed() -> None:
    wiring = wiring_of(TEXTS)
    assert wiring.broken == ()
    assert wiring.units[0].blind_spots == ()
    function = function_of(TEXTS)
    assert function.code.entry == "src/functions/get/handler.ts"
    assert function.env.variables["NAME"].value == Const("orders")
    assert function.env.variables["COLOR"].value == Parameter("serverless", "env:COLOR")
    assert {one.id.address for one in wiring.resources} >= {"Orders", "Topic", "GetLambdaFunction"}
    assert "src/functions/get/index.ts" in wiring.units[0].files


def test_rules_judge_them_like_any_other() -> None:
    assert alarms(TEXTS) == []
    texts = {**TEXTS, "serverless.ts": SERVICE.replace("dynamodb:GetItem", "dynamodb:Query")}
    assert alarms(texts) == ["iam/missing-action: dynamodb:GetItem on table Orders"]


def test_what_code_works_out_is_the_same_wherever_the_same_is_worked_out() -> None:
    text = """
        const { name } = require('./names');
        const stage = require('./stage')();
        module.exports = {
          service: name, provider: { name: 'aws', runtime: 'nodejs20.x', environment: { A: stage, B: `${stage}` } },
          functions: { get: { handler: 'get.handler' } },
        };
    """
    texts = {"serverless.js": text, "names.js": "exports.name = 'shop';\n", "get.js": "exports.handler = () => 1;\n"}
    variables = function_of(texts).env.variables
    assert variables["A"].value == variables["B"].value
    assert isinstance(variables["A"].value, Parameter)


def test_a_configuration_that_a_function_returns_is_read() -> None:
    text = """
        const configuration = async () => {
          const service = 'shop';
          return { service, provider: { name: 'aws' }, functions: { get: { handler: 'get.handler' } } };
        };
        export default configuration();
    """
    assert function_of({"serverless.ts": text}).handler == "get.handler"


def test_a_script_without_a_configuration_is_left_alone() -> None:
    for text in ("", "export default make({ provider: 1 });\n", "const provider = {;\n", "export default provider;\n"):
        assert wiring_of({"serverless.ts": text}).units == ()


def test_yaml_wins_over_scripts_beside_it() -> None:
    texts = {**TEXTS, "serverless.yml": "service: other\nprovider: {name: aws}\nfunctions: {}\n"}
    assert [unit.id for unit in wiring_of(texts).units] == ["serverless.yml"]


def test_values_that_are_made_of_themselves_end() -> None:
    text = (
        "const a = { ...b, ...b, service: 'x', provider: { name: 'aws' } };\nconst b = { ...a, ...a };\n"
        "const f = () => f();\n"
        "export default { ...a, custom: f(), functions: { get: { handler: 'get.handler' } } };\n"
    )
    wiring_of({"serverless.ts": text})


def test_what_a_mistake_may_have_swallowed_is_not_missing() -> None:
    role = "role: { statements: [...statements] }"
    assert role in SERVICE and alarms(TEXTS) == []
    broken = role.replace("{ ", "{ permissionsBoundary: '${env:BOUNDARY}' ")
    assert alarms({**TEXTS, "serverless.ts": SERVICE.replace(role, broken)}) == ["input/broken-file: serverless.ts"]
