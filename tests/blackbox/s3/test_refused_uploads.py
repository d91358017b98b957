"""What a refused upload leaves behind. Whoever sends bodies that are refused must not be able to
fill the disk."""

import pathlib

from hosts import HERE


def test_a_refused_upload_leaves_no_file(sandbox):
    done = sandbox.run(["/usr/bin/python3", HERE / "clients/s3_boto3.py", "refused_uploads"])
    assert done.stdout == "done\n"
    left = [one for one in pathlib.Path(sandbox.state).rglob("blobs/**/*") if one.is_file()]
    assert left == []
