"""The project's files as the tidy tests see them."""

import dataclasses
import functools
import os
import pathlib
import re

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]

_SKIPPED_FOLDERS = re.compile(r"^(build.*|\..*|node_modules|__pycache__|venv)$")
_TOKEN = re.compile(
    r"""//[^\n]*|/\*.*?\*/  # comments
      | R"(?P<mark>[^()\\ ]{0,16})\(.*?\)(?P=mark)"
      | "(?:\\.|[^"\\\n])*"
      | '(?:\\.|[^'\\\n])+'""",
    re.DOTALL | re.VERBOSE,
)
_TEST = re.compile(r"(^|/)tests/|_test\.cc$|(^|/)(test\w*\.h|kill_writer\.cc)$")
_INCLUDE = re.compile(r'^\s*#\s*include\s+(?:<([^>]+)>|"([^"]+)")')


def _blank(match):
    """Spaces of the same shape, so that offsets and lines stay; the quotes of a string stay too."""
    text = match[0]
    blanked = re.sub(r"[^\n]", " ", text)
    return blanked if text[0] == "/" else text[0] + blanked[1:-1] + text[-1]


@dataclasses.dataclass(frozen=True)
class Include:
    line: int
    target: str
    is_ours: bool  # in quotes


class Source:
    """One file of C++; `code` is its text with comments and the contents of strings blanked."""

    def __init__(self, path):
        self.path = path.relative_to(ROOT).as_posix()
        self.room = self.path.split("/")[0]
        self.text = path.read_text()
        self.lines = self.text.splitlines()
        # A ' between digits separates them and begins no literal.
        self.code = _TOKEN.sub(_blank, re.sub(r"(?<=[0-9a-fA-F])'(?=[0-9a-fA-F])", "_", self.text))
        self.is_header = path.suffix == ".h"
        # storage/kill_writer.cc is the program that a test of storage kills.
        self.is_test = bool(_TEST.search(self.path))

    @functools.cached_property
    def includes(self):
        found = [(number, _INCLUDE.match(line)) for number, line in enumerate(self.lines, 1)]
        return [Include(number, m[1] or m[2], m[2] is not None) for number, m in found if m]

    def line_of(self, offset):
        return self.text.count("\n", 0, offset) + 1


@functools.lru_cache
def files():
    """Every file of the project, tracked or about to be."""
    found = []
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if not _SKIPPED_FOLDERS.match(name))
        found += [pathlib.Path(folder, name) for name in sorted(names)]
    return [path for path in found if path.is_file() and path.name != ".git"]


@functools.lru_cache
def cpp():
    return [Source(path) for path in files() if path.suffix in (".cc", ".h")]


@functools.lru_cache
def cmake_lists():
    return [path for path in files() if path.name == "CMakeLists.txt"]


def fail_with(findings, rule):
    """One message with every finding: where, and what to do."""
    if findings:
        pytest.fail(f"{rule}\n  " + "\n  ".join(findings), pytrace=False)
