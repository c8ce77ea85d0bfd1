"""Python code is followed from the handler: every read and call that it reaches, with the values it uses."""

from __future__ import annotations

import pytest
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


def test_an_inherited_class_method_makes_the_class_that_it_is_called_on() -> None:
    code = follow(
        {
            "src/app.py": """
            import os, boto3
            class Base:
                @classmethod
                def make(cls):
                    return cls()
                @classmethod
                def default(cls):
                    return cls.make()
            class Orders(Base):
                def __init__(self):
                    self.table = boto3.resource("dynamodb").Table(os.environ["ORDERS"])
                def another(self):
                    return self.default()
            def handler(event, context):
                Orders.default().another().table.scan()
            """
        },
        "app.handler",
        "python3.12",
    )
    assert calls(code) == ["dynamodb.Scan table ${ORDERS} dynamodb:Scan"]


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


def handler_of(body: str, **files: str) -> list[str]:
    """The calls of `app.handler` in a file with this text, beside other files of the folder."""
    others = {f"src/{name.replace('__', '/')}.py": text for name, text in files.items()}
    return calls(follow({"src/app.py": body, **others}, "app.handler", "python3.12"))


def test_what_a_loop_or_a_branch_adds_to_a_list_is_kept() -> None:
    assert handler_of(
        """
        import os, boto3
        client = boto3.client("dynamodb")
        def handler(event, context):
            items = [{"Put": {"TableName": "Orders", "Item": {}}}]
            if event["audit"]:
                items.append({"Put": {"TableName": "Audit", "Item": {}}})
            for record in event["Records"]:
                items.append({"Delete": {"TableName": os.environ["TABLE"], "Key": {}}})
            client.transact_write_items(TransactItems=items)
        """
    ) == [
        "dynamodb.TransactWriteItems table ${TABLE} dynamodb:DeleteItem",
        "dynamodb.TransactWriteItems table 'Audit' dynamodb:PutItem",
        "dynamodb.TransactWriteItems table 'Orders' dynamodb:PutItem",
    ]


def test_a_text_joined_from_a_list_that_grows_in_a_loop_is_unknown() -> None:
    assert handler_of(
        """
        import boto3
        def handler(event, context):
            parts = []
            for record in event["Records"]:
                parts.append("x")
            boto3.resource("dynamodb").Table("-".join(parts)).scan()
        """
    ) == ["dynamodb.Scan table ? dynamodb:Scan"]


def test_threads_executors_and_partials_call_with_what_they_are_given() -> None:
    assert handler_of(
        """
        import asyncio, boto3, functools, threading
        from concurrent.futures import ThreadPoolExecutor
        def scan(name, index=None):
            boto3.resource("dynamodb").Table(name).scan()
        def handler(event, context):
            threading.Thread(target=scan, args=("A",)).start()
            with ThreadPoolExecutor() as pool:
                pool.submit(scan, "B")
                pool.map(scan, ["C"])
            loop = asyncio.get_event_loop()
            loop.run_in_executor(None, functools.partial(scan, name="D"))
            functools.reduce(lambda total, name: scan(name), ["E"], 0)
        """
    ) == [f"dynamodb.Scan table '{name}' dynamodb:Scan" for name in "ABCDE"]


def test_folders_that_the_code_adds_to_the_search_path_hold_modules() -> None:
    assert handler_of(
        """
        import os, sys
        sys.path.append(os.path.join(os.path.dirname(os.path.abspath(__file__)), "shared"))
        import db
        def handler(event, context):
            db.scan("Orders")
        """,
        shared__db="import boto3\ndef scan(name): boto3.resource('dynamodb').Table(name).scan()\n",
    ) == ["dynamodb.Scan table 'Orders' dynamodb:Scan"]


def test_generators_and_context_managers_give_what_they_yield() -> None:
    assert handler_of(
        """
        import boto3
        from contextlib import contextmanager
        def tables():
            yield boto3.resource("dynamodb").Table("A")
        @contextmanager
        def opened(name):
            yield boto3.resource("dynamodb").Table(name)
        def handler(event, context):
            for table in tables():
                table.scan()
            with opened("B") as table:
                table.scan()
        """
    ) == ["dynamodb.Scan table 'A' dynamodb:Scan", "dynamodb.Scan table 'B' dynamodb:Scan"]


def test_singletons_factories_and_attributes_made_when_asked_for() -> None:
    assert handler_of(
        """
        import os, boto3
        from dataclasses import dataclass, field
        class Repository:
            instance = None
            def __new__(cls):
                if cls.instance is None:
                    cls.instance = super().__new__(cls)
                    cls.instance.table = boto3.resource("dynamodb").Table("A")
                return cls.instance
        @dataclass
        class Config:
            table: str = field(default_factory=lambda: os.environ["B"])
        class Settings:
            def __getattr__(self, name):
                return os.environ[name]
        def handler(event, context):
            Repository().table.scan()
            boto3.resource("dynamodb").Table(Config().table).scan()
            boto3.resource("dynamodb").Table(Settings().C).scan()
        """
    ) == [
        "dynamodb.Scan table ${B} dynamodb:Scan",
        "dynamodb.Scan table ${C} dynamodb:Scan",
        "dynamodb.Scan table 'A' dynamodb:Scan",
    ]


def test_a_method_whose_name_is_made_at_run_time_may_be_any_that_fits() -> None:
    assert handler_of(
        """
        import boto3
        class Handlers:
            table = boto3.resource("dynamodb").Table("Orders")
            def on_get(self, event): self.table.get_item(Key={})
            def on_put(self, event): self.table.put_item(Item={})
            def remove(self, event): self.table.delete_item(Key={})
        ROUTES = {("GET", "/"): lambda event: Handlers.table.scan(), ("PUT", "/"): lambda event: Handlers.table.query()}
        def handler(event, context):
            getattr(Handlers(), f"on_{event['method']}")(event)
            ROUTES.get((event["method"], event["path"]))(event)
        """
    ) == [
        "dynamodb.GetItem table 'Orders' dynamodb:GetItem",
        "dynamodb.PutItem table 'Orders' dynamodb:PutItem",
        "dynamodb.Query table 'Orders' dynamodb:Query",
        "dynamodb.Scan table 'Orders' dynamodb:Scan",
    ]


def test_exact_texts_are_cut_and_formatted() -> None:
    assert handler_of(
        """
        import os, boto3
        ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/A"
        PATTERN = "{0}-{kind}"
        BASE = {"TableName": "C"}
        def handler(event, context):
            dynamodb = boto3.resource("dynamodb")
            dynamodb.Table(ARN.split("/")[-1]).scan()
            dynamodb.Table(ARN.rpartition("/")[2]).query()
            dynamodb.Table(PATTERN.format(os.environ["STAGE"], kind="b")).scan()
            dynamodb.Table(dict(zip(["x"], ["D"]))["x"]).scan()
            boto3.client("dynamodb").get_item(**(BASE | {"Key": {}}))
        """
    ) == [
        "dynamodb.GetItem table 'C' dynamodb:GetItem",
        "dynamodb.Query table 'A' dynamodb:Query",
        "dynamodb.Scan table ${STAGE}+'-b' dynamodb:Scan",
        "dynamodb.Scan table 'A' dynamodb:Scan",
        "dynamodb.Scan table 'D' dynamodb:Scan",
    ]


def test_libraries_call_aws_where_what_they_make_is_used() -> None:
    assert handler_of(
        """
        import os
        from aws_lambda_powertools.utilities import parameters
        from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, idempotent
        store = DynamoDBPersistenceLayer(table_name=os.environ["STORE"])
        unused = DynamoDBPersistenceLayer(table_name="Unused")
        @idempotent(persistence_store=store)
        def handler(event, context):
            parameters.get_secret(os.environ["SECRET"])
        """
    ) == [
        "dynamodb.DeleteItem table ${STORE} dynamodb:DeleteItem",
        "dynamodb.GetItem table ${STORE} dynamodb:GetItem",
        "dynamodb.PutItem table ${STORE} dynamodb:PutItem",
        "dynamodb.UpdateItem table ${STORE} dynamodb:UpdateItem",
        "secretsmanager.GetSecretValue secret ${SECRET} secretsmanager:GetSecretValue",
    ]


def test_a_queue_found_by_its_name_is_the_queue_of_the_call() -> None:
    assert handler_of(
        """
        import os, boto3
        queue = boto3.resource("sqs").get_queue_by_name(QueueName=os.environ["A"])
        client = boto3.client("sqs")
        def handler(event, context):
            queue.send_message(MessageBody="")
            url = client.get_queue_url(QueueName=os.environ["B"])["QueueUrl"]
            client.send_message(QueueUrl=url, MessageBody="")
        """
    ) == [
        "sqs.GetQueueUrl queue ${A} sqs:GetQueueUrl",
        "sqs.GetQueueUrl queue ${B} sqs:GetQueueUrl",
        "sqs.SendMessage queue ${A} sqs:SendMessage",
        "sqs.SendMessage queue ${B} sqs:SendMessage",
    ]


def test_what_fastapi_depends_on_is_made_for_the_route() -> None:
    assert handler_of(
        """
        import os, boto3
        from fastapi import Depends, FastAPI
        from mangum import Mangum
        app = FastAPI()
        def orders():
            return boto3.resource("dynamodb").Table(os.environ["ORDERS"])
        @app.get("/")
        def read(table=Depends(orders)):
            return table.scan()
        handler = Mangum(app)
        """
    ) == ["dynamodb.Scan table ${ORDERS} dynamodb:Scan"]


def test_a_decorator_runs_what_it_is_given_with_the_function() -> None:
    assert handler_of(
        """
        import boto3
        from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, batch_processor
        from aws_lambda_powertools import Tracer
        processor, tracer = BatchProcessor(event_type=EventType.SQS), Tracer()
        def record(record):
            boto3.resource("dynamodb").Table("Orders").put_item(Item={})
        @tracer.capture_method
        def unused():
            boto3.resource("dynamodb").Table("Unused").scan()
        @tracer.capture_lambda_handler(capture_response=False)
        @batch_processor(record_handler=record, processor=processor)
        def handler(event, context):
            return processor.response()
        """
    ) == ["dynamodb.PutItem table 'Orders' dynamodb:PutItem"]


def test_a_call_with_the_credentials_of_another_role_needs_nothing_of_this_one() -> None:
    texts = {
        "src/app.py": """
        import boto3
        def given(role):
            answer = boto3.client("sts").assume_role(RoleArn=role, RoleSessionName="x")["Credentials"]
            return {"aws_access_key_id": answer["AccessKeyId"], "aws_secret_access_key": answer["SecretAccessKey"]}
        def client(name, role=None):
            return boto3.client(name, **(given(role) if role else {}))
        def handler(event, context):
            session = boto3.Session(**given(event["role"]))
            session.client("s3").get_paginator("list_objects_v2").paginate(Bucket="a")
            session.client("s3").get_waiter("bucket_exists").wait(Bucket="a")
            session.client("s3").generate_presigned_url("get_object", Params={"Bucket": "a", "Key": "k"})
            boto3.Session("key", "secret").client("s3").list_objects_v2(Bucket="a")
            client("s3", event["role"]).list_objects_v2(Bucket="a")
            boto3.client("s3", **event["options"]).list_objects_v2(Bucket="own")
        """
    }
    assert [call for call in calls(follow(texts, "app.handler", "python3.12")) if call.startswith("s3")] == [
        "s3.ListObjectsV2 bucket 'own' s3:ListBucket"
    ]


def test_variables_that_are_asked_for_together_are_not_needed() -> None:
    code = follow(
        {
            "src/app.py": """
            import os
            def handler(event, context):
                user, key = os.environ.get("DB_USER"), os.getenv("DB_KEY")
                if not all([user, key]):
                    raise ValueError("either the store or both")
                return connect(user, key)
            """
        },
        "app.handler",
        "python3.12",
    )
    assert reads(code) == ["DB_KEY guarded", "DB_USER guarded"]


@pytest.mark.parametrize(
    "use",
    [
        "{k: v for k, v in os.environ.items() if k.startswith('APP_')}",
        "list(os.environ.values())",
        "{**os.environ, 'MODE': 'x'}",
        "subprocess.run(['tool'], env=dict(os.environ, MODE='x'))",
        "subprocess.run(['tool'], env=os.environ)",
    ],
)
def test_the_environment_as_a_whole_is_a_blind_spot(use: str) -> None:
    text = f"import os, subprocess\ndef handler(event, context):\n    return {use}\n"
    code = follow({"src/app.py": text}, "app.handler", "python3.12")
    assert [spot.kind for spot in code.blind_spots] == ["environment"]
