"""LANL's two formats: what their lines say, and what is wrong with those that are rejected."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authpulse import events, formats
from authpulse.formats import Event, Ignored, Rejected, wire
from authpulse.formats.lanl import MSV1_0, whole_auth_type
from authpulse.formats.outcomes import MAX_RAW_CHARACTERS, Damaged

FAR = 4_102_444_800_000


def cyber1(line: str, number: int = 17) -> formats.Outcome:
    return formats.reader("lanl-cyber1", "auth.txt").read(number, line)


def auth(line: str, number: int = 17) -> formats.Outcome:
    return formats.reader("lanl-auth", "auth.txt").read(number, line)


def fields(outcome: formats.Outcome) -> dict[str, Any]:
    assert isinstance(outcome, Event), outcome
    element: dict[str, Any] = json.loads(outcome.text)
    assert events.invalid_because(element, FAR) is None
    assert (outcome.user_id, outcome.time_ms) == (element["user_id"], events.parse_time(element["event_time"]))
    return element


def test_nine_columns_become_an_event() -> None:
    element = fields(cyber1("1,U66@DOM1,U66@DOM1,C1250,C586,NTLM,Network,LogOn,Success"))
    assert element == {
        "event_id": events.event_id("auth.txt:17", "2025-01-01T00:00:01.000Z", "U66@DOM1", "C1250", "C586"),
        "event_time": "2025-01-01T00:00:01.000Z",
        "user_id": "U66@DOM1",
        "source_host": "C1250",
        "computer_id": "C586",
        "auth_type": "NTLM",
        "logon_type": "Network",
        "orientation": "LogOn",
        "outcome": "Success",
        "source": "auth.txt:17",
    }


def test_three_columns_become_a_successful_logon_from_nowhere() -> None:
    element = fields(auth("86400,U1,C2"))
    assert element == {
        "event_id": events.event_id("auth.txt:17", "2025-01-02T00:00:00.000Z", "U1", None, "C2"),
        "event_time": "2025-01-02T00:00:00.000Z",
        "user_id": "U1",
        "computer_id": "C2",
        "orientation": "LogOn",
        "outcome": "Success",
        "source": "auth.txt:17",
    }


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(
            "1,C101$@DOM1,C101$@DOM1,C988,C988,?,Network,LogOff,Success",
            {"user_id": "C101$@DOM1", "auth_type": None, "orientation": "LogOff"},
            id="a question mark is a missing value",
        ),
        pytest.param(
            "766808,U199@?,U199@?,C1929,C1929,?,?,TGT,Fail",
            {"user_id": "U199@?", "logon_type": None, "orientation": "TGT", "outcome": "Fail"},
            id="but stays in an account's domain",
        ),
        pytest.param(
            "1,ANONYMOUS LOGON@C586,ANONYMOUS LOGON@C586,C1250,C586,NTLM,Network,LogOn,Success",
            {"user_id": "ANONYMOUS LOGON@C586"},
            id="names may have spaces",
        ),
        pytest.param(
            "1,C1020$@DOM1,SYSTEM@C1020,C1020,C1020,Negotiate,Service,LogOn,Success",
            {"user_id": "SYSTEM@C1020"},
            id="the account is the one that was authenticated",
        ),
        pytest.param(
            "1,U7@DOM1,?,C1,C2,NTLM,Network,LogOn,Success",
            {"user_id": "U7@DOM1"},
            id="or the other one where that is not known",
        ),
        pytest.param(
            "1,U7@DOM1,U7@DOM1,?,C2,NTLM,Network,LogOn,Success", {"source_host": None}, id="the source may be unknown"
        ),
        pytest.param(
            "1,U7@DOM1,U7@DOM1,C1,TGT,?,?,TGS,Success", {"computer_id": "TGT"}, id="a computer may be a service"
        ),
        pytest.param(
            "1,U7@D,U7@D,C1,C2,MICROSOFT_AUTHENTICATION_PAC,?,AuthMap,Success",
            {"auth_type": MSV1_0},
            id="a package name that was cut off is whole again",
        ),
        pytest.param(
            '1,Ü"\\@D,Ü"\\@D,C1,C2,?,?,?,Success', {"user_id": 'Ü"\\@D', "orientation": None}, id="what JSON escapes"
        ),
    ],
)
def test_the_log_has_its_ways(line: str, expected: dict[str, Any]) -> None:
    element = fields(cyber1(line))
    assert {name: element.get(name) for name in expected} == expected


@pytest.mark.parametrize("length", range(len("MICROSOFT_A"), len(MSV1_0) + 1))
def test_every_length_of_the_truncated_package_is_the_package(length: int) -> None:
    assert whole_auth_type(MSV1_0[:length]) == MSV1_0


@pytest.mark.parametrize("name", ["M", "MICROSOFT", "Kerberos", "MICROSOFT_AUTHOR", MSV1_0 + "_2"])
def test_other_packages_stay_what_they_are(name: str) -> None:
    assert whole_auth_type(name) == name


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,U66@DOM1,U66@DOM1,C1250,C586,NTLM,Network,LogOn", "8 columns, 9 wanted"),
        ("1,a,b,c,d,e,f,LogOn,Success,x", "10 columns, 9 wanted"),
        ("1,U1,C1", "3 columns, 9 wanted"),
        ("nonsense", "1 columns, 9 wanted"),
        ("x,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success", "time 'x' is not a whole number of seconds"),
        ("-1,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success", "time '-1' is not a whole number of seconds"),
        ("1.5,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success", "time '1.5' is not a whole number of seconds"),
        ("٣,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success", "time '٣' is not a whole number of seconds"),
        ("99999999999,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success", "time '99999999999' is not a whole number of seconds"),
        (
            "1,U@D,U@D,C1,C2,NTLM,Network,LogIn,Success",
            "orientation 'LogIn', wanted LogOn, LogOff, TGT, TGS, AuthMap or ?",
        ),
        ("1,U@D,U@D,C1,C2,NTLM,Network,LogOn,Maybe", "outcome 'Maybe', wanted Success or Fail"),
        ("1,?,?,C1,C2,NTLM,Network,LogOn,Success", "names no account"),
        ("1,,,C1,C2,NTLM,Network,LogOn,Success", "names no account"),
        ("1,U@D,U@D,C1,?,NTLM,Network,LogOn,Success", "names no computer"),
        (f"1,U@D,{'U' * 1025},C1,C2,?,?,LogOn,Success", "user_id has 1025 characters, 1024 are allowed"),
        (f"1,U@D,U@D,C1,C2,{'N' * 1025},?,LogOn,Success", "auth_type has 1025 characters, 1024 are allowed"),
        (Damaged("1,�", "not UTF-8 at byte 3"), "not UTF-8 at byte 3"),
        (Damaged("1,U@D,�@D,C1,C2,?,?,LogOn,Success", "not UTF-8 at byte 7"), "not UTF-8 at byte 7"),
    ],
)
def test_a_line_of_nine_columns_is_rejected_with_its_reason(line: str, reason: str) -> None:
    rejected = cyber1(line)
    assert isinstance(rejected, Rejected)
    assert (rejected.reason, rejected.raw) == (reason, line)
    element = json.loads(rejected.text)
    assert (element["rejected"], element["raw"], element["source"]) == (reason, line, "auth.txt:17")
    assert len(element["event_id"]) == 32
    assert events.invalid_because(element, FAR) == f"rejected: {reason}"


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("1,U1", "2 columns, 3 wanted"),
        ("1,U1,C1,C2", "4 columns, 3 wanted"),
        ("time,user,computer", "time 'time' is not a whole number of seconds"),
        ("1,?,C1", "names no account"),
        ("1,U1,", "names no computer"),
        (Damaged("1,�,C1", "not UTF-8 at byte 3"), "not UTF-8 at byte 3"),
    ],
)
def test_a_line_of_three_columns_is_rejected_with_its_reason(line: str, reason: str) -> None:
    rejected = auth(line)
    assert isinstance(rejected, Rejected)
    assert rejected.reason == reason


@pytest.mark.parametrize("name", formats.NAMES)
@pytest.mark.parametrize("line", ["", "  ", "\t"])
def test_a_blank_line_is_ignored(name: str, line: str) -> None:
    assert formats.reader(name, "d").read(1, line) == Ignored("blank")


def test_a_bad_ending_is_rejected_every_time_it_comes() -> None:
    reader = formats.reader("lanl-cyber1", "d")
    bad = "1,U@D,U@D,C1,C2,NTLM,Network,LogOn,Maybe"
    assert [type(reader.read(n, bad)) for n in (1, 2)] == [Rejected, Rejected]


def test_a_bad_time_does_not_change_the_next_lines_time() -> None:
    reader = formats.reader("lanl-auth", "d")
    first, bad, again = (reader.read(n, line) for n, line in enumerate(["5,U1,C1", "5x,U1,C1", "5,U1,C1"], 1))
    assert isinstance(bad, Rejected)
    assert fields(first)["event_time"] == fields(again)["event_time"]


def test_equal_lines_in_the_same_second_are_two_events() -> None:
    reader = formats.reader("lanl-auth", "d")
    assert fields(reader.read(1, "5,U1,C1"))["event_id"] != fields(reader.read(2, "5,U1,C1"))["event_id"]


def test_a_very_long_rejected_line_travels_in_part_and_says_so() -> None:
    rejected = auth("x" * (MAX_RAW_CHARACTERS + 5))
    assert isinstance(rejected, Rejected)
    element = json.loads(rejected.text)
    assert len(element["raw"]) == MAX_RAW_CHARACTERS
    assert f"first {MAX_RAW_CHARACTERS} of {MAX_RAW_CHARACTERS + 5} characters" in element["rejected"]
    assert len(rejected.raw) == MAX_RAW_CHARACTERS + 5


def test_a_data_set_may_have_any_name() -> None:
    outcome = formats.reader("lanl-cyber1", 'a "strange" näme').read(3, "1,U@D,U@D,C1,C2,NTLM,Network,LogOn,Success")
    assert fields(outcome)["source"] == 'a "strange" näme:3'


words = st.text(st.characters(codec="utf-8", exclude_characters=",\n\r"), min_size=1, max_size=8)
plain = st.from_regex(r"[A-Z][A-Za-z0-9$@. ]{0,8}", fullmatch=True)


@given(
    second=st.integers(0, 10**7),
    user=plain | words,
    source=plain | words,
    computer=plain | words,
    auth_type=st.sampled_from(["NTLM", "?", "Kerberos"]) | words,
    orientation=st.sampled_from([*events.ORIENTATIONS, "?"]),
)
def test_the_fast_way_writes_what_the_slow_way_would(
    second: int, user: str, source: str, computer: str, auth_type: str, orientation: str
) -> None:
    outcome = cyber1(f"{second},x,{user},{source},{computer},{auth_type},Network,{orientation},Success")
    expected = wire.event(
        source="auth.txt:17",
        time_ms=1_735_689_600_000 + second * 1000,
        user_id="x" if user == "?" else user,
        source_host=None if source == "?" else source,
        computer_id="?" if computer == "?" else computer,
        auth_type=None if auth_type == "?" else whole_auth_type(auth_type),
        logon_type="Network",
        orientation=None if orientation == "?" else orientation,
        outcome="Success",
    )
    assert outcome == expected or computer == "?"


@given(st.text(st.characters(codec="utf-8"), max_size=200), st.sampled_from(formats.NAMES))
def test_no_line_breaks_a_reader_and_every_line_has_one_outcome(line: str, name: str) -> None:
    outcome = formats.reader(name, "d").read(1, line)
    assert isinstance(outcome, Event | Rejected | Ignored)
    if not isinstance(outcome, Ignored):
        assert outcome.text.isascii()
        reason = events.invalid_because(json.loads(outcome.text), FAR)
        assert (reason is None) == isinstance(outcome, Event)


ordinary = st.builds(
    "{},U1@D,{},{},{},NTLM,Network,LogOn,Success".format, st.integers(0, 3), plain, plain | st.just("?"), plain
)
damaged = st.just(Damaged("1,U@D,�@D,C1,C2,?,?,LogOn,Success", "not UTF-8 at byte 7"))
lines_of_all_kinds = ordinary | words | damaged | st.sampled_from(["", "1,U1,C1", "2,?,?", "2,Ü,C2", "x,U1,C1"])


@given(st.lists(lines_of_all_kinds, max_size=12), st.sampled_from(formats.NAMES))
def test_a_block_has_the_outcomes_of_its_lines(lines: list[str], name: str) -> None:
    together = formats.reader(name, "d").read_block(5, lines)
    one_by_one = [formats.reader(name, "d").read(number, line) for number, line in enumerate(lines, 5)]
    assert [tuple(o) for o in together] == [tuple(o) for o in one_by_one]
    assert [type(o) is tuple for o in together] == [isinstance(o, Event) for o in one_by_one]
