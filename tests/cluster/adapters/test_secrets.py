"""Credentials that are read where they lie, and snapshots that resources stand for."""

import base64
from typing import Any

import pytest

from authpulse_operator.adapters.kube.api import KubeApi
from authpulse_operator.adapters.kube.kinds import SECRETS, SNAPSHOTS, Owner
from authpulse_operator.adapters.kube.lists import SharedLists
from authpulse_operator.adapters.kube.references import KubeSnapshotReferences
from authpulse_operator.adapters.kube.secrets import KubeSecrets
from authpulse_operator.core.errors import Terminal

KEYS = {"aws_access_key_id": "AKIA1", "aws_secret_access_key": "secret\n"}


def keep(api: KubeApi, namespace: str, **text: str) -> None:
    api.create(SECRETS, {"metadata": {"namespace": namespace, "name": "aws"}, "stringData": text})


def test_credentials_are_as_boto_names_them(api: KubeApi, namespace: str) -> None:
    keep(api, namespace, **KEYS, other="x")
    read = KubeSecrets(api).credentials(namespace, "aws")
    assert read == {"aws_access_key_id": "AKIA1", "aws_secret_access_key": "secret"}


def test_a_rotated_key_is_used_at_once(api: KubeApi, namespace: str) -> None:
    keep(api, namespace, **KEYS)
    secrets = KubeSecrets(api)
    secrets.credentials(namespace, "aws")
    api.patch(SECRETS, namespace, "aws", {"stringData": {"aws_access_key_id": "AKIA2", "aws_session_token": "t"}})
    read = secrets.credentials(namespace, "aws")
    assert (read["aws_access_key_id"], read["aws_session_token"]) == ("AKIA2", "t")


def test_a_secret_that_is_missing_is_named_with_what_it_takes(api: KubeApi, namespace: str) -> None:
    with pytest.raises(Terminal, match=f"Secret {namespace}/aws .* does not exist; make it with .*aws_access_key_id"):
        KubeSecrets(api).credentials(namespace, "aws")


def test_a_key_that_is_missing_is_named_and_the_others_not_shown(api: KubeApi, namespace: str) -> None:
    keep(api, namespace, aws_access_key_id="AKIA1")
    with pytest.raises(Terminal, match="has no aws_secret_access_key") as refused:
        KubeSecrets(api).credentials(namespace, "aws")
    assert "AKIA1" not in str(refused.value)


def test_what_is_no_text_is_no_key(api: KubeApi, namespace: str) -> None:
    data = {name: base64.b64encode(b"\xff\xfe").decode() for name in KEYS}
    api.create(SECRETS, {"metadata": {"namespace": namespace, "name": "aws"}, "data": data})
    with pytest.raises(Terminal, match="holds what is no text"):
        KubeSecrets(api).credentials(namespace, "aws")


def snapshot(api: KubeApi, namespace: str, name: str, **spec: object) -> str:
    manifest = {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulseSnapshot",
        "metadata": {"namespace": namespace, "name": name},
        "spec": {"authPulse": "dev", **spec},
    }
    return str(api.create(SNAPSHOTS, manifest)["metadata"]["uid"])


def test_snapshots_that_resources_stand_for_are_kept(api: KubeApi, owner: Owner) -> None:
    namespace = owner.namespace
    uid = snapshot(api, namespace, "by-default")
    snapshot(api, namespace, "named", snapshotName="before-the-change")
    snapshot(api, namespace, "taken")
    api.patch(SNAPSHOTS, namespace, "taken", {"status": {"snapshotName": "as-it-is"}}, subresource="status")
    snapshot(api, namespace, "of-another", authPulse="prod")
    kept = KubeSnapshotReferences(SharedLists(api), owner).kept()
    assert kept == {f"by-default-{uid[:8]}", "before-the-change", "as-it-is"}


def test_one_that_no_version_here_can_read_stands_for_none(owner: Owner) -> None:
    class Lists(SharedLists):
        def all(self, *_: object, **__: object) -> list[dict[str, Any]]:
            return [{"metadata": {"name": "newer"}, "spec": {"authPulse": "dev", "aura": "blue"}}]

    assert KubeSnapshotReferences(Lists(None), owner).kept() == frozenset()
