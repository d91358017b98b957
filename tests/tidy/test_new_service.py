"""tools/new_service writes a service that compiles. (Whether its tests pass shows when it is used:
building the tree again is too slow for tidy.)"""

import shutil
import subprocess

import pytest
from sources import ROOT, fail_with

NAME, RESOURCE, OPERATION = "secretsmanager", "secrets", "DescribeSecret"


def modelc():
    found = sorted(ROOT.glob("build*/**/models/modelc"))
    return next((path for path in found if path.is_file()), None)


@pytest.fixture(name="tree")
def copy_of_the_tree(tmp_path):
    registry = ROOT / "emulators/registry.cc"
    if not registry.is_file():
        pytest.skip("there is no emulators/registry.cc yet")
    for name in ("emulators/registry.cc", "models/CMakeLists.txt", f"models/{NAME}.model"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)
    subprocess.run(
        [ROOT / "tools/new_service", NAME, RESOURCE, OPERATION, "--tree", tmp_path],
        check=True,
        capture_output=True,
    )
    return tmp_path


def test_a_new_service_is_registered(tree):
    assert f" {NAME}" in (tree / "models/CMakeLists.txt").read_text()
    registry = (tree / "emulators/registry.cc").read_text()
    assert f'#include "emulators/{NAME}/{NAME}.h"\n' in registry
    assert registry.count(f"{NAME}::make_service()") == 1
    assert f"| {OPERATION} | partial |" in (tree / f"docs/services/{NAME}.md").read_text()


def test_a_new_service_has_lines_that_fit(tree):
    findings = [
        f"{path.name}: {line}"
        for path in (tree / "emulators" / NAME).rglob("*.*")
        for line in path.read_text().splitlines()
        if len(line) > 100
    ]
    fail_with(findings, "what new_service writes keeps to the rules")


def test_a_new_service_compiles(tree):
    compiler = modelc()
    if compiler is None:
        pytest.skip("models/modelc is not built: run ./dev build or ./dev test unit first")
    header = tree / f"models/{NAME}.h"
    made = [compiler, NAME, tree / f"models/{NAME}.model", "", header, tree / "tables.cc"]
    subprocess.run(made, check=True)
    folder = tree / "emulators" / NAME
    everything = "".join(f'#include "{path}"\n' for path in sorted(folder.glob("*.cc")))
    (tree / "everything.cc").write_text(everything)
    words = ["g++", "-std=c++20", "-fsyntax-only", "-Wall", "-Wextra", "-Wpedantic", "-Wconversion"]
    words += ["-Wshadow", "-Werror", f"-I{tree}", f"-I{ROOT}", tree / "everything.cc"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
