"""Real logs: every line has an outcome, and the counts are those of the files."""

import json
import os
from collections import Counter
from pathlib import Path

import pytest

from authpulse import events, formats
from authpulse.errors import InputError
from authpulse.formats import Event, Ignored, Rejected

pytestmark = pytest.mark.real_data

BY_ID = {4624: 700, 4672: 586, 4634: 494, 4769: 57, 4648: 35, 4776: 26, 4625: 21, 4770: 11, 4768: 5}
ARRIVAL_MS = 1_767_225_600_000  # 2026-01-01


@pytest.fixture(scope="module")
def windows() -> list[tuple[int, formats.Outcome]]:
    """Event id and outcome of each line."""
    path = real("windows_security_events.jsonl.gz")
    assert formats.detect(path) == "windows-security"
    reader = formats.reader("windows-security", formats.dataset_of(path))
    return [(json.loads(line)["EventID"], reader.read(number, line)) for number, line in formats.open_lines(path)]


def real(name: str) -> Path:
    return Path(os.environ["AUTHPULSE_REAL_DATA"]) / name


def test_every_windows_event_has_the_outcome_of_its_id(windows: list[tuple[int, formats.Outcome]]) -> None:
    assert Counter(event_id for event_id, _ in windows) == BY_ID
    assert Counter((event_id, type(outcome)) for event_id, outcome in windows) == {
        (event_id, Ignored if event_id == 4672 else Event): count for event_id, count in BY_ID.items()
    }


def test_every_windows_event_keeps_the_contract(windows: list[tuple[int, formats.Outcome]]) -> None:
    elements = [json.loads(outcome.text) for _, outcome in windows if isinstance(outcome, Event)]
    assert [events.invalid_because(e, ARRIVAL_MS) for e in elements] == [None] * len(elements)
    assert len({e["event_id"] for e in elements}) == len(elements) == 1349


def test_the_windows_events_say_what_is_in_them(windows: list[tuple[int, formats.Outcome]]) -> None:
    elements = [json.loads(outcome.text) for _, outcome in windows if isinstance(outcome, Event)]
    counts = Counter((e["orientation"], e["outcome"]) for e in elements)
    assert counts == {
        ("LogOn", "Success"): 700 + 35,
        ("LogOn", "Fail"): 21,
        ("LogOff", "Success"): 494,
        ("TGT", "Success"): 5,
        ("TGS", "Success"): 53 + 11,
        ("TGS", "Fail"): 4,
        ("AuthMap", "Success"): 19,
        ("AuthMap", "Fail"): 7,
    }
    assert min(e["event_time"] for e in elements) >= "2019"
    assert max(e["event_time"] for e in elements) < "2024"
    assert not any(e.get("source_host") in ("-", "::1", "127.0.0.1") for e in elements)


def test_labels_are_no_log_and_none_of_them_is_lost() -> None:
    """redteam.txt has four columns: no format takes it for a log, and a reader that is made to rejects every row."""
    path = real("lanl_redteam.txt")
    with pytest.raises(InputError, match="which no format knows"):
        formats.detect(path)
    reader = formats.reader("lanl-cyber1", formats.dataset_of(path))
    outcomes = [reader.read(number, line) for number, line in formats.open_lines(path)]
    assert len(outcomes) == 749
    assert {o.reason for o in outcomes if isinstance(o, Rejected)} == {"4 columns, 9 wanted"}
    assert all(isinstance(o, Rejected) for o in outcomes)


def test_labels_as_rows_of_the_log_become_events_with_their_names() -> None:
    """What auth.txt has for each of them: NTLM network logons. Repeated labels are events of their own."""
    rows = [line.split(",") for _, line in formats.open_lines(real("lanl_redteam.txt"))]
    reader = formats.reader("lanl-cyber1", "auth.txt")
    elements = []
    for number, (time, user, source, computer) in enumerate(rows, 1):
        outcome = reader.read(number, f"{time},{user},{user},{source},{computer},NTLM,Network,LogOn,Success")
        assert isinstance(outcome, Event)
        elements.append(json.loads(outcome.text))
    assert len({e["event_id"] for e in elements}) == 749
    named = [[e["user_id"], e["source_host"], e["computer_id"]] for e in elements]
    assert named == [row[1:] for row in rows]
    assert len({(e["event_time"], *n) for e, n in zip(elements, named, strict=True)}) == 715
    assert (elements[0]["event_time"], elements[-1]["event_time"]) == (
        "2025-01-02T17:54:45.000Z",
        "2025-01-30T14:17:27.000Z",
    )
