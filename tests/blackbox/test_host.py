"""`fogbank up` and `fogbank down` on a whole machine: repeatable, exact, safe in crashes."""

import os
import time

SNAPSHOT = r"""
ip -o addr; ip -o -6 addr; ip route show table all; ip -6 route show table all
nft list ruleset; iptables-legacy-save 2>/dev/null | grep -v '^[#:]'
cat /etc/resolv.conf; ls -la /etc/resolv.conf | cut -c1-10
find /etc/ssl /etc/profile.d /etc/environment /usr/local/share/ca-certificates -type f -o -type l |
  grep -v '^/etc/ssl/certs/java/cacerts$' | sort |
  while read -r f; do echo "$f $(readlink "$f") $(sha256sum <"$f")"; done
ps -e -o comm= | grep fogbank
"""


def snapshot(host):
    # Without Java's keystore: its tool writes new times into it at every run.
    return host.run(["sh", "-c", SNAPSHOT], check=False).stdout


def wait_until(true, what, limit_s=20):
    deadline = time.monotonic() + limit_s
    while not true():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)  # polls a process of the test host; nothing reports the change


def identity(host):
    return host.run(["/usr/bin/aws", "sts", "get-caller-identity"], check=False)


def test_down_undoes_up_exactly_and_keeps_the_state(host):
    host.run(
        ["update-ca-certificates"]
    )  # so that the tool's own first-run changes are in the picture
    before = snapshot(host)
    host.up()
    host.run(["/usr/bin/aws", "sqs", "create-queue", "--queue-name", "kept"])
    up_once = snapshot(host)
    assert up_once != before
    second = host.up()
    assert "works" in second.stdout
    host.down()
    assert snapshot(host) == before
    host.down()  # again: nothing to do, no error
    host.up()
    assert "kept" in host.run(["/usr/bin/aws", "sqs", "list-queues"]).stdout
    host.down("--purge")
    assert snapshot(host) == before
    assert host.run(["ls", "/var/lib/fogbank"], check=False).returncode != 0
    assert host.run(["id", "fogbank"], check=False).returncode != 0


def test_the_daemon_runs_as_its_own_user_without_any_capability(running):
    pid = running.status()["daemon"]["pid"]
    status = running.run(["cat", f"/proc/{pid}/status"]).stdout
    fields = dict(line.split(":\t", 1) for line in status.splitlines() if ":\t" in line)
    assert set(fields["Uid"].split()) == {running.run(["id", "-u", "fogbank"]).stdout.strip()}
    for name in ("CapInh", "CapPrm", "CapEff", "CapAmb"):
        assert int(fields[name], 16) == 0
    assert fields["NoNewPrivs"].strip() == "1"
    key = running.run(["stat", "-c", "%a %U", "/var/lib/fogbank/ca/intermediate.key"]).stdout
    assert key == "600 fogbank\n"
    assert "root.key" not in running.run(["ls", "/var/lib/fogbank/ca"]).stdout


def test_a_killed_daemon_comes_back_with_everything_acknowledged(host):
    host.up()
    for round_number in range(3):
        name = f"q{round_number}"
        host.run(["/usr/bin/aws", "sqs", "create-queue", "--queue-name", name])
        pid = host.status()["daemon"]["pid"]
        host.run(["kill", "-9", str(pid)])
        wait_until(lambda: (host.status()["daemon"] or {"pid": pid})["pid"] != pid, "no new daemon")
        queues = host.run(["/usr/bin/aws", "sqs", "list-queues"]).stdout
        assert all(f"q{i}" in queues for i in range(round_number + 1))


def test_a_killed_privileged_process_leaves_nothing_behind_that_down_does_not_clean(host):
    before = snapshot(host)
    host.up()
    host.run(["pkill", "-9", "-f", "fogbank-netd"])
    wait_until(lambda: identity(host).returncode == 0, "no answer after netd was killed", 40)
    host.run(["pkill", "-9", "-x", "fogbank"])
    host.run(["pkill", "-9", "-f", "fogbank-netd"], check=False)
    host.down()
    assert snapshot(host).split("ps")[0] == before.split("ps")[0]


def test_status_tells_what_runs(running):
    done = running.run(["fogbank", "status"])
    assert "running" in done.stdout and "virtual addresses" in done.stdout
    status = running.status()
    assert status["steering"]["vips_present"] == status["steering"]["vips_wanted"] > 0
    assert status["resolver_redirected"] is True
    metrics = running.run(["curl", "-sS", "http://127.0.0.1:4590/metrics"]).stdout
    assert "fogbank_gateway_requests_total{" in metrics


def test_commands_that_need_root_say_so():
    import subprocess
    from hosts import BUILD

    if os.geteuid() != 0:
        return
    done = subprocess.run(
        ["setpriv", "--reuid", "65534", "--clear-groups", str(BUILD / "fogbank"), "up"],
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1 and "root" in done.stderr
