"""The actions that Argo CD offers: when, and that each does what `kubectl authpulse` does under its name."""

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any, Final

import pytest

from authpulse.cli.kubectl import changes, snapshots
from authpulse.cli.kubectl.waiting import Patience
from authpulse.errors import AuthPulseError
from authpulse_operator.api.resource import ABANDON_ANNOTATION, parse_manifest
from authpulse_operator.api.snapshot import parse_snapshot
from support.argo import Create, Customizations, Patch
from support.recorded import Recorded

AT_ONCE: Final = Patience(wait=False, seconds=0)
VERBS: Final = {
    "suspend": changes.suspend,
    "resume": changes.resume,
    "restart": changes.restart,
    "rollback": changes.rollback,
}
ALL: Final = {*VERBS, "snapshot", "rerun-replay"}


@dataclass
class Listening:
    """A cluster that only writes down what kubectl-authpulse asks of it."""

    document: Mapping[str, Any]
    namespace: str = "security"
    sent: list[Mapping[str, Any]] = field(default_factory=list)

    def get(self, _kind: object, _name: str) -> Mapping[str, Any]:
        return self.document

    def merge(self, _kind: object, _name: str, patch: Mapping[str, Any]) -> Mapping[str, Any]:
        self.sent.append(patch)
        return self.document

    def create(self, _kind: object, document: Mapping[str, Any]) -> Mapping[str, Any]:
        self.sent.append(document)
        return document


def sent_by(verb: Callable[..., Any], document: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the plugin sends; None where it refuses."""
    cluster = Listening(document)
    try:
        verb(cluster, "dev", AT_ONCE)
    except AuthPulseError:
        return None
    (patch,) = cluster.sent
    return patch


def is_going(seen: Recorded) -> bool:
    return "deletionTimestamp" in seen.document["metadata"]


def test_all_that_is_defined_is_offered_and_nothing_else(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    assert argo.actions.keys() == {"authpulse.io_AuthPulse"}
    assert set(argo.actions["authpulse.io_AuthPulse"]) == ALL
    assert {frozenset(argo.offered(seen.document)) for seen in pipelines} == {frozenset(ALL)}


@pytest.mark.parametrize("name", VERBS)
def test_an_action_is_the_plugins_verb_of_the_same_name(
    name: str, argo: Customizations, pipelines: Sequence[Recorded]
) -> None:
    compared = 0
    for seen in pipelines:
        wanted = sent_by(VERBS[name], seen.document)
        if wanted is None:
            assert not argo.offered(seen.document)[name], seen
        elif argo.offered(seen.document)[name]:
            assert argo.act(name, seen.document) == Patch(wanted), seen
            compared += 1
    assert compared > 0


def test_suspend_and_resume_are_offered_by_turns(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    for seen in (s for s in pipelines if not is_going(s)):
        offered = argo.offered(seen.document)
        assert offered["suspend"] != offered["resume"]
        assert offered["resume"] == bool(seen.document["spec"].get("suspend"))


def test_nothing_is_offered_of_what_is_being_deleted(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    going = [seen for seen in pipelines if is_going(seen)]
    assert going
    assert {any(argo.offered(seen.document).values()) for seen in going} == {False}


def test_a_rollback_gives_up_what_is_deployed_and_not_stable(
    argo: Customizations, pipelines: Sequence[Recorded]
) -> None:
    offered = [s for s in pipelines if argo.offered(s.document)["rollback"]]
    assert offered
    for seen in offered:
        assert seen.status["deployment"]["id"] != seen.status["lastStable"]["id"]
        patch = argo.act("rollback", seen.document)
        deployment = seen.status["deployment"]["id"]
        assert patch == Patch({"metadata": {"annotations": {ABANDON_ANNOTATION: deployment}}})


def test_a_snapshot_is_the_one_that_the_plugin_makes(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    def take(cluster: Any, name: str, patience: Patience) -> None:
        snapshots.take(cluster, name, patience, name="dev-1764000000", keep=False)

    for seen in (s for s in pipelines if not is_going(s)):
        assert argo.offered(seen.document)["snapshot"]
        assert argo.act("snapshot", seen.document) == Create(sent_by(take, seen.document) or {})
    parse_snapshot(argo.act("snapshot", pipelines[0].document).resource, "made")  # type: ignore[union-attr]


@pytest.mark.parametrize(("length", "offered"), [(52, True), (53, False)])
def test_a_snapshot_is_not_offered_where_its_name_would_be_too_long(
    length: int, offered: bool, argo: Customizations, pipelines: Sequence[Recorded]
) -> None:
    document = deepcopy(dict(pipelines[0].document))
    document["metadata"]["name"] = "a" * length
    assert argo.offered(document)["snapshot"] is offered
    made = argo.act("snapshot", document)
    assert isinstance(made, Create)
    assert (len(made.resource["metadata"]["name"]) <= 63) is offered


def test_rerunning_replays_gives_each_the_next_run(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    offered = [s for s in pipelines if argo.offered(s.document)["rerun-replay"]]
    assert any(len(s.document["spec"]["replays"]) > 1 for s in offered)
    for seen in offered:
        replays = seen.document["spec"]["replays"]
        again = [{**r, "nonce": r.get("nonce", 0) + 1} for r in replays]
        assert argo.act("rerun-replay", seen.document) == Patch({"spec": {"replays": again}})
    without = [s for s in pipelines if not s.document["spec"].get("replays")]
    assert {argo.offered(s.document)["rerun-replay"] for s in without} == {False}


def test_every_result_is_a_resource_that_the_operator_takes(
    argo: Customizations, pipelines: Sequence[Recorded]
) -> None:
    for seen in pipelines:
        for name in (n for n, is_offered in argo.offered(seen.document).items() if is_offered and n != "snapshot"):
            patch = argo.act(name, seen.document)
            assert isinstance(patch, Patch)
            changed = merged({k: v for k, v in seen.document.items() if k != "status"}, patch.changes)
            parse_manifest(changed, name)


def test_empty_maps_and_lists_stay_what_they_are(argo: Customizations, pipelines: Sequence[Recorded]) -> None:
    document: dict[str, Any] = json.loads(json.dumps(pipelines[0].document))
    document["spec"]["flink"] = {"properties": {"mine": {}}, "scoring": {"rules": []}}
    document["spec"]["remediation"] = {"invalidRecords": {"actions": []}}
    assert argo.act("suspend", document) == Patch({"spec": {"suspend": True}})


def merged(before: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """As the API server carries out a merge patch."""
    after = dict(before)
    for key, value in patch.items():
        if isinstance(value, Mapping):
            after[key] = merged(after.get(key) or {}, value)
        elif value is None:
            after.pop(key, None)
        else:
            after[key] = value
    return after
