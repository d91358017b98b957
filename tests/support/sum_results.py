"""Adds up what every test runner left in a folder and prints the one closing line."""

import pathlib
import re
import sys
import xml.etree.ElementTree

passed = failed = skipped = 0
reasons = {}
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    if path.suffix == ".txt":  # doctest
        text = path.read_text(errors="replace")
        for line in re.findall(r"test cases:.*", text):
            words = re.findall(r"(\d+) (passed|failed|skipped)", line)
            counts = {word: int(n) for n, word in words}
            passed += counts.get("passed", 0)
            failed += counts.get("failed", 0)
        # Tests that found the machine unable to show their subject say so with this word.
        for reason in re.findall(r"^SKIPPED: (.*)$", text, re.M):
            skipped += 1
            passed -= 1
            reasons[reason] = reasons.get(reason, 0) + 1
    elif path.suffix == ".xml":  # pytest
        for suite in xml.etree.ElementTree.parse(path).getroot().iter("testsuite"):
            bad = int(suite.get("failures")) + int(suite.get("errors"))
            failed += bad
            skipped += int(suite.get("skipped"))
            passed += int(suite.get("tests")) - bad - int(suite.get("skipped"))
            for note in suite.iter("skipped"):
                reason = note.get("message", "no reason given")
                reasons[reason] = reasons.get(reason, 0) + 1
for reason, count in sorted(reasons.items()):
    print(f"skipped, not proven ({count}): {reason}")
print(f"{passed} passed, {failed} failed, {skipped} skipped")
sys.exit(0 if passed > 0 and failed == 0 else 1)
