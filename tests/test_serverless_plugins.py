"""What plugins and compose files make of services, and what people are told that functions are called."""

from __future__ import annotations

import pytest
from tests.serverless_building import alarms, function_of, service, wiring_of, with_orders

from crosswire.finding import Severity
from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.wiring.function import Link

READS = 'import os\ndef handler(event, context):\n    return os.environ["REALM"].upper()\n'
QUIET = "def handler(event, context):\n    return event\n"


class TestNames:
    def test_functions_are_called_what_people_call_them(self) -> None:
        texts = with_orders("environment: {TABLE: !Ref Orders}", "get-order: {handler: app.handler}")
        (finding,) = [
            one for one in lint(Files.from_texts(texts), load(rule_ids())).findings if one.severity is not Severity.NOTE
        ]
        assert finding.message.startswith("`get-order` calls GetItem on table `Orders`")
        assert finding.functions == ("get-order",)

    def test_their_identity_is_the_logical_id_of_the_framework(self) -> None:
        function = function_of(service(functions="get-order: {handler: app.handler}"), "GetDashorderLambdaFunction")
        assert (function.id.address, str(function.id)) == ("GetDashorderLambdaFunction", "get-order")

    def test_a_function_of_the_resources_is_called_by_its_logical_id(self) -> None:
        more = "resources: {Resources: {Own: {Type: 'AWS::Lambda::Function', Properties: {Handler: app.handler}}}}\n"
        assert str(function_of(service(more=more), "Own").id) == "Own"


class TestPlaces:
    """Where the code of a function is."""

    def test_wsgi_leads_to_the_app(self) -> None:
        texts = service(
            "environment: {TABLE: orders}",
            "api: {handler: wsgi_handler.handler, events: [{http: 'ANY /{proxy+}'}]}",
            "plugins: [serverless-wsgi, serverless-python-requirements]\ncustom: {wsgi: {app: api.web.app}}\n",
        )
        texts["api/web.py"] = (
            "import os\nfrom flask import Flask\n\napp = Flask(__name__)\n\n\n"
            '@app.route("/")\ndef index():\n    return os.environ["REALM"].upper()\n'
        )
        function = function_of(texts, "ApiLambdaFunction")
        assert (function.code.link, function.code.entry) == (Link.EXACT, "api/web.py")
        assert alarms(texts) == ["env/not-set: REALM"]

    def test_a_module_of_python_requirements_is_a_folder(self) -> None:
        more = "plugins: [serverless-python-requirements]\npackage: {individually: true}\n"
        texts = service(functions="get: {handler: app.handler, module: get}", more=more)
        texts["get/app.py"] = texts.pop("app.py")
        assert function_of(texts).code.entry == "get/app.py"

    def test_a_base_path_of_functions(self) -> None:
        more = "plugins: [serverless-functions-base-path]\ncustom: {functionsBasePath: src/functions}\n"
        texts = service(functions="get: {handler: get/app.handler}", more=more)
        texts["src/functions/get/app.py"] = texts.pop("app.py")
        assert function_of(texts).code.entry == "src/functions/get/app.py"

    @pytest.mark.parametrize(
        "plugin", ["serverless-esbuild", "serverless-webpack", "serverless-bundle", "serverless-plugin-typescript"]
    )
    def test_bundlers_start_from_the_source(self, plugin: str) -> None:
        texts = service(functions="get: {handler: src/get.handler, runtime: nodejs22.x}", more=f"plugins: [{plugin}]\n")
        texts["src/get.ts"] = "export const handler = async () => process.env.REALM!.toUpperCase();\n"
        assert function_of(texts).code.entry == "src/get.ts"

    def test_an_app_behind_serverless_http(self) -> None:
        texts = service(functions="api: {handler: api.handler, runtime: nodejs22.x}")
        texts["api.js"] = (
            "const serverless = require('serverless-http');\nconst app = require('express')();\n"
            "const { SQSClient, SendMessageCommand } = require('@aws-sdk/client-sqs');\n"
            "const sqs = new SQSClient({});\n"
            "app.post('/', async (request, response) => {\n"
            "  await sqs.send(new SendMessageCommand({ QueueUrl: process.env.QUEUE_URL, MessageBody: '1' }));\n"
            "  response.end();\n});\nmodule.exports.handler = serverless(app);\n"
        )
        assert "env/not-set: QUEUE_URL" in alarms(texts)

    def test_an_artifact_was_built_elsewhere(self) -> None:
        texts = service(functions="get: {handler: app.handler, package: {artifact: build/app.zip}}")
        assert function_of(texts).code.link is not Link.EXACT


class TestFunctionsOfPlugins:
    def test_workers_and_authorizers_of_lift_are_functions(self) -> None:
        more = (
            "plugins: [serverless-lift]\nconstructs:\n"
            "  jobs: {type: queue, worker: {handler: worker.handler, environment: {REALM: shop}}}\n"
            "  hook: {type: webhook, path: POST /hook, authorizer: {handler: worker.handler}}\n"
            "  files: {type: storage}\n  site: {type: single-page-app, path: dist}\n"
        )
        texts = {**service(more=more), "app.py": QUIET, "worker.py": READS}
        assert [str(one.id) for one in wiring_of(texts).functions] == ["get", "hookAuthorizer", "jobsWorker"]
        (finding,) = lint(Files.from_texts(texts), load(["env/not-set"])).findings
        assert finding.functions == ("hookAuthorizer",)

    def test_what_lift_allows_is_not_missing(self) -> None:
        more = "plugins: [serverless-lift]\nconstructs: {jobs: {type: queue, worker: {handler: app.handler}}}\n"
        texts = with_orders("environment: {TABLE: !Ref Orders}", more=more)
        assert alarms(texts) == []

    @pytest.mark.parametrize("form", ["{0}", "[{0}]"])
    def test_a_function_in_a_data_source_of_appsync(self, form: str) -> None:
        sources = form.format("{lookUp: {type: AWS_LAMBDA, config: {function: {handler: worker.handler}}}}")
        more = f"plugins: [serverless-appsync-plugin]\nappSync: {{name: shop, dataSources: {sources}}}\n"
        texts = {**service(more=more), "app.py": QUIET, "worker.py": READS}
        assert alarms(texts) == ["env/not-set: REALM"]

    def test_data_sources_of_appsync_have_roles_of_their_own(self) -> None:
        more = (
            "plugins: [serverless-appsync-plugin]\nappSync:\n  dataSources:\n"
            "    orders: {type: AMAZON_DYNAMODB, config: {tableName: !Ref Orders}}\n"
            "    get: {type: AWS_LAMBDA, config: {functionName: get}}\n"
        )
        allowed = "iamRoleStatements: [{Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Orders.Arn}]\n"
        texts = with_orders("environment: {TABLE: !Ref Orders}\n" + allowed, more=more)
        assert alarms(texts) == []


class TestCompose:
    OUT = (
        "resources:\n  Resources:\n    Orders:\n      Type: AWS::DynamoDB::Table\n      Properties: "
        "{KeySchema: [{AttributeName: id, KeyType: HASH}]}\n"
        "  Outputs: {Name: {Value: !Ref Orders}, Arn: {Value: !GetAtt Orders.Arn}}\n"
    )

    def texts(self, resource: str, table: str = "${orders.Name}") -> dict[str, str]:
        allowed = f"{{Effect: Allow, Action: 'dynamodb:GetItem', Resource: '{resource}'}}"
        reports = service(f"environment: {{TABLE: '${{param:table}}'}}\niamRoleStatements: [{allowed}]")
        params = f"{{table: '{table}', arn: '${{orders.Arn}}'}}"
        return {
            **{f"services/reports/{path}": text for path, text in reports.items()},
            "services/orders/serverless.yml": f"service: orders\nprovider: {{name: aws}}\n{self.OUT}",
            "serverless-compose.yml": (
                f"services:\n  reports: {{path: services/reports, params: {params}}}\n"
                "  orders: {path: ./services/orders}\n"
            ),
        }

    def test_parameters_are_outputs_of_other_services(self) -> None:
        assert alarms(self.texts("${param:arn}")) == []

    def test_what_they_stand_for_is_compared(self) -> None:
        wrong = self.texts("arn:aws:dynamodb:*:*:table/carts")
        assert alarms(wrong) == ["iam/wrong-resource: dynamodb:GetItem on table Orders"]

    def test_an_output_that_is_not_declared_proves_nothing(self) -> None:
        assert alarms(self.texts("${param:arn}", "${orders.Elsewhere}")) == []

    def test_parameters_may_hold_the_stage(self) -> None:
        texts = self.texts("arn:aws:dynamodb:*:*:table/dev-*", "orders-${sls:stage}")
        assert alarms(texts) == ["iam/wrong-resource: dynamodb:GetItem on table orders-${sls:stage}"]


@pytest.mark.parametrize(
    "name",
    ["HOMEPATH", "USERPROFILE", "TMPDIR", "AWS_SECRET_KEY", "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI", "AWS_PROFILE"],
)
def test_variables_of_the_machine_and_of_sdks_are_nobodys_to_set(name: str) -> None:
    texts = service()
    texts["app.py"] = READS.replace("REALM", name)
    assert alarms(texts) == []


def test_a_handler_may_stand_beside_the_folder_of_the_service() -> None:
    texts = service(functions="get: {handler: ../functions/app.handler}", more="plugins: [serverless-esbuild]\n")
    texts = {"infra/serverless.yml": texts["serverless.yml"], "functions/app.py": READS}
    function = function_of(texts, "GetLambdaFunction")
    assert (function.code.link, function.code.entry) == (Link.EXACT, "functions/app.py")
    assert alarms(texts) == ["env/not-set: REALM"]


@pytest.mark.parametrize(
    "plugin", ["serverless-iamroles", '"@stratiformdigital/serverless-iam-helper"', "serverless-s3-local-sync"]
)
def test_plugins_that_add_no_statements_hide_none_that_is_missing(plugin: str) -> None:
    texts = with_orders("environment: {TABLE: !Ref Orders}", more=f"plugins: [{plugin}]\n")
    assert alarms(texts) == ["iam/missing-action: dynamodb:GetItem on table Orders"]
