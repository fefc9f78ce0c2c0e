"""Records taken apart: the same cases that the engine's codec is held to."""

import json
from typing import Any

import pytest

from authpulse import events
from authpulse.cli.places import ROOT
from authpulse.elements import elements

TABLE: dict[str, Any] = json.loads((ROOT / "flink_job/engine/src/test/resources/records.json").read_text("utf-8"))
ARRIVAL = events.parse_time("2025-06-01T00:00:00Z")
TEXTS: dict[str, str] = TABLE["texts"] | {name: text * times for name, (text, times) in TABLE["repeated"].items()}


def filled(text: str) -> str:
    for name, value in TEXTS.items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize("case", TABLE["cases"], ids=lambda case: case["case"])
def test_the_elements_of_a_record(case: dict[str, Any]) -> None:
    record = bytes.fromhex(case["bytes"]) if "bytes" in case else filled(case["record"]).encode()
    found = [(events.invalid_because(element, ARRIVAL), text) for element, text in elements(record)]
    wanted = [("event" if want == "event" else want["reason"]) for want in case["elements"]]
    assert [reason or "event" for reason, _ in found] == wanted
    for (reason, text), want in zip(found, case["elements"], strict=True):
        if reason is not None and not reason.startswith("rejected: "):
            assert text == filled(want["raw"])
