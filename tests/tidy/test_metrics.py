"""Metric names are an interface: fogbank_<room>_<what>_<unit>."""

import re

from sources import cpp, fail_with

_MADE = re.compile(r'\b(counter|gauge)\(\s*"(?P<name>[^"]*)"')
# The gateway speaks for emulators/, as operators know it by that word.
_ROOMS = "app|aws|certs|compute|dns|gateway|netfilter|proxy|storage"


def test_metric_names_have_room_subject_and_unit():
    findings = []
    for source in cpp():
        if source.is_test:
            continue
        for match in _MADE.finditer(source.text):
            kind, name = match[1], match["name"]
            where = f"{source.path}:{source.line_of(match.start())}: {name}"
            if not re.fullmatch(rf"fogbank_({_ROOMS})_[a-z0-9]+(_[a-z0-9]+)*", name):
                findings.append(f"{where} is not fogbank_<room>_<what>")
            elif (kind == "counter") != name.endswith("_total"):
                findings.append(f"{where} is a {kind}; counters, and only they, end in _total")
    fail_with(
        findings, "metrics are named fogbank_<room>_<what>_<unit>; docs/logging.md lists them"
    )
