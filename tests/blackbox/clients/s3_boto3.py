"""S3 as programs use it through boto3. argv: the function to run.

Every function makes its own bucket. All of them hold on genuine AWS too; those that need
today's boto3 say so in NEWEST of tests/blackbox/s3/test_buckets_and_objects.py."""

import base64
import hashlib
import io
import os
import sys
import urllib.error
import urllib.request
import uuid

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.exceptions import ClientError

client = boto3.client("s3")
MIB = 1 << 20


def refused(code, call, **arguments):
    try:
        call(**arguments)
    except ClientError as error:
        assert error.response["Error"]["Code"] == code, error.response
        return error.response
    raise AssertionError(f"no {code}")


def make_bucket(in_client=client, **more):
    name = f"blackbox-{uuid.uuid4()}"
    in_client.create_bucket(Bucket=name, **more)
    return name


def empty(bucket):
    boto3.resource("s3").Bucket(bucket).objects.all().delete()
    client.delete_bucket(Bucket=bucket)


def read(**arguments):
    return client.get_object(**arguments)["Body"].read()


def buckets_live_and_end():
    bucket = make_bucket()
    assert bucket in [one["Name"] for one in client.list_buckets()["Buckets"]]
    assert client.head_bucket(Bucket=bucket)
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] is None
    client.put_object(Bucket=bucket, Key="k", Body=b"x")
    refused("BucketNotEmpty", client.delete_bucket, Bucket=bucket)
    client.delete_object(Bucket=bucket, Key="k")
    client.delete_bucket(Bucket=bucket)
    refused("404", client.head_bucket, Bucket=bucket)
    refused("NoSuchBucket", client.list_objects_v2, Bucket=bucket)
    refused("InvalidBucketName", client.create_bucket, Bucket="Upper-Case")


def clients_find_a_bucket_in_another_region():
    europe = boto3.client("s3", region_name="eu-west-1")
    bucket = make_bucket(europe, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    # boto3 follows PermanentRedirect and x-amz-bucket-region by itself.
    client.put_object(Bucket=bucket, Key="k", Body=b"x")
    assert read(Bucket=bucket, Key="k") == b"x"
    assert client.get_bucket_location(Bucket=bucket)["LocationConstraint"] == "eu-west-1"
    europe.delete_object(Bucket=bucket, Key="k")
    europe.delete_bucket(Bucket=bucket)


def objects_come_back_with_what_was_said_of_them():
    bucket = make_bucket()
    key = "a b/ü+&=?#%41\x7f.txt"
    body = os.urandom(100_000)
    stored = client.put_object(
        Bucket=bucket,
        Key=key,
        Body=body,
        ContentType="text/plain",
        CacheControl="no-cache",
        ContentEncoding="gzip",
        Metadata={"Color": "green"},
        Tagging="a=1&b=two%20words",
        ContentMD5=base64.b64encode(hashlib.md5(body).digest()).decode(),
    )
    assert stored["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    got = client.get_object(Bucket=bucket, Key=key)
    assert got["Body"].read() == body
    head = client.head_object(Bucket=bucket, Key=key)
    for answer in (got, head):
        assert answer["ContentLength"] == len(body)
        assert answer["ContentType"] == "text/plain"
        assert answer["CacheControl"] == "no-cache"
        assert answer["ContentEncoding"] == "gzip"
        assert answer["Metadata"] == {"color": "green"}
        assert answer["ETag"] == stored["ETag"]
    assert [one["Key"] for one in client.list_objects_v2(Bucket=bucket)["Contents"]] == [key]
    tags = client.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
    assert tags == [{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "two words"}]
    empty(bucket)


def ranges_and_conditions():
    bucket = make_bucket()
    body = os.urandom(70_000)
    e_tag = client.put_object(Bucket=bucket, Key="k", Body=body)["ETag"]
    for header, expected in (
        ("bytes=0-9", body[:10]),
        ("bytes=69999-", body[-1:]),
        ("bytes=-5", body[-5:]),
        ("bytes=100-1000000", body[100:]),
    ):
        assert read(Bucket=bucket, Key="k", Range=header) == expected
    beyond = refused(
        "InvalidRange", client.get_object, Bucket=bucket, Key="k", Range="bytes=70000-"
    )
    assert beyond["ResponseMetadata"]["HTTPStatusCode"] == 416
    refused("304", client.get_object, Bucket=bucket, Key="k", IfNoneMatch=e_tag)
    refused("PreconditionFailed", client.get_object, Bucket=bucket, Key="k", IfMatch='"other"')
    modified = client.head_object(Bucket=bucket, Key="k")["LastModified"]
    refused("304", client.head_object, Bucket=bucket, Key="k", IfModifiedSince=modified)
    assert read(Bucket=bucket, Key="k", IfUnmodifiedSince=modified, IfMatch=e_tag) == body
    refused("404", client.head_object, Bucket=bucket, Key="absent")
    refused("NoSuchKey", client.get_object, Bucket=bucket, Key="absent")
    empty(bucket)


def conditional_writes():
    bucket = make_bucket()
    e_tag = client.put_object(Bucket=bucket, Key="k", Body=b"1", IfNoneMatch="*")["ETag"]
    refused(
        "PreconditionFailed", client.put_object, Bucket=bucket, Key="k", Body=b"2", IfNoneMatch="*"
    )
    client.put_object(Bucket=bucket, Key="k", Body=b"2", IfMatch=e_tag)
    refused("PreconditionFailed", client.put_object, Bucket=bucket, Key="k", IfMatch=e_tag)
    assert read(Bucket=bucket, Key="k") == b"2"
    empty(bucket)


def listings_roll_up_and_page():
    bucket = make_bucket()
    keys = [f"{folder}/{i:02}" for folder in ("a", "b", "ü") for i in range(9)] + ["c", "z z"]
    for key in keys:
        client.put_object(Bucket=bucket, Key=key, Body=b"")
    for operation in ("list_objects", "list_objects_v2", "list_object_versions"):
        listed, prefixes = [], []
        pages = client.get_paginator(operation).paginate(
            Bucket=bucket, PaginationConfig={"PageSize": 4}
        )
        for page in pages:
            entries = page.get("Contents", []) + page.get("Versions", [])
            assert len(entries) <= 4
            listed += [one["Key"] for one in entries]
        assert listed == sorted(keys, key=lambda key: key.encode()), operation
        pages = client.get_paginator(operation).paginate(
            Bucket=bucket, Delimiter="/", PaginationConfig={"PageSize": 2}
        )
        for page in pages:
            prefixes += [one["Prefix"] for one in page.get("CommonPrefixes", [])]
        assert prefixes == ["a/", "b/", "ü/"], operation
    after = client.list_objects_v2(Bucket=bucket, StartAfter="b/07", Prefix="b/")
    assert [one["Key"] for one in after["Contents"]] == ["b/08"]
    empty(bucket)


def uploads_in_parts():
    bucket = make_bucket()
    upload = client.create_multipart_upload(Bucket=bucket, Key="k", ContentType="text/plain")
    name = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
    bodies = [os.urandom(5 * MIB), os.urandom(5 * MIB + 1), b"tail"]
    parts = []
    for number, body in enumerate(bodies, 1):
        e_tag = client.upload_part(**name, PartNumber=number, Body=body)["ETag"]
        parts.append({"PartNumber": number, "ETag": e_tag})
    listed = client.list_parts(**name)
    assert [one["Size"] for one in listed["Parts"]] == [len(body) for body in bodies]
    uploads = client.list_multipart_uploads(Bucket=bucket)["Uploads"]
    assert [one["UploadId"] for one in uploads] == [upload["UploadId"]]
    complete = client.complete_multipart_upload
    refused("InvalidPartOrder", complete, **name, MultipartUpload={"Parts": parts[::-1]})
    wrong = [{"PartNumber": 1, "ETag": '"0"'}]
    refused("InvalidPart", complete, **name, MultipartUpload={"Parts": wrong})
    done = complete(**name, MultipartUpload={"Parts": parts})
    digests = b"".join(hashlib.md5(body).digest() for body in bodies)
    assert done["ETag"] == f'"{hashlib.md5(digests).hexdigest()}-3"'
    assert read(Bucket=bucket, Key="k") == b"".join(bodies)
    second = client.head_object(Bucket=bucket, Key="k", PartNumber=2)
    assert (second["PartsCount"], second["ContentLength"]) == (3, len(bodies[1]))
    refused("NoSuchUpload", client.upload_part, **name, PartNumber=4, Body=b"x")

    small = client.create_multipart_upload(Bucket=bucket, Key="s")["UploadId"]
    name = {"Bucket": bucket, "Key": "s", "UploadId": small}
    parts = [
        {"PartNumber": n, "ETag": client.upload_part(**name, PartNumber=n, Body=b"x")["ETag"]}
        for n in (1, 2)
    ]
    refused("EntityTooSmall", complete, **name, MultipartUpload={"Parts": parts})
    client.abort_multipart_upload(**name)
    refused("NoSuchUpload", client.abort_multipart_upload, **name)
    empty(bucket)


def transfers_of_large_files():
    bucket = make_bucket()
    body = os.urandom(20 * MIB + 7)
    config = TransferConfig(multipart_threshold=5 * MIB, multipart_chunksize=5 * MIB)
    client.upload_fileobj(io.BytesIO(body), bucket, "k", Config=config)
    client.copy({"Bucket": bucket, "Key": "k"}, bucket, "copy", Config=config)
    client.delete_object(Bucket=bucket, Key="k")
    back = io.BytesIO()
    client.download_fileobj(bucket, "copy", back, Config=config)
    assert back.getvalue() == body
    empty(bucket)


def copies_and_directives():
    bucket = make_bucket()
    source = {"Bucket": bucket, "Key": "a b+ü"}
    e_tag = client.put_object(**source, Body=b"x", Metadata={"m": "1"}, Tagging="t=1")["ETag"]
    copied = client.copy_object(Bucket=bucket, Key="c", CopySource=source)
    assert copied["CopyObjectResult"]["ETag"] == e_tag
    assert client.head_object(Bucket=bucket, Key="c")["Metadata"] == {"m": "1"}
    replace = {"MetadataDirective": "REPLACE", "Metadata": {"m": "2"}}
    client.copy_object(Bucket=bucket, Key="c", CopySource=source, **replace)
    assert client.head_object(Bucket=bucket, Key="c")["Metadata"] == {"m": "2"}
    refused("InvalidRequest", client.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/c")
    refused("NoSuchKey", client.copy_object, Bucket=bucket, Key="c", CopySource=f"{bucket}/no")
    refused(
        "PreconditionFailed",
        client.copy_object,
        Bucket=bucket,
        Key="c",
        CopySource=source,
        CopySourceIfNoneMatch=e_tag,
    )
    empty(bucket)


def batches_delete():
    bucket = make_bucket()
    for key in ("a", "b", "c<&>"):
        client.put_object(Bucket=bucket, Key=key, Body=b"")
    wish = {"Objects": [{"Key": key} for key in ("a", "c<&>", "absent")]}
    gone = client.delete_objects(Bucket=bucket, Delete=wish)["Deleted"]
    assert sorted(one["Key"] for one in gone) == ["a", "absent", "c<&>"]
    quiet = {"Objects": [{"Key": "b"}], "Quiet": True}
    assert "Deleted" not in client.delete_objects(Bucket=bucket, Delete=quiet)
    assert client.list_objects_v2(Bucket=bucket)["KeyCount"] == 0
    client.delete_bucket(Bucket=bucket)


def checksums_are_verified_and_kept():
    bucket = make_bucket()
    body = os.urandom(200_000)
    sha256 = base64.b64encode(hashlib.sha256(body).digest()).decode()
    for more in ({"ChecksumSHA256": sha256}, {"ChecksumAlgorithm": "SHA256"}):
        stored = client.put_object(Bucket=bucket, Key="k", Body=body, **more)
        assert stored["ChecksumSHA256"] == sha256
        head = client.head_object(Bucket=bucket, Key="k", ChecksumMode="ENABLED")
        assert head["ChecksumSHA256"] == sha256
    wrong = base64.b64encode(bytes(32)).decode()
    refused("BadDigest", client.put_object, Bucket=bucket, Key="k", Body=b"", ChecksumSHA256=wrong)
    wrong = base64.b64encode(bytes(16)).decode()
    refused("BadDigest", client.put_object, Bucket=bucket, Key="k", Body=b"", ContentMD5=wrong)
    refused("InvalidDigest", client.put_object, Bucket=bucket, Key="k", Body=b"", ContentMD5="YQ==")
    wanted = ["ETag", "Checksum", "ObjectSize"]
    told = client.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=wanted)
    assert told["ETag"] == hashlib.md5(body).hexdigest()
    assert told["Checksum"]["ChecksumSHA256"] == sha256
    empty(bucket)


def checksums_of_uploads():
    bucket = make_bucket()
    for kind in ("FULL_OBJECT", "COMPOSITE"):
        upload = client.create_multipart_upload(
            Bucket=bucket, Key="k", ChecksumAlgorithm="CRC32", ChecksumType=kind
        )
        name = {"Bucket": bucket, "Key": "k", "UploadId": upload["UploadId"]}
        parts = []
        for number, body in enumerate((bytes(5 * MIB), b"123456789"), 1):
            put = client.upload_part(
                **name, PartNumber=number, Body=body, ChecksumAlgorithm="CRC32"
            )
            parts.append(
                {"PartNumber": number, "ETag": put["ETag"], "ChecksumCRC32": put["ChecksumCRC32"]}
            )
        done = client.complete_multipart_upload(**name, MultipartUpload={"Parts": parts})
        assert done["ChecksumType"] == kind
        assert done["ChecksumCRC32"].endswith("-2") == (kind == "COMPOSITE")
        # boto3 verifies a full object's checksum while it reads.
        assert read(Bucket=bucket, Key="k", ChecksumMode="ENABLED").endswith(b"123456789")
    empty(bucket)


def refused_uploads():
    bucket = make_bucket()
    body = os.urandom(MIB)
    wrong = base64.b64encode(bytes(16)).decode()
    put = client.put_object
    refused("NoSuchBucket", put, Bucket=f"{bucket}-absent", Key="k", Body=body)
    refused("BadDigest", put, Bucket=bucket, Key="k", Body=body, ContentMD5=wrong)
    refused("KeyTooLongError", put, Bucket=bucket, Key="k" * 1025, Body=body)
    name = {"Bucket": bucket, "Key": "k", "UploadId": "absent", "PartNumber": 1}
    refused("NoSuchUpload", client.upload_part, **name, Body=body)
    client.delete_bucket(Bucket=bucket)


def presigned_urls():
    bucket = make_bucket()
    url = client.generate_presigned_url("put_object", Params={"Bucket": bucket, "Key": "k"})
    urllib.request.urlopen(urllib.request.Request(url, data=b"12345", method="PUT"))
    wish = {"Bucket": bucket, "Key": "k", "ResponseContentType": "text/html"}
    with urllib.request.urlopen(client.generate_presigned_url("get_object", Params=wish)) as answer:
        assert answer.read() == b"12345"
        assert answer.headers["Content-Type"] == "text/html"
    try:
        urllib.request.urlopen(f"https://{bucket}.s3.amazonaws.com/k")
        raise AssertionError("an unsigned request was answered")
    except urllib.error.HTTPError as error:
        assert error.code == 403
    empty(bucket)


def bucket_set_up_is_that_of_a_new_one():
    bucket = make_bucket()
    assert "Status" not in client.get_bucket_versioning(Bucket=bucket)
    grants = client.get_bucket_acl(Bucket=bucket)["Grants"]
    assert [one["Permission"] for one in grants] == ["FULL_CONTROL"]
    block = client.get_public_access_block(Bucket=bucket)["PublicAccessBlockConfiguration"]
    assert all(block.values())
    refused("NoSuchBucketPolicy", client.get_bucket_policy, Bucket=bucket)
    refused("NoSuchCORSConfiguration", client.get_bucket_cors, Bucket=bucket)
    refused(
        "NoSuchLifecycleConfiguration", client.get_bucket_lifecycle_configuration, Bucket=bucket
    )
    refused("NoSuchTagSet", client.get_bucket_tagging, Bucket=bucket)
    tags = [{"Key": "team", "Value": "fog"}]
    client.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": tags})
    assert client.get_bucket_tagging(Bucket=bucket)["TagSet"] == tags
    refused(
        "AccessControlListNotSupported",
        client.put_object,
        Bucket=bucket,
        Key="k",
        ACL="public-read",
    )
    client.delete_bucket(Bucket=bucket)


globals()[sys.argv[1]]()
print("done")
