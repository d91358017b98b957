"""The book tells the truth: links lead somewhere, files that it names exist, tables and keys are
the program's own."""

import os
import pathlib
import re
import subprocess

import pytest
from sources import ROOT, cpp, fail_with, files

FOGBANK = pathlib.Path(os.environ.get("FOGBANK", ROOT / "build/fogbank"))
_HEADINGS = ["## Differences from AWS", "## Limits", "## Coverage"]


def pages():
    return [path for path in files() if path.suffix == ".md" and "corpus" not in path.parts]


def of_program(*words):
    if not FOGBANK.is_file():
        pytest.skip("build/fogbank is not built: run ./dev build first")
    done = subprocess.run([FOGBANK, *words], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_links_lead_to_files():
    findings = []
    for page in pages():
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text()):
            if not re.match(r"https?:|mailto:", target) and not (page.parent / target).exists():
                findings.append(f"{page.relative_to(ROOT)}: {target}")
    fail_with(findings, "a link leads to a file of the repository")


def test_named_files_exist():
    # `aws/endpoint.cc`, `emulators/sqs/`, `tools/new_service`: a path with a room at its front.
    rooms = "|".join(path.name for path in ROOT.iterdir() if path.is_dir() and path.name != "build")
    findings = []
    for page in pages():
        for name in re.findall(rf"`((?:{rooms})/[\w./-]*)`", page.read_text()):
            # SERVICE and ROOM stand for any.
            if not re.search(r"SERVICE|ROOM", name) and not (ROOT / name).exists():
                findings.append(f"{page.relative_to(ROOT)}: {name}")
    fail_with(findings, "a file that the documentation names is there")


def test_pages_of_services_have_the_same_headings():
    findings = []
    for page in (ROOT / "docs/services").glob("*.md"):
        headings = re.findall("^## .*$", page.read_text(), re.MULTILINE)
        if headings != _HEADINGS:
            findings.append(f"{page.name}: has the headings {headings}")
    fail_with(findings, f"a service's page has the headings {_HEADINGS}")


def test_coverage_tables_are_true():
    of_program("version")
    done = subprocess.run(
        [ROOT / "tools/coverage_pages.py", "--check"], capture_output=True, text=True, check=False
    )
    fail_with(done.stderr.splitlines(), "coverage tables are the program's and the tests' own")


def test_every_configuration_key_is_explained():
    page = (ROOT / "docs/configuration.md").read_text()
    shown = of_program("config", "show", "--config", "/dev/null")
    findings = []
    for key, value in re.findall(r"^([a-z0-9_]+): (.*)$", shown, re.MULTILINE):
        if f"| `{key}` | `{value}` |".replace('"', "") not in page.replace('"', ""):
            findings.append(f"{key}, default {value}")
    fail_with(findings, "docs/configuration.md explains every key")


def test_every_metric_and_event_is_listed():
    page = (ROOT / "docs/logging.md").read_text()
    code = [source for source in cpp() if not source.is_test]
    metrics = {
        match[1]
        for source in code
        for match in re.finditer(r'"(fogbank_[a-z0-9]+_[a-z0-9_]+)"', source.text)
    }
    events = {
        match[1]
        for source in code
        for match in re.finditer(r'\.(?:info|warn|error|debug)\(\s*"([a-z0-9_]+)"', source.text)
    }
    findings = sorted(name for name in metrics | events if f"`{name}`" not in page)
    fail_with(findings, "docs/logging.md lists every metric and every event")
