"""The command line of the aggregates, and what it prints."""

from datetime import date
from pathlib import Path

import pytest

from lakehouse.aggregates.__main__ import main
from lakehouse.aggregates.days import Days, FixedDays, LastDays
from lakehouse.aggregates.declared import AGGREGATES, BY_TABLE
from lakehouse.aggregates.options import parse
from lakehouse.aggregates.popularity import Published
from lakehouse.aggregates.summary import Day, Summary
from lakehouse.tables import AGGREGATED, HOST_POPULARITY, USER_BEHAVIOR

MARCH = Days(date(2026, 3, 1), date(2026, 3, 31))


def test_every_aggregated_table_has_its_sql() -> None:
    assert tuple(a.table for a in AGGREGATES) == AGGREGATED
    written = {a.table: a.sql(date(2026, 3, 1)) for a in AGGREGATES}
    assert "TIMESTAMP '2026-03-01 00:00:00.000000' /* since */" in written[USER_BEHAVIOR]
    assert "TIMESTAMP '2026-01-31 00:00:00.000000' /* since */" in written[HOST_POPULARITY]
    for sql in written.values():
        assert "TIMESTAMP '2026-03-02 00:00:00.000000' /* until */" in sql


def test_the_operators_command_line_is_understood() -> None:
    asked = parse(["--days", "3"], "/etc/authpulse/config.yaml")
    assert asked.config == Path("/etc/authpulse/config.yaml")
    assert asked.asked.of(MARCH) == Days(date(2026, 3, 29), date(2026, 3, 31))
    assert (asked.aggregates, asked.as_json) == (AGGREGATES, False)


def test_days_and_tables_may_be_named() -> None:
    asked = parse(
        ["--config", "c.yaml", "--from", "2026-03-01", "--to", "2026-03-02", "--table", AGGREGATED[1].name], "x"
    )
    assert asked.config == Path("c.yaml")
    assert asked.asked == FixedDays(Days(date(2026, 3, 1), date(2026, 3, 2)))
    assert asked.aggregates == (AGGREGATES[1],)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--days", "3"], "no configuration: give --config, or set AUTHPULSE_CONFIG"),
        (["--config", "c"], "give either --days, or --from and --to"),
        (["--config", "c", "--days", "3", "--to", "2026-03-01"], "give either --days, or --from and --to"),
        (["--config", "c", "--from", "2026-03-01"], "--from and --to belong together"),
        (["--config", "c", "--from", "2026-03-02", "--to", "2026-03-01"], "the earlier day first"),
        (["--config", "c", "--from", "March", "--to", "2026-03-01"], "'March' is not a day, as in 2026-03-01"),
        (["--config", "c", "--days", "0"], "0 is not from 1 to 3660"),
        (["--config", "c", "--days", "1", "--table", "auth_alerts"], "invalid choice: 'auth_alerts'"),
    ],
)
def test_a_wrong_command_line_ends_with_2(arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        parse(arguments, None)
    assert ended.value.code == 2
    assert said in capsys.readouterr().err


def test_a_configuration_that_is_not_there_ends_with_3(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AUTHPULSE_CONFIG", str(tmp_path / "none.yaml"))
    monkeypatch.setattr("signal.signal", lambda *_: None)
    assert main(["--days", "1"]) == 3
    assert "none.yaml" in capsys.readouterr().err


def test_an_endpoint_that_does_not_answer_ends_with_5(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config = tmp_path / "config.yaml"
    config.write_text("environment: dev\naws:\n  endpoint_url: http://127.0.0.1:9\n")
    monkeypatch.setattr("signal.signal", lambda *_: None)
    monkeypatch.setattr("lakehouse.clients.ATTEMPTS", 1)
    assert main(["--config", str(config), "--days", "1"]) == 5
    assert "looking at the tables: no answer at http://127.0.0.1:9" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("days", "other", "common"),
    [
        (Days(date(2026, 2, 1), date(2026, 3, 2)), MARCH, Days(date(2026, 3, 1), date(2026, 3, 2))),
        (MARCH, Days(date(2026, 3, 5), date(2026, 3, 5)), Days(date(2026, 3, 5), date(2026, 3, 5))),
        (MARCH, Days(date(2026, 4, 1), date(2026, 4, 2)), None),
    ],
)
def test_days_that_two_ranges_have_in_common(days: Days, other: Days, common: Days | None) -> None:
    assert days.within(other) == common


def test_a_range_has_its_ends() -> None:
    assert len(MARCH) == 31
    assert list(Days(date(2026, 2, 28), date(2026, 3, 1))) == [date(2026, 2, 28), date(2026, 3, 1)]
    assert LastDays(1).of(MARCH) == Days(MARCH.last, MARCH.last)


def test_a_summary_for_people_and_for_machines() -> None:
    name = next(iter(BY_TABLE))
    summary = Summary(MARCH, [Day(name, MARCH.first, 1000, changed=True), Day(name, MARCH.last, 500, changed=False)])
    summary.popularity = Published("s3://b/popularity/current.csv", MARCH.last, 7, changed=False)
    assert summary.text.splitlines() == [
        "user_behavior_hourly: 2026-03-01 to 2026-03-31, 1,500 rows; 1 of 2 days changed",
        "s3://b/popularity/current.csv: 7 hosts of 2026-03-31, as it was",
    ]
    document = summary.document
    assert document["events"] == {"first_day": "2026-03-01", "last_day": "2026-03-31"}
    assert document["days"][0] == {"table": name, "day": "2026-03-01", "rows": 1000, "changed": True}
    assert document["popularity"]["day"] == "2026-03-31"


def test_days_without_events_are_said() -> None:
    assert Summary(MARCH).text == "no events on those days: there are some from 2026-03-01 to 2026-03-31"
