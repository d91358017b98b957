"""fogbank is Apache-2.0; what links the GPL netfilter libraries is fogbank-netd alone."""

import re

from sources import ROOT, cpp, fail_with, files

_GPL = "SPDX-License-Identifier: GPL-2.0-or-later"
_GPL_LIBRARIES = re.compile(r"^(libiptc/|nftables/|libnftables)")
_GPL_LINKS = re.compile(r"\b(libip[46]?tc\w*|libnftables)\b")
NETD = "netfilter/netd/"


def test_only_netd_includes_gpl_libraries():
    findings = [
        f"{source.path}:{include.line}: <{include.target}>"
        for source in cpp()
        if not source.path.startswith(NETD)
        for include in source.includes
        if _GPL_LIBRARIES.match(include.target)
    ]
    fail_with(findings, "libiptc and libnftables are for netfilter/netd/")


def test_only_netd_links_gpl_libraries():
    findings = []
    for path in files():
        if (
            path.name == "CMakeLists.txt"
            and path.parent.name != "netfilter"
            and _GPL_LINKS.search(path.read_text())
        ):
            findings.append(str(path))
    fail_with(findings, "libiptc and libnftables are linked by fogbank_netd alone")


def test_every_file_of_netd_says_its_licence():
    findings = [
        source.path
        for source in cpp()
        if source.path.startswith(NETD) and _GPL not in source.lines[0]
    ]
    fail_with(findings, f"a file of {NETD} begins with // {_GPL}")


def test_nothing_else_says_gpl():
    findings = [
        source.path
        for source in cpp()
        if not source.path.startswith(NETD) and "GPL-2.0" in source.text
    ]
    fail_with(findings, f"outside {NETD} everything is Apache-2.0")


def test_licence_texts_are_there():
    for name in ("LICENSE", "NOTICE", NETD + "COPYING"):
        assert (ROOT / name).is_file(), f"{name} is missing"
