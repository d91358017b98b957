"""Sizes that keep a file readable at one sitting. The targets are half of what fails here."""

import re

from allowed import Allowances
from sources import ROOT, cpp, fail_with, files

SOURCE_LINES_MAX = 800
HEADER_LINES_MAX = 250
COLUMNS_MAX = 100
FUNCTION_LINES_MAX = 70

_SCOPE = re.compile(r"\b(namespace|class|struct|union|enum|extern)\b")
_WRITTEN_BY_HAND = {".cc", ".h", ".py", ".sh", ".cmake"}


def functions(source):
    """(name, first line, lines) of every function body, by matching braces in blanked code."""
    scopes, begin = [], 0
    for match in re.finditer(r"[{};]", source.code):
        head, sign = source.code[begin : match.start()], match[0]
        if sign == "{":
            outside = all(kind == "scope" for kind, _, _ in scopes)
            is_scope = (
                outside
                and _SCOPE.search(head)
                and not re.search(r"\)\s*(const\s*)?(noexcept\s*)?(override\s*)?$", head)
            )
            is_function = outside and not is_scope and "(" in head
            start = begin + len(head) - len(head.lstrip())
            scopes.append(
                (
                    "scope" if is_scope else "function" if is_function else "block",
                    start,
                    head.strip(),
                )
            )
        elif sign == "}" and scopes:
            kind, start, head = scopes.pop()
            if kind == "function":
                first = source.line_of(start)
                name = re.search(r"[\w:~]+(?=\()", head)
                yield name[0] if name else head, first, source.line_of(match.start()) - first + 1
        begin = match.end()


def test_files_are_short():
    findings = []
    allowances = Allowances("long file")
    for source in cpp():
        limit = HEADER_LINES_MAX if source.is_header else SOURCE_LINES_MAX
        if len(source.lines) > limit and not allowances.has(source.path):
            findings.append(
                f"{source.path}: {len(source.lines)} lines, at most {limit}; split it by subject"
            )
    fail_with(findings + allowances.unused(), "files are short")


def test_functions_are_short():
    findings = []
    allowances = Allowances("long function")
    for source in cpp():
        for name, line, count in functions(source):
            if name == "TEST_CASE":  # its length is its table of rows
                continue
            if count > FUNCTION_LINES_MAX and not allowances.has(source.path):
                findings.append(
                    f"{source.path}:{line}: {name} has {count} lines, at most {FUNCTION_LINES_MAX}"
                )
    fail_with(findings + allowances.unused(), "functions are short")


def test_lines_fit_one_hundred_columns():
    findings = []
    for path in files():
        if path.suffix not in _WRITTEN_BY_HAND:
            continue
        for number, line in enumerate(path.read_text().splitlines(), 1):
            if len(line) > COLUMNS_MAX:
                findings.append(
                    f"{path.relative_to(ROOT)}:{number}: {len(line)} columns, at most {COLUMNS_MAX}"
                )
    fail_with(findings, "lines fit")
