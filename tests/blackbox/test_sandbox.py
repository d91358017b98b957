"""`fogbank run`: an ordinary user's sandbox; nothing on the host changes and nothing can leave."""

import subprocess

from hosts import BUILD, finish


def host_state():
    words = (
        "ip -o addr; ip route show table all; nft list ruleset; cat /etc/resolv.conf /proc/mounts"
    )
    return subprocess.run(["sh", "-c", words], capture_output=True, text=True).stdout


def test_exit_status_and_user_are_the_commands(sandbox):
    assert sandbox.run(["sh", "-c", "exit 7"], check=False).returncode == 7
    assert sandbox.run(["sh", "-c", "kill -TERM $$"], check=False).returncode == 128 + 15
    assert sandbox.run(["id", "-u"]).stdout == "65534\n"
    assert sandbox.run(["no-such-command"], check=False).returncode == 127


def test_nothing_leaves(sandbox):
    before = host_state()
    addresses = sandbox.run(["ip", "-o", "link"]).stdout
    assert addresses.count("\n") == 1 and " lo:" in addresses
    # Any address is ours inside: TLS for a foreign name is refused, other ports are closed at once.
    assert (
        sandbox.run(
            ["curl", "-sS", "--max-time", "5", "https://example.org/"], check=False
        ).returncode
        != 0
    )
    closed = sandbox.run(["bash", "-c", "exec 3<>/dev/tcp/192.0.2.1/22"], check=False)
    assert closed.returncode != 0 and "refused" in closed.stderr
    assert sandbox.run(["getent", "hosts", "example.org"], check=False).returncode == 2
    assert host_state() == before


def test_state_is_kept_between_runs_and_thrown_away_without_a_folder(sandbox):
    sandbox.run(["/usr/bin/aws", "s3", "mb", "s3://kept"])
    assert "kept" in sandbox.run(["/usr/bin/aws", "s3", "ls"]).stdout
    fresh = finish(
        [*sandbox.user, BUILD / "fogbank", "run", "--", "/usr/bin/aws", "s3", "ls"],
        {"HOME": "/nonexistent"},
        cwd="/",
    )
    assert fresh.stdout == ""


def test_a_user_without_credentials_can_start_at_once(sandbox):
    empty = {"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": "", "AWS_DEFAULT_REGION": ""}
    assert (
        "000000000000" in sandbox.run(["/usr/bin/aws", "sts", "get-caller-identity"], empty).stdout
    )
