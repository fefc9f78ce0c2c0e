"""A log becomes records in files: every line once, an account in one file and in its order."""

import json
from collections.abc import Sequence
from pathlib import Path

from authpulse.formats.outcomes import BlockOutcome, Event, Ignored, Outcome, Rejected, in_block
from flink_job import spool


class _Words:
    """Lines such as `event U1`, `bad`, `other`."""

    name = "words"

    def read(self, line_number: int, line: str) -> Outcome:
        word, _, user = line.partition(" ")
        if word == "event":
            return Event(line_number, user, json.dumps({"n": line_number, "user": user}))
        if word == "bad":
            return Rejected("bad", line, json.dumps({"n": line_number, "rejected": "bad"}))
        return Ignored(word)

    def read_block(self, first: int, lines: Sequence[str]) -> list[BlockOutcome]:
        return [in_block(self.read(number, line)) for number, line in enumerate(lines, first)]


def elements(path: Path) -> list[dict[str, object]]:
    return [e for line in path.read_text().splitlines() for e in json.loads(line)]


def test_every_line_has_one_outcome_and_ignored_ones_are_not_written(tmp_path: Path) -> None:
    lines = ["event U1", "bad", "other", "event U2", "event U1"]
    counts = spool.write(enumerate(lines, 1), _Words(), tmp_path)
    assert (counts.lines, counts.events, counts.rejected, counts.ignored) == (5, 3, 1, 1)
    assert [e["n"] for e in elements(tmp_path / "shardId-000000000000.jsonl")] == [1, 2, 4, 5]


def test_an_account_stays_in_one_shard_and_in_its_order(tmp_path: Path) -> None:
    lines = [f"event U{i % 17}" for i in range(5000)]
    spool.write(enumerate(lines, 1), _Words(), tmp_path, shards=3)
    shards = [elements(p) for p in sorted(tmp_path.iterdir())]
    assert sum(len(s) for s in shards) == 5000
    users = [{e["user"] for e in s} for s in shards]
    assert all(a.isdisjoint(b) for i, a in enumerate(users) for b in users[i + 1 :])
    assert all([e["n"] for e in s] == sorted(e["n"] for e in s) for s in shards)  # type: ignore[type-var]


def test_packs_hold_a_hundred_elements_and_the_last_what_is_left(tmp_path: Path) -> None:
    spool.write(enumerate(["event U1"] * 250, 1), _Words(), tmp_path)
    packs = [json.loads(line) for line in (tmp_path / "shardId-000000000000.jsonl").read_text().splitlines()]
    assert [len(p) for p in packs] == [100, 100, 50]
