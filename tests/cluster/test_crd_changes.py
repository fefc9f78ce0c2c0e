"""Which changes of a stored resource a real API server refuses, and what it says."""

from dataclasses import dataclass
from typing import Any

import pytest
from kubernetes.client.exceptions import ApiException

from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.definitions import AUTHPULSE, KINDS, Kind
from support.kube import Resources
from support.manifests import document

VALUES: dict[str, tuple[Any, Any]] = {
    "environment": ("dev", "prod"),
    "aws.region": ("eu-west-1", "us-west-2"),
    "aws.account": ("123456789012", "210987654321"),
    "aws.endpoint": ("http://127.0.0.1:4566", "http://127.0.0.1:4567"),
    "lakehouse.bucket": ("ours", "theirs"),
    "flink.applicationName": ("pulse", "beat"),
    "flink.vpc.subnetIds": (["subnet-1"], ["subnet-1", "subnet-2"]),
    "flink.vpc.securityGroupIds": (["sg-1"], ["sg-2"]),
    "authPulse": ("dev", "prod"),
    "snapshotName": ("one", "two"),
    "alreadyExists": (True, False),
}
"""For every field that cannot change: a value, and another."""
COMPANIONS: dict[str, dict[str, Any]] = {
    "flink.vpc.subnetIds": {"flink.vpc.securityGroupIds": ["sg-1"]},
    "flink.vpc.securityGroupIds": {"flink.vpc.subnetIds": ["subnet-1"]},
    "alreadyExists": {"snapshotName": "one"},
}
"""What has to be there beside it."""
LEAST = {"AuthPulse": {"environment": "dev"}, "AuthPulseSnapshot": {"authPulse": "dev"}}


@dataclass(frozen=True)
class Fixed:
    """A field that cannot change."""

    kind: Kind
    path: str

    def __str__(self) -> str:
        return self.path

    @property
    def is_required(self) -> bool:
        return self.path in LEAST[self.kind.kind]

    def spec(self, value: Any) -> dict[str, Any]:
        return spelled({**LEAST[self.kind.kind], **COMPANIONS.get(self.path, {}), self.path: value})

    def without(self) -> dict[str, Any]:
        return spelled({"flink.vpc" if self.path.startswith("flink.vpc.") else self.path: None})


FIXED = [
    Fixed(kind, path) for kind in KINDS for path, change in fields_with_changes(kind.spec) if change is Change.REDEPLOY
]
OPTIONAL = [f for f in FIXED if not f.is_required]


def spelled(values: dict[str, Any]) -> dict[str, Any]:
    """Values by their paths as a document."""
    document: dict[str, Any] = {}
    for path, value in values.items():
        *sections, field = path.split(".")
        level = document
        for section in sections:
            level = level.setdefault(section, {})
        level[field] = value
    return document


@pytest.fixture
def stores(resources: Resources, snapshots: Resources) -> dict[str, Resources]:
    return {"AuthPulse": resources, "AuthPulseSnapshot": snapshots}


def refusal(store: Resources, changes: dict[str, Any]) -> str:
    with pytest.raises(ApiException) as refused:
        store.merge("dev", {"spec": changes})
    assert refused.value.status == 422
    return str(refused.value.body)


def tells(said: str, path: str) -> bool:
    """Names the field, or the section that it came or went with, and the way out."""
    section = path.rpartition(".")[0]
    return any(f"{p} cannot be changed: make a new resource" in said for p in (path, section))


@pytest.mark.parametrize("field", FIXED, ids=str)
def test_a_fixed_field_cannot_be_changed(field: Fixed, stores: dict[str, Resources]) -> None:
    store = stores[field.kind.kind]
    value, other = VALUES[field.path]
    store.create(document(field.kind.kind, field.spec(value), name="dev"))
    said = refusal(store, spelled({field.path: other}))
    assert f"spec.{field.path}: Invalid value" in said
    assert tells(said, field.path)


@pytest.mark.parametrize("field", OPTIONAL, ids=str)
def test_a_fixed_field_cannot_be_set_later(field: Fixed, stores: dict[str, Resources]) -> None:
    store = stores[field.kind.kind]
    store.create(document(field.kind.kind, LEAST[field.kind.kind], name="dev"))
    assert tells(refusal(store, field.spec(VALUES[field.path][0])), field.path)


@pytest.mark.parametrize("field", OPTIONAL, ids=str)
def test_a_fixed_field_cannot_be_taken_away(field: Fixed, stores: dict[str, Resources]) -> None:
    store = stores[field.kind.kind]
    store.create(document(field.kind.kind, field.spec(VALUES[field.path][0]), name="dev"))
    assert tells(refusal(store, field.without()), field.path)


def test_a_section_with_fixed_fields_cannot_be_taken_away(resources: Resources) -> None:
    """The defaults of the section come in its place, and they are not what was there."""
    resources.create(document("AuthPulse", {"environment": "dev", "aws": {"region": "eu-west-1"}}, name="dev"))
    assert tells(refusal(resources, {"aws": None}), "aws.region")


def test_a_fixed_field_at_its_default_may_be_said_or_left_out(resources: Resources) -> None:
    resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))
    said = resources.merge("dev", {"spec": {"aws": {"region": "us-east-1"}}})
    left_out = resources.merge("dev", {"spec": {"aws": None}})
    assert [r["metadata"]["generation"] for r in (said, left_out)] == [1, 1]


ROLE = "arn:aws:iam::123456789012:role/pulse"
AROUND_FOUR = {"flink.parallelism": 4, "flink.autoscaling.parallelism": {"max": 8}}


@pytest.mark.parametrize(
    ("sentence", "before", "after", "said"),
    [
        (
            "bounds of shards that shrink to below the shards",
            {"stream.shards": 4, "stream.scaling": {"max": 8}},
            {"stream.scaling.max": 3},
            "shards is outside of scaling",
        ),
        (
            "bounds of parallelism that shrink to below it",
            AROUND_FOUR,
            {"flink.autoscaling.parallelism.max": 3},
            "parallelism is outside of autoscaling.parallelism",
        ),
        (
            "parallelism that grows out of its bounds",
            AROUND_FOUR,
            {"flink.parallelism": 9},
            "parallelism is outside of autoscaling.parallelism",
        ),
        (
            "a second source of credentials",
            {"aws.credentials.secretName": "aws"},
            {"aws.credentials.roleArn": ROLE},
            "roleArn and secretName exclude each other",
        ),
        (
            "a nonce that goes back",
            {"flink.redeploy": {"snapshot": "a", "nonce": 2}},
            {"flink.redeploy.nonce": 1},
            "redeploy.nonce must not go back",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and " " in value else "",
)
def test_a_change_is_refused(
    sentence: str, before: dict[str, Any], after: dict[str, Any], said: str, resources: Resources
) -> None:
    resources.create(document("AuthPulse", spelled({"environment": "dev", **before}), name="dev"))
    assert said in refusal(resources, spelled(after))


@pytest.mark.parametrize(
    ("sentence", "before", "after"),
    [
        ("bounds of shards that grow", {"stream.scaling.max": 3}, {"stream.scaling.max": 300}),
        ("bounds of shards that close in on them", {"stream.scaling.max": 8}, {"stream.scaling": {"min": 2, "max": 2}}),
        ("bounds that go away", {"stream.scaling.max": 3}, {"stream.scaling": None}),
        (
            "another source of credentials",
            {"aws.credentials.secretName": "aws"},
            {"aws.credentials.secretName": None, "aws.credentials.roleArn": ROLE},
        ),
        ("the next nonce", {"flink.redeploy": {"snapshot": "a", "nonce": 1}}, {"flink.redeploy.nonce": 2}),
        ("no redeployment any more", {"flink.redeploy": {"snapshot": "a", "nonce": 1}}, {"flink.redeploy": None}),
        ("a section that goes back to its defaults", {"flink.health.maxRestarts": 1}, {"flink.health": None}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_change_is_accepted(
    sentence: str, before: dict[str, Any], after: dict[str, Any], resources: Resources
) -> None:
    resources.create(document("AuthPulse", spelled({"environment": "dev", **before}), name="dev"))
    assert resources.merge("dev", {"spec": spelled(after)})["metadata"]["generation"] == 2


def test_a_resource_with_fixed_fields_takes_changes_beside_them(resources: Resources) -> None:
    every = spelled({f.path: VALUES[f.path][0] for f in FIXED if f.kind is AUTHPULSE})
    resources.create(document("AuthPulse", every, name="dev"))
    assert resources.merge("dev", {"spec": {"suspend": True}})["metadata"]["generation"] == 2
