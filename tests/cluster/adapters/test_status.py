"""The status subresource: what is written, how often, and to which resource."""

from datetime import UTC, datetime
from types import MappingProxyType

import pytest

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.errors import Gone
from authpulse_operator.adapters.kube.kinds import AUTHPULSES, SNAPSHOTS, Owner
from authpulse_operator.adapters.kube.status import KubeStatus, StatusPatches, dumped, readable
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.status import (
    ApplicationStatus,
    Condition,
    ConditionType,
    Intent,
    ReplayStatus,
    Stable,
    Status,
)
from authpulse_operator.core.errors import Recoverable, Unreachable
from authpulse_operator.core.settings import Settings
from doubles.clock import FakeClock
from doubles.kube import Calls, make_resource
from support.kube import ApiServer

AT = datetime(2025, 6, 2, 9, 0, 0, 250_000, tzinfo=UTC)
SETTINGS = Settings(
    runtime="FLINK-2_2",
    role_arn="arn:aws:iam::000000000000:role/job",
    bucket="b",
    code_key="code/a.zip",
    property_groups={"scoring": {"rules": "[]"}, "empty": {}},
    parallelism=2,
    parallelism_per_kpu=1,
    checkpoint_interval_ms=60000,
    checkpoint_min_pause_ms=5000,
    snapshots_enabled=True,
)
RUNNING = Status(
    observed_generation=1,
    conditions=(
        Condition(
            type=ConditionType.READY,
            status="True",
            reason=Reason.AS_SPECIFIED,
            message="all is well",
            observed_generation=1,
            last_transition_time=AT,
        ),
    ),
    application=ApplicationStatus(
        name="authpulse-dev", status="RUNNING", version_id=2, code="code/a.zip", dashboard="http://flink"
    ),
    last_stable=Stable(id=SETTINGS.id, version_id=2, settings=SETTINGS.document()),
    replays=(ReplayStatus(name="a", state="Running", run="a", lines=100, events=90, rejected=10),),
)
INTENT = Intent(act="StopApplication", detail="with a snapshot", at=AT)


@pytest.fixture
def status(api: KubeApi, owner: Owner, clock: FakeClock) -> KubeStatus:
    return KubeStatus(api, owner, last=None, clock=clock)


def reopened(api: KubeApi, owner: Owner) -> Status:
    """As another process reads it."""
    return KubeStatus.read_afresh(api, owner, clock=FakeClock()).read()


def counted(lines: int, **changes: object) -> Status:
    replay = RUNNING.replays[0].model_copy(update={"lines": lines, "events": lines - 10})
    return RUNNING.model_copy(update={"replays": (replay,), **changes})


def test_a_first_status_is_one_patch(status: KubeStatus, calls: Calls, other_api: KubeApi, owner: Owner) -> None:
    assert status.read() == Status()
    status.write(RUNNING)
    assert calls.made == [("patch", "authpulses/status", 200)]
    assert status.read() == RUNNING
    assert reopened(other_api, owner).conditions == RUNNING.conditions


def test_the_same_again_is_no_call(status: KubeStatus, calls: Calls) -> None:
    status.write(RUNNING)
    status.write(RUNNING.model_copy())
    assert len(calls.made) == 1


def test_neither_is_the_same_by_another_process(
    api: KubeApi, owner: Owner, calls: Calls, clock: FakeClock, other_api: KubeApi
) -> None:
    KubeStatus(other_api, owner, last=None, clock=clock).write(RUNNING)
    KubeStatus.read_afresh(api, owner, clock=clock).write(RUNNING)
    assert calls.made == [("get", "authpulses", 200)]


def test_what_is_noted_goes_with_the_next_news(
    status: KubeStatus, calls: Calls, other_api: KubeApi, owner: Owner
) -> None:
    status.write(RUNNING.model_copy(update={"intent": INTENT}))
    status.note(RUNNING)
    status.write(RUNNING)
    assert len(calls.made) == 1
    assert (status.read(), reopened(other_api, owner).intent) == (RUNNING, INTENT)
    status.write(RUNNING.model_copy(update={"lag": "<1m"}))
    assert len(calls.made) == 2
    assert (reopened(other_api, owner).lag, reopened(other_api, owner).intent) == ("<1m", None)


def test_fields_that_are_none_any_more_are_taken_away(status: KubeStatus, other_api: KubeApi, owner: Owner) -> None:
    status.write(RUNNING.model_copy(update={"intent": INTENT}))
    assert RUNNING.application is not None
    quiet = RUNNING.application.model_copy(update={"dashboard": None})
    status.write(RUNNING.model_copy(update={"application": quiet, "replays": ()}))
    found = other_api.get(AUTHPULSES, owner.namespace, owner.name)
    assert found is not None
    assert "intent" not in found["status"]
    assert "dashboard" not in found["status"]["application"]
    assert found["status"]["replays"] == []


def test_settings_come_back_as_they_were(status: KubeStatus, other_api: KubeApi, owner: Owner) -> None:
    status.write(RUNNING)
    stable = reopened(other_api, owner).last_stable
    assert stable is not None
    assert Settings.of_document(stable.settings) == SETTINGS


def test_a_changed_spec_does_not_stand_in_the_way(status: KubeStatus, other_api: KubeApi, owner: Owner) -> None:
    status.write(RUNNING)
    other_api.patch(AUTHPULSES, owner.namespace, owner.name, {"spec": {"suspend": True}})
    status.write(RUNNING.model_copy(update={"intent": INTENT}))
    assert reopened(other_api, owner).intent == INTENT


@pytest.mark.parametrize("taken", [{"intent": None}, None], ids=["a field", "all of it"])
def test_what_a_person_took_away_does_not_stand_in_the_way(
    status: KubeStatus, other_api: KubeApi, owner: Owner, taken: object
) -> None:
    status.write(RUNNING.model_copy(update={"intent": INTENT}))
    other_api.patch(AUTHPULSES, owner.namespace, owner.name, {"status": taken}, subresource="status")
    status.write(RUNNING)
    assert dumped(reopened(other_api, owner)) == dumped(RUNNING)


def test_counters_of_running_replays_alone_wait_for_half_a_minute(
    status: KubeStatus, calls: Calls, clock: FakeClock
) -> None:
    status.write(counted(100))
    for seconds in range(2, 30, 2):
        clock.pass_time(2)
        status.write(counted(100 + seconds))
    assert len(calls.made) == 1
    assert status.read() == counted(100)
    clock.pass_time(2)
    status.write(counted(150))
    assert len(calls.made) == 2
    assert status.read() == counted(150)


@pytest.mark.parametrize(
    "more",
    [{"intent": INTENT}, {"lag": "<1m"}, {"observed_generation": 2}],
    ids=["an intent", "the lag", "the generation"],
)
def test_with_anything_else_they_are_written_at_once(
    status: KubeStatus, calls: Calls, other_api: KubeApi, owner: Owner, more: dict[str, object]
) -> None:
    status.write(counted(100))
    status.write(counted(200, **more))
    assert len(calls.made) == 2
    assert reopened(other_api, owner).replays[0].lines == 200


def test_the_last_counts_of_a_replay_do_not_wait(status: KubeStatus, other_api: KubeApi, owner: Owner) -> None:
    status.write(counted(100))
    complete = RUNNING.replays[0].model_copy(update={"state": "Completed", "lines": 300})
    status.write(RUNNING.model_copy(update={"replays": (complete,)}))
    assert reopened(other_api, owner).replays == (complete,)


def test_the_status_of_a_deleted_resource_ends_its_loop(status: KubeStatus, other_api: KubeApi, owner: Owner) -> None:
    other_api.delete(AUTHPULSES, owner.namespace, owner.name)
    with pytest.raises(Gone, match=f"AuthPulse {owner.namespace}/dev has been deleted"):
        status.write(RUNNING)
    with pytest.raises(Gone):
        KubeStatus.read_afresh(other_api, owner, clock=FakeClock())


def test_one_that_was_made_anew_gets_nothing_of_the_old_ones(
    status: KubeStatus, other_api: KubeApi, owner: Owner
) -> None:
    status.write(RUNNING)
    other_api.delete(AUTHPULSES, owner.namespace, owner.name)
    again = make_resource(other_api, owner.namespace)
    with pytest.raises(Gone, match="deleted and made anew"):
        status.write(RUNNING.model_copy(update={"intent": INTENT}))
    assert reopened(other_api, again) == Status()
    with pytest.raises(Gone):
        KubeStatus.read_afresh(other_api, owner, clock=FakeClock())


def test_what_could_not_be_written_is_written_next_time(
    status: KubeStatus, api_server: ApiServer, other_api: KubeApi, owner: Owner
) -> None:
    status.write(RUNNING)
    api_server.stop()
    try:
        with pytest.raises(Unreachable):
            status.write(RUNNING.model_copy(update={"intent": INTENT}))
        assert status.read() == RUNNING
    finally:
        api_server.start()
    status.write(RUNNING.model_copy(update={"intent": INTENT}))
    assert reopened(other_api, owner).intent == INTENT


def test_a_status_that_the_definition_refuses_is_tried_again_and_not_remembered(api: KubeApi, owner: Owner) -> None:
    patches = StatusPatches(api, owner, None)
    with pytest.raises(Recoverable, match="observedGeneration"):
        patches.write({"observedGeneration": "many"})
    assert patches.last == {}


def test_snapshots_have_theirs_the_same_way(other_api: KubeApi, api: KubeApi, namespace: str, calls: Calls) -> None:
    document = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulseSnapshot",
        "metadata": {"namespace": namespace, "name": "before"},
        "spec": {"authPulse": "dev"},
    }
    uid = other_api.create(SNAPSHOTS, document)["metadata"]["uid"]
    patches = StatusPatches(api, Owner(namespace, "before", uid, SNAPSHOTS), None)
    assert patches.write({"state": "InProgress", "attempts": 1})
    assert not patches.write({"state": "InProgress", "attempts": 1})
    assert patches.write({"state": "Completed"})
    found = other_api.get(SNAPSHOTS, namespace, "before")
    assert found is not None
    assert found["status"] == {"state": "Completed", "attempts": 1}
    assert calls.made == [("patch", "authpulsesnapshots/status", 200)] * 2


@pytest.mark.parametrize(
    ("document", "read"),
    [
        (None, Status()),
        ("Ready", Status()),
        (MappingProxyType({"restarts": 2}), Status(restarts=2)),
        ({}, Status()),
        ({"observedGeneration": 2, "budgets": {"restart": 3}}, Status(observed_generation=2)),
        ({"observedGeneration": "many", "restarts": 2}, Status(restarts=2)),
        (
            {"conditions": [{"type": "Ready"}, *dumped(RUNNING)["conditions"]], "intent": 7},
            Status(conditions=RUNNING.conditions),
        ),
        (
            {"replays": [{"name": "a", "state": "Levitating"}, *dumped(RUNNING)["replays"]], "idle": True},
            Status(replays=RUNNING.replays, idle=True),
        ),
    ],
    ids=[
        "nothing",
        "a word",
        "a view of one",
        "an empty one",
        "one with more",
        "one with a field of another type",
        "one with an element that is not whole",
        "one with a state that nobody knows here",
    ],
)
def test_what_can_be_read_of_a_status_is_read(document: object, read: Status) -> None:
    assert readable(document) == read
