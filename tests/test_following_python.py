"""Python code is followed from the handler: every read and call that it reaches, with the values it uses."""

from __future__ import annotations

from tests.following import calls, follow, reads


def test_a_table_from_the_environment_reaches_the_call() -> None:
    code = follow(
        {
            "src/app.py": """
            import os, boto3
            table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
            def handler(event, context):
                return table.get_item(Key={"id": event["id"]})
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.GetItem table ${TABLE} dynamodb:GetItem"]
    assert reads(code) == ["TABLE required feeds"]


def test_a_function_that_the_handler_does_not_reach_counts_for_nothing() -> None:
    code = follow(
        {
            "src/app.py": """
            from lib import db
            def handler(event, context):
                db.used()
            """,
            "src/lib/__init__.py": "",
            "src/lib/db.py": """
            import os, boto3
            client = boto3.client("dynamodb")
            def used():
                client.get_item(TableName=os.environ["USED"], Key={})
            def unused():
                client.scan(TableName=os.environ["UNUSED"])
            """,
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.GetItem table ${USED} dynamodb:GetItem"]
    assert reads(code) == ["USED required feeds"]


def test_a_shared_helper_counts_with_the_values_of_each_caller() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            client = boto3.client("dynamodb")
            def put(table, item):
                client.put_item(TableName=table, Item=item)
            def handler(event, context):
                put("Orders", {})
                put(item={}, table="Audit")
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == [
        "dynamodb.PutItem table 'Audit' dynamodb:PutItem",
        "dynamodb.PutItem table 'Orders' dynamodb:PutItem",
    ]


def test_the_way_to_a_call_is_told() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            def deep():
                boto3.client("sqs").send_message(QueueUrl="q", MessageBody="")
            def middle():
                deep()
            def handler(event, context):
                middle()
            """
        },
        "app.handler",
        "python3.12",
    )
    assert [place.text for place in code.calls[0].trace] == ["middle()", "deep()"]


def test_classes_carry_what_their_constructors_were_given() -> None:
    code = follow(
        {
            "src/app.py": """
            import os, boto3
            class Base:
                def __init__(self, name):
                    self.table = boto3.resource("dynamodb").Table(name)
            class Orders(Base):
                def __init__(self):
                    super().__init__(os.environ["ORDERS"])
                def by_user(self, user):
                    return self.table.query(IndexName="byUser", KeyConditionExpression=user)
            orders = Orders()
            def handler(event, context):
                return orders.by_user(event["user"])
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Query index ${ORDERS} 'byUser' dynamodb:Query"]


def test_an_index_that_is_set_on_one_way_only_counts_both_ways() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            def handler(event, context):
                params = {"TableName": "T"}
                if event.get("x"):
                    params["IndexName"] = "ix"
                boto3.client("dynamodb").query(**params)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == [
        "dynamodb.Query index 'T' 'ix' dynamodb:Query",
        "dynamodb.Query table 'T' dynamodb:Query",
    ]


def test_a_batch_writer_needs_batch_write_item() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            def handler(event, context):
                with boto3.resource("dynamodb").Table("T").batch_writer() as batch:
                    for record in event["Records"]:
                        batch.put_item(Item=record)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.BatchWriteItem table 'T' dynamodb:BatchWriteItem"]


def test_the_elements_of_a_transaction_need_their_own_actions() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            def handler(event, context):
                boto3.client("dynamodb").transact_write_items(TransactItems=[
                    {"Put": {"TableName": "A"}}, {"ConditionCheck": {"TableName": "B"}}])
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == [
        "dynamodb.TransactWriteItems table 'A' dynamodb:PutItem",
        "dynamodb.TransactWriteItems table 'B' dynamodb:ConditionCheckItem",
    ]


def test_defaults_chain() -> None:
    code = follow(
        {
            "src/app.py": """
            import os, boto3
            name = os.environ.get("A") or os.getenv("B", "Orders-dev")
            def handler(event, context):
                boto3.client("dynamodb").scan(TableName=name)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Scan table ${A:-${B:-Orders-dev}} dynamodb:Scan"]
    assert reads(code) == ["A defaulted feeds", "B defaulted feeds"]


def test_a_default_that_is_assigned_where_a_variable_is_missing_is_its_default() -> None:
    code = follow(
        {
            "src/app.py": """
            import os, boto3
            one = os.environ.get("ONE")
            if not one:
                one = "one-dev"
            try:
                two = os.environ["TWO"]
            except KeyError:
                two = "two-dev"
            def handler(event, context):
                boto3.client("dynamodb").scan(TableName=one)
                boto3.client("dynamodb").scan(TableName=two)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == [
        "dynamodb.Scan table ${ONE:-one-dev} dynamodb:Scan",
        "dynamodb.Scan table ${TWO:-two-dev} dynamodb:Scan",
    ]
    assert reads(code) == ["ONE defaulted feeds", "TWO defaulted feeds"]


def test_a_variable_whose_absence_raises_is_required() -> None:
    code = follow(
        {
            "src/app.py": """
            import os
            def required(name):
                value = os.environ.get(name)
                if value is None:
                    raise RuntimeError(name)
                return value
            URL = required("URL")
            FLAG = os.environ.get("FLAG") == "true"
            def handler(event, context):
                if os.environ.get("TRACE"):
                    print("trace")
            """
        },
        "app.handler",
        "python3.12",
    )
    assert reads(code) == ["FLAG optional", "TRACE guarded", "URL required"]


def test_a_module_level_get_that_this_handler_does_not_use_is_not_needed() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3, config
            def handler(event, context):
                boto3.client("dynamodb").scan(TableName=config.ORDERS)
            """,
            "src/config.py": """
            import os
            ORDERS = os.environ.get("ORDERS")
            USERS = os.environ.get("USERS")
            """,
        },
        "app.handler",
        "python3.12",
    )
    assert reads(code) == ["ORDERS required feeds", "USERS optional"]


def test_a_variable_that_the_code_sets_itself_is_not_needed() -> None:
    code = follow(
        {
            "src/app.py": """
            import os
            os.environ.setdefault("HOME_DIR", "/tmp")
            os.environ["CACHE"] = "/tmp"
            def handler(event, context):
                return os.environ["HOME_DIR"] + os.environ["CACHE"]
            """
        },
        "app.handler",
        "python3.12",
    )
    assert reads(code) == ["CACHE optional", "HOME_DIR optional"]


def test_routes_of_an_event_handler_run_when_the_event_is_handed_over() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            from aws_lambda_powertools.event_handler import APIGatewayRestResolver
            from aws_lambda_powertools import Logger
            app = APIGatewayRestResolver()
            logger = Logger()
            @app.get("/orders")
            def orders():
                return boto3.client("dynamodb").scan(TableName="Orders")
            @logger.inject_lambda_context
            def handler(event, context):
                return app.resolve(event, context)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Scan table 'Orders' dynamodb:Scan"]


def test_known_lists_are_walked_item_by_item() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            TABLES = {"a": "A", "b": "B"}
            def handler(event, context):
                for name in ["X", "Y"]:
                    boto3.client("dynamodb").scan(TableName=name)
                boto3.client("dynamodb").scan(TableName=TABLES[event["t"]])
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == [
        "dynamodb.Scan table 'A'|'B' dynamodb:Scan",
        "dynamodb.Scan table 'X' dynamodb:Scan",
        "dynamodb.Scan table 'Y' dynamodb:Scan",
    ]


def test_code_that_calls_itself_ends() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            def again(n, acc):
                boto3.client("dynamodb").scan(TableName="T")
                return again(n - 1, [acc])
            def handler(event, context):
                again(3, [])
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Scan table 'T' dynamodb:Scan"]


def test_members_of_the_event_are_noted() -> None:
    code = follow(
        {
            "src/app.py": """
            def handler(event, context):
                attributes = event["request"]["userAttributes"]
                return attributes.get("custom:role"), attributes["email"]
            """
        },
        "app.handler",
        "python3.12",
    )
    paths = [".".join(read.path) for read in code.event_reads]
    assert "request.userAttributes.email" in paths
    assert "request.userAttributes.custom:role" in paths


def test_a_settings_class_reads_its_fields_from_the_environment() -> None:
    code = follow(
        {
            "src/app.py": """
            import boto3
            from pydantic_settings import BaseSettings
            class Settings(BaseSettings):
                orders_table: str
                stage: str = "dev"
            settings = Settings()
            def handler(event, context):
                boto3.client("dynamodb").scan(TableName=settings.orders_table)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Scan table ${ORDERS_TABLE} dynamodb:Scan"]
    assert "ORDERS_TABLE required feeds" in reads(code)
