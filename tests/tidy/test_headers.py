"""A header is read first: it says what it is for and can be included alone."""

import re

from sources import cpp, fail_with

_TRIVIAL_LINES = 12


def headers():
    return [source for source in cpp() if source.is_header]


def test_headers_guard_themselves():
    findings = [s.path for s in headers() if s.text.count("#pragma once\n") != 1]
    fail_with(findings, "a header has one #pragma once")


def test_headers_begin_with_what_they_are_for():
    findings = []
    for source in headers():
        begin = re.sub(r"\A// SPDX-[^\n]*\n(//\n|\n)?", "", source.text)
        if not begin.startswith("// ") and len(source.lines) > _TRIVIAL_LINES:
            findings.append(source.path)
    fail_with(findings, "a header begins with a comment that says what it gives")


def test_a_source_includes_its_own_header_first():
    findings = []
    paths = {source.path for source in cpp()}
    for source in cpp():
        own = re.sub(r"(_test)?\.cc$", ".h", source.path)
        ours = [include.target for include in source.includes]
        if not source.is_header and own in paths and own in ours and ours[0] != own:
            findings.append(f'{source.path}: "{own}" comes first')
    fail_with(findings, "the own header comes first, so that it is proven to stand alone")


def test_headers_put_no_names_into_everybodys_scope():
    # A service's handlers speak of their model's shapes as of their own.
    own_model = re.compile(r"^using namespace models::(\w+);")
    findings = []
    for source in headers():
        for match in re.finditer(
            r"^using namespace [\w:]+;|^namespace \{", source.code, re.MULTILINE
        ):
            model = own_model.match(match[0])
            if not model or not source.path.startswith(f"emulators/{model[1]}/"):
                where = f"{source.path}:{source.line_of(match.start())}"
                findings.append(f"{where}: {match[0]}")
    fail_with(findings, "a header has neither `using namespace` nor an unnamed namespace")
