"""What `make generate` writes is what it would write now, and says all there is to say."""

import json
import os
import re
import sys
from typing import Any

import pytest
import yaml

from authpulse.cli.places import ROOT
from authpulse_operator.runtime.metrics import PREFIX, TABLE
from authpulse_operator.runtime.settings import OperatorSettings
from support.helm import CHART, HelmFailed, rendered, run

sys.path.insert(0, str(ROOT / "scripts"))

import charting

SET_BY_TEMPLATES = {
    *("namespaces", "worker_image", "worker_image_pull_policy", "worker_image_pull_secrets", "worker_service_account"),
    *("aws_endpoint", "grace_seconds", "http_address", "health_port", "metrics_port"),
    *("code", "rules"),  # where the image has them
    "peering",  # one replica with Recreate needs none
    "reload",  # a development loop sets it by extraEnv
}


def test_generated_files_are_up_to_date() -> None:
    stale = [str(path.relative_to(ROOT)) for path, text in charting.files().items() if path.read_text() != text]
    assert stale == [], "run make generate"


def test_manifests_are_what_the_chart_renders(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{os.environ['PATH']}:{os.environ['KUBEBUILDER_ASSETS']}")
    made = charting.manifests()
    assert charting.SECURITY.read_text() == charting.security()[charting.SECURITY], "run make generate"
    stale = [path.name for path, text in made.items() if path.read_text() != text]
    assert stale == [], "run make generate"
    assert {path.name for path in charting.MANIFESTS.iterdir()} == {path.name for path in made}


def test_a_value_without_a_comment_is_refused() -> None:
    with pytest.raises(charting.UndocumentedError, match=r"values.yaml:3: some.thing: no comment above it"):
        charting.values("# Some.\nsome:\n  thing: 1\n")


def test_all_of_the_operators_settings_can_be_set() -> None:
    values = yaml.safe_load((CHART / "values.yaml").read_text())
    named = {re.sub(r"([A-Z])", lambda m: f"_{m[1].lower()}", key) for key in values["settings"]}
    assert named == set(OperatorSettings.model_fields) - SET_BY_TEMPLATES


@pytest.mark.parametrize(
    ("setting", "wanted"),
    [
        ("crds.enable=true", "enable"),
        ("settings.pollSeconds=0", "pollSeconds"),
        ("image.digest=sha256:12", "digest"),
        ("namespaces={Big}", "namespaces"),
        ("workers.image.pullPolicy=Sometimes", "pullPolicy"),
        ("localstack.port=80", "port"),
    ],
    ids=[
        "a key that is misspelt",
        "a number out of its range",
        "a digest that is none",
        "a namespace that cannot be",
        "a word that is not one of the choice",
        "a port that only root may bind",
    ],
)
def test_the_schema_refuses(setting: str, wanted: str) -> None:
    with pytest.raises(HelmFailed, match=wanted):
        rendered(setting)


def test_the_operators_defaults_and_the_schemas_bounds_are_the_settings() -> None:
    schema = json.loads((CHART / "values.schema.json").read_text())["properties"]["settings"]["properties"]
    given = OperatorSettings.model_json_schema()["properties"]
    for name, field in schema.items():
        own = given[re.sub(r"([A-Z])", lambda m: f"_{m[1].lower()}", name)]
        pairs = {key: own[key] for key in ("minimum", "maximum", "exclusiveMinimum") if key in own}
        assert {key: field.get(key) for key in pairs} == pairs, name


def test_lint_finds_nothing() -> None:
    assert "0 chart(s) failed" in run("helm", "lint", "--strict", str(CHART))


@pytest.mark.parametrize("name", ["operator", "pipeline"])
def test_a_dashboard_reads_metrics_that_there_are(name: str) -> None:
    dashboard = json.loads((CHART / f"dashboards/{name}.json").read_text())
    targets = [target for panel in dashboard["panels"] for target in panel["targets"]]
    assert targets
    asked = {m for t in targets for m in re.findall(rf"{PREFIX}(\w+?)(?:_bucket)?\{{", t.get("expr", ""))}
    assert asked <= {metric.name for metric in TABLE}
    assert asked or all(target["metricName"] for target in targets)


def test_alerts_read_metrics_that_there_are() -> None:
    (rule,) = _of_kind(rendered("monitoring.rules.enabled=true"), "PrometheusRule")
    alerts = [alert for group in rule["spec"]["groups"] for alert in group["rules"]]
    asked = {m for alert in alerts for m in re.findall(rf"{PREFIX}(\w+?)\{{", alert["expr"])}
    assert asked
    assert asked <= {metric.name for metric in TABLE}


def _of_kind(documents: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [document for document in documents if document["kind"] == kind]
