"""The aggregated tables computed by brute force, from rows of the curated table as PyIceberg gives them."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any

from authpulse.events import is_attempt
from flink_job.reference import HostPopularity

Row = dict[str, Any]
WINDOW = timedelta(days=30)


def days_with_events(curated: Iterable[Row]) -> list[date]:
    return sorted({row["event_time"].date() for row in curated})


def behavior(curated: Iterable[Row]) -> list[Row]:
    """user_behavior_hourly, in its key's order."""
    groups: dict[tuple[str, datetime], list[Row]] = defaultdict(list)
    for row in curated:
        groups[row["user_id"], row["event_time"].replace(minute=0, second=0, microsecond=0)].append(row)
    return [_hour(user, hour, rows) for (user, hour), rows in sorted(groups.items())]


def _hour(user: str, hour: datetime, rows: list[Row]) -> Row:
    attempts = [r for r in rows if is_attempt(r)]
    scores = [r["risk_score"] for r in rows]
    return {
        "user_id": user,
        "event_hour": hour,
        "attempts": len(attempts),
        "failures": sum(r["outcome"] == "Fail" for r in attempts),
        "log_offs": len(rows) - len(attempts),
        "distinct_hosts": len({r["computer_id"] for r in attempts}),
        "distinct_source_hosts": len({r["source_host"] for r in attempts} - {None}),
        "new_hosts": sum(bool(r["new_host"]) for r in rows),
        "new_source_hosts": sum(bool(r["new_account_at_source"]) for r in rows),
        "peak_attempts_1h": max((r["attempts_1h"] for r in attempts), default=None),
        "peak_hosts_1h": max((r["distinct_hosts_1h"] for r in attempts), default=None),
        "late_events": sum(r["late"] for r in rows),
        "max_score": max(scores),
        "high_events": sum(s > 50 for s in scores),
        "critical_events": sum(s > 75 for s in scores),
    }


def popularity(curated: Iterable[Row], day: date) -> list[Row]:
    """A day of host_popularity_daily, in its key's order."""
    first = day - WINDOW + timedelta(days=1)
    hosts: dict[str, list[Row]] = defaultdict(list)
    for row in curated:
        if is_attempt(row) and first <= row["event_time"].date() <= day:
            hosts[row["computer_id"]].append(row)
    accounts = {host: len({r["user_id"] for r in rows}) for host, rows in hosts.items()}
    ranks = HostPopularity(accounts)
    made = []
    for host, rows in sorted(hosts.items()):
        on_day = [r for r in rows if r["event_time"].date() == day]
        made.append(
            {
                "computer_id": host,
                "event_day": day,
                "attempts": len(on_day),
                "failures": sum(r["outcome"] == "Fail" for r in on_day),
                "accounts": len({r["user_id"] for r in on_day}),
                "attempts_30d": len(rows),
                "accounts_30d": accounts[host],
                "percentile": ranks.percentile(host),
            }
        )
    return made
