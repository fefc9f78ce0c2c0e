"""A real API server judges manifests as the types do: same table as tests/unit/operator/test_api_manifests.py."""

from pathlib import Path

import pytest
import yaml
from kubernetes.client.exceptions import ApiException

from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.snapshot import parse_snapshot
from support.kube import Resources
from support.manifests import ACCEPTED, REFUSED, Manifest

EXAMPLES = sorted((Path(__file__).parents[2] / "deploy/examples").glob("*.yaml"))


def of_kind(case: Manifest, resources: Resources, snapshots: Resources) -> Resources:
    return resources if case.kind == "AuthPulse" else snapshots


@pytest.mark.parametrize("case", ACCEPTED, ids=str)
def test_the_api_server_accepts_and_fills_in_the_same_defaults(
    case: Manifest, resources: Resources, snapshots: Resources
) -> None:
    stored = of_kind(case, resources, snapshots).create(case.document())
    parse = parse_manifest if case.kind == "AuthPulse" else parse_snapshot
    typed = parse(case.document(), "test").spec
    assert stored["spec"] == typed.model_dump(mode="json", by_alias=True, exclude_none=True)


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
