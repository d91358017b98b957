"""The repository speaks of the product only."""

import re

from sources import ROOT, fail_with, files

# In two pieces each, so that this file passes its own test.
_WORKPLACE = re.compile("|".join(map(re.escape, ("../" "shared", "/wo" "rk/", "issue " "tracker"))))
_TEXT = {
    ".cc",
    ".h",
    ".inc",
    ".py",
    ".md",
    ".txt",
    ".sh",
    ".json",
    ".model",
    ".overlay",
    ".csv",
    ".yml",
    ".yaml",
    "",
}


def texts():
    for path in files():
        if path.suffix in _TEXT and not {"corpus", "testdata"} & set(path.parts):
            yield path.relative_to(ROOT).as_posix(), path.read_text(errors="replace")


def test_no_file_names_the_place_it_was_written_in():
    findings = [
        f"{name}: {match[0]}" for name, text in texts() for match in _WORKPLACE.finditer(text)
    ]
    fail_with(findings, "a file names nothing outside the repository but the system it runs on")


def test_texts_are_clean():
    findings = []
    for name, text in texts():
        if text and not text.endswith("\n"):
            findings.append(f"{name}: no newline at the end")
        if "\r\n" in text:
            findings.append(f"{name}: carriage returns")
        for number, line in enumerate(text.splitlines(), 1):
            if line != line.rstrip() and not name.endswith(".md"):
                findings.append(f"{name}:{number}: blanks at the end of the line")
            if re.match(r"(<<<<<<<|>>>>>>>|=======$)", line):
                findings.append(f"{name}:{number}: an unfinished merge")
    fail_with(findings, "text files are clean")
