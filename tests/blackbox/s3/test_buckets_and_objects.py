"""S3 by unmodified clients. Units test the handlers; this shows that HTTP, codecs, handlers and
blobs agree with boto3 of Debian and with the newest about bytes, headers and errors."""

import pytest

from hosts import HERE, VENV, Sandbox

CASES = [
    "buckets_live_and_end",
    "clients_find_a_bucket_in_another_region",
    "objects_come_back_with_what_was_said_of_them",
    "ranges_and_conditions",
    "listings_roll_up_and_page",
    "uploads_in_parts",
    "transfers_of_large_files",
    "copies_and_directives",
    "batches_delete",
    "checksums_are_verified_and_kept",
    "presigned_urls",
    "bucket_set_up_is_that_of_a_new_one",
]
# With parameters that boto3 of Debian 12 does not know.
NEWEST = ["conditional_writes", "checksums_of_uploads"]


@pytest.fixture(scope="module")
def shared():
    one = Sandbox()
    yield one
    one.close()


def run_case(sandbox, python, case):
    done = sandbox.run([python, HERE / "clients/s3_boto3.py", case])
    assert done.stdout == "done\n"


@pytest.mark.parametrize("case", CASES)
def test_with_boto3_of_debian(shared, case):
    run_case(shared, "/usr/bin/python3", case)


@pytest.mark.parametrize("case", CASES + NEWEST)
def test_with_the_newest_boto3(shared, case):
    run_case(shared, VENV / "bin/python", case)
