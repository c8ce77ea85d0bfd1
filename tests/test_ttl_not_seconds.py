"""schema/ttl-not-seconds: in which unit code writes the time at which an item expires, and when nothing is said."""

from __future__ import annotations

from textwrap import dedent, indent

import pytest
from tests.checking import findings, told

_TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Parameters:
  Attribute: {{Type: String, Default: ttl}}
Resources:
  Sessions:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      TimeToLiveSpecification: {{AttributeName: {attribute}, Enabled: {enabled}}}
      BillingMode: PAY_PER_REQUEST
  Users:
    Type: AWS::DynamoDB::Table
    Properties:
      AttributeDefinitions: [{{AttributeName: id, AttributeType: S}}]
      KeySchema: [{{AttributeName: id, KeyType: HASH}}]
      BillingMode: PAY_PER_REQUEST
  Fn:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src/
      Handler: app.handler
      Runtime: {runtime}
      Policies: [AmazonDynamoDBFullAccess]
      Environment:
        Variables:
          TABLE: !Ref Sessions
          USERS: !Ref Users
          MINUTES: "5"
"""
_JAVASCRIPT = """\
const { DynamoDBClient, PutItemCommand, UpdateItemCommand } = require("@aws-sdk/client-dynamodb");
const lib = require("@aws-sdk/lib-dynamodb");
const { marshall } = require("@aws-sdk/util-dynamodb");
const low = new DynamoDBClient({});
const db = lib.DynamoDBDocumentClient.from(low);
const TableName = process.env.TABLE;
const DAY = 24 * 60 * 60 * 1000;
const PER_SECOND = 1000;
const put = (Item) => db.send(new lib.PutCommand({ TableName, Item }));
const putLow = (Item) => low.send(new PutItemCommand({ TableName, Item }));
const update = (more) => db.send(new lib.UpdateCommand({ TableName, Key: { id: "a" }, ...more }));
"""
_PYTHON = """\
import calendar, math, os, time
import boto3
import datetime as dt
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from boto3.dynamodb.types import TypeSerializer
table = boto3.resource("dynamodb").Table(os.environ["TABLE"])
client = boto3.client("dynamodb")
HOUR = 3600
"""


def project(runtime: str, path: str, code: str, attribute: str = "ttl", enabled: str = "true") -> dict[str, str]:
    template = _TEMPLATE.format(runtime=runtime, attribute=attribute, enabled=enabled)
    return {"template.yaml": template, path: code}


def javascript(body: str, top: str = "", attribute: str = "ttl", enabled: str = "true") -> dict[str, str]:
    code = _JAVASCRIPT + dedent(top) + "\nexports.handler = async (event) => {\n" + indent(dedent(body).strip(), "  ")
    return project("nodejs20.x", "src/app.js", code + "\n};\n", attribute, enabled)


def python(body: str, top: str = "", attribute: str = "ttl") -> dict[str, str]:
    code = _PYTHON + dedent(top) + "\ndef handler(event, context):\n" + indent(dedent(body).strip(), "    ")
    return project("python3.12", "src/app.py", code + "\n", attribute)


def put_js(value: str, top: str = "") -> dict[str, str]:
    return javascript(
        f"await db.send(new lib.PutCommand({{ TableName, Item: {{ id: event.id, ttl: {value} }} }}));", top
    )


def put_py(value: str, top: str = "") -> dict[str, str]:
    return python(f"table.put_item(Item={{'id': event['id'], 'ttl': {value}}})", top)


def said(texts: dict[str, str]) -> list[str]:
    """What is said of each time: how it is written, and the expression that would be right."""
    return [
        f"{finding.message.partition('` of the table ')[2].split('` ')[1].partition(', so')[0]}: "
        f"{finding.advice.partition(': ')[2].strip('`.')}"
        for finding in findings(texts, "schema/ttl-not-seconds")
    ]


def quiet(texts: dict[str, str]) -> bool:
    return not told(texts, "schema/ttl-not-seconds")


@pytest.mark.parametrize(
    ("value", "right"),
    [
        ("Date.now()", "Math.floor(Date.now() / 1000)"),
        ("Date.now() + DAY", "Math.floor((Date.now() + DAY) / 1000)"),
        ("Date.now() + 7 * DAY", "Math.floor((Date.now() + 7 * DAY) / 1000)"),
        ("DAY + Date.now()", "Math.floor((DAY + Date.now()) / 1000)"),
        ("Date.now() + 60 * 60", "Math.floor((Date.now() + 60 * 60) / 1000)"),
        ("Date.now() + Number(process.env.MINUTES) * 60000", "..."),
        ("Date.now() + event.ttl * 1000", "Math.floor((Date.now() + event.ttl * 1000) / 1000)"),
        ("new Date().getTime() + DAY", "Math.floor((new Date().getTime() + DAY) / 1000)"),
        ("new Date(event.end).valueOf()", "Math.floor(new Date(event.end).valueOf() / 1000)"),
        ("+new Date()", "Math.floor((+new Date()) / 1000)"),
        ("Number(new Date())", "Math.floor(Number(new Date()) / 1000)"),
        ("new Date() - 0", "Math.floor((new Date() - 0) / 1000)"),
        ("Date.parse(event.end)", "Math.floor(Date.parse(event.end) / 1000)"),
        ("Math.round(Date.now() + DAY)", "..."),
        ("parseInt(Date.now(), 10) + 5", "Math.floor((parseInt(Date.now(), 10) + 5) / 1000)"),
        ("new Date().setDate(new Date().getDate() + 30)", "..."),
        ("Math.floor(Date.now() / 1000) * 1000", "Math.floor((Math.floor(Date.now() / 1000) * 1000) / 1000)"),
        ("event.keep ? undefined : Date.now()", "Math.floor(Date.now() / 1000)"),
        ("event.keep ? 0 : Date.now()", "Math.floor(Date.now() / 1000)"),
        ("(() => Date.now())()", "..."),
    ],
)
def test_milliseconds_of_javascript_are_told(value: str, right: str) -> None:
    (found,) = said(put_js(value))
    assert found.startswith("in milliseconds: Math.floor("), found
    assert right == "..." or found == f"in milliseconds: {right}"


@pytest.mark.parametrize(
    "value",
    [
        "Math.floor(Date.now() / 1000)",
        "Math.floor(Date.now() / 1000) + 3600",
        "Math.floor((Date.now() + DAY) / 1000)",
        "Math.floor(Date.now() / PER_SECOND) + 3600",
        "Math.round(new Date().getTime() / 1e3)",
        "Math.ceil(+new Date() / 1000)",
        "Math.trunc(new Date() / 1000)",
        "(Date.now() / 1000) | 0",
        "~~(Date.now() / 1000) + 60",
        "(Date.now() / 1000) >> 0",
        "Number((Date.now() / 1000).toFixed(0))",
        "parseInt(Date.now() / 1000)",
        "parseInt(String(Date.now() / 1000), 10) + 5",
        "parseInt((Date.now() / 1000).toString(), 10)",
        "+(Date.now() / 1000).toFixed()",
        "Date.now() / 1000 + 5",
        "Math.floor(Date.now() * 0.001)",
        "Math.floor(Date.now() / 1000 / 60) * 60",
        "Math.floor(Date.now() / 60000) * 60 + 60",
        "Math.floor(Date.now() / event.per)",
        "toSeconds(Date.now())",
        "Number(String(Date.now()).slice(0, -3))",
        "Number(Date.now().toString().substring(0, 10))",
        "event.ttl || Date.now()",
        "event.ttl ?? Math.floor(Date.now() / 1000)",
        "event.ms ? Date.now() : Math.floor(Date.now() / 1000)",
        "event.ttl",
        "Number(event.ttl)",
        "3600",
        "process.env.MINUTES",
        "Date.now() - event.start",
        "Date.now() - Date.now()",
        "Date.now() % 1000",
        "Math.max(Date.now(), event.end)",
        "new Date().getDate()",
        "undefined",
        "'never'",
        "performance.now()",
    ],
)
def test_nothing_is_said_where_javascript_may_write_seconds(value: str) -> None:
    assert quiet(put_js(value, 'const { toSeconds } = require("time-things");'))


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("new Date().toISOString()", "as a text: Math.floor(date.getTime() / 1000)"),
        ("new Date(Date.now() + DAY).toISOString()", "as a text: Math.floor(date.getTime() / 1000)"),
        ("new Date().toJSON()", "as a text: Math.floor(date.getTime() / 1000)"),
        ("String(Math.floor(Date.now() / 1000))", "as a text: Number(String(Math.floor(Date.now() / 1000)))"),
        ("`${Math.floor(Date.now() / 1000) + 5}`", "as a text: ..."),
        ("Math.floor(Date.now() / 1000).toString()", "as a text: ..."),
        ("'2031-01-01T00:00:00Z'", "as a text: Math.floor(date.getTime() / 1000)"),
        ("new Date(Date.now() + DAY)", "as a date object: Math.floor(new Date(Date.now() + DAY).getTime() / 1000)"),
    ],
)
def test_texts_and_dates_of_javascript_are_told(value: str, how: str) -> None:
    (found,) = said(put_js(value))
    assert found == how or (how.endswith("...") and found.startswith(how[:-3]))


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("dayjs().add(1, 'day').valueOf()", "in milliseconds"),
        ("+dayjs().add(1, 'day')", "in milliseconds"),
        ("dayjs().add(1, 'day').toISOString()", "as a text"),
        ("dayjs().add(1, 'day').format('X')", "as a text"),
        ("dayjs().add(1, 'day')", "as a date object"),
        ("dayjs().add(1, 'day').toDate().getTime()", "in milliseconds"),
        ("moment().utc().add(1, 'day').valueOf()", "in milliseconds"),
        ("moment.utc().add(1, 'day').format()", "as a text"),
        ("DateTime.now().plus({ days: 1 }).toMillis()", "in milliseconds"),
        ("DateTime.utc().plus({ days: 1 }).toISO()", "as a text"),
        ("addDays(new Date(), 1).getTime()", "in milliseconds"),
        ("getTime(addDays(new Date(), 1))", "in milliseconds"),
        ("formatISO(addDays(new Date(), 1))", "as a text"),
        ("dayjs().add(1, 'day').unix()", None),
        ("Math.floor(dayjs().add(1, 'day').valueOf() / 1000)", None),
        ("moment().add(1, 'day').unix() + 5", None),
        ("Number(moment().add(1, 'day').format('X'))", None),
        ("parseInt(moment().format('X'), 10)", None),
        ("moment().add(1, 'day').diff(event.start)", None),
        ("DateTime.now().plus({ days: 1 }).toSeconds()", None),
        ("Math.floor(DateTime.now().toSeconds())", None),
        ("DateTime.now().toUnixInteger()", None),
        ("getUnixTime(addDays(new Date(), 1))", None),
        ("Math.floor(addDays(new Date(), 1).getTime() / 1000)", None),
        ("differenceInSeconds(new Date(), event.end)", None),
    ],
)
def test_libraries_of_time_are_known(value: str, how: str | None) -> None:
    top = """
        const dayjs = require("dayjs");
        const moment = require("moment");
        const { DateTime } = require("luxon");
        const { addDays, getTime, getUnixTime, formatISO, differenceInSeconds } = require("date-fns");
    """
    found = said(put_js(value, top))
    assert [one.partition(":")[0] for one in found] == ([] if how is None else [how])


def test_a_library_of_time_is_told_its_own_way_to_seconds() -> None:
    assert said(put_js("dayjs()", 'import dayjs from "dayjs";')) == ["as a date object: dayjs().unix()"]
    luxon = said(put_js("end", 'import { DateTime } from "luxon"; const end = DateTime.now();'))
    assert luxon == ["as a date object: end.toUnixInteger()"]


@pytest.mark.parametrize(
    ("value", "how"),
    [
        ("int(time.time() * 1000)", "in milliseconds: int(int(time.time() * 1000) / 1000)"),
        ("int(time.time() * 1000) + 60_000", "in milliseconds: int((int(time.time() * 1000) + 60_000) / 1000)"),
        ("int(1000 * time.time())", "in milliseconds: ..."),
        ("round(time.time() * 1000)", "in milliseconds: ..."),
        ("Decimal(str(int(time.time() * 1000)))", "in milliseconds: ..."),
        ("int(datetime.now().timestamp() * 1000)", "in milliseconds: ..."),
        ("int((datetime.now() + timedelta(days=1)).timestamp() * 1000)", "in milliseconds: ..."),
        ("time.time_ns()", "in nanoseconds: int(time.time_ns() / 1000000000)"),
        ("time.time_ns() // 1000", "in microseconds: ..."),
        ("time.time_ns() // 1_000_000", "in milliseconds: ..."),
        ("int(time.time() * 1e6)", "in microseconds: ..."),
        ("datetime.now(timezone.utc).isoformat()", "as a text: int(date.timestamp())"),
        ("(datetime.utcnow() + timedelta(days=1)).isoformat()", "as a text: ..."),
        ("dt.datetime.now().strftime('%Y-%m-%d')", "as a text: ..."),
        ("str(datetime.now() + timedelta(days=1))", "as a text: ..."),
        ("f'{datetime.now()}'", "as a text: ..."),
        ("str(int(time.time()) + HOUR)", "as a text: int(str(int(time.time()) + HOUR))"),
        (
            "datetime.now() + timedelta(days=1)",
            "as a date object: int((datetime.now() + timedelta(days=1)).timestamp())",
        ),
        ("date.today().isoformat()", "as a text: ..."),
    ],
)
def test_python_is_told_of_other_units(value: str, how: str) -> None:
    (found,) = said(put_py(value))
    expected = how.partition(":")[0]
    assert found.partition(":")[0] == expected
    if "..." not in how:
        assert found == how


@pytest.mark.parametrize(
    "value",
    [
        "int(time.time())",
        "int(time.time()) + HOUR",
        "int(time.time() + 24 * HOUR)",
        "math.floor(time.time()) + HOUR",
        "round(time.time())",
        "Decimal(int(time.time()) + HOUR)",
        "Decimal(str(time.time()))",
        "time.time() + HOUR",
        "int(datetime.now().timestamp())",
        "int((datetime.now(timezone.utc) + timedelta(days=1)).timestamp())",
        "int((datetime.now() + timedelta(days=1)).replace(microsecond=0).timestamp())",
        "int(dt.datetime.utcnow().timestamp()) + HOUR",
        "int(datetime.now().strftime('%s'))",
        "calendar.timegm((datetime.utcnow() + timedelta(days=1)).utctimetuple())",
        "int(time.mktime((datetime.now() + timedelta(days=1)).timetuple()))",
        "int(time.time() * 1000) // 1000 + HOUR",
        "int(time.time() * 1000 / 1000)",
        "time.time_ns() // 1_000_000_000",
        "time.time_ns() // 10 ** 9",
        "int((datetime.now() - datetime(1970, 1, 1)).total_seconds())",
        "int(time.time()) // 60 * 60",
        "int(time.time() * event['per'])",
        "to_seconds(datetime.now())",
        "event.get('ttl', int(time.time() * 1000))",
        "int(event['ttl'])",
        "None",
        "HOUR",
        "time.monotonic()",
        "-int(time.time() * 1000)",
    ],
)
def test_nothing_is_said_where_python_may_write_seconds(value: str) -> None:
    assert quiet(put_py(value, "from time_things import to_seconds"))


@pytest.mark.parametrize(
    "body",
    [
        "await putLow({ id: { S: event.id }, ttl: { N: String(Date.now()) } });",
        "await putLow({ id: { S: 'a' }, ttl: { N: Date.now().toString() } });",
        "await putLow({ id: { S: 'a' }, ttl: { N: `${Date.now() + DAY}` } });",
        "await putLow(marshall({ id: 'a', ttl: Date.now() }));",
        "const item = { ...event, ttl: Date.now() }; await put(item);",
        "const ttl = Date.now(); await put({ id: 'a', ttl });",
        "const item = { id: 'a' }; item.ttl = Date.now(); await put(item);",
        "let at = Date.now(); at += DAY; await put({ id: 'a', ttl: at });",
        "const putAt = (ttl) => put({ id: 'a', ttl }); await putAt(Date.now());",
        """await update({ UpdateExpression: "SET #t = :t, a = :a",
           ExpressionAttributeNames: { "#t": "ttl" }, ExpressionAttributeValues: { ":t": Date.now(), ":a": 1 } }));""",
        """await update({ UpdateExpression: `SET a = :a, ttl=:t REMOVE b`,
           ExpressionAttributeValues: { ":t": Date.now() + DAY, ":a": 1 } });""",
        """await update({ UpdateExpression: "set ttl = if_not_exists(ttl, :t)",
           ExpressionAttributeValues: { ":t": Date.now() } });""",
        """await update({ UpdateExpression: `SET ttl = :t, ${event.more}`,
           ExpressionAttributeValues: { ...event.values, ":t": Date.now() } });""",
        """await low.send(new UpdateItemCommand({ TableName, Key: { id: { S: 'a' } }, UpdateExpression: "SET ttl = :t",
           ExpressionAttributeValues: { ":t": { N: `${Date.now()}` } } }));""",
        """await db.send(new lib.BatchWriteCommand({ RequestItems: { [TableName]: [
           { PutRequest: { Item: { id: 'a', ttl: Date.now() } } }] } }));""",
        """const rows = event.rows.map((row) => ({ PutRequest: { Item: { ...row, ttl: Date.now() } } }));
           await db.send(new lib.BatchWriteCommand({ RequestItems: { [TableName]: rows } }));""",
        """await db.send(new lib.TransactWriteCommand({ TransactItems: [
           { Put: { TableName, Item: { id: 'a', ttl: Date.now() } } }] }));""",
        """await db.send(new lib.TransactWriteCommand({ TransactItems: [{ Update: { TableName, Key: { id: 'a' },
           UpdateExpression: "SET ttl = :t", ExpressionAttributeValues: { ":t": Date.now() } } }] }));""",
        """class Store { constructor() { this.now = () => Date.now(); }
           save(id) { return db.send(new lib.PutCommand({ TableName, Item: { id, ttl: this.now() + DAY } })); } }
           await new Store().save("a");""",
    ],
)
def test_every_way_to_write_an_item_counts(body: str) -> None:
    assert [one.partition(":")[0] for one in said(javascript(body))] == ["in milliseconds"]


@pytest.mark.parametrize(
    "body",
    [
        """
        item = {'id': {'S': 'a'}, 'ttl': {'N': str(int(time.time() * 1000))}}
        client.put_item(TableName=os.environ['TABLE'], Item=item)
        """,
        """
        with table.batch_writer() as batch:
            batch.put_item(Item={'id': 'a', 'ttl': int(time.time() * 1000)})
        """,
        """
        table.update_item(Key={'id': 'a'}, UpdateExpression='SET #t = :t', ExpressionAttributeNames={'#t': 'ttl'},
                          ExpressionAttributeValues={':t': int(time.time() * 1000)})
        """,
        """
        item = {'id': 'a'}
        item['ttl'] = int(time.time() * 1000)
        table.put_item(Item=item)
        """,
        """
        item = dict(id='a', ttl=int(time.time() * 1000))
        table.put_item(Item=item)
        """,
        """
        serializer = TypeSerializer()
        item = {'id': 'a', 'ttl': int(time.time() * 1000)}
        client.put_item(TableName=os.environ['TABLE'], Item={k: serializer.serialize(v) for k, v in item.items()})
        """,
    ],
)
def test_every_way_to_write_an_item_in_python_counts(body: str) -> None:
    assert [one.partition(":")[0] for one in said(python(body))] == ["in milliseconds"]


@pytest.mark.parametrize(
    "body",
    [
        "await put({ id: 'a', createdAt: Date.now() });",
        "await db.send(new lib.PutCommand({ TableName: process.env.USERS, Item: { id: 'a', ttl: Date.now() } }));",
        "await db.send(new lib.PutCommand({ TableName: event.table, Item: { id: 'a', ttl: Date.now() } }));",
        "await putLow({ id: { S: 'a' }, ttl: { N: event.ttl } });",
        """await low.send(new PutItemCommand({ TableName, Item: { id: { S: 'a' },
           ttl: { N: Math.floor(Date.now() / 1000).toString() } } }));""",
        "await put({ id: 'a', ttl: Date.now(), ...event.item });",
        "const item = { id: 'a', ttl: new Date() }; fix(item); await put(item);",
        """await update({ UpdateExpression: "SET seen = :t, ttl = :s",
           ConditionExpression: "ttl < :t",
           ExpressionAttributeValues: { ":t": Date.now(), ":s": Math.floor(Date.now() / 1000) } }));""",
        """await update({ UpdateExpression: `SET ${event.prefix}ttl = :t`,
           ExpressionAttributeValues: { ":t": Date.now() } });""",
        """await update({ UpdateExpression: "SET meta.ttl = :t",
           ExpressionAttributeValues: { ":t": Date.now() } }));""",
        """await update({ UpdateExpression: "SET ttl = ttl + :t",
           ExpressionAttributeValues: { ":t": Date.now() } }));""",
        """let at = Date.now(); at /= 1000;
           await put({ id: 'a', ttl: at });""",
        """let at = Date.now(); if (event.seconds) at = Math.floor(at / 1000);
           await put({ id: 'a', ttl: at });""",
        """const putAt = (ttl) => put({ id: 'a', ttl: Math.floor(ttl / 1000) });
           await putAt(Date.now());""",
    ],
)
def test_nothing_is_said_of_other_attributes_tables_and_what_is_not_known(body: str) -> None:
    assert quiet(javascript(body, 'const { fix } = require("fixes");'))


def test_only_an_attribute_that_is_surely_the_time_to_live_counts() -> None:
    put = "await put({ id: 'a', ttl: Date.now() });"
    assert said(javascript(put, attribute="ttl"))
    assert quiet(javascript(put, attribute="expires"))
    assert quiet(javascript(put, attribute="!Ref Attribute"))
    assert quiet(javascript(put, enabled="false"))


def test_a_text_that_says_its_type_is_told_whatever_is_in_it() -> None:
    body = "await putLow({ id: { S: 'a' }, ttl: { S: `${Date.now()}` } });"
    assert said(javascript(body)) == ["as a text: Math.floor(milliseconds / 1000)"]


def test_one_place_is_told_once_with_the_time_to_live_and_the_clock() -> None:
    files = javascript(
        "await save(event.id); await save('b');",
        """
        const soon = () => Date.now() + DAY;
        const save = (id) => db.send(new lib.PutCommand({ TableName, Item: { id, ttl: soon() } }));
        """,
    )
    (finding,) = findings(files, "schema/ttl-not-seconds")
    assert finding.span.text == "soon()"
    assert [label.span.text for label in finding.related][:2] == ["ttl", "Date.now()"]
    assert finding.message.startswith("`Fn` writes `ttl` of the table `Sessions` in milliseconds, so that no item")


def test_texts_that_hold_times_are_names_as_before() -> None:
    body = "await db.send(new lib.PutCommand({ TableName: 'a-' + Date.now(), Item: { id: `x-${Date.now()}` } }));"
    assert quiet(javascript(body))


@pytest.mark.parametrize(
    ("item", "expected"),
    [
        ("'expires_at': int(time.time()) + HOUR", ["schema/ttl-mismatch"]),
        ("'expiry': int(time.time()) + HOUR, 'name': event['name']", ["schema/ttl-mismatch"]),
        ("'created_at': int(time.time())", []),  # another time, by its name
        ("'expires_at': event['end']", []),  # no time that is known
        ("'expires_at': int(time.time()) + HOUR, **event", []),  # an item that is not known whole
        ("'expires_at': int(time.time()) + HOUR, 'ends': event['end']", []),
        ("'expires_at': time.time() * 1000, 'x': 'ends'", []),
    ],
)
def test_an_end_in_another_attribute_than_the_tables_is_told(item: str, expected: list[str]) -> None:
    texts = python(f"table.put_item(Item={{'id': event['id'], {item}}})", attribute="ends")
    assert [line.partition(" ")[2] for line in told(texts, "schema/ttl-mismatch")] == expected


def test_a_file_that_knows_the_tables_attribute_may_write_it_elsewhere() -> None:
    body = """
        table.put_item(Item={'id': event['id'], 'expires_at': int(time.time()) + HOUR})
        table.update_item(Key={'id': event['id']}, UpdateExpression=event['x'], ExpressionAttributeNames={'#e': 'ends'})
    """
    assert told(python(body, attribute="ends"), "schema/ttl-mismatch") == []


def test_both_ends_of_a_wrong_attribute_are_shown() -> None:
    texts = javascript(
        "await db.send(new lib.PutCommand({ TableName, Item: { id: event.id, "
        "expiresAt: Math.floor(Date.now() / 1000) + 60 } }));"
    )
    (found,) = findings(texts, "schema/ttl-mismatch")
    assert (found.span.path, found.related[0].span.path) == ("template.yaml", "src/app.js")
    assert found.message == "the table `Sessions` expires items by `ttl`, but `Fn` writes the time in `expiresAt`"
