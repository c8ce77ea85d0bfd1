"""Commands of the AWS CLI as declarations: scripts and code in, findings out."""

from __future__ import annotations

from textwrap import dedent

import pytest
from tests.checking import alarms, findings, told, wiring

from crosswire.aws.cli_commands import DECLARING
from crosswire.frontends.projects.commands.gathering import HANDLERS
from crosswire.wiring.project import Wiring

_TRUST = (
    '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},'
    '"Action":"sts:AssumeRole"}]}'
)
_SCRIPT = """\
#!/bin/bash
set -e
aws dynamodb create-table --table-name orders --billing-mode PAY_PER_REQUEST \\
  --attribute-definitions AttributeName=id,AttributeType=S AttributeName=email,AttributeType=S \\
  --key-schema AttributeName=id,KeyType=HASH \\
  --global-secondary-indexes \\
  'IndexName=by-email,KeySchema=[{AttributeName=email,KeyType=HASH}],Projection={ProjectionType=ALL}'
aws iam create-role --role-name orders-role --assume-role-policy-document '%(trust)s'
aws iam put-role-policy --role-name orders-role --policy-name table --policy-document '{
  "Version": "2012-10-17",
  "Statement": [{"Effect": "Allow", "Action": %(actions)s, "Resource": "arn:aws:dynamodb:*:*:table/orders"}]
}'
(cd src && zip -r ../orders.zip .)
aws lambda create-function --function-name orders --runtime python3.12 --handler app.handler \\
  --role arn:aws:iam::111122223333:role/orders-role --zip-file fileb://orders.zip \\
  --environment '%(environment)s'
%(more)s
"""
_CODE = """\
import os

import boto3

table = boto3.resource("dynamodb").Table(os.environ["TABLE"])


def handler(event, context):
    return %(call)s
"""


def project(
    *,
    environment: str = "Variables={TABLE=orders}",
    actions: str = '["dynamodb:GetItem"]',
    call: str = 'table.get_item(Key={"id": event["id"]})',
    more: str = "",
) -> dict[str, str]:
    """A function that a script creates, with its table and role, and the code."""
    script = _SCRIPT % {"trust": _TRUST, "actions": actions, "environment": environment, "more": dedent(more)}
    return {"deploy.sh": script, "src/app.py": _CODE % {"call": call}}


def _configuring(variables: str) -> str:
    return (
        f'aws lambda update-function-configuration --function-name orders --environment "Variables={{{variables}}}"\n'
    )


def function_of(found: Wiring, name: str) -> dict[str, str]:
    """The variables of a function with their values as text."""
    function = next(one for one in found.functions if str(one.id) == name)
    return {key: getattr(one.value, "text", str(one.value)) for key, one in function.env.variables.items()}


def test_what_agrees_is_silent() -> None:
    assert alarms(project(), "") == []


def test_a_variable_that_no_command_sets_is_found() -> None:
    assert told(project(environment="Variables={TABLES=orders}"), "env/not-set") == ["warning env/not-set"]


def test_a_function_to_which_no_command_gives_variables_may_have_some() -> None:
    texts = project()
    texts["deploy.sh"] = texts["deploy.sh"].replace(" \\\n  --environment 'Variables={TABLE=orders}'", "")
    assert "--environment" not in texts["deploy.sh"]
    assert told(texts, "env/not-set") == []
    assert told({**texts, "more.sh": _configuring("STAGE=prod")}, "env/not-set") == ["warning env/not-set"]


@pytest.mark.parametrize("given", ['if [ ! -z "$1" ]; then\n  NAME=$1\nfi', '[ -n "$1" ] && NAME=$1'])
def test_a_script_is_known_by_what_it_does_without_arguments(given: str) -> None:
    texts = project(environment="Variables={TABLES=orders}")
    script = texts["deploy.sh"].replace("--function-name orders", "--function-name $NAME")
    found = wiring({**texts, "deploy.sh": f"NAME=orders\n{given}\n{script}"})
    assert [str(function.id) for function in found.functions] == ["orders"]


def test_a_function_url_is_told_of_by_its_function_where_the_command_makes_it() -> None:
    more = "FN=orders\naws lambda create-function-url-config --function-name $FN --auth-type NONE\n"
    (found,) = findings(project(more=more), "triggers/")
    assert found.rule == "triggers/missing-permission"
    assert "the function URL `orders URL`" in found.message
    assert found.span.text.startswith("--function-name")
    assert "`orders`. This holds" in found.advice


def test_a_reserved_variable_in_a_command_is_found() -> None:
    assert told(project(environment="Variables={TABLE=orders,AWS_REGION=us-east-1}"), "env/reserved-name") == [
        "error env/reserved-name"
    ]


def test_a_secret_in_a_command_is_found_and_never_shown() -> None:
    # The key is made up.
    key = "sk_live_" + "51HxQ3vKz8Yw2Lm4Np6Rt9Bc"
    texts = project(environment="Variables={TABLE=orders,STRIPE_KEY=" + key + "}")
    found = findings(texts, "secrets/")
    assert [one.rule for one in found] == ["secrets/plaintext-in-env"]
    assert key not in str(found[0].message)


def test_what_a_variable_falls_back_to_in_one_project_says_nothing_of_another() -> None:
    creating = (
        "aws lambda create-function --function-name orders --runtime python3.12 --handler app.handler "
        "--role $ROLE --zip-file fileb://app.zip --environment Variables={DB_PASSWORD=$DB_PASSWORD}\n"
    )
    falling_back = 'DB_PASSWORD="${DB_PASSWORD:-Tr0ub4dor3xHorse}"\n' + creating
    apart = {"a/package.json": "{}", "b/package.json": "{}", "b/deploy.sh": creating}
    assert [one.span.path for one in findings(apart | {"a/deploy.sh": falling_back}, "secrets")] == ["a/deploy.sh"]


def test_an_action_that_no_command_grants_is_found() -> None:
    assert alarms(project(call='table.put_item(Item={"id": event["id"]})'), "iam/") == ["iam/missing-action"]


def test_an_index_that_no_command_grants_is_found() -> None:
    call = (
        'table.query(IndexName="by-email", KeyConditionExpression="email = :e",'
        ' ExpressionAttributeValues={":e": event["email"]})'
    )
    assert alarms(project(call=call, actions='["dynamodb:Query"]'), "iam/", "schema/") == ["iam/missing-index"]


def test_a_key_that_the_created_table_does_not_have_is_found() -> None:
    assert alarms(project(call='table.get_item(Key={"order_id": event["id"]})'), "schema/") == ["schema/key-mismatch"]


def test_a_bucket_that_no_command_lets_in_is_found() -> None:
    notify = """\
        aws s3 mb s3://shop-uploads
        aws s3api put-bucket-notification-configuration --bucket shop-uploads --notification-configuration '{
          "LambdaFunctionConfigurations": [
            {"LambdaFunctionArn": "arn:aws:lambda:us-east-1:111122223333:function:orders",
             "Events": ["s3:ObjectCreated:*"]}
          ]
        }'
        """
    assert alarms(project(more=notify), "triggers/") == ["triggers/missing-permission"]
    permission = """\
        aws lambda add-permission --function-name orders --statement-id s3 --action lambda:InvokeFunction \\
          --principal s3.amazonaws.com --source-arn arn:aws:s3:::shop-uploads
        """
    assert alarms(project(more=dedent(notify) + dedent(permission)), "triggers/") == []


def test_a_user_pool_that_no_command_lets_in_is_found() -> None:
    more = """\
        POOL=$(aws cognito-idp create-user-pool --pool-name shop --query UserPool.Id --output text)
        ARN=$(aws lambda get-function --function-name orders --query Configuration.FunctionArn --output text)
        aws cognito-idp update-user-pool --user-pool-id $POOL --lambda-config PostConfirmation=$ARN
        """
    assert alarms(project(more=more), "triggers/") == ["triggers/missing-permission"]


def test_a_permission_for_another_service_is_found() -> None:
    more = """\
        aws cognito-idp update-user-pool --user-pool-id us-east-1_AbCdEf123 \\
          --lambda-config PostConfirmation=arn:aws:lambda:us-east-1:111122223333:function:orders
        aws lambda add-permission --function-name orders --statement-id pool --action lambda:InvokeFunction \\
          --principal cognito.amazonaws.com \\
          --source-arn arn:aws:cognito-idp:us-east-1:111122223333:userpool/us-east-1_AbCdEf123
        """
    assert alarms(project(more=more), "triggers/") == ["triggers/wrong-permission"]


@pytest.mark.parametrize("pool", ["us-east-1_AbCdEf123", "$POOL_ID"])
def test_a_permission_is_compared_with_the_pool_that_the_script_names(pool: str) -> None:
    more = f"""\
        aws cognito-idp update-user-pool --user-pool-id {pool} \\
          --lambda-config PostConfirmation=arn:aws:lambda:us-east-1:111122223333:function:orders
        aws lambda add-permission --function-name orders --statement-id pool --action lambda:InvokeFunction \\
          --principal cognito-idp.amazonaws.com \\
          --source-arn arn:aws:cognito-idp:us-east-1:111122223333:userpool/{pool}
        """
    assert alarms(project(more=more), "triggers/") == []
    for old, new in (("cognito-idp.amazonaws", "iot.amazonaws"), (f"userpool/{pool}", "userpool/us-east-1_Other1234")):
        wrong = project(more=more.replace(old, new))
        is_symbol = pool.startswith("$") and old.startswith("userpool")
        assert alarms(wrong, "triggers/") == ([] if is_symbol else ["triggers/wrong-permission"])


def test_json_in_a_command_that_is_none_is_told_at_its_place() -> None:
    texts = project(environment='{"Variables": {"TABLE": "orders",}}')
    found = findings(texts, "input/")
    assert [one.rule for one in found] == ["input/broken-file"]
    assert found[0].span.path == "deploy.sh"
    assert texts["deploy.sh"][found[0].span.start] == ","


def test_a_command_against_a_local_endpoint_declares_nothing() -> None:
    for command in (
        "aws --endpoint-url http://localhost:8000 dynamodb create-table --table-name local-orders",
        "aws dynamodb create-table --endpoint-url=$LOCALSTACK --table-name local-orders",
        "awslocal dynamodb create-table --table-name local-orders",
        'AWS="aws --endpoint-url http://localhost:4566"\n$AWS dynamodb create-table --table-name local-orders',
        "export AWS_ENDPOINT_URL=http://localhost:4566\naws dynamodb create-table --table-name local-orders",
    ):
        found = wiring({**project(), "local.sh": command})
        assert "local-orders" not in {str(one.id) for one in found.resources}, command


def test_a_loop_over_texts_declares_each() -> None:
    found = wiring({"make.sh": 'for t in users "orders"; do\n  aws sqs create-queue --queue-name "shop-$t"\ndone\n'})
    assert [str(one.id) for one in found.resources] == ["shop-orders", "shop-users"]


def test_what_a_later_command_sets_is_set() -> None:
    more = _configuring("TABLE=orders,MORE=1")
    assert function_of(wiring(project(environment="Variables={}", more=more)), "orders") == {
        "TABLE": "orders",
        "MORE": "1",
    }


def test_variables_that_a_script_puts_together_may_be_any() -> None:
    for environment in ("Variables={'$VARIABLES'}", "'$(cat env.json)'", "file://env.json"):
        assert alarms(project(environment=environment), "env/") == [], environment


def test_a_role_that_no_command_makes_may_allow_anything() -> None:
    texts = project(call='table.put_item(Item={"id": event["id"]})')
    texts["deploy.sh"] = "\n".join(line for line in texts["deploy.sh"].splitlines() if "create-role" not in line)
    assert alarms(texts, "iam/") == []


_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  Role:
    Type: AWS::IAM::Role
    Properties:
      RoleName: orders-role
      AssumeRolePolicyDocument:
        Statement: [{Effect: Allow, Principal: {Service: lambda.amazonaws.com}, Action: "sts:AssumeRole"}]
  Orders:
    Type: AWS::Serverless::Function
    Properties:
      FunctionName: orders
      CodeUri: src/
      Handler: app.handler
      Runtime: python3.12
      Role: !GetAtt Role.Arn
      Environment:
        Variables: {STAGE: dev}
"""


def _with_template(script: str, name: str = "fix.sh", call: str = 'print(os.environ["STAGE"])') -> dict[str, str]:
    return {
        "template.yaml": _TEMPLATE,
        name: dedent(script),
        "src/app.py": f"import os\n\nimport boto3\n\n\ndef handler(event, context):\n    return {call}\n",
    }


def test_what_a_command_sets_on_the_function_of_a_template_does_not_last() -> None:
    script = _configuring("STAGE=dev,TABLE=t")
    texts = _with_template(script, call='os.environ["TABLE"]')
    found = findings(texts, "env/not-set")
    assert [one.rule for one in found] == ["env/not-set"]
    assert [label.message for label in found[0].related if label.span.path == "fix.sh"] == [
        "a command sets it, until the next deployment takes it away again"
    ]


def test_what_the_deployment_itself_sets_is_set() -> None:
    script = """\
        sam deploy
        aws lambda update-function-configuration --function-name orders --environment "Variables={STAGE=dev,TABLE=t}"
        """
    assert alarms(_with_template(script, call='os.environ["TABLE"]'), "env/not-set") == []


def test_what_the_deployment_sets_is_set_in_every_environment() -> None:
    script = "sam deploy\n" + _configuring("STAGE=dev,TABLE=t")
    texts = _with_template(script, call='os.environ["TABLE"]')
    texts["template.yaml"] = _TEMPLATE.replace("Resources:", "Parameters:\n  Stage: {Type: String}\nResources:", 1)
    texts["samconfig.toml"] = "".join(
        f'[{stage}.deploy.parameters]\nparameter_overrides = "Stage={stage}"\n' for stage in ("dev", "prod")
    )
    assert alarms(texts, "env/not-set") == []


def test_of_two_templates_a_command_is_about_the_one_that_it_is_near() -> None:
    script = "sam deploy\n" + _configuring("STAGE=dev,TABLE=t")
    own = _with_template(script, call='os.environ["TABLE"]')
    texts = {f"{folder}/{path}": text for folder in ("a", "b") for path, text in own.items()}
    del texts["a/fix.sh"]
    assert {one.span.path for one in findings(texts, "env/not-set")} == {"a/src/app.py"}


def test_what_a_workflow_sets_is_set_at_every_deployment() -> None:
    workflow = (
        f"jobs:\n  deploy:\n    steps:\n      - run: npm run deploy\n      - run: {_configuring('STAGE=dev,TABLE=t')}"
    )
    texts = _with_template(workflow, ".github/workflows/main.yml", call='os.environ["TABLE"]')
    assert alarms(texts, "env/not-set") == []


def test_a_policy_that_a_command_gives_to_the_role_of_a_template_may_allow_it() -> None:
    call = 'boto3.client("dynamodb").get_item(TableName="orders", Key={"id": {"S": "1"}})'
    assert "iam/missing-action" in alarms(_with_template("true\n", call=call), "iam/")
    script = (
        "aws iam attach-role-policy --role-name orders-role"
        " --policy-arn arn:aws:iam::aws:policy/AmazonDynamoDBFullAccess\n"
    )
    assert alarms(_with_template(script, call=call), "iam/") == []


def test_a_permission_that_a_command_gives_counts_for_a_template() -> None:
    bucket = """\
  Uploads:
    Type: AWS::S3::Bucket
    Properties:
      BucketName: shop-uploads
      NotificationConfiguration:
        LambdaConfigurations: [{Event: "s3:ObjectCreated:*", Function: !GetAtt Orders.Arn}]
"""
    texts = _with_template("true\n")
    texts["template.yaml"] += bucket
    assert alarms(texts, "triggers/") == ["triggers/missing-permission"]
    texts["fix.sh"] = (
        "aws lambda add-permission --function-name orders --statement-id s3 --action lambda:InvokeFunction"
        " --principal s3.amazonaws.com --source-arn arn:aws:s3:::shop-uploads\n"
    )
    assert alarms(texts, "triggers/") == []


def test_a_function_that_a_template_declares_is_the_templates() -> None:
    create = (
        "aws lambda create-function --function-name {} --runtime python3.12 --handler app.handler"
        " --role arn:aws:iam::111122223333:role/x"
    )
    for name in ("orders", "$FUNCTION", "shop-Orders-1A2B3C"):
        assert len(wiring(_with_template(create.format(name) + "\n")).functions) == 1, name
    packed = "cd src && zip -r ../f.zip . && cd ..\n" + create.format("another") + " --zip-file fileb://f.zip\n"
    assert len(wiring(_with_template(packed)).functions) == 1


def test_a_table_that_only_a_script_creates_is_known_by_its_name() -> None:
    call = 'boto3.client("dynamodb").get_item(TableName="orders-table", Key={"id": {"S": "1"}})'
    texts = _with_template("true\n", call=call)
    texts["template.yaml"] += "  Other: {Type: AWS::DynamoDB::Table, Properties: {TableName: other}}\n"
    assert "env/unknown-table" in alarms(texts, "env/")
    texts["fix.sh"] = (
        "aws dynamodb create-table --table-name orders-table --key-schema AttributeName=id,KeyType=HASH"
        " --attribute-definitions AttributeName=id,AttributeType=S\n"
    )
    assert alarms(texts, "env/") == []


def test_an_example_in_a_document_is_no_function() -> None:
    readme = """\
        # How to

        ```sh
        aws lambda create-function --function-name my-function --runtime python3.12 --handler index.handler \\
          --role arn:aws:iam::123456789012:role/lambda-ex --zip-file fileb://function.zip \\
          --environment Variables={AWS_REGION=us-east-1}
        ```
        """
    found = wiring({**project(), "README.md": dedent(readme)})
    assert [str(one.id) for one in found.functions] == ["orders"]


def test_a_guide_that_creates_the_functions_of_the_repository_is_read() -> None:
    texts = project(environment="Variables={TABLE=orders,AWS_REGION=eu-west-1}")
    texts["README.md"] = "# Set up\n\n```bash\n" + texts.pop("deploy.sh") + "```\n"
    assert alarms(texts, "env/") == ["env/reserved-name"]


def test_scripts_of_every_kind_give_the_same_function() -> None:
    create = "aws lambda create-function --function-name orders --runtime python3.12 --handler app.handler"
    role = "--role arn:aws:iam::111122223333:role/orders-role"
    variables = {"TABLE": "orders", "STAGE": "dev"}
    kinds = {
        "deploy.sh": (
            "STAGE=dev\nT=orders\nARGS=(--role arn:aws:iam::111122223333:role/orders-role)\n"
            f'{create} "${{ARGS[@]}}" --environment "Variables={{TABLE=$T,STAGE=$STAGE}}"\n'
        ),
        "lib.sh": (
            "make_function() {\n  local name=$1 vars=$2\n  aws lambda create-function --function-name $name"
            f' --runtime python3.12 --handler app.handler {role} --environment "Variables={{$vars}}"\n}}\n'
            "make_function orders TABLE=orders,STAGE=dev\n"
        ),
        "deploy.ps1": (
            "$table = 'orders'\n$env = @{ Variables = @{ TABLE = $table; STAGE = \"dev\" } } | ConvertTo-Json\n"
            f"{create} `\n  {role} `\n  --environment $env\n"
        ),
        "deploy.bat": (
            f'set TABLE=orders\r\n{create} ^\r\n  {role} --environment "{{\\"Variables\\": '
            '{\\"TABLE\\": \\"%TABLE%\\", \\"STAGE\\": \\"dev\\"}}"\r\n'
        ),
        "Makefile": (
            "STAGE := dev\nTABLE = orders\ndeploy:\n"
            f"\t@{create} {role} \\\n\t\t--environment 'Variables={{TABLE=$(TABLE),STAGE=$(STAGE)}}'\n"
        ),
        ".github/workflows/deploy.yml": (
            "env: {TABLE: orders}\njobs:\n  deploy:\n    env:\n      STAGE: dev\n    steps:\n      - run: |\n"
            f"          {create} \\\n            {role} \\\n"
            '            --environment \'{"Variables": {"TABLE": "${{ env.TABLE }}", "STAGE": "dev"}}\'\n'
        ),
        "package.json": (
            '{"scripts": {"deploy": "'
            + create
            + " "
            + role
            + ' --environment \\"Variables={TABLE=orders,STAGE=dev}\\""}}'
        ),
    }
    for path, text in kinds.items():
        found = wiring({path: text, "src/app.py": "def handler(event, context):\n    return event\n"})
        assert function_of(found, "orders") == variables, path
        (function,) = found.functions
        for variable in function.env.variables.values():
            assert variable.span.text.strip('\\"') == variable.name, (path, variable)


def test_a_role_is_found_by_every_way_to_name_it() -> None:
    create = "aws iam create-role --role-name r --assume-role-policy-document '{}'"
    ways = {
        "literal": f"{create}\nR=arn:aws:iam::111122223333:role/r",
        "query": f"R=$({create} --query 'Role.Arn' --output text)",
        "jq": f"R=$({create} | jq -r '.Role.Arn')",
        "later": f'OUT=$({create})\nR=$(echo "$OUT" | jq -r .Role.Arn)',
        "get-role": f"{create}\nNAME=r\nR=`aws iam get-role --role-name $NAME --query Role.Arn --output text`",
        "either": f"if R=$(aws iam get-role --role-name r --query Role.Arn --output text); then :; else R=$({create}"
        " --query Role.Arn --output text); fi",
        "here": f'OUT=$({create})\nR=$(jq -r .Role.Arn <<< "$OUT")',
        "account": f"{create}\nR=arn:aws:iam::$(aws sts get-caller-identity --query Account --output text):role/r",
    }
    for way, script in ways.items():
        create_function = "aws lambda create-function --function-name f --handler app.handler --role $R"
        (function,) = wiring({"x.sh": f"{script}\n{create_function}\n"}).functions
        assert str(function.role.id) == "r", way


def test_a_document_that_the_script_writes_is_the_policy() -> None:
    document = '{"Statement": [{"Effect": "Allow", "Action": "dynamodb:*", "Resource": "$ARN"}]}'
    function = (
        "ARN=arn:aws:dynamodb:*:*:table/orders\naws iam create-role --role-name r --assume-role-policy-document x\n"
        "aws lambda create-function --function-name f --handler app.handler --role arn:aws:iam::1:role/r\n"
        "aws iam put-role-policy --role-name r --policy-name p --policy-document "
    )
    ways = {
        "cat": f"cat > p.json <<EOF\n{document}\nEOF\n{function} file://p.json",
        "inline": f'{function} "$(cat <<EOF\n{document}\nEOF\n)"',
        "tee": f"echo '{document}' | tee p.json\n{function} file://p.json",
        "repository": f"cd policies\n{function} file://p.json",
    }
    for way, script in ways.items():
        texts = {"x.sh": script} | ({"policies/p.json": document.replace("$ARN", "*")} if way == "repository" else {})
        (found,) = wiring(texts).functions
        assert [str(grant.actions[0]) for grant in found.role.grants if grant.effect == "Allow"][-1:] != [], way
        assert not found.role.blind_spots, way


def test_what_a_template_needs_no_script_for_costs_no_script() -> None:
    texts = _with_template("echo aws\naws lambda invoke --function-name orders out.json\naws s3 sync . s3://x\n")
    assert len(wiring(texts).units) == 1


def test_the_variables_of_a_makefile_are_those_of_every_line() -> None:
    makefile = """\
TABLE ?= orders   # the table
NAME := $(TABLE)-table
first:
\taws dynamodb create-table --table-name $(NAME)-1
second:
\taws dynamodb create-table --table-name $(NAME)-2
"""
    names = [str(one.id) for one in wiring({"Makefile": makefile}).resources]
    assert names == ["${TABLE}-table-1", "${TABLE}-table-2"]


def test_a_variable_that_no_branch_sets_keeps_its_value() -> None:
    script = """\
TABLE=orders
STAGE=dev
if [ -n "$CI" ]; then STAGE=prod; fi
aws dynamodb create-table --table-name $TABLE
aws dynamodb create-table --table-name users-$STAGE
"""
    names = [str(one.id) for one in wiring({"deploy.sh": script}).resources]
    assert names == ["orders", "users-${STAGE}"]


def test_each_operation_that_is_looked_for_declares_something() -> None:
    looked_for = {(service, operation) for service, listed in DECLARING.items() for operation in listed}
    assert looked_for == HANDLERS.keys()
