"""A producer that is stopped or killed at any moment, and started again: nothing lost, each user's events in order."""

import json
import signal
from pathlib import Path

import pytest

from doubles.stream import by_user
from support.logs import write_lanl_auth

from .conftest import Site

EVENTS = 12_000
RATE = "4000"  # three seconds, with a checkpoint in each
DEDUP_EVENTS = 512
CHECKPOINT = Path("checkpoint.json")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return write_lanl_auth(tmp_path / "log.csv", events=EVENTS, prefix="")


def lines_at(site: Site) -> int:
    try:
        return int(json.loads((site.folder / CHECKPOINT).read_text())["lines"])
    except FileNotFoundError:
        return 0


def assert_all_there_in_order(site: Site) -> None:
    elements = site.elements()
    lines = by_user(elements)
    assert sorted(n for user in lines.values() for n in user) == list(range(1, EVENTS + 1))
    assert all(user == sorted(user) for user in lines.values())
    assert within_memory(elements)


def within_memory(elements: list[dict[str, str]]) -> bool:
    """Whether every repeated event comes while its account's last 512 are remembered, as the job does."""
    recent: dict[str, list[str]] = {}
    seen: set[str] = set()
    for element in elements:
        memory = recent.setdefault(element["user_id"], [])
        if element["event_id"] in seen:
            if element["event_id"] not in memory[-DEDUP_EVENTS:]:
                return False
        else:
            memory.append(element["event_id"])
            seen.add(element["event_id"])
    return True


@pytest.mark.parametrize("at", [1, 3_000, 7_000])
def test_a_killed_producer_resumes_without_loss(site: Site, log: Path, at: int) -> None:
    arguments = ("--checkpoint", str(CHECKPOINT), "--output", "json")
    with site.start(log, *arguments, "--rate", RATE) as producer:
        site.until(f"line {at} in the checkpoint", lambda: lines_at(site) >= at or producer.poll() is not None)
        producer.kill()
    assert producer.returncode == -signal.SIGKILL
    assert lines_at(site) < EVENTS
    ended = site.run(log, *arguments)
    assert ended.returncode == 0, ended.stderr
    summary = json.loads(ended.stdout)
    assert (summary["lines"], summary["events"], summary["finished"]) == (EVENTS, EVENTS, True)
    assert summary["run"]["resumed_after_line"] >= at
    assert_all_there_in_order(site)


def test_a_producer_that_is_killed_again_and_again_gets_to_the_end(site: Site, log: Path) -> None:
    arguments = ("--checkpoint", str(CHECKPOINT))
    for _ in range(3):
        before = lines_at(site)
        with site.start(log, *arguments, "--rate", RATE) as producer:
            site.until("progress", lambda at=before: lines_at(site) > at or producer.poll() is not None)
            producer.kill()
    assert site.run(log, *arguments).returncode == 0
    assert_all_there_in_order(site)


def test_a_producer_that_is_asked_to_stop_says_where_and_goes_on_from_there(site: Site, log: Path) -> None:
    arguments = ("--checkpoint", str(CHECKPOINT))
    with site.start(log, *arguments, "--rate", RATE) as producer:
        site.until("progress", lambda: lines_at(site) > 0 or producer.poll() is not None)
        producer.terminate()
        _, said = producer.communicate(timeout=60)
    assert producer.returncode == 130
    stopped = lines_at(site)
    assert said == f"error: stopped after line {stopped:,} of {log}; run it again to go on\n"
    assert len(site.elements()) == stopped < EVENTS
    assert site.run(log, *arguments).returncode == 0
    assert len(site.elements()) == EVENTS
    assert_all_there_in_order(site)


def test_a_finished_replay_sends_nothing_again(site: Site, log: Path) -> None:
    first = site.run(log)
    assert first.returncode == 0, first.stderr
    again = site.run(log, "--output", "json")
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["run"]["records"] == 0
    assert len(site.elements()) == EVENTS


def test_a_limited_replay_goes_on_with_a_higher_limit(site: Site, log: Path) -> None:
    for limit in ("100", "100", "250"):
        assert site.run(log, "--limit", limit).returncode == 0
    assert sorted(int(e["source"].rpartition(":")[2]) for e in site.elements()) == list(range(1, 251))


def test_a_checkpoint_may_be_an_object_in_s3(site: Site, log: Path) -> None:
    s3 = site.aws.client("s3")
    bucket = f"checkpoints-{site.environment}"
    s3.create_bucket(Bucket=bucket)
    place = f"s3://{bucket}/replays/log.json"
    with site.start(log, "--checkpoint", place, "--rate", RATE) as producer:
        site.until("an object", lambda: "Contents" in s3.list_objects_v2(Bucket=bucket) or producer.poll() is not None)
        producer.kill()
    assert producer.returncode == -signal.SIGKILL
    kept = json.loads(s3.get_object(Bucket=bucket, Key="replays/log.json")["Body"].read())
    assert 0 < kept["lines"] < EVENTS
    ended = site.run(log, "--checkpoint", place)
    assert ended.returncode == 0, ended.stderr
    assert_all_there_in_order(site)


def test_a_bucket_that_is_not_there_is_said_to_be(site: Site, log: Path) -> None:
    ended = site.run(log, "--checkpoint", "s3://no-such-bucket-here/c.json")
    assert ended.returncode == 1
    assert ended.stderr.startswith("error: s3://no-such-bucket-here/c.json: S3 refuses: NoSuchBucket")


def test_a_stream_that_fails_for_a_while_costs_nothing(site: Site, log: Path) -> None:
    with (
        site.aws.failing("kinesis", "PutRecords", "InternalFailure", status=500, times=2),
        site.aws.failing("kinesis", "PutRecords", "InternalFailure", status=500, times=1, after_effect=True),
    ):
        ended = site.run(log, "--output", "json")
    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["run"]["failed_requests"] == 3
    assert_all_there_in_order(site)
