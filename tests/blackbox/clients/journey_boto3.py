"""The same journey with boto3, old and new. argv: a suffix that makes names unique."""

import decimal
import hashlib
import io
import sys
import threading
import time

import boto3
import botocore.exceptions

suffix = sys.argv[1]


def expect_error(code, call, **arguments):
    try:
        call(**arguments)
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        assert error.response["ResponseMetadata"]["RequestId"], error.response
        return error.response
    raise AssertionError(f"no {code}")


def sts():
    assert boto3.client("sts").get_caller_identity()["Account"] == "000000000000"


def s3():
    client = boto3.client("s3")
    bucket = f"boto3-{suffix}"
    client.create_bucket(Bucket=bucket)
    expect_error("NoSuchBucket", client.list_objects_v2, Bucket=f"no-{bucket}")
    body = b"0123456789" * 1000
    put = client.put_object(Bucket=bucket, Key="dir/a b+c é", Body=body, Metadata={"colour": "red"})
    assert put["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = client.get_object(Bucket=bucket, Key="dir/a b+c é")
    assert got["Body"].read() == body and got["Metadata"] == {"colour": "red"}
    part = client.get_object(Bucket=bucket, Key="dir/a b+c é", Range="bytes=5-9")
    assert part["Body"].read() == b"56789" and part["ContentRange"] == "bytes 5-9/10000"
    expect_error("NoSuchKey", client.get_object, Bucket=bucket, Key="none")
    client.upload_fileobj(io.BytesIO(b"x" * 20_000_000), bucket, "large")  # multipart
    assert client.head_object(Bucket=bucket, Key="large")["ContentLength"] == 20_000_000
    client.copy_object(Bucket=bucket, Key="copy", CopySource={"Bucket": bucket, "Key": "large"})
    listed = client.list_objects_v2(Bucket=bucket, Delimiter="/")
    assert [o["Key"] for o in listed["Contents"]] == ["copy", "large"], listed
    assert listed["CommonPrefixes"] == [{"Prefix": "dir/"}], listed
    keys = [{"Key": o["Key"]} for o in client.list_objects(Bucket=bucket)["Contents"]]
    assert len(keys) == 3
    client.delete_objects(Bucket=bucket, Delete={"Objects": keys})
    client.delete_bucket(Bucket=bucket)


def sqs():
    client = boto3.client("sqs")
    url = client.create_queue(QueueName=f"boto3-{suffix}", Attributes={"VisibilityTimeout": "2"})[
        "QueueUrl"
    ]
    attributes = {"n": {"DataType": "Number", "StringValue": "1"}}
    client.send_message(QueueUrl=url, MessageBody="one", MessageAttributes=attributes)
    got = client.receive_message(
        QueueUrl=url, MessageAttributeNames=["All"], AttributeNames=["All"]
    )["Messages"]
    assert got[0]["Body"] == "one" and got[0]["MessageAttributes"] == attributes, got
    client.delete_message(QueueUrl=url, ReceiptHandle=got[0]["ReceiptHandle"])
    # A long poll wakes when a message arrives, not when its time is over.
    sender = threading.Timer(
        1, lambda: boto3.client("sqs").send_message(QueueUrl=url, MessageBody="two")
    )
    sender.start()
    began = time.monotonic()
    got = client.receive_message(QueueUrl=url, WaitTimeSeconds=20)["Messages"]
    assert got[0]["Body"] == "two" and time.monotonic() - began < 15
    sender.join()
    batch = client.send_message_batch(
        QueueUrl=url, Entries=[{"Id": str(i), "MessageBody": str(i)} for i in range(10)]
    )
    assert len(batch["Successful"]) == 10
    expect_error("AWS.SimpleQueueService.NonExistentQueue", client.get_queue_url, QueueName="none")
    client.delete_queue(QueueUrl=url)


def dynamodb():
    table = boto3.resource("dynamodb").create_table(
        TableName=f"boto3-{suffix}",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
        ],
    )
    table.wait_until_exists()
    number = decimal.Decimal("12345678901234567890123456789012345678")
    item = {
        "pk": "a",
        "sk": number,
        "list": [1, "two", None, True, {"k": {"s1", "s2"}}],
        "b": b"\0\1",
    }
    table.put_item(Item=item)
    got = table.get_item(Key={"pk": "a", "sk": number})["Item"]
    assert (
        got["list"] == item["list"] and got["sk"] == number and bytes(got["b"].value) == b"\0\1"
    ), got
    expect_error(
        "ConditionalCheckFailedException",
        table.put_item,
        Item=item,
        ConditionExpression="attribute_not_exists(pk)",
    )
    updated = table.update_item(
        Key={"pk": "a", "sk": number},
        UpdateExpression="SET n = if_not_exists(n, :z) + :o",
        ExpressionAttributeValues={":z": 0, ":o": 1},
        ReturnValues="UPDATED_NEW",
    )
    assert updated["Attributes"] == {"n": 1}, updated
    with table.batch_writer() as batch:
        for i in range(60):
            batch.put_item(Item={"pk": "b", "sk": i})
    page = table.query(
        KeyConditionExpression=boto3.dynamodb.conditions.Key("pk").eq("b"),
        Limit=25,
        ScanIndexForward=False,
    )
    assert [int(i["sk"]) for i in page["Items"]] == list(range(59, 34, -1)) and page[
        "LastEvaluatedKey"
    ]
    assert table.scan(FilterExpression=boto3.dynamodb.conditions.Attr("sk").lt(10))["Count"] == 10
    expect_error(
        "ResourceNotFoundException", boto3.client("dynamodb").describe_table, TableName="none"
    )
    table.delete()


def refusals():
    # What is not emulated says so, in the service's own protocol.
    expect_error(
        "NotImplemented",
        boto3.client("sqs").list_dead_letter_source_queues,
        QueueUrl="https://sqs.us-east-1.amazonaws.com/000000000000/x",
    )
    expect_error("NotImplemented", boto3.client("sts").get_session_token)


import boto3.dynamodb.conditions  # noqa: E402

for journey in (sts, s3, sqs, dynamodb, refusals):
    journey()
print(f"journey done with boto3 {boto3.__version__}")
