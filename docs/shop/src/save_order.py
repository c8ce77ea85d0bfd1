import os

import boto3

orders = boto3.resource("dynamodb").Table(os.environ["ORDERS_TABLE"])


def handler(event, context):
    orders.put_item(Item={"id": event["id"], "status": "new"})
