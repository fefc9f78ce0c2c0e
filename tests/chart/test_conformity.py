"""helm-unittest's suites, and kubeconform with the schemas of the API server itself: nothing is fetched or skipped."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml

from authpulse.cli.places import ROOT
from support.helm import CHART, rendered, run
from support.kube import ApiServer

pytestmark = pytest.mark.timeout(300)

MONITORING = ("PodMonitor", "ServiceMonitor", "PrometheusRule")
"""Kinds of the Prometheus operator, which has no schema here: the suites in the chart have their snapshots."""


def test_the_charts_own_suites_pass_and_no_snapshot_is_left_over() -> None:
    said = run("helm-unittest", "--strict", "--color=false", str(CHART))
    assert "1 passed, 1 total" in said
    assert "obsolete" not in said
    assert "written" not in said, "a snapshot is not committed"


def test_the_chart_conforms(api_server: ApiServer, tmp_path: Path) -> None:
    schemas = written_schemas(api_server, tmp_path / "schemas")
    everything = ("localstack.enabled=true", "podDisruptionBudget.enabled=true", "networkPolicy.enabled=true",
                  "monitoring.dashboards.enabled=true", "monitoring.rules.enabled=true",
                  "monitoring.podMonitor.enabled=true", "monitoring.serviceMonitor.enabled=true")  # fmt: skip
    for settings in ((), everything, ("namespaces={a,b}", *everything)):
        documents = rendered(*settings)
        conform([d for d in documents if d["kind"] not in MONITORING], schemas)
        assert (len({d["kind"] for d in documents} & set(MONITORING)) == 3) == bool(settings)


def test_manifests_and_a_kind_that_is_wrong(api_server: ApiServer, tmp_path: Path) -> None:
    schemas = written_schemas(api_server, tmp_path / "schemas")
    text = run("kubectl", "kustomize", str(ROOT / "deploy/manifests"))
    documents = [d for d in yaml.safe_load_all(text) if d]
    conform(documents, schemas)
    wrong = next(d for d in documents if d["kind"] == "Deployment")
    wrong["spec"]["template"]["spec"]["containers"][0]["imagePullPolice"] = "Always"
    with pytest.raises(AssertionError, match="imagePullPolice"):
        conform([wrong], schemas)


def conform(documents: list[dict[str, Any]], schemas: Path) -> None:
    """Raises HelmFailed, which names what does not."""
    location = f"{schemas}/{{{{.ResourceKind}}}}{{{{.KindSuffix}}}}.json"
    run("kubeconform", "-strict", "-schema-location", location, "-", stdin=yaml.safe_dump_all(documents))


def written_schemas(api_server: ApiServer, folder: Path) -> Path:
    """One file for each kind that the server serves, closed: a field that it does not know is an error."""
    folder.mkdir()
    definitions = api_server.ask("/openapi/v2")["definitions"]
    for schema in definitions.values():
        if "properties" in schema:
            schema["additionalProperties"] = False
        if schema.get("format") == "int-or-string":
            schema["type"] = ["integer", "string"]
    text = json.dumps({"definitions": definitions}).replace('"#/definitions/', '"definitions.json#/definitions/')
    (folder / "definitions.json").write_text(text)
    for name, schema in definitions.items():
        for kind in schema.get("x-kubernetes-group-version-kind", ()):
            parts = (kind["kind"], kind["group"].split(".")[0], kind["version"])
            file = folder / ("-".join(part for part in parts if part).lower() + ".json")
            file.write_text(json.dumps({"$ref": f"definitions.json#/definitions/{name}"}))
    return folder
