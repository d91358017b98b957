"""The folder layout is the architecture: who may include whom (docs/architecture.md)."""

import pathlib
import re

import pytest
from sources import ROOT, cpp, fail_with

# Room -> rooms whose doors it may include. Layer 1 is core, layer 2 knows core alone, the rooms of
# layer 3 know layers 2 and 1 but not each other, and app knows every door.
LAYER_2 = {"aws", "certs", "compute", "storage"}
LAYER_3 = {"console", "dns", "emulators", "netfilter", "proxy"}
MAY_INCLUDE = {"core": set(), "models": set()}
MAY_INCLUDE |= {room: {"core"} for room in LAYER_2}
MAY_INCLUDE |= {room: LAYER_2 | {"core", "models"} for room in LAYER_3}
MAY_INCLUDE["app"] = LAYER_2 | LAYER_3 | {"core", "models"}
# The rooms that are not of the product look behind every door.
UNBOUND = {"benchmarks", "tests"}

# Every header of these is public.
CUPBOARDS = {"aws", "core", "models"}
# Header behind a door -> who may include it all the same.
SECOND_DOORS = {"certs/openssl.h": {"proxy"}}

# What a service may include beside its own folder.
SERVICE_MAY_INCLUDE = re.compile(
    r"^(emulators/service\.h|(aws|core|models)/\w+\.h|storage/storage\.h)$"
)

# C library -> the only files that include its headers.
LIBRARY_OWNERS = {
    r"^lmdb\.h$": {"storage/lmdb.h"},
    r"^nghttp2/": {"proxy/nghttp2.h"},
    r"^ldns/": {"dns/ldns.h"},
    r"^ares\.h$": {"dns/cares.h"},
    r"^netlink/": {
        "compute/loopback.cc",
        "compute/netlink.h",
        "netfilter/netd/loopback.cc",
        "netfilter/netd/netlink.h",
    },
    r"^libiptc/": {"netfilter/netd/iptc.h"},
    r"^nftables/": {"netfilter/netd/nftables.cc"},
    r"^pcre2": {"aws/pattern.cc"},
    r"^pugixml": {"aws/xml_input.cc"},
    r"^yaml-cpp/": {"app/config.cc"},
}
# OpenSSL has functions without handles, which need no alias; these rooms may call them.
OPENSSL_ROOMS = {"aws", "certs", "proxy"}
# They cost every includer too much to compile, or show a library in a door.
NOT_IN_DOORS = re.compile(
    r"^(regex|iostream|filesystem|thread|future|ranges|openssl/.*|nghttp2/.*|ldns/.*|ares\.h"
    r"|lmdb\.h"
    r"|yaml-cpp/.*|pugixml.*|pcre2.*)$"
)


def door_of(room):
    return f"{room}/{room}.h"


def doors():
    return [s for s in cpp() if s.is_header and (s.room in CUPBOARDS or s.path == door_of(s.room))]


def included_room(include):
    return include.target.split("/")[0] if include.is_ours else None


def service_of(path):
    parts = path.split("/")
    return parts[1] if parts[0] == "emulators" and len(parts) > 2 else None


def test_includes_in_quotes_name_a_file_from_the_root():
    findings = [
        f'{source.path}:{include.line}: "{include.target}" is no file'
        for source in cpp()
        for include in source.includes
        if include.is_ours and not (ROOT / include.target).is_file()
        # The build makes one header of each model.
        and not (
            included_room(include) == "models"
            and (ROOT / include.target).with_suffix(".model").is_file()
        )
    ]
    fail_with(findings, "an include in quotes is a path from the root of the repository")


def test_rooms_include_only_what_their_layer_allows():
    findings = []
    for source in cpp():
        if source.room in UNBOUND:
            continue
        assert (
            source.room in MAY_INCLUDE
        ), f"{source.path}: a room without a row in the table of layers"
        allowed = MAY_INCLUDE[source.room] | {source.room}
        if source.is_test:
            allowed = allowed | {"tests", "models"}
        findings += [
            f'{source.path}:{include.line}: {source.room}/ may not include "{include.target}"'
            for include in source.includes
            if include.is_ours and included_room(include) not in allowed
        ]
    fail_with(findings, "dependencies point one way (docs/architecture.md, rooms)")


def test_a_room_is_entered_by_its_door():
    findings = []
    for source in cpp():
        if source.room in UNBOUND:
            continue
        for include in source.includes:
            room = included_room(include)
            if room in (None, source.room, "tests") or room in CUPBOARDS:
                continue
            if include.target == door_of(room) or source.room in SECOND_DOORS.get(
                include.target, ()
            ):
                continue
            findings.append(
                f'{source.path}:{include.line}: "{include.target}" is behind {door_of(room)}'
            )
    fail_with(findings, "code outside a room includes its door and nothing else")


def test_services_include_only_their_own_folder_and_what_all_services_share():
    findings = []
    for source in cpp():
        service = service_of(source.path)
        for include in source.includes if service else []:
            if not include.is_ours or service_of(include.target) == service:
                continue
            if SERVICE_MAY_INCLUDE.match(include.target):
                continue
            if source.is_test and re.match(r"(tests/support|emulators)/\w+\.h$", include.target):
                continue
            findings.append(
                f'{source.path}:{include.line}: a service may not include "{include.target}"'
            )
    fail_with(
        findings,
        "a service includes emulators/service.h, aws/, models/, storage/, core/ and itself",
    )


def test_the_gateway_knows_services_by_their_doors():
    findings = []
    for source in cpp():
        if source.room in UNBOUND or service_of(source.path):
            continue
        for include in source.includes:
            service = service_of(include.target) if include.is_ours else None
            if service and include.target != f"emulators/{service}/{service}.h":
                findings.append(
                    f'{source.path}:{include.line}: "{include.target}" is behind a door'
                )
    fail_with(findings, "outside a service only its door is included")


def test_netd_is_linked_by_nobody():
    findings = [
        f'{source.path}:{include.line}: "{include.target}" belongs to fogbank-netd'
        for source in cpp()
        if not source.path.startswith("netfilter/netd/")
        for include in source.includes
        if include.target.startswith("netfilter/netd/")
    ]
    fail_with(findings, "netfilter/netd/ is a program of its own under another licence")


def test_libraries_are_included_in_one_place():
    findings = []
    for source in cpp():
        for include in source.includes:
            if include.is_ours or source.is_test:
                continue
            where = f"{source.path}:{include.line}: <{include.target}>"
            for pattern, owners in LIBRARY_OWNERS.items():
                if re.match(pattern, include.target) and source.path not in owners:
                    findings.append(f"{where} is for {', '.join(sorted(owners))}")
            if include.target.startswith("openssl/") and source.room not in OPENSSL_ROOMS:
                findings.append(f"{where} is for {', '.join(sorted(OPENSSL_ROOMS))}")
    fail_with(findings, "one header per C library owns its handles")


def test_doors_are_light():
    findings = [
        f"{source.path}:{include.line}: <{include.target}> stays out of doors"
        for source in doors()
        for include in source.includes
        if not include.is_ours and NOT_IN_DOORS.match(include.target)
    ]
    fail_with(findings, "a door shows no library and costs its includers little")


def test_there_are_no_cycles():
    graph = {
        source.path: [include.target for include in source.includes if include.is_ours]
        for source in cpp()
    }
    state = {}

    def walk(path, trail):
        if state.get(path) == "done":
            return
        assert path not in trail, "headers include each other: " + " -> ".join(
            [*trail[trail.index(path) :], path]
        )
        for target in graph.get(path, ()):
            walk(target, [*trail, path])
        state[path] = "done"

    for path in graph:
        walk(path, [])


@pytest.mark.parametrize(
    "name", ["util", "utils", "common", "misc", "helpers", "helper", "manager"]
)
def test_no_folder_or_file_is_a_drawer_for_odds_and_ends(name):
    findings = [
        source.path
        for source in cpp()
        if name in pathlib.PurePath(source.path).with_suffix("").parts
    ]
    fail_with(findings, "a file has one subject and is named after what it gives")
