"""What scoring means, told in sentences."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import pytest

from authpulse import events
from flink_job.reference import Arrival, HostPopularity, Row, run
from flink_job.rules import Rule

START = events.parse_time("2025-06-02T09:00:00Z")
MINUTE = 60_000
HOUR = 60 * MINUTE
DAY = 24 * HOUR


def event(
    minute: float, user: str = "alice", host: str = "web", *, source: str | None = "desk", **fields: Any
) -> Arrival:
    time = events.format_time(START + round(minute * MINUTE))
    line = fields.pop("line", f"log:{minute}:{user}:{host}:{source}")
    identity = events.event_id(line, time, user, source, host)
    element = {
        "event_id": identity,
        "event_time": time,
        "user_id": user,
        "source_host": source,
        "computer_id": host,
        "outcome": "Success",
        "source": line,
        **fields,
    }
    return Arrival(element, "", START + 365 * DAY, "shard", "1", 0)


def rule(metric: str, threshold: int, **changes: Any) -> Rule:
    key = changes.pop("key", "user_id")
    window = 60 if metric in ("attempts", "failures", "distinct_hosts", "distinct_accounts") else 0
    defaults: dict[str, Any] = {"compare": ">=", "points": 30, "window_minutes": window, "mute_minutes": 60}
    return Rule(id=metric.upper(), title=metric, key=key, metric=metric, threshold=threshold, **{**defaults, **changes})


def curated(arrivals: Iterable[Arrival], rules: Iterable[Rule] = (), **options: Any) -> list[Row]:
    return run(arrivals, tuple(rules), **options)["auth_events_curated"]


def column(name: str, arrivals: Iterable[Arrival], **options: Any) -> list[Any]:
    return [row[name] for row in curated(arrivals, **options)]


def test_attempts_of_the_last_hour_are_counted_with_this_one() -> None:
    assert column("attempts_1h", [event(0), event(1), event(30), event(59)]) == [1, 2, 3, 4]


def test_the_window_is_the_newest_minute_and_the_59_before() -> None:
    assert column("attempts_1h", [event(0), event(59.9), event(60), event(119.9), event(180)]) == [1, 2, 2, 2, 1]


def test_a_host_counts_once_and_from_its_latest_meeting() -> None:
    arrivals = [event(0, host="a"), event(1, host="b"), event(50, host="a"), event(100, host="c")]
    assert column("distinct_hosts_1h", arrivals) == [1, 2, 2, 2]


def test_accounts_are_counted_apart() -> None:
    assert column("attempts_1h", [event(0), event(0, user="bob"), event(1)]) == [1, 1, 2]


def test_failures_are_counted_among_attempts() -> None:
    arrivals = [event(0, outcome="Fail"), event(1), event(2, outcome="Fail")]
    assert column("failures_1h", arrivals) == [1, 1, 2]
    assert column("attempts_1h", arrivals) == [1, 2, 3]


def test_a_late_event_is_scored_but_leaves_newer_figures_alone() -> None:
    arrivals = [event(100, host="a"), event(10, host="b"), event(90, host="c"), event(101, host="a")]
    assert column("late", arrivals) == [False, True, True, False]
    assert column("attempts_1h", arrivals) == [1, 1, 2, 3]
    assert column("distinct_hosts_1h", arrivals) == [1, 1, 2, 2]
    assert column("account_attempts", arrivals) == [0, 1, 2, 3]


def test_in_event_time_order_nothing_is_late() -> None:
    arrivals = [event(100, host="a"), event(10, host="b"), event(90, host="c")]
    rows = curated(arrivals, order="event-time")
    assert [r["computer_id"] for r in rows] == ["b", "c", "a"]
    assert not any(r["late"] for r in rows)


def test_a_log_off_is_kept_and_changes_nothing() -> None:
    arrivals = [event(0), event(1, orientation="LogOff"), event(2)]
    assert column("attempts_1h", arrivals) == [1, None, 2]
    assert column("source_attempts_1h", arrivals) == [1, None, 2]
    rows = curated(arrivals, [rule("attempts", 1)])
    assert [r["risk_score"] for r in rows] == [30, 0, 30]


def test_an_event_seen_again_changes_nothing() -> None:
    twice = event(1)
    out = run([event(0), twice, twice, event(2)], ())
    assert [r["attempts_1h"] for r in out["auth_events_curated"]] == [1, 2, 3]
    assert len(out["auth_events_raw"]) == 3


def test_an_event_is_remembered_for_as_many_events_of_its_account_as_stated() -> None:
    first = event(0)
    others = [event(i) for i in range(1, 4)]
    assert len(curated([first, *others, first], dedup_events=4)) == 4
    assert len(curated([first, *others, first], dedup_events=3)) == 5


def test_the_first_meeting_is_new_and_the_second_is_not() -> None:
    arrivals = [event(0, host="a"), event(1, host="b"), event(2, host="a")]
    assert column("new_host", arrivals) == [True, True, False]
    assert column("known_hosts", arrivals) == [1, 2, 2]


def test_a_pair_not_met_for_the_retention_time_is_new_again() -> None:
    days = 24 * 60
    arrivals = [
        event(0, host="a"),
        event(20 * days, host="b"),
        event(30 * days, host="a"),
        event(60.5 * days, host="b"),
    ]
    assert column("new_host", arrivals) == [True, True, False, True]
    assert column("account_attempts", arrivals) == [0, 1, 2, 0], "an account silent for so long starts afresh"


def test_accounts_of_a_source_host_are_counted_over_all_accounts() -> None:
    arrivals = [event(0, user="a"), event(1, user="b"), event(2, user="a", source="other"), event(3, user="c")]
    assert column("source_accounts_1h", arrivals) == [1, 2, 1, 3]
    assert column("new_account_at_source", arrivals) == [True, True, True, True]


def test_an_event_without_a_source_host_has_no_figures_of_one() -> None:
    (row,) = curated([event(0, source=None)])
    assert row["source_accounts_1h"] is None
    assert row["new_account_at_source"] is None


def test_points_add_up_to_a_hundred_at_most() -> None:
    rules = [rule("attempts", 1, points=60), rule("new_host", 1, points=60)]
    (row,) = curated([event(0)], rules)
    assert (row["risk_score"], row["risk_level"]) == (100, "CRITICAL")
    assert row["rules"] == ["ATTEMPTS", "NEW_HOST"]


def test_a_rule_in_shadow_mode_is_recorded_and_nothing_else() -> None:
    out = run([event(0)], [rule("attempts", 1, mode="shadow")])
    (row,) = out["auth_events_curated"]
    assert (row["shadow_rules"], row["rules"], row["risk_score"]) == (["ATTEMPTS"], [], 0)
    assert out["auth_alerts"] == []


def test_a_rule_that_is_off_is_as_if_it_were_not_there() -> None:
    (row,) = curated([event(0)], [rule("attempts", 1, mode="off")])
    assert (row["shadow_rules"], row["rules"]) == ([], [])


def test_a_rule_waits_for_the_history_it_wants() -> None:
    arrivals = [event(i, host=f"h{i}") for i in range(4)]
    rows = curated(arrivals, [rule("new_host", 1, min_history=2)])
    assert [r["rules"] for r in rows] == [[], [], ["NEW_HOST"], ["NEW_HOST"]]


def test_a_window_shorter_than_an_hour_is_counted_for_itself() -> None:
    rows = curated([event(0), event(4), event(9), event(20)], [rule("attempts", 2, window_minutes=10)])
    assert [bool(r["rules"]) for r in rows] == [False, True, True, False]


def test_an_alert_mutes_its_rule_for_its_entity_for_a_while() -> None:
    arrivals = [event(0), event(30), event(59.9), event(60), event(61, user="bob")]
    alerts = run(arrivals, [rule("attempts", 1)])["auth_alerts"]
    assert [(a["entity_id"], (a["event_time"] - START) // MINUTE) for a in alerts] == [
        ("alice", 0),
        ("alice", 60),
        ("bob", 61),
    ]


def test_a_late_finding_next_to_an_alert_is_muted_too() -> None:
    alerts = run([event(100), event(70), event(10)], [rule("attempts", 1)])["auth_alerts"]
    assert [(a["event_time"] - START) // MINUTE for a in alerts] == [100, 10]


def test_a_rule_may_score_without_alerting() -> None:
    out = run([event(0)], [rule("attempts", 1, alert=False)])
    assert out["auth_alerts"] == []
    assert out["auth_events_curated"][0]["risk_score"] == 30


def test_an_alert_explains_itself_with_what_is_usual() -> None:
    quiet = [event(60 * hour + i, host=f"h{i}") for hour in range(2) for i in range(2)]
    burst = [event(180 + i, host=f"n{i}") for i in range(5)]
    (alert,) = run([*quiet, *burst], [rule("distinct_hosts", 5)])["auth_alerts"]
    assert (
        alert["explanation"] == "alice reached 5 hosts within 60 min (rule: at least 5; usual in an active hour: 2.0)"
    )
    assert (alert["observed"], alert["threshold"], alert["baseline"]) == (5.0, 5.0, 2.0)
    assert (alert["entity_type"], alert["risk_level"]) == ("user_id", "MEDIUM")


def test_without_an_earlier_hour_the_explanation_says_so() -> None:
    (alert,) = run([event(0), event(1)], [rule("attempts", 2)])["auth_alerts"]
    assert alert["explanation"].endswith("(rule: at least 2; no earlier active hour to compare with)")
    assert alert["baseline"] is None


def test_a_host_is_rare_among_the_hosts_that_are_known() -> None:
    popularity = HostPopularity({f"h{i}": i for i in range(1, 101)})
    assert [popularity.percentile(h) for h in ("h1", "h5", "h100", "unheard-of")] == [1.0, 5.0, 100.0, 0.0]
    rows = curated(
        [event(0, host="h5"), event(1, host="h6")],
        [rule("host_popularity_percentile", 5, compare="<=")],
        popularity=popularity,
    )
    assert [bool(r["rules"]) for r in rows] == [True, False]


def test_a_popularity_that_many_hosts_share_is_not_rare() -> None:
    popularity = HostPopularity({"a": 1, "b": 1, "c": 1, "d": 9})
    assert popularity.percentile("a") == 75.0


def test_without_a_popularity_table_rare_hosts_are_unknown() -> None:
    (row,) = curated([event(0)], [rule("host_popularity_percentile", 5, compare="<=")])
    assert row["host_popularity_percentile"] is None
    assert row["rules"] == []


def test_what_is_not_an_event_is_quarantined_once_with_its_reason_and_text() -> None:
    rejected = {"event_id": "r1", "rejected": "8 columns, 9 wanted", "raw": "1,2,3", "source": "log:7"}
    broken = Arrival({"user_id": 1}, '{"user_id":1}', START, "shard", "9", 2)
    lines = [Arrival(rejected, "", START, "shard", "1", 0), Arrival(rejected, "", START, "shard", "2", 0), broken]
    first, second = run([*lines, event(0)], ())["auth_events_quarantine"]
    assert (first["quarantine_id"], first["reason"]) == ("r1", "rejected: 8 columns, 9 wanted")
    assert (first["raw"], first["source"]) == ("1,2,3", "log:7")
    assert (second["reason"], second["raw"], second["source"]) == ("bad field: user_id", '{"user_id":1}', None)


def test_an_event_from_the_future_is_quarantined_once_and_keeps_its_id_and_source() -> None:
    early = replace(event(0, line="log:9"), ingestion_ms=START - 3_600_000, raw="as it came")
    (row,) = run([early, early], ())["auth_events_quarantine"]
    assert (row["reason"], row["raw"]) == ("event_time is ahead of arrival", "as it came")
    assert (row["quarantine_id"], row["source"]) == (early.element["event_id"], "log:9")


@pytest.mark.parametrize("order", ["arrival", "event-time"])
def test_every_valid_event_is_in_raw_and_in_curated(order: Any) -> None:
    arrivals = [event(i % 7, user=f"u{i % 3}", line=f"log:{i}") for i in range(50)]
    out = run(arrivals, (), order=order)
    ids = {a.element["event_id"] for a in arrivals}
    assert {r["event_id"] for r in out["auth_events_raw"]} == ids == {r["event_id"] for r in out["auth_events_curated"]}
