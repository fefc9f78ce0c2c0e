"""Each question of lakehouse/queries against the same question asked in Python of the same rows."""

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

import pytest

from authpulse.cli.query import named
from lakehouse.athena import Athena
from lakehouse.tables import ALERTS

pytestmark = pytest.mark.timeout(600)

Row = dict[str, Any]


@pytest.fixture(scope="session")
def ask(scored: Any) -> Callable[..., list[Row]]:
    """The rows of a query by name, as text like Athena's."""
    names = scored.lake.names
    athena = Athena(scored.lake.clients, names.database, names.work_group)

    def answer(name: str, **values: str) -> list[Row]:
        return athena.query(named(name, values)).dicts()

    return answer


@pytest.fixture(scope="session")
def curated(scored: Any) -> list[Row]:
    return scored.curated


def texts(rows: Iterable[Row]) -> list[Row]:
    """Values as Athena prints them."""
    return [{name: text(value) for name, value in row.items()} for row in rows]


def text(value: Any) -> str | None:
    match value:
        case None:
            return None
        case datetime():
            return f"{value:%Y-%m-%d %H:%M:%S.%f}"
        case list():
            return f"[{', '.join(value)}]"
    return str(value)


def grouped(rows: Iterable[Row], *keys: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        groups[tuple(row[k] for k in keys)].append(row)
    return groups


def test_risk_by_user(ask, curated) -> None:
    since = sorted(r["event_time"] for r in curated)[len(curated) // 2]
    rows = [r for r in curated if r["risk_score"] > 0 and r["event_time"] >= since]
    expected = [
        {
            "user_id": user,
            "highest_score": max(r["risk_score"] for r in mine),
            "high_events": sum(r["risk_score"] > 50 for r in mine),
            "events": len(mine),
            "most_hosts_in_an_hour": max(r["distinct_hosts_1h"] for r in mine if r["distinct_hosts_1h"] is not None),
            "rules": sorted({rule for r in mine for rule in r["rules"]}),
        }
        for (user,), mine in grouped(rows, "user_id").items()
    ]
    expected.sort(key=lambda r: (-r["highest_score"], -r["high_events"], r["user_id"]))
    assert len(expected) > 10
    assert ask("risk_by_user", since=since.isoformat()) == texts(expected[:10])


def test_risk_by_source_host(ask, curated) -> None:
    rows = [r for r in curated if r["risk_score"] > 0 and r["source_host"] is not None]
    expected = [
        {
            "source_host": host,
            "highest_score": max(r["risk_score"] for r in mine),
            "high_events": sum(r["risk_score"] > 50 for r in mine),
            "most_accounts_in_an_hour": max(r["source_accounts_1h"] for r in mine),
            "accounts": len({r["user_id"] for r in mine}),
        }
        for (host,), mine in grouped(rows, "source_host").items()
    ]
    expected.sort(key=lambda r: (-r["highest_score"], -r["high_events"], r["source_host"]))
    assert expected
    assert ask("risk_by_source_host", limit="7") == texts(expected[:7])


def test_lateral_movement(ask, curated) -> None:
    rows = [r for r in curated if (r["distinct_hosts_1h"] or 0) >= 5]
    expected = [
        {
            "user_id": user,
            "most_hosts_in_an_hour": max(r["distinct_hosts_1h"] for r in mine),
            "hosts": len({r["computer_id"] for r in mine}),
            "source_hosts": len({r["source_host"] for r in mine} - {None}),
            "new_hosts": sum(r["new_host"] for r in mine),
            "first_event_time": min(r["event_time"] for r in mine),
            "last_event_time": max(r["event_time"] for r in mine),
            "highest_score": max(r["risk_score"] for r in mine),
        }
        for (user,), mine in grouped(rows, "user_id").items()
    ]
    expected.sort(key=lambda r: (-r["most_hosts_in_an_hour"], r["user_id"]))
    assert expected
    assert ask("lateral_movement", hosts="5") == texts(expected[:50])
    assert len(ask("lateral_movement", hosts="1000")) == 0


def test_new_devices(ask, curated) -> None:
    columns = ["event_time", "user_id", "computer_id", "source_host", "outcome", "account_attempts", "known_hosts"]
    columns += ["host_popularity_percentile", "risk_score", "event_id"]
    rows = [r for r in curated if r["new_host"] and r["account_attempts"] >= 10]
    rows.sort(key=lambda r: (-r["risk_score"], -r["event_time"].replace(tzinfo=UTC).timestamp(), r["event_id"]))
    assert rows
    found = ask("new_devices")
    assert [numbers(r, "host_popularity_percentile") for r in found] == [
        numbers(r, "host_popularity_percentile") for r in texts({c: r[c] for c in columns} for r in rows[:100])
    ]


def test_bursts(ask, curated) -> None:
    rows = [
        {**r, "event_hour": r["event_time"].replace(minute=0, second=0, microsecond=0)}
        for r in curated
        if (r["attempts_1h"] or 0) > 10
    ]
    expected = [
        {
            "user_id": user,
            "event_hour": hour,
            "most_attempts_in_an_hour": max(r["attempts_1h"] for r in mine),
            "most_failures_in_an_hour": max(r["failures_1h"] for r in mine),
            "most_hosts_in_an_hour": max(r["distinct_hosts_1h"] for r in mine),
            "highest_score": max(r["risk_score"] for r in mine),
        }
        for (user, hour), mine in grouped(rows, "user_id", "event_hour").items()
    ]
    expected.sort(key=lambda r: (-r["most_attempts_in_an_hour"], r["user_id"], r["event_hour"]))
    assert expected
    assert ask("bursts", attempts="10") == texts(expected[:50])


def test_host_popularity(ask, scored) -> None:
    newest = max(r["event_day"] for r in scored.popularity)
    rows = [r for r in scored.popularity if r["event_day"] == newest]
    rows.sort(key=lambda r: (r["percentile"], r["attempts_30d"], r["computer_id"]))
    columns = [
        "computer_id",
        "accounts_30d",
        "attempts_30d",
        "percentile",
        "accounts",
        "attempts",
        "failures",
        "event_day",
    ]
    expected = texts({c: r[c] for c in columns} for r in rows[:20])
    found = ask("host_popularity", limit="20")
    assert [numbers(r, "percentile") for r in found] == [numbers(r, "percentile") for r in expected]


def test_hourly_behavior(ask, scored) -> None:
    earlier: dict[str, list[Row]] = defaultdict(list)
    expected = []
    for row in sorted(scored.behavior, key=lambda r: r["event_hour"]):
        if row["attempts"] == 0:
            continue
        before = earlier[row["user_id"]]
        if len(before) >= 5:
            usual = sum(r["attempts"] for r in before) / len(before)
            hosts = sum(r["distinct_hosts"] for r in before) / len(before)
            if row["attempts"] >= 2 * usual:
                own = {c: row[c] for c in ("failures", "distinct_hosts", "new_hosts", "max_score")}
                usually = {"usual_attempts": usual, "times_usual": row["attempts"] / usual, "usual_hosts": hosts}
                expected.append({c: row[c] for c in ("user_id", "event_hour", "attempts")} | own | usually)
        before.append(row)
    expected.sort(key=lambda r: (-r["times_usual"], r["user_id"], r["event_hour"]))
    assert expected
    quotients = ("usual_attempts", "times_usual", "usual_hosts")
    found = ask("hourly_behavior", times="2")
    assert [numbers(r, *quotients) for r in found] == [numbers(r, *quotients) for r in texts(expected[:50])]


def test_freshness(ask, curated) -> None:
    asked = datetime.now(UTC).replace(tzinfo=None)
    (found,) = ask("freshness")
    newest = max(r["ingestion_time"] for r in curated)
    assert found["newest_ingestion_time"] == text(newest)
    assert found["newest_event_time"] == text(max(r["event_time"] for r in curated))
    least = int((asked - newest).total_seconds()) - 1
    answered = datetime.now(UTC).replace(tzinfo=None)
    assert least <= int(found["lag_seconds"]) <= int((answered - newest).total_seconds()) + 1


def test_latest_alerts(ask, scored) -> None:
    alerts = scored.lake.rows(ALERTS.name)
    alerts.sort(key=lambda r: (-r["event_time"].replace(tzinfo=UTC).timestamp(), r["alert_id"]))
    columns = ["event_time", "rule_id", "entity_type", "entity_id", "risk_level", "risk_score", "explanation"]
    assert alerts
    assert ask("latest_alerts") == texts({c: r[c] for c in columns} for r in alerts[:50])


def numbers(row: Row, *columns: str) -> Row:
    """The row with these columns as numbers: 1.0E2 is 100.0."""
    return row | {c: None if row[c] is None else float(row[c]) for c in columns}
