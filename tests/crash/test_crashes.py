"""The operator killed, refused or left without an answer at any write of any life: the same end, and nothing twice.

Which writes there are an undisturbed life says by itself, so that a new one is disturbed without being named here.
"""

from collections.abc import Callable, Sequence
from functools import cache
from typing import NoReturn

import pytest

from authpulse_operator.core.errors import AccessDenied, Recoverable, Unreachable
from doubles.cases import NAMES
from doubles.switches import Crash, Disturbance
from doubles.world import FakeWorld
from support.lives import AWS, Life, NotReached, Outcome, Rehearsal
from support.scenarios import LIVES

STALE_SECONDS = 3
UNHEARD = ("a fault of the service", "a fault after it took effect")
"""Whether these took effect a description tells, and one that is stale tells it late."""
LOOKS_A_LIFE = 10
"""So many looks of each life are disturbed: there are hundreds, and they come again and again."""


def raising(error: Exception) -> Callable[[], NoReturn]:
    def fail() -> NoReturn:
        raise error.with_traceback(None)  # it is raised again and again, and would hold on to every world it has seen

    return fail


KILLED = {
    "before it took effect": Disturbance(before=raising(Crash())),
    "after it took effect": Disturbance(after=raising(Crash())),
}
FAULTS = {
    "throttled for a while": Disturbance(before=raising(Recoverable("ThrottlingException", after_seconds=5)), times=4),
    "a fault of the service": Disturbance(before=raising(Recoverable("500", after_seconds=5, unclear=True))),
    "a fault after it took effect": Disturbance(after=raising(Recoverable("500", after_seconds=5, unclear=True))),
    "an answer that never comes": Disturbance(after=raising(Unreachable("timeout", after_seconds=5, unclear=True))),
    "no connection for a while": Disturbance(before=raising(Unreachable("no connection", after_seconds=5)), times=2),
    "in use": Disturbance(before=raising(Recoverable("ResourceInUseException", after_seconds=3))),
    "no permission for a while": Disturbance(before=raising(AccessDenied("AccessDenied")), times=3),
    "expired credentials for a while": Disturbance(
        before=raising(Recoverable("ExpiredTokenException", after_seconds=30)), times=3
    ),
}
AWAY = {
    "away for a while": Disturbance(before=raising(Unreachable("no connection", after_seconds=5)), times=10),
    "no permission for a while": Disturbance(before=raising(AccessDenied("AccessDenied")), times=3),
}

of_all_lives = pytest.mark.parametrize("life", LIVES, ids=str)


@cache
def rehearsal(life: Life) -> Rehearsal:
    return Rehearsal(life)


def positions(of: Rehearsal, parts: Sequence[str]) -> list[int]:
    return [n for n, name in enumerate(of.journal.tried) if name.startswith(tuple(parts))]


def compare(of: Rehearsal, lived: Callable[[], Outcome], where: str, *, versions: bool = True) -> None:
    try:
        differences = lived().compared(of.outcome, versions=versions)
    except NotReached as error:
        differences = [str(error)]
    if differences:
        pytest.fail("\n".join([where, *differences]), pytrace=False)


@of_all_lives
@pytest.mark.parametrize(
    ("stale", "in_a_file"),
    [(0, False), (STALE_SECONDS, False), (STALE_SECONDS, True)],
    ids=["", "descriptions are stale", "descriptions are stale and the status is a file"],
)
@pytest.mark.parametrize("when", KILLED)
def test_killed_at_a_write(life: Life, when: str, *, stale: float, in_a_file: bool, lived: list[int]) -> None:
    of = rehearsal(life)
    for n, name in enumerate(of.journal.tried):
        lived.append(n)
        where = f"write {n} ({name}) {when}"
        compare(of, lambda n=n: of.disturbed(n, KILLED[when], seconds_until_visible=stale, notes_last=in_a_file), where)


@of_all_lives
@pytest.mark.parametrize(
    ("fault", "stale"),
    [*((fault, 0) for fault in FAULTS), *((fault, STALE_SECONDS) for fault in UNHEARD)],
    ids=[*FAULTS, *(f"{fault} and descriptions are stale" for fault in UNHEARD)],
)
def test_a_write_to_aws_fails(life: Life, fault: str, stale: float, lived: list[int]) -> None:
    of = rehearsal(life)
    for n in positions(of, AWS):
        lived.append(n)
        where = f"write {n} ({of.journal.tried[n]}): {fault}"
        compare(of, lambda n=n: of.disturbed(n, FAULTS[fault], seconds_until_visible=stale), where)


@of_all_lives
@pytest.mark.parametrize("fault", ["no connection for a while", "an answer that never comes"])
def test_a_write_to_the_cluster_fails(life: Life, fault: str, lived: list[int]) -> None:
    of = rehearsal(life)
    for n in positions(of, ("workloads.", "status.")):
        lived.append(n)
        compare(of, lambda n=n: of.disturbed(n, FAULTS[fault]), f"write {n} ({of.journal.tried[n]}): {fault}")


@of_all_lives
def test_somebody_else_changes_the_application_meanwhile(life: Life, lived: list[int]) -> None:
    def happen(world: FakeWorld) -> None:
        kept = world.flink._kept.get(NAMES.application)
        if kept is not None and not kept.gone:
            kept.version_id += 1
            kept.note(world.clock.now())

    of = rehearsal(life)
    for n in positions(of, ("flink.",)):
        lived.append(n)
        where = f"before write {n} ({of.journal.tried[n]})"
        compare(of, lambda n=n: of.disturbed_by(n, happen), where, versions=False)


@of_all_lives
@pytest.mark.parametrize("fault", AWAY)
def test_a_look_fails(life: Life, fault: str, lived: list[int]) -> None:
    of = rehearsal(life)
    looks = len(of.journal.looks)
    for n in range(0, looks, max(1, looks // LOOKS_A_LIFE)):
        lived.append(n)
        where = f"look {n} ({of.journal.looks[n]}): {fault}"
        compare(of, lambda n=n: of.disturbed_at_look(n, AWAY[fault]), where)


@of_all_lives
def test_stale_descriptions_alone_repeat_nothing(life: Life) -> None:
    of = rehearsal(life)
    compare(of, lambda: of.undisturbed(seconds_until_visible=STALE_SECONDS), "undisturbed")


def test_every_kind_of_write_is_disturbed() -> None:
    names = {name.split()[0] for life in LIVES for name in rehearsal(life).journal.tried}
    assert names == {
        "artifacts.put",
        *(
            f"flink.{w}"
            for w in ("adopt", "create", "delete", "delete_snapshot", "roll_back", "set_maintenance_window")
        ),
        *(f"flink.{w}" for w in ("start", "stop", "take_snapshot", "update")),
        "foundations.make",
        "foundations.reshard",
        "status.write",
        *(f"workloads.{w}" for w in ("apply", "start_replay", "stop_replay")),
    }
