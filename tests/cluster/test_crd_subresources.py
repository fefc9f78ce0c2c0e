"""Status, scale, columns and names as a real API server has them."""

from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from authpulse_operator.api.definitions import AUTHPULSE, KINDS, SNAPSHOT, Kind
from authpulse_operator.api.schema import Schema, structural
from support.kube import ApiServer, Resources
from support.manifests import document, replay


def sample(schema: Schema) -> Any:
    """A value with everything in it that the schema knows."""
    if "enum" in schema:
        return schema["enum"][0]
    match schema["type"]:
        case "object" if "properties" in schema:
            return {name: sample(field) for name, field in schema["properties"].items()}
        case "object":
            return {"any": {"thing": [1, "a", None, {"deep": True}]}}
        case "array":
            return [sample(schema["items"])]
        case "string":
            return "2026-01-01T00:00:00Z" if schema.get("format") == "date-time" else "text"
    return {"integer": 7, "boolean": True, "number": 0.5}[schema["type"]]


@pytest.fixture
def dev(resources: Resources) -> Resources:
    """With a resource named dev."""
    resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))
    return resources


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.kind)
def test_all_that_the_operator_knows_to_say_is_stored(kind: Kind, resources: Resources, snapshots: Resources) -> None:
    store = {AUTHPULSE: resources, SNAPSHOT: snapshots}[kind]
    store.create(document(kind.kind, {"environment": "dev"} if kind is AUTHPULSE else {"authPulse": "dev"}, name="dev"))
    everything = sample(structural(kind.status))
    store.merge("dev", {"status": everything}, "status")
    stored = store.get("dev")["status"]
    assert stored == everything
    assert kind.status.model_validate(stored).model_dump(mode="json", by_alias=True, exclude_none=True) == everything


def test_a_word_of_a_newer_operator_is_stored(dev: Resources) -> None:
    condition = sample(structural(AUTHPULSE.status))["conditions"][0] | {"type": "Newer", "reason": "NewerToo"}
    dev.merge("dev", {"status": {"conditions": [condition]}}, "status")
    assert dev.get("dev")["status"]["conditions"] == [condition]


def test_nothing_is_added_to_a_status(dev: Resources) -> None:
    assert "status" not in dev.get("dev")
    dev.merge("dev", {"status": {"idle": True}}, "status")
    assert dev.get("dev")["status"] == {"idle": True}


def test_the_status_is_not_written_with_the_resource(resources: Resources) -> None:
    created = resources.create(
        document("AuthPulse", {"environment": "dev"}, name="dev") | {"status": {"idle": True}},
    )
    merged = resources.merge("dev", {"status": {"idle": True}})
    assert "status" not in created
    assert "status" not in merged


def test_the_spec_is_not_written_with_the_status(dev: Resources) -> None:
    written = dev.merge("dev", {"spec": {"suspend": True}, "status": {"idle": True}}, "status")
    assert (written["spec"]["suspend"], written["metadata"]["generation"]) == (False, 1)


def test_an_unknown_field_is_left_out_where_nobody_asks_for_strictness(dev: Resources) -> None:
    newer = document("AuthPulse", {"environment": "dev", "newer": {"thing": 1}}, name="newer")
    created = dev.create(newer, field_validation="Ignore")
    assert "newer" not in created["spec"]


def test_scaling_sets_the_parallelism(dev: Resources) -> None:
    dev.merge("dev", {"status": {"application": {**application(), "parallelism": 3}}}, "status")
    scale = dev.get("dev", "scale")
    assert (scale["spec"]["replicas"], scale["status"]["replicas"]) == (2, 3)
    dev.merge("dev", {"spec": {"replicas": 5}}, "scale")
    assert dev.get("dev")["spec"]["flink"]["parallelism"] == 5


@pytest.mark.parametrize(("replicas", "said"), [(257, "spec.flink.parallelism"), (3, "outside of autoscaling")])
def test_scaling_is_held_to_the_rules_of_the_spec(replicas: int, said: str, resources: Resources) -> None:
    flink = {"parallelism": 2, "autoscaling": {"parallelism": {"max": 2 if replicas == 3 else 256}}}
    resources.create(document("AuthPulse", {"environment": "dev", "flink": flink}, name="dev"))
    with pytest.raises(ApiException) as refusal:
        resources.merge("dev", {"spec": {"replicas": replicas}}, "scale")
    assert refusal.value.status == 422
    assert said in refusal.value.body


def test_two_managers_each_keep_a_replay_of_their_own(dev: Resources) -> None:
    for name in ("one", "two"):
        mine = document("AuthPulse", {"environment": "dev", "replays": [replay(name=name)]}, name="dev")
        dev.apply("dev", mine, manager=name)
    assert [r["name"] for r in dev.get("dev")["spec"]["replays"]] == ["one", "two"]


def test_the_columns_tell_how_it_stands(dev: Resources) -> None:
    condition = {
        "type": "Ready",
        "status": "True",
        "reason": "Healthy",
        "message": "all is well",
        "observedGeneration": 1,
        "lastTransitionTime": "2026-01-01T00:00:00Z",
    }
    status = {
        "conditions": [condition],
        "application": application(),
        "lag": "under 10 s",
        "snapshots": {"latest": "nightly"},
    }
    dev.merge("dev", {"status": status}, "status")
    row = table(dev)
    assert row.pop("Age")
    assert row.pop("Name") == "dev"
    assert row == {
        "Ready": "True",
        "Job": "RUNNING",
        "Version": 4,
        "Lag": "under 10 s",
        "Reason": "Healthy",
        "Message": "all is well",
        "Environment": "dev",
        "Snapshot": "nightly",
    }


def test_the_kinds_are_found_by_short_names_and_categories(api_server: ApiServer) -> None:
    answer = api_server.ask("/apis/authpulse.io/v1alpha1")
    found = {r["name"]: (r["shortNames"], r["categories"]) for r in answer["resources"] if "shortNames" in r}
    assert found == {
        "authpulses": (["apulse"], ["all"]),
        "authpulsesnapshots": (["apsnap"], ["all"]),
    }


def application() -> dict[str, Any]:
    return {"name": "authpulse-dev", "status": "RUNNING", "versionId": 4, "code": "code/a.zip"}


def table(resources: Resources) -> dict[str, Any]:
    """The only row of what kubectl prints with -o wide."""
    path = f"/apis/authpulse.io/v1alpha1/namespaces/{resources.namespace}/{resources.plural}"
    answer = resources.server.ask(path, accept="application/json;as=Table;v=v1;g=meta.k8s.io")
    (row,) = answer["rows"]
    return {c["name"]: cell for c, cell in zip(answer["columnDefinitions"], row["cells"], strict=True)}
