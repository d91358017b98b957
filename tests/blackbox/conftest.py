import os

import pytest

from hosts import BUILD, Host, Sandbox

MODES = ["nftables", "iptables", "direct", "sandbox"]


def pytest_collection_modifyitems(items):
    if os.geteuid() == 0:
        return
    for item in items:
        item.add_marker(pytest.mark.skip(reason="test hosts need root to make their namespaces"))


@pytest.fixture(scope="session", autouse=True)
def product():
    assert (BUILD / "fogbank").exists(), "build/fogbank is missing: run ./dev build"


@pytest.fixture(scope="session", params=MODES)
def place(request):
    """Every way in which programs reach fogbank on one machine."""
    if request.param == "sandbox":
        sandbox = Sandbox()
        yield sandbox
        sandbox.close()
        return
    host = Host()
    try:
        host.up(request.param)
        steering = host.status()["steering"]
        if steering["backend"] != request.param:
            pytest.skip(f"{request.param} does not work on this kernel")
        yield host
    finally:
        host.close()


@pytest.fixture
def host():
    """A machine of the test's own, on which fogbank is installed and not yet up."""
    one = Host()
    yield one
    one.close()


@pytest.fixture(scope="module")
def running():
    """A machine on which fogbank is up, for tests that leave it as it is."""
    one = Host()
    one.up()
    yield one
    one.close()


@pytest.fixture
def sandbox():
    one = Sandbox()
    yield one
    one.close()
