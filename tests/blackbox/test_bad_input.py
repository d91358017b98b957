"""Bad input of every kind gets the answer AWS gives, or a closed connection, and harms nothing."""

import base64
import hashlib
import json

import pytest

S3 = "https://s3.us-east-1.amazonaws.com"
DYNAMODB = "https://dynamodb.us-east-1.amazonaws.com/"


def signed(service):
    """curl's own signature, by a key that nobody issued."""
    return ["--user", "AKIAIOSFODNN7EXAMPLE:x", "--aws-sigv4", f"aws:amz:us-east-1:{service}"]


def curl(host, *words):
    done = host.run(
        ["curl", "-sS", "--max-time", "10", "-w", "\n%{http_code}", *words], check=False
    )
    body, _, status = done.stdout.rpartition("\n")
    return int(status or 0), body


def dynamodb(host, target, body):
    return curl(
        host,
        DYNAMODB,
        "-H",
        f"X-Amz-Target: DynamoDB_20120810.{target}",
        *signed("dynamodb"),
        "-H",
        "Content-Type: application/x-amz-json-1.0",
        "-d",
        body,
    )


@pytest.fixture(autouse=True)
def still_serving(running):
    pid = running.status()["daemon"]["pid"]
    yield
    assert running.status()["daemon"]["pid"] == pid, "the daemon did not survive"


@pytest.mark.parametrize(
    "body,code",
    [
        ('{"TableName":', "SerializationException"),
        ("[]", "SerializationException"),
        ('{"TableName":{}}', "SerializationException"),
        ("{}", "ValidationException"),
        ('{"TableName":"a b"}', "ValidationException"),
    ],
)
def test_bad_json(running, body, code):
    status, answer = dynamodb(running, "DescribeTable", body)
    assert status == 400 and json.loads(answer)["__type"].endswith("#" + code), answer


def test_unknown_operations_and_services_get_an_answer_of_their_protocol(running):
    status, answer = dynamodb(running, "MakeCoffee", "{}")
    assert status == 400 and "UnknownOperationException" in answer
    status, answer = dynamodb(running, "CreateBackup", "{}")
    assert status == 501 and "CreateBackup" in answer
    status, answer = curl(
        running,
        "https://sts.us-east-1.amazonaws.com/",
        *signed("sts"),
        "-d",
        "Action=MakeCoffee&Version=2011-06-15",
    )
    assert status == 400 and "<Code>InvalidAction</Code>" in answer
    status, answer = curl(
        running, "https://glacier.eu-west-1.amazonaws.com/-/vaults", *signed("glacier")
    )
    assert status == 501 and "glacier" in answer
    status, answer = curl(
        running, "https://brand-new.eu-west-9.amazonaws.com/", *signed("brand-new")
    )
    assert status == 501 and "brand-new" in answer


@pytest.mark.parametrize(
    "method,path,code",
    [
        ("PUT", "/A_b", "InvalidBucketName"),
        ("PUT", "/ab", "InvalidBucketName"),
        ("PUT", "/192.168.0.1", "InvalidBucketName"),
        ("GET", "/no-such-bucket-anywhere", "NoSuchBucket"),
        ("GET", "/no-such-bucket-anywhere/key", "NoSuchBucket"),
    ],
)
def test_illegal_names_of_s3(running, method, path, code):
    status, answer = curl(running, "-X", method, S3 + path, *signed("s3"))
    assert status in (400, 404) and f"<Code>{code}</Code>" in answer and "<RequestId>" in answer


def test_bad_xml_and_wrong_chunks(running):
    assert curl(running, "-X", "PUT", S3 + "/bad-input", *signed("s3"))[0] == 200
    status, answer = curl(
        running,
        "-X",
        "POST",
        S3 + "/bad-input?delete",
        *signed("s3"),
        "-H",
        "Content-MD5: " + base64.b64encode(hashlib.md5(b"<Delete><Obj").digest()).decode(),
        "-d",
        "<Delete><Obj",
    )
    assert status == 400 and "<Code>MalformedXML</Code>" in answer
    status, answer = curl(
        running,
        "-X",
        "PUT",
        S3 + "/bad-input/k",
        *signed("s3"),
        "-H",
        "x-amz-content-sha256: STREAMING-UNSIGNED-PAYLOAD-TRAILER",
        "-H",
        "x-amz-decoded-content-length: 5",
        "-d",
        "zz\r\nhello\r\n0\r\n\r\n",
    )
    assert status == 400 and "<Code>IncompleteBody</Code>" in answer
    status, answer = curl(running, S3 + "/bad-input/k", *signed("s3"))
    assert status == 404


RAW = r"""
import socket, ssl, sys
host, port, tls = sys.argv[1], int(sys.argv[2]), sys.argv[3] == "tls"
data = bytes.fromhex(sys.stdin.read())
s = socket.create_connection((host, port), 10)
if tls:
    s = ssl.create_default_context().wrap_socket(s, server_hostname=host)
s.settimeout(10)
try:
    s.sendall(data)
    got = b""
    while len(got) < 65536:
        piece = s.recv(65536)
        if not piece:
            break
        got += piece
except (ConnectionError, ssl.SSLError):
    pass
sys.stdout.write(got.decode("latin-1"))
"""


def raw(host, port, tls, data):
    return host.run(
        ["python3", "-c", RAW, "s3.us-east-1.amazonaws.com", str(port), "tls" if tls else "plain"],
        input=data.hex(),
    ).stdout


@pytest.mark.parametrize(
    "name,request_bytes,status",
    [
        (
            "both lengths",
            b"POST / HTTP/1.1\r\nHost: s3.amazonaws.com\r\nContent-Length: 5\r\n"
            b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            400,
        ),
        (
            "two lengths",
            b"POST / HTTP/1.1\r\nHost: s3.amazonaws.com\r\n"
            b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello",
            400,
        ),
        ("bare line feeds", b"GET / HTTP/1.1\nHost: s3.amazonaws.com\n\n", 400),
        ("space before colon", b"GET / HTTP/1.1\r\nHost : s3.amazonaws.com\r\n\r\n", 400),
        ("no host", b"GET / HTTP/1.1\r\n\r\n", 400),
        (
            "bad chunk size",
            b"POST / HTTP/1.1\r\nHost: sqs.us-east-1.amazonaws.com\r\n"
            b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
            400,
        ),
        (
            "header too long",
            b"GET / HTTP/1.1\r\nHost: s3.amazonaws.com\r\nX: " + b"x" * 70000 + b"\r\n\r\n",
            431,
        ),
        ("no HTTP", b"\x00\x01\x02\x03" * 10 + b"\r\n\r\n", 400),
    ],
    ids=lambda value: value.replace(" ", "-") if isinstance(value, str) else "",
)
@pytest.mark.parametrize("tls", [True, False], ids=["tls", "plain"])
def test_smuggling_and_broken_heads_are_refused_and_the_connection_closed(
    running, name, request_bytes, status, tls
):
    answer = raw(
        running,
        443 if tls else 80,
        tls,
        request_bytes + b"GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
    )
    assert answer.startswith(f"HTTP/1.1 {status} "), answer[:200]
    assert answer.count("HTTP/1.1 ") == 1, "the rest was taken for a request"


def test_garbage_on_the_tls_port_and_tls_on_the_plain_port_are_closed(running):
    assert "200" not in raw(running, 443, False, b"\x16\x03\x01" + b"\xff" * 500)
    assert "200" not in raw(
        running, 80, False, b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 500
    )
    plain = raw(running, 443, False, b"GET / HTTP/1.1\r\nHost: s3.amazonaws.com\r\n\r\n")
    assert plain == "" or plain.startswith("HTTP/1.1 400")


@pytest.mark.parametrize(
    "packet",
    [
        "",
        "00",
        "0001" * 3,
        "ff" * 12,
        "ff" * 500,
        "00010100000100000000000003616263",
        "0001010000010000000000003f" + "61" * 10,
        "000101000001000000000000c00c00010001",
    ],
)
def test_malformed_dns_packets_do_no_harm(running, packet):
    running.run(
        [
            "python3",
            "-c",
            "import socket,sys\ns=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\n"
            "s.sendto(bytes.fromhex(sys.argv[1]),('198.18.45.53',53))",
            packet,
        ]
    )
    assert running.run(["getent", "ahostsv4", "sqs.us-east-1.amazonaws.com"]).stdout.startswith(
        "198.18.45.76"
    )
