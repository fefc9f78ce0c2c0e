"""What `ports.recording.StatusWriter` promises."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from authpulse.errors import InputError
from authpulse_operator.adapters.local.status_file import StatusFile
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import (
    ApplicationStatus,
    Condition,
    ConditionType,
    Intent,
    ReplayStatus,
    Status,
)
from authpulse_operator.ports.recording import StatusWriter
from doubles.world import MemoryStatus

AT = datetime(2025, 6, 2, 9, 0, 0, 250_000, tzinfo=UTC)
FULL = Status(
    observed_generation=3,
    conditions=(
        Condition(
            type=ConditionType.READY,
            status="False",
            reason=Reason.REPLAYING,
            message="replay a: 7 lines read",
            observed_generation=3,
            last_transition_time=AT,
        ),
    ),
    application=ApplicationStatus(name="authpulse-dev", status="RUNNING", version_id=2, code="code/a.zip"),
    replays=(ReplayStatus(name="a", state="Running", lines=7, events=6, rejected=1, message="ümlaut"),),
    intent=Intent(act="StartReplay", detail="a", at=AT),
    unhealthy_since=AT,
)


@pytest.fixture(params=["in memory", "in a file"])
def reopened(request: pytest.FixtureRequest, tmp_path: Path) -> Callable[[], StatusWriter]:
    """A writer over the same place, as after a crash."""
    kept: list[Status] = []
    if request.param == "in memory":
        return lambda: MemoryStatus(kept)
    return lambda: StatusFile(tmp_path / "home/status.json")


def test_it_is_empty_before_the_first_pass(reopened) -> None:
    assert reopened().read() == Status()


def test_everything_written_survives_its_writer(reopened) -> None:
    reopened().write(FULL)
    assert reopened().read() == FULL


def test_the_last_one_written_counts(reopened) -> None:
    writer = reopened()
    writer.write(FULL)
    writer.write(Status(observed_generation=4))
    assert writer.read() == reopened().read() == Status(observed_generation=4)


def test_the_same_status_is_not_written_twice(tmp_path: Path) -> None:
    path, memory = tmp_path / "status.json", MemoryStatus()
    for writer in (StatusFile(path), StatusFile(path)):
        writer.write(FULL)
        first = path.stat().st_ino  # a write replaces the file
        writer.write(FULL.model_copy())
        assert path.stat().st_ino == first
        memory.write(FULL)
    assert memory.written == [FULL]


def test_what_is_noted_is_read_at_once_and_kept_with_the_next_news(reopened) -> None:
    writer = reopened()
    writer.write(FULL)
    noted = FULL.model_copy(update={"intent": None})
    writer.note(noted)
    assert writer.read() == noted
    writer.write(noted.model_copy(update={"observed_generation": 4}))
    assert writer.read() == reopened().read() == noted.model_copy(update={"observed_generation": 4})


def test_what_is_noted_dies_with_its_writer_where_a_write_is_dear() -> None:
    kept: list[Status] = []
    MemoryStatus(kept).write(FULL)
    MemoryStatus(kept).note(Status())
    assert MemoryStatus(kept).read() == FULL


def test_what_a_newer_version_wrote_beside_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text('{"observedGeneration": 2, "budgets": {"restart": 3}}')
    assert StatusFile(path).read() == Status(observed_generation=2)


def test_a_file_that_is_no_status_is_named(tmp_path: Path) -> None:
    path = tmp_path / "status.json"
    path.write_text('{"observedGeneration": "many"}')
    with pytest.raises(InputError, match=r"status\.json: not a status; remove it"):
        StatusFile(path).read()
