"""What `ports.flink.FlinkService` promises. A real application takes its time, so one lives through all the steps."""

import io
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from authpulse.names import OWNER_TAG, Names
from authpulse_operator.adapters.aws.flink_service import AwsFlinkService
from authpulse_operator.core import acts
from authpulse_operator.core.errors import Recoverable, SnapshotRefused, Terminal
from authpulse_operator.core.health import JobHealth
from authpulse_operator.core.settings import OPERATION_GROUP, Settings
from authpulse_operator.core.world import Application, ApplicationState, Snapshot
from authpulse_operator.ports.flink import FlinkService
from doubles.cases import resource, settings
from doubles.clock import FakeClock
from doubles.flink import FakeFlink
from support.local_aws import RunningAws

READY, RUNNING = ApplicationState.READY, ApplicationState.RUNNING
TAGS = {OWNER_TAG: "security/dev"}
SECONDS = 180

JOB = """
from pyflink.table import EnvironmentSettings, TableEnvironment

tables = TableEnvironment.create(EnvironmentSettings.in_streaming_mode())
tables.execute_sql("CREATE TABLE numbers (n BIGINT) WITH ('connector' = 'datagen', 'rows-per-second' = '5', "
                   "'fields.n.kind' = 'sequence', 'fields.n.start' = '0', 'fields.n.end' = '1000000')")
tables.execute_sql("CREATE TABLE nowhere (n BIGINT) WITH ('connector' = 'blackhole')")
tables.execute_sql("INSERT INTO nowhere SELECT {column} FROM numbers")
"""
WORKING, FAILING, NOT_STARTING = "code/working.zip", "code/failing.zip", "code/not-starting.zip"
CODES = {
    WORKING: JOB.format(column="n"),
    FAILING: JOB.format(column="1 / (n - n)"),
    NOT_STARTING: JOB.format(column="no_such_column"),
}


@dataclass
class Site:
    """A service, settings that it accepts, and how time passes there."""

    service: FlinkService
    name: str
    settings: Settings
    pass_time: Callable[[], None]

    def there(self) -> Application:
        found = self.service.describe(self.name)
        assert found is not None
        return found

    def until[T](self, what: str, look: Callable[[], T | None]) -> T:
        deadline = time.monotonic() + SECONDS
        while (found := look()) is None:
            assert time.monotonic() < deadline, f"{what}: not in time, {self.service.describe(self.name)}"
            self.pass_time()
        return found

    def until_state(self, state: ApplicationState) -> Application:
        return self.until(state, lambda: there if (there := self.there()).state is state else None)

    def until_snapshot(self, name: str) -> Snapshot:
        return self.until(name, lambda: next((s for s in self.there().restorable if s.name == name), None))

    def until_health(self, what: str, as_wanted: Callable[[JobHealth], bool]) -> JobHealth:
        return self.until(
            what, lambda: h if (h := self.service.job_health(self.name)) is not None and as_wanted(h) else None
        )


@pytest.fixture(params=["in memory", "over AWS"])
def site(request: pytest.FixtureRequest, names: Names) -> Site:
    options = {"kinesis.analytics.flink.run.options": {"python": "main.py"}, "mine": {"key": "value"}}
    wanted = replace(
        settings(resource()),
        role_arn=names.job_role_arn,
        bucket=names.bucket,
        code_key=WORKING,
        property_groups=options,
        parallelism=1,
        checkpoint_interval_ms=1000,
        checkpoint_min_pause_ms=0,
        log_stream_arn=names.log_stream_arn,
    )
    if request.param == "in memory":
        clock = FakeClock()
        fake = FakeFlink(clock)
        fake.break_code(FAILING, "ArithmeticException: / by zero")
        fake.break_start(NOT_STARTING, "ValidationException: Column 'no_such_column' not found")
        return Site(fake, names.application, wanted, lambda: clock.pass_time(0.5))
    aws: RunningAws = request.getfixturevalue("aws")
    _lay_ground(aws, names)
    return Site(AwsFlinkService(aws.session), names.application, wanted, lambda: time.sleep(0.2))


def _lay_ground(aws: RunningAws, names: Names) -> None:
    s3, logs = aws.client("s3"), aws.client("logs")
    s3.create_bucket(Bucket=names.bucket)
    for key, code in CODES.items():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as file:
            file.writestr("main.py", code)
        s3.put_object(Bucket=names.bucket, Key=key, Body=packed.getvalue())
    logs.create_log_group(logGroupName=names.log_group)
    logs.create_log_stream(logGroupName=names.log_group, logStreamName=names.log_stream)


def test_what_was_never_created_is_not_there(site: Site) -> None:
    assert site.service.describe(site.name) is None
    with pytest.raises(Recoverable, match="ResourceNotFoundException"):
        site.service.start(site.name, restore=acts.NOTHING)


def test_a_created_application_is_as_it_was_asked_for(site: Site) -> None:
    site.service.create(site.name, site.settings, tags=TAGS)
    there = site.there()
    assert (there.state, there.version_id, there.owner) == (READY, 1, "security/dev")
    assert there.settings == site.settings
    assert there.settings.id == site.settings.id
    assert (there.snapshots, there.operations, there.failure) == ((), (), None)
    with pytest.raises(Recoverable, match="ResourceInUseException"):
        site.service.create(site.name, site.settings, tags=TAGS)


def test_an_application_without_our_tag_has_no_owner_until_it_is_adopted(site: Site) -> None:
    site.service.create(site.name, site.settings, tags={"team": "security"})
    nobodys = site.there()
    assert nobodys.owner is None
    site.service.adopt(nobodys, tags=TAGS)
    ours = site.there()
    assert (ours.owner, ours.version_id, ours.token) == ("security/dev", 1, nobodys.token)


def test_a_stopped_application_changes_at_once_and_by_its_token_only(site: Site) -> None:
    site.service.create(site.name, site.settings, tags=TAGS)
    first = site.there()
    changed = replace(
        site.settings,
        parallelism=2,
        checkpoint_interval_ms=2000,
        snapshots_enabled=False,
        log_level="WARN",
        metrics_level="TASK",
        property_groups={
            **site.settings.property_groups,
            "mine": {"key": "another"},
            OPERATION_GROUP: {"restart": "1"},
        },
    )
    operation = site.service.update(first, changed, restore=acts.NOTHING)
    second = site.until_state(READY)
    assert second.settings == changed
    assert (second.version_id, second.owner) == (2, first.owner)
    assert second.token != first.token
    assert [(o.id, o.kind, o.status) for o in second.operations] == [(operation, "UpdateApplication", "SUCCESSFUL")]
    with pytest.raises(Recoverable, match="ConcurrentModificationException"):
        site.service.update(first, site.settings, restore=acts.NOTHING)


def test_the_maintenance_window_is_no_new_version(site: Site) -> None:
    site.service.create(site.name, site.settings, tags=TAGS)
    before = site.there()
    assert before.maintenance_start == "06:00"
    site.service.set_maintenance_window(site.name, "22:30")
    after = site.there()
    assert (after.maintenance_start, after.token) == ("22:30", before.token)


def test_what_does_not_fit_the_state_is_refused(site: Site) -> None:
    site.service.create(site.name, site.settings, tags=TAGS)
    there = site.there()
    for refused in (
        lambda: site.service.stop(site.name),
        lambda: site.service.stop(site.name, force=True),
        lambda: site.service.roll_back(there),
        lambda: site.service.take_snapshot(site.name, "mine"),
    ):
        with pytest.raises(Recoverable, match="ResourceInUseException") as caught:
            refused()
        assert not caught.value.unclear
    assert site.service.job_health(site.name) is None
    assert site.there() == there


def test_what_names_something_that_is_not_there_is_terminal(site: Site) -> None:
    site.service.create(site.name, site.settings, tags=TAGS)
    there = site.there()
    for refused in (
        lambda: site.service.start(site.name, restore=acts.LATEST),
        lambda: site.service.start(site.name, restore=acts.named("lost")),
        lambda: site.service.update(there, site.settings, restore=acts.named("lost")),
        lambda: site.service.delete(replace(there, created=there.created - timedelta(days=1))),
    ):
        with pytest.raises(Terminal):
            refused()
    site.service.delete_snapshot(site.name, Snapshot("lost", "READY", there.created, 1))
    assert site.there() == there


@pytest.mark.timeout(900)
def test_a_job_lives_from_start_to_deletion(site: Site) -> None:
    service, name = site.service, site.name
    service.create(name, site.settings, tags=TAGS)

    started = service.start(name, restore=acts.NOTHING)
    coming = site.there()
    assert coming.state in (ApplicationState.STARTING, RUNNING)
    assert (coming.operations[0].id, coming.operations[0].kind) == (started, "StartApplication")
    running = site.until_state(RUNNING)
    assert running.operations[0].status == "SUCCESSFUL"
    healthy = site.until_health("healthy", lambda h: h.is_healthy(stable_for_seconds=1))
    assert (healthy.vertices > 0, healthy.is_failing, healthy.last_exception) == (True, False, None)
    for refused in (lambda: service.start(name, restore=acts.NOTHING), lambda: service.delete(site.there())):
        with pytest.raises(Recoverable, match="ResourceInUseException"):
            refused()

    service.take_snapshot(name, "mine")
    assert site.there().snapshots[0].name == "mine"
    with pytest.raises(Recoverable, match="ResourceInUseException"):
        service.take_snapshot(name, "mine")
    site.until_snapshot("mine")

    before = site.there()
    changed = replace(site.settings, checkpoint_interval_ms=2000)
    service.update(before, changed, restore=acts.LATEST)
    assert site.there().state in (ApplicationState.UPDATING, RUNNING)
    after = site.until_state(RUNNING)
    assert (after.version_id, after.settings) == (2, changed)
    assert [s.status for s in after.snapshots] == ["READY", "READY"]
    taken = after.snapshots[0]
    assert (taken.name == "mine", taken.version_id, taken.created > after.snapshots[1].created) == (False, 1, True)
    with pytest.raises(Recoverable, match="ConcurrentModificationException"):
        service.update(before, site.settings, restore=acts.LATEST)
    with pytest.raises(Recoverable, match="ConcurrentModificationException"):
        service.roll_back(before)
    site.until_health("healthy again", lambda h: h.is_healthy(stable_for_seconds=0))

    service.roll_back(after)
    back = site.until_state(RUNNING)
    assert (back.version_id > after.version_id, back.settings) == (True, site.settings)
    assert (back.operations[0].kind, back.operations[0].status) == ("RollbackApplication", "SUCCESSFUL")
    site.until_health("healthy as before", lambda h: h.is_healthy(stable_for_seconds=0))

    service.stop(name)
    stopped = site.until_state(READY)
    assert len(stopped.restorable) == 3
    assert service.job_health(name) is None

    service.start(name, restore=acts.named("mine"))
    site.until_state(RUNNING)
    service.stop(name, force=True)
    site.until_state(READY)

    service.delete_snapshot(name, site.until_snapshot("mine"))
    site.until("snapshot gone", lambda: None if any(s.name == "mine" for s in site.there().snapshots) else True)
    last = site.there()
    assert len(last.snapshots) == 2

    service.delete(last)
    site.until("gone", lambda: True if service.describe(name) is None else None)


@pytest.mark.timeout(900)
def test_a_job_that_cannot_work_says_why(site: Site) -> None:
    service, name = site.service, site.name
    service.create(name, replace(site.settings, code_key=NOT_STARTING), tags=TAGS)
    service.start(name, restore=acts.NOTHING)
    broken = site.until("failed", lambda: t if (t := site.there()).state is READY and t.failure else None)
    assert broken.failure is not None
    assert broken.failure.times == 1
    assert "no_such_column" in broken.failure.message

    service.update(broken, replace(site.settings, code_key=FAILING), restore=acts.NOTHING)
    assert site.until_state(READY).failure is None
    service.start(name, restore=acts.NOTHING)
    site.until_state(RUNNING)
    failing = site.until_health("failing", lambda h: h.has_no_progress)
    assert "/ by zero" in str(failing.last_exception)
    assert not failing.is_healthy(stable_for_seconds=0)
    with pytest.raises(SnapshotRefused, match="InvalidApplicationConfigurationException"):
        service.stop(name)
    with pytest.raises(SnapshotRefused, match="InvalidApplicationConfigurationException"):
        service.update(site.there(), site.settings, restore=acts.LATEST)
    with pytest.raises(Recoverable, match="InvalidApplicationConfigurationException"):
        service.take_snapshot(name, "mine")
    assert site.there().version_id == 2

    service.stop(name, force=True)
    stopped = site.until_state(READY)
    assert not stopped.has_snapshot
    service.delete(stopped)
    site.until("gone", lambda: True if service.describe(name) is None else None)
