"""What `ports.workloads.Workloads` promises."""

import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from authpulse.foundation import Foundation
from authpulse_operator.adapters.aws.foundations import AwsFoundations
from authpulse_operator.adapters.local.home import Home
from authpulse_operator.adapters.local.local_aws import free_port
from authpulse_operator.adapters.local.replays import LocalReplays
from authpulse_operator.api.spec import Replay
from authpulse_operator.core.world import ReplayProgress
from authpulse_operator.ports.workloads import Workloads
from doubles import producer
from doubles.world import FakeWorkloads

SECONDS = 60


@dataclass
class Site:
    """Workloads, and a log for them to replay."""

    workloads: Workloads
    log: Path
    breaking: Callable[[], None]
    """From now on the replay breaks; called before it starts."""
    mended: Callable[[], None]

    @property
    def log_replay(self) -> Replay:
        return Replay(name="log", input=str(self.log), format="lanl-auth")

    def go(self) -> None:
        """What has been held back may go on to its end."""
        self.log.with_name(f"{self.log.name}.go").touch()

    def until(self, state: str, *, lines: int = 0) -> ReplayProgress:
        deadline = time.monotonic() + SECONDS
        while (seen := self.workloads.replay("log")).state != state or seen.lines < lines:
            assert time.monotonic() < deadline, f"not {state} in time: {seen}"
            time.sleep(0.02)
        return seen


@pytest.fixture(params=["in memory", "as processes"])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    log = tmp_path / "log.csv"
    log.write_text("1,U1,C1\n")
    if request.param == "in memory":
        fake = FakeWorkloads()
        yield Site(fake, log, lambda: fake.broken.update(log=99), fake.broken.clear)
        return
    command = (sys.executable, str(Path(producer.__file__)))
    replays = LocalReplays(Home(tmp_path / "home"), configuration=tmp_path / "config.yaml", command=command)
    yield Site(replays, log, lambda: _write(log, "broken"), lambda: _write(log, "in order"))
    replays.stop_all()


def _write(log: Path, text: str) -> None:
    log.write_text(text)


def test_a_replay_that_was_never_started_is_pending(site: Site) -> None:
    assert site.workloads.replay("log") == ReplayProgress("Pending")
    assert site.workloads.runs() == frozenset()


def test_a_started_replay_runs_and_tells_how_far_it_is(site: Site) -> None:
    site.workloads.start_replay(site.log_replay, "log")
    seen = site.until("Running", lines=100)
    assert seen.attempts == 1
    assert seen.events > 0
    assert site.workloads.runs() == {"log"}


def test_a_replay_completes_with_its_counts(site: Site) -> None:
    site.workloads.start_replay(site.log_replay, "log")
    site.go()
    seen = site.until("Completed")
    assert (seen.lines, seen.attempts, seen.message) == (300, 1, "")
    assert seen.events + seen.rejected + seen.ignored == 300


def test_starting_what_runs_starts_nothing(site: Site) -> None:
    site.workloads.start_replay(site.log_replay, "log")
    site.workloads.start_replay(site.log_replay, "log")
    assert site.until("Running").attempts == 1


def test_a_stopped_replay_is_pending_and_goes_on_where_it_was(site: Site) -> None:
    site.workloads.start_replay(site.log_replay, "log")
    before = site.until("Running", lines=100)
    site.workloads.stop_replay("log")
    stopped = site.workloads.replay("log")
    assert stopped.state == "Pending"
    assert stopped.lines >= before.lines
    site.workloads.start_replay(site.log_replay, "log")
    assert site.until("Running", lines=100).attempts == 1
    site.go()
    assert site.until("Completed").lines == 300


def test_a_replay_that_runs_is_outdated_until_it_goes_on_as_wanted(site: Site) -> None:
    site.workloads.start_replay(site.log_replay, "log")
    site.until("Running", lines=100)
    assert not site.workloads.is_outdated(site.log_replay, "log")
    wanted = site.log_replay.model_copy(update={"limit": 1000})
    assert site.workloads.is_outdated(wanted, "log")
    site.workloads.stop_replay("log")
    assert not site.workloads.is_outdated(wanted, "log")
    site.workloads.start_replay(wanted, "log")
    assert not site.workloads.is_outdated(wanted, "log")
    site.go()
    seen = site.until("Completed")
    assert (seen.lines, seen.attempts) == (300, 1)
    assert not site.workloads.is_outdated(site.log_replay, "log")


def test_a_broken_replay_has_failed_with_its_last_words(site: Site) -> None:
    site.breaking()
    site.workloads.start_replay(site.log_replay, "log")
    seen = site.until("Failed")
    assert "it broke" in seen.message
    assert seen.attempts == 1


def test_each_new_start_of_a_broken_replay_is_counted(site: Site) -> None:
    site.breaking()
    site.workloads.start_replay(site.log_replay, "log")
    site.until("Failed")
    site.mended()
    site.workloads.start_replay(site.log_replay, "log")
    site.go()
    assert site.until("Completed").attempts == 2


@pytest.mark.parametrize("state", ["Pending", "Completed"])
def test_stopping_what_does_not_run_changes_nothing(site: Site, state: str) -> None:
    if state == "Completed":
        site.workloads.start_replay(site.log_replay, "log")
        site.go()
        site.until(state)
    site.workloads.stop_replay("log")
    assert site.workloads.replay("log").state == state


def test_the_real_producer_takes_what_it_is_given_and_tells_what_is_asked(aws, names, tmp_path: Path) -> None:
    AwsFoundations(aws.session).make(Foundation(names, shards=1))
    settings = {"account": names.account, "region": names.region, "endpoint_url": aws.endpoint}
    configuration = tmp_path / "config.yaml"
    configuration.write_text(yaml.safe_dump({"environment": names.environment, "aws": settings}))
    log = tmp_path / "log.csv"
    log.write_text("1,U1,C1\n2,U2,C2\nnot an event\n3,U3,C3\n")
    replays = LocalReplays(Home(tmp_path / "home"), configuration=configuration)
    site = Site(replays, log, lambda: None, lambda: None)
    replays.start_replay(Replay(name="log", input=str(log), format="lanl-auth", rate=1000, limit=4), "log")
    seen = site.until("Completed")
    assert (seen.lines, seen.events, seen.rejected, seen.ignored, seen.attempts) == (4, 3, 1, 0, 1)


def test_the_real_producers_last_words_are_the_failures_message(tmp_path: Path) -> None:
    configuration = tmp_path / "config.yaml"
    configuration.write_text(
        yaml.safe_dump({"environment": "dev", "aws": {"endpoint_url": f"http://127.0.0.1:{free_port()}"}})
    )
    replays = LocalReplays(Home(tmp_path / "home"), configuration=configuration)
    site = Site(replays, tmp_path / "none.csv", lambda: None, lambda: None)
    replays.start_replay(site.log_replay, "log")
    seen = site.until("Failed")
    assert "none.csv: cannot be read: No such file" in seen.message
