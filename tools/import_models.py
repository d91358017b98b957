#!/usr/bin/env python3
"""Distils AWS API models into models/<service>.model (the form is described in models/README.md).

usage: tools/import_models.py DATA_DIR SERVICE...

DATA_DIR is the `data` folder of a botocore release; the newest version of each service is taken.
Equal input gives equal output: shapes and operations are sorted, members keep the model's order,
because XML bodies are written in it. Documentation is dropped, corrections belong in overlays.
"""

import gzip
import json
import pathlib
import re
import sys

PLAIN = re.compile(r"[A-Za-z0-9_.:/#@+*$~?&{}-]+")
SCALARS = {"string", "blob", "boolean", "integer", "long", "float", "double", "timestamp"}
REPOSITORY = pathlib.Path(__file__).resolve().parent.parent


def quoted(value):
    """A value that a line of words can hold: bare where that is unambiguous, else a JSON string."""
    text = str(value)
    return text if PLAIN.fullmatch(text) else json.dumps(text)


def pair(key, value):
    return f"{key}={quoted(value)}"


def comma_list(key, values):
    return f"{key}=" + ",".join(quoted(value) for value in values)


def namespace(traits):
    spec = traits.get("xmlNamespace")
    if not spec:
        return []
    if isinstance(spec, str):
        return [pair("xmlns", spec)]
    words = [pair("xmlns", spec["uri"])]
    return words + ([pair("xmlprefix", spec["prefix"])] if "prefix" in spec else [])


def common_traits(traits):
    """Traits that botocore lets both a shape and a reference to it carry."""
    words = []
    if "locationName" in traits and "location" not in traits:
        words.append(pair("name", traits["locationName"]))
    if "queryName" in traits:
        words.append(pair("query", traits["queryName"]))
    for key, word in (("flattened", "flat"), ("streaming", "stream"), ("xmlAttribute", "attribute"),
                      ("sensitive", "sensitive"), ("eventpayload", "eventpayload"),
                      ("eventheader", "eventheader")):
        if traits.get(key):
            words.append(word)
    if "timestampFormat" in traits:
        words.append(pair("format", traits["timestampFormat"]))
    return words + namespace(traits)


LOCATIONS = {"uri": "uri", "querystring": "param", "header": "header", "headers": "headers",
             "statusCode": "status"}


def member_words(name, traits, required):
    words = []
    if "location" in traits:
        word = LOCATIONS[traits["location"]]
        words.append(word if word == "status" else pair(word, traits.get("locationName", name)))
    words += common_traits(traits)
    for key, word in (("idempotencyToken", "token"), ("hostLabel", "hostlabel"),
                      ("jsonvalue", "jsonvalue"), ("deprecated", "deprecated")):
        if traits.get(key):
            words.append(word)
    text = f"{name}:{traits['shape']}" + ("!" if name in required else "")
    return text + ("(" + " ".join(words) + ")" if words else "")


def bounds(shape):
    """Some models write whole numbers as 8.0."""
    return [pair(key, int(shape[key]) if shape[key] == int(shape[key]) else shape[key])
            for key in ("min", "max") if key in shape]


def error_words(shape):
    if not shape.get("exception") and not shape.get("error") and not shape.get("fault"):
        return []
    error = shape.get("error", {})
    words = ["exception"]
    if "code" in error:
        words.append(pair("code", error["code"]))
    if "httpStatusCode" in error:
        words.append(pair("status", error["httpStatusCode"]))
    if shape.get("fault") or error.get("fault"):
        words.append("fault")
    return words


def structure_line(name, shape):
    words = ["union" if shape.get("union") else "structure", name]
    words += error_words(shape) + common_traits(shape)
    if shape.get("eventstream"):
        words.append("eventstream")
    if shape.get("event"):
        words.append("event")
    if "payload" in shape:
        words.append(pair("payload", shape["payload"]))
    required = set(shape.get("required", []))
    members = [member_words(member, traits, required)
               for member, traits in shape.get("members", {}).items()]
    return " ".join(words + ["|"] * bool(members) + members)


def shape_line(name, shape):
    kind = shape["type"]
    if shape.get("document"):
        return f"document {name}"
    if kind == "structure":
        return structure_line(name, shape)
    words = [kind, name]
    if kind == "list":
        words.append(pair("of", shape["member"]["shape"]))
        if "locationName" in shape["member"]:
            words.append(pair("element", shape["member"]["locationName"]))
    elif kind == "map":
        words += [pair("key", shape["key"]["shape"]), pair("value", shape["value"]["shape"])]
        for part in ("key", "value"):
            if "locationName" in shape[part]:
                words.append(pair(part + "name", shape[part]["locationName"]))
    elif kind not in SCALARS:
        raise SystemExit(f"import_models: shape {name} has the unknown type {kind}")
    words += bounds(shape) + common_traits(shape)
    if "pattern" in shape:
        words.append("pattern=" + json.dumps(shape["pattern"]))
    if "enum" in shape:
        words.append(comma_list("enum", shape["enum"]))
    return " ".join(words)


def operation_line(name, operation):
    http = operation.get("http", {})
    words = ["operation", name, http.get("method", "POST"), quoted(http.get("requestUri", "/"))]
    if http.get("responseCode", 200) != 200:
        words.append(pair("status", http["responseCode"]))
    source = operation.get("input", {})
    if source:
        words.append(pair("input", source["shape"]))
        if "locationName" in source:
            words.append(pair("inputname", source["locationName"]))
        words += namespace(source)
    target = operation.get("output", {})
    if target:
        words.append(pair("output", target["shape"]))
        if "resultWrapper" in target:
            words.append(pair("wrapper", target["resultWrapper"]))
    if operation.get("errors"):
        words.append(comma_list("errors", [error["shape"] for error in operation["errors"]]))
    if operation.get("authtype") == "none" or operation.get("auth") == ["smithy.api#noAuth"]:
        words.append("anonymous")
    if operation.get("unsignedPayload") or operation.get("authtype") == "v4-unsigned-body":
        words.append("unsignedbody")
    if "hostPrefix" in operation.get("endpoint", {}):
        words.append(pair("host", operation["endpoint"]["hostPrefix"]))
    checksum = operation.get("httpChecksum", {})
    if checksum.get("requestChecksumRequired") or operation.get("httpChecksumRequired"):
        words.append("checksumrequired")
    if "requestAlgorithmMember" in checksum:
        words.append(pair("checksummember", checksum["requestAlgorithmMember"]))
    for key in ("deprecated", "readonly", "idempotent"):
        if operation.get(key):
            words.append(key)
    return " ".join(words)


def service_lines(metadata):
    protocols = metadata.get("protocols") or [metadata["protocol"]]
    yield "api " + metadata["apiVersion"]
    yield "id " + quoted(metadata["serviceId"])
    yield "protocols " + ",".join(protocols)
    yield "endpoint " + metadata["endpointPrefix"]
    yield "signing " + metadata.get("signingName", metadata["endpointPrefix"])
    for key, word in (("jsonVersion", "json"), ("targetPrefix", "target"),
                      ("xmlNamespace", "namespace")):
        if key in metadata:
            spec = metadata[key]
            yield f"{word} " + quoted(spec["uri"] if isinstance(spec, dict) else spec)
    if "awsQueryCompatible" in metadata:
        yield "querycompatible"


def distil(model):
    lines = ["# Facts of the AWS API model, made by tools/import_models.py; never edited by hand."]
    lines += service_lines(model["metadata"])
    lines += [operation_line(name, spec) for name, spec in sorted(model["operations"].items())]
    lines += [shape_line(name, spec) for name, spec in sorted(model["shapes"].items())]
    return "\n".join(lines) + "\n"


def load(data_dir, service):
    folder = pathlib.Path(data_dir) / service
    for version in sorted((entry.name for entry in folder.iterdir()), reverse=True):
        for name, opener in (("service-2.json", open), ("service-2.json.gz", gzip.open)):
            path = folder / version / name
            if path.exists():
                with opener(path, "rt", encoding="utf-8") as stream:
                    return json.load(stream)
    raise SystemExit(f"import_models: no service-2.json of {service} under {folder}")


def main():
    if len(sys.argv) < 3:
        raise SystemExit(__doc__)
    for service in sys.argv[2:]:
        path = REPOSITORY / "models" / f"{service}.model"
        path.write_text(distil(load(sys.argv[1], service)), encoding="utf-8")
        print(f"{path.relative_to(REPOSITORY)}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
