#!/usr/bin/env python3
"""Checks the wire codecs against botocore with random values.

usage: oracle.py CODEC_TOOL [--rounds N] [--seed N] [--service NAME] [--model SERVICE=FILE]

For each operation: botocore serialises random parameters and our reader must give them back; our
writer's answer to random output must be what botocore parses. --model adds a service model of
another botocore (for example of the days when SQS spoke query).
"""

import argparse
import base64
import calendar
import datetime
import email.utils
import importlib
import json
import random
import string
import subprocess
import sys
from urllib.parse import quote, urlencode



def botocore_module(name):
    """AWS CLI v2 carries a botocore of its own."""
    for prefix in ("botocore", "awscli.botocore"):
        try:
            return importlib.import_module(f"{prefix}.{name}")
        except ImportError:
            continue
    print("oracle: skipped, python3 has no botocore")
    sys.exit(77)


loaders = botocore_module("loaders")
parsers = botocore_module("parsers")
serialize = botocore_module("serialize")
HTTPHeaders = botocore_module("compat").HTTPHeaders
ServiceModel = botocore_module("model").ServiceModel

SERVICES = ["sts", "sqs", "dynamodb", "s3"]
AWKWARD = ["é", "€", "😀", "<", "&", "\"", "'", "\\", "/", "%", "+", " ", "=", "\n", "\t",
           "]]>", ";"]
UTC = datetime.timezone.utc


class Values:
    """Random parameters of a shape."""

    def __init__(self, rng):
        self.rng = rng

    def text(self, low=0, high=12):
        alphabet = list(string.ascii_letters + string.digits + "-_.") + AWKWARD
        length = self.rng.randint(low, max(low, high))
        return "".join(self.rng.choice(alphabet) for _ in range(length))

    def plain(self, low=1, high=12):
        alphabet = string.ascii_letters + string.digits + "-."
        return "".join(self.rng.choice(alphabet) for _ in range(self.rng.randint(low, high)))

    def attribute(self, depth):
        kinds = ["S", "N", "B", "BOOL", "NULL", "SS", "NS", "BS"]
        kinds += ["L", "M"] if depth < 4 else []
        kind = self.rng.choice(kinds)
        one = {
            "S": self.text,
            "N": lambda: str(self.rng.randint(-10**30, 10**30)),
            "B": lambda: self.rng.randbytes(self.rng.randint(0, 9)),
            "BOOL": lambda: self.rng.random() < 0.5,
            "NULL": lambda: True,
            "L": lambda: self.attribute(depth + 1),
            "M": lambda: self.attribute(depth + 1),
        }
        if kind == "M":
            return {kind: {self.text(1): one["M"]() for _ in range(self.rng.randint(0, 3))}}
        if kind == "L" or len(kind) == 2:
            return {kind: [one[kind[0]]() for _ in range(self.rng.randint(0, 3))]}
        return {kind: one[kind]()}

    def member(self, shape, place, depth):
        """A value of a member that travels at `place`: uri, header, headers or anything else."""
        kind = shape.type_name
        if kind == "string" and place in ("uri", "header"):
            return self.plain()
        if kind == "map" and place == "headers":
            return {self.plain().lower(): self.plain() for _ in range(self.rng.randint(1, 3))}
        if kind == "list" and place == "header":
            return [self.plain() for _ in range(self.rng.randint(1, 3))]
        return self.value(shape, depth)

    def value(self, shape, depth=0):
        if shape.name == "AttributeValue":
            return self.attribute(depth)
        return getattr(self, "_" + shape.type_name)(shape, depth)

    def _structure(self, shape, depth):
        out = {}
        names = list(shape.members)
        if getattr(shape, "is_tagged_union", False):
            names = [self.rng.choice(names)]
        for name in names:
            member = shape.members[name]
            place = member.serialization.get("location")
            if member.serialization.get("eventstream") or getattr(member, "is_event_stream", False):
                continue
            if name not in shape.required_members and place != "uri":
                if depth > 6 or self.rng.random() < 0.4:
                    continue
            if member.serialization.get("streaming"):
                out[name] = self.rng.randbytes(3)
            else:
                out[name] = self.member(member, place, depth + 1)
        return out

    def _list(self, shape, depth):
        if depth > 8:
            return []
        return [self.value(shape.member, depth + 1) for _ in range(self.rng.randint(0, 3))]

    def _map(self, shape, depth):
        if depth > 8:
            return {}
        return {self.text(1): self.value(shape.value, depth + 1)
                for _ in range(self.rng.randint(0, 3))}

    def _string(self, _shape, _depth):
        return self.text()

    def _character(self, _shape, _depth):
        return self.text(1, 1)

    def _blob(self, _shape, _depth):
        return self.rng.randbytes(self.rng.randint(0, 9))

    def _boolean(self, _shape, _depth):
        return self.rng.random() < 0.5

    def _integer(self, _shape, _depth):
        return self.rng.choice([0, 1, -1, 2**31 - 1, -2**31, self.rng.randint(-999, 999)])

    def _long(self, _shape, _depth):
        return self.rng.choice([0, 2**63 - 1, -2**63, self.rng.randint(-10**12, 10**12)])

    def _double(self, _shape, _depth):
        return self.rng.choice([0.5, -1.25, 1e21, self.rng.uniform(-1e6, 1e6)])

    _float = _double

    def _timestamp(self, _shape, _depth):
        return datetime.datetime.fromtimestamp(self.rng.randint(0, 4 * 10**9), UTC)


def canonical(shape, value):
    """The form of tests/oracle/canonical.h."""
    kind = shape.type_name
    if shape.name == "AttributeValue" or kind == "blob":
        return bytes_to_text(value)
    if shape.name == "Expires" and isinstance(value, datetime.datetime):
        # A text that S3 keeps as it came; boto3 alone makes a timestamp of it.
        return email.utils.format_datetime(value.astimezone(UTC), usegmt=True)
    if kind == "structure":
        return {name: True if shape.members[name].serialization.get("streaming")
                else canonical(shape.members[name], each) for name, each in value.items()}
    if kind == "list":
        return [canonical(shape.member, each) for each in value]
    if kind == "map":
        return {key: canonical(shape.value, each) for key, each in value.items()}
    if kind == "timestamp":
        moment = value if isinstance(value, datetime.datetime) else parse_moment(value)
        return calendar.timegm(moment.utctimetuple()) * 1000 + moment.microsecond // 1000
    return value


def parse_moment(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))


def bytes_to_text(value):
    if isinstance(value, (bytes, bytearray)):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: bytes_to_text(each) for key, each in value.items()}
    if isinstance(value, list):
        return [bytes_to_text(each) for each in value]
    return value


def without_empty(value):
    """XML and forms have no way to write many kinds of emptiness."""
    if isinstance(value, dict):
        pruned = {key: without_empty(each) for key, each in value.items()}
        return {key: each for key, each in pruned.items() if each not in ({}, [])}
    if isinstance(value, list):
        return [each for each in map(without_empty, value) if each not in ({}, [])]
    return value


class Tool:
    def __init__(self, path):
        self.process = subprocess.Popen([path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    def ask(self, **line):
        self.process.stdin.write(json.dumps(line).encode() + b"\n")
        self.process.stdin.flush()
        return json.loads(self.process.stdout.readline())


class Oracle:
    def __init__(self, tool, rng):
        self.tool = tool
        self.values = Values(rng)
        self.passed = 0
        self.failures = []

    def compare(self, what, ours, theirs, details):
        if ours == theirs:
            self.passed += 1
        else:
            self.failures.append((what, ours, theirs, details))

    def check_input(self, model, operation, protocol):
        shape = operation.input_shape
        params = self.values.value(shape) if shape is not None else {}
        if self.is_ambiguous(model, operation, params):
            return
        serializer = serialize.create_serializer(model.metadata["protocol"], False)
        request = serializer.serialize_to_request(params, operation)
        path, _, literal = request["url_path"].partition("?")
        query = encode(request.get("query_string") or {})
        body = request["body"]
        if isinstance(body, dict):
            body = urlencode(body, doseq=True)
        body = body.encode() if isinstance(body, str) else bytes(body)
        answer = self.tool.ask(
            do="read", service=model.service_name, protocol=protocol, method=request["method"],
            path=path, query="&".join(filter(None, [literal, query])),
            headers={name: str(value) for name, value in request["headers"].items()},
            body=base64.b64encode(body).decode())
        expected = canonical(shape, params) if shape is not None else {}
        got = answer.get("input")
        if protocol in ("query", "rest-xml"):
            expected, got = without_empty(expected), without_empty(got)
        if protocol == "rest-xml" and got is not None:
            payload = shape.serialization.get("payload") if shape is not None else None
            if payload and shape.members[payload].serialization.get("streaming"):
                expected[payload] = True  # the member is there whether a body came or not
            expected = self.without_lost(expected, params, shape)
        self.compare((model.service_name, protocol, operation.name, "input"),
                     (answer.get("operation"), got), (operation.name, expected),
                     {"request": request, "answer": answer})

    @staticmethod
    def without_lost(expected, params, shape):
        """What a URI or body cannot tell from nothing."""
        payload = shape.serialization.get("payload") if shape is not None else None
        if payload and params.get(payload) in ("", b"", {}):
            expected.pop(payload, None)
        return expected

    @staticmethod
    def is_ambiguous(model, operation, params):
        """The host, which is not in these requests, tells this one from ListBuckets."""
        return ((model.service_name, operation.name) == ("s3", "ListDirectoryBuckets")
                and "MaxDirectoryBuckets" not in params)

    def check_output(self, model, operation, protocol):
        shape = operation.output_shape
        output = self.values.value(shape) if shape is not None else {}
        payload = None
        if shape is not None:
            payload = shape.serialization.get("payload")
            output = {name: value for name, value in output.items()
                      if not shape.members[name].serialization.get("streaming")}
            if payload and shape.members[payload].type_name in ("string", "blob"):
                output = {name: value for name, value in output.items()
                          if name != payload or value}
            if "ContentLength" in output:
                output["ContentLength"] = abs(output["ContentLength"]) // 2
            status = [name for name, member in shape.members.items()
                      if member.serialization.get("location") == "statusCode"]
            for name in status:
                output[name] = 206
        answer = self.tool.ask(
            do="write", service=model.service_name, protocol=protocol, operation=operation.name,
            output=json.dumps(canonical(shape, output) if shape is not None else {}))
        if "error" in answer:
            return self.compare((model.service_name, protocol, operation.name, "output"), answer,
                                None, output)
        headers = HTTPHeaders()
        for name, value in answer["headers"]:
            headers.add_header(name, value)
        if answer["declared"]:
            headers.add_header("Content-Length", str(answer["declared"]))
        parser = parsers.create_parser(model.metadata["protocol"])
        parsed = parser.parse({"status_code": answer["status"], "headers": headers,
                               "body": base64.b64decode(answer["body"])}, shape)
        parsed.pop("ResponseMetadata", None)
        if shape is not None:
            for name, member in shape.members.items():
                if member.serialization.get("streaming") or getattr(
                        member, "is_event_stream", False):
                    parsed.pop(name, None)
        expected = canonical(shape, output) if shape is not None else {}
        got = canonical(shape, parsed) if shape is not None else {}
        if protocol in ("query", "rest-xml"):
            expected, got = without_empty(expected), without_empty(got)
        if payload and not got.get(payload):
            got.pop(payload, None)
        expected = self.known_differences(model, operation, expected)
        self.compare((model.service_name, protocol, operation.name, "output"), got, expected,
                     {"answer": answer, "body": base64.b64decode(answer["body"])})

    @staticmethod
    def known_differences(model, operation, expected):
        # boto3 reads this answer with a handler of its own, not with the parser.
        if (model.service_name, operation.name) == ("s3", "GetBucketLocation"):
            return {}
        # The declared length travels beside the headers; zero of it is none.
        if expected.get("ContentLength") == 0:
            expected.pop("ContentLength")
        return expected

    def check_error(self, model, protocol):
        answer = self.tool.ask(do="fail", service=model.service_name, protocol=protocol,
                               code="AccessDenied", message="a <b> & \"c\"", status="403")
        headers = HTTPHeaders()
        for name, value in answer["headers"]:
            headers.add_header(name, value)
        parser = parsers.create_parser(model.metadata["protocol"])
        parsed = parser.parse({"status_code": answer["status"], "headers": headers,
                               "body": base64.b64decode(answer["body"])}, None)
        self.compare((model.service_name, protocol, "", "error"),
                     (parsed["Error"]["Code"], parsed["Error"]["Message"],
                      parsed["ResponseMetadata"].get("RequestId")),
                     ("AccessDenied", "a <b> & \"c\"", "request-1"), answer)


def encode(parameters):
    pairs = parameters.items() if isinstance(parameters, dict) else parameters
    flat = []
    for name, value in pairs:
        for each in value if isinstance(value, list) else [value]:
            flat.append(f"{quote(str(name), safe='-_.~')}={quote(str(each), safe='-_.~')}")
    return "&".join(flat)


def protocol_name(model):
    protocol = model.metadata["protocol"]
    return protocol + model.metadata["jsonVersion"] if protocol == "json" else protocol


def check_service(oracle, model, rounds):
    protocol = protocol_name(model)
    oracle.check_error(model, protocol)
    for name in model.operation_names:
        operation = model.operation_model(name)
        if operation.deprecated:  # cannot be told from the operation that took its place
            continue
        for _ in range(rounds):
            oracle.check_input(model, operation, protocol)
            if not operation.has_event_stream_output:
                oracle.check_output(model, operation, protocol)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("tool")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--service", action="append")
    parser.add_argument("--model", action="append", default=[])
    arguments = parser.parse_args()
    oracle = Oracle(Tool(arguments.tool), random.Random(arguments.seed))
    loader = loaders.Loader()
    for service in arguments.service or SERVICES:
        model = ServiceModel(loader.load_service_model(service, "service-2"), service)
        check_service(oracle, model, arguments.rounds)
    for pair in arguments.model:
        service, _, path = pair.partition("=")
        with open(path, encoding="utf-8") as stream:
            check_service(oracle, ServiceModel(json.load(stream), service), arguments.rounds)
    seen = set()
    for what, ours, theirs, details in oracle.failures:
        if what not in seen:
            print("differs:", *what, "\n  ours:  ", ours, "\n  theirs:", theirs, "\n  ", details)
        seen.add(what)
    print(f"{oracle.passed} passed, {len(oracle.failures)} failed, 0 skipped")
    sys.exit(1 if oracle.failures else 0)


if __name__ == "__main__":
    main()
