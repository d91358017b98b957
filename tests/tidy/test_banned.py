"""Calls and forms that the project does without, each with what to write instead."""

import re

import pytest
from allowed import Allowances
from sources import cpp, fail_with, files

BANNED = {
    # rule: (pattern over code without comments and strings, instead)
    "throw": (r"\bthrow\b", "return a core::Result"),
    "throwing conversion": (r"\bsto(i|l|ll|ul|ull|f|d|ld)\s*\(", "use std::from_chars"),
    "delete": (r"\bdelete\s*\[|\bdelete\s+\w", "let a unique_ptr own it"),
    "malloc": (r"\b(malloc|calloc|realloc|strdup|alloca)\s*\(", "use a container"),
    "const_cast": (r"\bconst_cast\b", "keep const, or allow it with the C interface's reason"),
    "dynamic_cast": (r"\bdynamic_cast\b", "dispatch by a virtual function or a variant"),
    "std::regex": (
        r"\bstd::(w?regex|regex_\w+|smatch|cmatch)\b",
        "write the parser or use aws/pattern.h",
    ),
    "iostream": (r"\bstd::(cout|cerr|clog|cin)\b", "log, or write to a descriptor"),
    "sleep": (
        r"\b(sleep|usleep|nanosleep|clock_nanosleep|sleep_for|sleep_until)\s*\(",
        "wait for the event, or advance the clock",
    ),
    "popen or system": (r"\b(popen|system)\s*\(", "spawn with an argument list"),
    "unbounded copy": (r"\b(strcpy|strcat|sprintf|vsprintf|gets)\s*\(", "use std::string"),
    "ambient chance": (
        r"\b(rand|srand|random_device|random_shuffle)\s*\(",
        "take a core::RandomSource&",
    ),
    "capture by [=]": (r"\[=[\],]", "name what is captured"),
    "macro": (r"^[ \t]*#[ \t]*define\b", "use constexpr, a template or std::source_location"),
    "using namespace std": (r"\busing\s+namespace\s+std\s*;", "write std::"),
}

# `new` only where a constructor is private: std::unique_ptr<T>(new T(...)).
_NEW = re.compile(r"(?<![\w.])new\s+(\w[\w:]*)")
_OWNED_NEW = re.compile(r"unique_ptr<[^;]*[({]\s*$")


@pytest.mark.parametrize("rule", BANNED)
def test_code_does_without(rule):
    pattern, instead = BANNED[rule]
    allowances = Allowances(rule)
    findings = []
    for source in cpp():
        for match in re.finditer(pattern, source.code, re.MULTILINE):
            if not allowances.has(source.path):
                findings.append(
                    f"{source.path}:{source.line_of(match.start())}: {match[0].strip()}"
                )
    fail_with(findings + allowances.unused(), f"no {rule}: {instead}")


def test_every_new_is_owned_at_once():
    findings = []
    for source in cpp():
        for match in _NEW.finditer(source.code):
            statement = source.code[: match.start()].rpartition(";")[2]
            if not _OWNED_NEW.search(statement):
                findings.append(f"{source.path}:{source.line_of(match.start())}: {match[0]}")
    fail_with(findings, "new stands in std::unique_ptr<T>(new T(...)), where make_unique cannot")


def test_route_localnet_is_never_set():
    findings = [
        f"{source.path}:{source.line_of(match.start())}"
        for source in cpp()
        if not source.is_test
        # Comments may say why it is not set; a string could set it.
        for match in re.finditer(r'"[^"\n]*route_localnet[^"\n]*"', source.text)
    ]
    fail_with(
        findings, "route_localnet opens 127.0.0.0/8 to the network; steer to an address of the pool"
    )


def test_a_todo_has_an_issue():
    mark = "TO" "DO"
    findings = [
        f"{path}:{number}: {line.strip()}"
        for path in files()
        if path.suffix in {".cc", ".h", ".py", ".txt", ".md", ".sh", ".cmake", ".service", ""}
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if re.search(rf"\b({mark}|FIX" r"ME)\b(?!\(#\d+\))", line) and path.name != "LICENSE"
    ]
    fail_with(findings, f"{mark}(#12) names the issue, or it is not merged")
