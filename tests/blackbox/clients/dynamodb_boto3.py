"""DynamoDB as programs use it through boto3. argv: the function to run.

Every function makes its own table. All of them hold on genuine AWS too."""

import decimal
import sys
import uuid

import boto3
from boto3.dynamodb.conditions import Attr, Key
from botocore.exceptions import ClientError

client = boto3.client("dynamodb")
resource = boto3.resource("dynamodb")


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"no {code}")


def make_table(**more):
    table = resource.create_table(
        TableName=f"blackbox-{uuid.uuid4()}",
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            *more.pop("definitions", []),
        ],
        **more,
    )
    table.wait_until_exists()
    table.reload()
    return table


def fill(table, pk, count, **attributes):
    with table.batch_writer() as batch:
        for sk in range(count):
            batch.put_item(Item={"pk": pk, "sk": sk, **attributes})


def tables_live_and_end():
    table = make_table(Tags=[{"Key": "team", "Value": "fog"}])
    assert table.table_status == "ACTIVE"
    assert table.name in resource.meta.client.list_tables()["TableNames"]
    tags = client.list_tags_of_resource(ResourceArn=table.table_arn)["Tags"]
    assert tags == [{"Key": "team", "Value": "fog"}], tags
    table.delete()
    table.wait_until_not_exists()
    refused("ResourceNotFoundException", client.describe_table, TableName=table.name)


def every_kind_of_value_comes_back():
    table = make_table()
    item = {
        "pk": "a",
        "sk": decimal.Decimal("-1.5E-10"),
        "number": decimal.Decimal("3.1415926535897932384626433832795028841"),
        "smallest": decimal.Decimal("1E-130"),
        "text": 'grüße \N{FOG} "quoted" \\ \u0001',
        "empty": "",
        "list": [1, "two", None, True, [], {}],
        "map": {"nested": {"numbers": {1, 2}, "words": {"a"}, "bytes": {b"\x00", b"\xff"}}},
    }
    table.put_item(Item=item)
    assert table.get_item(Key={"pk": "a", "sk": item["sk"]})["Item"] == item
    assert "Item" not in table.get_item(Key={"pk": "b", "sk": 0})
    # boto3's resources cannot read the zeros that AWS writes out (boto3 issue 2500).
    largest = {"pk": {"S": "a"}, "sk": {"N": "9" * 38 + "0" * 88}}
    client.put_item(TableName=table.name, Item=largest)
    assert client.get_item(TableName=table.name, Key=largest)["Item"] == largest


def conditions_protect_items():
    table = make_table()
    table.put_item(Item={"pk": "a", "sk": 1, "v": 1}, ConditionExpression=Attr("pk").not_exists())
    again = refused(
        "ConditionalCheckFailedException",
        table.put_item,
        Item={"pk": "a", "sk": 1},
        ConditionExpression="attribute_not_exists(pk) OR v IN (:two)",
        ExpressionAttributeValues={":two": 2},
    )
    assert again["Error"]["Message"] == "The conditional request failed"
    erased = table.delete_item(
        Key={"pk": "a", "sk": 1},
        ConditionExpression=Attr("v").between(0, 1) & ~Attr("w").exists(),
        ReturnValues="ALL_OLD",
    )
    assert erased["Attributes"]["v"] == 1


def updates_change_items():
    table = make_table()
    key = {"pk": "a", "sk": 1}
    first = table.update_item(
        Key=key,
        UpdateExpression="SET n = if_not_exists(n, :zero) + :one, l = :list ADD tags :tags",
        ExpressionAttributeValues={":zero": 0, ":one": 1, ":list": ["x"], ":tags": {"a", "b"}},
        ReturnValues="ALL_NEW",
    )
    assert first["Attributes"] == {**key, "n": 1, "l": ["x"], "tags": {"a", "b"}}, first
    second = table.update_item(
        Key=key,
        UpdateExpression="SET l = list_append(l, :list), m = :map REMOVE n DELETE tags :tag",
        ExpressionAttributeValues={":list": ["y"], ":map": {"deep": 1}, ":tag": {"a"}},
        ReturnValues="UPDATED_NEW",
    )
    assert second["Attributes"] == {"l": ["x", "y"], "m": {"deep": 1}, "tags": {"b"}}, second
    table.update_item(
        Key=key,
        UpdateExpression="SET m.deep = m.deep - :d, l[0] = :x",
        ExpressionAttributeValues={":d": 5, ":x": "z"},
    )
    item = table.get_item(Key=key)["Item"]
    assert item == {**key, "l": ["z", "y"], "m": {"deep": -4}, "tags": {"b"}}, item


def queries_read_ranges_in_order():
    table = make_table()
    fill(table, "a", 20, v=7)
    page = table.query(
        KeyConditionExpression=Key("pk").eq("a") & Key("sk").between(5, 14),
        FilterExpression=Attr("v").eq(7) & Attr("sk2").not_exists(),
        ScanIndexForward=False,
        Limit=4,
    )
    assert [item["sk"] for item in page["Items"]] == [14, 13, 12, 11]
    assert page["LastEvaluatedKey"] == {"pk": "a", "sk": 11}
    pages = client.get_paginator("query").paginate(
        TableName=table.name,
        KeyConditionExpression="pk = :pk",
        ExpressionAttributeValues={":pk": {"S": "a"}},
        ProjectionExpression="sk",
        PaginationConfig={"PageSize": 7},
    )
    seen = [int(item["sk"]["N"]) for page in pages for item in page["Items"]]
    assert seen == list(range(20)), seen


def scans_see_every_item_once():
    table = make_table()
    for pk in "abcdefgh":
        fill(table, pk, 25)
    seen = []
    for segment in range(4):
        pages = client.get_paginator("scan").paginate(
            TableName=table.name, Segment=segment, TotalSegments=4, PaginationConfig={"PageSize": 9}
        )
        seen += [
            (item["pk"]["S"], item["sk"]["N"]) for page in pages for item in page.get("Items", [])
        ]
    assert len(seen) == 200 and len(set(seen)) == 200
    assert table.scan(Select="COUNT")["Count"] == 200


def batches_read_and_write():
    table = make_table()
    fill(table, "a", 60)
    keys = [{"pk": "a", "sk": sk} for sk in range(70)]
    answer = resource.batch_get_item(RequestItems={table.name: {"Keys": keys}})
    assert len(answer["Responses"][table.name]) == 60 and answer["UnprocessedKeys"] == {}
    refused(
        "ValidationException",
        resource.batch_get_item,
        RequestItems={table.name: {"Keys": [keys[0], keys[0]]}},
    )


def indexes_follow_their_items():
    table = make_table(
        definitions=[{"AttributeName": "state", "AttributeType": "S"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by_state",
                "KeySchema": [{"AttributeName": "state", "KeyType": "HASH"}],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
    )
    fill(table, "a", 10, state="new")
    table.update_item(
        Key={"pk": "a", "sk": 3},
        UpdateExpression="SET #s = :old",
        ExpressionAttributeNames={"#s": "state"},
        ExpressionAttributeValues={":old": "old"},
    )
    old = table.query(IndexName="by_state", KeyConditionExpression=Key("state").eq("old"))
    assert [item["sk"] for item in old["Items"]] == [3]
    new = table.query(IndexName="by_state", KeyConditionExpression=Key("state").eq("new"))
    assert new["Count"] == 9


def faults_are_awss():
    table = make_table()
    name = table.name
    refused("ResourceInUseException", make_again, name=name)
    for call, arguments in [
        (client.put_item, {"Item": {"pk": {"S": "a"}}}),
        (client.put_item, {"Item": {"pk": {"S": "a"}, "sk": {"N": "1e126"}}}),
        (client.put_item, {"Item": {"pk": {"S": ""}, "sk": {"N": "1"}}}),
        (client.get_item, {"Key": {"pk": {"S": "a"}}}),
        (client.scan, {"FilterExpression": "size = :v"}),
        (client.query, {}),
        (client.query, {"KeyConditionExpression": "pk = :undefined"}),
    ]:
        refused("ValidationException", call, TableName=name, **arguments)
    refused("ResourceNotFoundException", client.scan, TableName=f"no-{name}")


def make_again(name):
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
    )


globals()[sys.argv[1]]()
print("done")
