#!/usr/bin/env python3
"""Writes the coverage tables of docs/services/*.md: what the program says it emulates, and the
tests that prove it.

usage: tools/coverage_pages.py           rewrites what stands between <!-- coverage --> and
                                         <!-- /coverage --> on every page
       tools/coverage_pages.py --check   changes nothing; fails if a page differs or an operation
                                         that is emulated has no test

The truth is `build/fogbank coverage --json` (or FOGBANK=path). A test proves an operation if its
file calls it: by the handler's name in emulators/SERVICE/*_test.cc, in the spelling of a client
in tests/blackbox.
"""

import json
import os
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
BLOCK = re.compile(r"(<!-- coverage -->\n).*?(<!-- /coverage -->)", re.DOTALL)


def snake_case(name):
    """ListObjectsV2 is list_objects_v2 for handlers and for boto3."""
    words = re.findall(r"[A-Z]+s?(?![a-z])[0-9]*|[A-Z][a-z]*[0-9]*|[a-z]+[0-9]*|[0-9]+", name)
    return "_".join(word.lower() for word in words)


def program():
    return pathlib.Path(os.environ.get("FOGBANK", ROOT / "build/fogbank"))


def coverage():
    """{service: [{"operation", "coverage", "gaps"}]}, as the program prints it."""
    out = subprocess.run([program(), "coverage", "--json"], check=True, capture_output=True)
    return json.loads(out.stdout)


def tests_of(service):
    """(path below the root, text) of what may prove an operation of a service."""
    unit = sorted((ROOT / "emulators" / service).rglob("*_test.cc"))
    # A client's test names the service; words like ListTags belong to several.
    box = [
        path
        for path in sorted((ROOT / "tests/blackbox").rglob("*"))
        if path.suffix in {".py", ".js", ".mjs", ".sh"}
        and re.search(rf"\b{service}\b", path.read_text(), re.IGNORECASE)
    ]
    return [(path.relative_to(ROOT).as_posix(), path.read_text()) for path in unit + box]


def proofs(service, operation, tests):
    """The short names of the test files that call an operation."""
    handler = snake_case(operation)
    words = handler.replace("_", "-")
    in_unit = re.compile(rf"\b{handler}\s*[(,]|TEST_CASE\([^)]*\b{operation}\b")
    in_client = re.compile(
        rf"""[."']{handler}\b|\b{service}(api)?[\s"',]+{words}\b|\b{operation}(Command\b|\b["'])"""
    )
    found = []
    for path, text in tests:
        if (in_unit if path.endswith(".cc") else in_client).search(text):
            found.append(path.removeprefix("emulators/").removeprefix("tests/"))
    return found


def table(service, rows, tests):
    """The lines between the marks of one page, and the operations without a test."""
    lines = ["| operation | coverage | what is refused | tests |", "|---|---|---|---|"]
    absent, unproven = [], []
    for row in rows:
        if row["coverage"] == "absent":
            absent.append(row["operation"])
            continue
        files = proofs(service, row["operation"], tests)
        if not files:
            unproven.append(f"{service}: {row['operation']} is {row['coverage']} and has no test")
        named = ", ".join(f"`{name}`" for name in files)
        lines.append(f"| {row['operation']} | {row['coverage']} | {row['gaps']} | {named} |")
    if absent:
        lines += ["", "Absent, answered as not implemented: " + ", ".join(absent) + "."]
    return "\n".join(lines) + "\n", unproven


def main():
    is_check = "--check" in sys.argv[1:]
    faults = []
    for name, rows in coverage().items():
        page = ROOT / f"docs/services/{name}.md"
        if not page.is_file() or not BLOCK.search(page.read_text()):
            faults.append(f"docs/services/{name}.md: no <!-- coverage --> block")
            continue
        text, unproven = table(name, rows, tests_of(name))
        faults += unproven
        old = page.read_text()
        new = BLOCK.sub(lambda match: match[1] + text + match[2], old)
        if new == old:
            continue
        if is_check:
            faults.append(f"docs/services/{name}.md: run tools/coverage_pages.py")
        else:
            page.write_text(new)
    print("\n".join(faults), file=sys.stderr, end="\n" if faults else "")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
