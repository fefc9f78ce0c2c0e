"""The server listens where it was told and nowhere else."""

import os
import socket
from pathlib import Path

import pytest

from support.local_aws import LocalAws


def listening(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports on which a process listens, from /proc."""
    inodes = set()
    for entry in Path(f"/proc/{pid}/fd").iterdir():
        target = str(entry.readlink()) if entry.is_symlink() else ""
        if target.startswith("socket:["):
            inodes.add(target[8:-1])
    found = set()
    for line in Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        if fields[3] == "0A" and fields[9] in inodes:
            address, _, port = fields[1].partition(":")
            found.add((socket.inet_ntoa(bytes.fromhex(address)[::-1]), int(port, 16)))
    return found


@pytest.mark.skipif(not Path("/proc/self/net/tcp").exists(), reason="needs Linux' /proc")
def test_only_loopback_and_only_one_port(aws: LocalAws) -> None:
    assert listening(aws.pid) == {("127.0.0.1", aws.port)}


def test_our_providers_are_the_ones_that_answer(aws: LocalAws) -> None:
    services = aws.get("/_localstack/health")["services"]
    assert {"athena", "glue", "kinesis", "kinesisanalyticsv2", "s3"} <= services.keys()


def test_bodies_of_any_size_arrive_whole(aws: LocalAws, unique: str) -> None:
    s3 = aws.client("s3")
    s3.create_bucket(Bucket=unique)
    for size in (0, 99_999, 100_001, 40 * 1024 * 1024):
        data = os.urandom(1024) * (size // 1024) + bytes(size % 1024)
        s3.put_object(Bucket=unique, Key=str(size), Body=data)
        assert s3.get_object(Bucket=unique, Key=str(size))["Body"].read() == data
