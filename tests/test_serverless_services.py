"""Services of the Serverless Framework: functions, roles, events, and files that cannot be read."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from tests.serverless_building import CODE, alarms, function_of, service, wiring_of, with_orders

from crosswire.lint import lint
from crosswire.project import Files
from crosswire.registry import load, rule_ids
from crosswire.values import Const
from crosswire.wiring.function import Link

ALLOWED = "{Effect: Allow, Action: 'dynamodb:GetItem', Resource: !GetAtt Orders.Arn}"
DENIED = ["iam/missing-action: dynamodb:GetItem on table Orders"]
ENVIRONMENT = "environment: {TABLE: !Ref Orders}\n"


class TestFunctions:
    def test_code_is_found_from_the_folder_of_the_service(self) -> None:
        texts = {f"orders/{path}": body for path, body in service("environment: {TABLE: a}").items()}
        function = function_of(texts)
        assert (function.code.link, function.code.entry) == (Link.EXACT, "orders/app.py")
        assert (function.handler, function.runtime) == ("app.handler", "python3.12")

    def test_names_are_made_of_service_and_stage(self) -> None:
        texts = service(
            functions="get: {handler: app.handler}\nput: {handler: app.handler, name: 'put-${self:service}'}"
        )
        wiring = wiring_of(texts)
        names = {one.id.address: one.name for one in wiring.functions}
        assert wiring.spelt("serverless.yml", names["GetLambdaFunction"] or Const("")) == "shop-${sls:stage}-get"
        assert names["PutLambdaFunction"] == Const("put-shop")

    def test_logical_ids_are_those_of_the_framework(self) -> None:
        texts = service(functions="create-order_v2: {handler: app.handler}")
        assert function_of(texts, "CreateDashorderUnderscorev2LambdaFunction").handler == "app.handler"

    def test_a_function_has_the_variables_of_the_provider_and_its_own(self) -> None:
        functions = "get: {handler: app.handler, environment: {B: '2', C: '3'}}"
        env = function_of(service("environment: {A: '1', B: '1'}", functions)).env
        assert {name: one.value for name, one in env.variables.items()} == {
            "A": Const("1"),
            "B": Const("2"),
            "C": Const("3"),
        }
        assert env.complete

    def test_variables_of_an_unread_file_may_be_any(self) -> None:
        assert not function_of(service("environment: ${file(env.js):all}")).env.complete

    @pytest.mark.parametrize("plugin", ["serverless-dotenv-plugin", "./plugins/own", "serverless-never-heard-of"])
    def test_a_plugin_that_may_add_variables_leaves_the_environment_open(self, plugin: str) -> None:
        assert not function_of(service(more=f"plugins: ['{plugin}']")).env.complete

    def test_a_plugin_that_only_packs_leaves_nothing_open(self) -> None:
        texts = service(more="plugins: [serverless-offline, '@somebody/serverless-python-requirements']")
        wiring = wiring_of(texts)
        assert wiring.functions[0].env.complete
        assert wiring.units[0].blind_spots == wiring.functions[0].role.blind_spots == ()

    def test_functions_may_stand_in_several_files(self) -> None:
        texts = service(
            functions="- ${file(a.yml)}\n- put: {handler: app.handler}", a___yml="get: {handler: app.handler}"
        )
        assert [one.id.address for one in wiring_of(texts).functions] == ["GetLambdaFunction", "PutLambdaFunction"]

    def test_an_image_is_found_by_its_docker_file(self) -> None:
        texts = service("ecr: {images: {app: {path: ./}}}", "get: {image: {name: app, command: [app.handler]}}")
        texts["Dockerfile"] = "FROM public.ecr.aws/lambda/python:3.12\nCOPY app.py ./\n"
        assert function_of(texts).code.entry == "app.py"

    def test_layers_lead_to_the_code_that_they_hold(self) -> None:
        more = "layers: {common: {path: layer}}"
        texts = service(functions="get: {handler: app.handler, layers: [!Ref CommonLambdaLayer]}", more=more)
        texts["app.py"] = "import common\ndef handler(event, context):\n    return common.NAME\n"
        texts["layer/python/common.py"] = "import os\nNAME = os.environ['NAME']\n"
        assert alarms(texts) == ["env/not-set: NAME"]


class TestRoles:
    def test_a_role_without_the_action_is_told(self) -> None:
        assert alarms(with_orders(ENVIRONMENT)) == DENIED

    @pytest.mark.parametrize(
        "provider",
        [
            f"iamRoleStatements: [{ALLOWED}]",
            f"iam: {{role: {{statements: [{ALLOWED}]}}}}",
            "iam: {role: {managedPolicies: ['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess']}}",
            "iamManagedPolicies: ['arn:aws:iam::aws:policy/AmazonDynamoDBReadOnlyAccess']",
            "iam: {role: 'arn:aws:iam::123456789012:role/shop'}",
            "role: arn:aws:iam::123456789012:role/shop",
            "iamRoleStatements: ${file(policies.js)}",
            "iamRoleStatements: [ '${file(policies.js):orders}' ]",
        ],
    )
    def test_what_the_provider_allows_is_allowed(self, provider: str) -> None:
        assert alarms(with_orders(ENVIRONMENT + provider)) == []

    def test_a_role_of_the_template_is_read(self) -> None:
        role = """
            OwnRole:
              Type: AWS::IAM::Role
              Properties:
                AssumeRolePolicyDocument: {{Statement: []}}
                Policies: [{{PolicyName: orders, PolicyDocument: {{Statement: [{0}]}}}}]
        """
        functions = "get: {handler: app.handler, role: OwnRole}"
        denied = with_orders(ENVIRONMENT, functions)
        denied["serverless.yml"] += role.format("{Effect: Allow, Action: 'dynamodb:Query', Resource: '*'}").replace(
            "            ", "    "
        )
        assert alarms(denied) == DENIED
        allowed = with_orders(ENVIRONMENT, functions)
        allowed["serverless.yml"] += role.format(ALLOWED).replace("            ", "    ")
        assert alarms(allowed) == []

    @pytest.mark.parametrize(
        ("function", "custom", "expected"),
        [
            ("iamRoleStatements: []", "", DENIED),
            (f"iamRoleStatements: [{ALLOWED}]", "", []),
            ("iamRoleStatements: []\niamRoleStatementsInherit: true", "", []),
            ("iamRoleStatements: []", "{serverless-iam-roles-per-function: {defaultInherit: true}}", []),
            (
                "iamRoleStatements: []\niamRoleStatementsInherit: false",
                "{serverless-iam-roles-per-function: {defaultInherit: true}}",
                DENIED,
            ),
            (f"iam: {{role: {{statements: [{ALLOWED}]}}}}", "", []),
            ("iam: {role: {statements: []}, inheritStatements: true}", "", []),
        ],
    )
    def test_a_role_of_its_own_allows_what_it_says_or_inherits(
        self, function: str, custom: str, expected: list[str]
    ) -> None:
        functions = "get:\n  handler: app.handler\n" + "".join(f"  {line}\n" for line in function.split("\n"))
        texts = with_orders(ENVIRONMENT + f"iamRoleStatements: [{ALLOWED}]", functions, f"custom: {custom or '{}'}\n")
        texts["serverless.yml"] += "plugins: [serverless-iam-roles-per-function]\n"
        assert alarms(texts) == expected

    def test_a_fork_of_the_plugin_has_settings_of_its_own(self) -> None:
        functions = "get: {handler: app.handler, iamRoleStatements: []}"
        more = "custom: {serverless-iamroles: {defaultInherit: true}}\nplugins: [serverless-iamroles]\n"
        texts = with_orders(ENVIRONMENT + f"iamRoleStatements: [{ALLOWED}]", functions, more)
        assert alarms(texts) == []
        texts["serverless.yml"] = texts["serverless.yml"].replace("defaultInherit: true", "defaultInherit: false")
        assert alarms(texts) == DENIED

    def test_a_plugin_that_may_allow_more_hides_what_is_missing(self) -> None:
        assert alarms(with_orders(ENVIRONMENT, more="plugins: [serverless-lift]")) == []

    def test_what_is_put_over_the_role_counts(self) -> None:
        document = f"{{Statement: [{ALLOWED}]}}"
        properties = f"{{Roles: [!Ref IamRoleLambdaExecution], PolicyDocument: {document}}}"
        policy = f"{{Type: 'AWS::IAM::Policy', Properties: {properties}}}"
        texts = with_orders(ENVIRONMENT)
        texts["serverless.yml"] += f"    More: {policy}\n"
        assert alarms(texts) == []


EVENTS = """
get:
  handler: app.handler
  url: true
  events:
    - http: GET /orders/{id}
    - http: {path: orders, method: post, authorizer: check}
    - httpApi: GET /orders
    - httpApi: '*'
    - websocket: $connect
    - websocket: {route: say, authorizer: check}
    - s3: uploads-${sls:stage}
    - s3: {bucket: others, existing: true, event: 's3:ObjectRemoved:*'}
    - sns: news
    - sns: {arn: !Ref Topic, topicName: topic}
    - sns: arn:aws:sns:eu-west-1:210987654321:elsewhere
    - sqs: !GetAtt Queue.Arn
    - sqs: {arn: 'arn:aws:sqs:eu-west-1:210987654321:jobs'}
    - stream: {type: dynamodb, arn: !GetAtt Orders.StreamArn}
    - stream: {arn: !GetAtt Stream.Arn, type: kinesis, consumer: true}
    - stream: arn:aws:kinesis:eu-west-1:210987654321:stream/clicks
    - schedule: rate(1 hour)
    - schedule: {rate: [cron(0 3 * * ? *)], enabled: false}
    - schedule: {rate: rate(1 day), method: scheduler}
    - cloudwatchEvent: {event: {source: [aws.ec2]}}
    - eventBridge: {pattern: {source: [shop]}, eventBus: shop-bus}
    - eventBridge: {schedule: rate(1 hour)}
    - cloudwatchLog: /aws/lambda/other
    - cloudwatchLog: {logGroup: '/shop/${sls:stage}', filter: error}
    - cognitoUserPool: {pool: users, trigger: PreSignUp}
    - cognitoUserPool: {pool: users, trigger: CustomEmailSender}
    - cognitoUserPool: {pool: known, trigger: PostConfirmation, existing: true}
    - iot: {sql: SELECT * FROM 'topic'}
    - alb: {listenerArn: a, priority: 1, conditions: {path: /}}
    - alexaSkill: amzn1.ask.skill.x
    - alexaSmartHome: amzn1.ask.skill.y
    - msk: {arn: !Ref Cluster, topic: news}
    - kafka: {topic: news, bootstrapServers: [a], accessConfigurations: {saslPlainAuth: [secret], vpcSubnet: [a]}}
    - activemq: {arn: 'arn:aws:mq:eu-west-1:210987654321:broker:b:b-1', queue: q, basicAuthArn: secret}
    - rabbitmq: {arn: 'arn:aws:mq:eu-west-1:210987654321:broker:b:b-1', queue: q, basicAuthArn: secret}
    - somethingOfAPlugin: {a: b}
check:
  handler: check.handler
"""

_BESIDE = """\
    Topic: {Type: 'AWS::SNS::Topic'}
    Queue: {Type: 'AWS::SQS::Queue'}
    Stream: {Type: 'AWS::Kinesis::Stream'}
    Cluster: {Type: 'AWS::MSK::Cluster'}
"""


class TestEvents:
    def test_what_the_framework_lets_in_by_itself_is_never_missing(self) -> None:
        texts = with_orders(ENVIRONMENT + f"iamRoleStatements: [{ALLOWED}]", EVENTS)
        texts["serverless.yml"] += _BESIDE
        texts["check.py"] = "def handler(event, context):\n    return event\n"
        assert alarms(texts) == []
        kinds = {trigger.kind for trigger in wiring_of(texts).triggers}
        assert kinds >= {
            "alb_target",
            "api_gateway_http",
            "api_gateway_rest",
            "api_gateway_rest_authorizer",
            "api_gateway_websocket",
            "cognito_user_pool",
            "event_source_mapping",
            "eventbridge_rule",
            "function_url",
            "iot_rule",
            "logs_subscription",
            "s3_notification",
            "sns",
        }

    def test_paths_and_methods_are_told(self) -> None:
        events = "[{http: 'get orders/{id}/items'}, {httpApi: {path: /a, method: POST}}]"
        functions = f"get: {{handler: app.handler, events: {events}}}"
        details = [trigger.detail for trigger in wiring_of(service(functions=functions)).triggers]
        assert details == ["GET /orders/{id}/items", "POST /a"]

    def test_a_role_that_is_not_the_frameworks_must_allow_the_polling(self) -> None:
        functions = "get: {handler: app.handler, role: OwnRole, events: [{sqs: !GetAtt Queue.Arn}]}"
        texts = with_orders(ENVIRONMENT, functions)
        texts["serverless.yml"] += _BESIDE + (
            "    OwnRole:\n      Type: AWS::IAM::Role\n      Properties:\n        Policies:\n"
            f"          - {{PolicyName: a, PolicyDocument: {{Statement: [{ALLOWED}]}}}}\n"
        )
        assert [alarm.partition(":")[0] for alarm in alarms(texts)] == ["iam/missing-poll-action"]

    def test_an_edge_function_is_known_by_its_event(self) -> None:
        functions = (
            "get: {handler: app.handler, events: [{cloudFront: {eventType: viewer-request, origin: 'https://a.b'}}]}"
        )
        assert function_of(service(functions=functions)).edge

    def test_a_permission_that_is_written_out_for_a_resource_is_still_needed(self) -> None:
        texts = with_orders(ENVIRONMENT + f"iamRoleStatements: [{ALLOWED}]")
        texts["serverless.yml"] += (
            "    Topic:\n      Type: AWS::SNS::Topic\n      Properties:\n"
            "        Subscription: [{Protocol: lambda, Endpoint: !GetAtt GetLambdaFunction.Arn}]\n"
        )
        assert alarms(texts) == ["triggers/missing-permission: sns Topic"]


class TestResources:
    def test_a_generated_resource_takes_what_the_service_puts_over_it(self) -> None:
        functions = "get: {handler: app.handler, events: [{sns: news}]}"
        more = "resources: {Resources: {SNSTopicNews: {Properties: {DisplayName: News}}}}"
        topics = [one for one in wiring_of(service(functions=functions, more=more)).resources if one.kind == "topic"]
        assert [(one.id.address, one.name) for one in topics] == [("SNSTopicNews", Const("news"))]

    def test_extensions_change_what_is_generated(self) -> None:
        more = (
            "resources:\n  extensions:\n    GetLambdaFunction:\n      Properties:\n"
            "        Environment: {Variables: {TABLE: a}}\n"
        )
        assert set(function_of(service("environment: {OTHER: b}", more=more)).env.variables) == {"TABLE"}

    def test_resources_that_a_macro_may_add_are_a_blind_spot(self) -> None:
        wiring = wiring_of(service(more="resources: ${file(resources.js)}"))
        assert "resources that cannot be read" in [spot.why for spot in wiring.units[0].blind_spots]


class TestSeveralServices:
    ORDERS = (
        "service: orders\nprovider: {name: aws}\nresources:\n  Resources: {Orders: {Type: 'AWS::DynamoDB::Table'}}\n"
    )
    OUTPUTS = "  Outputs:\n    Name: {Value: !Ref Orders}\n    Arn: {Value: !GetAtt Orders.Arn}\n"

    def reports(self, resource: str) -> dict[str, str]:
        provider = (
            "environment: {TABLE: '${cf:orders-${sls:stage}.Name}'}\n"
            f"iamRoleStatements: [{{Effect: Allow, Action: 'dynamodb:GetItem', Resource: '{resource}'}}]"
        )
        return {f"reports/{path}": body for path, body in service(provider).items()}

    def test_outputs_of_other_stacks_are_what_they_stand_for(self) -> None:
        texts = {**self.reports("${cf:orders-${sls:stage}.Arn}"), "orders/serverless.yml": self.ORDERS + self.OUTPUTS}
        assert alarms(texts) == []
        texts = {
            **self.reports("arn:aws:dynamodb:*:*:table/baskets"),
            "orders/serverless.yml": self.ORDERS + self.OUTPUTS,
        }
        assert [alarm.partition(":")[0] for alarm in alarms(texts)] == ["iam/wrong-resource"]

    def test_outputs_that_no_service_has_prove_nothing(self) -> None:
        assert alarms(self.reports("${cf:orders-${sls:stage}.Arn}")) == []

    def test_a_compose_file_gives_parameters(self) -> None:
        texts = {f"orders/{path}": body for path, body in service("environment: {TABLE: '${param:table}'}").items()}
        texts["serverless-compose.yml"] = "services: {orders: {path: orders, params: {table: baskets}}}\n"
        wiring = wiring_of(texts)
        assert [unit.id for unit in wiring.units] == ["orders/serverless.yml"]
        assert wiring.functions[0].env.variables["TABLE"].value == Const("baskets")


class TestWhatIsNoService:
    @pytest.mark.parametrize(
        "text",
        [
            "service: a\nprovider: {name: google}\nfunctions: {a: {handler: b}}\n",
            "service: a\nprovider: azure\n",
            "name: a component\ncomponent: express\n",
            "- a\n- list\n",
            "",
        ],
    )
    def test_it_is_left_alone(self, text: str) -> None:
        assert wiring_of({"serverless.yml": text}).units == ()

    def test_a_part_that_is_called_like_a_service_is_none(self) -> None:
        texts = service(more="custom: ${file(serverless.common.yml)}")
        texts["serverless.common.yml"] = "table: orders\n"
        assert [unit.id for unit in wiring_of(texts).units] == ["serverless.yml"]


class TestBrokenInput:
    @pytest.mark.parametrize(
        ("text", "why"),
        [
            ("service: a\nprovider:\n  name: aws\n\truntime: x\nfunctions: {}\n", "a tab indents this line"),
            ("service: a\nprovider: {name: aws\nfunctions: {}\n", ""),
            ("service: a\n<<<<<<< ours\nprovider: {name: aws}\n=======\nfunctions: {}\n", "merge conflict"),
        ],
    )
    def test_a_service_that_cannot_be_read_is_a_finding(self, text: str, why: str) -> None:
        broken = wiring_of({"serverless.yml": text}).broken
        assert len(broken) == 1
        assert why in broken[0].why
        report = lint(Files.from_texts({"serverless.yml": text}), load(rule_ids()))
        assert [finding.rule for finding in report.findings] == ["input/broken-file"]

    def test_an_included_file_that_cannot_be_read_is_a_finding(self) -> None:
        texts = service("environment: {A: '${file(custom.yml):a}'}")
        texts["custom.yml"] = "a: {b: c\n"
        assert alarms({**texts, "app.py": "def handler(event, context):\n    pass\n"})[0].startswith(
            "input/broken-file"
        )

    @pytest.mark.parametrize(
        "more",
        [
            "functions2: [",
            "resources: {Resources: [], Outputs: x, extensions: y}\n",
            "resources: [[[]], x, {Resources: {A: null, B: [], C: {Type: []}}}]\n",
            "custom: ${self:}\nlayers: [a]\nplugins: {a: b}\nstepFunctions: x\n",
            "custom: ${file(../../outside.yml):a}\n",
            "params: []\nstages: x\nlayers: {a: b}\npackage: x\n",
        ],
    )
    def test_odd_texts_are_no_traceback(self, more: str) -> None:
        wiring_of(service("environment: x\niam: y\nvpc: z\ntracing: []", more=more))

    @pytest.mark.parametrize(
        "functions",
        ["x", "[]", "get:", "get: x", "get: {handler: [], events: x}", "get: {events: [x, {http: }, {s3: []}]}"],
    )
    def test_odd_functions_are_no_traceback(self, functions: str) -> None:
        wiring_of(service(functions=functions))


def test_a_check_without_services_imports_nothing_of_them(tmp_path: Path) -> None:
    (tmp_path / "template.yaml").write_text("Resources: {Topic: {Type: 'AWS::SNS::Topic'}}\n")
    script = (
        "import sys; from crosswire.cli import main; main(['check', '.']);"
        "print('\\n'.join(sys.modules), file=sys.stderr)"
    )
    command = [sys.executable, "-c", script]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert [one for one in result.stderr.split() if one.startswith("crosswire.frontends.serverless.")] == []


def test_a_function_with_all_it_needs_is_silent() -> None:
    provider = ENVIRONMENT + f"iamRoleStatements: [{ALLOWED}]"
    texts = with_orders(provider)
    assert texts["app.py"] == CODE
    assert alarms(texts) == []
