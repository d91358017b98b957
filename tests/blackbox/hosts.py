"""Where black-box tests run programs: a host with fogbank installed, and fogbank's own sandbox.

Both give `run(words, env=…)`; programs find no endpoint setting, no proxy and no CA variable of the
machine the tests run on, only credentials and a region."""

import json
import os
import pathlib
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = ROOT / "build"
VENV = BUILD / "venv"
HERE = pathlib.Path(__file__).resolve().parent
TIMEOUT_S = 300

CLEAN_ENV = {
    "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    "HOME": "/root",
    "LANG": "C.UTF-8",
    "AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE",
    "AWS_SECRET_ACCESS_KEY": "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_EC2_METADATA_DISABLED": "true",
    "PYTHONDONTWRITEBYTECODE": "1",
}


def finish(words, env=None, check=True, **options):
    if "input" not in options:
        options["stdin"] = subprocess.DEVNULL
    done = subprocess.run(
        [str(word) for word in words],
        env={**CLEAN_ENV, **(env or {})},
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        timeout=TIMEOUT_S,
        **options,
    )
    if check and done.returncode != 0:
        raise AssertionError(f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done


class Host:
    """A machine on which `fogbank up` has been or will be run."""

    def __init__(self):
        self.process = subprocess.Popen(
            [
                "unshare",
                "--net",
                "--mount",
                "--pid",
                "--fork",
                "--mount-proc",
                "--kill-child",
                str(HERE / "host.sh"),
                str(BUILD),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=CLEAN_ENV,
        )
        line = self.process.stdout.readline()
        assert line == "ready\n", f"the test host did not start: {line!r}"
        children = pathlib.Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children")
        self.pid = children.read_text().split()[0]

    def run(self, words, env=None, check=True, **options):
        return finish(
            ["nsenter", "-t", self.pid, "-n", "-m", "-p", "--wd=/", *words], env, check, **options
        )

    def start(self, words, env=None, **options):
        return subprocess.Popen(
            ["nsenter", "-t", self.pid, "-n", "-m", "-p", "--wd=/", *[str(w) for w in words]],
            env={**CLEAN_ENV, **(env or {})},
            text=True,
            **options,
        )

    def write(self, path, text):
        self.run(
            ["python3", "-c", "import sys; open(sys.argv[1], 'w').write(sys.argv[2])", path, text]
        )

    def up(self, steering="auto"):
        self.write("/etc/fogbank/fogbank.yaml", f"steering: {steering}\n")
        return self.run(["fogbank", "up"])

    def down(self, *options):
        return self.run(["fogbank", "down", *options])

    def status(self):
        return json.loads(self.run(["fogbank", "status", "--json"], check=False).stdout)

    def daemon_log(self):
        return self.run(["cat", "/var/lib/fogbank/fogbank.log"]).stdout

    def close(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


class Sandbox:
    """`fogbank run` as an ordinary user, with a state folder that is kept between commands."""

    def __init__(self):
        self.state = tempfile.mkdtemp(prefix="fogbank-blackbox-")
        self.user = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
        shutil.chown(self.state, 65534, 65534)
        os.chmod(self.state, 0o700)

    def run(self, words, env=None, check=True, **options):
        return finish(
            [*self.user, BUILD / "fogbank", "run", "--state", self.state, "--", *words],
            {"HOME": self.state, **(env or {})},
            check,
            cwd="/",
            **options,
        )

    def close(self):
        shutil.rmtree(self.state)
