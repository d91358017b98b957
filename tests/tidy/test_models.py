"""models/: every form is the importer's own, and what is compiled is emulated and registered."""

import re

from sources import ROOT, fail_with

_HEADER = "# Facts of the AWS API model, made by tools/import_models.py; never edited by hand.\n"


def compiled():
    text = (ROOT / "models/CMakeLists.txt").read_text()
    return re.search(r"set\(FOGBANK_MODELS ([\w\s]+)\)", text)[1].split()


def test_models_are_as_the_importer_writes_them():
    findings = []
    for path in sorted((ROOT / "models").glob("*.model")):
        text = path.read_text()
        if not text.startswith(_HEADER):
            findings.append(f"{path.name}: its first line is not the importer's")
        head = text[len(_HEADER) :].split("\n\n")[0]
        for word in ("api", "id", "protocols", "endpoint"):
            if not re.search(rf"^{word} ", head, re.MULTILINE):
                findings.append(f"{path.name}: its head has no line `{word}`")
        if re.search(r'"[^"\n]*<p>|\bdocumentation\b', text):
            findings.append(f"{path.name}: carries prose of the model")
    fail_with(findings, "run tools/import_models.py instead of editing a model")


def test_overlays_have_a_model():
    findings = [
        path.name
        for path in (ROOT / "models").glob("*.overlay")
        if not path.with_suffix(".model").is_file()
    ]
    fail_with(findings, "an overlay corrects a model")


def test_every_compiled_model_is_a_service_with_docs():
    findings = []
    registry = ROOT / "emulators/registry.cc"
    for name in compiled():
        if not (ROOT / f"emulators/{name}/{name}.h").is_file():
            findings.append(f"{name}: no door emulators/{name}/{name}.h")
        if registry.is_file() and f"{name}::make_service()" not in registry.read_text():
            findings.append(f"{name}: not in emulators/registry.cc")
        if not (ROOT / f"docs/services/{name}.md").is_file():
            findings.append(f"{name}: no docs/services/{name}.md")
    fail_with(
        findings, "a service has model, door, registration and documentation (tools/new_service)"
    )
