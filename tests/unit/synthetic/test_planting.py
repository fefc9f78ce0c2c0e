"""A log has exactly the lines that were asked for, in the order of time, and knows where the planted ones are."""

import inspect
from collections.abc import Iterator
from itertools import islice

import pytest

from authpulse.synthetic.campaign import plan_campaign
from authpulse.synthetic.generating import Campaign, Generator, Request
from authpulse.synthetic.logons import Logon
from authpulse.synthetic.planting import BLOCK_LINES, Block, Damage, Planted, blocks

SCALE = 0.004


def logon(user: str = "U1@DOM1", target: str = "C9") -> Logon:
    return Logon(user, user, "C8", target, "NTLM")


def made(
    planted: tuple[Planted, ...] = (),
    damage: tuple[Damage, ...] = (),
    *,
    rows: int = 2_000,
    start: int = 100,
    **more: float,
) -> list[Block]:
    request = Request(rows=rows, seed=5, scale=SCALE, start_second=start, **more)
    generator = Generator(request)
    return list(
        blocks(generator.traffic, generator.shape, rows=rows, start=start, seed=5, planted=planted, damage=damage)
    )


def lines_of(log: list[Block]) -> list[str]:
    return "".join(block.text for block in log).splitlines()


@pytest.mark.parametrize("rows", [1, 7, 1_000, BLOCK_LINES, BLOCK_LINES + 1])
def test_a_log_has_exactly_the_rows_asked_for(rows: int) -> None:
    log = made(rows=rows)
    assert sum(block.lines for block in log) == rows == len(lines_of(log))


def test_lines_are_in_the_order_of_time_and_none_is_before_the_start() -> None:
    times = [int(line.split(",")[0]) for line in lines_of(made())]
    assert times == sorted(times)
    assert times[0] >= 100


def test_planted_rows_are_at_the_lines_that_their_labels_say() -> None:
    planted = tuple(Planted(second, logon(target=f"C{second}"), "test", ("R",)) for second in (100, 150, 151, 600))
    log = made(planted)
    labels = [label for block in log for label in block.labels]
    assert [label.planted for label in labels] == list(planted)
    for number, item in labels:
        assert lines_of(log)[number - 1] == ",".join((str(item.second), *item.logon))


def test_equal_planted_rows_stay_two() -> None:
    planted = (Planted(300, logon(), "test", ()),) * 2
    assert lines_of(made(planted)).count("300,U1@DOM1,U1@DOM1,C8,C9,NTLM,Network,LogOn,Success") == 2


def test_rows_are_planted_in_seconds_without_background() -> None:
    slow = {"rows_per_second": 0.05}
    taken = {int(line.split(",")[0]) for line in lines_of(made(rows=50, **slow))}
    free = next(second for second in range(110, 10_000) if second not in taken)
    log = made((Planted(free, logon(), "test", ()),), rows=50, **slow)
    assert f"{free},U1@DOM1,U1@DOM1,C8,C9,NTLM,Network,LogOn,Success" in lines_of(log)


def test_what_lies_outside_the_logs_time_is_left_out() -> None:
    log = made((Planted(99, logon(), "early", ()), Planted(10**8, logon(), "late", ())))
    assert [label for block in log for label in block.labels] == []


def test_background_is_the_same_with_and_without_planted_rows() -> None:
    planted = lines_of(made((Planted(200, logon(user="U0@PLANTED"), "test", ()),)))
    plain = lines_of(made())
    assert sorted(line for line in planted if "PLANTED" not in line) == sorted(plain[:-1])


def test_damaged_lines_are_as_they_were_given_and_their_numbers_are_known() -> None:
    log = made(damage=(Damage(200, "not a line"), Damage(300, "")))
    damaged = [line for block in log for line in block.damaged]
    assert [(lines_of(log)[number - 1], text) for number, text in damaged] == [("not a line", "not a line"), ("", "")]


def test_a_log_comes_in_blocks_of_a_bounded_size_however_long_it_is() -> None:
    generator = Generator(Request(rows=10**9, scale=SCALE, rows_per_second=50))
    log = blocks(generator.traffic, generator.shape, rows=10**9, start=1, seed=0)
    assert inspect.isgenerator(log)
    sizes = [block.lines for block in islice(log, 5)]
    assert all(BLOCK_LINES <= size < BLOCK_LINES + 2_000 for size in sizes)


def test_open_sessions_are_bounded() -> None:
    """What the background remembers besides its tables are the sessions that are to be logged off."""
    generator = Generator(Request(rows=1, scale=SCALE, rows_per_second=20))
    seconds = generator.traffic.seconds(1)
    remembered = []
    for _ in range(3):
        for _ in islice(seconds, 2_000):
            pass
        remembered.append(sum(map(len, generator.traffic._ending.values())))
    assert all(sessions < 20 * 100 for sessions in remembered)


def accounts_in(lines: list[str]) -> Iterator[str]:
    return (line.split(",")[1] for line in lines)


def test_stolen_accounts_go_on_working_elsewhere() -> None:
    request = Request(rows=20_000, scale=SCALE, rows_per_second=0.3, campaign=Campaign.SYNTHETIC)
    generator = Generator(request)
    log = list(
        blocks(generator.traffic, generator.shape, rows=request.rows, start=1, seed=0, planted=generator.planted)
    )
    planted = {number for block in log for number, _ in block.labels}
    background = [line for number, line in enumerate(lines_of(log), 1) if number not in planted]
    assert {item.logon.account for item in generator.planted} <= set(accounts_in(background))


def test_a_campaign_lies_in_the_last_third_of_the_log() -> None:
    network = Generator(Request(rows=1, scale=SCALE)).network
    planted = plan_campaign(network, seed=0, start=1_000, seconds=100_000)
    assert 1_000 + 70_000 <= planted[0].second <= planted[-1].second <= 1_000 + 100_000
    assert len({item.attack for item in planted}) == 6
