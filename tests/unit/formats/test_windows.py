"""Windows Security events: the shapes that collectors write, the ids that are authentications, kinds of time."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from authpulse import events, formats
from authpulse.formats import Event, Ignored, Rejected
from authpulse.formats.windows import KINDS

FAR = 4_102_444_800_000
TIME = {"@timestamp": "2022-08-18T06:56:26.233Z"}


def read(document: Any) -> formats.Outcome:
    line = document if isinstance(document, str) else json.dumps(document)
    return formats.reader("windows-security", "wls").read(5, line)


def fields(document: Any) -> dict[str, Any]:
    outcome = read(document)
    assert isinstance(outcome, Event), outcome
    element: dict[str, Any] = json.loads(outcome.text)
    assert events.invalid_because(element, FAR) is None
    return {name: element.get(name) for name in events.FIELD_NAMES}


def flat(event_id: int, **more: Any) -> dict[str, Any]:
    base = {"EventID": event_id, "Hostname": "DC1.corp.local", "Channel": "Security", **TIME}
    return {**base, "TargetUserName": "ada", "TargetDomainName": "CORP", **more}


LOGON = {
    "TargetUserName": "ada",
    "TargetDomainName": "CORP",
    "LogonType": "3",
    "AuthenticationPackageName": "NTLM",
    "WorkstationName": "WS7",
    "IpAddress": "10.0.0.7",
}
SHAPES = {
    "NXLog and Logstash, flat": {
        **LOGON,
        "EventID": 4624,
        "Hostname": "SRV1.corp.local",
        "Channel": "Security",
        **TIME,
    },
    "winlogbeat 7 and later": {
        **TIME,
        "event": {"code": "4624", "outcome": "success"},
        "host": {"name": "collector"},
        "winlog": {
            "event_id": "4624",
            "channel": "Security",
            "computer_name": "SRV1.corp.local",
            "event_data": LOGON,
        },
    },
    "winlogbeat 6": {
        **TIME,
        "event_id": 4624,
        "computer_name": "SRV1.corp.local",
        "log_name": "Security",
        "event_data": LOGON,
    },
    "only event.code": {
        **TIME,
        "event": {"code": 4624},
        "winlog": {"computer_name": "SRV1.corp.local", "event_data": LOGON},
    },
    "numbers where others write text": {
        **LOGON,
        "LogonType": 3,
        "EventID": "4624",
        "Computer": "SRV1.corp.local",
        "TimeCreated": "2022-08-18T06:56:26.2331234Z",
    },
}


@pytest.mark.parametrize("document", SHAPES.values(), ids=SHAPES.keys())
def test_every_shape_says_the_same(document: dict[str, Any]) -> None:
    element = fields(document)
    del element["event_id"]
    assert element == {
        "event_time": "2022-08-18T06:56:26.233Z",
        "user_id": "ada@CORP",
        "source_host": "WS7",
        "computer_id": "SRV1.corp.local",
        "auth_type": "NTLM",
        "logon_type": "Network",
        "orientation": "LogOn",
        "outcome": "Success",
        "source": "wls:5",
    }


def test_lanls_unified_set_has_names_of_its_own() -> None:
    document = {
        "EventID": 4624,
        "UserName": "User380010",
        "DomainName": "Domain002",
        "LogonTypeDescription": "Network",
        "LogHost": "Comp966305",
        "Source": "Comp123",
        "AuthenticationPackage": "Kerberos",
        "Time": 2,
        "LogonType": 3,
    }
    element = fields(document)
    assert element["event_time"] == "2025-01-01T00:00:02.000Z"
    assert (element["user_id"], element["source_host"]) == ("User380010@Domain002", "Comp123")
    assert (element["computer_id"], element["auth_type"]) == ("Comp966305", "Kerberos")
    with_computer = {**document, "Computer": document.pop("LogHost")}
    assert fields(with_computer)["computer_id"] == "Comp966305"


IDS = [
    (4624, {}, ("LogOn", "Success")),
    (4625, {}, ("LogOn", "Fail")),
    (4634, {}, ("LogOff", "Success")),
    (4647, {}, ("LogOff", "Success")),
    (4648, {}, ("LogOn", "Success")),
    (4768, {"Status": "0x0"}, ("TGT", "Success")),
    (4768, {"Status": "0x6"}, ("TGT", "Fail")),
    (4769, {"Status": "0x0"}, ("TGS", "Success")),
    (4769, {"Status": "0x1b"}, ("TGS", "Fail")),
    (4770, {}, ("TGS", "Success")),
    (4771, {"Status": "0x18"}, ("TGT", "Fail")),
    (4772, {}, ("TGT", "Fail")),
    (4773, {}, ("TGS", "Fail")),
    (4774, {}, ("AuthMap", "Success")),
    (4775, {}, ("AuthMap", "Fail")),
    (4776, {"Status": "0x0"}, ("AuthMap", "Success")),
    (4776, {"Status": "0xc000006a"}, ("AuthMap", "Fail")),
    (4777, {}, ("AuthMap", "Fail")),
]


@pytest.mark.parametrize(("event_id", "more", "expected"), IDS)
def test_each_authentication_has_an_orientation_and_an_outcome(
    event_id: int, more: dict[str, Any], expected: tuple[str, str]
) -> None:
    element = fields(flat(event_id, **more))
    assert (element["orientation"], element["outcome"]) == expected


def test_the_table_of_ids_is_tested_whole() -> None:
    assert {event_id for event_id, *_ in IDS} == set(KINDS)


@pytest.mark.parametrize("event_id", [4672, 4688, 4778, 4800, 1102])
def test_what_is_no_authentication_is_ignored_by_its_id(event_id: int) -> None:
    assert read(flat(event_id)) == Ignored(str(event_id))


def test_the_same_id_of_another_channel_is_something_else() -> None:
    assert read(flat(4625, Channel="Application")) == Ignored("Application 4625")
    assert isinstance(read(flat(4625, Channel="security")), Event)


@pytest.mark.parametrize(
    ("event_id", "more", "source_host", "computer"),
    [
        pytest.param(4624, {"WorkstationName": "WS7"}, "WS7", "DC1.corp.local", id="a workstation by name"),
        pytest.param(4776, {"Workstation": "\\\\WS7", "Status": 0}, "WS7", "DC1.corp.local", id="with backslashes"),
        pytest.param(
            4624,
            {"WorkstationName": "-", "IpAddress": "10.0.0.7"},
            "10.0.0.7",
            "DC1.corp.local",
            id="an address where there is no name",
        ),
        pytest.param(
            4768, {"IpAddress": "::ffff:10.0.0.7", "Status": "0x0"}, "10.0.0.7", "DC1.corp.local", id="IPv4 in IPv6"
        ),
        pytest.param(4624, {"IpAddress": "::1"}, "DC1.corp.local", "DC1.corp.local", id="the machine itself"),
        pytest.param(4624, {"WorkstationName": "DC1"}, "DC1.corp.local", "DC1.corp.local", id="by its short name"),
        pytest.param(4624, {"LogonType": 5}, "DC1.corp.local", "DC1.corp.local", id="a service starts where it runs"),
        pytest.param(4624, {"LogonType": 3}, None, "DC1.corp.local", id="from the network, nobody knows where"),
        pytest.param(4634, {"LogonType": 2}, None, "DC1.corp.local", id="a log-off has no source"),
        pytest.param(4648, {"TargetServerName": "FS2"}, "DC1.corp.local", "FS2", id="other credentials, elsewhere"),
        pytest.param(
            4648, {"TargetServerName": "localhost"}, "DC1.corp.local", "DC1.corp.local", id="other credentials, here"
        ),
        pytest.param(
            4769,
            {"ServiceName": "FS2$", "IpAddress": "10.0.0.7", "Status": "0x0"},
            "10.0.0.7",
            "FS2",
            id="a ticket for a machine",
        ),
        pytest.param(
            4769,
            {"ServiceName": "krbtgt", "IpAddress": "10.0.0.7", "Status": "0x0"},
            "10.0.0.7",
            "DC1.corp.local",
            id="a ticket for tickets",
        ),
        pytest.param(
            4769, {"ServiceName": "sqlsvc", "Status": "0x0"}, None, "sqlsvc", id="a ticket for a service account"
        ),
    ],
)
def test_where_it_came_from_and_went_to(
    event_id: int, more: dict[str, Any], source_host: str | None, computer: str
) -> None:
    element = fields(flat(event_id, **more))
    assert (element["source_host"], element["computer_id"]) == (source_host, computer)


@pytest.mark.parametrize(
    ("more", "user_id"),
    [
        ({}, "ada@CORP"),
        ({"TargetDomainName": "-"}, "ada"),
        ({"TargetDomainName": None}, "ada"),
        ({"TargetUserName": "ada@CORP.LOCAL"}, "ada@CORP.LOCAL"),
        ({"TargetUserName": "DC1$"}, "DC1$@CORP"),
        ({"TargetUserName": " ada "}, "ada@CORP"),
    ],
)
def test_an_account_has_its_domain_once(more: dict[str, Any], user_id: str) -> None:
    assert fields(flat(4624, **more))["user_id"] == user_id


@pytest.mark.parametrize(
    ("times", "expected"),
    [
        pytest.param({"TimeCreated": "2022-08-18T06:56:26.233Z"}, "2022-08-18T06:56:26.233Z", id="Windows' own"),
        pytest.param({"TimeCreated": "2020-10-18 02:17:06.119"}, "2020-10-18T02:17:06.119Z", id="which is UTC"),
        pytest.param({"@timestamp": "2022-08-18T08:56:26+02:00"}, "2022-08-18T06:56:26.000Z", id="another offset"),
        pytest.param(
            {
                "EventTime": "2020-06-09 22:51:02",
                "EventReceivedTime": "2020-06-09 22:51:03",
                "@timestamp": "2020-06-10T02:51:03.645Z",
            },
            "2020-06-10T02:51:02.000Z",
            id="NXLog's local time, whose zone the other two tell",
        ),
        pytest.param(
            {
                "EventTime": "2020-06-09 08:36:02",
                "EventReceivedTime": "2020-06-09 08:36:09",
                "@timestamp": "2020-06-09T02:51:11.645Z",
            },
            "2020-06-09T02:51:02.000Z",
            id="a zone of quarter hours",
        ),
        pytest.param(
            {
                "EventTime": "2020-06-09 22:51:02",
                "EventReceivedTime": "2020-06-09 22:51:03",
                "@timestamp": "2021-01-01T00:00:00Z",
            },
            "2020-06-09T22:51:02.000Z",
            id="shipped months later: no zone to be told",
        ),
        pytest.param({"EventTime": "2020-06-09 22:51:02"}, "2020-06-09T22:51:02.000Z", id="nothing to tell it by"),
        pytest.param({"EventTime": "2020-06-09T22:51:02+02:00"}, "2020-06-09T20:51:02.000Z", id="NXLog with a zone"),
        pytest.param({"EventTime": 1591743062}, "2020-06-09T22:51:02.000Z", id="epoch seconds"),
        pytest.param({"EventTime": 1591743062345}, "2020-06-09T22:51:02.345Z", id="epoch milliseconds"),
        pytest.param({"Time": 86400}, "2025-01-02T00:00:00.000Z", id="LANL's seconds from 0"),
    ],
)
def test_when_it_happened(times: dict[str, Any], expected: str) -> None:
    document = {**flat(4624), **times}
    if "@timestamp" not in times:
        del document["@timestamp"]
    assert fields(document)["event_time"] == expected


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ("{", "not JSON: "),
        ("[1]", "not a JSON object"),
        ("4624", "not a JSON object"),
        ("[" * 100_000, "not JSON that can be read: "),
        ('{"EventID": ' + "9" * 5000 + "}", "not JSON that can be read: "),
        ({}, "has no event id"),
        ({"EventID": True}, "has no event id"),
        ({"EventID": "46a4"}, "has no event id"),
        (flat(4624, TargetUserName="-"), "names no account"),
        (flat(4624, Hostname=None), "names no computer"),
        (flat(4624, TargetUserName=["ada"]), "TargetUserName is neither text nor a number"),
        (flat(4776), "event 4776 has no Status"),
        ({"EventID": 4624, "Hostname": "H", "TargetUserName": "u"}, "has no time"),
        (flat(4624) | {"@timestamp": "yesterday"}, "@timestamp 'yesterday' is not a time"),
        (flat(4624) | {"TimeCreated": 10**300}, "is not a time"),
        (flat(4624) | {"TimeCreated": "0001-01-01T00:00:00+14:00"}, "time is not between 1970 and 9999"),
        (flat(4624) | {"TimeCreated": "1969-12-31T23:59:59Z"}, "time is not between 1970 and 9999"),
        (flat(4624, TargetUserName="\ud800"), "half of a UTF-16 pair"),
        (flat(4624, AuthenticationPackageName="\udfff"), "half of a UTF-16 pair"),
        (flat(4624, TargetUserName="u" * 1100), "user_id has 1105 characters"),
    ],
)
def test_what_no_event_can_be_made_of_is_rejected_with_its_reason(document: Any, reason: str) -> None:
    rejected = read(document)
    assert isinstance(rejected, Rejected)
    assert reason in rejected.reason
    assert json.loads(rejected.text)["source"] == "wls:5"


VALUES = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.sampled_from(["9999-12-31T23:59:59", "0001-01-01T00:00:00+14:00", "2020-06-09 22:51:02", "-", "::1", "krbtgt"])
    | st.lists(st.integers(), max_size=2)
    | st.dictionaries(st.text(max_size=3), st.integers(), max_size=2)
)
NAMES = (
    *("EventID", "event_id", "winlog", "event", "event_data", "Channel", "Hostname", "Computer", "Status"),
    *("TimeCreated", "EventTime", "EventReceivedTime", "@timestamp", "Time", "LogonType", "ServiceName"),
    *("TargetUserName", "TargetDomainName", "TargetServerName", "IpAddress", "WorkstationName", "PackageName"),
)


@given(st.sampled_from(sorted(KINDS)), st.dictionaries(st.sampled_from(NAMES), VALUES))
def test_no_values_break_the_reader_or_the_contract(event_id: int, changes: dict[str, Any]) -> None:
    outcome = read(flat(event_id, Status="0x0") | changes)
    if isinstance(outcome, Event):
        assert events.invalid_because(json.loads(outcome.text), 10**15) is None
    else:
        assert isinstance(outcome, Rejected | Ignored)
