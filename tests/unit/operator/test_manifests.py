"""Manifests: what is accepted, and how a mistake is explained."""

from pathlib import Path

import pytest

from authpulse.cli.places import ROOT
from authpulse.documents import read_yaml
from authpulse.errors import InputError
from authpulse_operator.api.changes import Change, fields_with_changes
from authpulse_operator.api.reasons import Reason
from authpulse_operator.api.resource import parse_manifest
from authpulse_operator.api.spec import Spec
from authpulse_operator.core.meaning import Surroundings, rules_of, settings_of
from doubles.cases import NAMES, RULE, resource, settings
from flink_job.rules import RuleError

RULES = {
    "version": 1,
    "rules": [
        {
            "id": "BURST_LOGIN",
            "title": "Many",
            "key": "user_id",
            "metric": "attempts",
            "window": "1h",
            "compare": ">",
            "threshold": 50,
            "points": 25,
        }
    ],
}


def manifest(**spec):
    return {
        "apiVersion": "authpulse.io/v1alpha1",
        "kind": "AuthPulse",
        "metadata": {"name": "dev", "labels": {"team": "security"}},
        "spec": {"environment": "dev", **spec},
    }


def replay(**changes):
    return {"name": "sample", "input": "log.csv", "format": "lanl-cyber1", **changes}


@pytest.mark.parametrize(
    ("document", "message"),
    [
        (manifest(flink={"paralelism": 2}), "spec.flink.paralelism: no such key; did you mean `parallelism`?"),
        (manifest(flink={"parallelism": 0}), "spec.flink.parallelism: 0 is below 1"),
        (manifest(flink={"parallelism": "two"}), "spec.flink.parallelism: 'two' is not a whole number"),
        (manifest(flink={"parallelismPerKPU": 9}), "spec.flink.parallelismPerKPU: 9 is above 8"),
        (
            manifest(flink={"runtime": "FLINK-1_20"}),
            "spec.flink.runtime: 'FLINK-1_20' is not known; did you mean `FLINK-2_2`?",
        ),
        (manifest(stream=3), "spec.stream: 3 is not a mapping"),
        (manifest(suspend="maybe"), "spec.suspend: 'maybe' is not true or false"),
        (manifest(replays=[replay(formt="x")]), "spec.replays[0].formt: no such key; did you mean `format`?"),
        (
            manifest(replays=[replay(rate=5, speedup=2)]),
            "spec.replays[0].speedup: rate and speedup exclude each other; keep one",
        ),
        (
            manifest(replays=[replay(), replay()]),
            "spec.replays: two replays are named sample; a replay is known by its name",
        ),
        (manifest(replays=[{"name": "a", "format": "lanl-auth"}]), "spec.replays[0].input: missing"),
        (
            manifest(deletionPolicy="Keep"),
            "spec.deletionPolicy: 'Keep' is not known; there are Retain, Snapshot, Delete",
        ),
        ({**manifest(), "kind": "Deployment"}, "kind: 'Deployment' is not AuthPulse"),
        ({**manifest(), "apiVersion": "v1"}, "apiVersion: 'v1' is not known; there are authpulse.io/v1alpha1"),
        ({k: v for k, v in manifest().items() if k != "spec"}, "spec: missing"),
        ([], "wanted a mapping at the top"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_mistake_is_explained_in_one_line(document, message: str) -> None:
    with pytest.raises(InputError) as error:
        parse_manifest(document, "dev.yaml")
    assert str(error.value) == f"dev.yaml: {message}"


def test_several_mistakes_are_all_named() -> None:
    with pytest.raises(InputError) as error:
        parse_manifest(manifest(suspend="x", stream={"shards": 0}), "dev.yaml")
    assert len(str(error.value).splitlines()) == 2


def test_every_field_of_the_spec_says_what_changing_it_means() -> None:
    fields = dict(fields_with_changes(Spec))
    assert [name for name, change in fields.items() if change is None] == []
    assert fields["flink.parallelismPerKPU"] is Change.RESTART
    assert fields["environment"] is Change.REDEPLOY


def test_every_reason_has_a_word_and_a_sentence() -> None:
    assert all(r.isidentifier() and r.meaning.endswith(".") for r in Reason)


def test_fields_that_restart_the_job_and_no_others_change_its_settings() -> None:
    plain = settings(resource())
    assert (
        plain.differences(settings(resource(flink={"health": {"stableForSeconds": 1}}, deletionPolicy="Retain"))) == []
    )
    changed = settings(resource(flink={"scoring": {"order": "event-time"}, "checkpointing": {"intervalSeconds": 5}}))
    assert plain.differences(changed) == ["checkpoint_interval_ms", "authpulse.job.order"]


def test_a_local_aws_is_where_the_job_reads_and_writes() -> None:
    around = Surroundings(NAMES, "a" * 64, endpoint="http://127.0.0.1:4566", popularity_uri="s3://b/p.csv")
    groups = settings_of(resource().spec, around, [RULE]).property_groups
    assert groups["authpulse.source"]["aws.endpoint"] == "http://127.0.0.1:4566"
    assert groups["authpulse.lake"]["s3.endpoint"] == groups["authpulse.lake"]["glue.endpoint"] == around.endpoint
    assert groups["authpulse.rules"]["popularity.uri"] == "s3://b/p.csv"
    on_aws = settings(resource()).property_groups
    assert not [k for group in on_aws.values() for k in group if "endpoint" in k]


def test_the_job_reads_the_popularity_that_the_spec_names_or_what_the_aggregates_write() -> None:
    named = Surroundings(NAMES, "a" * 64, popularity_uri="s3://b/p.csv")
    rules = settings_of(resource().spec, named, [RULE]).property_groups["authpulse.rules"]
    assert "popularity.optional" not in rules
    rules = settings(resource()).property_groups["authpulse.rules"]
    assert rules["popularity.uri"] == f"s3://{NAMES.bucket}/popularity/current.csv"
    assert rules["popularity.optional"] == "true"


def test_a_rule_is_changed_by_its_id() -> None:
    of = resource(flink={"scoring": {"rules": [{"id": "BURST_LOGIN", "threshold": 80, "mode": "shadow"}]}})
    (rule,) = rules_of(of.spec, RULES, "dev.yaml")
    assert (rule.threshold, rule.mode, rule.points) == (80, "shadow", 25)


def test_a_mistake_in_a_rule_names_the_rule_and_the_key() -> None:
    of = resource(flink={"scoring": {"rules": [{"id": "BURST_LOGIN", "treshold": 80}]}})
    with pytest.raises(RuleError) as error:
        rules_of(of.spec, RULES, "dev.yaml")
    assert str(error.value) == "dev.yaml: rules[0] (BURST_LOGIN).treshold: no such key; did you mean `threshold`?"


@pytest.mark.parametrize("manifest", sorted((ROOT / "deploy/examples").glob("*.yaml")), ids=lambda p: p.name)
def test_an_example_is_a_resource(manifest: Path) -> None:
    of = parse_manifest(read_yaml(manifest), str(manifest))
    assert of.spec.environment == of.metadata.name
