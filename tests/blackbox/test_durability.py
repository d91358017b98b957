"""Acknowledged means on disk: nothing that a client was told is lost when the daemon is killed. The
storage room's own test does this fifty times; here it is done with real clients."""

import random
import subprocess

from hosts import HERE
from test_host import wait_until

ROUNDS = 4


def test_kill_9_under_load_loses_nothing_acknowledged(host):
    host.up()
    host.run(["/usr/bin/aws", "s3", "mb", "s3://durable"])
    schema = ["--key-schema", "AttributeName=pk,KeyType=HASH"]
    names = ["--attribute-definitions", "AttributeName=pk,AttributeType=S"]
    create = ["dynamodb", "create-table", "--table-name", "durable"]
    billing = ["--billing-mode", "PAY_PER_REQUEST"]
    host.run(["/usr/bin/aws", *create, *billing, *names, *schema])
    acknowledged = set()
    chance = random.Random(1)
    for number in range(ROUNDS):
        writer = host.start(
            ["/usr/bin/python3", HERE / "clients/write_until_killed.py", str(number)],
            stdout=subprocess.PIPE,
        )
        assert writer.stdout.readline() == "writing\n"
        kill_after = chance.randrange(20, 200)
        pid = host.status()["daemon"]["pid"]
        for count, line in enumerate(writer.stdout, 1):
            acknowledged.add(line.strip())
            if count == kill_after:
                host.run(["kill", "-9", str(pid)])
        assert writer.wait(timeout=60) == 0
        assert len(acknowledged) >= 20 * (number + 1)
        wait_until(lambda: (host.status()["daemon"] or {"pid": pid})["pid"] != pid, "no new daemon")
    done = host.run(["/usr/bin/python3", HERE / "clients/read_everything.py"])
    lost = acknowledged - set(done.stdout.split())
    assert not lost, f"{len(lost)} of {len(acknowledged)} acknowledged writes are lost"


def high_water_kb(host):
    pid = host.status()["daemon"]["pid"]
    for line in host.run(["cat", f"/proc/{pid}/status"]).stdout.splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    raise AssertionError("no VmHWM")


def test_a_large_object_streams_through_without_being_held_in_memory(running):
    size = 300 * 1024 * 1024
    running.run(["/usr/bin/aws", "s3", "mb", "s3://streamed"])
    running.run(["truncate", "-s", str(size), "/tmp/fogbank-large.bin"])
    try:
        put = ["s3api", "put-object", "--bucket", "streamed", "--key", "large"]
        running.run(["/usr/bin/aws", *put, "--body", "/tmp/fogbank-large.bin"])
        get = ["s3api", "get-object", "--bucket", "streamed", "--key", "large", "/dev/null"]
        assert str(size) in running.run(["/usr/bin/aws", *get]).stdout
        assert high_water_kb(running) < 64 * 1024
    finally:
        running.run(["rm", "-f", "/tmp/fogbank-large.bin"])
