#!/usr/bin/env python3
"""Reads protocol vectors of botocore's test suite from the server's side.

usage: vectors.py models FOLDER OUT     writes the models of all suites, for modelc
       vectors.py run FOLDER TOOL       TOOL is vectors_tool, built with these models

The serialised request of an input vector must be read as its parameters; what we write for the
result of an output vector must be parsed as that result.
"""

import base64
import importlib.util
import json
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
PROTOCOLS = ["ec2", "json", "json_1_0", "query", "rest-xml"]


def load_module(path):
    spec = importlib.util.spec_from_file_location(path.stem, path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def suites(folder):
    """(name, direction, model with operations, cases) of each suite."""
    for direction in ("input", "output"):
        for protocol in PROTOCOLS:
            path = pathlib.Path(folder) / direction / f"{protocol}.json"
            for number, suite in enumerate(json.loads(path.read_text(encoding="utf-8"))):
                name = f"v_{direction}_{protocol.replace('-', '_')}_{number}"
                metadata = {"serviceId": name, "endpointPrefix": name, "apiVersion": "2020-01-01",
                            "targetPrefix": name, "jsonVersion": "1.1"} | suite["metadata"]
                operations = {}
                for case in suite["cases"]:
                    given = {key: value for key, value in case["given"].items() if key != "errors"}
                    if protocol == "query" and "output" in given:
                        # The vectors leave out what every real model of the protocol has.
                        given["output"]["resultWrapper"] = given["name"] + "Result"
                    operations[given["name"]] = given
                yield name, direction, {"metadata": metadata, "operations": operations,
                                        "shapes": suite["shapes"]}, suite["cases"]


def write_models(folder, out):
    distil = load_module(HERE.parent.parent / "tools" / "import_models.py").distil
    out = pathlib.Path(out)
    out.mkdir(parents=True, exist_ok=True)
    names = []
    for name, _, model, _ in suites(folder):
        (out / f"{name}.model").write_text(distil(model), encoding="utf-8")
        names.append(name)
    (out / "names.txt").write_text("\n".join(names) + "\n", encoding="utf-8")
    includes = "".join(f'#include "models/{name}.h"\n' for name in names)
    tests = "".join(f'  if (name == "{name}") return &models::{name}::model();\n' for name in names)
    (out / "services.cc").write_text(
        f'{includes}#include "tests/oracle/services.h"\n\nnamespace fogbank::oracle {{\n\n'
        f"const aws::ServiceModel* find_service(std::string_view name) {{\n{tests}"
        "  return nullptr;\n}\n\n}  // namespace fogbank::oracle\n", encoding="utf-8")


def normal(oracle, shape, value):
    """The canonical form of a vector's value: timestamps are seconds there, blobs are text."""
    kind = shape.type_name
    if value is None:
        return None
    if kind == "structure":
        return {name: normal(oracle, shape.members[name], each) for name, each in value.items()
                if each is not None}
    if kind == "list":
        return [normal(oracle, shape.member, each) for each in value if each is not None]
    if kind == "map":
        return {key: normal(oracle, shape.value, each) for key, each in value.items()
                if each is not None}
    if kind == "timestamp" and isinstance(value, (int, float)):
        return round(value * 1000)
    if kind == "blob" and isinstance(value, str):
        return base64.b64encode(value.encode()).decode()
    if kind in ("float", "double") and not isinstance(value, str):
        return value if value == value and abs(value) != float("inf") else (
            "NaN" if value != value else "Infinity" if value > 0 else "-Infinity")
    return oracle.canonical(shape, value)


def check_input(oracle, tool, name, protocol, model, case):
    operation = model.operation_model(case["given"]["name"])
    request = case["serialized"]
    path, _, query = request.get("uri", "/").partition("?")
    headers = request.get("headers", {})
    if protocol.startswith("json"):
        content_type = f"application/x-amz-{protocol.replace('json', 'json-')}"
        headers = {"Content-Type": content_type} | headers
    body = (request.get("body") or "").encode()
    answer = tool.ask(do="read", service=name, protocol=protocol, path=path, query=query,
                      method=request.get("method", case["given"]["http"]["method"]),
                      headers=headers, body=base64.b64encode(body).decode())
    shape = operation.input_shape
    expected = normal(oracle, shape, case["params"]) if shape else {}
    got = answer.get("input")
    if not protocol.startswith("json"):
        expected, got = oracle.without_empty(expected), oracle.without_empty(got)
    return got, expected, {"request": request, "answer": answer}


def check_output(oracle, tool, name, protocol, model, case):
    operation = model.operation_model(case["given"]["name"])
    shape = operation.output_shape
    expected = normal(oracle, shape, case["result"]) if shape else {}
    answer = tool.ask(do="write", service=name, protocol=protocol, operation=operation.name,
                      output=json.dumps(expected))
    if "error" in answer:
        return answer, expected, {}
    headers = oracle.HTTPHeaders()
    for header, value in answer["headers"]:
        headers.add_header(header, value)
    body = base64.b64decode(answer["body"])
    parser = oracle.parsers.create_parser(model.metadata["protocol"])
    response = {"status_code": answer["status"], "headers": headers, "body": body}
    parsed = parser.parse(response, shape)
    parsed.pop("ResponseMetadata", None)
    got = normal(oracle, shape, parsed) if shape else {}
    if not protocol.startswith("json"):
        expected, got = oracle.without_empty(expected), oracle.without_empty(got)
    return got, expected, {"body": body, "vector": case["response"]}


def ignored_ids(folder):
    """Vectors that botocore itself does not pass, by its own list; it parses for us here."""
    path = pathlib.Path(folder) / "protocol-tests-ignore-list.json"
    if not path.exists():
        return set()
    protocols = json.loads(path.read_text(encoding="utf-8"))["protocols"].values()
    return {case for protocol in protocols for direction in protocol.values()
            for case in direction.get("cases", [])}


def is_for_servers(case, source):
    """Errors are made from AwsError, not from shapes; documents have no canonical form; the rest
    say something of clients alone: bodies to be compressed, tokens to be filled in, host names."""
    if "error" in case or "errorCode" in case:
        return False
    if any(shape.get("document") for shape in source["shapes"].values()):
        return False
    words = ("ContentEncoding", "AppendsGzip", "AppendedGzip", "TokenAutoFill", "EndpointTrait",
             "HostWithPath")
    return not any(word in case["id"] for word in words)


def run(folder, tool_path):
    oracle = load_module(HERE / "oracle.py")
    tool = oracle.Tool(tool_path)
    ignored = ignored_ids(folder)
    passed = failed = skipped = 0
    for name, direction, source, cases in suites(folder):
        model = oracle.ServiceModel(source, name)
        protocol = oracle.protocol_name(model)
        for case in cases:
            if case["id"] in ignored or not is_for_servers(case, source):
                skipped += 1
                continue
            check = check_input if direction == "input" else check_output
            got, expected, details = check(oracle, tool, name, protocol, model, case)
            if got == expected:
                passed += 1
            else:
                failed += 1
                print("differs:", name, case["id"], "\n  ours:  ", got, "\n  theirs:", expected,
                      "\n  ", details)
    print(f"{passed} passed, {failed} failed, {skipped} skipped")
    return 1 if failed else 0


def main():
    if len(sys.argv) != 4 or sys.argv[1] not in ("models", "run"):
        raise SystemExit(__doc__)
    if sys.argv[1] == "models":
        write_models(sys.argv[2], sys.argv[3])
        return 0
    return run(sys.argv[2], sys.argv[3])


if __name__ == "__main__":
    sys.exit(main())
