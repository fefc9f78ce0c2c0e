"""A real API server judges manifests as the types do: same table as tests/unit/operator/test_api_manifests.py."""

from pathlib import Path

import pytest
import yaml
from kubernetes.client.exceptions import ApiException

from authpulse_operator.adapters.kube.comparing import has
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.snapshot import parse_snapshot
from support.kube import Resources
from support.manifests import ACCEPTED, REFUSED, Manifest, document

EXAMPLES = sorted((Path(__file__).parents[2] / "deploy/examples").glob("*.yaml"))


def of_kind(case: Manifest, resources: Resources, snapshots: Resources) -> Resources:
    return resources if case.kind == "AuthPulse" else snapshots


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_the_api_server_accepts_and_what_it_fills_in_changes_no_meaning(
    case: Manifest, resources: Resources, snapshots: Resources
) -> None:
    stored = of_kind(case, resources, snapshots).create(case.document())
    parse = parse_manifest if case.kind == "AuthPulse" else parse_snapshot
    typed = parse(case.document(), "test").spec
    assert parse({**case.document(), "spec": stored["spec"]}, "stored").spec == typed
    assert has(typed.model_dump(mode="json", by_alias=True), stored["spec"])


def test_a_section_that_nobody_wrote_is_filled_in_only_where_something_in_it_is_fixed(resources: Resources) -> None:
    spec = resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))["spec"]
    assert {name for name, value in spec.items() if isinstance(value, dict | list)} == {"aws", "lakehouse", "flink"}
    assert not any(isinstance(value, dict | list) for value in spec["flink"].values())


def test_a_section_can_be_added_later_and_taken_away(resources: Resources) -> None:
    made = resources.create(document("AuthPulse", {"environment": "dev"}, name="dev"))
    name, health = made["metadata"]["name"], {"health": {"stableForSeconds": 5}}
    filled = resources.merge(name, {"spec": {"aws": {"credentials": {"secretName": "s"}}, "flink": health}})["spec"]
    assert (filled["aws"]["region"], filled["flink"]["health"]["timeoutSeconds"]) == ("us-east-1", 600)
    assert resources.merge(name, {"spec": {"aws": None, "flink": None}})["spec"] == made["spec"]


@pytest.mark.parametrize("case", REFUSED, ids=str)
def test_the_api_server_refuses(case: Manifest, resources: Resources, snapshots: Resources) -> None:
    with pytest.raises(ApiException) as refusal:
        of_kind(case, resources, snapshots).create(case.document())
    assert refusal.value.status in (400, 422)  # 400 is what an unknown field gets
    for part in case.refused_with:
        assert part in refusal.value.body


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda p: p.name)
def test_an_example_is_accepted(path: Path, resources: Resources) -> None:
    assert resources.create(yaml.safe_load(path.read_text()))["metadata"]["generation"] == 1
