"""The background is like LANL's, in the counts that are published."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from authpulse.synthetic import planting
from authpulse.synthetic.census import Figure, as_table, take_census
from authpulse.synthetic.generating import Generator, Request
from authpulse.synthetic.network import CUT_PACKAGES, Network, make_network
from authpulse.synthetic.rhythm import DAY, HOUR, Rhythm, is_weekend
from authpulse.synthetic.shapes import SHAPES
from authpulse.synthetic.traffic import Traffic

PAGE = Path(__file__).resolve().parents[3] / "docs/reference/synthetic-logs.md"
NIGHT = Request(rows=1_000_000)
MILLION = 1_000_000


def blocks_of(generator: Generator) -> Iterator[planting.Block]:
    request = generator.request
    yield from planting.blocks(
        generator.traffic, generator.shape, rows=request.rows, start=request.start_second, seed=request.seed
    )


@cache
def network() -> Network:
    return make_network(0)


@cache
def figures() -> dict[str, Figure]:
    """Of a million rows, the default log."""
    blocks = blocks_of(Generator(NIGHT))
    return {f.title: f for f in take_census(line for block in blocks for line in block.text.splitlines()).figures()}


def test_every_published_count_is_met() -> None:
    assert [f for f in figures().values() if not f.is_close] == []


def test_the_documentation_shows_what_the_default_log_counts() -> None:
    table = as_table(figures().values())
    assert table in PAGE.read_text(), f"{PAGE} is out of date; its table is now\n{table}"


def test_a_count_that_is_far_off_is_said_to_be_so() -> None:
    assert not Figure("rows per second", "98", 120.0, 93, 103).is_close


def test_more_than_twice_as_many_people_are_active_on_working_days_as_at_weekends() -> None:
    assert len(network().people_at_work) == 12_800
    assert len(network().people_around_the_clock) == pytest.approx(5_400, rel=0.02)


def test_days_have_as_many_rows_as_lanls() -> None:
    rhythm = Rhythm(seed=0, rows_per_second=209.8)
    days = [sum(rhythm.rates(day * DAY + hour * HOUR).sum() * HOUR for hour in range(24)) for day in range(58)]
    weekends = [rows for day, rows in enumerate(days) if is_weekend(day * DAY)]
    assert 12.0 * MILLION < min(days) == min(weekends) < 14.5 * MILLION
    assert max(weekends) < 16 * MILLION
    assert 21.5 * MILLION < max(days) < 26 * MILLION
    assert sum(days) / (58 * DAY) == pytest.approx(209.8, rel=0.03)


def test_weekends_are_lanls_days_3_and_4_and_every_seventh_after() -> None:
    assert [day for day in range(20) if is_weekend(day * DAY)] == [3, 4, 10, 11, 17, 18]


def test_an_evening_hour_has_as_many_rows_as_lanls_day_8() -> None:
    rates = [Rhythm(seed=seed, rows_per_second=209.8).rates(8 * DAY + 21 * HOUR).sum() for seed in range(20)]
    assert sum(rates) / len(rates) == pytest.approx(178, rel=0.05)


def test_the_length_of_a_log_is_told_before_it_is_written() -> None:
    generator = Generator(Request(rows=50_000, scale=0.05, start_second=7 * HOUR))
    *_, last = blocks_of(generator)
    told = generator.traffic.rhythm.seconds_for(50_000, 7 * HOUR)
    assert last.last_second - 7 * HOUR == pytest.approx(told, rel=0.05)


def test_hosts_that_nobody_uses_are_fewer_than_one_in_twenty_so_that_rare_means_rare() -> None:
    accounts = network().accounts_by_host(SHAPES["lanl-cyber1"].keeps)
    assert 0.03 < Counter(accounts.values())[0] / len(accounts) < 0.05


def test_the_long_package_name_comes_cut_at_eight_lengths() -> None:
    assert len(set(CUT_PACKAGES)) == 8
    used = {habit.auth_type for person in network().people_at_work for habit in person.habits}
    assert used >= set(CUT_PACKAGES)


def test_some_source_hosts_have_storms_of_failures() -> None:
    """Three and thirteen source-hours with at least 100 events, nine in ten of them failures, on two of LANL's days."""
    failures: Counter[str] = Counter()
    attempts: Counter[str] = Counter()
    request = Request(rows=120_000, scale=0.3, rows_per_second=2.0, start_second=6 * HOUR)
    for block in blocks_of(Generator(request)):
        for line in block.text.splitlines():
            second, _, _, source, _, _, _, orientation, outcome = line.split(",")
            if orientation == "LogOn":
                key = f"{int(second) // HOUR} {source}"
                attempts[key] += 1
                failures[key] += outcome == "Fail"
    storms = [key for key, count in attempts.items() if count >= 100 and failures[key] >= 0.9 * count]
    assert 1 <= len(storms) <= 10


def test_three_columns_come_at_the_pace_of_that_data_set() -> None:
    shape = SHAPES["lanl-auth"]
    traffic = Traffic(make_network(0, 0.05), shape, seed=0, rows_per_second=shape.mean_rows_per_second, scale=0.05)
    hours = [traffic.rhythm.rates(hour * HOUR).sum() for hour in range(7 * 24)]
    assert sum(hours) / len(hours) == pytest.approx(30.4, rel=0.1)
    assert traffic.rhythm.rates(0).always_on == 0
