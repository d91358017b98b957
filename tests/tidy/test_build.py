"""Nothing is left out of the build, and targets link only what their layer allows."""

import re

from sources import ROOT, cmake_lists, cpp, fail_with
from test_doors import MAY_INCLUDE

_ROOM = re.compile(r"fogbank_room\((?P<name>\w+)(?P<words>[^)]*)\)")


def rooms():
    """folder -> words of its fogbank_room()"""
    found = {}
    for path in cmake_lists():
        match = _ROOM.search(path.read_text())
        if match and path.parent != ROOT:
            found[path.parent.relative_to(ROOT).as_posix()] = match
    return found


def test_every_unit_test_is_built():
    built = set(rooms())
    # models/ and netfilter/netd/ make their test programs by hand, from the same pattern.
    for path in cmake_lists():
        text = path.read_text()
        built |= {
            (path.parent / folder).relative_to(ROOT).as_posix().rstrip("/")
            for folder in re.findall(r"GLOB \w+ CONFIGURE_DEPENDS (\w+)/\*\.cc", text)
            if "_test\\\\.cc$" in text
        }
    findings = [
        source.path
        for source in cpp()
        if source.path.endswith("_test.cc")
        and not any(source.path.startswith(folder + "/") for folder in built)
    ]
    fail_with(findings, "a unit test lies in a folder with a fogbank_room, or nobody runs it")


def test_every_unit_test_has_cases():
    findings = [s.path for s in cpp() if s.path.endswith("_test.cc") and "TEST_CASE" not in s.text]
    # proxy/testing_test.cc is the tests' own library of clients.
    findings = [path for path in findings if path != "proxy/testing_test.cc"]
    fail_with(findings, "a test file has tests")


def test_test_names_are_said_once():
    seen, findings = {}, []
    for source in cpp():
        for match in re.finditer(r'^TEST_CASE\("((?:[^"\\]|\\.)*)"', source.text, re.MULTILINE):
            where = f"{source.path}:{source.line_of(match.start())}"
            key = (source.room, match[1])
            if key in seen:
                findings.append(f"{where}: the name is taken by {seen[key]}")
            seen[key] = where
    fail_with(findings, "a test's name is a sentence of its own")


def test_rooms_link_what_their_layer_allows():
    findings = []
    for folder, match in rooms().items():
        linked = set(re.findall(r"\bfogbank_(\w+)", match["words"].split("TEST_LINKS")[0]))
        linked.discard("model_headers")
        for room in sorted(linked - MAY_INCLUDE[folder] - {"models"}):
            findings.append(f"{folder}/CMakeLists.txt: {folder} may not link fogbank_{room}")
    fail_with(findings, "a target links only what its row in the table of layers allows")


def test_the_build_hides_nothing():
    findings = [
        path.relative_to(ROOT).as_posix()
        for path in cmake_lists()
        if re.search(r"-Wno-error|precompile_headers|UNITY_BUILD", path.read_text())
    ]
    fail_with(
        findings,
        "warnings are errors; no precompiled headers, no unity build: both hide missing includes",
    )
