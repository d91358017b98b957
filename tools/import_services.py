#!/usr/bin/env python3
"""Keeps aws/services.csv, the table of AWS's services, and the C++ tables made of it.

usage: tools/import_services.py             writes aws/services_table.inc from aws/services.csv
       tools/import_services.py --refresh   first updates aws/services.csv from the botocore that
                                            this Python imports (new rows, changed facts)

Columns of aws/services.csv that a refresh never touches: `vip`, which says the service's place in
the VIP pool ("45.69" is 198.18.45.69; never renumber, only append; empty: the address shared by
all other names), and `extra_prefixes`, host spellings that botocore's rules do not produce.
Rows of services that botocore does not have (retired, or newer) stay as they are.
"""

import csv
import json
import pathlib
import re
import sys

REPOSITORY = pathlib.Path(__file__).resolve().parent.parent
CSV = REPOSITORY / "aws" / "services.csv"
TABLE = REPOSITORY / "aws" / "services_table.inc"
COLUMNS = ["name", "service_id", "endpoint_prefix", "signing_name", "protocols", "json_version",
           "target_prefix", "api_version", "host", "vip", "prefixes", "extra_prefixes"]
REGIONS = ["us-east-1", "us-west-2", "eu-west-1", "us-gov-west-1", "cn-north-1", "us-iso-east-1",
           "us-isob-east-1", "eu-isoe-west-1", "us-isof-south-1", "eusc-de-east-1", "aws-global"]
REGION = re.compile(r"(us|eu|ap|sa|ca|me|af|il|mx|cn)(-(gov|isob?|isof|isoe))?-[a-z]+-\d+"
                    r"|eusc-de-[a-z]+-\d+|aws(-[a-z-]+)?-global")
SUFFIXES = ["api.amazonwebservices.com.cn", "on.amazonwebservices.com.cn", "amazonaws.com.cn",
            "api.amazonwebservices.eu", "on.amazonwebservices.eu", "api.cloud-aws.adc-e.uk",
            "api.aws.hci.ic.gov", "csp.hci.ic.gov", "api.aws.ic.gov", "c2s.ic.gov",
            "sc2s.sgov.gov", "api.aws.scloud", "cloud.adc-e.uk", "amazonaws.com", "amazonaws.eu",
            "api.aws", "on.aws"]
PROTOCOLS = {"query": "kQuery", "ec2": "kEc2", "json": "kJson", "rest-json": "kRestJson",
             "rest-xml": "kRestXml", "smithy-rpc-v2-cbor": "kRpcCbor"}
# Protocols that models no longer name but that clients in use still speak.
OLD_PROTOCOLS = {"sqs": ["query"]}
S3_FAMILY = {"s3"}  # hosts of S3 have a grammar of their own


def prefix_of(host):
    """The service part of an API host: without suffix, region and the marks of variants."""
    for suffix in SUFFIXES:
        if host.endswith("." + suffix):
            labels = host[: -len(suffix) - 1].split(".")
            break
    else:
        return None
    while labels and (REGION.fullmatch(labels[-1]) or labels[-1] in ("global", "us-gov")):
        labels.pop()
    if labels and labels[0] == "fips":
        labels = labels[1:]
    labels = [re.sub("-fips$", "", label) for label in labels if label != "dualstack"]
    if not labels or any(REGION.fullmatch(label) for label in labels):
        return None
    return ".".join(labels)


def hosts_of(session, name):
    """Hosts that the service's endpoint rules give; the default one for us-east-1 first."""
    from botocore.endpoint_provider import EndpointProvider
    from botocore.exceptions import BotoCoreError

    loader = session.get_component("data_loader")
    rules = loader.load_service_model(name, "endpoint-rule-set-1")
    provider = EndpointProvider(rules, loader.load_data("partitions"))
    for region in REGIONS:
        for fips in (False, True):
            for dual_stack in (False, True):
                parameters = {"Region": region, "UseFIPS": fips, "UseDualStack": dual_stack}
                known = {k: v for k, v in parameters.items() if k in rules["parameters"]}
                try:
                    url = provider.resolve_endpoint(**known).url
                except (BotoCoreError, KeyError):
                    continue
                yield re.sub("^https?://", "", url).split("/")[0]


def operation_prefixes(loader, name, prefix):
    """Prefixes with the label or the part of one that an operation puts in front."""
    for operation in loader.load_service_model(name, "service-2")["operations"].values():
        front = operation.get("endpoint", {}).get("hostPrefix", "")
        if front and "{" not in front:
            yield (front + prefix).lower()


def facts_of(session, name):
    loader = session.get_component("data_loader")
    meta = loader.load_service_model(name, "service-2")["metadata"]
    hosts = list(dict.fromkeys(hosts_of(session, name)))
    prefix = meta["endpointPrefix"]
    found = {prefix_of(host) for host in hosts} | set(operation_prefixes(loader, name, prefix))
    found -= {None, prefix.lower()}
    default = [host for host in hosts if "fips" not in host]
    return {
        "name": name,
        "service_id": meta["serviceId"],
        "endpoint_prefix": prefix,
        "signing_name": meta.get("signingName", prefix),
        "protocols": " ".join(meta.get("protocols") or [meta["protocol"]]),
        "json_version": meta.get("jsonVersion", ""),
        "target_prefix": meta.get("targetPrefix", ""),
        "api_version": meta["apiVersion"],
        "host": default[0] if default else "",
        "prefixes": "" if name in S3_FAMILY else " ".join(sorted(found)),
    }


def refresh(rows):
    import botocore.session

    session = botocore.session.get_session()
    for name in session.get_available_services():
        row = rows.setdefault(name, dict.fromkeys(COLUMNS, ""))
        row.update(facts_of(session, name))
    return rows


def read_rows():
    if not CSV.exists():
        return {}
    with CSV.open(newline="") as file:
        return {row["name"]: row for row in csv.DictReader(file)}


def write_rows(rows):
    with CSV.open("w", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows[name] for name in sorted(rows))


def vip_number(text):
    if not text:
        return "kOtherNamesVip"
    third, last = (int(part) for part in text.split("."))
    assert third < 256 and 0 < last < 255, text
    return f"{third} * 256 + {last}"


def protocol_set(row):
    protocols = row["protocols"].split() + OLD_PROTOCOLS.get(row["name"], [])
    names = [f"WireProtocol::{PROTOCOLS[protocol]}" for protocol in protocols]
    return "protocols(" + ", ".join(names) + ")"


def check_numbers(rows):
    """One number belongs to one host prefix, so that DNS can answer with it."""
    owner = {}
    for row in rows.values():
        if row["vip"]:
            prefix = owner.setdefault(row["vip"], row["endpoint_prefix"])
            assert prefix == row["endpoint_prefix"], f"{row['vip']} is given twice: {row['name']}"


def write_table(rows):
    check_numbers(rows)
    names = sorted(rows)
    out = ["// Made by tools/import_services.py from aws/services.csv; never edited.",
           "// clang-format off", "constexpr ServiceEntry kServices[] = {"]
    for name in names:
        row = rows[name]
        quoted = [json.dumps(row[column]) for column in
                  ("name", "service_id", "endpoint_prefix", "signing_name", "target_prefix",
                   "api_version", "host")]
        json_version = "11" if row["json_version"] == "1.1" else "10"
        out.append(f"{{{', '.join(quoted)}, {protocol_set(row)}, "
                   f"{json_version}, {vip_number(row['vip'])}}},")
    out += ["};", "", "constexpr HostPrefix kHostPrefixes[] = {"]
    prefixes = set()
    for index, name in enumerate(names):
        row = rows[name]
        own = [row["endpoint_prefix"]] + row["prefixes"].split() + row["extra_prefixes"].split()
        prefixes |= {(prefix.lower(), index) for prefix in own}
    # Of services that share a prefix the one that has it as its own name, then as its endpoint
    # prefix comes first.
    def order(entry):
        prefix, index = entry
        row = rows[names[index]]
        return (prefix, row["name"] != prefix, row["endpoint_prefix"] != prefix, index)
    entries = [f"{{{json.dumps(prefix)}, {index}}}," for prefix, index in
               sorted(prefixes, key=order)]
    out += [" ".join(entries[at:at + 3]) for at in range(0, len(entries), 3)]
    out += ["};", "// clang-format on", ""]
    TABLE.write_text("\n".join(out))


def main():
    rows = read_rows()
    if "--refresh" in sys.argv[1:]:
        rows = refresh(rows)
        write_rows(rows)
    write_table(rows)


if __name__ == "__main__":
    main()
