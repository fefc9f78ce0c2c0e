"""Resources that were stored under the definitions of the last release are good under the present ones."""

from pathlib import Path
from typing import Any

import yaml
from kubernetes import client

from authpulse_operator.adapters.kube.comparing import has
from authpulse_operator.api.definitions import AUTHPULSE
from authpulse_operator.api.schema import Schema
from authpulse_operator.api.spec import Spec
from authpulse_operator.generate import CRDS, ROOT, crd_name
from support.kube import ApiServer, Resources, until
from support.manifests import ACCEPTED

GROUP = "upgrade.authpulse.io"
"""A group of its own: the other tests' definitions stay as they are."""


def read(path: Path) -> dict[str, Any]:
    definition: dict[str, Any] = yaml.safe_load(path.read_text().replace("authpulse.io", GROUP))
    return definition


def schema_of_spec(definition: dict[str, Any]) -> Schema:
    schema: Schema = definition["spec"]["versions"][0]["schema"]["openAPIV3Schema"]["properties"]["spec"]
    return schema


def test_what_was_stored_under_the_last_release_can_be_read_and_changed(
    api_server: ApiServer, namespace: str, tmp_path: Path
) -> None:
    previous = tmp_path / "previous.yaml"
    previous.write_text(yaml.safe_dump(read(ROOT / CRDS / "previous" / crd_name(AUTHPULSE))))
    api_server.install([previous])
    store = Resources(api_server, namespace, group=GROUP)
    names = []
    for number, case in enumerate(c for c in ACCEPTED if c.kind == AUTHPULSE.kind):
        manifest = {**case.document(f"case-{number}"), "apiVersion": f"{GROUP}/v1alpha1"}
        stored = store.create(manifest, field_validation="Ignore")  # fields newer than the release are left out
        names.append(stored["metadata"]["name"])

    present = read(ROOT / CRDS / crd_name(AUTHPULSE))
    schema_of_spec(present)["properties"]["mark"] = {"type": "string", "default": "upgraded"}
    extensions = client.ApiextensionsV1Api(api_server.client())
    extensions.patch_custom_resource_definition(present["metadata"]["name"], present)
    until(lambda: "mark" in store.get(names[0])["spec"], "the present definition is served")

    for name in names:
        spec = {k: v for k, v in store.get(name)["spec"].items() if k != "mark"}
        assert has(Spec.model_validate(spec).model_dump(mode="json", by_alias=True), spec)
        assert store.merge(name, {"spec": {"adopt": True}})["spec"]["adopt"] is True
