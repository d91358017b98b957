"""Writes to three services from several threads and prints what was acknowledged, a line each,
until the daemon dies under it or 20 seconds are over. argv: a number that makes names unique."""

import sys
import threading
import time

import boto3
import botocore.config

settings = botocore.config.Config(retries={"max_attempts": 0}, connect_timeout=5, read_timeout=5)
number = sys.argv[1]
s3, sqs, dynamodb = (boto3.client(name, config=settings) for name in ("s3", "sqs", "dynamodb"))
queue = sqs.create_queue(QueueName="durable")["QueueUrl"]
stop = threading.Event()
lock = threading.Lock()


def write(kind, one):
    for i in range(100_000):
        name = f"{number}-{kind}-{i}"
        try:
            one(name)
        except Exception:  # the daemon is gone
            return
        with lock:
            print(name, flush=True)
        if stop.is_set():
            return


def put_small(name):
    s3.put_object(Bucket="durable", Key=name, Body=name.encode())


def put_large(name):
    s3.put_object(Bucket="durable", Key=name, Body=name.encode().ljust(100_000, b"."))


def put_item(name):
    dynamodb.put_item(TableName="durable", Item={"pk": {"S": name}})


def send(name):
    sqs.send_message(QueueUrl=queue, MessageBody=name)


threads = [
    threading.Thread(target=write, args=(one.__name__, one))
    for one in (put_small, put_large, put_item, send)
]
print("writing", flush=True)
deadline = time.monotonic() + 20
for thread in threads:
    thread.start()
for thread in threads:
    thread.join(max(0, deadline - time.monotonic()))
stop.set()
