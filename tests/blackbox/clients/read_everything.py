"""Prints the name of everything that write_until_killed.py stored and that is whole."""

import boto3

s3, sqs, dynamodb = (boto3.client(name) for name in ("s3", "sqs", "dynamodb"))
for page in s3.get_paginator("list_objects_v2").paginate(Bucket="durable"):
    for entry in page.get("Contents", []):
        body = s3.get_object(Bucket="durable", Key=entry["Key"])["Body"].read()
        if body.rstrip(b".").decode() == entry["Key"] and len(body) == entry["Size"]:
            print(entry["Key"])
for page in dynamodb.get_paginator("scan").paginate(TableName="durable"):
    for item in page["Items"]:
        print(item["pk"]["S"])
queue = sqs.get_queue_url(QueueName="durable")["QueueUrl"]
while True:
    got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10, VisibilityTimeout=60)
    if not got.get("Messages"):
        break
    for message in got["Messages"]:
        print(message["Body"])
