"""Exceptions from tidy's rules: rule -> {file: reason}. An exception that nothing needs any more
fails too, so the lists only shrink by themselves."""

ALLOWED = {
    "const_cast": {
        "app/files.cc": "posix_spawn takes its unchanged arguments as char*",
        "compute/inside.cc": "execvp takes its unchanged arguments as char*",
        "netfilter/netd/server.cc": "an iovec of sendmsg has no const, and sendmsg only reads",
        "proxy/http2_engine_test.cc": "an nghttp2_nv has no const; nghttp2 copies it",
        "storage/lmdb.h": "an MDB_val has no const; LMDB only reads what it is given",
    },
    "sleep": {
        "netfilter/netd/iptables.cc": "the xtables lock is a file lock without a wait that ends;"
        " the privileged process serves nobody meanwhile",
        "benchmarks/storage_bench.cc": "a measurement lasts the time it is given",
        "netfilter/netd/loopback.cc": "nothing tells when the kernel routes an IPv6 address; the"
        " tries are few, and the privileged process serves nobody meanwhile",
    },
    "popen or system": {
        "compute/sandbox_life_test.cc": "makes the FIFO of its command",
        "netfilter/netd/test_netd.h": "starts the program under test as an operator would",
        "netfilter/netd/test_network.h": "asks ip, iptables and nft what the kernel holds",
        "proxy/original_destination_test.cc": "sets rules in a network of its own by nft and ip",
        "proxy/server_test.cc": "drives the proxy with curl",
    },
    "iostream": {
        "tests/oracle/codec_tool.cc": "a filter between two pipes",
    },
    "unbounded copy": {
        "compute/loopback.cc": "two letters into an interface name",
        "netfilter/netd/iptables.cc": "the kernel's structs hold names in arrays;"
        " the lengths are checked before",
        "tests/support/network_namespace.h": "two letters into an interface name",
    },
    "long function": {
        "proxy/http1_answer.cc": "a switch with one line for each status code",
    },
    "throwing conversion": {
        "compute/sandbox_test.cc": "a count that the test's own shell printed",
        "storage/store_test.cc": "reads back only numbers that the test itself wrote",
    },
    "capture by [=]": {
        "app/config.cc": "each key's functions own copies of its name and its bounds",
    },
    "macro": {
        "tests/support/doctest_main.cc": "doctest is configured by macros",
    },
}


class Allowances:
    """The exceptions of one rule, and whether each is still needed."""

    def __init__(self, rule):
        self._allowed = ALLOWED.get(rule, {})
        self._rule = rule
        self._used = set()

    def has(self, path):
        if path in self._allowed:
            self._used.add(path)
            return True
        return False

    def unused(self):
        return [
            f'{path}: needs no exception from "{self._rule}"; take it out of allowed.py'
            for path in sorted(set(self._allowed) - self._used)
        ]
