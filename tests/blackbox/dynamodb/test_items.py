"""DynamoDB by an unmodified client. Units test the handlers; this shows that codecs, handlers and
storage agree with boto3 about every kind of value and about paging."""

import pytest

from hosts import HERE, Sandbox

CASES = [
    "tables_live_and_end",
    "every_kind_of_value_comes_back",
    "conditions_protect_items",
    "updates_change_items",
    "queries_read_ranges_in_order",
    "scans_see_every_item_once",
    "batches_read_and_write",
    "indexes_follow_their_items",
    "faults_are_awss",
]


@pytest.fixture(scope="module")
def shared():
    one = Sandbox()
    yield one
    one.close()


@pytest.mark.parametrize("case", CASES)
def test_with_boto3(shared, case):
    done = shared.run(["/usr/bin/python3", HERE / "clients/dynamodb_boto3.py", case])
    assert done.stdout == "done\n"
