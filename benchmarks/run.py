"""Measures fogbank against the obvious alternatives in the same run and prints the ratios.

    ./dev bench [cold] [proxy] [operations] [dns]      (default: all; needs root for test hosts)

Every figure is the median of ROUNDS rounds, the two sides taking turns, with the least and the
greatest beside it. Servers get processor 0, clients processor 1."""

import json
import os
import pathlib
import re
import signal
import statistics
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests/blackbox"))
from hosts import BUILD, VENV, Host  # noqa: E402

ROUNDS = 5
SECONDS = 3
HERE = pathlib.Path(__file__).resolve().parent


def row(name, values, unit, others=None, other_name=""):
    """Prints a row; with `others` the ratio of the medians."""
    middle = statistics.median(values)
    line = f"{name:34} {middle:12,.1f} {unit:9} ({min(values):,.1f} to {max(values):,.1f})"
    if others:
        other = statistics.median(others)
        line += f"   {other_name} {other:,.1f} ({min(others):,.1f} to {max(others):,.1f})"
        line += f"   ratio {middle / other:.2f}"
    print(line, flush=True)


def pinned(processor, words):
    return ["taskset", "-c", str(processor), *[str(word) for word in words]]


def output(words, **options):
    done = subprocess.run([str(w) for w in words], capture_output=True, text=True, **options)
    if done.returncode != 0:
        raise SystemExit(f"{words} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return done.stdout


def stop(process):
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_for_port(port):
    for _ in range(400):
        if (
            subprocess.run(
                ["bash", "-c", f"exec 3<>/dev/tcp/127.0.0.1/{port}"], capture_output=True
            ).returncode
            == 0
        ):
            return
        time.sleep(0.05)
    raise SystemExit(f"nothing listens on port {port}")


# A fixed 1 KB answer over TLS: proxy_bench against nginx, one core each.

NGINX = """
worker_processes 1; daemon off; pid {folder}/nginx.pid; error_log {folder}/error.log;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 100000000; client_body_temp_path {folder}/body;
  proxy_temp_path {folder}/p; fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u;
  scgi_temp_path {folder}/s;
  server {{
    listen 127.0.0.1:{port} ssl http2; ssl_certificate {folder}/cert.pem;
    ssl_certificate_key {folder}/key.pem; ssl_protocols TLSv1.2 TLSv1.3;
    location / {{ default_type text/plain; return 200 "{body}"; }}
  }}
}}
"""


def wrk(port, *words):
    text = output(
        pinned(1, ["wrk", "-t1", "-c32", f"-d{SECONDS}s", *words, f"https://127.0.0.1:{port}/"])
    )
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))


def h2load(port):
    text = output(
        pinned(1, ["h2load", "-t1", "-c32", "-m8", "-D", SECONDS, f"https://127.0.0.1:{port}/"])
    )
    assert "0 failed, 0 errored" in text, text
    return float(re.search(r"([\d.]+) req/s", text).group(1))


def bench_proxy():
    print("\nfixed 1 KB answer over TLS, requests per second (one server core, one client core)")
    with tempfile.TemporaryDirectory() as folder:
        output(
            [
                "openssl",
                "req",
                "-x509",
                "-newkey",
                "ec",
                "-pkeyopt",
                "ec_paramgen_curve:prime256v1",
                "-nodes",
                "-days",
                "1",
                "-subj",
                "/CN=bench",
                "-keyout",
                f"{folder}/key.pem",
                "-out",
                f"{folder}/cert.pem",
            ]
        )
        config = pathlib.Path(folder) / "nginx.conf"
        config.write_text(NGINX.format(folder=folder, port=5602, body="x" * 1024))
        ours = subprocess.Popen(
            pinned(0, [BUILD / "benchmarks/proxy_bench", "127.0.0.1:5601", f"{folder}/ca"]),
            stdout=subprocess.DEVNULL,
        )
        theirs = subprocess.Popen(
            pinned(0, ["/usr/sbin/nginx", "-c", config]), stderr=subprocess.DEVNULL
        )
        try:
            wait_for_port(5601)
            wait_for_port(5602)
            measures = (
                ("HTTP/2, 32 connections x 8", h2load),
                ("HTTP/1.1, 32 connections", wrk),
                (
                    "full handshakes (one request each)",
                    lambda port: wrk(port, "-H", "Connection: close"),
                ),
            )
            for name, measure in measures:
                pairs = [(measure(5601), measure(5602)) for _ in range(ROUNDS)]
                row(name, [a for a, _ in pairs], "1/s", [b for _, b in pairs], "nginx")
        finally:
            stop(ours)
            stop(theirs)


# From the start of the process to the first signed answer, and memory afterwards.

COLD = r"""
import socket, ssl, subprocess, sys, time
import botocore.auth, botocore.awsrequest, botocore.credentials
context = ssl.create_default_context()
body = "Action=GetCallerIdentity&Version=2011-06-15"
request = botocore.awsrequest.AWSRequest(
    "POST", "https://sts.us-east-1.amazonaws.com/", data=body,
    headers={"Content-Type": "application/x-www-form-urlencoded"})
botocore.auth.SigV4Auth(botocore.credentials.Credentials("a", "b"), "sts",
                        "us-east-1").add_auth(request)
fields = {"Host": "sts.us-east-1.amazonaws.com", "Content-Length": len(body), **request.headers}
head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
raw = f"POST / HTTP/1.1\r\n{head}\r\n{body}".encode()
began = time.monotonic()
daemon = subprocess.Popen(["setpriv", "--reuid", "fogbank", "--regid", "fogbank", "--clear-groups",
                           "/usr/local/bin/fogbank", "serve"], stderr=subprocess.DEVNULL)
while time.monotonic() - began < 10:
    try:
        plain = socket.create_connection(("198.18.45.92", 443), 5)
        secure = context.wrap_socket(plain, server_hostname="sts.us-east-1.amazonaws.com")
    except OSError:
        continue
    secure.sendall(raw)
    answer = secure.recv(65536)
    break
took = (time.monotonic() - began) * 1000
assert answer.startswith(b"HTTP/1.1 200 "), answer
print(took)
daemon.terminate()
daemon.wait()
"""


def bench_cold():
    print("\nprocess of an installed daemon")
    host = Host()
    try:
        host.up()
        # The supervisor ends the daemon and fogbank-netd, in this order.
        host.run(["pkill", "-x", "fogbank"])
        host.run(
            ["bash", "-c", "while pgrep fogbank >/dev/null; do :; done; mkdir -p /run/fogbank"]
        )
        netd = host.start(
            [
                "/usr/local/libexec/fogbank/fogbank-netd",
                "--socket",
                "/run/fogbank/netd.sock",
                "--allow-uid",
                "fogbank",
                "--group",
                "fogbank",
                "--pool",
                "198.18.0.0/15",
                "--pool",
                "fdf0:6ba0:4500::/64",
                "--port",
                "8443",
                "--port",
                "8480",
                "--port",
                "4590",
                "--grace-ms",
                "60000",
            ],
            stderr=subprocess.DEVNULL,
        )
        host.run(["bash", "-c", "until [ -S /run/fogbank/netd.sock ]; do :; done"])
        cold = [float(host.run(["/usr/bin/python3", "-c", COLD]).stdout) for _ in range(ROUNDS)]
        row("cold start to first signed answer", cold, "ms")
        netd.terminate()
    finally:
        host.close()
    host = Host()
    try:
        host.up()
        for words in (
            ["sts", "get-caller-identity"],
            ["s3", "mb", "s3://bench-bucket"],
            ["sqs", "list-queues"],
            ["dynamodb", "list-tables"],
        ):
            host.run(["/usr/bin/aws", *words])
        pid = host.status()["daemon"]["pid"]
        status = host.run(["cat", f"/proc/{pid}/status"]).stdout
        row(
            "resident memory, four services used",
            [int(re.search(r"VmRSS:\s+(\d+)", status).group(1)) / 1024],
            "MB",
        )
    finally:
        host.close()


# Operations of services against moto_server, by the same program with the same SDK.

OPERATIONS = r"""
import json, sys, time
import boto3, botocore.config
endpoint, seconds, prepares = sys.argv[1] or None, float(sys.argv[2]), sys.argv[3] == "prepare"
config = botocore.config.Config(retries={"max_attempts": 0})
common = {"region_name": "us-east-1", "endpoint_url": endpoint, "config": config}
client = lambda name: boto3.client(name, **common)
s3, sqs, dynamodb = client("s3"), client("sqs"), client("dynamodb")
if prepares:
    s3.create_bucket(Bucket="bench")
    dynamodb.create_table(TableName="bench", BillingMode="PAY_PER_REQUEST",
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}])
    dynamodb.get_waiter("table_exists").wait(TableName="bench")
url = sqs.create_queue(QueueName="bench")["QueueUrl"]
if endpoint:
    url = endpoint + url[url.index("/", 8):]
item = {"pk": {"S": "a"}, "data": {"S": "x" * 900}}
small, large = b"x" * 1024, b"x" * 100_000_000
s3.put_object(Bucket="bench", Key="small", Body=small)
dynamodb.put_item(TableName="bench", Item=item)
calls = {
    "GetItem": lambda: dynamodb.get_item(TableName="bench", Key={"pk": {"S": "a"}}),
    "PutItem": lambda: dynamodb.put_item(TableName="bench", Item=item),
    "SendMessage": lambda: sqs.send_message(QueueUrl=url, MessageBody="x" * 1000),
    "PutObject 1 KB": lambda: s3.put_object(Bucket="bench", Key="small", Body=small),
    "GetObject 1 KB": lambda: s3.get_object(Bucket="bench", Key="small")["Body"].read(),
    "PutObject 100 MB": lambda: s3.put_object(Bucket="bench", Key="large", Body=large),
    "GetObject 100 MB": lambda: s3.get_object(Bucket="bench", Key="large")["Body"].read(),
}
rates = {}
for name, call in calls.items():
    call()
    began, count = time.monotonic(), 0
    while time.monotonic() - began < seconds:
        call()
        count += 1
    rates[name] = count / (time.monotonic() - began)
print(json.dumps(rates))
"""


def bench_operations():
    print("\none boto3 client, calls per second (the client itself costs most of a small call)")
    host = Host()
    python = VENV / "bin/python"
    moto = None
    try:
        host.up()
        bundle = host.run(["bash", "-lc", "echo $AWS_CA_BUNDLE"]).stdout.strip()
        moto = host.start(
            [VENV / "bin/moto_server", "-p", "5700"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        host.run(["bash", "-c", "until (exec 3<>/dev/tcp/127.0.0.1/5700) 2>/dev/null; do :; done"])
        sides = {"": [], "http://127.0.0.1:5700": []}
        for number in range(ROUNDS):
            for endpoint, results in sides.items():
                done = host.run(
                    [python, "-c", OPERATIONS, endpoint, "1", "prepare" if number == 0 else ""],
                    {"AWS_CA_BUNDLE": bundle},
                )
                results.append(json.loads(done.stdout))
        ours, theirs = sides.values()
        for name in ours[0]:
            row(name, [r[name] for r in ours], "1/s", [r[name] for r in theirs], "moto_server")
    finally:
        if moto is not None:
            stop(moto)
        host.close()


def bench_dns():
    print("\nanswers of a captured name, thousands per second of server processor time")
    print(output(["sh", HERE / "dns.sh", BUILD, SECONDS]), end="")


def main():
    wanted = sys.argv[1:] or ["cold", "proxy", "operations", "dns"]
    if os.geteuid() != 0:
        raise SystemExit("the benchmarks make test hosts in namespaces: run them as root")
    output(["ninja", "-C", BUILD, "proxy_bench", "dns_bench"])
    load = os.getloadavg()[0]
    print(f"{os.cpu_count()} processors, load {load:.1f} at the start", flush=True)
    for name in wanted:
        {
            "cold": bench_cold,
            "proxy": bench_proxy,
            "operations": bench_operations,
            "dns": bench_dns,
        }[name]()


main()
