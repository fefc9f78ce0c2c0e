"""What a person sees: a bar on a terminal, a summary at the end."""

import io
import json

import pytest
from rich.console import Console

from doubles.clock import FakeClock
from producer.progress import Bar
from producer.sections import Position
from producer.sending import Traffic
from producer.summary import Seen, Summary


class Monotonic(FakeClock):
    def monotonic(self) -> float:
        return self.time.timestamp()


def summary(**changes: object) -> Summary:
    seen = Seen()
    seen.ignored.update({"4672": 586, "4688": 2})
    seen.rejected.update({"names no account": 3})
    seen.saw(1_735_689_601_000)
    seen.saw(1_735_689_700_000)
    given = {
        "input": "auth.txt.gz",
        "format": "lanl-cyber1",
        "dataset": "auth.txt",
        "stream": "s",
        "dry_run": False,
        "finished": True,
        "resumed_after_line": 0,
        "position": Position(lines=1591, events=1000, rejected=3, ignored=588, rejects_bytes=77),
        "seen": seen,
        "traffic": Traffic(requests=4, records=20, bytes=2_000_000, records_again=1),
        "seconds": 2.0,
        "rejects": "rejects.jsonl",
    }
    return Summary(**(given | changes))  # type: ignore[arg-type]


def test_the_summary_in_words() -> None:
    assert summary().text.splitlines() == [
        "auth.txt.gz (lanl-cyber1) to s",
        "1,591 lines = 1,000 events + 3 rejected + 588 ignored",
        "20 records, 2.0 MB in 4 requests, 1 records sent again; 2.0 s, 796 lines/s",
        "  rejected: 3 x names no account",
        "  ignored: 586 x 4672",
        "  ignored: 2 x 4688",
        "rejected lines are in rejects.jsonl, and in the quarantine table",
    ]


def test_the_summary_of_a_resumed_part_says_so() -> None:
    lines = summary(finished=False, resumed_after_line=1000).text.splitlines()
    assert lines[0].endswith(", not to its end")
    assert lines[2] == "went on after line 1,000: 591 lines in this run"


def test_the_summary_as_json_adds_up_and_tells_this_run_apart() -> None:
    document = json.loads(summary(resumed_after_line=1000).json)
    assert document["lines"] == document["events"] + document["rejected"] + document["ignored"]
    assert "rejects_bytes" not in document
    run = document["run"]
    assert (run["lines"], run["lines_per_second"]) == (591, 296)
    assert (run["first_event_time"], run["last_event_time"]) == ("2025-01-01T00:00:01.000Z", "2025-01-01T00:01:40.000Z")
    assert run["ignored_by"] == {"4672": 586, "4688": 2}


def test_a_run_without_lines_has_no_rate() -> None:
    document = summary(resumed_after_line=1591, seconds=0.0, seen=Seen(), traffic=Traffic()).document
    assert document["run"]["lines_per_second"] is None


@pytest.mark.parametrize(("limit", "complete"), [(None, False), (1592, False), (1591, True), (10, True)])
def test_a_limit_makes_an_unfinished_replay_complete(limit: int | None, complete: bool) -> None:
    assert summary(finished=False).complete(limit) == complete


def test_the_bar_shows_how_much_of_the_file_has_been_read_and_how_fast() -> None:
    clock, terminal = Monotonic(), io.StringIO()
    console = Console(file=terminal, force_terminal=True, width=120)
    with Bar(console, clock, name="auth.txt.gz") as bar:
        bar.count(0)
        bar.read(25, 100)
        clock.pass_time(2)
        bar.count(5000)
    shown = terminal.getvalue()
    assert "auth.txt.gz" in shown
    assert "25%" in shown
    assert "5,000 lines" in shown
    assert "2,500/s" in shown
