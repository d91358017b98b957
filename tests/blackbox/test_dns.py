"""The resolver as a client sees it: authoritative for AWS's names, honest about all others."""

import pytest

RESOLVERS = ["198.18.45.53", "fdf0:6ba0:4500::45:53"]


def kdig(host, *words):
    return host.run(["kdig", "+time=5", "+retry=0", *words]).stdout


@pytest.mark.parametrize("resolver", RESOLVERS)
@pytest.mark.parametrize("transport", ["+notcp", "+tcp"])
def test_addresses_over_both_families_and_transports(running, resolver, transport):
    for name, v4 in (
        ("dynamodb.eu-west-1.amazonaws.com", "198.18.45.69"),
        ("bucket.with.dots.s3.us-west-2.amazonaws.com", "198.18.45.72"),
        ("Lambda.US-East-1.AmazonAWS.com", "198.18.45.74"),
    ):
        assert kdig(running, f"@{resolver}", transport, "+short", name, "A").strip() == v4
        assert kdig(running, f"@{resolver}", transport, "+short", name, "AAAA").startswith(
            "fdf0:6ba0:4500:"
        )


@pytest.mark.parametrize("kind", ["HTTPS", "TXT", "MX", "SRV", "CAA", "TYPE65280"])
def test_other_types_of_owned_names_are_empty_with_a_soa(running, kind):
    answer = kdig(running, "@198.18.45.53", "s3.amazonaws.com", kind)
    assert "status: NOERROR" in answer and "ANSWER: 0" in answer and "SOA" in answer


def test_every_captured_zone_is_owned_and_case_is_kept(running):
    for name in (
        "api.aws",
        "x.on.aws",
        "d111.cloudfront.net",
        "x.elasticbeanstalk.com",
        "ec2.internal",
        "sts.cn-north-1.amazonaws.com.cn",
        "unknown-service.nowhere-1.amazonaws.com",
    ):
        answer = kdig(running, "@198.18.45.53", name, "A")
        assert "status: NOERROR" in answer and "Flags: qr aa" in answer, answer
    # As bytes: tools print names in lower case.
    question = b"\x03StS\x09aMaZoNaWs\x03CoM\x00\x00\x01\x00\x01"
    answer = running.run(
        [
            "python3",
            "-c",
            "import socket,sys\n"
            "s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM)\ns.settimeout(5)\n"
            "s.sendto(bytes.fromhex(sys.argv[1]),('198.18.45.53',53))\nprint(s.recv(4096).hex())",
            (b"\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + question).hex(),
        ]
    ).stdout
    assert question.hex() in answer


def test_edns_is_answered(running):
    assert "EDNS" in kdig(running, "@198.18.45.53", "+edns=0", "sts.amazonaws.com", "A")
